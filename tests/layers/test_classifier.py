"""The classifier's logits are hyperplane scores."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from manifuse.layers import Classifier
from manifuse.manifolds import Euclidean, Hypersphere, ManifoldBase

from .cases import assert_same, run, scramble, weighted
from .points import Space

Maker = Callable[..., Tensor]
EXACT = {"rtol": 1e-12, "atol": 1e-12}
GRADIENT = {"rtol": 1e-10, "atol": 1e-10}


def built(layer: nn.Module, dtype: torch.dtype = torch.float64) -> nn.Module:
    scramble(layer.to(dtype))
    return layer


def compare(layer: nn.Module, space: Space, u: Tensor) -> None:
    got = run(layer, u)
    v = u.clone().requires_grad_()
    names, parameters = zip(*layer.named_parameters(), strict=True)
    bias = torch.zeros(layer.num_classes, dtype=u.dtype) if layer.bias is None else layer.bias
    expected = space.scores(space.point(v), layer.weight, bias)
    torch.testing.assert_close(got.pop("output"), expected.detach(), **EXACT)
    gradients = torch.autograd.grad(weighted(expected), (v, *parameters))
    assert_same(got, dict(zip(("input", *names), gradients, strict=True)), **GRADIENT)


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("shape", [(4,), (5, 4), (2, 3, 4)], ids=str)
def test_logits_are_distances_to_hyperplanes(
    manifold: ManifoldBase, space: Space, frames: Maker, shape: tuple[int, ...], bias: bool
) -> None:
    compare(built(Classifier(4, 3, manifold=manifold, bias=bias)), space, frames(*shape))


def test_class_of_the_largest_margin_wins(manifold: ManifoldBase, frames: Maker) -> None:
    layer = Classifier(4, 4, manifold=manifold, bias=False).double()
    with torch.no_grad():
        layer.weight.copy_(torch.eye(4))
    u = frames(20, 4)
    assert torch.equal(layer(u).argmax(-1), u.argmax(-1))


@pytest.mark.parametrize("offset", [0.0, 0.4])
def test_zero_rows_of_weights_are_finite_and_learn(
    curved: type[ManifoldBase], dtype: torch.dtype, frames: Maker, offset: float
) -> None:
    layer = built(Classifier(4, 3, manifold=curved(c=0.7, learnable=True)), dtype)
    with torch.no_grad():
        layer.weight[1] = 0
        layer.bias[1] = offset
    results = run(layer, frames(5, 4, dtype=dtype))
    assert all(tensor.isfinite().all() for tensor in results.values())
    assert results["weight"][1].abs().sum() > 1e-3


def test_zero_row_without_offset_is_the_linearised_score(manifold: ManifoldBase, space: Space, frames: Maker) -> None:
    if isinstance(manifold, Hypersphere):
        pytest.skip("the offset of a hyperplane on the sphere is periodic: there is no limit for b at w = 0")
    layer = built(Classifier(4, 3, manifold=manifold))
    with torch.no_grad():
        layer.weight[1], layer.bias[1] = 0, 0
    compare(layer, space, frames(5, 4))


def test_zero_row_without_bias_is_the_linearised_score(manifold: ManifoldBase, space: Space, frames: Maker) -> None:
    layer = built(Classifier(4, 3, manifold=manifold, bias=False))
    with torch.no_grad():
        layer.weight[1] = 0
    compare(layer, space, frames(5, 4))


@pytest.mark.parametrize("factor", [1e3, 1e-3])
def test_weights_out_of_scale_are_finite(
    curved: type[ManifoldBase], dtype: torch.dtype, frames: Maker, factor: float
) -> None:
    layer = built(Classifier(4, 3, manifold=curved(c=0.7, learnable=True)), dtype)
    with torch.no_grad():
        layer.weight.mul_(factor)
    results = run(layer, frames(5, 4, dtype=dtype))
    assert all(tensor.isfinite().all() for tensor in results.values())
    assert results["weight"].any()


def test_scores_of_the_sphere_are_bounded(frames: Maker) -> None:
    """No point is farther from a great subsphere than a quarter of a great circle."""
    layer = built(Classifier(4, 3, manifold=Hypersphere(c=0.7)))
    length = layer.weight.detach().norm(dim=1)
    largest = layer(frames(100, 4, longest=0.99 * math.pi / math.sqrt(0.7))).detach().abs().amax(0)
    assert (largest <= length * math.pi / 2 / math.sqrt(0.7) * (1 + 1e-12)).all()


def test_on_flat_space_it_is_linear() -> None:
    layer, twin, u = built(Classifier(4, 3, manifold=Euclidean())), built(nn.Linear(4, 3)), torch.randn(5, 4).double()
    assert_same(run(layer, u), run(twin, u), **EXACT)


def test_no_class_starts_without_a_weight(geometry: ManifoldBase) -> None:
    assert Classifier(8, 100, manifold=geometry).weight.any(1).all()


def test_inputs_that_do_not_fit_are_refused(geometry: ManifoldBase) -> None:
    layer = Classifier(4, 3, manifold=geometry).double()
    with pytest.raises(ValueError, match="Classifier") as caught:
        layer(torch.zeros(2, 5, dtype=torch.float64))
    assert all(word in str(caught.value) for word in ("in_features", "4", "(2, 5)")), caught.value


@pytest.mark.parametrize("name", ["in_features", "num_classes"])
def test_sizes_that_make_no_layer_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name}.*0"):
        Classifier(**{"in_features": 4, "num_classes": 3, name: 0}, manifold=Euclidean())
