"""The curvature parameter c > 0 of a geometry: fixed to the digit, or learnable and positive by construction."""

from __future__ import annotations

import math
from collections.abc import Callable
from numbers import Real
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

LOW_PRECISION = (torch.float16, torch.bfloat16)
LINEAR_ABOVE = 50.0
"""Raw value above which softplus is the identity in float64 as well; torch's own threshold of 20 errs by 1e-10."""


def positive_number(owner: str, c: object) -> float:
    """Return c as a Python float.

    Raises:
        ValueError: c is not a real number, or not positive and finite in float32.
    """
    if isinstance(c, bool) or not isinstance(c, Real):
        raise ValueError(
            f"{owner}: c must be a positive number, got {c!r} of type {type(c).__name__}; "
            f"pass the magnitude of the sectional curvature as a float, e.g. {owner}(c=1.0)"
        )
    value = float(c)
    limits = torch.finfo(torch.float32)
    if not limits.tiny <= value <= limits.max:
        raise ValueError(
            f"{owner}: c must be positive and finite (in float32), got {value}; "
            "c is the magnitude of the sectional curvature, its sign is the class's; for flat space use Euclidean()"
        )
    return value


def inverse_softplus(c: float) -> float:
    """Solve softplus(raw) = c for c > 0: log(expm1(c)), without overflow and without loss for small c."""
    return c + math.log(-math.expm1(-c))


def softplus(raw: Tensor) -> Tensor:
    """log(1 + e^raw), to the digit for large numbers as well."""
    return functional.softplus(raw, threshold=LINEAR_ABOVE)


class CurvatureParameter(nn.Parameter):
    """The raw value of a learnable c: a type of its own, by which optimisers tell a curvature from a weight."""

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return type(self), (self.data, self.requires_grad)


class Curved(nn.Module):
    """A module with the curvature parameter c > 0.

    A fixed c is the buffer `fixed_c`. It follows the module's dtype, but never below float32, and is rebuilt from the
    Python number at every move: `M(c=v).c == v` holds after `.double()`, and after `.half().double()`. Its entry in a
    state dict is a float64 number, so that loading restores it to the digit. A learnable c is softplus of the
    parameter `raw_c`, which `named_parameters()` lists; a plain optimiser step keeps c positive.

    Args:
        c: Magnitude of the sectional curvature, c > 0.
        learnable: Whether c is a parameter.

    Raises:
        ValueError: c is not a positive finite number.
    """

    raw_c: CurvatureParameter | None
    fixed_c: Tensor  # None where c is learnable

    def __init__(self, c: float = 1.0, *, learnable: bool = False) -> None:
        super().__init__()
        self._value = positive_number(type(self).__name__, c)
        dtype = torch.promote_types(torch.get_default_dtype(), torch.float32)
        raw = CurvatureParameter(torch.tensor(inverse_softplus(self._value), dtype=dtype)) if learnable else None
        self.register_parameter("raw_c", raw)
        self.register_buffer("fixed_c", None if learnable else torch.tensor(self._value, dtype=dtype))

    @property
    def learnable(self) -> bool:
        """Whether c is a parameter."""
        return self.raw_c is not None

    @property
    def c(self) -> Tensor:
        """Curvature parameter, a 0-dimensional tensor in float32 or above; differentiable where it is learnable."""
        if self.raw_c is None:
            return self.fixed_c
        return softplus(self.raw_c)

    def c_for(self, x: Tensor) -> Tensor:
        """Curvature parameter for an operation on `x`: for float64 a fixed c is exact, also in a float32 module."""
        if self.learnable or x.dtype != torch.float64 or self.fixed_c.dtype == torch.float64:
            return self.c
        return torch.full((), self._value, dtype=torch.float64, device=self.fixed_c.device)

    def extra_repr(self) -> str:
        """Show c, and whether it is learnable."""
        if self.raw_c is None:
            return f"c={self._value}"
        value = "?" if self.raw_c.is_meta else f"{float(self.c.detach()):.6g}"
        return f"c={value}, learnable=True"

    def _apply(self, fn: Callable[[Tensor], Tensor], recurse: bool = True) -> Curved:
        def keep_digits(tensor: Tensor) -> Tensor:
            moved = fn(tensor)
            return tensor.to(moved.device, torch.float32) if moved.dtype in LOW_PRECISION else moved

        super()._apply(keep_digits, recurse)  # type: ignore[no-untyped-call]
        self._rebuild()
        return self

    def _rebuild(self, dtype: torch.dtype | None = None) -> None:
        if not self.learnable:
            self.fixed_c = torch.full_like(self.fixed_c, self._value, dtype=dtype)

    def _save_to_state_dict(self, destination: dict[str, Any], prefix: str, keep_vars: bool) -> None:
        super()._save_to_state_dict(destination, prefix, keep_vars)
        if not self.learnable:
            destination[prefix + "fixed_c"] = torch.tensor(self._value, dtype=torch.float64)

    def _load_from_state_dict(
        self,
        state_dict: dict[str, Any],
        prefix: str,
        local_metadata: dict[str, Any],
        strict: bool,
        missing_keys: list[str],
        unexpected_keys: list[str],
        error_msgs: list[str],
    ) -> None:
        mine, other = ("raw_c", "fixed_c") if self.learnable else ("fixed_c", "raw_c")
        if prefix + other in state_dict and prefix + mine not in state_dict:
            error_msgs.append(
                f"{type(self).__name__}: the saved curvature is {'fixed' if self.learnable else 'learnable'} "
                f"({prefix}{other}), this manifold's is not; build it with learnable={not self.learnable}"
            )
            return
        dtype = None if self.learnable else self.fixed_c.dtype
        super()._load_from_state_dict(
            state_dict, prefix, local_metadata, strict, missing_keys, unexpected_keys, error_msgs
        )
        if not self.learnable and prefix + "fixed_c" in state_dict:
            try:
                self._value = positive_number(type(self).__name__, float(state_dict[prefix + "fixed_c"]))
            except ValueError as error:
                error_msgs.append(str(error))
            self._rebuild(dtype)
