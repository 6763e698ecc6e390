"""Cost of the schemes of a convolution, forward and backward, against the original form by unfolded patches.

    python -m benchmarks.schemes [--batch 80] [--parts convolutions hcnn hecnn+] [--output FOLDER]

Layers of 64 … 512 channels at the sizes that a ResNet has them, with the convolution of torch as twin; then whole
networks, HCNN-18 beside HCNN+-18, and HECNN+-18 with either map, with ResNet-18 as twin. `Unfolded` computes what
`Space` does as the authors of HCNN do: patches of points are unfolded and concatenated. Results go to
`benchmarks/results/` as JSON and Markdown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import torch
import tyro
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.competition import Row, compete, table
from benchmarks.record import RESULTS, write
from manifuse import Euclidean, Lorentz
from manifuse.apps import HECNN
from manifuse.apps.bench.works import plain_network
from manifuse.layers import Conv2d, Geometric, Rotation, Space
from manifuse.layers.schemes import AffineScheme

LAYERS = ((64, 32), (128, 16), (256, 8), (512, 4))
"""Channels, and height and width."""
Part: TypeAlias = Literal["convolutions", "hcnn", "hecnn+"]
PARTS: tuple[Part, ...] = get_args(Part)


class Unfolded(Space):
    """The convolution of HCNN on the hyperboloid as it is published: patches of points, concatenated directly."""

    def affine(self, layer: Conv2d, u: Tensor) -> Tensor:  # type: ignore[override]
        """W_s p + v(√c t − 1) + b for patches (t, p), lifted."""
        points = layer.manifold.from_frame(u, dim=1)
        c = layer.manifold.c_for(u)
        windows = partial(
            functional.unfold,
            kernel_size=layer.kernel_size,
            dilation=layer.dilation,
            padding=layer.padding,
            stride=layer.stride,
        )
        patches = windows(points[:, 1:])
        times = windows(points[:, :1] - c.rsqrt()) + c.rsqrt()  # padding is the origin
        time = (times.square().sum(1, keepdim=True) - (layer.taps - 1) / c).sqrt()
        space = layer.weight.flatten(1) @ patches + layer.time_weight[:, None] * (c.sqrt() * time - 1)
        if layer.bias is not None:
            space = space + layer.bias[:, None]
        size = [
            (n + 2 * p - d * (k - 1) - 1) // s + 1
            for n, p, d, k, s in zip(
                u.shape[2:], layer.padding, layer.dilation, layer.kernel_size, layer.stride, strict=True
            )
        ]
        space = space.unflatten(-1, size)
        lifted = torch.cat(((1 / c + space.square().sum(1, keepdim=True)).sqrt(), space), 1)
        return layer.manifold.to_frame(lifted, dim=1)


@dataclass(frozen=True)
class Rescaled(AffineScheme):
    """The map of a scheme in a layer that rotated, rescaled as there."""

    scheme: Space

    def prepare(self, layer: Conv2d, out_channels: int) -> None:  # type: ignore[override]
        """The layer is prepared already."""

    def reset_parameters(self, layer: Conv2d) -> None:  # type: ignore[override]
        """Set anew what the layer learns besides weight and bias."""
        layer.rescale.reset_parameters()
        self.scheme.reset_parameters(layer)

    def affine(self, layer: Conv2d, u: Tensor) -> Tensor:  # type: ignore[override]
        """By the scheme, then rescaled."""
        return layer.rescale(self.scheme.affine(layer, u))


def convolutions(channels: int, size: int, batch: int) -> dict[str, tuple[nn.Module, Tensor]]:
    """The same layer in every scheme, each with its input."""
    space = Lorentz(c=1.0)
    make = partial(Conv2d, channels, channels, 3, padding=1, manifold=space, init="random")
    layers: dict[str, nn.Module] = {
        "torch.nn": nn.Conv2d(channels, channels, 3, padding=1),
        "unfolded": make(scheme=Unfolded()),
        "space": make(scheme=Space()),
        "rotation": make(scheme=Rotation()),
        "geometric": make(scheme=Geometric()),
    }
    x = torch.randn(batch, channels, size, size) / channels**0.5
    return {name: (layer, x.clone().requires_grad_()) for name, layer in layers.items()}


def hcnn(batch: int, width: int) -> dict[str, tuple[nn.Module, Tensor]]:
    """ResNet-18 of torch, HCNN, and HCNN+, which rotates and rescales."""
    nets: dict[str, nn.Module] = {
        "torch.nn": plain_network([width << stage for stage in range(4)], 2),
        "unfolded": HECNN(18, "hcnn", Lorentz(c=1.0), width=width),
        "space": HECNN(18, "hcnn", Lorentz(c=1.0), width=width),
        "rotation": HECNN(18, "hcnn+", Lorentz(c=1.0), width=width),
    }
    for layer in nets["unfolded"].modules():
        if isinstance(layer, Conv2d):
            layer.scheme = Unfolded()
    return {name: (net, torch.randn(batch, 3, 32, 32)) for name, net in nets.items()}


def hecnn_plus(batch: int, width: int) -> dict[str, tuple[nn.Module, Tensor]]:
    """ResNet-18 of torch, and HECNN+: on flat space, by rotations, and with other maps in their place."""
    nets: dict[str, nn.Module] = {
        "torch.nn": plain_network([width << stage for stage in range(4)], 2),
        "euclidean": HECNN(18, "hecnn+", Euclidean(), width=width),
        "unfolded": rescaled(HECNN(18, "hecnn+", Lorentz(c=1.0), width=width), Unfolded()),
        "space": rescaled(HECNN(18, "hecnn+", Lorentz(c=1.0), width=width), Space()),
        "rotation": HECNN(18, "hecnn+", Lorentz(c=1.0), width=width),
    }
    return {name: (net, torch.randn(batch, 3, 32, 32)) for name, net in nets.items()}


def rescaled(net: HECNN, scheme: Space) -> HECNN:
    """Replace the rotations of a network; what comes after them stays."""
    for layer in net.modules():
        if isinstance(layer, Conv2d) and isinstance(layer.scheme, Rotation):
            layer.register_parameter("time_weight", nn.Parameter(torch.zeros(layer.out_channels)))
            layer.scheme = Rescaled(scheme)
    return net


@dataclass(frozen=True)
class Benchmark:
    """Measure the schemes and write benchmarks/results/schemes.{json,md}, of some parts schemes-PARTS.{json,md}."""

    batch: int = 80
    """Images in a batch; that of arXiv 2405.13979 Table 4."""
    width: int = 64
    """Channels of a network's first stage."""
    rounds: int = 7
    """Timed rounds."""
    budget: float = 60.0
    """Seconds for the rounds of one work, three rounds at least."""
    parts: tuple[Part, ...] = PARTS
    """What to measure."""
    output: Path = RESULTS
    """Folder of the results."""

    def __call__(self) -> None:
        torch.manual_seed(0)
        rows: list[Row] = []
        for work, models in self.works():
            rows += compete(work, models, ("torch.nn", "unfolded"), rounds=self.rounds, budget=self.budget)
            print(table(rows), flush=True)
        name = "-".join(("schemes", *(() if self.parts == PARTS else self.parts)))
        title = f"Schemes of a convolution, forward and backward, batch {self.batch}"
        write(self.output, name, title, rows, table(rows), batch=self.batch, width=self.width, rounds=self.rounds)

    def works(self) -> Iterator[tuple[str, dict[str, tuple[nn.Module, Tensor]]]]:
        if "convolutions" in self.parts:
            for n, size in LAYERS:
                yield f"conv {n}→{n} @{size}²", convolutions(n, size, self.batch)
        if "hcnn" in self.parts:
            yield "HCNN-18 and HCNN+-18", hcnn(self.batch, self.width)
        if "hecnn+" in self.parts:
            yield "HECNN+-18", hecnn_plus(self.batch, self.width)


if __name__ == "__main__":
    tyro.cli(Benchmark)()
