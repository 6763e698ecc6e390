"""`manifuse compare`: output, exit codes, one line for what is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from manifuse.cli import main

SMALLEST = ["--geometries", "euclidean", "--widths", "4", "4", "4", "--seeds", "1", "--epochs", "1"]


def run(folder: Path, *arguments: str) -> int:
    try:
        return main(["compare", "--out", str(folder), "--name", "run", *arguments])
    except SystemExit as stop:  # tyro's own exits
        return int(stop.code or 0)


def test_it_prints_one_table_and_where_the_rest_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, *SMALLEST) == 0
    captured = capsys.readouterr()
    titles, _, row, folder = captured.out.splitlines()
    assert titles.startswith("| geometry")
    assert row.startswith("| euclidean")
    assert (tmp_path / "run" / "table.md").read_text(encoding="utf-8") in captured.out
    assert folder == str(tmp_path / "run")
    assert captured.err.startswith("euclidean, seed 0: ")  # no bars where there is no terminal
    assert captured.err.count("\n") == 1

    assert run(tmp_path, *SMALLEST) == 2
    assert "run: it holds another run; resume that one, or choose another name" in capsys.readouterr().err
    assert run(tmp_path, *SMALLEST, "--resume", "--lr", "0.5") == 2
    assert "run: it holds a run with lr " in capsys.readouterr().err
    (tmp_path / "run" / "checkpoints" / "euclidean-0.pt").write_bytes(b"PK")
    assert run(tmp_path, *SMALLEST, "--resume") == 2
    assert "euclidean-0.pt: truncated, or not a checkpoint; remove it" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--geometries", "klein"],
        ["--geometries"],
        ["--preset", "resnet-1000"],
        ["--geometries", "hypersphere", "--preset", "hyperbolic-vs-hyperspherical"],
        ["--depth", "9"],
        ["--widths", "4", "4"],
        ["--widths", "4", "4", "0"],
        ["--epochs", "0"],
        ["--seeds", "0"],
        ["--batch-size", "-3"],
        ["--c", "0"],
        ["--c", "-1"],
        ["--lr", "nan"],
        ["--device", "quantum"],
        ["--dtype", "float8"],
    ],
    ids=" ".join,
)
def test_bad_input_is_one_clear_line(arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, *arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("manifuse: ")
    assert arguments[0].strip("-").replace("-", "_") in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("mine")
    assert run(tmp_path / "file", *SMALLEST) == 2
    error = capsys.readouterr().err
    assert error.startswith("manifuse: ")
    assert error.count("\n") == 1
    assert (tmp_path / "file").read_text() == "mine"


def test_a_loss_that_is_not_finite_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, *SMALLEST, "--lr", "1e30") == 1
    error = capsys.readouterr().err
    assert error.startswith("manifuse: euclidean, seed 0: the loss is ")
    assert " in epoch 1, step " in error
    assert error.count("\n") == 1


def test_a_missing_library_names_its_extra(tmp_path: Path) -> None:
    libraries = ("rich", "sklearn", "matplotlib", "torchmetrics")
    program = f"""
import sys
from manifuse.cli import main
for library in {libraries!r}:
    sys.modules[library] = None  # as if it were not installed
    assert main(["compare"]) == 2
    del sys.modules[library]
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    missing = (f"manifuse: {library} is not installed; run `pip install 'manifuse[apps]'`" for library in libraries)
    assert done.stderr.splitlines() == list(missing)
    assert list(tmp_path.iterdir()) == []


def test_other_commands_load_no_library_of_apps(tmp_path: Path) -> None:
    heavy = ("rich", "sklearn", "matplotlib", "torchmetrics", "sympy")
    program = f"import sys, manifuse.cli; print(*[name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == []
