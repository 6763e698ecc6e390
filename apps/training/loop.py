"""The training loop of a classifier, in which everything that decides the next epoch can be saved."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torchmetrics.classification import MulticlassAccuracy

from ...compile import fuse
from ..config import Training
from ..data import Dataset, Samples
from ..errors import DivergenceError
from ..recipes import RECIPES

WARM_UP = 3
"""Steps at the start of an epoch that do not count for the time of a step."""


class Trainer:
    """A classifier in training: its network, optimiser and schedule, and how many epochs are done.

    The order of the samples is a function of seed and epoch. With `state_dict`, which holds the state of torch's
    random generators as well, a later process goes on as if it were this one; on a CPU, with the same number of
    threads, to the bit.

    Args:
        model: Network that maps inputs to logits (N, classes); it is moved to the device and dtype of the training.
        data: What to train on, and its classes.
        config: How.
        seed: Seed of the order of the samples.
        name: What to call the training in an error.
    """

    def __init__(self, model: nn.Module, data: Dataset, config: Training, *, seed: int, name: str) -> None:
        self.config = config
        self.device = config.torch_device()
        self.model = model.to(self.device, config.parameter_dtype)
        self.samples = data.train.to(self.device, config.parameter_dtype)
        self.classes = len(data.classes)
        self.seed = seed
        self.name = name
        self.epoch = 0
        steps = config.epochs * math.ceil(len(self.samples) / config.batch_size)
        self.recipe = RECIPES[config.recipe]
        self.optimizer, self.schedule = self.recipe.start(self.model, steps=steps, lr=config.lr)
        if config.compile:
            fuse(self.model)

    @property
    def done(self) -> bool:
        """Whether all epochs are done."""
        return self.epoch >= self.config.epochs

    def run_epoch(self) -> dict[str, float]:
        """Train for an epoch; return loss and accuracy in training, the last rate, and the median time of a step.

        Raises:
            DivergenceError: A loss is not finite.
        """
        accuracy, losses, times = self._accuracy(), 0.0, []
        lr = self.optimizer.param_groups[0]["lr"]
        for number, batch in enumerate(self._batches(), 1):
            lr = self.schedule.get_last_lr()[0]
            start = time.perf_counter()
            loss, logits = self.step(batch)
            value = loss.item()  # waits for a GPU, which makes the time that of the step
            times.append(time.perf_counter() - start)
            if not math.isfinite(value):
                raise DivergenceError(
                    f"{self.name}: the loss is {value} in epoch {self.epoch + 1}, step {number}; try a lower --lr"
                )
            losses += value * len(batch)
            accuracy.update(logits, batch.labels)
        self.epoch += 1
        return {
            "train_loss": losses / len(self.samples),
            "train_accuracy": float(accuracy.compute()),
            "lr": lr,
            "step_ms": 1e3 * median(times[WARM_UP:] or times),
        }

    def step(self, batch: Samples) -> tuple[Tensor, Tensor]:
        """Make one step on a batch; return the loss and the logits before it."""
        self.model.train()
        logits = self._logits(batch.inputs)
        loss = self.recipe.loss(self.model, logits, batch.labels)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.optimizer.zero_grad()  # here: gradients do not stay alive between steps
        self.schedule.step()
        return loss.detach(), logits.detach()

    @torch.no_grad()
    def evaluate(self, samples: Samples) -> tuple[float, float]:
        """Loss and accuracy of the network as it stands.

        Raises:
            DivergenceError: The loss is not finite.
        """
        self.model.eval()
        accuracy, loss = self._accuracy(), 0.0
        samples = samples.to(self.device, self.config.parameter_dtype)
        for start in range(0, len(samples), self.config.batch_size):
            batch = samples[start : start + self.config.batch_size]
            logits = self._logits(batch.inputs)
            loss += functional.cross_entropy(logits, batch.labels, reduction="sum").item()
            accuracy.update(logits, batch.labels)
        if not math.isfinite(loss):
            raise DivergenceError(f"{self.name}: the loss of evaluation is {loss} after epoch {self.epoch}")
        return loss / len(samples), float(accuracy.compute())

    def state_dict(self) -> dict[str, Any]:
        """Everything that the next epoch depends on."""
        return {
            "epoch": self.epoch,
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "schedule": self.schedule.state_dict(),
            "rng": torch.get_rng_state(),
            "cuda_rng": torch.cuda.get_rng_state(self.device) if self.device.type == "cuda" else None,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a state."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.schedule.load_state_dict(state["schedule"])
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

    def _batches(self) -> Iterator[Samples]:
        seed = int(np.random.SeedSequence((self.seed, self.epoch)).generate_state(1)[0])
        order = torch.randperm(len(self.samples), generator=torch.Generator().manual_seed(seed))
        for rows in torch.split(order, self.config.batch_size):
            yield self.samples[rows.to(self.device)]

    def _logits(self, inputs: Tensor) -> Tensor:
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.config.autocast):
            logits: Tensor = self.model(inputs)
        return logits.to(self.config.parameter_dtype)

    def _accuracy(self) -> MulticlassAccuracy:
        """Share of samples whose class has the largest logit."""
        return MulticlassAccuracy(self.classes, average="micro").to(self.device)
