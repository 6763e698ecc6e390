"""A comparison small enough for tests, run once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from manifuse.apps.compare import compare
from manifuse.apps.config import Comparison, Training
from manifuse.apps.report import Row

SMALL = Comparison(
    geometries=("euclidean", "lorentz"),
    widths=(4, 4, 4),
    seeds=1,
    learnable_c=True,
    target=0.1,
    training=Training(epochs=2, batch_size=419, lr=1e-2),
)


@pytest.fixture(scope="session")
def small() -> Comparison:
    return SMALL


@pytest.fixture(scope="session")
def smallest() -> Comparison:
    """One training of one epoch."""
    return replace(SMALL, geometries=("euclidean",), training=replace(SMALL.training, epochs=1))


@pytest.fixture(scope="session")
def finished(small: Comparison, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Row]]:
    """Folder and table of a run of `small`. Tests read the folder, or copy it."""
    folder = tmp_path_factory.mktemp("runs") / "finished"
    return folder, compare(small, folder)
