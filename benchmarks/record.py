"""Where results go: NAME.json and NAME.md, with machine and versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from manifuse.apps.bench.environment import machine, versions
from manifuse.apps.training.files import write_json, write_text

RESULTS = Path(__file__).resolve().parent / "results"


def write(
    folder: Path, name: str, title: str, rows: Sequence[Any], table: str, *, device: str = "cpu", **facts: Any
) -> None:
    """Write dataclass rows and the table of them.

    Args:
        folder: Where to.
        name: Of the files.
        title: Of the table.
        rows: What was measured.
        table: The same in Markdown.
        device: Device of the tensors.
        facts: What else the JSON tells.
    """
    where = machine(torch.device(device)) | versions()
    head = ", ".join(f"{key} {value}" for key, value in where.items() if value)
    record = {"title": title, "machine": where, **facts, "rows": [asdict(row) for row in rows]}
    write_json(folder / f"{name}.json", record)
    write_text(folder / f"{name}.md", f"# {title}\n\n{head}\n\n{table}\n")
