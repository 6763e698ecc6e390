"""Samples in memory, and a data set of three parts."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True)
class Samples:
    """Inputs, shape (N, …), and their classes, shape (N,)."""

    inputs: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, rows: slice | Tensor | list[int]) -> Samples:
        return Samples(self.inputs[rows], self.labels[rows])

    def to(self, device: torch.device, dtype: torch.dtype) -> Samples:
        """Move to a device, inputs in the given dtype."""
        return Samples(self.inputs.to(device, dtype), self.labels.to(device))


@dataclass(frozen=True)
class Dataset:
    """Samples to train on, to watch, and to report; the names of the classes."""

    train: Samples
    val: Samples
    test: Samples
    classes: tuple[str, ...]
