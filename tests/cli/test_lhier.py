"""`manifuse train lhier`: output, exit codes, one line for what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from manifuse.cli import main

SMALLEST = ["--epochs", "1", "--batch-size", "540", "--dim", "4", "--proxies", "8", "--neighbours", "6"]


def run(folder: Path, *arguments: str) -> int:
    try:
        return main(["train", "lhier", *arguments, "--out", str(folder), "--name", "run"])
    except SystemExit as stop:  # tyro's own exits
        return int(stop.code or 0)


def test_it_prints_recalls_and_curvature_and_where_the_rest_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, *SMALLEST) == 0
    captured = capsys.readouterr()
    *recalls, curvature, folder = captured.out.splitlines()
    assert [line.split(":")[0] for line in recalls] == [
        *(f"recall_at_{k}" for k in (1, 2, 4, 8)),
        "group_recall_at_1",
    ]
    assert all(line.endswith("%") for line in recalls)
    assert curvature.startswith("manifold: curvature -")
    assert folder == str(tmp_path / "run")
    assert captured.err == ""  # no bars where there is no terminal

    assert run(tmp_path, *SMALLEST) == 2
    assert "run: it holds another run; resume that one, or choose another name" in capsys.readouterr().err
    assert run(tmp_path, *SMALLEST, "--resume", "--c", "0.5") == 2
    assert "run: it holds a run with c None, not 0.5" in capsys.readouterr().err
    assert run(tmp_path, *SMALLEST, "--resume") == 0
    assert capsys.readouterr().out == captured.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--data", "birds"], "data"),
        (["--data", "cub"], "root"),
        (["--recipe", "softmax"], "recipe"),
        (["--backbone", "vgg"], "backbone"),
        (["--geometry", "klein"], "geometry"),
        (["--weights", "nowhere.pth"], "weights"),
        (["--dim", "0"], "dim"),
        (["--c", "-1"], "c: a positive number"),
        (["--lr", "0"], "lr"),
        (["--workers", "-1"], "workers"),
        (["--neighbours", "64"], "neighbours"),
        (["--batch-size", "11"], "batch_size"),
        (["--dtype", "int8"], "dtype"),
        (["--device", "quantum"], "device"),
    ],
    ids=str,
)
def test_bad_input_is_one_clear_line(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, *arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("manifuse: ")
    assert words in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert list(tmp_path.iterdir()) == []
