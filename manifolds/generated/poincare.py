"""Ops of the Poincaré ball, in ball coordinates (curvature −c).

Generated from specs/stereographic.py by `manifuse ops generate`; do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ...compile.functions import asn, atn, cs, d_asn, d_atn, d_tn, sn, tn
from ...compile.guards import at_least, inverse_root, margin, root
from ...compile.modes import settled
from ...compile.runtime import Formulas, Operation, combine, combine_rows, dot, row_sum

__all__ = [
    "conformal_factor",
    "dist",
    "dist0",
    "egrad2rgrad",
    "expmap",
    "expmap0",
    "expmap_transp",
    "from_frame",
    "geodesic",
    "gyration",
    "inner",
    "logmap",
    "logmap0",
    "midpoint",
    "mobius_add",
    "shrink_transp",
    "sqdist",
    "to_frame",
    "transp",
    "transp0",
    "transp0back",
]


def _conformal_factor(x: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    xx = dot(x, x, dim)
    out = 2 / margin(1 - xx * c)
    return (out, xx)


def _conformal_factor_vjp(
    x: Tensor, c: Tensor, xx: Tensor, g_out: Tensor, g_xx: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    t0 = 2 * g_out / margin(1 - xx * c) ** 2
    if needs[0]:
        d_xx = g_xx + t0 * c
        d_x_x = settled(2 * d_xx)
    if needs[1]:
        d_c = t0 * xx
    return (d_x_x * x if needs[0] else None, d_c if needs[1] else None)


def _conformal_factor_jvp(x: Tensor, c: Tensor, xx: Tensor, t_x: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t_x = dot(x, t_x, dim)
    t_xx = 2 * x_t_x
    t0 = 2 / margin(1 - xx * c) ** 2
    t_out = t_c * xx * t0 + t_xx * c * t0
    return (t_out, t_xx)


_conformal_factor_op = Operation(
    "conformal_factor",
    Formulas(_conformal_factor, _conformal_factor_vjp, _conformal_factor_jvp),
    inputs=(("x", "vector"), ("c", "scalar")),
    results=("scalar",),
)


def conformal_factor(x: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Conformal factor λ = 2/(1 + κ‖x‖²). Source: arXiv 1805.09112 §2.

    Formula (LaTeX)::

        \mathrm{xx} = \langle x, x \rangle
        \mathrm{out} = \frac{2}{\operatorname{margin}\left(1 - \mathrm{xx} c\right)}

    Cost: 1 inner products, 4 further operations; backward 0 inner products, 13 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _conformal_factor_op(x, c, dim=dim)
    return result


def _mobius_add(x: Tensor, y: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    yy = dot(y, y, dim)
    formed = x + y
    xx = dot(x, x, dim)
    formed_formed = dot(formed, formed, dim)
    t1 = margin(1 - xx * c)
    t0 = formed_formed * c
    t2 = 1 / (t0 + t1 * margin(1 - yy * c))
    out_formed = settled(t1 * t2)
    out_x = settled(t0 * t2)
    return (combine((out_formed, formed), (out_x, x)), yy, xx, formed_formed)


def _mobius_add_vjp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    yy: Tensor,
    xx: Tensor,
    formed_formed: Tensor,
    g_out: Tensor,
    g_yy: Tensor,
    g_xx: Tensor,
    g_formed_formed: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    formed = x + y
    t2 = margin(1 - xx * c)
    t0 = formed_formed * c
    t1 = margin(1 - yy * c)
    t3 = t0 + t1 * t2
    t4 = 1 / t3
    if needs[0] or needs[1]:
        out_formed = settled(t2 * t4)
    if needs[0]:
        out_x = t0 * t4
    formed_g_out = dot(formed, g_out, dim)
    x_g_out = dot(x, g_out, dim)
    if needs[0] or needs[1]:
        t5 = c * t4
    t6 = t3 ** (-2)
    if needs[0] or needs[1]:
        t7 = formed_formed * t6 * c**2
        t8 = formed_g_out * c
        d_formed_formed = g_formed_formed + x_g_out * (t5 - t7) - t8 * t2 * t6
        t9 = x_g_out * t7
    if needs[0]:
        d_xx = g_xx + formed_g_out * (-t5 + c * t1 * t2 * t6) + t9 * t1
    if needs[0] or needs[1]:
        d_formed_formed_2 = settled(2 * d_formed_formed)
    if needs[1]:
        d_yy = g_yy + t9 * t2 + t8 * t6 * t2**2
    if needs[0]:
        d_x_g_out = settled(out_x + out_formed)
        d_x_x = settled(2 * d_xx)
    if needs[1]:
        d_y_y = settled(2 * d_yy)
    if needs[2]:
        t10 = -formed_formed + yy * t2 + xx * t1
        d_c = formed_g_out * (-xx * t4 + t10 * t2 * t6) + x_g_out * (formed_formed * t4 + t10 * t0 * t6)
    return (
        combine((d_x_x, x), (d_formed_formed_2, formed), (d_x_g_out, g_out)) if needs[0] else None,
        combine((d_formed_formed_2, formed), (d_y_y, y), (out_formed, g_out)) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _mobius_add_jvp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    yy: Tensor,
    xx: Tensor,
    formed_formed: Tensor,
    t_x: Tensor,
    t_y: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    formed = x + y
    t2 = margin(1 - xx * c)
    t0 = formed_formed * c
    t1 = margin(1 - yy * c)
    t3 = t0 + t1 * t2
    t4 = 1 / t3
    out_formed = t2 * t4
    out_x = t0 * t4
    y_t_y = dot(y, t_y, dim)
    t_yy = 2 * y_t_y
    x_t_x = dot(x, t_x, dim)
    t_xx = 2 * x_t_x
    formed_t_x = dot(formed, t_x, dim)
    formed_t_y = dot(formed, t_y, dim)
    t_formed_formed = 2 * formed_t_x + 2 * formed_t_y
    t5 = t3 ** (-2)
    t6 = -formed_formed + yy * t2 + xx * t1
    t7 = c * t4
    t8 = t2 * t5
    t_out_formed = (
        t_c * (-xx * t4 + t6 * t2 * t5)
        + t_xx * (-t7 + c * t1 * t2 * t5)
        - t_formed_formed * c * t8
        + t_yy * c * t5 * t2**2
    )
    t9 = formed_formed * c**2
    t10 = t9 * t5
    t_out_x = (
        t_c * (formed_formed * t4 + t6 * t0 * t5) + t_formed_formed * (t7 - t10) + t_yy * t9 * t8 + t_xx * t10 * t1
    )
    return (
        combine((out_x + out_formed, t_x), (out_formed, t_y), (t_out_formed, formed), (t_out_x, x)),
        t_yy,
        t_xx,
        t_formed_formed,
    )


_mobius_add_op = Operation(
    "mobius_add",
    Formulas(_mobius_add, _mobius_add_vjp, _mobius_add_jvp),
    inputs=(("x", "vector"), ("y", "vector"), ("c", "scalar")),
    results=("vector",),
)


def mobius_add(x: Tensor, y: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Möbius addition x ⊕ y. Source: Ungar; stable in s = x + y, whose denominator has no negative term on the ball.

    Formula (LaTeX)::

        \mathrm{yy} = \langle y, y \rangle
        \mathrm{formed} = x + y
        \mathrm{xx} = \langle x, x \rangle
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{out\_formed} = \frac{\operatorname{margin}\left(1 - \mathrm{xx} c\right)}{\mathrm{formed\_formed} c + \operatorname{margin}\left(1 - \mathrm{xx} c\right) \operatorname{margin}\left(1 - \mathrm{yy} c\right)}
        \mathrm{out\_x} = \frac{\mathrm{formed\_formed} c}{\mathrm{formed\_formed} c + \operatorname{margin}\left(1 - \mathrm{xx} c\right) \operatorname{margin}\left(1 - \mathrm{yy} c\right)}
        \mathrm{out} = \mathrm{formed} \mathrm{out\_formed} + \mathrm{out\_x} x

    Cost: 3 inner products, 16 further operations; backward 2 inner products, 67 further operations. Saved: the
    inputs and 3 scalars per row.
    """
    result: Tensor = _mobius_add_op(x, y, c, dim=dim)
    return result


def _gyration(u: Tensor, v: Tensor, w: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    s = u + v
    uu = dot(u, u, dim)
    vv = dot(v, v, dim)
    uv = dot(u, v, dim)
    uw = dot(u, w, dim)
    vw = dot(v, w, dim)
    t0 = c**2
    t1 = vw * t0
    a = vw * c + 2 * uv * t1 - uw * vv * t0
    b = -uw * c - t1 * uu
    ss = dot(s, s, dim)
    denominator = ss * c + margin(1 - uu * c) * margin(1 - vv * c)
    t2 = 2 / denominator
    out_u = settled(a * t2)
    out_v = settled(b * t2)
    return (combine((1, w), (out_u, u), (out_v, v)), uu, vv, uv, uw, vw)


def _gyration_vjp(
    u: Tensor,
    v: Tensor,
    w: Tensor,
    c: Tensor,
    uu: Tensor,
    vv: Tensor,
    uv: Tensor,
    uw: Tensor,
    vw: Tensor,
    g_out: Tensor,
    g_uu: Tensor,
    g_vv: Tensor,
    g_uv: Tensor,
    g_uw: Tensor,
    g_vw: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    s = u + v
    if needs[0] or needs[1] or needs[3]:
        t0 = vw * c
    t1 = c**2
    t2 = vv * t1
    t3 = 2 * t1
    t4 = uv * t3
    if needs[0] or needs[1] or needs[3]:
        a = t0 + vw * t4 - uw * t2
        t5 = uw * c
    t6 = uu * t1
    if needs[0] or needs[1] or needs[3]:
        b = -t5 - vw * t6
    ss = dot(s, s, dim)
    t7 = margin(1 - uu * c)
    t8 = margin(1 - vv * c)
    denominator = ss * c + t7 * t8
    t9 = 2 / denominator
    if needs[0]:
        out_u = settled(a * t9)
    if needs[1]:
        out_v = settled(b * t9)
    u_g_out = dot(u, g_out, dim)
    v_g_out = dot(v, g_out, dim)
    if needs[0] or needs[1] or needs[3]:
        t10 = 2 / denominator**2
        d_denominator = -a * u_g_out * t10 - b * v_g_out * t10
    if needs[0] or needs[1]:
        t11 = d_denominator * c
        d_ss = t11
    d_b = v_g_out * t9
    d_a = u_g_out * t9
    if needs[1] or needs[2]:
        d_vw = settled(g_vw + d_a * (t4 + c) - d_b * t6)
    if needs[0] or needs[2]:
        d_uw = settled(g_uw - d_b * c - d_a * t2)
    if needs[0] or needs[1]:
        d_uv = settled(g_uv + d_a * vw * t3)
    if needs[1]:
        d_vv = g_vv - t11 * t7 - d_a * uw * t1
    if needs[0]:
        d_uu = g_uu - t11 * t8 - d_b * vw * t1
    if needs[0] or needs[1]:
        d_s_s = settled(2 * d_ss)
    if needs[0]:
        d_u_u = settled(2 * d_uu)
    if needs[1]:
        d_v_v = settled(2 * d_vv)
    if needs[3]:
        d_c = (
            d_denominator * (ss - uu * t8 - vv * t7)
            + d_b * (-uw - 2 * t0 * uu)
            + d_a * (vw - 2 * t5 * vv + 4 * uv * t0)
        )
    return (
        combine((d_uw, w), (d_uv, v), (d_u_u, u), (d_s_s, s), (out_u, g_out)) if needs[0] else None,
        combine((d_vw, w), (d_uv, u), (d_v_v, v), (d_s_s, s), (out_v, g_out)) if needs[1] else None,
        combine((d_vw, v), (d_uw, u), (1, g_out)) if needs[2] else None,
        d_c if needs[3] else None,
    )


def _gyration_jvp(
    u: Tensor,
    v: Tensor,
    w: Tensor,
    c: Tensor,
    uu: Tensor,
    vv: Tensor,
    uv: Tensor,
    uw: Tensor,
    vw: Tensor,
    t_u: Tensor,
    t_v: Tensor,
    t_w: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    s = u + v
    t0 = vw * c
    t1 = c**2
    t2 = uw * t1
    t3 = vw * t1
    t4 = 2 * uv
    a = t0 + t3 * t4 - t2 * vv
    t5 = uw * c
    b = -t5 - t3 * uu
    ss = dot(s, s, dim)
    t6 = margin(1 - uu * c)
    t7 = margin(1 - vv * c)
    denominator = ss * c + t6 * t7
    t8 = 1 / denominator
    t9 = 2 * t8
    out_u = a * t9
    out_v = b * t9
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    v_t_u = dot(v, t_u, dim)
    u_t_v = dot(u, t_v, dim)
    t_uv = v_t_u + u_t_v
    w_t_u = dot(w, t_u, dim)
    u_t_w = dot(u, t_w, dim)
    t_uw = w_t_u + u_t_w
    w_t_v = dot(w, t_v, dim)
    v_t_w = dot(v, t_w, dim)
    t_vw = w_t_v + v_t_w
    t_a = t_c * (vw - 2 * t5 * vv + 4 * uv * t0) + t_vw * (c + t4 * t1) - t_vv * t2 + 2 * t_uv * t3 - t_uw * vv * t1
    t_b = t_c * (-uw - 2 * t0 * uu) - t_uu * t3 - t_uw * c - t_vw * uu * t1
    s_t_u = dot(s, t_u, dim)
    s_t_v = dot(s, t_v, dim)
    t_ss = 2 * s_t_u + 2 * s_t_v
    t_denominator = t_c * (ss - uu * t7 - vv * t6) + t_ss * c - t_uu * c * t7 - t_vv * c * t6
    t10 = 2 * t_denominator / denominator**2
    t_out_u = -a * t10 + 2 * t_a * t8
    t_out_v = -b * t10 + 2 * t_b * t8
    return (combine((out_u, t_u), (out_v, t_v), (1, t_w), (t_out_u, u), (t_out_v, v)), t_uu, t_vv, t_uv, t_uw, t_vw)


_gyration_op = Operation(
    "gyration",
    Formulas(_gyration, _gyration_vjp, _gyration_jvp),
    inputs=(("u", "vector"), ("v", "vector"), ("w", "vector"), ("c", "scalar")),
    results=("vector",),
)


def gyration(u: Tensor, v: Tensor, w: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Gyration gyr[u, v]w, the rotation by which Möbius addition fails to associate. Source: Ungar.

    Formula (LaTeX)::

        s = u + v
        \mathrm{uu} = \langle u, u \rangle
        \mathrm{vv} = \langle v, v \rangle
        \mathrm{uv} = \langle u, v \rangle
        \mathrm{uw} = \langle u, w \rangle
        \mathrm{vw} = \langle v, w \rangle
        a = \mathrm{vw} c - \mathrm{uw} \mathrm{vv} c^{2} + 2 \mathrm{uv} \mathrm{vw} c^{2}
        b = - \mathrm{uw} c - \mathrm{uu} \mathrm{vw} c^{2}
        \mathrm{ss} = \langle s, s \rangle
        \mathrm{denominator} = \mathrm{ss} c + \operatorname{margin}\left(1 - \mathrm{uu} c\right) \operatorname{margin}\left(1 - \mathrm{vv} c\right)
        \mathrm{out\_u} = \frac{2 a}{\mathrm{denominator}}
        \mathrm{out\_v} = \frac{2 b}{\mathrm{denominator}}
        \mathrm{out} = w + \mathrm{out\_u} u + \mathrm{out\_v} v

    Cost: 6 inner products, 28 further operations; backward 3 inner products, 91 further operations. Saved: the
    inputs and 5 scalars per row.
    """
    result: Tensor = _gyration_op(u, v, w, c, dim=dim)
    return result


def _expmap0(v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    vv = dot(v, v, dim)
    out_v = settled(tn(-vv * c, -1))
    return (out_v * v, vv)


def _expmap0_vjp(
    v: Tensor, c: Tensor, vv: Tensor, g_out: Tensor, g_vv: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    t0 = -vv * c
    if needs[0]:
        out_v = settled(tn(t0, -1))
    v_g_out = dot(v, g_out, dim)
    t1 = v_g_out * d_tn(t0, -1)
    if needs[0]:
        d_vv = g_vv - t1 * c
        d_v_v = settled(2 * d_vv)
    if needs[1]:
        d_c = -t1 * vv
    return (combine((d_v_v, v), (out_v, g_out)) if needs[0] else None, d_c if needs[1] else None)


def _expmap0_jvp(v: Tensor, c: Tensor, vv: Tensor, t_v: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    t0 = -vv * c
    out_v = tn(t0, -1)
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t1 = d_tn(t0, -1)
    t_out_v = -t_c * t1 * vv - t_vv * t1 * c
    return (combine((out_v, t_v), (t_out_v, v)), t_vv)


_expmap0_op = Operation(
    "expmap0",
    Formulas(_expmap0, _expmap0_vjp, _expmap0_jvp),
    inputs=(("v", "vector"), ("c", "scalar")),
    results=("vector",),
)


def expmap0(v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Exponential map at the origin, tanh(√c‖v‖)/(√c‖v‖) v. Source: arXiv 1805.09112 Lemma 2.

    Formula (LaTeX)::

        \mathrm{vv} = \langle v, v \rangle
        \mathrm{out\_v} = \operatorname{tn}\left(- \mathrm{vv} c\right)
        \mathrm{out} = \mathrm{out\_v} v

    Cost: 1 inner products, 4 further operations; backward 1 inner products, 12 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _expmap0_op(v, c, dim=dim)
    return result


def _logmap0(x: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    xx = dot(x, x, dim)
    out_x = settled(atn(-xx * c, -1))
    return (out_x * x, xx)


def _logmap0_vjp(
    x: Tensor, c: Tensor, xx: Tensor, g_out: Tensor, g_xx: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    t0 = -xx * c
    if needs[0]:
        out_x = settled(atn(t0, -1))
    x_g_out = dot(x, g_out, dim)
    t1 = x_g_out * d_atn(t0, -1)
    if needs[0]:
        d_xx = g_xx - t1 * c
        d_x_x = settled(2 * d_xx)
    if needs[1]:
        d_c = -t1 * xx
    return (combine((d_x_x, x), (out_x, g_out)) if needs[0] else None, d_c if needs[1] else None)


def _logmap0_jvp(x: Tensor, c: Tensor, xx: Tensor, t_x: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    t0 = -xx * c
    out_x = atn(t0, -1)
    x_t_x = dot(x, t_x, dim)
    t_xx = 2 * x_t_x
    t1 = d_atn(t0, -1)
    t_out_x = -t_c * t1 * xx - t_xx * t1 * c
    return (combine((out_x, t_x), (t_out_x, x)), t_xx)


_logmap0_op = Operation(
    "logmap0",
    Formulas(_logmap0, _logmap0_vjp, _logmap0_jvp),
    inputs=(("x", "vector"), ("c", "scalar")),
    results=("vector",),
)


def logmap0(x: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Logarithm at the origin, artanh(√c‖x‖)/(√c‖x‖) x. Source: arXiv 1805.09112 Lemma 2.

    Formula (LaTeX)::

        \mathrm{xx} = \langle x, x \rangle
        \mathrm{out\_x} = \operatorname{atn}\left(- \mathrm{xx} c\right)
        \mathrm{out} = \mathrm{out\_x} x

    Cost: 1 inner products, 4 further operations; backward 1 inner products, 12 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _logmap0_op(x, c, dim=dim)
    return result


def _from_frame(u: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    out_u = settled(tn(-uu * c / 4, -1) / 2)
    return (out_u * u, uu)


def _from_frame_vjp(
    u: Tensor, c: Tensor, uu: Tensor, g_out: Tensor, g_uu: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    t0 = -uu * c / 4
    if needs[0]:
        out_u = settled(tn(t0, -1) / 2)
    u_g_out = dot(u, g_out, dim)
    t1 = u_g_out * d_tn(t0, -1) / 8
    if needs[0]:
        d_uu = g_uu - t1 * c
        d_u_u = settled(2 * d_uu)
    if needs[1]:
        d_c = -t1 * uu
    return (combine((d_u_u, u), (out_u, g_out)) if needs[0] else None, d_c if needs[1] else None)


def _from_frame_jvp(u: Tensor, c: Tensor, uu: Tensor, t_u: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    t0 = -uu * c / 4
    out_u = tn(t0, -1) / 2
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t1 = d_tn(t0, -1) / 8
    t_out_u = -t_c * t1 * uu - t_uu * t1 * c
    return (combine((out_u, t_u), (t_out_u, u)), t_uu)


_from_frame_op = Operation(
    "from_frame",
    Formulas(_from_frame, _from_frame_vjp, _from_frame_jvp),
    inputs=(("u", "vector"), ("c", "scalar")),
    results=("vector",),
)


def from_frame(u: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Point with frame coordinates u: expmap0(u/2), since the metric at the origin is 4I.

    Formula (LaTeX)::

        \mathrm{uu} = \langle u, u \rangle
        \mathrm{out\_u} = \frac{\operatorname{tn}\left(- \frac{\mathrm{uu} c}{4}\right)}{2}
        \mathrm{out} = \mathrm{out\_u} u

    Cost: 1 inner products, 6 further operations; backward 1 inner products, 15 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _from_frame_op(u, c, dim=dim)
    return result


def _to_frame(x: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    xx = dot(x, x, dim)
    out_x = settled(2 * atn(-xx * c, -1))
    return (out_x * x, xx)


def _to_frame_vjp(
    x: Tensor, c: Tensor, xx: Tensor, g_out: Tensor, g_xx: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    t0 = -xx * c
    if needs[0]:
        out_x = settled(2 * atn(t0, -1))
    x_g_out = dot(x, g_out, dim)
    t1 = 2 * x_g_out * d_atn(t0, -1)
    if needs[0]:
        d_xx = g_xx - t1 * c
        d_x_x = settled(2 * d_xx)
    if needs[1]:
        d_c = -t1 * xx
    return (combine((d_x_x, x), (out_x, g_out)) if needs[0] else None, d_c if needs[1] else None)


def _to_frame_jvp(x: Tensor, c: Tensor, xx: Tensor, t_x: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    t0 = -xx * c
    out_x = 2 * atn(t0, -1)
    x_t_x = dot(x, t_x, dim)
    t_xx = 2 * x_t_x
    t1 = 2 * d_atn(t0, -1)
    t_out_x = -t_c * t1 * xx - t_xx * t1 * c
    return (combine((out_x, t_x), (t_out_x, x)), t_xx)


_to_frame_op = Operation(
    "to_frame",
    Formulas(_to_frame, _to_frame_vjp, _to_frame_jvp),
    inputs=(("x", "vector"), ("c", "scalar")),
    results=("vector",),
)


def to_frame(x: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Frame coordinates of a point, 2 logmap0(x): their norm is the distance to the origin.

    Formula (LaTeX)::

        \mathrm{xx} = \langle x, x \rangle
        \mathrm{out\_x} = 2 \operatorname{atn}\left(- \mathrm{xx} c\right)
        \mathrm{out} = \mathrm{out\_x} x

    Cost: 1 inner products, 5 further operations; backward 1 inner products, 14 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _to_frame_op(x, c, dim=dim)
    return result


def _expmap(x: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    xx = dot(x, x, dim)
    t0 = margin(1 - xx * c)
    lx = t0
    vv = dot(v, v, dim)
    t1 = vv * c
    e_v = settled(tn(-t1 / lx**2, -1) / lx)
    formed = settled(combine((1, x), (e_v, v)))
    formed_formed = dot(formed, formed, dim)
    t2 = formed_formed * c
    t3 = 1 / (t2 + t0 * margin(1 - t1 * e_v**2))
    out_formed = settled(t0 * t3)
    out_x = settled(t2 * t3)
    return (combine((out_formed, formed), (out_x, x)), xx, vv, formed_formed)


def _expmap_vjp(
    x: Tensor,
    v: Tensor,
    c: Tensor,
    xx: Tensor,
    vv: Tensor,
    formed_formed: Tensor,
    g_out: Tensor,
    g_xx: Tensor,
    g_vv: Tensor,
    g_formed_formed: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    t0 = margin(1 - xx * c)
    lx = t0
    t1 = lx ** (-2)
    t2 = vv * c
    t3 = -t2 * t1
    t4 = tn(t3, -1)
    e_v = settled(t4 / lx)
    formed = settled(combine((1, x), (e_v, v)))
    t5 = formed_formed * c
    t6 = e_v**2
    t7 = margin(1 - t2 * t6)
    t8 = t5 + t0 * t7
    t9 = 1 / t8
    out_formed = t0 * t9
    if needs[0]:
        out_x = t5 * t9
    formed_g_out = dot(formed, g_out, dim)
    x_g_out = dot(x, g_out, dim)
    t10 = c * t9
    t11 = t8 ** (-2)
    t12 = formed_formed * t11 * c**2
    t13 = formed_g_out * c
    d_formed_formed = g_formed_formed + x_g_out * (t10 - t12) - t13 * t0 * t11
    d_formed_formed_2 = settled(2 * d_formed_formed)
    v_g_out = dot(v, g_out, dim)
    v_formed = dot(v, formed, dim)
    t14 = t11 * t0**2
    t15 = 2 * t2
    t16 = x_g_out * t12
    d_e_v = (
        d_formed_formed_2 * v_formed + v_g_out * out_formed + formed_g_out * e_v * t15 * t14 + 2 * e_v * t16 * vv * t0
    )
    t17 = d_tn(t3, -1)
    if needs[1] or needs[2]:
        t18 = d_e_v * t17 / lx**3
        t19 = t6 * t0
    if needs[1]:
        d_vv = g_vv + t16 * t19 - t18 * c + t13 * t6 * t14
    if needs[0] or needs[2]:
        d_lx = d_e_v * (-t4 * t1 + t17 * t15 / lx**4)
    if needs[0]:
        d_xx = g_xx + formed_g_out * (-t10 + c * t0 * t11 * t7) + t16 * t7 - d_lx * c
        d_x_g_out = settled(out_x + out_formed)
        d_x_x = settled(2 * d_xx)
    if needs[1]:
        d_v_g_out = settled(e_v * out_formed)
        d_v_formed = settled(d_formed_formed_2 * e_v)
        d_v_v = settled(2 * d_vv)
    if needs[2]:
        t20 = -formed_formed + xx * t7 + vv * t19
        d_c = (
            formed_g_out * (-xx * t9 + t20 * t0 * t11)
            + x_g_out * (formed_formed * t9 + t20 * t5 * t11)
            - d_lx * xx
            - t18 * vv
        )
    return (
        combine((d_formed_formed_2, formed), (d_x_x, x), (d_x_g_out, g_out)) if needs[0] else None,
        combine((d_v_formed, formed), (d_v_v, v), (d_v_g_out, g_out)) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _expmap_jvp(
    x: Tensor,
    v: Tensor,
    c: Tensor,
    xx: Tensor,
    vv: Tensor,
    formed_formed: Tensor,
    t_x: Tensor,
    t_v: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    t0 = margin(1 - xx * c)
    lx = t0
    t1 = lx ** (-2)
    t2 = vv * c
    t3 = -t2 * t1
    t4 = tn(t3, -1)
    e_v = t4 / lx
    formed = combine((1, x), (e_v, v))
    t5 = formed_formed * c
    t6 = e_v**2
    t7 = margin(1 - t2 * t6)
    t8 = t5 + t0 * t7
    t9 = 1 / t8
    out_formed = t0 * t9
    out_x = t5 * t9
    x_t_x = dot(x, t_x, dim)
    t_xx = 2 * x_t_x
    t_lx = -t_c * xx - t_xx * c
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t10 = d_tn(t3, -1)
    t11 = t10 / lx**3
    t12 = t_vv * c
    t_e_v = t_lx * (-t4 * t1 + 2 * t10 * t2 / lx**4) - t11 * t12 - t_c * t11 * vv
    formed_t_x = dot(formed, t_x, dim)
    formed_t_v = dot(formed, t_v, dim)
    v_formed = dot(v, formed, dim)
    t13 = 2 * t_e_v
    t_formed_formed = 2 * formed_t_x + v_formed * t13 + 2 * formed_t_v * e_v
    t14 = t8 ** (-2)
    t15 = t6 * t0
    t16 = -formed_formed + xx * t7 + vv * t15
    t17 = c * t9
    t18 = t0 * t14
    t19 = t14 * t0**2
    t20 = e_v * t13
    t_out_formed = (
        t_c * (-xx * t9 + t16 * t0 * t14)
        + t_xx * (-t17 + c * t0 * t14 * t7)
        + t12 * t6 * t19
        + t20 * t2 * t19
        - t_formed_formed * c * t18
    )
    t21 = formed_formed * c**2
    t22 = t21 * t14
    t_out_x = (
        t_c * (formed_formed * t9 + t16 * t5 * t14)
        + t_formed_formed * (t17 - t22)
        + t_xx * t22 * t7
        + t_vv * t15 * t22
        + t20 * vv * t21 * t18
    )
    return (
        combine(
            (out_x + out_formed, t_x),
            (t_e_v * out_formed, v),
            (e_v * out_formed, t_v),
            (t_out_formed, formed),
            (t_out_x, x),
        ),
        t_xx,
        t_vv,
        t_formed_formed,
    )


_expmap_op = Operation(
    "expmap",
    Formulas(_expmap, _expmap_vjp, _expmap_jvp),
    inputs=(("x", "vector"), ("v", "vector"), ("c", "scalar")),
    results=("vector",),
)


def expmap(x: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Exponential map x ⊕ (tanh(√c λ‖v‖/2)/(√c‖v‖) v). Source: arXiv 1805.09112 Lemma 2.

    Formula (LaTeX)::

        \mathrm{xx} = \langle x, x \rangle
        \mathrm{lx} = \operatorname{margin}\left(1 - \mathrm{xx} c\right)
        \mathrm{vv} = \langle v, v \rangle
        \mathrm{e\_v} = \frac{\operatorname{tn}\left(- \frac{\mathrm{vv} c}{\mathrm{lx}^{2}}\right)}{\mathrm{lx}}
        \mathrm{formed} = x + \mathrm{e\_v} v
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{out\_formed} = \frac{\operatorname{margin}\left(1 - \mathrm{xx} c\right)}{\mathrm{formed\_formed} c + \operatorname{margin}\left(1 - \mathrm{xx} c\right) \operatorname{margin}\left(1 - \mathrm{vv} c \mathrm{e\_v}^{2}\right)}
        \mathrm{out\_x} = \frac{\mathrm{formed\_formed} c}{\mathrm{formed\_formed} c + \operatorname{margin}\left(1 - \mathrm{xx} c\right) \operatorname{margin}\left(1 - \mathrm{vv} c \mathrm{e\_v}^{2}\right)}
        \mathrm{out} = \mathrm{formed} \mathrm{out\_formed} + \mathrm{out\_x} x

    Cost: 3 inner products, 24 further operations; backward 4 inner products, 111 further operations. Saved: the
    inputs and 3 scalars per row.
    """
    result: Tensor = _expmap_op(x, v, c, dim=dim)
    return result


def _logmap(x: Tensor, y: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    delta = y - x
    xx = dot(x, x, dim)
    lx = margin(1 - xx * c)
    yy = dot(y, y, dim)
    ly = margin(1 - yy * c)
    delta_delta = dot(delta, delta, dim)
    q = delta_delta / (lx * ly)
    t0 = q * c
    t1 = delta_delta * c
    scale = lx * torch.sqrt(1 + t0) * asn(-t0, -1) / (t1 + lx * ly)
    out_delta = settled(scale * lx)
    out_x = settled(-scale * t1)
    return (combine((out_delta, delta), (out_x, x)), xx, yy, delta_delta)


def _logmap_vjp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    xx: Tensor,
    yy: Tensor,
    delta_delta: Tensor,
    g_out: Tensor,
    g_xx: Tensor,
    g_yy: Tensor,
    g_delta_delta: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    delta = y - x
    lx = margin(1 - xx * c)
    ly = margin(1 - yy * c)
    t0 = 1 / lx
    t1 = 1 / ly
    q = delta_delta * t0 * t1
    t2 = q * c
    t3 = -t2
    t4 = asn(t3, -1)
    t5 = torch.sqrt(1 + t2)
    t6 = delta_delta * c
    t7 = lx * ly
    t8 = t6 + t7
    t9 = 1 / t8
    t10 = t5 * t9
    scale = t4 * lx * t10
    if needs[0] or needs[1]:
        out_delta = settled(scale * lx)
    if needs[0]:
        out_x = -scale * t6
    delta_g_out = dot(delta, g_out, dim)
    x_g_out = dot(x, g_out, dim)
    d_scale = delta_g_out * lx - x_g_out * t6
    t11 = c * lx
    t12 = t10 * d_asn(t3, -1)
    t13 = 1 / t5
    d_q = d_scale * (-t12 * t11 + t4 * c * lx * t13 * t9 / 2)
    t14 = scale * x_g_out
    t15 = t4 * t5 / t8**2
    t16 = d_scale * t15
    if needs[0] or needs[1]:
        d_delta_delta = g_delta_delta - t14 * c - t16 * t11 + d_q * t0 * t1
    t17 = d_q * delta_delta
    t18 = lx**2
    if needs[1] or needs[2]:
        d_ly = -t16 * t18 - t17 * t0 / ly**2
    if needs[1]:
        d_yy = g_yy - d_ly * c
    if needs[0] or needs[2]:
        d_lx = scale * delta_g_out + d_scale * (-t15 * t7 + t4 * t5 * t9) - t17 * t1 / t18
    if needs[0]:
        d_xx = g_xx - d_lx * c
    if needs[0] or needs[1]:
        d_delta_delta_2 = settled(2 * d_delta_delta)
    if needs[0]:
        d_x_g_out = settled(out_x - out_delta)
        d_x_x = settled(2 * d_xx)
        d_x_delta = settled(-d_delta_delta_2)
    if needs[1]:
        d_y_y = settled(2 * d_yy)
    if needs[2]:
        d_c = (
            d_scale * (-t12 * q * lx - t15 * delta_delta * lx + t4 * q * lx * t13 * t9 / 2)
            - d_ly * yy
            - d_lx * xx
            - t14 * delta_delta
        )
    return (
        combine((d_x_x, x), (d_x_delta, delta), (d_x_g_out, g_out)) if needs[0] else None,
        combine((d_y_y, y), (d_delta_delta_2, delta), (out_delta, g_out)) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _logmap_jvp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    xx: Tensor,
    yy: Tensor,
    delta_delta: Tensor,
    t_x: Tensor,
    t_y: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    delta = y - x
    lx = margin(1 - xx * c)
    ly = margin(1 - yy * c)
    t0 = 1 / lx
    t1 = 1 / ly
    q = delta_delta * t0 * t1
    t2 = delta_delta * c
    t3 = lx * ly
    t4 = t2 + t3
    t5 = 1 / t4
    t6 = q * c
    t7 = torch.sqrt(1 + t6)
    t8 = -t6
    t9 = asn(t8, -1)
    t10 = t9 * t7
    scale = t10 * lx * t5
    out_delta = scale * lx
    out_x = -scale * t2
    x_t_x = dot(x, t_x, dim)
    t_xx = 2 * x_t_x
    t_lx = -t_c * xx - t_xx * c
    y_t_y = dot(y, t_y, dim)
    t_yy = 2 * y_t_y
    t_ly = -t_c * yy - t_yy * c
    delta_t_x = dot(delta, t_x, dim)
    delta_t_y = dot(delta, t_y, dim)
    t_delta_delta = -2 * delta_t_x + 2 * delta_t_y
    t11 = lx**2
    t_q = t_delta_delta * t0 * t1 - t_lx * delta_delta * t1 / t11 - t_ly * delta_delta * t0 / ly**2
    t12 = t10 / t4**2
    t13 = t12 * lx
    t14 = lx * t5
    t15 = t7 * d_asn(t8, -1)
    t16 = 1 / t7
    t17 = t_delta_delta * c
    t_scale = (
        t_c * (-t13 * delta_delta - t15 * q * t14 + t9 * q * lx * t16 * t5 / 2)
        + t_lx * (-t12 * t3 + t9 * t5 * t7)
        + t_q * (-t15 * c * t14 + t9 * c * lx * t16 * t5 / 2)
        - t13 * t17
        - t_ly * t12 * t11
    )
    t_out_delta = scale * t_lx + t_scale * lx
    t_out_x = -scale * t17 - t_scale * t2 - scale * t_c * delta_delta
    return (
        combine((out_x - out_delta, t_x), (out_delta, t_y), (t_out_delta, delta), (t_out_x, x)),
        t_xx,
        t_yy,
        t_delta_delta,
    )


_logmap_op = Operation(
    "logmap",
    Formulas(_logmap, _logmap_vjp, _logmap_jvp),
    inputs=(("x", "vector"), ("y", "vector"), ("c", "scalar")),
    results=("vector",),
)


def logmap(x: Tensor, y: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Logarithm log_x y = (2/λ) artanh(√c‖u‖)/(√c‖u‖) u with u = −x ⊕ y. Source: arXiv 1805.09112 Lemma 2.

    Formula (LaTeX)::

        \mathrm{delta} = y - x
        \mathrm{xx} = \langle x, x \rangle
        \mathrm{lx} = \operatorname{margin}\left(1 - \mathrm{xx} c\right)
        \mathrm{yy} = \langle y, y \rangle
        \mathrm{ly} = \operatorname{margin}\left(1 - \mathrm{yy} c\right)
        \mathrm{delta\_delta} = \langle \mathrm{delta}, \mathrm{delta} \rangle
        q = \frac{\mathrm{delta\_delta}}{\mathrm{lx} \mathrm{ly}}
        \mathrm{scale} = \frac{\mathrm{lx} \sqrt{1 + c q} \operatorname{asn}\left(- c q\right)}{\mathrm{delta\_delta} c + \mathrm{lx} \mathrm{ly}}
        \mathrm{out\_delta} = \mathrm{lx} \mathrm{scale}
        \mathrm{out\_x} = - \mathrm{delta\_delta} \mathrm{scale} c
        \mathrm{out} = \mathrm{delta} \mathrm{out\_delta} + \mathrm{out\_x} x

    Cost: 3 inner products, 24 further operations; backward 2 inner products, 103 further operations. Saved: the
    inputs and 3 scalars per row.
    """
    result: Tensor = _logmap_op(x, y, c, dim=dim)
    return result


def _dist(x: Tensor, y: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    delta = y - x
    delta_delta = dot(delta, delta, dim)
    xx = dot(x, x, dim)
    yy = dot(y, y, dim)
    q = delta_delta / (margin(1 - xx * c) * margin(1 - yy * c))
    out = 2 * asn(-q * c, -1) * root(q)
    return (out, delta_delta, xx, yy)


def _dist_vjp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    delta_delta: Tensor,
    xx: Tensor,
    yy: Tensor,
    g_out: Tensor,
    g_delta_delta: Tensor,
    g_xx: Tensor,
    g_yy: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    if needs[0] or needs[1]:
        delta = y - x
    t0 = margin(1 - xx * c)
    t1 = 1 / t0
    t2 = margin(1 - yy * c)
    t3 = 1 / t2
    t4 = t1 * t3
    q = delta_delta * t4
    t5 = -q * c
    t6 = 2 * d_asn(t5, -1) * root(q)
    d_q = g_out * (asn(t5, -1) * inverse_root(q) - t6 * c)
    if needs[1] or needs[2]:
        t7 = delta_delta * t1 / t2**2
    if needs[0] or needs[1]:
        t8 = d_q * c
    if needs[1]:
        d_yy = g_yy + t8 * t7
    if needs[0] or needs[2]:
        t9 = delta_delta * t3 / t0**2
    if needs[0]:
        d_xx = g_xx + t8 * t9
    if needs[0] or needs[1]:
        d_delta_delta = g_delta_delta + d_q * t4
        d_delta_delta_2 = settled(2 * d_delta_delta)
    if needs[0]:
        d_x_x = settled(2 * d_xx)
        d_x_delta = settled(-d_delta_delta_2)
    if needs[1]:
        d_y_y = settled(2 * d_yy)
    if needs[2]:
        d_c = d_q * (xx * t9 + yy * t7) - g_out * t6 * q
    return (
        combine((d_x_x, x), (d_x_delta, delta)) if needs[0] else None,
        combine((d_y_y, y), (d_delta_delta_2, delta)) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _dist_jvp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    delta_delta: Tensor,
    xx: Tensor,
    yy: Tensor,
    t_x: Tensor,
    t_y: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    delta = y - x
    t0 = margin(1 - xx * c)
    t1 = 1 / t0
    t2 = margin(1 - yy * c)
    t3 = 1 / t2
    t4 = t1 * t3
    q = delta_delta * t4
    delta_t_x = dot(delta, t_x, dim)
    delta_t_y = dot(delta, t_y, dim)
    t_delta_delta = -2 * delta_t_x + 2 * delta_t_y
    x_t_x = dot(x, t_x, dim)
    t_xx = 2 * x_t_x
    y_t_y = dot(y, t_y, dim)
    t_yy = 2 * y_t_y
    t5 = delta_delta * t3 / t0**2
    t6 = delta_delta * t1 / t2**2
    t_q = t_c * (xx * t5 + yy * t6) + t_delta_delta * t4 + t_xx * t5 * c + t_yy * t6 * c
    t7 = -q * c
    t8 = 2 * d_asn(t7, -1) * root(q)
    t_out = t_q * (asn(t7, -1) * inverse_root(q) - t8 * c) - t_c * t8 * q
    return (t_out, t_delta_delta, t_xx, t_yy)


_dist_op = Operation(
    "dist",
    Formulas(_dist, _dist_vjp, _dist_jvp),
    inputs=(("x", "vector"), ("y", "vector"), ("c", "scalar")),
    results=("scalar",),
)


def dist(x: Tensor, y: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Geodesic distance (2/√c) asinh(√c‖x − y‖/√(ℓ_x ℓ_y)). Gradient 0 at x = y.

    Formula (LaTeX)::

        \mathrm{delta} = y - x
        \mathrm{delta\_delta} = \langle \mathrm{delta}, \mathrm{delta} \rangle
        \mathrm{xx} = \langle x, x \rangle
        \mathrm{yy} = \langle y, y \rangle
        q = \frac{\mathrm{delta\_delta}}{\operatorname{margin}\left(1 - \mathrm{xx} c\right) \operatorname{margin}\left(1 - \mathrm{yy} c\right)}
        \mathrm{out} = 2 \operatorname{asn}\left(- c q\right) \operatorname{root}\left(q\right)

    Cost: 3 inner products, 14 further operations; backward 0 inner products, 52 further operations. Saved: the
    inputs and 3 scalars per row.
    """
    result: Tensor = _dist_op(x, y, c, dim=dim)
    return result


def _sqdist(x: Tensor, y: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    delta = y - x
    delta_delta = dot(delta, delta, dim)
    xx = dot(x, x, dim)
    yy = dot(y, y, dim)
    q = delta_delta / (margin(1 - xx * c) * margin(1 - yy * c))
    half = asn(-q * c, -1)
    out = 4 * q * half**2
    return (out, delta_delta, xx, yy)


def _sqdist_vjp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    delta_delta: Tensor,
    xx: Tensor,
    yy: Tensor,
    g_out: Tensor,
    g_delta_delta: Tensor,
    g_xx: Tensor,
    g_yy: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    if needs[0] or needs[1]:
        delta = y - x
    t0 = margin(1 - xx * c)
    t1 = 1 / t0
    t2 = margin(1 - yy * c)
    t3 = 1 / t2
    t4 = t1 * t3
    q = delta_delta * t4
    t5 = -q * c
    half = asn(t5, -1)
    d_half = 8 * g_out * half * q
    t6 = d_half * d_asn(t5, -1)
    d_q = -t6 * c + 4 * g_out * half**2
    if needs[1] or needs[2]:
        t7 = delta_delta * t1 / t2**2
    if needs[0] or needs[1]:
        t8 = d_q * c
    if needs[1]:
        d_yy = g_yy + t8 * t7
    if needs[0] or needs[2]:
        t9 = delta_delta * t3 / t0**2
    if needs[0]:
        d_xx = g_xx + t8 * t9
    if needs[0] or needs[1]:
        d_delta_delta = g_delta_delta + d_q * t4
        d_delta_delta_2 = settled(2 * d_delta_delta)
    if needs[0]:
        d_x_x = settled(2 * d_xx)
        d_x_delta = settled(-d_delta_delta_2)
    if needs[1]:
        d_y_y = settled(2 * d_yy)
    if needs[2]:
        d_c = d_q * (xx * t9 + yy * t7) - t6 * q
    return (
        combine((d_x_x, x), (d_x_delta, delta)) if needs[0] else None,
        combine((d_y_y, y), (d_delta_delta_2, delta)) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _sqdist_jvp(
    x: Tensor,
    y: Tensor,
    c: Tensor,
    delta_delta: Tensor,
    xx: Tensor,
    yy: Tensor,
    t_x: Tensor,
    t_y: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    delta = y - x
    t0 = margin(1 - xx * c)
    t1 = 1 / t0
    t2 = margin(1 - yy * c)
    t3 = 1 / t2
    t4 = t1 * t3
    q = delta_delta * t4
    t5 = -q * c
    half = asn(t5, -1)
    delta_t_x = dot(delta, t_x, dim)
    delta_t_y = dot(delta, t_y, dim)
    t_delta_delta = -2 * delta_t_x + 2 * delta_t_y
    x_t_x = dot(x, t_x, dim)
    t_xx = 2 * x_t_x
    y_t_y = dot(y, t_y, dim)
    t_yy = 2 * y_t_y
    t6 = delta_delta * t3 / t0**2
    t7 = delta_delta * t1 / t2**2
    t_q = t_c * (xx * t6 + yy * t7) + t_delta_delta * t4 + t_xx * t6 * c + t_yy * t7 * c
    t8 = d_asn(t5, -1)
    t_half = -t_c * t8 * q - t_q * t8 * c
    t_out = 4 * t_q * half**2 + 8 * t_half * half * q
    return (t_out, t_delta_delta, t_xx, t_yy)


_sqdist_op = Operation(
    "sqdist",
    Formulas(_sqdist, _sqdist_vjp, _sqdist_jvp),
    inputs=(("x", "vector"), ("y", "vector"), ("c", "scalar")),
    results=("scalar",),
)


def sqdist(x: Tensor, y: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Squared geodesic distance, smooth at x = y.

    Formula (LaTeX)::

        \mathrm{delta} = y - x
        \mathrm{delta\_delta} = \langle \mathrm{delta}, \mathrm{delta} \rangle
        \mathrm{xx} = \langle x, x \rangle
        \mathrm{yy} = \langle y, y \rangle
        q = \frac{\mathrm{delta\_delta}}{\operatorname{margin}\left(1 - \mathrm{xx} c\right) \operatorname{margin}\left(1 - \mathrm{yy} c\right)}
        \mathrm{half} = \operatorname{asn}\left(- c q\right)
        \mathrm{out} = 4 q \mathrm{half}^{2}

    Cost: 3 inner products, 14 further operations; backward 0 inner products, 52 further operations. Saved: the
    inputs and 3 scalars per row.
    """
    result: Tensor = _sqdist_op(x, y, c, dim=dim)
    return result


def _dist0(x: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    xx = dot(x, x, dim)
    out = 2 * atn(-xx * c, -1) * root(xx)
    return (out, xx)


def _dist0_vjp(
    x: Tensor, c: Tensor, xx: Tensor, g_out: Tensor, g_xx: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    t0 = -xx * c
    t1 = 2 * d_atn(t0, -1) * root(xx)
    if needs[0]:
        d_xx = g_xx + g_out * (atn(t0, -1) * inverse_root(xx) - t1 * c)
        d_x_x = settled(2 * d_xx)
    if needs[1]:
        d_c = -g_out * t1 * xx
    return (d_x_x * x if needs[0] else None, d_c if needs[1] else None)


def _dist0_jvp(x: Tensor, c: Tensor, xx: Tensor, t_x: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    x_t_x = dot(x, t_x, dim)
    t_xx = 2 * x_t_x
    t0 = -xx * c
    t1 = 2 * d_atn(t0, -1) * root(xx)
    t_out = t_xx * (atn(t0, -1) * inverse_root(xx) - t1 * c) - t_c * t1 * xx
    return (t_out, t_xx)


_dist0_op = Operation(
    "dist0", Formulas(_dist0, _dist0_vjp, _dist0_jvp), inputs=(("x", "vector"), ("c", "scalar")), results=("scalar",)
)


def dist0(x: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Distance to the origin, (2/√c) artanh(√c‖x‖). Gradient 0 at the origin.

    Formula (LaTeX)::

        \mathrm{xx} = \langle x, x \rangle
        \mathrm{out} = 2 \operatorname{atn}\left(- \mathrm{xx} c\right) \operatorname{root}\left(\mathrm{xx}\right)

    Cost: 1 inner products, 5 further operations; backward 0 inner products, 18 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _dist0_op(x, c, dim=dim)
    return result


def _transp(x: Tensor, y: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    delta = y - x
    xx = dot(x, x, dim)
    lx = margin(1 - xx * c)
    yy = dot(y, y, dim)
    ly = margin(1 - yy * c)
    ratio = settled(ly / lx)
    xv = dot(x, v, dim)
    v_delta = dot(v, delta, dim)
    delta_delta = dot(delta, delta, dim)
    x_delta = dot(x, delta, dim)
    t0 = c**2
    a = -xv * c * lx - v_delta * xx * t0 + 2 * xv * x_delta * t0
    b = v_delta * c * lx - xv * delta_delta * t0
    twice = 2 / (delta_delta * c + lx * ly)
    t1 = twice * ratio
    out_delta = settled(a * t1)
    out_x = settled(b * t1)
    return (combine((ratio, v), (out_delta, delta), (out_x, x)), xx, yy, xv, v_delta, delta_delta)


def _transp_vjp(
    x: Tensor,
    y: Tensor,
    v: Tensor,
    c: Tensor,
    xx: Tensor,
    yy: Tensor,
    xv: Tensor,
    v_delta: Tensor,
    delta_delta: Tensor,
    g_out: Tensor,
    g_xx: Tensor,
    g_yy: Tensor,
    g_xv: Tensor,
    g_v_delta: Tensor,
    g_delta_delta: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    delta = y - x
    t0 = xx * c
    lx = margin(1 - t0)
    ly = margin(1 - yy * c)
    t1 = 1 / lx
    ratio = settled(ly * t1)
    x_delta = dot(x, delta, dim)
    t2 = c * lx
    t3 = c**2
    t4 = xx * t3
    if needs[0] or needs[1] or needs[3]:
        a = -xv * t2 - v_delta * t4 + 2 * xv * x_delta * t3
        t5 = xv * t3
        b = -t5 * delta_delta + v_delta * c * lx
    t6 = delta_delta * c
    t7 = t6 + lx * ly
    twice = 2 / t7
    t8 = twice * ratio
    if needs[0] or needs[1]:
        out_delta = settled(a * t8)
    if needs[0]:
        out_x = b * t8
    if needs[0] or needs[1] or needs[3]:
        v_g_out = dot(v, g_out, dim)
    delta_g_out = dot(delta, g_out, dim)
    x_g_out = dot(x, g_out, dim)
    if needs[0] or needs[1] or needs[3]:
        t9 = a * delta_g_out
        t10 = b * x_g_out
        d_twice = t10 * ratio + t9 * ratio
    d_b = x_g_out * t8
    d_a = delta_g_out * t8
    if needs[0] or needs[1]:
        d_x_delta = settled(2 * d_a * t5)
    if needs[0] or needs[1] or needs[3]:
        t11 = 2 * d_twice / t7**2
    if needs[0] or needs[1]:
        d_delta_delta = g_delta_delta - d_b * t5 - t11 * c
    if needs[0] or needs[1] or needs[2]:
        d_v_delta = settled(g_v_delta + d_b * t2 - d_a * t4)
    if needs[0] or needs[2]:
        d_xv = settled(g_xv + d_a * (-t2 + 2 * x_delta * t3) - d_b * delta_delta * t3)
    if needs[0] or needs[1] or needs[3]:
        d_ratio = v_g_out + t10 * twice + t9 * twice
    if needs[1] or needs[3]:
        d_ly = d_ratio * t1 - t11 * lx
    if needs[1]:
        d_yy = g_yy - d_ly * c
    if needs[0] or needs[3]:
        d_lx = -t11 * ly + v_delta * d_b * c - xv * d_a * c - d_ratio * ly / lx**2
    if needs[0]:
        d_xx = g_xx - d_lx * c - v_delta * d_a * t3
    if needs[0] or needs[1]:
        d_delta_delta_2 = settled(2 * d_delta_delta)
    if needs[0]:
        d_x_g_out = settled(out_x - out_delta)
        d_x_delta_2 = settled(d_x_delta - d_delta_delta_2)
        d_x_v = settled(d_xv - d_v_delta)
        d_x_x = settled(-d_x_delta + 2 * d_xx)
    if needs[1]:
        d_y_y = settled(2 * d_yy)
    if needs[3]:
        d_c = (
            d_b * (v_delta * lx - 2 * xv * t6)
            + d_a * (-xv * lx - 2 * v_delta * t0 + 4 * xv * x_delta * c)
            - d_ly * yy
            - d_lx * xx
            - t11 * delta_delta
        )
    return (
        combine((d_x_delta_2, delta), (d_x_v, v), (d_x_x, x), (d_x_g_out, g_out)) if needs[0] else None,
        combine((d_y_y, y), (d_x_delta, x), (d_delta_delta_2, delta), (d_v_delta, v), (out_delta, g_out))
        if needs[1]
        else None,
        combine((d_v_delta, delta), (d_xv, x), (ratio, g_out)) if needs[2] else None,
        d_c if needs[3] else None,
    )


def _transp_jvp(
    x: Tensor,
    y: Tensor,
    v: Tensor,
    c: Tensor,
    xx: Tensor,
    yy: Tensor,
    xv: Tensor,
    v_delta: Tensor,
    delta_delta: Tensor,
    t_x: Tensor,
    t_y: Tensor,
    t_v: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    delta = y - x
    t0 = xx * c
    lx = margin(1 - t0)
    ly = margin(1 - yy * c)
    t1 = 1 / lx
    ratio = ly * t1
    x_delta = dot(x, delta, dim)
    t2 = xv * lx
    t3 = c**2
    t4 = v_delta * t3
    a = -t2 * c - t4 * xx + 2 * xv * x_delta * t3
    t5 = xv * t3
    b = -t5 * delta_delta + v_delta * c * lx
    t6 = delta_delta * c
    t7 = t6 + lx * ly
    twice = 2 / t7
    t8 = twice * ratio
    out_delta = a * t8
    out_x = b * t8
    x_t_x = dot(x, t_x, dim)
    t_xx = 2 * x_t_x
    t_lx = -t_c * xx - t_xx * c
    y_t_y = dot(y, t_y, dim)
    t_yy = 2 * y_t_y
    t_ly = -t_c * yy - t_yy * c
    t9 = t_lx * ly
    t_ratio = t_ly * t1 - t9 / lx**2
    v_t_x = dot(v, t_x, dim)
    x_t_v = dot(x, t_v, dim)
    t_xv = v_t_x + x_t_v
    delta_t_v = dot(delta, t_v, dim)
    v_t_y = dot(v, t_y, dim)
    t_v_delta = delta_t_v + v_t_y - v_t_x
    delta_t_x = dot(delta, t_x, dim)
    delta_t_y = dot(delta, t_y, dim)
    t_delta_delta = -2 * delta_t_x + 2 * delta_t_y
    x_t_y = dot(x, t_y, dim)
    t_x_delta = delta_t_x + x_t_y - x_t_x
    t10 = c * lx
    t11 = t_lx * c
    t_a = (
        t_c * (-t2 - 2 * v_delta * t0 + 4 * xv * x_delta * c)
        + t_xv * (-t10 + 2 * x_delta * t3)
        - xv * t11
        - t_xx * t4
        - t_v_delta * xx * t3
        + 2 * xv * t_x_delta * t3
    )
    t_b = (
        v_delta * t11
        + t_c * (v_delta * lx - 2 * xv * t6)
        + t_v_delta * t10
        - t_delta_delta * t5
        - t_xv * delta_delta * t3
    )
    t12 = 2 / t7**2
    t_twice = -t9 * t12 - t_c * delta_delta * t12 - t_ly * lx * t12 - t_delta_delta * c * t12
    t13 = t_ratio * twice
    t14 = t_twice * ratio
    t_out_delta = a * t13 + a * t14 + t_a * t8
    t_out_x = b * t13 + b * t14 + t_b * t8
    return (
        combine(
            (out_x - out_delta, t_x), (ratio, t_v), (out_delta, t_y), (t_ratio, v), (t_out_delta, delta), (t_out_x, x)
        ),
        t_xx,
        t_yy,
        t_xv,
        t_v_delta,
        t_delta_delta,
    )


_transp_op = Operation(
    "transp",
    Formulas(_transp, _transp_vjp, _transp_jvp),
    inputs=(("x", "vector"), ("y", "vector"), ("v", "vector"), ("c", "scalar")),
    results=("vector",),
)


def transp(x: Tensor, y: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Parallel transport (λ_x/λ_y) gyr[y, −x]v along the geodesic. Source: arXiv 1805.09112 Theorem 4.

    The rotation is written in δ = y − x, which keeps its digits for near points at the edge.

    Formula (LaTeX)::

        \mathrm{delta} = y - x
        \mathrm{xx} = \langle x, x \rangle
        \mathrm{lx} = \operatorname{margin}\left(1 - \mathrm{xx} c\right)
        \mathrm{yy} = \langle y, y \rangle
        \mathrm{ly} = \operatorname{margin}\left(1 - \mathrm{yy} c\right)
        \mathrm{ratio} = \frac{\mathrm{ly}}{\mathrm{lx}}
        \mathrm{xv} = \langle x, v \rangle
        \mathrm{v\_delta} = \langle v, \mathrm{delta} \rangle
        \mathrm{delta\_delta} = \langle \mathrm{delta}, \mathrm{delta} \rangle
        \mathrm{x\_delta} = \langle x, \mathrm{delta} \rangle
        a = - \mathrm{lx} \mathrm{xv} c - \mathrm{v\_delta} \mathrm{xx} c^{2} + 2 \mathrm{x\_delta} \mathrm{xv} c^{2}
        b = \mathrm{lx} \mathrm{v\_delta} c - \mathrm{delta\_delta} \mathrm{xv} c^{2}
        \mathrm{twice} = \frac{2}{\mathrm{delta\_delta} c + \mathrm{lx} \mathrm{ly}}
        \mathrm{out\_delta} = \mathrm{ratio} \mathrm{twice} a
        \mathrm{out\_x} = \mathrm{ratio} \mathrm{twice} b
        \mathrm{out} = \mathrm{delta} \mathrm{out\_delta} + \mathrm{out\_x} x + \mathrm{ratio} v

    Cost: 6 inner products, 34 further operations; backward 4 inner products, 127 further operations. Saved: the
    inputs and 5 scalars per row.
    """
    result: Tensor = _transp_op(x, y, v, c, dim=dim)
    return result


def _transp0(y: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    yy = dot(y, y, dim)
    out_v = settled(margin(1 - yy * c))
    return (out_v * v, yy)


def _transp0_vjp(
    y: Tensor, v: Tensor, c: Tensor, yy: Tensor, g_out: Tensor, g_yy: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    if needs[1]:
        out_v = settled(margin(1 - yy * c))
    if needs[0] or needs[2]:
        v_g_out = dot(v, g_out, dim)
    if needs[0]:
        d_yy = g_yy - v_g_out * c
        d_y_y = settled(2 * d_yy)
    if needs[2]:
        d_c = -v_g_out * yy
    return (d_y_y * y if needs[0] else None, out_v * g_out if needs[1] else None, d_c if needs[2] else None)


def _transp0_jvp(
    y: Tensor, v: Tensor, c: Tensor, yy: Tensor, t_y: Tensor, t_v: Tensor, t_c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    out_v = margin(1 - yy * c)
    y_t_y = dot(y, t_y, dim)
    t_yy = 2 * y_t_y
    t_out_v = -t_c * yy - t_yy * c
    return (combine((out_v, t_v), (t_out_v, v)), t_yy)


_transp0_op = Operation(
    "transp0",
    Formulas(_transp0, _transp0_vjp, _transp0_jvp),
    inputs=(("y", "vector"), ("v", "vector"), ("c", "scalar")),
    results=("vector",),
)


def transp0(y: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Parallel transport from the origin to y, (λ_0/λ_y) v.

    Formula (LaTeX)::

        \mathrm{yy} = \langle y, y \rangle
        \mathrm{out\_v} = \operatorname{margin}\left(1 - \mathrm{yy} c\right)
        \mathrm{out} = \mathrm{out\_v} v

    Cost: 1 inner products, 5 further operations; backward 1 inner products, 12 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _transp0_op(y, v, c, dim=dim)
    return result


def _transp0back(x: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    xx = dot(x, x, dim)
    out_v = settled(1 / margin(1 - xx * c))
    return (out_v * v, xx)


def _transp0back_vjp(
    x: Tensor, v: Tensor, c: Tensor, xx: Tensor, g_out: Tensor, g_xx: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    t0 = margin(1 - xx * c)
    if needs[1]:
        out_v = settled(1 / t0)
    if needs[0] or needs[2]:
        v_g_out = dot(v, g_out, dim)
        t1 = v_g_out / t0**2
    if needs[0]:
        d_xx = g_xx + t1 * c
        d_x_x = settled(2 * d_xx)
    if needs[2]:
        d_c = t1 * xx
    return (d_x_x * x if needs[0] else None, out_v * g_out if needs[1] else None, d_c if needs[2] else None)


def _transp0back_jvp(
    x: Tensor, v: Tensor, c: Tensor, xx: Tensor, t_x: Tensor, t_v: Tensor, t_c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    t0 = margin(1 - xx * c)
    out_v = 1 / t0
    x_t_x = dot(x, t_x, dim)
    t_xx = 2 * x_t_x
    t1 = t0 ** (-2)
    t_out_v = t_c * xx * t1 + t_xx * c * t1
    return (combine((out_v, t_v), (t_out_v, v)), t_xx)


_transp0back_op = Operation(
    "transp0back",
    Formulas(_transp0back, _transp0back_vjp, _transp0back_jvp),
    inputs=(("x", "vector"), ("v", "vector"), ("c", "scalar")),
    results=("vector",),
)


def transp0back(x: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Parallel transport from x to the origin, (λ_x/λ_0) v.

    Formula (LaTeX)::

        \mathrm{xx} = \langle x, x \rangle
        \mathrm{out\_v} = \frac{1}{\operatorname{margin}\left(1 - \mathrm{xx} c\right)}
        \mathrm{out} = \mathrm{out\_v} v

    Cost: 1 inner products, 6 further operations; backward 1 inner products, 15 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _transp0back_op(x, v, c, dim=dim)
    return result


def _egrad2rgrad(x: Tensor, grad: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    xx = dot(x, x, dim)
    out_grad = settled(margin(1 - xx * c) ** 2 / 4)
    return (out_grad * grad, xx)


def _egrad2rgrad_vjp(
    x: Tensor, grad: Tensor, c: Tensor, xx: Tensor, g_out: Tensor, g_xx: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    t0 = margin(1 - xx * c)
    if needs[1]:
        out_grad = settled(t0**2 / 4)
    if needs[0] or needs[2]:
        grad_g_out = dot(grad, g_out, dim)
        t1 = grad_g_out * t0 / 2
    if needs[0]:
        d_xx = g_xx - t1 * c
        d_x_x = settled(2 * d_xx)
    if needs[2]:
        d_c = -t1 * xx
    return (d_x_x * x if needs[0] else None, out_grad * g_out if needs[1] else None, d_c if needs[2] else None)


def _egrad2rgrad_jvp(
    x: Tensor, grad: Tensor, c: Tensor, xx: Tensor, t_x: Tensor, t_grad: Tensor, t_c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    t0 = margin(1 - xx * c)
    out_grad = t0**2 / 4
    x_t_x = dot(x, t_x, dim)
    t_xx = 2 * x_t_x
    t1 = t0 / 2
    t_out_grad = -t_c * xx * t1 - t_xx * c * t1
    return (combine((out_grad, t_grad), (t_out_grad, grad)), t_xx)


_egrad2rgrad_op = Operation(
    "egrad2rgrad",
    Formulas(_egrad2rgrad, _egrad2rgrad_vjp, _egrad2rgrad_jvp),
    inputs=(("x", "vector"), ("grad", "vector"), ("c", "scalar")),
    results=("vector",),
)


def egrad2rgrad(x: Tensor, grad: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Riemannian gradient grad/λ² of the Euclidean one.

    Formula (LaTeX)::

        \mathrm{xx} = \langle x, x \rangle
        \mathrm{out\_grad} = \frac{\operatorname{margin}^{2}\left(1 - \mathrm{xx} c\right)}{4}
        \mathrm{out} = \mathrm{grad} \mathrm{out\_grad}

    Cost: 1 inner products, 7 further operations; backward 1 inner products, 16 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _egrad2rgrad_op(x, grad, c, dim=dim)
    return result


def _inner(x: Tensor, u: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    xx = dot(x, x, dim)
    uv = dot(u, v, dim)
    out = 4 * uv / margin(1 - xx * c) ** 2
    return (out, xx, uv)


def _inner_vjp(
    x: Tensor,
    u: Tensor,
    v: Tensor,
    c: Tensor,
    xx: Tensor,
    uv: Tensor,
    g_out: Tensor,
    g_xx: Tensor,
    g_uv: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    t0 = margin(1 - xx * c)
    if needs[1] or needs[2]:
        d_uv = settled(g_uv + 4 * g_out / t0**2)
    if needs[0] or needs[3]:
        t1 = 8 * uv * g_out / t0**3
    if needs[0]:
        d_xx = g_xx + t1 * c
        d_x_x = settled(2 * d_xx)
    if needs[3]:
        d_c = t1 * xx
    return (
        d_x_x * x if needs[0] else None,
        d_uv * v if needs[1] else None,
        d_uv * u if needs[2] else None,
        d_c if needs[3] else None,
    )


def _inner_jvp(
    x: Tensor,
    u: Tensor,
    v: Tensor,
    c: Tensor,
    xx: Tensor,
    uv: Tensor,
    t_x: Tensor,
    t_u: Tensor,
    t_v: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    x_t_x = dot(x, t_x, dim)
    t_xx = 2 * x_t_x
    v_t_u = dot(v, t_u, dim)
    u_t_v = dot(u, t_v, dim)
    t_uv = v_t_u + u_t_v
    t0 = margin(1 - xx * c)
    t1 = 8 * uv / t0**3
    t_out = 4 * t_uv / t0**2 + t_c * t1 * xx + t_xx * t1 * c
    return (t_out, t_xx, t_uv)


_inner_op = Operation(
    "inner",
    Formulas(_inner, _inner_vjp, _inner_jvp),
    inputs=(("x", "vector"), ("u", "vector"), ("v", "vector"), ("c", "scalar")),
    results=("scalar",),
)


def inner(x: Tensor, u: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Inner product λ²⟨u, v⟩ of two tangent vectors at x.

    Formula (LaTeX)::

        \mathrm{xx} = \langle x, x \rangle
        \mathrm{uv} = \langle u, v \rangle
        \mathrm{out} = \frac{4 \mathrm{uv}}{\operatorname{margin}^{2}\left(1 - \mathrm{xx} c\right)}

    Cost: 2 inner products, 6 further operations; backward 0 inner products, 21 further operations. Saved: the
    inputs and 2 scalars per row.
    """
    result: Tensor = _inner_op(x, u, v, c, dim=dim)
    return result


def _geodesic(t: Tensor, x: Tensor, y: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    delta = y - x
    xx = dot(x, x, dim)
    t0 = margin(1 - xx * c)
    lx = settled(t0)
    yy = dot(y, y, dim)
    ly = margin(1 - yy * c)
    delta_delta = dot(delta, delta, dim)
    q = delta_delta / (lx * ly)
    t1 = q * c
    half = asn(-t1, -1)
    angle = -t1 * t**2 * half**2
    t2 = settled(delta_delta * c)
    step = settled(t * half * torch.sqrt(1 + t1) * tn(angle, -1) / (t2 + lx * ly))
    formed = settled(combine((settled(1 - step * t2), x), (settled(step * lx), delta)))
    formed_formed = dot(formed, formed, dim)
    t3 = formed_formed * c
    t4 = 1 / (t3 + t0 / cs(angle, -1) ** 2)
    out_formed = settled(t4 * t0)
    out_x = settled(t4 * t3)
    return (combine((out_formed, formed), (out_x, x)), xx, yy, delta_delta, formed_formed)


def _geodesic_vjp(
    t: Tensor,
    x: Tensor,
    y: Tensor,
    c: Tensor,
    xx: Tensor,
    yy: Tensor,
    delta_delta: Tensor,
    formed_formed: Tensor,
    g_out: Tensor,
    g_xx: Tensor,
    g_yy: Tensor,
    g_delta_delta: Tensor,
    g_formed_formed: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    delta = y - x
    t0 = margin(1 - xx * c)
    lx = t0
    ly = margin(1 - yy * c)
    t1 = 1 / lx
    t2 = 1 / ly
    q = delta_delta * t1 * t2
    t3 = q * c
    t4 = -t3
    half = asn(t4, -1)
    t5 = t**2
    t6 = half**2
    t7 = t5 * t6
    angle = -t3 * t7
    t8 = torch.sqrt(1 + t3)
    t9 = delta_delta * c
    t10 = t9 + lx * ly
    t11 = 1 / t10
    t12 = tn(angle, -1)
    step = t * half * t12 * t11 * t8
    t13 = settled(-1 + step * t9)
    t14 = settled(step * lx)
    formed = settled(combine((-t13, x), (t14, delta)))
    t15 = formed_formed * c
    t16 = cs(angle, -1)
    t17 = t16 ** (-2)
    t18 = t15 + t17 * t0
    t19 = 1 / t18
    out_formed = settled(t19 * t0)
    if needs[1]:
        out_x = settled(t19 * t15)
    formed_g_out = dot(formed, g_out, dim)
    x_g_out = dot(x, g_out, dim)
    t20 = t19 * c
    t21 = t18 ** (-2)
    t22 = t21 * formed_formed * c**2
    t23 = t21 * t0
    d_formed_formed = g_formed_formed + x_g_out * (t20 - t22) - formed_g_out * t23 * c
    d_formed_formed_2 = settled(2 * d_formed_formed)
    d_formed = settled(combine((d_formed_formed_2, formed), (out_formed, g_out)))
    x_d_formed = dot(x, d_formed, dim)
    delta_d_formed = dot(delta, d_formed, dim)
    d_step = delta_d_formed * lx - x_d_formed * t9
    t24 = sn(angle, -1) / t16**3
    d_angle = (
        -formed_g_out * t21 * t24 * t0**2 - x_g_out * t23 * t24 * t15 + t * half * d_step * t11 * t8 * d_tn(angle, -1)
    )
    t25 = 2 * d_angle * t3
    if needs[1] or needs[2] or needs[3]:
        d_half = -half * t25 * t5 + t * d_step * t12 * t11 * t8
        t26 = d_half * d_asn(t4, -1)
        t27 = d_angle * t7
        t28 = 1 / t8
        d_q = -t26 * c - t27 * c + t * half * d_step * t12 * c * t11 * t28 / 2
        t29 = step * x_d_formed
        t30 = t * half * t12 * t8 / t10**2
        t31 = d_step * t30
    if needs[1] or needs[2]:
        d_delta_delta = g_delta_delta - t29 * c - t31 * c + d_q * t1 * t2
    if needs[1] or needs[2] or needs[3]:
        t32 = d_q * delta_delta
    if needs[2] or needs[3]:
        d_ly = -t31 * lx - t32 * t1 / ly**2
    if needs[2]:
        d_yy = g_yy - d_ly * c
    if needs[1] or needs[3]:
        d_lx = step * delta_d_formed - t31 * ly - t32 * t2 / lx**2
    if needs[1]:
        d_xx = g_xx + formed_g_out * (-t20 + t17 * t21 * c * t0) - d_lx * c + x_g_out * t17 * t22
    if needs[1] or needs[2]:
        d_delta_d_formed = settled(t14)
        d_delta_delta_2 = settled(2 * d_delta_delta)
    if needs[0]:
        d_t = -t * t25 * t6 + half * d_step * t12 * t11 * t8
    if needs[1]:
        d_x_d_formed = settled(-d_delta_d_formed - t13)
        d_x_x = settled(2 * d_xx)
        d_x_delta = settled(-d_delta_delta_2)
    if needs[2]:
        d_y_y = settled(2 * d_yy)
    if needs[3]:
        t33 = -formed_formed + t17 * xx
        d_c = (
            formed_g_out * (-t19 * xx + t21 * t33 * t0)
            + x_g_out * (t19 * formed_formed + t21 * t33 * t15)
            + d_step * (-t30 * delta_delta + t * half * t12 * q * t11 * t28 / 2)
            - d_ly * yy
            - d_lx * xx
            - t26 * q
            - t27 * q
            - t29 * delta_delta
        )
    return (
        d_t if needs[0] else None,
        combine((d_x_d_formed, d_formed), (d_x_x, x), (d_x_delta, delta), (out_x, g_out)) if needs[1] else None,
        combine((d_y_y, y), (d_delta_d_formed, d_formed), (d_delta_delta_2, delta)) if needs[2] else None,
        d_c if needs[3] else None,
    )


def _geodesic_jvp(
    t: Tensor,
    x: Tensor,
    y: Tensor,
    c: Tensor,
    xx: Tensor,
    yy: Tensor,
    delta_delta: Tensor,
    formed_formed: Tensor,
    t_t: Tensor,
    t_x: Tensor,
    t_y: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    delta = y - x
    t0 = margin(1 - xx * c)
    lx = t0
    ly = margin(1 - yy * c)
    t1 = 1 / lx
    t2 = 1 / ly
    q = delta_delta * t1 * t2
    t3 = q * c
    t4 = -t3
    half = asn(t4, -1)
    t5 = t**2
    t6 = half**2
    t7 = t5 * t6
    angle = -t3 * t7
    t8 = torch.sqrt(1 + t3)
    t9 = delta_delta * c
    t10 = t9 + lx * ly
    t11 = 1 / t10
    t12 = tn(angle, -1)
    t13 = t * t12 * t11 * t8
    step = half * t13
    t14 = -1 + step * t9
    t15 = step * lx
    formed = combine((-t14, x), (t15, delta))
    t16 = formed_formed * c
    t17 = cs(angle, -1)
    t18 = t17 ** (-2)
    t19 = t16 + t18 * t0
    t20 = 1 / t19
    out_formed = t20 * t0
    out_x = t20 * t16
    x_t_x = dot(x, t_x, dim)
    t_xx = 2 * x_t_x
    t_lx = -t_c * xx - t_xx * c
    y_t_y = dot(y, t_y, dim)
    t_yy = 2 * y_t_y
    t_ly = -t_c * yy - t_yy * c
    delta_t_x = dot(delta, t_x, dim)
    delta_t_y = dot(delta, t_y, dim)
    t_delta_delta = -2 * delta_t_x + 2 * delta_t_y
    t_q = t_delta_delta * t1 * t2 - t_lx * delta_delta * t2 / lx**2 - t_ly * delta_delta * t1 / ly**2
    t21 = d_asn(t4, -1)
    t22 = t_c * q
    t23 = t_q * c
    t_half = -t21 * t22 - t21 * t23
    t24 = 2 * t3
    t_angle = -t22 * t7 - t23 * t7 - t * t_t * t24 * t6 - half * t_half * t24 * t5
    t25 = t * half * t11
    t26 = t12 * t25 / (2 * t8)
    t27 = half * t12 * t8
    t28 = t * t27 / t10**2
    t29 = t_delta_delta * c
    t_step = (
        t_c * (t26 * q - t28 * delta_delta)
        + t_half * t13
        + t23 * t26
        - t28 * t29
        + t_t * t27 * t11
        - t_lx * t28 * ly
        - t_ly * t28 * lx
        + t_angle * t25 * t8 * d_tn(angle, -1)
    )
    t_formed_t_x = -t14 - t15
    t_formed_x = -step * t29 - t_step * t9 - step * t_c * delta_delta
    t_formed_t_y = t15
    t_formed_delta = step * t_lx + t_step * lx
    formed_t_x = dot(formed, t_x, dim)
    x_formed = dot(x, formed, dim)
    formed_t_y = dot(formed, t_y, dim)
    delta_formed = dot(delta, formed, dim)
    t_formed_formed = (
        2 * t_formed_t_x * formed_t_x
        + 2 * t_formed_x * x_formed
        + 2 * t_formed_t_y * formed_t_y
        + 2 * t_formed_delta * delta_formed
    )
    t30 = t19 ** (-2)
    t31 = -formed_formed + t18 * xx
    t32 = t20 * c
    t33 = t30 * t0
    t34 = t_angle * sn(angle, -1) / t17**3
    t_out_formed = (
        t_c * (-t20 * xx + t30 * t31 * t0)
        + t_xx * (-t32 + t18 * t30 * c * t0)
        - t_formed_formed * t33 * c
        - t30 * t34 * t0**2
    )
    t35 = t30 * formed_formed * c**2
    t_out_x = (
        t_c * (t20 * formed_formed + t30 * t31 * t16)
        + t_formed_formed * (t32 - t35)
        + t_xx * t18 * t35
        - t33 * t34 * t16
    )
    return (
        combine(
            (out_x + out_formed * t_formed_t_x, t_x),
            (t_out_x + out_formed * t_formed_x, x),
            (out_formed * t_formed_t_y, t_y),
            (out_formed * t_formed_delta, delta),
            (t_out_formed, formed),
        ),
        t_xx,
        t_yy,
        t_delta_delta,
        t_formed_formed,
    )


_geodesic_op = Operation(
    "geodesic",
    Formulas(_geodesic, _geodesic_vjp, _geodesic_jvp),
    inputs=(("t", "scalar"), ("x", "vector"), ("y", "vector"), ("c", "scalar")),
    results=("vector",),
)


def geodesic(t: Tensor, x: Tensor, y: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Point exp_x(t log_x y) = x ⊕ (t ⊗ (−x ⊕ y)) of the geodesic from x (t = 0) to y (t = 1).

    Formula (LaTeX)::

        \mathrm{delta} = y - x
        \mathrm{xx} = \langle x, x \rangle
        \mathrm{lx} = \operatorname{margin}\left(1 - \mathrm{xx} c\right)
        \mathrm{yy} = \langle y, y \rangle
        \mathrm{ly} = \operatorname{margin}\left(1 - \mathrm{yy} c\right)
        \mathrm{delta\_delta} = \langle \mathrm{delta}, \mathrm{delta} \rangle
        q = \frac{\mathrm{delta\_delta}}{\mathrm{lx} \mathrm{ly}}
        \mathrm{half} = \operatorname{asn}\left(- c q\right)
        \mathrm{angle} = - c q \mathrm{half}^{2} t^{2}
        \mathrm{step} = \frac{\mathrm{half} t \sqrt{1 + c q} \operatorname{tn}\left(\mathrm{angle}\right)}{\mathrm{delta\_delta} c + \mathrm{lx} \mathrm{ly}}
        \mathrm{formed} = x \left(1 - \mathrm{delta\_delta} \mathrm{step} c\right) + \mathrm{delta} \mathrm{lx} \mathrm{step}
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{out\_formed} = \frac{\operatorname{margin}\left(1 - \mathrm{xx} c\right)}{\mathrm{formed\_formed} c + \frac{\operatorname{margin}\left(1 - \mathrm{xx} c\right)}{\operatorname{cs}^{2}\left(\mathrm{angle}\right)}}
        \mathrm{out\_x} = \frac{\mathrm{formed\_formed} c}{\mathrm{formed\_formed} c + \frac{\operatorname{margin}\left(1 - \mathrm{xx} c\right)}{\operatorname{cs}^{2}\left(\mathrm{angle}\right)}}
        \mathrm{out} = \mathrm{formed} \mathrm{out\_formed} + \mathrm{out\_x} x

    Cost: 4 inner products, 46 further operations; backward 4 inner products, 199 further operations. Saved: the
    inputs and 4 scalars per row.
    """
    result: Tensor = _geodesic_op(t, x, y, c, dim=dim)
    return result


def _expmap_transp(x: Tensor, v: Tensor, w: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    xx = dot(x, x, dim)
    t0 = margin(1 - xx * c)
    lx = t0
    vv = dot(v, v, dim)
    e_v = settled(tn(-vv * c / lx**2, -1) / lx)
    s = settled(combine((1, x), (e_v, v)))
    t1 = vv * e_v**2
    t2 = margin(1 - t1 * c)
    le = t2
    ss = dot(s, s, dim)
    t3 = ss * c
    spread = -t3
    denominator = -spread + lx * le
    t4 = 1 / denominator
    y_s = settled(lx * t4)
    y_x = settled(-spread * t4)
    vv_2 = t1
    xv = dot(x, v, dim)
    uv = xv * e_v
    xw = dot(x, w, dim)
    vw = dot(v, w, dim)
    vw_2 = vw * e_v
    t5 = c**2
    t6 = vw_2 * t5
    a = vw_2 * c + 2 * uv * t6 - xw * vv_2 * t5
    b = -xw * c - t6 * xx
    denominator_2 = t3 + t0 * t2
    t7 = le * t4
    moved_w = settled(t7)
    t8 = 2 * t7 / denominator_2
    moved_x = settled(a * t8)
    moved_v = settled(b * e_v * t8)
    return (combine((y_s, s), (y_x, x)), combine((moved_w, w), (moved_x, x), (moved_v, v)), xx, vv, ss, xv, xw)


def _expmap_transp_vjp(
    x: Tensor,
    v: Tensor,
    w: Tensor,
    c: Tensor,
    xx: Tensor,
    vv: Tensor,
    ss: Tensor,
    xv: Tensor,
    xw: Tensor,
    g_out0: Tensor,
    g_out1: Tensor,
    g_xx: Tensor,
    g_vv: Tensor,
    g_ss: Tensor,
    g_xv: Tensor,
    g_xw: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    t0 = xx * c
    t1 = margin(1 - t0)
    lx = t1
    t2 = lx ** (-2)
    t3 = vv * c
    t4 = -t3 * t2
    t5 = tn(t4, -1)
    e_v = settled(t5 / lx)
    if needs[0] or needs[1] or needs[3]:
        s = settled(combine((1, x), (e_v, v)))
    t6 = e_v**2
    t7 = vv * t6
    t8 = margin(1 - t7 * c)
    le = t8
    t9 = ss * c
    spread = -t9
    denominator = -spread + lx * le
    t10 = 1 / denominator
    if needs[0] or needs[1] or needs[3]:
        y_s = lx * t10
    if needs[0]:
        y_x = -spread * t10
    vv_2 = t7
    uv = xv * e_v
    if needs[0] or needs[1] or needs[3]:
        vw = dot(v, w, dim)
        vw_2 = vw * e_v
        t11 = vw_2 * c
    t12 = c**2
    t13 = vv_2 * t12
    t14 = 2 * t12
    t15 = uv * t14
    if needs[0] or needs[1] or needs[3]:
        a = t11 + vw_2 * t15 - xw * t13
        t16 = xw * c
    t17 = xx * t12
    if needs[0] or needs[1] or needs[3]:
        b = -t16 - vw_2 * t17
    denominator_2 = t9 + t1 * t8
    t18 = le * t10
    if needs[2]:
        moved_w = settled(t18)
    t19 = 1 / denominator_2
    t20 = t18 * t19
    t21 = 2 * t20
    if needs[0]:
        moved_x = settled(a * t21)
    t22 = 2 * e_v
    t23 = t22 * t20
    if needs[1]:
        moved_v = settled(b * t23)
    if needs[0] or needs[1] or needs[3]:
        s_g_out0 = dot(s, g_out0, dim)
        x_g_out0 = dot(x, g_out0, dim)
        w_g_out1 = dot(w, g_out1, dim)
    x_g_out1 = dot(x, g_out1, dim)
    v_g_out1 = dot(v, g_out1, dim)
    if needs[0] or needs[1] or needs[3]:
        t24 = 2 * a * x_g_out1
        t25 = t18 / denominator_2**2
        t26 = b * v_g_out1
        t27 = t22 * t26
        d_denominator = -t24 * t25 - t27 * t25
    d_b = v_g_out1 * t23
    d_a = x_g_out1 * t21
    d_vw = d_a * (t15 + c) - d_b * t17
    if needs[1] or needs[2]:
        d_vw_2 = settled(d_vw * e_v)
    if needs[0] or needs[2]:
        d_xw = settled(g_xw - d_b * c - d_a * t13)
    if needs[0] or needs[1] or needs[3]:
        d_uv = vw_2 * d_a * t14
    if needs[0] or needs[1]:
        d_xv = settled(g_xv + d_uv * e_v)
    if needs[0] or needs[1] or needs[3]:
        d_vv = -xw * d_a * t12
        t28 = denominator ** (-2)
        t29 = le * t28
        t30 = t19 * t29
        d_denominator_2 = -w_g_out1 * t29 - t24 * t30 - t27 * t30 + x_g_out0 * spread * t28 - s_g_out0 * lx * t28
        d_spread = -d_denominator_2 - x_g_out0 * t10
        t31 = d_denominator * c
        d_ss = g_ss + t31 - d_spread * c
        t32 = t10 * t19
        d_le = w_g_out1 * t10 + d_denominator_2 * lx + t24 * t32 + t27 * t32
        d_s_s = settled(2 * d_ss)
        v_g_out0 = dot(v, g_out0, dim)
        vs = dot(v, s, dim)
        t33 = t22 * vv
        t34 = t31 * t1
        d_e_v = (
            xv * d_uv + vw * d_vw + d_vv * t33 + d_s_s * vs + v_g_out0 * y_s + t26 * t21 - t33 * t34 - d_le * t22 * t3
        )
        t35 = d_tn(t4, -1)
    if needs[1] or needs[3]:
        t36 = d_e_v * t35 / lx**3
    if needs[1]:
        d_vv_2 = g_vv + d_vv * t6 - t34 * t6 - t36 * c - d_le * t6 * c
    if needs[0] or needs[3]:
        d_lx = s_g_out0 * t10 + d_denominator_2 * le + d_e_v * (-t5 * t2 + 2 * t35 * t3 / lx**4)
    if needs[0]:
        d_xx = g_xx - d_lx * c - t31 * t8 - vw_2 * d_b * t12
        d_x_g_out0 = settled(y_x + y_s)
        d_x_x = settled(2 * d_xx)
    if needs[1]:
        d_v_g_out0 = settled(e_v * y_s)
        d_v_s = settled(d_s_s * e_v)
        d_v_v = settled(2 * d_vv_2)
    if needs[3]:
        d_c = (
            d_denominator * (ss - xx * t8 - t7 * t1)
            + d_b * (-xw - 2 * vw_2 * t0)
            + d_a * (vw_2 - 2 * t16 * vv_2 + 4 * uv * t11)
            - d_spread * ss
            - d_le * t7
            - d_lx * xx
            - t36 * vv
        )
    return (
        combine((d_xw, w), (d_xv, v), (d_s_s, s), (d_x_x, x), (d_x_g_out0, g_out0), (moved_x, g_out1))
        if needs[0]
        else None,
        combine((d_vw_2, w), (d_xv, x), (d_v_s, s), (d_v_v, v), (moved_v, g_out1), (d_v_g_out0, g_out0))
        if needs[1]
        else None,
        combine((d_vw_2, v), (d_xw, x), (moved_w, g_out1)) if needs[2] else None,
        d_c if needs[3] else None,
    )


def _expmap_transp_jvp(
    x: Tensor,
    v: Tensor,
    w: Tensor,
    c: Tensor,
    xx: Tensor,
    vv: Tensor,
    ss: Tensor,
    xv: Tensor,
    xw: Tensor,
    t_x: Tensor,
    t_v: Tensor,
    t_w: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    t0 = xx * c
    t1 = margin(1 - t0)
    lx = t1
    t2 = lx ** (-2)
    t3 = vv * c
    t4 = -t3 * t2
    t5 = tn(t4, -1)
    e_v = t5 / lx
    s = combine((1, x), (e_v, v))
    t6 = e_v**2
    t7 = vv * t6
    t8 = margin(1 - t7 * c)
    le = t8
    t9 = ss * c
    spread = -t9
    denominator = -spread + lx * le
    t10 = 1 / denominator
    y_s = lx * t10
    y_x = -spread * t10
    vv_2 = t7
    uv = xv * e_v
    vw = dot(v, w, dim)
    vw_2 = vw * e_v
    t11 = vw_2 * c
    t12 = c**2
    t13 = xw * t12
    t14 = vw_2 * t12
    t15 = 2 * uv
    a = t11 + t14 * t15 - t13 * vv_2
    t16 = xw * c
    b = -t16 - t14 * xx
    denominator_2 = t9 + t1 * t8
    t17 = le * t10
    moved_w = t17
    t18 = 1 / denominator_2
    t19 = t17 * t18
    t20 = 2 * a
    moved_x = t20 * t19
    t21 = 2 * e_v
    t22 = b * t19
    moved_v = t21 * t22
    x_t_x = dot(x, t_x, dim)
    t_xx = 2 * x_t_x
    t23 = t_xx * c
    t_lx = -t23 - t_c * xx
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t24 = d_tn(t4, -1)
    t25 = t24 / lx**3
    t_e_v = t_lx * (-t5 * t2 + 2 * t24 * t3 / lx**4) - t_c * t25 * vv - t_vv * t25 * c
    t26 = t_vv * t6
    t27 = t26 * c
    t28 = 2 * t_e_v
    t29 = e_v * t28
    t30 = t29 * t3
    t_le = -t27 - t30 - t_c * t7
    s_t_x = dot(s, t_x, dim)
    s_t_v = dot(s, t_v, dim)
    vs = dot(v, s, dim)
    t_ss = 2 * s_t_x + s_t_v * t21 + vs * t28
    t31 = t_ss * c
    t_spread = -t31 - t_c * ss
    t_denominator = -t_spread + t_lx * le + t_le * lx
    t32 = t_denominator / denominator**2
    t_y_s = t_lx * t10 - t32 * lx
    t_y_x = t32 * spread - t_spread * t10
    t_vv_2 = t26 + t29 * vv
    v_t_x = dot(v, t_x, dim)
    x_t_v = dot(x, t_v, dim)
    t_xv = v_t_x + x_t_v
    t_uv = xv * t_e_v + t_xv * e_v
    w_t_x = dot(w, t_x, dim)
    x_t_w = dot(x, t_w, dim)
    t_xw = w_t_x + x_t_w
    w_t_v = dot(w, t_v, dim)
    v_t_w = dot(v, t_w, dim)
    t_vw = w_t_v + v_t_w
    t_vw_2 = vw * t_e_v + t_vw * e_v
    t_a = (
        t_c * (vw_2 - 2 * t16 * vv_2 + 4 * uv * t11)
        + t_vw_2 * (c + t15 * t12)
        - t_vv_2 * t13
        + 2 * t_uv * t14
        - t_xw * vv_2 * t12
    )
    t_b = t_c * (-xw - 2 * vw_2 * t0) - t_xx * t14 - t_xw * c - t_vw_2 * xx * t12
    t_denominator_2 = t31 + t_c * (ss - xx * t8 - t7 * t1) - t23 * t8 - t27 * t1 - t30 * t1
    t33 = t_le * t10
    t34 = t32 * le
    t_moved_w = t33 - t34
    t35 = t20 * t18
    t36 = t_denominator_2 * t17 / denominator_2**2
    t_moved_x = t33 * t35 - t20 * t36 - t34 * t35 + 2 * t_a * t19
    t37 = b * t21
    t38 = t37 * t18
    t_moved_v = t22 * t28 + t33 * t38 - t34 * t38 - t36 * t37 + t_b * t21 * t19
    return (
        combine((y_x + y_s, t_x), (t_e_v * y_s, v), (e_v * y_s, t_v), (t_y_s, s), (t_y_x, x)),
        combine((moved_x, t_x), (moved_v, t_v), (moved_w, t_w), (t_moved_w, w), (t_moved_x, x), (t_moved_v, v)),
        t_xx,
        t_vv,
        t_ss,
        t_xv,
        t_xw,
    )


_expmap_transp_op = Operation(
    "expmap_transp",
    Formulas(_expmap_transp, _expmap_transp_vjp, _expmap_transp_jvp),
    inputs=(("x", "vector"), ("v", "vector"), ("w", "vector"), ("c", "scalar")),
    results=("vector", "vector"),
)


def expmap_transp(x: Tensor, v: Tensor, w: Tensor, c: Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
    r"""Point y = exp_x(v), and w moved there along the geodesic: (λ_x/λ_y) gyr[x, e]w for y = x ⊕ e.

    Formula (LaTeX)::

        \mathrm{xx} = \langle x, x \rangle
        \mathrm{lx} = \operatorname{margin}\left(1 - \mathrm{xx} c\right)
        \mathrm{vv} = \langle v, v \rangle
        \mathrm{e\_v} = \frac{\operatorname{tn}\left(- \frac{\mathrm{vv} c}{\mathrm{lx}^{2}}\right)}{\mathrm{lx}}
        s = x + \mathrm{e\_v} v
        \mathrm{le} = \operatorname{margin}\left(1 - \mathrm{vv} c \mathrm{e\_v}^{2}\right)
        \mathrm{ss} = \langle s, s \rangle
        \mathrm{spread} = - \mathrm{ss} c
        \mathrm{denominator} = - \mathrm{spread} + \mathrm{le} \mathrm{lx}
        \mathrm{y\_s} = \frac{\mathrm{lx}}{\mathrm{denominator}}
        \mathrm{y\_x} = - \frac{\mathrm{spread}}{\mathrm{denominator}}
        \mathrm{vv\_2} = \mathrm{vv} \mathrm{e\_v}^{2}
        \mathrm{xv} = \langle x, v \rangle
        \mathrm{uv} = \mathrm{e\_v} \mathrm{xv}
        \mathrm{xw} = \langle x, w \rangle
        \mathrm{vw} = \langle v, w \rangle
        \mathrm{vw\_2} = \mathrm{e\_v} \mathrm{vw}
        a = \mathrm{vw\_2} c - \mathrm{vv\_2} \mathrm{xw} c^{2} + 2 \mathrm{uv} \mathrm{vw\_2} c^{2}
        b = - \mathrm{xw} c - \mathrm{vw\_2} \mathrm{xx} c^{2}
        \mathrm{denominator\_2} = \mathrm{ss} c + \operatorname{margin}\left(1 - \mathrm{xx} c\right) \operatorname{margin}\left(1 - \mathrm{vv} c \mathrm{e\_v}^{2}\right)
        \mathrm{moved\_w} = \frac{\mathrm{le}}{\mathrm{denominator}}
        \mathrm{moved\_x} = \frac{2 \mathrm{le} a}{\mathrm{denominator\_2} \mathrm{denominator}}
        \mathrm{moved\_v} = \frac{2 \mathrm{e\_v} \mathrm{le} b}{\mathrm{denominator\_2} \mathrm{denominator}}
        \mathrm{out0} = \mathrm{y\_s} s + \mathrm{y\_x} x
        \mathrm{out1} = \mathrm{moved\_v} v + \mathrm{moved\_w} w + \mathrm{moved\_x} x

    Cost: 6 inner products, 51 further operations; backward 8 inner products, 198 further operations. Saved: the
    inputs and 5 scalars per row.
    """
    result: tuple[Tensor, Tensor] = _expmap_transp_op(x, v, w, c, dim=dim)
    return result


def _shrink_transp(x: Tensor, v: Tensor, weight: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    rest = 1 - weight
    xx = dot(x, x, dim)
    lx = margin(1 - xx * c)
    t0 = lx**2
    t1 = weight * lx
    t2 = rest * (2 - lx)
    length = torch.sqrt(t0 * weight**2 + t0 * rest**2 + 2 * t1 * t2)
    total = length + t1 + t2
    t3 = 2 / total
    out0_x = settled(rest * t3)
    out1_v = settled(length * t3 / lx)
    return (out0_x * x, out1_v * v, xx)


def _shrink_transp_vjp(
    x: Tensor,
    v: Tensor,
    weight: Tensor,
    c: Tensor,
    xx: Tensor,
    g_out0: Tensor,
    g_out1: Tensor,
    g_xx: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    rest = 1 - weight
    lx = margin(1 - xx * c)
    t0 = weight**2
    t1 = lx**2
    t2 = rest**2
    t3 = weight * lx
    t4 = 2 - lx
    t5 = rest * t4
    t6 = torch.sqrt(t0 * t1 + t2 * t1 + 2 * t3 * t5)
    length = t6
    total = length + t3 + t5
    t7 = 2 / total
    if needs[0]:
        out0_x = settled(rest * t7)
    t8 = 1 / lx
    t9 = t7 * t8
    if needs[1]:
        out1_v = settled(length * t9)
    if needs[0] or needs[2] or needs[3]:
        x_g_out0 = dot(x, g_out0, dim)
        v_g_out1 = dot(v, g_out1, dim)
        t10 = 2 / total**2
        t11 = v_g_out1 * length
        d_total = -x_g_out0 * rest * t10 - t10 * t11 * t8
        d_length = d_total + v_g_out1 * t9
        t12 = d_length / t6
    if needs[0] or needs[3]:
        d_lx = d_total * (weight - rest) + t12 * (weight * t5 + t0 * lx + t2 * lx - rest * t3) - t11 * t7 / t1
    if needs[0]:
        d_xx = g_xx - d_lx * c
    if needs[2]:
        d_rest = x_g_out0 * t7 + d_total * t4 + t12 * (rest * t1 + t3 * t4)
    if needs[0]:
        d_x_x = settled(2 * d_xx)
    if needs[2]:
        d_weight = -d_rest + d_total * lx + t12 * (weight * t1 + t5 * lx)
    if needs[3]:
        d_c = -d_lx * xx
    return (
        combine((d_x_x, x), (out0_x, g_out0)) if needs[0] else None,
        out1_v * g_out1 if needs[1] else None,
        d_weight if needs[2] else None,
        d_c if needs[3] else None,
    )


def _shrink_transp_jvp(
    x: Tensor,
    v: Tensor,
    weight: Tensor,
    c: Tensor,
    xx: Tensor,
    t_x: Tensor,
    t_v: Tensor,
    t_weight: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    rest = 1 - weight
    lx = margin(1 - xx * c)
    t0 = weight**2
    t1 = lx**2
    t2 = rest**2
    t3 = weight * lx
    t4 = 2 - lx
    t5 = rest * t4
    t6 = torch.sqrt(t0 * t1 + t2 * t1 + 2 * t3 * t5)
    length = t6
    total = length + t3 + t5
    t7 = 1 / total
    t8 = 2 * t7
    out0_x = rest * t8
    t9 = 1 / lx
    out1_v = length * t8 * t9
    t_rest = -t_weight
    x_t_x = dot(x, t_x, dim)
    t_xx = 2 * x_t_x
    t_lx = -t_c * xx - t_xx * c
    t10 = 1 / t6
    t_length = (
        t_weight * t10 * (weight * t1 + t5 * lx)
        + t_rest * t10 * (rest * t1 + t3 * t4)
        + t_lx * t10 * (weight * t5 + t0 * lx + t2 * lx - rest * t3)
    )
    t_total = t_length + t_weight * lx + t_rest * t4 + t_lx * (weight - rest)
    t11 = 2 * t_total / total**2
    t_out0_x = t_rest * t8 - rest * t11
    t_out1_v = -length * t11 * t9 + 2 * t_length * t7 * t9 - t_lx * length * t8 / t1
    return (combine((out0_x, t_x), (t_out0_x, x)), combine((out1_v, t_v), (t_out1_v, v)), t_xx)


_shrink_transp_op = Operation(
    "shrink_transp",
    Formulas(_shrink_transp, _shrink_transp_vjp, _shrink_transp_jvp),
    inputs=(("x", "vector"), ("v", "vector"), ("weight", "scalar"), ("c", "scalar")),
    results=("vector", "vector"),
)


def shrink_transp(x: Tensor, v: Tensor, weight: Tensor, c: Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
    r"""Midpoint y of a point and the origin o with weights 1 − w and w, and v moved there along the geodesic.

    In ambient coordinates (1 − w)x + wo, whose length is formed as a sum of positive numbers; v is scaled by λ_x/λ_y.

    Formula (LaTeX)::

        \mathrm{rest} = 1 - \mathrm{weight}
        \mathrm{xx} = \langle x, x \rangle
        \mathrm{lx} = \operatorname{margin}\left(1 - \mathrm{xx} c\right)
        \mathrm{length} = \sqrt{\mathrm{lx}^{2} \mathrm{rest}^{2} + \mathrm{lx}^{2} \mathrm{weight}^{2} + 2 \mathrm{lx} \mathrm{rest} \mathrm{weight} \left(2 - \mathrm{lx}\right)}
        \mathrm{total} = \mathrm{length} + \mathrm{lx} \mathrm{weight} + \mathrm{rest} \left(2 - \mathrm{lx}\right)
        \mathrm{out0\_x} = \frac{2 \mathrm{rest}}{\mathrm{total}}
        \mathrm{out1\_v} = \frac{2 \mathrm{length}}{\mathrm{lx} \mathrm{total}}
        \mathrm{out0} = \mathrm{out0\_x} x
        \mathrm{out1} = \mathrm{out1\_v} v

    Cost: 1 inner products, 27 further operations; backward 2 inner products, 74 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: tuple[Tensor, Tensor] = _shrink_transp_op(x, v, weight, c, dim=dim)
    return result


def _midpoint(x: Tensor, w: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    share = row_sum(w, x, rows)
    xx = dot(x, x, dim)
    t0 = 1 / margin(1 - xx * c)
    term = w * (-1 + 2 * t0)
    total = row_sum(term, x, rows)
    total_2 = combine_rows((settled(2 * w * t0), x), like=x, rows=rows, dim=dim)
    total_total = dot(total_2, total_2, dim)
    t1 = share**2
    square = at_least(total**2 - total_total * c, t1)
    formed_2 = total_2 / (total + torch.sqrt(square))
    p = settled(formed_2.detach())
    delta = x - p
    delta_delta = dot(delta, delta, dim)
    pp = dot(p, p, dim)
    lp = settled(margin(1 - pp * c))
    p_delta = dot(p, delta, dim)
    lx = margin(lp - c * (delta_delta + 2 * p_delta))
    t2 = delta_delta * c
    t3 = lp * lx
    denominator = t2 + t3
    t4 = 1 / denominator
    near_delta = lp * t4
    near_p = -t2 * t4
    t5 = w / (lp * lx)
    scale = 2 * denominator * t5
    mass = t5 * (t3 + 2 * t2)
    total_3 = row_sum(mass, x, rows)
    term_2 = near_p * scale
    total_p = row_sum(term_2, x, rows)
    total_4 = combine_rows((settled(near_delta * scale), delta), like=x, rows=rows, dim=dim)
    p_total = dot(p, total_4, dim)
    total_total_2 = dot(total_4, total_4, dim)
    t6 = 2 * p_total
    square_2 = at_least(total_3**2 - c * (total_total_2 + total_p * t6 + pp * total_p**2), t1)
    t7 = 1 / (total_3 + torch.sqrt(square_2))
    m_p = total_p * t7
    m_total = t7
    s = combine((1 + m_p, p), (m_total, total_4))
    t8 = pp * m_p**2 + total_total_2 * m_total**2 + m_p * m_total * t6
    mm = t8
    ss = dot(s, s, dim)
    reach = lp / (ss * c + lp * margin(1 - t8 * c))
    correction = combine((m_p * reach + mm * c * reach, p), (m_total * reach, total_4))
    out = p + correction
    return (out, p, total_3, total_p, total_4)


def _midpoint_vjp(
    x: Tensor,
    w: Tensor,
    c: Tensor,
    p: Tensor,
    total_3: Tensor,
    total_p: Tensor,
    total_4: Tensor,
    g_out: Tensor,
    g_p: Tensor,
    g_total_3: Tensor,
    g_total_p: Tensor,
    g_total_4: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    share = row_sum(w, x, rows)
    delta = x - p
    delta_delta = dot(delta, delta, dim)
    pp = dot(p, p, dim)
    lp = settled(margin(1 - pp * c))
    p_delta = dot(p, delta, dim)
    t0 = delta_delta + 2 * p_delta
    lx = margin(lp - t0 * c)
    t1 = delta_delta * c
    t2 = lp * lx
    denominator = t1 + t2
    t3 = 1 / denominator
    near_delta = lp * t3
    near_p = -t1 * t3
    t4 = 2 * denominator
    t5 = 1 / lp
    t6 = 1 / lx
    if needs[0] or needs[2]:
        t7 = w * t6
        t8 = t5 * t7
        scale = t4 * t8
    p_total = dot(p, total_4, dim)
    total_total = dot(total_4, total_4, dim)
    t9 = 2 * p_total
    t10 = total_total + total_p * t9 + pp * total_p**2
    square = at_least(total_3**2 - t10 * c, share**2)
    t11 = torch.sqrt(square)
    t12 = total_3 + t11
    t13 = 1 / t12
    m_p = total_p * t13
    m_total = t13
    s = combine((1 + m_p, p), (m_total, total_4))
    t14 = m_total**2
    t15 = m_p * t9
    t16 = m_total * t15 + pp * m_p**2 + total_total * t14
    mm = t16
    ss = dot(s, s, dim)
    t17 = lp * margin(1 - t16 * c)
    t18 = t17 + ss * c
    t19 = 1 / t18
    reach = lp * t19
    p_g_out = dot(p, g_out, dim)
    total_g_out = dot(total_4, g_out, dim)
    d_reach = m_total * total_g_out + p_g_out * (m_p + mm * c)
    t20 = t18 ** (-2)
    t21 = d_reach * lp * t20
    d_ss = -t21 * c
    t22 = p_g_out * reach
    d_mm = t22 * c
    d_s_s = 2 * d_ss
    ps = dot(p, s, dim)
    total_s = dot(total_4, s, dim)
    t23 = 2 * m_total
    t24 = t15 + t23 * total_total
    t25 = lp**2
    t26 = d_reach * c * t20 * t25
    d_m_total = total_g_out * reach + d_mm * t24 + d_s_s * total_s + t24 * t26
    t27 = 2 * pp
    t28 = m_p * t27 + m_total * t9
    d_m_p = t22 + d_mm * t28 + d_s_s * ps + t26 * t28
    t29 = t12 ** (-2)
    t30 = d_m_total * t29
    t31 = 1 / (2 * t11)
    t32 = total_p * d_m_p * t29
    d_square = -t30 * t31 - t31 * t32
    t33 = d_square * c
    d_total_total = -t33 + d_mm * t14 + t26 * t14
    t34 = m_p * t23
    d_p_total = d_mm * t34 + t26 * t34 - 2 * total_p * t33
    d_total_g_out = m_total * reach
    d_total_s = m_total * d_s_s
    d_total_total_2 = 2 * d_total_total
    d_formed = settled(
        combine((d_p_total, p), (d_total_total_2, total_4), (d_total_s, s), (1, g_total_4), (d_total_g_out, g_out))
    )
    delta_d_formed = dot(delta, d_formed, dim)
    d_total_p = settled(g_total_p + d_m_p * t13 - t33 * (t9 + total_p * t27))
    d_total = settled(g_total_3 - t30 - t32 + 2 * total_3 * d_square)
    d_scale = delta_d_formed * near_delta + d_total_p * near_p
    if needs[0] or needs[2]:
        d_near_p = d_total_p * scale
        d_near_delta = delta_d_formed * scale
        t35 = denominator ** (-2)
        t36 = 2 * t8
        d_denominator = d_scale * t36 + d_near_p * t1 * t35 - d_near_delta * lp * t35
    t37 = t2 + 2 * t1
    if needs[0] or needs[2]:
        t38 = w * t5
        t39 = t38 / lx**2
    t40 = d_scale * t4
    if needs[0] or needs[2]:
        d_lx = d_total * (t7 - t37 * t39) + d_denominator * lp - t40 * t39
    if needs[0]:
        t41 = d_lx * c
        d_p_delta = settled(-2 * t41)
    if needs[2]:
        t42 = t7 / t25
        term = d_lx + d_total * (t38 - t37 * t42) + d_near_delta * t3 + d_denominator * lx - t40 * t42
        total = row_sum(term, x, rows)
        d_lp = total + d_reach * (t19 - t17 * t20)
    if needs[0] or needs[2]:
        t43 = d_near_p * t3
        t44 = d_total * t36
    if needs[0]:
        d_delta_delta = -t41 + d_denominator * c + t44 * c - t43 * c
        d_delta_d_formed = settled(near_delta * scale)
        d_delta_delta_2 = settled(2 * d_delta_delta)
    if needs[2]:
        term_2 = d_denominator * delta_delta + t44 * delta_delta - d_lx * t0 - t43 * delta_delta
        total_2 = row_sum(term_2, x, rows)
    if needs[1]:
        t45 = t5 * t6
        d_w = t40 * t45 + d_total * t37 * t45
    if needs[2]:
        d_c = total_2 + mm * t22 + t21 * (-ss + t16 * lp) - d_square * t10 - d_lp * pp
    return (
        combine((d_delta_d_formed, d_formed), (d_p_delta, p), (d_delta_delta_2, delta)) if needs[0] else None,
        d_w if needs[1] else None,
        d_c if needs[2] else None,
    )


def _midpoint_jvp(
    x: Tensor,
    w: Tensor,
    c: Tensor,
    p: Tensor,
    total_3: Tensor,
    total_p: Tensor,
    total_4: Tensor,
    t_x: Tensor,
    t_w: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    share = row_sum(w, x, rows)
    delta = x - p
    delta_delta = dot(delta, delta, dim)
    pp = dot(p, p, dim)
    lp = margin(1 - pp * c)
    p_delta = dot(p, delta, dim)
    t0 = delta_delta + 2 * p_delta
    lx = margin(lp - t0 * c)
    t1 = delta_delta * c
    t2 = lp * lx
    denominator = t1 + t2
    t3 = 1 / denominator
    near_delta = lp * t3
    near_p = -t1 * t3
    t4 = 2 * denominator
    t5 = 1 / lx
    t6 = 1 / lp
    t7 = w * t6
    t8 = t5 * t7
    scale = t4 * t8
    p_total = dot(p, total_4, dim)
    total_total = dot(total_4, total_4, dim)
    t9 = 2 * p_total
    t10 = total_total + total_p * t9 + pp * total_p**2
    square = at_least(total_3**2 - t10 * c, share**2)
    t11 = torch.sqrt(square)
    t12 = total_3 + t11
    t13 = 1 / t12
    m_p = total_p * t13
    m_total = t13
    s = combine((1 + m_p, p), (m_total, total_4))
    t14 = m_total**2
    t15 = m_total * t9
    t16 = m_p * t15 + pp * m_p**2 + total_total * t14
    mm = t16
    ss = dot(s, s, dim)
    t17 = lp * margin(1 - t16 * c)
    t18 = t17 + ss * c
    t19 = 1 / t18
    reach = lp * t19
    delta_t_x = dot(delta, t_x, dim)
    t_delta_delta = 2 * delta_t_x
    t_lp = -t_c * pp
    p_t_x = dot(p, t_x, dim)
    t20 = t_delta_delta * c
    t21 = 2 * c
    t_lx = t_lp - t20 - t_c * t0 - p_t_x * t21
    t22 = t_c * delta_delta
    t_denominator = t20 + t22 + t_lp * lx + t_lx * lp
    t23 = denominator ** (-2)
    t_near_delta = t_lp * t3 - t_denominator * lp * t23
    t_near_p = -t20 * t3 - t22 * t3 + t_denominator * delta_delta * c * t23
    t24 = t_w * t5 * t6
    t25 = 2 * t8
    t26 = lp**2
    t27 = w * t5
    t28 = t27 / t26
    t29 = t7 / lx**2
    t_scale = t_denominator * t25 + t24 * t4 - t_lp * t28 * t4 - t_lx * t29 * t4
    t30 = t2 + 2 * t1
    t_mass = t_lp * (t7 - t28 * t30) + t_lx * (t27 - t29 * t30) + t20 * t25 + t22 * t25 + t24 * t30
    t_total = row_sum(t_mass, x, rows)
    t_term = t_near_p * scale + t_scale * near_p
    t_total_p = row_sum(t_term, x, rows)
    t_formed_t_x = near_delta * scale
    t_formed_delta = t_near_delta * scale + t_scale * near_delta
    t_total_2 = combine_rows((t_formed_delta, delta), (t_formed_t_x, t_x), like=x, rows=rows, dim=dim)
    p_t_total = dot(p, t_total_2, dim)
    total_t_total = dot(total_4, t_total_2, dim)
    t_total_total = 2 * total_t_total
    t31 = t_total_total * c
    t32 = 2 * pp
    t33 = p_t_total * t21
    t_square = -t31 - total_p * t33 - t_c * t10 + 2 * total_3 * t_total - t_total_p * c * (t9 + total_p * t32)
    t34 = t12 ** (-2)
    t35 = t_total * t34
    t36 = t_square * t34 / (2 * t11)
    t_m_p = t_total_p * t13 - total_p * t35 - total_p * t36
    t_m_total = -t35 - t36
    t37 = t_m_p * (t15 + m_p * t32)
    t38 = 2 * m_total
    t39 = t_m_total * (m_p * t9 + t38 * total_total)
    t_mm = t37 + t39 + t_total_total * t14 + m_p * p_t_total * t38
    s_t_total = dot(s, t_total_2, dim)
    ps = dot(p, s, dim)
    total_s = dot(total_4, s, dim)
    t_ss = s_t_total * t38 + 2 * t_m_p * ps + 2 * t_m_total * total_s
    t40 = t18 ** (-2)
    t41 = lp * t40
    t42 = t26 * t40
    t43 = c * t42
    t_reach = (
        t_lp * (t19 - t17 * t40)
        + t37 * t43
        + t39 * t43
        + t_c * t41 * (-ss + t16 * lp)
        + t31 * t14 * t42
        - t_ss * c * t41
        + m_p * m_total * t33 * t42
    )
    t_correction_p = m_p * t_reach + t_m_p * reach + mm * t_c * reach + mm * t_reach * c + t_mm * c * reach
    t_correction_t_total = m_total * reach
    t_correction_total = m_total * t_reach + t_m_total * reach
    return (
        combine((t_correction_p, p), (t_correction_total, total_4), (t_correction_t_total, t_total_2)),
        torch.zeros_like(p),
        t_total,
        t_total_p,
        t_total_2,
    )


_midpoint_op = Operation(
    "midpoint",
    Formulas(_midpoint, _midpoint_vjp, _midpoint_jvp),
    inputs=(("x", "vector"), ("w", "scalar"), ("c", "scalar")),
    results=("vector",),
    reduction=True,
)


def midpoint(x: Tensor, w: Tensor, c: Tensor, *, rows: tuple[int, ...], dim: int = -1) -> Tensor:
    r"""Weighted gyromidpoint of the rows: the Lorentz centroid in ball coordinates. Source: arXiv 2006.08210 §3.5.

    The sums are taken a second time about a first estimate p, where nothing cancels: m = p ⊕ midpoint(−p ⊕ x). The
    result does not depend on p, which is a constant for differentiation.

    Formula (LaTeX)::

        \mathrm{share} = \sum w
        \mathrm{xx} = \langle x, x \rangle
        \mathrm{term} = w \left(-1 + \frac{2}{\operatorname{margin}\left(1 - \mathrm{xx} c\right)}\right)
        \mathrm{total} = \sum \mathrm{term}
        \mathrm{formed} = \frac{2 w x}{\operatorname{margin}\left(1 - \mathrm{xx} c\right)}
        \mathrm{total\_2} = \sum \mathrm{formed}
        \mathrm{total\_total} = \langle \mathrm{total\_2}, \mathrm{total\_2} \rangle
        \mathrm{square} = \operatorname{at\_least}\left(\mathrm{total}^{2} - \mathrm{total\_total} c, \mathrm{share}^{2}\right)
        \mathrm{formed\_2} = \frac{\mathrm{total\_2}}{\mathrm{total} + \sqrt{\mathrm{square}}}
        p = \mathrm{formed\_2}
        \mathrm{delta} = x - p
        \mathrm{delta\_delta} = \langle \mathrm{delta}, \mathrm{delta} \rangle
        \mathrm{pp} = \langle p, p \rangle
        \mathrm{lp} = \operatorname{margin}\left(1 - \mathrm{pp} c\right)
        \mathrm{p\_delta} = \langle p, \mathrm{delta} \rangle
        \mathrm{lx} = \operatorname{margin}\left(\mathrm{lp} - c \left(\mathrm{delta\_delta} + 2 \mathrm{p\_delta}\right)\right)
        \mathrm{denominator} = \mathrm{delta\_delta} c + \mathrm{lp} \mathrm{lx}
        \mathrm{near\_delta} = \frac{\mathrm{lp}}{\mathrm{denominator}}
        \mathrm{near\_p} = - \frac{\mathrm{delta\_delta} c}{\mathrm{denominator}}
        \mathrm{scale} = \frac{2 \mathrm{denominator} w}{\mathrm{lp} \mathrm{lx}}
        \mathrm{mass} = \frac{w \left(\mathrm{lp} \mathrm{lx} + 2 \mathrm{delta\_delta} c\right)}{\mathrm{lp} \mathrm{lx}}
        \mathrm{total\_3} = \sum \mathrm{mass}
        \mathrm{term\_2} = \mathrm{near\_p} \mathrm{scale}
        \mathrm{total\_p} = \sum \mathrm{term\_2}
        \mathrm{formed\_3} = \mathrm{delta} \mathrm{near\_delta} \mathrm{scale}
        \mathrm{total\_4} = \sum \mathrm{formed\_3}
        \mathrm{p\_total} = \langle p, \mathrm{total\_4} \rangle
        \mathrm{total\_total\_2} = \langle \mathrm{total\_4}, \mathrm{total\_4} \rangle
        \mathrm{square\_2} = \operatorname{at\_least}\left(\mathrm{total\_3}^{2} - c \left(\mathrm{total\_total\_2} + \mathrm{pp} \mathrm{total\_p}^{2} + 2 \mathrm{p\_total} \mathrm{total\_p}\right), \mathrm{share}^{2}\right)
        \mathrm{m\_p} = \frac{\mathrm{total\_p}}{\mathrm{total\_3} + \sqrt{\mathrm{square\_2}}}
        \mathrm{m\_total} = \frac{1}{\mathrm{total\_3} + \sqrt{\mathrm{square\_2}}}
        s = \mathrm{m\_total} \mathrm{total\_4} + p \left(1 + \mathrm{m\_p}\right)
        \mathrm{mm} = \mathrm{pp} \mathrm{m\_p}^{2} + \mathrm{total\_total\_2} \mathrm{m\_total}^{2} + 2 \mathrm{m\_p} \mathrm{m\_total} \mathrm{p\_total}
        \mathrm{ss} = \langle s, s \rangle
        \mathrm{reach} = \frac{\mathrm{lp}}{\mathrm{lp} \operatorname{margin}\left(1 - c \left(\mathrm{pp} \mathrm{m\_p}^{2} + \mathrm{total\_total\_2} \mathrm{m\_total}^{2} + 2 \mathrm{m\_p} \mathrm{m\_total} \mathrm{p\_total}\right)\right) + \mathrm{ss} c}
        \mathrm{correction} = p \left(\mathrm{m\_p} \mathrm{reach} + \mathrm{mm} \mathrm{reach} c\right) + \mathrm{m\_total} \mathrm{reach} \mathrm{total\_4}
        \mathrm{out} = \mathrm{correction} + p

    Cost: 8 inner products, 90 further operations; backward 11 inner products, 214 further operations. Saved:
    the inputs and 4 values per group.
    """
    result: Tensor = _midpoint_op(x, w, c, dim=dim, rows=rows)
    return result
