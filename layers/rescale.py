"""Radial maps that keep points near the origin: maximum distance rescaling, and clipping."""

from __future__ import annotations

import math
from typing import Literal, TypeAlias, get_args

import torch
from torch import Tensor, nn

from ..manifolds import Manifold
from ..manifolds.base import wide
from ..manifolds.curvature import inverse_softplus, softplus

Slope: TypeAlias = Literal["published", "unit"]
SHARE = math.atanh(0.99)
"""tanh of this is the share of D_max that the distance s · D_max becomes."""


class Rescale(nn.Module):
    """Radial map of points into the ball of radius D_max: the distance D becomes D_max tanh(κ D/D_max).

    D_max is `Manifold.max_distance` of the dtype that geometry is computed in, which is float32 for low precision. On
    hyperbolic space it is acosh(√c x_t)/√c with the largest time x_t = 2·10³ (float64: 10⁸), on the sphere
    (1 − 2⁻⁶)π/√c. On flat space the map is the identity.

    With slope="published" κ = atanh(0.99)/s, so that s · D_max becomes 0.99 D_max (arXiv 2405.13979 Eq. 2–3). For
    s < 2.65 small distances grow, at s = 2 by 1.32. With slope="unit" κ = 1, which leaves points near the origin alone.

    Args:
        manifold: Geometry.
        s: Distance, in units of D_max, that becomes 0.99 D_max.
        learnable: Whether s is a parameter, softplus of `raw_s`.
        slope: "published" or "unit"; the latter has no s.
        dim: Channel axis.
        device: As in torch.nn.
        dtype: As in torch.nn.

    Raises:
        ValueError: s is not a positive finite number, there is no such slope, or it is "unit" with a learnable s.

    Example:
        >>> import torch
        >>> from manifuse import Lorentz
        >>> from manifuse.layers import Rescale
        >>> Rescale(manifold=Lorentz(c=1.0), slope="unit")(torch.tensor([[3.0, 4.0]])).norm()
        tensor(4.4711)
    """

    raw_s: nn.Parameter | None

    def __init__(
        self,
        *,
        manifold: Manifold,
        s: float = 2.0,
        learnable: bool = False,
        slope: Slope = "published",
        dim: int = 1,
        device: torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        if slope not in get_args(Slope):
            names = " or ".join(map(repr, get_args(Slope)))
            raise ValueError(f"Rescale: slope must be {names}, got {slope!r}")
        if learnable and slope == "unit":
            raise ValueError("Rescale: learnable=True needs slope='published', since slope='unit' has no s")
        if not 0 < s < math.inf:
            raise ValueError(f"Rescale: s must be positive and finite, got {s}")
        self.manifold = manifold
        self.s, self.slope, self.dim = s, slope, dim
        raw_s = nn.Parameter(torch.empty((), device=device, dtype=dtype)) if learnable else None
        self.register_parameter("raw_s", raw_s)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set s to the argument, where it is learnable."""
        if self.raw_s is not None:
            nn.init.constant_(self.raw_s, inverse_softplus(self.s))

    def forward(self, u: Tensor) -> Tensor:
        """Rescale frame coordinates u of any shape."""
        return self.manifold.rescale(u, self._kappa(), dim=self.dim)

    def _kappa(self) -> float | Tensor:
        """Slope at the origin."""
        if self.slope == "unit":
            return 1.0
        return SHARE / (self.s if self.raw_s is None else softplus(self.raw_s))

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        s = "" if self.slope == "unit" else f"s={self.s}, learnable={self.raw_s is not None}, "
        return f"{s}slope={self.slope!r}, dim={self.dim}"


class Clip(nn.Module):
    """Feature clipping: points farther than `length` from the origin move radially to that distance.

    Since ‖u‖ is the distance, it is the same map on every geometry. Points beyond it get no gradient along the radius;
    `Rescale` is the smooth alternative.

    Args:
        length: Largest distance from the origin. Published values for the Poincaré ball are lengths of `expmap0`'s
            argument, which are half of it: 2.3 there is 4.6 here.
        manifold: Geometry.
        dim: Channel axis.

    Raises:
        ValueError: The length is not positive and finite.

    Source: Guo et al., Clipped Hyperbolic Classifiers Are Super-Hyperbolic Classifiers (arXiv 2107.11472), eq. 10.

    Example:
        >>> import torch
        >>> from manifuse import Poincare
        >>> from manifuse.layers import Clip
        >>> Clip(1.0, manifold=Poincare(c=0.1))(torch.tensor([[3.0, 4.0], [0.3, 0.4]]))
        tensor([[0.6000, 0.8000],
                [0.3000, 0.4000]])
    """

    def __init__(self, length: float, *, manifold: Manifold, dim: int = 1) -> None:
        super().__init__()
        if not 0 < length < math.inf:
            raise ValueError(f"Clip: length must be positive and finite, got {length}")
        self.manifold = manifold
        self.length, self.dim = length, dim

    def forward(self, u: Tensor) -> Tensor:
        """Clip frame coordinates u of any shape."""
        numbers = wide(u)
        norm: Tensor = torch.linalg.vector_norm(numbers, dim=self.dim, keepdim=True)
        return (numbers * (self.length / norm.clamp(min=self.length))).to(u.dtype)

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"length={self.length}, dim={self.dim}"
