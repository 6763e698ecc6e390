"""Derived vector-Jacobian and Jacobian-vector products against closed forms written by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from manifuse.compile import Channels, Flat, Scalar, Spec, Vector, build, derive, dot, op
from manifuse.compile.derivation import MAX_SAVED
from manifuse.compile.emission import emit
from manifuse.compile.vocabulary import exp, tn

TIGHT = {"rtol": 1e-12, "atol": 1e-13}


def spec(function: Callable[..., Any]) -> Spec:
    """Decorate a function that is compiled only, never verified."""
    return op(reference=lambda *inputs: inputs[0], laws=[Flat(lambda *inputs: inputs[0])])(function)


def inner(a: Tensor, b: Tensor) -> Tensor:
    return (a * b).sum(-1, keepdim=True)


def ball(*shape: int, c: float) -> Tensor:
    x = torch.randn(shape, dtype=torch.float64)
    return x / x.norm(dim=-1, keepdim=True) * torch.rand(*shape[:-1], 1, dtype=torch.float64) * 0.9 / c**0.5


# --- radial maps: x̄ = φḡ + cκ⟨ḡ, x⟩x, c̄ = ½κ‖x‖²⟨ḡ, x⟩ with κ = φ'(a)/a, a = √c‖x‖ ---------------------------------


@spec
def radial(x: Vector, c: Scalar) -> Vector:
    """tanh(a)/a · x."""
    return tn(-c * dot(x, x)) * x


def factors(x: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    a = c.sqrt() * x.norm(dim=-1, keepdim=True)
    t = torch.tanh(a)
    return t / a, (1 - t**2 - t / a) / a**2


def test_gradient_of_a_radial_map() -> None:
    x = torch.randn(6, 4, dtype=torch.float64, requires_grad=True)
    c = torch.full((6, 1), 0.7, dtype=torch.float64, requires_grad=True)
    g = torch.randn(6, 4, dtype=torch.float64)
    phi, kappa = factors(x.detach(), c.detach())
    along = inner(g, x.detach())
    expected = (phi * g + c.detach() * kappa * along * x.detach(), kappa * inner(x, x).detach() * along / 2)
    got = torch.autograd.grad(build(radial)(x, c), (x, c), g)
    for a, b in zip(got, expected, strict=True):
        torch.testing.assert_close(a, b, **TIGHT)


def test_tangent_of_a_radial_map() -> None:
    x, dx = torch.randn(2, 6, 4, dtype=torch.float64)
    c, dc = torch.full((6, 1), 0.7, dtype=torch.float64), torch.randn(6, 1, dtype=torch.float64)
    phi, kappa = factors(x, c)
    expected = phi * dx + kappa * (c * inner(x, dx) + inner(x, x) * dc / 2) * x
    value, got = torch.func.jvp(build(radial), (x, c), (dx, dc))
    torch.testing.assert_close(value, phi * x, **TIGHT)
    torch.testing.assert_close(got, expected, **TIGHT)


def test_gradient_of_a_radial_map_at_the_origin() -> None:
    x = torch.zeros(2, 4, dtype=torch.float64, requires_grad=True)
    c = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
    g = torch.randn(2, 4, dtype=torch.float64)
    d_x, d_c = torch.autograd.grad(build(radial)(x, c), (x, c), g)
    torch.testing.assert_close(d_x, g, rtol=0, atol=0)
    assert float(d_c) == 0.0


# --- Möbius addition -------------------------------------------------------------------------------------------------


@spec
def mobius_add(x: Vector, y: Vector, c: Scalar) -> Vector:
    """The textbook form ((1 + 2c⟨x, y⟩ + c‖y‖²)x + (1 − c‖x‖²)y)/(1 + 2c⟨x, y⟩ + c²‖x‖²‖y‖²)."""
    xy, xx, yy = dot(x, y), dot(x, x), dot(y, y)
    return ((1 + 2 * c * xy + c * yy) * x + (1 - c * xx) * y) / (1 + 2 * c * xy + c * c * xx * yy)


def mobius_gradient(x: Tensor, y: Tensor, c: Tensor, g: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Closed form: with z = x ⊕ y, p = ⟨ḡ, x⟩, q = ⟨ḡ, y⟩, r = ⟨ḡ, z⟩ and the two factors A, ℓ and denominator D."""
    xx, yy, xy = inner(x, x), inner(y, y), inner(x, y)
    a, near, d = 1 + 2 * c * xy + c * yy, 1 - c * xx, 1 + 2 * c * xy + c * c * xx * yy
    z = (a * x + near * y) / d
    p, q, r = inner(g, x), inner(g, y), inner(g, z)
    d_x = (a * g + 2 * c * (p - r) * y - 2 * c * (q + c * yy * r) * x) / d
    d_y = (near * g + 2 * c * (p - r) * x + 2 * c * (p - c * xx * r) * y) / d
    d_c = ((2 * xy + yy) * p - xx * q - 2 * (xy + c * xx * yy) * r) / d
    return d_x, d_y, d_c


@pytest.mark.parametrize("which", ["textbook", "bundled"])
def test_gradient_of_mobius_addition(which: str, bundled_named: Callable[[str], Any]) -> None:
    c = torch.full((8, 1), 0.7, dtype=torch.float64)
    x, y, g = ball(8, 5, c=0.7), ball(8, 5, c=0.7), torch.randn(8, 5, dtype=torch.float64)
    run = build(mobius_add) if which == "textbook" else bundled_named("poincare.mobius_add").function
    leaves = [t.clone().requires_grad_() for t in (x, y, c)]
    got = torch.autograd.grad(run(*leaves), leaves, g)
    for a, b in zip(got, mobius_gradient(x, y, c, g), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-11, atol=1e-11)


def test_curvature_gradient_is_summed_over_what_was_broadcast(bundled_named: Callable[[str], Any]) -> None:
    c = torch.tensor(0.7, dtype=torch.float64)
    x, y, g = ball(8, 5, c=0.7), ball(5, c=0.7), torch.randn(8, 5, dtype=torch.float64)
    leaves = [t.clone().requires_grad_() for t in (x, y, c)]
    run = bundled_named("poincare.mobius_add").function
    d_x, d_y, d_c = torch.autograd.grad(run(*leaves), leaves, g)
    expected = mobius_gradient(x, y.expand(8, 5), c, g)
    torch.testing.assert_close(d_x, expected[0], rtol=1e-11, atol=1e-11)
    torch.testing.assert_close(d_y, expected[1].sum(0), rtol=1e-11, atol=1e-11)
    torch.testing.assert_close(d_c, expected[2].sum(), rtol=1e-11, atol=1e-11)


def test_gradient_of_the_distance(bundled_named: Callable[[str], Any]) -> None:
    """x̄ = −ḡ λ_x unit(−x ⊕ y)."""
    c = torch.tensor(0.7, dtype=torch.float64)
    x, y, g = ball(8, 5, c=0.7).requires_grad_(), ball(8, 5, c=0.7), torch.randn(8, 1, dtype=torch.float64)
    (got,) = torch.autograd.grad(bundled_named("poincare.dist").function(x, y, c), x, g)
    with torch.no_grad():
        towards = bundled_named("poincare.mobius_add").function(-x, y, c)
        expected = -g * 2 / (1 - c * inner(x, x)) * towards / towards.norm(dim=-1, keepdim=True)
    torch.testing.assert_close(got, expected, rtol=1e-9, atol=1e-9)


# --- channels --------------------------------------------------------------------------------------------------------


@spec
def softened(h: Channels, b: Channels, t: Scalar) -> Channels:
    """e^h b + t h²."""
    return exp(h) * b + t * h * h


def test_gradient_of_channels() -> None:
    h, b, g = torch.randn(3, 6, 4, dtype=torch.float64)
    t = torch.randn(6, 1, dtype=torch.float64)
    expected = g * (torch.exp(h) * b + 2 * t * h), g * torch.exp(h), inner(g, h * h)
    leaves = [a.clone().requires_grad_() for a in (h, b, t)]
    for got, want in zip(torch.autograd.grad(build(softened)(*leaves), leaves, g), expected, strict=True):
        torch.testing.assert_close(got, want, **TIGHT)


# --- what is saved ---------------------------------------------------------------------------------------------------


@spec
def many_products(x: Vector, y: Vector, z: Vector, c: Scalar) -> Scalar:
    """More inner products than an op may keep."""
    return dot(x, x) * dot(x, y) + dot(y, y) * dot(z, z) + c * dot(x, z) * dot(y, z)


def test_no_more_than_five_inner_products_are_kept() -> None:
    derived = derive(many_products.record())
    assert len(derived.saved) == MAX_SAVED == 5
    leaves = [torch.randn(3, 2, dtype=torch.float64, requires_grad=True) for _ in range(3)]
    leaves.append(torch.rand(3, 1, dtype=torch.float64, requires_grad=True))
    assert torch.autograd.gradcheck(build(many_products), leaves, check_forward_ad=True)
    assert torch.autograd.gradgradcheck(build(many_products), leaves)


def test_gradients_of_inputs_without_influence_are_none() -> None:
    def some(x: Vector, y: Vector, c: Scalar) -> Vector:
        return c * x

    derived = derive(spec(some).record())
    assert derived.vjp.outputs["y"] is None
    assert "None" in emit(derived).source
    x, y = torch.randn(2, 3, 4, dtype=torch.float64, requires_grad=True)
    x, y = x.detach().requires_grad_(), y.detach().requires_grad_()
    out = build(spec(some))(x, y, torch.tensor(2.0, dtype=torch.float64))
    assert torch.autograd.grad(out.sum(), (x, y), allow_unused=True)[1] is None


# --- inputs that need no gradient cost nothing -----------------------------------------------------------------------


class Counting(TorchDispatchMode):
    """Counts the operations that reach the dispatcher."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        self.count += 1
        return func(*args, **(kwargs or {}))


def pulled(bundled: Any, needs: tuple[bool, ...]) -> tuple[tuple[Tensor | None, ...], int]:
    """The gradients by the op's VJP under a mask, and the operations that they took."""
    operation = bundled.operation
    aligned, rows = operation.align(bundled.inputs(2), -1, bundled.rows)
    outputs = operation.evaluate(aligned, -1, rows)
    saved = (*aligned, *outputs[len(operation.results) :])
    with Counting() as counter:
        gradients = operation.pull(saved, [torch.ones_like(o) for o in outputs], needs, -1, rows)
    return gradients, counter.count


def test_inputs_without_gradient_cost_nothing(bundled: Any) -> None:
    count = len(bundled.names)
    everything, full = pulled(bundled, (True,) * count)
    for i in range(count):
        mask = tuple(j == i for j in range(count))
        gradients, cost = pulled(bundled, mask)
        assert [g is None for g in gradients] == [not needed or everything[j] is None for j, needed in enumerate(mask)]
        if everything[i] is not None:
            torch.testing.assert_close(gradients[i], everything[i], rtol=0, atol=0)
        assert cost <= full
    _, least = pulled(bundled, (False,) * count)
    assert least < full


@pytest.mark.parametrize("name", ["poincare.mobius_add", "lorentz.logmap", "hyperbolic.place", "poincare.midpoint"])
def test_the_curvature_alone_is_cheaper(bundled_named: Callable[[str], Any], name: str) -> None:
    bundled = bundled_named(name)
    count = len(bundled.names)
    _, full = pulled(bundled, (True,) * count)
    for i in range(count):
        _, cost = pulled(bundled, tuple(j == i for j in range(count)))
        assert cost < full, bundled.names[i]


def test_autograd_asks_for_what_is_needed_only(bundled_named: Callable[[str], Any]) -> None:
    bundled = bundled_named("poincare.mobius_add")
    costs = {}
    for needed in ((0, 1, 2), (0,), (2,)):
        leaves = [t.clone().requires_grad_(i in needed) for i, t in enumerate(bundled.inputs(2))]
        out = bundled.function(*leaves).sum()
        with Counting() as counter:
            torch.autograd.grad(out, [leaves[i] for i in needed])
        costs[needed] = counter.count
    assert costs[(0,)] < costs[(0, 1, 2)]
    assert costs[(2,)] < costs[(0, 1, 2)]
