"""SphereConv: the response of a kernel is a function of its angle with the patch, or of a distance on a geometry.

The family is written once. A patch is a point and a kernel the normal of a totally geodesic hyperplane; the response is
a function of the signed distance from it. On the unit sphere of R^d, where the normalised patch of d numbers lives,
that distance is π/2 − θ, and the responses are those of Deep Hyperspherical Learning (arXiv 1711.03189). On another
geometry, which is our own construction, the patch is a concatenation of points.
"""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor, nn

from ..compile.functions import sn
from ..compile.guards import inverse_root
from ..manifolds import Hypersphere, Manifold, ManifoldParameter
from ..manifolds.base import unit_normals, wide
from ..manifolds.curvature import inverse_softplus, softplus
from .checks import Sizes, positive
from .products import Products, Rows, Windows, Windows1d, Windows2d
from .similarity import LEAST_K, LearnableSimilarity, bounded, checked_width, latitude, linear, sigmoid, unit

EPS = 1e-4
"""What is added to squared norms of patches and kernels; that of the authors' code."""


class SphereLayer(Products):
    """What the SphereConv layers of all shapes share; see `SphereConv2d`."""

    raw_k: nn.Parameter | None
    manifold: Manifold | None
    kernel_manifold: Hypersphere | None

    def __init__(
        self,
        shape: tuple[int, ...],
        *,
        similarity: LearnableSimilarity,
        k: float | None,
        shared_k: bool,
        unit_kernels: bool,
        eps: float,
        manifold: Manifold | None,
        device: torch.device | None,
        dtype: torch.dtype | None,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        if not 0 <= eps < math.inf:
            raise ValueError(f"{name}: eps must be at least 0 and finite, got {eps}")
        self.similarity: LearnableSimilarity = similarity
        self.shared_k, self.eps = shared_k, eps
        self.manifold = manifold
        self._first_k = checked_width(name, similarity, k)
        self._kernel_shape = shape
        learned = torch.empty(() if shared_k else shape[:1], device=device, dtype=dtype)
        self.raw_k = nn.Parameter(learned) if similarity == "learnable" else None
        self.kernel_manifold = Hypersphere(c=1.0) if unit_kernels else None
        size = math.prod(shape[1:])
        if unit_kernels and size < 2:
            raise ValueError(f"{name}: unit_kernels needs kernels of at least 2 numbers, got {size}")
        if self.kernel_manifold is None:
            self.weight = nn.Parameter(torch.empty(shape, device=device, dtype=dtype))
        else:
            points = torch.empty(shape[0], size, device=device, dtype=dtype)
            self.weight = ManifoldParameter(points, self.kernel_manifold)
        self.reset_parameters()

    @torch.no_grad()
    def reset_parameters(self) -> None:
        """Draw kernels anew, normal with variance 2/fan-in as the authors do, and set a learned k to its start."""
        nn.init.normal_(self.weight, std=math.sqrt(2 / math.prod(self._kernel_shape[1:])))
        if self.kernel_manifold is not None:
            self.weight.copy_(self.kernel_manifold.projx(self.weight))
        if self.raw_k is not None and self._first_k is not None:
            self.raw_k.fill_(inverse_softplus(self._first_k - LEAST_K))

    @property
    def k(self) -> float | Tensor | None:
        """Width k of the sigmoid: a number, or the learned tensor, one per kernel or a single one; else None."""
        if self.raw_k is None:
            return self._first_k
        return LEAST_K + softplus(wide(self.raw_k))

    @property
    def kernels(self) -> Tensor:
        """Kernels in the shape of torch.nn's weight, neither normalised nor detached."""
        return self.weight.reshape(self._kernel_shape)

    def forward(self, x: Tensor) -> Tensor:
        """Respond to patches; shapes as of the torch.nn counterpart."""
        grouped = torch.unflatten(self.kernels, 0, (self.groups, -1))
        if self.manifold is None:
            return self._angular(x, grouped)
        return self._geodesic(x, grouped, self.manifold)

    def close(self, y: Tensor) -> Tensor:
        """Keep responses, or multiples of them, where the layer's outputs live: `bound` of the geometry, if any."""
        return y if self.manifold is None else self.manifold.bound(y, dim=self.axis)

    def _angular(self, x: Tensor, kernels: Tensor) -> Tensor:
        """Responses by the angles of plain patches, in [−1, 1] after rounding too."""
        products, squares = self._products(x, unit(kernels, self.fan_in, self.eps))
        sine, width = products * inverse_root(squares + self.eps), self._width()
        if self.similarity == "cosine":
            response = sine
        elif width is None:
            response = linear(latitude(sine))
        else:
            response = sigmoid(latitude(sine), width)
        return self._side_by_side(bounded(response)).to(products.dtype)

    def _geodesic(self, x: Tensor, kernels: Tensor, manifold: Manifold) -> Tensor:
        """Responses by the signed distances of concatenated points from hyperplanes through the origin."""
        products, squares = self._products(x, self.ratio * unit_normals(kernels, self.fan_in)[0])
        distance, width = manifold.product_dist(products, self.ratio**2 * squares, dim=self.axis), self._width()
        if self.similarity == "cosine":
            distance = manifold.saturate(distance, dim=self.axis)
            curvature = manifold.sectional_curvature.to(distance.dtype)
            response = sn(curvature * distance.square()) * distance
        else:
            response = distance if width is None else torch.tanh(distance * (0.5 / width))
        return self.close(self._side_by_side(response)).to(products.dtype)

    def _products(self, x: Tensor, directions: Tensor) -> tuple[Tensor, Tensor]:
        """Scalar products of patches with directions, and squared norms of patches, the groups before the channels.

        Norms are computed in float32 at least.
        """
        axis, by_group = self.axis, (self.groups, -1)
        products = torch.unflatten(self.product(x, directions.flatten(0, 1)), axis, by_group)
        with torch.autocast(x.device.type, enabled=False):
            squares = self.patch_sums(torch.unflatten(wide(x), axis, by_group).square().sum(axis))
        return products, squares.unsqueeze(axis)

    def _side_by_side(self, response: Tensor) -> Tensor:
        return response.flatten(self.axis - 1, self.axis)

    def _width(self) -> float | Tensor | None:
        """`k`, laid along the kernels of each group."""
        k = self.k
        if not isinstance(k, Tensor) or self.shared_k:
            return k
        return k.reshape(self.groups, -1, *(1,) * (-self.axis - 1))

    def _own_repr(self) -> str:
        parts = [f"similarity={self.similarity!r}"]
        if isinstance(self.k, Tensor):
            mean = "?" if self.k.is_meta else f"{float(self.k.detach().mean()):.4g}"
            parts.append(f"k={mean}" if self.shared_k else f"k={mean} on average")
        elif self.k is not None:
            parts.append(f"k={self.k:g}")
        parts.append(f"unit_kernels={self.kernel_manifold is not None}, eps={self.eps:g}")
        return ", ".join(parts)


class SphereLinear(Rows, SphereLayer):
    """SphereConv of vectors; see `SphereConv2d`.

    Args:
        in_features: Size of the input.
        out_features: Size of the output.
        similarity: As of `SphereConv2d`.
        k: As of `SphereConv2d`.
        shared_k: As of `SphereConv2d`.
        unit_kernels: As of `SphereConv2d`.
        eps: As of `SphereConv2d`.
        manifold: As of `SphereConv2d`.
        device: As in torch.nn.
        dtype: As in torch.nn.

    Shape: (*, n) to (*, m).
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        similarity: LearnableSimilarity = "linear",
        k: float | None = None,
        shared_k: bool = False,
        unit_kernels: bool = False,
        eps: float = EPS,
        manifold: Manifold | None = None,
        device: torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(
            (positive("out_features", out_features), positive("in_features", in_features)),
            similarity=similarity,
            k=k,
            shared_k=shared_k,
            unit_kernels=unit_kernels,
            eps=eps,
            manifold=manifold,
            device=device,
            dtype=dtype,
        )
        self.in_features, self.out_features = in_features, out_features

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"in_features={self.in_features}, out_features={self.out_features}, {self._own_repr()}"


class _SphereConv(Windows, SphereLayer):
    """What the SphereConv layers of all sizes of kernels share."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        *,
        stride: Sizes = 1,
        padding: Sizes | Literal["same", "valid"] = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        similarity: LearnableSimilarity = "linear",
        k: float | None = None,
        shared_k: bool = False,
        unit_kernels: bool = False,
        eps: float = EPS,
        manifold: Manifold | None = None,
        device: torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        self._set_windows(in_channels, out_channels, kernel_size, stride, padding, dilation, groups)
        super().__init__(
            self._weight_shape,
            similarity=similarity,
            k=k,
            shared_k=shared_k,
            unit_kernels=unit_kernels,
            eps=eps,
            manifold=manifold,
            device=device,
            dtype=dtype,
        )

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"{self._windows_repr()}, {self._own_repr()}"


class SphereConv1d(Windows1d, _SphereConv):
    """SphereConv of sequences; see `SphereConv2d`.

    Shape: (N, C, L) or (C, L), as nn.Conv1d.
    """


class SphereConv2d(Windows2d, _SphereConv):
    """A convolution that sees the angle θ between kernel and patch, not their norms (arXiv 1711.03189, eq. 1).

    With u = ⟨w, x⟩/(√(‖w‖² + ε) √(‖x‖² + ε)), for cos θ, a kernel w responds to the patch x by

        linear    (2/π) asin u = 1 − 2θ/π
        cosine    u
        sigmoid   tanh(asin(u)/2k)/tanh(π/4k)

    in [−1, 1]; a patch of zeros gives 0, and zeros of the padding count in no norm. There is no bias. Responses start
    with a standard deviation of about 1/√d for patches of d numbers: follow the layer by a normalisation.

    On a `manifold` pixels are points in frame coordinates, and a patch x is their concatenation as in `Conv2d`. With δ
    its signed distance from the hyperplane through the origin that is normal to w, the response is δ (linear),
    sinh(√c δ)/√c (cosine; sin on the sphere) or tanh(δ/2k), closed by the geometry's `bound`; only the last is bounded
    by itself. As c → 0, δ is ⟨w, x⟩/‖w‖.

    Where u = ±1, in exact or rounded arithmetic, linear and sigmoid responses have no derivative; it is defined as 0.
    Near there float32 resolves angles to some 5e-4. Squares of norms must not overflow; those that vanish count as 0.

    Args:
        in_channels: Channels C of the input.
        out_channels: Number of kernels.
        kernel_size: As in nn.Conv2d.
        stride: As in nn.Conv2d.
        padding: As in nn.Conv2d.
        dilation: As in nn.Conv2d.
        groups: As in nn.Conv2d; each group has norms of its own.
        similarity: "linear", "cosine", "sigmoid", or "learnable": the sigmoid with k = 0.05 + softplus(raw_k) learned.
        k: Width of the sigmoid, on a manifold a length; default 0.3, or 0.75 to start a learned one. Training code may
            log the attribute `k`.
        shared_k: Whether kernels share a learned k.
        unit_kernels: Whether kernels are points of the unit sphere of R^d, one `ManifoldParameter` of shape
            (out_channels, d), for Riemannian optimisers. The norm of a free kernel does not matter, grows under
            gradient steps, and so shrinks them; or take `OrthogonalityPenalty`.
        eps: Number ε; without effect on a manifold.
        manifold: Geometry of the pixels; default: none, patches of plain numbers on the unit sphere.
        device: As in torch.nn.
        dtype: As in torch.nn.

    Shape: (N, C, H, W) or (C, H, W), as nn.Conv2d.

    Source: the authors' code for constants. It computes the norms of patches at stride 1 whatever the stride is, and
    applies acos to numbers beyond 1; both are corrected here.

    Example:
        >>> import torch
        >>> from manifuse import Poincare
        >>> from manifuse.layers import SphereConv2d
        >>> SphereConv2d(3, 8, 3, similarity="sigmoid")(torch.randn(2, 3, 6, 6)).shape
        torch.Size([2, 8, 4, 4])
        >>> SphereConv2d(3, 8, 3, manifold=Poincare(c=0.1))(torch.randn(2, 3, 6, 6)).shape
        torch.Size([2, 8, 4, 4])
    """
