"""Batches of images, loaded by this process or by others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from ..errors import InputError
from .retrieval import Images
from .samples import Samples


class Draw(NamedTuple):
    """An image to load, and the seed of its view in training; None: the view of evaluation."""

    row: int
    seed: int | None = None


def load(images: Images, batches: Iterable[list[Draw]], *, workers: int = 0) -> Iterator[Samples]:
    """Load batches in order; what they hold does not depend on the number of processes.

    Args:
        images: Images.
        batches: What to load.
        workers: Processes that load, ahead of time; 0: this one.

    Raises:
        InputError: An image cannot be read.
    """
    loader = DataLoader(_Drawn(images), batch_sampler=batches, num_workers=workers, collate_fn=_as_it_is)  # type: ignore[arg-type]
    for batch in loader:
        if isinstance(batch, InputError):
            raise batch
        yield batch


class _Drawn(Dataset[Tensor]):
    """Images by draws, a batch at a time."""

    def __init__(self, images: Images) -> None:
        self.images = images

    def __getitems__(self, draws: list[Draw]) -> Samples | InputError:
        try:
            views = [self.images.view(draw.row, _generator(draw)) for draw in draws]
        except InputError as error:
            return error  # raised in another process, it would come wrapped in that process's traceback
        return Samples(torch.stack(views), self.images.labels[[draw.row for draw in draws]])


def _generator(draw: Draw) -> torch.Generator | None:
    return None if draw.seed is None else torch.Generator().manual_seed(draw.seed)


def _as_it_is(batch: Samples | InputError) -> Samples | InputError:
    return batch
