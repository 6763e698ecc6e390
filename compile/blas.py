"""Inner products and sums over rows by matrix-vector products: one pass over memory and no temporary.

They serve where nothing but values is wanted, on the CPU; where they don't apply they return None. On a GPU, or for a
compiler, the elementwise form is as fast, and is not subject to TF32.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .modes import only_values

BLOCK = 4096
"""Rows that one product sums, which bounds the rounding error of long sums."""


def shared_dot(x: Tensor, y: Tensor, dim: int) -> Tensor | None:
    """Inner product of many vectors with a single one."""
    n = x.size(dim)
    if x.numel() == n:
        x, y = y, x
    if y.numel() != n or x.numel() == n or x.dtype != y.dtype or not _applies(x):
        return None
    across = x.movedim(dim, -1)
    if across.is_contiguous():
        products = torch.mv(across.view(-1, n), y.reshape(n))
        return products.view(*across.shape[:-1], 1).movedim(-1, dim)
    if x.is_contiguous():
        places = math.prod(x.shape[dim + 1 :])
        shape = [1 if i == x.dim() + dim else size for i, size in enumerate(x.shape)]
        return torch.matmul(y.reshape(1, n), x.view(-1, n, places)).view(shape)
    return None


def weighted_row_sum(weight: Tensor, x: Tensor, rows: tuple[int, ...], dim: int) -> Tensor | None:
    """Sum over all rows of weight · x, with one weight per row."""
    n = x.size(dim)
    if len(rows) != x.dim() - 1 or weight.numel() * n != x.numel() or x.dtype != weight.dtype or not _applies(x):
        return None
    shape = [n if i == dim else 1 for i in range(-x.dim(), 0)]
    across = x.movedim(dim, -1)
    if across.is_contiguous():
        matrix, weights = across.view(-1, n), weight.movedim(dim, -1).reshape(-1)
        blocks = math.ceil(matrix.size(0) / BLOCK)
        pairs = zip(matrix.chunk(blocks), weights.chunk(blocks), strict=True)
        sums = [torch.mv(block.t(), share) for block, share in pairs]
        return torch.stack(sums).sum(0).view(shape)
    if x.is_contiguous():
        places = math.prod(x.shape[dim + 1 :])
        return torch.bmm(x.view(-1, n, places), weight.reshape(-1, places, 1)).sum(0).view(shape)
    return None


def _applies(x: Tensor) -> bool:
    return x.is_cpu and x.numel() > 0 and only_values() and not torch.is_autocast_enabled("cpu")
