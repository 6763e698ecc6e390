"""Layer operations: fused ones against what the base derives, and what both must be."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, Poincare

Maker = Callable[..., Tensor]
CLOSE = {"rtol": 1e-10, "atol": 1e-11}
N, M = 4, 3
HYPERBOLIC = pytest.mark.parametrize("hyperbolic", [Poincare, Lorentz])


@pytest.fixture
def planes() -> tuple[Tensor, Tensor]:
    return torch.randn(M, N, dtype=torch.float64), 0.4 * torch.randn(M, dtype=torch.float64)


def axis_first(value: Tensor) -> Tensor:
    return value.movedim(-1, 1)


def test_frame_distances_are_derived(geometry: ManifoldBase, frames: Maker) -> None:
    u, v = frames(6, N), frames(6, N)
    torch.testing.assert_close(geometry.frame_dist(u, v), ManifoldBase.frame_dist(geometry, u, v), **CLOSE)
    torch.testing.assert_close(geometry.frame_sqdist(u, v), ManifoldBase.frame_sqdist(geometry, u, v), **CLOSE)


def test_maps_to_and_from_the_frame_are_derived(geometry: ManifoldBase, frames: Maker) -> None:
    u = frames(6, N)
    x = geometry.from_frame(u)
    torch.testing.assert_close(x, ManifoldBase.from_frame(geometry, u), **CLOSE)
    torch.testing.assert_close(geometry.to_frame(x), ManifoldBase.to_frame(geometry, x), **CLOSE)
    torch.testing.assert_close(geometry.to_frame(x), u, **CLOSE)


def test_add_is_derived(geometry: ManifoldBase, frames: Maker) -> None:
    u, v = frames(6, N), frames(6, N)
    torch.testing.assert_close(geometry.add(u, v), ManifoldBase.add(geometry, u, v), **CLOSE)
    torch.testing.assert_close(
        geometry.add(axis_first(u), axis_first(v), dim=1), axis_first(geometry.add(u, v)), **CLOSE
    )


def test_add_is_a_left_translation(geometry: ManifoldBase, frames: Maker) -> None:
    u, v, w = frames(6, N), frames(6, N), frames(6, N)
    zero = torch.zeros_like(u)
    torch.testing.assert_close(geometry.add(u, zero), u, **CLOSE)
    torch.testing.assert_close(geometry.add(zero, u), u, **CLOSE)
    torch.testing.assert_close(geometry.add(-u, u), zero, **CLOSE)
    torch.testing.assert_close(geometry.add(-u, geometry.add(u, v)), v, **CLOSE)
    moved = geometry.frame_dist(geometry.add(u, v), geometry.add(u, w))
    torch.testing.assert_close(moved, geometry.frame_dist(v, w), **CLOSE)


@pytest.mark.parametrize("scale", [0.6, 1.0])
def test_normalize_is_derived(geometry: ManifoldBase, frames: Maker, scale: float) -> None:
    u, mean, bias = frames(5, 6, N), frames(N), frames(5, 1, N)
    vectors, _ = ManifoldBase.deviations(geometry, u, mean)
    expected = ManifoldBase.place(geometry, vectors, mean, scale, bias)
    torch.testing.assert_close(geometry.normalize(u, mean, scale, bias), expected, **CLOSE)
    factor = torch.full((5, 6, 1), scale, dtype=torch.float64)
    torch.testing.assert_close(geometry.normalize(u, mean, factor, bias), expected, **CLOSE)


def test_center_and_holonomy_are_derived(geometry: ManifoldBase, frames: Maker) -> None:
    u, mean, bias = frames(5, N), frames(1, N), frames(1, N)
    vectors, squares = ManifoldBase.deviations(geometry, u, mean)
    torch.testing.assert_close(geometry.center(u, mean), vectors, **CLOSE)
    torch.testing.assert_close(geometry.deviations(u, mean)[1], squares, **CLOSE)
    torch.testing.assert_close(squares.squeeze(-1), geometry.frame_dist(u, mean) ** 2, **CLOSE)
    turned = ManifoldBase.holonomy(geometry, u, mean, bias)
    torch.testing.assert_close(geometry.holonomy(u, mean, bias), turned, **CLOSE)


def test_normalize_centers_turns_scales_and_adds(geometry: ManifoldBase, frames: Maker) -> None:
    u, mean, bias = frames(5, N), frames(1, N), frames(1, N)
    vectors = 0.7 * geometry.holonomy(geometry.center(u, mean), mean, bias)
    torch.testing.assert_close(geometry.normalize(u, mean, 0.7, bias), geometry.add(bias, vectors), **CLOSE)


@pytest.mark.parametrize(("dtype", "limit"), [(torch.float32, 12.0), (torch.float64, 100.0)])
def test_saturate_is_the_identity_up_to_a_radius(geometry: ManifoldBase, dtype: torch.dtype, limit: float) -> None:
    curvature = float(geometry.sectional_curvature)
    radius = limit / abs(curvature) ** 0.5 if curvature < 0 else math.inf
    direction = torch.nn.functional.normalize(torch.randn(N, dtype=dtype), dim=0)
    inside = min(0.99 * radius, 1e4) * direction
    torch.testing.assert_close(geometry.saturate(inside), inside)
    lengths = (
        radius * torch.tensor([1.001, 1.1, 3.0, 1e4], dtype=dtype) if curvature < 0 else torch.ones(4, dtype=dtype)
    )
    found = geometry.saturate(lengths.unsqueeze(1) * direction).norm(dim=1)
    if curvature < 0:
        beyond = lengths * abs(curvature) ** 0.5 - limit
        expected = (limit + beyond / (1 + beyond**2).sqrt()) / abs(curvature) ** 0.5
        torch.testing.assert_close(found, expected, rtol=1e-5, atol=0)
    else:
        torch.testing.assert_close(found, lengths)


def test_saturate_has_the_gradient_of_the_identity_down_to_the_smallest_numbers(curved: type[ManifoldBase]) -> None:
    manifold = curved(c=0.1)
    for size in (0.0, 1e-38, 1e-30, 1e-20, 1e-12, 1.0):
        u = (size * torch.tensor([0.6, -0.8])).requires_grad_()
        (gradient,) = torch.autograd.grad(manifold.saturate(u), u, torch.tensor([1.0, 2.0]))
        torch.testing.assert_close(gradient, torch.tensor([1.0, 2.0]))


def test_midpoints_of_parts_by_mass_have_the_midpoint_of_the_whole(geometry: ManifoldBase, frames: Maker) -> None:
    u = frames(7, N)
    parts = u[:2], u[2:]
    means = torch.stack([geometry.midpoint0(part) for part in parts])
    masses = torch.stack([geometry.midpoint_mass(part, m) for part, m in zip(parts, means, strict=True)])
    torch.testing.assert_close(geometry.midpoint0(means, masses), geometry.midpoint0(u), **CLOSE)


def test_normalize_moves_the_mean_and_scales_distances(geometry: ManifoldBase, frames: Maker) -> None:
    u, mean, bias = frames(6, N, longest=0.8), frames(N, longest=0.8), frames(N)
    result = geometry.normalize(u, mean, 1.3, bias)
    distance = geometry.frame_dist(result, bias)
    torch.testing.assert_close(distance, 1.3 * geometry.frame_dist(u, mean), **CLOSE)
    torch.testing.assert_close(geometry.normalize(mean, mean, 1.3, bias), bias, **CLOSE)
    torch.testing.assert_close(geometry.normalize(u, mean, 1.0, mean), u, **CLOSE)


def test_midpoint0_is_derived(geometry: ManifoldBase, frames: Maker) -> None:
    u, weights = frames(5, 6, N), torch.rand(5, 6, dtype=torch.float64)
    for given in (None, weights):
        expected = ManifoldBase.midpoint0(geometry, u, given)
        assert expected.shape == (5, N)
        torch.testing.assert_close(geometry.midpoint0(u, given), expected, **CLOSE)


def test_hyperplane_dist_is_derived(geometry: ManifoldBase, frames: Maker, planes: tuple[Tensor, Tensor]) -> None:
    u, (weight, offset) = frames(5, 6, N), planes
    for given in (None, offset):
        expected = ManifoldBase.hyperplane_dist(geometry, u, weight, given)
        assert expected.shape == (5, 6, M)
        torch.testing.assert_close(geometry.hyperplane_dist(u, weight, given), expected, **CLOSE)
        torch.testing.assert_close(
            geometry.hyperplane_dist(axis_first(u), 7 * weight, given, dim=1), axis_first(expected), **CLOSE
        )


def test_product_dist_is_that_of_hyperplanes_through_the_origin(
    geometry: ManifoldBase, frames: Maker, planes: tuple[Tensor, Tensor]
) -> None:
    u, weight = frames(5, 6, N), planes[0]
    h = u @ (weight / weight.norm(dim=1, keepdim=True)).T
    square = u.square().sum(-1, keepdim=True)
    expected = geometry.hyperplane_dist(u, weight)
    torch.testing.assert_close(geometry.product_dist(h, square), expected, **CLOSE)
    torch.testing.assert_close(
        geometry.product_dist(axis_first(h), axis_first(square), dim=1), axis_first(expected), **CLOSE
    )
    torch.testing.assert_close(ManifoldBase.product_dist(geometry, h, square), expected, **CLOSE)


def test_hyperplane_score_is_derived(geometry: ManifoldBase, frames: Maker, planes: tuple[Tensor, Tensor]) -> None:
    u, (weight, bias) = frames(5, 6, N), planes
    for given in (None, bias):
        expected = ManifoldBase.hyperplane_score(geometry, u, weight, given)
        torch.testing.assert_close(geometry.hyperplane_score(u, weight, given), expected, **CLOSE)
        torch.testing.assert_close(
            geometry.hyperplane_score(axis_first(u), weight, given, dim=1), axis_first(expected), **CLOSE
        )


def test_hyperplane_dist_is_that_of_the_nearest_point(frames: Maker, curved: type[ManifoldBase]) -> None:
    """A foot point at distance δ along the normal geodesic of a point in the hyperplane has signed distance δ."""
    manifold = curved(c=0.7).double()
    normal = torch.nn.functional.normalize(torch.randn(N, dtype=torch.float64), dim=0)
    within = frames(20, N)
    within = within - (within @ normal).unsqueeze(-1) * normal
    foot = manifold.from_frame(within)
    delta = torch.linspace(-1.0, 1.0, 20, dtype=torch.float64)
    upward = manifold.transp0(foot, normal.expand_as(within) / manifold.frame_scale)
    x = manifold.expmap(foot, delta.unsqueeze(-1) * upward)
    found = manifold.hyperplane_dist(manifold.to_frame(x), 3 * normal.unsqueeze(0))
    torch.testing.assert_close(found.squeeze(-1), delta, **CLOSE)


@HYPERBOLIC
def test_affine_output_has_the_scores_as_coordinate_distances(
    hyperbolic: type[ManifoldBase], frames: Maker, planes: tuple[Tensor, Tensor]
) -> None:
    manifold, u, (weight, bias) = hyperbolic(c=0.7).double(), frames(6, N), planes
    length = torch.linalg.vector_norm(weight, dim=1)
    h, square = u @ (weight / length.unsqueeze(1)).T, u.square().sum(-1, keepdim=True)
    out = manifold.affine(h, square, length, bias)
    scores = manifold.hyperplane_score(u, weight, bias)
    axes = torch.eye(M, dtype=torch.float64)
    torch.testing.assert_close(manifold.hyperplane_dist(out, axes), scores, **CLOSE)
    for rho in (0.8, 1.3):
        grown = manifold.affine(rho * h, rho**2 * square, length, bias, rho)
        scores = manifold.hyperplane_score(rho * u, weight / rho, bias)
        torch.testing.assert_close(manifold.hyperplane_dist(grown, axes), scores, **CLOSE)
    torch.testing.assert_close(
        manifold.affine(h.T, square.T, length, bias, dim=0), manifold.affine(h, square, length, bias).T, **CLOSE
    )


@pytest.mark.parametrize("kind", [Hypersphere, Euclidean])
def test_affine_is_derived_where_it_is_tangent(kind: type[ManifoldBase], frames: Maker) -> None:
    manifold = (kind(c=0.7) if kind is Hypersphere else kind()).double()
    h, square = frames(6, M), torch.rand(6, 1, dtype=torch.float64)
    length, bias = torch.rand(M, dtype=torch.float64), torch.randn(M, dtype=torch.float64)
    for given in (None, bias):
        expected = ManifoldBase.affine(manifold, h, square, length, given, 1.2)
        torch.testing.assert_close(manifold.affine(h, square, length, given, 1.2), expected, **CLOSE)


def test_bound_is_injective_and_inside(geometry: ManifoldBase) -> None:
    direction = torch.nn.functional.normalize(torch.randn(N, dtype=torch.float64), dim=0)
    radii = torch.cat([torch.zeros(1), torch.logspace(-3, 1, 30)]).double().unsqueeze(-1)
    bounded = geometry.bound(radii * direction)
    length = torch.linalg.vector_norm(bounded, dim=-1)
    assert (length.diff() > 0).all()
    torch.testing.assert_close(bounded, length.unsqueeze(-1) * direction, **CLOSE)
    torch.testing.assert_close(bounded[1], radii[1] * direction, rtol=1e-6, atol=0)
    if float(geometry.sectional_curvature) > 0:
        huge = geometry.bound(1e6 * direction)
        assert float(torch.linalg.vector_norm(huge)) < math.pi / math.sqrt(0.7)
    else:
        assert torch.equal(bounded, radii * direction)


def test_ball_and_hyperboloid_share_their_layer_operations(frames: Maker, planes: tuple[Tensor, Tensor]) -> None:
    ball, lorentz, u, v = Poincare(c=0.3).double(), Lorentz(c=0.3).double(), frames(6, N), frames(6, N)
    assert torch.equal(ball.add(u, v), lorentz.add(u, v))
    assert torch.equal(ball.hyperplane_score(u, *planes), lorentz.hyperplane_score(u, *planes))
    assert torch.equal(ball.normalize(u, v, 0.5, u), lorentz.normalize(u, v, 0.5, u))


@pytest.mark.parametrize("kind", [Poincare, Lorentz, Hypersphere])
def test_flat_limit_is_euclidean_with_error_of_order_c(
    kind: type[ManifoldBase], frames: Maker, planes: tuple[Tensor, Tensor]
) -> None:
    flat, u, v, (weight, bias) = Euclidean(), frames(5, N), frames(5, N), planes
    length = torch.linalg.vector_norm(weight, dim=1)
    h, square = u @ (weight / length.unsqueeze(1)).T, u.square().sum(-1, keepdim=True)

    def results(manifold: ManifoldBase) -> list[Tensor]:
        return [
            manifold.add(u, v),
            manifold.normalize(u, v, 0.7, v.flip(0)),
            manifold.midpoint0(u),
            manifold.frechet_mean(manifold.from_frame(u))[..., -N:] / (0.5 if kind is Poincare else 1.0)
            if manifold is not flat
            else flat.frechet_mean(u),
            manifold.hyperplane_dist(u, weight, bias),
            manifold.hyperplane_score(u, weight, bias),
            manifold.affine(h, square, length, bias),
            manifold.frame_dist(u, v),
        ]

    expected = results(flat)
    errors = [
        max(float((a - b).abs().max()) for a, b in zip(results(kind(c=c).double()), expected, strict=True))
        for c in (1e-4, 1e-6, 1e-8)
    ]
    assert errors[0] < 1e-2
    assert errors[1] < 0.02 * errors[0]
    assert errors[2] < 0.02 * errors[1]


def test_layer_operations_have_right_gradients(curved: type[ManifoldBase], frames: Maker) -> None:
    manifold = curved(c=0.7, learnable=True).double()
    u, v = frames(2, N).requires_grad_(), frames(2, N).requires_grad_()
    weight = torch.randn(M, N, dtype=torch.float64, requires_grad=True)
    bias = (0.3 * torch.randn(M, dtype=torch.float64)).requires_grad_()

    def operations(raw: Tensor, u: Tensor, v: Tensor, weight: Tensor, bias: Tensor) -> tuple[Tensor, ...]:
        module = torch.nn.Module()
        module.manifold = manifold
        module.forward = lambda: (
            manifold.add(u, v),
            manifold.normalize(u, v, 0.8, u),
            manifold.midpoint0(u),
            manifold.hyperplane_dist(u, weight, bias),
            manifold.hyperplane_score(v, weight, bias),
            manifold.logdetexp(u),
        )
        return torch.func.functional_call(module, {"manifold.raw_c": raw}, ())

    raw = manifold.raw_c.detach().clone().requires_grad_()
    assert torch.autograd.gradcheck(operations, (raw, u, v, weight, bias))


def test_logdetexp_is_the_volume_of_the_exponential_map(geometry: ManifoldBase, frames: Maker) -> None:
    u = frames(N)
    jacobian = torch.func.jacrev(geometry.from_frame)(u)
    x = geometry.from_frame(u)
    gram = torch.stack([geometry.inner(x, jacobian[:, i], jacobian[:, j]) for i in range(N) for j in range(N)])
    expected = 0.5 * torch.linalg.slogdet(gram.reshape(N, N)).logabsdet
    torch.testing.assert_close(geometry.logdetexp(u), expected, **CLOSE)
    assert float(geometry.logdetexp(torch.zeros(N))) == 0.0


def test_logdetexp_does_not_overflow() -> None:
    u = torch.tensor([300.0, 400.0])
    assert float(Lorentz(c=1.0).logdetexp(u)) == pytest.approx(500 - math.log(1000), rel=1e-6)
    assert torch.func.grad(Lorentz(c=1.0).logdetexp)(u).isfinite().all()
