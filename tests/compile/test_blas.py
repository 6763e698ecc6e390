"""Products by BLAS are the elementwise ones, in every layout, and step aside where they do not apply."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from manifuse.compile.blas import BLOCK, shared_dot, weighted_row_sum

LAYOUTS = {
    "rows": ((7, 5), -1),
    "many rows": ((2 * BLOCK + 3, 4), -1),
    "batches": ((2, 3, 5), -1),
    "images": ((2, 5, 3, 4), -3),
    "channels last": ((2, 5, 3, 4), -3),
    "empty": ((0, 5), -1),
    "strided": ((6, 5), -1),
}


def layout(name: str) -> tuple[Tensor, int]:
    shape, dim = LAYOUTS[name]
    x = torch.rand(shape) + 0.5
    if name == "channels last":
        x = x.to(memory_format=torch.channels_last)
    return (x[::2] if name == "strided" else x), dim


@pytest.mark.parametrize("name", LAYOUTS)
def test_products_are_those_of_double_precision(name: str) -> None:
    x, dim = layout(name)
    y = torch.rand([x.size(dim) if i == dim else 1 for i in range(-x.dim(), 0)])
    weight = torch.rand([1 if i == dim else x.size(i) for i in range(-x.dim(), 0)])
    rows = tuple(i for i in range(-x.dim(), 0) if i != dim)
    with torch.no_grad():
        product, total = shared_dot(x, y, dim), weighted_row_sum(weight, x, rows, dim)
    if name in ("empty", "strided"):
        assert product is None
        assert total is None
        return
    assert product is not None
    assert total is not None
    # sums of positive numbers: BLOCK of them in a row lose at most BLOCK rounding errors, and blocks far fewer
    exact = (x.double() * y.double()).sum(dim, keepdim=True)
    torch.testing.assert_close(product.double(), exact, rtol=1e-6, atol=0)
    exact = (weight.double() * x.double()).sum(rows, keepdim=True)
    torch.testing.assert_close(total.double(), exact, rtol=3e-6, atol=0)


def test_they_step_aside_for_autograd_autocast_and_two_full_vectors() -> None:
    x, y, weight = torch.rand(7, 5), torch.rand(1, 5), torch.rand(7, 1)
    assert shared_dot(x, y, -1) is None  # gradients are recorded
    assert weighted_row_sum(weight, x, (-2,), -1) is None
    with torch.no_grad():
        assert shared_dot(x, x, -1) is None
        assert weighted_row_sum(weight[:1], x, (-2,), -1) is None
        with torch.autocast("cpu", torch.bfloat16):
            assert shared_dot(x, y, -1) is None
