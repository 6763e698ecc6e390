"""Recipes: their optimisers, groups and schedules."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from manifuse import Lorentz
from manifuse.apps import HECNN, SphereNet
from manifuse.apps.config import Training
from manifuse.apps.errors import InputError
from manifuse.apps.recipes import RECIPES
from manifuse.layers import SphereConv2d
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


def test_rates_of_spherenet_are_those_of_its_code() -> None:
    """1e-3 for 34 thousand steps of 64, then a tenth, and a tenth again after 54."""
    expected = [1e-3] * 34 + [1e-4] * 20 + [1e-5] * 10
    assert rates("spherenet", 64) == pytest.approx(expected)


def test_loss_and_groups_of_spherenet() -> None:
    """Smoothed cross-entropy; half of 2e-4 times the defect of the kernels, which alone do not decay."""
    net = nn.Sequential(SphereConv2d(1, 2, 1), SphereConv2d(2, 2, 1))
    for layer, kernels in zip(net, ([[2.0], [1.0]], [[1.0, 1.0], [0.0, 3.0]]), strict=True):
        layer.get_parameter("weight").data = torch.tensor(kernels)[..., None, None]
    logits, labels = torch.tensor([[1.0, -2.0]], requires_grad=True), torch.tensor([0])
    log_p = torch.log_softmax(logits, 1)[0]
    # W Wᵀ − I: [[3, 2], [2, 0]] with square 17, and [[1, 3], [3, 8]] with square 83.
    expected = -(0.995 * log_p[0] + 0.005 * log_p[1]) + 1e-4 * (17 + 83)
    torch.testing.assert_close(RECIPES["spherenet"].loss(net, logits, labels), expected)
    plain = RECIPES["spherenet"].loss(nn.Linear(2, 2), logits, labels)
    torch.testing.assert_close(plain, expected - 1e-2)
    torch.testing.assert_close(RECIPES["adam"].loss(net, logits, labels), -log_p[0])

    sphere = SphereNet(3, (2, 2, 2), in_channels=1, image_size=8)
    optimizer, _ = RECIPES["spherenet"].start(sphere, steps=10)
    decaying, kernels_group = optimizer.param_groups
    assert (decaying["weight_decay"], kernels_group["weight_decay"]) == (5e-4, 0)
    kernels_of = {id(m.weight) for m in sphere.modules() if isinstance(m, SphereConv2d)}
    assert {id(p) for p in kernels_group["params"]} == kernels_of


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
    with pytest.raises(InputError, match=r"^recipe: 'lion' is unknown; choose from adam, adamw, hcnn, spherenet$"):
        Training(recipe="lion")
