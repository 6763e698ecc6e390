"""Ops of the hyperboloid, in ambient coordinates, time first (curvature −c).

Generated from specs/ambient.py by `manifuse ops generate`; do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ...compile.functions import asn, cs, d_asn, d_sn, sn
from ...compile.guards import at_least, choose, inverse, inverse_resolved, inverse_root, is_positive, root
from ...compile.runtime import Formulas, Operation, combine, dot, join, split

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
    "sqdist",
    "to_stereographic",
    "transp",
    "transp0",
    "transp0back",
]


def _projx(x: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    out_t = torch.sqrt(x_s_x_s + 1 / c)
    return (join(out_t, x_s, dim), x_s_x_s)


def _projx_vjp(
    x: Tensor, c: Tensor, x_s_x_s: Tensor, g_out: Tensor, g_x_s_x_s: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    g_out_t, g_out_s = split(g_out, dim)
    t0 = g_out_t / (2 * torch.sqrt(x_s_x_s + 1 / c))
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s + t0
        d_x_s_x_s_2 = 2 * d_x_s_x_s
    if needs[1]:
        d_c = -t0 / c**2
    return (join(None, torch.addcmul(g_out_s, d_x_s_x_s_2, x_s), dim) if needs[0] else None, d_c if needs[1] else None)


def _projx_jvp(x: Tensor, c: Tensor, x_s_x_s: Tensor, t_x: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    t_x_t, t_x_s = split(t_x, dim)
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
        \mathrm{out\_t} = \mathrm{out\_t}
        \mathrm{out\_s} = \mathrm{x\_s}

    Cost: 1 inner products, 5 further operations; backward 0 inner products, 14 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _projx_op(x, c, dim=dim)
    return result


def _proju(x: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    t0 = torch.sqrt(1 + x_s_x_s * c)
    t = t0
    x_s_v_s = dot(x_s, v_s, dim)
    t1 = torch.sqrt(c)
    lead = x_s_v_s - v_t * t / t1
    space_x_s = lead * c
    out_t = t1 * (x_s_v_s + space_x_s * x_s_x_s) / t0
    return (join(out_t, torch.addcmul(v_s, space_x_s, x_s), dim), x_s_x_s, x_s_v_s)


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
    x_t, x_s = split(x, dim)
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
        space_x_s = lead * c
    x_s_g_out_s = dot(x_s, g_out_s, dim)
    t5 = 1 / t1
    t6 = g_out_t * t2 * t5
    d_space_x_s = x_s_g_out_s + t6 * x_s_x_s
    d_lead = d_space_x_s * c
    if needs[0] or needs[1]:
        d_x_s_v_s = g_x_s_v_s + d_lead + t6
    if needs[0] or needs[2]:
        d_t = -d_lead * t4
        t7 = torch.sqrt(c) ** 3
        t8 = x_s_v_s + space_x_s * x_s_x_s
        t9 = t8 / (2 * torch.sqrt(t0) ** 3)
        t10 = d_t * t5 / 2
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s + g_out_t * (-t9 * t7 + space_x_s * t2 * t5) + t10 * c
        d_x_s_x_s_2 = 2 * d_x_s_x_s
    if needs[1] or needs[2]:
        t11 = d_lead * t
    if needs[1]:
        d_v_t = -t11 * t3
    if needs[2]:
        d_c = (
            g_out_t * (t8 * t3 * t5 / 2 - t9 * x_s_x_s * t2) + d_space_x_s * lead + t10 * x_s_x_s + v_t * t11 / (2 * t7)
        )
    return (
        join(None, combine((space_x_s, g_out_s), (d_x_s_v_s, v_s), (d_x_s_x_s_2, x_s)), dim) if needs[0] else None,
        join(d_v_t, torch.addcmul(g_out_s, d_x_s_v_s, x_s), dim) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _proju_jvp(
    x: Tensor, v: Tensor, c: Tensor, x_s_x_s: Tensor, x_s_v_s: Tensor, t_x: Tensor, t_v: Tensor, t_c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    t_x_t, t_x_s = split(t_x, dim)
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
    return (
        join(
            t_out_t,
            combine((space_x_s, t_x_s), (torch.full_like(x_t.narrow(dim, 0, 1), 1), t_v_s), (t_space_x_s, x_s)),
            dim,
        ),
        t_x_s_x_s,
        t_x_s_v_s,
    )


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
        \mathrm{out\_t} = \mathrm{out\_t}
        \mathrm{out\_s} = \mathrm{v\_s} + \mathrm{space\_x\_s} \mathrm{x\_s}

    Cost: 2 inner products, 16 further operations; backward 1 inner products, 62 further operations. Saved: the
    inputs and 2 scalars per row.
    """
    result: Tensor = _proju_op(x, v, c, dim=dim)
    return result


def _egrad2rgrad(x: Tensor, grad: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    grad_t, grad_s = split(grad, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    t0 = torch.sqrt(1 + x_s_x_s * c)
    t = t0
    x_s_grad_s = dot(x_s, grad_s, dim)
    t1 = torch.sqrt(c)
    lead = x_s_grad_s + grad_t * t / t1
    space_x_s = lead * c
    out_t = t1 * (x_s_grad_s + space_x_s * x_s_x_s) / t0
    return (join(out_t, torch.addcmul(grad_s, space_x_s, x_s), dim), x_s_x_s, x_s_grad_s)


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
    x_t, x_s = split(x, dim)
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
        space_x_s = lead * c
    x_s_g_out_s = dot(x_s, g_out_s, dim)
    t5 = 1 / t1
    t6 = g_out_t * t2 * t5
    d_space_x_s = x_s_g_out_s + t6 * x_s_x_s
    d_lead = d_space_x_s * c
    if needs[0] or needs[1]:
        d_x_s_grad_s = g_x_s_grad_s + d_lead + t6
    if needs[0] or needs[2]:
        d_t = d_lead * t4
        t7 = torch.sqrt(c) ** 3
        t8 = x_s_grad_s + space_x_s * x_s_x_s
        t9 = t8 / (2 * torch.sqrt(t0) ** 3)
        t10 = d_t * t5 / 2
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s + g_out_t * (-t9 * t7 + space_x_s * t2 * t5) + t10 * c
        d_x_s_x_s_2 = 2 * d_x_s_x_s
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
        join(None, combine((space_x_s, g_out_s), (d_x_s_grad_s, grad_s), (d_x_s_x_s_2, x_s)), dim)
        if needs[0]
        else None,
        join(d_grad_t, torch.addcmul(g_out_s, d_x_s_grad_s, x_s), dim) if needs[1] else None,
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
    x_t, x_s = split(x, dim)
    grad_t, grad_s = split(grad, dim)
    t_x_t, t_x_s = split(t_x, dim)
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
    return (
        join(
            t_out_t,
            combine((space_x_s, t_x_s), (torch.full_like(x_t.narrow(dim, 0, 1), 1), t_grad_s), (t_space_x_s, x_s)),
            dim,
        ),
        t_x_s_x_s,
        t_x_s_grad_s,
    )


_egrad2rgrad_op = Operation(
    "egrad2rgrad",
    Formulas(_egrad2rgrad, _egrad2rgrad_vjp, _egrad2rgrad_jvp),
    inputs=(("x", "ambient"), ("grad", "ambient"), ("c", "scalar")),
    results=("ambient",),
)


def egrad2rgrad(x: Tensor, grad: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Riemannian gradient: projection of J grad, J = diag(sign κ, 1, …, 1), with the Euclidean product of x and grad.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        t = \sqrt{1 + \mathrm{x\_s\_x\_s} c}
        \mathrm{x\_s\_grad\_s} = \langle \mathrm{x\_s}, \mathrm{grad\_s} \rangle
        \mathrm{lead} = \mathrm{x\_s\_grad\_s} + \frac{\mathrm{grad\_t} t}{\sqrt{c}}
        \mathrm{space\_x\_s} = \mathrm{lead} c
        \mathrm{out\_t} = \frac{\sqrt{c} \left(\mathrm{x\_s\_grad\_s} + \mathrm{space\_x\_s} \mathrm{x\_s\_x\_s}\right)}{\sqrt{1 + \mathrm{x\_s\_x\_s} c}}
        \mathrm{out\_t} = \mathrm{out\_t}
        \mathrm{out\_s} = \mathrm{grad\_s} + \mathrm{space\_x\_s} \mathrm{x\_s}

    Cost: 2 inner products, 16 further operations; backward 1 inner products, 62 further operations. Saved: the
    inputs and 2 scalars per row.
    """
    result: Tensor = _egrad2rgrad_op(x, grad, c, dim=dim)
    return result


def _inner(x: Tensor, u: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    u_t, u_s = split(u, dim)
    v_t, v_s = split(v, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    x_s_u_s = dot(x_s, u_s, dim)
    x_s_v_s = dot(x_s, v_s, dim)
    t0 = x_s_x_s * c
    t1 = c * inverse_resolved(t0)
    t2 = x_s_u_s * t1
    formed = torch.addcmul(u_s, -t2, x_s)
    x_s_formed = dot(x_s, formed, dim)
    formed_2 = torch.addcmul(formed, -x_s_formed * t1, x_s)
    v_s_formed = dot(v_s, formed_2, dim)
    out = v_s_formed + x_s_v_s * t2 / (1 + t0)
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
    x_t, x_s = split(x, dim)
    u_t, u_s = split(u, dim)
    v_t, v_s = split(v, dim)
    t0 = x_s_x_s * c
    t1 = inverse_resolved(t0)
    if needs[0] or needs[2] or needs[3]:
        t2 = x_s_u_s * t1
    if needs[0] or needs[2]:
        t3 = t2 * c
        formed = torch.addcmul(u_s, -t3, x_s)
    if needs[0] or needs[2] or needs[3]:
        t4 = x_s_formed * t1
    if needs[0] or needs[2]:
        t5 = t4 * c
    if needs[2]:
        formed_2 = torch.addcmul(formed, -t5, x_s)
    d_v_s_formed = g_out + g_v_s_formed
    if needs[0] or needs[1] or needs[3]:
        t6 = d_v_s_formed * x_s_v_s
        t7 = t1 * c
        t8 = -t6 * t7
        d_x_s_formed = g_x_s_formed + t8
    t9 = 1 + t0
    t10 = 1 / t9
    if needs[0] or needs[2]:
        d_x_s_v_s = g_x_s_v_s + g_out * t3 * t10
    if needs[0] or needs[1] or needs[3]:
        t11 = x_s_v_s * t10
    if needs[0] or needs[1]:
        d_x_s_u_s = g_x_s_u_s + t8 + g_out * t11 * t7 - d_x_s_formed * t0 * t1
    if needs[0]:
        t13 = c**2
    if needs[0] or needs[3]:
        t12 = t1**2
    if needs[0]:
        t14 = t12 * t13
        t15 = x_s_u_s * t14
    if needs[0] or needs[3]:
        t16 = x_s_v_s * t2 / t9**2
        t17 = d_x_s_formed * x_s_x_s
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s + g_out * (-t11 * t15 - t16 * t13) + t15 * t17 + t15 * t6 + x_s_formed * t6 * t14
        d_x_s_v_s_2 = d_x_s_v_s - d_v_s_formed * t3 - d_v_s_formed * t5
        d_x_s_x_s_2 = 2 * d_x_s_x_s - d_x_s_formed * t3
    if needs[1]:
        d_u_s_x_s = d_x_s_formed + d_x_s_u_s
    if needs[3]:
        t18 = t0 * t12
        t19 = x_s_u_s * t18
        t20 = t19 - t2
        d_c = (
            g_out * (-t11 * t19 - t16 * t0 + x_s_u_s * x_s_v_s * t1 * t10)
            + t17 * t20
            + t20 * t6
            + t6 * (-t4 + x_s_formed * t18)
        )
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
    x_t, x_s = split(x, dim)
    u_t, u_s = split(u, dim)
    v_t, v_s = split(v, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t_u_t, t_u_s = split(t_u, dim)
    t_v_t, t_v_s = split(t_v, dim)
    t0 = x_s_x_s * c
    t1 = inverse_resolved(t0)
    t2 = t1 * c
    t3 = x_s_u_s * t2
    t4 = -t3
    formed = torch.addcmul(u_s, t4, x_s)
    t5 = x_s_formed * t2
    formed_2 = torch.addcmul(formed, -t5, x_s)
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    u_s_t_x_s = dot(u_s, t_x_s, dim)
    x_s_t_u_s = dot(x_s, t_u_s, dim)
    t_x_s_u_s = u_s_t_x_s + x_s_t_u_s
    v_s_t_x_s = dot(v_s, t_x_s, dim)
    x_s_t_v_s = dot(x_s, t_v_s, dim)
    t_x_s_v_s = v_s_t_x_s + x_s_t_v_s
    t_formed_t_x_s = t4
    t6 = t_c * t1
    t7 = t_x_s_u_s * t2
    t8 = t1**2
    t9 = x_s_u_s * t8
    t10 = c**2
    t11 = t_x_s_x_s * t10
    t12 = t_c * t0
    t_formed_x_s = -t7 + t11 * t9 + t12 * t9 - x_s_u_s * t6
    formed_t_x_s = dot(formed, t_x_s, dim)
    t_x_s_formed = x_s_t_u_s + formed_t_x_s + x_s_t_x_s * t_formed_t_x_s + t_formed_x_s * x_s_x_s
    t_formed_t_x_s_2 = t_formed_t_x_s - t5
    t13 = x_s_formed * t8
    t_formed_x_s_2 = t_formed_x_s + t11 * t13 + t12 * t13 - x_s_formed * t6 - t_x_s_formed * t2
    formed_t_v_s = dot(formed_2, t_v_s, dim)
    v_s_t_u_s = dot(v_s, t_u_s, dim)
    t_v_s_formed = formed_t_v_s + v_s_t_u_s + v_s_t_x_s * t_formed_t_x_s_2 + t_formed_x_s_2 * x_s_v_s
    t14 = 1 + t0
    t15 = 1 / t14
    t16 = x_s_v_s * t15
    t17 = t16 * t9
    t18 = x_s_u_s * x_s_v_s * t1 / t14**2
    t_out = (
        t_v_s_formed
        + t_c * (-t17 * t0 - t18 * t0 + x_s_u_s * x_s_v_s * t1 * t15)
        + t_x_s_x_s * (-t17 * t10 - t18 * t10)
        + t16 * t7
        + t_x_s_v_s * t3 * t15
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
        \mathrm{formed} = \mathrm{u\_s} - \mathrm{x\_s\_u\_s} \mathrm{x\_s} c \operatorname{inverse}_{resolved}{\left(\mathrm{x\_s\_x\_s} c \right)}
        \mathrm{x\_s\_formed} = \langle \mathrm{x\_s}, \mathrm{formed} \rangle
        \mathrm{formed\_2} = \mathrm{formed} - \mathrm{x\_s\_formed} \mathrm{x\_s} c \operatorname{inverse}_{resolved}{\left(\mathrm{x\_s\_x\_s} c \right)}
        \mathrm{v\_s\_formed} = \langle \mathrm{v\_s}, \mathrm{formed\_2} \rangle
        \mathrm{out} = \mathrm{v\_s\_formed} + \frac{\mathrm{x\_s\_u\_s} \mathrm{x\_s\_v\_s} c \operatorname{inverse}_{resolved}{\left(\mathrm{x\_s\_x\_s} c \right)}}{1 + \mathrm{x\_s\_x\_s} c}
        \mathrm{out} = \mathrm{out}

    Cost: 5 inner products, 14 further operations; backward 0 inner products, 83 further operations. Saved: the
    inputs and 5 scalars per row.
    """
    result: Tensor = _inner_op(x, u, v, c, dim=dim)
    return result


def _expmap0(u: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    square = -uu * c
    out_t = cs(square, -1) / torch.sqrt(c)
    out_s_u = sn(square, -1)
    return (join(out_t, out_s_u * u, dim), uu)


def _expmap0_vjp(
    u: Tensor, c: Tensor, uu: Tensor, g_out: Tensor, g_uu: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    g_out_t, g_out_s = split(g_out, dim)
    square = -uu * c
    t0 = sn(square, -1)
    if needs[0]:
        out_s_u = t0
    u_g_out_s = dot(u, g_out_s, dim)
    t1 = g_out_t / 2
    d_square = u_g_out_s * d_sn(square, -1) - t0 * t1 / torch.sqrt(c)
    if needs[0]:
        d_uu = g_uu - d_square * c
        d_u_u = 2 * d_uu
    if needs[1]:
        d_c = -d_square * uu - t1 * cs(square, -1) / torch.sqrt(c) ** 3
    return (combine((out_s_u, g_out_s), (d_u_u, u)) if needs[0] else None, d_c if needs[1] else None)


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
        \mathrm{out\_t} = \frac{\operatorname{cs}{\left(\mathrm{square} \right)}}{\sqrt{c}}
        \mathrm{out\_s\_u} = \operatorname{sn}{\left(\mathrm{square} \right)}
        \mathrm{out\_t} = \mathrm{out\_t}
        \mathrm{out\_s} = \mathrm{out\_s\_u} u

    Cost: 1 inner products, 7 further operations; backward 1 inner products, 22 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _expmap0_op(u, c, dim=dim)
    return result


def _logmap0(x: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    out_x_s = asn(-x_s_x_s * c, -1)
    return (out_x_s * x_s, x_s_x_s)


def _logmap0_vjp(
    x: Tensor, c: Tensor, x_s_x_s: Tensor, g_out: Tensor, g_x_s_x_s: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    t0 = -x_s_x_s * c
    if needs[0]:
        out_x_s = asn(t0, -1)
    x_s_g_out = dot(x_s, g_out, dim)
    t1 = x_s_g_out * d_asn(t0, -1)
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s - t1 * c
        d_x_s_x_s_2 = 2 * d_x_s_x_s
    if needs[1]:
        d_c = -t1 * x_s_x_s
    return (
        join(None, combine((out_x_s, g_out), (d_x_s_x_s_2, x_s)), dim) if needs[0] else None,
        d_c if needs[1] else None,
    )


def _logmap0_jvp(x: Tensor, c: Tensor, x_s_x_s: Tensor, t_x: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    t_x_t, t_x_s = split(t_x, dim)
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
        \mathrm{out\_x\_s} = \operatorname{asn}{\left(- \mathrm{x\_s\_x\_s} c \right)}
        \mathrm{out} = \mathrm{out\_x\_s} \mathrm{x\_s}

    Cost: 1 inner products, 4 further operations; backward 1 inner products, 12 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _logmap0_op(x, c, dim=dim)
    return result


def _expmap(x: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    x_s_v_s = dot(x_s, v_s, dim)
    t0 = x_s_x_s * c
    t1 = c * inverse_resolved(t0)
    formed = torch.addcmul(v_s, -x_s_v_s * t1, x_s)
    x_s_formed = dot(x_s, formed, dim)
    formed_2 = torch.addcmul(formed, -x_s_formed * t1, x_s)
    v_s_formed = dot(v_s, formed_2, dim)
    square = -c * (v_s_formed + t1 * x_s_v_s**2 / (1 + t0))
    c_2 = cs(square, 0)
    s = sn(square, 0)
    out_s = combine((c_2, x_s), (s, v_s))
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
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    g_out_t, g_out_s = split(g_out, dim)
    t0 = x_s_x_s * c
    t1 = inverse_resolved(t0)
    t2 = x_s_v_s * t1
    t3 = t2 * c
    if needs[0] or needs[1]:
        formed = torch.addcmul(v_s, -t3, x_s)
    t4 = x_s_formed * t1
    if needs[0] or needs[1]:
        t5 = t4 * c
    if needs[1]:
        formed_2 = torch.addcmul(formed, -t5, x_s)
    t6 = x_s_v_s**2
    t7 = 1 + t0
    t8 = 1 / t7
    t9 = t6 * t8
    t10 = v_s_formed + t1 * t9 * c
    square = -t10 * c
    c_2 = cs(square, 0)
    t11 = sn(square, 0)
    s = t11
    out_s = combine((c_2, x_s), (s, v_s))
    t12 = g_out_t / (2 * torch.sqrt(formed_formed + 1 / c))
    d_formed_formed = g_formed_formed + t12
    d_out_s_out_s = 2 * d_formed_formed
    x_s_g_out_s = dot(x_s, g_out_s, dim)
    x_s_out_s = dot(x_s, out_s, dim)
    v_s_g_out_s = dot(v_s, g_out_s, dim)
    v_s_out_s = dot(v_s, out_s, dim)
    d_s = v_s_g_out_s + d_out_s_out_s * v_s_out_s
    d_c = x_s_g_out_s + d_out_s_out_s * x_s_out_s
    d_square = d_s * d_sn(square, 0) - d_c * t11 / 2
    t13 = d_square * c
    d_v_s_formed = g_v_s_formed - t13
    t14 = d_v_s_formed * t3
    d_x_s_formed = g_x_s_formed - t14
    t15 = t0 * t1
    t16 = c**2
    if needs[0] or needs[1]:
        d_x_s_v_s = g_x_s_v_s - t14 - d_x_s_formed * t15 - 2 * d_square * t2 * t16 * t8
    if needs[0] or needs[2]:
        t17 = t1**2
    if needs[0]:
        t18 = t17 * t16
    if needs[0] or needs[2]:
        t19 = t6 / t7**2
        t20 = d_v_s_formed * x_s_v_s
        t21 = d_x_s_formed * x_s_x_s
    if needs[0]:
        d_x_s_x_s = (
            g_x_s_x_s
            - t13 * (-t18 * t9 - t1 * t19 * t16)
            + d_v_s_formed * t18 * t6
            + x_s_v_s * t21 * t18
            + x_s_formed * t20 * t18
        )
        d_x_s_out_s = c_2 * d_out_s_out_s
        d_x_s_v_s_2 = d_x_s_v_s - t14 - d_v_s_formed * t5
        d_x_s_x_s_2 = 2 * d_x_s_x_s - d_x_s_formed * t3
    if needs[1]:
        d_v_s_out_s = s * d_out_s_out_s
        d_v_s_x_s = d_x_s_formed + d_x_s_v_s
    if needs[2]:
        t22 = t0 * t17
        t23 = -t2 + x_s_v_s * t22
        d_c_2 = (
            d_square * (-t10 - c * (-t15 * t19 - t22 * t9 + t1 * t6 * t8))
            + t20 * t23
            + t20 * (-t4 + x_s_formed * t22)
            + t21 * t23
            - t12 / t16
        )
    return (
        join(
            None,
            combine(
                (c_2, g_out_s), (d_x_s_out_s, out_s), (d_x_s_v_s_2, v_s), (d_x_s_formed, formed), (d_x_s_x_s_2, x_s)
            ),
            dim,
        )
        if needs[0]
        else None,
        join(
            None,
            combine(
                (s, g_out_s), (d_v_s_out_s, out_s), (d_v_s_formed, formed_2), (d_v_s_formed, v_s), (d_v_s_x_s, x_s)
            ),
            dim,
        )
        if needs[1]
        else None,
        d_c_2 if needs[2] else None,
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
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t_v_t, t_v_s = split(t_v, dim)
    t0 = x_s_x_s * c
    t1 = inverse_resolved(t0)
    t2 = t1 * c
    t3 = -x_s_v_s * t2
    formed = torch.addcmul(v_s, t3, x_s)
    t4 = -x_s_formed * t2
    formed_2 = torch.addcmul(formed, t4, x_s)
    t5 = x_s_v_s**2
    t6 = 1 + t0
    t7 = 1 / t6
    t8 = t5 * t7
    t9 = v_s_formed + t2 * t8
    square = -t9 * c
    c_2 = cs(square, 0)
    t10 = sn(square, 0)
    s = t10
    out_s = combine((c_2, x_s), (s, v_s))
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    v_s_t_x_s = dot(v_s, t_x_s, dim)
    x_s_t_v_s = dot(x_s, t_v_s, dim)
    t_x_s_v_s = v_s_t_x_s + x_s_t_v_s
    t_formed_t_x_s = t3
    t11 = t_c * t1
    t12 = c**2
    t13 = t1**2
    t14 = t13 * t12
    t15 = t_x_s_x_s * t14
    t16 = t0 * t13
    t17 = t_c * t16
    t_formed_x_s = x_s_v_s * t15 + x_s_v_s * t17 - t_x_s_v_s * t2 - x_s_v_s * t11
    formed_t_x_s = dot(formed, t_x_s, dim)
    t_x_s_formed = x_s_t_v_s + formed_t_x_s + x_s_t_x_s * t_formed_t_x_s + t_formed_x_s * x_s_x_s
    t_formed_t_x_s_2 = t_formed_t_x_s + t4
    t_formed_x_s_2 = t_formed_x_s + x_s_formed * t15 + x_s_formed * t17 - t_x_s_formed * t2 - x_s_formed * t11
    formed_t_v_s = dot(formed_2, t_v_s, dim)
    v_s_t_v_s = dot(v_s, t_v_s, dim)
    t_v_s_formed = formed_t_v_s + v_s_t_v_s + v_s_t_x_s * t_formed_t_x_s_2 + t_formed_x_s_2 * x_s_v_s
    t18 = t5 / t6**2
    t19 = t1 * t12
    t_square = (
        t_c * (-t9 - c * (-t16 * t8 + t1 * t5 * t7 - t0 * t1 * t18))
        - t_v_s_formed * c
        - t_x_s_x_s * c * (-t14 * t8 - t18 * t19)
        - 2 * t_x_s_v_s * x_s_v_s * t19 * t7
    )
    t_c_2 = -t_square * t10 / 2
    t_s = t_square * d_sn(square, 0)
    out_s_t_x_s = dot(out_s, t_x_s, dim)
    out_s_t_v_s = dot(out_s, t_v_s, dim)
    x_s_out_s = dot(x_s, out_s, dim)
    v_s_out_s = dot(v_s, out_s, dim)
    t_formed_formed = 2 * c_2 * out_s_t_x_s + 2 * s * out_s_t_v_s + 2 * t_c_2 * x_s_out_s + 2 * t_s * v_s_out_s
    t20 = torch.rsqrt(formed_formed + 1 / c)
    t_out_t = t_formed_formed * t20 / 2 - t_c * t20 / (2 * t12)
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
        \mathrm{formed} = \mathrm{v\_s} - \mathrm{x\_s\_v\_s} \mathrm{x\_s} c \operatorname{inverse}_{resolved}{\left(\mathrm{x\_s\_x\_s} c \right)}
        \mathrm{x\_s\_formed} = \langle \mathrm{x\_s}, \mathrm{formed} \rangle
        \mathrm{formed\_2} = \mathrm{formed} - \mathrm{x\_s\_formed} \mathrm{x\_s} c \operatorname{inverse}_{resolved}{\left(\mathrm{x\_s\_x\_s} c \right)}
        \mathrm{v\_s\_formed} = \langle \mathrm{v\_s}, \mathrm{formed\_2} \rangle
        \mathrm{square} = - c \left(\mathrm{v\_s\_formed} + \frac{c \mathrm{x\_s\_v\_s}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{x\_s\_x\_s} c \right)}}{1 + \mathrm{x\_s\_x\_s} c}\right)
        \mathrm{c\_2} = \operatorname{cs}{\left(\mathrm{square} \right)}
        s = \operatorname{sn}{\left(\mathrm{square} \right)}
        \mathrm{out\_s} = \mathrm{c\_2} \mathrm{x\_s} + \mathrm{v\_s} s
        \mathrm{formed\_formed} = \langle \mathrm{out\_s}, \mathrm{out\_s} \rangle
        \mathrm{out\_t} = \sqrt{\mathrm{formed\_formed} + \frac{1}{c}}
        \mathrm{out\_t} = \mathrm{out\_t}
        \mathrm{out\_s} = \mathrm{out\_s}

    Cost: 5 inner products, 22 further operations; backward 4 inner products, 109 further operations. Saved: the
    inputs and 5 scalars per row.
    """
    result: Tensor = _expmap_op(x, v, c, dim=dim)
    return result


def _logmap(x: Tensor, y: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    y_s_y_s = dot(y_s, y_s, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    formed = y_s - x_s
    formed_2 = x_s + y_s
    formed_formed = dot(formed, formed, dim)
    formed_formed_2 = dot(formed_2, formed_2, dim)
    formed_formed_3 = dot(formed, formed_2, dim)
    y_s_formed = dot(y_s, formed_2, dim)
    x_s_formed = dot(x_s, formed_2, dim)
    t0 = is_positive(-formed_formed + 4 * x_s_x_s) * is_positive(-formed_formed + 4 * y_s_y_s)
    t1 = 2 - 2 * t0
    t2 = is_positive(x_s_x_s - y_s_y_s)
    t3 = t1 * t2
    t4 = t1 * (1 - t2)
    t5 = c * inverse_resolved(formed_formed_2 * c)
    formed_3 = combine(
        (t3, y_s),
        (t0, formed),
        (-t4, x_s),
        (-t5 * (formed_formed_3 * t0 + y_s_formed * t3 - x_s_formed * t4), formed_2),
    )
    formed_formed_4 = dot(formed_2, formed_3, dim)
    formed_4 = torch.addcmul(formed_3, -formed_formed_4 * t5, formed_2)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    t6 = 2 * x_s_y_s
    t7 = x_s_x_s * c
    t8 = torch.sqrt(1 + t7)
    t9 = torch.sqrt(1 + y_s_y_s * c)
    t10 = t8 * t9
    t11 = c * choose(
        x_s_y_s,
        (formed_formed_5 * (t8 + t9) ** 2 + 4 * t5 * formed_formed_3**2) / (2 + 2 * t10 + t6 * c + formed_formed_5 * c),
        -t6 + 2 * (x_s_x_s + y_s_y_s + y_s_y_s * t7) / (1 + t10),
    )
    scale = asn(-t11 * (1 + t11 / 4), 0)
    bend = -t11 / 2
    space_x_s = scale * bend
    x_s_formed_2 = dot(x_s, formed, dim)
    out_t = torch.sqrt(c) * (scale * x_s_formed_2 + space_x_s * x_s_x_s) / t8
    return (
        join(out_t, combine((scale, formed), (space_x_s, x_s)), dim),
        x_s_x_s,
        y_s_y_s,
        x_s_y_s,
        formed_formed,
        formed_formed_2,
    )


def _logmap_vjp(
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
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    g_out_t, g_out_s = split(g_out, dim)
    formed = y_s - x_s
    formed_2 = x_s + y_s
    formed_formed_3 = dot(formed, formed_2, dim)
    y_s_formed = dot(y_s, formed_2, dim)
    x_s_formed = dot(x_s, formed_2, dim)
    t0 = is_positive(-formed_formed + 4 * x_s_x_s) * is_positive(-formed_formed + 4 * y_s_y_s)
    t1 = 2 * t0
    t2 = 2 - t1
    t3 = is_positive(x_s_x_s - y_s_y_s)
    t4 = t2 * t3
    t5 = t2 * (1 - t3)
    t6 = formed_formed_3 * t0
    t7 = y_s_formed * t4
    t8 = x_s_formed * t5
    t9 = t6 + t7 - t8
    t10 = formed_formed_2 * c
    t11 = inverse_resolved(t10)
    t12 = t9 * t11
    t13 = t12 * c
    formed_3 = combine((t4, y_s), (t0, formed), (-t5, x_s), (-t13, formed_2))
    formed_formed_4 = dot(formed_2, formed_3, dim)
    t14 = formed_formed_4 * t11
    t15 = t14 * c
    formed_4 = torch.addcmul(formed_3, -t15, formed_2)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    t17 = 2 * x_s_y_s
    t16 = formed_formed_5 * c
    t18 = x_s_x_s * c
    t19 = 1 + t18
    t20 = torch.sqrt(t19)
    t21 = 1 + y_s_y_s * c
    t22 = torch.sqrt(t21)
    t23 = t20 * t22
    t24 = 2 + t16 + 2 * t23 + t17 * c
    t25 = 1 / t24
    t26 = t20 + t22
    t27 = t26**2
    t28 = t11 * c
    t29 = formed_formed_3**2
    t30 = 4 * t29
    t31 = formed_formed_5 * t27 + t28 * t30
    t32 = 1 + t23
    t33 = 1 / t32
    t34 = x_s_x_s + y_s_y_s + y_s_y_s * t18
    t35 = choose(x_s_y_s, t25 * t31, -t17 + 2 * t34 * t33)
    t36 = t35 / 4
    t37 = 1 + t36 * c
    t38 = t35 * t37
    t39 = -t38 * c
    scale = asn(t39, 0)
    t40 = t35 / 2
    bend = -t40 * c
    if needs[0] or needs[2]:
        space_x_s = scale * bend
    x_s_formed_2 = dot(x_s, formed, dim)
    formed_g_out_s = dot(formed, g_out_s, dim)
    x_s_g_out_s = dot(x_s, g_out_s, dim)
    t41 = 1 / t20
    t42 = torch.sqrt(c)
    t43 = t41 * t42
    t44 = g_out_t * t43
    if needs[0] or needs[1]:
        d_x_s_formed = scale * t44
    t45 = x_s_x_s * t41
    d_space_x_s = x_s_g_out_s + g_out_t * t45 * t42
    d_bend = scale * d_space_x_s
    d_scale = formed_g_out_s + bend * d_space_x_s + x_s_formed_2 * t44
    t46 = t37 * c
    t47 = is_positive(x_s_y_s)
    t48 = t31 / t24**2
    t49 = t48 * c
    t50 = t47 * (-t49 + t25 * t27)
    t51 = c**2
    t52 = t36 * t51
    t53 = d_asn(t39, 0)
    t54 = d_bend * c / 2
    d_formed_formed = -t50 * t54 + d_scale * t53 * (-t46 * t50 - t50 * t52)
    d_formed_formed_2 = 2 * d_formed_formed
    formed_formed_6 = dot(formed_2, formed_4, dim)
    t55 = d_formed_formed_2 * formed_formed_6
    t56 = t55 * t28
    d_formed_formed_3 = -t56
    if needs[0] or needs[1]:
        t57 = 2 * t28
        t58 = t1 * t28
        t59 = t3 * t58 - t3 * t57
        t60 = t59 + t57 - t58
    t61 = d_formed_formed_3 * formed_formed_2
    if needs[0] or needs[1]:
        d_x_s_formed_2 = t55 * t60 + t60 * t61
        d_y_s_formed = t55 * t59 + t59 * t61
        t62 = formed_formed_3 * t11
        t63 = c**3
        t64 = 2 * t47
        t65 = t25 * t64 * t63
        t66 = t25 * t47
        t67 = t62 * t66 * t51
        t68 = d_formed_formed_3 * t0
        d_formed_formed_4 = (
            -t56 * t0 - 4 * d_bend * t67 + d_scale * t53 * (-8 * t37 * t67 - t35 * t62 * t65) - t68 * t10 * t11
        )
    t69 = t11**2
    if needs[0] or needs[1]:
        t70 = t66 * t69
    t71 = d_scale * t53
    if needs[0] or needs[1]:
        t72 = t69 * t51
        t73 = t6 * t72 + t7 * t72 - t8 * t72
        d_formed_formed_5 = (
            g_formed_formed_2
            + t55 * t73
            + t61 * t73
            + t71 * (t35 * t70 * t29 * c**4 + t37 * t70 * t30 * t63)
            + formed_formed_4 * t55 * t72
            + d_bend * t65 * t29 * t69
        )
        d_formed_formed_6 = -d_formed_formed_2 * t13 - d_formed_formed_2 * t15
        d_formed_formed_7 = 2 * d_formed_formed_5 - d_formed_formed_3 * t13
        d_formed_formed_8 = d_formed_formed_2 * t0
        d_formed_formed_9 = d_formed_formed_4 + t68
        d_formed_formed_10 = 2 * g_formed_formed
        t74 = -2 + 2 * t47 - t49 * t64
        d_x_s_y_s = g_x_s_y_s + t71 * (-t46 * t74 - t52 * t74) - t54 * t74
    t75 = 1 - t47
    if needs[1] or needs[2]:
        t76 = 1 / t22
    if needs[1]:
        t77 = t20 * t76
    t78 = t34 / t32**2
    if needs[0] or needs[1]:
        t79 = t78 * c
        t80 = t25 * t16 * t26
    if needs[1]:
        t81 = t75 * (-t79 * t77 + 2 * t19 * t33) + t47 * (t80 * t76 - t49 * t77)
        d_y_s_y_s = g_y_s_y_s + t71 * (-t46 * t81 - t52 * t81) - t54 * t81
    if needs[0] or needs[2]:
        t82 = scale * x_s_formed_2 + space_x_s * x_s_x_s
        t83 = t82 / (2 * torch.sqrt(t19) ** 3)
    if needs[0]:
        t84 = t22 * t41
        t85 = t75 * (-t79 * t84 + 2 * t21 * t33) + t47 * (t80 * t41 - t49 * t84)
        d_x_s_x_s = (
            g_x_s_x_s
            + g_out_t * (space_x_s * t43 - t83 * torch.sqrt(c) ** 3)
            + t71 * (-t46 * t85 - t52 * t85)
            - t54 * t85
        )
        d_x_s_g_out_s = space_x_s - scale
        d_x_s_formed_3 = d_x_s_formed + d_formed_formed_4 - d_formed_formed_10
        d_x_s_formed_4 = d_formed_formed_6 - d_formed_formed_8 - d_formed_formed_2 * t5
        d_x_s_formed_5 = d_x_s_formed_2 + d_formed_formed_7 - d_formed_formed_9 - d_formed_formed_3 * t5
        d_x_s_x_s_2 = d_x_s_formed_2 - d_x_s_formed + 2 * d_x_s_x_s
        d_x_s_y_s_2 = d_y_s_formed + d_x_s_y_s
    if needs[1]:
        d_y_s_formed_2 = d_formed_formed_6 + d_formed_formed_8 + d_formed_formed_2 * t4
        d_y_s_formed_3 = d_y_s_formed + d_formed_formed_7 + d_formed_formed_9 + d_formed_formed_3 * t4
        d_y_s_x_s = d_x_s_formed + d_x_s_formed_2 + d_x_s_y_s
        d_y_s_y_s_2 = d_y_s_formed + 2 * d_y_s_y_s
        d_y_s_formed_4 = d_formed_formed_4 + d_formed_formed_10
    if needs[2]:
        t89 = t10 * t69
        t86 = t45 * t22
        t87 = y_s_y_s * t76
        t88 = t87 * t20
        t90 = t75 * (2 * t78 * (-t86 / 2 - t88 / 2) + 2 * x_s_x_s * y_s_y_s * t33) + t47 * (
            t25 * (t11 * t30 - t30 * t89 + formed_formed_5 * t26 * (t45 + t87))
            + t48 * (-t17 - formed_formed_5 - t86 - t88)
        )
        t91 = t90 * c
        t92 = -t12 + t9 * t89
        d_c = (
            g_out_t * (t82 * t41 / (2 * t42) - t83 * x_s_x_s * t42)
            + d_bend * (-t40 - t91 / 2)
            + t55 * t92
            + t55 * (-t14 + formed_formed_4 * t89)
            + t61 * t92
            + t71 * (-t38 - t46 * t90 - t35 * c * (t36 + t91 / 4))
        )
    return (
        join(
            None,
            combine(
                (d_x_s_g_out_s, g_out_s),
                (d_x_s_formed_3, formed),
                (d_x_s_formed_4, formed_4),
                (d_x_s_formed_5, formed_2),
                (d_formed_formed_3, formed_3),
                (d_x_s_x_s_2, x_s),
                (d_x_s_y_s_2, y_s),
            ),
            dim,
        )
        if needs[0]
        else None,
        join(
            None,
            combine(
                (d_y_s_formed_2, formed_4),
                (d_y_s_formed_3, formed_2),
                (d_formed_formed_3, formed_3),
                (d_y_s_x_s, x_s),
                (d_y_s_y_s_2, y_s),
                (d_y_s_formed_4, formed),
                (scale, g_out_s),
            ),
            dim,
        )
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
    formed_formed_2: Tensor,
    t_x: Tensor,
    t_y: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t_y_t, t_y_s = split(t_y, dim)
    formed = y_s - x_s
    formed_2 = x_s + y_s
    formed_formed_3 = dot(formed, formed_2, dim)
    y_s_formed = dot(y_s, formed_2, dim)
    x_s_formed = dot(x_s, formed_2, dim)
    t0 = is_positive(-formed_formed + 4 * x_s_x_s)
    t1 = is_positive(-formed_formed + 4 * y_s_y_s)
    t2 = t0 * t1
    t3 = 2 * t2
    t4 = 2 - t3
    t5 = is_positive(x_s_x_s - y_s_y_s)
    t6 = t4 * t5
    t7 = t4 * (1 - t5)
    t8 = formed_formed_3 * t2
    t9 = formed_formed_2 * c
    t10 = inverse_resolved(t9)
    t11 = t10 * c
    formed_3 = combine((t6, y_s), (t2, formed), (-t7, x_s), (-t11 * (t8 + y_s_formed * t6 - x_s_formed * t7), formed_2))
    formed_formed_4 = dot(formed_2, formed_3, dim)
    t12 = formed_formed_4 * t11
    formed_4 = torch.addcmul(formed_3, -t12, formed_2)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    t14 = 2 * x_s_y_s
    t13 = formed_formed_5 * c
    t15 = x_s_x_s * c
    t16 = 1 + t15
    t17 = torch.sqrt(t16)
    t18 = 1 + y_s_y_s * c
    t19 = torch.sqrt(t18)
    t20 = t17 * t19
    t21 = 2 + t13 + 2 * t20 + t14 * c
    t22 = 1 / t21
    t23 = t17 + t19
    t24 = t23**2
    t25 = formed_formed_3**2
    t26 = 4 * t25
    t27 = formed_formed_5 * t24 + t11 * t26
    t28 = 1 + t20
    t29 = 1 / t28
    t30 = x_s_x_s + y_s_y_s + y_s_y_s * t15
    t31 = choose(x_s_y_s, t22 * t27, -t14 + 2 * t30 * t29)
    t32 = t31 / 4
    t33 = 1 + t32 * c
    t34 = t31 * t33
    t35 = -t34 * c
    scale = asn(t35, 0)
    t36 = t31 / 2
    bend = -t36 * c
    space_x_s = scale * bend
    x_s_formed_2 = dot(x_s, formed, dim)
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    y_s_t_y_s = dot(y_s, t_y_s, dim)
    t_y_s_y_s = 2 * y_s_t_y_s
    y_s_t_x_s = dot(y_s, t_x_s, dim)
    x_s_t_y_s = dot(x_s, t_y_s, dim)
    t_x_s_y_s = y_s_t_x_s + x_s_t_y_s
    formed_t_x_s = dot(formed, t_x_s, dim)
    formed_t_y_s = dot(formed, t_y_s, dim)
    t_formed_formed = -2 * formed_t_x_s + 2 * formed_t_y_s
    formed_t_x_s_2 = dot(formed_2, t_x_s, dim)
    formed_t_y_s_2 = dot(formed_2, t_y_s, dim)
    t_formed_formed_2 = 2 * formed_t_x_s_2 + 2 * formed_t_y_s_2
    t_formed_formed_3 = formed_t_x_s + formed_t_y_s + formed_t_y_s_2 - formed_t_x_s_2
    t_y_s_formed = y_s_t_y_s + y_s_t_x_s + formed_t_y_s_2
    t_x_s_formed = x_s_t_x_s + x_s_t_y_s + formed_t_x_s_2
    t37 = 2 * t5
    t38 = t2 * t37
    t39 = t11 * t37
    t40 = x_s_formed * t3
    t41 = (
        t38
        - 2 * t5
        + y_s_formed * t39
        + x_s_formed * t39
        + t40 * t11
        + t8 * t11
        - t0 * t1
        - 2 * x_s_formed * t10 * c
        - 2 * y_s_formed * t0 * t1 * t10 * t5 * c
        - 2 * x_s_formed * t0 * t1 * t10 * t5 * c
    )
    t_formed_t_x_s = -2 - t41
    t_formed_t_y_s = -t41
    t42 = t_c * t10
    t43 = 2 * x_s_formed
    t44 = t_x_s_formed * t11
    t45 = t42 * t37
    t46 = c**2
    t47 = t_formed_formed_2 * t46
    t48 = t10**2
    t49 = t43 * t48
    t50 = t_c * t9
    t51 = t47 * t48
    t52 = t51 * t37
    t53 = t50 * t48
    t54 = t53 * t37
    t55 = t42 * t38
    t56 = t51 * t38
    t57 = t53 * t38
    t_formed_formed_4 = (
        2 * t44
        + y_s_formed * t52
        + y_s_formed * t54
        + y_s_formed * t55
        + x_s_formed * t52
        + x_s_formed * t54
        + x_s_formed * t55
        + t40 * t51
        + t40 * t53
        + t42 * t43
        + t44 * t38
        + t51 * t8
        + t53 * t8
        - y_s_formed * t45
        - y_s_formed * t56
        - y_s_formed * t57
        - x_s_formed * t45
        - x_s_formed * t56
        - x_s_formed * t57
        - t_y_s_formed * t39
        - t40 * t42
        - t42 * t8
        - t44 * t3
        - t44 * t37
        - t47 * t49
        - t49 * t50
        + t_y_s_formed * t11 * t38
        - t_formed_formed_3 * t11 * t2
    )
    formed_t_x_s_3 = dot(formed_3, t_x_s, dim)
    formed_t_y_s_3 = dot(formed_3, t_y_s, dim)
    t_formed_formed_5 = (
        formed_t_x_s_3
        + formed_t_y_s_3
        + formed_t_x_s_2 * t_formed_t_x_s
        + formed_t_y_s_2 * t_formed_t_y_s
        + t_formed_formed_4 * formed_formed_2
    )
    t58 = formed_formed_4 * t48
    t_formed_formed_6 = t_formed_formed_4 + t47 * t58 + t50 * t58 - formed_formed_4 * t42 - t_formed_formed_5 * t11
    t_formed_t_x_s_2 = t_formed_t_x_s - t12
    t_formed_t_y_s_2 = t_formed_t_y_s - t12
    formed_formed_6 = dot(formed_2, formed_4, dim)
    formed_t_x_s_4 = dot(formed_4, t_x_s, dim)
    formed_t_y_s_4 = dot(formed_4, t_y_s, dim)
    t_formed_formed_7 = (
        2 * t_formed_formed_6 * formed_formed_6
        + 2 * t_formed_t_x_s_2 * formed_t_x_s_4
        + 2 * t_formed_t_y_s_2 * formed_t_y_s_4
    )
    t68 = t26 * t48
    t59 = is_positive(x_s_y_s)
    t60 = 1 - t59
    t61 = 1 / t17
    t62 = x_s_x_s * t61
    t63 = t62 * t19
    t64 = 1 / t19
    t65 = y_s_y_s * t64
    t66 = t65 * t17
    t67 = t30 / t28**2
    t69 = t27 / t21**2
    t70 = c * (
        t60 * (2 * t67 * (-t63 / 2 - t66 / 2) + 2 * x_s_x_s * y_s_y_s * t29)
        + t59
        * (
            t22 * (t10 * t26 - t68 * t9 + formed_formed_5 * t23 * (t62 + t65))
            + t69 * (-t14 - formed_formed_5 - t63 - t66)
        )
    )
    t71 = d_asn(t35, 0)
    t72 = t19 * t61
    t73 = t67 * c
    t74 = t22 * t13 * t23
    t75 = t69 * c
    t76 = t60 * (-t73 * t72 + 2 * t18 * t29) + t59 * (t74 * t61 - t75 * t72)
    t77 = t33 * c
    t78 = t32 * t46
    t79 = t17 * t64
    t80 = t60 * (-t73 * t79 + 2 * t16 * t29) + t59 * (t74 * t64 - t75 * t79)
    t81 = 2 * t59
    t82 = -2 + 2 * t59 - t75 * t81
    t83 = t22 * t59
    t84 = c**3
    t85 = t33 * t83
    t86 = formed_formed_3 * t10
    t87 = t86 * t46
    t88 = t59 * (-t75 + t22 * t24)
    t_scale = (
        t_c * t71 * (-t34 - t33 * t70 - t31 * c * (t32 + t70 / 4))
        + t_x_s_x_s * t71 * (-t76 * t77 - t76 * t78)
        + t_y_s_y_s * t71 * (-t77 * t80 - t78 * t80)
        + t_x_s_y_s * t71 * (-t77 * t82 - t78 * t82)
        + t_formed_formed_2 * t71 * (t85 * t68 * t84 + t31 * t83 * t25 * t48 * c**4)
        + t_formed_formed_3 * t71 * (-8 * t85 * t87 - t22 * t31 * t86 * t81 * t84)
        + t_formed_formed_7 * t71 * (-t77 * t88 - t78 * t88)
    )
    t89 = c / 2
    t_bend = (
        t_c * (-t36 - t70 / 2)
        - t_x_s_x_s * t76 * t89
        - t_y_s_y_s * t80 * t89
        - t_x_s_y_s * t82 * t89
        - t_formed_formed_7 * t88 * t89
        - 4 * t_formed_formed_3 * t83 * t87
        + 2 * t_formed_formed_2 * t22 * t25 * t48 * t59 * t84
    )
    t_space_x_s = scale * t_bend + bend * t_scale
    t_x_s_formed_2 = x_s_t_y_s + formed_t_x_s - x_s_t_x_s
    t90 = torch.sqrt(c)
    t91 = scale * x_s_formed_2 + space_x_s * x_s_x_s
    t92 = t91 / (2 * torch.sqrt(t16) ** 3)
    t93 = t61 * t90
    t_out_t = (
        t_c * (t91 * t61 / (2 * t90) - t92 * x_s_x_s * t90)
        + t_x_s_x_s * (space_x_s * t93 - t92 * torch.sqrt(c) ** 3)
        + scale * t_x_s_formed_2 * t93
        + x_s_formed_2 * t_scale * t93
        + t_space_x_s * t62 * t90
    )
    return (
        join(t_out_t, combine((space_x_s - scale, t_x_s), (scale, t_y_s), (t_scale, formed), (t_space_x_s, x_s)), dim),
        t_x_s_x_s,
        t_y_s_y_s,
        t_x_s_y_s,
        t_formed_formed,
        t_formed_formed_2,
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
        \mathrm{formed} = \mathrm{y\_s} - \mathrm{x\_s}
        \mathrm{formed\_2} = \mathrm{x\_s} + \mathrm{y\_s}
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_2}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_formed\_3} = \langle \mathrm{formed}, \mathrm{formed\_2} \rangle
        \mathrm{y\_s\_formed} = \langle \mathrm{y\_s}, \mathrm{formed\_2} \rangle
        \mathrm{x\_s\_formed} = \langle \mathrm{x\_s}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_3} = \mathrm{formed} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)} + \mathrm{y\_s} \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right) \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)} - \mathrm{x\_s} \left(1 - \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)}\right) \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right) - \mathrm{formed\_2} c \left(\mathrm{formed\_formed\_3} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)} + \mathrm{y\_s\_formed} \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right) \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)} - \mathrm{x\_s\_formed} \left(1 - \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)}\right) \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right)\right) \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}
        \mathrm{formed\_formed\_4} = \langle \mathrm{formed\_2}, \mathrm{formed\_3} \rangle
        \mathrm{formed\_4} = \mathrm{formed\_3} - \mathrm{formed\_2} \mathrm{formed\_formed\_4} c \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}
        \mathrm{formed\_formed\_5} = \langle \mathrm{formed\_4}, \mathrm{formed\_4} \rangle
        \mathrm{scale} = \operatorname{asn}{\left(- c \left(1 + \frac{c \operatorname{choose}{\left(\mathrm{x\_s\_y\_s},\frac{\mathrm{formed\_formed\_5} \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} + \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)^{2} + 4 c \mathrm{formed\_formed\_3}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}}{2 + \mathrm{formed\_formed\_5} c + 2 \mathrm{x\_s\_y\_s} c + 2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}},- 2 \mathrm{x\_s\_y\_s} + \frac{2 \left(\mathrm{x\_s\_x\_s} + \mathrm{y\_s\_y\_s} + \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c\right)}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}} \right)}}{4}\right) \operatorname{choose}{\left(\mathrm{x\_s\_y\_s},\frac{\mathrm{formed\_formed\_5} \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} + \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)^{2} + 4 c \mathrm{formed\_formed\_3}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}}{2 + \mathrm{formed\_formed\_5} c + 2 \mathrm{x\_s\_y\_s} c + 2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}},- 2 \mathrm{x\_s\_y\_s} + \frac{2 \left(\mathrm{x\_s\_x\_s} + \mathrm{y\_s\_y\_s} + \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c\right)}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}} \right)} \right)}
        \mathrm{bend} = - \frac{c \operatorname{choose}{\left(\mathrm{x\_s\_y\_s},\frac{\mathrm{formed\_formed\_5} \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} + \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)^{2} + 4 c \mathrm{formed\_formed\_3}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}}{2 + \mathrm{formed\_formed\_5} c + 2 \mathrm{x\_s\_y\_s} c + 2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}},- 2 \mathrm{x\_s\_y\_s} + \frac{2 \left(\mathrm{x\_s\_x\_s} + \mathrm{y\_s\_y\_s} + \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c\right)}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}} \right)}}{2}
        \mathrm{space\_x\_s} = \mathrm{bend} \mathrm{scale}
        \mathrm{x\_s\_formed\_2} = \langle \mathrm{x\_s}, \mathrm{formed} \rangle
        \mathrm{out\_t} = \frac{\sqrt{c} \left(\mathrm{scale} \mathrm{x\_s\_formed\_2} + \mathrm{space\_x\_s} \mathrm{x\_s\_x\_s}\right)}{\sqrt{1 + \mathrm{x\_s\_x\_s} c}}
        \mathrm{out\_t} = \mathrm{out\_t}
        \mathrm{out\_s} = \mathrm{formed} \mathrm{scale} + \mathrm{space\_x\_s} \mathrm{x\_s}

    Cost: 11 inner products, 75 further operations; backward 9 inner products, 347 further operations. Saved:
    the inputs and 5 scalars per row.
    """
    result: Tensor = _logmap_op(x, y, c, dim=dim)
    return result


def _dist(x: Tensor, y: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    y_s_y_s = dot(y_s, y_s, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    formed = y_s - x_s
    formed_2 = x_s + y_s
    formed_formed = dot(formed, formed, dim)
    formed_formed_2 = dot(formed_2, formed_2, dim)
    formed_formed_3 = dot(formed, formed_2, dim)
    y_s_formed = dot(y_s, formed_2, dim)
    x_s_formed = dot(x_s, formed_2, dim)
    t0 = is_positive(-formed_formed + 4 * x_s_x_s) * is_positive(-formed_formed + 4 * y_s_y_s)
    t1 = 2 - 2 * t0
    t2 = is_positive(x_s_x_s - y_s_y_s)
    t3 = t1 * t2
    t4 = t1 * (1 - t2)
    t5 = c * inverse_resolved(formed_formed_2 * c)
    formed_3 = combine(
        (t3, y_s),
        (t0, formed),
        (-t4, x_s),
        (-t5 * (formed_formed_3 * t0 + y_s_formed * t3 - x_s_formed * t4), formed_2),
    )
    formed_formed_4 = dot(formed_2, formed_3, dim)
    formed_4 = torch.addcmul(formed_3, -formed_formed_4 * t5, formed_2)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    t6 = 2 * x_s_y_s
    t7 = x_s_x_s * c
    t8 = torch.sqrt(1 + t7)
    t9 = torch.sqrt(1 + y_s_y_s * c)
    t10 = t8 * t9
    t11 = choose(
        x_s_y_s,
        (formed_formed_5 * (t8 + t9) ** 2 + 4 * t5 * formed_formed_3**2) / (2 + 2 * t10 + t6 * c + formed_formed_5 * c),
        -t6 + 2 * (x_s_x_s + y_s_y_s + y_s_y_s * t7) / (1 + t10),
    )
    out = asn(-t11 * c / 4, 0) * root(t11)
    return (out, x_s_x_s, y_s_y_s, x_s_y_s, formed_formed, formed_formed_2)


def _dist_vjp(
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
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    formed = y_s - x_s
    formed_2 = x_s + y_s
    formed_formed_3 = dot(formed, formed_2, dim)
    y_s_formed = dot(y_s, formed_2, dim)
    x_s_formed = dot(x_s, formed_2, dim)
    t0 = is_positive(-formed_formed + 4 * x_s_x_s) * is_positive(-formed_formed + 4 * y_s_y_s)
    t1 = 2 * t0
    t2 = 2 - t1
    t3 = is_positive(x_s_x_s - y_s_y_s)
    t4 = t2 * t3
    t5 = t2 * (1 - t3)
    t6 = formed_formed_3 * t0
    t7 = y_s_formed * t4
    t8 = x_s_formed * t5
    t9 = t6 + t7 - t8
    t10 = formed_formed_2 * c
    t11 = inverse_resolved(t10)
    t12 = t9 * t11
    t13 = t12 * c
    formed_3 = combine((t4, y_s), (t0, formed), (-t5, x_s), (-t13, formed_2))
    formed_formed_4 = dot(formed_2, formed_3, dim)
    t14 = formed_formed_4 * t11
    t15 = t14 * c
    formed_4 = torch.addcmul(formed_3, -t15, formed_2)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    t16 = x_s_x_s * c
    t17 = 1 + t16
    t18 = torch.sqrt(t17)
    t19 = 1 + y_s_y_s * c
    t20 = torch.sqrt(t19)
    t21 = t18 + t20
    t22 = t21**2
    t23 = formed_formed_5 * c
    t24 = 2 * x_s_y_s
    t25 = t18 * t20
    t26 = 2 + t23 + 2 * t25 + t24 * c
    t27 = 1 / t26
    t28 = t11 * c
    t29 = formed_formed_3**2
    t30 = 4 * t29
    t31 = formed_formed_5 * t22 + t28 * t30
    t32 = t31 / t26**2
    t33 = t32 * c
    t34 = -t33 + t27 * t22
    t35 = 1 + t25
    t36 = 1 / t35
    t37 = x_s_x_s + y_s_y_s + y_s_y_s * t16
    t38 = choose(x_s_y_s, t27 * t31, -t24 + 2 * t37 * t36)
    t39 = t38 / 4
    t40 = -t39 * c
    t41 = asn(t40, 0)
    t42 = inverse_root(t38)
    t43 = is_positive(x_s_y_s)
    t44 = c / 4
    t45 = d_asn(t40, 0) * root(t38)
    t46 = t45 * t44
    d_formed_formed = g_out * (-t34 * t46 * t43 + t34 * t41 * t42 * t43 / 2)
    d_formed_formed_2 = 2 * d_formed_formed
    formed_formed_6 = dot(formed_2, formed_4, dim)
    t47 = d_formed_formed_2 * formed_formed_6
    t48 = t47 * t28
    d_formed_formed_3 = -t48
    if needs[0] or needs[1]:
        t49 = 2 * t28
        t50 = t1 * t28
        t51 = t3 * t50 - t3 * t49
        t52 = t51 + t49 - t50
    t53 = d_formed_formed_3 * formed_formed_2
    if needs[0] or needs[1]:
        d_x_s_formed = t47 * t52 + t52 * t53
        d_y_s_formed = t47 * t51 + t51 * t53
        t54 = c**2
        t55 = 2 * t43
        t56 = t27 * t45
        t57 = d_formed_formed_3 * t0
        d_formed_formed_4 = (
            g_out * (-formed_formed_3 * t56 * t11 * t55 * t54 + 4 * formed_formed_3 * t27 * t41 * t11 * t42 * t43 * c)
            - t48 * t0
            - t57 * t10 * t11
        )
    t58 = t11**2
    if needs[0] or needs[1]:
        t59 = t58 * t54
    t60 = t41 * t42
    if needs[0] or needs[1]:
        t61 = t6 * t59 + t7 * t59 - t8 * t59
        d_formed_formed_5 = (
            g_formed_formed_2
            + g_out * (t56 * t29 * t43 * t58 * c**3 - t27 * t60 * t29 * t55 * t59)
            + t47 * t61
            + t53 * t61
            + formed_formed_4 * t47 * t59
        )
        d_formed_formed_6 = -d_formed_formed_2 * t13 - d_formed_formed_2 * t15
        d_formed_formed_7 = 2 * d_formed_formed_5 - d_formed_formed_3 * t13
        d_formed_formed_8 = d_formed_formed_2 * t0
        d_formed_formed_9 = d_formed_formed_4 + t57
        d_formed_formed_10 = 2 * g_formed_formed
        t62 = -2 + 2 * t43 - t33 * t55
        d_x_s_y_s = g_x_s_y_s + g_out * (-t46 * t62 + t41 * t62 * t42 / 2)
    t63 = 1 - t43
    if needs[1] or needs[2]:
        t64 = 1 / t20
    if needs[1]:
        t65 = t18 * t64
    t66 = t37 / t35**2
    if needs[0] or needs[1]:
        t67 = t66 * c
        t68 = t27 * t23 * t21
    if needs[1]:
        t69 = t63 * (-t67 * t65 + 2 * t17 * t36) + t43 * (t68 * t64 - t33 * t65)
        d_y_s_y_s = g_y_s_y_s + g_out * (-t46 * t69 + t41 * t69 * t42 / 2)
    if needs[0] or needs[2]:
        t70 = 1 / t18
    if needs[0]:
        t71 = t20 * t70
        t72 = t63 * (-t67 * t71 + 2 * t19 * t36) + t43 * (t68 * t70 - t33 * t71)
        d_x_s_x_s = g_x_s_x_s + g_out * (-t46 * t72 + t41 * t72 * t42 / 2)
        d_x_s_formed_2 = d_formed_formed_6 - d_formed_formed_8 - d_formed_formed_2 * t5
        d_x_s_formed_3 = d_x_s_formed + d_formed_formed_7 - d_formed_formed_9 - d_formed_formed_3 * t5
        d_x_s_x_s_2 = d_x_s_formed + 2 * d_x_s_x_s
        d_x_s_y_s_2 = d_y_s_formed + d_x_s_y_s
        d_x_s_formed_4 = d_formed_formed_4 - d_formed_formed_10
    if needs[1]:
        d_y_s_formed_2 = d_formed_formed_6 + d_formed_formed_8 + d_formed_formed_2 * t4
        d_y_s_formed_3 = d_y_s_formed + d_formed_formed_7 + d_formed_formed_9 + d_formed_formed_3 * t4
        d_y_s_x_s = d_x_s_formed + d_x_s_y_s
        d_y_s_y_s_2 = d_y_s_formed + 2 * d_y_s_y_s
        d_y_s_formed_4 = d_formed_formed_4 + d_formed_formed_10
    if needs[2]:
        t77 = t10 * t58
        t73 = x_s_x_s * t70
        t74 = t73 * t20
        t75 = y_s_y_s * t64
        t76 = t75 * t18
        t78 = t63 * (2 * t66 * (-t74 / 2 - t76 / 2) + 2 * x_s_x_s * y_s_y_s * t36) + t43 * (
            t27 * (t11 * t30 - t30 * t77 + formed_formed_5 * t21 * (t73 + t75))
            + t32 * (-t24 - formed_formed_5 - t74 - t76)
        )
        t79 = -t12 + t9 * t77
        d_c = (
            g_out * (t45 * (-t39 - t78 * t44) + t60 * t78 / 2)
            + t47 * t79
            + t47 * (-t14 + formed_formed_4 * t77)
            + t53 * t79
        )
    return (
        join(
            None,
            combine(
                (d_x_s_formed_2, formed_4),
                (d_x_s_formed_3, formed_2),
                (d_formed_formed_3, formed_3),
                (d_x_s_x_s_2, x_s),
                (d_x_s_y_s_2, y_s),
                (d_x_s_formed_4, formed),
            ),
            dim,
        )
        if needs[0]
        else None,
        join(
            None,
            combine(
                (d_y_s_formed_2, formed_4),
                (d_y_s_formed_3, formed_2),
                (d_formed_formed_3, formed_3),
                (d_y_s_x_s, x_s),
                (d_y_s_y_s_2, y_s),
                (d_y_s_formed_4, formed),
            ),
            dim,
        )
        if needs[1]
        else None,
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
    formed_formed_2: Tensor,
    t_x: Tensor,
    t_y: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t_y_t, t_y_s = split(t_y, dim)
    formed = y_s - x_s
    formed_2 = x_s + y_s
    formed_formed_3 = dot(formed, formed_2, dim)
    y_s_formed = dot(y_s, formed_2, dim)
    x_s_formed = dot(x_s, formed_2, dim)
    t0 = is_positive(-formed_formed + 4 * x_s_x_s)
    t1 = is_positive(-formed_formed + 4 * y_s_y_s)
    t2 = t0 * t1
    t3 = 2 * t2
    t4 = 2 - t3
    t5 = is_positive(x_s_x_s - y_s_y_s)
    t6 = t4 * t5
    t7 = t4 * (1 - t5)
    t8 = formed_formed_3 * t2
    t9 = formed_formed_2 * c
    t10 = inverse_resolved(t9)
    t11 = t10 * c
    formed_3 = combine((t6, y_s), (t2, formed), (-t7, x_s), (-t11 * (t8 + y_s_formed * t6 - x_s_formed * t7), formed_2))
    formed_formed_4 = dot(formed_2, formed_3, dim)
    t12 = formed_formed_4 * t11
    formed_4 = torch.addcmul(formed_3, -t12, formed_2)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    y_s_t_y_s = dot(y_s, t_y_s, dim)
    t_y_s_y_s = 2 * y_s_t_y_s
    y_s_t_x_s = dot(y_s, t_x_s, dim)
    x_s_t_y_s = dot(x_s, t_y_s, dim)
    t_x_s_y_s = y_s_t_x_s + x_s_t_y_s
    formed_t_x_s = dot(formed, t_x_s, dim)
    formed_t_y_s = dot(formed, t_y_s, dim)
    t_formed_formed = -2 * formed_t_x_s + 2 * formed_t_y_s
    formed_t_x_s_2 = dot(formed_2, t_x_s, dim)
    formed_t_y_s_2 = dot(formed_2, t_y_s, dim)
    t_formed_formed_2 = 2 * formed_t_x_s_2 + 2 * formed_t_y_s_2
    t_formed_formed_3 = formed_t_x_s + formed_t_y_s + formed_t_y_s_2 - formed_t_x_s_2
    t_y_s_formed = y_s_t_y_s + y_s_t_x_s + formed_t_y_s_2
    t_x_s_formed = x_s_t_x_s + x_s_t_y_s + formed_t_x_s_2
    t13 = 2 * t5
    t14 = t13 * t2
    t15 = t11 * t13
    t16 = x_s_formed * t3
    t17 = (
        t14
        - 2 * t5
        + y_s_formed * t15
        + x_s_formed * t15
        + t16 * t11
        + t8 * t11
        - t0 * t1
        - 2 * x_s_formed * t10 * c
        - 2 * y_s_formed * t0 * t1 * t10 * t5 * c
        - 2 * x_s_formed * t0 * t1 * t10 * t5 * c
    )
    t_formed_t_x_s = -2 - t17
    t_formed_t_y_s = -t17
    t18 = t_c * t10
    t19 = 2 * x_s_formed
    t20 = t_x_s_formed * t11
    t21 = t18 * t13
    t22 = c**2
    t23 = t_formed_formed_2 * t22
    t24 = t10**2
    t25 = t19 * t24
    t26 = t_c * t9
    t27 = t23 * t24
    t28 = t27 * t13
    t29 = t26 * t24
    t30 = t29 * t13
    t31 = t18 * t14
    t32 = t27 * t14
    t33 = t29 * t14
    t_formed_formed_4 = (
        2 * t20
        + y_s_formed * t28
        + y_s_formed * t30
        + y_s_formed * t31
        + x_s_formed * t28
        + x_s_formed * t30
        + x_s_formed * t31
        + t16 * t27
        + t16 * t29
        + t18 * t19
        + t20 * t14
        + t27 * t8
        + t29 * t8
        - y_s_formed * t21
        - y_s_formed * t32
        - y_s_formed * t33
        - x_s_formed * t21
        - x_s_formed * t32
        - x_s_formed * t33
        - t_y_s_formed * t15
        - t16 * t18
        - t18 * t8
        - t20 * t13
        - t20 * t3
        - t23 * t25
        - t25 * t26
        + t_y_s_formed * t11 * t14
        - t_formed_formed_3 * t11 * t2
    )
    formed_t_x_s_3 = dot(formed_3, t_x_s, dim)
    formed_t_y_s_3 = dot(formed_3, t_y_s, dim)
    t_formed_formed_5 = (
        formed_t_x_s_3
        + formed_t_y_s_3
        + formed_t_x_s_2 * t_formed_t_x_s
        + formed_t_y_s_2 * t_formed_t_y_s
        + t_formed_formed_4 * formed_formed_2
    )
    t34 = formed_formed_4 * t24
    t_formed_formed_6 = t_formed_formed_4 + t23 * t34 + t26 * t34 - formed_formed_4 * t18 - t_formed_formed_5 * t11
    t_formed_t_x_s_2 = t_formed_t_x_s - t12
    t_formed_t_y_s_2 = t_formed_t_y_s - t12
    formed_formed_6 = dot(formed_2, formed_4, dim)
    formed_t_x_s_4 = dot(formed_4, t_x_s, dim)
    formed_t_y_s_4 = dot(formed_4, t_y_s, dim)
    t_formed_formed_7 = (
        2 * t_formed_formed_6 * formed_formed_6
        + 2 * t_formed_t_x_s_2 * formed_t_x_s_4
        + 2 * t_formed_t_y_s_2 * formed_t_y_s_4
    )
    t35 = formed_formed_5 * c
    t36 = 2 * x_s_y_s
    t37 = x_s_x_s * c
    t38 = 1 + t37
    t39 = torch.sqrt(t38)
    t40 = 1 + y_s_y_s * c
    t41 = torch.sqrt(t40)
    t42 = t39 * t41
    t43 = 2 + t35 + 2 * t42 + t36 * c
    t44 = 1 / t43
    t45 = t39 + t41
    t46 = t45**2
    t47 = formed_formed_3**2
    t48 = 4 * t47
    t49 = formed_formed_5 * t46 + t11 * t48
    t50 = 1 + t42
    t51 = 1 / t50
    t52 = x_s_x_s + y_s_y_s + y_s_y_s * t37
    t53 = choose(x_s_y_s, t44 * t49, -t36 + 2 * t52 * t51)
    t54 = t53 / 4
    t55 = is_positive(x_s_y_s)
    t56 = 1 - t55
    t57 = 1 / t39
    t58 = x_s_x_s * t57
    t59 = t58 * t41
    t60 = 1 / t41
    t61 = y_s_y_s * t60
    t62 = t61 * t39
    t63 = t52 / t50**2
    t64 = t49 / t43**2
    t65 = t56 * (2 * t63 * (-t59 / 2 - t62 / 2) + 2 * x_s_x_s * y_s_y_s * t51) + t55 * (
        t44 * (t10 * t48 + formed_formed_5 * t45 * (t58 + t61) - t24 * t48 * t9)
        + t64 * (-t36 - formed_formed_5 - t59 - t62)
    )
    t66 = c / 4
    t67 = -t54 * c
    t68 = d_asn(t67, 0) * root(t53)
    t69 = asn(t67, 0)
    t70 = inverse_root(t53)
    t71 = t69 * t70
    t72 = t41 * t57
    t73 = t63 * c
    t74 = t44 * t35 * t45
    t75 = t64 * c
    t76 = t56 * (-t73 * t72 + 2 * t40 * t51) + t55 * (t74 * t57 - t75 * t72)
    t77 = t68 * t66
    t78 = t39 * t60
    t79 = t56 * (-t73 * t78 + 2 * t38 * t51) + t55 * (t74 * t60 - t75 * t78)
    t80 = 2 * t55
    t81 = -2 + 2 * t55 - t75 * t80
    t82 = t44 * t68
    t83 = t24 * t47
    t84 = t80 * t22
    t85 = -t75 + t44 * t46
    t_out = (
        t_c * (t68 * (-t54 - t65 * t66) + t65 * t71 / 2)
        + t_x_s_x_s * (-t76 * t77 + t69 * t76 * t70 / 2)
        + t_y_s_y_s * (-t77 * t79 + t69 * t79 * t70 / 2)
        + t_x_s_y_s * (-t77 * t81 + t69 * t81 * t70 / 2)
        + t_formed_formed_2 * (t82 * t55 * t83 * c**3 - t44 * t71 * t83 * t84)
        + t_formed_formed_3
        * (-formed_formed_3 * t82 * t10 * t84 + 4 * formed_formed_3 * t44 * t69 * t10 * t55 * t70 * c)
        + t_formed_formed_7 * (-t77 * t85 * t55 + t69 * t85 * t55 * t70 / 2)
    )
    return (t_out, t_x_s_x_s, t_y_s_y_s, t_x_s_y_s, t_formed_formed, t_formed_formed_2)


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
        \mathrm{formed} = \mathrm{y\_s} - \mathrm{x\_s}
        \mathrm{formed\_2} = \mathrm{x\_s} + \mathrm{y\_s}
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_2}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_formed\_3} = \langle \mathrm{formed}, \mathrm{formed\_2} \rangle
        \mathrm{y\_s\_formed} = \langle \mathrm{y\_s}, \mathrm{formed\_2} \rangle
        \mathrm{x\_s\_formed} = \langle \mathrm{x\_s}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_3} = \mathrm{formed} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)} + \mathrm{y\_s} \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right) \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)} - \mathrm{x\_s} \left(1 - \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)}\right) \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right) - \mathrm{formed\_2} c \left(\mathrm{formed\_formed\_3} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)} + \mathrm{y\_s\_formed} \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right) \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)} - \mathrm{x\_s\_formed} \left(1 - \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)}\right) \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right)\right) \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}
        \mathrm{formed\_formed\_4} = \langle \mathrm{formed\_2}, \mathrm{formed\_3} \rangle
        \mathrm{formed\_4} = \mathrm{formed\_3} - \mathrm{formed\_2} \mathrm{formed\_formed\_4} c \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}
        \mathrm{formed\_formed\_5} = \langle \mathrm{formed\_4}, \mathrm{formed\_4} \rangle
        \mathrm{out} = \operatorname{asn}{\left(- \frac{c \operatorname{choose}{\left(\mathrm{x\_s\_y\_s},\frac{\mathrm{formed\_formed\_5} \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} + \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)^{2} + 4 c \mathrm{formed\_formed\_3}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}}{2 + \mathrm{formed\_formed\_5} c + 2 \mathrm{x\_s\_y\_s} c + 2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}},- 2 \mathrm{x\_s\_y\_s} + \frac{2 \left(\mathrm{x\_s\_x\_s} + \mathrm{y\_s\_y\_s} + \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c\right)}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}} \right)}}{4} \right)} \root{\left(\operatorname{choose}{\left(\mathrm{x\_s\_y\_s},\frac{\mathrm{formed\_formed\_5} \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} + \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)^{2} + 4 c \mathrm{formed\_formed\_3}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}}{2 + \mathrm{formed\_formed\_5} c + 2 \mathrm{x\_s\_y\_s} c + 2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}},- 2 \mathrm{x\_s\_y\_s} + \frac{2 \left(\mathrm{x\_s\_x\_s} + \mathrm{y\_s\_y\_s} + \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c\right)}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}} \right)} \right)}
        \mathrm{out} = \mathrm{out}

    Cost: 10 inner products, 65 further operations; backward 6 inner products, 291 further operations. Saved:
    the inputs and 5 scalars per row. Computed in float64 for float32 inputs.
    """
    result: Tensor = _dist_op(x, y, c, dim=dim)
    return result


def _sqdist(x: Tensor, y: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    y_s_y_s = dot(y_s, y_s, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    formed = y_s - x_s
    formed_2 = x_s + y_s
    formed_formed = dot(formed, formed, dim)
    formed_formed_2 = dot(formed_2, formed_2, dim)
    formed_formed_3 = dot(formed, formed_2, dim)
    y_s_formed = dot(y_s, formed_2, dim)
    x_s_formed = dot(x_s, formed_2, dim)
    t0 = is_positive(-formed_formed + 4 * x_s_x_s) * is_positive(-formed_formed + 4 * y_s_y_s)
    t1 = 2 - 2 * t0
    t2 = is_positive(x_s_x_s - y_s_y_s)
    t3 = t1 * t2
    t4 = t1 * (1 - t2)
    t5 = c * inverse_resolved(formed_formed_2 * c)
    formed_3 = combine(
        (t3, y_s),
        (t0, formed),
        (-t4, x_s),
        (-t5 * (formed_formed_3 * t0 + y_s_formed * t3 - x_s_formed * t4), formed_2),
    )
    formed_formed_4 = dot(formed_2, formed_3, dim)
    formed_4 = torch.addcmul(formed_3, -formed_formed_4 * t5, formed_2)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    t6 = 2 * x_s_y_s
    t7 = x_s_x_s * c
    t8 = torch.sqrt(1 + t7)
    t9 = torch.sqrt(1 + y_s_y_s * c)
    t10 = t8 * t9
    t11 = choose(
        x_s_y_s,
        (formed_formed_5 * (t8 + t9) ** 2 + 4 * t5 * formed_formed_3**2) / (2 + 2 * t10 + t6 * c + formed_formed_5 * c),
        -t6 + 2 * (x_s_x_s + y_s_y_s + y_s_y_s * t7) / (1 + t10),
    )
    out = t11 * asn(-t11 * c / 4, 0) ** 2
    return (out, x_s_x_s, y_s_y_s, x_s_y_s, formed_formed, formed_formed_2)


def _sqdist_vjp(
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
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    formed = y_s - x_s
    formed_2 = x_s + y_s
    formed_formed_3 = dot(formed, formed_2, dim)
    y_s_formed = dot(y_s, formed_2, dim)
    x_s_formed = dot(x_s, formed_2, dim)
    t0 = is_positive(-formed_formed + 4 * x_s_x_s) * is_positive(-formed_formed + 4 * y_s_y_s)
    t1 = 2 * t0
    t2 = 2 - t1
    t3 = is_positive(x_s_x_s - y_s_y_s)
    t4 = t2 * t3
    t5 = t2 * (1 - t3)
    t6 = formed_formed_3 * t0
    t7 = y_s_formed * t4
    t8 = x_s_formed * t5
    t9 = t6 + t7 - t8
    t10 = formed_formed_2 * c
    t11 = inverse_resolved(t10)
    t12 = t9 * t11
    t13 = t12 * c
    formed_3 = combine((t4, y_s), (t0, formed), (-t5, x_s), (-t13, formed_2))
    formed_formed_4 = dot(formed_2, formed_3, dim)
    t14 = formed_formed_4 * t11
    t15 = t14 * c
    formed_4 = torch.addcmul(formed_3, -t15, formed_2)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    t17 = 2 * x_s_y_s
    t16 = formed_formed_5 * c
    t18 = x_s_x_s * c
    t19 = 1 + t18
    t20 = torch.sqrt(t19)
    t21 = 1 + y_s_y_s * c
    t22 = torch.sqrt(t21)
    t23 = t20 * t22
    t24 = 2 + t16 + 2 * t23 + t17 * c
    t25 = 1 / t24
    t26 = t20 + t22
    t27 = t26**2
    t28 = t11 * c
    t29 = formed_formed_3**2
    t30 = 4 * t29
    t31 = formed_formed_5 * t27 + t28 * t30
    t32 = 1 + t23
    t33 = 1 / t32
    t34 = x_s_x_s + y_s_y_s + y_s_y_s * t18
    t35 = choose(x_s_y_s, t25 * t31, -t17 + 2 * t34 * t33)
    t36 = t35 / 4
    t37 = -t36 * c
    t38 = asn(t37, 0)
    t39 = t38**2
    t40 = t31 / t24**2
    t41 = t40 * c
    t42 = -t41 + t25 * t27
    t43 = is_positive(x_s_y_s)
    t44 = t35 * t38 * d_asn(t37, 0)
    t45 = t44 * c / 2
    d_formed_formed = g_out * (t42 * t39 * t43 - t42 * t45 * t43)
    d_formed_formed_2 = 2 * d_formed_formed
    formed_formed_6 = dot(formed_2, formed_4, dim)
    t46 = d_formed_formed_2 * formed_formed_6
    t47 = t46 * t28
    d_formed_formed_3 = -t47
    if needs[0] or needs[1]:
        t48 = 2 * t28
        t49 = t1 * t28
        t50 = t3 * t49 - t3 * t48
        t51 = t50 + t48 - t49
    t52 = d_formed_formed_3 * formed_formed_2
    if needs[0] or needs[1]:
        d_x_s_formed = t46 * t51 + t51 * t52
        d_y_s_formed = t46 * t50 + t50 * t52
        t53 = c**2
        t54 = t25 * t44
        t55 = d_formed_formed_3 * t0
        d_formed_formed_4 = (
            g_out * (-4 * formed_formed_3 * t54 * t11 * t43 * t53 + 8 * formed_formed_3 * t25 * t11 * t39 * t43 * c)
            - t47 * t0
            - t55 * t10 * t11
        )
    t56 = t11**2
    if needs[0] or needs[1]:
        t57 = t56 * t53
        t58 = 2 * t43
        t59 = t6 * t57 + t7 * t57 - t8 * t57
        d_formed_formed_5 = (
            g_formed_formed_2
            + g_out * (t54 * t29 * t56 * t58 * c**3 - t25 * t30 * t39 * t43 * t57)
            + t46 * t59
            + t52 * t59
            + formed_formed_4 * t46 * t57
        )
        d_formed_formed_6 = -d_formed_formed_2 * t13 - d_formed_formed_2 * t15
        d_formed_formed_7 = 2 * d_formed_formed_5 - d_formed_formed_3 * t13
        d_formed_formed_8 = d_formed_formed_2 * t0
        d_formed_formed_9 = d_formed_formed_4 + t55
        d_formed_formed_10 = 2 * g_formed_formed
        t60 = -2 + 2 * t43 - t41 * t58
        d_x_s_y_s = g_x_s_y_s + g_out * (t60 * t39 - t45 * t60)
    t61 = 1 - t43
    if needs[1] or needs[2]:
        t62 = 1 / t22
    if needs[1]:
        t63 = t20 * t62
    t64 = t34 / t32**2
    if needs[0] or needs[1]:
        t65 = t64 * c
        t66 = t25 * t16 * t26
    if needs[1]:
        t67 = t61 * (-t65 * t63 + 2 * t19 * t33) + t43 * (t66 * t62 - t41 * t63)
        d_y_s_y_s = g_y_s_y_s + g_out * (t67 * t39 - t45 * t67)
    if needs[0] or needs[2]:
        t68 = 1 / t20
    if needs[0]:
        t69 = t22 * t68
        t70 = t61 * (-t65 * t69 + 2 * t21 * t33) + t43 * (t66 * t68 - t41 * t69)
        d_x_s_x_s = g_x_s_x_s + g_out * (t70 * t39 - t45 * t70)
        d_x_s_formed_2 = d_formed_formed_6 - d_formed_formed_8 - d_formed_formed_2 * t5
        d_x_s_formed_3 = d_x_s_formed + d_formed_formed_7 - d_formed_formed_9 - d_formed_formed_3 * t5
        d_x_s_x_s_2 = d_x_s_formed + 2 * d_x_s_x_s
        d_x_s_y_s_2 = d_y_s_formed + d_x_s_y_s
        d_x_s_formed_4 = d_formed_formed_4 - d_formed_formed_10
    if needs[1]:
        d_y_s_formed_2 = d_formed_formed_6 + d_formed_formed_8 + d_formed_formed_2 * t4
        d_y_s_formed_3 = d_y_s_formed + d_formed_formed_7 + d_formed_formed_9 + d_formed_formed_3 * t4
        d_y_s_x_s = d_x_s_formed + d_x_s_y_s
        d_y_s_y_s_2 = d_y_s_formed + 2 * d_y_s_y_s
        d_y_s_formed_4 = d_formed_formed_4 + d_formed_formed_10
    if needs[2]:
        t75 = t10 * t56
        t71 = x_s_x_s * t68
        t72 = t71 * t22
        t73 = y_s_y_s * t62
        t74 = t73 * t20
        t76 = t61 * (2 * t64 * (-t72 / 2 - t74 / 2) + 2 * x_s_x_s * y_s_y_s * t33) + t43 * (
            t25 * (t11 * t30 - t30 * t75 + formed_formed_5 * t26 * (t71 + t73))
            + t40 * (-t17 - formed_formed_5 - t72 - t74)
        )
        t77 = -t12 + t9 * t75
        d_c = (
            g_out * (t76 * t39 + 2 * t44 * (-t36 - t76 * c / 4))
            + t46 * t77
            + t46 * (-t14 + formed_formed_4 * t75)
            + t52 * t77
        )
    return (
        join(
            None,
            combine(
                (d_x_s_formed_2, formed_4),
                (d_x_s_formed_3, formed_2),
                (d_formed_formed_3, formed_3),
                (d_x_s_x_s_2, x_s),
                (d_x_s_y_s_2, y_s),
                (d_x_s_formed_4, formed),
            ),
            dim,
        )
        if needs[0]
        else None,
        join(
            None,
            combine(
                (d_y_s_formed_2, formed_4),
                (d_y_s_formed_3, formed_2),
                (d_formed_formed_3, formed_3),
                (d_y_s_x_s, x_s),
                (d_y_s_y_s_2, y_s),
                (d_y_s_formed_4, formed),
            ),
            dim,
        )
        if needs[1]
        else None,
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
    formed_formed_2: Tensor,
    t_x: Tensor,
    t_y: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t_y_t, t_y_s = split(t_y, dim)
    formed = y_s - x_s
    formed_2 = x_s + y_s
    formed_formed_3 = dot(formed, formed_2, dim)
    y_s_formed = dot(y_s, formed_2, dim)
    x_s_formed = dot(x_s, formed_2, dim)
    t0 = is_positive(-formed_formed + 4 * x_s_x_s)
    t1 = is_positive(-formed_formed + 4 * y_s_y_s)
    t2 = t0 * t1
    t3 = 2 * t2
    t4 = 2 - t3
    t5 = is_positive(x_s_x_s - y_s_y_s)
    t6 = t4 * t5
    t7 = t4 * (1 - t5)
    t8 = formed_formed_3 * t2
    t9 = formed_formed_2 * c
    t10 = inverse_resolved(t9)
    t11 = t10 * c
    formed_3 = combine((t6, y_s), (t2, formed), (-t7, x_s), (-t11 * (t8 + y_s_formed * t6 - x_s_formed * t7), formed_2))
    formed_formed_4 = dot(formed_2, formed_3, dim)
    t12 = formed_formed_4 * t11
    formed_4 = torch.addcmul(formed_3, -t12, formed_2)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    y_s_t_y_s = dot(y_s, t_y_s, dim)
    t_y_s_y_s = 2 * y_s_t_y_s
    y_s_t_x_s = dot(y_s, t_x_s, dim)
    x_s_t_y_s = dot(x_s, t_y_s, dim)
    t_x_s_y_s = y_s_t_x_s + x_s_t_y_s
    formed_t_x_s = dot(formed, t_x_s, dim)
    formed_t_y_s = dot(formed, t_y_s, dim)
    t_formed_formed = -2 * formed_t_x_s + 2 * formed_t_y_s
    formed_t_x_s_2 = dot(formed_2, t_x_s, dim)
    formed_t_y_s_2 = dot(formed_2, t_y_s, dim)
    t_formed_formed_2 = 2 * formed_t_x_s_2 + 2 * formed_t_y_s_2
    t_formed_formed_3 = formed_t_x_s + formed_t_y_s + formed_t_y_s_2 - formed_t_x_s_2
    t_y_s_formed = y_s_t_y_s + y_s_t_x_s + formed_t_y_s_2
    t_x_s_formed = x_s_t_x_s + x_s_t_y_s + formed_t_x_s_2
    t13 = 2 * t5
    t14 = t13 * t2
    t15 = t11 * t13
    t16 = x_s_formed * t3
    t17 = (
        t14
        - 2 * t5
        + y_s_formed * t15
        + x_s_formed * t15
        + t16 * t11
        + t8 * t11
        - t0 * t1
        - 2 * x_s_formed * t10 * c
        - 2 * y_s_formed * t0 * t1 * t10 * t5 * c
        - 2 * x_s_formed * t0 * t1 * t10 * t5 * c
    )
    t_formed_t_x_s = -2 - t17
    t_formed_t_y_s = -t17
    t18 = t_c * t10
    t19 = 2 * x_s_formed
    t20 = t_x_s_formed * t11
    t21 = t18 * t13
    t22 = c**2
    t23 = t_formed_formed_2 * t22
    t24 = t10**2
    t25 = t19 * t24
    t26 = t_c * t9
    t27 = t23 * t24
    t28 = t27 * t13
    t29 = t26 * t24
    t30 = t29 * t13
    t31 = t18 * t14
    t32 = t27 * t14
    t33 = t29 * t14
    t_formed_formed_4 = (
        2 * t20
        + y_s_formed * t28
        + y_s_formed * t30
        + y_s_formed * t31
        + x_s_formed * t28
        + x_s_formed * t30
        + x_s_formed * t31
        + t16 * t27
        + t16 * t29
        + t18 * t19
        + t20 * t14
        + t27 * t8
        + t29 * t8
        - y_s_formed * t21
        - y_s_formed * t32
        - y_s_formed * t33
        - x_s_formed * t21
        - x_s_formed * t32
        - x_s_formed * t33
        - t_y_s_formed * t15
        - t16 * t18
        - t18 * t8
        - t20 * t13
        - t20 * t3
        - t23 * t25
        - t25 * t26
        + t_y_s_formed * t11 * t14
        - t_formed_formed_3 * t11 * t2
    )
    formed_t_x_s_3 = dot(formed_3, t_x_s, dim)
    formed_t_y_s_3 = dot(formed_3, t_y_s, dim)
    t_formed_formed_5 = (
        formed_t_x_s_3
        + formed_t_y_s_3
        + formed_t_x_s_2 * t_formed_t_x_s
        + formed_t_y_s_2 * t_formed_t_y_s
        + t_formed_formed_4 * formed_formed_2
    )
    t34 = formed_formed_4 * t24
    t_formed_formed_6 = t_formed_formed_4 + t23 * t34 + t26 * t34 - formed_formed_4 * t18 - t_formed_formed_5 * t11
    t_formed_t_x_s_2 = t_formed_t_x_s - t12
    t_formed_t_y_s_2 = t_formed_t_y_s - t12
    formed_formed_6 = dot(formed_2, formed_4, dim)
    formed_t_x_s_4 = dot(formed_4, t_x_s, dim)
    formed_t_y_s_4 = dot(formed_4, t_y_s, dim)
    t_formed_formed_7 = (
        2 * t_formed_formed_6 * formed_formed_6
        + 2 * t_formed_t_x_s_2 * formed_t_x_s_4
        + 2 * t_formed_t_y_s_2 * formed_t_y_s_4
    )
    t35 = formed_formed_5 * c
    t36 = 2 * x_s_y_s
    t37 = x_s_x_s * c
    t38 = 1 + t37
    t39 = torch.sqrt(t38)
    t40 = 1 + y_s_y_s * c
    t41 = torch.sqrt(t40)
    t42 = t39 * t41
    t43 = 2 + t35 + 2 * t42 + t36 * c
    t44 = 1 / t43
    t47 = formed_formed_3**2
    t45 = t39 + t41
    t46 = t45**2
    t48 = 4 * t47
    t49 = formed_formed_5 * t46 + t11 * t48
    t50 = 1 + t42
    t51 = 1 / t50
    t52 = x_s_x_s + y_s_y_s + y_s_y_s * t37
    t53 = choose(x_s_y_s, t44 * t49, -t36 + 2 * t52 * t51)
    t54 = t53 / 4
    t55 = -t54 * c
    t56 = asn(t55, 0)
    t57 = t56**2
    t58 = is_positive(x_s_y_s)
    t67 = t24 * t48
    t59 = 1 - t58
    t60 = 1 / t39
    t61 = x_s_x_s * t60
    t62 = t61 * t41
    t63 = 1 / t41
    t64 = y_s_y_s * t63
    t65 = t64 * t39
    t66 = t52 / t50**2
    t68 = t49 / t43**2
    t69 = t59 * (2 * t66 * (-t62 / 2 - t65 / 2) + 2 * x_s_x_s * y_s_y_s * t51) + t58 * (
        t44 * (t10 * t48 - t67 * t9 + formed_formed_5 * t45 * (t61 + t64)) + t68 * (-t36 - formed_formed_5 - t62 - t65)
    )
    t70 = t53 * t56 * d_asn(t55, 0)
    t71 = t41 * t60
    t72 = t66 * c
    t73 = t44 * t35 * t45
    t74 = t68 * c
    t75 = t59 * (-t72 * t71 + 2 * t40 * t51) + t58 * (t73 * t60 - t74 * t71)
    t76 = t70 * c / 2
    t77 = t39 * t63
    t78 = t59 * (-t72 * t77 + 2 * t38 * t51) + t58 * (t73 * t63 - t74 * t77)
    t79 = 2 * t58
    t80 = -2 + 2 * t58 - t74 * t79
    t81 = t44 * t70
    t82 = -t74 + t44 * t46
    t_out = (
        t_c * (t69 * t57 + 2 * t70 * (-t54 - t69 * c / 4))
        + t_x_s_x_s * (t75 * t57 - t75 * t76)
        + t_y_s_y_s * (t78 * t57 - t76 * t78)
        + t_x_s_y_s * (t80 * t57 - t76 * t80)
        + t_formed_formed_2 * (t81 * t24 * t47 * t79 * c**3 - t44 * t57 * t58 * t67 * t22)
        + t_formed_formed_3
        * (-4 * formed_formed_3 * t81 * t10 * t58 * t22 + 8 * formed_formed_3 * t44 * t10 * t57 * t58 * c)
        + t_formed_formed_7 * (t82 * t57 * t58 - t76 * t82 * t58)
    )
    return (t_out, t_x_s_x_s, t_y_s_y_s, t_x_s_y_s, t_formed_formed, t_formed_formed_2)


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
        \mathrm{formed} = \mathrm{y\_s} - \mathrm{x\_s}
        \mathrm{formed\_2} = \mathrm{x\_s} + \mathrm{y\_s}
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_2}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_formed\_3} = \langle \mathrm{formed}, \mathrm{formed\_2} \rangle
        \mathrm{y\_s\_formed} = \langle \mathrm{y\_s}, \mathrm{formed\_2} \rangle
        \mathrm{x\_s\_formed} = \langle \mathrm{x\_s}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_3} = \mathrm{formed} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)} + \mathrm{y\_s} \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right) \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)} - \mathrm{x\_s} \left(1 - \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)}\right) \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right) - \mathrm{formed\_2} c \left(\mathrm{formed\_formed\_3} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)} + \mathrm{y\_s\_formed} \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right) \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)} - \mathrm{x\_s\_formed} \left(1 - \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)}\right) \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right)\right) \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}
        \mathrm{formed\_formed\_4} = \langle \mathrm{formed\_2}, \mathrm{formed\_3} \rangle
        \mathrm{formed\_4} = \mathrm{formed\_3} - \mathrm{formed\_2} \mathrm{formed\_formed\_4} c \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}
        \mathrm{formed\_formed\_5} = \langle \mathrm{formed\_4}, \mathrm{formed\_4} \rangle
        \mathrm{out} = \operatorname{asn}^{2}{\left(- \frac{c \operatorname{choose}{\left(\mathrm{x\_s\_y\_s},\frac{\mathrm{formed\_formed\_5} \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} + \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)^{2} + 4 c \mathrm{formed\_formed\_3}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}}{2 + \mathrm{formed\_formed\_5} c + 2 \mathrm{x\_s\_y\_s} c + 2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}},- 2 \mathrm{x\_s\_y\_s} + \frac{2 \left(\mathrm{x\_s\_x\_s} + \mathrm{y\_s\_y\_s} + \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c\right)}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}} \right)}}{4} \right)} \operatorname{choose}{\left(\mathrm{x\_s\_y\_s},\frac{\mathrm{formed\_formed\_5} \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} + \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)^{2} + 4 c \mathrm{formed\_formed\_3}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}}{2 + \mathrm{formed\_formed\_5} c + 2 \mathrm{x\_s\_y\_s} c + 2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}},- 2 \mathrm{x\_s\_y\_s} + \frac{2 \left(\mathrm{x\_s\_x\_s} + \mathrm{y\_s\_y\_s} + \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c\right)}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}} \right)}
        \mathrm{out} = \mathrm{out}

    Cost: 10 inner products, 65 further operations; backward 6 inner products, 283 further operations. Saved:
    the inputs and 5 scalars per row. Computed in float64 for float32 inputs.
    """
    result: Tensor = _sqdist_op(x, y, c, dim=dim)
    return result


def _dist0(x: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    out = asn(-x_s_x_s * c, -1) * root(x_s_x_s)
    return (out, x_s_x_s)


def _dist0_vjp(
    x: Tensor, c: Tensor, x_s_x_s: Tensor, g_out: Tensor, g_x_s_x_s: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    t0 = -x_s_x_s * c
    t1 = d_asn(t0, -1) * root(x_s_x_s)
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s + g_out * (asn(t0, -1) * inverse_root(x_s_x_s) / 2 - t1 * c)
        d_x_s_x_s_2 = 2 * d_x_s_x_s
    if needs[1]:
        d_c = -g_out * t1 * x_s_x_s
    return (join(None, d_x_s_x_s_2 * x_s, dim) if needs[0] else None, d_c if needs[1] else None)


def _dist0_jvp(x: Tensor, c: Tensor, x_s_x_s: Tensor, t_x: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    t_x_t, t_x_s = split(t_x, dim)
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    t0 = -x_s_x_s * c
    t1 = d_asn(t0, -1) * root(x_s_x_s)
    t_out = t_x_s_x_s * (asn(t0, -1) * inverse_root(x_s_x_s) / 2 - t1 * c) - t_c * t1 * x_s_x_s
    return (t_out, t_x_s_x_s)


_dist0_op = Operation(
    "dist0", Formulas(_dist0, _dist0_vjp, _dist0_jvp), inputs=(("x", "ambient"), ("c", "scalar")), results=("scalar",)
)


def dist0(x: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Distance to the origin. Gradient 0 there.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{out} = \operatorname{asn}{\left(- \mathrm{x\_s\_x\_s} c \right)} \root{\left(\mathrm{x\_s\_x\_s} \right)}
        \mathrm{out} = \mathrm{out}

    Cost: 1 inner products, 5 further operations; backward 0 inner products, 19 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _dist0_op(x, c, dim=dim)
    return result


def _transp(x: Tensor, y: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    v_t, v_s = split(v, dim)
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
    t1 = is_positive(t0 + 4 * x_s_x_s) * is_positive(t0 + 4 * y_s_y_s)
    t2 = 2 - 2 * t1
    t3 = is_positive(x_s_x_s - y_s_y_s)
    t4 = t2 * t3
    t5 = t2 * (1 - t3)
    t6 = c * inverse_resolved(mm * c)
    formed_2 = combine((t4, y_s), (t1, formed), (-t5, x_s), (-t6 * (m_formed * t1 + y_s_m * t4 - x_s_m * t5), m))
    m_formed_2 = dot(m, formed_2, dim)
    formed_3 = torch.addcmul(formed_2, -m_formed_2 * t6, m)
    v_s_formed = dot(v_s, formed_3, dim)
    v_s_m = dot(v_s, m, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    formed_formed_2 = dot(formed_3, formed_3, dim)
    t7 = x_s_x_s * c
    t8 = torch.sqrt(1 + t7)
    t9 = 2 * t8
    t10 = torch.sqrt(1 + y_s_y_s * c)
    t11 = m_formed / (t8 * (t9 + 2 * t10))
    t12 = 2 * x_s_y_s
    t13 = choose(
        x_s_y_s,
        (formed_formed_2 * (t10 + t8) ** 2 + 4 * t6 * m_formed**2) / (2 + t12 * c + formed_formed_2 * c + t10 * t9),
        -t12 + 2 * (x_s_x_s + y_s_y_s + y_s_y_s * t7) / (1 + t10 * t8),
    )
    ratio = (2 * v_s_formed * (1 + t11 * c) + 2 * v_s_m * t11 * t6 * (4 + t13 * c)) * inverse(-t13 - 4 / c)
    y_s_v_s = dot(y_s, v_s, dim)
    out_t = torch.sqrt(c) * (y_s_v_s - y_s_m * ratio) / t10
    out_s_m = -ratio
    return (join(out_t, torch.addcmul(v_s, out_s_m, m), dim), formed_formed, x_s_x_s, y_s_y_s, mm, m_formed)


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
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    v_t, v_s = split(v, dim)
    g_out_t, g_out_s = split(g_out, dim)
    m = x_s + y_s
    formed = y_s - x_s
    y_s_m = dot(y_s, m, dim)
    x_s_m = dot(x_s, m, dim)
    t0 = -formed_formed
    t1 = is_positive(t0 + 4 * x_s_x_s) * is_positive(t0 + 4 * y_s_y_s)
    t2 = 2 * t1
    t3 = 2 - t2
    t4 = is_positive(x_s_x_s - y_s_y_s)
    t5 = t3 * t4
    t6 = t3 * (1 - t4)
    t7 = m_formed * t1
    t8 = y_s_m * t5
    t9 = x_s_m * t6
    t10 = t7 + t8 - t9
    t11 = mm * c
    t12 = inverse_resolved(t11)
    t13 = t10 * t12
    t14 = t13 * c
    formed_2 = combine((t5, y_s), (t1, formed), (-t6, x_s), (-t14, m))
    m_formed_2 = dot(m, formed_2, dim)
    t15 = m_formed_2 * t12
    t16 = t15 * c
    formed_3 = torch.addcmul(formed_2, -t16, m)
    if needs[0] or needs[1] or needs[3]:
        v_s_formed = dot(v_s, formed_3, dim)
        v_s_m = dot(v_s, m, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    formed_formed_2 = dot(formed_3, formed_3, dim)
    t17 = x_s_x_s * c
    t18 = 1 + t17
    t19 = torch.sqrt(t18)
    t20 = 1 / t19
    t21 = 2 * t19
    t22 = 1 + y_s_y_s * c
    t23 = torch.sqrt(t22)
    t24 = t21 + 2 * t23
    t25 = 1 / t24
    t26 = t20 * t25
    t27 = m_formed * t26
    t28 = t27 * c
    if needs[0] or needs[1] or needs[3]:
        t29 = 2 * v_s_formed
    t30 = t12 * c
    t31 = 2 * t30
    t33 = 2 * x_s_y_s
    t32 = formed_formed_2 * c
    t34 = 2 + t32 + t33 * c + t21 * t23
    t35 = 1 / t34
    t36 = t19 + t23
    t37 = t36**2
    t38 = m_formed**2
    t39 = 4 * t38
    t40 = formed_formed_2 * t37 + t30 * t39
    t41 = 1 + t19 * t23
    t42 = 1 / t41
    t43 = x_s_x_s + y_s_y_s + y_s_y_s * t17
    t44 = choose(x_s_y_s, t35 * t40, -t33 + 2 * t43 * t42)
    t45 = 4 + t44 * c
    if needs[0] or needs[1] or needs[3]:
        t46 = v_s_m * t45
        t47 = t46 * t31
        t48 = t27 * t47 + t29 * (1 + t28)
    t49 = inverse(-t44 - 4 / c)
    if needs[0] or needs[1] or needs[3]:
        ratio = t48 * t49
    if needs[1] or needs[3]:
        y_s_v_s = dot(y_s, v_s, dim)
    if needs[0] or needs[1]:
        out_s_m = -ratio
    m_g_out_s = dot(m, g_out_s, dim)
    t50 = torch.sqrt(c)
    t51 = 1 / t23
    t52 = g_out_t * t50 * t51
    if needs[1] or needs[2]:
        d_y_s_v_s = t52
    d_ratio = -m_g_out_s - y_s_m * t52
    if needs[0] or needs[1] or needs[3]:
        t53 = t40 / t34**2
        t54 = t53 * c
        t55 = -t54 + t35 * t37
        t56 = is_positive(x_s_y_s)
        t57 = t48 * t49**2
        t58 = t57 * t56
        t59 = 2 * t56
        t60 = c**2
        t61 = v_s_m * t12 * t60
        d_formed_formed = d_ratio * (t55 * t58 + t27 * t49 * t55 * t61 * t59)
    if needs[0] or needs[1]:
        t62 = 2 - t59 + t54 * t59
    if needs[0] or needs[1] or needs[3]:
        t63 = 2 * t27
    if needs[0] or needs[1]:
        d_x_s_y_s = d_ratio * (-t57 * t62 - t49 * t61 * t62 * t63)
    t64 = d_ratio * t49
    t65 = t27 * t31
    if needs[0] or needs[1] or needs[2]:
        d_v_s_m = t45 * t64 * t65
    d_v_s_formed = t64 * (2 + 2 * t28)
    if needs[0] or needs[1] or needs[3]:
        d_formed_formed_2 = 2 * d_formed_formed
        m_formed_3 = dot(m, formed_3, dim)
        t66 = v_s_m * d_v_s_formed
        t67 = t66 * t30
        t68 = d_formed_formed_2 * m_formed_3
        t69 = t68 * t30
        d_m_formed = -t67 - t69
    if needs[0] or needs[1]:
        t70 = t2 * t30
        t71 = t4 * t70 - t31 * t4
        t72 = t71 + t31 - t70
    if needs[0] or needs[1] or needs[3]:
        t73 = d_m_formed * mm
    if needs[0] or needs[1]:
        d_x_s_m = t66 * t72 + t68 * t72 + t72 * t73
        d_y_s_m = t66 * t71 + t68 * t71 + t71 * t73 - ratio * t52
    if needs[0] or needs[1] or needs[3]:
        t74 = t12**2
    if needs[0] or needs[1]:
        t75 = v_s_m * t35 * t56 * t26
        t76 = t35 * t58
        t77 = d_m_formed * t1
        d_m_formed_2 = (
            g_m_formed
            + d_ratio * (t49 * (t47 * t26 + t29 * c * t26 + 16 * t75 * t38 * t74 * c**3) + 8 * m_formed * t76 * t30)
            - t67 * t1
            - t69 * t1
            - t77 * t11 * t12
        )
        t78 = t74 * t60
    if needs[0] or needs[1] or needs[3]:
        t79 = t46 * t63
    if needs[0] or needs[1]:
        t80 = t7 * t78 + t8 * t78 - t9 * t78
        t81 = m_formed_2 * t78
        d_mm = (
            g_mm
            + d_ratio * (t49 * (-t79 * t78 - 8 * t75 * m_formed**3 * t12**3 * c**4) - t76 * t39 * t78)
            + t66 * t80
            + t66 * t81
            + t68 * t80
            + t68 * t81
            + t73 * t80
        )
    if needs[0] or needs[1] or needs[3]:
        t82 = t24 ** (-2)
    if needs[0] or needs[1]:
        t83 = m_formed * t60
        t84 = t83 * t82
    if needs[1]:
        t85 = t84 * t20 * t51
    if needs[0] or needs[1] or needs[3]:
        t86 = 1 - t56
    if needs[1]:
        t87 = t19 * t51
    if needs[0] or needs[1] or needs[3]:
        t88 = t43 / t41**2
    if needs[0] or needs[1]:
        t89 = t88 * c
        t90 = t35 * t32 * t36
    if needs[1]:
        t91 = t86 * (-t89 * t87 + 2 * t18 * t42) + t56 * (t90 * t51 - t54 * t87)
    if needs[0] or needs[1] or needs[3]:
        t92 = t46 * t12
    if needs[0] or needs[1]:
        t93 = 2 * t92
    if needs[1] or needs[3]:
        t94 = y_s_v_s - y_s_m * ratio
        t95 = t94 / (2 * torch.sqrt(t22) ** 3)
    if needs[1]:
        d_y_s_y_s = (
            g_y_s_y_s
            + d_ratio
            * (t49 * (-t29 * t85 - t85 * t93 + 2 * m_formed * v_s_m * t91 * t12 * t20 * t25 * t60) + t57 * t91)
            - g_out_t * t95 * torch.sqrt(c) ** 3
        )
    if needs[0]:
        t96 = t84 / t18
    if needs[0] or needs[3]:
        t97 = t25 / torch.sqrt(t18) ** 3
        t98 = t97 / 2
        t99 = t92 * t97
    if needs[0]:
        t100 = t20 * t23
        t101 = t86 * (-t89 * t100 + 2 * t22 * t42) + t56 * (t90 * t20 - t54 * t100)
        d_x_s_x_s = g_x_s_x_s + d_ratio * (
            t101 * t57
            + t49
            * (
                -t83 * t99
                - t93 * t96
                + 2 * v_s_formed * (-t96 - t83 * t98)
                + 2 * m_formed * v_s_m * t101 * t12 * t20 * t25 * t60
            )
        )
    if needs[0] or needs[1]:
        d_formed_formed_3 = d_formed_formed_2 * t1
        d_formed_v_s = d_v_s_formed * t1
        d_formed_m = d_m_formed_2 + t77
        d_formed_formed_4 = 2 * g_formed_formed
        d_m_v_s = d_v_s_m - d_v_s_formed * t14 - d_v_s_formed * t16
        d_m_formed_3 = -d_formed_formed_2 * t14 - d_formed_formed_2 * t16
        d_m_m = 2 * d_mm - d_m_formed * t14
    if needs[0]:
        d_x_s_y_s_2 = d_x_s_y_s + d_y_s_m
        d_x_s_formed = d_m_formed_3 - d_formed_formed_3 - d_formed_formed_2 * t6
        d_x_s_v_s = d_m_v_s - d_formed_v_s - d_v_s_formed * t6
        d_x_s_m_2 = d_x_s_m + d_m_m - d_formed_m - d_m_formed * t6
        d_x_s_x_s_2 = d_x_s_m + 2 * d_x_s_x_s
        d_x_s_formed_2 = d_m_formed_2 - d_formed_formed_4
    if needs[1]:
        d_y_s_v_s_2 = d_y_s_v_s + d_formed_v_s + d_m_v_s + d_v_s_formed * t5
        d_y_s_x_s = d_x_s_y_s + d_x_s_m
        d_y_s_formed = d_formed_formed_3 + d_m_formed_3 + d_formed_formed_2 * t5
        d_y_s_m_2 = d_y_s_m + d_formed_m + d_m_m + d_m_formed * t5
        d_y_s_y_s_2 = d_y_s_m + 2 * d_y_s_y_s
        d_y_s_formed_2 = d_m_formed_2 + d_formed_formed_4
    if needs[3]:
        t102 = x_s_x_s * t20
        t103 = y_s_y_s * t51
        t104 = t102 + t103
        t105 = -m_formed * t104 * t20 * t82
        t106 = m_formed * t17
        t109 = t11 * t74
        t107 = t102 * t23
        t108 = t103 * t19
        t110 = t86 * (2 * t88 * (-t107 / 2 - t108 / 2) + 2 * x_s_x_s * y_s_y_s * t42) + t56 * (
            t35 * (t12 * t39 - t109 * t39 + formed_formed_2 * t104 * t36) + t53 * (-t33 - formed_formed_2 - t107 - t108)
        )
        t111 = -t15 + m_formed_2 * t109
        t112 = -t13 + t10 * t109
        d_c = (
            g_out_t * (t94 * t51 / (2 * t50) - t95 * y_s_y_s * t50)
            + d_ratio
            * (
                t49
                * (
                    t105 * t47
                    + t29 * (t27 + t105 * c - t106 * t98)
                    + t63 * t92
                    - t106 * t99
                    - t79 * t109
                    + v_s_m * t65 * (t44 + t110 * c)
                )
                - t57 * (-t110 + 4 / t60)
            )
            + t111 * t66
            + t111 * t68
            + t112 * t66
            + t112 * t68
            + t112 * t73
        )
    return (
        join(
            None,
            combine(
                (d_x_s_y_s_2, y_s),
                (d_x_s_formed, formed_3),
                (d_x_s_v_s, v_s),
                (d_x_s_m_2, m),
                (d_x_s_x_s_2, x_s),
                (d_x_s_formed_2, formed),
                (out_s_m, g_out_s),
                (d_m_formed, formed_2),
            ),
            dim,
        )
        if needs[0]
        else None,
        join(
            None,
            combine(
                (d_y_s_v_s_2, v_s),
                (d_y_s_x_s, x_s),
                (d_y_s_formed, formed_3),
                (d_y_s_m_2, m),
                (d_y_s_y_s_2, y_s),
                (d_y_s_formed_2, formed),
                (out_s_m, g_out_s),
                (d_m_formed, formed_2),
            ),
            dim,
        )
        if needs[1]
        else None,
        join(
            None,
            combine(
                (torch.full_like(x_t.narrow(dim, 0, 1), 1), g_out_s),
                (d_y_s_v_s, y_s),
                (d_v_s_m, m),
                (d_v_s_formed, formed_3),
            ),
            dim,
        )
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
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    v_t, v_s = split(v, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t_y_t, t_y_s = split(t_y, dim)
    t_v_t, t_v_s = split(t_v, dim)
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
    t6 = is_positive(x_s_x_s - y_s_y_s)
    t7 = t5 * t6
    t8 = t5 * (1 - t6)
    t9 = m_formed * t3
    t10 = mm * c
    t11 = inverse_resolved(t10)
    t12 = t11 * c
    formed_2 = combine((t7, y_s), (t3, formed), (-t8, x_s), (-t12 * (t9 + y_s_m * t7 - x_s_m * t8), m))
    m_formed_2 = dot(m, formed_2, dim)
    t13 = m_formed_2 * t12
    formed_3 = torch.addcmul(formed_2, -t13, m)
    v_s_formed = dot(v_s, formed_3, dim)
    v_s_m = dot(v_s, m, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    formed_formed_2 = dot(formed_3, formed_3, dim)
    t14 = x_s_x_s * c
    t15 = 1 + t14
    t16 = torch.sqrt(t15)
    t17 = 2 * t16
    t18 = 1 + y_s_y_s * c
    t19 = torch.sqrt(t18)
    t20 = t17 + 2 * t19
    t21 = 1 / t20
    t22 = 1 / t16
    t23 = m_formed * t22
    t24 = t23 * t21
    t25 = t24 * c
    t26 = 2 * v_s_formed
    t27 = 2 * t24
    t29 = 2 * x_s_y_s
    t28 = formed_formed_2 * c
    t30 = 2 + t28 + t29 * c + t17 * t19
    t31 = 1 / t30
    t32 = t16 + t19
    t33 = t32**2
    t34 = m_formed**2
    t35 = 4 * t34
    t36 = formed_formed_2 * t33 + t12 * t35
    t37 = 1 + t16 * t19
    t38 = 1 / t37
    t39 = x_s_x_s + y_s_y_s + y_s_y_s * t14
    t40 = choose(x_s_y_s, t31 * t36, -t29 + 2 * t39 * t38)
    t41 = 4 + t40 * c
    t42 = v_s_m * t12
    t43 = t41 * t42
    t44 = t26 * (1 + t25) + t27 * t43
    t45 = inverse(-t40 - 4 / c)
    ratio = t44 * t45
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
    t46 = 2 * t6
    t47 = t3 * t46
    t48 = t12 * t46
    t49 = x_s_m * t4
    t50 = (
        t47
        - 2 * t6
        + y_s_m * t48
        + x_s_m * t48
        + t49 * t12
        + t9 * t12
        - t1 * t2
        - 2 * x_s_m * t11 * c
        - 2 * y_s_m * t1 * t11 * t2 * t6 * c
        - 2 * x_s_m * t1 * t11 * t2 * t6 * c
    )
    t_formed_t_x_s = -2 - t50
    t_formed_t_y_s = -t50
    t51 = t_c * t11
    t52 = 2 * x_s_m
    t53 = t_x_s_m * t12
    t54 = t51 * t46
    t55 = c**2
    t56 = t_mm * t55
    t57 = t11**2
    t58 = t52 * t57
    t59 = t_c * t10
    t60 = t56 * t57
    t61 = t60 * t46
    t62 = t59 * t57
    t63 = t62 * t46
    t64 = t51 * t47
    t65 = t60 * t47
    t66 = t62 * t47
    t_formed_m = (
        2 * t53
        + y_s_m * t61
        + y_s_m * t63
        + y_s_m * t64
        + x_s_m * t61
        + x_s_m * t63
        + x_s_m * t64
        + t49 * t60
        + t49 * t62
        + t51 * t52
        + t53 * t47
        + t60 * t9
        + t62 * t9
        - y_s_m * t54
        - y_s_m * t65
        - y_s_m * t66
        - x_s_m * t54
        - x_s_m * t65
        - x_s_m * t66
        - t_y_s_m * t48
        - t49 * t51
        - t51 * t9
        - t53 * t4
        - t53 * t46
        - t56 * t58
        - t58 * t59
        + t_y_s_m * t12 * t47
        - t_m_formed * t12 * t3
    )
    formed_t_x_s_2 = dot(formed_2, t_x_s, dim)
    formed_t_y_s_2 = dot(formed_2, t_y_s, dim)
    t_m_formed_2 = (
        formed_t_x_s_2 + formed_t_y_s_2 + m_t_x_s * t_formed_t_x_s + m_t_y_s * t_formed_t_y_s + t_formed_m * mm
    )
    t67 = m_formed_2 * t57
    t_formed_m_2 = t_formed_m + t56 * t67 + t59 * t67 - m_formed_2 * t51 - t_m_formed_2 * t12
    t_formed_t_x_s_2 = t_formed_t_x_s - t13
    t_formed_t_y_s_2 = t_formed_t_y_s - t13
    formed_t_v_s = dot(formed_3, t_v_s, dim)
    v_s_t_x_s = dot(v_s, t_x_s, dim)
    v_s_t_y_s = dot(v_s, t_y_s, dim)
    t_v_s_formed = formed_t_v_s + v_s_m * t_formed_m_2 + t_formed_t_x_s_2 * v_s_t_x_s + t_formed_t_y_s_2 * v_s_t_y_s
    m_t_v_s = dot(m, t_v_s, dim)
    t_v_s_m = v_s_t_x_s + v_s_t_y_s + m_t_v_s
    t_x_s_y_s = y_s_t_x_s + x_s_t_y_s
    m_formed_3 = dot(m, formed_3, dim)
    formed_t_x_s_3 = dot(formed_3, t_x_s, dim)
    formed_t_y_s_3 = dot(formed_3, t_y_s, dim)
    t_formed_formed_2 = (
        2 * t_formed_m_2 * m_formed_3 + 2 * t_formed_t_x_s_2 * formed_t_x_s_3 + 2 * t_formed_t_y_s_2 * formed_t_y_s_3
    )
    t68 = x_s_x_s * t22
    t69 = 1 / t19
    t70 = y_s_y_s * t69
    t71 = t68 + t70
    t72 = t20 ** (-2)
    t73 = t23 * t72
    t74 = -t73 * t71
    t75 = t21 / torch.sqrt(t15) ** 3
    t76 = t75 / 2
    t77 = m_formed * t14
    t78 = v_s_m * t41 * t11
    t84 = t35 * t57
    t79 = is_positive(x_s_y_s)
    t80 = 1 - t79
    t81 = t68 * t19
    t82 = t70 * t16
    t83 = t39 / t37**2
    t85 = t36 / t30**2
    t86 = t80 * (2 * t83 * (-t81 / 2 - t82 / 2) + 2 * x_s_x_s * y_s_y_s * t38) + t79 * (
        t31 * (t11 * t35 - t10 * t84 + formed_formed_2 * t71 * t32) + t85 * (-t29 - formed_formed_2 - t81 - t82)
    )
    t87 = t78 * t75
    t88 = v_s_m * t27
    t89 = t41 * t57
    t90 = 2 * t43
    t91 = t44 * t45**2
    t92 = m_formed * t55
    t93 = t92 * t72 / t15
    t94 = t19 * t22
    t95 = t83 * c
    t96 = t31 * t22
    t97 = t28 * t32
    t98 = t85 * c
    t99 = t80 * (-t95 * t94 + 2 * t18 * t38) + t79 * (t96 * t97 - t98 * t94)
    t100 = 2 * t78
    t101 = t73 * t55 * t69
    t102 = t16 * t69
    t103 = t80 * (-t95 * t102 + 2 * t15 * t38) + t79 * (-t98 * t102 + t31 * t97 * t69)
    t104 = t88 * t55
    t105 = v_s_m * t96 * t79 * t21
    t106 = t91 * t79
    t107 = t106 * t31
    t108 = t21 * t22
    t109 = 2 * t79
    t110 = 2 - t109 + t98 * t109
    t111 = -t98 + t31 * t33
    t_ratio = (
        t_c
        * (
            t45
            * (
                t26 * (t24 + t74 * c - t77 * t76)
                + t27 * t78
                + t74 * t90
                - t77 * t87
                + t27 * t42 * (t40 + t86 * c)
                - t88 * t89 * t10
            )
            - t91 * (-t86 + 4 / t55)
        )
        + t_x_s_x_s
        * (
            t45
            * (
                -t100 * t93
                - t87 * t92
                + 2 * v_s_formed * (-t93 - t92 * t76)
                + 2 * m_formed * v_s_m * t99 * t11 * t21 * t22 * t55
            )
            + t91 * t99
        )
        + t_y_s_y_s
        * (t103 * t91 + t45 * (-t100 * t101 - t101 * t26 + 2 * m_formed * v_s_m * t103 * t11 * t21 * t22 * t55))
        + t_mm * (t45 * (-t104 * t89 - 8 * t105 * m_formed**3 * t11**3 * c**4) - t107 * t84 * t55)
        + t_m_formed * (t45 * (t90 * t108 + t26 * c * t108 + 16 * t105 * t34 * t57 * c**3) + 8 * m_formed * t107 * t12)
        + t_x_s_y_s * (-t110 * t91 - t104 * t110 * t45 * t11)
        + t_formed_formed_2 * (t106 * t111 + v_s_m * t111 * t24 * t45 * t109 * t11 * t55)
        + t_v_s_formed * t45 * (2 + 2 * t25)
        + t_v_s_m * t27 * t41 * t45 * t12
    )
    y_s_t_v_s = dot(y_s, t_v_s, dim)
    t_y_s_v_s = v_s_t_y_s + y_s_t_v_s
    t112 = torch.sqrt(c)
    t113 = y_s_v_s - y_s_m * ratio
    t114 = t113 / (2 * torch.sqrt(t18) ** 3)
    t115 = t112 * t69
    t_out_t = (
        t_c * (t113 * t69 / (2 * t112) - t114 * y_s_y_s * t112)
        + t_y_s_v_s * t112 * t69
        - y_s_m * t_ratio * t115
        - ratio * t_y_s_m * t115
        - t_y_s_y_s * t114 * torch.sqrt(c) ** 3
    )
    t_out_s_m = -t_ratio
    return (
        join(
            t_out_t,
            combine(
                (torch.full_like(x_t.narrow(dim, 0, 1), 1), t_v_s), (out_s_m, t_x_s), (out_s_m, t_y_s), (t_out_s_m, m)
            ),
            dim,
        ),
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
        \mathrm{formed\_2} = \mathrm{formed} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)} + \mathrm{y\_s} \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right) \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)} - \mathrm{x\_s} \left(1 - \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)}\right) \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right) - c m \left(\mathrm{m\_formed} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)} + \mathrm{y\_s\_m} \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right) \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)} - \mathrm{x\_s\_m} \left(1 - \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)}\right) \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right)\right) \operatorname{inverse}_{resolved}{\left(\mathrm{mm} c \right)}
        \mathrm{m\_formed\_2} = \langle m, \mathrm{formed\_2} \rangle
        \mathrm{formed\_3} = \mathrm{formed\_2} - \mathrm{m\_formed\_2} c m \operatorname{inverse}_{resolved}{\left(\mathrm{mm} c \right)}
        \mathrm{v\_s\_formed} = \langle \mathrm{v\_s}, \mathrm{formed\_3} \rangle
        \mathrm{v\_s\_m} = \langle \mathrm{v\_s}, m \rangle
        \mathrm{x\_s\_y\_s} = \langle \mathrm{x\_s}, \mathrm{y\_s} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_3}, \mathrm{formed\_3} \rangle
        \mathrm{ratio} = \left(2 \mathrm{v\_s\_formed} \left(1 + \frac{\mathrm{m\_formed} c}{\sqrt{1 + \mathrm{x\_s\_x\_s} c} \left(2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} + 2 \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)}\right) + \frac{2 \mathrm{m\_formed} \mathrm{v\_s\_m} c \left(4 + c \operatorname{choose}{\left(\mathrm{x\_s\_y\_s},\frac{\mathrm{formed\_formed\_2} \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} + \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)^{2} + 4 c \mathrm{m\_formed}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{mm} c \right)}}{2 + \mathrm{formed\_formed\_2} c + 2 \mathrm{x\_s\_y\_s} c + 2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}},- 2 \mathrm{x\_s\_y\_s} + \frac{2 \left(\mathrm{x\_s\_x\_s} + \mathrm{y\_s\_y\_s} + \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c\right)}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}} \right)}\right) \operatorname{inverse}_{resolved}{\left(\mathrm{mm} c \right)}}{\sqrt{1 + \mathrm{x\_s\_x\_s} c} \left(2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} + 2 \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)}\right) \operatorname{inverse}{\left(- \operatorname{choose}{\left(\mathrm{x\_s\_y\_s},\frac{\mathrm{formed\_formed\_2} \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} + \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)^{2} + 4 c \mathrm{m\_formed}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{mm} c \right)}}{2 + \mathrm{formed\_formed\_2} c + 2 \mathrm{x\_s\_y\_s} c + 2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}},- 2 \mathrm{x\_s\_y\_s} + \frac{2 \left(\mathrm{x\_s\_x\_s} + \mathrm{y\_s\_y\_s} + \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c\right)}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}} \right)} - \frac{4}{c} \right)}
        \mathrm{y\_s\_v\_s} = \langle \mathrm{y\_s}, \mathrm{v\_s} \rangle
        \mathrm{out\_t} = \frac{\sqrt{c} \left(\mathrm{y\_s\_v\_s} - \mathrm{ratio} \mathrm{y\_s\_m}\right)}{\sqrt{1 + \mathrm{y\_s\_y\_s} c}}
        \mathrm{out\_s\_m} = - \mathrm{ratio}
        \mathrm{out\_t} = \mathrm{out\_t}
        \mathrm{out\_s} = \mathrm{v\_s} + \mathrm{out\_s\_m} m

    Cost: 13 inner products, 88 further operations; backward 10 inner products, 440 further operations. Saved:
    the inputs and 5 scalars per row.
    """
    result: Tensor = _transp_op(x, y, v, c, dim=dim)
    return result


def _transp0(y: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    y_t, y_s = split(y, dim)
    y_s_v = dot(y_s, v, dim)
    y_s_y_s = dot(y_s, y_s, dim)
    t0 = torch.sqrt(1 + y_s_y_s * c)
    space_y_s = y_s_v * c * inverse(1 + t0)
    out_t = torch.sqrt(c) * (y_s_v + space_y_s * y_s_y_s) / t0
    return (join(out_t, torch.addcmul(v, space_y_s, y_s), dim), y_s_v, y_s_y_s)


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
    y_t, y_s = split(y, dim)
    g_out_t, g_out_s = split(g_out, dim)
    t0 = y_s_y_s * c
    t1 = 1 + t0
    t2 = torch.sqrt(t1)
    t3 = inverse(1 + t2)
    if needs[0] or needs[2]:
        space_y_s = y_s_v * t3 * c
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
        d_y_s_v = g_y_s_v + t6 + d_space_y_s * t3 * c
    if needs[0]:
        d_y_s_y_s_2 = 2 * d_y_s_y_s
    if needs[2]:
        d_c = d_space_y_s * (y_s_v * t3 - t9 * t0) + g_out_t * (t7 * t5 / (2 * t4) - t8 * y_s_y_s * t4)
    return (
        join(None, combine((space_y_s, g_out_s), (d_y_s_y_s_2, y_s), (d_y_s_v, v)), dim) if needs[0] else None,
        torch.addcmul(g_out_s, d_y_s_v, y_s) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _transp0_jvp(
    y: Tensor, v: Tensor, c: Tensor, y_s_v: Tensor, y_s_y_s: Tensor, t_y: Tensor, t_v: Tensor, t_c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    y_t, y_s = split(y, dim)
    t_y_t, t_y_s = split(t_y, dim)
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
    return (
        join(
            t_out_t,
            combine((space_y_s, t_y_s), (torch.full_like(y_t.narrow(dim, 0, 1), 1), t_v), (t_space_y_s, y_s)),
            dim,
        ),
        t_y_s_v,
        t_y_s_y_s,
    )


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
        \mathrm{space\_y\_s} = \mathrm{y\_s\_v} c \operatorname{inverse}{\left(1 + \sqrt{1 + \mathrm{y\_s\_y\_s} c} \right)}
        \mathrm{out\_t} = \frac{\sqrt{c} \left(\mathrm{y\_s\_v} + \mathrm{space\_y\_s} \mathrm{y\_s\_y\_s}\right)}{\sqrt{1 + \mathrm{y\_s\_y\_s} c}}
        \mathrm{out\_t} = \mathrm{out\_t}
        \mathrm{out\_s} = v + \mathrm{space\_y\_s} \mathrm{y\_s}

    Cost: 2 inner products, 15 further operations; backward 1 inner products, 58 further operations. Saved: the
    inputs and 2 scalars per row.
    """
    result: Tensor = _transp0_op(y, v, c, dim=dim)
    return result


def _transp0back(x: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    t0 = x_s_x_s * c
    along = c * inverse_resolved(t0)
    x_s_v_s = dot(x_s, v_s, dim)
    t1 = x_s_v_s * along
    radial = t1 / torch.sqrt(1 + t0)
    formed = torch.addcmul(v_s, -t1, x_s)
    x_s_formed = dot(x_s, formed, dim)
    out = torch.addcmul(formed, -x_s_formed * along, x_s)
    return (torch.addcmul(out, radial, x_s), x_s_x_s, x_s_v_s, x_s_formed)


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
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    t0 = x_s_x_s * c
    t1 = inverse_resolved(t0)
    along = t1 * c
    t2 = 1 + t0
    t3 = torch.rsqrt(t2)
    if needs[0] or needs[2]:
        t4 = x_s_v_s * along
    if needs[0]:
        radial = t4 * t3
        formed = torch.addcmul(v_s, -t4, x_s)
    x_s_g_out = dot(x_s, g_out, dim)
    t5 = x_s_g_out * along
    d_x_s_formed = g_x_s_formed - t5
    t6 = d_x_s_formed * x_s_x_s
    if needs[0] or needs[1]:
        d_x_s_v_s = g_x_s_v_s - t5 - t6 * along + x_s_g_out * along * t3
    if needs[0] or needs[2]:
        d_along = -x_s_formed * x_s_g_out - x_s_g_out * x_s_v_s - x_s_v_s * t6 + x_s_g_out * x_s_v_s * t3
        t7 = t1**2
        t8 = x_s_g_out * t4 / (2 * torch.sqrt(t2) ** 3)
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s - t8 * c - d_along * t7 * c**2
        d_x_s_g_out = radial - t4 - x_s_formed * along
        d_x_s_x_s_2 = 2 * d_x_s_x_s - d_x_s_formed * t4
    if needs[1]:
        d_v_s_x_s = d_x_s_formed + d_x_s_v_s
    if needs[2]:
        d_c = d_along * (t1 - t0 * t7) - t8 * x_s_x_s
    return (
        join(None, combine((d_x_s_g_out, g_out), (d_x_s_formed, formed), (d_x_s_x_s_2, x_s), (d_x_s_v_s, v_s)), dim)
        if needs[0]
        else None,
        join(None, torch.addcmul(g_out, d_v_s_x_s, x_s), dim) if needs[1] else None,
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
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t_v_t, t_v_s = split(t_v, dim)
    t0 = x_s_x_s * c
    t1 = inverse_resolved(t0)
    along = t1 * c
    t2 = 1 + t0
    t3 = torch.rsqrt(t2)
    t4 = x_s_v_s * along
    radial = t4 * t3
    t5 = -t4
    formed = torch.addcmul(v_s, t5, x_s)
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    t6 = t1**2
    t_along = t_c * (t1 - t0 * t6) - t_x_s_x_s * t6 * c**2
    v_s_t_x_s = dot(v_s, t_x_s, dim)
    x_s_t_v_s = dot(x_s, t_v_s, dim)
    t_x_s_v_s = v_s_t_x_s + x_s_t_v_s
    t7 = t4 / (2 * torch.sqrt(t2) ** 3)
    t_radial = t_along * x_s_v_s * t3 + t_x_s_v_s * along * t3 - t_c * t7 * x_s_x_s - t_x_s_x_s * t7 * c
    t_formed_t_x_s = t5
    t_formed_x_s = -t_along * x_s_v_s - t_x_s_v_s * along
    formed_t_x_s = dot(formed, t_x_s, dim)
    t_x_s_formed = x_s_t_v_s + formed_t_x_s + x_s_t_x_s * t_formed_t_x_s + t_formed_x_s * x_s_x_s
    t_out_t_x_s = t_formed_t_x_s - x_s_formed * along
    t_out_x_s = t_formed_x_s - x_s_formed * t_along - t_x_s_formed * along
    return (
        combine(
            (t_out_t_x_s + radial, t_x_s),
            (t_radial + t_out_x_s, x_s),
            (torch.full_like(x_t.narrow(dim, 0, 1), 1), t_v_s),
        ),
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
        \mathrm{along} = c \operatorname{inverse}_{resolved}{\left(\mathrm{x\_s\_x\_s} c \right)}
        \mathrm{x\_s\_v\_s} = \langle \mathrm{x\_s}, \mathrm{v\_s} \rangle
        \mathrm{radial} = \frac{\mathrm{along} \mathrm{x\_s\_v\_s}}{\sqrt{1 + \mathrm{x\_s\_x\_s} c}}
        \mathrm{formed} = \mathrm{v\_s} - \mathrm{along} \mathrm{x\_s\_v\_s} \mathrm{x\_s}
        \mathrm{x\_s\_formed} = \langle \mathrm{x\_s}, \mathrm{formed} \rangle
        \mathrm{out} = \mathrm{formed} - \mathrm{along} \mathrm{x\_s\_formed} \mathrm{x\_s}
        \mathrm{out} = \mathrm{out} + \mathrm{radial} \mathrm{x\_s}

    Cost: 3 inner products, 13 further operations; backward 1 inner products, 56 further operations. Saved: the
    inputs and 3 scalars per row.
    """
    result: Tensor = _transp0back_op(x, v, c, dim=dim)
    return result


def _geodesic(t: Tensor, x: Tensor, y: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    y_s_y_s = dot(y_s, y_s, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    formed = y_s - x_s
    formed_2 = x_s + y_s
    formed_formed = dot(formed, formed, dim)
    formed_formed_2 = dot(formed_2, formed_2, dim)
    formed_formed_3 = dot(formed, formed_2, dim)
    y_s_formed = dot(y_s, formed_2, dim)
    x_s_formed = dot(x_s, formed_2, dim)
    t0 = is_positive(-formed_formed + 4 * x_s_x_s) * is_positive(-formed_formed + 4 * y_s_y_s)
    t1 = 2 - 2 * t0
    t2 = is_positive(x_s_x_s - y_s_y_s)
    t3 = t1 * t2
    t4 = t1 * (1 - t2)
    t5 = c * inverse_resolved(formed_formed_2 * c)
    formed_3 = combine(
        (t3, y_s),
        (t0, formed),
        (-t4, x_s),
        (-t5 * (formed_formed_3 * t0 + y_s_formed * t3 - x_s_formed * t4), formed_2),
    )
    formed_formed_4 = dot(formed_2, formed_3, dim)
    formed_4 = torch.addcmul(formed_3, -formed_formed_4 * t5, formed_2)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    t6 = 2 * x_s_y_s
    t7 = x_s_x_s * c
    t8 = torch.sqrt(1 + t7)
    t9 = torch.sqrt(1 + y_s_y_s * c)
    t10 = t8 * t9
    t11 = c * choose(
        x_s_y_s,
        (formed_formed_5 * (t8 + t9) ** 2 + 4 * t5 * formed_formed_3**2) / (2 + 2 * t10 + t6 * c + formed_formed_5 * c),
        -t6 + 2 * (x_s_x_s + y_s_y_s + y_s_y_s * t7) / (1 + t10),
    )
    t12 = t11 / 4
    square = -t11 * asn(-t12, 0) ** 2
    scale = asn(-t11 * (1 + t12), 0)
    t13 = 1 - t
    a = scale * t13 * sn(square * t13**2, 0)
    b = t * scale * sn(square * t**2, 0)
    out_s = combine((a, x_s), (b, y_s))
    formed_formed_6 = dot(out_s, out_s, dim)
    out_t = torch.sqrt(formed_formed_6 + 1 / c)
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
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    g_out_t, g_out_s = split(g_out, dim)
    formed = y_s - x_s
    formed_2 = x_s + y_s
    formed_formed_3 = dot(formed, formed_2, dim)
    y_s_formed = dot(y_s, formed_2, dim)
    x_s_formed = dot(x_s, formed_2, dim)
    t0 = is_positive(-formed_formed + 4 * x_s_x_s) * is_positive(-formed_formed + 4 * y_s_y_s)
    t1 = 2 * t0
    t2 = 2 - t1
    t3 = is_positive(x_s_x_s - y_s_y_s)
    t4 = t2 * t3
    t5 = t2 * (1 - t3)
    t6 = formed_formed_3 * t0
    t7 = y_s_formed * t4
    t8 = x_s_formed * t5
    t9 = t6 + t7 - t8
    t10 = formed_formed_2 * c
    t11 = inverse_resolved(t10)
    t12 = t9 * t11
    t13 = t12 * c
    formed_3 = combine((t4, y_s), (t0, formed), (-t5, x_s), (-t13, formed_2))
    formed_formed_4 = dot(formed_2, formed_3, dim)
    t14 = formed_formed_4 * t11
    t15 = t14 * c
    formed_4 = torch.addcmul(formed_3, -t15, formed_2)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    t17 = 2 * x_s_y_s
    t16 = formed_formed_5 * c
    t18 = x_s_x_s * c
    t19 = 1 + t18
    t20 = torch.sqrt(t19)
    t21 = 1 + y_s_y_s * c
    t22 = torch.sqrt(t21)
    t23 = t20 * t22
    t24 = 2 + t16 + 2 * t23 + t17 * c
    t25 = 1 / t24
    t26 = t20 + t22
    t27 = t26**2
    t28 = t11 * c
    t29 = formed_formed_3**2
    t30 = 4 * t29
    t31 = formed_formed_5 * t27 + t28 * t30
    t32 = 1 + t23
    t33 = 1 / t32
    t34 = x_s_x_s + y_s_y_s + y_s_y_s * t18
    t35 = choose(x_s_y_s, t25 * t31, -t17 + 2 * t34 * t33)
    t36 = t35 / 4
    t37 = t36 * c
    t38 = -t37
    t39 = asn(t38, 0)
    t40 = t39**2
    t41 = t35 * t40
    square = -t41 * c
    t42 = 1 + t37
    t43 = t35 * t42
    t44 = -t43 * c
    scale = asn(t44, 0)
    t45 = 1 - t
    t46 = square * t45**2
    t47 = sn(t46, 0)
    t48 = scale * t47
    a = t45 * t48
    t49 = square * t**2
    t50 = sn(t49, 0)
    t51 = scale * t50
    b = t * t51
    out_s = combine((a, x_s), (b, y_s))
    formed_formed_6 = dot(out_s, out_s, dim)
    t52 = g_out_t / (2 * torch.sqrt(formed_formed_6 + 1 / c))
    d_formed_formed = t52
    d_out_s_out_s = 2 * d_formed_formed
    x_s_g_out_s = dot(x_s, g_out_s, dim)
    x_s_out_s = dot(x_s, out_s, dim)
    y_s_g_out_s = dot(y_s, g_out_s, dim)
    y_s_out_s = dot(y_s, out_s, dim)
    d_b = y_s_g_out_s + d_out_s_out_s * y_s_out_s
    d_a = x_s_g_out_s + d_out_s_out_s * x_s_out_s
    if needs[1] or needs[2] or needs[3]:
        d_scale = t * d_b * t50 + d_a * t45 * t47
    t53 = scale * d_sn(t49, 0)
    t54 = scale * d_sn(t46, 0)
    if needs[1] or needs[2] or needs[3]:
        d_square = d_b * t53 * t**3 + d_a * t54 * t45**3
        t55 = is_positive(x_s_y_s)
        t56 = t31 / t24**2
        t57 = t56 * c
        t58 = t55 * (-t57 + t25 * t27)
        t59 = t58 * c
        t60 = c**2
        t61 = t39 * d_asn(t38, 0)
        t62 = t35 * t61
        t63 = t62 * t60 / 2
        t64 = t36 * t60
        t65 = d_asn(t44, 0)
        t66 = d_scale * t65
        d_formed_formed_2 = d_square * (t58 * t63 - t59 * t40) + t66 * (-t42 * t59 - t58 * t64)
        d_formed_formed_3 = 2 * d_formed_formed_2
        formed_formed_7 = dot(formed_2, formed_4, dim)
        t67 = d_formed_formed_3 * formed_formed_7
        t68 = t67 * t28
        d_formed_formed_4 = -t68
    if needs[1] or needs[2]:
        t69 = 2 * t28
        t70 = t1 * t28
        t71 = t3 * t70 - t3 * t69
        t72 = t71 + t69 - t70
    if needs[1] or needs[2] or needs[3]:
        t73 = d_formed_formed_4 * formed_formed_2
    if needs[1] or needs[2]:
        d_x_s_formed = t67 * t72 + t72 * t73
        d_y_s_formed = t67 * t71 + t71 * t73
        t75 = formed_formed_3 * t11
        t74 = t25 * t55
        t76 = t74 * t75
        t77 = 8 * t76 * t60
        t78 = c**3
        t79 = 2 * t55
        t80 = t25 * t79
        t81 = d_formed_formed_4 * t0
        d_formed_formed_5 = (
            d_square * (-t77 * t40 + 4 * t62 * t76 * t78)
            - t68 * t0
            + d_scale * t65 * (-t42 * t77 - t35 * t75 * t80 * t78)
            - t81 * t10 * t11
        )
    if needs[1] or needs[2] or needs[3]:
        t82 = t11**2
    if needs[1] or needs[2]:
        t83 = t35 * t29 * c**4
        t84 = t74 * t82
        t85 = t82 * t60
        t86 = t6 * t85 + t7 * t85 - t8 * t85
        d_formed_formed_6 = (
            g_formed_formed_2
            + d_square * (-t61 * t80 * t83 * t82 + 4 * t25 * t29 * t40 * t55 * t82 * t78)
            + t66 * (t83 * t84 + t42 * t84 * t30 * t78)
            + t67 * t86
            + t73 * t86
            + formed_formed_4 * t67 * t85
        )
        d_formed_formed_7 = -d_formed_formed_3 * t13 - d_formed_formed_3 * t15
        d_formed_formed_8 = 2 * d_formed_formed_6 - d_formed_formed_4 * t13
        d_formed_formed_9 = d_formed_formed_3 * t0
        d_formed_formed_10 = d_formed_formed_5 + t81
        d_formed_formed_11 = 2 * g_formed_formed
        t87 = -2 + 2 * t55 - t57 * t79
        t88 = t87 * c
        d_x_s_y_s = g_x_s_y_s + d_square * (t63 * t87 - t88 * t40) + t66 * (-t42 * t88 - t64 * t87)
    if needs[1] or needs[2] or needs[3]:
        t89 = 1 - t55
    if needs[2] or needs[3]:
        t90 = 1 / t22
    if needs[2]:
        t91 = t20 * t90
    if needs[1] or needs[2] or needs[3]:
        t92 = t34 / t32**2
    if needs[1] or needs[2]:
        t93 = t92 * c
        t94 = t25 * t16 * t26
    if needs[2]:
        t95 = t89 * (-t93 * t91 + 2 * t19 * t33) + t55 * (t94 * t90 - t57 * t91)
        t96 = t95 * c
        d_y_s_y_s = g_y_s_y_s + d_square * (t63 * t95 - t96 * t40) + t66 * (-t42 * t96 - t64 * t95)
    if needs[1] or needs[3]:
        t97 = 1 / t20
    if needs[1]:
        t98 = t22 * t97
        t99 = t89 * (-t93 * t98 + 2 * t21 * t33) + t55 * (t94 * t97 - t57 * t98)
        t100 = t99 * c
        d_x_s_x_s = g_x_s_x_s + d_square * (t63 * t99 - t100 * t40) + t66 * (-t100 * t42 - t64 * t99)
    if needs[0]:
        d_t = d_b * (t51 + 2 * t49 * t53) + d_a * (-t48 + square * t45 * t54 * (-2 + 2 * t))
    if needs[1]:
        d_x_s_out_s = a * d_out_s_out_s
        d_x_s_formed_2 = d_formed_formed_7 - d_formed_formed_9 - d_formed_formed_3 * t5
        d_x_s_formed_3 = d_x_s_formed + d_formed_formed_8 - d_formed_formed_10 - d_formed_formed_4 * t5
        d_x_s_x_s_2 = d_x_s_formed + 2 * d_x_s_x_s
        d_x_s_y_s_2 = d_y_s_formed + d_x_s_y_s
        d_x_s_formed_4 = d_formed_formed_5 - d_formed_formed_11
    if needs[2]:
        d_y_s_out_s = b * d_out_s_out_s
        d_y_s_formed_2 = d_formed_formed_7 + d_formed_formed_9 + d_formed_formed_3 * t4
        d_y_s_formed_3 = d_y_s_formed + d_formed_formed_8 + d_formed_formed_10 + d_formed_formed_4 * t4
        d_y_s_x_s = d_x_s_formed + d_x_s_y_s
        d_y_s_y_s_2 = d_y_s_formed + 2 * d_y_s_y_s
        d_y_s_formed_4 = d_formed_formed_5 + d_formed_formed_11
    if needs[3]:
        t105 = t10 * t82
        t101 = x_s_x_s * t97
        t102 = t101 * t22
        t103 = y_s_y_s * t90
        t104 = t103 * t20
        t106 = c * (
            t89 * (2 * t92 * (-t102 / 2 - t104 / 2) + 2 * x_s_x_s * y_s_y_s * t33)
            + t55
            * (
                t25 * (t11 * t30 - t105 * t30 + formed_formed_5 * t26 * (t101 + t103))
                + t56 * (-t17 - formed_formed_5 - t102 - t104)
            )
        )
        t107 = t36 + t106 / 4
        t108 = t35 * c
        t109 = -t12 + t9 * t105
        d_c = (
            d_square * (-t41 - t106 * t40 + 2 * t107 * t108 * t61)
            + t109 * t67
            + t109 * t73
            + t66 * (-t43 - t106 * t42 - t107 * t108)
            + t67 * (-t14 + formed_formed_4 * t105)
            - t52 / t60
        )
    return (
        d_t if needs[0] else None,
        join(
            None,
            combine(
                (a, g_out_s),
                (d_x_s_out_s, out_s),
                (d_x_s_formed_2, formed_4),
                (d_x_s_formed_3, formed_2),
                (d_formed_formed_4, formed_3),
                (d_x_s_x_s_2, x_s),
                (d_x_s_y_s_2, y_s),
                (d_x_s_formed_4, formed),
            ),
            dim,
        )
        if needs[1]
        else None,
        join(
            None,
            combine(
                (b, g_out_s),
                (d_y_s_out_s, out_s),
                (d_y_s_formed_2, formed_4),
                (d_y_s_formed_3, formed_2),
                (d_formed_formed_4, formed_3),
                (d_y_s_x_s, x_s),
                (d_y_s_y_s_2, y_s),
                (d_y_s_formed_4, formed),
            ),
            dim,
        )
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
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t_y_t, t_y_s = split(t_y, dim)
    formed = y_s - x_s
    formed_2 = x_s + y_s
    formed_formed_3 = dot(formed, formed_2, dim)
    y_s_formed = dot(y_s, formed_2, dim)
    x_s_formed = dot(x_s, formed_2, dim)
    t0 = is_positive(-formed_formed + 4 * x_s_x_s)
    t1 = is_positive(-formed_formed + 4 * y_s_y_s)
    t2 = t0 * t1
    t3 = 2 * t2
    t4 = 2 - t3
    t5 = is_positive(x_s_x_s - y_s_y_s)
    t6 = t4 * t5
    t7 = t4 * (1 - t5)
    t8 = formed_formed_3 * t2
    t9 = formed_formed_2 * c
    t10 = inverse_resolved(t9)
    t11 = t10 * c
    formed_3 = combine((t6, y_s), (t2, formed), (-t7, x_s), (-t11 * (t8 + y_s_formed * t6 - x_s_formed * t7), formed_2))
    formed_formed_4 = dot(formed_2, formed_3, dim)
    t12 = formed_formed_4 * t11
    formed_4 = torch.addcmul(formed_3, -t12, formed_2)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    t14 = 2 * x_s_y_s
    t13 = formed_formed_5 * c
    t15 = x_s_x_s * c
    t16 = 1 + t15
    t17 = torch.sqrt(t16)
    t18 = 1 + y_s_y_s * c
    t19 = torch.sqrt(t18)
    t20 = t17 * t19
    t21 = 2 + t13 + 2 * t20 + t14 * c
    t22 = 1 / t21
    t23 = t17 + t19
    t24 = t23**2
    t25 = formed_formed_3**2
    t26 = 4 * t25
    t27 = formed_formed_5 * t24 + t11 * t26
    t28 = 1 + t20
    t29 = 1 / t28
    t30 = x_s_x_s + y_s_y_s + y_s_y_s * t15
    t31 = choose(x_s_y_s, t22 * t27, -t14 + 2 * t30 * t29)
    t32 = t31 / 4
    t33 = t32 * c
    t34 = -t33
    t35 = asn(t34, 0)
    t36 = t35**2
    t37 = t31 * t36
    square = -t37 * c
    t38 = 1 + t33
    t39 = t31 * t38
    t40 = -t39 * c
    scale = asn(t40, 0)
    t41 = 1 - t
    t42 = square * t41**2
    t43 = sn(t42, 0)
    t44 = scale * t43
    a = t41 * t44
    t45 = square * t**2
    t46 = sn(t45, 0)
    t47 = scale * t46
    b = t * t47
    out_s = combine((a, x_s), (b, y_s))
    formed_formed_6 = dot(out_s, out_s, dim)
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    y_s_t_y_s = dot(y_s, t_y_s, dim)
    t_y_s_y_s = 2 * y_s_t_y_s
    y_s_t_x_s = dot(y_s, t_x_s, dim)
    x_s_t_y_s = dot(x_s, t_y_s, dim)
    t_x_s_y_s = y_s_t_x_s + x_s_t_y_s
    formed_t_x_s = dot(formed, t_x_s, dim)
    formed_t_y_s = dot(formed, t_y_s, dim)
    t_formed_formed = -2 * formed_t_x_s + 2 * formed_t_y_s
    formed_t_x_s_2 = dot(formed_2, t_x_s, dim)
    formed_t_y_s_2 = dot(formed_2, t_y_s, dim)
    t_formed_formed_2 = 2 * formed_t_x_s_2 + 2 * formed_t_y_s_2
    t_formed_formed_3 = formed_t_x_s + formed_t_y_s + formed_t_y_s_2 - formed_t_x_s_2
    t_y_s_formed = y_s_t_y_s + y_s_t_x_s + formed_t_y_s_2
    t_x_s_formed = x_s_t_x_s + x_s_t_y_s + formed_t_x_s_2
    t48 = 2 * t5
    t49 = t2 * t48
    t50 = t11 * t48
    t51 = x_s_formed * t3
    t52 = (
        t49
        - 2 * t5
        + y_s_formed * t50
        + x_s_formed * t50
        + t51 * t11
        + t8 * t11
        - t0 * t1
        - 2 * x_s_formed * t10 * c
        - 2 * y_s_formed * t0 * t1 * t10 * t5 * c
        - 2 * x_s_formed * t0 * t1 * t10 * t5 * c
    )
    t_formed_t_x_s = -2 - t52
    t_formed_t_y_s = -t52
    t53 = t_c * t10
    t54 = 2 * x_s_formed
    t55 = t_x_s_formed * t11
    t56 = t53 * t48
    t57 = c**2
    t58 = t_formed_formed_2 * t57
    t59 = t10**2
    t60 = t54 * t59
    t61 = t_c * t9
    t62 = t58 * t59
    t63 = t62 * t48
    t64 = t61 * t59
    t65 = t64 * t48
    t66 = t53 * t49
    t67 = t62 * t49
    t68 = t64 * t49
    t_formed_formed_4 = (
        2 * t55
        + y_s_formed * t63
        + y_s_formed * t65
        + y_s_formed * t66
        + x_s_formed * t63
        + x_s_formed * t65
        + x_s_formed * t66
        + t51 * t62
        + t51 * t64
        + t53 * t54
        + t55 * t49
        + t62 * t8
        + t64 * t8
        - y_s_formed * t56
        - y_s_formed * t67
        - y_s_formed * t68
        - x_s_formed * t56
        - x_s_formed * t67
        - x_s_formed * t68
        - t_y_s_formed * t50
        - t51 * t53
        - t53 * t8
        - t55 * t3
        - t55 * t48
        - t58 * t60
        - t60 * t61
        + t_y_s_formed * t11 * t49
        - t_formed_formed_3 * t11 * t2
    )
    formed_t_x_s_3 = dot(formed_3, t_x_s, dim)
    formed_t_y_s_3 = dot(formed_3, t_y_s, dim)
    t_formed_formed_5 = (
        formed_t_x_s_3
        + formed_t_y_s_3
        + formed_t_x_s_2 * t_formed_t_x_s
        + formed_t_y_s_2 * t_formed_t_y_s
        + t_formed_formed_4 * formed_formed_2
    )
    t69 = formed_formed_4 * t59
    t_formed_formed_6 = t_formed_formed_4 + t58 * t69 + t61 * t69 - formed_formed_4 * t53 - t_formed_formed_5 * t11
    t_formed_t_x_s_2 = t_formed_t_x_s - t12
    t_formed_t_y_s_2 = t_formed_t_y_s - t12
    formed_formed_7 = dot(formed_2, formed_4, dim)
    formed_t_x_s_4 = dot(formed_4, t_x_s, dim)
    formed_t_y_s_4 = dot(formed_4, t_y_s, dim)
    t_formed_formed_7 = (
        2 * t_formed_formed_6 * formed_formed_7
        + 2 * t_formed_t_x_s_2 * formed_t_x_s_4
        + 2 * t_formed_t_y_s_2 * formed_t_y_s_4
    )
    t70 = is_positive(x_s_y_s)
    t71 = 1 - t70
    t72 = 1 / t17
    t73 = x_s_x_s * t72
    t74 = t73 * t19
    t75 = 1 / t19
    t76 = y_s_y_s * t75
    t77 = t76 * t17
    t78 = t30 / t28**2
    t79 = t26 * t59
    t80 = t27 / t21**2
    t81 = c * (
        t71 * (2 * t78 * (-t74 / 2 - t77 / 2) + 2 * x_s_x_s * y_s_y_s * t29)
        + t70
        * (
            t22 * (t10 * t26 - t79 * t9 + formed_formed_5 * t23 * (t73 + t76))
            + t80 * (-t14 - formed_formed_5 - t74 - t77)
        )
    )
    t82 = t32 + t81 / 4
    t83 = t31 * c
    t84 = t35 * d_asn(t34, 0)
    t85 = t19 * t72
    t86 = t78 * c
    t87 = t22 * t13 * t23
    t88 = t80 * c
    t89 = t71 * (-t86 * t85 + 2 * t18 * t29) + t70 * (t87 * t72 - t88 * t85)
    t90 = t36 * c
    t91 = t31 * t84
    t92 = t91 * t57 / 2
    t93 = t17 * t75
    t94 = t71 * (-t86 * t93 + 2 * t16 * t29) + t70 * (t87 * t75 - t88 * t93)
    t95 = 2 * t70
    t96 = -2 + 2 * t70 - t88 * t95
    t97 = c**3
    t98 = t25 * t59 * c**4
    t99 = t22 * t95
    t100 = t22 * t70
    t101 = formed_formed_3 * t10
    t102 = 8 * t101 * t57
    t103 = t101 * t97
    t104 = t70 * (-t88 + t22 * t24)
    t_square = (
        t_c * (-t37 - t81 * t36 + 2 * t82 * t83 * t84)
        + t_x_s_x_s * (t89 * t92 - t89 * t90)
        + t_y_s_y_s * (t92 * t94 - t94 * t90)
        + t_x_s_y_s * (t92 * t96 - t96 * t90)
        + t_formed_formed_2 * (-t91 * t99 * t98 + 4 * t22 * t25 * t36 * t59 * t70 * t97)
        + t_formed_formed_3 * (-t100 * t102 * t36 + 4 * t100 * t103 * t91)
        + t_formed_formed_7 * (t104 * t92 - t104 * t90)
    )
    t105 = d_asn(t40, 0)
    t106 = t38 * c
    t107 = t32 * t57
    t108 = t100 * t38
    t_scale = (
        t_c * t105 * (-t39 - t38 * t81 - t82 * t83)
        + t_x_s_x_s * t105 * (-t106 * t89 - t107 * t89)
        + t_y_s_y_s * t105 * (-t106 * t94 - t107 * t94)
        + t_x_s_y_s * t105 * (-t106 * t96 - t107 * t96)
        + t_formed_formed_2 * t105 * (t100 * t31 * t98 + t108 * t79 * t97)
        + t_formed_formed_3 * t105 * (-t102 * t108 - t103 * t31 * t99)
        + t_formed_formed_7 * t105 * (-t104 * t106 - t104 * t107)
    )
    t109 = d_sn(t42, 0)
    t110 = scale * t_square
    t_a = t_t * (-t44 + square * scale * t109 * t41 * (-2 + 2 * t)) + t_scale * t41 * t43 + t109 * t110 * t41**3
    t111 = d_sn(t45, 0)
    t_b = t_t * (t47 + 2 * scale * t111 * t45) + t * t_scale * t46 + t110 * t111 * t**3
    out_s_t_x_s = dot(out_s, t_x_s, dim)
    out_s_t_y_s = dot(out_s, t_y_s, dim)
    x_s_out_s = dot(x_s, out_s, dim)
    y_s_out_s = dot(y_s, out_s, dim)
    t_formed_formed_8 = 2 * a * out_s_t_x_s + 2 * b * out_s_t_y_s + 2 * t_a * x_s_out_s + 2 * t_b * y_s_out_s
    t112 = torch.rsqrt(formed_formed_6 + 1 / c)
    t_out_t = t_formed_formed_8 * t112 / 2 - t_c * t112 / (2 * t57)
    return (
        join(t_out_t, combine((t_a, x_s), (a, t_x_s), (b, t_y_s), (t_b, y_s)), dim),
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
    r"""Point exp_x(t log_x y) of the geodesic from x (t = 0) to y (t = 1).

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{y\_s\_y\_s} = \langle \mathrm{y\_s}, \mathrm{y\_s} \rangle
        \mathrm{x\_s\_y\_s} = \langle \mathrm{x\_s}, \mathrm{y\_s} \rangle
        \mathrm{formed} = \mathrm{y\_s} - \mathrm{x\_s}
        \mathrm{formed\_2} = \mathrm{x\_s} + \mathrm{y\_s}
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_2}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_formed\_3} = \langle \mathrm{formed}, \mathrm{formed\_2} \rangle
        \mathrm{y\_s\_formed} = \langle \mathrm{y\_s}, \mathrm{formed\_2} \rangle
        \mathrm{x\_s\_formed} = \langle \mathrm{x\_s}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_3} = \mathrm{formed} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)} + \mathrm{y\_s} \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right) \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)} - \mathrm{x\_s} \left(1 - \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)}\right) \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right) - \mathrm{formed\_2} c \left(\mathrm{formed\_formed\_3} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)} + \mathrm{y\_s\_formed} \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right) \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)} - \mathrm{x\_s\_formed} \left(1 - \operatorname{is}_{positive}{\left(\mathrm{x\_s\_x\_s} - \mathrm{y\_s\_y\_s} \right)}\right) \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{x\_s\_x\_s} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed} + 4 \mathrm{y\_s\_y\_s} \right)}\right)\right) \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}
        \mathrm{formed\_formed\_4} = \langle \mathrm{formed\_2}, \mathrm{formed\_3} \rangle
        \mathrm{formed\_4} = \mathrm{formed\_3} - \mathrm{formed\_2} \mathrm{formed\_formed\_4} c \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}
        \mathrm{formed\_formed\_5} = \langle \mathrm{formed\_4}, \mathrm{formed\_4} \rangle
        \mathrm{square} = - c \operatorname{asn}^{2}{\left(- \frac{c \operatorname{choose}{\left(\mathrm{x\_s\_y\_s},\frac{\mathrm{formed\_formed\_5} \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} + \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)^{2} + 4 c \mathrm{formed\_formed\_3}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}}{2 + \mathrm{formed\_formed\_5} c + 2 \mathrm{x\_s\_y\_s} c + 2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}},- 2 \mathrm{x\_s\_y\_s} + \frac{2 \left(\mathrm{x\_s\_x\_s} + \mathrm{y\_s\_y\_s} + \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c\right)}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}} \right)}}{4} \right)} \operatorname{choose}{\left(\mathrm{x\_s\_y\_s},\frac{\mathrm{formed\_formed\_5} \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} + \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)^{2} + 4 c \mathrm{formed\_formed\_3}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}}{2 + \mathrm{formed\_formed\_5} c + 2 \mathrm{x\_s\_y\_s} c + 2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}},- 2 \mathrm{x\_s\_y\_s} + \frac{2 \left(\mathrm{x\_s\_x\_s} + \mathrm{y\_s\_y\_s} + \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c\right)}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}} \right)}
        \mathrm{scale} = \operatorname{asn}{\left(- c \left(1 + \frac{c \operatorname{choose}{\left(\mathrm{x\_s\_y\_s},\frac{\mathrm{formed\_formed\_5} \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} + \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)^{2} + 4 c \mathrm{formed\_formed\_3}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}}{2 + \mathrm{formed\_formed\_5} c + 2 \mathrm{x\_s\_y\_s} c + 2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}},- 2 \mathrm{x\_s\_y\_s} + \frac{2 \left(\mathrm{x\_s\_x\_s} + \mathrm{y\_s\_y\_s} + \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c\right)}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}} \right)}}{4}\right) \operatorname{choose}{\left(\mathrm{x\_s\_y\_s},\frac{\mathrm{formed\_formed\_5} \left(\sqrt{1 + \mathrm{x\_s\_x\_s} c} + \sqrt{1 + \mathrm{y\_s\_y\_s} c}\right)^{2} + 4 c \mathrm{formed\_formed\_3}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_2} c \right)}}{2 + \mathrm{formed\_formed\_5} c + 2 \mathrm{x\_s\_y\_s} c + 2 \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}},- 2 \mathrm{x\_s\_y\_s} + \frac{2 \left(\mathrm{x\_s\_x\_s} + \mathrm{y\_s\_y\_s} + \mathrm{x\_s\_x\_s} \mathrm{y\_s\_y\_s} c\right)}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c} \sqrt{1 + \mathrm{y\_s\_y\_s} c}} \right)} \right)}
        a = \mathrm{scale} \left(1 - t\right) \operatorname{sn}{\left(\mathrm{square} \left(1 - t\right)^{2} \right)}
        b = \mathrm{scale} t \operatorname{sn}{\left(\mathrm{square} t^{2} \right)}
        \mathrm{out\_s} = \mathrm{x\_s} a + \mathrm{y\_s} b
        \mathrm{formed\_formed\_6} = \langle \mathrm{out\_s}, \mathrm{out\_s} \rangle
        \mathrm{out\_t} = \sqrt{\mathrm{formed\_formed\_6} + \frac{1}{c}}
        \mathrm{out\_t} = \mathrm{out\_t}
        \mathrm{out\_s} = \mathrm{out\_s}

    Cost: 11 inner products, 84 further operations; backward 11 inner products, 397 further operations. Saved:
    the inputs and 5 scalars per row.
    """
    result: Tensor = _geodesic_op(t, x, y, c, dim=dim)
    return result


def _expmap_transp(x: Tensor, v: Tensor, w: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    w_t, w_s = split(w, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    x_s_v_s = dot(x_s, v_s, dim)
    t0 = x_s_x_s * c
    t1 = c * inverse_resolved(t0)
    t2 = x_s_v_s * t1
    formed = torch.addcmul(v_s, -t2, x_s)
    x_s_formed = dot(x_s, formed, dim)
    formed_2 = torch.addcmul(formed, -x_s_formed * t1, x_s)
    v_s_formed = dot(v_s, formed_2, dim)
    t3 = 1 / (1 + t0)
    square = -c * (v_s_formed + t1 * t3 * x_s_v_s**2)
    c_2 = cs(square, 0)
    s = sn(square, 0)
    y_s = combine((c_2, x_s), (s, v_s))
    formed_formed = dot(y_s, y_s, dim)
    y_t = torch.sqrt(formed_formed + 1 / c)
    x_s_w_s = dot(x_s, w_s, dim)
    w_s_formed = dot(w_s, formed_2, dim)
    overlap = -c * (w_s_formed + x_s_w_s * t2 * t3)
    a = -overlap * sn(square / 4, 0) ** 2 / 2
    b = -s * overlap
    w_s_y_s = dot(w_s, y_s, dim)
    v_s_y_s = dot(v_s, y_s, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    out1_t = torch.sqrt(c) * (w_s_y_s + a * v_s_y_s + b * x_s_y_s) / torch.sqrt(1 + formed_formed * c)
    return (
        join(y_t, y_s, dim),
        join(out1_t, combine((torch.full_like(x_t.narrow(dim, 0, 1), 1), w_s), (a, v_s), (b, x_s)), dim),
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
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    w_t, w_s = split(w, dim)
    g_out0_t, g_out0_s = split(g_out0, dim)
    g_out1_t, g_out1_s = split(g_out1, dim)
    t0 = x_s_x_s * c
    t1 = inverse_resolved(t0)
    t2 = x_s_v_s * t1
    t3 = t2 * c
    formed = torch.addcmul(v_s, -t3, x_s)
    t4 = x_s_formed * t1
    t5 = t4 * c
    formed_2 = torch.addcmul(formed, -t5, x_s)
    t6 = x_s_v_s**2
    t7 = 1 + t0
    t8 = 1 / t7
    t9 = t6 * t8
    t10 = v_s_formed + t1 * t9 * c
    square = -t10 * c
    c_2 = cs(square, 0)
    t11 = sn(square, 0)
    s = t11
    y_s = combine((c_2, x_s), (s, v_s))
    if needs[0] or needs[1] or needs[3]:
        x_s_w_s = dot(x_s, w_s, dim)
        w_s_formed = dot(w_s, formed_2, dim)
        t12 = x_s_w_s * t8
        t13 = w_s_formed + t12 * t3
        overlap = -t13 * c
    t14 = square / 4
    t15 = sn(t14, 0)
    t16 = t15**2 / 2
    if needs[0] or needs[1] or needs[3]:
        a = -overlap * t16
        b = -s * overlap
        w_s_y_s = dot(w_s, y_s, dim)
    v_s_y_s = dot(v_s, y_s, dim)
    x_s_y_s = dot(x_s, y_s, dim)
    v_s_g_out1_s = dot(v_s, g_out1_s, dim)
    x_s_g_out1_s = dot(x_s, g_out1_s, dim)
    t17 = torch.sqrt(c)
    t18 = 1 + formed_formed * c
    t19 = torch.rsqrt(t18)
    t20 = g_out1_t * t17 * t19
    if needs[0] or needs[1] or needs[3]:
        d_x_s_y_s = b * t20
        d_v_s_y_s = a * t20
    d_w_s_y_s = t20
    d_b = x_s_g_out1_s + x_s_y_s * t20
    d_a = v_s_g_out1_s + v_s_y_s * t20
    d_overlap = -s * d_b - d_a * t16
    t21 = d_overlap * c
    d_w_s_formed = -t21
    t22 = c**2
    if needs[0] or needs[1] or needs[2]:
        t23 = t2 * t22
        t24 = t23 * t8
    if needs[0] or needs[2]:
        d_x_s_w_s = -d_overlap * t24
    if needs[0] or needs[1] or needs[3]:
        t25 = g_out0_t / (2 * torch.sqrt(formed_formed + 1 / c))
        t26 = w_s_y_s + a * v_s_y_s + b * x_s_y_s
        t27 = t26 / (2 * torch.sqrt(t18) ** 3)
        d_formed_formed = g_formed_formed + t25 - g_out1_t * t27 * torch.sqrt(c) ** 3
        d_y_s_y_s = 2 * d_formed_formed
        x_s_g_out0_s = dot(x_s, g_out0_s, dim)
        v_s_g_out0_s = dot(v_s, g_out0_s, dim)
        v_s_v_s = dot(v_s, v_s, dim)
        v_s_w_s = dot(v_s, w_s, dim)
        d_s = (
            v_s_g_out0_s
            + v_s_y_s * d_y_s_y_s
            + d_x_s_y_s * x_s_v_s
            + d_v_s_y_s * v_s_v_s
            + d_w_s_y_s * v_s_w_s
            - overlap * d_b
        )
        d_c = x_s_g_out0_s + x_s_w_s * d_w_s_y_s + x_s_y_s * d_y_s_y_s + d_x_s_y_s * x_s_x_s + d_v_s_y_s * x_s_v_s
        d_square = d_s * d_sn(square, 0) - d_c * t11 / 2 - overlap * d_a * t15 * d_sn(t14, 0) / 4
        t28 = d_square * c
        d_v_s_formed = g_v_s_formed - t28
        t29 = x_s_w_s * d_w_s_formed
        t30 = d_v_s_formed * t3
        t31 = t30 + t29 * t1 * c
        d_x_s_formed = g_x_s_formed - t31
        t32 = t0 * t1
    if needs[0] or needs[1]:
        t33 = t1 * t22
        d_x_s_v_s = g_x_s_v_s - t31 - d_x_s_formed * t32 - 2 * d_square * t24 - d_overlap * t12 * t33
    if needs[0] or needs[3]:
        t34 = t1**2
    if needs[0]:
        t35 = t34 * t22
        t36 = x_s_v_s * t35
    if needs[0] or needs[3]:
        t37 = t7 ** (-2)
        t38 = x_s_w_s * t37
        t39 = t6 * t37
    if needs[0]:
        t40 = x_s_formed * t35
    if needs[0] or needs[3]:
        t41 = d_v_s_formed * x_s_v_s
        t42 = d_x_s_formed * x_s_x_s
    if needs[0]:
        d_x_s_x_s = (
            g_x_s_x_s
            + t29 * t36
            + t29 * t40
            + t36 * t42
            + t40 * t41
            - t21 * (-t12 * t36 - t23 * t38)
            - t28 * (-t33 * t39 - t35 * t9)
            + d_v_s_formed * t35 * t6
        )
        d_x_s_y_s_2 = d_x_s_y_s + c_2 * d_y_s_y_s
        d_x_s_w_s_2 = d_x_s_w_s + c_2 * d_w_s_y_s - d_w_s_formed * t3 - d_w_s_formed * t5
        d_x_s_x_s_2 = 2 * d_x_s_x_s + c_2 * d_x_s_y_s - d_x_s_formed * t3
        d_x_s_v_s_2 = d_x_s_v_s - t30 + c_2 * d_v_s_y_s - d_v_s_formed * t5
    if needs[1]:
        d_v_s_y_s_2 = d_v_s_y_s + s * d_y_s_y_s
        d_v_s_x_s = d_x_s_formed + d_x_s_v_s + s * d_x_s_y_s
        d_v_s_v_s = d_v_s_formed + s * d_v_s_y_s
        d_v_s_w_s = d_w_s_formed + s * d_w_s_y_s
    if needs[3]:
        t43 = t0 * t34
        t44 = x_s_v_s * t43
        t45 = -t4 + x_s_formed * t43
        t46 = t44 - t2
        d_c_2 = (
            g_out1_t * (t26 * t19 / (2 * t17) - t27 * formed_formed * t17)
            + d_overlap * (-t13 - c * (-t12 * t44 - t2 * t38 * t0 + x_s_w_s * x_s_v_s * t1 * t8))
            + d_square * (-t10 - c * (-t32 * t39 - t43 * t9 + t1 * t6 * t8))
            + t29 * t45
            + t29 * t46
            + t41 * t45
            + t41 * t46
            + t42 * t46
            - t25 / t22
        )
    return (
        join(
            None,
            combine(
                (b, g_out1_s),
                (d_x_s_y_s_2, y_s),
                (d_x_s_w_s_2, w_s),
                (c_2, g_out0_s),
                (d_x_s_x_s_2, x_s),
                (d_x_s_v_s_2, v_s),
                (d_x_s_formed, formed),
            ),
            dim,
        )
        if needs[0]
        else None,
        join(
            None,
            combine(
                (a, g_out1_s),
                (d_v_s_y_s_2, y_s),
                (s, g_out0_s),
                (d_v_s_x_s, x_s),
                (d_v_s_v_s, v_s),
                (d_v_s_w_s, w_s),
                (d_v_s_formed, formed_2),
            ),
            dim,
        )
        if needs[1]
        else None,
        join(
            None,
            combine(
                (torch.full_like(x_t.narrow(dim, 0, 1), 1), g_out1_s),
                (d_w_s_y_s, y_s),
                (d_w_s_formed, formed_2),
                (d_x_s_w_s, x_s),
            ),
            dim,
        )
        if needs[2]
        else None,
        d_c_2 if needs[3] else None,
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
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    w_t, w_s = split(w, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t_v_t, t_v_s = split(t_v, dim)
    t_w_t, t_w_s = split(t_w, dim)
    t0 = x_s_x_s * c
    t1 = inverse_resolved(t0)
    t2 = t1 * c
    t3 = x_s_v_s * t2
    t4 = -t3
    formed = torch.addcmul(v_s, t4, x_s)
    t5 = x_s_formed * t2
    formed_2 = torch.addcmul(formed, -t5, x_s)
    t6 = x_s_v_s**2
    t7 = 1 + t0
    t8 = 1 / t7
    t9 = t6 * t8
    t10 = v_s_formed + t2 * t9
    square = -t10 * c
    c_2 = cs(square, 0)
    t11 = sn(square, 0)
    s = t11
    y_s = combine((c_2, x_s), (s, v_s))
    x_s_w_s = dot(x_s, w_s, dim)
    w_s_formed = dot(w_s, formed_2, dim)
    t12 = x_s_w_s * t8
    t13 = w_s_formed + t12 * t3
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
    t_formed_t_x_s = t4
    t17 = t_c * t1
    t18 = c**2
    t19 = t1**2
    t20 = t19 * t18
    t21 = t_x_s_x_s * t20
    t22 = t0 * t19
    t23 = t_c * t22
    t_formed_x_s = x_s_v_s * t21 + x_s_v_s * t23 - t_x_s_v_s * t2 - x_s_v_s * t17
    formed_t_x_s = dot(formed, t_x_s, dim)
    t_x_s_formed = x_s_t_v_s + formed_t_x_s + x_s_t_x_s * t_formed_t_x_s + t_formed_x_s * x_s_x_s
    t_formed_t_x_s_2 = t_formed_t_x_s - t5
    t_formed_x_s_2 = t_formed_x_s + x_s_formed * t21 + x_s_formed * t23 - x_s_formed * t17 - t_x_s_formed * t2
    formed_t_v_s = dot(formed_2, t_v_s, dim)
    v_s_t_v_s = dot(v_s, t_v_s, dim)
    t_v_s_formed = formed_t_v_s + v_s_t_v_s + v_s_t_x_s * t_formed_t_x_s_2 + t_formed_x_s_2 * x_s_v_s
    t24 = t7 ** (-2)
    t25 = t6 * t24
    t26 = t0 * t1
    t27 = t1 * t18
    t28 = t_x_s_x_s * c
    t29 = x_s_v_s * t27
    t30 = t29 * t8
    t_square = (
        t_c * (-t10 - c * (-t22 * t9 - t25 * t26 + t1 * t6 * t8))
        - t_v_s_formed * c
        - t28 * (-t20 * t9 - t25 * t27)
        - 2 * t_x_s_v_s * t30
    )
    t_c_2 = -t_square * t11 / 2
    t_s = t_square * d_sn(square, 0)
    y_s_t_x_s = dot(y_s, t_x_s, dim)
    y_s_t_v_s = dot(y_s, t_v_s, dim)
    t_formed_formed = 2 * c_2 * y_s_t_x_s + 2 * s * y_s_t_v_s + 2 * v_s_y_s * t_s + 2 * x_s_y_s * t_c_2
    t31 = torch.rsqrt(formed_formed + 1 / c)
    t_y_t = t_formed_formed * t31 / 2 - t_c * t31 / (2 * t18)
    w_s_t_x_s = dot(w_s, t_x_s, dim)
    x_s_t_w_s = dot(x_s, t_w_s, dim)
    t_x_s_w_s = w_s_t_x_s + x_s_t_w_s
    formed_t_w_s = dot(formed_2, t_w_s, dim)
    w_s_t_v_s = dot(w_s, t_v_s, dim)
    t_w_s_formed = formed_t_w_s + w_s_t_v_s + x_s_w_s * t_formed_x_s_2 + t_formed_t_x_s_2 * w_s_t_x_s
    t32 = x_s_v_s * t12
    t33 = x_s_w_s * t24
    t_overlap = (
        t_c * (-t13 - c * (-t32 * t22 - x_s_v_s * t33 * t26 + x_s_w_s * x_s_v_s * t1 * t8))
        - t_x_s_w_s * t30
        - t_w_s_formed * c
        - t28 * (-t29 * t33 - t32 * t20)
        - t_x_s_v_s * t12 * t27
    )
    t_a = -t_overlap * t16 - overlap * t_square * t15 * d_sn(t14, 0) / 4
    t_b = -s * t_overlap - overlap * t_s
    y_s_t_w_s = dot(y_s, t_w_s, dim)
    v_s_w_s = dot(v_s, w_s, dim)
    t_w_s_y_s = y_s_t_w_s + c_2 * w_s_t_x_s + s * w_s_t_v_s + x_s_w_s * t_c_2 + t_s * v_s_w_s
    v_s_v_s = dot(v_s, v_s, dim)
    t_v_s_y_s = y_s_t_v_s + c_2 * v_s_t_x_s + s * v_s_t_v_s + t_c_2 * x_s_v_s + t_s * v_s_v_s
    t_x_s_y_s = y_s_t_x_s + c_2 * x_s_t_x_s + s * x_s_t_v_s + t_c_2 * x_s_x_s + t_s * x_s_v_s
    t34 = torch.sqrt(c)
    t35 = 1 + formed_formed * c
    t36 = torch.rsqrt(t35)
    t37 = w_s_y_s + a * v_s_y_s + b * x_s_y_s
    t38 = t37 / (2 * torch.sqrt(t35) ** 3)
    t39 = t34 * t36
    t_out1_t = (
        t_c * (t37 * t36 / (2 * t34) - t38 * formed_formed * t34)
        + t_w_s_y_s * t39
        + a * t_v_s_y_s * t39
        + b * t_x_s_y_s * t39
        + v_s_y_s * t_a * t39
        + x_s_y_s * t_b * t39
        - t_formed_formed * t38 * torch.sqrt(c) ** 3
    )
    return (
        join(t_y_t, combine((t_c_2, x_s), (c_2, t_x_s), (s, t_v_s), (t_s, v_s)), dim),
        join(
            t_out1_t,
            combine((b, t_x_s), (a, t_v_s), (torch.full_like(x_t.narrow(dim, 0, 1), 1), t_w_s), (t_a, v_s), (t_b, x_s)),
            dim,
        ),
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
        \mathrm{formed} = \mathrm{v\_s} - \mathrm{x\_s\_v\_s} \mathrm{x\_s} c \operatorname{inverse}_{resolved}{\left(\mathrm{x\_s\_x\_s} c \right)}
        \mathrm{x\_s\_formed} = \langle \mathrm{x\_s}, \mathrm{formed} \rangle
        \mathrm{formed\_2} = \mathrm{formed} - \mathrm{x\_s\_formed} \mathrm{x\_s} c \operatorname{inverse}_{resolved}{\left(\mathrm{x\_s\_x\_s} c \right)}
        \mathrm{v\_s\_formed} = \langle \mathrm{v\_s}, \mathrm{formed\_2} \rangle
        \mathrm{square} = - c \left(\mathrm{v\_s\_formed} + \frac{c \mathrm{x\_s\_v\_s}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{x\_s\_x\_s} c \right)}}{1 + \mathrm{x\_s\_x\_s} c}\right)
        \mathrm{c\_2} = \operatorname{cs}{\left(\mathrm{square} \right)}
        s = \operatorname{sn}{\left(\mathrm{square} \right)}
        \mathrm{y\_s} = \mathrm{c\_2} \mathrm{x\_s} + \mathrm{v\_s} s
        \mathrm{formed\_formed} = \langle \mathrm{y\_s}, \mathrm{y\_s} \rangle
        \mathrm{y\_t} = \sqrt{\mathrm{formed\_formed} + \frac{1}{c}}
        \mathrm{x\_s\_w\_s} = \langle \mathrm{x\_s}, \mathrm{w\_s} \rangle
        \mathrm{w\_s\_formed} = \langle \mathrm{w\_s}, \mathrm{formed\_2} \rangle
        \mathrm{overlap} = - c \left(\mathrm{w\_s\_formed} + \frac{\mathrm{x\_s\_v\_s} \mathrm{x\_s\_w\_s} c \operatorname{inverse}_{resolved}{\left(\mathrm{x\_s\_x\_s} c \right)}}{1 + \mathrm{x\_s\_x\_s} c}\right)
        a = - \frac{\mathrm{overlap} \operatorname{sn}^{2}{\left(\frac{\mathrm{square}}{4} \right)}}{2}
        b = - \mathrm{overlap} s
        \mathrm{w\_s\_y\_s} = \langle \mathrm{w\_s}, \mathrm{y\_s} \rangle
        \mathrm{v\_s\_y\_s} = \langle \mathrm{v\_s}, \mathrm{y\_s} \rangle
        \mathrm{x\_s\_y\_s} = \langle \mathrm{x\_s}, \mathrm{y\_s} \rangle
        \mathrm{out1\_t} = \frac{\sqrt{c} \left(\mathrm{w\_s\_y\_s} + \mathrm{v\_s\_y\_s} a + \mathrm{x\_s\_y\_s} b\right)}{\sqrt{1 + \mathrm{formed\_formed} c}}
        \mathrm{out0\_t} = \mathrm{y\_t}
        \mathrm{out0\_s} = \mathrm{y\_s}
        \mathrm{out1\_t} = \mathrm{out1\_t}
        \mathrm{out1\_s} = \mathrm{w\_s} + \mathrm{v\_s} a + \mathrm{x\_s} b

    Cost: 10 inner products, 48 further operations; backward 11 inner products, 234 further operations. Saved:
    the inputs and 5 scalars per row.
    """
    result: tuple[Tensor, Tensor] = _expmap_transp_op(x, v, w, c, dim=dim)
    return result


def _midpoint(x: Tensor, w: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    total = w.sum(rows, keepdim=True)
    formed = w * x_s
    total_2 = formed.sum(rows, keepdim=True)
    x_s_x_s = dot(x_s, x_s, dim)
    t0 = torch.sqrt(1 + x_s_x_s * c)
    term = w * t0
    total_3 = term.sum(rows, keepdim=True)
    total_total = dot(total_2, total_2, dim)
    t1 = total**2
    formed_2 = total_2 / torch.sqrt(at_least(total_3**2 - total_total * c, t1))
    constant = formed_2.detach()
    formed_3 = x_s - constant
    constant_constant = dot(constant, constant, dim)
    constant_formed = dot(constant, formed_3, dim)
    x_s_constant = dot(x_s, constant, dim)
    t2 = constant_constant * c
    t3 = inverse_resolved(t2)
    t4 = t3 * c
    formed_4 = torch.addcmul(formed_3, -constant_formed * t4, constant)
    constant_formed_2 = dot(constant, formed_4, dim)
    formed_5 = torch.addcmul(formed_4, -constant_formed_2 * t4, constant)
    formed_formed = dot(formed_5, formed_5, dim)
    t5 = torch.sqrt(1 + t2)
    t6 = constant_constant * t0
    formed_6 = torch.addcmul(
        formed_5,
        choose(
            x_s_constant,
            c
            * (-formed_formed * t2 + constant_formed * t3 * c * (constant_formed + 2 * constant_constant))
            * inverse_resolved(c * (t6 + x_s_constant * t5)),
            t4 * (-t6 + x_s_constant * t5),
        ),
        constant,
    )
    formed_formed_2 = dot(formed_6, formed_6, dim)
    formed_7 = w * formed_6
    total_4 = formed_7.sum(rows, keepdim=True)
    term_2 = w * torch.sqrt(1 + formed_formed_2 * c)
    total_5 = term_2.sum(rows, keepdim=True)
    total_total_2 = dot(total_4, total_4, dim)
    constant_total = dot(constant, total_4, dim)
    t7 = total_total_2 * c
    t8 = at_least(total_5**2 - t7, t1)
    t9 = torch.rsqrt(t8)
    out_s = combine((torch.sqrt(1 + t7 / t8) + constant_total * t9 * c / (1 + t5), constant), (t9, total_4))
    formed_formed_3 = dot(out_s, out_s, dim)
    out_t = torch.sqrt(formed_formed_3 + 1 / c)
    return (join(out_t, out_s, dim), constant, total_4, total_5)


def _midpoint_vjp(
    x: Tensor,
    w: Tensor,
    c: Tensor,
    constant: Tensor,
    total_4: Tensor,
    total_5: Tensor,
    g_out: Tensor,
    g_constant: Tensor,
    g_total_4: Tensor,
    g_total_5: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    g_out_t, g_out_s = split(g_out, dim)
    total = w.sum(rows, keepdim=True)
    x_s_x_s = dot(x_s, x_s, dim)
    formed = x_s - constant
    constant_constant = dot(constant, constant, dim)
    constant_formed = dot(constant, formed, dim)
    x_s_constant = dot(x_s, constant, dim)
    t0 = constant_constant * c
    t1 = inverse_resolved(t0)
    t2 = constant_formed * t1
    formed_2 = torch.addcmul(formed, -t2 * c, constant)
    constant_formed_2 = dot(constant, formed_2, dim)
    t3 = constant_formed_2 * t1
    formed_3 = torch.addcmul(formed_2, -t3 * c, constant)
    formed_formed = dot(formed_3, formed_3, dim)
    t4 = constant_formed + 2 * constant_constant
    t5 = -formed_formed * t0 + constant_formed * t4 * t1 * c
    t6 = torch.sqrt(1 + t0)
    t7 = torch.sqrt(1 + x_s_x_s * c)
    t8 = constant_constant * t7
    t9 = t8 + x_s_constant * t6
    t10 = inverse_resolved(t9 * c)
    t11 = t5 * t10
    t12 = -t8 + x_s_constant * t6
    t13 = t12 * t1
    formed_4 = torch.addcmul(formed_3, choose(x_s_constant, t11 * c, t13 * c), constant)
    formed_formed_2 = dot(formed_4, formed_4, dim)
    total_total = dot(total_4, total_4, dim)
    constant_total = dot(constant, total_4, dim)
    t14 = total_total * c
    t15 = at_least(total_5**2 - t14, total**2)
    t16 = 1 / t15
    t17 = torch.sqrt(1 + t16 * t14)
    t18 = torch.sqrt(t15)
    t19 = 1 / t18
    t20 = 1 + t6
    t21 = constant_total / t20
    t22 = t19 * t21
    out_s = combine((t17 + t22 * c, constant), (t19, total_4))
    formed_formed_3 = dot(out_s, out_s, dim)
    t23 = g_out_t / (2 * torch.sqrt(formed_formed_3 + 1 / c))
    d_formed_formed = t23
    d_out_s_out_s = 2 * d_formed_formed
    constant_g_out_s = dot(constant, g_out_s, dim)
    total_g_out_s = dot(total_4, g_out_s, dim)
    constant_out_s = dot(constant, out_s, dim)
    total_out_s = dot(total_4, out_s, dim)
    t24 = c / (t18 + t18 * t6)
    t25 = d_out_s_out_s * constant_out_s
    d_constant_total = constant_g_out_s * t24 + t24 * t25
    t26 = 1 / t17
    t27 = t16 / 2
    t28 = c**2
    t29 = t15 ** (-2)
    t30 = t29 / 2
    t31 = torch.sqrt(t15) ** -3
    t32 = t31 / 2
    t33 = t21 * t32
    t34 = t26 * (t27 * c + t30 * total_total * t28) + t33 * t28
    t35 = total_g_out_s * t31
    t36 = t35 / 2
    t37 = d_out_s_out_s * total_out_s
    t38 = t32 * t37
    d_total_total = constant_g_out_s * t34 + t25 * t34 + t36 * c + t38 * c
    t39 = total_5 * t31
    t40 = -t21 * t39 * c - total_5 * t26 * t29 * t14
    d_total = g_total_5 + constant_g_out_s * t40 + t25 * t40 - total_5 * t35 - t37 * t39
    t41 = torch.sqrt(1 + formed_formed_2 * c)
    if needs[0] or needs[2]:
        t42 = d_total * w / (2 * t41)
    if needs[2]:
        term = t42 * formed_formed_2
        total_2 = term.sum(rows, keepdim=True)
    d_total_g_out_s = t19
    d_total_out_s = d_out_s_out_s * t19
    d_total_total_2 = 2 * d_total_total
    if needs[1]:
        formed_g_total_4 = dot(formed_4, g_total_4, dim)
        formed_g_out_s = dot(formed_4, g_out_s, dim)
        formed_out_s = dot(formed_4, out_s, dim)
    constant_formed_3 = dot(constant, formed_4, dim)
    if needs[1]:
        formed_total = dot(formed_4, total_4, dim)
    if needs[0] or needs[2]:
        d_formed_formed_2 = t42 * c
        d_formed_g_out_s = d_total_g_out_s * w
        d_formed_out_s = d_total_out_s * w
        d_formed_constant = d_constant_total * w
        d_formed_total = d_total_total_2 * w
        d_formed_formed_3 = 2 * d_formed_formed_2
        constant_g_total_4 = dot(constant, g_total_4, dim)
        t43 = is_positive(x_s_constant)
        t44 = 1 - t43
    if needs[2]:
        t45 = 1 / t6
    if needs[0] or needs[2]:
        t46 = constant_constant / 2
    if needs[2]:
        t47 = x_s_constant * t46 * t45
    if needs[0] or needs[2]:
        t48 = t46 / t7
    if needs[2]:
        t49 = x_s_x_s * t48
    if needs[0] or needs[2]:
        t50 = t1 * c
    if needs[2]:
        t51 = t0 * t1**2
        t52 = constant_formed * t51
    if needs[0] or needs[2]:
        t53 = t5 * t10**2
    if needs[2]:
        t54 = t44 * (t13 + t50 * (t47 - t49) - t12 * t51) + t43 * (
            t11
            + t10 * c * (-t4 * t52 - constant_constant * formed_formed + constant_formed * t4 * t1)
            - t53 * c * (t9 + c * (t47 + t49))
        )
    if needs[0] or needs[2]:
        t55 = constant_total * d_formed_total
        t56 = constant_g_out_s * d_formed_g_out_s
        t57 = constant_out_s * d_formed_out_s
        t58 = constant_formed_3 * d_formed_formed_3
        t59 = d_formed_constant * constant_constant
        t60 = constant_g_total_4 * w
    if needs[2]:
        term_2 = t54 * t55 + t54 * t56 + t54 * t57 + t54 * t58 + t54 * t59 + t54 * t60
        total_3 = term_2.sum(rows, keepdim=True)
    if needs[0] or needs[2]:
        t61 = t43 * t28
        t62 = t10 * t61
        t63 = constant_constant * t62
        d_formed_formed_4 = (
            -t55 * t63 - t56 * t63 - t57 * t63 - t58 * t63 - t60 * t63 - d_formed_constant * t62 * constant_constant**2
        )
        d_formed_formed_5 = 2 * d_formed_formed_4
        constant_formed_4 = dot(constant, formed_3, dim)
    if needs[2]:
        t64 = -t3 + constant_formed_2 * t51
    if needs[0] or needs[2]:
        t65 = d_formed_formed_5 * constant_formed_4
    if needs[2]:
        term_3 = t55 * t64 + t56 * t64 + t57 * t64 + t58 * t64 + t59 * t64 + t60 * t64 + t64 * t65
        total_6 = term_3.sum(rows, keepdim=True)
    if needs[0] or needs[2]:
        t66 = t0 * t1
        t67 = t55 * t50 + t56 * t50 + t57 * t50 + t58 * t50 + t60 * t50 + t65 * t50
        d_constant_formed = -t67 - d_formed_constant * t66
        d_formed_constant_2 = d_formed_constant + d_constant_formed
    if needs[2]:
        t68 = t52 - t2
        term_4 = (
            t55 * t68
            + t56 * t68
            + t57 * t68
            + t58 * t68
            + t60 * t68
            + t65 * t68
            + d_formed_constant_2 * t68 * constant_constant
        )
        total_7 = term_4.sum(rows, keepdim=True)
    if needs[0]:
        t69 = -t53 * t61 * t6 + t44 * t1 * c * t6
        d_x_s_constant = t55 * t69 + t56 * t69 + t57 * t69 + t58 * t69 + t59 * t69 + t60 * t69
        t70 = t2 * t62 + t4 * t1 * t62
        d_constant_formed_2 = (
            -t67
            - d_formed_constant_2 * t66
            + constant_total * d_formed_total * t70
            + constant_g_out_s * d_formed_g_out_s * t70
            + constant_out_s * d_formed_out_s * t70
            + constant_formed_3 * d_formed_formed_3 * t70
            + d_formed_constant * t70 * constant_constant
            + constant_g_total_4 * t70 * w
        )
        d_formed_constant_3 = d_formed_constant_2 + d_constant_formed_2
        t71 = -t44 * t1 * t48 * t28 - t53 * t43 * t48 * c**3
        d_x_s_x_s = t55 * t71 + t56 * t71 + t57 * t71 + t58 * t71 + t59 * t71 + t60 * t71
        d_x_s_constant_2 = d_x_s_constant + d_formed_constant_3
        d_x_s_x_s_2 = 2 * d_x_s_x_s
    if needs[1]:
        d_w = (
            formed_g_total_4
            + d_constant_total * constant_formed_3
            + d_total * t41
            + d_total_g_out_s * formed_g_out_s
            + d_total_out_s * formed_out_s
            + d_total_total_2 * formed_total
        )
    if needs[2]:
        t72 = (
            t22
            + t26 * (t27 * total_total + t30 * c * total_total**2)
            + t33 * t14
            - constant_total * t19 * t0 * t45 / (2 * t20**2)
        )
        d_c = (
            total_2
            + total_3
            + total_6
            + total_7
            + constant_g_out_s * t72
            + t25 * t72
            + t36 * total_total
            + t38 * total_total
            - t23 / t28
        )
    return (
        join(
            None,
            combine(
                (d_x_s_constant_2, constant),
                (w, g_total_4),
                (d_formed_g_out_s, g_out_s),
                (d_formed_out_s, out_s),
                (d_formed_total, total_4),
                (d_formed_formed_3, formed_4),
                (d_formed_formed_5, formed_3),
                (d_x_s_x_s_2, x_s),
            ),
            dim,
        )
        if needs[0]
        else None,
        d_w if needs[1] else None,
        d_c if needs[2] else None,
    )


def _midpoint_jvp(
    x: Tensor,
    w: Tensor,
    c: Tensor,
    constant: Tensor,
    total_4: Tensor,
    total_5: Tensor,
    t_x: Tensor,
    t_w: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    t_x_t, t_x_s = split(t_x, dim)
    total = w.sum(rows, keepdim=True)
    x_s_x_s = dot(x_s, x_s, dim)
    formed = x_s - constant
    constant_constant = dot(constant, constant, dim)
    constant_formed = dot(constant, formed, dim)
    x_s_constant = dot(x_s, constant, dim)
    t0 = constant_constant * c
    t1 = inverse_resolved(t0)
    t2 = t1 * c
    formed_2 = torch.addcmul(formed, -constant_formed * t2, constant)
    constant_formed_2 = dot(constant, formed_2, dim)
    formed_3 = torch.addcmul(formed_2, -constant_formed_2 * t2, constant)
    formed_formed = dot(formed_3, formed_3, dim)
    t3 = formed_formed * t0
    t4 = 2 * constant_constant
    t5 = torch.sqrt(1 + t0)
    t6 = x_s_constant * t5
    t7 = torch.sqrt(1 + x_s_x_s * c)
    t8 = constant_constant * t7
    formed_4 = torch.addcmul(
        formed_3,
        choose(
            x_s_constant,
            c * (-t3 + constant_formed * t1 * c * (constant_formed + t4)) * inverse_resolved(c * (t6 + t8)),
            t2 * (-t8 + x_s_constant * t5),
        ),
        constant,
    )
    formed_formed_2 = dot(formed_4, formed_4, dim)
    total_total = dot(total_4, total_4, dim)
    constant_total = dot(constant, total_4, dim)
    t9 = total_total * c
    t10 = at_least(total_5**2 - t9, total**2)
    t11 = 1 / t10
    t12 = torch.sqrt(1 + t11 * t9)
    t13 = 1 + t5
    t14 = torch.sqrt(t10)
    t15 = 1 / t14
    t16 = constant_total * c
    out_s = combine((t12 + t15 * t16 / t13, constant), (t15, total_4))
    formed_formed_3 = dot(out_s, out_s, dim)
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    constant_t_x_s = dot(constant, t_x_s, dim)
    t17 = t_c * t1
    t18 = constant_formed * t17
    t19 = constant_t_x_s * t2
    t20 = t1**2
    t_formed_constant = -t18 - t19 + constant_formed * t_c * constant_constant * t20 * c
    t_constant_formed = constant_t_x_s + t_formed_constant * constant_constant
    t21 = t_c * t20
    t22 = t21 * t0
    t_formed_constant_2 = t_formed_constant + constant_formed_2 * t22 - constant_formed_2 * t17 - t_constant_formed * t2
    constant_formed_3 = dot(constant, formed_3, dim)
    formed_t_x_s = dot(formed_3, t_x_s, dim)
    t_formed_formed = 2 * formed_t_x_s + 2 * t_formed_constant_2 * constant_formed_3
    t23 = t17 * t8
    t24 = is_positive(x_s_constant)
    t25 = t17 * t6 * t24
    t26 = c**2
    t27 = constant_constant * t26
    t28 = inverse_resolved(t6 * c + t0 * t7)
    t29 = t24 * t28
    t30 = t27 * t29
    t31 = 1 / t7
    t32 = t31 / 2
    t33 = t_x_s_x_s * t1 * t32
    t34 = constant_constant**2
    t35 = t34 * t7
    t36 = t17 * t0
    t37 = x_s_x_s * t32
    t38 = constant_formed**2
    t39 = 2 * t29
    t40 = 1 / t5
    t41 = t28**2
    t42 = t24 * t41
    t43 = t38 * t42
    t44 = c**3
    t45 = constant_t_x_s * t1 * t44 * t5
    t46 = x_s_constant * t40
    t47 = t46 / 2
    t48 = c**4
    t49 = constant_formed * t42
    t50 = t38 * t41 * t26
    t51 = constant_constant * t43
    t52 = t18 * t42
    t53 = t34 * t44
    t54 = t17 * t51 * t44
    t_formed_constant_3 = (
        t_formed_constant_2
        - t23
        - t25
        - t_formed_formed * t30
        - t22 * t6
        - t25 * t50
        - t33 * t27
        - t36 * t37
        - t45 * t43
        - t47 * t54
        - t54 * t37
        - t_c * t3 * t39
        - t19 * t24 * t5
        - t21 * t30 * t38
        - t23 * t24 * t50
        - t33 * t51 * t48
        - t36 * t47 * t24
        - t45 * t49 * t4
        - t46 * t52 * t53
        - 2 * t52 * t35 * t26
        + x_s_constant * t_c * t1 * t5
        + constant_t_x_s * t1 * c * t5
        - t21 * t24 * t35 * c
        - t52 * t6 * t4 * t26
        - t52 * x_s_x_s * t53 * t31
        + t_c * constant_constant * t1 * t24 * t7
        + t_c * t20 * t34 * c * t7
        - constant_formed * t21 * t34 * t39 * t26
        + x_s_constant * t_c * constant_constant * t1 * c * t40 / 2
        + t_x_s_x_s * constant_constant * t1 * t24 * t26 * t31 / 2
        - t_x_s_x_s * t49 * t1 * t34 * t31 * t48
        + 2 * constant_formed * constant_t_x_s * t1 * t24 * t28 * t26
        + 2 * t_c * t1 * t24 * t28 * t38 * c
        + 2 * constant_t_x_s * constant_constant * t1 * t24 * t28 * t26
        + x_s_constant * t_c * constant_constant * t20 * t24 * c * t5
        + t_c * formed_formed * t24 * t34 * t41 * t26 * t7
        + constant_t_x_s * constant_constant * formed_formed * t24 * t41 * t44 * t5
        + t_c * constant_constant * x_s_x_s * t1 * t24 * c * t31 / 2
        + t_x_s_x_s * formed_formed * t24 * t34 * t41 * t31 * t48 / 2
        + 4 * constant_formed * t_c * constant_constant * t1 * t24 * t28 * c
        + x_s_constant * t_c * constant_constant * formed_formed * t24 * t41 * t26 * t5
        + x_s_constant * t_c * formed_formed * t24 * t34 * t41 * t40 * t44 / 2
        + t_c * formed_formed * x_s_x_s * t24 * t34 * t41 * t31 * t44 / 2
    )
    constant_formed_4 = dot(constant, formed_4, dim)
    formed_t_x_s_2 = dot(formed_4, t_x_s, dim)
    t_formed_formed_2 = 2 * formed_t_x_s_2 + 2 * t_formed_constant_3 * constant_formed_4
    t_formed_constant_4 = t_formed_constant_3 * w
    formed_5 = combine((t_formed_constant_4, constant), (t_w, formed_4), (w, t_x_s))
    t_total = formed_5.sum(rows, keepdim=True)
    t55 = torch.sqrt(1 + formed_formed_2 * c)
    t56 = t_c / 2
    t57 = w / t55
    t_term = t_w * t55 + t56 * formed_formed_2 * t57 + t_formed_formed_2 * c * t57 / 2
    t_total_2 = t_term.sum(rows, keepdim=True)
    total_t_total = dot(total_4, t_total, dim)
    t_total_total = 2 * total_t_total
    constant_t_total = dot(constant, t_total, dim)
    t58 = 1 / (t14 + t14 * t5)
    t59 = constant_total * t_c
    t60 = torch.sqrt(t10) ** 3
    t61 = 2 * t60
    t62 = 1 / (t61 + t61 * t5)
    t63 = t_total_total * t26
    t64 = t_c * total_total
    t65 = 1 / t12
    t66 = t65 / 2
    t67 = t11 * t66
    t68 = t_total_total * c
    t69 = t10 ** (-2)
    t70 = t65 * t69
    t71 = total_5 * t_total_2
    t_out_s_constant = (
        t58 * t59
        + t64 * t67
        + t67 * t68
        + constant_total * t62 * t63
        + constant_t_total * t58 * c
        + t59 * t62 * t9
        - t16 * t71 / (t60 + t60 * t5)
        - t70 * t71 * t9
        + t56 * t70 * c * total_total**2
        + t63 * t66 * t69 * total_total
        - t15 * t59 * t0 * t40 / (2 * t13**2)
    )
    t72 = 1 / t60
    t73 = t72 / 2
    t_out_s_total = t64 * t73 + t68 * t73 - t71 * t72
    t_out_s_t_total = t15
    constant_out_s = dot(constant, out_s, dim)
    total_out_s = dot(total_4, out_s, dim)
    out_s_t_total = dot(out_s, t_total, dim)
    t_formed_formed_3 = (
        2 * t_out_s_constant * constant_out_s + 2 * t_out_s_total * total_out_s + 2 * t_out_s_t_total * out_s_t_total
    )
    t74 = 1 / (2 * torch.sqrt(formed_formed_3 + 1 / c))
    t_out_t = t_formed_formed_3 * t74 - t_c * t74 / t26
    return (
        join(t_out_t, combine((t_out_s_constant, constant), (t_out_s_total, total_4), (t_out_s_t_total, t_total)), dim),
        torch.zeros_like(constant),
        t_total,
        t_total_2,
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

        \mathrm{total} = \sum w
        \mathrm{formed} = \mathrm{x\_s} w
        \mathrm{total\_2} = \sum \mathrm{formed}
        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{term} = w \sqrt{1 + \mathrm{x\_s\_x\_s} c}
        \mathrm{total\_3} = \sum \mathrm{term}
        \mathrm{total\_total} = \langle \mathrm{total\_2}, \mathrm{total\_2} \rangle
        \mathrm{formed\_2} = \frac{\mathrm{total\_2}}{\sqrt{\operatorname{at}_{least}{\left(\mathrm{total\_3}^{2} - \mathrm{total\_total} c,\mathrm{total}^{2} \right)}}}
        \mathrm{constant} = \mathrm{formed\_2}
        \mathrm{formed\_3} = \mathrm{x\_s} - \mathrm{constant}
        \mathrm{constant\_constant} = \langle \mathrm{constant}, \mathrm{constant} \rangle
        \mathrm{constant\_formed} = \langle \mathrm{constant}, \mathrm{formed\_3} \rangle
        \mathrm{x\_s\_constant} = \langle \mathrm{x\_s}, \mathrm{constant} \rangle
        \mathrm{formed\_4} = \mathrm{formed\_3} - \mathrm{constant\_formed} \mathrm{constant} c \operatorname{inverse}_{resolved}{\left(\mathrm{constant\_constant} c \right)}
        \mathrm{constant\_formed\_2} = \langle \mathrm{constant}, \mathrm{formed\_4} \rangle
        \mathrm{formed\_5} = \mathrm{formed\_4} - \mathrm{constant\_formed\_2} \mathrm{constant} c \operatorname{inverse}_{resolved}{\left(\mathrm{constant\_constant} c \right)}
        \mathrm{formed\_formed} = \langle \mathrm{formed\_5}, \mathrm{formed\_5} \rangle
        \mathrm{formed\_6} = \mathrm{formed\_5} + \mathrm{constant} \operatorname{choose}{\left(\mathrm{x\_s\_constant},c \left(- \mathrm{constant\_constant} \mathrm{formed\_formed} c + \mathrm{constant\_formed} c \left(\mathrm{constant\_formed} + 2 \mathrm{constant\_constant}\right) \operatorname{inverse}_{resolved}{\left(\mathrm{constant\_constant} c \right)}\right) \operatorname{inverse}_{resolved}{\left(c \left(\mathrm{constant\_constant} \sqrt{1 + \mathrm{x\_s\_x\_s} c} + \mathrm{x\_s\_constant} \sqrt{1 + \mathrm{constant\_constant} c}\right) \right)},c \left(\mathrm{x\_s\_constant} \sqrt{1 + \mathrm{constant\_constant} c} - \mathrm{constant\_constant} \sqrt{1 + \mathrm{x\_s\_x\_s} c}\right) \operatorname{inverse}_{resolved}{\left(\mathrm{constant\_constant} c \right)} \right)}
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_6}, \mathrm{formed\_6} \rangle
        \mathrm{formed\_7} = \mathrm{formed\_6} w
        \mathrm{total\_4} = \sum \mathrm{formed\_7}
        \mathrm{term\_2} = w \sqrt{1 + \mathrm{formed\_formed\_2} c}
        \mathrm{total\_5} = \sum \mathrm{term\_2}
        \mathrm{total\_total\_2} = \langle \mathrm{total\_4}, \mathrm{total\_4} \rangle
        \mathrm{constant\_total} = \langle \mathrm{constant}, \mathrm{total\_4} \rangle
        \mathrm{out\_s} = \mathrm{constant} \left(\sqrt{1 + \frac{\mathrm{total\_total\_2} c}{\operatorname{at}_{least}{\left(\mathrm{total\_5}^{2} - \mathrm{total\_total\_2} c,\mathrm{total}^{2} \right)}}} + \frac{\mathrm{constant\_total} c}{\left(1 + \sqrt{1 + \mathrm{constant\_constant} c}\right) \sqrt{\operatorname{at}_{least}{\left(\mathrm{total\_5}^{2} - \mathrm{total\_total\_2} c,\mathrm{total}^{2} \right)}}}\right) + \frac{\mathrm{total\_4}}{\sqrt{\operatorname{at}_{least}{\left(\mathrm{total\_5}^{2} - \mathrm{total\_total\_2} c,\mathrm{total}^{2} \right)}}}
        \mathrm{formed\_formed\_3} = \langle \mathrm{out\_s}, \mathrm{out\_s} \rangle
        \mathrm{out\_t} = \sqrt{\mathrm{formed\_formed\_3} + \frac{1}{c}}
        \mathrm{out\_t} = \mathrm{out\_t}
        \mathrm{out\_s} = \mathrm{out\_s}

    Cost: 11 inner products, 71 further operations; backward 21 inner products, 350 further operations. Saved:
    the inputs and 3 values per group.
    """
    result: Tensor = _midpoint_op(x, w, c, dim=dim, rows=rows)
    return result


def _to_stereographic(x: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    out_x_s = 1 / (1 + torch.sqrt(1 + x_s_x_s * c))
    return (out_x_s * x_s, x_s_x_s)


def _to_stereographic_vjp(
    x: Tensor, c: Tensor, x_s_x_s: Tensor, g_out: Tensor, g_x_s_x_s: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    t0 = torch.sqrt(1 + x_s_x_s * c)
    t1 = 1 + t0
    if needs[0]:
        out_x_s = 1 / t1
    x_s_g_out = dot(x_s, g_out, dim)
    t2 = x_s_g_out / (2 * t0 * t1**2)
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s - t2 * c
        d_x_s_x_s_2 = 2 * d_x_s_x_s
    if needs[1]:
        d_c = -t2 * x_s_x_s
    return (
        join(None, combine((out_x_s, g_out), (d_x_s_x_s_2, x_s)), dim) if needs[0] else None,
        d_c if needs[1] else None,
    )


def _to_stereographic_jvp(
    x: Tensor, c: Tensor, x_s_x_s: Tensor, t_x: Tensor, t_c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    t_x_t, t_x_s = split(t_x, dim)
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

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{out\_x\_s} = \frac{1}{1 + \sqrt{1 + \mathrm{x\_s\_x\_s} c}}
        \mathrm{out} = \mathrm{out\_x\_s} \mathrm{x\_s}

    Cost: 1 inner products, 7 further operations; backward 1 inner products, 17 further operations. Saved: the
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
    out_s_p = 2 * t0
    return (join(out_t, out_s_p * p, dim), pp)


def _from_stereographic_vjp(
    p: Tensor, c: Tensor, pp: Tensor, g_out: Tensor, g_pp: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    g_out_t, g_out_s = split(g_out, dim)
    square = -pp * c
    gap = 1 + square
    t0 = 1 / gap
    if needs[0]:
        out_s_p = 2 * t0
    p_g_out_s = dot(p, g_out_s, dim)
    t1 = gap ** (-2)
    t2 = 1 - square
    t3 = g_out_t / torch.sqrt(c)
    d_gap = -2 * p_g_out_s * t1 - t1 * t3 * t2
    d_square = d_gap - t0 * t3
    if needs[0]:
        d_pp = g_pp - d_square * c
        d_p_p = 2 * d_pp
    if needs[1]:
        d_c = -d_square * pp - g_out_t * t0 * t2 / (2 * torch.sqrt(c) ** 3)
    return (combine((out_s_p, g_out_s), (d_p_p, p)) if needs[0] else None, d_c if needs[1] else None)


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
        \mathrm{out\_t} = \mathrm{out\_t}
        \mathrm{out\_s} = \mathrm{out\_s\_p} p

    Cost: 1 inner products, 10 further operations; backward 1 inner products, 29 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _from_stereographic_op(p, c, dim=dim)
    return result
