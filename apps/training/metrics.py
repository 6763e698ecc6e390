"""The metrics of a run: one JSON object per epoch of each training, in a file that is always whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..errors import InputError
from .files import read_json_lines, write_json_lines

Line = dict[str, Any]


class MetricsLog:
    """Lines of metrics, written as they come; each names its training (some entries of the line) and its epoch.

    Args:
        path: File of JSON lines; those that are there are kept.

    Raises:
        InputError: The file is not one of JSON lines.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines = read_json_lines(path)

    def append(self, line: Line) -> None:
        """Add a line and write the file."""
        self.lines.append(line)
        write_json_lines(self.path, self.lines)

    def of(self, training: Line) -> list[Line]:
        """Lines of one training, in order."""
        return [line for line in self.lines if training.items() <= line.items()]

    def rewind(self, training: Line, epoch: int) -> None:
        """Drop the lines of a training after an epoch: its process was killed before it saved that state.

        Raises:
            InputError: The lines up to that epoch are not there.
        """
        late = [line for line in self.of(training) if line.get("epoch", 0) > epoch]
        self.lines = [line for line in self.lines if line not in late]
        if [line.get("epoch") for line in self.of(training)] != list(range(1, epoch + 1)):
            named = ", ".join(f"{name} {value}" for name, value in training.items())
            raise InputError(
                f"{self.path}: not the {epoch} epochs of {named} that its checkpoint has; restore the file"
            )
        if late:
            write_json_lines(self.path, self.lines)
