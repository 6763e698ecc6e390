"""Two models of one space: the same steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from manifuse.manifolds import Lorentz, ManifoldBase, Poincare
from manifuse.optim import RiemannianAdamW, RiemannianSGD, clip_grad_norm_

from .problems import C, descend, learnable, parameter, stress

STEPS = 300
CLOSE = {"rtol": 1e-9, "atol": 1e-9}
MODELS = (Poincare, Lorentz)
DECAYING: dict[str, Callable[..., Any]] = {
    "SGD": lambda p: RiemannianSGD(p, lr=0.02, momentum=0.9, nesterov=True, weight_decay=0.01),
    "AdamW": lambda p: RiemannianAdamW(p, lr=0.02, weight_decay=0.05, amsgrad=True),
    "AdamW-geodesic": lambda p: RiemannianAdamW(p, lr=0.02, weight_decay=0.05, decay="geodesic"),
}


@pytest.mark.parametrize("make", DECAYING.values(), ids=DECAYING)
def test_fixed_curvature(make: Callable[..., Any]) -> None:
    frames = []
    for model in MODELS:
        manifold = model(c=C).double()
        x = parameter(manifold, 8, 3)
        optimizer = make([x])
        losses = descend(optimizer, lambda manifold=manifold, x=x: stress(manifold, x), STEPS)
        assert losses[-1] < 0.5 * losses[0]
        frames.append(manifold.to_frame(x.detach()))
    torch.testing.assert_close(*frames, **CLOSE)


@pytest.mark.parametrize(("carry", "steps"), [("origin_tangent", STEPS), ("scale", 60), ("intrinsic", 60)])
def test_learned_curvature_of_several_parameters(optimiser: Callable[..., Any], carry: str, steps: int) -> None:
    """The carried gradient is that of one function on one space, whatever the coordinates."""
    results = []
    for model in MODELS:
        manifold = learnable(model, 3.0)
        x, y = parameter(manifold, 8, 3), parameter(manifold, 4, 3, seed=4)
        optimizer = optimiser([x, y, manifold.raw_c], carry=carry)

        def loss(manifold: ManifoldBase = manifold, x: Tensor = x, y: Tensor = y) -> Tensor:
            return stress(manifold, x) + manifold.sqdist(x[:4], y).mean()

        descend(optimizer, loss, steps)
        c = manifold.c.detach()
        assert abs(float(c) - 3.0) > 0.05
        results.append([c, manifold.to_frame(x.detach()), manifold.to_frame(y.detach())])
    torch.testing.assert_close(*results, **CLOSE)


def test_one_curvature_of_both_models(optimiser: Callable[..., Any]) -> None:
    """Points of both models that share one curvature, against twice the points of one of them."""
    results = []
    for models in ((Poincare, Lorentz), (Lorentz, Lorentz)):
        first, second = (learnable(model, 3.0) for model in models)
        second.raw_c = first.raw_c
        x, y = parameter(first, 8, 3), parameter(second, 8, 3)
        optimizer = optimiser([x, y, first.raw_c])

        def loss(spaces: tuple[ManifoldBase, ...] = (first, second), pair: tuple[Tensor, ...] = (x, y)) -> Tensor:
            return sum((stress(space, p) for space, p in zip(spaces, pair, strict=True)), torch.zeros(()))

        descend(optimizer, loss, 60)
        results.append([first.c.detach(), first.to_frame(x.detach()), second.to_frame(y.detach())])
    torch.testing.assert_close(*results, **CLOSE)


def test_clipping_is_by_the_riemannian_norm() -> None:
    lengths, gradients = [], []
    for model in MODELS:
        manifold = model(c=C).double()
        x, w = parameter(manifold, 8, 3, size=1.5), nn.Parameter(torch.ones(3, dtype=torch.float64))
        (stress(manifold, x) + (w * w).sum()).backward()
        expected = manifold.norm(x.detach(), manifold.egrad2rgrad(x.detach(), x.grad)).square().sum() + 12.0
        lengths.append(clip_grad_norm_([x, w], 0.1))
        torch.testing.assert_close(lengths[-1], expected.sqrt())
        gradients.append(manifold.norm(x.detach(), manifold.egrad2rgrad(x.detach(), x.grad)))
        assert float(clip_grad_norm_([x, w], 1.0)) == pytest.approx(0.1, rel=1e-4)
    torch.testing.assert_close(*lengths)
    torch.testing.assert_close(*gradients)
