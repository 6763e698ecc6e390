"""What users of torch.optim expect: resume, schedules, scaling, closures, copies; and points that stay points."""

from __future__ import annotations

import copy
import doctest
import importlib
import io
import pickle
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

import manifuse.optim
from manifuse import layers
from manifuse.manifolds import Lorentz, ManifoldBase, ManifoldParameter
from manifuse.optim import RiemannianAdamW, RiemannianSGD, parameter_groups

from .problems import C, descend, parameter, stress


class Model(nn.Module):
    """Points, a curvature, and a layer on the same manifold."""

    def __init__(self, manifold: ManifoldBase) -> None:
        super().__init__()
        self.manifold = manifold
        self.points = parameter(manifold, 6, 3)
        self.linear = layers.Linear(3, 3, manifold=manifold, dtype=torch.float64)

    def loss(self) -> Tensor:
        u = self.linear(self.manifold.to_frame(self.points))
        return stress(self.manifold, self.points) + u.square().mean()


def model(curved: type[ManifoldBase]) -> Model:
    torch.manual_seed(0)
    return Model(curved(c=C, learnable=True).double())


@pytest.mark.parametrize("compiled", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_resume_to_the_bit(curved: type[ManifoldBase], optimiser: Callable[..., Any], compiled: bool) -> None:
    """Through a file that holds nothing but plain tensors."""
    first = model(curved)
    optimizer = optimiser(parameter_groups(first, weight_decay=0.01, curvature={"lr": 0.05}), compiled=compiled)
    descend(optimizer, first.loss, 5)
    file = io.BytesIO()
    torch.save({"model": first.state_dict(), "optimizer": optimizer.state_dict()}, file)
    file.seek(0)
    saved = torch.load(file, weights_only=True)
    second = model(curved)
    other = optimiser(parameter_groups(second, weight_decay=0.0), compiled=compiled)
    second.load_state_dict(saved["model"])
    other.load_state_dict(saved["optimizer"])
    assert descend(optimizer, first.loss, 5) == descend(other, second.loss, 5)
    for (name, mine), theirs in zip(first.state_dict().items(), second.state_dict().values(), strict=True):
        assert torch.equal(mine, theirs), name


def test_copies_go_on_alike(optimiser: Callable[..., Any]) -> None:
    first = model(Lorentz)
    optimizer = optimiser(first.parameters())
    descend(optimizer, first.loss, 3)
    for second, other in (copy.deepcopy((first, optimizer)), pickle.loads(pickle.dumps((first, optimizer)))):
        torch.testing.assert_close(other.state_dict()["state"], optimizer.state_dict()["state"], rtol=0, atol=0)
        assert descend(other, second.loss, 3)[0] == float(first.loss().detach())
        assert not torch.equal(second.points, first.points)


def test_schedules_and_clipping_of_torch(optimiser: Callable[..., Any]) -> None:
    first, second = model(Lorentz), model(Lorentz)
    scheduled = optimiser(first.parameters(), lr=0.1)
    schedule = torch.optim.lr_scheduler.StepLR(scheduled, 2, 0.5)
    by_hand = optimiser(second.parameters(), lr=torch.tensor(0.1))
    for step in range(6):
        by_hand.param_groups[0]["lr"] = torch.tensor(0.1 * 0.5 ** (step // 2), dtype=torch.float64)
        for optimizer, each in ((scheduled, first), (by_hand, second)):
            descend(optimizer, each.loss, 1)
        schedule.step()
    torch.testing.assert_close(first.points.detach(), second.points.detach(), rtol=1e-9, atol=1e-9)
    assert scheduled.param_groups[0]["lr"] == 0.0125


def test_gradient_scaler_divides_and_skips(optimiser: Callable[..., Any]) -> None:
    first, second = model(Lorentz), model(Lorentz)
    optimizer, plain = optimiser(first.parameters()), optimiser(second.parameters())
    scaler = torch.amp.GradScaler("cpu", init_scale=1024.0)
    for _ in range(3):
        optimizer.zero_grad()
        scaler.scale(first.loss()).backward()
        scaler.step(optimizer)
        scaler.update()
    descend(plain, second.loss, 3)
    torch.testing.assert_close(first.points.detach(), second.points.detach(), rtol=1e-10, atol=1e-12)
    start = first.points.detach().clone()
    first.points.grad.fill_(torch.inf)
    scaler.unscale_(optimizer)
    scaler.step(optimizer)
    assert torch.equal(first.points, start)


def test_closure_and_step_of_nothing(optimiser: Callable[..., Any]) -> None:
    each = model(Lorentz)
    optimizer = optimiser(each.parameters())
    start = each.points.detach().clone()
    optimizer.step()
    assert torch.equal(each.points, start)
    assert optimizer.state_dict()["state"] == {}

    def closure() -> float:
        optimizer.zero_grad()
        loss = each.loss()
        loss.backward()
        return float(loss.detach())

    assert optimizer.step(closure) > optimizer.step(closure)


def test_parameters_that_step_together_step_as_if_alone(
    curved: type[ManifoldBase], optimiser: Callable[..., Any]
) -> None:
    """Batches of several shapes, one of which begins later, and one that is no contiguous block of memory."""
    manifold = curved(c=C).double()

    def make() -> list[ManifoldParameter]:
        shapes = ((6, 3), (4, 3), (2, 5, 3), (3,))
        points = [parameter(manifold, *shape, seed=seed) for seed, shape in enumerate(shapes)]
        strided = points[0].detach().t().contiguous().t()
        return [ManifoldParameter(strided, manifold), *points[1:]]

    together, alone = make(), make()
    optimizers = [optimiser(together)], [optimiser([p]) for p in alone]
    for step in range(4):
        for points, each in zip((together, alone), optimizers, strict=True):
            for optimizer in each:
                optimizer.zero_grad()
            for p in points[: 4 if step else 3]:
                manifold.sqdist(p, manifold.origin(p.shape[-1]) if p.ndim == 1 else p[:1].detach()).sum().backward()
            for optimizer in each:
                optimizer.step()
    for mine, other in zip(together, alone, strict=True):
        torch.testing.assert_close(mine.detach(), other.detach(), rtol=1e-13, atol=1e-14)


@pytest.mark.slow
def test_points_stay_points_for_10000_float32_steps(curved: type[ManifoldBase], optimiser: Callable[..., Any]) -> None:
    """A wandering target keeps the momentum alive."""
    manifold = curved(c=1.0)
    x = ManifoldParameter(manifold.from_frame(torch.randn(16, 4)), manifold)
    optimizer = optimiser([x], lr=0.01)
    for _ in range(10_000):
        optimizer.zero_grad()
        x.grad = torch.randn_like(x) + 0.1 * x.detach()
        optimizer.step()
        momentum = optimizer.state[x][optimizer.tangents[0]]
    point, vector = x.detach().double(), momentum.double()
    manifold.check_point(x.detach())
    if manifold.ambient:
        sign = torch.ones(5, dtype=torch.float64)
        sign[0] = 1.0 if manifold.sectional_curvature > 0 else -1.0
        size = point[:, 0].square() if sign[0] < 0 else 1.0
        assert float((((sign * point * point).sum(-1) - sign[0]).abs() / size).max()) <= 1e-6
        product = (sign * point * vector).sum(-1).abs() / (point.norm(dim=-1) * vector.norm(dim=-1))
        assert float(product.max()) <= 1e-5


def test_frame_layers_and_groups_learn_together() -> None:
    each = model(Lorentz)
    groups = parameter_groups(each, weight_decay=0.1, curvature={"lr": 1e-2})
    assert [group["weight_decay"] for group in groups] == [0.1, 0.0, 0.0]
    assert groups[0]["params"] == [each.points, each.linear.weight]
    assert groups[1]["params"] == [each.linear.bias]
    assert groups[2]["params"] == [each.manifold.raw_c]
    losses = descend(RiemannianAdamW(groups, lr=0.01), each.loss, 30)
    assert losses[-1] < losses[0]


BAD: list[tuple[str, Callable[[Any], Any], str]] = [
    ("lr", lambda p: RiemannianSGD(p, lr=-1.0), r"RiemannianSGD: lr must be a number of at least 0, got -1.0"),
    ("momentum", lambda p: RiemannianSGD(p, momentum=-0.1), "momentum must be"),
    ("nesterov", lambda p: RiemannianSGD(p, nesterov=True), "nesterov must be False unless momentum > 0"),
    ("dampening", lambda p: RiemannianSGD(p, momentum=0.9, dampening=0.1, nesterov=True), "nesterov must be False"),
    ("decay", lambda p: RiemannianSGD(p, decay="centroid"), "decay must be one of 'geodesic', 'ambient'"),
    (
        "betas",
        lambda p: RiemannianAdamW(p, betas=(0.9, 1.0), weight_decay=0.0),
        r"betas must be two numbers in \[0, 1\)",
    ),
    ("eps", lambda p: RiemannianAdamW(p, eps=-1.0, weight_decay=0.0), "eps must be"),
    ("weight_decay", lambda p: RiemannianAdamW(p, weight_decay=-1.0), "weight_decay must be"),
    ("carry", lambda p: RiemannianAdamW(p, carry="tangent"), "carry must be one of 'origin_tangent', 'scale'"),
    ("gradient", lambda p: RiemannianAdamW(p, curvature_gradient="total"), "curvature_gradient must be one of"),
    ("bounds", lambda p: RiemannianSGD(p, curvature_bounds=(0.0, 1.0)), "curvature_bounds must be 0 < c_min"),
    ("outside", lambda p: RiemannianSGD(p, curvature_bounds=(1.0, 2.0)), r"c = 0.7 is out of its bounds \(1.0, 2.0\)"),
    ("decayed", RiemannianAdamW, "a curvature .* is in a group with weight_decay = 0.01.*parameter_groups"),
]


@pytest.mark.parametrize(("make", "message"), [bad[1:] for bad in BAD], ids=[bad[0] for bad in BAD])
def test_bad_options_are_refused(make: Callable[[Any], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(list(model(Lorentz).parameters()))


def test_a_refused_group_is_not_kept() -> None:
    each = model(Lorentz)
    optimizer = RiemannianSGD([each.points])
    with pytest.raises(ValueError, match="weight_decay"):
        optimizer.add_param_group({"params": [each.manifold.raw_c], "weight_decay": 0.1})
    assert len(optimizer.param_groups) == 1


@pytest.mark.parametrize("name", [module.name for module in pkgutil.iter_modules(manifuse.optim.__path__)])
def test_examples_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"manifuse.optim.{name}")).failed == 0
