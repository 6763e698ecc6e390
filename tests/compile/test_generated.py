"""The committed modules are what the specs emit; writing them loses nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from manifuse import cli
from manifuse.cli import ops
from manifuse.specs import LIBRARIES


def test_committed_modules_are_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ops", "generate", "--check"]) == 0
    assert capsys.readouterr().err == ""


def test_drift_is_code_not_format() -> None:
    source = (ops.GENERATED / "spherical.py").read_text(encoding="utf-8")
    assert ops._same_code(source, source.replace("(\n", "(  \n").replace("\n\n\n", "\n\n"))
    assert not ops._same_code(source, source.replace("2 * ", "3 * ", 1))
    assert not ops._same_code("def broken(", source)


def test_a_failed_write_keeps_the_old_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "ops.py"
    path.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError("no space")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="no space"):
        ops.Generate()._settle(path, "new")
    assert path.read_text(encoding="utf-8") == "old"


def test_every_spec_is_emitted_and_documented() -> None:
    for library in LIBRARIES:
        source = (ops.GENERATED / f"{library.name}.py").read_text(encoding="utf-8")
        for spec in library.specs:
            assert f"\ndef {spec.name}(" in source
            assert spec.doc.splitlines()[0] in source
            assert spec.reference is not None
            assert spec.laws


def test_generated_modules_need_no_sympy() -> None:
    code = "import sys, manifuse, manifuse.manifolds.generated.lorentz; sys.exit('sympy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=200).returncode == 0
