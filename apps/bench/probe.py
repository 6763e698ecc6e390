"""Peak memory of training steps, taken in a process of its own: `python -m manifuse.apps.bench.probe REQUEST`."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .config import Measurement
from .measure import compiling_into, peak_growth
from .tasks import Competitor, prepare
from .works import BY_NAME, Work


def peak(work: Work, competitor: Competitor, config: Measurement, cache: Path) -> int | None:
    """Start a process that runs the steps, and return their peak memory in bytes.

    Args:
        work: One of those that have a name here.
        competitor: Model.
        config: Options.
        cache: Folder of what was compiled for the model, if anything was.

    Returns:
        Bytes, or None where the system does not tell.

    Raises:
        RuntimeError: The process failed.
    """
    request = {"work": work.name, "competitor": asdict(competitor), "config": asdict(config), "cache": str(cache)}
    command = [sys.executable, "-m", __name__, json.dumps(request)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"exit code {done.returncode}"]
        raise RuntimeError(lines[-1])
    answer: dict[str, int | None] = json.loads(done.stdout.splitlines()[-1])
    return answer["peak"]


def _answer(request: dict[str, Any]) -> dict[str, int | None]:
    config = Measurement(**request["config"])
    task = prepare(BY_NAME[request["work"]], Competitor(**request["competitor"]), config, config.batch)
    if task is None:
        return {"peak": None}
    with compiling_into(Path(request["cache"])):
        task.step()
        task.step()
    task.clear()
    return {"peak": peak_growth(task.step, config.torch_device())}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_answer(json.loads(sys.argv[1]))) + "\n")
