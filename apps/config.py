"""What a run does: one dataclass is the command line, the file config.json, and what a resumed run is held against."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

import torch

from ..manifolds import GEOMETRIES
from .errors import InputError

DTYPES = {"float32": torch.float32, "float64": torch.float64, "bfloat16": torch.float32}
"""Dtype of the parameters, by the name of the precision."""


@dataclass(frozen=True)
class Training:
    """How a network is trained: Adam, the rate falling to 0 along half a cosine.

    Raises:
        InputError: A number is out of range, or there is no such dtype.
    """

    epochs: int = 10
    """Passes over the training set."""
    batch_size: int = 128
    """Samples in a step."""
    lr: float = 0.02
    """Learning rate of the first step."""
    device: str = "cpu"
    """Device, as torch names it: cpu, cuda, cuda:1, …"""
    dtype: str = "float32"
    """Precision: float32, float64, or bfloat16 (autocast of float32 parameters)."""

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size"):
            _at_least_one(name, getattr(self, name))
        _positive("lr", self.lr)
        _one_of("dtype", self.dtype, DTYPES)

    @property
    def parameter_dtype(self) -> torch.dtype:
        """Dtype of parameters and inputs."""
        return DTYPES[self.dtype]

    @property
    def autocast(self) -> bool:
        """Whether the forward pass runs under autocast to bfloat16."""
        return self.dtype == "bfloat16"

    def torch_device(self) -> torch.device:
        """Return the device.

        Raises:
            InputError: There is no such device here.
        """
        try:
            torch.zeros((), device=self.device).item()
        except (RuntimeError, AssertionError) as error:  # torch raises either, with a text of many lines
            raise InputError(f"device: {self.device!r} is not available here; 'cpu' always is") from error
        return torch.device(self.device)


@dataclass(frozen=True)
class Comparison:
    """The same ResNet, trained on several geometries and from several seeds.

    Raises:
        InputError: A number is out of range, a geometry unknown or named twice, or a preset stands beside what it sets.
    """

    geometries: tuple[str, ...] = ("euclidean", "poincare", "lorentz", "hypersphere")
    """Geometries to compare: euclidean, poincare, lorentz, hypersphere."""
    depth: int = 8
    """Weight layers of the ResNet, 6n + 2."""
    widths: tuple[int, ...] = (8, 16, 32)
    """Channels of its three stages."""
    preset: str | None = None
    """Named ResNet, e.g. resnet-20-8-16-32, in place of depth and widths."""
    c: float = 0.1
    """Magnitude of the curvature, of its initial value where it is learnable."""
    learnable_c: bool = False
    """Learn the curvature."""
    seeds: int = 3
    """Trainings for each geometry, from seeds 0, 1, …"""
    target: float = 0.95
    """Validation accuracy; the table says after how many epochs it is reached."""
    training: Training = field(default_factory=Training)

    def __post_init__(self) -> None:
        if not self.geometries:
            raise InputError("geometries: name at least one")
        for name in self.geometries:
            _one_of("geometries", name, GEOMETRIES)
        if len(set(self.geometries)) < len(self.geometries):
            raise InputError(f"geometries: each may be named once, got {', '.join(self.geometries)}")
        _positive("c", self.c)
        for name, values in (("seeds", (self.seeds,)), ("widths", self.widths)):
            for value in values:
                _at_least_one(name, value)
        if not 0 < self.target <= 1:
            raise InputError(f"target: an accuracy is between 0 and 1, got {self.target}")
        if self.preset is not None and (self.depth, self.widths) != (Comparison.depth, Comparison.widths):
            raise InputError(f"preset: {self.preset!r} sets depth and widths; give one or the other")

    def record(self) -> dict[str, Any]:
        """Options by their names on the command line, as JSON gives them back."""
        options = asdict(self)
        options |= options.pop("training")
        return {name: list(value) if isinstance(value, tuple) else value for name, value in options.items()}


def _at_least_one(name: str, value: int) -> None:
    if value < 1:
        raise InputError(f"{name}: at least 1, got {value}")


def _positive(name: str, value: float) -> None:
    if not 0 < value < float("inf"):
        raise InputError(f"{name}: a positive number, got {value}")


def _one_of(name: str, value: str, known: dict[str, Any]) -> None:
    if value not in known:
        raise InputError(f"{name}: {value!r} is unknown; choose from {', '.join(known)}")
