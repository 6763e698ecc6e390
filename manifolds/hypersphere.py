"""The hypersphere."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import ClassVar

import torch
from torch import Tensor

from . import checks
from .ambient import AmbientModel
from .base import wide
from .generated import hypersphere, spherical
from .ops import AmbientOps, FrameOps
from .protocol import LinearMap

INJECTIVE = 1 - 2.0**-6
"""Share of the injectivity radius that points are kept in."""
ANTIPODE = 8.0
"""Rounding errors between x and −y, relative to the radius, within which the direction from x to y is undetermined."""


class Hypersphere(AmbientModel):
    """The hypersphere of radius R = 1/√c: x = (x_t, x_s) ∈ R^{n+1} with ‖x‖² = 1/c, sectional curvature +c.

    The pole's coordinate comes first, the origin is (R, 0). The injectivity radius is πR: exponential maps of longer
    vectors wrap around. At the antipode of a point the logarithm has a length, πR, and no direction; it is defined as
    a fixed perpendicular of that length, with gradient 0, within eight rounding errors. Transport to the antipode is
    finite but has no meaning; `expmap_transp`, which is given the direction, is right everywhere.

    Args:
        c: Sectional curvature, c > 0.
        learnable: Whether c is a parameter.

    Raises:
        ValueError: c is not a positive finite number.

    Example:
        >>> import math, torch
        >>> from manifuse.manifolds import Hypersphere
        >>> globe = Hypersphere(c=1.0)
        >>> north, east = globe.origin(3), torch.tensor([0.0, 1.0, 0.0])
        >>> round(float(globe.dist(north, east)) / math.pi, 4)
        0.5
    """

    sign = 1
    point_ops: ClassVar[AmbientOps] = hypersphere
    frame_ops: ClassVar[FrameOps] = spherical

    def projx(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Move arbitrary numbers onto the sphere: x/(√c‖x‖); the origin where x = 0."""
        axis = self._axis(dim, x=x)
        return hypersphere.projx(x, self.c_for(x), dim=axis)

    def random(
        self,
        *size: int,
        dim: int = -1,
        generator: torch.Generator | None = None,
        dtype: torch.dtype | None = None,
        device: torch.device | None = None,
    ) -> Tensor:
        """Draw points uniformly, as `random_uniform`."""
        return self.random_uniform(*size, dim=dim, generator=generator, dtype=dtype, device=device)

    def random_uniform(
        self,
        *size: int,
        dim: int = -1,
        generator: torch.Generator | None = None,
        dtype: torch.dtype | None = None,
        device: torch.device | None = None,
    ) -> Tensor:
        """Draw points uniformly on the sphere.

        Args:
            size: Shape of the result, the n + 1 numbers of a point at `dim`.
            dim: Manifold axis.
            generator: Source of randomness; default: torch's.
            dtype: Default: that of the curvature.
            device: Default: that of the curvature.
        """
        shape, axis = checks.point_shape(self, size, dim, self.ambient)
        c = self.c
        normal = torch.randn(shape, generator=generator, dtype=dtype or c.dtype, device=device or c.device)
        return self.projx(normal, dim=axis)

    def logmap(self, x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
        """Logarithm log_x(y), of length dist(x, y); at the antipode a fixed perpendicular of length π/√c."""
        axis = self._axis(dim, x=x, y=y)
        return self._or_perpendicular(hypersphere.logmap(x, y, self.c_for(x), dim=axis), x, y, axis)

    def logmap0(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Logarithm at the origin, a vector of n numbers; at the antipode a fixed one of length π/√c."""
        axis = self._axis(dim, x=x)
        vector = self._at_origin(hypersphere.logmap0(x, self.c_for(x), dim=axis), axis)
        origin = self._origin_like(x, axis, self.ambient)
        return self._coordinates(self._or_perpendicular(vector, origin, x, axis), axis)

    def bound(self, u: Tensor, *, dim: int = -1) -> Tensor:
        """Map frame vectors smoothly, radially and injectively into the ball of radius π/√c."""
        axis = self._axis(dim, coordinates={"u": u})
        return spherical.bound(u, self.c_for(u), dim=axis)

    @property
    def has_rotations(self) -> bool:
        """Whether `rotation_map` is defined: not here."""
        return False

    def ambient_map(
        self, u: Tensor, weight: Tensor, time_weight: Tensor | None, bias: Tensor | None, layer: LinearMap
    ) -> Tensor:
        """Linear and convolution layers as affine maps of ambient coordinates, projected onto the sphere.

        With x_t the mean pole coordinate of the K points of a patch and x_s their space parts side by side, the output
        is projx(x_t, W x_s + v(√c x_t − 1) + b). Where v = b it is projx(W' x), linear in the patch x, the K(n + 1)
        ambient coordinates over √K: as a point of a larger sphere. Where all coordinates vanish it is the origin.

        Arguments as of `ManifoldBase.ambient_map`, with v the `time_weight`.
        """
        axis = layer.axis
        time, space = self._ambient(u, axis)
        radius = self.c_for(u).rsqrt()
        fall = layer.patch_sums(time - radius) / layer.taps
        products = moved = layer.product(space.to(u.dtype), weight, bias)
        if time_weight is not None:
            moved = products + self._channels(time_weight, axis) * (fall / radius)
        return self._projected(radius + fall, moved, axis).to(products.dtype)

    def rotation_map(self, u: Tensor, weight: Tensor, bias: Tensor | None, layer: LinearMap) -> Tensor:
        """Not defined: the space part of a patch may be longer than the radius. See `has_rotations`.

        Raises:
            ValueError: Always.
        """
        raise ValueError(
            f"{self}: rotation_map is not defined, as patches leave the sphere; use affine_map or ambient_map"
        )

    def ambient_function(self, function: Callable[[Tensor], Tensor], u: Tensor, *, dim: int = -1) -> Tensor:
        """Apply a function to the space part, and project onto the sphere."""
        axis = self._axis(dim, coordinates={"u": u})
        time, space = self._ambient(u, axis)
        return self._projected(time, function(space), axis).to(u.dtype)

    def ambient_sum(self, u: Tensor, v: Tensor, *, dim: int = -1) -> Tensor:
        """Add the differences from the pole o: projx(x + y − o)."""
        axis = self._axis(dim, coordinates={"u": u, "v": v})
        (x_time, x_space), (y_time, y_space) = self._ambient(u, axis), self._ambient(v, axis)
        time = x_time + (y_time - self.c_for(u).rsqrt())
        return self._projected(time, x_space + y_space, axis).to(u.dtype)

    def _ambient(self, u: Tensor, axis: int) -> tuple[Tensor, Tensor]:
        """Pole coordinate and space part of the point of u, in float32 at least."""
        x = self.from_frame(wide(u), dim=axis)
        return x.narrow(axis, 0, 1), x.narrow(axis, 1, u.shape[axis])

    def _projected(self, time: Tensor, space: Tensor, axis: int) -> Tensor:
        """Frame coordinates of ambient coordinates that are projected onto the sphere."""
        return self.to_frame(self.projx(torch.cat((time.to(space.dtype), space), axis), dim=axis), dim=axis)

    def _reach(self, c: Tensor, dtype: torch.dtype) -> Tensor:
        return torch.full_like(c, INJECTIVE * math.pi)

    def _or_perpendicular(self, vector: Tensor, x: Tensor, y: Tensor, axis: int) -> Tensor:
        """The logarithm `vector` from x to y, or its replacement where y is the antipode of x."""
        c, start = self.c_for(x).detach(), x.detach()
        gap = (start + y.detach()).square().sum(axis, keepdim=True) * c
        antipodal = gap <= (ANTIPODE * torch.finfo(x.dtype).eps) ** 2
        smallest = start.abs().argmin(axis, keepdim=True)
        perpendicular = torch.zeros_like(start).scatter(axis, smallest, 1.0)
        perpendicular = perpendicular - c * start.gather(axis, smallest) * start
        length = math.pi * c.rsqrt() / torch.linalg.vector_norm(perpendicular, dim=axis, keepdim=True)
        return torch.where(antipodal, (length * perpendicular).to(vector.dtype), vector)

    def _point_error(self, x: Tensor, dim: int) -> tuple[Tensor, Tensor, str]:
        error = (torch.linalg.vector_norm(x, dim=dim) * self.c_for(x).sqrt() - 1.0).abs()
        return error, torch.zeros_like(error), "√c‖x‖ = 1 (projx normalises)"

    def _tangent_error(self, x: Tensor, u: Tensor, dim: int) -> tuple[Tensor, Tensor, str]:
        error = ((x * u).sum(dim) * self.c_for(x).sqrt()).abs()
        return error, torch.linalg.vector_norm(u, dim=dim).expand_as(error), "⟨x, u⟩ = 0 (proju projects)"
