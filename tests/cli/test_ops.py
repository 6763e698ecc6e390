"""`manifuse ops`: output, exit codes, and specs outside the package."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import torch

from manifuse.cli import main

SLIP = '''
from mpmath import mp
from manifuse.compile import Flat, Scalar, Vector, dot, op


def textbook(x, c):
    return [2 * a / (1 - c * mp.fdot(x, x)) for a in x]


@op(domain={"x": "ball"}, result="free", reference=textbook, laws=[Flat(lambda x: 2 * x)])
def slipped(x: Vector, c: Scalar) -> Vector:
    """The conformal factor upside down."""
    return 2 * (1 - c * dot(x, x)) * x
'''


def run(*arguments: str) -> int:
    try:
        return main(["ops", *arguments])
    except SystemExit as stop:  # tyro's own exits
        return int(stop.code or 0)


def test_list_names_every_bundled_op(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 85
    assert any(line.startswith("poincare.mobius_add ") and " op " in line for line in lines)
    assert any(line.startswith("lorentz.midpoint ") and " reduction " in line for line in lines)


def test_show_prints_formula_and_gradient(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", "poincare.transp0") == 0
    text = capsys.readouterr().out
    assert "forward" in text
    assert "grad_v = " in text
    assert "<y, y>" in text
    assert run("show", "poincare.transp0", "--latex") == 0
    assert r"\langle y, y \rangle" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["nothing", "poincare.nothing", "nowhere.dist", "missing.py:op"])
def test_an_unknown_op_is_one_clear_line(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("show", name) == 2
    error = capsys.readouterr().err
    assert error.startswith("manifuse: ")
    assert error.count("\n") == 1


@pytest.mark.parametrize("command", ["derive", "generate", "verify"])
def test_a_missing_or_broken_file_is_one_clear_line(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("def op(:\n", encoding="utf-8")
    empty = tmp_path / "empty.py"
    empty.write_text("x = 1\n", encoding="utf-8")
    for path in (tmp_path / "missing.py", broken, empty):
        assert run(command, str(path)) == 2
        error = capsys.readouterr().err
        assert path.name in error
        assert error.count("\n") == 1


def test_a_new_spec_verifies_generates_and_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("new", "my_op") == 0
    assert run("verify", "my_op.py", "--jobs", "1") == 0
    assert "1 of 1 ops verified" in capsys.readouterr().out
    assert run("derive", "my_op.py") == 0
    assert "grad_v" in capsys.readouterr().out

    assert run("generate", "my_op.py", "--check") == 1
    assert run("generate", "my_op.py") == 0
    assert run("generate", "my_op.py", "--check") == 0
    description = importlib.util.spec_from_file_location("my_op_ops", tmp_path / "my_op_ops.py")
    assert description is not None
    assert description.loader is not None
    module = importlib.util.module_from_spec(description)
    description.loader.exec_module(module)
    v, c = torch.tensor([[0.3, -0.4]], dtype=torch.double), torch.tensor(2.0, dtype=torch.double)
    r = 2.0**0.5 * 0.5
    torch.testing.assert_close(module.my_op(v, c), torch.tanh(torch.tensor(r, dtype=torch.double)) / r * v)


def test_new_refuses_bad_and_taken_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken.py").write_text("mine\n", encoding="utf-8")
    assert run("new", "taken") == 2
    assert run("new", "no-name") == 2
    assert (tmp_path / "taken.py").read_text(encoding="utf-8") == "mine\n"
    assert capsys.readouterr().err.count("manifuse: ") == 2


def test_a_failed_verification_exits_with_1_and_names_the_op(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "slip.py"
    path.write_text(SLIP, encoding="utf-8")
    assert run("verify", str(path), "--jobs", "1") == 1
    captured = capsys.readouterr()
    assert "0 of 1 ops verified" in captured.out
    assert "slipped: torch.float64 value at" in captured.err


def test_verify_takes_a_bundled_op(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify", "poincare.transp0", "--jobs", "1") == 0
    assert "non-finite 0   ok" in capsys.readouterr().out


def test_output_goes_with_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("generate", "--output", "x.py") == 2
    assert "--output goes with a spec file" in capsys.readouterr().err
