"""Points and tangent vectors of a manifold whose curvature changes, and the gradient of a curvature they follow.

A point that stays where it is leaves the manifold when c changes, so a step of c moves the points by a `Carry`, and the
loss changes with c in two ways: by itself and through the points. See `RiemannianSGD` for the choices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import torch
from torch import Tensor
from torch.func import jvp

from ..manifolds import Manifold, ManifoldParameter
from ..manifolds.curvature import CurvatureParameter, Curved
from .rows import gather, stack, with_gradient

Carry: TypeAlias = Literal["origin_tangent", "scale", "intrinsic"]
CurvatureGradient: TypeAlias = Literal["carried", "ambient"]


def curvature_of(manifold: Manifold) -> CurvatureParameter | None:
    """Return the parameter that a manifold's curvature is a function of, if it is learnable."""
    return manifold.raw_c if isinstance(manifold, Curved) else None


def carried_gradient(raw: CurvatureParameter, batch: Sequence[ManifoldParameter], carry: Carry) -> Tensor:
    """Gradient of a loss with respect to the raw value of c, through the points that a step of c carries along.

    It is Σ ⟨∂L/∂x, ∂carry/∂raw⟩ over the points x that have a gradient ∂L/∂x, by the closed-form backward of the
    manifold's `from_frame`. Added to ∂L/∂raw at points that stay, it gives the derivative of the loss along the carry.

    Args:
        raw: Raw value of c.
        batch: Points of one size on one manifold with that curvature.
        carry: How they are carried.
    """
    members = [with_gradient(p) for p in batch if p.grad is not None]
    if not members:
        return torch.zeros_like(raw)
    rows, gradients = zip(*members, strict=True)
    x = gather(rows, [each.parameter.detach() for each in rows])
    with torch.enable_grad():
        moved = Passage(batch[0].manifold, x, (), carry).points()
        (through,) = torch.autograd.grad(moved, raw, stack(gradients))
    return through


class Passage:
    """Points and tangent vectors on their way from one curvature to another; made under the old one.

    Args:
        manifold: Their manifold, which then changes its curvature.
        x: Points, shape (*, p).
        vectors: Tangent vectors at x, each (*, p).
        carry: What points and vectors keep.
    """

    def __init__(self, manifold: Manifold, x: Tensor, vectors: Sequence[Tensor], carry: Carry) -> None:
        self.manifold = manifold
        self.carry = carry
        self.curvature = manifold.sectional_curvature.detach().clone()
        self.frame = manifold.to_frame(x).detach()
        # The charts are those of constant curvature, differentiable at every point that has frame coordinates.
        lower = _pushforward(manifold.to_frame, x) if carry == "intrinsic" else _partial(manifold.transp0back, x)
        self.vectors = [lower(v) for v in vectors]

    def points(self) -> Tensor:
        """Points under the curvature that the manifold has now, as a differentiable function of it."""
        return self.manifold.from_frame(self._scaled(self.frame))

    def tangents(self) -> list[Tensor]:
        """Tangent vectors at `points()`."""
        if self.carry == "intrinsic":
            lift = _pushforward(self.manifold.from_frame, self.frame)
        else:
            lift = _partial(self.manifold.transp0, self.points())
        return [lift(self._scaled(v)) for v in self.vectors]

    def _scaled(self, u: Tensor) -> Tensor:
        if self.carry != "scale":
            return u
        return (self.curvature / self.manifold.sectional_curvature).sqrt().to(u.dtype) * u


def _partial(transport: Callable[[Tensor, Tensor], Tensor], x: Tensor) -> Callable[[Tensor], Tensor]:
    return lambda v: transport(x, v)


def _pushforward(chart: Callable[[Tensor], Tensor], x: Tensor) -> Callable[[Tensor], Tensor]:
    """The differential of a map at x."""

    def push(v: Tensor) -> Tensor:
        pushed: Tensor = jvp(chart, (x,), (v,))[1]
        return pushed

    return push
