"""Ops of eager mode by compiled code: their forward and backward, compiled once for each shape."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from types import TracebackType
from typing import Any

import torch
from torch import Tensor

from .modes import only_values

_enabled = False


class compiled_ops:  # noqa: N801
    """Have ops run compiled formulas in eager mode; a context manager, or a switch, as torch.set_grad_enabled.

    The first call of an op with other shapes, strides or dtypes compiles it, which takes seconds; each further one has
    the speed of an op within torch.compile. Backward passes follow the setting at the time they run. Under function
    transforms, and where a derivative of a derivative is recorded, ops run as they are written.

    Args:
        enabled: Whether to run compiled formulas.

    Example:
        >>> import torch
        >>> from manifuse import Poincare
        >>> from manifuse.compile import compiled_ops
        >>> with compiled_ops(False):
        ...     Poincare(c=1.0).dist(torch.zeros(2), torch.zeros(2))
        tensor(0.)
    """

    def __init__(self, enabled: bool = True) -> None:
        global _enabled
        self.previous = _enabled
        _enabled = enabled

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        global _enabled
        _enabled = self.previous


def ready(formula: Callable[..., Any]) -> Callable[..., Any]:
    """The formula, or its compiled form where that is switched on and nothing but values is wanted."""
    return _compiled(formula) if _enabled and only_values() else formula


@cache
def _compiled(formula: Callable[..., Any]) -> Callable[..., Any]:
    from torch._dynamo import config  # here, since it loads the compiler

    compiled = torch.compile(formula, fullgraph=True, dynamic=False)
    # for the time of a call: the default limit, 8, is few for the shapes of a network
    configure = config._make_closure_patcher(recompile_limit=sys.maxsize)

    def run(*arguments: Any) -> Any:
        restore = configure()
        try:
            # the compiler looks for a gradient of each input, which torch warns of within a graph
            return compiled(*(a.detach() if isinstance(a, Tensor) else a for a in arguments))
        finally:
            restore()

    return run
