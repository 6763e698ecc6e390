"""Cost of SphereConv2d, fused, forward and backward, against nn.Conv2d with nn.BatchNorm2d.

    python -m benchmarks.sphere_conv [--batch 32]

Each is compiled as one graph; the twin is compiled in both memory formats, and the faster one counts. Results go to
`benchmarks/results/` as JSON and Markdown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
import tyro
from torch import Tensor, nn

from benchmarks.competition import Row, compete, table
from benchmarks.record import RESULTS, write
from manifuse.compile import fuse
from manifuse.layers import SphereConv2d

LAYERS = ((64, 32), (128, 16), (256, 8))
"""Channels, and height and width."""
SIMILARITIES = ("cosine", "linear", "sigmoid", "learnable")
TWIN = "nn.Conv2d + nn.BatchNorm2d"


def models(channels: int, size: int, batch: int) -> dict[str, tuple[nn.Module, Tensor]]:
    """Layers with their inputs; the twin once in each memory format."""
    conv = partial(SphereConv2d, channels, channels, 3, padding=1)
    layers: dict[str, nn.Module] = {
        TWIN: nn.Sequential(nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels)),
    }
    layers[f"{TWIN}, channels_last"] = layers[TWIN]
    for similarity in SIMILARITIES:
        layers[similarity] = conv(similarity=similarity)
        layers[f"{similarity} + nn.BatchNorm2d"] = nn.Sequential(conv(similarity=similarity), nn.BatchNorm2d(channels))
    x = torch.randn(batch, channels, size, size)
    found = {}
    for name, layer in layers.items():
        layout = torch.contiguous_format if name == TWIN else torch.channels_last
        mine = x.clone(memory_format=layout).requires_grad_()
        found[name] = (fuse(nn.Sequential(layer).to(memory_format=layout), scope="model"), mine)
    return found


def faster_twin(rows: list[Row]) -> list[Row]:
    """Drop the slower of the two twins, and refer to the other."""
    (*twins,) = (row for row in rows if row.competitor.startswith(TWIN))
    best = min(twins, key=lambda row: row.median_ms)
    kept = (row for row in rows if row is best or row not in twins)
    return [
        Row(
            row.work, row.competitor, {TWIN: row.times[best.competitor]}, row.median_ms, row.quartiles_ms, row.saved_mib
        )
        for row in kept
    ]


@dataclass(frozen=True)
class Benchmark:
    """Measure SphereConv2d and write benchmarks/results/sphere_conv.{json,md}."""

    batch: int = 32
    """Images in a batch."""
    rounds: int = 15
    """Timed rounds."""
    output: Path = RESULTS
    """Folder of the results."""

    def __call__(self) -> None:
        torch.manual_seed(0)
        rows = []
        for channels, size in LAYERS:
            work = f"{channels}→{channels} @{size}²"
            twins = (TWIN, f"{TWIN}, channels_last")
            rows += faster_twin(compete(work, models(channels, size, self.batch), twins, rounds=self.rounds))
            print(table(rows), flush=True)
        title = f"SphereConv2d, fused, forward and backward, batch {self.batch}"
        write(self.output, "sphere_conv", title, rows, table(rows))


if __name__ == "__main__":
    tyro.cli(Benchmark)()
