"""Residual networks of Euclidean and hyperbolic stages: HCNN, HECNN, and HCNN+, HECNN+, which rotate and rescale."""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from torch import Tensor, nn

from ..layers import BatchNorm2d, Classifier, Conv2d, ConvNormAct, GlobalAvgPool2d, ReLU, Rescale
from ..layers.checks import positive
from ..layers.norm import Center, Spread
from ..layers.rescale import Slope
from ..layers.schemes import GEOMETRIC, AffineScheme, Rotation, Scheme, Space
from ..manifolds import Euclidean, ManifoldBase

Variant: TypeAlias = Literal["hcnn", "hecnn", "hcnn+", "hecnn+"]

STEM, *STAGES = range(5)
BLOCKS = {18: (2, 2, 2, 2), 50: (3, 4, 6, 3)}
"""Blocks of the stages, by depth."""
NETWORKS: dict[tuple[str, int], tuple[int, ...]] = {
    ("hcnn", 18): (STEM, *STAGES),
    ("hecnn", 18): (1, 3),
    ("hcnn+", 18): (STEM, *STAGES),
    ("hecnn+", 18): (1, 3),
    ("hecnn+", 50): tuple(STAGES),
}
"""The stages that are hyperbolic unless told, by variant and depth."""


class HECNN(nn.Module):
    """ResNet for small images whose stages are Euclidean or hyperbolic: HCNN, HECNN, HCNN+ and HECNN+.

    | variant | depth | hyperbolic   | convolution  | rescaled                                       |
    |---------|-------|--------------|--------------|------------------------------------------------|
    | hcnn    | 18    | all, stem    | `Space()`    | never                                          |
    | hecnn   | 18    | 1 and 3      | `Space()`    | where points enter a space                     |
    | hcnn+   | 18    | all, stem    | `Rotation()` | there, and after convolutions and sums; s = 2  |
    | hecnn+  | 18    | 1 and 3      | `Rotation()` | there, and after convolutions and sums; s = 2  |
    | hecnn+  | 50    | 1 to 4       | `Rotation()` | there, and after convolutions; s = 2           |

    The stem, a 3×3 convolution to `width` channels, normalised and rectified; four stages of 1, 2, 4 and 8 times that
    width, all but the first with stride 2; the midpoint of all pixels; hyperplane scores. At depth 18 stages are made
    of `BasicBlock`, at depth 50 of `CoreBottleneck`, of which only the inner convolution is hyperbolic. Where a stage
    is not hyperbolic, they are the blocks of torch's ResNets.

    Encoder and decoder, which is the classifier, have a manifold each, so that each learns a curvature of its own.
    Layers speak frame coordinates, and a change of geometry is the identity there: Euclidean features are taken for
    frame coordinates (exp0), frame coordinates for Euclidean features (log0), and those of one curvature for those of
    another (exp0 ∘ log0).

    Source: Fully hyperbolic CNNs (arXiv 2303.15919) and their code; Curvature-aware optimisation (arXiv 2405.13979) for
    the variants with a plus, and public code of its group for the bottleneck. Differences: pixels and Euclidean
    features are frame coordinates, there they are space parts; biases of normalisations are vectors, there they are
    points; before the exponential of a normalisation distances are cut at 12/√c, there they are rescaled. Chosen by us,
    since the sources leave them open: the default stages of hybrids at depth 18, and rescaling with slope 1 in "hecnn";
    initially torch's weights, and as in `ResNet` a γ of one over the number of blocks where a block ends.

    Args:
        depth: 18 or 50.
        variant: Network, as in the table.
        manifold: Geometry of the hyperbolic stages.
        num_classes: Number of logits.
        width: Channels of the first stage.
        input_size: Height and width of the images.
        in_channels: Channels of the images.
        hyperbolic_stages: Numbers of the hyperbolic stages of a hybrid, "hecnn" or "hecnn+", where 0 is the stem;
            default: as in the table. `estimate_hyperbolicity` of what a stage returns says how tree-like it is.
        decoder: Geometry of the classifier; default: a copy of `manifold`.

    Shape: (N, in_channels, input_size, input_size) to (N, num_classes).

    Raises:
        ValueError: There is no such network or stage, or the variant is not defined on the manifold.

    Example:
        >>> import torch
        >>> from manifuse import Lorentz
        >>> from manifuse.apps import HECNN
        >>> network = HECNN(18, "hecnn+", Lorentz(c=1.0, learnable=True), width=8, input_size=16)
        >>> network(torch.zeros(2, 3, 16, 16)).shape
        torch.Size([2, 10])
    """

    def __init__(
        self,
        depth: int,
        variant: Variant,
        manifold: ManifoldBase,
        num_classes: int = 10,
        *,
        width: int = 64,
        input_size: int = 32,
        in_channels: int = 3,
        hyperbolic_stages: Collection[int] | None = None,
        decoder: ManifoldBase | None = None,
    ) -> None:
        super().__init__()
        self.hyperbolic_stages = _require_stages(variant, depth, hyperbolic_stages)
        self.depth, self.variant = depth, variant
        self.in_channels, self.input_size = positive("in_channels", in_channels), positive("input_size", input_size)
        widths = [positive("width", width) << place for place in range(len(STAGES))]
        decoder = deepcopy(manifold) if decoder is None else decoder
        self.encoder_manifold, self.decoder_manifold = manifold, decoder

        flat, curved = _Layers(Euclidean()), _hyperbolic_layers(variant, depth, manifold)
        stem, *stages = (curved if number in self.hyperbolic_stages else flat for number in (STEM, *STAGES))
        self.stem = nn.Sequential(stem.entry(), stem.unit(in_channels, width, 3))
        self.stages = nn.Sequential()
        channels, before, share = width, stem, 1 / sum(BLOCKS[depth])
        for layers, width, count in zip(stages, widths, BLOCKS[depth], strict=True):
            stage = nn.Sequential()
            for place in range(count):
                stride = 2 if place == 0 and width > widths[0] else 1
                block: BasicBlock | CoreBottleneck
                if depth == 50:
                    block = CoreBottleneck(channels, width, flat=flat, core=layers, stride=stride, share=share)
                else:
                    enters = place == 0 and layers is not before
                    block = BasicBlock(channels, width, layers=layers, stride=stride, share=share, enters=enters)
                stage.append(block)
                channels = block.out_channels
            self.stages.append(stage)
            before = layers
        self.pool = GlobalAvgPool2d(manifold=(flat if depth == 50 else before).manifold)
        self.entry = _hyperbolic_layers(variant, depth, decoder).entry()
        self.classifier = Classifier(channels, num_classes, manifold=decoder)

    @property
    def manifold(self) -> ManifoldBase:
        """Geometry of the embedding, which is the decoder's."""
        return self.decoder_manifold

    def embed(self, x: Tensor) -> Tensor:
        """Frame embedding of images, shape (N, 8 · width), at depth 50 four times as wide."""
        expected = (self.in_channels, self.input_size, self.input_size)
        if x.ndim != 4 or x.shape[1:] != expected:
            raise ValueError(
                f"HECNN: expected images of shape (N, {', '.join(map(str, expected))}), got {tuple(x.shape)}; resize "
                "them, or build the network with their input_size and in_channels"
            )
        embedding: Tensor = self.entry(self.pool(self.stages(self.stem(x))))
        return embedding

    def forward(self, x: Tensor) -> Tensor:
        """Logits of images."""
        logits: Tensor = self.classifier(self.embed(x))
        return logits

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"{self.depth}, {self.variant!r}, hyperbolic_stages={self.hyperbolic_stages}"


@dataclass(frozen=True)
class _Layers:
    """Layers of one geometry, as a variant makes them; those of torch.nn by default, on flat space."""

    manifold: ManifoldBase
    conv: AffineScheme = GEOMETRIC
    scheme: Scheme = GEOMETRIC
    center: Center = "pooled"
    spread: Spread = "channel"
    slope: Slope | None = None
    """Of the rescaling of points that enter the space; None leaves them."""
    rescaled_sums: bool = False

    def entry(self) -> nn.Module:
        """What maps frame coordinates that come from another geometry."""
        return nn.Identity() if self.slope is None else Rescale(manifold=self.manifold, slope=self.slope)

    def unit(
        self,
        channels: int,
        width: int,
        kernel_size: int,
        stride: int = 1,
        *,
        gain: float = 1.0,
        sums: bool = False,
        act: bool = True,
    ) -> ConvNormAct:
        """Convolution, normalisation with an initial γ of `gain`, and ReLU; the rescaling of sums comes before it."""
        manifold = self.manifold
        conv = Conv2d(
            channels,
            width,
            kernel_size,
            manifold=manifold,
            stride=stride,
            padding=kernel_size // 2,
            scheme=self.conv,
            init="random",
        )
        norm = BatchNorm2d(width, manifold=manifold, center=self.center, spread=self.spread)
        nn.init.constant_(norm.get_parameter("weight"), gain)
        relu: nn.Module | None = ReLU(manifold=manifold, scheme=self.scheme) if act else None
        if relu is not None and sums and self.rescaled_sums:
            relu = nn.Sequential(Rescale(manifold=manifold), relu)
        return ConvNormAct(conv, norm, relu, scheme=self.scheme)


class BasicBlock(nn.Module):
    """Two normalised 3×3 convolutions, added to the shortcut and rectified (ResNet-18).

    Args:
        channels: Channels of the input.
        width: Channels of the output.
        layers: What the block is made of.
        stride: Of the first convolution and the shortcut.
        share: Initial γ of the second normalisation.
        enters: Whether the input comes from another geometry.
    """

    def __init__(
        self,
        channels: int,
        width: int,
        *,
        layers: _Layers,
        stride: int = 1,
        share: float = 1.0,
        enters: bool = False,
    ) -> None:
        super().__init__()
        self.out_channels = width
        self.entry = layers.entry() if enters else nn.Identity()
        self.first = layers.unit(channels, width, 3, stride)
        self.second = layers.unit(width, width, 3, gain=share, sums=True)
        self.shortcut = _shortcut(channels, width, layers, stride)

    def forward(self, u: Tensor) -> Tensor:
        """Map frame coordinates of images."""
        u = self.entry(u)
        result: Tensor = self.second(self.first(u), self.shortcut(u))
        return result


class CoreBottleneck(nn.Module):
    """Bottleneck of a ResNet-50 whose inner 3×3 convolution may be hyperbolic (arXiv 2405.13979 Fig. 1).

    Args:
        channels: Channels of the input.
        width: Channels of the inner convolution; the output has four times as many.
        flat: Layers of the other convolutions.
        core: Layers of the inner convolution.
        stride: Of the inner convolution and the shortcut.
        share: Initial γ of the last normalisation.
    """

    def __init__(
        self, channels: int, width: int, *, flat: _Layers, core: _Layers, stride: int = 1, share: float = 1.0
    ) -> None:
        super().__init__()
        self.out_channels = 4 * width
        self.reduce = flat.unit(channels, width, 1)
        self.entry = core.entry()
        self.core = core.unit(width, width, 3, stride)
        self.expand = flat.unit(width, self.out_channels, 1, gain=share, sums=True)
        self.shortcut = _shortcut(channels, self.out_channels, flat, stride)

    def forward(self, x: Tensor) -> Tensor:
        """Map images of Euclidean features."""
        result: Tensor = self.expand(self.core(self.entry(self.reduce(x))), self.shortcut(x))
        return result


def _shortcut(channels: int, width: int, layers: _Layers, stride: int) -> nn.Module:
    """The identity, or where the shape changes a normalised 1×1 convolution."""
    if stride == 1 and channels == width:
        return nn.Identity()
    return layers.unit(channels, width, 1, stride, act=False)


def _hyperbolic_layers(variant: Variant, depth: int, manifold: ManifoldBase) -> _Layers:
    """Layers of the hyperbolic parts of a network.

    Raises:
        ValueError: They are not defined on the manifold.
    """
    options: dict[str, Any] = {"scheme": Space()}
    if depth == 18:
        options |= {"center": "per_sample", "spread": "distance"}
    if not variant.endswith("+"):
        return _Layers(manifold, Space(), slope="unit" if variant == "hecnn" else None, **options)
    if not manifold.has_rotations:
        without = variant.removesuffix("+")
        raise ValueError(f"HECNN: {variant!r} rotates points, which is not defined on {manifold}; use {without!r}")
    return _Layers(manifold, Rotation(), slope="published", rescaled_sums=True, **options)


def _require_stages(variant: str, depth: int, stages: Collection[int] | None) -> tuple[int, ...]:
    """Return the numbers of the hyperbolic stages.

    Raises:
        ValueError: There is no such network or stage, or the stages of this one are not to be chosen.
    """
    if (variant, depth) not in NETWORKS:
        pairs = ", ".join(f"({known}, {name!r})" for name, known in NETWORKS)
        raise ValueError(f"HECNN: (depth, variant) must be one of {pairs}, got ({depth}, {variant!r})")
    if stages is None:
        return NETWORKS[variant, depth]
    if variant.startswith("hcnn"):
        raise ValueError(
            f"HECNN: {variant!r} is hyperbolic throughout; choose hyperbolic_stages of {variant.replace('hc', 'hec')!r}"
        )
    if not set(stages) <= {STEM, *STAGES}:
        raise ValueError(f"HECNN: hyperbolic_stages are among 0 (the stem) and 1 to 4, got {tuple(stages)}")
    return tuple(sorted(set(stages)))
