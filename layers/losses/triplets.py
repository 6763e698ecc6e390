"""Triplets (i, j, k) of points for hierarchical losses: i and j are neighbours of each other, i and k are not.

Source: HIER (arXiv 2212.14258) §3.2. Its code may draw the anchor i as its own k, which is excluded here.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor


def reciprocal_neighbours(distances: Tensor, neighbours: int, target: Tensor | None = None) -> Tensor:
    """Find the pairs of points each of which is among the K nearest of the other.

    A point is the first of its own K neighbours. Where there are labels, points of its class come before all others.

    Args:
        distances: Distances of all pairs, shape (N, N).
        neighbours: K.
        target: Labels, shape (N,).

    Returns:
        Which pairs are reciprocal neighbours, booleans of shape (N, N); a point is none of its own.

    Raises:
        ValueError: There are not more than K points, so that all would be neighbours.
    """
    count = distances.size(0)
    if not neighbours < count:
        raise ValueError(
            f"reciprocal_neighbours: {neighbours} neighbours are too many for {count} points, which would all be "
            "neighbours; pass fewer, or a larger batch"
        )
    closeness = -distances.detach()
    if target is not None:
        # any positive number is closer than other classes; this one falls with the distance and does not underflow
        closeness = torch.where(target.unsqueeze(1) == target, 1 / (1 - closeness), closeness)
    nearest = closeness.fill_diagonal_(math.inf).topk(neighbours, dim=1).indices
    near = torch.zeros_like(distances, dtype=torch.bool).scatter_(1, nearest, True)
    return (near & near.mT).fill_diagonal_(False)


def draw_triplets(reciprocal: Tensor, draws: int, *, generator: torch.Generator | None = None) -> Tensor:
    """Draw triplets, with replacement, for every point that has two reciprocal neighbours at least.

    Args:
        reciprocal: Which pairs are reciprocal neighbours, shape (N, N).
        draws: Triplets per point.
        generator: Source of randomness, on the device of `reciprocal`.

    Returns:
        Indices i, j, k, shape (T, 3): j a reciprocal neighbour of i, k neither that nor i. T may be 0.
    """
    anchors = torch.nonzero(reciprocal.sum(1) >= 2).squeeze(1)
    if not len(anchors):
        return anchors.new_empty(0, 3)
    near = reciprocal[anchors]
    far = (~near).scatter_(1, anchors.unsqueeze(1), False)
    j, k = (torch.multinomial(pool.float(), draws, replacement=True, generator=generator) for pool in (near, far))
    return torch.stack((anchors.unsqueeze(1).expand_as(j), j, k), dim=-1).flatten(0, 1)


def gumbel_noise(*size: int, like: Tensor, generator: torch.Generator | None = None) -> Tensor:
    """Draw Gumbel noise −log E, E exponential, with the device and dtype of a tensor."""
    return -like.new_empty(size).exponential_(generator=generator).log()
