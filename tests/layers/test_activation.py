"""Activations and dropout act on frame coordinates, as log0 ∘ function ∘ exp0."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from manifuse.layers import Activation, Dropout, ReLU
from manifuse.manifolds import Euclidean, Hypersphere, ManifoldBase, Poincare

from .points import Space

Maker = Callable[..., Tensor]
EXACT = {"rtol": 1e-12, "atol": 1e-12}
SHAPES = pytest.mark.parametrize("shape", [(5, 4), (3, 4, 5), (2, 4, 3, 5)], ids=str)


def on_points(space: Space, u: Tensor, function: Callable[[Tensor], Tensor]) -> Tensor:
    """log_o of the function of log_o, the channels at dim 1; within the injectivity radius."""
    tangent = space.coordinates(space.tangent(space.frame(space.point(u.movedim(1, -1)))))
    return space.bound(function(tangent)).movedim(-1, 1)


@SHAPES
def test_relu_is_of_the_logarithm(manifold: ManifoldBase, space: Space, frames: Maker, shape: tuple[int, ...]) -> None:
    u = frames(*shape, dim=1)
    output = ReLU(manifold=manifold)(u)
    torch.testing.assert_close(output, functional.relu(u), rtol=0, atol=0)
    assert (output.norm(dim=1) <= u.norm(dim=1)).all()  # so that it needs no bound


@SHAPES
@pytest.mark.parametrize("function", [torch.tanh, nn.SiLU(), nn.LeakyReLU(-3.0)], ids=["tanh", "SiLU", "mirror"])
def test_activation_is_of_the_logarithm(
    manifold: ManifoldBase, space: Space, frames: Maker, shape: tuple[int, ...], function: Callable[[Tensor], Tensor]
) -> None:
    u = frames(*shape, dim=1)
    torch.testing.assert_close(
        Activation(function, manifold=manifold)(u), on_points(space, u, function).detach(), **EXACT
    )


def test_activation_registers_a_module_with_parameters(geometry: ManifoldBase) -> None:
    layer = Activation(nn.PReLU(4), manifold=geometry).double()
    u = torch.randn(2, 4, 3, dtype=torch.float64)
    layer(u).sum().backward()
    assert any(name.endswith("weight") and p.grad is not None for name, p in layer.named_parameters())


def test_relu_inplace_is_torchs(geometry: ManifoldBase) -> None:
    u = torch.randn(2, 4)
    output = ReLU(manifold=geometry, inplace=True)(u)
    assert output is u
    assert (u >= 0).all()


@SHAPES
def test_dropout_is_torchs_with_the_same_seed(geometry: ManifoldBase, frames: Maker, shape: tuple[int, ...]) -> None:
    layer, u = Dropout(0.4, manifold=geometry), frames(*shape, dim=1)
    torch.manual_seed(3)
    output = layer(u)
    torch.manual_seed(3)
    kept = functional.dropout(u, 0.4)
    torch.testing.assert_close(output, geometry.bound(kept, dim=1), **EXACT)
    assert torch.equal(layer.eval()(u), u)
    assert 0 < int((output == 0).sum()) < output.numel()


def test_dropout_of_nothing_and_of_everything(geometry: ManifoldBase, frames: Maker) -> None:
    u = frames(3, 4, 5, dim=1)
    assert torch.equal(Dropout(0.0, manifold=geometry)(u), u)
    assert not Dropout(1.0, manifold=geometry)(u).any()


def test_sphere_is_not_left() -> None:
    globe, radius = Hypersphere(c=0.7).double(), math.pi / math.sqrt(0.7)
    u = torch.randn(20, 6, 3, dtype=torch.float64)
    u = 0.99 * radius * u / u.norm(dim=1, keepdim=True)
    for layer in (ReLU(manifold=globe), Dropout(0.8, manifold=globe), Activation(lambda x: 50 * x, manifold=globe)):
        output = layer(u)
        assert float(output.norm(dim=1).max()) < radius
        back = globe.to_frame(globe.from_frame(output, dim=1), dim=1)
        torch.testing.assert_close(back, output, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("p", [-0.1, 1.5, float("nan")])
def test_impossible_probabilities_are_refused(p: float) -> None:
    for geometry in (Poincare(), Euclidean()):
        with pytest.raises(ValueError, match=r"p must be .*between 0 and 1"):
            Dropout(p, manifold=geometry)
