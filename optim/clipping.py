"""Clipping of gradients by their Riemannian length."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from ..manifolds import ManifoldParameter
from .rows import with_gradient


@torch.no_grad()
def clip_grad_norm_(parameters: Tensor | Iterable[Tensor], max_norm: float, error_if_nonfinite: bool = False) -> Tensor:
    """Scale gradients in place so that their common length is at most `max_norm`, as torch.nn.utils does.

    The length is the root of the sum of ⟨g, g⟩_x over points x with Riemannian gradients g, which does not depend on
    the model, and of squares of the gradients of ordinary parameters.

    Args:
        parameters: Parameters, of which those with a gradient count.
        max_norm: Largest length.
        error_if_nonfinite: Whether a length that is not finite is an error.

    Returns:
        The length before.

    Raises:
        RuntimeError: The length is not finite and `error_if_nonfinite` is set.
    """
    parameters = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    lengths = [_length(p, p.grad) for p in parameters if p.grad is not None]
    if not lengths:
        return torch.zeros(())
    total: Tensor = torch.linalg.vector_norm(torch.stack([length.to(lengths[0].device) for length in lengths]))
    if error_if_nonfinite and not total.isfinite():
        raise RuntimeError(
            f"clip_grad_norm_: the length of the gradients is {float(total)}; look for the loss that is not finite, or "
            "pass error_if_nonfinite=False"
        )
    nn.utils.clip_grads_with_norm_(parameters, max_norm, total)
    return total


def _length(p: Tensor, gradient: Tensor) -> Tensor:
    """Length of the gradient of a parameter, in float32 or above."""
    if isinstance(p, ManifoldParameter):
        rows, gradient = with_gradient(p)
        x = rows.take(p)
        gradient = p.manifold.norm(x, p.manifold.egrad2rgrad(x, gradient))
    elif gradient.is_sparse:
        gradient = gradient.coalesce().values()
    length: Tensor = torch.linalg.vector_norm(gradient, dtype=torch.promote_types(gradient.dtype, torch.float32))
    return length
