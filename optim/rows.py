"""Rows of parameters: what an optimiser takes out of parameters and their state, moves at once, and puts back."""

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
    """Points of a parameter of shape (*, p): all, or those that an index names along its first axis."""

    parameter: Tensor
    index: Tensor | None = None

    def take(self, tensor: Tensor) -> Tensor:
        """Rows of a tensor that lies like the parameter, shape (rows, its last size)."""
        chosen = tensor if self.index is None else tensor[self.index]
        return chosen.reshape(-1, tensor.shape[-1])

    def put(self, tensor: Tensor, rows: Tensor) -> None:
        """Write rows back to where `take` has them from."""
        if self.index is None:
            tensor.copy_(rows.view_as(tensor))
        else:
            tensor.index_copy_(0, self.index, rows.view(-1, *tensor.shape[1:]))

    def __len__(self) -> int:
        places = self.parameter.shape[:-1]
        return places.numel() if self.index is None else len(self.index) * places[1:].numel()


def with_gradient(parameter: Tensor) -> tuple[Rows, Tensor]:
    """Give the rows of a parameter that have a gradient, and the gradient, shape (rows, p).

    Raises:
        ValueError: The gradient is missing, or sparse and not by rows.
    """
    gradient, index = parameter.grad, None
    if gradient is None:
        raise ValueError("a parameter without a gradient has no rows to step")
    if gradient.is_sparse:
        if gradient.sparse_dim() != 1 or gradient.dense_dim() < 1:
            raise ValueError(
                f"a sparse gradient must name rows of its parameter, as that of nn.Embedding(sparse=True) does; got "
                f"{gradient.sparse_dim()} sparse and {gradient.dense_dim()} dense axes for a parameter of shape "
                f"{tuple(parameter.shape)}; take a dense gradient"
            )
        gradient = gradient.coalesce()
        index, gradient = gradient.indices()[0], gradient.values()
    return Rows(parameter, index), gradient.reshape(-1, parameter.shape[-1])


def stack(parts: Sequence[Tensor]) -> Tensor:
    """Put rows below each other; a single part is not copied."""
    return parts[0] if len(parts) == 1 else torch.cat(list(parts))


def gather(batch: Sequence[Rows], tensors: Sequence[Tensor]) -> Tensor:
    """Rows of several tensors, below each other."""
    return stack([rows.take(tensor) for rows, tensor in zip(batch, tensors, strict=True)])


def scatter(batch: Sequence[Rows], tensors: Sequence[Tensor], moved: Tensor) -> None:
    """Write rows back to where `gather` has them from."""
    parts = torch.split(moved, [len(rows) for rows in batch])
    for rows, tensor, part in zip(batch, tensors, parts, strict=True):
        rows.put(tensor, part)
