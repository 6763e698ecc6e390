"""Results that are computed anew: equal gradients, less memory, and no surprise where something else watches."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.checkpoint import checkpoint

from manifuse.compile import recomputed
from manifuse.manifolds import Hypersphere, ManifoldBase, Poincare

ROWS, N = 64, 8


@pytest.fixture(params=[Poincare, Hypersphere])
def manifold(request: pytest.FixtureRequest) -> ManifoldBase:
    return request.param(c=0.3, learnable=True).double()


def chain(manifold: ManifoldBase, u: Tensor, mean: Tensor, bias: Tensor) -> Tensor:
    """Ops in a row, one of them of two results, and a function of torch at the end."""
    vectors, squares = manifold.deviations(manifold.add(u, bias), mean)
    return manifold.add(manifold.place(vectors, mean, squares.mean().rsqrt(), bias), u).relu()


def inputs() -> list[Tensor]:
    shapes = ((ROWS, N), (1, N), (1, N))
    return [(0.3 * torch.randn(shape, dtype=torch.float64)).requires_grad_() for shape in shapes]


def gradients(manifold: ManifoldBase, given: list[Tensor], context: Callable[[], Any]) -> tuple[Tensor, ...]:
    with context():
        output = chain(manifold, *given)
    return torch.autograd.grad(output.square().sum(), [*given, *manifold.parameters()])


def kept(forward: Callable[[], Any]) -> set[int]:
    """Addresses of what autograd keeps that is as large as the input; the input itself is one."""
    tensors: list[Tensor] = []

    def pack(tensor: Tensor) -> Tensor:
        tensors.append(tensor.detach())
        return tensors[-1]

    with saved_tensors_hooks(pack, lambda tensor: tensor):
        forward()
    return {t.data_ptr() for t in tensors if t.untyped_storage().nbytes() >= ROWS * N * t.element_size()}


def test_gradients_are_equal(manifold: ManifoldBase) -> None:
    given = inputs()
    plain = gradients(manifold, given, nullcontext)
    for a, b in zip(gradients(manifold, given, recomputed), plain, strict=True):
        assert torch.equal(a, b)


def test_results_of_ops_are_not_kept(manifold: ManifoldBase) -> None:
    given = inputs()

    def forward() -> Tensor:
        with recomputed():
            return chain(manifold, *given)

    assert len(kept(lambda: chain(manifold, *given))) >= 5
    assert len(kept(forward)) == 2  # u, and what relu returned


def test_gradients_of_gradients(manifold: ManifoldBase) -> None:
    u, mean, bias = inputs()

    def function(u: Tensor, mean: Tensor) -> Tensor:
        with recomputed():
            return chain(manifold, u, mean, bias).square()

    small = u.detach()[:3].requires_grad_()
    assert torch.autograd.gradgradcheck(function, (small, mean))


def test_a_graph_can_be_run_twice(manifold: ManifoldBase) -> None:
    given = inputs()
    with recomputed():
        loss = chain(manifold, *given).square().sum()
    first = torch.autograd.grad(loss, given, retain_graph=True)
    for a, b in zip(first, torch.autograd.grad(loss, given), strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize("reentrant", [False, True])
def test_within_a_checkpoint(manifold: ManifoldBase, reentrant: bool) -> None:
    given = inputs()

    def forward(*given: Tensor) -> Tensor:
        with recomputed():
            return chain(manifold, *given)

    output = checkpoint(forward, *given, use_reentrant=reentrant)
    leaves = [*given, *manifold.parameters()]
    output.square().sum().backward()
    for leaf, expected in zip(leaves, gradients(manifold, given, nullcontext), strict=True):
        torch.testing.assert_close(leaf.grad, expected, rtol=1e-12, atol=1e-12)


def test_a_checkpoint_sees_what_is_kept(manifold: ManifoldBase) -> None:
    """Hooks around the context get every tensor that is kept, as `save_on_cpu` needs it."""
    given, seen = inputs(), []

    def pack(tensor: Tensor) -> tuple[Tensor]:
        seen.append(tensor.shape)
        return (tensor.detach(),)

    def around() -> saved_tensors_hooks:
        return saved_tensors_hooks(pack, lambda packed: packed[0])

    with around():
        results = gradients(manifold, given, recomputed)
    assert torch.Size((ROWS, N)) in seen
    for a, b in zip(results, gradients(manifold, given, nullcontext), strict=True):
        assert torch.equal(a, b)


def test_an_input_changed_in_place_is_an_error(manifold: ManifoldBase) -> None:
    u, mean, bias = inputs()
    own = u.clone()
    with recomputed():
        loss = manifold.add(manifold.saturate(manifold.add(own, mean)), bias).sum()
    own.data.mul_(1)  # not seen by autograd
    torch.autograd.grad(loss, u, retain_graph=True)
    with torch.no_grad():
        own.mul_(2)
    with pytest.raises(RuntimeError, match=r"recomputed: a tensor of shape \(64, 8\) .* was changed in place"):
        torch.autograd.grad(loss, u)


def test_nested_contexts_end_one_by_one(manifold: ManifoldBase) -> None:
    given = inputs()
    plain = gradients(manifold, given, nullcontext)
    with recomputed():
        with recomputed():
            first = chain(manifold, *given)
        second = chain(manifold, *given)
    for output in (first, second):
        found = torch.autograd.grad(output.square().sum(), [*given, *manifold.parameters()])
        for a, b in zip(found, plain, strict=True):
            assert torch.equal(a, b)


def test_transforms_and_the_compiler_do_without(manifold: ManifoldBase) -> None:
    given = inputs()
    mean, bias = (x.detach() for x in given[1:])

    def function(u: Tensor) -> Tensor:
        with recomputed():
            return chain(manifold, u, mean, bias).square().sum()

    (expected,) = torch.autograd.grad(function(given[0]), given[0])
    torch.testing.assert_close(torch.func.grad(function)(given[0].detach()), expected, rtol=1e-12, atol=1e-12)
    compiled = torch.compile(function, fullgraph=True, backend="aot_eager")
    (found,) = torch.autograd.grad(compiled(given[0]), given[0])
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


def test_without_gradient_nothing_is_taken_down(manifold: ManifoldBase) -> None:
    given = inputs()
    context = recomputed()
    with torch.no_grad(), context:
        chain(manifold, *given)
        assert not context.results
