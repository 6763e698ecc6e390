"""`manifuse train lhier`: an embedding, by hierarchical metric learning."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..apps.config import MetricLearning
from .errors import extra, writing


@dataclass(frozen=True)
class LHIER:
    """Train an embedding by hierarchical metric learning: LHIER, HIER or Hyp.

    Prints recall among classes that were not trained on, and writes options, metrics, a checkpoint and the tree of the
    proxies to OUT/NAME.
    """

    learning: MetricLearning = field(default_factory=MetricLearning)
    name: str = "lhier"
    """Name of the run."""
    out: Path = Path("runs")
    """Folder of all runs."""
    resume: bool = False
    """Go on with the run of that name where it was stopped; start it where there is none."""

    def __call__(self) -> int:
        """Run the command and return its exit code."""
        with extra("apps"):
            from rich.console import Console

            from ..apps.metric_learning.training import train_metric
        folder = self.out / self.name
        with writing(folder):
            line = train_metric(self.learning, folder, resume=self.resume, console=Console(stderr=True))
        if not line:  # another process of this training tells
            return 0
        recalls = {name: value for name, value in line.items() if "recall_at" in name}
        for name, value in recalls.items():
            print(f"{name}: {value:.1%}")
        for name, curvature in line["learned_curvatures"].items():
            print(f"{name}: curvature {curvature:.4g}")
        print(folder)
        return 0
