"""Clipping where torch.nn.utils has the answer, and at its edges."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from manifuse.manifolds import Lorentz
from manifuse.optim import clip_grad_norm_

from .problems import C, parameter


@pytest.mark.parametrize("longest", [0.5, 100.0])
def test_ordinary_parameters_are_torchs(longest: float) -> None:
    ours, theirs = ([nn.Parameter(torch.zeros(shape)) for shape in ((3, 2), (4,), ())] for _ in range(2))
    for pair in zip(ours, theirs, strict=True):
        gradient = torch.randn(pair[0].shape)
        for p in pair:
            p.grad = gradient.clone()
    total = clip_grad_norm_(ours, longest)
    torch.testing.assert_close(total, nn.utils.clip_grad_norm_(theirs, longest))
    for mine, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(mine.grad, other.grad)


def test_sparse_gradients_count_by_rows() -> None:
    manifold = Lorentz(c=C)
    dense, sparse = parameter(manifold, 6, 3), parameter(manifold, 6, 3)
    weight = nn.Parameter(torch.ones(6, 3))
    rows, values = torch.tensor([[4, 1, 4]]), torch.randn(3, 4)
    sparse.grad = torch.sparse_coo_tensor(rows, values, sparse.shape, check_invariants=True)
    dense.grad = sparse.grad.to_dense()
    weight.grad = torch.sparse_coo_tensor(rows, values[:, 1:], weight.shape, check_invariants=True)
    flat = float(weight.grad.to_dense().norm())
    expected = float(clip_grad_norm_(dense, 1e9)) ** 2 + flat**2
    assert float(clip_grad_norm_([sparse, weight], 0.5)) == pytest.approx(expected**0.5, rel=1e-5)
    assert float(clip_grad_norm_([sparse, weight], 0.5)) == pytest.approx(0.5, rel=1e-4)


def test_nothing_to_clip() -> None:
    assert float(clip_grad_norm_([nn.Parameter(torch.ones(2))], 1.0)) == 0.0


def test_length_that_is_not_finite() -> None:
    p = nn.Parameter(torch.ones(2))
    p.grad = torch.tensor([torch.inf, 0.0])
    with pytest.raises(RuntimeError, match="length of the gradients is inf"):
        clip_grad_norm_([p], 1.0, error_if_nonfinite=True)
