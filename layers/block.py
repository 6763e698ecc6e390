"""The unit of convolutional networks: convolution, normalisation, sum and activation in one."""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn

from ..compile.recompute import recomputed
from ..manifolds import Manifold
from .affine import Conv2d
from .norm import BatchNorm2d
from .schemes import GEOMETRIC, Scheme, require_scheme


class ConvNormAct(nn.Sequential):
    """`nn.Sequential(conv, norm, act)` for less memory, and with a sum before the activation, as in a residual block.

    For the backward pass it keeps its input, the products of the convolution, some numbers per pixel and what the
    activation keeps: outputs of the convolution, of the normalisation and of the sum are computed anew (see
    `manifuse.compile.recomputed`). Parameters have the names that they have in an nn.Sequential.

    Args:
        conv: Convolution.
        norm: Normalisation of its output.
        act: Activation; default: none.
        scheme: How a shortcut is added, as of `Residual`.

    Shape: (N, C, H, W) to what the convolution gives; the shortcut has that shape too.

    Example:
        >>> import torch
        >>> from manifuse import Poincare
        >>> from manifuse.layers import BatchNorm2d, Conv2d, ConvNormAct, ReLU
        >>> ball = Poincare(c=0.1)
        >>> unit = ConvNormAct(Conv2d(3, 4, 3, manifold=ball), BatchNorm2d(4, manifold=ball), ReLU(manifold=ball))
        >>> unit(torch.randn(2, 3, 8, 8)).shape
        torch.Size([2, 4, 6, 6])
    """

    def __init__(
        self, conv: Conv2d, norm: BatchNorm2d, act: nn.Module | None = None, *, scheme: Scheme = GEOMETRIC
    ) -> None:
        super().__init__(conv, norm, *(() if act is None else (act,)))
        self.scheme = require_scheme(self, scheme)

    @property
    def conv(self) -> Conv2d:
        """The convolution."""
        return cast("Conv2d", self[0])

    @property
    def norm(self) -> BatchNorm2d:
        """The normalisation."""
        return cast("BatchNorm2d", self[1])

    @property
    def manifold(self) -> Manifold:
        """The geometry of the normalised points, to which the shortcut is added."""
        return self.norm.manifold

    def forward(self, u: Tensor, shortcut: Tensor | None = None) -> Tensor:
        """Map frame coordinates u.

        Args:
            u: Input of the convolution.
            shortcut: Vector that moves the normalised point, as that of `Residual`.

        Raises:
            ValueError: The shapes of the two differ.
        """
        with recomputed():
            x: Tensor = self.norm(self.conv(u))
            if shortcut is not None:
                if x.shape != shortcut.shape:
                    raise ValueError(
                        f"ConvNormAct: the convolution gives shape {tuple(x.shape)}, shortcut has "
                        f"{tuple(shortcut.shape)}; pass one that fits"
                    )
                x = self.scheme.add(x, shortcut, manifold=self.manifold, dim=1)
            for act in list(self)[2:]:
                x = act(x)
        return x

    def extra_repr(self) -> str:
        """How a shortcut is added."""
        return f"scheme={self.scheme}"
