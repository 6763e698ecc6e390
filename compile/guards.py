"""Torch code of the guarded functions of `special`: algebraic functions with exact limits, odd functions of channels.

Every formula is smooth where the mathematics is, also under autograd: a branch that is not taken is evaluated at a
harmless argument (double where). Formulas for channels avoid torch's asinh and sinh, which do not vectorise on a CPU.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .functions import asn, atn, cs, d_asn, d_atn, d_sn, sn

EXCESS = 16.0
"""|x| above which hyperbolic functions are evaluated with a shift e^−m."""
SMALL_TANGENT = 0.25
"""tan² of the angle below which `arc` is evaluated through atn."""


def root(u: Tensor) -> Tensor:
    zero = u <= 0
    return torch.where(zero, 0.0, torch.sqrt(torch.where(zero, 1.0, u)))


def inverse_root(u: Tensor) -> Tensor:
    zero = u <= 0
    return torch.where(zero, 0.0, torch.rsqrt(torch.where(zero, 1.0, u)))


def inverse(u: Tensor) -> Tensor:
    zero = u == 0
    return torch.where(zero, 0.0, 1.0 / torch.where(zero, 1.0, u))


def inverse_resolved(u: Tensor) -> Tensor:
    lost = _is_lost(u)
    return torch.where(lost, 0.0, 1.0 / torch.where(lost, 1.0, u))


def _is_lost(square: Tensor) -> Tensor:
    """Whether the squared inverse of a square, in units of the squared radius of curvature, could overflow."""
    lost: Tensor = square <= torch.finfo(square.dtype).tiny ** 0.45
    return lost


def quotient(a: Tensor | float, b: Tensor, c: Tensor) -> Tensor:
    lost = _is_lost(c * b)
    return torch.where(lost, 0.0, a / torch.where(lost, 1.0, b))


def choose(s: Tensor, a: Tensor | float, b: Tensor | float) -> Tensor:
    return torch.where(s > 0, a, b)


def is_positive(u: Tensor) -> Tensor:
    return (u > 0).to(u.dtype)


def at_least(u: Tensor, bound: Tensor) -> Tensor:
    return u + (torch.maximum(u, bound) - u).detach()


def rise(t: Tensor, s: Tensor) -> Tensor:
    return torch.where(t > 0, 1.0 + t, s / (1.0 + t.abs()))


def vanishes(u: Tensor) -> Tensor:
    return (u == 0).to(u.dtype)


def margin(u: Tensor) -> Tensor:
    floor = torch.finfo(u.dtype).eps / 2
    return u + (u.clamp(min=floor) - u).detach()


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


def _shift(m: Tensor | float, x: Tensor) -> Tensor:
    return m if isinstance(m, Tensor) else torch.full_like(x, m)


def sinh_c(x: Tensor, c: Tensor, m: Tensor | float) -> Tensor:
    y = torch.sqrt(c) * x
    size = torch.where(y < 0, -y, y)
    value = -0.5 * torch.exp(size - m) * torch.expm1(-2.0 * size) / torch.sqrt(c)
    return torch.where(y < 0, -value, value)


def cosh_c(x: Tensor, c: Tensor, m: Tensor | float) -> Tensor:
    size = (torch.sqrt(c) * x).abs()
    return 0.5 * torch.exp(size - m) * (1.0 + torch.exp(-2.0 * size))


def asinh_c(x: Tensor, c: Tensor, m: Tensor | float) -> Tensor:
    m = _shift(m, x)
    y = torch.sqrt(c) * torch.where(x < 0, -x, x)
    s = y * torch.exp(m.clamp(max=30.0))
    large = (m > 30.0) | (s > 1e6)
    s = torch.where(large, 1.0, s)
    tail = torch.where(large, y, 1.0)
    near = torch.log1p(s + s * s / (1.0 + torch.sqrt(1.0 + s * s)))
    far = m + torch.log(tail + torch.sqrt(tail * tail + torch.exp(-2.0 * m)))
    value = torch.where(large, far, near) / torch.sqrt(c)
    return torch.where(x < 0, -value, value)


def d_sinh_c(x: Tensor, c: Tensor, m: Tensor | float) -> Tensor:
    m = _shift(m, x)
    u = c * x * x
    small = u < 1.0
    near = torch.where(small, x, 0.0)
    series = -(near**3) * d_sn(-c * near * near, -1) * torch.exp(-m)
    return torch.where(small, series, (x * cosh_c(x, c, m) - sinh_c(x, c, m)) / (2.0 * c))


def d_asinh_c(x: Tensor, c: Tensor, m: Tensor | float) -> Tensor:
    m = _shift(m, x)
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


def asn_m(u: Tensor, m: Tensor) -> Tensor:
    shifted = m > 0
    s = torch.sqrt(torch.where(shifted, -u, 1.0))
    far = (m + torch.log(s + torch.sqrt(s * s + torch.exp(-2.0 * m)))) / s
    return torch.where(shifted, far, asn(torch.where(shifted, 0.0, u), -1))


def d_asn_m(u: Tensor, m: Tensor) -> Tensor:
    shifted = m > 0
    safe = torch.where(shifted, u, -1.0)
    far = (torch.rsqrt(torch.exp(-2.0 * m) - safe) - asn_m(safe, m)) / (2.0 * safe)
    return torch.where(shifted, far, d_asn(torch.where(shifted, 0.0, u), -1))


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
