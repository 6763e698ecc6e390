"""Training in epochs, in which everything that decides the next epoch can be saved; and that of a classifier."""

from __future__ import annotations

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from statistics import median
from typing import Any, Generic, TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler
from torchmetrics.classification import MulticlassAccuracy

from ...compile import fuse
from ..config import Execution, Training
from ..data import Dataset, Samples
from ..errors import DivergenceError
from ..recipes import RECIPES

WARM_UP = 3
"""Steps at the start of an epoch that do not count for the time of a step."""

Output = TypeVar("Output")
"""What a step gives besides its loss."""


class EpochLoop(ABC, Generic[Output]):
    """A model in training: its optimiser and schedule, and how many epochs are done.

    With `state_dict`, which holds the state of torch's random generators as well, a later process goes on as if it were
    this one; on a CPU, with the same number of threads, to the bit. A subclass gives the batches of an epoch and the
    loss of one. In float16 losses are scaled so that gradients do not underflow; a step whose gradients overflow then
    is left out.

    Args:
        model: Model, on the device and in the dtype of the training.
        optimizer: Optimiser of its parameters.
        schedule: Schedule of the rates, by steps.
        config: Device and precision.
        epochs: How many are to be done.
        name: What to call the training in an error.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: Optimizer,
        schedule: LRScheduler,
        config: Execution,
        *,
        epochs: int,
        name: str,
    ) -> None:
        self.model = model
        self.optimizer = optimizer
        self.schedule = schedule
        self.device = config.torch_device()
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=config.autocast == torch.float16)
        self.autocast = torch.autocast(self.device.type, config.autocast, enabled=config.autocast is not None)
        self.epochs = epochs
        self.epoch = 0
        self.name = name

    @property
    def done(self) -> bool:
        """Whether all epochs are done."""
        return self.epoch >= self.epochs

    # Supplied by the subclass

    @abstractmethod
    def batches(self) -> Iterator[Samples]:
        """Batches of the epoch, on the device."""

    @abstractmethod
    def loss(self, batch: Samples) -> tuple[Tensor, Output]:
        """Loss of a batch, and what else there is to tell of it."""

    @abstractmethod
    def start_epoch(self) -> None:
        """Get ready to hear of the steps of an epoch."""

    @abstractmethod
    def note(self, batch: Samples, output: Output) -> None:
        """Take in what a step gave."""

    @abstractmethod
    def summary(self) -> dict[str, float]:
        """What there is to tell of the epoch besides its loss."""

    def limit_gradients(self) -> None:
        """Bound gradients before a step; here they stay as they are."""

    # The loop

    def run_epoch(self) -> dict[str, float]:
        """Train for an epoch; return loss, summary, the last rate, and the median time of a step.

        Raises:
            DivergenceError: A loss is not finite.
        """
        losses, count, times = 0.0, 0, []
        lr = self.optimizer.param_groups[0]["lr"]
        self.start_epoch()
        for number, batch in enumerate(self.batches(), 1):
            lr = self.schedule.get_last_lr()[0]
            start = time.perf_counter()
            loss, output = self.step(batch)
            value = loss.item()  # waits for a GPU, which makes the time that of the step
            times.append(time.perf_counter() - start)
            if not math.isfinite(value):
                raise DivergenceError(
                    f"{self.name}: the loss is {value} in epoch {self.epoch + 1}, step {number}; try a lower --lr"
                )
            losses += value * len(batch)
            count += len(batch)
            self.note(batch, output)
        self.epoch += 1
        return {
            "train_loss": losses / count,
            **self.summary(),
            "lr": lr,
            "step_ms": 1e3 * median(times[WARM_UP:] or times),
        }

    def step(self, batch: Samples) -> tuple[Tensor, Output]:
        """Make one step on a batch; return the loss before it, and what else there is to tell."""
        self.model.train()
        loss, output = self.loss(batch)
        self.scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        self.scaler.unscale_(self.optimizer)
        self.limit_gradients()
        scale = self.scaler.get_scale()
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.optimizer.zero_grad()  # here: gradients do not stay alive between steps
        if self.scaler.get_scale() >= scale:  # else the step was left out
            self.schedule.step()
        return loss.detach(), output

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next epoch depends on."""
        return {
            "epoch": self.epoch,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "scaler": self.scaler.state_dict(),
            "rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state(self.device) if self.device.type == "cuda" else None,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
        self.scaler.load_state_dict(state["scaler"])
        torch.set_rng_state(state["rng"].cpu())
        if state["cuda_rng"] is not None:
            torch.cuda.set_rng_state(state["cuda_rng"].cpu(), self.device)
        self.epoch = state["epoch"]

    def held(self) -> Iterator[Tensor]:
        """Tensors that live between steps: parameters, buffers, and the state of the optimiser."""
        yield from self.model.parameters()
        yield from self.model.buffers()
        for state in self.optimizer.state.values():
            yield from (value for value in state.values() if isinstance(value, Tensor))


class Trainer(EpochLoop[Tensor]):
    """A classifier in training. The order of the samples is a function of seed and epoch.

    Args:
        model: Network that maps inputs to logits (N, classes); it is moved to the device and dtype of the training.
        data: What to train on, and its classes.
        config: How.
        seed: Seed of the order of the samples.
        name: What to call the training in an error.
    """

    def __init__(self, model: nn.Module, data: Dataset, config: Training, *, seed: int, name: str) -> None:
        self.config = config
        self.seed = seed
        device = config.torch_device()
        self.samples = data.train.to(device, config.parameter_dtype)
        self.classes = len(data.classes)
        self.accuracy = MulticlassAccuracy(self.classes, average="micro").to(device)
        """Share of samples whose class has the largest logit."""
        model = model.to(device, config.parameter_dtype)
        steps = config.epochs * math.ceil(len(self.samples) / config.batch_size)
        self.recipe = RECIPES[config.recipe]
        optimizer, schedule = self.recipe.start(model, steps=steps, lr=config.lr)
        super().__init__(model, optimizer, schedule, config, epochs=config.epochs, name=name)
        if config.compile:
            fuse(model)

    def batches(self) -> Iterator[Samples]:
        """All samples, in a new order."""
        seed = int(np.random.SeedSequence((self.seed, self.epoch)).generate_state(1)[0])
        order = torch.randperm(len(self.samples), generator=torch.Generator().manual_seed(seed))
        for rows in torch.split(order, self.config.batch_size):
            yield self.samples[rows.to(self.device)]

    def loss(self, batch: Samples) -> tuple[Tensor, Tensor]:
        """The recipe's loss, and the logits."""
        logits = self._logits(batch.inputs)
        return self.recipe.loss(self.model, logits, batch.labels), logits.detach()

    def start_epoch(self) -> None:
        """Forget the accuracy."""
        self.accuracy.reset()

    def note(self, batch: Samples, output: Tensor) -> None:
        """Count the samples whose class has the largest logit."""
        self.accuracy.update(output, batch.labels)

    def summary(self) -> dict[str, float]:
        """Accuracy in training."""
        return {"train_accuracy": float(self.accuracy.compute())}

    @torch.no_grad()
    def evaluate(self, samples: Samples) -> tuple[float, float]:
        """Loss and accuracy of the network as it stands.

        Raises:
            DivergenceError: The loss is not finite.
        """
        self.model.eval()
        self.accuracy.reset()
        loss = 0.0
        samples = samples.to(self.device, self.config.parameter_dtype)
        for start in range(0, len(samples), self.config.batch_size):
            batch = samples[start : start + self.config.batch_size]
            logits = self._logits(batch.inputs)
            loss += functional.cross_entropy(logits, batch.labels, reduction="sum").item()
            self.accuracy.update(logits, batch.labels)
        if not math.isfinite(loss):
            raise DivergenceError(f"{self.name}: the loss of evaluation is {loss} after epoch {self.epoch}")
        return loss / len(samples), float(self.accuracy.compute())

    def _logits(self, inputs: Tensor) -> Tensor:
        with self.autocast:
            logits: Tensor = self.model(inputs)
        return logits.to(self.config.parameter_dtype)
