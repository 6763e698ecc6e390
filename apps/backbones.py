"""Networks that turn images into vectors of features: two of our own, and vision transformers of timm.

Each takes images (N, channels, H, W) to (N, out_features). Pretrained weights come from a local file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from .data import Views
from .data.images import HALF
from .errors import InputError


class GlobalPool(nn.Module):
    """Sum of mean and maximum over all pixels, as metric learning pools (arXiv 2003.13911)."""

    def forward(self, x: Tensor) -> Tensor:
        """Map (N, C, H, W) to (N, C)."""
        return x.mean((2, 3)) + x.amax((2, 3))


class ConvNet(nn.Sequential):
    """Three normalised 3×3 convolutions, the last two with stride 2, pooled: for images of a few pixels.

    Args:
        in_channels: Channels of the images.
        width: Features of the first convolution; the others have 2 and 4 times as many.
    """

    def __init__(self, in_channels: int = 1, width: int = 32) -> None:
        layers: list[nn.Module] = []
        channels = in_channels
        for factor, stride in ((1, 1), (2, 2), (4, 2)):
            layers.append(nn.Conv2d(channels, factor * width, 3, stride, padding=1, bias=False))
            layers += [nn.BatchNorm2d(factor * width), nn.ReLU()]
            channels = factor * width
        super().__init__(*layers, GlobalPool())
        self.out_features = channels


class ResNet50(nn.Module):
    """ResNet-50 (arXiv 1512.03385) without its classifier, the stride in 3×3 convolutions; mean and maximum pooled.

    Parameters have torchvision's names, so that its files of weights fit.

    Args:
        in_channels: Channels of the images.
        frozen_norm: Whether normalisations keep their running statistics in training, as metric learning on small
            collections does.
    """

    out_features = 2048

    def __init__(self, in_channels: int = 3, *, frozen_norm: bool = False) -> None:
        super().__init__()
        self.frozen_norm = frozen_norm
        self.conv1 = nn.Conv2d(in_channels, 64, 7, 2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.relu = nn.ReLU()
        self.maxpool = nn.MaxPool2d(3, 2, padding=1)
        self.layer1 = _stage(64, 64, 3, 1)
        self.layer2 = _stage(256, 128, 4, 2)
        self.layer3 = _stage(512, 256, 6, 2)
        self.layer4 = _stage(1024, 512, 3, 2)
        self.pool = GlobalPool()
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weights anew (He et al., arXiv 1502.01852)."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def train(self, mode: bool = True) -> ResNet50:
        """Set the mode of training; frozen normalisations stay in that of evaluation."""
        super().train(mode)
        if self.frozen_norm:
            for module in self.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        """Features of images."""
        x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        features: Tensor = self.pool(x)
        return features

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"frozen_norm={self.frozen_norm}"


class Bottleneck(nn.Module):
    """1×1, 3×3 and 1×1 convolution, added to the shortcut and rectified; the output has 4 · width channels."""

    def __init__(self, channels: int, width: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.relu = nn.ReLU()
        self.downsample = (
            nn.Identity()
            if stride == 1 and channels == 4 * width
            else nn.Sequential(nn.Conv2d(channels, 4 * width, 1, stride, bias=False), nn.BatchNorm2d(4 * width))
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map images of features."""
        y = self.relu(self.bn1(self.conv1(x)))
        y = self.relu(self.bn2(self.conv2(y)))
        result: Tensor = self.relu(self.bn3(self.conv3(y)) + self.downsample(x))
        return result


def _stage(channels: int, width: int, count: int, stride: int) -> nn.Sequential:
    rest = (Bottleneck(4 * width, width, 1) for _ in range(count - 1))
    return nn.Sequential(Bottleneck(channels, width, stride), *rest)


class ClassToken(nn.Module):
    """The class token of a vision transformer of timm, behind its last normalisation.

    The patch embedding is frozen, as in Hyp (arXiv 2203.10833) and HIER.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        try:
            import timm
        except ModuleNotFoundError as error:
            raise InputError(
                f"timm is not installed, which has {name}; run `pip install 'manifuse[vision]'`, or take another "
                "backbone"
            ) from error
        self.transformer = timm.create_model(name, num_classes=0)
        self.out_features = int(self.transformer.num_features)
        for parameter in self.transformer.patch_embed.parameters():
            parameter.requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        """Features of images of 224×224 pixels."""
        token: Tensor = self.transformer.forward_features(x)[:, 0]
        return token


OF_CONVOLUTIONS = Views()
OF_TRANSFORMERS = Views(area=(0.2, 1.0))


@dataclass(frozen=True)
class Backbone:
    """A backbone by name: how it is made, and the views of images that it takes."""

    make: Callable[[int], nn.Module]
    """Makes one for images with a number of channels."""
    views: Views = OF_CONVOLUTIONS
    """Of files; images in memory are taken as they are."""
    kind: str = "resnet50"
    """Which protocol trains it: resnet50, vit or dino."""


BACKBONES = {
    "cnn": Backbone(ConvNet),
    "resnet50": Backbone(ResNet50),
    "deit_small": Backbone(lambda _: ClassToken("deit_small_distilled_patch16_224"), OF_TRANSFORMERS, "vit"),
    "dino_small": Backbone(lambda _: ClassToken("vit_small_patch16_224"), OF_TRANSFORMERS, "dino"),
    "vit_small": Backbone(lambda _: ClassToken("vit_small_patch16_224"), replace(OF_TRANSFORMERS, scaling=HALF), "vit"),
}
"""Backbones by name. DINO's ViT-S is that of timm, with other weights."""

NESTED = ("model", "state_dict", "teacher")
"""Names under which published files hold the weights of a network."""
HEADS = ("fc.", "head.", "head_dist.")
"""Beginnings of the names of weights of a classifier, which is not needed."""


def load_weights(backbone: nn.Module, path: Path) -> None:
    """Give a backbone the weights of a file of torch; nothing in the file is executed, weights of a head are left.

    Raises:
        InputError: The file is missing or is none of torch, or the weights do not fit.
    """
    target = backbone.transformer if isinstance(backbone, ClassToken) else backbone
    try:
        weights = torch.load(path, map_location="cpu", weights_only=True)
    except FileNotFoundError as error:
        raise InputError(
            f"{path}: the file of weights is missing; download it, or leave the option out to start from random ones"
        ) from error
    except Exception as error:  # damaged bytes make the reader raise anything
        raise InputError(f"{path}: truncated, or not weights that torch saved; download it again") from error
    try:
        target.load_state_dict(_of_backbone(weights))
    except (AttributeError, RuntimeError) as error:
        first = " ".join(str(error).split())[:200]
        raise InputError(f"{path}: its weights do not fit {type(backbone).__name__}: {first} …") from error


def _of_backbone(weights: dict[str, Any]) -> dict[str, Tensor]:
    """Weights without those of a head, from a published file."""
    for name in NESTED:
        weights = weights.get(name, weights)
    named = {name.removeprefix("module."): value for name, value in weights.items()}
    return {name: value for name, value in named.items() if not name.startswith(HEADS)}
