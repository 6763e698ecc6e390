"""Layer operations in frame coordinates on hyperbolic space (curvature −c).

Generated from specs/frame.py by `manifuse ops generate`; do not edit.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ...compile.functions import asn, cs, d_asn, d_sn, d_tn, sn, tn
from ...compile.guards import (
    asinh_c,
    asn_m,
    at_least,
    choose,
    cosh_c,
    cs_m,
    d_asinh_c,
    d_asn_m,
    d_sinh_c,
    d_sn_m,
    excess,
    inverse,
    inverse_resolved,
    inverse_root,
    is_positive,
    quotient,
    root,
    sinh_c,
    sn_m,
    vanishes,
)
from ...compile.runtime import Formulas, Operation, combine, dot, peak, row_sum

__all__ = ["add", "affine", "dist", "midpoint0", "normalize", "score", "sqdist"]


def _dist(u: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    formed = sn(-uu * c, -1) * u
    vv = dot(v, v, dim)
    formed_2 = sn(-vv * c, -1) * v
    formed_formed = dot(formed, formed, dim)
    formed_formed_2 = dot(formed_2, formed_2, dim)
    formed_formed_3 = dot(formed, formed_2, dim)
    t0 = formed_formed - formed_formed_2
    t1 = is_positive(t0)
    t2 = -1 + t1
    t3 = -t2
    t4 = t3 * formed_formed_2 + formed_formed * t1
    t5 = quotient(formed_formed_3, t4, c)
    formed_3 = combine((-t2 - t5 * t1, formed), (t1 - t3 * t5, formed_2))
    formed_formed_4 = dot(formed_3, formed_3, dim)
    t6 = formed_formed * c
    t7 = torch.sqrt(1 + t6)
    t8 = torch.sqrt(1 + formed_formed_2 * c)
    t9 = 2 * formed_formed_2
    t10 = -(t9 + 2 * formed_formed + t6 * t9) / (1 + t7 * t8)
    t11 = t7 * root(formed_formed_2) + t8 * root(formed_formed)
    t12 = quotient(t0 * t11, t11**2, c) ** 2
    t13 = choose(
        -t10 - 4 * formed_formed_3,
        -t10 - 2 * formed_formed_3,
        2 * t12 / (1 + torch.sqrt(1 + t12 * c))
        + 2 * formed_formed_4 * inverse(t5 + root(quotient(t3 * formed_formed + formed_formed_2 * t1, t4, c))),
    )
    out = asn(-t13 * c / 4, 0) * root(t13)
    return (out, uu, vv, formed_formed, formed_formed_2, formed_formed_3)


def _dist_vjp(
    u: Tensor,
    v: Tensor,
    c: Tensor,
    uu: Tensor,
    vv: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    formed_formed_3: Tensor,
    g_out: Tensor,
    g_uu: Tensor,
    g_vv: Tensor,
    g_formed_formed: Tensor,
    g_formed_formed_2: Tensor,
    g_formed_formed_3: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    t0 = -uu * c
    t1 = sn(t0, -1)
    formed = t1 * u
    t2 = -vv * c
    t3 = sn(t2, -1)
    formed_2 = t3 * v
    t4 = formed_formed - formed_formed_2
    t5 = is_positive(t4)
    t6 = -1 + t5
    t7 = -t6
    t8 = t7 * formed_formed_2 + formed_formed * t5
    t9 = quotient(formed_formed_3, t8, c)
    t10 = t9 * t5
    t11 = -t10 - t6
    t12 = t7 * t9
    t13 = t5 - t12
    formed_3 = combine((t11, formed), (t13, formed_2))
    formed_formed_4 = dot(formed_3, formed_3, dim)
    t14 = formed_formed * c
    t15 = torch.sqrt(1 + t14)
    t16 = formed_formed_2 * c
    t17 = torch.sqrt(1 + t16)
    t18 = 1 + t15 * t17
    t19 = 1 / t18
    t20 = 2 * formed_formed
    t21 = 2 * formed_formed_2
    t22 = t20 + t21 + t14 * t21
    t23 = -t22 * t19
    t24 = -t23 - 4 * formed_formed_3
    t25 = is_positive(t24)
    t26 = 1 - t25
    t27 = quotient(t7 * formed_formed + formed_formed_2 * t5, t8, c)
    t28 = inverse(t9 + root(t27))
    t29 = 2 * formed_formed_4
    t30 = root(formed_formed_2)
    t31 = root(formed_formed)
    t32 = t30 * t15 + t31 * t17
    t33 = t32**2
    t34 = quotient(t4 * t32, t33, c)
    t35 = t34**2
    t36 = torch.sqrt(1 + t35 * c)
    t37 = 1 + t36
    t38 = 1 / t37
    t39 = 2 * t38
    t40 = choose(t24, -t23 - 2 * formed_formed_3, t28 * t29 + t35 * t39)
    t41 = t40 / 4
    t42 = -t41 * c
    t43 = asn(t42, 0)
    t44 = inverse_root(t40)
    t45 = d_asn(t42, 0) * root(t40)
    t46 = c / 2
    d_formed_formed = g_out * (t26 * t28 * t43 * t44 - t26 * t28 * t45 * t46)
    d_formed_formed_2 = 2 * d_formed_formed
    formed_formed_5 = dot(formed, formed_3, dim)
    formed_formed_6 = dot(formed_2, formed_3, dim)
    t47 = inverse_resolved(t8 * c)
    t48 = t47 * c
    t49 = t29 * t28**2
    t50 = -2 * t25 - t26 * t48 * t49
    t51 = c / 4
    t52 = t45 * t51
    t53 = t48 * t5
    t54 = d_formed_formed_2 * formed_formed_5
    t55 = t7 * t48
    t56 = d_formed_formed_2 * formed_formed_6
    t57 = t55 * t56
    d_formed_formed_3 = g_formed_formed_3 - t57 + g_out * (-t50 * t52 + t43 * t50 * t44 / 2) - t54 * t53
    if needs[1] or needs[2]:
        t58 = t15 * inverse_root(formed_formed_2)
        t59 = 1 / t17
        t60 = t31 * t59
        t61 = t60 * c
    t62 = inverse_resolved(t33 * c)
    t63 = 2 * t62 * c
    t64 = t34 * t32 * t63
    if needs[1] or needs[2]:
        t65 = -t64 * (t58 + t61) + 2 * t62 * c * (-t32 + t4 * (t58 / 2 + t61 / 2))
    t66 = inverse_root(t27)
    t67 = 1 / (t36 * t37**2)
    t68 = c * t67 * t34**3
    if needs[1] or needs[2]:
        t69 = t15 * t59
    t70 = t22 / t18**2
    t71 = t70 * t46
    if needs[1] or needs[2]:
        t72 = t26 * (
            -t65 * t68 - t49 * (t66 * (-t27 * t55 + t47 * t5 * c) / 2 - t12 * t48) + 2 * t34 * t65 * t38
        ) + t25 * (t19 * (2 + 2 * t14) - t71 * t69)
    t73 = t9 * t48
    if needs[1] or needs[2]:
        d_formed_formed_4 = (
            g_formed_formed_2 + g_out * (-t52 * t72 + t43 * t72 * t44 / 2) + t10 * t54 * t55 + t56 * t73 * t7**2
        )
    if needs[0] or needs[2]:
        t74 = t17 * inverse_root(formed_formed)
        t75 = 1 / t15
        t76 = t30 * t75
        t77 = t76 * c
        t78 = -t64 * (t74 + t77) + 2 * t62 * c * (t32 + t4 * (t74 / 2 + t77 / 2))
        t79 = t17 * t75
        t80 = t26 * (-t68 * t78 - t49 * (t66 * (t55 - t27 * t53) / 2 - t10 * t48) + 2 * t34 * t78 * t38) + t25 * (
            t19 * (2 + 2 * t16) - t71 * t79
        )
        d_formed_formed_5 = g_formed_formed + g_out * (-t52 * t80 + t43 * t80 * t44 / 2) + t10 * t57 + t54 * t73 * t5**2
    if needs[1] or needs[2]:
        d_formed_formed_6 = d_formed_formed_2 * t13
        d_formed_formed_7 = 2 * d_formed_formed_4
        v_formed = dot(v, formed_3, dim)
        v_formed_2 = dot(v, formed, dim)
        v_formed_3 = dot(v, formed_2, dim)
        t81 = d_sn(t2, -1)
    if needs[1]:
        t82 = t81 * c
    if needs[1] or needs[2]:
        t83 = d_formed_formed_3 * v_formed_2
        t84 = d_formed_formed_6 * v_formed
        t85 = d_formed_formed_7 * v_formed_3
    if needs[1]:
        d_vv = g_vv - t82 * t83 - t82 * t84 - t82 * t85
    if needs[0] or needs[2]:
        d_formed_formed_8 = d_formed_formed_2 * t11
        d_formed_formed_9 = 2 * d_formed_formed_5
        u_formed = dot(u, formed_3, dim)
        u_formed_2 = dot(u, formed_2, dim)
        u_formed_3 = dot(u, formed, dim)
        t86 = d_sn(t0, -1)
    if needs[0]:
        t87 = t86 * c
    if needs[0] or needs[2]:
        t88 = d_formed_formed_3 * u_formed_2
        t89 = d_formed_formed_8 * u_formed
        t90 = d_formed_formed_9 * u_formed_3
    if needs[0]:
        d_uu = g_uu - t87 * t88 - t87 * t89 - t87 * t90
        d_u_formed = d_formed_formed_8 * t1
        d_u_formed_2 = d_formed_formed_3 * t1
        d_u_formed_3 = d_formed_formed_9 * t1
        d_u_u = 2 * d_uu
    if needs[1]:
        d_v_formed = d_formed_formed_6 * t3
        d_v_formed_2 = d_formed_formed_3 * t3
        d_v_formed_3 = d_formed_formed_7 * t3
        d_v_v = 2 * d_vv
    if needs[2]:
        t91 = formed_formed * t76
        t92 = formed_formed_2 * t60
        t93 = -t64 * (t91 + t92) + t4 * t63 * (t91 / 2 + t92 / 2)
        t94 = t26 * (t34 * t93 * t39 - 2 * t35 * t67 * (t35 / 2 + t34 * t93 * t46)) + t25 * (
            t70 * (-formed_formed * t79 / 2 - formed_formed_2 * t69 / 2) + formed_formed_2 * t20 * t19
        )
        t95 = t81 * vv
        t96 = t86 * uu
        d_c = (
            g_out * (t45 * (-t41 - t94 * t51) + t43 * t94 * t44 / 2)
            - t83 * t95
            - t84 * t95
            - t85 * t95
            - t88 * t96
            - t89 * t96
            - t90 * t96
        )
    return (
        combine((d_u_formed, formed_3), (d_u_formed_2, formed_2), (d_u_formed_3, formed), (d_u_u, u))
        if needs[0]
        else None,
        combine((d_v_formed, formed_3), (d_v_formed_2, formed), (d_v_formed_3, formed_2), (d_v_v, v))
        if needs[1]
        else None,
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
    formed_formed_3: Tensor,
    t_u: Tensor,
    t_v: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    t0 = -uu * c
    t1 = sn(t0, -1)
    formed = t1 * u
    t2 = -vv * c
    t3 = sn(t2, -1)
    formed_2 = t3 * v
    t4 = formed_formed - formed_formed_2
    t5 = is_positive(t4)
    t7 = -1 + t5
    t6 = formed_formed * t5
    t8 = -t7
    t9 = t6 + t8 * formed_formed_2
    t10 = quotient(formed_formed_3, t9, c)
    t11 = t10 * t5
    t12 = t10 * t8
    formed_3 = combine((-t11 - t7, formed), (t5 - t12, formed_2))
    formed_formed_4 = dot(formed_3, formed_3, dim)
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_formed_t_u = t1
    t13 = d_sn(t0, -1)
    t_formed_u = -t_c * t13 * uu - t_uu * t13 * c
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t_formed_t_v = t3
    t14 = d_sn(t2, -1)
    t_formed_v = -t_c * t14 * vv - t_vv * t14 * c
    formed_t_u = dot(formed, t_u, dim)
    u_formed = dot(u, formed, dim)
    t_formed_formed = 2 * t_formed_t_u * formed_t_u + 2 * t_formed_u * u_formed
    formed_t_v = dot(formed_2, t_v, dim)
    v_formed = dot(v, formed_2, dim)
    t_formed_formed_2 = 2 * t_formed_t_v * formed_t_v + 2 * t_formed_v * v_formed
    formed_t_u_2 = dot(formed_2, t_u, dim)
    u_formed_2 = dot(u, formed_2, dim)
    formed_t_v_2 = dot(formed, t_v, dim)
    v_formed_2 = dot(v, formed, dim)
    t_formed_formed_3 = (
        t_formed_t_u * formed_t_u_2 + t_formed_u * u_formed_2 + t_formed_t_v * formed_t_v_2 + t_formed_v * v_formed_2
    )
    t15 = t_formed_u * t5
    t16 = formed_formed_2 * t5
    t17 = quotient(formed_formed_3, formed_formed_2 + t6 - t16, c)
    t_formed_u_2 = t_formed_u - t15 - t15 * t17
    t18 = t_formed_t_u * t5
    t_formed_t_u_2 = t_formed_t_u - t18 - t17 * t18
    t19 = t_formed_v * t5
    t_formed_v_2 = t19 + t17 * t19 - t_formed_v * t17
    t20 = t_formed_t_v * t5
    t_formed_t_v_2 = t20 + t17 * t20 - t_formed_t_v * t17
    t21 = formed_formed_2 * c
    t22 = c * inverse_resolved(t21 + t6 * c - t16 * c)
    t23 = t_formed_formed_3 * t22
    t24 = t23 * t5
    t25 = t17 * t22
    t26 = t25 * t5**2
    t27 = t_formed_formed * t26
    t28 = t25 * t5
    t_formed_formed_4 = t27 - t24 + t_formed_formed_2 * t28 - t_formed_formed_2 * t26
    t_formed_formed_5 = t24 - t23 - t27 + t_formed_formed * t28 + t_formed_formed_2 * t25 * t8**2
    u_formed_3 = dot(u, formed_3, dim)
    formed_t_u_3 = dot(formed_3, t_u, dim)
    v_formed_3 = dot(v, formed_3, dim)
    formed_t_v_3 = dot(formed_3, t_v, dim)
    formed_formed_5 = dot(formed, formed_3, dim)
    formed_formed_6 = dot(formed_2, formed_3, dim)
    t_formed_formed_6 = (
        2 * t_formed_u_2 * u_formed_3
        + 2 * t_formed_t_u_2 * formed_t_u_3
        + 2 * t_formed_v_2 * v_formed_3
        + 2 * t_formed_t_v_2 * formed_t_v_3
        + 2 * t_formed_formed_4 * formed_formed_5
        + 2 * t_formed_formed_5 * formed_formed_6
    )
    t38 = quotient(t16 + t8 * formed_formed, t9, c)
    t39 = inverse(t10 + root(t38))
    t29 = formed_formed * c
    t30 = torch.sqrt(1 + t29)
    t31 = torch.sqrt(1 + t21)
    t32 = 1 + t30 * t31
    t33 = 1 / t32
    t34 = 2 * formed_formed
    t35 = t34 + 2 * formed_formed_2 + t21 * t34
    t36 = -t35 * t33
    t37 = -t36 - 4 * formed_formed_3
    t40 = 2 * formed_formed_4
    t41 = root(formed_formed_2)
    t42 = root(formed_formed)
    t43 = t41 * t30 + t42 * t31
    t44 = t43**2
    t45 = quotient(t4 * t43, t44, c)
    t46 = t45**2
    t47 = torch.sqrt(1 + t46 * c)
    t48 = 1 + t47
    t49 = 1 / t48
    t50 = 2 * t49
    t51 = choose(t37, -t36 - 2 * formed_formed_3, t39 * t40 + t46 * t50)
    t52 = t51 / 4
    t53 = is_positive(t37)
    t54 = 1 - t53
    t65 = c / 2
    t55 = 1 / t30
    t56 = t41 * t55
    t57 = formed_formed * t56
    t58 = 1 / t31
    t59 = t42 * t58
    t60 = formed_formed_2 * t59
    t61 = inverse_resolved(t44 * c)
    t62 = 2 * t61 * c
    t63 = t45 * t43 * t62
    t64 = t45 * (-t63 * (t57 + t60) + t4 * t62 * (t57 / 2 + t60 / 2))
    t66 = 1 / (t47 * t48**2)
    t67 = t31 * t55
    t68 = t30 * t58
    t69 = t35 / t32**2
    t70 = t54 * (t64 * t50 - 2 * t46 * t66 * (t46 / 2 + t64 * t65)) + t53 * (
        t69 * (-formed_formed * t67 / 2 - formed_formed_2 * t68 / 2) + formed_formed_2 * t34 * t33
    )
    t71 = c / 4
    t72 = -t52 * c
    t73 = d_asn(t72, 0) * root(t51)
    t74 = asn(t72, 0)
    t75 = inverse_root(t51)
    t76 = t31 * inverse_root(formed_formed)
    t77 = t56 * c
    t78 = -t63 * (t76 + t77) + 2 * t61 * c * (t43 + t4 * (t76 / 2 + t77 / 2))
    t79 = inverse_resolved(t9 * c)
    t80 = t79 * c
    t81 = t8 * t80
    t82 = inverse_root(t38)
    t83 = t40 * t39**2
    t84 = c * t66 * t45**3
    t85 = t69 * t65
    t86 = t54 * (-t78 * t84 - t83 * (t82 * (t81 - t38 * t5 * t80) / 2 - t11 * t80) + 2 * t45 * t78 * t49) + t53 * (
        t33 * (2 + 2 * t21) - t85 * t67
    )
    t87 = t73 * t71
    t88 = t30 * inverse_root(formed_formed_2)
    t89 = t59 * c
    t90 = -t63 * (t88 + t89) + 2 * t61 * c * (-t43 + t4 * (t88 / 2 + t89 / 2))
    t91 = t54 * (-t84 * t90 - t83 * (t82 * (-t38 * t81 + t5 * t79 * c) / 2 - t12 * t80) + 2 * t45 * t90 * t49) + t53 * (
        t33 * (2 + 2 * t29) - t85 * t68
    )
    t92 = -2 * t53 - t54 * t80 * t83
    t_out = (
        t_c * (t73 * (-t52 - t70 * t71) + t70 * t74 * t75 / 2)
        + t_formed_formed * (-t86 * t87 + t74 * t86 * t75 / 2)
        + t_formed_formed_2 * (-t87 * t91 + t74 * t91 * t75 / 2)
        + t_formed_formed_3 * (-t87 * t92 + t74 * t92 * t75 / 2)
        + t_formed_formed_6 * (t39 * t54 * t74 * t75 - t39 * t54 * t73 * t65)
    )
    return (t_out, t_uu, t_vv, t_formed_formed, t_formed_formed_2, t_formed_formed_3)


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
        \mathrm{formed} = u \operatorname{sn}\left(- \mathrm{uu} c\right)
        \mathrm{vv} = \langle v, v \rangle
        \mathrm{formed\_2} = v \operatorname{sn}\left(- \mathrm{vv} c\right)
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_2}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_formed\_3} = \langle \mathrm{formed}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_3} = \mathrm{formed\_2} \left(- \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) \operatorname{quotient}\left(\mathrm{formed\_formed\_3}, \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right) + \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \operatorname{quotient}\left(\mathrm{formed\_formed\_3}, \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right)\right)
        \mathrm{formed\_formed\_4} = \langle \mathrm{formed\_3}, \mathrm{formed\_3} \rangle
        \mathrm{out} = \operatorname{asn}\left(- \frac{c \operatorname{choose}\left(- 4 \mathrm{formed\_formed\_3} + \frac{2 \mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed} + 2 \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}}, - 2 \mathrm{formed\_formed\_3} + \frac{2 \mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed} + 2 \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}}, 2 \mathrm{formed\_formed\_4} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{formed\_formed\_3}, \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{formed\_formed\_2} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) + \mathrm{formed\_formed} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right), \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right), \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right), \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right)^{2}, c\right)}}\right)}{4}\right) \operatorname{root}\left(\operatorname{choose}\left(- 4 \mathrm{formed\_formed\_3} + \frac{2 \mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed} + 2 \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}}, - 2 \mathrm{formed\_formed\_3} + \frac{2 \mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed} + 2 \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}}, 2 \mathrm{formed\_formed\_4} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{formed\_formed\_3}, \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{formed\_formed\_2} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) + \mathrm{formed\_formed} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right), \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right), \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right), \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right)^{2}, c\right)}}\right)\right)

    Cost: 6 inner products, 67 further operations; backward 9 inner products, 322 further operations. Saved: the
    inputs and 5 scalars per row. Computed in float64 for float32 inputs.
    """
    result: Tensor = _dist_op(u, v, c, dim=dim)
    return result


def _sqdist(u: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    formed = sn(-uu * c, -1) * u
    vv = dot(v, v, dim)
    formed_2 = sn(-vv * c, -1) * v
    formed_formed = dot(formed, formed, dim)
    formed_formed_2 = dot(formed_2, formed_2, dim)
    formed_formed_3 = dot(formed, formed_2, dim)
    t0 = formed_formed - formed_formed_2
    t1 = is_positive(t0)
    t2 = -1 + t1
    t3 = -t2
    t4 = t3 * formed_formed_2 + formed_formed * t1
    t5 = quotient(formed_formed_3, t4, c)
    formed_3 = combine((-t2 - t5 * t1, formed), (t1 - t3 * t5, formed_2))
    formed_formed_4 = dot(formed_3, formed_3, dim)
    t6 = formed_formed * c
    t7 = torch.sqrt(1 + t6)
    t8 = torch.sqrt(1 + formed_formed_2 * c)
    t9 = 2 * formed_formed_2
    t10 = -(t9 + 2 * formed_formed + t6 * t9) / (1 + t7 * t8)
    t11 = t7 * root(formed_formed_2) + t8 * root(formed_formed)
    t12 = quotient(t0 * t11, t11**2, c) ** 2
    t13 = choose(
        -t10 - 4 * formed_formed_3,
        -t10 - 2 * formed_formed_3,
        2 * t12 / (1 + torch.sqrt(1 + t12 * c))
        + 2 * formed_formed_4 * inverse(t5 + root(quotient(t3 * formed_formed + formed_formed_2 * t1, t4, c))),
    )
    out = t13 * asn(-t13 * c / 4, 0) ** 2
    return (out, uu, vv, formed_formed, formed_formed_2, formed_formed_3)


def _sqdist_vjp(
    u: Tensor,
    v: Tensor,
    c: Tensor,
    uu: Tensor,
    vv: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    formed_formed_3: Tensor,
    g_out: Tensor,
    g_uu: Tensor,
    g_vv: Tensor,
    g_formed_formed: Tensor,
    g_formed_formed_2: Tensor,
    g_formed_formed_3: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    t0 = -uu * c
    t1 = sn(t0, -1)
    formed = t1 * u
    t2 = -vv * c
    t3 = sn(t2, -1)
    formed_2 = t3 * v
    t4 = formed_formed - formed_formed_2
    t5 = is_positive(t4)
    t6 = -1 + t5
    t7 = -t6
    t8 = t7 * formed_formed_2 + formed_formed * t5
    t9 = quotient(formed_formed_3, t8, c)
    t10 = t9 * t5
    t11 = -t10 - t6
    t12 = t7 * t9
    t13 = t5 - t12
    formed_3 = combine((t11, formed), (t13, formed_2))
    formed_formed_4 = dot(formed_3, formed_3, dim)
    t25 = quotient(t7 * formed_formed + formed_formed_2 * t5, t8, c)
    t26 = inverse(t9 + root(t25))
    t14 = formed_formed * c
    t15 = torch.sqrt(1 + t14)
    t16 = formed_formed_2 * c
    t17 = torch.sqrt(1 + t16)
    t18 = 1 + t15 * t17
    t19 = 1 / t18
    t20 = 2 * formed_formed
    t21 = 2 * formed_formed_2
    t22 = t20 + t21 + t14 * t21
    t23 = -t22 * t19
    t24 = -t23 - 4 * formed_formed_3
    t27 = root(formed_formed_2)
    t28 = root(formed_formed)
    t29 = t27 * t15 + t28 * t17
    t30 = t29**2
    t31 = quotient(t4 * t29, t30, c)
    t32 = t31**2
    t33 = torch.sqrt(1 + t32 * c)
    t34 = 1 + t33
    t35 = 1 / t34
    t36 = 2 * t35
    t37 = choose(t24, -t23 - 2 * formed_formed_3, t32 * t36 + 2 * t26 * formed_formed_4)
    t38 = t37 / 4
    t39 = -t38 * c
    t40 = asn(t39, 0)
    t41 = t40**2
    t42 = is_positive(t24)
    t43 = 1 - t42
    t44 = t37 * t40 * d_asn(t39, 0)
    d_formed_formed = g_out * (2 * t26 * t43 * t41 - t26 * t43 * t44 * c)
    d_formed_formed_2 = 2 * d_formed_formed
    formed_formed_5 = dot(formed, formed_3, dim)
    formed_formed_6 = dot(formed_2, formed_3, dim)
    t45 = inverse_resolved(t8 * c)
    t46 = t45 * c
    t47 = 2 * formed_formed_4 * t26**2
    t48 = -2 * t42 - t43 * t46 * t47
    t49 = c / 2
    t50 = t44 * t49
    t51 = t46 * t5
    t52 = d_formed_formed_2 * formed_formed_5
    t53 = t7 * t46
    t54 = d_formed_formed_2 * formed_formed_6
    t55 = t53 * t54
    d_formed_formed_3 = g_formed_formed_3 - t55 + g_out * (t48 * t41 - t48 * t50) - t52 * t51
    if needs[1] or needs[2]:
        t56 = t15 * inverse_root(formed_formed_2)
        t57 = 1 / t17
        t58 = t28 * t57
        t59 = t58 * c
    t60 = inverse_resolved(t30 * c)
    t61 = 2 * t60 * c
    t62 = t31 * t29 * t61
    if needs[1] or needs[2]:
        t63 = -t62 * (t56 + t59) + 2 * t60 * c * (-t29 + t4 * (t56 / 2 + t59 / 2))
    t64 = inverse_root(t25)
    t65 = 1 / (t33 * t34**2)
    t66 = c * t65 * t31**3
    if needs[1] or needs[2]:
        t67 = t15 * t57
    t68 = t22 / t18**2
    t69 = t68 * t49
    if needs[1] or needs[2]:
        t70 = t43 * (
            -t63 * t66 - t47 * (t64 * (-t25 * t53 + t45 * t5 * c) / 2 - t12 * t46) + 2 * t31 * t63 * t35
        ) + t42 * (t19 * (2 + 2 * t14) - t69 * t67)
    t71 = t9 * t46
    if needs[1] or needs[2]:
        d_formed_formed_4 = g_formed_formed_2 + g_out * (t70 * t41 - t50 * t70) + t10 * t52 * t53 + t54 * t71 * t7**2
    if needs[0] or needs[2]:
        t72 = t17 * inverse_root(formed_formed)
        t73 = 1 / t15
        t74 = t27 * t73
        t75 = t74 * c
        t76 = -t62 * (t72 + t75) + 2 * t60 * c * (t29 + t4 * (t72 / 2 + t75 / 2))
        t77 = t17 * t73
        t78 = t43 * (-t66 * t76 - t47 * (t64 * (t53 - t25 * t51) / 2 - t10 * t46) + 2 * t31 * t76 * t35) + t42 * (
            t19 * (2 + 2 * t16) - t69 * t77
        )
        d_formed_formed_5 = g_formed_formed + g_out * (t78 * t41 - t50 * t78) + t10 * t55 + t52 * t71 * t5**2
    if needs[1] or needs[2]:
        d_formed_formed_6 = d_formed_formed_2 * t13
        d_formed_formed_7 = 2 * d_formed_formed_4
        v_formed = dot(v, formed_3, dim)
        v_formed_2 = dot(v, formed, dim)
        v_formed_3 = dot(v, formed_2, dim)
        t79 = d_sn(t2, -1)
    if needs[1]:
        t80 = t79 * c
    if needs[1] or needs[2]:
        t81 = d_formed_formed_3 * v_formed_2
        t82 = d_formed_formed_6 * v_formed
        t83 = d_formed_formed_7 * v_formed_3
    if needs[1]:
        d_vv = g_vv - t80 * t81 - t80 * t82 - t80 * t83
    if needs[0] or needs[2]:
        d_formed_formed_8 = d_formed_formed_2 * t11
        d_formed_formed_9 = 2 * d_formed_formed_5
        u_formed = dot(u, formed_3, dim)
        u_formed_2 = dot(u, formed_2, dim)
        u_formed_3 = dot(u, formed, dim)
        t84 = d_sn(t0, -1)
    if needs[0]:
        t85 = t84 * c
    if needs[0] or needs[2]:
        t86 = d_formed_formed_3 * u_formed_2
        t87 = d_formed_formed_8 * u_formed
        t88 = d_formed_formed_9 * u_formed_3
    if needs[0]:
        d_uu = g_uu - t85 * t86 - t85 * t87 - t85 * t88
        d_u_formed = d_formed_formed_8 * t1
        d_u_formed_2 = d_formed_formed_3 * t1
        d_u_formed_3 = d_formed_formed_9 * t1
        d_u_u = 2 * d_uu
    if needs[1]:
        d_v_formed = d_formed_formed_6 * t3
        d_v_formed_2 = d_formed_formed_3 * t3
        d_v_formed_3 = d_formed_formed_7 * t3
        d_v_v = 2 * d_vv
    if needs[2]:
        t89 = formed_formed * t74
        t90 = formed_formed_2 * t58
        t91 = -t62 * (t89 + t90) + t4 * t61 * (t89 / 2 + t90 / 2)
        t92 = t43 * (t31 * t91 * t36 - 2 * t32 * t65 * (t32 / 2 + t31 * t91 * t49)) + t42 * (
            t68 * (-formed_formed * t77 / 2 - formed_formed_2 * t67 / 2) + formed_formed_2 * t20 * t19
        )
        t93 = t79 * vv
        t94 = t84 * uu
        d_c = (
            g_out * (t92 * t41 + 2 * t44 * (-t38 - t92 * c / 4))
            - t81 * t93
            - t82 * t93
            - t83 * t93
            - t86 * t94
            - t87 * t94
            - t88 * t94
        )
    return (
        combine((d_u_formed, formed_3), (d_u_formed_2, formed_2), (d_u_formed_3, formed), (d_u_u, u))
        if needs[0]
        else None,
        combine((d_v_formed, formed_3), (d_v_formed_2, formed), (d_v_formed_3, formed_2), (d_v_v, v))
        if needs[1]
        else None,
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
    formed_formed_3: Tensor,
    t_u: Tensor,
    t_v: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    t0 = -uu * c
    t1 = sn(t0, -1)
    formed = t1 * u
    t2 = -vv * c
    t3 = sn(t2, -1)
    formed_2 = t3 * v
    t4 = formed_formed - formed_formed_2
    t5 = is_positive(t4)
    t7 = -1 + t5
    t6 = formed_formed * t5
    t8 = -t7
    t9 = t6 + t8 * formed_formed_2
    t10 = quotient(formed_formed_3, t9, c)
    t11 = t10 * t5
    t12 = t10 * t8
    formed_3 = combine((-t11 - t7, formed), (t5 - t12, formed_2))
    formed_formed_4 = dot(formed_3, formed_3, dim)
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_formed_t_u = t1
    t13 = d_sn(t0, -1)
    t_formed_u = -t_c * t13 * uu - t_uu * t13 * c
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t_formed_t_v = t3
    t14 = d_sn(t2, -1)
    t_formed_v = -t_c * t14 * vv - t_vv * t14 * c
    formed_t_u = dot(formed, t_u, dim)
    u_formed = dot(u, formed, dim)
    t_formed_formed = 2 * t_formed_t_u * formed_t_u + 2 * t_formed_u * u_formed
    formed_t_v = dot(formed_2, t_v, dim)
    v_formed = dot(v, formed_2, dim)
    t_formed_formed_2 = 2 * t_formed_t_v * formed_t_v + 2 * t_formed_v * v_formed
    formed_t_u_2 = dot(formed_2, t_u, dim)
    u_formed_2 = dot(u, formed_2, dim)
    formed_t_v_2 = dot(formed, t_v, dim)
    v_formed_2 = dot(v, formed, dim)
    t_formed_formed_3 = (
        t_formed_t_u * formed_t_u_2 + t_formed_u * u_formed_2 + t_formed_t_v * formed_t_v_2 + t_formed_v * v_formed_2
    )
    t15 = t_formed_u * t5
    t16 = formed_formed_2 * t5
    t17 = quotient(formed_formed_3, formed_formed_2 + t6 - t16, c)
    t_formed_u_2 = t_formed_u - t15 - t15 * t17
    t18 = t_formed_t_u * t5
    t_formed_t_u_2 = t_formed_t_u - t18 - t17 * t18
    t19 = t_formed_v * t5
    t_formed_v_2 = t19 + t17 * t19 - t_formed_v * t17
    t20 = t_formed_t_v * t5
    t_formed_t_v_2 = t20 + t17 * t20 - t_formed_t_v * t17
    t21 = formed_formed_2 * c
    t22 = c * inverse_resolved(t21 + t6 * c - t16 * c)
    t23 = t_formed_formed_3 * t22
    t24 = t23 * t5
    t25 = t17 * t22
    t26 = t25 * t5**2
    t27 = t_formed_formed * t26
    t28 = t25 * t5
    t_formed_formed_4 = t27 - t24 + t_formed_formed_2 * t28 - t_formed_formed_2 * t26
    t_formed_formed_5 = t24 - t23 - t27 + t_formed_formed * t28 + t_formed_formed_2 * t25 * t8**2
    u_formed_3 = dot(u, formed_3, dim)
    formed_t_u_3 = dot(formed_3, t_u, dim)
    v_formed_3 = dot(v, formed_3, dim)
    formed_t_v_3 = dot(formed_3, t_v, dim)
    formed_formed_5 = dot(formed, formed_3, dim)
    formed_formed_6 = dot(formed_2, formed_3, dim)
    t_formed_formed_6 = (
        2 * t_formed_u_2 * u_formed_3
        + 2 * t_formed_t_u_2 * formed_t_u_3
        + 2 * t_formed_v_2 * v_formed_3
        + 2 * t_formed_t_v_2 * formed_t_v_3
        + 2 * t_formed_formed_4 * formed_formed_5
        + 2 * t_formed_formed_5 * formed_formed_6
    )
    t38 = quotient(t16 + t8 * formed_formed, t9, c)
    t39 = inverse(t10 + root(t38))
    t29 = formed_formed * c
    t30 = torch.sqrt(1 + t29)
    t31 = torch.sqrt(1 + t21)
    t32 = 1 + t30 * t31
    t33 = 1 / t32
    t34 = 2 * formed_formed
    t35 = t34 + 2 * formed_formed_2 + t21 * t34
    t36 = -t35 * t33
    t37 = -t36 - 4 * formed_formed_3
    t40 = 2 * formed_formed_4
    t41 = root(formed_formed_2)
    t42 = root(formed_formed)
    t43 = t41 * t30 + t42 * t31
    t44 = t43**2
    t45 = quotient(t4 * t43, t44, c)
    t46 = t45**2
    t47 = torch.sqrt(1 + t46 * c)
    t48 = 1 + t47
    t49 = 1 / t48
    t50 = 2 * t49
    t51 = choose(t37, -t36 - 2 * formed_formed_3, t39 * t40 + t46 * t50)
    t52 = t51 / 4
    t53 = -t52 * c
    t54 = asn(t53, 0)
    t55 = t54**2
    t56 = is_positive(t37)
    t57 = 1 - t56
    t58 = 1 / t30
    t59 = t41 * t58
    t60 = formed_formed * t59
    t61 = 1 / t31
    t62 = t42 * t61
    t63 = formed_formed_2 * t62
    t64 = inverse_resolved(t44 * c)
    t65 = 2 * t64 * c
    t66 = t45 * t43 * t65
    t67 = t45 * (-t66 * (t60 + t63) + t4 * t65 * (t60 / 2 + t63 / 2))
    t68 = c / 2
    t69 = 1 / (t47 * t48**2)
    t70 = t31 * t58
    t71 = t30 * t61
    t72 = t35 / t32**2
    t73 = t57 * (t67 * t50 - 2 * t46 * t69 * (t46 / 2 + t67 * t68)) + t56 * (
        t72 * (-formed_formed * t70 / 2 - formed_formed_2 * t71 / 2) + formed_formed_2 * t34 * t33
    )
    t74 = t51 * t54 * d_asn(t53, 0)
    t75 = t31 * inverse_root(formed_formed)
    t76 = t59 * c
    t77 = -t66 * (t75 + t76) + 2 * t64 * c * (t43 + t4 * (t75 / 2 + t76 / 2))
    t78 = inverse_resolved(t9 * c)
    t79 = t78 * c
    t80 = t8 * t79
    t81 = inverse_root(t38)
    t82 = t40 * t39**2
    t83 = c * t69 * t45**3
    t84 = t72 * t68
    t85 = t57 * (-t77 * t83 - t82 * (t81 * (t80 - t38 * t5 * t79) / 2 - t11 * t79) + 2 * t45 * t77 * t49) + t56 * (
        t33 * (2 + 2 * t21) - t84 * t70
    )
    t86 = t74 * t68
    t87 = t30 * inverse_root(formed_formed_2)
    t88 = t62 * c
    t89 = -t66 * (t87 + t88) + 2 * t64 * c * (-t43 + t4 * (t87 / 2 + t88 / 2))
    t90 = t57 * (-t83 * t89 - t82 * (t81 * (-t38 * t80 + t5 * t78 * c) / 2 - t12 * t79) + 2 * t45 * t89 * t49) + t56 * (
        t33 * (2 + 2 * t29) - t84 * t71
    )
    t91 = -2 * t56 - t57 * t79 * t82
    t_out = (
        t_c * (t73 * t55 + 2 * t74 * (-t52 - t73 * c / 4))
        + t_formed_formed * (t85 * t55 - t85 * t86)
        + t_formed_formed_2 * (t90 * t55 - t86 * t90)
        + t_formed_formed_3 * (t91 * t55 - t86 * t91)
        + t_formed_formed_6 * (2 * t39 * t57 * t55 - t39 * t57 * t74 * c)
    )
    return (t_out, t_uu, t_vv, t_formed_formed, t_formed_formed_2, t_formed_formed_3)


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
        \mathrm{formed} = u \operatorname{sn}\left(- \mathrm{uu} c\right)
        \mathrm{vv} = \langle v, v \rangle
        \mathrm{formed\_2} = v \operatorname{sn}\left(- \mathrm{vv} c\right)
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_2}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_formed\_3} = \langle \mathrm{formed}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_3} = \mathrm{formed\_2} \left(- \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) \operatorname{quotient}\left(\mathrm{formed\_formed\_3}, \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right) + \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \operatorname{quotient}\left(\mathrm{formed\_formed\_3}, \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right)\right)
        \mathrm{formed\_formed\_4} = \langle \mathrm{formed\_3}, \mathrm{formed\_3} \rangle
        \mathrm{out} = \operatorname{asn}^{2}\left(- \frac{c \operatorname{choose}\left(- 4 \mathrm{formed\_formed\_3} + \frac{2 \mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed} + 2 \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}}, - 2 \mathrm{formed\_formed\_3} + \frac{2 \mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed} + 2 \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}}, 2 \mathrm{formed\_formed\_4} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{formed\_formed\_3}, \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{formed\_formed\_2} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) + \mathrm{formed\_formed} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right), \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right), \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right), \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right)^{2}, c\right)}}\right)}{4}\right) \operatorname{choose}\left(- 4 \mathrm{formed\_formed\_3} + \frac{2 \mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed} + 2 \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}}, - 2 \mathrm{formed\_formed\_3} + \frac{2 \mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed} + 2 \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}}, 2 \mathrm{formed\_formed\_4} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{formed\_formed\_3}, \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{formed\_formed\_2} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) + \mathrm{formed\_formed} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right), \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right), \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right), \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right)^{2}, c\right)}}\right)

    Cost: 6 inner products, 67 further operations; backward 9 inner products, 316 further operations. Saved: the
    inputs and 5 scalars per row. Computed in float64 for float32 inputs.
    """
    result: Tensor = _sqdist_op(u, v, c, dim=dim)
    return result


def _add(u: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    ux = -uu * c
    vv = dot(v, v, dim)
    vx = -vv * c
    su = sn(ux, -1)
    sv = sn(vx, -1)
    tv = cs(vx, -1)
    uv = dot(u, v, dim)
    overlap = -uv * sv * c
    space = combine((su * tv - overlap * sn(ux / 4, -1) ** 2 / 2, u), (sv, v))
    space_space = dot(space, space, dim)
    out_space = asn(-space_space * c, -1)
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
    ux = -uu * c
    vx = -vv * c
    su = sn(ux, -1)
    t0 = sn(vx, -1)
    sv = t0
    tv = cs(vx, -1)
    t1 = sv * c
    overlap = -uv * t1
    t2 = ux / 4
    t3 = sn(t2, -1)
    t4 = t3**2 / 2
    t5 = su * tv - overlap * t4
    space = combine((t5, u), (sv, v))
    t6 = -space_space * c
    out_space = asn(t6, -1)
    space_g_out = dot(space, g_out, dim)
    t7 = space_g_out * d_asn(t6, -1)
    d_space_space = g_space_space - t7 * c
    d_space_space_2 = 2 * d_space_space
    u_g_out = dot(u, g_out, dim)
    u_space = dot(u, space, dim)
    if needs[1] or needs[2]:
        v_g_out = dot(v, g_out, dim)
        v_space = dot(v, space, dim)
    t8 = out_space * u_g_out
    t9 = d_space_space_2 * u_space
    d_overlap = -t8 * t4 - t9 * t4
    if needs[0] or needs[1]:
        d_uv = g_uv - d_overlap * t1
    if needs[1] or needs[2]:
        d_tv = su * t8 + su * t9
        t10 = uv * d_overlap
        d_sv = out_space * v_g_out + d_space_space_2 * v_space - t10 * c
    if needs[0] or needs[2]:
        d_su = tv * t8 + tv * t9
    if needs[1] or needs[2]:
        d_vx = d_sv * d_sn(vx, -1) - d_tv * t0 / 2
    if needs[1]:
        d_vv = g_vv - d_vx * c
    if needs[0] or needs[2]:
        t11 = overlap * t3 * d_sn(t2, -1) / 4
        d_ux = d_su * d_sn(ux, -1) - t11 * t8 - t11 * t9
    if needs[0]:
        d_uu = g_uu - d_ux * c
        d_u_g_out = out_space * t5
        d_u_space = d_space_space_2 * t5
        d_u_u = 2 * d_uu
    if needs[1]:
        d_v_g_out = out_space * sv
        d_v_space = d_space_space_2 * sv
        d_v_v = 2 * d_vv
    if needs[2]:
        d_c = -d_vx * vv - d_ux * uu - sv * t10 - t7 * space_space
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
    ux = -uu * c
    vx = -vv * c
    su = sn(ux, -1)
    t0 = sn(vx, -1)
    sv = t0
    tv = cs(vx, -1)
    t1 = uv * sv
    overlap = -t1 * c
    t2 = ux / 4
    t3 = sn(t2, -1)
    t4 = t3**2 / 2
    t5 = su * tv - overlap * t4
    space = combine((t5, u), (sv, v))
    t6 = -space_space * c
    out_space = asn(t6, -1)
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_ux = -t_c * uu - t_uu * c
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t_vx = -t_c * vv - t_vv * c
    t_su = t_ux * d_sn(ux, -1)
    t_sv = t_vx * d_sn(vx, -1)
    t_tv = -t_vx * t0 / 2
    v_t_u = dot(v, t_u, dim)
    u_t_v = dot(u, t_v, dim)
    t_uv = v_t_u + u_t_v
    t_overlap = -t_c * t1 - uv * t_sv * c - t_uv * sv * c
    t_space_t_u = t5
    t_space_u = t_su * tv + t_tv * su - t_overlap * t4 - overlap * t_ux * t3 * d_sn(t2, -1) / 4
    space_t_u = dot(space, t_u, dim)
    space_t_v = dot(space, t_v, dim)
    u_space = dot(u, space, dim)
    v_space = dot(v, space, dim)
    t_space_space = 2 * t_sv * v_space + 2 * t_space_t_u * space_t_u + 2 * t_space_u * u_space + 2 * space_t_v * sv
    t7 = d_asn(t6, -1)
    t_out_space = -t_c * t7 * space_space - t_space_space * t7 * c
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
        \mathrm{ux} = - \mathrm{uu} c
        \mathrm{vv} = \langle v, v \rangle
        \mathrm{vx} = - \mathrm{vv} c
        \mathrm{su} = \operatorname{sn}\left(\mathrm{ux}\right)
        \mathrm{sv} = \operatorname{sn}\left(\mathrm{vx}\right)
        \mathrm{tv} = \operatorname{cs}\left(\mathrm{vx}\right)
        \mathrm{uv} = \langle u, v \rangle
        \mathrm{overlap} = - \mathrm{sv} \mathrm{uv} c
        \mathrm{space} = \mathrm{sv} v + u \left(\mathrm{su} \mathrm{tv} - \frac{\mathrm{overlap} \operatorname{sn}^{2}\left(\frac{\mathrm{ux}}{4}\right)}{2}\right)
        \mathrm{space\_space} = \langle \mathrm{space}, \mathrm{space} \rangle
        \mathrm{out\_space} = \operatorname{asn}\left(- \mathrm{space\_space} c\right)
        \mathrm{out} = \mathrm{out\_space} \mathrm{space}

    Cost: 4 inner products, 18 further operations; backward 5 inner products, 76 further operations. Saved: the
    inputs and 4 scalars per row.
    """
    result: Tensor = _add_op(u, v, c, dim=dim)
    return result


def _normalize(
    u: Tensor, mean: Tensor, scale: Tensor, bias: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]
) -> tuple[Tensor, ...]:
    mean_mean = dot(mean, mean, dim)
    mm = -mean_mean * c
    bias_bias = dot(bias, bias, dim)
    bb = -bias_bias * c
    uu = dot(u, u, dim)
    uu_2 = -uu * c
    u_mean = dot(u, mean, dim)
    t0 = sn(uu_2, -1)
    t1 = quotient(mean_mean, mean_mean, c)
    t2 = sn(mm, -1)
    t3 = quotient(u_mean, mean_mean, c)
    w = combine((t0, u), (-t0 * t3 - t2 * (1 - t1), mean))
    formed_formed = dot(w, w, dim)
    mean_formed = dot(mean, w, dim)
    known = quotient(mean_formed, mean_mean, c)
    constant = known.detach()
    t4 = mm / 4
    t5 = tn(t4, -1)
    t6 = t5 / 2
    base_mean = t6
    t7 = bb / 4
    delta = combine((tn(t7, -1) / 2, bias), (-base_mean, mean))
    t8 = cs(mm, -1)
    t9 = t2 * cs(uu_2, -1)
    t10 = choose(
        u_mean,
        (u_mean * t3 * t0**2 - mean_mean * t2**2 * (1 + formed_formed * c))
        * quotient(1, t9 * mean_mean + u_mean * t0 * t8, c),
        -t9 + t0 * t3 * t8,
    )
    t11 = -constant + t1 * t10
    mz = t11 * mean_mean
    formed_delta = dot(w, delta, dim)
    mean_delta = dot(mean, delta, dim)
    dz = formed_delta + mean_delta * t11
    w_mean = t11
    delta_delta = dot(delta, delta, dim)
    t12 = cs(t4, -1) ** (-2)
    t13 = c**2
    t14 = mz * t6
    t15 = 2 / (t12 / cs(t7, -1) ** 2 + delta_delta * c)
    turned_mean = w_mean + base_mean * t15 * (dz * t12 * c - t14 * delta_delta * t13)
    turned_delta = t15 * (-t12 * t14 * c - dz * mean_mean * t13 * base_mean**2 + base_mean * mz * mean_delta * t5 * t13)
    square = -c * (formed_formed + mean_mean * t1**2 * t10**2)
    angle = asn(square, 0)
    stretched = square * angle**2 * scale**2
    t16 = angle * scale * sn(stretched, 0)
    y = combine((t16, w), (turned_mean * t16, mean), (turned_delta * t16, delta))
    bias_y = dot(bias, y, dim)
    space = combine((1, y), (cs(stretched, 0) * sn(bb, -1) + bias_y * c * sn(t7, -1) ** 2 / 2, bias))
    space_space = dot(space, space, dim)
    out_space = asn(-space_space * c, -1)
    return (out_space * space, uu, u_mean, formed_formed, mean_formed, formed_delta)


def _normalize_vjp(
    u: Tensor,
    mean: Tensor,
    scale: Tensor,
    bias: Tensor,
    c: Tensor,
    uu: Tensor,
    u_mean: Tensor,
    formed_formed: Tensor,
    mean_formed: Tensor,
    formed_delta: Tensor,
    g_out: Tensor,
    g_uu: Tensor,
    g_u_mean: Tensor,
    g_formed_formed: Tensor,
    g_mean_formed: Tensor,
    g_formed_delta: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    mean_mean = dot(mean, mean, dim)
    t0 = mean_mean * c
    mm = -t0
    bias_bias = dot(bias, bias, dim)
    bb = -bias_bias * c
    uu_2 = -uu * c
    t1 = sn(uu_2, -1)
    t2 = quotient(mean_mean, mean_mean, c)
    t3 = sn(mm, -1)
    t4 = quotient(u_mean, mean_mean, c)
    t5 = t1 * t4
    t6 = -t5 - t3 * (1 - t2)
    w = combine((t1, u), (t6, mean))
    known = quotient(mean_formed, mean_mean, c)
    constant = known.detach()
    t7 = mm / 4
    t8 = tn(t7, -1)
    t9 = t8 / 2
    base_mean = t9
    t10 = bb / 4
    t11 = tn(t10, -1) / 2
    t12 = -base_mean
    delta = combine((t11, bias), (t12, mean))
    t19 = cs(mm, -1)
    t21 = cs(uu_2, -1)
    t22 = t21 * t3
    t13 = t1**2
    t14 = t4 * t13
    t15 = u_mean * t14
    t16 = t3**2
    t17 = 1 + formed_formed * c
    t18 = t16 * t17
    t20 = u_mean * t19
    t23 = t1 * t20 + t22 * mean_mean
    t24 = quotient(1, t23, c)
    t25 = t24 * (t15 - mean_mean * t18)
    t26 = choose(u_mean, t25, -t22 + t1 * t19 * t4)
    t27 = -constant + t2 * t26
    mz = t27 * mean_mean
    mean_delta = dot(mean, delta, dim)
    dz = formed_delta + mean_delta * t27
    w_mean = t27
    delta_delta = dot(delta, delta, dim)
    t28 = cs(t7, -1)
    t29 = t28 ** (-2)
    t30 = c**2
    t31 = delta_delta * t30
    t32 = mz * t31
    t33 = -t32 * t9 + dz * t29 * c
    t34 = delta_delta * c
    t35 = cs(t10, -1)
    t36 = t35 ** (-2)
    t37 = t34 + t29 * t36
    t38 = 1 / t37
    t39 = 2 * t38
    t40 = t33 * t39
    turned_mean = w_mean + base_mean * t40
    t41 = base_mean**2
    t42 = dz * t41
    t43 = mean_mean * t30
    t44 = t29 * t9
    t45 = t44 * c
    t46 = -mz * t45 - t42 * t43 + base_mean * mz * mean_delta * t8 * t30
    turned_delta = t39 * t46
    t47 = t26**2
    t48 = t2**2
    t49 = t47 * t48
    t50 = formed_formed + mean_mean * t49
    square = -t50 * c
    angle = asn(square, 0)
    t51 = angle**2
    t52 = scale**2
    t53 = t51 * t52
    stretched = square * t53
    t54 = sn(stretched, 0)
    t55 = t54 * scale
    t56 = angle * t55
    t57 = turned_mean * t56
    t58 = turned_delta * t56
    y = combine((t56, w), (t57, mean), (t58, delta))
    bias_y = dot(bias, y, dim)
    t59 = cs(stretched, 0)
    t60 = sn(bb, -1)
    t61 = bias_y * c
    t62 = sn(t10, -1)
    t63 = t62**2
    t64 = t63 / 2
    t65 = t59 * t60 + t61 * t64
    space = combine((1, y), (t65, bias))
    space_space = dot(space, space, dim)
    t66 = -space_space * c
    out_space = asn(t66, -1)
    space_g_out = dot(space, g_out, dim)
    t67 = space_g_out * d_asn(t66, -1)
    d_space_space = -t67 * c
    d_space_space_2 = 2 * d_space_space
    bias_g_out = dot(bias, g_out, dim)
    bias_space = dot(bias, space, dim)
    t68 = out_space * bias_g_out
    t69 = t64 * c
    t70 = d_space_space_2 * bias_space
    d_bias_y = t68 * t69 + t70 * t69
    if needs[0] or needs[1] or needs[2] or needs[4]:
        w_g_out = dot(w, g_out, dim)
    mean_g_out = dot(mean, g_out, dim)
    delta_g_out = dot(delta, g_out, dim)
    if needs[0] or needs[1] or needs[2] or needs[4]:
        w_space = dot(w, space, dim)
    mean_space = dot(mean, space, dim)
    delta_space = dot(delta, space, dim)
    if needs[0] or needs[1] or needs[2] or needs[4]:
        bias_w = dot(bias, w, dim)
    mean_bias = dot(mean, bias, dim)
    bias_delta = dot(bias, delta, dim)
    if needs[0] or needs[1] or needs[2] or needs[4]:
        t71 = t54 * t60 / 2
        t72 = out_space * w_g_out
        t73 = angle * scale * d_sn(stretched, 0)
        t74 = d_space_space_2 * w_space
        t75 = d_bias_y * bias_w
        t76 = out_space * mean_g_out
        t77 = turned_mean * t73
        t78 = d_space_space_2 * mean_space
        t79 = d_bias_y * mean_bias
        t80 = out_space * delta_g_out
        t81 = turned_delta * t73
        t82 = d_space_space_2 * delta_space
        t83 = d_bias_y * bias_delta
        d_stretched = (
            t72 * t73
            + t73 * t74
            + t73 * t75
            + t76 * t77
            + t77 * t78
            + t77 * t79
            + t80 * t81
            + t81 * t82
            + t81 * t83
            - t68 * t71
            - t70 * t71
        )
        t84 = 2 * square * d_stretched
    if needs[0] or needs[1] or needs[4]:
        t85 = turned_mean * t55
        t86 = turned_delta * t55
        d_angle = (
            t55 * t72
            + t55 * t74
            + t55 * t75
            + t76 * t85
            + t78 * t85
            + t79 * t85
            + t80 * t86
            + t82 * t86
            + t83 * t86
            + angle * t84 * t52
        )
        d_square = d_stretched * t53 + d_angle * d_asn(square, 0)
    if needs[0] or needs[1] or needs[3] or needs[4]:
        t87 = out_space * t56
        t88 = d_space_space_2 * t56
        t89 = d_bias_y * t56
        d_turned_delta = delta_g_out * t87 + delta_space * t88 + bias_delta * t89
        d_turned_mean = mean_g_out * t87 + mean_space * t88 + mean_bias * t89
    if needs[1] or needs[3] or needs[4]:
        t90 = t37 ** (-2)
        t91 = 2 * t90
        t92 = t33 * t91
    if needs[0] or needs[1] or needs[3] or needs[4]:
        t93 = base_mean * t38
    if needs[1] or needs[3] or needs[4]:
        t94 = mz * t8
        t95 = t94 * t30
        t96 = t46 * t91
        term = d_turned_mean * (-t93 * t95 - base_mean * t92 * c) - d_turned_delta * t96 * c
        d_delta_delta = row_sum(term, u, rows)
    if needs[0] or needs[1] or needs[3] or needs[4]:
        t97 = d_turned_delta * t39
        d_dz = -t97 * t41 * t43 + 2 * base_mean * d_turned_mean * t29 * t38 * c
    if needs[1] or needs[3] or needs[4]:
        term_2 = d_dz * t27 + base_mean * t95 * t97
        d_mean_delta = row_sum(term_2, u, rows)
    if needs[0] or needs[1] or needs[3] or needs[4]:
        d_formed_delta = g_formed_delta + d_dz
    if needs[0] or needs[1] or needs[4]:
        d_mz = 2 * d_turned_delta * t38 * (-t45 + base_mean * mean_delta * t8 * t30) - d_turned_mean * t8 * t93 * t31
    if needs[1] or needs[3] or needs[4]:
        term_3 = d_bias_y * t58
        d_delta_bias = row_sum(term_3, u, rows)
        formed = combine((d_formed_delta, w), (d_space_space_2 * t58, space), (out_space * t58, g_out))
        d_delta = row_sum(formed, u, rows)
        d_delta_delta_2 = 2 * d_delta_delta
    if needs[3] or needs[4]:
        bias_d_delta = dot(bias, d_delta, dim)
    if needs[1] or needs[4]:
        mean_d_delta = dot(mean, d_delta, dim)
        term_4 = d_turned_mean * t40 + t97 * (-2 * base_mean * dz * t43 + mz * mean_delta * t8 * t30)
        total = row_sum(term_4, u, rows)
        d_base_mean = (
            total - mean_d_delta - mean_delta * d_delta_delta_2 - mean_bias * d_delta_bias - d_mean_delta * mean_mean
        )
    if needs[0] or needs[1] or needs[4]:
        t98 = mean_mean**2
        t99 = t98 * c
        t100 = t26 * t48
        t101 = 2 * t24
        t102 = is_positive(u_mean)
        t103 = t102 * t16
        t104 = d_square * c
        t105 = d_turned_mean * t2
        t106 = t24 * t103
        t107 = t105 * t106
        t108 = t106 * t2
        t109 = d_mz * t108
        t110 = mean_delta * d_dz
        d_formed_formed = (
            g_formed_formed - t104 * (1 - t100 * t101 * t103 * t99) - t107 * t0 - t109 * t99 - t108 * t110 * t0
        )
        d_w_g_out = t87
        d_w_space = t88
        d_w_bias = t89
        d_w_w = 2 * d_formed_formed
    if needs[0] or needs[4]:
        u_g_out = dot(u, g_out, dim)
        u_space = dot(u, space, dim)
        u_bias = dot(u, bias, dim)
        u_delta = dot(u, delta, dim)
        uw = dot(u, w, dim)
    if needs[0] or needs[1]:
        t111 = inverse_resolved(t0)
        t112 = t111 * c
        t113 = t1 * t19
    if needs[0] or needs[1] or needs[4]:
        t114 = t25 * c * inverse_resolved(t23 * c)
    if needs[0] or needs[1]:
        t115 = t102 * (t24 * (t14 + u_mean * t112 * t13) - t113 * t114)
    if needs[0] or needs[1] or needs[4]:
        t116 = 1 - t102
    if needs[0] or needs[1]:
        t117 = t116 * t112
        t118 = t115 + t113 * t117
        t119 = d_w_w * t1
        t120 = d_formed_delta * t1
        t121 = g_mean_formed * t1
        t122 = d_w_g_out * t1
        t123 = d_w_space * t1
        t124 = d_w_bias * t1
        t125 = 2 * t116 * t112
    if needs[0] or needs[1] or needs[4]:
        t126 = d_square * t100 * t0
    if needs[0] or needs[1]:
        d_u_mean = (
            g_u_mean
            - t126 * (2 * t115 + t113 * t125)
            + d_turned_mean * t118 * t2
            - mean_formed * t119 * t112
            - mean_delta * t120 * t112
            - mean_g_out * t122 * t112
            - mean_space * t123 * t112
            - mean_bias * t124 * t112
            - t121 * t0 * t111
            + mean_delta * d_dz * t118 * t2
            + d_mz * t118 * t2 * mean_mean
        )
    if needs[0] or needs[4]:
        t127 = d_sn(uu_2, -1)
        t128 = g_mean_formed * t127
        t131 = t127 * t4
    if needs[0] or needs[1] or needs[4]:
        t129 = t3 / 2
        t130 = t1 * t129
    if needs[0] or needs[4]:
        t132 = t116 * (t130 + t131 * t19)
        t133 = t102 * (-t114 * (t127 * t20 - t130 * mean_mean) + u_mean * t101 * t127 * t5)
        t134 = t132 + t133
        t135 = t134 * t2
    if needs[0] or needs[1] or needs[4]:
        t136 = d_mz * mean_mean
        t137 = mean_formed * d_w_w
        t138 = mean_delta * d_formed_delta
        t139 = mean_g_out * d_w_g_out
        t140 = mean_space * d_w_space
        t141 = mean_bias * d_w_bias
    if needs[0] or needs[4]:
        d_uu = (
            u_mean * t128
            + t105 * t134
            + t110 * t135
            + t135 * t136
            - t126 * (2 * t132 + 2 * t133)
            - t131 * t137
            - t131 * t138
            - t131 * t139
            - t131 * t140
            - t131 * t141
            + d_formed_delta * u_delta * t127
            + d_w_g_out * u_g_out * t127
            + d_w_space * u_space * t127
            + d_w_bias * u_bias * t127
            + d_w_w * uw * t127
            - t128 * t4 * mean_mean
        )
    if needs[0]:
        d_uu_2 = g_uu - d_uu * c
    if needs[3] or needs[4]:
        t142 = t59 * d_sn(bb, -1) + t61 * t62 * d_sn(t10, -1) / 4
    if needs[1] or needs[3] or needs[4]:
        t143 = t90 / 2
        t144 = t143 * t46
    if needs[3] or needs[4]:
        t145 = t29 * t62 / t35**3
    if needs[1] or needs[3] or needs[4]:
        t146 = base_mean * t143 * t33
    if needs[3] or needs[4]:
        term_5 = (
            out_space * bias_g_out * t142
            + d_space_space_2 * bias_space * t142
            - d_turned_delta * t144 * t145
            - d_turned_mean * t145 * t146
        )
        total_2 = row_sum(term_5, u, rows)
        t147 = d_tn(t10, -1) / 8
        d_bb = (
            total_2
            + bias_d_delta * t147
            + mean_bias * d_mean_delta * t147
            + bias_delta * d_delta_delta_2 * t147
            + d_delta_bias * t147 * bias_bias
        )
    if needs[3]:
        d_bias_bias = -d_bb * c
    if needs[1] or needs[4]:
        t148 = d_tn(t7, -1)
        t149 = t148 / 8
        t150 = t28 ** (-3)
        t151 = sn(t7, -1)
        t152 = t150 * t151
        t153 = t152 * t36
        t154 = d_sn(mm, -1)
        t155 = -t154 + t154 * t2
        t156 = g_mean_formed * mean_mean
        t157 = t116 * (-t129 * t5 - t154 * t21)
        t158 = t102 * (-t114 * (-u_mean * t130 + t154 * t21 * mean_mean) - t101 * t154 * t3 * mean_mean * t17)
        t159 = t157 + t158
        t160 = t159 * t2
        term_6 = (
            d_turned_delta
            * (
                t39 * (-t152 * t94 * c / 8 - mz * t149 * t29 * c + base_mean * mz * mean_delta * t148 * t30 / 4)
                - t144 * t153
            )
            + d_turned_mean * (-t146 * t153 + base_mean * t39 * (-t149 * t32 + dz * t150 * t151 * c / 4))
            + t105 * t159
            + t110 * t160
            + t136 * t160
            + t137 * t155
            + t138 * t155
            + t139 * t155
            + t140 * t155
            + t141 * t155
            + t155 * t156
            - t126 * (2 * t157 + 2 * t158)
        )
        total_3 = row_sum(term_6, u, rows)
        d_mm = total_3 + d_base_mean * t149
    if needs[1]:
        t161 = t2 * t112
        t163 = t24 * (-t18 - t15 * t112) - t114 * t22
        t164 = t19 * t5
        t162 = t161 - t111 * c
        t165 = t2 * (t163 * t102 - t117 * t164) - t162 * t26
        t166 = t5 * t112 - t162 * t3
    if needs[1] or needs[4]:
        t167 = t2 * mean_mean
    if needs[1]:
        term_7 = (
            d_turned_mean * t165
            + d_mz * (-constant + t165 * mean_mean + t2 * t26)
            + t110 * t165
            + t137 * t166
            + t138 * t166
            + t139 * t166
            + t140 * t166
            + t141 * t166
            + t156 * t166
            - t104
            * (t49 + t100 * mean_mean * (-t125 * t164 + 2 * t163 * t102) + t167 * t47 * (-2 * t161 + 2 * t111 * c))
            - t42 * t97 * t30
        )
        total_4 = row_sum(term_7, u, rows)
        d_mean_mean = total_4 - d_mm * c
    if needs[4]:
        term_8 = (
            d_square * (-t50 + 2 * t24 * t26 * formed_formed * t102 * t16 * t48 * t98 * c)
            + d_turned_delta
            * (-t96 * delta_delta + 2 * t38 * (-mz * t44 - 2 * t42 * t0 + 2 * base_mean * mz * mean_delta * t8 * c))
            + d_turned_mean * (-base_mean * t92 * delta_delta + 2 * base_mean * t38 * (dz * t29 - t94 * t34))
            - d_uu * uu
            - t67 * space_space
            - t107 * formed_formed * mean_mean
            - t109 * formed_formed * t98
            + bias_y * out_space * bias_g_out * t63 / 2
            + bias_y * d_space_space_2 * bias_space * t63 / 2
            - t106 * t110 * t167 * formed_formed
        )
        total_5 = row_sum(term_8, u, rows)
    if needs[3]:
        formed_2 = combine((d_bias_y, y), (d_space_space_2 * t65, space), (out_space * t65, g_out))
        d_bias = row_sum(formed_2, u, rows)
    if needs[2]:
        t168 = angle * t54
        t169 = turned_mean * t168
        t170 = turned_delta * t168
        term_9 = (
            t168 * t72
            + t168 * t74
            + t168 * t75
            + t169 * t76
            + t169 * t78
            + t169 * t79
            + t170 * t80
            + t170 * t82
            + t170 * t83
            + t84 * t51 * scale
        )
        d_scale = row_sum(term_9, u, rows)
    if needs[1]:
        term_10 = d_bias_y * t57 + d_w_bias * t6
        total_6 = row_sum(term_10, u, rows)
        term_11 = d_formed_delta * t6
        total_7 = row_sum(term_11, u, rows)
        term_12 = g_mean_formed * t6
        total_8 = row_sum(term_12, u, rows)
        formed_3 = combine(
            (d_u_mean, u),
            (g_mean_formed + d_w_w * t6, w),
            (d_space_space_2 * t57 + d_w_space * t6, space),
            (out_space * t57 + d_w_g_out * t6, g_out),
        )
        d_mean = row_sum(formed_3, u, rows)
    if needs[0]:
        d_u_g_out = t122
        d_u_space = t123
        d_u_bias = t124
        d_u_delta = t120
        d_u_mean_2 = d_u_mean + t121
        d_u_w = t119
        d_u_u = 2 * d_uu_2
    if needs[1]:
        d_mean_delta_2 = total_7 + d_mean_delta - base_mean * d_delta_delta_2
        d_mean_mean_2 = total_8 + 2 * d_mean_mean - base_mean * d_mean_delta
        d_mean_bias = total_6 - base_mean * d_delta_bias
        d_mean_d_delta = t12
    if needs[3]:
        d_bias_delta = d_delta_delta_2 * t11
        d_bias_mean = d_mean_delta * t11
        d_bias_bias_2 = 2 * d_bias_bias + d_delta_bias * t11
        d_bias_d_delta = t11
    if needs[4]:
        d_c = total_5 - d_bb * bias_bias - d_mm * mean_mean
    return (
        combine(
            (d_u_g_out, g_out),
            (d_u_space, space),
            (d_u_bias, bias),
            (d_u_delta, delta),
            (d_u_mean_2, mean),
            (d_u_w, w),
            (d_u_u, u),
        )
        if needs[0]
        else None,
        combine(
            (d_mean_delta_2, delta), (d_mean_mean_2, mean), (d_mean_bias, bias), (d_mean_d_delta, d_delta), (1, d_mean)
        )
        if needs[1]
        else None,
        d_scale if needs[2] else None,
        combine(
            (d_bias_delta, delta), (d_bias_mean, mean), (d_bias_bias_2, bias), (d_bias_d_delta, d_delta), (1, d_bias)
        )
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
    u_mean: Tensor,
    formed_formed: Tensor,
    mean_formed: Tensor,
    formed_delta: Tensor,
    t_u: Tensor,
    t_mean: Tensor,
    t_scale: Tensor,
    t_bias: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    mean_mean = dot(mean, mean, dim)
    t0 = mean_mean * c
    mm = -t0
    bias_bias = dot(bias, bias, dim)
    bb = -bias_bias * c
    uu_2 = -uu * c
    t1 = sn(uu_2, -1)
    t2 = quotient(mean_mean, mean_mean, c)
    t3 = sn(mm, -1)
    t4 = quotient(u_mean, mean_mean, c)
    t5 = t1 * t4
    w = combine((t1, u), (-t5 - t3 * (1 - t2), mean))
    known = quotient(mean_formed, mean_mean, c)
    constant = known.detach()
    t6 = mm / 4
    t7 = tn(t6, -1)
    t8 = t7 / 2
    base_mean = t8
    t9 = bb / 4
    t10 = tn(t9, -1) / 2
    t11 = -base_mean
    delta = combine((t10, bias), (t11, mean))
    t18 = cs(mm, -1)
    t20 = cs(uu_2, -1)
    t21 = t20 * t3
    t12 = t1**2
    t13 = t4 * t12
    t14 = u_mean * t13
    t15 = t3**2
    t16 = 1 + formed_formed * c
    t17 = t15 * t16
    t19 = u_mean * t18
    t22 = t1 * t19 + t21 * mean_mean
    t23 = quotient(1, t22, c)
    t24 = t23 * (t14 - mean_mean * t17)
    t25 = choose(u_mean, t24, -t21 + t1 * t18 * t4)
    t26 = -constant + t2 * t25
    mz = t26 * mean_mean
    mean_delta = dot(mean, delta, dim)
    dz = formed_delta + mean_delta * t26
    w_mean = t26
    delta_delta = dot(delta, delta, dim)
    t27 = cs(t6, -1)
    t28 = t27 ** (-2)
    t29 = c**2
    t30 = delta_delta * t29
    t31 = mz * t30
    t32 = -t31 * t8 + dz * t28 * c
    t33 = delta_delta * c
    t34 = cs(t9, -1)
    t35 = t34 ** (-2)
    t36 = t33 + t28 * t35
    t37 = 1 / t36
    t38 = 2 * t37
    t39 = base_mean * t38
    turned_mean = w_mean + t32 * t39
    t40 = base_mean**2
    t41 = dz * t40
    t42 = mean_mean * t29
    t43 = t28 * t8
    t44 = mz * t43
    t45 = -t41 * t42 - t44 * c + base_mean * mz * mean_delta * t7 * t29
    turned_delta = t38 * t45
    t46 = t25**2
    t47 = t2**2
    t48 = t46 * t47
    t49 = formed_formed + mean_mean * t48
    square = -t49 * c
    angle = asn(square, 0)
    t50 = angle**2
    t51 = scale**2
    t52 = t50 * t51
    stretched = square * t52
    t53 = sn(stretched, 0)
    t54 = angle * t53
    t55 = t54 * scale
    t56 = turned_mean * t55
    t57 = turned_delta * t55
    y = combine((t55, w), (t56, mean), (t57, delta))
    bias_y = dot(bias, y, dim)
    t58 = cs(stretched, 0)
    t59 = sn(bb, -1)
    t60 = bias_y * c
    t61 = sn(t9, -1)
    t62 = t61**2 / 2
    t63 = t58 * t59 + t60 * t62
    space = combine((1, y), (t63, bias))
    space_space = dot(space, space, dim)
    t64 = -space_space * c
    out_space = asn(t64, -1)
    mean_t_mean = dot(mean, t_mean, dim)
    t_mean_mean = 2 * mean_t_mean
    t65 = t_c * mean_mean
    t66 = t_mean_mean * c
    t_mm = -t65 - t66
    bias_t_bias = dot(bias, t_bias, dim)
    t_bias_bias = 2 * bias_t_bias
    t_bb = -t_c * bias_bias - t_bias_bias * c
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_uu_2 = -t_c * uu - t_uu * c
    mean_t_u = dot(mean, t_u, dim)
    u_t_mean = dot(u, t_mean, dim)
    t_u_mean = mean_t_u + u_t_mean
    t_w_t_u = t1
    t_w_t_mean = -t3 - t5 + t2 * t3
    t67 = d_sn(mm, -1)
    t68 = d_sn(uu_2, -1)
    t69 = t_uu_2 * t68
    t70 = inverse_resolved(t0)
    t71 = t70 * c
    t72 = t1 * t71
    t_w_mean = (
        -t_mm * t67
        - t_u_mean * t72
        - t4 * t69
        + t_mm * t2 * t67
        + t_mean_mean * t3 * t70 * c
        - t2 * t3 * t66 * t70
        + t_mean_mean * t1 * t4 * t70 * c
    )
    t_w_u = t69
    w_t_u = dot(w, t_u, dim)
    w_t_mean = dot(w, t_mean, dim)
    uw = dot(u, w, dim)
    t_formed_formed = 2 * mean_formed * t_w_mean + 2 * t_w_t_u * w_t_u + 2 * t_w_t_mean * w_t_mean + 2 * t_w_u * uw
    t_mean_formed = w_t_mean + u_mean * t_w_u + mean_t_mean * t_w_t_mean + mean_t_u * t_w_t_u + t_w_mean * mean_mean
    t73 = d_tn(t6, -1)
    t74 = t73 / 8
    t_base_mean = t_mm * t74
    t_delta_t_mean = t11
    t_delta_t_bias = t10
    t_delta_bias = t_bb * d_tn(t9, -1) / 8
    t_delta_mean = -t_base_mean
    t75 = t2 * t71
    t76 = t24 * c * inverse_resolved(t22 * c)
    t77 = t23 * (-t17 - t14 * t71) - t21 * t76
    t78 = is_positive(u_mean)
    t79 = 1 - t78
    t80 = t18 * t5 * t79
    t81 = t2 * (t77 * t78 - t80 * t71) + t25 * (-t75 + t70 * c)
    t82 = t3 / 2
    t83 = t79 * (-t20 * t67 - t5 * t82)
    t84 = t1 * t82
    t85 = 2 * t23
    t86 = t78 * (-t76 * (-u_mean * t84 + t20 * t67 * mean_mean) - t3 * t67 * t85 * mean_mean * t16)
    t87 = t_mm * t2 * (t83 + t86)
    t88 = t79 * (t84 + t18 * t4 * t68)
    t89 = t78 * (-t76 * (t19 * t68 - t84 * mean_mean) + u_mean * t5 * t68 * t85)
    t90 = t_uu_2 * t2 * (t88 + t89)
    t91 = t78 * (t23 * (t13 + u_mean * t12 * t71) - t1 * t18 * t76)
    t92 = t18 * t79
    t93 = t_u_mean * t2 * (t91 + t72 * t92)
    t94 = mean_mean**2
    t95 = t15 * t78 * t94
    t96 = t2 * t23
    t97 = t96 * t95
    t98 = t_formed_formed * c
    t_mz = (
        t_mean_mean * (-constant + t2 * t25 + t81 * mean_mean)
        + t87 * mean_mean
        + t90 * mean_mean
        + t93 * mean_mean
        - t97 * t98
        - t_c * t97 * formed_formed
    )
    delta_t_u = dot(delta, t_u, dim)
    delta_t_mean = dot(delta, t_mean, dim)
    u_delta = dot(u, delta, dim)
    w_t_bias = dot(w, t_bias, dim)
    bias_w = dot(bias, w, dim)
    t_formed_delta = (
        mean_formed * t_delta_mean
        + mean_delta * t_w_mean
        + t_w_t_u * delta_t_u
        + t_w_t_mean * delta_t_mean
        + t_w_u * u_delta
        + w_t_mean * t_delta_t_mean
        + t_delta_t_bias * w_t_bias
        + t_delta_bias * bias_w
    )
    mean_t_bias = dot(mean, t_bias, dim)
    mean_bias = dot(mean, bias, dim)
    t_mean_delta = (
        delta_t_mean
        + mean_t_mean * t_delta_t_mean
        + t_delta_t_bias * mean_t_bias
        + t_delta_bias * mean_bias
        + t_delta_mean * mean_mean
    )
    t99 = t_mean_mean * t81
    t100 = t96 * t15 * t78
    t101 = t100 * t65 * formed_formed
    t102 = t_formed_formed * t100 * t0
    t_dz = (
        t_formed_delta
        + mean_delta * t87
        + mean_delta * t90
        + mean_delta * t93
        + mean_delta * t99
        + t_mean_delta * t26
        - mean_delta * t101
        - mean_delta * t102
    )
    t_w_mean_2 = t87 + t90 + t93 + t99 - t101 - t102
    delta_t_bias = dot(delta, t_bias, dim)
    bias_delta = dot(bias, delta, dim)
    t_delta_delta = (
        2 * mean_delta * t_delta_mean
        + 2 * t_delta_t_mean * delta_t_mean
        + 2 * t_delta_t_bias * delta_t_bias
        + 2 * t_delta_bias * bias_delta
    )
    t103 = mz * t7
    t104 = t36 ** (-2)
    t105 = 2 * t104
    t106 = t105 * delta_delta
    t107 = base_mean * t32
    t108 = t27 ** (-3)
    t109 = sn(t6, -1)
    t110 = t108 * t109
    t111 = t110 * t35
    t112 = t104 / 2
    t113 = t107 * t112
    t114 = t105 * c
    t115 = t_base_mean * t38
    t116 = t28 * c
    t117 = base_mean * t7
    t118 = t_bb * t61
    t119 = t118 * t28 / t34**3
    t_turned_mean = (
        t_w_mean_2
        + t_c * (-t106 * t107 + 2 * base_mean * t37 * (dz * t28 - t103 * t33))
        + t_mm * (t39 * (-t31 * t74 + dz * t108 * t109 * c / 4) - t111 * t113)
        + t_delta_delta * (-t107 * t114 - base_mean * t103 * t37 * t29)
        + t115 * t32
        - t113 * t119
        + t_dz * t116 * t39
        - t_mz * t117 * t37 * t30
    )
    t120 = t112 * t45
    t_turned_delta = (
        t_c * (-t106 * t45 + 2 * t37 * (-t44 - 2 * t41 * t0 + 2 * base_mean * mz * mean_delta * t7 * c))
        + t_mm
        * (t38 * (-mz * t116 * t74 - t103 * t110 * c / 8 + base_mean * mz * mean_delta * t73 * t29 / 4) - t111 * t120)
        + t115 * (-2 * base_mean * dz * t42 + mz * mean_delta * t7 * t29)
        - t119 * t120
        + t_mz * t38 * (-t43 * c + mean_delta * t117 * t29)
        - t_delta_delta * t114 * t45
        + t_mean_delta * t103 * t39 * t29
        - t_mean_mean * t38 * t41 * t29
        - t_dz * t38 * t40 * t42
    )
    t121 = 2 * t71
    t122 = t25 * t47
    t123 = t122 * t0
    t_square = (
        t_c * (-t49 + 2 * t23 * t25 * formed_formed * t15 * t47 * t78 * t94 * c)
        - t66
        * (t48 + t122 * mean_mean * (-t80 * t121 + 2 * t77 * t78) + t2 * mean_mean * t46 * (-2 * t75 + 2 * t70 * c))
        - t98 * (1 - t122 * t85 * t95 * c)
        - t_mm * t123 * (2 * t83 + 2 * t86)
        - t_uu_2 * t123 * (2 * t88 + 2 * t89)
        - t_u_mean * t123 * (2 * t91 + t1 * t92 * t121)
    )
    t_angle = t_square * d_asn(square, 0)
    t124 = 2 * square
    t_stretched = t_square * t52 + angle * t_angle * t124 * t51 + t_scale * t124 * t50 * scale
    t_y_t_mean = t56 + t_w_t_mean * t55 + t_delta_t_mean * t57
    t125 = t_scale * t54
    t126 = t_angle * t53 * scale
    t127 = angle * t_stretched * scale * d_sn(stretched, 0)
    t_y_w = t125 + t126 + t127
    t_y_mean = (
        turned_mean * t125
        + turned_mean * t126
        + turned_mean * t127
        + t_w_mean * t55
        + t_delta_mean * t57
        + t_turned_mean * t55
    )
    t_y_delta = turned_delta * t125 + turned_delta * t126 + turned_delta * t127 + t_turned_delta * t55
    t_y_u = t_w_u * t55
    t_y_t_u = t_w_t_u * t55
    t_y_bias = t_delta_bias * t57
    t_y_t_bias = t_delta_t_bias * t57
    y_t_bias = dot(y, t_bias, dim)
    bias_t_mean = dot(bias, t_mean, dim)
    u_bias = dot(u, bias, dim)
    bias_t_u = dot(bias, t_u, dim)
    t_bias_y = (
        y_t_bias
        + bias_t_bias * t_y_t_bias
        + bias_w * t_y_w
        + mean_bias * t_y_mean
        + bias_delta * t_y_delta
        + t_y_t_mean * bias_t_mean
        + t_y_u * u_bias
        + t_y_t_u * bias_t_u
        + t_y_bias * bias_bias
    )
    t_space_t_bias = t_y_t_bias + t63
    t_space_bias = (
        t_y_bias
        + bias_y * t_c * t62
        + t_bb * t58 * d_sn(bb, -1)
        + t_bias_y * t62 * c
        - t_stretched * t53 * t59 / 2
        + t118 * t60 * d_sn(t9, -1) / 4
    )
    space_t_bias = dot(space, t_bias, dim)
    bias_space = dot(bias, space, dim)
    u_space = dot(u, space, dim)
    mean_space = dot(mean, space, dim)
    w_space = dot(w, space, dim)
    delta_space = dot(delta, space, dim)
    space_t_u = dot(space, t_u, dim)
    space_t_mean = dot(space, t_mean, dim)
    t_space_space = (
        2 * t_space_t_bias * space_t_bias
        + 2 * t_space_bias * bias_space
        + 2 * u_space * t_y_u
        + 2 * mean_space * t_y_mean
        + 2 * w_space * t_y_w
        + 2 * delta_space * t_y_delta
        + 2 * space_t_u * t_y_t_u
        + 2 * space_t_mean * t_y_t_mean
    )
    t128 = d_asn(t64, -1)
    t_out_space = -t_space_space * t128 * c - t_c * t128 * space_space
    return (
        combine(
            (out_space * t_y_u, u),
            (out_space * t_y_mean, mean),
            (t_space_t_bias * out_space, t_bias),
            (t_space_bias * out_space, bias),
            (out_space * t_y_w, w),
            (out_space * t_y_delta, delta),
            (out_space * t_y_t_u, t_u),
            (out_space * t_y_t_mean, t_mean),
            (t_out_space, space),
        ),
        t_uu,
        t_u_mean,
        t_formed_formed,
        t_mean_formed,
        t_formed_delta,
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

        \mathrm{mean\_mean} = \langle \mathrm{mean}, \mathrm{mean} \rangle
        \mathrm{mm} = - \mathrm{mean\_mean} c
        \mathrm{bias\_bias} = \langle \mathrm{bias}, \mathrm{bias} \rangle
        \mathrm{bb} = - \mathrm{bias\_bias} c
        \mathrm{uu} = \langle u, u \rangle
        \mathrm{uu\_2} = - \mathrm{uu} c
        \mathrm{u\_mean} = \langle u, \mathrm{mean} \rangle
        w = \mathrm{mean} \left(- \left(1 - \operatorname{quotient}\left(\mathrm{mean\_mean}, \mathrm{mean\_mean}, c\right)\right) \operatorname{sn}\left(\mathrm{mm}\right) - \operatorname{quotient}\left(\mathrm{u\_mean}, \mathrm{mean\_mean}, c\right) \operatorname{sn}\left(\mathrm{uu\_2}\right)\right) + u \operatorname{sn}\left(\mathrm{uu\_2}\right)
        \mathrm{formed\_formed} = \langle w, w \rangle
        \mathrm{mean\_formed} = \langle \mathrm{mean}, w \rangle
        \mathrm{known} = \operatorname{quotient}\left(\mathrm{mean\_formed}, \mathrm{mean\_mean}, c\right)
        \mathrm{constant} = \mathrm{known}
        \mathrm{base\_mean} = \frac{\operatorname{tn}\left(\frac{\mathrm{mm}}{4}\right)}{2}
        \mathrm{delta} = \frac{\mathrm{bias} \operatorname{tn}\left(\frac{\mathrm{bb}}{4}\right)}{2} - \mathrm{base\_mean} \mathrm{mean}
        \mathrm{mz} = \mathrm{mean\_mean} \left(- \mathrm{constant} + \operatorname{choose}\left(\mathrm{u\_mean}, \left(\mathrm{u\_mean} \operatorname{sn}^{2}\left(\mathrm{uu\_2}\right) \operatorname{quotient}\left(\mathrm{u\_mean}, \mathrm{mean\_mean}, c\right) - \mathrm{mean\_mean} \operatorname{sn}^{2}\left(\mathrm{mm}\right) \left(1 + \mathrm{formed\_formed} c\right)\right) \operatorname{quotient}\left(1, \mathrm{mean\_mean} \operatorname{cs}\left(\mathrm{uu\_2}\right) \operatorname{sn}\left(\mathrm{mm}\right) + \mathrm{u\_mean} \operatorname{cs}\left(\mathrm{mm}\right) \operatorname{sn}\left(\mathrm{uu\_2}\right), c\right), - \operatorname{cs}\left(\mathrm{uu\_2}\right) \operatorname{sn}\left(\mathrm{mm}\right) + \operatorname{cs}\left(\mathrm{mm}\right) \operatorname{quotient}\left(\mathrm{u\_mean}, \mathrm{mean\_mean}, c\right) \operatorname{sn}\left(\mathrm{uu\_2}\right)\right) \operatorname{quotient}\left(\mathrm{mean\_mean}, \mathrm{mean\_mean}, c\right)\right)
        \mathrm{formed\_delta} = \langle w, \mathrm{delta} \rangle
        \mathrm{mean\_delta} = \langle \mathrm{mean}, \mathrm{delta} \rangle
        \mathrm{dz} = \mathrm{formed\_delta} + \mathrm{mean\_delta} \left(- \mathrm{constant} + \operatorname{choose}\left(\mathrm{u\_mean}, \left(\mathrm{u\_mean} \operatorname{sn}^{2}\left(\mathrm{uu\_2}\right) \operatorname{quotient}\left(\mathrm{u\_mean}, \mathrm{mean\_mean}, c\right) - \mathrm{mean\_mean} \operatorname{sn}^{2}\left(\mathrm{mm}\right) \left(1 + \mathrm{formed\_formed} c\right)\right) \operatorname{quotient}\left(1, \mathrm{mean\_mean} \operatorname{cs}\left(\mathrm{uu\_2}\right) \operatorname{sn}\left(\mathrm{mm}\right) + \mathrm{u\_mean} \operatorname{cs}\left(\mathrm{mm}\right) \operatorname{sn}\left(\mathrm{uu\_2}\right), c\right), - \operatorname{cs}\left(\mathrm{uu\_2}\right) \operatorname{sn}\left(\mathrm{mm}\right) + \operatorname{cs}\left(\mathrm{mm}\right) \operatorname{quotient}\left(\mathrm{u\_mean}, \mathrm{mean\_mean}, c\right) \operatorname{sn}\left(\mathrm{uu\_2}\right)\right) \operatorname{quotient}\left(\mathrm{mean\_mean}, \mathrm{mean\_mean}, c\right)\right)
        \mathrm{w\_mean} = - \mathrm{constant} + \operatorname{choose}\left(\mathrm{u\_mean}, \left(\mathrm{u\_mean} \operatorname{sn}^{2}\left(\mathrm{uu\_2}\right) \operatorname{quotient}\left(\mathrm{u\_mean}, \mathrm{mean\_mean}, c\right) - \mathrm{mean\_mean} \operatorname{sn}^{2}\left(\mathrm{mm}\right) \left(1 + \mathrm{formed\_formed} c\right)\right) \operatorname{quotient}\left(1, \mathrm{mean\_mean} \operatorname{cs}\left(\mathrm{uu\_2}\right) \operatorname{sn}\left(\mathrm{mm}\right) + \mathrm{u\_mean} \operatorname{cs}\left(\mathrm{mm}\right) \operatorname{sn}\left(\mathrm{uu\_2}\right), c\right), - \operatorname{cs}\left(\mathrm{uu\_2}\right) \operatorname{sn}\left(\mathrm{mm}\right) + \operatorname{cs}\left(\mathrm{mm}\right) \operatorname{quotient}\left(\mathrm{u\_mean}, \mathrm{mean\_mean}, c\right) \operatorname{sn}\left(\mathrm{uu\_2}\right)\right) \operatorname{quotient}\left(\mathrm{mean\_mean}, \mathrm{mean\_mean}, c\right)
        \mathrm{delta\_delta} = \langle \mathrm{delta}, \mathrm{delta} \rangle
        \mathrm{turned\_mean} = \mathrm{w\_mean} + \frac{2 \mathrm{base\_mean} \left(\frac{\mathrm{dz} c}{\operatorname{cs}^{2}\left(\frac{\mathrm{mm}}{4}\right)} - \frac{\mathrm{delta\_delta} \mathrm{mz} c^{2} \operatorname{tn}\left(\frac{\mathrm{mm}}{4}\right)}{2}\right)}{\mathrm{delta\_delta} c + \frac{1}{\operatorname{cs}^{2}\left(\frac{\mathrm{bb}}{4}\right) \operatorname{cs}^{2}\left(\frac{\mathrm{mm}}{4}\right)}}
        \mathrm{turned\_delta} = \frac{2 \left(- \mathrm{dz} \mathrm{mean\_mean} \mathrm{base\_mean}^{2} c^{2} - \frac{\mathrm{mz} c \operatorname{tn}\left(\frac{\mathrm{mm}}{4}\right)}{2 \operatorname{cs}^{2}\left(\frac{\mathrm{mm}}{4}\right)} + \mathrm{base\_mean} \mathrm{mean\_delta} \mathrm{mz} c^{2} \operatorname{tn}\left(\frac{\mathrm{mm}}{4}\right)\right)}{\mathrm{delta\_delta} c + \frac{1}{\operatorname{cs}^{2}\left(\frac{\mathrm{bb}}{4}\right) \operatorname{cs}^{2}\left(\frac{\mathrm{mm}}{4}\right)}}
        \mathrm{square} = - c \left(\mathrm{formed\_formed} + \mathrm{mean\_mean} \operatorname{choose}^{2}\left(\mathrm{u\_mean}, \left(\mathrm{u\_mean} \operatorname{sn}^{2}\left(\mathrm{uu\_2}\right) \operatorname{quotient}\left(\mathrm{u\_mean}, \mathrm{mean\_mean}, c\right) - \mathrm{mean\_mean} \operatorname{sn}^{2}\left(\mathrm{mm}\right) \left(1 + \mathrm{formed\_formed} c\right)\right) \operatorname{quotient}\left(1, \mathrm{mean\_mean} \operatorname{cs}\left(\mathrm{uu\_2}\right) \operatorname{sn}\left(\mathrm{mm}\right) + \mathrm{u\_mean} \operatorname{cs}\left(\mathrm{mm}\right) \operatorname{sn}\left(\mathrm{uu\_2}\right), c\right), - \operatorname{cs}\left(\mathrm{uu\_2}\right) \operatorname{sn}\left(\mathrm{mm}\right) + \operatorname{cs}\left(\mathrm{mm}\right) \operatorname{quotient}\left(\mathrm{u\_mean}, \mathrm{mean\_mean}, c\right) \operatorname{sn}\left(\mathrm{uu\_2}\right)\right) \operatorname{quotient}^{2}\left(\mathrm{mean\_mean}, \mathrm{mean\_mean}, c\right)\right)
        \mathrm{angle} = \operatorname{asn}\left(\mathrm{square}\right)
        \mathrm{stretched} = \mathrm{square} \mathrm{angle}^{2} \mathrm{scale}^{2}
        y = \mathrm{angle} \mathrm{scale} w \operatorname{sn}\left(\mathrm{stretched}\right) + \mathrm{angle} \mathrm{delta} \mathrm{scale} \mathrm{turned\_delta} \operatorname{sn}\left(\mathrm{stretched}\right) + \mathrm{angle} \mathrm{mean} \mathrm{scale} \mathrm{turned\_mean} \operatorname{sn}\left(\mathrm{stretched}\right)
        \mathrm{bias\_y} = \langle \mathrm{bias}, y \rangle
        \mathrm{space} = y + \mathrm{bias} \left(\operatorname{cs}\left(\mathrm{stretched}\right) \operatorname{sn}\left(\mathrm{bb}\right) + \frac{\mathrm{bias\_y} c \operatorname{sn}^{2}\left(\frac{\mathrm{bb}}{4}\right)}{2}\right)
        \mathrm{space\_space} = \langle \mathrm{space}, \mathrm{space} \rangle
        \mathrm{out\_space} = \operatorname{asn}\left(- \mathrm{space\_space} c\right)
        \mathrm{out} = \mathrm{out\_space} \mathrm{space}

    Cost: 11 inner products, 109 further operations; backward 25 inner products, 737 further operations. Saved:
    the inputs and 5 scalars per row.
    """
    result: Tensor = _normalize_op(u, mean, scale, bias, c, dim=dim)
    return result


def _midpoint0(u: Tensor, w: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    uu_2 = -uu * c
    total = row_sum(w, u, rows)
    t0 = sn(uu_2, -1)
    formed = (t0 * w) * u
    total_2 = row_sum(formed, u, rows)
    t1 = cs(uu_2, -1)
    term = t1 * w
    total_3 = row_sum(term, u, rows)
    total_total = dot(total_2, total_2, dim)
    t2 = total**2
    formed_2 = total_2 / torch.sqrt(at_least(total_3**2 - total_total * c, t2))
    constant = formed_2.detach()
    constant_constant = dot(constant, constant, dim)
    u_constant = dot(u, constant, dim)
    t3 = quotient(constant_constant, constant_constant, c)
    t4 = quotient(u_constant, constant_constant, c)
    t5 = t0 * t4
    formed_3 = combine((t0, u), (-1 + t3 - t5, constant))
    formed_formed = dot(formed_3, formed_3, dim)
    constant_formed = dot(constant, formed_3, dim)
    known = quotient(constant_formed, constant_constant, c)
    constant_2 = known.detach()
    t6 = torch.sqrt(1 + constant_constant * c)
    t7 = choose(
        u_constant,
        (-constant_constant * (1 + formed_formed * c) + u_constant * t4 * t0**2)
        * quotient(1, t1 * constant_constant + u_constant * t0 * t6, c),
        -t1 + t5 * t6,
    )
    term_2 = w * torch.sqrt(1 + c * (formed_formed + constant_constant * t3**2 * t7**2))
    total_4 = row_sum(term_2, u, rows)
    term_3 = w * (-constant_2 + t3 * t7)
    total_5 = row_sum(term_3, u, rows)
    formed_4 = w * formed_3
    total_6 = row_sum(formed_4, u, rows)
    constant_total = dot(constant, total_6, dim)
    total_total_2 = dot(total_6, total_6, dim)
    t8 = constant_constant * total_5**2
    t9 = 2 * constant_total
    t10 = total_5 * t9
    t11 = at_least(total_4**2 - c * (t10 + total_total_2 + t8), t2)
    t12 = 1 / t11
    t13 = torch.rsqrt(t11)
    t14 = total_5 * t13
    space_constant = (
        t14
        + torch.sqrt(1 + c * (t10 * t12 + t12 * total_total_2 + t12 * t8))
        + c * (constant_total * t13 + t14 * constant_constant) / (1 + t6)
    )
    space_total = t13
    t15 = asn(
        -c
        * (constant_constant * space_constant**2 + total_total_2 * space_total**2 + space_constant * space_total * t9),
        0,
    )
    out_constant = space_constant * t15
    out_total = space_total * t15
    return (combine((out_constant, constant), (out_total, total_6)), constant, total_4, total_5, total_6)


def _midpoint0_vjp(
    u: Tensor,
    w: Tensor,
    c: Tensor,
    constant: Tensor,
    total_4: Tensor,
    total_5: Tensor,
    total_6: Tensor,
    g_out: Tensor,
    g_constant: Tensor,
    g_total_4: Tensor,
    g_total_5: Tensor,
    g_total_6: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    uu = dot(u, u, dim)
    uu_2 = -uu * c
    total = row_sum(w, u, rows)
    constant_constant = dot(constant, constant, dim)
    u_constant = dot(u, constant, dim)
    t0 = sn(uu_2, -1)
    t1 = quotient(constant_constant, constant_constant, c)
    t2 = quotient(u_constant, constant_constant, c)
    t3 = t0 * t2
    formed = combine((t0, u), (-1 + t1 - t3, constant))
    formed_formed = dot(formed, formed, dim)
    constant_formed = dot(constant, formed, dim)
    if needs[1]:
        known = quotient(constant_formed, constant_constant, c)
        constant_2 = known.detach()
    constant_total = dot(constant, total_6, dim)
    total_total = dot(total_6, total_6, dim)
    t6 = 2 * constant_total
    t7 = total_5 * t6
    t4 = total_5**2
    t5 = constant_constant * t4
    t8 = t7 + total_total + t5
    t9 = at_least(total_4**2 - t8 * c, total**2)
    t10 = 1 / t9
    t11 = t10 * total_total
    t12 = t10 * t5
    t13 = torch.sqrt(1 + c * (t11 + t12 + t10 * t7))
    t14 = torch.rsqrt(t9)
    t15 = total_5 * t14
    t16 = constant_constant * c
    t17 = torch.sqrt(1 + t16)
    t18 = 1 + t17
    t19 = 1 / t18
    t20 = constant_total * t14 + t15 * constant_constant
    t21 = t20 * t19
    space_constant = t13 + t15 + t21 * c
    space_total = t14
    t22 = space_constant**2
    t23 = space_total**2
    t24 = space_constant * t6
    t25 = space_total * t24 + constant_constant * t22 + total_total * t23
    t26 = -t25 * c
    t27 = asn(t26, 0)
    out_total = space_total * t27
    constant_g_out = dot(constant, g_out, dim)
    total_g_out = dot(total_6, g_out, dim)
    t28 = -t27
    t29 = 2 * total_total
    t30 = d_asn(t26, 0)
    t31 = t30 * c
    t32 = t31 * (t24 + space_total * t29)
    t33 = space_constant * constant_g_out
    d_space_total = total_g_out * (-t28 - space_total * t32) - t32 * t33
    t34 = 2 * constant_constant
    t35 = t31 * (space_constant * t34 + space_total * t6)
    t36 = space_total * total_g_out
    d_space_constant = constant_g_out * (-t28 - space_constant * t35) - t35 * t36
    t37 = torch.sqrt(t9) ** -3
    t38 = t37 * c
    t39 = t38 / 2
    t40 = constant_total * t39
    t41 = t16 / 2
    t42 = total_5 * t37 * t41
    t43 = c * t19
    t44 = total_5 * t39
    t45 = t9 ** (-2)
    t46 = t45 * total_total
    t47 = t46 * c
    t48 = t45 * t5
    t49 = t48 * c
    t50 = t45 * c
    t51 = t50 * t7
    t52 = 1 / t13
    t53 = c / 2
    t54 = t52 * t53
    t55 = total_g_out * t31
    d_total_total = (
        d_space_constant * (t44 + t54 * (t10 + t47 + t49 + t51) + t43 * (t40 + t42))
        - t55 * space_total**3
        + d_space_total * t37 * c / 2
        - t31 * t33 * t23
    )
    t56 = total_5 * constant_total
    t57 = total_5 * t10
    t58 = t45 * t29
    d_constant_total = (
        d_space_constant
        * (
            t38 * t4
            + t54 * (2 * t57 + total_5 * t58 * c + 2 * t45 * t16 * total_5**3 + 4 * constant_total * t50 * t4)
            + t43 * (t14 + t38 * t56 + t38 * t5)
        )
        + total_5 * d_space_total * t38
        - 2 * space_constant * t55 * t23
        - 2 * space_total * constant_g_out * t31 * t22
    )
    d_total_total_2 = 2 * d_total_total
    if needs[1]:
        formed_g_out = dot(formed, g_out, dim)
        formed_g_total_6 = dot(formed, g_total_6, dim)
        formed_total = dot(formed, total_6, dim)
    t59 = t6 + total_5 * t34
    d_total = (
        g_total_5
        + d_space_constant
        * (
            t14
            + t44 * t59
            + t54 * (t10 * t6 + t47 * t59 + t49 * t59 + t51 * t59 + t57 * t34)
            + t43 * (t14 * constant_constant + t40 * t59 + t42 * t59)
        )
        + d_space_total * t39 * t59
    )
    t60 = total_4 * t37
    t61 = total_5 * t60
    d_total_2 = (
        g_total_4
        + d_space_constant
        * (
            -t61
            + t54 * (-total_4 * t58 - 2 * total_4 * t48 - 4 * total_4 * t45 * t56)
            + t43 * (-constant_total * t60 - t61 * constant_constant)
        )
        - d_space_total * t60
    )
    t63 = cs(uu_2, -1)
    t64 = t63 * constant_constant + u_constant * t0 * t17
    t65 = quotient(1, t64, c)
    t62 = t0**2
    t66 = t65 * (-constant_constant * (1 + formed_formed * c) + u_constant * t2 * t62)
    t67 = choose(u_constant, t66, -t63 + t3 * t17)
    t68 = t1**2
    t69 = constant_constant * t68 * t67**2
    t70 = torch.sqrt(1 + c * (formed_formed + t69))
    if needs[0] or needs[2]:
        t71 = 1 / t70
        t72 = is_positive(u_constant)
        t73 = 2 * t65
        t74 = t67 * t68
        t75 = d_total * t1 * w
        d_formed_formed = (
            -t65 * t75 * t16 * t72 + d_total_2 * w * c * t71 * (1 - t73 * t74 * t72 * c * constant_constant**2) / 2
        )
        d_formed_g_out = out_total * w
        d_formed_total = d_total_total_2 * w
        d_formed_constant = d_constant_total * w
        d_formed_formed_2 = 2 * d_formed_formed
        u_g_out = dot(u, g_out, dim)
        u_g_total_6 = dot(u, g_total_6, dim)
        constant_g_total_6 = dot(constant, g_total_6, dim)
        u_total = dot(u, total_6, dim)
        u_formed = dot(u, formed, dim)
    if needs[0]:
        t76 = inverse_resolved(t16)
        t77 = t76 * c
        t78 = t0 * t17
    if needs[0] or needs[2]:
        t79 = t66 * inverse_resolved(t64 * c)
        t80 = t79 * c
    if needs[0]:
        t81 = t72 * (t65 * (t2 * t62 + u_constant * t62 * t77) - t78 * t80)
    if needs[0] or needs[2]:
        t82 = 1 - t72
    if needs[0]:
        t83 = t78 * t82 * t77
        t84 = d_formed_formed_2 * t0
        t85 = d_formed_total * t0
        t86 = d_formed_g_out * t0
        t87 = d_formed_constant * t0
        t88 = t0 * w
        d_u_constant = (
            -constant_formed * t84 * t77
            - constant_total * t85 * t77
            - constant_g_out * t86 * t77
            - constant_g_total_6 * t88 * t77
            - t87 * t16 * t76
            + d_total * t1 * w * (t81 + t83)
            + d_total_2 * t67 * constant_constant * t68 * w * c * t71 * (2 * t81 + 2 * t83) / 2
        )
    if needs[0] or needs[2]:
        t89 = d_sn(uu_2, -1)
        t90 = d_formed_constant * t89
        t91 = d_formed_g_out * t89
        t92 = d_formed_total * t89
        t93 = d_formed_formed_2 * t89
        t94 = t89 * w
        t95 = t0 / 2
        t96 = t82 * (t95 + t2 * t89 * t17)
        t97 = t72 * (-t80 * (-t95 * constant_constant + u_constant * t89 * t17) + u_constant * t3 * t73 * t89)
        t98 = d_total_2 * w * t71
        t99 = t74 * t41
        d_uu = (
            u_constant * t90
            + u_g_out * t91
            + u_g_total_6 * t94
            + u_total * t92
            + u_formed * t93
            + t75 * (t96 + t97)
            + t98 * t99 * (2 * t96 + 2 * t97)
            - constant_formed * t2 * t93
            - constant_total * t2 * t92
            - constant_g_out * t2 * t91
            - constant_g_total_6 * t2 * t94
            - t2 * t90 * constant_constant
        )
    if needs[0]:
        d_uu_2 = -d_uu * c
    if needs[2]:
        t100 = 1 / t17
        t101 = t72 * (-t65 * constant_constant * formed_formed - u_constant * t79 * t95 * t16 * t100)
        t102 = t3 * t82 * constant_constant * t100
        term = t75 * (t101 + t102 / 2) + t98 * (formed_formed / 2 + t69 / 2 + t99 * (t102 + 2 * t101)) - d_uu * uu
        total_2 = row_sum(term, u, rows)
    if needs[0]:
        d_u_g_out = t86
        d_u_g_total_6 = t88
        d_u_total = t85
        d_u_constant_2 = d_u_constant + t87
        d_u_formed = t84
        d_u_u = 2 * d_uu_2
    if needs[1]:
        d_w = (
            formed_g_total_6
            + constant_formed * d_constant_total
            + out_total * formed_g_out
            + d_total_total_2 * formed_total
            + d_total * (-constant_2 + t1 * t67)
            + d_total_2 * t70
        )
    if needs[2]:
        t103 = t37 * (t56 + total_total / 2 + t5 / 2)
        t104 = total_5 * t103
        t105 = -t25 * t30
        d_c = (
            total_2
            + d_space_total * t103
            + d_space_constant
            * (
                t104
                + t21
                + t52 * (t11 / 2 + t12 / 2 + t10 * t56 + t53 * (t46 * t8 + t48 * t8 + t45 * t7 * t8))
                + t43 * (constant_total * t103 + t104 * constant_constant)
                - t20 * t41 * t100 / t18**2
            )
            + t105 * t33
            + t105 * t36
        )
    return (
        combine(
            (d_u_g_out, g_out),
            (d_u_g_total_6, g_total_6),
            (d_u_total, total_6),
            (d_u_constant_2, constant),
            (d_u_formed, formed),
            (d_u_u, u),
        )
        if needs[0]
        else None,
        d_w if needs[1] else None,
        d_c if needs[2] else None,
    )


def _midpoint0_jvp(
    u: Tensor,
    w: Tensor,
    c: Tensor,
    constant: Tensor,
    total_4: Tensor,
    total_5: Tensor,
    total_6: Tensor,
    t_u: Tensor,
    t_w: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    uu_2 = -uu * c
    total = row_sum(w, u, rows)
    constant_constant = dot(constant, constant, dim)
    u_constant = dot(u, constant, dim)
    t0 = sn(uu_2, -1)
    t1 = quotient(constant_constant, constant_constant, c)
    t2 = quotient(u_constant, constant_constant, c)
    t3 = t0 * t2
    formed = combine((t0, u), (-1 + t1 - t3, constant))
    formed_formed = dot(formed, formed, dim)
    constant_formed = dot(constant, formed, dim)
    known = quotient(constant_formed, constant_constant, c)
    constant_2 = known.detach()
    constant_total = dot(constant, total_6, dim)
    total_total = dot(total_6, total_6, dim)
    t6 = total_5 * constant_total
    t7 = 2 * t6
    t4 = total_5**2
    t5 = constant_constant * t4
    t8 = t7 + total_total + t5
    t9 = at_least(total_4**2 - t8 * c, total**2)
    t10 = 1 / t9
    t11 = t10 * total_total
    t12 = t10 * t5
    t13 = torch.sqrt(1 + c * (t11 + t12 + t10 * t7))
    t14 = torch.rsqrt(t9)
    t15 = total_5 * t14
    t16 = constant_constant * c
    t17 = torch.sqrt(1 + t16)
    t18 = 1 + t17
    t19 = 1 / t18
    t20 = constant_total * t14 + t15 * constant_constant
    t21 = t20 * t19
    space_constant = t13 + t15 + t21 * c
    space_total = t14
    t22 = space_constant**2
    t23 = space_total**2
    t24 = 2 * constant_total
    t25 = space_total * t24
    t26 = space_constant * t25 + constant_constant * t22 + total_total * t23
    t27 = -t26 * c
    t28 = asn(t27, 0)
    out_total = space_total * t28
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_uu_2 = -t_c * uu - t_uu * c
    constant_t_u = dot(constant, t_u, dim)
    t_formed_t_u = t0
    t29 = d_sn(uu_2, -1)
    t30 = t_uu_2 * t29
    t_formed_u = t30
    t31 = c * inverse_resolved(t16)
    t32 = t0 * t31
    t_formed_constant = -constant_t_u * t32 - t2 * t30
    formed_t_u = dot(formed, t_u, dim)
    u_formed = dot(u, formed, dim)
    t_formed_formed = (
        2 * constant_formed * t_formed_constant + 2 * t_formed_t_u * formed_t_u + 2 * t_formed_u * u_formed
    )
    t34 = cs(uu_2, -1)
    t33 = t0**2
    t35 = t34 * constant_constant + u_constant * t0 * t17
    t36 = quotient(1, t35, c)
    t37 = t36 * (-constant_constant * (1 + formed_formed * c) + u_constant * t2 * t33)
    t38 = choose(u_constant, t37, -t34 + t3 * t17)
    t39 = t1**2
    t40 = constant_constant * t39 * t38**2
    t41 = torch.sqrt(1 + c * (formed_formed + t40))
    t42 = 1 / t41
    t46 = is_positive(u_constant)
    t43 = 1 / t17
    t44 = t0 / 2
    t45 = t37 * inverse_resolved(t35 * c)
    t47 = t46 * (-t36 * constant_constant * formed_formed - u_constant * t44 * t45 * t16 * t43)
    t48 = 1 - t46
    t49 = t3 * t48 * constant_constant * t43
    t51 = t38 * t39
    t50 = t16 / 2
    t52 = t51 * t50
    t53 = t_c * w
    t54 = 2 * t36
    t55 = c / 2
    t56 = w * t42
    t57 = t48 * (t44 + t2 * t29 * t17)
    t58 = t45 * c
    t59 = t46 * (-t58 * (-t44 * constant_constant + u_constant * t29 * t17) + u_constant * t29 * t3 * t54)
    t60 = t52 * t56
    t61 = t46 * (t36 * (t2 * t33 + u_constant * t31 * t33) - t0 * t58 * t17)
    t62 = t32 * t48 * t17
    t_term = (
        t_w * t41
        + t_uu_2 * t60 * (2 * t57 + 2 * t59)
        + constant_t_u * t60 * (2 * t61 + 2 * t62)
        + t53 * t42 * (formed_formed / 2 + t40 / 2 + t52 * (t49 + 2 * t47))
        + t_formed_formed * t55 * t56 * (1 - t51 * t54 * t46 * c * constant_constant**2)
    )
    t_total = row_sum(t_term, u, rows)
    t63 = t1 * w
    t_term_2 = (
        t_w * (-constant_2 + t1 * t38)
        + t_uu_2 * t63 * (t57 + t59)
        + constant_t_u * t63 * (t61 + t62)
        + t1 * t53 * (t47 + t49 / 2)
        - t_formed_formed * t36 * t63 * t16 * t46
    )
    t_total_2 = row_sum(t_term_2, u, rows)
    t_formed_u_2 = t_formed_u * w
    t_formed_constant_2 = t_formed_constant * w
    t_formed_t_u_2 = t_formed_t_u * w
    t_total_constant = row_sum(t_formed_constant_2, u, rows)
    formed_2 = combine((t_formed_u_2, u), (t_w, formed), (t_formed_t_u_2, t_u))
    t_total_3 = row_sum(formed_2, u, rows)
    constant_t_total = dot(constant, t_total_3, dim)
    t_constant_total = constant_t_total + t_total_constant * constant_constant
    total_t_total = dot(total_6, t_total_3, dim)
    t_total_total = 2 * total_t_total + t_total_constant * t24
    t64 = 1 / t13
    t65 = t9 ** (-2)
    t66 = t65 * total_total
    t67 = t65 * t5
    t68 = t65 * t7
    t69 = torch.sqrt(t9) ** -3
    t70 = t69 * (t6 + total_total / 2 + t5 / 2)
    t71 = total_5 * t70
    t72 = c * t19
    t73 = total_4 * t69
    t74 = total_5 * t73
    t75 = 2 * total_4
    t76 = 4 * t65
    t77 = t64 * t55
    t78 = 2 * total_5
    t79 = t78 * constant_constant
    t80 = t24 + t79
    t81 = t69 * t55
    t82 = constant_total * t81
    t83 = total_5 * t69 * t50
    t84 = t66 * c
    t85 = t67 * c
    t86 = t68 * c
    t87 = total_5 * t81
    t88 = t69 * c
    t_space_constant = (
        t_c
        * (
            t21
            + t71
            + t64 * (t11 / 2 + t12 / 2 + t10 * t6 + t55 * (t66 * t8 + t67 * t8 + t68 * t8))
            + t72 * (constant_total * t70 + t71 * constant_constant)
            - t20 * t50 * t43 / t18**2
        )
        + t_total
        * (
            -t74
            + t77 * (-t66 * t75 - t67 * t75 - total_4 * t6 * t76)
            + t72 * (-constant_total * t73 - t74 * constant_constant)
        )
        + t_total_2
        * (
            t14
            + t77 * (t10 * t24 + t10 * t79 + t80 * t84 + t80 * t85 + t80 * t86)
            + t80 * t87
            + t72 * (t14 * constant_constant + t80 * t82 + t80 * t83)
        )
        + t_constant_total
        * (
            t77 * (t10 * t78 + t78 * t84 + 2 * t65 * t16 * total_5**3 + constant_total * t76 * t4 * c)
            + t88 * t4
            + t72 * (t14 + t6 * t88 + t88 * t5)
        )
        + t_total_total * (t87 + t77 * (t10 + t84 + t85 + t86) + t72 * (t82 + t83))
    )
    t_space_total = (
        t_c * t70 + t_total_total * t81 - t_total * t73 + total_5 * t_constant_total * t88 + t_total_2 * t80 * t81
    )
    t89 = -t28
    t90 = 2 * space_constant
    t91 = t25 + t90 * constant_constant
    t92 = d_asn(t27, 0)
    t93 = space_constant * t92 * c
    t94 = -t26
    t95 = 2 * space_total
    t96 = space_constant * t24 + t95 * total_total
    t97 = t92 * c
    t98 = t_constant_total * t97
    t_out_constant = (
        t_space_constant * (-t89 - t91 * t93)
        - t_total_total * t93 * t23
        - t_space_total * t93 * t96
        - t95 * t98 * t22
        + space_constant * t_c * t92 * t94
    )
    t99 = space_total * t92 * c
    t_out_total = (
        t_space_total * (-t89 - t96 * t99)
        - t_total_total * t97 * space_total**3
        - t_space_constant * t91 * t99
        - t90 * t98 * t23
        + space_total * t_c * t92 * t94
    )
    return (
        combine(
            (out_total, t_total_3), (t_out_constant + out_total * t_total_constant, constant), (t_out_total, total_6)
        ),
        torch.zeros_like(constant),
        t_total,
        t_total_2,
        combine((t_total_constant, constant), (1, t_total_3)),
    )


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
        \mathrm{uu\_2} = - \mathrm{uu} c
        \mathrm{total} = \sum w
        \mathrm{formed} = u w \operatorname{sn}\left(\mathrm{uu\_2}\right)
        \mathrm{total\_2} = \sum \mathrm{formed}
        \mathrm{term} = w \operatorname{cs}\left(\mathrm{uu\_2}\right)
        \mathrm{total\_3} = \sum \mathrm{term}
        \mathrm{total\_total} = \langle \mathrm{total\_2}, \mathrm{total\_2} \rangle
        \mathrm{formed\_2} = \frac{\mathrm{total\_2}}{\sqrt{\operatorname{at\_least}\left(\mathrm{total\_3}^{2} - \mathrm{total\_total} c, \mathrm{total}^{2}\right)}}
        \mathrm{constant} = \mathrm{formed\_2}
        \mathrm{constant\_constant} = \langle \mathrm{constant}, \mathrm{constant} \rangle
        \mathrm{u\_constant} = \langle u, \mathrm{constant} \rangle
        \mathrm{formed\_3} = \mathrm{constant} \left(-1 - \operatorname{quotient}\left(\mathrm{u\_constant}, \mathrm{constant\_constant}, c\right) \operatorname{sn}\left(\mathrm{uu\_2}\right) + \operatorname{quotient}\left(\mathrm{constant\_constant}, \mathrm{constant\_constant}, c\right)\right) + u \operatorname{sn}\left(\mathrm{uu\_2}\right)
        \mathrm{formed\_formed} = \langle \mathrm{formed\_3}, \mathrm{formed\_3} \rangle
        \mathrm{constant\_formed} = \langle \mathrm{constant}, \mathrm{formed\_3} \rangle
        \mathrm{known} = \operatorname{quotient}\left(\mathrm{constant\_formed}, \mathrm{constant\_constant}, c\right)
        \mathrm{constant\_2} = \mathrm{known}
        \mathrm{term\_2} = w \sqrt{1 + c \left(\mathrm{formed\_formed} + \mathrm{constant\_constant} \operatorname{choose}^{2}\left(\mathrm{u\_constant}, \left(- \mathrm{constant\_constant} \left(1 + \mathrm{formed\_formed} c\right) + \mathrm{u\_constant} \operatorname{sn}^{2}\left(\mathrm{uu\_2}\right) \operatorname{quotient}\left(\mathrm{u\_constant}, \mathrm{constant\_constant}, c\right)\right) \operatorname{quotient}\left(1, \mathrm{constant\_constant} \operatorname{cs}\left(\mathrm{uu\_2}\right) + \mathrm{u\_constant} \sqrt{1 + \mathrm{constant\_constant} c} \operatorname{sn}\left(\mathrm{uu\_2}\right), c\right), - \operatorname{cs}\left(\mathrm{uu\_2}\right) + \sqrt{1 + \mathrm{constant\_constant} c} \operatorname{quotient}\left(\mathrm{u\_constant}, \mathrm{constant\_constant}, c\right) \operatorname{sn}\left(\mathrm{uu\_2}\right)\right) \operatorname{quotient}^{2}\left(\mathrm{constant\_constant}, \mathrm{constant\_constant}, c\right)\right)}
        \mathrm{total\_4} = \sum \mathrm{term\_2}
        \mathrm{term\_3} = w \left(- \mathrm{constant\_2} + \operatorname{choose}\left(\mathrm{u\_constant}, \left(- \mathrm{constant\_constant} \left(1 + \mathrm{formed\_formed} c\right) + \mathrm{u\_constant} \operatorname{sn}^{2}\left(\mathrm{uu\_2}\right) \operatorname{quotient}\left(\mathrm{u\_constant}, \mathrm{constant\_constant}, c\right)\right) \operatorname{quotient}\left(1, \mathrm{constant\_constant} \operatorname{cs}\left(\mathrm{uu\_2}\right) + \mathrm{u\_constant} \sqrt{1 + \mathrm{constant\_constant} c} \operatorname{sn}\left(\mathrm{uu\_2}\right), c\right), - \operatorname{cs}\left(\mathrm{uu\_2}\right) + \sqrt{1 + \mathrm{constant\_constant} c} \operatorname{quotient}\left(\mathrm{u\_constant}, \mathrm{constant\_constant}, c\right) \operatorname{sn}\left(\mathrm{uu\_2}\right)\right) \operatorname{quotient}\left(\mathrm{constant\_constant}, \mathrm{constant\_constant}, c\right)\right)
        \mathrm{total\_5} = \sum \mathrm{term\_3}
        \mathrm{formed\_4} = \mathrm{formed\_3} w
        \mathrm{total\_6} = \sum \mathrm{formed\_4}
        \mathrm{constant\_total} = \langle \mathrm{constant}, \mathrm{total\_6} \rangle
        \mathrm{total\_total\_2} = \langle \mathrm{total\_6}, \mathrm{total\_6} \rangle
        \mathrm{space\_constant} = \sqrt{1 + c \left(\frac{\mathrm{total\_total\_2}}{\operatorname{at\_least}\left(\mathrm{total\_4}^{2} - c \left(\mathrm{total\_total\_2} + \mathrm{constant\_constant} \mathrm{total\_5}^{2} + 2 \mathrm{constant\_total} \mathrm{total\_5}\right), \mathrm{total}^{2}\right)} + \frac{\mathrm{constant\_constant} \mathrm{total\_5}^{2}}{\operatorname{at\_least}\left(\mathrm{total\_4}^{2} - c \left(\mathrm{total\_total\_2} + \mathrm{constant\_constant} \mathrm{total\_5}^{2} + 2 \mathrm{constant\_total} \mathrm{total\_5}\right), \mathrm{total}^{2}\right)} + \frac{2 \mathrm{constant\_total} \mathrm{total\_5}}{\operatorname{at\_least}\left(\mathrm{total\_4}^{2} - c \left(\mathrm{total\_total\_2} + \mathrm{constant\_constant} \mathrm{total\_5}^{2} + 2 \mathrm{constant\_total} \mathrm{total\_5}\right), \mathrm{total}^{2}\right)}\right)} + \frac{\mathrm{total\_5}}{\sqrt{\operatorname{at\_least}\left(\mathrm{total\_4}^{2} - c \left(\mathrm{total\_total\_2} + \mathrm{constant\_constant} \mathrm{total\_5}^{2} + 2 \mathrm{constant\_total} \mathrm{total\_5}\right), \mathrm{total}^{2}\right)}} + \frac{c \left(\frac{\mathrm{constant\_total}}{\sqrt{\operatorname{at\_least}\left(\mathrm{total\_4}^{2} - c \left(\mathrm{total\_total\_2} + \mathrm{constant\_constant} \mathrm{total\_5}^{2} + 2 \mathrm{constant\_total} \mathrm{total\_5}\right), \mathrm{total}^{2}\right)}} + \frac{\mathrm{constant\_constant} \mathrm{total\_5}}{\sqrt{\operatorname{at\_least}\left(\mathrm{total\_4}^{2} - c \left(\mathrm{total\_total\_2} + \mathrm{constant\_constant} \mathrm{total\_5}^{2} + 2 \mathrm{constant\_total} \mathrm{total\_5}\right), \mathrm{total}^{2}\right)}}\right)}{1 + \sqrt{1 + \mathrm{constant\_constant} c}}
        \mathrm{space\_total} = \frac{1}{\sqrt{\operatorname{at\_least}\left(\mathrm{total\_4}^{2} - c \left(\mathrm{total\_total\_2} + \mathrm{constant\_constant} \mathrm{total\_5}^{2} + 2 \mathrm{constant\_total} \mathrm{total\_5}\right), \mathrm{total}^{2}\right)}}
        \mathrm{out\_constant} = \mathrm{space\_constant} \operatorname{asn}\left(- c \left(\mathrm{constant\_constant} \mathrm{space\_constant}^{2} + \mathrm{total\_total\_2} \mathrm{space\_total}^{2} + 2 \mathrm{constant\_total} \mathrm{space\_constant} \mathrm{space\_total}\right)\right)
        \mathrm{out\_total} = \mathrm{space\_total} \operatorname{asn}\left(- c \left(\mathrm{constant\_constant} \mathrm{space\_constant}^{2} + \mathrm{total\_total\_2} \mathrm{space\_total}^{2} + 2 \mathrm{constant\_total} \mathrm{space\_constant} \mathrm{space\_total}\right)\right)
        \mathrm{out} = \mathrm{constant} \mathrm{out\_constant} + \mathrm{out\_total} \mathrm{total\_6}

    Cost: 8 inner products, 102 further operations; backward 17 inner products, 452 further operations. Saved:
    the inputs and 4 values per group.
    """
    result: Tensor = _midpoint0_op(u, w, c, dim=dim, rows=rows)
    return result


def _score(h: Tensor, sqnorm: Tensor, weight_norm: Tensor, bias: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    channels = inverse(weight_norm)
    offset = -bias * channels
    channels_2 = excess(offset * torch.sqrt(c))
    channels_3 = cosh_c(offset, c, channels_2)
    channels_4 = h * channels_3 * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
    channels_5 = sinh_c(offset, c, channels_2)
    channels_6 = channels_2 + excess(torch.sqrt(c) * root(sqnorm))
    distance = asinh_c(channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))), c, channels_6)
    out = distance * weight_norm
    channels_7 = vanishes(weight_norm)
    out_2 = channels_7 * bias
    return (out + out_2,)


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
    channels_2 = excess(offset * torch.sqrt(c))
    channels_3 = cosh_c(offset, c, channels_2)
    channels_4 = h * channels_3 * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
    channels_5 = sinh_c(offset, c, channels_2)
    channels_6 = channels_2 + excess(torch.sqrt(c) * root(sqnorm))
    if needs[2]:
        distance = asinh_c(
            channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))), c, channels_6
        )
    if needs[3]:
        channels_7 = vanishes(weight_norm)
        adjoint = channels_7 * g_out
    if needs[2]:
        adjoint_2 = distance * g_out
    adjoint_3 = g_out * weight_norm
    if needs[1]:
        slope = (
            -channels_5
            * c
            * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
            / (
                2
                * torch.sqrt(
                    c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
                    + torch.exp(-2 * channels_6)
                )
            )
        )
        adjoint_slope = dot(adjoint_3, slope, dim)
    if needs[4]:
        slope_2 = -sqnorm * channels_5 * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))) / (
            2
            * torch.sqrt(
                c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
                + torch.exp(-2 * channels_6)
            )
        ) + d_asinh_c(channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))), c, channels_6)
        adjoint_slope_2 = dot(adjoint_3, slope_2, dim)
    adjoint_4 = adjoint_3 / torch.sqrt(
        c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
        + torch.exp(-2 * channels_6)
    )
    if needs[2] or needs[3] or needs[4]:
        adjoint_5 = (
            -adjoint_3
            * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
            / torch.sqrt(
                c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
                + torch.exp(-2 * channels_6)
            )
        )
    if needs[4]:
        slope_3 = d_sinh_c(offset, c, channels_2)
        adjoint_slope_3 = dot(adjoint_5, slope_3, dim)
    if needs[2] or needs[3]:
        adjoint_6 = adjoint_5 * cosh_c(offset, c, channels_2)
    if needs[0]:
        adjoint_7 = adjoint_4 * channels_3 * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
    if needs[1]:
        slope_4 = -h * channels_3 * c * d_sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
        adjoint_slope_4 = dot(adjoint_4, slope_4, dim)
    if needs[4]:
        slope_5 = -h * sqnorm * channels_3 * d_sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
        adjoint_slope_5 = dot(adjoint_4, slope_5, dim)
    if needs[2] or needs[3] or needs[4]:
        adjoint_8 = h * adjoint_4 * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
    if needs[4]:
        slope_6 = offset * sinh_c(offset, c, channels_2) / 2
        adjoint_slope_6 = dot(adjoint_8, slope_6, dim)
    if needs[2] or needs[3]:
        adjoint_9 = adjoint_8 * c * sinh_c(offset, c, channels_2)
        d_offset = adjoint_6 + adjoint_9
    if needs[3]:
        adjoint_10 = -d_offset * channels
    if needs[2]:
        adjoint_11 = -bias * d_offset
        adjoint_12 = -adjoint_11 * inverse(weight_norm) ** 2
    if needs[1]:
        d_sqnorm = adjoint_slope + adjoint_slope_4
    if needs[4]:
        d_c = adjoint_slope_2 + adjoint_slope_3 + adjoint_slope_5 + adjoint_slope_6
    return (
        adjoint_7 if needs[0] else None,
        d_sqnorm if needs[1] else None,
        adjoint_2 + adjoint_12 if needs[2] else None,
        adjoint + adjoint_10 if needs[3] else None,
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
    channels_2 = excess(offset * torch.sqrt(c))
    channels_3 = cosh_c(offset, c, channels_2)
    channels_4 = h * channels_3 * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
    channels_5 = sinh_c(offset, c, channels_2)
    channels_6 = channels_2 + excess(torch.sqrt(c) * root(sqnorm))
    distance = asinh_c(channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))), c, channels_6)
    channels_7 = vanishes(weight_norm)
    tangent = -t_weight_norm * inverse(weight_norm) ** 2
    tangent_2 = -t_bias * channels
    tangent_3 = -tangent * bias
    tangent_4 = t_c * offset * sinh_c(offset, c, channels_2) / 2
    tangent_5 = tangent_2 * c * sinh_c(offset, c, channels_2) + tangent_3 * c * sinh_c(offset, c, channels_2)
    tangent_6 = t_h * channels_3 * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
    tangent_7 = -h * t_sqnorm * channels_3 * c * d_sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
    tangent_8 = -h * sqnorm * t_c * channels_3 * d_sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
    tangent_9 = h * tangent_4 * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))) + h * tangent_5 * sn_m(
        -sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))
    )
    tangent_10 = t_c * d_sinh_c(offset, c, channels_2)
    tangent_11 = tangent_2 * cosh_c(offset, c, channels_2) + tangent_3 * cosh_c(offset, c, channels_2)
    tangent_12 = (
        -channels_5
        * t_sqnorm
        * c
        * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
        / (
            2
            * torch.sqrt(
                c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
                + torch.exp(-2 * channels_6)
            )
        )
    )
    tangent_13 = t_c * d_asinh_c(
        channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))), c, channels_6
    ) - sqnorm * channels_5 * t_c * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))) / (
        2
        * torch.sqrt(
            c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
            + torch.exp(-2 * channels_6)
        )
    )
    tangent_14 = (
        tangent_6
        / torch.sqrt(
            c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
            + torch.exp(-2 * channels_6)
        )
        + tangent_7
        / torch.sqrt(
            c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
            + torch.exp(-2 * channels_6)
        )
        + tangent_8
        / torch.sqrt(
            c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
            + torch.exp(-2 * channels_6)
        )
        + tangent_9
        / torch.sqrt(
            c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
            + torch.exp(-2 * channels_6)
        )
    )
    tangent_15 = -tangent_10 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))) / torch.sqrt(
        c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
        + torch.exp(-2 * channels_6)
    ) - tangent_11 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))) / torch.sqrt(
        c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
        + torch.exp(-2 * channels_6)
    )
    tangent_16 = distance * t_weight_norm
    tangent_17 = (
        weight_norm * tangent_12 + weight_norm * tangent_13 + weight_norm * tangent_14 + weight_norm * tangent_15
    )
    tangent_18 = channels_7 * t_bias
    return (tangent_16 + tangent_17 + tangent_18,)


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
        \mathrm{channels\_2} = \operatorname{excess}\left(\mathrm{offset} \sqrt{c}\right)
        \mathrm{channels\_3} = \operatorname{cosh\_c}\left(\mathrm{offset}, c, \mathrm{channels\_2}\right)
        \mathrm{channels\_4} = \mathrm{channels\_3} h \operatorname{sn\_m}\left(- \mathrm{sqnorm} c, \operatorname{excess}\left(\sqrt{c} \operatorname{root}\left(\mathrm{sqnorm}\right)\right)\right)
        \mathrm{channels\_5} = \operatorname{sinh\_c}\left(\mathrm{offset}, c, \mathrm{channels\_2}\right)
        \mathrm{channels\_6} = \mathrm{channels\_2} + \operatorname{excess}\left(\sqrt{c} \operatorname{root}\left(\mathrm{sqnorm}\right)\right)
        \mathrm{distance} = \operatorname{asinh\_c}\left(\mathrm{channels\_4} - \mathrm{channels\_5} \operatorname{cs\_m}\left(- \mathrm{sqnorm} c, \operatorname{excess}\left(\sqrt{c} \operatorname{root}\left(\mathrm{sqnorm}\right)\right)\right), c, \mathrm{channels\_6}\right)
        \mathrm{out} = \mathrm{distance} \mathrm{weight\_norm}
        \mathrm{channels\_7} = \operatorname{vanishes}\left(\mathrm{weight\_norm}\right)
        \mathrm{out\_2} = \mathrm{bias} \mathrm{channels\_7}
        \mathrm{out} = \mathrm{out\_2} + \mathrm{out}

    Cost: 0 inner products, 33 further operations; backward 6 inner products, 184 further operations. Saved: the
    inputs and 0 scalars per row.
    """
    result: Tensor = _score_op(h, sqnorm, weight_norm, bias, c, dim=dim)
    return result


def _affine(
    h: Tensor, sqnorm: Tensor, weight_norm: Tensor, bias: Tensor, rho: Tensor, c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    channels = inverse(weight_norm)
    offset = -bias * channels * rho
    channels_2 = excess(offset * torch.sqrt(c))
    channels_3 = cosh_c(offset, c, channels_2)
    channels_4 = h * channels_3 * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
    channels_5 = sinh_c(offset, c, channels_2)
    channels_6 = channels_2 + excess(torch.sqrt(c) * root(sqnorm))
    distance = asinh_c(channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))), c, channels_6)
    scores = distance * weight_norm / rho
    channels_7 = vanishes(weight_norm)
    scores_2 = channels_7 * bias
    formed = scores + scores_2
    peak_value = peak(formed, dim)
    m = excess(peak_value * torch.sqrt(c))
    omega = sinh_c(scores + scores_2, c, m)
    omega_omega = dot(omega, omega, dim)
    out_omega = asn_m(-omega_omega * c, m)
    return (out_omega * omega, omega_omega)


def _affine_vjp(
    h: Tensor,
    sqnorm: Tensor,
    weight_norm: Tensor,
    bias: Tensor,
    rho: Tensor,
    c: Tensor,
    omega_omega: Tensor,
    g_out: Tensor,
    g_omega_omega: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    channels = inverse(weight_norm)
    offset = -bias * channels * rho
    channels_2 = excess(offset * torch.sqrt(c))
    channels_3 = cosh_c(offset, c, channels_2)
    channels_4 = h * channels_3 * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
    channels_5 = sinh_c(offset, c, channels_2)
    channels_6 = channels_2 + excess(torch.sqrt(c) * root(sqnorm))
    distance = asinh_c(channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))), c, channels_6)
    scores = distance * weight_norm / rho
    channels_7 = vanishes(weight_norm)
    scores_2 = channels_7 * bias
    formed = scores + scores_2
    peak_value = peak(formed, dim)
    m = excess(peak_value * torch.sqrt(c))
    omega = sinh_c(scores + scores_2, c, m)
    t0 = -omega_omega * c
    out_omega = asn_m(t0, m)
    omega_g_out = dot(omega, g_out, dim)
    t1 = omega_g_out * d_asn_m(t0, m)
    d_omega_omega = g_omega_omega - t1 * c
    d_omega_omega_2 = 2 * d_omega_omega
    d_omega = combine((d_omega_omega_2, omega), (out_omega, g_out))
    if needs[5]:
        slope = d_sinh_c(scores + scores_2, c, m)
        d_omega_slope = dot(d_omega, slope, dim)
    adjoint = d_omega * cosh_c(scores + scores_2, c, m)
    if needs[3]:
        adjoint_2 = channels_7 * adjoint
    if needs[2]:
        adjoint_3 = distance * adjoint / rho
    if needs[4]:
        slope_2 = -distance * weight_norm / rho**2
        adjoint_slope = dot(adjoint, slope_2, dim)
    adjoint_4 = weight_norm * adjoint / rho
    if needs[1]:
        slope_3 = (
            -channels_5
            * c
            * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
            / (
                2
                * torch.sqrt(
                    c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
                    + torch.exp(-2 * channels_6)
                )
            )
        )
        adjoint_slope_2 = dot(adjoint_4, slope_3, dim)
    if needs[5]:
        slope_4 = -sqnorm * channels_5 * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))) / (
            2
            * torch.sqrt(
                c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
                + torch.exp(-2 * channels_6)
            )
        ) + d_asinh_c(channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))), c, channels_6)
        adjoint_slope_3 = dot(adjoint_4, slope_4, dim)
    adjoint_5 = adjoint_4 / torch.sqrt(
        c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
        + torch.exp(-2 * channels_6)
    )
    if needs[2] or needs[3] or needs[4] or needs[5]:
        adjoint_6 = (
            -adjoint_4
            * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
            / torch.sqrt(
                c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
                + torch.exp(-2 * channels_6)
            )
        )
    if needs[5]:
        slope_5 = d_sinh_c(offset, c, channels_2)
        adjoint_slope_4 = dot(adjoint_6, slope_5, dim)
    if needs[2] or needs[3] or needs[4]:
        adjoint_7 = adjoint_6 * cosh_c(offset, c, channels_2)
    if needs[0]:
        adjoint_8 = adjoint_5 * channels_3 * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
    if needs[1]:
        slope_6 = -h * channels_3 * c * d_sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
        adjoint_slope_5 = dot(adjoint_5, slope_6, dim)
    if needs[5]:
        slope_7 = -h * sqnorm * channels_3 * d_sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
        adjoint_slope_6 = dot(adjoint_5, slope_7, dim)
    if needs[2] or needs[3] or needs[4] or needs[5]:
        adjoint_9 = h * adjoint_5 * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
    if needs[5]:
        slope_8 = offset * sinh_c(offset, c, channels_2) / 2
        adjoint_slope_7 = dot(adjoint_9, slope_8, dim)
    if needs[2] or needs[3] or needs[4]:
        adjoint_10 = adjoint_9 * c * sinh_c(offset, c, channels_2)
        d_offset = adjoint_7 + adjoint_10
    if needs[3]:
        adjoint_11 = -d_offset * channels * rho
    if needs[4]:
        slope_9 = -bias * channels
        d_offset_slope = dot(d_offset, slope_9, dim)
    if needs[2]:
        adjoint_12 = -bias * d_offset * rho
        adjoint_13 = -adjoint_12 * inverse(weight_norm) ** 2
    if needs[1]:
        d_sqnorm = adjoint_slope_2 + adjoint_slope_5
    if needs[4]:
        d_rho = adjoint_slope + d_offset_slope
    if needs[5]:
        d_c = d_omega_slope + adjoint_slope_3 + adjoint_slope_4 + adjoint_slope_6 + adjoint_slope_7 - t1 * omega_omega
    return (
        adjoint_8 if needs[0] else None,
        d_sqnorm if needs[1] else None,
        adjoint_3 + adjoint_13 if needs[2] else None,
        adjoint_2 + adjoint_11 if needs[3] else None,
        d_rho if needs[4] else None,
        d_c if needs[5] else None,
    )


def _affine_jvp(
    h: Tensor,
    sqnorm: Tensor,
    weight_norm: Tensor,
    bias: Tensor,
    rho: Tensor,
    c: Tensor,
    omega_omega: Tensor,
    t_h: Tensor,
    t_sqnorm: Tensor,
    t_weight_norm: Tensor,
    t_bias: Tensor,
    t_rho: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    channels = inverse(weight_norm)
    offset = -bias * channels * rho
    channels_2 = excess(offset * torch.sqrt(c))
    channels_3 = cosh_c(offset, c, channels_2)
    channels_4 = h * channels_3 * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
    channels_5 = sinh_c(offset, c, channels_2)
    channels_6 = channels_2 + excess(torch.sqrt(c) * root(sqnorm))
    distance = asinh_c(channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))), c, channels_6)
    scores = distance * weight_norm / rho
    channels_7 = vanishes(weight_norm)
    scores_2 = channels_7 * bias
    formed = scores + scores_2
    peak_value = peak(formed, dim)
    m = excess(peak_value * torch.sqrt(c))
    omega = sinh_c(scores + scores_2, c, m)
    t0 = -omega_omega * c
    out_omega = asn_m(t0, m)
    tangent = -t_weight_norm * inverse(weight_norm) ** 2
    tangent_2 = -t_bias * channels * rho
    tangent_3 = -t_rho * bias * channels
    tangent_4 = -tangent * bias * rho
    tangent_5 = t_c * offset * sinh_c(offset, c, channels_2) / 2
    tangent_6 = (
        tangent_2 * c * sinh_c(offset, c, channels_2)
        + tangent_3 * c * sinh_c(offset, c, channels_2)
        + tangent_4 * c * sinh_c(offset, c, channels_2)
    )
    tangent_7 = t_h * channels_3 * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
    tangent_8 = -h * t_sqnorm * channels_3 * c * d_sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
    tangent_9 = -h * sqnorm * t_c * channels_3 * d_sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
    tangent_10 = h * tangent_5 * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))) + h * tangent_6 * sn_m(
        -sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))
    )
    tangent_11 = t_c * d_sinh_c(offset, c, channels_2)
    tangent_12 = (
        tangent_2 * cosh_c(offset, c, channels_2)
        + tangent_3 * cosh_c(offset, c, channels_2)
        + tangent_4 * cosh_c(offset, c, channels_2)
    )
    tangent_13 = (
        -channels_5
        * t_sqnorm
        * c
        * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))
        / (
            2
            * torch.sqrt(
                c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
                + torch.exp(-2 * channels_6)
            )
        )
    )
    tangent_14 = t_c * d_asinh_c(
        channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))), c, channels_6
    ) - sqnorm * channels_5 * t_c * sn_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))) / (
        2
        * torch.sqrt(
            c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
            + torch.exp(-2 * channels_6)
        )
    )
    tangent_15 = (
        tangent_7
        / torch.sqrt(
            c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
            + torch.exp(-2 * channels_6)
        )
        + tangent_8
        / torch.sqrt(
            c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
            + torch.exp(-2 * channels_6)
        )
        + tangent_9
        / torch.sqrt(
            c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
            + torch.exp(-2 * channels_6)
        )
        + tangent_10
        / torch.sqrt(
            c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
            + torch.exp(-2 * channels_6)
        )
    )
    tangent_16 = -tangent_11 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))) / torch.sqrt(
        c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
        + torch.exp(-2 * channels_6)
    ) - tangent_12 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm))) / torch.sqrt(
        c * (channels_4 - channels_5 * cs_m(-sqnorm * c, excess(torch.sqrt(c) * root(sqnorm)))) ** 2
        + torch.exp(-2 * channels_6)
    )
    tangent_17 = distance * t_weight_norm / rho
    tangent_18 = -distance * weight_norm * t_rho / rho**2
    tangent_19 = (
        weight_norm * tangent_13 / rho
        + weight_norm * tangent_14 / rho
        + weight_norm * tangent_15 / rho
        + weight_norm * tangent_16 / rho
    )
    tangent_20 = channels_7 * t_bias
    tangent_21 = t_c * d_sinh_c(scores + scores_2, c, m)
    tangent_22 = (
        tangent_17 * cosh_c(scores + scores_2, c, m)
        + tangent_18 * cosh_c(scores + scores_2, c, m)
        + tangent_19 * cosh_c(scores + scores_2, c, m)
    )
    tangent_23 = tangent_20 * cosh_c(scores + scores_2, c, m)
    omega_tangent = dot(omega, tangent_21, dim)
    omega_tangent_2 = dot(omega, tangent_22, dim)
    omega_tangent_3 = dot(omega, tangent_23, dim)
    t_omega_omega = 2 * omega_tangent + 2 * omega_tangent_2 + 2 * omega_tangent_3
    t1 = d_asn_m(t0, m)
    t_out_omega = -t_c * t1 * omega_omega - t_omega_omega * t1 * c
    return (
        combine((out_omega, tangent_21), (out_omega, tangent_22), (out_omega, tangent_23), (t_out_omega, omega)),
        t_omega_omega,
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

        \mathrm{channels} = \operatorname{inverse}\left(\mathrm{weight\_norm}\right)
        \mathrm{offset} = - \mathrm{bias} \mathrm{channels} \mathrm{rho}
        \mathrm{channels\_2} = \operatorname{excess}\left(\mathrm{offset} \sqrt{c}\right)
        \mathrm{channels\_3} = \operatorname{cosh\_c}\left(\mathrm{offset}, c, \mathrm{channels\_2}\right)
        \mathrm{channels\_4} = \mathrm{channels\_3} h \operatorname{sn\_m}\left(- \mathrm{sqnorm} c, \operatorname{excess}\left(\sqrt{c} \operatorname{root}\left(\mathrm{sqnorm}\right)\right)\right)
        \mathrm{channels\_5} = \operatorname{sinh\_c}\left(\mathrm{offset}, c, \mathrm{channels\_2}\right)
        \mathrm{channels\_6} = \mathrm{channels\_2} + \operatorname{excess}\left(\sqrt{c} \operatorname{root}\left(\mathrm{sqnorm}\right)\right)
        \mathrm{distance} = \operatorname{asinh\_c}\left(\mathrm{channels\_4} - \mathrm{channels\_5} \operatorname{cs\_m}\left(- \mathrm{sqnorm} c, \operatorname{excess}\left(\sqrt{c} \operatorname{root}\left(\mathrm{sqnorm}\right)\right)\right), c, \mathrm{channels\_6}\right)
        \mathrm{scores} = \frac{\mathrm{distance} \mathrm{weight\_norm}}{\mathrm{rho}}
        \mathrm{channels\_7} = \operatorname{vanishes}\left(\mathrm{weight\_norm}\right)
        \mathrm{scores\_2} = \mathrm{bias} \mathrm{channels\_7}
        \mathrm{formed} = \mathrm{scores\_2} + \mathrm{scores}
        \mathrm{peak\_value} = \max |\mathrm{formed}|
        m = \operatorname{excess}\left(\mathrm{peak\_value} \sqrt{c}\right)
        \mathrm{omega} = \operatorname{sinh\_c}\left(\mathrm{scores\_2} + \mathrm{scores}, c, m\right)
        \mathrm{omega\_omega} = \langle \mathrm{omega}, \mathrm{omega} \rangle
        \mathrm{out\_omega} = \operatorname{asn\_m}\left(- \mathrm{omega\_omega} c, m\right)
        \mathrm{out} = \mathrm{omega} \mathrm{out\_omega}

    Cost: 1 inner products, 44 further operations; backward 10 inner products, 220 further operations. Saved:
    the inputs and 1 scalars per row.
    """
    result: Tensor = _affine_op(h, sqnorm, weight_norm, bias, rho, c, dim=dim)
    return result
