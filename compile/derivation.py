"""Derivation of the vector-Jacobian and Jacobian-vector products of a trace, binding by binding.

Each binding contributes the local derivative of its own expression, taken by sympy; nothing is ever expanded into one
expression. The adjoints are values of the same algebra, so in the span case the gradient of a vector input comes out as
a combination of the incoming cotangent and the basis, with inner products as coefficients.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import sympy as sp

from .algebra import (
    Constant,
    InnerProduct,
    Input,
    Kind,
    Let,
    Level,
    Program,
    RowSum,
    Scalar,
    Slot,
    Trace,
    Vector,
    bind,
    dot,
    form,
    row_sum,
)
from .spec import Recorded

MAX_SAVED = 5
"""Row scalars per row that an op keeps for its backward; further inner products are computed again."""


EXPANDED = 3
"""Inner products that the adjoint of a formed vector may expand into before it is formed itself."""


@dataclass(frozen=True)
class Derived:
    """A recorded spec with its derivatives. `saved` is what the forward returns for them, by name."""

    recorded: Recorded
    saved: dict[str, sp.Symbol]
    vjp: Program
    jvp: Program


def derive(recorded: Recorded) -> Derived:
    """Derive both derivatives of a recorded spec."""
    saved = saved_values(recorded)
    return Derived(recorded, saved, vjp(recorded.program, saved), jvp(recorded.program, saved))


def saved_values(recorded: Recorded) -> dict[str, sp.Symbol]:
    """What the forward keeps for the backward: inner products of an op; sums and constants of a reduction."""
    program, trace = recorded.program, recorded.program.trace
    needed = trace.reachable(program.outputs.values())
    bindings = [trace.bindings[symbol] for symbol in needed]
    names = trace.names(needed, program.inputs)
    if recorded.kind == "reduction":
        constants = [b for b in bindings if isinstance(b.definition, Constant) and b.level == "group"]
        behind = set(trace.reachable(trace.value(b.symbol) for b in constants))
        kept = [*constants, *(b for b in bindings if isinstance(b.definition, RowSum) and b.symbol not in behind)]
    else:
        kept = [b for b in bindings if isinstance(b.definition, InnerProduct) and b.level == "row"][:MAX_SAVED]
    return {names[b.symbol]: b.symbol for b in kept}


def vjp(program: Program, saved: Mapping[str, sp.Symbol]) -> Program:
    """Derive the vector-Jacobian product.

    Args:
        program: The forward program.
        saved: Inner products that the forward also returns. They are inputs here, with cotangents of their own, so
            that a second derivative through them is exact.

    Returns:
        A program from the forward inputs, the saved scalars and the cotangents to the adjoint of each forward input
        (None where the output does not depend on it).
    """
    trace = program.trace.copy()
    adjoints: dict[sp.Symbol, Slot] = {}
    over_rows: dict[sp.Symbol, Slot] = {}
    cotangents: dict[str, sp.Symbol] = {}

    def accumulate(symbol: sp.Symbol, contribution: Slot, level: Level) -> None:
        """Add a contribution of a binding of this level; those of rows to a group are summed once it is complete."""
        across = level == "row" and trace.bindings[symbol].level == "group"
        target = over_rows if across else adjoints
        if symbol not in target:
            target[symbol] = contribution
        elif isinstance(contribution, Vector):
            target[symbol] = cast("Vector", target[symbol]).plus(contribution)
        else:
            target[symbol] = cast("Scalar", target[symbol]) + contribution

    def complete(symbol: sp.Symbol) -> Slot | None:
        if symbol in over_rows:
            accumulate(symbol, row_sum(over_rows.pop(symbol)), "group")
        return adjoints.get(symbol)

    def through(expression: sp.Expr, adjoint: Slot, level: Level) -> None:
        """Propagate the adjoint of an expression to the symbols that it uses."""
        for symbol in sorted(expression.free_symbols, key=lambda s: int(s.name[1:])):
            slope = sp.diff(expression, symbol)
            if slope == 0:
                continue
            if isinstance(adjoint, Scalar):
                accumulate(symbol, adjoint * Scalar(trace, slope), level)
            elif trace.is_vector(symbol):
                if any(trace.is_vector(used) for used in slope.free_symbols):
                    accumulate(symbol, trace.elementwise(adjoint.expression * slope, "adjoint"), level)
                else:
                    accumulate(symbol, adjoint.scaled(slope), level)
            else:
                accumulate(symbol, dot(adjoint, trace.elementwise(slope, "slope")), level)

    for name, output in _present(program):
        kind: Kind = "vector" if isinstance(output, Vector) else "scalar"
        g = trace.declare(kind, f"g_{name}", trace.level(output.expression.free_symbols))
        cotangents[f"g_{name}"] = g
        through(output.expression, trace.value(g), trace.bindings[g].level)
    for name, symbol in saved.items():
        g = trace.declare(trace.bindings[symbol].kind, f"g_{name}", trace.bindings[symbol].level)
        cotangents[f"g_{name}"] = g
        accumulate(symbol, trace.value(g), trace.bindings[g].level)

    for symbol, binding in reversed(list(program.trace.bindings.items())):
        total = complete(symbol)
        if total is None or isinstance(binding.definition, Input | Constant):
            continue
        adjoint = cast("Slot", bind(f"d_{binding.label}", total))
        match binding.definition:
            case Let(expression):
                if is_worth_forming(trace, adjoint, expression):
                    adjoint = cast("Vector", bind(f"d_{binding.label}", form(cast("Vector", adjoint))))
                through(expression, adjoint, binding.level)
            case InnerProduct(left, right):
                accumulate(left, Vector(trace, {right: adjoint.expression}), binding.level)
                accumulate(right, Vector(trace, {left: adjoint.expression}), binding.level)
            case RowSum(operand):
                accumulate(operand, adjoint, "group")

    outputs = {name: complete(symbol) for name, symbol in program.inputs.items()}
    named = {name: None if slot is None else cast("Slot", bind(f"d_{name}", slot)) for name, slot in outputs.items()}
    return Program(trace, {**program.inputs, **saved, **cotangents}, named)


def jvp(program: Program, saved: Mapping[str, sp.Symbol]) -> Program:
    """Derive the Jacobian-vector product: from inputs, saved values and a tangent per input to a tangent per output."""
    trace = program.trace.copy()
    tangents: dict[sp.Symbol, Slot] = {}
    inputs: dict[str, sp.Symbol] = {}
    for name, symbol in program.inputs.items():
        kind = program.trace.bindings[symbol].kind
        t = trace.declare(kind, f"t_{trace.label(symbol)}", trace.bindings[symbol].level)
        inputs[f"t_{name}"] = t
        tangents[symbol] = trace.value(t)

    def push(expression: sp.Expr, kind: Kind) -> Slot:
        total = trace.zero(kind)
        for symbol in sorted(expression.free_symbols, key=lambda s: int(s.name[1:])):
            slope = sp.diff(expression, symbol)
            if slope == 0 or symbol not in tangents:
                continue
            tangent = tangents[symbol]
            if isinstance(total, Scalar):
                total = total + Scalar(trace, slope) * cast("Scalar", tangent)
            else:
                total = total.plus(trace.elementwise(sp.expand_mul(slope * tangent.expression), "tangent"))
        return total

    for symbol, binding in program.trace.bindings.items():
        tangent: Slot
        match binding.definition:
            case Input() | Constant():
                continue
            case Let(expression):
                tangent = push(expression, binding.kind)
            case InnerProduct(left, right):
                sides = [(cast("Vector", tangents[a]), b) for a, b in ((left, right), (right, left)) if a in tangents]
                products = (dot(moved, cast("Vector", trace.value(fixed))) for moved, fixed in sides)
                tangent = sum(products, Scalar(trace, sp.Integer(0)))
            case RowSum(operand):
                if operand not in tangents:
                    continue
                tangent = row_sum(tangents[operand])
        if tangent.expression != 0:
            tangents[symbol] = cast("Slot", bind(f"t_{binding.label}", tangent))

    outputs: dict[str, Slot | None] = {}
    for name, output in _present(program):
        outputs[f"t_{name}"] = push(output.expression, "vector" if isinstance(output, Vector) else "scalar")
    for name, symbol in saved.items():
        outputs[f"t_{name}"] = tangents.get(symbol, trace.zero(trace.bindings[symbol].kind))
    return Program(trace, {**program.inputs, **saved, **inputs}, outputs)


def is_worth_forming(trace: Trace, adjoint: Slot, expression: sp.Expr) -> bool:
    """Whether to form the adjoint of a vector: it is multiplied with what the vector is made of.

    Left symbolic, its inner products expand over its terms. That costs less than another pass over memory as long as
    there are few; an elementwise function needs the vector itself.
    """
    if not isinstance(adjoint, Vector) or len(adjoint.terms) == 1:
        return False
    combination = trace.combination(expression)
    if combination is None:
        return True
    return len(adjoint.terms) * sum(bool(c.free_symbols) for c in combination.terms.values()) > EXPANDED


def _present(program: Program) -> list[tuple[str, Slot]]:
    return [(name, output) for name, output in program.outputs.items() if output is not None]
