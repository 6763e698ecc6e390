"""How tree-like a set of points is: Gromov's δ, beside the size of the set, which it has to be read with."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import fmean, stdev

import torch
from torch import Tensor

CELLS = 2**24
"""Numbers in the largest temporary tensor."""


@dataclass(frozen=True)
class Hyperbolicity:
    """Gromov's δ of a finite metric space, seen from a base point, and the size of the space.

    Read `relative` beside `radius`: in a space of fixed curvature δ is bounded while the diameter grows, so that any
    points far apart look more tree-like than the same points close together.
    """

    delta: float
    """Largest excess of min((x, y), (y, z)) over (x, z), Gromov products at the base point; 0 on a tree."""
    diameter: float
    """Largest distance."""
    radius: float
    """Largest distance from the base point."""

    @property
    def relative(self) -> float:
        """2δ over the diameter: 0 on a tree, at most 1; 0 for points that coincide."""
        return 2 * self.delta / self.diameter if self.diameter else 0.0


@dataclass(frozen=True)
class Estimate:
    """Mean of `Hyperbolicity` over random subsets, and the spread of what is relative."""

    relative: float
    relative_std: float
    delta: float
    diameter: float
    radius: float

    def __str__(self) -> str:
        return (
            f"δ_rel {self.relative:.3f} ± {self.relative_std:.3f} at radius {self.radius:.3g} "
            f"(δ {self.delta:.3g}, diameter {self.diameter:.3g})"
        )


def delta_hyperbolicity(distances: Tensor, *, base: int = 0) -> Hyperbolicity:
    """Measure Gromov's δ of a finite metric space from one base point; the δ of all base points is at most twice that.

    Args:
        distances: Symmetric matrix of N² distances.
        base: Index of the base point.

    Raises:
        ValueError: `distances` is not a finite symmetric matrix with zeros on its diagonal, or has no such row.

    Source: Gromov products and their (max, min) matrix product, Fournier et al. 2015; relative to the diameter,
    Khrulkov et al., arXiv 1904.02239 §3.
    """
    _check(distances, base)
    d = distances.detach().double()
    products = (d[base, :, None] + d[base, None, :] - d) / 2
    rows = max(1, CELLS // len(d) ** 2)
    chains = torch.cat([torch.minimum(part[:, :, None], products).amax(1) for part in torch.split(products, rows)])
    # a chain through x itself has no excess
    delta = (chains - products).amax().item()
    return Hyperbolicity(delta, d.amax().item(), d[base].amax().item())


def estimate_hyperbolicity(
    points: Tensor,
    distance: Callable[[Tensor, Tensor], Tensor] = torch.cdist,
    *,
    samples: int = 500,
    repeats: int = 10,
    generator: torch.Generator | None = None,
) -> Estimate:
    """Measure Gromov's δ of random subsets of many points, such as the outputs of a stage of a network.

    Args:
        points: Shape (N, n); features are flattened by the caller.
        distance: Distances of all pairs, (N, n) and (M, n) to (N, M): Euclidean by default, or a manifold's `cdist`.
        samples: Points of a subset, all N if there are fewer. Time and memory grow with its cube and its square.
        repeats: Number of subsets.
        generator: Source of randomness.

    Raises:
        ValueError: There are fewer than two points or repeats, or distances are not finite.
    """
    if points.ndim != 2 or len(points) < 2 or min(samples, repeats) < 2:
        raise ValueError(
            "estimate_hyperbolicity: needs at least 2 points in shape (N, n), 2 samples and 2 repeats, got points of "
            f"shape {tuple(points.shape)}, samples={samples}, repeats={repeats}"
        )
    found = []
    for _ in range(repeats):
        # on the CPU whatever the points are on, so that a seed means the same everywhere
        chosen = torch.randperm(len(points), generator=generator)[:samples].to(points.device)
        d = distance(points[chosen], points[chosen])
        found.append(delta_hyperbolicity(((d + d.mT) / 2).fill_diagonal_(0)))
    relative = [each.relative for each in found]
    return Estimate(
        fmean(relative),
        stdev(relative),
        fmean(each.delta for each in found),
        fmean(each.diameter for each in found),
        fmean(each.radius for each in found),
    )


def _check(distances: Tensor, base: int) -> None:
    d = distances.detach()
    if d.ndim != 2 or d.shape[0] != d.shape[1] or not len(d) or not torch.isfinite(d).all():
        raise ValueError(
            f"delta_hyperbolicity: distances must be a finite square matrix, got shape {tuple(d.shape)}"
            f"{'' if torch.isfinite(d).all() else ' with numbers that are not finite'}"
        )
    slack = math.sqrt(torch.finfo(d.dtype).eps) * d.abs().amax()
    if (d - d.mT).abs().amax() > slack or d.diagonal().abs().amax() > slack or d.amin() < 0:
        raise ValueError(
            "delta_hyperbolicity: distances must be symmetric and not negative, with zeros on the diagonal"
        )
    if not 0 <= base < len(d):
        raise ValueError(f"delta_hyperbolicity: base must be the index of one of {len(d)} points, got {base}")
