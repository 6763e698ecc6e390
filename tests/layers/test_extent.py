"""Layers far outside the radius at which float32 resolves hyperbolic space: what they return stays inside."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from manifuse.layers import BatchNorm2d, Classifier, Conv2d, GlobalAvgPool2d, ReLU, Residual
from manifuse.manifolds import Lorentz, ManifoldBase, Poincare


@pytest.mark.parametrize("spread", ["total", "channel", "distance"])
@pytest.mark.parametrize("size", [1e2, 1e4])
def test_network_of_huge_parameters_is_finite(geometry: ManifoldBase, spread: Any, size: float) -> None:
    torch.manual_seed(0)

    def convolution(channels: int) -> Conv2d:
        return Conv2d(channels, 8, 3, padding=1, manifold=geometry, init="random")

    def norm() -> BatchNorm2d:
        return BatchNorm2d(8, manifold=geometry, spread=spread)

    body = nn.Sequential(convolution(8), norm(), ReLU(manifold=geometry), convolution(8), norm())
    net = nn.Sequential(
        convolution(3),
        norm(),
        ReLU(manifold=geometry),
        Residual(body, manifold=geometry),
        Residual(nn.Identity(), manifold=geometry),
        GlobalAvgPool2d(manifold=geometry),
        Classifier(8, 5, manifold=geometry),
    ).float()
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if "raw_c" not in name:
                parameter.copy_(size * torch.randn_like(parameter))
    logits = net(10 * torch.randn(4, 3, 6, 6))
    logits.sum().backward()
    assert logits.isfinite().all()
    assert all(p.grad is None or p.grad.isfinite().all() for p in net.parameters())
    assert net.eval()(torch.randn(4, 3, 6, 6)).isfinite().all()


@pytest.mark.parametrize("kind", [Poincare, Lorentz])
@pytest.mark.parametrize("groups", [1, 4])
def test_whole_output_stays_within_the_radius_of_the_dtype(kind: type[ManifoldBase], groups: int) -> None:
    torch.manual_seed(0)
    layer = Conv2d(8, 8, 3, groups=groups, manifold=kind(c=0.25), init="random")
    with torch.no_grad():
        layer.weight.mul_(1e3)
    radii = 0.25**0.5 * layer(torch.randn(2, 8, 6, 6)).detach().norm(dim=1)
    assert 12 < float(radii.max()) <= 13 * (1 + 1e-6)


@pytest.mark.parametrize("size", [0.0, 1e-38, 1e-30, 1e-20, 1e-15])
def test_network_of_tiny_vectors_is_finite(geometry: ManifoldBase, size: float) -> None:
    torch.manual_seed(0)
    body = nn.Sequential(Conv2d(3, 3, 3, padding=1, manifold=geometry), BatchNorm2d(3, manifold=geometry))
    layers = [
        Conv2d(3, 3, 3, padding=1, manifold=geometry, init="random", bias=False),
        Residual(nn.Identity(), manifold=geometry),
        Residual(body, manifold=geometry),
        nn.Sequential(GlobalAvgPool2d(manifold=geometry), Classifier(3, 5, manifold=geometry)),
    ]
    for layer in layers:
        u = (size * torch.randn(2, 3, 4, 4)).requires_grad_()
        out = layer.float()(u)
        out.sum().backward()
        assert out.isfinite().all()
        assert u.grad.isfinite().all(), layer
        assert all(p.grad is None or p.grad.isfinite().all() for p in layer.parameters()), layer


def test_empty_batch_gives_an_empty_batch(geometry: ManifoldBase) -> None:
    net = nn.Sequential(
        Conv2d(3, 8, 3, manifold=geometry),
        BatchNorm2d(8, manifold=geometry),
        GlobalAvgPool2d(manifold=geometry),
        Classifier(8, 5, manifold=geometry),
    ).double()
    logits = net.eval()(torch.zeros(0, 3, 6, 6, dtype=torch.float64))
    logits.sum().backward()
    assert logits.shape == (0, 5)
    assert all(not p.grad.any() for p in net.parameters() if p.grad is not None)
