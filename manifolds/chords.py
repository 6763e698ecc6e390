"""Squared chords of all pairs by one matrix product, as lower bounds that hold in floating-point arithmetic.

On a space of constant curvature κ the squared chord q = (2/κ)(1 − cos √κ d), −cosh for κ < 0 and d² for κ = 0, grows
with the distance d, and is bilinear: with the height h = (1 − cos √κ‖u‖)/κ and the space part s of frame coordinates u,

    q(u, v) = 2 h_u + 2 h_v − 2 κ h_u h_v − 2 ⟨s_u, s_v⟩.

The terms cancel for near points. What rounding makes of their sum is at most γ times the sum of their sizes, which is
bilinear as well, so that one product with three more columns is a bound. The law of cosines, in Ratcliffe, Foundations
of Hyperbolic Manifolds, §3.5; error bound of scalar products: Higham, Accuracy and Stability, §3.1.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ..compile.functions import sn

FUNCTIONS = 128
"""Rounding errors that heights and space parts may have together, up to the length 100/√|κ|."""


def chord_factors(u: Tensor, v: Tensor, kappa: Tensor) -> tuple[Tensor, Tensor]:
    """Two matrices, the product of the first with the transpose of the second at most the squared chords of all pairs.

    Args:
        u: Frame coordinates, shape (N, n).
        v: Frame coordinates, shape (M, n).
        kappa: Sectional curvature κ.

    Returns:
        Matrices (N, n + 3) and (M, n + 3), in float64.
    """
    kappa = kappa.double()
    gamma = torch.finfo(torch.float64).eps * (u.shape[-1] + FUNCTIONS)
    h, s, size = _lifted(u.double(), kappa)
    left = (-2 * s, 2 * (1 - gamma) * h, 2 * (1 - gamma) - 2 * (kappa + gamma * kappa.abs()) * h, -2 * gamma * size)
    h, s, size = _lifted(v.double(), kappa)
    right = (s, torch.ones_like(h), h, size)
    return torch.cat(left, dim=-1), torch.cat(right, dim=-1)


def squared_chord(distance: Tensor, kappa: Tensor) -> Tensor:
    """Squared chord q of a distance."""
    square = distance.double().square()
    return square * sn(kappa.double() * square / 4).square()


def _lifted(u: Tensor, kappa: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Height, space part and its length."""
    square = u.square().sum(-1, keepdim=True)
    s = sn(kappa * square) * u
    return square * sn(kappa * square / 4).square() / 2, s, torch.linalg.vector_norm(s, dim=-1, keepdim=True)
