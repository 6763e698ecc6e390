"""The log of metrics: lines as they come, rewound to a checkpoint."""

from __future__ import annotations

from pathlib import Path

import pytest

from manifuse.apps.errors import InputError
from manifuse.apps.training import MetricsLog, read_json_lines

A, B = {"geometry": "euclidean", "seed": 0}, {"geometry": "euclidean", "seed": 1}


def filled(path: Path) -> MetricsLog:
    log = MetricsLog(path)
    for training, epoch in ((A, 1), (A, 2), (B, 1), (B, 2), (B, 3)):
        log.append({**training, "epoch": epoch, "loss": epoch / 3})
    return log


def test_lines_are_in_the_file_at_once(tmp_path: Path) -> None:
    log = filled(tmp_path / "metrics.jsonl")
    assert read_json_lines(log.path) == log.lines == MetricsLog(log.path).lines
    assert [line["epoch"] for line in log.of(B)] == [1, 2, 3]


@pytest.mark.parametrize("epoch", [0, 1, 2, 3])
def test_rewinding_drops_what_came_after(epoch: int, tmp_path: Path) -> None:
    log = filled(tmp_path / "metrics.jsonl")
    log.rewind(B, epoch)
    assert [line["epoch"] for line in log.of(B)] == list(range(1, epoch + 1))
    assert len(log.of(A)) == 2
    assert read_json_lines(log.path) == log.lines


def test_missing_lines_are_refused(tmp_path: Path) -> None:
    log = filled(tmp_path / "metrics.jsonl")
    before = log.path.read_bytes()
    with pytest.raises(InputError, match="not the 3 epochs of geometry euclidean, seed 0"):
        log.rewind(A, 3)
    assert log.path.read_bytes() == before
