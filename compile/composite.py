"""Ops that torch's dispatcher knows, so that a compiler's front end takes each as one node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TypeAlias

import torch
from torch import Tensor

Run: TypeAlias = Callable[[Sequence[Tensor], int, Sequence[int]], Sequence[Tensor]]
"""Tensors, `dim`, `rows` → results."""

_library = torch.library.Library("manifuse", "FRAGMENT")  # type: ignore[no-untyped-call]
_registered: dict[str, Run] = {}


def composite(run: Run, *, name: str, version: str) -> Run:
    """Register an op, which the compiler takes apart into what `run` computes, derivatives included.

    torch keeps compiled graphs on disk and finds them by the names of their ops. So the name says what the op computes:
    it ends in a digest of `version` and of this package's code.

    Args:
        run: The op.
        name: Name of the op.
        version: What decides what `run` computes.

    Returns:
        The registered op; the first of that version, if there are several.
    """
    digest = sha256(_code() + version.encode()).hexdigest()[:16]
    unique = f"{name.replace('.', '_')}_{digest}"
    if unique not in _registered:
        _library.define(f"{unique}(Tensor[] tensors, int dim, int[] rows) -> Tensor[]")  # type: ignore[no-untyped-call]
        _library.impl(unique, _listed(run), "CompositeImplicitAutograd")  # type: ignore[no-untyped-call]
        _registered[unique] = getattr(torch.ops.manifuse, unique).default
    return _registered[unique]


def _listed(run: Run) -> Run:
    return lambda tensors, dim, rows: list(run(tensors, dim, rows))


@cache
def _code() -> bytes:
    """The source of this room, which holds all functions that formulas call."""
    sources = (file for file in files(__package__).iterdir() if file.name.endswith(".py"))
    return b"".join(file.read_bytes() for file in sorted(sources, key=lambda file: file.name))
