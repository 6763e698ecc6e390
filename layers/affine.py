"""Linear and convolution layers: one affine map of the geometry, with the products of torch's own kernels.

A convolution concatenates the frame vectors of a patch, scaled by the ratio ρ that keeps the expected size of a
coordinate, and applies the linear layer to the result.
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..manifolds import Manifold
from ..manifolds.protocol import Response
from .checks import Sizes, positive, sizes
from .initialisation import Init, initialise
from .products import Products, Rows, Windows, Windows1d, Windows2d
from .rescale import Rescale
from .schemes import GEOMETRIC, AffineScheme, require_affine_scheme


class _Affine(Products):
    """A layer whose map of frame coordinates is the geometry's affine map along the products of this layer."""

    time_weight: nn.Parameter | None
    """With the scheme `Space`, and a geometry that has a time."""
    rescale: Rescale
    """With the scheme `Rotation`."""

    def __init__(
        self,
        shape: tuple[int, ...],
        out_channels: int,
        *,
        manifold: Manifold,
        bias: bool,
        response: Response,
        scheme: AffineScheme,
        init: Init,
        device: torch.device | None,
        dtype: torch.dtype | None,
    ) -> None:
        super().__init__()
        if response not in get_args(Response):
            names = " or ".join(map(repr, get_args(Response)))
            raise ValueError(f"{type(self).__name__}: response must be {names}, got {response!r}")
        self.manifold = manifold
        self.response: Response = response
        self.scheme = require_affine_scheme(self, scheme)
        self.init = init
        self.weight = nn.Parameter(torch.empty(shape, device=device, dtype=dtype))
        self.bias = nn.Parameter(torch.empty(out_channels, device=device, dtype=dtype)) if bias else None
        self.scheme.prepare(self, out_channels)

    def reset_parameters(self) -> None:
        """Draw weight and bias anew, as the argument `init` says."""
        initialise(self.weight, self.bias, self.init, groups=self.groups)
        self.scheme.reset_parameters(self)

    def forward(self, u: Tensor) -> Tensor:
        """Map frame coordinates; shapes as of the torch.nn counterpart."""
        return self.scheme.affine(self, u)


class Linear(Rows, _Affine):
    """The linear layer of a geometry, on frame coordinates.

    On hyperbolic space the output is the point at signed distance ‖w_k‖ · d(u, H_k) from the k-th coordinate
    hyperplane, with H_k the hyperplane of normal w_k at offset −b_k/‖w_k‖ (HNN++, arXiv 2006.08210 §3.2); on the
    sphere, where such distances do not determine a point, it is bound(Wu + b). As c → 0 it is nn.Linear with the same
    weight and bias.

    Args:
        in_features: Size n of the input.
        out_features: Size m of the output.
        manifold: Geometry.
        bias: Whether hyperplanes have an offset.
        response: "linear": on hyperbolic space the hyperbolic sine of a coordinate's distance, not the distance, is
            proportional to the input's (arXiv 2601.21529). It costs no logarithm and no exponential per channel, and
            grows as ‖w‖ sinh(√c b/‖w‖): keep biases small beside weights. Elsewhere both are the same.
        scheme: `Geometric()`, as above, or a relaxation of published networks, `Space()` or `Rotation()`.
        init: "identity" preserves norms, "random" is torch's.
        device: As in torch.nn.
        dtype: As in torch.nn.

    Shape: (*, n) to (*, m).
    """

    def __init__(
        self,
        in_features: int,
        out_features: int,
        *,
        manifold: Manifold,
        bias: bool = True,
        response: Response = "geodesic",
        scheme: AffineScheme = GEOMETRIC,
        init: Init = "identity",
        device: torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        shape = (positive("out_features", out_features), positive("in_features", in_features))
        options: dict[str, Any] = {"response": response, "scheme": scheme, "init": init}
        super().__init__(shape, out_features, manifold=manifold, bias=bias, device=device, dtype=dtype, **options)
        self.in_features, self.out_features = in_features, out_features
        self.reset_parameters()

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return (
            f"in_features={self.in_features}, out_features={self.out_features}, bias={self.bias is not None}, "
            f"response={self.response!r}, scheme={self.scheme}, init={self.init!r}"
        )


class _Conv(Windows, _Affine):
    """What the convolutions of all sizes share."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        *,
        manifold: Manifold,
        stride: Sizes = 1,
        padding: Sizes | Literal["same", "valid"] = 0,
        dilation: Sizes = 1,
        groups: int = 1,
        bias: bool = True,
        response: Response = "geodesic",
        scheme: AffineScheme = GEOMETRIC,
        init: Init = "identity",
        device: torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        self._set_windows(in_channels, out_channels, kernel_size, stride, padding, dilation, groups)
        super().__init__(
            self._weight_shape,
            out_channels,
            manifold=manifold,
            bias=bias,
            response=response,
            scheme=scheme,
            init=init,
            device=device,
            dtype=dtype,
        )
        self.reset_parameters()

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return (
            f"{self._windows_repr()}, bias={self.bias is not None}, response={self.response!r}, "
            f"scheme={self.scheme}, init={self.init!r}"
        )


class Conv1d(Windows1d, _Conv):
    """The convolution of a geometry over sequences; see `Conv2d`.

    Shape: (N, C, L) or (C, L), as nn.Conv1d.
    """


class Conv2d(Windows2d, _Conv):
    """The convolution of a geometry over images of frame vectors, one vector of C channels per pixel.

    Each patch of K pixels is concatenated, scaled by ρ = β_{KC}/β_C with β_n = B(n/2, ½) (HNN++, arXiv 2006.08210
    §3.3), and mapped by the linear layer of weights W/ρ; padding is the origin. A grouped convolution is `groups`
    convolutions of channel slices, each with a ρ of its own, their outputs side by side. As c → 0 it is nn.Conv2d
    with the same weight and bias.

    Args:
        in_channels: Channels C of the input.
        out_channels: Channels of the output.
        kernel_size: As in nn.Conv2d.
        manifold: Geometry.
        stride: As in nn.Conv2d.
        padding: As in nn.Conv2d.
        dilation: As in nn.Conv2d.
        groups: As in nn.Conv2d.
        bias: Whether hyperplanes have an offset.
        response: "linear": on hyperbolic space the hyperbolic sine of a coordinate's distance, not the distance, is
            proportional to the input's (arXiv 2601.21529). It costs no logarithm and no exponential per channel, and
            grows as ‖w‖ sinh(√c b/‖w‖): keep biases small beside weights. Elsewhere both are the same.
        scheme: `Geometric()`, as above, or a relaxation of published networks, `Space()` or `Rotation()`.
        init: "identity" at the centre tap preserves norms, "random" is torch's.
        device: As in torch.nn.
        dtype: As in torch.nn.

    Shape: (N, C, H, W) or (C, H, W), as nn.Conv2d.
    """


class ConvTranspose2d(_Conv):
    """The transposed convolution of a geometry: `Conv2d` of the image with stride − 1 origins between its pixels.

    Arguments as of `Conv2d`, padding in numbers. `output_padding` adds rows and columns with patches partly outside
    the image, which are computed like all others. As c → 0 it is nn.ConvTranspose2d with the same weight and bias.

    Shape: (N, C, H, W) or (C, H, W), as nn.ConvTranspose2d.
    """

    places = 2
    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        *,
        manifold: Manifold,
        padding: Sizes = 0,
        output_padding: Sizes = 0,
        **options: Any,
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, manifold=manifold, padding=padding, **options)
        self.output_padding = sizes("output_padding", output_padding, 2, least=0)
        limits = [max(pair) for pair in zip(self.stride, self.dilation, strict=True)]
        if any(extra >= limit for extra, limit in zip(self.output_padding, limits, strict=True)):
            raise ValueError(
                f"ConvTranspose2d: output_padding must be smaller than stride or dilation, got {self.output_padding} "
                f"with stride={self.stride}, dilation={self.dilation}"
            )

    def product(self, u: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
        """Transposed convolution of torch."""
        self._check(u)
        out = [self._extent(u.size(axis), axis) for axis in (-2, -1)]
        if min(out) < 1:
            raise ValueError(
                f"ConvTranspose2d: padding={self.padding} leaves an output of size {tuple(out)} for an input of shape "
                f"{tuple(u.shape)}; take less padding"
            )
        return self._convolve(u, weight, bias)

    def _extent(self, size: int, axis: int) -> int:
        """Size of the output at an axis."""
        grown = (size - 1) * self.stride[axis] + self.dilation[axis] * (self.kernel_size[axis] - 1) + 1
        return grown - 2 * int(self.padding[axis]) + self.output_padding[axis]

    def patch_sums(self, square: Tensor) -> Tensor:
        """Box filter of one channel per group."""
        return self._convolve(square, square.new_ones(self.groups, 1, *self.kernel_size), None)

    def _convolve(self, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        return functional.conv_transpose2d(
            x,
            weight,
            bias,
            self.stride,
            self.padding,  # type: ignore[arg-type]
            self.output_padding,
            self.groups,
            self.dilation,
        )

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"{super().extra_repr()}, output_padding={self.output_padding}"
