"""What the command line answers in one line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGE = __name__.partition(".")[0]


class UsageError(Exception):
    """Bad input: one line on standard error, exit code 2."""


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Import within this what an optional set of libraries brings; one that is missing is a `UsageError`."""
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library in ("", PACKAGE):  # a fault of ours, not of the installation
            raise
        raise UsageError(f"{library} is not installed; run `pip install '{PACKAGE}[{name}]'`") from error


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Write to a folder within this; what the system refuses is a `UsageError`."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"{error.filename or folder}: {error.strerror or error}") from error
