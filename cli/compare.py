"""`manifuse compare`: a network on several geometries, or several networks."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..apps.config import Comparison
from .errors import extra, writing


@dataclass(frozen=True)
class Compare:
    """Train the same ResNet on several geometries, or the networks of a preset, on scikit-learn's digits, and compare.

    Prints a table, and writes options, metrics, checkpoints, table and pictures to OUT/NAME.
    """

    comparison: Comparison = field(default_factory=Comparison)
    name: str = "digits"
    """Name of the run."""
    out: Path = Path("runs")
    """Folder of all runs."""
    resume: bool = False
    """Go on with the run of that name where it was stopped; start it where there is none."""

    def __call__(self) -> int:
        """Run the command and return its exit code."""
        with extra("apps"):
            from rich.console import Console

            from ..apps.compare import compare
            from ..apps.report import markdown, table
        folder = self.out / self.name
        with writing(folder):
            rows = compare(self.comparison, folder, resume=self.resume, console=Console(stderr=True))
        output, target = Console(), self.comparison.target
        if output.is_terminal:
            output.print(table(rows, target))
        else:
            print(markdown(rows, target), end="")
        print(folder)
        return 0
