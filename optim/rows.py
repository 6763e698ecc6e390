"""Rows of parameters: what an optimiser takes out of parameters and their state, steps at once, and puts back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..manifolds import Euclidean, Manifold, ManifoldParameter

FLAT = Euclidean()
"""Manifold of ordinary parameters."""


def manifold_of(parameter: Tensor) -> Manifold:
    """Manifold of a parameter: flat space if it names none."""
    return parameter.manifold if isinstance(parameter, ManifoldParameter) else FLAT


@dataclass(frozen=True)
class Rows:
    """The points of a parameter that have a gradient: all of them, or those that a sparse gradient names.

    Args:
        parameter: Points, shape (*, p).
        manifold: Their manifold.
        gradient: Gradient of the points, shape (rows, p).
        index: Where they are along the first axis; None if they are all.
    """

    parameter: Tensor
    manifold: Manifold
    gradient: Tensor
    index: Tensor | None

    def take(self, tensor: Tensor) -> Tensor:
        """The rows of a tensor that lies like the parameter, shape (rows, its last size)."""
        chosen = tensor if self.index is None else tensor[self.index]
        return chosen.reshape(-1, tensor.shape[-1])

    def put(self, tensor: Tensor, rows: Tensor) -> None:
        """Write rows back to where `take` has them from."""
        if self.index is None:
            tensor.copy_(rows.view_as(tensor))
        else:
            tensor.index_copy_(0, self.index, rows.view(-1, *tensor.shape[1:]))


def rows_of(parameter: Tensor) -> Rows:
    """Make the rows of a parameter that has a gradient.

    Raises:
        ValueError: The gradient is sparse, and not by rows.
    """
    gradient = parameter.grad
    if gradient is None:
        raise ValueError("rows_of: the parameter has no gradient")
    index = None
    if gradient.is_sparse:
        if gradient.sparse_dim() != 1 or gradient.dense_dim() < 1:
            raise ValueError(
                f"a sparse gradient must name rows of its parameter, as that of nn.Embedding(sparse=True) does; got "
                f"{gradient.sparse_dim()} sparse and {gradient.dense_dim()} dense axes for a parameter of shape "
                f"{tuple(parameter.shape)}; take a dense gradient"
            )
        gradient = gradient.coalesce()
        index, gradient = gradient.indices()[0], gradient.values()
    return Rows(parameter, manifold_of(parameter), gradient.reshape(-1, parameter.shape[-1]), index)


def gather(batch: Sequence[Rows], tensors: Sequence[Tensor]) -> Tensor:
    """Rows of several parameters, below each other."""
    return stack([rows.take(tensor) for rows, tensor in zip(batch, tensors, strict=True)])


def stack(parts: Sequence[Tensor]) -> Tensor:
    """Rows below each other; no copy of a single tensor."""
    return parts[0] if len(parts) == 1 else torch.cat(list(parts))


def scatter(batch: Sequence[Rows], tensors: Sequence[Tensor], stepped: Tensor) -> None:
    """Write rows back to where `gather` has them from."""
    parts = torch.split(stepped, [len(rows.gradient) for rows in batch])
    for rows, tensor, part in zip(batch, tensors, parts, strict=True):
        rows.put(tensor, part)
