"""Recipes: their optimisers, groups and schedules."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from manifuse import Lorentz
from manifuse.apps import HECNN
from manifuse.apps.config import Training
from manifuse.apps.errors import InputError
from manifuse.apps.recipes import RECIPES
from manifuse.optim import RiemannianAdamW, RiemannianSGD


def rates(name: str, steps: int, lr: float | None = None) -> list[float]:
    model = nn.Linear(2, 2)
    optimizer, schedule = RECIPES[name].start(model, steps=steps, lr=lr)
    found = []
    for _ in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        model(torch.ones(1, 2)).sum().backward()
        optimizer.step()
        schedule.step()
    return found


def test_rates_of_hcnn_are_those_of_its_code() -> None:
    """0.1 for 60 epochs of 200, then a fifth after 60, 120 and 160."""
    expected = [0.1] * 60 + [0.02] * 60 + [0.004] * 40 + [0.0008] * 40
    assert rates("hcnn", 200) == pytest.approx(expected)
    assert rates("hcnn", 200, lr=0.5) == pytest.approx([5 * lr for lr in expected])


@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_other_rates_fall_along_half_a_cosine(name: str) -> None:
    steps = torch.arange(20)
    expected = RECIPES[name].lr * (1 + torch.cos(torch.pi * steps / 20)) / 2
    torch.testing.assert_close(torch.tensor(rates(name, 20)), expected)


@pytest.mark.parametrize(
    ("name", "kind"), [("adam", torch.optim.Adam), ("adamw", RiemannianAdamW), ("hcnn", RiemannianSGD)]
)
def test_optimisers_hold_every_parameter_once(name: str, kind: type[torch.optim.Optimizer]) -> None:
    net = HECNN(18, "hecnn+", Lorentz(learnable=True), width=2)
    optimizer, _ = RECIPES[name].start(net, steps=10)
    assert type(optimizer) is kind
    held = [id(p) for group in optimizer.param_groups for p in group["params"]]
    assert sorted(held) == sorted(id(p) for p in net.parameters())


def test_groups_of_hcnn() -> None:
    net = HECNN(18, "hcnn", Lorentz(learnable=True), width=2)
    optimizer, _ = RECIPES["hcnn"].start(net, steps=10, lr=0.2)
    weights, numbers, curvatures = optimizer.param_groups
    assert all(p.ndim > 1 for p in weights["params"])
    assert {id(p) for p in curvatures["params"]} == {id(net.encoder_manifold.raw_c), id(net.decoder_manifold.raw_c)}
    assert [group["weight_decay"] for group in (weights, numbers, curvatures)] == [5e-4, 0, 0]
    assert [group["lr"] for group in (weights, numbers, curvatures)] == pytest.approx([0.2, 0.2, 2e-4])
    assert (weights["momentum"], weights["nesterov"]) == (0.9, True)


def test_an_unknown_recipe_is_refused() -> None:
    with pytest.raises(InputError, match=r"^recipe: 'lion' is unknown; choose from adam, adamw, hcnn$"):
        Training(recipe="lion")
