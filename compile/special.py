"""The special functions of constant curvature, with their derivatives and series.

The analytic ones take the signed argument u = κ‖v‖² and serve both signs and the flat limit at once: `sn(u)` is
sin √u / √u for u > 0, sinh √−u / √−u for u < 0 and 1 at 0. They are declared by their two closed forms in a = √|u|;
sympy derives the first derivative and the Taylor coefficients, and `manifuse ops generate` writes all of it as torch
code to `functions.py`. The others are the guarded algebraic functions that make limits exact (`root`, `inverse`, …) and
the odd functions of channels (`sinh_c`, …), whose torch code is in `guards.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import sympy as sp
from sympy.printing.latex import LatexPrinter

# --- sympy functions; each knows its derivative ----------------------------------------------------------------------


class Special(sp.Function):
    """A function that emitted code knows by its name."""

    def _latex(self, printer: LatexPrinter, exp: str | None = None) -> str:
        name = self.func.__name__.replace("_", r"\_")
        power = "" if exp is None else f"^{{{exp}}}"
        arguments = ", ".join(printer.doprint(argument) for argument in self.args)
        return rf"\operatorname{{{name}}}{power}\left({arguments}\right)"


class cs(Special):  # noqa: N801
    """cos √u, cosh √−u."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return -sn(self.args[0]) / 2


class sn(Special):  # noqa: N801
    """sin √u / √u, sinh √−u / √−u."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return d_sn(self.args[0])


class tn(Special):  # noqa: N801
    """tan √u / √u, tanh √−u / √−u."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return d_tn(self.args[0])


class asn(Special):  # noqa: N801
    """asin √u / √u, asinh √−u / √−u."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return d_asn(self.args[0])


class atn(Special):  # noqa: N801
    """atan √u / √u, artanh √−u / √−u."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return d_atn(self.args[0])


class d_sn(Special):  # noqa: N801
    """Derivative of sn."""

    nargs = 1


class d_tn(Special):  # noqa: N801
    """Derivative of tn."""

    nargs = 1


class d_asn(Special):  # noqa: N801
    """Derivative of asn."""

    nargs = 1


class d_atn(Special):  # noqa: N801
    """Derivative of atn."""

    nargs = 1


class arc(Special):  # noqa: N801
    """The angle over its sine, atan2(√u, t) / √u with u + t² = 1: asn continued beyond a quarter turn by the sign of t.

    0 at the antipode (u = 0, t < 0), where the direction that it multiplies is undefined.
    """

    nargs = 2

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        u, t = self.args
        return d_arc(u, t) if argindex == 1 else -1 / (u + t**2)


class d_arc(Special):  # noqa: N801
    """Derivative of arc in its first argument."""

    nargs = 2


class root(Special):  # noqa: N801
    """√u, whose derivative at 0 is taken as 0: the one-sided limits of a norm at 0 average to that."""

    nargs = 1

    def _eval_is_nonnegative(self) -> bool:
        return True

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return inverse_root(self.args[0]) / 2


class inverse_root(Special):  # noqa: N801
    """1/√u, and 0 at 0."""

    nargs = 1

    def _eval_is_nonnegative(self) -> bool:
        return True

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return -(inverse_root(self.args[0]) ** 3) / 2


class inverse(Special):  # noqa: N801
    """1/u, and 0 at 0."""

    nargs = 1

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return -(inverse(self.args[0]) ** 2)


class inverse_resolved(Special):  # noqa: N801
    """1/u, and 0 where u is so small that 1/u² could overflow: for squares that are lost beside 1 there."""

    nargs = 1

    def _eval_is_nonnegative(self) -> bool:
        return True

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return -(inverse_resolved(self.args[0]) ** 2)


class quotient(Special):  # noqa: N801
    """a/b, and 0 where c·b is so small that 1/b² could overflow: for a square b that is lost beside 1/c there."""

    nargs = 3

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        _, b, c = self.args
        slope = c * inverse_resolved(c * b)
        return (slope, -self * slope, sp.Integer(0))[argindex - 1]


class choose(Special):  # noqa: N801
    """Choose between two forms of one function by their domain of accuracy: a where s > 0, else b."""

    nargs = 3

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        s = self.args[0]
        return (sp.Integer(0), is_positive(s), 1 - is_positive(s))[argindex - 1]


class is_positive(Special):  # noqa: N801
    """1 where u > 0, else 0."""

    nargs = 1

    def _eval_is_nonnegative(self) -> bool:
        return True

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.Integer(0)


class at_least(Special):  # noqa: N801
    """u where it exceeds its mathematical bound, else the bound: below it, u is rounding noise, its gradient is not."""

    nargs = 2

    def _eval_is_positive(self) -> bool | None:
        known: bool | None = self.args[1].is_positive
        return known

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.Integer(2 - argindex)


class rise(Special):  # noqa: N801
    """1 + t of a cosine t, by the squared sine s where t < 0: there 1 + t = s/(1 − t) does not cancel."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        t, s = self.args
        front = is_positive(t)
        behind = (1 - front) / (1 + sp.Abs(t))
        return (front + behind * s / (1 + sp.Abs(t)), behind)[argindex - 1]


class vanishes(Special):  # noqa: N801
    """1 where u is 0, else 0."""

    nargs = 1

    def _eval_is_nonnegative(self) -> bool:
        return True

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.Integer(0)


class margin(Special):  # noqa: N801
    """u where it exceeds the rounding error of 1 − (1 − u), else that error: keeps 1 − c‖x‖² positive inside the ball.

    The derivative is 1 on both sides: below the floor the value of u is rounding noise, its gradient is not.
    """

    nargs = 1

    def _eval_is_positive(self) -> bool:
        return True

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.Integer(1)


class excess(Special):  # noqa: N801
    """max(0, |x| − 16), a constant for differentiation: the shift m of the functions below, 0 in the ordinary range."""

    nargs = 1

    def _eval_is_nonnegative(self) -> bool:
        return True

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.Integer(0)


class saturation(Special):  # noqa: N801
    """Factor of a vector of squared length q: 1 up to a limit L, and beyond, (L + x/√(1 + x²))/√q with x = √q − L."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        q, limit = self.args
        slope = d_saturation(q, limit)
        return slope if argindex == 1 else (1 - self - 2 * q * slope) * inverse_root(q)


class d_saturation(Special):  # noqa: N801
    """Derivative of saturation in the squared length."""

    nargs = 2


class clip(Special):  # noqa: N801
    """x, but no less than −m and no more than m, where m > 0."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        inside = is_within(*self.args)
        return (inside, (1 - inside) * self / self.args[1])[argindex - 1]


class is_within(Special):  # noqa: N801
    """1 where |x| < m, else 0."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return sp.Integer(0)


class sinh_c(Special):  # noqa: N801
    """e^−m sinh(√c x) / √c."""

    nargs = 3

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        x, c, m = self.args
        return (cosh_c(x, c, m), d_sinh_c(x, c, m), sp.Integer(0))[argindex - 1]


class cosh_c(Special):  # noqa: N801
    """e^−m cosh(√c x)."""

    nargs = 3

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        x, c, m = self.args
        return (c * sinh_c(x, c, m), x * sinh_c(x, c, m) / 2, sp.Integer(0))[argindex - 1]


class asinh_c(Special):  # noqa: N801
    """asinh(e^m √c x) / √c."""

    nargs = 3

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        x, c, m = self.args
        return (1 / sp.sqrt(sp.exp(-2 * m) + c * x**2), d_asinh_c(x, c, m), sp.Integer(0))[argindex - 1]


class d_sinh_c(Special):  # noqa: N801
    """Derivative of sinh_c in c."""

    nargs = 3


class d_asinh_c(Special):  # noqa: N801
    """Derivative of asinh_c in c."""

    nargs = 3


class cs_m(Special):  # noqa: N801
    """e^−m cs(u) for u ≤ 0."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return (-sn_m(*self.args) / 2, sp.Integer(0))[argindex - 1]


class sn_m(Special):  # noqa: N801
    """e^−m sn(u) for u ≤ 0."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        return (d_sn_m(*self.args), sp.Integer(0))[argindex - 1]


class d_sn_m(Special):  # noqa: N801
    """Derivative of sn_m in its first argument."""

    nargs = 2


class sin_c(Special):  # noqa: N801
    """sin(√c x) / √c."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        x, c = self.args
        return (cos_c(x, c), d_sin_c(x, c))[argindex - 1]


class cos_c(Special):  # noqa: N801
    """cos(√c x)."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        x, c = self.args
        return (-c * sin_c(x, c), -x * sin_c(x, c) / 2)[argindex - 1]


class d_sin_c(Special):  # noqa: N801
    """Derivative of sin_c in c."""

    nargs = 2


class asin_c(Special):  # noqa: N801
    """asin(√c x) / √c."""

    nargs = 2

    def fdiff(self, argindex: int = 1) -> sp.Expr:
        x, c = self.args
        return (inverse_root(1 - c * x**2), d_asin_c(x, c))[argindex - 1]


class d_asin_c(Special):  # noqa: N801
    """Derivative of asin_c in c."""

    nargs = 2


NAMES = {name for name, value in list(globals().items()) if isinstance(value, type) and issubclass(value, Special)} - {
    "Special"
}
"""Names of the functions above, in sympy and in torch."""

# --- what sympy derives for the analytic functions -------------------------------------------------------------------

a = sp.Symbol("a", positive=True)


@dataclass(frozen=True)
class Analytic:
    """One analytic function of u as torch evaluates it: a closed form in a = √|u| per sign, and Taylor coefficients."""

    name: str
    positive: sp.Expr
    negative: sp.Expr
    taylor: tuple[sp.Rational, ...]
    entire: bool


CLOSED_FORMS: dict[str, tuple[sp.Expr, sp.Expr, bool]] = {
    "cs": (sp.cos(a), sp.cosh(a), True),
    "sn": (sp.sin(a) / a, sp.sinh(a) / a, True),
    "tn": (sp.tan(a) / a, sp.tanh(a) / a, False),
    "asn": (sp.asin(a) / a, sp.asinh(a) / a, False),
    "atn": (sp.atan(a) / a, sp.atanh(a) / a, False),
}
"""Name → closed form for u > 0, closed form for u < 0, whether the series converges everywhere."""

TERMS = 12


@cache
def analytic_functions() -> tuple[Analytic, ...]:
    """Derive the first derivatives and the Taylor coefficients of every function of `CLOSED_FORMS`."""
    derived = []
    for name, (positive, negative, entire) in CLOSED_FORMS.items():
        taylor = _taylor(positive, TERMS + 1)
        derived.append(Analytic(name, positive, negative, taylor[:-1], entire))
        if name != "cs":  # its derivative is −sn/2
            slope = tuple(sp.Rational(k) * coefficient for k, coefficient in enumerate(taylor))[1:]
            derivative = _slope(positive, 1), _slope(negative, -1)
            derived.append(Analytic(f"d_{name}", *derivative, slope, entire))
    return tuple(derived)


def _taylor(positive: sp.Expr, terms: int) -> tuple[sp.Rational, ...]:
    series = sp.series(positive * a, a, 0, 2 * terms + 2).removeO()
    return tuple(sp.Rational(series.coeff(a, 2 * k + 1)) for k in range(terms))


def _slope(closed: sp.Expr, sign: int) -> sp.Expr:
    """d/du of a function of a = √(sign·u)."""
    return sp.factor_terms(sp.expand(sp.diff(closed, a) * sign / (2 * a)))


def threshold(function: Analytic, eps: float) -> float:
    """|u| below which the truncated series is as accurate as arithmetic: |last coefficient|·|u|^terms = eps."""
    ratio = abs(function.taylor[-1]) if function.entire else sp.Integer(1)
    return min(1.0, float((eps / ratio) ** sp.Rational(1, len(function.taylor))))


def terms(function: Analytic, eps: float) -> int:
    """Number of Taylor coefficients that leave out less than `eps`, in the second derivative too."""
    u = threshold(function, eps)
    for k in range(2, len(function.taylor)):
        if abs(float(function.taylor[k])) * k * (k - 1) * max(u, 1.0) ** 2 * u ** (k - 2) < eps / 8:
            return k
    return len(function.taylor)
