"""Batch normalisation: statistics of points, what it does to them, and running statistics that evaluation uses."""

from __future__ import annotations

import math
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from manifuse.layers import BatchNorm1d, BatchNorm2d
from manifuse.manifolds import Euclidean, Hypersphere, ManifoldBase, Poincare

from . import points
from .cases import assert_same, own_state, run, scramble, weighted
from .points import Space, Statistics

Maker = Callable[..., Tensor]
EXACT = {"rtol": 1e-12, "atol": 1e-12}
GRADIENT = {"rtol": 1e-10, "atol": 1e-10}
ITERATED = {"rtol": 1e-9, "atol": 1e-9}
"""For Fréchet means, which are iterated."""

C = 4
IMAGES = (3, C, 2, 4)
LONGEST = 1.2
SPREADS = pytest.mark.parametrize("spread", ["total", "channel", "distance"])
CENTERS = pytest.mark.parametrize("center", ["pooled", "per_sample"])
MEANS = pytest.mark.parametrize("mean", ["midpoint", "frechet"])


def built(manifold: ManifoldBase, kind: type[nn.Module] = BatchNorm2d, **options: Any) -> nn.Module:
    """A layer in float64 with generic parameters and statistics."""
    layer = kind(C, manifold=manifold, **options).double()
    scramble(layer)
    return layer


def rows(space: Space, u: Tensor) -> Tensor:
    """Points (N, P, n) of images or vectors with channels at dim 1."""
    return space.point(u.flatten(2).mT if u.ndim > 2 else u.unsqueeze(1))


def image(x: Tensor, like: Tensor) -> Tensor:
    """Rows (N·P, n) in the layout of the input."""
    return x.reshape(like.shape[0], -1, like.shape[1]).mT.reshape(like.shape)


def statistics(space: Space, layer: nn.Module, u: Tensor) -> Statistics:
    return Statistics(space, rows(space, u), spread=layer.spread, center=layer.center, mean=layer.mean)


def normalized(space: Space, layer: nn.Module, u: Tensor, mean: Tensor, spread: Tensor) -> Tensor:
    """The layer on points, with given statistics."""
    weight = torch.ones_like(spread) if layer.weight is None else layer.weight
    bias = torch.zeros(u.shape[1], dtype=u.dtype) if layer.bias is None else layer.bias
    factor = points.scale(spread, weight, layer.spread, layer.eps)
    x, direct = rows(space, u).flatten(0, 1), layer.spread == "total"
    return image(points.normalize(space, x, mean, factor, bias, direct=direct), u)


@SPREADS
@CENTERS
@pytest.mark.parametrize("affine", [True, False])
def test_training_normalises_points_by_their_own_statistics(
    manifold: ManifoldBase, space: Space, frames: Maker, spread: str, center: str, affine: bool
) -> None:
    layer, u = built(manifold, spread=spread, center=center, affine=affine), frames(*IMAGES, dim=1, longest=LONGEST)
    got = run(layer, u)

    v = u.clone().requires_grad_()
    names, parameters = zip(*layer.named_parameters(), strict=True)
    batch = statistics(space, layer, v)
    output = normalized(space, layer, v, batch.mean, batch.spread)
    torch.testing.assert_close(got.pop("output"), output.detach(), **EXACT)
    gradients = torch.autograd.grad(weighted(output), (v, *parameters))
    assert_same(got, dict(zip(("input", *names), gradients, strict=True)), **GRADIENT)


@pytest.mark.parametrize(("kind", "shape"), [(BatchNorm1d, (6, C)), (BatchNorm1d, (3, C, 5)), (BatchNorm2d, IMAGES)])
def test_every_shape_of_torch_is_normalised(
    manifold: ManifoldBase, space: Space, frames: Maker, kind: type[nn.Module], shape: tuple[int, ...]
) -> None:
    for center in ("pooled", "per_sample"):
        layer, u = built(manifold, kind, center=center), frames(*shape, dim=1, longest=LONGEST)
        batch = statistics(space, layer, u)
        torch.testing.assert_close(layer(u), normalized(space, layer, u, batch.mean, batch.spread), **EXACT)


@SPREADS
@CENTERS
def test_frechet_mean_is_karchers(
    manifold: ManifoldBase, space: Space, frames: Maker, spread: str, center: str
) -> None:
    layer = built(manifold, spread=spread, center=center, mean="frechet")
    u = frames(*IMAGES, dim=1, longest=LONGEST)
    batch = statistics(space, layer, u)
    torch.testing.assert_close(layer(u), normalized(space, layer, u, batch.mean, batch.spread), **ITERATED)


def test_negative_scale_mirrors(manifold: ManifoldBase, space: Space, frames: Maker) -> None:
    for spread in ("total", "channel"):
        layer, u = built(manifold, spread=spread), frames(*IMAGES, dim=1, longest=LONGEST)
        with torch.no_grad():
            layer.weight[0] = -0.8
        batch = statistics(space, layer, u)
        torch.testing.assert_close(layer(u), normalized(space, layer, u, batch.mean, batch.spread), **EXACT)


# What the result is


@SPREADS
@CENTERS
@MEANS
def test_spread_of_the_result(
    manifold: ManifoldBase, space: Space, frames: Maker, spread: str, center: str, mean: str
) -> None:
    """About β: γ²σ²/(σ² + ε) for variances, γσ/(σ + ε) for the mean distance."""
    layer = built(manifold, spread=spread, center=center, mean=mean, eps=0.1)
    with torch.no_grad():
        layer.weight.abs_().mul_(0.7)  # short enough for the sphere
    u = frames(*IMAGES, dim=1, longest=LONGEST)
    before = statistics(space, layer, u).spread
    x = rows(space, layer(u)).flatten(0, 1)
    bias = space.point(layer.bias)
    if spread == "channel":
        after = space.to_frame_at(bias, x).square().mean(0)
    else:
        after = space.dist(bias, x).pow(2 if spread == "total" else 1).mean().reshape(1)
    power = 1 if spread == "distance" else 2
    torch.testing.assert_close(after, layer.weight**power * before / (before + 0.1), **ITERATED)


@SPREADS
def test_frechet_mean_of_the_result_is_the_bias(
    manifold: ManifoldBase, space: Space, frames: Maker, spread: str
) -> None:
    layer = built(manifold, spread=spread, mean="frechet")
    with torch.no_grad():
        layer.weight.mul_(0.5)
    x = rows(space, layer(frames(*IMAGES, dim=1, longest=LONGEST))).flatten(0, 1)
    z = space.to_frame_at(space.point(layer.bias), x)
    torch.testing.assert_close(z.mean(0), torch.zeros(C, dtype=z.dtype), rtol=0, atol=1e-10)


def test_midpoint_of_the_result_is_the_bias_at_scale_one_only(
    manifold: ManifoldBase, space: Space, frames: Maker
) -> None:
    layer, u = built(manifold, eps=0.0), frames(*IMAGES, dim=1, longest=LONGEST)
    length = statistics(space, layer, u).spread.sqrt().detach()
    offsets = []
    for factor in (1.0, 1.6):
        with torch.no_grad():
            layer.weight.copy_(factor * length)
        x = rows(space, layer(u)).flatten(0, 1)
        middle = space.centroid(x, torch.ones(len(x), dtype=x.dtype))
        offsets.append(float(space.dist(space.point(layer.bias), middle).detach()))
    assert offsets[0] < 1e-7  # the root of a rounding error, where the distance is an arccosine
    assert offsets[1] > 1e-3


@SPREADS
def test_statistics_are_equivariant(manifold: ManifoldBase, space: Space, frames: Maker, spread: str) -> None:
    """Translated points have the translated mean; distances to it stay, and so do distances among the results."""
    u, shift = frames(*IMAGES, dim=1, longest=LONGEST), frames(C, longest=0.8)
    results = []
    for given in (u, points.add(space, shift, u.movedim(1, -1)).movedim(-1, 1).detach()):
        layer = built(manifold, spread=spread, momentum=1.0)
        results.append((layer, rows(space, layer(given)).flatten(0, 1)))
    (still, x), (moved, y) = results
    torch.testing.assert_close(moved.running_mean, points.add(space, shift, still.running_mean), **EXACT)
    if spread != "channel":  # a frame at the mean turns with the translation
        torch.testing.assert_close(moved.running_var, still.running_var, **EXACT)
        distances = [space.dist(rows_, rows_.roll(1, 0)) for rows_ in (x, y)]
        torch.testing.assert_close(*distances, **GRADIENT)


def test_centers_differ_where_radii_vary(manifold: ManifoldBase, frames: Maker) -> None:
    u = frames(*IMAGES, dim=1, longest=LONGEST)
    u[0] *= 0.1
    pooled, per_sample = (built(manifold, center=center, momentum=1.0) for center in ("pooled", "per_sample"))
    pooled(u), per_sample(u)
    assert float((pooled.running_mean - per_sample.running_mean).norm()) > 1e-3


# Running statistics


def follow(space: Space, layer: nn.Module, batches: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Running statistics by torch's rule, from those of the layer; a weighted Fréchet mean of two is on a geodesic."""
    mean, spread = space.point(layer.running_mean), layer.running_var.clone()
    for step, u in enumerate(batches, 1):
        rate = 1 / step if layer.momentum is None else layer.momentum
        batch = statistics(space, layer, u)
        if layer.mean == "frechet":
            mean = space.exp(mean, rate * space.log(mean, batch.mean))
        else:
            mean = space.centroid(torch.stack((mean, batch.mean)), torch.tensor([1 - rate, rate], dtype=u.dtype))
        # HCNN's mean distance has no unbiased form
        unbiased = batch.spread * (1 if layer.spread == "distance" else batch.count / (batch.count - 1))
        spread = (1 - rate) * spread + rate * unbiased
    return space.frame(mean).detach(), spread.detach()


@SPREADS
@CENTERS
@pytest.mark.parametrize("momentum", [0.1, 0.7, None])
@MEANS
def test_running_statistics_follow_torchs_rule(
    manifold: ManifoldBase, space: Space, frames: Maker, spread: str, center: str, momentum: float | None, mean: str
) -> None:
    layer = built(manifold, spread=spread, center=center, momentum=momentum, mean=mean)
    batches = [frames(*IMAGES, dim=1, longest=LONGEST) for _ in range(3)]
    middle, var = follow(space, layer, batches)
    for u in batches:
        layer(u)
    torch.testing.assert_close(layer.running_mean, middle, **EXACT)
    torch.testing.assert_close(layer.running_var, var, **EXACT)
    assert int(layer.num_batches_tracked) == 3
    assert not layer.running_mean.requires_grad
    assert not layer.running_var.requires_grad


@SPREADS
@MEANS
def test_evaluation_uses_the_running_statistics(
    manifold: ManifoldBase, space: Space, frames: Maker, spread: str, mean: str
) -> None:
    layer, u = built(manifold, spread=spread, mean=mean), frames(*IMAGES, dim=1, longest=LONGEST)
    for _ in range(3):
        layer(frames(*IMAGES, dim=1, longest=LONGEST))
    layer.eval()
    before = deepcopy(own_state(layer))
    output = layer(u)
    expected = normalized(space, layer, u, space.point(layer.running_mean), layer.running_var)
    torch.testing.assert_close(output, expected, **EXACT)
    assert_same(own_state(layer), before, rtol=0, atol=0)


@SPREADS
@CENTERS
def test_evaluated_row_does_not_depend_on_its_neighbours(
    geometry: ManifoldBase, frames: Maker, spread: str, center: str
) -> None:
    layer, u = built(geometry, spread=spread, center=center).eval(), frames(*IMAGES, dim=1, longest=LONGEST)
    together = layer(u)
    torch.testing.assert_close(layer(u[:1]), together[:1], **EXACT)
    torch.testing.assert_close(layer(u[:1, :, :1, :1]), together[:1, :, :1, :1], **EXACT)


@SPREADS
def test_untrained_layer_in_evaluation_is_almost_the_identity(
    geometry: ManifoldBase, frames: Maker, spread: str
) -> None:
    layer = BatchNorm2d(C, manifold=geometry, spread=spread).double().eval()
    u = frames(*IMAGES, dim=1)
    shrunk = u / (1 + 1e-5 if spread == "distance" else math.sqrt(1 + 1e-5))
    torch.testing.assert_close(layer(u), shrunk, **EXACT)


def test_without_running_statistics_evaluation_takes_the_batch(manifold: ManifoldBase, frames: Maker) -> None:
    layer, u = built(manifold, track_running_stats=False), frames(*IMAGES, dim=1, longest=LONGEST)
    assert layer.running_mean is None
    assert own_state(layer).keys() == {"weight", "bias"}
    torch.testing.assert_close(layer.eval()(u), layer.train()(u), rtol=0, atol=0)


def test_parameters_start_at_one_and_the_origin(geometry: ManifoldBase) -> None:
    for spread, scales in (("total", 1), ("distance", 1), ("channel", C)):
        layer = BatchNorm2d(C, manifold=geometry, spread=spread)
        assert torch.equal(layer.weight, torch.ones(scales))
        assert torch.equal(layer.bias, torch.zeros(C))
        assert torch.equal(layer.running_mean, torch.zeros(C))
        assert torch.equal(layer.running_var, torch.ones(scales))
        assert sum(p.numel() for p in layer.parameters()) == scales + C
        scramble(layer)
        layer(torch.randn(2, C, 2, 2))
        layer.reset_parameters()
        assert torch.equal(layer.weight, torch.ones(scales))
        assert torch.equal(layer.running_mean, torch.zeros(C))
        assert int(layer.num_batches_tracked) == 0


# On flat space


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"momentum": None},
        {"eps": 0.01, "momentum": 0.3},
        {"affine": False},
        {"track_running_stats": False},
    ],
    ids=str,
)
@pytest.mark.parametrize(
    ("kind", "twin", "shape"),
    [
        (BatchNorm1d, nn.BatchNorm1d, (6, C)),
        (BatchNorm1d, nn.BatchNorm1d, (3, C, 5)),
        (BatchNorm2d, nn.BatchNorm2d, IMAGES),
    ],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_on_flat_space_per_channel_it_is_torchs(
    options: dict[str, Any], kind: type[nn.Module], twin: type[nn.Module], shape: tuple[int, ...]
) -> None:
    layer, other = kind(C, manifold=Euclidean(), spread="channel", **options).double(), twin(C, **options).double()
    assert own_state(layer).keys() == other.state_dict().keys()
    scramble(layer), scramble(other)
    for _ in range(3):
        u = 2 + 3 * torch.randn(shape, dtype=torch.float64)
        assert_same(run(layer, u), run(other, u), **EXACT)
        assert_same(own_state(layer), dict(other.state_dict()), **EXACT)
    layer.eval(), other.eval()
    assert_same(run(layer, u), run(other, u), **EXACT)


def test_on_flat_space_the_scalar_spreads_are_what_they_say(frames: Maker) -> None:
    u = frames(*IMAGES, dim=1)
    centred = u - u.mean((0, 2, 3), keepdim=True)
    length = centred.norm(dim=1)
    total, distance = (built(Euclidean(), spread=spread) for spread in ("total", "distance"))
    bias = total.bias.reshape(-1, 1, 1)
    expected = total.weight * centred / (length.square().mean() + 1e-5).sqrt() + bias
    torch.testing.assert_close(total(u), expected, **EXACT)
    torch.testing.assert_close(distance(u), distance.weight * centred / (length.mean() + 1e-5) + bias, **EXACT)


# Numbers at the edge


@SPREADS
@MEANS
def test_equal_points_go_to_the_bias_with_finite_gradients(
    geometry: ManifoldBase, dtype: torch.dtype, spread: str, mean: str
) -> None:
    layer = BatchNorm2d(C, manifold=geometry, spread=spread, mean=mean)
    scramble(layer)
    layer.to(dtype)
    for u in (torch.zeros(IMAGES, dtype=dtype), torch.full(IMAGES, 0.4, dtype=dtype)):
        results = run(layer, u)
        assert all(tensor.isfinite().all() for tensor in results.values())
        # deviations of a few rounding errors are multiplied by 1/√ε, or 1/ε
        atol = 8 * torch.finfo(dtype).eps * layer.eps ** (-1 if spread == "distance" else -0.5)
        expected = layer.bias.detach().reshape(-1, 1, 1).expand(IMAGES)
        torch.testing.assert_close(results["output"], expected, rtol=0.0, atol=atol)


@SPREADS
@CENTERS
def test_far_points_are_finite(dtype: torch.dtype, spread: str, center: str, curved: type[ManifoldBase]) -> None:
    layer = BatchNorm2d(C, manifold=curved(c=1.0, learnable=True), spread=spread, center=center).to(dtype)
    u = torch.randn(IMAGES, dtype=dtype)
    longest = 0.99 * math.pi if curved is Hypersphere else 30.0
    u = longest * u / u.norm(dim=1, keepdim=True)
    assert all(tensor.isfinite().all() for tensor in run(layer, u).values())
    assert all(tensor.isfinite().all() for tensor in layer.state_dict().values())


@SPREADS
@pytest.mark.parametrize("affine", [True, False])
def test_result_stays_inside_the_injectivity_radius(frames: Maker, spread: str, affine: bool) -> None:
    """An outlier is normalised to √(number of points) standard deviations."""
    layer = built(Hypersphere(c=0.7).double(), spread=spread, affine=affine)
    if affine:
        with torch.no_grad():
            layer.weight.mul_(20)
    u = 0.1 * frames(*IMAGES, dim=1)
    u[0, :, 0, 0] *= 15
    assert float(layer(u).detach().norm(dim=1).max()) <= math.pi / math.sqrt(0.7)


def test_low_precision_keeps_wide_statistics(curved: type[ManifoldBase], frames: Maker) -> None:
    """bfloat16 images through a float32 layer: statistics as of float32, output in bfloat16."""
    layer, other = (BatchNorm2d(C, manifold=curved(c=0.7), momentum=1.0) for _ in range(2))
    u = frames(*IMAGES, dim=1, longest=LONGEST).bfloat16()
    output, expected = layer(u), other(u.float())
    assert output.dtype == torch.bfloat16
    torch.testing.assert_close(output.float(), expected, rtol=1e-2, atol=1e-2)
    torch.testing.assert_close(layer.running_mean, other.running_mean)
    torch.testing.assert_close(layer.running_var, other.running_var)


# Bad input


@SPREADS
@pytest.mark.parametrize(
    ("kind", "shape"), [(BatchNorm1d, (1, C)), (BatchNorm1d, (1, C, 1)), (BatchNorm2d, (1, C, 1, 1))]
)
def test_one_value_per_channel_cannot_be_normalised_in_training(
    geometry: ManifoldBase, kind: type[nn.Module], shape: tuple[int, ...], spread: str
) -> None:
    layer = kind(C, manifold=geometry, spread=spread).double()
    before = deepcopy(own_state(layer))
    with pytest.raises(ValueError, match=r"more than (1|one) value per channel") as caught:
        layer(torch.zeros(shape, dtype=torch.float64))
    assert str(list(shape))[1:-1] in str(caught.value)
    assert_same(own_state(layer), before, rtol=0, atol=0)
    assert layer.eval()(torch.zeros(shape, dtype=torch.float64)).isfinite().all()


@pytest.mark.parametrize(
    ("kind", "shape", "words"),
    [
        (BatchNorm1d, (2, 5), ("BatchNorm1d", "num_features", "4", "5")),
        (BatchNorm2d, (2, 5, 3, 3), ("BatchNorm2d", "num_features", "4", "5")),
        (BatchNorm1d, (2, C, 3, 3), ("BatchNorm1d", "(2, 4, 3, 3)")),
        (BatchNorm2d, (2, C), ("BatchNorm2d", "(2, 4)")),
        (BatchNorm2d, (C, 3, 3), ("BatchNorm2d", "(4, 3, 3)")),
    ],
)
def test_inputs_that_do_not_fit_are_refused(
    geometry: ManifoldBase, kind: type[nn.Module], shape: tuple[int, ...], words: tuple[str, ...]
) -> None:
    layer = kind(C, manifold=geometry).double()
    for mode in (True, False):
        with pytest.raises(ValueError, match=r"\w") as caught:
            layer.train(mode)(torch.zeros(shape, dtype=torch.float64))
        assert all(word in str(caught.value) for word in words), caught.value


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"spread": "variance"}, ("spread", "variance", "total", "channel", "distance")),
        ({"center": "batch"}, ("center", "batch", "pooled", "per_sample")),
        ({"mean": "median"}, ("mean", "median", "midpoint", "frechet")),
    ],
    ids=str,
)
def test_arguments_that_do_not_exist_are_refused(options: dict[str, Any], words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        BatchNorm2d(C, manifold=Poincare(), **options)
    assert all(word in str(caught.value) for word in words), caught.value
