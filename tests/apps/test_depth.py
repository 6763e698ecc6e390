"""Depth: at initialisation neither activations nor gradients vanish or explode over 56 layers."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
import torch
from torch import Tensor, nn

from manifuse import Euclidean, Hypersphere, Lorentz, Poincare
from manifuse.apps import ResNet
from manifuse.layers import Conv2d, ReLU
from manifuse.manifolds import ManifoldBase

DEPTH = 56
GEOMETRIES = [Euclidean(), Poincare(c=0.1), Lorentz(c=0.1), Hypersphere(c=0.1)]


def frame_norms(blocks: Iterable[nn.Module], u: Tensor) -> tuple[Tensor, Tensor]:
    """Mean frame norms of what each block returns, and of the gradients of a random function of the last."""
    outputs = []
    for block in blocks:
        u = block(u)
        u.retain_grad()
        outputs.append(u)
    (u * torch.randn_like(u)).sum().backward()

    activations = torch.stack([output.detach().norm(dim=1).mean() for output in outputs])
    # of whole images: a stage of stride 2 has fewer pixels, each with a larger share of the gradient
    gradients = torch.stack([output.grad.flatten(1).norm(dim=1).mean() for output in outputs])
    return activations, gradients


def spread(norms: Tensor) -> float:
    assert norms.isfinite().all()
    return float(norms.max() / norms.min())


@pytest.mark.parametrize("manifold", GEOMETRIES, ids=str)
def test_a_plain_network_keeps_norms_within_a_factor_of_five(manifold: ManifoldBase) -> None:
    torch.manual_seed(0)
    blocks = [
        nn.Sequential(Conv2d(16, 16, 3, padding=1, manifold=manifold), ReLU(manifold=manifold)) for _ in range(DEPTH)
    ]
    activations, gradients = frame_norms(blocks, torch.rand(2, 16, 8, 8) / 2)
    assert spread(activations) < 5
    assert spread(gradients) < 5


@pytest.mark.parametrize("manifold", GEOMETRIES, ids=str)
def test_a_residual_network_keeps_norms_within_a_factor_of_ten(manifold: ManifoldBase) -> None:
    torch.manual_seed(0)
    network = ResNet(DEPTH, manifold)
    blocks = [network.stem, *(block for stage in network.stages for block in stage)]
    activations, gradients = frame_norms(blocks, torch.rand(2, 3, 16, 16) * 2 - 1)
    assert spread(activations) < 10
    assert spread(gradients) < 10
