"""Geometries to test, and frame vectors well inside their domains."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, Poincare

from .points import SPACES, Space

C = 0.7
CURVED = (Poincare, Lorentz, Hypersphere)


@pytest.fixture(params=[*CURVED, Euclidean], ids=lambda kind: kind.__name__)
def geometry(request: pytest.FixtureRequest) -> ManifoldBase:
    """Give every geometry, in float64."""
    return (request.param() if request.param is Euclidean else request.param(c=C)).double()


@pytest.fixture(params=CURVED, ids=lambda kind: kind.__name__)
def curved(request: pytest.FixtureRequest) -> type[ManifoldBase]:
    """Give every class of geometry that has a curvature."""
    return request.param


@pytest.fixture
def manifold(curved: type[ManifoldBase]) -> ManifoldBase:
    """Give every curved geometry, its curvature learnable, in float64."""
    return curved(c=C, learnable=True).double()


@pytest.fixture
def space(manifold: ManifoldBase) -> Space:
    """Give the reference on points of `manifold`, differentiable in the same curvature."""
    return SPACES[type(manifold)](manifold.c)


@pytest.fixture
def frames() -> Callable[..., Tensor]:
    """Give a maker of random frame vectors, the channels at `dim`, within 0.4 of the injectivity radius for c = 0.7."""

    def make(
        *shape: int, dim: int = -1, longest: float = 0.4 * math.pi / math.sqrt(C), dtype: torch.dtype = torch.float64
    ) -> Tensor:
        u = torch.randn(shape, dtype=torch.float64)
        length = torch.linalg.vector_norm(u, dim=dim, keepdim=True)
        return (u / length * (longest * torch.rand_like(length))).to(dtype)

    return make
