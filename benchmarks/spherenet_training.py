"""A SphereNet and how it is trained on images of 8×8 pixels, for the tables of claims."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import torch
from torch.nn import functional

from manifuse.apps import SphereNet
from manifuse.apps.data import Dataset, Samples
from manifuse.apps.spherenet import PRESETS, Head, Operator
from manifuse.apps.training.metrics import Line
from manifuse.layers.losses import Annealing, GASoftmaxLoss, OrthogonalityPenalty, WSoftmaxLoss

RECIPE = PRESETS["spherenet-9-linear"]
MARGIN = partial(GASoftmaxLoss, annealing=Annealing(base=100.0))
LOSSES: dict[str, Head | None] = {
    "softmax": None,
    "W-Softmax, cosine": WSoftmaxLoss,
    "W-Softmax, linear": partial(WSoftmaxLoss, similarity="linear"),
    "W-Softmax, sigmoid": partial(WSoftmaxLoss, similarity="sigmoid"),
    "A-Softmax, m = 4": partial(MARGIN, similarity="cosine"),
    "GA-Softmax, linear, m = 4": partial(MARGIN, similarity="linear"),
}


@dataclass(frozen=True)
class Setting:
    """A network and what it is trained with, but for rate, seed and epochs."""

    operator: Operator
    depth: int = 9
    width: int = 8
    """Channels of the first stage; the others have 3/2 and 2 times as many, as the authors' 128, 192, 256."""
    batch_norm: bool = True
    rescale: bool = False
    activation: bool = True
    loss: str = "softmax"
    batch_size: int = 32

    def network(self) -> SphereNet:
        return SphereNet(
            self.depth,
            (self.width, 3 * self.width // 2, 2 * self.width),
            operator=self.operator,
            batch_norm=self.batch_norm,
            rescale=self.rescale,
            activation=self.activation,
            in_channels=1,
            image_size=8,
            head=LOSSES[self.loss],
        )


def train(setting: Setting, rate: float, seed: int, epochs: int, target: float, data: Dataset) -> Line:
    """Train a network by the authors' recipe, its milestones in proportion, and say how it ends.

    A loss that is not finite ends the training.
    """
    start = time.perf_counter()
    torch.manual_seed(seed)
    network = setting.network()
    penalty = None if setting.operator == "conv" else OrthogonalityPenalty(RECIPE.orthogonality)
    optimizer = torch.optim.Adam(network.parameter_groups(RECIPE.weight_decay), lr=rate)
    steps = epochs * math.ceil(len(data.train) / setting.batch_size)
    milestones = [round(steps * milestone / RECIPE.steps) for milestone in RECIPE.milestones]
    schedule = torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones)
    reached, finite = None, True
    for epoch in range(1, epochs + 1):
        for batch in batches(data.train, setting.batch_size):
            loss = network.train()(batch.inputs, batch.labels)
            if penalty is not None:
                loss = loss + penalty(network)
            finite = finite and math.isfinite(loss.item())
            if not finite:
                break
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
        if not finite:
            break
        if reached is None and evaluate(network, data.val)[1] >= target:
            reached = epoch
    train_loss = evaluate(network, data.train)[0]
    return {
        "test_accuracy": evaluate(network, data.test)[1],
        "val_accuracy": evaluate(network, data.val)[1],
        "train_loss": train_loss if finite and math.isfinite(train_loss) else None,
        "epochs_to_target": reached,
        "seconds": time.perf_counter() - start,
    }


def batches(samples: Samples, size: int) -> Iterator[Samples]:
    """Samples in random order; one that is alone in its batch is left out, for batch normalisation."""
    for rows in torch.split(torch.randperm(len(samples)), size):
        if len(rows) > 1:
            yield samples[rows]


@torch.no_grad()
def evaluate(network: SphereNet, samples: Samples) -> tuple[float, float]:
    """Cross-entropy and accuracy."""
    logits = network.eval()(samples.inputs)
    right = (logits.argmax(1) == samples.labels).double().mean()
    return float(functional.cross_entropy(logits, samples.labels)), float(right)
