"""Results for readers: one Markdown file, a table for each part, ratios first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .rows import Fit, Row

TITLES = {
    "layers": "Layers, forward and backward",
    "networks": "Training steps",
    "memory": "Peak memory of training steps",
    "peers": "Peers",
    "sizes": "Cost against size, training steps",
}
NOTHING = "–"
LEGEND = """\
× twin is the median time over that of the Euclidean twin in the same mode: the fastest, in this run, of torch.nn as
written and of the model on `Euclidean()`, each in both memory formats; its row is bold. Saved is what the autograd
graph keeps for the backward pass beyond parameters, buffers and inputs; nodes are those of the graph, leaves left out.
Compile is the first fused step, from a cold cache; peak is the largest growth of memory in three steps, in a process
of their own. Times are medians with quartiles over interleaved rounds. × poincare is the time over that of our model in
eager mode. An exponent p is the least-squares fit of time ∝ size^p; ratios and times beside it are by size.\
"""


def markdown(record: Mapping[str, Any], rows: Mapping[str, Sequence[Row]], fits: Sequence[Fit]) -> str:
    """Write the tables of all parts that have rows, under the machine and the versions."""
    arguments, machine, versions = record["arguments"], record["machine"], record["versions"]
    setting = f"batch {arguments['batch']}, {arguments['autocast'] or 'float32'}, {arguments['device']}"
    lines = [
        "# Layers and training steps",
        "",
        f"{record['date']}: {setting}, rounds {arguments['rounds']}{', quick' if arguments['quick'] else ''}",
        "",
        _listed(machine),
        "",
        _listed(versions),
        "",
        LEGEND,
        "",
    ]
    for part, title in TITLES.items():
        if rows.get(part):
            table = _table(fits, SIZES) if part == "sizes" else _table(rows[part], COLUMNS[part])
            lines += [f"## {title}", "", *table, ""]
    return "\n".join(lines).rstrip() + "\n"


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in values.items() if value is not None)


def _table(rows: Sequence[Any], columns: Mapping[str, Callable[[Any], str]]) -> list[str]:
    """Lay out rows; columns in which nothing was measured are left out."""
    cells = {title: [cell(row) for row in rows] for title, cell in columns.items()}
    shown = {title: column for title, column in cells.items() if set(column) != {NOTHING}}
    lines = [shown, ["---"] * len(shown), *zip(*shown.values(), strict=True)]
    return [f"| {' | '.join(line)} |" for line in lines]


def _number(value: float | None, digits: int = 2) -> str:
    return NOTHING if value is None else f"{value:.{digits}f}"


def _ratio(row: Row) -> str:
    return f"**{row.ratio:.2f}**" if row.twin and row.ratio is not None else _number(row.ratio)


def _peak_ratio(row: Row) -> str:
    return f"**{row.peak_ratio:.2f}**" if row.twin and row.peak_ratio is not None else _number(row.peak_ratio)


def _times(row: Row) -> str:
    if row.median_ms is None or row.low_ms is None or row.high_ms is None:
        return row.note or NOTHING
    digits = 2 if row.median_ms < 10 else 1 if row.median_ms < 100 else 0
    return f"{row.median_ms:.{digits}f} [{row.low_ms:.{digits}f}–{row.high_ms:.{digits}f}]"


def _by_size(values: Mapping[str, float], digits: int) -> str:
    return ", ".join(f"{size}: {value:.{digits}f}" for size, value in values.items())


WHO: dict[str, Callable[[Row], str]] = {
    "work": lambda row: row.work,
    "model": lambda row: row.model,
    "mode": lambda row: row.mode,
}
WHAT: dict[str, Callable[[Row], str]] = {
    "× twin": _ratio,
    "saved × twin": lambda row: _number(row.saved_ratio),
    "nodes × twin": lambda row: _number(row.nodes_ratio),
    "× poincare": lambda row: _number(row.ours_ratio),
    "ms [quartiles]": _times,
    "saved MiB": lambda row: _number(row.saved_mib),
    "nodes": lambda row: _number(row.nodes, 0),
    "compile s": lambda row: _number(row.compile_s, 1),
    "parameters": lambda row: NOTHING if row.parameters is None else f"{row.parameters:,}",
    "format": lambda row: row.layout,
}
PEAK: dict[str, Callable[[Row], str]] = {
    "peak × twin": _peak_ratio,
    "peak MiB": lambda row: row.note or _number(row.peak_mib, 1),
    "format": lambda row: row.layout,
}
# A layer of torch.nn saves hardly more than its input: ratios to nothing say nothing.
LAYER = WHO | {title: cell for title, cell in WHAT.items() if title != "saved × twin"}
COLUMNS = {"layers": LAYER, "networks": WHO | WHAT, "peers": LAYER, "memory": WHO | PEAK}
SIZES: dict[str, Callable[[Fit], str]] = {
    "size": lambda fit: fit.axis,
    "model": lambda fit: fit.model,
    "mode": lambda fit: fit.mode,
    "exponent": lambda fit: _number(fit.exponent),
    "exponent of twin": lambda fit: _number(fit.twin_exponent),
    "× twin": lambda fit: _by_size(fit.ratios, 2),
    "ms": lambda fit: _by_size(fit.median_ms, 1),
}
