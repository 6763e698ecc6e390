"""geoopt 0.5.1: agreement well inside the domains in float64, and the places where it errs and manifuse must not."""

from __future__ import annotations

import math
from collections.abc import Callable

import geoopt
import pytest
import torch
from mpmath import mp
from torch import Tensor

from manifuse.manifolds import Hypersphere, Lorentz, Poincare
from manifuse.specs.textbook import Ambient, Stereographic

Maker = Callable[..., Tensor]
CLOSE = {"rtol": 1e-9, "atol": 1e-9}
N = 4


def exact(row: Tensor) -> list[mp.mpf]:
    return [mp.mpf(value) for value in row.double().tolist()]


def relifted(row: Tensor, c: float) -> list[mp.mpf]:
    """Point of the hyperboloid with exactly this space part: what our operations take a point for."""
    space = exact(row[1:])
    return [mp.sqrt(1 / mp.mpf(c) + mp.fsum(value**2 for value in space)), *space]


def test_ball_agrees(points: Maker, tangents: Maker, frames: Maker) -> None:
    ours, theirs = Poincare(c=0.7).double(), geoopt.PoincareBallExact(c=torch.tensor(0.7, dtype=torch.float64))
    x, y, z = (points(ours, 20, N) for _ in range(3))
    u, v, w = tangents(ours, x), tangents(ours, x), frames(20, N)
    g, t = torch.randn(20, N, dtype=torch.float64), torch.rand(20, 1, dtype=torch.float64)
    moved, carried = ours.expmap_transp(x, u, v)
    pairs = [
        (ours.dist(x, y), theirs.dist(x, y)),
        (ours.dist0(x), theirs.dist0(x)),
        (ours.sqdist(x, y), theirs.dist2(x, y)),
        (ours.expmap(x, u), theirs.expmap(x, u)),
        (ours.expmap0(w), theirs.expmap0(w)),
        (ours.logmap(x, y), theirs.logmap(x, y)),
        (ours.logmap0(x), theirs.logmap0(x)),
        (ours.transp(x, y, u), theirs.transp(x, y, u)),
        (ours.transp0(y, u), theirs.transp0(y, u)),
        (ours.transp0back(x, u), theirs.transp0back(x, u)),
        (moved, theirs.expmap_transp(x, u, v)[0]),
        (carried, theirs.expmap_transp(x, u, v)[1]),
        # without keepdim theirs has the shape (20, 20)
        (ours.inner(x, u, v, keepdim=True), theirs.inner(x, u, v, keepdim=True)),
        (ours.component_inner(x, u, v), theirs.component_inner(x, u, v).expand_as(x)),
        (ours.norm(x, u), theirs.norm(x, u)),
        (ours.egrad2rgrad(x, g), theirs.egrad2rgrad(x, g)),
        (ours.geodesic(t, x, y), theirs.geodesic(t, x, y)),
        (ours.mobius_add(x, y), theirs.mobius_add(x, y)),
        (ours.gyration(x, y, z), theirs.gyration(x, y, z)),
        (ours.conformal_factor(x), theirs.lambda_x(x)),
        (ours.midpoint(x), theirs.weighted_midpoint(x)),
        (ours.midpoint(x, t[:, 0]), theirs.weighted_midpoint(x, t[:, 0])),
        (ours.projx(x), theirs.projx(x)),
        (ours.proju(x, g), theirs.proju(x, g)),
        (ours.origin(3, N), theirs.origin(3, N).double()),
    ]
    for mine, other in pairs:
        torch.testing.assert_close(mine, other.as_subclass(Tensor), **CLOSE)


def test_hyperboloid_agrees(points: Maker, tangents: Maker, frames: Maker) -> None:
    """Their k is 1/c; their vectors at the origin carry a zero time."""
    ours, theirs = Lorentz(c=0.7).double(), geoopt.Lorentz(k=torch.tensor(1 / 0.7, dtype=torch.float64))
    x, y = points(ours, 20, N), points(ours, 20, N)
    u, v, w = tangents(ours, x), tangents(ours, x), frames(20, N)
    g = torch.randn(20, N + 1, dtype=torch.float64)
    timed = torch.cat([torch.zeros_like(w[:, :1]), w], dim=-1)
    pairs = [
        (ours.dist(x, y), theirs.dist(x, y)),
        (ours.dist0(x), theirs.dist0(x)),
        (ours.expmap(x, u), theirs.expmap(x, u)),
        (ours.expmap0(w), theirs.expmap0(timed)),
        (ours.logmap(x, y), theirs.logmap(x, y)),
        (ours.logmap0(x), theirs.logmap0(x)[:, 1:]),
        (ours.transp(x, y, u), theirs.transp(x, y, u)),
        (ours.transp0(y, w), theirs.transp0(y, timed)),
        (ours.transp0back(x, u), theirs.transp0back(x, u)[:, 1:]),
        (ours.inner(x, u, v), theirs.inner(x, u, v)),
        (ours.norm(x, u), theirs.norm(u)),
        (ours.egrad2rgrad(x, g), theirs.egrad2rgrad(x, g.clone())),
        (ours.proju(x, g), theirs.proju(x, g)),
        (ours.projx(g), theirs.projx(g)),
        (ours.origin(3, N + 1), theirs.origin(3, N + 1)),
    ]
    for mine, other in pairs:
        torch.testing.assert_close(mine, other.as_subclass(Tensor), **CLOSE)


def test_sphere_agrees(points: Maker, tangents: Maker) -> None:
    """Theirs is the unit sphere; its transport is left out: it is no parallel transport."""
    ours, theirs = Hypersphere(c=1.0).double(), geoopt.Sphere()
    x = points(ours, 20, N)
    u, v = tangents(ours, x), tangents(ours, x)
    y = ours.expmap(x, u)  # at less than the distance where their clamp on acos acts
    g = torch.randn(20, N + 1, dtype=torch.float64)
    far = ours.dist(x, y) > 1e-2
    pairs = [
        (ours.dist(x, y)[far], theirs.dist(x, y)[far]),
        (ours.expmap(x, u), theirs.expmap(x, u)),
        (ours.logmap(x, y)[far], theirs.logmap(x, y)[far]),
        (ours.inner(x, u, v), theirs.inner(x, u, v)),
        (ours.component_inner(x, u, v), theirs.component_inner(x, u, v).expand_as(x)),
        (ours.norm(x, u), theirs.norm(x, u)),
        (ours.egrad2rgrad(x, g), theirs.egrad2rgrad(x, g)),
        (ours.proju(x, g), theirs.proju(x, g)),
        (ours.projx(g), theirs.projx(g)),
    ]
    assert int(far.sum()) > 10
    for mine, other in pairs:
        torch.testing.assert_close(mine, other.as_subclass(Tensor), **CLOSE)


# One test per slip of geoopt, or of codes like it: ours is right.


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_sphere_distance_of_close_points(dtype: torch.dtype) -> None:
    """Theirs clamps acos: dist(x, x) = 0.0141 in float32, 14 times too long a logarithm at 1e-3."""
    sphere, eps = Hypersphere(c=1.0), torch.finfo(dtype).eps
    x = sphere.random(50, N + 1, dtype=dtype)
    assert torch.count_nonzero(sphere.dist(x, x)) == 0
    assert torch.count_nonzero(sphere.logmap(x, x)) == 0
    for angle in (1e-6, 1e-3, 0.1, 3.0, math.pi - 1e-3):
        u = sphere.proju(x, torch.randn_like(x))
        y = sphere.expmap(x, angle * u / sphere.norm(x, u, keepdim=True))
        found, log = sphere.dist(x, y), sphere.norm(x, sphere.logmap(x, y))
        with mp.workdps(40):
            for i in range(50):
                a, b = exact(x[i]), exact(y[i])
                scale = mp.sqrt(mp.fsum(s * s for s in a)), mp.sqrt(mp.fsum(s * s for s in b))
                unit = [s / scale[0] for s in a], [s / scale[1] for s in b]
                true = float(Ambient.dist(*unit, mp.mpf(1)))
                assert float(found[i]) == pytest.approx(true, rel=8 * eps, abs=4 * eps)
                assert float(log[i]) == pytest.approx(true, rel=64 * eps / (math.pi - angle), abs=8 * eps)


def test_sphere_transport_is_parallel() -> None:
    """Theirs only projects: a vector along the geodesic shrinks by the cosine of the angle."""
    sphere = Hypersphere(c=1.0).double()
    x, y = torch.eye(3, dtype=torch.float64)[:2]
    along = sphere.logmap(x, y)
    assert float(torch.linalg.vector_norm(sphere.transp(x, y, along))) == pytest.approx(math.pi / 2, rel=1e-14)
    with mp.workdps(40):
        true = Ambient.transp(exact(x), exact(y), exact(along), mp.mpf(1))
    expected = torch.tensor([float(s) for s in true], dtype=torch.float64)
    torch.testing.assert_close(sphere.transp(x, y, along), expected, **CLOSE)


def test_sphere_exponential_has_a_gradient_at_zero() -> None:
    """Theirs divides by ‖u‖ in the branch that it discards: NaN."""
    sphere = Hypersphere(c=1.0)
    u = torch.zeros(3, requires_grad=True)
    sphere.expmap(sphere.origin(3), u)[1].backward()
    assert torch.equal(u.grad, torch.tensor([0.0, 1.0, 0.0]))


@pytest.mark.parametrize(("radius", "separation"), [(0.0, 1e-4), (1.0, 1e-2), (4.0, 4e-3), (5.0, 1.0), (7.0, 1.0)])
def test_lorentz_distance_in_float32(radius: float, separation: float) -> None:
    """Theirs, acosh of a product, is 3e-8 where 4e-3 is true (radius 4), and garbage at radius 8."""
    space, c = Lorentz(c=1.0), 1.0
    direction = torch.nn.functional.normalize(torch.randn(40, 8, dtype=torch.float64), dim=-1)
    x = space.from_frame(radius * direction).float()
    step = torch.nn.functional.normalize(torch.randn(40, 8, dtype=torch.float64), dim=-1)
    y = space.expmap(x.double(), space.transp0(x.double(), separation * step)).float()
    found = space.dist(x, y)
    with mp.workdps(60):
        true = [float(Ambient.dist(relifted(a, c), relifted(b, c), mp.mpf(-c))) for a, b in zip(x, y, strict=True)]
    torch.testing.assert_close(found.double(), torch.tensor(true, dtype=torch.float64), rtol=4e-5, atol=0)


def test_lorentz_distance_is_never_negative() -> None:
    """Theirs is −17 at radius 10 and beyond."""
    space = Lorentz(c=1.0)
    for radius in (0.0, 1e-4, 1.0, 10.0, 20.0, 40.0):
        x = space.from_frame(radius * torch.nn.functional.normalize(torch.randn(100, 8), dim=-1))
        y = space.from_frame(radius * torch.nn.functional.normalize(torch.randn(100, 8), dim=-1))
        assert torch.count_nonzero(space.dist(x, x)) == 0
        distance = space.dist(x, y)
        assert distance.isfinite().all()
        assert (distance >= 0).all()
        assert (distance <= 2 * radius * (1 + 1e-5)).all()


@pytest.mark.parametrize("radius", [1e-30, 1e-8, 1e-4, 1e-3, 1e-2, 1.0, 8.0])
def test_lorentz_logarithm_at_the_origin_in_float32(radius: float) -> None:
    """Theirs floors the norm: relative error 1 for radii up to 1e-4, 2 % at 1e-3."""
    space = Lorentz(c=0.5)
    u = radius * torch.nn.functional.normalize(torch.randn(40, 8), dim=-1)
    torch.testing.assert_close(space.logmap0(space.expmap0(u)), u, rtol=1e-6, atol=0)
    x = space.expmap0(u)
    with mp.workdps(80):
        true = [[float(s) for s in Ambient.logmap0(relifted(row, 0.5), mp.mpf("-0.5"))] for row in x]
    torch.testing.assert_close(space.logmap0(x).double(), torch.tensor(true, dtype=torch.float64), rtol=1e-6, atol=0)


def test_lorentz_gradient_conversion_leaves_its_input_alone() -> None:
    """Theirs flips the sign of u[..., 0] in place."""
    space = Lorentz(c=1.0)
    x, gradient = space.random(5, 4), torch.randn(5, 4)
    kept = gradient.clone()
    once, twice = space.egrad2rgrad(x, gradient), space.egrad2rgrad(x, gradient)
    assert torch.equal(gradient, kept)
    assert torch.equal(once, twice)


def test_lorentz_distance_has_a_zero_gradient_at_coincident_points() -> None:
    """Theirs is [1, 0, 0]."""
    space = Lorentz(c=1.0)
    x = space.random(3).requires_grad_()
    (gradient,) = torch.autograd.grad(space.dist(x, x.detach()), x)
    assert torch.count_nonzero(gradient) == 0


@pytest.mark.parametrize("shape", [(3,), (2, 3), (2, 3, 5), (2, 3, 5, 4)])
def test_isometry_takes_any_number_of_dimensions(shape: tuple[int, ...]) -> None:
    """Theirs narrows along −dim and raises, maps to the unit ball whatever c is, and adds 1e-6."""
    space, ball = Lorentz(c=0.5).double(), Poincare(c=0.5).double()
    x = space.random(*shape)
    p = space.isometry(ball)(x)
    torch.testing.assert_close(p, x[..., 1:] / (1 + math.sqrt(0.5) * x[..., :1]), rtol=1e-13, atol=0)
    torch.testing.assert_close(ball.dist0(p), space.dist0(x), rtol=1e-12, atol=0)
    torch.testing.assert_close(ball.isometry(space)(p), x, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("dtype", "radius"), [(torch.float32, 14.0), (torch.float64, 30.0)], ids=str)
def test_ball_does_not_saturate(dtype: torch.dtype, radius: float) -> None:
    """Theirs stops at the distance 6.2126 in float32 and 12.206 in float64, without a word."""
    ball = Poincare(c=1.0)
    u = radius * torch.nn.functional.normalize(torch.randn(40, 4), dim=-1).to(dtype)
    x = ball.projx(ball.from_frame(u))
    found = ball.dist0(x)
    with mp.workdps(60):
        true = [float(Stereographic.dist0(exact(row), mp.mpf(-1))) for row in x]
    # rounding x by eps moves it by eps e^r / 2
    error = torch.finfo(dtype).eps * math.exp(radius)
    torch.testing.assert_close(found.double(), torch.tensor(true, dtype=torch.float64), rtol=0, atol=4 * error)
    assert (found > 0.9 * radius).all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_ball_in_half_precision_has_finite_distances(dtype: torch.dtype) -> None:
    """Theirs projects to norms that round to 1: infinite distances."""
    ball = Poincare(c=1.0)
    x = ball.projx(3 * torch.randn(50, 4).to(dtype))
    ball.check_point(x)
    assert ball.dist0(x).isfinite().all()
    assert ball.dist(x, -x).isfinite().all()


@pytest.mark.parametrize("radius", [1e-10, 1e-6, 1e-3, 1.0, 5.0])
def test_ball_distance_of_near_pairs_in_float32(radius: float) -> None:
    """Theirs, artanh of a Möbius difference, has errors of 1e-4 near the origin and is garbage at radius 6."""
    ball = Poincare(c=1.0)
    direction = torch.nn.functional.normalize(torch.randn(40, 8, dtype=torch.float64), dim=-1)
    x = ball.from_frame(radius * direction)
    step = 1e-3 * radius * torch.nn.functional.normalize(torch.randn(40, 8, dtype=torch.float64), dim=-1)
    y = ball.expmap(x, ball.transp0(x, step / 2)).float()
    x = x.float()
    with mp.workdps(60):
        true = [float(Stereographic.dist(exact(a), exact(b), mp.mpf(-1))) for a, b in zip(x, y, strict=True)]
    torch.testing.assert_close(ball.dist(x, y).double(), torch.tensor(true, dtype=torch.float64), rtol=2e-5, atol=0)


def test_learnable_curvature_is_listed_by_the_owner() -> None:
    """Theirs hides it in an attribute of the tensor."""

    class Owner(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.manifold = Lorentz(learnable=True)

    assert [name for name, _ in Owner().named_parameters()] == ["manifold.raw_c"]
    assert list(Owner().state_dict()) == ["manifold.raw_c"]


def test_distance_compiles_in_one_graph() -> None:
    """Theirs asks whether all curvatures are zero: a graph break."""
    ball, x = Poincare(c=0.7), torch.randn(4, 3) / 4
    torch._dynamo.reset()
    compiled = torch.compile(ball.dist, fullgraph=True, backend="eager")
    torch.testing.assert_close(compiled(x, x.flip(0)), ball.dist(x, x.flip(0)))
