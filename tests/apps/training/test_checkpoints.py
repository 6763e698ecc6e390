"""Checkpoints: what goes in comes out, and what is none of them is refused."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from manifuse.apps.errors import InputError
from manifuse.apps.training import load_checkpoint, save_checkpoint

OWNER = {"geometry": "lorentz", "seed": 0, "widths": [4, 4, 4], "preset": None}


class Executes:
    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("executed",)


def test_a_state_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    source, target = nn.BatchNorm1d(3), nn.BatchNorm1d(3)
    source(torch.randn(4, 3))
    save_checkpoint(path, source, owner=OWNER)
    load_checkpoint(path, target, owner=OWNER)
    for name, value in source.state_dict().items():
        assert torch.equal(value, target.state_dict()[name])
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("keep", [0, 1, 0.3, 0.9])
def test_a_truncated_file_is_refused(keep: float, tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    save_checkpoint(path, nn.Linear(2, 2), owner=OWNER)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(keep * len(whole)) if keep < 1 else 1])
    refused(path, "truncated")


def test_a_foreign_file_is_refused_and_not_executed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "model.pt"
    path.write_bytes(b"not a checkpoint at all\n" * 20)
    refused(path, "truncated, or not a checkpoint")
    path.write_bytes(pickle.dumps(Executes()))
    refused(path, "truncated, or not a checkpoint")
    torch.save({"state": Executes(), "owner": OWNER}, path)
    refused(path, "truncated, or not a checkpoint")
    for other in (torch.zeros(3), {"model": {}}, {"owner": {**OWNER, "seed": 1}, "state": {}}):
        torch.save(other, path)
        refused(path, "not a checkpoint of this training")
    assert "executed" not in capsys.readouterr().out


def test_a_state_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.pt"
    save_checkpoint(path, nn.Linear(2, 3), owner=OWNER)
    refused(path, "does not fit")


def refused(path: Path, reason: str) -> None:
    with pytest.raises(InputError, match=rf"model\.pt: .*{reason}.*; remove it") as caught:
        load_checkpoint(path, nn.Linear(2, 2), owner=OWNER)
    assert "\n" not in str(caught.value)
