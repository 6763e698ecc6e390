"""Whole runs on tiny works, eager only: what is written, and when."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from manifuse.apps.bench import run
from manifuse.apps.bench.config import Measurement
from manifuse.apps.bench.probe import peak
from manifuse.apps.bench.rows import Row
from manifuse.apps.bench.run import Benchmark, bench
from manifuse.apps.bench.tasks import Competitor
from manifuse.apps.bench.works import Sweep, Work, conv, residual, resnet, small_network

PARTS = ("layers", "networks", "sizes", "peers")
CONFIG = Measurement(parts=PARTS, manifolds=("hypersphere",), modes=("eager",), batch=2, rounds=1)


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "LAYERS", (conv(2, 4), residual(2, 4)))
    monkeypatch.setattr(run, "NETWORKS", (resnet(8, (2, 2, 2)),))
    monkeypatch.setattr(run, "PEER_NETWORKS", ())
    monkeypatch.setattr(run, "SWEEPS", (Sweep("batch", (1, 2, 4), lambda size, _: (small_network(), size)),))


def results(folder: Path) -> dict[str, Any]:
    (path,) = folder.glob("*.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.usefixtures("tiny")
def test_a_run_writes_everything_it_measured(tmp_path: Path) -> None:
    path = bench(CONFIG, tmp_path / "new")
    assert path.name == "cpu-2-float32-layers-networks-sizes-peers-hypersphere-eager.md"
    record = results(tmp_path / "new")
    assert record["arguments"]["batch"] == 2
    assert record["arguments"]["manifolds"] == ["hypersphere"]
    assert set(record["versions"]) >= {"manifuse", "torch", "python", "geoopt", "hypll"}
    assert set(record["machine"]) >= {"cpu", "cores", "threads", "ram_gib"}

    layers = [row for row in record["rows"]["layers"] if row["work"] == "conv 2→2 @4²"]
    assert [(row["model"], row["layout"]) for row in layers] == [
        ("torch.nn", "contiguous"),
        ("torch.nn", "channels_last"),
        ("euclidean", "contiguous"),
        ("euclidean", "channels_last"),
        ("hypersphere", "contiguous"),
    ]
    assert sum(row["twin"] for row in layers) == 1
    for row in layers:
        assert row["low_ms"] <= row["median_ms"] <= row["high_ms"]
        assert row["rounds"] == 3
        assert row["parameters"] == 38
        assert row["nodes"] >= 1
        assert row["ratio"] > 0
    assert {row["model"] for row in record["rows"]["peers"]} == {"torch.nn", "euclidean", "poincare", "geoopt", "HypLL"}
    lacking = [row for row in record["rows"]["peers"] if row["model"] == "geoopt" and row["median_ms"] is None]
    assert [row["work"] for row in lacking] == ["conv 2→2 @4²"]
    assert {(row["axis"], row["size"]) for row in record["rows"]["sizes"]} == {("batch", 1), ("batch", 2), ("batch", 4)}
    assert {fit["model"] for fit in record["fits"]} == {"torch.nn", "euclidean", "hypersphere"}
    text = path.read_text(encoding="utf-8")
    for title in ("## Layers", "## Training steps", "## Cost against size", "## Peers"):
        assert title in text
    everything = text + json.dumps(record)
    assert str(tmp_path) not in everything
    assert str(Path.home()) not in everything


@pytest.mark.usefixtures("tiny")
def test_an_interrupted_run_leaves_what_it_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measure = Benchmark.measure

    def interrupted(self: Benchmark, part: str, work: Work, *arguments: Any, **options: Any) -> list[Row]:
        if part == "networks":
            raise KeyboardInterrupt
        return measure(self, part, work, *arguments, **options)

    monkeypatch.setattr(Benchmark, "measure", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bench(CONFIG, tmp_path)
    assert list(results(tmp_path)["rows"]) == ["layers"]
    assert len(results(tmp_path)["rows"]["layers"]) == 10
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.usefixtures("tiny")
def test_a_model_that_fails_is_told_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare = run.prepare

    def failing(work: Work, competitor: Competitor, *arguments: Any) -> Any:
        if competitor.model == "hypersphere":
            raise MemoryError("out of [memory] at /a/path")
        return prepare(work, competitor, *arguments)

    monkeypatch.setattr(run, "prepare", failing)
    path = bench(replace(CONFIG, parts=("layers",)), tmp_path, console=Console())
    rows = results(tmp_path)["rows"]["layers"]
    assert [row["note"] for row in rows] == [*[None] * 4, "failed"] * 2
    assert "/a/path" not in path.read_text(encoding="utf-8")
    assert "hypersphere, eager, contiguous: out of [memory] at /a/path" in capsys.readouterr().out


@pytest.mark.usefixtures("tiny")
def test_a_sweep_stops_when_its_time_is_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "SWEEP_SECONDS", 0.0)
    bench(replace(CONFIG, parts=("sizes",), manifolds=("euclidean",)), tmp_path)
    record = results(tmp_path)
    assert {row["size"] for row in record["rows"]["sizes"]} == {1}
    assert record["fits"] == []


@pytest.mark.usefixtures("tiny")
def test_memory_is_compared_with_the_twin_that_was_fastest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Competitor] = []

    def fake(work: Work, competitor: Competitor, *_: Any) -> int | None:
        asked.append(competitor)
        if competitor.model == "hypersphere":
            return 6 * 2**20
        raise RuntimeError("killed")

    def measured(self: Benchmark, part: str, work: Work, competitors: Sequence[Competitor], **_: Any) -> list[Row]:
        milliseconds = {"channels_last": 1.0, "contiguous": 2.0}
        return [Row(work=work.name, batch=2, median_ms=milliseconds[each.layout], **vars(each)) for each in competitors]

    monkeypatch.setattr(run, "peak", fake)
    monkeypatch.setattr(Benchmark, "measure", measured)
    bench(replace(CONFIG, parts=("networks", "memory")), tmp_path)
    assert asked == [Competitor("torch.nn", "eager", "channels_last"), Competitor("hypersphere", "eager")]
    twin, ours = results(tmp_path)["rows"]["memory"]
    assert (twin["note"], twin["twin"], twin["peak_mib"]) == ("failed", True, None)
    assert (ours["peak_mib"], ours["peak_ratio"]) == (6.0, None)


def test_quick_runs_measure_less() -> None:
    def names(quick: bool) -> list[str]:
        benchmark = Benchmark(Measurement(quick=quick), Path(), Console(quiet=True))
        return [f"{job.part} {job.name}" for job in benchmark.jobs()]

    full, quick = names(False), names(True)
    assert len(quick) < len(full) / 4
    assert {name.split()[0] for name in quick} == {name.split()[0] for name in full}
    assert "sizes depth 110, fused" in full
    assert "sizes batch 32, fused" not in quick


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux")
def test_peak_memory_is_taken_in_a_process_of_its_own(tmp_path: Path) -> None:
    config = Measurement(batch=64)
    grown = peak(small_network(), Competitor("torch.nn"), config, tmp_path)
    if grown is not None:
        assert 4 * 64 * 8 * 32 * 32 < grown < 2**30  # one activation at least
    with pytest.raises(RuntimeError, match="KeyError: 'none'"):
        peak(small_network(), Competitor("torch.nn", layout="none"), config, tmp_path)
