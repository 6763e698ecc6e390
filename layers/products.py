"""Scalar products of weights with vectors or with the windows of images and sequences, by the kernels of torch.

A layer is one of these and what it makes of the products. The norm of a window comes from a box filter of one channel:
windows are never unfolded.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Literal

from torch import Tensor, nn
from torch.nn import functional

from .checks import Sizes, positive, require_reach, sizes


class Products(nn.Module, ABC):
    """A layer that takes scalar products with the rows or kernels of a weight."""

    axis: int
    """Channel axis of inputs and outputs, negative."""
    groups: int
    ratio: float
    """Concatenation ratio ρ."""
    fan_in: tuple[int, ...]
    """Axes of the grouped weight (groups, …) that a scalar product runs over."""
    taps: int
    """Number K of vectors that a product runs over."""
    transposed = False
    """Whether the weight has its input channels first."""

    @abstractmethod
    def product(self, u: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
        """The linear map of the torch.nn counterpart."""

    @abstractmethod
    def patch_sums(self, square: Tensor) -> Tensor:
        """Sums over what a product runs over, of one number per group and place."""


class Rows(Products):
    """Products with the rows of a matrix, as in nn.Linear."""

    axis, groups, ratio, taps = -1, 1, 1.0, 1
    fan_in = (2,)
    in_features: int

    def product(self, u: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
        """u Wᵀ + b."""
        if u.ndim == 0 or u.size(-1) != self.in_features:
            raise ValueError(
                f"{type(self).__name__}: the last dimension of the input must be in_features = {self.in_features}, "
                f"got shape {tuple(u.shape)}"
            )
        return functional.linear(u, weight, bias)

    def patch_sums(self, square: Tensor) -> Tensor:
        """A product runs over one vector."""
        return square


class Windows(Products):
    """What convolutions of all kinds share: the arguments of torch.nn, checked, and what follows from them."""

    places: int
    """Number of axes that a kernel has."""

    def _set_windows(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Sizes,
        stride: Sizes,
        padding: Sizes | Literal["same", "valid"],
        dilation: Sizes,
        groups: int,
    ) -> None:
        """Keep the arguments of torch.nn.

        Raises:
            ValueError: They make no convolution.
        """
        name = type(self).__name__
        for argument, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
            if positive(argument, channels) % positive("groups", groups):
                raise ValueError(f"{name}: {argument} must be a multiple of groups = {groups}, got {channels}")
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = sizes("kernel_size", kernel_size, self.places)
        self.stride = sizes("stride", stride, self.places)
        self.dilation = sizes("dilation", dilation, self.places)
        if isinstance(padding, str) and padding not in ("same", "valid"):
            raise ValueError(f"{name}: padding must be a number, 'same' or 'valid', got {padding!r}")
        if padding == "same" and any(step != 1 for step in self.stride):
            raise ValueError(f"{name}: padding='same' needs stride 1, got {self.stride}")
        self.padding = padding if isinstance(padding, str) else sizes("padding", padding, self.places, least=0)
        self.axis = -1 - self.places
        self.fan_in = (1 if self.transposed else 2, *range(3, 3 + self.places))
        self.taps = math.prod(self.kernel_size)
        self.ratio = concatenation_ratio(in_channels // groups, self.taps)

    @property
    def _weight_shape(self) -> tuple[int, ...]:
        """Shape of a weight in torch.nn."""
        outer, inner = self.out_channels, self.in_channels
        if self.transposed:
            outer, inner = inner, outer
        return (outer, inner // self.groups, *self.kernel_size)

    def _check(self, u: Tensor) -> None:
        places = self.places
        if u.ndim not in (places + 1, places + 2) or u.size(self.axis) != self.in_channels:
            raise ValueError(
                f"{type(self).__name__}: expected {self.in_channels} channels at dim {self.axis} of an input with "
                f"{places + 1} or {places + 2} dimensions, got shape {tuple(u.shape)}"
            )

    def _windows_repr(self) -> str:
        return (
            f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}, "
            f"padding={self.padding!r}, dilation={self.dilation}, groups={self.groups}"
        )


class ForwardWindows(Windows):
    """Products with the windows that nn.Conv1d and nn.Conv2d see."""

    convolve: Callable[..., Tensor]

    def product(self, u: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
        """Convolution of torch."""
        self._check(u)
        self._check_extent(u)
        return self.convolve(u, weight, bias, self.stride, self.padding, self.dilation, self.groups)

    def patch_sums(self, square: Tensor) -> Tensor:
        """Box filter of one channel per group."""
        ones = square.new_ones(self.groups, 1, *self.kernel_size)
        return self.convolve(square, ones, None, self.stride, self.padding, self.dilation, self.groups)

    def _check_extent(self, u: Tensor) -> None:
        if self.padding != "same":
            margins = (0,) * self.places if isinstance(self.padding, str) else self.padding
            reach = [d * (k - 1) + 1 for k, d in zip(self.kernel_size, self.dilation, strict=True)]
            require_reach(self, u, reach, margins, range(-self.places, 0))


class Windows1d(ForwardWindows):
    """Windows of sequences."""

    places = 1
    convolve = staticmethod(functional.conv1d)


class Windows2d(ForwardWindows):
    """Windows of images."""

    places = 2
    convolve = staticmethod(functional.conv2d)


def concatenation_ratio(n: int, count: int) -> float:
    """β_{kn}/β_n for the concatenation of k = `count` vectors of n numbers, β_n = B(n/2, ½) ∝ Γ(n/2)/Γ((n + 1)/2).

    The mean size of a coordinate of a unit vector in R^n is β_n/π. Source: arXiv 2006.08210 §3.3.
    """

    def log_beta(n: int) -> float:
        return math.lgamma(n / 2) - math.lgamma((n + 1) / 2)

    return math.exp(log_beta(count * n) - log_beta(n))
