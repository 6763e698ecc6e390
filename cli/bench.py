"""`manifuse bench`: layers and training steps against torch.nn and other libraries."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ..apps.bench.config import Measurement
from .errors import extra, writing


@dataclass(frozen=True)
class Bench:
    """Measure layers and training steps on every geometry, eager and fused, against torch.nn, geoopt and HypLL.

    Writes NAME.json and NAME.md to OUTPUT after every work; NAME says device, batch, precision, and what was left out.
    """

    measurement: Measurement = field(default_factory=Measurement)
    output: Path = Path("benchmarks/results")
    """Folder of the results; files of the same name are replaced."""

    def __call__(self) -> int:
        """Run the command and return its exit code."""
        with extra("apps"):
            from rich.console import Console

            from ..apps.bench.run import bench
        with writing(self.output):
            path = bench(self.measurement, self.output, console=Console(stderr=True))
        print(path)
        return 0
