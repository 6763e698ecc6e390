"""Ops of the hyperboloid, in ambient coordinates, time first (curvature −c).

Generated from specs/ambient.py by `manifuse ops generate`; do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ...compile.functions import asn, cs, d_asn, d_sn, sn
from ...compile.guards import (
    at_least,
    choose,
    inverse,
    inverse_resolved,
    inverse_root,
    is_positive,
    quotient,
    root,
    vanishes,
)
from ...compile.modes import settled
from ...compile.runtime import Formulas, Operation, combine, combine_rows, dot, join, row_sum, split

__all__ = [
    "dist",
    "dist0",
    "egrad2rgrad",
    "expmap",
    "expmap0",
    "expmap_transp",
    "from_stereographic",
    "geodesic",
    "inner",
    "logmap",
    "logmap0",
    "midpoint",
    "proju",
    "projx",
    "shrink_transp",
    "sqdist",
    "to_stereographic",
    "transp",
    "transp0",
    "transp0back",
]


def _projx(x: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    out_t = torch.sqrt(x_s_x_s + 1 / c)
    return (join(out_t, x_s, dim), x_s_x_s)


def _projx_vjp(
    x: Tensor, c: Tensor, x_s_x_s: Tensor, g_out: Tensor, g_x_s_x_s: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    _, x_s = split(x, dim)
    g_out_t, g_out_s = split(g_out, dim)
    t0 = g_out_t / (2 * torch.sqrt(x_s_x_s + 1 / c))
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s + t0
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[1]:
        d_c = -t0 / c**2
    return (join(None, combine((d_x_s_x_s_2, x_s), (1, g_out_s)), dim) if needs[0] else None, d_c if needs[1] else None)


def _projx_jvp(x: Tensor, c: Tensor, x_s_x_s: Tensor, t_x: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, t_x_s = split(t_x, dim)
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    t0 = 1 / (2 * torch.sqrt(x_s_x_s + 1 / c))
    t_out_t = t_x_s_x_s * t0 - t_c * t0 / c**2
    return (join(t_out_t, t_x_s, dim), t_x_s_x_s)


_projx_op = Operation(
    "projx", Formulas(_projx, _projx_vjp, _projx_jvp), inputs=(("x", "ambient"), ("c", "scalar")), results=("ambient",)
)


def projx(x: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Point of the manifold for any ambient vector: time recomputed, or scaled to the sphere (0 goes to the pole).

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{out\_t} = \sqrt{\mathrm{x\_s\_x\_s} + \frac{1}{c}}
        \mathrm{out\_s} = \mathrm{x\_s}

    Cost: 1 inner products, 5 further operations; backward 0 inner products, 15 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _projx_op(x, c, dim=dim)
    return result


def _proju(x: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    t0 = torch.sqrt(1 + x_s_x_s * c)
    t = t0
    x_s_v_s = dot(x_s, v_s, dim)
    t1 = torch.sqrt(c)
    lead = x_s_v_s - v_t * t / t1
    space_x_s = settled(lead * c)
    out_t = t1 * (x_s_v_s + space_x_s * x_s_x_s) / t0
    return (join(out_t, combine((1, v_s), (space_x_s, x_s)), dim), x_s_x_s, x_s_v_s)


def _proju_vjp(
    x: Tensor,
    v: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    x_s_v_s: Tensor,
    g_out: Tensor,
    g_x_s_x_s: Tensor,
    g_x_s_v_s: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    _, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    g_out_t, g_out_s = split(g_out, dim)
    t0 = 1 + x_s_x_s * c
    t1 = torch.sqrt(t0)
    t = t1
    t2 = torch.sqrt(c)
    t3 = 1 / t2
    if needs[0] or needs[2]:
        t4 = v_t * t3
        lead = x_s_v_s - t4 * t
        space_x_s = settled(lead * c)
    x_s_g_out_s = dot(x_s, g_out_s, dim)
    t5 = 1 / t1
    t6 = g_out_t * t2 * t5
    d_space_x_s = x_s_g_out_s + t6 * x_s_x_s
    d_lead = d_space_x_s * c
    if needs[0] or needs[1]:
        d_x_s_v_s = settled(g_x_s_v_s + d_lead + t6)
    if needs[0] or needs[2]:
        d_t = -d_lead * t4
        t7 = torch.sqrt(c) ** 3
        t8 = x_s_v_s + space_x_s * x_s_x_s
        t9 = t8 / (2 * torch.sqrt(t0) ** 3)
        t10 = d_t * t5 / 2
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s + g_out_t * (-t9 * t7 + space_x_s * t2 * t5) + t10 * c
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[1] or needs[2]:
        t11 = d_lead * t
    if needs[1]:
        d_v_t = -t11 * t3
    if needs[2]:
        d_c = (
            g_out_t * (t8 * t3 * t5 / 2 - t9 * x_s_x_s * t2) + d_space_x_s * lead + t10 * x_s_x_s + v_t * t11 / (2 * t7)
        )
    return (
        join(None, combine((d_x_s_v_s, v_s), (d_x_s_x_s_2, x_s), (space_x_s, g_out_s)), dim) if needs[0] else None,
        join(d_v_t, combine((d_x_s_v_s, x_s), (1, g_out_s)), dim) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _proju_jvp(
    x: Tensor, v: Tensor, c: Tensor, x_s_x_s: Tensor, x_s_v_s: Tensor, t_x: Tensor, t_v: Tensor, t_c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    _, t_x_s = split(t_x, dim)
    t_v_t, t_v_s = split(t_v, dim)
    t0 = 1 + x_s_x_s * c
    t1 = torch.sqrt(t0)
    t = t1
    t2 = torch.sqrt(c)
    t3 = 1 / t2
    t4 = t * t3
    lead = x_s_v_s - v_t * t4
    space_x_s = lead * c
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    t5 = 1 / t1
    t6 = t5 / 2
    t_t = t_c * x_s_x_s * t6 + t_x_s_x_s * c * t6
    v_s_t_x_s = dot(v_s, t_x_s, dim)
    x_s_t_v_s = dot(x_s, t_v_s, dim)
    t_x_s_v_s = v_s_t_x_s + x_s_t_v_s
    t7 = torch.sqrt(c) ** 3
    t_lead = t_x_s_v_s - t_v_t * t4 - t_t * v_t * t3 + t_c * v_t * t / (2 * t7)
    t_space_x_s = t_c * lead + t_lead * c
    t8 = x_s_v_s + space_x_s * x_s_x_s
    t9 = t8 / (2 * torch.sqrt(t0) ** 3)
    t10 = t2 * t5
    t_out_t = (
        t_c * (t8 * t3 * t5 / 2 - t9 * x_s_x_s * t2)
        + t_x_s_x_s * (-t9 * t7 + space_x_s * t2 * t5)
        + t_x_s_v_s * t10
        + t_space_x_s * x_s_x_s * t10
    )
    return (join(t_out_t, combine((space_x_s, t_x_s), (1, t_v_s), (t_space_x_s, x_s)), dim), t_x_s_x_s, t_x_s_v_s)


_proju_op = Operation(
    "proju",
    Formulas(_proju, _proju_vjp, _proju_jvp),
    inputs=(("x", "ambient"), ("v", "ambient"), ("c", "scalar")),
    results=("ambient",),
)


def proju(x: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Orthogonal projection v − κ⟨x, v⟩x to the tangent space at x.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        t = \sqrt{1 + \mathrm{x\_s\_x\_s} c}
        \mathrm{x\_s\_v\_s} = \langle \mathrm{x\_s}, \mathrm{v\_s} \rangle
        \mathrm{lead} = \mathrm{x\_s\_v\_s} - \frac{\mathrm{v\_t} t}{\sqrt{c}}
        \mathrm{space\_x\_s} = \mathrm{lead} c
        \mathrm{out\_t} = \frac{\sqrt{c} \left(\mathrm{x\_s\_v\_s} + \mathrm{space\_x\_s} \mathrm{x\_s\_x\_s}\right)}{\sqrt{1 + \mathrm{x\_s\_x\_s} c}}
        \mathrm{out\_s} = \mathrm{v\_s} + \mathrm{space\_x\_s} \mathrm{x\_s}

    Cost: 2 inner products, 17 further operations; backward 1 inner products, 65 further operations. Saved: the
    inputs and 2 scalars per row.
    """
    result: Tensor = _proju_op(x, v, c, dim=dim)
    return result


def _egrad2rgrad(x: Tensor, grad: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    grad_t, grad_s = split(grad, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    t0 = torch.sqrt(1 + x_s_x_s * c)
    t = t0
    x_s_grad_s = dot(x_s, grad_s, dim)
    t1 = torch.sqrt(c)
    lead = x_s_grad_s + grad_t * t / t1
    space_x_s = settled(lead * c)
    out_t = t1 * (x_s_grad_s + space_x_s * x_s_x_s) / t0
    return (join(out_t, combine((1, grad_s), (space_x_s, x_s)), dim), x_s_x_s, x_s_grad_s)


def _egrad2rgrad_vjp(
    x: Tensor,
    grad: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    x_s_grad_s: Tensor,
    g_out: Tensor,
    g_x_s_x_s: Tensor,
    g_x_s_grad_s: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    _, x_s = split(x, dim)
    grad_t, grad_s = split(grad, dim)
    g_out_t, g_out_s = split(g_out, dim)
    t0 = 1 + x_s_x_s * c
    t1 = torch.sqrt(t0)
    t = t1
    t2 = torch.sqrt(c)
    t3 = 1 / t2
    if needs[0] or needs[2]:
        t4 = grad_t * t3
        lead = x_s_grad_s + t4 * t
        space_x_s = settled(lead * c)
    x_s_g_out_s = dot(x_s, g_out_s, dim)
    t5 = 1 / t1
    t6 = g_out_t * t2 * t5
    d_space_x_s = x_s_g_out_s + t6 * x_s_x_s
    d_lead = d_space_x_s * c
    if needs[0] or needs[1]:
        d_x_s_grad_s = settled(g_x_s_grad_s + d_lead + t6)
    if needs[0] or needs[2]:
        d_t = d_lead * t4
        t7 = torch.sqrt(c) ** 3
        t8 = x_s_grad_s + space_x_s * x_s_x_s
        t9 = t8 / (2 * torch.sqrt(t0) ** 3)
        t10 = d_t * t5 / 2
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s + g_out_t * (-t9 * t7 + space_x_s * t2 * t5) + t10 * c
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[1] or needs[2]:
        t11 = d_lead * t
    if needs[1]:
        d_grad_t = t11 * t3
    if needs[2]:
        d_c = (
            g_out_t * (t8 * t3 * t5 / 2 - t9 * x_s_x_s * t2)
            + d_space_x_s * lead
            + t10 * x_s_x_s
            - grad_t * t11 / (2 * t7)
        )
    return (
        join(None, combine((d_x_s_grad_s, grad_s), (d_x_s_x_s_2, x_s), (space_x_s, g_out_s)), dim)
        if needs[0]
        else None,
        join(d_grad_t, combine((d_x_s_grad_s, x_s), (1, g_out_s)), dim) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _egrad2rgrad_jvp(
    x: Tensor,
    grad: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    x_s_grad_s: Tensor,
    t_x: Tensor,
    t_grad: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    grad_t, grad_s = split(grad, dim)
    _, t_x_s = split(t_x, dim)
    t_grad_t, t_grad_s = split(t_grad, dim)
    t0 = 1 + x_s_x_s * c
    t1 = torch.sqrt(t0)
    t = t1
    t2 = torch.sqrt(c)
    t3 = 1 / t2
    t4 = t * t3
    lead = x_s_grad_s + grad_t * t4
    space_x_s = lead * c
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    t5 = 1 / t1
    t6 = t5 / 2
    t_t = t_c * x_s_x_s * t6 + t_x_s_x_s * c * t6
    grad_s_t_x_s = dot(grad_s, t_x_s, dim)
    x_s_t_grad_s = dot(x_s, t_grad_s, dim)
    t_x_s_grad_s = grad_s_t_x_s + x_s_t_grad_s
    t7 = torch.sqrt(c) ** 3
    t_lead = t_x_s_grad_s + t_grad_t * t4 + t_t * grad_t * t3 - t_c * grad_t * t / (2 * t7)
    t_space_x_s = t_c * lead + t_lead * c
    t8 = x_s_grad_s + space_x_s * x_s_x_s
    t9 = t8 / (2 * torch.sqrt(t0) ** 3)
    t10 = t2 * t5
    t_out_t = (
        t_c * (t8 * t3 * t5 / 2 - t9 * x_s_x_s * t2)
        + t_x_s_x_s * (-t9 * t7 + space_x_s * t2 * t5)
        + t_x_s_grad_s * t10
        + t_space_x_s * x_s_x_s * t10
    )
    return (join(t_out_t, combine((space_x_s, t_x_s), (1, t_grad_s), (t_space_x_s, x_s)), dim), t_x_s_x_s, t_x_s_grad_s)


_egrad2rgrad_op = Operation(
    "egrad2rgrad",
    Formulas(_egrad2rgrad, _egrad2rgrad_vjp, _egrad2rgrad_jvp),
    inputs=(("x", "ambient"), ("grad", "ambient"), ("c", "scalar")),
    results=("ambient",),
)


def egrad2rgrad(x: Tensor, grad: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Riemannian gradient: projection of J grad, J = diag(sign κ, 1, …, 1), by the Euclidean product of x and grad.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        t = \sqrt{1 + \mathrm{x\_s\_x\_s} c}
        \mathrm{x\_s\_grad\_s} = \langle \mathrm{x\_s}, \mathrm{grad\_s} \rangle
        \mathrm{lead} = \mathrm{x\_s\_grad\_s} + \frac{\mathrm{grad\_t} t}{\sqrt{c}}
        \mathrm{space\_x\_s} = \mathrm{lead} c
        \mathrm{out\_t} = \frac{\sqrt{c} \left(\mathrm{x\_s\_grad\_s} + \mathrm{space\_x\_s} \mathrm{x\_s\_x\_s}\right)}{\sqrt{1 + \mathrm{x\_s\_x\_s} c}}
        \mathrm{out\_s} = \mathrm{grad\_s} + \mathrm{space\_x\_s} \mathrm{x\_s}

    Cost: 2 inner products, 17 further operations; backward 1 inner products, 65 further operations. Saved: the
    inputs and 2 scalars per row.
    """
    result: Tensor = _egrad2rgrad_op(x, grad, c, dim=dim)
    return result


def _inner(x: Tensor, u: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, u_s = split(u, dim)
    _, v_s = split(v, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    x_s_u_s = dot(x_s, u_s, dim)
    x_s_v_s = dot(x_s, v_s, dim)
    t0 = settled(quotient(1, x_s_x_s, c))
    formed = settled(combine((1, u_s), (-x_s_u_s * t0, x_s)))
    x_s_formed = dot(x_s, formed, dim)
    formed_2 = combine((1, formed), (-x_s_formed * t0, x_s))
    v_s_formed = dot(v_s, formed_2, dim)
    out = v_s_formed + x_s_u_s * x_s_v_s * (t0 - c * (1 - quotient(x_s_x_s, x_s_x_s, c))) / (1 + x_s_x_s * c)
    return (out, x_s_x_s, x_s_u_s, x_s_v_s, x_s_formed, v_s_formed)


def _inner_vjp(
    x: Tensor,
    u: Tensor,
    v: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    x_s_u_s: Tensor,
    x_s_v_s: Tensor,
    x_s_formed: Tensor,
    v_s_formed: Tensor,
    g_out: Tensor,
    g_x_s_x_s: Tensor,
    g_x_s_u_s: Tensor,
    g_x_s_v_s: Tensor,
    g_x_s_formed: Tensor,
    g_v_s_formed: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    _, x_s = split(x, dim)
    _, u_s = split(u, dim)
    _, v_s = split(v, dim)
    t0 = quotient(1, x_s_x_s, c)
    if needs[0] or needs[2]:
        t1 = settled(x_s_u_s * t0)
        formed = settled(combine((1, u_s), (-t1, x_s)))
        t2 = settled(x_s_formed * t0)
    if needs[2]:
        formed_2 = combine((1, formed), (-t2, x_s))
    if needs[0] or needs[1] or needs[2]:
        d_v_s_formed = settled(g_out + g_v_s_formed)
    if needs[0] or needs[1]:
        t3 = d_v_s_formed * x_s_v_s
        t4 = -t0 * t3
        d_x_s_formed = settled(g_x_s_formed + t4)
    t5 = x_s_x_s * c
    t6 = 1 + t5
    t7 = 1 / t6
    t8 = quotient(x_s_x_s, x_s_x_s, c)
    t9 = -1 + t8
    t10 = t0 + t9 * c
    if needs[0] or needs[1] or needs[2]:
        t11 = g_out * t10
    if needs[0] or needs[2]:
        d_x_s_v_s = settled(g_x_s_v_s + x_s_u_s * t11 * t7)
    if needs[0] or needs[1]:
        d_x_s_u_s = settled(g_x_s_u_s + t4 + x_s_v_s * t11 * t7 - d_x_s_formed * t0 * x_s_x_s)
    if needs[0]:
        t12 = inverse_resolved(t5)
        t13 = t12 * c
    if needs[0] or needs[3]:
        t14 = x_s_u_s * x_s_v_s * t10 / t6**2
    if needs[0]:
        t15 = t3 * t13
        t16 = d_x_s_formed * t1
        d_x_s_x_s = (
            g_x_s_x_s
            + g_out * (-t14 * c + x_s_u_s * x_s_v_s * t7 * (-t0 * t13 - c * (-t13 + t8 * t13)))
            + t1 * t15
            + t15 * t2
            + t16 * t12 * t5
        )
        d_x_s_v_s_2 = settled(d_x_s_v_s - d_v_s_formed * t1 - d_v_s_formed * t2)
        d_x_s_x_s_2 = settled(-t16 + 2 * d_x_s_x_s)
    if needs[1]:
        d_u_s_x_s = settled(d_x_s_formed + d_x_s_u_s)
    if needs[3]:
        d_c = g_out * (-t14 * x_s_x_s + x_s_u_s * x_s_v_s * t9 * t7)
    return (
        join(None, combine((d_x_s_v_s_2, v_s), (d_x_s_formed, formed), (d_x_s_x_s_2, x_s), (d_x_s_u_s, u_s)), dim)
        if needs[0]
        else None,
        join(None, combine((d_v_s_formed, v_s), (d_u_s_x_s, x_s)), dim) if needs[1] else None,
        join(None, combine((d_v_s_formed, formed_2), (d_x_s_v_s, x_s)), dim) if needs[2] else None,
        d_c if needs[3] else None,
    )


def _inner_jvp(
    x: Tensor,
    u: Tensor,
    v: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    x_s_u_s: Tensor,
    x_s_v_s: Tensor,
    x_s_formed: Tensor,
    v_s_formed: Tensor,
    t_x: Tensor,
    t_u: Tensor,
    t_v: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, u_s = split(u, dim)
    _, v_s = split(v, dim)
    _, t_x_s = split(t_x, dim)
    _, t_u_s = split(t_u, dim)
    _, t_v_s = split(t_v, dim)
    t0 = quotient(1, x_s_x_s, c)
    t1 = x_s_u_s * t0
    t2 = -t1
    formed = combine((1, u_s), (t2, x_s))
    t3 = x_s_formed * t0
    formed_2 = combine((1, formed), (-t3, x_s))
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    u_s_t_x_s = dot(u_s, t_x_s, dim)
    x_s_t_u_s = dot(x_s, t_u_s, dim)
    t_x_s_u_s = u_s_t_x_s + x_s_t_u_s
    v_s_t_x_s = dot(v_s, t_x_s, dim)
    x_s_t_v_s = dot(x_s, t_v_s, dim)
    t_x_s_v_s = v_s_t_x_s + x_s_t_v_s
    t_formed_t_x_s = t2
    t4 = x_s_x_s * c
    t5 = c * inverse_resolved(t4)
    t6 = t_x_s_x_s * t5
    t_formed_x_s = t1 * t6 - t_x_s_u_s * t0
    formed_t_x_s = dot(formed, t_x_s, dim)
    t_x_s_formed = x_s_t_u_s + formed_t_x_s + x_s_t_x_s * t_formed_t_x_s + t_formed_x_s * x_s_x_s
    t_formed_t_x_s_2 = t_formed_t_x_s - t3
    t_formed_x_s_2 = t_formed_x_s + t3 * t6 - t_x_s_formed * t0
    formed_t_v_s = dot(formed_2, t_v_s, dim)
    v_s_t_u_s = dot(v_s, t_u_s, dim)
    t_v_s_formed = formed_t_v_s + v_s_t_u_s + v_s_t_x_s * t_formed_t_x_s_2 + t_formed_x_s_2 * x_s_v_s
    t7 = 1 + t4
    t8 = 1 / t7
    t9 = quotient(x_s_x_s, x_s_x_s, c)
    t10 = -1 + t9
    t11 = t0 + t10 * c
    t12 = x_s_u_s * t11
    t13 = x_s_v_s * t12 / t7**2
    t_out = (
        t_v_s_formed
        + t_c * (-t13 * x_s_x_s + x_s_u_s * x_s_v_s * t10 * t8)
        + t_x_s_x_s * (-t13 * c + x_s_u_s * x_s_v_s * t8 * (-t0 * t5 - c * (-t5 + t9 * t5)))
        + t_x_s_v_s * t12 * t8
        + t_x_s_u_s * x_s_v_s * t11 * t8
    )
    return (t_out, t_x_s_x_s, t_x_s_u_s, t_x_s_v_s, t_x_s_formed, t_v_s_formed)


_inner_op = Operation(
    "inner",
    Formulas(_inner, _inner_vjp, _inner_jvp),
    inputs=(("x", "ambient"), ("u", "ambient"), ("v", "ambient"), ("c", "scalar")),
    results=("scalar",),
)


def inner(x: Tensor, u: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Inner product of two tangent vectors at x.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{x\_s\_u\_s} = \langle \mathrm{x\_s}, \mathrm{u\_s} \rangle
        \mathrm{x\_s\_v\_s} = \langle \mathrm{x\_s}, \mathrm{v\_s} \rangle
        \mathrm{formed} = \mathrm{u\_s} - \mathrm{x\_s\_u\_s} \mathrm{x\_s} \operatorname{quotient}\left(1, \mathrm{x\_s\_x\_s}, c\right)
        \mathrm{x\_s\_formed} = \langle \mathrm{x\_s}, \mathrm{formed} \rangle
        \mathrm{formed\_2} = \mathrm{formed} - \mathrm{x\_s\_formed} \mathrm{x\_s} \operatorname{quotient}\left(1, \mathrm{x\_s\_x\_s}, c\right)
        \mathrm{v\_s\_formed} = \langle \mathrm{v\_s}, \mathrm{formed\_2} \rangle
        \mathrm{out} = \mathrm{v\_s\_formed} + \frac{\mathrm{x\_s\_u\_s} \mathrm{x\_s\_v\_s} \left(- c \left(1 - \operatorname{quotient}\left(\mathrm{x\_s\_x\_s}, \mathrm{x\_s\_x\_s}, c\right)\right) + \operatorname{quotient}\left(1, \mathrm{x\_s\_x\_s}, c\right)\right)}{1 + \mathrm{x\_s\_x\_s} c}

    Cost: 5 inner products, 20 further operations; backward 0 inner products, 87 further operations. Saved: the
    inputs and 5 scalars per row.
    """
    result: Tensor = _inner_op(x, u, v, c, dim=dim)
    return result


def _expmap0(u: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    square = -uu * c
    out_t = cs(square, -1) / torch.sqrt(c)
    out_s_u = settled(sn(square, -1))
    return (join(out_t, out_s_u * u, dim), uu)


def _expmap0_vjp(
    u: Tensor, c: Tensor, uu: Tensor, g_out: Tensor, g_uu: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    g_out_t, g_out_s = split(g_out, dim)
    square = -uu * c
    t0 = sn(square, -1)
    if needs[0]:
        out_s_u = settled(t0)
    u_g_out_s = dot(u, g_out_s, dim)
    t1 = g_out_t / 2
    d_square = u_g_out_s * d_sn(square, -1) - t0 * t1 / torch.sqrt(c)
    if needs[0]:
        d_uu = g_uu - d_square * c
        d_u_u = settled(2 * d_uu)
    if needs[1]:
        d_c = -d_square * uu - t1 * cs(square, -1) / torch.sqrt(c) ** 3
    return (combine((d_u_u, u), (out_s_u, g_out_s)) if needs[0] else None, d_c if needs[1] else None)


def _expmap0_jvp(u: Tensor, c: Tensor, uu: Tensor, t_u: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    square = -uu * c
    t0 = sn(square, -1)
    out_s_u = t0
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_square = -t_c * uu - t_uu * c
    t_out_t = -t_square * t0 / (2 * torch.sqrt(c)) - t_c * cs(square, -1) / (2 * torch.sqrt(c) ** 3)
    t_out_s_u = t_square * d_sn(square, -1)
    return (join(t_out_t, combine((out_s_u, t_u), (t_out_s_u, u)), dim), t_uu)


_expmap0_op = Operation(
    "expmap0",
    Formulas(_expmap0, _expmap0_vjp, _expmap0_jvp),
    inputs=(("u", "vector"), ("c", "scalar")),
    results=("ambient",),
)


def expmap0(u: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Exponential map at the origin, (cs, sn u) of the frame vector u.

    Formula (LaTeX)::

        \mathrm{uu} = \langle u, u \rangle
        \mathrm{square} = - \mathrm{uu} c
        \mathrm{out\_t} = \frac{\operatorname{cs}\left(\mathrm{square}\right)}{\sqrt{c}}
        \mathrm{out\_s\_u} = \operatorname{sn}\left(\mathrm{square}\right)
        \mathrm{out\_s} = \mathrm{out\_s\_u} u

    Cost: 1 inner products, 8 further operations; backward 1 inner products, 24 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _expmap0_op(u, c, dim=dim)
    return result


def _logmap0(x: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    out_x_s = settled(asn(-x_s_x_s * c, -1))
    return (out_x_s * x_s, x_s_x_s)


def _logmap0_vjp(
    x: Tensor, c: Tensor, x_s_x_s: Tensor, g_out: Tensor, g_x_s_x_s: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    _, x_s = split(x, dim)
    t0 = -x_s_x_s * c
    if needs[0]:
        out_x_s = settled(asn(t0, -1))
    x_s_g_out = dot(x_s, g_out, dim)
    t1 = x_s_g_out * d_asn(t0, -1)
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s - t1 * c
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[1]:
        d_c = -t1 * x_s_x_s
    return (
        join(None, combine((d_x_s_x_s_2, x_s), (out_x_s, g_out)), dim) if needs[0] else None,
        d_c if needs[1] else None,
    )


def _logmap0_jvp(x: Tensor, c: Tensor, x_s_x_s: Tensor, t_x: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, t_x_s = split(t_x, dim)
    t0 = -x_s_x_s * c
    out_x_s = asn(t0, -1)
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    t1 = d_asn(t0, -1)
    t_out_x_s = -t_c * t1 * x_s_x_s - t_x_s_x_s * t1 * c
    return (combine((out_x_s, t_x_s), (t_out_x_s, x_s)), t_x_s_x_s)


_logmap0_op = Operation(
    "logmap0",
    Formulas(_logmap0, _logmap0_vjp, _logmap0_jvp),
    inputs=(("x", "ambient"), ("c", "scalar")),
    results=("vector",),
)


def logmap0(x: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Logarithm at the origin, in n numbers: x_s scaled by the angle over its sine.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{out\_x\_s} = \operatorname{asn}\left(- \mathrm{x\_s\_x\_s} c\right)
        \mathrm{out} = \mathrm{out\_x\_s} \mathrm{x\_s}

    Cost: 1 inner products, 5 further operations; backward 1 inner products, 14 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _logmap0_op(x, c, dim=dim)
    return result


def _expmap(x: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, v_s = split(v, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    x_s_v_s = dot(x_s, v_s, dim)
    t0 = settled(quotient(1, x_s_x_s, c))
    formed = settled(combine((1, v_s), (-x_s_v_s * t0, x_s)))
    x_s_formed = dot(x_s, formed, dim)
    formed_2 = combine((1, formed), (-x_s_formed * t0, x_s))
    v_s_formed = dot(v_s, formed_2, dim)
    square = -c * (v_s_formed + x_s_v_s**2 * (t0 - c * (1 - quotient(x_s_x_s, x_s_x_s, c))) / (1 + x_s_x_s * c))
    c_2 = settled(cs(square, 0))
    s = settled(sn(square, 0))
    out_s = settled(combine((c_2, x_s), (s, v_s)))
    formed_formed = dot(out_s, out_s, dim)
    out_t = torch.sqrt(formed_formed + 1 / c)
    return (join(out_t, out_s, dim), x_s_x_s, x_s_v_s, x_s_formed, v_s_formed, formed_formed)


def _expmap_vjp(
    x: Tensor,
    v: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    x_s_v_s: Tensor,
    x_s_formed: Tensor,
    v_s_formed: Tensor,
    formed_formed: Tensor,
    g_out: Tensor,
    g_x_s_x_s: Tensor,
    g_x_s_v_s: Tensor,
    g_x_s_formed: Tensor,
    g_v_s_formed: Tensor,
    g_formed_formed: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    _, x_s = split(x, dim)
    _, v_s = split(v, dim)
    g_out_t, g_out_s = split(g_out, dim)
    t0 = quotient(1, x_s_x_s, c)
    if needs[0] or needs[1]:
        t1 = settled(x_s_v_s * t0)
        formed = settled(combine((1, v_s), (-t1, x_s)))
        t2 = settled(x_s_formed * t0)
    if needs[1]:
        formed_2 = combine((1, formed), (-t2, x_s))
    t3 = quotient(x_s_x_s, x_s_x_s, c)
    t4 = -1 + t3
    t5 = t0 + t4 * c
    t6 = x_s_v_s**2
    t7 = x_s_x_s * c
    t8 = 1 + t7
    t9 = 1 / t8
    t10 = v_s_formed + t5 * t6 * t9
    square = -t10 * c
    c_2 = settled(cs(square, 0))
    t11 = sn(square, 0)
    s = settled(t11)
    out_s = combine((c_2, x_s), (s, v_s))
    t12 = g_out_t / (2 * torch.sqrt(formed_formed + 1 / c))
    d_formed_formed = g_formed_formed + t12
    d_out_s_out_s = settled(2 * d_formed_formed)
    d_out_s = settled(combine((d_out_s_out_s, out_s), (1, g_out_s)))
    x_s_d_out_s = dot(x_s, d_out_s, dim)
    v_s_d_out_s = dot(v_s, d_out_s, dim)
    d_square = v_s_d_out_s * d_sn(square, 0) - x_s_d_out_s * t11 / 2
    if needs[0] or needs[1]:
        t13 = d_square * c
        d_v_s_formed = settled(g_v_s_formed - t13)
        t14 = d_v_s_formed * t1
        d_x_s_formed = settled(g_x_s_formed - t14)
        d_x_s_v_s = g_x_s_v_s - t14 - d_x_s_formed * t0 * x_s_x_s - 2 * x_s_v_s * t13 * t5 * t9
    if needs[0]:
        t15 = inverse_resolved(t7)
        t16 = t15 * c
        t17 = t0 * t16
    if needs[0] or needs[2]:
        t18 = t5 * t6 / t8**2
    if needs[0]:
        t19 = d_x_s_formed * t1
        d_x_s_x_s = (
            g_x_s_x_s
            - t13 * (-t18 * c + t6 * t9 * (-t17 - c * (-t16 + t3 * t16)))
            + d_v_s_formed * t17 * t6
            + x_s_formed * t14 * t16
            + t19 * t15 * t7
        )
        d_x_s_v_s_2 = settled(d_x_s_v_s - t14 - d_v_s_formed * t2)
        d_x_s_x_s_2 = settled(-t19 + 2 * d_x_s_x_s)
    if needs[1]:
        d_v_s_x_s = settled(d_x_s_formed + d_x_s_v_s)
    if needs[2]:
        d_c = d_square * (-t10 - c * (-t18 * x_s_x_s + t4 * t6 * t9)) - t12 / c**2
    return (
        join(None, combine((c_2, d_out_s), (d_x_s_v_s_2, v_s), (d_x_s_formed, formed), (d_x_s_x_s_2, x_s)), dim)
        if needs[0]
        else None,
        join(None, combine((s, d_out_s), (d_v_s_formed, formed_2), (d_v_s_formed, v_s), (d_v_s_x_s, x_s)), dim)
        if needs[1]
        else None,
        d_c if needs[2] else None,
    )


def _expmap_jvp(
    x: Tensor,
    v: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    x_s_v_s: Tensor,
    x_s_formed: Tensor,
    v_s_formed: Tensor,
    formed_formed: Tensor,
    t_x: Tensor,
    t_v: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, v_s = split(v, dim)
    _, t_x_s = split(t_x, dim)
    _, t_v_s = split(t_v, dim)
    t0 = quotient(1, x_s_x_s, c)
    t1 = x_s_v_s * t0
    t2 = -t1
    formed = combine((1, v_s), (t2, x_s))
    t3 = x_s_formed * t0
    t4 = -t3
    formed_2 = combine((1, formed), (t4, x_s))
    t5 = quotient(x_s_x_s, x_s_x_s, c)
    t6 = -1 + t5
    t7 = t0 + t6 * c
    t8 = x_s_v_s**2
    t9 = x_s_x_s * c
    t10 = 1 + t9
    t11 = 1 / t10
    t12 = v_s_formed + t7 * t8 * t11
    square = -t12 * c
    c_2 = cs(square, 0)
    t13 = sn(square, 0)
    s = t13
    out_s = combine((c_2, x_s), (s, v_s))
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    v_s_t_x_s = dot(v_s, t_x_s, dim)
    x_s_t_v_s = dot(x_s, t_v_s, dim)
    t_x_s_v_s = v_s_t_x_s + x_s_t_v_s
    t_formed_t_x_s = t2
    t14 = c * inverse_resolved(t9)
    t15 = t_x_s_x_s * t14
    t_formed_x_s = t1 * t15 - t_x_s_v_s * t0
    formed_t_x_s = dot(formed, t_x_s, dim)
    t_x_s_formed = x_s_t_v_s + formed_t_x_s + x_s_t_x_s * t_formed_t_x_s + t_formed_x_s * x_s_x_s
    t_formed_t_x_s_2 = t_formed_t_x_s + t4
    t_formed_x_s_2 = t_formed_x_s + t15 * t3 - t_x_s_formed * t0
    formed_t_v_s = dot(formed_2, t_v_s, dim)
    v_s_t_v_s = dot(v_s, t_v_s, dim)
    t_v_s_formed = formed_t_v_s + v_s_t_v_s + v_s_t_x_s * t_formed_t_x_s_2 + t_formed_x_s_2 * x_s_v_s
    t16 = t7 * t8 / t10**2
    t_square = (
        t_c * (-t12 - c * (-t16 * x_s_x_s + t6 * t8 * t11))
        - t_v_s_formed * c
        - t_x_s_x_s * c * (-t16 * c + t8 * t11 * (-t0 * t14 - c * (-t14 + t5 * t14)))
        - 2 * t_x_s_v_s * x_s_v_s * t7 * c * t11
    )
    t_c_2 = -t_square * t13 / 2
    t_s = t_square * d_sn(square, 0)
    out_s_t_x_s = dot(out_s, t_x_s, dim)
    out_s_t_v_s = dot(out_s, t_v_s, dim)
    x_s_out_s = dot(x_s, out_s, dim)
    v_s_out_s = dot(v_s, out_s, dim)
    t_formed_formed = 2 * c_2 * out_s_t_x_s + 2 * s * out_s_t_v_s + 2 * t_c_2 * x_s_out_s + 2 * t_s * v_s_out_s
    t17 = torch.rsqrt(formed_formed + 1 / c)
    t_out_t = t_formed_formed * t17 / 2 - t_c * t17 / (2 * c**2)
    return (
        join(t_out_t, combine((t_c_2, x_s), (c_2, t_x_s), (s, t_v_s), (t_s, v_s)), dim),
        t_x_s_x_s,
        t_x_s_v_s,
        t_x_s_formed,
        t_v_s_formed,
        t_formed_formed,
    )


_expmap_op = Operation(
    "expmap",
    Formulas(_expmap, _expmap_vjp, _expmap_jvp),
    inputs=(("x", "ambient"), ("v", "ambient"), ("c", "scalar")),
    results=("ambient",),
)


def expmap(x: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Exponential map cs x + sn v.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{x\_s\_v\_s} = \langle \mathrm{x\_s}, \mathrm{v\_s} \rangle
        \mathrm{formed} = \mathrm{v\_s} - \mathrm{x\_s\_v\_s} \mathrm{x\_s} \operatorname{quotient}\left(1, \mathrm{x\_s\_x\_s}, c\right)
        \mathrm{x\_s\_formed} = \langle \mathrm{x\_s}, \mathrm{formed} \rangle
        \mathrm{formed\_2} = \mathrm{formed} - \mathrm{x\_s\_formed} \mathrm{x\_s} \operatorname{quotient}\left(1, \mathrm{x\_s\_x\_s}, c\right)
        \mathrm{v\_s\_formed} = \langle \mathrm{v\_s}, \mathrm{formed\_2} \rangle
        \mathrm{square} = - c \left(\mathrm{v\_s\_formed} + \frac{\mathrm{x\_s\_v\_s}^{2} \left(- c \left(1 - \operatorname{quotient}\left(\mathrm{x\_s\_x\_s}, \mathrm{x\_s\_x\_s}, c\right)\right) + \operatorname{quotient}\left(1, \mathrm{x\_s\_x\_s}, c\right)\right)}{1 + \mathrm{x\_s\_x\_s} c}\right)
        \mathrm{c\_2} = \operatorname{cs}\left(\mathrm{square}\right)
        s = \operatorname{sn}\left(\mathrm{square}\right)
        \mathrm{out\_s} = \mathrm{c\_2} \mathrm{x\_s} + \mathrm{v\_s} s
        \mathrm{formed\_formed} = \langle \mathrm{out\_s}, \mathrm{out\_s} \rangle
        \mathrm{out\_t} = \sqrt{\mathrm{formed\_formed} + \frac{1}{c}}

    Cost: 5 inner products, 30 further operations; backward 2 inner products, 108 further operations. Saved: the
    inputs and 5 scalars per row.
    """
    result: Tensor = _expmap_op(x, v, c, dim=dim)
    return result


def _logmap(x: Tensor, y: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, y_s = split(y, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    y_s_y_s = dot(y_s, y_s, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    t0 = x_s_x_s - y_s_y_s
    t1 = settled(is_positive(t0))
    t2 = settled(-1 + t1)
    t3 = settled(-t2)
    t4 = t3 * y_s_y_s + x_s_x_s * t1
    t5 = settled(quotient(x_s_y_s, t4, c))
    formed = combine((settled(-t2 - t5 * t1), x_s), (settled(t1 - t3 * t5), y_s))
    formed_formed = dot(formed, formed, dim)
    t6 = x_s_x_s * c
    t7 = torch.sqrt(1 + t6)
    t8 = torch.sqrt(1 + y_s_y_s * c)
    t9 = 2 * y_s_y_s
    t10 = -(t9 + 2 * x_s_x_s + t6 * t9) / (1 + t7 * t8)
    t11 = t7 * root(y_s_y_s) + t8 * root(x_s_x_s)
    t12 = quotient(t0 * t11, t11**2, c) ** 2
    t13 = c * choose(
        -t10 - 4 * x_s_y_s,
        -t10 - 2 * x_s_y_s,
        2 * t12 / (1 + torch.sqrt(1 + t12 * c))
        + 2 * formed_formed * inverse(t5 + root(quotient(t3 * x_s_x_s + y_s_y_s * t1, t4, c))),
    )
    scale = settled(asn(-t13 * (1 + t13 / 4), 0))
    bend = -t13 / 2
    formed_2 = y_s - x_s
    space_x_s = settled(scale * bend)
    x_s_formed = dot(x_s, formed_2, dim)
    out_t = torch.sqrt(c) * (scale * x_s_formed + space_x_s * x_s_x_s) / t7
    return (
        join(out_t, combine((scale, formed_2), (space_x_s, x_s)), dim),
        x_s_x_s,
        y_s_y_s,
        x_s_y_s,
        formed_formed,
        x_s_formed,
    )


def _logmap_vjp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    y_s_y_s: Tensor,
    x_s_y_s: Tensor,
    formed_formed: Tensor,
    x_s_formed: Tensor,
    g_out: Tensor,
    g_x_s_x_s: Tensor,
    g_y_s_y_s: Tensor,
    g_x_s_y_s: Tensor,
    g_formed_formed: Tensor,
    g_x_s_formed: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    _, x_s = split(x, dim)
    _, y_s = split(y, dim)
    g_out_t, g_out_s = split(g_out, dim)
    t0 = x_s_x_s - y_s_y_s
    t1 = is_positive(t0)
    t2 = -1 + t1
    t3 = -t2
    t4 = t3 * y_s_y_s + x_s_x_s * t1
    t5 = quotient(x_s_y_s, t4, c)
    if needs[0] or needs[1]:
        t6 = t5 * t1
        t7 = settled(-t2 - t6)
        t8 = t3 * t5
        t9 = settled(t1 - t8)
        formed = settled(combine((t7, x_s), (t9, y_s)))
    t10 = x_s_x_s * c
    t11 = 1 + t10
    t12 = torch.sqrt(t11)
    t13 = y_s_y_s * c
    t14 = torch.sqrt(1 + t13)
    t15 = 1 + t12 * t14
    t16 = 1 / t15
    t17 = 2 * x_s_x_s
    t18 = 2 * y_s_y_s
    t19 = t17 + t18 + t10 * t18
    t20 = -t19 * t16
    t21 = -t20 - 4 * x_s_y_s
    t22 = quotient(t3 * x_s_x_s + y_s_y_s * t1, t4, c)
    t23 = inverse(t5 + root(t22))
    t24 = 2 * formed_formed
    t25 = root(y_s_y_s)
    t26 = root(x_s_x_s)
    t27 = t25 * t12 + t26 * t14
    t28 = t27**2
    t29 = quotient(t0 * t27, t28, c)
    t30 = t29**2
    t31 = torch.sqrt(1 + t30 * c)
    t32 = 1 + t31
    t33 = 1 / t32
    t34 = 2 * t33
    t35 = choose(t21, -t20 - 2 * x_s_y_s, t23 * t24 + t30 * t34)
    t36 = t35 / 4
    t37 = 1 + t36 * c
    t38 = t35 * t37
    t39 = -t38 * c
    scale = settled(asn(t39, 0))
    t40 = t35 / 2
    bend = -t40 * c
    formed_2 = y_s - x_s
    if needs[0] or needs[2]:
        space_x_s = scale * bend
    formed_g_out_s = dot(formed_2, g_out_s, dim)
    x_s_g_out_s = dot(x_s, g_out_s, dim)
    t41 = torch.sqrt(c)
    t42 = 1 / t12
    t43 = t41 * t42
    t44 = g_out_t * t43
    if needs[0] or needs[1]:
        d_x_s_formed = settled(g_x_s_formed + scale * t44)
    d_space_x_s = x_s_g_out_s + t44 * x_s_x_s
    d_bend = scale * d_space_x_s
    d_scale = formed_g_out_s + bend * d_space_x_s + x_s_formed * t44
    if needs[0] or needs[1]:
        t45 = c**2
    t46 = is_positive(t21)
    t47 = 1 - t46
    if needs[0] or needs[1]:
        t48 = t23 * t47
    t49 = t37 * c
    t50 = d_asn(t39, 0)
    t51 = d_scale * t50
    if needs[0] or needs[1]:
        t52 = d_bend * c
        d_formed_formed = g_formed_formed + t51 * (-2 * t48 * t49 - t40 * t48 * t45) - t48 * t52
        d_formed_formed_2 = 2 * d_formed_formed
        x_s_formed_2 = dot(x_s, formed, dim)
        y_s_formed = dot(y_s, formed, dim)
        t53 = inverse_resolved(t4 * c)
        t54 = t53 * c
        t55 = t24 * t23**2
        t56 = -2 * t46 - t47 * t54 * t55
        t57 = t52 / 2
        t58 = t36 * t45
        t59 = t1 * t54
        t60 = d_formed_formed_2 * x_s_formed_2
        t61 = t3 * t54
        t62 = d_formed_formed_2 * y_s_formed
        t63 = t61 * t62
        d_x_s_y_s = settled(g_x_s_y_s - t63 - t56 * t57 - t60 * t59 + d_scale * t50 * (-t49 * t56 - t56 * t58))
    if needs[1]:
        t64 = t12 * inverse_root(y_s_y_s)
    if needs[1] or needs[2]:
        t65 = 1 / t14
        t66 = t26 * t65
    if needs[1]:
        t67 = t66 * c
    t68 = inverse_resolved(t28 * c)
    t69 = 2 * t68 * c
    t70 = t29 * t27 * t69
    if needs[1]:
        t71 = -t70 * (t64 + t67) + 2 * t68 * c * (-t27 + t0 * (t64 / 2 + t67 / 2))
    if needs[0] or needs[1]:
        t72 = inverse_root(t22)
    t73 = 1 / (t31 * t32**2)
    if needs[0] or needs[1]:
        t74 = c * t73 * t29**3
    if needs[1] or needs[2]:
        t75 = t12 * t65
    t76 = t19 / t15**2
    t77 = c / 2
    if needs[0] or needs[1]:
        t78 = t76 * t77
    if needs[1]:
        t79 = t47 * (
            -t71 * t74 - t55 * (t72 * (-t22 * t61 + t1 * t53 * c) / 2 - t8 * t54) + 2 * t29 * t71 * t33
        ) + t46 * (t16 * (2 + 2 * t10) - t78 * t75)
    if needs[0] or needs[1]:
        t80 = t5 * t54
    if needs[1]:
        d_y_s_y_s = g_y_s_y_s + t51 * (-t49 * t79 - t58 * t79) - t57 * t79 + t6 * t60 * t61 + t62 * t80 * t3**2
    if needs[0] or needs[2]:
        t81 = scale * x_s_formed + space_x_s * x_s_x_s
        t82 = t81 / (2 * torch.sqrt(t11) ** 3)
    if needs[0]:
        t83 = t14 * inverse_root(x_s_x_s)
    if needs[0] or needs[2]:
        t84 = t25 * t42
    if needs[0]:
        t85 = t84 * c
        t86 = -t70 * (t83 + t85) + 2 * t68 * c * (t27 + t0 * (t83 / 2 + t85 / 2))
    if needs[0] or needs[2]:
        t87 = t14 * t42
    if needs[0]:
        t88 = t47 * (-t74 * t86 - t55 * (t72 * (t61 - t22 * t59) / 2 - t6 * t54) + 2 * t29 * t86 * t33) + t46 * (
            t16 * (2 + 2 * t13) - t78 * t87
        )
        d_x_s_x_s = (
            g_x_s_x_s
            + g_out_t * (space_x_s * t43 - t82 * torch.sqrt(c) ** 3)
            + t51 * (-t49 * t88 - t58 * t88)
            + t6 * t63
            - t57 * t88
            + t60 * t80 * t1**2
        )
        d_x_s_g_out_s = settled(space_x_s - scale)
        d_x_s_x_s_2 = settled(-d_x_s_formed + 2 * d_x_s_x_s)
        d_x_s_formed_2 = settled(d_formed_formed_2 * t7)
    if needs[1]:
        d_y_s_x_s = settled(d_x_s_formed + d_x_s_y_s)
        d_y_s_formed = settled(d_formed_formed_2 * t9)
        d_y_s_y_s_2 = settled(2 * d_y_s_y_s)
    if needs[2]:
        t89 = x_s_x_s * t84
        t90 = y_s_y_s * t66
        t91 = -t70 * (t89 + t90) + t0 * t69 * (t89 / 2 + t90 / 2)
        t92 = t47 * (t29 * t91 * t34 - 2 * t30 * t73 * (t30 / 2 + t29 * t91 * t77)) + t46 * (
            t76 * (-x_s_x_s * t87 / 2 - y_s_y_s * t75 / 2) + y_s_y_s * t17 * t16
        )
        t93 = t92 * c
        d_c = (
            g_out_t * (t81 * t42 / (2 * t41) - t82 * x_s_x_s * t41)
            + d_bend * (-t40 - t93 / 2)
            + t51 * (-t38 - t49 * t92 - t35 * c * (t36 + t93 / 4))
        )
    return (
        join(
            None,
            combine(
                (d_x_s_formed, formed_2),
                (d_x_s_x_s_2, x_s),
                (d_x_s_formed_2, formed),
                (d_x_s_y_s, y_s),
                (d_x_s_g_out_s, g_out_s),
            ),
            dim,
        )
        if needs[0]
        else None,
        join(None, combine((d_y_s_x_s, x_s), (d_y_s_formed, formed), (d_y_s_y_s_2, y_s), (scale, g_out_s)), dim)
        if needs[1]
        else None,
        d_c if needs[2] else None,
    )


def _logmap_jvp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    y_s_y_s: Tensor,
    x_s_y_s: Tensor,
    formed_formed: Tensor,
    x_s_formed: Tensor,
    t_x: Tensor,
    t_y: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, y_s = split(y, dim)
    _, t_x_s = split(t_x, dim)
    _, t_y_s = split(t_y, dim)
    t0 = x_s_x_s - y_s_y_s
    t1 = is_positive(t0)
    t3 = -1 + t1
    t2 = x_s_x_s * t1
    t4 = -t3
    t5 = t2 + t4 * y_s_y_s
    t6 = quotient(x_s_y_s, t5, c)
    t7 = t6 * t1
    t8 = t4 * t6
    formed = combine((-t3 - t7, x_s), (t1 - t8, y_s))
    t9 = x_s_x_s * c
    t10 = 1 + t9
    t11 = torch.sqrt(t10)
    t12 = y_s_y_s * c
    t13 = torch.sqrt(1 + t12)
    t14 = 1 + t11 * t13
    t15 = 1 / t14
    t16 = 2 * x_s_x_s
    t17 = 2 * y_s_y_s
    t18 = t16 + t17 + t17 * t9
    t19 = -t18 * t15
    t20 = -t19 - 4 * x_s_y_s
    t21 = y_s_y_s * t1
    t22 = quotient(t21 + t4 * x_s_x_s, t5, c)
    t23 = inverse(t6 + root(t22))
    t24 = 2 * formed_formed
    t25 = root(y_s_y_s)
    t26 = root(x_s_x_s)
    t27 = t25 * t11 + t26 * t13
    t28 = t27**2
    t29 = quotient(t0 * t27, t28, c)
    t30 = t29**2
    t31 = torch.sqrt(1 + t30 * c)
    t32 = 1 + t31
    t33 = 1 / t32
    t34 = 2 * t33
    t35 = choose(t20, -t19 - 2 * x_s_y_s, t23 * t24 + t30 * t34)
    t36 = t35 / 4
    t37 = 1 + t36 * c
    t38 = t35 * t37
    t39 = -t38 * c
    scale = asn(t39, 0)
    t40 = t35 / 2
    bend = -t40 * c
    formed_2 = y_s - x_s
    space_x_s = scale * bend
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    y_s_t_y_s = dot(y_s, t_y_s, dim)
    t_y_s_y_s = 2 * y_s_t_y_s
    y_s_t_x_s = dot(y_s, t_x_s, dim)
    x_s_t_y_s = dot(x_s, t_y_s, dim)
    t_x_s_y_s = y_s_t_x_s + x_s_t_y_s
    t41 = quotient(x_s_y_s, y_s_y_s + t2 - t21, c)
    t42 = t41 * t1
    t_formed_t_x_s = -t3 - t42
    t_formed_t_y_s = t42 + t1 - t41
    t43 = inverse_resolved(t12 + t2 * c - t1 * t12)
    t44 = t_x_s_y_s * c
    t45 = t44 * t43
    t46 = t45 * t1
    t49 = t41 * t1**2
    t47 = t43 * c
    t48 = t_x_s_x_s * t47
    t50 = t48 * t49
    t51 = t_y_s_y_s * t47
    t_formed_x_s = t50 - t46 + t42 * t51 - t49 * t51
    t_formed_y_s = t46 - t45 - t50 + t42 * t48 + t41 * t51 * t4**2
    formed_t_x_s = dot(formed, t_x_s, dim)
    formed_t_y_s = dot(formed, t_y_s, dim)
    x_s_formed_2 = dot(x_s, formed, dim)
    y_s_formed = dot(y_s, formed, dim)
    t_formed_formed = (
        2 * t_formed_t_x_s * formed_t_x_s
        + 2 * t_formed_t_y_s * formed_t_y_s
        + 2 * t_formed_x_s * x_s_formed_2
        + 2 * t_formed_y_s * y_s_formed
    )
    t52 = is_positive(t20)
    t53 = 1 - t52
    t54 = 1 / t11
    t55 = t25 * t54
    t56 = x_s_x_s * t55
    t57 = 1 / t13
    t58 = t26 * t57
    t59 = y_s_y_s * t58
    t60 = inverse_resolved(t28 * c)
    t61 = 2 * t60 * c
    t62 = t29 * t27 * t61
    t63 = t29 * (-t62 * (t56 + t59) + t0 * t61 * (t56 / 2 + t59 / 2))
    t64 = c / 2
    t65 = 1 / (t31 * t32**2)
    t66 = t11 * t57
    t67 = t18 / t14**2
    t68 = c * (
        t53 * (t63 * t34 - 2 * t30 * t65 * (t30 / 2 + t63 * t64))
        + t52 * (t67 * (-y_s_y_s * t66 / 2 - x_s_x_s * t13 * t54 / 2) + y_s_y_s * t16 * t15)
    )
    t69 = d_asn(t39, 0)
    t70 = t13 * inverse_root(x_s_x_s)
    t71 = t55 * c
    t72 = -t62 * (t70 + t71) + 2 * t60 * c * (t27 + t0 * (t70 / 2 + t71 / 2))
    t73 = inverse_resolved(t5 * c)
    t74 = t73 * c
    t75 = t4 * t74
    t76 = inverse_root(t22)
    t77 = t24 * t23**2
    t78 = c * t65 * t29**3
    t79 = t67 * t64
    t80 = t53 * (-t72 * t78 - t77 * (t76 * (t75 - t22 * t1 * t74) / 2 - t7 * t74) + 2 * t29 * t72 * t33) + t52 * (
        t15 * (2 + 2 * t12) - t79 * t13 * t54
    )
    t81 = t37 * c
    t82 = c**2
    t83 = t36 * t82
    t84 = t11 * inverse_root(y_s_y_s)
    t85 = t58 * c
    t86 = -t62 * (t84 + t85) + 2 * t60 * c * (-t27 + t0 * (t84 / 2 + t85 / 2))
    t87 = t53 * (-t78 * t86 - t77 * (t76 * (-t22 * t75 + t1 * t73 * c) / 2 - t8 * t74) + 2 * t29 * t86 * t33) + t52 * (
        t15 * (2 + 2 * t9) - t79 * t66
    )
    t88 = -2 * t52 - t53 * t74 * t77
    t89 = t23 * t53
    t_scale = (
        t_c * t69 * (-t38 - t37 * t68 - t35 * c * (t36 + t68 / 4))
        + t_x_s_x_s * t69 * (-t80 * t81 - t80 * t83)
        + t_y_s_y_s * t69 * (-t81 * t87 - t83 * t87)
        + t_x_s_y_s * t69 * (-t81 * t88 - t83 * t88)
        + t_formed_formed * t69 * (-2 * t81 * t89 - t40 * t89 * t82)
    )
    t_bend = (
        t_c * (-t40 - t68 / 2)
        - t44 * t88 / 2
        - t_x_s_x_s * t80 * t64
        - t_y_s_y_s * t87 * t64
        - t_formed_formed * t89 * c
    )
    t_space_x_s = scale * t_bend + bend * t_scale
    formed_t_x_s_2 = dot(formed_2, t_x_s, dim)
    t_x_s_formed = x_s_t_y_s + formed_t_x_s_2 - x_s_t_x_s
    t90 = torch.sqrt(c)
    t91 = scale * x_s_formed + space_x_s * x_s_x_s
    t92 = t91 / (2 * torch.sqrt(t10) ** 3)
    t93 = t54 * t90
    t_out_t = (
        t_c * (t91 * t54 / (2 * t90) - t92 * x_s_x_s * t90)
        + t_x_s_x_s * (space_x_s * t93 - t92 * torch.sqrt(c) ** 3)
        + scale * t_x_s_formed * t93
        + x_s_formed * t_scale * t93
        + t_space_x_s * x_s_x_s * t93
    )
    return (
        join(
            t_out_t, combine((space_x_s - scale, t_x_s), (t_scale, formed_2), (scale, t_y_s), (t_space_x_s, x_s)), dim
        ),
        t_x_s_x_s,
        t_y_s_y_s,
        t_x_s_y_s,
        t_formed_formed,
        t_x_s_formed,
    )


_logmap_op = Operation(
    "logmap",
    Formulas(_logmap, _logmap_vjp, _logmap_jvp),
    inputs=(("x", "ambient"), ("y", "ambient"), ("c", "scalar")),
    results=("ambient",),
)


def logmap(x: Tensor, y: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Logarithm: the projection y − x + (κq/2)x of the chord, scaled by the angle over its sine. 0 at the antipode.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{y\_s\_y\_s} = \langle \mathrm{y\_s}, \mathrm{y\_s} \rangle
        \mathrm{x\_s\_y\_s} = \langle \mathrm{x\_s}, \mathrm{y\_s} \rangle
        \mathrm{formed} = \mathrm{x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right) + \mathrm{y\_s} \left(- \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) \operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right)
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{scale} = \operatorname{asn}\left(- c \left(1 + \frac{c \operatorname{choose}\left(- 4 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, - 2 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, 2 \mathrm{formed\_formed} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{x\_s\_x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) + \mathrm{y\_s\_y\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right), \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}}\right)}{4}\right) \operatorname{choose}\left(- 4 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, - 2 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, 2 \mathrm{formed\_formed} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{x\_s\_x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) + \mathrm{y\_s\_y\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right), \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}}\right)\right)
        \mathrm{bend} = - \frac{c \operatorname{choose}\left(- 4 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, - 2 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, 2 \mathrm{formed\_formed} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{x\_s\_x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) + \mathrm{y\_s\_y\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right), \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}}\right)}{2}
        \mathrm{formed\_2} = \mathrm{y\_s} - \mathrm{x\_s}
        \mathrm{space\_x\_s} = \mathrm{bend} \mathrm{scale}
        \mathrm{x\_s\_formed} = \langle \mathrm{x\_s}, \mathrm{formed\_2} \rangle
        \mathrm{out\_t} = \frac{\sqrt{c} \left(\mathrm{scale} \mathrm{x\_s\_formed} + \mathrm{space\_x\_s} \mathrm{x\_s\_x\_s}\right)}{\sqrt{1 + \mathrm{x\_s\_x\_s} c}}
        \mathrm{out\_s} = \mathrm{formed\_2} \mathrm{scale} + \mathrm{space\_x\_s} \mathrm{x\_s}

    Cost: 5 inner products, 82 further operations; backward 4 inner products, 342 further operations. Saved: the
    inputs and 5 scalars per row.
    """
    result: Tensor = _logmap_op(x, y, c, dim=dim)
    return result


def _dist(x: Tensor, y: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, y_s = split(y, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    y_s_y_s = dot(y_s, y_s, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    t0 = x_s_x_s - y_s_y_s
    t1 = settled(is_positive(t0))
    t2 = settled(-1 + t1)
    t3 = settled(-t2)
    t4 = t3 * y_s_y_s + x_s_x_s * t1
    t5 = settled(quotient(x_s_y_s, t4, c))
    formed = combine((settled(-t2 - t5 * t1), x_s), (settled(t1 - t3 * t5), y_s))
    formed_formed = dot(formed, formed, dim)
    t6 = x_s_x_s * c
    t7 = torch.sqrt(1 + t6)
    t8 = torch.sqrt(1 + y_s_y_s * c)
    t9 = 2 * y_s_y_s
    t10 = -(t9 + 2 * x_s_x_s + t6 * t9) / (1 + t7 * t8)
    t11 = t7 * root(y_s_y_s) + t8 * root(x_s_x_s)
    t12 = quotient(t0 * t11, t11**2, c) ** 2
    t13 = choose(
        -t10 - 4 * x_s_y_s,
        -t10 - 2 * x_s_y_s,
        2 * t12 / (1 + torch.sqrt(1 + t12 * c))
        + 2 * formed_formed * inverse(t5 + root(quotient(t3 * x_s_x_s + y_s_y_s * t1, t4, c))),
    )
    quarter = -t13 * c / 4
    out = asn(quarter, 0) * root(t13)
    return (out, x_s_x_s, y_s_y_s, x_s_y_s, formed_formed)


def _dist_vjp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    y_s_y_s: Tensor,
    x_s_y_s: Tensor,
    formed_formed: Tensor,
    g_out: Tensor,
    g_x_s_x_s: Tensor,
    g_y_s_y_s: Tensor,
    g_x_s_y_s: Tensor,
    g_formed_formed: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    _, x_s = split(x, dim)
    _, y_s = split(y, dim)
    t0 = x_s_x_s - y_s_y_s
    t1 = is_positive(t0)
    t2 = -1 + t1
    t3 = -t2
    t4 = t3 * y_s_y_s + x_s_x_s * t1
    t5 = quotient(x_s_y_s, t4, c)
    if needs[0] or needs[1]:
        t6 = t5 * t1
        t7 = settled(-t2 - t6)
        t8 = t3 * t5
        t9 = settled(t1 - t8)
        formed = settled(combine((t7, x_s), (t9, y_s)))
    t10 = x_s_x_s * c
    t11 = torch.sqrt(1 + t10)
    t12 = y_s_y_s * c
    t13 = torch.sqrt(1 + t12)
    t14 = 1 + t11 * t13
    t15 = 1 / t14
    t16 = 2 * x_s_x_s
    t17 = 2 * y_s_y_s
    t18 = t16 + t17 + t10 * t17
    t19 = -t18 * t15
    t20 = -t19 - 4 * x_s_y_s
    t21 = quotient(t3 * x_s_x_s + y_s_y_s * t1, t4, c)
    t22 = inverse(t5 + root(t21))
    t23 = 2 * formed_formed
    t24 = root(y_s_y_s)
    t25 = root(x_s_x_s)
    t26 = t24 * t11 + t25 * t13
    t27 = t26**2
    t28 = quotient(t0 * t26, t27, c)
    t29 = t28**2
    t30 = torch.sqrt(1 + t29 * c)
    t31 = 1 + t30
    t32 = 1 / t31
    t33 = 2 * t32
    t34 = choose(t20, -t19 - 2 * x_s_y_s, t22 * t23 + t29 * t33)
    t35 = t34 / 4
    quarter = -t35 * c
    d_quarter = g_out * d_asn(quarter, 0) * root(t34)
    t36 = c / 2
    t37 = is_positive(t20)
    t38 = 1 - t37
    if needs[0] or needs[1]:
        t39 = t22 * t38
    t40 = asn(quarter, 0)
    t41 = inverse_root(t34)
    t42 = g_out * t40 * t41
    if needs[0] or needs[1]:
        d_formed_formed = g_formed_formed + t39 * t42 - d_quarter * t39 * t36
        d_formed_formed_2 = 2 * d_formed_formed
        x_s_formed = dot(x_s, formed, dim)
        y_s_formed = dot(y_s, formed, dim)
        t43 = inverse_resolved(t4 * c)
        t44 = t43 * c
        t45 = t23 * t22**2
        t46 = -2 * t37 - t38 * t44 * t45
    t47 = c / 4
    if needs[0] or needs[1]:
        t48 = d_quarter * t47
        t49 = t1 * t44
        t50 = d_formed_formed_2 * x_s_formed
        t51 = t3 * t44
        t52 = d_formed_formed_2 * y_s_formed
        t53 = t51 * t52
        d_x_s_y_s = settled(g_x_s_y_s - t53 - t46 * t48 - t50 * t49 + g_out * t40 * t46 * t41 / 2)
    if needs[1]:
        t54 = t11 * inverse_root(y_s_y_s)
    if needs[1] or needs[2]:
        t55 = 1 / t13
        t56 = t25 * t55
    if needs[1]:
        t57 = t56 * c
    t58 = inverse_resolved(t27 * c)
    t59 = 2 * t58 * c
    t60 = t28 * t26 * t59
    if needs[1]:
        t61 = -t60 * (t54 + t57) + 2 * t58 * c * (-t26 + t0 * (t54 / 2 + t57 / 2))
    if needs[0] or needs[1]:
        t62 = inverse_root(t21)
    t63 = 1 / (t30 * t31**2)
    if needs[0] or needs[1]:
        t64 = c * t63 * t28**3
    if needs[1] or needs[2]:
        t65 = t11 * t55
    t66 = t18 / t14**2
    if needs[0] or needs[1]:
        t67 = t66 * t36
    if needs[1]:
        t68 = t38 * (
            -t61 * t64 - t45 * (t62 * (-t21 * t51 + t1 * t43 * c) / 2 - t8 * t44) + 2 * t28 * t61 * t32
        ) + t37 * (t15 * (2 + 2 * t10) - t67 * t65)
    t69 = t42 / 2
    if needs[0] or needs[1]:
        t70 = t5 * t44
    if needs[1]:
        d_y_s_y_s = g_y_s_y_s + t68 * t69 - t48 * t68 + t50 * t51 * t6 + t52 * t70 * t3**2
    if needs[0]:
        t71 = t13 * inverse_root(x_s_x_s)
    if needs[0] or needs[2]:
        t72 = 1 / t11
        t73 = t24 * t72
    if needs[0]:
        t74 = t73 * c
        t75 = -t60 * (t71 + t74) + 2 * t58 * c * (t26 + t0 * (t71 / 2 + t74 / 2))
    if needs[0] or needs[2]:
        t76 = t13 * t72
    if needs[0]:
        t77 = t38 * (-t64 * t75 - t45 * (t62 * (t51 - t21 * t49) / 2 - t6 * t44) + 2 * t28 * t75 * t32) + t37 * (
            t15 * (2 + 2 * t12) - t67 * t76
        )
        d_x_s_x_s = g_x_s_x_s + t53 * t6 + t69 * t77 - t48 * t77 + t50 * t70 * t1**2
        d_x_s_formed = settled(d_formed_formed_2 * t7)
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[1]:
        d_y_s_formed = settled(d_formed_formed_2 * t9)
        d_y_s_y_s_2 = settled(2 * d_y_s_y_s)
    if needs[2]:
        t78 = x_s_x_s * t73
        t79 = y_s_y_s * t56
        t80 = -t60 * (t78 + t79) + t0 * t59 * (t78 / 2 + t79 / 2)
        t81 = t38 * (t28 * t80 * t33 - 2 * t29 * t63 * (t29 / 2 + t28 * t80 * t36)) + t37 * (
            t66 * (-x_s_x_s * t76 / 2 - y_s_y_s * t65 / 2) + y_s_y_s * t16 * t15
        )
        d_c = d_quarter * (-t35 - t81 * t47) + t69 * t81
    return (
        join(None, combine((d_x_s_formed, formed), (d_x_s_y_s, y_s), (d_x_s_x_s_2, x_s)), dim) if needs[0] else None,
        join(None, combine((d_y_s_formed, formed), (d_x_s_y_s, x_s), (d_y_s_y_s_2, y_s)), dim) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _dist_jvp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    y_s_y_s: Tensor,
    x_s_y_s: Tensor,
    formed_formed: Tensor,
    t_x: Tensor,
    t_y: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, y_s = split(y, dim)
    _, t_x_s = split(t_x, dim)
    _, t_y_s = split(t_y, dim)
    t0 = x_s_x_s - y_s_y_s
    t1 = is_positive(t0)
    t3 = -1 + t1
    t2 = x_s_x_s * t1
    t4 = -t3
    t5 = t2 + t4 * y_s_y_s
    t6 = quotient(x_s_y_s, t5, c)
    t7 = t6 * t1
    t8 = t4 * t6
    formed = combine((-t3 - t7, x_s), (t1 - t8, y_s))
    t9 = x_s_x_s * c
    t10 = torch.sqrt(1 + t9)
    t11 = y_s_y_s * c
    t12 = torch.sqrt(1 + t11)
    t13 = 1 + t10 * t12
    t14 = 1 / t13
    t15 = 2 * x_s_x_s
    t16 = 2 * y_s_y_s
    t17 = t15 + t16 + t16 * t9
    t18 = -t17 * t14
    t19 = -t18 - 4 * x_s_y_s
    t20 = y_s_y_s * t1
    t21 = quotient(t20 + t4 * x_s_x_s, t5, c)
    t22 = inverse(t6 + root(t21))
    t23 = 2 * formed_formed
    t24 = root(y_s_y_s)
    t25 = root(x_s_x_s)
    t26 = t24 * t10 + t25 * t12
    t27 = t26**2
    t28 = quotient(t0 * t26, t27, c)
    t29 = t28**2
    t30 = torch.sqrt(1 + t29 * c)
    t31 = 1 + t30
    t32 = 1 / t31
    t33 = 2 * t32
    t34 = choose(t19, -t18 - 2 * x_s_y_s, t22 * t23 + t29 * t33)
    t35 = t34 / 4
    quarter = -t35 * c
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    y_s_t_y_s = dot(y_s, t_y_s, dim)
    t_y_s_y_s = 2 * y_s_t_y_s
    y_s_t_x_s = dot(y_s, t_x_s, dim)
    x_s_t_y_s = dot(x_s, t_y_s, dim)
    t_x_s_y_s = y_s_t_x_s + x_s_t_y_s
    t36 = quotient(x_s_y_s, y_s_y_s + t2 - t20, c)
    t37 = t36 * t1
    t_formed_t_x_s = -t3 - t37
    t_formed_t_y_s = t37 + t1 - t36
    t38 = inverse_resolved(t11 + t2 * c - t1 * t11)
    t39 = t_x_s_y_s * c
    t40 = t39 * t38
    t41 = t40 * t1
    t44 = t36 * t1**2
    t42 = t38 * c
    t43 = t_x_s_x_s * t42
    t45 = t43 * t44
    t46 = t_y_s_y_s * t42
    t_formed_x_s = t45 - t41 + t37 * t46 - t44 * t46
    t_formed_y_s = t41 - t40 - t45 + t37 * t43 + t36 * t46 * t4**2
    formed_t_x_s = dot(formed, t_x_s, dim)
    formed_t_y_s = dot(formed, t_y_s, dim)
    x_s_formed = dot(x_s, formed, dim)
    y_s_formed = dot(y_s, formed, dim)
    t_formed_formed = (
        2 * t_formed_t_x_s * formed_t_x_s
        + 2 * t_formed_t_y_s * formed_t_y_s
        + 2 * t_formed_x_s * x_s_formed
        + 2 * t_formed_y_s * y_s_formed
    )
    t59 = c / 2
    t47 = is_positive(t19)
    t48 = 1 - t47
    t49 = 1 / t10
    t50 = t24 * t49
    t51 = x_s_x_s * t50
    t52 = 1 / t12
    t53 = t25 * t52
    t54 = y_s_y_s * t53
    t55 = inverse_resolved(t27 * c)
    t56 = 2 * t55 * c
    t57 = t28 * t26 * t56
    t58 = t28 * (-t57 * (t51 + t54) + t0 * t56 * (t51 / 2 + t54 / 2))
    t60 = 1 / (t30 * t31**2)
    t61 = t12 * t49
    t62 = t10 * t52
    t63 = t17 / t13**2
    t64 = t48 * (t58 * t33 - 2 * t29 * t60 * (t29 / 2 + t58 * t59)) + t47 * (
        t63 * (-x_s_x_s * t61 / 2 - y_s_y_s * t62 / 2) + y_s_y_s * t15 * t14
    )
    t65 = c / 4
    t66 = t12 * inverse_root(x_s_x_s)
    t67 = t50 * c
    t68 = -t57 * (t66 + t67) + 2 * t55 * c * (t26 + t0 * (t66 / 2 + t67 / 2))
    t69 = inverse_resolved(t5 * c)
    t70 = t69 * c
    t71 = t4 * t70
    t72 = inverse_root(t21)
    t73 = t23 * t22**2
    t74 = c * t60 * t28**3
    t75 = t63 * t59
    t76 = t_x_s_x_s * (
        t48 * (-t68 * t74 - t73 * (t72 * (t71 - t21 * t1 * t70) / 2 - t7 * t70) + 2 * t28 * t68 * t32)
        + t47 * (t14 * (2 + 2 * t11) - t75 * t61)
    )
    t77 = t10 * inverse_root(y_s_y_s)
    t78 = t53 * c
    t79 = -t57 * (t77 + t78) + 2 * t55 * c * (-t26 + t0 * (t77 / 2 + t78 / 2))
    t80 = t_y_s_y_s * (
        t48 * (-t74 * t79 - t73 * (t72 * (-t21 * t71 + t1 * t69 * c) / 2 - t8 * t70) + 2 * t28 * t79 * t32)
        + t47 * (t14 * (2 + 2 * t9) - t75 * t62)
    )
    t81 = -2 * t47 - t48 * t70 * t73
    t82 = t_formed_formed * t22 * t48
    t_quarter = t_c * (-t35 - t64 * t65) - t76 * t65 - t80 * t65 - t82 * t59 - t39 * t81 / 4
    t83 = asn(quarter, 0) * inverse_root(t34)
    t84 = t83 / 2
    t_out = (
        t76 * t84
        + t80 * t84
        + t82 * t83
        + t_c * t64 * t84
        + t_x_s_y_s * t81 * t84
        + t_quarter * d_asn(quarter, 0) * root(t34)
    )
    return (t_out, t_x_s_x_s, t_y_s_y_s, t_x_s_y_s, t_formed_formed)


_dist_op = Operation(
    "dist",
    Formulas(_dist, _dist_vjp, _dist_jvp),
    inputs=(("x", "ambient"), ("y", "ambient"), ("c", "scalar")),
    results=("scalar",),
    wide=True,
)


def dist(x: Tensor, y: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Geodesic distance, by the half angle of the chord. Gradient 0 at x = y and at the antipode.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{y\_s\_y\_s} = \langle \mathrm{y\_s}, \mathrm{y\_s} \rangle
        \mathrm{x\_s\_y\_s} = \langle \mathrm{x\_s}, \mathrm{y\_s} \rangle
        \mathrm{formed} = \mathrm{x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right) + \mathrm{y\_s} \left(- \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) \operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right)
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{quarter} = - \frac{c \operatorname{choose}\left(- 4 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, - 2 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, 2 \mathrm{formed\_formed} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{x\_s\_x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) + \mathrm{y\_s\_y\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right), \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}}\right)}{4}
        \mathrm{out} = \operatorname{asn}\left(\mathrm{quarter}\right) \operatorname{root}\left(\operatorname{choose}\left(- 4 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, - 2 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, 2 \mathrm{formed\_formed} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{x\_s\_x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) + \mathrm{y\_s\_y\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right), \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}}\right)\right)

    Cost: 4 inner products, 69 further operations; backward 2 inner products, 277 further operations. Saved: the
    inputs and 4 scalars per row. Computed in float64 for float32 inputs.
    """
    result: Tensor = _dist_op(x, y, c, dim=dim)
    return result


def _sqdist(x: Tensor, y: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, y_s = split(y, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    y_s_y_s = dot(y_s, y_s, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    t0 = x_s_x_s - y_s_y_s
    t1 = settled(is_positive(t0))
    t2 = settled(-1 + t1)
    t3 = settled(-t2)
    t4 = t3 * y_s_y_s + x_s_x_s * t1
    t5 = settled(quotient(x_s_y_s, t4, c))
    formed = combine((settled(-t2 - t5 * t1), x_s), (settled(t1 - t3 * t5), y_s))
    formed_formed = dot(formed, formed, dim)
    t6 = x_s_x_s * c
    t7 = torch.sqrt(1 + t6)
    t8 = torch.sqrt(1 + y_s_y_s * c)
    t9 = 2 * y_s_y_s
    t10 = -(t9 + 2 * x_s_x_s + t6 * t9) / (1 + t7 * t8)
    t11 = t7 * root(y_s_y_s) + t8 * root(x_s_x_s)
    t12 = quotient(t0 * t11, t11**2, c) ** 2
    t13 = choose(
        -t10 - 4 * x_s_y_s,
        -t10 - 2 * x_s_y_s,
        2 * t12 / (1 + torch.sqrt(1 + t12 * c))
        + 2 * formed_formed * inverse(t5 + root(quotient(t3 * x_s_x_s + y_s_y_s * t1, t4, c))),
    )
    quarter = -t13 * c / 4
    out = t13 * asn(quarter, 0) ** 2
    return (out, x_s_x_s, y_s_y_s, x_s_y_s, formed_formed)


def _sqdist_vjp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    y_s_y_s: Tensor,
    x_s_y_s: Tensor,
    formed_formed: Tensor,
    g_out: Tensor,
    g_x_s_x_s: Tensor,
    g_y_s_y_s: Tensor,
    g_x_s_y_s: Tensor,
    g_formed_formed: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    _, x_s = split(x, dim)
    _, y_s = split(y, dim)
    t0 = x_s_x_s - y_s_y_s
    t1 = is_positive(t0)
    t2 = -1 + t1
    t3 = -t2
    t4 = t3 * y_s_y_s + x_s_x_s * t1
    t5 = quotient(x_s_y_s, t4, c)
    if needs[0] or needs[1]:
        t6 = t5 * t1
        t7 = settled(-t2 - t6)
        t8 = t3 * t5
        t9 = settled(t1 - t8)
        formed = settled(combine((t7, x_s), (t9, y_s)))
    t10 = x_s_x_s * c
    t11 = torch.sqrt(1 + t10)
    t12 = y_s_y_s * c
    t13 = torch.sqrt(1 + t12)
    t14 = 1 + t11 * t13
    t15 = 1 / t14
    t16 = 2 * x_s_x_s
    t17 = 2 * y_s_y_s
    t18 = t16 + t17 + t10 * t17
    t19 = -t18 * t15
    t20 = -t19 - 4 * x_s_y_s
    t21 = quotient(t3 * x_s_x_s + y_s_y_s * t1, t4, c)
    t22 = inverse(t5 + root(t21))
    t23 = 2 * formed_formed
    t24 = root(y_s_y_s)
    t25 = root(x_s_x_s)
    t26 = t24 * t11 + t25 * t13
    t27 = t26**2
    t28 = quotient(t0 * t26, t27, c)
    t29 = t28**2
    t30 = torch.sqrt(1 + t29 * c)
    t31 = 1 + t30
    t32 = 1 / t31
    t33 = 2 * t32
    t34 = choose(t20, -t19 - 2 * x_s_y_s, t22 * t23 + t29 * t33)
    t35 = t34 / 4
    quarter = -t35 * c
    t36 = asn(quarter, 0)
    d_quarter = 2 * g_out * t34 * t36 * d_asn(quarter, 0)
    t37 = t36**2
    t38 = g_out * t37
    t39 = is_positive(t20)
    t40 = 1 - t39
    if needs[0] or needs[1]:
        t41 = t22 * t40
    t42 = c / 2
    if needs[0] or needs[1]:
        d_formed_formed = g_formed_formed + 2 * t38 * t41 - d_quarter * t41 * t42
        d_formed_formed_2 = 2 * d_formed_formed
        x_s_formed = dot(x_s, formed, dim)
        y_s_formed = dot(y_s, formed, dim)
        t43 = inverse_resolved(t4 * c)
        t44 = t43 * c
        t45 = t23 * t22**2
        t46 = -2 * t39 - t40 * t44 * t45
    t47 = c / 4
    if needs[0] or needs[1]:
        t48 = d_quarter * t47
        t49 = t1 * t44
        t50 = d_formed_formed_2 * x_s_formed
        t51 = t3 * t44
        t52 = d_formed_formed_2 * y_s_formed
        t53 = t51 * t52
        d_x_s_y_s = settled(g_x_s_y_s - t53 - t46 * t48 - t50 * t49 + g_out * t46 * t37)
    if needs[1]:
        t54 = t11 * inverse_root(y_s_y_s)
    if needs[1] or needs[2]:
        t55 = 1 / t13
        t56 = t25 * t55
    if needs[1]:
        t57 = t56 * c
    t58 = inverse_resolved(t27 * c)
    t59 = 2 * t58 * c
    t60 = t28 * t26 * t59
    if needs[1]:
        t61 = -t60 * (t54 + t57) + 2 * t58 * c * (-t26 + t0 * (t54 / 2 + t57 / 2))
    if needs[0] or needs[1]:
        t62 = inverse_root(t21)
    t63 = 1 / (t30 * t31**2)
    if needs[0] or needs[1]:
        t64 = c * t63 * t28**3
    if needs[1] or needs[2]:
        t65 = t11 * t55
    t66 = t18 / t14**2
    if needs[0] or needs[1]:
        t67 = t66 * t42
    if needs[1]:
        t68 = t40 * (
            -t61 * t64 - t45 * (t62 * (-t21 * t51 + t1 * t43 * c) / 2 - t8 * t44) + 2 * t28 * t61 * t32
        ) + t39 * (t15 * (2 + 2 * t10) - t67 * t65)
    if needs[0] or needs[1]:
        t69 = t5 * t44
    if needs[1]:
        d_y_s_y_s = g_y_s_y_s + t38 * t68 - t48 * t68 + t50 * t51 * t6 + t52 * t69 * t3**2
    if needs[0]:
        t70 = t13 * inverse_root(x_s_x_s)
    if needs[0] or needs[2]:
        t71 = 1 / t11
        t72 = t24 * t71
    if needs[0]:
        t73 = t72 * c
        t74 = -t60 * (t70 + t73) + 2 * t58 * c * (t26 + t0 * (t70 / 2 + t73 / 2))
    if needs[0] or needs[2]:
        t75 = t13 * t71
    if needs[0]:
        t76 = t40 * (-t64 * t74 - t45 * (t62 * (t51 - t21 * t49) / 2 - t6 * t44) + 2 * t28 * t74 * t32) + t39 * (
            t15 * (2 + 2 * t12) - t67 * t75
        )
        d_x_s_x_s = g_x_s_x_s + t38 * t76 + t53 * t6 - t48 * t76 + t50 * t69 * t1**2
        d_x_s_formed = settled(d_formed_formed_2 * t7)
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[1]:
        d_y_s_formed = settled(d_formed_formed_2 * t9)
        d_y_s_y_s_2 = settled(2 * d_y_s_y_s)
    if needs[2]:
        t77 = x_s_x_s * t72
        t78 = y_s_y_s * t56
        t79 = -t60 * (t77 + t78) + t0 * t59 * (t77 / 2 + t78 / 2)
        t80 = t40 * (t28 * t79 * t33 - 2 * t29 * t63 * (t29 / 2 + t28 * t79 * t42)) + t39 * (
            t66 * (-x_s_x_s * t75 / 2 - y_s_y_s * t65 / 2) + y_s_y_s * t16 * t15
        )
        d_c = d_quarter * (-t35 - t80 * t47) + t38 * t80
    return (
        join(None, combine((d_x_s_formed, formed), (d_x_s_y_s, y_s), (d_x_s_x_s_2, x_s)), dim) if needs[0] else None,
        join(None, combine((d_y_s_formed, formed), (d_x_s_y_s, x_s), (d_y_s_y_s_2, y_s)), dim) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _sqdist_jvp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    y_s_y_s: Tensor,
    x_s_y_s: Tensor,
    formed_formed: Tensor,
    t_x: Tensor,
    t_y: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, y_s = split(y, dim)
    _, t_x_s = split(t_x, dim)
    _, t_y_s = split(t_y, dim)
    t0 = x_s_x_s - y_s_y_s
    t1 = is_positive(t0)
    t3 = -1 + t1
    t2 = x_s_x_s * t1
    t4 = -t3
    t5 = t2 + t4 * y_s_y_s
    t6 = quotient(x_s_y_s, t5, c)
    t7 = t6 * t1
    t8 = t4 * t6
    formed = combine((-t3 - t7, x_s), (t1 - t8, y_s))
    t9 = x_s_x_s * c
    t10 = torch.sqrt(1 + t9)
    t11 = y_s_y_s * c
    t12 = torch.sqrt(1 + t11)
    t13 = 1 + t10 * t12
    t14 = 1 / t13
    t15 = 2 * x_s_x_s
    t16 = 2 * y_s_y_s
    t17 = t15 + t16 + t16 * t9
    t18 = -t17 * t14
    t19 = -t18 - 4 * x_s_y_s
    t20 = y_s_y_s * t1
    t21 = quotient(t20 + t4 * x_s_x_s, t5, c)
    t22 = inverse(t6 + root(t21))
    t23 = 2 * formed_formed
    t24 = root(y_s_y_s)
    t25 = root(x_s_x_s)
    t26 = t24 * t10 + t25 * t12
    t27 = t26**2
    t28 = quotient(t0 * t26, t27, c)
    t29 = t28**2
    t30 = torch.sqrt(1 + t29 * c)
    t31 = 1 + t30
    t32 = 1 / t31
    t33 = 2 * t32
    t34 = choose(t19, -t18 - 2 * x_s_y_s, t22 * t23 + t29 * t33)
    t35 = t34 / 4
    quarter = -t35 * c
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    y_s_t_y_s = dot(y_s, t_y_s, dim)
    t_y_s_y_s = 2 * y_s_t_y_s
    y_s_t_x_s = dot(y_s, t_x_s, dim)
    x_s_t_y_s = dot(x_s, t_y_s, dim)
    t_x_s_y_s = y_s_t_x_s + x_s_t_y_s
    t36 = quotient(x_s_y_s, y_s_y_s + t2 - t20, c)
    t37 = t36 * t1
    t_formed_t_x_s = -t3 - t37
    t_formed_t_y_s = t37 + t1 - t36
    t38 = inverse_resolved(t11 + t2 * c - t1 * t11)
    t39 = t_x_s_y_s * c
    t40 = t39 * t38
    t41 = t40 * t1
    t44 = t36 * t1**2
    t42 = t38 * c
    t43 = t_x_s_x_s * t42
    t45 = t43 * t44
    t46 = t_y_s_y_s * t42
    t_formed_x_s = t45 - t41 + t37 * t46 - t44 * t46
    t_formed_y_s = t41 - t40 - t45 + t37 * t43 + t36 * t46 * t4**2
    formed_t_x_s = dot(formed, t_x_s, dim)
    formed_t_y_s = dot(formed, t_y_s, dim)
    x_s_formed = dot(x_s, formed, dim)
    y_s_formed = dot(y_s, formed, dim)
    t_formed_formed = (
        2 * t_formed_t_x_s * formed_t_x_s
        + 2 * t_formed_t_y_s * formed_t_y_s
        + 2 * t_formed_x_s * x_s_formed
        + 2 * t_formed_y_s * y_s_formed
    )
    t59 = c / 2
    t47 = is_positive(t19)
    t48 = 1 - t47
    t49 = 1 / t10
    t50 = t24 * t49
    t51 = x_s_x_s * t50
    t52 = 1 / t12
    t53 = t25 * t52
    t54 = y_s_y_s * t53
    t55 = inverse_resolved(t27 * c)
    t56 = 2 * t55 * c
    t57 = t28 * t26 * t56
    t58 = t28 * (-t57 * (t51 + t54) + t0 * t56 * (t51 / 2 + t54 / 2))
    t60 = 1 / (t30 * t31**2)
    t61 = t12 * t49
    t62 = t10 * t52
    t63 = t17 / t13**2
    t64 = t48 * (t58 * t33 - 2 * t29 * t60 * (t29 / 2 + t58 * t59)) + t47 * (
        t63 * (-x_s_x_s * t61 / 2 - y_s_y_s * t62 / 2) + y_s_y_s * t15 * t14
    )
    t65 = c / 4
    t66 = t12 * inverse_root(x_s_x_s)
    t67 = t50 * c
    t68 = -t57 * (t66 + t67) + 2 * t55 * c * (t26 + t0 * (t66 / 2 + t67 / 2))
    t69 = inverse_resolved(t5 * c)
    t70 = t69 * c
    t71 = t4 * t70
    t72 = inverse_root(t21)
    t73 = t23 * t22**2
    t74 = c * t60 * t28**3
    t75 = t63 * t59
    t76 = t_x_s_x_s * (
        t48 * (-t68 * t74 - t73 * (t72 * (t71 - t21 * t1 * t70) / 2 - t7 * t70) + 2 * t28 * t68 * t32)
        + t47 * (t14 * (2 + 2 * t11) - t75 * t61)
    )
    t77 = t10 * inverse_root(y_s_y_s)
    t78 = t53 * c
    t79 = -t57 * (t77 + t78) + 2 * t55 * c * (-t26 + t0 * (t77 / 2 + t78 / 2))
    t80 = t_y_s_y_s * (
        t48 * (-t74 * t79 - t73 * (t72 * (-t21 * t71 + t1 * t69 * c) / 2 - t8 * t70) + 2 * t28 * t79 * t32)
        + t47 * (t14 * (2 + 2 * t9) - t75 * t62)
    )
    t81 = -2 * t47 - t48 * t70 * t73
    t82 = t_formed_formed * t22 * t48
    t_quarter = t_c * (-t35 - t64 * t65) - t76 * t65 - t80 * t65 - t82 * t59 - t39 * t81 / 4
    t83 = asn(quarter, 0)
    t84 = t83**2
    t_out = (
        t76 * t84
        + t80 * t84
        + 2 * t82 * t84
        + t_c * t64 * t84
        + t_x_s_y_s * t81 * t84
        + 2 * t_quarter * t34 * t83 * d_asn(quarter, 0)
    )
    return (t_out, t_x_s_x_s, t_y_s_y_s, t_x_s_y_s, t_formed_formed)


_sqdist_op = Operation(
    "sqdist",
    Formulas(_sqdist, _sqdist_vjp, _sqdist_jvp),
    inputs=(("x", "ambient"), ("y", "ambient"), ("c", "scalar")),
    results=("scalar",),
    wide=True,
)


def sqdist(x: Tensor, y: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Squared geodesic distance, smooth at x = y.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{y\_s\_y\_s} = \langle \mathrm{y\_s}, \mathrm{y\_s} \rangle
        \mathrm{x\_s\_y\_s} = \langle \mathrm{x\_s}, \mathrm{y\_s} \rangle
        \mathrm{formed} = \mathrm{x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right) + \mathrm{y\_s} \left(- \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) \operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right)
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{quarter} = - \frac{c \operatorname{choose}\left(- 4 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, - 2 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, 2 \mathrm{formed\_formed} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{x\_s\_x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) + \mathrm{y\_s\_y\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right), \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}}\right)}{4}
        \mathrm{out} = \operatorname{asn}^{2}\left(\mathrm{quarter}\right) \operatorname{choose}\left(- 4 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, - 2 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, 2 \mathrm{formed\_formed} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{x\_s\_x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) + \mathrm{y\_s\_y\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right), \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}}\right)

    Cost: 4 inner products, 69 further operations; backward 2 inner products, 275 further operations. Saved: the
    inputs and 4 scalars per row. Computed in float64 for float32 inputs.
    """
    result: Tensor = _sqdist_op(x, y, c, dim=dim)
    return result


def _dist0(x: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    front = asn(-x_s_x_s * c, -1) * root(x_s_x_s)
    return (front, x_s_x_s)


def _dist0_vjp(
    x: Tensor, c: Tensor, x_s_x_s: Tensor, g_out: Tensor, g_x_s_x_s: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    _, x_s = split(x, dim)
    t0 = -x_s_x_s * c
    t1 = d_asn(t0, -1) * root(x_s_x_s)
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s + g_out * (asn(t0, -1) * inverse_root(x_s_x_s) / 2 - t1 * c)
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[1]:
        d_c = -g_out * t1 * x_s_x_s
    return (join(None, d_x_s_x_s_2 * x_s, dim) if needs[0] else None, d_c if needs[1] else None)


def _dist0_jvp(x: Tensor, c: Tensor, x_s_x_s: Tensor, t_x: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, t_x_s = split(t_x, dim)
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    t0 = -x_s_x_s * c
    t1 = d_asn(t0, -1) * root(x_s_x_s)
    t_front = t_x_s_x_s * (asn(t0, -1) * inverse_root(x_s_x_s) / 2 - t1 * c) - t_c * t1 * x_s_x_s
    return (t_front, t_x_s_x_s)


_dist0_op = Operation(
    "dist0", Formulas(_dist0, _dist0_vjp, _dist0_jvp), inputs=(("x", "ambient"), ("c", "scalar")), results=("scalar",)
)


def dist0(x: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Distance to the origin. Gradient 0 there and at the antipode.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{front} = \operatorname{asn}\left(- \mathrm{x\_s\_x\_s} c\right) \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)
        \mathrm{out} = \mathrm{front}

    Cost: 1 inner products, 5 further operations; backward 0 inner products, 20 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _dist0_op(x, c, dim=dim)
    return result


def _transp(x: Tensor, y: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, y_s = split(y, dim)
    _, v_s = split(v, dim)
    m = x_s + y_s
    formed = y_s - x_s
    formed_formed = dot(formed, formed, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    y_s_y_s = dot(y_s, y_s, dim)
    mm = dot(m, m, dim)
    m_formed = dot(m, formed, dim)
    y_s_m = dot(y_s, m, dim)
    x_s_m = dot(x_s, m, dim)
    t0 = -formed_formed
    t1 = settled(is_positive(t0 + 4 * x_s_x_s) * is_positive(t0 + 4 * y_s_y_s))
    t2 = 2 - 2 * t1
    t3 = x_s_x_s - y_s_y_s
    t4 = settled(is_positive(t3))
    t5 = settled(t2 * t4)
    t6 = settled(-1 + t4)
    t7 = settled(-t6)
    t8 = settled(t2 * t7)
    t9 = settled(quotient(1, mm, c))
    formed_2 = settled(
        combine((t5, y_s), (t1, formed), (-t8, x_s), (-t9 * (m_formed * t1 + y_s_m * t5 - x_s_m * t8), m))
    )
    m_formed_2 = dot(m, formed_2, dim)
    formed_3 = combine((1, formed_2), (-m_formed_2 * t9, m))
    v_s_formed = dot(v_s, formed_3, dim)
    v_s_m = dot(v_s, m, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    t10 = t7 * y_s_y_s + x_s_x_s * t4
    t11 = settled(quotient(x_s_y_s, t10, c))
    formed_4 = combine((settled(-t6 - t11 * t4), x_s), (settled(t4 - t11 * t7), y_s))
    formed_formed_2 = dot(formed_4, formed_4, dim)
    t12 = x_s_x_s * c
    t13 = torch.sqrt(1 + t12)
    t14 = torch.sqrt(1 + y_s_y_s * c)
    t15 = m_formed / (t13 * (2 * t13 + 2 * t14))
    t16 = 2 * y_s_y_s
    t17 = -(t16 + 2 * x_s_x_s + t12 * t16) / (1 + t13 * t14)
    t18 = t13 * root(y_s_y_s) + t14 * root(x_s_x_s)
    t19 = quotient(t3 * t18, t18**2, c) ** 2
    t20 = c * choose(
        -t17 - 4 * x_s_y_s,
        -t17 - 2 * x_s_y_s,
        2 * t19 / (1 + torch.sqrt(1 + t19 * c))
        + 2 * formed_formed_2 * inverse(t11 + root(quotient(t7 * x_s_x_s + y_s_y_s * t4, t10, c))),
    )
    ratio = -c * (v_s_formed * (1 + t15 * c) + v_s_m * t15 * t9 * (4 + t20)) * inverse(2 + t20 / 2)
    y_s_v_s = dot(y_s, v_s, dim)
    out_t = torch.sqrt(c) * (y_s_v_s - y_s_m * ratio) / t14
    out_s_m = settled(-ratio)
    return (join(out_t, combine((1, v_s), (out_s_m, m)), dim), formed_formed, x_s_x_s, y_s_y_s, mm, m_formed)


def _transp_vjp(
    x: Tensor,
    y: Tensor,
    v: Tensor,
    c: Tensor,
    formed_formed: Tensor,
    x_s_x_s: Tensor,
    y_s_y_s: Tensor,
    mm: Tensor,
    m_formed: Tensor,
    g_out: Tensor,
    g_formed_formed: Tensor,
    g_x_s_x_s: Tensor,
    g_y_s_y_s: Tensor,
    g_mm: Tensor,
    g_m_formed: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    _, x_s = split(x, dim)
    _, y_s = split(y, dim)
    _, v_s = split(v, dim)
    g_out_t, g_out_s = split(g_out, dim)
    m = x_s + y_s
    formed = y_s - x_s
    y_s_m = dot(y_s, m, dim)
    x_s_m = dot(x_s, m, dim)
    t0 = -formed_formed
    t1 = settled(is_positive(t0 + 4 * x_s_x_s) * is_positive(t0 + 4 * y_s_y_s))
    t2 = 2 - 2 * t1
    t3 = x_s_x_s - y_s_y_s
    t4 = is_positive(t3)
    t5 = settled(t2 * t4)
    t6 = -1 + t4
    t7 = -t6
    t8 = settled(t2 * t7)
    t9 = m_formed * t1
    t10 = y_s_m * t5
    t11 = x_s_m * t8
    t12 = quotient(1, mm, c)
    t13 = settled(-t12 * (t10 + t9 - t11))
    formed_2 = settled(combine((t5, y_s), (t1, formed), (-t8, x_s), (t13, m)))
    m_formed_2 = dot(m, formed_2, dim)
    t14 = settled(m_formed_2 * t12)
    formed_3 = settled(combine((1, formed_2), (-t14, m)))
    if needs[0] or needs[1] or needs[3]:
        v_s_formed = dot(v_s, formed_3, dim)
        v_s_m = dot(v_s, m, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    t15 = t7 * y_s_y_s + x_s_x_s * t4
    t16 = quotient(x_s_y_s, t15, c)
    t17 = t16 * t4
    t18 = settled(-t17 - t6)
    t19 = t16 * t7
    t20 = settled(t4 - t19)
    formed_4 = settled(combine((t18, x_s), (t20, y_s)))
    formed_formed_2 = dot(formed_4, formed_4, dim)
    t21 = x_s_x_s * c
    t22 = 1 + t21
    t23 = torch.sqrt(t22)
    t24 = 1 / t23
    t25 = c * t24
    t26 = y_s_y_s * c
    t27 = 1 + t26
    t28 = torch.sqrt(t27)
    t29 = 2 * t23 + 2 * t28
    t30 = 1 / t29
    t31 = m_formed * t30
    t32 = 1 + t31 * t25
    t33 = t31 * t24
    t34 = 1 + t23 * t28
    t35 = 1 / t34
    t36 = 2 * x_s_x_s
    t37 = 2 * y_s_y_s
    t38 = t36 + t37 + t21 * t37
    t39 = -t38 * t35
    t40 = -t39 - 4 * x_s_y_s
    t41 = quotient(t7 * x_s_x_s + y_s_y_s * t4, t15, c)
    t42 = inverse(t16 + root(t41))
    t43 = 2 * formed_formed_2
    t44 = root(y_s_y_s)
    t45 = root(x_s_x_s)
    t46 = t44 * t23 + t45 * t28
    t47 = t46**2
    t48 = quotient(t3 * t46, t47, c)
    t49 = t48**2
    t50 = torch.sqrt(1 + t49 * c)
    t51 = 1 + t50
    t52 = 1 / t51
    t53 = 2 * t52
    t54 = choose(t40, -t39 - 2 * x_s_y_s, t42 * t43 + t49 * t53)
    t55 = t54 * c
    t56 = 4 + t55
    if needs[0] or needs[1] or needs[3]:
        t57 = v_s_m * t12
        t58 = t56 * t57
        t59 = t33 * t58
        t60 = t59 + v_s_formed * t32
    t61 = inverse(2 + t55 / 2)
    if needs[0] or needs[1] or needs[3]:
        t62 = t60 * t61
        ratio = -t62 * c
    if needs[1] or needs[3]:
        y_s_v_s = dot(y_s, v_s, dim)
    if needs[0] or needs[1]:
        out_s_m = settled(-ratio)
    m_g_out_s = dot(m, g_out_s, dim)
    t63 = torch.sqrt(c)
    t64 = 1 / t28
    t65 = g_out_t * t63 * t64
    if needs[1] or needs[2]:
        d_y_s_v_s = settled(t65)
    d_ratio = -m_g_out_s - y_s_m * t65
    if needs[0] or needs[1]:
        t66 = c**2
    if needs[0] or needs[1] or needs[3]:
        t67 = t61**2
        t68 = is_positive(t40)
        t69 = 1 - t68
    if needs[0] or needs[1]:
        t70 = 2 * t12
        t71 = t61 * t66
        d_formed_formed = d_ratio * (t42 * t60 * t69 * t67 * t66 - v_s_m * t33 * t42 * t69 * t70 * t71)
        d_formed_formed_2 = 2 * d_formed_formed
        x_s_formed = dot(x_s, formed_4, dim)
        y_s_formed = dot(y_s, formed_4, dim)
        t72 = inverse_resolved(t15 * c)
        t73 = t72 * c
        t74 = t43 * t42**2
        t75 = -2 * t68 - t69 * t73 * t74
    if needs[0] or needs[1] or needs[3]:
        t76 = t33 * t57
    if needs[0] or needs[1]:
        t77 = t4 * t73
        t78 = d_formed_formed_2 * x_s_formed
        t79 = t7 * t73
        t80 = d_formed_formed_2 * y_s_formed
        t81 = t79 * t80
        d_x_s_y_s = -t81 + d_ratio * (-t71 * t75 * t76 + t60 * t75 * t67 * t66 / 2) - t78 * t77
    t82 = t61 * c
    if needs[0] or needs[1] or needs[2]:
        t83 = d_ratio * t82
        d_v_s_m = settled(-t12 * t33 * t56 * t83)
        d_v_s_formed = settled(-t32 * t83)
    if needs[0] or needs[1]:
        d_m_formed = settled(-d_v_s_formed * t57)
        d_formed = settled(combine((d_v_s_formed, v_s), (d_m_formed, m)))
        m_d_formed = dot(m, d_formed, dim)
        t84 = t70 * t4
        t85 = -t84 + t84 * t1
        d_x_s_m = m_d_formed * (t70 + t85 - t70 * t1)
        d_y_s_m = m_d_formed * t85 - ratio * t65
    if needs[0] or needs[1] or needs[3]:
        t86 = t58 * t24
    if needs[0] or needs[1]:
        d_m_formed_2 = g_m_formed - t83 * (t86 * t30 + v_s_formed * t25 * t30) - m_d_formed * t12 * t1
        t87 = inverse_resolved(mm * c)
        t88 = t87 * c
        t89 = t12 * t88
        t90 = d_v_s_formed * t14
        d_mm = g_mm + m_d_formed * (t10 * t89 + t89 * t9 - t11 * t89) + v_s_m * t90 * t88 + d_ratio * t59 * t71 * t87
    if needs[0] or needs[1] or needs[3]:
        t91 = m_formed / t29**2
    if needs[0] or needs[1]:
        t92 = t91 * t66
    if needs[1]:
        t94 = c * t64
        t93 = t23 * inverse_root(y_s_y_s)
        t95 = t45 * t94
    if needs[0] or needs[1] or needs[3]:
        t96 = inverse_resolved(t47 * c)
        t97 = 2 * t96 * c
        t98 = t48 * t46 * t97
    if needs[1]:
        t99 = -t98 * (t93 + t95) + 2 * t96 * c * (-t46 + t3 * (t93 / 2 + t95 / 2))
    if needs[0] or needs[1]:
        t100 = inverse_root(t41)
    if needs[0] or needs[1] or needs[3]:
        t101 = 1 / (t50 * t51**2)
    if needs[0] or needs[1]:
        t102 = c * t101 * t48**3
    if needs[0] or needs[1] or needs[3]:
        t103 = t38 / t34**2
    if needs[1] or needs[3]:
        t104 = t23 / 2
    if needs[1]:
        t105 = t69 * (
            -t102 * t99 - t74 * (t100 * (-t41 * t79 + t4 * t72 * c) / 2 - t19 * t73) + 2 * t48 * t99 * t52
        ) + t68 * (t35 * (2 + 2 * t21) - t103 * t104 * t94)
    if needs[0] or needs[1]:
        t106 = t60 * t67 * t66 / 2
    if needs[1] or needs[3]:
        t107 = y_s_v_s - y_s_m * ratio
        t108 = t107 / (2 * torch.sqrt(t27) ** 3)
    if needs[0] or needs[1]:
        t109 = t16 * t73
    if needs[1]:
        d_y_s_y_s = (
            g_y_s_y_s
            + d_ratio
            * (
                t105 * t106
                - t82
                * (-t86 * t91 * t94 - v_s_formed * t92 * t24 * t64 + m_formed * v_s_m * t105 * t12 * c * t24 * t30)
            )
            + t109 * t80 * t7**2
            + t17 * t78 * t79
            - g_out_t * t108 * torch.sqrt(c) ** 3
        )
    if needs[0]:
        t110 = 1 / t22
    if needs[0] or needs[3]:
        t111 = t31 / torch.sqrt(t22) ** 3
        t112 = t111 / 2
        t113 = c / 2
    if needs[0]:
        t114 = t28 * inverse_root(x_s_x_s)
        t115 = t44 * t25
        t116 = -t98 * (t114 + t115) + 2 * t96 * c * (t46 + t3 * (t114 / 2 + t115 / 2))
    if needs[0] or needs[3]:
        t117 = t28 / 2
    if needs[0]:
        t118 = t69 * (-t102 * t116 - t74 * (t100 * (t79 - t41 * t77) / 2 - t17 * t73) + 2 * t116 * t48 * t52) + t68 * (
            t35 * (2 + 2 * t26) - t103 * t117 * t25
        )
        d_x_s_x_s = (
            g_x_s_x_s
            + d_ratio
            * (
                t106 * t118
                - t82
                * (
                    v_s_formed * (-t112 * t66 - t92 * t110)
                    - t111 * t58 * t113
                    - t58 * t91 * c * t110
                    + m_formed * v_s_m * t118 * t12 * c * t24 * t30
                )
            )
            + t17 * t81
            + t109 * t78 * t4**2
        )
    if needs[0] or needs[1]:
        d_formed_d_formed = t1
        d_formed_formed_3 = 2 * g_formed_formed
        d_m_v_s = settled(d_v_s_m - t90)
        d_m_d_formed = t13
        d_m_m = 2 * d_mm
    if needs[0]:
        d_x_s_formed = settled(d_formed_formed_2 * t18)
        d_x_s_y_s_2 = settled(d_x_s_y_s + d_y_s_m)
        d_x_s_d_formed = settled(d_m_d_formed - t8 - d_formed_d_formed)
        d_x_s_m_2 = settled(d_x_s_m + d_m_m - d_m_formed_2)
        d_x_s_x_s_2 = settled(d_x_s_m + 2 * d_x_s_x_s)
        d_x_s_formed_2 = settled(d_m_formed_2 - d_formed_formed_3)
    if needs[1]:
        d_y_s_v_s_2 = settled(d_y_s_v_s + d_m_v_s)
        d_y_s_formed = settled(d_formed_formed_2 * t20)
        d_y_s_x_s = settled(d_x_s_y_s + d_x_s_m)
        d_y_s_d_formed = settled(d_m_d_formed + t5 + d_formed_d_formed)
        d_y_s_m_2 = settled(d_y_s_m + d_m_formed_2 + d_m_m)
        d_y_s_y_s_2 = settled(d_y_s_m + 2 * d_y_s_y_s)
        d_y_s_formed_2 = settled(d_m_formed_2 + d_formed_formed_3)
    if needs[3]:
        t119 = x_s_x_s * t24
        t120 = y_s_y_s * t64
        t121 = t91 * (-t119 - t120)
        t122 = t119 * t44
        t123 = t120 * t45
        t124 = -t98 * (t122 + t123) + t3 * t97 * (t122 / 2 + t123 / 2)
        t125 = c * (
            t69 * (t124 * t48 * t53 - 2 * t49 * t101 * (t49 / 2 + t124 * t48 * t113))
            + t68 * (t103 * (-t119 * t117 - t120 * t104) + y_s_y_s * t36 * t35)
        )
        d_c = g_out_t * (t107 * t64 / (2 * t63) - t108 * y_s_y_s * t63) + d_ratio * (
            -t62
            - t82
            * (v_s_formed * (t33 + t121 * t25 - t112 * t21) + t121 * t86 + t76 * (t125 + t54) - t112 * t58 * x_s_x_s)
            + t60 * t67 * c * (t125 / 2 + t54 / 2)
        )
    return (
        join(
            None,
            combine(
                (d_x_s_formed, formed_4),
                (d_x_s_y_s_2, y_s),
                (d_x_s_d_formed, d_formed),
                (d_x_s_m_2, m),
                (d_x_s_x_s_2, x_s),
                (d_x_s_formed_2, formed),
                (d_m_v_s, v_s),
                (d_m_formed, formed_2),
                (out_s_m, g_out_s),
            ),
            dim,
        )
        if needs[0]
        else None,
        join(
            None,
            combine(
                (d_y_s_v_s_2, v_s),
                (d_y_s_formed, formed_4),
                (d_y_s_x_s, x_s),
                (d_y_s_d_formed, d_formed),
                (d_y_s_m_2, m),
                (d_y_s_y_s_2, y_s),
                (d_y_s_formed_2, formed),
                (d_m_formed, formed_2),
                (out_s_m, g_out_s),
            ),
            dim,
        )
        if needs[1]
        else None,
        join(None, combine((d_y_s_v_s, y_s), (d_v_s_m, m), (d_v_s_formed, formed_3), (1, g_out_s)), dim)
        if needs[2]
        else None,
        d_c if needs[3] else None,
    )


def _transp_jvp(
    x: Tensor,
    y: Tensor,
    v: Tensor,
    c: Tensor,
    formed_formed: Tensor,
    x_s_x_s: Tensor,
    y_s_y_s: Tensor,
    mm: Tensor,
    m_formed: Tensor,
    t_x: Tensor,
    t_y: Tensor,
    t_v: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, y_s = split(y, dim)
    _, v_s = split(v, dim)
    _, t_x_s = split(t_x, dim)
    _, t_y_s = split(t_y, dim)
    _, t_v_s = split(t_v, dim)
    m = x_s + y_s
    formed = y_s - x_s
    y_s_m = dot(y_s, m, dim)
    x_s_m = dot(x_s, m, dim)
    t0 = -formed_formed
    t1 = is_positive(t0 + 4 * x_s_x_s)
    t2 = is_positive(t0 + 4 * y_s_y_s)
    t3 = t1 * t2
    t4 = 2 * t3
    t5 = 2 - t4
    t6 = x_s_x_s - y_s_y_s
    t7 = is_positive(t6)
    t8 = t5 * t7
    t9 = -1 + t7
    t10 = -t9
    t11 = t10 * t5
    t12 = m_formed * t3
    t13 = quotient(1, mm, c)
    formed_2 = combine((t8, y_s), (t3, formed), (-t11, x_s), (-t13 * (t12 + y_s_m * t8 - x_s_m * t11), m))
    m_formed_2 = dot(m, formed_2, dim)
    t14 = m_formed_2 * t13
    formed_3 = combine((1, formed_2), (-t14, m))
    v_s_formed = dot(v_s, formed_3, dim)
    v_s_m = dot(v_s, m, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    t15 = x_s_x_s * t7
    t16 = t15 + t10 * y_s_y_s
    t17 = quotient(x_s_y_s, t16, c)
    t18 = t17 * t7
    t19 = t10 * t17
    formed_4 = combine((-t18 - t9, x_s), (t7 - t19, y_s))
    formed_formed_2 = dot(formed_4, formed_4, dim)
    t20 = x_s_x_s * c
    t21 = 1 + t20
    t22 = torch.sqrt(t21)
    t23 = 1 / t22
    t24 = y_s_y_s * c
    t25 = 1 + t24
    t26 = torch.sqrt(t25)
    t27 = 2 * t22 + 2 * t26
    t28 = 1 / t27
    t29 = t23 * t28
    t30 = m_formed * t29
    t31 = 1 + t30 * c
    t32 = 1 + t22 * t26
    t33 = 1 / t32
    t34 = 2 * x_s_x_s
    t35 = 2 * y_s_y_s
    t36 = t34 + t35 + t20 * t35
    t37 = -t36 * t33
    t38 = -t37 - 4 * x_s_y_s
    t39 = y_s_y_s * t7
    t40 = quotient(t39 + t10 * x_s_x_s, t16, c)
    t41 = inverse(t17 + root(t40))
    t42 = 2 * formed_formed_2
    t43 = root(y_s_y_s)
    t44 = root(x_s_x_s)
    t45 = t43 * t22 + t44 * t26
    t46 = t45**2
    t47 = quotient(t6 * t45, t46, c)
    t48 = t47**2
    t49 = torch.sqrt(1 + t48 * c)
    t50 = 1 + t49
    t51 = 1 / t50
    t52 = 2 * t51
    t53 = choose(t38, -t37 - 2 * x_s_y_s, t41 * t42 + t48 * t52)
    t54 = t53 * c
    t55 = 4 + t54
    t56 = v_s_m * t13
    t57 = t55 * t56
    t58 = t30 * t57
    t59 = t58 + v_s_formed * t31
    t60 = inverse(2 + t54 / 2)
    t61 = t59 * t60
    ratio = -t61 * c
    y_s_v_s = dot(y_s, v_s, dim)
    out_s_m = -ratio
    formed_t_x_s = dot(formed, t_x_s, dim)
    formed_t_y_s = dot(formed, t_y_s, dim)
    t_formed_formed = -2 * formed_t_x_s + 2 * formed_t_y_s
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    y_s_t_y_s = dot(y_s, t_y_s, dim)
    t_y_s_y_s = 2 * y_s_t_y_s
    m_t_x_s = dot(m, t_x_s, dim)
    m_t_y_s = dot(m, t_y_s, dim)
    t_mm = 2 * m_t_x_s + 2 * m_t_y_s
    t_m_formed = formed_t_x_s + formed_t_y_s + m_t_y_s - m_t_x_s
    y_s_t_x_s = dot(y_s, t_x_s, dim)
    t_y_s_m = y_s_t_y_s + m_t_y_s + y_s_t_x_s
    x_s_t_y_s = dot(x_s, t_y_s, dim)
    t_x_s_m = x_s_t_x_s + m_t_x_s + x_s_t_y_s
    t62 = 2 * t7
    t63 = t13 * t62
    t64 = y_s_m * t63
    t65 = x_s_m * t63
    t66 = t12 * t13
    t67 = t13 * t4
    t68 = x_s_m * t67
    t69 = (
        t64
        + t65
        + t66
        + t68
        - 2 * t7
        + t3 * t62
        - t1 * t2
        - 2 * x_s_m * t13
        - 2 * y_s_m * t13 * t1 * t2 * t7
        - 2 * x_s_m * t13 * t1 * t2 * t7
    )
    t_formed_t_x_s = -2 - t69
    t_formed_t_y_s = -t69
    t70 = 2 * t13
    t71 = t_y_s_m * t63
    t72 = t_x_s_m * t63
    t73 = t_mm * inverse_resolved(mm * c)
    t74 = t73 * c
    t_formed_m = (
        -t71
        - t72
        + t_x_s_m * t70
        + t64 * t74
        + t65 * t74
        + t66 * t74
        + t68 * t74
        + t71 * t3
        + t72 * t3
        - t_x_s_m * t67
        - x_s_m * t70 * t74
        - t_m_formed * t13 * t3
        - t64 * t74 * t3
        - t65 * t74 * t3
    )
    formed_t_x_s_2 = dot(formed_2, t_x_s, dim)
    formed_t_y_s_2 = dot(formed_2, t_y_s, dim)
    t_m_formed_2 = (
        formed_t_x_s_2 + formed_t_y_s_2 + m_t_x_s * t_formed_t_x_s + m_t_y_s * t_formed_t_y_s + t_formed_m * mm
    )
    t_formed_t_x_s_2 = t_formed_t_x_s - t14
    t_formed_t_y_s_2 = t_formed_t_y_s - t14
    t_formed_m_2 = t_formed_m + t14 * t74 - t_m_formed_2 * t13
    formed_t_v_s = dot(formed_3, t_v_s, dim)
    v_s_t_x_s = dot(v_s, t_x_s, dim)
    v_s_t_y_s = dot(v_s, t_y_s, dim)
    t_v_s_formed = formed_t_v_s + v_s_m * t_formed_m_2 + t_formed_t_x_s_2 * v_s_t_x_s + t_formed_t_y_s_2 * v_s_t_y_s
    m_t_v_s = dot(m, t_v_s, dim)
    t_v_s_m = v_s_t_x_s + v_s_t_y_s + m_t_v_s
    t_x_s_y_s = y_s_t_x_s + x_s_t_y_s
    t75 = quotient(x_s_y_s, y_s_y_s + t15 - t39, c)
    t76 = t75 * t7
    t_formed_t_x_s_3 = -t76 - t9
    t_formed_t_y_s_3 = t76 + t7 - t75
    t77 = c * inverse_resolved(t24 + t15 * c - t24 * t7)
    t78 = t_x_s_y_s * t77
    t79 = t78 * t7
    t81 = t75 * t7**2
    t80 = t_x_s_x_s * t77
    t82 = t80 * t81
    t83 = t_y_s_y_s * t77
    t_formed_x_s = t82 - t79 + t76 * t83 - t81 * t83
    t_formed_y_s = t79 - t78 - t82 + t76 * t80 + t75 * t83 * t10**2
    formed_t_x_s_3 = dot(formed_4, t_x_s, dim)
    formed_t_y_s_3 = dot(formed_4, t_y_s, dim)
    x_s_formed = dot(x_s, formed_4, dim)
    y_s_formed = dot(y_s, formed_4, dim)
    t_formed_formed_2 = (
        2 * t_formed_t_x_s_3 * formed_t_x_s_3
        + 2 * t_formed_t_y_s_3 * formed_t_y_s_3
        + 2 * t_formed_x_s * x_s_formed
        + 2 * t_formed_y_s * y_s_formed
    )
    t84 = c * t23
    t86 = 1 / t26
    t85 = x_s_x_s * t23
    t87 = y_s_y_s * t86
    t88 = m_formed / t27**2
    t89 = t88 * (-t85 - t87)
    t90 = m_formed * t28 / torch.sqrt(t21) ** 3
    t91 = t90 / 2
    t92 = is_positive(t38)
    t93 = 1 - t92
    t100 = c / 2
    t94 = t43 * t85
    t95 = t44 * t87
    t96 = inverse_resolved(t46 * c)
    t97 = 2 * t96 * c
    t98 = t47 * t45 * t97
    t99 = t47 * (-t98 * (t94 + t95) + t6 * t97 * (t94 / 2 + t95 / 2))
    t101 = 1 / (t49 * t50**2)
    t102 = t26 / 2
    t103 = t22 / 2
    t104 = t36 / t32**2
    t105 = c * (
        t93 * (t99 * t52 - 2 * t48 * t101 * (t48 / 2 + t99 * t100))
        + t92 * (t104 * (-t85 * t102 - t87 * t103) + y_s_y_s * t34 * t33)
    )
    t106 = t30 * t56
    t107 = t60 * c
    t108 = t60**2
    t109 = 1 / t21
    t110 = c**2
    t111 = t88 * t110
    t112 = t110 / 2
    t113 = t57 * t88
    t114 = t26 * inverse_root(x_s_x_s)
    t115 = t43 * t84
    t116 = -t98 * (t114 + t115) + 2 * t96 * c * (t45 + t6 * (t114 / 2 + t115 / 2))
    t117 = inverse_resolved(t16 * c)
    t118 = t117 * c
    t119 = t10 * t118
    t120 = inverse_root(t40)
    t121 = t42 * t41**2
    t122 = c * t101 * t47**3
    t123 = t93 * (
        -t116 * t122 - t121 * (t120 * (t119 - t40 * t118 * t7) / 2 - t18 * t118) + 2 * t116 * t47 * t51
    ) + t92 * (t33 * (2 + 2 * t24) - t104 * t102 * t84)
    t124 = t59 * t108 * t112
    t126 = c * t86
    t125 = t22 * inverse_root(y_s_y_s)
    t127 = t44 * t126
    t128 = -t98 * (t125 + t127) + 2 * t96 * c * (-t45 + t6 * (t125 / 2 + t127 / 2))
    t129 = t93 * (
        -t122 * t128 - t121 * (t120 * (-t119 * t40 + t117 * t7 * c) / 2 - t19 * t118) + 2 * t128 * t47 * t51
    ) + t92 * (t33 * (2 + 2 * t20) - t104 * t103 * t126)
    t130 = -2 * t92 - t93 * t118 * t121
    t131 = t60 * t110
    t_ratio = (
        t_c
        * (
            -t61
            - t107
            * (v_s_formed * (t30 + t89 * t84 - t91 * t20) + t106 * (t105 + t53) + t57 * t89 * t23 - t57 * t91 * x_s_x_s)
            + t59 * t108 * c * (t105 / 2 + t53 / 2)
        )
        + t_x_s_x_s
        * (
            t123 * t124
            - t107
            * (
                v_s_formed * (-t111 * t109 - t90 * t112)
                - t113 * c * t109
                - t57 * t90 * t100
                + m_formed * v_s_m * t123 * t13 * c * t23 * t28
            )
        )
        + t_y_s_y_s
        * (
            t124 * t129
            - t107 * (-t113 * t84 * t86 - v_s_formed * t111 * t23 * t86 + m_formed * v_s_m * t129 * t13 * c * t23 * t28)
        )
        + t_x_s_y_s * (-t106 * t130 * t131 + t130 * t59 * t108 * t110 / 2)
        + t_formed_formed_2 * (t41 * t59 * t93 * t108 * t110 - v_s_m * t30 * t41 * t60 * t70 * t93 * t110)
        + t131 * t58 * t73
        - t_m_formed * t107 * (t57 * t29 + v_s_formed * c * t29)
        - t_v_s_formed * t107 * t31
        - t_v_s_m * t107 * t13 * t30 * t55
    )
    y_s_t_v_s = dot(y_s, t_v_s, dim)
    t_y_s_v_s = v_s_t_y_s + y_s_t_v_s
    t132 = torch.sqrt(c)
    t133 = y_s_v_s - y_s_m * ratio
    t134 = t133 / (2 * torch.sqrt(t25) ** 3)
    t135 = t132 * t86
    t_out_t = (
        t_c * (t133 * t86 / (2 * t132) - t134 * y_s_y_s * t132)
        + t_y_s_v_s * t132 * t86
        - y_s_m * t_ratio * t135
        - ratio * t_y_s_m * t135
        - t_y_s_y_s * t134 * torch.sqrt(c) ** 3
    )
    t_out_s_m = -t_ratio
    return (
        join(t_out_t, combine((1, t_v_s), (out_s_m, t_x_s), (out_s_m, t_y_s), (t_out_s_m, m)), dim),
        t_formed_formed,
        t_x_s_x_s,
        t_y_s_y_s,
        t_mm,
        t_m_formed,
    )


_transp_op = Operation(
    "transp",
    Formulas(_transp, _transp_vjp, _transp_jvp),
    inputs=(("x", "ambient"), ("y", "ambient"), ("v", "ambient"), ("c", "scalar")),
    results=("ambient",),
)


def transp(x: Tensor, y: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Parallel transport v − κ⟨y, v⟩/(1 + κ⟨x, y⟩)(x + y). On the sphere to the antipode: v itself.

    Formula (LaTeX)::

        m = \mathrm{x\_s} + \mathrm{y\_s}
        \mathrm{formed} = \mathrm{y\_s} - \mathrm{x\_s}
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{y\_s\_y\_s} = \langle \mathrm{y\_s}, \mathrm{y\_s} \rangle
        \mathrm{mm} = \langle m, m \rangle
        \mathrm{m\_formed} = \langle m, \mathrm{formed} \rangle
        \mathrm{y\_s\_m} = \langle \mathrm{y\_s}, m \rangle
        \mathrm{x\_s\_m} = \langle \mathrm{x\_s}, m \rangle
        \mathrm{formed\_2} = \mathrm{formed} \operatorname{is\_positive}\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s}\right) \operatorname{is\_positive}\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s} \left(2 - 2 \operatorname{is\_positive}\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s}\right) \operatorname{is\_positive}\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s}\right)\right) \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) - \mathrm{x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) \left(2 - 2 \operatorname{is\_positive}\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s}\right) \operatorname{is\_positive}\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s}\right)\right) - m \left(\mathrm{m\_formed} \operatorname{is\_positive}\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s}\right) \operatorname{is\_positive}\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_m} \left(2 - 2 \operatorname{is\_positive}\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s}\right) \operatorname{is\_positive}\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s}\right)\right) \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) - \mathrm{x\_s\_m} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) \left(2 - 2 \operatorname{is\_positive}\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s}\right) \operatorname{is\_positive}\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s}\right)\right)\right) \operatorname{quotient}\left(1, \mathrm{mm}, c\right)
        \mathrm{m\_formed\_2} = \langle m, \mathrm{formed\_2} \rangle
        \mathrm{formed\_3} = \mathrm{formed\_2} - \mathrm{m\_formed\_2} m \operatorname{quotient}\left(1, \mathrm{mm}, c\right)
        \mathrm{v\_s\_formed} = \langle \mathrm{v\_s}, \mathrm{formed\_3} \rangle
        \mathrm{v\_s\_m} = \langle \mathrm{v\_s}, m \rangle
        \mathrm{x\_s\_y\_s} = \langle \mathrm{x\_s}, \mathrm{y\_s} \rangle
        \mathrm{formed\_4} = \mathrm{x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right) + \mathrm{y\_s} \left(- \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) \operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right)
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_4}, \mathrm{formed\_4} \rangle
        \mathrm{ratio} = - c \left(\mathrm{v\_s\_formed} \left(1 + \frac{\mathrm{m\_formed} c}{\sqrt{1 + \mathrm{x\_s\_x\_s} c} \left(2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} + 2 \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)}\right) + \frac{\mathrm{m\_formed} \mathrm{v\_s\_m} \left(4 + c \operatorname{choose}\left(- 4 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, - 2 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, 2 \mathrm{formed\_formed\_2} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{x\_s\_x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) + \mathrm{y\_s\_y\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right), \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}}\right)\right) \operatorname{quotient}\left(1, \mathrm{mm}, c\right)}{\sqrt{1 + \mathrm{x\_s\_x\_s} c} \left(2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} + 2 \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)}\right) \operatorname{inverse}\left(2 + \frac{c \operatorname{choose}\left(- 4 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, - 2 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, 2 \mathrm{formed\_formed\_2} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{x\_s\_x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) + \mathrm{y\_s\_y\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right), \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}}\right)}{2}\right)
        \mathrm{y\_s\_v\_s} = \langle \mathrm{y\_s}, \mathrm{v\_s} \rangle
        \mathrm{out\_t} = \frac{\sqrt{c} \left(\mathrm{y\_s\_v\_s} - \mathrm{ratio} \mathrm{y\_s\_m}\right)}{\sqrt{1 + \mathrm{y\_s\_y\_s} c}}
        \mathrm{out\_s\_m} = - \mathrm{ratio}
        \mathrm{out\_s} = \mathrm{v\_s} + \mathrm{out\_s\_m} m

    Cost: 13 inner products, 120 further operations; backward 12 inner products, 499 further operations. Saved:
    the inputs and 5 scalars per row.
    """
    result: Tensor = _transp_op(x, y, v, c, dim=dim)
    return result


def _transp0(y: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, y_s = split(y, dim)
    y_s_v = dot(y_s, v, dim)
    y_s_y_s = dot(y_s, y_s, dim)
    t0 = torch.sqrt(1 + y_s_y_s * c)
    space_y_s = settled(y_s_v * c * inverse(1 + t0))
    out_t = torch.sqrt(c) * (y_s_v + space_y_s * y_s_y_s) / t0
    return (join(out_t, combine((1, v), (space_y_s, y_s)), dim), y_s_v, y_s_y_s)


def _transp0_vjp(
    y: Tensor,
    v: Tensor,
    c: Tensor,
    y_s_v: Tensor,
    y_s_y_s: Tensor,
    g_out: Tensor,
    g_y_s_v: Tensor,
    g_y_s_y_s: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    _, y_s = split(y, dim)
    g_out_t, g_out_s = split(g_out, dim)
    t0 = y_s_y_s * c
    t1 = 1 + t0
    t2 = torch.sqrt(t1)
    t3 = inverse(1 + t2)
    if needs[0] or needs[2]:
        space_y_s = settled(y_s_v * t3 * c)
    y_s_g_out_s = dot(y_s, g_out_s, dim)
    t4 = torch.sqrt(c)
    t5 = 1 / t2
    t6 = g_out_t * t4 * t5
    d_space_y_s = y_s_g_out_s + t6 * y_s_y_s
    if needs[0] or needs[2]:
        t7 = y_s_v + space_y_s * y_s_y_s
        t8 = t7 / (2 * torch.sqrt(t1) ** 3)
        t9 = y_s_v * t5 * t3**2 / 2
    if needs[0]:
        d_y_s_y_s = g_y_s_y_s + g_out_t * (-t8 * torch.sqrt(c) ** 3 + space_y_s * t4 * t5) - d_space_y_s * t9 * c**2
    if needs[0] or needs[1]:
        d_y_s_v = settled(g_y_s_v + t6 + d_space_y_s * t3 * c)
    if needs[0]:
        d_y_s_y_s_2 = settled(2 * d_y_s_y_s)
    if needs[2]:
        d_c = d_space_y_s * (y_s_v * t3 - t9 * t0) + g_out_t * (t7 * t5 / (2 * t4) - t8 * y_s_y_s * t4)
    return (
        join(None, combine((d_y_s_y_s_2, y_s), (d_y_s_v, v), (space_y_s, g_out_s)), dim) if needs[0] else None,
        combine((d_y_s_v, y_s), (1, g_out_s)) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _transp0_jvp(
    y: Tensor, v: Tensor, c: Tensor, y_s_v: Tensor, y_s_y_s: Tensor, t_y: Tensor, t_v: Tensor, t_c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    _, y_s = split(y, dim)
    _, t_y_s = split(t_y, dim)
    t0 = y_s_y_s * c
    t1 = 1 + t0
    t2 = torch.sqrt(t1)
    t3 = inverse(1 + t2)
    space_y_s = y_s_v * t3 * c
    v_t_y_s = dot(v, t_y_s, dim)
    y_s_t_v = dot(y_s, t_v, dim)
    t_y_s_v = v_t_y_s + y_s_t_v
    y_s_t_y_s = dot(y_s, t_y_s, dim)
    t_y_s_y_s = 2 * y_s_t_y_s
    t4 = 1 / t2
    t5 = y_s_v * t4 * t3**2 / 2
    t_space_y_s = t_c * (y_s_v * t3 - t5 * t0) + t_y_s_v * t3 * c - t_y_s_y_s * t5 * c**2
    t6 = torch.sqrt(c)
    t7 = y_s_v + space_y_s * y_s_y_s
    t8 = t7 / (2 * torch.sqrt(t1) ** 3)
    t9 = t4 * t6
    t_out_t = (
        t_c * (t7 * t4 / (2 * t6) - t8 * y_s_y_s * t6)
        + t_y_s_v * t9
        + t_y_s_y_s * (-t8 * torch.sqrt(c) ** 3 + space_y_s * t4 * t6)
        + t_space_y_s * y_s_y_s * t9
    )
    return (join(t_out_t, combine((space_y_s, t_y_s), (1, t_v), (t_space_y_s, y_s)), dim), t_y_s_v, t_y_s_y_s)


_transp0_op = Operation(
    "transp0",
    Formulas(_transp0, _transp0_vjp, _transp0_jvp),
    inputs=(("y", "ambient"), ("v", "vector"), ("c", "scalar")),
    results=("ambient",),
)


def transp0(y: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Parallel transport of (0, v) from the origin to y.

    Formula (LaTeX)::

        \mathrm{y\_s\_v} = \langle \mathrm{y\_s}, v \rangle
        \mathrm{y\_s\_y\_s} = \langle \mathrm{y\_s}, \mathrm{y\_s} \rangle
        \mathrm{space\_y\_s} = \mathrm{y\_s\_v} c \operatorname{inverse}\left(1 + \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)
        \mathrm{out\_t} = \frac{\sqrt{c} \left(\mathrm{y\_s\_v} + \mathrm{space\_y\_s} \mathrm{y\_s\_y\_s}\right)}{\sqrt{1 + \mathrm{y\_s\_y\_s} c}}
        \mathrm{out\_s} = v + \mathrm{space\_y\_s} \mathrm{y\_s}

    Cost: 2 inner products, 16 further operations; backward 1 inner products, 61 further operations. Saved: the
    inputs and 2 scalars per row.
    """
    result: Tensor = _transp0_op(y, v, c, dim=dim)
    return result


def _transp0back(x: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, v_s = split(v, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    t = torch.sqrt(1 + x_s_x_s * c)
    along = settled(quotient(1, x_s_x_s, c))
    lost = 1 - quotient(x_s_x_s, x_s_x_s, c)
    x_s_v_s = dot(x_s, v_s, dim)
    radial = settled(x_s_v_s * (along - lost * c / (1 + t)) / t)
    formed = settled(combine((1, v_s), (-along * x_s_v_s, x_s)))
    x_s_formed = dot(x_s, formed, dim)
    out = combine((1, formed), (-x_s_formed * along, x_s))
    return (combine((1, out), (radial, x_s)), x_s_x_s, x_s_v_s, x_s_formed)


def _transp0back_vjp(
    x: Tensor,
    v: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    x_s_v_s: Tensor,
    x_s_formed: Tensor,
    g_out: Tensor,
    g_x_s_x_s: Tensor,
    g_x_s_v_s: Tensor,
    g_x_s_formed: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    _, x_s = split(x, dim)
    _, v_s = split(v, dim)
    t0 = x_s_x_s * c
    t1 = torch.sqrt(1 + t0)
    t = t1
    t2 = quotient(1, x_s_x_s, c)
    along = t2
    t3 = quotient(x_s_x_s, x_s_x_s, c)
    lost = 1 - t3
    t4 = 1 / t
    t5 = 1 + t
    t6 = 1 / t5
    t7 = c * t6
    t8 = along - lost * t7
    if needs[0]:
        radial = x_s_v_s * t8 * t4
        t9 = settled(along * x_s_v_s)
        formed = combine((1, v_s), (-t9, x_s))
    x_s_g_out = dot(x_s, g_out, dim)
    if needs[0] or needs[1]:
        t10 = x_s_g_out * along
        d_x_s_formed = settled(g_x_s_formed - t10)
        t11 = d_x_s_formed * x_s_x_s
        d_x_s_v_s = settled(g_x_s_v_s - t10 - along * t11 + x_s_g_out * t8 * t4)
    if needs[0] or needs[2]:
        t12 = x_s_g_out * x_s_v_s
        t13 = t12 * t4
    if needs[0]:
        d_lost = -t13 * t7
        d_along = -t12 - x_s_formed * x_s_g_out - x_s_v_s * t11 + x_s_g_out * x_s_v_s * t4
    if needs[0] or needs[2]:
        d_t = x_s_g_out * (-x_s_v_s * t8 / t**2 + lost * x_s_v_s * c * t4 / t5**2)
    if needs[0]:
        t14 = c * inverse_resolved(t0)
    if needs[0] or needs[2]:
        t15 = 1 / t1
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s + d_lost * (-t14 + t3 * t14) + d_t * c * t15 / 2 - d_along * t2 * t14
        d_x_s_g_out = settled(radial - t9 - x_s_formed * along)
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s - d_x_s_formed * t9)
    if needs[1]:
        d_v_s_x_s = settled(d_x_s_formed + d_x_s_v_s)
    if needs[2]:
        d_c = d_t * x_s_x_s * t15 / 2 - lost * t13 * t6
    return (
        join(None, combine((d_x_s_formed, formed), (d_x_s_x_s_2, x_s), (d_x_s_v_s, v_s), (d_x_s_g_out, g_out)), dim)
        if needs[0]
        else None,
        join(None, combine((d_v_s_x_s, x_s), (1, g_out)), dim) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _transp0back_jvp(
    x: Tensor,
    v: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    x_s_v_s: Tensor,
    x_s_formed: Tensor,
    t_x: Tensor,
    t_v: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, v_s = split(v, dim)
    _, t_x_s = split(t_x, dim)
    _, t_v_s = split(t_v, dim)
    t0 = x_s_x_s * c
    t1 = torch.sqrt(1 + t0)
    t = t1
    t2 = quotient(1, x_s_x_s, c)
    along = t2
    t3 = quotient(x_s_x_s, x_s_x_s, c)
    lost = 1 - t3
    t4 = 1 / t
    t5 = 1 + t
    t6 = 1 / t5
    t7 = lost * c
    t8 = along - t7 * t6
    t9 = x_s_v_s * t8
    radial = t9 * t4
    t10 = -along * x_s_v_s
    formed = combine((1, v_s), (t10, x_s))
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    t11 = 1 / (2 * t1)
    t_t = t_c * x_s_x_s * t11 + t_x_s_x_s * c * t11
    t12 = c * inverse_resolved(t0)
    t_along = -t_x_s_x_s * t2 * t12
    t_lost = t_x_s_x_s * (-t12 + t3 * t12)
    v_s_t_x_s = dot(v_s, t_x_s, dim)
    x_s_t_v_s = dot(x_s, t_v_s, dim)
    t_x_s_v_s = v_s_t_x_s + x_s_t_v_s
    t13 = x_s_v_s * t4
    t14 = t_along * x_s_v_s
    t15 = t13 * t6
    t_radial = (
        t_t * (-t9 / t**2 + t13 * t7 / t5**2) + t14 * t4 + t_x_s_v_s * t8 * t4 - t_c * lost * t15 - t_lost * t15 * c
    )
    t_formed_t_x_s = t10
    t_formed_x_s = -t14 - t_x_s_v_s * along
    formed_t_x_s = dot(formed, t_x_s, dim)
    t_x_s_formed = x_s_t_v_s + formed_t_x_s + x_s_t_x_s * t_formed_t_x_s + t_formed_x_s * x_s_x_s
    t_out_t_x_s = t_formed_t_x_s - x_s_formed * along
    t_out_x_s = t_formed_x_s - x_s_formed * t_along - t_x_s_formed * along
    return (
        combine((radial + t_out_t_x_s, t_x_s), (t_radial + t_out_x_s, x_s), (1, t_v_s)),
        t_x_s_x_s,
        t_x_s_v_s,
        t_x_s_formed,
    )


_transp0back_op = Operation(
    "transp0back",
    Formulas(_transp0back, _transp0back_vjp, _transp0back_jvp),
    inputs=(("x", "ambient"), ("v", "ambient"), ("c", "scalar")),
    results=("vector",),
)


def transp0back(x: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Parallel transport from x to the origin, in n numbers.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        t = \sqrt{1 + \mathrm{x\_s\_x\_s} c}
        \mathrm{along} = \operatorname{quotient}\left(1, \mathrm{x\_s\_x\_s}, c\right)
        \mathrm{lost} = 1 - \operatorname{quotient}\left(\mathrm{x\_s\_x\_s}, \mathrm{x\_s\_x\_s}, c\right)
        \mathrm{x\_s\_v\_s} = \langle \mathrm{x\_s}, \mathrm{v\_s} \rangle
        \mathrm{radial} = \frac{\mathrm{x\_s\_v\_s} \left(\mathrm{along} - \frac{\mathrm{lost} c}{1 + t}\right)}{t}
        \mathrm{formed} = \mathrm{v\_s} - \mathrm{along} \mathrm{x\_s\_v\_s} \mathrm{x\_s}
        \mathrm{x\_s\_formed} = \langle \mathrm{x\_s}, \mathrm{formed} \rangle
        \mathrm{out} = \mathrm{formed} - \mathrm{along} \mathrm{x\_s\_formed} \mathrm{x\_s}
        \mathrm{out} = \mathrm{out} + \mathrm{radial} \mathrm{x\_s}

    Cost: 3 inner products, 22 further operations; backward 1 inner products, 85 further operations. Saved: the
    inputs and 3 scalars per row.
    """
    result: Tensor = _transp0back_op(x, v, c, dim=dim)
    return result


def _geodesic(t: Tensor, x: Tensor, y: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, y_s = split(y, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    y_s_y_s = dot(y_s, y_s, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    t0 = x_s_x_s - y_s_y_s
    t1 = settled(is_positive(t0))
    t2 = settled(-1 + t1)
    t3 = settled(-t2)
    t4 = t3 * y_s_y_s + x_s_x_s * t1
    t5 = settled(quotient(x_s_y_s, t4, c))
    formed = combine((settled(-t2 - t5 * t1), x_s), (settled(t1 - t3 * t5), y_s))
    formed_formed = dot(formed, formed, dim)
    t6 = x_s_x_s * c
    t7 = torch.sqrt(1 + t6)
    t8 = torch.sqrt(1 + y_s_y_s * c)
    t9 = 2 * y_s_y_s
    t10 = -(t9 + 2 * x_s_x_s + t6 * t9) / (1 + t7 * t8)
    t11 = t7 * root(y_s_y_s) + t8 * root(x_s_x_s)
    t12 = quotient(t0 * t11, t11**2, c) ** 2
    t13 = c * choose(
        -t10 - 4 * x_s_y_s,
        -t10 - 2 * x_s_y_s,
        2 * t12 / (1 + torch.sqrt(1 + t12 * c))
        + 2 * formed_formed * inverse(t5 + root(quotient(t3 * x_s_x_s + y_s_y_s * t1, t4, c))),
    )
    t14 = t13 / 4
    quarter = -t14
    square = -t13 * asn(quarter, 0) ** 2
    scale = asn(-t13 * (1 + t14), 0)
    t15 = 1 - t
    a = settled(scale * t15 * sn(square * t15**2, 0))
    b = settled(t * scale * sn(square * t**2, 0))
    out_s = settled(combine((a, x_s), (b, y_s)))
    formed_formed_2 = dot(out_s, out_s, dim)
    out_t = torch.sqrt(formed_formed_2 + 1 / c)
    return (join(out_t, out_s, dim), x_s_x_s, y_s_y_s, x_s_y_s, formed_formed, formed_formed_2)


def _geodesic_vjp(
    t: Tensor,
    x: Tensor,
    y: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    y_s_y_s: Tensor,
    x_s_y_s: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    g_out: Tensor,
    g_x_s_x_s: Tensor,
    g_y_s_y_s: Tensor,
    g_x_s_y_s: Tensor,
    g_formed_formed: Tensor,
    g_formed_formed_2: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    _, x_s = split(x, dim)
    _, y_s = split(y, dim)
    g_out_t, g_out_s = split(g_out, dim)
    t0 = x_s_x_s - y_s_y_s
    t1 = is_positive(t0)
    t2 = -1 + t1
    t3 = -t2
    t4 = t3 * y_s_y_s + x_s_x_s * t1
    t5 = quotient(x_s_y_s, t4, c)
    if needs[1] or needs[2]:
        t6 = t5 * t1
        t7 = settled(-t2 - t6)
        t8 = t3 * t5
        t9 = settled(t1 - t8)
        formed = settled(combine((t7, x_s), (t9, y_s)))
    t10 = x_s_x_s * c
    t11 = torch.sqrt(1 + t10)
    t12 = y_s_y_s * c
    t13 = torch.sqrt(1 + t12)
    t14 = 1 + t11 * t13
    t15 = 1 / t14
    t16 = 2 * x_s_x_s
    t17 = 2 * y_s_y_s
    t18 = t16 + t17 + t10 * t17
    t19 = -t18 * t15
    t20 = -t19 - 4 * x_s_y_s
    t21 = quotient(t3 * x_s_x_s + y_s_y_s * t1, t4, c)
    t22 = inverse(t5 + root(t21))
    t23 = 2 * formed_formed
    t24 = root(y_s_y_s)
    t25 = root(x_s_x_s)
    t26 = t24 * t11 + t25 * t13
    t27 = t26**2
    t28 = quotient(t0 * t26, t27, c)
    t29 = t28**2
    t30 = torch.sqrt(1 + t29 * c)
    t31 = 1 + t30
    t32 = 1 / t31
    t33 = 2 * t32
    t34 = choose(t20, -t19 - 2 * x_s_y_s, t22 * t23 + t29 * t33)
    t35 = t34 / 4
    t36 = t35 * c
    quarter = -t36
    t37 = asn(quarter, 0)
    t38 = t37**2
    t39 = t34 * t38
    square = -t39 * c
    t40 = 1 + t36
    t41 = t34 * t40
    t42 = -t41 * c
    scale = asn(t42, 0)
    t43 = 1 - t
    t44 = square * t43**2
    t45 = sn(t44, 0)
    t46 = scale * t45
    a = settled(t43 * t46)
    t47 = square * t**2
    t48 = sn(t47, 0)
    t49 = scale * t48
    b = settled(t * t49)
    out_s = combine((a, x_s), (b, y_s))
    t50 = g_out_t / (2 * torch.sqrt(formed_formed_2 + 1 / c))
    d_formed_formed = g_formed_formed_2 + t50
    d_out_s_out_s = settled(2 * d_formed_formed)
    d_out_s = settled(combine((d_out_s_out_s, out_s), (1, g_out_s)))
    x_s_d_out_s = dot(x_s, d_out_s, dim)
    y_s_d_out_s = dot(y_s, d_out_s, dim)
    if needs[1] or needs[2] or needs[3]:
        d_scale = t * y_s_d_out_s * t48 + x_s_d_out_s * t43 * t45
    t51 = scale * d_sn(t44, 0)
    t52 = scale * d_sn(t47, 0)
    if needs[1] or needs[2] or needs[3]:
        d_square = x_s_d_out_s * t51 * t43**3 + y_s_d_out_s * t52 * t**3
        t53 = t34 * c
        d_quarter = -2 * d_square * t37 * t53 * d_asn(quarter, 0)
        t54 = c**2
        t55 = is_positive(t20)
        t56 = 1 - t55
    if needs[1] or needs[2]:
        t57 = t22 * t56
    if needs[1] or needs[2] or needs[3]:
        t58 = t40 * c
        t59 = d_asn(t42, 0)
        t60 = d_scale * t59
        t61 = c / 2
    if needs[1] or needs[2]:
        t62 = d_square * t38
    if needs[1] or needs[2] or needs[3]:
        t63 = 2 * c
    if needs[1] or needs[2]:
        d_formed_formed_2 = (
            g_formed_formed + t60 * (-2 * t57 * t58 - t34 * t57 * t54 / 2) - d_quarter * t57 * t61 - t57 * t62 * t63
        )
        d_formed_formed_3 = 2 * d_formed_formed_2
        x_s_formed = dot(x_s, formed, dim)
        y_s_formed = dot(y_s, formed, dim)
        t64 = inverse_resolved(t4 * c)
        t65 = t64 * c
        t66 = t23 * t22**2
        t67 = -2 * t55 - t56 * t65 * t66
        t68 = t35 * t54
        t69 = t67 * c
        t70 = d_quarter / 4
        t71 = t1 * t65
        t72 = d_formed_formed_3 * x_s_formed
        t73 = t3 * t65
        t74 = d_formed_formed_3 * y_s_formed
        t75 = t73 * t74
        d_x_s_y_s = settled(
            g_x_s_y_s - t75 - t62 * t69 - t69 * t70 - t72 * t71 + d_scale * t59 * (-t58 * t67 - t67 * t68)
        )
    if needs[2]:
        t76 = t11 * inverse_root(y_s_y_s)
    if needs[2] or needs[3]:
        t77 = 1 / t13
        t78 = t25 * t77
    if needs[2]:
        t79 = t78 * c
    if needs[1] or needs[2] or needs[3]:
        t80 = inverse_resolved(t27 * c)
        t81 = t80 * t63
        t82 = t28 * t26 * t81
    if needs[2]:
        t83 = -t82 * (t76 + t79) + 2 * t80 * c * (-t26 + t0 * (t76 / 2 + t79 / 2))
    if needs[1] or needs[2]:
        t84 = inverse_root(t21)
    if needs[1] or needs[2] or needs[3]:
        t85 = 1 / (t30 * t31**2)
    if needs[1] or needs[2]:
        t86 = c * t85 * t28**3
    if needs[2] or needs[3]:
        t87 = t11 * t77
    if needs[1] or needs[2] or needs[3]:
        t88 = t18 / t14**2
    if needs[1] or needs[2]:
        t89 = t88 * t61
    if needs[2]:
        t90 = t56 * (
            -t83 * t86 - t66 * (t84 * (-t21 * t73 + t1 * t64 * c) / 2 - t8 * t65) + 2 * t28 * t83 * t32
        ) + t55 * (t15 * (2 + 2 * t10) - t89 * t87)
        t91 = t90 * c
    if needs[1] or needs[2]:
        t92 = t5 * t65
    if needs[2]:
        d_y_s_y_s = (
            g_y_s_y_s + t60 * (-t58 * t90 - t68 * t90) - t62 * t91 - t70 * t91 + t6 * t72 * t73 + t74 * t92 * t3**2
        )
    if needs[1]:
        t93 = t13 * inverse_root(x_s_x_s)
    if needs[1] or needs[3]:
        t94 = 1 / t11
        t95 = t24 * t94
    if needs[1]:
        t96 = t95 * c
        t97 = -t82 * (t93 + t96) + 2 * t80 * c * (t26 + t0 * (t93 / 2 + t96 / 2))
    if needs[1] or needs[3]:
        t98 = t13 * t94
    if needs[1]:
        t99 = t56 * (-t86 * t97 - t66 * (t84 * (t73 - t21 * t71) / 2 - t6 * t65) + 2 * t28 * t97 * t32) + t55 * (
            t15 * (2 + 2 * t12) - t89 * t98
        )
        t100 = t99 * c
        d_x_s_x_s = g_x_s_x_s + t6 * t75 + t60 * (-t58 * t99 - t68 * t99) - t100 * t62 - t100 * t70 + t72 * t92 * t1**2
    if needs[0]:
        d_t = x_s_d_out_s * (-t46 + square * t43 * t51 * (-2 + 2 * t)) + y_s_d_out_s * (t49 + 2 * t47 * t52)
    if needs[1]:
        d_x_s_formed = settled(d_formed_formed_3 * t7)
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[2]:
        d_y_s_formed = settled(d_formed_formed_3 * t9)
        d_y_s_y_s_2 = settled(2 * d_y_s_y_s)
    if needs[3]:
        t101 = x_s_x_s * t95
        t102 = y_s_y_s * t78
        t103 = -t82 * (t101 + t102) + t0 * t81 * (t101 / 2 + t102 / 2)
        t104 = t56 * (t103 * t28 * t33 - 2 * t29 * t85 * (t29 / 2 + t103 * t28 * t61)) + t55 * (
            t88 * (-x_s_x_s * t98 / 2 - y_s_y_s * t87 / 2) + y_s_y_s * t16 * t15
        )
        t105 = t104 * c
        t106 = t35 + t105 / 4
        d_c = d_square * (-t39 - t105 * t38) + t60 * (-t41 - t104 * t58 - t106 * t53) - d_quarter * t106 - t50 / t54
    return (
        d_t if needs[0] else None,
        join(None, combine((a, d_out_s), (d_x_s_formed, formed), (d_x_s_y_s, y_s), (d_x_s_x_s_2, x_s)), dim)
        if needs[1]
        else None,
        join(None, combine((b, d_out_s), (d_y_s_formed, formed), (d_x_s_y_s, x_s), (d_y_s_y_s_2, y_s)), dim)
        if needs[2]
        else None,
        d_c if needs[3] else None,
    )


def _geodesic_jvp(
    t: Tensor,
    x: Tensor,
    y: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    y_s_y_s: Tensor,
    x_s_y_s: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    t_t: Tensor,
    t_x: Tensor,
    t_y: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, y_s = split(y, dim)
    _, t_x_s = split(t_x, dim)
    _, t_y_s = split(t_y, dim)
    t0 = x_s_x_s - y_s_y_s
    t1 = is_positive(t0)
    t3 = -1 + t1
    t2 = x_s_x_s * t1
    t4 = -t3
    t5 = t2 + t4 * y_s_y_s
    t6 = quotient(x_s_y_s, t5, c)
    t7 = t6 * t1
    t8 = t4 * t6
    formed = combine((-t3 - t7, x_s), (t1 - t8, y_s))
    t9 = x_s_x_s * c
    t10 = torch.sqrt(1 + t9)
    t11 = y_s_y_s * c
    t12 = torch.sqrt(1 + t11)
    t13 = 1 + t10 * t12
    t14 = 1 / t13
    t15 = 2 * x_s_x_s
    t16 = 2 * y_s_y_s
    t17 = t15 + t16 + t16 * t9
    t18 = -t17 * t14
    t19 = -t18 - 4 * x_s_y_s
    t20 = y_s_y_s * t1
    t21 = quotient(t20 + t4 * x_s_x_s, t5, c)
    t22 = inverse(t6 + root(t21))
    t23 = 2 * formed_formed
    t24 = root(y_s_y_s)
    t25 = root(x_s_x_s)
    t26 = t24 * t10 + t25 * t12
    t27 = t26**2
    t28 = quotient(t0 * t26, t27, c)
    t29 = t28**2
    t30 = torch.sqrt(1 + t29 * c)
    t31 = 1 + t30
    t32 = 1 / t31
    t33 = 2 * t32
    t34 = choose(t19, -t18 - 2 * x_s_y_s, t22 * t23 + t29 * t33)
    t35 = t34 / 4
    t36 = t35 * c
    quarter = -t36
    t37 = asn(quarter, 0)
    t38 = t37**2
    t39 = t34 * t38
    square = -t39 * c
    t40 = 1 + t36
    t41 = t34 * t40
    t42 = -t41 * c
    scale = asn(t42, 0)
    t43 = 1 - t
    t44 = square * t43**2
    t45 = sn(t44, 0)
    t46 = scale * t45
    a = t43 * t46
    t47 = square * t**2
    t48 = sn(t47, 0)
    t49 = scale * t48
    b = t * t49
    out_s = combine((a, x_s), (b, y_s))
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    y_s_t_y_s = dot(y_s, t_y_s, dim)
    t_y_s_y_s = 2 * y_s_t_y_s
    y_s_t_x_s = dot(y_s, t_x_s, dim)
    x_s_t_y_s = dot(x_s, t_y_s, dim)
    t_x_s_y_s = y_s_t_x_s + x_s_t_y_s
    t50 = quotient(x_s_y_s, y_s_y_s + t2 - t20, c)
    t51 = t50 * t1
    t_formed_t_x_s = -t3 - t51
    t_formed_t_y_s = t51 + t1 - t50
    t52 = inverse_resolved(t11 + t2 * c - t1 * t11)
    t53 = t_x_s_y_s * c
    t54 = t53 * t52
    t55 = t54 * t1
    t58 = t50 * t1**2
    t56 = t52 * c
    t57 = t_x_s_x_s * t56
    t59 = t57 * t58
    t60 = t_y_s_y_s * t56
    t_formed_x_s = t59 - t55 + t51 * t60 - t58 * t60
    t_formed_y_s = t55 - t54 - t59 + t51 * t57 + t50 * t60 * t4**2
    formed_t_x_s = dot(formed, t_x_s, dim)
    formed_t_y_s = dot(formed, t_y_s, dim)
    x_s_formed = dot(x_s, formed, dim)
    y_s_formed = dot(y_s, formed, dim)
    t_formed_formed = (
        2 * t_formed_t_x_s * formed_t_x_s
        + 2 * t_formed_t_y_s * formed_t_y_s
        + 2 * t_formed_x_s * x_s_formed
        + 2 * t_formed_y_s * y_s_formed
    )
    t74 = c / 2
    t61 = is_positive(t19)
    t62 = 1 - t61
    t63 = 1 / t10
    t64 = t24 * t63
    t65 = x_s_x_s * t64
    t66 = 1 / t12
    t67 = t25 * t66
    t68 = y_s_y_s * t67
    t69 = inverse_resolved(t27 * c)
    t70 = 2 * c
    t71 = t69 * t70
    t72 = t28 * t26 * t71
    t73 = t28 * (-t72 * (t65 + t68) + t0 * t71 * (t65 / 2 + t68 / 2))
    t75 = 1 / (t30 * t31**2)
    t76 = t12 * t63
    t77 = t10 * t66
    t78 = t17 / t13**2
    t79 = c * (
        t62 * (t73 * t33 - 2 * t29 * t75 * (t29 / 2 + t73 * t74))
        + t61 * (t78 * (-x_s_x_s * t76 / 2 - y_s_y_s * t77 / 2) + y_s_y_s * t15 * t14)
    )
    t80 = t35 + t79 / 4
    t81 = c / 4
    t82 = t12 * inverse_root(x_s_x_s)
    t83 = t64 * c
    t84 = -t72 * (t82 + t83) + 2 * t69 * c * (t26 + t0 * (t82 / 2 + t83 / 2))
    t85 = inverse_resolved(t5 * c)
    t86 = t85 * c
    t87 = t4 * t86
    t88 = inverse_root(t21)
    t89 = t23 * t22**2
    t90 = c * t75 * t28**3
    t91 = t78 * t74
    t92 = t62 * (-t84 * t90 - t89 * (t88 * (t87 - t21 * t1 * t86) / 2 - t7 * t86) + 2 * t28 * t84 * t32) + t61 * (
        t14 * (2 + 2 * t11) - t91 * t76
    )
    t93 = t_x_s_x_s * t92
    t94 = t10 * inverse_root(y_s_y_s)
    t95 = t67 * c
    t96 = -t72 * (t94 + t95) + 2 * t69 * c * (-t26 + t0 * (t94 / 2 + t95 / 2))
    t97 = t62 * (-t90 * t96 - t89 * (t88 * (-t21 * t87 + t1 * t85 * c) / 2 - t8 * t86) + 2 * t28 * t96 * t32) + t61 * (
        t14 * (2 + 2 * t9) - t91 * t77
    )
    t98 = t_y_s_y_s * t97
    t99 = -2 * t61 - t62 * t86 * t89
    t100 = t53 * t99
    t101 = t22 * t62
    t102 = t_formed_formed * t101
    t_quarter = -t100 / 4 - t_c * t80 - t102 * t74 - t93 * t81 - t98 * t81
    t103 = t38 * c
    t104 = t34 * c
    t_square = (
        t_c * (-t39 - t79 * t38)
        - t100 * t38
        - t93 * t103
        - t98 * t103
        - t102 * t38 * t70
        - 2 * t_quarter * t104 * t37 * d_asn(quarter, 0)
    )
    t105 = d_asn(t42, 0)
    t106 = t40 * c
    t107 = c**2
    t108 = t35 * t107
    t_scale = (
        t_c * t105 * (-t41 - t104 * t80 - t40 * t79)
        + t_x_s_x_s * t105 * (-t106 * t92 - t108 * t92)
        + t_y_s_y_s * t105 * (-t106 * t97 - t108 * t97)
        + t_x_s_y_s * t105 * (-t106 * t99 - t108 * t99)
        + t_formed_formed * t105 * (-2 * t101 * t106 - t101 * t34 * t107 / 2)
    )
    t109 = d_sn(t44, 0)
    t110 = scale * t_square
    t_a = t_t * (-t46 + square * scale * t109 * t43 * (-2 + 2 * t)) + t_scale * t43 * t45 + t109 * t110 * t43**3
    t111 = d_sn(t47, 0)
    t_b = t_t * (t49 + 2 * scale * t111 * t47) + t * t_scale * t48 + t110 * t111 * t**3
    out_s_t_x_s = dot(out_s, t_x_s, dim)
    out_s_t_y_s = dot(out_s, t_y_s, dim)
    x_s_out_s = dot(x_s, out_s, dim)
    y_s_out_s = dot(y_s, out_s, dim)
    t_formed_formed_2 = 2 * a * out_s_t_x_s + 2 * b * out_s_t_y_s + 2 * t_a * x_s_out_s + 2 * t_b * y_s_out_s
    t112 = torch.rsqrt(formed_formed_2 + 1 / c)
    t_out_t = t_formed_formed_2 * t112 / 2 - t_c * t112 / (2 * t107)
    return (
        join(t_out_t, combine((a, t_x_s), (b, t_y_s), (t_a, x_s), (t_b, y_s)), dim),
        t_x_s_x_s,
        t_y_s_y_s,
        t_x_s_y_s,
        t_formed_formed,
        t_formed_formed_2,
    )


_geodesic_op = Operation(
    "geodesic",
    Formulas(_geodesic, _geodesic_vjp, _geodesic_jvp),
    inputs=(("t", "scalar"), ("x", "ambient"), ("y", "ambient"), ("c", "scalar")),
    results=("ambient",),
)


def geodesic(t: Tensor, x: Tensor, y: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Point exp_x(t log_x y) of the geodesic from x (t = 0) to y (t = 1), on the hyperboloid.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{y\_s\_y\_s} = \langle \mathrm{y\_s}, \mathrm{y\_s} \rangle
        \mathrm{x\_s\_y\_s} = \langle \mathrm{x\_s}, \mathrm{y\_s} \rangle
        \mathrm{formed} = \mathrm{x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right) + \mathrm{y\_s} \left(- \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) \operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right)
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{quarter} = - \frac{c \operatorname{choose}\left(- 4 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, - 2 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, 2 \mathrm{formed\_formed} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{x\_s\_x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) + \mathrm{y\_s\_y\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right), \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}}\right)}{4}
        \mathrm{square} = - c \operatorname{asn}^{2}\left(\mathrm{quarter}\right) \operatorname{choose}\left(- 4 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, - 2 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, 2 \mathrm{formed\_formed} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{x\_s\_x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) + \mathrm{y\_s\_y\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right), \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}}\right)
        \mathrm{scale} = \operatorname{asn}\left(- c \left(1 + \frac{c \operatorname{choose}\left(- 4 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, - 2 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, 2 \mathrm{formed\_formed} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{x\_s\_x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) + \mathrm{y\_s\_y\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right), \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}}\right)}{4}\right) \operatorname{choose}\left(- 4 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, - 2 \mathrm{x\_s\_y\_s} + \frac{2 \mathrm{x\_s\_x\_s} + 2 \mathrm{y\_s\_y\_s} + 2 \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}}, 2 \mathrm{formed\_formed} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{x\_s\_y\_s}, \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{x\_s\_x\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right) + \mathrm{y\_s\_y\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right), \mathrm{x\_s\_x\_s} \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) + \mathrm{y\_s\_y\_s} \left(1 - \operatorname{is\_positive}\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right)\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s}\right) \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right), \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} \operatorname{root}\left(\mathrm{y\_s\_y\_s}\right) + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)\right)^{2}, c\right)}}\right)\right)
        a = \mathrm{scale} \left(1 - t\right) \operatorname{sn}\left(\mathrm{square} \left(1 - t\right)^{2}\right)
        b = \mathrm{scale} t \operatorname{sn}\left(\mathrm{square} t^{2}\right)
        \mathrm{out\_s} = \mathrm{x\_s} a + \mathrm{y\_s} b
        \mathrm{formed\_formed\_2} = \langle \mathrm{out\_s}, \mathrm{out\_s} \rangle
        \mathrm{out\_t} = \sqrt{\mathrm{formed\_formed\_2} + \frac{1}{c}}

    Cost: 5 inner products, 91 further operations; backward 4 inner products, 376 further operations. Saved: the
    inputs and 5 scalars per row.
    """
    result: Tensor = _geodesic_op(t, x, y, c, dim=dim)
    return result


def _expmap_transp(x: Tensor, v: Tensor, w: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, v_s = split(v, dim)
    _, w_s = split(w, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    x_s_v_s = dot(x_s, v_s, dim)
    t0 = settled(quotient(1, x_s_x_s, c))
    formed = settled(combine((1, v_s), (-x_s_v_s * t0, x_s)))
    x_s_formed = dot(x_s, formed, dim)
    formed_2 = settled(combine((1, formed), (-x_s_formed * t0, x_s)))
    v_s_formed = dot(v_s, formed_2, dim)
    t1 = (t0 - c * (1 - quotient(x_s_x_s, x_s_x_s, c))) / (1 + x_s_x_s * c)
    square = -c * (v_s_formed + t1 * x_s_v_s**2)
    c_2 = settled(cs(square, 0))
    s = settled(sn(square, 0))
    y_s = settled(combine((c_2, x_s), (s, v_s)))
    formed_formed = dot(y_s, y_s, dim)
    y_t = torch.sqrt(formed_formed + 1 / c)
    x_s_w_s = dot(x_s, w_s, dim)
    w_s_formed = dot(w_s, formed_2, dim)
    overlap = -c * (w_s_formed + x_s_w_s * x_s_v_s * t1)
    a = settled(-overlap * sn(square / 4, 0) ** 2 / 2)
    b = settled(-s * overlap)
    w_s_y_s = dot(w_s, y_s, dim)
    v_s_y_s = dot(v_s, y_s, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    out1_t = torch.sqrt(c) * (w_s_y_s + a * v_s_y_s + b * x_s_y_s) / torch.sqrt(1 + formed_formed * c)
    return (
        join(y_t, y_s, dim),
        join(out1_t, combine((1, w_s), (a, v_s), (b, x_s)), dim),
        x_s_x_s,
        x_s_v_s,
        x_s_formed,
        v_s_formed,
        formed_formed,
    )


def _expmap_transp_vjp(
    x: Tensor,
    v: Tensor,
    w: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    x_s_v_s: Tensor,
    x_s_formed: Tensor,
    v_s_formed: Tensor,
    formed_formed: Tensor,
    g_out0: Tensor,
    g_out1: Tensor,
    g_x_s_x_s: Tensor,
    g_x_s_v_s: Tensor,
    g_x_s_formed: Tensor,
    g_v_s_formed: Tensor,
    g_formed_formed: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    _, x_s = split(x, dim)
    _, v_s = split(v, dim)
    _, w_s = split(w, dim)
    g_out0_t, g_out0_s = split(g_out0, dim)
    g_out1_t, g_out1_s = split(g_out1, dim)
    t0 = quotient(1, x_s_x_s, c)
    t1 = settled(x_s_v_s * t0)
    formed = settled(combine((1, v_s), (-t1, x_s)))
    t2 = settled(x_s_formed * t0)
    formed_2 = settled(combine((1, formed), (-t2, x_s)))
    t3 = quotient(x_s_x_s, x_s_x_s, c)
    t4 = -1 + t3
    t5 = t0 + t4 * c
    t6 = x_s_v_s**2
    t7 = x_s_x_s * c
    t8 = 1 + t7
    t9 = 1 / t8
    t10 = v_s_formed + t5 * t6 * t9
    square = -t10 * c
    c_2 = settled(cs(square, 0))
    t11 = sn(square, 0)
    s = settled(t11)
    y_s = settled(combine((c_2, x_s), (s, v_s)))
    if needs[0] or needs[1] or needs[3]:
        x_s_w_s = dot(x_s, w_s, dim)
        w_s_formed = dot(w_s, formed_2, dim)
        t12 = w_s_formed + x_s_w_s * x_s_v_s * t5 * t9
        overlap = -t12 * c
    t13 = square / 4
    t14 = sn(t13, 0)
    t15 = t14**2 / 2
    if needs[0] or needs[1] or needs[3]:
        a = settled(-overlap * t15)
        b = settled(-s * overlap)
        w_s_y_s = dot(w_s, y_s, dim)
    v_s_y_s = dot(v_s, y_s, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    v_s_g_out1_s = dot(v_s, g_out1_s, dim)
    x_s_g_out1_s = dot(x_s, g_out1_s, dim)
    t16 = torch.sqrt(c)
    t17 = 1 + formed_formed * c
    t18 = torch.rsqrt(t17)
    t19 = g_out1_t * t16 * t18
    if needs[0] or needs[1] or needs[3]:
        d_x_s_y_s = settled(b * t19)
        d_v_s_y_s = settled(a * t19)
    d_w_s_y_s = settled(t19)
    d_b = x_s_g_out1_s + x_s_y_s * t19
    d_a = v_s_g_out1_s + v_s_y_s * t19
    d_overlap = -s * d_b - d_a * t15
    if needs[0] or needs[1] or needs[2]:
        t20 = d_overlap * c
        d_w_s_formed = settled(-t20)
        t21 = t20 * t5 * t9
    if needs[0] or needs[2]:
        d_x_s_w_s = settled(-x_s_v_s * t21)
    if needs[0] or needs[1] or needs[3]:
        t22 = g_out0_t / (2 * torch.sqrt(formed_formed + 1 / c))
        t23 = w_s_y_s + a * v_s_y_s + b * x_s_y_s
        t24 = t23 / (2 * torch.sqrt(t17) ** 3)
        d_formed_formed = g_formed_formed + t22 - g_out1_t * t24 * torch.sqrt(c) ** 3
        d_y_s_y_s = settled(2 * d_formed_formed)
        d_y_s = settled(combine((d_x_s_y_s, x_s), (d_y_s_y_s, y_s), (d_v_s_y_s, v_s), (d_w_s_y_s, w_s), (1, g_out0_s)))
        x_s_d_y_s = dot(x_s, d_y_s, dim)
        v_s_d_y_s = dot(v_s, d_y_s, dim)
        d_s = v_s_d_y_s - overlap * d_b
        d_square = d_s * d_sn(square, 0) - x_s_d_y_s * t11 / 2 - overlap * d_a * t14 * d_sn(t13, 0) / 4
    if needs[0] or needs[1]:
        t25 = d_square * c
        d_v_s_formed = settled(g_v_s_formed - t25)
        t26 = x_s_w_s * d_w_s_formed
        t27 = d_v_s_formed * t1
        t28 = t27 + t0 * t26
        d_x_s_formed = settled(g_x_s_formed - t28)
        d_x_s_v_s = g_x_s_v_s - t28 - x_s_w_s * t21 - d_x_s_formed * t0 * x_s_x_s - 2 * x_s_v_s * t25 * t5 * t9
    if needs[0]:
        t29 = inverse_resolved(t7)
        t30 = t29 * c
        t31 = t0 * t30
        t32 = -t31 - c * (-t30 + t3 * t30)
    if needs[0] or needs[3]:
        t33 = t5 / t8**2
        t34 = x_s_w_s * x_s_v_s * t33
        t35 = t33 * t6
    if needs[0]:
        t36 = t26 * t30
        t37 = d_x_s_formed * t1
        d_x_s_x_s = (
            g_x_s_x_s
            + t1 * t36
            + t2 * t36
            - t20 * (-t34 * c + x_s_w_s * x_s_v_s * t32 * t9)
            - t25 * (-t35 * c + t32 * t6 * t9)
            + x_s_formed * t27 * t30
            + d_v_s_formed * t31 * t6
            + t37 * t29 * t7
        )
        d_x_s_w_s_2 = settled(d_x_s_w_s - d_w_s_formed * t1 - d_w_s_formed * t2)
        d_x_s_v_s_2 = settled(d_x_s_v_s - t27 - d_v_s_formed * t2)
        d_x_s_x_s_2 = settled(-t37 + 2 * d_x_s_x_s)
    if needs[1]:
        d_v_s_x_s = settled(d_x_s_formed + d_x_s_v_s)
    if needs[3]:
        d_c = (
            g_out1_t * (t23 * t18 / (2 * t16) - t24 * formed_formed * t16)
            + d_overlap * (-t12 - c * (-t34 * x_s_x_s + x_s_w_s * x_s_v_s * t4 * t9))
            + d_square * (-t10 - c * (-t35 * x_s_x_s + t4 * t6 * t9))
            - t22 / c**2
        )
    return (
        join(
            None,
            combine(
                (d_x_s_y_s, y_s),
                (d_x_s_w_s_2, w_s),
                (c_2, d_y_s),
                (d_x_s_v_s_2, v_s),
                (d_x_s_formed, formed),
                (d_x_s_x_s_2, x_s),
                (b, g_out1_s),
            ),
            dim,
        )
        if needs[0]
        else None,
        join(
            None,
            combine(
                (d_v_s_y_s, y_s),
                (s, d_y_s),
                (d_v_s_formed, formed_2),
                (d_w_s_formed, w_s),
                (d_v_s_formed, v_s),
                (d_v_s_x_s, x_s),
                (a, g_out1_s),
            ),
            dim,
        )
        if needs[1]
        else None,
        join(None, combine((d_w_s_y_s, y_s), (d_w_s_formed, formed_2), (d_x_s_w_s, x_s), (1, g_out1_s)), dim)
        if needs[2]
        else None,
        d_c if needs[3] else None,
    )


def _expmap_transp_jvp(
    x: Tensor,
    v: Tensor,
    w: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    x_s_v_s: Tensor,
    x_s_formed: Tensor,
    v_s_formed: Tensor,
    formed_formed: Tensor,
    t_x: Tensor,
    t_v: Tensor,
    t_w: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, v_s = split(v, dim)
    _, w_s = split(w, dim)
    _, t_x_s = split(t_x, dim)
    _, t_v_s = split(t_v, dim)
    _, t_w_s = split(t_w, dim)
    t0 = quotient(1, x_s_x_s, c)
    t1 = x_s_v_s * t0
    t2 = -t1
    formed = combine((1, v_s), (t2, x_s))
    t3 = x_s_formed * t0
    formed_2 = combine((1, formed), (-t3, x_s))
    t4 = quotient(x_s_x_s, x_s_x_s, c)
    t5 = -1 + t4
    t6 = t0 + t5 * c
    t7 = x_s_v_s**2
    t8 = x_s_x_s * c
    t9 = 1 + t8
    t10 = 1 / t9
    t11 = v_s_formed + t6 * t7 * t10
    square = -t11 * c
    c_2 = cs(square, 0)
    t12 = sn(square, 0)
    s = t12
    y_s = combine((c_2, x_s), (s, v_s))
    x_s_w_s = dot(x_s, w_s, dim)
    w_s_formed = dot(w_s, formed_2, dim)
    t13 = w_s_formed + x_s_w_s * x_s_v_s * t6 * t10
    overlap = -t13 * c
    t14 = square / 4
    t15 = sn(t14, 0)
    t16 = t15**2 / 2
    a = -overlap * t16
    b = -s * overlap
    w_s_y_s = dot(w_s, y_s, dim)
    v_s_y_s = dot(v_s, y_s, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    v_s_t_x_s = dot(v_s, t_x_s, dim)
    x_s_t_v_s = dot(x_s, t_v_s, dim)
    t_x_s_v_s = v_s_t_x_s + x_s_t_v_s
    t_formed_t_x_s = t2
    t17 = c * inverse_resolved(t8)
    t18 = t_x_s_x_s * t17
    t_formed_x_s = t1 * t18 - t_x_s_v_s * t0
    formed_t_x_s = dot(formed, t_x_s, dim)
    t_x_s_formed = x_s_t_v_s + formed_t_x_s + x_s_t_x_s * t_formed_t_x_s + t_formed_x_s * x_s_x_s
    t_formed_t_x_s_2 = t_formed_t_x_s - t3
    t_formed_x_s_2 = t_formed_x_s + t18 * t3 - t_x_s_formed * t0
    formed_t_v_s = dot(formed_2, t_v_s, dim)
    v_s_t_v_s = dot(v_s, t_v_s, dim)
    t_v_s_formed = formed_t_v_s + v_s_t_v_s + v_s_t_x_s * t_formed_t_x_s_2 + t_formed_x_s_2 * x_s_v_s
    t19 = t6 / t9**2
    t20 = t19 * t7
    t21 = -t0 * t17 - c * (-t17 + t4 * t17)
    t22 = t_x_s_x_s * c
    t23 = t6 * c * t10
    t24 = t_x_s_v_s * t23
    t_square = (
        t_c * (-t11 - c * (-t20 * x_s_x_s + t5 * t7 * t10))
        - t_v_s_formed * c
        - t22 * (-t20 * c + t21 * t7 * t10)
        - 2 * x_s_v_s * t24
    )
    t_c_2 = -t_square * t12 / 2
    t_s = t_square * d_sn(square, 0)
    y_s_t_x_s = dot(y_s, t_x_s, dim)
    y_s_t_v_s = dot(y_s, t_v_s, dim)
    t_formed_formed = 2 * c_2 * y_s_t_x_s + 2 * s * y_s_t_v_s + 2 * v_s_y_s * t_s + 2 * x_s_y_s * t_c_2
    t25 = torch.rsqrt(formed_formed + 1 / c)
    t_y_t = t_formed_formed * t25 / 2 - t_c * t25 / (2 * c**2)
    w_s_t_x_s = dot(w_s, t_x_s, dim)
    x_s_t_w_s = dot(x_s, t_w_s, dim)
    t_x_s_w_s = w_s_t_x_s + x_s_t_w_s
    formed_t_w_s = dot(formed_2, t_w_s, dim)
    w_s_t_v_s = dot(w_s, t_v_s, dim)
    t_w_s_formed = formed_t_w_s + w_s_t_v_s + x_s_w_s * t_formed_x_s_2 + t_formed_t_x_s_2 * w_s_t_x_s
    t26 = x_s_w_s * x_s_v_s * t19
    t_overlap = (
        t_c * (-t13 - c * (-t26 * x_s_x_s + x_s_w_s * x_s_v_s * t5 * t10))
        - x_s_w_s * t24
        - t_w_s_formed * c
        - t22 * (-t26 * c + x_s_w_s * x_s_v_s * t21 * t10)
        - t_x_s_w_s * x_s_v_s * t23
    )
    t_a = -t_overlap * t16 - overlap * t_square * t15 * d_sn(t14, 0) / 4
    t_b = -s * t_overlap - overlap * t_s
    y_s_t_w_s = dot(y_s, t_w_s, dim)
    v_s_w_s = dot(v_s, w_s, dim)
    t_w_s_y_s = y_s_t_w_s + c_2 * w_s_t_x_s + s * w_s_t_v_s + x_s_w_s * t_c_2 + t_s * v_s_w_s
    v_s_v_s = dot(v_s, v_s, dim)
    t_v_s_y_s = y_s_t_v_s + c_2 * v_s_t_x_s + s * v_s_t_v_s + t_c_2 * x_s_v_s + t_s * v_s_v_s
    t_x_s_y_s = y_s_t_x_s + c_2 * x_s_t_x_s + s * x_s_t_v_s + t_c_2 * x_s_x_s + t_s * x_s_v_s
    t27 = torch.sqrt(c)
    t28 = 1 + formed_formed * c
    t29 = torch.rsqrt(t28)
    t30 = w_s_y_s + a * v_s_y_s + b * x_s_y_s
    t31 = t30 / (2 * torch.sqrt(t28) ** 3)
    t32 = t27 * t29
    t_out1_t = (
        t_c * (t30 * t29 / (2 * t27) - t31 * formed_formed * t27)
        + t_w_s_y_s * t32
        + a * t_v_s_y_s * t32
        + b * t_x_s_y_s * t32
        + v_s_y_s * t_a * t32
        + x_s_y_s * t_b * t32
        - t_formed_formed * t31 * torch.sqrt(c) ** 3
    )
    return (
        join(t_y_t, combine((t_c_2, x_s), (c_2, t_x_s), (s, t_v_s), (t_s, v_s)), dim),
        join(t_out1_t, combine((b, t_x_s), (a, t_v_s), (1, t_w_s), (t_a, v_s), (t_b, x_s)), dim),
        t_x_s_x_s,
        t_x_s_v_s,
        t_x_s_formed,
        t_v_s_formed,
        t_formed_formed,
    )


_expmap_transp_op = Operation(
    "expmap_transp",
    Formulas(_expmap_transp, _expmap_transp_vjp, _expmap_transp_jvp),
    inputs=(("x", "ambient"), ("v", "ambient"), ("w", "ambient"), ("c", "scalar")),
    results=("ambient", "ambient"),
)


def expmap_transp(x: Tensor, v: Tensor, w: Tensor, c: Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
    r"""Point y = exp_x(v), and w moved there along the geodesic; exact on the sphere also beyond the antipode.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{x\_s\_v\_s} = \langle \mathrm{x\_s}, \mathrm{v\_s} \rangle
        \mathrm{formed} = \mathrm{v\_s} - \mathrm{x\_s\_v\_s} \mathrm{x\_s} \operatorname{quotient}\left(1, \mathrm{x\_s\_x\_s}, c\right)
        \mathrm{x\_s\_formed} = \langle \mathrm{x\_s}, \mathrm{formed} \rangle
        \mathrm{formed\_2} = \mathrm{formed} - \mathrm{x\_s\_formed} \mathrm{x\_s} \operatorname{quotient}\left(1, \mathrm{x\_s\_x\_s}, c\right)
        \mathrm{v\_s\_formed} = \langle \mathrm{v\_s}, \mathrm{formed\_2} \rangle
        \mathrm{square} = - c \left(\mathrm{v\_s\_formed} + \frac{\mathrm{x\_s\_v\_s}^{2} \left(- c \left(1 - \operatorname{quotient}\left(\mathrm{x\_s\_x\_s}, \mathrm{x\_s\_x\_s}, c\right)\right) + \operatorname{quotient}\left(1, \mathrm{x\_s\_x\_s}, c\right)\right)}{1 + \mathrm{x\_s\_x\_s} c}\right)
        \mathrm{c\_2} = \operatorname{cs}\left(\mathrm{square}\right)
        s = \operatorname{sn}\left(\mathrm{square}\right)
        \mathrm{y\_s} = \mathrm{c\_2} \mathrm{x\_s} + \mathrm{v\_s} s
        \mathrm{formed\_formed} = \langle \mathrm{y\_s}, \mathrm{y\_s} \rangle
        \mathrm{y\_t} = \sqrt{\mathrm{formed\_formed} + \frac{1}{c}}
        \mathrm{x\_s\_w\_s} = \langle \mathrm{x\_s}, \mathrm{w\_s} \rangle
        \mathrm{w\_s\_formed} = \langle \mathrm{w\_s}, \mathrm{formed\_2} \rangle
        \mathrm{overlap} = - c \left(\mathrm{w\_s\_formed} + \frac{\mathrm{x\_s\_v\_s} \mathrm{x\_s\_w\_s} \left(- c \left(1 - \operatorname{quotient}\left(\mathrm{x\_s\_x\_s}, \mathrm{x\_s\_x\_s}, c\right)\right) + \operatorname{quotient}\left(1, \mathrm{x\_s\_x\_s}, c\right)\right)}{1 + \mathrm{x\_s\_x\_s} c}\right)
        a = - \frac{\mathrm{overlap} \operatorname{sn}^{2}\left(\frac{\mathrm{square}}{4}\right)}{2}
        b = - \mathrm{overlap} s
        \mathrm{w\_s\_y\_s} = \langle \mathrm{w\_s}, \mathrm{y\_s} \rangle
        \mathrm{v\_s\_y\_s} = \langle \mathrm{v\_s}, \mathrm{y\_s} \rangle
        \mathrm{x\_s\_y\_s} = \langle \mathrm{x\_s}, \mathrm{y\_s} \rangle
        \mathrm{out1\_t} = \frac{\sqrt{c} \left(\mathrm{w\_s\_y\_s} + \mathrm{v\_s\_y\_s} a + \mathrm{x\_s\_y\_s} b\right)}{\sqrt{1 + \mathrm{formed\_formed} c}}
        \mathrm{out0\_t} = \mathrm{y\_t}
        \mathrm{out0\_s} = \mathrm{y\_s}
        \mathrm{out1\_s} = \mathrm{w\_s} + \mathrm{v\_s} a + \mathrm{x\_s} b

    Cost: 10 inner products, 56 further operations; backward 9 inner products, 213 further operations. Saved:
    the inputs and 5 scalars per row.
    """
    result: tuple[Tensor, Tensor] = _expmap_transp_op(x, v, w, c, dim=dim)
    return result


def _shrink_transp(x: Tensor, v: Tensor, weight: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, v_s = split(v, dim)
    rest = 1 - weight
    x_s_x_s = dot(x_s, x_s, dim)
    t0 = x_s_x_s * c
    t1 = torch.sqrt(1 + t0)
    t = t1
    square = (rest - weight) ** 2 + 2 * weight * rest * (1 + t1)
    scale = inverse_root(square)
    t2 = torch.sqrt(c)
    y_t = (scale * (weight + rest * t) + vanishes(square)) / t2
    y_s_x_s = settled(rest * scale)
    ahead = scale * (rest + weight * t)
    x_s_v_s = dot(x_s, v_s, dim)
    climb = x_s_v_s * c / t
    half = 1 + ahead
    ratio = climb * weight * scale * inverse(half)
    t3 = ratio * (1 + y_s_x_s)
    out1_t = t2 * (y_s_x_s * x_s_v_s - y_s_x_s * t3 * x_s_x_s) / torch.sqrt(1 + t0 * y_s_x_s**2)
    out1_s_x_s = settled(-t3)
    return (join(y_t, y_s_x_s * x_s, dim), join(out1_t, combine((1, v_s), (out1_s_x_s, x_s)), dim), x_s_x_s, x_s_v_s)


def _shrink_transp_vjp(
    x: Tensor,
    v: Tensor,
    weight: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    x_s_v_s: Tensor,
    g_out0: Tensor,
    g_out1: Tensor,
    g_x_s_x_s: Tensor,
    g_x_s_v_s: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    _, x_s = split(x, dim)
    _, v_s = split(v, dim)
    g_out0_t, g_out0_s = split(g_out0, dim)
    g_out1_t, g_out1_s = split(g_out1, dim)
    rest = 1 - weight
    t0 = x_s_x_s * c
    t1 = torch.sqrt(1 + t0)
    t = t1
    t2 = 1 + t1
    t3 = 2 * weight
    t4 = t3 * t2
    square = (rest - weight) ** 2 + rest * t4
    t5 = inverse_root(square)
    scale = t5
    t6 = rest * scale
    y_s_x_s = settled(t6)
    t7 = rest + weight * t
    ahead = t7 * scale
    t8 = 1 / t
    t9 = c * t8
    if needs[0] or needs[2] or needs[3]:
        climb = x_s_v_s * t9
    half = 1 + ahead
    t10 = inverse(half)
    t11 = weight * t10 * scale
    if needs[0] or needs[2] or needs[3]:
        ratio = climb * t11
    t12 = 1 + y_s_x_s
    if needs[0] or needs[2] or needs[3]:
        t13 = ratio * t12
    if needs[0]:
        out1_s_x_s = settled(-t13)
    if needs[0] or needs[2] or needs[3]:
        x_s_g_out0_s = dot(x_s, g_out0_s, dim)
    x_s_g_out1_s = dot(x_s, g_out1_s, dim)
    t14 = y_s_x_s * x_s_x_s
    t15 = torch.sqrt(c)
    t16 = y_s_x_s**2
    t17 = 1 + t0 * t16
    t18 = torch.rsqrt(t17)
    t19 = t15 * t18
    d_ratio = -x_s_g_out1_s * t12 - g_out1_t * t12 * t14 * t19
    if needs[0] or needs[2] or needs[3]:
        d_half = -climb * d_ratio * weight * scale * t10**2
    if needs[0] or needs[1] or needs[3]:
        d_climb = d_ratio * t11
    if needs[0] or needs[1]:
        t20 = y_s_x_s * t19
        d_x_s_v_s = settled(g_x_s_v_s + g_out1_t * t20 + d_climb * t9)
    if needs[0] or needs[2] or needs[3]:
        t21 = y_s_x_s * x_s_v_s - t13 * t14
        t22 = torch.sqrt(c) ** 3
        t23 = torch.sqrt(t17) ** -3
        t24 = t22 * t23
        d_y_s_x_s = (
            x_s_g_out0_s
            + g_out1_t * (t15 * t18 * (x_s_v_s - ratio * t14 - t13 * x_s_x_s) - t14 * t21 * t24)
            - ratio * x_s_g_out1_s
        )
        t25 = weight + rest * t
        t26 = 1 / t15
        t27 = g_out0_t * t26
        t28 = climb * d_ratio * t10
        d_scale = d_half * t7 + d_y_s_x_s * rest + weight * t28 + t25 * t27
        d_square = -d_scale * t5**3 / 2
        t29 = d_half * scale
    if needs[0] or needs[3]:
        t30 = x_s_v_s * d_climb
        d_t = weight * t29 + t27 * t6 - t30 * c / t**2
        t31 = t21 * t16 / 2
        t32 = 1 / t1
    if needs[0]:
        t33 = c * t32
    if needs[0] or needs[3]:
        t34 = d_t / 2
        t35 = d_square * weight * rest
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s + g_out1_t * (-t13 * t20 - t31 * t24) + t34 * t33 + t35 * t33
    if needs[2]:
        t36 = 2 * rest
        t37 = t27 * scale
        d_rest = t29 + d_y_s_x_s * scale + d_square * (t36 + t4 - t3) + t37 * t
    if needs[0]:
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[2]:
        d_weight = t37 - d_rest + d_square * (t3 - t36 + t36 * t2) + t28 * scale + t29 * t
    if needs[3]:
        t38 = x_s_x_s * t32
        d_c = (
            g_out1_t * (t21 * t18 * t26 / 2 - t31 * x_s_x_s * t15 * t23)
            + t30 * t8
            + t34 * t38
            + t35 * t38
            - g_out0_t * (t25 * scale + vanishes(square)) / (2 * t22)
        )
    return (
        join(None, combine((d_x_s_v_s, v_s), (d_x_s_x_s_2, x_s), (y_s_x_s, g_out0_s), (out1_s_x_s, g_out1_s)), dim)
        if needs[0]
        else None,
        join(None, combine((d_x_s_v_s, x_s), (1, g_out1_s)), dim) if needs[1] else None,
        d_weight if needs[2] else None,
        d_c if needs[3] else None,
    )


def _shrink_transp_jvp(
    x: Tensor,
    v: Tensor,
    weight: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    x_s_v_s: Tensor,
    t_x: Tensor,
    t_v: Tensor,
    t_weight: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, v_s = split(v, dim)
    _, t_x_s = split(t_x, dim)
    _, t_v_s = split(t_v, dim)
    rest = 1 - weight
    t0 = x_s_x_s * c
    t1 = torch.sqrt(1 + t0)
    t = t1
    t2 = 1 + t1
    t3 = 2 * rest
    t4 = t3 * t2
    square = (rest - weight) ** 2 + weight * t4
    t5 = inverse_root(square)
    scale = t5
    t6 = rest * scale
    y_s_x_s = t6
    t7 = rest + weight * t
    ahead = t7 * scale
    t8 = 1 / t
    t9 = x_s_v_s * t8
    climb = t9 * c
    half = 1 + ahead
    t10 = weight * scale
    t11 = inverse(half)
    t12 = climb * t11
    ratio = t10 * t12
    t13 = 1 + y_s_x_s
    t14 = ratio * t13
    out1_s_x_s = -t14
    t_rest = -t_weight
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    t15 = 1 / t1
    t16 = t15 / 2
    t17 = t_c * x_s_x_s
    t18 = t_x_s_x_s * c
    t_t = t17 * t16 + t18 * t16
    t19 = 2 * weight
    t20 = weight * rest * t15
    t_square = t_weight * (t19 + t4 - t3) + t_rest * (t3 - t19 + t19 * t2) + t17 * t20 + t18 * t20
    t_scale = -t_square * t5**3 / 2
    t21 = torch.sqrt(c)
    t22 = 1 / t21
    t23 = t_weight * scale
    t24 = weight + rest * t
    t25 = torch.sqrt(c) ** 3
    t26 = t_rest * scale
    t_y_t = (
        t23 * t22
        + t_t * t6 * t22
        + t_scale * t24 * t22
        + t26 * t * t22
        - t_c * (t24 * scale + vanishes(square)) / (2 * t25)
    )
    t_y_s_x_s = t26 + t_scale * rest
    t_ahead = t26 + t_t * t10 + t_scale * t7 + t23 * t
    v_s_t_x_s = dot(v_s, t_x_s, dim)
    x_s_t_v_s = dot(x_s, t_v_s, dim)
    t_x_s_v_s = v_s_t_x_s + x_s_t_v_s
    t_climb = t_c * t9 + t_x_s_v_s * c * t8 - x_s_v_s * t_t * c / t**2
    t_ratio = t12 * t23 + t_scale * weight * t12 + t_climb * t10 * t11 - climb * t_ahead * t10 * t11**2
    t27 = y_s_x_s**2
    t28 = 1 + t0 * t27
    t29 = torch.rsqrt(t28)
    t30 = y_s_x_s * x_s_x_s
    t31 = y_s_x_s * x_s_v_s - t14 * t30
    t32 = torch.sqrt(t28) ** -3
    t33 = t31 * t27 / 2
    t34 = t25 * t32
    t35 = t21 * t29
    t36 = y_s_x_s * t35
    t_out1_t = (
        t_c * (t31 * t22 * t29 / 2 - t33 * x_s_x_s * t21 * t32)
        + t_x_s_x_s * (-t14 * t36 - t33 * t34)
        + t_y_s_x_s * (t21 * t29 * (x_s_v_s - ratio * t30 - t14 * x_s_x_s) - t30 * t31 * t34)
        + t_x_s_v_s * t36
        - t_ratio * t13 * t30 * t35
    )
    t_out1_s_x_s = -ratio * t_y_s_x_s - t_ratio * t13
    return (
        join(t_y_t, combine((y_s_x_s, t_x_s), (t_y_s_x_s, x_s)), dim),
        join(t_out1_t, combine((out1_s_x_s, t_x_s), (1, t_v_s), (t_out1_s_x_s, x_s)), dim),
        t_x_s_x_s,
        t_x_s_v_s,
    )


_shrink_transp_op = Operation(
    "shrink_transp",
    Formulas(_shrink_transp, _shrink_transp_vjp, _shrink_transp_jvp),
    inputs=(("x", "ambient"), ("v", "ambient"), ("weight", "scalar"), ("c", "scalar")),
    results=("ambient", "ambient"),
)


def shrink_transp(x: Tensor, v: Tensor, weight: Tensor, c: Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
    r"""Midpoint y of a point and the origin o with weights 1 − w and w, and v moved there along the geodesic.

    The sum (1 − w)x + wo has the length N/√c; where that vanishes y is the origin. As in `transp`, v becomes
    v − κ⟨y, v⟩/(1 + κ⟨x, y⟩) (x + y), and since ⟨x, v⟩ = 0 the first product is w√c v_t/N.

    Formula (LaTeX)::

        \mathrm{rest} = 1 - \mathrm{weight}
        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        t = \sqrt{1 + \mathrm{x\_s\_x\_s} c}
        \mathrm{square} = \left(\mathrm{rest} - \mathrm{weight}\right)^{2} + 2 \mathrm{rest} \mathrm{weight} \left(1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c}\right)
        \mathrm{scale} = \operatorname{inverse\_root}\left(\mathrm{square}\right)
        \mathrm{y\_t} = \frac{\mathrm{scale} \left(\mathrm{weight} + \mathrm{rest} t\right) + \operatorname{vanishes}\left(\mathrm{square}\right)}{\sqrt{c}}
        \mathrm{y\_s\_x\_s} = \mathrm{rest} \mathrm{scale}
        \mathrm{ahead} = \mathrm{scale} \left(\mathrm{rest} + \mathrm{weight} t\right)
        \mathrm{x\_s\_v\_s} = \langle \mathrm{x\_s}, \mathrm{v\_s} \rangle
        \mathrm{climb} = \frac{\mathrm{x\_s\_v\_s} c}{t}
        \mathrm{half} = 1 + \mathrm{ahead}
        \mathrm{ratio} = \mathrm{climb} \mathrm{scale} \mathrm{weight} \operatorname{inverse}\left(\mathrm{half}\right)
        \mathrm{out1\_t} = \frac{\sqrt{c} \left(\mathrm{x\_s\_v\_s} \mathrm{y\_s\_x\_s} - \mathrm{ratio} \mathrm{x\_s\_x\_s} \mathrm{y\_s\_x\_s} \left(1 + \mathrm{y\_s\_x\_s}\right)\right)}{\sqrt{1 + \mathrm{x\_s\_x\_s} c \mathrm{y\_s\_x\_s}^{2}}}
        \mathrm{out1\_s\_x\_s} = - \mathrm{ratio} \left(1 + \mathrm{y\_s\_x\_s}\right)
        \mathrm{out0\_t} = \mathrm{y\_t}
        \mathrm{out0\_s} = \mathrm{x\_s} \mathrm{y\_s\_x\_s}
        \mathrm{out1\_s} = \mathrm{v\_s} + \mathrm{out1\_s\_x\_s} \mathrm{x\_s}

    Cost: 2 inner products, 50 further operations; backward 2 inner products, 167 further operations. Saved: the
    inputs and 2 scalars per row.
    """
    result: tuple[Tensor, Tensor] = _shrink_transp_op(x, v, weight, c, dim=dim)
    return result


def _midpoint(x: Tensor, w: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    share = row_sum(w, x_t, rows)
    total = combine_rows((w, x_s), like=x_t, rows=rows, dim=dim)
    t0 = torch.sqrt(1 + x_s_x_s * c)
    term = w * t0
    total_2 = row_sum(term, x_t, rows)
    total_total = dot(total, total, dim)
    t1 = share**2
    formed_2 = total / torch.sqrt(at_least(total_2**2 - total_total * c, t1))
    p = settled(formed_2.detach())
    pp = dot(p, p, dim)
    x_s_p = dot(x_s, p, dim)
    resolved = settled(quotient(pp, pp, c))
    lean = settled(quotient(x_s_p, pp, c))
    side = settled(combine((1, x_s), (settled(-1 + resolved - lean), p)))
    side_side = dot(side, side, dim)
    t2 = settled(torch.sqrt(1 + pp * c))
    ahead = (x_s_p * lean - pp * (1 + side_side * c)) * quotient(1, x_s_p * t2 + pp * t0, c)
    behind = -t0 + lean * t2
    along = resolved * choose(x_s_p, ahead, behind)
    p_side = dot(p, side, dim)
    known = quotient(p_side, pp, c)
    residue = known.detach()
    term_2 = w * torch.sqrt(1 + c * (side_side + pp * along**2))
    mass = row_sum(term_2, x_t, rows)
    term_3 = w * (along - residue)
    total_3 = row_sum(term_3, x_t, rows)
    total_4 = combine_rows((w, side), like=x_t, rows=rows, dim=dim)
    p_total = dot(p, total_4, dim)
    total_total_2 = dot(total_4, total_4, dim)
    t3 = torch.rsqrt(at_least(mass**2 - c * (total_total_2 + pp * total_3**2 + 2 * total_3 * p_total), t1))
    m_p = total_3 * t3
    m_total = t3
    t4 = p_total * m_total
    tz = torch.sqrt(1 + c * (pp * m_p**2 + total_total_2 * m_total**2 + 2 * m_p * t4))
    tp = t2
    out_s = combine((m_p + tz + c * (t4 + m_p * pp) / (1 + tp), p), (m_total, total_4))
    formed_formed = dot(out_s, out_s, dim)
    out_t = torch.sqrt(formed_formed + 1 / c)
    return (join(out_t, out_s, dim), p, mass, total_3, total_4)


def _midpoint_vjp(
    x: Tensor,
    w: Tensor,
    c: Tensor,
    p: Tensor,
    mass: Tensor,
    total_3: Tensor,
    total_4: Tensor,
    g_out: Tensor,
    g_p: Tensor,
    g_mass: Tensor,
    g_total_3: Tensor,
    g_total_4: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    g_out_t, g_out_s = split(g_out, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    share = row_sum(w, x_t, rows)
    pp = dot(p, p, dim)
    x_s_p = dot(x_s, p, dim)
    resolved = settled(quotient(pp, pp, c))
    lean = settled(quotient(x_s_p, pp, c))
    side = settled(combine((1, x_s), (settled(-1 + resolved - lean), p)))
    side_side = dot(side, side, dim)
    t0 = pp * c
    t1 = settled(torch.sqrt(1 + t0))
    t2 = torch.sqrt(1 + x_s_x_s * c)
    t3 = x_s_p * t1 + pp * t2
    t4 = quotient(1, t3, c)
    t5 = t4 * (x_s_p * lean - pp * (1 + side_side * c))
    ahead = t5
    behind = -t2 + lean * t1
    along = resolved * choose(x_s_p, ahead, behind)
    if needs[0] or needs[1]:
        p_side = dot(p, side, dim)
    if needs[1]:
        known = quotient(p_side, pp, c)
        residue = known.detach()
    p_total = dot(p, total_4, dim)
    total_total = dot(total_4, total_4, dim)
    t6 = total_3**2
    t7 = pp * t6
    t8 = 2 * p_total
    t9 = at_least(mass**2 - c * (total_total + t7 + total_3 * t8), share**2)
    t10 = torch.rsqrt(t9)
    m_p = total_3 * t10
    m_total = t10
    t11 = pp * m_p**2
    t12 = m_total**2
    t13 = total_total * t12
    t14 = p_total * m_total
    t15 = 2 * t14
    t16 = torch.sqrt(1 + c * (t11 + t13 + m_p * t15))
    tz = t16
    tp = t1
    t17 = m_p * pp
    t18 = 1 + tp
    t19 = 1 / t18
    t20 = c * t19
    out_s = combine((m_p + tz + t20 * (t14 + t17), p), (m_total, total_4))
    formed_formed = dot(out_s, out_s, dim)
    t21 = g_out_t / (2 * torch.sqrt(formed_formed + 1 / c))
    d_formed_formed = t21
    d_out_s_out_s = 2 * d_formed_formed
    d_out_s = combine((d_out_s_out_s, out_s), (1, g_out_s))
    p_d_out_s = dot(p, d_out_s, dim)
    total_d_out_s = dot(total_4, d_out_s, dim)
    if needs[2]:
        t22 = t18 ** (-2)
        d_tp = p_d_out_s * (-m_p * t0 * t22 - t14 * c * t22)
    t23 = p_d_out_s * t20
    t24 = p_d_out_s / t16
    t25 = t24 * c
    t26 = t25 / 2
    d_m_total = total_d_out_s + p_total * t23 + t26 * (m_p * t8 + 2 * m_total * total_total)
    d_m_p = p_d_out_s * (1 + t0 * t19) + t26 * (t15 + 2 * t17)
    t27 = torch.sqrt(t9) ** -3
    t28 = d_m_total * t27
    t29 = t28 * c
    t30 = t29 / 2
    t31 = d_m_p * t27
    if needs[0] or needs[1]:
        t32 = t31 * c
    t33 = total_3 / 2
    if needs[0] or needs[1]:
        d_total_total = t30 + t26 * t12 + t32 * t33
        d_p_total = total_3 * t29 + m_total * t23 + t32 * t6 + m_p * m_total * t25
        d_total_total_2 = 2 * d_total_total
        d_formed = settled(combine((d_p_total, p), (d_total_total_2, total_4), (m_total, d_out_s), (1, g_total_4)))
    if needs[1]:
        side_d_formed = dot(side, d_formed, dim)
    t34 = t8 + 2 * total_3 * pp
    d_total = settled(g_total_3 + d_m_p * (t10 + t27 * t33 * t34 * c) + t30 * t34)
    t35 = total_3 * t31
    d_mass = settled(g_mass - mass * t28 - mass * t35)
    t36 = pp * along**2
    t37 = torch.sqrt(1 + c * (side_side + t36))
    if needs[0] or needs[2]:
        t38 = 1 / t37
        t39 = d_mass * w * t38
        d_along = d_total * w + along * t39 * t0
        t40 = is_positive(x_s_p)
        t41 = resolved * d_along
        d_behind = t41 * (1 - t40)
        d_ahead = t41 * t40
    if needs[0]:
        t42 = d_ahead * t4
        d_side_side = -t42 * t0 + d_mass * w * c * t38 / 2
        d_side_side_2 = settled(2 * d_side_side)
        p_d_formed = dot(p, d_formed, dim)
        d_lean = x_s_p * t42 + d_behind * t1 - p_side * d_side_side_2 - p_d_formed * w
    if needs[0] or needs[2]:
        t43 = t5 * inverse_resolved(t3 * c)
        t44 = t43 * c
    if needs[0]:
        t45 = settled(inverse_resolved(t0))
        d_x_s_p = settled(d_ahead * (lean * t4 - t44 * t1) + d_lean * t45 * c)
    if needs[0] or needs[2]:
        t46 = 1 / (2 * t2)
        t47 = c**2
    if needs[0]:
        d_x_s_x_s = -d_behind * c * t46 - d_ahead * t43 * pp * t46 * t47
    if needs[2]:
        t48 = x_s_x_s * t46
        t49 = 1 / t1
        t50 = pp * t49 / 2
        term = (
            d_behind * (-t48 + lean * t50)
            + d_ahead * (-t44 * (x_s_p * t50 + pp * t48) - t4 * pp * side_side)
            + t39 * (side_side / 2 + t36 / 2)
        )
        total = row_sum(term, x_t, rows)
    if needs[0]:
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[1]:
        d_w = side_d_formed + d_total * (along - residue) + d_mass * t37
    if needs[2]:
        t51 = total_total / 2 + t7 / 2 + total_3 * p_total
        d_c = (
            total
            + p_d_out_s * (t14 * t19 + t17 * t19)
            + d_tp * t50
            + t24 * (t11 / 2 + t13 / 2 + m_p * t14)
            + t28 * t51
            + t35 * t51
            - t21 / t47
        )
    return (
        join(None, combine((w, d_formed), (d_side_side_2, side), (d_x_s_p, p), (d_x_s_x_s_2, x_s)), dim)
        if needs[0]
        else None,
        d_w if needs[1] else None,
        d_c if needs[2] else None,
    )


def _midpoint_jvp(
    x: Tensor,
    w: Tensor,
    c: Tensor,
    p: Tensor,
    mass: Tensor,
    total_3: Tensor,
    total_4: Tensor,
    t_x: Tensor,
    t_w: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    _, t_x_s = split(t_x, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    share = row_sum(w, x_t, rows)
    pp = dot(p, p, dim)
    x_s_p = dot(x_s, p, dim)
    resolved = quotient(pp, pp, c)
    lean = quotient(x_s_p, pp, c)
    side = combine((1, x_s), (-1 + resolved - lean, p))
    side_side = dot(side, side, dim)
    t0 = pp * c
    t1 = torch.sqrt(1 + t0)
    t2 = torch.sqrt(1 + x_s_x_s * c)
    t3 = x_s_p * t1 + pp * t2
    t4 = quotient(1, t3, c)
    t5 = t4 * (x_s_p * lean - pp * (1 + side_side * c))
    ahead = t5
    behind = -t2 + lean * t1
    along = resolved * choose(x_s_p, ahead, behind)
    p_side = dot(p, side, dim)
    known = quotient(p_side, pp, c)
    residue = known.detach()
    p_total = dot(p, total_4, dim)
    total_total = dot(total_4, total_4, dim)
    t6 = total_3**2
    t7 = pp * t6
    t8 = 2 * p_total
    t9 = at_least(mass**2 - c * (total_total + t7 + total_3 * t8), share**2)
    t10 = torch.rsqrt(t9)
    m_p = total_3 * t10
    m_total = t10
    t11 = pp * m_p**2
    t12 = m_total**2
    t13 = total_total * t12
    t14 = p_total * m_total
    t15 = m_p * t14
    t16 = torch.sqrt(1 + c * (t11 + t13 + 2 * t15))
    tz = t16
    tp = t1
    t17 = m_p * pp
    t18 = 1 + tp
    t19 = 1 / t18
    t20 = c * t19
    out_s = combine((m_p + tz + t20 * (t14 + t17), p), (m_total, total_4))
    formed_formed = dot(out_s, out_s, dim)
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    p_t_x_s = dot(p, t_x_s, dim)
    t_lean = p_t_x_s * c * inverse_resolved(t0)
    t_side_p = -t_lean
    side_t_x_s = dot(side, t_x_s, dim)
    t_side_side = 2 * side_t_x_s + 2 * p_side * t_side_p
    t21 = pp / (2 * t1)
    t22 = 1 / (2 * t2)
    t23 = x_s_x_s * t22
    t24 = t5 * inverse_resolved(t3 * c)
    t25 = t24 * c
    t26 = c**2
    t27 = t_x_s_x_s * t22
    t_ahead = (
        t_c * (-t25 * (x_s_p * t21 + pp * t23) - t4 * pp * side_side)
        + p_t_x_s * (lean * t4 - t25 * t1)
        + x_s_p * t_lean * t4
        - t_side_side * t4 * t0
        - t24 * t27 * pp * t26
    )
    t_behind = t_c * (-t23 + lean * t21) + t_lean * t1 - t27 * c
    t28 = is_positive(x_s_p)
    t_along = resolved * t_ahead * t28 + resolved * t_behind * (1 - t28)
    t29 = pp * along**2
    t30 = torch.sqrt(1 + c * (side_side + t29))
    t31 = 1 / t30
    t32 = w * t31
    t33 = c / 2
    t34 = t_along * w
    t_term = t_w * t30 + t_c * t32 * (side_side / 2 + t29 / 2) + t_side_side * t32 * t33 + along * t34 * t0 * t31
    t_mass = row_sum(t_term, x_t, rows)
    t_term_2 = t34 + t_w * (along - residue)
    t_total = row_sum(t_term_2, x_t, rows)
    t_formed_p = t_side_p * w
    t_total_p = row_sum(t_formed_p, x_t, rows)
    t_total_2 = combine_rows((t_w, side), (w, t_x_s), like=x_t, rows=rows, dim=dim)
    p_t_total = dot(p, t_total_2, dim)
    t_p_total = p_t_total + t_total_p * pp
    total_t_total = dot(total_4, t_total_2, dim)
    t_total_total = 2 * total_t_total + t_total_p * t8
    t35 = torch.sqrt(t9) ** -3
    t36 = t35 * c
    t37 = t36 / 2
    t38 = t37 * (t8 + 2 * total_3 * pp)
    t39 = t_c * t35 * (total_total / 2 + t7 / 2 + total_3 * p_total)
    t40 = t_p_total * t36
    t41 = t_total_total * t37
    t42 = mass * t_mass * t35
    t_m_p = total_3 * t39 + total_3 * t41 + t_total * (t10 + total_3 * t38) + t40 * t6 - total_3 * t42
    t_m_total = t39 + t41 - t42 + total_3 * t40 + t_total * t38
    t43 = 1 / t16
    t44 = t43 * t33
    t45 = 2 * m_total
    t46 = m_total * t_p_total
    t_tz = (
        t_c * t43 * (t15 + t11 / 2 + t13 / 2)
        + t_total_total * t44 * t12
        + t_m_p * t44 * (2 * t14 + 2 * t17)
        + t_m_total * t44 * (m_p * t8 + t45 * total_total)
        + m_p * t43 * t46 * c
    )
    t_tp = t_c * t21
    t47 = t_c * t19
    t48 = t_tp / t18**2
    t_out_s_p = (
        t_m_p
        + t_tz
        + m_total * t_total_p
        + t14 * t47
        + t17 * t47
        + t46 * t20
        + p_total * t_m_total * t20
        + t_m_p * t0 * t19
        - m_p * t48 * t0
        - t14 * t48 * c
    )
    p_out_s = dot(p, out_s, dim)
    out_s_t_total = dot(out_s, t_total_2, dim)
    total_out_s = dot(total_4, out_s, dim)
    t_formed_formed = out_s_t_total * t45 + 2 * t_m_total * total_out_s + 2 * t_out_s_p * p_out_s
    t49 = 1 / (2 * torch.sqrt(formed_formed + 1 / c))
    t_out_t = t_formed_formed * t49 - t_c * t49 / t26
    return (
        join(t_out_t, combine((t_out_s_p, p), (t_m_total, total_4), (m_total, t_total_2)), dim),
        torch.zeros_like(p),
        t_mass,
        t_total,
        combine((t_total_p, p), (1, t_total_2)),
    )


_midpoint_op = Operation(
    "midpoint",
    Formulas(_midpoint, _midpoint_vjp, _midpoint_jvp),
    inputs=(("x", "ambient"), ("w", "scalar"), ("c", "scalar")),
    results=("ambient",),
    reduction=True,
)


def midpoint(x: Tensor, w: Tensor, c: Tensor, *, rows: tuple[int, ...], dim: int = -1) -> Tensor:
    r"""Weighted centroid of the rows, Σwx scaled to the manifold. Source: arXiv 2303.15919; Nickel and Kiela.

    On the hyperboloid the sums are taken a second time about a first estimate p, as space coordinates of the points
    moved by the boost that takes p to the origin: there nothing cancels. The result does not depend on p, which is a
    constant for differentiation. Balanced points of the sphere, whose sum is 0, have the pole as midpoint.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{share} = \sum w
        \mathrm{formed} = \mathrm{x\_s} w
        \mathrm{total} = \sum \mathrm{formed}
        \mathrm{term} = w \sqrt{1 + \mathrm{x\_s\_x\_s} c}
        \mathrm{total\_2} = \sum \mathrm{term}
        \mathrm{total\_total} = \langle \mathrm{total}, \mathrm{total} \rangle
        \mathrm{formed\_2} = \frac{\mathrm{total}}{\sqrt{\operatorname{at\_least}\left(\mathrm{total\_2}^{2} - \mathrm{total\_total} c, \mathrm{share}^{2}\right)}}
        p = \mathrm{formed\_2}
        \mathrm{pp} = \langle p, p \rangle
        \mathrm{x\_s\_p} = \langle \mathrm{x\_s}, p \rangle
        \mathrm{resolved} = \operatorname{quotient}\left(\mathrm{pp}, \mathrm{pp}, c\right)
        \mathrm{lean} = \operatorname{quotient}\left(\mathrm{x\_s\_p}, \mathrm{pp}, c\right)
        \mathrm{side} = \mathrm{x\_s} + p \left(-1 + \mathrm{resolved} - \mathrm{lean}\right)
        \mathrm{side\_side} = \langle \mathrm{side}, \mathrm{side} \rangle
        \mathrm{ahead} = \left(\mathrm{lean} \mathrm{x\_s\_p} - \mathrm{pp} \left(1 + \mathrm{side\_side} c\right)\right) \operatorname{quotient}\left(1, \mathrm{pp} \sqrt{1 + \mathrm{x\_s\_x\_s} c} + \mathrm{x\_s\_p} \sqrt{1 + \mathrm{pp} c}, c\right)
        \mathrm{behind} = - \sqrt{1 + \mathrm{x\_s\_x\_s} c} + \mathrm{lean} \sqrt{1 + \mathrm{pp} c}
        \mathrm{along} = \mathrm{resolved} \operatorname{choose}\left(\mathrm{x\_s\_p}, \mathrm{ahead}, \mathrm{behind}\right)
        \mathrm{p\_side} = \langle p, \mathrm{side} \rangle
        \mathrm{known} = \operatorname{quotient}\left(\mathrm{p\_side}, \mathrm{pp}, c\right)
        \mathrm{residue} = \mathrm{known}
        \mathrm{term\_2} = w \sqrt{1 + c \left(\mathrm{side\_side} + \mathrm{pp} \mathrm{along}^{2}\right)}
        \mathrm{mass} = \sum \mathrm{term\_2}
        \mathrm{term\_3} = w \left(\mathrm{along} - \mathrm{residue}\right)
        \mathrm{total\_3} = \sum \mathrm{term\_3}
        \mathrm{formed\_3} = \mathrm{side} w
        \mathrm{total\_4} = \sum \mathrm{formed\_3}
        \mathrm{p\_total} = \langle p, \mathrm{total\_4} \rangle
        \mathrm{total\_total\_2} = \langle \mathrm{total\_4}, \mathrm{total\_4} \rangle
        \mathrm{m\_p} = \frac{\mathrm{total\_3}}{\sqrt{\operatorname{at\_least}\left(\mathrm{mass}^{2} - c \left(\mathrm{total\_total\_2} + \mathrm{pp} \mathrm{total\_3}^{2} + 2 \mathrm{p\_total} \mathrm{total\_3}\right), \mathrm{share}^{2}\right)}}
        \mathrm{m\_total} = \frac{1}{\sqrt{\operatorname{at\_least}\left(\mathrm{mass}^{2} - c \left(\mathrm{total\_total\_2} + \mathrm{pp} \mathrm{total\_3}^{2} + 2 \mathrm{p\_total} \mathrm{total\_3}\right), \mathrm{share}^{2}\right)}}
        \mathrm{tz} = \sqrt{1 + c \left(\mathrm{pp} \mathrm{m\_p}^{2} + \mathrm{total\_total\_2} \mathrm{m\_total}^{2} + 2 \mathrm{m\_p} \mathrm{m\_total} \mathrm{p\_total}\right)}
        \mathrm{tp} = \sqrt{1 + \mathrm{pp} c}
        \mathrm{out\_s} = \mathrm{m\_total} \mathrm{total\_4} + p \left(\mathrm{m\_p} + \mathrm{tz} + \frac{c \left(\mathrm{m\_p} \mathrm{pp} + \mathrm{m\_total} \mathrm{p\_total}\right)}{1 + \mathrm{tp}}\right)
        \mathrm{formed\_formed} = \langle \mathrm{out\_s}, \mathrm{out\_s} \rangle
        \mathrm{out\_t} = \sqrt{\mathrm{formed\_formed} + \frac{1}{c}}

    Cost: 9 inner products, 94 further operations; backward 12 inner products, 258 further operations. Saved:
    the inputs and 4 values per group.
    """
    result: Tensor = _midpoint_op(x, w, c, dim=dim, rows=rows)
    return result


def _to_stereographic(x: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    out_x_s = settled(1 / (1 + torch.sqrt(1 + x_s_x_s * c)))
    return (out_x_s * x_s, x_s_x_s)


def _to_stereographic_vjp(
    x: Tensor, c: Tensor, x_s_x_s: Tensor, g_out: Tensor, g_x_s_x_s: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    _, x_s = split(x, dim)
    t0 = torch.sqrt(1 + x_s_x_s * c)
    t1 = 1 + t0
    if needs[0]:
        out_x_s = settled(1 / t1)
    x_s_g_out = dot(x_s, g_out, dim)
    t2 = x_s_g_out / (2 * t0 * t1**2)
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s - t2 * c
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[1]:
        d_c = -t2 * x_s_x_s
    return (
        join(None, combine((d_x_s_x_s_2, x_s), (out_x_s, g_out)), dim) if needs[0] else None,
        d_c if needs[1] else None,
    )


def _to_stereographic_jvp(
    x: Tensor, c: Tensor, x_s_x_s: Tensor, t_x: Tensor, t_c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    _, x_s = split(x, dim)
    _, t_x_s = split(t_x, dim)
    t0 = torch.sqrt(1 + x_s_x_s * c)
    t1 = 1 + t0
    out_x_s = 1 / t1
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    t2 = 1 / (2 * t0 * t1**2)
    t_out_x_s = -t_c * x_s_x_s * t2 - t_x_s_x_s * c * t2
    return (combine((out_x_s, t_x_s), (t_out_x_s, x_s)), t_x_s_x_s)


_to_stereographic_op = Operation(
    "to_stereographic",
    Formulas(_to_stereographic, _to_stereographic_vjp, _to_stereographic_jvp),
    inputs=(("x", "ambient"), ("c", "scalar")),
    results=("vector",),
)


def to_stereographic(x: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Stereographic coordinates x_s/(1 + √c x_t): on the hyperboloid, the isometric point of the Poincaré ball.

    The antipode of the sphere's origin has none: it is the point at infinity.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{out\_x\_s} = \frac{1}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c}}
        \mathrm{out} = \mathrm{out\_x\_s} \mathrm{x\_s}

    Cost: 1 inner products, 8 further operations; backward 1 inner products, 19 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _to_stereographic_op(x, c, dim=dim)
    return result


def _from_stereographic(p: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    pp = dot(p, p, dim)
    square = -pp * c
    gap = 1 + square
    t0 = 1 / gap
    out_t = t0 * (1 - square) / torch.sqrt(c)
    out_s_p = settled(2 * t0)
    return (join(out_t, out_s_p * p, dim), pp)


def _from_stereographic_vjp(
    p: Tensor, c: Tensor, pp: Tensor, g_out: Tensor, g_pp: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    g_out_t, g_out_s = split(g_out, dim)
    square = -pp * c
    gap = 1 + square
    t0 = 1 / gap
    if needs[0]:
        out_s_p = settled(2 * t0)
    p_g_out_s = dot(p, g_out_s, dim)
    t1 = gap ** (-2)
    t2 = 1 - square
    t3 = g_out_t / torch.sqrt(c)
    d_gap = -2 * p_g_out_s * t1 - t1 * t3 * t2
    d_square = d_gap - t0 * t3
    if needs[0]:
        d_pp = g_pp - d_square * c
        d_p_p = settled(2 * d_pp)
    if needs[1]:
        d_c = -d_square * pp - g_out_t * t0 * t2 / (2 * torch.sqrt(c) ** 3)
    return (combine((d_p_p, p), (out_s_p, g_out_s)) if needs[0] else None, d_c if needs[1] else None)


def _from_stereographic_jvp(p: Tensor, c: Tensor, pp: Tensor, t_p: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    square = -pp * c
    gap = 1 + square
    t0 = 1 / gap
    out_s_p = 2 * t0
    p_t_p = dot(p, t_p, dim)
    t_pp = 2 * p_t_p
    t_square = -t_pp * c - t_c * pp
    t1 = t_square / torch.sqrt(c)
    t2 = gap ** (-2)
    t3 = 1 - square
    t_out_t = -t0 * t1 - t1 * t2 * t3 - t_c * t0 * t3 / (2 * torch.sqrt(c) ** 3)
    t_out_s_p = -2 * t_square * t2
    return (join(t_out_t, combine((out_s_p, t_p), (t_out_s_p, p)), dim), t_pp)


_from_stereographic_op = Operation(
    "from_stereographic",
    Formulas(_from_stereographic, _from_stereographic_vjp, _from_stereographic_jvp),
    inputs=(("p", "vector"), ("c", "scalar")),
    results=("ambient",),
)


def from_stereographic(p: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Point with stereographic coordinates p: ((λ − 1)/√c, λp), λ = 2/(1 + κ‖p‖²).

    Formula (LaTeX)::

        \mathrm{pp} = \langle p, p \rangle
        \mathrm{square} = - \mathrm{pp} c
        \mathrm{gap} = 1 + \mathrm{square}
        \mathrm{out\_t} = \frac{1 - \mathrm{square}}{\mathrm{gap} \sqrt{c}}
        \mathrm{out\_s\_p} = \frac{2}{\mathrm{gap}}
        \mathrm{out\_s} = \mathrm{out\_s\_p} p

    Cost: 1 inner products, 11 further operations; backward 1 inner products, 31 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _from_stereographic_op(p, c, dim=dim)
    return result
