"""The hyperboloid, or Lorentz model."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from .ambient import AmbientModel
from .generated import lorentz
from .hyperbolic import Hyperbolic
from .ops import AmbientOps


class Lorentz(Hyperbolic, AmbientModel):
    """The hyperboloid: x = (x_t, x_s) ∈ R^{n+1} with −x_t² + ‖x_s‖² = −1/c, x_t > 0, sectional curvature −c.

    Time comes first, the origin is (1/√c, 0). Operations take the space part as the point and recompute its time √(1/c
    + ‖x_s‖²), and that of tangent vectors, u_t = ⟨x_s, u_s⟩/x_t: a time that has drifted is harmless, and the gradient
    with respect to it is 0.

    The space part keeps its digits at any radius; ‖x_s‖² overflows in float32 at the distance 44/√c from the origin,
    which is the end of the model. Operations on two points lose digits as e^{√c R} eps with their distance R from the
    origin, where textbook formulas lose e^{2√c R} eps.

    Other libraries' k is 1/c (geoopt, HCNN), their K is −c.

    Args:
        c: Magnitude of the sectional curvature, c > 0.
        learnable: Whether c is a parameter.

    Raises:
        ValueError: c is not a positive finite number.

    Source: Nickel and Kiela (arXiv 1806.03417); Bdeir et al., Fully Hyperbolic CNNs (arXiv 2303.15919).

    Example:
        >>> import torch
        >>> from manifuse.manifolds import Lorentz
        >>> space = Lorentz(c=0.5)
        >>> x = space.expmap0(torch.tensor([0.6, 0.8]))
        >>> x.shape, round(float(space.dist0(x)), 4)
        (torch.Size([3]), 1.0)
    """

    point_ops: ClassVar[AmbientOps] = lorentz

    def geodesic(self, t: float | Tensor, x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
        """Point at time t of the geodesic from x (t = 0) to y (t = 1); a tensor t has size 1 at `dim`."""
        axis = self._axis(dim, x=x, y=y)
        return lorentz.geodesic(self._row("t", t, x, axis), x, y, self.c_for(x), dim=axis)

    def projx(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Move arbitrary numbers onto the hyperboloid: the space part stays, the time becomes √(1/c + ‖x_s‖²)."""
        axis = self._axis(dim, x=x)
        return lorentz.projx(x, self.c_for(x), dim=axis)

    def retr(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Retraction that optimisers step by: the exponential map, whose times are right for any number of steps."""
        return self.expmap(x, u, dim=dim)

    def retr_transp(self, x: Tensor, u: Tensor, v: Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
        """Retraction of u, and v moved along with it: exponential map and transport, whose times are right."""
        return self.expmap_transp(x, u, v, dim=dim)

    def _point_error(self, x: Tensor, dim: int) -> tuple[Tensor, Tensor, str]:
        time = self._time(x, dim)
        return (x.select(dim, 0) - time).abs(), time, "x_t = √(1/c + ‖x_s‖²) (projx recomputes the time)"

    def _tangent_error(self, x: Tensor, u: Tensor, dim: int) -> tuple[Tensor, Tensor, str]:
        n = u.shape[dim] - 1
        time = (x.narrow(dim, 1, n) * u.narrow(dim, 1, n)).sum(dim) / self._time(x, dim)
        error = (u.select(dim, 0) - time).abs()
        return error, torch.linalg.vector_norm(u, dim=dim).expand_as(error), "⟨x, u⟩ = 0 (proju projects)"

    def _time(self, x: Tensor, dim: int) -> Tensor:
        return (1.0 / self.c_for(x) + x.narrow(dim, 1, x.shape[dim] - 1).square().sum(dim)).sqrt()
