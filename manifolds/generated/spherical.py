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

__all__ = ["add", "bound", "center", "deviation", "dist", "holonomy", "midpoint0", "normalize", "score", "sqdist"]


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
    formed = t1 * u
    t2 = vv * c
    t3 = settled(sn(t2, 1))
    formed_2 = t3 * v
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

    Cost: 4 inner products, 43 further operations; backward 4 inner products, 175 further operations. Saved: the
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
    formed = t1 * u
    t2 = vv * c
    t3 = settled(sn(t2, 1))
    formed_2 = t3 * v
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

    Cost: 4 inner products, 43 further operations; backward 4 inner products, 172 further operations. Saved: the
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
    square = space_space * c
    t1 = settled(cs(ux, 1))
    out_space = settled(arc(square, tv * t1 - overlap * su))
    return (out_space * space, uu, u_mean, space_space)


def _center_vjp(
    u: Tensor,
    mean: Tensor,
    c: Tensor,
    uu: Tensor,
    u_mean: Tensor,
    space_space: Tensor,
    g_out: Tensor,
    g_uu: Tensor,
    g_u_mean: Tensor,
    g_space_space: Tensor,
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
    out_space = settled(arc(square, t8))
    space_g_out = dot(space, g_out, dim)
    d_square = space_g_out * d_arc(square, t8)
    d_space_space = g_space_space + d_square * c
    d_space_space_2 = settled(2 * d_space_space)
    d_space = settled(combine((d_space_space_2, space), (out_space, g_out)))
    mean_d_space = dot(mean, d_space, dim)
    if needs[0] or needs[2]:
        u_d_space = dot(u, d_space, dim)
    t9 = space_g_out / (square + t8**2)
    d_overlap = mean_d_space * t5 + su * t9
    if needs[0] or needs[1]:
        d_u_mean = settled(g_u_mean - d_overlap * t2)
    if needs[0] or needs[2]:
        d_tv = -mean_d_space * su - t7 * t9
        t10 = u_mean * d_overlap
        d_sv = u_d_space - t10 * c
    if needs[1] or needs[2]:
        term = overlap * t9 - mean_d_space * tv
        d_su = row_sum(term, u, rows)
    if needs[0] or needs[2]:
        d_vx = d_sv * d_sn(vx, 1) - d_tv * t1 / 2
    if needs[1] or needs[2]:
        t11 = settled(d_sn(t3, 1))
        term_2 = tv * t0 * t9 / 2 + overlap * mean_d_space * t11 * t4 / 4
        total = row_sum(term_2, u, rows)
        d_ux = total + d_su * d_sn(ux, 1)
    if needs[1]:
        d_mean_mean = d_ux * c
    if needs[0]:
        d_uu = g_uu + d_vx * c
    if needs[2]:
        term_3 = d_square * space_space + d_vx * uu - sv * t10
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
    out_space = arc(square, t8)
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
    t9 = 1 / (square + t8**2)
    t_out_space = (
        t_square * d_arc(square, t8)
        + overlap * t_su * t9
        + t_overlap * su * t9
        - t_tv * t7 * t9
        + t_ux * tv * t0 * t9 / 2
    )
    return (
        combine(
            (out_space * t_sv, u),
            (out_space * t_space_mean, mean),
            (out_space * sv, t_u),
            (out_space * t_space_t_mean, t_mean),
            (t_out_space, space),
        ),
        t_uu,
        t_u_mean,
        t_space_space,
    )


_center_op = Operation(
    "center",
    Formulas(_center, _center_vjp, _center_jvp),
    inputs=(("u", "vector"), ("mean", "vector"), ("c", "scalar")),
    results=("vector",),
    shared=("mean",),
)


def center(u: Tensor, mean: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""The points seen from their mean μ: PT_{μ→o} log_μ x, by the isometry that takes μ to the origin along a geodesic.

    The hyperboloid's boost is split along and across μ, which keeps the digits of points near a mean far out.

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
        \mathrm{out\_space} = \operatorname{arc}\left(\mathrm{square}, \mathrm{tv} \operatorname{cs}\left(\mathrm{ux}\right) - \mathrm{overlap} \mathrm{su}\right)
        \mathrm{out} = \mathrm{out\_space} \mathrm{space}

    Cost: 4 inner products, 31 further operations; backward 4 inner products, 92 further operations. Saved: the
    inputs and 3 scalars per row.
    """
    result: Tensor = _center_op(u, mean, c, dim=dim)
    return result


def _deviation(u: Tensor, mean: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
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
    space = combine((sv, u), (settled(overlap * t0**2 / 2 - su * tv), mean))
    space_space = dot(space, space, dim)
    square = space_space * c
    t1 = settled(cs(ux, 1))
    moved_space = arc(square, tv * t1 - overlap * su)
    out = space_space * moved_space**2
    return (out, uu, u_mean, space_space)


def _deviation_vjp(
    u: Tensor,
    mean: Tensor,
    c: Tensor,
    uu: Tensor,
    u_mean: Tensor,
    space_space: Tensor,
    g_out: Tensor,
    g_uu: Tensor,
    g_u_mean: Tensor,
    g_space_space: Tensor,
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
    moved_space = arc(square, t8)
    d_moved_space = 2 * moved_space * g_out * space_space
    d_square = d_moved_space * d_arc(square, t8)
    d_space_space = g_space_space + g_out * moved_space**2 + d_square * c
    d_space_space_2 = 2 * d_space_space
    mean_space = dot(mean, space, dim)
    if needs[0] or needs[2]:
        u_space = dot(u, space, dim)
    t9 = d_moved_space / (square + t8**2)
    t10 = d_space_space_2 * mean_space
    d_overlap = su * t9 + t10 * t5
    if needs[0] or needs[1]:
        d_u_mean = settled(g_u_mean - d_overlap * t2)
    if needs[0] or needs[2]:
        d_tv = -su * t10 - t7 * t9
        t11 = u_mean * d_overlap
        d_sv = d_space_space_2 * u_space - t11 * c
    if needs[1] or needs[2]:
        term = overlap * t9 - tv * t10
        d_su = row_sum(term, u, rows)
    if needs[0] or needs[2]:
        d_vx = d_sv * d_sn(vx, 1) - d_tv * t1 / 2
    if needs[1] or needs[2]:
        t12 = settled(d_sn(t3, 1))
        term_2 = tv * t0 * t9 / 2 + overlap * t10 * t12 * t4 / 4
        total = row_sum(term_2, u, rows)
        d_ux = total + d_su * d_sn(ux, 1)
    if needs[1]:
        d_mean_mean = d_ux * c
    if needs[0]:
        d_uu = g_uu + d_vx * c
    if needs[2]:
        term_3 = d_square * space_space + d_vx * uu - sv * t11
        total_2 = row_sum(term_3, u, rows)
    if needs[1]:
        d_mean = combine_rows((d_u_mean, u), (settled(d_space_space_2 * t6), space), like=u, rows=rows, dim=dim)
    if needs[0]:
        d_u_space = settled(d_space_space_2 * sv)
        d_u_u = settled(2 * d_uu)
    if needs[1]:
        d_mean_mean_2 = 2 * d_mean_mean
    if needs[2]:
        d_c = total_2 + d_ux * mean_mean
    return (
        combine((d_u_space, space), (d_u_mean, mean), (d_u_u, u)) if needs[0] else None,
        combine((d_mean_mean_2, mean), (1, d_mean)) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _deviation_jvp(
    u: Tensor,
    mean: Tensor,
    c: Tensor,
    uu: Tensor,
    u_mean: Tensor,
    space_space: Tensor,
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
    moved_space = arc(square, t8)
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
    t9 = 1 / (square + t8**2)
    t_moved_space = (
        t_square * d_arc(square, t8)
        + overlap * t_su * t9
        + t_overlap * su * t9
        - t_tv * t7 * t9
        + t_ux * tv * t0 * t9 / 2
    )
    t_out = t_space_space * moved_space**2 + 2 * moved_space * t_moved_space * space_space
    return (t_out, t_uu, t_u_mean, t_space_space)


_deviation_op = Operation(
    "deviation",
    Formulas(_deviation, _deviation_vjp, _deviation_jvp),
    inputs=(("u", "vector"), ("mean", "vector"), ("c", "scalar")),
    results=("scalar",),
    shared=("mean",),
)


def deviation(u: Tensor, mean: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Squared distances of points from their mean, in the precision of `center`.

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
        \mathrm{moved\_space} = \operatorname{arc}\left(\mathrm{square}, \mathrm{tv} \operatorname{cs}\left(\mathrm{ux}\right) - \mathrm{overlap} \mathrm{su}\right)
        \mathrm{out} = \mathrm{space\_space} \mathrm{moved\_space}^{2}

    Cost: 4 inner products, 30 further operations; backward 3 inner products, 100 further operations. Saved: the
    inputs and 3 scalars per row.
    """
    result: Tensor = _deviation_op(u, mean, c, dim=dim)
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
    t4 = 2 * t3**2
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
    t10 = 1 - t9
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
        t47 = -t16 * t42 - t46 * bias_bias * t44
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
        t59 = -t58
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
        combine((1, g_out), (d_bias_formed, bias), (d_formed_formed, formed_2), (d_v_formed, formed))
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

    Cost: 6 inner products, 75 further operations; backward 12 inner products, 263 further operations. Saved:
    the inputs and 3 scalars per row.
    """
    result: Tensor = _holonomy_op(v, mean, bias, c, dim=dim)
    return result


def _normalize(
    u: Tensor, mean: Tensor, scale: Tensor, bias: Tensor, limit: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]
) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    mean_mean = dot(mean, mean, dim)
    t0 = mean_mean * c
    ux = t0
    vx = uu * c
    su = settled(sn(ux, 1))
    sv = settled(sn(vx, 1))
    tv = settled(cs(vx, 1))
    u_mean = dot(u, mean, dim)
    overlap = settled(-sv * u_mean * c)
    t1 = settled(sn(ux / 4, 1))
    space = settled(combine((sv, u), (settled(overlap * t1**2 / 2 - su * tv), mean)))
    space_space = dot(space, space, dim)
    square = settled(space_space * c)
    t2 = settled(cs(ux, 1))
    formed = settled(settled(arc(square, tv * t2 - su * overlap)) * space)
    formed_2 = settled(sn(t0, 1) * mean)
    bias_bias = dot(bias, bias, dim)
    t3 = bias_bias * c
    formed_3 = settled(sn(t3, 1) * bias)
    formed_formed = dot(formed, formed_2, dim)
    t4 = t0 / 4
    t5 = cs(t4, 1)
    t6 = 2 * t5**2
    t7 = settled(inverse(t6))
    overlap_2 = settled(formed_formed * t7)
    formed_4 = settled(combine((1, formed), (-overlap_2 * c, formed_2)))
    middle = settled(formed_2 + formed_3)
    t8 = t3 / 4
    t9 = sn(t8, 1)
    t10 = t3 * t9**2
    t11 = t10 / 2
    times = settled(2 - t11 - t0 * sn(t4, 1) ** 2 / 2)
    middle_middle = dot(middle, middle, dim)
    reach = times**2 / 4 + middle_middle * c / 4
    formed_formed_2 = dot(formed_3, formed_4, dim)
    t12 = 1 - t11
    t13 = overlap_2 * t6
    t14 = settled(inverse(2 * reach))
    overlap_3 = settled(t14 * (formed_formed_2 - t12 * t13))
    formed_5 = settled(combine((1, formed_4), (-overlap_3 * c, middle)))
    bias_formed = dot(bias, formed_5, dim)
    formed_formed_3 = dot(formed_5, formed_5, dim)
    formed_formed_4 = dot(formed_3, formed_5, dim)
    formed_formed_5 = dot(formed_3, formed_3, dim)
    bias_formed_2 = dot(bias, formed_3, dim)
    ux_2 = t3
    t15 = scale**2
    t16 = t15 * bias_formed**2
    t17 = settled(is_positive(3 - t10))
    t18 = 1 - t17
    t19 = inverse(t12)
    t20 = -1 + t19
    t21 = settled(quotient(1, bias_bias, c))
    t22 = t18 * t20 * t21
    t23 = 2 * t22
    t24 = -t13 - times * overlap_3
    t25 = settled(inverse(2 * cs(t8, 1) ** 2))
    t26 = settled(t24 * t25 * t17 * c)
    t27 = bias_formed_2 * t26
    vx_2 = c * (
        t23 * t16
        + formed_formed_3 * t15
        - 2 * formed_formed_4 * t26 * t15
        - bias_formed * t23 * t27 * t15
        + bias_bias * t16 * t18**2 * t20**2 * t21**2
        + formed_formed_5 * t15 * t24**2 * t25**2 * t17**2 * c**2
    )
    su_2 = settled(sn(ux_2, 1))
    sv_2 = settled(sn(vx_2, 0))
    tv_2 = settled(cs(vx_2, 0))
    t28 = bias_formed * scale
    t29 = settled(t22 * t28)
    overlap_4 = settled(sv_2 * c * (t28 + t29 * bias_bias - t27 * scale))
    t30 = settled(sn(ux_2 / 4, 1))
    t31 = settled(sv_2 * scale)
    space_2 = settled(
        combine(
            (settled(su_2 * tv_2 + sv_2 * t29 - overlap_4 * t30**2 / 2), bias), (t31, formed_5), (-t26 * t31, formed_3)
        )
    )
    space_space_2 = dot(space_2, space_2, dim)
    square_2 = space_space_2 * c
    t32 = settled(cs(ux_2, 1))
    out_space = settled(arc(square_2, tv_2 * t32 - su_2 * overlap_4))
    return (out_space * space_2, uu, u_mean, space_space, formed_formed, formed_formed_2)


def _normalize_vjp(
    u: Tensor,
    mean: Tensor,
    scale: Tensor,
    bias: Tensor,
    limit: Tensor,
    c: Tensor,
    uu: Tensor,
    u_mean: Tensor,
    space_space: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    g_out: Tensor,
    g_uu: Tensor,
    g_u_mean: Tensor,
    g_space_space: Tensor,
    g_formed_formed: Tensor,
    g_formed_formed_2: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    if needs[0] or needs[1] or needs[2] or needs[3] or needs[5]:
        mean_mean = dot(mean, mean, dim)
        t0 = mean_mean * c
        ux = t0
        vx = uu * c
        t1 = settled(sn(ux, 1))
        su = t1
        t2 = sn(vx, 1)
        sv = settled(t2)
        tv = cs(vx, 1)
        t3 = sv * c
        overlap = -u_mean * t3
        t4 = ux / 4
        t5 = settled(sn(t4, 1))
        t6 = t5**2
        t7 = settled(overlap * t6 / 2 - su * tv)
        space = settled(combine((sv, u), (t7, mean)))
        square = space_space * c
        t8 = settled(cs(ux, 1))
        t9 = tv * t8 - su * overlap
        t10 = settled(arc(square, t9))
        formed = t10 * space
        t11 = sn(t0, 1)
        formed_2 = settled(t11 * mean)
        bias_bias = dot(bias, bias, dim)
        t12 = bias_bias * c
        t13 = sn(t12, 1)
        formed_3 = settled(t13 * bias)
        t14 = t0 / 4
        t15 = settled(cs(t14, 1))
        t16 = t15**2
        t17 = 2 * t16
        t18 = settled(inverse(t17))
        overlap_2 = formed_formed * t18
        t19 = overlap_2 * c
        t20 = settled(-t19)
        formed_4 = settled(combine((1, formed), (t20, formed_2)))
        middle = settled(formed_2 + formed_3)
        t21 = t12 / 4
        t22 = settled(sn(t21, 1))
        t23 = t22**2
        t24 = t12 * t23
        t25 = t24 / 2
        t26 = settled(sn(t14, 1))
        t27 = t26**2
        t28 = t27 / 2
        times = 2 - t25 - t0 * t28
        middle_middle = dot(middle, middle, dim)
        t29 = c / 4
        reach = times**2 / 4 + middle_middle * t29
        t30 = 1 - t25
        t31 = overlap_2 * t17
        t32 = formed_formed_2 - t30 * t31
        t33 = settled(inverse(2 * reach))
        overlap_3 = t32 * t33
        t34 = overlap_3 * c
        t35 = settled(-t34)
        formed_5 = settled(combine((1, formed_4), (t35, middle)))
        bias_formed = dot(bias, formed_5, dim)
        formed_formed_3 = dot(formed_5, formed_5, dim)
        formed_formed_4 = dot(formed_3, formed_5, dim)
        formed_formed_5 = dot(formed_3, formed_3, dim)
        bias_formed_2 = dot(bias, formed_3, dim)
        ux_2 = t12
        t36 = scale**2
        t37 = settled(inverse(t30))
        t38 = -1 + t37
        t39 = settled(quotient(1, bias_bias, c))
        t40 = settled(is_positive(3 - t24))
        t41 = 1 - t40
        t42 = t39 * t41
        t43 = t38 * t42
        t44 = bias_formed**2
        t45 = t44 * t36
        t46 = 2 * t45
        t47 = t43 * t46
        t48 = t41**2
        t49 = t38**2
        t50 = t39**2
        t51 = t48 * t49 * t50
        t52 = t45 * t51
        t53 = settled(cs(t21, 1))
        t54 = settled(inverse(2 * t53**2))
        t55 = t54**2
        t56 = c**2
        t57 = t36 * t56
        t58 = t55 * t57
        t59 = -t31 - times * overlap_3
        t60 = t59**2
        t61 = t40**2
        t62 = t60 * t61
        t63 = formed_formed_5 * t62
        t64 = t54 * t40
        t65 = t59 * t64
        t66 = 2 * t65
        t67 = formed_formed_4 * t36
        t68 = t66 * t67
        t69 = bias_formed * t36
        t70 = 2 * t69
        t71 = bias_formed_2 * t65
        t72 = t71 * c
        t73 = t43 * t72
        t74 = t47 + bias_bias * t52 + formed_formed_3 * t36 + t58 * t63 - t68 * c - t70 * t73
        vx_2 = t74 * c
        t75 = settled(sn(ux_2, 1))
        su_2 = t75
        t76 = sn(vx_2, 0)
        sv_2 = t76
        tv_2 = cs(vx_2, 0)
        t77 = bias_formed * scale
        t78 = t38 * bias_bias
        t79 = t42 * t78
        t80 = t71 * scale
        t81 = t77 + t77 * t79 - t80 * c
        t82 = sv_2 * t81
        overlap_4 = t82 * c
        t83 = ux_2 / 4
        t84 = settled(sn(t83, 1))
        t85 = t84**2 / 2
        t86 = t43 * t77
        t87 = settled(su_2 * tv_2 + sv_2 * t86 - overlap_4 * t85)
        t88 = settled(sv_2 * scale)
        t89 = t65 * t88
        t90 = settled(-t89 * c)
        space_2 = settled(combine((t87, bias), (t88, formed_5), (t90, formed_3)))
        space_space_2 = dot(space_2, space_2, dim)
        square_2 = space_space_2 * c
        t91 = settled(cs(ux_2, 1))
        t92 = tv_2 * t91 - su_2 * overlap_4
        out_space = settled(arc(square_2, t92))
        space_g_out = dot(space_2, g_out, dim)
        d_square = space_g_out * d_arc(square_2, t92)
        d_space_space = d_square * c
        d_space_space_2 = settled(2 * d_space_space)
        d_space = settled(combine((d_space_space_2, space_2), (out_space, g_out)))
        formed_d_space = dot(formed_5, d_space, dim)
        bias_d_space = dot(bias, d_space, dim)
        formed_d_space_2 = dot(formed_3, d_space, dim)
        t93 = space_g_out / (square_2 + t92**2)
        d_overlap = su_2 * t93 - bias_d_space * t85
        d_tv = su_2 * bias_d_space - t91 * t93
        t94 = d_overlap * c
        t95 = formed_d_space_2 * t65
        t96 = scale * c
        d_sv = formed_d_space * scale + bias_d_space * t86 + t81 * t94 - t95 * t96
    if needs[3] or needs[5]:
        term = tv_2 * bias_d_space + overlap_4 * t93
        d_su = row_sum(term, u, rows)
    if needs[0] or needs[1] or needs[2] or needs[3] or needs[5]:
        d_vx = d_sv * d_sn(vx_2, 0) - d_tv * t76 / 2
    if needs[3] or needs[5]:
        t97 = settled(d_sn(t83, 1))
        term_2 = tv_2 * t75 * t93 / 2 - overlap_4 * bias_d_space * t84 * t97 / 4
        total = row_sum(term_2, u, rows)
        d_ux = total + d_su * d_sn(ux_2, 1)
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t98 = d_overlap * t56
    if needs[1] or needs[2] or needs[3] or needs[5]:
        t99 = bias_formed * t43
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t100 = d_vx * t66 * t57
    if needs[3] or needs[5]:
        term_3 = -t100 * t99 - t89 * t98
        d_bias_formed = row_sum(term_3, u, rows)
    if needs[1] or needs[3] or needs[5]:
        t101 = c**3
    if needs[3] or needs[5]:
        t102 = t55 * t36
        term_4 = d_vx * t102 * t62 * t101
        d_formed_formed = row_sum(term_4, u, rows)
    if needs[0] or needs[1] or needs[3] or needs[5]:
        d_formed_formed_2 = settled(-t100)
    if needs[0] or needs[1] or needs[2] or needs[3] or needs[5]:
        t103 = d_vx * c
    if needs[0] or needs[1] or needs[3] or needs[5]:
        d_formed_formed_3 = t103 * t36
        t104 = t39 * t88
    if needs[0] or needs[1] or needs[2] or needs[3] or needs[5]:
        t105 = 4 * t43
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t106 = t105 * t69
    if needs[0] or needs[1] or needs[2] or needs[3] or needs[5]:
        t107 = bias_bias * t51
        t108 = sv_2 * t94
    if needs[0] or needs[1] or needs[3] or needs[5]:
        d_bias_formed_2 = settled(
            bias_d_space * (-t104 - t104 * t37 * t40 + sv_2 * t37 * t39 * scale + sv_2 * t39 * t40 * scale)
            + t103 * (t106 + t70 * t107 - 2 * t73 * t36)
            + t108 * (scale + t79 * scale)
        )
        d_formed_d_space = settled(t88)
        d_formed_formed_4 = settled(2 * d_formed_formed_3)
        d_formed = settled(
            combine(
                (d_formed_formed_2, formed_3),
                (d_bias_formed_2, bias),
                (d_formed_formed_4, formed_5),
                (d_formed_d_space, d_space),
            )
        )
        middle_d_formed = dot(middle, d_formed, dim)
        t109 = times * t64
        t110 = t59 * t58
        t111 = t110 * formed_formed_5 * t61
        t112 = 2 * t111
        t113 = t109 * c
        t114 = t43 * t70
        t115 = bias_formed_2 * t114
        t116 = formed_d_space_2 * t88
        t117 = bias_formed_2 * t88
        t118 = t117 * t98
        d_overlap_2 = (
            t103 * (t113 * t115 - times * t112 + 2 * t109 * t67 * c) + t109 * t118 + t113 * t116 - middle_d_formed * c
        )
        t119 = d_overlap_2 * t33
        d_formed_formed_5 = g_formed_formed_2 + t119
    if needs[1] or needs[3] or needs[5]:
        term_5 = -2 * d_overlap_2 * t32 * t33**2
        d_reach = row_sum(term_5, u, rows)
        d_middle_middle = d_reach * t29
        t120 = t34 * t64
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t121 = t118 * t64
    if needs[1] or needs[3] or needs[5]:
        term_6 = overlap_3 * t121 + t103 * (t115 * t120 - overlap_3 * t112 + 2 * t120 * t67) + t116 * t120
        total_2 = row_sum(term_6, u, rows)
        d_times = total_2 + times * d_reach / 2
        d_middle = combine_rows((t35, d_formed), like=u, rows=rows, dim=dim)
        d_middle_middle_2 = 2 * d_middle_middle
    if needs[0] or needs[1] or needs[5]:
        formed_d_formed = dot(formed_2, d_formed, dim)
        formed_formed_6 = dot(formed_2, formed_3, dim)
        t122 = 4 * t16
        t123 = t64 * c
        t124 = d_formed_formed_5 * formed_formed_6
        t125 = t119 * t30
        d_overlap_3 = (
            t103 * (-t111 * t122 + t123 * t67 * t122 + bias_formed_2 * t106 * t123 * t16)
            + t121 * t17
            - formed_d_formed * c
            - t124 * c
            - t125 * t17
            + t116 * t123 * t17
        )
        d_formed_formed_6 = g_formed_formed + d_overlap_3 * t18
    if needs[3] or needs[5]:
        d_formed_2 = combine_rows(
            (d_formed_formed_5, formed_4), (d_formed_formed_2, formed_5), (t90, d_space), like=u, rows=rows, dim=dim
        )
        d_formed_formed_7 = 2 * d_formed_formed
        d_formed_3 = combine(
            (1, d_middle),
            (1, d_formed_2),
            (d_formed_formed_7, formed_3),
            (d_middle_middle_2, middle),
            (d_bias_formed, bias),
        )
        bias_d_formed = dot(bias, d_formed_3, dim)
    if needs[1] or needs[3]:
        t126 = c / 2
        t127 = t56 / 4
    if needs[3] or needs[5]:
        t128 = d_sn(t21, 1)
        t129 = t128 * t22
    if needs[3]:
        t130 = -t23 * t126 - t129 * bias_bias * t127
    if needs[3] or needs[5]:
        t131 = t37**2
        t132 = t42 * t131
    if needs[3]:
        t133 = t130 * t132
        t134 = t133 * t77
    if needs[2] or needs[3] or needs[5]:
        t135 = sv_2 * c
    if needs[3]:
        t136 = settled(inverse_resolved(t12))
        t137 = t86 * t136
    if needs[3] or needs[5]:
        t138 = t22 * t53 * t40
        t139 = formed_formed_4 * t138
        t140 = t54**3
        t141 = t78 * t131 * t46 * t48 * t50
        t142 = bias_formed_2 * t138
        t143 = t142 * t99
    if needs[2] or needs[3]:
        t144 = t55 * t56
    if needs[3] or needs[5]:
        t145 = t59 / 2
    if needs[3]:
        t146 = t145 * t144
    if needs[3] or needs[5]:
        t147 = t142 * scale
    if needs[3]:
        term_7 = (
            bias_d_space * (-sv_2 * t134 - t135 * t137)
            + t103
            * (
                -t110 * t139
                - t110 * t143
                - t130 * t141
                - t133 * t46
                - t47 * t136 * c
                - 2 * t12 * t136 * t52
                + t44 * t48 * t49 * t50 * t36
                + t140 * t22 * t53 * formed_formed_5 * t60 * t61 * t101 * t36
                + 2 * bias_formed * bias_formed_2 * t130 * t39 * t41 * t54 * t59 * t131 * t40 * c * t36
                + 2 * bias_formed * bias_formed_2 * t38 * t39 * t41 * t54 * t59 * t136 * t40 * t36 * t56
            )
            + t108 * (-t134 * bias_bias - t137 * t12 - t146 * t147 + bias_formed * t38 * t39 * t41 * scale)
            - t116 * t138 * t146
            - t119 * t130 * t31
        )
        total_3 = row_sum(term_7, u, rows)
    if needs[3] or needs[5]:
        t148 = bias_d_formed * d_sn(t12, 1)
    if needs[3]:
        d_bias_bias = total_3 + d_ux * c + d_times * t130 + t148 * c
    if needs[1] or needs[5]:
        term_8 = -d_formed_formed_5 * t19
        d_formed_formed_8 = row_sum(term_8, u, rows)
        d_formed_4 = combine_rows((d_formed_formed_6, formed), (t20, d_formed), like=u, rows=rows, dim=dim)
        d_formed_5 = combine((1, d_formed_4), (1, d_middle), (d_formed_formed_8, formed_3), (d_middle_middle_2, middle))
        mean_d_formed = dot(mean, d_formed_5, dim)
    if needs[0] or needs[1] or needs[5]:
        space_d_formed = dot(space, d_formed, dim)
        space_formed = dot(space, formed_3, dim)
        space_formed_2 = dot(space, formed_2, dim)
        t149 = d_arc(square, t9)
        t150 = space_formed * d_formed_formed_5
        t151 = space_formed_2 * d_formed_formed_6
        d_square_2 = space_d_formed * t149 + t149 * t150 + t149 * t151
        d_space_space_3 = g_space_space + d_square_2 * c
        d_space_d_formed = settled(t10)
        d_space_formed = settled(d_formed_formed_5 * t10)
        d_space_formed_2 = settled(d_formed_formed_6 * t10)
        d_space_space_4 = settled(2 * d_space_space_3)
        d_space_2 = settled(
            combine(
                (d_space_d_formed, d_formed),
                (d_space_formed, formed_3),
                (d_space_formed_2, formed_2),
                (d_space_space_4, space),
            )
        )
        mean_d_space = dot(mean, d_space_2, dim)
    if needs[0] or needs[5]:
        u_d_space = dot(u, d_space_2, dim)
    if needs[0] or needs[1] or needs[5]:
        t152 = t9**2
        t153 = 1 / (square + t152)
        t154 = space_d_formed * t153
        t155 = su * t153
        d_overlap_4 = su * t154 + t150 * t155 + t151 * t155 + mean_d_space * t6 / 2
    if needs[0] or needs[1]:
        d_u_mean = settled(g_u_mean - d_overlap_4 * t3)
    if needs[0] or needs[5]:
        t156 = t153 * t8
        d_tv_2 = -su * mean_d_space - t150 * t156 - t151 * t156 - t154 * t8
        t157 = d_overlap_4 * u_mean
        d_sv_2 = u_d_space - t157 * c
    if needs[1] or needs[5]:
        t158 = overlap * t153
        term_9 = overlap * t154 + t150 * t158 + t151 * t158 - tv * mean_d_space
        d_su_2 = row_sum(term_9, u, rows)
    if needs[0] or needs[5]:
        d_vx_2 = d_sv_2 * d_sn(vx, 1) - d_tv_2 * t2 / 2
    if needs[1] or needs[5]:
        t159 = tv * t1 / (2 * square + 2 * t152)
        t160 = settled(d_sn(t4, 1))
        term_10 = space_d_formed * t159 + t150 * t159 + t151 * t159 + mean_d_space * overlap * t160 * t5 / 4
        total_4 = row_sum(term_10, u, rows)
        d_ux_2 = total_4 + d_su_2 * d_sn(ux, 1)
        t161 = t15 * t26
        t162 = overlap_2 * t161
        t163 = t162 * t64
    if needs[1]:
        t164 = t163 * t57
    if needs[1] or needs[5]:
        t165 = formed_formed * d_overlap_3 * t161 * t18**2
    if needs[1]:
        t166 = t163 / 2
        term_11 = (
            t103
            * (
                -formed_formed_4 * t164
                - bias_formed_2 * t164 * t99
                + overlap_2 * t15 * t26 * t59 * formed_formed_5 * t55 * t61 * t101 * t36
            )
            + t165 * t126
            + t125 * t161 * t19 / 2
            - t116 * t166 * t56
            - d_overlap * t117 * t166 * t101
        )
        total_5 = row_sum(term_11, u, rows)
    if needs[1] or needs[5]:
        t167 = t26 * d_sn(t14, 1)
        t168 = mean_d_formed * d_sn(t0, 1)
    if needs[1]:
        d_mean_mean = total_5 + d_ux_2 * c + d_times * (-t27 * t126 - t167 * mean_mean * t127) + t168 * c
    if needs[0]:
        d_uu = g_uu + d_vx_2 * c
    if needs[5]:
        t169 = t163 * t0
        t170 = t169 / 2
        t171 = t145 * t12 * t55
        t172 = bias_bias * t23 / 2 + t129 * t29 * bias_bias**2
        t173 = -t172
        t174 = t132 * t173
        t175 = t174 * t77
        t176 = t59 * t102 * t12
        t177 = mean_mean / 2
    if needs[2] or needs[5]:
        t178 = sv_2 * bias_d_space
    if needs[5]:
        term_12 = (
            d_square_2 * space_space
            + d_vx_2 * uu
            + d_square * space_space_2
            + formed_d_space_2 * (-t89 - t170 * t88 - t138 * t171 * t88)
            + d_overlap * (t82 + t135 * (-t80 - t147 * t171 - t175 * bias_bias - bias_formed_2 * t170 * scale))
            + d_vx
            * (
                t74
                + c
                * (
                    -t68
                    - t114 * t71
                    - t139 * t176
                    - t141 * t173
                    - t143 * t176
                    - t169 * t67
                    - t174 * t46
                    - bias_formed_2 * t169 * t43 * t69
                    + 2 * formed_formed_5 * t55 * t60 * t61 * c * t36
                    + t140 * t22 * t53 * bias_bias * formed_formed_5 * t60 * t61 * t36 * t56
                    + overlap_2 * t15 * t26 * t59 * formed_formed_5 * mean_mean * t55 * t61 * t36 * t56
                    + 2 * bias_formed * bias_formed_2 * t173 * t39 * t41 * t54 * t59 * t131 * t40 * c * t36
                )
            )
            + t119 * (-t173 * t31 + t162 * t30 * t177)
            + t165 * t177
            - sv * t157
            - overlap_2 * formed_d_formed
            - overlap_2 * t124
            - overlap_3 * middle_d_formed
            - t175 * t178
        )
        total_6 = row_sum(term_12, u, rows)
    if needs[3]:
        d_bias = combine_rows((d_bias_formed_2, formed_5), (t87, d_space), like=u, rows=rows, dim=dim)
    if needs[2]:
        t179 = 2 * scale
        term_13 = (
            sv_2 * formed_d_space
            + t103
            * (
                formed_formed_3 * t179
                - 4 * t72 * t86
                + t105 * t44 * scale
                + t107 * t44 * t179
                + t144 * t63 * t179
                - 4 * formed_formed_4 * t65 * t96
            )
            + t108 * (bias_formed - t72 + bias_formed * t79)
            + t178 * t99
            - t135 * t95
        )
        d_scale = row_sum(term_13, u, rows)
    if needs[1]:
        d_mean = combine_rows((d_u_mean, u), (t7, d_space_2), like=u, rows=rows, dim=dim)
    if needs[0]:
        d_u_u = settled(2 * d_uu)
    if needs[1]:
        d_mean_d_formed = t11
        d_mean_mean_2 = 2 * d_mean_mean
    if needs[3]:
        d_bias_d_formed = t13
        d_bias_bias_2 = 2 * d_bias_bias
    if needs[5]:
        d_c = (
            total_6
            + d_ux_2 * mean_mean
            + d_ux * bias_bias
            + d_times * (-t172 - mean_mean * t28 - t167 * t29 * mean_mean**2)
            + t148 * bias_bias
            + t168 * mean_mean
            + d_reach * middle_middle / 4
        )
    return (
        combine((sv, d_space_2), (d_u_mean, mean), (d_u_u, u)) if needs[0] else None,
        combine((d_mean_d_formed, d_formed_5), (d_mean_mean_2, mean), (1, d_mean)) if needs[1] else None,
        d_scale if needs[2] else None,
        combine((d_bias_formed, formed_3), (d_bias_d_formed, d_formed_3), (d_bias_bias_2, bias), (1, d_bias))
        if needs[3]
        else None,
        None,
        d_c if needs[5] else None,
    )


def _normalize_jvp(
    u: Tensor,
    mean: Tensor,
    scale: Tensor,
    bias: Tensor,
    limit: Tensor,
    c: Tensor,
    uu: Tensor,
    u_mean: Tensor,
    space_space: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    t_u: Tensor,
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
    ux = t0
    vx = uu * c
    t1 = sn(ux, 1)
    su = t1
    t2 = sn(vx, 1)
    sv = t2
    tv = cs(vx, 1)
    t3 = sv * u_mean
    overlap = -t3 * c
    t4 = ux / 4
    t5 = sn(t4, 1)
    t6 = t5**2
    t7 = overlap * t6 / 2 - su * tv
    space = combine((sv, u), (t7, mean))
    square = space_space * c
    t8 = cs(ux, 1)
    t9 = tv * t8 - su * overlap
    t10 = arc(square, t9)
    formed = t10 * space
    t11 = sn(t0, 1)
    formed_2 = t11 * mean
    bias_bias = dot(bias, bias, dim)
    t12 = bias_bias * c
    t13 = sn(t12, 1)
    formed_3 = t13 * bias
    t14 = t0 / 4
    t15 = cs(t14, 1)
    t16 = t15**2
    t17 = 2 * t16
    t18 = inverse(t17)
    overlap_2 = formed_formed * t18
    t19 = overlap_2 * c
    formed_4 = combine((1, formed), (-t19, formed_2))
    middle = formed_2 + formed_3
    t20 = t12 / 4
    t21 = sn(t20, 1)
    t22 = t21**2
    t23 = t12 * t22
    t24 = t23 / 2
    t25 = sn(t14, 1)
    t26 = t25**2 / 2
    times = 2 - t24 - t0 * t26
    middle_middle = dot(middle, middle, dim)
    t27 = c / 4
    reach = times**2 / 4 + middle_middle * t27
    t28 = 1 - t24
    t29 = overlap_2 * t17
    t30 = formed_formed_2 - t28 * t29
    t31 = inverse(2 * reach)
    overlap_3 = t30 * t31
    t32 = overlap_3 * c
    formed_5 = combine((1, formed_4), (-t32, middle))
    bias_formed = dot(bias, formed_5, dim)
    formed_formed_3 = dot(formed_5, formed_5, dim)
    formed_formed_4 = dot(formed_3, formed_5, dim)
    formed_formed_5 = dot(formed_3, formed_3, dim)
    bias_formed_2 = dot(bias, formed_3, dim)
    ux_2 = t12
    t33 = scale**2
    t34 = bias_formed**2
    t35 = t34 * t33
    t36 = 2 * t35
    t37 = quotient(1, bias_bias, c)
    t38 = is_positive(3 - t23)
    t39 = 1 - t38
    t40 = inverse(t28)
    t41 = -1 + t40
    t42 = t39 * t41
    t43 = t37 * t42
    t44 = t39**2
    t45 = t41**2
    t46 = t37**2
    t47 = t44 * t45 * t46
    t48 = t35 * t47
    t49 = cs(t20, 1)
    t50 = inverse(2 * t49**2)
    t51 = t50**2
    t52 = c**2
    t53 = t33 * t52
    t54 = t51 * t53
    t55 = times * overlap_3
    t56 = -t29 - t55
    t57 = t56**2
    t58 = t38**2
    t59 = t57 * t58
    t60 = formed_formed_5 * t59
    t61 = c * t33
    t62 = t50 * t38
    t63 = t56 * t62
    t64 = 2 * formed_formed_4
    t65 = t63 * t64
    t66 = bias_formed_2 * t63
    t67 = t43 * t66
    t68 = 2 * bias_formed
    t69 = t43 * t36 + bias_bias * t48 + formed_formed_3 * t33 + t54 * t60 - t65 * t61 - t67 * t68 * t61
    vx_2 = t69 * c
    t70 = sn(ux_2, 1)
    su_2 = t70
    t71 = sn(vx_2, 0)
    sv_2 = t71
    tv_2 = cs(vx_2, 0)
    t72 = bias_formed * scale
    t73 = t37 * t72
    t74 = t42 * bias_bias
    t75 = t66 * scale
    t76 = t72 + t73 * t74 - t75 * c
    t77 = sv_2 * t76
    overlap_4 = t77 * c
    t78 = sv_2 * t73
    t79 = ux_2 / 4
    t80 = sn(t79, 1)
    t81 = t80**2 / 2
    t82 = su_2 * tv_2 - overlap_4 * t81
    t83 = sv_2 * scale
    t84 = t63 * c
    space_2 = combine((t82 + t42 * t78, bias), (t83, formed_5), (-t83 * t84, formed_3))
    space_space_2 = dot(space_2, space_2, dim)
    square_2 = space_space_2 * c
    t85 = cs(ux_2, 1)
    t86 = tv_2 * t85 - su_2 * overlap_4
    out_space = arc(square_2, t86)
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    mean_t_mean = dot(mean, t_mean, dim)
    t_mean_mean = 2 * mean_t_mean
    t87 = t_c * mean_mean
    t88 = t_mean_mean * c
    t_ux = t87 + t88
    t_vx = t_c * uu + t_uu * c
    t_su = t_ux * d_sn(ux, 1)
    t_sv = t_vx * d_sn(vx, 1)
    t_tv = -t_vx * t2 / 2
    mean_t_u = dot(mean, t_u, dim)
    u_t_mean = dot(u, t_mean, dim)
    t_u_mean = mean_t_u + u_t_mean
    t_overlap = -t_c * t3 - sv * t_u_mean * c - u_mean * t_sv * c
    t_space_t_mean = t7
    t_space_mean = t_overlap * t6 / 2 - su * t_tv - tv * t_su + overlap * t_ux * t5 * d_sn(t4, 1) / 4
    space_t_u = dot(space, t_u, dim)
    space_t_mean = dot(space, t_mean, dim)
    mean_space = dot(mean, space, dim)
    u_space = dot(u, space, dim)
    t_space_space = (
        2 * sv * space_t_u + 2 * t_sv * u_space + 2 * t_space_t_mean * space_t_mean + 2 * t_space_mean * mean_space
    )
    t_square = t_c * space_space + t_space_space * c
    t89 = t9**2
    t90 = 1 / (square + t89)
    t_formed_space = (
        t_square * d_arc(square, t9)
        + su * t_overlap * t90
        + overlap * t_su * t90
        - t_tv * t8 * t90
        + tv * t_ux * t1 / (2 * square + 2 * t89)
    )
    t_formed_u = t_sv * t10
    t_formed_mean = t_space_mean * t10
    t_formed_t_u = sv * t10
    t_formed_t_mean = t_space_t_mean * t10
    t_formed_t_mean_2 = t11
    t91 = d_sn(t0, 1)
    t_formed_mean_2 = t87 * t91 + t88 * t91
    bias_t_bias = dot(bias, t_bias, dim)
    t_bias_bias = 2 * bias_t_bias
    t_formed_t_bias = t13
    t92 = d_sn(t12, 1)
    t93 = t_c * bias_bias
    t94 = t_bias_bias * c
    t_formed_bias = t92 * t93 + t92 * t94
    space_formed = dot(space, formed_2, dim)
    u_formed = dot(u, formed_2, dim)
    mean_formed = dot(mean, formed_2, dim)
    formed_t_u = dot(formed_2, t_u, dim)
    formed_t_mean = dot(formed_2, t_mean, dim)
    formed_t_mean_2 = dot(formed, t_mean, dim)
    mean_formed_2 = dot(mean, formed, dim)
    t_formed_formed = (
        t_formed_space * space_formed
        + t_formed_u * u_formed
        + t_formed_mean * mean_formed
        + t_formed_t_u * formed_t_u
        + t_formed_t_mean * formed_t_mean
        + t_formed_t_mean_2 * formed_t_mean_2
        + t_formed_mean_2 * mean_formed_2
    )
    t95 = t15 * t25 / 2
    t96 = formed_formed * t95 * t18**2
    t_overlap_2 = t_formed_formed * t18 + t87 * t96 + t88 * t96
    t97 = overlap_2 * t_c
    t98 = t_overlap_2 * c
    t_formed_formed_2 = -t97 - t98
    t_formed_mean_3 = t_formed_mean - t_formed_mean_2 * t19
    t_formed_t_mean_3 = t_formed_t_mean - t_formed_t_mean_2 * t19
    t99 = t25 * d_sn(t14, 1)
    t100 = t22 / 2
    t101 = t21 * d_sn(t20, 1)
    t102 = t101 * t27 * bias_bias**2
    t103 = t102 + bias_bias * t100
    t104 = t52 / 4
    t105 = t101 * bias_bias * t104
    t106 = -t105 - t100 * c
    t107 = t_bias_bias * t106
    t_times = (
        t107
        + t_c * (-t103 - mean_mean * t26 - t99 * t27 * mean_mean**2)
        + t_mean_mean * (-t26 * c - t99 * mean_mean * t104)
    )
    mean_middle = dot(mean, middle, dim)
    middle_t_mean = dot(middle, t_mean, dim)
    bias_middle = dot(bias, middle, dim)
    middle_t_bias = dot(middle, t_bias, dim)
    t108 = 2 * t_formed_bias
    t109 = 2 * t_formed_t_bias
    t_middle_middle = (
        bias_middle * t108
        + middle_t_bias * t109
        + 2 * t_formed_t_mean_2 * middle_t_mean
        + 2 * t_formed_mean_2 * mean_middle
    )
    t_reach = t_middle_middle * t27 + times * t_times / 2 + t_c * middle_middle / 4
    formed_t_bias = dot(formed_4, t_bias, dim)
    bias_formed_3 = dot(bias, formed_4, dim)
    formed_formed_6 = dot(formed_2, formed_3, dim)
    u_formed_2 = dot(u, formed_3, dim)
    mean_formed_3 = dot(mean, formed_3, dim)
    space_formed_2 = dot(space, formed_3, dim)
    formed_t_u_2 = dot(formed_3, t_u, dim)
    formed_t_mean_3 = dot(formed_3, t_mean, dim)
    t110 = (
        formed_formed_6 * t_formed_formed_2
        + u_formed_2 * t_formed_u
        + space_formed_2 * t_formed_space
        + formed_t_u_2 * t_formed_t_u
    )
    t_formed_formed_3 = (
        t110
        + formed_t_bias * t_formed_t_bias
        + bias_formed_3 * t_formed_bias
        + mean_formed_3 * t_formed_mean_3
        + formed_t_mean_3 * t_formed_t_mean_3
    )
    t111 = -t103
    t112 = t_overlap_2 * t17
    t_overlap_3 = (
        t_formed_formed_3 * t31
        + t_c * t31 * (-t111 * t29 + overlap_2 * t28 * t95 * mean_mean)
        - t107 * t29 * t31
        - t112 * t28 * t31
        - 2 * t_reach * t30 * t31**2
        + overlap_2 * t_mean_mean * t15 * t25 * t28 * t31 * c / 2
    )
    t113 = t_overlap_3 * c
    t_formed_middle = -t113 - overlap_3 * t_c
    t_formed_mean_4 = t_formed_mean_3 - t_formed_mean_2 * t32
    t_formed_t_mean_4 = t_formed_t_mean_3 - t_formed_t_mean_2 * t32
    t114 = t_formed_bias * t32
    t_formed_bias_2 = -t114
    t115 = t_formed_t_bias * t32
    t_formed_t_bias_2 = -t115
    formed_t_bias_2 = dot(formed_5, t_bias, dim)
    u_bias = dot(u, bias, dim)
    mean_bias = dot(mean, bias, dim)
    bias_space = dot(bias, space, dim)
    bias_formed_4 = dot(bias, formed_2, dim)
    bias_t_u = dot(bias, t_u, dim)
    bias_t_mean = dot(bias, t_mean, dim)
    t_bias_formed = (
        formed_t_bias_2
        + bias_middle * t_formed_middle
        + t_formed_mean_4 * mean_bias
        + t_formed_t_mean_4 * bias_t_mean
        + t_formed_bias_2 * bias_bias
        + t_formed_t_bias_2 * bias_t_bias
        + u_bias * t_formed_u
        + bias_space * t_formed_space
        + bias_formed_4 * t_formed_formed_2
        + bias_t_u * t_formed_t_u
    )
    middle_formed = dot(middle, formed_5, dim)
    u_formed_3 = dot(u, formed_5, dim)
    mean_formed_4 = dot(mean, formed_5, dim)
    space_formed_3 = dot(space, formed_5, dim)
    formed_formed_7 = dot(formed_2, formed_5, dim)
    formed_t_u_3 = dot(formed_5, t_u, dim)
    formed_t_mean_4 = dot(formed_5, t_mean, dim)
    t_formed_formed_4 = (
        t_formed_bias_2 * t68
        + 2 * t_formed_middle * middle_formed
        + 2 * t_formed_mean_4 * mean_formed_4
        + 2 * t_formed_t_mean_4 * formed_t_mean_4
        + 2 * t_formed_t_bias_2 * formed_t_bias_2
        + 2 * u_formed_3 * t_formed_u
        + 2 * space_formed_3 * t_formed_space
        + 2 * formed_formed_7 * t_formed_formed_2
        + 2 * formed_t_u_3 * t_formed_t_u
    )
    formed_middle = dot(formed_3, middle, dim)
    formed_t_bias_3 = dot(formed_3, t_bias, dim)
    t_formed_formed_5 = (
        t110
        + mean_formed_3 * t_formed_mean_4
        + formed_t_mean_3 * t_formed_t_mean_4
        + t_formed_middle * formed_middle
        + t_formed_bias_2 * bias_formed_2
        + t_formed_t_bias_2 * formed_t_bias_3
        + formed_t_bias_2 * t_formed_t_bias
        + bias_formed * t_formed_bias
    )
    t_formed_formed_6 = formed_t_bias_3 * t109 + bias_formed_2 * t108
    t_bias_formed_2 = formed_t_bias_3 + bias_t_bias * t_formed_t_bias + t_formed_bias * bias_bias
    t_ux_2 = t93 + t94
    t116 = t40**2
    t117 = t39 * t116
    t118 = t111 * t117
    t119 = t37 * t36
    t120 = t41 * bias_bias * t116 * t36 * t44 * t46
    t121 = overlap_2 * t62
    t122 = t121 * t15 * t25
    t123 = formed_formed_4 * t122
    t124 = t0 * t33
    t125 = t21 * t49 * t38
    t126 = formed_formed_4 * t125
    t127 = t56 * t51
    t128 = t127 * t12
    t129 = t128 * t33
    t130 = t50**3
    t131 = t68 * t33
    t132 = bias_formed * t37
    t133 = bias_formed_2 * t132 * t42
    t134 = t122 * t133
    t135 = t125 * t133
    t136 = t62 * t61
    t137 = times * t136
    t138 = t56 * t54
    t139 = t138 * formed_formed_5 * t58
    t140 = 2 * t139
    t141 = bias_formed_2 * t43
    t142 = 4 * t42
    t143 = t132 * t142
    t144 = bias_bias * t47
    t145 = 2 * t43 * t61
    t146 = t_bias_formed * c
    t147 = 2 * scale
    t148 = t37 * scale
    t149 = 4 * formed_formed_4
    t150 = t66 * c
    t151 = t42 * t73
    t152 = c**3
    t153 = t106 * t117
    t154 = inverse_resolved(t12)
    t155 = t12 * t154
    t156 = t136 * t16
    t157 = t32 * t62
    t158 = t63 * t53
    t_vx_2 = (
        t_formed_formed_4 * t61
        + t_c
        * (
            t69
            + c
            * (
                -t111 * t120
                - t118 * t119
                - t123 * t124
                - t126 * t129
                - t129 * t135
                - t131 * t67
                - t134 * t124
                - t65 * t33
                + 2 * formed_formed_5 * t51 * t57 * t58 * c * t33
                + t130 * t21 * t49 * bias_bias * formed_formed_5 * t57 * t58 * t33 * t52
                + overlap_2 * t15 * t25 * t56 * formed_formed_5 * mean_mean * t51 * t58 * t33 * t52
                + 2 * bias_formed * bias_formed_2 * t111 * t37 * t39 * t50 * t56 * t116 * t38 * c * t33
            )
        )
        + t113 * (t137 * t64 - times * t140 + t137 * t141 * t68)
        + t146 * (t131 * t144 + t143 * t33 - t145 * t66)
        + t88 * (-t123 * t53 - t134 * t53 + overlap_2 * t15 * t25 * t56 * formed_formed_5 * t51 * t58 * t152 * t33)
        + t94
        * (
            -t106 * t120
            - t119 * t153
            - t126 * t138
            - t135 * t138
            - 2 * t155 * t48
            - t145 * t154 * t34
            + t34 * t44 * t45 * t46 * t33
            + t130 * t21 * t49 * formed_formed_5 * t57 * t58 * t152 * t33
            + 2 * bias_formed * bias_formed_2 * t106 * t37 * t39 * t50 * t56 * t116 * t38 * c * t33
            + 2 * bias_formed * bias_formed_2 * t37 * t39 * t41 * t50 * t56 * t154 * t38 * t33 * t52
        )
        + t98 * (t149 * t156 - 4 * t139 * t16 + bias_formed_2 * t143 * t156)
        - 2 * t_formed_formed_5 * t158
        + t_scale
        * c
        * (
            formed_formed_3 * t147
            - 4 * t150 * t151
            + t142 * t148 * t34
            + t144 * t34 * t147
            - t149 * t84 * scale
            + t51 * t60 * t147 * t52
        )
        + t_times * c * (-overlap_3 * t140 + t131 * t141 * t157 + t157 * t64 * t33)
        - t_bias_formed_2 * t158 * t43 * t68
        + t_formed_formed_6 * t51 * t59 * t152 * t33
    )
    t_su_2 = t_ux_2 * d_sn(ux_2, 1)
    t_sv_2 = t_vx_2 * d_sn(vx_2, 0)
    t_tv_2 = -t_vx_2 * t71 / 2
    t159 = t73 * bias_bias
    t160 = bias_formed_2 * scale
    t161 = t95 * t0
    t162 = t125 / 2
    t163 = t160 * t162
    t164 = sv_2 * t_scale
    t165 = sv_2 * t94
    t166 = t83 * t52
    t167 = bias_formed_2 * t166 * t62
    t168 = t62 * t83
    t169 = t_mean_mean * t95
    t_overlap_4 = (
        t_c * (t77 + sv_2 * c * (-t75 - t118 * t159 - t128 * t163 - t121 * t160 * t161))
        + t112 * t167
        + t165 * (-t151 * t155 - t153 * t159 - t127 * t163 * t52 + bias_formed * t37 * t39 * t41 * scale)
        + t_overlap_3 * times * t167
        + t_sv_2 * t76 * c
        + overlap_3 * t_times * t167
        + sv_2 * t146 * (scale + t148 * t74)
        + t164 * c * (bias_formed - t150 + t132 * t74)
        - t_bias_formed_2 * t166 * t63
        - overlap_2 * bias_formed_2 * t168 * t169 * t152
    )
    t170 = t_sv_2 * scale
    t_space_formed = t164 + t170
    t171 = t_bias_formed * t37 * t83
    t172 = t_sv_2 * t73
    t173 = t132 * t164
    t174 = t171 * t40
    t175 = t172 * t40
    t176 = t173 * t40
    t177 = t165 * t73
    t178 = t177 * t154
    t179 = times * t168
    t180 = t100 * t116
    t181 = t93 * t180
    t182 = t177 * t180
    t183 = t178 * t40
    t184 = t19 * t17
    t185 = t168 * t184
    t186 = t78 * t38
    t187 = t78 * t116
    t188 = t_c * t102
    t189 = t_bias_bias * t105
    t190 = t186 * t116
    t_space_bias = (
        t174
        + t175
        + t176
        + t178
        + t182
        - t171
        - t172
        - t173
        - t183
        + t_formed_bias_2 * t83
        + t_su_2 * tv_2
        + t_tv_2 * su_2
        + t_formed_bias * t185
        + t114 * t179
        + t171 * t38
        + t172 * t38
        + t173 * t38
        + t181 * t78
        + t183 * t38
        + t187 * t188
        + t187 * t189
        - t_overlap_4 * t81
        - t174 * t38
        - t175 * t38
        - t176 * t38
        - t178 * t38
        - t181 * t186
        - t182 * t38
        - t188 * t190
        - t189 * t190
        - t_ux_2 * overlap_4 * t80 * d_sn(t79, 1) / 4
    )
    t191 = times * t157
    t192 = t_c * t55
    t193 = t184 * t62
    t194 = t168 * t17
    t195 = t_bias_bias * t166 * t51
    t196 = t125 * t16
    t197 = t83 * t12 * t51
    t_space_formed_2 = (
        t113 * t179
        + t164 * t191
        + t164 * t193
        + t168 * t192
        + t170 * t191
        + t170 * t193
        + t194 * t97
        + t194 * t98
        + overlap_2 * t195 * t196
        + t_times * t157 * t83
        + t162 * t192 * t197
        + t162 * t195 * t55
        + t196 * t197 * t97
        - t121 * t166 * t169
        - t161 * t168 * t97
    )
    t198 = t40 * t78
    t_space_t_bias = (
        t186 + t198 + t82 - t78 + t_formed_t_bias_2 * t83 + t_formed_t_bias * t185 + t115 * t179 - t198 * t38
    )
    t_space_u = t_formed_u * t83
    t_space_mean_2 = t_formed_mean_4 * t83
    t_space_middle = t_formed_middle * t83
    t_space_t_mean_2 = t_formed_t_mean_4 * t83
    t_space_space_2 = t_formed_space * t83
    t_space_formed_3 = t_formed_formed_2 * t83
    t_space_t_u = t_formed_t_u * t83
    formed_space = dot(formed_5, space_2, dim)
    bias_space_2 = dot(bias, space_2, dim)
    formed_space_2 = dot(formed_3, space_2, dim)
    space_t_bias = dot(space_2, t_bias, dim)
    u_space_2 = dot(u, space_2, dim)
    mean_space_2 = dot(mean, space_2, dim)
    middle_space = dot(middle, space_2, dim)
    space_t_mean_2 = dot(space_2, t_mean, dim)
    space_space_3 = dot(space, space_2, dim)
    formed_space_3 = dot(formed_2, space_2, dim)
    space_t_u_2 = dot(space_2, t_u, dim)
    t_space_space_3 = (
        2 * t_space_formed * formed_space
        + 2 * t_space_bias * bias_space_2
        + 2 * t_space_formed_2 * formed_space_2
        + 2 * t_space_t_bias * space_t_bias
        + 2 * t_space_u * u_space_2
        + 2 * t_space_mean_2 * mean_space_2
        + 2 * t_space_middle * middle_space
        + 2 * t_space_t_mean_2 * space_t_mean_2
        + 2 * t_space_space_2 * space_space_3
        + 2 * t_space_formed_3 * formed_space_3
        + 2 * t_space_t_u * space_t_u_2
    )
    t_square_2 = t_space_space_3 * c + t_c * space_space_2
    t199 = 1 / (square_2 + t86**2)
    t_out_space = (
        t_square_2 * d_arc(square_2, t86)
        + t_su_2 * overlap_4 * t199
        + t_overlap_4 * su_2 * t199
        - t_tv_2 * t199 * t85
        + t_ux_2 * tv_2 * t199 * t70 / 2
    )
    return (
        combine(
            (t_space_u * out_space, u),
            (t_space_mean_2 * out_space, mean),
            (t_space_formed * out_space, formed_5),
            (t_space_bias * out_space, bias),
            (t_space_formed_2 * out_space, formed_3),
            (t_space_t_bias * out_space, t_bias),
            (t_space_space_2 * out_space, space),
            (t_space_middle * out_space, middle),
            (t_space_t_mean_2 * out_space, t_mean),
            (t_space_formed_3 * out_space, formed_2),
            (t_space_t_u * out_space, t_u),
            (t_out_space, space_2),
        ),
        t_uu,
        t_u_mean,
        t_space_space,
        t_formed_formed,
        t_formed_formed_3,
    )


_normalize_op = Operation(
    "normalize",
    Formulas(_normalize, _normalize_vjp, _normalize_jvp),
    inputs=(
        ("u", "vector"),
        ("mean", "vector"),
        ("scale", "scalar"),
        ("bias", "vector"),
        ("limit", "scalar"),
        ("c", "scalar"),
    ),
    results=("vector",),
    shared=("mean", "scale", "bias", "limit"),
)


def normalize(
    u: Tensor, mean: Tensor, scale: Tensor, bias: Tensor, limit: Tensor, c: Tensor, *, dim: int = -1
) -> Tensor:
    r"""Batch normalisation log0 exp_β(scale · PT_{μ→β} log_μ x), with μ and β the points of `mean` and `bias`.

    The transport from μ to β is that through the origin and a rotation of its frame. On hyperbolic space the scaled
    vector and the result are saturated at `limit`. Source: batch normalisation of arXiv 2303.14027; the factorisation
    is derived here.

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
        \mathrm{formed} = \mathrm{space} \operatorname{arc}\left(\mathrm{square}, \mathrm{tv} \operatorname{cs}\left(\mathrm{ux}\right) - \mathrm{overlap} \mathrm{su}\right)
        \mathrm{formed\_2} = \mathrm{mean} \operatorname{sn}\left(\mathrm{mean\_mean} c\right)
        \mathrm{bias\_bias} = \langle \mathrm{bias}, \mathrm{bias} \rangle
        \mathrm{formed\_3} = \mathrm{bias} \operatorname{sn}\left(\mathrm{bias\_bias} c\right)
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed\_2} \rangle
        \mathrm{overlap\_2} = \mathrm{formed\_formed} \operatorname{inverse}\left(2 \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)\right)
        \mathrm{formed\_4} = \mathrm{formed} - \mathrm{formed\_2} \mathrm{overlap\_2} c
        \mathrm{middle} = \mathrm{formed\_2} + \mathrm{formed\_3}
        \mathrm{times} = 2 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2} - \frac{\mathrm{mean\_mean} c \operatorname{sn}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)}{2}
        \mathrm{middle\_middle} = \langle \mathrm{middle}, \mathrm{middle} \rangle
        \mathrm{reach} = \frac{\mathrm{times}^{2}}{4} + \frac{\mathrm{middle\_middle} c}{4}
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_3}, \mathrm{formed\_4} \rangle
        \mathrm{overlap\_3} = \left(\mathrm{formed\_formed\_2} - 2 \mathrm{overlap\_2} \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right) \left(1 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2}\right)\right) \operatorname{inverse}\left(2 \mathrm{reach}\right)
        \mathrm{formed\_5} = \mathrm{formed\_4} - \mathrm{middle} \mathrm{overlap\_3} c
        \mathrm{bias\_formed} = \langle \mathrm{bias}, \mathrm{formed\_5} \rangle
        \mathrm{formed\_formed\_3} = \langle \mathrm{formed\_5}, \mathrm{formed\_5} \rangle
        \mathrm{formed\_formed\_4} = \langle \mathrm{formed\_3}, \mathrm{formed\_5} \rangle
        \mathrm{formed\_formed\_5} = \langle \mathrm{formed\_3}, \mathrm{formed\_3} \rangle
        \mathrm{bias\_formed\_2} = \langle \mathrm{bias}, \mathrm{formed\_3} \rangle
        \mathrm{ux\_2} = \mathrm{bias\_bias} c
        \mathrm{vx\_2} = c \left(\mathrm{formed\_formed\_3} \mathrm{scale}^{2} + 2 \mathrm{bias\_formed}^{2} \mathrm{scale}^{2} \left(1 - \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right)\right) \left(-1 + \operatorname{inverse}\left(1 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2}\right)\right) \operatorname{quotient}\left(1, \mathrm{bias\_bias}, c\right) + \mathrm{bias\_bias} \mathrm{bias\_formed}^{2} \mathrm{scale}^{2} \left(1 - \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right)\right)^{2} \left(-1 + \operatorname{inverse}\left(1 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2}\right)\right)^{2} \operatorname{quotient}^{2}\left(1, \mathrm{bias\_bias}, c\right) + \mathrm{formed\_formed\_5} \mathrm{scale}^{2} c^{2} \left(- \mathrm{overlap\_3} \mathrm{times} - 2 \mathrm{overlap\_2} \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)\right)^{2} \operatorname{inverse}^{2}\left(2 \operatorname{cs}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) \operatorname{is\_positive}^{2}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) - 2 \mathrm{formed\_formed\_4} c \mathrm{scale}^{2} \left(- \mathrm{overlap\_3} \mathrm{times} - 2 \mathrm{overlap\_2} \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)\right) \operatorname{inverse}\left(2 \operatorname{cs}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) - 2 \mathrm{bias\_formed\_2} \mathrm{bias\_formed} c \mathrm{scale}^{2} \left(1 - \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right)\right) \left(-1 + \operatorname{inverse}\left(1 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2}\right)\right) \left(- \mathrm{overlap\_3} \mathrm{times} - 2 \mathrm{overlap\_2} \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)\right) \operatorname{inverse}\left(2 \operatorname{cs}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) \operatorname{quotient}\left(1, \mathrm{bias\_bias}, c\right)\right)
        \mathrm{su\_2} = \operatorname{sn}\left(\mathrm{ux\_2}\right)
        \mathrm{sv\_2} = \operatorname{sn}\left(\mathrm{vx\_2}\right)
        \mathrm{tv\_2} = \operatorname{cs}\left(\mathrm{vx\_2}\right)
        \mathrm{overlap\_4} = \mathrm{sv\_2} c \left(\mathrm{bias\_formed} \mathrm{scale} + \mathrm{bias\_bias} \mathrm{bias\_formed} \mathrm{scale} \left(1 - \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right)\right) \left(-1 + \operatorname{inverse}\left(1 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2}\right)\right) \operatorname{quotient}\left(1, \mathrm{bias\_bias}, c\right) - \mathrm{bias\_formed\_2} \mathrm{scale} c \left(- \mathrm{overlap\_3} \mathrm{times} - 2 \mathrm{overlap\_2} \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)\right) \operatorname{inverse}\left(2 \operatorname{cs}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right)\right)
        \mathrm{space\_2} = \mathrm{bias} \left(\mathrm{su\_2} \mathrm{tv\_2} - \frac{\mathrm{overlap\_4} \operatorname{sn}^{2}\left(\frac{\mathrm{ux\_2}}{4}\right)}{2} + \mathrm{bias\_formed} \mathrm{scale} \mathrm{sv\_2} \left(1 - \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right)\right) \left(-1 + \operatorname{inverse}\left(1 - \frac{\mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2}\right)\right) \operatorname{quotient}\left(1, \mathrm{bias\_bias}, c\right)\right) + \mathrm{formed\_5} \mathrm{scale} \mathrm{sv\_2} - \mathrm{formed\_3} \mathrm{scale} \mathrm{sv\_2} c \left(- \mathrm{overlap\_3} \mathrm{times} - 2 \mathrm{overlap\_2} \operatorname{cs}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)\right) \operatorname{inverse}\left(2 \operatorname{cs}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right) \operatorname{is\_positive}\left(3 - \mathrm{bias\_bias} c \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)\right)
        \mathrm{space\_space\_2} = \langle \mathrm{space\_2}, \mathrm{space\_2} \rangle
        \mathrm{square\_2} = \mathrm{space\_space\_2} c
        \mathrm{out\_space} = \operatorname{arc}\left(\mathrm{square\_2}, \mathrm{tv\_2} \operatorname{cs}\left(\mathrm{ux\_2}\right) - \mathrm{overlap\_4} \mathrm{su\_2}\right)
        \mathrm{out} = \mathrm{out\_space} \mathrm{space\_2}

    Cost: 14 inner products, 179 further operations; backward 23 inner products, 789 further operations. Saved:
    the inputs and 5 scalars per row.
    """
    result: Tensor = _normalize_op(u, mean, scale, bias, limit, c, dim=dim)
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
    out_total = t5 * scale
    total_g_out = dot(total, g_out, dim)
    d_square = total_g_out * scale * d_arc(square, t4)
    t6 = 1 / (square + t0 * t3)
    d_scale = total_g_out * (t5 - t4 * t6) + 2 * d_square * scale * t1
    t7 = d_square * t3
    t8 = d_scale * t2**3
    t9 = t8 / 2
    d_total_total = t7 * c - t9 * c
    d_mass = g_mass - mass * t8 - total_g_out * t6 * t3
    d_total_total_2 = 2 * d_total_total
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
        combine((d_u_g_out, g_out), (d_u_g_total, g_total), (d_u_total, total), (d_u_u, u)) if needs[0] else None,
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

    Cost: 2 inner products, 18 further operations; backward 6 inner products, 74 further operations. Saved: the
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
    t6 = settled(sine + sine_channels * channels_3)
    if needs[2]:
        distance = asin_c(t6, c)
        adjoint = distance * g_out
    adjoint_2 = settled(g_out * weight_norm)
    if needs[4]:
        slope = d_asin_c(t6, c)
        adjoint_slope = dot(adjoint_2, slope, dim)
    t7 = settled(inverse_root(1 - c * t6**2))
    t8 = settled(adjoint_2 * t7)
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
        t10 = settled(h * channels_2 * t9)
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

    Cost: 0 inner products, 17 further operations; backward 6 inner products, 66 further operations. Saved: the
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
    return (combine((out_u, g_out), (d_u_u, u)) if needs[0] else None, d_c if needs[1] else None)


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
