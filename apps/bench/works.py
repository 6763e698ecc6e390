"""What is measured: layers and networks, each on a geometry and as its twin of torch.nn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor, nn
from torch.nn import functional

from ...layers import BatchNorm2d, Classifier, Conv2d, ConvNormAct, GlobalAvgPool2d, Linear, ReLU, Residual
from ...manifolds import ManifoldBase
from ..resnet import Block, ResNet

C = 0.1
"""Curvature of all geometries, that of Poincaré ResNet."""
CLASSES = 10
IMAGE = (3, 32, 32)


@dataclass(frozen=True)
class Work:
    """A layer or a network, by its models.

    Args:
        name: Name in the tables.
        kind: A network is trained, with labels; a layer is run forward and backward, with a cotangent.
        widths: Channels of the layer, or of the stages.
        shape: Shape of a sample.
        plain: Makes the model of torch.nn.
        ours: Makes the model of a geometry.
        count: Blocks of a stage.
        operands: Number of inputs; several are handed over as one tuple.
    """

    name: str
    kind: Literal["conv", "batch-norm", "linear", "residual", "network"]
    widths: tuple[int, ...]
    shape: tuple[int, ...]
    plain: Callable[[], nn.Module]
    ours: Callable[[ManifoldBase], nn.Module]
    count: int = 0
    operands: int = 1

    @property
    def images(self) -> bool:
        """Whether samples are images, for which there are two memory formats."""
        return len(self.shape) == 3


# Networks


class PlainBlock(nn.Module):
    """`manifuse.apps.resnet.block` in torch.nn."""

    def __init__(self, channels: int, width: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, width, 3, stride, padding=1),
            nn.BatchNorm2d(width),
            nn.ReLU(),
            nn.Conv2d(width, width, 3, padding=1),
            nn.BatchNorm2d(width),
        )
        changes = stride != 1 or channels != width
        self.shortcut = nn.Conv2d(channels, width, 1, stride) if changes else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        """Add body and shortcut, and rectify."""
        return functional.relu(self.body(x) + self.shortcut(x))


class Network(nn.Module):
    """A residual network in parts, as `ResNet` has them, so that `fuse` finds the same regions in all.

    Args:
        stem: From images to the first width.
        blocks: Residual blocks.
        pool: From images to vectors.
        classifier: From vectors to logits.
    """

    def __init__(self, stem: nn.Module, blocks: Sequence[nn.Module], pool: nn.Module, classifier: nn.Module) -> None:
        super().__init__()
        self.stem = stem
        self.blocks = nn.ModuleList(blocks)
        self.pool = pool
        self.classifier = classifier

    def forward(self, x: Tensor) -> Tensor:
        """Logits of images."""
        x = self.stem(x)
        for each in self.blocks:
            x = each(x)
        logits: Tensor = self.classifier(self.pool(x))
        return logits


def plain_network(widths: Sequence[int], count: int) -> Network:
    """Make a residual network of torch.nn: a stage of `count` blocks for each width, all but the first of stride 2."""
    return Network(
        nn.Sequential(nn.Conv2d(3, widths[0], 3, padding=1), nn.BatchNorm2d(widths[0]), nn.ReLU()),
        stages(PlainBlock, widths, count),
        nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
        nn.Linear(widths[-1], CLASSES),
    )


def curved_network(manifold: ManifoldBase, widths: Sequence[int], count: int) -> Network:
    """Make the same network on a geometry, for any number of stages (`ResNet` has three)."""

    def make(channels: int, width: int, stride: int) -> nn.Module:
        return Block(channels, width, manifold=manifold, stride=stride, share=1 / (len(widths) * count))

    stem = (
        Conv2d(3, widths[0], 3, padding=1, manifold=manifold),
        BatchNorm2d(widths[0], manifold=manifold),
        ReLU(manifold=manifold),
    )
    return Network(
        ConvNormAct(*stem),
        stages(make, widths, count),
        GlobalAvgPool2d(manifold=manifold),
        Classifier(widths[-1], CLASSES, manifold=manifold),
    )


def stages(make: Callable[[int, int, int], nn.Module], widths: Sequence[int], count: int) -> list[nn.Module]:
    """Make the blocks of all stages, from a function of channels, width and stride."""
    blocks = []
    channels = widths[0]
    for stage, width in enumerate(widths):
        for number in range(count):
            blocks.append(make(channels, width, 2 if stage and not number else 1))
            channels = width
    return blocks


def resnet(depth: int, widths: tuple[int, int, int]) -> Work:
    """`ResNet` of depth 6n + 2 and its twin."""
    count = (depth - 2) // 6
    return _network(depth, widths, count, lambda manifold: ResNet(depth, manifold, widths))


def resnet18() -> Work:
    """ResNet-18 for small images: four stages of two blocks, and a stem without pooling."""
    widths = (64, 128, 256, 512)
    return _network(18, widths, 2, lambda manifold: curved_network(manifold, widths, 2))


def small_network() -> Work:
    """One block between stem and classifier."""
    return _network(4, (8,), 1, lambda manifold: curved_network(manifold, (8,), 1))


def _network(depth: int, widths: tuple[int, ...], count: int, ours: Callable[[ManifoldBase], nn.Module]) -> Work:
    name = f"ResNet-{depth} {'-'.join(map(str, widths))}"
    return Work(name, "network", widths, IMAGE, lambda: plain_network(widths, count), ours, count)


# Layers


class Operand(nn.Module):
    """One of the inputs of a sum."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def forward(self, operands: tuple[Tensor, ...]) -> Tensor:
        """Pick it."""
        return operands[self.number]


class Sum(nn.Module):
    """The residual connection of torch: the sum of two inputs."""

    def forward(self, operands: tuple[Tensor, ...]) -> Tensor:
        """Add them."""
        return operands[0] + operands[1]


def conv(channels: int, size: int) -> Work:
    """3×3 convolution that keeps width and size."""
    options: dict[str, Any] = {"in_channels": channels, "out_channels": channels, "kernel_size": 3, "padding": 1}
    return Work(
        f"conv {channels}→{channels} @{size}²",
        "conv",
        (channels,),
        (channels, size, size),
        lambda: nn.Conv2d(**options),
        lambda manifold: Conv2d(**options, manifold=manifold),
    )


def batch_norm(channels: int, size: int) -> Work:
    """Batch normalisation in training."""
    return Work(
        f"batch-norm {channels} @{size}²",
        "batch-norm",
        (channels,),
        (channels, size, size),
        lambda: nn.BatchNorm2d(channels),
        lambda manifold: BatchNorm2d(channels, manifold=manifold),
    )


def linear(features: int) -> Work:
    """Linear layer."""
    return Work(
        f"linear {features}→{features}",
        "linear",
        (features,),
        (features,),
        lambda: nn.Linear(features, features),
        lambda manifold: Linear(features, features, manifold=manifold),
    )


def residual(channels: int, size: int) -> Work:
    """The addition of a residual connection, of two inputs."""
    return Work(
        f"residual {channels} @{size}²",
        "residual",
        (channels,),
        (channels, size, size),
        Sum,
        lambda manifold: Residual(Operand(0), Operand(1), manifold=manifold),
        operands=2,
    )


# Selections

LAYERS = (
    conv(16, 32),
    conv(64, 8),
    conv(256, 8),
    batch_norm(16, 32),
    batch_norm(64, 8),
    linear(512),
    residual(16, 32),
)
NETWORKS = (resnet(20, (8, 16, 32)), resnet(20, (16, 32, 64)), resnet18())
PEER_NETWORKS = (resnet(20, (8, 16, 32)),)
QUICK_LAYERS = (conv(16, 32),)
QUICK_PEER_LAYERS = (residual(16, 32),)
QUICK_NETWORKS = (small_network(),)

BY_NAME = {work.name: work for work in (*LAYERS, *NETWORKS, *QUICK_NETWORKS)}


@dataclass(frozen=True)
class Sweep:
    """A size that grows, and the networks it grows.

    Args:
        axis: What grows.
        sizes: From small to large.
        at: Makes the network and the batch at a size, of the batch that is asked for.
    """

    axis: str
    sizes: tuple[int, ...]
    at: Callable[[int, int], tuple[Work, int]]

    @property
    def order(self) -> tuple[int, ...]:
        """Sizes in the order of measuring: the ends first, so that a fit spans the range however soon time is up."""
        return (self.sizes[0], *self.sizes[:0:-1])


SWEEPS = (
    Sweep("batch", (1, 8, 32, 128, 512), lambda size, _: (resnet(8, (8, 16, 32)), size)),
    Sweep("width", (16, 64, 256, 512), lambda size, batch: (resnet(8, (size // 4, size // 2, size)), batch)),
    Sweep("depth", (8, 20, 56, 110), lambda size, batch: (resnet(size, (8, 16, 32)), batch)),
)
QUICK_SWEEPS = (Sweep("batch", (1, 8, 32), lambda size, _: (small_network(), size)),)
