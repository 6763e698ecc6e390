"""Geometries and optimisers to test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from manifuse.manifolds import ManifoldBase

from .problems import CURVED, OPTIMISERS


@pytest.fixture(params=CURVED, ids=lambda kind: kind.__name__)
def curved(request: pytest.FixtureRequest) -> type[ManifoldBase]:
    """Give every class of geometry that has a curvature."""
    return request.param


@pytest.fixture(params=OPTIMISERS, ids=str)
def optimiser(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Give both optimisers, with momentum and without decay unless told."""
    return OPTIMISERS[request.param]
