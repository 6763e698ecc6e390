"""Libraries: the specs of one module for one sign of the curvature, which become one module of ops."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from .algebra import SpecError
from .derivation import Derived, derive
from .emission import emit, module
from .spec import Spec
from .verification import Report, Subject, verify_subject


@dataclass(frozen=True)
class Library:
    """The ops of one emitted module.

    Attributes:
        name: Name of the module.
        title: Its one-line description.
        specs: Its ops, in order.
        sign: Sign of the curvature that they are emitted for.
        origin: Where the specs stand, for the reader of the module.
    """

    name: str
    title: str
    specs: tuple[Spec, ...]
    sign: int
    origin: str

    def derived(self, name: str) -> Derived:
        """Record one op and derive its gradients.

        Raises:
            SpecError: There is no op of that name, or its spec cannot be compiled.
        """
        for spec in self.specs:
            if spec.name == name:
                return derive(spec.record(self.sign))
        raise SpecError(f"no op {name!r} in {self.name}; it has {', '.join(s.name for s in self.specs)}")

    def source(self, package: str = "manifuse.compile") -> str:
        """Source of the emitted module; `package` is how it imports the compiler room."""
        emitted = [emit(self.derived(spec.name)) for spec in self.specs]
        return module(emitted, title=self.title, package=package, origin=self.origin)

    def load(self) -> ModuleType:
        """Emit the module and execute it."""
        loaded = ModuleType(f"{__package__}.built.{self.name}")
        exec(compile(self.source(), f"<{self.name}>", "exec"), loaded.__dict__)
        return loaded

    def verify(self, name: str, ops: ModuleType | None = None) -> Report:
        """Verify one op, as emitted in the module `ops` or freshly built."""
        ops = ops or self.load()
        siblings = {other: getattr(ops, other) for other in ops.__all__}
        recorded = self.derived(name).recorded
        return verify_subject(Subject(recorded, siblings[name], getattr(ops, f"_{name}_op"), siblings))


def specs_of(namespace: ModuleType) -> tuple[Spec, ...]:
    """The specs that a module defines (not those it imports), in order."""
    values = vars(namespace).values()
    return tuple(v for v in values if isinstance(v, Spec) and v.function.__module__ == namespace.__name__)


def from_file(path: Path) -> Library:
    """Load the specs of a Python file. The file is executed: load only files that you trust.

    Raises:
        SpecError: The file does not exist, cannot be executed, or defines no spec.
    """
    if not path.is_file():
        raise SpecError(f"{path} is not a file; `manifuse ops new NAME` writes a template")
    namespace = f"manifuse_specs_{path.stem}"
    description = importlib.util.spec_from_file_location(namespace, path)
    if description is None or description.loader is None:
        raise SpecError(f"{path} is not a Python file; specs are Python functions in a .py file")
    loaded = importlib.util.module_from_spec(description)
    sys.modules[namespace] = loaded
    try:
        description.loader.exec_module(loaded)
    except SpecError:
        raise
    except Exception as error:
        raise SpecError(f"{path} cannot be executed: {type(error).__name__}: {error}") from error
    specs = specs_of(loaded)
    if not specs:
        raise SpecError(f"{path} defines no spec; decorate a function with manifuse.compile.op")
    return Library(path.stem, f"Ops of {path.name}.", specs, specs[0].signs[0], path.name)


def build(spec: Spec, sign: int | None = None) -> Callable[..., Any]:
    """Compile one spec into a differentiable function of tensors.

    Args:
        spec: A function decorated with `op`.
        sign: Sign of the curvature for a spec with a `Curvature` argument; by default its first.

    Returns:
        The op: tensors in the order of the spec's arguments, then `dim=-1` (and `rows` for a reduction).

    Raises:
        SpecError: The spec leaves the span of its inputs, uses an undeclared name, or returns nothing.
    """
    return _alone(spec, sign).load().__dict__[spec.name]  # type: ignore[no-any-return]


def verify(spec: Spec, sign: int | None = None) -> Report:
    """Build one spec and verify it. Laws that relate several ops need them in one file: `manifuse ops verify FILE`."""
    return _alone(spec, sign).verify(spec.name)


def _alone(spec: Spec, sign: int | None) -> Library:
    return Library(spec.name, f"The op {spec.name}.", (spec,), sign or spec.signs[0], Path(spec.file).name)


def bundle(name: str, title: str, namespace: ModuleType, sign: int) -> Library:
    """The library of a specs module for one sign, with the specs that are declared for it."""
    specs: Sequence[Spec] = [spec for spec in specs_of(namespace) if sign in spec.signs]
    return Library(name, title, tuple(specs), sign, f"specs/{Path(str(namespace.__file__)).name}")
