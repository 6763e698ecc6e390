"""Time and memory of single ops, forward and backward, against geoopt, HypLL and the memory-traffic floor.

    python -m benchmarks.ops [--only NAME ...] [--output FOLDER]

One process, competitors of a row interleaved with the order reversed every other round, medians with quartiles. The
floor is the smallest traffic of one fused forward and one fused backward pass, in units U of one pass over one operand;
U is measured in the same run as a third of `x + y` into an existing tensor. Results go to `benchmarks/results/` as JSON
and Markdown.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
import tyro
from torch import Tensor

from benchmarks.record import RESULTS, write
from manifuse.apps.bench.measure import Timing, held_by_graph, interleaved
from manifuse.manifolds.generated import hyperbolic, lorentz, poincare

SHAPES = ((65536, 64), (8192, 512))
C = 1.0
MIB = 2**20


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


def differentiated(f: Callable[..., Tensor], leaves: tuple[Tensor, ...]) -> Callable[[], object]:
    """Forward and backward of f, with gradients for every input."""
    cotangent = torch.randn_like(f(*leaves).detach())
    return lambda: torch.autograd.grad(f(*leaves), leaves, cotangent)


def measure(
    op: Op, shape: tuple[int, int], rounds: int, synchronize: Callable[[], object], *, compiled: bool
) -> list[Row]:
    leaves = tuple(t.requires_grad_() for t in op.inputs(*shape))
    functions = {"manifuse": op.ours, **op.peers}
    if compiled:
        torch._dynamo.reset()
        functions["manifuse compiled"] = torch.compile(op.ours, fullgraph=True, dynamic=False)
    x, y, out = torch.randn(shape), torch.randn(shape), torch.empty(shape)
    runs: dict[str, Callable[[], object]] = {name: differentiated(f, leaves) for name, f in functions.items()}
    runs["x + y"] = lambda: torch.add(x, y, out=out)
    seconds = {name: Timing.of(times) for name, times in interleaved(runs, rounds, synchronize=synchronize).items()}
    floor = op.floor * seconds["x + y"].median / 3
    return [
        Row(
            op.name,
            shape,
            name,
            1e3 * seconds[name].median,
            (1e3 * seconds[name].low, 1e3 * seconds[name].high),
            seconds[name].median / floor,
            held_by_graph(partial(f, *leaves), leaves)[1] / MIB,
        )
        for name, f in functions.items()
    ]


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
    """Measure single ops and write benchmarks/results/ops.{json,md}, of some ops alone ops-NAMES.{json,md}."""

    only: tuple[str, ...] = ()
    """Ops to measure; default all."""
    rounds: int = 15
    """Timed rounds per competitor."""
    compiled: bool = True
    """Measure torch.compile of our ops as well."""
    device: str = "cpu"
    """Device of the tensors."""
    output: Path = RESULTS
    """Folder of the results."""

    def __call__(self) -> None:
        torch.manual_seed(0)
        torch.set_default_device(self.device)
        synchronize = torch.get_device_module(self.device).synchronize
        rows = []
        for op in operations():
            for shape in SHAPES:
                if not self.only or op.name in self.only:
                    rows += measure(op, shape, self.rounds, synchronize, compiled=self.compiled)
                    print(table(rows).splitlines()[-1], flush=True)
        print(table(rows))
        name = "-".join(("ops", *self.only)).replace(" ", "-")
        title = "Single ops, forward and backward"
        write(self.output, name, title, rows, table(rows), device=self.device, rounds=self.rounds)


if __name__ == "__main__":
    tyro.cli(Benchmark)()
