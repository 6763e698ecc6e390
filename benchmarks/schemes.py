"""Cost of the schemes of a convolution, forward and backward, against the original form by unfolded patches.

    python -m benchmarks.schemes [--batch 80] [--networks False]

Layers of 64 … 512 channels at the sizes that a ResNet has them, and training steps of HCNN-18 and HCNN+-18, with the
convolution of torch and ResNet-18 as twins. `Unfolded` computes what `Space` does as the authors of HCNN do: patches
of points are unfolded and concatenated. Results go to `benchmarks/results/` as JSON and Markdown.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
import tyro
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.competition import compete, table
from benchmarks.record import RESULTS, write
from manifuse import Lorentz
from manifuse.apps import HECNN
from manifuse.apps.bench.works import plain_network
from manifuse.layers import Conv2d, Geometric, Rotation, Space

LAYERS = ((64, 32), (128, 16), (256, 8), (512, 4))
"""Channels, and height and width."""


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


def networks(batch: int) -> dict[str, tuple[nn.Module, Tensor]]:
    """ResNet-18 of torch, and HCNN and HCNN+ of the same widths."""
    nets: dict[str, nn.Module] = {
        "torch.nn": plain_network((64, 128, 256, 512), 2),
        "unfolded": HECNN(18, "hcnn", Lorentz(c=1.0)),
        "space": HECNN(18, "hcnn", Lorentz(c=1.0)),
        "rotation": HECNN(18, "hcnn+", Lorentz(c=1.0)),
    }
    for layer in nets["unfolded"].modules():
        if isinstance(layer, Conv2d):
            layer.scheme = Unfolded()
    return {name: (net, torch.randn(batch, 3, 32, 32)) for name, net in nets.items()}


@dataclass(frozen=True)
class Benchmark:
    """Measure the schemes and write benchmarks/results/schemes.{json,md}."""

    batch: int = 80
    """Images in a batch; that of arXiv 2405.13979 Table 4."""
    rounds: int = 7
    """Timed rounds."""
    budget: float = 60.0
    """Seconds for the rounds of one work, three rounds at least."""
    networks: bool = True
    """Measure whole networks as well."""
    output: Path = RESULTS
    """Folder of the results."""

    def __call__(self) -> None:
        torch.manual_seed(0)
        works = {f"conv {n}→{n} @{size}²": convolutions(n, size, self.batch) for n, size in LAYERS}
        if self.networks:
            works["ResNet-18, forward and backward"] = networks(self.batch)
        rows = []
        for work, models in works.items():
            rows += compete(work, models, ("torch.nn", "unfolded"), rounds=self.rounds, budget=self.budget)
            print(table(rows), flush=True)
        title = f"Schemes of a convolution, forward and backward, batch {self.batch}"
        write(self.output, "schemes", title, rows, table(rows))


if __name__ == "__main__":
    tyro.cli(Benchmark)()
