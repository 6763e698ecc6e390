"""Time of a compiled training step of HECNN+ at full width.

    python -m benchmarks.hecnn [--depth 50] [--batch 32] [--dtype bfloat16] [--device cuda]

The network is compiled in regions, which takes minutes; then the median of a few steps is printed, in seconds.
"""

from __future__ import annotations

import time
from statistics import median

import torch
import tyro

from manifuse import Lorentz
from manifuse.apps import HECNN
from manifuse.apps.config import Training
from manifuse.apps.data import Dataset, Samples
from manifuse.apps.training import Trainer


def main(
    depth: int = 18,
    variant: str = "hecnn+",
    batch: int = 32,
    steps: int = 5,
    dtype: str = "float32",
    device: str = "cpu",
) -> None:
    """Compile, then time steps on random images of 32×32 pixels."""
    torch.manual_seed(0)
    samples = Samples(torch.rand(batch, 3, 32, 32) * 2 - 1, torch.arange(batch) % 10)
    data = Dataset(samples, samples, samples, classes=tuple("0123456789"))
    training = Training(batch_size=batch, recipe="hcnn", dtype=dtype, device=device, compile=True)
    network = HECNN(depth, variant, Lorentz(learnable=True))  # type: ignore[arg-type]  # it is checked there
    trainer = Trainer(network, data, training, seed=0, name=f"{variant}-{depth}")

    seconds = []
    for _ in range(steps + 1):
        start = time.perf_counter()
        trainer.step(trainer.samples)[0].item()  # waits for a GPU
        seconds.append(time.perf_counter() - start)
    first, *others = seconds
    print(f"{variant}-{depth}, width 64, batch {batch}, {dtype}, {device}: {median(others):.3f} s a step")
    print(f"first step, with compilation: {first:.1f} s")


if __name__ == "__main__":
    tyro.cli(main)
