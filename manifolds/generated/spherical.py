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
    formed = settled(t1 * u)
    t2 = vv * c
    t3 = settled(sn(t2, 1))
    formed_2 = settled(t3 * v)
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
    square = settled(space_space * c)
    t1 = settled(cs(ux, 1))
    vectors = settled(settled(arc(square, tv * t1 - overlap * su)) * space)
    vectors_vectors = dot(vectors, vectors, dim)
    return (vectors, vectors_vectors.clone(), uu, u_mean, space_space, vectors_vectors)


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

    Cost: 5 inner products, 34 further operations; backward 5 inner products, 115 further operations. Saved: the
    inputs and 4 scalars per row.
    """
    result: tuple[Tensor, Tensor] = _center_op(u, mean, c, dim=dim)
    return result


def _holonomy(v: Tensor, mean: Tensor, bias: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    mean_mean = dot(mean, mean, dim)
    mm = mean_mean * c
    bias_bias = dot(bias, bias, dim)
    bb = bias_bias * c
    t0 = mm / 4
    x_mean = settled(sn(t0, 1) / 2)
    t1 = bb / 4
    y_bias = sn(t1, 1) / 2
    xx = mean_mean * x_mean**2
    mean_bias = dot(mean, bias, dim)
    xy = mean_bias * x_mean * y_bias
    p = settled(combine((y_bias, bias), (-x_mean * quotient(xy, xx, c), mean)))
    pp = dot(p, p, dim)
    v_mean = dot(v, mean, dim)
    xv = v_mean * x_mean
    vp = dot(v, p, dim)
    a = settled(xy * c + cs(t0, 1) * cs(t1, 1))
    twice = settled(2 * c * inverse(a**2 + xx * pp * c**2))
    out_mean = settled(-twice * x_mean * (vp * a + xv * pp * c))
    out_p = settled(twice * (xv * a - vp * xx * c))
    return (combine((1, v), (out_mean, mean), (out_p, p)), v_mean, vp)


def _holonomy_vjp(
    v: Tensor,
    mean: Tensor,
    bias: Tensor,
    c: Tensor,
    v_mean: Tensor,
    vp: Tensor,
    g_out: Tensor,
    g_v_mean: Tensor,
    g_vp: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    mean_mean = dot(mean, mean, dim)
    mm = mean_mean * c
    bias_bias = dot(bias, bias, dim)
    bb = bias_bias * c
    t0 = mm / 4
    t1 = sn(t0, 1)
    x_mean = settled(t1 / 2)
    t2 = bb / 4
    t3 = sn(t2, 1)
    y_bias = t3 / 2
    t4 = x_mean**2
    xx = mean_mean * t4
    mean_bias = dot(mean, bias, dim)
    t5 = x_mean * y_bias
    xy = mean_bias * t5
    t6 = quotient(xy, xx, c)
    t7 = x_mean * t6
    t8 = -t7
    p = settled(combine((y_bias, bias), (t8, mean)))
    pp = dot(p, p, dim)
    if needs[1] or needs[2] or needs[3]:
        xv = v_mean * x_mean
    t9 = cs(t0, 1)
    t10 = cs(t2, 1)
    a = settled(xy * c + t10 * t9)
    t11 = xx * pp * c**2
    t12 = inverse(t11 + a**2)
    twice = settled(2 * t12 * c)
    t13 = pp * c
    if needs[1] or needs[2] or needs[3]:
        t14 = xv * t13 + vp * a
        t15 = x_mean * t14
    if needs[1]:
        out_mean = -twice * t15
    t16 = xx * c
    if needs[1] or needs[2] or needs[3]:
        t17 = xv * a - vp * t16
        out_p = twice * t17
    mean_g_out = dot(mean, g_out, dim)
    p_g_out = dot(p, g_out, dim)
    if needs[1] or needs[2] or needs[3]:
        term = p_g_out * t17 - mean_g_out * t15
        d_twice = row_sum(term, v, rows)
    t18 = twice * p_g_out
    t19 = twice * mean_g_out
    t20 = x_mean * t19
    if needs[1] or needs[2] or needs[3]:
        term_2 = xv * t18 - vp * t20
        total = row_sum(term_2, v, rows)
        t21 = t12**2
        t22 = d_twice * t21
        d_a = total - 4 * a * t22 * c
    d_vp = settled(g_vp - a * t20 - t18 * t16)
    if needs[0] or needs[1] or needs[3]:
        d_xv = -t20 * t13 + a * twice * p_g_out
    if needs[0] or needs[1]:
        d_v_mean = settled(g_v_mean + d_xv * x_mean)
    if needs[1] or needs[2] or needs[3]:
        t23 = xv * t20
        term_3 = -t23 * c
        total_2 = row_sum(term_3, v, rows)
        t24 = 2 * t22 * c**3
        d_pp = total_2 - t24 * xx
        d_p = combine_rows((d_vp, v), (out_p, g_out), like=v, rows=rows, dim=dim)
        d_p_p = 2 * d_pp
        d_p_2 = combine((1, d_p), (d_p_p, p))
        mean_d_p = dot(mean, d_p_2, dim)
    if needs[2] or needs[3]:
        bias_d_p = dot(bias, d_p_2, dim)
    if needs[1] or needs[2] or needs[3]:
        t25 = mean_d_p * c * inverse_resolved(t16)
        d_xy = d_a * c - x_mean * t25
    if needs[1] or needs[2]:
        d_mean_bias = d_xy * t5
    if needs[1] or needs[3]:
        t26 = vp * t18
        term_4 = -t26 * c
        total_3 = row_sum(term_4, v, rows)
        d_xx = total_3 + t25 * t7 - t24 * pp
    if needs[1] or needs[2] or needs[3]:
        t27 = mean_bias * d_xy
    if needs[2] or needs[3]:
        d_y_bias = bias_d_p + x_mean * t27
    if needs[1] or needs[3]:
        term_5 = v_mean * d_xv - t14 * t19
        total_4 = row_sum(term_5, v, rows)
        d_x_mean = total_4 + y_bias * t27 - mean_d_p * t6 + 2 * d_xx * x_mean * mean_mean
    if needs[1] or needs[2] or needs[3]:
        t28 = d_a / 8
    if needs[2] or needs[3]:
        d_bb = d_y_bias * d_sn(t2, 1) / 8 - t28 * t3 * t9
    if needs[2]:
        d_bias_bias = d_bb * c
    if needs[1] or needs[3]:
        d_mm = d_x_mean * d_sn(t0, 1) / 8 - t1 * t10 * t28
    if needs[1]:
        d_mean_mean = d_xx * t4 + d_mm * c
    if needs[3]:
        term_6 = -t23 * pp - t26 * xx
        total_5 = row_sum(term_6, v, rows)
    if needs[1]:
        d_mean = combine_rows((d_v_mean, v), (out_mean, g_out), like=v, rows=rows, dim=dim)
        d_mean_d_p = t8
        d_mean_mean_2 = 2 * d_mean_mean
    if needs[2]:
        d_bias_bias_2 = 2 * d_bias_bias
    if needs[3]:
        d_c = total_5 + xy * d_a + d_twice * (2 * t12 - 4 * t11 * t21) + d_bb * bias_bias + d_mm * mean_mean
    return (
        combine((d_vp, p), (d_v_mean, mean), (1, g_out)) if needs[0] else None,
        combine((d_mean_d_p, d_p_2), (d_mean_bias, bias), (d_mean_mean_2, mean), (1, d_mean)) if needs[1] else None,
        combine((y_bias, d_p_2), (d_mean_bias, mean), (d_bias_bias_2, bias)) if needs[2] else None,
        d_c if needs[3] else None,
    )


def _holonomy_jvp(
    v: Tensor,
    mean: Tensor,
    bias: Tensor,
    c: Tensor,
    v_mean: Tensor,
    vp: Tensor,
    t_v: Tensor,
    t_mean: Tensor,
    t_bias: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    mean_mean = dot(mean, mean, dim)
    mm = mean_mean * c
    bias_bias = dot(bias, bias, dim)
    bb = bias_bias * c
    t0 = mm / 4
    t1 = sn(t0, 1)
    x_mean = t1 / 2
    t2 = bb / 4
    t3 = sn(t2, 1)
    y_bias = t3 / 2
    t4 = x_mean**2
    xx = mean_mean * t4
    mean_bias = dot(mean, bias, dim)
    t5 = mean_bias * y_bias
    xy = x_mean * t5
    t6 = quotient(xy, xx, c)
    t7 = -x_mean * t6
    p = combine((y_bias, bias), (t7, mean))
    pp = dot(p, p, dim)
    xv = v_mean * x_mean
    t8 = cs(t0, 1)
    t9 = cs(t2, 1)
    a = xy * c + t8 * t9
    t10 = xx * pp * c**2
    t11 = inverse(t10 + a**2)
    twice = 2 * t11 * c
    t12 = xv * pp
    t13 = vp * a + t12 * c
    t14 = twice * t13
    out_mean = -x_mean * t14
    t15 = xx * c
    t16 = xv * a - vp * t15
    out_p = twice * t16
    mean_t_mean = dot(mean, t_mean, dim)
    t_mean_mean = 2 * mean_t_mean
    t_mm = t_c * mean_mean + t_mean_mean * c
    bias_t_bias = dot(bias, t_bias, dim)
    t_bias_bias = 2 * bias_t_bias
    t_bb = t_c * bias_bias + t_bias_bias * c
    t17 = t_mm / 8
    t_x_mean = t17 * d_sn(t0, 1)
    t18 = t_bb / 8
    t_y_bias = t18 * d_sn(t2, 1)
    t_xx = t_mean_mean * t4 + 2 * t_x_mean * x_mean * mean_mean
    bias_t_mean = dot(bias, t_mean, dim)
    mean_t_bias = dot(mean, t_bias, dim)
    t_mean_bias = bias_t_mean + mean_t_bias
    t_xy = t_x_mean * t5 + mean_bias * t_y_bias * x_mean + t_mean_bias * x_mean * y_bias
    t_p_t_mean = t7
    t19 = inverse_resolved(t15)
    t20 = t_xy * c
    t_p_mean = -t_x_mean * t6 - x_mean * t20 * t19 + t_xx * x_mean * t6 * t19 * c
    p_t_mean = dot(p, t_mean, dim)
    p_t_bias = dot(p, t_bias, dim)
    mean_p = dot(mean, p, dim)
    bias_p = dot(bias, p, dim)
    t_pp = 2 * t_y_bias * bias_p + 2 * t_p_t_mean * p_t_mean + 2 * t_p_mean * mean_p + 2 * p_t_bias * y_bias
    mean_t_v = dot(mean, t_v, dim)
    v_t_mean = dot(v, t_mean, dim)
    t_v_mean = mean_t_v + v_t_mean
    t_xv = v_mean * t_x_mean + t_v_mean * x_mean
    p_t_v = dot(p, t_v, dim)
    v_t_bias = dot(v, t_bias, dim)
    v_bias = dot(v, bias, dim)
    t_vp = p_t_v + v_mean * t_p_mean + t_y_bias * v_bias + t_p_t_mean * v_t_mean + v_t_bias * y_bias
    t_a = t20 + xy * t_c - t1 * t17 * t9 - t18 * t3 * t8
    t21 = t11**2
    t22 = 4 * t21
    t23 = 2 * t21 * c**3
    t_twice = t_c * (2 * t11 - t10 * t22) - t_xx * pp * t23 - t_pp * xx * t23 - a * t_a * t22 * c
    t24 = twice * x_mean
    t25 = t24 * c
    t_out_mean = (
        -t_x_mean * t14
        - xv * t_pp * t25
        - t_c * t12 * t24
        - t_xv * t25 * pp
        - t_twice * x_mean * t13
        - vp * twice * t_a * x_mean
        - a * twice * t_vp * x_mean
    )
    t26 = vp * twice
    t_out_p = t_twice * t16 + xv * twice * t_a + a * twice * t_xv - twice * t_vp * t15 - t_c * t26 * xx - t_xx * t26 * c
    return (
        combine(
            (1, t_v),
            (out_mean + out_p * t_p_t_mean, t_mean),
            (t_out_mean + out_p * t_p_mean, mean),
            (out_p * t_y_bias, bias),
            (out_p * y_bias, t_bias),
            (t_out_p, p),
        ),
        t_v_mean,
        t_vp,
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

    On hyperbolic space in ball coordinates, with the difference of the two points formed; on the sphere by half angles,
    the identity where μ and β are antipodes.

    Formula (LaTeX)::

        \mathrm{mean\_mean} = \langle \mathrm{mean}, \mathrm{mean} \rangle
        \mathrm{mm} = \mathrm{mean\_mean} c
        \mathrm{bias\_bias} = \langle \mathrm{bias}, \mathrm{bias} \rangle
        \mathrm{bb} = \mathrm{bias\_bias} c
        \mathrm{x\_mean} = \frac{\operatorname{sn}\left(\frac{\mathrm{mm}}{4}\right)}{2}
        \mathrm{y\_bias} = \frac{\operatorname{sn}\left(\frac{\mathrm{bb}}{4}\right)}{2}
        \mathrm{xx} = \mathrm{mean\_mean} \mathrm{x\_mean}^{2}
        \mathrm{mean\_bias} = \langle \mathrm{mean}, \mathrm{bias} \rangle
        \mathrm{xy} = \mathrm{mean\_bias} \mathrm{x\_mean} \mathrm{y\_bias}
        p = \mathrm{bias} \mathrm{y\_bias} - \mathrm{mean} \mathrm{x\_mean} \operatorname{quotient}\left(\mathrm{xy}, \mathrm{xx}, c\right)
        \mathrm{pp} = \langle p, p \rangle
        \mathrm{v\_mean} = \langle v, \mathrm{mean} \rangle
        \mathrm{xv} = \mathrm{v\_mean} \mathrm{x\_mean}
        \mathrm{vp} = \langle v, p \rangle
        a = \mathrm{xy} c + \operatorname{cs}\left(\frac{\mathrm{bb}}{4}\right) \operatorname{cs}\left(\frac{\mathrm{mm}}{4}\right)
        \mathrm{twice} = 2 c \operatorname{inverse}\left(a^{2} + \mathrm{pp} \mathrm{xx} c^{2}\right)
        \mathrm{out\_mean} = - \mathrm{twice} \mathrm{x\_mean} \left(\mathrm{vp} a + \mathrm{pp} \mathrm{xv} c\right)
        \mathrm{out\_p} = \mathrm{twice} \left(\mathrm{xv} a - \mathrm{vp} \mathrm{xx} c\right)
        \mathrm{out} = v + \mathrm{mean} \mathrm{out\_mean} + \mathrm{out\_p} p

    Cost: 6 inner products, 47 further operations; backward 8 inner products, 153 further operations. Saved: the
    inputs and 2 scalars per row.
    """
    result: Tensor = _holonomy_op(v, mean, bias, c, dim=dim)
    return result


def _place(
    v: Tensor, mean: Tensor, scale: Tensor, bias: Tensor, limit: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]
) -> tuple[Tensor, ...]:
    mean_mean = dot(mean, mean, dim)
    mm = mean_mean * c
    bias_bias = dot(bias, bias, dim)
    bb = bias_bias * c
    t0 = mm / 4
    x_mean = settled(sn(t0, 1) / 2)
    t1 = bb / 4
    t2 = settled(sn(t1, 1))
    y_bias = t2 / 2
    t3 = mean_mean * x_mean**2
    xx = t3
    mean_bias = dot(mean, bias, dim)
    t4 = x_mean * mean_bias
    xy = y_bias * t4
    p = settled(combine((y_bias, bias), (-x_mean * quotient(xy, xx, c), mean)))
    pp = dot(p, p, dim)
    v_mean = dot(v, mean, dim)
    t5 = x_mean * v_mean
    xv = t5
    vp = dot(v, p, dim)
    a = settled(xy * c + cs(t0, 1) * cs(t1, 1))
    twice = settled(2 * c * inverse(a**2 + xx * pp * c**2))
    vv = dot(v, v, dim)
    mean_p = dot(mean, p, dim)
    t6 = scale**2
    t7 = xv * a - vp * xx * c
    t8 = t6 * twice**2
    t9 = settled(twice * t7)
    t10 = 2 * t6
    t11 = vp * a + xv * pp * c
    t12 = settled(twice * t11)
    vx = c * (
        vv * t6
        + vp * t9 * t10
        + pp * t8 * t7**2
        + t3 * t8 * t11**2
        - t12 * t5 * t10
        - 2 * x_mean * mean_p * t11 * t7 * t8
    )
    su = settled(sn(bb, 1))
    sv = sn(vx, 0)
    tv = settled(cs(vx, 0))
    v_bias = dot(v, bias, dim)
    bias_p = dot(bias, p, dim)
    overlap = settled(sv * c * (v_bias * scale + bias_p * t9 * scale - t12 * t4 * scale))
    t13 = settled(sv * scale)
    space = settled(
        combine(
            (settled(su * tv - overlap * t2**2 / 2), bias),
            (t13, v),
            (settled(t13 * t9), p),
            (settled(-x_mean * t12 * t13), mean),
        )
    )
    space_space = dot(space, space, dim)
    square = space_space * c
    t14 = settled(cs(bb, 1))
    out_space = settled(arc(square, tv * t14 - su * overlap))
    return (out_space * space, v_mean, vp, vv, v_bias, space_space)


def _place_vjp(
    v: Tensor,
    mean: Tensor,
    scale: Tensor,
    bias: Tensor,
    limit: Tensor,
    c: Tensor,
    v_mean: Tensor,
    vp: Tensor,
    vv: Tensor,
    v_bias: Tensor,
    space_space: Tensor,
    g_out: Tensor,
    g_v_mean: Tensor,
    g_vp: Tensor,
    g_vv: Tensor,
    g_v_bias: Tensor,
    g_space_space: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    if needs[0] or needs[1] or needs[2] or needs[3] or needs[5]:
        mean_mean = dot(mean, mean, dim)
        t0 = mean_mean * c
        mm = t0
        bias_bias = dot(bias, bias, dim)
        bb = bias_bias * c
        t1 = mm / 4
        t2 = sn(t1, 1)
        x_mean = settled(t2 / 2)
        t3 = bb / 4
        t4 = settled(sn(t3, 1))
        y_bias = t4 / 2
        t5 = x_mean**2
        t6 = mean_mean * t5
        xx = t6
        mean_bias = dot(mean, bias, dim)
        t7 = x_mean * y_bias
        xy = mean_bias * t7
        t8 = quotient(xy, xx, c)
        t9 = x_mean * t8
        t10 = -t9
        p = settled(combine((y_bias, bias), (t10, mean)))
        pp = dot(p, p, dim)
        t11 = x_mean * v_mean
        xv = t11
        t12 = cs(t1, 1)
        t13 = cs(t3, 1)
        a = settled(xy * c + t12 * t13)
        t14 = c**2
        t15 = xx * pp
        t16 = t15 * t14
        t17 = inverse(t16 + a**2)
        twice = settled(2 * t17 * c)
        mean_p = dot(mean, p, dim)
        t18 = scale**2
        t23 = twice**2
        t24 = t23 * t18
        t19 = xx * c
        t20 = vp * t19
        t21 = -t20 + xv * a
        t22 = t21**2
        t25 = t22 * t24
        t26 = twice * t21
        t27 = 2 * t18
        t28 = vp * t27
        t29 = vp * a
        t30 = xv * pp
        t31 = t30 * c
        t32 = t29 + t31
        t33 = t32**2
        t34 = t33 * t6
        t35 = t32 * t27
        t36 = t11 * t35
        t37 = x_mean * t32
        t38 = t21 * t24
        t39 = 2 * t38
        t40 = mean_p * t39
        t41 = t26 * t28 + pp * t25 + vv * t18 + t24 * t34 - twice * t36 - t37 * t40
        vx = t41 * c
        t42 = settled(sn(bb, 1))
        su = t42
        t43 = sn(vx, 0)
        sv = t43
        tv = cs(vx, 0)
        bias_p = dot(bias, p, dim)
        t44 = bias_p * t21
        t45 = mean_bias * t37
        t46 = t45 * scale
        t47 = v_bias * scale - twice * t46 + twice * t44 * scale
        t48 = sv * t47
        overlap = t48 * c
        t49 = t4**2 / 2
        t50 = settled(su * tv - overlap * t49)
        t51 = settled(sv * scale)
        t52 = settled(t26 * t51)
        t53 = t37 * t51
        t54 = settled(-twice * t53)
        space = settled(combine((t50, bias), (t51, v), (t52, p), (t54, mean)))
        square = space_space * c
        t55 = settled(cs(bb, 1))
        t56 = tv * t55 - su * overlap
        out_space = settled(arc(square, t56))
        space_g_out = dot(space, g_out, dim)
        d_square = space_g_out * d_arc(square, t56)
        d_space_space = g_space_space + d_square * c
        d_space_space_2 = settled(2 * d_space_space)
        d_space = settled(combine((d_space_space_2, space), (out_space, g_out)))
        v_d_space = dot(v, d_space, dim)
        p_d_space = dot(p, d_space, dim)
        mean_d_space = dot(mean, d_space, dim)
        bias_d_space = dot(bias, d_space, dim)
        t57 = space_g_out / (square + t56**2)
        d_overlap = su * t57 - bias_d_space * t49
        t58 = d_overlap * c
    if needs[1] or needs[3] or needs[5]:
        term = t52 * t58
        d_bias_p = row_sum(term, v, rows)
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t59 = t51 * t58
    if needs[0] or needs[3]:
        d_v_bias = settled(g_v_bias + t59)
    if needs[0] or needs[1] or needs[2] or needs[3] or needs[5]:
        d_tv = su * bias_d_space - t55 * t57
        t60 = p_d_space * t26
        t61 = twice * scale
        t62 = mean_d_space * t37
        d_sv = v_d_space * scale + t47 * t58 + t60 * scale - t61 * t62
    if needs[3] or needs[5]:
        term_2 = tv * bias_d_space + overlap * t57
        d_su = row_sum(term_2, v, rows)
    if needs[0] or needs[1] or needs[2] or needs[3] or needs[5]:
        d_vx = d_sv * d_sn(vx, 0) - d_tv * t43 / 2
        t63 = d_vx * c
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t64 = t63 * t18
    if needs[1] or needs[3] or needs[5]:
        t65 = t64 * t23
        term_3 = -2 * t21 * t37 * t65
        d_mean_p = row_sum(term_3, v, rows)
    if needs[0]:
        d_vv = g_vv + t64
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t66 = twice * t27
    if needs[1] or needs[2] or needs[3] or needs[5]:
        t67 = pp * t22
        t68 = 4 * t26
    if needs[0] or needs[1] or needs[2] or needs[3] or needs[5]:
        t69 = mean_p * t37
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t70 = p_d_space * t51
    if needs[0] or needs[1] or needs[2] or needs[3] or needs[5]:
        t71 = sv * t58
    if needs[1] or needs[3] or needs[5]:
        term_4 = (
            t21 * t70
            + t63 * (-t36 + t21 * t28 + t66 * t34 + t66 * t67 - t68 * t69 * t18)
            + t71 * (-t46 + bias_p * t21 * scale)
            - mean_d_space * t53
        )
        d_twice = row_sum(term_4, v, rows)
        t72 = xv * twice
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t73 = 2 * t24
        t74 = t69 * t73
        t75 = 2 * x_mean
        t76 = mean_p * t75
    if needs[1] or needs[3] or needs[5]:
        t77 = t38 * t76
        t78 = t32 * t73
        t79 = x_mean * vp
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t80 = mean_bias * t61
        t81 = twice * t51
        t82 = mean_d_space * t81
    if needs[1] or needs[3] or needs[5]:
        term_5 = (
            t63 * (t28 * t72 + t30 * t39 - xv * t74 - vp * t77 + vp * t78 * t6 - twice * t11 * t28)
            + t70 * t72
            + t71 * (-t79 * t80 + xv * twice * bias_p * scale)
            - t79 * t82
        )
        total = row_sum(term_5, v, rows)
        t83 = t17**2
        t84 = d_twice * t83
        d_a = total - 4 * a * t84 * c
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t85 = t11 * t66
        t86 = a * t38
        t87 = 2 * pp
        t88 = t38 * t87
        t89 = x_mean * a
        t90 = bias_p * t61
        t91 = twice * t70
        d_vp = settled(
            g_vp
            + t63
            * (
                -a * t85
                - t20 * t66
                - t76 * t86
                - t88 * t19
                + 2 * twice * t21 * t18
                + 2 * a * t32 * mean_mean * t23 * t5 * t18
                + 2 * x_mean * mean_p * t32 * xx * t23 * c * t18
            )
            + t71 * (-t80 * t89 - t90 * t19)
            - t82 * t89
            - t91 * t19
        )
        t92 = t85 * c
        t93 = x_mean * c
        t94 = t0 * t5
    if needs[0] or needs[1] or needs[5]:
        t95 = t93 * pp
        d_xv = (
            a * t91
            + t63 * (t29 * t66 + t86 * t87 - a * t74 - t92 * pp - mean_p * t88 * t93 + t32 * t24 * t87 * t94)
            + t71 * (-t80 * t95 + a * twice * bias_p * scale)
            - t82 * t95
        )
    if needs[0] or needs[1] or needs[3]:
        t96 = twice * t37
    if needs[0] or needs[1]:
        d_v_mean = settled(g_v_mean + x_mean * d_xv - 2 * t64 * t96)
    if needs[1] or needs[3] or needs[5]:
        t97 = t51 * t72
        t98 = d_overlap * t14
        term_6 = (
            d_vx * c * (t25 - xv * t92 + xv * t78 * t94 - xv * t40 * t93)
            - mean_d_space * t93 * t97
            - x_mean * mean_bias * t97 * t98
        )
        total_2 = row_sum(term_6, v, rows)
        t99 = t84 * c**3
        d_pp = total_2 - 2 * t99 * xx
        d_p = combine_rows((d_vp, v), (t52, d_space), like=v, rows=rows, dim=dim)
        d_p_p = 2 * d_pp
        d_p_2 = combine((1, d_p), (d_mean_p, mean), (d_p_p, p), (d_bias_p, bias))
        mean_d_p = dot(mean, d_p_2, dim)
    if needs[3] or needs[5]:
        bias_d_p = dot(bias, d_p_2, dim)
    if needs[1] or needs[3] or needs[5]:
        t100 = mean_d_p * inverse_resolved(t19)
        d_xy = d_a * c - t100 * t93
    if needs[1] or needs[3]:
        term_7 = -t59 * t96
        total_3 = row_sum(term_7, v, rows)
        d_mean_bias = total_3 + d_xy * t7
    if needs[1] or needs[5]:
        t101 = t66 * vp**2
        t102 = vp * c
        term_8 = (
            -t102 * t91
            + d_vx * c * (-t101 * c - t102 * t88 + 2 * x_mean * vp * mean_p * t32 * t23 * c * t18)
            - vp * bias_p * t81 * t98
        )
        total_4 = row_sum(term_8, v, rows)
        d_xx = total_4 - t99 * t87 + t100 * t9 * c
    if needs[1] or needs[3] or needs[5]:
        t103 = mean_bias * d_xy
    if needs[3] or needs[5]:
        d_y_bias = bias_d_p + x_mean * t103
    if needs[1] or needs[5]:
        term_9 = (
            v_mean * d_xv
            + mean_d_space * (-t29 * t81 - t31 * t81)
            + t63 * (-t32 * t40 - v_mean * twice * t35 + 2 * x_mean * mean_mean * t23 * t33 * t18)
            - mean_bias * twice * t32 * t59
        )
        total_5 = row_sum(term_9, v, rows)
        d_x_mean = total_5 + y_bias * t103 - mean_d_p * t8 + d_xx * t75 * mean_mean
    if needs[3] or needs[5]:
        t104 = settled(d_sn(t3, 1))
        term_10 = tv * t42 * t57 / 2 - overlap * bias_d_space * t104 * t4 / 4
        total_6 = row_sum(term_10, v, rows)
    if needs[1] or needs[3] or needs[5]:
        t105 = d_a / 8
    if needs[3] or needs[5]:
        d_bb = total_6 + d_su * d_sn(bb, 1) + d_y_bias * t104 / 8 - t105 * t12 * t4
    if needs[3]:
        d_bias_bias = d_bb * c
    if needs[1] or needs[5]:
        d_mm = d_x_mean * d_sn(t1, 1) / 8 - t105 * t13 * t2
    if needs[1]:
        term_11 = t65 * t33 * t5
        total_7 = row_sum(term_11, v, rows)
        d_mean_mean = total_7 + d_xx * t5 + d_mm * c
    if needs[5]:
        t106 = vp * xx
        t107 = x_mean * t30
        term_12 = (
            d_square * space_space
            + d_overlap * (t48 + sv * c * (-t106 * t90 - t107 * t80))
            + d_vx
            * (
                t41
                + c
                * (
                    -t101 * xx
                    - t30 * t77
                    - t30 * t85
                    - vp * t39 * t15
                    + 2 * x_mean * vp * mean_p * t32 * xx * t23 * t18
                    + 2 * xv * t32 * pp * mean_mean * t23 * t5 * t18
                )
            )
            - t106 * t91
            - t107 * t82
        )
        total_8 = row_sum(term_12, v, rows)
    if needs[3]:
        d_bias = combine_rows((d_v_bias, v), (t50, d_space), like=v, rows=rows, dim=dim)
    if needs[2]:
        t108 = 2 * scale
        t109 = t23 * t108
        term_13 = (
            sv * v_d_space
            + sv * t60
            + t63
            * (
                vv * t108
                + t109 * t34
                + t109 * t67
                + vp * t68 * scale
                - 4 * t11 * t32 * t61
                - 4 * t21 * t69 * t23 * scale
            )
            + t71 * (v_bias + twice * t44 - twice * t45)
            - twice * sv * t62
        )
        d_scale = row_sum(term_13, v, rows)
    if needs[1]:
        d_mean = combine_rows((d_v_mean, v), (t54, d_space), like=v, rows=rows, dim=dim)
    if needs[0]:
        d_v_d_space = settled(t51)
        d_v_v = settled(2 * d_vv)
    if needs[1]:
        d_mean_d_p = t10
        d_mean_mean_2 = 2 * d_mean_mean
    if needs[3]:
        d_bias_bias_2 = 2 * d_bias_bias
    if needs[5]:
        d_c = total_8 + xy * d_a + d_twice * (2 * t17 - 4 * t16 * t83) + d_bb * bias_bias + d_mm * mean_mean
    return (
        combine((d_v_d_space, d_space), (d_v_bias, bias), (d_v_v, v), (d_vp, p), (d_v_mean, mean))
        if needs[0]
        else None,
        combine((d_mean_p, p), (d_mean_d_p, d_p_2), (d_mean_bias, bias), (d_mean_mean_2, mean), (1, d_mean))
        if needs[1]
        else None,
        d_scale if needs[2] else None,
        combine((d_bias_p, p), (y_bias, d_p_2), (d_mean_bias, mean), (d_bias_bias_2, bias), (1, d_bias))
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
    v_mean: Tensor,
    vp: Tensor,
    vv: Tensor,
    v_bias: Tensor,
    space_space: Tensor,
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
    mm = t0
    bias_bias = dot(bias, bias, dim)
    bb = bias_bias * c
    t1 = mm / 4
    t2 = sn(t1, 1)
    x_mean = t2 / 2
    t3 = bb / 4
    t4 = sn(t3, 1)
    y_bias = t4 / 2
    t5 = x_mean**2
    t6 = mean_mean * t5
    xx = t6
    mean_bias = dot(mean, bias, dim)
    t7 = x_mean * y_bias
    xy = mean_bias * t7
    t8 = quotient(xy, xx, c)
    t9 = -x_mean * t8
    p = combine((y_bias, bias), (t9, mean))
    pp = dot(p, p, dim)
    t10 = x_mean * v_mean
    xv = t10
    t11 = cs(t1, 1)
    t12 = cs(t3, 1)
    a = xy * c + t11 * t12
    t13 = c**2
    t14 = xx * pp
    t15 = t14 * t13
    t16 = inverse(t15 + a**2)
    twice = 2 * t16 * c
    mean_p = dot(mean, p, dim)
    t17 = scale**2
    t22 = twice**2
    t23 = t22 * t17
    t18 = xx * c
    t19 = vp * t18
    t20 = -t19 + xv * a
    t21 = t20**2
    t24 = t21 * t23
    t25 = twice * t20
    t26 = 2 * t17
    t27 = vp * a
    t28 = xv * pp
    t29 = t28 * c
    t30 = t27 + t29
    t31 = t30**2
    t32 = t31 * t6
    t33 = twice * t30
    t34 = t33 * t26
    t35 = t20 * t23
    t36 = 2 * mean_p
    t37 = t30 * t36
    t38 = t35 * t37
    t39 = pp * t24 + vv * t17 + t23 * t32 - x_mean * t38 - t10 * t34 + vp * t25 * t26
    vx = t39 * c
    t40 = sn(bb, 1)
    su = t40
    t41 = sn(vx, 0)
    sv = t41
    tv = cs(vx, 0)
    bias_p = dot(bias, p, dim)
    t42 = twice * bias_p * t20
    t43 = x_mean * mean_bias
    t44 = t33 * t43
    t45 = v_bias * scale + t42 * scale - t44 * scale
    t46 = sv * t45
    overlap = t46 * c
    t47 = t4**2 / 2
    t48 = overlap * t47
    t49 = sv * scale
    t50 = t25 * t49
    t51 = x_mean * t49
    space = combine((-t48 + su * tv, bias), (t49, v), (t50, p), (-t33 * t51, mean))
    square = space_space * c
    t52 = cs(bb, 1)
    t53 = tv * t52 - su * overlap
    out_space = arc(square, t53)
    mean_t_mean = dot(mean, t_mean, dim)
    t_mean_mean = 2 * mean_t_mean
    t54 = t_mean_mean * c
    t_mm = t54 + t_c * mean_mean
    bias_t_bias = dot(bias, t_bias, dim)
    t_bias_bias = 2 * bias_t_bias
    t_bb = t_c * bias_bias + t_bias_bias * c
    t55 = t_mm / 8
    t_x_mean = t55 * d_sn(t1, 1)
    t56 = d_sn(t3, 1)
    t57 = t_bb / 8
    t_y_bias = t56 * t57
    t58 = 2 * x_mean
    t_xx = t_mean_mean * t5 + t_x_mean * t58 * mean_mean
    bias_t_mean = dot(bias, t_mean, dim)
    mean_t_bias = dot(mean, t_bias, dim)
    t_mean_bias = bias_t_mean + mean_t_bias
    t59 = mean_bias * t_y_bias
    t60 = mean_bias * t_x_mean
    t_xy = x_mean * t59 + y_bias * t60 + t_mean_bias * t7
    t_p_t_mean = t9
    t61 = inverse_resolved(t18)
    t62 = t_xy * c
    t_p_mean = -t_x_mean * t8 - x_mean * t62 * t61 + x_mean * t_xx * t8 * t61 * c
    p_t_mean = dot(p, t_mean, dim)
    p_t_bias = dot(p, t_bias, dim)
    t_pp = t_p_mean * t36 + 2 * y_bias * p_t_bias + 2 * bias_p * t_y_bias + 2 * t_p_t_mean * p_t_mean
    mean_t_v = dot(mean, t_v, dim)
    v_t_mean = dot(v, t_mean, dim)
    t_v_mean = mean_t_v + v_t_mean
    t63 = x_mean * t_v_mean
    t_xv = t63 + v_mean * t_x_mean
    p_t_v = dot(p, t_v, dim)
    v_t_bias = dot(v, t_bias, dim)
    t_vp = p_t_v + y_bias * v_t_bias + v_mean * t_p_mean + v_bias * t_y_bias + t_p_t_mean * v_t_mean
    t_a = t62 + xy * t_c - t11 * t4 * t57 - t12 * t2 * t55
    t64 = t16**2
    t65 = 4 * t64
    t66 = 2 * pp
    t67 = t64 * c**3
    t68 = t_a * c
    t_twice = t_c * (2 * t16 - t15 * t65) - a * t68 * t65 - t_xx * t66 * t67 - 2 * t_pp * xx * t67
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t_mean_p = p_t_mean + t59 + y_bias * mean_t_bias + mean_t_mean * t_p_t_mean + t_p_mean * mean_mean
    t69 = twice * vp**2
    t70 = twice * t26
    t71 = t10 * t70
    t72 = 2 * t35
    t73 = t35 * t36
    t74 = x_mean * t73
    t75 = 2 * scale
    t76 = pp * t21
    t77 = t22 * t75
    t78 = 4 * scale
    t79 = t30 * scale
    t80 = 4 * x_mean * mean_p
    t81 = c * t17
    t82 = 2 * t81
    t83 = t35 * t66
    t84 = t_xx * c
    t85 = xv * twice
    t86 = t30 * t23
    t87 = 2 * t86
    t88 = t0 * t5
    t89 = t_pp * c
    t90 = twice * t10
    t91 = x_mean * a
    t92 = t37 * t23
    t93 = pp * c
    t94 = t_xv * c
    t95 = t_vp * c
    t96 = vp * t26
    t97 = t_twice * c
    t_vx = (
        t_c
        * (
            t39
            + c
            * (
                -t28 * t71
                - t28 * t74
                - vp * t72 * t14
                - t69 * xx * t26
                + 2 * x_mean * vp * mean_p * t30 * xx * t22 * t17
                + 2 * xv * t30 * pp * mean_mean * t22 * t5 * t17
            )
        )
        + t_vv * t81
        + t68 * (t28 * t72 + t85 * t96 - vp * t74 - t90 * t96 + vp * t87 * t6 - x_mean * xv * t92)
        + t84 * (-t69 * t82 - vp * t83 * c + 2 * x_mean * vp * mean_p * t30 * t22 * c * t17)
        + t89 * (t24 + xv * t87 * t88 - xv * t74 * c - t10 * t85 * t82)
        + t94 * (a * t83 + t27 * t70 - t74 * t93 - t91 * t92 + t86 * t66 * t88 - t90 * t66 * t81)
        + t95
        * (
            -a * t71
            - t19 * t70
            - t73 * t91
            - t83 * t18
            + 2 * twice * t20 * t17
            + 2 * a * t30 * mean_mean * t22 * t5 * t17
            + 2 * x_mean * mean_p * t30 * xx * t22 * c * t17
        )
        + t97 * (t20 * t96 + t70 * t32 + t70 * t76 - t10 * t30 * t26 - t25 * t30 * t80 * t17)
        + t_scale * c * (vv * t75 + t32 * t77 + t76 * t77 + vp * t25 * t78 - t10 * t33 * t78 - t20 * t79 * t80 * t22)
        + t_x_mean * c * (-t38 - v_mean * t34 + 2 * x_mean * mean_mean * t22 * t31 * t17)
        - t33 * t63 * t82
        + t54 * t23 * t31 * t5
        - t_mean_p * t30 * t35 * t58 * c
    )
    t_su = t_bb * d_sn(bb, 1)
    t_sv = t_vx * d_sn(vx, 0)
    t_tv = -t_vx * t41 / 2
    bias_t_v = dot(bias, t_v, dim)
    t_v_bias = v_t_bias + bias_t_v
    t_bias_p = p_t_bias + y_bias * bias_t_bias + mean_bias * t_p_mean + t_y_bias * bias_bias + bias_t_mean * t_p_t_mean
    t98 = twice * scale
    t99 = bias_p * t98
    t100 = vp * xx
    t101 = t43 * t98
    t102 = sv * t_scale
    t103 = t49 * c
    t104 = t103 * t33
    t105 = twice * t49
    t106 = vp * t105
    t_overlap = (
        t_c * (t46 + sv * c * (-t100 * t99 - t101 * t28))
        + t_v_bias * t103
        - t104 * t60
        + sv * t68 * (-vp * t101 + xv * twice * bias_p * scale)
        + sv * t94 * (-t101 * t93 + a * twice * bias_p * scale)
        + sv * t95 * (-a * t101 - t99 * t18)
        + sv * t97 * (-t43 * t79 + bias_p * t20 * scale)
        + t_sv * t45 * c
        + t_bias_p * t50 * c
        + t102 * c * (v_bias + t42 - t44)
        - x_mean * t_mean_bias * t104
        - bias_p * t_xx * t106 * t13
        - t_pp * t43 * t49 * t85 * t13
    )
    t_space_t_v = t49
    t107 = twice * t27
    t108 = twice * t51
    t109 = t105 * t19
    t_space_t_mean = -t_p_t_mean * t109 - t107 * t51 - t108 * t29 + xv * a * twice * sv * t_p_t_mean * scale
    t110 = t_sv * scale
    t_space_v = t102 + t110
    t111 = twice * t19
    t_space_p = (
        -t102 * t111
        - t106 * t84
        - t110 * t111
        - t_c * t100 * t105
        - t_vp * t105 * t18
        - t_twice * t19 * t49
        + xv * a * twice * sv * t_scale
        + xv * a * twice * t_sv * scale
        + xv * a * sv * t_twice * scale
        + xv * twice * sv * t_a * scale
        + a * twice * sv * t_xv * scale
    )
    t112 = x_mean * t107
    t113 = t_twice * t51
    t114 = t_x_mean * t105
    t115 = x_mean * twice * t29
    t_space_mean = (
        -t_p_mean * t109
        - t102 * t112
        - t102 * t115
        - t110 * t112
        - t110 * t115
        - t113 * t27
        - t113 * t29
        - t114 * t27
        - t114 * t29
        - vp * t_a * t108
        - a * t_vp * t108
        - t_c * t108 * t28
        - t108 * t94 * pp
        - t51 * t85 * t89
        + xv * a * twice * sv * t_p_mean * scale
    )
    t_space_t_bias = -t48 + su * tv - y_bias * t109 + y_bias * xv * a * twice * sv * scale
    t_space_bias = (
        su * t_tv
        + tv * t_su
        - t_y_bias * t109
        - t_overlap * t47
        - overlap * t_bb * t4 * t56 / 4
        + xv * a * twice * sv * t_y_bias * scale
    )
    space_t_v = dot(space, t_v, dim)
    space_t_mean = dot(space, t_mean, dim)
    v_space = dot(v, space, dim)
    p_space = dot(p, space, dim)
    mean_space = dot(mean, space, dim)
    space_t_bias = dot(space, t_bias, dim)
    bias_space = dot(bias, space, dim)
    t_space_space = (
        2 * t_space_t_v * space_t_v
        + 2 * t_space_t_mean * space_t_mean
        + 2 * t_space_v * v_space
        + 2 * t_space_p * p_space
        + 2 * t_space_mean * mean_space
        + 2 * t_space_t_bias * space_t_bias
        + 2 * t_space_bias * bias_space
    )
    t_square = t_c * space_space + t_space_space * c
    t116 = 1 / (square + t53**2)
    t_out_space = (
        t_square * d_arc(square, t53)
        + su * t_overlap * t116
        + overlap * t_su * t116
        - t_tv * t116 * t52
        + tv * t_bb * t116 * t40 / 2
    )
    return (
        combine(
            (out_space * t_space_v, v),
            (out_space * t_space_mean, mean),
            (out_space * t_space_p, p),
            (out_space * t_space_bias, bias),
            (out_space * t_space_t_v, t_v),
            (out_space * t_space_t_mean, t_mean),
            (out_space * t_space_t_bias, t_bias),
            (t_out_space, space),
        ),
        t_v_mean,
        t_vp,
        t_vv,
        t_v_bias,
        t_space_space,
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
        \mathrm{mm} = \mathrm{mean\_mean} c
        \mathrm{bias\_bias} = \langle \mathrm{bias}, \mathrm{bias} \rangle
        \mathrm{bb} = \mathrm{bias\_bias} c
        \mathrm{x\_mean} = \frac{\operatorname{sn}\left(\frac{\mathrm{mm}}{4}\right)}{2}
        \mathrm{y\_bias} = \frac{\operatorname{sn}\left(\frac{\mathrm{bb}}{4}\right)}{2}
        \mathrm{xx} = \mathrm{mean\_mean} \mathrm{x\_mean}^{2}
        \mathrm{mean\_bias} = \langle \mathrm{mean}, \mathrm{bias} \rangle
        \mathrm{xy} = \mathrm{mean\_bias} \mathrm{x\_mean} \mathrm{y\_bias}
        p = \mathrm{bias} \mathrm{y\_bias} - \mathrm{mean} \mathrm{x\_mean} \operatorname{quotient}\left(\mathrm{xy}, \mathrm{xx}, c\right)
        \mathrm{pp} = \langle p, p \rangle
        \mathrm{v\_mean} = \langle v, \mathrm{mean} \rangle
        \mathrm{xv} = \mathrm{v\_mean} \mathrm{x\_mean}
        \mathrm{vp} = \langle v, p \rangle
        a = \mathrm{xy} c + \operatorname{cs}\left(\frac{\mathrm{bb}}{4}\right) \operatorname{cs}\left(\frac{\mathrm{mm}}{4}\right)
        \mathrm{twice} = 2 c \operatorname{inverse}\left(a^{2} + \mathrm{pp} \mathrm{xx} c^{2}\right)
        \mathrm{vv} = \langle v, v \rangle
        \mathrm{mean\_p} = \langle \mathrm{mean}, p \rangle
        \mathrm{vx} = c \left(\mathrm{vv} \mathrm{scale}^{2} + \mathrm{pp} \mathrm{scale}^{2} \mathrm{twice}^{2} \left(\mathrm{xv} a - \mathrm{vp} \mathrm{xx} c\right)^{2} + 2 \mathrm{twice} \mathrm{vp} \mathrm{scale}^{2} \left(\mathrm{xv} a - \mathrm{vp} \mathrm{xx} c\right) + \mathrm{mean\_mean} \mathrm{scale}^{2} \mathrm{twice}^{2} \mathrm{x\_mean}^{2} \left(\mathrm{vp} a + \mathrm{pp} \mathrm{xv} c\right)^{2} - 2 \mathrm{twice} \mathrm{v\_mean} \mathrm{x\_mean} \mathrm{scale}^{2} \left(\mathrm{vp} a + \mathrm{pp} \mathrm{xv} c\right) - 2 \mathrm{mean\_p} \mathrm{x\_mean} \mathrm{scale}^{2} \mathrm{twice}^{2} \left(\mathrm{vp} a + \mathrm{pp} \mathrm{xv} c\right) \left(\mathrm{xv} a - \mathrm{vp} \mathrm{xx} c\right)\right)
        \mathrm{su} = \operatorname{sn}\left(\mathrm{bb}\right)
        \mathrm{sv} = \operatorname{sn}\left(\mathrm{vx}\right)
        \mathrm{tv} = \operatorname{cs}\left(\mathrm{vx}\right)
        \mathrm{v\_bias} = \langle v, \mathrm{bias} \rangle
        \mathrm{bias\_p} = \langle \mathrm{bias}, p \rangle
        \mathrm{overlap} = \mathrm{sv} c \left(\mathrm{scale} \mathrm{v\_bias} + \mathrm{bias\_p} \mathrm{scale} \mathrm{twice} \left(\mathrm{xv} a - \mathrm{vp} \mathrm{xx} c\right) - \mathrm{mean\_bias} \mathrm{scale} \mathrm{twice} \mathrm{x\_mean} \left(\mathrm{vp} a + \mathrm{pp} \mathrm{xv} c\right)\right)
        \mathrm{space} = \mathrm{bias} \left(\mathrm{su} \mathrm{tv} - \frac{\mathrm{overlap} \operatorname{sn}^{2}\left(\frac{\mathrm{bb}}{4}\right)}{2}\right) + \mathrm{scale} \mathrm{sv} v + \mathrm{scale} \mathrm{sv} \mathrm{twice} p \left(\mathrm{xv} a - \mathrm{vp} \mathrm{xx} c\right) - \mathrm{mean} \mathrm{scale} \mathrm{sv} \mathrm{twice} \mathrm{x\_mean} \left(\mathrm{vp} a + \mathrm{pp} \mathrm{xv} c\right)
        \mathrm{space\_space} = \langle \mathrm{space}, \mathrm{space} \rangle
        \mathrm{square} = \mathrm{space\_space} c
        \mathrm{out\_space} = \operatorname{arc}\left(\mathrm{square}, \mathrm{tv} \operatorname{cs}\left(\mathrm{bb}\right) - \mathrm{overlap} \mathrm{su}\right)
        \mathrm{out} = \mathrm{out\_space} \mathrm{space}

    Cost: 11 inner products, 111 further operations; backward 13 inner products, 543 further operations. Saved:
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
