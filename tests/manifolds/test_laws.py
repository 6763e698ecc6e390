"""Laws of geometry, on points that hypothesis draws."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import Tensor

from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, Poincare

GEOMETRIES = pytest.mark.parametrize("manifold_of", [Poincare, Lorentz, Hypersphere, lambda c: Euclidean()])
N = 3
CLOSE = {"rtol": 1e-10, "atol": 1e-10}


def numbers(bound: float) -> st.SearchStrategy[Tensor]:
    row = st.lists(st.floats(-bound, bound), min_size=N, max_size=N)
    return row.map(lambda values: torch.tensor(values, dtype=torch.float64))


curvatures = st.sampled_from([0.1, 0.7, 1.0, 2.0])
coordinates = numbers(0.9)  # in units of the radius of curvature: at most half a great circle on the sphere
vectors = numbers(0.8)


def place(manifold_of: Callable[..., ManifoldBase], c: float, *frames: Tensor) -> tuple[ManifoldBase, list[Tensor]]:
    manifold = manifold_of(c=c).double()
    return manifold, [manifold.from_frame(u / math.sqrt(c)) for u in frames]


def tangent(manifold: ManifoldBase, x: Tensor, u: Tensor) -> Tensor:
    return manifold.transp0(x, u / manifold.frame_scale)


@GEOMETRIES
@given(c=curvatures, u=coordinates, v=coordinates)
def test_expmap_inverts_logmap(manifold_of: Callable[..., ManifoldBase], c: float, u: Tensor, v: Tensor) -> None:
    manifold, (x, y) = place(manifold_of, c, u, v)
    assume(float(manifold.dist(x, y)) * math.sqrt(c) < 2.8)
    log = manifold.logmap(x, y)
    manifold.check_tangent(x, log)
    torch.testing.assert_close(manifold.expmap(x, log), y, **CLOSE)
    torch.testing.assert_close(manifold.norm(x, log), manifold.dist(x, y), **CLOSE)


@GEOMETRIES
@given(c=curvatures, u=coordinates, v=vectors)
def test_logmap_inverts_expmap(manifold_of: Callable[..., ManifoldBase], c: float, u: Tensor, v: Tensor) -> None:
    manifold, (x,) = place(manifold_of, c, u)
    step = tangent(manifold, x, v / math.sqrt(c))
    y = manifold.expmap(x, step)
    manifold.check_point(y)
    torch.testing.assert_close(manifold.logmap(x, y), step, **CLOSE)


@GEOMETRIES
@given(c=curvatures, u=coordinates)
def test_maps_at_the_origin(manifold_of: Callable[..., ManifoldBase], c: float, u: Tensor) -> None:
    manifold, (x,) = place(manifold_of, c, u)
    origin = manifold.origin(manifold.point_size(N))
    torch.testing.assert_close(manifold.to_frame(x), u / math.sqrt(c), **CLOSE)
    torch.testing.assert_close(manifold.expmap0(manifold.logmap0(x)), x, **CLOSE)
    torch.testing.assert_close(manifold.dist0(x), torch.linalg.vector_norm(u) / math.sqrt(c), **CLOSE)
    torch.testing.assert_close(manifold.dist0(x), manifold.dist(origin, x), **CLOSE)
    log = ManifoldBase.logmap0(manifold, x)
    torch.testing.assert_close(manifold.logmap0(x), log, **CLOSE)
    torch.testing.assert_close(manifold.expmap0(log), ManifoldBase.expmap0(manifold, log), **CLOSE)


@GEOMETRIES
@given(c=curvatures, u=coordinates, v=coordinates, a=vectors, b=vectors)
def test_transport_is_an_isometry(
    manifold_of: Callable[..., ManifoldBase], c: float, u: Tensor, v: Tensor, a: Tensor, b: Tensor
) -> None:
    manifold, (x, y) = place(manifold_of, c, u, v)
    assume(float(manifold.dist(x, y)) * math.sqrt(c) < 2.8)
    s, t = tangent(manifold, x, a), tangent(manifold, x, b)
    moved = manifold.transp(x, y, s)
    manifold.check_tangent(y, moved)
    torch.testing.assert_close(
        manifold.inner(y, moved, manifold.transp(x, y, t)), manifold.inner(x, s, t), rtol=1e-9, atol=1e-9
    )
    torch.testing.assert_close(manifold.transp(y, x, moved), s, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(manifold.inner(x, s, t), torch.dot(a, b), **CLOSE)


@GEOMETRIES
@given(c=curvatures, u=coordinates, a=vectors)
def test_transport_from_and_to_the_origin(
    manifold_of: Callable[..., ManifoldBase], c: float, u: Tensor, a: Tensor
) -> None:
    manifold, (x,) = place(manifold_of, c, u)
    moved = manifold.transp0(x, a)
    torch.testing.assert_close(moved, ManifoldBase.transp0(manifold, x, a), **CLOSE)
    torch.testing.assert_close(manifold.transp0back(x, moved), a, **CLOSE)
    torch.testing.assert_close(ManifoldBase.transp0back(manifold, x, moved), a, **CLOSE)


@GEOMETRIES
@given(c=curvatures, u=coordinates, v=coordinates)
def test_transport_turns_a_logarithm_around(
    manifold_of: Callable[..., ManifoldBase], c: float, u: Tensor, v: Tensor
) -> None:
    manifold, (x, y) = place(manifold_of, c, u, v)
    assume(float(manifold.dist(x, y)) * math.sqrt(c) < 2.8)
    turned = manifold.transp(x, y, manifold.logmap(x, y))
    torch.testing.assert_close(turned, -manifold.logmap(y, x), rtol=1e-9, atol=1e-9)


@GEOMETRIES
@given(c=curvatures, u=coordinates, a=vectors, b=vectors)
def test_expmap_transp_is_expmap_and_transport(
    manifold_of: Callable[..., ManifoldBase], c: float, u: Tensor, a: Tensor, b: Tensor
) -> None:
    manifold, (x,) = place(manifold_of, c, u)
    s, t = (tangent(manifold, x, value / math.sqrt(c)) for value in (a, b))
    y, moved = manifold.expmap_transp(x, s, t)
    torch.testing.assert_close(y, manifold.expmap(x, s), **CLOSE)
    torch.testing.assert_close(moved, manifold.transp(x, y, t), rtol=1e-9, atol=1e-9)
    retracted, carried = manifold.retr_transp(x, s, t)
    torch.testing.assert_close(retracted, manifold.retr(x, s), **CLOSE)
    manifold.check_tangent(retracted, carried)


@GEOMETRIES
@given(c=curvatures, u=coordinates, v=coordinates, w=coordinates)
def test_distance_is_a_metric(
    manifold_of: Callable[..., ManifoldBase], c: float, u: Tensor, v: Tensor, w: Tensor
) -> None:
    manifold, (x, y, z) = place(manifold_of, c, u, v, w)
    assert float(manifold.dist(x, x)) == 0.0
    torch.testing.assert_close(manifold.dist(x, y), manifold.dist(y, x), **CLOSE)
    assert float(manifold.dist(x, z)) <= float(manifold.dist(x, y) + manifold.dist(y, z)) + 1e-12
    torch.testing.assert_close(manifold.sqdist(x, y), manifold.dist(x, y) ** 2, **CLOSE)
    torch.testing.assert_close(manifold.frame_dist(u, v), manifold.dist(*map(manifold.from_frame, (u, v))), **CLOSE)
    torch.testing.assert_close(manifold.frame_sqdist(u, v), manifold.frame_dist(u, v) ** 2, **CLOSE)


@GEOMETRIES
@given(c=curvatures, u=coordinates, v=coordinates, t=st.floats(0, 1))
def test_geodesic_has_its_ends_and_constant_speed(
    manifold_of: Callable[..., ManifoldBase], c: float, u: Tensor, v: Tensor, t: float
) -> None:
    manifold, (x, y) = place(manifold_of, c, u, v)
    distance = manifold.dist(x, y)
    assume(float(distance) * math.sqrt(c) < 2.8)
    torch.testing.assert_close(manifold.geodesic(0.0, x, y), x, **CLOSE)
    torch.testing.assert_close(manifold.geodesic(1.0, x, y), y, **CLOSE)
    between = manifold.geodesic(t, x, y)
    torch.testing.assert_close(manifold.dist(x, between), t * distance, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(manifold.dist(between, y), (1 - t) * distance, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(between, ManifoldBase.geodesic(manifold, t, x, y), rtol=1e-9, atol=1e-9)


@GEOMETRIES
@given(c=curvatures, u=coordinates, v=coordinates, a=vectors)
def test_riemannian_gradient(
    manifold_of: Callable[..., ManifoldBase], c: float, u: Tensor, v: Tensor, a: Tensor
) -> None:
    manifold, (x, y) = place(manifold_of, c, u, v)
    assume(0.01 < float(manifold.dist(x, y)) * math.sqrt(c) < 2.8)
    point = x.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(manifold.sqdist(point, y), point)
    kept = gradient.clone()
    rgrad = manifold.egrad2rgrad(x, gradient)
    assert torch.equal(gradient, kept)
    torch.testing.assert_close(rgrad, -2 * manifold.logmap(x, y), rtol=1e-8, atol=1e-8)
    s = tangent(manifold, x, a)
    torch.testing.assert_close(manifold.inner(x, rgrad, s), torch.dot(gradient, s), rtol=1e-8, atol=1e-8)


@GEOMETRIES
@given(c=curvatures, u=coordinates, a=st.lists(st.floats(-3, 3), min_size=N + 1, max_size=N + 1))
def test_tangent_projection_is_orthogonal(
    manifold_of: Callable[..., ManifoldBase], c: float, u: Tensor, a: list[float]
) -> None:
    manifold, (x,) = place(manifold_of, c, u)
    free = torch.tensor(a, dtype=torch.float64)[: manifold.point_size(N)]
    projected = manifold.proju(x, free)
    manifold.check_tangent(x, projected)
    torch.testing.assert_close(manifold.proju(x, projected), projected, **CLOSE)


@given(c=curvatures, u=coordinates, v=coordinates)
def test_distance_is_textbook(c: float, u: Tensor, v: Tensor) -> None:
    root = math.sqrt(c)
    lorentz, (x, y) = place(Lorentz, c, u, v)
    product = float(-x[0] * y[0] + torch.dot(x[1:], y[1:]))
    assert float(lorentz.dist(x, y)) == pytest.approx(math.acosh(max(1.0, -c * product)) / root, abs=1e-6)
    sphere, (x, y) = place(Hypersphere, c, u, v)
    assert float(sphere.dist(x, y)) == pytest.approx(math.acos(max(-1, min(1, c * float(x @ y)))) / root, abs=1e-6)
    ball, (x, y) = place(Poincare, c, u, v)
    lx, ly = 1 - c * float(x @ x), 1 - c * float(y @ y)
    ratio = 1 + 2 * c * float((x - y) @ (x - y)) / (lx * ly)
    assert float(ball.dist(x, y)) == pytest.approx(math.acosh(ratio) / root, abs=1e-6)


@settings(max_examples=40)
@given(c=curvatures, u=coordinates, v=coordinates, a=vectors, b=vectors, t=st.floats(0, 1))
def test_ball_and_hyperboloid_are_one_space(c: float, u: Tensor, v: Tensor, a: Tensor, b: Tensor, t: float) -> None:
    """Every operation commutes with the isometry; tangent vectors are pushed by its differential."""
    ball, (x, y) = place(Poincare, c, u, v)
    lorentz, (x2, y2) = place(Lorentz, c, u, v)
    isometry = ball.isometry(lorentz)
    s, r = tangent(ball, x, a), tangent(ball, x, b)

    def push(point: Tensor, vector: Tensor) -> Tensor:
        return torch.func.jvp(isometry, (point,), (vector,))[1]

    same = torch.testing.assert_close
    same(isometry(x), x2, **CLOSE)
    same(lorentz.isometry(ball)(x2), x, **CLOSE)
    s2, r2 = push(x, s), push(x, r)
    lorentz.check_tangent(x2, s2)
    same(lorentz.dist(x2, y2), ball.dist(x, y), **CLOSE)
    same(lorentz.dist0(x2), ball.dist0(x), **CLOSE)
    same(lorentz.inner(x2, s2, r2), ball.inner(x, s, r), **CLOSE)
    same(lorentz.expmap(x2, s2), isometry(ball.expmap(x, s)), **CLOSE)
    same(lorentz.logmap(x2, y2), push(x, ball.logmap(x, y)), **CLOSE)
    same(lorentz.transp(x2, y2, s2), push(y, ball.transp(x, y, s)), **CLOSE)
    same(lorentz.transp0back(x2, s2), 2 * ball.transp0back(x, s), **CLOSE)
    same(lorentz.geodesic(t, x2, y2), isometry(ball.geodesic(t, x, y)), **CLOSE)
    same(lorentz.to_frame(x2), ball.to_frame(x), **CLOSE)
    same(lorentz.logmap0(x2), 2 * ball.logmap0(x), **CLOSE)
    moved, carried = ball.expmap_transp(x, s, r)
    moved2, carried2 = lorentz.expmap_transp(x2, s2, r2)
    same(moved2, isometry(moved), **CLOSE)
    same(carried2, push(moved, carried), **CLOSE)
    cloud, weights = torch.stack([x, y, ball.expmap(x, s)]), torch.tensor([1.0, t, 0.5], dtype=torch.float64)
    same(lorentz.midpoint(isometry(cloud), weights), isometry(ball.midpoint(cloud, weights)), **CLOSE)
    same(lorentz.frechet_mean(isometry(cloud), weights), isometry(ball.frechet_mean(cloud, weights)), **CLOSE)


@given(c=curvatures, u=coordinates, v=coordinates, w=coordinates)
def test_gyrovector_laws(c: float, u: Tensor, v: Tensor, w: Tensor) -> None:
    ball, (x, y, z) = place(Poincare, c, u, v, w)
    add = ball.mobius_add
    torch.testing.assert_close(add(-x, add(x, y)), y, **CLOSE)
    torch.testing.assert_close(add(x, y), ball.gyration(x, y, add(y, x)), **CLOSE)
    torch.testing.assert_close(add(x, add(y, z)), add(add(x, y), ball.gyration(x, y, z)), **CLOSE)
    torch.testing.assert_close(add(x, y), ball.from_frame(ball.add(ball.to_frame(x), ball.to_frame(y))), **CLOSE)
    factor = ball.conformal_factor(x)
    torch.testing.assert_close(ball.inner(x, y), factor**2 * torch.dot(y, y), **CLOSE)


@settings(max_examples=20)
@given(u=coordinates)
def test_antipode_of_the_sphere(u: Tensor) -> None:
    for c in (0.5, 2.0):
        for dtype in (torch.float64, torch.float32):
            sphere = Hypersphere(c=c).double()
            x = sphere.from_frame(u).to(dtype).requires_grad_()
            y = (-x).detach().requires_grad_()
            log = sphere.logmap(x, y)
            exact = log.detach().double()
            assert float(torch.linalg.vector_norm(exact)) == pytest.approx(math.pi / math.sqrt(c), rel=4e-7)
            assert abs(float(torch.dot(exact, x.detach().double()))) < 1e-6
            assert torch.equal(log, sphere.logmap(x, y))
            gradients = torch.autograd.grad(log.sum(), (x, y))
            assert all(torch.count_nonzero(gradient) == 0 for gradient in gradients)
            torch.testing.assert_close(sphere.expmap(x, log), y, rtol=1e-5, atol=1e-5)
            halfway = sphere.geodesic(0.5, x, y)
            sphere.check_point(halfway)
            torch.testing.assert_close(sphere.dist(x, halfway), sphere.dist(halfway, y), rtol=1e-5, atol=1e-5)


def test_antipode_of_the_pole() -> None:
    sphere = Hypersphere(c=2.0).double()
    antipode = -sphere.origin(4)
    half = math.pi / math.sqrt(2.0)
    for length in (
        sphere.dist0(antipode),
        torch.linalg.vector_norm(sphere.logmap0(antipode)),
        torch.linalg.vector_norm(sphere.to_frame(antipode)),
    ):
        assert float(length) == pytest.approx(half, rel=1e-12)
    torch.testing.assert_close(sphere.expmap0(sphere.logmap0(antipode)), antipode, **CLOSE)


@GEOMETRIES
def test_finite_gradients_at_coincident_points(manifold_of: Callable[..., ManifoldBase]) -> None:
    manifold = manifold_of(c=0.7).double()
    for u in (torch.zeros(N), torch.tensor([0.3, -0.2, 0.5])):
        x = manifold.from_frame(u.double()).requires_grad_()
        y = x.detach().clone().requires_grad_()
        zero = torch.zeros_like(x).requires_grad_()
        for value in (manifold.dist(x, y), manifold.norm(x, zero), manifold.dist0(x), manifold.sqdist(x, y)):
            gradients = torch.autograd.grad(value, (x, y, zero), allow_unused=True)
            assert all(gradient is None or gradient.isfinite().all() for gradient in gradients)
        assert torch.count_nonzero(torch.autograd.grad(manifold.dist(x, y), x)[0]) == 0
        for value in (manifold.logmap(x, y), manifold.expmap(x, zero), manifold.transp(x, y, zero)):
            gradients = torch.autograd.grad(value.sum(), (x, y, zero), allow_unused=True)
            assert all(gradient is None or gradient.isfinite().all() for gradient in gradients)
