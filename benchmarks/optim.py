"""Time of an optimiser's step on many points, against geoopt and torch.optim.

    python -m benchmarks.optim [--tensors 200] [--device cuda]

Every competitor steps tensors of the same shape with fixed gradients, taking turns. The time is that of `step()`, the
gathering of tensors into batches and the writing back included. Results go to `benchmarks/results/` as JSON and
Markdown.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
import tyro

import manifuse as mf
from benchmarks.record import RESULTS, write
from manifuse.apps.bench.measure import Timing, interleaved
from manifuse.manifolds import ManifoldBase, ManifoldParameter
from manifuse.optim import RiemannianAdamW, RiemannianSGD

MANIFOLDS: dict[str, Callable[[], ManifoldBase]] = {
    "Lorentz": lambda: mf.Lorentz(c=1.0),
    "Poincare": lambda: mf.Poincare(c=1.0),
    "Hypersphere": lambda: mf.Hypersphere(c=1.0),
}


@dataclass(frozen=True)
class Row:
    """One competitor's time, and the ratios that count."""

    manifold: str
    competitor: str
    median_ms: float
    quartiles_ms: tuple[float, float]
    times_foreach: float
    times_fused: float


def with_gradients(parameters: list[torch.nn.Parameter]) -> list[torch.nn.Parameter]:
    generator = torch.Generator().manual_seed(1)
    for p in parameters:
        p.grad = torch.randn(p.shape, generator=generator).to(p.device)
    return parameters


def competitors(name: str, count: int, shape: tuple[int, int], device: str) -> dict[str, Callable[[], object]]:
    """Steps of everybody, by name; the decays are those of torch's AdamW where there are any."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import geoopt
    manifold = MANIFOLDS[name]().to(device)
    generator = torch.Generator().manual_seed(0)
    start = [
        manifold.from_frame((0.3 * torch.randn(shape, generator=generator) / shape[1] ** 0.5).to(device))
        for _ in range(count)
    ]

    def points() -> list[torch.nn.Parameter]:
        return with_gradients([ManifoldParameter(x.clone(), manifold) for x in start])

    def plain() -> list[torch.nn.Parameter]:
        return with_gradients([torch.nn.Parameter(x.clone()) for x in start])

    peers = {"Lorentz": geoopt.Lorentz, "Poincare": geoopt.PoincareBallExact, "Hypersphere": geoopt.SphereExact}
    peer = peers[name]().to(device)
    theirs = with_gradients([geoopt.ManifoldParameter(x.clone(), manifold=peer) for x in start])
    optimizers = {
        "AdamW, compiled": RiemannianAdamW(points(), compiled=True),
        "AdamW": RiemannianAdamW(points()),
        "AdamW without decay, compiled": RiemannianAdamW(points(), weight_decay=0.0, compiled=True),
        "SGD with momentum, compiled": RiemannianSGD(points(), momentum=0.9, compiled=True),
        "geoopt RiemannianAdam": geoopt.optim.RiemannianAdam(theirs),
        "torch AdamW(foreach)": torch.optim.AdamW(plain(), foreach=True),
        "torch AdamW(fused)": torch.optim.AdamW(plain(), fused=True),
    }
    return {label: optimizer.step for label, optimizer in optimizers.items()}


def measure(name: str, count: int, shape: tuple[int, int], device: str, rounds: int) -> list[Row]:
    synchronize = torch.get_device_module(device).synchronize
    times = interleaved(competitors(name, count, shape, device), rounds, synchronize=synchronize)
    seconds = {label: Timing.of(each) for label, each in times.items()}
    foreach, fused = (seconds[f"torch AdamW({kind})"].median for kind in ("foreach", "fused"))
    return [
        Row(
            name,
            label,
            1e3 * each.median,
            (1e3 * each.low, 1e3 * each.high),
            each.median / foreach,
            each.median / fused,
        )
        for label, each in seconds.items()
    ]


def table(rows: list[Row]) -> str:
    lines = [
        "| manifold | competitor | ms [quartiles] | × AdamW(foreach) | × AdamW(fused) | geoopt is × slower |",
        "|---|---|---|---|---|---|",
    ]
    peer = {r.manifold: r.median_ms for r in rows if r.competitor.startswith("geoopt")}
    for r in rows:
        low, high = r.quartiles_ms
        lines.append(
            f"| {r.manifold} | {r.competitor} | {r.median_ms:.1f} [{low:.1f}–{high:.1f}] | {r.times_foreach:.2f} "
            f"| {r.times_fused:.2f} | {peer[r.manifold] / r.median_ms:.1f} |"
        )
    return "\n".join(lines)


@dataclass(frozen=True)
class Benchmark:
    """Measure steps of optimisers and write benchmarks/results/optim-DEVICE.{json,md}."""

    manifolds: tuple[str, ...] = tuple(MANIFOLDS)
    """Geometries."""
    tensors: int = 200
    """Parameters."""
    shape: tuple[int, int] = (512, 64)
    """Points of a parameter, and coordinates of a point."""
    rounds: int = 15
    """Timed rounds per competitor."""
    device: str = "cpu"
    """Device of the parameters."""
    output: Path = RESULTS
    """Folder of the results."""

    def __call__(self) -> None:
        # As the activations of a training do, this teaches malloc to keep what is freed: small tensors alone are given
        # back to the system in every step, and page faults take up to half of the time.
        torch.empty(2**22)
        rows: list[Row] = []
        for name in self.manifolds:
            rows += measure(name, self.tensors, self.shape, self.device, self.rounds)
            print(table(rows), flush=True)
        work = {"tensors": self.tensors, "shape": self.shape, "rounds": self.rounds}
        title = f"One step on {self.tensors} tensors of {list(self.shape)}"
        write(self.output, f"optim-{self.device}", title, rows, table(rows), device=self.device, work=work)


if __name__ == "__main__":
    tyro.cli(Benchmark)()
