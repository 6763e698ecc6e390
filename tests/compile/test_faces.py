"""Every bundled op under function transforms and under the compiler gives what its plain tensor code gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor
from torch._dynamo.backends.registry import lookup_backend
from torch.func import grad, hessian, jacfwd, jacrev, jvp, vmap

from manifuse.compile.runtime import _needs_plain_code

# Relative to the largest number of a result: the derived formulas and autograd of the plain code round differently.
VALUES = 1e-13
FIRST = 1e-11
SECOND = 1e-9
"""Bounds of results, first and second derivatives in float64."""


def assert_same(got: Any, expected: Any, bound: float) -> None:
    """Compare tensors or nested tuples of tensors, each relative to the largest number of its expectation."""
    if isinstance(expected, Tensor):
        assert got.shape == expected.shape
        assert got.dtype == expected.dtype
        assert torch.isfinite(expected).all()
        assert torch.isfinite(got).all()
        scale = max(float(expected.abs().max()), 1.0)
        error = float((got - expected).abs().max()) / scale
        assert error <= bound, f"error {error:.1e}: {got} against {expected}"
        return
    assert len(got) == len(expected)
    for a, b in zip(got, expected, strict=True):
        assert_same(a, b, bound)


def every(inputs: Sequence[Tensor]) -> tuple[int, ...]:
    return tuple(range(len(inputs)))


def test_values_are_those_of_the_plain_code(bundled: Any) -> None:
    inputs = bundled.inputs(4)
    assert_same(bundled.call(*inputs), bundled.plain(*inputs), VALUES)


def test_reverse_mode_jacobians(bundled: Any) -> None:
    inputs = bundled.inputs(2)
    args = every(inputs)
    batched = (0,) * (len(inputs) - 1) + (None,)
    got = vmap(jacrev(bundled.call, argnums=args), in_dims=batched)(*inputs)
    expected = vmap(jacrev(bundled.plain, argnums=args), in_dims=batched)(*inputs)
    assert_same(got, expected, FIRST)
    one = tuple(t[1] for t in inputs[:-1])
    assert_same([[j[1] for j in row] for row in got], jacrev(bundled.plain, argnums=args)(*one, inputs[-1]), FIRST)


def test_forward_mode_jacobians(bundled: Any) -> None:
    inputs = bundled.inputs()
    args = every(inputs)
    expected = jacrev(bundled.plain, argnums=args)(*inputs)
    assert_same(jacfwd(bundled.call, argnums=args)(*inputs), expected, FIRST)


def test_second_derivatives(bundled: Any) -> None:
    inputs = bundled.inputs(n=2)
    args = every(inputs)
    expected = jacrev(jacrev(bundled.plain_total, argnums=args), argnums=args)(*inputs)
    assert_same(hessian(bundled.total, argnums=args)(*inputs), expected, SECOND)
    assert_same(jacrev(jacrev(bundled.total, argnums=args), argnums=args)(*inputs), expected, SECOND)
    assert_same(jacrev(jacfwd(bundled.total, argnums=args), argnums=args)(*inputs), expected, SECOND)


def test_nested_forward_mode(bundled: Any) -> None:
    inputs = bundled.inputs(n=2)
    args = every(inputs)
    expected = jacrev(jacrev(bundled.plain_total, argnums=args), argnums=args)(*inputs)
    assert_same(jacfwd(jacfwd(bundled.total, argnums=args), argnums=args)(*inputs), expected, SECOND)


def test_nested_grad(bundled: Any) -> None:
    """Along the first input and the curvature: grad of (grad · direction), against the plain code."""
    inputs = bundled.inputs(2)
    ends = (0, len(inputs) - 1)
    directions = [torch.randn_like(inputs[i]) for i in ends]

    def slope(total: Callable[..., Tensor], *tensors: Tensor) -> Tensor:
        gradients = grad(total, argnums=ends)(*tensors)
        return sum(((g * d).sum() for g, d in zip(gradients, directions, strict=True)), start=torch.zeros(()))

    args = every(inputs)
    expected = grad(partial(slope, bundled.plain_total), argnums=args)(*inputs)
    assert_same(grad(partial(slope, bundled.total), argnums=args)(*inputs), expected, SECOND)


def test_vmap_over_the_curvature(bundled: Any) -> None:
    inputs = bundled.inputs()
    c = torch.tensor([0.2, 0.5, 0.7], dtype=torch.float64)
    fixed = (None,) * (len(inputs) - 1)
    got = vmap(bundled.call, in_dims=(*fixed, 0))(*inputs[:-1], c)
    expected = [torch.stack(outs) for outs in zip(*(bundled.plain(*inputs[:-1], one) for one in c), strict=True)]
    assert_same(list(got), expected, VALUES)
    slopes = vmap(grad(bundled.total, argnums=len(inputs) - 1), in_dims=(*fixed, 0))(*inputs[:-1], c)
    plain = grad(bundled.plain_total, argnums=len(inputs) - 1)
    assert_same(slopes, torch.stack([plain(*inputs[:-1], one) for one in c]), FIRST)


def gradients(run: Callable[..., Tensor], inputs: Sequence[Tensor]) -> tuple[Tensor, ...]:
    leaves = [t.clone().requires_grad_() for t in inputs]
    return torch.autograd.grad(run(*leaves), leaves, allow_unused=True, materialize_grads=True)


def compiled_equals_eager(bundled: Any, backend: str) -> None:
    inputs = bundled.inputs(4)
    leaves = [t.clone().requires_grad_() for t in inputs]
    outputs = torch.compile(bundled.call, fullgraph=True, backend=backend)(*leaves)
    assert_same([out.detach() for out in outputs], bundled.call(*inputs), VALUES)
    got = torch.autograd.grad(bundled.weighted(outputs), leaves, allow_unused=True, materialize_grads=True)
    assert_same(got, gradients(bundled.total, inputs), FIRST)


@pytest.mark.usefixtures("fresh_compiler")
def test_compiled_forward_and_backward(bundled: Any) -> None:
    compiled_equals_eager(bundled, "aot_eager")


@pytest.mark.usefixtures("fresh_compiler")
@pytest.mark.parametrize("name", ["poincare.mobius_add", "lorentz.midpoint", "spherical.score"])
def test_compiled_code_has_the_derived_backward(
    bundled_named: Callable[[str], Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The graph's front end holds the op as it is, and its rule is what is traced: equal numbers would not tell."""
    bundled = bundled_named(name)
    operation, pull = bundled.operation, bundled.operation.pull
    held: list[str] = []
    rules: list[str] = []

    def look(graph: torch.fx.GraphModule, inputs: list[Tensor]) -> Callable[..., Any]:
        held[:] = [str(node.target) for node in graph.graph.nodes if node.op == "call_function"]
        compiled: Callable[..., Any] = lookup_backend("aot_eager")(graph, inputs)
        return compiled

    monkeypatch.setattr(operation, "pull", lambda *arguments: rules.append(operation.name) or pull(*arguments))
    outputs = torch.compile(bundled.call, fullgraph=True, backend=look)(
        *(t.requires_grad_() for t in bundled.inputs(2))
    )
    assert [target.startswith(f"manifuse.{operation.name}_") for target in held].count(True) == 1, held
    traced = len(rules)
    assert traced > 0
    bundled.weighted(outputs).backward()
    assert len(rules) == traced


@pytest.mark.slow
@pytest.mark.usefixtures("fresh_compiler")
def test_compiled_to_kernels(bundled: Any) -> None:
    compiled_equals_eager(bundled, "inductor")


def transforms_compiled(bundled: Any, backend: str) -> None:
    """vmap, jvp and jacrev inside the compiled function."""
    inputs = bundled.inputs(2)
    run, args = bundled.call, every(inputs)
    batched = (0,) * (len(inputs) - 1) + (None,)
    tangents = tuple(torch.randn_like(t) for t in inputs)

    def mapped(*tensors: Tensor) -> Any:
        return vmap(run, in_dims=batched)(*tensors)

    def pushed(*tensors: Tensor) -> Any:
        return jvp(run, tensors, tangents)

    def pulled(*tensors: Tensor) -> Any:
        return jacrev(run, argnums=args)(*(t[0] for t in tensors[:-1]), tensors[-1])

    def transformed(*tensors: Tensor) -> Any:
        return mapped(*tensors), pushed(*tensors), pulled(*tensors)

    assert_same(torch.compile(transformed, fullgraph=True, backend=backend)(*inputs), transformed(*inputs), FIRST)


@pytest.mark.slow
@pytest.mark.usefixtures("fresh_compiler")
def test_transforms_inside_the_compiled_function(bundled: Any) -> None:
    transforms_compiled(bundled, "aot_eager")


@pytest.mark.usefixtures("fresh_compiler")
@pytest.mark.parametrize("name", ["poincare.logmap0", "hypersphere.dist0", "lorentz.expmap0", "poincare.midpoint"])
def test_transforms_inside_the_compiled_function_for_some(bundled_named: Callable[[str], Any], name: str) -> None:
    transforms_compiled(bundled_named(name), "aot_eager")


# --- the one private predicate ---------------------------------------------------------------------------------------


def witness(x: Tensor) -> Tensor:
    """x³, times 10 where the predicate asks for plain code: whatever a transform makes of it, the factor shows."""
    return x**3 * (10.0 if _needs_plain_code() else 1.0)


X = torch.tensor([1.0, 2.0], dtype=torch.float64)


def summed(x: Tensor) -> Tensor:
    return witness(x).sum()


SITUATIONS: dict[str, tuple[Callable[[Tensor], Tensor], Tensor, bool]] = {
    "nothing": (witness, X**3, False),
    "vmap": (vmap(witness), X**3, False),
    "vmap of vmap": (lambda x: vmap(vmap(witness))(x[None])[0], X**3, False),
    "jvp": (lambda x: jvp(witness, (x,), (torch.ones_like(x),))[1], 3 * X**2, False),
    "grad": (grad(summed), 3 * X**2, False),
    "vmap of grad": (vmap(grad(witness)), 3 * X**2, False),
    "grad of grad": (grad(lambda x: grad(summed)(x).sum()), 6 * X, False),
    "jacrev": (lambda x: jacrev(witness)(x).diagonal(), 3 * X**2, False),
    "jacfwd": (lambda x: jacfwd(witness)(x).diagonal(), 3 * X**2, False),
    "forward over reverse": (lambda x: jacfwd(grad(summed))(x).diagonal(), 6 * X, False),
    "reverse over forward": (lambda x: jacrev(jacfwd(summed))(x).diagonal(), 6 * X, False),
    "forward over forward": (lambda x: jacfwd(jacfwd(summed))(x).diagonal(), 6 * X, True),
}
"""Name → a transform of the witness, what it gives with the factor 1, whether eager code must be plain there."""
SERVED_WHEN_COMPILING = {"nothing"}


@pytest.mark.parametrize("name", SITUATIONS)
def test_predicate_asks_for_plain_code_in_nested_forward_mode_only(name: str) -> None:
    run, expected, plain = SITUATIONS[name]
    torch.testing.assert_close(run(X), expected * (10.0 if plain else 1.0), rtol=1e-14, atol=0)


@pytest.mark.usefixtures("fresh_compiler")
@pytest.mark.parametrize("name", SITUATIONS)
def test_predicate_asks_for_plain_code_in_every_compiled_transform(name: str) -> None:
    run, expected, _ = SITUATIONS[name]
    got = torch.compile(lambda x: run(x), fullgraph=True, backend="aot_eager")(X)
    torch.testing.assert_close(got, expected * (1.0 if name in SERVED_WHEN_COMPILING else 10.0), rtol=1e-14, atol=0)


def test_predicate_is_off_again_after_a_transform() -> None:
    jacfwd(jacfwd(lambda x: (x**3).sum()))(X)
    assert not _needs_plain_code()


def test_forward_mode_of_torch_alone_is_served_by_the_op(bundled_named: Callable[[str], Any]) -> None:
    """Dual numbers without functorch: one level of forward mode, which the Function serves."""
    op = bundled_named("poincare.dist")
    x, y, c = op.inputs(2)
    direction = torch.randn_like(x)
    with torch.autograd.forward_ad.dual_level():
        (out,) = op.call(torch.autograd.forward_ad.make_dual(x, direction), y, c)
        tangent = torch.autograd.forward_ad.unpack_dual(out).tangent
    expected = jvp(lambda p: op.plain(p, y, c)[0], (x,), (direction,))[1]
    assert tangent is not None
    assert_same(tangent, expected, FIRST)
