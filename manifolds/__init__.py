"""Manifolds: the protocol, the base, and one file per geometry."""

from __future__ import annotations

from typing import Any

from .base import ManifoldBase
from .constant import ConstantCurvature
from .distributions import HypersphericalUniform, WrappedNormal
from .euclidean import Euclidean
from .hypersphere import Hypersphere
from .lorentz import Lorentz
from .parameter import ManifoldParameter
from .poincare import Poincare
from .protocol import Manifold

__all__ = [
    "ConstantCurvature",
    "Euclidean",
    "Hypersphere",
    "HypersphericalUniform",
    "Lorentz",
    "Manifold",
    "ManifoldBase",
    "ManifoldParameter",
    "Poincare",
    "WrappedNormal",
    "manifold",
]

GEOMETRIES: dict[str, type[ManifoldBase]] = {
    "euclidean": Euclidean,
    "hypersphere": Hypersphere,
    "lorentz": Lorentz,
    "poincare": Poincare,
}


def manifold(name: str, **arguments: Any) -> ManifoldBase:
    """Make a geometry by name.

    Args:
        name: One of "euclidean", "hypersphere", "lorentz", "poincare".
        arguments: What its constructor takes, e.g. `c` and `learnable`.

    Raises:
        ValueError: There is no geometry of that name.

    Example:
        >>> from manifuse.manifolds import manifold
        >>> manifold("lorentz", c=0.5)
        Lorentz(c=0.5)
    """
    if name not in GEOMETRIES:
        raise ValueError(f"manifold: name must be one of {', '.join(map(repr, GEOMETRIES))}, got {name!r}")
    return GEOMETRIES[name](**arguments)
