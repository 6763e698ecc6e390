"""The rows of the tables: what was measured, and its ratios to the Euclidean twin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from .measure import Timing, exponent

MIB = 2**20
TORCH = "torch.nn"
TWINS = (TORCH, "euclidean")
"""The Euclidean twin is the fastest of these, each in its faster memory format."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A competitor at a work; what was not measured is None."""

    work: str
    model: str
    """torch.nn, a geometry, or a peer."""
    mode: str
    """eager or fused."""
    layout: str
    """Memory format."""
    batch: int
    axis: str | None = None
    """What grows, in the part `sizes`."""
    size: int | None = None
    twin: bool = False
    """Whether ratios of this work and mode are ratios to this row."""
    ratio: float | None = None
    """Time over that of the twin."""
    saved_ratio: float | None = None
    nodes_ratio: float | None = None
    peak_ratio: float | None = None
    ours_ratio: float | None = None
    """Time over that of our model in eager mode, in the part `peers`."""
    median_ms: float | None = None
    low_ms: float | None = None
    """First quartile."""
    high_ms: float | None = None
    """Third quartile."""
    rounds: int | None = None
    saved_mib: float | None = None
    """Memory that the graph keeps for the backward pass, beyond parameters, buffers and inputs."""
    nodes: int | None = None
    """Nodes of the autograd graph, leaves left out."""
    peak_mib: float | None = None
    """Largest growth of memory in three steps."""
    compile_s: float | None = None
    """Seconds of the first step, from a cold cache."""
    parameters: int | None = None
    note: str | None = None
    """Why nothing was measured."""

    def timed(self, timing: Timing) -> Row:
        """Enter a timing."""
        median, low, high = (1e3 * seconds for seconds in (timing.median, timing.low, timing.high))
        return replace(self, median_ms=median, low_ms=low, high_ms=high, rounds=timing.rounds)


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Growth of the time of a step, time ∝ size^exponent, and the ratio to the twin at each size."""

    axis: str
    model: str
    mode: str
    exponent: float
    twin_exponent: float
    """Exponent of the twin at the same sizes: of the faster one at each."""
    ratios: dict[str, float]
    median_ms: dict[str, float]


def compared(rows: Sequence[Row]) -> list[Row]:
    """Choose the twin of each mode, the fastest one, and enter the ratios to it."""
    chosen: dict[str, Row] = {}
    for row in rows:
        if row.model in TWINS and row.median_ms is not None:
            best = chosen.get(row.mode)
            if best is None or row.median_ms < (best.median_ms or 0):
                chosen[row.mode] = row
    return [related(row, chosen[row.mode]) if row.mode in chosen else row for row in rows]


def related(row: Row, twin: Row) -> Row:
    """Enter the ratios of a row to its twin."""
    return replace(
        row,
        twin=row is twin,
        ratio=_over(row.median_ms, twin.median_ms),
        saved_ratio=_over(row.saved_mib, twin.saved_mib),
        nodes_ratio=_over(row.nodes, twin.nodes),
        peak_ratio=_over(row.peak_mib, twin.peak_mib),
    )


def compared_with_ours(rows: Sequence[Row], model: str) -> list[Row]:
    """Enter the ratios to our model of that name in eager mode."""
    ours = next((row.median_ms for row in rows if row.model == model and row.mode == "eager"), None)
    return [replace(row, ours_ratio=_over(row.median_ms, ours)) for row in rows]


def fits(rows: Sequence[Row]) -> list[Fit]:
    """Fit the growth of every model along every axis that was measured at two sizes or more."""

    def key(row: Row) -> tuple[str, str, str]:
        return row.axis or "", row.mode, row.model

    measured = [row for row in rows if row.median_ms is not None and row.ratio is not None]
    found = []
    for (axis, mode, model), group in groupby(sorted(measured, key=key), key):
        points = {row.size or 0: row for row in sorted(group, key=lambda row: row.size or 0)}
        if len(points) < 2:
            continue
        times = [row.median_ms or 0 for row in points.values()]
        ratios = [row.ratio or 0 for row in points.values()]
        twins = [time / ratio for time, ratio in zip(times, ratios, strict=True)]
        found.append(
            Fit(
                axis=axis,
                model=model,
                mode=mode,
                exponent=exponent(list(points), times),
                twin_exponent=exponent(list(points), twins),
                ratios={str(size): ratio for size, ratio in zip(points, ratios, strict=True)},
                median_ms={str(size): time for size, time in zip(points, times, strict=True)},
            )
        )
    return found


def _over(value: float | None, base: float | None) -> float | None:
    return value / base if value is not None and base else None
