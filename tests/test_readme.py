"""The README's Python runs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_python_blocks_run(block: str, tmp_path: Path) -> None:
    script = tmp_path / "example.py"  # specs are read from their source file
    script.write_text(block, encoding="utf-8")
    subprocess.run([sys.executable, str(script)], check=True, cwd=tmp_path, timeout=200)


def test_the_readme_has_examples() -> None:
    assert len(BLOCKS) == 4
