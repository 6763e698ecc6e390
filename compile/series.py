"""Evaluation of an analytic function of u = κ‖v‖² by its series near 0 and by a closed form in √|u| elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from .modes import are_values

Closed = Callable[[Tensor], Tensor]


def evaluate(
    u: Tensor,
    sign: int,
    *,
    positive: Closed,
    negative: Closed,
    taylor: tuple[float, ...],
    threshold: tuple[float, float],
    terms: int,
    regular: bool,
) -> Tensor:
    """Evaluate with exact value and derivatives at 0.

    Args:
        u: Argument, any shape, float32 or float64.
        sign: Known sign of u (−1 or +1), or 0 where it may be either.
        positive: Closed form in a = √u for u > 0.
        negative: Closed form in a = √−u for u < 0.
        taylor: Coefficients of the powers of u.
        threshold: |u| below which the series is used, in float32 and in float64.
        terms: Number of coefficients that float32 needs.
        regular: Whether the closed form loses no digits towards 0; its derivatives do, so that it serves for values.
    """
    single = u.dtype == torch.float32
    small = u.abs() < threshold[0 if single else 1]
    taylor = taylor[:terms] if single else taylor
    if sign and are_values():
        # the same argument in every function of u, so that a compiler has them share their closed forms
        closed = (positive if sign > 0 else negative)(torch.sqrt((sign * u).clamp(min=torch.finfo(u.dtype).tiny)))
        return closed if regular else torch.where(small, _polynomial(u, taylor), closed)
    series = _polynomial(torch.where(small, u, 0.0), taylor)
    if sign == 0:
        above = torch.where(small | (u < 0), 0.25, u)
        below = torch.where(small | (u > 0), 0.25, -u)
        closed = torch.where(u > 0, positive(torch.sqrt(above)), negative(torch.sqrt(below)))
    else:
        closed = (positive if sign > 0 else negative)(torch.sqrt(torch.where(small, 0.25, sign * u)))
    return torch.where(small, series, closed)


def _polynomial(u: Tensor, coefficients: tuple[float, ...]) -> Tensor:
    *lower, value = coefficients
    result = torch.full_like(u, value)
    for coefficient in reversed(lower):
        result = result * u + coefficient
    return result


def asinh(a: Tensor) -> Tensor:
    """Inverse hyperbolic sine of a ≥ 0; that of torch does not vectorise on a CPU."""
    return torch.log1p(a + a * a / (1.0 + torch.sqrt(1.0 + a * a)))


def inside(a: Tensor) -> Tensor:
    """Keep an argument that rounding put on the edge a = 1 of a domain just inside it."""
    return a.clamp(max=1.0 - torch.finfo(a.dtype).eps / 2)
