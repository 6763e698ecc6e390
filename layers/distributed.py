"""Statistics of a batch that several processes share; gradients flow to all of them."""

from __future__ import annotations

import torch
from torch import Tensor, distributed

from ..manifolds import Manifold


def is_shared(group: distributed.ProcessGroup | None) -> bool:
    """Whether other processes hold parts of the batch."""
    return distributed.is_available() and distributed.is_initialized() and distributed.get_world_size(group) > 1


def total(x: Tensor, group: distributed.ProcessGroup | None) -> Tensor:
    """Sum over the processes."""
    from torch.distributed.nn.functional import all_reduce

    result: Tensor = all_reduce(x.contiguous(), group=group or distributed.group.WORLD)  # type: ignore[no-untyped-call]
    return result


def joint_midpoint(
    manifold: Manifold, mean: Tensor, mass: Tensor, *, dim: int, group: distributed.ProcessGroup | None
) -> Tensor:
    """Midpoint of all rows from the midpoint and the mass of each process's own."""
    from torch.distributed.nn.functional import all_gather

    world = group or distributed.group.WORLD
    means = torch.stack(all_gather(mean.contiguous(), group=world))  # type: ignore[no-untyped-call]
    masses = torch.stack(all_gather(mass.contiguous(), group=world))  # type: ignore[no-untyped-call]
    return manifold.midpoint0(means, masses.squeeze(dim), dim=dim, rows=0)
