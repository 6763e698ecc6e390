"""The functions that a spec may apply to scalars and channels; `special` says what each is and how it is derived."""

from __future__ import annotations

from typing import TypeVar, cast

import sympy as sp

from . import special
from .algebra import Channels, Number, Scalar, apply

S = TypeVar("S", Scalar, Channels)


def cs(u: Scalar) -> Scalar:
    """cos √u, cosh √−u."""
    return cast("Scalar", apply(special.cs, u))


def sn(u: Scalar) -> Scalar:
    """sin √u / √u, sinh √−u / √−u."""
    return cast("Scalar", apply(special.sn, u))


def tn(u: Scalar) -> Scalar:
    """tan √u / √u, tanh √−u / √−u."""
    return cast("Scalar", apply(special.tn, u))


def asn(u: Scalar) -> Scalar:
    """asin √u / √u, asinh √−u / √−u."""
    return cast("Scalar", apply(special.asn, u))


def atn(u: Scalar) -> Scalar:
    """atan √u / √u, artanh √−u / √−u."""
    return cast("Scalar", apply(special.atn, u))


def arc(u: Scalar, t: Scalar) -> Scalar:
    """atan2(√u, t) / √u: an angle over its sine, of its squared sine and its cosine; 0 at the antipode."""
    return cast("Scalar", apply(special.arc, u, t))


def cs_m(u: Scalar, m: Scalar) -> Scalar:
    """e^−m cs(u) for u ≤ 0."""
    return cast("Scalar", apply(special.cs_m, u, m))


def sn_m(u: Scalar, m: Scalar) -> Scalar:
    """e^−m sn(u) for u ≤ 0."""
    return cast("Scalar", apply(special.sn_m, u, m))


def root(u: Scalar) -> Scalar:
    """√u with derivative 0 at 0."""
    return cast("Scalar", apply(special.root, u))


def inverse_root(u: Scalar) -> Scalar:
    """1/√u, 0 at 0."""
    return cast("Scalar", apply(special.inverse_root, u))


def inverse(u: S) -> S:
    """1/u, 0 at 0."""
    return cast("S", apply(special.inverse, u))


def inverse_resolved(u: Scalar) -> Scalar:
    """1/u, 0 where 1/u² could overflow: for squares that are lost beside 1 there."""
    return cast("Scalar", apply(special.inverse_resolved, u))


def quotient(a: Scalar | Number, b: Scalar, c: Scalar) -> Scalar:
    """a/b, 0 where 1/b² could overflow: for a square b that is lost beside 1/c there."""
    return cast("Scalar", apply(special.quotient, a, b, c))


def choose(s: Scalar, a: Scalar, b: Scalar) -> Scalar:
    """a where s > 0, else b: two forms of one function, each where it is accurate."""
    return cast("Scalar", apply(special.choose, s, a, b))


def is_positive(u: Scalar) -> Scalar:
    """1 where u > 0, else 0."""
    return cast("Scalar", apply(special.is_positive, u))


def at_least(u: Scalar, bound: Scalar) -> Scalar:
    """u, but no less than its mathematical lower bound, below which it is rounding noise."""
    return cast("Scalar", apply(special.at_least, u, bound))


def rise(t: Scalar, s: Scalar) -> Scalar:
    """1 + t of a cosine t with squared sine s, without cancellation."""
    return cast("Scalar", apply(special.rise, t, s))


def vanishes(u: S) -> S:
    """1 where u is 0, else 0."""
    return cast("S", apply(special.vanishes, u))


def margin(u: Scalar) -> Scalar:
    """u, at least the rounding error that 1 − (1 − u) makes."""
    return cast("Scalar", apply(special.margin, u))


def saturation(q: Scalar, limit: Scalar) -> Scalar:
    """The factor that keeps a vector of squared length q up to a limit, and the longer ones below limit + 1."""
    return cast("Scalar", apply(special.saturation, q, limit))


def clip(x: Channels, m: Scalar) -> Channels:
    """x, cut at ±m."""
    return cast("Channels", apply(special.clip, x, m))


def excess(x: S) -> S:
    """max(0, |x| − 16), a constant for differentiation."""
    return cast("S", apply(special.excess, x))


def sqrt(x: S) -> S:
    """Square root of a positive number."""
    return cast("S", apply(sp.sqrt, x))


def exp(x: S) -> S:
    """Exponential."""
    return cast("S", apply(sp.exp, x))


def sinh_c(x: Channels, c: Scalar, m: Scalar | Channels | Number = 0) -> Channels:
    """e^−m sinh(√c x) / √c, channel by channel."""
    return cast("Channels", apply(special.sinh_c, x, c, m))


def cosh_c(x: Channels, c: Scalar, m: Scalar | Channels | Number = 0) -> Channels:
    """e^−m cosh(√c x), channel by channel."""
    return cast("Channels", apply(special.cosh_c, x, c, m))


def asinh_c(x: Channels, c: Scalar, m: Scalar | Channels | Number = 0) -> Channels:
    """asinh(e^m √c x) / √c, channel by channel."""
    return cast("Channels", apply(special.asinh_c, x, c, m))


def asin_c(x: Channels, c: Scalar) -> Channels:
    """asin(√c x) / √c, channel by channel."""
    return cast("Channels", apply(special.asin_c, x, c))


def sin_c(x: Channels, c: Scalar) -> Channels:
    """sin(√c x) / √c, channel by channel."""
    return cast("Channels", apply(special.sin_c, x, c))


def cos_c(x: Channels, c: Scalar) -> Channels:
    """cos(√c x), channel by channel."""
    return cast("Channels", apply(special.cos_c, x, c))
