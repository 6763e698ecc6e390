"""Fixtures of all tests: seeds, tolerances, and the markers' rules."""

from __future__ import annotations

import os
import random
from pathlib import Path

import hypothesis
import pytest
import torch

ROOT = Path(__file__).resolve().parent.parent

# Relative and absolute tolerance of a comparison of well-conditioned results, about 2^10 rounding errors of the dtype.
# Tests of a stated bound (ops against mpmath) have their own, tighter, figures.
TOLERANCES: dict[torch.dtype, dict[str, float]] = {
    torch.float64: {"rtol": 1e-12, "atol": 1e-12},
    torch.float32: {"rtol": 1e-4, "atol": 1e-5},
    torch.bfloat16: {"rtol": 3e-2, "atol": 1e-2},
    torch.float16: {"rtol": 4e-3, "atol": 1e-3},
}

hypothesis.settings.register_profile("manifuse", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("manifuse")


class RootIsTheLibrary:
    """Keep pytest from taking the root for a package of tests, because of its `__init__.py`, and importing it twice."""

    @staticmethod
    def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        return pytest.Dir.from_parent(parent, path=path) if path == ROOT else None


def pytest_configure(config: pytest.Config) -> None:
    # A hook of a conftest serves its own folder only; the root is above it.
    config.pluginmanager.register(RootIsTheLibrary(), "manifuse-root")
    if "PYTEST_XDIST_WORKER" in os.environ:
        torch.set_num_threads(1)  # the workers share the cores


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if torch.cuda.is_available():
        return
    for item in items:
        if item.get_closest_marker("gpu"):
            item.add_marker(pytest.mark.skip(reason="needs a CUDA device"))


@pytest.fixture(autouse=True)
def seed() -> int:
    """Seed every generator before each test, so that no result depends on the order of tests."""
    value = 20240229
    random.seed(value)
    torch.manual_seed(value)
    return value


@pytest.fixture(params=[torch.float64, torch.float32], ids=["float64", "float32"])
def dtype(request: pytest.FixtureRequest) -> torch.dtype:
    """Run the test in both precisions."""
    return request.param


@pytest.fixture(scope="session")
def tolerances() -> dict[torch.dtype, dict[str, float]]:
    """Give the table of tolerances: `torch.testing.assert_close(a, b, **tolerances[dtype])`."""
    return TOLERANCES


@pytest.fixture
def tolerance(dtype: torch.dtype) -> dict[str, float]:
    """Give the row of the test's own dtype: `torch.testing.assert_close(a, b, **tolerance)`."""
    return TOLERANCES[dtype]
