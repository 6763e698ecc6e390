"""The networks that can be trained by name, each with its options; `cli/train.py` lists them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from torch import nn

from ..layers.schemes import GEOMETRIC, Space
from ..manifolds import ManifoldBase, manifold
from ..manifolds.curvature import Curved
from .hecnn import HECNN
from .resnet import ResNet

SCHEMES = {"geometric": GEOMETRIC, "space": Space()}
"""Schemes of a ResNet by name."""


class Network(Protocol):
    """Options of a kind of network, which make one of them."""

    def build(self, manifold: ManifoldBase, *, in_channels: int, input_size: int, num_classes: int) -> nn.Module:
        """Make a network.

        Args:
            manifold: Geometry.
            in_channels: Channels of the images.
            input_size: Height and width of the images.
            num_classes: Number of logits.

        Raises:
            ValueError: The options make none.
        """


@dataclass(frozen=True)
class ResNetOptions:
    """A ResNet of three stages; on the Poincaré ball that of arXiv 2303.14027."""

    depth: int = 20
    """Weight layers, 6n + 2."""
    widths: tuple[int, ...] = (8, 16, 32)
    """Channels of the stages."""
    scheme: str = "geometric"
    """Maps of points: geometric, or space (on space parts, as in arXiv 2303.15919)."""

    def build(self, manifold: ManifoldBase, *, in_channels: int, input_size: int, num_classes: int) -> nn.Module:
        """Make the network, which takes images of every size."""
        if self.scheme not in SCHEMES:
            raise ValueError(f"scheme: {self.scheme!r} is unknown; choose from {', '.join(SCHEMES)}")
        scheme = SCHEMES[self.scheme]
        return ResNet(
            self.depth, manifold, self.widths, in_channels=in_channels, num_classes=num_classes, scheme=scheme
        )


@dataclass(frozen=True)
class HECNNOptions:
    """HCNN, HECNN, HCNN+ or HECNN+ (arXiv 2303.15919, 2405.13979)."""

    depth: int = 18
    """Weight layers: 18, or 50 with hecnn+."""
    variant: str = "hecnn+"
    """Network: hcnn, hecnn, hcnn+ or hecnn+."""
    width: int = 8
    """Channels of the first stage; 64 in the papers."""
    stages: tuple[int, ...] | None = None
    """Hyperbolic stages of a hybrid: 0 for the stem, 1 to 4."""

    def build(self, manifold: ManifoldBase, *, in_channels: int, input_size: int, num_classes: int) -> nn.Module:
        """Make the network."""
        return HECNN(
            self.depth,
            self.variant,  # type: ignore[arg-type]  # it is checked there
            manifold,
            num_classes,
            width=self.width,
            input_size=input_size,
            in_channels=in_channels,
            hyperbolic_stages=self.stages,
        )


def geometry_of(name: str, c: float, *, learnable: bool) -> ManifoldBase:
    """Make a geometry by name; flat space has no curvature to set."""
    return manifold(name) if name == "euclidean" else manifold(name, c=c, learnable=learnable)


def curvatures(network: nn.Module) -> dict[str, float]:
    """Sectional curvatures that a network learns, by the names of their manifolds."""
    return {
        name: float(space.sectional_curvature.detach())
        for name, space in network.named_modules()
        if isinstance(space, ManifoldBase) and isinstance(space, Curved) and space.learnable
    }
