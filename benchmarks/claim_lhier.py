"""Does LHIER (arXiv 2405.13979 §4.1) find a hierarchy of which it sees the leaves? docs/claims/lhier.md.

Networks of every geometry are trained on trees that are planted in data, with and without the hierarchical loss, and
without the parts that the paper adds. Each has the best point of one grid, by the leaves of a tree of which nothing is
reported. Finished trainings are kept, one JSON line each, and are not repeated after a kill.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from itertools import product
from pathlib import Path
from statistics import fmean, stdev
from typing import TypeAlias, get_args

import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeElapsedColumn, TimeRemainingColumn

from manifuse.apps.training.files import write_text
from manifuse.apps.training.metrics import Line, MetricsLog

from . import planted_tree
from .evidence import CONFIDENCE, Difference, Table, verdict
from .lhier_training import CURVATURES, DIM, DRAWS, NEIGHBOURS, PROXIES, WIDTH, Arm, Choice, Part, Setting, train

ROOT = Path(__file__).resolve().parent.parent
PRIMARY = {"purity_1": "purity, depth 1", "purity_2": "purity, depth 2"}
MEASURES = PRIMARY | {"rank_correlation": "Spearman", "triplets": "triplets"}
MORE = MEASURES | {"curvature": "curvature", "choice": "rate, weight"}
CONTROLS: dict[Arm, str] = {
    "untrained": "an untrained network",
    "metric loss alone": "the metric loss alone",
    "shuffled hierarchy": "a shuffled hierarchy",
}
PARTS: dict[Part, str] = {
    "rescaling": "rescaling",
    "schema": "the schema of curvature",
    "AdamW": "AdamW on points",
}
FIRST_TUNING_SEED = 1000

Pair: TypeAlias = tuple[Setting, Setting]


@dataclass(frozen=True)
class HierarchyClaims:
    """Train LHIER and its controls on planted trees, and hold the hierarchies they find against each other."""

    geometries: tuple[str, ...] = tuple(CURVATURES)
    """Geometries, side by side; parts are left out on the first of them."""
    parts: tuple[Part, ...] = get_args(Part)
    """What is left out, one at a time."""
    seeds: int = 5
    """Trees, from seeds 0, 1, …, on which all settings are trained."""
    epochs: int = 15
    """Passes over the training set."""
    rates: tuple[float, ...] = (3e-3, 1e-2, 3e-2)
    """Learning rates of the grid."""
    hierarchy_weights: tuple[float, ...] = (0.5, 2.0)
    """Weights of the hierarchical loss of the grid."""
    tuning_seeds: int = 1
    """Further trees, on which each setting gets its point of the grid."""
    output: Path = ROOT / "docs" / "claims" / "lhier.md"
    """Markdown file to write."""
    runs: Path = ROOT / "runs" / "claims" / "lhier.jsonl"
    """Finished trainings, which are not repeated."""

    def __call__(self) -> None:
        torch.set_num_threads(1)
        log = MetricsLog(self.runs)
        console = Console(stderr=True)
        columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, disable=not console.is_terminal) as bars:
            results = {setting: self.result(setting, log) for setting in bars.track(self.settings())}
        write_text(self.output, self.report(results))

    def settings(self) -> list[Setting]:
        """What is trained."""
        arms = [Setting(geometry, arm) for geometry, arm in product(self.geometries, get_args(Arm))]
        return arms + [Setting(self.geometries[0], without=part) for part in self.parts]

    def grid(self, setting: Setting) -> list[Choice]:
        """Points of which a setting gets its best."""
        weights = (0.0,) if setting.arm == "metric loss alone" else self.hierarchy_weights
        points = [Choice(rate, weight) for rate, weight in product(self.rates, weights)]
        return points[:1] if setting.arm == "untrained" else points

    def result(self, setting: Setting, log: MetricsLog) -> Result:
        """Train a setting with every point of the grid on the trees to tune on, then with the best on the others."""

        def merit(choice: Choice) -> float:
            tuning = range(FIRST_TUNING_SEED, FIRST_TUNING_SEED + self.tuning_seeds)
            return fmean(self.line(setting, choice, seed, log).get("val_purity", 0.0) for seed in tuning)

        grid = self.grid(setting)
        best = max(grid, key=merit) if len(grid) > 1 else grid[0]
        return Result(best, [self.line(setting, best, seed, log) for seed in range(self.seeds)])

    def line(self, setting: Setting, choice: Choice, seed: int, log: MetricsLog) -> Line:
        """How a training ends; it is trained if that is not known."""
        key = asdict(setting) | choice._asdict() | {"seed": seed, "epochs": self.epochs}
        if not log.of(key):
            log.append(key | train(setting, choice, seed, self.epochs))
        return log.of(key)[-1]

    def report(self, results: Mapping[Setting, Result]) -> str:
        """Verdicts, differences and measures, as Markdown."""
        controls = {
            f"{geometry.title()}, against {control}": (Setting(geometry), Setting(geometry, control))
            for geometry, control in product(self.geometries, CONTROLS)
        }
        whole = Setting(self.geometries[0])
        parts = {f"without {part}": (whole, replace(whole, without=part)) for part in self.parts}
        arms = {f"{each.geometry.title()}: {each.arm}": each for each in results if each.without is None}
        ablations = {"LHIER": whole} | {name: setting for name, (_, setting) in parts.items()}
        tables = [
            ("What LHIER is ahead by", _columns(controls, MEASURES), partial(difference, results)),
            ("Measures", _columns(arms, MORE), partial(written, results)),
            (
                f"What each part adds, {whole.geometry.title()}",
                _columns(parts, MEASURES),
                partial(difference, results),
            ),
            (
                f"Measures without a part, {whole.geometry.title()}",
                _columns(ablations, MORE),
                partial(written, results),
            ),
        ]
        sections = [Table(title, cells).markdown(find) for title, cells, find in tables if cells]
        return "\n\n".join([self.preamble(), self.verdicts(results), *sections]) + "\n"

    def verdicts(self, results: Mapping[Setting, Result]) -> str:
        """What the primary measures say."""
        claims: dict[str, list[Pair]] = {
            f"LHIER finds more of the inner levels than {CONTROLS[control]}": [
                (Setting(geometry), Setting(geometry, control)) for geometry in self.geometries
            ]
            for control in CONTROLS
        }
        first, *others = self.geometries
        claims |= {
            f"LHIER finds more on {first.title()} than on {other.title()}": [(Setting(first), Setting(other))]
            for other in others
        }
        whole = Setting(first)
        claims |= {
            f"LHIER finds less without {PARTS[part]}": [(whole, replace(whole, without=part))] for part in self.parts
        }
        lines = []
        for statement, pairs in claims.items():
            found = [difference(results, (pair, measure)) for pair, measure in product(pairs, PRIMARY)]
            outcomes = [each.outcome() for each in found if isinstance(each, Difference)]
            lines.append(f"| {statement} | {verdict(outcomes)} |")
        return "\n".join(["## Verdicts", "", "| claim | verdict |", "|---|---|", *lines])

    def preamble(self) -> str:
        """What was run."""
        kept = ("output", "runs")
        smaller = [
            f"{field.name} {getattr(self, field.name)} in place of {field.default}"
            for field in fields(self)
            if field.name not in kept and getattr(self, field.name) != field.default
        ]
        reduced = f"**This is not the default run**: {'; '.join(smaller)}.\n\n" if smaller else ""
        tree = planted_tree
        scales = ", ".join(
            f"{name.title()} of c = {c:g}" for name, c in CURVATURES.items() if c and name in self.geometries
        )
        return f"""# A planted hierarchy and LHIER

{reduced}Does the hierarchical loss of LHIER find inner levels of a tree of which training sees the leaves? A tree of
depth {tree.DEPTH} is planted in data. Vectors of {tree.LATENT} numbers diffuse down it, with the standard deviations
{_listed(tree.STEPS)} by depth, and samples lie about leaves with {tree.SPREAD}. The root has {tree.BRANCHING[0]}
children, each of them {tree.BRANCHING[1]}, and each of these {2 * tree.BRANCHING[2]} leaves, half of which are held
out. A random network of one hidden layer mixes a sample with {tree.NUISANCE} numbers that have nothing to do with the
tree (standard deviation {tree.NUISANCE_SCALE}) into {tree.INPUTS} inputs, with noise ({tree.NOISE}). Tree, network
and samples are drawn anew for each seed; an untrained embedding has purities below 0.5.

`mf.apps.LHIER` on a perceptron of two layers of {WIDTH} (embeddings of {DIM} numbers, {PROXIES} proxies, {NEIGHBOURS}
neighbours, {DRAWS} triplets per sample; {scales}, all learned) is trained for {self.epochs} epochs of 20 samples of
each of {tree.LEAVES} leaves, in batches of two samples of each. Labels of inner nodes serve the measures alone. These
are taken on 10 samples of each of the other {tree.LEAVES} leaves:

- purity: dendrogram purity (Heller and Ghahramani, 2005) of average linkage of geodesic distances, with the ancestors
  at depth 1 or 2 as classes; these are the primary measures
- Spearman: correlation of geodesic distances with edges in the tree, over pairs of samples of different leaves
- triplets: how often the tree of proxies says which two of three held-out leaves belong together; 1/3 at random, less
  where it puts leaves side by side under one node

The controls are an *untrained* network; the *metric loss alone*, Proxy-Anchor on cosines; and a *shuffled hierarchy*,
where the hierarchical loss takes the neighbours of each point from another one, drawn at random at each step. Without
*rescaling* there is none in neck and proxies; without the *schema* curvatures have an AdamW of their own, and points
keep their space part; without *AdamW* on points, proxies are frame coordinates that torch's AdamW steps.

Every setting has the best point of one grid: learning rates {_listed(self.rates)} × weights of the hierarchical loss
{_listed(self.hierarchy_weights)} (the metric loss alone has none). It is chosen by the purity of leaves, on further
samples of those trained on, of trees apart from the {self.seeds} of the tables ({self.tuning_seeds} of them).
Differences are paired by seed, with {CONFIDENCE:.0%} intervals by Student's t. A verdict counts the purities at
depths 1 and 2 whose interval does not hold 0; nothing corrects for the number of comparisons. Ball and hyperboloid
are two models of one space: their networks are the same but for rounding, so that what differs between them in a
table (rounding, amplified by training) is a measure of chance.

The settings are the second ones: with a standard deviation of 2 in place of {tree.NUISANCE_SCALE}, rates of 0.001 to
0.01 and 20 epochs the purity of an untrained network was 0.59 on one tree, and best rates lay at the edge of the grid.
Verdicts on untrained, metric loss alone and shuffled hierarchy were the same there; triplets were ahead of the
shuffled ones on three geometries, LHIER behind itself without the schema, and Lorentz behind Euclidean space in one of
two purities.

Written by `python -m benchmarks.claims lhier` with torch {torch.__version__} on a CPU."""


@dataclass(frozen=True)
class Result:
    """Trainings of a setting from several seeds with one point of the grid."""

    choice: Choice
    runs: Sequence[Line]

    def values(self, measure: str) -> list[float | None]:
        """A number per seed; None where training diverged, or there are no proxies."""
        return [run.get(measure) for run in self.runs]


def difference(results: Mapping[Setting, Result], cell: tuple[Pair, str]) -> Difference | str:
    """What the first of two settings is ahead by in a measure, over seeds that have it for both."""
    pair, measure = cell
    both = zip(*(results[setting].values(measure) for setting in pair), strict=True)
    values = [ahead - behind for ahead, behind in both if ahead is not None and behind is not None]
    return Difference(values) if values else "–"


def written(results: Mapping[Setting, Result], cell: tuple[Setting, str]) -> str:
    """Mean and standard deviation of a measure over seeds, or the point of the grid."""
    setting, measure = cell
    result = results[setting]
    if measure == "choice":
        rate, weight = result.choice
        return "–" if setting.arm == "untrained" else f"{rate:g}, {weight:g}"
    values = [value for value in result.values(measure) if value is not None]
    diverged = sum("diverged" in run for run in result.runs)
    note = f" ({diverged} diverged)" if diverged else ""
    spread = f" ± {stdev(values):.3f}" if len(values) > 1 else ""
    return (f"{fmean(values):.3f}{spread}" if values else "–") + note


def _columns(rows: Mapping[str, object], measures: Mapping[str, str]) -> dict[str, dict[str, tuple[object, str]]]:
    return {name: {title: (row, measure) for measure, title in measures.items()} for name, row in rows.items()}


def _listed(numbers: Sequence[float]) -> str:
    return ", ".join(f"{number:g}" for number in numbers)
