"""Geometries of constant curvature ∓c, on generated ops: the wrappers that all models share."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar

import torch
from torch import Tensor

from .base import ManifoldBase, dot_rows, wide
from .curvature import Curved
from .ops import FrameOps, PointOps
from .protocol import Manifold


class ConstantCurvature(Curved, ManifoldBase):
    """A model of the space of constant curvature `sign` · c.

    A subclass names the generated op modules and the sign, and adds what is special to its coordinates. Several layers
    may hold one manifold: they share its curvature, which counts as one parameter and is saved under each name. A
    deepcopy of a module that contains them keeps them shared; layers that are copied on their own have curvatures of
    their own.

    Args:
        c: Magnitude of the sectional curvature, c > 0.
        learnable: Whether c is a parameter.

    Raises:
        ValueError: c is not a positive finite number.
    """

    sign: ClassVar[int]
    """Sign of the sectional curvature."""

    point_ops: ClassVar[PointOps]
    """Generated module of the model's point operations."""

    frame_ops: ClassVar[FrameOps]
    """Generated module of the layer operations for this sign."""

    @property
    def sectional_curvature(self) -> Tensor:
        """Signed sectional curvature, `sign` · c."""
        return self.sign * self.c

    # Points and tangent vectors

    def inner(self, x: Tensor, u: Tensor, v: Tensor | None = None, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Riemannian inner product ⟨u, v⟩_x of tangent vectors at x; v is u where it is not given."""
        v = u if v is None else v
        axis = self._axis(dim, x=x, u=u, v=v)
        return _row(self.point_ops.inner(x, u, v, self.c_for(x), dim=axis), axis, keepdim)

    def egrad2rgrad(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Turn the gradient u that autograd gives at x into the Riemannian gradient; u is not modified."""
        axis = self._axis(dim, x=x, u=u)
        return self.point_ops.egrad2rgrad(x, u, self.c_for(x), dim=axis)

    def expmap(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Exponential map exp_x(u)."""
        axis = self._axis(dim, x=x, u=u)
        return self.point_ops.expmap(x, u, self.c_for(x), dim=axis)

    def logmap(self, x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
        """Logarithm log_x(y), of length dist(x, y)."""
        axis = self._axis(dim, x=x, y=y)
        return self.point_ops.logmap(x, y, self.c_for(x), dim=axis)

    def expmap0(self, u: Tensor, *, dim: int = -1) -> Tensor:
        """Exponential map at the origin, of vectors of n numbers."""
        axis = self._axis(dim, coordinates={"u": u})
        return self.point_ops.expmap0(u, self.c_for(u), dim=axis)

    def logmap0(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Logarithm at the origin, a vector of n numbers."""
        axis = self._axis(dim, x=x)
        return self.point_ops.logmap0(x, self.c_for(x), dim=axis)

    def transp(self, x: Tensor, y: Tensor, v: Tensor, *, dim: int = -1) -> Tensor:
        """Parallel transport P_{x→y} v."""
        axis = self._axis(dim, x=x, y=y, v=v)
        return self.point_ops.transp(x, y, v, self.c_for(x), dim=axis)

    def transp0(self, y: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Transport the vector u of n numbers from the origin to y."""
        axis = self._axis(dim, coordinates={"u": u}, y=y)
        return self.point_ops.transp0(y, u, self.c_for(y), dim=axis)

    def transp0back(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Transport the tangent vector u from x to the origin, where it has n numbers."""
        axis = self._axis(dim, x=x, u=u)
        return self.point_ops.transp0back(x, u, self.c_for(x), dim=axis)

    def expmap_transp(self, x: Tensor, u: Tensor, v: Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
        """Exponential map y = exp_x(u), and v transported along that geodesic to y."""
        axis = self._axis(dim, x=x, u=u, v=v)
        return self.point_ops.expmap_transp(x, u, v, self.c_for(x), dim=axis)

    # Distances and means

    def dist(self, x: Tensor, y: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Geodesic distance; its gradient at coincident points is 0."""
        axis = self._axis(dim, x=x, y=y)
        return _row(self.point_ops.dist(x, y, self.c_for(x), dim=axis), axis, keepdim)

    def dist0(self, x: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Geodesic distance from the origin."""
        axis = self._axis(dim, x=x)
        return _row(self.point_ops.dist0(x, self.c_for(x), dim=axis), axis, keepdim)

    def sqdist(self, x: Tensor, y: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Squared geodesic distance, smooth at coincident points."""
        axis = self._axis(dim, x=x, y=y)
        return _row(self.point_ops.sqdist(x, y, self.c_for(x), dim=axis), axis, keepdim)

    def midpoint(
        self,
        x: Tensor,
        weights: Tensor | None = None,
        *,
        dim: int = -1,
        rows: int | Sequence[int] = -2,
        keepdim: bool = False,
    ) -> Tensor:
        """Weighted midpoint Σ w X / ‖Σ w X‖ in ambient coordinates, by the ops of the model.

        It minimises Σ w (cosh(√c d) − 1), on the sphere Σ w (1 − cos(√c d)), and is halfway for two equal weights.

        Args:
            x: Points, shape (*, N, p).
            weights: Non-negative weights of any scale, in the shape of x without `dim`, or broadcasting to it.
            dim: Manifold axis.
            rows: Axis or axes to average over.
            keepdim: Whether the averaged axes stay with size 1.
        """
        axis = self._axis(dim, x=x)
        w, axes = self._reduction(x, weights, axis, rows)
        mean = self.point_ops.midpoint(x, w, self.c_for(x), dim=axis, rows=axes)
        return mean if keepdim else mean.squeeze(axes)

    def shrink_transp(self, x: Tensor, v: Tensor, weight: float | Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
        """Midpoint of x and the origin, and v transported there, fused; see `ManifoldBase.shrink_transp`."""
        axis = self._axis(dim, x=x, v=v)
        return self.point_ops.shrink_transp(x, v, self._row("weight", weight, x, axis), self.c_for(x), dim=axis)

    # Isometries

    @abstractmethod
    def to_stereographic(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Stereographic coordinates (*, n) of a point, those of the Poincaré ball where κ < 0."""

    @abstractmethod
    def from_stereographic(self, p: Tensor, *, dim: int = -1) -> Tensor:
        """Point of stereographic coordinates: the inverse of `to_stereographic`."""

    def isometry(self, other: Manifold) -> Callable[..., Tensor]:
        """Return the isometry to another model of the same space, through stereographic coordinates.

        Args:
            other: Manifold of the same curvature; a difference that arises later, by learning, is not noticed.

        Returns:
            Function of points x (and of `dim`), which gives points of `other`.

        Raises:
            ValueError: The curvatures differ, so that there is no isometry.
        """
        through_frame = super().isometry(other)
        if isinstance(other, type(self)) or not isinstance(other, ConstantCurvature):
            return through_frame

        def move(x: Tensor, *, dim: int = -1) -> Tensor:
            return other.from_stereographic(self.to_stereographic(x, dim=dim), dim=dim)

        return move

    # Layer operations

    @property
    def has_time(self) -> bool:
        """Whether ambient coordinates have a time, or a pole's coordinate, beside the space part."""
        return True

    def max_distance(self, dtype: torch.dtype) -> Tensor:
        """Largest distance D_max from the origin for numbers of a dtype, as of maximum distance rescaling.

        On hyperbolic space D_max = acosh(√c x_t)/√c with a largest time x_t, 2·10³ in float32 and 10⁸ in float64 (arXiv
        2405.13979), 16 in float16 and 6 in bfloat16; it no longer changes with c below c = 3.28/x_t². On the sphere
        D_max = (1 − 2⁻⁶)π/√c for every dtype.

        Args:
            dtype: Of the numbers in which geometry is computed.

        Raises:
            ValueError: The space is hyperbolic, and no largest time is known for the dtype.
        """
        c = self.c_for(torch.empty((), dtype=dtype))
        return self._reach(c, dtype) * c.rsqrt()

    def rescale(self, u: Tensor, slope: float | Tensor = 1.0, *, dim: int = -1) -> Tensor:
        """Maximum distance rescaling, fused: the distance D becomes D_max tanh(slope · D/D_max).

        Arguments as of `ManifoldBase.rescale`. Low precision is computed in float32, and has its D_max.
        """
        axis = self._axis(dim, coordinates={"u": u})
        c = self.c_for(u)
        reach = self._row("reach", self._reach(c, torch.promote_types(u.dtype, torch.float32)), u, axis)
        return self.frame_ops.rescale(u, reach, self._row("slope", slope, u, axis), c, dim=axis)

    def frame_dist(self, u: Tensor, v: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Distance of the points with frame coordinates u and v."""
        axis = self._axis(dim, coordinates={"u": u, "v": v})
        return _row(self.frame_ops.dist(u, v, self.c_for(u), dim=axis), axis, keepdim)

    def frame_sqdist(self, u: Tensor, v: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Squared distance of the points with frame coordinates u and v, smooth where they coincide."""
        axis = self._axis(dim, coordinates={"u": u, "v": v})
        return _row(self.frame_ops.sqdist(u, v, self.c_for(u), dim=axis), axis, keepdim)

    def add(self, u: Tensor, v: Tensor, *, dim: int = -1) -> Tensor:
        """Move the point x of u by v: log0 exp_x(P_{o→x} v), fused; u + v in the flat limit.

        On hyperbolic space the result is saturated; see `Hyperbolic.saturate`.
        """
        axis = self._axis(dim, coordinates={"u": u, "v": v})
        return self.frame_ops.add(u, v, self._row("limit", self._limit(u), u, axis), self.c_for(u), dim=axis)

    def deviations(self, u: Tensor, mean: Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
        """Points seen from a mean μ, P_{μ→o} log_μ x, and their squared distances from it, fused."""
        axis = self._axis(dim, coordinates={"u": u, "mean": mean})
        return self.frame_ops.center(u, mean, self.c_for(u), dim=axis)

    def holonomy(self, v: Tensor, mean: Tensor, bias: Tensor, *, dim: int = -1) -> Tensor:
        """Transport vectors along the sides of the triangle o → μ → β → o, fused."""
        axis = self._axis(dim, coordinates={"v": v, "mean": mean, "bias": bias})
        return self.frame_ops.holonomy(v, mean, bias, self.c_for(v), dim=axis)

    def place(self, v: Tensor, mean: Tensor, scale: float | Tensor, bias: Tensor, *, dim: int = -1) -> Tensor:
        """Points seen from β as scaled vectors were from μ: log0 exp_β(scale · P_{μ→β} P_{o→μ} v), fused.

        On hyperbolic space the scaled vectors and the result are saturated; see `Hyperbolic.saturate`.
        """
        axis = self._axis(dim, coordinates={"v": v, "mean": mean, "bias": bias})
        factor, limit = self._row("scale", scale, v, axis), self._row("limit", self._limit(v), v, axis)
        return self.frame_ops.place(v, mean, factor, bias, limit, self.c_for(v), dim=axis)

    def midpoint0(
        self,
        u: Tensor,
        weights: Tensor | None = None,
        *,
        dim: int = -1,
        rows: int | Sequence[int] = -2,
        keepdim: bool = False,
    ) -> Tensor:
        """Weighted midpoint in frame coordinates, fused; arguments as of `midpoint`."""
        axis = self._axis(dim, coordinates={"u": u})
        w, axes = self._reduction(u, weights, axis, rows)
        mean = self.frame_ops.midpoint0(u, w, self.c_for(u), dim=axis, rows=axes)
        return mean if keepdim else mean.squeeze(axes)

    def hyperplane_dist(self, u: Tensor, weight: Tensor, offset: Tensor | None = None, *, dim: int = -1) -> Tensor:
        """Signed distances to hyperplanes, the k-th orthogonal to its axis at exp0(offset_k ŵ_k): asinh(√c⟨X, N_k⟩)/√c.

        X is the ambient point, N_k the ambient unit normal; on the sphere asin takes the place of asinh.

        Args:
            u: Frame coordinates of points, shape (*, n).
            weight: Directions of the normals, shape (m, n), none of them 0; their lengths do not matter.
            offset: Signed distances of the hyperplanes from the origin, shape (m,); default 0.
            dim: Manifold axis.

        Returns:
            Distances, shape (*, m) with the m hyperplanes at `dim`.
        """
        axis = self._axis(dim, coordinates={"u": u})
        direction, norm = self._rows(weight, "offset", offset, u, axis)
        return self._score(u, direction, torch.ones_like(norm), None if offset is None else -offset, axis)

    def product_dist(self, h: Tensor, sqnorm: Tensor, *, dim: int = -1) -> Tensor:
        """Signed distances to hyperplanes through the origin, asinh(sinh(√c‖u‖)/‖u‖ · ⟨u, ŵ_k⟩)/√c, fused.

        On the sphere with sin and asin. Arguments as of `ManifoldBase.product_dist`.
        """
        axis = self._axis(dim, coordinates={"h": h})
        square = self._row("sqnorm", sqnorm, h, axis)
        norm = self._channels(square.new_ones(h.size(axis)), axis)
        distance = self.frame_ops.score(h, square, norm, torch.zeros_like(norm), self.c_for(h), dim=axis)
        return distance.to(h.dtype)

    def hyperplane_score(self, u: Tensor, weight: Tensor, bias: Tensor | None = None, *, dim: int = -1) -> Tensor:
        """Signed distances to hyperplanes at offset −b/‖w‖, times ‖w‖; ⟨u, w⟩ + b in the flat limit.

        Args:
            u: Frame coordinates of points, shape (*, n).
            weight: Normals, shape (m, n).
            bias: Shape (m,); default 0.
            dim: Manifold axis.

        Returns:
            Scores, shape (*, m) with the m hyperplanes at `dim`.

        Source: HNN++ (arXiv 2006.08210) §3.1, whose ball coordinates give twice this.
        """
        axis = self._axis(dim, coordinates={"u": u})
        direction, norm = self._rows(weight, "bias", bias, u, axis)
        return self._score(u, direction, norm, bias, axis)

    # Helpers

    def _score(self, u: Tensor, direction: Tensor, norm: Tensor, bias: Tensor | None, axis: int) -> Tensor:
        h = dot_rows(u, direction, axis)
        square = wide(u).square().sum(axis, keepdim=True)
        shift = torch.zeros_like(norm) if bias is None else bias
        channels = self._channels(norm, axis), self._channels(shift, axis)
        return self.frame_ops.score(h, square, *channels, self.c_for(u), dim=axis).to(h.dtype)

    @abstractmethod
    def _reach(self, c: Tensor, dtype: torch.dtype) -> Tensor:
        """√c · D_max, a 0-dimensional tensor."""

    def _limit(self, u: Tensor) -> float:
        """√c · length up to which layer operations leave frame vectors of this dtype as they are."""
        return math.inf

    def _kappa(self, like: Tensor) -> Tensor:
        return self.sign * self.c_for(like).to(like.dtype)

    def _frechet_start(self, u: Tensor, weights: Tensor, rows: tuple[int, ...], dim: int) -> Tensor:
        return self.frame_ops.midpoint0(u, weights, self.c_for(u), dim=dim, rows=rows)


def _row(value: Tensor, axis: int, keepdim: bool) -> Tensor:
    return value if keepdim else value.squeeze(axis)
