"""RiemannianAdamW: torch's in flat space, geoopt's where that is right, the decays, and the length of a step."""

from __future__ import annotations

import math
from typing import Any

import geoopt
import pytest
import torch
from torch import Tensor, nn

from manifuse.manifolds import Euclidean, Lorentz, ManifoldBase, ManifoldParameter
from manifuse.optim import RiemannianAdamW

from .problems import C, parameter, spread, stress
from .test_sgd import ROUNDING, STEPS, bowl

OPTIONS = [
    {},
    {"weight_decay": 0.0},
    {"weight_decay": 0.1, "amsgrad": True, "betas": (0.8, 0.9), "eps": 1e-3},
    {"weight_decay": 0.1, "decay": "geodesic", "maximize": True},
]


@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(options) or "plain")
@pytest.mark.parametrize("kind", ["points of Euclidean()", "ordinary"])
def test_flat_space_is_torch(options: dict[str, Any], kind: str) -> None:
    start = [torch.randn(shape, dtype=torch.float64) for shape in ((4, 3), (2, 4, 3), (5,))]
    theirs = [nn.Parameter(t.clone()) for t in start]
    make = nn.Parameter if kind == "ordinary" else lambda t: ManifoldParameter(t, Euclidean())
    ours = [make(t.clone()) for t in start]
    mine = RiemannianAdamW(ours, lr=0.03, **options)
    torchs = torch.optim.AdamW(theirs, lr=0.03, **{k: v for k, v in options.items() if k != "decay"})
    for step in range(STEPS):
        for optimizer, tensors in ((mine, ours), (torchs, theirs)):
            optimizer.zero_grad()
            # The last tensor has no gradient for a while: its bias corrections begin later.
            bowl(tensors if step >= 5 else tensors[:-1]).backward()
            optimizer.step()
    for got, expected in zip(ours, theirs, strict=True):
        torch.testing.assert_close(got.detach(), expected.detach(), **ROUNDING)


@pytest.mark.parametrize("amsgrad", [False, True])
def test_agrees_with_geoopt_on_the_hyperboloid(amsgrad: bool) -> None:
    ours, theirs = Lorentz(c=C).double(), geoopt.Lorentz(k=torch.tensor(1 / C, dtype=torch.float64))
    x = parameter(ours, 8, 3)
    y = geoopt.ManifoldParameter(x.detach().clone(), manifold=theirs)
    mine = RiemannianAdamW([x], lr=0.03, weight_decay=0.0, amsgrad=amsgrad)
    peer = geoopt.optim.RiemannianAdam([y], lr=0.03, amsgrad=amsgrad)
    for _ in range(STEPS):
        for optimizer, point in ((mine, x), (peer, y)):
            optimizer.zero_grad()
            stress(ours, point.as_subclass(Tensor)).backward()
            optimizer.step()
    torch.testing.assert_close(x.detach(), y.detach().as_subclass(Tensor), rtol=1e-9, atol=1e-9)


def test_second_moment_is_one_number_per_point(curved: type[ManifoldBase]) -> None:
    manifold = curved(c=C).double()
    x = ManifoldParameter(spread(manifold, 2, 5, 3), manifold)
    manifold.dist0(x).sum().backward()
    optimizer = RiemannianAdamW([x], amsgrad=True)
    optimizer.step()
    assert optimizer.state[x]["exp_avg"].shape == x.shape
    assert optimizer.state[x]["exp_avg_sq"].shape == (2, 5, 1)
    # The gradient of a distance has length 1.
    torch.testing.assert_close(optimizer.state[x]["exp_avg_sq"], torch.full((2, 5, 1), 1e-3, dtype=torch.float64))
    torch.testing.assert_close(optimizer.state[x]["max_exp_avg_sq"], optimizer.state[x]["exp_avg_sq"])


def test_learning_rate_is_the_geodesic_length_of_a_step(curved: type[ManifoldBase]) -> None:
    """On Euclidean() the same step has the length lr √n."""
    manifold, n = curved(c=C).double(), 9
    flat = Euclidean()
    for space, length in ((manifold, 0.01), (flat, 0.01 * math.sqrt(n))):
        start = space.from_frame(0.2 * torch.rand(4, n, dtype=torch.float64))
        x = ManifoldParameter(start.clone(), space)
        target = space.from_frame(0.5 + 0.1 * torch.rand(4, n, dtype=torch.float64))
        space.sqdist(x, target).sum().backward()
        RiemannianAdamW([x], lr=0.01, weight_decay=0.0).step()
        torch.testing.assert_close(space.dist(x.detach(), start), torch.full((4,), length, dtype=torch.float64))


@pytest.mark.parametrize("decay", ["centroid", "geodesic"])
def test_decay_pulls_by_its_law(decay: Any) -> None:
    """To first order λ sinh(√c d)/√c for the centroid; exactly λ d for the geodesic."""
    manifold = Lorentz(c=C).double()
    for d in (0.3, 1.0, 3.0):
        x = ManifoldParameter(manifold.from_frame(torch.tensor([0.6 * d, 0.8 * d], dtype=torch.float64)), manifold)
        x.grad = torch.zeros_like(x)
        RiemannianAdamW([x], lr=0.01, weight_decay=1e-4, decay=decay).step()
        pull = d if decay == "geodesic" else math.sinh(math.sqrt(C) * d) / math.sqrt(C)
        assert d - float(manifold.dist0(x.detach())) == pytest.approx(1e-6 * pull, rel=1e-4)


def test_centroid_decay_is_the_centroid(curved: type[ManifoldBase]) -> None:
    """In ambient coordinates (1 − λ) x + λ o, normalised; written out for each sign."""
    manifold = curved(c=C).double()
    x = parameter(manifold, 5, 3)
    d = manifold.dist0(x.detach()) * math.sqrt(C)
    sine, cosine = (d.sin(), d.cos()) if manifold.sectional_curvature > 0 else (d.sinh(), d.cosh())
    ratio = 0.8 * sine / (0.8 * cosine + 0.2)
    expected = (ratio.atan() if manifold.sectional_curvature > 0 else ratio.atanh()) / math.sqrt(C)
    direction = manifold.to_frame(x.detach()) / manifold.dist0(x.detach()).unsqueeze(-1)
    x.grad = torch.zeros_like(x)
    RiemannianAdamW([x], lr=0.4, weight_decay=0.5).step()
    torch.testing.assert_close(
        manifold.to_frame(x.detach()), expected.unsqueeze(-1) * direction, rtol=1e-12, atol=1e-13
    )


def test_momentum_follows_the_decay(curved: type[ManifoldBase]) -> None:
    manifold = curved(c=C).double()
    x = parameter(manifold, 5, 3)
    optimizer = RiemannianAdamW([x], lr=0.5, weight_decay=0.5, betas=(0.9, 0.0), eps=1e30)  # no step but the decay
    manifold.sqdist(x, spread(manifold, 5, 3, seed=9)).sum().backward()
    start, slope = x.detach().clone(), manifold.egrad2rgrad(x.detach(), x.grad)
    optimizer.step()
    end, mean = x.detach(), optimizer.state[x]["exp_avg"]
    assert float(manifold.dist(start, end).min()) > 1e-2
    torch.testing.assert_close(mean, 0.1 * manifold.transp(start, end, slope), rtol=1e-9, atol=1e-12)
