"""Operations on points and tangent vectors, derived from the few that a geometry supplies."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import ClassVar

import torch
from torch import Tensor, nn

from ..compile.guards import root
from . import checks
from .protocol import Manifold

CDIST_NUMBERS = 2**22
"""Numbers that one chunk of `cdist` compares at a time, unless told."""


class PointOperations(nn.Module, ABC):
    """Geometry of points and tangent vectors.

    A geometry supplies `sectional_curvature`, `origin`, `projx`, `proju`, `egrad2rgrad`, `inner`, `expmap`, `logmap`,
    `transp` and the two hooks of the checks; the rest is derived, and may be replaced by something better.

    Shapes, for all methods: points and tangent vectors are (*, p) with p = point_size(n), vectors at the origin and
    frame coordinates are (*, n), the manifold axis at `dim`. Inputs broadcast; `dim` counts the dimensions of the
    broadcast result. A result of one number per row has shape (*), or keeps the axis with size 1 where `keepdim` is
    set.
    """

    ambient: ClassVar[int] = 0
    """Numbers that a point has beyond its n coordinates."""

    frame_scale: ClassVar[float] = 1.0
    """Length of a unit coordinate vector at the origin: frame coordinates are `frame_scale` · logmap0."""

    # Supplied by the geometry

    @property
    @abstractmethod
    def sectional_curvature(self) -> Tensor:
        """Signed sectional curvature κ, a 0-dimensional tensor."""

    @abstractmethod
    def origin(
        self, *size: int, dim: int = -1, dtype: torch.dtype | None = None, device: torch.device | None = None
    ) -> Tensor:
        """Make a batch of origins.

        Args:
            size: Shape of the result, the p numbers of a point at `dim`.
            dim: Manifold axis.
            dtype: Default: that of the curvature.
            device: Default: that of the curvature.
        """

    @abstractmethod
    def projx(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Move arbitrary numbers x onto the manifold; points stay where they are."""

    @abstractmethod
    def proju(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Project arbitrary numbers u onto the tangent space at x, orthogonally."""

    @abstractmethod
    def egrad2rgrad(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Turn the gradient u that autograd gives at x into the Riemannian gradient: inner(x, result, v) = ⟨u, v⟩."""

    @abstractmethod
    def inner(self, x: Tensor, u: Tensor, v: Tensor | None = None, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Riemannian inner product ⟨u, v⟩_x of tangent vectors at x; v is u where it is not given."""

    @abstractmethod
    def expmap(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Exponential map exp_x(u): follow the geodesic that leaves x with velocity u for unit time."""

    @abstractmethod
    def logmap(self, x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
        """Logarithm log_x(y): initial velocity of the geodesic from x to y in unit time, of length dist(x, y)."""

    @abstractmethod
    def transp(self, x: Tensor, y: Tensor, v: Tensor, *, dim: int = -1) -> Tensor:
        """Parallel transport P_{x→y} v along the geodesic from x to y, an isometry of tangent spaces."""

    @abstractmethod
    def _point_error(self, x: Tensor, dim: int) -> tuple[Tensor, Tensor, str]:
        """Violation of the points' law per row, the size that relative errors refer to, and the law with a remedy."""

    @abstractmethod
    def _tangent_error(self, x: Tensor, u: Tensor, dim: int) -> tuple[Tensor, Tensor, str]:
        """The same for tangent vectors u at points x."""

    # Points

    def point_size(self, n: int) -> int:
        """Count the numbers that describe a point of the n-dimensional manifold: n + 1 if they are ambient, else n."""
        return n + self.ambient

    def component_size(self, size: int) -> int:
        """Count the numbers of a row of `component_inner` that can differ: 1, a tangent vector is scaled as a whole."""
        return 1

    def random(
        self,
        *size: int,
        dim: int = -1,
        generator: torch.Generator | None = None,
        dtype: torch.dtype | None = None,
        device: torch.device | None = None,
    ) -> Tensor:
        """Draw points whose frame coordinates are standard normal.

        Args:
            size: Shape of the result, the p numbers of a point at `dim`.
            dim: Manifold axis.
            generator: Source of randomness; default: torch's.
            dtype: Default: that of the curvature.
            device: Default: that of the curvature.
        """
        shape, axis = checks.point_shape(self, size, dim, self.ambient)
        like = self.sectional_curvature
        coordinates = [*shape]
        coordinates[axis] -= self.ambient
        u = torch.randn(coordinates, generator=generator, dtype=dtype or like.dtype, device=device or like.device)
        return self.from_frame(u, dim=axis)

    def check_point(self, x: Tensor, *, dim: int = -1, atol: float | None = None, rtol: float | None = None) -> None:
        """Check that every row of x is a point of the manifold.

        Args:
            x: Candidates, shape (*, p).
            dim: Manifold axis.
            atol: Absolute tolerance; default by dtype, see `checks.TOLERANCES`.
            rtol: Tolerance relative to the size of the point; default by dtype.

        Raises:
            ValueError: A row is off the manifold; the message names the worst row and its error.
        """
        axis = self._axis(dim, x=x)
        with torch.no_grad():
            error, scale, law = self._point_error(x.double(), axis)
        checks.require_rows(self, "x", error, scale, *_tolerances(x, atol, rtol), law)

    def check_tangent(
        self, x: Tensor, u: Tensor, *, dim: int = -1, atol: float | None = None, rtol: float | None = None
    ) -> None:
        """Check that every row of x is a point and every row of u a tangent vector at it.

        Args:
            x: Points, shape (*, p).
            u: Candidates, shape (*, p).
            dim: Manifold axis.
            atol: Absolute tolerance; default by dtype, see `checks.TOLERANCES`.
            rtol: Tolerance relative to the size of the vector; default by dtype.

        Raises:
            ValueError: A row is off the manifold or its tangent space; the message names the worst row and its error.
        """
        axis = self._axis(dim, x=x, u=u)
        self.check_point(x, dim=axis, atol=atol, rtol=rtol)
        with torch.no_grad():
            error, scale, law = self._tangent_error(x.double(), u.double(), axis)
        checks.require_rows(self, "u", error, scale, *_tolerances(u, atol, rtol), law)

    def isometry(self, other: Manifold) -> Callable[..., Tensor]:
        """Return the isometry from this manifold to another model of the same space, origin to origin.

        Args:
            other: Manifold of the same curvature; a difference that arises later, by learning, is not noticed.

        Returns:
            Function of points x (and of `dim`), which gives points of `other`.

        Raises:
            ValueError: The curvatures differ, so that there is no isometry.
        """
        mine, theirs = (float(space.sectional_curvature.detach()) for space in (self, other))
        if not math.isclose(mine, theirs, rel_tol=1e-6):
            raise ValueError(
                f"{self}: no isometry to {other}, whose sectional curvature is {theirs:g}, not {mine:g}; "
                "give both the same c"
            )
        same_model = isinstance(other, type(self))

        def move(x: Tensor, *, dim: int = -1) -> Tensor:
            return x if same_model else other.from_frame(self.to_frame(x, dim=dim), dim=dim)

        return move

    # Tangent vectors

    def component_inner(self, x: Tensor, u: Tensor, v: Tensor | None = None, *, dim: int = -1) -> Tensor:
        """Inner product of each row, repeated along the manifold axis: adaptive optimisers scale a point as a whole."""
        axis = self._axis(dim, x=x, u=u)
        shape = checks.broadcast_shape(x, u, u if v is None else v)
        return self.inner(x, u, v, dim=axis, keepdim=True).expand(shape)

    def norm(self, x: Tensor, u: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Riemannian length √⟨u, u⟩_x; its gradient at u = 0 is 0."""
        wide = torch.promote_types(u.dtype, torch.float32)
        square = self.inner(x.to(wide), u.to(wide), dim=dim, keepdim=keepdim)
        return root(square).to(u.dtype)

    # Geodesics

    def expmap0(self, u: Tensor, *, dim: int = -1) -> Tensor:
        """Exponential map at the origin, of vectors of n numbers (*, n)."""
        axis = self._axis(dim, coordinates={"u": u})
        return self.expmap(self._origin_like(u, axis), self._at_origin(u, axis), dim=axis)

    def logmap0(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Logarithm at the origin, a vector of n numbers (*, n): the inverse of `expmap0`."""
        axis = self._axis(dim, x=x)
        return self._coordinates(self.logmap(self._origin_like(x, axis, self.ambient), x, dim=axis), axis)

    def geodesic(self, t: float | Tensor, x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
        """Point exp_x(t log_x y) of the geodesic from x to y.

        Args:
            t: Time, 0 at x and 1 at y: a number, or a tensor with size 1 at `dim`.
            x: Points, shape (*, p).
            y: Points, shape (*, p).
            dim: Manifold axis.
        """
        axis = self._axis(dim, x=x, y=y)
        return self.expmap(x, self._row("t", t, x, axis) * self.logmap(x, y, dim=axis), dim=axis)

    def retr(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Retraction that optimisers step by: the exponential map, put back on the manifold after rounding."""
        return self.projx(self.expmap(x, u, dim=dim), dim=dim)

    # Parallel transport

    def transp0(self, y: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Transport the vector u of n numbers from the origin to y."""
        axis = self._axis(dim, coordinates={"u": u}, y=y)
        return self.transp(self._origin_like(u, axis), y, self._at_origin(u, axis), dim=axis)

    def transp0back(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Transport the tangent vector u from x to the origin, where it has n numbers: the inverse of `transp0`."""
        axis = self._axis(dim, x=x, u=u)
        return self._coordinates(self.transp(x, self._origin_like(x, axis, self.ambient), u, dim=axis), axis)

    def expmap_transp(self, x: Tensor, u: Tensor, v: Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
        """Exponential map y = exp_x(u), and v transported along that geodesic to y."""
        y = self.expmap(x, u, dim=dim)
        return y, self.transp(x, y, v, dim=dim)

    def retr_transp(self, x: Tensor, u: Tensor, v: Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
        """Retraction of u, and v moved along with it: parallel transport, put back into the tangent space."""
        y, v = self.expmap_transp(x, u, v, dim=dim)
        y = self.projx(y, dim=dim)
        return y, self.proju(y, v, dim=dim)

    # Distances

    def dist(self, x: Tensor, y: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Geodesic distance ‖log_x y‖_x; its gradient at coincident points is 0."""
        axis = self._axis(dim, x=x, y=y)
        return self.norm(x, self.logmap(x, y, dim=axis), dim=axis, keepdim=keepdim)

    def dist0(self, x: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Geodesic distance from the origin."""
        axis = self._axis(dim, x=x)
        return self.dist(self._origin_like(x, axis, self.ambient), x, dim=axis, keepdim=keepdim)

    def sqdist(self, x: Tensor, y: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Squared geodesic distance ⟨log_x y, log_x y⟩_x, smooth at coincident points."""
        axis = self._axis(dim, x=x, y=y)
        return self.inner(x, self.logmap(x, y, dim=axis), dim=axis, keepdim=keepdim)

    def cdist(self, x: Tensor, y: Tensor, *, chunk: int | None = None) -> Tensor:
        """Distances of all pairs of points, each as accurate as `dist`.

        Args:
            x: Points, shape (*, N, p).
            y: Points, shape (*, M, p).
            chunk: Rows of x to compare at a time. The default bounds the numbers that are compared at a time to about
                2²².

        Returns:
            Distances, shape (*, N, M).

        Raises:
            ValueError: x or y has no dimension of rows, or `chunk` < 1.
        """
        self._axis(-1, x=x, y=y)
        if x.ndim < 2 or y.ndim < 2:
            raise ValueError(f"{self}: cdist takes (*, N, p) and (*, M, p), got {tuple(x.shape)} and {tuple(y.shape)}")
        if chunk is None:
            numbers = checks.broadcast_shape(x.unsqueeze(-2), y.unsqueeze(-3)).numel()
            chunk = max(1, CDIST_NUMBERS * x.shape[-2] // max(1, numbers))
        if chunk < 1:
            raise ValueError(f"{self}: chunk must be at least 1, got {chunk}")
        others = y.unsqueeze(-3)
        return torch.cat([self.dist(part.unsqueeze(-2), others) for part in torch.split(x, chunk, dim=-2)], dim=-2)

    # Frame coordinates

    def from_frame(self, u: Tensor, *, dim: int = -1) -> Tensor:
        """Point of frame coordinates u (*, n): normal coordinates at the origin with ‖u‖ = dist(o, x)."""
        return self.expmap0(u / self.frame_scale, dim=dim)

    def to_frame(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Frame coordinates (*, n) of the point x: the inverse of `from_frame`."""
        return self.logmap0(x, dim=dim) * self.frame_scale

    # Helpers

    def _axis(self, dim: int, *, coordinates: dict[str, Tensor] | None = None, **points: Tensor) -> int:
        """Check inputs by argument name and return the manifold axis as a negative number."""
        return checks.manifold_axis(self, dim, self.ambient, points, coordinates or checks.NO_TENSORS)

    def _row(self, name: str, value: float | Tensor, x: Tensor, axis: int) -> Tensor:
        return checks.row_number(self, name, value, x, axis)

    def _reduction(
        self, x: Tensor, weights: Tensor | None, axis: int, rows: int | Sequence[int]
    ) -> tuple[Tensor, tuple[int, ...]]:
        """Weights of every row and the axes to reduce, for an average of x."""
        return checks.row_weights(self, weights, x, axis), checks.row_axes(self, rows, x, axis)

    def _origin_like(self, x: Tensor, axis: int, ambient: int = 0) -> Tensor:
        """Origin that broadcasts against x, which has n + `ambient` numbers at the axis."""
        size = (self.point_size(x.shape[axis] - ambient), *(1,) * (-axis - 1))
        return self.origin(*size, dim=axis, dtype=x.dtype, device=x.device)

    def _at_origin(self, u: Tensor, axis: int) -> Tensor:
        """Tangent vector at the origin of n numbers: a 0 for the time or pole comes first."""
        return u if self.ambient == 0 else torch.cat((torch.zeros_like(u.narrow(axis, 0, 1)), u), axis)

    def _coordinates(self, u: Tensor, axis: int) -> Tensor:
        """The n numbers of a tangent vector at the origin."""
        return u.narrow(axis, self.ambient, u.shape[axis] - self.ambient)


def _tolerances(x: Tensor, atol: float | None, rtol: float | None) -> tuple[float, float]:
    default = checks.TOLERANCES[x.dtype]
    return default if atol is None else atol, default if rtol is None else rtol
