"""RiemannianSGD: torch's in flat space, geoopt's where that is right, and the decays."""

from __future__ import annotations

import math
from typing import Any

import geoopt
import pytest
import torch
from torch import Tensor, nn

from manifuse.manifolds import Euclidean, Lorentz, ManifoldBase, ManifoldParameter, Poincare
from manifuse.optim import RiemannianSGD

from .problems import C, parameter, spread, stress

STEPS = 50
ROUNDING = {"rtol": 1e-12, "atol": 1e-13}
OPTIONS = [
    {},
    {"momentum": 0.9},
    {"momentum": 0.9, "dampening": 0.3},
    {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
    {"momentum": 0.9, "weight_decay": 0.1, "maximize": True},
    {"weight_decay": 0.1},
]
EVERY_OPTION = pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(options) or "plain")


def bowl(tensors: list[Tensor]) -> Tensor:
    """A loss of several tensors that is convex and no sum over coordinates."""
    return sum((t.square().sum() - t.sum().sin() + t.flatten()[0] * t.flatten()[-1] for t in tensors), torch.zeros(()))


@EVERY_OPTION
@pytest.mark.parametrize("kind", ["points of Euclidean()", "ordinary"])
def test_flat_space_is_torch(options: dict[str, Any], kind: str) -> None:
    start = [torch.randn(shape, dtype=torch.float64) for shape in ((4, 3), (2, 4, 3), (5,))]
    theirs = [nn.Parameter(t.clone()) for t in start]
    make = nn.Parameter if kind == "ordinary" else lambda t: ManifoldParameter(t, Euclidean())
    ours = [make(t.clone()) for t in start]
    mine = RiemannianSGD(ours, lr=0.03, **options)
    torchs = torch.optim.SGD(theirs, lr=0.03, **options)
    for step in range(STEPS):
        for optimizer, tensors in ((mine, ours), (torchs, theirs)):
            optimizer.zero_grad()
            # The last tensor has no gradient for a while: its momentum begins later.
            bowl(tensors if step >= 5 else tensors[:-1]).backward()
            optimizer.step()
    for got, expected in zip(ours, theirs, strict=True):
        torch.testing.assert_close(got.detach(), expected.detach(), **ROUNDING)


def test_step_without_momentum_is_the_textbooks(curved: type[ManifoldBase]) -> None:
    """exp_x(−lr grad) for half a squared distance is the point at the time lr of the geodesic to the target."""
    manifold = curved(c=C).double()
    x, target = parameter(manifold, 5, 3), spread(manifold, 5, 3, seed=8)
    expected = manifold.geodesic(0.3, x.detach(), target)
    (manifold.sqdist(x, target).sum() / 2).backward()
    RiemannianSGD([x], lr=0.3).step()
    torch.testing.assert_close(x.detach(), expected, rtol=1e-12, atol=1e-13)


def test_agrees_with_geoopt_on_the_hyperboloid() -> None:
    ours, theirs = Lorentz(c=C).double(), geoopt.Lorentz(k=torch.tensor(1 / C, dtype=torch.float64))
    x = parameter(ours, 8, 3)
    y = geoopt.ManifoldParameter(x.detach().clone(), manifold=theirs)
    mine, peer = RiemannianSGD([x], lr=0.03), geoopt.optim.RiemannianSGD([y], lr=0.03)
    for _ in range(STEPS):
        for optimizer, point in ((mine, x), (peer, y)):
            optimizer.zero_grad()
            stress(ours, point.as_subclass(Tensor)).backward()
            optimizer.step()
    torch.testing.assert_close(x.detach(), y.detach().as_subclass(Tensor), rtol=1e-9, atol=1e-9)


def test_momentum_is_tangent_from_the_start_and_geoopts_is_not() -> None:
    """geoopt's buffer begins as the Euclidean gradient. (It becomes tangent by its transport, at the end of a step.)"""
    ours = Lorentz(c=C).double()
    x = parameter(ours, 8, 3)
    y = geoopt.ManifoldParameter(
        x.detach().clone(), manifold=geoopt.Lorentz(k=torch.tensor(1 / C, dtype=torch.float64))
    )
    stress(ours, x).backward()
    stress(ours, y.as_subclass(Tensor)).backward()
    mine, peer = RiemannianSGD([x], lr=0.0, momentum=0.9), geoopt.optim.RiemannianSGD([y], lr=0.0, momentum=0.9)
    mine.step()
    peer.step()
    ours.check_tangent(x, mine.state[x]["momentum_buffer"])
    torch.testing.assert_close(mine.state[x]["momentum_buffer"], ours.egrad2rgrad(x.detach(), x.grad))
    theirs = peer.state[y]["momentum_buffer"].as_subclass(Tensor)
    with pytest.raises(ValueError, match="⟨x, u⟩ = 0"):
        ours.check_tangent(x, theirs)


@pytest.mark.parametrize("decay", ["geodesic", "ambient"])
def test_decay_pulls_by_its_law(decay: Any) -> None:
    """Shrinkage of the distance d by one small step of the hyperboloid: λ d, and λ sinh(2√c d)/(2√c)."""
    manifold, rate = Lorentz(c=C).double(), 1e-6
    for d in (0.3, 1.0, 3.0):
        x = ManifoldParameter(manifold.from_frame(torch.tensor([0.6 * d, 0.8 * d], dtype=torch.float64)), manifold)
        x.grad = torch.zeros_like(x)
        RiemannianSGD([x], lr=1.0, weight_decay=rate, decay=decay).step()
        pull = d if decay == "geodesic" else math.sinh(2 * math.sqrt(C) * d) / math.sqrt(C)
        assert d - float(manifold.dist0(x.detach())) == pytest.approx(rate * pull, rel=1e-4)


def test_geodesic_decay_is_the_gradient_of_half_the_squared_distance(curved: type[ManifoldBase]) -> None:
    manifold = curved(c=C).double()
    x, y = parameter(manifold, 5, 3), parameter(manifold, 5, 3)
    x.grad = torch.zeros_like(x)
    (0.2 * manifold.dist0(y).square().sum() / 2).backward()
    for p, options in ((x, {"weight_decay": 0.2}), (y, {})):
        RiemannianSGD([p], lr=0.1, **options).step()
    torch.testing.assert_close(x.detach(), y.detach(), rtol=1e-12, atol=1e-13)


def test_stays_finite_at_the_edge_of_the_ball() -> None:
    ball = Poincare(c=1.0)
    x = ManifoldParameter(ball.projx(torch.tensor([[1.0, 0.0], [0.0, 0.0]])), ball)
    optimizer = RiemannianSGD([x], lr=10.0, momentum=0.9, weight_decay=0.1)
    for _ in range(5):
        optimizer.zero_grad()
        (-ball.dist0(x).sum()).backward()
        optimizer.step()
        ball.check_point(x.detach())
    assert optimizer.state[x]["momentum_buffer"].isfinite().all()


@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_long_steps_end_inside_the_ball(momentum: float) -> None:
    """The exponential map of a vector of length 40 rounds to the edge, which is no point."""
    ball = Poincare(c=1.0)
    x = ManifoldParameter(torch.tensor([[0.3, 0.4], [0.0, 0.0], [-0.5, 0.5]]), ball)
    x.grad = 4 * torch.tensor([[1.0, 0.2], [0.0, 1.0], [1.0, 1.0]])
    RiemannianSGD([x], lr=40.0, momentum=momentum).step()
    assert float(1 - x.detach().double().norm(dim=-1).max()) >= 4 * torch.finfo(torch.float32).eps
