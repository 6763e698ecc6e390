"""What a run does: one dataclass is the command line, the file config.json, and what a resumed run is held against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import torch

from ..manifolds import GEOMETRIES
from .contenders import PRESETS, Contenders, resnets
from .errors import InputError
from .recipes import RECIPES

DTYPES = {"float32": torch.float32, "float64": torch.float64, "bfloat16": torch.float32, "float16": torch.float32}
"""Dtype of the parameters, by the name of the precision."""
AUTOCAST = {"bfloat16": torch.bfloat16, "float16": torch.float16}
"""Dtype of autocast, where there is one."""


@dataclass(frozen=True)
class Execution:
    """Where and in which precision a network is trained.

    Raises:
        InputError: There is no such dtype.
    """

    device: str = "cpu"
    """Device, as torch names it: cpu, cuda, cuda:1, …"""
    dtype: str = "float32"
    """Precision: float32, float64, or bfloat16 or float16 (autocast of float32 parameters)."""

    def __post_init__(self) -> None:
        one_of("dtype", self.dtype, DTYPES)

    @property
    def parameter_dtype(self) -> torch.dtype:
        """Dtype of parameters and inputs."""
        return DTYPES[self.dtype]

    @property
    def autocast(self) -> torch.dtype | None:
        """Dtype of the forward pass under autocast."""
        return AUTOCAST.get(self.dtype)

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
class Training(Execution):
    """How a network is trained.

    Raises:
        InputError: A number is out of range, or there is no such dtype or recipe.
    """

    epochs: int = 10
    """Passes over the training set."""
    batch_size: int = 128
    """Samples in a step."""
    recipe: str = "adam"
    """Optimiser, rates and their schedule: adam, adamw (Riemannian), hcnn (Riemannian SGD, arXiv 2303.15919), or
    spherenet (Adam and the orthogonality penalty, arXiv 1711.03189)."""
    lr: float | None = None
    """Learning rate of the first step, if not that of the recipe."""
    compile: bool = False
    """Compile the network, block by block; it takes minutes before the first step."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("epochs", "batch_size"):
            _at_least_one(name, getattr(self, name))
        one_of("recipe", self.recipe, RECIPES)
        if self.lr is not None:
            _positive("lr", self.lr)


@dataclass(frozen=True)
class Run:
    """One training of one network.

    Raises:
        InputError: A number is out of range, or the geometry unknown.
    """

    geometry: str | None = None
    """Geometry: euclidean, poincare, lorentz, hypersphere; default: lorentz, of a SphereNet euclidean."""
    c: float = 1.0
    """Magnitude of the curvature, of its initial value where it is learnable."""
    learnable_c: bool = False
    """Learn the curvature."""
    input_size: int = 16
    """Height and width to which the images are resized."""
    seed: int = 0
    """Seed of the initial weights and of the order of the samples."""
    training: Training = field(default_factory=Training)

    def __post_init__(self) -> None:
        if self.geometry is not None:
            one_of("geometry", self.geometry, GEOMETRIES)
        _positive("c", self.c)
        _at_least_one("input_size", self.input_size)

    def record(self) -> dict[str, Any]:
        """Options by their names on the command line, as JSON gives them back."""
        return _record(self)


@dataclass(frozen=True)
class MetricLearning(Execution):
    """One training of an embedding by hierarchical metric learning.

    Raises:
        InputError: A number is out of range, or there is no such dtype or geometry.
    """

    data: str = "digits"
    """Images: digits, or in a folder cub, cars, sop, inshop. Classes of evaluation are not those of training."""
    root: str | None = None
    """Folder of the images, as their official archive unpacks."""
    recipe: str = "lhier"
    """Method: lhier, hier or hyp."""
    backbone: str = "cnn"
    """Network of features: cnn, resnet50, and with timm deit_small, dino_small, vit_small."""
    weights: str | None = None
    """File of pretrained weights of the backbone; random ones without."""
    geometry: str | None = None
    """Geometry, if not that of the recipe: euclidean, poincare, lorentz, hypersphere."""
    c: float | None = None
    """Magnitude of the curvature at the start, if not that of the recipe."""
    learnable_c: bool | None = None
    """Whether the curvature is learned, if not as in the recipe."""
    dim: int = 16
    """Size of an embedding; 128, 384 or 512 in the papers."""
    proxies: int = 64
    """Proxies of the hierarchy; 512 in the papers."""
    neighbours: int = 20
    """Nearest neighbours among which triplets are drawn."""
    epochs: int | None = None
    """Epochs, if not as many as in the protocol of the data."""
    batch_size: int = 90
    """Images in a step of one process, two of each class."""
    lr: float | None = None
    """Learning rate of the backbone for a batch of 180 images, if not that of the protocol of the data."""
    evaluate_every: int = 1
    """Epochs from one evaluation to the next."""
    workers: int = 0
    """Processes that load images."""
    seed: int = 0
    """Seed of initial weights, batches, views and triplets."""

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("dim", "proxies", "neighbours", "batch_size", "evaluate_every"):
            _at_least_one(name, getattr(self, name))
        if self.epochs is not None:
            _at_least_one("epochs", self.epochs)
        for name in ("c", "lr"):
            if getattr(self, name) is not None:
                _positive(name, getattr(self, name))
        if self.geometry is not None:
            one_of("geometry", self.geometry, GEOMETRIES)
        if self.workers < 0:
            raise InputError(f"workers: at least 0, got {self.workers}")

    def record(self) -> dict[str, Any]:
        """Options by their names on the command line, as JSON gives them back."""
        return asdict(self)


@dataclass(frozen=True)
class Comparison:
    """The same network on several geometries, or several networks, trained from several seeds.

    Raises:
        InputError: A number is out of range, a preset or a row unknown, a row named twice, or a preset stands beside
            what it sets.
    """

    geometries: tuple[str, ...] | None = None
    """Geometries to compare: euclidean, poincare, lorentz (maps of space parts, as in arXiv 2303.15919),
    lorentz-geometric (the network of poincare, in the other model), hypersphere; or rows of the preset; default: all
    of them."""
    depth: int = 8
    """Weight layers of the ResNet, 6n + 2."""
    widths: tuple[int, ...] = (8, 16, 32)
    """Channels of its three stages."""
    preset: str | None = None
    """Named network, e.g. resnet-20-8-16-32, or hcnn-18-8 (HCNN of width 8), in place of depth and widths; or
    hyperbolic-vs-hyperspherical: euclidean-resnet, poincare-resnet, lorentz-hecnn+ and spherenet, of one size."""
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
        if self.preset is not None:
            one_of("preset", self.preset, PRESETS)
        if self.geometries is not None:
            self._check_geometries(self.geometries)
        _positive("c", self.c)
        for name, values in (("seeds", (self.seeds,)), ("widths", self.widths)):
            for value in values:
                _at_least_one(name, value)
        if not 0 < self.target <= 1:
            raise InputError(f"target: an accuracy is between 0 and 1, got {self.target}")
        if self.preset is not None and (self.depth, self.widths) != (Comparison.depth, Comparison.widths):
            raise InputError(f"preset: {self.preset!r} sets depth and widths; give one or the other")

    @property
    def contenders(self) -> Contenders:
        """What is compared, by name of the row."""
        return self._known() if self.geometries is None else {name: self._known()[name] for name in self.geometries}

    def record(self) -> dict[str, Any]:
        """Options by their names on the command line, as JSON gives them back; rows by name."""
        return _record(self) | {"geometries": list(self.contenders)}

    def _known(self) -> Contenders:
        """What can be compared."""
        return resnets(self.depth, self.widths) if self.preset is None else PRESETS[self.preset]

    def _check_geometries(self, names: tuple[str, ...]) -> None:
        if not names:
            raise InputError("geometries: name at least one")
        for name in names:
            one_of("geometries", name, self._known())
        if len(set(names)) < len(names):
            raise InputError(f"geometries: each may be named once, got {', '.join(names)}")


def _record(config: Run | Comparison) -> dict[str, Any]:
    options = asdict(config)
    options |= options.pop("training")
    return {name: list(value) if isinstance(value, tuple) else value for name, value in options.items()}


def _at_least_one(name: str, value: int) -> None:
    if value < 1:
        raise InputError(f"{name}: at least 1, got {value}")


def _positive(name: str, value: float) -> None:
    if not 0 < value < float("inf"):
        raise InputError(f"{name}: a positive number, got {value}")


def one_of(name: str, value: str, known: Iterable[str]) -> None:
    """Check a choice.

    Raises:
        InputError: There is no such one.
    """
    if value not in known:
        raise InputError(f"{name}: {value!r} is unknown; choose from {', '.join(known)}")
