"""The checker is checked: planted slips are caught, and the failure names op, input and values."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest
import torch
from mpmath import mp
from torch import Tensor

from manifuse.compile import Flat, Scalar, Vector, build, dot, op, verify
from manifuse.compile.verification import Report
from manifuse.compile.vocabulary import inverse_root, root
from manifuse.specs import LIBRARIES

BALL = next(library for library in LIBRARIES if library.name == "poincare")
FRAME = next(library for library in LIBRARIES if library.name == "hyperbolic")


def textbook_factor(x: list[Any], c: Any) -> Any:
    return 2 / (1 - c * mp.fdot(x, x))


@op(domain={"x": "ball"}, result="scalar", reference=textbook_factor, laws=[Flat(lambda x: 2 + 0 * x[..., :1])])
def conformal_factor(x: Vector, c: Scalar) -> Scalar:
    """The published slip: the conformal factor upside down."""
    return 2 * (1 - c * dot(x, x))


@op(domain={"x": "ball"}, result="scalar", reference=textbook_factor, laws=[Flat(lambda x: 3 + 0 * x[..., :1])])
def unlawful_factor(x: Vector, c: Scalar) -> Scalar:
    """The right formula under a wrong law."""
    return 2 / (1 - c * dot(x, x))


def assert_caught(report: Report, *words: str) -> None:
    assert not report.passed
    assert "FAILED" in str(report)
    for word in (report.name, *words):
        assert any(word in failure for failure in report.failures), report.failures


@op(domain={"v": "tangent0"}, result="tangent0", reference=lambda v, c: v, laws=[Flat(lambda v: v)])
def overflowing_identity(v: Vector, c: Scalar) -> Vector:
    """A length over itself: right at 0, but the derivative of its inverse overflows at the smallest numbers."""
    return root(dot(v, v)) * inverse_root(dot(v, v)) * v


def test_a_wrong_spec_passes_every_gradient_check_and_fails_against_its_reference() -> None:
    x = 0.3 * torch.randn(3, 4, dtype=torch.double)
    inputs = (x.requires_grad_(), torch.tensor(1.0, dtype=torch.double, requires_grad=True))
    function = build(conformal_factor)
    assert torch.autograd.gradcheck(function, inputs)
    assert torch.autograd.gradgradcheck(function, inputs)
    report = verify(conformal_factor)
    assert_caught(report, "value at {'x': [", "expected [")
    assert report.float64_ratio > 1e6


def test_a_broken_law_is_caught() -> None:
    report = verify(unlawful_factor)
    assert_caught(report, "no flat limit")
    assert all("flat" in failure for failure in report.failures)


def test_the_published_curvature_gradient_of_mobius_addition_is_caught() -> None:
    """A reciprocal of a clamped product in place of the product: only the gradient in c is nonsense."""
    slip = ("d_c if needs[2] else None", "d_c / (t0 * 1e-15) if needs[2] else None")
    slipped = _mobius_with(lambda source: source.replace(*slip, 1))
    assert_caught(BALL.verify("mobius_add", slipped), "derivative in c at {'x': [", "gradient of c is")


def _mobius_with(change: Any) -> ModuleType:
    head, mark, tail = BALL.source().partition("def _mobius_add_vjp(")
    changed = change(tail)
    assert changed != tail, "the emitted code changed: plant the slip anew"
    module = ModuleType("slipped_poincare")
    exec(compile(head + mark + changed, "<slipped>", "exec"), module.__dict__)
    return module


def test_a_dropped_term_of_a_gradient_is_caught() -> None:
    slipped = _mobius_with(lambda source: source.replace("(d_x_x, x)", "(0 * d_x_x, x)", 1))
    assert_caught(BALL.verify("mobius_add", slipped), "derivative in x at {'x': [", "gradient of x is")


def test_a_dropped_broadcast_sum_is_caught() -> None:
    """A gradient of a shared argument that takes the last row instead of the sum over rows."""

    def last_row(x: Tensor, like: Tensor, rows: tuple[int, ...]) -> Tensor:
        return x[-1:] if rows else x

    module = FRAME.load()
    module.row_sum = last_row  # type: ignore[attr-defined]
    assert_caught(FRAME.verify("place", module), "gradcheck fails at {'v': [")


def test_an_op_that_loses_digits_is_caught() -> None:
    """Möbius addition by the textbook form cancels between near points at the edge: float32 leaves its bound."""

    @op(
        domain={"x": "ball", "y": "ball"},
        result="ball",
        reference=lambda x, y, c: BALL.specs[1].reference(x, y, -c),
        laws=[Flat(lambda x, y: x + y)],
    )
    def naive(x: Vector, y: Vector, c: Scalar) -> Vector:
        """Textbook Möbius addition."""
        xy, xx, yy = dot(x, y), dot(x, x), dot(y, y)
        return ((1 + 2 * c * xy + c * yy) * x + (1 - c * xx) * y) / (1 + 2 * c * xy + c**2 * xx * yy)

    report = verify(naive)
    assert_caught(report, "torch.float32 value at")
    assert report.gradient_error < 1e-8


def test_an_overflow_at_the_smallest_numbers_is_caught() -> None:
    report = verify(overflowing_identity)
    assert_caught(report, "non-finite value or gradient at {'v': [")
    assert report.non_finite


@pytest.mark.parametrize("name", ["mobius_add", "dist", "midpoint"])
def test_the_bundled_op_passes(name: str) -> None:
    report = BALL.verify(name, BALL.load())
    assert report.passed, report.failures
    assert report.non_finite == 0
    assert report.float32_ratio <= 1
