"""How alike two embeddings are to a metric loss: the cosine of their directions, or their geodesic distance."""

from __future__ import annotations

import torch
from torch import Tensor

from ...manifolds import Manifold
from ..similarity import unit


def similarities(u: Tensor, v: Tensor, manifold: Manifold | None) -> Tensor:
    """Similarities of all pairs of frame vectors (N, n) and (M, n), shape (N, M), in float32 at least.

    Without a manifold that is the cosine of the angle at the origin, which is that of the directions of tangent
    vectors there; with one it is 1 − d, with the geodesic distance d.
    """
    dtype = torch.promote_types(torch.promote_types(u.dtype, v.dtype), torch.float32)
    if manifold is not None:
        return 1 - manifold.frame_cdist(u.to(dtype), v.to(dtype))
    # directions in float64, in which the square of no float32 number underflows
    u, v = (unit(w.double(), (1,)).to(dtype) for w in (u, v))
    with torch.autocast(u.device.type, enabled=False):
        return u @ v.mT
