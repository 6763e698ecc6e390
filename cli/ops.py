"""`manifuse ops`: specs, derived gradients and emitted ops."""

from __future__ import annotations

import ast
import importlib
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING, Annotated

import tyro

from .errors import UsageError

if TYPE_CHECKING:
    from ..compile.derivation import Derived
    from ..compile.library import Library
    from ..compile.verification import Report

ROOT = Path(__file__).resolve().parent.parent
GENERATED = ROOT / "manifolds" / "generated"


@dataclass(frozen=True)
class List:
    """List the bundled ops: library, name, kind, and what they compute."""

    def __call__(self) -> int:
        """Run the command and return its exit code."""
        for library in _bundled():
            for spec in library.specs:
                kind = spec.record(library.sign).kind
                print(f"{library.name}.{spec.name:<20} {kind:<10} {spec.doc.splitlines()[0]}")
        return 0


@dataclass(frozen=True)
class Show:
    """Print the forward formula of an op and its derived gradient."""

    name: tyro.conf.Positional[str]
    """Op, e.g. `poincare.mobius_add`, or `FILE.py:op` for a spec of your own."""
    latex: bool = False
    """Print LaTeX equations instead of text."""

    def __call__(self) -> int:
        """Run the command and return its exit code."""
        library, name = _find(self.name)
        _print_derivation(library.derived(name), latex=self.latex)
        return 0


@dataclass(frozen=True)
class Derive:
    """Derive and print the gradients of every spec of a Python file. The file is executed: trust it."""

    spec: tyro.conf.Positional[Path]
    """Python file with specs."""
    latex: bool = False
    """Print LaTeX equations instead of text."""

    def __call__(self) -> int:
        """Run the command and return its exit code."""
        library = _from_file(self.spec)
        for spec in library.specs:
            _print_derivation(library.derived(spec.name), latex=self.latex)
        return 0


@dataclass(frozen=True)
class Generate:
    """Emit op modules: the bundled ones, or FILE_ops.py beside a file of specs (which is executed: trust it)."""

    spec: tyro.conf.Positional[Path | None] = None
    """Python file with specs; without it, the modules that the package ships."""
    output: Path | None = None
    """Where to write the module of a spec file."""
    check: bool = False
    """Write nothing; exit with 1 where a module differs from what its specs emit."""

    def __call__(self) -> int:
        """Run the command and return its exit code."""
        stale = [path for path, source in self._sources() if not self._settle(path, source)]
        for path in stale:
            print(f"{path} differs from what its specs emit; run `manifuse ops generate`", file=sys.stderr)
        return 1 if stale else 0

    def _sources(self) -> Iterator[tuple[Path, str]]:
        if self.spec is not None:
            library = _from_file(self.spec)
            yield self.output or self.spec.with_name(f"{self.spec.stem}_ops.py"), library.source()
            return
        if self.output is not None:
            raise UsageError("--output goes with a spec file")
        from ..compile.emission import functions_module

        yield ROOT / "compile" / "functions.py", functions_module()
        for library in _bundled():
            yield GENERATED / f"{library.name}.py", library.source("...compile")

    def _settle(self, path: Path, source: str) -> bool:
        """Write the module, or say whether it is up to date: the same code, however it is formatted."""
        if self.check:
            return path.is_file() and _same_code(path.read_text(encoding="utf-8"), source)
        temporary = path.with_suffix(".tmp")
        temporary.write_text(source, encoding="utf-8")
        os.replace(temporary, path)
        print(path)
        return True


@dataclass(frozen=True)
class Verify:
    """Check ops against references, derivative identities, exact limits and laws; exit with 1 on a failure."""

    names: tyro.conf.Positional[tuple[str, ...]] = ()
    """Ops (`poincare.mobius_add`), libraries (`poincare`), or your spec files (executed: trust them); default all."""
    jobs: int = os.cpu_count() or 1
    """Processes."""

    def __call__(self) -> int:
        """Run the command and return its exit code."""
        tasks = [task for name in self.names or [library.name for library in _bundled()] for task in _tasks(name)]
        failed = 0
        with ProcessPoolExecutor(max(1, min(self.jobs, len(tasks))), mp_context=get_context("spawn")) as pool:
            for report in pool.map(_verify, tasks):
                print(report, flush=True)
                failed += not report.passed
                for failure in report.failures:
                    print(indent(failure, "    "), file=sys.stderr)
        print(f"{len(tasks) - failed} of {len(tasks)} ops verified")
        return 1 if failed else 0


@dataclass(frozen=True)
class New:
    """Write a commented spec that verifies as it stands, to start from."""

    name: tyro.conf.Positional[str]
    """Name of the op; the file is NAME.py."""

    def __call__(self) -> int:
        """Run the command and return its exit code."""
        if not self.name.isidentifier():
            raise UsageError(f"{self.name!r} is not a Python identifier; use letters, digits and underscores")
        path = Path(f"{self.name}.py")
        if path.exists():
            raise UsageError(f"{path} exists; choose another name or remove it")
        path.write_text(TEMPLATE.replace("NAME", self.name), encoding="utf-8")
        print(f"{path}: run `manifuse ops verify {path}`, then `manifuse ops generate {path}`")
        return 0


@dataclass(frozen=True)
class Ops:
    """Specs, derived gradients and emitted ops."""

    command: (
        Annotated[List, tyro.conf.subcommand("list")]
        | Annotated[Show, tyro.conf.subcommand("show")]
        | Annotated[Derive, tyro.conf.subcommand("derive")]
        | Annotated[Generate, tyro.conf.subcommand("generate")]
        | Annotated[Verify, tyro.conf.subcommand("verify")]
        | Annotated[New, tyro.conf.subcommand("new")]
    )

    def __call__(self) -> int:
        """Run the command and return its exit code."""
        return self.command()


def _bundled() -> tuple[Library, ...]:
    from ..specs import LIBRARIES

    return LIBRARIES


def _from_file(path: Path) -> Library:
    from ..compile.library import from_file

    return from_file(path)


def _find(name: str) -> tuple[Library, str]:
    """Resolve `library.op`, or `FILE.py:op`."""
    if ":" in name:
        path, _, op = name.rpartition(":")
        return _from_file(Path(path)), op
    where, _, op = name.rpartition(".")
    libraries = {library.name: library for library in _bundled()}
    if where not in libraries:
        raise UsageError(
            f"unknown op {name!r}; write LIBRARY.OP with a library of {', '.join(libraries)}, or FILE.py:OP"
        )
    return libraries[where], op


def _tasks(name: str) -> list[tuple[str, str]]:
    """The (library or file, op) pairs that a name stands for."""
    if name.endswith(".py"):
        return [(name, spec.name) for spec in _from_file(Path(name)).specs]
    for library in _bundled():
        if library.name == name:
            return [(name, spec.name) for spec in library.specs]
    library, op = _find(name)
    library.derived(op)
    return [(library.name, op)]


def _verify(task: tuple[str, str]) -> Report:
    """Verify one op, bundled ones as committed. Runs in a process of its own."""
    import torch

    torch.set_num_threads(1)
    home, op = task
    if home.endswith(".py"):
        return _from_file(Path(home)).verify(op)
    library = next(library for library in _bundled() if library.name == home)
    return library.verify(op, importlib.import_module(f"..manifolds.generated.{home}", __package__))


def _same_code(committed: str, emitted: str) -> bool:
    try:
        return ast.dump(ast.parse(committed)) == ast.dump(ast.parse(emitted))
    except SyntaxError:
        return False


def _print_derivation(derived: Derived, *, latex: bool) -> None:
    from ..compile.emission import latex_lines, text_lines

    lines = latex_lines if latex else text_lines
    recorded = derived.recorded
    print(f"{recorded.spec.name} ({recorded.kind}, curvature {'-' if recorded.sign < 0 else '+'}c)")
    print(indent(recorded.spec.doc, "  "))
    print("\nforward")
    print(indent("\n".join(lines(recorded.program)), "  "))
    print("\ngradient, from the cotangent of the result and what the forward saved")
    gradients = {f"grad_{name}": gradient for name, gradient in derived.vjp.outputs.items()}
    print(indent("\n".join(lines(replace(derived.vjp, outputs=gradients))), "  "), end="\n\n")


TEMPLATE = '''"""The op NAME: a spec to start from. Verify it as it stands with `manifuse ops verify NAME.py`."""

from mpmath import mp

from manifuse.compile import Flat, Scalar, Vector, dot, op
from manifuse.compile.vocabulary import tn


def textbook(v, c):
    """The same map written independently, on mpmath numbers: what values and derivatives are compared with."""
    r = mp.norm(v)
    return [mp.tanh(mp.sqrt(c) * r) / (mp.sqrt(c) * r) * x for x in v] if r else v


# A spec computes with vectors (sums, and multiples by scalars) and with scalars (inner products, numbers, and the
# functions of manifuse.compile.vocabulary). Its gradients in every argument, c included, are derived from it.
#   domain     where each argument lives: what inputs it is checked on (keys of manifuse.compile.domains.DOMAINS)
#   result     where the result lives: the norm in which its error is measured
#   reference  an independent textbook form
#   laws       at least one: a function (ops, *inputs) -> (left, right), or the flat limit as c -> 0
@op(domain={"v": "tangent0"}, result="ball", reference=textbook, laws=[Flat(lambda v: v)])
def NAME(v: Vector, c: Scalar) -> Vector:
    """Exponential map at the origin of the Poincare ball, tanh(sqrt(c)|v|)/(sqrt(c)|v|) v. Source: name yours here."""
    return tn(-c * dot(v, v)) * v
'''
