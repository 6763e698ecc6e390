"""Cost of the schemes of a convolution, forward and backward, against the original form by unfolded patches.

    python -m benchmarks.schemes [--batch 80] [--networks False]

Layers of 64 … 512 channels at the sizes that a ResNet has them, and training steps of HCNN-18 and HCNN+-18, with the
convolution of torch and ResNet-18 as twins. `Unfolded` computes what `Space` does as the authors of HCNN do: patches
of points are unfolded and concatenated. Results go to `benchmarks/results/` as JSON and Markdown.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial

import torch
import tyro
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.ops import RESULTS
from manifuse import Lorentz
from manifuse.apps import HECNN
from manifuse.apps.bench.environment import machine, versions
from manifuse.apps.bench.measure import Timing, held_by_graph, interleaved
from manifuse.apps.bench.works import plain_network
from manifuse.layers import Conv2d, Geometric, Rotation, Space

LAYERS = ((64, 32), (128, 16), (256, 8), (512, 4))
"""Channels, and height and width."""
MIB = 2**20


class Unfolded(Space):
    """The convolution of HCNN on the hyperboloid as it is published: patches of points, concatenated directly."""

    def affine(self, layer: Conv2d, u: Tensor) -> Tensor:  # type: ignore[override]
        """W_s p + v(√c t − 1) + b for patches (t, p), lifted."""
        points = layer.manifold.from_frame(u, dim=1)
        c = layer.manifold.c_for(u)
        windows = partial(
            functional.unfold,
            kernel_size=layer.kernel_size,
            dilation=layer.dilation,
            padding=layer.padding,
            stride=layer.stride,
        )
        patches = windows(points[:, 1:])
        times = windows(points[:, :1] - c.rsqrt()) + c.rsqrt()  # padding is the origin
        time = (times.square().sum(1, keepdim=True) - (layer.taps - 1) / c).sqrt()
        space = layer.weight.flatten(1) @ patches + layer.time_weight[:, None] * (c.sqrt() * time - 1)
        if layer.bias is not None:
            space = space + layer.bias[:, None]
        size = [
            (n + 2 * p - d * (k - 1) - 1) // s + 1
            for n, p, d, k, s in zip(
                u.shape[2:], layer.padding, layer.dilation, layer.kernel_size, layer.stride, strict=True
            )
        ]
        space = space.unflatten(-1, size)
        lifted = torch.cat(((1 / c + space.square().sum(1, keepdim=True)).sqrt(), space), 1)
        return layer.manifold.to_frame(lifted, dim=1)


@dataclass(frozen=True)
class Row:
    """One competitor of a work."""

    work: str
    competitor: str
    times_twin: float
    times_unfolded: float
    saved_times_unfolded: float
    median_ms: float
    quartiles_ms: tuple[float, float]
    saved_mib: float


def convolutions(channels: int, size: int, batch: int) -> dict[str, tuple[nn.Module, Tensor]]:
    """The same layer in every scheme, each with its input."""
    space = Lorentz(c=1.0)
    make = partial(Conv2d, channels, channels, 3, padding=1, manifold=space, init="random")
    layers: dict[str, nn.Module] = {
        "torch.nn": nn.Conv2d(channels, channels, 3, padding=1),
        "unfolded": make(scheme=Unfolded()),
        "space": make(scheme=Space()),
        "rotation": make(scheme=Rotation()),
        "geometric": make(scheme=Geometric()),
    }
    x = torch.randn(batch, channels, size, size) / channels**0.5
    return {name: (layer, x.clone().requires_grad_()) for name, layer in layers.items()}


def networks(batch: int) -> dict[str, tuple[nn.Module, Tensor]]:
    """ResNet-18 of torch, and HCNN and HCNN+ of the same widths."""
    nets: dict[str, nn.Module] = {
        "torch.nn": plain_network((64, 128, 256, 512), 2),
        "unfolded": HECNN(18, "hcnn", manifold=Lorentz(c=1.0)),
        "space": HECNN(18, "hcnn", manifold=Lorentz(c=1.0)),
        "rotation": HECNN(18, "hcnn+", manifold=Lorentz(c=1.0)),
    }
    for layer in nets["unfolded"].modules():
        if isinstance(layer, Conv2d):
            layer.scheme = Unfolded()
    return {name: (net, torch.randn(batch, 3, 32, 32)) for name, net in nets.items()}


def measure(work: str, models: dict[str, tuple[nn.Module, Tensor]], rounds: int, budget: float) -> list[Row]:
    """Time forward and backward of all, in turns, and what their graphs keep."""

    def step(model: nn.Module, x: Tensor) -> None:
        for leaf in (x, *model.parameters()):
            leaf.grad = None
        model(x).square().mean().backward()

    runs: dict[str, Callable[[], object]] = {name: partial(step, *pair) for name, pair in models.items()}
    times = {name: Timing.of(t) for name, t in interleaved(runs, rounds, budget=budget).items()}
    saved = {
        name: held_by_graph(lambda pair=pair: pair[0](pair[1]), (*pair[0].parameters(), *pair[0].buffers(), pair[1]))[1]
        for name, pair in models.items()
    }
    return [
        Row(
            work,
            name,
            time.median / times["torch.nn"].median,
            time.median / times["unfolded"].median,
            saved[name] / saved["unfolded"],
            1e3 * time.median,
            (1e3 * time.low, 1e3 * time.high),
            saved[name] / MIB,
        )
        for name, time in times.items()
    ]


def table(rows: list[Row]) -> str:
    """Markdown."""
    lines = [
        "| work | scheme | × torch.nn | × unfolded | saved × unfolded | ms [quartiles] | saved MiB |",
        "|---|---|---|---|---|---|---|",
    ]
    for r in rows:
        low, high = r.quartiles_ms
        lines.append(
            f"| {r.work} | {r.competitor} | {r.times_twin:.2f} | {r.times_unfolded:.2f} | {r.saved_times_unfolded:.2f} "
            f"| {r.median_ms:.0f} [{low:.0f}–{high:.0f}] | {r.saved_mib:.1f} |"
        )
    return "\n".join(lines)


@dataclass(frozen=True)
class Benchmark:
    """Measure the schemes and write benchmarks/results/schemes.{json,md}."""

    batch: int = 80
    """Images in a batch; that of arXiv 2405.13979 Table 4."""
    rounds: int = 7
    """Timed rounds."""
    budget: float = 60.0
    """Seconds for the rounds of one work, three rounds at least."""
    networks: bool = True
    """Measure whole networks as well."""

    def __call__(self) -> None:
        torch.manual_seed(0)
        rows = []
        for channels, size in LAYERS:
            name = f"conv {channels}→{channels} @{size}²"
            rows += measure(name, convolutions(channels, size, self.batch), self.rounds, self.budget)
        if self.networks:
            rows += measure("ResNet-18, forward and backward", networks(self.batch), self.rounds, self.budget)
        head = ", ".join(
            f"{key} {value}" for key, value in (machine(torch.device("cpu")) | versions()).items() if value
        )
        print(table(rows))
        RESULTS.mkdir(exist_ok=True)
        record = {"machine": machine(torch.device("cpu")), "versions": versions(), "batch": self.batch}
        record["rows"] = [asdict(row) for row in rows]
        (RESULTS / "schemes.json").write_text(json.dumps(record, indent=1) + "\n")
        title = f"# Schemes of a convolution, forward and backward, batch {self.batch}"
        (RESULTS / "schemes.md").write_text(f"{title}\n\n{head}\n\n{table(rows)}\n")


if __name__ == "__main__":
    tyro.cli(Benchmark)()
