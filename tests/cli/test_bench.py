"""`manifuse bench`: what it prints, and one line for what it refuses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from manifuse.apps.bench import run as running
from manifuse.apps.bench.works import conv
from manifuse.cli import main


def run(folder: Path, *arguments: str) -> int:
    try:
        return main(["bench", "--output", str(folder), *arguments])
    except SystemExit as stop:  # tyro's own exits
        return int(stop.code or 0)


def test_it_prints_where_the_table_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(running, "LAYERS", (conv(2, 4),))
    arguments = ["--parts", "layers", "--manifolds", "euclidean", "--modes", "eager", "--batch", "2", "--rounds", "1"]
    assert run(tmp_path, *arguments, "--autocast", "bfloat16") == 0
    captured = capsys.readouterr()
    path = tmp_path / "cpu-2-bfloat16-layers-euclidean-eager.md"
    assert captured.out == f"{path}\n"
    assert captured.err.startswith("layers: conv 2→2 @4², ")  # no bars where there is no terminal
    assert captured.err.count("\n") == 1
    assert path.with_suffix(".json").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["--parts", "layer"],
        ["--parts"],
        ["--parts", "layers", "layers"],
        ["--manifolds", "klein"],
        ["--manifolds"],
        ["--modes", "lazy"],
        ["--layouts", "diagonal"],
        ["--rounds", "0"],
        ["--batch", "-3"],
        ["--autocast", "float8"],
        ["--device", "quantum"],
        pytest.param(["--device", "cuda"], marks=pytest.mark.skipif(torch.cuda.is_available(), reason="has a GPU")),
    ],
    ids=" ".join,
)
def test_bad_input_is_one_clear_line(arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, *arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith(f"manifuse: {arguments[0].strip('-')}: ")
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")
    assert run(tmp_path / "file", "--parts", "layers") == 2
    error = capsys.readouterr().err
    assert error.startswith("manifuse: ")
    assert error.count("\n") == 1
    assert (tmp_path / "file").read_text() == "mine"


def test_the_command_line_loads_no_library_of_benchmarks(tmp_path: Path) -> None:
    heavy = ("rich", "geoopt", "hypll", "torch._dynamo", "torch._inductor")
    program = f"import sys, manifuse.cli; print(*[name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == []
