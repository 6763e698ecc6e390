"""Specs: Python functions on symbolic vectors, decorated with `op`, and the forward program that a run records."""

from __future__ import annotations

import ast
import inspect
import textwrap
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, update_wrapper, wraps
from pathlib import Path
from typing import Any, Literal, ParamSpec, TypeAlias, TypeVar, cast, get_type_hints

import sympy as sp

from .algebra import (
    RESERVED,
    Ambient,
    Channels,
    Curvature,
    Kind,
    Known,
    Program,
    RowSum,
    Scalar,
    SpecError,
    Trace,
    Value,
    Vector,
    bind,
    described,
)
from .domains import unknown_domain

Annotation: TypeAlias = type[Scalar] | type[Vector] | type[Channels] | type[Ambient] | type[Curvature]
KINDS: dict[type, str] = {
    Scalar: "scalar",
    Vector: "vector",
    Channels: "vector",
    Ambient: "ambient",
    Curvature: "scalar",
}

SIGNS: dict[str, Known] = {"positive": "positive", "limit": "positive", "square norm": "nonnegative"}
"""What the domain of a scalar says of its sign."""

P = ParamSpec("P")
R = TypeVar("R")
OpKind: TypeAlias = Literal["op", "reduction"]


@dataclass(frozen=True)
class Flat:
    """The law that an op tends to a Euclidean expression of its inputs, gradients too, with error O(c) as c → 0."""

    expected: Callable[..., Any]


@dataclass(frozen=True)
class Parameter:
    """One argument of an op as its caller sees it. `name` is the tensor's; an ambient tensor holds two slots."""

    name: str
    kind: str

    @property
    def slots(self) -> tuple[str, ...]:
        """Names of the row scalars and vectors that the tensor holds."""
        return (f"{self.name}_t", f"{self.name}_s") if self.kind == "ambient" else (self.name,)


@dataclass(frozen=True)
class Recorded:
    """The forward program of a spec for one sign of the curvature."""

    spec: Spec
    sign: int
    parameters: tuple[Parameter, ...]
    results: tuple[Parameter, ...]
    program: Program

    @property
    def kind(self) -> OpKind:
        """Whether the op acts on rows or sums over them."""
        return "reduction" if _sums_rows(self.program.trace) else "op"

    @property
    def groups_rows(self) -> bool:
        """Whether the emitted functions sum over rows: those of a reduction, and derivatives in shared arguments."""
        return self.kind == "reduction" or bool(self.spec.shared)


@dataclass
class Spec:
    """An op: its algebra, where its inputs live, and what it is checked against. Made by `op`."""

    function: Callable[..., Any]
    domain: Mapping[str, str]
    result: str | Sequence[str]
    reference: Callable[..., Any]
    laws: Sequence[Callable[..., Any] | Flat]
    signs: Sequence[int]
    wide: bool
    shared: Sequence[str]
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = self.function.__name__
        update_wrapper(self, self.function)
        for role, named in (("domain", self.domain), ("shared", self.shared)):
            unknown = set(named) - set(self.annotations)
            if unknown:
                raise self.error(
                    f"{role} names {sorted(unknown)}, which are no arguments; these are {list(self.annotations)}"
                )
        known = {*self.annotations, *(f"out{i}" for i in range(len(self.result_domains)))}
        for role, names in (("domain", self.domain.values()), ("result", self.result_domains)):
            for name in names:
                if (problem := unknown_domain(name, known)) is not None:
                    raise self.error(f"{role} {problem}")
        if not self.signs or not set(self.signs) <= {-1, 1}:
            raise self.error(f"signs must be a choice of -1 and 1, got {tuple(self.signs)}")
        if not {Vector, Channels, Ambient} & set(self.annotations.values()):
            raise self.error("has no vector among its arguments; annotate one as Vector, Channels or Ambient")
        if not self.laws:
            raise self.error(
                "laws is empty; name at least one law that the op must obey, for example its flat limit, Flat(...)"
            )

    def error(self, message: str, line: int | None = None) -> SpecError:
        """Make an error that names this spec and its place."""
        place = f"{Path(self.file).name}:{line or self.function.__code__.co_firstlineno}"
        return SpecError(f"{self.name} ({place}): {message}")

    @property
    def file(self) -> str:
        """The source file."""
        return inspect.getfile(self.function)

    @cached_property
    def annotations(self) -> dict[str, Annotation]:
        """The symbolic type of each argument."""
        hints = get_type_hints(self.function)
        hints.pop("return", None)
        for name in inspect.signature(self.function).parameters:
            if name in RESERVED:
                raise self.error(f"argument {name!r} has a name that emitted code uses; choose another one")
            if hints.get(name) not in KINDS:
                raise self.error(
                    f"argument {name!r} must be annotated as Vector, Channels, Scalar, Ambient or Curvature"
                )
        return hints

    @property
    def result_domains(self) -> tuple[str, ...]:
        """Where each result lives."""
        return (self.result,) if isinstance(self.result, str) else tuple(self.result)

    @property
    def is_signed(self) -> bool:
        """Whether the spec takes a signed curvature, and so serves either sign."""
        return Curvature in self.annotations.values()

    @property
    def doc(self) -> str:
        """The docstring, which emitted ops carry."""
        return inspect.getdoc(self.function) or ""

    def domain_of(self, name: str) -> str:
        """The domain of an argument, declared or by default."""
        if name in self.domain:
            return self.domain[name]
        kind = self.annotations[name]
        return "positive" if kind in (Curvature, Scalar) else "free"

    @cached_property
    def _named(self) -> Callable[..., Any]:
        return _name_assignments(self.function)

    def __call__(self, *arguments: Value) -> Any:
        """Inline this spec into the one that calls it."""
        return self._named(*arguments)

    def record(self, sign: int | None = None) -> Recorded:
        """Run the spec on symbolic inputs.

        Args:
            sign: Sign of the curvature for a spec with a `Curvature` argument; by default its first declared sign.

        Raises:
            SpecError: The spec leaves the span of its inputs, uses an undeclared name, or returns nothing.
        """
        sign = self.signs[0] if sign is None else sign
        recorded = self._record(sign, frozenset((*self.shared, "c")) if self.shared else frozenset())
        if _sums_rows(recorded.program.trace) and not self.shared:
            return self._record(sign, frozenset({"c"}))
        return recorded

    def _record(self, sign: int, group: frozenset[str]) -> Recorded:
        """Run with the named inputs (as callers name them) at the level of the group."""
        trace = Trace()
        inputs: dict[str, sp.Symbol] = {}

        def declare(kind: Kind, parameter: Parameter, label: str, known: Known = "real") -> sp.Symbol:
            symbol = trace.declare(kind, label, "group" if parameter.name in group else "row", known)
            inputs[label] = symbol
            return symbol

        arguments: list[Value] = []
        parameters: list[Parameter] = []
        for name, annotation in self.annotations.items():
            parameter = Parameter("c" if annotation is Curvature else name, KINDS[annotation])
            parameters.append(parameter)
            if annotation is Ambient:
                time, space = declare("scalar", parameter, f"{name}_t"), declare("vector", parameter, f"{name}_s")
                arguments.append(Ambient(Scalar(trace, time), Vector(trace, {space: sp.Integer(1)})))
            elif annotation is Curvature:
                arguments.append(Curvature(trace, declare("scalar", parameter, "c", "positive"), sign))
            elif annotation is Scalar:
                known = SIGNS.get(self.domain_of(name), "real")
                arguments.append(Scalar(trace, declare("scalar", parameter, name, known)))
            else:
                vector = Channels if annotation is Channels else Vector
                arguments.append(vector(trace, {declare("vector", parameter, name): sp.Integer(1)}))
        outputs, results = self._outputs(self._run(arguments))
        return Recorded(self, sign, tuple(parameters), results, Program(trace, inputs, outputs))

    def _run(self, arguments: Sequence[Value]) -> Any:
        try:
            return self._named(*arguments)
        except SpecError as error:
            raise self.error(str(error), self._line_of(error)) from None
        except NameError as error:
            raise self.error(f"{error}; declare it as an argument or import it", self._line_of(error)) from None
        except (TypeError, AttributeError) as error:
            raise self.error(
                f"{error}; a spec computes with Vector, Scalar and the functions of manifuse.compile only",
                self._line_of(error),
            ) from None

    def _line_of(self, error: BaseException) -> int | None:
        lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == self.file]
        return lines[-1] if lines else None

    def _outputs(self, returned: Any) -> tuple[dict[str, Scalar | Vector | None], tuple[Parameter, ...]]:
        values = returned if isinstance(returned, tuple) else (returned,)
        if not values:
            raise self.error("returns nothing; return a Vector, Scalar or Ambient value, or a tuple of them")
        if not isinstance(self.result, str) and len(values) != len(self.result):
            raise self.error(f"returns {len(values)} values, but result names {len(self.result)}")
        outputs: dict[str, Scalar | Vector | None] = {}
        results = []
        for index, value in enumerate(values):
            name = "out" if len(values) == 1 else f"out{index}"
            if not isinstance(value, Scalar | Vector | Ambient):
                found = described(value)
                raise self.error(f"returns {found}; return a Vector, Scalar or Ambient value, or a tuple of them")
            value = bind(name, value)
            if isinstance(value, Ambient):
                outputs[f"{name}_t"], outputs[f"{name}_s"] = value.time, value.space
                results.append(Parameter(name, "ambient"))
            else:
                outputs[name] = value
                results.append(Parameter(name, "vector" if isinstance(value, Vector) else "scalar"))
        for name, output in outputs.items():
            if output is not None and not output.expression.free_symbols:
                raise self.error(f"{name} is {output.expression} for every input; return what depends on the inputs")
        return outputs, tuple(results)


def op(
    *,
    domain: Mapping[str, str] | None = None,
    result: str | Sequence[str] = "free",
    reference: Callable[..., Any],
    laws: Sequence[Callable[..., Any] | Flat],
    signs: Sequence[int] = (-1,),
    wide: bool = False,
    shared: Sequence[str] = (),
) -> Callable[[Callable[..., Any]], Spec]:
    """Declare a function on symbolic values as an op.

    Args:
        domain: Where each argument lives, by name: a key of `manifuse.compile.domains.DOMAINS`, e.g. "ball". Vectors
            default to "free" (all of R^n), scalars to "positive".
        result: Where the result lives (one name per result): decides the norm in which its error is measured.
        reference: Independent textbook form on mpmath numbers, with the same arguments; a curvature arrives signed.
        laws: Identities that the op obeys, at least one: functions (ops, *inputs) -> (left, right), where `ops` are the
            ops of the same library with the curvature bound, or the limit `Flat(expected)`.
        signs: Signs of the curvature for which the op is emitted, for specs with a `Curvature` argument.
        shared: Arguments that many rows have in common, as they have the curvature: what depends on them alone is
            computed once, and their gradients are summed over the rows.
        wide: Compute in float64 for float32 tensors: for results that float32 arithmetic cannot hold.
    """
    return lambda function: Spec(function, domain or {}, result, reference, laws, signs, wide, shared)


def _sums_rows(trace: Trace) -> bool:
    return any(isinstance(binding.definition, RowSum) for binding in trace.bindings.values())


def named(function: Callable[P, R]) -> Callable[P, R]:
    """Let the variables of a helper of specs become let-bindings, as those of a spec do."""

    @wraps(function)
    def run(*arguments: P.args, **keywords: P.kwargs) -> R:
        return cast("R", _name_assignments(function)(*arguments, **keywords))

    return run


class _Namer(ast.NodeTransformer):
    """Rewrite `name = value` into `name = bind("name", value)`, so that let-bindings carry their author's names."""

    def _bound(self, target: ast.expr, value: ast.expr) -> ast.expr:
        if not isinstance(target, ast.Name):
            return value
        call = ast.Call(ast.Name("__bind__", ast.Load()), [ast.Constant(target.id), value], [])
        return ast.copy_location(call, value)

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        match node.targets:
            case [ast.Tuple(elts=targets)] if isinstance(node.value, ast.Tuple) and len(targets) == len(
                node.value.elts
            ):
                node.value.elts = [self._bound(t, v) for t, v in zip(targets, node.value.elts, strict=True)]
            case [target]:
                node.value = self._bound(target, node.value)
        return node


def _name_assignments(function: Callable[..., Any]) -> Callable[..., Any]:
    lines, first = inspect.getsourcelines(function)
    tree = ast.parse(textwrap.dedent("".join(lines)))
    (definition,) = tree.body
    if not isinstance(definition, ast.FunctionDef):
        raise SpecError(f"{function.__name__} is not written with `def`; write the spec as a named function")
    definition.decorator_list = []
    ast.increment_lineno(_Namer().visit(tree), first - 1)
    ast.fix_missing_locations(tree)
    namespace = {**function.__globals__, "__bind__": bind}
    flags = function.__code__.co_flags & 0x1000000  # from __future__ import annotations
    exec(compile(tree, inspect.getfile(function), "exec", flags=flags, dont_inherit=True), namespace)
    return cast("Callable[..., Any]", namespace[function.__name__])
