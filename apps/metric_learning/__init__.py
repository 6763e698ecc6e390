"""Metric learning: nearest neighbours, retrieval metrics, and geodesic distance for pytorch-metric-learning.

Names are loaded when they are first used: all but `nearest_neighbours` need the extra `manifuse[apps]`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .distance import GeodesicDistance as GeodesicDistance
    from .neighbours import Neighbours as Neighbours
    from .neighbours import nearest_neighbours as nearest_neighbours
    from .retrieval import Retrieval as Retrieval
    from .retrieval import retrieve as retrieve

_HOMES = {
    "distance": ("GeodesicDistance",),
    "neighbours": ("Neighbours", "nearest_neighbours"),
    "retrieval": ("Retrieval", "retrieve"),
}
_LAZY = {name: home for home, names in _HOMES.items() for name in names}
_LIBRARY = "pytorch_metric_learning"

__all__ = sorted(_LAZY)


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f".{_LAZY[name]}", __name__), name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != _LIBRARY:
            raise
        remedy = "run `pip install 'manifuse[apps]'`"
        raise ModuleNotFoundError(f"{name} needs {_LIBRARY}, which is not installed; {remedy}", name=_LIBRARY) from None
