"""Emission: write the programs of an op as readable torch code."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import sympy as sp
from sympy.printing.str import StrPrinter

from . import special
from .algebra import Constant, InnerProduct, Let, Program, RowSum, Scalar, Slot, Vector, sign_of
from .derivation import Derived
from .spec import Parameter, Recorded

TORCH_FUNCTIONS = {
    "exp": "torch.exp",
    "log": "torch.log",
    "Abs": "torch.abs",
    "sign": "torch.sign",
    "tanh": "torch.tanh",
}
ANALYTIC = {function.name for function in special.analytic_functions()}
GUARDED = special.NAMES - ANALYTIC


class TorchPrinter(StrPrinter):
    """Print an expression as torch code; `names` maps symbols to Python names, `used` collects library functions."""

    def __init__(self, names: Mapping[sp.Symbol, str], used: set[str]) -> None:
        super().__init__({"order": "none"})
        self.names = names
        self.used = used

    def _print_Symbol(self, expr: sp.Symbol) -> str:  # noqa: N802
        return self.names.get(expr, expr.name)

    def _print_Pi(self, expr: sp.Expr) -> str:  # noqa: N802
        self.used.add("math")
        return "math.pi"

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:  # noqa: N802
        base, exponent = expr.args
        if abs(exponent) == sp.Rational(1, 2):
            return f"torch.{'sqrt' if exponent > 0 else 'rsqrt'}({self._print(base)})"
        if exponent.is_Rational and exponent.q == 2:
            return f"{self._print_Pow(sp.Pow(base, sp.Rational(1, 2), evaluate=False))} ** {exponent.p}"
        return str(super()._print_Pow(expr, rational=False))

    def _print_Function(self, expr: sp.Function) -> str:  # noqa: N802
        name = expr.func.__name__
        arguments = [self._print(argument) for argument in expr.args]
        if name in ANALYTIC:
            self.used.add(name)
            sign = -1 if expr.args[0].is_nonpositive else 1 if expr.args[0].is_nonnegative else 0
            return f"{name}({arguments[0]}, {sign})"
        if name in GUARDED:
            self.used.add(name)
            return f"{name}({', '.join(arguments)})"
        if name not in TORCH_FUNCTIONS:
            known = sorted(ANALYTIC | GUARDED | set(TORCH_FUNCTIONS))
            raise ValueError(f"no torch code for the function {name!r}; the known ones are {known}")
        return f"{TORCH_FUNCTIONS[name]}({', '.join(arguments)})"


class ClosedFormPrinter(StrPrinter):
    """Print a closed form in `a` as torch code."""

    def _print_Pow(self, expr: sp.Pow, rational: bool = False) -> str:  # noqa: N802
        base, exponent = expr.args
        if abs(exponent) == sp.Rational(1, 2):
            return f"torch.{'sqrt' if exponent > 0 else 'rsqrt'}({self._print(base)})"
        return str(super()._print_Pow(expr, rational=False))

    def _print_Function(self, expr: sp.Function) -> str:  # noqa: N802
        module = "" if isinstance(expr, sp.asinh) else "torch."
        return f"{module}{expr.func.__name__}({', '.join(self._print(argument) for argument in expr.args)})"


@dataclass(frozen=True)
class Extent:
    """Whether a value has an element for every channel, and for every row."""

    channels: bool
    rows: bool


FULL = Extent(channels=True, rows=True)
TRANSCENDENTAL = (special.asinh_c, special.sinh_c, special.cosh_c, special.asin_c, special.sin_c, special.cos_c)
"""Functions of every channel that cost more than to write and read a number."""


@dataclass(frozen=True)
class Step:
    """One statement of an emitted function: what it defines, what it reads, and the text of its value.

    `expression` is the value where it is computed from others, and None where a call returns it.
    """

    target: sp.Symbol
    reads: frozenset[sp.Symbol]
    text: str
    expression: sp.Expr | None = None


class FunctionWriter:
    """Writes one program as a Python function body, with common subexpressions shared between its statements."""

    def __init__(self, program: Program, used: set[str], *, settle: bool = True) -> None:
        self.program = program
        self.settle = settle
        self.trace = program.trace
        self.given = set(program.inputs.values())
        order = self.trace.reachable(program.outputs.values(), self.given)
        self.names = self.trace.names(order, program.inputs)
        self.printer = TorchPrinter(self.names, used)
        self.used = used
        self.steps: list[Step] = []
        self.outputs: dict[str, tuple[str | None, frozenset[sp.Symbol]]] = {}
        rowwise = (name for name, s in program.inputs.items() if self.trace.bindings[s].level == "row")
        self.anchor = next(rowwise, "")
        self.common: dict[sp.Symbol, sp.Expr] = {}
        self._write([s for s in order if s not in self.given])
        if settle:
            self._settle_steps()

    def _write(self, order: Sequence[sp.Symbol]) -> None:
        expressions, places = self._expressions(order)
        seeds = self._parts_of_less_extent(expressions) if self.settle else []
        # a part that is listed besides occurs twice, and so becomes a common subexpression
        common, reduced = _shared_subexpressions([*expressions, *seeds], set(self.names.values()))
        self.common = common
        shared = dict(zip(places, reduced, strict=False))
        emitted: set[sp.Symbol] = set()
        summed = self._only_summed(order)

        def require(expression: sp.Expr) -> None:
            for symbol in sorted(expression.free_symbols & common.keys(), key=lambda s: int(s.name[1:])):
                if symbol not in emitted:
                    emitted.add(symbol)
                    require(common[symbol])
                    self._compute(symbol, common[symbol])

        for symbol in order:
            if symbol in summed:
                continue
            binding = self.trace.bindings[symbol]
            match binding.definition:
                case Let(expression) if binding.kind == "scalar":
                    expression = shared[symbol, None]
                    require(expression)
                    self._compute(symbol, expression)
                case Let():
                    terms = self._terms(symbol)
                    if terms is None:
                        expression = shared[symbol, None]
                        require(expression)
                        self._compute(symbol, expression)
                    else:
                        reduced_terms = {v: shared[symbol, v] for v in terms}
                        for coefficient in reduced_terms.values():
                            require(coefficient)
                        text = self._combination(reduced_terms)
                        combined = sp.Add(*(c * v for v, c in reduced_terms.items()))
                        self.steps.append(Step(symbol, _symbols(reduced_terms), text, combined))
                case InnerProduct(left, right):
                    self._call(symbol, "dot", f"{self.names[left]}, {self.names[right]}, dim")
                case RowSum(operand) if operand in summed:
                    terms = {v: shared[operand, v] for v in self._terms(operand) or {}}
                    for coefficient in terms.values():
                        require(coefficient)
                    self.used.add("combine_rows")
                    call = f"combine_rows({self._pairs(terms)}, like={self.anchor}, rows=rows, dim=dim)"
                    self._step(symbol, _symbols(terms), call)
                case RowSum(operand):
                    self._call(symbol, "row_sum", f"{self.names[operand]}, {self.anchor}, rows")
                case Constant(operand):
                    text = f"{self.names[operand]}.detach()"
                    self.steps.append(Step(symbol, frozenset((operand,)), text, operand))
        for name, output in self.program.outputs.items():
            if output is None or output.expression == 0:
                self.outputs[name] = (None, frozenset())
            elif isinstance(output, Vector):
                terms = {v: shared[name, v] for v in output.terms}
                for coefficient in terms.values():
                    require(coefficient)
                self.outputs[name] = (self._combination(terms), _symbols(terms))
            else:
                expression = shared[name, None]
                require(expression)
                text = self.printer.doprint(expression)
                self.outputs[name] = (text, frozenset(expression.free_symbols))

    def _only_summed(self, order: Sequence[sp.Symbol]) -> set[sp.Symbol]:
        """Formed combinations of which nothing but the sum over rows is used: they need not be formed."""
        users: dict[sp.Symbol, list[sp.Symbol | str]] = {}
        for symbol in order:
            for used in self.trace.bindings[symbol].reads:
                users.setdefault(used, []).append(symbol)
        for name, output in self.program.outputs.items():
            for used in output.expression.free_symbols if output is not None else ():
                users.setdefault(used, []).append(name)
        sums = {s for s in order if isinstance(self.trace.bindings[s].definition, RowSum)}
        return {
            symbol
            for symbol in order
            if self._terms(symbol) is not None and len(users[symbol]) == 1 and users[symbol][0] in sums
        }

    def _expressions(self, order: Sequence[sp.Symbol]) -> tuple[list[sp.Expr], list[tuple[Any, Any]]]:
        """Every expression of the program but the vectors of combinations, in order, with the place it belongs to."""
        expressions: list[sp.Expr] = []
        places: list[tuple[Any, Any]] = []
        for symbol in order:
            binding = self.trace.bindings[symbol]
            if not isinstance(binding.definition, Let):
                continue
            terms = self._terms(symbol)
            if terms is None:
                expressions.append(binding.definition.expression)
                places.append((symbol, None))
            else:
                expressions.extend(terms.values())
                places.extend((symbol, vector) for vector in terms)
        for name, output in self.program.outputs.items():
            if isinstance(output, Vector):
                expressions.extend(output.terms.values())
                places.extend((name, vector) for vector in output.terms)
            elif isinstance(output, Scalar):
                expressions.append(output.expression)
                places.append((name, None))
        return expressions, places

    def _terms(self, symbol: sp.Symbol) -> dict[sp.Symbol, sp.Expr] | None:
        """Coefficients of a formed combination; None for scalars and for elementwise functions."""
        binding = self.trace.bindings[symbol]
        if binding.kind == "scalar" or not isinstance(binding.definition, Let):
            return None
        combination = self.trace.combination(binding.definition.expression)
        return None if combination is None else combination.terms

    def _compute(self, target: sp.Symbol, expression: sp.Expr) -> None:
        reads = frozenset(expression.free_symbols)
        self.steps.append(Step(target, reads, self.printer.doprint(expression), expression))

    def _step(self, target: sp.Symbol, reads: Iterable[sp.Symbol], text: str) -> None:
        self.steps.append(Step(target, frozenset(reads), text))

    def _parts_of_less_extent(self, expressions: Sequence[sp.Expr]) -> list[sp.Expr]:
        """Functions inside an expression that have the same value for many of its elements."""
        parts: dict[sp.Expr, None] = {}
        for expression in expressions:
            extent = self._extent(expression.free_symbols)
            walk = sp.preorder_traversal(expression)
            for node in walk:
                if _is_function(node) and self._extent(node.free_symbols) != extent:
                    parts[node] = None
                    walk.skip()
        return list(parts)

    def _settle_steps(self) -> None:
        """Settle what is used for many elements, and functions of full size that several statements read.

        Left to itself, a compiler would compute a number per row anew for every channel of the row.
        """
        users: dict[sp.Symbol, list[Extent]] = {}
        for step in self.steps:
            for symbol in step.reads:
                users.setdefault(symbol, []).append(self._extent((step.target,)))
        for name, (_, reads) in self.outputs.items():
            output = self.program.outputs[name]
            extent = self._extent(output.expression.free_symbols if output is not None else ())
            for symbol in reads:
                users.setdefault(symbol, []).append(extent)
        # functions that a compiler would write into the statements that read these symbols
        inlined: set[sp.Symbol] = set()
        for i, step in enumerate(self.steps):
            if step.expression is None:
                continue
            functions = _has_function(step.expression) or not inlined.isdisjoint(step.reads)
            if self._is_shared(step.target, step.expression, users.get(step.target, []), functions):
                self.used.add("settled")
                self.steps[i] = replace(step, text=f"settled({step.text})")
            elif functions:
                inlined.add(step.target)

    def _is_shared(self, target: sp.Symbol, value: sp.Expr, users: Sequence[Extent], functions: bool) -> bool:
        """Whether a value is worth keeping for its users; `functions` says whether it takes more than arithmetic."""
        extent = self._extent((target,))
        if extent == FULL:
            terms = None if target in self.common else self._terms(target)
            # a sum of vectors as they stand is read from them as fast as from a tensor of its own
            formed = terms is not None and any(abs(coefficient) != 1 for coefficient in terms.values())
            return len(users) > 1 and (formed or bool(value.has(*TRANSCENDENTAL)))
        return FULL in users or (functions and any(user.rows and not extent.rows for user in users))

    def _extent(self, symbols: Iterable[sp.Symbol]) -> Extent:
        basis = self._basis(symbols)
        return Extent(any(self.trace.is_vector(s) for s in basis), self.trace.level(basis) == "row")

    def _basis(self, symbols: Iterable[sp.Symbol]) -> set[sp.Symbol]:
        """Bindings behind symbols, some of which are common subexpressions."""
        found: set[sp.Symbol] = set()
        for symbol in symbols:
            found |= self._basis(self.common[symbol].free_symbols) if symbol in self.common else {symbol}
        return found

    def _call(self, target: sp.Symbol, function: str, arguments: str) -> None:
        self.used.add(function)
        self._step(target, self.trace.bindings[target].reads, f"{function}({arguments})")

    def _combination(self, terms: Mapping[sp.Symbol, sp.Expr]) -> str:
        if all(abs(c) == 1 for c in terms.values()) and any(c == 1 for c in terms.values()):
            ordered = sorted(terms.items(), key=lambda term: term[1] != 1)
            text = "".join(f" {'+' if c == 1 else '-'} {self.names[v]}" for v, c in ordered)
            return text.removeprefix(" + ")
        if len(terms) == 1:
            ((vector, coefficient),) = terms.items()
            if self._is_settled(coefficient, vector):
                return f"{self._coefficient(coefficient, vector)} * {self.names[vector]}"
            return str(self.printer.doprint(sp.Mul(coefficient, vector, evaluate=False)))
        self.used.add("combine")
        return f"combine({self._pairs(terms)})"

    def _pairs(self, terms: Mapping[sp.Symbol, sp.Expr]) -> str:
        """Coefficients and vectors, as arguments; cotangents last, since the first gives a sum its memory format.

        A compiler that traces a backward pass does not know the format that its cotangents will have.
        """
        ordered = sorted(terms.items(), key=lambda term: self.names[term[0]].startswith("g_"))
        return ", ".join(f"({self._coefficient(c, v)}, {self.names[v]})" for v, c in ordered)

    def _coefficient(self, coefficient: sp.Expr, vector: sp.Symbol) -> str:
        text = str(self.printer.doprint(coefficient))
        return f"settled({text})" if self._is_settled(coefficient, vector) else text

    def _is_settled(self, coefficient: sp.Expr, vector: sp.Symbol) -> bool:
        """Whether the coefficient of a vector is more than a symbol, its negative or a number."""
        composed = coefficient.is_Add or coefficient.is_Pow or len((-coefficient).args or coefficient.args) > 2
        symbols = (*coefficient.free_symbols, vector)
        settle = self.settle and (composed or _has_function(coefficient)) and self._extent(symbols) == FULL
        if settle:
            self.used.add("settled")
        return settle

    def lines(self, results: Sequence[str], guards: Mapping[str, frozenset[int]] | None = None) -> list[str]:
        """The function body.

        Args:
            results: Names of the outputs behind each returned value, one text per value.
            guards: For each output, the indices of the inputs whose gradient it is: its statements are skipped where
                none of them is needed.
        """
        if guards is None:
            return [*map(self._statement, self.steps), *results]
        users: dict[sp.Symbol, frozenset[int]] = {}
        for name, (_, reads) in self.outputs.items():
            for symbol in reads:
                users[symbol] = users.get(symbol, frozenset()) | guards[name]
        for step in reversed(self.steps):
            for symbol in step.reads:
                users[symbol] = users.get(symbol, frozenset()) | users.get(step.target, frozenset())
        everything = frozenset().union(*guards.values())
        lines: list[str] = []
        current: frozenset[int] = everything
        for step in self.steps:
            needed = users.get(step.target, frozenset())
            if needed != current and needed != everything:
                lines.append(f"if {' or '.join(f'needs[{i}]' for i in sorted(needed))}:")
            current = needed
            statement = self._statement(step)
            lines.append(statement if needed == everything else f"    {statement}")
        return [*lines, *results]

    def _statement(self, step: Step) -> str:
        return f"{self.names.get(step.target, step.target.name)} = {step.text}"


def _has_function(expression: sp.Expr) -> bool:
    """Whether an expression is more than sums, products and integer powers of symbols."""
    return any(map(_is_function, sp.preorder_traversal(expression)))


def _is_function(node: sp.Basic) -> bool:
    return bool(node.is_Function or (node.is_Pow and not node.exp.is_Integer))


def _shared_subexpressions(
    expressions: Sequence[sp.Expr], taken: set[str]
) -> tuple[dict[sp.Symbol, sp.Expr], list[sp.Expr]]:
    """Common subexpressions as symbols t0, t1, … that keep the known sign of what they stand for."""
    free = (symbol for symbol in sp.numbered_symbols("t") if symbol.name not in taken)
    replacements, reduced = sp.cse(expressions, symbols=free, order="none", list=True)
    signed: dict[sp.Symbol, sp.Symbol] = {}
    common = {}
    for symbol, expression in replacements:
        known = expression.xreplace(signed)
        signed[symbol] = sp.Symbol(symbol.name, **sign_of(known))
        common[signed[symbol]] = known
    return common, [expression.xreplace(signed) for expression in reduced]


def _symbols(terms: Mapping[sp.Symbol, sp.Expr]) -> frozenset[sp.Symbol]:
    return frozenset(terms) | frozenset().union(*(c.free_symbols for c in terms.values()))


@dataclass(frozen=True)
class Emitted:
    """The source of one op, and the library names that it uses."""

    name: str
    source: str
    used: frozenset[str]


def emit(derived: Derived) -> Emitted:
    """Write the forward, the VJP, the JVP and the public function of an op."""
    used: set[str] = set()
    recorded, saved = derived.recorded, derived.saved
    rows = ", rows: tuple[int, ...]" if recorded.groups_rows else ""
    forward = _forward(recorded, saved, rows, used)
    backward = _backward(recorded, derived.vjp, saved, rows, used)
    tangent = _tangent(recorded, derived.jvp, saved, rows, used)
    public = _public(recorded, saved, forward, backward)
    return Emitted(recorded.spec.name, "\n\n".join((forward, backward, tangent, public)), frozenset(used))


def _signature(name: str, tensors: Sequence[str], extra: str) -> str:
    return f"def {name}({', '.join(f'{t}: Tensor' for t in tensors)}, {extra})"


def _unpacked(parameters: Sequence[Parameter], body: Sequence[str], used: set[str]) -> list[str]:
    """The body of a function after the lines that split its ambient tensors into the parts that the body reads."""
    read = set(re.findall(r"\w+", "\n".join(body)))
    lines = []
    for parameter in parameters:
        if parameter.kind == "ambient" and not read.isdisjoint(parameter.slots):
            used.add("split")
            names = ", ".join(slot if slot in read else "_" for slot in parameter.slots)
            lines.append(f"{names} = split({parameter.name}, dim)")
    return [*lines, *body]


def _packed(parameter: Parameter, texts: Mapping[str, str | None], used: set[str], prefix: str) -> str:
    parts = [texts[f"{prefix}{slot}"] for slot in parameter.slots]
    if parameter.kind != "ambient":
        return str(parts[0])
    if all(part is None for part in parts):
        return "None"
    used.add("join")
    return f"join({parts[0]}, {parts[1]}, dim)"


def _tuple(items: Sequence[str]) -> str:
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def _body(lines: Iterable[str]) -> str:
    return textwrap.indent("\n".join(lines), "    ")


def _forward(recorded: Recorded, saved: Mapping[str, sp.Symbol], rows: str, used: set[str]) -> str:
    program = recorded.program
    keep: dict[str, Slot | None] = {name: program.trace.value(symbol) for name, symbol in saved.items()}
    writer = FunctionWriter(Program(program.trace, program.inputs, {**program.outputs, **keep}), used)
    texts = {name: text for name, (text, _) in writer.outputs.items()}
    results = [_packed(result, texts, used, "") for result in recorded.results]
    kept = [str(texts[name]) for name in saved]
    # autograd wants a tensor of its own where a result is an input, or a saved value, as it stands
    fresh = [f"{text}.clone()" if text in (*program.inputs, *kept) else text for text in results]
    returned = [*fresh, *kept]
    head = _signature(f"_{recorded.spec.name}", [p.name for p in recorded.parameters], f"dim: int{rows}")
    lines = writer.lines([f"return {_tuple(returned)}"])
    return f"{head} -> tuple[Tensor, ...]:\n{_body(_unpacked(recorded.parameters, lines, used))}"


def _backward(recorded: Recorded, program: Program, saved: Mapping[str, sp.Symbol], rows: str, used: set[str]) -> str:
    writer = FunctionWriter(program, used)
    index = {slot: i for i, p in enumerate(recorded.parameters) for slot in p.slots}
    guards = {name: frozenset((index[name],)) for name in program.outputs}
    texts = {name: text for name, (text, _) in writer.outputs.items()}
    returned = []
    for i, parameter in enumerate(recorded.parameters):
        gradient = _packed(parameter, texts, used, "")
        returned.append("None" if gradient == "None" else f"{gradient} if needs[{i}] else None")
    cotangents = [Parameter(f"g_{r.name}", r.kind) for r in recorded.results]
    tensors = [p.name for p in (*recorded.parameters, *(Parameter(name, "") for name in saved), *cotangents)]
    tensors += [f"g_{name}" for name in saved]
    head = _signature(f"_{recorded.spec.name}_vjp", tensors, f"needs: Sequence[bool], dim: int{rows}")
    lines = writer.lines([f"return {_tuple(returned)}"], guards)
    body = _unpacked([*recorded.parameters, *cotangents], lines, used)
    return f"{head} -> tuple[Tensor | None, ...]:\n{_body(body)}"


def _tangent(recorded: Recorded, program: Program, saved: Mapping[str, sp.Symbol], rows: str, used: set[str]) -> str:
    writer = FunctionWriter(program, used, settle=False)
    tangents = [Parameter(f"t_{p.name}", p.kind) for p in recorded.parameters]
    tensors = [*(p.name for p in recorded.parameters), *saved, *(t.name for t in tangents)]
    texts = {}
    anchors = {part for r in recorded.results for part in r.slots}
    for name, (text, _) in writer.outputs.items():
        if text is None:
            like = name.removeprefix("t_")
            text = f"torch.zeros_like({recorded.parameters[0].slots[-1] if like in anchors else like})"
        texts[name] = text
    returned = [_packed(result, texts, used, "t_") for result in recorded.results]
    returned += [str(texts[f"t_{name}"]) for name in saved]
    head = _signature(f"_{recorded.spec.name}_jvp", tensors, f"dim: int{rows}")
    lines = writer.lines([f"return {_tuple(returned)}"])
    return f"{head} -> tuple[Tensor, ...]:\n{_body(_unpacked([*recorded.parameters, *tangents], lines, used))}"


def _public(recorded: Recorded, saved: Mapping[str, sp.Symbol], forward: str, backward: str) -> str:
    spec, name = recorded.spec, recorded.spec.name
    reduction = recorded.kind == "reduction"
    inputs = _tuple([f'("{p.name}", "{p.kind}")' for p in recorded.parameters])
    results = _tuple([f'"{r.kind}"' for r in recorded.results])
    flags = ["wide=True"] * spec.wide + ["reduction=True"] * reduction
    if spec.shared:
        flags.append(f"shared={_tuple([f'{name!r}' for name in spec.shared])}")
    operation = (
        f'_{name}_op = Operation("{name}", Formulas(_{name}, _{name}_vjp, _{name}_jvp), '
        f"inputs={inputs}, results={results}{''.join(f', {flag}' for flag in flags)})"
    )
    returns = "Tensor" if len(recorded.results) == 1 else f"tuple[{', '.join(['Tensor'] * len(recorded.results))}]"
    extra = "*, rows: tuple[int, ...], dim: int = -1" if reduction else "*, dim: int = -1"
    head = _signature(name, [p.name for p in recorded.parameters], extra)
    passed = "dim=dim, rows=rows" if reduction else "dim=dim"
    call = f"_{name}_op({', '.join(p.name for p in recorded.parameters)}, {passed})"
    doc = _docstring(recorded, saved, forward, backward)
    returned = f"result: {returns} = {call}\n    return result"
    return f"{operation}\n\n\n{head} -> {returns}:\n{textwrap.indent(doc, '    ')}\n    {returned}\n"


def _docstring(recorded: Recorded, saved: Mapping[str, sp.Symbol], forward: str, backward: str) -> str:
    formula = "\n".join(f"    {line}" for line in latex_lines(recorded.program))
    kept = f"{len(saved)} values per group" if recorded.kind == "reduction" else f"{len(saved)} scalars per row"
    wide = " Computed in float64 for float32 inputs." if recorded.spec.wide else ""
    cost = f"Cost: {_count(forward)}; backward {_count(backward)}. Saved: the inputs and {kept}.{wide}"
    return f'r"""{recorded.spec.doc}\n\nFormula (LaTeX)::\n\n{formula}\n\n{_wrapped(cost)}\n"""'


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, 108))


def _count(source: str) -> str:
    tree = ast.parse(source)
    calls = [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    operations = sum(isinstance(node, ast.BinOp) for node in ast.walk(tree))
    return f"{calls.count('dot')} inner products, {operations + len(calls) - calls.count('dot')} further operations"


def latex_lines(program: Program) -> list[str]:
    """The bindings and outputs of a program as LaTeX equations, one each."""
    show = partial(sp.latex, order="none")
    shapes = Shapes(show, r"\langle {}, {} \rangle", r"\sum {}")
    return _equations(program, lambda name: sp.Symbol(_latex_name(name)), shapes)


def text_lines(program: Program) -> list[str]:
    """The bindings and outputs of a program as lines of text."""
    show = partial(sp.sstr, order="none")
    return _equations(program, sp.Symbol, Shapes(show, "<{}, {}>", "sum {}"))


@dataclass(frozen=True)
class Shapes:
    """How to print an expression, an inner product and a sum over rows."""

    show: Callable[[sp.Expr], str]
    inner: str
    total: str


def _equations(program: Program, symbol_of: Callable[[str], sp.Symbol], shapes: Shapes) -> list[str]:
    trace, given = program.trace, set(program.inputs.values())
    order = trace.reachable(program.outputs.values(), given)
    names = {symbol: symbol_of(name) for symbol, name in trace.names(order, program.inputs).items()}

    def right_side(symbol: sp.Symbol) -> str:
        match trace.bindings[symbol].definition:
            case InnerProduct(a, b):
                return shapes.inner.format(shapes.show(names[a]), shapes.show(names[b]))
            case RowSum(operand):
                return shapes.total.format(shapes.show(names[operand]))
            case Constant(operand):
                return shapes.show(names[operand])
            case Let(expression):
                return shapes.show(expression.xreplace(names))
        raise AssertionError("inputs have no right side")

    lines = [f"{shapes.show(names[symbol])} = {right_side(symbol)}" for symbol in order if symbol not in given]
    for name, output in program.outputs.items():
        if output is not None and names.get(output.expression) != symbol_of(name):
            lines.append(f"{shapes.show(symbol_of(name))} = {shapes.show(output.expression.xreplace(names))}")
    return lines


def _latex_name(name: str) -> str:
    escaped = name.replace("_", r"\_")
    return name if len(name) == 1 else rf"\mathrm{{{escaped}}}"


def module(emitted: Sequence[Emitted], *, title: str, package: str, origin: str) -> str:
    """Assemble a module of emitted ops.

    Args:
        emitted: The ops, in order.
        title: First line of the module's docstring.
        package: How the module imports the compiler room: "manifuse.compile", or relative dots for bundled ops.
        origin: File name of the specs, for the reader.
    """
    used = set().union(*(e.used for e in emitted))
    runtime = sorted({"Formulas", "Operation"} | used & {"combine", "combine_rows", "dot", "join", "row_sum", "split"})
    imports = ["import math"] if "math" in used else []
    imports += ["from collections.abc import Sequence", "", "import torch", "from torch import Tensor", ""]
    for file, names in (
        ("functions", used & ANALYTIC),
        ("guards", used & GUARDED),
        ("modes", used & {"settled"}),
        ("runtime", set(runtime)),
    ):
        if names:
            imports.append(f"from {package}.{file} import {', '.join(sorted(names, key=_import_order))}")
    exported = ", ".join(f'"{e.name}"' for e in sorted(emitted, key=lambda e: e.name))
    body = "\n\n".join(e.source for e in emitted)
    text = (
        f'"""{title}\n\nGenerated from {origin} by `manifuse ops generate`; do not edit.\n"""\n\n'
        f"from __future__ import annotations\n\n{chr(10).join(imports)}\n\n__all__ = [{exported}]\n\n\n{body}"
    )
    if "torch." not in body:
        text = text.replace("import torch\n", "")
    return formatted(text)


def _import_order(name: str) -> tuple[bool, str]:
    return (not name[0].isupper(), name)


def formatted(source: str) -> str:
    """Format with ruff where it is installed; the code is the same without."""
    ruff = shutil.which("ruff") or shutil.which("ruff", path=str(_scripts()))
    if ruff is None:
        return source
    command = [ruff, "format", "--line-length", "120", "--stdin-filename", "generated.py", "-"]
    return subprocess.run(command, input=source, capture_output=True, text=True, check=True).stdout


def _scripts() -> str:
    from pathlib import Path

    return str(Path(sys.executable).parent)


def functions_module() -> str:
    """Source of `compile/functions.py`: the analytic functions as torch code."""
    parts = []
    for function in special.analytic_functions():
        printer = ClosedFormPrinter({"order": "none"})
        coefficients = ", ".join(repr(float(c)) for c in function.taylor)
        thresholds = ", ".join(f"{special.threshold(function, eps):.3g}" for eps in (2.0**-23, 2.0**-52))
        order = "derivative of " if function.name.startswith("d_") else ""
        closed = special.CLOSED_FORMS[function.name.removeprefix("d_")]
        forms = []
        for sign, expression, original in (
            ("positive", function.positive, closed[0]),
            ("negative", function.negative, closed[1]),
        ):
            ends = original.atoms(sp.Function) & {sp.asin(special.a), sp.atanh(special.a)}
            guard = "    a = inside(a)\n" if ends else ""
            head = f"def _{function.name}_{sign}(a: Tensor) -> Tensor:\n"
            forms.append(f"{head}{guard}    return {printer.doprint(expression)}\n\n\n")
        parts.append(
            "".join(forms) + f"def {function.name}(u: Tensor, sign: int = 0) -> Tensor:\n"
            f'    """Evaluate the {order}function {closed[0]} of a = √u (u > 0), {closed[1]} of a = √−u (u < 0)."""\n'
            f"    return evaluate(u, sign, positive=_{function.name}_positive, negative=_{function.name}_negative, "
            f"taylor=({coefficients}), threshold=({thresholds}), "
            f"terms={special.terms(function, 2.0**-23)}, regular={not order})\n"
        )
    header = (
        '"""The analytic functions of constant curvature: torch code, series and thresholds.\n\n'
        'Generated from compile/special.py by `manifuse ops generate`; do not edit.\n"""\n\n'
        "from __future__ import annotations\n\nimport torch\nfrom torch import Tensor\n\n"
        "from .series import asinh, evaluate, inside\n\n\n"
    )
    return formatted(header + "\n\n".join(parts))
