"""Layer operations in frame coordinates on the sphere (curvature +c).

Generated from specs/frame.py by `manifuse ops generate`; do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ...compile.functions import cs, d_sn, d_tn, sn, tn
from ...compile.guards import arc, asin_c, cos_c, d_arc, d_asin_c, d_sin_c, inverse, inverse_root, root, sin_c, vanishes
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
    formed_formed = dot(formed_3, formed_3, dim)
    formed_formed_2 = dot(formed_4, formed_4, dim)
    t2 = torch.rsqrt(c)
    t3 = t2 * cs(t0, 1)
    t4 = cs(t1, 1)
    t5 = formed_formed + (-t3 + t4 * t2) ** 2
    t6 = c / 4
    out = arc(t5 * t6, root(t6 * (formed_formed_2 + (t3 + t4 * t2) ** 2))) * root(t5)
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
    t4 = torch.sqrt(c)
    t5 = 1 / t4
    t6 = cs(t0, 1)
    t7 = t6 * t5
    t8 = cs(t2, 1)
    t9 = -t7 + t8 * t5
    t10 = t9**2
    t11 = formed_formed + t10
    t12 = root(t11)
    t13 = t7 + t8 * t5
    t14 = t13**2
    t15 = c / 4
    t16 = t15 * (formed_formed_2 + t14)
    t17 = root(t16)
    t18 = t11 * t15
    t19 = 1 / (t18 + t17**2)
    t20 = inverse_root(t16)
    t21 = t19 * t20
    t22 = t21 / 8
    d_formed_formed = g_formed_formed_2 - g_out * t22 * t12 * c
    t23 = arc(t18, t17) * inverse_root(t11) / 2
    t24 = d_arc(t18, t17)
    d_formed_formed_2 = g_formed_formed + g_out * (t23 + t24 * t12 * t15)
    d_formed_formed_3 = 2 * d_formed_formed
    d_formed_formed_4 = 2 * d_formed_formed_2
    if needs[1] or needs[2]:
        v_formed = dot(v, formed_4, dim)
        v_formed_2 = dot(v, formed_3, dim)
    t25 = torch.sqrt(c) ** 3
    if needs[0] or needs[1]:
        t26 = t24 * t9 / 4
        t27 = t23 * t9 * t4
    if needs[1] or needs[2]:
        t28 = d_sn(t2, 1)
    if needs[1]:
        t29 = t28 * c
    if needs[1] or needs[2]:
        t30 = d_formed_formed_3 * v_formed
        t31 = d_formed_formed_4 * v_formed_2
    if needs[1]:
        d_vv = (
            g_vv + g_out * (t12 * (-t26 * t3 * t25 + t13 * t19 * t3 * t20 * t25 / 8) - t27 * t3) + t29 * t30 + t29 * t31
        )
    if needs[0] or needs[2]:
        d_formed_formed_5 = -d_formed_formed_4
        u_formed = dot(u, formed_4, dim)
        u_formed_2 = dot(u, formed_3, dim)
    if needs[0]:
        t32 = t1 * t25
    if needs[0] or needs[2]:
        t33 = d_sn(t0, 1)
    if needs[0]:
        t34 = t33 * c
    if needs[0] or needs[2]:
        t35 = d_formed_formed_3 * u_formed
        t36 = d_formed_formed_5 * u_formed_2
    if needs[0]:
        d_uu = g_uu + g_out * (t1 * t27 + t12 * (t26 * t32 + t13 * t22 * t32)) + t34 * t35 + t34 * t36
        d_u_formed = d_formed_formed_3 * t1
        d_u_formed_2 = d_formed_formed_5 * t1
        d_u_u = 2 * d_uu
    if needs[1]:
        d_v_formed = d_formed_formed_3 * t3
        d_v_formed_2 = d_formed_formed_4 * t3
        d_v_v = 2 * d_vv
    if needs[2]:
        t37 = 1 / t25
        t38 = t8 * t37
        t39 = t3 * vv * t5
        t40 = t6 * t37 + t1 * uu * t5
        t41 = t9 * (t40 - t38 - t39)
        t42 = t28 * vv
        t43 = t33 * uu
        d_c = (
            g_out
            * (
                t23 * t41
                + t12
                * (
                    t24 * (formed_formed / 4 + t10 / 4 + t41 * t15)
                    - t21 * (formed_formed_2 / 4 + t14 / 4 + t13 * t15 * (-t38 - t39 - t40)) / 2
                )
            )
            + t30 * t42
            + t31 * t42
            + t35 * t43
            + t36 * t43
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
    u_formed = dot(u, formed_3, dim)
    formed_t_u = dot(formed_3, t_u, dim)
    v_formed = dot(v, formed_3, dim)
    formed_t_v = dot(formed_3, t_v, dim)
    t6 = 2 * t_formed_t_v
    t7 = 2 * t_formed_v
    t_formed_formed = v_formed * t7 + formed_t_v * t6 + 2 * t_formed_u_2 * u_formed + 2 * t_formed_t_u_2 * formed_t_u
    u_formed_2 = dot(u, formed_4, dim)
    formed_t_u_2 = dot(formed_4, t_u, dim)
    v_formed_2 = dot(v, formed_4, dim)
    formed_t_v_2 = dot(formed_4, t_v, dim)
    t_formed_formed_2 = (
        v_formed_2 * t7 + formed_t_v_2 * t6 + 2 * t_formed_t_u * formed_t_u_2 + 2 * t_formed_u * u_formed_2
    )
    t8 = torch.sqrt(c)
    t9 = 1 / t8
    t10 = cs(t0, 1)
    t11 = t10 * t9
    t12 = cs(t2, 1)
    t13 = -t11 + t12 * t9
    t14 = t13**2
    t15 = c / 4
    t16 = torch.sqrt(c) ** 3
    t17 = 1 / t16
    t18 = t12 * t17
    t19 = t3 * vv * t9
    t20 = t10 * t17 + t1 * uu * t9
    t21 = t13 * (t20 - t18 - t19)
    t24 = t11 + t12 * t9
    t25 = t24**2
    t22 = formed_formed + t14
    t23 = t22 * t15
    t26 = t15 * (formed_formed_2 + t25)
    t27 = root(t26)
    t28 = d_arc(t23, t27)
    t29 = 1 / (t23 + t27**2)
    t30 = inverse_root(t26)
    t31 = t29 * t30
    t32 = root(t22)
    t33 = arc(t23, t27) * inverse_root(t22) / 2
    t34 = t1 * t16
    t35 = t13 * t28 / 4
    t36 = t31 / 8
    t37 = t13 * t33 * t8
    t_out = (
        t_c
        * (
            t21 * t33
            + t32
            * (
                t28 * (formed_formed / 4 + t14 / 4 + t21 * t15)
                - t31 * (formed_formed_2 / 4 + t25 / 4 + t24 * t15 * (-t18 - t19 - t20)) / 2
            )
        )
        + t_uu * (t1 * t37 + t32 * (t34 * t35 + t24 * t34 * t36))
        + t_vv * (t32 * (-t3 * t35 * t16 + t24 * t29 * t3 * t30 * t16 / 8) - t3 * t37)
        + t_formed_formed * (t33 + t28 * t32 * t15)
        - t_formed_formed_2 * t36 * t32 * c
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
        \mathrm{formed\_formed} = \langle \mathrm{formed\_3}, \mathrm{formed\_3} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_4}, \mathrm{formed\_4} \rangle
        \mathrm{out} = \operatorname{arc}\left(\frac{c \left(\mathrm{formed\_formed} + \left(\frac{\operatorname{cs}\left(\mathrm{vv} c\right)}{\sqrt{c}} - \frac{\operatorname{cs}\left(\mathrm{uu} c\right)}{\sqrt{c}}\right)^{2}\right)}{4}, \operatorname{root}\left(\frac{c \left(\mathrm{formed\_formed\_2} + \left(\frac{\operatorname{cs}\left(\mathrm{uu} c\right)}{\sqrt{c}} + \frac{\operatorname{cs}\left(\mathrm{vv} c\right)}{\sqrt{c}}\right)^{2}\right)}{4}\right)\right) \operatorname{root}\left(\mathrm{formed\_formed} + \left(\frac{\operatorname{cs}\left(\mathrm{vv} c\right)}{\sqrt{c}} - \frac{\operatorname{cs}\left(\mathrm{uu} c\right)}{\sqrt{c}}\right)^{2}\right)

    Cost: 4 inner products, 27 further operations; backward 4 inner products, 144 further operations. Saved: the
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
    formed_formed = dot(formed_3, formed_3, dim)
    formed_formed_2 = dot(formed_4, formed_4, dim)
    t2 = torch.rsqrt(c)
    t3 = t2 * cs(t0, 1)
    t4 = cs(t1, 1)
    t5 = formed_formed + (-t3 + t4 * t2) ** 2
    t6 = c / 4
    out = t5 * arc(t5 * t6, root(t6 * (formed_formed_2 + (t3 + t4 * t2) ** 2))) ** 2
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
    t4 = torch.sqrt(c)
    t5 = 1 / t4
    t6 = cs(t0, 1)
    t7 = t6 * t5
    t8 = cs(t2, 1)
    t9 = -t7 + t8 * t5
    t10 = t9**2
    t11 = formed_formed + t10
    t12 = c / 4
    t13 = t11 * t12
    t14 = t7 + t8 * t5
    t15 = t14**2
    t16 = t12 * (formed_formed_2 + t15)
    t17 = root(t16)
    t18 = arc(t13, t17)
    t19 = 1 / (t13 + t17**2)
    t20 = inverse_root(t16)
    t21 = t19 * t20
    d_formed_formed = g_formed_formed_2 - g_out * t18 * t21 * t13
    t22 = t18**2
    t23 = t18 * t11
    t24 = d_arc(t13, t17)
    t25 = t24 / 2
    d_formed_formed_2 = g_formed_formed + g_out * (t22 + t23 * t25 * c)
    d_formed_formed_3 = 2 * d_formed_formed
    d_formed_formed_4 = 2 * d_formed_formed_2
    if needs[1] or needs[2]:
        v_formed = dot(v, formed_4, dim)
        v_formed_2 = dot(v, formed_3, dim)
    t26 = torch.sqrt(c) ** 3
    if needs[0] or needs[1]:
        t27 = t25 * t9
    t28 = t9 * t22
    if needs[0] or needs[1]:
        t29 = t28 * t4
    if needs[1] or needs[2]:
        t30 = d_sn(t2, 1)
    if needs[1]:
        t31 = t30 * c
    if needs[1] or needs[2]:
        t32 = d_formed_formed_3 * v_formed
        t33 = d_formed_formed_4 * v_formed_2
    if needs[1]:
        d_vv = (
            g_vv
            + g_out * (-t29 * t3 + t18 * t11 * (-t27 * t3 * t26 + t14 * t19 * t3 * t20 * t26 / 4))
            + t31 * t32
            + t31 * t33
        )
    if needs[0] or needs[2]:
        d_formed_formed_5 = -d_formed_formed_4
        u_formed = dot(u, formed_4, dim)
        u_formed_2 = dot(u, formed_3, dim)
    if needs[0]:
        t34 = t1 * t26
    if needs[0] or needs[2]:
        t35 = d_sn(t0, 1)
    if needs[0]:
        t36 = t35 * c
    if needs[0] or needs[2]:
        t37 = d_formed_formed_3 * u_formed
        t38 = d_formed_formed_5 * u_formed_2
    if needs[0]:
        d_uu = g_uu + g_out * (t1 * t29 + t23 * (t27 * t34 + t14 * t21 * t34 / 4)) + t36 * t37 + t36 * t38
        d_u_formed = d_formed_formed_3 * t1
        d_u_formed_2 = d_formed_formed_5 * t1
        d_u_u = 2 * d_uu
    if needs[1]:
        d_v_formed = d_formed_formed_3 * t3
        d_v_formed_2 = d_formed_formed_4 * t3
        d_v_v = 2 * d_vv
    if needs[2]:
        t39 = 1 / t26
        t40 = t8 * t39
        t41 = t3 * vv * t5
        t42 = t6 * t39 + t1 * uu * t5
        t43 = t42 - t40 - t41
        t44 = t30 * vv
        t45 = t35 * uu
        d_c = (
            g_out
            * (
                t23
                * (
                    -t21 * (formed_formed_2 / 4 + t15 / 4 + t14 * t12 * (-t40 - t41 - t42))
                    + 2 * t24 * (formed_formed / 4 + t10 / 4 + t43 * t9 * t12)
                )
                + t28 * t43
            )
            + t32 * t44
            + t33 * t44
            + t37 * t45
            + t38 * t45
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
    u_formed = dot(u, formed_3, dim)
    formed_t_u = dot(formed_3, t_u, dim)
    v_formed = dot(v, formed_3, dim)
    formed_t_v = dot(formed_3, t_v, dim)
    t6 = 2 * t_formed_t_v
    t7 = 2 * t_formed_v
    t_formed_formed = v_formed * t7 + formed_t_v * t6 + 2 * t_formed_u_2 * u_formed + 2 * t_formed_t_u_2 * formed_t_u
    u_formed_2 = dot(u, formed_4, dim)
    formed_t_u_2 = dot(formed_4, t_u, dim)
    v_formed_2 = dot(v, formed_4, dim)
    formed_t_v_2 = dot(formed_4, t_v, dim)
    t_formed_formed_2 = (
        v_formed_2 * t7 + formed_t_v_2 * t6 + 2 * t_formed_t_u * formed_t_u_2 + 2 * t_formed_u * u_formed_2
    )
    t8 = torch.sqrt(c)
    t9 = 1 / t8
    t10 = cs(t0, 1)
    t11 = t10 * t9
    t12 = cs(t2, 1)
    t13 = -t11 + t12 * t9
    t14 = t13**2
    t15 = formed_formed + t14
    t16 = c / 4
    t17 = t15 * t16
    t18 = t11 + t12 * t9
    t19 = t18**2
    t20 = t16 * (formed_formed_2 + t19)
    t21 = root(t20)
    t22 = arc(t17, t21)
    t23 = t22**2
    t24 = torch.sqrt(c) ** 3
    t25 = 1 / t24
    t26 = t12 * t25
    t27 = t3 * vv * t9
    t28 = t10 * t25 + t1 * uu * t9
    t29 = t13 * (t28 - t26 - t27)
    t30 = d_arc(t17, t21)
    t31 = 1 / (t17 + t21**2)
    t32 = inverse_root(t20)
    t33 = t31 * t32
    t34 = t22 * t15
    t35 = t1 * t13
    t36 = t30 / 2
    t37 = t36 * t24
    t38 = t23 * t8
    t39 = t13 * t3
    t_out = (
        t_c
        * (
            t29 * t23
            + t34
            * (
                -t33 * (formed_formed_2 / 4 + t19 / 4 + t18 * t16 * (-t26 - t27 - t28))
                + 2 * t30 * (formed_formed / 4 + t14 / 4 + t29 * t16)
            )
        )
        + t_uu * (t34 * (t35 * t37 + t1 * t18 * t33 * t24 / 4) + t35 * t38)
        + t_vv * (-t39 * t38 + t22 * t15 * (-t37 * t39 + t18 * t3 * t31 * t32 * t24 / 4))
        + t_formed_formed * (t23 + t34 * t36 * c)
        - t_formed_formed_2 * t22 * t33 * t17
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
        \mathrm{formed\_formed} = \langle \mathrm{formed\_3}, \mathrm{formed\_3} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_4}, \mathrm{formed\_4} \rangle
        \mathrm{out} = \operatorname{arc}^{2}\left(\frac{c \left(\mathrm{formed\_formed} + \left(\frac{\operatorname{cs}\left(\mathrm{vv} c\right)}{\sqrt{c}} - \frac{\operatorname{cs}\left(\mathrm{uu} c\right)}{\sqrt{c}}\right)^{2}\right)}{4}, \operatorname{root}\left(\frac{c \left(\mathrm{formed\_formed\_2} + \left(\frac{\operatorname{cs}\left(\mathrm{uu} c\right)}{\sqrt{c}} + \frac{\operatorname{cs}\left(\mathrm{vv} c\right)}{\sqrt{c}}\right)^{2}\right)}{4}\right)\right) \left(\mathrm{formed\_formed} + \left(\frac{\operatorname{cs}\left(\mathrm{vv} c\right)}{\sqrt{c}} - \frac{\operatorname{cs}\left(\mathrm{uu} c\right)}{\sqrt{c}}\right)^{2}\right)

    Cost: 4 inner products, 27 further operations; backward 4 inner products, 143 further operations. Saved: the
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
    x_s = sn(t0, 1) * u
    t1 = torch.sqrt(c)
    t2 = 1 / t1
    x_t = t2 * cs(t0, 1)
    mean_mean = dot(mean, mean, dim)
    t3 = mean_mean * c
    m_s = sn(t3, 1) * mean
    m_t = t2 * cs(t3, 1)
    bias_bias = dot(bias, bias, dim)
    t4 = bias_bias * c
    b_s = sn(t4, 1) * bias
    b_t = t2 * cs(t4, 1)
    formed = x_s - m_s
    formed_2 = x_s + m_s
    formed_formed = dot(formed, formed, dim)
    formed_formed_2 = dot(formed_2, formed_2, dim)
    t5 = formed_formed + (x_t - m_t) ** 2
    t6 = (m_t + x_t) ** 2
    scale_2 = arc(t5 * c**2 * (formed_formed_2 + t6) / 4, c * (formed_formed_2 + t6 - t5) / 4)
    bend = t5 * c / 2
    space_m_s = scale_2 * bend
    formed_3 = combine((scale_2, formed), (space_m_s, m_s))
    m = b_s + m_s
    b_s_formed = dot(b_s, formed_3, dim)
    mm = dot(m, m, dim)
    t7 = scale_2 * (x_t - m_t + m_t * bend)
    t8 = m_t + b_t
    ratio = (2 * b_s_formed + 2 * b_t * t7) * inverse(mm + t8**2)
    v_s = combine((1, formed_3), (-ratio, m))
    v_t = t7 - ratio * t8
    v_s_v_s = dot(v_s, v_s, dim)
    t9 = scale**2
    square = c * (v_s_v_s * t9 + t9 * v_t**2)
    c_2 = cs(square, 1)
    s = sn(square, 1)
    t10 = s * scale
    y_t = b_t * c_2 + v_t * t10
    y_s_v_s = t10
    formed_4 = combine((c_2, b_s), (y_s_v_s, v_s))
    formed_formed_3 = dot(formed_4, formed_4, dim)
    out_formed = arc(formed_formed_3 * c, y_t * t1)
    return (out_formed * formed_4, uu, formed_formed, formed_formed_2, b_s_formed, v_s_v_s)


def _normalize_vjp(
    u: Tensor,
    mean: Tensor,
    scale: Tensor,
    bias: Tensor,
    c: Tensor,
    uu: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    b_s_formed: Tensor,
    v_s_v_s: Tensor,
    g_out: Tensor,
    g_uu: Tensor,
    g_formed_formed: Tensor,
    g_formed_formed_2: Tensor,
    g_b_s_formed: Tensor,
    g_v_s_v_s: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    t0 = uu * c
    t1 = sn(t0, 1)
    x_s = t1 * u
    t2 = torch.sqrt(c)
    t3 = 1 / t2
    t4 = cs(t0, 1)
    x_t = t4 * t3
    mean_mean = dot(mean, mean, dim)
    t5 = mean_mean * c
    t6 = sn(t5, 1)
    m_s = t6 * mean
    t7 = cs(t5, 1)
    m_t = t7 * t3
    bias_bias = dot(bias, bias, dim)
    t8 = bias_bias * c
    t9 = sn(t8, 1)
    b_s = t9 * bias
    t10 = cs(t8, 1)
    b_t = t10 * t3
    formed = x_s - m_s
    if needs[0] or needs[1] or needs[4]:
        formed_2 = x_s + m_s
    t11 = (m_t + x_t) ** 2
    t12 = formed_formed_2 + t11
    t13 = (x_t - m_t) ** 2
    t14 = formed_formed + t13
    t15 = c**2
    t16 = t14 * t15 / 4
    t17 = t12 * t16
    t18 = formed_formed_2 + t11 - t14
    t19 = c / 4
    t20 = t18 * t19
    scale_2 = arc(t17, t20)
    t21 = c / 2
    t22 = t14 * t21
    bend = t22
    space_m_s = scale_2 * bend
    formed_3 = combine((scale_2, formed), (space_m_s, m_s))
    m = b_s + m_s
    mm = dot(m, m, dim)
    t23 = x_t - m_t + m_t * bend
    t24 = scale_2 * t23
    t25 = 2 * b_t
    t26 = 2 * b_s_formed + t24 * t25
    t27 = m_t + b_t
    t28 = inverse(mm + t27**2)
    ratio = t26 * t28
    t29 = -ratio
    v_s = combine((1, formed_3), (t29, m))
    v_t = t24 - ratio * t27
    t30 = scale**2
    t31 = v_t**2
    t32 = v_s_v_s * t30 + t31 * t30
    square = t32 * c
    c_2 = cs(square, 1)
    t33 = sn(square, 1)
    s = t33
    t34 = s * scale
    y_t = b_t * c_2 + v_t * t34
    y_s_v_s = t34
    formed_4 = combine((c_2, b_s), (y_s_v_s, v_s))
    formed_formed_3 = dot(formed_4, formed_4, dim)
    t35 = formed_formed_3 * c
    t36 = y_t * t2
    out_formed = arc(t35, t36)
    formed_g_out = dot(formed_4, g_out, dim)
    t37 = d_arc(t35, t36)
    d_formed_formed = formed_g_out * t37 * c
    d_formed_formed_2 = 2 * d_formed_formed
    b_s_g_out = dot(b_s, g_out, dim)
    b_s_formed_2 = dot(b_s, formed_4, dim)
    v_s_g_out = dot(v_s, g_out, dim)
    v_s_formed = dot(v_s, formed_4, dim)
    d_y_s_v_s = out_formed * v_s_g_out + d_formed_formed_2 * v_s_formed
    t38 = 1 / (t35 + c * y_t**2)
    d_y_t = -formed_g_out * t38 * t2
    t39 = v_t * d_y_t
    d_s = d_y_s_v_s * scale + t39 * scale
    d_c = b_t * d_y_t + out_formed * b_s_g_out + d_formed_formed_2 * b_s_formed_2
    d_square = d_s * d_sn(square, 1) - d_c * t33 / 2
    t40 = d_square * c
    if needs[0] or needs[1] or needs[3] or needs[4]:
        t41 = t40 * t30
        d_v_s_v_s = g_v_s_v_s + t41
        d_v_t = d_y_t * t34 + 2 * v_t * t41
        d_v_s_g_out = y_s_v_s * out_formed
        d_v_s_formed = y_s_v_s * d_formed_formed_2
        d_v_s_v_s_2 = 2 * d_v_s_v_s
        m_g_out = dot(m, g_out, dim)
        m_formed = dot(m, formed_4, dim)
        m_v_s = dot(m, v_s, dim)
        d_ratio = -d_v_t * t27 - d_v_s_g_out * m_g_out - d_v_s_formed * m_formed - d_v_s_v_s_2 * m_v_s
    if needs[1] or needs[3] or needs[4]:
        t42 = t26 * t28**2
        term = -d_ratio * t42
        d_mm = row_sum(term, u, rows)
    if needs[0] or needs[1] or needs[3] or needs[4]:
        t43 = 2 * t28
        d_b_s_formed = g_b_s_formed + d_ratio * t43
    if needs[1] or needs[3] or needs[4]:
        formed_5 = combine(
            (-ratio * d_v_s_v_s_2, v_s), (-ratio * d_v_s_formed, formed_4), (-ratio * d_v_s_g_out, g_out)
        )
        d_m = row_sum(formed_5, u, rows)
        d_m_m = 2 * d_mm
    if needs[0] or needs[1] or needs[4]:
        formed_g_out_2 = dot(formed, g_out, dim)
        formed_formed_4 = dot(formed, formed_4, dim)
        formed_v_s = dot(formed, v_s, dim)
        b_s_formed_3 = dot(b_s, formed, dim)
        m_s_g_out = dot(m_s, g_out, dim)
        m_s_formed = dot(m_s, formed_4, dim)
        m_s_v_s = dot(m_s, v_s, dim)
        m_s_b_s = dot(m_s, b_s, dim)
        d_space_m_s = (
            d_v_s_g_out * m_s_g_out + d_v_s_formed * m_s_formed + d_v_s_v_s_2 * m_s_v_s + d_b_s_formed * m_s_b_s
        )
        t44 = scale_2 * d_v_t
    if needs[0] or needs[1] or needs[3] or needs[4]:
        t45 = 2 * m_t
    if needs[0] or needs[1] or needs[4]:
        d_bend = m_t * t44 + scale_2 * d_space_m_s + b_t * scale_2 * d_ratio * t28 * t45
        t46 = t25 * t28
        t47 = d_ratio * t46
        d_scale = (
            d_v_t * t23
            + d_v_s_g_out * formed_g_out_2
            + d_v_s_formed * formed_formed_4
            + d_v_s_v_s_2 * formed_v_s
            + d_b_s_formed * b_s_formed_3
            + d_space_m_s * bend
            + t23 * t47
        )
        t48 = 1 / (t17 + t15 * t18**2 / 16)
        t49 = t48 * t19
        t50 = d_arc(t17, t20)
        d_formed_formed_3 = g_formed_formed_2 + d_scale * (-t49 + t50 * t16)
        t51 = t50 * t12
        t52 = t15 / 4
        t53 = d_bend * t21
        d_formed_formed_4 = g_formed_formed + t53 + d_scale * (t49 + t51 * t52)
        d_formed_formed_5 = 2 * d_formed_formed_3
        d_formed_g_out = scale_2 * d_v_s_g_out
        d_formed_formed_6 = scale_2 * d_v_s_formed
        d_formed_v_s = scale_2 * d_v_s_v_s_2
        d_formed_b_s = scale_2 * d_b_s_formed
        d_formed_formed_7 = 2 * d_formed_formed_4
    if needs[1] or needs[3] or needs[4]:
        t54 = -t42 * (t25 + t45)
    if needs[3] or needs[4]:
        term_2 = c_2 * d_y_t + d_ratio * (t54 + t24 * t43) - ratio * d_v_t
        d_b_t = row_sum(term_2, u, rows)
        formed_6 = combine((d_b_s_formed, formed_3), (c_2 * d_formed_formed_2, formed_4), (c_2 * out_formed, g_out))
        d_b_s = row_sum(formed_6, u, rows)
        bias_m = dot(bias, m, dim)
        bias_d_m = dot(bias, d_m, dim)
        bias_d_b_s = dot(bias, d_b_s, dim)
        t55 = d_sn(t8, 1)
    if needs[3]:
        t56 = t55 * c
    if needs[0] or needs[1] or needs[3]:
        t57 = t2 / 2
    if needs[3] or needs[4]:
        t58 = d_m_m * bias_m
    if needs[3]:
        d_bias_bias = bias_d_m * t56 + bias_d_b_s * t56 + t56 * t58 - d_b_t * t9 * t57
    if needs[1] or needs[4]:
        t59 = scale_2 * (-1 + bend)
    if needs[0] or needs[1] or needs[4]:
        t60 = 2 * x_t
        t61 = t16 * (t45 + t60)
        t62 = t45 - t60
        t63 = t12 * t52
        t64 = t48 * c
    if needs[1] or needs[4]:
        term_3 = (
            d_v_t * (t29 + t59)
            + d_ratio * (t54 + t46 * t59)
            + d_scale * (t50 * (t61 + t62 * t63) - x_t * t64)
            + t53 * t62
        )
        d_m_t = row_sum(term_3, u, rows)
        term_4 = -d_formed_b_s + space_m_s * d_b_s_formed
        d_m_s_b_s = row_sum(term_4, u, rows)
        formed_7 = combine(
            (d_formed_formed_5, formed_2),
            (-d_formed_v_s + space_m_s * d_v_s_v_s_2, v_s),
            (-d_formed_formed_6 + space_m_s * d_v_s_formed, formed_4),
            (-d_formed_g_out + space_m_s * d_v_s_g_out, g_out),
            (-d_formed_formed_7, formed),
        )
        d_m_s = row_sum(formed_7, u, rows)
        mean_m = dot(mean, m, dim)
        mean_d_m = dot(mean, d_m, dim)
        mean_b_s = dot(mean, b_s, dim)
        mean_d_m_s = dot(mean, d_m_s, dim)
        t65 = d_sn(t5, 1)
    if needs[1]:
        t66 = t65 * c
    if needs[1] or needs[4]:
        t67 = d_m_s_b_s * mean_b_s
        t68 = mean_m * d_m_m
    if needs[1]:
        d_mean_mean = mean_d_m * t66 + mean_d_m_s * t66 + t66 * t67 + t66 * t68 - d_m_t * t6 * t57
    if needs[0] or needs[4]:
        t69 = -t62
        d_x_t = t44 + scale_2 * t47 + d_scale * (t50 * (t61 + t69 * t63) - m_t * t64) + t53 * t69
        u_formed = dot(u, formed_2, dim)
        u_g_out = dot(u, g_out, dim)
        u_formed_2 = dot(u, formed_4, dim)
        u_v_s = dot(u, v_s, dim)
        u_b_s = dot(u, b_s, dim)
        u_formed_3 = dot(u, formed, dim)
        t70 = d_sn(t0, 1)
    if needs[0]:
        t71 = t70 * c
    if needs[0] or needs[4]:
        t72 = u_formed * d_formed_formed_5
        t73 = u_g_out * d_formed_g_out
        t74 = u_formed_2 * d_formed_formed_6
        t75 = u_v_s * d_formed_v_s
        t76 = u_b_s * d_formed_b_s
        t77 = u_formed_3 * d_formed_formed_7
    if needs[0]:
        d_uu = g_uu + t71 * t72 + t71 * t73 + t71 * t74 + t71 * t75 + t71 * t76 + t71 * t77 - d_x_t * t1 * t57
    if needs[4]:
        t78 = 1 / (2 * torch.sqrt(c) ** 3)
        t79 = t3 / 2
        t80 = t70 * uu
        term_5 = (
            d_x_t * (-t4 * t78 - t1 * uu * t79)
            + formed_g_out * (t37 * formed_formed_3 - y_t * t38 * t79)
            + d_square * t32
            + d_bend * (formed_formed / 2 + t13 / 2)
            + d_scale * (t51 * t22 - t48 * (-formed_formed / 4 - t13 / 4 + formed_formed_2 / 4 + t11 / 4))
            + t72 * t80
            + t73 * t80
            + t74 * t80
            + t75 * t80
            + t76 * t80
            + t77 * t80
        )
        total = row_sum(term_5, u, rows)
    if needs[2]:
        t81 = 2 * scale
        term_6 = s * d_y_s_v_s + s * t39 + t40 * (v_s_v_s * t81 + t31 * t81)
        d_scale_2 = row_sum(term_6, u, rows)
    if needs[0]:
        d_u_formed = d_formed_formed_5 * t1
        d_u_g_out = d_formed_g_out * t1
        d_u_formed_2 = d_formed_formed_6 * t1
        d_u_v_s = d_formed_v_s * t1
        d_u_b_s = d_formed_b_s * t1
        d_u_formed_3 = d_formed_formed_7 * t1
        d_u_u = 2 * d_uu
    if needs[1]:
        d_mean_m = d_m_m * t6
        d_mean_d_m = t6
        d_mean_b_s = d_m_s_b_s * t6
        d_mean_mean_2 = 2 * d_mean_mean
    if needs[3]:
        d_bias_m = d_m_m * t9
        d_bias_d_m = t9
        d_bias_bias_2 = 2 * d_bias_bias
    if needs[4]:
        t82 = t65 * mean_mean
        t83 = t55 * bias_bias
        d_c_2 = (
            total
            + d_m_t * (-t7 * t78 - t6 * mean_mean * t79)
            + mean_d_m * t82
            + mean_d_m_s * t82
            + d_b_t * (-t10 * t78 - t9 * bias_bias * t79)
            + bias_d_m * t83
            + bias_d_b_s * t83
            + t58 * t83
            + t67 * t82
            + t68 * t82
        )
    return (
        combine(
            (d_u_formed, formed_2),
            (d_u_g_out, g_out),
            (d_u_formed_2, formed_4),
            (d_u_v_s, v_s),
            (d_u_b_s, b_s),
            (d_u_formed_3, formed),
            (d_u_u, u),
        )
        if needs[0]
        else None,
        combine((d_mean_m, m), (d_mean_d_m, d_m), (d_mean_b_s, b_s), (d_mean_d_m, d_m_s), (d_mean_mean_2, mean))
        if needs[1]
        else None,
        d_scale_2 if needs[2] else None,
        combine((d_bias_m, m), (d_bias_d_m, d_m), (d_bias_d_m, d_b_s), (d_bias_bias_2, bias)) if needs[3] else None,
        d_c_2 if needs[4] else None,
    )


def _normalize_jvp(
    u: Tensor,
    mean: Tensor,
    scale: Tensor,
    bias: Tensor,
    c: Tensor,
    uu: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    b_s_formed: Tensor,
    v_s_v_s: Tensor,
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
    x_s = t1 * u
    t2 = torch.sqrt(c)
    t3 = 1 / t2
    t4 = cs(t0, 1)
    x_t = t4 * t3
    mean_mean = dot(mean, mean, dim)
    t5 = mean_mean * c
    t6 = sn(t5, 1)
    m_s = t6 * mean
    t7 = cs(t5, 1)
    m_t = t7 * t3
    bias_bias = dot(bias, bias, dim)
    t8 = bias_bias * c
    t9 = sn(t8, 1)
    b_s = t9 * bias
    t10 = cs(t8, 1)
    b_t = t10 * t3
    formed = x_s - m_s
    formed_2 = x_s + m_s
    t11 = (m_t + x_t) ** 2
    t12 = formed_formed_2 + t11
    t13 = (x_t - m_t) ** 2
    t14 = formed_formed + t13
    t15 = c**2
    t16 = t14 * t15 / 4
    t17 = t12 * t16
    t18 = formed_formed_2 + t11 - t14
    t19 = c / 4
    t20 = t18 * t19
    scale_2 = arc(t17, t20)
    t21 = c / 2
    t22 = t14 * t21
    bend = t22
    space_m_s = scale_2 * bend
    formed_3 = combine((scale_2, formed), (space_m_s, m_s))
    m = b_s + m_s
    mm = dot(m, m, dim)
    t23 = x_t - m_t + m_t * bend
    t24 = scale_2 * t23
    t25 = 2 * b_t
    t26 = 2 * b_s_formed + t24 * t25
    t27 = m_t + b_t
    t28 = inverse(mm + t27**2)
    ratio = t26 * t28
    t29 = -ratio
    v_s = combine((1, formed_3), (t29, m))
    v_t = t24 - ratio * t27
    t30 = scale**2
    t31 = v_t**2
    t32 = v_s_v_s * t30 + t31 * t30
    square = t32 * c
    c_2 = cs(square, 1)
    t33 = sn(square, 1)
    s = t33
    t34 = s * scale
    y_t = b_t * c_2 + v_t * t34
    y_s_v_s = t34
    formed_4 = combine((c_2, b_s), (y_s_v_s, v_s))
    formed_formed_3 = dot(formed_4, formed_4, dim)
    t35 = formed_formed_3 * c
    t36 = y_t * t2
    out_formed = arc(t35, t36)
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_x_s_t_u = t1
    t37 = d_sn(t0, 1)
    t_x_s_u = t_c * t37 * uu + t_uu * t37 * c
    t38 = 1 / (2 * torch.sqrt(c) ** 3)
    t39 = t1 / 2
    t_x_t = t_c * (-t4 * t38 - t39 * uu * t3) - t_uu * t39 * t2
    mean_t_mean = dot(mean, t_mean, dim)
    t_mean_mean = 2 * mean_t_mean
    t_m_s_t_mean = t6
    t40 = d_sn(t5, 1)
    t_m_s_mean = t_c * t40 * mean_mean + t_mean_mean * t40 * c
    t41 = t6 / 2
    t_m_t = t_c * (-t7 * t38 - t41 * mean_mean * t3) - t_mean_mean * t41 * t2
    bias_t_bias = dot(bias, t_bias, dim)
    t_bias_bias = 2 * bias_t_bias
    t_b_s_t_bias = t9
    t42 = d_sn(t8, 1)
    t_b_s_bias = t_c * t42 * bias_bias + t_bias_bias * t42 * c
    t43 = t9 / 2
    t_b_t = t_c * (-t10 * t38 - t43 * bias_bias * t3) - t_bias_bias * t43 * t2
    t_formed_mean = -t_m_s_mean
    t_formed_t_mean = -t_m_s_t_mean
    u_formed = dot(u, formed, dim)
    formed_t_u = dot(formed, t_u, dim)
    mean_formed = dot(mean, formed, dim)
    formed_t_mean = dot(formed, t_mean, dim)
    t44 = 2 * t_x_s_t_u
    t45 = 2 * t_x_s_u
    t_formed_formed = (
        u_formed * t45 + formed_t_u * t44 + 2 * t_formed_mean * mean_formed + 2 * t_formed_t_mean * formed_t_mean
    )
    u_formed_2 = dot(u, formed_2, dim)
    formed_t_u_2 = dot(formed_2, t_u, dim)
    mean_formed_2 = dot(mean, formed_2, dim)
    formed_t_mean_2 = dot(formed_2, t_mean, dim)
    t46 = 2 * t_m_s_t_mean
    t47 = 2 * t_m_s_mean
    t_formed_formed_2 = u_formed_2 * t45 + formed_t_u_2 * t44 + mean_formed_2 * t47 + formed_t_mean_2 * t46
    t48 = 1 / (t17 + t15 * t18**2 / 16)
    t49 = d_arc(t17, t20)
    t50 = 2 * m_t
    t51 = t16 * (t50 + 2 * x_t)
    t52 = t50 - 2 * x_t
    t53 = -t52
    t54 = t12 * t15 / 4
    t55 = t48 * c
    t56 = t48 * t19
    t_scale_2 = (
        t_c * (-t48 * (-formed_formed / 4 - t13 / 4 + formed_formed_2 / 4 + t11 / 4) + t49 * t12 * t22)
        + t_x_t * (t49 * (t51 + t53 * t54) - m_t * t55)
        + t_m_t * (t49 * (t51 + t52 * t54) - x_t * t55)
        + t_formed_formed * (t56 + t49 * t54)
        + t_formed_formed_2 * (-t56 + t49 * t16)
    )
    t_bend = t_c * (formed_formed / 2 + t13 / 2) + t_formed_formed * t21 + t_x_t * t53 * t21 + t_m_t * t52 * t21
    t57 = scale_2 * t_bend
    t_space_m_s = t57 + t_scale_2 * bend
    t_formed_mean_2 = scale_2 * t_formed_mean + space_m_s * t_m_s_mean
    t_formed_t_mean_2 = scale_2 * t_formed_t_mean + space_m_s * t_m_s_t_mean
    t_formed_u = scale_2 * t_x_s_u
    t_formed_t_u = scale_2 * t_x_s_t_u
    formed_t_bias = dot(formed_3, t_bias, dim)
    bias_formed = dot(bias, formed_3, dim)
    mean_b_s = dot(mean, b_s, dim)
    b_s_t_mean = dot(b_s, t_mean, dim)
    u_b_s = dot(u, b_s, dim)
    b_s_t_u = dot(b_s, t_u, dim)
    b_s_formed_2 = dot(b_s, formed, dim)
    m_s_b_s = dot(m_s, b_s, dim)
    t_b_s_formed = (
        t_b_s_t_bias * formed_t_bias
        + t_b_s_bias * bias_formed
        + t_scale_2 * b_s_formed_2
        + t_space_m_s * m_s_b_s
        + t_formed_mean_2 * mean_b_s
        + t_formed_t_mean_2 * b_s_t_mean
        + t_formed_u * u_b_s
        + t_formed_t_u * b_s_t_u
    )
    mean_m = dot(mean, m, dim)
    m_t_mean = dot(m, t_mean, dim)
    bias_m = dot(bias, m, dim)
    m_t_bias = dot(m, t_bias, dim)
    t_mm = mean_m * t47 + m_t_mean * t46 + 2 * t_b_s_t_bias * m_t_bias + 2 * t_b_s_bias * bias_m
    t58 = t26 * t28**2
    t59 = -t58 * (t25 + t50)
    t60 = scale_2 * (-1 + bend)
    t61 = t25 * t28
    t62 = 2 * t28
    t63 = scale_2 * t_x_t
    t64 = t_scale_2 * t23
    t_ratio = (
        t_m_t * (t59 + t60 * t61)
        + t_b_t * (t59 + t24 * t62)
        + t_b_s_formed * t62
        + t61 * t63
        + t61 * t64
        - t_mm * t58
        + b_t * t28 * t50 * t57
    )
    t_v_s_mean = t_formed_mean_2 - ratio * t_m_s_mean
    t_v_s_t_mean = t_formed_t_mean_2 - ratio * t_m_s_t_mean
    t_v_s_bias = -ratio * t_b_s_bias
    t_v_s_t_bias = -ratio * t_b_s_t_bias
    t_v_s_m = -t_ratio
    t_v_t = t63 + t64 + m_t * t57 + t_m_t * (t29 + t60) - ratio * t_b_t - t_ratio * t27
    u_v_s = dot(u, v_s, dim)
    mean_v_s = dot(mean, v_s, dim)
    formed_v_s = dot(formed, v_s, dim)
    v_s_t_u = dot(v_s, t_u, dim)
    v_s_t_mean = dot(v_s, t_mean, dim)
    m_s_v_s = dot(m_s, v_s, dim)
    bias_v_s = dot(bias, v_s, dim)
    v_s_t_bias = dot(v_s, t_bias, dim)
    m_v_s = dot(m, v_s, dim)
    t_v_s_v_s = (
        2 * t_v_s_bias * bias_v_s
        + 2 * t_v_s_t_bias * v_s_t_bias
        + 2 * t_v_s_m * m_v_s
        + 2 * u_v_s * t_formed_u
        + 2 * mean_v_s * t_v_s_mean
        + 2 * formed_v_s * t_scale_2
        + 2 * v_s_t_u * t_formed_t_u
        + 2 * v_s_t_mean * t_v_s_t_mean
        + 2 * m_s_v_s * t_space_m_s
    )
    t65 = c * t30
    t66 = 2 * scale
    t_square = t_v_s_v_s * t65 + t_c * t32 + t_scale * c * (v_s_v_s * t66 + t31 * t66) + 2 * t_v_t * v_t * t65
    t_c_2 = -t_square * t33 / 2
    t_s = t_square * d_sn(square, 1)
    t67 = t_s * scale
    t68 = s * t_scale
    t_y_t = t_v_t * t34 + t_c_2 * b_t + v_t * t67 + v_t * t68 + c_2 * t_b_t
    t_y_s_v_s = t67 + t68
    t_formed_bias = t_v_s_bias * y_s_v_s + c_2 * t_b_s_bias
    t_formed_t_bias = t_v_s_t_bias * y_s_v_s + c_2 * t_b_s_t_bias
    t_formed_u_2 = y_s_v_s * t_formed_u
    t_formed_mean_3 = y_s_v_s * t_v_s_mean
    t_formed_m = t_v_s_m * y_s_v_s
    t_formed_formed_3 = y_s_v_s * t_scale_2
    t_formed_t_u_2 = y_s_v_s * t_formed_t_u
    t_formed_t_mean_3 = y_s_v_s * t_v_s_t_mean
    t_formed_m_s = y_s_v_s * t_space_m_s
    bias_formed_2 = dot(bias, formed_4, dim)
    formed_t_bias_2 = dot(formed_4, t_bias, dim)
    u_formed_3 = dot(u, formed_4, dim)
    mean_formed_3 = dot(mean, formed_4, dim)
    m_formed = dot(m, formed_4, dim)
    formed_formed_4 = dot(formed, formed_4, dim)
    formed_t_u_3 = dot(formed_4, t_u, dim)
    formed_t_mean_3 = dot(formed_4, t_mean, dim)
    m_s_formed = dot(m_s, formed_4, dim)
    b_s_formed_3 = dot(b_s, formed_4, dim)
    v_s_formed = dot(v_s, formed_4, dim)
    t_formed_formed_4 = (
        2 * t_c_2 * b_s_formed_3
        + 2 * t_y_s_v_s * v_s_formed
        + 2 * t_formed_bias * bias_formed_2
        + 2 * t_formed_t_bias * formed_t_bias_2
        + 2 * t_formed_u_2 * u_formed_3
        + 2 * t_formed_mean_3 * mean_formed_3
        + 2 * t_formed_m * m_formed
        + 2 * t_formed_formed_3 * formed_formed_4
        + 2 * t_formed_t_u_2 * formed_t_u_3
        + 2 * t_formed_t_mean_3 * formed_t_mean_3
        + 2 * t_formed_m_s * m_s_formed
    )
    t69 = d_arc(t35, t36)
    t70 = 1 / (t35 + c * y_t**2)
    t_out_formed = t_c * (t69 * formed_formed_3 - y_t * t70 * t3 / 2) + t_formed_formed_4 * t69 * c - t_y_t * t70 * t2
    return (
        combine(
            (t_formed_u_2 * out_formed, u),
            (t_formed_mean_3 * out_formed, mean),
            (t_c_2 * out_formed, b_s),
            (t_y_s_v_s * out_formed, v_s),
            (t_formed_bias * out_formed, bias),
            (t_formed_t_bias * out_formed, t_bias),
            (t_formed_m * out_formed, m),
            (t_formed_formed_3 * out_formed, formed),
            (t_formed_t_u_2 * out_formed, t_u),
            (t_formed_t_mean_3 * out_formed, t_mean),
            (t_formed_m_s * out_formed, m_s),
            (t_out_formed, formed_4),
        ),
        t_uu,
        t_formed_formed,
        t_formed_formed_2,
        t_b_s_formed,
        t_v_s_v_s,
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
        \mathrm{x\_s} = u \operatorname{sn}\left(\mathrm{uu} c\right)
        \mathrm{x\_t} = \frac{\operatorname{cs}\left(\mathrm{uu} c\right)}{\sqrt{c}}
        \mathrm{mean\_mean} = \langle \mathrm{mean}, \mathrm{mean} \rangle
        \mathrm{m\_s} = \mathrm{mean} \operatorname{sn}\left(\mathrm{mean\_mean} c\right)
        \mathrm{m\_t} = \frac{\operatorname{cs}\left(\mathrm{mean\_mean} c\right)}{\sqrt{c}}
        \mathrm{bias\_bias} = \langle \mathrm{bias}, \mathrm{bias} \rangle
        \mathrm{b\_s} = \mathrm{bias} \operatorname{sn}\left(\mathrm{bias\_bias} c\right)
        \mathrm{b\_t} = \frac{\operatorname{cs}\left(\mathrm{bias\_bias} c\right)}{\sqrt{c}}
        \mathrm{formed} = \mathrm{x\_s} - \mathrm{m\_s}
        \mathrm{formed\_2} = \mathrm{m\_s} + \mathrm{x\_s}
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_2}, \mathrm{formed\_2} \rangle
        \mathrm{scale\_2} = \operatorname{arc}\left(\frac{c^{2} \left(\mathrm{formed\_formed\_2} + \left(\mathrm{m\_t} + \mathrm{x\_t}\right)^{2}\right) \left(\mathrm{formed\_formed} + \left(\mathrm{x\_t} - \mathrm{m\_t}\right)^{2}\right)}{4}, \frac{c \left(\mathrm{formed\_formed\_2} + \left(\mathrm{m\_t} + \mathrm{x\_t}\right)^{2} - \mathrm{formed\_formed} - \left(\mathrm{x\_t} - \mathrm{m\_t}\right)^{2}\right)}{4}\right)
        \mathrm{bend} = \frac{c \left(\mathrm{formed\_formed} + \left(\mathrm{x\_t} - \mathrm{m\_t}\right)^{2}\right)}{2}
        \mathrm{space\_m\_s} = \mathrm{bend} \mathrm{scale\_2}
        \mathrm{formed\_3} = \mathrm{formed} \mathrm{scale\_2} + \mathrm{m\_s} \mathrm{space\_m\_s}
        m = \mathrm{b\_s} + \mathrm{m\_s}
        \mathrm{b\_s\_formed} = \langle \mathrm{b\_s}, \mathrm{formed\_3} \rangle
        \mathrm{mm} = \langle m, m \rangle
        \mathrm{ratio} = \left(2 \mathrm{b\_s\_formed} + 2 \mathrm{b\_t} \mathrm{scale\_2} \left(\mathrm{x\_t} - \mathrm{m\_t} + \mathrm{bend} \mathrm{m\_t}\right)\right) \operatorname{inverse}\left(\mathrm{mm} + \left(\mathrm{b\_t} + \mathrm{m\_t}\right)^{2}\right)
        \mathrm{v\_s} = \mathrm{formed\_3} - \mathrm{ratio} m
        \mathrm{v\_t} = \mathrm{scale\_2} \left(\mathrm{x\_t} - \mathrm{m\_t} + \mathrm{bend} \mathrm{m\_t}\right) - \mathrm{ratio} \left(\mathrm{b\_t} + \mathrm{m\_t}\right)
        \mathrm{v\_s\_v\_s} = \langle \mathrm{v\_s}, \mathrm{v\_s} \rangle
        \mathrm{square} = c \left(\mathrm{v\_s\_v\_s} \mathrm{scale}^{2} + \mathrm{scale}^{2} \mathrm{v\_t}^{2}\right)
        \mathrm{c\_2} = \operatorname{cs}\left(\mathrm{square}\right)
        s = \operatorname{sn}\left(\mathrm{square}\right)
        \mathrm{y\_t} = \mathrm{b\_t} \mathrm{c\_2} + \mathrm{scale} \mathrm{v\_t} s
        \mathrm{y\_s\_v\_s} = \mathrm{scale} s
        \mathrm{formed\_4} = \mathrm{b\_s} \mathrm{c\_2} + \mathrm{v\_s} \mathrm{y\_s\_v\_s}
        \mathrm{formed\_formed\_3} = \langle \mathrm{formed\_4}, \mathrm{formed\_4} \rangle
        \mathrm{out\_formed} = \operatorname{arc}\left(\mathrm{formed\_formed\_3} c, \mathrm{y\_t} \sqrt{c}\right)
        \mathrm{out} = \mathrm{formed\_4} \mathrm{out\_formed}

    Cost: 9 inner products, 72 further operations; backward 33 inner products, 397 further operations. Saved:
    the inputs and 5 scalars per row.
    """
    result: Tensor = _normalize_op(u, mean, scale, bias, c, dim=dim)
    return result


def _midpoint0(u: Tensor, w: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    t0 = uu * c
    x_s = sn(t0, 1) * u
    t1 = torch.sqrt(c)
    t2 = 1 / t1
    x_t = t2 * cs(t0, 1)
    term = x_t * w
    total = row_sum(term, u, rows)
    formed = w * x_s
    total_2 = row_sum(formed, u, rows)
    total_total = dot(total_2, total_2, dim)
    norm_sq = total_total + total**2
    scale = inverse_root(norm_sq * c)
    m_t = total * scale + t2 * vanishes(norm_sq)
    out_total = scale * arc(total_total * c * scale**2, m_t * t1)
    return (out_total * total_2, total, total_2)


def _midpoint0_vjp(
    u: Tensor,
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
    uu = dot(u, u, dim)
    t0 = uu * c
    t1 = sn(t0, 1)
    if needs[1]:
        x_s = t1 * u
    t2 = torch.sqrt(c)
    t3 = 1 / t2
    if needs[1] or needs[2]:
        t4 = cs(t0, 1)
    if needs[1]:
        x_t = t4 * t3
    total_total = dot(total_2, total_2, dim)
    norm_sq = total_total + total**2
    t5 = inverse_root(norm_sq * c)
    scale = t5
    t6 = vanishes(norm_sq)
    m_t = total * scale + t6 * t3
    t7 = total_total * scale**2
    t8 = t7 * c
    t9 = m_t * t2
    t10 = arc(t8, t9)
    out_total = t10 * scale
    total_g_out = dot(total_2, g_out, dim)
    t11 = 1 / (t8 + c * m_t**2)
    d_m_t = -total_g_out * t11 * scale * t2
    t12 = d_arc(t8, t9)
    d_scale = total_g_out * (t10 + 2 * t12 * t8) + d_m_t * total
    t13 = d_scale * t5**3 / 2
    d_norm_sq = -t13 * c
    d_total_total = d_norm_sq + total_g_out * t12 * c * scale**3
    d_total_total_2 = 2 * d_total_total
    if needs[1]:
        x_s_g_out = dot(x_s, g_out, dim)
        x_s_g_total_2 = dot(x_s, g_total_2, dim)
        x_s_total = dot(x_s, total_2, dim)
    d_total = g_total + d_m_t * scale + 2 * d_norm_sq * total
    if needs[0] or needs[2]:
        d_x_t = d_total * w
        d_x_s_g_out = out_total * w
        d_x_s_total = d_total_total_2 * w
        u_g_out = dot(u, g_out, dim)
        u_g_total_2 = dot(u, g_total_2, dim)
        u_total = dot(u, total_2, dim)
        t14 = t1 / 2
        t15 = d_sn(t0, 1)
    if needs[0]:
        t16 = t15 * c
    if needs[0] or needs[2]:
        t17 = d_x_s_g_out * u_g_out
        t18 = d_x_s_total * u_total
        t19 = u_g_total_2 * w
    if needs[0]:
        d_uu = t16 * t17 + t16 * t18 + t16 * t19 - d_x_t * t14 * t2
    if needs[2]:
        t20 = 1 / (2 * torch.sqrt(c) ** 3)
        t21 = t15 * uu
        term = d_x_t * (-t4 * t20 - t14 * uu * t3) + t17 * t21 + t18 * t21 + t19 * t21
        total_3 = row_sum(term, u, rows)
    if needs[0]:
        d_u_g_out = d_x_s_g_out * t1
        d_u_g_total_2 = t1 * w
        d_u_total = d_x_s_total * t1
        d_u_u = 2 * d_uu
    if needs[1]:
        d_w = x_s_g_total_2 + out_total * x_s_g_out + d_total_total_2 * x_s_total + d_total * x_t
    if needs[2]:
        d_c = total_3 - t13 * norm_sq + total_g_out * scale * (t12 * t7 - m_t * t11 * t3 / 2) - d_m_t * t6 * t20
    return (
        combine((d_u_g_out, g_out), (d_u_g_total_2, g_total_2), (d_u_total, total_2), (d_u_u, u)) if needs[0] else None,
        d_w if needs[1] else None,
        d_c if needs[2] else None,
    )


def _midpoint0_jvp(
    u: Tensor,
    w: Tensor,
    c: Tensor,
    total: Tensor,
    total_2: Tensor,
    t_u: Tensor,
    t_w: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    t0 = uu * c
    t1 = sn(t0, 1)
    x_s = t1 * u
    t2 = torch.sqrt(c)
    t3 = 1 / t2
    t4 = cs(t0, 1)
    x_t = t4 * t3
    total_total = dot(total_2, total_2, dim)
    norm_sq = total_total + total**2
    t5 = inverse_root(norm_sq * c)
    scale = t5
    t6 = vanishes(norm_sq)
    m_t = total * scale + t6 * t3
    t7 = total_total * scale**2
    t8 = t7 * c
    t9 = m_t * t2
    t10 = arc(t8, t9)
    out_total = t10 * scale
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_x_s_t_u = t1
    t11 = d_sn(t0, 1)
    t_x_s_u = t_c * t11 * uu + t_uu * t11 * c
    t12 = 1 / (2 * torch.sqrt(c) ** 3)
    t13 = t1 / 2
    t_x_t = t_c * (-t4 * t12 - t13 * uu * t3) - t_uu * t13 * t2
    t_term = t_w * x_t + t_x_t * w
    t_total = row_sum(t_term, u, rows)
    t_formed_u = t_x_s_u * w
    t_formed_t_u = t_x_s_t_u * w
    formed = combine((t_formed_u, u), (t_formed_t_u, t_u), (t_w, x_s))
    t_total_2 = row_sum(formed, u, rows)
    total_t_total = dot(total_2, t_total_2, dim)
    t_total_total = 2 * total_t_total
    t_norm_sq = t_total_total + 2 * t_total * total
    t14 = t5**3 / 2
    t_scale = -t_c * norm_sq * t14 - t_norm_sq * t14 * c
    t_m_t = t_total * scale + t_scale * total - t_c * t6 * t12
    t15 = d_arc(t8, t9)
    t16 = 1 / (t8 + c * m_t**2)
    t_out_total = (
        t_scale * (t10 + 2 * t15 * t8)
        + t_c * scale * (t15 * t7 - m_t * t16 * t3 / 2)
        + t_total_total * t15 * c * scale**3
        - t_m_t * t16 * scale * t2
    )
    return (combine((out_total, t_total_2), (t_out_total, total_2)), t_total, t_total_2)


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
        \mathrm{x\_s} = u \operatorname{sn}\left(\mathrm{uu} c\right)
        \mathrm{x\_t} = \frac{\operatorname{cs}\left(\mathrm{uu} c\right)}{\sqrt{c}}
        \mathrm{term} = \mathrm{x\_t} w
        \mathrm{total} = \sum \mathrm{term}
        \mathrm{formed} = \mathrm{x\_s} w
        \mathrm{total\_2} = \sum \mathrm{formed}
        \mathrm{total\_total} = \langle \mathrm{total\_2}, \mathrm{total\_2} \rangle
        \mathrm{norm\_sq} = \mathrm{total\_total} + \mathrm{total}^{2}
        \mathrm{scale} = \operatorname{inverse\_root}\left(\mathrm{norm\_sq} c\right)
        \mathrm{m\_t} = \mathrm{scale} \mathrm{total} + \frac{\operatorname{vanishes}\left(\mathrm{norm\_sq}\right)}{\sqrt{c}}
        \mathrm{out\_total} = \mathrm{scale} \operatorname{arc}\left(\mathrm{total\_total} c \mathrm{scale}^{2}, \mathrm{m\_t} \sqrt{c}\right)
        \mathrm{out} = \mathrm{out\_total} \mathrm{total\_2}

    Cost: 2 inner products, 26 further operations; backward 9 inner products, 109 further operations. Saved: the
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
