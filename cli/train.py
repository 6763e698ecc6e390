"""`manifuse train NETWORK`: one network on one geometry."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Generic, TypeVar

import tyro

from ..apps.config import Run
from ..apps.networks import HECNNOptions, Network, ResNetOptions, SphereNetOptions
from .errors import extra, writing
from .lhier import LHIER

N = TypeVar("N", bound=Network)


@dataclass(frozen=True)
class Classifier(Generic[N]):
    """Train a network on one geometry, on scikit-learn's digits.

    Prints the accuracy on the test set, and writes options, metrics and a checkpoint to OUT/NAME.
    """

    network: N
    run: Run = field(default_factory=Run)
    name: str = "train"
    """Name of the run."""
    out: Path = Path("runs")
    """Folder of all runs."""
    resume: bool = False
    """Go on with the run of that name where it was stopped; start it where there is none."""

    def __call__(self) -> int:
        """Run the command and return its exit code."""
        with extra("apps"):
            from rich.console import Console

            from ..apps.train import train
        folder = self.out / self.name
        with writing(folder):
            line = train(self.network, self.run, folder, resume=self.resume, console=Console(stderr=True))
        print(f"{line['test_accuracy']:.1%} of the test set, {line['parameters']:,} parameters")
        for name, curvature in line["learned_curvatures"].items():
            print(f"{name}: curvature {curvature:.4g}")
        print(folder)
        return 0


@dataclass(frozen=True)
class Train:
    """Train a network on one geometry: a classifier, or with lhier an embedding."""

    command: (
        Annotated[Classifier[ResNetOptions], tyro.conf.subcommand("resnet", description=ResNetOptions.__doc__)]
        | Annotated[Classifier[HECNNOptions], tyro.conf.subcommand("hecnn", description=HECNNOptions.__doc__)]
        | Annotated[
            Classifier[SphereNetOptions], tyro.conf.subcommand("spherenet", description=SphereNetOptions.__doc__)
        ]
        | Annotated[LHIER, tyro.conf.subcommand("lhier")]
    )

    def __call__(self) -> int:
        """Run the command and return its exit code."""
        return self.command()
