"""Claims of Deep Hyperspherical Learning (arXiv 1711.03189) on the digits of scikit-learn: docs/claims/spherenet.md.

Every cell of the tables is a setting, trained from several seeds with every rate of one grid; the rate with the best
validation accuracy is reported. Finished trainings are kept, one JSON line each: what is asked for again, in another
table or after a kill, is not trained again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from itertools import product
from pathlib import Path
from statistics import fmean
from typing import Any, Literal, TypeAlias, get_args

import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn

from manifuse.apps.data import Dataset, digits
from manifuse.apps.spherenet import Operator
from manifuse.apps.training.files import write_text
from manifuse.apps.training.metrics import Line, MetricsLog

from .evidence import Claim, Result, Table
from .spherenet_training import LOSSES, Setting, train

ROOT = Path(__file__).resolve().parent.parent
OPERATORS: tuple[Operator, ...] = get_args(Operator)
SPHERE_OPERATORS = OPERATORS[1:]
TableName: TypeAlias = Literal["depth", "loss", "relu", "width", "batch"]

NORMALISATIONS = {
    "conv and BN": Setting("conv"),
    "SphereNorm": Setting("linear", batch_norm=False),
    "SphereNorm, rescaled": Setting("linear", batch_norm=False, rescale=True),
    "SphereNorm and BN": Setting("linear"),
}


@dataclass(frozen=True)
class SphereNetClaims:
    """Train networks of every operator on scikit-learn's digits, and hold the paper's claims against them."""

    tables: tuple[TableName, ...] = get_args(TableName)
    """What to train: by depth and batch normalisation, by loss, without ReLU, by width, by batch size."""
    depths: tuple[int, ...] = (9, 20, 40)
    """Depths of the first table."""
    widths: tuple[int, ...] = (4, 8, 16, 32)
    """Channels of the first stage in the table by width."""
    batch_sizes: tuple[int, ...] = (2, 4, 8)
    """Images in a step in the table by batch size."""
    seeds: int = 3
    """Trainings of each setting with each rate, from seeds 0, 1, …"""
    epochs: int = 20
    """Passes over the training set."""
    train_images: int = 1257
    """Images to train on, the first of the training set."""
    rates: tuple[float, ...] = (1e-3, 3e-3, 1e-2, 3e-2)
    """Learning rates of which each setting gets its best."""
    target: float = 0.95
    """Validation accuracy; tables say after how many epochs it is reached."""
    output: Path = ROOT / "docs" / "claims" / "spherenet.md"
    """Markdown file to write."""
    runs: Path = ROOT / "runs" / "claims" / "spherenet.jsonl"
    """Finished trainings, which are not repeated."""

    def __call__(self) -> None:
        data, log = self.data(), MetricsLog(self.runs)
        missing = [job for job in self.jobs() if not log.of(self.key(*job))]
        console = Console(stderr=True)
        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
            for job in bars.track(missing):
                log.append(self.key(*job) | train(*job, self.epochs, self.target, data))
        write_text(self.output, self.report(log, data))

    def data(self) -> Dataset:
        """Digits, with the images to train on."""
        data = digits()
        return replace(data, train=data.train[: self.train_images])

    def jobs(self) -> list[tuple[Setting, float, int]]:
        """Trainings, each once; a seed is finished before the next begins."""
        settings = [setting for table in self.tables for row in self.cells(table).values() for setting in row.values()]
        ordered = ((setting, rate, seed) for seed, setting, rate in product(range(self.seeds), settings, self.rates))
        return list(dict.fromkeys(ordered))

    def key(self, setting: Setting, rate: float, seed: int) -> Line:
        """What a training is known by."""
        options = ("epochs", "train_images", "target")
        return asdict(setting) | {"rate": rate, "seed": seed} | {name: getattr(self, name) for name in options}

    def cells(self, table: TableName) -> dict[str, dict[str, Setting]]:
        """Settings of a table by row and column."""
        if table == "loss":
            return {loss: {operator: Setting(operator, loss=loss) for operator in OPERATORS} for loss in LOSSES}
        if table == "batch":
            return {
                name: {str(size): replace(setting, batch_size=size) for size in self.batch_sizes}
                for name, setting in NORMALISATIONS.items()
            }
        return {operator: self.row(table, operator) for operator in OPERATORS}

    def row(self, table: Literal["depth", "relu", "width"], operator: Operator) -> dict[str, Setting]:
        """Settings of an operator by column."""
        if table == "relu":
            return {"ReLU": Setting(operator), "none": Setting(operator, activation=False)}
        if table == "width":
            return {str(width): Setting(operator, width=width) for width in self.widths}
        return {
            f"{depth}{', BN' if batch_norm else ''}": Setting(operator, depth, batch_norm=batch_norm)
            for batch_norm in (True, False)
            for depth in self.depths
        }

    def claims(self) -> list[Claim]:
        """What the paper says, on the settings of the tables."""
        deep = [depth for depth in self.depths if depth >= 20]
        narrow, wide = min(self.widths), max(self.widths)
        conv_and_bn = [replace(NORMALISATIONS["conv and BN"], batch_size=size) for size in self.batch_sizes]
        return [
            Claim(
                "SphereConv is more accurate than the ordinary convolution (with BN)",
                tuple(gain(Setting(operator, depth)) for depth in self.depths for operator in SPHERE_OPERATORS),
            ),
            Claim(
                "SphereConv converges in fewer epochs (with BN)",
                tuple(negative(gain(Setting(o, depth))) for depth in self.depths for o in SPHERE_OPERATORS),
                "epochs_to_target",
            ),
            Claim(
                "SphereConv is ahead in deep plain networks without BN",
                tuple(gain(Setting(o, depth, batch_norm=False)) for depth in deep for o in SPHERE_OPERATORS),
            ),
            Claim(
                "A learned k is better than k = 0.3 (with BN)",
                tuple({Setting("learnable", depth): 1, Setting("sigmoid", depth): -1} for depth in self.depths),
            ),
            Claim(
                "GA-Softmax (linear, m = 4) is better than softmax",
                tuple({Setting(o, loss="GA-Softmax, linear, m = 4"): 1, Setting(o): -1} for o in SPHERE_OPERATORS),
            ),
            Claim(
                "Without ReLU, SphereConv is ahead of the ordinary convolution",
                tuple(gain(Setting(operator, activation=False)) for operator in SPHERE_OPERATORS),
            ),
            Claim(
                f"The gain of SphereConv is larger with {wide} channels in the first stage than with {narrow}",
                tuple(
                    gain(Setting(operator, width=wide)) | negative(gain(Setting(operator, width=narrow)))
                    for operator in SPHERE_OPERATORS
                ),
            ),
            *(
                Claim(
                    f"{name} is ahead of an ordinary convolution with BN in small batches",
                    tuple(
                        {replace(NORMALISATIONS[name], batch_size=conv.batch_size): 1, conv: -1} for conv in conv_and_bn
                    ),
                )
                for name in ("SphereNorm", "SphereNorm and BN")
            ),
        ]

    def result(self, setting: Setting, *, log: MetricsLog, test_images: int) -> Result | None:
        """Result at the best rate, by validation accuracy, then by loss; None until all trainings are done."""

        def merit(runs: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
            losses = [math.inf if run["train_loss"] is None else run["train_loss"] for run in runs]
            return fmean(run["val_accuracy"] for run in runs), -fmean(losses)

        seeds = range(self.seeds)
        by_rate: list[list[Line]] = [
            [line for seed in seeds for line in log.of(self.key(setting, rate, seed))] for rate in self.rates
        ]
        if any(len(runs) < self.seeds for runs in by_rate):
            return None
        return Result(max(by_rate, key=merit), test_images, self.epochs)

    def report(self, log: MetricsLog, data: Dataset) -> str:
        """Verdicts and tables of what is finished, as Markdown."""
        find = partial(self.result, log=log, test_images=len(data.test))
        verdicts = [f"| {claim.statement} | {claim.verdict(find)} |" for claim in self.claims()]
        tables = [Table(TITLES[name], self.cells(name)).markdown(find) for name in self.tables]
        parts = [
            self.preamble(data),
            "\n".join(["## Verdicts", "", "| claim | verdict |", "|---|---|", *verdicts]),
            *tables,
        ]
        return "\n\n".join(parts) + "\n"

    def preamble(self, data: Dataset) -> str:
        """What was run."""
        kept = ("target", "output", "runs")
        options = [field for field in fields(self) if field.name not in kept]
        smaller = [
            f"{field.name} {listed(getattr(self, field.name))} in place of {listed(field.default)}"
            for field in options
            if getattr(self, field.name) != field.default
        ]
        reduced = f"**This is a reduced run**: {'; '.join(smaller)}.\n\n" if smaller else ""
        caution = (
            "With one seed the error by seeds is unknown, and verdicts are preliminary. " if self.seeds == 1 else ""
        )
        return f"""# Claims of Deep Hyperspherical Learning, at small scale

{reduced}Plain networks of `mf.apps.SphereNet`, of 8, 12 and 16 channels unless a table says otherwise, on the
digits that scikit-learn ships: {len(data.train)} to train on, {len(data.val)} to watch, {len(data.test)} to report.
Each is trained by Adam in batches of {Setting.batch_size}, unless a table says otherwise.

- seeds: {self.seeds}
- epochs: {self.epochs}
- learning rates: {listed(self.rates)}; each setting has the one with the best validation accuracy

As in the authors' recipe, the rate is divided by 10 after 53 % and 84 % of the steps, ordinary weights decay (5e-4),
and kernels of SphereConv have the orthogonality penalty (2e-4). Chosen by us: λ of margins is 100/(1 + 0.12 · step),
but at least 5, and ordinary convolutions have biases where there is no batch normalisation (BN).

A cell is test accuracy in per cent (± standard deviation over seeds) / cross-entropy of the training set after training
/ epochs to a validation accuracy of {self.target:.0%} @ learning rate. It was written by
`python -m benchmarks.claims spherenet` with torch {torch.__version__} on a CPU.

A verdict counts comparisons. One supports or contradicts a claim if the difference is larger than two standard errors,
by seeds and, for accuracies, by the choice of the test images; epochs must differ by one at least. {caution}The paper's
own text was not at hand: the claims are worded after its abstract, a review, and the authors' notes."""


TITLES: dict[TableName, str] = {
    "depth": "Depth, with and without BN",
    "loss": "Loss (rows) and operator, depth 9, BN",
    "relu": "With and without ReLU, depth 9, BN",
    "width": "Channels of the first stage, depth 9, BN",
    "batch": "Images in a step, depth 9; SphereNorm is the linear operator",
}


def gain(setting: Setting) -> dict[Setting, int]:
    """What the operator of a setting adds to the ordinary convolution."""
    return {setting: 1, replace(setting, operator="conv"): -1}


def negative(signs: Mapping[Setting, int]) -> dict[Setting, int]:
    return {setting: -sign for setting, sign in signs.items()}


def listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
