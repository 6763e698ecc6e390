"""What each process of a training together runs, and what one process runs alone."""

from __future__ import annotations

import faulthandler
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import torch
from torch import Tensor, distributed, nn

from manifuse import Lorentz
from manifuse.apps.config import MetricLearning
from manifuse.apps.data import RetrievalData
from manifuse.apps.data.retrieval import Scans
from manifuse.apps.lhier import LHIER
from manifuse.apps.metric_learning.protocols import Protocol
from manifuse.apps.metric_learning.training import MetricTrainer
from manifuse.manifolds import ManifoldBase

WORLD = 2
CONFIG = MetricLearning(dtype="float64", batch_size=24, seed=3)
PROTOCOL = Protocol(1e-3, 2, 1e-2, warm_up=0, nodes=5.0, class_proxies=10.0)


class Perceptron(nn.Sequential):
    """A backbone without statistics of the batch, which processes would not share."""

    out_features = 12

    def __init__(self) -> None:
        super().__init__(nn.Flatten(), nn.Linear(16, 12), nn.Tanh())


def data() -> RetrievalData:
    """Clouds of small images, eight classes to train on, two to search."""
    draw = torch.Generator().manual_seed(0)
    centres = torch.randn(10, 1, 4, 4, generator=draw)

    def clouds(classes: range) -> Scans:
        labels = torch.tensor([label for label in classes for _ in range(9)])
        return Scans(centres[labels] + 0.3 * torch.randn(len(labels), 1, 4, 4, generator=draw), labels)

    return RetrievalData(clouds(range(8)), clouds(range(8, 10)), None, tuple("abcdefghij"))


def trainer(
    config: MetricLearning = CONFIG, protocol: Protocol = PROTOCOL, space: ManifoldBase | None = None
) -> MetricTrainer:
    torch.manual_seed(5)
    network = LHIER(Perceptron(), 4, space or Lorentz(learnable=True), 8, proxies=12, neighbours=6)
    return MetricTrainer(network, data(), config, protocol, name="clouds")


def trained(training: MetricTrainer) -> dict[str, Tensor]:
    """State after two epochs, the losses on the way, and the embedded queries."""
    lines = [training.run_epoch() for _ in range(2)]
    losses = torch.tensor([[line["train_loss"], line["train_hierarchy_loss"]] for line in lines], dtype=torch.double)
    queries = training.embed(training.data.query)
    return {"losses": losses, "queries": queries, **training.network.state_dict()}


def work(rank: int, folder: str) -> None:
    """Train in one process of a group, with half of each batch, and save what comes out."""
    faulthandler.dump_traceback_later(200, exit=True)
    torch.set_num_threads(1)
    distributed.init_process_group(
        "gloo",
        init_method=Path(folder, "rendezvous").as_uri(),
        rank=rank,
        world_size=WORLD,
        timeout=timedelta(seconds=120),
    )
    try:
        half = replace(CONFIG, batch_size=CONFIG.batch_size // WORLD)
        torch.save(trained(trainer(half)), Path(folder, f"{rank}.pt"))
    finally:
        distributed.destroy_process_group()
