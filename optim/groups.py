"""Groups of parameters of a module, by what should happen to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from torch import nn

from ..manifolds import ManifoldParameter
from ..manifolds.curvature import CurvatureParameter


def parameter_groups(
    module: nn.Module, *, weight_decay: float, curvature: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Sort the parameters of a module into groups for an optimiser.

    Weights (two dimensions or more) and points decay; numbers per channel, such as biases and scales, do not; nor do
    curvatures, which come last.

    Args:
        module: Module; its frozen parameters are listed as well, since points follow their curvature.
        weight_decay: Decay of weights and points.
        curvature: Options of the group of curvatures, e.g. `{"lr": 1e-3, "curvature_bounds": (0.1, 10.0)}`.

    Returns:
        Groups that are not empty.

    Example:
        >>> from manifuse import Lorentz, layers
        >>> from manifuse.optim import parameter_groups
        >>> layer = layers.Linear(3, 2, manifold=Lorentz(learnable=True))
        >>> groups = parameter_groups(layer, weight_decay=0.01, curvature={"lr": 1e-3})
        >>> [(len(group["params"]), group["weight_decay"]) for group in groups]
        [(1, 0.01), (1, 0.0), (1, 0.0)]
    """
    decaying: dict[str, Any] = {"params": [], "weight_decay": weight_decay}
    lasting: dict[str, Any] = {"params": [], "weight_decay": 0.0}
    curvatures: dict[str, Any] = {"params": [], "weight_decay": 0.0, **(curvature or {})}
    for p in module.parameters():
        if isinstance(p, CurvatureParameter):
            group = curvatures
        else:
            group = decaying if isinstance(p, ManifoldParameter) or p.ndim > 1 else lasting
        group["params"].append(p)
    return [group for group in (decaying, lasting, curvatures) if group["params"]]
