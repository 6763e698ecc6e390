"""Steps of a curvature: its gradient, and what becomes of points and momenta."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import cycle, islice
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from manifuse.layers import Rescale
from manifuse.manifolds import Hypersphere, Lorentz, ManifoldBase, ManifoldParameter, Poincare
from manifuse.manifolds.curvature import inverse_softplus
from manifuse.optim import RiemannianAdamW, RiemannianSGD

from .problems import C, descend, learnable, parameter, stress

CARRIES = ["origin_tangent", "scale", "intrinsic"]
EVERY_CARRY = pytest.mark.parametrize("carry", CARRIES)
NEW = 1.3
CLOSE = {"rtol": 1e-11, "atol": 1e-12}
FOLLOWERS = {"Poincare": Lorentz, "Lorentz": Poincare, "Hypersphere": Hypersphere}


def carried(old: ManifoldBase, new: ManifoldBase, x: Tensor, carry: str) -> Tensor:
    """Where points go, by the definitions."""
    if carry == "scale":
        return x * (old.c / new.c).sqrt().detach()
    return new.expmap0(old.logmap0(x))


def steer(optimizer: Any, raw: nn.Parameter, c: float) -> None:
    """Make a step of gradient descent with the rate 1 that ends at a given c."""
    optimizer.zero_grad()
    raw.grad = raw.detach() - inverse_softplus(c)
    optimizer.step()


@EVERY_CARRY
def test_gradient_is_the_slope_of_the_loss_along_the_carry(curved: type[ManifoldBase], carry: str) -> None:
    manifold = learnable(curved, C)
    x, y = parameter(manifold, 6, 3), parameter(manifold, 2, 3, seed=4)
    start = [x.detach().clone(), y.detach().clone()]

    def loss(space: ManifoldBase, x: Tensor, y: Tensor) -> Tensor:
        return stress(space, x) + space.sqdist(x[:2], y).sum() + space.dist0(y).sum()

    def along(c: float) -> float:
        space = curved(c=c).double()
        return float(loss(space, *(carried(manifold, space, p, carry) for p in start)).detach())

    h = 1e-5
    slope = (along(C + h) - along(C - h)) / (2 * h) * -math.expm1(-C)  # dc/draw of the softplus
    loss(manifold, x, y).backward()
    ambient, before = float(manifold.raw_c.grad), float(manifold.raw_c.detach())
    points, rate = {"params": [x, y], "lr": 0.0}, 1e-3
    optimizer = RiemannianSGD([points, {"params": [manifold.raw_c]}], lr=rate, carry=carry)
    optimizer.step()
    assert (before - float(manifold.raw_c.detach())) / rate == pytest.approx(slope, rel=1e-7)
    assert float(manifold.raw_c.grad) == ambient  # the gradient itself is not modified
    if not (curved is Hypersphere and carry == "scale"):  # there x counts by its direction: it is scaled as it stands
        assert abs(ambient - slope) > 1e-2 * abs(slope)


def test_ambient_gradient_is_autograds(curved: type[ManifoldBase]) -> None:
    manifold = learnable(curved, C)
    x = parameter(manifold, 6, 3)
    stress(manifold, x).backward()
    before = float(manifold.raw_c.detach())
    RiemannianSGD([x, manifold.raw_c], lr=1e-3, curvature_gradient="ambient").step()
    assert (before - float(manifold.raw_c.detach())) / 1e-3 == pytest.approx(float(manifold.raw_c.grad), rel=1e-9)


@EVERY_CARRY
def test_step_is_old_manifold_then_curvature_then_carry(curved: type[ManifoldBase], carry: str) -> None:
    """Everything is stored in place: a carried buffer that stays in a local name, or a point bound anew, would show."""
    manifold, fixed = learnable(curved, C), curved(c=C).double()
    x, alone = parameter(manifold, 6, 3), parameter(fixed, 6, 3)
    optimizer = RiemannianSGD([x, manifold.raw_c], lr=0.05, momentum=0.9, carry=carry)
    without = RiemannianSGD([alone], lr=0.05, momentum=0.9)
    for p, each in ((x, optimizer), (alone, without)):
        stress(fixed, p).backward()  # a loss of the points alone, at the old curvature
        each.step()
    manifold.raw_c.grad, x.grad = torch.zeros_like(manifold.raw_c), None
    buffer = optimizer.state[x]["momentum_buffer"]
    places = x.data_ptr(), buffer.data_ptr()
    torch.testing.assert_close(x.detach(), alone.detach(), **CLOSE)

    # A step of both points and curvature, the latter steered to a c that is known.
    for p, each in ((x, optimizer), (alone, without)):
        each.zero_grad()
        stress(fixed, p).backward()
    manifold.raw_c.grad = (manifold.raw_c.detach() - inverse_softplus(NEW)) / 0.05
    optimizer.param_groups[0]["curvature_gradient"] = "ambient"
    optimizer.step()
    without.step()
    new = curved(c=float(manifold.c.detach())).double()
    assert float(new.c) == pytest.approx(NEW, rel=1e-12)
    assert optimizer.state[x]["momentum_buffer"] is buffer
    assert places == (x.data_ptr(), buffer.data_ptr())

    old_x, old_m = alone.detach(), without.state[alone]["momentum_buffer"]
    expected_x = carried(fixed, new, old_x, carry)
    torch.testing.assert_close(x.detach(), expected_x, **CLOSE)
    if carry == "scale":
        expected_m = old_m * math.sqrt(C / NEW)
    elif carry == "origin_tangent":
        expected_m = new.transp(new.origin(3 + fixed.ambient), expected_x, _at_origin(fixed, old_x, old_m))
    else:
        h = 1e-5
        ends = [carried(fixed, new, fixed.expmap(old_x, sign * h * old_m), carry) for sign in (1, -1)]
        expected_m = (ends[0] - ends[1]) / (2 * h)
    tolerance = {"rtol": 1e-7, "atol": 1e-9} if carry == "intrinsic" else CLOSE
    torch.testing.assert_close(buffer, expected_m, **tolerance)
    new.check_point(x.detach())
    new.check_tangent(x.detach(), buffer)


def _at_origin(manifold: ManifoldBase, x: Tensor, v: Tensor) -> Tensor:
    """Transport to the origin, in coordinates of points: the time of the result is 0 for every curvature."""
    return manifold.transp(x, manifold.origin(x.shape[-1]), v)


def test_origin_tangent_keeps_lengths_and_scale_keeps_shapes(curved: type[ManifoldBase]) -> None:
    for carry in ("origin_tangent", "scale"):
        manifold = learnable(curved, C)
        x = parameter(manifold, 6, 3)
        optimizer = RiemannianSGD([x, manifold.raw_c], lr=1.0, momentum=1e-30, carry=carry)
        x.grad = torch.randn_like(x)
        optimizer.param_groups[0]["lr"] = 0.0
        optimizer.step()
        optimizer.param_groups[0]["lr"] = 1.0
        buffer = optimizer.state[x]["momentum_buffer"]
        radii, gaps, lengths = manifold.dist0(x), manifold.dist(x[:3], x[3:]), manifold.norm(x, buffer)
        radii, gaps, lengths = radii.detach(), gaps.detach(), lengths.detach()
        steer(optimizer, manifold.raw_c, NEW)
        factor = math.sqrt(C / NEW) if carry == "scale" else 1.0
        torch.testing.assert_close(manifold.dist0(x).detach(), factor * radii, **CLOSE)
        torch.testing.assert_close(manifold.norm(x, buffer).detach(), factor * lengths, **CLOSE)
        if carry == "scale":
            torch.testing.assert_close(manifold.dist(x[:3], x[3:]).detach(), factor * gaps, **CLOSE)


def test_momentum_follows_in_place(curved: type[ManifoldBase], optimiser: Callable[..., Any]) -> None:
    """Through the origin, into the tensor that the state holds; numbers per point stay as they are."""
    manifold = learnable(curved, C)
    x = parameter(manifold, 6, 3)
    optimizer = optimiser([x, manifold.raw_c])
    stress(manifold, x.as_subclass(Tensor)).backward()
    manifold.raw_c.grad = None
    optimizer.step()
    (momentum,) = (each for each in optimizer.state[x].values() if each.shape == x.shape)
    numbers = [(each, each.clone()) for each in optimizer.state[x].values() if each.shape != x.shape]
    old, start, at_origin = curved(c=C).double(), x.detach().clone(), _at_origin(manifold, x, momentum).detach()
    x.grad, manifold.raw_c.grad = None, torch.ones_like(manifold.raw_c)
    optimizer.step()
    assert abs(float(manifold.c.detach()) - C) > 1e-3
    new = curved(c=float(manifold.c.detach())).double()
    end = carried(old, new, start, "origin_tangent")
    torch.testing.assert_close(x.detach(), end, **CLOSE)
    torch.testing.assert_close(momentum, new.transp(new.origin(end.shape[-1]), end, at_origin), **CLOSE)
    assert all(torch.equal(now, before) for now, before in numbers)


def test_points_are_carried_to_where_their_dtype_resolves_them() -> None:
    """At 30/√c the ball ends in float32: without projection the points would lie on its edge."""
    manifold = Poincare(c=0.1, learnable=True)
    x = ManifoldParameter(manifold.from_frame(30 * torch.eye(3)), manifold)
    optimizer = RiemannianSGD([x, manifold.raw_c], lr=1.0)
    steer(optimizer, manifold.raw_c, 1.0)
    manifold.check_point(x.detach())
    manifold.sqdist(x[:1], x[1:]).sum().backward()
    assert bool(x.grad.isfinite().all())


@pytest.mark.parametrize("kind", [Lorentz, Poincare], ids=lambda kind: kind.__name__)
def test_largest_distance_follows_a_step(kind: type[ManifoldBase], optimiser: Callable[..., Any]) -> None:
    """acosh(√c x_t)/√c of the new c, for the manifold and for a layer; acosh(c x_t)/√c is the same at c = 1 alone."""
    manifold = learnable(kind, 1.0)
    rescale, far = Rescale(manifold=manifold, slope="unit"), torch.tensor([[6e3, 8e3]], dtype=torch.float64)
    optimizer = optimiser([manifold.raw_c], lr=1.0)
    curvatures = []
    for _ in range(2):
        curvatures.append(c := float(manifold.c.detach()))
        largest = {time: math.acosh(math.sqrt(c) * time) / math.sqrt(c) for time in (2e3, 1e8)}
        assert float(manifold.max_distance(torch.float32).detach()) == pytest.approx(largest[2e3], rel=1e-12)
        assert float(manifold.max_distance(torch.float64).detach()) == pytest.approx(largest[1e8], rel=1e-12)
        assert float(rescale(far).detach().norm()) == pytest.approx(largest[1e8], rel=1e-12)
        manifold.raw_c.grad = torch.full_like(manifold.raw_c, 2.0)
        optimizer.step()
    assert curvatures[0] == pytest.approx(1.0)
    assert curvatures[1] < 0.5


def test_all_points_of_a_curvature_follow_and_no_others(
    curved: type[ManifoldBase], optimiser: Callable[..., Any]
) -> None:
    """Several parameters, one without a gradient, one of another shape, and one on another manifold with the same c."""
    manifold, other = learnable(curved, C), learnable(curved, C)
    twin = FOLLOWERS[curved.__name__](c=C).double()
    twin.raw_c, twin.fixed_c = manifold.raw_c, None
    follow = [parameter(manifold, 6, 3), parameter(manifold, 2, 5), parameter(twin, 2, 3)]
    follow[1].requires_grad_(False)
    stay = parameter(other, 6, 3)
    starts = [p.detach().clone() for p in (*follow, stay)]
    radii = [p.manifold.dist0(p).detach() for p in follow]
    optimizer = optimiser([*follow, stay, manifold.raw_c, other.raw_c])
    manifold.raw_c.grad = torch.ones_like(manifold.raw_c)
    optimizer.step()
    assert abs(float(manifold.c.detach()) - C) > 1e-3
    for p, start, radius in zip(follow, starts, radii, strict=False):
        assert not torch.equal(p.detach(), start)
        torch.testing.assert_close(p.manifold.dist0(p).detach(), radius, **CLOSE)
    assert torch.equal(stay.detach(), starts[-1])


def test_every_curvature_obeys_its_own_group() -> None:
    first, second = (learnable(Lorentz, C) for _ in range(2))
    x, y = parameter(first, 6, 3), parameter(second, 6, 3)
    optimizer = RiemannianSGD(
        [
            {"params": [x, y], "lr": 0.3, "carry": "intrinsic"},
            {"params": [first.raw_c], "lr": 0.1, "carry": "scale"},
            {"params": [second.raw_c], "lr": 10.0, "curvature_bounds": (0.5, 0.8)},
        ]
    )
    start = x.detach().clone()
    radius = second.dist0(y).detach()
    for raw in (first.raw_c, second.raw_c):
        raw.grad = torch.full_like(raw, -1.0)
    optimizer.step()
    assert float(first.raw_c.detach()) == pytest.approx(inverse_softplus(C) + 0.1, rel=1e-12)
    torch.testing.assert_close(x.detach(), start * (C / first.c.detach()).sqrt(), **CLOSE)
    assert float(second.c.detach()) == pytest.approx(0.8, rel=1e-12)
    torch.testing.assert_close(second.dist0(y).detach(), radius, **CLOSE)


@EVERY_CARRY
def test_swinging_curvature_leaves_points_on_the_manifold(carry: str) -> None:
    """1000 float32 steps between c = 0.3 and 3."""
    manifold = Lorentz(c=1.0, learnable=True)
    x = parameter(manifold, 6, 3)
    optimizer = RiemannianSGD([x, manifold.raw_c], lr=1.0, momentum=0.9, carry=carry)
    x.grad = 0.1 * torch.randn_like(x)
    optimizer.param_groups[0]["lr"] = 1e-3
    optimizer.step()
    optimizer.param_groups[0]["lr"] = 1.0
    radius = manifold.dist0(x).detach()
    for c in islice(cycle([0.3, 3.0]), 1000):
        optimizer.zero_grad()
        manifold.raw_c.grad = (manifold.raw_c.detach() - inverse_softplus(c)).detach()
        optimizer.state[manifold.raw_c].clear()
        optimizer.step()
    time, space = x.detach()[:, 0], x.detach()[:, 1:]
    residual = (space.square().sum(-1) - time.square() + 1 / manifold.c.detach()).abs()
    assert float((residual / time.square()).max()) <= 1e-6
    buffer = optimizer.state[x]["momentum_buffer"]
    product = (space * buffer[:, 1:]).sum(-1) - time * buffer[:, 0]
    assert float((product.abs() / (x.detach().norm(dim=-1) * buffer.norm(dim=-1))).max()) <= 1e-5
    if carry != "scale":
        torch.testing.assert_close(manifold.dist0(x).detach(), radius, rtol=1e-4, atol=1e-6)


def test_bounds_hold_and_c_stays_positive(curved: type[ManifoldBase]) -> None:
    manifold = learnable(curved, C)
    optimizer = RiemannianAdamW([manifold.raw_c], lr=100.0, weight_decay=0.0, curvature_bounds=(0.5, 0.9))
    for sign, bound in ((1.0, 0.5), (-1.0, 0.9)):
        for _ in range(50):
            manifold.raw_c.grad = torch.full_like(manifold.raw_c, sign)
            optimizer.step()
        assert float(manifold.c.detach()) == pytest.approx(bound, rel=1e-12)


def test_curvature_without_points_is_an_ordinary_parameter() -> None:
    manifold, twin = learnable(Poincare, C), learnable(Poincare, C)
    mine = RiemannianAdamW([manifold.raw_c], lr=0.1, weight_decay=0.0)
    theirs = torch.optim.AdamW([twin.raw_c], lr=0.1, weight_decay=0.0)
    u, v = torch.eye(2, dtype=torch.float64)
    for space, optimizer in ((manifold, mine), (twin, theirs)):
        descend(optimizer, lambda space=space: space.frame_dist(u, v), 20)
    torch.testing.assert_close(manifold.c.detach(), twin.c.detach(), rtol=1e-14, atol=0)


def test_frozen_curvature_stays() -> None:
    manifold = learnable(Lorentz, C)
    manifold.raw_c.requires_grad_(False)
    x = parameter(manifold, 6, 3)
    optimizer = RiemannianAdamW([x, manifold.raw_c], lr=0.1, weight_decay=0.0)
    descend(optimizer, lambda: stress(manifold, x), 5)
    assert float(manifold.c) == pytest.approx(C, rel=1e-15)
    manifold.check_point(x.detach())
