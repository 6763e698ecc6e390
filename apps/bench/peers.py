"""The same work by libraries that pip offers, geoopt and HypLL, on the Poincaré ball.

It is written as their documentation does. Their layers act on points of the ball, not on frame coordinates. Neither
library is imported before it is asked for.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import torch
from torch import Tensor, nn

from .works import CLASSES, C, Work, stages


def missing() -> list[str]:
    """List the peers that are not installed."""
    return [name for name, module in (("geoopt", "geoopt"), ("HypLL", "hypll")) if find_spec(module) is None]


def _load(name: str) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of TorchScript, at the import of geoopt
        return import_module(name)


# geoopt: Möbius operations on tensors. It has no convolution and no batch normalisation.


class GeooptLinear(nn.Module):
    """Möbius matrix product and addition of a bias (HNN, arXiv 1805.09112)."""

    def __init__(self, features: int) -> None:
        super().__init__()
        self.ball = _load("geoopt").PoincareBall(c=C)
        self.weight = nn.Parameter(torch.randn(features, features) / math.sqrt(features))
        self.bias = nn.Parameter(torch.zeros(features))

    def forward(self, x: Tensor) -> Tensor:
        """W ⊗ x ⊕ b."""
        y: Tensor = self.ball.mobius_add(self.ball.mobius_matvec(self.weight, x), self.bias)
        return y


class GeooptSum(nn.Module):
    """Möbius addition."""

    def __init__(self) -> None:
        super().__init__()
        self.ball = _load("geoopt").PoincareBall(c=C)

    def forward(self, operands: tuple[Tensor, ...]) -> Tensor:
        """x ⊕ v."""
        y: Tensor = self.ball.mobius_add(*operands, dim=1)
        return y


def geoopt(work: Work) -> nn.Module | None:
    """Make geoopt's form of a work, where it has one."""
    if work.kind == "linear":
        return GeooptLinear(*work.widths)
    return GeooptSum() if work.kind == "residual" else None


# HypLL: modules on tensors that know their manifold.


class Hypll(nn.Module):
    """A module of HypLL, from tensors of points to tensors."""

    def __init__(self, make: Callable[[Any], nn.Module]) -> None:
        super().__init__()
        ball = _load("hypll.manifolds.poincare_ball")
        # HypLL takes the softplus of the value by default.
        curvature = ball.Curvature(value=C, constraining_strategy=lambda value: value)
        self.manifold = ball.PoincareBall(c=curvature)
        self.module = make(self.manifold)
        self.points = _load("hypll.tensors").ManifoldTensor

    def forward(self, operands: Tensor | tuple[Tensor, ...]) -> Tensor:
        """Run the module."""
        tensors = operands if isinstance(operands, tuple) else (operands,)
        y: Tensor = self.module(*(self.points(x, self.manifold, man_dim=1) for x in tensors)).tensor
        return y

    def parameters(self, recurse: bool = True) -> Iterator[nn.Parameter]:
        """Give plain parameters: HypLL's refuse the functions of torch, those of its optimisers included."""
        for parameter in super().parameters(recurse):
            yield getattr(parameter, "tensor", parameter)


class HypllSum(nn.Module):
    """Möbius addition."""

    def __init__(self, manifold: Any) -> None:
        super().__init__()
        self.manifold = manifold

    def forward(self, x: Any, v: Any) -> Any:
        """x ⊕ v."""
        return self.manifold.mobius_add(x, v)


class HypllBlock(nn.Module):
    """Residual block of HypLL's tutorial on Poincaré ResNet."""

    def __init__(self, manifold: Any, channels: int, width: int, stride: int) -> None:
        super().__init__()
        modules = _modules()
        self.manifold = manifold
        self.body = nn.Sequential(
            modules.HConvolution2d(channels, width, 3, manifold, stride=stride, padding=1),
            modules.HBatchNorm2d(width, manifold, use_midpoint=True),
            modules.HReLU(manifold),
            modules.HConvolution2d(width, width, 3, manifold, padding=1),
            modules.HBatchNorm2d(width, manifold, use_midpoint=True),
        )
        changes = stride != 1 or channels != width
        self.shortcut = modules.HConvolution2d(channels, width, 1, manifold, stride=stride) if changes else None
        self.relu = modules.HReLU(manifold)

    def forward(self, x: Any) -> Any:
        """Add body and shortcut, and rectify."""
        v = x if self.shortcut is None else self.shortcut(x)
        return self.relu(self.manifold.mobius_add(self.body(x), v))


class HypllNetwork(nn.Module):
    """The Poincaré ResNet of HypLL's tutorial; its images are points here, not tangent vectors."""

    def __init__(self, manifold: Any, widths: tuple[int, ...], count: int, size: int) -> None:
        super().__init__()
        modules = _modules()
        self.manifold = manifold
        layers: list[nn.Module] = [
            modules.HConvolution2d(3, widths[0], 3, manifold, padding=1),
            modules.HBatchNorm2d(widths[0], manifold, use_midpoint=True),
            modules.HReLU(manifold),
        ]
        layers += stages(lambda *sizes: HypllBlock(manifold, *sizes), widths, count)
        self.body = nn.Sequential(*layers)
        self.pool = modules.HAvgPool2d(size // 2 ** (len(widths) - 1), manifold, use_midpoint=True)
        self.classifier = modules.HLinear(widths[-1], CLASSES, manifold)

    def forward(self, x: Any) -> Any:
        """Logits, as tangent vectors at the origin."""
        pooled = self.pool(self.body(x))
        pooled.tensor = pooled.tensor.flatten(1)
        return self.manifold.logmap(None, self.classifier(pooled))


def hypll(work: Work) -> nn.Module:
    """Make HypLL's form of a work."""
    modules, width = _modules(), work.widths[0]
    makers: dict[str, Callable[[Any], nn.Module]] = {
        "conv": lambda ball: modules.HConvolution2d(width, width, 3, ball, padding=1),
        "batch-norm": lambda ball: modules.HBatchNorm2d(width, ball, use_midpoint=True),
        "linear": lambda ball: modules.HLinear(width, width, ball),
        "residual": HypllSum,
        "network": lambda ball: HypllNetwork(ball, work.widths, work.count, work.shape[-1]),
    }
    return Hypll(makers[work.kind])


def _modules() -> Any:
    """All of HypLL's layers by name: its package exports them under `hypll.nn`."""
    return _load("hypll.nn")


PEERS: dict[str, Callable[[Work], nn.Module | None]] = {"geoopt": geoopt, "HypLL": hypll}
