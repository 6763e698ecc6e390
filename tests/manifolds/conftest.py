"""Geometries to test, and points of them well inside their domains."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, Poincare

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
def frames() -> Callable[..., Tensor]:
    """Give a maker of random frame coordinates of norm below 2, within a quarter of a great circle for c = 0.7."""

    def make(*shape: int, longest: float = 0.45 * math.pi / math.sqrt(C), dtype: torch.dtype = torch.float64) -> Tensor:
        u = torch.randn(shape, dtype=torch.float64)
        length = torch.linalg.vector_norm(u, dim=-1, keepdim=True)
        return (u / length * (longest * torch.rand(*shape[:-1], 1, dtype=torch.float64))).to(dtype)

    return make


@pytest.fixture
def points(frames: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Give a maker of random points: `points(manifold, *batch, n)`."""

    def make(manifold: ManifoldBase, *shape: int, dtype: torch.dtype = torch.float64) -> Tensor:
        return manifold.from_frame(frames(*shape, dtype=dtype))

    return make


@pytest.fixture
def tangents() -> Callable[..., Tensor]:
    """Give a maker of random tangent vectors of length below 1 at given points."""

    def make(manifold: ManifoldBase, x: Tensor) -> Tensor:
        u = torch.randn_like(manifold.to_frame(x))
        length = torch.linalg.vector_norm(u, dim=-1, keepdim=True)
        return manifold.transp0(x, u / length * torch.rand_like(length) / manifold.frame_scale)

    return make
