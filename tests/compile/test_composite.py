"""Ops as torch's dispatcher has them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
import torch
from torch import Tensor

from manifuse.compile import composite
from manifuse.compile.runtime import Formulas, Operation


def scaled(factor: float) -> Operation:
    """The op x ↦ factor · x, written as the emitter writes."""
    lines = (
        f"def forward(x, c, dim): return ({factor} * x,)",
        f"def vjp(x, c, g, needs, dim): return {factor} * g, 0 * c",
        f"def jvp(x, c, dx, dc, dim): return ({factor} * dx,)",
    )
    names: dict[str, Any] = {}
    exec("\n".join(lines), names)
    formulas = Formulas(names["forward"], names["vjp"], names["jvp"])
    return Operation("scaled", formulas, inputs=(("x", "vector"), ("c", "scalar")), results=("vector",))


def registered(run: composite.Run) -> str:
    return str(run)


def test_an_op_of_the_same_name_and_other_formulas_is_another() -> None:
    """Compiled graphs are found on disk by the names of their ops."""
    x, c = torch.ones(3), torch.ones(1)
    for factor in (2.0, 3.0, 2.0):
        operation = scaled(factor)
        got = torch.compile(lambda x, c, op=operation: op(x, c, dim=-1), fullgraph=True)(x, c)
        assert got.tolist() == [factor] * 3
    assert registered(scaled(2.0)._composite) == registered(scaled(2.0)._composite)
    assert registered(scaled(2.0)._composite) != registered(scaled(3.0)._composite)


def test_the_name_follows_the_code_of_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(tensors: Sequence[Tensor], dim: int, rows: Sequence[int]) -> Sequence[Tensor]:
        return tensors

    first = composite.composite(run, name="same.op", version="1")
    assert "same_op_" in registered(first)
    assert registered(composite.composite(run, name="same.op", version="1")) == registered(first)
    monkeypatch.setattr(composite, "_code", lambda: b"edited")
    assert registered(composite.composite(run, name="same.op", version="1")) != registered(first)


def test_names_are_those_of_every_process() -> None:
    """A cache on disk serves the next process."""
    code = "from manifuse.manifolds.generated import hyperbolic; print(hyperbolic._place_op._composite)"
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(2)]
    assert runs[0].stdout.startswith("manifuse.place_")
    assert runs[0].stdout == runs[1].stdout
