"""Ops of the sphere, in ambient coordinates, pole first (curvature +c).

Generated from specs/ambient.py by `manifuse ops generate`; do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ...compile.functions import cs, d_sn, sn
from ...compile.guards import arc, choose, d_arc, inverse, inverse_root, is_positive, rise, root, vanishes
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
    x_t, x_s = split(x, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    norm_sq = x_s_x_s + x_t**2
    scale = settled(inverse_root(norm_sq * c))
    out_t = x_t * scale + vanishes(norm_sq) / torch.sqrt(c)
    return (join(out_t, scale * x_s, dim), x_s_x_s)


def _projx_vjp(
    x: Tensor, c: Tensor, x_s_x_s: Tensor, g_out: Tensor, g_x_s_x_s: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    g_out_t, g_out_s = split(g_out, dim)
    norm_sq = x_s_x_s + x_t**2
    t0 = inverse_root(norm_sq * c)
    if needs[0]:
        scale = settled(t0)
    x_s_g_out_s = dot(x_s, g_out_s, dim)
    d_scale = x_s_g_out_s + x_t * g_out_t
    t1 = d_scale * t0**3 / 2
    if needs[0]:
        d_norm_sq = -t1 * c
        d_x_s_x_s = g_x_s_x_s + d_norm_sq
        d_x_t = g_out_t * scale + 2 * x_t * d_norm_sq
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[1]:
        d_c = -t1 * norm_sq - g_out_t * vanishes(norm_sq) / (2 * torch.sqrt(c) ** 3)
    return (
        join(d_x_t, combine((d_x_s_x_s_2, x_s), (scale, g_out_s)), dim) if needs[0] else None,
        d_c if needs[1] else None,
    )


def _projx_jvp(x: Tensor, c: Tensor, x_s_x_s: Tensor, t_x: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    t_x_t, t_x_s = split(t_x, dim)
    norm_sq = x_s_x_s + x_t**2
    t0 = inverse_root(norm_sq * c)
    scale = t0
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    t_norm_sq = t_x_s_x_s + 2 * x_t * t_x_t
    t1 = t0**3 / 2
    t_scale = -t_norm_sq * t1 * c - t_c * norm_sq * t1
    t_out_t = x_t * t_scale + t_x_t * scale - t_c * vanishes(norm_sq) / (2 * torch.sqrt(c) ** 3)
    return (join(t_out_t, combine((scale, t_x_s), (t_scale, x_s)), dim), t_x_s_x_s)


_projx_op = Operation(
    "projx", Formulas(_projx, _projx_vjp, _projx_jvp), inputs=(("x", "ambient"), ("c", "scalar")), results=("ambient",)
)


def projx(x: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Point of the manifold for any ambient vector: time recomputed, or scaled to the sphere (0 goes to the pole).

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{norm\_sq} = \mathrm{x\_s\_x\_s} + \mathrm{x\_t}^{2}
        \mathrm{scale} = \operatorname{inverse\_root}\left(\mathrm{norm\_sq} c\right)
        \mathrm{out\_t} = \mathrm{scale} \mathrm{x\_t} + \frac{\operatorname{vanishes}\left(\mathrm{norm\_sq}\right)}{\sqrt{c}}
        \mathrm{out\_s} = \mathrm{scale} \mathrm{x\_s}

    Cost: 1 inner products, 13 further operations; backward 1 inner products, 31 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _projx_op(x, c, dim=dim)
    return result


def _proju(x: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    t0 = torch.sqrt(c)
    t = x_t * t0
    x_s_v_s = dot(x_s, v_s, dim)
    lead = x_s_v_s + v_t * t / t0
    space_x_s = settled(-lead * c)
    out_t = v_t - t * lead * t0
    return (join(out_t, combine((1, v_s), (space_x_s, x_s)), dim), x_s_v_s)


def _proju_vjp(
    x: Tensor, v: Tensor, c: Tensor, x_s_v_s: Tensor, g_out: Tensor, g_x_s_v_s: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    g_out_t, g_out_s = split(g_out, dim)
    t0 = torch.sqrt(c)
    t = x_t * t0
    t1 = 1 / t0
    if needs[0] or needs[2]:
        lead = x_s_v_s + v_t * t * t1
    if needs[0]:
        space_x_s = settled(-lead * c)
    x_s_g_out_s = dot(x_s, g_out_s, dim)
    t2 = g_out_t * t0
    d_lead = -x_s_g_out_s * c - t * t2
    if needs[0] or needs[1]:
        d_x_s_v_s = settled(g_x_s_v_s + d_lead)
    if needs[0] or needs[2]:
        d_t = -lead * t2 + d_lead * v_t * t1
    if needs[0]:
        d_x_t = d_t * t0
    if needs[1] or needs[2]:
        t3 = t * t1
    if needs[1]:
        d_v_t = g_out_t + d_lead * t3
    if needs[2]:
        d_c = (
            -x_s_g_out_s * lead
            + x_t * d_t * t1 / 2
            - g_out_t * lead * t3 / 2
            - d_lead * v_t * t / (2 * torch.sqrt(c) ** 3)
        )
    return (
        join(d_x_t, combine((d_x_s_v_s, v_s), (space_x_s, g_out_s)), dim) if needs[0] else None,
        join(d_v_t, combine((d_x_s_v_s, x_s), (1, g_out_s)), dim) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _proju_jvp(
    x: Tensor, v: Tensor, c: Tensor, x_s_v_s: Tensor, t_x: Tensor, t_v: Tensor, t_c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t_v_t, t_v_s = split(t_v, dim)
    t0 = torch.sqrt(c)
    t = x_t * t0
    t1 = 1 / t0
    t2 = t * t1
    lead = x_s_v_s + v_t * t2
    space_x_s = -lead * c
    t3 = t_c / 2
    t_t = t_x_t * t0 + x_t * t3 * t1
    v_s_t_x_s = dot(v_s, t_x_s, dim)
    x_s_t_v_s = dot(x_s, t_v_s, dim)
    t_x_s_v_s = v_s_t_x_s + x_s_t_v_s
    t_lead = t_x_s_v_s + t_v_t * t2 + t_t * v_t * t1 - v_t * t * t3 / torch.sqrt(c) ** 3
    t4 = t_c * lead
    t_space_x_s = -t4 - t_lead * c
    t_out_t = t_v_t - t2 * t4 / 2 - t_t * lead * t0 - t_lead * t * t0
    return (join(t_out_t, combine((space_x_s, t_x_s), (1, t_v_s), (t_space_x_s, x_s)), dim), t_x_s_v_s)


_proju_op = Operation(
    "proju",
    Formulas(_proju, _proju_vjp, _proju_jvp),
    inputs=(("x", "ambient"), ("v", "ambient"), ("c", "scalar")),
    results=("ambient",),
)


def proju(x: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Orthogonal projection v − κ⟨x, v⟩x to the tangent space at x.

    Formula (LaTeX)::

        t = \mathrm{x\_t} \sqrt{c}
        \mathrm{x\_s\_v\_s} = \langle \mathrm{x\_s}, \mathrm{v\_s} \rangle
        \mathrm{lead} = \mathrm{x\_s\_v\_s} + \frac{\mathrm{v\_t} t}{\sqrt{c}}
        \mathrm{space\_x\_s} = - \mathrm{lead} c
        \mathrm{out\_t} = \mathrm{v\_t} - \mathrm{lead} t \sqrt{c}
        \mathrm{out\_s} = \mathrm{v\_s} + \mathrm{space\_x\_s} \mathrm{x\_s}

    Cost: 1 inner products, 14 further operations; backward 1 inner products, 46 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _proju_op(x, v, c, dim=dim)
    return result


def _egrad2rgrad(x: Tensor, grad: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    grad_t, grad_s = split(grad, dim)
    t0 = torch.sqrt(c)
    t = x_t * t0
    x_s_grad_s = dot(x_s, grad_s, dim)
    lead = x_s_grad_s + grad_t * t / t0
    space_x_s = settled(-lead * c)
    out_t = grad_t - t * lead * t0
    return (join(out_t, combine((1, grad_s), (space_x_s, x_s)), dim), x_s_grad_s)


def _egrad2rgrad_vjp(
    x: Tensor,
    grad: Tensor,
    c: Tensor,
    x_s_grad_s: Tensor,
    g_out: Tensor,
    g_x_s_grad_s: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    grad_t, grad_s = split(grad, dim)
    g_out_t, g_out_s = split(g_out, dim)
    t0 = torch.sqrt(c)
    t = x_t * t0
    t1 = 1 / t0
    if needs[0] or needs[2]:
        lead = x_s_grad_s + grad_t * t * t1
    if needs[0]:
        space_x_s = settled(-lead * c)
    x_s_g_out_s = dot(x_s, g_out_s, dim)
    t2 = g_out_t * t0
    d_lead = -x_s_g_out_s * c - t * t2
    if needs[0] or needs[1]:
        d_x_s_grad_s = settled(g_x_s_grad_s + d_lead)
    if needs[0] or needs[2]:
        d_t = -lead * t2 + d_lead * grad_t * t1
    if needs[0]:
        d_x_t = d_t * t0
    if needs[1] or needs[2]:
        t3 = t * t1
    if needs[1]:
        d_grad_t = g_out_t + d_lead * t3
    if needs[2]:
        d_c = (
            -x_s_g_out_s * lead
            + x_t * d_t * t1 / 2
            - g_out_t * lead * t3 / 2
            - d_lead * grad_t * t / (2 * torch.sqrt(c) ** 3)
        )
    return (
        join(d_x_t, combine((d_x_s_grad_s, grad_s), (space_x_s, g_out_s)), dim) if needs[0] else None,
        join(d_grad_t, combine((d_x_s_grad_s, x_s), (1, g_out_s)), dim) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _egrad2rgrad_jvp(
    x: Tensor, grad: Tensor, c: Tensor, x_s_grad_s: Tensor, t_x: Tensor, t_grad: Tensor, t_c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    grad_t, grad_s = split(grad, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t_grad_t, t_grad_s = split(t_grad, dim)
    t0 = torch.sqrt(c)
    t = x_t * t0
    t1 = 1 / t0
    t2 = t * t1
    lead = x_s_grad_s + grad_t * t2
    space_x_s = -lead * c
    t3 = t_c / 2
    t_t = t_x_t * t0 + x_t * t3 * t1
    grad_s_t_x_s = dot(grad_s, t_x_s, dim)
    x_s_t_grad_s = dot(x_s, t_grad_s, dim)
    t_x_s_grad_s = grad_s_t_x_s + x_s_t_grad_s
    t_lead = t_x_s_grad_s + t_grad_t * t2 + t_t * grad_t * t1 - grad_t * t * t3 / torch.sqrt(c) ** 3
    t4 = t_c * lead
    t_space_x_s = -t4 - t_lead * c
    t_out_t = t_grad_t - t2 * t4 / 2 - t_t * lead * t0 - t_lead * t * t0
    return (join(t_out_t, combine((space_x_s, t_x_s), (1, t_grad_s), (t_space_x_s, x_s)), dim), t_x_s_grad_s)


_egrad2rgrad_op = Operation(
    "egrad2rgrad",
    Formulas(_egrad2rgrad, _egrad2rgrad_vjp, _egrad2rgrad_jvp),
    inputs=(("x", "ambient"), ("grad", "ambient"), ("c", "scalar")),
    results=("ambient",),
)


def egrad2rgrad(x: Tensor, grad: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Riemannian gradient: projection of J grad, J = diag(sign κ, 1, …, 1), by the Euclidean product of x and grad.

    Formula (LaTeX)::

        t = \mathrm{x\_t} \sqrt{c}
        \mathrm{x\_s\_grad\_s} = \langle \mathrm{x\_s}, \mathrm{grad\_s} \rangle
        \mathrm{lead} = \mathrm{x\_s\_grad\_s} + \frac{\mathrm{grad\_t} t}{\sqrt{c}}
        \mathrm{space\_x\_s} = - \mathrm{lead} c
        \mathrm{out\_t} = \mathrm{grad\_t} - \mathrm{lead} t \sqrt{c}
        \mathrm{out\_s} = \mathrm{grad\_s} + \mathrm{space\_x\_s} \mathrm{x\_s}

    Cost: 1 inner products, 14 further operations; backward 1 inner products, 46 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _egrad2rgrad_op(x, grad, c, dim=dim)
    return result


def _inner(x: Tensor, u: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    u_t, u_s = split(u, dim)
    v_t, v_s = split(v, dim)
    u_s_v_s = dot(u_s, v_s, dim)
    out = u_s_v_s + u_t * v_t
    return (out, u_s_v_s)


def _inner_vjp(
    x: Tensor,
    u: Tensor,
    v: Tensor,
    c: Tensor,
    u_s_v_s: Tensor,
    g_out: Tensor,
    g_u_s_v_s: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    u_t, u_s = split(u, dim)
    v_t, v_s = split(v, dim)
    if needs[1] or needs[2]:
        d_u_s_v_s = settled(g_u_s_v_s + g_out)
    if needs[1]:
        d_u_t = v_t * g_out
    if needs[2]:
        d_v_t = u_t * g_out
    return (
        None,
        join(d_u_t, d_u_s_v_s * v_s, dim) if needs[1] else None,
        join(d_v_t, d_u_s_v_s * u_s, dim) if needs[2] else None,
        None,
    )


def _inner_jvp(
    x: Tensor,
    u: Tensor,
    v: Tensor,
    c: Tensor,
    u_s_v_s: Tensor,
    t_x: Tensor,
    t_u: Tensor,
    t_v: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    u_t, u_s = split(u, dim)
    v_t, v_s = split(v, dim)
    t_u_t, t_u_s = split(t_u, dim)
    t_v_t, t_v_s = split(t_v, dim)
    v_s_t_u_s = dot(v_s, t_u_s, dim)
    u_s_t_v_s = dot(u_s, t_v_s, dim)
    t_u_s_v_s = v_s_t_u_s + u_s_t_v_s
    t_out = t_u_s_v_s + t_u_t * v_t + t_v_t * u_t
    return (t_out, t_u_s_v_s)


_inner_op = Operation(
    "inner",
    Formulas(_inner, _inner_vjp, _inner_jvp),
    inputs=(("x", "ambient"), ("u", "ambient"), ("v", "ambient"), ("c", "scalar")),
    results=("scalar",),
)


def inner(x: Tensor, u: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Inner product of two tangent vectors at x.

    Formula (LaTeX)::

        \mathrm{u\_s\_v\_s} = \langle \mathrm{u\_s}, \mathrm{v\_s} \rangle
        \mathrm{out} = \mathrm{u\_s\_v\_s} + \mathrm{u\_t} \mathrm{v\_t}

    Cost: 1 inner products, 4 further operations; backward 0 inner products, 11 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _inner_op(x, u, v, c, dim=dim)
    return result


def _expmap0(u: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    square = uu * c
    out_t = cs(square, 1) / torch.sqrt(c)
    out_s_u = settled(sn(square, 1))
    return (join(out_t, out_s_u * u, dim), uu)


def _expmap0_vjp(
    u: Tensor, c: Tensor, uu: Tensor, g_out: Tensor, g_uu: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    g_out_t, g_out_s = split(g_out, dim)
    square = uu * c
    t0 = sn(square, 1)
    if needs[0]:
        out_s_u = settled(t0)
    u_g_out_s = dot(u, g_out_s, dim)
    t1 = g_out_t / 2
    d_square = u_g_out_s * d_sn(square, 1) - t0 * t1 / torch.sqrt(c)
    if needs[0]:
        d_uu = g_uu + d_square * c
        d_u_u = settled(2 * d_uu)
    if needs[1]:
        d_c = d_square * uu - t1 * cs(square, 1) / torch.sqrt(c) ** 3
    return (combine((d_u_u, u), (out_s_u, g_out_s)) if needs[0] else None, d_c if needs[1] else None)


def _expmap0_jvp(u: Tensor, c: Tensor, uu: Tensor, t_u: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    square = uu * c
    t0 = sn(square, 1)
    out_s_u = t0
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_square = t_c * uu + t_uu * c
    t_out_t = -t_square * t0 / (2 * torch.sqrt(c)) - t_c * cs(square, 1) / (2 * torch.sqrt(c) ** 3)
    t_out_s_u = t_square * d_sn(square, 1)
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
        \mathrm{square} = \mathrm{uu} c
        \mathrm{out\_t} = \frac{\operatorname{cs}\left(\mathrm{square}\right)}{\sqrt{c}}
        \mathrm{out\_s\_u} = \operatorname{sn}\left(\mathrm{square}\right)
        \mathrm{out\_s} = \mathrm{out\_s\_u} u

    Cost: 1 inner products, 8 further operations; backward 1 inner products, 24 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _expmap0_op(u, c, dim=dim)
    return result


def _logmap0(x: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    out_x_s = settled(arc(x_s_x_s * c, x_t * torch.sqrt(c)))
    return (out_x_s * x_s, x_s_x_s)


def _logmap0_vjp(
    x: Tensor, c: Tensor, x_s_x_s: Tensor, g_out: Tensor, g_x_s_x_s: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    t0 = x_s_x_s * c
    t1 = torch.sqrt(c)
    t2 = x_t * t1
    if needs[0]:
        out_x_s = settled(arc(t0, t2))
    x_s_g_out = dot(x_s, g_out, dim)
    t3 = d_arc(t0, t2)
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s + x_s_g_out * t3 * c
    t4 = 1 / (t0 + c * x_t**2)
    if needs[0]:
        d_x_t = -x_s_g_out * t4 * t1
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[1]:
        d_c = x_s_g_out * (t3 * x_s_x_s - x_t * t4 / (2 * t1))
    return (
        join(d_x_t, combine((d_x_s_x_s_2, x_s), (out_x_s, g_out)), dim) if needs[0] else None,
        d_c if needs[1] else None,
    )


def _logmap0_jvp(x: Tensor, c: Tensor, x_s_x_s: Tensor, t_x: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t0 = x_s_x_s * c
    t1 = torch.sqrt(c)
    t2 = x_t * t1
    out_x_s = arc(t0, t2)
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    t3 = d_arc(t0, t2)
    t4 = 1 / (t0 + c * x_t**2)
    t_out_x_s = t_c * (t3 * x_s_x_s - x_t * t4 / (2 * t1)) + t_x_s_x_s * t3 * c - t_x_t * t4 * t1
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
        \mathrm{out\_x\_s} = \operatorname{arc}\left(\mathrm{x\_s\_x\_s} c, \mathrm{x\_t} \sqrt{c}\right)
        \mathrm{out} = \mathrm{out\_x\_s} \mathrm{x\_s}

    Cost: 1 inner products, 7 further operations; backward 1 inner products, 27 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _logmap0_op(x, c, dim=dim)
    return result


def _expmap(x: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    v_s_v_s = dot(v_s, v_s, dim)
    square = c * (v_s_v_s + v_t**2)
    c_2 = settled(cs(square, 1))
    s = settled(sn(square, 1))
    out_t = x_t * c_2 + v_t * s
    return (join(out_t, combine((c_2, x_s), (s, v_s)), dim), v_s_v_s)


def _expmap_vjp(
    x: Tensor, v: Tensor, c: Tensor, v_s_v_s: Tensor, g_out: Tensor, g_v_s_v_s: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    g_out_t, g_out_s = split(g_out, dim)
    t0 = v_s_v_s + v_t**2
    square = t0 * c
    if needs[0]:
        c_2 = settled(cs(square, 1))
    if needs[1] or needs[2]:
        t1 = sn(square, 1)
    if needs[1]:
        s = settled(t1)
    if needs[1] or needs[2]:
        x_s_g_out_s = dot(x_s, g_out_s, dim)
        v_s_g_out_s = dot(v_s, g_out_s, dim)
        d_s = v_s_g_out_s + g_out_t * v_t
        d_c = x_s_g_out_s + x_t * g_out_t
        d_square = d_s * d_sn(square, 1) - d_c * t1 / 2
    if needs[1]:
        t2 = d_square * c
        d_v_s_v_s = g_v_s_v_s + t2
    if needs[0]:
        d_x_t = g_out_t * c_2
    if needs[1]:
        d_v_t = g_out_t * s + 2 * v_t * t2
        d_v_s_v_s_2 = settled(2 * d_v_s_v_s)
    if needs[2]:
        d_c_2 = d_square * t0
    return (
        join(d_x_t, c_2 * g_out_s, dim) if needs[0] else None,
        join(d_v_t, combine((d_v_s_v_s_2, v_s), (s, g_out_s)), dim) if needs[1] else None,
        d_c_2 if needs[2] else None,
    )


def _expmap_jvp(
    x: Tensor, v: Tensor, c: Tensor, v_s_v_s: Tensor, t_x: Tensor, t_v: Tensor, t_c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t_v_t, t_v_s = split(t_v, dim)
    t0 = v_s_v_s + v_t**2
    square = t0 * c
    c_2 = cs(square, 1)
    t1 = sn(square, 1)
    s = t1
    v_s_t_v_s = dot(v_s, t_v_s, dim)
    t_v_s_v_s = 2 * v_s_t_v_s
    t_square = t_c * t0 + t_v_s_v_s * c + 2 * t_v_t * v_t * c
    t_c_2 = -t_square * t1 / 2
    t_s = t_square * d_sn(square, 1)
    t_out_t = x_t * t_c_2 + t_x_t * c_2 + t_v_t * s + t_s * v_t
    return (join(t_out_t, combine((c_2, t_x_s), (s, t_v_s), (t_c_2, x_s), (t_s, v_s)), dim), t_v_s_v_s)


_expmap_op = Operation(
    "expmap",
    Formulas(_expmap, _expmap_vjp, _expmap_jvp),
    inputs=(("x", "ambient"), ("v", "ambient"), ("c", "scalar")),
    results=("ambient",),
)


def expmap(x: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Exponential map cs x + sn v.

    Formula (LaTeX)::

        \mathrm{v\_s\_v\_s} = \langle \mathrm{v\_s}, \mathrm{v\_s} \rangle
        \mathrm{square} = c \left(\mathrm{v\_s\_v\_s} + \mathrm{v\_t}^{2}\right)
        \mathrm{c\_2} = \operatorname{cs}\left(\mathrm{square}\right)
        s = \operatorname{sn}\left(\mathrm{square}\right)
        \mathrm{out\_t} = \mathrm{c\_2} \mathrm{x\_t} + \mathrm{v\_t} s
        \mathrm{out\_s} = \mathrm{c\_2} \mathrm{x\_s} + \mathrm{v\_s} s

    Cost: 1 inner products, 14 further operations; backward 2 inner products, 34 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _expmap_op(x, v, c, dim=dim)
    return result


def _logmap(x: Tensor, y: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    formed = y_s - x_s
    formed_2 = x_s + y_s
    formed_formed = dot(formed, formed, dim)
    formed_formed_2 = dot(formed_2, formed_2, dim)
    t1 = c / 4
    t0 = torch.sqrt(c)
    t2 = (x_t * t0 + y_t * t0) ** 2 / 4 + formed_formed_2 * t1
    t3 = formed_formed + (y_t - x_t) ** 2
    t4 = t3 * c
    scale = settled(arc(t2 * t4, t2 - t3 * t1))
    bend = t4 / 2
    space_x_s = settled(scale * bend)
    out_t = scale * (y_t - x_t + x_t * bend)
    return (join(out_t, combine((scale, formed), (space_x_s, x_s)), dim), formed_formed, formed_formed_2)


def _logmap_vjp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    g_out: Tensor,
    g_formed_formed: Tensor,
    g_formed_formed_2: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    g_out_t, g_out_s = split(g_out, dim)
    formed = y_s - x_s
    if needs[0] or needs[1]:
        formed_2 = x_s + y_s
    t0 = (y_t - x_t) ** 2
    t1 = formed_formed + t0
    t2 = torch.sqrt(c)
    t3 = x_t * t2 + y_t * t2
    t4 = formed_formed_2 / 4
    t5 = t3**2 / 4 + t4 * c
    t6 = t1 * t5
    t7 = t6 * c
    t8 = t1 * c
    t9 = t5 - t8 / 4
    scale = settled(arc(t7, t9))
    bend = t8 / 2
    if needs[0]:
        space_x_s = scale * bend
    formed_g_out_s = dot(formed, g_out_s, dim)
    x_s_g_out_s = dot(x_s, g_out_s, dim)
    t10 = g_out_t * scale
    d_bend = x_t * t10 + x_s_g_out_s * scale
    d_scale = formed_g_out_s + g_out_t * (y_t - x_t + x_t * bend) + x_s_g_out_s * bend
    t11 = 1 / (t7 + t9**2)
    if needs[0] or needs[1]:
        t12 = c / 4
        t13 = t11 * t12
    t14 = d_arc(t7, t9)
    if needs[0] or needs[1]:
        d_formed_formed = g_formed_formed_2 + d_scale * (-t13 + t14 * t1 * c**2 / 4)
        t15 = t5 * c
        t16 = d_bend * c / 2
        d_formed_formed_2 = g_formed_formed + t16 + d_scale * (t13 + t14 * t15)
        d_formed_formed_3 = settled(2 * d_formed_formed)
        d_formed_formed_4 = settled(2 * d_formed_formed_2)
        t17 = t3 / 2
        t18 = t17 * t2
        t19 = -2 * y_t + 2 * x_t
        t20 = t17 * t1 * torch.sqrt(c) ** 3
    if needs[0]:
        d_x_t = d_scale * (t14 * (t20 + t19 * t15) - t11 * (t18 - t19 * t12)) + t10 * (-1 + bend) + t16 * t19
        d_x_s_g_out_s = settled(space_x_s - scale)
        d_x_s_formed = settled(-d_formed_formed_4)
    if needs[1]:
        t21 = -t19
        d_y_t = t10 + d_scale * (t14 * (t20 + t21 * t15) - t11 * (t18 - t21 * t12)) + t16 * t21
    if needs[2]:
        t22 = 1 / t2
        t23 = x_t * t22 + y_t * t22
        d_c = d_bend * (formed_formed / 2 + t0 / 2) + d_scale * (
            t14 * (t6 + t8 * (t4 + t23 * t3 / 4))
            - t11 * (-formed_formed / 4 - t0 / 4 + formed_formed_2 / 4 + t23 * t3 / 4)
        )
    return (
        join(d_x_t, combine((d_formed_formed_3, formed_2), (d_x_s_formed, formed), (d_x_s_g_out_s, g_out_s)), dim)
        if needs[0]
        else None,
        join(d_y_t, combine((d_formed_formed_3, formed_2), (d_formed_formed_4, formed), (scale, g_out_s)), dim)
        if needs[1]
        else None,
        d_c if needs[2] else None,
    )


def _logmap_jvp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
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
    t0 = (y_t - x_t) ** 2
    t1 = formed_formed + t0
    t2 = torch.sqrt(c)
    t3 = x_t * t2 + y_t * t2
    t4 = formed_formed_2 / 4
    t5 = t3**2 / 4 + t4 * c
    t6 = t1 * t5
    t7 = t6 * c
    t8 = t1 * c
    t9 = t5 - t8 / 4
    scale = arc(t7, t9)
    bend = t8 / 2
    space_x_s = scale * bend
    formed_t_x_s = dot(formed, t_x_s, dim)
    formed_t_y_s = dot(formed, t_y_s, dim)
    t_formed_formed = -2 * formed_t_x_s + 2 * formed_t_y_s
    formed_t_x_s_2 = dot(formed_2, t_x_s, dim)
    formed_t_y_s_2 = dot(formed_2, t_y_s, dim)
    t_formed_formed_2 = 2 * formed_t_x_s_2 + 2 * formed_t_y_s_2
    t10 = 1 / (t7 + t9**2)
    t11 = t3 / 2
    t12 = t11 * t2
    t13 = -2 * y_t + 2 * x_t
    t14 = t13 * c
    t15 = t11 * t1 * torch.sqrt(c) ** 3
    t16 = d_arc(t7, t9)
    t17 = -t13 * c
    t18 = 1 / t2
    t19 = x_t * t18 + y_t * t18
    t20 = t10 * c / 4
    t_scale = (
        t_x_t * (t16 * (t15 + t14 * t5) - t10 * (t12 - t14 / 4))
        + t_y_t * (t16 * (t15 + t17 * t5) - t10 * (t12 - t17 / 4))
        + t_c
        * (
            t16 * (t6 + t8 * (t4 + t19 * t3 / 4))
            - t10 * (-formed_formed / 4 - t0 / 4 + formed_formed_2 / 4 + t19 * t3 / 4)
        )
        + t_formed_formed * (t20 + t16 * t5 * c)
        + t_formed_formed_2 * (-t20 + t16 * t1 * c**2 / 4)
    )
    t_bend = t_c * (formed_formed / 2 + t0 / 2) + t_x_t * t14 / 2 + t_y_t * t17 / 2 + t_formed_formed * c / 2
    t21 = t_bend * scale
    t_space_x_s = t21 + t_scale * bend
    t_out_t = x_t * t21 + t_y_t * scale + t_scale * (y_t - x_t + x_t * bend) + t_x_t * scale * (-1 + bend)
    return (
        join(t_out_t, combine((space_x_s - scale, t_x_s), (scale, t_y_s), (t_scale, formed), (t_space_x_s, x_s)), dim),
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

        \mathrm{formed} = \mathrm{y\_s} - \mathrm{x\_s}
        \mathrm{formed\_2} = \mathrm{x\_s} + \mathrm{y\_s}
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_2}, \mathrm{formed\_2} \rangle
        \mathrm{scale} = \operatorname{arc}\left(c \left(\mathrm{formed\_formed} + \left(\mathrm{y\_t} - \mathrm{x\_t}\right)^{2}\right) \left(\frac{\left(\mathrm{x\_t} \sqrt{c} + \mathrm{y\_t} \sqrt{c}\right)^{2}}{4} + \frac{\mathrm{formed\_formed\_2} c}{4}\right), \frac{\left(\mathrm{x\_t} \sqrt{c} + \mathrm{y\_t} \sqrt{c}\right)^{2}}{4} - \frac{c \left(\mathrm{formed\_formed} + \left(\mathrm{y\_t} - \mathrm{x\_t}\right)^{2}\right)}{4} + \frac{\mathrm{formed\_formed\_2} c}{4}\right)
        \mathrm{bend} = \frac{c \left(\mathrm{formed\_formed} + \left(\mathrm{y\_t} - \mathrm{x\_t}\right)^{2}\right)}{2}
        \mathrm{space\_x\_s} = \mathrm{bend} \mathrm{scale}
        \mathrm{out\_t} = \mathrm{scale} \left(\mathrm{y\_t} - \mathrm{x\_t} + \mathrm{bend} \mathrm{x\_t}\right)
        \mathrm{out\_s} = \mathrm{formed} \mathrm{scale} + \mathrm{space\_x\_s} \mathrm{x\_s}

    Cost: 2 inner products, 31 further operations; backward 2 inner products, 129 further operations. Saved: the
    inputs and 2 scalars per row.
    """
    result: Tensor = _logmap_op(x, y, c, dim=dim)
    return result


def _dist(x: Tensor, y: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    formed = y_s - x_s
    formed_2 = x_s + y_s
    formed_formed = dot(formed, formed, dim)
    formed_formed_2 = dot(formed_2, formed_2, dim)
    t0 = formed_formed + (y_t - x_t) ** 2
    t1 = c / 4
    quarter = t0 * t1
    t2 = torch.sqrt(c)
    out = arc(quarter, root((x_t * t2 + y_t * t2) ** 2 / 4 + formed_formed_2 * t1)) * root(t0)
    return (out, formed_formed, formed_formed_2)


def _dist_vjp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    g_out: Tensor,
    g_formed_formed: Tensor,
    g_formed_formed_2: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    if needs[0] or needs[1]:
        formed = y_s - x_s
        formed_2 = x_s + y_s
    t0 = (y_t - x_t) ** 2
    t1 = formed_formed + t0
    t2 = c / 4
    quarter = t1 * t2
    t3 = torch.sqrt(c)
    t4 = x_t * t3 + y_t * t3
    t5 = formed_formed_2 / 4
    t6 = t4**2 / 4 + t5 * c
    t7 = root(t6)
    t8 = root(t1)
    t9 = g_out * t8
    d_quarter = t9 * d_arc(quarter, t7)
    t10 = inverse_root(t6) / (quarter + t7**2)
    t11 = t10 * t9
    if needs[0] or needs[1]:
        d_formed_formed = g_formed_formed_2 - t11 * c / 8
        t12 = d_quarter * t2
        t13 = arc(quarter, t7)
        t14 = inverse_root(t1)
        d_formed_formed_2 = g_formed_formed + t12 + g_out * t13 * t14 / 2
        d_formed_formed_3 = settled(2 * d_formed_formed)
        d_formed_formed_4 = settled(2 * d_formed_formed_2)
        t15 = -2 * y_t + 2 * x_t
    t16 = t4 / 4
    if needs[0] or needs[1]:
        t17 = t10 * t16 * t8 * t3
    if needs[0]:
        d_x_t = g_out * (-t17 + t13 * t15 * t14 / 2) + t12 * t15
        d_x_s_formed = settled(-d_formed_formed_4)
    if needs[1]:
        t18 = -t15
        d_y_t = g_out * (-t17 + t13 * t18 * t14 / 2) + t12 * t18
    if needs[2]:
        t19 = 1 / t3
        d_c = d_quarter * (formed_formed / 4 + t0 / 4) - t11 * (t5 + t16 * (x_t * t19 + y_t * t19)) / 2
    return (
        join(d_x_t, combine((d_formed_formed_3, formed_2), (d_x_s_formed, formed)), dim) if needs[0] else None,
        join(d_y_t, combine((d_formed_formed_3, formed_2), (d_formed_formed_4, formed)), dim) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _dist_jvp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
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
    t0 = (y_t - x_t) ** 2
    t1 = formed_formed + t0
    t2 = c / 4
    quarter = t1 * t2
    formed_t_x_s = dot(formed, t_x_s, dim)
    formed_t_y_s = dot(formed, t_y_s, dim)
    t_formed_formed = -2 * formed_t_x_s + 2 * formed_t_y_s
    formed_t_x_s_2 = dot(formed_2, t_x_s, dim)
    formed_t_y_s_2 = dot(formed_2, t_y_s, dim)
    t_formed_formed_2 = 2 * formed_t_x_s_2 + 2 * formed_t_y_s_2
    t3 = -2 * y_t + 2 * x_t
    t4 = -t3
    t_quarter = t_c * (formed_formed / 4 + t0 / 4) + t_formed_formed * t2 + t_x_t * t3 * t2 + t_y_t * t4 * t2
    t7 = formed_formed_2 / 4
    t5 = torch.sqrt(c)
    t6 = x_t * t5 + y_t * t5
    t8 = t6**2 / 4 + t7 * c
    t9 = root(t8)
    t10 = arc(quarter, t9)
    t11 = inverse_root(t1)
    t12 = t6 / 4
    t13 = root(t1)
    t14 = t13 * inverse_root(t8) / (quarter + t9**2)
    t15 = t12 * t14 * t5
    t16 = 1 / t5
    t_out = (
        t_x_t * (-t15 + t10 * t3 * t11 / 2)
        + t_y_t * (-t15 + t10 * t4 * t11 / 2)
        + t_quarter * t13 * d_arc(quarter, t9)
        + t_formed_formed * t10 * t11 / 2
        - t_c * t14 * (t7 + t12 * (x_t * t16 + y_t * t16)) / 2
        - t_formed_formed_2 * t14 * c / 8
    )
    return (t_out, t_formed_formed, t_formed_formed_2)


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

        \mathrm{formed} = \mathrm{y\_s} - \mathrm{x\_s}
        \mathrm{formed\_2} = \mathrm{x\_s} + \mathrm{y\_s}
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_2}, \mathrm{formed\_2} \rangle
        \mathrm{quarter} = \frac{c \left(\mathrm{formed\_formed} + \left(\mathrm{y\_t} - \mathrm{x\_t}\right)^{2}\right)}{4}
        \mathrm{out} = \operatorname{arc}\left(\mathrm{quarter}, \operatorname{root}\left(\frac{\left(\mathrm{x\_t} \sqrt{c} + \mathrm{y\_t} \sqrt{c}\right)^{2}}{4} + \frac{\mathrm{formed\_formed\_2} c}{4}\right)\right) \operatorname{root}\left(\mathrm{formed\_formed} + \left(\mathrm{y\_t} - \mathrm{x\_t}\right)^{2}\right)

    Cost: 2 inner products, 21 further operations; backward 0 inner products, 83 further operations. Saved: the
    inputs and 2 scalars per row. Computed in float64 for float32 inputs.
    """
    result: Tensor = _dist_op(x, y, c, dim=dim)
    return result


def _sqdist(x: Tensor, y: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    formed = y_s - x_s
    formed_2 = x_s + y_s
    formed_formed = dot(formed, formed, dim)
    formed_formed_2 = dot(formed_2, formed_2, dim)
    t0 = formed_formed + (y_t - x_t) ** 2
    t1 = c / 4
    quarter = t0 * t1
    t2 = torch.sqrt(c)
    out = t0 * arc(quarter, root((x_t * t2 + y_t * t2) ** 2 / 4 + formed_formed_2 * t1)) ** 2
    return (out, formed_formed, formed_formed_2)


def _sqdist_vjp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    g_out: Tensor,
    g_formed_formed: Tensor,
    g_formed_formed_2: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    if needs[0] or needs[1]:
        formed = y_s - x_s
        formed_2 = x_s + y_s
    t0 = (y_t - x_t) ** 2
    t1 = formed_formed + t0
    t2 = c / 4
    t3 = t1 * t2
    quarter = t3
    t4 = torch.sqrt(c)
    t5 = x_t * t4 + y_t * t4
    t6 = formed_formed_2 / 4
    t7 = t5**2 / 4 + t6 * c
    t8 = root(t7)
    t9 = arc(quarter, t8)
    t10 = g_out * t9
    t11 = t10 * t1
    d_quarter = 2 * t11 * d_arc(quarter, t8)
    t12 = inverse_root(t7) / (quarter + t8**2)
    if needs[0] or needs[1]:
        d_formed_formed = g_formed_formed_2 - t10 * t12 * t3
        t13 = t9**2
        t14 = d_quarter * t2
        d_formed_formed_2 = g_formed_formed + t14 + g_out * t13
        d_formed_formed_3 = settled(2 * d_formed_formed)
        d_formed_formed_4 = settled(2 * d_formed_formed_2)
        t15 = -2 * y_t + 2 * x_t
        t16 = t12 * t5 * t9 * t1 * t4 / 2
    if needs[0]:
        d_x_t = g_out * (-t16 + t15 * t13) + t14 * t15
        d_x_s_formed = settled(-d_formed_formed_4)
    if needs[1]:
        t17 = -t15
        d_y_t = g_out * (-t16 + t17 * t13) + t14 * t17
    if needs[2]:
        t18 = 1 / t4
        d_c = d_quarter * (formed_formed / 4 + t0 / 4) - t11 * t12 * (t6 + t5 * (x_t * t18 + y_t * t18) / 4)
    return (
        join(d_x_t, combine((d_formed_formed_3, formed_2), (d_x_s_formed, formed)), dim) if needs[0] else None,
        join(d_y_t, combine((d_formed_formed_3, formed_2), (d_formed_formed_4, formed)), dim) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _sqdist_jvp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
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
    t0 = (y_t - x_t) ** 2
    t1 = formed_formed + t0
    t2 = c / 4
    t3 = t1 * t2
    quarter = t3
    formed_t_x_s = dot(formed, t_x_s, dim)
    formed_t_y_s = dot(formed, t_y_s, dim)
    t_formed_formed = -2 * formed_t_x_s + 2 * formed_t_y_s
    formed_t_x_s_2 = dot(formed_2, t_x_s, dim)
    formed_t_y_s_2 = dot(formed_2, t_y_s, dim)
    t_formed_formed_2 = 2 * formed_t_x_s_2 + 2 * formed_t_y_s_2
    t4 = -2 * y_t + 2 * x_t
    t5 = -t4
    t_quarter = t_c * (formed_formed / 4 + t0 / 4) + t_formed_formed * t2 + t_x_t * t4 * t2 + t_y_t * t5 * t2
    t6 = torch.sqrt(c)
    t7 = x_t * t6 + y_t * t6
    t8 = formed_formed_2 / 4
    t9 = t7**2 / 4 + t8 * c
    t10 = root(t9)
    t11 = arc(quarter, t10)
    t12 = t11**2
    t13 = t11 * t1
    t14 = inverse_root(t9) / (quarter + t10**2)
    t15 = t13 * t14
    t16 = t15 * t7 * t6 / 2
    t17 = 1 / t6
    t_out = (
        t_x_t * (-t16 + t4 * t12)
        + t_y_t * (-t16 + t5 * t12)
        + t_formed_formed * t12
        - t_c * t15 * (t8 + t7 * (x_t * t17 + y_t * t17) / 4)
        + 2 * t_quarter * t13 * d_arc(quarter, t10)
        - t_formed_formed_2 * t11 * t14 * t3
    )
    return (t_out, t_formed_formed, t_formed_formed_2)


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

        \mathrm{formed} = \mathrm{y\_s} - \mathrm{x\_s}
        \mathrm{formed\_2} = \mathrm{x\_s} + \mathrm{y\_s}
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_2}, \mathrm{formed\_2} \rangle
        \mathrm{quarter} = \frac{c \left(\mathrm{formed\_formed} + \left(\mathrm{y\_t} - \mathrm{x\_t}\right)^{2}\right)}{4}
        \mathrm{out} = \operatorname{arc}^{2}\left(\mathrm{quarter}, \operatorname{root}\left(\frac{\left(\mathrm{x\_t} \sqrt{c} + \mathrm{y\_t} \sqrt{c}\right)^{2}}{4} + \frac{\mathrm{formed\_formed\_2} c}{4}\right)\right) \left(\mathrm{formed\_formed} + \left(\mathrm{y\_t} - \mathrm{x\_t}\right)^{2}\right)

    Cost: 2 inner products, 21 further operations; backward 0 inner products, 79 further operations. Saved: the
    inputs and 2 scalars per row. Computed in float64 for float32 inputs.
    """
    result: Tensor = _sqdist_op(x, y, c, dim=dim)
    return result


def _dist0(x: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    t0 = x_s_x_s * c
    t1 = x_t * torch.sqrt(c)
    front = arc(t0, t1) * root(x_s_x_s)
    t = t1
    t2 = x_s_x_s + (1 - t) ** 2 / c
    quarter = t2 * c / 4
    out = choose(x_t, front, arc(quarter, root(t0 / 4 + (1 + t) ** 2 / 4)) * root(t2))
    return (out, x_s_x_s)


def _dist0_vjp(
    x: Tensor, c: Tensor, x_s_x_s: Tensor, g_out: Tensor, g_x_s_x_s: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    t0 = torch.sqrt(c)
    t1 = x_t * t0
    t = t1
    t2 = 1 / c
    t3 = (1 - t) ** 2
    t4 = x_s_x_s + t3 * t2
    t5 = c / 4
    quarter = t4 * t5
    t6 = x_s_x_s * c
    t7 = t6 / 4 + (1 + t) ** 2 / 4
    t8 = root(t7)
    t9 = root(t4)
    t10 = is_positive(x_t)
    t11 = g_out * (1 - t10)
    d_quarter = t11 * t9 * d_arc(quarter, t8)
    t12 = t / 2
    t13 = t9 * inverse_root(t7) / (quarter + t8**2)
    t14 = arc(quarter, t8)
    t15 = inverse_root(t4)
    d_t = d_quarter * (-1 / 2 + t12) + t11 * (-t13 * (1 / 2 + t12) / 2 + t14 * t15 * t2 * (-2 + 2 * t) / 2)
    d_front = g_out * t10
    t16 = d_arc(t6, t1)
    t17 = root(x_s_x_s)
    t18 = t13 / 8
    if needs[0]:
        d_x_s_x_s = (
            g_x_s_x_s
            + d_quarter * t5
            + d_front * (arc(t6, t1) * inverse_root(x_s_x_s) / 2 + t16 * t17 * c)
            + t11 * (t14 * t15 / 2 - t18 * c)
        )
    t19 = 1 / (t6 + c * x_t**2)
    t20 = d_front * t17
    if needs[0]:
        d_x_t = d_t * t0 - t19 * t20 * t0
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[1]:
        t21 = x_t / (2 * t0)
        d_c = (
            d_t * t21
            + t11 * (-t18 * x_s_x_s - t14 * t15 * t3 / (2 * c**2))
            + t20 * (t16 * x_s_x_s - t19 * t21)
            + d_quarter * x_s_x_s / 4
        )
    return (join(d_x_t, d_x_s_x_s_2 * x_s, dim) if needs[0] else None, d_c if needs[1] else None)


def _dist0_jvp(x: Tensor, c: Tensor, x_s_x_s: Tensor, t_x: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t0 = torch.sqrt(c)
    t1 = x_t * t0
    t = t1
    t2 = 1 / c
    t3 = (1 - t) ** 2
    t4 = x_s_x_s + t3 * t2
    t5 = c / 4
    quarter = t4 * t5
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    t6 = x_s_x_s * c
    t7 = d_arc(t6, t1)
    t8 = root(x_s_x_s)
    t9 = 1 / (t6 + c * x_t**2)
    t10 = x_t / (2 * t0)
    t11 = t_x_t * t0
    t_front = (
        t_x_s_x_s * (arc(t6, t1) * inverse_root(x_s_x_s) / 2 + t7 * t8 * c)
        + t_c * t8 * (t7 * x_s_x_s - t10 * t9)
        - t11 * t9 * t8
    )
    t_t = t11 + t_c * t10
    t12 = t / 2
    t_quarter = t_x_s_x_s * t5 + t_t * (-1 / 2 + t12) + t_c * x_s_x_s / 4
    t13 = is_positive(x_t)
    t14 = 1 - t13
    t15 = t6 / 4 + (1 + t) ** 2 / 4
    t16 = root(t15)
    t17 = arc(quarter, t16)
    t18 = inverse_root(t4)
    t19 = root(t4)
    t20 = t19 * inverse_root(t15) / (quarter + t16**2)
    t21 = t20 / 8
    t_out = (
        t_front * t13
        + t_c * t14 * (-t21 * x_s_x_s - t17 * t18 * t3 / (2 * c**2))
        + t_x_s_x_s * t14 * (t17 * t18 / 2 - t21 * c)
        + t_t * t14 * (-t20 * (1 / 2 + t12) / 2 + t17 * t18 * t2 * (-2 + 2 * t) / 2)
        + t_quarter * t14 * t19 * d_arc(quarter, t16)
    )
    return (t_out, t_x_s_x_s)


_dist0_op = Operation(
    "dist0", Formulas(_dist0, _dist0_vjp, _dist0_jvp), inputs=(("x", "ambient"), ("c", "scalar")), results=("scalar",)
)


def dist0(x: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Distance to the origin. Gradient 0 there and at the antipode.

    Formula (LaTeX)::

        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{front} = \operatorname{arc}\left(\mathrm{x\_s\_x\_s} c, \mathrm{x\_t} \sqrt{c}\right) \operatorname{root}\left(\mathrm{x\_s\_x\_s}\right)
        t = \mathrm{x\_t} \sqrt{c}
        \mathrm{quarter} = \frac{c \left(\mathrm{x\_s\_x\_s} + \frac{\left(1 - t\right)^{2}}{c}\right)}{4}
        \mathrm{out} = \operatorname{choose}\left(\mathrm{x\_t}, \mathrm{front}, \operatorname{arc}\left(\mathrm{quarter}, \operatorname{root}\left(\frac{\left(1 + t\right)^{2}}{4} + \frac{\mathrm{x\_s\_x\_s} c}{4}\right)\right) \operatorname{root}\left(\mathrm{x\_s\_x\_s} + \frac{\left(1 - t\right)^{2}}{c}\right)\right)

    Cost: 1 inner products, 23 further operations; backward 0 inner products, 103 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _dist0_op(x, c, dim=dim)
    return result


def _transp(x: Tensor, y: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    v_t, v_s = split(v, dim)
    m = x_s + y_s
    y_s_v_s = dot(y_s, v_s, dim)
    mm = dot(m, m, dim)
    t0 = torch.sqrt(c)
    ratio = c * (y_s_v_s + y_t * v_t) * inverse((x_t * t0 + y_t * t0) ** 2 / 2 + mm * c / 2)
    out_t = v_t - ratio * (x_t + y_t)
    out_s_m = settled(-ratio)
    return (join(out_t, combine((1, v_s), (out_s_m, m)), dim), y_s_v_s, mm)


def _transp_vjp(
    x: Tensor,
    y: Tensor,
    v: Tensor,
    c: Tensor,
    y_s_v_s: Tensor,
    mm: Tensor,
    g_out: Tensor,
    g_y_s_v_s: Tensor,
    g_mm: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    y_t, y_s = split(y, dim)
    v_t, v_s = split(v, dim)
    g_out_t, g_out_s = split(g_out, dim)
    m = x_s + y_s
    if needs[0] or needs[1] or needs[3]:
        t0 = y_s_v_s + y_t * v_t
    t1 = torch.sqrt(c)
    t2 = x_t * t1 + y_t * t1
    t3 = mm / 2
    t4 = inverse(t2**2 / 2 + t3 * c)
    if needs[0] or needs[1]:
        ratio = t0 * t4 * c
        out_s_m = settled(-ratio)
    m_g_out_s = dot(m, g_out_s, dim)
    d_ratio = -m_g_out_s + g_out_t * (-x_t - y_t)
    if needs[0] or needs[1] or needs[3]:
        t5 = t0 * t4**2
    if needs[0] or needs[1]:
        d_mm = g_mm - d_ratio * t5 * c**2 / 2
    if needs[1] or needs[2]:
        t6 = t4 * c
        t7 = d_ratio * t6
        d_y_s_v_s = settled(g_y_s_v_s + t7)
    if needs[0] or needs[1]:
        d_m_m = settled(2 * d_mm)
        t8 = ratio * g_out_t
        t9 = t2 * t5 * torch.sqrt(c) ** 3
    if needs[0]:
        d_x_t = -t8 - d_ratio * t9
    if needs[1]:
        d_y_t = -t8 + d_ratio * (-t9 + v_t * t6)
    if needs[2]:
        d_v_t = g_out_t + y_t * t7
    if needs[3]:
        t10 = 1 / t1
        d_c = d_ratio * (t0 * t4 - t5 * c * (t3 + t2 * (x_t * t10 + y_t * t10) / 2))
    return (
        join(d_x_t, combine((d_m_m, m), (out_s_m, g_out_s)), dim) if needs[0] else None,
        join(d_y_t, combine((d_y_s_v_s, v_s), (d_m_m, m), (out_s_m, g_out_s)), dim) if needs[1] else None,
        join(d_v_t, combine((d_y_s_v_s, y_s), (1, g_out_s)), dim) if needs[2] else None,
        d_c if needs[3] else None,
    )


def _transp_jvp(
    x: Tensor,
    y: Tensor,
    v: Tensor,
    c: Tensor,
    y_s_v_s: Tensor,
    mm: Tensor,
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
    t0 = y_s_v_s + y_t * v_t
    t1 = torch.sqrt(c)
    t2 = x_t * t1 + y_t * t1
    t3 = mm / 2
    t4 = inverse(t2**2 / 2 + t3 * c)
    ratio = t0 * t4 * c
    out_s_m = -ratio
    v_s_t_y_s = dot(v_s, t_y_s, dim)
    y_s_t_v_s = dot(y_s, t_v_s, dim)
    t_y_s_v_s = v_s_t_y_s + y_s_t_v_s
    m_t_x_s = dot(m, t_x_s, dim)
    m_t_y_s = dot(m, t_y_s, dim)
    t_mm = 2 * m_t_x_s + 2 * m_t_y_s
    t5 = t4 * c
    t6 = t0 * t4**2
    t7 = t2 * t6 * torch.sqrt(c) ** 3
    t8 = 1 / t1
    t_ratio = (
        t_y_t * (-t7 + v_t * t5)
        + t_c * (t0 * t4 - t6 * c * (t3 + t2 * (x_t * t8 + y_t * t8) / 2))
        + t_y_s_v_s * t5
        - t_x_t * t7
        + t_v_t * y_t * t5
        - t_mm * t6 * c**2 / 2
    )
    t_out_t = t_v_t + t_ratio * (-x_t - y_t) - ratio * t_x_t - ratio * t_y_t
    t_out_s_m = -t_ratio
    return (
        join(t_out_t, combine((1, t_v_s), (out_s_m, t_x_s), (out_s_m, t_y_s), (t_out_s_m, m)), dim),
        t_y_s_v_s,
        t_mm,
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
        \mathrm{y\_s\_v\_s} = \langle \mathrm{y\_s}, \mathrm{v\_s} \rangle
        \mathrm{mm} = \langle m, m \rangle
        \mathrm{ratio} = c \left(\mathrm{y\_s\_v\_s} + \mathrm{v\_t} \mathrm{y\_t}\right) \operatorname{inverse}\left(\frac{\left(\mathrm{x\_t} \sqrt{c} + \mathrm{y\_t} \sqrt{c}\right)^{2}}{2} + \frac{\mathrm{mm} c}{2}\right)
        \mathrm{out\_t} = \mathrm{v\_t} - \mathrm{ratio} \left(\mathrm{x\_t} + \mathrm{y\_t}\right)
        \mathrm{out\_s\_m} = - \mathrm{ratio}
        \mathrm{out\_s} = \mathrm{v\_s} + \mathrm{out\_s\_m} m

    Cost: 2 inner products, 24 further operations; backward 1 inner products, 68 further operations. Saved: the
    inputs and 2 scalars per row.
    """
    result: Tensor = _transp_op(x, y, v, c, dim=dim)
    return result


def _transp0(y: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    y_t, y_s = split(y, dim)
    y_s_v = dot(y_s, v, dim)
    y_s_y_s = dot(y_s, y_s, dim)
    t0 = torch.sqrt(c)
    space_y_s = settled(-y_s_v * c * inverse(rise(y_t * t0, y_s_y_s * c)))
    out_t = -y_s_v * t0
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
    y_t, y_s = split(y, dim)
    g_out_t, g_out_s = split(g_out, dim)
    t0 = torch.sqrt(c)
    t1 = y_t * t0
    t2 = y_s_y_s * c
    t3 = inverse(rise(t1, t2))
    if needs[0] or needs[2]:
        t4 = y_s_v * t3
    if needs[0]:
        space_y_s = settled(-t4 * c)
    y_s_g_out_s = dot(y_s, g_out_s, dim)
    if needs[0] or needs[2]:
        t5 = 1 + t0 * torch.abs(y_t)
        t6 = is_positive(t1)
        t7 = 1 - t6
        t8 = t7 / t5
        t9 = y_s_v * t3**2
    if needs[0]:
        t10 = y_s_g_out_s * t9
        d_y_s_y_s = g_y_s_y_s + t10 * t8 * c**2
    if needs[0] or needs[1]:
        d_y_s_v = settled(g_y_s_v - g_out_t * t0 - y_s_g_out_s * t3 * c)
    if needs[0] or needs[2]:
        t11 = t6 + t7 * t2 / t5**2
    if needs[0]:
        d_y_t = t10 * t11 * torch.sqrt(c) ** 3
        d_y_s_y_s_2 = settled(2 * d_y_s_y_s)
    if needs[2]:
        t12 = 1 / (2 * t0)
        d_c = y_s_g_out_s * (-t4 + t9 * c * (t8 * y_s_y_s + y_t * t11 * t12)) - y_s_v * g_out_t * t12
    return (
        join(d_y_t, combine((d_y_s_y_s_2, y_s), (d_y_s_v, v), (space_y_s, g_out_s)), dim) if needs[0] else None,
        combine((d_y_s_v, y_s), (1, g_out_s)) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _transp0_jvp(
    y: Tensor, v: Tensor, c: Tensor, y_s_v: Tensor, y_s_y_s: Tensor, t_y: Tensor, t_v: Tensor, t_c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    y_t, y_s = split(y, dim)
    t_y_t, t_y_s = split(t_y, dim)
    t0 = torch.sqrt(c)
    t1 = y_t * t0
    t2 = y_s_y_s * c
    t3 = inverse(rise(t1, t2))
    t4 = y_s_v * t3
    space_y_s = -t4 * c
    v_t_y_s = dot(v, t_y_s, dim)
    y_s_t_v = dot(y_s, t_v, dim)
    t_y_s_v = v_t_y_s + y_s_t_v
    y_s_t_y_s = dot(y_s, t_y_s, dim)
    t_y_s_y_s = 2 * y_s_t_y_s
    t5 = 1 + t0 * torch.abs(y_t)
    t6 = is_positive(t1)
    t7 = 1 - t6
    t8 = t7 / t5
    t9 = t6 + t7 * t2 / t5**2
    t10 = 1 / (2 * t0)
    t11 = y_s_v * t3**2
    t_space_y_s = (
        t_c * (-t4 + t11 * c * (t8 * y_s_y_s + y_t * t9 * t10))
        - t_y_s_v * t3 * c
        + t_y_s_y_s * t11 * t8 * c**2
        + t_y_t * t11 * t9 * torch.sqrt(c) ** 3
    )
    t_out_t = -t_y_s_v * t0 - t_c * y_s_v * t10
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
        \mathrm{space\_y\_s} = - \mathrm{y\_s\_v} c \operatorname{inverse}\left(\operatorname{rise}\left(\mathrm{y\_t} \sqrt{c}, \mathrm{y\_s\_y\_s} c\right)\right)
        \mathrm{out\_t} = - \mathrm{y\_s\_v} \sqrt{c}
        \mathrm{out\_s} = v + \mathrm{space\_y\_s} \mathrm{y\_s}

    Cost: 2 inner products, 12 further operations; backward 1 inner products, 56 further operations. Saved: the
    inputs and 2 scalars per row.
    """
    result: Tensor = _transp0_op(y, v, c, dim=dim)
    return result


def _transp0back(x: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    t0 = torch.sqrt(c)
    out_x_s = settled(-v_t * t0 * inverse(rise(x_t * t0, x_s_x_s * c)))
    return (combine((1, v_s), (out_x_s, x_s)), x_s_x_s)


def _transp0back_vjp(
    x: Tensor, v: Tensor, c: Tensor, x_s_x_s: Tensor, g_out: Tensor, g_x_s_x_s: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    v_t, _ = split(v, dim)
    t0 = torch.sqrt(c)
    t1 = x_t * t0
    t2 = x_s_x_s * c
    t3 = inverse(rise(t1, t2))
    if needs[0] or needs[1]:
        t4 = t3 * t0
    if needs[0]:
        out_x_s = settled(-v_t * t4)
    x_s_g_out = dot(x_s, g_out, dim)
    if needs[0] or needs[2]:
        t5 = 1 + t0 * torch.abs(x_t)
        t6 = is_positive(t1)
        t7 = 1 - t6
        t8 = t7 / t5
        t9 = v_t * t3**2
    if needs[0]:
        t10 = x_s_g_out * t9
        d_x_s_x_s = g_x_s_x_s + t10 * t8 * torch.sqrt(c) ** 3
    if needs[0] or needs[2]:
        t11 = t6 + t7 * t2 / t5**2
    if needs[0]:
        d_x_t = t10 * t11 * c
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[1]:
        d_v_t = -x_s_g_out * t4
    if needs[2]:
        t12 = 1 / (2 * t0)
        d_c = x_s_g_out * (t9 * t0 * (t8 * x_s_x_s + x_t * t11 * t12) - v_t * t3 * t12)
    return (
        join(d_x_t, combine((d_x_s_x_s_2, x_s), (out_x_s, g_out)), dim) if needs[0] else None,
        join(d_v_t, g_out, dim) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _transp0back_jvp(
    x: Tensor, v: Tensor, c: Tensor, x_s_x_s: Tensor, t_x: Tensor, t_v: Tensor, t_c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    v_t, _ = split(v, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t_v_t, t_v_s = split(t_v, dim)
    t0 = torch.sqrt(c)
    t1 = x_t * t0
    t2 = x_s_x_s * c
    t3 = inverse(rise(t1, t2))
    t4 = t3 * t0
    out_x_s = -v_t * t4
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    t5 = 1 / (2 * t0)
    t6 = 1 + t0 * torch.abs(x_t)
    t7 = is_positive(t1)
    t8 = 1 - t7
    t9 = t8 / t6
    t10 = t7 + t8 * t2 / t6**2
    t11 = v_t * t3**2
    t_out_x_s = (
        t_c * (t11 * t0 * (t9 * x_s_x_s + x_t * t10 * t5) - v_t * t3 * t5)
        - t_v_t * t4
        + t_x_s_x_s * t11 * t9 * torch.sqrt(c) ** 3
        + t_x_t * t10 * t11 * c
    )
    return (combine((out_x_s, t_x_s), (1, t_v_s), (t_out_x_s, x_s)), t_x_s_x_s)


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
        \mathrm{out\_x\_s} = - \mathrm{v\_t} \sqrt{c} \operatorname{inverse}\left(\operatorname{rise}\left(\mathrm{x\_t} \sqrt{c}, \mathrm{x\_s\_x\_s} c\right)\right)
        \mathrm{out} = \mathrm{v\_s} + \mathrm{out\_x\_s} \mathrm{x\_s}

    Cost: 1 inner products, 11 further operations; backward 1 inner products, 49 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _transp0back_op(x, v, c, dim=dim)
    return result


def _expmap_transp(x: Tensor, v: Tensor, w: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    w_t, w_s = split(w, dim)
    v_s_v_s = dot(v_s, v_s, dim)
    square = c * (v_s_v_s + v_t**2)
    c_2 = settled(cs(square, 1))
    s = settled(sn(square, 1))
    y_t = x_t * c_2 + s * v_t
    v_s_w_s = dot(v_s, w_s, dim)
    overlap = c * (v_s_w_s + v_t * w_t)
    a = settled(-overlap * sn(square / 4, 1) ** 2 / 2)
    b = settled(-s * overlap)
    out1_t = w_t + x_t * b + a * v_t
    return (
        join(y_t, combine((c_2, x_s), (s, v_s)), dim),
        join(out1_t, combine((1, w_s), (a, v_s), (b, x_s)), dim),
        v_s_v_s,
        v_s_w_s,
    )


def _expmap_transp_vjp(
    x: Tensor,
    v: Tensor,
    w: Tensor,
    c: Tensor,
    v_s_v_s: Tensor,
    v_s_w_s: Tensor,
    g_out0: Tensor,
    g_out1: Tensor,
    g_v_s_v_s: Tensor,
    g_v_s_w_s: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    w_t, w_s = split(w, dim)
    g_out0_t, g_out0_s = split(g_out0, dim)
    g_out1_t, g_out1_s = split(g_out1, dim)
    t0 = v_s_v_s + v_t**2
    square = t0 * c
    if needs[0]:
        c_2 = settled(cs(square, 1))
    t1 = sn(square, 1)
    s = settled(t1)
    if needs[0] or needs[1] or needs[3]:
        t2 = v_s_w_s + v_t * w_t
        overlap = t2 * c
    if needs[1] or needs[2] or needs[3]:
        t3 = square / 4
        t4 = sn(t3, 1)
        t5 = t4**2 / 2
    if needs[1]:
        a = settled(-overlap * t5)
    if needs[0]:
        b = settled(-s * overlap)
    if needs[1] or needs[3]:
        x_s_g_out0_s = dot(x_s, g_out0_s, dim)
        v_s_g_out0_s = dot(v_s, g_out0_s, dim)
    if needs[1] or needs[2] or needs[3]:
        v_s_g_out1_s = dot(v_s, g_out1_s, dim)
        x_s_g_out1_s = dot(x_s, g_out1_s, dim)
        d_b = x_s_g_out1_s + x_t * g_out1_t
        d_a = v_s_g_out1_s + v_t * g_out1_t
        d_overlap = -s * d_b - d_a * t5
    if needs[1] or needs[2]:
        t6 = d_overlap * c
        d_v_s_w_s = settled(g_v_s_w_s + t6)
    if needs[1] or needs[3]:
        d_s = v_s_g_out0_s + g_out0_t * v_t - overlap * d_b
        d_c = x_s_g_out0_s + x_t * g_out0_t
        d_square = d_s * d_sn(square, 1) - d_c * t1 / 2 - overlap * d_a * t4 * d_sn(t3, 1) / 4
    if needs[1]:
        t7 = d_square * c
        d_v_s_v_s = g_v_s_v_s + t7
    if needs[0]:
        d_x_t = b * g_out1_t + g_out0_t * c_2
    if needs[1]:
        d_v_t = s * g_out0_t + a * g_out1_t + w_t * t6 + 2 * v_t * t7
        d_v_s_v_s_2 = settled(2 * d_v_s_v_s)
    if needs[2]:
        d_w_t = g_out1_t + v_t * t6
    if needs[3]:
        d_c_2 = d_overlap * t2 + d_square * t0
    return (
        join(d_x_t, combine((c_2, g_out0_s), (b, g_out1_s)), dim) if needs[0] else None,
        join(d_v_t, combine((d_v_s_w_s, w_s), (d_v_s_v_s_2, v_s), (s, g_out0_s), (a, g_out1_s)), dim)
        if needs[1]
        else None,
        join(d_w_t, combine((d_v_s_w_s, v_s), (1, g_out1_s)), dim) if needs[2] else None,
        d_c_2 if needs[3] else None,
    )


def _expmap_transp_jvp(
    x: Tensor,
    v: Tensor,
    w: Tensor,
    c: Tensor,
    v_s_v_s: Tensor,
    v_s_w_s: Tensor,
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
    t0 = v_s_v_s + v_t**2
    square = t0 * c
    c_2 = cs(square, 1)
    t1 = sn(square, 1)
    s = t1
    t2 = v_s_w_s + v_t * w_t
    overlap = t2 * c
    t3 = square / 4
    t4 = sn(t3, 1)
    t5 = t4**2 / 2
    a = -overlap * t5
    b = -s * overlap
    v_s_t_v_s = dot(v_s, t_v_s, dim)
    t_v_s_v_s = 2 * v_s_t_v_s
    t6 = t_v_t * c
    t_square = t_c * t0 + t_v_s_v_s * c + 2 * v_t * t6
    t_c_2 = -t_square * t1 / 2
    t_s = t_square * d_sn(square, 1)
    t_y_t = x_t * t_c_2 + s * t_v_t + t_x_t * c_2 + v_t * t_s
    w_s_t_v_s = dot(w_s, t_v_s, dim)
    v_s_t_w_s = dot(v_s, t_w_s, dim)
    t_v_s_w_s = w_s_t_v_s + v_s_t_w_s
    t_overlap = t_c * t2 + t_v_s_w_s * c + w_t * t6 + v_t * t_w_t * c
    t_a = -t_overlap * t5 - overlap * t_square * t4 * d_sn(t3, 1) / 4
    t_b = -s * t_overlap - overlap * t_s
    t_out1_t = t_w_t + x_t * t_b + a * t_v_t + b * t_x_t + v_t * t_a
    return (
        join(t_y_t, combine((c_2, t_x_s), (s, t_v_s), (t_c_2, x_s), (t_s, v_s)), dim),
        join(t_out1_t, combine((b, t_x_s), (a, t_v_s), (1, t_w_s), (t_a, v_s), (t_b, x_s)), dim),
        t_v_s_v_s,
        t_v_s_w_s,
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

        \mathrm{v\_s\_v\_s} = \langle \mathrm{v\_s}, \mathrm{v\_s} \rangle
        \mathrm{square} = c \left(\mathrm{v\_s\_v\_s} + \mathrm{v\_t}^{2}\right)
        \mathrm{c\_2} = \operatorname{cs}\left(\mathrm{square}\right)
        s = \operatorname{sn}\left(\mathrm{square}\right)
        \mathrm{y\_t} = \mathrm{c\_2} \mathrm{x\_t} + \mathrm{v\_t} s
        \mathrm{v\_s\_w\_s} = \langle \mathrm{v\_s}, \mathrm{w\_s} \rangle
        \mathrm{overlap} = c \left(\mathrm{v\_s\_w\_s} + \mathrm{v\_t} \mathrm{w\_t}\right)
        a = - \frac{\mathrm{overlap} \operatorname{sn}^{2}\left(\frac{\mathrm{square}}{4}\right)}{2}
        b = - \mathrm{overlap} s
        \mathrm{out1\_t} = \mathrm{w\_t} + \mathrm{v\_t} a + \mathrm{x\_t} b
        \mathrm{out0\_t} = \mathrm{y\_t}
        \mathrm{out0\_s} = \mathrm{c\_2} \mathrm{x\_s} + \mathrm{v\_s} s
        \mathrm{out1\_s} = \mathrm{w\_s} + \mathrm{v\_s} a + \mathrm{x\_s} b

    Cost: 2 inner products, 32 further operations; backward 4 inner products, 77 further operations. Saved: the
    inputs and 2 scalars per row.
    """
    result: tuple[Tensor, Tensor] = _expmap_transp_op(x, v, w, c, dim=dim)
    return result


def _shrink_transp(x: Tensor, v: Tensor, weight: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    v_t, v_s = split(v, dim)
    rest = 1 - weight
    t0 = torch.sqrt(c)
    t1 = x_t * t0
    t = t1
    x_s_x_s = dot(x_s, x_s, dim)
    t2 = x_s_x_s * c
    square = (rest - weight) ** 2 + 2 * weight * rest * rise(t1, t2)
    scale = inverse_root(square)
    y_t = (scale * (weight + rest * t) + vanishes(square)) / t0
    y_s_x_s = settled(rest * scale)
    ahead = scale * (rest + weight * t)
    climb = v_t * t0
    half = rise(ahead, t2 * weight**2 * scale**2)
    ratio = climb * weight * scale * inverse(half)
    out1_t = v_t - ratio * (x_t + y_t)
    out1_s_x_s = settled(-ratio * (1 + y_s_x_s))
    return (join(y_t, y_s_x_s * x_s, dim), join(out1_t, combine((1, v_s), (out1_s_x_s, x_s)), dim), x_s_x_s)


def _shrink_transp_vjp(
    x: Tensor,
    v: Tensor,
    weight: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    g_out0: Tensor,
    g_out1: Tensor,
    g_x_s_x_s: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    v_t, _ = split(v, dim)
    g_out0_t, g_out0_s = split(g_out0, dim)
    g_out1_t, g_out1_s = split(g_out1, dim)
    rest = 1 - weight
    t0 = torch.sqrt(c)
    t1 = x_t * t0
    t = t1
    t2 = x_s_x_s * c
    t3 = rise(t1, t2)
    t4 = 2 * weight
    t5 = t3 * t4
    square = (rest - weight) ** 2 + rest * t5
    t6 = inverse_root(square)
    scale = t6
    t7 = 1 / t0
    t8 = weight + rest * t
    t9 = t8 * scale + vanishes(square)
    y_t = t9 * t7
    t10 = rest * scale
    y_s_x_s = settled(t10)
    t11 = rest + weight * t
    ahead = t11 * scale
    if needs[0] or needs[2] or needs[3]:
        climb = v_t * t0
    t12 = weight**2
    t13 = scale**2
    t14 = t12 * t13
    t15 = t14 * t2
    half = rise(ahead, t15)
    t16 = inverse(half)
    t17 = weight * t16 * scale
    if needs[0] or needs[2] or needs[3]:
        ratio = climb * t17
    t18 = 1 + y_s_x_s
    if needs[0]:
        out1_s_x_s = settled(-ratio * t18)
    if needs[0] or needs[2] or needs[3]:
        x_s_g_out0_s = dot(x_s, g_out0_s, dim)
    x_s_g_out1_s = dot(x_s, g_out1_s, dim)
    d_ratio = g_out1_t * (-x_t - y_t) - x_s_g_out1_s * t18
    if needs[0] or needs[2] or needs[3]:
        d_half = -climb * d_ratio * weight * scale * t16**2
    if needs[1] or needs[3]:
        d_climb = d_ratio * t17
    if needs[0] or needs[2] or needs[3]:
        t19 = 1 + torch.abs(ahead)
        t20 = is_positive(ahead)
        t21 = 1 - t20
        d_ahead = d_half * (t20 + t21 * t15 / t19**2)
        d_y_s_x_s = x_s_g_out0_s - ratio * x_s_g_out1_s
        t22 = ratio * g_out1_t
        d_y_t = g_out0_t - t22
        t23 = d_y_t * t7
        t24 = climb * d_ratio * t16
        t25 = d_half * t21 / t19
        t26 = t25 * t2
        d_scale = d_ahead * t11 + d_y_s_x_s * rest + weight * t24 + t23 * t8 + 2 * t26 * scale * t12
        d_square = -d_scale * t6**3 / 2
    if needs[0] or needs[3]:
        t27 = t25 * t14
        t28 = 1 + t0 * torch.abs(x_t)
        t29 = is_positive(t1)
        t30 = 1 - t29
        t31 = t30 / t28
        t32 = d_square * rest * t4
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s + t27 * c + t31 * t32 * c
    if needs[0] or needs[2] or needs[3]:
        t33 = d_ahead * scale
    if needs[0] or needs[3]:
        d_t = weight * t33 + t10 * t23
    if needs[2]:
        t34 = 2 * rest
        t35 = t23 * scale
        d_rest = t33 + d_y_s_x_s * scale + d_square * (t34 + t5 - t4) + t * t35
    if needs[0] or needs[3]:
        t36 = t29 + t30 * t2 / t28**2
    if needs[0]:
        d_x_t = -t22 + d_t * t0 + t32 * t36 * t0
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[1]:
        d_v_t = g_out1_t + d_climb * t0
    if needs[2]:
        d_weight = t35 - d_rest + d_square * (t4 - t34 + t3 * t34) + t * t33 + t24 * scale + t26 * t4 * t13
    if needs[3]:
        t37 = t7 / 2
        t38 = x_t * t37
        d_c = (
            d_t * t38
            + t27 * x_s_x_s
            + t32 * (t31 * x_s_x_s + t36 * t38)
            + v_t * d_climb * t37
            - d_y_t * t9 / (2 * torch.sqrt(c) ** 3)
        )
    return (
        join(d_x_t, combine((d_x_s_x_s_2, x_s), (y_s_x_s, g_out0_s), (out1_s_x_s, g_out1_s)), dim)
        if needs[0]
        else None,
        join(d_v_t, g_out1_s, dim) if needs[1] else None,
        d_weight if needs[2] else None,
        d_c if needs[3] else None,
    )


def _shrink_transp_jvp(
    x: Tensor,
    v: Tensor,
    weight: Tensor,
    c: Tensor,
    x_s_x_s: Tensor,
    t_x: Tensor,
    t_v: Tensor,
    t_weight: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    v_t, _ = split(v, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t_v_t, t_v_s = split(t_v, dim)
    rest = 1 - weight
    t0 = torch.sqrt(c)
    t1 = x_t * t0
    t = t1
    t2 = x_s_x_s * c
    t3 = rise(t1, t2)
    t4 = 2 * rest
    t5 = t3 * t4
    square = (rest - weight) ** 2 + weight * t5
    t6 = inverse_root(square)
    scale = t6
    t7 = 1 / t0
    t8 = weight + rest * t
    t9 = t8 * scale + vanishes(square)
    y_t = t9 * t7
    t10 = rest * scale
    y_s_x_s = t10
    t11 = rest + weight * t
    ahead = t11 * scale
    climb = v_t * t0
    t12 = weight**2
    t13 = scale**2
    t14 = t12 * t13
    t15 = t14 * t2
    half = rise(ahead, t15)
    t16 = weight * scale
    t17 = inverse(half)
    t18 = climb * t17
    ratio = t16 * t18
    t19 = 1 + y_s_x_s
    out1_s_x_s = -ratio * t19
    t_rest = -t_weight
    t20 = t_x_t * t0
    t21 = t_c / 2
    t22 = x_t * t7
    t_t = t20 + t21 * t22
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    t23 = 2 * weight
    t24 = 1 + t0 * torch.abs(x_t)
    t25 = is_positive(t1)
    t26 = 1 - t25
    t27 = t26 / t24
    t28 = t25 + t26 * t2 / t24**2
    t29 = weight * t4
    t30 = t_x_s_x_s * c
    t_square = (
        t_weight * (t23 + t5 - t4)
        + t_rest * (t4 - t23 + t23 * t3)
        + t_c * t29 * (t27 * x_s_x_s + t22 * t28 / 2)
        + t20 * t28 * t29
        + t27 * t29 * t30
    )
    t_scale = -t_square * t6**3 / 2
    t31 = t_weight * scale
    t32 = t_rest * scale
    t_y_t = t31 * t7 + t_t * t10 * t7 + t_scale * t8 * t7 + t * t32 * t7 - t21 * t9 / torch.sqrt(c) ** 3
    t_y_s_x_s = t32 + t_scale * rest
    t_ahead = t32 + t_t * t16 + t_scale * t11 + t * t31
    t_climb = t_v_t * t0 + v_t * t21 * t7
    t33 = 1 + torch.abs(ahead)
    t34 = is_positive(ahead)
    t35 = 1 - t34
    t36 = t35 / t33
    t37 = t36 * t14
    t38 = t36 * t2
    t_half = (
        t_ahead * (t34 + t35 * t15 / t33**2)
        + t30 * t37
        + t_c * t37 * x_s_x_s
        + t_weight * t23 * t38 * t13
        + 2 * t_scale * t38 * scale * t12
    )
    t_ratio = t18 * t31 + t_scale * weight * t18 + t_climb * t16 * t17 - climb * t_half * t16 * t17**2
    t_out1_t = t_v_t + t_ratio * (-x_t - y_t) - ratio * t_x_t - ratio * t_y_t
    t_out1_s_x_s = -ratio * t_y_s_x_s - t_ratio * t19
    return (
        join(t_y_t, combine((y_s_x_s, t_x_s), (t_y_s_x_s, x_s)), dim),
        join(t_out1_t, combine((out1_s_x_s, t_x_s), (1, t_v_s), (t_out1_s_x_s, x_s)), dim),
        t_x_s_x_s,
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
        t = \mathrm{x\_t} \sqrt{c}
        \mathrm{x\_s\_x\_s} = \langle \mathrm{x\_s}, \mathrm{x\_s} \rangle
        \mathrm{square} = \left(\mathrm{rest} - \mathrm{weight}\right)^{2} + 2 \mathrm{rest} \mathrm{weight} \operatorname{rise}\left(\mathrm{x\_t} \sqrt{c}, \mathrm{x\_s\_x\_s} c\right)
        \mathrm{scale} = \operatorname{inverse\_root}\left(\mathrm{square}\right)
        \mathrm{y\_t} = \frac{\mathrm{scale} \left(\mathrm{weight} + \mathrm{rest} t\right) + \operatorname{vanishes}\left(\mathrm{square}\right)}{\sqrt{c}}
        \mathrm{y\_s\_x\_s} = \mathrm{rest} \mathrm{scale}
        \mathrm{ahead} = \mathrm{scale} \left(\mathrm{rest} + \mathrm{weight} t\right)
        \mathrm{climb} = \mathrm{v\_t} \sqrt{c}
        \mathrm{half} = \operatorname{rise}\left(\mathrm{ahead}, \mathrm{x\_s\_x\_s} c \mathrm{scale}^{2} \mathrm{weight}^{2}\right)
        \mathrm{ratio} = \mathrm{climb} \mathrm{scale} \mathrm{weight} \operatorname{inverse}\left(\mathrm{half}\right)
        \mathrm{out1\_t} = \mathrm{v\_t} - \mathrm{ratio} \left(\mathrm{x\_t} + \mathrm{y\_t}\right)
        \mathrm{out1\_s\_x\_s} = - \mathrm{ratio} \left(1 + \mathrm{y\_s\_x\_s}\right)
        \mathrm{out0\_t} = \mathrm{y\_t}
        \mathrm{out0\_s} = \mathrm{x\_s} \mathrm{y\_s\_x\_s}
        \mathrm{out1\_s} = \mathrm{v\_s} + \mathrm{out1\_s\_x\_s} \mathrm{x\_s}

    Cost: 1 inner products, 45 further operations; backward 2 inner products, 161 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: tuple[Tensor, Tensor] = _shrink_transp_op(x, v, weight, c, dim=dim)
    return result


def _midpoint(x: Tensor, w: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    term = x_t * w
    total = row_sum(term, x_t, rows)
    total_2 = combine_rows((w, x_s), like=x_t, rows=rows, dim=dim)
    total_total = dot(total_2, total_2, dim)
    norm_sq = total_total + total**2
    scale = inverse_root(norm_sq * c)
    out_t = total * scale + vanishes(norm_sq) / torch.sqrt(c)
    return (join(out_t, scale * total_2, dim), total, total_2)


def _midpoint_vjp(
    x: Tensor,
    w: Tensor,
    c: Tensor,
    total: Tensor,
    total_2: Tensor,
    g_out: Tensor,
    g_total: Tensor,
    g_total_2: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    g_out_t, g_out_s = split(g_out, dim)
    total_total = dot(total_2, total_2, dim)
    norm_sq = total_total + total**2
    t0 = inverse_root(norm_sq * c)
    if needs[0] or needs[1]:
        scale = settled(t0)
    total_g_out_s = dot(total_2, g_out_s, dim)
    d_scale = total_g_out_s + g_out_t * total
    t1 = d_scale * t0**3 / 2
    if needs[0] or needs[1]:
        d_norm_sq = -t1 * c
        t2 = 2 * d_norm_sq
        d_total_total = settled(t2)
    if needs[1]:
        x_s_g_out_s = dot(x_s, g_out_s, dim)
        x_s_g_total_2 = dot(x_s, g_total_2, dim)
        x_s_total = dot(x_s, total_2, dim)
    if needs[0] or needs[1]:
        d_total = settled(g_total + g_out_t * scale + total * t2)
    if needs[0]:
        d_x_t = d_total * w
        d_x_s_g_out_s = settled(scale * w)
        d_x_s_total = settled(d_total_total * w)
    if needs[1]:
        d_w = x_s_g_total_2 + x_t * d_total + d_total_total * x_s_total + x_s_g_out_s * scale
    if needs[2]:
        d_c = -t1 * norm_sq - g_out_t * vanishes(norm_sq) / (2 * torch.sqrt(c) ** 3)
    return (
        join(d_x_t, combine((d_x_s_total, total_2), (d_x_s_g_out_s, g_out_s), (w, g_total_2)), dim)
        if needs[0]
        else None,
        d_w if needs[1] else None,
        d_c if needs[2] else None,
    )


def _midpoint_jvp(
    x: Tensor,
    w: Tensor,
    c: Tensor,
    total: Tensor,
    total_2: Tensor,
    t_x: Tensor,
    t_w: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    t_x_t, t_x_s = split(t_x, dim)
    total_total = dot(total_2, total_2, dim)
    norm_sq = total_total + total**2
    t0 = inverse_root(norm_sq * c)
    scale = t0
    t_term = x_t * t_w + t_x_t * w
    t_total = row_sum(t_term, x_t, rows)
    t_total_2 = combine_rows((t_w, x_s), (w, t_x_s), like=x_t, rows=rows, dim=dim)
    total_t_total = dot(total_2, t_total_2, dim)
    t_total_total = 2 * total_t_total
    t_norm_sq = t_total_total + 2 * t_total * total
    t1 = t0**3 / 2
    t_scale = -t_c * norm_sq * t1 - t_norm_sq * t1 * c
    t_out_t = t_total * scale + t_scale * total - t_c * vanishes(norm_sq) / (2 * torch.sqrt(c) ** 3)
    return (join(t_out_t, combine((scale, t_total_2), (t_scale, total_2)), dim), t_total, t_total_2)


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

        \mathrm{term} = \mathrm{x\_t} w
        \mathrm{total} = \sum \mathrm{term}
        \mathrm{formed} = \mathrm{x\_s} w
        \mathrm{total\_2} = \sum \mathrm{formed}
        \mathrm{total\_total} = \langle \mathrm{total\_2}, \mathrm{total\_2} \rangle
        \mathrm{norm\_sq} = \mathrm{total\_total} + \mathrm{total}^{2}
        \mathrm{scale} = \operatorname{inverse\_root}\left(\mathrm{norm\_sq} c\right)
        \mathrm{out\_t} = \mathrm{scale} \mathrm{total} + \frac{\operatorname{vanishes}\left(\mathrm{norm\_sq}\right)}{\sqrt{c}}
        \mathrm{out\_s} = \mathrm{scale} \mathrm{total\_2}

    Cost: 1 inner products, 15 further operations; backward 5 inner products, 42 further operations. Saved: the
    inputs and 2 values per group.
    """
    result: Tensor = _midpoint_op(x, w, c, dim=dim, rows=rows)
    return result


def _to_stereographic(x: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    x_s_x_s = dot(x_s, x_s, dim)
    out_x_s = settled(1 / rise(x_t * torch.sqrt(c), x_s_x_s * c))
    return (out_x_s * x_s, x_s_x_s)


def _to_stereographic_vjp(
    x: Tensor, c: Tensor, x_s_x_s: Tensor, g_out: Tensor, g_x_s_x_s: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    x_t, x_s = split(x, dim)
    t0 = torch.sqrt(c)
    t1 = x_t * t0
    t2 = x_s_x_s * c
    t3 = rise(t1, t2)
    if needs[0]:
        out_x_s = settled(1 / t3)
    x_s_g_out = dot(x_s, g_out, dim)
    t4 = 1 + t0 * torch.abs(x_t)
    t5 = is_positive(t1)
    t6 = 1 - t5
    t7 = t6 / t4
    t8 = x_s_g_out / t3**2
    if needs[0]:
        d_x_s_x_s = g_x_s_x_s - t7 * t8 * c
    t9 = t5 + t6 * t2 / t4**2
    if needs[0]:
        d_x_t = -t8 * t9 * t0
        d_x_s_x_s_2 = settled(2 * d_x_s_x_s)
    if needs[1]:
        d_c = t8 * (-t7 * x_s_x_s - x_t * t9 / (2 * t0))
    return (
        join(d_x_t, combine((d_x_s_x_s_2, x_s), (out_x_s, g_out)), dim) if needs[0] else None,
        d_c if needs[1] else None,
    )


def _to_stereographic_jvp(
    x: Tensor, c: Tensor, x_s_x_s: Tensor, t_x: Tensor, t_c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    x_t, x_s = split(x, dim)
    t_x_t, t_x_s = split(t_x, dim)
    t0 = torch.sqrt(c)
    t1 = x_t * t0
    t2 = x_s_x_s * c
    t3 = rise(t1, t2)
    out_x_s = 1 / t3
    x_s_t_x_s = dot(x_s, t_x_s, dim)
    t_x_s_x_s = 2 * x_s_t_x_s
    t4 = t3 ** (-2)
    t5 = 1 + t0 * torch.abs(x_t)
    t6 = is_positive(t1)
    t7 = 1 - t6
    t8 = t7 / t5
    t9 = t6 + t7 * t2 / t5**2
    t_out_x_s = t_c * t4 * (-t8 * x_s_x_s - x_t * t9 / (2 * t0)) - t_x_t * t4 * t9 * t0 - t_x_s_x_s * t4 * t8 * c
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
        \mathrm{out\_x\_s} = \frac{1}{\operatorname{rise}\left(\mathrm{x\_t} \sqrt{c}, \mathrm{x\_s\_x\_s} c\right)}
        \mathrm{out} = \mathrm{out\_x\_s} \mathrm{x\_s}

    Cost: 1 inner products, 8 further operations; backward 1 inner products, 35 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _to_stereographic_op(x, c, dim=dim)
    return result


def _from_stereographic(p: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    pp = dot(p, p, dim)
    square = pp * c
    gap = 1 + square
    t0 = 1 / gap
    out_t = t0 * (1 - square) / torch.sqrt(c)
    out_s_p = settled(2 * t0)
    return (join(out_t, out_s_p * p, dim), pp)


def _from_stereographic_vjp(
    p: Tensor, c: Tensor, pp: Tensor, g_out: Tensor, g_pp: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    g_out_t, g_out_s = split(g_out, dim)
    square = pp * c
    gap = 1 + square
    t0 = 1 / gap
    if needs[0]:
        out_s_p = settled(2 * t0)
    p_g_out_s = dot(p, g_out_s, dim)
    t1 = gap ** (-2)
    t2 = 1 - square
    t3 = g_out_t / torch.sqrt(c)
    d_gap = -2 * p_g_out_s * t1 - t2 * t3 * t1
    d_square = d_gap - t3 * t0
    if needs[0]:
        d_pp = g_pp + d_square * c
        d_p_p = settled(2 * d_pp)
    if needs[1]:
        d_c = d_square * pp - g_out_t * t2 * t0 / (2 * torch.sqrt(c) ** 3)
    return (combine((d_p_p, p), (out_s_p, g_out_s)) if needs[0] else None, d_c if needs[1] else None)


def _from_stereographic_jvp(p: Tensor, c: Tensor, pp: Tensor, t_p: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    square = pp * c
    gap = 1 + square
    t0 = 1 / gap
    out_s_p = 2 * t0
    p_t_p = dot(p, t_p, dim)
    t_pp = 2 * p_t_p
    t_square = t_pp * c + t_c * pp
    t1 = t_square / torch.sqrt(c)
    t2 = gap ** (-2)
    t3 = 1 - square
    t_out_t = -t1 * t0 - t1 * t3 * t2 - t_c * t3 * t0 / (2 * torch.sqrt(c) ** 3)
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
        \mathrm{square} = \mathrm{pp} c
        \mathrm{gap} = 1 + \mathrm{square}
        \mathrm{out\_t} = \frac{1 - \mathrm{square}}{\mathrm{gap} \sqrt{c}}
        \mathrm{out\_s\_p} = \frac{2}{\mathrm{gap}}
        \mathrm{out\_s} = \mathrm{out\_s\_p} p

    Cost: 1 inner products, 11 further operations; backward 1 inner products, 31 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _from_stereographic_op(p, c, dim=dim)
    return result
