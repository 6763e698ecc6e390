"""Specs: each bad one gives one clear error that names it and its line or argument; user specs become ops."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import pytest
import torch

from manifuse.compile import (
    Ambient,
    Channels,
    Flat,
    Scalar,
    Spec,
    SpecError,
    Vector,
    build,
    dot,
    op,
    row_sum,
)
from manifuse.compile.vocabulary import cosh_c, sinh_c, tn


def reference(*inputs: Any) -> Any:
    return inputs[0]


def spec(function: Callable[..., Any], **options: Any) -> Spec:
    """Decorate a function that is compiled only, never verified."""
    given: dict[str, Any] = {"reference": reference, "laws": [Flat(lambda *inputs: inputs[0])], **options}
    return op(**given)(function)


def line_of(function: Callable[..., Any], text: str) -> int:
    """The line of a test file where the body of a function holds a text."""
    lines, first = inspect.getsourcelines(function)
    return first + next(i for i, line in enumerate(lines) if text in line)


def error_of(make: Callable[[], Any], words: str | None = None) -> str:
    """The message of the one error, which must be a single line of ours."""
    with pytest.raises(SpecError, match=words) as caught:
        make()
    message = str(caught.value)
    assert "\n" not in message
    assert "object at 0x" not in message, "a reader learns nothing from an address"
    return message


# --- bodies that cannot be compiled ----------------------------------------------------------------------------------


def component(x: Vector, c: Scalar) -> Scalar:
    y = c * x
    return y[0]


def product(x: Vector, y: Vector) -> Vector:
    return x * y


def plus_number(x: Vector, c: Scalar) -> Vector:
    return c * (x + 1)


def plus_scalar(x: Vector, c: Scalar) -> Vector:
    return x + c


def from_scalar(x: Vector, c: Scalar) -> Vector:
    return c - x


def torch_call(x: Vector, c: Scalar) -> Vector:
    y = c * x
    return torch.tanh(y)


def math_call(x: Vector, c: Scalar) -> Vector:
    return math.sqrt(c) * x


def method(x: Vector, c: Scalar) -> Scalar:
    return c * x.norm()


def power(x: Vector, c: Scalar) -> Vector:
    return c * x**2


def undeclared(x: Vector, c: Scalar) -> Vector:
    y = c * x
    return y + z  # noqa: F821


def branch_on_order(x: Vector, c: Scalar) -> Vector:
    if c > 1:
        return x
    return c * x


def branch_on_truth(x: Vector, c: Scalar) -> Vector:
    return 2 * x if dot(x, x) else c * x


def branch_on_equality(x: Vector, c: Scalar) -> Vector:
    return 2 * x if dot(x, x) == 0 else c * x


def branch_on_equality_of_vectors(x: Vector, y: Vector) -> Vector:
    return 2 * x if x == y else x + y


def infinite(x: Vector, c: Scalar) -> Vector:
    return (c / 0) * x


@pytest.mark.parametrize(
    ("function", "line", "words"),
    [
        (component, "y[0]", "component of a vector leaves the span"),
        (product, "x * y", r"elementwise product of two vectors leaves the span of the inputs; use dot"),
        (plus_number, "x + 1", "1 added to a vector leaves the span"),
        (plus_scalar, "x + c", "a scalar added to a vector leaves the span"),
        (from_scalar, "c - x", "a scalar and a vector cannot be added"),
        (torch_call, "torch.tanh", "computes with Vector, Scalar and the functions of manifuse.compile only"),
        (math_call, "math.sqrt", "computes with Vector, Scalar and the functions of manifuse.compile only"),
        (method, "x.norm()", "no component or attribute 'norm'"),
        (power, "x**2", "computes with Vector, Scalar"),
        (undeclared, "y + z", "name 'z' is not defined; declare it as an argument or import it"),
        (branch_on_order, "c > 1", "'Scalar'"),
        (branch_on_truth, "dot(x, x)", "cannot branch on the value of a scalar"),
        (branch_on_equality, "== 0", "branch|compare"),
        (branch_on_equality_of_vectors, "x == y", "branch|compare"),
        (infinite, "c / 0", "zero|0|infinite|finite"),
    ],
)
def test_bad_bodies_are_refused_with_their_line(function: Callable[..., Any], line: str, words: str) -> None:
    message = error_of(lambda: build(spec(function)), words)
    assert message.startswith(f"{function.__name__} (test_spec.py:{line_of(function, line)}): ")


def inner_spec(x: Vector, c: Scalar) -> Vector:
    return c * x + 1


inner = spec(inner_spec)


def outer(x: Vector, c: Scalar) -> Vector:
    return 2 * inner(x, c)


def test_the_line_of_an_inlined_spec() -> None:
    """The error names the spec that was asked for, and the line where the algebra was left."""
    message = error_of(lambda: build(spec(outer)))
    assert message.startswith(f"outer (test_spec.py:{line_of(inner_spec, '+ 1')}): 1 added to a vector")


# --- results and declarations ----------------------------------------------------------------------------------------


def nothing(x: Vector, c: Scalar) -> Vector:
    y = c * x  # noqa: F841


def empty(x: Vector, c: Scalar) -> tuple[Vector, ...]:
    return ()


def number(x: Vector, c: Scalar) -> Scalar:
    return 3.0


def a_list(x: Vector, c: Scalar) -> Vector:
    return [x, c * x]


@pytest.mark.parametrize(
    ("function", "found"), [(nothing, "None"), (empty, r"\(\)|nothing"), (number, "3.0"), (a_list, "list|vector")]
)
def test_specs_that_return_no_value_are_refused(function: Callable[..., Any], found: str) -> None:
    message = error_of(lambda: build(spec(function)), found)
    assert message.startswith(f"{function.__name__} (test_spec.py:")


def unannotated(x, c: Scalar) -> Vector:  # type: ignore[no-untyped-def]
    return c * x


def tensors(x: torch.Tensor, c: Scalar) -> Vector:
    return c * x


@pytest.mark.parametrize("function", [unannotated, tensors])
def test_arguments_without_symbolic_type_are_refused(function: Callable[..., Any]) -> None:
    message = error_of(lambda: build(spec(function)))
    assert "argument 'x' must be annotated as Vector, Channels, Scalar, Ambient or Curvature" in message
    assert message.startswith(f"{function.__name__} (test_spec.py:")


def good(x: Vector, c: Scalar) -> Vector:
    return c * x


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"domain": {"z": "ball"}}, ("domain", "'z'", "'x', 'c'")),
        ({"laws": []}, ("laws is empty",)),
        ({"domain": {"x": "bal"}}, ("domain", "'bal'")),
        ({"domain": {"x": "tangent at q"}}, ("domain", "'q'")),
        ({"result": "bal"}, ("'bal'",)),
        ({"result": ("free", "free")}, ("result",)),
        ({"signs": ()}, ("signs",)),
    ],
    ids=str,
)
def test_bad_declarations_are_refused(options: dict[str, Any], words: tuple[str, ...]) -> None:
    message = error_of(lambda: build(spec(good, **options)))
    assert message.startswith("good (test_spec.py:")
    for word in words:
        assert word in message


def named_dim(dim: Vector, c: Scalar) -> Vector:
    return c * dim


def named_torch(torch: Vector, c: Scalar) -> Vector:
    return c * torch


@pytest.mark.parametrize(("function", "name"), [(named_dim, "dim"), (named_torch, "torch")])
def test_arguments_with_names_of_emitted_code_are_refused_or_served(function: Callable[..., Any], name: str) -> None:
    x, c = torch.randn(2, 3, dtype=torch.float64), torch.tensor(0.5, dtype=torch.float64)
    try:
        built = build(spec(function))
    except SpecError as error:
        assert f"'{name}'" in str(error)  # noqa: PT017
    else:
        torch.testing.assert_close(built(x, c), c * x)


def no_vector(c: Scalar) -> Scalar:
    return c * c


def test_specs_without_a_vector_are_refused() -> None:
    assert "vector" in error_of(lambda: build(spec(no_vector))).lower()


def itself(x: Vector, c: Scalar) -> Vector:
    return x


def zero(x: Vector, c: Scalar) -> Vector:
    return x - x


def one(x: Vector, c: Scalar) -> Scalar:
    return c / c


def one_and_more(x: Vector, c: Scalar) -> tuple[Scalar, Vector]:
    return c - c, c * x


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (itself, lambda x, c: (x,)),
        (zero, lambda x, c: (0 * x,)),
        (one, lambda x, c: (torch.ones_like(x[..., :1]),)),
        (one_and_more, lambda x, c: (torch.zeros_like(x[..., :1]), c * x)),
    ],
)
def test_results_that_need_no_arithmetic_are_refused_or_right(
    function: Callable[..., Any], expected: Callable[..., Any]
) -> None:
    x = torch.randn(2, 3, dtype=torch.float64, requires_grad=True)
    c = torch.tensor(0.5, dtype=torch.float64)
    try:
        built = build(spec(function))
    except SpecError:
        return
    out = built(x, c)
    for got, want in zip(out if isinstance(out, tuple) else (out,), expected(x, c), strict=True):
        torch.testing.assert_close(got, want)
        assert got.requires_grad == want.requires_grad or not want.any()


def test_functions_without_source_are_refused() -> None:
    with pytest.raises(SpecError, match="lambda"):
        build(spec(lambda x, c: c * x))


# --- good specs become ops -------------------------------------------------------------------------------------------


def distances(x: Vector, y: Vector, t: Scalar, c: Scalar) -> tuple[Vector, Scalar]:
    """A vector and a scalar of two vectors and two scalars."""
    near = x - y
    size = dot(near, near)
    return tn(-c * size) * near + t * x, t * size


def epilogue(h: Channels, scale: Channels, c: Scalar) -> Channels:
    """Elementwise functions of channels."""
    return scale * sinh_c(h, c) + cosh_c(h, c)


def mean(x: Vector, w: Scalar, c: Scalar) -> Vector:
    """A sum over rows."""
    return row_sum(w * x) / (c + row_sum(w))


def boosted(x: Ambient, v: Vector, c: Scalar) -> Ambient:
    """Ambient in and out."""
    return Ambient(x.time + c * dot(x.space, v), x.space + x.time * v)


def test_several_results_and_scalars() -> None:
    built = build(spec(distances))
    x, y = torch.rand(2, 4, 3, dtype=torch.float64) / 4
    t, c = torch.rand(4, 1, dtype=torch.float64), torch.tensor(0.5, dtype=torch.float64)
    moved, size = built(x, y, t, c)
    near = x - y
    r = (c.sqrt() * near.norm(dim=-1, keepdim=True)).double()
    torch.testing.assert_close(moved, torch.tanh(r) / r * near + t * x)
    torch.testing.assert_close(size, t * near.square().sum(-1, keepdim=True))
    assert torch.autograd.gradcheck(built, [a.clone().requires_grad_() for a in (x, y, t, c)])


def test_broadcast_inputs_get_summed_gradients() -> None:
    """Per-channel points and a curvature per head: gradients have the shapes of the inputs."""
    built = build(spec(distances))
    x = torch.rand(5, 4, 3, dtype=torch.float64, requires_grad=True)
    y = torch.rand(4, 3, dtype=torch.float64, requires_grad=True)
    t = torch.rand(5, 1, 1, dtype=torch.float64, requires_grad=True)
    c = torch.rand(4, 1, dtype=torch.float64, requires_grad=True)
    moved, size = built(x, y, t, c)
    assert moved.shape == (5, 4, 3)
    assert size.shape == (5, 4, 1)
    gradients = torch.autograd.grad(moved.square().sum() + size.sum(), (x, y, t, c))
    assert [g.shape for g in gradients] == [x.shape, y.shape, t.shape, c.shape]
    full = [a.detach().expand(5, 4, -1).clone().requires_grad_() for a in (x, y, t, c)]
    moved, size = built(*full)
    expected = torch.autograd.grad(moved.square().sum() + size.sum(), full)
    for got, want, given in zip(gradients, expected, (x, y, t, c), strict=True):
        torch.testing.assert_close(got, want.sum_to_size(given.shape) if want.shape != given.shape else want)


def test_other_axes() -> None:
    built = build(spec(distances))
    x, y = torch.rand(2, 5, 3, 4, dtype=torch.float64)
    t, c = torch.rand(5, 1, 4, dtype=torch.float64), torch.tensor(0.5, dtype=torch.float64)
    moved, size = built(x, y, t, c, dim=-2)
    expected = built(x.mT, y.mT, t.mT, c)
    torch.testing.assert_close(moved, expected[0].mT)
    torch.testing.assert_close(size, expected[1].mT)


def test_channels() -> None:
    built = build(spec(epilogue))
    h, scale = torch.randn(6, 4, dtype=torch.float64), torch.randn(4, dtype=torch.float64)
    c = torch.tensor(0.5, dtype=torch.float64)
    s = c.sqrt()
    torch.testing.assert_close(built(h, scale, c), scale * torch.sinh(s * h) / s + torch.cosh(s * h))
    assert torch.autograd.gradcheck(built, [a.clone().requires_grad_() for a in (h, scale, c)])


def test_reductions() -> None:
    built = build(spec(mean))
    x, w = torch.randn(3, 5, 2, dtype=torch.float64), torch.rand(3, 5, 1, dtype=torch.float64)
    c = torch.tensor(0.5, dtype=torch.float64)
    expected = (w * x).sum(1, keepdim=True) / (c + w.sum(1, keepdim=True))
    torch.testing.assert_close(built(x, w, c, rows=(-2,)), expected)
    everything = (w * x).sum((0, 1), keepdim=True) / (c + w.sum((0, 1), keepdim=True))
    torch.testing.assert_close(built(x, w, c, rows=(-3, -2)), everything)
    leaves = [a.clone().requires_grad_() for a in (x, w, c)]
    assert torch.autograd.gradcheck(lambda *t: built(*t, rows=(-2,)), leaves)
    assert torch.autograd.gradgradcheck(lambda *t: built(*t, rows=(-3, -2)), leaves)


def test_ambient_vectors() -> None:
    built = build(spec(boosted))
    x, v = torch.randn(4, 3, dtype=torch.float64), torch.randn(4, 2, dtype=torch.float64)
    c = torch.tensor(0.5, dtype=torch.float64)
    expected = torch.cat((x[:, :1] + c * (x[:, 1:] * v).sum(-1, keepdim=True), x[:, 1:] + x[:, :1] * v), -1)
    torch.testing.assert_close(built(x, v, c), expected)
    assert torch.autograd.gradcheck(built, [a.clone().requires_grad_() for a in (x, v, c)])


def test_bad_tensors_are_refused_by_name() -> None:
    built = build(spec(distances))
    x, c, t = torch.rand(4, 3), torch.tensor(0.5), torch.rand(4, 1)
    with pytest.raises(TypeError, match=r"distances: y must be a floating-point tensor, got torch.int64"):
        built(x, torch.ones(4, 3, dtype=torch.long), t, c)
    with pytest.raises(ValueError, match=r"distances: .*dim -1 differ: {'x': 3, 'y': 2}"):
        built(x, x[:, :2], t, c)
    with pytest.raises(ValueError, match=r"distances: t is one number per row"):
        built(x, x, torch.rand(4, 3), c)
    with pytest.raises(ValueError, match=r"distances: shapes .*do not broadcast"):
        built(x, torch.rand(3, 3), t, c)
    with pytest.raises(ValueError, match=r"distances: x has shape \(\), which has no dimension -1"):
        built(torch.tensor(1.0), x, t, c)
