"""The comparison of networks on geometries: each trained from several seeds, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import product
from pathlib import Path
from statistics import fmean, median, stdev
from typing import Any

import torch
from rich.console import Console
from torch import nn
from torch.nn import functional

from ..manifolds import Hypersphere
from .config import Comparison
from .data import Dataset, digits
from .experiment import Experiment, build_network, check_network, progress
from .networks import geometry_of
from .report import Embedding, Row, write_report
from .training import MetricsLog, open_folder


def compare(config: Comparison, folder: Path, *, resume: bool = False, console: Console | None = None) -> list[Row]:
    """Train each network from each seed, on scikit-learn's digits, and report in the folder of the run.

    The folder gets config.json, metrics.jsonl (a line per epoch, as it goes), checkpoints, the table as Markdown and
    CSV, and pictures. A killed run resumes after its last finished epoch; on a CPU, with the same number of threads,
    its metrics are to the bit those of a run that was not killed.

    Args:
        config: Options.
        folder: Folder of the run.
        resume: Whether to go on with the run that is there.
        console: Where to show progress; nowhere by default.

    Returns:
        The table.

    Raises:
        InputError: Options, folder or checkpoints do not work; nothing is overwritten.
        DivergenceError: A loss is not finite.
    """
    config.training.torch_device()  # these are refused before anything is written
    data = digits()
    for name in config.contenders:
        check_network(partial(_network, config, name, data), data, config.training)
    open_folder(folder, config.record(), resume=resume)
    log = MetricsLog(folder / "metrics.jsonl")
    console = console or Console(quiet=True)
    embeddings: dict[str, Embedding] = {}
    with progress(console) as bars:
        total = config.seeds * len(config.contenders) * config.training.epochs
        bar = bars.add_task("", total=total)
        for seed, name in product(range(config.seeds), config.contenders):
            training = _experiment(config, data, name, seed, folder)
            training.resume(log)
            bars.update(bar, advance=training.trainer.epoch, description=training.name)
            while not training.trainer.done:
                training.run_epoch(log)
                bars.advance(bar)
            console.print(f"{training.name}: {log.of(training.key)[-1]['test_accuracy']:.1%} of the test set")
            if seed == 0:
                embeddings[name] = _embedding(training, directions=config.contenders[name].directions)
    rows = summarise(log.lines, config)
    write_report(folder, rows, log.lines, embeddings, config.target)
    return rows


def summarise(lines: Sequence[dict[str, Any]], config: Comparison) -> list[Row]:
    """Make the rows of the table from the metrics of all epochs.

    Accuracies and curvature are those after the last epoch; the time of a step is the median over all epochs.
    """
    rows = []
    for name in config.contenders:
        mine = [line for line in lines if line["geometry"] == name]
        last = [line for line in mine if line["epoch"] == config.training.epochs]
        accuracies = [line["test_accuracy"] for line in last]
        reached: dict[int, int] = {}
        for line in mine:
            if line["val_accuracy"] >= config.target:
                reached.setdefault(line["seed"], line["epoch"])
        rows.append(
            Row(
                geometry=name,
                seeds=len(last),
                test_accuracy=fmean(accuracies),
                test_accuracy_std=stdev(accuracies) if len(accuracies) > 1 else None,
                parameters=last[0]["parameters"],
                step_ms=median(line["step_ms"] for line in mine),
                peak_mib=max(line["peak_mib"] for line in last),
                curvature=fmean(line["curvature"] for line in last),
                epochs_to_target=fmean(reached.values()) if reached else None,
                seeds_at_target=len(reached),
            )
        )
    return rows


def _experiment(config: Comparison, data: Dataset, name: str, seed: int, folder: Path) -> Experiment:
    key = {"geometry": name, "seed": seed}
    return Experiment(
        partial(_network, config, name, data),
        data,
        config.training,
        seed=seed,
        name=f"{name}, seed {seed}",
        key=key,
        owner={**config.record(), **key},
        checkpoint=folder / "checkpoints" / f"{name}-{seed}.pt",
    )


@torch.no_grad()
def _embedding(experiment: Experiment, *, directions: bool) -> Embedding:
    """Embed the test set; directions are points of the unit sphere."""
    trainer, network, data = experiment.trainer, experiment.network, experiment.data
    images = data.test.inputs.to(trainer.device, trainer.config.parameter_dtype)
    space, frame = network.manifold, network.eval().embed(images)
    if directions:
        space = Hypersphere(c=1.0)
        frame = space.to_frame(functional.normalize(frame))
    return Embedding(space, frame, data.test.labels, data.classes)


def _network(config: Comparison, name: str, data: Dataset) -> nn.Module:
    contender = config.contenders[name]
    space = geometry_of(contender.geometry, config.c, learnable=config.learnable_c)
    return build_network(contender.network, space, data)
