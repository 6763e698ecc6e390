"""The comparison of geometries: one network trained on each of them, from several seeds, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from statistics import fmean, median, stdev
from typing import Any

import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from ..manifolds import manifold
from .config import Comparison
from .data import Dataset, digits
from .errors import InputError
from .report import Embedding, Row, write_report
from .resnet import ResNet
from .training import MetricsLog, Trainer, load_checkpoint, open_folder, peak_memory, save_checkpoint

MIB = 2**20


def compare(config: Comparison, folder: Path, *, resume: bool = False, console: Console | None = None) -> list[Row]:
    """Train a ResNet on each geometry and seed, on scikit-learn's digits, and report in the folder of the run.

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
        _check_network(config, geometry, data)
    open_folder(folder, config.record(), resume=resume)
    log = MetricsLog(folder / "metrics.jsonl")
    console = console or Console(quiet=True)
    embeddings: dict[str, Embedding] = {}
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("epochs"), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(TextColumn("{task.description}"), *columns, console=console, disable=not console.is_terminal) as bars:
        total = config.seeds * len(config.geometries) * config.training.epochs
        bar = bars.add_task("", total=total)
        for seed, geometry in product(range(config.seeds), config.geometries):
            training = _Training(config, data, geometry, seed, folder)
            training.resume(log)
            bars.update(bar, advance=training.trainer.epoch, description=training.name)
            while not training.trainer.done:
                training.run_epoch(log)
                bars.advance(bar)
            console.print(f"{training.name}: {log.of(training.key)[-1]['test_accuracy']:.1%} of the test set")
            if seed == 0:
                embeddings[geometry] = training.embedding()
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


class _Training:
    """One training of the comparison, of a geometry and a seed."""

    def __init__(self, config: Comparison, data: Dataset, geometry: str, seed: int, folder: Path) -> None:
        self.config = config
        self.data = data
        self.geometry = geometry
        self.seed = seed
        self.name = f"{geometry}, seed {seed}"
        self.key = {"geometry": geometry, "seed": seed}
        self.owner = {**config.record(), **self.key}
        self.checkpoint = folder / "checkpoints" / f"{geometry}-{seed}.pt"
        self.network, self.trainer = self._start()

    def resume(self, log: MetricsLog) -> None:
        """Go on from the checkpoint, if there is one."""
        if self.checkpoint.exists():
            load_checkpoint(self.checkpoint, self.trainer, owner=self.owner)
        log.rewind(self.key, self.trainer.epoch)

    def run_epoch(self, log: MetricsLog) -> None:
        """Train for an epoch, note its metrics, then save the state: a kill in between costs the epoch, no line."""
        start = time.perf_counter()
        line = self.trainer.run_epoch()
        line["val_loss"], line["val_accuracy"] = self.trainer.evaluate(self.data.val)
        line["curvature"] = self.network.manifold.sectional_curvature.item()
        line["seconds"] = time.perf_counter() - start
        if self.trainer.done:
            line |= self._outcome()
        log.append({**self.key, "epoch": self.trainer.epoch, **line})
        save_checkpoint(self.checkpoint, self.trainer, owner=self.owner)

    @torch.no_grad()
    def embedding(self) -> Embedding:
        """Embed the test set."""
        images = self.data.test.inputs.to(self.trainer.device, self.config.training.parameter_dtype)
        frame = self.network.eval().embed(images)
        return Embedding(self.network.manifold, frame, self.data.test.labels, self.data.classes)

    def _outcome(self) -> dict[str, float]:
        """What is measured once, after the last epoch."""
        _, accuracy = self.trainer.evaluate(self.data.test)
        _, other = self._start()  # measured on a training of its own: steps of this one would change it
        batch = other.samples[: self.config.training.batch_size]
        other.step(batch)  # makes the state of the optimiser
        held = (*other.held(), batch.inputs, batch.labels)
        return {
            "test_accuracy": accuracy,
            "parameters": sum(parameter.numel() for parameter in self.network.parameters()),
            "peak_mib": peak_memory(lambda: other.step(batch), held=held, device=other.device) / MIB,
        }

    def _start(self) -> tuple[ResNet, Trainer]:
        torch.manual_seed(self.seed)
        network = _network(self.config, self.geometry, self.data)
        return network, Trainer(network, self.data, self.config.training, seed=self.seed, name=self.name)


def _network(config: Comparison, geometry: str, data: Dataset) -> ResNet:
    options = {} if geometry == "euclidean" else {"c": config.c, "learnable": config.learnable_c}
    space = manifold(geometry, **options)
    channels, classes = data.train.inputs.shape[1], len(data.classes)
    if config.preset is not None:
        return ResNet.from_preset(config.preset, space, in_channels=channels, num_classes=classes)
    return ResNet(config.depth, space, config.widths, in_channels=channels, num_classes=classes)


def _check_network(config: Comparison, geometry: str, data: Dataset) -> None:
    """Build a network and show it the smallest batch of an epoch, so that what it refuses is refused at once.

    Raises:
        InputError: The options make no network, or not one for these images.
    """
    images = data.train.inputs
    smallest = len(images) % config.training.batch_size or config.training.batch_size
    try:
        _network(config, geometry, data)(images[:smallest])
    except ValueError as error:
        raise InputError(str(error)) from error
