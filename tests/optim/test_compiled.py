"""The compiled step: one graph, the same numbers, and no compilation anew when a rate changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch._dynamo.utils import counters

from manifuse.manifolds import ManifoldBase

from .problems import C, descend, parameter, stress

OPTIONS: dict[str, dict[str, Any]] = {"SGD": {"weight_decay": 0.1}, "AdamW": {"weight_decay": 0.1, "amsgrad": True}}


def test_same_numbers_from_one_compilation(
    curved: type[ManifoldBase], optimiser: Callable[..., Any], request: pytest.FixtureRequest
) -> None:
    options = OPTIONS[request.node.callspec.params["optimiser"]]
    manifold = curved(c=C).double()
    ends = []
    for compiled in (False, True):
        points = [parameter(manifold, 6, 3, seed=seed) for seed in range(2)]
        optimizer = optimiser(points, compiled=compiled, **options)
        schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.8)
        torch._dynamo.reset()
        counters.clear()
        for _ in range(4):
            descend(optimizer, lambda points=points: sum(stress(manifold, x) for x in points), 1)
            schedule.step()
        assert counters["stats"]["unique_graphs"] == (1 if compiled else 0)
        assert not counters["graph_break"]
        ends.append(torch.stack([x.detach() for x in points]))
    torch.testing.assert_close(*ends, rtol=1e-12, atol=1e-13)
