"""The names of the room, and what they cost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from manifuse import apps


def test_every_name_is_there() -> None:
    assert apps.__all__ == sorted(apps.__all__)
    for name in apps.__all__:
        assert getattr(apps, name).__name__ == name
    with pytest.raises(AttributeError, match="'Transformer'"):
        apps.Transformer  # noqa: B018


def test_networks_and_configurations_need_no_extra(tmp_path: Path) -> None:
    program = f"""
import sys
for library in ("rich", "sklearn", "matplotlib", "torchmetrics"):
    sys.modules[library] = None  # as if it were not installed
from manifuse import apps
print(*(getattr(apps, name).__name__ for name in {apps.__all__!r}))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.split() == apps.__all__
