"""Layer operations in frame coordinates on the sphere (curvature +c).

Generated from specs/frame.py by `manifuse ops generate`; do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

from ...compile.functions import cs, d_sn, d_tn, sn, tn
from ...compile.guards import arc, asin_c, cos_c, d_arc, d_asin_c, d_sin_c, inverse, inverse_root, root, sin_c
from ...compile.runtime import Formulas, Operation, combine, dot, row_sum

__all__ = ["add", "affine", "bound", "dist", "midpoint0", "normalize", "score", "sqdist"]


def _dist(u: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    t0 = uu * c
    formed = sn(t0, 1) * u
    vv = dot(v, v, dim)
    t1 = vv * c
    formed_2 = sn(t1, 1) * v
    formed_3 = formed_2 - formed
    formed_4 = formed + formed_2
    formed_formed = dot(formed_4, formed_4, dim)
    formed_formed_2 = dot(formed_3, formed_3, dim)
    t2 = sn(t0 / 4, 1) ** 2 / 2
    t3 = sn(t1 / 4, 1) ** 2
    t4 = formed_formed_2 + c * (t3 * vv / 2 - t2 * uu) ** 2
    t5 = c / 4
    out = arc(t4 * t5, root((2 - t2 * t0 - t3 * t1 / 2) ** 2 / 4 + formed_formed * t5)) * root(t4)
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
    t1 = sn(t0, 1)
    formed = t1 * u
    t2 = vv * c
    t3 = sn(t2, 1)
    formed_2 = t3 * v
    formed_3 = formed_2 - formed
    formed_4 = formed + formed_2
    t15 = c / 4
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
    t16 = t14 * t15
    t17 = t0 / 2
    t18 = t2 / 2
    t19 = 2 - t10 * t18 - t17 * t6
    t20 = formed_formed / 4
    t21 = t19**2 / 4 + t20 * c
    t22 = root(t21)
    t23 = arc(t16, t22) * inverse_root(t14) / 2
    t24 = root(t14)
    t25 = d_arc(t16, t22)
    d_formed_formed = g_formed_formed_2 + g_out * (t23 + t25 * t24 * t15)
    t26 = inverse_root(t21) / (t16 + t22**2)
    t27 = t26 / 8
    d_formed_formed_2 = g_formed_formed - g_out * t27 * t24 * c
    d_formed_formed_3 = 2 * d_formed_formed_2
    d_formed_formed_4 = 2 * d_formed_formed
    if needs[1] or needs[2]:
        v_formed = dot(v, formed_4, dim)
        v_formed_2 = dot(v, formed_3, dim)
    if needs[0] or needs[1]:
        t28 = c**2
    if needs[1] or needs[2]:
        t29 = d_sn(t8, 1)
        t30 = t29 * t9
        t31 = t30 / 2
    if needs[0] or needs[1]:
        t32 = t19 * t27
    if needs[1]:
        t33 = t10 + t30 * t18
    if needs[0] or needs[1]:
        t34 = t11 * t25 * t28 / 4
    t35 = t11 * c
    if needs[0] or needs[1]:
        t36 = t23 * t35
    if needs[1] or needs[2]:
        t37 = d_sn(t2, 1)
    if needs[1]:
        t38 = t37 * c
    if needs[1] or needs[2]:
        t39 = d_formed_formed_3 * v_formed
        t40 = d_formed_formed_4 * v_formed_2
    if needs[1]:
        d_vv = (
            g_vv + g_out * (t33 * t36 + t24 * (t33 * t34 - t32 * (-t10 * c - t31 * vv * t28))) + t38 * t39 + t38 * t40
        )
    if needs[0] or needs[2]:
        d_formed_formed_5 = -d_formed_formed_4
        u_formed = dot(u, formed_4, dim)
        u_formed_2 = dot(u, formed_3, dim)
        t41 = t5 * d_sn(t4, 1)
        t42 = t41 / 2
    if needs[0]:
        t43 = -t6 - t41 * t17
    if needs[0] or needs[2]:
        t44 = d_sn(t0, 1)
    if needs[0]:
        t45 = t44 * c
    if needs[0] or needs[2]:
        t46 = d_formed_formed_3 * u_formed
        t47 = d_formed_formed_5 * u_formed_2
    if needs[0]:
        d_uu = g_uu + g_out * (t36 * t43 + t24 * (t34 * t43 - t32 * (-t6 * c - t42 * uu * t28))) + t45 * t46 + t45 * t47
        d_u_formed = d_formed_formed_3 * t1
        d_u_formed_2 = d_formed_formed_5 * t1
        d_u_u = 2 * d_uu
    if needs[1]:
        d_v_formed = d_formed_formed_3 * t3
        d_v_formed_2 = d_formed_formed_4 * t3
        d_v_v = 2 * d_vv
    if needs[2]:
        t48 = t42 * uu**2
        t49 = vv**2
        t50 = t12 + t35 * (-t48 + t29 * t9 * t49 / 2)
        t51 = t37 * vv
        t52 = t44 * uu
        d_c = (
            g_out
            * (
                t23 * t50
                + t24
                * (
                    t25 * (formed_formed_2 / 4 + t13 / 4 + t50 * t15)
                    - t26 * (t20 + t19 * (-t7 - t48 * c - vv * t10 - t31 * t49 * c) / 4) / 2
                )
            )
            + t39 * t51
            + t40 * t51
            + t46 * t52
            + t47 * t52
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
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_formed_t_u = t1
    t4 = d_sn(t0, 1)
    t_formed_u = t_c * t4 * uu + t_uu * t4 * c
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t_formed_t_v = t3
    t5 = d_sn(t2, 1)
    t_formed_v = t_c * t5 * vv + t_vv * t5 * c
    t_formed_u_2 = -t_formed_u
    t_formed_t_u_2 = -t_formed_t_u
    u_formed = dot(u, formed_4, dim)
    formed_t_u = dot(formed_4, t_u, dim)
    v_formed = dot(v, formed_4, dim)
    formed_t_v = dot(formed_4, t_v, dim)
    t6 = 2 * t_formed_t_v
    t7 = 2 * t_formed_v
    t_formed_formed = v_formed * t7 + formed_t_v * t6 + 2 * t_formed_t_u * formed_t_u + 2 * t_formed_u * u_formed
    u_formed_2 = dot(u, formed_3, dim)
    formed_t_u_2 = dot(formed_3, t_u, dim)
    v_formed_2 = dot(v, formed_3, dim)
    formed_t_v_2 = dot(formed_3, t_v, dim)
    t_formed_formed_2 = (
        v_formed_2 * t7 + formed_t_v_2 * t6 + 2 * t_formed_u_2 * u_formed_2 + 2 * t_formed_t_u_2 * formed_t_u_2
    )
    t8 = t0 / 4
    t9 = sn(t8, 1)
    t10 = t9**2
    t11 = uu * t10
    t12 = t2 / 4
    t13 = sn(t12, 1)
    t14 = t13**2
    t15 = -t11 / 2 + vv * t14 / 2
    t16 = t15**2
    t17 = t16 * c
    t18 = t9 * d_sn(t8, 1) / 2
    t19 = t18 * uu**2
    t20 = vv**2
    t21 = d_sn(t12, 1)
    t22 = t15 * c
    t23 = t16 + t22 * (-t19 + t13 * t21 * t20 / 2)
    t24 = c / 4
    t27 = 2 - t0 * t10 / 2 - t14 * t2 / 2
    t28 = formed_formed / 4
    t25 = formed_formed_2 + t17
    t26 = t25 * t24
    t29 = t27**2 / 4 + t28 * c
    t30 = root(t29)
    t31 = d_arc(t26, t30)
    t32 = t13 * t21 / 2
    t33 = inverse_root(t29) / (t26 + t30**2)
    t34 = root(t25)
    t35 = arc(t26, t30) * inverse_root(t25) / 2
    t36 = c**2
    t37 = t33 / 8
    t38 = t27 * t37
    t39 = -t10 - t18 * t0
    t40 = t15 * t31 * t36 / 4
    t41 = t22 * t35
    t42 = t14 + t32 * t2
    t_out = (
        t_c
        * (
            t23 * t35
            + t34
            * (
                t31 * (formed_formed_2 / 4 + t17 / 4 + t23 * t24)
                - t33 * (t28 + t27 * (-t11 - t19 * c - vv * t14 - t32 * t20 * c) / 4) / 2
            )
        )
        + t_uu * (t39 * t41 + t34 * (t39 * t40 - t38 * (-t10 * c - t18 * uu * t36)))
        + t_vv * (t41 * t42 + t34 * (t40 * t42 - t38 * (-t14 * c - t32 * vv * t36)))
        + t_formed_formed_2 * (t35 + t31 * t34 * t24)
        - t_formed_formed * t37 * t34 * c
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
        \mathrm{out} = \operatorname{arc}\left(\frac{c \left(\mathrm{formed\_formed\_2} + c \left(\frac{\mathrm{vv} \operatorname{sn}^{2}\left(\frac{\mathrm{vv} c}{4}\right)}{2} - \frac{\mathrm{uu} \operatorname{sn}^{2}\left(\frac{\mathrm{uu} c}{4}\right)}{2}\right)^{2}\right)}{4}, \operatorname{root}\left(\frac{\left(2 - \frac{\mathrm{uu} c \operatorname{sn}^{2}\left(\frac{\mathrm{uu} c}{4}\right)}{2} - \frac{\mathrm{vv} c \operatorname{sn}^{2}\left(\frac{\mathrm{vv} c}{4}\right)}{2}\right)^{2}}{4} + \frac{\mathrm{formed\_formed} c}{4}\right)\right) \operatorname{root}\left(\mathrm{formed\_formed\_2} + c \left(\frac{\mathrm{vv} \operatorname{sn}^{2}\left(\frac{\mathrm{vv} c}{4}\right)}{2} - \frac{\mathrm{uu} \operatorname{sn}^{2}\left(\frac{\mathrm{uu} c}{4}\right)}{2}\right)^{2}\right)

    Cost: 4 inner products, 37 further operations; backward 4 inner products, 166 further operations. Saved: the
    inputs and 4 scalars per row. Computed in float64 for float32 inputs.
    """
    result: Tensor = _dist_op(u, v, c, dim=dim)
    return result


def _sqdist(u: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    t0 = uu * c
    formed = sn(t0, 1) * u
    vv = dot(v, v, dim)
    t1 = vv * c
    formed_2 = sn(t1, 1) * v
    formed_3 = formed_2 - formed
    formed_4 = formed + formed_2
    formed_formed = dot(formed_4, formed_4, dim)
    formed_formed_2 = dot(formed_3, formed_3, dim)
    t2 = sn(t0 / 4, 1) ** 2 / 2
    t3 = sn(t1 / 4, 1) ** 2
    t4 = formed_formed_2 + c * (t3 * vv / 2 - t2 * uu) ** 2
    t5 = c / 4
    out = t4 * arc(t4 * t5, root((2 - t2 * t0 - t3 * t1 / 2) ** 2 / 4 + formed_formed * t5)) ** 2
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
    t17 = t0 / 2
    t18 = t2 / 2
    t19 = 2 - t10 * t18 - t17 * t6
    t20 = formed_formed / 4
    t21 = t19**2 / 4 + t20 * c
    t22 = root(t21)
    t23 = arc(t16, t22)
    t24 = t23**2
    t25 = t23 * t14
    t26 = d_arc(t16, t22)
    t27 = t26 / 2
    d_formed_formed = g_formed_formed_2 + g_out * (t24 + t25 * t27 * c)
    t28 = inverse_root(t21) / (t16 + t22**2)
    d_formed_formed_2 = g_formed_formed - g_out * t23 * t28 * t16
    d_formed_formed_3 = 2 * d_formed_formed_2
    d_formed_formed_4 = 2 * d_formed_formed
    if needs[1] or needs[2]:
        v_formed = dot(v, formed_4, dim)
        v_formed_2 = dot(v, formed_3, dim)
        t29 = d_sn(t8, 1)
        t30 = t29 * t9
    if needs[1]:
        t31 = t10 + t30 * t18
    if needs[0] or needs[1]:
        t32 = c**2
        t33 = t11 * t27 * t32
    if needs[1] or needs[2]:
        t34 = t30 / 2
    t35 = t19 / 4
    if needs[0] or needs[1]:
        t36 = t28 * t35
    t37 = t11 * c
    if needs[0] or needs[1]:
        t38 = t37 * t24
    if needs[1] or needs[2]:
        t39 = d_sn(t2, 1)
    if needs[1]:
        t40 = t39 * c
    if needs[1] or needs[2]:
        t41 = d_formed_formed_3 * v_formed
        t42 = d_formed_formed_4 * v_formed_2
    if needs[1]:
        d_vv = (
            g_vv + g_out * (t25 * (t31 * t33 - t36 * (-t10 * c - t34 * vv * t32)) + t31 * t38) + t40 * t41 + t40 * t42
        )
    if needs[0] or needs[2]:
        d_formed_formed_5 = -d_formed_formed_4
        u_formed = dot(u, formed_4, dim)
        u_formed_2 = dot(u, formed_3, dim)
        t43 = t5 * d_sn(t4, 1)
    if needs[0]:
        t44 = -t6 - t43 * t17
    if needs[0] or needs[2]:
        t45 = t43 / 2
        t46 = d_sn(t0, 1)
    if needs[0]:
        t47 = t46 * c
    if needs[0] or needs[2]:
        t48 = d_formed_formed_3 * u_formed
        t49 = d_formed_formed_5 * u_formed_2
    if needs[0]:
        d_uu = g_uu + g_out * (t25 * (t33 * t44 - t36 * (-t6 * c - t45 * uu * t32)) + t38 * t44) + t47 * t48 + t47 * t49
        d_u_formed = d_formed_formed_3 * t1
        d_u_formed_2 = d_formed_formed_5 * t1
        d_u_u = 2 * d_uu
    if needs[1]:
        d_v_formed = d_formed_formed_3 * t3
        d_v_formed_2 = d_formed_formed_4 * t3
        d_v_v = 2 * d_vv
    if needs[2]:
        t50 = t45 * uu**2
        t51 = vv**2
        t52 = t12 + t37 * (-t50 + t29 * t9 * t51 / 2)
        t53 = t39 * vv
        t54 = t46 * uu
        d_c = (
            g_out
            * (
                t25
                * (
                    -t28 * (t20 + t35 * (-t7 - t50 * c - vv * t10 - t34 * t51 * c))
                    + 2 * t26 * (formed_formed_2 / 4 + t13 / 4 + t52 * t15)
                )
                + t52 * t24
            )
            + t41 * t53
            + t42 * t53
            + t48 * t54
            + t49 * t54
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
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_formed_t_u = t1
    t4 = d_sn(t0, 1)
    t_formed_u = t_c * t4 * uu + t_uu * t4 * c
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t_formed_t_v = t3
    t5 = d_sn(t2, 1)
    t_formed_v = t_c * t5 * vv + t_vv * t5 * c
    t_formed_u_2 = -t_formed_u
    t_formed_t_u_2 = -t_formed_t_u
    u_formed = dot(u, formed_4, dim)
    formed_t_u = dot(formed_4, t_u, dim)
    v_formed = dot(v, formed_4, dim)
    formed_t_v = dot(formed_4, t_v, dim)
    t6 = 2 * t_formed_t_v
    t7 = 2 * t_formed_v
    t_formed_formed = v_formed * t7 + formed_t_v * t6 + 2 * t_formed_t_u * formed_t_u + 2 * t_formed_u * u_formed
    u_formed_2 = dot(u, formed_3, dim)
    formed_t_u_2 = dot(formed_3, t_u, dim)
    v_formed_2 = dot(v, formed_3, dim)
    formed_t_v_2 = dot(formed_3, t_v, dim)
    t_formed_formed_2 = (
        v_formed_2 * t7 + formed_t_v_2 * t6 + 2 * t_formed_u_2 * u_formed_2 + 2 * t_formed_t_u_2 * formed_t_u_2
    )
    t8 = t0 / 4
    t9 = sn(t8, 1)
    t10 = t9**2
    t11 = uu * t10
    t12 = t2 / 4
    t13 = sn(t12, 1)
    t14 = t13**2
    t15 = -t11 / 2 + vv * t14 / 2
    t16 = t15**2
    t17 = t16 * c
    t19 = c / 4
    t18 = formed_formed_2 + t17
    t20 = t18 * t19
    t24 = formed_formed / 4
    t21 = t0 / 2
    t22 = t2 / 2
    t23 = 2 - t10 * t21 - t14 * t22
    t25 = t23**2 / 4 + t24 * c
    t26 = root(t25)
    t27 = arc(t20, t26)
    t28 = t27**2
    t29 = t9 * d_sn(t8, 1)
    t30 = t29 / 2
    t31 = t30 * uu**2
    t32 = vv**2
    t33 = d_sn(t12, 1)
    t34 = t15 * c
    t35 = t16 + t34 * (-t31 + t13 * t33 * t32 / 2)
    t36 = d_arc(t20, t26)
    t37 = t13 * t33
    t38 = t37 / 2
    t39 = t23 / 4
    t40 = inverse_root(t25) / (t20 + t26**2)
    t41 = t27 * t18
    t42 = -t10 - t29 * t21
    t43 = c**2
    t44 = t36 / 2
    t45 = t15 * t44 * t43
    t46 = t39 * t40
    t47 = t34 * t28
    t48 = t14 + t37 * t22
    t_out = (
        t_c
        * (
            t35 * t28
            + t41
            * (
                -t40 * (t24 + t39 * (-t11 - t31 * c - vv * t14 - t38 * t32 * c))
                + 2 * t36 * (formed_formed_2 / 4 + t17 / 4 + t35 * t19)
            )
        )
        + t_uu * (t41 * (t42 * t45 - t46 * (-t10 * c - t30 * uu * t43)) + t42 * t47)
        + t_vv * (t41 * (t45 * t48 - t46 * (-t14 * c - t38 * vv * t43)) + t47 * t48)
        + t_formed_formed_2 * (t28 + t41 * t44 * c)
        - t_formed_formed * t27 * t40 * t20
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
        \mathrm{out} = \operatorname{arc}^{2}\left(\frac{c \left(\mathrm{formed\_formed\_2} + c \left(\frac{\mathrm{vv} \operatorname{sn}^{2}\left(\frac{\mathrm{vv} c}{4}\right)}{2} - \frac{\mathrm{uu} \operatorname{sn}^{2}\left(\frac{\mathrm{uu} c}{4}\right)}{2}\right)^{2}\right)}{4}, \operatorname{root}\left(\frac{\left(2 - \frac{\mathrm{uu} c \operatorname{sn}^{2}\left(\frac{\mathrm{uu} c}{4}\right)}{2} - \frac{\mathrm{vv} c \operatorname{sn}^{2}\left(\frac{\mathrm{vv} c}{4}\right)}{2}\right)^{2}}{4} + \frac{\mathrm{formed\_formed} c}{4}\right)\right) \left(\mathrm{formed\_formed\_2} + c \left(\frac{\mathrm{vv} \operatorname{sn}^{2}\left(\frac{\mathrm{vv} c}{4}\right)}{2} - \frac{\mathrm{uu} \operatorname{sn}^{2}\left(\frac{\mathrm{uu} c}{4}\right)}{2}\right)^{2}\right)

    Cost: 4 inner products, 37 further operations; backward 4 inner products, 163 further operations. Saved: the
    inputs and 4 scalars per row. Computed in float64 for float32 inputs.
    """
    result: Tensor = _sqdist_op(u, v, c, dim=dim)
    return result


def _add(u: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    ux = uu * c
    vv = dot(v, v, dim)
    vx = vv * c
    su = sn(ux, 1)
    sv = sn(vx, 1)
    tv = cs(vx, 1)
    uv = dot(u, v, dim)
    overlap = uv * sv * c
    space = combine((su * tv - overlap * sn(ux / 4, 1) ** 2 / 2, u), (sv, v))
    space_space = dot(space, space, dim)
    out_space = arc(space_space * c, tv * cs(ux, 1) - overlap * su)
    return (out_space * space, uu, vv, uv, space_space)


def _add_vjp(
    u: Tensor,
    v: Tensor,
    c: Tensor,
    uu: Tensor,
    vv: Tensor,
    uv: Tensor,
    space_space: Tensor,
    g_out: Tensor,
    g_uu: Tensor,
    g_vv: Tensor,
    g_uv: Tensor,
    g_space_space: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    ux = uu * c
    vx = vv * c
    t0 = sn(ux, 1)
    su = t0
    t1 = sn(vx, 1)
    sv = t1
    tv = cs(vx, 1)
    t2 = sv * c
    overlap = uv * t2
    t3 = ux / 4
    t4 = sn(t3, 1)
    t5 = t4**2 / 2
    t6 = su * tv - overlap * t5
    space = combine((t6, u), (sv, v))
    t7 = space_space * c
    t8 = cs(ux, 1)
    t9 = tv * t8 - overlap * su
    out_space = arc(t7, t9)
    space_g_out = dot(space, g_out, dim)
    t10 = space_g_out * d_arc(t7, t9)
    d_space_space = g_space_space + t10 * c
    d_space_space_2 = 2 * d_space_space
    u_g_out = dot(u, g_out, dim)
    u_space = dot(u, space, dim)
    if needs[1] or needs[2]:
        v_g_out = dot(v, g_out, dim)
        v_space = dot(v, space, dim)
    t11 = out_space * u_g_out
    t12 = d_space_space_2 * u_space
    t13 = 1 / (t7 + t9**2)
    d_overlap = -t11 * t5 - t12 * t5 + space_g_out * su * t13
    if needs[0] or needs[1]:
        d_uv = g_uv + d_overlap * t2
    t14 = space_g_out * t13
    if needs[1] or needs[2]:
        d_tv = su * t11 + su * t12 - t14 * t8
        t15 = uv * d_overlap
        d_sv = out_space * v_g_out + d_space_space_2 * v_space + t15 * c
    if needs[0] or needs[2]:
        d_su = overlap * t14 + tv * t11 + tv * t12
    if needs[1] or needs[2]:
        d_vx = d_sv * d_sn(vx, 1) - d_tv * t1 / 2
    if needs[1]:
        d_vv = g_vv + d_vx * c
    if needs[0] or needs[2]:
        t16 = overlap * t4 * d_sn(t3, 1) / 4
        d_ux = d_su * d_sn(ux, 1) - t11 * t16 - t12 * t16 + space_g_out * tv * t0 * t13 / 2
    if needs[0]:
        d_uu = g_uu + d_ux * c
        d_u_g_out = out_space * t6
        d_u_space = d_space_space_2 * t6
        d_u_u = 2 * d_uu
    if needs[1]:
        d_v_g_out = out_space * sv
        d_v_space = d_space_space_2 * sv
        d_v_v = 2 * d_vv
    if needs[2]:
        d_c = d_vx * vv + d_ux * uu + sv * t15 + t10 * space_space
    return (
        combine((d_u_g_out, g_out), (d_u_space, space), (d_uv, v), (d_u_u, u)) if needs[0] else None,
        combine((d_v_g_out, g_out), (d_v_space, space), (d_uv, u), (d_v_v, v)) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _add_jvp(
    u: Tensor,
    v: Tensor,
    c: Tensor,
    uu: Tensor,
    vv: Tensor,
    uv: Tensor,
    space_space: Tensor,
    t_u: Tensor,
    t_v: Tensor,
    t_c: Tensor,
    dim: int,
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
    t6 = su * tv - overlap * t5
    space = combine((t6, u), (sv, v))
    t7 = space_space * c
    t8 = cs(ux, 1)
    t9 = tv * t8 - overlap * su
    out_space = arc(t7, t9)
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_ux = t_c * uu + t_uu * c
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t_vx = t_c * vv + t_vv * c
    t_su = t_ux * d_sn(ux, 1)
    t_sv = t_vx * d_sn(vx, 1)
    t_tv = -t_vx * t1 / 2
    v_t_u = dot(v, t_u, dim)
    u_t_v = dot(u, t_v, dim)
    t_uv = v_t_u + u_t_v
    t_overlap = t_c * t2 + uv * t_sv * c + t_uv * sv * c
    t_space_t_u = t6
    t_space_u = t_su * tv + t_tv * su - t_overlap * t5 - overlap * t_ux * t4 * d_sn(t3, 1) / 4
    space_t_u = dot(space, t_u, dim)
    space_t_v = dot(space, t_v, dim)
    u_space = dot(u, space, dim)
    v_space = dot(v, space, dim)
    t_space_space = 2 * t_sv * v_space + 2 * t_space_t_u * space_t_u + 2 * t_space_u * u_space + 2 * space_t_v * sv
    t10 = 1 / (t7 + t9**2)
    t11 = d_arc(t7, t9)
    t_out_space = (
        overlap * t_su * t10
        + t_c * t11 * space_space
        + t_overlap * su * t10
        + t_space_space * t11 * c
        - t_tv * t10 * t8
        + t_ux * tv * t0 * t10 / 2
    )
    return (
        combine(
            (out_space * t_space_u, u),
            (out_space * t_sv, v),
            (out_space * t_space_t_u, t_u),
            (out_space * sv, t_v),
            (t_out_space, space),
        ),
        t_uu,
        t_vv,
        t_uv,
        t_space_space,
    )


_add_op = Operation(
    "add",
    Formulas(_add, _add_vjp, _add_jvp),
    inputs=(("u", "vector"), ("v", "vector"), ("c", "scalar")),
    results=("vector",),
)


def add(u: Tensor, v: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Residual sum log0 exp_x(PT_{o→x} v) at the point x of u: Möbius addition in frame coordinates.

    Formula (LaTeX)::

        \mathrm{uu} = \langle u, u \rangle
        \mathrm{ux} = \mathrm{uu} c
        \mathrm{vv} = \langle v, v \rangle
        \mathrm{vx} = \mathrm{vv} c
        \mathrm{su} = \operatorname{sn}\left(\mathrm{ux}\right)
        \mathrm{sv} = \operatorname{sn}\left(\mathrm{vx}\right)
        \mathrm{tv} = \operatorname{cs}\left(\mathrm{vx}\right)
        \mathrm{uv} = \langle u, v \rangle
        \mathrm{overlap} = \mathrm{sv} \mathrm{uv} c
        \mathrm{space} = \mathrm{sv} v + u \left(\mathrm{su} \mathrm{tv} - \frac{\mathrm{overlap} \operatorname{sn}^{2}\left(\frac{\mathrm{ux}}{4}\right)}{2}\right)
        \mathrm{space\_space} = \langle \mathrm{space}, \mathrm{space} \rangle
        \mathrm{out\_space} = \operatorname{arc}\left(\mathrm{space\_space} c, \mathrm{tv} \operatorname{cs}\left(\mathrm{ux}\right) - \mathrm{overlap} \mathrm{su}\right)
        \mathrm{out} = \mathrm{out\_space} \mathrm{space}

    Cost: 4 inner products, 22 further operations; backward 5 inner products, 96 further operations. Saved: the
    inputs and 4 scalars per row.
    """
    result: Tensor = _add_op(u, v, c, dim=dim)
    return result


def _normalize(
    u: Tensor, mean: Tensor, scale: Tensor, bias: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]
) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    t0 = uu * c
    x = sn(t0, 1) * u
    mean_mean = dot(mean, mean, dim)
    t1 = mean_mean * c
    m = sn(t1, 1) * mean
    bias_bias = dot(bias, bias, dim)
    t2 = bias_bias * c
    b = sn(t2, 1) * bias
    du = uu * sn(t0 / 4, 1) ** 2 / 2
    dm = mean_mean * sn(t1 / 4, 1) ** 2 / 2
    db = bias_bias * sn(t2 / 4, 1) ** 2 / 2
    tm = 1 - dm * c
    tb = 1 - db * c
    delta = x - m
    total = x + m
    delta_delta = dot(delta, delta, dim)
    q = delta_delta + c * (du - dm) ** 2
    total_total = dot(total, total, dim)
    t3 = c / 4
    half = (1 + tm - du * c) ** 2 / 4 + total_total * t3
    t4 = q * c
    angle = arc(half * t4, half - q * t3)
    v = combine((angle, delta), (angle * t4 / 2, m))
    rise_value = angle * (dm - du + tm * q / 2)
    middle = b + m
    middle_middle = dot(middle, middle, dim)
    t5 = tm + tb
    reach = t5**2 / 4 + middle_middle * t3
    bv = dot(b, v, dim)
    overlap = (bv + tb * rise_value) * inverse(2 * reach)
    w = combine((1, v), (-overlap * c, middle))
    rise_b = rise_value - overlap * t5
    ww = dot(w, w, dim)
    stretched = c * scale**2 * (ww + c * rise_b**2)
    step = scale * sn(stretched, 1)
    t6 = cs(stretched, 1)
    space = combine((t6, b), (step, w))
    space_space = dot(space, space, dim)
    out_space = arc(space_space * c, tb * t6 + rise_b * step * c)
    return (out_space * space, uu, delta_delta, total_total, bv, ww)


def _normalize_vjp(
    u: Tensor,
    mean: Tensor,
    scale: Tensor,
    bias: Tensor,
    c: Tensor,
    uu: Tensor,
    delta_delta: Tensor,
    total_total: Tensor,
    bv: Tensor,
    ww: Tensor,
    g_out: Tensor,
    g_uu: Tensor,
    g_delta_delta: Tensor,
    g_total_total: Tensor,
    g_bv: Tensor,
    g_ww: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    t0 = uu * c
    t1 = sn(t0, 1)
    x = t1 * u
    mean_mean = dot(mean, mean, dim)
    t2 = mean_mean * c
    t3 = sn(t2, 1)
    m = t3 * mean
    bias_bias = dot(bias, bias, dim)
    t4 = bias_bias * c
    t5 = sn(t4, 1)
    b = t5 * bias
    t6 = t0 / 4
    t7 = sn(t6, 1)
    t8 = t7**2 / 2
    du = uu * t8
    t9 = t2 / 4
    t10 = sn(t9, 1)
    t11 = t10**2 / 2
    dm = mean_mean * t11
    t12 = t4 / 4
    t13 = sn(t12, 1)
    t14 = t13**2 / 2
    db = bias_bias * t14
    tm = 1 - dm * c
    tb = 1 - db * c
    delta = x - m
    if needs[0] or needs[1] or needs[4]:
        total = x + m
    t15 = (du - dm) ** 2
    q = delta_delta + t15 * c
    t16 = du * c
    t17 = 1 + tm - t16
    half = t17**2 / 4 + total_total * c / 4
    t18 = q * c
    t19 = half * t18
    t20 = half - t18 / 4
    angle = arc(t19, t20)
    t21 = t18 / 2
    v = combine((angle, delta), (angle * t21, m))
    t22 = tm / 2
    t23 = dm - du + t22 * q
    rise_value = angle * t23
    middle = b + m
    middle_middle = dot(middle, middle, dim)
    t24 = tm + tb
    t25 = c / 4
    reach = t24**2 / 4 + middle_middle * t25
    t26 = bv + tb * rise_value
    t27 = inverse(2 * reach)
    overlap = t26 * t27
    t28 = overlap * c
    w = combine((1, v), (-t28, middle))
    rise_b = rise_value - overlap * t24
    t29 = scale**2
    t30 = c * rise_b**2
    t31 = ww + t30
    t32 = t31 * t29
    stretched = t32 * c
    t33 = sn(stretched, 1)
    step = t33 * scale
    t34 = cs(stretched, 1)
    space = combine((t34, b), (step, w))
    space_space = dot(space, space, dim)
    t35 = space_space * c
    t36 = rise_b * step
    t37 = tb * t34 + t36 * c
    out_space = arc(t35, t37)
    space_g_out = dot(space, g_out, dim)
    t38 = d_arc(t35, t37)
    t39 = space_g_out * c
    d_space_space = t38 * t39
    d_space_space_2 = 2 * d_space_space
    b_g_out = dot(b, g_out, dim)
    b_space = dot(b, space, dim)
    w_g_out = dot(w, g_out, dim)
    w_space = dot(w, space, dim)
    t40 = 1 / (t35 + t37**2)
    t41 = t39 * t40
    d_step = out_space * w_g_out + d_space_space_2 * w_space - rise_b * t41
    t42 = t33 / 2
    t43 = tb / 2
    t44 = space_g_out * t40
    d_stretched = (
        d_step * scale * d_sn(stretched, 1)
        + t33 * t43 * t44
        - out_space * b_g_out * t42
        - d_space_space_2 * b_space * t42
    )
    if needs[0] or needs[1] or needs[3] or needs[4]:
        t45 = d_stretched * t29
        d_ww = g_ww + t45 * c
        d_rise_b = -step * t41 + 2 * rise_b * t45 * c**2
        d_w_g_out = step * out_space
        d_w_space = step * d_space_space_2
        d_w_w = 2 * d_ww
        middle_g_out = dot(middle, g_out, dim)
        middle_space = dot(middle, space, dim)
        middle_w = dot(middle, w, dim)
        t46 = d_w_g_out * middle_g_out
        t47 = d_w_space * middle_space
        t48 = d_w_w * middle_w
        d_overlap = -d_rise_b * t24 - t46 * c - t47 * c - t48 * c
        t49 = d_overlap * t27
        d_bv = g_bv + t49
    if needs[1] or needs[3] or needs[4]:
        term = -2 * d_overlap * t26 * t27**2
        d_reach = row_sum(term, u, rows)
        d_middle_middle = d_reach * t25
        formed = combine((-d_w_w * t28, w), (-d_w_space * t28, space), (-d_w_g_out * t28, g_out))
        d_middle = row_sum(formed, u, rows)
        d_middle_middle_2 = 2 * d_middle_middle
    if needs[0] or needs[1] or needs[4]:
        d_rise_value = d_rise_b + tb * t49
        m_g_out = dot(m, g_out, dim)
        m_space = dot(m, space, dim)
        mw = dot(m, w, dim)
        mb = dot(m, b, dim)
        delta_g_out = dot(delta, g_out, dim)
        delta_space = dot(delta, space, dim)
        delta_w = dot(delta, w, dim)
        b_delta = dot(b, delta, dim)
        d_angle = (
            d_w_g_out * delta_g_out
            + d_w_space * delta_space
            + d_w_w * delta_w
            + d_bv * b_delta
            + d_rise_value * t23
            + d_w_g_out * m_g_out * t21
            + d_w_space * m_space * t21
            + d_w_w * mw * t21
            + d_bv * mb * t21
        )
        t50 = 1 / (t19 + t20**2)
        t51 = d_arc(t19, t20)
        d_half = d_angle * (-t50 + t51 * t18)
        d_total_total = g_total_total + d_half * t25
        t52 = t51 * half
        t53 = angle * d_rise_value
        t54 = c / 2
        t55 = angle * d_w_g_out
        t56 = m_g_out * t55
        t57 = angle * d_w_space
        t58 = m_space * t57
        t59 = angle * d_w_w
        t60 = mw * t59
        t61 = angle * d_bv
        t62 = mb * t61
        d_q = d_angle * (t50 * t25 + t52 * c) + t22 * t53 + t56 * t54 + t58 * t54 + t60 * t54 + t62 * t54
        d_delta_delta = g_delta_delta + d_q
        d_total_total_2 = 2 * d_total_total
        d_delta_g_out = t55
        d_delta_space = t57
        d_delta_w = t59
        d_delta_b = t61
        d_delta_delta_2 = 2 * d_delta_delta
    if needs[1] or needs[3] or needs[4]:
        t63 = overlap * d_rise_b
    if needs[3] or needs[4]:
        term_2 = -t63 - t34 * t44 + rise_value * d_overlap * t27
        total_2 = row_sum(term_2, u, rows)
    if needs[1] or needs[3] or needs[4]:
        t64 = d_reach * (t22 + t43)
    if needs[3] or needs[4]:
        d_tb = total_2 + t64
    if needs[1] or needs[4]:
        t65 = q / 2
        term_3 = -t63 + d_half * (1 / 2 + t22 - t16 / 2) + t53 * t65
        total_3 = row_sum(term_3, u, rows)
        d_tm = total_3 + t64
    if needs[3] or needs[4]:
        d_db = -d_tb * c
    if needs[0] or needs[1] or needs[4]:
        t66 = -2 * dm + 2 * du
    if needs[1] or needs[4]:
        term_4 = t53 - d_q * t66 * c
        total_4 = row_sum(term_4, u, rows)
        d_dm = total_4 - d_tm * c
    if needs[0] or needs[4]:
        t67 = t17 / 2
        d_du = -t53 + d_q * t66 * c - d_half * t67 * c
    if needs[3] or needs[4]:
        formed_2 = combine((d_bv, v), (d_space_space_2 * t34, space), (out_space * t34, g_out))
        d_b = row_sum(formed_2, u, rows)
        bias_middle = dot(bias, middle, dim)
        bias_d_middle = dot(bias, d_middle, dim)
        bias_d_b = dot(bias, d_b, dim)
        t68 = t13 * d_sn(t12, 1)
        t69 = d_sn(t4, 1)
    if needs[3]:
        t70 = t69 * c
    if needs[3] or needs[4]:
        t71 = bias_middle * d_middle_middle_2
    if needs[3]:
        d_bias_bias = bias_d_middle * t70 + bias_d_b * t70 + d_db * (t14 + t68 * t12) + t70 * t71
    if needs[1] or needs[4]:
        term_5 = -d_delta_b + t61 * t21
        d_m_b = row_sum(term_5, u, rows)
        formed_3 = combine(
            (d_total_total_2, total),
            (-d_delta_w + t59 * t21, w),
            (-d_delta_space + t57 * t21, space),
            (-d_delta_g_out + t55 * t21, g_out),
            (-d_delta_delta_2, delta),
        )
        d_m = row_sum(formed_3, u, rows)
        mean_middle = dot(mean, middle, dim)
        mean_d_middle = dot(mean, d_middle, dim)
        mean_b = dot(mean, b, dim)
        mean_d_m = dot(mean, d_m, dim)
        t72 = t10 * d_sn(t9, 1)
        t73 = d_sn(t2, 1)
    if needs[1]:
        t74 = t73 * c
    if needs[1] or needs[4]:
        t75 = d_m_b * mean_b
        t76 = mean_middle * d_middle_middle_2
    if needs[1]:
        d_mean_mean = mean_d_middle * t74 + mean_d_m * t74 + d_dm * (t11 + t72 * t9) + t74 * t75 + t74 * t76
    if needs[0] or needs[4]:
        u_total = dot(u, total, dim)
        u_g_out = dot(u, g_out, dim)
        u_space = dot(u, space, dim)
        uw = dot(u, w, dim)
        ub = dot(u, b, dim)
        u_delta = dot(u, delta, dim)
        t77 = t7 * d_sn(t6, 1)
        t78 = d_sn(t0, 1)
    if needs[0]:
        t79 = t78 * c
    if needs[0] or needs[4]:
        t80 = u_total * d_total_total_2
        t81 = u_g_out * d_delta_g_out
        t82 = u_space * d_delta_space
        t83 = uw * d_delta_w
        t84 = ub * d_delta_b
        t85 = u_delta * d_delta_delta_2
    if needs[0]:
        d_uu = g_uu + d_du * (t8 + t77 * t6) + t79 * t80 + t79 * t81 + t79 * t82 + t79 * t83 + t79 * t84 + t79 * t85
    if needs[4]:
        t86 = t78 * uu
        term_6 = (
            space_g_out * (t38 * space_space - t36 * t40)
            + d_stretched * (t32 + t30 * t29)
            + d_angle * (t52 * q + t50 * q / 4)
            + d_half * (total_total / 4 - du * t67)
            + d_q * t15
            + t56 * t65
            + t58 * t65
            + t60 * t65
            + t62 * t65
            + t80 * t86
            + t81 * t86
            + t82 * t86
            + t83 * t86
            + t84 * t86
            + t85 * t86
            - overlap * t46
            - overlap * t47
            - overlap * t48
            + d_du * t77 * uu**2 / 4
        )
        total_5 = row_sum(term_6, u, rows)
    if needs[2]:
        term_7 = d_step * t33 + 2 * d_stretched * t31 * scale * c
        d_scale = row_sum(term_7, u, rows)
    if needs[0]:
        d_u_total = d_total_total_2 * t1
        d_u_g_out = d_delta_g_out * t1
        d_u_space = d_delta_space * t1
        d_u_w = d_delta_w * t1
        d_u_b = d_delta_b * t1
        d_u_delta = d_delta_delta_2 * t1
        d_u_u = 2 * d_uu
    if needs[1]:
        d_mean_middle = d_middle_middle_2 * t3
        d_mean_d_middle = t3
        d_mean_b = d_m_b * t3
        d_mean_mean_2 = 2 * d_mean_mean
    if needs[3]:
        d_bias_middle = d_middle_middle_2 * t5
        d_bias_d_middle = t5
        d_bias_bias_2 = 2 * d_bias_bias
    if needs[4]:
        t87 = t69 * bias_bias
        t88 = t73 * mean_mean
        d_c = (
            total_5
            + bias_d_middle * t87
            + bias_d_b * t87
            + mean_d_middle * t88
            + mean_d_m * t88
            + t71 * t87
            + t75 * t88
            + t76 * t88
            - dm * d_tm
            - db * d_tb
            + d_reach * middle_middle / 4
            + d_db * t68 * bias_bias**2 / 4
            + d_dm * t72 * mean_mean**2 / 4
        )
    return (
        combine(
            (d_u_total, total),
            (d_u_g_out, g_out),
            (d_u_space, space),
            (d_u_w, w),
            (d_u_b, b),
            (d_u_delta, delta),
            (d_u_u, u),
        )
        if needs[0]
        else None,
        combine(
            (d_mean_middle, middle),
            (d_mean_d_middle, d_middle),
            (d_mean_b, b),
            (d_mean_d_middle, d_m),
            (d_mean_mean_2, mean),
        )
        if needs[1]
        else None,
        d_scale if needs[2] else None,
        combine((d_bias_middle, middle), (d_bias_d_middle, d_middle), (d_bias_d_middle, d_b), (d_bias_bias_2, bias))
        if needs[3]
        else None,
        d_c if needs[4] else None,
    )


def _normalize_jvp(
    u: Tensor,
    mean: Tensor,
    scale: Tensor,
    bias: Tensor,
    c: Tensor,
    uu: Tensor,
    delta_delta: Tensor,
    total_total: Tensor,
    bv: Tensor,
    ww: Tensor,
    t_u: Tensor,
    t_mean: Tensor,
    t_scale: Tensor,
    t_bias: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    t0 = uu * c
    t1 = sn(t0, 1)
    x = t1 * u
    mean_mean = dot(mean, mean, dim)
    t2 = mean_mean * c
    t3 = sn(t2, 1)
    m = t3 * mean
    bias_bias = dot(bias, bias, dim)
    t4 = bias_bias * c
    t5 = sn(t4, 1)
    b = t5 * bias
    t6 = t0 / 4
    t7 = sn(t6, 1)
    t8 = t7**2 / 2
    du = uu * t8
    t9 = t2 / 4
    t10 = sn(t9, 1)
    t11 = t10**2 / 2
    dm = mean_mean * t11
    t12 = t4 / 4
    t13 = sn(t12, 1)
    t14 = t13**2 / 2
    db = bias_bias * t14
    tm = 1 - dm * c
    tb = 1 - db * c
    delta = x - m
    total = x + m
    t15 = (du - dm) ** 2
    q = delta_delta + t15 * c
    t16 = du * c
    t17 = 1 + tm - t16
    half = t17**2 / 4 + total_total * c / 4
    t18 = q * c
    t19 = half * t18
    t20 = half - t18 / 4
    angle = arc(t19, t20)
    t21 = angle / 2
    t22 = t21 * t18
    v = combine((angle, delta), (t22, m))
    t23 = tm / 2
    t24 = dm - du + t23 * q
    rise_value = angle * t24
    middle = b + m
    middle_middle = dot(middle, middle, dim)
    t25 = tm + tb
    t26 = c / 4
    reach = t25**2 / 4 + middle_middle * t26
    t27 = bv + tb * rise_value
    t28 = inverse(2 * reach)
    overlap = t27 * t28
    t29 = overlap * c
    w = combine((1, v), (-t29, middle))
    rise_b = rise_value - overlap * t25
    t30 = scale**2
    t31 = c * rise_b**2
    t32 = ww + t31
    t33 = t32 * t30
    stretched = t33 * c
    t34 = sn(stretched, 1)
    step = t34 * scale
    t35 = cs(stretched, 1)
    space = combine((t35, b), (step, w))
    space_space = dot(space, space, dim)
    t36 = space_space * c
    t37 = rise_b * step
    t38 = tb * t35 + t37 * c
    out_space = arc(t36, t38)
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_x_t_u = t1
    t39 = d_sn(t0, 1)
    t_x_u = t_c * t39 * uu + t_uu * t39 * c
    mean_t_mean = dot(mean, t_mean, dim)
    t_mean_mean = 2 * mean_t_mean
    t_m_t_mean = t3
    t40 = d_sn(t2, 1)
    t_m_mean = t_c * t40 * mean_mean + t_mean_mean * t40 * c
    bias_t_bias = dot(bias, t_bias, dim)
    t_bias_bias = 2 * bias_t_bias
    t_b_t_bias = t5
    t41 = d_sn(t4, 1)
    t_b_bias = t_c * t41 * bias_bias + t_bias_bias * t41 * c
    t42 = t7 * d_sn(t6, 1)
    t43 = t_c / 4
    t_du = t_uu * (t8 + t42 * t6) + t42 * t43 * uu**2
    t44 = t10 * d_sn(t9, 1)
    t_dm = t_mean_mean * (t11 + t44 * t9) + t43 * t44 * mean_mean**2
    t45 = t13 * d_sn(t12, 1)
    t_db = t_bias_bias * (t14 + t45 * t12) + t43 * t45 * bias_bias**2
    t46 = t_dm * c
    t_tm = -t46 - dm * t_c
    t_tb = -db * t_c - t_db * c
    t_delta_mean = -t_m_mean
    t_delta_t_mean = -t_m_t_mean
    u_delta = dot(u, delta, dim)
    delta_t_u = dot(delta, t_u, dim)
    mean_delta = dot(mean, delta, dim)
    delta_t_mean = dot(delta, t_mean, dim)
    t47 = 2 * t_x_t_u
    t48 = 2 * t_x_u
    t_delta_delta = u_delta * t48 + delta_t_u * t47 + 2 * t_delta_mean * mean_delta + 2 * t_delta_t_mean * delta_t_mean
    t49 = -2 * dm + 2 * du
    t50 = t_du * c
    t_q = t_delta_delta + t_c * t15 + t49 * t50 - t46 * t49
    u_total = dot(u, total, dim)
    total_t_u = dot(total, t_u, dim)
    mean_total = dot(mean, total, dim)
    total_t_mean = dot(total, t_mean, dim)
    t51 = 2 * t_m_t_mean
    t52 = 2 * t_m_mean
    t_total_total = u_total * t48 + total_t_u * t47 + mean_total * t52 + total_t_mean * t51
    t53 = t17 / 2
    t_half = t_c * (total_total / 4 - du * t53) + t_tm * (1 / 2 + t23 - t16 / 2) + t_total_total * t26 - t50 * t53
    t54 = 1 / (t19 + t20**2)
    t55 = d_arc(t19, t20)
    t56 = t55 * half
    t_angle = t_c * (t56 * q + t54 * q / 4) + t_q * (t54 * t26 + t56 * c) + t_half * (-t54 + t55 * t18)
    t57 = t21 * q
    t_v_m = t_c * t57 + t_angle * t18 / 2 + t_q * t21 * c
    t_v_mean = angle * t_delta_mean + t_m_mean * t22
    t_v_t_mean = angle * t_delta_t_mean + t_m_t_mean * t22
    t_v_u = angle * t_x_u
    t_v_t_u = angle * t_x_t_u
    t_rise_value = angle * t_dm + t_tm * t57 + t_angle * t24 - angle * t_du + angle * t_q * t23
    mean_middle = dot(mean, middle, dim)
    middle_t_mean = dot(middle, t_mean, dim)
    bias_middle = dot(bias, middle, dim)
    middle_t_bias = dot(middle, t_bias, dim)
    t_middle_middle = (
        mean_middle * t52 + middle_t_mean * t51 + 2 * t_b_t_bias * middle_t_bias + 2 * t_b_bias * bias_middle
    )
    t58 = t23 + tb / 2
    t_reach = t_tm * t58 + t_tb * t58 + t_middle_middle * t26 + t43 * middle_middle
    v_t_bias = dot(v, t_bias, dim)
    bias_v = dot(bias, v, dim)
    mb = dot(m, b, dim)
    mean_b = dot(mean, b, dim)
    b_t_mean = dot(b, t_mean, dim)
    ub = dot(u, b, dim)
    b_t_u = dot(b, t_u, dim)
    b_delta = dot(b, delta, dim)
    t_bv = (
        t_b_t_bias * v_t_bias
        + t_b_bias * bias_v
        + t_angle * b_delta
        + t_v_m * mb
        + t_v_mean * mean_b
        + t_v_t_mean * b_t_mean
        + t_v_u * ub
        + t_v_t_u * b_t_u
    )
    t_overlap = t_bv * t28 + tb * t_rise_value * t28 + rise_value * t_tb * t28 - 2 * t_reach * t27 * t28**2
    t_w_middle = -overlap * t_c - t_overlap * c
    t_w_mean = t_v_mean - t_m_mean * t29
    t_w_t_mean = t_v_t_mean - t_m_t_mean * t29
    t_w_bias = -t_b_bias * t29
    t_w_t_bias = -t_b_t_bias * t29
    t_rise_b = t_rise_value - overlap * t_tm - overlap * t_tb - t_overlap * t25
    middle_w = dot(middle, w, dim)
    uw = dot(u, w, dim)
    mean_w = dot(mean, w, dim)
    delta_w = dot(delta, w, dim)
    w_t_u = dot(w, t_u, dim)
    w_t_mean = dot(w, t_mean, dim)
    mw = dot(m, w, dim)
    bias_w = dot(bias, w, dim)
    w_t_bias = dot(w, t_bias, dim)
    t_ww = (
        2 * t_w_bias * bias_w
        + 2 * t_w_t_bias * w_t_bias
        + 2 * middle_w * t_w_middle
        + 2 * uw * t_v_u
        + 2 * mean_w * t_w_mean
        + 2 * delta_w * t_angle
        + 2 * w_t_u * t_v_t_u
        + 2 * w_t_mean * t_w_t_mean
        + 2 * mw * t_v_m
    )
    t_stretched = (
        t_c * (t33 + t31 * t30) + t_ww * c * t30 + 2 * t_rise_b * rise_b * t30 * c**2 + 2 * t_scale * t32 * scale * c
    )
    t_step = t_scale * t34 + t_stretched * scale * d_sn(stretched, 1)
    t_space_bias = t_w_bias * step + t_b_bias * t35
    t_space_t_bias = t_w_t_bias * step + t_b_t_bias * t35
    t_space_u = step * t_v_u
    t_space_mean = step * t_w_mean
    t_space_delta = step * t_angle
    t_space_middle = step * t_w_middle
    t_space_t_u = step * t_v_t_u
    t_space_t_mean = step * t_w_t_mean
    t_space_m = step * t_v_m
    t_space_b = -t_stretched * t34 / 2
    bias_space = dot(bias, space, dim)
    space_t_bias = dot(space, t_bias, dim)
    u_space = dot(u, space, dim)
    mean_space = dot(mean, space, dim)
    delta_space = dot(delta, space, dim)
    middle_space = dot(middle, space, dim)
    space_t_u = dot(space, t_u, dim)
    space_t_mean = dot(space, t_mean, dim)
    m_space = dot(m, space, dim)
    b_space = dot(b, space, dim)
    w_space = dot(w, space, dim)
    t_space_space = (
        2 * t_step * w_space
        + 2 * t_space_bias * bias_space
        + 2 * t_space_t_bias * space_t_bias
        + 2 * t_space_u * u_space
        + 2 * t_space_mean * mean_space
        + 2 * t_space_delta * delta_space
        + 2 * t_space_middle * middle_space
        + 2 * t_space_t_u * space_t_u
        + 2 * t_space_t_mean * space_t_mean
        + 2 * t_space_m * m_space
        + 2 * t_space_b * b_space
    )
    t59 = d_arc(t36, t38)
    t60 = 1 / (t36 + t38**2)
    t61 = t60 * c
    t_out_space = (
        t_c * (t59 * space_space - t37 * t60)
        + t_space_space * t59 * c
        - t_rise_b * step * t61
        - t_step * rise_b * t61
        - t_tb * t35 * t60
        + t_stretched * tb * t34 * t60 / 2
    )
    return (
        combine(
            (t_space_u * out_space, u),
            (t_space_mean * out_space, mean),
            (t_space_b * out_space, b),
            (t_step * out_space, w),
            (t_space_bias * out_space, bias),
            (t_space_t_bias * out_space, t_bias),
            (t_space_delta * out_space, delta),
            (t_space_middle * out_space, middle),
            (t_space_t_u * out_space, t_u),
            (t_space_t_mean * out_space, t_mean),
            (t_space_m * out_space, m),
            (t_out_space, space),
        ),
        t_uu,
        t_delta_delta,
        t_total_total,
        t_bv,
        t_ww,
    )


_normalize_op = Operation(
    "normalize",
    Formulas(_normalize, _normalize_vjp, _normalize_jvp),
    inputs=(("u", "vector"), ("mean", "vector"), ("scale", "scalar"), ("bias", "vector"), ("c", "scalar")),
    results=("vector",),
    shared=("mean", "scale", "bias"),
)


def normalize(u: Tensor, mean: Tensor, scale: Tensor, bias: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Batch normalisation log0 exp_β(scale · PT_{μ→β} log_μ x), with μ and β the points of `mean` and `bias`.

    On the hyperboloid, moving μ to the origin by a boost, turning by gyr[β, −μ], scaling radially and moving the origin
    to β does the same with two rank-one maps and one rotation. Source: batch normalisation of arXiv 2303.14027; the
    factorisation is derived here.

    Formula (LaTeX)::

        \mathrm{uu} = \langle u, u \rangle
        x = u \operatorname{sn}\left(\mathrm{uu} c\right)
        \mathrm{mean\_mean} = \langle \mathrm{mean}, \mathrm{mean} \rangle
        m = \mathrm{mean} \operatorname{sn}\left(\mathrm{mean\_mean} c\right)
        \mathrm{bias\_bias} = \langle \mathrm{bias}, \mathrm{bias} \rangle
        b = \mathrm{bias} \operatorname{sn}\left(\mathrm{bias\_bias} c\right)
        \mathrm{du} = \frac{\mathrm{uu} \operatorname{sn}^{2}\left(\frac{\mathrm{uu} c}{4}\right)}{2}
        \mathrm{dm} = \frac{\mathrm{mean\_mean} \operatorname{sn}^{2}\left(\frac{\mathrm{mean\_mean} c}{4}\right)}{2}
        \mathrm{db} = \frac{\mathrm{bias\_bias} \operatorname{sn}^{2}\left(\frac{\mathrm{bias\_bias} c}{4}\right)}{2}
        \mathrm{tm} = 1 - \mathrm{dm} c
        \mathrm{tb} = 1 - \mathrm{db} c
        \mathrm{delta} = x - m
        \mathrm{total} = m + x
        \mathrm{delta\_delta} = \langle \mathrm{delta}, \mathrm{delta} \rangle
        q = \mathrm{delta\_delta} + c \left(\mathrm{du} - \mathrm{dm}\right)^{2}
        \mathrm{total\_total} = \langle \mathrm{total}, \mathrm{total} \rangle
        \mathrm{half} = \frac{\left(1 + \mathrm{tm} - \mathrm{du} c\right)^{2}}{4} + \frac{\mathrm{total\_total} c}{4}
        \mathrm{angle} = \operatorname{arc}\left(\mathrm{half} c q, \mathrm{half} - \frac{c q}{4}\right)
        v = \mathrm{angle} \mathrm{delta} + \frac{\mathrm{angle} c m q}{2}
        \mathrm{rise\_value} = \mathrm{angle} \left(\mathrm{dm} - \mathrm{du} + \frac{\mathrm{tm} q}{2}\right)
        \mathrm{middle} = b + m
        \mathrm{middle\_middle} = \langle \mathrm{middle}, \mathrm{middle} \rangle
        \mathrm{reach} = \frac{\left(\mathrm{tb} + \mathrm{tm}\right)^{2}}{4} + \frac{\mathrm{middle\_middle} c}{4}
        \mathrm{bv} = \langle b, v \rangle
        \mathrm{overlap} = \left(\mathrm{bv} + \mathrm{rise\_value} \mathrm{tb}\right) \operatorname{inverse}\left(2 \mathrm{reach}\right)
        w = v - \mathrm{middle} \mathrm{overlap} c
        \mathrm{rise\_b} = \mathrm{rise\_value} - \mathrm{overlap} \left(\mathrm{tb} + \mathrm{tm}\right)
        \mathrm{ww} = \langle w, w \rangle
        \mathrm{stretched} = c \mathrm{scale}^{2} \left(\mathrm{ww} + c \mathrm{rise\_b}^{2}\right)
        \mathrm{step} = \mathrm{scale} \operatorname{sn}\left(\mathrm{stretched}\right)
        \mathrm{space} = \mathrm{step} w + b \operatorname{cs}\left(\mathrm{stretched}\right)
        \mathrm{space\_space} = \langle \mathrm{space}, \mathrm{space} \rangle
        \mathrm{out\_space} = \operatorname{arc}\left(\mathrm{space\_space} c, \mathrm{tb} \operatorname{cs}\left(\mathrm{stretched}\right) + \mathrm{rise\_b} \mathrm{step} c\right)
        \mathrm{out} = \mathrm{out\_space} \mathrm{space}

    Cost: 9 inner products, 87 further operations; backward 33 inner products, 431 further operations. Saved:
    the inputs and 5 scalars per row.
    """
    result: Tensor = _normalize_op(u, mean, scale, bias, c, dim=dim)
    return result


def _midpoint0(u: Tensor, w: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    uu_2 = uu * c
    formed = (w * sn(uu_2, 1)) * u
    total = row_sum(formed, u, rows)
    term = w * cs(uu_2, 1)
    mass = row_sum(term, u, rows)
    total_total = dot(total, total, dim)
    t0 = total_total * c
    scale = inverse_root(t0 + mass**2)
    out_total = scale * arc(t0 * scale**2, mass * scale)
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
    t4 = t1 * t3
    t5 = mass * scale
    t6 = arc(t4, t5)
    out_total = t6 * scale
    total_g_out = dot(total, g_out, dim)
    t7 = 1 / (t4 + t0 * t3)
    t8 = d_arc(t4, t5)
    d_scale = total_g_out * (t6 + scale * (-mass * t7 + 2 * t8 * scale * t1))
    t9 = d_scale * t2**3
    t10 = t9 / 2
    t11 = total_g_out * t8 * scale**3
    d_total_total = t11 * c - t10 * c
    d_mass = g_mass - mass * t9 - total_g_out * t7 * t3
    d_total_total_2 = 2 * d_total_total
    u_g_out = dot(u, g_out, dim)
    u_g_total = dot(u, g_total, dim)
    u_total = dot(u, total, dim)
    if needs[0] or needs[2]:
        t12 = w * d_sn(uu_2, 1)
    t13 = sn(uu_2, 1)
    if needs[0] or needs[2]:
        t14 = t13 * w
    t15 = out_total * u_g_out
    t16 = d_total_total_2 * u_total
    if needs[0] or needs[2]:
        d_uu = u_g_total * t12 + t12 * t15 + t12 * t16 - d_mass * t14 / 2
    if needs[0]:
        d_uu_2 = d_uu * c
    if needs[2]:
        term = d_uu * uu
        total_2 = row_sum(term, u, rows)
    if needs[0]:
        d_u_g_out = out_total * t14
        d_u_g_total = t14
        d_u_total = d_total_total_2 * t14
        d_u_u = 2 * d_uu_2
    if needs[1]:
        d_w = d_mass * cs(uu_2, 1) + u_g_total * t13 + t13 * t15 + t13 * t16
    if needs[2]:
        d_c = total_2 + t11 * total_total - t10 * total_total
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
    t4 = t1 * t3
    t5 = mass * scale
    t6 = arc(t4, t5)
    out_total = t6 * scale
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_uu_2 = t_c * uu + t_uu * c
    t7 = sn(uu_2, 1)
    t8 = t7 * w
    t_formed_t_u = t8
    t_formed_u = t_w * t7 + t_uu_2 * w * d_sn(uu_2, 1)
    formed = combine((t_formed_u, u), (t_formed_t_u, t_u))
    t_total = row_sum(formed, u, rows)
    t_term = t_w * cs(uu_2, 1) - t_uu_2 * t8 / 2
    t_mass = row_sum(t_term, u, rows)
    total_t_total = dot(total, t_total, dim)
    t_total_total = 2 * total_t_total
    t9 = t2**3
    t10 = t9 / 2
    t11 = t_c * total_total
    t12 = t_total_total * c
    t_scale = -t11 * t10 - t12 * t10 - t_mass * mass * t9
    t13 = 1 / (t4 + t0 * t3)
    t14 = d_arc(t4, t5)
    t15 = t14 * scale**3
    t_out_total = (
        t_scale * (t6 + scale * (-mass * t13 + 2 * t14 * scale * t1)) + t11 * t15 + t12 * t15 - t_mass * t13 * t3
    )
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
        \mathrm{out\_total} = \mathrm{scale} \operatorname{arc}\left(\mathrm{total\_total} c \mathrm{scale}^{2}, \mathrm{mass} \mathrm{scale}\right)
        \mathrm{out} = \mathrm{out\_total} \mathrm{total}

    Cost: 2 inner products, 18 further operations; backward 6 inner products, 71 further operations. Saved: the
    inputs and 2 values per group.
    """
    result: Tensor = _midpoint0_op(u, w, c, dim=dim, rows=rows)
    return result


def _score(h: Tensor, sqnorm: Tensor, weight_norm: Tensor, bias: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    channels = inverse(weight_norm)
    offset = -bias * channels
    channels_2 = cos_c(offset, c)
    channels_3 = h * channels_2 * sn(sqnorm * c, 0)
    channels_4 = sin_c(offset, c)
    distance = asin_c(channels_3 - channels_4 * cs(sqnorm * c, 0), c)
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
) -> tuple[Tensor | None, ...]:
    channels = inverse(weight_norm)
    offset = -bias * channels
    channels_2 = cos_c(offset, c)
    channels_3 = h * channels_2 * sn(sqnorm * c, 0)
    channels_4 = sin_c(offset, c)
    if needs[2]:
        distance = asin_c(channels_3 - channels_4 * cs(sqnorm * c, 0), c)
        adjoint = distance * g_out
    adjoint_2 = g_out * weight_norm
    if needs[1]:
        slope = (
            channels_4
            * c
            * inverse_root(1 - c * (channels_3 - channels_4 * cs(sqnorm * c, 0)) ** 2)
            * sn(sqnorm * c, 0)
            / 2
        )
        adjoint_slope = dot(adjoint_2, slope, dim)
    if needs[4]:
        slope_2 = sqnorm * channels_4 * inverse_root(1 - c * (channels_3 - channels_4 * cs(sqnorm * c, 0)) ** 2) * sn(
            sqnorm * c, 0
        ) / 2 + d_asin_c(channels_3 - channels_4 * cs(sqnorm * c, 0), c)
        adjoint_slope_2 = dot(adjoint_2, slope_2, dim)
    adjoint_3 = adjoint_2 * inverse_root(1 - c * (channels_3 - channels_4 * cs(sqnorm * c, 0)) ** 2)
    if needs[2] or needs[3] or needs[4]:
        adjoint_4 = (
            -adjoint_2 * cs(sqnorm * c, 0) * inverse_root(1 - c * (channels_3 - channels_4 * cs(sqnorm * c, 0)) ** 2)
        )
    if needs[4]:
        slope_3 = d_sin_c(offset, c)
        adjoint_slope_3 = dot(adjoint_4, slope_3, dim)
    if needs[2] or needs[3]:
        adjoint_5 = adjoint_4 * cos_c(offset, c)
    if needs[0]:
        adjoint_6 = adjoint_3 * channels_2 * sn(sqnorm * c, 0)
    if needs[1]:
        slope_4 = h * channels_2 * c * d_sn(sqnorm * c, 0)
        adjoint_slope_4 = dot(adjoint_3, slope_4, dim)
    if needs[4]:
        slope_5 = h * sqnorm * channels_2 * d_sn(sqnorm * c, 0)
        adjoint_slope_5 = dot(adjoint_3, slope_5, dim)
    if needs[2] or needs[3] or needs[4]:
        adjoint_7 = h * adjoint_3 * sn(sqnorm * c, 0)
    if needs[4]:
        slope_6 = -offset * sin_c(offset, c) / 2
        adjoint_slope_6 = dot(adjoint_7, slope_6, dim)
    if needs[2] or needs[3]:
        adjoint_8 = -adjoint_7 * c * sin_c(offset, c)
        d_offset = adjoint_5 + adjoint_8
    if needs[3]:
        adjoint_9 = -d_offset * channels
    if needs[2]:
        adjoint_10 = -bias * d_offset
        adjoint_11 = -adjoint_10 * inverse(weight_norm) ** 2
    if needs[1]:
        d_sqnorm = adjoint_slope + adjoint_slope_4
    if needs[4]:
        d_c = adjoint_slope_2 + adjoint_slope_3 + adjoint_slope_5 + adjoint_slope_6
    return (
        adjoint_6 if needs[0] else None,
        d_sqnorm if needs[1] else None,
        adjoint + adjoint_11 if needs[2] else None,
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
) -> tuple[Tensor, ...]:
    channels = inverse(weight_norm)
    offset = -bias * channels
    channels_2 = cos_c(offset, c)
    channels_3 = h * channels_2 * sn(sqnorm * c, 0)
    channels_4 = sin_c(offset, c)
    distance = asin_c(channels_3 - channels_4 * cs(sqnorm * c, 0), c)
    tangent = -t_weight_norm * inverse(weight_norm) ** 2
    tangent_2 = -t_bias * channels
    tangent_3 = -tangent * bias
    tangent_4 = -t_c * offset * sin_c(offset, c) / 2
    tangent_5 = -tangent_2 * c * sin_c(offset, c) - tangent_3 * c * sin_c(offset, c)
    tangent_6 = t_h * channels_2 * sn(sqnorm * c, 0)
    tangent_7 = h * t_sqnorm * channels_2 * c * d_sn(sqnorm * c, 0)
    tangent_8 = h * sqnorm * t_c * channels_2 * d_sn(sqnorm * c, 0)
    tangent_9 = h * tangent_4 * sn(sqnorm * c, 0) + h * tangent_5 * sn(sqnorm * c, 0)
    tangent_10 = t_c * d_sin_c(offset, c)
    tangent_11 = tangent_2 * cos_c(offset, c) + tangent_3 * cos_c(offset, c)
    tangent_12 = (
        t_sqnorm
        * channels_4
        * c
        * inverse_root(1 - c * (channels_3 - channels_4 * cs(sqnorm * c, 0)) ** 2)
        * sn(sqnorm * c, 0)
        / 2
    )
    tangent_13 = (
        t_c * d_asin_c(channels_3 - channels_4 * cs(sqnorm * c, 0), c)
        + sqnorm
        * t_c
        * channels_4
        * inverse_root(1 - c * (channels_3 - channels_4 * cs(sqnorm * c, 0)) ** 2)
        * sn(sqnorm * c, 0)
        / 2
    )
    tangent_14 = (
        tangent_6 * inverse_root(1 - c * (channels_3 - channels_4 * cs(sqnorm * c, 0)) ** 2)
        + tangent_7 * inverse_root(1 - c * (channels_3 - channels_4 * cs(sqnorm * c, 0)) ** 2)
        + tangent_8 * inverse_root(1 - c * (channels_3 - channels_4 * cs(sqnorm * c, 0)) ** 2)
        + tangent_9 * inverse_root(1 - c * (channels_3 - channels_4 * cs(sqnorm * c, 0)) ** 2)
    )
    tangent_15 = -tangent_10 * cs(sqnorm * c, 0) * inverse_root(
        1 - c * (channels_3 - channels_4 * cs(sqnorm * c, 0)) ** 2
    ) - tangent_11 * cs(sqnorm * c, 0) * inverse_root(1 - c * (channels_3 - channels_4 * cs(sqnorm * c, 0)) ** 2)
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
)


def score(h: Tensor, sqnorm: Tensor, weight_norm: Tensor, bias: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Hyperplane scores ‖w‖ · (signed distance to the hyperplane with unit normal ŵ and offset a = −b/‖w‖).

    h = ⟨u, ŵ⟩ per channel and sqnorm = ‖u‖². Tends to h‖w‖ + b as c → 0; is b at ‖w‖ = 0.
    Source: arXiv 2006.08210 §3.1.

    Formula (LaTeX)::

        \mathrm{channels} = \operatorname{inverse}\left(\mathrm{weight\_norm}\right)
        \mathrm{offset} = - \mathrm{bias} \mathrm{channels}
        \mathrm{channels\_2} = \operatorname{cos\_c}\left(\mathrm{offset}, c\right)
        \mathrm{channels\_3} = \mathrm{channels\_2} h \operatorname{sn}\left(\mathrm{sqnorm} c\right)
        \mathrm{channels\_4} = \operatorname{sin\_c}\left(\mathrm{offset}, c\right)
        \mathrm{distance} = \operatorname{asin\_c}\left(\mathrm{channels\_3} - \mathrm{channels\_4} \operatorname{cs}\left(\mathrm{sqnorm} c\right), c\right)
        \mathrm{out} = \mathrm{distance} \mathrm{weight\_norm}

    Cost: 0 inner products, 14 further operations; backward 6 inner products, 109 further operations. Saved: the
    inputs and 0 scalars per row.
    """
    result: Tensor = _score_op(h, sqnorm, weight_norm, bias, c, dim=dim)
    return result


def _affine(
    h: Tensor, sqnorm: Tensor, weight_norm: Tensor, bias: Tensor, rho: Tensor, c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    channels = h * weight_norm / rho
    bias_bias = dot(bias, bias, dim)
    bias_channels = dot(bias, channels, dim)
    channels_channels = dot(channels, channels, dim)
    out_bias = tn(-0.10456325729378067 * c * (bias_bias + channels_channels + 2 * bias_channels), 0)
    return (combine((out_bias, bias), (out_bias, channels)), bias_bias, bias_channels, channels_channels)


def _affine_vjp(
    h: Tensor,
    sqnorm: Tensor,
    weight_norm: Tensor,
    bias: Tensor,
    rho: Tensor,
    c: Tensor,
    bias_bias: Tensor,
    bias_channels: Tensor,
    channels_channels: Tensor,
    g_out: Tensor,
    g_bias_bias: Tensor,
    g_bias_channels: Tensor,
    g_channels_channels: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    if needs[0] or needs[2] or needs[3] or needs[4] or needs[5]:
        channels = h * weight_norm / rho
        t0 = 0.10456325729378067 * c
        t1 = -t0 * (bias_bias + channels_channels + 2 * bias_channels)
    if needs[0] or needs[2] or needs[3] or needs[4]:
        out_bias = tn(t1, 0)
    if needs[0] or needs[2] or needs[3] or needs[4] or needs[5]:
        bias_g_out = dot(bias, g_out, dim)
        channels_g_out = dot(channels, g_out, dim)
        d_out_bias = bias_g_out + channels_g_out
        t2 = d_out_bias * d_tn(t1, 0)
    if needs[0] or needs[2] or needs[3] or needs[4]:
        t3 = -t2 * t0
    if needs[0] or needs[2] or needs[4]:
        d_channels_channels = g_channels_channels + t3
    if needs[0] or needs[2] or needs[3] or needs[4]:
        d_bias_channels = g_bias_channels - 0.20912651458756135 * t2 * c
    if needs[3]:
        d_bias_bias = g_bias_bias + t3
    if needs[0] or needs[2] or needs[4]:
        d_channels_channels_2 = 2 * d_channels_channels
        d_channels = combine((out_bias, g_out), (d_bias_channels, bias), (d_channels_channels_2, channels))
    if needs[0]:
        adjoint = weight_norm * d_channels / rho
    if needs[2]:
        adjoint_2 = h * d_channels / rho
    if needs[4]:
        slope = -h * weight_norm / rho**2
        d_channels_slope = dot(d_channels, slope, dim)
    if needs[3]:
        d_bias_bias_2 = 2 * d_bias_bias
    if needs[5]:
        d_c = t2 * (
            -0.10456325729378067 * bias_bias
            - 0.10456325729378067 * channels_channels
            - 0.20912651458756135 * bias_channels
        )
    return (
        adjoint if needs[0] else None,
        None,
        adjoint_2 if needs[2] else None,
        combine((out_bias, g_out), (d_bias_channels, channels), (d_bias_bias_2, bias)) if needs[3] else None,
        d_channels_slope if needs[4] else None,
        d_c if needs[5] else None,
    )


def _affine_jvp(
    h: Tensor,
    sqnorm: Tensor,
    weight_norm: Tensor,
    bias: Tensor,
    rho: Tensor,
    c: Tensor,
    bias_bias: Tensor,
    bias_channels: Tensor,
    channels_channels: Tensor,
    t_h: Tensor,
    t_sqnorm: Tensor,
    t_weight_norm: Tensor,
    t_bias: Tensor,
    t_rho: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    channels = h * weight_norm / rho
    t0 = 0.10456325729378067 * c
    t1 = -t0 * (bias_bias + channels_channels + 2 * bias_channels)
    out_bias = tn(t1, 0)
    tangent = t_h * weight_norm / rho
    tangent_2 = h * t_weight_norm / rho
    tangent_3 = -h * t_rho * weight_norm / rho**2
    bias_t_bias = dot(bias, t_bias, dim)
    t_bias_bias = 2 * bias_t_bias
    channels_t_bias = dot(channels, t_bias, dim)
    bias_tangent = dot(bias, tangent, dim)
    bias_tangent_2 = dot(bias, tangent_2, dim)
    bias_tangent_3 = dot(bias, tangent_3, dim)
    t_bias_channels = channels_t_bias + bias_tangent + bias_tangent_2 + bias_tangent_3
    channels_tangent = dot(channels, tangent, dim)
    channels_tangent_2 = dot(channels, tangent_2, dim)
    channels_tangent_3 = dot(channels, tangent_3, dim)
    t_channels_channels = 2 * channels_tangent + 2 * channels_tangent_2 + 2 * channels_tangent_3
    t2 = d_tn(t1, 0)
    t3 = t2 * t0
    t_out_bias = (
        -t_bias_bias * t3
        - t_channels_channels * t3
        + t_c
        * t2
        * (
            -0.10456325729378067 * bias_bias
            - 0.10456325729378067 * channels_channels
            - 0.20912651458756135 * bias_channels
        )
        - 0.20912651458756135 * t_bias_channels * t2 * c
    )
    return (
        combine(
            (out_bias, t_bias),
            (out_bias, tangent),
            (out_bias, tangent_2),
            (out_bias, tangent_3),
            (t_out_bias, bias),
            (t_out_bias, channels),
        ),
        t_bias_bias,
        t_bias_channels,
        t_channels_channels,
    )


_affine_op = Operation(
    "affine",
    Formulas(_affine, _affine_vjp, _affine_jvp),
    inputs=(
        ("h", "vector"),
        ("sqnorm", "scalar"),
        ("weight_norm", "vector"),
        ("bias", "vector"),
        ("rho", "scalar"),
        ("c", "scalar"),
    ),
    results=("vector",),
)


def affine(
    h: Tensor, sqnorm: Tensor, weight_norm: Tensor, bias: Tensor, rho: Tensor, c: Tensor, *, dim: int = -1
) -> Tensor:
    r"""Epilogue of Linear and every convolution: the point whose distances to the coordinate hyperplanes are the scores.

    h = ⟨ρu, ŵ⟩ per channel, sqnorm = ‖ρu‖², ρ the concatenation ratio. On the hyperboloid ω = sinh((‖w‖/ρ) asinh s) and
    the result is asinh(‖ω‖)/(√c‖ω‖) ω; on the sphere, where these distances do not determine a point,
    bound(‖w‖h/ρ + b). Source: arXiv 2006.08210 §3.2 for the hyperbolic case.

    Formula (LaTeX)::

        \mathrm{channels} = \frac{\mathrm{weight\_norm} h}{\mathrm{rho}}
        \mathrm{bias\_bias} = \langle \mathrm{bias}, \mathrm{bias} \rangle
        \mathrm{bias\_channels} = \langle \mathrm{bias}, \mathrm{channels} \rangle
        \mathrm{channels\_channels} = \langle \mathrm{channels}, \mathrm{channels} \rangle
        \mathrm{out\_bias} = \operatorname{tn}\left(- 0.10456325729378067 c \left(\mathrm{bias\_bias} + \mathrm{channels\_channels} + 2 \mathrm{bias\_channels}\right)\right)
        \mathrm{out} = \mathrm{bias} \mathrm{out\_bias} + \mathrm{channels} \mathrm{out\_bias}

    Cost: 3 inner products, 9 further operations; backward 3 inner products, 35 further operations. Saved: the
    inputs and 3 scalars per row.
    """
    result: Tensor = _affine_op(h, sqnorm, weight_norm, bias, rho, c, dim=dim)
    return result


def _bound(u: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    out_u = tn(-0.10456325729378067 * uu * c, -1)
    return (out_u * u, uu)


def _bound_vjp(
    u: Tensor, c: Tensor, uu: Tensor, g_out: Tensor, g_uu: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    t0 = 0.10456325729378067 * c
    t1 = -uu * t0
    if needs[0]:
        out_u = tn(t1, -1)
    u_g_out = dot(u, g_out, dim)
    t2 = u_g_out * d_tn(t1, -1)
    if needs[0]:
        d_uu = g_uu - t2 * t0
        d_u_u = 2 * d_uu
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

    Cost: 1 inner products, 4 further operations; backward 1 inner products, 12 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _bound_op(u, c, dim=dim)
    return result
