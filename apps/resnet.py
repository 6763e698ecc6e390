"""Residual networks for small images, on any geometry."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from torch import Tensor, nn

from ..layers import BatchNorm2d, Classifier, Conv2d, ConvNormAct, GlobalAvgPool2d, ReLU
from ..layers.initialisation import Init
from ..layers.norm import Spread
from ..layers.schemes import GEOMETRIC, Scheme
from ..manifolds import ManifoldBase

PRESETS: dict[str, dict[str, Any]] = {
    f"resnet-{depth}-{'-'.join(map(str, widths))}": {"depth": depth, "widths": widths}
    for widths in ((8, 16, 32), (4, 8, 16))
    for depth in (20, 32)
}
"""The networks of Poincaré ResNet (arXiv 2303.14027) by name."""


class ResNet(nn.Module):
    """Residual network of depth 6n + 2 in three stages; with `Poincare(c=0.1)` the Poincaré ResNet of arXiv 2303.14027.

    A convolution to the first width; three stages of n blocks (convolution, normalisation, ReLU, convolution,
    normalisation, added to the shortcut, ReLU), the second and third with stride 2 and a 1×1 convolution as their first
    shortcut; the midpoint of all pixels; hyperplane scores. Where the paper has a linear layer and the logarithm at
    the origin, the scores are here the logits themselves.

    Pixels are frame vectors (half of one is the paper's tangent vector on the ball), best in [−1, 1].

    Args:
        depth: 6n + 2, e.g. 20 or 32.
        manifold: Geometry of all layers.
        widths: Channels of the stages.
        in_channels: Channels of the images.
        num_classes: Number of logits.
        separate_manifolds: Whether every stage has a copy of the manifold, with a curvature of its own.
        spread: Of the normalisations; see `BatchNorm2d`.
        init: Of the convolutions; see `Conv2d`.
        scheme: Of convolutions, sums and activations; `Space()` is that of Lorentz networks (arXiv 2303.15919).

    Shape: (N, in_channels, H, W) to (N, num_classes), H and W at least 1.

    Example:
        >>> import torch
        >>> from manifuse import Poincare
        >>> from manifuse.apps import ResNet
        >>> ResNet(8, Poincare(c=0.1), widths=(4, 8, 8), in_channels=1)(torch.zeros(2, 1, 8, 8)).shape
        torch.Size([2, 10])
    """

    manifold: ManifoldBase
    """Geometry of the embedding."""

    def __init__(
        self,
        depth: int,
        manifold: ManifoldBase,
        widths: Sequence[int] = (16, 32, 64),
        *,
        in_channels: int = 3,
        num_classes: int = 10,
        separate_manifolds: bool = False,
        spread: Spread = "total",
        init: Init = "identity",
        scheme: Scheme = GEOMETRIC,
    ) -> None:
        super().__init__()
        if depth < 8 or depth % 6 != 2:
            raise ValueError(f"ResNet: depth must be 6n + 2 with n ≥ 1 (8, 14, 20, ...), got {depth}")
        if len(widths) != 3:
            raise ValueError(f"ResNet: widths must be three numbers, one per stage, got {tuple(widths)}")
        spaces = [manifold, *(deepcopy(manifold) if separate_manifolds else manifold for _ in widths[1:])]
        self.manifold = spaces[-1]

        count = (depth - 2) // 6
        options: dict[str, Any] = {"share": 1 / (3 * count), "spread": spread, "init": init, "scheme": scheme}

        def stage(space: ManifoldBase, channels: int, width: int, stride: int) -> nn.Sequential:
            first = Block(channels, width, manifold=space, stride=stride, **options)
            return nn.Sequential(first, *(Block(width, width, manifold=space, **options) for _ in range(count - 1)))

        self.stem = ConvNormAct(
            Conv2d(in_channels, widths[0], 3, manifold=manifold, padding=1, scheme=scheme, init=init),
            BatchNorm2d(widths[0], manifold=manifold, spread=spread),
            ReLU(manifold=manifold, scheme=scheme),
        )
        channels = (widths[0], *widths[:-1])
        self.stages = nn.Sequential(*map(stage, spaces, channels, widths, (1, 2, 2)))
        self.pool = GlobalAvgPool2d(manifold=self.manifold)
        self.classifier = Classifier(widths[-1], num_classes, manifold=self.manifold)

    @classmethod
    def from_preset(cls, name: str, manifold: ManifoldBase, **arguments: Any) -> ResNet:
        """Make one of the networks of `PRESETS`.

        Args:
            name: E.g. "resnet-20-8-16-32": depth and widths.
            manifold: Geometry.
            arguments: Further arguments of `ResNet`, or replacements.

        Raises:
            ValueError: There is no preset of that name.
        """
        if name not in PRESETS:
            raise ValueError(f"ResNet: preset must be one of {', '.join(map(repr, PRESETS))}, got {name!r}")
        return cls(manifold=manifold, **PRESETS[name] | arguments)

    def embed(self, x: Tensor) -> Tensor:
        """Frame embedding of images, shape (N, widths[-1]); `manifold.from_frame` gives its points."""
        embedding: Tensor = self.pool(self.stages(self.stem(x)))
        return embedding

    def forward(self, x: Tensor) -> Tensor:
        """Logits of images."""
        logits: Tensor = self.classifier(self.embed(x))
        return logits


class Block(nn.Module):
    """Two normalised convolutions and a shortcut, added and rectified.

    The second normalisation starts with γ = `share`. With one over the number of blocks, activations and gradients keep
    their size at any depth: all blocks together add about as much as one normalised branch.

    Args:
        channels: Channels of the input.
        width: Channels of the output.
        manifold: Geometry.
        stride: Of the first convolution and the shortcut.
        share: Initial γ of the second normalisation.
        spread: Of the normalisations; see `BatchNorm2d`.
        init: Of the convolutions; see `Conv2d`.
        scheme: Of convolutions, the sum and activations.
    """

    def __init__(
        self,
        channels: int,
        width: int,
        *,
        manifold: ManifoldBase,
        stride: int = 1,
        share: float = 1.0,
        spread: Spread = "total",
        init: Init = "identity",
        scheme: Scheme = GEOMETRIC,
    ) -> None:
        super().__init__()

        def unit(channels: int, stride: int) -> ConvNormAct:
            return ConvNormAct(
                Conv2d(channels, width, 3, manifold=manifold, stride=stride, padding=1, scheme=scheme, init=init),
                BatchNorm2d(width, manifold=manifold, spread=spread),
                ReLU(manifold=manifold, scheme=scheme),
                scheme=scheme,
            )

        self.first, self.second = unit(channels, stride), unit(width, 1)
        nn.init.constant_(self.second.get_parameter("1.weight"), share)
        self.shortcut = (
            nn.Identity()
            if stride == 1 and channels == width
            else Conv2d(channels, width, 1, manifold=manifold, stride=stride, scheme=scheme, init=init)
        )

    def forward(self, u: Tensor) -> Tensor:
        """Map frame coordinates of images."""
        result: Tensor = self.second(self.first(u), self.shortcut(u))
        return result
