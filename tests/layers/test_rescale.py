"""Maximum distance rescaling: the published formula, its limits, and the distances that dtypes resolve; clipping."""

from __future__ import annotations

import doctest
import importlib
import math
from collections.abc import Callable
from copy import deepcopy

import pytest
import torch
from mpmath import mp
from torch import Tensor

from manifuse.layers import Clip, Rescale
from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, Poincare

from .points import SPACES

Maker = Callable[..., Tensor]
EXACT = {"rtol": 1e-12, "atol": 1e-12}
HYPERBOLIC = pytest.mark.parametrize("kind", [Poincare, Lorentz], ids=lambda kind: kind.__name__)


# The largest distance


@HYPERBOLIC
@pytest.mark.parametrize(
    ("c", "distance"), [(0.1, 22.59), (0.25, 15.20), (0.6, 10.38), (1.0, 8.294), (2.5, 5.54), (10.0, 2.99)]
)
def test_largest_distance_is_as_published(kind: type[ManifoldBase], c: float, distance: float) -> None:
    assert float(kind(c=c).max_distance(torch.float32)) == pytest.approx(distance, abs=6e-3)


@pytest.mark.parametrize(
    ("dtype", "time"), [(torch.float64, 1e8), (torch.float32, 2e3), (torch.float16, 16.0), (torch.bfloat16, 6.0)]
)
@pytest.mark.parametrize("c", [0.3, 1.0, 2.7])
def test_largest_distance_is_that_of_the_largest_time(dtype: torch.dtype, time: float, c: float) -> None:
    found = Lorentz(c=c).double().max_distance(dtype)
    assert float(found) == pytest.approx(float(mp.acosh(mp.sqrt(c) * time) / mp.sqrt(c)), rel=1e-13)


def test_largest_distance_does_not_fall_as_c_vanishes() -> None:
    """Where acosh(√c x_t)/√c is largest, at c = 3.28/x_t², the distance goes over into a constant without a kink."""
    most = max(math.acosh(root * 2e3) / root for root in torch.linspace(6e-4, 2e-3, 2000, dtype=torch.float64).tolist())
    for c in (8e-7, 1e-7, 1e-20):
        assert float(Lorentz(c=c).max_distance(torch.float32)) == pytest.approx(most, rel=1e-6)
    space = Lorentz(c=8.3e-7, learnable=True).double()
    (slope,) = torch.autograd.grad(space.max_distance(torch.float32), space.raw_c)
    assert float(slope.abs()) * 8.3e-7 < 1e-2 * most


def test_largest_distance_of_other_geometries() -> None:
    assert float(Hypersphere(c=0.25).max_distance(torch.float32)) == pytest.approx(63 / 64 * math.pi / 0.5)
    assert math.isinf(float(Euclidean().max_distance(torch.float32)))
    with pytest.raises(ValueError, match=r"Lorentz\(c=1.0\): max_distance .*torch.int64"):
        Lorentz(c=1.0).max_distance(torch.int64)


# The map


@pytest.mark.parametrize("c", [0.3, 1.0, 2.7])
@pytest.mark.parametrize("s", [1.0, 2.0, 3.0])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
@HYPERBOLIC
def test_points_are_as_published(kind: type[ManifoldBase], c: float, s: float, dtype: torch.dtype) -> None:
    """x_s' = x_s sinh(√c D')/sinh(√c D), in 50 digits, at distances from nearly 0 to 3 D_max."""
    layer = Rescale(manifold=kind(c=c).to(dtype), s=s)
    with mp.workdps(50):
        root, most = (
            mp.sqrt(c),
            mp.acosh(mp.sqrt(c) * (2000 if dtype == torch.float32 else mp.mpf(10) ** 8)) / mp.sqrt(c),
        )
        for share in (1e-30, 1e-8, 1e-3, 0.1, 0.7, 1.0, 3.0):
            direction = torch.tensor([0.6, 0.0, -0.8], dtype=dtype)
            u = float(share * most) * direction
            d = mp.norm([mp.mpf(float(x)) for x in u])
            rescaled = most * mp.tanh(mp.atanh(mp.mpf("0.99")) / s * d / most)
            space = [mp.mpf(float(x)) / d * mp.sinh(root * d) / root for x in u]
            expected = [x * mp.sinh(root * rescaled) / mp.sinh(root * d) for x in space]
            found = layer(u.unsqueeze(0)).squeeze(0)
            length = mp.norm(expected)
            radius = mp.asinh(root * length) / root
            wanted = torch.tensor([float(x / length * radius) for x in expected], dtype=dtype)
            torch.testing.assert_close(found, wanted, rtol=16 * torch.finfo(dtype).eps, atol=0)


def test_s_is_where_the_share_is_reached(curved: type[ManifoldBase]) -> None:
    manifold = curved(c=0.7).double()
    most = float(manifold.max_distance(torch.float64))
    for s in (1.0, 2.0, 3.0):
        u = torch.tensor([[s * most, 0.0]], dtype=torch.float64)
        assert float(Rescale(manifold=manifold, s=s)(u)[0, 0]) == pytest.approx(0.99 * most, rel=1e-12)


def test_it_stays_within_and_is_monotone(curved: type[ManifoldBase], dtype: torch.dtype) -> None:
    manifold = curved(c=0.7)
    most = float(manifold.max_distance(dtype))
    lengths = torch.cat((torch.linspace(0, 3 * most, 100, dtype=dtype), torch.tensor([1e3, 1e9, 1e18], dtype=dtype)))
    found = Rescale(manifold=manifold)(lengths.unsqueeze(1))
    assert float(found.max()) <= most * (1 + 2 * torch.finfo(dtype).eps)
    assert float(found.diff(dim=0).min()) >= -4 * torch.finfo(dtype).eps * most  # flat to rounding far out
    assert bool((found[:80].diff(dim=0) > 0).all())


@pytest.mark.parametrize(
    ("options", "slope"), [({"slope": "unit"}, 1.0), ({}, math.atanh(0.99) / 2), ({"s": 3}, 0.8822)]
)
def test_slope_at_the_origin(
    curved: type[ManifoldBase], dtype: torch.dtype, options: dict[str, object], slope: float
) -> None:
    layer = Rescale(manifold=curved(c=0.7), **options)
    for size in (0.0, 1e-30, 1e-10):
        u = (size * torch.tensor([[0.6, -0.8]], dtype=dtype)).requires_grad_()
        (gradient,) = torch.autograd.grad(layer(u), u, torch.tensor([[1.0, 2.0]], dtype=dtype))
        torch.testing.assert_close(gradient, slope * torch.tensor([[1.0, 2.0]], dtype=dtype), rtol=1e-4, atol=0)


def test_gradients_are_finite_far_out(curved: type[ManifoldBase], dtype: torch.dtype) -> None:
    layer = Rescale(manifold=curved(c=0.7, learnable=True), learnable=True).to(dtype)
    for size in (1e2, 1e9, 1e18):
        u = (size * torch.tensor([[0.6, -0.8]], dtype=dtype)).requires_grad_()
        assert all(bool(g.isfinite().all()) for g in torch.autograd.grad(layer(u).sum(), (u, *layer.parameters())))


def test_unit_slope_on_the_sphere_is_its_bound(frames: Maker) -> None:
    globe = Hypersphere(c=0.7).double()
    u = 3 * frames(5, 4, dim=1)
    torch.testing.assert_close(Rescale(manifold=globe, slope="unit")(u), globe.bound(u, dim=1), **EXACT)


@pytest.mark.parametrize("options", [{}, {"slope": "unit"}, {"learnable": True}], ids=str)
def test_on_flat_space_it_is_the_identity(options: dict[str, object]) -> None:
    u = 1e6 * torch.randn(5, 4)
    assert torch.equal(Rescale(manifold=Euclidean(), **options)(u), u)


# A learnable s


def test_learnable_s(manifold: ManifoldBase, frames: Maker) -> None:
    layer = Rescale(manifold=manifold, s=1.7, learnable=True).double()
    assert {name for name, _ in layer.named_parameters()} == {"raw_s", "manifold.raw_c"}
    u = frames(5, 4, dim=1)
    torch.testing.assert_close(layer(u), Rescale(manifold=manifold, s=1.7)(u), rtol=1e-6, atol=0)
    names = [name for name, _ in layer.named_parameters()]

    def output(u: Tensor, *parameters: Tensor) -> Tensor:
        return torch.func.functional_call(layer, dict(zip(names, parameters, strict=True)), (u,))

    parameters = [p.detach().clone().requires_grad_() for p in layer.parameters()]
    assert torch.autograd.gradcheck(output, (u.requires_grad_(), *parameters))
    twin = deepcopy(layer)
    with torch.no_grad():
        layer.raw_s.fill_(-3.0)  # s is positive for every value
    assert bool(layer(u).isfinite().all())
    layer.load_state_dict(twin.state_dict())
    assert torch.equal(layer(u), twin(u))
    layer.reset_parameters()
    assert float(torch.nn.functional.softplus(layer.raw_s.detach())) == pytest.approx(1.7)


def test_points_of_the_reference_agree(space: object, manifold: ManifoldBase, frames: Maker) -> None:
    """On points: the geodesic from the origin is followed to the rescaled distance."""
    reference = SPACES[type(manifold)](manifold.c)
    u = frames(5, 4)
    x = reference.point(u)
    origin = reference.origin(4)
    distance = reference.dist(origin, x)
    most = manifold.max_distance(torch.float64)
    along = reference.log(origin, x) / distance * most * torch.tanh(math.atanh(0.99) / 2 * distance / most)
    expected = reference.frame(reference.exp(origin.expand_as(x), along))
    torch.testing.assert_close(Rescale(manifold=manifold, dim=-1)(u), expected, rtol=1e-9, atol=1e-9)


# Bad input


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"s": 0.0}, r"Rescale: s must be positive and finite, got 0.0"),
        ({"s": math.nan}, r"Rescale: s must be positive and finite, got nan"),
        ({"slope": "steep"}, r"Rescale: slope must be 'published' or 'unit', got 'steep'"),
        ({"slope": "unit", "learnable": True}, r"Rescale: learnable=True needs slope='published'"),
    ],
    ids=str,
)
def test_arguments_that_do_not_fit_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Rescale(manifold=Poincare(), **options)


# Clipping


def test_clipped_points_are_at_the_length(dtype: torch.dtype) -> None:
    """Others stay as they are to the bit; on the ball it is clipping of the argument of expmap0 at half the length."""
    u = torch.randn(40, 3, dtype=dtype) * torch.logspace(-6, 3, 40, dtype=dtype).unsqueeze(1)
    ball = Poincare(c=0.1)
    got = Clip(4.6, manifold=ball)(u)
    far = u.norm(dim=1) > 4.6
    assert torch.equal(got[~far], u[~far])
    torch.testing.assert_close(got[far].norm(dim=1), torch.full_like(got[far][:, 0], 4.6))
    tangents = u / 2
    clipped = tangents * torch.clamp(2.3 / tangents.norm(dim=1, keepdim=True), max=1.0)
    torch.testing.assert_close(ball.from_frame(got), ball.expmap0(clipped))


def test_clipping_has_finite_gradients_at_the_origin_and_none_along_far_radii() -> None:
    u = torch.zeros(3, 2, dtype=torch.float64)
    u[1, 0], u[2, 0] = 0.5, 7.0
    u.requires_grad_()
    jacobian = torch.autograd.functional.jacobian(Clip(1.0, manifold=Euclidean()), u)
    identity = torch.eye(2, dtype=torch.float64)
    for row, expected in ((0, identity), (1, identity), (2, torch.diag(torch.tensor([0.0, 1 / 7]).double()))):
        torch.testing.assert_close(jacobian[row, :, row], expected)


@pytest.mark.parametrize("length", [0.0, -1.0, math.inf, math.nan])
def test_lengths_that_do_not_fit_are_refused(length: float) -> None:
    with pytest.raises(ValueError, match="Clip: length must be positive and finite"):
        Clip(length, manifold=Euclidean())


def test_examples_run() -> None:
    outcome = doctest.testmod(importlib.import_module("manifuse.layers.rescale"))
    assert outcome.attempted > 0
    assert outcome.failed == 0
