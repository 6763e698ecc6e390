"""A benchmark from its options to its tables, one work after the other, written as they come."""

from __future__ import annotations

import gc
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ..training.files import write_json, write_text
from .config import LAYOUTS, MODES, QUICK_ROUNDS, Measurement
from .environment import machine, versions
from .measure import Timing, compiling_into, held_by_graph, interleaved
from .peers import PEERS, missing
from .probe import peak
from .report import markdown
from .rows import MIB, TORCH, TWINS, Row, compared, compared_with_ours, fits, related
from .tasks import Competitor, Task, prepare
from .works import (
    LAYERS,
    NETWORKS,
    PEER_NETWORKS,
    QUICK_LAYERS,
    QUICK_NETWORKS,
    QUICK_PEER_LAYERS,
    QUICK_SWEEPS,
    SWEEPS,
    Sweep,
    Work,
)

BALL = "poincare"
"""Our model that peers are compared with."""
SECONDS = {"layers": 10.0, "networks": 60.0, "peers": 60.0, "sizes": 10.0}
"""Seconds after which no further round of a work begins."""
SWEEP_SECONDS = 100.0
"""Seconds after which a sweep goes to no further size, compilation included, in each mode."""


@dataclass(frozen=True)
class Job:
    """What is measured at once, and written then."""

    part: str
    name: str
    measure: Callable[[], list[Row]]


def bench(config: Measurement, folder: Path, *, console: Console | None = None) -> Path:
    """Measure, and write NAME.json and NAME.md into a folder after every work; files of that name are replaced.

    Args:
        config: What to measure.
        folder: Folder of the results.
        console: Where to show progress; nowhere by default.

    Returns:
        The Markdown file.

    Raises:
        InputError: The device is not available here.
    """
    device = config.torch_device()
    console = console or Console(quiet=True)
    folder.mkdir(parents=True, exist_ok=True)  # one that cannot be made is refused at once
    record = {
        "date": datetime.now(UTC).date().isoformat(),
        "arguments": {**asdict(config), "manifolds": config.curved},
        "machine": machine(device),
        "versions": versions(),
    }
    rows: dict[str, list[Row]] = {}
    if "peers" in config.parts:
        for name in missing():
            console.print(f"{name} is not installed: its rows stay empty")
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("works"), TimeElapsedColumn())
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as caches,
        Progress(TextColumn("{task.description}"), *columns, console=console, disable=not console.is_terminal) as bars,
    ):
        benchmark = Benchmark(config, Path(caches), console)
        jobs = list(benchmark.jobs())
        bar = bars.add_task("", total=len(jobs))
        for job in jobs:
            bars.update(bar, description=f"{job.part}: {job.name}")
            begin = time.perf_counter()
            rows.setdefault(job.part, []).extend(job.measure())
            _write(folder / config.name, record, rows)
            bars.advance(bar)
            if not console.is_terminal:
                console.print(f"{job.part}: {job.name}, {time.perf_counter() - begin:.0f} s")
    return folder / f"{config.name}.md"


def _write(path: Path, record: dict[str, Any], rows: dict[str, list[Row]]) -> None:
    found = fits(rows.get("sizes", []))
    values = {part: [asdict(row) for row in each] for part, each in rows.items()}
    write_json(path.with_name(f"{path.name}.json"), {**record, "rows": values, "fits": [asdict(fit) for fit in found]})
    write_text(path.with_name(f"{path.name}.md"), markdown(record, rows, found))


class Benchmark:
    """The works of all parts, in the order of measuring.

    Args:
        config: What to measure.
        caches: Folder for what is compiled.
        console: Where to say what failed.
    """

    def __init__(self, config: Measurement, caches: Path, console: Console) -> None:
        self.config = config
        self.caches = caches
        self.console = console
        self.device = config.torch_device()
        self.rounds = min(config.rounds, QUICK_ROUNDS) if config.quick else config.rounds
        self.network_modes = MODES[:1] if config.quick and config.modes == MODES else config.modes
        """Modes of networks, which take long to compile."""
        self.twins: dict[tuple[str, str], Competitor] = {}
        """The twin of a network in a mode, where its steps were timed."""
        self.spent: dict[tuple[str, str], float] = {}
        """Seconds of a sweep in a mode."""
        self.compiler_is_warm = False

    def jobs(self) -> Iterator[Job]:
        """Give all that is to be measured, part by part."""
        quick = self.config.quick
        networks = QUICK_NETWORKS if quick else NETWORKS
        works = {
            "layers": (self.layer, QUICK_LAYERS if quick else LAYERS),
            "networks": (self.network, networks),
            "memory": (self.memory, networks),
            "peers": (self.peers, QUICK_PEER_LAYERS if quick else (*LAYERS, *PEER_NETWORKS)),
        }
        for part, (measure, selected) in works.items():
            if part in self.config.parts:
                for work in selected:
                    yield Job(part, work.name, partial(measure, work))
        if "sizes" in self.config.parts:
            for sweep, mode in product(QUICK_SWEEPS if quick else SWEEPS, self.network_modes):
                for size in sweep.order:
                    yield Job("sizes", f"{sweep.axis} {size}, {mode}", partial(self.size, sweep, size, mode))

    def layer(self, work: Work) -> list[Row]:
        """Measure a layer."""
        return compared(self.measure("layers", work, self.competitors(work), rounds=3 * self.rounds))

    def network(self, work: Work) -> list[Row]:
        """Measure a network, and keep who is its twin."""
        rows = compared(self.measure("networks", work, self.competitors(work)))
        for row in rows:
            if row.twin:
                self.twins[work.name, row.mode] = Competitor(row.model, row.mode, row.layout)
        return rows

    def memory(self, work: Work) -> list[Row]:
        """Take the peak memory of a network; without timed steps the twin is torch.nn as written."""
        rows = []
        for mode in self.network_modes:
            twin = self.twins.get((work.name, mode), Competitor(TORCH, mode))
            ours = (Competitor(name, mode, layout) for name, layout in product(self.config.curved, self.config.layouts))
            taken = [self.peak(work, competitor) for competitor in (twin, *ours)]
            rows += [related(row, taken[0]) for row in taken]
        return rows

    def peers(self, work: Work) -> list[Row]:
        """Measure geoopt and HypLL beside the twin and our model of the ball."""
        installed = [name for name in PEERS if name not in missing()]
        ours = [Competitor(BALL, mode) for mode in self.config.modes]
        others = [Competitor(name) for name in installed]
        rounds = self.rounds if work.kind == "network" else 3 * self.rounds
        rows = self.measure("peers", work, [*self.twins_of(work, "eager"), *ours, *others], rounds=rounds)
        return compared_with_ours(compared(rows), BALL)

    def size(self, sweep: Sweep, size: int, mode: str) -> list[Row]:
        """Measure a size of a sweep, unless its time is up; all models in the memory format of torch's default."""
        spent = self.spent.get((sweep.axis, mode), 0.0)
        if spent > SWEEP_SECONDS:
            return []
        begin = time.perf_counter()
        work, batch = sweep.at(size, self.config.batch)
        competitors = [Competitor(name, mode) for name in (*TWINS, *self.config.curved)]
        rows = self.measure("sizes", work, competitors, batch=batch)
        self.spent[sweep.axis, mode] = spent + time.perf_counter() - begin
        return compared([replace(row, axis=sweep.axis, size=size) for row in rows])

    def competitors(self, work: Work) -> list[Competitor]:
        """Give the twins and all curved models, in all modes."""
        modes = self.network_modes if work.kind == "network" else self.config.modes
        layouts = self.config.layouts if work.images else ("contiguous",)
        return [
            competitor
            for mode in modes
            for competitor in (
                *self.twins_of(work, mode),
                *(Competitor(name, mode, layout) for name, layout in product(self.config.curved, layouts)),
            )
        ]

    def twins_of(self, work: Work, mode: str) -> list[Competitor]:
        """Give the models of which the fastest is the twin."""
        layouts = LAYOUTS if work.images and not self.config.quick else ("contiguous",)
        return [Competitor(name, mode, layout) for name, layout in product(TWINS, layouts)]

    def measure(
        self,
        part: str,
        work: Work,
        competitors: Sequence[Competitor],
        *,
        batch: int | None = None,
        rounds: int | None = None,
    ) -> list[Row]:
        """Time competitors at a work in turns, and count what their graphs hold.

        One that fails, for want of memory or at its compilation, gets a row that says so; the others go on.
        """
        if part != "sizes":  # where regions of one size serve the next
            torch.compiler.reset()
        batch = self.config.batch if batch is None else batch
        tasks: dict[Competitor, Task] = {}
        rows: dict[Competitor, Row] = {}
        for competitor in competitors:
            rows[competitor] = Row(**asdict(competitor), work=work.name, batch=batch)
            try:
                task = prepare(work, competitor, self.config, batch)
                if task is None:
                    continue
                seconds = self.start(task, self.cache(part, work, competitor), competitor.mode)
            except Exception as error:
                rows[competitor] = self.failed(rows[competitor], error)
                continue
            tasks[competitor] = task
            rows[competitor] = replace(
                rows[competitor],
                compile_s=None if part == "sizes" else seconds,
                parameters=sum(each.numel() for each in task.model.parameters() if each.requires_grad),
            )
        times = interleaved(
            {competitor: task.step for competitor, task in tasks.items()},
            rounds or self.rounds,
            budget=SECONDS[part],
            synchronize=self.synchronize,
        )
        for competitor, task in tasks.items():
            nodes, saved = held_by_graph(task.forward, task.known())
            row = rows[competitor].timed(Timing.of(times[competitor]))
            rows[competitor] = replace(row, nodes=nodes, saved_mib=saved / MIB)
        del tasks
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        return list(rows.values())

    def start(self, task: Task, cache: Path, mode: str) -> float | None:
        """Run the first step; return its seconds where it compiles."""
        if mode == "eager":
            task.step()
            return None
        if not self.compiler_is_warm:
            x = torch.zeros(1, device=self.device, requires_grad=True)
            with compiling_into(self.caches / "warm-up"):
                torch.autograd.backward(torch.compile(torch.sin)(x))  # loads the compiler
            self.compiler_is_warm = True
        begin = time.perf_counter()
        with compiling_into(cache):
            task.step()
            self.synchronize()
        return time.perf_counter() - begin

    def peak(self, work: Work, competitor: Competitor) -> Row:
        """Take the peak memory of a competitor."""
        row = Row(**asdict(competitor), work=work.name, batch=self.config.batch)
        try:
            size = peak(work, competitor, self.config, self.cache("networks", work, competitor))
        except RuntimeError as error:
            return self.failed(row, error)
        return replace(row, peak_mib=None if size is None else size / MIB)

    def failed(self, row: Row, error: Exception) -> Row:
        """Say what went wrong; the results get no more than that, messages may hold paths."""
        self.console.print(f"{row.work}, {row.model}, {row.mode}, {row.layout}: {error}", markup=False)
        return replace(row, note="failed")

    def cache(self, part: str, work: Work, competitor: Competitor) -> Path:
        """Give the folder of what is compiled for a competitor: its own, so that it starts cold, but for sizes."""
        if part == "sizes":
            return self.caches / part
        name = "-".join((part, work.name, competitor.model, competitor.mode, competitor.layout))
        return self.caches / re.sub(r"[^A-Za-z0-9]+", "-", name)

    def synchronize(self) -> None:
        """Wait for the device."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)
