"""Neural networks on curved spaces: geometry written once as algebra, gradients derived from it, kernels fused.

import manifuse as mf
ball = mf.Poincare(c=0.5)
"""

from . import apps, compile, layers, manifolds, optim
from .manifolds import Euclidean, Hypersphere, Lorentz, Manifold, ManifoldParameter, Poincare, manifold

__version__ = "0.1.0"

__all__ = [
    "Euclidean",
    "Hypersphere",
    "Lorentz",
    "Manifold",
    "ManifoldParameter",
    "Poincare",
    "__version__",
    "apps",
    "compile",
    "layers",
    "manifold",
    "manifolds",
    "optim",
]
