"""Files that are whole or absent: written to a temporary name in the same folder, then renamed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..errors import InputError

TEMPORARY = ".tmp"
"""Ending of temporary names; a killed process may leave one behind, the next one writes over it."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary path to write; when the block succeeds, the file takes the name `path`, else nothing changes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}{TEMPORARY}")
    try:
        yield temporary
        with temporary.open("rb") as file:
            os.fsync(file.fileno())  # else a power cut may leave the new name with old or no contents
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a text file, whole."""
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="")


def write_json(path: Path, value: Any) -> None:
    """Write a value as JSON, for readers."""
    write_text(path, json.dumps(value, indent=2, allow_nan=False) + "\n")


def read_json(path: Path) -> Any:
    """Read a value from JSON.

    Raises:
        InputError: The file is not JSON.
    """
    return _parsed(path.read_text(encoding="utf-8"), str(path))


def write_json_lines(path: Path, records: Iterable[dict[str, Any]]) -> None:
    """Write records as JSON, one a line."""
    write_text(path, "".join(json.dumps(record, allow_nan=False) + "\n" for record in records))


def read_json_lines(path: Path) -> list[dict[str, Any]]:
    """Read records from JSON lines; none where there is no file.

    Raises:
        InputError: A line is not a JSON object.
    """
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").splitlines()
    records = [_parsed(line, f"{path}, line {number}") for number, line in enumerate(lines, 1)]
    for number, record in enumerate(records, 1):
        if not isinstance(record, dict):
            raise InputError(f"{path}, line {number}: not a record; remove the line, or start under another name")
    return records


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise InputError(f"{where}: not JSON; restore it, or start under another name") from error
