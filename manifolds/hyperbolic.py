"""What the models of hyperbolic space share beyond constant curvature."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from ..compile.guards import saturation
from .base import unit_normals
from .constant import ConstantCurvature
from .generated import hyperbolic
from .ops import HyperbolicOps
from .protocol import LinearMap, Response

LIMIT, LIMIT_OF_DOUBLES = 12.0, 100.0
"""√c · radius up to which frame vectors of a dtype (the first: all but float64) are left as they are by `saturate`."""


class Hyperbolic(ConstantCurvature):
    """A model of hyperbolic space, sectional curvature −c."""

    sign = -1
    frame_ops: ClassVar[HyperbolicOps] = hyperbolic

    def saturate(self, u: Tensor, *, dim: int = -1) -> Tensor:
        """Keep frame vectors where their dtype resolves the space: the identity up to L/√c, L = 12 (float64: 100).

        Beyond it is smooth, radial and injective, and lengths stay below (L + 1)/√c. Cosines of distances grow as
        e^{√c r}: float32 holds operations on two points up to that length.
        """
        axis = self._axis(dim, coordinates={"u": u})
        return self.frame_ops.saturate(u, self._row("limit", self._limit(u), u, axis), self.c_for(u), dim=axis)

    def bound(self, u: Tensor, *, dim: int = -1) -> Tensor:
        """Saturate: the injectivity radius is infinite."""
        return self.saturate(u, dim=dim)

    def product_dist(self, h: Tensor, sqnorm: Tensor, *, dim: int = -1) -> Tensor:
        """Signed distances to hyperplanes through the origin, of a point that is saturated first; see `saturate`.

        Arguments as of `ManifoldBase.product_dist`.
        """
        axis = self._axis(dim, coordinates={"h": h})
        square = self._row("sqnorm", sqnorm, h, axis)
        inward = saturation(self.c_for(h) * square, self._row("limit", self._limit(h), h, axis))
        return super().product_dist(inward * h, inward.square() * square, dim=axis).to(h.dtype)

    def affine(
        self,
        h: Tensor,
        sqnorm: Tensor,
        weight_norm: Tensor,
        bias: Tensor | None = None,
        rho: float | Tensor = 1.0,
        *,
        response: Response = "geodesic",
        dim: int = -1,
    ) -> Tensor:
        """Epilogue of linear and convolution layers: the point with given signed distances to coordinate hyperplanes.

        With d the distance of the input from the hyperplane w_k, b_k, the k-th distance is ‖w_k‖ d (HNN++, arXiv
        2006.08210 §3.2). With `response="linear"` its hyperbolic sine is ‖w_k‖ sinh(√c d): the space part of the output
        is linear in the point of the input, and no channel takes a logarithm and an exponential (arXiv 2601.21529).
        Where the dtype does not resolve it, the result is saturated, as inputs of the length (L + 4)/√c are; see
        `saturate`.

        Arguments as of `ManifoldBase.affine`.
        """
        axis = self._axis(dim, coordinates={"h": h})
        shift = torch.zeros_like(weight_norm) if bias is None else bias
        channels = self._channels(weight_norm, axis), self._channels(shift, axis)
        sqnorm, ratio = self._row("sqnorm", sqnorm, h, axis), self._row("rho", rho, h, axis)
        limit = self._row("limit", self._limit(h), h, axis)
        epilogue = self.frame_ops.affine if response == "geodesic" else self.frame_ops.linear_affine
        return epilogue(h, sqnorm, *channels, ratio, limit, self.c_for(h), dim=axis).to(h.dtype)

    def affine_map(self, u: Tensor, weight: Tensor, bias: Tensor | None, layer: LinearMap) -> Tensor:
        """Linear and convolution layers: products with unit normals, norms of patches, and the epilogue.

        Arguments as of `ManifoldBase.affine_map`.
        """
        axis, ratio, groups, response = layer.axis, layer.ratio, layer.groups, layer.response
        direction, length = unit_normals(torch.unflatten(weight, 0, (groups, -1)), layer.fan_in)
        products = layer.product(u, (ratio * direction).flatten(0, 1))
        wide = u.to(torch.promote_types(u.dtype, torch.float32))
        if groups == 1:
            norms = layer.patch_sums(ratio**2 * wide.square().sum(axis, keepdim=True))
            return self.affine(products, norms, length.flatten(), bias, ratio, response=response, dim=axis)
        by_group = (groups, -1)
        norms = layer.patch_sums(ratio**2 * torch.unflatten(wide, axis, by_group).square().sum(axis)).unsqueeze(axis)
        offset = None if bias is None else torch.unflatten(bias, 0, by_group)
        products = torch.unflatten(products, axis, by_group)
        grouped = self.affine(products, norms, length.flatten(1), offset, ratio, response=response, dim=axis)
        return self.saturate(grouped.flatten(axis - 1, axis), dim=axis)

    def _limit(self, u: Tensor) -> float:
        return LIMIT_OF_DOUBLES if u.dtype == torch.float64 else LIMIT
