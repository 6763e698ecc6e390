"""Clipping of gradients by their Riemannian length."""

from __future__ import annotations

from collections.abc import Iterable

import torch
from torch import Tensor, nn

from ..manifolds import ManifoldParameter
from .rows import rows_of


@torch.no_grad()
def clip_grad_norm_(
    parameters: Tensor | Iterable[Tensor], max_norm: float, error_if_nonfinite: bool = False
) -> Tensor:
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
    clipped = [p for p in parameters if p.grad is not None]
    if not clipped:
        return torch.zeros(())
    device = clipped[0].device
    total = torch.linalg.vector_norm(torch.stack([_length(p).to(device) for p in clipped]))
    if error_if_nonfinite and not total.isfinite():
        raise RuntimeError(
            f"clip_grad_norm_: the length of the gradients is {float(total)}; look for the loss that is not finite, or "
            "pass error_if_nonfinite=False"
        )
    nn.utils.clip_grads_with_norm_(clipped, max_norm, total)
    return total


def _length(p: Tensor) -> Tensor:
    """Length of the gradient of a parameter, in float32 or above."""
    if isinstance(p, ManifoldParameter):
        rows = rows_of(p)
        x = rows.take(p)
        gradient = p.manifold.norm(x, p.manifold.egrad2rgrad(x, rows.gradient))
    else:
        gradient = p.grad.coalesce().values() if p.grad.is_sparse else p.grad
    return torch.linalg.vector_norm(gradient, dtype=torch.promote_types(gradient.dtype, torch.float32))
