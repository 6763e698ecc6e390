"""Initial weights of linear and convolution layers."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias, get_args

import torch
from torch import Tensor, nn

Init: TypeAlias = Literal["identity", "random"]


@torch.no_grad()
def initialise(weight: Tensor, bias: Tensor | None, init: Init, *, groups: int) -> None:
    """Fill weight and bias in place.

    "identity" copies channels at the centre of the kernel, so that norms are preserved forward and backward at any
    depth; the bias is 0. "random" is the uniform distribution of torch.nn, ±1/√(fan-in) as torch counts it.

    Args:
        weight: Shape (groups · a, b, *kernel).
        bias: One number per output channel.
        init: Kind.
        groups: Number of independent maps.

    Raises:
        ValueError: There is no such kind.
    """
    if init not in get_args(Init):
        raise ValueError(f"init must be one of {', '.join(map(repr, get_args(Init)))}, got {init!r}")
    grouped = torch.unflatten(weight, 0, (groups, -1))
    if init == "identity":
        grouped.zero_()
        centre = grouped
        for size in grouped.shape[3:]:
            centre = centre.select(3, size // 2)
        centre.copy_(copies(*grouped.shape[1:3]))
        if bias is not None:
            bias.zero_()
        return
    reach = 1 / math.sqrt(weight[0].numel())
    nn.init.uniform_(weight, -reach, reach)
    if bias is not None:
        nn.init.uniform_(bias, -reach, reach)


def copies(rows: int, columns: int) -> Tensor:
    """The partial isometry that copies channels in turn: eye(n) where rows = columns = n, else orthonormal."""
    n = min(rows, columns)
    same = (torch.arange(rows).unsqueeze(1) - torch.arange(columns)) % n == 0
    matrix = same.to(torch.get_default_dtype())
    norms: Tensor = torch.linalg.vector_norm(matrix, dim=0 if rows > columns else 1, keepdim=True)
    return matrix / norms
