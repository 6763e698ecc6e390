"""The folder of a run: a new one, or that of the same run to resume."""

from __future__ import annotations

import os
import platform
from pathlib import Path
from typing import Any

import torch

from ... import __version__
from ..errors import InputError
from .files import TEMPORARY, read_json, write_json

OTHER_NAME = "choose another name"


def open_folder(folder: Path, options: dict[str, Any], *, resume: bool) -> None:
    """Make the folder of a run and note its options in config.json, or check that it is the run to resume.

    Resuming a run that was killed before it wrote its options starts it.

    Args:
        folder: Folder of the run.
        options: What the run does, plain values by name.
        resume: Whether a run that is there already is continued.

    Raises:
        InputError: The folder holds something else: another run, other options, or foreign files.
    """
    config = folder / "config.json"
    if not config.exists():
        if folder.exists() and not _is_empty(folder):
            raise InputError(f"{folder}: it holds something that is not a run; {OTHER_NAME}")
        folder.mkdir(parents=True, exist_ok=True)
        write_json(config, {"options": options, "made_with": _environment()})
        return
    if not resume:
        raise InputError(f"{folder}: it holds another run; resume that one, or {OTHER_NAME}")
    saved = read_json(config)
    if not isinstance(saved, dict) or not isinstance(saved.get("options"), dict):
        raise InputError(f"{config}: not the options of a run; {OTHER_NAME}")
    for name in {**saved["options"], **options}:
        there, here = saved["options"].get(name), options.get(name)
        if there != here:
            raise InputError(f"{folder}: it holds a run with {name} {_shown(there)}, not {_shown(here)}; {OTHER_NAME}")


def _is_empty(folder: Path) -> bool:
    """Whether there is nothing in it but what a killed process left."""
    return folder.is_dir() and all(entry.name.endswith(TEMPORARY) for entry in folder.iterdir())


def _shown(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def _environment() -> dict[str, Any]:
    """Versions and machine, for the reader of the results."""
    return {
        "manifuse": __version__,
        "torch": torch.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "gpu": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
    }
