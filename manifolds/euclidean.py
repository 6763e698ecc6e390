"""Flat space, in which every layer is its torch.nn counterpart."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from . import checks
from .base import ManifoldBase, dot_rows


class Euclidean(ManifoldBase):
    """Flat space R^n in Cartesian coordinates: points, tangent vectors and frame coordinates are the same numbers.

    Example:
        >>> import torch
        >>> from manifuse.manifolds import Euclidean
        >>> Euclidean().dist(torch.tensor([1.0, 1.0]), torch.tensor([4.0, 5.0]))
        tensor(5.)
    """

    @property
    def sectional_curvature(self) -> Tensor:
        """Sectional curvature, 0."""
        return torch.zeros(())

    def origin(
        self, *size: int, dim: int = -1, dtype: torch.dtype | None = None, device: torch.device | None = None
    ) -> Tensor:
        """Make a batch of origins, zeros of shape `size`."""
        shape, _ = checks.point_shape(self, size, dim, self.ambient)
        return torch.zeros(shape, dtype=dtype, device=device)

    def projx(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Return x: every tensor is a point."""
        self._axis(dim, x=x)
        return x

    def proju(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Return u in the broadcast shape: every tensor is a tangent vector."""
        self._axis(dim, x=x, u=u)
        return u.expand(checks.broadcast_shape(x, u))

    def egrad2rgrad(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Return the gradient u in the broadcast shape: it is the Riemannian one."""
        return self.proju(x, u, dim=dim)

    def inner(self, x: Tensor, u: Tensor, v: Tensor | None = None, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Inner product ⟨u, v⟩; v is u where it is not given."""
        product = self.component_inner(x, u, v, dim=dim)
        return product.sum(self._axis(dim, x=product), keepdim=keepdim)

    def component_size(self, size: int) -> int:
        """Count the numbers of a row of `component_inner` that can differ: all of them."""
        return size

    def component_inner(self, x: Tensor, u: Tensor, v: Tensor | None = None, *, dim: int = -1) -> Tensor:
        """Elementwise product u v: every component is a manifold of its own, as for adaptive optimisers of torch."""
        v = u if v is None else v
        self._axis(dim, x=x, u=u, v=v)
        product = u * v
        return product.expand(checks.broadcast_shape(x, product))

    def expmap(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Straight line x + u."""
        self._axis(dim, x=x, u=u)
        return x + u

    def logmap(self, x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
        """Difference y − x."""
        self._axis(dim, x=x, y=y)
        return y - x

    def expmap0(self, u: Tensor, *, dim: int = -1) -> Tensor:
        """Return u: the map at the origin is the identity."""
        self._axis(dim, u=u)
        return u

    def logmap0(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Return x: the map at the origin is the identity."""
        self._axis(dim, x=x)
        return x

    def transp(self, x: Tensor, y: Tensor, v: Tensor, *, dim: int = -1) -> Tensor:
        """Return v in the broadcast shape: a tangent vector is the same everywhere."""
        self._axis(dim, x=x, y=y, v=v)
        return v.expand(checks.broadcast_shape(x, y, v))

    def transp0(self, y: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Return u in the broadcast shape."""
        return self.proju(y, u, dim=dim)

    def transp0back(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Return u in the broadcast shape."""
        return self.proju(x, u, dim=dim)

    def dist(self, x: Tensor, y: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Distance ‖x − y‖; its gradient at coincident points is 0."""
        axis = self._axis(dim, x=x, y=y)
        distance: Tensor = torch.linalg.vector_norm(x - y, dim=axis, keepdim=keepdim)
        return distance

    def dist0(self, x: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Distance ‖x‖ from the origin."""
        distance: Tensor = torch.linalg.vector_norm(x, dim=self._axis(dim, x=x), keepdim=keepdim)
        return distance

    def add(self, u: Tensor, v: Tensor, *, dim: int = -1) -> Tensor:
        """Sum u + v."""
        self._axis(dim, coordinates={"u": u, "v": v})
        return u + v

    def deviations(self, u: Tensor, mean: Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
        """Differences u − mean, and their squared lengths."""
        axis = self._axis(dim, coordinates={"u": u, "mean": mean})
        difference = u - mean
        return difference, difference.square().sum(axis, keepdim=True)

    def holonomy(self, v: Tensor, mean: Tensor, bias: Tensor, *, dim: int = -1) -> Tensor:
        """Return v in the broadcast shape."""
        self._axis(dim, coordinates={"v": v, "mean": mean, "bias": bias})
        return v.expand(checks.broadcast_shape(v, mean, bias))

    def place(self, v: Tensor, mean: Tensor, scale: float | Tensor, bias: Tensor, *, dim: int = -1) -> Tensor:
        """Return bias + scale · v."""
        axis = self._axis(dim, coordinates={"v": v, "mean": mean, "bias": bias})
        return torch.addcmul(bias, self._row("scale", scale, v, axis), v)

    def midpoint(
        self,
        x: Tensor,
        weights: Tensor | None = None,
        *,
        dim: int = -1,
        rows: int | Sequence[int] = -2,
        keepdim: bool = False,
    ) -> Tensor:
        """Weighted mean Σ w x / Σ w; arguments as of `ManifoldBase.midpoint`."""
        axis = self._axis(dim, x=x)
        w, axes = self._reduction(x, weights, axis, rows)
        if weights is None:
            return x.mean(axes, keepdim=keepdim)
        return (w * x).sum(axes, keepdim=keepdim) / w.sum(axes, keepdim=keepdim)

    def frechet_mean(
        self,
        x: Tensor,
        weights: Tensor | None = None,
        *,
        dim: int = -1,
        rows: int | Sequence[int] = -2,
        keepdim: bool = False,
        steps: int = 0,
    ) -> Tensor:
        """Weighted mean, which minimises Σ w ‖x − ·‖² without iteration."""
        return self.midpoint(x, weights, dim=dim, rows=rows, keepdim=keepdim)

    def hyperplane_dist(self, u: Tensor, weight: Tensor, offset: Tensor | None = None, *, dim: int = -1) -> Tensor:
        """Signed distances ⟨u, ŵ⟩ − offset to hyperplanes; arguments as of `ManifoldBase.hyperplane_dist`."""
        axis = self._axis(dim, coordinates={"u": u})
        direction, _ = self._rows(weight, "offset", offset, u, axis)
        height = dot_rows(u, direction, axis)
        return height if offset is None else height - self._channels(offset, axis)

    def product_dist(self, h: Tensor, sqnorm: Tensor, *, dim: int = -1) -> Tensor:
        """Scalar products h: they are the signed distances."""
        self._axis(dim, coordinates={"h": h})
        return h

    def hyperplane_score(self, u: Tensor, weight: Tensor, bias: Tensor | None = None, *, dim: int = -1) -> Tensor:
        """Scores ⟨u, w⟩ + b, as nn.Linear; arguments as of `ManifoldBase.hyperplane_score`."""
        axis = self._axis(dim, coordinates={"u": u})
        self._rows(weight, "bias", bias, u, axis)
        return functional.linear(u.movedim(axis, -1), weight, bias).movedim(-1, axis)

    def _point_error(self, x: Tensor, dim: int) -> tuple[Tensor, Tensor, str]:
        error = torch.where(x.isfinite().all(dim), 0.0, torch.inf).to(x.dtype)
        return error, torch.zeros_like(error), "being finite"

    def _tangent_error(self, x: Tensor, u: Tensor, dim: int) -> tuple[Tensor, Tensor, str]:
        return self._point_error(torch.broadcast_to(u, checks.broadcast_shape(x, u)), dim)
