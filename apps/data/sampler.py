"""Batches of a few images of each of many classes, as functions of seed, epoch and step alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Sampler

from .loading import Draw


class ClassSampler(Sampler[list[Draw]]):
    """Batches of `per_class` images of each class in them, the classes drawn once for the batch of all processes.

    Classes come without repetition; where a batch asks for more than there are, in rounds of all. So do the images of
    a class. An epoch shows as many images as there are, but not each of them once. Every batch is a function of seed,
    epoch and step, and each process takes its share of it, so that a run can go on at any step of any epoch.

    Args:
        labels: Classes of the images, shape (N,).
        batch_size: Images in a batch of one process.
        per_class: Images of a class.
        seed: Seed.
        rank: Number of this process.
        world: Number of processes.
        classes: Names of the classes, for errors.

    Raises:
        ValueError: The batch is no multiple of `per_class`, there are fewer images than a batch takes, or a class has
            one image, which makes no pair.

    Source: the protocol of HIER (arXiv 2212.14258). Its code draws images with repetition, so that the two of a pair
    may be one image.
    """

    def __init__(
        self,
        labels: Tensor,
        batch_size: int,
        *,
        per_class: int = 2,
        seed: int = 0,
        rank: int = 0,
        world: int = 1,
        classes: Sequence[str] | None = None,
    ) -> None:
        if per_class < 2 or batch_size < per_class or batch_size % per_class:
            raise ValueError(
                f"ClassSampler: batch_size must be a multiple of per_class, which is at least 2, got {batch_size} and "
                f"{per_class}"
            )
        if not 0 <= rank < world:
            raise ValueError(f"ClassSampler: rank must be in 0, …, world − 1, got {rank} of {world}")
        self.steps = len(labels) // (batch_size * world)
        if self.steps == 0:
            raise ValueError(
                f"ClassSampler: a batch of {world} · {batch_size} images is more than the {len(labels)} there are; "
                "take a smaller batch_size"
            )
        numbers, counts = torch.unique(labels, return_counts=True)
        if counts.min() < 2:
            number = int(numbers[counts.argmin()])
            name = number if classes is None else repr(classes[number])
            raise ValueError(
                f"ClassSampler: class {name} has one image, which makes no pair; leave the class out, or add an image"
            )
        order = torch.argsort(labels, stable=True)
        self.rows = torch.split(order, counts.tolist())
        self.batch_size, self.per_class, self.seed = batch_size, per_class, seed
        self.rank, self.world = rank, world
        self.epoch = self.position = 0

    def seek(self, epoch: int, position: int = 0) -> None:
        """Go to a step of an epoch; iteration begins there."""
        self.epoch, self.position = epoch, position

    def __len__(self) -> int:
        return self.steps - self.position

    def __iter__(self) -> Iterator[list[Draw]]:
        for step in range(self.position, self.steps):
            yield self.batch(self.epoch, step)

    def batch(self, epoch: int, step: int) -> list[Draw]:
        """This process's share of a batch, the images of a class side by side."""
        state = np.random.SeedSequence((self.seed, epoch, step)).generate_state(1, np.uint64)
        generator = torch.Generator().manual_seed(int(state[0] >> np.uint64(1)))
        groups = self.world * self.batch_size // self.per_class
        chosen = _in_rounds(torch.arange(len(self.rows)), groups, generator)
        shuffled = {
            number: _in_rounds(self.rows[number], self.per_class * int(times), generator)
            for number, times in zip(*(each.tolist() for each in torch.unique(chosen, return_counts=True)), strict=True)
        }
        queues = {number: iter(rows.tolist()) for number, rows in shuffled.items()}
        rows = [next(queues[number]) for number in chosen.tolist() for _ in range(self.per_class)]
        seeds = torch.randint(2**62, (len(rows),), generator=generator).tolist()
        share = slice(self.rank * self.batch_size, (self.rank + 1) * self.batch_size)
        return [Draw(*draw) for draw in zip(rows[share], seeds[share], strict=True)]


def _in_rounds(values: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """Draw values in random order, each once before any comes again."""
    rounds = -(-count // len(values))
    return torch.cat([values[torch.randperm(len(values), generator=generator)] for _ in range(rounds)])[:count]
