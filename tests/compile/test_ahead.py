"""Compiled formulas in eager mode: the same numbers, only where switched on, and only where values are wanted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from manifuse.compile import ahead, compiled_ops
from manifuse.manifolds.generated import hyperbolic, poincare


@pytest.fixture(autouse=True)
def off_again() -> Iterator[None]:
    yield
    compiled_ops(False)


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the formulas that are run compiled, which here only means by another name."""
    names: list[str] = []

    def run(formula: object) -> object:
        names.append(formula.__name__)  # type: ignore[attr-defined]
        return formula

    monkeypatch.setattr(ahead, "_compiled", run)
    return names


def points(dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor, Tensor]:
    x, y = 0.3 * torch.randn(2, 6, 3, dtype=dtype)
    return x.requires_grad_(), y.requires_grad_(), torch.tensor(0.7, dtype=dtype, requires_grad=True)


def test_it_is_off_by_default_and_restored(compiled: list[str]) -> None:
    poincare.mobius_add(*points())
    assert not compiled
    with compiled_ops():
        with compiled_ops(False):
            poincare.mobius_add(*points())
        assert not compiled
        poincare.mobius_add(*points()).sum().backward()
    assert compiled == ["_mobius_add", "_mobius_add_vjp"]
    poincare.mobius_add(*points())
    assert len(compiled) == 2


def test_as_a_switch(compiled: list[str]) -> None:
    compiled_ops()
    poincare.mobius_add(*points())
    assert compiled == ["_mobius_add"]


def test_derivatives_of_derivatives_and_transforms_run_as_written(compiled: list[str]) -> None:
    compiled_ops()
    x, y, c = points()
    total = poincare.mobius_add(x, y, c).sum()
    compiled.clear()
    torch.autograd.grad(total, x, create_graph=True)
    torch.func.vmap(torch.func.jacrev(poincare.mobius_add), in_dims=(0, 0, None))(x, y, c)
    torch.func.jacfwd(poincare.mobius_add)(x, y, c)
    assert not compiled


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_values_and_gradients_are_those_of_eager_mode(dtype: torch.dtype) -> None:
    """Two shapes, a reduction over rows for the shared inputs, and not every gradient."""
    for rows in (5, 4):
        h = torch.randn(rows, 3, dtype=dtype, requires_grad=True)
        square, norm = torch.rand(rows, 1, dtype=dtype), (1 + torch.rand(3, dtype=dtype)).requires_grad_()
        inputs = (h, square, norm, torch.randn(3, dtype=dtype), *torch.tensor([[1.2], [12.0], [0.5]], dtype=dtype))
        expected = hyperbolic.affine(*inputs)
        gradients = torch.autograd.grad(expected.square().sum(), (h, norm))
        with compiled_ops():
            found = hyperbolic.affine(*inputs)
            compiled = torch.autograd.grad(found.square().sum(), (h, norm))
        torch.testing.assert_close(found, expected)
        torch.testing.assert_close(compiled, gradients)


def test_the_compiler_s_code_is_that_of_the_formula() -> None:
    u, c = torch.randn(4, 3, requires_grad=True), torch.tensor(0.5)
    expected = poincare.conformal_factor(0.1 * u, c)
    (gradient,) = torch.autograd.grad(expected.sum(), u)
    with compiled_ops():
        found = poincare.conformal_factor(0.1 * u, c)
        torch.testing.assert_close(found, expected)
        torch.testing.assert_close(torch.autograd.grad(found.sum(), u)[0], gradient)
