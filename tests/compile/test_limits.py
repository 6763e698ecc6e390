"""Exact limits: the origin, coincident points, the flat limit, the antipode, and low precision."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest
import torch
from mpmath import mp
from torch import Tensor
from torch.func import hessian, jacrev

from manifuse import Hypersphere
from manifuse.manifolds.generated import hyperbolic, hypersphere, lorentz, poincare, spherical

C = 0.7
SMALL = [1e-12, 1e-20, 1e-100]
N = 3
EYE = torch.eye(N, dtype=torch.float64)
ZERO = torch.zeros(N, dtype=torch.float64)


def number(value: float) -> Tensor:
    return torch.tensor(value, dtype=torch.float64)


def dot(a: Tensor, b: Tensor) -> Tensor:
    return (a * b).sum(-1, keepdim=True)


def jacobians(run: Callable[..., Tensor], inputs: Sequence[Tensor]) -> tuple[Tensor, ...]:
    """Rows of the Jacobian in every input, by the op's own backward."""
    return torch.autograd.functional.jacobian(run, tuple(inputs))


# --- the origin ------------------------------------------------------------------------------------------------------


def at_origin(bundled: Any) -> tuple[Tensor, ...]:
    """Vectors that stand for the origin or 0, scalars as they are."""
    inputs = []
    for name, tensor in zip(bundled.names, bundled.inputs(), strict=True):
        place = "" if name == "c" else bundled.spec.domain_of(name)
        still = name == "c" or place in ("positive", "limit", "unit interval", "norms", "scalar")
        value = tensor if still else torch.zeros_like(tensor)
        if place == "point":
            value[..., 0] = inverse_root(C)
        inputs.append(value)
    return tuple(inputs)


def inverse_root(c: float) -> float:
    return 1 / math.sqrt(c)


def test_first_and_second_derivatives_at_the_origin_are_finite(bundled: Any) -> None:
    inputs = at_origin(bundled)
    for output in bundled.call(*inputs):
        assert torch.isfinite(output).all()
    args = tuple(range(len(inputs)))
    for gradient in jacrev(bundled.total, argnums=args)(*inputs):
        assert torch.isfinite(gradient).all()
    leaves = [t.clone().requires_grad_() for t in inputs]
    first = torch.autograd.grad(
        bundled.total(*leaves), leaves, create_graph=True, allow_unused=True, materialize_grads=True
    )
    second = torch.autograd.grad(sum(g.sum() for g in first), leaves, allow_unused=True, materialize_grads=True)
    for gradient in second:
        assert torch.isfinite(gradient).all()


def test_derivatives_at_the_origin_are_the_flat_ones(flat_bundled: Any) -> None:
    """Curvature acts in the third order there: values and Jacobians in all vectors are the Euclidean ones."""
    bundled, expected = flat_bundled, flat_bundled.flat
    inputs = at_origin(bundled)
    vectors = [i for i, (_, kind) in enumerate(bundled.operation.inputs) if kind != "scalar"]

    def along(run: Callable[..., Tensor]) -> Callable[..., Tensor]:
        return lambda *given: run(*(given[vectors.index(i)] if i in vectors else t for i, t in enumerate(inputs)))

    chosen = [inputs[i] for i in vectors]
    op = along(lambda *t: bundled.call(*t)[0])
    euclidean = along(lambda *t: several(expected(*t[:-1]))[0])
    torch.testing.assert_close(op(*chosen), euclidean(*chosen))
    for got, want in zip(jacobians(op, chosen), jacobians(euclidean, chosen), strict=True):
        torch.testing.assert_close(got, torch.nan_to_num(want))


@pytest.mark.parametrize("module", [lorentz, hypersphere])
def test_derivatives_at_the_origin_of_the_ambient_models(module: Any) -> None:
    """Space parts; the origin is (1/√c, 0). Times of the hyperboloid are not read."""
    o = torch.cat((number(inverse_root(C)).reshape(1), ZERO))
    v = torch.zeros(N + 1, dtype=torch.float64)
    c = number(C)
    t = number(0.3).reshape(1)

    def space(run: Callable[..., Tensor], *inputs: Tensor) -> list[Tensor]:
        """Jacobians of the space part of the result in the space parts of the inputs."""
        rows = jacobians(run, inputs)
        return [j[-N:, -N:] for j in rows]

    cases: list[tuple[Callable[..., Tensor], tuple[Tensor, ...], tuple[float, ...]]] = [
        (lambda u: module.expmap0(u, c), (ZERO,), (1,)),
        (lambda x: module.logmap0(x, c), (o,), (1,)),
        (lambda x, u: module.expmap(x, u, c), (o, v), (1, 1)),
        (lambda x, y: module.logmap(x, y, c), (o, o), (-1, 1)),
        (lambda y, u: module.transp0(y, u, c), (o, ZERO), (0, 1)),
        (lambda x, u: module.transp0back(x, u, c), (o, v), (0, 1)),
        (lambda x, y, u: module.transp(x, y, u, c), (o, o, v), (0, 0, 1)),
        (lambda x: module.projx(x, c), (o,), (1,)),
        (lambda x, u: module.proju(x, u, c), (o, v), (0, 1)),
        (lambda x, u: module.egrad2rgrad(x, u, c), (o, v), (0, 1)),
        (lambda x: module.to_stereographic(x, c), (o,), (1 / 2,)),
        (lambda p: module.from_stereographic(p, c), (ZERO,), (2,)),
        (lambda x: module.dist0(x, c), (o,), (0,)),
        (lambda x, y: module.dist(x, y, c), (o, o), (0, 0)),
        (lambda x, u: module.expmap_transp(x, u, u, c)[1], (o, v), (0, 1)),
    ]
    if module is lorentz:
        cases.append((lambda x, y: module.geodesic(t, x, y, c), (o, o), (0.7, 0.3)))
    for run, inputs, factors in cases:
        for got, factor in zip(space(run, *inputs), factors, strict=True):
            torch.testing.assert_close(got, factor * EYE[: got.shape[0]] if factor else torch.zeros_like(got))


# --- coincident points -----------------------------------------------------------------------------------------------

PAIRS = [
    (poincare, "ball"),
    (lorentz, "ambient"),
    (hypersphere, "ambient"),
    (hyperbolic, "frame"),
    (spherical, "frame"),
]
on_every_chart = pytest.mark.parametrize(("module", "chart"), PAIRS, ids=[m.__name__.split(".")[-1] for m, _ in PAIRS])


def a_point(module: Any, chart: str, radius: float = 0.8) -> Tensor:
    u = torch.tensor([0.48, 0.6, 0.64], dtype=torch.float64) * radius
    if chart == "frame":
        return u
    return module.from_frame(u, number(C)) if chart == "ball" else module.expmap0(u, number(C))


@on_every_chart
@pytest.mark.parametrize("radius", [0.0, 1e-9, 0.8, 2.5])
def test_distances_at_coincident_points(module: Any, chart: str, radius: float) -> None:
    x, c = a_point(module, chart, radius), number(C)
    leaves = [x.clone().requires_grad_(), x.clone().requires_grad_(), c.clone().requires_grad_()]
    for distance in (module.dist, module.sqdist):
        value = distance(*leaves)
        assert float(value.detach()) == 0.0
        for gradient in torch.autograd.grad(value, leaves):
            assert torch.equal(gradient, torch.zeros_like(gradient))


def test_squared_distance_bends_like_the_metric() -> None:
    """∂²/∂y² dist²(x, y)/2 at y = x is the metric: λ²I on the ball, I + (sinh² r/r² − 1) across u in the frame."""
    c, x = number(C), a_point(poincare, "ball")
    bent = hessian(lambda y: poincare.sqdist(x, y, c).squeeze() / 2)(x)
    torch.testing.assert_close(bent, (2 / (1 - C * x @ x)) ** 2 * EYE)
    u = a_point(hyperbolic, "frame")
    for module, wave in ((hyperbolic, math.sinh), (spherical, math.sin)):
        r = float(u.norm()) * math.sqrt(C)
        radial = torch.outer(u, u) / (u @ u)
        bent = hessian(lambda v, module=module: module.sqdist(u, v, c).squeeze() / 2)(u)
        torch.testing.assert_close(bent, radial + (wave(r) / r) ** 2 * (EYE - radial))


def test_logarithm_and_geodesic_at_coincident_points() -> None:
    x, c, t = a_point(poincare, "ball"), number(C), number(0.3).reshape(1)
    d_x, d_y = jacobians(lambda a, b: poincare.logmap(a, b, c), (x, x))
    torch.testing.assert_close(d_x, -EYE)
    torch.testing.assert_close(d_y, EYE)
    d_x, d_y = jacobians(lambda a, b: poincare.geodesic(t, a, b, c), (x, x))
    torch.testing.assert_close(d_x, 0.7 * EYE)
    torch.testing.assert_close(d_y, 0.3 * EYE)
    (d_v,) = jacobians(lambda v: poincare.transp(x, x, v, c), (torch.randn(N, dtype=torch.float64),))
    torch.testing.assert_close(d_v, EYE)
    d_x, d_v = jacobians(lambda a, v: poincare.expmap(a, v, c), (x, ZERO))
    torch.testing.assert_close(d_x, EYE)
    torch.testing.assert_close(d_v, EYE)


@pytest.mark.parametrize(("module", "sign"), [(lorentz, -1), (hypersphere, 1)])
def test_ambient_logarithm_at_coincident_points(module: Any, sign: int) -> None:
    """The Jacobian in y is the identity on tangent vectors, in the coordinates that count."""
    x, c = a_point(module, "ambient"), number(C)
    (d_y,) = jacobians(lambda y: module.logmap(x, y, c), (x,))
    if sign > 0:
        tangential = torch.eye(N + 1, dtype=torch.float64) - C * torch.outer(x, x)
        torch.testing.assert_close(d_y @ tangential, tangential)
    else:
        torch.testing.assert_close(d_y[1:, 1:], EYE)
        torch.testing.assert_close(d_y[0, 1:], x[1:] / x[0])
        torch.testing.assert_close(d_y[:, 0], torch.zeros(N + 1, dtype=torch.float64))


@on_every_chart
def test_near_pairs_have_unit_slopes(module: Any, chart: str) -> None:
    """The metric norm of the gradient of the distance is 1 however near the pair."""
    x, c = a_point(module, chart), number(C)
    for separation in (1e-3, 1e-6, 1e-9):
        step = torch.tensor([0.6, -0.8, 0.0], dtype=torch.float64) * separation
        y = x + (step if chart != "ambient" else torch.cat((0 * step[:1], step)))
        if chart == "ambient":
            y = module.projx(y, c)
        y.requires_grad_()
        distance = module.dist(x, y, c)
        (slope,) = torch.autograd.grad(distance, y)
        assert float(distance.detach()) > 0
        if chart == "ball":
            size = slope.norm() * (1 - C * y.detach() @ y.detach()) / 2
        elif chart == "ambient":
            gradient = module.egrad2rgrad(y.detach(), slope, c)
            size = module.inner(y.detach(), gradient, gradient, c).sqrt()
        else:
            near = y.detach()
            metric = hessian(lambda v, near=near: module.sqdist(near, v, c).squeeze() / 2)(near)
            size = (slope @ torch.linalg.solve(metric, slope)).sqrt()
        torch.testing.assert_close(float(size), 1.0, rtol=1e-6, atol=0)


# --- the flat limit --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("c", SMALL)
def test_flat_limit(flat_bundled: Any, c: float) -> None:
    """Values and gradients of frame, ball and scalar results at once Euclidean; the curvature gradient finite."""
    bundled, expected = flat_bundled, flat_bundled.flat
    inputs = bundled.inputs(3)
    leaves = [t.clone().requires_grad_() for t in (*inputs[:-1], number(c))]
    values, wanted = bundled.call(*leaves), several(expected(*leaves[:-1]))
    given = dict(zip(bundled.names, inputs, strict=True))
    # offsets of hyperplanes are lengths as well
    lengths = [given["bias"] * given.get("rho", 1) / given["weight_norm"]] if "weight_norm" in given else []
    extent = max(1.0, *(float(t.detach().abs().max()) for t in (*inputs, *lengths)))
    for value, want in zip(values, wanted, strict=True):
        torch.testing.assert_close(value, want, rtol=1e-10, atol=1e-10 + c * extent**3)
    got = torch.autograd.grad(bundled.weighted(values), leaves, allow_unused=True, materialize_grads=True)
    flat = torch.autograd.grad(bundled.weighted(wanted), leaves[:-1], allow_unused=True, materialize_grads=True)
    for a, b in zip(got, flat, strict=False):
        torch.testing.assert_close(a, b, rtol=1e-9, atol=1e-9 + 10 * c * extent**3)
    assert torch.isfinite(got[-1])


@pytest.mark.parametrize("c", SMALL)
def test_curvature_gradient_is_that_of_the_textbook_form(flat_bundled: Any, c: float) -> None:
    """The slope of the reference in c at 0, by differences in multi-precision arithmetic."""
    bundled = flat_bundled
    inputs = bundled.inputs(2)
    got = torch.cat(jacrev(lambda k: bundled.call(*inputs[:-1], k))(number(c)), -1)
    with mp.workdps(160):
        rows = [textbook_slope(bundled, [t[i] for t in inputs[:-1]]) for i in range(2)]
    expected = torch.tensor(rows, dtype=torch.float64).reshape(got.shape)
    scale = max(1.0, float(expected.abs().max()))
    torch.testing.assert_close(got / scale, expected / scale, rtol=1e-9, atol=1e-9 + 1e4 * c)


def textbook_slope(bundled: Any, row: Sequence[Tensor]) -> list[float]:
    """∂/∂c of the reference for one sign of the curvature, at c = 0."""
    arguments: list[Any] = []
    for (_, kind), tensor in zip(bundled.operation.inputs[:-1], row, strict=True):
        numbers = [[mp.mpf(v) for v in line] for line in tensor.reshape(-1, tensor.shape[-1]).tolist()]
        values = [line[0] for line in numbers] if kind == "scalar" else numbers
        arguments.append(values if bundled.is_reduction else values[0])
    h = mp.mpf(10) ** -30
    near, far = (bundled.spec.reference(*arguments, bundled.library.sign * k) for k in (h, 2 * h))
    return [float((b - a) / h) for a, b in zip(flattened(near), flattened(far), strict=True)]


def several(results: Tensor | tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return (results,) if isinstance(results, Tensor) else results


def flattened(results: Any) -> list[Any]:
    """The numbers of a vector, a number, or several of these."""
    return [v for each in results for v in flattened(each)] if isinstance(results, list | tuple) else [results]


U, V = torch.tensor([[0.4, -0.7, 0.2], [0.5, 0.3, -0.9]], dtype=torch.float64)
SCALE, LIMIT = number(1.7).reshape(1), number(12.0).reshape(1)
UU, VV, UV, D = dot(U, U), dot(V, V), dot(U, V), U - V
WEDGE = UU * VV - UV**2
W, B = torch.tensor([[0.8, 1.5, 2.0], [0.3, -0.6, 0.1]], dtype=torch.float64)
A = -B / W
REACH = (1 - 2.0**-6) * math.pi


def on_hyperboloid(u: Tensor) -> Tensor:
    """Space coordinates as an ambient tensor: the time is not read."""
    return torch.cat((torch.zeros_like(u[:1]), u))


# Op, inputs, and the limit of ∂/∂c as c → 0 of the result, its space part for ambient results.
SLOPES: dict[str, tuple[Callable[..., Tensor], tuple[Tensor, ...], Tensor]] = {
    "poincare.expmap0": (poincare.expmap0, (U,), -UU * U / 3),
    "poincare.logmap0": (poincare.logmap0, (U,), UU * U / 3),
    "poincare.from_frame": (poincare.from_frame, (U,), -UU * U / 24),
    "poincare.to_frame": (poincare.to_frame, (U,), 2 * UU * U / 3),
    "poincare.conformal_factor": (poincare.conformal_factor, (U,), 2 * UU),
    "poincare.mobius_add": (poincare.mobius_add, (U, V), VV * U - (UU + 2 * UV) * V),
    "poincare.dist": (poincare.dist, (U, V), D.norm() * (UU + VV - dot(D, D) / 3)),
    "poincare.sqdist": (poincare.sqdist, (U, V), 4 * dot(D, D) * (UU + VV - dot(D, D) / 3)),
    "poincare.dist0": (poincare.dist0, (U,), 2 * UU * U.norm() / 3),
    "poincare.inner": (poincare.inner, (U, V, V), 8 * UU * VV),
    "poincare.transp0": (poincare.transp0, (U, V), -UU * V),
    "poincare.transp0back": (poincare.transp0back, (U, V), UU * V),
    "poincare.egrad2rgrad": (poincare.egrad2rgrad, (U, V), -UU * V / 2),
    "poincare.gyration": (poincare.gyration, (U, V, D), 2 * (dot(V, D) * U - dot(U, D) * V)),
    "hyperbolic.sqdist": (hyperbolic.sqdist, (U, V), WEDGE / 3),
    "hyperbolic.dist": (hyperbolic.dist, (U, V), WEDGE / (6 * D.norm())),
    "spherical.sqdist": (spherical.sqdist, (U, V), -WEDGE / 3),
    "spherical.dist": (spherical.dist, (U, V), -WEDGE / (6 * D.norm())),
    "hyperbolic.add": (hyperbolic.add, (U, V, LIMIT), ((2 * VV + UV) * U - (UU + 2 * UV) * V) / 6),
    "spherical.add": (spherical.add, (U, V, LIMIT), -((2 * VV + UV) * U - (UU + 2 * UV) * V) / 6),
    "spherical.bound": (spherical.bound, (U,), -UU * U / (3 * REACH**2)),
    "hyperbolic.score": (
        hyperbolic.score,
        (U, UU, W, B),
        W * (UU * U / 6 + U * A**2 / 2 - UU * A / 2 - A**3 / 6 - (U - A) ** 3 / 6),
    ),
    "spherical.score": (
        spherical.score,
        (U, UU, W, B),
        -W * (UU * U / 6 + U * A**2 / 2 - UU * A / 2 - A**3 / 6 - (U - A) ** 3 / 6),
    ),
    "lorentz.expmap0": (lorentz.expmap0, (U,), UU * U / 6),
    "lorentz.logmap0": (lorentz.logmap0, (on_hyperboloid(U),), -UU * U / 6),
    "lorentz.dist0": (lorentz.dist0, (on_hyperboloid(U),), -UU * U.norm() / 6),
    "lorentz.sqdist": (
        lorentz.sqdist,
        (on_hyperboloid(U), on_hyperboloid(V)),
        dot(D, VV * V - UU * U) / 3 + WEDGE / 3,
    ),
    "lorentz.to_stereographic": (lorentz.to_stereographic, (on_hyperboloid(U),), -UU * U / 8),
    "lorentz.from_stereographic": (lorentz.from_stereographic, (U,), 2 * UU * U),
    "lorentz.inner": (
        lorentz.inner,
        (on_hyperboloid(U), on_hyperboloid(V), on_hyperboloid(V)),
        -(UV**2),
    ),
    "lorentz.transp0": (lorentz.transp0, (on_hyperboloid(U), V), UV * U / 2),
    "lorentz.transp0back": (lorentz.transp0back, (on_hyperboloid(U), on_hyperboloid(V)), -UV * U / 2),
}


@pytest.mark.parametrize("c", [*SMALL, 1e-6])
@pytest.mark.parametrize("name", SLOPES)
def test_curvature_gradient_in_the_flat_limit(name: str, c: float) -> None:
    run, inputs, expected = SLOPES[name]
    curvature = number(c)
    result = jacrev(lambda k: run(*inputs, k))(curvature)
    space = result[-expected.shape[-1] :]
    torch.testing.assert_close(space, expected, rtol=1e-5 if c == 1e-6 else 1e-9, atol=1e-5 if c == 1e-6 else 1e-10)


@pytest.mark.parametrize("c", SMALL)
def test_space_parts_of_the_hyperboloid_are_flat(c: float) -> None:
    k = number(c)
    x, y, v, w = (on_hyperboloid(t) for t in (U, V, D, U + V))
    t = number(0.3).reshape(1)
    flat = {
        "projx": (lorentz.projx(x, k), U),
        "proju": (lorentz.proju(x, v, k), D),
        "egrad2rgrad": (lorentz.egrad2rgrad(x, v, k), D),
        "expmap": (lorentz.expmap(x, v, k), U + D),
        "logmap": (lorentz.logmap(x, y, k), V - U),
        "transp": (lorentz.transp(x, y, v, k), D),
        "geodesic": (lorentz.geodesic(t, x, y, k), U + 0.3 * (V - U)),
        "moved": (lorentz.expmap_transp(x, v, w, k)[1], U + V),
        "midpoint": (
            lorentz.midpoint(torch.stack((x, y)), torch.ones(2, 1, dtype=torch.float64), k, rows=(-2,)).squeeze(0),
            (U + V) / 2,
        ),
        "dist": (lorentz.dist(x, y, k), D.norm().reshape(1)),
    }
    for name, (got, expected) in flat.items():
        space = got[-expected.shape[-1] :]
        torch.testing.assert_close(space, expected, rtol=1e-10, atol=1e-10, msg=lambda m, name=name: f"{name}: {m}")


@pytest.mark.parametrize("c", SMALL)
def test_gradients_on_the_hyperboloid_in_the_flat_limit(c: float) -> None:
    """Of every op whose space or scalar part has a limit, in all inputs, c included: finite."""
    x, y, v, w = (on_hyperboloid(t) for t in (U, V, D, U + V))
    calls: list[tuple[Callable[..., Any], tuple[Tensor, ...]]] = [
        (lorentz.dist, (x, y)),
        (lorentz.sqdist, (x, y)),
        (lorentz.inner, (x, v, w)),
        (lorentz.logmap0, (x,)),
        (lorentz.transp0back, (x, v)),
        (lorentz.to_stereographic, (x,)),
        (lambda *a: lorentz.expmap(*a)[1:], (x, v)),
        (lambda *a: lorentz.logmap(*a)[1:], (x, y)),
        (lambda *a: lorentz.transp(*a)[1:], (x, y, v)),
        (lambda *a: lorentz.expmap_transp(*a)[1][1:], (x, v, w)),
        (lambda *a: lorentz.expmap0(*a)[1:], (U,)),
    ]
    for run, inputs in calls:
        leaves = [t.clone().requires_grad_() for t in (*inputs, number(c))]
        for gradient in torch.autograd.grad(run(*leaves).sum(), leaves):
            assert torch.isfinite(gradient).all()


# --- the antipode ----------------------------------------------------------------------------------------------------


def sphere_points() -> Tensor:
    x = torch.randn(5, N + 1, dtype=torch.float64)
    x[0] = torch.tensor([1.0, 0.0, 0.0, 0.0])
    return x / (x.norm(dim=-1, keepdim=True) * math.sqrt(C))


def test_distance_to_the_antipode() -> None:
    """π/√c, with gradient 0: of all directions none is the way there."""
    x = sphere_points().requires_grad_()
    y = (-x).detach().requires_grad_()
    value = hypersphere.dist(x, y, number(C))
    torch.testing.assert_close(value.detach(), torch.full_like(value, math.pi / math.sqrt(C)))
    for gradient in torch.autograd.grad(value.sum(), (x, y)):
        torch.testing.assert_close(gradient, torch.zeros_like(gradient), rtol=0, atol=1e-12)
    o = torch.tensor([-1 / math.sqrt(C), 0, 0, 0], dtype=torch.float64, requires_grad=True)
    value = hypersphere.dist0(o, number(C))
    torch.testing.assert_close(float(value.detach()), math.pi / math.sqrt(C))
    (gradient,) = torch.autograd.grad(value, o)
    torch.testing.assert_close(gradient, torch.zeros_like(gradient), rtol=0, atol=1e-12)


def test_logarithm_at_the_antipode() -> None:
    """The op gives 0, with finite gradients; transport to the antipode keeps the vector."""
    x = sphere_points().requires_grad_()
    y = (-x).detach().requires_grad_()
    c = number(C).requires_grad_()
    log = hypersphere.logmap(x, y, c)
    assert torch.equal(log, torch.zeros_like(log))
    for gradient in torch.autograd.grad(log.sum(), (x, y, c)):
        assert torch.isfinite(gradient).all()
    v = hypersphere.proju(x.detach(), torch.randn(5, N + 1, dtype=torch.float64), number(C))
    torch.testing.assert_close(hypersphere.transp(x, y, v, c), v)


def test_manifold_logarithm_at_the_antipode_is_a_fixed_perpendicular() -> None:
    sphere = Hypersphere(c=C).double()
    x = sphere_points()
    y = (-x).requires_grad_()
    log = sphere.logmap(x, y)
    torch.testing.assert_close(log.norm(dim=-1), torch.full((5,), math.pi / math.sqrt(C), dtype=torch.float64))
    torch.testing.assert_close((log * x).sum(-1), torch.zeros(5, dtype=torch.float64), rtol=0, atol=1e-12)
    torch.testing.assert_close(sphere.expmap(x, log), y.detach())
    (gradient,) = torch.autograd.grad(log.sum(), y)
    assert torch.equal(gradient, torch.zeros_like(gradient))
    torch.testing.assert_close(sphere.logmap(x, -x), log.detach(), rtol=0, atol=0)


@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-9])
def test_towards_the_antipode(gap: float) -> None:
    """Close to it the distance still has slope 1, and the logarithm its length."""
    c, root = number(C), math.sqrt(C)
    x = torch.tensor([1 / root, 0, 0, 0], dtype=torch.float64)
    y = torch.tensor([-math.cos(gap) / root, math.sin(gap) / root, 0, 0], dtype=torch.float64, requires_grad=True)
    value = hypersphere.dist(x, y, c)
    torch.testing.assert_close(float(value.detach()), (math.pi - gap) / root, rtol=1e-14, atol=0)
    (slope,) = torch.autograd.grad(value, y)
    torch.testing.assert_close(float(hypersphere.proju(y.detach(), slope, c).norm()), 1.0, rtol=1e-5, atol=0)
    log = hypersphere.logmap(x, y.detach(), c)
    torch.testing.assert_close(float(log.norm()), (math.pi - gap) / root, rtol=1e-6, atol=0)


# --- low precision ---------------------------------------------------------------------------------------------------

HALVES = [torch.float16, torch.bfloat16]


@pytest.mark.parametrize("half", HALVES, ids=str)
def test_low_precision_is_computed_in_float32(bundled: Any, half: torch.dtype) -> None:
    """The results of the same numbers in float32, rounded once; gradients too."""
    inputs = [t.to(half) if t.dim() else t.float() for t in bundled.inputs(4, radius=0.5, separation=0.4)]
    leaves = [t.clone().requires_grad_() for t in inputs]
    outputs = bundled.call(*leaves)
    wide = [t.float().requires_grad_() for t in inputs]
    expected = bundled.call(*wide)
    for got, want in zip(outputs, expected, strict=True):
        assert got.dtype == half
        assert torch.isfinite(got).all()
        torch.testing.assert_close(got.detach(), want.detach().to(half), rtol=0, atol=0)
    weights = [torch.ones_like(out) for out in outputs]
    got_gradients = torch.autograd.grad(outputs, leaves, weights, allow_unused=True, materialize_grads=True)
    want_gradients = torch.autograd.grad(
        expected, wide, [w.float() for w in weights], allow_unused=True, materialize_grads=True
    )
    for got, want, leaf in zip(got_gradients, want_gradients, leaves, strict=True):
        assert got.dtype == leaf.dtype
        assert torch.isfinite(got).all()
        torch.testing.assert_close(got.float(), want.to(leaf.dtype).float(), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("half", HALVES, ids=str)
def test_autocast_leaves_results_as_they_are(bundled: Any, half: torch.dtype) -> None:
    inputs = bundled.inputs(4, dtype=torch.float32)
    leaves = [t.clone().requires_grad_() for t in inputs]
    with torch.autocast("cpu", dtype=half):
        outputs = bundled.call(*leaves)
        total = bundled.weighted(outputs)
    gradients = torch.autograd.grad(total, leaves, allow_unused=True, materialize_grads=True)
    other = [t.clone().requires_grad_() for t in inputs]
    expected = bundled.call(*other)
    for got, want in zip(outputs, expected, strict=True):
        assert got.dtype == torch.float32
        assert torch.equal(got, want)
    wanted = torch.autograd.grad(bundled.weighted(expected), other, allow_unused=True, materialize_grads=True)
    for got, want in zip(gradients, wanted, strict=True):
        assert torch.equal(got, want)


def test_half_precision_near_the_edge_is_finite() -> None:
    """Numbers of the ball that float16 rounds close to the edge, where published code returns infinity."""
    for half in HALVES:
        x = torch.tensor([[0.0, 0.99], [0.7, 0.7], [0.0, 0.0]], dtype=half, requires_grad=True)
        y = torch.tensor([[0.0, -0.99], [0.6, 0.7], [0.0, 0.0]], dtype=half)
        c = torch.tensor(1.0)
        for out in (poincare.dist(x, y, c), poincare.dist0(x, c), poincare.logmap(x, y, c), poincare.to_frame(x, c)):
            assert out.dtype == half
            assert torch.isfinite(out).all()
            (gradient,) = torch.autograd.grad(out.sum(), x, retain_graph=True)
            assert torch.isfinite(gradient).all()
