"""One training in the folder of a run: its lines in the metrics, its checkpoint, and what came of it."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from torch import nn

from ..manifolds import ManifoldBase
from .config import Training
from .data import Dataset
from .errors import InputError
from .networks import Network, curvatures
from .training import EpochLoop, MetricsLog, Trainer, load_checkpoint, peak_memory, save_checkpoint

MIB = 2**20


class Recorded(ABC):
    """A training with its lines in the metrics and its checkpoint, which a later process can go on with.

    Args:
        trainer: Training.
        network: What it trains.
        key: What marks its lines of metrics.
        owner: Options that its checkpoint belongs to, with the key.
        checkpoint: File of the checkpoint.
        writes: Whether this process, of several that train together, is the one that writes.
    """

    def __init__(
        self,
        trainer: EpochLoop[Any],
        network: Any,
        *,
        key: dict[str, Any],
        owner: dict[str, Any],
        checkpoint: Path,
        writes: bool = True,
    ) -> None:
        self.trainer: Any = trainer
        self.network = network
        self.key = key
        self.owner = owner
        self.checkpoint = checkpoint
        self.writes = writes

    @abstractmethod
    def measure(self) -> dict[str, Any]:
        """Evaluate the network after an epoch."""

    def resume(self, log: MetricsLog) -> None:
        """Go on from the checkpoint, if there is one."""
        if self.checkpoint.exists():
            load_checkpoint(self.checkpoint, self.trainer, owner=self.owner)
        if self.writes:
            log.rewind(self.key, self.trainer.epoch)

    def run_epoch(self, log: MetricsLog) -> None:
        """Train for an epoch, note its metrics, then save the state: a kill in between costs the epoch, no line."""
        start = time.perf_counter()
        line: dict[str, Any] = {**self.trainer.run_epoch(), **self.measure()}
        line["curvature"] = self.network.manifold.sectional_curvature.item()
        line["learned_curvatures"] = curvatures(self.network)
        line["seconds"] = time.perf_counter() - start
        if self.trainer.done:
            line |= self.outcome()
        if self.writes:
            log.append({**self.key, "epoch": self.trainer.epoch, **line})
            save_checkpoint(self.checkpoint, self.trainer, owner=self.owner)

    def outcome(self) -> dict[str, Any]:
        """What is measured once, after the last epoch."""
        return {"parameters": sum(parameter.numel() for parameter in self.network.parameters())}


class Experiment(Recorded):
    """The training of a classifier from a seed.

    Args:
        make: Makes the network; it has the geometry of its embedding as `manifold`.
        data: Data set.
        training: How to train.
        seed: Seed of the initial weights and of the order of the samples.
        name: What to call the training in an error.
        key: What marks its lines of metrics.
        owner: Options that its checkpoint belongs to, with the key.
        checkpoint: File of the checkpoint.
    """

    def __init__(
        self,
        make: Callable[[], nn.Module],
        data: Dataset,
        training: Training,
        *,
        seed: int,
        name: str,
        key: dict[str, Any],
        owner: dict[str, Any],
        checkpoint: Path,
    ) -> None:
        self.make = make
        self.data = data
        self.training = training
        self.seed = seed
        self.name = name
        network, trainer = self._start(training)
        super().__init__(trainer, network, key=key, owner=owner, checkpoint=checkpoint)

    def measure(self) -> dict[str, Any]:
        """Loss and accuracy on the samples to watch."""
        loss, accuracy = self.trainer.evaluate(self.data.val)
        return {"val_loss": loss, "val_accuracy": accuracy}

    def outcome(self) -> dict[str, Any]:
        """Size of the network, its accuracy on the test set, and the memory of a step."""
        _, accuracy = self.trainer.evaluate(self.data.test)
        # Memory is measured on a training of its own: steps of this one would change it. Compiled code cannot be.
        _, other = self._start(replace(self.training, compile=False))
        batch = other.samples[: self.training.batch_size]
        other.step(batch)  # makes the state of the optimiser
        held = (*other.held(), batch.inputs, batch.labels)
        return {
            **super().outcome(),
            "test_accuracy": accuracy,
            "peak_mib": peak_memory(lambda: other.step(batch), held=held, device=other.device) / MIB,
        }

    def _start(self, training: Training) -> tuple[Any, Trainer]:
        torch.manual_seed(self.seed)
        network = self.make()
        return network, Trainer(network, self.data, training, seed=self.seed, name=self.name)


def build_network(options: Network, space: ManifoldBase, data: Dataset) -> nn.Module:
    """Make a network for the images of a data set.

    Raises:
        ValueError: The options make none.
    """
    images = data.train.inputs
    return options.build(space, in_channels=images.shape[1], input_size=images.shape[-1], num_classes=len(data.classes))


def check_network(make: Callable[[], nn.Module], data: Dataset, training: Training) -> None:
    """Build a network and show it the smallest batch of an epoch, so that what it refuses is refused at once.

    Raises:
        InputError: The options make no network, or not one for these images.
    """
    images = data.train.inputs
    smallest = len(images) % training.batch_size or training.batch_size
    try:
        make()(images[:smallest])
    except ValueError as error:
        raise InputError(str(error)) from error


def progress(console: Console) -> Progress:
    """Bars of epochs, on a terminal only."""
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("epochs"), TimeElapsedColumn(), TimeRemainingColumn())
    return Progress(TextColumn("{task.description}"), *columns, console=console, disable=not console.is_terminal)
