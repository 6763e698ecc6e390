"""Machine and versions, for the reader of the results: no names and no paths."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

from ... import __version__


def machine(device: torch.device) -> dict[str, Any]:
    """Describe processor, memory and device."""
    gpu = torch.cuda.get_device_properties(device) if device.type == "cuda" else None
    return {
        "cpu": _processor(),
        "cores": os.cpu_count(),
        "threads": torch.get_num_threads(),
        "ram_gib": _ram(),
        "gpu": gpu and gpu.name,
        "gpu_gib": gpu and round(gpu.total_memory / 2**30, 1),
        "system": platform.system(),
    }


def versions() -> dict[str, str | None]:
    """List the versions that matter; None for what is not installed."""
    return {
        "manifuse": __version__,
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "python": platform.python_version(),
        "geoopt": _version("geoopt"),
        "hypll": _version("hypll"),
    }


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _ram() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (AttributeError, ValueError):  # Windows, or a system that does not tell
        return None
