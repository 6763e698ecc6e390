"""What the models of hyperbolic space share beyond constant curvature."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from ..compile.guards import saturation
from .base import unit_normals, wide
from .constant import ConstantCurvature
from .generated import hyperbolic
from .ops import HyperbolicOps
from .protocol import LinearMap, Response

LARGEST_TIME = {torch.float64: 1e8, torch.float32: 2e3, torch.float16: 16.0, torch.bfloat16: 6.0}
"""Time x_t of the farthest points that a dtype resolves in ambient coordinates (arXiv 2405.13979; low precision: of
its machine epsilon)."""
WIDEST = 1.8101705806989772
"""√c x_t at which acosh(√c x_t)/√c is largest, for a given x_t: cosh y with y tanh y = 1."""
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
        if groups == 1:
            norms = layer.patch_sums(ratio**2 * wide(u).square().sum(axis, keepdim=True))
            return self.affine(products, norms, length.flatten(), bias, ratio, response=response, dim=axis)
        by_group = (groups, -1)
        norms = layer.patch_sums(ratio**2 * torch.unflatten(wide(u), axis, by_group).square().sum(axis)).unsqueeze(axis)
        offset = None if bias is None else torch.unflatten(bias, 0, by_group)
        products = torch.unflatten(products, axis, by_group)
        grouped = self.affine(products, norms, length.flatten(1), offset, ratio, response=response, dim=axis)
        return self.saturate(grouped.flatten(axis - 1, axis), dim=axis)

    def ambient_map(
        self, u: Tensor, weight: Tensor, time_weight: Tensor | None, bias: Tensor | None, layer: LinearMap
    ) -> Tensor:
        """Linear and convolution layers of the hyperboloid: the point with space part W x_s + v(√c x_t − 1) + b.

        Space parts x_s of a patch stand side by side and share the time x_t = √(1/c + Σ‖x_s‖²), which is a box filter
        (direct concatenation, HCNN, arXiv 2303.15919). HCNN's layer W x_s + w x_t + b has v = w/√c, and b + v for b.

        Arguments as of `ManifoldBase.ambient_map`, with v the `time_weight`.
        """
        axis = layer.axis
        space = self._space_part(u, axis)
        products = moved = layer.product(space, weight, bias)
        if time_weight is not None:
            square = self.c_for(u) * self._patch_squares(space, layer)
            rise = square / (1 + torch.sqrt(1 + square))
            moved = products + self._channels(time_weight, axis) * rise
        return self._from_space_part(moved, axis).to(products.dtype)

    def rotation_map(self, u: Tensor, weight: Tensor, bias: Tensor | None, layer: LinearMap) -> Tensor:
        """Linear and convolution layers as a rotation of space parts and a boost (arXiv 2405.13979 Eq. 7).

        A patch p of space parts becomes a point of the same distance from the origin, with the time of the patch. Where
        the output has room for a patch, its space part is Qp, with orthonormal columns Q that are the Cayley transform
        of the weight W. Else it is Wp, scaled to the length ‖p‖; where Wp = 0 that is the origin, with gradient 0. The
        boost takes the origin to the point of the bias.

        Arguments as of `ManifoldBase.rotation_map`.
        """
        axis = layer.axis
        space = self._space_part(u, axis)
        matrix = weight.flatten(1)
        if matrix.shape[1] <= matrix.shape[0]:
            products = layer.product(space, cayley(matrix).reshape(weight.shape))
            turned = self._from_space_part(products, axis)
        else:
            products = layer.product(space, weight)
            limit = self._row("limit", self._limit(u), u, axis)
            square = self._patch_squares(space, layer)
            matched = self.frame_ops.matched(_sized(products, axis), square, limit, self.c_for(u), dim=axis)
            turned = matched.to(products.dtype)
        if bias is None:
            return turned
        return self.add(self.saturate(self._channels(bias, axis), dim=axis), turned, dim=axis).to(products.dtype)

    def ambient_function(self, function: Callable[[Tensor], Tensor], u: Tensor, *, dim: int = -1) -> Tensor:
        """Apply a function to the space part; the time follows (HCNN, arXiv 2303.15919)."""
        axis = self._axis(dim, coordinates={"u": u})
        return self._from_space_part(function(self._space_part(wide(u), axis)), axis).to(u.dtype)

    def ambient_sum(self, u: Tensor, v: Tensor, *, dim: int = -1) -> Tensor:
        """Add space parts; the time follows (HCNN, arXiv 2303.15919)."""
        axis = self._axis(dim, coordinates={"u": u, "v": v})
        space = self._space_part(wide(u), axis) + self._space_part(wide(v), axis)
        return self._from_space_part(space, axis).to(u.dtype)

    def _space_part(self, u: Tensor, axis: int) -> Tensor:
        """Space part of the point of u; its numbers stay below 100/√c where the dtype ends at 65504."""
        limit = 0.0 if u.dtype == torch.float16 else self._limit(u)
        return self.frame_ops.space_part(u, self._row("limit", limit, u, axis), self.c_for(u), dim=axis)

    def _from_space_part(self, space: Tensor, axis: int) -> Tensor:
        """Frame coordinates, saturated, of the point with this space part."""
        limit = self._row("limit", self._limit(space), space, axis)
        return self.frame_ops.from_space_part(space, limit, self.c_for(space), dim=axis)

    def _patch_squares(self, space: Tensor, layer: LinearMap) -> Tensor:
        """Squared length of the patches of space parts."""
        return layer.patch_sums(wide(space).square().sum(layer.axis, keepdim=True))

    def _reach(self, c: Tensor, dtype: torch.dtype) -> Tensor:
        """√c · D_max = acosh(√c x_t), with the largest time x_t of the dtype.

        As c → 0 this D_max would fall again and vanish at c = 1/x_t²; from its maximum on, at c = 3.28/x_t², it stays
        constant.
        """
        if dtype not in LARGEST_TIME:
            names = ", ".join(str(kind) for kind in LARGEST_TIME)
            raise ValueError(f"{self}: max_distance is of one of {names}, got {dtype}")
        time = c.sqrt() * LARGEST_TIME[dtype]
        argument = time.clamp(min=WIDEST)
        return time * torch.acosh(argument) / argument

    def _limit(self, u: Tensor) -> float:
        return LIMIT_OF_DOUBLES if u.dtype == torch.float64 else LIMIT


def cayley(x: Tensor) -> Tensor:
    """Orthonormal columns (m, n), n ≤ m, of any matrix: the first n of (I − A/2)⁻¹(I + A/2) with A = L − Lᵀ.

    L is the part of x below the diagonal, with columns of 0 added. Low precision is computed in float32.
    """
    m, n = x.shape
    lower = functional.pad(wide(x).tril(-1), (0, m - n))
    half = (lower - lower.mT) / 2
    identity = torch.eye(m, dtype=half.dtype, device=half.device)
    with torch.autocast(x.device.type, enabled=False):
        columns: Tensor = torch.linalg.solve(identity - half, (identity + half)[:, :n])
    return columns.to(x.dtype)


def _sized(z: Tensor, axis: int) -> Tensor:
    """Vectors whose length does not matter, scaled so that no square underflows; by a constant for differentiation."""
    size = z.detach().abs().amax(axis, keepdim=True)
    return z / torch.where(size > torch.finfo(z.dtype).tiny, size, 1.0)
