"""Results over seeds, tables of them, and what they say about a claim."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev, variance
from typing import Any, Literal, TypeAlias

from scipy.stats import t

Measure: TypeAlias = Literal["test_accuracy", "epochs_to_target"]

STANDARD_ERRORS = 2
"""Between what counts as different."""
CONFIDENCE = 0.95
"""Of intervals of paired differences."""


@dataclass(frozen=True)
class Result:
    """Trainings of a setting from several seeds, with test_accuracy, train_loss, epochs_to_target and rate.

    A loss that is None diverged, a target that is None was not reached.
    """

    runs: Sequence[Mapping[str, Any]]
    test_images: int
    epochs: int

    def values(self, measure: Measure) -> list[float]:
        """A number per training; a target that is not reached counts as one epoch more than there are."""
        return [self.epochs + 1 if run[measure] is None else run[measure] for run in self.runs]

    def mean(self, measure: Measure) -> float:
        return fmean(self.values(measure))

    def squared_error(self, measure: Measure) -> float:
        """Variance of the mean over seeds, for accuracies also that by the choice of the test images."""
        values = self.values(measure)
        error = variance(values) / len(values) if len(values) > 1 else 0.0
        if measure == "test_accuracy":
            error += self.mean(measure) * (1 - self.mean(measure)) / self.test_images
        return error

    def __str__(self) -> str:
        accuracies = [100 * value for value in self.values("test_accuracy")]
        spread = f" ± {stdev(accuracies):.1f}" if len(accuracies) > 1 else ""
        losses = [run["train_loss"] for run in self.runs]
        loss = "diverged" if None in losses else f"{fmean(losses):.3f}"
        reached = [run["epochs_to_target"] for run in self.runs if run["epochs_to_target"] is not None]
        epochs = f"{fmean(reached):.3g}" if reached else "–"
        some = f" ({len(reached)} of {len(self.runs)})" if 0 < len(reached) < len(self.runs) else ""
        return f"{fmean(accuracies):.1f}{spread} / {loss} / {epochs}{some} @ {self.runs[0]['rate']:g}"


Find: TypeAlias = Callable[[Any], Result | None]
"""The result of a setting; None where it was not run."""


@dataclass(frozen=True)
class Claim:
    """A statement, and the sums of results that are positive if it is true.

    A sum gives each setting its sign: {a: 1, b: -1} says that the measure is larger for a than for b.
    """

    statement: str
    sums: tuple[Mapping[Any, int], ...]
    measure: Measure = "test_accuracy"

    def verdict(self, find: Find) -> str:
        """Count the sums that differ from 0 by more than two standard errors, and epochs by one at least."""
        return verdict([outcome for terms in self.sums if (outcome := self._outcome(terms, find)) is not None])

    def _outcome(self, terms: Mapping[Any, int], find: Find) -> int | None:
        """Sign of a sum, 0 if it is not clear, None if something of it was not run."""
        found = [(sign, find(setting)) for setting, sign in terms.items()]
        results = [(sign, result) for sign, result in found if result is not None]
        if len(results) < len(found):
            return None
        total = sum(sign * result.mean(self.measure) for sign, result in results)
        error = math.sqrt(sum(result.squared_error(self.measure) for _, result in results))
        least = 1.0 if self.measure == "epochs_to_target" else 0.0
        if abs(total) <= STANDARD_ERRORS * error or abs(total) < least:
            return 0
        return 1 if total > 0 else -1


@dataclass(frozen=True)
class Difference:
    """What one setting is ahead of another by, on the same seeds."""

    values: Sequence[float]

    def interval(self) -> tuple[float, float]:
        """Bounds of the mean by Student's t; infinite for a single seed."""
        count = len(self.values)
        if count < 2:
            return -math.inf, math.inf
        margin = t.ppf((1 + CONFIDENCE) / 2, count - 1) * stdev(self.values) / math.sqrt(count)
        return fmean(self.values) - margin, fmean(self.values) + margin

    def outcome(self) -> int:
        """Sign of the mean, 0 if the interval has both."""
        low, high = self.interval()
        return int(low > 0) - int(high < 0)

    def __str__(self) -> str:
        low, high = self.interval()
        return f"{fmean(self.values):+.3f} [{low:+.3f}, {high:+.3f}]"


def verdict(outcomes: Sequence[int]) -> str:
    """Count comparisons that support a statement (1), contradict it (−1), or show no difference (0)."""
    if not outcomes:
        return "not run"
    counts = [outcomes.count(outcome) for outcome in (1, -1, 0)]
    kinds = ("supported", "contradicted", "no difference")
    counted = ", ".join(f"{kind} in {count}" for kind, count in zip(kinds, counts, strict=True) if count)
    return f"**{_word(*counts)}**: {counted}"


def _word(supported: int, contradicted: int, no_difference: int) -> str:
    if supported and contradicted:
        return "mixed"
    if not supported and not contradicted:
        return "not seen"
    partly = "" if supported + contradicted > no_difference else "partly "
    return partly + ("supported" if supported else "contradicted")


@dataclass(frozen=True)
class Table:
    """Settings by the names of a row and a column."""

    title: str
    cells: Mapping[str, Mapping[str, Any]]

    def markdown(self, find: Callable[[Any], object | None]) -> str:
        """Write the results of the cells; None: not run."""
        names = list(next(iter(self.cells.values())))
        lines = [f"## {self.title}", "", f"| | {' | '.join(names)} |", "|---|" + "---|" * len(names)]
        for name, row in self.cells.items():
            cells = [find(setting) for setting in row.values()]
            lines.append(f"| {name} | {' | '.join('not run' if cell is None else str(cell) for cell in cells)} |")
        return "\n".join(lines)
