"""Training: the loop, what it costs, and the folder of a run that can be resumed to the bit."""

from __future__ import annotations

from .checkpoints import load_checkpoint, save_checkpoint
from .files import read_json, read_json_lines, replacing, write_json, write_json_lines, write_text
from .folder import open_folder
from .loop import EpochLoop, Trainer
from .memory import peak_memory
from .metrics import MetricsLog
from .processes import together

__all__ = [
    "EpochLoop",
    "MetricsLog",
    "Trainer",
    "load_checkpoint",
    "open_folder",
    "peak_memory",
    "read_json",
    "read_json_lines",
    "replacing",
    "save_checkpoint",
    "together",
    "write_json",
    "write_json_lines",
    "write_text",
]
