"""The Poincaré ball."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from ..compile.guards import root
from . import checks
from .base import wide
from .generated import poincare
from .hyperbolic import Hyperbolic
from .ops import PointOps

EDGE = 6.0
"""Rounding errors that `projx` keeps between √c‖x‖ and 1; two of them pay for the rounding of the result."""


class Poincare(Hyperbolic):
    """The Poincaré ball: x ∈ R^n with c‖x‖² < 1, metric λ² I with λ = 2/(1 − c‖x‖²), sectional curvature −c.

    Scales are geoopt's: expmap0(u) = tanh(√c‖u‖) u/(√c‖u‖), so a vector at the origin has the Riemannian length 2‖u‖,
    and distances tend to 2‖x − y‖ as c → 0. Frame coordinates are 2 logmap0(x).

    Points cannot lie closer to the edge than rounding allows. `projx` keeps 1 − √c‖x‖ ≥ 4 eps, which ends the ball at
    the distance log(1/(3 eps))/√c from the origin:

    | dtype | bfloat16 | float16 | float32 | float64 |
    |---|---|---|---|---|
    | eps | 7.8e-3 | 9.8e-4 | 1.2e-7 | 2.2e-16 |
    | largest √c · distance | 3.7 | 5.8 | 14.8 | 34.9 |

    Frame coordinates and the hyperboloid have no such edge.

    Args:
        c: Magnitude of the sectional curvature, c > 0.
        learnable: Whether c is a parameter.

    Raises:
        ValueError: c is not a positive finite number.

    Source: Ganea et al., Hyperbolic Neural Networks (arXiv 1805.09112); Ungar, gyrovector spaces.

    Example:
        >>> import torch
        >>> from manifuse.manifolds import Poincare
        >>> ball = Poincare(c=0.5)
        >>> x = ball.expmap0(torch.tensor([0.3, 0.4]))
        >>> round(float(ball.dist0(x)), 4)
        1.0
    """

    frame_scale = 2.0
    point_ops: ClassVar[PointOps] = poincare

    def origin(
        self, *size: int, dim: int = -1, dtype: torch.dtype | None = None, device: torch.device | None = None
    ) -> Tensor:
        """Make a batch of origins, zeros of shape `size`."""
        shape, _ = checks.point_shape(self, size, dim, self.ambient)
        return torch.zeros(shape, dtype=dtype or self.c.dtype, device=device or self.c.device)

    def geodesic(self, t: float | Tensor, x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
        """Point at time t of the geodesic from x (t = 0) to y (t = 1); a tensor t has size 1 at `dim`."""
        axis = self._axis(dim, x=x, y=y)
        return poincare.geodesic(self._row("t", t, x, axis), x, y, self.c_for(x), dim=axis)

    def projx(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Move points beyond the edge radially to √c‖x‖ = 1 − 6 eps; after rounding 1 − √c‖x‖ ≥ 4 eps."""
        axis = self._axis(dim, x=x)
        numbers = wide(x)
        radius = root(numbers.square().sum(axis, keepdim=True) * self.c_for(x))
        limit = 1.0 - EDGE * torch.finfo(x.dtype).eps
        outside = radius > limit
        return torch.where(outside, numbers * (limit / torch.where(outside, radius, 1.0)), numbers).to(x.dtype)

    def proju(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Project onto the tangent space, which is all of R^n: u in the broadcast shape."""
        self._axis(dim, x=x, u=u)
        return u.expand(checks.broadcast_shape(x, u))

    def to_frame(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Frame coordinates 2 logmap0(x), of length dist(o, x)."""
        axis = self._axis(dim, x=x)
        return poincare.to_frame(x, self.c_for(x), dim=axis)

    def from_frame(self, u: Tensor, *, dim: int = -1) -> Tensor:
        """Point expmap0(u/2) of frame coordinates."""
        axis = self._axis(dim, coordinates={"u": u})
        return poincare.from_frame(u, self.c_for(u), dim=axis)

    def to_stereographic(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Stereographic coordinates, which are the ball's."""
        self._axis(dim, x=x)
        return x

    def from_stereographic(self, p: Tensor, *, dim: int = -1) -> Tensor:
        """Point of stereographic coordinates, which are the ball's."""
        self._axis(dim, coordinates={"p": p})
        return p

    # Gyrovector operations

    def mobius_add(self, x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
        """Möbius addition x ⊕ y = exp_x(P_{o→x} log0 y), the left translation by x."""
        axis = self._axis(dim, x=x, y=y)
        return poincare.mobius_add(x, y, self.c_for(x), dim=axis)

    def gyration(self, u: Tensor, v: Tensor, w: Tensor, *, dim: int = -1) -> Tensor:
        """Gyration gyr[u, v]w, the rotation by which Möbius addition fails to associate; u, v points, w any vector."""
        axis = self._axis(dim, u=u, v=v, w=w)
        return poincare.gyration(u, v, w, self.c_for(u), dim=axis)

    def conformal_factor(self, x: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Conformal factor λ = 2/(1 − c‖x‖²), by which lengths at x exceed Euclidean ones."""
        axis = self._axis(dim, x=x)
        factor = poincare.conformal_factor(x, self.c_for(x), dim=axis)
        return factor if keepdim else factor.squeeze(axis)

    def _point_error(self, x: Tensor, dim: int) -> tuple[Tensor, Tensor, str]:
        radius = (x.square().sum(dim) * self.c_for(x)).sqrt()
        error = torch.where(radius < 1.0, torch.zeros_like(radius), radius)
        return error, torch.zeros_like(error), "√c‖x‖ < 1 (the figure below is √c‖x‖; projx moves points inside)"

    def _tangent_error(self, x: Tensor, u: Tensor, dim: int) -> tuple[Tensor, Tensor, str]:
        finite = torch.broadcast_to(u, checks.broadcast_shape(x, u)).isfinite().all(dim)
        error = torch.where(finite, 0.0, torch.inf).to(u.dtype)
        return error, torch.zeros_like(error), "being finite"
