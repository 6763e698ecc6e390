"""The op compiler: algebra, derivation, emission, run-time faces and verification.

    from manifuse.compile import Scalar, Vector, build, dot, op

Emitted ops need only the run-time part, and torch; the names below load sympy when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .ahead import (
        compiled_ops as compiled_ops,
    )
    from .algebra import (
        Ambient as Ambient,
    )
    from .algebra import (
        Channels as Channels,
    )
    from .algebra import (
        Curvature as Curvature,
    )
    from .algebra import (
        Scalar as Scalar,
    )
    from .algebra import (
        SpecError as SpecError,
    )
    from .algebra import (
        Vector as Vector,
    )
    from .algebra import (
        constant as constant,
    )
    from .algebra import (
        dot as dot,
    )
    from .algebra import (
        form as form,
    )
    from .algebra import (
        row_sum as row_sum,
    )
    from .derivation import derive as derive
    from .emission import emit as emit
    from .fusion import FusionError as FusionError
    from .fusion import fuse as fuse
    from .library import build as build
    from .library import verify as verify
    from .recompute import recomputed as recomputed
    from .spec import Flat as Flat
    from .spec import Spec as Spec
    from .spec import op as op

_HOMES = {
    "ahead": ("compiled_ops",),
    "algebra": (
        "Ambient",
        "Channels",
        "Curvature",
        "Scalar",
        "SpecError",
        "Vector",
        "constant",
        "dot",
        "form",
        "row_sum",
    ),
    "derivation": ("derive",),
    "emission": ("emit",),
    "fusion": ("FusionError", "fuse"),
    "library": ("build", "verify"),
    "recompute": ("recomputed",),
    "spec": ("Flat", "Spec", "op"),
}
_LAZY = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_LAZY)


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_LAZY[name]}", __name__), name)
