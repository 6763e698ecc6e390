"""Twins, ratios, fits and tables, on made-up numbers."""

from __future__ import annotations

from typing import Any

import pytest

from manifuse.apps.bench.report import NOTHING, markdown
from manifuse.apps.bench.rows import Row, compared, compared_with_ours, fits, related

RECORD: dict[str, Any] = {
    "date": "2024-02-29",
    "arguments": {"batch": 32, "autocast": None, "device": "cpu", "rounds": 11, "quick": False},
    "machine": {"cpu": "abacus", "cores": 2, "gpu": None},
    "versions": {"torch": "2.13.0", "hypll": None},
}


def row(model: str, ms: float | None = None, *, mode: str = "eager", layout: str = "contiguous", **rest: Any) -> Row:
    quartiles = {"low_ms": ms - 1, "high_ms": ms + 1} if ms is not None else {}
    return Row(work="conv", model=model, mode=mode, layout=layout, batch=32, median_ms=ms, **quartiles, **rest)


def test_the_twin_is_the_fastest_euclidean_model_of_the_same_mode() -> None:
    rows = [
        row("torch.nn", 8.0, saved_mib=1.0, nodes=4),
        row("torch.nn", 5.0, layout="channels_last", saved_mib=2.0, nodes=4),
        row("euclidean", 4.0, saved_mib=4.0, nodes=2),
        row("poincare", 12.0, saved_mib=8.0, nodes=3),
        row("geoopt", 1.0),
        row("torch.nn", 2.0, mode="fused"),
        row("euclidean", 3.0, mode="fused"),
        row("poincare", 3.0, mode="fused"),
    ]
    made = compared(rows)
    assert [each.twin for each in made] == [False, False, True, False, False, True, False, False]
    assert [each.ratio for each in made] == [2.0, 1.25, 1.0, 3.0, 0.25, 1.0, 1.5, 1.5]
    assert made[3].saved_ratio == 2.0
    assert made[3].nodes_ratio == 1.5
    assert made[7].saved_ratio is None


def test_what_failed_is_no_twin_and_has_no_ratio() -> None:
    made = compared([row("torch.nn", note="failed"), row("euclidean", 4.0), row("poincare", note="failed")])
    assert [each.ratio for each in made] == [None, 1.0, None]
    alone = compared([row("torch.nn", note="failed"), row("poincare", 4.0)])
    assert [each.ratio for each in alone] == [None, None]


def test_a_ratio_to_nothing_is_none() -> None:
    assert related(row("poincare", 2.0, saved_mib=1.0), row("torch.nn", 1.0, saved_mib=0.0)).saved_ratio is None
    assert related(row("poincare", peak_mib=3.0), row("torch.nn", peak_mib=1.5)).peak_ratio == 2.0


def test_peers_are_compared_with_ours() -> None:
    rows = [row("poincare", 1.0, mode="fused"), row("poincare", 2.0), row("HypLL", 9.0), row("geoopt")]
    assert [each.ours_ratio for each in compared_with_ours(rows, "poincare")] == [0.5, 1.0, 4.5, None]
    assert [each.ours_ratio for each in compared_with_ours(rows[2:], "poincare")] == [None, None]


def sweep(power: float, factor: float) -> list[Row]:
    rows = []
    for size in (8, 1, 32):
        twins = [row("torch.nn", 2.0 * size), row("euclidean", 1.0 + 3.0 * size)]
        rows += compared([*twins, row("poincare", factor * size**power)])
    return [
        Row(**{**vars(each), "axis": "batch", "size": size})
        for each, size in zip(rows, [8, 8, 8, 1, 1, 1, 32, 32, 32], strict=True)
    ]


def test_growth_is_fitted_for_every_model() -> None:
    found = {fit.model: fit for fit in fits(sweep(0.5, 6.0))}
    assert found["poincare"].exponent == pytest.approx(0.5)
    assert found["poincare"].twin_exponent == pytest.approx(1.0)
    assert found["torch.nn"].exponent == pytest.approx(1.0)
    assert found["euclidean"].exponent < 1.0
    assert list(found["poincare"].ratios) == ["1", "8", "32"]  # by size, whatever order they were measured in
    assert found["poincare"].ratios["1"] == pytest.approx(3.0)


def test_one_size_has_no_exponent() -> None:
    assert fits(sweep(1.0, 1.0)[:3]) == []
    assert fits([]) == []


def test_tables_have_ratios_first_and_no_empty_columns() -> None:
    rows = compared([row("torch.nn", 4.0, nodes=1), row("poincare", 10.0, nodes=3, parameters=2320)])
    text = markdown(RECORD, {"layers": rows, "networks": []}, [])
    head, ruler, twin, ours = [line for line in text.splitlines() if line.startswith("|")]
    assert head == "| work | model | mode | × twin | nodes × twin | ms [quartiles] | nodes | parameters | format |"
    assert ruler == "|" + " --- |" * 9
    assert twin == f"| conv | torch.nn | eager | **1.00** | 1.00 | 4.00 [3.00–5.00] | 1 | {NOTHING} | contiguous |"
    assert ours == "| conv | poincare | eager | 2.50 | 3.00 | 10.0 [9.0–11.0] | 3 | 2,320 | contiguous |"
    assert "## Layers" in text
    assert "## Training steps" not in text
    assert "cpu abacus, cores 2\n" in text
    assert "torch 2.13.0\n" in text
    assert "2024-02-29: batch 32, float32, cpu, rounds 11\n" in text


def test_tables_say_what_failed_and_what_a_peer_lacks() -> None:
    rows = compared_with_ours(compared([row("torch.nn", 4.0), row("HypLL", note="failed"), row("geoopt")]), "poincare")
    text = markdown(RECORD, {"peers": rows}, [])
    assert "| conv | HypLL | eager | – | failed | contiguous |" in text
    assert "| conv | geoopt | eager | – | – | contiguous |" in text


def test_tables_of_memory_and_sizes() -> None:
    twin = row("torch.nn", peak_mib=4.0)
    peaks = [related(each, twin) for each in (twin, row("poincare", peak_mib=10.0), row("lorentz", note="failed"))]
    points = sweep(0.5, 6.0)
    text = markdown(RECORD, {"memory": peaks, "sizes": points}, fits(points))
    assert "| conv | torch.nn | eager | **1.00** | 4.0 | contiguous |" in text
    assert "| conv | poincare | eager | 2.50 | 10.0 | contiguous |" in text
    assert "| conv | lorentz | eager | – | failed | contiguous |" in text
    assert "| batch | poincare | eager | 0.50 | 1.00 | 1: 3.00, 8: 1.06, 32: 0.53 | 1: 6.0, 8: 17.0, 32: 33.9 |" in text
