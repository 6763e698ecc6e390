"""Time and memory of single ops, forward and backward, against geoopt, HypLL and the memory-traffic floor.

    python -m benchmarks.ops [--only NAME ...]

One process, competitors of a row interleaved with the order reversed every other round, medians with quartiles. The
floor is the smallest traffic of one fused forward and one fused backward pass, in units U of one pass over one operand;
U is measured in the same run as a third of `x + y` into an existing tensor. Results go to `benchmarks/results/` as JSON
and Markdown.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import torch
import tyro
from torch import Tensor

from manifuse.manifolds.generated import hyperbolic, lorentz, poincare

RESULTS = Path(__file__).resolve().parent / "results"
SHAPES = ((65536, 64), (8192, 512))
C = 1.0


@dataclass(frozen=True)
class Op:
    """One operation: floor in passes, our version, and the peers that have it."""

    name: str
    floor: int
    inputs: Callable[[int, int], tuple[Tensor, ...]]
    ours: Callable[..., Tensor]
    peers: dict[str, Callable[..., Tensor]]


@dataclass(frozen=True)
class Row:
    """One measurement."""

    op: str
    shape: tuple[int, int]
    competitor: str
    median_ms: float
    quartiles_ms: tuple[float, float]
    times_floor: float
    saved_mib: float


def ball(rows: int, n: int) -> Tensor:
    x = torch.randn(rows, n)
    return 0.7 * torch.rand(rows, 1) * x / x.norm(dim=-1, keepdim=True)


def tangent(rows: int, n: int) -> Tensor:
    return 0.3 * torch.randn(rows, n) / n**0.5


def peers_of_the_ball() -> tuple[dict[str, Callable[..., Tensor]], dict[str, Callable[..., Tensor]]]:
    """Functional forms of geoopt and HypLL, by the name of the op."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import geoopt
        from hypll.manifolds.poincare_ball.math import diffgeom, stats
    manifold = geoopt.PoincareBall(c=C)
    c = torch.tensor(C)
    geo: dict[str, Callable[..., Tensor]] = {
        "mobius_add": manifold.mobius_add,
        "expmap": lambda x, v: manifold.expmap(x, v, project=False),
        "logmap": manifold.logmap,
        "dist": manifold.dist,
        "transp": manifold.transp,
        "midpoint": lambda x, w: manifold.weighted_midpoint(x, w.squeeze(-1), reducedim=[0]),
    }
    hyp: dict[str, Callable[..., Tensor]] = {
        "mobius_add": lambda x, y: diffgeom.mobius_add(x, y, c),
        "expmap": lambda x, v: diffgeom.expmap(x, v, c),
        "logmap": lambda x, y: diffgeom.logmap(x, y, c),
        "dist": lambda x, y: diffgeom.dist(x, y, c),
        "transp": lambda x, y, v: diffgeom.transp(x, y, v, c),
        "midpoint": lambda x, w: stats.midpoint(x, c, w=w, batch_dim=0),
    }
    return geo, hyp


def operations() -> list[Op]:
    c, limit = torch.tensor(C), torch.tensor([12.0])
    geo, hyp = peers_of_the_ball()

    def peers(name: str) -> dict[str, Callable[..., Tensor]]:
        return {"geoopt": geo[name], "HypLL": hyp[name]}

    def points(rows: int, n: int) -> tuple[Tensor, ...]:
        return ball(rows, n), ball(rows, n)

    def step(rows: int, n: int) -> tuple[Tensor, ...]:
        return ball(rows, n), tangent(rows, n)

    def weighted(rows: int, n: int) -> tuple[Tensor, ...]:
        return ball(rows, n), torch.rand(rows, 1)

    def batch_norm(rows: int, n: int) -> tuple[Tensor, ...]:
        return tangent(rows, n), tangent(1, n), torch.rand(1, 1), tangent(1, n)

    def chain(u: Tensor, mean: Tensor, scale: Tensor, bias: Tensor) -> Tensor:
        mu, beta = geo["expmap"](torch.zeros_like(mean), mean), geo["expmap"](torch.zeros_like(bias), bias)
        x = geo["expmap"](torch.zeros_like(u), u)
        v = geo["transp"](mu.expand_as(x), beta.expand_as(x), geo["logmap"](mu.expand_as(x), x))
        return geo["logmap"](torch.zeros_like(u), geo["expmap"](beta.expand_as(x), scale * v))

    return [
        Op("mobius_add", 8, points, lambda x, y: poincare.mobius_add(x, y, c), peers("mobius_add")),
        Op("expmap", 8, step, lambda x, v: poincare.expmap(x, v, c), peers("expmap")),
        Op("logmap", 8, points, lambda x, y: poincare.logmap(x, y, c), peers("logmap")),
        Op("dist", 6, points, lambda x, y: poincare.dist(x, y, c), peers("dist")),
        Op(
            "transp",
            11,
            lambda r, n: (*points(r, n), tangent(r, n)),
            lambda x, y, v: poincare.transp(x, y, v, c),
            peers("transp"),
        ),
        Op("midpoint", 3, weighted, lambda x, w: poincare.midpoint(x, w, c, rows=(-2,)), peers("midpoint")),
        Op(
            "normalize",
            5,
            batch_norm,
            lambda u, mean, scale, bias: hyperbolic.place(
                hyperbolic.center(u, mean, c)[0], mean, scale, bias, limit, c
            ),
            {"geoopt chain": chain},
        ),
        Op(
            "lorentz dist",
            6,
            lambda r, n: (lorentz.expmap0(tangent(r, n), c), lorentz.expmap0(tangent(r, n), c)),
            lambda x, y: lorentz.dist(x, y, c),
            {},
        ),
    ]


def differentiated(f: Callable[..., Tensor], inputs: tuple[Tensor, ...]) -> Callable[[], None]:
    """Forward and backward of f, with gradients for every input."""
    leaves = [t.clone().requires_grad_() for t in inputs]
    cotangent = torch.randn_like(f(*leaves).detach())

    def run() -> None:
        torch.autograd.grad(f(*leaves), leaves, cotangent)

    return run


def saved_mib(f: Callable[..., Tensor], inputs: tuple[Tensor, ...]) -> float:
    """Bytes that the graph keeps alive beyond the inputs, de-duplicated by storage."""
    leaves = [t.clone().requires_grad_() for t in inputs]
    known = {t.untyped_storage().data_ptr() for t in leaves}
    storages: dict[int, int] = {}

    def pack(t: Tensor) -> Tensor:
        storages[t.untyped_storage().data_ptr()] = t.untyped_storage().nbytes()
        return t

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda t: t):
        kept = f(*leaves)
    del kept
    return sum(size for pointer, size in storages.items() if pointer not in known) / 2**20


def interleaved(runs: dict[str, Callable[[], None]], rounds: int) -> dict[str, list[float]]:
    """Seconds of every run, competitors taking turns."""
    for run in runs.values():
        for _ in range(3):
            run()
    times: dict[str, list[float]] = {name: [] for name in runs}
    order = list(runs)
    gc.disable()
    for _ in range(rounds):
        for name in order:
            start = time.perf_counter()
            runs[name]()
            times[name].append(time.perf_counter() - start)
        order.reverse()
        gc.collect()
    gc.enable()
    return times


def measure(op: Op, shape: tuple[int, int], rounds: int, *, compiled: bool) -> list[Row]:
    inputs = op.inputs(*shape)
    functions = {"manifuse": op.ours, **op.peers}
    if compiled:
        torch._dynamo.reset()
        functions["manifuse compiled"] = torch.compile(op.ours, fullgraph=True, dynamic=False)
    runs = {name: differentiated(f, inputs) for name, f in functions.items()}
    x, y = torch.randn(shape), torch.randn(shape)
    out = torch.empty(shape)
    runs["x + y"] = lambda: torch.add(x, y, out=out)  # type: ignore[assignment]
    times = interleaved(runs, rounds)
    unit = statistics.median(times["x + y"]) / 3
    rows = []
    for name, f in functions.items():
        quartiles = statistics.quantiles(times[name], n=4)
        median = statistics.median(times[name])
        saved = saved_mib(f, inputs)
        ratio = median / (op.floor * unit)
        rows.append(Row(op.name, shape, name, 1e3 * median, (1e3 * quartiles[0], 1e3 * quartiles[2]), ratio, saved))
    return rows


def table(rows: list[Row]) -> str:
    lines = [
        "| op | shape | competitor | × floor | × manifuse | ms [quartiles] | saved beyond inputs, MiB |",
        "|---|---|---|---|---|---|---|",
    ]
    base = {(r.op, r.shape): r.median_ms for r in rows if r.competitor == "manifuse"}
    for r in rows:
        low, high = r.quartiles_ms
        lines.append(
            f"| {r.op} | {list(r.shape)} | {r.competitor} | {r.times_floor:.1f} "
            f"| {r.median_ms / base[r.op, r.shape]:.2f} | {r.median_ms:.1f} [{low:.1f}–{high:.1f}] "
            f"| {r.saved_mib:.2f} |"
        )
    return "\n".join(lines)


@dataclass(frozen=True)
class Benchmark:
    """Measure single ops and write benchmarks/results/ops.{json,md}."""

    only: tuple[str, ...] = ()
    """Ops to measure; default all."""
    rounds: int = 15
    """Timed rounds per competitor."""
    compiled: bool = True
    """Measure torch.compile of our ops as well."""
    device: Annotated[str, tyro.conf.arg(help="Device of the tensors.")] = "cpu"

    def __call__(self) -> None:
        torch.manual_seed(0)
        torch.set_default_device(self.device)
        rows = []
        for op in operations():
            for shape in SHAPES:
                if not self.only or op.name in self.only:
                    rows += measure(op, shape, self.rounds, compiled=self.compiled)
                    print(table(rows).splitlines()[-1], flush=True)
        machine = {
            "processor": platform.processor() or platform.machine(),
            "threads": torch.get_num_threads(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "torch": torch.__version__,
        }
        print(table(rows))
        if not self.only:
            RESULTS.mkdir(exist_ok=True)
            record = {"machine": machine, "rows": [asdict(r) for r in rows]}
            (RESULTS / "ops.json").write_text(json.dumps(record, indent=1) + "\n")
            head = ", ".join(f"{key} {value}" for key, value in machine.items())
            (RESULTS / "ops.md").write_text(f"# Single ops, forward and backward\n\n{head}\n\n{table(rows)}\n")


if __name__ == "__main__":
    tyro.cli(Benchmark)()
