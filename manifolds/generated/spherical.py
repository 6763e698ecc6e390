"""Layer operations in frame coordinates on the sphere (curvature +c).

Generated from specs/frame.py by `manifuse ops generate`; do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from ...compile.functions import cs, d_sn, d_tn, sn, tn
from ...compile.guards import (
    arc,
    asin_c,
    cos_c,
    d_arc,
    d_asin_c,
    d_sin_c,
    inverse,
    inverse_resolved,
    inverse_root,
    is_positive,
    quotient,
    root,
    sin_c,
)
from ...compile.modes import settled
from ...compile.runtime import Formulas, Operation, combine, combine_rows, dot, row_sum

__all__ = ["add", "bound", "center", "dist", "holonomy", "midpoint0", "place", "rescale", "score", "sqdist"]


def _dist(u: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    t0 = settled(uu * c)
    formed = settled(settled(sn(t0, 1)) * u)
    vv = dot(v, v, dim)
    t1 = settled(vv * c)
    formed_2 = settled(settled(sn(t1, 1)) * v)
    formed_3 = formed_2 - formed
    formed_4 = formed + formed_2
    formed_formed = dot(formed_4, formed_4, dim)
    formed_formed_2 = dot(formed_3, formed_3, dim)
    t2 = sn(t0 / 4, 1) ** 2 / 2
    t3 = sn(t1 / 4, 1) ** 2
    t4 = formed_formed_2 + c * (t3 * vv / 2 - t2 * uu) ** 2
    t5 = c / 4
    quarter = t4 * t5
    out = arc(quarter, root((2 - t2 * t0 - t3 * t1 / 2) ** 2 / 4 + formed_formed * t5)) * root(t4)
    return (out, uu, vv, formed_formed, formed_formed_2)


def _dist_vjp(
    u: Tensor,
    v: Tensor,
    c: Tensor,
    uu: Tensor,
    vv: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    g_out: Tensor,
    g_uu: Tensor,
    g_vv: Tensor,
    g_formed_formed: Tensor,
    g_formed_formed_2: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    t0 = uu * c
    t1 = settled(sn(t0, 1))
    formed = settled(t1 * u)
    t2 = vv * c
    t3 = settled(sn(t2, 1))
    formed_2 = settled(t3 * v)
    formed_3 = settled(formed_2 - formed)
    formed_4 = settled(formed + formed_2)
    t4 = t0 / 4
    t5 = sn(t4, 1)
    t6 = t5**2
    t7 = uu * t6
    t8 = t2 / 4
    t9 = sn(t8, 1)
    t10 = t9**2
    t11 = -t7 / 2 + vv * t10 / 2
    t12 = t11**2
    t13 = t12 * c
    t14 = formed_formed_2 + t13
    t15 = c / 4
    quarter = t14 * t15
    t16 = t0 / 2
    t17 = t2 / 2
    t18 = 2 - t10 * t17 - t16 * t6
    t19 = formed_formed / 4
    t20 = t18**2 / 4 + t19 * c
    t21 = root(t20)
    t22 = root(t14)
    t23 = g_out * t22
    d_quarter = t23 * d_arc(quarter, t21)
    t24 = arc(quarter, t21) * inverse_root(t14) / 2
    d_formed_formed = g_formed_formed_2 + g_out * t24 + d_quarter * t15
    t25 = inverse_root(t20) / (quarter + t21**2)
    d_formed_formed_2 = g_formed_formed - t23 * t25 * c / 8
    d_formed_formed_3 = 2 * d_formed_formed_2
    d_formed_formed_4 = 2 * d_formed_formed
    if needs[1] or needs[2]:
        v_formed = dot(v, formed_4, dim)
        v_formed_2 = dot(v, formed_3, dim)
        t26 = d_sn(t8, 1)
        t27 = t26 * t9
    if needs[1]:
        t28 = t10 + t27 * t17
    t29 = t11 * c
    if needs[0] or needs[1]:
        t30 = t24 * t29
        t31 = c**2
    if needs[1] or needs[2]:
        t32 = t27 / 2
    t33 = t25 * t22
    if needs[0] or needs[1]:
        t34 = t18 * t33 / 8
    if needs[1] or needs[2]:
        t35 = d_sn(t2, 1)
    if needs[1]:
        t36 = t35 * c
    if needs[1] or needs[2]:
        t37 = d_formed_formed_3 * v_formed
        t38 = d_formed_formed_4 * v_formed_2
    if needs[0] or needs[1]:
        t39 = d_quarter * t11 * t31 / 4
    if needs[1]:
        d_vv = g_vv + g_out * (t28 * t30 - t34 * (-t10 * c - t32 * vv * t31)) + t28 * t39 + t36 * t37 + t36 * t38
    if needs[0] or needs[2]:
        d_formed_formed_5 = -d_formed_formed_4
        u_formed = dot(u, formed_4, dim)
        u_formed_2 = dot(u, formed_3, dim)
        t40 = t5 * d_sn(t4, 1)
    if needs[0]:
        t41 = -t6 - t40 * t16
    if needs[0] or needs[2]:
        t42 = t40 / 2
        t43 = d_sn(t0, 1)
    if needs[0]:
        t44 = t43 * c
    if needs[0] or needs[2]:
        t45 = d_formed_formed_3 * u_formed
        t46 = d_formed_formed_5 * u_formed_2
    if needs[0]:
        d_uu = g_uu + g_out * (t30 * t41 - t34 * (-t6 * c - t42 * uu * t31)) + t39 * t41 + t44 * t45 + t44 * t46
        d_u_formed = settled(d_formed_formed_3 * t1)
        d_u_formed_2 = settled(d_formed_formed_5 * t1)
        d_u_u = settled(2 * d_uu)
    if needs[1]:
        d_v_formed = settled(d_formed_formed_3 * t3)
        d_v_formed_2 = settled(d_formed_formed_4 * t3)
        d_v_v = settled(2 * d_vv)
    if needs[2]:
        t47 = t42 * uu**2
        t48 = vv**2
        t49 = t12 + t29 * (-t47 + t26 * t9 * t48 / 2)
        t50 = t35 * vv
        t51 = t43 * uu
        d_c = (
            g_out * (t24 * t49 - t33 * (t19 + t18 * (-t7 - t47 * c - vv * t10 - t32 * t48 * c) / 4) / 2)
            + d_quarter * (formed_formed_2 / 4 + t13 / 4 + t49 * t15)
            + t37 * t50
            + t38 * t50
            + t45 * t51
            + t46 * t51
        )
    return (
        combine((d_u_formed, formed_4), (d_u_formed_2, formed_3), (d_u_u, u)) if needs[0] else None,
        combine((d_v_formed, formed_4), (d_v_formed_2, formed_3), (d_v_v, v)) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _dist_jvp(
    u: Tensor,
    v: Tensor,
    c: Tensor,
    uu: Tensor,
    vv: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    t_u: Tensor,
    t_v: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    t0 = uu * c
    t1 = sn(t0, 1)
    formed = t1 * u
    t2 = vv * c
    t3 = sn(t2, 1)
    formed_2 = t3 * v
    formed_3 = formed_2 - formed
    formed_4 = formed + formed_2
    t4 = t0 / 4
    t5 = sn(t4, 1)
    t6 = t5**2
    t7 = uu * t6
    t8 = t2 / 4
    t9 = sn(t8, 1)
    t10 = t9**2
    t11 = -t7 / 2 + vv * t10 / 2
    t12 = t11**2
    t13 = t12 * c
    t14 = formed_formed_2 + t13
    t15 = c / 4
    quarter = t14 * t15
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_formed_t_u = t1
    t16 = d_sn(t0, 1)
    t_formed_u = t_c * t16 * uu + t_uu * t16 * c
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t_formed_t_v = t3
    t17 = d_sn(t2, 1)
    t_formed_v = t_c * t17 * vv + t_vv * t17 * c
    t_formed_u_2 = -t_formed_u
    t_formed_t_u_2 = -t_formed_t_u
    u_formed = dot(u, formed_4, dim)
    formed_t_u = dot(formed_4, t_u, dim)
    v_formed = dot(v, formed_4, dim)
    formed_t_v = dot(formed_4, t_v, dim)
    t18 = 2 * t_formed_t_v
    t19 = 2 * t_formed_v
    t_formed_formed = v_formed * t19 + formed_t_v * t18 + 2 * t_formed_t_u * formed_t_u + 2 * t_formed_u * u_formed
    u_formed_2 = dot(u, formed_3, dim)
    formed_t_u_2 = dot(formed_3, t_u, dim)
    v_formed_2 = dot(v, formed_3, dim)
    formed_t_v_2 = dot(formed_3, t_v, dim)
    t_formed_formed_2 = (
        v_formed_2 * t19 + formed_t_v_2 * t18 + 2 * t_formed_u_2 * u_formed_2 + 2 * t_formed_t_u_2 * formed_t_u_2
    )
    t20 = t5 * d_sn(t4, 1) / 2
    t21 = t20 * uu**2
    t22 = vv**2
    t23 = d_sn(t8, 1)
    t24 = t11 * c
    t25 = t12 + t24 * (-t21 + t23 * t9 * t22 / 2)
    t26 = -t6 - t20 * t0
    t27 = c**2
    t28 = t11 * t27 / 4
    t29 = t23 * t9 / 2
    t30 = t10 + t29 * t2
    t_quarter = (
        t_c * (formed_formed_2 / 4 + t13 / 4 + t25 * t15)
        + t_formed_formed_2 * t15
        + t_uu * t26 * t28
        + t_vv * t28 * t30
    )
    t31 = 2 - t0 * t6 / 2 - t10 * t2 / 2
    t32 = formed_formed / 4
    t33 = t31**2 / 4 + t32 * c
    t34 = root(t33)
    t35 = arc(quarter, t34) * inverse_root(t14) / 2
    t36 = root(t14)
    t37 = t36 * inverse_root(t33) / (quarter + t34**2)
    t38 = t24 * t35
    t39 = t37 / 8
    t40 = t31 * t39
    t_out = (
        t_c * (t25 * t35 - t37 * (t32 + t31 * (-t7 - t21 * c - vv * t10 - t29 * t22 * c) / 4) / 2)
        + t_uu * (t26 * t38 - t40 * (-t6 * c - t20 * uu * t27))
        + t_vv * (t30 * t38 - t40 * (-t10 * c - t29 * vv * t27))
        + t_formed_formed_2 * t35
        + t_quarter * t36 * d_arc(quarter, t34)
        - t_formed_formed * t39 * c
    )
    return (t_out, t_uu, t_vv, t_formed_formed, t_formed_formed_2)


_dist_op = Operation(
    "dist",
    Formulas(_dist, _dist_vjp, _dist_jvp),
    inputs=(("u", "vector"), ("v", "vector"), ("c", "scalar")),
    results=("scalar",),
    wide=True,
)


def dist(u: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Geodesic distance of two points, by the half angle of the chord. Gradient 0 where they coincide.

    Formula (LaTeX)::

        \mathrm{uu} = \langle u, u \rangle
        \mathrm{formed} = u \operatorname{sn}\left(\mathrm{uu} c\right)
        \mathrm{vv} = \langle v, v \rangle
        \mathrm{formed\_2} = v \operatorname{sn}\left(\mathrm{vv} c\right)
        \mathrm{formed\_3} = \mathrm{formed\_2} - \mathrm{formed}
        \mathrm{formed\_4} = \mathrm{formed\_2} + \mathrm{formed}
        \mathrm{formed\_formed} = \langle \mathrm{formed\_4}, \mathrm{formed\_4} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_3}, \mathrm{formed\_3} \rangle
        \mathrm{quarter} = \frac{c \left(\mathrm{formed\_formed\_2} + c \left(\frac{\mathrm{vv} \operatorname{sn}^{2}\left(\frac{\mathrm{vv} c}{4}\right)}{2} - \frac{\mathrm{uu} \operatorname{sn}^{2}\left(\frac{\mathrm{uu} c}{4}\right)}{2}\right)^{2}\right)}{4}
        \mathrm{out} = \operatorname{arc}\left(\mathrm{quarter}, \operatorname{root}\left(\frac{\left(2 - \frac{\mathrm{uu} c \operatorname{sn}^{2}\left(\frac{\mathrm{uu} c}{4}\right)}{2} - \frac{\mathrm{vv} c \operatorname{sn}^{2}\left(\frac{\mathrm{vv} c}{4}\right)}{2}\right)^{2}}{4} + \frac{\mathrm{formed\_formed} c}{4}\right)\right) \operatorname{root}\left(\mathrm{formed\_formed\_2} + c \left(\frac{\mathrm{vv} \operatorname{sn}^{2}\left(\frac{\mathrm{vv} c}{4}\right)}{2} - \frac{\mathrm{uu} \operatorname{sn}^{2}\left(\frac{\mathrm{uu} c}{4}\right)}{2}\right)^{2}\right)

    Cost: 4 inner products, 43 further operations; backward 4 inner products, 177 further operations. Saved: the
    inputs and 4 scalars per row. Computed in float64 for float32 inputs.
    """
    result: Tensor = _dist_op(u, v, c, dim=dim)
    return result


def _sqdist(u: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    t0 = settled(uu * c)
    formed = settled(settled(sn(t0, 1)) * u)
    vv = dot(v, v, dim)
    t1 = settled(vv * c)
    formed_2 = settled(settled(sn(t1, 1)) * v)
    formed_3 = formed_2 - formed
    formed_4 = formed + formed_2
    formed_formed = dot(formed_4, formed_4, dim)
    formed_formed_2 = dot(formed_3, formed_3, dim)
    t2 = sn(t0 / 4, 1) ** 2 / 2
    t3 = sn(t1 / 4, 1) ** 2
    t4 = formed_formed_2 + c * (t3 * vv / 2 - t2 * uu) ** 2
    t5 = c / 4
    quarter = t4 * t5
    out = t4 * arc(quarter, root((2 - t2 * t0 - t3 * t1 / 2) ** 2 / 4 + formed_formed * t5)) ** 2
    return (out, uu, vv, formed_formed, formed_formed_2)


def _sqdist_vjp(
    u: Tensor,
    v: Tensor,
    c: Tensor,
    uu: Tensor,
    vv: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    g_out: Tensor,
    g_uu: Tensor,
    g_vv: Tensor,
    g_formed_formed: Tensor,
    g_formed_formed_2: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    t0 = uu * c
    t1 = settled(sn(t0, 1))
    formed = settled(t1 * u)
    t2 = vv * c
    t3 = settled(sn(t2, 1))
    formed_2 = settled(t3 * v)
    formed_3 = settled(formed_2 - formed)
    formed_4 = settled(formed + formed_2)
    t4 = t0 / 4
    t5 = sn(t4, 1)
    t6 = t5**2
    t7 = uu * t6
    t8 = t2 / 4
    t9 = sn(t8, 1)
    t10 = t9**2
    t11 = -t7 / 2 + vv * t10 / 2
    t12 = t11**2
    t13 = t12 * c
    t14 = formed_formed_2 + t13
    t15 = c / 4
    t16 = t14 * t15
    quarter = t16
    t17 = t0 / 2
    t18 = t2 / 2
    t19 = 2 - t10 * t18 - t17 * t6
    t20 = formed_formed / 4
    t21 = t19**2 / 4 + t20 * c
    t22 = root(t21)
    t23 = arc(quarter, t22)
    t24 = t23 * t14
    d_quarter = 2 * g_out * t24 * d_arc(quarter, t22)
    t25 = t23**2
    d_formed_formed = g_formed_formed_2 + g_out * t25 + d_quarter * t15
    t26 = inverse_root(t21) / (quarter + t22**2)
    d_formed_formed_2 = g_formed_formed - g_out * t23 * t26 * t16
    d_formed_formed_3 = 2 * d_formed_formed_2
    d_formed_formed_4 = 2 * d_formed_formed
    if needs[1] or needs[2]:
        v_formed = dot(v, formed_4, dim)
        v_formed_2 = dot(v, formed_3, dim)
        t27 = d_sn(t8, 1)
        t28 = t27 * t9
    if needs[1]:
        t29 = t10 + t28 * t18
    t30 = t11 * c
    if needs[0] or needs[1]:
        t31 = t30 * t25
        t32 = c**2
    if needs[1] or needs[2]:
        t33 = t28 / 2
    t34 = t19 / 4
    t35 = t24 * t26
    if needs[0] or needs[1]:
        t36 = t34 * t35
    if needs[1] or needs[2]:
        t37 = d_sn(t2, 1)
    if needs[1]:
        t38 = t37 * c
    if needs[1] or needs[2]:
        t39 = d_formed_formed_3 * v_formed
        t40 = d_formed_formed_4 * v_formed_2
    if needs[0] or needs[1]:
        t41 = d_quarter * t11 * t32 / 4
    if needs[1]:
        d_vv = g_vv + g_out * (t29 * t31 - t36 * (-t10 * c - t33 * vv * t32)) + t29 * t41 + t38 * t39 + t38 * t40
    if needs[0] or needs[2]:
        d_formed_formed_5 = -d_formed_formed_4
        u_formed = dot(u, formed_4, dim)
        u_formed_2 = dot(u, formed_3, dim)
        t42 = t5 * d_sn(t4, 1)
    if needs[0]:
        t43 = -t6 - t42 * t17
    if needs[0] or needs[2]:
        t44 = t42 / 2
        t45 = d_sn(t0, 1)
    if needs[0]:
        t46 = t45 * c
    if needs[0] or needs[2]:
        t47 = d_formed_formed_3 * u_formed
        t48 = d_formed_formed_5 * u_formed_2
    if needs[0]:
        d_uu = g_uu + g_out * (t31 * t43 - t36 * (-t6 * c - t44 * uu * t32)) + t41 * t43 + t46 * t47 + t46 * t48
        d_u_formed = settled(d_formed_formed_3 * t1)
        d_u_formed_2 = settled(d_formed_formed_5 * t1)
        d_u_u = settled(2 * d_uu)
    if needs[1]:
        d_v_formed = settled(d_formed_formed_3 * t3)
        d_v_formed_2 = settled(d_formed_formed_4 * t3)
        d_v_v = settled(2 * d_vv)
    if needs[2]:
        t49 = t44 * uu**2
        t50 = vv**2
        t51 = t12 + t30 * (-t49 + t27 * t9 * t50 / 2)
        t52 = t37 * vv
        t53 = t45 * uu
        d_c = (
            g_out * (t51 * t25 - t35 * (t20 + t34 * (-t7 - t49 * c - vv * t10 - t33 * t50 * c)))
            + d_quarter * (formed_formed_2 / 4 + t13 / 4 + t51 * t15)
            + t39 * t52
            + t40 * t52
            + t47 * t53
            + t48 * t53
        )
    return (
        combine((d_u_formed, formed_4), (d_u_formed_2, formed_3), (d_u_u, u)) if needs[0] else None,
        combine((d_v_formed, formed_4), (d_v_formed_2, formed_3), (d_v_v, v)) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _sqdist_jvp(
    u: Tensor,
    v: Tensor,
    c: Tensor,
    uu: Tensor,
    vv: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    t_u: Tensor,
    t_v: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    t0 = uu * c
    t1 = sn(t0, 1)
    formed = t1 * u
    t2 = vv * c
    t3 = sn(t2, 1)
    formed_2 = t3 * v
    formed_3 = formed_2 - formed
    formed_4 = formed + formed_2
    t4 = t0 / 4
    t5 = sn(t4, 1)
    t6 = t5**2
    t7 = uu * t6
    t8 = t2 / 4
    t9 = sn(t8, 1)
    t10 = t9**2
    t11 = -t7 / 2 + vv * t10 / 2
    t12 = t11**2
    t13 = t12 * c
    t14 = formed_formed_2 + t13
    t15 = c / 4
    t16 = t14 * t15
    quarter = t16
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_formed_t_u = t1
    t17 = d_sn(t0, 1)
    t_formed_u = t_c * t17 * uu + t_uu * t17 * c
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t_formed_t_v = t3
    t18 = d_sn(t2, 1)
    t_formed_v = t_c * t18 * vv + t_vv * t18 * c
    t_formed_u_2 = -t_formed_u
    t_formed_t_u_2 = -t_formed_t_u
    u_formed = dot(u, formed_4, dim)
    formed_t_u = dot(formed_4, t_u, dim)
    v_formed = dot(v, formed_4, dim)
    formed_t_v = dot(formed_4, t_v, dim)
    t19 = 2 * t_formed_t_v
    t20 = 2 * t_formed_v
    t_formed_formed = v_formed * t20 + formed_t_v * t19 + 2 * t_formed_t_u * formed_t_u + 2 * t_formed_u * u_formed
    u_formed_2 = dot(u, formed_3, dim)
    formed_t_u_2 = dot(formed_3, t_u, dim)
    v_formed_2 = dot(v, formed_3, dim)
    formed_t_v_2 = dot(formed_3, t_v, dim)
    t_formed_formed_2 = (
        v_formed_2 * t20 + formed_t_v_2 * t19 + 2 * t_formed_u_2 * u_formed_2 + 2 * t_formed_t_u_2 * formed_t_u_2
    )
    t21 = t5 * d_sn(t4, 1) / 2
    t22 = t21 * uu**2
    t23 = vv**2
    t24 = d_sn(t8, 1)
    t25 = t11 * c
    t26 = t12 + t25 * (-t22 + t24 * t9 * t23 / 2)
    t27 = -t6 - t21 * t0
    t28 = c**2
    t29 = t11 * t28 / 4
    t30 = t24 * t9 / 2
    t31 = t10 + t30 * t2
    t_quarter = (
        t_c * (formed_formed_2 / 4 + t13 / 4 + t26 * t15)
        + t_formed_formed_2 * t15
        + t_uu * t27 * t29
        + t_vv * t29 * t31
    )
    t33 = formed_formed / 4
    t32 = 2 - t0 * t6 / 2 - t10 * t2 / 2
    t34 = t32**2 / 4 + t33 * c
    t35 = root(t34)
    t36 = arc(quarter, t35)
    t37 = t36**2
    t38 = t32 / 4
    t39 = t36 * t14
    t40 = inverse_root(t34) / (quarter + t35**2)
    t41 = t39 * t40
    t42 = t25 * t37
    t43 = t38 * t41
    t_out = (
        t_c * (t26 * t37 - t41 * (t33 + t38 * (-t7 - t22 * c - vv * t10 - t30 * t23 * c)))
        + t_uu * (t27 * t42 - t43 * (-t6 * c - t21 * uu * t28))
        + t_vv * (t31 * t42 - t43 * (-t10 * c - t30 * vv * t28))
        + t_formed_formed_2 * t37
        + 2 * t_quarter * t39 * d_arc(quarter, t35)
        - t_formed_formed * t36 * t40 * t16
    )
    return (t_out, t_uu, t_vv, t_formed_formed, t_formed_formed_2)


_sqdist_op = Operation(
    "sqdist",
    Formulas(_sqdist, _sqdist_vjp, _sqdist_jvp),
    inputs=(("u", "vector"), ("v", "vector"), ("c", "scalar")),
    results=("scalar",),
    wide=True,
)


def sqdist(u: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Squared geodesic distance of two points, smooth where they coincide.

    Formula (LaTeX)::

        \mathrm{uu} = \langle u, u \rangle
        \mathrm{formed} = u \operatorname{sn}\left(\mathrm{uu} c\right)
        \mathrm{vv} = \langle v, v \rangle
        \mathrm{formed\_2} = v \operatorname{sn}\left(\mathrm{vv} c\right)
        \mathrm{formed\_3} = \mathrm{formed\_2} - \mathrm{formed}
        \mathrm{formed\_4} = \mathrm{formed\_2} + \mathrm{formed}
        \mathrm{formed\_formed} = \langle \mathrm{formed\_4}, \mathrm{formed\_4} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_3}, \mathrm{formed\_3} \rangle
        \mathrm{quarter} = \frac{c \left(\mathrm{formed\_formed\_2} + c \left(\frac{\mathrm{vv} \operatorname{sn}^{2}\left(\frac{\mathrm{vv} c}{4}\right)}{2} - \frac{\mathrm{uu} \operatorname{sn}^{2}\left(\frac{\mathrm{uu} c}{4}\right)}{2}\right)^{2}\right)}{4}
        \mathrm{out} = \operatorname{arc}^{2}\left(\mathrm{quarter}, \operatorname{root}\left(\frac{\left(2 - \frac{\mathrm{uu} c \operatorname{sn}^{2}\left(\frac{\mathrm{uu} c}{4}\right)}{2} - \frac{\mathrm{vv} c \operatorname{sn}^{2}\left(\frac{\mathrm{vv} c}{4}\right)}{2}\right)^{2}}{4} + \frac{\mathrm{formed\_formed} c}{4}\right)\right) \left(\mathrm{formed\_formed\_2} + c \left(\frac{\mathrm{vv} \operatorname{sn}^{2}\left(\frac{\mathrm{vv} c}{4}\right)}{2} - \frac{\mathrm{uu} \operatorname{sn}^{2}\left(\frac{\mathrm{uu} c}{4}\right)}{2}\right)^{2}\right)

    Cost: 4 inner products, 43 further operations; backward 4 inner products, 174 further operations. Saved: the
    inputs and 4 scalars per row. Computed in float64 for float32 inputs.
    """
    result: Tensor = _sqdist_op(u, v, c, dim=dim)
    return result


def _add(u: Tensor, v: Tensor, limit: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    vv = dot(v, v, dim)
    uu = dot(u, u, dim)
    ux = settled(uu * c)
    vx = vv * c
    su = settled(sn(ux, 1))
    sv = settled(sn(vx, 1))
    tv = settled(cs(vx, 1))
    uv = dot(u, v, dim)
    overlap = settled(uv * sv * c)
    space = settled(combine((settled(tv * su - overlap * sn(ux / 4, 1) ** 2 / 2), u), (sv, v)))
    space_space = dot(space, space, dim)
    square = space_space * c
    out_space = settled(arc(square, tv * cs(ux, 1) - overlap * su))
    return (out_space * space, vv, uu, uv, space_space)


def _add_vjp(
    u: Tensor,
    v: Tensor,
    limit: Tensor,
    c: Tensor,
    vv: Tensor,
    uu: Tensor,
    uv: Tensor,
    space_space: Tensor,
    g_out: Tensor,
    g_vv: Tensor,
    g_uu: Tensor,
    g_uv: Tensor,
    g_space_space: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    if needs[0] or needs[1] or needs[3]:
        ux = uu * c
        vx = vv * c
        t0 = sn(ux, 1)
        su = t0
        t1 = sn(vx, 1)
        sv = settled(t1)
        tv = cs(vx, 1)
        t2 = sv * c
        overlap = uv * t2
        t3 = ux / 4
        t4 = sn(t3, 1)
        t5 = t4**2 / 2
        t6 = settled(tv * su - overlap * t5)
        space = settled(combine((t6, u), (sv, v)))
        square = space_space * c
        t7 = cs(ux, 1)
        t8 = tv * t7 - overlap * su
        out_space = settled(arc(square, t8))
        space_g_out = dot(space, g_out, dim)
        d_square = space_g_out * d_arc(square, t8)
        d_space_space = g_space_space + d_square * c
        d_space_space_2 = settled(2 * d_space_space)
        d_space = settled(combine((d_space_space_2, space), (out_space, g_out)))
        u_d_space = dot(u, d_space, dim)
    if needs[1] or needs[3]:
        v_d_space = dot(v, d_space, dim)
    if needs[0] or needs[1] or needs[3]:
        t9 = space_g_out / (square + t8**2)
        d_overlap = su * t9 - u_d_space * t5
    if needs[0] or needs[1]:
        d_uv = settled(g_uv + d_overlap * t2)
    if needs[1] or needs[3]:
        d_tv = u_d_space * su - t7 * t9
        t10 = uv * d_overlap
        d_sv = v_d_space + t10 * c
    if needs[0] or needs[3]:
        d_su = tv * u_d_space + overlap * t9
    if needs[1] or needs[3]:
        d_vx = d_sv * d_sn(vx, 1) - d_tv * t1 / 2
    if needs[0] or needs[3]:
        d_ux = d_su * d_sn(ux, 1) + tv * t0 * t9 / 2 - overlap * u_d_space * t4 * d_sn(t3, 1) / 4
    if needs[0]:
        d_uu = g_uu + d_ux * c
    if needs[1]:
        d_vv = g_vv + d_vx * c
    if needs[3]:
        term = d_square * space_space + d_vx * vv + d_ux * uu + sv * t10
        d_c = row_sum(term, u, rows)
    if needs[0]:
        d_u_d_space = settled(t6)
        d_u_u = settled(2 * d_uu)
    if needs[1]:
        d_v_v = settled(2 * d_vv)
    return (
        combine((d_u_d_space, d_space), (d_uv, v), (d_u_u, u)) if needs[0] else None,
        combine((sv, d_space), (d_uv, u), (d_v_v, v)) if needs[1] else None,
        None,
        d_c if needs[3] else None,
    )


def _add_jvp(
    u: Tensor,
    v: Tensor,
    limit: Tensor,
    c: Tensor,
    vv: Tensor,
    uu: Tensor,
    uv: Tensor,
    space_space: Tensor,
    t_u: Tensor,
    t_v: Tensor,
    t_limit: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    ux = uu * c
    vx = vv * c
    t0 = sn(ux, 1)
    su = t0
    t1 = sn(vx, 1)
    sv = t1
    tv = cs(vx, 1)
    t2 = uv * sv
    overlap = t2 * c
    t3 = ux / 4
    t4 = sn(t3, 1)
    t5 = t4**2 / 2
    t6 = tv * su - overlap * t5
    space = combine((t6, u), (sv, v))
    square = space_space * c
    t7 = cs(ux, 1)
    t8 = tv * t7 - overlap * su
    out_space = arc(square, t8)
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_ux = t_c * uu + t_uu * c
    t_vx = t_c * vv + t_vv * c
    t_su = t_ux * d_sn(ux, 1)
    t_sv = t_vx * d_sn(vx, 1)
    t_tv = -t_vx * t1 / 2
    v_t_u = dot(v, t_u, dim)
    u_t_v = dot(u, t_v, dim)
    t_uv = v_t_u + u_t_v
    t_overlap = t_c * t2 + uv * t_sv * c + t_uv * sv * c
    t_space_t_u = t6
    t_space_u = tv * t_su + t_tv * su - t_overlap * t5 - overlap * t_ux * t4 * d_sn(t3, 1) / 4
    space_t_u = dot(space, t_u, dim)
    space_t_v = dot(space, t_v, dim)
    u_space = dot(u, space, dim)
    v_space = dot(v, space, dim)
    t_space_space = 2 * t_sv * v_space + 2 * t_space_t_u * space_t_u + 2 * t_space_u * u_space + 2 * space_t_v * sv
    t_square = t_c * space_space + t_space_space * c
    t9 = 1 / (square + t8**2)
    t_out_space = (
        t_square * d_arc(square, t8)
        + overlap * t_su * t9
        + t_overlap * su * t9
        - t_tv * t7 * t9
        + tv * t_ux * t0 * t9 / 2
    )
    return (
        combine(
            (out_space * t_space_u, u),
            (out_space * t_sv, v),
            (out_space * t_space_t_u, t_u),
            (out_space * sv, t_v),
            (t_out_space, space),
        ),
        t_vv,
        t_uu,
        t_uv,
        t_space_space,
    )


_add_op = Operation(
    "add",
    Formulas(_add, _add_vjp, _add_jvp),
    inputs=(("u", "vector"), ("v", "vector"), ("limit", "scalar"), ("c", "scalar")),
    results=("vector",),
    shared=("limit",),
)


def add(u: Tensor, v: Tensor, limit: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Residual sum log0 exp_x(PT_{o→x} v) at the point x of u: Möbius addition in frame coordinates.

    On hyperbolic space the result is saturated at `limit`.

    Formula (LaTeX)::

        \mathrm{vv} = \langle v, v \rangle
        \mathrm{uu} = \langle u, u \rangle
        \mathrm{ux} = \mathrm{uu} c
        \mathrm{vx} = \mathrm{vv} c
        \mathrm{su} = \operatorname{sn}\left(\mathrm{ux}\right)
        \mathrm{sv} = \operatorname{sn}\left(\mathrm{vx}\right)
        \mathrm{tv} = \operatorname{cs}\left(\mathrm{vx}\right)
        \mathrm{uv} = \langle u, v \rangle
        \mathrm{overlap} = \mathrm{sv} \mathrm{uv} c
        \mathrm{space} = \mathrm{sv} v + u \left(\mathrm{su} \mathrm{tv} - \frac{\mathrm{overlap} \operatorname{sn}^{2}\left(\frac{\mathrm{ux}}{4}\right)}{2}\right)
        \mathrm{space\_space} = \langle \mathrm{space}, \mathrm{space} \rangle
        \mathrm{square} = \mathrm{space\_space} c
        \mathrm{out\_space} = \operatorname{arc}\left(\mathrm{square}, \mathrm{tv} \operatorname{cs}\left(\mathrm{ux}\right) - \mathrm{overlap} \mathrm{su}\right)
        \mathrm{out} = \mathrm{out\_space} \mathrm{space}

    Cost: 4 inner products, 30 further operations; backward 3 inner products, 88 further operations. Saved: the
    inputs and 4 scalars per row.
    """
    result: Tensor = _add_op(u, v, limit, c, dim=dim)
    return result


def _center(u: Tensor, mean: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    mean_mean = dot(mean, mean, dim)
    ux = mean_mean * c
    vx = uu * c
    su = settled(sn(ux, 1))
    sv = settled(sn(vx, 1))
    tv = settled(cs(vx, 1))
    u_mean = dot(u, mean, dim)
    overlap = settled(-u_mean * sv * c)
    t0 = settled(sn(ux / 4, 1))
    space = settled(combine((sv, u), (settled(overlap * t0**2 / 2 - su * tv), mean)))
    space_space = dot(space, space, dim)
    square = settled(space_space * c)
    t1 = settled(cs(ux, 1))
    vectors = settled(settled(arc(square, tv * t1 - overlap * su)) * space)
    vectors_vectors = dot(vectors, vectors, dim)
    return (vectors, vectors_vectors, uu, u_mean, space_space, vectors_vectors)


def _center_vjp(
    u: Tensor,
    mean: Tensor,
    c: Tensor,
    uu: Tensor,
    u_mean: Tensor,
    space_space: Tensor,
    vectors_vectors: Tensor,
    g_out0: Tensor,
    g_out1: Tensor,
    g_uu: Tensor,
    g_u_mean: Tensor,
    g_space_space: Tensor,
    g_vectors_vectors: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    mean_mean = dot(mean, mean, dim)
    ux = mean_mean * c
    vx = uu * c
    t0 = settled(sn(ux, 1))
    su = t0
    t1 = sn(vx, 1)
    sv = settled(t1)
    tv = cs(vx, 1)
    t2 = sv * c
    overlap = -u_mean * t2
    t3 = ux / 4
    t4 = settled(sn(t3, 1))
    t5 = t4**2 / 2
    t6 = settled(overlap * t5 - su * tv)
    space = settled(combine((sv, u), (t6, mean)))
    square = space_space * c
    t7 = settled(cs(ux, 1))
    t8 = tv * t7 - overlap * su
    t9 = settled(arc(square, t8))
    vectors = settled(t9 * space)
    d_vectors_vectors = g_out1 + g_vectors_vectors
    d_vectors_vectors_2 = 2 * d_vectors_vectors
    space_g_out0 = dot(space, g_out0, dim)
    space_vectors = dot(space, vectors, dim)
    t10 = d_arc(square, t8)
    t11 = d_vectors_vectors_2 * space_vectors
    d_square = space_g_out0 * t10 + t10 * t11
    d_space_space = g_space_space + d_square * c
    d_space_g_out0 = settled(t9)
    d_space_vectors = settled(d_vectors_vectors_2 * t9)
    d_space_space_2 = settled(2 * d_space_space)
    d_space = settled(combine((d_space_space_2, space), (d_space_vectors, vectors), (d_space_g_out0, g_out0)))
    mean_d_space = dot(mean, d_space, dim)
    if needs[0] or needs[2]:
        u_d_space = dot(u, d_space, dim)
    t12 = t8**2
    t13 = 1 / (square + t12)
    t14 = space_g_out0 * t13
    t15 = t11 * t13
    d_overlap = mean_d_space * t5 + su * t14 + su * t15
    if needs[0] or needs[1]:
        d_u_mean = settled(g_u_mean - d_overlap * t2)
    if needs[0] or needs[2]:
        d_tv = -mean_d_space * su - t14 * t7 - t15 * t7
        t16 = u_mean * d_overlap
        d_sv = u_d_space - t16 * c
    if needs[1] or needs[2]:
        term = overlap * t14 + overlap * t15 - mean_d_space * tv
        d_su = row_sum(term, u, rows)
    if needs[0] or needs[2]:
        d_vx = d_sv * d_sn(vx, 1) - d_tv * t1 / 2
    if needs[1] or needs[2]:
        t17 = tv * t0 / (2 * square + 2 * t12)
        t18 = settled(d_sn(t3, 1))
        term_2 = space_g_out0 * t17 + t11 * t17 + overlap * mean_d_space * t18 * t4 / 4
        total = row_sum(term_2, u, rows)
        d_ux = total + d_su * d_sn(ux, 1)
    if needs[1]:
        d_mean_mean = d_ux * c
    if needs[0]:
        d_uu = g_uu + d_vx * c
    if needs[2]:
        term_3 = d_square * space_space + d_vx * uu - sv * t16
        total_2 = row_sum(term_3, u, rows)
    if needs[1]:
        d_mean = combine_rows((d_u_mean, u), (t6, d_space), like=u, rows=rows, dim=dim)
    if needs[0]:
        d_u_u = settled(2 * d_uu)
    if needs[1]:
        d_mean_mean_2 = 2 * d_mean_mean
    if needs[2]:
        d_c = total_2 + d_ux * mean_mean
    return (
        combine((sv, d_space), (d_u_mean, mean), (d_u_u, u)) if needs[0] else None,
        combine((d_mean_mean_2, mean), (1, d_mean)) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _center_jvp(
    u: Tensor,
    mean: Tensor,
    c: Tensor,
    uu: Tensor,
    u_mean: Tensor,
    space_space: Tensor,
    vectors_vectors: Tensor,
    t_u: Tensor,
    t_mean: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    mean_mean = dot(mean, mean, dim)
    ux = mean_mean * c
    vx = uu * c
    t0 = sn(ux, 1)
    su = t0
    t1 = sn(vx, 1)
    sv = t1
    tv = cs(vx, 1)
    t2 = u_mean * sv
    overlap = -t2 * c
    t3 = ux / 4
    t4 = sn(t3, 1)
    t5 = t4**2 / 2
    t6 = overlap * t5 - su * tv
    space = combine((sv, u), (t6, mean))
    square = space_space * c
    t7 = cs(ux, 1)
    t8 = tv * t7 - overlap * su
    t9 = arc(square, t8)
    vectors = t9 * space
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    mean_t_mean = dot(mean, t_mean, dim)
    t_mean_mean = 2 * mean_t_mean
    t_ux = t_c * mean_mean + t_mean_mean * c
    t_vx = t_c * uu + t_uu * c
    t_su = t_ux * d_sn(ux, 1)
    t_sv = t_vx * d_sn(vx, 1)
    t_tv = -t_vx * t1 / 2
    mean_t_u = dot(mean, t_u, dim)
    u_t_mean = dot(u, t_mean, dim)
    t_u_mean = mean_t_u + u_t_mean
    t_overlap = -t_c * t2 - u_mean * t_sv * c - t_u_mean * sv * c
    t_space_t_mean = t6
    t_space_mean = t_overlap * t5 - t_su * tv - t_tv * su + overlap * t_ux * t4 * d_sn(t3, 1) / 4
    space_t_u = dot(space, t_u, dim)
    space_t_mean = dot(space, t_mean, dim)
    mean_space = dot(mean, space, dim)
    u_space = dot(u, space, dim)
    t_space_space = (
        2 * t_sv * u_space + 2 * t_space_t_mean * space_t_mean + 2 * t_space_mean * mean_space + 2 * space_t_u * sv
    )
    t_square = t_c * space_space + t_space_space * c
    t10 = t8**2
    t11 = 1 / (square + t10)
    t_vectors_space = (
        t_square * d_arc(square, t8)
        + overlap * t_su * t11
        + t_overlap * su * t11
        - t_tv * t11 * t7
        + t_ux * tv * t0 / (2 * square + 2 * t10)
    )
    t_vectors_u = t_sv * t9
    t_vectors_mean = t_space_mean * t9
    t_vectors_t_u = sv * t9
    t_vectors_t_mean = t_space_t_mean * t9
    space_vectors = dot(space, vectors, dim)
    u_vectors = dot(u, vectors, dim)
    mean_vectors = dot(mean, vectors, dim)
    vectors_t_u = dot(vectors, t_u, dim)
    vectors_t_mean = dot(vectors, t_mean, dim)
    t_vectors_vectors = (
        2 * t_vectors_space * space_vectors
        + 2 * t_vectors_u * u_vectors
        + 2 * t_vectors_mean * mean_vectors
        + 2 * t_vectors_t_u * vectors_t_u
        + 2 * t_vectors_t_mean * vectors_t_mean
    )
    return (
        combine(
            (t_vectors_u, u),
            (t_vectors_mean, mean),
            (t_vectors_space, space),
            (t_vectors_t_u, t_u),
            (t_vectors_t_mean, t_mean),
        ),
        t_vectors_vectors,
        t_uu,
        t_u_mean,
        t_space_space,
        t_vectors_vectors,
    )


_center_op = Operation(
    "center",
    Formulas(_center, _center_vjp, _center_jvp),
    inputs=(("u", "vector"), ("mean", "vector"), ("c", "scalar")),
    results=("vector", "scalar"),
    shared=("mean",),
)


def center(u: Tensor, mean: Tensor, c: Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
    r"""The points seen from their mean μ, PT_{μ→o} log_μ x, and their squared distances from it.

    By the isometry that takes μ to the origin along a geodesic. The hyperboloid's boost is split along and across μ,
    which keeps the digits of points near a mean far out.

    Formula (LaTeX)::

        \mathrm{uu} = \langle u, u \rangle
        \mathrm{mean\_mean} = \langle \mathrm{mean}, \mathrm{mean} \rangle
        \mathrm{ux} = \mathrm{mean\_mean} c
        \mathrm{vx} = \mathrm{uu} c
        \mathrm{su} = \operatorname{sn}\left(\mathrm{ux}\right)
        \mathrm{sv} = \operatorname{sn}\left(\mathrm{vx}\right)
        \mathrm{tv} = \operatorname{cs}\left(\mathrm{vx}\right)
        \mathrm{u\_mean} = \langle u, \mathrm{mean} \rangle
        \mathrm{overlap} = - \mathrm{sv} \mathrm{u\_mean} c
        \mathrm{space} = \mathrm{mean} \left(\frac{\mathrm{overlap} \operatorname{sn}^{2}\left(\frac{\mathrm{ux}}{4}\right)}{2} - \mathrm{su} \mathrm{tv}\right) + \mathrm{sv} u
        \mathrm{space\_space} = \langle \mathrm{space}, \mathrm{space} \rangle
        \mathrm{square} = \mathrm{space\_space} c
        \mathrm{vectors} = \mathrm{space} \operatorname{arc}\left(\mathrm{square}, \mathrm{tv} \operatorname{cs}\left(\mathrm{ux}\right) - \mathrm{overlap} \mathrm{su}\right)
        \mathrm{vectors\_vectors} = \langle \mathrm{vectors}, \mathrm{vectors} \rangle
        \mathrm{out0} = \mathrm{vectors}
        \mathrm{out1} = \mathrm{vectors\_vectors}

    Cost: 5 inner products, 33 further operations; backward 5 inner products, 115 further operations. Saved: the
    inputs and 4 scalars per row.
    """
    result: tuple[Tensor, Tensor] = _center_op(u, mean, c, dim=dim)
    return result


def _holonomy(v: Tensor, mean: Tensor, bias: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    mean_mean = dot(mean, mean, dim)
    t0 = mean_mean * c
    formed = settled(sn(t0, 1) * mean)
    bias_bias = dot(bias, bias, dim)
    t1 = bias_bias * c
    formed_2 = settled(sn(t1, 1) * bias)
    v_formed = dot(v, formed, dim)
    t2 = t0 / 4
    t3 = cs(t2, 1)
    t4 = settled(2 * t3**2)
    t5 = settled(inverse(t4))
    overlap = settled(v_formed * t5)
    formed_3 = settled(combine((1, v), (-overlap * c, formed)))
    middle = settled(formed + formed_2)
    t6 = t1 / 4
    t7 = sn(t6, 1)
    t8 = t1 * t7**2
    t9 = t8 / 2
    times = settled(2 - t9 - t0 * sn(t2, 1) ** 2 / 2)
    middle_middle = dot(middle, middle, dim)
    reach = times**2 / 4 + middle_middle * c / 4
    formed_formed = dot(formed_2, formed_3, dim)
    t10 = settled(1 - t9)
    t11 = overlap * t4
    t12 = settled(inverse(2 * reach))
    overlap_2 = settled(t12 * (formed_formed - t10 * t11))
    out = settled(combine((1, formed_3), (-overlap_2 * c, middle)))
    bias_formed = dot(bias, out, dim)
    t13 = settled(inverse(2 * cs(t6, 1) ** 2))
    t14 = settled(is_positive(3 - t8))
    out_formed = settled(-t13 * t14 * c * (-t11 - times * overlap_2))
    t15 = settled(inverse(t10))
    t16 = settled(quotient(1, bias_bias, c))
    out_bias = settled(bias_formed * t16 * (1 - t14) * (-1 + t15))
    return (combine((1, out), (out_formed, formed_2), (out_bias, bias)), v_formed, formed_formed, bias_formed)


def _holonomy_vjp(
    v: Tensor,
    mean: Tensor,
    bias: Tensor,
    c: Tensor,
    v_formed: Tensor,
    formed_formed: Tensor,
    bias_formed: Tensor,
    g_out: Tensor,
    g_v_formed: Tensor,
    g_formed_formed: Tensor,
    g_bias_formed: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    mean_mean = dot(mean, mean, dim)
    t0 = mean_mean * c
    t1 = sn(t0, 1)
    formed = settled(t1 * mean)
    bias_bias = dot(bias, bias, dim)
    t2 = bias_bias * c
    t3 = sn(t2, 1)
    formed_2 = settled(t3 * bias)
    t4 = t0 / 4
    t5 = settled(cs(t4, 1))
    t6 = t5**2
    t7 = 2 * t6
    t8 = settled(inverse(t7))
    if needs[1] or needs[2] or needs[3]:
        overlap = v_formed * t8
        t9 = overlap * c
        t10 = settled(-t9)
    if needs[2] or needs[3]:
        formed_3 = settled(combine((1, v), (t10, formed)))
    middle = settled(formed + formed_2)
    t11 = settled(sn(t4, 1))
    t12 = t11**2
    t13 = t12 / 2
    t14 = t2 / 4
    t15 = settled(sn(t14, 1))
    t16 = t15**2
    t17 = t16 * t2
    t18 = t17 / 2
    times = 2 - t18 - t0 * t13
    middle_middle = dot(middle, middle, dim)
    t19 = c / 4
    reach = times**2 / 4 + middle_middle * t19
    t20 = 1 - t18
    if needs[1] or needs[2] or needs[3]:
        t21 = overlap * t7
        t22 = formed_formed - t20 * t21
    t23 = settled(inverse(2 * reach))
    if needs[1] or needs[2] or needs[3]:
        overlap_2 = t22 * t23
        t24 = overlap_2 * c
        t25 = settled(-t24)
    if needs[2]:
        out = combine((1, formed_3), (t25, middle))
    if needs[2] or needs[3]:
        t26 = -t21 - times * overlap_2
    t27 = settled(cs(t14, 1))
    t28 = settled(inverse(2 * t27**2))
    t29 = settled(is_positive(3 - t17))
    if needs[1] or needs[2] or needs[3]:
        t30 = t28 * t29
    if needs[2] or needs[3]:
        t31 = t26 * t30
        out_formed = -t31 * c
    t32 = 1 - t29
    t33 = settled(inverse(t20))
    t34 = settled(quotient(1, bias_bias, c))
    t35 = t32 * t34 * (-1 + t33)
    if needs[2]:
        t36 = bias_formed * t35
        out_bias = t36
    formed_g_out = dot(formed_2, g_out, dim)
    bias_g_out = dot(bias, g_out, dim)
    d_bias_formed = settled(g_bias_formed + bias_g_out * t35)
    middle_g_out = dot(middle, g_out, dim)
    bias_middle = dot(bias, middle, dim)
    t37 = d_bias_formed * c
    d_overlap = -middle_g_out * c - bias_middle * t37 + times * formed_g_out * t28 * t29 * c
    t38 = d_overlap * t23
    d_formed_formed = settled(g_formed_formed + t38)
    if needs[1] or needs[2] or needs[3]:
        term = -2 * d_overlap * t22 * t23**2
        d_reach = row_sum(term, v, rows)
        d_middle_middle = d_reach * t19
        t39 = formed_g_out * t30
        term_2 = t24 * t39
        total = row_sum(term_2, v, rows)
        d_times = total + times * d_reach / 2
        term_3 = -d_bias_formed * t24
        d_middle_bias = row_sum(term_3, v, rows)
        d_middle = combine_rows((t25, g_out), like=v, rows=rows, dim=dim)
        d_middle_middle_2 = 2 * d_middle_middle
    if needs[0] or needs[1] or needs[3]:
        formed_g_out_2 = dot(formed, g_out, dim)
        bias_formed_2 = dot(bias, formed, dim)
        formed_formed_2 = dot(formed, formed_2, dim)
        t40 = d_formed_formed * formed_formed_2
        t41 = t20 * t38
        d_overlap_2 = (
            -formed_g_out_2 * c - bias_formed_2 * t37 - t40 * c - t41 * t7 + 2 * formed_g_out * t28 * t29 * t6 * c
        )
        d_v_formed = settled(g_v_formed + d_overlap_2 * t8)
    if needs[2] or needs[3]:
        d_formed = combine_rows((d_formed_formed, formed_3), (out_formed, g_out), like=v, rows=rows, dim=dim)
        d_formed_2 = combine((1, d_middle), (1, d_formed), (d_middle_middle_2, middle), (d_middle_bias, bias))
        bias_d_formed = dot(bias, d_formed_2, dim)
    if needs[1] or needs[2]:
        t43 = c**2
        t42 = c / 2
        t44 = t43 / 4
    if needs[2] or needs[3]:
        t45 = d_sn(t14, 1)
        t46 = t15 * t45
    if needs[2]:
        t47 = settled(-t16 * t42 - t46 * bias_bias * t44)
    if needs[2] or needs[3]:
        t48 = bias_formed * t32 * t34 * t33**2
    if needs[2]:
        t49 = settled(inverse_resolved(t2))
    if needs[2] or needs[3]:
        t50 = t15 * t26 * t27 * t29 * t28**2 / 2
    if needs[2]:
        term_4 = bias_g_out * (-t47 * t48 - t36 * t49 * c) - formed_g_out * t50 * t43 - t21 * t38 * t47
        total_2 = row_sum(term_4, v, rows)
    if needs[2] or needs[3]:
        t51 = bias_d_formed * d_sn(t2, 1)
    if needs[2]:
        d_bias_bias = total_2 + d_times * t47 + t51 * c
    if needs[1] or needs[3]:
        term_5 = -d_bias_formed * t9
        total_3 = row_sum(term_5, v, rows)
        term_6 = -d_formed_formed * t9
        d_formed_formed_2 = row_sum(term_6, v, rows)
        d_formed_3 = combine_rows((d_v_formed, v), (t10, g_out), like=v, rows=rows, dim=dim)
        d_formed_bias = d_middle_bias + total_3
        d_formed_4 = combine(
            (1, d_middle),
            (1, d_formed_3),
            (d_middle_middle_2, middle),
            (d_formed_bias, bias),
            (d_formed_formed_2, formed_2),
        )
        mean_d_formed = dot(mean, d_formed_4, dim)
        t52 = t11 * t5
        t53 = t8**2
        t54 = t52 / 2
        t55 = overlap * t54
    if needs[1]:
        term_7 = t41 * t54 * t9 - t39 * t55 * t43 + d_overlap_2 * v_formed * t52 * t53 * t42
        total_4 = row_sum(term_7, v, rows)
    if needs[1] or needs[3]:
        t56 = t11 * d_sn(t4, 1)
        t57 = mean_d_formed * d_sn(t0, 1)
    if needs[1]:
        d_mean_mean = total_4 + d_times * (-t12 * t42 - t56 * mean_mean * t44) + t57 * c
    if needs[3]:
        t58 = bias_bias * t16 / 2 + t46 * t19 * bias_bias**2
        t59 = settled(-t58)
        term_8 = (
            formed_g_out * (-t31 - t50 * t2 - t30 * t55 * t0)
            - overlap_2 * middle_g_out
            - formed_g_out_2 * overlap
            - overlap * t40
            + d_overlap * t23 * (-t21 * t59 + overlap * t20 * t54 * mean_mean)
            - overlap_2 * d_bias_formed * bias_middle
            - bias_g_out * t48 * t59
            - d_bias_formed * bias_formed_2 * overlap
            + d_overlap_2 * v_formed * t11 * t5 * mean_mean * t53 / 2
        )
        total_5 = row_sum(term_8, v, rows)
    if needs[2]:
        d_bias = combine_rows((d_bias_formed, out), (out_bias, g_out), like=v, rows=rows, dim=dim)
    if needs[1]:
        d_mean_d_formed = t1
        d_mean_mean_2 = 2 * d_mean_mean
    if needs[2]:
        d_bias_d_formed = t3
        d_bias_bias_2 = 2 * d_bias_bias
    if needs[3]:
        d_c = (
            total_5
            + d_times * (-t58 - mean_mean * t13 - t56 * t19 * mean_mean**2)
            + t51 * bias_bias
            + t57 * mean_mean
            + d_reach * middle_middle / 4
        )
    return (
        combine((d_bias_formed, bias), (d_formed_formed, formed_2), (d_v_formed, formed), (1, g_out))
        if needs[0]
        else None,
        combine((d_mean_d_formed, d_formed_4), (d_mean_mean_2, mean)) if needs[1] else None,
        combine((d_bias_d_formed, d_formed_2), (d_bias_bias_2, bias), (1, d_bias)) if needs[2] else None,
        d_c if needs[3] else None,
    )


def _holonomy_jvp(
    v: Tensor,
    mean: Tensor,
    bias: Tensor,
    c: Tensor,
    v_formed: Tensor,
    formed_formed: Tensor,
    bias_formed: Tensor,
    t_v: Tensor,
    t_mean: Tensor,
    t_bias: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    mean_mean = dot(mean, mean, dim)
    t0 = mean_mean * c
    t1 = sn(t0, 1)
    formed = t1 * mean
    bias_bias = dot(bias, bias, dim)
    t2 = bias_bias * c
    t3 = sn(t2, 1)
    formed_2 = t3 * bias
    t4 = t0 / 4
    t5 = cs(t4, 1)
    t6 = 2 * t5**2
    t7 = inverse(t6)
    overlap = v_formed * t7
    t8 = overlap * c
    formed_3 = combine((1, v), (-t8, formed))
    middle = formed + formed_2
    t9 = sn(t4, 1)
    t10 = t9**2 / 2
    t11 = t2 / 4
    t12 = sn(t11, 1)
    t13 = t12**2
    t14 = t13 * t2
    t15 = t14 / 2
    times = 2 - t15 - t0 * t10
    middle_middle = dot(middle, middle, dim)
    t16 = middle_middle / 4
    reach = times**2 / 4 + t16 * c
    t17 = 1 - t15
    t18 = overlap * t6
    t19 = formed_formed - t17 * t18
    t20 = inverse(2 * reach)
    overlap_2 = t19 * t20
    t21 = overlap_2 * c
    out = combine((1, formed_3), (-t21, middle))
    t22 = -t18 - times * overlap_2
    t23 = cs(t11, 1)
    t24 = inverse(2 * t23**2)
    t25 = is_positive(3 - t14)
    t26 = t24 * t25
    t27 = t22 * t26
    out_formed = -t27 * c
    t28 = 1 - t25
    t29 = inverse(t17)
    t30 = quotient(1, bias_bias, c)
    t31 = t28 * t30 * (-1 + t29)
    t32 = bias_formed * t31
    out_bias = t32
    mean_t_mean = dot(mean, t_mean, dim)
    t_mean_mean = 2 * mean_t_mean
    t_formed_t_mean = t1
    t33 = d_sn(t0, 1)
    t34 = t_c * mean_mean
    t35 = t_mean_mean * c
    t_formed_mean = t33 * t34 + t33 * t35
    bias_t_bias = dot(bias, t_bias, dim)
    t_bias_bias = 2 * bias_t_bias
    t_formed_t_bias = t3
    t36 = d_sn(t2, 1)
    t_formed_bias = t_c * t36 * bias_bias + t_bias_bias * t36 * c
    formed_t_v = dot(formed, t_v, dim)
    v_t_mean = dot(v, t_mean, dim)
    v_mean = dot(v, mean, dim)
    t_v_formed = formed_t_v + t_formed_t_mean * v_t_mean + t_formed_mean * v_mean
    t37 = t5 * t9 / 2
    t38 = v_formed * t37 * t7**2
    t_overlap = t_v_formed * t7 + t34 * t38 + t35 * t38
    t39 = t_overlap * c
    t_formed_formed = -t39 - t_c * overlap
    t_formed_mean_2 = -t_formed_mean * t8
    t_formed_t_mean_2 = -t_formed_t_mean * t8
    t40 = c / 4
    t41 = t9 * d_sn(t4, 1)
    t42 = t13 / 2
    t43 = t12 * d_sn(t11, 1)
    t44 = bias_bias * t42 + t43 * t40 * bias_bias**2
    t45 = c**2
    t46 = t45 / 4
    t47 = -t42 * c - t43 * bias_bias * t46
    t48 = t_bias_bias * t47
    t_times = (
        t48
        + t_c * (-t44 - mean_mean * t10 - t41 * t40 * mean_mean**2)
        + t_mean_mean * (-t10 * c - t41 * mean_mean * t46)
    )
    mean_middle = dot(mean, middle, dim)
    middle_t_mean = dot(middle, t_mean, dim)
    bias_middle = dot(bias, middle, dim)
    middle_t_bias = dot(middle, t_bias, dim)
    t_middle_middle = (
        2 * t_formed_t_mean * middle_t_mean
        + 2 * t_formed_mean * mean_middle
        + 2 * t_formed_t_bias * middle_t_bias
        + 2 * t_formed_bias * bias_middle
    )
    t_reach = t_c * t16 + t_middle_middle * t40 + times * t_times / 2
    formed_t_bias = dot(formed_3, t_bias, dim)
    bias_formed_2 = dot(bias, formed_3, dim)
    formed_t_v_2 = dot(formed_2, t_v, dim)
    formed_formed_2 = dot(formed, formed_2, dim)
    mean_formed = dot(mean, formed_2, dim)
    formed_t_mean = dot(formed_2, t_mean, dim)
    t_formed_formed_2 = (
        formed_t_v_2
        + t_formed_t_bias * formed_t_bias
        + t_formed_bias * bias_formed_2
        + t_formed_formed * formed_formed_2
        + t_formed_mean_2 * mean_formed
        + t_formed_t_mean_2 * formed_t_mean
    )
    t49 = -t44
    t50 = overlap * t37
    t51 = t17 * t20
    t_overlap_2 = (
        t_formed_formed_2 * t20
        + t_c * t20 * (-t18 * t49 + t17 * t50 * mean_mean)
        - t_overlap * t51 * t6
        - t18 * t20 * t48
        - 2 * t_reach * t19 * t20**2
        + t_mean_mean * t37 * t51 * t8
    )
    t52 = t_overlap_2 * c
    t_out_middle = -t52 - overlap_2 * t_c
    t_out_mean = t_formed_mean_2 - t_formed_mean * t21
    t_out_t_mean = t_formed_t_mean_2 - t_formed_t_mean * t21
    t_out_bias = -t_formed_bias * t21
    t_out_t_bias = -t_formed_t_bias * t21
    out_t_bias = dot(out, t_bias, dim)
    bias_t_v = dot(bias, t_v, dim)
    mean_bias = dot(mean, bias, dim)
    bias_t_mean = dot(bias, t_mean, dim)
    bias_formed_3 = dot(bias, formed, dim)
    t_bias_formed = (
        out_t_bias
        + bias_t_v
        + bias_t_bias * t_out_t_bias
        + t_formed_formed * bias_formed_3
        + bias_middle * t_out_middle
        + t_out_mean * mean_bias
        + t_out_t_mean * bias_t_mean
        + t_out_bias * bias_bias
    )
    t53 = t26 * t50
    t54 = t12 * t22 * t23 * t25 * t24**2 / 2
    t_out_formed = (
        t_c * (-t27 - t53 * t0 - t54 * t2)
        + times * t26 * t52
        + t_times * t21 * t26
        + t26 * t39 * t6
        - t_mean_mean * t53 * t45
        - t_bias_bias * t54 * t45
    )
    t55 = bias_formed * t28 * t30 * t29**2
    t_out_bias_2 = t_bias_bias * (-t47 * t55 - t32 * c * inverse_resolved(t2)) + t_bias_formed * t31 - t_c * t49 * t55
    return (
        combine(
            (out_bias + t_out_t_bias + out_formed * t_formed_t_bias, t_bias),
            (t_out_bias + t_out_bias_2 + out_formed * t_formed_bias, bias),
            (1, t_v),
            (t_out_mean, mean),
            (t_out_middle, middle),
            (t_out_t_mean, t_mean),
            (t_formed_formed, formed),
            (t_out_formed, formed_2),
        ),
        t_v_formed,
        t_formed_formed_2,
        t_bias_formed,
    )


_holonomy_op = Operation(
    "holonomy",
    Formulas(_holonomy, _holonomy_vjp, _holonomy_jvp),
    inputs=(("v", "vector"), ("mean", "vector"), ("bias", "vector"), ("c", "scalar")),
    results=("vector",),
    shared=("mean", "bias"),
)


def holonomy(v: Tensor, mean: Tensor, bias: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Transport around the triangle o → μ → β → o, the rotation gyr[β, −μ] of the origin's frame.

    On hyperbolic space in ball coordinates, with the difference of the two points formed.

    Formula (LaTeX)::

        \mathrm{mean\_mean} = \langle \mathrm{mean}, \mathrm{mean} \rangle
        \mathrm{formed} = \mathrm{mean} \operatorname{sn}\left(\mathrm{mean\_mean} c\right)
        \mathrm{bias\_bias} = \langle \mathrm{bias}, \mathrm{bias} \rangle
        \mathrm{formed\_2} = \mathrm{bias} \operatorname{sn}\left(\mathrm{bias\_bias} c\right)
        \mathrm{v\_formed} = \langle v, \mathrm{formed} \rangle
        \mathrm{overlap} = \mathrm{v\_formed} \operatorname{inverse}\left(2 \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)\right)
        \mathrm{formed\_3} = v - \mathrm{formed} \mathrm{overlap} c
        \mathrm{middle} = \mathrm{formed\_2} + \mathrm{formed}
        \mathrm{times} = 2 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2} - \frac{\mathrm{mean\_mean} c \operatorname{sn}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)}{2}
        \mathrm{middle\_middle} = \langle \mathrm{middle}, \mathrm{middle} \rangle
        \mathrm{reach} = \frac{\mathrm{times}^{2}}{4} + \frac{\mathrm{middle\_middle} c}{4}
        \mathrm{formed\_formed} = \langle \mathrm{formed\_2}, \mathrm{formed\_3} \rangle
        \mathrm{overlap\_2} = \left(\mathrm{formed\_formed} - 2 \mathrm{overlap} \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right) \left(1 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2}\right)\right) \operatorname{inverse}\left(2 \mathrm{reach}\right)
        \mathrm{out} = \mathrm{formed\_3} - \mathrm{middle} \mathrm{overlap\_2} c
        \mathrm{bias\_formed} = \langle \mathrm{bias}, \mathrm{out} \rangle
        \mathrm{out\_formed} = - c \left(- \mathrm{overlap\_2} \mathrm{times} - 2 \mathrm{overlap} \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)\right) \operatorname{inverse}\left(2 \operatorname{cs}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right)
        \mathrm{out\_bias} = \mathrm{bias\_formed} \left(1 - \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right)\right) \left(-1 + \operatorname{inverse}\left(1 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2}\right)\right) \operatorname{quotient}\left(1, \mathrm{bias\_bias}, c\right)
        \mathrm{out} = \mathrm{out} + \mathrm{bias} \mathrm{out\_bias} + \mathrm{formed\_2} \mathrm{out\_formed}

    Cost: 6 inner products, 77 further operations; backward 12 inner products, 265 further operations. Saved:
    the inputs and 3 scalars per row.
    """
    result: Tensor = _holonomy_op(v, mean, bias, c, dim=dim)
    return result


def _place(
    v: Tensor, mean: Tensor, scale: Tensor, bias: Tensor, limit: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]
) -> tuple[Tensor, ...]:
    mean_mean = dot(mean, mean, dim)
    t0 = mean_mean * c
    formed = settled(sn(t0, 1) * mean)
    bias_bias = dot(bias, bias, dim)
    t1 = bias_bias * c
    formed_2 = settled(sn(t1, 1) * bias)
    v_formed = dot(v, formed, dim)
    t2 = t0 / 4
    t3 = cs(t2, 1)
    t4 = settled(2 * t3**2)
    t5 = settled(inverse(t4))
    overlap = settled(v_formed * t5)
    formed_3 = settled(combine((1, v), (-overlap * c, formed)))
    middle = settled(formed + formed_2)
    t6 = t1 / 4
    t7 = sn(t6, 1)
    t8 = t1 * t7**2
    t9 = t8 / 2
    times = settled(2 - t9 - t0 * sn(t2, 1) ** 2 / 2)
    middle_middle = dot(middle, middle, dim)
    reach = times**2 / 4 + middle_middle * c / 4
    formed_formed = dot(formed_2, formed_3, dim)
    t10 = settled(1 - t9)
    t11 = overlap * t4
    t12 = settled(inverse(2 * reach))
    overlap_2 = settled(t12 * (formed_formed - t10 * t11))
    formed_4 = settled(combine((1, formed_3), (-overlap_2 * c, middle)))
    bias_formed = dot(bias, formed_4, dim)
    formed_formed_2 = dot(formed_4, formed_4, dim)
    formed_formed_3 = dot(formed_2, formed_4, dim)
    formed_formed_4 = dot(formed_2, formed_2, dim)
    bias_formed_2 = dot(bias, formed_2, dim)
    ux = t1
    t13 = scale**2
    t14 = t13 * bias_formed**2
    t15 = settled(is_positive(3 - t8))
    t16 = 1 - t15
    t17 = inverse(t10)
    t18 = settled(-1 + t17)
    t19 = settled(quotient(1, bias_bias, c))
    t20 = t16 * t18 * t19
    t21 = 2 * t20
    t22 = -t11 - times * overlap_2
    t23 = settled(inverse(2 * cs(t6, 1) ** 2))
    t24 = settled(t22 * t23 * t15 * c)
    t25 = bias_formed_2 * t24
    vx = c * (
        t21 * t14
        + formed_formed_2 * t13
        - 2 * formed_formed_3 * t24 * t13
        - bias_formed * t21 * t25 * t13
        + bias_bias * t14 * t16**2 * t18**2 * t19**2
        + formed_formed_4 * t13 * t22**2 * t23**2 * t15**2 * c**2
    )
    su = settled(sn(ux, 1))
    sv = settled(sn(vx, 0))
    tv = settled(cs(vx, 0))
    t26 = bias_formed * scale
    t27 = settled(t20 * t26)
    overlap_3 = settled(sv * c * (t26 + t27 * bias_bias - t25 * scale))
    t28 = settled(sn(ux / 4, 1))
    t29 = settled(sv * scale)
    space = settled(
        combine((settled(su * tv + sv * t27 - overlap_3 * t28**2 / 2), bias), (t29, formed_4), (-t24 * t29, formed_2))
    )
    space_space = dot(space, space, dim)
    square = space_space * c
    t30 = settled(cs(ux, 1))
    out_space = settled(arc(square, tv * t30 - su * overlap_3))
    return (out_space * space, v_formed, formed_formed, bias_formed, formed_formed_2, formed_formed_3)


def _place_vjp(
    v: Tensor,
    mean: Tensor,
    scale: Tensor,
    bias: Tensor,
    limit: Tensor,
    c: Tensor,
    v_formed: Tensor,
    formed_formed: Tensor,
    bias_formed: Tensor,
    formed_formed_2: Tensor,
    formed_formed_3: Tensor,
    g_out: Tensor,
    g_v_formed: Tensor,
    g_formed_formed: Tensor,
    g_bias_formed: Tensor,
    g_formed_formed_2: Tensor,
    g_formed_formed_3: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    if needs[0] or needs[1] or needs[2] or needs[3] or needs[5]:
        mean_mean = dot(mean, mean, dim)
        t0 = mean_mean * c
        t1 = sn(t0, 1)
        formed = settled(t1 * mean)
        bias_bias = dot(bias, bias, dim)
        t2 = bias_bias * c
        t3 = sn(t2, 1)
        formed_2 = settled(t3 * bias)
        t4 = t0 / 4
        t5 = settled(cs(t4, 1))
        t6 = t5**2
        t7 = 2 * t6
        t8 = settled(inverse(t7))
        overlap = v_formed * t8
        t9 = overlap * c
        t10 = settled(-t9)
        formed_3 = settled(combine((1, v), (t10, formed)))
        middle = settled(formed + formed_2)
        t11 = settled(sn(t4, 1))
        t12 = t11**2
        t13 = t12 / 2
        t14 = t2 / 4
        t15 = settled(sn(t14, 1))
        t16 = t15**2
        t17 = t16 * t2
        t18 = t17 / 2
        times = 2 - t18 - t0 * t13
        middle_middle = dot(middle, middle, dim)
        t19 = c / 4
        reach = times**2 / 4 + middle_middle * t19
        t20 = 1 - t18
        t21 = overlap * t7
        t22 = formed_formed - t20 * t21
        t23 = settled(inverse(2 * reach))
        overlap_2 = t22 * t23
        t24 = overlap_2 * c
        t25 = settled(-t24)
        formed_4 = settled(combine((1, formed_3), (t25, middle)))
        formed_formed_4 = dot(formed_2, formed_2, dim)
        bias_formed_2 = dot(bias, formed_2, dim)
        ux = t2
        t26 = scale**2
        t27 = settled(inverse(t20))
        t28 = -1 + t27
        t29 = settled(quotient(1, bias_bias, c))
        t30 = settled(is_positive(3 - t17))
        t31 = 1 - t30
        t32 = t29 * t31
        t33 = t28 * t32
        t34 = bias_formed**2
        t35 = t34 * t26
        t36 = 2 * t35
        t37 = t33 * t36
        t38 = settled(cs(t14, 1))
        t39 = settled(inverse(2 * t38**2))
        t40 = t39**2
        t41 = c**2
        t42 = t26 * t41
        t43 = t40 * t42
        t44 = -t21 - times * overlap_2
        t45 = t44**2
        t46 = t30**2
        t47 = t45 * t46
        t48 = formed_formed_4 * t47
        t49 = t31**2
        t50 = t28**2
        t51 = t29**2
        t52 = t49 * t50 * t51
        t53 = t35 * t52
        t54 = t39 * t30
        t55 = t44 * t54
        t56 = 2 * t55
        t57 = formed_formed_3 * t26
        t58 = t56 * t57
        t59 = bias_formed * t26
        t60 = 2 * t59
        t61 = bias_formed_2 * t55
        t62 = t61 * c
        t63 = t33 * t62
        t64 = t37 + formed_formed_2 * t26 + bias_bias * t53 + t43 * t48 - t58 * c - t60 * t63
        vx = t64 * c
        t65 = settled(sn(ux, 1))
        su = t65
        t66 = sn(vx, 0)
        sv = t66
        tv = cs(vx, 0)
        t67 = bias_formed * scale
        t68 = t28 * bias_bias
        t69 = t32 * t68
        t70 = t61 * scale
        t71 = t67 + t67 * t69 - t70 * c
        t72 = sv * t71
        overlap_3 = t72 * c
        t73 = ux / 4
        t74 = settled(sn(t73, 1))
        t75 = t74**2 / 2
        t76 = t33 * t67
        t77 = settled(su * tv + sv * t76 - overlap_3 * t75)
        t78 = settled(sv * scale)
        t79 = t55 * t78
        t80 = settled(-t79 * c)
        space = settled(combine((t77, bias), (t78, formed_4), (t80, formed_2)))
        space_space = dot(space, space, dim)
        square = space_space * c
        t81 = settled(cs(ux, 1))
        t82 = tv * t81 - su * overlap_3
        out_space = settled(arc(square, t82))
        space_g_out = dot(space, g_out, dim)
        d_square = space_g_out * d_arc(square, t82)
        d_space_space = d_square * c
        d_space_space_2 = settled(2 * d_space_space)
        d_space = settled(combine((d_space_space_2, space), (out_space, g_out)))
        formed_d_space = dot(formed_4, d_space, dim)
        bias_d_space = dot(bias, d_space, dim)
        formed_d_space_2 = dot(formed_2, d_space, dim)
        t83 = space_g_out / (square + t82**2)
        d_overlap = su * t83 - bias_d_space * t75
        d_tv = su * bias_d_space - t81 * t83
        t84 = d_overlap * c
        t85 = formed_d_space_2 * t55
        t86 = scale * c
        d_sv = formed_d_space * scale + bias_d_space * t76 + t71 * t84 - t85 * t86
    if needs[3] or needs[5]:
        term = tv * bias_d_space + overlap_3 * t83
        d_su = row_sum(term, v, rows)
    if needs[0] or needs[1] or needs[2] or needs[3] or needs[5]:
        d_vx = d_sv * d_sn(vx, 0) - d_tv * t66 / 2
    if needs[3] or needs[5]:
        t87 = settled(d_sn(t73, 1))
        term_2 = tv * t65 * t83 / 2 - overlap_3 * bias_d_space * t74 * t87 / 4
        total = row_sum(term_2, v, rows)
        d_ux = total + d_su * d_sn(ux, 1)
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t88 = d_overlap * t41
    if needs[1] or needs[2] or needs[3] or needs[5]:
        t89 = bias_formed * t33
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t90 = d_vx * t56 * t42
    if needs[3] or needs[5]:
        term_3 = -t79 * t88 - t89 * t90
        d_bias_formed = row_sum(term_3, v, rows)
    if needs[1] or needs[3] or needs[5]:
        t91 = c**3
    if needs[3] or needs[5]:
        t92 = t40 * t26
        term_4 = d_vx * t47 * t92 * t91
        d_formed_formed = row_sum(term_4, v, rows)
    if needs[0] or needs[1] or needs[3] or needs[5]:
        d_formed_formed_2 = settled(g_formed_formed_3 - t90)
    if needs[0] or needs[1] or needs[2] or needs[3] or needs[5]:
        t93 = d_vx * c
    if needs[0] or needs[1] or needs[3] or needs[5]:
        d_formed_formed_3 = g_formed_formed_2 + t93 * t26
        t94 = t29 * t78
    if needs[0] or needs[1] or needs[2] or needs[3] or needs[5]:
        t95 = 4 * t33
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t96 = t59 * t95
    if needs[0] or needs[1] or needs[2] or needs[3] or needs[5]:
        t97 = bias_bias * t52
        t98 = sv * t84
    if needs[0] or needs[1] or needs[3] or needs[5]:
        d_bias_formed_2 = settled(
            g_bias_formed
            + bias_d_space * (-t94 - t27 * t94 * t30 + sv * t27 * t29 * scale + sv * t29 * t30 * scale)
            + t93 * (t96 + t60 * t97 - 2 * t63 * t26)
            + t98 * (scale + t69 * scale)
        )
        d_formed_d_space = settled(t78)
        d_formed_formed_4 = settled(2 * d_formed_formed_3)
        d_formed = settled(
            combine(
                (d_formed_formed_4, formed_4),
                (d_bias_formed_2, bias),
                (d_formed_d_space, d_space),
                (d_formed_formed_2, formed_2),
            )
        )
        middle_d_formed = dot(middle, d_formed, dim)
        t99 = times * t54
        t100 = t44 * t43
        t101 = t100 * formed_formed_4 * t46
        t102 = 2 * t101
        t103 = t99 * c
        t104 = t33 * t60
        t105 = bias_formed_2 * t104
        t106 = formed_d_space_2 * t78
        t107 = bias_formed_2 * t78
        t108 = t107 * t88
        d_overlap_2 = (
            t103 * t106 + t108 * t99 + t93 * (t103 * t105 - times * t102 + 2 * t57 * t99 * c) - middle_d_formed * c
        )
        t109 = d_overlap_2 * t23
        d_formed_formed_5 = settled(g_formed_formed + t109)
    if needs[1] or needs[3] or needs[5]:
        term_5 = -2 * d_overlap_2 * t22 * t23**2
        d_reach = row_sum(term_5, v, rows)
        d_middle_middle = d_reach * t19
        t110 = t24 * t54
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t111 = t108 * t54
    if needs[1] or needs[3] or needs[5]:
        term_6 = overlap_2 * t111 + t106 * t110 + t93 * (t105 * t110 - overlap_2 * t102 + 2 * t110 * t57)
        total_2 = row_sum(term_6, v, rows)
        d_times = total_2 + times * d_reach / 2
        d_middle = combine_rows((t25, d_formed), like=v, rows=rows, dim=dim)
        d_middle_middle_2 = 2 * d_middle_middle
    if needs[0] or needs[1] or needs[5]:
        formed_d_formed = dot(formed, d_formed, dim)
        formed_formed_5 = dot(formed, formed_2, dim)
        t112 = 4 * t6
        t113 = t54 * c
        t114 = d_formed_formed_5 * formed_formed_5
        t115 = t109 * t20
        d_overlap_3 = (
            t111 * t7
            + t93 * (-t101 * t112 + t113 * t57 * t112 + bias_formed_2 * t113 * t96 * t6)
            - formed_d_formed * c
            - t114 * c
            - t115 * t7
            + t106 * t113 * t7
        )
        d_v_formed = settled(g_v_formed + d_overlap_3 * t8)
    if needs[3] or needs[5]:
        d_formed_2 = combine_rows(
            (d_formed_formed_5, formed_3), (d_formed_formed_2, formed_4), (t80, d_space), like=v, rows=rows, dim=dim
        )
        d_formed_formed_6 = 2 * d_formed_formed
        d_formed_3 = combine(
            (1, d_middle),
            (1, d_formed_2),
            (d_middle_middle_2, middle),
            (d_bias_formed, bias),
            (d_formed_formed_6, formed_2),
        )
        bias_d_formed = dot(bias, d_formed_3, dim)
    if needs[1] or needs[3]:
        t116 = c / 2
        t117 = t41 / 4
    if needs[3] or needs[5]:
        t118 = d_sn(t14, 1)
        t119 = t118 * t15
    if needs[3]:
        t120 = settled(-t16 * t116 - t119 * bias_bias * t117)
    if needs[3] or needs[5]:
        t121 = t27**2
        t122 = t32 * t121
    if needs[3]:
        t123 = t120 * t122
        t124 = t123 * t67
    if needs[2] or needs[3] or needs[5]:
        t125 = sv * c
    if needs[3]:
        t126 = settled(inverse_resolved(t2))
        t127 = t76 * t126
    if needs[3] or needs[5]:
        t128 = t15 * t38 * t30
        t129 = formed_formed_3 * t128
        t130 = t39**3
        t131 = t68 * t121 * t36 * t49 * t51
        t132 = bias_formed_2 * t128
        t133 = t132 * t89
    if needs[2] or needs[3]:
        t134 = t40 * t41
    if needs[3] or needs[5]:
        t135 = t44 / 2
    if needs[3]:
        t136 = t135 * t134
    if needs[3] or needs[5]:
        t137 = t132 * scale
    if needs[3]:
        term_7 = (
            bias_d_space * (-sv * t124 - t125 * t127)
            + t93
            * (
                -t100 * t129
                - t100 * t133
                - t120 * t131
                - t123 * t36
                - t37 * t126 * c
                - 2 * t126 * t2 * t53
                + t34 * t49 * t50 * t51 * t26
                + t130 * t15 * t38 * formed_formed_4 * t45 * t46 * t26 * t91
                + 2 * bias_formed * bias_formed_2 * t120 * t29 * t31 * t39 * t44 * t121 * t30 * c * t26
                + 2 * bias_formed * bias_formed_2 * t28 * t29 * t31 * t39 * t44 * t126 * t30 * t26 * t41
            )
            + t98 * (-t124 * bias_bias - t127 * t2 - t136 * t137 + bias_formed * t28 * t29 * t31 * scale)
            - t106 * t128 * t136
            - t109 * t120 * t21
        )
        total_3 = row_sum(term_7, v, rows)
    if needs[3] or needs[5]:
        t138 = bias_d_formed * d_sn(t2, 1)
    if needs[3]:
        d_bias_bias = total_3 + d_ux * c + d_times * t120 + t138 * c
    if needs[1] or needs[5]:
        term_8 = -d_formed_formed_5 * t9
        d_formed_formed_7 = row_sum(term_8, v, rows)
        d_formed_4 = combine_rows((d_v_formed, v), (t10, d_formed), like=v, rows=rows, dim=dim)
        d_formed_5 = combine((1, d_middle), (1, d_formed_4), (d_middle_middle_2, middle), (d_formed_formed_7, formed_2))
        mean_d_formed = dot(mean, d_formed_5, dim)
        t139 = t11 * t5
        t140 = overlap * t139
        t141 = t140 * t54
    if needs[1]:
        t142 = t141 * t42
    if needs[1] or needs[5]:
        t143 = v_formed * d_overlap_3 * t139 * t8**2
    if needs[1]:
        t144 = t141 / 2
        term_9 = (
            t143 * t116
            + t93
            * (
                -formed_formed_3 * t142
                - bias_formed_2 * t142 * t89
                + overlap * t11 * t44 * t5 * formed_formed_4 * t40 * t46 * t26 * t91
            )
            + t115 * t139 * t9 / 2
            - t106 * t144 * t41
            - d_overlap * t107 * t144 * t91
        )
        total_4 = row_sum(term_9, v, rows)
    if needs[1] or needs[5]:
        t145 = t11 * d_sn(t4, 1)
        t146 = mean_d_formed * d_sn(t0, 1)
    if needs[1]:
        d_mean_mean = total_4 + d_times * (-t12 * t116 - t145 * mean_mean * t117) + t146 * c
    if needs[5]:
        t147 = t141 * t0
        t148 = t147 / 2
        t149 = t135 * t2 * t40
        t150 = bias_bias * t16 / 2 + t119 * t19 * bias_bias**2
        t151 = settled(-t150)
        t152 = t122 * t151
        t153 = t152 * t67
        t154 = t44 * t2 * t92
        t155 = mean_mean / 2
    if needs[2] or needs[5]:
        t156 = sv * bias_d_space
    if needs[5]:
        term_10 = (
            d_square * space_space
            + formed_d_space_2 * (-t79 - t148 * t78 - t128 * t149 * t78)
            + d_overlap * (t72 + t125 * (-t70 - t137 * t149 - t153 * bias_bias - bias_formed_2 * t148 * scale))
            + d_vx
            * (
                t64
                + c
                * (
                    -t58
                    - t104 * t61
                    - t129 * t154
                    - t131 * t151
                    - t133 * t154
                    - t147 * t57
                    - t152 * t36
                    - bias_formed_2 * t147 * t33 * t59
                    + 2 * formed_formed_4 * t40 * t45 * t46 * c * t26
                    + t130 * t15 * t38 * formed_formed_4 * bias_bias * t45 * t46 * t26 * t41
                    + overlap * t11 * t44 * t5 * formed_formed_4 * mean_mean * t40 * t46 * t26 * t41
                    + 2 * bias_formed * bias_formed_2 * t151 * t29 * t31 * t39 * t44 * t121 * t30 * c * t26
                )
            )
            + t109 * (-t151 * t21 + t140 * t20 * t155)
            + t143 * t155
            - overlap * formed_d_formed
            - overlap * t114
            - overlap_2 * middle_d_formed
            - t153 * t156
        )
        total_5 = row_sum(term_10, v, rows)
    if needs[3]:
        d_bias = combine_rows((d_bias_formed_2, formed_4), (t77, d_space), like=v, rows=rows, dim=dim)
    if needs[2]:
        t157 = 2 * scale
        term_11 = (
            sv * formed_d_space
            + t156 * t89
            + t93
            * (
                formed_formed_2 * t157
                - 4 * t62 * t76
                + t95 * t34 * scale
                + t134 * t48 * t157
                + t34 * t97 * t157
                - 4 * formed_formed_3 * t55 * t86
            )
            + t98 * (bias_formed - t62 + bias_formed * t69)
            - t125 * t85
        )
        d_scale = row_sum(term_11, v, rows)
    if needs[1]:
        d_mean_d_formed = t1
        d_mean_mean_2 = 2 * d_mean_mean
    if needs[3]:
        d_bias_d_formed = t3
        d_bias_bias_2 = 2 * d_bias_bias
    if needs[5]:
        d_c = (
            total_5
            + d_ux * bias_bias
            + d_times * (-t150 - mean_mean * t13 - t145 * t19 * mean_mean**2)
            + t138 * bias_bias
            + t146 * mean_mean
            + d_reach * middle_middle / 4
        )
    return (
        combine((1, d_formed), (d_formed_formed_5, formed_2), (d_v_formed, formed)) if needs[0] else None,
        combine((d_mean_d_formed, d_formed_5), (d_mean_mean_2, mean)) if needs[1] else None,
        d_scale if needs[2] else None,
        combine((d_bias_formed, formed_2), (d_bias_d_formed, d_formed_3), (d_bias_bias_2, bias), (1, d_bias))
        if needs[3]
        else None,
        None,
        d_c if needs[5] else None,
    )


def _place_jvp(
    v: Tensor,
    mean: Tensor,
    scale: Tensor,
    bias: Tensor,
    limit: Tensor,
    c: Tensor,
    v_formed: Tensor,
    formed_formed: Tensor,
    bias_formed: Tensor,
    formed_formed_2: Tensor,
    formed_formed_3: Tensor,
    t_v: Tensor,
    t_mean: Tensor,
    t_scale: Tensor,
    t_bias: Tensor,
    t_limit: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    mean_mean = dot(mean, mean, dim)
    t0 = mean_mean * c
    t1 = sn(t0, 1)
    formed = t1 * mean
    bias_bias = dot(bias, bias, dim)
    t2 = bias_bias * c
    t3 = sn(t2, 1)
    formed_2 = t3 * bias
    t4 = t0 / 4
    t5 = cs(t4, 1)
    t6 = t5**2
    t7 = 2 * t6
    t8 = inverse(t7)
    overlap = v_formed * t8
    t9 = overlap * c
    formed_3 = combine((1, v), (-t9, formed))
    middle = formed + formed_2
    t10 = sn(t4, 1)
    t11 = t10**2 / 2
    t12 = t2 / 4
    t13 = sn(t12, 1)
    t14 = t13**2
    t15 = t14 * t2
    t16 = t15 / 2
    times = 2 - t16 - t0 * t11
    middle_middle = dot(middle, middle, dim)
    t17 = middle_middle / 4
    reach = times**2 / 4 + t17 * c
    t18 = 1 - t16
    t19 = overlap * t7
    t20 = formed_formed - t18 * t19
    t21 = inverse(2 * reach)
    overlap_2 = t20 * t21
    t22 = overlap_2 * c
    formed_4 = combine((1, formed_3), (-t22, middle))
    formed_formed_4 = dot(formed_2, formed_2, dim)
    bias_formed_2 = dot(bias, formed_2, dim)
    ux = t2
    t23 = scale**2
    t24 = bias_formed**2
    t25 = t24 * t23
    t26 = 2 * t25
    t27 = quotient(1, bias_bias, c)
    t28 = is_positive(3 - t15)
    t29 = 1 - t28
    t30 = inverse(t18)
    t31 = -1 + t30
    t32 = t29 * t31
    t33 = t27 * t32
    t34 = cs(t12, 1)
    t35 = inverse(2 * t34**2)
    t36 = t35**2
    t37 = c**2
    t38 = t23 * t37
    t39 = t36 * t38
    t40 = times * overlap_2
    t41 = -t19 - t40
    t42 = t41**2
    t43 = t28**2
    t44 = t42 * t43
    t45 = formed_formed_4 * t44
    t46 = t29**2
    t47 = t31**2
    t48 = t27**2
    t49 = t46 * t47 * t48
    t50 = t25 * t49
    t51 = c * t23
    t52 = t35 * t28
    t53 = t41 * t52
    t54 = 2 * formed_formed_3
    t55 = t53 * t54
    t56 = bias_formed_2 * t53
    t57 = t33 * t56
    t58 = 2 * bias_formed
    t59 = t33 * t26 + formed_formed_2 * t23 + bias_bias * t50 + t39 * t45 - t55 * t51 - t57 * t58 * t51
    vx = t59 * c
    t60 = sn(ux, 1)
    su = t60
    t61 = sn(vx, 0)
    sv = t61
    tv = cs(vx, 0)
    t62 = bias_formed * scale
    t63 = t27 * t62
    t64 = t32 * bias_bias
    t65 = t56 * scale
    t66 = t62 + t63 * t64 - t65 * c
    t67 = sv * t66
    overlap_3 = t67 * c
    t68 = sv * t63
    t69 = ux / 4
    t70 = sn(t69, 1)
    t71 = t70**2 / 2
    t72 = su * tv - overlap_3 * t71
    t73 = sv * scale
    t74 = t53 * c
    space = combine((t72 + t32 * t68, bias), (t73, formed_4), (-t73 * t74, formed_2))
    space_space = dot(space, space, dim)
    square = space_space * c
    t75 = cs(ux, 1)
    t76 = tv * t75 - su * overlap_3
    out_space = arc(square, t76)
    mean_t_mean = dot(mean, t_mean, dim)
    t_mean_mean = 2 * mean_t_mean
    t_formed_t_mean = t1
    t77 = d_sn(t0, 1)
    t78 = t_c * mean_mean
    t79 = t_mean_mean * c
    t_formed_mean = t77 * t78 + t77 * t79
    bias_t_bias = dot(bias, t_bias, dim)
    t_bias_bias = 2 * bias_t_bias
    t_formed_t_bias = t3
    t80 = d_sn(t2, 1)
    t81 = t_c * bias_bias
    t82 = t_bias_bias * c
    t_formed_bias = t80 * t81 + t80 * t82
    formed_t_v = dot(formed, t_v, dim)
    v_t_mean = dot(v, t_mean, dim)
    v_mean = dot(v, mean, dim)
    t_v_formed = formed_t_v + t_formed_t_mean * v_t_mean + t_formed_mean * v_mean
    t83 = t10 * t5 / 2
    t84 = v_formed * t83 * t8**2
    t_overlap = t_v_formed * t8 + t78 * t84 + t79 * t84
    t85 = overlap * t_c
    t86 = t_overlap * c
    t_formed_formed = -t85 - t86
    t_formed_mean_2 = -t_formed_mean * t9
    t_formed_t_mean_2 = -t_formed_t_mean * t9
    t87 = c / 4
    t88 = t10 * d_sn(t4, 1)
    t89 = t14 / 2
    t90 = t13 * d_sn(t12, 1)
    t91 = t90 * t87 * bias_bias**2
    t92 = t91 + bias_bias * t89
    t93 = t37 / 4
    t94 = t90 * bias_bias * t93
    t95 = -t94 - t89 * c
    t96 = t_bias_bias * t95
    t_times = (
        t96
        + t_c * (-t92 - mean_mean * t11 - t88 * t87 * mean_mean**2)
        + t_mean_mean * (-t11 * c - t88 * mean_mean * t93)
    )
    mean_middle = dot(mean, middle, dim)
    middle_t_mean = dot(middle, t_mean, dim)
    bias_middle = dot(bias, middle, dim)
    middle_t_bias = dot(middle, t_bias, dim)
    t97 = 2 * t_formed_t_bias
    t98 = 2 * t_formed_bias
    t_middle_middle = (
        bias_middle * t98 + middle_t_bias * t97 + 2 * t_formed_t_mean * middle_t_mean + 2 * t_formed_mean * mean_middle
    )
    t_reach = t_c * t17 + t_middle_middle * t87 + times * t_times / 2
    formed_t_bias = dot(formed_3, t_bias, dim)
    bias_formed_3 = dot(bias, formed_3, dim)
    formed_t_v_2 = dot(formed_2, t_v, dim)
    formed_formed_5 = dot(formed, formed_2, dim)
    mean_formed = dot(mean, formed_2, dim)
    formed_t_mean = dot(formed_2, t_mean, dim)
    t99 = formed_t_v_2 + t_formed_formed * formed_formed_5
    t_formed_formed_2 = (
        t99
        + t_formed_t_bias * formed_t_bias
        + t_formed_bias * bias_formed_3
        + t_formed_mean_2 * mean_formed
        + t_formed_t_mean_2 * formed_t_mean
    )
    t100 = -t92
    t101 = t18 * t21
    t102 = t_overlap * t7
    t103 = t_mean_mean * t83
    t_overlap_2 = (
        t_formed_formed_2 * t21
        - t101 * t102
        + t_c * t21 * (-t100 * t19 + overlap * t18 * t83 * mean_mean)
        + t101 * t103 * t9
        - t19 * t21 * t96
        - 2 * t_reach * t20 * t21**2
    )
    t104 = t_overlap_2 * c
    t_formed_middle = -t104 - overlap_2 * t_c
    t_formed_mean_3 = t_formed_mean_2 - t_formed_mean * t22
    t_formed_t_mean_3 = t_formed_t_mean_2 - t_formed_t_mean * t22
    t105 = t_formed_bias * t22
    t_formed_bias_2 = -t105
    t106 = t_formed_t_bias * t22
    t_formed_t_bias_2 = -t106
    formed_t_bias_2 = dot(formed_4, t_bias, dim)
    bias_t_v = dot(bias, t_v, dim)
    mean_bias = dot(mean, bias, dim)
    bias_t_mean = dot(bias, t_mean, dim)
    bias_formed_4 = dot(bias, formed, dim)
    t_bias_formed = (
        formed_t_bias_2
        + bias_t_v
        + bias_t_bias * t_formed_t_bias_2
        + t_formed_formed * bias_formed_4
        + bias_middle * t_formed_middle
        + t_formed_mean_3 * mean_bias
        + t_formed_t_mean_3 * bias_t_mean
        + t_formed_bias_2 * bias_bias
    )
    middle_formed = dot(middle, formed_4, dim)
    formed_t_v_3 = dot(formed_4, t_v, dim)
    mean_formed_2 = dot(mean, formed_4, dim)
    formed_t_mean_2 = dot(formed_4, t_mean, dim)
    formed_formed_6 = dot(formed, formed_4, dim)
    t_formed_formed_3 = (
        2 * formed_t_v_3
        + t_formed_bias_2 * t58
        + 2 * t_formed_formed * formed_formed_6
        + 2 * t_formed_middle * middle_formed
        + 2 * t_formed_mean_3 * mean_formed_2
        + 2 * t_formed_t_mean_3 * formed_t_mean_2
        + 2 * t_formed_t_bias_2 * formed_t_bias_2
    )
    formed_middle = dot(formed_2, middle, dim)
    formed_t_bias_3 = dot(formed_2, t_bias, dim)
    t_formed_formed_4 = (
        t99
        + bias_formed * t_formed_bias
        + bias_formed_2 * t_formed_bias_2
        + t_formed_t_bias * formed_t_bias_2
        + mean_formed * t_formed_mean_3
        + formed_t_mean * t_formed_t_mean_3
        + t_formed_middle * formed_middle
        + t_formed_t_bias_2 * formed_t_bias_3
    )
    t_formed_formed_5 = bias_formed_2 * t98 + formed_t_bias_3 * t97
    t_bias_formed_2 = formed_t_bias_3 + bias_t_bias * t_formed_t_bias + t_formed_bias * bias_bias
    t_ux = t81 + t82
    t107 = t30**2
    t108 = t29 * t107
    t109 = t100 * t108
    t110 = t27 * t26
    t111 = t31 * bias_bias * t107 * t26 * t46 * t48
    t112 = overlap * t52
    t113 = t10 * t112 * t5
    t114 = formed_formed_3 * t113
    t115 = t0 * t23
    t116 = t13 * t34 * t28
    t117 = formed_formed_3 * t116
    t118 = t41 * t36
    t119 = t118 * t2
    t120 = t119 * t23
    t121 = t35**3
    t122 = t58 * t23
    t123 = bias_formed * t27
    t124 = bias_formed_2 * t123 * t32
    t125 = t113 * t124
    t126 = t116 * t124
    t127 = 2 * scale
    t128 = t27 * scale
    t129 = 4 * t32
    t130 = 4 * formed_formed_3
    t131 = bias_bias * t49
    t132 = t56 * c
    t133 = t32 * t63
    t134 = c**3
    t135 = t108 * t95
    t136 = inverse_resolved(t2)
    t137 = 2 * t33 * t51
    t138 = t41 * t39
    t139 = t136 * t2
    t140 = t52 * t51
    t141 = t140 * t6
    t142 = t138 * formed_formed_4 * t43
    t143 = t123 * t129
    t144 = t22 * t52
    t145 = t144 * t23
    t146 = 2 * t142
    t147 = t33 * t58
    t148 = bias_formed_2 * t147
    t149 = times * t140
    t150 = t_bias_formed * c
    t151 = t53 * t38
    t_vx = (
        t_c
        * (
            t59
            + c
            * (
                -t100 * t111
                - t109 * t110
                - t114 * t115
                - t117 * t120
                - t120 * t126
                - t122 * t57
                - t125 * t115
                - t55 * t23
                + 2 * formed_formed_4 * t36 * t42 * t43 * c * t23
                + t121 * t13 * t34 * formed_formed_4 * bias_bias * t42 * t43 * t23 * t37
                + overlap * t10 * t41 * t5 * formed_formed_4 * mean_mean * t36 * t43 * t23 * t37
                + 2 * bias_formed * bias_formed_2 * t100 * t27 * t29 * t35 * t41 * t107 * t28 * c * t23
            )
        )
        + t_formed_formed_3 * t51
        + t104 * (t148 * t149 + t149 * t54 - times * t146)
        + t150 * (t122 * t131 + t143 * t23 - t137 * t56)
        + t79 * (-t114 * t38 - t125 * t38 + overlap * t10 * t41 * t5 * formed_formed_4 * t36 * t43 * t134 * t23)
        + t82
        * (
            -t110 * t135
            - t111 * t95
            - t117 * t138
            - t126 * t138
            - 2 * t139 * t50
            - t137 * t136 * t24
            + t24 * t46 * t47 * t48 * t23
            + t121 * t13 * t34 * formed_formed_4 * t42 * t43 * t134 * t23
            + 2 * bias_formed * bias_formed_2 * t27 * t29 * t31 * t35 * t41 * t136 * t28 * t23 * t37
            + 2 * bias_formed * bias_formed_2 * t27 * t29 * t35 * t41 * t95 * t107 * t28 * c * t23
        )
        + t86 * (t130 * t141 - 4 * t142 * t6 + bias_formed_2 * t141 * t143)
        - 2 * t_formed_formed_4 * t151
        + t_scale
        * c
        * (
            formed_formed_2 * t127
            - 4 * t132 * t133
            + t128 * t129 * t24
            + t131 * t24 * t127
            - t130 * t74 * scale
            + t36 * t45 * t127 * t37
        )
        + t_times * c * (t145 * t148 + t145 * t54 - overlap_2 * t146)
        - t_bias_formed_2 * t147 * t151
        + t_formed_formed_5 * t36 * t44 * t134 * t23
    )
    t_su = t_ux * d_sn(ux, 1)
    t_sv = t_vx * d_sn(vx, 0)
    t_tv = -t_vx * t61 / 2
    t152 = t63 * bias_bias
    t153 = bias_formed_2 * scale
    t154 = t83 * t0
    t155 = t116 / 2
    t156 = t153 * t155
    t157 = sv * t_scale
    t158 = sv * t82
    t159 = t73 * t37
    t160 = bias_formed_2 * t159 * t52
    t161 = t52 * t73
    t_overlap_3 = (
        t_c * (t67 + sv * c * (-t65 - t109 * t152 - t119 * t156 - t112 * t153 * t154))
        + t102 * t160
        + t158 * (-t133 * t139 - t135 * t152 - t118 * t156 * t37 + bias_formed * t27 * t29 * t31 * scale)
        + times * t_overlap_2 * t160
        + overlap_2 * t_times * t160
        + sv * t150 * (scale + t128 * t64)
        + t_sv * t66 * c
        + t157 * c * (bias_formed - t132 + t123 * t64)
        - t_bias_formed_2 * t159 * t53
        - overlap * bias_formed_2 * t103 * t161 * t134
    )
    t162 = t_sv * scale
    t_space_formed = t157 + t162
    t163 = t123 * t157
    t164 = t_sv * t63
    t165 = t_bias_formed * t27 * t73
    t166 = t163 * t30
    t167 = t164 * t30
    t168 = t165 * t30
    t169 = t158 * t63
    t170 = t169 * t136
    t171 = times * t161
    t172 = t107 * t89
    t173 = t81 * t172
    t174 = t169 * t172
    t175 = t170 * t30
    t176 = t9 * t7
    t177 = t161 * t176
    t178 = t68 * t28
    t179 = t68 * t107
    t180 = t_c * t91
    t181 = t_bias_bias * t94
    t182 = t178 * t107
    t_space_bias = (
        t166
        + t167
        + t168
        + t170
        + t174
        - t163
        - t164
        - t165
        - t175
        + su * t_tv
        + tv * t_su
        + t_formed_bias * t177
        + t_formed_bias_2 * t73
        + t105 * t171
        + t163 * t28
        + t164 * t28
        + t165 * t28
        + t173 * t68
        + t175 * t28
        + t179 * t180
        + t179 * t181
        - t_overlap_3 * t71
        - t166 * t28
        - t167 * t28
        - t168 * t28
        - t170 * t28
        - t173 * t178
        - t174 * t28
        - t180 * t182
        - t181 * t182
        - overlap_3 * t_ux * t70 * d_sn(t69, 1) / 4
    )
    t183 = times * t144
    t184 = t_c * t40
    t185 = t176 * t52
    t186 = t161 * t7
    t187 = t_bias_bias * t159 * t36
    t188 = t116 * t6
    t189 = t73 * t2 * t36
    t_space_formed_2 = (
        t104 * t171
        + t157 * t183
        + t157 * t185
        + t161 * t184
        + t162 * t183
        + t162 * t185
        + t186 * t85
        + t186 * t86
        + overlap * t187 * t188
        + t_times * t144 * t73
        + t155 * t184 * t189
        + t155 * t187 * t40
        + t188 * t189 * t85
        - t103 * t112 * t159
        - t154 * t161 * t85
    )
    t190 = t30 * t68
    t_space_t_bias = (
        t178 + t190 + t72 - t68 + t_formed_t_bias * t177 + t_formed_t_bias_2 * t73 + t106 * t171 - t190 * t28
    )
    t_space_t_v = t73
    t_space_mean = t_formed_mean_3 * t73
    t_space_middle = t_formed_middle * t73
    t_space_t_mean = t_formed_t_mean_3 * t73
    t_space_formed_3 = t_formed_formed * t73
    formed_space = dot(formed_4, space, dim)
    bias_space = dot(bias, space, dim)
    formed_space_2 = dot(formed_2, space, dim)
    space_t_bias = dot(space, t_bias, dim)
    space_t_v = dot(space, t_v, dim)
    mean_space = dot(mean, space, dim)
    middle_space = dot(middle, space, dim)
    space_t_mean = dot(space, t_mean, dim)
    formed_space_3 = dot(formed, space, dim)
    t_space_space = (
        2 * t_space_formed * formed_space
        + 2 * t_space_bias * bias_space
        + 2 * t_space_formed_2 * formed_space_2
        + 2 * t_space_t_bias * space_t_bias
        + 2 * t_space_t_v * space_t_v
        + 2 * t_space_mean * mean_space
        + 2 * t_space_middle * middle_space
        + 2 * t_space_t_mean * space_t_mean
        + 2 * t_space_formed_3 * formed_space_3
    )
    t_square = t_space_space * c + t_c * space_space
    t191 = 1 / (square + t76**2)
    t_out_space = (
        t_square * d_arc(square, t76)
        + su * t_overlap_3 * t191
        + overlap_3 * t_su * t191
        - t_tv * t191 * t75
        + tv * t_ux * t191 * t60 / 2
    )
    return (
        combine(
            (t_space_mean * out_space, mean),
            (t_space_formed * out_space, formed_4),
            (t_space_bias * out_space, bias),
            (t_space_formed_2 * out_space, formed_2),
            (t_space_t_bias * out_space, t_bias),
            (t_space_t_v * out_space, t_v),
            (t_space_middle * out_space, middle),
            (t_space_t_mean * out_space, t_mean),
            (t_space_formed_3 * out_space, formed),
            (t_out_space, space),
        ),
        t_v_formed,
        t_formed_formed_2,
        t_bias_formed,
        t_formed_formed_3,
        t_formed_formed_4,
    )


_place_op = Operation(
    "place",
    Formulas(_place, _place_vjp, _place_jvp),
    inputs=(
        ("v", "vector"),
        ("mean", "vector"),
        ("scale", "scalar"),
        ("bias", "vector"),
        ("limit", "scalar"),
        ("c", "scalar"),
    ),
    results=("vector",),
    shared=("mean", "scale", "bias", "limit"),
)


def place(v: Tensor, mean: Tensor, scale: Tensor, bias: Tensor, limit: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""The points that are seen from β as scaled vectors were from μ: log0 exp_β(scale · PT_{μ→β} PT_{o→μ} v).

    With `center`, batch normalisation. The transport from μ to β is that through the origin and a rotation of its
    frame. On hyperbolic space the scaled vector and the result are saturated at `limit`. Source: batch normalisation
    of arXiv 2303.14027; the factorisation is derived here.

    Formula (LaTeX)::

        \mathrm{mean\_mean} = \langle \mathrm{mean}, \mathrm{mean} \rangle
        \mathrm{formed} = \mathrm{mean} \operatorname{sn}\left(\mathrm{mean\_mean} c\right)
        \mathrm{bias\_bias} = \langle \mathrm{bias}, \mathrm{bias} \rangle
        \mathrm{formed\_2} = \mathrm{bias} \operatorname{sn}\left(\mathrm{bias\_bias} c\right)
        \mathrm{v\_formed} = \langle v, \mathrm{formed} \rangle
        \mathrm{overlap} = \mathrm{v\_formed} \operatorname{inverse}\left(2 \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)\right)
        \mathrm{formed\_3} = v - \mathrm{formed} \mathrm{overlap} c
        \mathrm{middle} = \mathrm{formed\_2} + \mathrm{formed}
        \mathrm{times} = 2 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2} - \frac{\mathrm{mean\_mean} c \operatorname{sn}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)}{2}
        \mathrm{middle\_middle} = \langle \mathrm{middle}, \mathrm{middle} \rangle
        \mathrm{reach} = \frac{\mathrm{times}^{2}}{4} + \frac{\mathrm{middle\_middle} c}{4}
        \mathrm{formed\_formed} = \langle \mathrm{formed\_2}, \mathrm{formed\_3} \rangle
        \mathrm{overlap\_2} = \left(\mathrm{formed\_formed} - 2 \mathrm{overlap} \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right) \left(1 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2}\right)\right) \operatorname{inverse}\left(2 \mathrm{reach}\right)
        \mathrm{formed\_4} = \mathrm{formed\_3} - \mathrm{middle} \mathrm{overlap\_2} c
        \mathrm{bias\_formed} = \langle \mathrm{bias}, \mathrm{formed\_4} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_4}, \mathrm{formed\_4} \rangle
        \mathrm{formed\_formed\_3} = \langle \mathrm{formed\_2}, \mathrm{formed\_4} \rangle
        \mathrm{formed\_formed\_4} = \langle \mathrm{formed\_2}, \mathrm{formed\_2} \rangle
        \mathrm{bias\_formed\_2} = \langle \mathrm{bias}, \mathrm{formed\_2} \rangle
        \mathrm{ux} = \mathrm{bias\_bias} c
        \mathrm{vx} = c \left(\mathrm{formed\_formed\_2} \mathrm{scale}^{2} + 2 \mathrm{bias\_formed}^{2} \mathrm{scale}^{2} \left(1 - \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right)\right) \left(-1 + \operatorname{inverse}\left(1 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2}\right)\right) \operatorname{quotient}\left(1, \mathrm{bias\_bias}, c\right) + \mathrm{bias\_bias} \mathrm{bias\_formed}^{2} \mathrm{scale}^{2} \left(1 - \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right)\right)^{2} \left(-1 + \operatorname{inverse}\left(1 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2}\right)\right)^{2} \operatorname{quotient}^{2}\left(1, \mathrm{bias\_bias}, c\right) + \mathrm{formed\_formed\_4} \mathrm{scale}^{2} c^{2} \left(- \mathrm{overlap\_2} \mathrm{times} - 2 \mathrm{overlap} \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)\right)^{2} \operatorname{inverse}^{2}\left(2 \operatorname{cs}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) \operatorname{is\_positive}^{2}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) - 2 \mathrm{formed\_formed\_3} c \mathrm{scale}^{2} \left(- \mathrm{overlap\_2} \mathrm{times} - 2 \mathrm{overlap} \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)\right) \operatorname{inverse}\left(2 \operatorname{cs}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) - 2 \mathrm{bias\_formed\_2} \mathrm{bias\_formed} c \mathrm{scale}^{2} \left(1 - \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right)\right) \left(-1 + \operatorname{inverse}\left(1 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2}\right)\right) \left(- \mathrm{overlap\_2} \mathrm{times} - 2 \mathrm{overlap} \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)\right) \operatorname{inverse}\left(2 \operatorname{cs}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) \operatorname{quotient}\left(1, \mathrm{bias\_bias}, c\right)\right)
        \mathrm{su} = \operatorname{sn}\left(\mathrm{ux}\right)
        \mathrm{sv} = \operatorname{sn}\left(\mathrm{vx}\right)
        \mathrm{tv} = \operatorname{cs}\left(\mathrm{vx}\right)
        \mathrm{overlap\_3} = \mathrm{sv} c \left(\mathrm{bias\_formed} \mathrm{scale} + \mathrm{bias\_bias} \mathrm{bias\_formed} \mathrm{scale} \left(1 - \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right)\right) \left(-1 + \operatorname{inverse}\left(1 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2}\right)\right) \operatorname{quotient}\left(1, \mathrm{bias\_bias}, c\right) - \mathrm{bias\_formed\_2} \mathrm{scale} c \left(- \mathrm{overlap\_2} \mathrm{times} - 2 \mathrm{overlap} \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)\right) \operatorname{inverse}\left(2 \operatorname{cs}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right)\right)
        \mathrm{space} = \mathrm{bias} \left(\mathrm{su} \mathrm{tv} - \frac{\mathrm{overlap\_3} \operatorname{sn}^{2}\left(\frac{\mathrm{ux}}{4}\right)}{2} + \mathrm{bias\_formed} \mathrm{scale} \mathrm{sv} \left(1 - \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right)\right) \left(-1 + \operatorname{inverse}\left(1 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2}\right)\right) \operatorname{quotient}\left(1, \mathrm{bias\_bias}, c\right)\right) + \mathrm{formed\_4} \mathrm{scale} \mathrm{sv} - \mathrm{formed\_2} \mathrm{scale} \mathrm{sv} c \left(- \mathrm{overlap\_2} \mathrm{times} - 2 \mathrm{overlap} \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)\right) \operatorname{inverse}\left(2 \operatorname{cs}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right)
        \mathrm{space\_space} = \langle \mathrm{space}, \mathrm{space} \rangle
        \mathrm{square} = \mathrm{space\_space} c
        \mathrm{out\_space} = \operatorname{arc}\left(\mathrm{square}, \mathrm{tv} \operatorname{cs}\left(\mathrm{ux}\right) - \mathrm{overlap\_3} \mathrm{su}\right)
        \mathrm{out} = \mathrm{out\_space} \mathrm{space}

    Cost: 11 inner products, 150 further operations; backward 15 inner products, 672 further operations. Saved:
    the inputs and 5 scalars per row.
    """
    result: Tensor = _place_op(v, mean, scale, bias, limit, c, dim=dim)
    return result


def _midpoint0(u: Tensor, w: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    uu_2 = uu * c
    total = combine_rows((settled(w * sn(uu_2, 1)), u), like=u, rows=rows, dim=dim)
    term = w * cs(uu_2, 1)
    mass = row_sum(term, u, rows)
    total_total = dot(total, total, dim)
    t0 = total_total * c
    scale = inverse_root(t0 + mass**2)
    square = t0 * scale**2
    out_total = scale * arc(square, mass * scale)
    return (out_total * total, total, mass)


def _midpoint0_vjp(
    u: Tensor,
    w: Tensor,
    c: Tensor,
    total: Tensor,
    mass: Tensor,
    g_out: Tensor,
    g_total: Tensor,
    g_mass: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    uu = dot(u, u, dim)
    uu_2 = uu * c
    total_total = dot(total, total, dim)
    t0 = mass**2
    t1 = total_total * c
    t2 = inverse_root(t0 + t1)
    scale = t2
    t3 = scale**2
    square = t1 * t3
    t4 = mass * scale
    t5 = arc(square, t4)
    out_total = settled(t5 * scale)
    total_g_out = dot(total, g_out, dim)
    d_square = total_g_out * scale * d_arc(square, t4)
    t6 = 1 / (square + t0 * t3)
    d_scale = total_g_out * (t5 - t4 * t6) + 2 * d_square * scale * t1
    t7 = d_square * t3
    t8 = d_scale * t2**3
    t9 = t8 / 2
    d_total_total = t7 * c - t9 * c
    d_mass = settled(g_mass - mass * t8 - total_g_out * t6 * t3)
    d_total_total_2 = settled(2 * d_total_total)
    u_g_out = dot(u, g_out, dim)
    u_g_total = dot(u, g_total, dim)
    u_total = dot(u, total, dim)
    if needs[0] or needs[2]:
        t10 = w * d_sn(uu_2, 1)
    t11 = sn(uu_2, 1)
    if needs[0] or needs[2]:
        t12 = t11 * w
    t13 = out_total * u_g_out
    t14 = d_total_total_2 * u_total
    if needs[0] or needs[2]:
        d_uu = u_g_total * t10 + t10 * t13 + t10 * t14 - d_mass * t12 / 2
    if needs[0]:
        d_uu_2 = d_uu * c
    if needs[2]:
        term = d_uu * uu
        total_2 = row_sum(term, u, rows)
    if needs[0]:
        d_u_g_out = settled(out_total * t12)
        d_u_g_total = settled(t12)
        d_u_total = settled(d_total_total_2 * t12)
        d_u_u = settled(2 * d_uu_2)
    if needs[1]:
        d_w = d_mass * cs(uu_2, 1) + u_g_total * t11 + t11 * t13 + t11 * t14
    if needs[2]:
        d_c = total_2 + t7 * total_total - t9 * total_total
    return (
        combine((d_u_total, total), (d_u_u, u), (d_u_g_out, g_out), (d_u_g_total, g_total)) if needs[0] else None,
        d_w if needs[1] else None,
        d_c if needs[2] else None,
    )


def _midpoint0_jvp(
    u: Tensor,
    w: Tensor,
    c: Tensor,
    total: Tensor,
    mass: Tensor,
    t_u: Tensor,
    t_w: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    uu_2 = uu * c
    total_total = dot(total, total, dim)
    t0 = mass**2
    t1 = total_total * c
    t2 = inverse_root(t0 + t1)
    scale = t2
    t3 = scale**2
    square = t1 * t3
    t4 = mass * scale
    t5 = arc(square, t4)
    out_total = t5 * scale
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_uu_2 = t_c * uu + t_uu * c
    t6 = sn(uu_2, 1)
    t7 = t6 * w
    t_formed_t_u = t7
    t_formed_u = t_w * t6 + t_uu_2 * w * d_sn(uu_2, 1)
    t_total = combine_rows((t_formed_u, u), (t_formed_t_u, t_u), like=u, rows=rows, dim=dim)
    t_term = t_w * cs(uu_2, 1) - t_uu_2 * t7 / 2
    t_mass = row_sum(t_term, u, rows)
    total_t_total = dot(total, t_total, dim)
    t_total_total = 2 * total_t_total
    t8 = t2**3
    t9 = t_c * total_total
    t10 = t8 / 2
    t11 = t_total_total * c
    t_scale = -t11 * t10 - t9 * t10 - t_mass * mass * t8
    t_square = t11 * t3 + t9 * t3 + 2 * t_scale * scale * t1
    t12 = 1 / (square + t0 * t3)
    t_out_total = t_scale * (t5 - t12 * t4) + t_square * scale * d_arc(square, t4) - t_mass * t12 * t3
    return (combine((out_total, t_total), (t_out_total, total)), t_total, t_mass)


_midpoint0_op = Operation(
    "midpoint0",
    Formulas(_midpoint0, _midpoint0_vjp, _midpoint0_jvp),
    inputs=(("u", "vector"), ("w", "scalar"), ("c", "scalar")),
    results=("vector",),
    reduction=True,
)


def midpoint0(u: Tensor, w: Tensor, c: Tensor, *, rows: tuple[int, ...], dim: int = -1) -> Tensor:
    r"""Weighted centroid of the rows; on the sphere the origin where they balance.

    Formula (LaTeX)::

        \mathrm{uu} = \langle u, u \rangle
        \mathrm{uu\_2} = \mathrm{uu} c
        \mathrm{formed} = u w \operatorname{sn}\left(\mathrm{uu\_2}\right)
        \mathrm{total} = \sum \mathrm{formed}
        \mathrm{term} = w \operatorname{cs}\left(\mathrm{uu\_2}\right)
        \mathrm{mass} = \sum \mathrm{term}
        \mathrm{total\_total} = \langle \mathrm{total}, \mathrm{total} \rangle
        \mathrm{scale} = \operatorname{inverse\_root}\left(\mathrm{mass}^{2} + \mathrm{total\_total} c\right)
        \mathrm{square} = \mathrm{total\_total} c \mathrm{scale}^{2}
        \mathrm{out\_total} = \mathrm{scale} \operatorname{arc}\left(\mathrm{square}, \mathrm{mass} \mathrm{scale}\right)
        \mathrm{out} = \mathrm{out\_total} \mathrm{total}

    Cost: 2 inner products, 18 further operations; backward 6 inner products, 77 further operations. Saved: the
    inputs and 2 values per group.
    """
    result: Tensor = _midpoint0_op(u, w, c, dim=dim, rows=rows)
    return result


def _score(
    h: Tensor, sqnorm: Tensor, weight_norm: Tensor, bias: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]
) -> tuple[Tensor, ...]:
    channels = inverse(weight_norm)
    offset = -bias * channels
    channels_2 = settled(cos_c(offset, c))
    t0 = sqnorm * c
    t1 = settled(sn(t0, 1))
    sine = h * channels_2 * t1
    channels_3 = settled(sin_c(offset, c))
    sine_channels = settled(-cs(t0, 1))
    distance = asin_c(sine + sine_channels * channels_3, c)
    out = distance * weight_norm
    return (out,)


def _score_vjp(
    h: Tensor,
    sqnorm: Tensor,
    weight_norm: Tensor,
    bias: Tensor,
    c: Tensor,
    g_out: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    t0 = inverse(weight_norm)
    channels = t0
    offset = -bias * channels
    t1 = cos_c(offset, c)
    channels_2 = settled(t1)
    t2 = sqnorm * c
    t3 = settled(sn(t2, 1))
    t4 = channels_2 * t3
    sine = h * t4
    t5 = sin_c(offset, c)
    channels_3 = settled(t5)
    sine_channels = settled(-cs(t2, 1))
    t6 = sine + sine_channels * channels_3
    if needs[2]:
        distance = asin_c(t6, c)
        adjoint = distance * g_out
    adjoint_2 = g_out * weight_norm
    if needs[4]:
        slope = d_asin_c(t6, c)
        adjoint_slope = dot(adjoint_2, slope, dim)
    t7 = inverse_root(1 - c * t6**2)
    t8 = adjoint_2 * t7
    adjoint_3 = t8
    if needs[2] or needs[3] or needs[4]:
        adjoint_4 = sine_channels * t8
    if needs[1] or needs[4]:
        slope_2 = channels_3 * t7
        adjoint_slope_2 = dot(adjoint_2, slope_2, dim)
    if needs[2] or needs[3] or needs[4]:
        d_channels = row_sum(adjoint_4, h, rows)
    if needs[4]:
        slope_3 = d_sin_c(offset, c)
        d_channels_slope = dot(d_channels, slope_3, dim)
    if needs[2] or needs[3]:
        adjoint_5 = d_channels * t1
    if needs[0]:
        adjoint_6 = adjoint_3 * t4
    if needs[1] or needs[4]:
        t9 = settled(d_sn(t2, 1))
        t10 = h * channels_2 * t9
    if needs[1]:
        slope_4 = t10 * c
        adjoint_slope_3 = dot(adjoint_3, slope_4, dim)
    if needs[4]:
        slope_5 = t10 * sqnorm
        adjoint_slope_4 = dot(adjoint_3, slope_5, dim)
    if needs[2] or needs[3] or needs[4]:
        adjoint_7 = h * adjoint_3 * t3
        d_channels_2 = row_sum(adjoint_7, h, rows)
    if needs[4]:
        slope_6 = -offset * t5 / 2
        d_channels_slope_2 = dot(d_channels_2, slope_6, dim)
    if needs[2] or needs[3]:
        adjoint_8 = -d_channels_2 * t5 * c
        d_offset = adjoint_5 + adjoint_8
    if needs[3]:
        adjoint_9 = -d_offset * channels
    if needs[2]:
        adjoint_10 = -bias * d_offset
        adjoint_11 = -adjoint_10 * t0**2
    if needs[1] or needs[4]:
        t11 = adjoint_slope_2 * t3 / 2
    if needs[4]:
        term = adjoint_slope + adjoint_slope_4 + t11 * sqnorm
        total = row_sum(term, h, rows)
    if needs[2]:
        d_weight_norm = row_sum(adjoint, h, rows)
    if needs[1]:
        d_sqnorm = adjoint_slope_3 + t11 * c
    if needs[4]:
        d_c = d_channels_slope + d_channels_slope_2 + total
    return (
        adjoint_6 if needs[0] else None,
        d_sqnorm if needs[1] else None,
        adjoint_11 + d_weight_norm if needs[2] else None,
        adjoint_9 if needs[3] else None,
        d_c if needs[4] else None,
    )


def _score_jvp(
    h: Tensor,
    sqnorm: Tensor,
    weight_norm: Tensor,
    bias: Tensor,
    c: Tensor,
    t_h: Tensor,
    t_sqnorm: Tensor,
    t_weight_norm: Tensor,
    t_bias: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    t0 = inverse(weight_norm)
    channels = t0
    offset = -bias * channels
    t1 = cos_c(offset, c)
    channels_2 = t1
    t2 = sqnorm * c
    t3 = sn(t2, 1)
    t4 = channels_2 * t3
    sine = h * t4
    t5 = sin_c(offset, c)
    channels_3 = t5
    sine_channels = -cs(t2, 1)
    t6 = sine + sine_channels * channels_3
    distance = asin_c(t6, c)
    tangent = -t_weight_norm * t0**2
    tangent_2 = -t_bias * channels
    tangent_3 = -tangent * bias
    t7 = t_c / 2
    tangent_4 = -offset * t5 * t7
    t8 = t5 * c
    tangent_5 = -tangent_2 * t8 - tangent_3 * t8
    tangent_6 = t_h * t4
    t9 = t_sqnorm * c
    t10 = h * channels_2 * d_sn(t2, 1)
    tangent_7 = t10 * t9
    tangent_8 = t_c * t10 * sqnorm
    t11 = h * t3
    tangent_9 = tangent_4 * t11 + tangent_5 * t11
    tangent_10 = t_c * d_sin_c(offset, c)
    tangent_11 = tangent_2 * t1 + tangent_3 * t1
    t_sine_channels = t3 * t9 / 2 + t3 * t7 * sqnorm
    tangent_12 = t_c * d_asin_c(t6, c)
    t12 = inverse_root(1 - c * t6**2)
    tangent_13 = tangent_6 * t12 + tangent_7 * t12 + tangent_8 * t12 + tangent_9 * t12
    t13 = sine_channels * t12
    tangent_14 = tangent_10 * t13 + tangent_11 * t13
    tangent_15 = t_sine_channels * channels_3 * t12
    tangent_16 = distance * t_weight_norm
    tangent_17 = (
        weight_norm * tangent_12 + weight_norm * tangent_13 + weight_norm * tangent_14 + weight_norm * tangent_15
    )
    return (tangent_16 + tangent_17,)


_score_op = Operation(
    "score",
    Formulas(_score, _score_vjp, _score_jvp),
    inputs=(("h", "vector"), ("sqnorm", "scalar"), ("weight_norm", "vector"), ("bias", "vector"), ("c", "scalar")),
    results=("vector",),
    shared=("weight_norm", "bias"),
)


def score(h: Tensor, sqnorm: Tensor, weight_norm: Tensor, bias: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Hyperplane scores ‖w‖ · (signed distance to the hyperplane with unit normal ŵ and offset a = −b/‖w‖).

    h = ⟨u, ŵ⟩ per channel and sqnorm = ‖u‖². Tends to h‖w‖ + b as c → 0; is b at ‖w‖ = 0.
    Source: arXiv 2006.08210 §3.1.

    Formula (LaTeX)::

        \mathrm{channels} = \operatorname{inverse}\left(\mathrm{weight\_norm}\right)
        \mathrm{offset} = - \mathrm{bias} \mathrm{channels}
        \mathrm{channels\_2} = \operatorname{cos\_c}\left(\mathrm{offset}, c\right)
        \mathrm{sine} = \mathrm{channels\_2} h \operatorname{sn}\left(\mathrm{sqnorm} c\right)
        \mathrm{channels\_3} = \operatorname{sin\_c}\left(\mathrm{offset}, c\right)
        \mathrm{sine\_channels} = - \operatorname{cs}\left(\mathrm{sqnorm} c\right)
        \mathrm{distance} = \operatorname{asin\_c}\left(\mathrm{sine} + \mathrm{channels\_3} \mathrm{sine\_channels}, c\right)
        \mathrm{out} = \mathrm{distance} \mathrm{weight\_norm}

    Cost: 0 inner products, 17 further operations; backward 6 inner products, 61 further operations. Saved: the
    inputs and 0 scalars per row.
    """
    result: Tensor = _score_op(h, sqnorm, weight_norm, bias, c, dim=dim)
    return result


def _bound(u: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    out_u = settled(tn(-0.10456325729378067 * uu * c, -1))
    return (out_u * u, uu)


def _bound_vjp(
    u: Tensor, c: Tensor, uu: Tensor, g_out: Tensor, g_uu: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    t0 = 0.10456325729378067 * c
    t1 = -uu * t0
    if needs[0]:
        out_u = settled(tn(t1, -1))
    u_g_out = dot(u, g_out, dim)
    t2 = u_g_out * d_tn(t1, -1)
    if needs[0]:
        d_uu = g_uu - t2 * t0
        d_u_u = settled(2 * d_uu)
    if needs[1]:
        d_c = -0.10456325729378067 * t2 * uu
    return (combine((d_u_u, u), (out_u, g_out)) if needs[0] else None, d_c if needs[1] else None)


def _bound_jvp(u: Tensor, c: Tensor, uu: Tensor, t_u: Tensor, t_c: Tensor, dim: int) -> tuple[Tensor, ...]:
    t0 = 0.10456325729378067 * uu
    t1 = -t0 * c
    out_u = tn(t1, -1)
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t2 = d_tn(t1, -1)
    t_out_u = -t_c * t2 * t0 - 0.10456325729378067 * t_uu * t2 * c
    return (combine((out_u, t_u), (t_out_u, u)), t_uu)


_bound_op = Operation(
    "bound", Formulas(_bound, _bound_vjp, _bound_jvp), inputs=(("u", "vector"), ("c", "scalar")), results=("vector",)
)


def bound(u: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Smooth injective radial map into the injectivity radius of the sphere, R tanh(‖u‖/R) û with R = (1 − 2⁻⁶)π/√c.

    Formula (LaTeX)::

        \mathrm{uu} = \langle u, u \rangle
        \mathrm{out\_u} = \operatorname{tn}\left(- 0.10456325729378067 \mathrm{uu} c\right)
        \mathrm{out} = \mathrm{out\_u} u

    Cost: 1 inner products, 5 further operations; backward 1 inner products, 14 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _bound_op(u, c, dim=dim)
    return result


def _rescale(u: Tensor, reach: Tensor, slope: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    out_u = settled(slope * tn(-uu * c * slope**2 / reach**2, -1))
    return (out_u * u, uu)


def _rescale_vjp(
    u: Tensor,
    reach: Tensor,
    slope: Tensor,
    c: Tensor,
    uu: Tensor,
    g_out: Tensor,
    g_uu: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    t0 = reach ** (-2)
    t1 = c * t0
    t2 = uu * t1 * slope**2
    t3 = -t2
    if needs[0] or needs[2]:
        t4 = tn(t3, -1)
    if needs[0]:
        out_u = settled(t4 * slope)
    u_g_out = dot(u, g_out, dim)
    t5 = d_tn(t3, -1)
    if needs[0] or needs[1] or needs[3]:
        t6 = u_g_out * t5 * slope**3
    if needs[0]:
        d_uu = g_uu - t6 * t1
    if needs[1] or needs[3]:
        t7 = t6 * uu
    if needs[3]:
        term = -t7 * t0
        d_c = row_sum(term, u, rows)
    if needs[2]:
        term_2 = u_g_out * (t4 - 2 * t5 * t2)
        d_slope = row_sum(term_2, u, rows)
    if needs[1]:
        term_3 = 2 * t7 * c / reach**3
        d_reach = row_sum(term_3, u, rows)
    if needs[0]:
        d_u_u = settled(2 * d_uu)
    return (
        combine((d_u_u, u), (out_u, g_out)) if needs[0] else None,
        d_reach if needs[1] else None,
        d_slope if needs[2] else None,
        d_c if needs[3] else None,
    )


def _rescale_jvp(
    u: Tensor,
    reach: Tensor,
    slope: Tensor,
    c: Tensor,
    uu: Tensor,
    t_u: Tensor,
    t_reach: Tensor,
    t_slope: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    t0 = reach ** (-2)
    t1 = c * t0
    t2 = uu * t1 * slope**2
    t3 = -t2
    t4 = tn(t3, -1)
    out_u = t4 * slope
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t5 = d_tn(t3, -1)
    t6 = t5 * slope**3
    t7 = t6 * uu
    t_out_u = t_slope * (t4 - 2 * t5 * t2) - t_uu * t6 * t1 - t_c * t7 * t0 + 2 * t_reach * t7 * c / reach**3
    return (combine((out_u, t_u), (t_out_u, u)), t_uu)


_rescale_op = Operation(
    "rescale",
    Formulas(_rescale, _rescale_vjp, _rescale_jvp),
    inputs=(("u", "vector"), ("reach", "scalar"), ("slope", "scalar"), ("c", "scalar")),
    results=("vector",),
    shared=("reach", "slope"),
)


def rescale(u: Tensor, reach: Tensor, slope: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""The distance D from the origin becomes reach/√c · tanh(slope √c D/reach), with this slope at the origin.

    Source: maximum distance rescaling, arXiv 2405.13979 Eq. 2–3.

    Formula (LaTeX)::

        \mathrm{uu} = \langle u, u \rangle
        \mathrm{out\_u} = \mathrm{slope} \operatorname{tn}\left(- \frac{\mathrm{uu} c \mathrm{slope}^{2}}{\mathrm{reach}^{2}}\right)
        \mathrm{out} = \mathrm{out\_u} u

    Cost: 1 inner products, 9 further operations; backward 1 inner products, 31 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _rescale_op(u, reach, slope, c, dim=dim)
    return result
