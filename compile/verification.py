"""Verification of emitted ops against independent references, derivative identities, exact limits and laws.

A gradient check cannot catch a wrong formula, so values and directional derivatives are compared with the spec's
textbook reference in multi-precision arithmetic, at the exact numbers that the float inputs hold.
"""

from __future__ import annotations

import inspect
import itertools
import random
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import SimpleNamespace
from typing import Any

import torch
from mpmath import mp
from torch import Tensor

from .algebra import SpecError
from .domains import Case, Domain, domain
from .runtime import Operation
from .spec import Flat, Recorded

DIGITS = 80
SPACES = ((3, 1.0), (2, 0.1), (8, 2.5))
"""Dimension and magnitude of curvature of the samples."""
RADII = (0.0, 1e-12, 1e-4, 0.1, 1.0, 4.0, 8.0)
SEPARATIONS = (0.0, 1e-12, 1e-5, 1e-2, 1.0, 3.0, float("inf"))
EDGE = {-1: {torch.float32: 12.0, torch.float64: 24.0}, 1: {torch.float32: 3.14, torch.float64: 3.1415}}
"""Largest geodesic radius of the samples, in units of 1/√c."""
GROUP = 5
"""Rows per group of a reduction."""
GRADIENT_TOLERANCE = 1e-8
LAW_TOLERANCE = 1e-9


@dataclass
class Report:
    """What `verify` found for one op."""

    name: str
    kind: str
    gradient_error: float = 0.0
    float64_ratio: float = 0.0
    float32_ratio: float = 0.0
    non_finite: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether every check held."""
        return not self.failures

    def __str__(self) -> str:
        verdict = "ok" if self.passed else "FAILED"
        return (
            f"{self.name:<28} {self.kind:<10} gradient {self.gradient_error:8.1e}   "
            f"float64 {self.float64_ratio:6.2f}   float32 {self.float32_ratio:6.2f} of the bound   "
            f"non-finite {self.non_finite}   {verdict}"
        )


@dataclass(frozen=True)
class Subject:
    """An emitted op with its spec: what is verified."""

    recorded: Recorded
    function: Callable[..., Any]
    operation: Operation
    siblings: Mapping[str, Callable[..., Any]]

    @property
    def names(self) -> list[str]:
        """The arguments besides the curvature."""
        return [name for name in self.recorded.spec.annotations if self._external(name) != "c"]

    def _external(self, name: str) -> str:
        spec = self.recorded.spec
        return "c" if spec.is_signed and name == "k" else name

    def domains(self) -> dict[str, Domain]:
        """Where each argument lives."""
        return {name: domain(self.recorded.spec.domain_of(name)) for name in self.names}

    def results(self) -> list[Domain]:
        """Where each result lives."""
        result = self.recorded.spec.result
        names = [result] * len(self.recorded.results) if isinstance(result, str) else result
        return [domain(name) for name in names]

    @property
    def is_reduction(self) -> bool:
        """Whether the op sums over rows."""
        return self.recorded.kind == "reduction"

    def run(self, inputs: Sequence[Tensor], c: Tensor) -> tuple[Tensor, ...]:
        """Call the op on rows, or on groups of rows; the results as a tuple."""
        extra = {"rows": (-2,)} if self.is_reduction else {}
        out = self.function(*inputs, c, dim=-1, **extra)
        return out if isinstance(out, tuple) else (out,)


def verify_subject(subject: Subject) -> Report:
    """Check one emitted op; every failure names the op, the input and both values."""
    report = Report(subject.recorded.spec.name, subject.recorded.kind)
    with warnings.catch_warnings(), mp.workdps(DIGITS):
        warnings.simplefilter("ignore", UserWarning)  # gradcheck warns of inputs without gradient
        for check in (_values, _derivatives, _faces, _laws):
            try:
                check(subject, report)
            except (ArithmeticError, RuntimeError, TypeError, ValueError, SpecError) as error:
                report.failures.append(f"{report.name}: {check.__name__.strip('_')} could not run: {error}")
    if report.non_finite:
        report.failures.append(f"{report.name}: {report.non_finite} non-finite results on the domain grid")
    return report


# --- samples -------------------------------------------------------------------------------------------------------


@dataclass
class Batch:
    """Float inputs of many rows (or groups) of one space, and the exact numbers that they hold."""

    n: int
    c: Tensor
    tensors: dict[str, Tensor]

    def row(self, index: int) -> dict[str, Any]:
        """The exact numbers of one row (or group), by argument."""
        return {name: _exact(tensor[index]) for name, tensor in self.tensors.items()}

    def __len__(self) -> int:
        return len(next(iter(self.tensors.values())))


def _exact(x: Tensor) -> Any:
    """Numbers of one row: an mpf for a scalar, a list for a vector, a list of these for a group."""
    if x.dim() > 1:
        return [_exact(row) for row in x]
    values = [mp.mpf(v) for v in x.double().tolist()]
    return values


def _grid(sign: int, dtype: torch.dtype) -> Iterator[tuple[float, float]]:
    edge = EDGE[sign][dtype]
    for radius in (*(r for r in RADII if r < edge), edge):
        yield from ((radius, s) for s in SEPARATIONS if s == float("inf") or s < edge)


def _tiny(_sign: int, dtype: torch.dtype) -> Iterator[tuple[float, float]]:
    """Radii and separations down to the smallest normal number, in units of 1/√c."""
    least = torch.finfo(dtype).tiny
    sizes = [least**power for power in (1.0, 0.75, 0.5)]
    yield from itertools.product(sizes, (0.0, *sizes))


def _moderate(_sign: int, _dtype: torch.dtype) -> Iterator[tuple[float, float]]:
    yield from itertools.product((0.3, 1.2), (0.2, 0.9))


def _sample(
    subject: Subject,
    n: int,
    c: float,
    dtype: torch.dtype,
    grid: Callable[[int, torch.dtype], Iterator[tuple[float, float]]],
) -> Batch:
    rng = random.Random(f"{subject.recorded.spec.name} {n} {c}")
    sign = subject.recorded.sign
    rounded = torch.tensor(c, dtype=dtype)
    k = sign * mp.mpf(rounded.item())
    columns: dict[str, list[Any]] = {name: [] for name in subject.names}
    for radius, separation in grid(sign, dtype):
        first = Case(n, k, radius, separation, EDGE[sign][dtype], rng)
        rows = [_draw(subject, first)]
        if subject.is_reduction:
            for _ in range(GROUP - 1):
                again = replace(first, values={"ambient": first.values["ambient"]})
                rows.append(_draw(subject, again))
        for name in columns:
            columns[name].append([row[name] for row in rows] if subject.is_reduction else rows[0][name])
    tensors = {name: torch.tensor(_floats(values), dtype=torch.float64).to(dtype) for name, values in columns.items()}
    return Batch(n, rounded, tensors)


def _draw(subject: Subject, case: Case) -> dict[str, Any]:
    row = {}
    for name, where in subject.domains().items():
        value = where.sample(case)
        row[name] = value if isinstance(value, list) else [value]
    return row


def _floats(values: Any) -> Any:
    return [_floats(v) for v in values] if isinstance(values, list) else float(values)


def _reference(subject: Subject, row: Mapping[str, Any], k: Any) -> list[Any]:
    """Textbook values at exact inputs, one entry per result; scalars as one-element lists."""
    arguments = []
    for name in subject.names:
        value = row[name]
        kind = subject.recorded.spec.annotations[name].__name__
        if kind == "Scalar":
            value = [v[0] for v in value] if subject.is_reduction else value[0]
        arguments.append(value)
    signed = k if subject.recorded.spec.is_signed else abs(k)
    out = subject.recorded.spec.reference(*arguments, signed)
    results = out if isinstance(out, tuple) else (out,)
    return [value if isinstance(value, list) else [value] for value in results]


# --- checks --------------------------------------------------------------------------------------------------------


def _values(subject: Subject, report: Report) -> None:
    """Values against the reference, and finiteness of values and gradients, in float64 and float32.

    Below the grid's radii a relative error means little, as squares vanish: there results need only be finite.
    """
    for dtype in (torch.float64, torch.float32):
        for n, c in SPACES:
            _finite_run(subject, _sample(subject, n, c, dtype, _tiny), report)
            batch = _sample(subject, n, c, dtype, _grid)
            outputs = _finite_run(subject, batch, report)
            worst = _worst_ratio(subject, batch, outputs, report)
            if dtype == torch.float64:
                report.float64_ratio = max(report.float64_ratio, worst)
            else:
                report.float32_ratio = max(report.float32_ratio, worst)


def _finite_run(subject: Subject, batch: Batch, report: Report) -> tuple[Tensor, ...]:
    inputs = [t.clone().requires_grad_() for t in batch.tensors.values()]
    c = batch.c.clone().requires_grad_()
    outputs = subject.run(inputs, c)
    gradients = _gradients([o.sum() for o in outputs], [*inputs, c])
    found = [*outputs, *(g for g in gradients if g is not None)]
    bad = sum(int((~torch.isfinite(t)).sum()) for t in found)
    if bad:
        rows = torch.zeros(len(batch), dtype=torch.bool)
        for t in found:
            if t.dim():
                rows |= ~torch.isfinite(t).flatten(1).all(1)
        index = int(rows.int().argmax())
        shown = {name: t[index].tolist() for name, t in batch.tensors.items()}
        report.failures.append(f"{report.name}: non-finite value or gradient at {shown}, c={batch.c.item()}")
    report.non_finite += bad
    return tuple(o.detach() for o in outputs)


def _worst_ratio(subject: Subject, batch: Batch, outputs: Sequence[Tensor], report: Report) -> float:
    """Worst error over its bound, 8 · max(eps, largest change under half-ulp perturbations) · √(n/64 or 1)."""
    eps = torch.finfo(batch.c.dtype).eps
    factor = 8 * max(1.0, batch.n / 64) ** 0.5
    k = subject.recorded.sign * mp.mpf(batch.c.item())
    worst = 0.0
    for index in range(len(batch)):
        row = batch.row(index)
        got = [_exact(o[index].flatten()) for o in outputs]
        if not all(mp.isfinite(v) for values in got for v in values):
            continue
        try:
            expected = _reference(subject, row, k)
        except ValueError:  # the reference is undefined there: an antipode
            continue
        error = _error(subject, got, expected, row, k)
        bound = factor * eps
        if error > bound:
            bound = factor * max(eps, _conditioning(subject, batch, index, expected))
        ratio = float(error / bound)
        if ratio > 1 and ratio > worst:
            shown = {name: t[index].tolist() for name, t in batch.tensors.items()}
            report.failures.append(
                f"{report.name}: {batch.c.dtype} value at {shown}, c={batch.c.item()} is {_short(got)}, "
                f"expected {_short(expected)}: error {float(error):.1e}, bound {float(bound):.1e}"
            )
        worst = max(worst, ratio)
    return worst


def _short(values: Sequence[Sequence[Any]]) -> str:
    return "; ".join("[" + ", ".join(mp.nstr(v, 9) for v in value) + "]" for value in values)


def _error(subject: Subject, got: Sequence[Any], expected: Sequence[Any], row: Mapping[str, Any], k: Any) -> Any:
    known = {**row, **{f"out{i}": value for i, value in enumerate(expected)}}
    errors = []
    for where, a, b in zip(subject.results(), got, expected, strict=True):
        single = len(b) == 1 and where.error.__name__ == "_scalar_error"
        errors.append(where.error(a[0], b[0], known, k) if single else where.error(a, b, known, k))
    return max(errors)


def _conditioning(subject: Subject, batch: Batch, index: int, expected: Sequence[Any]) -> Any:
    """Largest change of the reference over 8 random half-ulp perturbations of coordinates and curvature."""
    rng = random.Random(index)
    largest = mp.zero
    for _ in range(8):
        row = {name: _perturbed(tensor[index], rng) for name, tensor in batch.tensors.items()}
        k = subject.recorded.sign * _perturbed(batch.c.reshape(1), rng)[0]
        try:
            changed = _reference(subject, _on_domain(subject, row, k), k)
        except (ValueError, ZeroDivisionError):
            continue
        largest = max(largest, _error(subject, changed, expected, batch.row(index), k))
    return largest


def _perturbed(x: Tensor, rng: random.Random) -> Any:
    if x.dim() > 1:
        return [_perturbed(row, rng) for row in x]
    ulps = (torch.nextafter(x, torch.full_like(x, float("inf"))) - x).double()
    moved = [
        mp.mpf(v) + rng.choice((-1, 1)) * mp.mpf(u) / 2 for v, u in zip(x.double().tolist(), ulps.tolist(), strict=True)
    ]
    return moved


def _derivatives(subject: Subject, report: Report) -> None:
    """JVP against the derivative of the reference, VJP against the JVP by duality; gradcheck and gradgradcheck."""
    generator = torch.Generator().manual_seed(0)
    for n, c in SPACES:
        batch = _sample(subject, n, c, torch.float64, _moderate)
        inputs, curvature = list(batch.tensors.values()), batch.c
        for index, name in enumerate([*subject.names, "c"]):
            tangents, expected = _reference_derivative(subject, batch, index, generator)
            outputs, moved = torch.func.jvp(
                lambda *t: subject.run(t[:-1], t[-1]), (*inputs, curvature), tuple(tangents)
            )[:2]
            cotangents = [torch.randn(o.shape, dtype=o.dtype, generator=generator) for o in outputs]
            pulled = _pull(subject, inputs, curvature, cotangents)
            forward = sum((g * t).sum() for g, t in zip(cotangents, moved, strict=True))
            backward = sum((g * t).sum() for g, t in zip(pulled, tangents, strict=True))
            size = max(float(torch.cat([e.flatten() for e in expected]).norm()), 1e-3)
            error = max(float((m - e).norm()) for m, e in zip(moved, expected, strict=True)) / size
            weight = max(float(torch.cat([g.flatten() for g in cotangents]).norm()), 1.0)
            error = max(error, abs(float(forward - backward)) / (size * weight))
            report.gradient_error = max(report.gradient_error, error)
            if not error <= GRADIENT_TOLERANCE:
                shown = {key: t[0].tolist() for key, t in batch.tensors.items()}
                report.failures.append(
                    f"{report.name}: derivative in {name} at {shown}, c={c} "
                    f"is {[m[0].tolist() for m in moved]} forward and {float(backward):.9g} backward, "
                    f"expected {[e[0].tolist() for e in expected]} and {float(forward):.9g}"
                )
    _numeric_check(subject, report)


def _gradients(
    outputs: Sequence[Tensor], leaves: Sequence[Tensor], cotangents: Sequence[Tensor] | None = None
) -> tuple[Tensor | None, ...]:
    """Gradients of the leaves, None where the outputs do not depend on one (which torch's annotation leaves out)."""
    return torch.autograd.grad(outputs, leaves, cotangents, allow_unused=True)


def _pull(subject: Subject, inputs: Sequence[Tensor], c: Tensor, cotangents: Sequence[Tensor]) -> list[Tensor]:
    leaves = [t.clone().requires_grad_() for t in (*inputs, c)]
    outputs = subject.run(leaves[:-1], leaves[-1])
    gradients = _gradients(outputs, leaves, cotangents)
    return [torch.zeros_like(t) if g is None else g for g, t in zip(gradients, leaves, strict=True)]


def _reference_derivative(
    subject: Subject, batch: Batch, index: int, generator: torch.Generator
) -> tuple[list[Tensor], list[Tensor]]:
    """A direction that moves one input (and keeps the constraints of all), and the reference's derivative along it."""
    h = mp.mpf(10) ** (-DIGITS // 3)
    names = subject.names
    directions = {
        name: torch.randn(t.shape, dtype=t.dtype, generator=generator) * (i == index)
        for i, (name, t) in enumerate(batch.tensors.items())
    }
    moves_c = index == len(names)
    k0, sign = mp.mpf(batch.c.item()), subject.recorded.sign
    tangents: dict[str, list[Any]] = {name: [] for name in names}
    derivatives: list[list[Any]] = [[] for _ in subject.results()]
    for r in range(len(batch)):
        sides = []
        for s in (h, -h):
            k = sign * (k0 + s * moves_c)
            row = {name: _plus(_exact(t[r]), s, _exact(directions[name][r])) for name, t in batch.tensors.items()}
            row = _on_domain(subject, row, k)
            sides.append((row, _reference(subject, row, k)))
        (above, high), (below, low) = sides
        for name in names:
            tangents[name].append(_slope(above[name], below[name], h))
        for values, a, b in zip(derivatives, high, low, strict=True):
            values.append(_slope(a, b, h))
    moved = [torch.tensor(_floats(tangents[name]), dtype=torch.float64) for name in names]
    shapes = [o.shape for o in subject.run(list(batch.tensors.values()), batch.c)]
    expected = [
        torch.tensor(_floats(v), dtype=torch.float64).reshape(s) for v, s in zip(derivatives, shapes, strict=True)
    ]
    return [*moved, torch.tensor(float(moves_c), dtype=torch.float64)], expected


def _on_domain(subject: Subject, row: Mapping[str, Any], k: Any) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for name, where in subject.domains().items():
        value = row[name]
        nested = subject.is_reduction and isinstance(value[0], list)
        read[name] = [where.read(v, read, k) for v in value] if nested else where.read(value, read, k)
    return read


def _plus(x: Any, s: Any, v: Any) -> Any:
    return [_plus(a, s, b) for a, b in zip(x, v, strict=True)] if isinstance(x, list) else x + s * v


def _slope(above: Any, below: Any, h: Any) -> Any:
    if isinstance(above, list):
        return [_slope(a, b, h) for a, b in zip(above, below, strict=True)]
    return (above - below) / (2 * h)


def _numeric_check(subject: Subject, report: Report) -> None:
    """gradcheck and gradgradcheck, with one row broadcast against two wherever the op allows it."""
    n, c = SPACES[0]
    batch = _sample(subject, n, c, torch.float64, lambda *_: iter([(0.7, 0.5), (0.4, 0.3)]))
    if not subject.is_reduction:
        single = subject.recorded.spec.shared or subject.names[1:]
        batch.tensors |= {name: batch.tensors[name][:1] for name in single}
    leaves = tuple(t.clone().requires_grad_() for t in (*batch.tensors.values(), batch.c))
    run = lambda *t: subject.run(t[:-1], t[-1])  # noqa: E731
    for name, check in (("gradcheck", torch.autograd.gradcheck), ("gradgradcheck", torch.autograd.gradgradcheck)):
        try:
            check(run, leaves)
        except RuntimeError as error:
            shown = {key: t.tolist() for key, t in batch.tensors.items()}
            report.failures.append(f"{report.name}: {name} fails at {shown}, c={c}: {str(error).strip()}")


def _faces(subject: Subject, report: Report) -> None:
    """The derived backward against autograd of the plain tensor code, off every singular point."""
    for n, c in SPACES:
        batch = _sample(subject, n, c, torch.float64, _moderate)
        inputs = list(batch.tensors.values())
        cotangents = [torch.ones_like(o) for o in subject.run(inputs, batch.c)]
        derived = _pull(subject, inputs, batch.c, cotangents)
        plain = partial(_plain, subject)
        leaves = [t.clone().requires_grad_() for t in (*inputs, batch.c)]
        gradients = _gradients(plain(leaves), leaves, cotangents)
        for name, d, p in zip([*subject.names, "c"], derived, gradients, strict=True):
            p = torch.zeros_like(d) if p is None else p
            if not torch.allclose(d, p, rtol=1e-8, atol=1e-10):
                report.failures.append(
                    f"{report.name}: gradient of {name} is {d.flatten()[:4].tolist()}, "
                    f"autograd of the plain code gives {p.flatten()[:4].tolist()} (n={n}, c={c})"
                )


def _plain(subject: Subject, leaves: Sequence[Tensor]) -> tuple[Tensor, ...]:
    operation = subject.operation
    aligned, rows = operation.align(leaves, -1, (-2,) if subject.is_reduction else ())
    outputs = operation.evaluate(aligned, -1, rows)
    return outputs[: len(operation.results)]


def _laws(subject: Subject, report: Report) -> None:
    for n, c in SPACES:
        batch = _sample(subject, n, c, torch.float64, _moderate)
        bound = {name: partial(_with_curvature, f, batch.c) for name, f in subject.siblings.items()}
        for law in subject.recorded.spec.laws:
            if isinstance(law, Flat):
                _flat_limit(subject, law, batch, report)
                continue
            left, right = law(SimpleNamespace(**bound), *batch.tensors.values())
            error = float((left - right).norm() / max(float(right.norm()), 1.0))
            if not error <= LAW_TOLERANCE:
                name = getattr(law, "__name__", str(law))
                report.failures.append(
                    f"{report.name}: law {name} is broken (n={n}, c={c}): {left.flatten()[:4].tolist()} against "
                    f"{right.flatten()[:4].tolist()}"
                )


def _with_curvature(function: Callable[..., Any], c: Tensor, *tensors: Tensor) -> Any:
    extra = {"rows": (-2,)} if "rows" in inspect.signature(function).parameters else {}
    return function(*tensors, c, dim=-1, **extra)


def _flat_limit(subject: Subject, law: Flat, batch: Batch, report: Report) -> None:
    """Values and gradients at c = 1e-5 and 1e-7 differ from the Euclidean expression by O(c)."""
    for c in (1e-5, 1e-7):
        leaves = [t.clone().requires_grad_() for t in batch.tensors.values()]
        curvature = torch.tensor(c, dtype=torch.float64, requires_grad=True)
        values = subject.run(leaves, curvature)
        expected = law.expected(*leaves)
        expected = (expected,) if isinstance(expected, Tensor) else expected
        pairs = list(zip(values, expected, strict=True))
        got = _gradients([value.sum() for value in values], [*leaves, curvature])
        want = _gradients([each.sum() for each in expected], leaves)
        zero = torch.zeros(())
        pairs += [(zero if a is None else a, zero if b is None else b) for a, b in zip(got, want, strict=False)]
        for a, b in pairs:
            scale = max(float(b.norm()), 1.0) * max(1.0, *(float(t.square().sum()) for t in leaves)) ** 2
            if not float((a - b).norm()) <= 10 * c * scale:
                report.failures.append(
                    f"{report.name}: no flat limit: {a.flatten()[:4].tolist()} at c={c}, "
                    f"expected {b.flatten()[:4].tolist()}"
                )
        if got[-1] is not None and not bool(torch.isfinite(got[-1])):
            report.failures.append(f"{report.name}: the curvature gradient at c={c} is {float(got[-1])}")
