"""Time and memory of a compiled training step of HECNN+ at full width.

    python -m benchmarks.hecnn [--depth 50] [--batch 32] [--dtype bfloat16] [--device cuda]

The network is compiled in regions, which takes minutes; then a few steps are timed. Results go to `benchmarks/results/`
as JSON and Markdown.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
import tyro

from benchmarks.record import RESULTS, write
from manifuse import Lorentz
from manifuse.apps import HECNN
from manifuse.apps.bench.measure import Timing, interleaved, peak_growth
from manifuse.apps.config import Training
from manifuse.apps.data import Dataset, Samples
from manifuse.apps.hecnn import Variant
from manifuse.apps.training import Trainer

MIB = 2**20


@dataclass(frozen=True)
class Row:
    """One network's training step."""

    network: str
    width: int
    batch: int
    dtype: str
    device: str
    median_s: float
    quartiles_s: tuple[float, float]
    first_s: float
    """Of the first step, with compilation; a warm cache of the compiler makes it shorter."""
    peak_mib: float | None
    """Largest growth of memory in three steps; None where the system does not tell."""


def table(row: Row) -> str:
    low, high = row.quartiles_s
    peak = "–" if row.peak_mib is None else f"{row.peak_mib:.1f}"
    head = ["network", "width", "batch", "dtype", "device", "s a step [quartiles]", "first step s", "peak MiB"]
    cells = [row.network, row.width, row.batch, row.dtype, row.device]
    cells += [f"{row.median_s:.3f} [{low:.3f}–{high:.3f}]", f"{row.first_s:.1f}", peak]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in (head, ["---"] * len(head), cells))


@dataclass(frozen=True)
class Benchmark:
    """Compile a network, time its steps on random images of 32×32 pixels, and write them to benchmarks/results/."""

    depth: int = 18
    """18 or 50."""
    variant: Variant = "hecnn+"
    """Network, as `HECNN` names it."""
    width: int = 64
    """Channels of the first stage."""
    batch: int = 32
    """Images in a batch."""
    steps: int = 5
    """Timed steps, three at least."""
    dtype: str = "float32"
    """Precision of a step: float32 or bfloat16."""
    device: str = "cpu"
    """Device of the network."""
    output: Path = RESULTS
    """Folder of the results."""

    def __call__(self) -> None:
        torch.manual_seed(0)
        trainer = self.trainer()
        step = partial(trainer.step, trainer.samples)
        synchronize = torch.get_device_module(self.device).synchronize

        start = time.perf_counter()
        step()
        synchronize()
        first = time.perf_counter() - start
        timing = Timing.of(interleaved({"step": step}, self.steps, synchronize=synchronize)["step"])
        peak = peak_growth(step, torch.device(self.device))
        row = Row(
            network=trainer.name,
            width=self.width,
            batch=self.batch,
            dtype=self.dtype,
            device=self.device,
            median_s=timing.median,
            quartiles_s=(timing.low, timing.high),
            first_s=first,
            peak_mib=peak and peak / MIB,
        )
        print(table(row))
        name = f"{row.network}-{self.width}-{self.batch}-{self.dtype}-{self.device}"
        write(self.output, name, f"A compiled training step of {row.network}", [row], table(row), device=self.device)

    def trainer(self) -> Trainer:
        samples = Samples(torch.rand(self.batch, 3, 32, 32) * 2 - 1, torch.arange(self.batch) % 10)
        data = Dataset(samples, samples, samples, classes=tuple("0123456789"))
        training = Training(batch_size=self.batch, recipe="hcnn", dtype=self.dtype, device=self.device, compile=True)
        network = HECNN(self.depth, self.variant, Lorentz(learnable=True), width=self.width)
        return Trainer(network, data, training, seed=0, name=f"{self.variant}-{self.depth}")


if __name__ == "__main__":
    tyro.cli(Benchmark)()
