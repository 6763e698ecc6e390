"""Exact nearest neighbours by geodesic distance among many points: bounds by matrix products, then true distances.

A product of matrices gives lower bounds of the distances of all pairs (`manifolds.chords`). Those with the smallest
bounds are candidates, whose distances are computed exactly. Where the k-th of these is below the bounds of all other
points, none of them can be nearer; elsewhere there have to be more candidates.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from ...manifolds import Manifold
from ...manifolds.chords import chord_factors, squared_chord

BOUNDS = 2**24
"""Bounds in memory at a time, in float64."""
NUMBERS = 2**20
"""Coordinates of candidates that are compared at a time, in float64."""
SPARE = 16
"""Candidates beyond the k that are asked for."""
WIDER = 4
"""Factor by which candidates grow where they may not hold all neighbours."""
SLACK = 1e-8
"""Relative error that the squared chord of a float64 distance may have."""


class Neighbours(NamedTuple):
    """The nearest points of a gallery, nearest first."""

    distances: Tensor
    """Geodesic distances, shape (N, k)."""
    indices: Tensor
    """Indices of the gallery, shape (N, k)."""


@torch.no_grad()
def nearest_neighbours(queries: Tensor, gallery: Tensor | None, k: int, *, manifold: Manifold) -> Neighbours:
    """Find the k points of a gallery that are nearest to each query, in the order of distances in float64.

    Points at equal distances come in the order of their indices; which of them are within the k is not determined.
    Time grows, up to that of comparing all pairs one by one, where more than k points are as near as the rounding of
    float64 tells apart, such as copies of one point.

    Args:
        queries: Frame coordinates, shape (N, n).
        gallery: Frame coordinates, shape (M, n); None: the queries, and none is its own neighbour.
        k: Number of neighbours.
        manifold: Geometry.

    Raises:
        ValueError: Shapes do not fit, the gallery has fewer than k points, or numbers are not finite, or beyond where
            float64 holds the space (distances of 350/√c on hyperbolic space).
    """
    points = queries if gallery is None else gallery
    _check(queries, points, k, available=len(points) - (gallery is None))
    kappa = manifold.sectional_curvature.detach().to(queries.device)
    left, right = chord_factors(queries, points, kappa)
    if not bool(left.isfinite().all() and right.isfinite().all()):
        largest = float(torch.cat((queries, points)).abs().amax())
        raise ValueError(
            "nearest_neighbours: embeddings must be finite, and on hyperbolic space within 350/√c of the origin; the "
            f"largest number is {largest:.3g}"
        )
    x, y = manifold.from_frame(queries.double()), manifold.from_frame(points.double())
    result = Neighbours(queries.new_empty(len(queries), k), queries.new_empty(len(queries), k, dtype=torch.long))
    for rows in torch.split(torch.arange(len(queries), device=x.device), max(1, BOUNDS // len(points))):
        bounds = left[rows] @ right.mT
        if gallery is None:
            bounds.scatter_(1, rows.unsqueeze(1), torch.inf)
        width = k + SPARE
        while len(rows):
            width = min(width, len(points))
            least, candidates = bounds.topk(width, largest=False)
            distances, indices = _nearest(x, y, rows, candidates, k, manifold, among_themselves=gallery is None)
            result.distances[rows], result.indices[rows] = distances.to(queries.dtype), indices
            unsafe = least[:, -1] < squared_chord(distances[:, -1], kappa) * (1 + SLACK)
            unsafe &= width < len(points)
            rows, bounds, width = rows[unsafe], bounds[unsafe], WIDER * width
    return result


def _nearest(
    x: Tensor, y: Tensor, rows: Tensor, candidates: Tensor, k: int, manifold: Manifold, *, among_themselves: bool
) -> tuple[Tensor, Tensor]:
    """Distances and indices of the k nearest of each row's candidates, equal distances in the order of indices."""
    candidates = candidates.sort(1).values
    size = max(1, NUMBERS // (candidates.shape[1] * y.shape[1]))
    distances = torch.cat(
        [
            manifold.dist(x[part].unsqueeze(1), y[others])
            for part, others in zip(torch.split(rows, size), torch.split(candidates, size), strict=True)
        ]
    )
    if among_themselves:
        distances.masked_fill_(candidates == rows.unsqueeze(1), torch.inf)
    ordered, order = distances.sort(dim=1, stable=True)
    return ordered[:, :k], candidates.gather(1, order[:, :k])


def _check(queries: Tensor, points: Tensor, k: int, available: int) -> None:
    if queries.ndim != 2 or points.ndim != 2 or queries.shape[1] != points.shape[1]:
        raise ValueError(
            "nearest_neighbours: expected queries (N, n) and a gallery (M, n) in frame coordinates, got shapes "
            f"{tuple(queries.shape)} and {tuple(points.shape)}"
        )
    if not 1 <= k <= available:
        raise ValueError(
            f"nearest_neighbours: k must be between 1 and {available}, the points that a query can have as neighbours, "
            f"got {k}"
        )
