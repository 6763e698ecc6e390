"""Sparse gradients: the rows that they name step, the others wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from manifuse.manifolds import Euclidean, Lorentz, ManifoldBase, ManifoldParameter
from manifuse.optim import RiemannianAdamW, RiemannianSGD

from .problems import C, learnable, parameter, spread

TOUCHED = torch.tensor([4, 1, 4])


def pull(manifold: ManifoldBase, x: Tensor, rows: Tensor) -> Tensor:
    target = spread(manifold, len(rows), 3, seed=8)
    return manifold.sqdist(functional.embedding(rows, x, sparse=True), target).sum()


def test_named_rows_step_as_a_parameter_of_their_own(curved: type[ManifoldBase], optimiser: Callable[..., Any]) -> None:
    manifold = curved(c=C).double()
    x = parameter(manifold, 6, 3)
    rows = TOUCHED[:2]
    alone = ManifoldParameter(x.detach()[rows].clone(), manifold)
    start = x.detach().clone()
    mine, other = optimiser([x]), optimiser([alone])
    for _ in range(5):
        mine.zero_grad()
        other.zero_grad()
        pull(manifold, x, rows).backward()
        assert x.grad.is_sparse
        pull(manifold, alone, torch.arange(2)).backward()
        mine.step()
        other.step()
    torch.testing.assert_close(x.detach()[rows], alone.detach(), rtol=1e-12, atol=1e-13)
    waiting = torch.tensor([0, 2, 3, 5])
    assert torch.equal(x.detach()[waiting], start[waiting])
    for name, value in mine.state[x].items():
        if value.ndim:
            torch.testing.assert_close(value[rows], other.state[alone][name], rtol=1e-12, atol=1e-13)
            assert not value[waiting].any()


def test_repeated_rows_add_up(optimiser: Callable[..., Any]) -> None:
    manifold = Lorentz(c=C).double()
    x, dense = parameter(manifold, 6, 3), parameter(manifold, 6, 3)
    pull(manifold, x, TOUCHED).backward()
    pull(manifold, dense, TOUCHED).backward()
    dense.grad = dense.grad.to_dense()
    for p in (x, dense):
        optimiser([p]).step()
    torch.testing.assert_close(x.detach(), dense.detach(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("make", [nn.Parameter, lambda t: ManifoldParameter(t, Euclidean())], ids=["ordinary", "flat"])
def test_flat_rows_are_sparse_adam(make: Callable[..., Tensor]) -> None:
    start = torch.randn(6, 3)
    x, theirs = make(start.clone()), nn.Parameter(start.clone())
    mine, torchs = RiemannianAdamW([x], lr=0.1, weight_decay=0.0), torch.optim.SparseAdam([theirs], lr=0.1)
    for step in range(20):
        rows = torch.tensor([step % 3, 4])
        for p, optimizer in ((x, mine), (theirs, torchs)):
            optimizer.zero_grad()
            functional.embedding(rows, p, sparse=True).square().sum().backward()
            optimizer.step()
    torch.testing.assert_close(x.detach(), theirs.detach(), rtol=1e-5, atol=1e-6)


def test_points_that_wait_follow_their_curvature(curved: type[ManifoldBase]) -> None:
    manifold = learnable(curved, C)
    x = parameter(manifold, 6, 3)
    radius = manifold.dist0(x).detach()
    optimizer = RiemannianSGD([x, manifold.raw_c], lr=0.1, momentum=0.9)
    pull(manifold, x, TOUCHED[:2]).backward()
    optimizer.step()
    assert abs(float(manifold.c.detach()) - C) > 1e-6
    waiting = torch.tensor([0, 2, 3, 5])
    torch.testing.assert_close(manifold.dist0(x).detach()[waiting], radius[waiting], rtol=1e-12, atol=1e-13)


def test_carried_gradient_of_rows_is_that_of_the_dense_gradient(curved: type[ManifoldBase]) -> None:
    ends = []
    for sparse in (True, False):
        manifold = learnable(curved, C)
        x = parameter(manifold, 6, 3)
        pull(manifold, x, TOUCHED).backward()
        if not sparse:
            x.grad = x.grad.to_dense()
        RiemannianSGD([x, manifold.raw_c], lr=0.1).step()
        ends.append(manifold.c.detach())
    torch.testing.assert_close(*ends, rtol=1e-13, atol=0)


def test_a_gradient_that_is_not_by_rows_is_refused() -> None:
    x = parameter(Lorentz(c=C), 6, 3)
    x.grad = torch.ones(6, 4).to_sparse()
    with pytest.raises(ValueError, match=r"must name rows of its parameter.*got 2 sparse and 0 dense axes"):
        RiemannianSGD([x]).step()
