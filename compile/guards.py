"""Torch code of the guarded functions of `special`: algebraic functions with exact limits, odd functions of channels.

Every formula is smooth where the mathematics is, also under autograd: a branch that is not taken is evaluated at a
harmless argument (double where). Formulas for channels avoid torch's asinh and sinh, which do not vectorise on a CPU.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from .functions import atn, cs, d_asn, d_atn, d_sn, sn
from .modes import are_values, harmless, is_traced, settled
from .series import asinh

EXCESS = 16.0
"""|x| above which hyperbolic functions are evaluated with a shift e^−m."""
SMALL_TANGENT = 0.25
"""tan² of the angle below which `arc` is evaluated through atn."""


def root(u: Tensor) -> Tensor:
    zero = u <= 0
    return torch.where(zero, 0.0, torch.sqrt(harmless(u, zero)))


def inverse_root(u: Tensor) -> Tensor:
    zero = u <= 0
    return torch.where(zero, 0.0, torch.rsqrt(harmless(u, zero)))


def inverse(u: Tensor) -> Tensor:
    zero = u == 0
    return torch.where(zero, 0.0, 1.0 / harmless(u, zero))


def inverse_resolved(u: Tensor) -> Tensor:
    lost = _is_lost(u)
    return torch.where(lost, 0.0, 1.0 / harmless(u, lost))


def _is_lost(square: Tensor) -> Tensor:
    """Whether the squared inverse of a square, in units of the squared radius of curvature, could overflow."""
    lost: Tensor = square <= torch.finfo(square.dtype).tiny ** 0.45
    return lost


def quotient(a: Tensor | float, b: Tensor, c: Tensor) -> Tensor:
    lost = _is_lost(c * b)
    return torch.where(lost, 0.0, a / harmless(b, lost))


def choose(s: Tensor, a: Tensor | float, b: Tensor | float) -> Tensor:
    return torch.where(s > 0, a, b)


def is_positive(u: Tensor) -> Tensor:
    return (u > 0).to(u.dtype)


def at_least(u: Tensor, bound: Tensor) -> Tensor:
    return torch.maximum(u, bound) if are_values() else u + (torch.maximum(u, bound) - u).detach()


def rise(t: Tensor, s: Tensor) -> Tensor:
    return torch.where(t > 0, 1.0 + t, s / (1.0 + t.abs()))


def vanishes(u: Tensor) -> Tensor:
    return (u == 0).to(u.dtype)


def margin(u: Tensor) -> Tensor:
    floor = torch.finfo(u.dtype).eps / 2
    return u.clamp(min=floor) if are_values() else u + (u.clamp(min=floor) - u).detach()


def excess(x: Tensor) -> Tensor:
    return (x.abs() - EXCESS).clamp(min=0.0).detach()


def arc(u: Tensor, t: Tensor) -> Tensor:
    small = (t > 0) & (u < SMALL_TANGENT * t * t)
    pole = u <= 0
    s = torch.sqrt(torch.where(pole, 1.0, u))
    beyond = torch.where(pole, 0.0, torch.atan2(s, t) / s)
    cosine = torch.where(small, t, 1.0)
    return torch.where(small, atn(torch.where(small, u, 0.0) / cosine**2, 1) / cosine, beyond)


def d_arc(u: Tensor, t: Tensor) -> Tensor:
    small = (t > 0) & (u < SMALL_TANGENT * t * t)
    cosine = torch.where(small, t, 1.0)
    series = d_atn(torch.where(small, u, 0.0) / cosine**2, 1) / cosine**3
    pole = small | (u <= 0)
    safe = torch.where(pole, 1.0, u)
    beyond = torch.where(pole, 0.0, (t / (safe + t * t) - arc(safe, t)) / (2.0 * safe))
    return torch.where(small, series, beyond)


def saturation(q: Tensor, limit: Tensor) -> Tensor:
    beyond = q > limit * limit
    length = torch.sqrt(harmless(q, ~beyond))
    x = length - limit
    return torch.where(beyond, (limit + x * torch.rsqrt(1.0 + x * x)) / length, 1.0)


def d_saturation(q: Tensor, limit: Tensor) -> Tensor:
    beyond = q > limit * limit
    q = harmless(q, ~beyond)
    length = torch.sqrt(q)
    x = length - limit
    inclination = torch.rsqrt(1.0 + x * x)
    return torch.where(beyond, (inclination**3 - (limit + x * inclination) / length) / (2.0 * q), 0.0)


def clip(x: Tensor, m: Tensor) -> Tensor:
    if are_values():
        return torch.minimum(torch.maximum(x, -m), m)
    # forward mode of torch's minimum adds and subtracts the tangent of a large m
    return torch.where(x > m, m, torch.where(x < -m, -m, x))


def is_within(x: Tensor, m: Tensor) -> Tensor:
    return (x.abs() < m).to(x.dtype)


def sinh_c(x: Tensor, c: Tensor, m: Tensor | float) -> Tensor:
    root_c = settled(torch.sqrt(c))
    y = root_c * x
    if isinstance(m, Tensor):
        size = _magnitude(y)
        value = _signed(-0.5 * torch.exp(size - m) * torch.expm1(-2.0 * size), y)
    elif not is_traced():
        value = torch.sinh(y)
    else:
        grown = torch.exp(y.abs())
        far = torch.copysign(0.5 * (grown - 1.0 / grown), y)
        value = torch.where(y.abs() < 1.0, y * _sinh_series(y * y), far)
    return _over(value, root_c)


def _sinh_series(u: Tensor) -> Tensor:
    """sinh(√u)/√u for u ≤ 1."""
    order = 11 if u.dtype == torch.float32 else 19
    value = torch.full_like(u, 1.0 / math.factorial(order))
    for power in range(order - 2, 0, -2):
        value = value * u + 1.0 / math.factorial(power)
    return value


def _over(x: Tensor, divisor: Tensor) -> Tensor:
    """x / divisor, where a compiler divides once and not for every channel."""
    return settled(1.0 / divisor) * x if is_traced() else x / divisor


def _magnitude(y: Tensor) -> Tensor:
    """|y|, with the derivative 1 at 0 that an odd function of it needs."""
    return y.abs() if are_values() else torch.where(y < 0, -y, y)


def _signed(value: Tensor, y: Tensor) -> Tensor:
    """The value of an odd function at y from that at |y|."""
    return torch.copysign(value, y) if are_values() else torch.where(y < 0, -value, value)


def cosh_c(x: Tensor, c: Tensor, m: Tensor | float) -> Tensor:
    size = (settled(torch.sqrt(c)) * x).abs()
    if isinstance(m, Tensor):
        return 0.5 * torch.exp(size - m) * (1.0 + torch.exp(-2.0 * size))
    grown = torch.exp(size)
    return 0.5 * (grown + 1.0 / grown)


def asinh_c(x: Tensor, c: Tensor, m: Tensor | float) -> Tensor:
    root_c = settled(torch.sqrt(c))
    y = root_c * x
    size = _magnitude(y)
    if isinstance(m, Tensor):
        near = size * torch.exp(m.clamp(max=30.0))
        large = (m > 30.0) | (near > 1e6)
        tail = torch.where(large, size, 1.0)
        far = m + torch.log(tail + torch.sqrt(tail * tail + torch.exp(-2.0 * m)))
        value = torch.where(large, far, asinh(torch.where(large, 1.0, near)))
    else:
        value = asinh(size)
    return _over(_signed(value, y), root_c)


def d_sinh_c(x: Tensor, c: Tensor, m: Tensor | float) -> Tensor:
    u = c * x * x
    small = u < 1.0
    near = torch.where(small, x, 0.0)
    series = -(near**3) * d_sn(-c * near * near, -1)
    series = series * torch.exp(-m) if isinstance(m, Tensor) else series
    return torch.where(small, series, (x * cosh_c(x, c, m) - sinh_c(x, c, m)) / (2.0 * c))


def d_asinh_c(x: Tensor, c: Tensor, m: Tensor | float) -> Tensor:
    m = m if isinstance(m, Tensor) else torch.full_like(x, m)
    small = (m < 30.0) & (c * x * x * torch.exp(2.0 * m.clamp(max=30.0)) < 1.0)
    near = torch.where(small, x * torch.exp(m.clamp(max=30.0)), 0.0)
    series = -(near**3) * d_asn(-c * near * near, -1)
    slope = x * inverse_root(torch.exp(-2.0 * m) + c * x * x)
    return torch.where(small, series, (slope - asinh_c(x, c, m)) / (2.0 * c))


def cs_m(u: Tensor, m: Tensor) -> Tensor:
    shifted = m > 0
    a = torch.sqrt(torch.where(shifted, -u, 1.0))
    far = 0.5 * torch.exp(a - m) * (1.0 + torch.exp(-2.0 * a))
    return torch.where(shifted, far, cs(torch.where(shifted, 0.0, u), -1))


def sn_m(u: Tensor, m: Tensor) -> Tensor:
    shifted = m > 0
    a = torch.sqrt(torch.where(shifted, -u, 1.0))
    far = -0.5 * torch.exp(a - m) * torch.expm1(-2.0 * a) / a
    return torch.where(shifted, far, sn(torch.where(shifted, 0.0, u), -1))


def d_sn_m(u: Tensor, m: Tensor) -> Tensor:
    shifted = m > 0
    safe = torch.where(shifted, u, -1.0)
    far = (cs_m(safe, m) - sn_m(safe, m)) / (2.0 * safe)
    return torch.where(shifted, far, d_sn(torch.where(shifted, 0.0, u), -1))


def asin_c(x: Tensor, c: Tensor) -> Tensor:
    y = (torch.sqrt(c) * x).clamp(-1.0, 1.0)
    return torch.asin(y) / torch.sqrt(c)


def d_asin_c(x: Tensor, c: Tensor) -> Tensor:
    return x**3 * d_asn(c * x * x, 1)


def sin_c(x: Tensor, c: Tensor) -> Tensor:
    return torch.sin(torch.sqrt(c) * x) / torch.sqrt(c)


def cos_c(x: Tensor, c: Tensor) -> Tensor:
    return torch.cos(torch.sqrt(c) * x)


def d_sin_c(x: Tensor, c: Tensor) -> Tensor:
    return x**3 * d_sn(c * x * x, 1)
