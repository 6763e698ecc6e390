"""Checkpoints: the state of an object in one file, with a note of whose it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

import torch

from ..errors import InputError
from .files import replacing

REMEDY = "remove it to train again from the start"


class Stateful(Protocol):
    """What has a state of plain values and tensors: a module, an optimiser, a `Trainer`."""

    def state_dict(self) -> dict[str, Any]:
        """Return the state."""

    def load_state_dict(self, state: dict[str, Any], /) -> object:
        """Take on a state."""


def save_checkpoint(path: Path, source: Stateful, *, owner: dict[str, Any]) -> None:
    """Write the state of an object, whole.

    Args:
        path: File.
        source: Object.
        owner: Whose state it is, plain values, e.g. the options of the run; `load_checkpoint` asks for the same.
    """
    with replacing(path) as temporary, temporary.open("wb") as file:
        torch.save({"owner": owner, "state": source.state_dict()}, file)


def load_checkpoint(path: Path, target: Stateful, *, owner: dict[str, Any]) -> None:
    """Give an object the state that a file holds; nothing in the file is executed.

    Raises:
        InputError: The file is truncated or foreign, the state another owner's, or one that does not fit.
    """
    try:
        checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # damaged bytes make the reader raise anything
        raise InputError(f"{path}: truncated, or not a checkpoint; {REMEDY}") from error
    if not isinstance(checkpoint, dict) or checkpoint.keys() != {"owner", "state"} or checkpoint["owner"] != owner:
        raise InputError(f"{path}: not a checkpoint of this training; {REMEDY}")
    try:
        target.load_state_dict(checkpoint["state"])
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise InputError(f"{path}: its state does not fit this version; {REMEDY}") from error
