"""The span algebra: symbolic vectors and row scalars that a spec computes with.

Running a spec on symbolic inputs records a `Trace`, a list of let-bindings of two kinds. A *scalar* is one number per
row: a sympy expression over earlier scalars, or the inner product of two vectors. A *vector* is a combination of basis
vectors whose coefficients are scalars; it stays symbolic, and costs no pass over memory, until it is returned. Two
things create new basis vectors: the sum or difference of two vectors (formed explicitly, because an inner product
expanded over its parts would cancel) and an elementwise function of `Channels`. Inner products of combinations expand
over the basis; so does everything that `derive` builds from a trace.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypeVar, cast, overload

import sympy as sp

from . import special

Kind: TypeAlias = Literal["scalar", "vector"]
Level: TypeAlias = Literal["row", "group"]
Number: TypeAlias = int | float
Known: TypeAlias = Literal["real", "positive", "nonnegative"]


RESERVED = special.NAMES | {
    "dim",
    "rows",
    "needs",
    "dot",
    "combine",
    "combine_rows",
    "split",
    "join",
    "settled",
    "torch",
    "math",
    "Tensor",
}
"""Names that mean something else in emitted code."""
ANONYMOUS = ("formed", "channels", "total", "constant")
"""Labels of values that take the name of the variable they are assigned to."""


class SpecError(ValueError):
    """A spec that cannot be compiled; the message names the spec, its line, and what to change."""


@dataclass(frozen=True)
class Input:
    """A tensor (or the part of one) that the caller provides."""


@dataclass(frozen=True)
class Let:
    """An expression over earlier bindings: of scalars per row, or elementwise over the channels of vectors."""

    expression: sp.Expr


@dataclass(frozen=True)
class InnerProduct:
    """The sum over the manifold axis of the product of two vectors."""

    left: sp.Symbol
    right: sp.Symbol


@dataclass(frozen=True)
class RowSum:
    """The sum of a binding over the rows of its group."""

    operand: sp.Symbol


@dataclass(frozen=True)
class Constant:
    """A binding taken as a constant for differentiation."""

    operand: sp.Symbol


Definition: TypeAlias = Input | Let | InnerProduct | RowSum | Constant


@dataclass
class Binding:
    """One named value of a trace. `label` is what a reader sees; `symbol` is unique."""

    symbol: sp.Symbol
    kind: Kind
    definition: Definition
    label: str
    level: Level = "row"

    @property
    def reads(self) -> frozenset[sp.Symbol]:
        """The symbols that the definition uses."""
        match self.definition:
            case Let(expression):
                return frozenset(expression.free_symbols)
            case InnerProduct(left, right):
                return frozenset((left, right))
            case RowSum(operand) | Constant(operand):
                return frozenset((operand,))
        return frozenset()


@dataclass
class Trace:
    """The bindings of one symbolic run, in order of definition."""

    bindings: dict[sp.Symbol, Binding] = field(default_factory=dict)
    _known: dict[tuple[object, ...], sp.Symbol] = field(default_factory=dict)

    def copy(self) -> Trace:
        """Return a trace that can be extended without changing this one."""
        return Trace(dict(self.bindings), dict(self._known))

    def define(self, kind: Kind, definition: Definition, label: str) -> sp.Symbol:
        """Add a binding, or find the equal one that already exists."""
        key = (kind, definition)
        if key in self._known:
            return self._known[key]
        symbol = sp.Symbol(f"_{len(self.bindings)}", **_assumptions(kind, definition))
        if label in RESERVED or keyword.iskeyword(label):
            label = f"{label}_value"
        binding = Binding(symbol, kind, definition, label)
        binding.level = self.level_of(binding)
        self.bindings[symbol] = binding
        self._known[key] = symbol
        return symbol

    def declare(self, kind: Kind, label: str, level: Level = "row", known: Known = "real") -> sp.Symbol:
        """Add an input; what is known of a scalar's sign helps to simplify."""
        symbol = sp.Symbol(f"_{len(self.bindings)}", **{known: True})
        self.bindings[symbol] = Binding(symbol, kind, Input(), label, level)
        return symbol

    def level_of(self, binding: Binding) -> Level:
        """Whether a binding varies over the rows of a group."""
        return "group" if isinstance(binding.definition, RowSum) else self.level(binding.reads)

    def level(self, symbols: Iterable[sp.Basic]) -> Level:
        """Whether any of the symbols varies over the rows of a group."""
        rows = (isinstance(symbol, sp.Symbol) and self.bindings[symbol].level == "row" for symbol in symbols)
        return "row" if any(rows) else "group"

    def reachable(self, outputs: Iterable[Scalar | Vector | None], stop: Iterable[sp.Symbol] = ()) -> list[sp.Symbol]:
        """The symbols that the outputs need, in order of definition, not looking behind `stop`."""
        barrier = set(stop)
        seen: set[sp.Symbol] = set()
        pending = [s for output in outputs if output is not None for s in output.expression.free_symbols]
        while pending:
            symbol = pending.pop()
            if symbol not in seen:
                seen.add(symbol)
                pending.extend(() if symbol in barrier else self.bindings[symbol].reads)
        return [symbol for symbol in self.bindings if symbol in seen]

    def names(self, symbols: Iterable[sp.Symbol], inputs: Mapping[str, sp.Symbol]) -> dict[sp.Symbol, str]:
        """Give every symbol a name of its own: inputs theirs, the others their label, numbered where it is taken."""
        names = {symbol: name for name, symbol in inputs.items()}
        taken = set(inputs)
        for symbol in symbols:
            if symbol in names:
                continue
            name = label = self.label(symbol)
            number = 1
            while name in taken:
                number += 1
                name = f"{label}_{number}"
            taken.add(name)
            names[symbol] = name
        return names

    def value(self, symbol: sp.Symbol) -> Scalar | Vector:
        """A binding as a value of the algebra."""
        return Vector(self, {symbol: sp.Integer(1)}) if self.is_vector(symbol) else Scalar(self, symbol)

    def zero(self, kind: Kind) -> Scalar | Vector:
        """The zero of a kind."""
        return Vector(self, {}) if kind == "vector" else Scalar(self, sp.Integer(0))

    def label(self, symbol: sp.Symbol) -> str:
        """What a reader sees for a symbol."""
        return self.bindings[symbol].label

    def is_vector(self, symbol: sp.Basic) -> bool:
        """Whether the symbol stands for a vector."""
        return isinstance(symbol, sp.Symbol) and self.bindings[symbol].kind == "vector"

    def inner(self, left: sp.Symbol, right: sp.Symbol) -> sp.Symbol:
        """The inner product of two basis vectors, one binding for either order."""
        left, right = sorted((left, right), key=lambda symbol: int(symbol.name[1:]))
        names = self.label(left), self.label(right)
        label = "".join(names) if max(map(len, names)) == 1 else "_".join(names)
        return self.define("scalar", InnerProduct(left, right), label)

    def elementwise(self, expression: sp.Expr, label: str) -> Vector:
        """Bind an elementwise expression of vectors as a new basis vector; a combination stays symbolic."""
        combination = self.combination(expression)
        if combination is not None:
            return combination
        return Vector(self, {self.define("vector", Let(expression), label): sp.Integer(1)})

    def combination(self, expression: sp.Expr) -> Vector | None:
        """Read an expression as a combination of vectors, or return None where it is not linear in them."""
        terms: dict[sp.Symbol, sp.Expr] = {}
        for term in sp.Add.make_args(sp.expand_mul(expression, deep=False)):
            vectors = [symbol for symbol in term.free_symbols if self.is_vector(symbol)]
            if len(vectors) != 1:
                return None
            (vector,) = vectors
            coefficient = term.as_independent(vector, as_Add=False)
            if coefficient[1] != vector:
                return None
            terms[vector] = terms.get(vector, sp.Integer(0)) + coefficient[0]
        return Vector(self, terms)


def _assumptions(kind: Kind, definition: Definition) -> dict[str, bool]:
    if kind == "vector":
        return {"real": True}
    match definition:
        case InnerProduct(left, right) if left == right:
            return {"nonnegative": True}
        case Let(expression):
            return sign_of(expression)
    return {"real": True}


def sign_of(expression: sp.Expr) -> dict[str, bool]:
    """What is known of the sign of an expression, as assumptions for a symbol that stands for it."""
    for name in ("positive", "nonnegative", "nonpositive"):
        if getattr(expression, f"is_{name}"):
            return {name: True}
    return {"real": True}


class Scalar:
    """One number per row: an expression over inner products and scalar inputs."""

    def __init__(self, trace: Trace, expression: sp.Expr) -> None:
        self.trace = trace
        self.expression = expression

    def _lift(self, other: object) -> sp.Expr:
        if isinstance(other, Scalar):
            return other.expression
        if isinstance(other, int | float) and not isinstance(other, bool):
            exact = sp.Rational(other)
            return exact if exact.q <= 2**16 else sp.Float(other, 17)
        if isinstance(other, Vector):
            raise SpecError("a scalar and a vector cannot be added; multiply the vector by the scalar instead")
        raise SpecError(f"a scalar cannot be combined with {described(other)}; use scalars of the spec and numbers")

    def __add__(self, other: Scalar | Number) -> Scalar:
        return Scalar(self.trace, self.expression + self._lift(other))

    __radd__ = __add__

    def __sub__(self, other: Scalar | Number) -> Scalar:
        return Scalar(self.trace, self.expression - self._lift(other))

    def __rsub__(self, other: Scalar | Number) -> Scalar:
        return Scalar(self.trace, self._lift(other) - self.expression)

    def __mul__(self, other: Scalar | Number) -> Scalar:
        if isinstance(other, Vector):
            return NotImplemented
        return Scalar(self.trace, self.expression * self._lift(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Scalar | Number) -> Scalar:
        return Scalar(self.trace, self.expression / self._divisor(other))

    def __rtruediv__(self, other: Scalar | Number) -> Scalar:
        return Scalar(self.trace, self._lift(other) / self._divisor(self))

    def _divisor(self, other: object) -> sp.Expr:
        if isinstance(other, Vector):
            raise SpecError("nothing can be divided by a vector; divide by a scalar such as dot(x, x)")
        divisor = self._lift(other)
        if divisor == 0:
            raise SpecError("division by 0, which is infinite for every input")
        return divisor

    def __pow__(self, exponent: int) -> Scalar:
        if not isinstance(exponent, int):
            raise SpecError(f"a power must be a Python integer, got {exponent!r}; use sqrt for roots")
        return Scalar(self.trace, self.expression**exponent)

    def __neg__(self) -> Scalar:
        return Scalar(self.trace, -self.expression)

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return _no_comparison(self, other)

    def __bool__(self) -> bool:
        raise SpecError("a spec cannot branch on the value of a scalar; use functions that hold for every value")


class Curvature(Scalar):
    """The signed sectional curvature κ = ±c of an op that is emitted once per sign; `c` is its magnitude."""

    def __init__(self, trace: Trace, magnitude: sp.Symbol, sign: int) -> None:
        super().__init__(trace, sign * magnitude)
        self.sign = sign
        self.c = Scalar(trace, magnitude)


class Vector:
    """A vector along the manifold axis: a combination of basis vectors with scalar coefficients."""

    def __init__(self, trace: Trace, terms: Mapping[sp.Symbol, sp.Expr]) -> None:
        self.trace = trace
        self.terms = {symbol: coefficient for symbol, coefficient in terms.items() if coefficient != 0}

    @property
    def expression(self) -> sp.Expr:
        """The combination as one sympy expression."""
        return sp.Add(*(coefficient * symbol for symbol, coefficient in self.terms.items()))

    def _sum(self, other: object, sign: int) -> Vector:
        if not isinstance(other, Vector):
            raise SpecError(f"{described(other)} added to a vector leaves the span of the inputs; add vectors only")
        total = self.plus(other.scaled(sp.Integer(sign)))
        if len(self.terms) == len(other.terms) == 1 and set(self.terms.values()) | set(other.terms.values()) == {1}:
            return form(total)
        return total

    def plus(self, other: Vector) -> Vector:
        """Add without forming the sum."""
        terms = dict(self.terms)
        for symbol, coefficient in other.terms.items():
            terms[symbol] = terms.get(symbol, sp.Integer(0)) + coefficient
        return Vector(self.trace, terms)

    def scaled(self, factor: sp.Expr) -> Vector:
        """Multiply by a scalar expression."""
        return type(self)(self.trace, {symbol: factor * coefficient for symbol, coefficient in self.terms.items()})

    def __add__(self, other: Vector) -> Vector:
        return self._sum(other, 1)

    __radd__ = __add__

    def __sub__(self, other: Vector) -> Vector:
        return self._sum(other, -1)

    def __neg__(self) -> Vector:
        return self.scaled(sp.Integer(-1))

    def __mul__(self, factor: Scalar | Number) -> Vector:
        if isinstance(factor, Vector):
            raise SpecError(
                "the elementwise product of two vectors leaves the span of the inputs; use dot(x, y) for their inner "
                "product, or annotate per-channel inputs as Channels"
            )
        return self.scaled(Scalar(self.trace, sp.Integer(1))._lift(factor))

    __rmul__ = __mul__

    def __truediv__(self, divisor: Scalar | Number) -> Vector:
        return self.scaled(1 / Scalar(self.trace, sp.Integer(1))._divisor(divisor))

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return _no_comparison(self, other)

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        raise SpecError(f"a vector has no component or attribute {name!r}; a spec may use sums, multiples and dot only")

    def __getitem__(self, index: object) -> object:
        raise SpecError("taking a component of a vector leaves the span of the inputs; use dot(x, y) for numbers")


class Channels(Vector):
    """A vector of independent channels, on which elementwise functions and products are allowed."""

    def _lift(self, other: object) -> sp.Expr:
        if isinstance(other, Vector):
            return other.expression
        return Scalar(self.trace, sp.Integer(1))._lift(other)

    def _elementwise(self, expression: sp.Expr) -> Channels:
        return Channels(self.trace, self.trace.elementwise(expression, "channels").terms)

    def __add__(self, other: Vector | Scalar | Number) -> Channels:
        return self._elementwise(self.expression + self._lift(other))

    __radd__ = __add__

    def __sub__(self, other: Vector | Scalar | Number) -> Channels:
        return self._elementwise(self.expression - self._lift(other))

    def __rsub__(self, other: Vector | Scalar | Number) -> Channels:
        return self._elementwise(self._lift(other) - self.expression)

    def __mul__(self, other: Vector | Scalar | Number) -> Channels:
        return self._elementwise(self.expression * self._lift(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Vector | Scalar | Number) -> Channels:
        return self._elementwise(self.expression / self._lift(other))

    def __rtruediv__(self, other: Vector | Scalar | Number) -> Channels:
        return self._elementwise(self._lift(other) / self.expression)


@dataclass(frozen=True)
class Ambient:
    """A vector of R^(n+1) in its two parts: the time (or pole) coordinate first, then the n space coordinates."""

    time: Scalar
    space: Vector


Value: TypeAlias = Scalar | Vector | Ambient
Slot: TypeAlias = Scalar | Vector
"""A single tensor of a program: a row scalar or a vector (an `Ambient` is two slots)."""


@dataclass(frozen=True)
class Program:
    """A trace with named inputs and outputs: what the emitter writes as one function."""

    trace: Trace
    inputs: dict[str, sp.Symbol]
    outputs: dict[str, Slot | None]


def described(value: object) -> str:
    """A value in the words of an error message."""
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)} values" if value else "nothing"
    kinds = ((Channels, "channels"), (Vector, "a vector"), (Scalar, "a scalar"), (Ambient, "an ambient vector"))
    return next((words for kind, words in kinds if isinstance(value, kind)), repr(value))


def _no_comparison(self: object, other: object) -> bool:
    raise SpecError(
        f"{described(self)} cannot be compared with {described(other)}, since a spec cannot branch on values; use "
        "functions that hold for every value, or choose"
    )


V = TypeVar("V", bound="Vector")


def form(vector: V) -> V:
    """Form a combination explicitly, so that inner products with it do not cancel. Costs one pass."""
    if not vector.terms or (len(vector.terms) == 1 and set(vector.terms.values()) == {1}):
        return vector
    symbol = vector.trace.define("vector", Let(vector.expression), "formed")
    return type(vector)(vector.trace, {symbol: sp.Integer(1)})


def dot(left: Vector, right: Vector) -> Scalar:
    """Inner product over the manifold axis, expanded over the basis."""
    if not all(isinstance(side, Vector) for side in (left, right)):
        raise SpecError(f"dot takes two vectors, got {described(left)} and {described(right)}")
    trace = left.trace
    products = (a * b * trace.inner(x, y) for x, a in left.terms.items() for y, b in right.terms.items())
    return Scalar(trace, sp.Add(*products))


@overload
def row_sum(value: Scalar) -> Scalar: ...
@overload
def row_sum(value: Vector) -> Vector: ...
def row_sum(value: Slot) -> Slot:
    """Sum over the rows of a group: what makes an op a Reduction."""
    trace = value.trace
    if not isinstance(value, Vector):
        term = cast("Scalar", bind("term", value)).expression
        return Scalar(trace, trace.define("scalar", RowSum(term), "total"))
    shared = {v: a for v, a in value.terms.items() if trace.bindings[v].level == "group"}
    total = Vector(trace, {v: row_sum(Scalar(trace, a)).expression for v, a in shared.items()})
    varying = {v: a for v, a in value.terms.items() if v not in shared}
    if varying:
        (symbol,) = form(Vector(trace, varying)).terms
        total = total.plus(Vector(trace, {trace.define("vector", RowSum(symbol), "total"): sp.Integer(1)}))
    return total


@overload
def constant(value: Scalar) -> Scalar: ...
@overload
def constant(value: Vector) -> Vector: ...
def constant(value: Slot) -> Slot:
    """Take a value as a constant for differentiation: one on which the result does not depend mathematically."""
    trace = value.trace
    if isinstance(value, Vector):
        (symbol,) = form(value).terms
        return Vector(trace, {trace.define("vector", Constant(symbol), "constant"): sp.Integer(1)})
    known = cast("Scalar", bind("known", value)).expression
    return Scalar(trace, trace.define("scalar", Constant(known), "constant"))


def apply(function: Callable[..., sp.Expr], *arguments: Scalar | Channels | Number) -> Scalar | Channels:
    """Apply a sympy function to scalars, or elementwise where an argument is `Channels`."""
    carrier: Channels | Scalar | None = next((a for a in arguments if isinstance(a, Channels)), None)
    if carrier is None:
        carrier = next((a for a in arguments if isinstance(a, Scalar)), None)
    if carrier is None or any(isinstance(a, Vector) and not isinstance(a, Channels) for a in arguments):
        raise SpecError(f"{function.__name__} takes scalars or channels, got {', '.join(map(described, arguments))}")
    lifted = [carrier._lift(argument) for argument in arguments]
    if isinstance(carrier, Channels):
        return carrier._elementwise(function(*lifted))
    return Scalar(carrier.trace, function(*lifted))


def bind(name: str, value: object) -> Value:
    """Name a value of a spec: a scalar becomes a let-binding, a vector's coefficients become let-bindings."""
    match value:
        case Curvature():
            return value
        case Scalar(trace=trace, expression=expression):
            if expression.is_Symbol or expression.is_Number:
                if expression.is_Symbol and trace.label(expression) in ANONYMOUS:
                    trace.bindings[expression].label = name
                return value
            return Scalar(trace, trace.define("scalar", Let(expression), name))
        case Ambient(time, space):
            return Ambient(cast("Scalar", bind(f"{name}_t", time)), cast("Vector", bind(f"{name}_s", space)))
        case Vector(trace=trace, terms=terms):
            named = {}
            for symbol, coefficient in terms.items():
                if coefficient == 1 and trace.label(symbol) in ANONYMOUS:
                    trace.bindings[symbol].label = name
                bound = bind(f"{name}_{trace.label(symbol)}", Scalar(trace, coefficient))
                named[symbol] = cast("Scalar", bound).expression
            return type(value)(trace, named)
    return cast("Value", value)
