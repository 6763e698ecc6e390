"""One network, trained on scikit-learn's digits, in a folder that can be resumed."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from torch import nn

from .config import Run
from .data import digits
from .experiment import Experiment, build_network, check_network, progress
from .networks import Network, geometry_of
from .training import MetricsLog, open_folder


def train(
    network: Network, config: Run, folder: Path, *, resume: bool = False, console: Console | None = None
) -> dict[str, Any]:
    """Train a network in the folder of the run.

    The folder gets config.json, metrics.jsonl (a line per epoch, with the curvatures that are learned) and a checkpoint
    after every epoch, from which a killed run resumes; on a CPU, with the same number of threads, to the bit.

    Args:
        network: Options of the network, a dataclass.
        config: Options of the run.
        folder: Folder of the run.
        resume: Whether to go on with the run that is there.
        console: Where to show progress; nowhere by default.

    Returns:
        The last line of metrics, with the accuracy on the test set.

    Raises:
        InputError: Options, folder or checkpoint do not work; nothing is overwritten.
        DivergenceError: A loss is not finite.
    """
    config.training.torch_device()  # refused before anything is written
    data = digits(config.input_size)
    geometry = config.geometry or network.default_geometry
    config = replace(config, geometry=geometry)

    def make() -> nn.Module:
        return build_network(network, geometry_of(geometry, config.c, learnable=config.learnable_c), data)

    check_network(make, data, config.training)
    record = {"network": type(network).__name__, **asdict(network), **config.record()}  # type: ignore[call-overload]
    record = {name: list(value) if isinstance(value, tuple) else value for name, value in record.items()}
    open_folder(folder, record, resume=resume)
    log = MetricsLog(folder / "metrics.jsonl")
    experiment = Experiment(
        make,
        data,
        config.training,
        seed=config.seed,
        name=f"{geometry}, seed {config.seed}",
        key={"seed": config.seed},
        owner=record,
        checkpoint=folder / "checkpoint.pt",
    )
    experiment.resume(log)
    with progress(console or Console(quiet=True)) as bars:
        bar = bars.add_task(experiment.name, total=config.training.epochs, completed=experiment.trainer.epoch)
        while not experiment.trainer.done:
            experiment.run_epoch(log)
            bars.advance(bar)
    return log.lines[-1]
