"""The README's Python runs, and its commands are ones."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from manifuse.cli import parse

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
COMMANDS = re.findall(r"^    manifuse (.*?)\s*(?:#.*)?$", README, re.MULTILINE)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_python_blocks_run(block: str, tmp_path: Path) -> None:
    script = tmp_path / "example.py"  # specs are read from their source file
    script.write_text(block, encoding="utf-8")
    subprocess.run([sys.executable, str(script)], check=True, cwd=tmp_path, timeout=200)


def test_the_readme_has_examples() -> None:
    assert len(BLOCKS) == 4


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_can_be_read(command: str) -> None:
    """Runs of each kind of command, with less to do, are in tests/cli."""
    parse(command.split())


def test_the_readme_has_commands() -> None:
    assert {command.split()[0] for command in COMMANDS} >= {"compare", "train", "ops"}
