"""What the models of hyperbolic space share beyond constant curvature."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from .base import unit_normals
from .constant import ConstantCurvature
from .generated import hyperbolic
from .ops import HyperbolicOps
from .protocol import LinearMap

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
        limit = LIMIT_OF_DOUBLES if u.dtype == torch.float64 else LIMIT
        return self.frame_ops.saturate(u, self._row("limit", limit, u, axis), self.c_for(u), dim=axis)

    def bound(self, u: Tensor, *, dim: int = -1) -> Tensor:
        """Saturate: the injectivity radius is infinite."""
        return self.saturate(u, dim=dim)

    def affine_map(self, u: Tensor, weight: Tensor, bias: Tensor | None, layer: LinearMap) -> Tensor:
        """Linear and convolution layers: products with unit normals, norms of patches, and the epilogue, saturated.

        Arguments as of `ManifoldBase.affine_map`.
        """
        axis, ratio, by_group = layer.axis, layer.ratio, (layer.groups, -1)
        direction, length = unit_normals(torch.unflatten(weight, 0, by_group), layer.fan_in)
        products = torch.unflatten(layer.product(u, (ratio * direction).flatten(0, 1)), axis, by_group)
        wide = torch.unflatten(u.to(torch.promote_types(u.dtype, torch.float32)), axis, by_group)
        norms = layer.patch_sums(ratio**2 * wide.square().sum(axis)).unsqueeze(axis)
        offset = None if bias is None else torch.unflatten(bias, 0, by_group)
        result = self.affine(products, norms, length.flatten(1), offset, ratio, dim=axis)
        return self.saturate(result.flatten(axis - 1, axis), dim=axis)
