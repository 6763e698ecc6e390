"""What each process of the distributed tests runs, and what one process runs on the joined batch."""

from __future__ import annotations

import faulthandler
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import torch
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from manifuse import layers
from manifuse.apps import ResNet
from manifuse.layers.distributed import gathered
from manifuse.manifolds import Euclidean, Hypersphere, ManifoldBase, Poincare

SHARES = (3, 5)
"""Images of each process."""
STEPS = 2
GEOMETRIES: dict[str, type[ManifoldBase]] = {kind.__name__: kind for kind in (Poincare, Hypersphere, Euclidean)}


@dataclass(frozen=True)
class Setting:
    """A network with batch normalisation; the geometry by name, since a process gets it by pickle."""

    geometry: str
    spread: str
    center: str
    momentum: float | None = 0.1
    resnet: bool = False

    def __str__(self) -> str:
        network = "ResNet" if self.resnet else self.center
        return f"{self.geometry}-{self.spread}-{network}-{self.momentum}"

    def build(self) -> nn.Module:
        torch.manual_seed(7)
        kind = GEOMETRIES[self.geometry]
        manifold = kind() if kind is Euclidean else kind(c=0.5, learnable=True)
        if self.resnet:
            return ResNet(8, manifold, (4, 4, 4), num_classes=3, spread=self.spread).double()
        norm = layers.BatchNorm2d(4, manifold=manifold, spread=self.spread, center=self.center, momentum=self.momentum)
        net = nn.Sequential(
            layers.Conv2d(3, 4, 3, manifold=manifold, padding=1, init="random"),
            norm,
            layers.ReLU(manifold=manifold),
            layers.GlobalAvgPool2d(manifold=manifold),
            layers.Classifier(4, 3, manifold=manifold),
        ).double()
        with torch.no_grad():
            norm.weight.mul_(0.8)
            norm.bias.copy_(0.3 * torch.randn(4))
        return net


def batch(step: int) -> Tensor:
    """Images of all processes; they vary in size, so that a mean of the processes' means is not the mean."""
    generator = torch.Generator().manual_seed(step)
    images = torch.randn(sum(SHARES), 3, 4, 5, generator=generator, dtype=torch.float64)
    return 0.3 * torch.linspace(0.3, 2, sum(SHARES), dtype=torch.float64).reshape(-1, 1, 1, 1) * images


def loss(logits: Tensor, first: int) -> Tensor:
    """A sum over images, each weighted by its place in the joined batch."""
    places = torch.arange(first, first + len(logits), dtype=logits.dtype).unsqueeze(1)
    return (torch.cos(places + torch.arange(3)) * logits).sum()


def steps(net: nn.Module, first: int, count: int, processes: int) -> dict[str, Tensor]:
    """Train by the gradients of the joined loss; give the final state, last gradients and outputs of the images."""
    optimiser = torch.optim.SGD(net.parameters(), lr=0.01)
    for step in range(STEPS):
        net.zero_grad()
        logits = net(batch(step)[first : first + count])
        loss(logits, first).backward()
        for parameter in net.parameters():
            parameter.grad.mul_(processes)  # DistributedDataParallel averages
        optimiser.step()
    plain = net.module if isinstance(net, DistributedDataParallel) else net
    gradients = {f"gradient of {name}": p.grad for name, p in plain.named_parameters()}
    return {"logits": logits.detach(), **gradients, **plain.state_dict()}


def work(rank: int, folder: str, settings: list[Setting]) -> None:
    """Train every network in one process of a group, and save what comes out."""
    faulthandler.dump_traceback_later(200, exit=True)
    torch.set_num_threads(1)
    distributed.init_process_group(
        "gloo",
        init_method=Path(folder, "rendezvous").as_uri(),
        rank=rank,
        world_size=len(SHARES),
        timeout=timedelta(seconds=120),
    )
    try:
        results = {
            str(setting): steps(DistributedDataParallel(setting.build()), sum(SHARES[:rank]), SHARES[rank], len(SHARES))
            for setting in settings
        }
        results["one value each"] = {"running_mean": smallest(rank)}
        results["alone"] = alone(rank)
        results["gathered"] = rows_of_all(rank)
        results["frechet"] = {"refused": torch.tensor(frechet_is_refused())}
    finally:
        distributed.destroy_process_group()
    torch.save(results, Path(folder, f"{rank}.pt"))


def smallest(rank: int) -> Tensor:
    """One value per channel and process is enough for all together."""
    layer = layers.BatchNorm1d(3, manifold=Poincare(c=0.5), momentum=1.0).double()
    layer(torch.full((1, 3), 0.1 * (rank + 1), dtype=torch.float64))
    return layer.running_mean


def rows_of_all(rank: int) -> dict[str, Tensor]:
    """Rows of both processes, and the gradient of a sum that each process weights in its own way."""
    mine = torch.arange(6.0).reshape(3, 2).add(10 * rank).requires_grad_()
    rows = gathered(mine, None)
    ((rank + 1) * torch.arange(6.0).unsqueeze(1) * rows).sum().backward()
    return {"rows": rows.detach(), "labels": gathered(torch.tensor([rank, 7]), None), "gradient": mine.grad}


def alone(rank: int) -> dict[str, Tensor]:
    """Evaluation needs no other process, and neither does a group of one."""
    groups = [distributed.new_group([other]) for other in range(len(SHARES))]
    layer = layers.BatchNorm2d(3, manifold=Poincare(c=0.5), process_group=groups[rank], momentum=1.0).double()
    found = {}
    if rank == 0:
        layer(batch(0)[: SHARES[0]])
        found = {"running_mean": layer.running_mean, "output": layer.eval()(batch(1)).detach()}
    distributed.barrier()
    return found


def frechet_is_refused() -> bool:
    """An iteration is no sum over processes: an error says so, and what to do instead."""
    layer = layers.BatchNorm2d(3, manifold=Poincare(c=0.5), mean="frechet").double()
    try:
        layer(batch(0))
    except (RuntimeError, ValueError) as error:
        return "frechet" in str(error) and "midpoint" in str(error)
    return False
