"""Peak memory of a training step, in bytes of live tensors."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter


def peak_memory(step: Callable[[], object], *, held: Iterable[Tensor], device: torch.device) -> int:
    """Run a step and return the largest number of bytes that live tensors hold during it.

    On a GPU it is what torch's allocator counts, temporary memory of kernels included; elsewhere every tensor that an
    operation returns counts until it is freed.

    Args:
        step: Forward, backward and update.
        held: Tensors that live already: parameters, buffers, state of the optimiser, the batch.
        device: Where the step runs.
    """
    live = _LiveStorages(held)
    if device.type != "cuda":
        with live:
            step()
        return live.peak
    torch.cuda.synchronize(device)
    before = torch.cuda.memory_allocated(device)
    torch.cuda.reset_peak_memory_stats(device)
    step()
    torch.cuda.synchronize(device)
    return live.peak + torch.cuda.max_memory_allocated(device) - before


class _LiveStorages(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the memory of all tensors that operations return, backward passes included; views add nothing."""

    def __init__(self, held: Iterable[Tensor]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.seen: weakref.WeakSet[torch.UntypedStorage] = weakref.WeakSet()
        self.live = self.peak = 0
        for tensor in held:
            self._count(tensor)

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        for value in tree_iter(result):
            if isinstance(value, Tensor):
                self._count(value)
        return result

    def _count(self, tensor: Tensor) -> None:
        storage = tensor.untyped_storage()
        if storage in self.seen:
            return
        self.seen.add(storage)
        self.live += storage.nbytes()
        self.peak = max(self.peak, self.live)
        weakref.finalize(storage, self._forget, storage.nbytes())

    def _forget(self, size: int) -> None:
        self.live -= size
