"""A curvature is found from distances, from far below and far above."""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from manifuse.manifolds import Lorentz, ManifoldParameter
from manifuse.optim import RiemannianAdamW, RiemannianSGD

from .problems import descend, learnable

POINTS, TRUE, STEPS, SEEDS = 20, 1.0, 400, 5
FITTERS: dict[str, Callable[..., Any]] = {
    "SGD": lambda x, raw: RiemannianSGD([{"params": [x]}, {"params": [raw], "lr": 5.0}], lr=1.0, momentum=0.9),
    "AdamW": lambda x, raw: RiemannianAdamW([{"params": [x]}, {"params": [raw], "lr": 0.1}], lr=0.05, weight_decay=0.0),
}


def flat_start(table: Tensor) -> Tensor:
    """Classical scaling: the plane configuration that fits distances best."""
    centre = torch.eye(POINTS, dtype=torch.float64) - 1 / POINTS
    values, vectors = torch.linalg.eigh(-0.5 * centre @ table.square() @ centre)
    return vectors[:, -2:] * values[-2:].clamp(min=0).sqrt()


def recovered(make: Callable[..., Any], start: float, seed: int) -> float:
    generator = torch.Generator().manual_seed(seed)
    true = Lorentz(c=TRUE).double()
    points = true.from_frame(torch.randn(POINTS, 2, generator=generator, dtype=torch.float64) / math.sqrt(TRUE))
    table = true.cdist(points, points)
    first, second = torch.triu_indices(POINTS, POINTS, 1)
    space = learnable(Lorentz, start)
    x = ManifoldParameter(space.from_frame(flat_start(table)), space)
    optimizer = make(x, space.raw_c)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    for _ in range(STEPS):
        descend(optimizer, lambda: (space.dist(x[first], x[second]) - table[first, second]).square().mean(), 1)
        schedule.step()
    return abs(math.log(float(space.c.detach()) / TRUE))


@pytest.mark.slow
@pytest.mark.parametrize("factor", [0.1, 10.0])
@pytest.mark.parametrize("make", FITTERS.values(), ids=FITTERS)
def test_curvature_of_the_hyperbolic_plane_is_recovered(make: Callable[..., Any], factor: float) -> None:
    assert statistics.median(recovered(make, factor * TRUE, seed) for seed in range(SEEDS)) < 0.1
