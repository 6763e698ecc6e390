"""Statistics of a batch that several processes share; gradients flow to all of them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, distributed
from torch.autograd import Function

from ..manifolds import Manifold


def is_shared(group: distributed.ProcessGroup | None) -> bool:
    """Whether other processes hold parts of the batch."""
    return distributed.is_available() and distributed.is_initialized() and distributed.get_world_size(group) > 1


def total(x: Tensor, group: distributed.ProcessGroup | None) -> Tensor:
    """Sum over the processes."""
    result: Tensor = _Sum.apply(x, group or distributed.group.WORLD)  # type: ignore[no-untyped-call]
    return result


def gathered(x: Tensor, group: distributed.ProcessGroup | None) -> Tensor:
    """Rows of all processes, in their order; each has as many. Gradients of all processes come back to the rows."""
    return total(_in_its_place(x, group), group).flatten(0, 1) if is_shared(group) else x


class _Sum(Function):
    """The sum over processes of what each has; its gradient is the sum of the gradients that each has."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, group: distributed.ProcessGroup) -> Tensor:
        ctx.group = group
        return _reduced(x, group)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, None]:
        return _reduced(grad, ctx.group), None


def _reduced(x: Tensor, group: distributed.ProcessGroup) -> Tensor:
    # the functional form, since it is the one that torch.compile traces
    from torch.distributed._functional_collectives import all_reduce, wait_tensor

    result: Tensor = wait_tensor(all_reduce(x.contiguous(), "sum", group))  # type: ignore[no-untyped-call]
    return result


def joint_midpoint(
    manifold: Manifold, mean: Tensor, mass: Tensor, *, dim: int, group: distributed.ProcessGroup | None
) -> Tensor:
    """Midpoint of all rows from the midpoint and the mass of each process's own."""
    means, masses = (total(_in_its_place(x, group), group) for x in (mean, mass))
    return manifold.midpoint0(means, masses.squeeze(dim), dim=dim, rows=0)


def _in_its_place(x: Tensor, group: distributed.ProcessGroup | None) -> Tensor:
    """A stack with one entry per process, zeros but for this one's."""
    rank, count = distributed.get_rank(group), distributed.get_world_size(group)
    return torch.stack([x if i == rank else torch.zeros_like(x) for i in range(count)])
