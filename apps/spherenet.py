"""SphereNet: networks of SphereConv layers, plain or residual, their ordinary twins, and the authors' recipes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeAlias, get_args

from torch import Tensor, nn
from torch.nn import functional

from ..layers import (
    BatchNorm2d,
    Classifier,
    Conv2d,
    Flatten,
    GlobalAvgPool2d,
    MaxPool2d,
    ReLU,
    Residual,
    SphereConv2d,
    SphereNorm,
)
from ..layers.checks import Sizes, positive, sizes
from ..layers.losses import WSoftmaxLoss
from ..layers.norm import Spread
from ..layers.sphere_conv import SphereLayer
from ..manifolds import Euclidean, ManifoldBase

Operator: TypeAlias = Literal["conv", "linear", "cosine", "sigmoid", "learnable"]
"""Convolutions of a network: the ordinary one, or SphereConv with a similarity."""
Head: TypeAlias = Callable[[int, int], WSoftmaxLoss]
"""Maker of an angular loss with the weights of its classes, from the size of an embedding and the number of classes."""

STAGES = 3


class SphereNet(nn.Module):
    """Network of SphereConv layers or ordinary convolutions in three stages (arXiv 1711.03189).

    A unit is a convolution without bias, a normalisation and ReLU. A plain network of depth d has d units of 3×3
    kernels, shared out evenly among the stages, a 2×2 max pooling after each stage, and a unit without ReLU whose
    kernels span what is left of the image: its output is the embedding. With depth 9 it is the authors' CIFAR network.
    A residual network of depth 6n + 2 has a first unit, three stages of n blocks (unit, unit without ReLU, added to the
    shortcut, ReLU), the second and third with stride 2 and an ordinary 1×1 convolution with normalisation as their
    first shortcut, and the mean of all pixels as embedding. Linear scores without bias follow both.

    Kernels of every operator start normal with variance 2/fan-in, as the authors' do. Without batch normalisation
    ordinary convolutions have a bias, and SphereConv layers what `rescale` says. Margins of stride 2 are torch's; the
    authors' framework pads even sizes on one side only.

    An angular loss brings the weights of the classes with it: it is the head of the network, trained by
    `network(images, labels)` and asked for logits by `network(images)`, which are those without margin.

    Args:
        depth: Units of a plain network, at least 3; weight layers 6n + 2 of a residual one, e.g. 20 or 32.
        widths: Channels of the stages; the last is the size of the embedding.
        operator: "linear", "cosine", "sigmoid" or "learnable", as the similarity of `SphereConv2d`, or "conv" for the
            ordinary convolution.
        k: Width of the sigmoid, as of `SphereConv2d`.
        residual: Whether there are shortcuts.
        batch_norm: Whether convolutions are followed by batch normalisation.
        rescale: Whether responses have a factor and a summand of each kernel where there is no batch normalisation,
            as `SphereNorm`.
        activation: Whether there are ReLUs.
        in_channels: Channels of the images.
        num_classes: Number of logits.
        image_size: Height and width of the images of a plain network, at least 8; residual ones take all sizes.
        head: Maker of an angular loss of embeddings, e.g. `GASoftmaxLoss` or `partial(WSoftmaxLoss,
            similarity="linear")`; default: linear scores and cross-entropy.
        manifold: Geometry of pixels and embedding; default: none, patches of plain numbers on the unit sphere.
        spread: Of the batch normalisations, as of `BatchNorm2d`; "channel" is that of torch.nn.
        eps: Of the batch normalisations.
        momentum: Of the batch normalisations.

    Shape: (N, in_channels, H, W) to (N, num_classes).

    Raises:
        ValueError: An argument is out of range, or does not go with the operator.

    Source: Deep Hyperspherical Learning (arXiv 1711.03189) and its authors' code. The last unit has a normalisation, as
    in the configuration that their logs fit; in the final version of their main file it has none.

    Example:
        >>> import torch
        >>> from manifuse.apps import SphereNet
        >>> from manifuse.layers.losses import GASoftmaxLoss
        >>> images, labels = torch.randn(4, 1, 8, 8), torch.tensor([0, 3, 9, 3])
        >>> net = SphereNet(9, (8, 8, 8), operator="sigmoid", in_channels=1, image_size=8, head=GASoftmaxLoss)
        >>> net(images, labels).backward()
        >>> net(images).shape
        torch.Size([4, 10])
    """

    manifold: ManifoldBase
    """Geometry of the embedding."""
    head: Classifier | WSoftmaxLoss

    def __init__(
        self,
        depth: int = 9,
        widths: Sequence[int] = (128, 192, 256),
        *,
        operator: Operator = "cosine",
        k: float | None = None,
        residual: bool = False,
        batch_norm: bool = True,
        rescale: bool = False,
        activation: bool = True,
        in_channels: int = 3,
        num_classes: int = 10,
        image_size: Sizes = 32,
        head: Head | None = None,
        manifold: ManifoldBase | None = None,
        spread: Spread = "channel",
        eps: float = 1e-5,
        momentum: float = 0.1,
    ) -> None:
        super().__init__()
        if len(widths) != STAGES:
            raise ValueError(f"SphereNet: widths must be three numbers, one per stage, got {tuple(widths)}")
        self.manifold = Euclidean() if manifold is None else manifold
        self.in_channels = positive("in_channels", in_channels)
        units = _Units(
            operator=operator,
            k=k,
            batch_norm=batch_norm,
            rescale=rescale,
            activation=activation,
            manifold=manifold,
            space=self.manifold,
            options={"spread": spread, "eps": eps, "momentum": momentum},
        )
        channels = (self.in_channels, *widths)
        self.image_size: tuple[int, ...] | None = None
        if residual:
            self.body = _residual(units, depth, channels)
        else:
            self.image_size = sizes("image_size", image_size, 2, least=2**STAGES)
            self.body = _plain(units, depth, channels, self.image_size)
        self.head = (
            Classifier(widths[-1], num_classes, manifold=self.manifold, bias=False)
            if head is None
            else head(widths[-1], num_classes)
        )

    @classmethod
    def from_preset(cls, name: str, **arguments: Any) -> SphereNet:
        """Make the network of one of the recipes of `PRESETS`.

        Args:
            name: E.g. "spherenet-9-sigmoid".
            arguments: Further arguments of `SphereNet`, or replacements.

        Raises:
            ValueError: There is no preset of that name.
        """
        if name not in PRESETS:
            raise ValueError(f"SphereNet: preset must be one of {', '.join(map(repr, PRESETS))}, got {name!r}")
        return cls(**{**PRESETS[name].network, **arguments})

    def embed(self, x: Tensor) -> Tensor:
        """Embedding of images in frame coordinates, shape (N, widths[-1])."""
        if self.image_size is not None and x.shape[2:] != self.image_size:
            expected = ", ".join(map(str, ("N", self.in_channels, *self.image_size)))
            raise ValueError(
                f"SphereNet: expected images ({expected}), got shape {tuple(x.shape)}; build the network with the "
                "image_size of the data"
            )
        embedding: Tensor = self.body(x)
        return embedding

    def forward(self, x: Tensor, target: Tensor | None = None) -> Tensor:
        """Logits of images, shape (N, num_classes); with labels, shape (N,), their loss under the head."""
        embedding = self.embed(x)
        if isinstance(self.head, WSoftmaxLoss):
            return self.head.logits(embedding) if target is None else self.head(embedding, target)
        logits: Tensor = self.head(embedding)
        return logits if target is None else functional.cross_entropy(logits, target)

    def parameter_groups(self, weight_decay: float) -> list[dict[str, Any]]:
        """Parameters for an optimiser: all but those of SphereConv layers and geometries decay.

        The norms of SphereConv kernels do not matter; `OrthogonalityPenalty` keeps them in place.

        Args:
            weight_decay: Of the parameters that decay.

        Returns:
            Two groups, as optimisers of torch take them.
        """
        spared = {
            parameter
            for module in self.modules()
            if isinstance(module, (SphereLayer, ManifoldBase))
            for parameter in module.parameters()
        }
        decaying = [parameter for parameter in self.parameters() if parameter not in spared]
        others = [parameter for parameter in self.parameters() if parameter in spared]
        return [{"params": decaying, "weight_decay": weight_decay}, {"params": others, "weight_decay": 0.0}]


@dataclass(frozen=True)
class _Units:
    """Maker of units: convolution, normalisation, activation.

    `manifold` is the geometry that SphereConv layers are told, `space` that of all others.
    """

    operator: Operator
    k: float | None
    batch_norm: bool
    rescale: bool
    activation: bool
    manifold: ManifoldBase | None
    space: ManifoldBase
    options: Mapping[str, Any]

    def __post_init__(self) -> None:
        if self.operator not in get_args(Operator):
            known = ", ".join(map(repr, get_args(Operator)))
            raise ValueError(f"SphereNet: operator must be one of {known}, got {self.operator!r}")
        if self.operator == "conv" and (self.rescale or self.k is not None):
            raise ValueError(
                f"SphereNet: operator='conv' has no responses to shape, got k={self.k}, rescale={self.rescale}; "
                "leave both out, or take an operator of SphereConv"
            )

    def unit(self, channels: int, width: int, size: Sizes, *, activation: bool = True, **options: Any) -> nn.Sequential:
        """Unit of the network's operator; further options are those of its convolution."""
        if self.operator == "conv":
            return self.ordinary(channels, width, size, activation=activation, **options)
        conv = SphereConv2d(
            channels, width, size, similarity=self.operator, k=self.k, manifold=self.manifold, **options
        )
        rescaled = self.rescale and not self.batch_norm
        return nn.Sequential(SphereNorm(conv) if rescaled else conv, *self._after(width, activation))

    def ordinary(
        self, channels: int, width: int, size: Sizes, *, activation: bool = True, **options: Any
    ) -> nn.Sequential:
        """Unit of an ordinary convolution."""
        conv = Conv2d(channels, width, size, manifold=self.space, bias=not self.batch_norm, **options)
        nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
        return nn.Sequential(conv, *self._after(width, activation))

    def rectifier(self) -> nn.Module:
        """The activation."""
        return ReLU(manifold=self.space) if self.activation else nn.Identity()

    def _after(self, width: int, activation: bool) -> Iterator[nn.Module]:
        if self.batch_norm:
            yield BatchNorm2d(width, manifold=self.space, **self.options)
        if activation:
            yield self.rectifier()


def _plain(units: _Units, depth: int, channels: Sequence[int], image_size: Sequence[int]) -> nn.Sequential:
    """Map images to the embedding without shortcuts."""
    if depth < STAGES:
        raise ValueError(f"SphereNet: depth of a plain network must be at least {STAGES}, got {depth}")
    layers: list[nn.Module] = []
    width = channels[0]
    for stage, after in enumerate(channels[1:]):
        for _ in range(depth // STAGES + (stage < depth % STAGES)):
            layers.append(units.unit(width, after, 3, padding=1))
            width = after
        layers.append(MaxPool2d(2, manifold=units.space))
    left = [size // 2**STAGES for size in image_size]
    return nn.Sequential(*layers, units.unit(width, width, left, activation=False), Flatten())


def _residual(units: _Units, depth: int, channels: Sequence[int]) -> nn.Sequential:
    """Map images to the embedding with shortcuts."""
    if depth < 8 or depth % 6 != 2:
        raise ValueError(f"SphereNet: depth of a residual network must be 6n + 2 with n ≥ 1 (8, 14, ...), got {depth}")
    width = channels[1]
    layers: list[nn.Module] = [units.unit(channels[0], width, 3, padding=1)]
    for stage, after in enumerate(channels[1:]):
        for block in range((depth - 2) // 6):
            stride = 2 if stage > 0 and block == 0 else 1
            layers.append(_block(units, width, after, stride))
            width = after
    return nn.Sequential(*layers, GlobalAvgPool2d(manifold=units.space))


def _block(units: _Units, channels: int, width: int, stride: int) -> nn.Sequential:
    """Two units added to a shortcut."""
    body = nn.Sequential(
        units.unit(channels, width, 3, stride=stride, padding=1),
        units.unit(width, width, 3, padding=1, activation=False),
    )
    shortcut = (
        None
        if stride == 1 and channels == width
        else units.ordinary(channels, width, 1, stride=stride, activation=False)
    )
    return nn.Sequential(Residual(body, shortcut, manifold=units.space), units.rectifier())


@dataclass(frozen=True)
class Recipe:
    """A network for CIFAR and how it is trained: Adam, the rate divided by 10 at two milestones.

    The loss is cross-entropy, plus the decay of `SphereNet.parameter_groups`, plus `OrthogonalityPenalty`. Pixels
    p = 0 … 255 enter as (p − 127.5)/128.

    Args:
        network: Arguments of `SphereNet`.
        source: Where the numbers are from.
        augmentation: "flip": random horizontal flips. "crop": these and random crops of images with a margin of 4.
        orthogonality: Coefficient of the penalty.
        label_smoothing: Of the cross-entropy.
        weight_decay: Of what decays.
        lr: Learning rate at the start.
        batch_size: Images in a step.
        steps: Steps of training.
        milestones: Steps at which the rate falls.
    """

    network: Mapping[str, Any]
    source: str
    augmentation: Literal["flip", "crop"] = "flip"
    orthogonality: float = 2e-4
    label_smoothing: float = 0.01
    weight_decay: float = 5e-4
    lr: float = 1e-3
    batch_size: int = 128
    steps: int = 64_000
    milestones: tuple[int, ...] = (34_000, 54_000)


_NORM = {"eps": 1e-3, "momentum": 1e-3}
_NINE = {"depth": 9, "widths": (128, 192, 256), **_NORM}
_RESIDUAL = {"widths": (96, 192, 384), "residual": True, **_NORM}
_CODE = "the authors' code, wy1iu/SphereNet at 110ce2a"

PRESETS: dict[str, Recipe] = {
    "cnn-9": Recipe(_NINE | {"operator": "conv"}, _CODE, orthogonality=0.0),
    **{
        f"spherenet-9-{operator}": Recipe(_NINE | {"operator": operator}, _CODE)
        for operator in ("linear", "cosine", "sigmoid", "learnable")
    },
    "spherenet-9-cosine-w-softmax": Recipe(
        _NINE | {"operator": "cosine", "head": partial(WSoftmaxLoss, similarity="cosine", label_smoothing=0.01)}, _CODE
    ),
    "spherenet-69-linear": Recipe(
        _NINE | {"depth": 69, "operator": "linear"},
        "depth as recalled from arXiv 1711.03189; widths and training chosen by us, those of depth 9",
    ),
    "resnet-32": Recipe(_RESIDUAL | {"depth": 32, "operator": "conv"}, _CODE, augmentation="crop", orthogonality=0.0),
    "sphere-resnet-32-linear": Recipe(_RESIDUAL | {"depth": 32, "operator": "linear"}, _CODE, augmentation="crop"),
    "sphere-resnet-20-linear": Recipe(
        _RESIDUAL | {"depth": 20, "operator": "linear"},
        "depth, widths and training chosen by us, those of depth 32 but for the depth",
        augmentation="crop",
    ),
}
"""Recipes of Deep Hyperspherical Learning (arXiv 1711.03189) by name.

Their batch normalisations have ε = 1e-3 and statistics that move by 1e-3 a step: trainings of a few hundred steps
should set `momentum`. The code has 192 channels in the second stage of depth 9, its examples 196.
"""
