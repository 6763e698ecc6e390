"""Pooling of images of frame vectors."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..manifolds import Manifold
from .checks import Sizes, require_image, require_reach, sizes


class AvgPool2d(nn.Module):
    """Midpoint of each window; as c → 0 it is nn.AvgPool2d.

    Args:
        kernel_size: As in nn.AvgPool2d.
        stride: As in nn.AvgPool2d.
        padding: Margin of origins.
        count_include_pad: Whether the origins of the margin count.
        manifold: Geometry.

    Shape: (N, C, H, W) or (C, H, W), as nn.AvgPool2d.
    """

    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] | None = None,
        padding: int | tuple[int, int] = 0,
        count_include_pad: bool = True,
        *,
        manifold: Manifold,
    ) -> None:
        super().__init__()
        self.manifold = manifold
        self.kernel_size, self.stride, self.padding = _window(kernel_size, stride, padding)
        self.count_include_pad = count_include_pad

    def forward(self, u: Tensor) -> Tensor:
        """Midpoints of the windows of an image of frame vectors."""
        require_image(self, u)
        require_reach(self, u, self.kernel_size, self.padding)
        weights = None if self.count_include_pad else self._windows(torch.ones_like(u[..., :1, :, :])).squeeze(-5)
        return self.manifold.midpoint0(self._windows(u), weights, dim=-5, rows=(-2, -1))

    def _windows(self, x: Tensor) -> Tensor:
        """View of shape (*, C, H', W', *kernel_size)."""
        height, width = self.padding
        x = functional.pad(x, (width, width, height, height))
        for axis, size, step in zip((-2, -2), self.kernel_size, self.stride, strict=True):
            x = x.unfold(axis, size, step)
        return x

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"count_include_pad={self.count_include_pad}"
        )


class GlobalAvgPool2d(nn.Module):
    """Midpoint of all pixels: (N, C, H, W) to (N, C), or (C, H, W) to (C,).

    Args:
        manifold: Geometry.
    """

    def __init__(self, *, manifold: Manifold) -> None:
        super().__init__()
        self.manifold = manifold

    def forward(self, u: Tensor) -> Tensor:
        """Midpoint of an image of frame vectors."""
        require_image(self, u)
        return self.manifold.midpoint0(u, dim=-3, rows=(-2, -1))


class MaxPool2d(nn.Module):
    """Largest value of each channel in a window of frame coordinates, closed by the geometry's `bound`.

    Args:
        kernel_size: As in nn.MaxPool2d.
        stride: As in nn.MaxPool2d.
        padding: As in nn.MaxPool2d: the margin never wins.
        manifold: Geometry.

    Shape: (N, C, H, W) or (C, H, W), as nn.MaxPool2d.
    """

    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        stride: int | tuple[int, int] | None = None,
        padding: int | tuple[int, int] = 0,
        *,
        manifold: Manifold,
    ) -> None:
        super().__init__()
        self.manifold = manifold
        self.kernel_size, self.stride, self.padding = _window(kernel_size, stride, padding)

    def forward(self, u: Tensor) -> Tensor:
        """Channelwise maxima of an image of frame vectors."""
        require_image(self, u)
        require_reach(self, u, self.kernel_size, self.padding)
        return self.manifold.bound(functional.max_pool2d(u, self.kernel_size, self.stride, self.padding), dim=-3)

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class Flatten(nn.Flatten):
    """Frame vectors side by side, as nn.Flatten: unlike a patch of a convolution they are not scaled."""


def _window(kernel_size: Sizes, stride: Sizes | None, padding: Sizes) -> tuple[tuple[int, ...], ...]:
    """Numbers per axis, checked as torch does."""
    kernel = sizes("kernel_size", kernel_size, 2)
    margin = sizes("padding", padding, 2, least=0)
    if any(2 * m > k for m, k in zip(margin, kernel, strict=True)):
        raise ValueError(f"padding must be at most half the kernel size {kernel}, got {margin}")
    return kernel, kernel if stride is None else sizes("stride", stride, 2), margin
