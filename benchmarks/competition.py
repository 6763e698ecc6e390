"""Models of one work against each other: forward and backward in turns, what their graphs keep, and a table of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from torch import Tensor, nn

from manifuse.apps.bench.measure import Timing, held_by_graph, interleaved

MIB = 2**20


@dataclass(frozen=True)
class Row:
    """One competitor of a work."""

    work: str
    competitor: str
    times: dict[str, float]
    """Ratio of its time to that of each reference."""
    median_ms: float
    quartiles_ms: tuple[float, float]
    saved_mib: float


def compete(
    work: str,
    models: Mapping[str, tuple[nn.Module, Tensor]],
    references: Sequence[str],
    *,
    rounds: int = 7,
    budget: float = 60.0,
) -> list[Row]:
    """Time forward and backward of models with their inputs, three rounds at least, and count what graphs keep."""

    def step(model: nn.Module, x: Tensor) -> None:
        for leaf in (x, *model.parameters()):
            leaf.grad = None
        model(x).square().mean().backward()

    def saved(model: nn.Module, x: Tensor) -> float:
        return held_by_graph(partial(model, x), (*model.parameters(), *model.buffers(), x))[1] / MIB

    runs: dict[str, Callable[[], object]] = {name: partial(step, *pair) for name, pair in models.items()}
    seconds = {name: Timing.of(times) for name, times in interleaved(runs, rounds, budget=budget).items()}
    return [
        Row(
            work,
            name,
            {reference: time.median / seconds[reference].median for reference in references},
            1e3 * time.median,
            (1e3 * time.low, 1e3 * time.high),
            saved(*models[name]),
        )
        for name, time in seconds.items()
    ]


def table(rows: Sequence[Row]) -> str:
    """Markdown, ratios first."""
    references = list(rows[0].times)
    head = ["work", "competitor", *(f"× {name}" for name in references), "ms [quartiles]", "saved MiB"]
    lines = [head, ["---"] * len(head)]
    for r in rows:
        low, high = r.quartiles_ms
        ratios = [f"{r.times[name]:.2f}" for name in references]
        lines.append([r.work, r.competitor, *ratios, f"{r.median_ms:.1f} [{low:.1f}–{high:.1f}]", f"{r.saved_mib:.1f}"])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
