"""Less memory for backward passes: what ops return is computed anew where a gradient needs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import local
from types import TracebackType
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.autograd.graph import saved_tensors_hooks

from .modes import is_watched

Evaluate: TypeAlias = Callable[[Sequence[Tensor]], Sequence[Tensor]]


class recomputed:  # noqa: N801
    """Have the backward pass compute again what ops return here, instead of keeping it; a context manager.

    Kept are the inputs of the first op of a chain, the numbers per row that each op saves, and what other functions
    save. A result is computed at most once, from what its op was called with. For eager mode: within torch.compile,
    which decides itself, and under function transforms, it does nothing.

    Raises:
        RuntimeError: In the backward pass, if an input of an op was changed in place since.

    Example:
        >>> import torch
        >>> from manifuse import Poincare
        >>> from manifuse.compile import recomputed
        >>> manifold, u = Poincare(c=1.0), torch.ones(3, requires_grad=True)
        >>> with recomputed():
        ...     loss = manifold.add(manifold.saturate(u), u).relu().sum()
        >>> loss.backward()
    """

    def __init__(self) -> None:
        self.results: dict[int, tuple[Tensor, _Result]] = {}
        self.hooks: saved_tensors_hooks | None = None
        self.previous: recomputed | None = None

    def __enter__(self) -> None:
        if is_watched() or not torch.is_grad_enabled():
            return
        # hooks hide those around them, of torch.utils.checkpoint for instance, which are to see all that is kept
        keep, give = torch._C._autograd._top_saved_tensors_default_hooks(False) or (_Given, _Given.value)

        def pack(tensor: Tensor) -> Any:
            return self.find(tensor) or keep(tensor)

        def unpack(packed: Any) -> Tensor:
            value: Tensor = packed.value() if isinstance(packed, _Result) else give(packed)
            return value

        self.hooks, self.previous = saved_tensors_hooks(pack, unpack), _current()
        self.hooks.__enter__()
        _active.context = self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.hooks is not None:
            _active.context = self.previous
            self.hooks.__exit__(kind, error, trace)
            self.hooks = None
            self.results.clear()

    def find(self, tensor: Tensor) -> _Result | None:
        """How to compute a tensor, if it is a result of an op."""
        known, result = self.results.get(tensor.data_ptr(), (None, None))
        return result if known is not None and _layout(known) == _layout(tensor) else None


_active = local()


def _current() -> recomputed | None:
    return getattr(_active, "context", None)


def remember(evaluate: Evaluate, inputs: Sequence[Tensor], results: Sequence[Tensor]) -> None:
    """Take down how the results of an op came about, where that is asked for."""
    context = _current()
    if context is None:
        return
    recipe = _Recipe(evaluate, [context.find(x) or _Given(x) for x in inputs])
    size = max(x.numel() for x in inputs)
    for index, result in enumerate(results):
        if result.numel() >= size:  # else it is cheaper to keep
            # the result is held until the context ends, so that its address is not another's
            context.results[result.data_ptr()] = result, _Result(recipe, index)


class _Given:
    """A tensor that is kept."""

    def __init__(self, tensor: Tensor) -> None:
        self.tensor = tensor.detach()
        self.version = tensor._version

    def value(self) -> Tensor:
        if self.tensor._version != self.version:
            raise RuntimeError(
                f"recomputed: a tensor of shape {tuple(self.tensor.shape)} that the backward pass needs was changed in "
                "place since the forward pass; change a copy"
            )
        return self.tensor


class _Recipe:
    """An op and its inputs. Nodes hold it in place of its results, and so its cache, until their gradient is done."""

    def __init__(self, evaluate: Evaluate, inputs: Sequence[_Result | _Given]) -> None:
        self.evaluate = evaluate
        self.inputs = inputs
        self.results: Sequence[Tensor] | None = None

    def prepare(self) -> Sequence[Tensor]:
        if self.results is None:
            with torch.no_grad():
                self.results = self.evaluate([x.value() for x in self.inputs])
        return self.results


@dataclass(frozen=True)
class _Result:
    """One of the tensors that a recipe makes."""

    recipe: _Recipe
    index: int

    def value(self) -> Tensor:
        return self.recipe.prepare()[self.index]


def _layout(tensor: Tensor) -> tuple[Any, ...]:
    return tensor.shape, tensor.stride(), tensor.dtype
