"""The Fréchet mean by iteration, in frame coordinates, differentiable through the implicit function theorem.

With the points seen from the current mean, t_i = add(−m, u_i), the gradient of ½Σ w̃ d² is −r = −Σ w̃ t and its
Hessian, on a space of constant curvature κ, H = Σ w̃ (g I + (1 − g) t̂ t̂ᵀ) with g = √κ‖t‖ cot(√κ‖t‖). A step moves m
by H⁻¹ r.

The search runs without gradients, with g ≥ 1 and steps of bounded length: Newton's method where κ ≤ 0, where the
objective is convex (from the midpoint it takes five steps to six digits, however far the points are apart); Karcher's
iteration (H = I) on the sphere, where H may be indefinite. Two Newton steps follow with gradients. At a stationary
point r = 0, so one step from a constant start has exactly the derivative of the minimiser, by the implicit function
theorem, and two have its second derivative too.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch import Tensor

from ..compile.functions import tn

LONGEST = 2.0
"""Length of the longest step of the search, relative to the radius of curvature: the Hessian changes on that scale."""


class Translations(Protocol):
    """What the iteration needs of a manifold."""

    def add(self, u: Tensor, v: Tensor, *, dim: int = -1) -> Tensor:
        """Left translation in frame coordinates."""

    def _kappa(self, like: Tensor) -> Tensor: ...

    def _frechet_start(self, u: Tensor, weights: Tensor, rows: tuple[int, ...], dim: int) -> Tensor: ...


def frechet_mean(
    manifold: Translations, u: Tensor, weights: Tensor, *, dim: int, rows: tuple[int, ...], steps: int
) -> Tensor:
    """Minimise Σ w d(u, ·)² over the axes `rows`.

    Args:
        manifold: Geometry.
        u: Frame coordinates of the points.
        weights: Non-negative weights, in the shape of u with size 1 at `dim`.
        dim: Manifold axis, negative.
        rows: Axes to reduce, negative.
        steps: Iterations of the search.

    Returns:
        Frame coordinates of the mean; the reduced axes stay with size 1.
    """
    wide = torch.promote_types(u.dtype, torch.float32)
    batch = [axis for axis in range(-u.ndim, 0) if axis != dim and axis not in rows]
    order = [*batch, *rows, dim]
    sizes = [u.shape[axis] for axis in batch]
    points = u.to(wide).permute(order).reshape(*sizes, -1, u.shape[dim])
    share = weights.to(wide).permute(order).reshape(*sizes, -1, 1)
    share = share / share.sum(-2, keepdim=True)
    with torch.autocast(u.device.type, enabled=False):
        with torch.no_grad():
            mean = manifold._frechet_start(points, share, (-2,), -1)
            for _ in range(steps):
                mean = _step(manifold, mean, points, share, search=True)
        for _ in range(2):
            mean = _step(manifold, mean, points, share, search=False)
    back = [order.index(axis) for axis in range(-u.ndim, 0)]
    return mean.reshape(*sizes, *(1,) * len(rows), u.shape[dim]).permute(back).to(u.dtype)


def _step(manifold: Translations, mean: Tensor, points: Tensor, share: Tensor, *, search: bool) -> Tensor:
    seen = manifold.add(-mean, points)
    square = seen.square().sum(-1, keepdim=True)
    kappa = manifold._kappa(square)
    bend = 1.0 / tn(kappa * square)
    if search:
        bend = bend.clamp(min=1.0)
    radial = share * (1.0 - bend) / torch.where(square == 0, 1.0, square)
    identity = torch.eye(points.shape[-1], dtype=points.dtype, device=points.device)
    hessian = (share * bend).sum(-2, keepdim=True) * identity + (radial * seen).mT @ seen
    gradient = (share * seen).sum(-2, keepdim=True)
    move = torch.linalg.solve(hessian, gradient.mT).mT
    if search:
        length = kappa.abs().sqrt() * torch.linalg.vector_norm(move, dim=-1, keepdim=True)
        move = move / (length / LONGEST).clamp(min=1.0)
    return manifold.add(mean, move)
