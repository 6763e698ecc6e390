"""Midpoints and Fréchet means: what they minimise, their symmetries and their gradients."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from mpmath import mp
from torch import Tensor

from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, Poincare

Maker = Callable[..., Tensor]
CLOSE = {"rtol": 1e-10, "atol": 1e-10}
N = 3
MEANS = pytest.mark.parametrize("mean", ["midpoint", "frechet_mean"])


@MEANS
def test_shapes_axes_and_keepdim(geometry: ManifoldBase, points: Maker, mean: str) -> None:
    x, weights = points(geometry, 2, 3, 4, N), torch.rand(2, 3, 4, dtype=torch.float64)
    average, p = getattr(geometry, mean), geometry.point_size(N)
    expected = average(x, weights)
    assert expected.shape == (2, 3, p)
    geometry.check_point(expected)
    assert average(x, weights, keepdim=True).shape == (2, 3, 1, p)
    torch.testing.assert_close(average(x.movedim(-1, 1), weights, dim=1, rows=-1), expected.movedim(-1, 1), **CLOSE)
    torch.testing.assert_close(average(x, weights, rows=2), expected, **CLOSE)
    both = average(x, weights, rows=(0, -2))
    assert both.shape == (3, p)
    flat = average(x.transpose(0, 1).reshape(3, 8, p), weights.transpose(0, 1).reshape(3, 8))
    torch.testing.assert_close(both, flat, **CLOSE)
    assert average(x, rows=(0, 1, 2), keepdim=True).shape == (1, 1, 1, p)


@MEANS
def test_weights_broadcast_and_have_no_scale(geometry: ManifoldBase, points: Maker, mean: str) -> None:
    x, weights = points(geometry, 5, 4, N), torch.rand(4, dtype=torch.float64)
    average = getattr(geometry, mean)
    torch.testing.assert_close(average(x, weights), average(x, weights.expand(5, 4)), **CLOSE)
    torch.testing.assert_close(average(x, 1e3 * weights), average(x, weights), **CLOSE)
    torch.testing.assert_close(average(x), average(x, torch.full((4,), 0.3).double()), **CLOSE)
    repeated = torch.cat([x, x[:, :1]], dim=1)
    torch.testing.assert_close(average(x, torch.tensor([2.0, 1, 1, 1]).double()), average(repeated), **CLOSE)


@MEANS
def test_mean_of_one_and_of_two_points(geometry: ManifoldBase, points: Maker, mean: str) -> None:
    x = points(geometry, 6, 2, N)
    average = getattr(geometry, mean)
    torch.testing.assert_close(average(x[:, :1]), x[:, 0], **CLOSE)
    torch.testing.assert_close(average(x), geometry.geodesic(0.5, x[:, 0], x[:, 1]), **CLOSE)
    torch.testing.assert_close(average(x[:, :1].expand_as(x)), x[:, 0], **CLOSE)


@MEANS
def test_mean_moves_with_isometries(geometry: ManifoldBase, frames: Maker, mean: str) -> None:
    u, shift, weights = frames(2, 5, N), frames(N), torch.rand(2, 5, dtype=torch.float64)
    average = getattr(geometry, mean)
    moved = average(geometry.from_frame(geometry.add(shift, u)), weights)
    expected = geometry.add(shift, geometry.to_frame(average(geometry.from_frame(u), weights)))
    torch.testing.assert_close(geometry.to_frame(moved), expected, **CLOSE)


def test_frechet_mean_is_stationary(geometry: ManifoldBase, points: Maker) -> None:
    x, weights = points(geometry, 6, 8, N), torch.rand(6, 8, dtype=torch.float64)
    mean = geometry.frechet_mean(x, weights).unsqueeze(-2)
    pull = (weights.unsqueeze(-1) * geometry.logmap(mean, x)).sum(-2, keepdim=True)
    assert float(geometry.norm(mean, pull).max()) < 1e-13


def test_frechet_mean_of_one_dimension_is_the_mean_of_its_coordinate(curved: type[ManifoldBase]) -> None:
    manifold = curved(c=0.7).double()
    u = torch.tensor([[-0.3], [0.9], [1.2], [0.1]], dtype=torch.float64)
    mean = manifold.to_frame(manifold.frechet_mean(manifold.from_frame(u)))
    torch.testing.assert_close(mean, u.mean(0), **CLOSE)


@pytest.mark.parametrize("hyperbolic", [Poincare, Lorentz])
@pytest.mark.parametrize("radius", [0.01, 1.0, 4.0, 7.0])
def test_frechet_mean_converges_on_far_points(hyperbolic: type[ManifoldBase], radius: float) -> None:
    """In hyperbolic space far points look like the ends of a tree; undamped Newton steps diverge there."""
    manifold = hyperbolic(c=1.0).double()
    u = torch.nn.functional.normalize(torch.randn(40, 3, 2, dtype=torch.float64), dim=-1)
    u = radius * torch.rand(40, 3, 1, dtype=torch.float64) * u
    x = manifold.from_frame(u)
    mean = manifold.frechet_mean(x).unsqueeze(-2)
    pull = manifold.norm(mean, manifold.logmap(mean, x).mean(-2, keepdim=True))
    assert float(pull.max()) < 1e-12 * math.exp(2 * radius)


def test_frechet_mean_of_a_wide_cap() -> None:
    sphere = Hypersphere(c=2.0).double()
    u = torch.nn.functional.normalize(torch.randn(30, 6, N, dtype=torch.float64), dim=-1)
    u = 0.45 * math.pi / math.sqrt(2.0) * torch.rand(30, 6, 1, dtype=torch.float64) ** 0.2 * u
    x = sphere.from_frame(sphere.add(torch.tensor([0.5, -0.8, 0.3]).double(), u))
    mean = sphere.frechet_mean(x).unsqueeze(-2)
    assert float(sphere.norm(mean, sphere.logmap(mean, x).mean(-2, keepdim=True)).max()) < 1e-12
    assert float(sphere.dist(mean, x).max()) < 0.9 * math.pi / math.sqrt(2.0)


def test_midpoint_minimises_its_objective(curved: type[ManifoldBase], points: Maker) -> None:
    manifold = curved(c=0.7).double()
    x, weights = points(manifold, 6, N), torch.rand(6, dtype=torch.float64)
    root = math.sqrt(0.7)
    wave = torch.cos if float(manifold.sectional_curvature) > 0 else torch.cosh

    def objective(u: Tensor) -> Tensor:
        total = (weights * wave(root * manifold.dist(manifold.from_frame(u), x))).sum()
        return -total if wave is torch.cos else total

    gradient = torch.func.grad(objective)(manifold.to_frame(manifold.midpoint(x, weights)))
    assert float(gradient.abs().max()) < 1e-12


def test_base_midpoint_is_the_frechet_mean(geometry: ManifoldBase, points: Maker) -> None:
    x = points(geometry, 6, N)
    assert torch.equal(ManifoldBase.midpoint(geometry, x), geometry.frechet_mean(x))


def test_generic_start_reaches_the_same_mean(curved: type[ManifoldBase], points: Maker) -> None:
    """A geometry without a closed midpoint starts at the mean of frame coordinates."""
    manifold = curved(c=0.7).double()

    class Plain(curved):
        _frechet_start = ManifoldBase._frechet_start

    x = points(manifold, 4, 6, N)
    torch.testing.assert_close(Plain(c=0.7).double().frechet_mean(x), manifold.frechet_mean(x), **CLOSE)


def test_euclidean_means_are_the_mean(points: Maker) -> None:
    space, x, weights = Euclidean(), torch.randn(5, N), torch.rand(5)
    torch.testing.assert_close(space.frechet_mean(x, weights), (weights @ x) / weights.sum())
    torch.testing.assert_close(ManifoldBase.frechet_mean(space, x, weights), (weights @ x) / weights.sum())


@MEANS
def test_gradients_of_means(curved: type[ManifoldBase], frames: Maker, mean: str) -> None:
    """In points, weights and curvature; twice; the Fréchet mean's by the implicit function theorem."""
    manifold = curved(c=0.7, learnable=True).double()
    options = {"steps": 6} if mean == "frechet_mean" else {}

    def average(u: Tensor, weights: Tensor, raw: Tensor) -> Tensor:
        module = torch.nn.Module()
        module.manifold = manifold
        module.forward = lambda: manifold.to_frame(getattr(manifold, mean)(manifold.from_frame(u), weights, **options))
        return torch.func.functional_call(module, {"manifold.raw_c": raw}, ())

    inputs = frames(3, 2, longest=0.9), 0.1 + torch.rand(3, dtype=torch.float64), manifold.raw_c.detach().clone()
    inputs = tuple(value.requires_grad_() for value in inputs)
    assert torch.autograd.gradcheck(average, inputs, check_forward_ad=True)
    assert torch.autograd.gradgradcheck(average, inputs)


@MEANS
def test_low_precision_and_autocast(geometry: ManifoldBase, points: Maker, mean: str) -> None:
    x = points(geometry, 6, N)
    exact = getattr(geometry, mean)(x.float().double())
    for dtype, error in ((torch.float32, 1e-5), (torch.bfloat16, 0.05)):
        result = getattr(geometry, mean)(x.to(dtype))
        assert result.dtype == dtype
        torch.testing.assert_close(result.double(), exact, rtol=error, atol=error)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        result = getattr(geometry, mean)(x.float())
    torch.testing.assert_close(result.double(), exact, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("weight", [0.0, 1e-3, 0.4, 1.0])
def test_shrink_transp_is_midpoint_and_transport(
    geometry: ManifoldBase, points: Maker, tangents: Maker, weight: float
) -> None:
    x = torch.cat([points(geometry, 20, N), geometry.origin(1, geometry.point_size(N), dtype=torch.float64)])
    v, origin = tangents(geometry, x), geometry.origin(geometry.point_size(N), dtype=torch.float64)
    pairs = torch.stack([x, origin.expand_as(x)], dim=-2)
    expected = geometry.midpoint(pairs, torch.tensor([1 - weight, weight], dtype=torch.float64))
    for y, moved in (geometry.shrink_transp(x, v, weight), ManifoldBase.shrink_transp(geometry, x, v, weight)):
        torch.testing.assert_close(y, expected, rtol=1e-12, atol=1e-14)
        torch.testing.assert_close(moved, geometry.transp(x, expected, v), **CLOSE)
        geometry.check_point(y)
        geometry.check_tangent(y, moved)


@pytest.mark.parametrize("radius", [1e-6, 1.0, 8.0, 20.0])
def test_shrink_transp_keeps_digits_at_any_radius(radius: float) -> None:
    """Against the centroid of x and o in 100 digits; what is orthogonal to the geodesic stays as it is."""
    weight, space = 0.125, Lorentz(c=1.0)
    x = space.from_frame(torch.tensor([radius, 0.0]))
    with mp.workdps(100):
        sine = mp.mpf(float(x[1]))
        cosine = mp.sqrt(1 + sine**2)
        length = mp.sqrt((1 - weight) ** 2 + weight**2 + 2 * weight * (1 - weight) * cosine)
        expected = (1 - weight) * sine / length
    y, moved = space.shrink_transp(x, torch.tensor([0.0, 0.0, 1.0]), weight)
    assert float(y[1]) == pytest.approx(float(expected), rel=1e-6)
    assert moved.tolist() == [0.0, 0.0, 1.0]
