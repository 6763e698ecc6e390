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
    at_least,
    choose,
    clip,
    cosh_c,
    cs_m,
    d_asinh_c,
    d_saturation,
    d_sinh_c,
    d_sn_m,
    excess,
    inverse,
    inverse_resolved,
    inverse_root,
    is_positive,
    is_within,
    quotient,
    root,
    saturation,
    sinh_c,
    sn_m,
    vanishes,
)
from ...compile.modes import settled
from ...compile.runtime import Formulas, Operation, combine, combine_rows, dot, row_sum

__all__ = [
    "add",
    "affine",
    "center",
    "dist",
    "from_space_part",
    "holonomy",
    "linear_affine",
    "matched",
    "midpoint0",
    "place",
    "rescale",
    "saturate",
    "score",
    "space_part",
    "sqdist",
]


def _dist(u: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    formed = settled(settled(sn(-uu * c, -1)) * u)
    vv = dot(v, v, dim)
    formed_2 = settled(settled(sn(-vv * c, -1)) * v)
    formed_formed = dot(formed, formed, dim)
    formed_formed_2 = dot(formed_2, formed_2, dim)
    formed_formed_3 = dot(formed, formed_2, dim)
    t0 = formed_formed - formed_formed_2
    t1 = settled(is_positive(t0))
    t2 = settled(-1 + t1)
    t3 = settled(-t2)
    t4 = t3 * formed_formed_2 + formed_formed * t1
    t5 = settled(quotient(formed_formed_3, t4, c))
    formed_3 = combine((settled(-t2 - t5 * t1), formed), (settled(t1 - t3 * t5), formed_2))
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
    quarter = -t13 * c / 4
    out = asn(quarter, 0) * root(t13)
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
    t1 = settled(sn(t0, -1))
    formed = settled(t1 * u)
    t2 = -vv * c
    t3 = settled(sn(t2, -1))
    formed_2 = settled(t3 * v)
    t4 = formed_formed - formed_formed_2
    t5 = is_positive(t4)
    t6 = -1 + t5
    t7 = -t6
    t8 = t7 * formed_formed_2 + formed_formed * t5
    t9 = quotient(formed_formed_3, t8, c)
    t10 = t9 * t5
    t11 = settled(-t10 - t6)
    t12 = t7 * t9
    t13 = settled(t5 - t12)
    formed_3 = settled(combine((t11, formed), (t13, formed_2)))
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
    t25 = quotient(t7 * formed_formed + formed_formed_2 * t5, t8, c)
    t26 = inverse(t9 + root(t25))
    t27 = 2 * formed_formed_4
    t28 = root(formed_formed_2)
    t29 = root(formed_formed)
    t30 = t28 * t15 + t29 * t17
    t31 = t30**2
    t32 = quotient(t4 * t30, t31, c)
    t33 = t32**2
    t34 = torch.sqrt(1 + t33 * c)
    t35 = 1 + t34
    t36 = 1 / t35
    t37 = 2 * t36
    t38 = choose(t24, -t23 - 2 * formed_formed_3, t26 * t27 + t33 * t37)
    t39 = t38 / 4
    quarter = -t39 * c
    d_quarter = g_out * d_asn(quarter, 0) * root(t38)
    t40 = c / 2
    t41 = is_positive(t24)
    t42 = 1 - t41
    t43 = t26 * t42
    t44 = asn(quarter, 0)
    t45 = inverse_root(t38)
    t46 = g_out * t44 * t45
    d_formed_formed = t43 * t46 - d_quarter * t43 * t40
    d_formed_formed_2 = 2 * d_formed_formed
    formed_formed_5 = dot(formed, formed_3, dim)
    formed_formed_6 = dot(formed_2, formed_3, dim)
    t47 = inverse_resolved(t8 * c)
    t48 = t47 * c
    t49 = t27 * t26**2
    t50 = -2 * t41 - t42 * t48 * t49
    t51 = c / 4
    t52 = d_quarter * t51
    t53 = t48 * t5
    t54 = d_formed_formed_2 * formed_formed_5
    t55 = t7 * t48
    t56 = d_formed_formed_2 * formed_formed_6
    t57 = t55 * t56
    d_formed_formed_3 = g_formed_formed_3 - t57 - t50 * t52 - t54 * t53 + g_out * t44 * t50 * t45 / 2
    if needs[1] or needs[2]:
        t58 = t15 * inverse_root(formed_formed_2)
        t59 = 1 / t17
        t60 = t29 * t59
        t61 = t60 * c
    t62 = inverse_resolved(t31 * c)
    t63 = 2 * t62 * c
    t64 = t32 * t30 * t63
    if needs[1] or needs[2]:
        t65 = -t64 * (t58 + t61) + 2 * t62 * c * (-t30 + t4 * (t58 / 2 + t61 / 2))
    t66 = inverse_root(t25)
    t67 = 1 / (t34 * t35**2)
    t68 = c * t67 * t32**3
    if needs[1] or needs[2]:
        t69 = t15 * t59
    t70 = t22 / t18**2
    t71 = t70 * t40
    if needs[1] or needs[2]:
        t72 = t42 * (
            -t65 * t68 - t49 * (t66 * (-t25 * t55 + t47 * t5 * c) / 2 - t12 * t48) + 2 * t32 * t65 * t36
        ) + t41 * (t19 * (2 + 2 * t14) - t71 * t69)
    t73 = t46 / 2
    t74 = t9 * t48
    if needs[1] or needs[2]:
        d_formed_formed_4 = g_formed_formed_2 + t72 * t73 - t52 * t72 + t10 * t54 * t55 + t56 * t74 * t7**2
    if needs[0] or needs[2]:
        t75 = t17 * inverse_root(formed_formed)
        t76 = 1 / t15
        t77 = t28 * t76
        t78 = t77 * c
        t79 = -t64 * (t75 + t78) + 2 * t62 * c * (t30 + t4 * (t75 / 2 + t78 / 2))
        t80 = t17 * t76
        t81 = t42 * (-t68 * t79 - t49 * (t66 * (t55 - t25 * t53) / 2 - t10 * t48) + 2 * t32 * t79 * t36) + t41 * (
            t19 * (2 + 2 * t16) - t71 * t80
        )
        d_formed_formed_5 = g_formed_formed + t10 * t57 + t73 * t81 - t52 * t81 + t54 * t74 * t5**2
    if needs[1] or needs[2]:
        d_formed_formed_6 = d_formed_formed_2 * t13
        d_formed_formed_7 = 2 * d_formed_formed_4
        v_formed = dot(v, formed_3, dim)
        v_formed_2 = dot(v, formed, dim)
        v_formed_3 = dot(v, formed_2, dim)
        t82 = d_sn(t2, -1)
    if needs[1]:
        t83 = t82 * c
    if needs[1] or needs[2]:
        t84 = d_formed_formed_3 * v_formed_2
        t85 = d_formed_formed_6 * v_formed
        t86 = d_formed_formed_7 * v_formed_3
    if needs[1]:
        d_vv = g_vv - t83 * t84 - t83 * t85 - t83 * t86
    if needs[0] or needs[2]:
        d_formed_formed_8 = d_formed_formed_2 * t11
        d_formed_formed_9 = 2 * d_formed_formed_5
        u_formed = dot(u, formed_3, dim)
        u_formed_2 = dot(u, formed_2, dim)
        u_formed_3 = dot(u, formed, dim)
        t87 = d_sn(t0, -1)
    if needs[0]:
        t88 = t87 * c
    if needs[0] or needs[2]:
        t89 = d_formed_formed_3 * u_formed_2
        t90 = d_formed_formed_8 * u_formed
        t91 = d_formed_formed_9 * u_formed_3
    if needs[0]:
        d_uu = g_uu - t88 * t89 - t88 * t90 - t88 * t91
        d_u_formed = settled(d_formed_formed_8 * t1)
        d_u_formed_2 = settled(d_formed_formed_3 * t1)
        d_u_formed_3 = settled(d_formed_formed_9 * t1)
        d_u_u = settled(2 * d_uu)
    if needs[1]:
        d_v_formed = settled(d_formed_formed_6 * t3)
        d_v_formed_2 = settled(d_formed_formed_3 * t3)
        d_v_formed_3 = settled(d_formed_formed_7 * t3)
        d_v_v = settled(2 * d_vv)
    if needs[2]:
        t92 = formed_formed * t77
        t93 = formed_formed_2 * t60
        t94 = -t64 * (t92 + t93) + t4 * t63 * (t92 / 2 + t93 / 2)
        t95 = t42 * (t32 * t94 * t37 - 2 * t33 * t67 * (t33 / 2 + t32 * t94 * t40)) + t41 * (
            t70 * (-formed_formed * t80 / 2 - formed_formed_2 * t69 / 2) + formed_formed_2 * t20 * t19
        )
        t96 = t82 * vv
        t97 = t87 * uu
        d_c = (
            d_quarter * (-t39 - t95 * t51)
            - t84 * t96
            - t85 * t96
            - t86 * t96
            - t89 * t97
            - t90 * t97
            - t91 * t97
            + g_out * t44 * t95 * t45 / 2
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
    t13 = formed_formed * c
    t14 = torch.sqrt(1 + t13)
    t15 = formed_formed_2 * c
    t16 = torch.sqrt(1 + t15)
    t17 = 1 + t14 * t16
    t18 = 1 / t17
    t19 = 2 * formed_formed
    t20 = 2 * formed_formed_2
    t21 = t19 + t20 + t13 * t20
    t22 = -t21 * t18
    t23 = -t22 - 4 * formed_formed_3
    t24 = formed_formed_2 * t5
    t25 = quotient(t24 + t8 * formed_formed, t9, c)
    t26 = inverse(t10 + root(t25))
    t27 = 2 * formed_formed_4
    t28 = root(formed_formed_2)
    t29 = root(formed_formed)
    t30 = t28 * t14 + t29 * t16
    t31 = t30**2
    t32 = quotient(t4 * t30, t31, c)
    t33 = t32**2
    t34 = torch.sqrt(1 + t33 * c)
    t35 = 1 + t34
    t36 = 1 / t35
    t37 = 2 * t36
    t38 = choose(t23, -t22 - 2 * formed_formed_3, t26 * t27 + t33 * t37)
    t39 = t38 / 4
    quarter = -t39 * c
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_formed_t_u = t1
    t40 = d_sn(t0, -1)
    t_formed_u = -t_c * t40 * uu - t_uu * t40 * c
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t_formed_t_v = t3
    t41 = d_sn(t2, -1)
    t_formed_v = -t_c * t41 * vv - t_vv * t41 * c
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
    t42 = t_formed_u * t5
    t43 = quotient(formed_formed_3, formed_formed_2 + t6 - t24, c)
    t_formed_u_2 = t_formed_u - t42 - t42 * t43
    t44 = t_formed_t_u * t5
    t_formed_t_u_2 = t_formed_t_u - t44 - t43 * t44
    t45 = t_formed_v * t5
    t_formed_v_2 = t45 + t43 * t45 - t_formed_v * t43
    t46 = t_formed_t_v * t5
    t_formed_t_v_2 = t46 + t43 * t46 - t_formed_t_v * t43
    t47 = inverse_resolved(t15 + t6 * c - t15 * t5)
    t48 = t_formed_formed_3 * c
    t49 = t48 * t47
    t50 = t49 * t5
    t51 = t43 * t47 * c
    t52 = t51 * t5**2
    t53 = t_formed_formed * t52
    t54 = t51 * t5
    t_formed_formed_4 = t53 - t50 + t_formed_formed_2 * t54 - t_formed_formed_2 * t52
    t_formed_formed_5 = t50 - t49 - t53 + t_formed_formed * t54 + t_formed_formed_2 * t51 * t8**2
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
    t67 = c / 2
    t55 = is_positive(t23)
    t56 = 1 - t55
    t57 = 1 / t14
    t58 = t28 * t57
    t59 = formed_formed * t58
    t60 = 1 / t16
    t61 = t29 * t60
    t62 = formed_formed_2 * t61
    t63 = inverse_resolved(t31 * c)
    t64 = 2 * t63 * c
    t65 = t32 * t30 * t64
    t66 = t32 * (-t65 * (t59 + t62) + t4 * t64 * (t59 / 2 + t62 / 2))
    t68 = 1 / (t34 * t35**2)
    t69 = t16 * t57
    t70 = t14 * t60
    t71 = t21 / t17**2
    t72 = t56 * (t66 * t37 - 2 * t33 * t68 * (t33 / 2 + t66 * t67)) + t55 * (
        t71 * (-formed_formed * t69 / 2 - formed_formed_2 * t70 / 2) + formed_formed_2 * t19 * t18
    )
    t73 = c / 4
    t74 = t16 * inverse_root(formed_formed)
    t75 = t58 * c
    t76 = -t65 * (t74 + t75) + 2 * t63 * c * (t30 + t4 * (t74 / 2 + t75 / 2))
    t77 = inverse_resolved(t9 * c)
    t78 = t77 * c
    t79 = t8 * t78
    t80 = inverse_root(t25)
    t81 = t27 * t26**2
    t82 = c * t68 * t32**3
    t83 = t71 * t67
    t84 = t_formed_formed * (
        t56 * (-t76 * t82 - t81 * (t80 * (t79 - t25 * t5 * t78) / 2 - t11 * t78) + 2 * t32 * t76 * t36)
        + t55 * (t18 * (2 + 2 * t15) - t83 * t69)
    )
    t85 = t14 * inverse_root(formed_formed_2)
    t86 = t61 * c
    t87 = -t65 * (t85 + t86) + 2 * t63 * c * (-t30 + t4 * (t85 / 2 + t86 / 2))
    t88 = t_formed_formed_2 * (
        t56 * (-t82 * t87 - t81 * (t80 * (-t25 * t79 + t5 * t77 * c) / 2 - t12 * t78) + 2 * t32 * t87 * t36)
        + t55 * (t18 * (2 + 2 * t13) - t83 * t70)
    )
    t89 = -2 * t55 - t56 * t78 * t81
    t90 = t_formed_formed_6 * t26 * t56
    t_quarter = t_c * (-t39 - t72 * t73) - t84 * t73 - t88 * t73 - t90 * t67 - t48 * t89 / 4
    t91 = asn(quarter, 0) * inverse_root(t38)
    t92 = t91 / 2
    t_out = (
        t84 * t92
        + t88 * t92
        + t90 * t91
        + t_c * t72 * t92
        + t_formed_formed_3 * t89 * t92
        + t_quarter * d_asn(quarter, 0) * root(t38)
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
        \mathrm{quarter} = - \frac{c \operatorname{choose}\left(- 4 \mathrm{formed\_formed\_3} + \frac{2 \mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed} + 2 \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}}, - 2 \mathrm{formed\_formed\_3} + \frac{2 \mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed} + 2 \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}}, 2 \mathrm{formed\_formed\_4} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{formed\_formed\_3}, \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{formed\_formed\_2} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) + \mathrm{formed\_formed} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right), \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right), \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right), \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right)^{2}, c\right)}}\right)}{4}
        \mathrm{out} = \operatorname{asn}\left(\mathrm{quarter}\right) \operatorname{root}\left(\operatorname{choose}\left(- 4 \mathrm{formed\_formed\_3} + \frac{2 \mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed} + 2 \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}}, - 2 \mathrm{formed\_formed\_3} + \frac{2 \mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed} + 2 \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}}, 2 \mathrm{formed\_formed\_4} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{formed\_formed\_3}, \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{formed\_formed\_2} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) + \mathrm{formed\_formed} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right), \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right), \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right), \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right)^{2}, c\right)}}\right)\right)

    Cost: 6 inner products, 77 further operations; backward 9 inner products, 332 further operations. Saved: the
    inputs and 5 scalars per row. Computed in float64 for float32 inputs.
    """
    result: Tensor = _dist_op(u, v, c, dim=dim)
    return result


def _sqdist(u: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    formed = settled(settled(sn(-uu * c, -1)) * u)
    vv = dot(v, v, dim)
    formed_2 = settled(settled(sn(-vv * c, -1)) * v)
    formed_formed = dot(formed, formed, dim)
    formed_formed_2 = dot(formed_2, formed_2, dim)
    formed_formed_3 = dot(formed, formed_2, dim)
    t0 = formed_formed - formed_formed_2
    t1 = settled(is_positive(t0))
    t2 = settled(-1 + t1)
    t3 = settled(-t2)
    t4 = t3 * formed_formed_2 + formed_formed * t1
    t5 = settled(quotient(formed_formed_3, t4, c))
    formed_3 = combine((settled(-t2 - t5 * t1), formed), (settled(t1 - t3 * t5), formed_2))
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
    quarter = -t13 * c / 4
    out = t13 * asn(quarter, 0) ** 2
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
    t1 = settled(sn(t0, -1))
    formed = settled(t1 * u)
    t2 = -vv * c
    t3 = settled(sn(t2, -1))
    formed_2 = settled(t3 * v)
    t4 = formed_formed - formed_formed_2
    t5 = is_positive(t4)
    t6 = -1 + t5
    t7 = -t6
    t8 = t7 * formed_formed_2 + formed_formed * t5
    t9 = quotient(formed_formed_3, t8, c)
    t10 = t9 * t5
    t11 = settled(-t10 - t6)
    t12 = t7 * t9
    t13 = settled(t5 - t12)
    formed_3 = settled(combine((t11, formed), (t13, formed_2)))
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
    t25 = quotient(t7 * formed_formed + formed_formed_2 * t5, t8, c)
    t26 = inverse(t9 + root(t25))
    t27 = 2 * formed_formed_4
    t28 = root(formed_formed_2)
    t29 = root(formed_formed)
    t30 = t28 * t15 + t29 * t17
    t31 = t30**2
    t32 = quotient(t4 * t30, t31, c)
    t33 = t32**2
    t34 = torch.sqrt(1 + t33 * c)
    t35 = 1 + t34
    t36 = 1 / t35
    t37 = 2 * t36
    t38 = choose(t24, -t23 - 2 * formed_formed_3, t26 * t27 + t33 * t37)
    t39 = t38 / 4
    quarter = -t39 * c
    t40 = asn(quarter, 0)
    d_quarter = 2 * g_out * t38 * t40 * d_asn(quarter, 0)
    t41 = t40**2
    t42 = g_out * t41
    t43 = is_positive(t24)
    t44 = 1 - t43
    t45 = t26 * t44
    t46 = c / 2
    d_formed_formed = 2 * t42 * t45 - d_quarter * t45 * t46
    d_formed_formed_2 = 2 * d_formed_formed
    formed_formed_5 = dot(formed, formed_3, dim)
    formed_formed_6 = dot(formed_2, formed_3, dim)
    t47 = inverse_resolved(t8 * c)
    t48 = t47 * c
    t49 = t27 * t26**2
    t50 = -2 * t43 - t44 * t48 * t49
    t51 = c / 4
    t52 = d_quarter * t51
    t53 = t48 * t5
    t54 = d_formed_formed_2 * formed_formed_5
    t55 = t7 * t48
    t56 = d_formed_formed_2 * formed_formed_6
    t57 = t55 * t56
    d_formed_formed_3 = g_formed_formed_3 - t57 - t50 * t52 - t54 * t53 + g_out * t50 * t41
    if needs[1] or needs[2]:
        t58 = t15 * inverse_root(formed_formed_2)
        t59 = 1 / t17
        t60 = t29 * t59
        t61 = t60 * c
    t62 = inverse_resolved(t31 * c)
    t63 = 2 * t62 * c
    t64 = t32 * t30 * t63
    if needs[1] or needs[2]:
        t65 = -t64 * (t58 + t61) + 2 * t62 * c * (-t30 + t4 * (t58 / 2 + t61 / 2))
    t66 = inverse_root(t25)
    t67 = 1 / (t34 * t35**2)
    t68 = c * t67 * t32**3
    if needs[1] or needs[2]:
        t69 = t15 * t59
    t70 = t22 / t18**2
    t71 = t70 * t46
    if needs[1] or needs[2]:
        t72 = t44 * (
            -t65 * t68 - t49 * (t66 * (-t25 * t55 + t47 * t5 * c) / 2 - t12 * t48) + 2 * t32 * t65 * t36
        ) + t43 * (t19 * (2 + 2 * t14) - t71 * t69)
    t73 = t9 * t48
    if needs[1] or needs[2]:
        d_formed_formed_4 = g_formed_formed_2 + t42 * t72 - t52 * t72 + t10 * t54 * t55 + t56 * t73 * t7**2
    if needs[0] or needs[2]:
        t74 = t17 * inverse_root(formed_formed)
        t75 = 1 / t15
        t76 = t28 * t75
        t77 = t76 * c
        t78 = -t64 * (t74 + t77) + 2 * t62 * c * (t30 + t4 * (t74 / 2 + t77 / 2))
        t79 = t17 * t75
        t80 = t44 * (-t68 * t78 - t49 * (t66 * (t55 - t25 * t53) / 2 - t10 * t48) + 2 * t32 * t78 * t36) + t43 * (
            t19 * (2 + 2 * t16) - t71 * t79
        )
        d_formed_formed_5 = g_formed_formed + t10 * t57 + t42 * t80 - t52 * t80 + t54 * t73 * t5**2
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
        d_u_formed = settled(d_formed_formed_8 * t1)
        d_u_formed_2 = settled(d_formed_formed_3 * t1)
        d_u_formed_3 = settled(d_formed_formed_9 * t1)
        d_u_u = settled(2 * d_uu)
    if needs[1]:
        d_v_formed = settled(d_formed_formed_6 * t3)
        d_v_formed_2 = settled(d_formed_formed_3 * t3)
        d_v_formed_3 = settled(d_formed_formed_7 * t3)
        d_v_v = settled(2 * d_vv)
    if needs[2]:
        t91 = formed_formed * t76
        t92 = formed_formed_2 * t60
        t93 = -t64 * (t91 + t92) + t4 * t63 * (t91 / 2 + t92 / 2)
        t94 = t44 * (t32 * t93 * t37 - 2 * t33 * t67 * (t33 / 2 + t32 * t93 * t46)) + t43 * (
            t70 * (-formed_formed * t79 / 2 - formed_formed_2 * t69 / 2) + formed_formed_2 * t20 * t19
        )
        t95 = t81 * vv
        t96 = t86 * uu
        d_c = (
            d_quarter * (-t39 - t94 * t51)
            - t83 * t95
            - t84 * t95
            - t85 * t95
            - t88 * t96
            - t89 * t96
            - t90 * t96
            + g_out * t94 * t41
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
    t13 = formed_formed * c
    t14 = torch.sqrt(1 + t13)
    t15 = formed_formed_2 * c
    t16 = torch.sqrt(1 + t15)
    t17 = 1 + t14 * t16
    t18 = 1 / t17
    t19 = 2 * formed_formed
    t20 = 2 * formed_formed_2
    t21 = t19 + t20 + t13 * t20
    t22 = -t21 * t18
    t23 = -t22 - 4 * formed_formed_3
    t24 = formed_formed_2 * t5
    t25 = quotient(t24 + t8 * formed_formed, t9, c)
    t26 = inverse(t10 + root(t25))
    t27 = 2 * formed_formed_4
    t28 = root(formed_formed_2)
    t29 = root(formed_formed)
    t30 = t28 * t14 + t29 * t16
    t31 = t30**2
    t32 = quotient(t4 * t30, t31, c)
    t33 = t32**2
    t34 = torch.sqrt(1 + t33 * c)
    t35 = 1 + t34
    t36 = 1 / t35
    t37 = 2 * t36
    t38 = choose(t23, -t22 - 2 * formed_formed_3, t26 * t27 + t33 * t37)
    t39 = t38 / 4
    quarter = -t39 * c
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_formed_t_u = t1
    t40 = d_sn(t0, -1)
    t_formed_u = -t_c * t40 * uu - t_uu * t40 * c
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t_formed_t_v = t3
    t41 = d_sn(t2, -1)
    t_formed_v = -t_c * t41 * vv - t_vv * t41 * c
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
    t42 = t_formed_u * t5
    t43 = quotient(formed_formed_3, formed_formed_2 + t6 - t24, c)
    t_formed_u_2 = t_formed_u - t42 - t42 * t43
    t44 = t_formed_t_u * t5
    t_formed_t_u_2 = t_formed_t_u - t44 - t43 * t44
    t45 = t_formed_v * t5
    t_formed_v_2 = t45 + t43 * t45 - t_formed_v * t43
    t46 = t_formed_t_v * t5
    t_formed_t_v_2 = t46 + t43 * t46 - t_formed_t_v * t43
    t47 = inverse_resolved(t15 + t6 * c - t15 * t5)
    t48 = t_formed_formed_3 * c
    t49 = t48 * t47
    t50 = t49 * t5
    t51 = t43 * t47 * c
    t52 = t51 * t5**2
    t53 = t_formed_formed * t52
    t54 = t51 * t5
    t_formed_formed_4 = t53 - t50 + t_formed_formed_2 * t54 - t_formed_formed_2 * t52
    t_formed_formed_5 = t50 - t49 - t53 + t_formed_formed * t54 + t_formed_formed_2 * t51 * t8**2
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
    t67 = c / 2
    t55 = is_positive(t23)
    t56 = 1 - t55
    t57 = 1 / t14
    t58 = t28 * t57
    t59 = formed_formed * t58
    t60 = 1 / t16
    t61 = t29 * t60
    t62 = formed_formed_2 * t61
    t63 = inverse_resolved(t31 * c)
    t64 = 2 * t63 * c
    t65 = t32 * t30 * t64
    t66 = t32 * (-t65 * (t59 + t62) + t4 * t64 * (t59 / 2 + t62 / 2))
    t68 = 1 / (t34 * t35**2)
    t69 = t16 * t57
    t70 = t14 * t60
    t71 = t21 / t17**2
    t72 = t56 * (t66 * t37 - 2 * t33 * t68 * (t33 / 2 + t66 * t67)) + t55 * (
        t71 * (-formed_formed * t69 / 2 - formed_formed_2 * t70 / 2) + formed_formed_2 * t19 * t18
    )
    t73 = c / 4
    t74 = t16 * inverse_root(formed_formed)
    t75 = t58 * c
    t76 = -t65 * (t74 + t75) + 2 * t63 * c * (t30 + t4 * (t74 / 2 + t75 / 2))
    t77 = inverse_resolved(t9 * c)
    t78 = t77 * c
    t79 = t8 * t78
    t80 = inverse_root(t25)
    t81 = t27 * t26**2
    t82 = c * t68 * t32**3
    t83 = t71 * t67
    t84 = t_formed_formed * (
        t56 * (-t76 * t82 - t81 * (t80 * (t79 - t25 * t5 * t78) / 2 - t11 * t78) + 2 * t32 * t76 * t36)
        + t55 * (t18 * (2 + 2 * t15) - t83 * t69)
    )
    t85 = t14 * inverse_root(formed_formed_2)
    t86 = t61 * c
    t87 = -t65 * (t85 + t86) + 2 * t63 * c * (-t30 + t4 * (t85 / 2 + t86 / 2))
    t88 = t_formed_formed_2 * (
        t56 * (-t82 * t87 - t81 * (t80 * (-t25 * t79 + t5 * t77 * c) / 2 - t12 * t78) + 2 * t32 * t87 * t36)
        + t55 * (t18 * (2 + 2 * t13) - t83 * t70)
    )
    t89 = -2 * t55 - t56 * t78 * t81
    t90 = t_formed_formed_6 * t26 * t56
    t_quarter = t_c * (-t39 - t72 * t73) - t84 * t73 - t88 * t73 - t90 * t67 - t48 * t89 / 4
    t91 = asn(quarter, 0)
    t92 = t91**2
    t_out = (
        t84 * t92
        + t88 * t92
        + 2 * t90 * t92
        + t_c * t72 * t92
        + t_formed_formed_3 * t89 * t92
        + 2 * t_quarter * t38 * t91 * d_asn(quarter, 0)
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
        \mathrm{quarter} = - \frac{c \operatorname{choose}\left(- 4 \mathrm{formed\_formed\_3} + \frac{2 \mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed} + 2 \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}}, - 2 \mathrm{formed\_formed\_3} + \frac{2 \mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed} + 2 \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}}, 2 \mathrm{formed\_formed\_4} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{formed\_formed\_3}, \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{formed\_formed\_2} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) + \mathrm{formed\_formed} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right), \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right), \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right), \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right)^{2}, c\right)}}\right)}{4}
        \mathrm{out} = \operatorname{asn}^{2}\left(\mathrm{quarter}\right) \operatorname{choose}\left(- 4 \mathrm{formed\_formed\_3} + \frac{2 \mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed} + 2 \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}}, - 2 \mathrm{formed\_formed\_3} + \frac{2 \mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed} + 2 \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}}, 2 \mathrm{formed\_formed\_4} \operatorname{inverse}\left(\operatorname{quotient}\left(\mathrm{formed\_formed\_3}, \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right) + \operatorname{root}\left(\operatorname{quotient}\left(\mathrm{formed\_formed\_2} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) + \mathrm{formed\_formed} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right), \mathrm{formed\_formed\_2} \left(1 - \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right)\right) + \mathrm{formed\_formed} \operatorname{is\_positive}\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right), c\right)\right)\right) + \frac{2 \operatorname{quotient}^{2}\left(\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right), \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right)^{2}, c\right)}{1 + \sqrt{1 + c \operatorname{quotient}^{2}\left(\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2}\right) \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right), \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} \operatorname{root}\left(\mathrm{formed\_formed}\right) + \sqrt{1 + \mathrm{formed\_formed} c} \operatorname{root}\left(\mathrm{formed\_formed\_2}\right)\right)^{2}, c\right)}}\right)

    Cost: 6 inner products, 77 further operations; backward 9 inner products, 328 further operations. Saved: the
    inputs and 5 scalars per row. Computed in float64 for float32 inputs.
    """
    result: Tensor = _sqdist_op(u, v, c, dim=dim)
    return result


def _add(u: Tensor, v: Tensor, limit: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    vv = dot(v, v, dim)
    uu = dot(u, u, dim)
    ux = settled(-uu * c)
    vx = -vv * c
    su = settled(sn(ux, -1))
    sv = settled(sn(vx, -1))
    tv = settled(cs(vx, -1))
    uv = dot(u, v, dim)
    overlap = settled(-uv * sv * c)
    space = settled(combine((settled(tv * su - overlap * sn(ux / 4, -1) ** 2 / 2), u), (sv, v)))
    space_space = dot(space, space, dim)
    t0 = space_space * c
    angle = asn(-t0, -1)
    out_space = settled(angle * saturation(t0 * angle**2, limit))
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
    ux = -uu * c
    vx = -vv * c
    su = sn(ux, -1)
    t0 = sn(vx, -1)
    sv = settled(t0)
    tv = cs(vx, -1)
    t1 = sv * c
    overlap = -uv * t1
    t2 = ux / 4
    t3 = sn(t2, -1)
    t4 = t3**2 / 2
    t5 = settled(tv * su - overlap * t4)
    space = settled(combine((t5, u), (sv, v)))
    t6 = space_space * c
    t7 = -t6
    angle = asn(t7, -1)
    t8 = t6 * angle**2
    t9 = saturation(t8, limit)
    if needs[0] or needs[1] or needs[3]:
        out_space = settled(angle * t9)
    space_g_out = dot(space, g_out, dim)
    t10 = d_saturation(t8, limit)
    t11 = t9 + 2 * t10 * t8
    if needs[0] or needs[1] or needs[3]:
        d_angle = space_g_out * t11
        t12 = d_angle * d_asn(t7, -1)
        t13 = angle**3
        d_space_space = g_space_space - t12 * c + space_g_out * t10 * t13 * c
        d_space_space_2 = settled(2 * d_space_space)
        d_space = settled(combine((d_space_space_2, space), (out_space, g_out)))
        u_d_space = dot(u, d_space, dim)
    if needs[1] or needs[3]:
        v_d_space = dot(v, d_space, dim)
    if needs[0] or needs[1] or needs[3]:
        d_overlap = -u_d_space * t4
    if needs[0] or needs[1]:
        d_uv = settled(g_uv - d_overlap * t1)
    if needs[1] or needs[3]:
        d_tv = u_d_space * su
        t14 = uv * d_overlap
        d_sv = v_d_space - t14 * c
    if needs[0] or needs[3]:
        d_su = tv * u_d_space
    if needs[1] or needs[3]:
        d_vx = d_sv * d_sn(vx, -1) - d_tv * t0 / 2
    if needs[0] or needs[3]:
        d_ux = d_su * d_sn(ux, -1) - overlap * u_d_space * t3 * d_sn(t2, -1) / 4
    if needs[0]:
        d_uu = g_uu - d_ux * c
    if needs[1]:
        d_vv = g_vv - d_vx * c
    if needs[3]:
        term = -d_vx * vv - d_ux * uu - sv * t14 - t12 * space_space + space_g_out * t10 * t13 * space_space
        d_c = row_sum(term, u, rows)
    if needs[2]:
        term_2 = angle * space_g_out * (1 - t11) * inverse_root(t8)
        d_limit = row_sum(term_2, u, rows)
    if needs[0]:
        d_u_d_space = settled(t5)
        d_u_u = settled(2 * d_uu)
    if needs[1]:
        d_v_v = settled(2 * d_vv)
    return (
        combine((d_u_d_space, d_space), (d_uv, v), (d_u_u, u)) if needs[0] else None,
        combine((sv, d_space), (d_uv, u), (d_v_v, v)) if needs[1] else None,
        d_limit if needs[2] else None,
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
    t5 = tv * su - overlap * t4
    space = combine((t5, u), (sv, v))
    t6 = space_space * c
    t7 = -t6
    angle = asn(t7, -1)
    t8 = t6 * angle**2
    t9 = saturation(t8, limit)
    out_space = angle * t9
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_ux = -t_c * uu - t_uu * c
    t_vx = -t_c * vv - t_vv * c
    t_su = t_ux * d_sn(ux, -1)
    t_sv = t_vx * d_sn(vx, -1)
    t_tv = -t_vx * t0 / 2
    v_t_u = dot(v, t_u, dim)
    u_t_v = dot(u, t_v, dim)
    t_uv = v_t_u + u_t_v
    t_overlap = -t_c * t1 - uv * t_sv * c - t_uv * sv * c
    t_space_t_u = t5
    t_space_u = tv * t_su + t_tv * su - t_overlap * t4 - overlap * t_ux * t3 * d_sn(t2, -1) / 4
    space_t_u = dot(space, t_u, dim)
    space_t_v = dot(space, t_v, dim)
    u_space = dot(u, space, dim)
    v_space = dot(v, space, dim)
    t_space_space = 2 * t_sv * v_space + 2 * t_space_t_u * space_t_u + 2 * t_space_u * u_space + 2 * space_t_v * sv
    t10 = d_asn(t7, -1)
    t11 = t_c * space_space
    t12 = t_space_space * c
    t_angle = -t10 * t11 - t10 * t12
    t13 = d_saturation(t8, limit)
    t14 = t9 + 2 * t13 * t8
    t15 = t13 * angle**3
    t_out_space = t_angle * t14 + t11 * t15 + t12 * t15 + angle * t_limit * (1 - t14) * inverse_root(t8)
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
        \mathrm{ux} = - \mathrm{uu} c
        \mathrm{vx} = - \mathrm{vv} c
        \mathrm{su} = \operatorname{sn}\left(\mathrm{ux}\right)
        \mathrm{sv} = \operatorname{sn}\left(\mathrm{vx}\right)
        \mathrm{tv} = \operatorname{cs}\left(\mathrm{vx}\right)
        \mathrm{uv} = \langle u, v \rangle
        \mathrm{overlap} = - \mathrm{sv} \mathrm{uv} c
        \mathrm{space} = \mathrm{sv} v + u \left(\mathrm{su} \mathrm{tv} - \frac{\mathrm{overlap} \operatorname{sn}^{2}\left(\frac{\mathrm{ux}}{4}\right)}{2}\right)
        \mathrm{space\_space} = \langle \mathrm{space}, \mathrm{space} \rangle
        \mathrm{angle} = \operatorname{asn}\left(- \mathrm{space\_space} c\right)
        \mathrm{out\_space} = \mathrm{angle} \operatorname{saturation}\left(\mathrm{space\_space} c \mathrm{angle}^{2}, \mathrm{limit}\right)
        \mathrm{out} = \mathrm{out\_space} \mathrm{space}

    Cost: 4 inner products, 30 further operations; backward 3 inner products, 95 further operations. Saved: the
    inputs and 4 scalars per row.
    """
    result: Tensor = _add_op(u, v, limit, c, dim=dim)
    return result


def _center(u: Tensor, mean: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    mean_mean = dot(mean, mean, dim)
    uu = dot(u, u, dim)
    u_mean = dot(u, mean, dim)
    resolved = settled(quotient(mean_mean, mean_mean, c))
    lean = quotient(u_mean, mean_mean, c)
    t0 = -uu * c
    t1 = settled(sn(t0, -1))
    t2 = settled(lean * t1)
    t3 = -mean_mean * c
    t4 = settled(sn(t3, -1))
    side = settled(combine((t1, u), (settled(-t2 - t4 * (1 - resolved)), mean)))
    side_side = dot(side, side, dim)
    t5 = settled(cs(t3, -1))
    t6 = t4 * cs(t0, -1)
    ahead = (u_mean * lean * t1**2 - mean_mean * t4**2 * (1 + side_side * c)) * quotient(
        1, t6 * mean_mean + u_mean * t1 * t5, c
    )
    behind = -t6 + t2 * t5
    along = settled(resolved * choose(u_mean, ahead, behind))
    mean_side = dot(mean, side, dim)
    known = quotient(mean_side, mean_mean, c)
    residue = settled(known.detach())
    angle = settled(asn(-c * (side_side + mean_mean * along**2), -1))
    vectors = settled(combine((angle, side), (settled(angle * (along - residue)), mean)))
    vectors_vectors = dot(vectors, vectors, dim)
    return (vectors, vectors_vectors.clone(), uu, u_mean, side_side, mean_side, vectors_vectors)


def _center_vjp(
    u: Tensor,
    mean: Tensor,
    c: Tensor,
    uu: Tensor,
    u_mean: Tensor,
    side_side: Tensor,
    mean_side: Tensor,
    vectors_vectors: Tensor,
    g_out0: Tensor,
    g_out1: Tensor,
    g_uu: Tensor,
    g_u_mean: Tensor,
    g_side_side: Tensor,
    g_mean_side: Tensor,
    g_vectors_vectors: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    mean_mean = dot(mean, mean, dim)
    t0 = quotient(mean_mean, mean_mean, c)
    resolved = settled(t0)
    t1 = quotient(u_mean, mean_mean, c)
    lean = t1
    t2 = -uu * c
    t3 = settled(sn(t2, -1))
    t4 = lean * t3
    t5 = 1 - resolved
    t6 = mean_mean * c
    t7 = -t6
    t8 = settled(sn(t7, -1))
    t9 = settled(-t4 - t5 * t8)
    side = settled(combine((t3, u), (t9, mean)))
    t10 = t8**2
    t11 = 1 + side_side * c
    t12 = t10 * t11
    t13 = t3**2
    t14 = settled(cs(t7, -1))
    t15 = t14 * t3
    t16 = cs(t2, -1)
    t17 = t16 * t8
    t18 = u_mean * t15 + t17 * mean_mean
    t19 = quotient(1, t18, c)
    t20 = t19 * (-mean_mean * t12 + u_mean * lean * t13)
    ahead = t20
    behind = -t17 + t14 * t4
    t21 = choose(u_mean, ahead, behind)
    along = resolved * t21
    known = quotient(mean_side, mean_mean, c)
    residue = known.detach()
    t22 = along**2
    t23 = side_side + mean_mean * t22
    t24 = -t23 * c
    angle = settled(asn(t24, -1))
    t25 = along - residue
    t26 = settled(angle * t25)
    vectors = combine((angle, side), (t26, mean))
    d_vectors_vectors = g_out1 + g_vectors_vectors
    d_vectors_vectors_2 = settled(2 * d_vectors_vectors)
    d_vectors = settled(combine((d_vectors_vectors_2, vectors), (1, g_out0)))
    mean_d_vectors = dot(mean, d_vectors, dim)
    side_d_vectors = dot(side, d_vectors, dim)
    d_angle = side_d_vectors + mean_d_vectors * t25
    t27 = d_angle * d_asn(t24, -1)
    d_along = angle * mean_d_vectors - 2 * along * t27 * t6
    t28 = is_positive(u_mean)
    t29 = d_along * resolved
    d_behind = t29 * (1 - t28)
    d_ahead = t29 * t28
    t30 = t27 * c
    t31 = d_ahead * t19
    d_side_side = g_side_side - t30 - t31 * t10 * t6
    d_side_side_2 = settled(2 * d_side_side)
    d_side = settled(combine((g_mean_side, mean), (angle, d_vectors), (d_side_side_2, side)))
    mean_d_side = dot(mean, d_side, dim)
    if needs[0] or needs[2]:
        u_d_side = dot(u, d_side, dim)
    if needs[0] or needs[1]:
        d_lean = d_behind * t15 - mean_d_side * t3 + u_mean * t31 * t13
    if needs[1]:
        term = d_along * t21 + mean_d_side * t8
        d_resolved = row_sum(term, u, rows)
    t32 = t20 * c * inverse_resolved(t18 * c)
    if needs[0] or needs[1]:
        t33 = inverse_resolved(t6)
        t34 = settled(t33 * c)
        t35 = d_lean * t34
        d_u_mean = settled(g_u_mean + t35 + d_ahead * (-t15 * t32 + lean * t19 * t13))
    t36 = t8 / 2
    t37 = t3 * t36
    if needs[0] or needs[1]:
        t38 = t37 * c
    if needs[0] or needs[2]:
        t39 = d_sn(t2, -1)
        t40 = lean * t39
    if needs[0]:
        t41 = t14 * c
    if needs[0] or needs[2]:
        t42 = u_mean * t39
        t43 = 2 * t4
        t44 = u_d_side * t39
    if needs[0]:
        d_uu = (
            g_uu
            + d_behind * (-t38 - t40 * t41)
            + d_ahead * (-t32 * (t37 * t6 - t41 * t42) - t19 * t42 * t43 * c)
            - t44 * c
            + mean_d_side * t40 * c
        )
    if needs[1] or needs[2]:
        t45 = settled(d_sn(t7, -1))
    if needs[1]:
        t46 = t45 * c
    if needs[1] or needs[2]:
        t47 = t36 * t4
        t48 = t16 * t45
    if needs[1]:
        term_2 = (
            d_behind * (t16 * t46 + t47 * c)
            + d_ahead * (t19 * (-t12 + 2 * t45 * t8 * t6 * t11) - t32 * (t17 + u_mean * t38 - t48 * t6))
            + mean_d_side * (t45 * c - resolved * t46)
            - t1 * t35
            - t30 * t22
        )
        total = row_sum(term_2, u, rows)
        d_mean_mean = total + d_resolved * (t33 * c - t0 * t34)
    if needs[2]:
        t49 = t40 * uu
        t50 = mean_mean**2
        t51 = t42 * uu
        term_3 = (
            d_behind * (t47 * mean_mean + t48 * mean_mean - t14 * t49 - t37 * uu)
            + d_ahead
            * (
                t19 * (-t43 * t51 - mean_mean * side_side * t10 + 2 * t45 * t8 * t50 * t11)
                - t32 * (-t14 * t51 - t48 * t50 + u_mean * t3 * t8 * mean_mean / 2 + t3 * t8 * mean_mean * uu / 2)
            )
            + mean_d_side * (t49 + t45 * t5 * mean_mean)
            - t27 * t23
            - t44 * uu
        )
        d_c = row_sum(term_3, u, rows)
    if needs[1]:
        d_mean = combine_rows(
            (d_u_mean, u), (g_mean_side, side), (t9, d_side), (t26, d_vectors), like=u, rows=rows, dim=dim
        )
    if needs[0]:
        d_u_d_side = settled(t3)
        d_u_u = settled(2 * d_uu)
    if needs[1]:
        d_mean_mean_2 = 2 * d_mean_mean
    return (
        combine((d_u_d_side, d_side), (d_u_mean, mean), (d_u_u, u)) if needs[0] else None,
        combine((d_mean_mean_2, mean), (1, d_mean)) if needs[1] else None,
        d_c if needs[2] else None,
    )


def _center_jvp(
    u: Tensor,
    mean: Tensor,
    c: Tensor,
    uu: Tensor,
    u_mean: Tensor,
    side_side: Tensor,
    mean_side: Tensor,
    vectors_vectors: Tensor,
    t_u: Tensor,
    t_mean: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    mean_mean = dot(mean, mean, dim)
    t0 = quotient(mean_mean, mean_mean, c)
    resolved = t0
    t1 = quotient(u_mean, mean_mean, c)
    lean = t1
    t2 = -uu * c
    t3 = sn(t2, -1)
    t4 = lean * t3
    t5 = mean_mean * c
    t6 = -t5
    t7 = sn(t6, -1)
    side = combine((t3, u), (-t4 - t7 * (1 - resolved), mean))
    t8 = t7**2
    t9 = 1 + side_side * c
    t10 = t8 * t9
    t11 = t3**2
    t12 = cs(t6, -1)
    t13 = u_mean * t12
    t14 = cs(t2, -1)
    t15 = t14 * t7
    t16 = t13 * t3 + t15 * mean_mean
    t17 = quotient(1, t16, c)
    t18 = t17 * (-mean_mean * t10 + u_mean * lean * t11)
    ahead = t18
    behind = -t15 + t12 * t4
    t19 = choose(u_mean, ahead, behind)
    along = resolved * t19
    known = quotient(mean_side, mean_mean, c)
    residue = known.detach()
    t20 = along**2
    t21 = side_side + mean_mean * t20
    t22 = -t21 * c
    angle = asn(t22, -1)
    vectors = combine((angle, side), (angle * (along - residue), mean))
    mean_t_mean = dot(mean, t_mean, dim)
    t_mean_mean = 2 * mean_t_mean
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    mean_t_u = dot(mean, t_u, dim)
    u_t_mean = dot(u, t_mean, dim)
    t_u_mean = mean_t_u + u_t_mean
    t23 = inverse_resolved(t5)
    t24 = t23 * c
    t_resolved = t_mean_mean * (t23 * c - t0 * t24)
    t_lean = t_u_mean * t23 * c - t_mean_mean * t1 * t24
    t_side_t_u = t3
    t_side_t_mean = -t4 - t7 + resolved * t7
    t25 = t_lean * t3
    t26 = d_sn(t6, -1)
    t27 = t26 * mean_mean
    t28 = t_c * t27
    t29 = t26 * c
    t30 = t_mean_mean * t29
    t31 = d_sn(t2, -1)
    t32 = t31 * uu
    t33 = t_c * t32
    t34 = t31 * c
    t35 = t_uu * t34
    t_side_mean = t28 + t30 - t25 + t_resolved * t7 + lean * t33 + lean * t35 - resolved * t28 - resolved * t30
    t_side_u = -t33 - t35
    side_t_u = dot(side, t_u, dim)
    side_t_mean = dot(side, t_mean, dim)
    u_side = dot(u, side, dim)
    t_side_side = (
        2 * mean_side * t_side_mean
        + 2 * t_side_t_u * side_t_u
        + 2 * t_side_t_mean * side_t_mean
        + 2 * t_side_u * u_side
    )
    t36 = mean_mean**2
    t37 = 2 * t4
    t38 = t14 * t26
    t39 = t18 * c * inverse_resolved(t16 * c)
    t40 = t7 / 2
    t41 = t3 * t40
    t42 = t41 * c
    t43 = u_mean * t17
    t_ahead = (
        t_c
        * (
            t17 * (-u_mean * t32 * t37 - mean_mean * side_side * t8 + 2 * t26 * t7 * t36 * t9)
            - t39 * (-t13 * t32 - t38 * t36 + u_mean * t3 * t7 * mean_mean / 2 + t3 * t7 * mean_mean * uu / 2)
        )
        + t_mean_mean * (t17 * (-t10 + 2 * t26 * t7 * t5 * t9) - t39 * (t15 + u_mean * t42 - t38 * t5))
        + t_uu * (-t39 * (t41 * t5 - t13 * t34) - t34 * t37 * t43)
        + t_u_mean * (lean * t17 * t11 - t12 * t3 * t39)
        + t_lean * t43 * t11
        - t_side_side * t17 * t5 * t8
    )
    t44 = t4 * t40
    t45 = lean * t12
    t_behind = (
        t_c * (t14 * t27 + t44 * mean_mean - t32 * t45 - t41 * uu)
        + t_mean_mean * (t14 * t29 + t44 * c)
        + t_uu * (-t42 - t34 * t45)
        + t12 * t25
    )
    t46 = is_positive(u_mean)
    t_along = t_resolved * t19 + t_ahead * resolved * t46 + t_behind * resolved * (1 - t46)
    t_mean_side = (
        side_t_mean + mean_t_mean * t_side_t_mean + mean_t_u * t_side_t_u + t_side_mean * mean_mean + t_side_u * u_mean
    )
    t47 = d_asn(t22, -1)
    t48 = t47 * c
    t_angle = -t_side_side * t48 - t_c * t47 * t21 - t_mean_mean * t48 * t20 - 2 * along * t_along * t47 * t5
    t_vectors_t_mean = along * angle + angle * t_side_t_mean - residue * angle
    t_vectors_u = angle * t_side_u
    t_vectors_mean = along * t_angle + angle * t_side_mean + angle * t_along - residue * t_angle
    t_vectors_t_u = angle * t_side_t_u
    vectors_t_mean = dot(vectors, t_mean, dim)
    u_vectors = dot(u, vectors, dim)
    mean_vectors = dot(mean, vectors, dim)
    vectors_t_u = dot(vectors, t_u, dim)
    side_vectors = dot(side, vectors, dim)
    t_vectors_vectors = (
        2 * t_angle * side_vectors
        + 2 * t_vectors_t_mean * vectors_t_mean
        + 2 * t_vectors_u * u_vectors
        + 2 * t_vectors_mean * mean_vectors
        + 2 * t_vectors_t_u * vectors_t_u
    )
    return (
        combine(
            (t_vectors_u, u), (t_vectors_mean, mean), (t_vectors_t_u, t_u), (t_vectors_t_mean, t_mean), (t_angle, side)
        ),
        t_vectors_vectors,
        t_uu,
        t_u_mean,
        t_side_side,
        t_mean_side,
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

        \mathrm{mean\_mean} = \langle \mathrm{mean}, \mathrm{mean} \rangle
        \mathrm{uu} = \langle u, u \rangle
        \mathrm{u\_mean} = \langle u, \mathrm{mean} \rangle
        \mathrm{resolved} = \operatorname{quotient}\left(\mathrm{mean\_mean}, \mathrm{mean\_mean}, c\right)
        \mathrm{lean} = \operatorname{quotient}\left(\mathrm{u\_mean}, \mathrm{mean\_mean}, c\right)
        \mathrm{side} = \mathrm{mean} \left(- \mathrm{lean} \operatorname{sn}\left(- \mathrm{uu} c\right) - \left(1 - \mathrm{resolved}\right) \operatorname{sn}\left(- \mathrm{mean\_mean} c\right)\right) + u \operatorname{sn}\left(- \mathrm{uu} c\right)
        \mathrm{side\_side} = \langle \mathrm{side}, \mathrm{side} \rangle
        \mathrm{ahead} = \left(\mathrm{lean} \mathrm{u\_mean} \operatorname{sn}^{2}\left(- \mathrm{uu} c\right) - \mathrm{mean\_mean} \operatorname{sn}^{2}\left(- \mathrm{mean\_mean} c\right) \left(1 + \mathrm{side\_side} c\right)\right) \operatorname{quotient}\left(1, \mathrm{mean\_mean} \operatorname{cs}\left(- \mathrm{uu} c\right) \operatorname{sn}\left(- \mathrm{mean\_mean} c\right) + \mathrm{u\_mean} \operatorname{cs}\left(- \mathrm{mean\_mean} c\right) \operatorname{sn}\left(- \mathrm{uu} c\right), c\right)
        \mathrm{behind} = - \operatorname{cs}\left(- \mathrm{uu} c\right) \operatorname{sn}\left(- \mathrm{mean\_mean} c\right) + \mathrm{lean} \operatorname{cs}\left(- \mathrm{mean\_mean} c\right) \operatorname{sn}\left(- \mathrm{uu} c\right)
        \mathrm{along} = \mathrm{resolved} \operatorname{choose}\left(\mathrm{u\_mean}, \mathrm{ahead}, \mathrm{behind}\right)
        \mathrm{mean\_side} = \langle \mathrm{mean}, \mathrm{side} \rangle
        \mathrm{known} = \operatorname{quotient}\left(\mathrm{mean\_side}, \mathrm{mean\_mean}, c\right)
        \mathrm{residue} = \mathrm{known}
        \mathrm{angle} = \operatorname{asn}\left(- c \left(\mathrm{side\_side} + \mathrm{mean\_mean} \mathrm{along}^{2}\right)\right)
        \mathrm{vectors} = \mathrm{angle} \mathrm{side} + \mathrm{angle} \mathrm{mean} \left(\mathrm{along} - \mathrm{residue}\right)
        \mathrm{vectors\_vectors} = \langle \mathrm{vectors}, \mathrm{vectors} \rangle
        \mathrm{out0} = \mathrm{vectors}
        \mathrm{out1} = \mathrm{vectors\_vectors}

    Cost: 6 inner products, 56 further operations; backward 5 inner products, 228 further operations. Saved: the
    inputs and 5 scalars per row.
    """
    result: tuple[Tensor, Tensor] = _center_op(u, mean, c, dim=dim)
    return result


def _holonomy(v: Tensor, mean: Tensor, bias: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    mean_mean = dot(mean, mean, dim)
    mm = -mean_mean * c
    bias_bias = dot(bias, bias, dim)
    bb = -bias_bias * c
    t0 = mm / 4
    x_mean = settled(tn(t0, -1) / 2)
    t1 = bb / 4
    delta = settled(combine((tn(t1, -1) / 2, bias), (-x_mean, mean)))
    v_mean = dot(v, mean, dim)
    v_delta = dot(v, delta, dim)
    xx = mean_mean * x_mean**2
    delta_delta = dot(delta, delta, dim)
    mean_delta = dot(mean, delta, dim)
    xd = mean_delta * x_mean
    t2 = c**2
    t3 = cs(t0, -1)
    t4 = settled(t3 ** (-2))
    t5 = v_mean * x_mean
    a = -v_delta * xx * t2 - t4 * t5 * c + 2 * v_mean * xd * x_mean * t2
    b = v_delta * t4 * c - t5 * delta_delta * t2
    twice = settled(2 / (t4 / cs(t1, -1) ** 2 + delta_delta * c))
    out_delta = settled(a * twice)
    out_mean = settled(b * twice * x_mean)
    return (combine((1, v), (out_delta, delta), (out_mean, mean)), v_mean, v_delta)


def _holonomy_vjp(
    v: Tensor,
    mean: Tensor,
    bias: Tensor,
    c: Tensor,
    v_mean: Tensor,
    v_delta: Tensor,
    g_out: Tensor,
    g_v_mean: Tensor,
    g_v_delta: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    mean_mean = dot(mean, mean, dim)
    mm = -mean_mean * c
    bias_bias = dot(bias, bias, dim)
    bb = -bias_bias * c
    t0 = mm / 4
    x_mean = settled(tn(t0, -1) / 2)
    t1 = bb / 4
    t2 = tn(t1, -1) / 2
    t3 = -x_mean
    delta = settled(combine((t2, bias), (t3, mean)))
    t4 = x_mean**2
    xx = mean_mean * t4
    delta_delta = dot(delta, delta, dim)
    mean_delta = dot(mean, delta, dim)
    xd = mean_delta * x_mean
    t5 = c**2
    if needs[1] or needs[2] or needs[3]:
        t6 = v_delta * t5
    t7 = cs(t0, -1)
    t8 = settled(t7 ** (-2))
    t9 = t8 * c
    t10 = x_mean * t9
    if needs[1] or needs[2] or needs[3]:
        a = -v_mean * t10 - t6 * xx + 2 * v_mean * xd * x_mean * t5
        t11 = v_mean * x_mean
        t12 = t11 * t5
        b = -t12 * delta_delta + v_delta * t8 * c
    t13 = delta_delta * c
    t14 = cs(t1, -1)
    t15 = t14 ** (-2)
    t16 = t13 + t15 * t8
    twice = settled(2 / t16)
    if needs[1] or needs[2] or needs[3]:
        out_delta = a * twice
        t17 = b * x_mean
    if needs[1]:
        out_mean = twice * t17
    delta_g_out = dot(delta, g_out, dim)
    mean_g_out = dot(mean, g_out, dim)
    if needs[1] or needs[2] or needs[3]:
        term = a * delta_g_out + mean_g_out * t17
        d_twice = row_sum(term, v, rows)
    t18 = twice * mean_g_out
    d_b = x_mean * t18
    d_a = twice * delta_g_out
    t19 = d_a * t5
    if needs[1] or needs[2] or needs[3]:
        t20 = 2 * t11
        term_2 = t19 * t20
        d_xd = row_sum(term_2, v, rows)
        d_mean_delta = d_xd * x_mean
        term_3 = -d_b * t12
        total = row_sum(term_3, v, rows)
        t21 = 2 * c
        t22 = d_twice / t16**2
        d_delta_delta = total - t22 * t21
    if needs[1] or needs[3]:
        term_4 = -d_a * t6
        d_xx = row_sum(term_4, v, rows)
    d_v_delta = settled(g_v_delta + d_b * t9 - t19 * xx)
    if needs[0] or needs[1]:
        t23 = x_mean * t5
    if needs[0] or needs[1] or needs[3]:
        t24 = 2 * xd
        t25 = d_b * delta_delta
    if needs[0] or needs[1]:
        d_v_mean = settled(g_v_mean + d_a * (-t10 + t23 * t24) - t23 * t25)
    if needs[1] or needs[2] or needs[3]:
        d_delta = combine_rows((d_v_delta, v), (out_delta, g_out), like=v, rows=rows, dim=dim)
        d_delta_delta_2 = 2 * d_delta_delta
        d_delta_2 = combine((1, d_delta), (d_mean_delta, mean), (d_delta_delta_2, delta))
    if needs[2] or needs[3]:
        bias_d_delta = dot(bias, d_delta_2, dim)
    if needs[1] or needs[3]:
        mean_d_delta = dot(mean, d_delta_2, dim)
        t26 = v_mean * t5
        term_5 = b * t18 + d_a * (t24 * t26 - v_mean * t9) - t25 * t26
        total_2 = row_sum(term_5, v, rows)
        d_x_mean = total_2 - mean_d_delta + mean_delta * d_xd + 2 * d_xx * x_mean * mean_mean
    if needs[1] or needs[2] or needs[3]:
        t27 = t22 / 2
    if needs[2] or needs[3]:
        d_bb = bias_d_delta * d_tn(t1, -1) / 8 - t27 * t8 * sn(t1, -1) / t14**3
    if needs[2]:
        d_bias_bias = -d_bb * c
    if needs[1] or needs[3]:
        t28 = settled(t7 ** (-3))
        t29 = settled(sn(t0, -1))
        t30 = t28 * t29
        term_6 = -d_a * t11 * t30 * c / 4 + v_delta * d_b * t28 * t29 * c / 4
        total_3 = row_sum(term_6, v, rows)
        d_mm = total_3 + d_x_mean * d_tn(t0, -1) / 8 - t15 * t27 * t30
    if needs[1]:
        d_mean_mean = d_xx * t4 - d_mm * c
    if needs[3]:
        term_7 = d_b * (v_delta * t8 - t20 * t13) + d_a * (
            -t11 * t8 - v_delta * xx * t21 + 4 * v_mean * xd * x_mean * c
        )
        total_4 = row_sum(term_7, v, rows)
    if needs[1]:
        d_mean = combine_rows((d_v_mean, v), (out_mean, g_out), like=v, rows=rows, dim=dim)
        d_mean_d_delta = t3
        d_mean_mean_2 = 2 * d_mean_mean
    if needs[2]:
        d_bias_d_delta = t2
        d_bias_bias_2 = 2 * d_bias_bias
    if needs[3]:
        d_c = total_4 - d_bb * bias_bias - d_mm * mean_mean - 2 * t22 * delta_delta
    return (
        combine((d_v_delta, delta), (d_v_mean, mean), (1, g_out)) if needs[0] else None,
        combine((d_mean_delta, delta), (d_mean_d_delta, d_delta_2), (d_mean_mean_2, mean), (1, d_mean))
        if needs[1]
        else None,
        combine((d_bias_d_delta, d_delta_2), (d_bias_bias_2, bias)) if needs[2] else None,
        d_c if needs[3] else None,
    )


def _holonomy_jvp(
    v: Tensor,
    mean: Tensor,
    bias: Tensor,
    c: Tensor,
    v_mean: Tensor,
    v_delta: Tensor,
    t_v: Tensor,
    t_mean: Tensor,
    t_bias: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    mean_mean = dot(mean, mean, dim)
    mm = -mean_mean * c
    bias_bias = dot(bias, bias, dim)
    bb = -bias_bias * c
    t0 = mm / 4
    x_mean = tn(t0, -1) / 2
    t1 = bb / 4
    t2 = tn(t1, -1) / 2
    t3 = -x_mean
    delta = combine((t2, bias), (t3, mean))
    t4 = x_mean**2
    xx = mean_mean * t4
    delta_delta = dot(delta, delta, dim)
    mean_delta = dot(mean, delta, dim)
    xd = mean_delta * x_mean
    t5 = c**2
    t6 = v_delta * t5
    t7 = cs(t0, -1)
    t8 = t7 ** (-2)
    t9 = v_mean * t8
    t10 = x_mean * t9
    a = -t10 * c - t6 * xx + 2 * v_mean * xd * x_mean * t5
    t11 = v_mean * t5
    t12 = t11 * delta_delta
    b = -x_mean * t12 + v_delta * t8 * c
    t13 = delta_delta * c
    t14 = cs(t1, -1)
    t15 = t14 ** (-2)
    t16 = t13 + t15 * t8
    twice = 2 / t16
    out_delta = a * twice
    t17 = b * twice
    out_mean = x_mean * t17
    mean_t_mean = dot(mean, t_mean, dim)
    t_mean_mean = 2 * mean_t_mean
    t_mm = -t_c * mean_mean - t_mean_mean * c
    bias_t_bias = dot(bias, t_bias, dim)
    t_bias_bias = 2 * bias_t_bias
    t_bb = -t_c * bias_bias - t_bias_bias * c
    t_x_mean = t_mm * d_tn(t0, -1) / 8
    t_delta_t_mean = t3
    t_delta_t_bias = t2
    t_delta_bias = t_bb * d_tn(t1, -1) / 8
    t_delta_mean = -t_x_mean
    mean_t_v = dot(mean, t_v, dim)
    v_t_mean = dot(v, t_mean, dim)
    t_v_mean = mean_t_v + v_t_mean
    delta_t_v = dot(delta, t_v, dim)
    v_t_bias = dot(v, t_bias, dim)
    v_bias = dot(v, bias, dim)
    t_v_delta = (
        delta_t_v
        + v_mean * t_delta_mean
        + t_delta_t_mean * v_t_mean
        + t_delta_t_bias * v_t_bias
        + t_delta_bias * v_bias
    )
    t18 = 2 * x_mean
    t_xx = t_mean_mean * t4 + t_x_mean * t18 * mean_mean
    delta_t_mean = dot(delta, t_mean, dim)
    delta_t_bias = dot(delta, t_bias, dim)
    bias_delta = dot(bias, delta, dim)
    t_delta_delta = (
        2 * mean_delta * t_delta_mean
        + 2 * t_delta_t_mean * delta_t_mean
        + 2 * t_delta_t_bias * delta_t_bias
        + 2 * t_delta_bias * bias_delta
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
    t_xd = mean_delta * t_x_mean + t_mean_delta * x_mean
    t19 = 2 * c
    t20 = t7 ** (-3)
    t21 = sn(t0, -1)
    t22 = t_mm * t20 * t21
    t_a = (
        t_c * (-t10 - v_delta * xx * t19 + 4 * v_mean * xd * x_mean * c)
        + t_x_mean * (-t9 * c + 2 * xd * t11)
        + t_v_mean * (xd * t18 * t5 - x_mean * t8 * c)
        - t_xx * t6
        + t_xd * t11 * t18
        - t_v_delta * xx * t5
        - v_mean * x_mean * t22 * c / 4
    )
    t_b = (
        t_c * (v_delta * t8 - v_mean * t18 * t13)
        - t_x_mean * t12
        + t_v_delta * t8 * c
        - t_delta_delta * x_mean * t11
        - t_v_mean * x_mean * delta_delta * t5
        + v_delta * t_mm * t20 * t21 * c / 4
    )
    t23 = t16 ** (-2)
    t24 = t23 / 2
    t_twice = (
        -t_delta_delta * t23 * t19
        - t15 * t22 * t24
        - 2 * t_c * t23 * delta_delta
        - t_bb * t24 * t8 * sn(t1, -1) / t14**3
    )
    t_out_delta = a * t_twice + twice * t_a
    t_out_mean = t_x_mean * t17 + b * t_twice * x_mean + twice * t_b * x_mean
    return (
        combine(
            (1, t_v),
            (out_mean + out_delta * t_delta_t_mean, t_mean),
            (t_out_mean + out_delta * t_delta_mean, mean),
            (out_delta * t_delta_bias, bias),
            (out_delta * t_delta_t_bias, t_bias),
            (t_out_delta, delta),
        ),
        t_v_mean,
        t_v_delta,
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
        \mathrm{mm} = - \mathrm{mean\_mean} c
        \mathrm{bias\_bias} = \langle \mathrm{bias}, \mathrm{bias} \rangle
        \mathrm{bb} = - \mathrm{bias\_bias} c
        \mathrm{x\_mean} = \frac{\operatorname{tn}\left(\frac{\mathrm{mm}}{4}\right)}{2}
        \mathrm{delta} = \frac{\mathrm{bias} \operatorname{tn}\left(\frac{\mathrm{bb}}{4}\right)}{2} - \mathrm{mean} \mathrm{x\_mean}
        \mathrm{v\_mean} = \langle v, \mathrm{mean} \rangle
        \mathrm{v\_delta} = \langle v, \mathrm{delta} \rangle
        \mathrm{xx} = \mathrm{mean\_mean} \mathrm{x\_mean}^{2}
        \mathrm{delta\_delta} = \langle \mathrm{delta}, \mathrm{delta} \rangle
        \mathrm{mean\_delta} = \langle \mathrm{mean}, \mathrm{delta} \rangle
        \mathrm{xd} = \mathrm{mean\_delta} \mathrm{x\_mean}
        a = - \mathrm{v\_delta} \mathrm{xx} c^{2} - \frac{\mathrm{v\_mean} \mathrm{x\_mean} c}{\operatorname{cs}^{2}\left(\frac{\mathrm{mm}}{4}\right)} + 2 \mathrm{v\_mean} \mathrm{x\_mean} \mathrm{xd} c^{2}
        b = \frac{\mathrm{v\_delta} c}{\operatorname{cs}^{2}\left(\frac{\mathrm{mm}}{4}\right)} - \mathrm{delta\_delta} \mathrm{v\_mean} \mathrm{x\_mean} c^{2}
        \mathrm{twice} = \frac{2}{\mathrm{delta\_delta} c + \frac{1}{\operatorname{cs}^{2}\left(\frac{\mathrm{bb}}{4}\right) \operatorname{cs}^{2}\left(\frac{\mathrm{mm}}{4}\right)}}
        \mathrm{out\_delta} = \mathrm{twice} a
        \mathrm{out\_mean} = \mathrm{twice} \mathrm{x\_mean} b
        \mathrm{out} = v + \mathrm{delta} \mathrm{out\_delta} + \mathrm{mean} \mathrm{out\_mean}

    Cost: 6 inner products, 47 further operations; backward 8 inner products, 168 further operations. Saved: the
    inputs and 2 scalars per row.
    """
    result: Tensor = _holonomy_op(v, mean, bias, c, dim=dim)
    return result


def _place(
    v: Tensor, mean: Tensor, scale: Tensor, bias: Tensor, limit: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]
) -> tuple[Tensor, ...]:
    vv = dot(v, v, dim)
    square = vv * scale**2
    factor = settled(scale * saturation(square * c, limit))
    across = -vv * c * factor**2
    bias_bias = dot(bias, bias, dim)
    beta = -bias_bias * c
    mean_mean = dot(mean, mean, dim)
    mm = -mean_mean * c
    t0 = mm / 4
    x_mean = settled(tn(t0, -1) / 2)
    t1 = beta / 4
    delta = settled(combine((tn(t1, -1) / 2, bias), (-x_mean, mean)))
    v_mean = dot(v, mean, dim)
    v_delta = dot(v, delta, dim)
    xx = mean_mean * x_mean**2
    delta_delta = dot(delta, delta, dim)
    mean_delta = dot(mean, delta, dim)
    xd = x_mean * mean_delta
    t2 = c**2
    t3 = cs(t0, -1)
    t4 = settled(t3 ** (-2))
    t5 = x_mean * v_mean * factor
    a = -t4 * t5 * c - v_delta * factor * xx * t2 + 2 * x_mean * v_mean * xd * factor * t2
    b = -t5 * delta_delta * t2 + v_delta * factor * t4 * c
    twice = settled(2 / (t4 / cs(t1, -1) ** 2 + delta_delta * c))
    v_bias = dot(v, bias, dim)
    bias_delta = dot(bias, delta, dim)
    mean_bias = dot(mean, bias, dim)
    t6 = settled(a * twice)
    t7 = settled(x_mean * b * twice)
    um = -v_bias * factor - bias_delta * t6 - mean_bias * t7
    resolved = settled(quotient(bias_bias, bias_bias, c))
    lean = quotient(um, bias_bias, c)
    t8 = settled(sn(across, -1))
    t9 = settled(lean * t8)
    t10 = settled(sn(beta, -1))
    side = settled(
        combine(
            (settled(t9 + t10 * (1 - resolved)), bias),
            (settled(factor * t8), v),
            (settled(t6 * t8), delta),
            (settled(t7 * t8), mean),
        )
    )
    side_side = dot(side, side, dim)
    t11 = settled(cs(beta, -1))
    t12 = t10 * cs(across, -1)
    ahead = (um * lean * t8**2 - bias_bias * t10**2 * (1 + side_side * c)) * quotient(
        1, t12 * bias_bias + um * t11 * t8, c
    )
    behind = -t12 + t11 * t9
    along = resolved * choose(um, ahead, behind)
    bias_side = dot(bias, side, dim)
    known = quotient(-bias_side, bias_bias, c)
    residue = known.detach()
    t13 = c * (side_side + bias_bias * along**2)
    angle = asn(-t13, -1)
    shrunk = settled(angle * saturation(t13 * angle**2, limit))
    out_bias = settled(-shrunk * (along - residue))
    return (combine((shrunk, side), (out_bias, bias)), vv, v_mean, v_delta, v_bias, side_side)


def _place_vjp(
    v: Tensor,
    mean: Tensor,
    scale: Tensor,
    bias: Tensor,
    limit: Tensor,
    c: Tensor,
    vv: Tensor,
    v_mean: Tensor,
    v_delta: Tensor,
    v_bias: Tensor,
    side_side: Tensor,
    g_out: Tensor,
    g_vv: Tensor,
    g_v_mean: Tensor,
    g_v_delta: Tensor,
    g_v_bias: Tensor,
    g_side_side: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    t0 = scale**2
    square = vv * t0
    t1 = square * c
    t2 = saturation(t1, limit)
    factor = t2 * scale
    t3 = factor**2
    t4 = t3 * c
    across = -vv * t4
    bias_bias = dot(bias, bias, dim)
    t5 = bias_bias * c
    beta = -t5
    mean_mean = dot(mean, mean, dim)
    mm = -mean_mean * c
    t6 = mm / 4
    x_mean = settled(tn(t6, -1) / 2)
    t7 = beta / 4
    t8 = tn(t7, -1) / 2
    t9 = -x_mean
    delta = settled(combine((t8, bias), (t9, mean)))
    t10 = x_mean**2
    xx = mean_mean * t10
    delta_delta = dot(delta, delta, dim)
    mean_delta = dot(mean, delta, dim)
    xd = x_mean * mean_delta
    t11 = c**2
    t12 = v_delta * t11
    t13 = t12 * xx
    t14 = cs(t6, -1)
    t15 = settled(t14 ** (-2))
    t16 = t15 * c
    t17 = factor * t16
    t18 = x_mean * t17
    a = -v_mean * t18 - factor * t13 + 2 * x_mean * v_mean * xd * factor * t11
    t19 = x_mean * v_mean
    t20 = t19 * t11
    t21 = t20 * delta_delta
    b = -factor * t21 + v_delta * factor * t15 * c
    t22 = delta_delta * c
    t23 = cs(t7, -1)
    t24 = t23 ** (-2)
    t25 = t22 + t15 * t24
    twice = settled(2 / t25)
    bias_delta = dot(bias, delta, dim)
    mean_bias = dot(mean, bias, dim)
    t26 = a * bias_delta
    t27 = x_mean * b
    t28 = mean_bias * t27
    um = -twice * t26 - twice * t28 - v_bias * factor
    t29 = quotient(bias_bias, bias_bias, c)
    resolved = settled(t29)
    t30 = quotient(um, bias_bias, c)
    lean = t30
    t31 = sn(across, -1)
    t32 = lean * t31
    t33 = settled(sn(beta, -1))
    t34 = settled(t32 + t33 * (1 - resolved))
    t35 = settled(factor * t31)
    t36 = a * twice
    t37 = settled(t31 * t36)
    t38 = t27 * t31
    t39 = settled(twice * t38)
    side = settled(combine((t34, bias), (t35, v), (t37, delta), (t39, mean)))
    t40 = t33**2
    t41 = 1 + side_side * c
    t42 = t40 * t41
    t43 = t31**2
    t44 = settled(cs(beta, -1))
    t45 = t31 * t44
    t46 = cs(across, -1)
    t47 = t33 * t46
    t48 = um * t45 + t47 * bias_bias
    t49 = quotient(1, t48, c)
    t50 = t49 * (-bias_bias * t42 + um * lean * t43)
    ahead = t50
    behind = -t47 + t32 * t44
    t51 = choose(um, ahead, behind)
    along = resolved * t51
    bias_side = dot(bias, side, dim)
    known = quotient(-bias_side, bias_bias, c)
    residue = known.detach()
    t52 = along**2
    t53 = side_side + bias_bias * t52
    t54 = t53 * c
    t55 = -t54
    angle = asn(t55, -1)
    t56 = t54 * angle**2
    t57 = saturation(t56, limit)
    shrunk = settled(angle * t57)
    t58 = along - residue
    if needs[3]:
        out_bias = -shrunk * t58
    side_g_out = dot(side, g_out, dim)
    bias_g_out = dot(bias, g_out, dim)
    d_shrunk = side_g_out - bias_g_out * t58
    t59 = d_saturation(t56, limit)
    t60 = t57 + 2 * t59 * t56
    d_angle = d_shrunk * t60
    t61 = d_angle * d_asn(t55, -1)
    t62 = angle**3
    d_along = -shrunk * bias_g_out - 2 * along * t61 * t5 + 2 * along * d_shrunk * t59 * t62 * bias_bias * c
    t63 = is_positive(um)
    t64 = resolved * d_along
    d_behind = t64 * (1 - t63)
    d_ahead = t64 * t63
    t65 = t61 * c
    t66 = d_ahead * t49
    t67 = t66 * t40
    d_side_side = g_side_side - t65 - t67 * t5 + d_shrunk * t59 * t62 * c
    d_side_side_2 = settled(2 * d_side_side)
    d_side = settled(combine((d_side_side_2, side), (shrunk, g_out)))
    if needs[0] or needs[2] or needs[4] or needs[5]:
        v_d_side = dot(v, d_side, dim)
    bias_d_side = dot(bias, d_side, dim)
    delta_d_side = dot(delta, d_side, dim)
    mean_d_side = dot(mean, d_side, dim)
    d_lean = d_behind * t45 + bias_d_side * t31 + um * t66 * t43
    if needs[3]:
        term = d_along * t51 - bias_d_side * t33
        d_resolved = row_sum(term, v, rows)
    t68 = t50 * c * inverse_resolved(t48 * c)
    t69 = inverse_resolved(t5)
    t70 = settled(t69 * c)
    t71 = d_lean * t70
    d_um = t71 + d_ahead * (-t45 * t68 + lean * t49 * t43)
    t72 = twice * d_um
    if needs[1] or needs[3]:
        term_2 = -t27 * t72
        d_mean_bias = row_sum(term_2, v, rows)
    if needs[1] or needs[3] or needs[5]:
        term_3 = -d_um * t36
        d_bias_delta = row_sum(term_3, v, rows)
    if needs[0] or needs[3]:
        d_v_bias = settled(g_v_bias - d_um * factor)
    if needs[1] or needs[3] or needs[5]:
        term_4 = mean_d_side * t38 + d_um * (-t26 - t28) + a * delta_d_side * t31
        d_twice = row_sum(term_4, v, rows)
    t73 = mean_bias * t72
    d_b = -x_mean * t73 + x_mean * twice * mean_d_side * t31
    d_a = -bias_delta * t72 + twice * delta_d_side * t31
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t74 = d_a * factor
        t75 = t74 * t11
        t76 = 2 * x_mean
    if needs[1] or needs[3] or needs[5]:
        term_5 = v_mean * t75 * t76
        d_xd = row_sum(term_5, v, rows)
        d_mean_delta = x_mean * d_xd
    if needs[0] or needs[1] or needs[3] or needs[5]:
        t77 = d_b * factor
    if needs[1] or needs[3] or needs[5]:
        term_6 = -t20 * t77
        total = row_sum(term_6, v, rows)
    t78 = 2 * c
    if needs[1] or needs[3] or needs[5]:
        t79 = d_twice / t25**2
        d_delta_delta = total - t79 * t78
    if needs[1] or needs[5]:
        term_7 = -t12 * t74
        d_xx = row_sum(term_7, v, rows)
    if needs[0] or needs[1] or needs[3] or needs[5]:
        d_v_delta = settled(g_v_delta + t16 * t77 - t75 * xx)
    if needs[0] or needs[1] or needs[5]:
        t80 = factor * t76
        t81 = xd * t11
        t82 = t77 * delta_delta * t11
    if needs[0] or needs[1]:
        d_v_mean = settled(g_v_mean + d_a * (-t18 + t80 * t81) - x_mean * t82)
    if needs[1] or needs[3] or needs[5]:
        d_delta = combine_rows((d_v_delta, v), (t37, d_side), like=v, rows=rows, dim=dim)
        d_delta_delta_2 = 2 * d_delta_delta
        d_delta_2 = combine((1, d_delta), (d_mean_delta, mean), (d_delta_delta_2, delta), (d_bias_delta, bias))
    if needs[3] or needs[5]:
        bias_d_delta = dot(bias, d_delta_2, dim)
    if needs[1] or needs[5]:
        mean_d_delta = dot(mean, d_delta_2, dim)
        term_8 = (
            d_a * (-v_mean * t17 + 2 * v_mean * factor * t81) - v_mean * t82 - b * t73 + b * twice * mean_d_side * t31
        )
        total_2 = row_sum(term_8, v, rows)
        d_x_mean = total_2 - mean_d_delta + mean_delta * d_xd + d_xx * t76 * mean_mean
        t83 = settled(t14 ** (-3))
        t84 = settled(sn(t6, -1))
        t85 = t83 * t84
        term_9 = -t19 * t74 * t85 * c / 4 + v_delta * d_b * factor * t83 * t84 * c / 4
        total_3 = row_sum(term_9, v, rows)
    if needs[1] or needs[3] or needs[5]:
        t86 = t79 / 2
    if needs[1] or needs[5]:
        d_mm = total_3 + d_x_mean * d_tn(t6, -1) / 8 - t24 * t85 * t86
    if needs[1]:
        d_mean_mean = d_xx * t10 - d_mm * c
    if needs[3] or needs[5]:
        t87 = settled(d_sn(beta, -1))
        t88 = t46 * t87
    if needs[0] or needs[2] or needs[3] or needs[4] or needs[5]:
        t89 = t33 / 2
        t90 = t31 * t89
        t91 = 2 * t49
    if needs[3] or needs[5]:
        term_10 = (
            d_behind * (-t88 - t32 * t89)
            + d_ahead * (-t68 * (t88 * bias_bias - um * t90) - t33 * t87 * t91 * bias_bias * t41)
            + bias_d_side * (t87 - resolved * t87)
        )
        total_4 = row_sum(term_10, v, rows)
        d_beta = total_4 + bias_d_delta * d_tn(t7, -1) / 8 - t15 * t86 * sn(t7, -1) / t23**3
        t92 = d_shrunk * t59 * t62
    if needs[3]:
        term_11 = d_ahead * (-t47 * t68 - t49 * t42) - t30 * t71 - t65 * t52 + t92 * t52 * c
        total_5 = row_sum(term_11, v, rows)
        d_bias_bias = total_5 + d_resolved * (t69 * c - t29 * t70) - d_beta * c
    if needs[0] or needs[2] or needs[4] or needs[5]:
        t93 = d_sn(across, -1)
        d_across = (
            d_behind * (t90 + lean * t44 * t93)
            + d_ahead * (-t68 * (-t90 * bias_bias + um * t44 * t93) + um * t32 * t91 * t93)
            + lean * bias_d_side * t93
            + v_d_side * factor * t93
            + delta_d_side * t36 * t93
            + twice * mean_d_side * t27 * t93
        )
        t94 = d_across * vv
        t95 = factor * t78
        d_factor = (
            v_d_side * t31
            + d_b * (-t21 + v_delta * t15 * c)
            + d_a * (-t13 - t16 * t19 + 2 * x_mean * v_mean * xd * t11)
            - v_bias * d_um
            - t94 * t95
        )
        t96 = d_saturation(t1, limit)
        t97 = d_factor * scale
    if needs[0] or needs[2] or needs[5]:
        t98 = t96 * t97
    if needs[0] or needs[2]:
        d_square = t98 * c
    if needs[0]:
        d_vv = g_vv + d_square * t0 - d_across * t4
    if needs[5]:
        term_12 = (
            d_b * (v_delta * factor * t15 - v_mean * t80 * t22)
            + d_a * (-v_delta * t95 * xx - factor * t15 * t19 + 4 * x_mean * v_mean * xd * factor * c)
            + t92 * t53
            + t98 * square
            - t61 * t53
            - t94 * t3
            - t67 * bias_bias * side_side
        )
        total_6 = row_sum(term_12, v, rows)
    if needs[4]:
        term_13 = t97 * (1 - t2 - 2 * t96 * t1) * inverse_root(t1) + angle * d_shrunk * (1 - t60) * inverse_root(t56)
        d_limit = row_sum(term_13, v, rows)
    if needs[3]:
        d_bias = combine_rows((d_v_bias, v), (t34, d_side), (out_bias, g_out), like=v, rows=rows, dim=dim)
    if needs[2]:
        term_14 = d_factor * t2 + 2 * d_square * vv * scale
        d_scale = row_sum(term_14, v, rows)
    if needs[1]:
        d_mean = combine_rows((d_v_mean, v), (t39, d_side), like=v, rows=rows, dim=dim)
    if needs[0]:
        d_v_d_side = settled(t35)
        d_v_v = settled(2 * d_vv)
    if needs[1]:
        d_mean_d_delta = t9
        d_mean_mean_2 = 2 * d_mean_mean
    if needs[3]:
        d_bias_d_delta = t8
        d_bias_bias_2 = 2 * d_bias_bias
    if needs[5]:
        d_c = total_6 - d_beta * bias_bias - d_mm * mean_mean - 2 * t79 * delta_delta
    return (
        combine((d_v_d_side, d_side), (d_v_bias, bias), (d_v_delta, delta), (d_v_mean, mean), (d_v_v, v))
        if needs[0]
        else None,
        combine(
            (d_mean_bias, bias), (d_mean_delta, delta), (d_mean_d_delta, d_delta_2), (d_mean_mean_2, mean), (1, d_mean)
        )
        if needs[1]
        else None,
        d_scale if needs[2] else None,
        combine(
            (d_mean_bias, mean), (d_bias_delta, delta), (d_bias_d_delta, d_delta_2), (d_bias_bias_2, bias), (1, d_bias)
        )
        if needs[3]
        else None,
        d_limit if needs[4] else None,
        d_c if needs[5] else None,
    )


def _place_jvp(
    v: Tensor,
    mean: Tensor,
    scale: Tensor,
    bias: Tensor,
    limit: Tensor,
    c: Tensor,
    vv: Tensor,
    v_mean: Tensor,
    v_delta: Tensor,
    v_bias: Tensor,
    side_side: Tensor,
    t_v: Tensor,
    t_mean: Tensor,
    t_scale: Tensor,
    t_bias: Tensor,
    t_limit: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    t0 = scale**2
    square = vv * t0
    t1 = square * c
    t2 = saturation(t1, limit)
    factor = t2 * scale
    t3 = factor**2
    t4 = vv * t3
    across = -t4 * c
    bias_bias = dot(bias, bias, dim)
    t5 = bias_bias * c
    beta = -t5
    mean_mean = dot(mean, mean, dim)
    mm = -mean_mean * c
    t6 = mm / 4
    x_mean = tn(t6, -1) / 2
    t7 = beta / 4
    t8 = tn(t7, -1) / 2
    t9 = -x_mean
    delta = combine((t8, bias), (t9, mean))
    t10 = x_mean**2
    xx = mean_mean * t10
    delta_delta = dot(delta, delta, dim)
    mean_delta = dot(mean, delta, dim)
    xd = x_mean * mean_delta
    t11 = c**2
    t12 = v_delta * t11
    t13 = t12 * xx
    t14 = x_mean * v_mean
    t15 = cs(t6, -1)
    t16 = t15 ** (-2)
    t17 = factor * t16
    t18 = t14 * t17
    a = -factor * t13 - t18 * c + 2 * x_mean * v_mean * xd * factor * t11
    t19 = factor * t11
    t20 = t14 * delta_delta
    b = -t19 * t20 + v_delta * factor * t16 * c
    t21 = delta_delta * c
    t22 = cs(t7, -1)
    t23 = t22 ** (-2)
    t24 = t21 + t16 * t23
    twice = 2 / t24
    bias_delta = dot(bias, delta, dim)
    mean_bias = dot(mean, bias, dim)
    t25 = a * bias_delta
    t26 = x_mean * b
    t27 = mean_bias * t26
    um = -twice * t25 - twice * t27 - v_bias * factor
    t28 = quotient(bias_bias, bias_bias, c)
    resolved = t28
    t29 = quotient(um, bias_bias, c)
    lean = t29
    t30 = sn(across, -1)
    t31 = lean * t30
    t32 = sn(beta, -1)
    t33 = factor * t30
    t34 = a * twice
    t35 = t30 * t34
    t36 = twice * t26
    t37 = t30 * t36
    side = combine((t31 + t32 * (1 - resolved), bias), (t33, v), (t35, delta), (t37, mean))
    t38 = t32**2
    t39 = 1 + side_side * c
    t40 = t38 * t39
    t41 = t30**2
    t42 = cs(beta, -1)
    t43 = cs(across, -1)
    t44 = t32 * t43
    t45 = t44 * bias_bias + um * t30 * t42
    t46 = quotient(1, t45, c)
    t47 = t46 * (-bias_bias * t40 + um * lean * t41)
    ahead = t47
    behind = -t44 + t31 * t42
    t48 = choose(um, ahead, behind)
    along = resolved * t48
    bias_side = dot(bias, side, dim)
    known = quotient(-bias_side, bias_bias, c)
    residue = known.detach()
    t49 = along**2
    t50 = side_side + bias_bias * t49
    t51 = t50 * c
    t52 = -t51
    angle = asn(t52, -1)
    t53 = t51 * angle**2
    t54 = saturation(t53, limit)
    shrunk = angle * t54
    t55 = along - residue
    out_bias = -shrunk * t55
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t56 = 2 * vv
    t_square = t_vv * t0 + t_scale * t56 * scale
    t57 = d_saturation(t1, limit)
    t58 = t57 * scale
    t_factor = (
        t_scale * t2
        + t_c * t58 * square
        + t_square * t58 * c
        + t_limit * scale * (1 - t2 - 2 * t57 * t1) * inverse_root(t1)
    )
    t59 = factor * c
    t_across = -t_c * t4 - t_vv * t3 * c - t_factor * t59 * t56
    bias_t_bias = dot(bias, t_bias, dim)
    t_bias_bias = 2 * bias_t_bias
    t60 = t_c * bias_bias
    t61 = t_bias_bias * c
    t_beta = -t60 - t61
    mean_t_mean = dot(mean, t_mean, dim)
    t_mean_mean = 2 * mean_t_mean
    t_mm = -t_c * mean_mean - t_mean_mean * c
    t_x_mean = t_mm * d_tn(t6, -1) / 8
    t_delta_t_mean = t9
    t_delta_t_bias = t8
    t_delta_bias = t_beta * d_tn(t7, -1) / 8
    t_delta_mean = -t_x_mean
    mean_t_v = dot(mean, t_v, dim)
    v_t_mean = dot(v, t_mean, dim)
    t_v_mean = mean_t_v + v_t_mean
    delta_t_v = dot(delta, t_v, dim)
    v_t_bias = dot(v, t_bias, dim)
    t_v_delta = (
        delta_t_v
        + v_mean * t_delta_mean
        + v_bias * t_delta_bias
        + t_delta_t_mean * v_t_mean
        + t_delta_t_bias * v_t_bias
    )
    t62 = 2 * x_mean
    t_xx = t_mean_mean * t10 + t_x_mean * t62 * mean_mean
    delta_t_mean = dot(delta, t_mean, dim)
    delta_t_bias = dot(delta, t_bias, dim)
    t_delta_delta = (
        2 * mean_delta * t_delta_mean
        + 2 * bias_delta * t_delta_bias
        + 2 * t_delta_t_mean * delta_t_mean
        + 2 * t_delta_t_bias * delta_t_bias
    )
    mean_t_bias = dot(mean, t_bias, dim)
    t_mean_delta = (
        delta_t_mean
        + mean_bias * t_delta_bias
        + mean_t_mean * t_delta_t_mean
        + t_delta_t_bias * mean_t_bias
        + t_delta_mean * mean_mean
    )
    t_xd = x_mean * t_mean_delta + mean_delta * t_x_mean
    t63 = v_delta * t59
    t64 = t14 * c
    t65 = t17 * c
    t66 = t19 * t62
    t67 = t_mm * sn(t6, -1) / t15**3
    t68 = t67 / 4
    t_a = (
        t_c * (-t18 - 2 * t63 * xx + 4 * x_mean * v_mean * xd * factor * c)
        + t_factor * (-t13 - t16 * t64 + 2 * x_mean * v_mean * xd * t11)
        + t_x_mean * (-v_mean * t65 + 2 * v_mean * xd * t19)
        + t_v_mean * (xd * t66 - x_mean * t65)
        + v_mean * t_xd * t66
        - t_v_delta * t19 * xx
        - t_xx * factor * t12
        - factor * t64 * t68
    )
    t69 = t19 * delta_delta
    t_b = (
        t_c * (v_delta * factor * t16 - v_mean * factor * t62 * t21)
        + t_factor * (-t20 * t11 + v_delta * t16 * c)
        + t_v_delta * t65
        + t63 * t68
        - x_mean * t_v_mean * t69
        - v_mean * t_x_mean * t69
        - t_delta_delta * t14 * t19
    )
    t70 = t24 ** (-2)
    t71 = 2 * t70
    t72 = t70 / 2
    t_twice = (
        -t_c * t71 * delta_delta - t_delta_delta * t71 * c - t23 * t67 * t72 - t_beta * t16 * t72 * sn(t7, -1) / t22**3
    )
    bias_t_v = dot(bias, t_v, dim)
    t_v_bias = v_t_bias + bias_t_v
    bias_t_mean = dot(bias, t_mean, dim)
    t_bias_delta = (
        delta_t_bias
        + mean_bias * t_delta_mean
        + bias_t_bias * t_delta_t_bias
        + t_delta_t_mean * bias_t_mean
        + t_delta_bias * bias_bias
    )
    t_mean_bias = mean_t_bias + bias_t_mean
    t73 = twice * t_a
    t74 = twice * mean_bias
    t75 = x_mean * t_b
    t76 = b * t_x_mean
    t_um = (
        t_twice * (-t25 - t27)
        - v_bias * t_factor
        - bias_delta * t73
        - factor * t_v_bias
        - t_bias_delta * t34
        - t_mean_bias * t36
        - t74 * t75
        - t74 * t76
    )
    t77 = inverse_resolved(t5)
    t_resolved = t_bias_bias * (t77 * c - t28 * t77 * c)
    t_lean = t_um * t77 * c - t29 * t61 * t77
    t_side_t_v = t33
    t_side_t_mean = t37 + t_delta_t_mean * t35
    t_side_t_bias = t31 + t32 + t_delta_t_bias * t35 - resolved * t32
    t78 = d_sn(across, -1)
    t79 = t_across * t78
    t_side_v = t_factor * t30 + factor * t79
    t80 = d_sn(beta, -1)
    t81 = t_beta * t80
    t82 = t_lean * t30
    t_side_bias = t81 + t82 + lean * t79 + t_delta_bias * t35 - resolved * t81 - t_resolved * t32
    t83 = t_twice * t30
    t_side_delta = a * t83 + t30 * t73 + t34 * t79
    t84 = twice * t30
    t_side_mean = t_delta_mean * t35 + t26 * t83 + t36 * t79 + t75 * t84 + t76 * t84
    side_t_v = dot(side, t_v, dim)
    side_t_mean = dot(side, t_mean, dim)
    side_t_bias = dot(side, t_bias, dim)
    v_side = dot(v, side, dim)
    delta_side = dot(delta, side, dim)
    mean_side = dot(mean, side, dim)
    t_side_side = (
        2 * mean_side * t_side_mean
        + 2 * bias_side * t_side_bias
        + 2 * t_side_t_v * side_t_v
        + 2 * t_side_t_mean * side_t_mean
        + 2 * t_side_t_bias * side_t_bias
        + 2 * t_side_v * v_side
        + 2 * t_side_delta * delta_side
    )
    t85 = t32 / 2
    t86 = t30 * t85
    t87 = t47 * c * inverse_resolved(t45 * c)
    t88 = um * t46
    t89 = t43 * t80
    t90 = t46 * t38
    t_ahead = (
        t_across * (-t87 * (-t86 * bias_bias + um * t42 * t78) + 2 * t31 * t78 * t88)
        + t_bias_bias * (-t44 * t87 - t46 * t40)
        + t_beta * (-t87 * (t89 * bias_bias - um * t86) - 2 * t32 * t46 * t80 * bias_bias * t39)
        + t_um * (lean * t46 * t41 - t30 * t42 * t87)
        + t_lean * t88 * t41
        - t_side_side * t90 * t5
        - t60 * t90 * side_side
    )
    t_behind = t_across * (t86 + lean * t42 * t78) + t_beta * (-t89 - t31 * t85) + t42 * t82
    t91 = is_positive(um)
    t_along = t_resolved * t48 + t_ahead * resolved * t91 + t_behind * resolved * (1 - t91)
    t92 = d_asn(t52, -1)
    t93 = t_side_side * c
    t94 = t61 * t49
    t95 = 2 * t_along * along * t5
    t_angle = -t92 * t93 - t92 * t94 - t92 * t95 - t_c * t92 * t50
    t96 = d_saturation(t53, limit)
    t97 = t54 + 2 * t96 * t53
    t98 = t96 * angle**3
    t_shrunk = (
        t_angle * t97
        + t93 * t98
        + t94 * t98
        + t95 * t98
        + t_c * t98 * t50
        + angle * t_limit * (1 - t97) * inverse_root(t53)
    )
    t_out_bias = -t_along * shrunk - t_shrunk * t55
    return (
        combine(
            (out_bias + shrunk * t_side_t_bias, t_bias),
            (shrunk * t_side_v, v),
            (shrunk * t_side_mean, mean),
            (shrunk * t_side_delta, delta),
            (t_out_bias + shrunk * t_side_bias, bias),
            (shrunk * t_side_t_v, t_v),
            (shrunk * t_side_t_mean, t_mean),
            (t_shrunk, side),
        ),
        t_vv,
        t_v_mean,
        t_v_delta,
        t_v_bias,
        t_side_side,
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

        \mathrm{vv} = \langle v, v \rangle
        \mathrm{square} = \mathrm{vv} \mathrm{scale}^{2}
        \mathrm{factor} = \mathrm{scale} \operatorname{saturation}\left(\mathrm{square} c, \mathrm{limit}\right)
        \mathrm{across} = - \mathrm{vv} c \mathrm{factor}^{2}
        \mathrm{bias\_bias} = \langle \mathrm{bias}, \mathrm{bias} \rangle
        \mathrm{beta} = - \mathrm{bias\_bias} c
        \mathrm{mean\_mean} = \langle \mathrm{mean}, \mathrm{mean} \rangle
        \mathrm{mm} = - \mathrm{mean\_mean} c
        \mathrm{x\_mean} = \frac{\operatorname{tn}\left(\frac{\mathrm{mm}}{4}\right)}{2}
        \mathrm{delta} = \frac{\mathrm{bias} \operatorname{tn}\left(\frac{\mathrm{beta}}{4}\right)}{2} - \mathrm{mean} \mathrm{x\_mean}
        \mathrm{v\_mean} = \langle v, \mathrm{mean} \rangle
        \mathrm{v\_delta} = \langle v, \mathrm{delta} \rangle
        \mathrm{xx} = \mathrm{mean\_mean} \mathrm{x\_mean}^{2}
        \mathrm{delta\_delta} = \langle \mathrm{delta}, \mathrm{delta} \rangle
        \mathrm{mean\_delta} = \langle \mathrm{mean}, \mathrm{delta} \rangle
        \mathrm{xd} = \mathrm{mean\_delta} \mathrm{x\_mean}
        a = - \mathrm{factor} \mathrm{v\_delta} \mathrm{xx} c^{2} - \frac{\mathrm{factor} \mathrm{v\_mean} \mathrm{x\_mean} c}{\operatorname{cs}^{2}\left(\frac{\mathrm{mm}}{4}\right)} + 2 \mathrm{factor} \mathrm{v\_mean} \mathrm{x\_mean} \mathrm{xd} c^{2}
        b = \frac{\mathrm{factor} \mathrm{v\_delta} c}{\operatorname{cs}^{2}\left(\frac{\mathrm{mm}}{4}\right)} - \mathrm{delta\_delta} \mathrm{factor} \mathrm{v\_mean} \mathrm{x\_mean} c^{2}
        \mathrm{twice} = \frac{2}{\mathrm{delta\_delta} c + \frac{1}{\operatorname{cs}^{2}\left(\frac{\mathrm{beta}}{4}\right) \operatorname{cs}^{2}\left(\frac{\mathrm{mm}}{4}\right)}}
        \mathrm{v\_bias} = \langle v, \mathrm{bias} \rangle
        \mathrm{bias\_delta} = \langle \mathrm{bias}, \mathrm{delta} \rangle
        \mathrm{mean\_bias} = \langle \mathrm{mean}, \mathrm{bias} \rangle
        \mathrm{um} = - \mathrm{factor} \mathrm{v\_bias} - \mathrm{bias\_delta} \mathrm{twice} a - \mathrm{mean\_bias} \mathrm{twice} \mathrm{x\_mean} b
        \mathrm{resolved} = \operatorname{quotient}\left(\mathrm{bias\_bias}, \mathrm{bias\_bias}, c\right)
        \mathrm{lean} = \operatorname{quotient}\left(\mathrm{um}, \mathrm{bias\_bias}, c\right)
        \mathrm{side} = \mathrm{bias} \left(\mathrm{lean} \operatorname{sn}\left(\mathrm{across}\right) + \left(1 - \mathrm{resolved}\right) \operatorname{sn}\left(\mathrm{beta}\right)\right) + \mathrm{factor} v \operatorname{sn}\left(\mathrm{across}\right) + \mathrm{delta} \mathrm{twice} a \operatorname{sn}\left(\mathrm{across}\right) + \mathrm{mean} \mathrm{twice} \mathrm{x\_mean} b \operatorname{sn}\left(\mathrm{across}\right)
        \mathrm{side\_side} = \langle \mathrm{side}, \mathrm{side} \rangle
        \mathrm{ahead} = \left(\mathrm{lean} \mathrm{um} \operatorname{sn}^{2}\left(\mathrm{across}\right) - \mathrm{bias\_bias} \operatorname{sn}^{2}\left(\mathrm{beta}\right) \left(1 + \mathrm{side\_side} c\right)\right) \operatorname{quotient}\left(1, \mathrm{bias\_bias} \operatorname{cs}\left(\mathrm{across}\right) \operatorname{sn}\left(\mathrm{beta}\right) + \mathrm{um} \operatorname{cs}\left(\mathrm{beta}\right) \operatorname{sn}\left(\mathrm{across}\right), c\right)
        \mathrm{behind} = - \operatorname{cs}\left(\mathrm{across}\right) \operatorname{sn}\left(\mathrm{beta}\right) + \mathrm{lean} \operatorname{cs}\left(\mathrm{beta}\right) \operatorname{sn}\left(\mathrm{across}\right)
        \mathrm{along} = \mathrm{resolved} \operatorname{choose}\left(\mathrm{um}, \mathrm{ahead}, \mathrm{behind}\right)
        \mathrm{bias\_side} = \langle \mathrm{bias}, \mathrm{side} \rangle
        \mathrm{known} = \operatorname{quotient}\left(- \mathrm{bias\_side}, \mathrm{bias\_bias}, c\right)
        \mathrm{residue} = \mathrm{known}
        \mathrm{angle} = \operatorname{asn}\left(- c \left(\mathrm{side\_side} + \mathrm{bias\_bias} \mathrm{along}^{2}\right)\right)
        \mathrm{shrunk} = \mathrm{angle} \operatorname{saturation}\left(c \mathrm{angle}^{2} \left(\mathrm{side\_side} + \mathrm{bias\_bias} \mathrm{along}^{2}\right), \mathrm{limit}\right)
        \mathrm{out\_bias} = - \mathrm{shrunk} \left(\mathrm{along} - \mathrm{residue}\right)
        \mathrm{out} = \mathrm{bias} \mathrm{out\_bias} + \mathrm{shrunk} \mathrm{side}

    Cost: 12 inner products, 124 further operations; backward 15 inner products, 480 further operations. Saved:
    the inputs and 5 scalars per row.
    """
    result: Tensor = _place_op(v, mean, scale, bias, limit, c, dim=dim)
    return result


def _midpoint0(u: Tensor, w: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    uu_2 = -uu * c
    share = row_sum(w, u, rows)
    t0 = settled(sn(uu_2, -1))
    total = combine_rows((settled(t0 * w), u), like=u, rows=rows, dim=dim)
    t1 = cs(uu_2, -1)
    term = t1 * w
    total_2 = row_sum(term, u, rows)
    total_total = dot(total, total, dim)
    t2 = share**2
    formed_2 = total / torch.sqrt(at_least(total_2**2 - total_total * c, t2))
    p = settled(formed_2.detach())
    pp = dot(p, p, dim)
    up = dot(u, p, dim)
    resolved = settled(quotient(pp, pp, c))
    lean = quotient(up, pp, c)
    t3 = settled(lean * t0)
    side = settled(combine((t0, u), (settled(-1 + resolved - t3), p)))
    side_side = dot(side, side, dim)
    t4 = settled(torch.sqrt(1 + pp * c))
    ahead = (-pp * (1 + side_side * c) + up * lean * t0**2) * quotient(1, t1 * pp + up * t0 * t4, c)
    behind = -t1 + t3 * t4
    along = resolved * choose(up, ahead, behind)
    p_side = dot(p, side, dim)
    known = quotient(p_side, pp, c)
    residue = known.detach()
    term_2 = w * torch.sqrt(1 + c * (side_side + pp * along**2))
    mass = row_sum(term_2, u, rows)
    term_3 = w * (along - residue)
    total_3 = row_sum(term_3, u, rows)
    total_4 = combine_rows((w, side), like=u, rows=rows, dim=dim)
    p_total = dot(p, total_4, dim)
    total_total_2 = dot(total_4, total_4, dim)
    t5 = torch.rsqrt(at_least(mass**2 - c * (total_total_2 + pp * total_3**2 + 2 * total_3 * p_total), t2))
    m_p = total_3 * t5
    m_total = t5
    t6 = total_total_2 * m_total**2
    t7 = p_total * m_total
    t8 = 2 * t7
    tz = torch.sqrt(1 + c * (t6 + m_p * t8 + pp * m_p**2))
    tp = t4
    space_p = m_p + tz + c * (t7 + m_p * pp) / (1 + tp)
    square = -c * (t6 + space_p * t8 + pp * space_p**2)
    t9 = asn(square, 0)
    out_p = space_p * t9
    out_total = m_total * t9
    return (combine((out_p, p), (out_total, total_4)), p, mass, total_3, total_4)


def _midpoint0_vjp(
    u: Tensor,
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
    uu = dot(u, u, dim)
    uu_2 = -uu * c
    share = row_sum(w, u, rows)
    pp = dot(p, p, dim)
    up = dot(u, p, dim)
    resolved = settled(quotient(pp, pp, c))
    lean = quotient(up, pp, c)
    t0 = settled(sn(uu_2, -1))
    t1 = settled(lean * t0)
    side = settled(combine((t0, u), (settled(-1 + resolved - t1), p)))
    side_side = dot(side, side, dim)
    t2 = t0**2
    t3 = cs(uu_2, -1)
    t4 = pp * c
    t5 = settled(torch.sqrt(1 + t4))
    t6 = t0 * t5
    t7 = up * t6 + t3 * pp
    t8 = quotient(1, t7, c)
    t9 = t8 * (-pp * (1 + side_side * c) + up * lean * t2)
    ahead = t9
    behind = -t3 + t1 * t5
    along = resolved * choose(up, ahead, behind)
    if needs[1]:
        p_side = dot(p, side, dim)
        known = quotient(p_side, pp, c)
        residue = known.detach()
    p_total = dot(p, total_4, dim)
    total_total = dot(total_4, total_4, dim)
    t10 = total_3**2
    t11 = pp * t10
    t12 = 2 * p_total
    t13 = at_least(mass**2 - c * (total_total + t11 + total_3 * t12), share**2)
    t14 = torch.rsqrt(t13)
    m_p = total_3 * t14
    m_total = t14
    t15 = pp * m_p**2
    t16 = m_total**2
    t17 = total_total * t16
    t18 = p_total * m_total
    t19 = 2 * t18
    t20 = torch.sqrt(1 + c * (t15 + t17 + m_p * t19))
    tz = t20
    tp = t5
    t21 = 1 + tp
    t22 = 1 / t21
    t23 = m_p * pp
    t24 = t18 + t23
    t25 = t24 * t22
    space_p = m_p + tz + t25 * c
    t26 = t17 + space_p * t19 + pp * space_p**2
    square = -t26 * c
    t27 = asn(square, 0)
    out_total = m_total * t27
    p_g_out = dot(p, g_out, dim)
    total_g_out = dot(total_4, g_out, dim)
    t28 = d_asn(square, 0)
    d_square = m_total * total_g_out * t28 + space_p * p_g_out * t28
    t29 = 2 * pp
    t30 = d_square * c
    d_space_p = p_g_out * t27 - t30 * (t19 + space_p * t29)
    t31 = d_space_p * c
    if needs[2]:
        d_tp = -t24 * t31 / t21**2
    t32 = 2 * m_total
    t33 = t32 * total_total
    t34 = t31 * t22
    t35 = d_space_p / t20
    t36 = t35 * c
    t37 = t36 / 2
    d_m_total = p_total * t34 + total_g_out * t27 + t37 * (t33 + m_p * t12) - t30 * (t33 + space_p * t12)
    d_m_p = d_space_p * (1 + t4 * t22) + t37 * (t19 + 2 * t23)
    t38 = torch.sqrt(t13) ** -3
    t39 = d_m_total * t38
    t40 = t39 * c
    t41 = t40 / 2
    t42 = d_m_p * t38
    t43 = t42 * c
    t44 = total_3 / 2
    d_total_total = t41 + t37 * t16 + t43 * t44 - t30 * t16
    d_p_total = total_3 * t40 + m_total * t34 + t43 * t10 + m_p * m_total * t36 - space_p * t30 * t32
    d_total_total_2 = 2 * d_total_total
    d_formed = settled(combine((d_p_total, p), (d_total_total_2, total_4), (1, g_total_4), (out_total, g_out)))
    if needs[1]:
        side_d_formed = dot(side, d_formed, dim)
    t45 = t12 + total_3 * t29
    d_total = settled(g_total_3 + d_m_p * (t14 + t38 * t44 * t45 * c) + t41 * t45)
    t46 = total_3 * t42
    d_mass = settled(g_mass - mass * t39 - mass * t46)
    t47 = pp * along**2
    t48 = torch.sqrt(1 + c * (side_side + t47))
    if needs[0] or needs[2]:
        t49 = d_mass * w / t48
        d_along = d_total * w + along * t49 * t4
        t50 = is_positive(up)
        t51 = resolved * d_along
        d_behind = t51 * (1 - t50)
        d_ahead = t51 * t50
        t52 = d_ahead * t8
        d_side_side = t49 * c / 2 - t52 * t4
        d_side_side_2 = settled(2 * d_side_side)
        d_side = settled(combine((d_side_side_2, side), (w, d_formed)))
        u_d_side = dot(u, d_side, dim)
        p_d_side = dot(p, d_side, dim)
    if needs[0]:
        d_lean = d_behind * t6 - p_d_side * t0 + up * t52 * t2
    if needs[0] or needs[2]:
        t53 = t9 * inverse_resolved(t7 * c)
        t54 = t53 * c
    if needs[0]:
        t55 = settled(inverse_resolved(t4))
        d_up = settled(d_ahead * (-t54 * t6 + lean * t8 * t2) + d_lean * t55 * c)
    if needs[0] or needs[2]:
        t56 = t0 / 2
        t57 = d_sn(uu_2, -1)
        d_uu = (
            d_behind * (t56 + lean * t57 * t5)
            + d_ahead * (-t54 * (-t56 * pp + up * t57 * t5) + 2 * up * t1 * t57 * t8)
            + u_d_side * t57
            - lean * p_d_side * t57
        )
    if needs[0]:
        d_uu_2 = -d_uu * c
    if needs[2]:
        t58 = 1 / t5
        t59 = pp * t58 / 2
        term = (
            d_ahead * (-t8 * pp * side_side - up * t53 * t56 * t4 * t58)
            + t49 * (side_side / 2 + t47 / 2)
            - d_uu * uu
            + d_behind * t1 * t59
        )
        total = row_sum(term, u, rows)
    if needs[0]:
        d_u_d_side = settled(t0)
        d_u_u = settled(2 * d_uu_2)
    if needs[1]:
        d_w = side_d_formed + d_total * (along - residue) + d_mass * t48
    if needs[2]:
        t60 = total_total / 2 + t11 / 2 + total_3 * p_total
        d_c = (
            total
            + d_space_p * t25
            + d_tp * t59
            + t35 * (t15 / 2 + t17 / 2 + m_p * t18)
            + t39 * t60
            + t46 * t60
            - d_square * t26
        )
    return (
        combine((d_u_d_side, d_side), (d_up, p), (d_u_u, u)) if needs[0] else None,
        d_w if needs[1] else None,
        d_c if needs[2] else None,
    )


def _midpoint0_jvp(
    u: Tensor,
    w: Tensor,
    c: Tensor,
    p: Tensor,
    mass: Tensor,
    total_3: Tensor,
    total_4: Tensor,
    t_u: Tensor,
    t_w: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    uu_2 = -uu * c
    share = row_sum(w, u, rows)
    pp = dot(p, p, dim)
    up = dot(u, p, dim)
    resolved = quotient(pp, pp, c)
    lean = quotient(up, pp, c)
    t0 = sn(uu_2, -1)
    t1 = lean * t0
    side = combine((t0, u), (-1 + resolved - t1, p))
    side_side = dot(side, side, dim)
    t2 = t0**2
    t3 = cs(uu_2, -1)
    t4 = pp * c
    t5 = torch.sqrt(1 + t4)
    t6 = t3 * pp + up * t0 * t5
    t7 = quotient(1, t6, c)
    t8 = t7 * (-pp * (1 + side_side * c) + up * lean * t2)
    ahead = t8
    behind = -t3 + t1 * t5
    along = resolved * choose(up, ahead, behind)
    p_side = dot(p, side, dim)
    known = quotient(p_side, pp, c)
    residue = known.detach()
    p_total = dot(p, total_4, dim)
    total_total = dot(total_4, total_4, dim)
    t9 = total_3**2
    t10 = pp * t9
    t11 = 2 * p_total
    t12 = at_least(mass**2 - c * (total_total + t10 + total_3 * t11), share**2)
    t13 = torch.rsqrt(t12)
    m_p = total_3 * t13
    m_total = t13
    t14 = pp * m_p**2
    t15 = m_total**2
    t16 = total_total * t15
    t17 = p_total * m_total
    t18 = m_p * t17
    t19 = torch.sqrt(1 + c * (t14 + t16 + 2 * t18))
    tz = t19
    tp = t5
    t20 = 1 + tp
    t21 = 1 / t20
    t22 = m_p * pp
    t23 = t17 + t22
    t24 = t23 * t21
    space_p = m_p + tz + t24 * c
    t25 = 2 * t17
    t26 = t16 + space_p * t25 + pp * space_p**2
    square = -t26 * c
    t27 = asn(square, 0)
    out_total = m_total * t27
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_uu_2 = -t_c * uu - t_uu * c
    p_t_u = dot(p, t_u, dim)
    t_lean = p_t_u * c * inverse_resolved(t4)
    t_side_t_u = t0
    t28 = d_sn(uu_2, -1)
    t29 = t_uu_2 * t28
    t_side_u = t29
    t30 = t_lean * t0
    t_side_p = -t30 - lean * t29
    side_t_u = dot(side, t_u, dim)
    u_side = dot(u, side, dim)
    t_side_side = 2 * p_side * t_side_p + 2 * t_side_t_u * side_t_u + 2 * t_side_u * u_side
    t31 = 1 / t5
    t32 = t0 / 2
    t33 = t8 * inverse_resolved(t6 * c)
    t34 = t33 * c
    t35 = up * t7
    t_ahead = (
        t_c * (-t7 * pp * side_side - up * t32 * t33 * t4 * t31)
        + t_uu_2 * (-t34 * (-t32 * pp + up * t28 * t5) + 2 * t1 * t28 * t35)
        + p_t_u * (lean * t7 * t2 - t0 * t34 * t5)
        + t_lean * t35 * t2
        - t_side_side * t7 * t4
    )
    t36 = t_c * pp * t31 / 2
    t_behind = t_uu_2 * (t32 + lean * t28 * t5) + t1 * t36 + t30 * t5
    t37 = is_positive(up)
    t_along = resolved * t_ahead * t37 + resolved * t_behind * (1 - t37)
    t38 = pp * along**2
    t39 = torch.sqrt(1 + c * (side_side + t38))
    t40 = 1 / t39
    t41 = w * t40
    t42 = c / 2
    t43 = t_along * w
    t_term = t_w * t39 + t_c * t41 * (side_side / 2 + t38 / 2) + t_side_side * t41 * t42 + along * t43 * t4 * t40
    t_mass = row_sum(t_term, u, rows)
    t_term_2 = t43 + t_w * (along - residue)
    t_total = row_sum(t_term_2, u, rows)
    t_formed_u = t_side_u * w
    t_formed_p = t_side_p * w
    t_formed_t_u = t_side_t_u * w
    t_total_p = row_sum(t_formed_p, u, rows)
    t_total_2 = combine_rows((t_formed_u, u), (t_w, side), (t_formed_t_u, t_u), like=u, rows=rows, dim=dim)
    p_t_total = dot(p, t_total_2, dim)
    t_p_total = p_t_total + t_total_p * pp
    total_t_total = dot(total_4, t_total_2, dim)
    t_total_total = 2 * total_t_total + t_total_p * t11
    t44 = 2 * pp
    t45 = torch.sqrt(t12) ** -3
    t46 = t45 / 2
    t47 = t46 * c * (t11 + total_3 * t44)
    t48 = t_c * t45 * (total_total / 2 + t10 / 2 + total_3 * p_total)
    t49 = t_p_total * c
    t50 = t45 * t49
    t51 = t_total_total * c
    t52 = t46 * t51
    t53 = mass * t_mass * t45
    t_m_p = total_3 * t48 + total_3 * t52 + t_total * (t13 + total_3 * t47) + t50 * t9 - total_3 * t53
    t_m_total = t48 + t52 - t53 + total_3 * t50 + t_total * t47
    t54 = 1 / t19
    t55 = t51 * t15
    t56 = t54 / 2
    t57 = 2 * m_total
    t58 = t57 * total_total
    t59 = t_m_total * c
    t60 = m_total * t49
    t_tz = (
        t55 * t56
        + m_p * t54 * t60
        + t_c * t54 * (t18 + t14 / 2 + t16 / 2)
        + t56 * t59 * (t58 + m_p * t11)
        + t_m_p * t54 * t42 * (t25 + 2 * t22)
    )
    t_tp = t36
    t_space_p = t_tz + t_c * t24 + t_m_p * (1 + t4 * t21) + t60 * t21 + p_total * t59 * t21 - t_tp * t23 * c / t20**2
    t_square = (
        -t55 - t_c * t26 - t59 * (t58 + space_p * t11) - space_p * t49 * t57 - t_space_p * c * (t25 + space_p * t44)
    )
    t61 = t_square * d_asn(square, 0)
    t_out_p = space_p * t61 + t_space_p * t27
    t_out_total = m_total * t61 + t_m_total * t27
    return (
        combine((out_total, t_total_2), (t_out_p + out_total * t_total_p, p), (t_out_total, total_4)),
        torch.zeros_like(p),
        t_mass,
        t_total,
        combine((t_total_p, p), (1, t_total_2)),
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
        \mathrm{share} = \sum w
        \mathrm{formed} = u w \operatorname{sn}\left(\mathrm{uu\_2}\right)
        \mathrm{total} = \sum \mathrm{formed}
        \mathrm{term} = w \operatorname{cs}\left(\mathrm{uu\_2}\right)
        \mathrm{total\_2} = \sum \mathrm{term}
        \mathrm{total\_total} = \langle \mathrm{total}, \mathrm{total} \rangle
        \mathrm{formed\_2} = \frac{\mathrm{total}}{\sqrt{\operatorname{at\_least}\left(\mathrm{total\_2}^{2} - \mathrm{total\_total} c, \mathrm{share}^{2}\right)}}
        p = \mathrm{formed\_2}
        \mathrm{pp} = \langle p, p \rangle
        \mathrm{up} = \langle u, p \rangle
        \mathrm{resolved} = \operatorname{quotient}\left(\mathrm{pp}, \mathrm{pp}, c\right)
        \mathrm{lean} = \operatorname{quotient}\left(\mathrm{up}, \mathrm{pp}, c\right)
        \mathrm{side} = p \left(-1 + \mathrm{resolved} - \mathrm{lean} \operatorname{sn}\left(\mathrm{uu\_2}\right)\right) + u \operatorname{sn}\left(\mathrm{uu\_2}\right)
        \mathrm{side\_side} = \langle \mathrm{side}, \mathrm{side} \rangle
        \mathrm{ahead} = \left(- \mathrm{pp} \left(1 + \mathrm{side\_side} c\right) + \mathrm{lean} \mathrm{up} \operatorname{sn}^{2}\left(\mathrm{uu\_2}\right)\right) \operatorname{quotient}\left(1, \mathrm{pp} \operatorname{cs}\left(\mathrm{uu\_2}\right) + \mathrm{up} \sqrt{1 + \mathrm{pp} c} \operatorname{sn}\left(\mathrm{uu\_2}\right), c\right)
        \mathrm{behind} = - \operatorname{cs}\left(\mathrm{uu\_2}\right) + \mathrm{lean} \sqrt{1 + \mathrm{pp} c} \operatorname{sn}\left(\mathrm{uu\_2}\right)
        \mathrm{along} = \mathrm{resolved} \operatorname{choose}\left(\mathrm{up}, \mathrm{ahead}, \mathrm{behind}\right)
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
        \mathrm{space\_p} = \mathrm{m\_p} + \mathrm{tz} + \frac{c \left(\mathrm{m\_p} \mathrm{pp} + \mathrm{m\_total} \mathrm{p\_total}\right)}{1 + \mathrm{tp}}
        \mathrm{square} = - c \left(\mathrm{pp} \mathrm{space\_p}^{2} + \mathrm{total\_total\_2} \mathrm{m\_total}^{2} + 2 \mathrm{m\_total} \mathrm{p\_total} \mathrm{space\_p}\right)
        \mathrm{out\_p} = \mathrm{space\_p} \operatorname{asn}\left(\mathrm{square}\right)
        \mathrm{out\_total} = \mathrm{m\_total} \operatorname{asn}\left(\mathrm{square}\right)
        \mathrm{out} = \mathrm{out\_p} p + \mathrm{out\_total} \mathrm{total\_4}

    Cost: 8 inner products, 105 further operations; backward 12 inner products, 290 further operations. Saved:
    the inputs and 4 values per group.
    """
    result: Tensor = _midpoint0_op(u, w, c, dim=dim, rows=rows)
    return result


def _score(
    h: Tensor, sqnorm: Tensor, weight_norm: Tensor, bias: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]
) -> tuple[Tensor, ...]:
    channels = inverse(weight_norm)
    offset = -bias * channels
    t0 = settled(torch.sqrt(c))
    outer = settled(excess(t0 * root(sqnorm)))
    inner = settled(excess(offset * t0))
    t1 = -sqnorm * c
    sinh_r = settled(sn_m(t1, outer))
    cosh_r = cs_m(t1, outer)
    channels_2 = settled(cosh_c(offset, c, inner))
    sine = h * channels_2 * sinh_r
    channels_3 = settled(sinh_c(offset, c, inner))
    sine_channels = settled(-cosh_r)
    channels_4 = inner + outer
    distance = asinh_c(sine + channels_3 * sine_channels, c, channels_4)
    out = distance * weight_norm
    channels_5 = vanishes(weight_norm)
    out_2 = settled(channels_5 * bias)
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
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    t0 = inverse(weight_norm)
    channels = t0
    offset = -bias * channels
    t1 = settled(torch.sqrt(c))
    outer = settled(excess(t1 * root(sqnorm)))
    inner = settled(excess(offset * t1))
    t2 = -sqnorm * c
    t3 = sn_m(t2, outer)
    sinh_r = settled(t3)
    cosh_r = cs_m(t2, outer)
    t4 = cosh_c(offset, c, inner)
    channels_2 = settled(t4)
    t5 = h * channels_2
    sine = sinh_r * t5
    t6 = sinh_c(offset, c, inner)
    channels_3 = settled(t6)
    sine_channels = settled(-cosh_r)
    channels_4 = inner + outer
    t7 = sine + channels_3 * sine_channels
    if needs[2]:
        distance = asinh_c(t7, c, channels_4)
    if needs[3]:
        channels_5 = vanishes(weight_norm)
        d_out = row_sum(g_out, h, rows)
        adjoint = channels_5 * d_out
    if needs[2]:
        adjoint_2 = distance * g_out
    adjoint_3 = weight_norm * g_out
    if needs[4]:
        slope = d_asinh_c(t7, c, channels_4)
        adjoint_slope = dot(adjoint_3, slope, dim)
    t8 = torch.rsqrt(c * t7**2 + torch.exp(-2 * channels_4))
    t9 = adjoint_3 * t8
    adjoint_4 = t9
    if needs[2] or needs[3] or needs[4]:
        adjoint_5 = sine_channels * t9
    if needs[1] or needs[4]:
        slope_2 = channels_3 * t8
        adjoint_slope_2 = dot(adjoint_3, slope_2, dim)
    if needs[2] or needs[3] or needs[4]:
        d_channels = row_sum(adjoint_5, h, rows)
    if needs[4]:
        slope_3 = d_sinh_c(offset, c, inner)
        d_channels_slope = dot(d_channels, slope_3, dim)
    if needs[2] or needs[3]:
        adjoint_6 = d_channels * t4
    if needs[0] or needs[2] or needs[3] or needs[4]:
        t10 = adjoint_4 * sinh_r
    if needs[0]:
        adjoint_7 = channels_2 * t10
    if needs[1] or needs[4]:
        slope_4 = t5
        adjoint_slope_3 = dot(adjoint_4, slope_4, dim)
    if needs[2] or needs[3] or needs[4]:
        adjoint_8 = h * t10
        d_channels_2 = row_sum(adjoint_8, h, rows)
    if needs[4]:
        slope_5 = offset * t6 / 2
        d_channels_slope_2 = dot(d_channels_2, slope_5, dim)
    if needs[2] or needs[3]:
        adjoint_9 = d_channels_2 * t6 * c
    if needs[1] or needs[4]:
        d_cosh_r = -adjoint_slope_2
    if needs[2] or needs[3]:
        d_offset = adjoint_6 + adjoint_9
    if needs[3]:
        adjoint_10 = -d_offset * channels
    if needs[2]:
        adjoint_11 = -bias * d_offset
        adjoint_12 = -adjoint_11 * t0**2
    if needs[1] or needs[4]:
        t11 = adjoint_slope_3 * d_sn_m(t2, outer)
    if needs[4]:
        term = adjoint_slope - t11 * sqnorm + d_cosh_r * t3 * sqnorm / 2
        total = row_sum(term, h, rows)
    if needs[2]:
        d_weight_norm = row_sum(adjoint_2, h, rows)
    if needs[1]:
        d_sqnorm = -t11 * c + d_cosh_r * t3 * c / 2
    if needs[4]:
        d_c = d_channels_slope + d_channels_slope_2 + total
    return (
        adjoint_7 if needs[0] else None,
        d_sqnorm if needs[1] else None,
        adjoint_12 + d_weight_norm if needs[2] else None,
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
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    t0 = inverse(weight_norm)
    channels = t0
    offset = -bias * channels
    t1 = torch.sqrt(c)
    outer = excess(t1 * root(sqnorm))
    inner = excess(offset * t1)
    t2 = -sqnorm * c
    t3 = sn_m(t2, outer)
    sinh_r = t3
    cosh_r = cs_m(t2, outer)
    t4 = cosh_c(offset, c, inner)
    channels_2 = t4
    t5 = channels_2 * sinh_r
    sine = h * t5
    t6 = sinh_c(offset, c, inner)
    channels_3 = t6
    sine_channels = -cosh_r
    channels_4 = inner + outer
    t7 = sine + channels_3 * sine_channels
    distance = asinh_c(t7, c, channels_4)
    channels_5 = vanishes(weight_norm)
    tangent = -t_weight_norm * t0**2
    tangent_2 = -t_bias * channels
    tangent_3 = -tangent * bias
    t8 = d_sn_m(t2, outer)
    t9 = t_sqnorm * c
    t10 = t_c * sqnorm
    t_sinh_r = -t10 * t8 - t8 * t9
    t11 = t3 / 2
    t_cosh_r = t10 * t11 + t11 * t9
    tangent_4 = t_c * offset * t6 / 2
    t12 = t6 * c
    tangent_5 = tangent_2 * t12 + tangent_3 * t12
    tangent_6 = t_h * t5
    tangent_7 = h * channels_2 * t_sinh_r
    t13 = h * sinh_r
    tangent_8 = tangent_4 * t13 + tangent_5 * t13
    tangent_9 = t_c * d_sinh_c(offset, c, inner)
    tangent_10 = tangent_2 * t4 + tangent_3 * t4
    t_sine_channels = -t_cosh_r
    tangent_11 = t_c * d_asinh_c(t7, c, channels_4)
    t14 = torch.rsqrt(c * t7**2 + torch.exp(-2 * channels_4))
    tangent_12 = tangent_6 * t14 + tangent_7 * t14 + tangent_8 * t14
    t15 = sine_channels * t14
    tangent_13 = tangent_9 * t15 + tangent_10 * t15
    tangent_14 = channels_3 * t_sine_channels * t14
    tangent_15 = distance * t_weight_norm
    tangent_16 = (
        weight_norm * tangent_11 + weight_norm * tangent_12 + weight_norm * tangent_13 + weight_norm * tangent_14
    )
    tangent_17 = channels_5 * t_bias
    return (tangent_15 + tangent_16 + tangent_17,)


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
        \mathrm{outer} = \operatorname{excess}\left(\sqrt{c} \operatorname{root}\left(\mathrm{sqnorm}\right)\right)
        \mathrm{inner} = \operatorname{excess}\left(\mathrm{offset} \sqrt{c}\right)
        \mathrm{sinh\_r} = \operatorname{sn\_m}\left(- \mathrm{sqnorm} c, \mathrm{outer}\right)
        \mathrm{cosh\_r} = \operatorname{cs\_m}\left(- \mathrm{sqnorm} c, \mathrm{outer}\right)
        \mathrm{channels\_2} = \operatorname{cosh\_c}\left(\mathrm{offset}, c, \mathrm{inner}\right)
        \mathrm{sine} = \mathrm{channels\_2} \mathrm{sinh\_r} h
        \mathrm{channels\_3} = \operatorname{sinh\_c}\left(\mathrm{offset}, c, \mathrm{inner}\right)
        \mathrm{sine\_channels} = - \mathrm{cosh\_r}
        \mathrm{channels\_4} = \mathrm{inner} + \mathrm{outer}
        \mathrm{distance} = \operatorname{asinh\_c}\left(\mathrm{sine} + \mathrm{channels\_3} \mathrm{sine\_channels}, c, \mathrm{channels\_4}\right)
        \mathrm{out} = \mathrm{distance} \mathrm{weight\_norm}
        \mathrm{channels\_5} = \operatorname{vanishes}\left(\mathrm{weight\_norm}\right)
        \mathrm{out\_2} = \mathrm{bias} \mathrm{channels\_5}
        \mathrm{out} = \mathrm{out\_2} + \mathrm{out}

    Cost: 0 inner products, 31 further operations; backward 5 inner products, 77 further operations. Saved: the
    inputs and 0 scalars per row.
    """
    result: Tensor = _score_op(h, sqnorm, weight_norm, bias, c, dim=dim)
    return result


def _affine(
    h: Tensor,
    sqnorm: Tensor,
    weight_norm: Tensor,
    bias: Tensor,
    rho: Tensor,
    limit: Tensor,
    c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    slope_weight_norm = 1 / rho
    t0 = torch.rsqrt(c)
    known = t0 * (3 + 2 * limit)
    constant = known.detach()
    t1 = sqnorm * c
    inward = saturation(t1, 4 + limit)
    within = -t1 * inward**2
    t2 = settled(weight_norm * slope_weight_norm)
    channels = inverse(t2)
    channels_2 = -channels * bias
    offset = clip(channels_2, constant)
    channels_3 = settled(cosh_c(offset, c, 0))
    channels_4 = h * channels_3
    channels_5 = settled(sinh_c(offset, c, 0))
    sine_channels = settled(-cs(within, -1))
    sine_channels_2 = settled(inward * sn(within, -1))
    channels_6 = settled(offset * t2)
    channels_7 = asinh_c(channels_4 * sine_channels_2 + channels_5 * sine_channels, c, 0)
    channels_8 = channels_7 * t2
    known_2 = t0 * (4 + 3 * limit)
    constant_2 = settled(known_2.detach())
    scores = clip(channels_6 + channels_8 + bias, constant_2)
    channels_9 = settled(sinh_c(scores, c, 0))
    channels_channels = dot(channels_9, channels_9, dim)
    t3 = channels_channels * c
    angle = asn(-t3, -1)
    out_channels = settled(angle * saturation(t3 * angle**2, limit))
    return (out_channels * channels_9, channels_channels)


def _affine_vjp(
    h: Tensor,
    sqnorm: Tensor,
    weight_norm: Tensor,
    bias: Tensor,
    rho: Tensor,
    limit: Tensor,
    c: Tensor,
    channels_channels: Tensor,
    g_out: Tensor,
    g_channels_channels: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    slope_weight_norm = settled(1 / rho)
    t0 = torch.rsqrt(c)
    known = t0 * (3 + 2 * limit)
    constant = known.detach()
    t1 = sqnorm * c
    t2 = 4 + limit
    t3 = saturation(t1, t2)
    inward = t3
    t4 = inward**2
    within = -t1 * t4
    t5 = settled(weight_norm * slope_weight_norm)
    t6 = inverse(t5)
    channels = t6
    channels_2 = -channels * bias
    offset = clip(channels_2, constant)
    t7 = cosh_c(offset, c, 0)
    channels_3 = settled(t7)
    channels_4 = h * channels_3
    t8 = sinh_c(offset, c, 0)
    channels_5 = settled(t8)
    sine_channels = settled(-cs(within, -1))
    t9 = sn(within, -1)
    sine_channels_2 = settled(inward * t9)
    channels_6 = settled(offset * t5)
    t10 = channels_4 * sine_channels_2 + channels_5 * sine_channels
    channels_7 = settled(asinh_c(t10, c, 0))
    channels_8 = channels_7 * t5
    known_2 = t0 * (4 + 3 * limit)
    constant_2 = settled(known_2.detach())
    t11 = channels_6 + channels_8 + bias
    scores = clip(t11, constant_2)
    channels_9 = settled(sinh_c(scores, c, 0))
    t12 = channels_channels * c
    t13 = -t12
    angle = asn(t13, -1)
    t14 = t12 * angle**2
    t15 = saturation(t14, limit)
    out_channels = settled(angle * t15)
    channels_g_out = dot(channels_9, g_out, dim)
    t16 = d_saturation(t14, limit)
    t17 = t15 + 2 * t16 * t14
    d_angle = channels_g_out * t17
    t18 = d_angle * d_asn(t13, -1)
    t19 = channels_g_out * t16 * angle**3
    d_channels_channels = g_channels_channels + t19 * c - t18 * c
    d_channels_channels_2 = settled(2 * d_channels_channels)
    d_channels = settled(combine((d_channels_channels_2, channels_9), (out_channels, g_out)))
    if needs[6]:
        slope = d_sinh_c(scores, c, 0)
        d_channels_slope = dot(d_channels, slope, dim)
    adjoint = d_channels * cosh_c(scores, c, 0)
    adjoint_2 = adjoint * is_within(t11, constant_2)
    if needs[2]:
        adjoint_3 = channels_7 * adjoint_2 * slope_weight_norm
    if needs[4]:
        slope_2 = weight_norm * channels_7
        adjoint_slope = dot(adjoint_2, slope_2, dim)
    adjoint_4 = adjoint_2 * t5
    if needs[6]:
        slope_3 = d_asinh_c(t10, c, 0)
        adjoint_slope_2 = dot(adjoint_4, slope_3, dim)
    t20 = torch.rsqrt(1 + c * t10**2)
    if needs[0] or needs[2] or needs[3] or needs[4] or needs[6]:
        t21 = adjoint_4 * t20
        adjoint_5 = sine_channels_2 * t21
    if needs[2] or needs[3] or needs[4] or needs[6]:
        adjoint_6 = sine_channels * t21
    if needs[1] or needs[5] or needs[6]:
        slope_4 = channels_5 * t20
        adjoint_slope_3 = dot(adjoint_4, slope_4, dim)
        slope_5 = channels_4 * t20
        adjoint_slope_4 = dot(adjoint_4, slope_5, dim)
    if needs[2] or needs[3] or needs[4]:
        d_channels_2 = row_sum(adjoint_2, h, rows)
    if needs[2]:
        adjoint_7 = offset * d_channels_2 * slope_weight_norm
    if needs[4]:
        slope_6 = offset * weight_norm
        d_channels_slope_2 = dot(d_channels_2, slope_6, dim)
    if needs[2] or needs[3] or needs[4]:
        adjoint_8 = d_channels_2 * t5
    if needs[2] or needs[3] or needs[4] or needs[6]:
        d_channels_3 = row_sum(adjoint_6, h, rows)
    if needs[6]:
        slope_7 = d_sinh_c(offset, c, 0)
        d_channels_slope_3 = dot(d_channels_3, slope_7, dim)
    if needs[2] or needs[3] or needs[4]:
        adjoint_9 = d_channels_3 * t7
    if needs[0]:
        adjoint_10 = channels_3 * adjoint_5
    if needs[2] or needs[3] or needs[4] or needs[6]:
        adjoint_11 = h * adjoint_5
        d_channels_4 = row_sum(adjoint_11, h, rows)
    if needs[6]:
        slope_8 = offset * t8 / 2
        d_channels_slope_4 = dot(d_channels_4, slope_8, dim)
    if needs[2] or needs[3] or needs[4]:
        adjoint_12 = d_channels_4 * t8 * c
        d_offset = adjoint_8 + adjoint_9 + adjoint_12
        adjoint_13 = d_offset * is_within(channels_2, constant)
    if needs[3]:
        adjoint_14 = -channels * adjoint_13
    if needs[2] or needs[4]:
        adjoint_15 = -bias * adjoint_13
        t22 = t6**2
    if needs[2]:
        adjoint_16 = -adjoint_15 * t22 * slope_weight_norm
    if needs[4]:
        slope_9 = -weight_norm * t22
        adjoint_slope_5 = dot(adjoint_15, slope_9, dim)
    if needs[1] or needs[5] or needs[6]:
        d_within = adjoint_slope_3 * t9 / 2 + inward * adjoint_slope_4 * d_sn(within, -1)
        t23 = 2 * t1
        d_inward = adjoint_slope_4 * t9 - inward * d_within * t23
    if needs[4]:
        total = row_sum(adjoint_slope, h, rows)
        d_slope_weight_norm = d_channels_slope_2 + adjoint_slope_5 + total
    if needs[1] or needs[5] or needs[6]:
        t24 = d_saturation(t1, t2)
    if needs[1] or needs[6]:
        t25 = d_within * t4
    if needs[6]:
        term = (
            d_channels_slope
            + adjoint_slope_2
            + t19 * channels_channels
            - t18 * channels_channels
            - t25 * sqnorm
            + d_inward * t24 * sqnorm
        )
        total_2 = row_sum(term, h, rows)
    if needs[5]:
        term_2 = d_inward * (1 - t3 - t24 * t23) * inverse_root(t1) + angle * channels_g_out * (1 - t17) * inverse_root(
            t14
        )
        d_limit = row_sum(term_2, h, rows)
    if needs[2]:
        d_weight_norm = row_sum(adjoint_3, h, rows)
    if needs[1]:
        d_sqnorm = -t25 * c + d_inward * t24 * c
    if needs[4]:
        d_rho = -d_slope_weight_norm / rho**2
    if needs[6]:
        d_c = d_channels_slope_3 + d_channels_slope_4 + total_2
    return (
        adjoint_10 if needs[0] else None,
        d_sqnorm if needs[1] else None,
        adjoint_7 + adjoint_16 + d_weight_norm if needs[2] else None,
        adjoint_14 + d_channels_2 if needs[3] else None,
        d_rho if needs[4] else None,
        d_limit if needs[5] else None,
        d_c if needs[6] else None,
    )


def _affine_jvp(
    h: Tensor,
    sqnorm: Tensor,
    weight_norm: Tensor,
    bias: Tensor,
    rho: Tensor,
    limit: Tensor,
    c: Tensor,
    channels_channels: Tensor,
    t_h: Tensor,
    t_sqnorm: Tensor,
    t_weight_norm: Tensor,
    t_bias: Tensor,
    t_rho: Tensor,
    t_limit: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    slope_weight_norm = 1 / rho
    t0 = torch.rsqrt(c)
    known = t0 * (3 + 2 * limit)
    constant = known.detach()
    t1 = sqnorm * c
    t2 = 4 + limit
    t3 = saturation(t1, t2)
    inward = t3
    t4 = inward**2
    within = -t1 * t4
    t5 = weight_norm * slope_weight_norm
    t6 = inverse(t5)
    channels = t6
    channels_2 = -channels * bias
    offset = clip(channels_2, constant)
    t7 = cosh_c(offset, c, 0)
    channels_3 = t7
    channels_4 = h * channels_3
    t8 = sinh_c(offset, c, 0)
    channels_5 = t8
    sine_channels = -cs(within, -1)
    t9 = sn(within, -1)
    sine_channels_2 = inward * t9
    channels_6 = offset * t5
    t10 = channels_4 * sine_channels_2 + channels_5 * sine_channels
    channels_7 = asinh_c(t10, c, 0)
    channels_8 = channels_7 * t5
    known_2 = t0 * (4 + 3 * limit)
    constant_2 = known_2.detach()
    t11 = channels_6 + channels_8 + bias
    scores = clip(t11, constant_2)
    channels_9 = sinh_c(scores, c, 0)
    t12 = channels_channels * c
    t13 = -t12
    angle = asn(t13, -1)
    t14 = t12 * angle**2
    t15 = saturation(t14, limit)
    out_channels = angle * t15
    t_slope_weight_norm = -t_rho / rho**2
    t16 = d_saturation(t1, t2)
    t17 = t_sqnorm * c
    t18 = 2 * t1
    t19 = t_c * sqnorm
    t_inward = t16 * t17 + t16 * t19 + t_limit * (1 - t3 - t16 * t18) * inverse_root(t1)
    t_within = -t17 * t4 - t19 * t4 - inward * t_inward * t18
    t20 = t6**2
    t21 = t_weight_norm * slope_weight_norm
    tangent = -t21 * t20
    t22 = weight_norm * t_slope_weight_norm
    tangent_2 = -t22 * t20
    tangent_3 = -channels * t_bias
    tangent_4 = -bias * tangent - bias * tangent_2
    t23 = is_within(channels_2, constant)
    tangent_5 = tangent_3 * t23 + tangent_4 * t23
    tangent_6 = offset * t_c * t8 / 2
    tangent_7 = tangent_5 * t8 * c
    tangent_8 = channels_3 * t_h
    tangent_9 = h * tangent_6 + h * tangent_7
    tangent_10 = t_c * d_sinh_c(offset, c, 0)
    tangent_11 = tangent_5 * t7
    t_sine_channels = t_within * t9 / 2
    t_sine_channels_2 = t_inward * t9 + inward * t_within * d_sn(within, -1)
    tangent_12 = offset * t21
    tangent_13 = offset * t22
    tangent_14 = tangent_5 * t5
    tangent_15 = t_c * d_asinh_c(t10, c, 0)
    t24 = torch.rsqrt(1 + c * t10**2)
    t25 = sine_channels_2 * t24
    tangent_16 = tangent_8 * t25 + tangent_9 * t25
    t26 = sine_channels * t24
    tangent_17 = tangent_10 * t26 + tangent_11 * t26
    tangent_18 = channels_5 * t_sine_channels * t24
    tangent_19 = channels_4 * t_sine_channels_2 * t24
    tangent_20 = channels_7 * t21
    tangent_21 = channels_7 * t22
    tangent_22 = tangent_15 * t5 + tangent_16 * t5 + tangent_17 * t5 + tangent_18 * t5 + tangent_19 * t5
    t27 = is_within(t11, constant_2)
    tangent_23 = t_bias * t27
    tangent_24 = tangent_12 * t27 + tangent_13 * t27 + tangent_14 * t27
    tangent_25 = tangent_20 * t27 + tangent_21 * t27 + tangent_22 * t27
    tangent_26 = t_c * d_sinh_c(scores, c, 0)
    t28 = cosh_c(scores, c, 0)
    tangent_27 = tangent_23 * t28 + tangent_24 * t28 + tangent_25 * t28
    channels_tangent = dot(channels_9, tangent_26, dim)
    channels_tangent_2 = dot(channels_9, tangent_27, dim)
    t_channels_channels = 2 * channels_tangent + 2 * channels_tangent_2
    t29 = d_asn(t13, -1)
    t30 = t_c * channels_channels
    t31 = t_channels_channels * c
    t_angle = -t29 * t30 - t29 * t31
    t32 = d_saturation(t14, limit)
    t33 = t15 + 2 * t32 * t14
    t34 = t32 * angle**3
    t_out_channels = t_angle * t33 + t30 * t34 + t31 * t34 + angle * t_limit * (1 - t33) * inverse_root(t14)
    return (
        combine((out_channels, tangent_26), (out_channels, tangent_27), (t_out_channels, channels_9)),
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
        ("limit", "scalar"),
        ("c", "scalar"),
    ),
    results=("vector",),
    shared=("weight_norm", "bias", "rho", "limit"),
)


def affine(
    h: Tensor,
    sqnorm: Tensor,
    weight_norm: Tensor,
    bias: Tensor,
    rho: Tensor,
    limit: Tensor,
    c: Tensor,
    *,
    dim: int = -1,
) -> Tensor:
    r"""Epilogue of Linear and every convolution: the point whose distances to the coordinate hyperplanes are the scores.

    h = ⟨ρu, ŵ⟩ per channel, sqnorm = ‖ρu‖², ρ the concatenation ratio. ω = sinh((‖w‖/ρ) asinh s) and the result is
    asinh(‖ω‖)/(√c‖ω‖) ω, saturated at `limit`. Source: arXiv 2006.08210 §3.2.

    So that no exponential overflows, ρu saturates at limit + 4, and scores end at 3 limit + 4, in units of 1/√c.

    Formula (LaTeX)::

        \mathrm{slope\_weight\_norm} = \frac{1}{\mathrm{rho}}
        \mathrm{known} = \frac{3 + 2 \mathrm{limit}}{\sqrt{c}}
        \mathrm{constant} = \mathrm{known}
        \mathrm{inward} = \operatorname{saturation}\left(\mathrm{sqnorm} c, 4 + \mathrm{limit}\right)
        \mathrm{within} = - \mathrm{sqnorm} c \mathrm{inward}^{2}
        \mathrm{channels} = \operatorname{inverse}\left(\mathrm{slope\_weight\_norm} \mathrm{weight\_norm}\right)
        \mathrm{channels\_2} = - \mathrm{bias} \mathrm{channels}
        \mathrm{offset} = \operatorname{clip}\left(\mathrm{channels\_2}, \mathrm{constant}\right)
        \mathrm{channels\_3} = \operatorname{cosh\_c}\left(\mathrm{offset}, c, 0\right)
        \mathrm{channels\_4} = \mathrm{channels\_3} h
        \mathrm{channels\_5} = \operatorname{sinh\_c}\left(\mathrm{offset}, c, 0\right)
        \mathrm{sine\_channels} = - \operatorname{cs}\left(\mathrm{within}\right)
        \mathrm{sine\_channels\_2} = \mathrm{inward} \operatorname{sn}\left(\mathrm{within}\right)
        \mathrm{channels\_6} = \mathrm{offset} \mathrm{slope\_weight\_norm} \mathrm{weight\_norm}
        \mathrm{channels\_7} = \operatorname{asinh\_c}\left(\mathrm{channels\_4} \mathrm{sine\_channels\_2} + \mathrm{channels\_5} \mathrm{sine\_channels}, c, 0\right)
        \mathrm{channels\_8} = \mathrm{channels\_7} \mathrm{slope\_weight\_norm} \mathrm{weight\_norm}
        \mathrm{known\_2} = \frac{4 + 3 \mathrm{limit}}{\sqrt{c}}
        \mathrm{constant\_2} = \mathrm{known\_2}
        \mathrm{scores} = \operatorname{clip}\left(\mathrm{bias} + \mathrm{channels\_6} + \mathrm{channels\_8}, \mathrm{constant\_2}\right)
        \mathrm{channels\_9} = \operatorname{sinh\_c}\left(\mathrm{scores}, c, 0\right)
        \mathrm{channels\_channels} = \langle \mathrm{channels\_9}, \mathrm{channels\_9} \rangle
        \mathrm{angle} = \operatorname{asn}\left(- \mathrm{channels\_channels} c\right)
        \mathrm{out\_channels} = \mathrm{angle} \operatorname{saturation}\left(\mathrm{channels\_channels} c \mathrm{angle}^{2}, \mathrm{limit}\right)
        \mathrm{out} = \mathrm{channels\_9} \mathrm{out\_channels}

    Cost: 1 inner products, 51 further operations; backward 10 inner products, 167 further operations. Saved:
    the inputs and 1 scalars per row.
    """
    result: Tensor = _affine_op(h, sqnorm, weight_norm, bias, rho, limit, c, dim=dim)
    return result


def _linear_affine(
    h: Tensor,
    sqnorm: Tensor,
    weight_norm: Tensor,
    bias: Tensor,
    rho: Tensor,
    limit: Tensor,
    c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    slope_weight_norm = 1 / rho
    t0 = sqnorm * c
    inward = saturation(t0, 4 + limit)
    within = -t0 * inward**2
    t1 = settled(weight_norm * slope_weight_norm)
    channels = inverse(t1)
    channels_2 = -channels * bias
    t2 = settled(torch.rsqrt(c))
    offset = clip(channels_2, t2 * (3 + 2 * limit))
    channels_3 = settled(cosh_c(offset, c, 0))
    channels_4 = h * channels_3
    channels_5 = settled(sinh_c(offset, c, 0))
    sine_channels = settled(-cs(within, -1))
    sine_channels_2 = settled(inward * sn(within, -1))
    channels_6 = settled(offset * t1)
    channels_7 = t1 * (channels_4 * sine_channels_2 + channels_5 * sine_channels)
    t3 = settled(torch.exp(4 + 3 * limit))
    channels_8 = clip(channels_6 + channels_7 + bias, t2 * t3 / 2)
    channels_channels = dot(channels_8, channels_8, dim)
    t4 = channels_channels * c
    angle = asn(-t4, -1)
    out_channels = settled(angle * saturation(t4 * angle**2, limit))
    return (out_channels * channels_8, channels_channels)


def _linear_affine_vjp(
    h: Tensor,
    sqnorm: Tensor,
    weight_norm: Tensor,
    bias: Tensor,
    rho: Tensor,
    limit: Tensor,
    c: Tensor,
    channels_channels: Tensor,
    g_out: Tensor,
    g_channels_channels: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    slope_weight_norm = settled(1 / rho)
    t0 = sqnorm * c
    t1 = 4 + limit
    t2 = saturation(t0, t1)
    inward = t2
    t3 = inward**2
    within = -t0 * t3
    t4 = settled(weight_norm * slope_weight_norm)
    t5 = inverse(t4)
    channels = t5
    channels_2 = -channels * bias
    t6 = torch.rsqrt(c)
    t7 = 3 + 2 * limit
    t8 = t6 * t7
    t9 = clip(channels_2, t8)
    offset = t9
    t10 = cosh_c(offset, c, 0)
    channels_3 = settled(t10)
    channels_4 = h * channels_3
    t11 = sinh_c(offset, c, 0)
    channels_5 = settled(t11)
    sine_channels = settled(-cs(within, -1))
    t12 = sn(within, -1)
    sine_channels_2 = settled(inward * t12)
    channels_6 = settled(offset * t4)
    t13 = channels_4 * sine_channels_2 + channels_5 * sine_channels
    channels_7 = t13 * t4
    t14 = channels_6 + channels_7 + bias
    t15 = 4 + 3 * limit
    t16 = settled(torch.exp(t15))
    t17 = settled(t16 / 2)
    t18 = settled(t17 * t6)
    t19 = clip(t14, t18)
    channels_8 = t19
    t20 = channels_channels * c
    t21 = -t20
    angle = asn(t21, -1)
    t22 = t20 * angle**2
    t23 = saturation(t22, limit)
    out_channels = settled(angle * t23)
    channels_g_out = dot(channels_8, g_out, dim)
    t24 = d_saturation(t22, limit)
    t25 = t23 + 2 * t24 * t22
    d_angle = channels_g_out * t25
    t26 = d_angle * d_asn(t21, -1)
    t27 = channels_g_out * t24 * angle**3
    d_channels_channels = g_channels_channels + t27 * c - t26 * c
    d_channels_channels_2 = settled(2 * d_channels_channels)
    d_channels = settled(combine((d_channels_channels_2, channels_8), (out_channels, g_out)))
    t28 = is_within(t14, t18)
    adjoint = d_channels * t28
    if needs[5] or needs[6]:
        t29 = settled(torch.exp(-t15))
        t30 = t19 * t29 * (1 - t28)
    if needs[5]:
        slope = 3 * t30 * t16
        d_channels_slope = dot(d_channels, slope, dim)
    if needs[6]:
        t31 = settled(1 / c)
        slope_2 = -t30 * t17 * t31
        d_channels_slope_2 = dot(d_channels, slope_2, dim)
    if needs[2]:
        adjoint_2 = adjoint * t13 * slope_weight_norm
    if needs[4]:
        slope_3 = weight_norm * t13
        adjoint_slope = dot(adjoint, slope_3, dim)
    if needs[0] or needs[2] or needs[3] or needs[4] or needs[5] or needs[6]:
        t32 = adjoint * t4
        adjoint_3 = sine_channels_2 * t32
    if needs[2] or needs[3] or needs[4] or needs[5] or needs[6]:
        adjoint_4 = sine_channels * t32
    if needs[1] or needs[5] or needs[6]:
        slope_4 = channels_5 * t4
        adjoint_slope_2 = dot(adjoint, slope_4, dim)
        slope_5 = channels_4 * t4
        adjoint_slope_3 = dot(adjoint, slope_5, dim)
    if needs[2] or needs[3] or needs[4] or needs[5] or needs[6]:
        d_channels_2 = row_sum(adjoint, h, rows)
    if needs[2]:
        adjoint_5 = offset * d_channels_2 * slope_weight_norm
    if needs[4]:
        slope_6 = offset * weight_norm
        d_channels_slope_3 = dot(d_channels_2, slope_6, dim)
    if needs[2] or needs[3] or needs[4] or needs[5] or needs[6]:
        adjoint_6 = d_channels_2 * t4
        d_channels_3 = row_sum(adjoint_4, h, rows)
    if needs[6]:
        slope_7 = d_sinh_c(offset, c, 0)
        d_channels_slope_4 = dot(d_channels_3, slope_7, dim)
    if needs[2] or needs[3] or needs[4] or needs[5] or needs[6]:
        adjoint_7 = d_channels_3 * t10
    if needs[0]:
        adjoint_8 = channels_3 * adjoint_3
    if needs[2] or needs[3] or needs[4] or needs[5] or needs[6]:
        adjoint_9 = h * adjoint_3
        d_channels_4 = row_sum(adjoint_9, h, rows)
    if needs[6]:
        slope_8 = offset * t11 / 2
        d_channels_slope_5 = dot(d_channels_4, slope_8, dim)
    if needs[2] or needs[3] or needs[4] or needs[5] or needs[6]:
        adjoint_10 = d_channels_4 * t11 * c
        d_offset = adjoint_6 + adjoint_7 + adjoint_10
        t33 = is_within(channels_2, t8)
    if needs[5] or needs[6]:
        t34 = t9 * (1 - t33)
    if needs[5]:
        slope_9 = 2 * t34 / t7
        d_offset_slope = dot(d_offset, slope_9, dim)
    if needs[6]:
        slope_10 = -t34 * t31 / 2
        d_offset_slope_2 = dot(d_offset, slope_10, dim)
    if needs[2] or needs[3] or needs[4]:
        adjoint_11 = d_offset * t33
    if needs[3]:
        adjoint_12 = -channels * adjoint_11
    if needs[2] or needs[4]:
        adjoint_13 = -bias * adjoint_11
        t35 = t5**2
    if needs[2]:
        adjoint_14 = -adjoint_13 * t35 * slope_weight_norm
    if needs[4]:
        slope_11 = -weight_norm * t35
        adjoint_slope_4 = dot(adjoint_13, slope_11, dim)
    if needs[1] or needs[5] or needs[6]:
        d_within = adjoint_slope_2 * t12 / 2 + adjoint_slope_3 * inward * d_sn(within, -1)
        t36 = 2 * t0
        d_inward = adjoint_slope_3 * t12 - d_within * inward * t36
    if needs[4]:
        total = row_sum(adjoint_slope, h, rows)
        d_slope_weight_norm = d_channels_slope_3 + adjoint_slope_4 + total
    if needs[1] or needs[5] or needs[6]:
        t37 = d_saturation(t0, t1)
    if needs[1] or needs[6]:
        t38 = d_within * t3
    if needs[6]:
        term = (
            d_channels_slope_2
            + t27 * channels_channels
            - t26 * channels_channels
            - t38 * sqnorm
            + d_inward * t37 * sqnorm
        )
        total_2 = row_sum(term, h, rows)
    if needs[5]:
        term_2 = (
            d_channels_slope
            + d_inward * (1 - t2 - t37 * t36) * inverse_root(t0)
            + angle * channels_g_out * (1 - t25) * inverse_root(t22)
        )
        total_3 = row_sum(term_2, h, rows)
    if needs[2]:
        d_weight_norm = row_sum(adjoint_2, h, rows)
    if needs[1]:
        d_sqnorm = -t38 * c + d_inward * t37 * c
    if needs[4]:
        d_rho = -d_slope_weight_norm / rho**2
    if needs[5]:
        d_limit = d_offset_slope + total_3
    if needs[6]:
        d_c = d_channels_slope_4 + d_channels_slope_5 + d_offset_slope_2 + total_2
    return (
        adjoint_8 if needs[0] else None,
        d_sqnorm if needs[1] else None,
        adjoint_5 + adjoint_14 + d_weight_norm if needs[2] else None,
        adjoint_12 + d_channels_2 if needs[3] else None,
        d_rho if needs[4] else None,
        d_limit if needs[5] else None,
        d_c if needs[6] else None,
    )


def _linear_affine_jvp(
    h: Tensor,
    sqnorm: Tensor,
    weight_norm: Tensor,
    bias: Tensor,
    rho: Tensor,
    limit: Tensor,
    c: Tensor,
    channels_channels: Tensor,
    t_h: Tensor,
    t_sqnorm: Tensor,
    t_weight_norm: Tensor,
    t_bias: Tensor,
    t_rho: Tensor,
    t_limit: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    slope_weight_norm = 1 / rho
    t0 = sqnorm * c
    t1 = 4 + limit
    t2 = saturation(t0, t1)
    inward = t2
    t3 = inward**2
    within = -t0 * t3
    t4 = weight_norm * slope_weight_norm
    t5 = inverse(t4)
    channels = t5
    channels_2 = -channels * bias
    t6 = torch.rsqrt(c)
    t7 = 2 * limit
    t8 = 3 + t7
    offset = clip(channels_2, t6 * t8)
    t9 = cosh_c(offset, c, 0)
    channels_3 = t9
    channels_4 = h * channels_3
    t10 = sinh_c(offset, c, 0)
    channels_5 = t10
    sine_channels = -cs(within, -1)
    t11 = sn(within, -1)
    sine_channels_2 = inward * t11
    channels_6 = offset * t4
    t12 = channels_4 * sine_channels_2
    t13 = channels_5 * sine_channels
    channels_7 = t4 * (t12 + t13)
    t14 = channels_6 + channels_7 + bias
    t15 = 4 + 3 * limit
    t16 = torch.exp(t15)
    t17 = t16 / 2
    t18 = t17 * t6
    t19 = clip(t14, t18)
    channels_8 = t19
    t20 = channels_channels * c
    t21 = -t20
    angle = asn(t21, -1)
    t22 = t20 * angle**2
    t23 = saturation(t22, limit)
    out_channels = angle * t23
    t_slope_weight_norm = -t_rho / rho**2
    t24 = d_saturation(t0, t1)
    t25 = t_sqnorm * c
    t26 = 2 * t0
    t27 = t_c * sqnorm
    t_inward = t24 * t25 + t24 * t27 + t_limit * (1 - t2 - t24 * t26) * inverse_root(t0)
    t_within = -t25 * t3 - t27 * t3 - t_inward * inward * t26
    t28 = t5**2
    t29 = t_weight_norm * slope_weight_norm
    tangent = -t29 * t28
    t30 = weight_norm * t_slope_weight_norm
    tangent_2 = -t30 * t28
    tangent_3 = -channels * t_bias
    tangent_4 = -bias * tangent - bias * tangent_2
    t31 = 1 / t8
    t32 = 3 * t6 + t6 * t7
    t33 = clip(channels_2, t32)
    t34 = is_within(channels_2, t32)
    tangent_5 = 2 * t_limit * t33 * t31 - 2 * t_limit * t33 * t34 * t31
    t35 = 1 / c
    t36 = t_c / 2
    t37 = t33 * t36 * t35
    tangent_6 = -t37 + t34 * t37
    tangent_7 = tangent_3 * t34 + tangent_4 * t34
    tangent_8 = offset * t10 * t36
    t38 = t10 * c
    tangent_9 = tangent_5 * t38 + tangent_6 * t38 + tangent_7 * t38
    tangent_10 = channels_3 * t_h
    tangent_11 = h * tangent_8 + h * tangent_9
    tangent_12 = t_c * d_sinh_c(offset, c, 0)
    tangent_13 = tangent_5 * t9 + tangent_6 * t9 + tangent_7 * t9
    t_sine_channels = t_within * t11 / 2
    t_sine_channels_2 = t_inward * t11 + t_within * inward * d_sn(within, -1)
    tangent_14 = offset * t29
    tangent_15 = offset * t30
    tangent_16 = tangent_5 * t4 + tangent_6 * t4 + tangent_7 * t4
    tangent_17 = t12 * t29 + t13 * t29
    tangent_18 = t12 * t30 + t13 * t30
    t39 = sine_channels_2 * t4
    tangent_19 = tangent_10 * t39 + tangent_11 * t39
    t40 = sine_channels * t4
    tangent_20 = tangent_12 * t40 + tangent_13 * t40
    tangent_21 = channels_5 * t_sine_channels * t4
    tangent_22 = channels_4 * t_sine_channels_2 * t4
    t41 = is_within(t14, t18)
    tangent_23 = t_bias * t41
    t42 = torch.exp(-t15)
    t43 = t19 * t42
    tangent_24 = -3 * t_limit * t41 * t43 * t16 + 3 * t_limit * t19 * t16 * t42
    t44 = t_c * t43 * t17 * t35
    tangent_25 = -t44 + t41 * t44
    tangent_26 = tangent_14 * t41 + tangent_15 * t41 + tangent_16 * t41
    tangent_27 = (
        tangent_17 * t41 + tangent_18 * t41 + tangent_19 * t41 + tangent_20 * t41 + tangent_21 * t41 + tangent_22 * t41
    )
    channels_tangent = dot(channels_8, tangent_23, dim)
    channels_tangent_2 = dot(channels_8, tangent_24, dim)
    channels_tangent_3 = dot(channels_8, tangent_25, dim)
    channels_tangent_4 = dot(channels_8, tangent_26, dim)
    channels_tangent_5 = dot(channels_8, tangent_27, dim)
    t_channels_channels = (
        2 * channels_tangent
        + 2 * channels_tangent_2
        + 2 * channels_tangent_3
        + 2 * channels_tangent_4
        + 2 * channels_tangent_5
    )
    t45 = d_asn(t21, -1)
    t46 = t_c * channels_channels
    t47 = t_channels_channels * c
    t_angle = -t45 * t46 - t45 * t47
    t48 = d_saturation(t22, limit)
    t49 = t23 + 2 * t48 * t22
    t50 = t48 * angle**3
    t_out_channels = t_angle * t49 + t46 * t50 + t47 * t50 + angle * t_limit * (1 - t49) * inverse_root(t22)
    return (
        combine(
            (out_channels, tangent_23),
            (out_channels, tangent_24),
            (out_channels, tangent_25),
            (out_channels, tangent_26),
            (out_channels, tangent_27),
            (t_out_channels, channels_8),
        ),
        t_channels_channels,
    )


_linear_affine_op = Operation(
    "linear_affine",
    Formulas(_linear_affine, _linear_affine_vjp, _linear_affine_jvp),
    inputs=(
        ("h", "vector"),
        ("sqnorm", "scalar"),
        ("weight_norm", "vector"),
        ("bias", "vector"),
        ("rho", "scalar"),
        ("limit", "scalar"),
        ("c", "scalar"),
    ),
    results=("vector",),
    shared=("weight_norm", "bias", "rho", "limit"),
)


def linear_affine(
    h: Tensor,
    sqnorm: Tensor,
    weight_norm: Tensor,
    bias: Tensor,
    rho: Tensor,
    limit: Tensor,
    c: Tensor,
    *,
    dim: int = -1,
) -> Tensor:
    r"""Epilogue whose space part is linear in the point of the input: ω = (‖w‖/ρ) s, with no function per channel.

    Arguments and s as of `affine`. Coordinates of the space part end at e^(3 limit + 4)/2, in units of 1/√c.
    Source: arXiv 2601.21529.

    Formula (LaTeX)::

        \mathrm{slope\_weight\_norm} = \frac{1}{\mathrm{rho}}
        \mathrm{inward} = \operatorname{saturation}\left(\mathrm{sqnorm} c, 4 + \mathrm{limit}\right)
        \mathrm{within} = - \mathrm{sqnorm} c \mathrm{inward}^{2}
        \mathrm{channels} = \operatorname{inverse}\left(\mathrm{slope\_weight\_norm} \mathrm{weight\_norm}\right)
        \mathrm{channels\_2} = - \mathrm{bias} \mathrm{channels}
        \mathrm{offset} = \operatorname{clip}\left(\mathrm{channels\_2}, \frac{3 + 2 \mathrm{limit}}{\sqrt{c}}\right)
        \mathrm{channels\_3} = \operatorname{cosh\_c}\left(\mathrm{offset}, c, 0\right)
        \mathrm{channels\_4} = \mathrm{channels\_3} h
        \mathrm{channels\_5} = \operatorname{sinh\_c}\left(\mathrm{offset}, c, 0\right)
        \mathrm{sine\_channels} = - \operatorname{cs}\left(\mathrm{within}\right)
        \mathrm{sine\_channels\_2} = \mathrm{inward} \operatorname{sn}\left(\mathrm{within}\right)
        \mathrm{channels\_6} = \mathrm{offset} \mathrm{slope\_weight\_norm} \mathrm{weight\_norm}
        \mathrm{channels\_7} = \mathrm{slope\_weight\_norm} \mathrm{weight\_norm} \left(\mathrm{channels\_4} \mathrm{sine\_channels\_2} + \mathrm{channels\_5} \mathrm{sine\_channels}\right)
        \mathrm{channels\_8} = \operatorname{clip}\left(\mathrm{bias} + \mathrm{channels\_6} + \mathrm{channels\_7}, \frac{e^{4 + 3 \mathrm{limit}}}{2 \sqrt{c}}\right)
        \mathrm{channels\_channels} = \langle \mathrm{channels\_8}, \mathrm{channels\_8} \rangle
        \mathrm{angle} = \operatorname{asn}\left(- \mathrm{channels\_channels} c\right)
        \mathrm{out\_channels} = \mathrm{angle} \operatorname{saturation}\left(\mathrm{channels\_channels} c \mathrm{angle}^{2}, \mathrm{limit}\right)
        \mathrm{out} = \mathrm{channels\_8} \mathrm{out\_channels}

    Cost: 1 inner products, 49 further operations; backward 12 inner products, 175 further operations. Saved:
    the inputs and 1 scalars per row.
    """
    result: Tensor = _linear_affine_op(h, sqnorm, weight_norm, bias, rho, limit, c, dim=dim)
    return result


def _saturate(u: Tensor, limit: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    out_u = settled(saturation(uu * c, limit))
    return (out_u * u, uu)


def _saturate_vjp(
    u: Tensor, limit: Tensor, c: Tensor, uu: Tensor, g_out: Tensor, g_uu: Tensor, needs: Sequence[bool], dim: int
) -> tuple[Tensor | None, ...]:
    t0 = uu * c
    if needs[0] or needs[1]:
        t1 = saturation(t0, limit)
    if needs[0]:
        out_u = settled(t1)
    u_g_out = dot(u, g_out, dim)
    t2 = d_saturation(t0, limit)
    if needs[0] or needs[2]:
        t3 = u_g_out * t2
    if needs[0]:
        d_uu = g_uu + t3 * c
        d_u_u = settled(2 * d_uu)
    if needs[1]:
        d_limit = u_g_out * (1 - t1 - 2 * t2 * t0) * inverse_root(t0)
    if needs[2]:
        d_c = t3 * uu
    return (
        combine((d_u_u, u), (out_u, g_out)) if needs[0] else None,
        d_limit if needs[1] else None,
        d_c if needs[2] else None,
    )


def _saturate_jvp(
    u: Tensor, limit: Tensor, c: Tensor, uu: Tensor, t_u: Tensor, t_limit: Tensor, t_c: Tensor, dim: int
) -> tuple[Tensor, ...]:
    t0 = uu * c
    t1 = saturation(t0, limit)
    out_u = t1
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t2 = d_saturation(t0, limit)
    t_out_u = t_limit * (1 - t1 - 2 * t2 * t0) * inverse_root(t0) + t_c * t2 * uu + t_uu * t2 * c
    return (combine((out_u, t_u), (t_out_u, u)), t_uu)


_saturate_op = Operation(
    "saturate",
    Formulas(_saturate, _saturate_vjp, _saturate_jvp),
    inputs=(("u", "vector"), ("limit", "scalar"), ("c", "scalar")),
    results=("vector",),
)


def saturate(u: Tensor, limit: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Keep a vector up to the length `limit`/√c; one that is longer by x/√c gets (limit + x/√(1 + x²))/√c.

    Smooth to second order, injective and radial: the radius stays below (limit + 1)/√c.

    Formula (LaTeX)::

        \mathrm{uu} = \langle u, u \rangle
        \mathrm{out\_u} = \operatorname{saturation}\left(\mathrm{uu} c, \mathrm{limit}\right)
        \mathrm{out} = \mathrm{out\_u} u

    Cost: 1 inner products, 4 further operations; backward 1 inner products, 19 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _saturate_op(u, limit, c, dim=dim)
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


def _space_part(u: Tensor, limit: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    square = uu * c
    inward = saturation(square, 4 + limit)
    out_u = settled(inward * sn(-square * inward**2, -1))
    return (out_u * u, uu)


def _space_part_vjp(
    u: Tensor,
    limit: Tensor,
    c: Tensor,
    uu: Tensor,
    g_out: Tensor,
    g_uu: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    square = uu * c
    t0 = 4 + limit
    t1 = saturation(square, t0)
    inward = t1
    t2 = square * inward**2
    t3 = -t2
    t4 = sn(t3, -1)
    if needs[0]:
        out_u = settled(inward * t4)
    u_g_out = dot(u, g_out, dim)
    t5 = d_sn(t3, -1)
    d_inward = u_g_out * (t4 - 2 * t5 * t2)
    t6 = d_saturation(square, t0)
    if needs[0] or needs[2]:
        d_square = d_inward * t6 - u_g_out * t5 * inward**3
    if needs[0]:
        d_uu = g_uu + d_square * c
    if needs[2]:
        term = d_square * uu
        d_c = row_sum(term, u, rows)
    if needs[1]:
        term_2 = d_inward * (1 - t1 - 2 * t6 * square) * inverse_root(square)
        d_limit = row_sum(term_2, u, rows)
    if needs[0]:
        d_u_u = settled(2 * d_uu)
    return (
        combine((d_u_u, u), (out_u, g_out)) if needs[0] else None,
        d_limit if needs[1] else None,
        d_c if needs[2] else None,
    )


def _space_part_jvp(
    u: Tensor,
    limit: Tensor,
    c: Tensor,
    uu: Tensor,
    t_u: Tensor,
    t_limit: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    square = uu * c
    t0 = 4 + limit
    t1 = saturation(square, t0)
    inward = t1
    t2 = square * inward**2
    t3 = -t2
    t4 = sn(t3, -1)
    out_u = inward * t4
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_square = t_uu * c + t_c * uu
    t5 = d_saturation(square, t0)
    t_inward = t_square * t5 + t_limit * (1 - t1 - 2 * t5 * square) * inverse_root(square)
    t6 = d_sn(t3, -1)
    t_out_u = t_inward * (t4 - 2 * t6 * t2) - t_square * t6 * inward**3
    return (combine((out_u, t_u), (t_out_u, u)), t_uu)


_space_part_op = Operation(
    "space_part",
    Formulas(_space_part, _space_part_vjp, _space_part_jvp),
    inputs=(("u", "vector"), ("limit", "scalar"), ("c", "scalar")),
    results=("vector",),
    shared=("limit",),
)


def space_part(u: Tensor, limit: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Space part of the point of the hyperboloid with frame coordinates u, which saturates at `limit` + 4.

    Formula (LaTeX)::

        \mathrm{uu} = \langle u, u \rangle
        \mathrm{square} = \mathrm{uu} c
        \mathrm{inward} = \operatorname{saturation}\left(\mathrm{square}, 4 + \mathrm{limit}\right)
        \mathrm{out\_u} = \mathrm{inward} \operatorname{sn}\left(- \mathrm{square} \mathrm{inward}^{2}\right)
        \mathrm{out} = \mathrm{out\_u} u

    Cost: 1 inner products, 9 further operations; backward 1 inner products, 35 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _space_part_op(u, limit, c, dim=dim)
    return result


def _from_space_part(space: Tensor, limit: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    t0 = settled(torch.rsqrt(c))
    t1 = settled(torch.exp(4 + 3 * limit))
    channels = clip(space, t0 * t1 / 2)
    channels_channels = dot(channels, channels, dim)
    t2 = channels_channels * c
    angle = asn(-t2, -1)
    out_channels = settled(angle * saturation(t2 * angle**2, limit))
    return (out_channels * channels, channels_channels)


def _from_space_part_vjp(
    space: Tensor,
    limit: Tensor,
    c: Tensor,
    channels_channels: Tensor,
    g_out: Tensor,
    g_channels_channels: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    t0 = torch.rsqrt(c)
    t1 = 4 + 3 * limit
    t2 = settled(torch.exp(t1))
    t3 = settled(t2 / 2)
    t4 = settled(t0 * t3)
    t5 = clip(space, t4)
    channels = t5
    t6 = channels_channels * c
    t7 = -t6
    angle = asn(t7, -1)
    t8 = t6 * angle**2
    t9 = saturation(t8, limit)
    out_channels = settled(angle * t9)
    channels_g_out = dot(channels, g_out, dim)
    t10 = d_saturation(t8, limit)
    t11 = t9 + 2 * t10 * t8
    d_angle = channels_g_out * t11
    t12 = d_angle * d_asn(t7, -1)
    t13 = channels_g_out * t10 * angle**3
    d_channels_channels = g_channels_channels + t13 * c - t12 * c
    d_channels_channels_2 = settled(2 * d_channels_channels)
    d_channels = settled(combine((d_channels_channels_2, channels), (out_channels, g_out)))
    t14 = is_within(space, t4)
    if needs[0]:
        adjoint = d_channels * t14
    if needs[1] or needs[2]:
        t15 = settled(torch.exp(-t1))
        t16 = t5 * t15 * (1 - t14)
    if needs[1]:
        slope = 3 * t16 * t2
        d_channels_slope = dot(d_channels, slope, dim)
    if needs[2]:
        slope_2 = -t16 * t3 / c
        d_channels_slope_2 = dot(d_channels, slope_2, dim)
        term = d_channels_slope_2 + t13 * channels_channels - t12 * channels_channels
        d_c = row_sum(term, space, rows)
    if needs[1]:
        term_2 = d_channels_slope + angle * channels_g_out * (1 - t11) * inverse_root(t8)
        d_limit = row_sum(term_2, space, rows)
    return (adjoint if needs[0] else None, d_limit if needs[1] else None, d_c if needs[2] else None)


def _from_space_part_jvp(
    space: Tensor,
    limit: Tensor,
    c: Tensor,
    channels_channels: Tensor,
    t_space: Tensor,
    t_limit: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    t0 = 4 + 3 * limit
    t1 = torch.exp(t0)
    t2 = t1 / 2
    t3 = t2 / torch.sqrt(c)
    t4 = clip(space, t3)
    channels = t4
    t5 = channels_channels * c
    t6 = -t5
    angle = asn(t6, -1)
    t7 = t5 * angle**2
    t8 = saturation(t7, limit)
    out_channels = angle * t8
    t9 = is_within(space, t3)
    tangent = t_space * t9
    t10 = torch.exp(-t0)
    t11 = t4 * t10
    tangent_2 = -3 * t_limit * t11 * t9 * t1 + 3 * t_limit * t4 * t1 * t10
    t12 = t_c * t11 * t2 / c
    tangent_3 = -t12 + t12 * t9
    channels_tangent = dot(channels, tangent, dim)
    channels_tangent_2 = dot(channels, tangent_2, dim)
    channels_tangent_3 = dot(channels, tangent_3, dim)
    t_channels_channels = 2 * channels_tangent + 2 * channels_tangent_2 + 2 * channels_tangent_3
    t13 = d_asn(t6, -1)
    t14 = t_channels_channels * c
    t15 = t_c * channels_channels
    t_angle = -t13 * t14 - t13 * t15
    t16 = d_saturation(t7, limit)
    t17 = t8 + 2 * t16 * t7
    t18 = t16 * angle**3
    t_out_channels = t_angle * t17 + t14 * t18 + t15 * t18 + angle * t_limit * (1 - t17) * inverse_root(t7)
    return (
        combine(
            (out_channels, tangent), (out_channels, tangent_2), (out_channels, tangent_3), (t_out_channels, channels)
        ),
        t_channels_channels,
    )


_from_space_part_op = Operation(
    "from_space_part",
    Formulas(_from_space_part, _from_space_part_vjp, _from_space_part_jvp),
    inputs=(("space", "vector"), ("limit", "scalar"), ("c", "scalar")),
    results=("vector",),
    shared=("limit",),
)


def from_space_part(space: Tensor, limit: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Frame coordinates, saturated at `limit`, of the point of the hyperboloid with this space part.

    Coordinates end at e^(3 limit + 4)/2, in units of 1/√c, so that no square overflows.

    Formula (LaTeX)::

        \mathrm{channels} = \operatorname{clip}\left(\mathrm{space}, \frac{e^{4 + 3 \mathrm{limit}}}{2 \sqrt{c}}\right)
        \mathrm{channels\_channels} = \langle \mathrm{channels}, \mathrm{channels} \rangle
        \mathrm{angle} = \operatorname{asn}\left(- \mathrm{channels\_channels} c\right)
        \mathrm{out\_channels} = \mathrm{angle} \operatorname{saturation}\left(\mathrm{channels\_channels} c \mathrm{angle}^{2}, \mathrm{limit}\right)
        \mathrm{out} = \mathrm{channels} \mathrm{out\_channels}

    Cost: 1 inner products, 17 further operations; backward 3 inner products, 59 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _from_space_part_op(space, limit, c, dim=dim)
    return result


def _matched(
    z: Tensor, square: Tensor, limit: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]
) -> tuple[Tensor, ...]:
    reach = square * c
    outward = asn(-reach, -1) * root(square)
    zz = dot(z, z, dim)
    out_z = settled(outward * inverse_root(zz) * saturation(c * outward**2, limit))
    return (out_z * z, zz)


def _matched_vjp(
    z: Tensor,
    square: Tensor,
    limit: Tensor,
    c: Tensor,
    zz: Tensor,
    g_out: Tensor,
    g_zz: Tensor,
    needs: Sequence[bool],
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor | None, ...]:
    reach = square * c
    t0 = -reach
    t1 = asn(t0, -1)
    t2 = root(square)
    outward = t1 * t2
    t3 = inverse_root(zz)
    t4 = c * outward**2
    t5 = saturation(t4, limit)
    if needs[0] or needs[1] or needs[3]:
        t6 = t5 * t3
    if needs[0]:
        out_z = settled(outward * t6)
    z_g_out = dot(z, g_out, dim)
    if needs[0] or needs[2]:
        t7 = outward * z_g_out
    if needs[0]:
        d_zz = g_zz - t5 * t7 * t3**3 / 2
    if needs[1] or needs[2] or needs[3]:
        t8 = d_saturation(t4, limit)
    if needs[1] or needs[3]:
        t9 = t8 * t3
    if needs[1] or needs[2] or needs[3]:
        t10 = 2 * t4
    if needs[1] or needs[3]:
        d_outward = z_g_out * (t6 + t9 * t10)
        d_reach = -d_outward * t2 * d_asn(t0, -1)
    if needs[3]:
        term = d_reach * square + z_g_out * t9 * outward**3
        d_c = row_sum(term, z, rows)
    if needs[2]:
        term_2 = t7 * t3 * (1 - t5 - t8 * t10) * inverse_root(t4)
        d_limit = row_sum(term_2, z, rows)
    if needs[0]:
        d_z_z = settled(2 * d_zz)
    if needs[1]:
        d_square = d_reach * c + d_outward * t1 * inverse_root(square) / 2
    return (
        combine((d_z_z, z), (out_z, g_out)) if needs[0] else None,
        d_square if needs[1] else None,
        d_limit if needs[2] else None,
        d_c if needs[3] else None,
    )


def _matched_jvp(
    z: Tensor,
    square: Tensor,
    limit: Tensor,
    c: Tensor,
    zz: Tensor,
    t_z: Tensor,
    t_square: Tensor,
    t_limit: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    reach = square * c
    t0 = -reach
    t1 = asn(t0, -1)
    t2 = root(square)
    outward = t1 * t2
    t3 = inverse_root(zz)
    t4 = c * outward**2
    t5 = saturation(t4, limit)
    t6 = t5 * t3
    out_z = outward * t6
    t_reach = t_c * square + t_square * c
    t_outward = t_square * t1 * inverse_root(square) / 2 - t_reach * t2 * d_asn(t0, -1)
    z_t_z = dot(z, t_z, dim)
    t_zz = 2 * z_t_z
    t7 = d_saturation(t4, limit)
    t8 = t7 * t3
    t9 = 2 * t4
    t_out_z = (
        t_outward * (t6 + t8 * t9)
        + t_c * t8 * outward**3
        - t_zz * outward * t5 * t3**3 / 2
        + t_limit * outward * t3 * (1 - t5 - t7 * t9) * inverse_root(t4)
    )
    return (combine((out_z, t_z), (t_out_z, z)), t_zz)


_matched_op = Operation(
    "matched",
    Formulas(_matched, _matched_vjp, _matched_jvp),
    inputs=(("z", "vector"), ("square", "scalar"), ("limit", "scalar"), ("c", "scalar")),
    results=("vector",),
    shared=("limit",),
)


def matched(z: Tensor, square: Tensor, limit: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""The point of the hyperboloid in the direction of z whose space part has the squared length `square`.

    In frame coordinates, saturated at `limit`. Where z = 0 it is the origin, with gradient 0.
    Source: the efficient convolution of arXiv 2405.13979, whose kernel stands in for a rotation.

    Formula (LaTeX)::

        \mathrm{reach} = \mathrm{square} c
        \mathrm{outward} = \operatorname{asn}\left(- \mathrm{reach}\right) \operatorname{root}\left(\mathrm{square}\right)
        \mathrm{zz} = \langle z, z \rangle
        \mathrm{out\_z} = \mathrm{outward} \operatorname{inverse\_root}\left(\mathrm{zz}\right) \operatorname{saturation}\left(c \mathrm{outward}^{2}, \mathrm{limit}\right)
        \mathrm{out} = \mathrm{out\_z} z

    Cost: 1 inner products, 12 further operations; backward 1 inner products, 50 further operations. Saved: the
    inputs and 1 scalars per row.
    """
    result: Tensor = _matched_op(z, square, limit, c, dim=dim)
    return result
