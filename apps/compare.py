"""The comparison of geometries: one network trained on each of them, from several seeds, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import product
from pathlib import Path
from statistics import fmean, median, stdev
from typing import Any

import torch
from rich.console import Console

from .config import ROWS, Comparison
from .data import Dataset, digits
from .experiment import Experiment, check_network, progress
from .hecnn import HECNN
from .networks import SCHEMES, geometry_of
from .report import Embedding, Row, write_report
from .resnet import ResNet
from .training import MetricsLog, open_folder

HCNN_PRESETS = {"hcnn-18-8": 8}
"""Widths of HCNN by name of the preset."""


def compare(config: Comparison, folder: Path, *, resume: bool = False, console: Console | None = None) -> list[Row]:
    """Train a ResNet or HCNN on each geometry and seed, on scikit-learn's digits, and report in the folder of the run.

    The folder gets config.json, metrics.jsonl (a line per epoch, as it goes), checkpoints, the table as Markdown and
    CSV, and pictures. A killed run resumes after its last finished epoch; on a CPU, with the same number of threads,
    its metrics are to the bit those of a run that was not killed.

    Args:
        config: Options.
        folder: Folder of the run.
        resume: Whether to go on with the run that is there.
        console: Where to show progress; nowhere by default.

    Returns:
        The table, a row per geometry.

    Raises:
        InputError: Options, folder or checkpoints do not work; nothing is overwritten.
        DivergenceError: A loss is not finite.
    """
    config.training.torch_device()  # these are refused before anything is written
    data = digits()
    for geometry in config.geometries:
        check_network(partial(_network, config, geometry, data), data, config.training)
    open_folder(folder, config.record(), resume=resume)
    log = MetricsLog(folder / "metrics.jsonl")
    console = console or Console(quiet=True)
    embeddings: dict[str, Embedding] = {}
    with progress(console) as bars:
        total = config.seeds * len(config.geometries) * config.training.epochs
        bar = bars.add_task("", total=total)
        for seed, geometry in product(range(config.seeds), config.geometries):
            training = _experiment(config, data, geometry, seed, folder)
            training.resume(log)
            bars.update(bar, advance=training.trainer.epoch, description=training.name)
            while not training.trainer.done:
                training.run_epoch(log)
                bars.advance(bar)
            console.print(f"{training.name}: {log.of(training.key)[-1]['test_accuracy']:.1%} of the test set")
            if seed == 0:
                embeddings[geometry] = _embedding(training)
    rows = summarise(log.lines, config)
    write_report(folder, rows, log.lines, embeddings, config.target)
    return rows


def summarise(lines: Sequence[dict[str, Any]], config: Comparison) -> list[Row]:
    """Make the rows of the table from the metrics of all epochs.

    Accuracies and curvature are those after the last epoch; the time of a step is the median over all epochs.
    """
    rows = []
    for geometry in config.geometries:
        mine = [line for line in lines if line["geometry"] == geometry]
        last = [line for line in mine if line["epoch"] == config.training.epochs]
        accuracies = [line["test_accuracy"] for line in last]
        reached: dict[int, int] = {}
        for line in mine:
            if line["val_accuracy"] >= config.target:
                reached.setdefault(line["seed"], line["epoch"])
        rows.append(
            Row(
                geometry=geometry,
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


def _experiment(config: Comparison, data: Dataset, geometry: str, seed: int, folder: Path) -> Experiment:
    key = {"geometry": geometry, "seed": seed}
    return Experiment(
        lambda: _network(config, geometry, data),
        data,
        config.training,
        seed=seed,
        name=f"{geometry}, seed {seed}",
        key=key,
        owner={**config.record(), **key},
        checkpoint=folder / "checkpoints" / f"{geometry}-{seed}.pt",
    )


@torch.no_grad()
def _embedding(experiment: Experiment) -> Embedding:
    """Embed the test set."""
    trainer, network, data = experiment.trainer, experiment.network, experiment.data
    images = data.test.inputs.to(trainer.device, trainer.config.parameter_dtype)
    return Embedding(network.manifold, network.eval().embed(images), data.test.labels, data.classes)


def _network(config: Comparison, row: str, data: Dataset) -> ResNet | HECNN:
    geometry, scheme = ROWS[row]
    space = geometry_of(geometry, config.c, learnable=config.learnable_c)
    size = data.train.inputs.shape[-1]
    images: dict[str, Any] = {"in_channels": data.train.inputs.shape[1], "num_classes": len(data.classes)}
    if config.preset is None:
        return ResNet(config.depth, space, config.widths, scheme=SCHEMES[scheme], **images)
    if config.preset not in HCNN_PRESETS:
        return ResNet.from_preset(config.preset, space, scheme=SCHEMES[scheme], **images)
    if row == "lorentz-geometric":
        raise ValueError(f"preset: {config.preset!r} has a scheme of its own; leave {row} out of --geometries")
    return HECNN(18, "hcnn", space, width=HCNN_PRESETS[config.preset], input_size=size, **images)
