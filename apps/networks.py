"""The networks that can be trained by name, each with its options; `cli/train.py` lists them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar, Protocol

from torch import nn

from ..layers.losses import WSoftmaxLoss
from ..layers.schemes import GEOMETRIC, Space
from ..manifolds import Euclidean, ManifoldBase, manifold
from ..manifolds.curvature import Curved
from .hecnn import HECNN
from .resnet import ResNet
from .spherenet import Head, SphereNet

SCHEMES = {"geometric": GEOMETRIC, "space": Space()}
"""Schemes of a ResNet by name."""
HEADS: dict[str, Head | None] = {
    "linear": None,
    "w-softmax-linear": partial(WSoftmaxLoss, similarity="linear"),
    "w-softmax-cosine": partial(WSoftmaxLoss, similarity="cosine"),
    "w-softmax-sigmoid": partial(WSoftmaxLoss, similarity="sigmoid"),
}
"""Heads of a SphereNet by name. Cross-entropy of their logits is their loss, which is not so with a margin."""


class Network(Protocol):
    """Options of a kind of network, which make one of them."""

    default_geometry: ClassVar[str]
    """Name of the geometry, unless told."""

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

    default_geometry: ClassVar[str] = "lorentz"
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

    default_geometry: ClassVar[str] = "lorentz"
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


@dataclass(frozen=True)
class SphereNetOptions:
    """A SphereNet (arXiv 1711.03189).

    With --geometry euclidean, the default, it is the paper's: kernels respond to the angle of a patch of plain numbers.
    On another geometry they respond to the distance of a patch of points from a hyperplane.
    """

    default_geometry: ClassVar[str] = "euclidean"
    depth: int = 9
    """Units of a plain network, at least 3, and one more; weight layers 6n + 2 of a residual one."""
    widths: tuple[int, ...] = (8, 12, 16)
    """Channels of the stages; 128, 192 and 256 in the authors' code."""
    operator: str = "cosine"
    """Convolution: linear, cosine, sigmoid or learnable (similarities of SphereConv), or conv (the ordinary one)."""
    k: float | None = None
    """Width of the sigmoid, of its initial value where it is learnable."""
    residual: bool = False
    """Whether there are shortcuts."""
    batch_norm: bool = True
    """Whether convolutions are followed by batch normalisation."""
    rescale: bool = False
    """Whether responses without batch normalisation have a factor and a summand of each kernel (SphereNorm)."""
    activation: bool = True
    """Whether there are ReLUs."""
    head: str = "linear"
    """Logits: linear, or those of W-Softmax: w-softmax-linear, w-softmax-cosine, w-softmax-sigmoid."""
    preset: str | None = None
    """Named network of the authors, e.g. spherenet-9-sigmoid, in place of the options above."""
    momentum: float = 0.1
    """Of the statistics of batch normalisations; the authors' is 0.001, for tens of thousands of steps."""

    def build(self, manifold: ManifoldBase, *, in_channels: int, input_size: int, num_classes: int) -> nn.Module:
        """Make the network."""
        common: dict[str, Any] = {
            "in_channels": in_channels,
            "image_size": input_size,
            "num_classes": num_classes,
            "manifold": None if isinstance(manifold, Euclidean) else manifold,
            "momentum": self.momentum,
        }
        if self.preset is not None:
            if replace(self, preset=None, momentum=SphereNetOptions.momentum) != SphereNetOptions():
                raise ValueError(
                    f"preset: {self.preset!r} sets all options of the network but momentum; leave them out"
                )
            return SphereNet.from_preset(self.preset, **common)
        if self.head not in HEADS:
            raise ValueError(f"head: {self.head!r} is unknown; choose from {', '.join(HEADS)}")
        return SphereNet(
            self.depth,
            self.widths,
            operator=self.operator,  # type: ignore[arg-type]  # it is checked there
            k=self.k,
            residual=self.residual,
            batch_norm=self.batch_norm,
            rescale=self.rescale,
            activation=self.activation,
            head=HEADS[self.head],
            **common,
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
