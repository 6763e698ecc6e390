"""The mathematics: one Python function per operation, on symbolic vectors.

`LIBRARIES` are the op modules that the package ships, `manifuse/manifolds/generated/<name>.py`.
"""

from __future__ import annotations

from ..compile.library import Library, bundle
from . import ambient, frame, stereographic

LIBRARIES: tuple[Library, ...] = (
    bundle("poincare", "Ops of the Poincaré ball, in ball coordinates (curvature −c).", stereographic, -1),
    bundle("lorentz", "Ops of the hyperboloid, in ambient coordinates, time first (curvature −c).", ambient, -1),
    bundle("hypersphere", "Ops of the sphere, in ambient coordinates, pole first (curvature +c).", ambient, 1),
    bundle("hyperbolic", "Layer operations in frame coordinates on hyperbolic space (curvature −c).", frame, -1),
    bundle("spherical", "Layer operations in frame coordinates on the sphere (curvature +c).", frame, 1),
)
