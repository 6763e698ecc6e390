"""The span algebra: what a symbolic run records, and under which names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from manifuse.compile import Ambient, Channels, Curvature, Flat, Scalar, Spec, Vector, constant, dot, form, op, row_sum
from manifuse.compile.algebra import Constant, InnerProduct, Input, Let, RowSum, SpecError
from manifuse.compile.emission import text_lines
from manifuse.compile.spec import Recorded
from manifuse.compile.vocabulary import exp, sinh_c, tn


def spec(function: Callable[..., Any], **options: Any) -> Spec:
    """Decorate a function that is recorded only, never verified."""
    return op(reference=lambda *inputs: inputs[0], laws=[Flat(lambda *inputs: inputs[0])], **options)(function)


def recorded(function: Callable[..., Any], **options: Any) -> Recorded:
    return spec(function, **options).record()


def bindings(record: Recorded, kind: type) -> list[str]:
    """Labels of the bindings with that kind of definition."""
    trace = record.program.trace
    return [b.label for b in trace.bindings.values() if isinstance(b.definition, kind)]


def lines(function: Callable[..., Any]) -> list[str]:
    return text_lines(recorded(function).program)


# --- what is recorded ------------------------------------------------------------------------------------------------


def plain_sum(x: Vector, y: Vector) -> Scalar:
    return dot(x + y, x + y)


def scaled_sum(x: Vector, y: Vector, c: Scalar) -> Scalar:
    s = x + c * y
    return dot(s, s)


def formed_sum(x: Vector, y: Vector, c: Scalar) -> Scalar:
    s = form(x + c * y)
    return dot(s, s)


def test_sums_of_two_vectors_are_formed() -> None:
    assert lines(plain_sum) == ["formed = x + y", "formed_formed = <formed, formed>", "out = formed_formed"]


def test_inner_products_of_combinations_expand_over_the_basis() -> None:
    assert sorted(bindings(recorded(scaled_sum), InnerProduct)) == ["xx", "xy", "yy"]


def test_declared_sums_are_formed() -> None:
    assert bindings(recorded(formed_sum), InnerProduct) == ["ss"]


def repeated(x: Vector, y: Vector) -> Scalar:
    return dot(x, y) + dot(y, x) * dot(x - y, x - y) + dot(x - y, y)


def test_equal_values_are_recorded_once() -> None:
    record = recorded(repeated)
    assert len(bindings(record, InnerProduct)) == 3  # <x, y> in either order, <d, d> and <d, y> with one d = x − y
    assert len([b for b in record.program.trace.bindings.values() if b.kind == "vector"]) == 3


def cancelled(x: Vector, y: Vector, c: Scalar) -> Vector:
    return (x + c * y) - c * y


def test_terms_that_cancel_leave_the_result() -> None:
    (out,) = recorded(cancelled).program.outputs.values()
    assert isinstance(out, Vector)
    assert [str(coefficient) for coefficient in out.terms.values()] == ["1"]


def channelwise(h: Channels, b: Channels, c: Scalar) -> Channels:
    return exp(h) * b + 2 * h - c * b


def linear_channels(h: Channels, b: Channels, c: Scalar) -> Channels:
    return 2 * h - c * b


def test_channels_allow_elementwise_functions() -> None:
    record = recorded(channelwise)
    assert any("exp(h)" in line for line in text_lines(record.program))


def test_linear_combinations_of_channels_cost_no_pass() -> None:
    record = recorded(linear_channels)
    (out,) = record.program.outputs.values()
    assert isinstance(out, Channels)
    assert len(out.terms) == 2
    vectors = [b for b in record.program.trace.bindings.values() if b.kind == "vector"]
    assert all(isinstance(b.definition, Input) for b in vectors)


def grouped(x: Vector, w: Scalar, c: Scalar) -> Vector:
    total, mass = row_sum(w * x), row_sum(w)
    centre = constant(total / mass)
    return centre + (exp(-c) / mass) * row_sum(w * form(x - centre))


def test_row_sums_make_a_reduction() -> None:
    record = recorded(grouped)
    assert record.kind == "reduction"
    assert bindings(record, RowSum)[:2] == ["total", "mass"]
    assert bindings(record, Constant) == ["centre"]
    levels = {b.label: b.level for b in record.program.trace.bindings.values()}
    assert levels["total"] == levels["mass"] == levels["centre"] == levels["c"] == "group"
    assert levels["x"] == levels["w"] == "row"


def test_specs_without_row_sums_are_ops() -> None:
    assert recorded(scaled_sum).kind == "op"


def test_curvature_is_recorded_signed() -> None:
    def sign(x: Vector, k: Curvature) -> Vector:
        return k * x

    both = spec(sign, signs=(-1, 1))
    for sign_of in (-1, 1):
        record = both.record(sign_of)
        assert [p.name for p in record.parameters] == ["x", "c"]
        assert record.sign == sign_of
    assert both.record().sign == -1
    assert text_lines(both.record(-1).program) == ["out_x = -c", "out = out_x*x"]
    assert text_lines(both.record(1).program) == ["out = c*x"]


# --- composition -----------------------------------------------------------------------------------------------------


def radial(v: Vector, c: Scalar) -> Vector:
    return tn(-c * dot(v, v)) * v


radial_spec = spec(radial)


def twice(v: Vector, c: Scalar) -> Vector:
    return radial_spec(radial_spec(v, c), c)


def by_hand(v: Vector, c: Scalar) -> Vector:
    once = tn(-c * dot(v, v)) * v
    return tn(-c * dot(once, once)) * once


def test_composition_is_inlined_to_one_op() -> None:
    record = recorded(twice)
    assert [p.name for p in record.parameters] == ["v", "c"]
    assert bindings(record, InnerProduct) == ["vv"]  # the second map knows its input as a multiple of v
    assert bindings(record, Input) == ["v", "c"]
    assert bindings(recorded(by_hand), InnerProduct) == ["vv"]


# --- names -----------------------------------------------------------------------------------------------------------


def named(x: Vector, y: Vector, c: Scalar) -> Vector:
    overlap = dot(x, y)
    weight = 1 + c * overlap
    shifted = x - y
    mix = weight * x + overlap * shifted
    return mix


def test_bindings_carry_the_names_of_their_variables() -> None:
    found = lines(named)
    assert found[:3] == ["xy = <x, y>", "weight = 1 + c*xy", "shifted = x - y"]
    assert found[-1] == "mix = weight*x + xy*shifted" or found[-1].startswith("out = ")


def unpacked(x: Vector, c: Scalar) -> Vector:
    a, b = c * dot(x, x), 1 + c
    return a * x + b * x


def test_names_of_unpacked_tuples() -> None:
    labels = bindings(recorded(unpacked), Let)
    assert {"a", "b"} <= set(labels)


def clashing(x: Vector, g: Vector, c: Scalar) -> tuple[Vector, Scalar]:
    dim = c * c
    sn = 1 + dim
    lambda_ = dot(x, g)
    out = sn + lambda_
    return x + out * g, out


def test_reserved_names_are_changed() -> None:
    labels = bindings(recorded(clashing), Let)
    assert "dim" not in labels
    assert "sn" not in labels
    assert {"dim_value", "sn_value"} <= set(labels)


def same_name_twice(x: Vector, y: Vector, c: Scalar) -> Vector:
    a = c * dot(x, x)
    first = a * y
    a = c * dot(y, y)
    return first + a * x


def test_names_that_are_taken_are_numbered() -> None:
    record = recorded(same_name_twice)
    trace = record.program.trace
    names = trace.names(trace.reachable(record.program.outputs.values()), record.program.inputs)
    assert len(set(names.values())) == len(names)
    assert {"a", "a_2"} <= set(names.values())


# --- results ---------------------------------------------------------------------------------------------------------


def three(x: Vector, y: Ambient, c: Scalar) -> tuple[Vector, Scalar, Ambient]:
    return x + y.space, c * y.time, Ambient(c * y.time, c * y.space)


def test_several_results() -> None:
    record = recorded(three)
    assert [(p.name, p.kind) for p in record.results] == [("out0", "vector"), ("out1", "scalar"), ("out2", "ambient")]
    assert [(p.name, p.kind) for p in record.parameters] == [("x", "vector"), ("y", "ambient"), ("c", "scalar")]
    assert list(record.program.outputs) == ["out0", "out1", "out2_t", "out2_s"]


# --- slips in the algebra itself -------------------------------------------------------------------------------------


def powered(x: Vector, c: Scalar) -> Vector:
    return c**0.5 * x


def elementwise_of_vector(x: Vector, c: Scalar) -> Vector:
    return sinh_c(x, c)


def scalar_in_dot(x: Vector, c: Scalar) -> Scalar:
    return dot(x, c)


def function_of_vector(x: Vector, c: Scalar) -> Vector:
    return tn(x)


def divided_by_vector(x: Vector, c: Scalar) -> Vector:
    return c / x


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (powered, "a power must be a Python integer, got 0.5; use sqrt for roots"),
        (scalar_in_dot, "dot takes two vectors, got a vector and a scalar"),
        (function_of_vector, "tn takes scalars or channels, got a vector"),
        (elementwise_of_vector, "sinh_c takes scalars or channels, got a vector"),
        (divided_by_vector, "divide"),
    ],
)
def test_slips_are_described_in_words(function: Callable[..., Any], message: str) -> None:
    with pytest.raises(SpecError) as caught:
        recorded(function)
    assert message in str(caught.value).partition(": ")[2]
    assert "object at 0x" not in str(caught.value)
