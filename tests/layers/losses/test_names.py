"""The names of the losses, and the examples of their documentation."""

from __future__ import annotations

import doctest
import importlib

import pytest

import manifuse
from manifuse.layers import losses


def test_names_are_complete_and_sorted() -> None:
    assert losses.__all__ == sorted(losses.__all__)
    assert all(hasattr(losses, name) for name in losses.__all__)
    assert manifuse.layers.losses is losses


@pytest.mark.parametrize(
    "name",
    [
        "sphere_conv",
        "sphere_norm",
        "losses.angular",
        "losses.orthogonality",
        "losses.hierarchical",
        "losses.proxies",
        "losses.contrastive",
    ],
)
def test_examples_run(name: str) -> None:
    outcome = doctest.testmod(importlib.import_module(f"manifuse.layers.{name}"))
    assert outcome.attempted > 0
    assert outcome.failed == 0
