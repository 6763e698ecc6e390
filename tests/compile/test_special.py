"""Special functions against multi-precision arithmetic: values, derivatives, and the exact limits at 0."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
import sympy as sp
import torch
from mpmath import mp
from torch import Tensor

from manifuse.compile import functions, guards, special

DIGITS = 140
VALUE, DERIVED, SLOPE, BEND = 4, 32, 100, 1000
"""Bounds in rounding errors: |error| ≤ bound · eps · (|f| + Σ |xᵢ ∂f/∂xᵢ|), which allows for rounded arguments. For the
functions, for those named d_… (a difference of two numbers beside the radius of their series), and for what autograd
makes of either (see `own_size`): BEND is that of second derivatives, which no first-order gradient uses."""

Truth = Callable[..., Any]
Points = Sequence[tuple[float, ...]]


def signed(positive: Truth, negative: Truth) -> Truth:
    """An analytic function of u from its closed forms in √|u| / √|u|, and its value 1 at 0."""

    def truth(u: Any) -> Any:
        a = mp.sqrt(abs(u))
        return mp.one if not u else (positive if u > 0 else negative)(a)

    return truth


def over(f: Truth) -> Truth:
    return lambda a: f(a) / a


def softened(length: Any, limit: Any) -> Any:
    """What a length beyond the limit becomes."""
    beyond = length - limit
    return limit + beyond / mp.sqrt(1 + beyond**2)


TRUTHS: dict[str, Truth] = {
    "cs": signed(mp.cos, mp.cosh),
    "sn": signed(over(mp.sin), over(mp.sinh)),
    "tn": signed(over(mp.tan), over(mp.tanh)),
    "asn": signed(over(mp.asin), over(mp.asinh)),
    "atn": signed(over(mp.atan), over(mp.atanh)),
    "arc": lambda u, t: mp.atan2(mp.sqrt(u), t) / mp.sqrt(u) if u else 1 / t,
    "sinh_c": lambda x, c, m: mp.exp(-m) * mp.sinh(mp.sqrt(c) * x) / mp.sqrt(c),
    "cosh_c": lambda x, c, m: mp.exp(-m) * mp.cosh(mp.sqrt(c) * x),
    "asinh_c": lambda x, c, m: mp.asinh(mp.exp(m) * mp.sqrt(c) * x) / mp.sqrt(c),
    "cs_m": lambda u, m: mp.exp(-m) * mp.cosh(mp.sqrt(-u)),
    "sn_m": lambda u, m: mp.exp(-m) * mp.sinh(mp.sqrt(-u)) / mp.sqrt(-u) if u else mp.exp(-m),
    "sin_c": lambda x, c: mp.sin(mp.sqrt(c) * x) / mp.sqrt(c),
    "cos_c": lambda x, c: mp.cos(mp.sqrt(c) * x),
    "asin_c": lambda x, c: mp.asin(mp.sqrt(c) * x) / mp.sqrt(c),
    "root": lambda u: mp.sqrt(u),
    "inverse_root": lambda u: 1 / mp.sqrt(u),
    "inverse": lambda u: 1 / u,
    "inverse_resolved": lambda u: 1 / u,
    "quotient": lambda a, b, c: a / b,
    "rise": lambda t, s: 1 + t if t > 0 else s / (1 - t),
    "saturation": lambda q, limit: softened(mp.sqrt(q), limit) / mp.sqrt(q) if q > limit**2 else mp.one,
}
PARTS = {"d_sn": ("sn", 0), "d_tn": ("tn", 0), "d_asn": ("asn", 0), "d_atn": ("atn", 0), "d_arc": ("arc", 0)}
PARTS |= {"d_sinh_c": ("sinh_c", 1), "d_asinh_c": ("asinh_c", 1), "d_sin_c": ("sin_c", 1), "d_asin_c": ("asin_c", 1)}
PARTS |= {"d_sn_m": ("sn_m", 0), "d_saturation": ("saturation", 0)}
"""Derivatives that are functions of their own, and of what, in which argument."""
EXACT = {"choose", "is_positive", "at_least", "vanishes", "margin", "excess", "clip", "is_within"}
"""Functions that choose or clamp: tested by their few values, below."""


def both(sizes: Sequence[float]) -> Points:
    return [(s * x,) for x in sizes for s in (1.0, -1.0)]


def around(x: float) -> list[float]:
    """A threshold, and both sides of it, also in float32."""
    return [x * (1 - 1e-6), x, x * (1 + 1e-6)]


NEAR = [1e-20, 1e-12, 1e-6, 1e-3, *around(0.0496), 0.1, *around(0.265), 0.6, 0.999]
LARGE = [*around(1.0), 1.5, 4.0, 20.0, 400.0, 5000.0]
ANGLES = [1e-12, 1e-6, 1e-3, 0.3, *(math.atan(0.5) * s for s in (1 - 1e-6, 1, 1 + 1e-6)), 1.0, math.pi / 2, 2.0, 3.0]
ANGLES += [math.pi - 1e-3, math.pi - 1e-6]
CURVATURES = (1e-6, 0.7)


def channel_points(radii: Sequence[float]) -> Iterator[tuple[float, float]]:
    """(x, c) with √c x of a given size, either sign."""
    for c in CURVATURES:
        yield from ((sign * r / math.sqrt(c), c) for r in radii for sign in (1.0, -1.0))


def shift(r: float) -> float:
    return max(0.0, r - guards.EXCESS)


HYPERBOLIC = [1e-12, 1e-3, 0.3, *around(1.0), 5.0, *around(guards.EXCESS), 40.0, 300.0]
SHIFTED = [(x, c, shift(abs(x) * math.sqrt(c))) for x, c in channel_points(HYPERBOLIC)]
UNSHIFTED = [(x, c, 0.0) for x, c in channel_points([1e-12, 1e-3, 0.3, *around(1.0), 5.0, 1e3, 1e9])]
SCALED = [(x, c, m) for x, c in channel_points([1e-3, 2.0]) for m in (1.0, *around(30.0), 60.0)]
RADIAL = [(-r * r, shift(r)) for r in HYPERBOLIC]
CIRCULAR = list(channel_points([1e-12, 1e-3, 0.3, 1.0, 1.5, 3.0, 10.0]))

GRIDS: dict[str, Points] = {
    "cs": both(NEAR + LARGE),
    "sn": both(NEAR + LARGE),
    "tn": [*both([*NEAR, 1.0, 2.0, 2.4]), *((-u,) for u in LARGE), (-1e12,)],
    "asn": [*both(NEAR), (0.9999,), *((-u,) for u in LARGE), (-1e12,), (-1e30,)],
    "atn": [*both(NEAR), (-0.9999,), *((u,) for u in LARGE), (1e12,), (1e30,)],
    "arc": [(math.sin(a) ** 2, math.cos(a)) for a in ANGLES],
    "sinh_c": SHIFTED,
    "cosh_c": SHIFTED,
    "asinh_c": [*UNSHIFTED, *SCALED],
    "cs_m": RADIAL,
    "sn_m": RADIAL,
    "sin_c": CIRCULAR,
    "cos_c": CIRCULAR,
    "asin_c": list(channel_points([1e-12, 1e-3, 0.3, *around(0.515), 0.9, 0.999])),
    "root": [(10.0**k,) for k in range(-37, 38, 6)],
    "inverse_root": [(10.0**k,) for k in range(-37, 38, 6)],
    "inverse": both([10.0**k for k in range(-37, 38, 6)]),
    "inverse_resolved": [(10.0**k,) for k in range(-13, 38, 6)],
    "quotient": [(a, b, c) for a in (-3.0, 1e-20, 2.0) for b in (1e-9, 1.0, 1e20) for c in (0.01, 2.0)],
    "rise": [(math.cos(a), math.sin(a) ** 2) for a in ANGLES],
    "saturation": [(r * r, limit) for limit in (0.5, 12.0) for r in (0.1, 0.4, 0.7, 11.0, 12.5, 15.0, 100.0, 1e6)],
}
GRIDS |= {name: GRIDS[of] for name, (of, _) in PARTS.items()}


@dataclass(frozen=True)
class Function:
    """A torch function and what it ought to give."""

    name: str

    def __str__(self) -> str:
        return self.name

    @property
    def torch(self) -> Callable[..., Tensor]:
        function: Callable[..., Tensor] = getattr(guards, self.name, None) or getattr(functions, self.name)
        return function

    def truth(self, arguments: Sequence[Any], orders: Sequence[int] | None = None) -> Any:
        """The value, or a partial derivative, in multi-precision arithmetic."""
        of, index = PARTS.get(self.name, (self.name, None))
        orders = list(orders or [0] * len(arguments))
        if index is not None:
            orders[index] += 1
        if not any(orders):
            return TRUTHS[of](*arguments)
        # the step of a difference is relative to the point, so that no argument leaves its side of 0
        scales = [abs(a) or mp.one for a in arguments]
        relative = lambda *s: TRUTHS[of](*(a + t * scale for a, t, scale in zip(arguments, s, scales, strict=True)))  # noqa: E731
        slope = partial_derivative(relative, orders)
        return slope / mp.fprod(scale**k for scale, k in zip(scales, orders, strict=True))

    def size(self, arguments: Sequence[Any], orders: Sequence[int] | None = None) -> Any:
        """|f| + Σ |xᵢ ∂f/∂xᵢ|: the change of the value when every number is rounded, over eps."""
        orders = list(orders or [0] * len(arguments))
        total = abs(self.truth(arguments, orders))
        for i, x in enumerate(arguments):
            if x:
                orders[i] += 1
                total += abs(x * self.truth(arguments, orders))
                orders[i] -= 1
        return total


def partial_derivative(f: Truth, orders: Sequence[int]) -> Any:
    """Central differences at 0, with a step that the digits bear for three orders at any argument of the grids."""
    h = mp.mpf(10) ** -15

    def slope(g: Truth, i: int) -> Truth:
        def moved(s: Any, *given: Any) -> Any:
            return g(*(x + s * (j == i) for j, x in enumerate(given)))

        # fourth-order formula: error h⁴ f⁽⁵⁾
        return lambda *p: (8 * (moved(h, *p) - moved(-h, *p)) - (moved(2 * h, *p) - moved(-2 * h, *p))) / (12 * h)

    for i, order in enumerate(orders):
        for _ in range(order):
            f = slope(f, i)
    return f(*(mp.zero for _ in orders))


FUNCTIONS = [Function(name) for name in sorted(special.NAMES - EXACT)]
each_function = pytest.mark.parametrize("function", FUNCTIONS, ids=str)


def columns(function: Function, dtype: torch.dtype) -> list[Tensor]:
    """The grid as one tensor per argument, without what the dtype cannot hold."""
    limit = torch.finfo(dtype)
    points = [p for p in GRIDS[function.name] if all(limit.tiny < abs(x) < limit.max**0.4 or x == 0 for x in p)]
    return [torch.tensor(column, dtype=torch.float64).to(dtype) for column in zip(*points, strict=True)]


def exact(tensors: Sequence[Tensor]) -> list[tuple[Any, ...]]:
    return [tuple(map(mp.mpf, row)) for row in zip(*(t.double().tolist() for t in tensors), strict=True)]


def check(got: Tensor, expected: Sequence[Any], sizes: Sequence[Any], rows: Sequence[Any], bound: float) -> None:
    eps = torch.finfo(got.dtype).eps
    assert torch.isfinite(got).all(), f"not finite: {got[~torch.isfinite(got)]} of {got}"
    worst, where = 0.0, ""
    for value, want, size, row in zip(got.double().tolist(), expected, sizes, rows, strict=True):
        error = float(abs(mp.mpf(value) - want) / (eps * size)) if size else float(value != 0)
        if error > worst:
            worst, where = error, f"at {[mp.nstr(x, 17) for x in row]} got {value}, expected {mp.nstr(want, 17)}"
    assert worst <= bound, f"{worst:.1f} rounding errors {where}"


def test_every_function_is_tested() -> None:
    assert set(TRUTHS) | set(PARTS) | EXACT == special.NAMES
    written = {f.name for f in special.analytic_functions()}
    assert written == {name for name in special.NAMES if hasattr(functions, name) and not hasattr(guards, name)} | (
        written & set(vars(guards))
    )


@each_function
def test_values(function: Function, dtype: torch.dtype) -> None:
    given = columns(function, dtype)
    bound = DERIVED if function.name in PARTS else VALUE
    with mp.workdps(DIGITS):
        rows = exact(given)
        expected, sizes = [function.truth(r) for r in rows], [function.size(r) for r in rows]
        check(function.torch(*given), expected, sizes, rows, bound)


@each_function
def test_autograd(function: Function, dtype: torch.dtype) -> None:
    """The derivatives that the plain code and second derivatives use."""
    given = [t.requires_grad_() for t in columns(function, dtype)]
    gradients = torch.autograd.grad(function.torch(*given).sum(), given, allow_unused=True, materialize_grads=True)
    limit = torch.finfo(dtype)
    bound = BEND if function.name in PARTS else SLOPE
    with mp.workdps(DIGITS):
        rows = exact([t.detach() for t in given])
        for i, gradient in enumerate(gradients):
            if is_shift(function.name, i):
                continue
            orders = [int(i == j) for j in range(len(given))]
            expected = [function.truth(r, orders) for r in rows]
            held = [j for j, want in enumerate(expected) if limit.tiny < abs(want) < limit.max or want == 0]
            sizes = [function.size(rows[j], orders) + own_size(function, rows[j], i) for j in held]
            check(gradient[held], [expected[j] for j in held], sizes, [rows[j] for j in held], bound)


def own_size(function: Function, row: Sequence[Any], index: int) -> Any:
    """What autograd of functions of two arguments subtracts: their value over the unit of the argument."""
    name = function.name.removeprefix("d_")
    if len(row) == 1 or name not in TRUTHS:
        return mp.zero
    value = abs(function.truth(row))
    if name == "arc":
        return value
    if name.endswith("_c"):
        return value / row[1] if index == 1 else value * mp.sqrt(row[1])
    return mp.zero


def is_shift(name: str, index: int) -> bool:
    """Whether an argument is the shift m, which is a constant for differentiation (or the c of a threshold)."""
    last = index == len(GRIDS[name][0]) - 1
    shifts = ("sinh_c", "cosh_c", "asinh_c", "cs_m", "sn_m")
    return last and (name.removeprefix("d_") in shifts or name == "quotient")


@pytest.mark.parametrize("function", [f for f in FUNCTIONS if f.name not in PARTS], ids=str)
def test_declared_derivatives(function: Function) -> None:
    """The partner that sympy writes into gradients is the derivative, to the digits of the arithmetic."""
    declared: type[special.Special] = getattr(special, function.name)
    symbols = sp.symbols(f"x:{len(GRIDS[function.name][0])}")
    known = {name: truth_of(name) for name in special.NAMES}
    points = [p for p in GRIDS[function.name] if all(x == 0 or 1e-12 < abs(x) < 1e12 for x in p)]
    for i in range(len(symbols)):
        if is_shift(function.name, i):
            continue
        slope = sp.lambdify(symbols, declared(*symbols).fdiff(i + 1), modules=[known, "mpmath"])
        for point in points:
            with mp.workdps(DIGITS):
                row = tuple(map(mp.mpf, point))
                orders = [int(i == j) for j in range(len(symbols))]
                want = function.truth(row, orders)
                scale = function.size(row, orders)
                assert abs(slope(*row) - want) <= mp.mpf(10) ** -24 * scale, f"argument {i} at {point}"


def truth_of(name: str) -> Truth:
    chosen = {"is_positive": lambda u: mp.mpf(u > 0), "vanishes": lambda u: mp.mpf(u == 0)}
    return chosen.get(name) or (lambda *arguments: Function(name).truth(arguments))


@pytest.mark.parametrize("name", [f.name for f in special.analytic_functions()])
def test_a_known_sign_changes_nothing(name: str, dtype: torch.dtype) -> None:
    function = Function(name)
    (u,) = columns(function, dtype)
    for sign in (-1, 1):
        side = u[sign * u > 0]
        torch.testing.assert_close(function.torch(side, sign), function.torch(side), rtol=0, atol=0)


# --- exact limits ----------------------------------------------------------------------------------------------------

AT_ZERO = {"cs": (1, -1 / 2), "sn": (1, -1 / 6), "tn": (1, 1 / 3), "asn": (1, 1 / 6), "atn": (1, -1 / 3)}
AT_ZERO |= {"d_sn": (-1 / 6, 1 / 60), "d_tn": (1 / 3, 4 / 15), "d_asn": (1 / 6, 3 / 20), "d_atn": (-1 / 3, 2 / 5)}


@pytest.mark.parametrize("name", AT_ZERO)
def test_values_and_derivatives_at_zero(name: str, dtype: torch.dtype) -> None:
    value, slope = AT_ZERO[name]
    for sign in (-1, 0, 1):
        u = torch.zeros(3, dtype=dtype, requires_grad=True)
        out = partial(Function(name).torch, sign=sign)(u)
        (gradient,) = torch.autograd.grad(out.sum(), u)
        torch.testing.assert_close(out.detach(), torch.full_like(u, value), rtol=1e-7, atol=0)
        torch.testing.assert_close(gradient, torch.full_like(u, slope), rtol=1e-7, atol=0)
    tiny = torch.tensor([1e-300, 1e-38, 1e-30, -1e-30, -1e-38, -1e-300], dtype=dtype)
    torch.testing.assert_close(Function(name).torch(tiny), torch.full_like(tiny, value), rtol=1e-7, atol=0)


def slopes(function: Callable[..., Tensor], *arguments: float, dtype: torch.dtype) -> tuple[Tensor, ...]:
    """Value and gradients at one point."""
    leaves = [torch.tensor([a], dtype=dtype, requires_grad=True) for a in arguments]
    out = function(*leaves)
    gradients = torch.autograd.grad(out, leaves, allow_unused=True, materialize_grads=True)
    return (out.detach(), *gradients)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("root", (0.0,), (0, 0)),
        ("root", (-1e-30,), (0, 0)),
        ("inverse_root", (0.0,), (0, 0)),
        ("inverse", (0.0,), (0, 0)),
        ("inverse_resolved", (0.0,), (0, 0)),
        ("quotient", (2.0, 0.0, 0.7), (0, 0, 0, 0)),
        ("arc", (0.0, 1.0), (1, -1 / 3, -1)),
        ("arc", (0.0, -1.0), (0, 0, 0)),
        ("d_arc", (0.0, 1.0), (-1 / 3, 2 / 5, 1)),
        ("d_arc", (0.0, -1.0), (0, 0, 0)),
        ("sinh_c", (0.0, 0.7, 0.0), (0, 1, 0, 0)),
        ("cosh_c", (0.0, 0.7, 0.0), (1, 0, 0, -1)),
        ("asinh_c", (0.0, 0.7, 0.0), (0, 1, 0, 0)),
        ("d_sinh_c", (0.0, 0.7, 0.0), (0, 0, 0, 0)),
        ("d_asinh_c", (0.0, 0.7, 0.0), (0, 0, 0, 0)),
        ("sin_c", (0.0, 0.7), (0, 1, 0)),
        ("cos_c", (0.0, 0.7), (1, 0, 0)),
        ("asin_c", (0.0, 0.7), (0, 1, 0)),
        ("cs_m", (0.0, 0.0), (1, -1 / 2, 0)),
        ("sn_m", (0.0, 0.0), (1, -1 / 6, 0)),
        ("choose", (1.0, 2.0, 3.0), (2, 0, 1, 0)),
        ("choose", (0.0, 2.0, 3.0), (3, 0, 0, 1)),
        ("is_positive", (1e-30,), (1,)),
        ("is_positive", (0.0,), (0,)),
        ("vanishes", (0.0,), (1,)),
        ("vanishes", (-1e-30,), (0,)),
        ("at_least", (2.0, 1.0), (2, 1, 0)),
        ("at_least", (0.5, 1.0), (1, 1, 0)),
        ("rise", (-1.0, 0.0), (0, 0, 1 / 2)),
        ("rise", (1.0, 0.0), (2, 1, 0)),
        ("margin", (0.5,), (0.5, 1)),
        ("excess", (20.0,), (4,)),
        ("excess", (-20.0,), (4,)),
        ("excess", (15.0,), (0,)),
        ("clip", (0.5, 1.0), (0.5,)),
        ("clip", (-3.0, 1.0), (-1,)),
        ("is_within", (-0.5, 1.0), (1,)),
        ("is_within", (1.0, 1.0), (0,)),
    ],
)
def test_exact_limits(name: str, arguments: tuple[float, ...], expected: tuple[float, ...], dtype: torch.dtype) -> None:
    """Value, then the gradient in each argument that is differentiable (the shift m has its own -e^-m at most)."""
    function: Callable[..., Tensor] = getattr(guards, name)
    if len(expected) == 1:
        leaves = [torch.tensor([a], dtype=dtype) for a in arguments]
        torch.testing.assert_close(function(*leaves), torch.tensor([expected[0]], dtype=dtype))
        return
    got = slopes(function, *arguments, dtype=dtype)
    for found, want in list(zip(got, expected, strict=True))[: 1 + len(arguments) - is_shift_of(name)]:
        torch.testing.assert_close(found, torch.tensor([want], dtype=dtype), rtol=1e-6, atol=1e-12)


def is_shift_of(name: str) -> int:
    return int(name in GRIDS and is_shift(name, len(GRIDS[name][0]) - 1) and name != "quotient")


def test_margin_keeps_the_edge_of_the_ball(dtype: torch.dtype) -> None:
    floor = torch.finfo(dtype).eps / 2
    for u in (0.0, -1e-9, floor / 4):
        value, gradient = slopes(guards.margin, u, dtype=dtype)
        assert float(value) == pytest.approx(floor, rel=1e-6)
        assert float(gradient) == 1.0


def test_arguments_on_the_edge_stay_finite(dtype: torch.dtype) -> None:
    """asin at 1 and artanh at 1, where rounding may put a point."""
    for function, edge in ((functions.asn, 1.0), (functions.atn, -1.0)):
        for u in (edge, edge * (1 + torch.finfo(dtype).eps)):
            for out in slopes(function, u, dtype=dtype):
                assert torch.isfinite(out).all()
    value, _ = slopes(functions.asn, 1.0, dtype=dtype)
    torch.testing.assert_close(float(value), math.pi / 2, rtol=4 * torch.finfo(dtype).eps ** 0.5, atol=0)
    for x in (1.0, -1.0, 1.0 + 4 * torch.finfo(dtype).eps):
        value, _, _ = slopes(guards.asin_c, x, 1.0, dtype=dtype)
        torch.testing.assert_close(float(value), math.copysign(math.pi / 2, x), rtol=1e-6, atol=0)


@pytest.mark.parametrize("traced", [False, True])
def test_unshifted_functions_of_channels(traced: bool, dtype: torch.dtype) -> None:
    """Eager forms, and those for a compiler, of values alone: to rounding, relative to the value."""
    sizes = [1e-30, 1e-8, 1e-3, 0.3, *around(1.0), 2.5, 9.0, 40.0]
    x = torch.tensor([0.0, *sizes, *(-a for a in sizes)], dtype=dtype)
    c = torch.tensor(0.7, dtype=dtype)
    for name in ("sinh_c", "cosh_c", "asinh_c", "d_sinh_c", "d_asinh_c"):
        function = partial(getattr(guards, name), m=0)
        if traced:
            torch._dynamo.reset()
            function = torch.compile(function, backend="eager", fullgraph=True)
        with torch.no_grad():
            found = function(x, c)
        known = Function(name)
        with mp.workdps(DIGITS):
            expected = [float(known.truth((mp.mpf(a), mp.mpf(float(c)), mp.zero))) for a in x.tolist()]
        rounding = 100 if name.startswith("d_") or dtype == torch.float64 else 50
        torch.testing.assert_close(
            found, torch.tensor(expected, dtype=dtype), rtol=rounding * torch.finfo(dtype).eps, atol=0
        )


def test_large_arguments_do_not_overflow(dtype: torch.dtype) -> None:
    """Shifted forms at radii where e^r has no float."""
    x, c = torch.tensor([400.0], dtype=dtype), torch.tensor([1.0], dtype=dtype)
    m = guards.excess(x)
    assert torch.isfinite(guards.sinh_c(x, c, m)).all()
    torch.testing.assert_close(guards.asinh_c(guards.sinh_c(x, c, m), c, m), x)
