"""Claims of papers, tried.

    python -m benchmarks.claims curvature

writes docs/curvature.md: does learning a curvature need its points carried along (arXiv 2405.13979: without, "numerical
breakdown"), and which gradient should it step by?
"""

from __future__ import annotations

import math
import statistics
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
import tyro
from torch import Tensor

import manifuse as mf
from manifuse.optim import RiemannianAdamW

DOCS = Path(__file__).resolve().parent.parent / "docs"
MARK = "<!-- table -->"
RATES = (0.01, 0.1, 1.0)
STARTS = (0.1, 10.0)
POINTS, LR = 20, 0.05
Variant = Literal["no carry", "re-lift", "ambient", "carried"]
VARIANTS: dict[Variant, str] = {
    "no carry": "geoopt's formulas and RiemannianAdam; points stay as they are",
    "re-lift": "space parts and momenta stay, times are recomputed",
    "ambient": "carried through the origin; c steps by ∂L/∂c alone",
    "carried": "carried through the origin; c steps by the derivative along the carry (the default)",
}


@dataclass(frozen=True)
class Problem:
    """Mutual distances of points of a hyperbolic plane, and the flat configuration that fits them best."""

    distances: Tensor
    start: Tensor

    @staticmethod
    def make(c: float, seed: int) -> Problem:
        generator = torch.Generator().manual_seed(seed)
        space = mf.Lorentz(c=c).double()
        points = space.from_frame(torch.randn(POINTS, 2, generator=generator, dtype=torch.float64) / math.sqrt(c))
        table = space.cdist(points, points)
        centre = torch.eye(POINTS, dtype=torch.float64) - 1 / POINTS
        values, vectors = torch.linalg.eigh(-0.5 * centre @ table.square() @ centre)  # classical scaling
        return Problem(table, vectors[:, -2:] * values[-2:].clamp(min=0).sqrt())

    def misfit(self, dist: Callable[[Tensor, Tensor], Tensor], x: Tensor) -> Tensor:
        first, second = torch.triu_indices(POINTS, POINTS, 1)
        return (dist(x[first], x[second]) - self.distances[first, second]).square().mean()


def fit(problem: Problem, c: float, rate: float, variant: Variant, steps: int) -> tuple[float, float]:
    """Fit points and c by AdamW; return c and the last misfit."""
    space = mf.Lorentz(c=c, learnable=True).double()
    start = space.from_frame(problem.start).detach()
    raw: Any = space.raw_c
    if variant == "no carry":
        optimizers, loss = _published(problem, space, start, rate)
    else:
        x = mf.ManifoldParameter(start, space)
        points, curvature = {"params": [x], "lr": LR}, {"params": [raw], "lr": rate}
        if variant == "re-lift":
            optimizers = [RiemannianAdamW([points], weight_decay=0.0), torch.optim.AdamW([curvature], weight_decay=0.0)]
        else:
            optimizers = [RiemannianAdamW([points, curvature], weight_decay=0.0, curvature_gradient=variant)]
        loss = lambda: problem.misfit(space.dist, x)  # noqa: E731
    schedules = [torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps) for optimizer in optimizers]
    value = math.nan
    for _ in range(steps):
        for optimizer in optimizers:
            optimizer.zero_grad()
        misfit = loss()
        misfit.backward()
        for optimizer, schedule in zip(optimizers, schedules, strict=True):
            optimizer.step()
            schedule.step()
        value = float(misfit.detach())
        if not math.isfinite(value):
            break
    return float(space.c.detach()), value


def _published(problem: Problem, space: Any, start: Tensor, rate: float) -> tuple[list[Any], Callable[[], Tensor]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import geoopt
        from geoopt.manifolds.lorentz import math as formulas
    peer = geoopt.Lorentz(k=1 / space.c.detach())
    x = geoopt.ManifoldParameter(start.clone(), manifold=peer)
    optimizers = [
        geoopt.optim.RiemannianAdam([x], lr=LR),
        torch.optim.AdamW([space.raw_c], lr=rate, weight_decay=0.0),
    ]

    def loss() -> Tensor:
        k = 1 / space.c
        peer.k.data = k.detach()
        return problem.misfit(lambda a, b: formulas.dist(a, b, k=k), x.as_subclass(Tensor))

    return optimizers, loss


@dataclass(frozen=True)
class Curvature:
    """Fit points and c to distances of the hyperbolic plane of c = 1, and write docs/curvature.md."""

    seeds: int = 3
    """Problems."""
    steps: int = 300
    """Steps of AdamW."""

    def __call__(self) -> None:
        torch.set_num_threads(1)
        problems = [Problem.make(1.0, seed) for seed in range(self.seeds)]
        rows = []
        for variant, meaning in VARIANTS.items():
            cells = []
            for start in STARTS:
                for rate in RATES:
                    ends = [fit(problem, start, rate, variant, self.steps) for problem in problems]
                    cells.append(_cell(ends))
                    print(variant, start, rate, cells[-1], flush=True)
            rows.append(f"| {variant}: {meaning} | " + " | ".join(cells) + " |")
        heads = [f"c₀ = {start:g}, lr {rate:g}" for start in STARTS for rate in RATES]
        table = ["| variant | " + " | ".join(heads) + " |", "|---" * (1 + len(heads)) + "|", *rows]
        text = (DOCS / "curvature.md").read_text(encoding="utf-8").split(MARK)[0]
        note = f"{self.seeds} problems, {self.steps} steps."
        (DOCS / "curvature.md").write_text(f"{text}{MARK}\n\n{note}\n\n" + "\n".join(table) + "\n", encoding="utf-8")


def _cell(ends: list[tuple[float, float]]) -> str:
    broken = sum(not math.isfinite(misfit) for _, misfit in ends)
    if broken == len(ends):
        return "not finite"
    whole = [(c, misfit) for c, misfit in ends if math.isfinite(misfit)]
    c, misfit = (statistics.median(column) for column in zip(*whole, strict=True))
    return f"{c:.3g} / {misfit:.0e}" + (f" ({broken} not finite)" if broken else "")


if __name__ == "__main__":
    tyro.extras.subcommand_cli_from_dict({"curvature": Curvature}, description=__doc__)()
