"""How it is measured: interleaved rounds, what a graph holds, the memory of a step, and exponents of growth."""

from __future__ import annotations

import ctypes
import gc
import math
import os
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import linear_regression, median, quantiles
from typing import TypeVar

import torch
from torch import Tensor
from torch.autograd.graph import Node, saved_tensors_hooks

Name = TypeVar("Name", bound=Hashable)
LEAST = 3
"""Rounds that are timed whatever they cost: fewer have no quartiles."""
STEPS = 3
"""Steps whose peak memory is taken."""


@dataclass(frozen=True)
class Timing:
    """Median and quartiles of the seconds of all rounds."""

    median: float
    low: float
    high: float
    rounds: int

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Timing:
        """Summarise rounds."""
        low, _, high = quantiles(seconds, n=4, method="inclusive")
        return cls(median(seconds), low, high, len(seconds))


def interleaved(
    runs: Mapping[Name, Callable[[], object]],
    rounds: int,
    *,
    budget: float = math.inf,
    synchronize: Callable[[], object] = lambda: None,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[Name, list[float]]:
    """Time competitors in turns, after a round to warm up.

    The order is reversed every other round, so that none always follows the same one; garbage is collected between
    rounds only.

    Args:
        runs: What is timed, by name.
        rounds: Number of rounds.
        budget: Seconds after which no further round begins; `LEAST` rounds are timed nevertheless.
        synchronize: Waits for the device.
        clock: Seconds.

    Returns:
        Seconds of every round, by name.
    """
    for run in runs.values():
        run()
    seconds: dict[Name, list[float]] = {name: [] for name in runs}
    order = list(runs)
    begin = clock()
    gc.collect()
    gc.freeze()  # what lives already is not looked at again
    gc.disable()
    try:
        for number in range(max(rounds, LEAST)):
            if number >= LEAST and clock() - begin > budget:
                break
            for name in order:
                synchronize()
                start = clock()
                runs[name]()
                synchronize()
                seconds[name].append(clock() - start)
            order.reverse()
            gc.collect()
    finally:
        gc.enable()
        gc.unfreeze()
    return seconds


def held_by_graph(forward: Callable[[], Tensor], known: Iterable[Tensor]) -> tuple[int, int]:
    """Count what the autograd graph of an output holds.

    Args:
        forward: Computes the output.
        known: Tensors that live anyway: parameters, buffers, inputs.

    Returns:
        Nodes that are reachable from the output, leaves left out, and bytes of the storages that they keep alive, each
        counted once, those of `known` left out. What a compiled function saves counts as well.
    """
    storages: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        storages[storage.data_ptr()] = storage.nbytes()
        return tensor.detach()  # an output that its own node saves would be kept alive by a cycle

    with saved_tensors_hooks(pack, lambda tensor: tensor):
        output = forward()
    nodes = _nodes(output)
    for node in nodes:
        for tensor in getattr(node, "_tensors_no_vc_check", ()):  # stashed on a compiled function, unseen by hooks
            pack(tensor)
    ours = {tensor.untyped_storage().data_ptr() for tensor in known}
    count = sum(node.name() != "torch::autograd::AccumulateGrad" for node in nodes)
    return count, sum(size for pointer, size in storages.items() if pointer not in ours)


def _nodes(output: Tensor) -> set[Node]:
    found: set[Node] = set()
    open_nodes = [output.grad_fn]
    while open_nodes:
        node = open_nodes.pop()
        if node is not None and node not in found:
            found.add(node)
            open_nodes += [parent for parent, _ in node.next_functions]
    return found


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Fit cost = a · size^p by least squares in logarithms, and return p."""
    return linear_regression([math.log(size) for size in sizes], [math.log(cost) for cost in costs]).slope


def peak_growth(step: Callable[[], object], device: torch.device) -> int | None:
    """Peak memory of `STEPS` steps beyond what is resident before them, in bytes.

    On a GPU it is that of torch's allocator, elsewhere that of the process, which should be one of its own: the heap
    is trimmed first, so that steps cannot hide in memory that earlier ones have left. None where the system does not
    tell (it is not Linux).
    """
    if device.type == "cuda":
        torch.cuda.synchronize(device)
        before = torch.cuda.memory_allocated(device)
        torch.cuda.reset_peak_memory_stats(device)
        for _ in range(STEPS):
            step()
        torch.cuda.synchronize(device)
        return torch.cuda.max_memory_allocated(device) - before
    gc.collect()
    _trim_heap()
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak becomes what is resident now
        before = _resident("VmHWM")
    except OSError:
        return None
    for _ in range(STEPS):
        step()
    return _resident("VmHWM") - before


def _trim_heap() -> None:
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # a function of glibc
    if trim is not None:
        trim(0)


def _resident(field: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{field}:"):
            return 1024 * int(line.split()[1])
    raise OSError(f"/proc/self/status has no {field}")


@contextmanager
def compiling_into(folder: Path) -> Iterator[None]:
    """Let inductor compile into a folder, and know nothing that is not there."""
    from torch._inductor.utils import clear_caches

    names = {"TORCHINDUCTOR_CACHE_DIR": folder, "TRITON_CACHE_DIR": folder / "triton"}
    before = {name: os.environ.get(name) for name in names}
    clear_caches()
    os.environ.update({name: str(path) for name, path in names.items()})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
