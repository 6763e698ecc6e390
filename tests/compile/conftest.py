"""Every bundled op as a fixture, with inputs of its domain."""

from __future__ import annotations

import random
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeAlias

import pytest
import torch
from mpmath import mp
from torch import Tensor

from manifuse.compile.domains import Case, domain
from manifuse.compile.library import Library
from manifuse.compile.runtime import Operation
from manifuse.compile.spec import Flat, Spec
from manifuse.specs import LIBRARIES

Run: TypeAlias = Callable[..., tuple[Tensor, ...]]

GROUP = 3
"""Rows per group in the inputs of a reduction."""
EDGE = 12.0
"""Largest radius, times √c, where inputs name one."""


def weighted(outputs: Sequence[Tensor]) -> Tensor:
    """One number that depends on every entry of the results, and on no two alike."""
    total = torch.zeros((), dtype=outputs[0].dtype)
    for out in outputs:
        total = total + (torch.linspace(0.5, 1.5, out.numel(), dtype=out.dtype).reshape(out.shape) * out).sum()
    return total


@dataclass(frozen=True)
class Bundled:
    """One op of the package as it is shipped."""

    library: Library
    spec: Spec

    def __str__(self) -> str:
        return f"{self.library.name}.{self.spec.name}"

    @property
    def module(self) -> types.ModuleType:
        return import_module(f"manifuse.manifolds.generated.{self.library.name}")

    @property
    def function(self) -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(self.module, self.spec.name)
        return function

    @property
    def operation(self) -> Operation:
        operation: Operation = getattr(self.module, f"_{self.spec.name}_op")
        return operation

    @property
    def names(self) -> list[str]:
        """The arguments, the curvature last."""
        return [name for name, _ in self.operation.inputs]

    @property
    def is_reduction(self) -> bool:
        return self.operation.reduction

    @property
    def rows(self) -> tuple[int, ...]:
        return (-2,) if self.is_reduction else ()

    @property
    def call(self) -> Run:
        """The op as a function of its tensors, the curvature last, to the tuple of its results."""
        function = self.function
        extra = {"rows": self.rows} if self.is_reduction else {}

        def call(*tensors: Tensor) -> tuple[Tensor, ...]:
            out = function(*tensors, **extra)
            return out if isinstance(out, tuple) else (out,)

        return call

    @property
    def plain(self) -> Run:
        """The same of the plain tensor code, without a derived gradient."""
        operation, rows = self.operation, self.rows

        def plain(*tensors: Tensor) -> tuple[Tensor, ...]:
            aligned, summed = operation.align(tensors, -1, rows)
            return operation.evaluate(aligned, -1, summed)[: len(operation.results)]

        return plain

    @property
    def total(self) -> Callable[..., Tensor]:
        """One number of all results of the op."""
        call = self.call
        return lambda *tensors: weighted(call(*tensors))

    @property
    def plain_total(self) -> Callable[..., Tensor]:
        """The same number of the plain tensor code."""
        plain = self.plain
        return lambda *tensors: weighted(plain(*tensors))

    weighted = staticmethod(weighted)

    @property
    def flat(self) -> Callable[..., Tensor] | None:
        """The Euclidean expression that the op tends to, where its spec states one."""
        return next((law.expected for law in self.spec.laws if isinstance(law, Flat)), None)

    def inputs(
        self,
        rows: int | None = None,
        *,
        n: int = 3,
        c: float = 0.7,
        radius: float = 0.8,
        separation: float = 0.6,
        dtype: torch.dtype = torch.float64,
    ) -> tuple[Tensor, ...]:
        """Inputs of the op's domain, the curvature last: `rows` rows (groups for a reduction), or a single one."""
        rng = random.Random(f"{self} {n} {c}")
        k = self.library.sign * mp.mpf(c)
        columns: dict[str, list[Any]] = {name: [] for name in self.names[:-1]}
        for _ in range(rows or 1):
            cases = [Case(n, k, radius, separation, EDGE, rng) for _ in range(GROUP if self.is_reduction else 1)]
            drawn = [self._draw(case) for case in cases]
            for name, column in columns.items():
                column.append([row[name] for row in drawn] if self.is_reduction else drawn[0][name])
        tensors = [torch.tensor(column, dtype=torch.float64).to(dtype) for column in columns.values()]
        if rows is None:
            tensors = [t[0] for t in tensors]
        return (*tensors, torch.tensor(c, dtype=dtype))

    def _draw(self, case: Case) -> dict[str, list[float]]:
        row = {}
        for name in self.names[:-1]:
            value = domain(self.spec.domain_of(name)).sample(case)
            row[name] = [float(v) for v in value] if isinstance(value, list) else [float(value)]
        return row


ALL = tuple(Bundled(library, spec) for library in LIBRARIES for spec in library.specs)


@pytest.fixture(params=ALL, ids=str)
def bundled(request: pytest.FixtureRequest) -> Bundled:
    """Give every bundled op."""
    op: Bundled = request.param
    return op


@pytest.fixture(params=[op for op in ALL if op.flat is not None], ids=str)
def flat_bundled(request: pytest.FixtureRequest) -> Bundled:
    """Give every bundled op with a flat limit."""
    op: Bundled = request.param
    return op


@pytest.fixture
def bundled_named() -> Callable[[str], Bundled]:
    """Give a finder of bundled ops by name: `bundled_named("poincare.dist")`."""
    by_name = {str(op): op for op in ALL}
    return by_name.__getitem__


@pytest.fixture
def fresh_compiler() -> Iterator[None]:
    """Forget what was compiled before and after the test."""
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()
