"""Applications: networks, data, training, and the comparison of geometries behind `manifuse compare`.

Names are loaded when they are first used: data, metrics and pictures need the extra `manifuse[apps]`, the networks and
the configurations do not.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .config import Comparison as Comparison
    from .config import MetricLearning as MetricLearning
    from .config import Training as Training
    from .hecnn import HECNN as HECNN
    from .hyperbolicity import delta_hyperbolicity as delta_hyperbolicity
    from .hyperbolicity import estimate_hyperbolicity as estimate_hyperbolicity
    from .lhier import LHIER as LHIER
    from .resnet import ResNet as ResNet
    from .spherenet import SphereNet as SphereNet

_HOMES = {
    "config": ("Comparison", "MetricLearning", "Training"),
    "hecnn": ("HECNN",),
    "hyperbolicity": ("delta_hyperbolicity", "estimate_hyperbolicity"),
    "lhier": ("LHIER",),
    "resnet": ("ResNet",),
    "spherenet": ("SphereNet",),
}
_LAZY = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_LAZY)


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_LAZY[name]}", __name__), name)
