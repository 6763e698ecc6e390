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
    root,
    sinh_c,
    sn_m,
    vanishes,
)
from ...compile.runtime import Formulas, Operation, combine, dot, peak

__all__ = ["add", "affine", "dist", "midpoint0", "normalize", "score", "sqdist"]


def _dist(u: Tensor, v: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    formed = sn(-uu * c, -1) * u
    vv = dot(v, v, dim)
    formed_2 = sn(-vv * c, -1) * v
    formed_formed = dot(formed, formed, dim)
    formed_formed_2 = dot(formed_2, formed_2, dim)
    formed_formed_3 = dot(formed, formed_2, dim)
    formed_3 = formed_2 - formed
    formed_4 = formed + formed_2
    formed_formed_4 = dot(formed_3, formed_3, dim)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    formed_formed_6 = dot(formed_3, formed_4, dim)
    formed_formed_7 = dot(formed_2, formed_4, dim)
    formed_formed_8 = dot(formed, formed_4, dim)
    t0 = is_positive(-formed_formed_4 + 4 * formed_formed) * is_positive(-formed_formed_4 + 4 * formed_formed_2)
    t1 = 2 - 2 * t0
    t2 = is_positive(formed_formed - formed_formed_2)
    t3 = t1 * t2
    t4 = t1 * (1 - t2)
    t5 = c * inverse_resolved(formed_formed_5 * c)
    formed_5 = combine(
        (t0, formed_3),
        (t3, formed_2),
        (-t4, formed),
        (-t5 * (formed_formed_6 * t0 + formed_formed_7 * t3 - formed_formed_8 * t4), formed_4),
    )
    formed_formed_9 = dot(formed_4, formed_5, dim)
    formed_6 = torch.addcmul(formed_5, -formed_formed_9 * t5, formed_4)
    formed_formed_10 = dot(formed_6, formed_6, dim)
    t6 = 2 * formed_formed_3
    t7 = formed_formed * c
    t8 = torch.sqrt(1 + t7)
    t9 = torch.sqrt(1 + formed_formed_2 * c)
    t10 = t8 * t9
    t11 = choose(
        formed_formed_3,
        (formed_formed_10 * (t8 + t9) ** 2 + 4 * t5 * formed_formed_6**2)
        / (2 + 2 * t10 + t6 * c + formed_formed_10 * c),
        -t6 + 2 * (formed_formed + formed_formed_2 + formed_formed_2 * t7) / (1 + t10),
    )
    out = asn(-t11 * c / 4, 0) * root(t11)
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
    formed_3 = formed_2 - formed
    formed_4 = formed + formed_2
    formed_formed_4 = dot(formed_3, formed_3, dim)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    formed_formed_6 = dot(formed_3, formed_4, dim)
    formed_formed_7 = dot(formed_2, formed_4, dim)
    formed_formed_8 = dot(formed, formed_4, dim)
    t4 = is_positive(-formed_formed_4 + 4 * formed_formed) * is_positive(-formed_formed_4 + 4 * formed_formed_2)
    t5 = 2 * t4
    t6 = 2 - t5
    t7 = is_positive(formed_formed - formed_formed_2)
    t8 = t6 * t7
    t9 = t6 * (1 - t7)
    t10 = formed_formed_6 * t4
    t11 = formed_formed_7 * t8
    t12 = formed_formed_8 * t9
    t13 = t10 + t11 - t12
    t14 = formed_formed_5 * c
    t15 = inverse_resolved(t14)
    t16 = t13 * t15
    t17 = t16 * c
    formed_5 = combine((t4, formed_3), (t8, formed_2), (-t9, formed), (-t17, formed_4))
    formed_formed_9 = dot(formed_4, formed_5, dim)
    t18 = formed_formed_9 * t15
    t19 = t18 * c
    formed_6 = torch.addcmul(formed_5, -t19, formed_4)
    formed_formed_10 = dot(formed_6, formed_6, dim)
    t20 = formed_formed * c
    t21 = 1 + t20
    t22 = torch.sqrt(t21)
    t23 = 1 + formed_formed_2 * c
    t24 = torch.sqrt(t23)
    t25 = t22 + t24
    t26 = t25**2
    t27 = formed_formed_10 * c
    t28 = 2 * formed_formed_3
    t29 = t22 * t24
    t30 = 2 + t27 + 2 * t29 + t28 * c
    t31 = 1 / t30
    t32 = t15 * c
    t33 = formed_formed_6**2
    t34 = 4 * t33
    t35 = formed_formed_10 * t26 + t32 * t34
    t36 = t35 / t30**2
    t37 = t36 * c
    t38 = -t37 + t31 * t26
    t39 = 1 + t29
    t40 = 1 / t39
    t41 = formed_formed + formed_formed_2 + formed_formed_2 * t20
    t42 = choose(formed_formed_3, t31 * t35, -t28 + 2 * t41 * t40)
    t43 = t42 / 4
    t44 = -t43 * c
    t45 = asn(t44, 0)
    t46 = inverse_root(t42)
    t47 = is_positive(formed_formed_3)
    t48 = c / 4
    t49 = d_asn(t44, 0) * root(t42)
    t50 = t49 * t48
    d_formed_formed = g_out * (-t38 * t50 * t47 + t38 * t45 * t46 * t47 / 2)
    d_formed_formed_2 = 2 * d_formed_formed
    formed_formed_11 = dot(formed_4, formed_6, dim)
    t51 = d_formed_formed_2 * formed_formed_11
    t52 = t51 * t32
    d_formed_formed_3 = -t52
    t53 = 2 * t32
    t54 = t32 * t5
    t55 = t54 * t7 - t53 * t7
    t56 = t55 + t53 - t54
    t57 = d_formed_formed_3 * formed_formed_5
    d_formed_formed_4 = t51 * t56 + t56 * t57
    d_formed_formed_5 = t51 * t55 + t55 * t57
    t58 = c**2
    t59 = 2 * t47
    t60 = t31 * t49
    t61 = d_formed_formed_3 * t4
    d_formed_formed_6 = (
        g_out * (-formed_formed_6 * t60 * t15 * t59 * t58 + 4 * formed_formed_6 * t31 * t45 * t15 * t46 * t47 * c)
        - t52 * t4
        - t61 * t14 * t15
    )
    t62 = t15**2
    t63 = t62 * t58
    t64 = t45 * t46
    t65 = t10 * t63 + t11 * t63 - t12 * t63
    d_formed_formed_7 = (
        g_out * (t60 * t33 * t47 * t62 * c**3 - t31 * t64 * t33 * t59 * t63)
        + t51 * t65
        + t57 * t65
        + formed_formed_9 * t51 * t63
    )
    d_formed_formed_8 = -d_formed_formed_2 * t17 - d_formed_formed_2 * t19
    d_formed_formed_9 = 2 * d_formed_formed_7 - d_formed_formed_3 * t17
    d_formed_formed_10 = d_formed_formed_2 * t4
    d_formed_formed_11 = d_formed_formed_6 + t61
    t66 = -2 + 2 * t47 - t37 * t59
    d_formed_formed_12 = g_formed_formed_3 + g_out * (-t50 * t66 + t45 * t66 * t46 / 2)
    t67 = 1 - t47
    if needs[1] or needs[2]:
        t68 = 1 / t24
        t69 = t22 * t68
    t70 = t41 / t39**2
    t71 = t70 * c
    t72 = t31 * t27 * t25
    if needs[1] or needs[2]:
        t73 = t67 * (-t71 * t69 + 2 * t21 * t40) + t47 * (t72 * t68 - t37 * t69)
        d_formed_formed_13 = g_formed_formed_2 + g_out * (-t50 * t73 + t45 * t73 * t46 / 2)
    if needs[0] or needs[2]:
        t74 = 1 / t22
        t75 = t24 * t74
        t76 = t67 * (-t71 * t75 + 2 * t23 * t40) + t47 * (t72 * t74 - t37 * t75)
        d_formed_formed_14 = g_formed_formed + g_out * (-t50 * t76 + t45 * t76 * t46 / 2)
    if needs[1] or needs[2]:
        d_formed_formed_15 = d_formed_formed_8 + d_formed_formed_10 + d_formed_formed_2 * t8
        d_formed_formed_16 = d_formed_formed_5 + d_formed_formed_9 + d_formed_formed_11 + d_formed_formed_3 * t8
        d_formed_formed_17 = d_formed_formed_4 + d_formed_formed_12
        d_formed_formed_18 = d_formed_formed_5 + 2 * d_formed_formed_13
        v_formed = dot(v, formed_6, dim)
        v_formed_2 = dot(v, formed_4, dim)
        v_formed_3 = dot(v, formed_5, dim)
        v_formed_4 = dot(v, formed, dim)
        v_formed_5 = dot(v, formed_2, dim)
        v_formed_6 = dot(v, formed_3, dim)
        t77 = d_sn(t2, -1)
    if needs[1]:
        t78 = t77 * c
    if needs[1] or needs[2]:
        t79 = d_formed_formed_3 * v_formed_3
        t80 = d_formed_formed_6 * v_formed_6
        t81 = d_formed_formed_15 * v_formed
        t82 = d_formed_formed_16 * v_formed_2
        t83 = d_formed_formed_17 * v_formed_4
        t84 = d_formed_formed_18 * v_formed_5
    if needs[1]:
        d_vv = g_vv - t78 * t79 - t78 * t80 - t78 * t81 - t78 * t82 - t78 * t83 - t78 * t84
    if needs[0] or needs[2]:
        d_formed_formed_19 = d_formed_formed_8 - d_formed_formed_10 - d_formed_formed_2 * t9
        d_formed_formed_20 = d_formed_formed_4 + d_formed_formed_9 - d_formed_formed_11 - d_formed_formed_3 * t9
        d_formed_formed_21 = d_formed_formed_4 + 2 * d_formed_formed_14
        d_formed_formed_22 = d_formed_formed_5 + d_formed_formed_12
        u_formed = dot(u, formed_6, dim)
        u_formed_2 = dot(u, formed_4, dim)
        u_formed_3 = dot(u, formed_5, dim)
        u_formed_4 = dot(u, formed, dim)
        u_formed_5 = dot(u, formed_2, dim)
        u_formed_6 = dot(u, formed_3, dim)
        t85 = d_sn(t0, -1)
    if needs[0]:
        t86 = t85 * c
    if needs[0] or needs[2]:
        t87 = d_formed_formed_3 * u_formed_3
        t88 = d_formed_formed_6 * u_formed_6
        t89 = d_formed_formed_19 * u_formed
        t90 = d_formed_formed_20 * u_formed_2
        t91 = d_formed_formed_21 * u_formed_4
        t92 = d_formed_formed_22 * u_formed_5
    if needs[0]:
        d_uu = g_uu - t86 * t87 - t86 * t88 - t86 * t89 - t86 * t90 - t86 * t91 - t86 * t92
        d_u_formed = d_formed_formed_19 * t1
        d_u_formed_2 = d_formed_formed_20 * t1
        d_u_formed_3 = d_formed_formed_3 * t1
        d_u_formed_4 = d_formed_formed_21 * t1
        d_u_formed_5 = d_formed_formed_22 * t1
        d_u_formed_6 = d_formed_formed_6 * t1
        d_u_u = 2 * d_uu
    if needs[1]:
        d_v_formed = d_formed_formed_15 * t3
        d_v_formed_2 = d_formed_formed_16 * t3
        d_v_formed_3 = d_formed_formed_3 * t3
        d_v_formed_4 = d_formed_formed_17 * t3
        d_v_formed_5 = d_formed_formed_18 * t3
        d_v_formed_6 = d_formed_formed_6 * t3
        d_v_v = 2 * d_vv
    if needs[2]:
        t97 = t14 * t62
        t93 = formed_formed * t74
        t94 = t93 * t24
        t95 = formed_formed_2 * t68
        t96 = t95 * t22
        t98 = t67 * (2 * t70 * (-t94 / 2 - t96 / 2) + 2 * formed_formed * formed_formed_2 * t40) + t47 * (
            t31 * (t15 * t34 - t34 * t97 + formed_formed_10 * t25 * (t93 + t95))
            + t36 * (-t28 - formed_formed_10 - t94 - t96)
        )
        t99 = -t16 + t13 * t97
        t100 = t77 * vv
        t101 = t85 * uu
        d_c = (
            g_out * (t49 * (-t43 - t98 * t48) + t64 * t98 / 2)
            - t100 * t79
            - t100 * t80
            - t100 * t81
            - t100 * t82
            - t100 * t83
            - t100 * t84
            - t101 * t87
            - t101 * t88
            - t101 * t89
            - t101 * t90
            - t101 * t91
            - t101 * t92
            + d_formed_formed_2 * formed_formed_11 * t99
            + d_formed_formed_2 * formed_formed_11 * (-t18 + formed_formed_9 * t97)
            + d_formed_formed_3 * t99 * formed_formed_5
        )
    return (
        combine(
            (d_u_formed, formed_6),
            (d_u_formed_2, formed_4),
            (d_u_formed_3, formed_5),
            (d_u_formed_4, formed),
            (d_u_formed_5, formed_2),
            (d_u_formed_6, formed_3),
            (d_u_u, u),
        )
        if needs[0]
        else None,
        combine(
            (d_v_formed, formed_6),
            (d_v_formed_2, formed_4),
            (d_v_formed_3, formed_5),
            (d_v_formed_4, formed),
            (d_v_formed_5, formed_2),
            (d_v_formed_6, formed_3),
            (d_v_v, v),
        )
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
    formed_3 = formed_2 - formed
    formed_4 = formed + formed_2
    formed_formed_4 = dot(formed_3, formed_3, dim)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    formed_formed_6 = dot(formed_3, formed_4, dim)
    formed_formed_7 = dot(formed_2, formed_4, dim)
    formed_formed_8 = dot(formed, formed_4, dim)
    t4 = is_positive(-formed_formed_4 + 4 * formed_formed)
    t5 = is_positive(-formed_formed_4 + 4 * formed_formed_2)
    t6 = t4 * t5
    t7 = 2 * t6
    t8 = 2 - t7
    t9 = is_positive(formed_formed - formed_formed_2)
    t10 = t8 * t9
    t11 = t8 * (1 - t9)
    t12 = formed_formed_6 * t6
    t13 = formed_formed_5 * c
    t14 = inverse_resolved(t13)
    t15 = t14 * c
    formed_5 = combine(
        (t6, formed_3),
        (t10, formed_2),
        (-t11, formed),
        (-t15 * (t12 + formed_formed_7 * t10 - formed_formed_8 * t11), formed_4),
    )
    formed_formed_9 = dot(formed_4, formed_5, dim)
    t16 = formed_formed_9 * t15
    formed_6 = torch.addcmul(formed_5, -t16, formed_4)
    formed_formed_10 = dot(formed_6, formed_6, dim)
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_formed_t_u = t1
    t17 = d_sn(t0, -1)
    t_formed_u = -t_c * t17 * uu - t_uu * t17 * c
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t_formed_t_v = t3
    t18 = d_sn(t2, -1)
    t_formed_v = -t_c * t18 * vv - t_vv * t18 * c
    formed_t_u = dot(formed, t_u, dim)
    u_formed = dot(u, formed, dim)
    t19 = t_formed_t_u * formed_t_u
    t20 = t_formed_u * u_formed
    t_formed_formed = 2 * t19 + 2 * t20
    formed_t_v = dot(formed_2, t_v, dim)
    v_formed = dot(v, formed_2, dim)
    t21 = t_formed_t_v * formed_t_v
    t22 = t_formed_v * v_formed
    t_formed_formed_2 = 2 * t21 + 2 * t22
    formed_t_u_2 = dot(formed_2, t_u, dim)
    u_formed_2 = dot(u, formed_2, dim)
    formed_t_v_2 = dot(formed, t_v, dim)
    v_formed_2 = dot(v, formed, dim)
    t23 = t_formed_t_u * formed_t_u_2 + t_formed_u * u_formed_2
    t24 = t_formed_t_v * formed_t_v_2 + t_formed_v * v_formed_2
    t_formed_formed_3 = t23 + t24
    t_formed_u_2 = -t_formed_u
    t_formed_t_u_2 = -t_formed_t_u
    u_formed_3 = dot(u, formed_3, dim)
    formed_t_u_3 = dot(formed_3, t_u, dim)
    v_formed_3 = dot(v, formed_3, dim)
    formed_t_v_3 = dot(formed_3, t_v, dim)
    u_formed_4 = dot(u, formed_4, dim)
    formed_t_u_4 = dot(formed_4, t_u, dim)
    v_formed_4 = dot(v, formed_4, dim)
    formed_t_v_4 = dot(formed_4, t_v, dim)
    t25 = t_formed_t_u * formed_t_u_4
    t26 = t_formed_u * u_formed_4
    t27 = t_formed_t_v * formed_t_v_4
    t28 = t_formed_v * v_formed_4
    t_formed_formed_4 = 2 * t25 + 2 * t26 + 2 * t27 + 2 * t28
    t29 = t27 + t28
    t_formed_formed_5 = (
        t29
        + t_formed_t_u * formed_t_u_3
        + t_formed_u * u_formed_3
        + t_formed_t_v * formed_t_v_3
        + t_formed_v * v_formed_3
        + t_formed_u_2 * u_formed_4
        + t_formed_t_u_2 * formed_t_u_4
    )
    t_formed_formed_6 = t21 + t22 + t23 + t29
    t_formed_formed_7 = t19 + t20 + t24 + t25 + t26
    t30 = t_c * t14
    t31 = formed_formed_8 * t30
    t32 = t_formed_formed_7 * t15
    t33 = 2 * t9
    t34 = formed_formed_7 * t33
    t35 = 2 * formed_formed_8
    t36 = t14**2
    t37 = c**2
    t38 = t_formed_formed_4 * t37
    t39 = t38 * t36
    t40 = t_formed_formed_6 * t15
    t41 = t_c * t13
    t42 = t41 * t36
    t43 = formed_formed_8 * t33
    t44 = t7 * t9
    t45 = formed_formed_7 * t44
    t46 = formed_formed_8 * t39
    t47 = formed_formed_8 * t42
    t_formed_formed_8 = (
        2 * t31
        + 2 * t32
        + t12 * t39
        + t12 * t42
        + t30 * t45
        + t31 * t44
        + t32 * t44
        + t34 * t39
        + t34 * t42
        + t39 * t43
        + t40 * t44
        + t42 * t43
        + t46 * t7
        + t47 * t7
        - t12 * t30
        - t30 * t34
        - t31 * t33
        - t31 * t7
        - t32 * t33
        - t32 * t7
        - t35 * t39
        - t35 * t42
        - t39 * t45
        - t40 * t33
        - t42 * t45
        - t46 * t44
        - t47 * t44
        - t_formed_formed_5 * t15 * t6
    )
    t48 = 2 * t_formed_u
    t49 = t48 * t9
    t50 = formed_formed_7 * t15
    t51 = formed_formed_8 * t15
    t52 = t12 * t15
    t_formed_u_3 = (
        -t48
        - t_formed_u * t52
        - t49 * t50
        - t49 * t51
        - t49 * t6
        + 2 * t_formed_u * t9
        + t_formed_u_2 * t4 * t5
        - t48 * t51 * t6
        + 2 * t_formed_u * t4 * t5
        + 2 * formed_formed_8 * t_formed_u * t14 * c
        + 2 * formed_formed_7 * t_formed_u * t14 * t4 * t5 * t9 * c
        + 2 * formed_formed_8 * t_formed_u * t14 * t4 * t5 * t9 * c
    )
    t53 = 2 * t_formed_t_u
    t54 = t53 * t9
    t_formed_t_u_3 = (
        -t53
        - t_formed_t_u * t52
        - t50 * t54
        - t51 * t54
        - t54 * t6
        + 2 * t_formed_t_u * t9
        + t_formed_t_u_2 * t4 * t5
        - t51 * t53 * t6
        + 2 * t_formed_t_u * t4 * t5
        + 2 * formed_formed_8 * t_formed_t_u * t14 * c
        + 2 * formed_formed_7 * t_formed_t_u * t14 * t4 * t5 * t9 * c
        + 2 * formed_formed_8 * t_formed_t_u * t14 * t4 * t5 * t9 * c
    )
    t55 = t_formed_v * t33
    t56 = t51 * t7
    t_formed_v_2 = (
        -t_formed_v * t52
        - t_formed_v * t56
        - t_formed_v * t44
        - t50 * t55
        - t51 * t55
        + 2 * t_formed_v * t9
        + t_formed_v * t4 * t5
        + 2 * formed_formed_8 * t_formed_v * t14 * c
        + 2 * formed_formed_7 * t_formed_v * t14 * t4 * t5 * t9 * c
        + 2 * formed_formed_8 * t_formed_v * t14 * t4 * t5 * t9 * c
    )
    t57 = t_formed_t_v * t33
    t_formed_t_v_2 = (
        -t_formed_t_v * t52
        - t_formed_t_v * t56
        - t_formed_t_v * t44
        - t50 * t57
        - t51 * t57
        + 2 * t_formed_t_v * t9
        + t_formed_t_v * t4 * t5
        + 2 * formed_formed_8 * t_formed_t_v * t14 * c
        + 2 * formed_formed_7 * t_formed_t_v * t14 * t4 * t5 * t9 * c
        + 2 * formed_formed_8 * t_formed_t_v * t14 * t4 * t5 * t9 * c
    )
    u_formed_5 = dot(u, formed_5, dim)
    formed_t_u_5 = dot(formed_5, t_u, dim)
    v_formed_5 = dot(v, formed_5, dim)
    formed_t_v_5 = dot(formed_5, t_v, dim)
    t_formed_formed_9 = (
        t_formed_t_u * formed_t_u_5
        + t_formed_u * u_formed_5
        + t_formed_t_v * formed_t_v_5
        + t_formed_v * v_formed_5
        + u_formed_4 * t_formed_u_3
        + formed_t_u_4 * t_formed_t_u_3
        + v_formed_4 * t_formed_v_2
        + formed_t_v_4 * t_formed_t_v_2
        + t_formed_formed_8 * formed_formed_5
    )
    t58 = formed_formed_9 * t36
    t_formed_formed_10 = t_formed_formed_8 + t38 * t58 + t41 * t58 - formed_formed_9 * t30 - t_formed_formed_9 * t15
    t_formed_u_4 = t_formed_u_3 - t_formed_u * t16
    t_formed_v_3 = t_formed_v_2 - t_formed_v * t16
    t_formed_t_u_4 = t_formed_t_u_3 - t_formed_t_u * t16
    t_formed_t_v_3 = t_formed_t_v_2 - t_formed_t_v * t16
    formed_formed_11 = dot(formed_4, formed_6, dim)
    u_formed_6 = dot(u, formed_6, dim)
    v_formed_6 = dot(v, formed_6, dim)
    formed_t_u_6 = dot(formed_6, t_u, dim)
    formed_t_v_6 = dot(formed_6, t_v, dim)
    t_formed_formed_11 = (
        2 * t_formed_formed_10 * formed_formed_11
        + 2 * t_formed_u_4 * u_formed_6
        + 2 * t_formed_v_3 * v_formed_6
        + 2 * t_formed_t_u_4 * formed_t_u_6
        + 2 * t_formed_t_v_3 * formed_t_v_6
    )
    t59 = formed_formed_10 * c
    t60 = 2 * formed_formed_3
    t61 = formed_formed * c
    t62 = 1 + t61
    t63 = torch.sqrt(t62)
    t64 = 1 + formed_formed_2 * c
    t65 = torch.sqrt(t64)
    t66 = t63 * t65
    t67 = 2 + t59 + 2 * t66 + t60 * c
    t68 = 1 / t67
    t69 = t63 + t65
    t70 = t69**2
    t71 = formed_formed_6**2
    t72 = 4 * t71
    t73 = formed_formed_10 * t70 + t15 * t72
    t74 = 1 + t66
    t75 = 1 / t74
    t76 = formed_formed + formed_formed_2 + formed_formed_2 * t61
    t77 = choose(formed_formed_3, t68 * t73, -t60 + 2 * t76 * t75)
    t78 = t77 / 4
    t79 = is_positive(formed_formed_3)
    t80 = 1 - t79
    t81 = 1 / t63
    t82 = formed_formed * t81
    t83 = t82 * t65
    t84 = 1 / t65
    t85 = formed_formed_2 * t84
    t86 = t85 * t63
    t87 = t76 / t74**2
    t88 = t73 / t67**2
    t89 = t80 * (2 * t87 * (-t83 / 2 - t86 / 2) + 2 * formed_formed * formed_formed_2 * t75) + t79 * (
        t68 * (t14 * t72 + formed_formed_10 * t69 * (t82 + t85) - t13 * t36 * t72)
        + t88 * (-t60 - formed_formed_10 - t83 - t86)
    )
    t90 = c / 4
    t91 = -t78 * c
    t92 = d_asn(t91, 0) * root(t77)
    t93 = asn(t91, 0)
    t94 = inverse_root(t77)
    t95 = t93 * t94
    t96 = t65 * t81
    t97 = t87 * c
    t98 = t68 * t59 * t69
    t99 = t88 * c
    t100 = t80 * (-t97 * t96 + 2 * t64 * t75) + t79 * (t98 * t81 - t99 * t96)
    t101 = t92 * t90
    t102 = t63 * t84
    t103 = t80 * (-t97 * t102 + 2 * t62 * t75) + t79 * (t98 * t84 - t99 * t102)
    t104 = 2 * t79
    t105 = -2 + 2 * t79 - t99 * t104
    t106 = t68 * t92
    t107 = t36 * t71
    t108 = t104 * t37
    t109 = -t99 + t68 * t70
    t_out = (
        t_c * (t92 * (-t78 - t89 * t90) + t89 * t95 / 2)
        + t_formed_formed * (-t100 * t101 + t100 * t93 * t94 / 2)
        + t_formed_formed_2 * (-t101 * t103 + t103 * t93 * t94 / 2)
        + t_formed_formed_3 * (-t101 * t105 + t105 * t93 * t94 / 2)
        + t_formed_formed_4 * (t106 * t107 * t79 * c**3 - t68 * t95 * t107 * t108)
        + t_formed_formed_5
        * (-formed_formed_6 * t106 * t108 * t14 + 4 * formed_formed_6 * t68 * t93 * t14 * t79 * t94 * c)
        + t_formed_formed_11 * (-t101 * t109 * t79 + t109 * t93 * t79 * t94 / 2)
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
        \mathrm{formed} = u \operatorname{sn}{\left(- \mathrm{uu} c \right)}
        \mathrm{vv} = \langle v, v \rangle
        \mathrm{formed\_2} = v \operatorname{sn}{\left(- \mathrm{vv} c \right)}
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_2}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_formed\_3} = \langle \mathrm{formed}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_3} = \mathrm{formed\_2} - \mathrm{formed}
        \mathrm{formed\_4} = \mathrm{formed\_2} + \mathrm{formed}
        \mathrm{formed\_formed\_4} = \langle \mathrm{formed\_3}, \mathrm{formed\_3} \rangle
        \mathrm{formed\_formed\_5} = \langle \mathrm{formed\_4}, \mathrm{formed\_4} \rangle
        \mathrm{formed\_formed\_6} = \langle \mathrm{formed\_3}, \mathrm{formed\_4} \rangle
        \mathrm{formed\_formed\_7} = \langle \mathrm{formed\_2}, \mathrm{formed\_4} \rangle
        \mathrm{formed\_formed\_8} = \langle \mathrm{formed}, \mathrm{formed\_4} \rangle
        \mathrm{formed\_5} = \mathrm{formed\_2} \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed\_2} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed} \right)}\right) \operatorname{is}_{positive}{\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2} \right)} + \mathrm{formed\_3} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed\_2} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed} \right)} - \mathrm{formed} \left(1 - \operatorname{is}_{positive}{\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2} \right)}\right) \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed\_2} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed} \right)}\right) - \mathrm{formed\_4} c \left(\mathrm{formed\_formed\_6} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed\_2} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed} \right)} + \mathrm{formed\_formed\_7} \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed\_2} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed} \right)}\right) \operatorname{is}_{positive}{\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2} \right)} - \mathrm{formed\_formed\_8} \left(1 - \operatorname{is}_{positive}{\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2} \right)}\right) \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed\_2} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed} \right)}\right)\right) \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_5} c \right)}
        \mathrm{formed\_formed\_9} = \langle \mathrm{formed\_4}, \mathrm{formed\_5} \rangle
        \mathrm{formed\_6} = \mathrm{formed\_5} - \mathrm{formed\_4} \mathrm{formed\_formed\_9} c \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_5} c \right)}
        \mathrm{formed\_formed\_10} = \langle \mathrm{formed\_6}, \mathrm{formed\_6} \rangle
        \mathrm{out} = \operatorname{asn}{\left(- \frac{c \operatorname{choose}{\left(\mathrm{formed\_formed\_3},\frac{\mathrm{formed\_formed\_10} \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} + \sqrt{1 + \mathrm{formed\_formed} c}\right)^{2} + 4 c \mathrm{formed\_formed\_6}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_5} c \right)}}{2 + \mathrm{formed\_formed\_10} c + 2 \mathrm{formed\_formed\_3} c + 2 \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}},- 2 \mathrm{formed\_formed\_3} + \frac{2 \left(\mathrm{formed\_formed\_2} + \mathrm{formed\_formed} + \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c\right)}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}} \right)}}{4} \right)} \root{\left(\operatorname{choose}{\left(\mathrm{formed\_formed\_3},\frac{\mathrm{formed\_formed\_10} \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} + \sqrt{1 + \mathrm{formed\_formed} c}\right)^{2} + 4 c \mathrm{formed\_formed\_6}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_5} c \right)}}{2 + \mathrm{formed\_formed\_10} c + 2 \mathrm{formed\_formed\_3} c + 2 \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}},- 2 \mathrm{formed\_formed\_3} + \frac{2 \left(\mathrm{formed\_formed\_2} + \mathrm{formed\_formed} + \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c\right)}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}} \right)} \right)}
        \mathrm{out} = \mathrm{out}

    Cost: 12 inner products, 69 further operations; backward 20 inner products, 372 further operations. Saved:
    the inputs and 5 scalars per row. Computed in float64 for float32 inputs.
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
    formed_3 = formed_2 - formed
    formed_4 = formed + formed_2
    formed_formed_4 = dot(formed_3, formed_3, dim)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    formed_formed_6 = dot(formed_3, formed_4, dim)
    formed_formed_7 = dot(formed_2, formed_4, dim)
    formed_formed_8 = dot(formed, formed_4, dim)
    t0 = is_positive(-formed_formed_4 + 4 * formed_formed) * is_positive(-formed_formed_4 + 4 * formed_formed_2)
    t1 = 2 - 2 * t0
    t2 = is_positive(formed_formed - formed_formed_2)
    t3 = t1 * t2
    t4 = t1 * (1 - t2)
    t5 = c * inverse_resolved(formed_formed_5 * c)
    formed_5 = combine(
        (t0, formed_3),
        (t3, formed_2),
        (-t4, formed),
        (-t5 * (formed_formed_6 * t0 + formed_formed_7 * t3 - formed_formed_8 * t4), formed_4),
    )
    formed_formed_9 = dot(formed_4, formed_5, dim)
    formed_6 = torch.addcmul(formed_5, -formed_formed_9 * t5, formed_4)
    formed_formed_10 = dot(formed_6, formed_6, dim)
    t6 = 2 * formed_formed_3
    t7 = formed_formed * c
    t8 = torch.sqrt(1 + t7)
    t9 = torch.sqrt(1 + formed_formed_2 * c)
    t10 = t8 * t9
    t11 = choose(
        formed_formed_3,
        (formed_formed_10 * (t8 + t9) ** 2 + 4 * t5 * formed_formed_6**2)
        / (2 + 2 * t10 + t6 * c + formed_formed_10 * c),
        -t6 + 2 * (formed_formed + formed_formed_2 + formed_formed_2 * t7) / (1 + t10),
    )
    out = t11 * asn(-t11 * c / 4, 0) ** 2
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
    formed_3 = formed_2 - formed
    formed_4 = formed + formed_2
    formed_formed_4 = dot(formed_3, formed_3, dim)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    formed_formed_6 = dot(formed_3, formed_4, dim)
    formed_formed_7 = dot(formed_2, formed_4, dim)
    formed_formed_8 = dot(formed, formed_4, dim)
    t4 = is_positive(-formed_formed_4 + 4 * formed_formed) * is_positive(-formed_formed_4 + 4 * formed_formed_2)
    t5 = 2 * t4
    t6 = 2 - t5
    t7 = is_positive(formed_formed - formed_formed_2)
    t8 = t6 * t7
    t9 = t6 * (1 - t7)
    t10 = formed_formed_6 * t4
    t11 = formed_formed_7 * t8
    t12 = formed_formed_8 * t9
    t13 = t10 + t11 - t12
    t14 = formed_formed_5 * c
    t15 = inverse_resolved(t14)
    t16 = t13 * t15
    t17 = t16 * c
    formed_5 = combine((t4, formed_3), (t8, formed_2), (-t9, formed), (-t17, formed_4))
    formed_formed_9 = dot(formed_4, formed_5, dim)
    t18 = formed_formed_9 * t15
    t19 = t18 * c
    formed_6 = torch.addcmul(formed_5, -t19, formed_4)
    formed_formed_10 = dot(formed_6, formed_6, dim)
    t21 = 2 * formed_formed_3
    t20 = formed_formed_10 * c
    t22 = formed_formed * c
    t23 = 1 + t22
    t24 = torch.sqrt(t23)
    t25 = 1 + formed_formed_2 * c
    t26 = torch.sqrt(t25)
    t27 = t24 * t26
    t28 = 2 + t20 + 2 * t27 + t21 * c
    t29 = 1 / t28
    t30 = t24 + t26
    t31 = t30**2
    t32 = t15 * c
    t33 = formed_formed_6**2
    t34 = 4 * t33
    t35 = formed_formed_10 * t31 + t32 * t34
    t36 = 1 + t27
    t37 = 1 / t36
    t38 = formed_formed + formed_formed_2 + formed_formed_2 * t22
    t39 = choose(formed_formed_3, t29 * t35, -t21 + 2 * t38 * t37)
    t40 = t39 / 4
    t41 = -t40 * c
    t42 = asn(t41, 0)
    t43 = t42**2
    t44 = t35 / t28**2
    t45 = t44 * c
    t46 = -t45 + t29 * t31
    t47 = is_positive(formed_formed_3)
    t48 = t39 * t42 * d_asn(t41, 0)
    t49 = t48 * c / 2
    d_formed_formed = g_out * (t46 * t43 * t47 - t46 * t49 * t47)
    d_formed_formed_2 = 2 * d_formed_formed
    formed_formed_11 = dot(formed_4, formed_6, dim)
    t50 = d_formed_formed_2 * formed_formed_11
    t51 = t50 * t32
    d_formed_formed_3 = -t51
    t52 = 2 * t32
    t53 = t32 * t5
    t54 = t53 * t7 - t52 * t7
    t55 = t54 + t52 - t53
    t56 = d_formed_formed_3 * formed_formed_5
    d_formed_formed_4 = t50 * t55 + t55 * t56
    d_formed_formed_5 = t50 * t54 + t54 * t56
    t57 = c**2
    t58 = t29 * t48
    t59 = d_formed_formed_3 * t4
    d_formed_formed_6 = (
        g_out * (-4 * formed_formed_6 * t58 * t15 * t47 * t57 + 8 * formed_formed_6 * t29 * t15 * t43 * t47 * c)
        - t51 * t4
        - t59 * t14 * t15
    )
    t60 = t15**2
    t61 = t60 * t57
    t62 = 2 * t47
    t63 = t10 * t61 + t11 * t61 - t12 * t61
    d_formed_formed_7 = (
        g_out * (t58 * t33 * t60 * t62 * c**3 - t29 * t34 * t43 * t47 * t61)
        + t50 * t63
        + t56 * t63
        + formed_formed_9 * t50 * t61
    )
    d_formed_formed_8 = -d_formed_formed_2 * t17 - d_formed_formed_2 * t19
    d_formed_formed_9 = 2 * d_formed_formed_7 - d_formed_formed_3 * t17
    d_formed_formed_10 = d_formed_formed_2 * t4
    d_formed_formed_11 = d_formed_formed_6 + t59
    t64 = -2 + 2 * t47 - t45 * t62
    d_formed_formed_12 = g_formed_formed_3 + g_out * (t64 * t43 - t49 * t64)
    t65 = 1 - t47
    if needs[1] or needs[2]:
        t66 = 1 / t26
        t67 = t24 * t66
    t68 = t38 / t36**2
    t69 = t68 * c
    t70 = t29 * t20 * t30
    if needs[1] or needs[2]:
        t71 = t65 * (-t69 * t67 + 2 * t23 * t37) + t47 * (t70 * t66 - t45 * t67)
        d_formed_formed_13 = g_formed_formed_2 + g_out * (t71 * t43 - t49 * t71)
    if needs[0] or needs[2]:
        t72 = 1 / t24
        t73 = t26 * t72
        t74 = t65 * (-t69 * t73 + 2 * t25 * t37) + t47 * (t70 * t72 - t45 * t73)
        d_formed_formed_14 = g_formed_formed + g_out * (t74 * t43 - t49 * t74)
    if needs[1] or needs[2]:
        d_formed_formed_15 = d_formed_formed_8 + d_formed_formed_10 + d_formed_formed_2 * t8
        d_formed_formed_16 = d_formed_formed_5 + d_formed_formed_9 + d_formed_formed_11 + d_formed_formed_3 * t8
        d_formed_formed_17 = d_formed_formed_4 + d_formed_formed_12
        d_formed_formed_18 = d_formed_formed_5 + 2 * d_formed_formed_13
        v_formed = dot(v, formed_6, dim)
        v_formed_2 = dot(v, formed_4, dim)
        v_formed_3 = dot(v, formed_5, dim)
        v_formed_4 = dot(v, formed, dim)
        v_formed_5 = dot(v, formed_2, dim)
        v_formed_6 = dot(v, formed_3, dim)
        t75 = d_sn(t2, -1)
    if needs[1]:
        t76 = t75 * c
    if needs[1] or needs[2]:
        t77 = d_formed_formed_3 * v_formed_3
        t78 = d_formed_formed_6 * v_formed_6
        t79 = d_formed_formed_15 * v_formed
        t80 = d_formed_formed_16 * v_formed_2
        t81 = d_formed_formed_17 * v_formed_4
        t82 = d_formed_formed_18 * v_formed_5
    if needs[1]:
        d_vv = g_vv - t76 * t77 - t76 * t78 - t76 * t79 - t76 * t80 - t76 * t81 - t76 * t82
    if needs[0] or needs[2]:
        d_formed_formed_19 = d_formed_formed_8 - d_formed_formed_10 - d_formed_formed_2 * t9
        d_formed_formed_20 = d_formed_formed_4 + d_formed_formed_9 - d_formed_formed_11 - d_formed_formed_3 * t9
        d_formed_formed_21 = d_formed_formed_4 + 2 * d_formed_formed_14
        d_formed_formed_22 = d_formed_formed_5 + d_formed_formed_12
        u_formed = dot(u, formed_6, dim)
        u_formed_2 = dot(u, formed_4, dim)
        u_formed_3 = dot(u, formed_5, dim)
        u_formed_4 = dot(u, formed, dim)
        u_formed_5 = dot(u, formed_2, dim)
        u_formed_6 = dot(u, formed_3, dim)
        t83 = d_sn(t0, -1)
    if needs[0]:
        t84 = t83 * c
    if needs[0] or needs[2]:
        t85 = d_formed_formed_3 * u_formed_3
        t86 = d_formed_formed_6 * u_formed_6
        t87 = d_formed_formed_19 * u_formed
        t88 = d_formed_formed_20 * u_formed_2
        t89 = d_formed_formed_21 * u_formed_4
        t90 = d_formed_formed_22 * u_formed_5
    if needs[0]:
        d_uu = g_uu - t84 * t85 - t84 * t86 - t84 * t87 - t84 * t88 - t84 * t89 - t84 * t90
        d_u_formed = d_formed_formed_19 * t1
        d_u_formed_2 = d_formed_formed_20 * t1
        d_u_formed_3 = d_formed_formed_3 * t1
        d_u_formed_4 = d_formed_formed_21 * t1
        d_u_formed_5 = d_formed_formed_22 * t1
        d_u_formed_6 = d_formed_formed_6 * t1
        d_u_u = 2 * d_uu
    if needs[1]:
        d_v_formed = d_formed_formed_15 * t3
        d_v_formed_2 = d_formed_formed_16 * t3
        d_v_formed_3 = d_formed_formed_3 * t3
        d_v_formed_4 = d_formed_formed_17 * t3
        d_v_formed_5 = d_formed_formed_18 * t3
        d_v_formed_6 = d_formed_formed_6 * t3
        d_v_v = 2 * d_vv
    if needs[2]:
        t95 = t14 * t60
        t91 = formed_formed * t72
        t92 = t91 * t26
        t93 = formed_formed_2 * t66
        t94 = t93 * t24
        t96 = t65 * (2 * t68 * (-t92 / 2 - t94 / 2) + 2 * formed_formed * formed_formed_2 * t37) + t47 * (
            t29 * (t15 * t34 - t34 * t95 + formed_formed_10 * t30 * (t91 + t93))
            + t44 * (-t21 - formed_formed_10 - t92 - t94)
        )
        t97 = -t16 + t13 * t95
        t98 = t75 * vv
        t99 = t83 * uu
        d_c = (
            g_out * (t96 * t43 + 2 * t48 * (-t40 - t96 * c / 4))
            - t77 * t98
            - t78 * t98
            - t79 * t98
            - t80 * t98
            - t81 * t98
            - t82 * t98
            - t85 * t99
            - t86 * t99
            - t87 * t99
            - t88 * t99
            - t89 * t99
            - t90 * t99
            + d_formed_formed_2 * formed_formed_11 * t97
            + d_formed_formed_2 * formed_formed_11 * (-t18 + formed_formed_9 * t95)
            + d_formed_formed_3 * t97 * formed_formed_5
        )
    return (
        combine(
            (d_u_formed, formed_6),
            (d_u_formed_2, formed_4),
            (d_u_formed_3, formed_5),
            (d_u_formed_4, formed),
            (d_u_formed_5, formed_2),
            (d_u_formed_6, formed_3),
            (d_u_u, u),
        )
        if needs[0]
        else None,
        combine(
            (d_v_formed, formed_6),
            (d_v_formed_2, formed_4),
            (d_v_formed_3, formed_5),
            (d_v_formed_4, formed),
            (d_v_formed_5, formed_2),
            (d_v_formed_6, formed_3),
            (d_v_v, v),
        )
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
    formed_3 = formed_2 - formed
    formed_4 = formed + formed_2
    formed_formed_4 = dot(formed_3, formed_3, dim)
    formed_formed_5 = dot(formed_4, formed_4, dim)
    formed_formed_6 = dot(formed_3, formed_4, dim)
    formed_formed_7 = dot(formed_2, formed_4, dim)
    formed_formed_8 = dot(formed, formed_4, dim)
    t4 = is_positive(-formed_formed_4 + 4 * formed_formed)
    t5 = is_positive(-formed_formed_4 + 4 * formed_formed_2)
    t6 = t4 * t5
    t7 = 2 * t6
    t8 = 2 - t7
    t9 = is_positive(formed_formed - formed_formed_2)
    t10 = t8 * t9
    t11 = t8 * (1 - t9)
    t12 = formed_formed_6 * t6
    t13 = formed_formed_5 * c
    t14 = inverse_resolved(t13)
    t15 = t14 * c
    formed_5 = combine(
        (t6, formed_3),
        (t10, formed_2),
        (-t11, formed),
        (-t15 * (t12 + formed_formed_7 * t10 - formed_formed_8 * t11), formed_4),
    )
    formed_formed_9 = dot(formed_4, formed_5, dim)
    t16 = formed_formed_9 * t15
    formed_6 = torch.addcmul(formed_5, -t16, formed_4)
    formed_formed_10 = dot(formed_6, formed_6, dim)
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_formed_t_u = t1
    t17 = d_sn(t0, -1)
    t_formed_u = -t_c * t17 * uu - t_uu * t17 * c
    v_t_v = dot(v, t_v, dim)
    t_vv = 2 * v_t_v
    t_formed_t_v = t3
    t18 = d_sn(t2, -1)
    t_formed_v = -t_c * t18 * vv - t_vv * t18 * c
    formed_t_u = dot(formed, t_u, dim)
    u_formed = dot(u, formed, dim)
    t19 = t_formed_t_u * formed_t_u
    t20 = t_formed_u * u_formed
    t_formed_formed = 2 * t19 + 2 * t20
    formed_t_v = dot(formed_2, t_v, dim)
    v_formed = dot(v, formed_2, dim)
    t21 = t_formed_t_v * formed_t_v
    t22 = t_formed_v * v_formed
    t_formed_formed_2 = 2 * t21 + 2 * t22
    formed_t_u_2 = dot(formed_2, t_u, dim)
    u_formed_2 = dot(u, formed_2, dim)
    formed_t_v_2 = dot(formed, t_v, dim)
    v_formed_2 = dot(v, formed, dim)
    t23 = t_formed_t_u * formed_t_u_2 + t_formed_u * u_formed_2
    t24 = t_formed_t_v * formed_t_v_2 + t_formed_v * v_formed_2
    t_formed_formed_3 = t23 + t24
    t_formed_u_2 = -t_formed_u
    t_formed_t_u_2 = -t_formed_t_u
    u_formed_3 = dot(u, formed_3, dim)
    formed_t_u_3 = dot(formed_3, t_u, dim)
    v_formed_3 = dot(v, formed_3, dim)
    formed_t_v_3 = dot(formed_3, t_v, dim)
    u_formed_4 = dot(u, formed_4, dim)
    formed_t_u_4 = dot(formed_4, t_u, dim)
    v_formed_4 = dot(v, formed_4, dim)
    formed_t_v_4 = dot(formed_4, t_v, dim)
    t25 = t_formed_t_u * formed_t_u_4
    t26 = t_formed_u * u_formed_4
    t27 = t_formed_t_v * formed_t_v_4
    t28 = t_formed_v * v_formed_4
    t_formed_formed_4 = 2 * t25 + 2 * t26 + 2 * t27 + 2 * t28
    t29 = t27 + t28
    t_formed_formed_5 = (
        t29
        + t_formed_t_u * formed_t_u_3
        + t_formed_u * u_formed_3
        + t_formed_t_v * formed_t_v_3
        + t_formed_v * v_formed_3
        + t_formed_u_2 * u_formed_4
        + t_formed_t_u_2 * formed_t_u_4
    )
    t_formed_formed_6 = t21 + t22 + t23 + t29
    t_formed_formed_7 = t19 + t20 + t24 + t25 + t26
    t30 = t_c * t14
    t31 = formed_formed_8 * t30
    t32 = t_formed_formed_7 * t15
    t33 = 2 * t9
    t34 = formed_formed_7 * t33
    t35 = 2 * formed_formed_8
    t36 = t14**2
    t37 = c**2
    t38 = t_formed_formed_4 * t37
    t39 = t38 * t36
    t40 = t_formed_formed_6 * t15
    t41 = t_c * t13
    t42 = t41 * t36
    t43 = formed_formed_8 * t33
    t44 = t7 * t9
    t45 = formed_formed_7 * t44
    t46 = formed_formed_8 * t39
    t47 = formed_formed_8 * t42
    t_formed_formed_8 = (
        2 * t31
        + 2 * t32
        + t12 * t39
        + t12 * t42
        + t30 * t45
        + t31 * t44
        + t32 * t44
        + t34 * t39
        + t34 * t42
        + t39 * t43
        + t40 * t44
        + t42 * t43
        + t46 * t7
        + t47 * t7
        - t12 * t30
        - t30 * t34
        - t31 * t33
        - t31 * t7
        - t32 * t33
        - t32 * t7
        - t35 * t39
        - t35 * t42
        - t39 * t45
        - t40 * t33
        - t42 * t45
        - t46 * t44
        - t47 * t44
        - t_formed_formed_5 * t15 * t6
    )
    t48 = 2 * t_formed_u
    t49 = t48 * t9
    t50 = formed_formed_7 * t15
    t51 = formed_formed_8 * t15
    t52 = t12 * t15
    t_formed_u_3 = (
        -t48
        - t_formed_u * t52
        - t49 * t50
        - t49 * t51
        - t49 * t6
        + 2 * t_formed_u * t9
        + t_formed_u_2 * t4 * t5
        - t48 * t51 * t6
        + 2 * t_formed_u * t4 * t5
        + 2 * formed_formed_8 * t_formed_u * t14 * c
        + 2 * formed_formed_7 * t_formed_u * t14 * t4 * t5 * t9 * c
        + 2 * formed_formed_8 * t_formed_u * t14 * t4 * t5 * t9 * c
    )
    t53 = 2 * t_formed_t_u
    t54 = t53 * t9
    t_formed_t_u_3 = (
        -t53
        - t_formed_t_u * t52
        - t50 * t54
        - t51 * t54
        - t54 * t6
        + 2 * t_formed_t_u * t9
        + t_formed_t_u_2 * t4 * t5
        - t51 * t53 * t6
        + 2 * t_formed_t_u * t4 * t5
        + 2 * formed_formed_8 * t_formed_t_u * t14 * c
        + 2 * formed_formed_7 * t_formed_t_u * t14 * t4 * t5 * t9 * c
        + 2 * formed_formed_8 * t_formed_t_u * t14 * t4 * t5 * t9 * c
    )
    t55 = t_formed_v * t33
    t56 = t51 * t7
    t_formed_v_2 = (
        -t_formed_v * t52
        - t_formed_v * t56
        - t_formed_v * t44
        - t50 * t55
        - t51 * t55
        + 2 * t_formed_v * t9
        + t_formed_v * t4 * t5
        + 2 * formed_formed_8 * t_formed_v * t14 * c
        + 2 * formed_formed_7 * t_formed_v * t14 * t4 * t5 * t9 * c
        + 2 * formed_formed_8 * t_formed_v * t14 * t4 * t5 * t9 * c
    )
    t57 = t_formed_t_v * t33
    t_formed_t_v_2 = (
        -t_formed_t_v * t52
        - t_formed_t_v * t56
        - t_formed_t_v * t44
        - t50 * t57
        - t51 * t57
        + 2 * t_formed_t_v * t9
        + t_formed_t_v * t4 * t5
        + 2 * formed_formed_8 * t_formed_t_v * t14 * c
        + 2 * formed_formed_7 * t_formed_t_v * t14 * t4 * t5 * t9 * c
        + 2 * formed_formed_8 * t_formed_t_v * t14 * t4 * t5 * t9 * c
    )
    u_formed_5 = dot(u, formed_5, dim)
    formed_t_u_5 = dot(formed_5, t_u, dim)
    v_formed_5 = dot(v, formed_5, dim)
    formed_t_v_5 = dot(formed_5, t_v, dim)
    t_formed_formed_9 = (
        t_formed_t_u * formed_t_u_5
        + t_formed_u * u_formed_5
        + t_formed_t_v * formed_t_v_5
        + t_formed_v * v_formed_5
        + u_formed_4 * t_formed_u_3
        + formed_t_u_4 * t_formed_t_u_3
        + v_formed_4 * t_formed_v_2
        + formed_t_v_4 * t_formed_t_v_2
        + t_formed_formed_8 * formed_formed_5
    )
    t58 = formed_formed_9 * t36
    t_formed_formed_10 = t_formed_formed_8 + t38 * t58 + t41 * t58 - formed_formed_9 * t30 - t_formed_formed_9 * t15
    t_formed_u_4 = t_formed_u_3 - t_formed_u * t16
    t_formed_v_3 = t_formed_v_2 - t_formed_v * t16
    t_formed_t_u_4 = t_formed_t_u_3 - t_formed_t_u * t16
    t_formed_t_v_3 = t_formed_t_v_2 - t_formed_t_v * t16
    formed_formed_11 = dot(formed_4, formed_6, dim)
    u_formed_6 = dot(u, formed_6, dim)
    v_formed_6 = dot(v, formed_6, dim)
    formed_t_u_6 = dot(formed_6, t_u, dim)
    formed_t_v_6 = dot(formed_6, t_v, dim)
    t_formed_formed_11 = (
        2 * t_formed_formed_10 * formed_formed_11
        + 2 * t_formed_u_4 * u_formed_6
        + 2 * t_formed_v_3 * v_formed_6
        + 2 * t_formed_t_u_4 * formed_t_u_6
        + 2 * t_formed_t_v_3 * formed_t_v_6
    )
    t59 = formed_formed_10 * c
    t60 = 2 * formed_formed_3
    t61 = formed_formed * c
    t62 = 1 + t61
    t63 = torch.sqrt(t62)
    t64 = 1 + formed_formed_2 * c
    t65 = torch.sqrt(t64)
    t66 = t63 * t65
    t67 = 2 + t59 + 2 * t66 + t60 * c
    t68 = 1 / t67
    t71 = formed_formed_6**2
    t69 = t63 + t65
    t70 = t69**2
    t72 = 4 * t71
    t73 = formed_formed_10 * t70 + t15 * t72
    t74 = 1 + t66
    t75 = 1 / t74
    t76 = formed_formed + formed_formed_2 + formed_formed_2 * t61
    t77 = choose(formed_formed_3, t68 * t73, -t60 + 2 * t76 * t75)
    t78 = t77 / 4
    t79 = -t78 * c
    t80 = asn(t79, 0)
    t81 = t80**2
    t82 = is_positive(formed_formed_3)
    t91 = t36 * t72
    t83 = 1 - t82
    t84 = 1 / t63
    t85 = formed_formed * t84
    t86 = t85 * t65
    t87 = 1 / t65
    t88 = formed_formed_2 * t87
    t89 = t88 * t63
    t90 = t76 / t74**2
    t92 = t73 / t67**2
    t93 = t83 * (2 * t90 * (-t86 / 2 - t89 / 2) + 2 * formed_formed * formed_formed_2 * t75) + t82 * (
        t68 * (t14 * t72 - t13 * t91 + formed_formed_10 * t69 * (t85 + t88))
        + t92 * (-t60 - formed_formed_10 - t86 - t89)
    )
    t94 = t77 * t80 * d_asn(t79, 0)
    t95 = t65 * t84
    t96 = t90 * c
    t97 = t68 * t59 * t69
    t98 = t92 * c
    t99 = t83 * (-t96 * t95 + 2 * t64 * t75) + t82 * (t97 * t84 - t98 * t95)
    t100 = t94 * c / 2
    t101 = t63 * t87
    t102 = t83 * (-t96 * t101 + 2 * t62 * t75) + t82 * (t97 * t87 - t98 * t101)
    t103 = 2 * t82
    t104 = -2 + 2 * t82 - t98 * t103
    t105 = t68 * t94
    t106 = -t98 + t68 * t70
    t_out = (
        t_c * (t93 * t81 + 2 * t94 * (-t78 - t93 * c / 4))
        + t_formed_formed * (t99 * t81 - t100 * t99)
        + t_formed_formed_2 * (t102 * t81 - t100 * t102)
        + t_formed_formed_3 * (t104 * t81 - t100 * t104)
        + t_formed_formed_4 * (t105 * t103 * t36 * t71 * c**3 - t68 * t81 * t82 * t91 * t37)
        + t_formed_formed_5
        * (-4 * formed_formed_6 * t105 * t14 * t82 * t37 + 8 * formed_formed_6 * t68 * t14 * t81 * t82 * c)
        + t_formed_formed_11 * (t106 * t81 * t82 - t100 * t106 * t82)
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
        \mathrm{formed} = u \operatorname{sn}{\left(- \mathrm{uu} c \right)}
        \mathrm{vv} = \langle v, v \rangle
        \mathrm{formed\_2} = v \operatorname{sn}{\left(- \mathrm{vv} c \right)}
        \mathrm{formed\_formed} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_2}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_formed\_3} = \langle \mathrm{formed}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_3} = \mathrm{formed\_2} - \mathrm{formed}
        \mathrm{formed\_4} = \mathrm{formed\_2} + \mathrm{formed}
        \mathrm{formed\_formed\_4} = \langle \mathrm{formed\_3}, \mathrm{formed\_3} \rangle
        \mathrm{formed\_formed\_5} = \langle \mathrm{formed\_4}, \mathrm{formed\_4} \rangle
        \mathrm{formed\_formed\_6} = \langle \mathrm{formed\_3}, \mathrm{formed\_4} \rangle
        \mathrm{formed\_formed\_7} = \langle \mathrm{formed\_2}, \mathrm{formed\_4} \rangle
        \mathrm{formed\_formed\_8} = \langle \mathrm{formed}, \mathrm{formed\_4} \rangle
        \mathrm{formed\_5} = \mathrm{formed\_2} \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed\_2} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed} \right)}\right) \operatorname{is}_{positive}{\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2} \right)} + \mathrm{formed\_3} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed\_2} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed} \right)} - \mathrm{formed} \left(1 - \operatorname{is}_{positive}{\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2} \right)}\right) \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed\_2} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed} \right)}\right) - \mathrm{formed\_4} c \left(\mathrm{formed\_formed\_6} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed\_2} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed} \right)} + \mathrm{formed\_formed\_7} \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed\_2} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed} \right)}\right) \operatorname{is}_{positive}{\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2} \right)} - \mathrm{formed\_formed\_8} \left(1 - \operatorname{is}_{positive}{\left(\mathrm{formed\_formed} - \mathrm{formed\_formed\_2} \right)}\right) \left(2 - 2 \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed\_2} \right)} \operatorname{is}_{positive}{\left(- \mathrm{formed\_formed\_4} + 4 \mathrm{formed\_formed} \right)}\right)\right) \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_5} c \right)}
        \mathrm{formed\_formed\_9} = \langle \mathrm{formed\_4}, \mathrm{formed\_5} \rangle
        \mathrm{formed\_6} = \mathrm{formed\_5} - \mathrm{formed\_4} \mathrm{formed\_formed\_9} c \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_5} c \right)}
        \mathrm{formed\_formed\_10} = \langle \mathrm{formed\_6}, \mathrm{formed\_6} \rangle
        \mathrm{out} = \operatorname{asn}^{2}{\left(- \frac{c \operatorname{choose}{\left(\mathrm{formed\_formed\_3},\frac{\mathrm{formed\_formed\_10} \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} + \sqrt{1 + \mathrm{formed\_formed} c}\right)^{2} + 4 c \mathrm{formed\_formed\_6}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_5} c \right)}}{2 + \mathrm{formed\_formed\_10} c + 2 \mathrm{formed\_formed\_3} c + 2 \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}},- 2 \mathrm{formed\_formed\_3} + \frac{2 \left(\mathrm{formed\_formed\_2} + \mathrm{formed\_formed} + \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c\right)}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}} \right)}}{4} \right)} \operatorname{choose}{\left(\mathrm{formed\_formed\_3},\frac{\mathrm{formed\_formed\_10} \left(\sqrt{1 + \mathrm{formed\_formed\_2} c} + \sqrt{1 + \mathrm{formed\_formed} c}\right)^{2} + 4 c \mathrm{formed\_formed\_6}^{2} \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed\_5} c \right)}}{2 + \mathrm{formed\_formed\_10} c + 2 \mathrm{formed\_formed\_3} c + 2 \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}},- 2 \mathrm{formed\_formed\_3} + \frac{2 \left(\mathrm{formed\_formed\_2} + \mathrm{formed\_formed} + \mathrm{formed\_formed\_2} \mathrm{formed\_formed} c\right)}{1 + \sqrt{1 + \mathrm{formed\_formed\_2} c} \sqrt{1 + \mathrm{formed\_formed} c}} \right)}
        \mathrm{out} = \mathrm{out}

    Cost: 12 inner products, 69 further operations; backward 20 inner products, 364 further operations. Saved:
    the inputs and 5 scalars per row. Computed in float64 for float32 inputs.
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
        \mathrm{su} = \operatorname{sn}{\left(\mathrm{ux} \right)}
        \mathrm{sv} = \operatorname{sn}{\left(\mathrm{vx} \right)}
        \mathrm{tv} = \operatorname{cs}{\left(\mathrm{vx} \right)}
        \mathrm{uv} = \langle u, v \rangle
        \mathrm{overlap} = - \mathrm{sv} \mathrm{uv} c
        \mathrm{space} = \mathrm{sv} v + u \left(\mathrm{su} \mathrm{tv} - \frac{\mathrm{overlap} \operatorname{sn}^{2}{\left(\frac{\mathrm{ux}}{4} \right)}}{2}\right)
        \mathrm{space\_space} = \langle \mathrm{space}, \mathrm{space} \rangle
        \mathrm{out\_space} = \operatorname{asn}{\left(- \mathrm{space\_space} c \right)}
        \mathrm{out} = \mathrm{out\_space} \mathrm{space}

    Cost: 4 inner products, 18 further operations; backward 5 inner products, 76 further operations. Saved: the
    inputs and 4 scalars per row.
    """
    result: Tensor = _add_op(u, v, c, dim=dim)
    return result


def _normalize(u: Tensor, mean: Tensor, scale: Tensor, bias: Tensor, c: Tensor, dim: int) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    formed = sn(-uu * c, -1) * u
    mean_mean = dot(mean, mean, dim)
    t0 = -mean_mean * c
    formed_2 = sn(t0, -1) * mean
    formed_3 = formed - formed_2
    formed_formed = dot(formed_2, formed_2, dim)
    formed_formed_2 = dot(formed_2, formed_3, dim)
    formed_formed_3 = dot(formed, formed_2, dim)
    formed_formed_4 = dot(formed, formed, dim)
    t1 = formed_formed * c
    t2 = inverse_resolved(t1)
    t3 = t2 * c
    formed_4 = torch.addcmul(formed_3, -formed_formed_2 * t3, formed_2)
    formed_formed_5 = dot(formed_2, formed_4, dim)
    formed_5 = torch.addcmul(formed_4, -formed_formed_5 * t3, formed_2)
    formed_formed_6 = dot(formed_5, formed_5, dim)
    t4 = torch.sqrt(1 + t1)
    t5 = formed_formed * torch.sqrt(1 + formed_formed_4 * c)
    turned = torch.addcmul(
        formed_5,
        choose(
            formed_formed_3,
            c
            * (-formed_formed_6 * t1 + formed_formed_2 * t2 * c * (formed_formed_2 + 2 * formed_formed))
            * inverse_resolved(c * (t5 + formed_formed_3 * t4)),
            t3 * (-t5 + formed_formed_3 * t4),
        ),
        formed_2,
    )
    formed_formed_7 = dot(turned, turned, dim)
    mm = t0
    bias_bias = dot(bias, bias, dim)
    bb = -bias_bias * c
    t6 = bb / 4
    t7 = mm / 4
    t8 = tn(t7, -1)
    t9 = t8 / 2
    formed_6 = combine((tn(t6, -1) / 2, bias), (-t9, mean))
    formed_formed_8 = dot(formed_6, formed_6, dim)
    mean_formed = dot(mean, formed_6, dim)
    mean_formed_2 = dot(mean, turned, dim)
    formed_formed_9 = dot(turned, formed_6, dim)
    t10 = cs(t7, -1) ** (-2)
    t11 = 1 / (t10 / cs(t6, -1) ** 2 + formed_formed_8 * c)
    t12 = mean_formed_2 * t9
    t13 = c**2
    t14 = t8**2
    turned_formed = (
        2
        * t11
        * (-t10 * t12 * c + mean_formed * mean_formed_2 * t14 * t13 / 2 - formed_formed_9 * mean_mean * t14 * t13 / 4)
    )
    turned_mean = t11 * t8 * (formed_formed_9 * t10 * c - t12 * formed_formed_8 * t13)
    square = -formed_formed_7 * c
    angle = asn(square, -1)
    stretched = square * angle**2 * scale**2
    t15 = angle * scale * sn(stretched, -1)
    z = combine((t15, turned), (turned_mean * t15, mean), (turned_formed * t15, formed_6))
    bias_z = dot(bias, z, dim)
    space = torch.addcmul(z, cs(stretched, -1) * sn(bb, -1) + bias_z * c * sn(t6, -1) ** 2 / 2, bias)
    space_space = dot(space, space, dim)
    out_space = asn(-space_space * c, -1)
    return (out_space * space, uu, mean_mean, formed_formed, formed_formed_2, formed_formed_3)


def _normalize_vjp(
    u: Tensor,
    mean: Tensor,
    scale: Tensor,
    bias: Tensor,
    c: Tensor,
    uu: Tensor,
    mean_mean: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    formed_formed_3: Tensor,
    g_out: Tensor,
    g_uu: Tensor,
    g_mean_mean: Tensor,
    g_formed_formed: Tensor,
    g_formed_formed_2: Tensor,
    g_formed_formed_3: Tensor,
    needs: Sequence[bool],
    dim: int,
) -> tuple[Tensor | None, ...]:
    t0 = -uu * c
    t1 = sn(t0, -1)
    formed = t1 * u
    t2 = mean_mean * c
    t3 = -t2
    t4 = sn(t3, -1)
    formed_2 = t4 * mean
    formed_3 = formed - formed_2
    formed_formed_4 = dot(formed, formed, dim)
    t5 = formed_formed * c
    t6 = inverse_resolved(t5)
    t7 = formed_formed_2 * t6
    t8 = t7 * c
    formed_4 = torch.addcmul(formed_3, -t8, formed_2)
    formed_formed_5 = dot(formed_2, formed_4, dim)
    t9 = formed_formed_5 * t6
    t10 = t9 * c
    formed_5 = torch.addcmul(formed_4, -t10, formed_2)
    formed_formed_6 = dot(formed_5, formed_5, dim)
    t11 = formed_formed_2 + 2 * formed_formed
    t12 = -formed_formed_6 * t5 + formed_formed_2 * t11 * t6 * c
    t13 = torch.sqrt(1 + t5)
    t14 = torch.sqrt(1 + formed_formed_4 * c)
    t15 = formed_formed * t14
    t16 = t15 + formed_formed_3 * t13
    t17 = inverse_resolved(t16 * c)
    t18 = t12 * t17
    t19 = -t15 + formed_formed_3 * t13
    t20 = t19 * t6
    t21 = choose(formed_formed_3, t18 * c, t20 * c)
    turned = torch.addcmul(formed_5, t21, formed_2)
    formed_formed_7 = dot(turned, turned, dim)
    mm = t3
    bias_bias = dot(bias, bias, dim)
    bb = -bias_bias * c
    t22 = bb / 4
    t23 = tn(t22, -1) / 2
    t24 = mm / 4
    t25 = tn(t24, -1)
    t26 = t25 / 2
    formed_6 = combine((t23, bias), (-t26, mean))
    formed_formed_8 = dot(formed_6, formed_6, dim)
    mean_formed = dot(mean, formed_6, dim)
    mean_formed_2 = dot(mean, turned, dim)
    formed_formed_9 = dot(turned, formed_6, dim)
    t27 = cs(t24, -1)
    t28 = t27 ** (-2)
    t29 = t26 * t28
    t30 = t29 * c
    t31 = c**2
    t32 = t25**2
    t33 = t32 * t31
    t34 = -mean_formed_2 * t30 - formed_formed_9 * mean_mean * t33 / 4 + mean_formed * mean_formed_2 * t32 * t31 / 2
    t35 = formed_formed_8 * c
    t36 = cs(t22, -1)
    t37 = t36 ** (-2)
    t38 = t35 + t28 * t37
    t39 = 1 / t38
    t40 = 2 * t39
    turned_formed = t34 * t40
    t41 = formed_formed_8 * t31
    t42 = formed_formed_9 * t28 * c - mean_formed_2 * t26 * t41
    t43 = t25 * t39
    turned_mean = t42 * t43
    square = -formed_formed_7 * c
    angle = asn(square, -1)
    t44 = angle**2
    t45 = scale**2
    t46 = t44 * t45
    stretched = t46 * square
    t47 = sn(stretched, -1)
    t48 = t47 * scale
    t49 = angle * t48
    t50 = turned_mean * t49
    t51 = turned_formed * t49
    z = combine((t49, turned), (t50, mean), (t51, formed_6))
    bias_z = dot(bias, z, dim)
    t52 = cs(stretched, -1)
    t53 = sn(bb, -1)
    t54 = sn(t22, -1)
    t55 = t54**2
    t56 = c / 2
    t57 = t55 * t56
    t58 = bias_z * t57 + t52 * t53
    space = torch.addcmul(z, t58, bias)
    space_space = dot(space, space, dim)
    t59 = -space_space * c
    out_space = asn(t59, -1)
    space_g_out = dot(space, g_out, dim)
    t60 = space_g_out * d_asn(t59, -1)
    d_space_space = -t60 * c
    d_space_space_2 = 2 * d_space_space
    bias_g_out = dot(bias, g_out, dim)
    bias_space = dot(bias, space, dim)
    t61 = out_space * bias_g_out
    t62 = d_space_space_2 * bias_space
    d_bias_z = t61 * t57 + t62 * t57
    if needs[0] or needs[1] or needs[2] or needs[4]:
        turned_g_out = dot(turned, g_out, dim)
    mean_g_out = dot(mean, g_out, dim)
    formed_g_out = dot(formed_6, g_out, dim)
    if needs[0] or needs[1] or needs[2] or needs[4]:
        turned_space = dot(turned, space, dim)
    mean_space = dot(mean, space, dim)
    formed_space = dot(formed_6, space, dim)
    bias_turned = dot(bias, turned, dim)
    mean_bias = dot(mean, bias, dim)
    bias_formed = dot(bias, formed_6, dim)
    if needs[0] or needs[1] or needs[2] or needs[4]:
        t63 = t61 / 2
        t64 = t47 * t53
        t65 = t62 / 2
        t66 = out_space * turned_g_out
        t67 = angle * scale * d_sn(stretched, -1)
        t68 = d_space_space_2 * turned_space
        t69 = d_bias_z * bias_turned
        t70 = out_space * formed_g_out
        t71 = turned_formed * t67
        t72 = d_space_space_2 * formed_space
        t73 = d_bias_z * bias_formed
        t74 = out_space * mean_g_out
        t75 = turned_mean * t67
        t76 = d_space_space_2 * mean_space
        t77 = d_bias_z * mean_bias
        d_stretched = (
            t66 * t67
            + t67 * t68
            + t67 * t69
            + t70 * t71
            + t71 * t72
            + t71 * t73
            + t74 * t75
            + t75 * t76
            + t75 * t77
            - t63 * t64
            - t64 * t65
        )
        t78 = 2 * d_stretched * square
    if needs[0] or needs[1] or needs[4]:
        t79 = turned_formed * t48
        t80 = turned_mean * t48
        d_angle = (
            t48 * t66
            + t48 * t68
            + t48 * t69
            + t70 * t79
            + t72 * t79
            + t73 * t79
            + t74 * t80
            + t76 * t80
            + t77 * t80
            + angle * t78 * t45
        )
        d_square = d_stretched * t46 + d_angle * d_asn(square, -1)
    if needs[0] or needs[1] or needs[3] or needs[4]:
        t81 = out_space * t49
        t82 = d_space_space_2 * t49
        t83 = d_bias_z * t49
        d_turned_mean = mean_g_out * t81 + mean_space * t82 + mean_bias * t83
        d_turned_formed = formed_g_out * t81 + formed_space * t82 + bias_formed * t83
        t84 = t31 / 2
        t85 = t32 * t84
        t86 = t39 * t85
        t87 = d_turned_formed * t86
        d_formed_formed = -t87 * mean_mean + d_turned_mean * t25 * t28 * t39 * c
    if needs[0] or needs[1] or needs[4]:
        d_mean_formed = -d_turned_mean * t86 * formed_formed_8 + 2 * d_turned_formed * t39 * (
            -t30 + mean_formed * t32 * t84
        )
    if needs[1] or needs[3] or needs[4]:
        t88 = mean_formed_2 * t39
        d_mean_formed_2 = d_turned_formed * t88 * t33
        t89 = t38 ** (-2)
        t90 = t89 * c
        t91 = t25 * t42
        t92 = 2 * t34
        d_formed_formed_2 = d_turned_mean * (-t88 * t85 - t90 * t91) - d_turned_formed * t90 * t92
        d_formed_g_out = out_space * t51
        d_formed_space = d_space_space_2 * t51
        d_formed_bias = d_bias_z * t51
        d_formed_formed_3 = 2 * d_formed_formed_2
    if needs[3] or needs[4]:
        t93 = t54 / 4
        t94 = t52 * d_sn(bb, -1) + bias_z * t93 * c * d_sn(t22, -1)
        t95 = d_tn(t22, -1) / 8
    if needs[1] or needs[3] or needs[4]:
        t96 = t34 * t89 / 2
    if needs[3] or needs[4]:
        t97 = t28 / t36**3
    if needs[1] or needs[3] or needs[4]:
        t98 = t89 * t91
    if needs[3] or needs[4]:
        d_bb = (
            t61 * t94
            + t62 * t94
            + bias_g_out * d_formed_g_out * t95
            + bias_space * d_formed_space * t95
            + bias_turned * d_formed_formed * t95
            + mean_bias * d_mean_formed_2 * t95
            + bias_formed * d_formed_formed_3 * t95
            + d_formed_bias * t95 * bias_bias
            - d_turned_mean * t93 * t97 * t98
            - d_turned_formed * t54 * t96 * t97
        )
    if needs[3]:
        d_bias_bias = -d_bb * c
    if needs[1] or needs[4]:
        t99 = t27 ** (-3)
        t100 = sn(t24, -1)
        t101 = d_tn(t24, -1)
        t102 = t101 / 8
        t103 = mean_formed_2 * t102
        t104 = t100 * t99
        t105 = t104 * t37
        t106 = mean_formed_2 * t25
        t107 = t102 * mean_mean
        d_mm = (
            d_turned_mean
            * (t43 * (-t103 * t41 + formed_formed_9 * t100 * t99 * c / 4) - t105 * t98 / 4 + t101 * t39 * t42 / 4)
            + d_turned_formed
            * (
                t40
                * (
                    -t103 * t28 * c
                    - t104 * t106 * c / 8
                    - formed_formed_9 * t107 * t25 * t31
                    + mean_formed * mean_formed_2 * t101 * t25 * t31 / 4
                )
                - t105 * t96
            )
            - d_formed_formed * t103
            - d_mean_formed_2 * t107
            - mean_formed * d_formed_formed_3 * t102
            - mean_g_out * d_formed_g_out * t102
            - mean_space * d_formed_space * t102
            - mean_bias * d_formed_bias * t102
        )
    if needs[0] or needs[1] or needs[4]:
        d_formed_formed_4 = -d_square * c
        d_turned_g_out = t81
        d_turned_space = t82
        d_turned_bias = t83
        d_turned_turned = 2 * d_formed_formed_4
        formed_g_out_2 = dot(formed_2, g_out, dim)
        formed_space_2 = dot(formed_2, space, dim)
        bias_formed_2 = dot(bias, formed_2, dim)
        formed_formed_10 = dot(formed_2, formed_6, dim)
        mean_formed_3 = dot(mean, formed_2, dim)
        formed_turned = dot(formed_2, turned, dim)
        t108 = d_formed_formed * formed_formed_10
        t109 = is_positive(formed_formed_3)
        t110 = t109 * t17 * t31
        t111 = formed_formed * t110
        t112 = d_mean_formed * mean_formed_3
        t113 = d_turned_g_out * formed_g_out_2
        t114 = d_turned_space * formed_space_2
        t115 = d_turned_bias * bias_formed_2
        t116 = d_turned_turned * formed_turned
        d_formed_formed_5 = -t108 * t111 - t112 * t111 - t113 * t111 - t114 * t111 - t115 * t111 - t116 * t111
        d_formed_formed_6 = 2 * d_formed_formed_5
        formed_formed_11 = dot(formed_2, formed_5, dim)
        t117 = t6 * c
        t118 = d_formed_formed_6 * formed_formed_11
        t119 = t108 * t117 + t112 * t117 + t113 * t117 + t114 * t117 + t115 * t117 + t116 * t117 + t118 * t117
        d_formed_formed_7 = -t119
        t120 = 1 - t109
    if needs[0] or needs[4]:
        t121 = 1 / t14
    if needs[0] or needs[1] or needs[4]:
        t122 = t12 * t17**2
    if needs[0] or needs[4]:
        t123 = formed_formed / 2
        t124 = t123 * t121
        t125 = -t122 * t109 * t124 * c**3 - t120 * formed_formed * t6 * t121 * t84
        d_formed_formed_8 = t108 * t125 + t112 * t125 + t113 * t125 + t114 * t125 + t115 * t125 + t116 * t125
    if needs[0] or needs[1] or needs[4]:
        t126 = t122 * t31
        t127 = -t126 * t109 * t13 + t120 * t6 * c * t13
        d_formed_formed_9 = (
            g_formed_formed_3 + t108 * t127 + t112 * t127 + t113 * t127 + t114 * t127 + t115 * t127 + t116 * t127
        )
        t128 = t7 * t110 + t11 * t110 * t6
        d_formed_formed_10 = (
            g_formed_formed_2
            - t119
            + d_formed_formed * formed_formed_10 * t128
            + d_mean_formed * mean_formed_3 * t128
            + d_turned_g_out * formed_g_out_2 * t128
            + d_turned_space * formed_space_2 * t128
            + d_turned_bias * bias_formed_2 * t128
            + d_turned_turned * formed_turned * t128
            - d_formed_formed_7 * t5 * t6
        )
    if needs[1] or needs[4]:
        t129 = t6**2
        t130 = t129 * t31
        t133 = formed_formed_2 * t130
        t131 = formed_formed_3 / t13
        t132 = t131 * t56
        t134 = t120 * (-t19 * t130 + t6 * c * (t132 - t14)) + t109 * (
            -t126 * (t132 + t14) + t17 * c * (-t11 * t133 - formed_formed_6 * c + 2 * formed_formed_2 * t6 * c)
        )
        t135 = d_formed_formed_7 * formed_formed
        t136 = formed_formed_5 * t130
        d_formed_formed_11 = (
            g_formed_formed
            + t108 * t133
            + t108 * t134
            + t108 * t136
            + t112 * t133
            + t112 * t134
            + t112 * t136
            + t113 * t133
            + t113 * t134
            + t113 * t136
            + t114 * t133
            + t114 * t134
            + t114 * t136
            + t115 * t133
            + t115 * t134
            + t115 * t136
            + t116 * t133
            + t116 * t134
            + t116 * t136
            + t118 * t133
            + t118 * t136
            + t133 * t135
        )
    if needs[0] or needs[1] or needs[4]:
        d_formed_formed_12 = d_formed_formed_7 + d_formed_formed_10
    if needs[1] or needs[4]:
        d_formed_g_out_2 = -d_turned_g_out + d_turned_g_out * t21 - d_turned_g_out * t10 - d_turned_g_out * t8
        d_formed_space_2 = -d_turned_space + d_turned_space * t21 - d_turned_space * t10 - d_turned_space * t8
        d_formed_bias_2 = -d_turned_bias + d_turned_bias * t21 - d_turned_bias * t10 - d_turned_bias * t8
        d_formed_formed_13 = -d_formed_formed + d_formed_formed * t21 - d_formed_formed * t10 - d_formed_formed * t8
        d_formed_mean = -d_mean_formed + d_mean_formed * t21 - d_mean_formed * t10 - d_mean_formed * t8
        d_formed_turned = -d_turned_turned + d_turned_turned * t21 - d_turned_turned * t10 - d_turned_turned * t8
        d_formed_formed_14 = -d_formed_formed_6 - d_formed_formed_6 * t10 - d_formed_formed_6 * t8
        d_formed_formed_15 = -d_formed_formed_12 + 2 * d_formed_formed_11 - d_formed_formed_7 * t8
        mean_formed_4 = dot(mean, formed_5, dim)
        mean_formed_5 = dot(mean, formed_4, dim)
        mean_formed_6 = dot(mean, formed, dim)
        mean_formed_7 = dot(mean, formed_3, dim)
        t137 = d_sn(t3, -1)
    if needs[1]:
        t138 = t137 * c
    if needs[1] or needs[4]:
        t139 = d_formed_turned * mean_formed_2
        t140 = d_formed_formed_14 * mean_formed_4
        t141 = d_formed_formed_15 * mean_formed_3
        t142 = mean_formed_5 * d_formed_formed_7
        t143 = mean_formed_6 * d_formed_formed_9
        t144 = mean_formed_7 * d_formed_formed_10
        t145 = mean_formed * d_formed_formed_13
        t146 = mean_g_out * d_formed_g_out_2
        t147 = mean_space * d_formed_space_2
        t148 = mean_bias * d_formed_bias_2
        t149 = d_formed_mean * t137
    if needs[1]:
        d_mean_mean = (
            g_mean_mean
            - formed_formed_9 * t87
            - d_mm * c
            - t138 * t139
            - t138 * t140
            - t138 * t141
            - t138 * t142
            - t138 * t143
            - t138 * t144
            - t138 * t145
            - t138 * t146
            - t138 * t147
            - t138 * t148
            - t149 * t2
        )
    if needs[0] or needs[4]:
        d_formed_formed_16 = 2 * d_formed_formed_8
        d_formed_formed_17 = d_formed_formed_9 + d_formed_formed_12
        u_formed = dot(u, formed, dim)
        u_formed_2 = dot(u, formed_2, dim)
        u_g_out = dot(u, g_out, dim)
        u_space = dot(u, space, dim)
        u_bias = dot(u, bias, dim)
        u_formed_3 = dot(u, formed_6, dim)
        u_mean = dot(u, mean, dim)
        u_turned = dot(u, turned, dim)
        u_formed_4 = dot(u, formed_5, dim)
        t150 = d_sn(t0, -1)
    if needs[0]:
        t151 = t150 * c
    if needs[0] or needs[4]:
        t152 = d_formed_formed_16 * u_formed
        t153 = d_formed_formed_17 * u_formed_2
        t154 = u_g_out * d_turned_g_out
        t155 = u_space * d_turned_space
        t156 = u_bias * d_turned_bias
        t157 = u_formed_3 * d_formed_formed
        t158 = u_mean * d_mean_formed
        t159 = u_turned * d_turned_turned
        t160 = u_formed_4 * d_formed_formed_6
    if needs[0]:
        d_uu = (
            g_uu
            - t151 * t152
            - t151 * t153
            - t151 * t154
            - t151 * t155
            - t151 * t156
            - t151 * t157
            - t151 * t158
            - t151 * t159
            - t151 * t160
        )
        d_u_formed = d_formed_formed_16 * t1
        d_u_formed_2 = d_formed_formed_17 * t1
        d_u_g_out = d_turned_g_out * t1
        d_u_space = d_turned_space * t1
        d_u_bias = d_turned_bias * t1
        d_u_formed_3 = d_formed_formed * t1
        d_u_mean = d_mean_formed * t1
        d_u_turned = d_turned_turned * t1
        d_u_formed_4 = d_formed_formed_6 * t1
        d_u_u = 2 * d_uu
    if needs[1]:
        d_mean_g_out = out_space * t50 + d_formed_g_out_2 * t4 - d_formed_g_out * t26
        d_mean_space = d_space_space_2 * t50 + d_formed_space_2 * t4 - d_formed_space * t26
        d_mean_bias = d_bias_z * t50 + d_formed_bias_2 * t4 - d_formed_bias * t26
        d_mean_turned = d_mean_formed + d_formed_turned * t4 - d_formed_formed * t26
        d_mean_formed_3 = d_mean_formed_2 + d_formed_formed_13 * t4 - d_formed_formed_3 * t26
        d_mean_mean_2 = 2 * d_mean_mean + d_formed_mean * t4 - d_mean_formed_2 * t26
        d_mean_formed_4 = d_formed_formed_14 * t4
        d_mean_formed_5 = d_formed_formed_7 * t4
        d_mean_formed_6 = d_formed_formed_15 * t4
        d_mean_formed_7 = d_formed_formed_9 * t4
        d_mean_formed_8 = d_formed_formed_10 * t4
    if needs[2]:
        t161 = angle * t47
        t162 = turned_formed * t161
        t163 = turned_mean * t161
        d_scale = (
            t161 * t66
            + t161 * t68
            + t161 * t69
            + t162 * t70
            + t162 * t72
            + t162 * t73
            + t163 * t74
            + t163 * t76
            + t163 * t77
            + t78 * t44 * scale
        )
    if needs[3]:
        d_bias_g_out = out_space * t58 + d_formed_g_out * t23
        d_bias_space = d_space_space_2 * t58 + d_formed_space * t23
        d_bias_bias_2 = 2 * d_bias_bias + d_formed_bias * t23
        d_bias_turned = d_formed_formed * t23
        d_bias_mean = d_mean_formed_2 * t23
        d_bias_formed = d_formed_formed_3 * t23
    if needs[4]:
        t164 = t89 * formed_formed_8
        t165 = t131 * t123
        t166 = formed_formed_4 * t124
        t167 = t129 * t5
        t168 = formed_formed_2 * t167
        t169 = t120 * (t20 + t117 * (t165 - t166) - t19 * t167) + t109 * (
            t18
            + t17 * c * (-t11 * t168 - formed_formed * formed_formed_6 + formed_formed_2 * t11 * t6)
            - t122 * c * (t16 + c * (t165 + t166))
        )
        t170 = t168 - t7
        t171 = -t9 + formed_formed_5 * t167
        t172 = bias_z * t55
        t173 = t137 * mean_mean
        t174 = t150 * uu
        d_c = (
            d_turned_mean * (-t164 * t91 + t25 * t39 * (formed_formed_9 * t28 - t106 * t35))
            + d_turned_formed
            * (
                -t164 * t92
                + 2
                * t39
                * (-mean_formed_2 * t29 - formed_formed_9 * t2 * t32 / 2 + mean_formed * mean_formed_2 * t32 * c)
            )
            + t108 * t169
            + t108 * t170
            + t108 * t171
            + t112 * t169
            + t112 * t170
            + t112 * t171
            + t113 * t169
            + t113 * t170
            + t113 * t171
            + t114 * t169
            + t114 * t170
            + t114 * t171
            + t115 * t169
            + t115 * t170
            + t115 * t171
            + t116 * t169
            + t116 * t170
            + t116 * t171
            + t118 * t170
            + t118 * t171
            + t135 * t170
            + t172 * t63
            + t172 * t65
            - d_square * formed_formed_7
            - d_bb * bias_bias
            - d_mm * mean_mean
            - t139 * t173
            - t140 * t173
            - t141 * t173
            - t142 * t173
            - t143 * t173
            - t144 * t173
            - t145 * t173
            - t146 * t173
            - t147 * t173
            - t148 * t173
            - t149 * mean_mean**2
            - t152 * t174
            - t153 * t174
            - t154 * t174
            - t155 * t174
            - t156 * t174
            - t157 * t174
            - t158 * t174
            - t159 * t174
            - t160 * t174
            - t60 * space_space
        )
    return (
        combine(
            (d_u_formed, formed),
            (d_u_formed_2, formed_2),
            (d_u_g_out, g_out),
            (d_u_space, space),
            (d_u_bias, bias),
            (d_u_formed_3, formed_6),
            (d_u_mean, mean),
            (d_u_turned, turned),
            (d_u_formed_4, formed_5),
            (d_u_u, u),
        )
        if needs[0]
        else None,
        combine(
            (d_mean_g_out, g_out),
            (d_mean_space, space),
            (d_mean_bias, bias),
            (d_mean_turned, turned),
            (d_mean_formed_3, formed_6),
            (d_mean_mean_2, mean),
            (d_mean_formed_4, formed_5),
            (d_mean_formed_5, formed_4),
            (d_mean_formed_6, formed_2),
            (d_mean_formed_7, formed),
            (d_mean_formed_8, formed_3),
        )
        if needs[1]
        else None,
        d_scale if needs[2] else None,
        combine(
            (d_bias_g_out, g_out),
            (d_bias_space, space),
            (d_bias_z, z),
            (d_bias_bias_2, bias),
            (d_bias_turned, turned),
            (d_bias_mean, mean),
            (d_bias_formed, formed_6),
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
    mean_mean: Tensor,
    formed_formed: Tensor,
    formed_formed_2: Tensor,
    formed_formed_3: Tensor,
    t_u: Tensor,
    t_mean: Tensor,
    t_scale: Tensor,
    t_bias: Tensor,
    t_c: Tensor,
    dim: int,
) -> tuple[Tensor, ...]:
    t0 = -uu * c
    t1 = sn(t0, -1)
    formed = t1 * u
    t2 = mean_mean * c
    t3 = -t2
    t4 = sn(t3, -1)
    formed_2 = t4 * mean
    formed_3 = formed - formed_2
    formed_formed_4 = dot(formed, formed, dim)
    t5 = formed_formed * c
    t6 = inverse_resolved(t5)
    t7 = t6 * c
    t8 = formed_formed_2 * t7
    formed_4 = torch.addcmul(formed_3, -t8, formed_2)
    formed_formed_5 = dot(formed_2, formed_4, dim)
    t9 = formed_formed_5 * t7
    formed_5 = torch.addcmul(formed_4, -t9, formed_2)
    formed_formed_6 = dot(formed_5, formed_5, dim)
    t10 = formed_formed_6 * t5
    t11 = 2 * formed_formed
    t12 = torch.sqrt(1 + t5)
    t13 = formed_formed_3 * t12
    t14 = torch.sqrt(1 + formed_formed_4 * c)
    t15 = formed_formed * t14
    turned = torch.addcmul(
        formed_5,
        choose(
            formed_formed_3,
            c * (-t10 + formed_formed_2 * t6 * c * (formed_formed_2 + t11)) * inverse_resolved(c * (t13 + t15)),
            t7 * (-t15 + formed_formed_3 * t12),
        ),
        formed_2,
    )
    formed_formed_7 = dot(turned, turned, dim)
    mm = t3
    bias_bias = dot(bias, bias, dim)
    bb = -bias_bias * c
    t16 = bb / 4
    t17 = tn(t16, -1) / 2
    t18 = mm / 4
    t19 = tn(t18, -1)
    t20 = t19 / 2
    t21 = -t20
    formed_6 = combine((t17, bias), (t21, mean))
    formed_formed_8 = dot(formed_6, formed_6, dim)
    mean_formed = dot(mean, formed_6, dim)
    mean_formed_2 = dot(mean, turned, dim)
    formed_formed_9 = dot(turned, formed_6, dim)
    t22 = cs(t18, -1)
    t23 = t22 ** (-2)
    t24 = t20 * t23
    t25 = mean_formed_2 * t24
    t26 = c**2
    t27 = t19**2
    t28 = formed_formed_9 * t27
    t29 = mean_mean * t26
    t30 = -t25 * c - t28 * t29 / 4 + mean_formed * mean_formed_2 * t27 * t26 / 2
    t31 = formed_formed_8 * c
    t32 = cs(t16, -1)
    t33 = t32 ** (-2)
    t34 = t31 + t23 * t33
    t35 = 1 / t34
    t36 = 2 * t35
    turned_formed = t30 * t36
    t37 = mean_formed_2 * formed_formed_8 * t26
    t38 = -t20 * t37 + formed_formed_9 * t23 * c
    t39 = t19 * t35
    turned_mean = t38 * t39
    square = -formed_formed_7 * c
    angle = asn(square, -1)
    t40 = angle**2
    t41 = scale**2
    t42 = t40 * t41
    stretched = t42 * square
    t43 = sn(stretched, -1)
    t44 = t43 * scale
    t45 = angle * t44
    t46 = turned_mean * t45
    t47 = turned_formed * t45
    z = combine((t45, turned), (t46, mean), (t47, formed_6))
    bias_z = dot(bias, z, dim)
    t48 = cs(stretched, -1)
    t49 = sn(bb, -1)
    t50 = bias_z * c
    t51 = sn(t16, -1)
    t52 = t51**2 / 2
    t53 = t48 * t49 + t50 * t52
    space = torch.addcmul(z, t53, bias)
    space_space = dot(space, space, dim)
    t54 = -space_space * c
    out_space = asn(t54, -1)
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_formed_t_u = t1
    t55 = d_sn(t0, -1)
    t_formed_u = -t_c * t55 * uu - t_uu * t55 * c
    mean_t_mean = dot(mean, t_mean, dim)
    t_mean_mean = 2 * mean_t_mean
    t_formed_t_mean = t4
    t56 = d_sn(t3, -1)
    t57 = t_c * mean_mean
    t58 = t_mean_mean * c
    t_formed_mean = -t56 * t57 - t56 * t58
    t_formed_mean_2 = -t_formed_mean
    t_formed_t_mean_2 = -t_formed_t_mean
    formed_t_mean = dot(formed_2, t_mean, dim)
    mean_formed_3 = dot(mean, formed_2, dim)
    t_formed_formed = 2 * t_formed_t_mean * formed_t_mean + 2 * t_formed_mean * mean_formed_3
    formed_t_mean_2 = dot(formed_3, t_mean, dim)
    mean_formed_4 = dot(mean, formed_3, dim)
    u_formed = dot(u, formed_2, dim)
    formed_t_u = dot(formed_2, t_u, dim)
    t59 = t_formed_t_u * formed_t_u + t_formed_u * u_formed
    t_formed_formed_2 = (
        t59
        + t_formed_t_mean * formed_t_mean_2
        + t_formed_mean * mean_formed_4
        + t_formed_mean_2 * mean_formed_3
        + t_formed_t_mean_2 * formed_t_mean
    )
    formed_t_mean_3 = dot(formed, t_mean, dim)
    mean_formed_5 = dot(mean, formed, dim)
    t_formed_formed_3 = t59 + t_formed_t_mean * formed_t_mean_3 + t_formed_mean * mean_formed_5
    formed_t_u_2 = dot(formed, t_u, dim)
    u_formed_2 = dot(u, formed, dim)
    t60 = 2 * t_formed_t_u
    t61 = 2 * t_formed_u
    t_formed_formed_4 = formed_t_u_2 * t60 + u_formed_2 * t61
    t62 = t_c * t6
    t63 = formed_formed_2 * t62
    t64 = t6**2
    t65 = formed_formed_2 * t64
    t66 = t_formed_formed * t26
    t67 = t_c * t5
    t_formed_formed_5 = -t63 + t65 * t66 + t65 * t67 - t_formed_formed_2 * t7
    t_formed_mean_3 = t_formed_mean_2 - t_formed_mean * t8
    t_formed_t_mean_3 = t_formed_t_mean_2 - t_formed_t_mean * t8
    formed_t_mean_4 = dot(formed_4, t_mean, dim)
    mean_formed_6 = dot(mean, formed_4, dim)
    t_formed_formed_6 = (
        t59
        + t_formed_t_mean * formed_t_mean_4
        + t_formed_mean * mean_formed_6
        + formed_t_mean * t_formed_t_mean_3
        + mean_formed_3 * t_formed_mean_3
        + t_formed_formed_5 * formed_formed
    )
    t68 = formed_formed_5 * t64
    t_formed_formed_7 = t_formed_formed_5 + t66 * t68 + t67 * t68 - formed_formed_5 * t62 - t_formed_formed_6 * t7
    t_formed_mean_4 = t_formed_mean_3 - t_formed_mean * t9
    t_formed_t_mean_4 = t_formed_t_mean_3 - t_formed_t_mean * t9
    formed_formed_10 = dot(formed_2, formed_5, dim)
    mean_formed_7 = dot(mean, formed_5, dim)
    formed_t_mean_5 = dot(formed_5, t_mean, dim)
    u_formed_3 = dot(u, formed_5, dim)
    formed_t_u_3 = dot(formed_5, t_u, dim)
    t_formed_formed_8 = (
        u_formed_3 * t61
        + formed_t_u_3 * t60
        + 2 * t_formed_formed_7 * formed_formed_10
        + 2 * t_formed_mean_4 * mean_formed_7
        + 2 * t_formed_t_mean_4 * formed_t_mean_5
    )
    t69 = t62 * t15
    t70 = t_formed_formed * t14
    t71 = is_positive(formed_formed_3)
    t72 = t13 * t62 * t71
    t73 = t66 * t64
    t74 = t5 * t14
    t75 = inverse_resolved(t74 + t13 * c)
    t76 = t71 * t75
    t77 = t_formed_formed_3 * t12
    t78 = t75 * t26
    t79 = formed_formed * t78
    t80 = t71 * t79
    t81 = t26 / 2
    t82 = 1 / t14
    t83 = t_formed_formed_4 * t82
    t84 = formed_formed * t6
    t85 = formed_formed**2
    t86 = 1 / t12
    t87 = t_c * t64
    t88 = t85 * t14
    t89 = formed_formed_2**2
    t90 = c**3
    t91 = t_formed_formed * t90
    t92 = formed_formed_3 * t86
    t93 = t92 / 2
    t94 = t62 * t5
    t95 = formed_formed_4 * t82
    t96 = t95 / 2
    t97 = 2 * t_c
    t99 = t75**2
    t100 = t71 * t99
    t98 = t6 * t89
    t101 = t100 * t98
    t102 = t70 * t90
    t103 = t77 * t90
    t104 = c**4
    t105 = formed_formed_2 * t6
    t106 = t105 * t100
    t107 = t89 * t99 * t26
    t108 = t_formed_formed * t104
    t109 = t63 * t100
    t110 = t106 * t11
    t111 = t109 * t85 * t90
    t112 = t62 * formed_formed * t100 * t89 * t90
    t_turned_formed = (
        t_formed_formed_7
        - t69
        - t72
        - t_formed_formed_8 * t80
        - t102 * t110
        - t102 * t101
        - t103 * t110
        - t103 * t101
        - t111 * t92
        - t111 * t95
        - t112 * t93
        - t112 * t96
        - t13 * t73
        - t70 * t7
        - t72 * t107
        - t94 * t96
        - t108 * t93 * t101
        - t13 * t67 * t64
        - t66 * formed_formed_6 * t76
        - t69 * t107 * t71
        - t73 * t15 * t71
        - t77 * t7 * t71
        - t83 * t84 * t81
        - t87 * t80 * t89
        - t93 * t94 * t71
        - t97 * t10 * t76
        - 2 * t109 * t88 * t26
        + formed_formed_3 * t_c * t6 * t12
        + t_formed_formed_3 * t6 * c * t12
        - t106 * t83 * t85 * t104
        - t109 * t13 * t11 * t26
        - t65 * t91 * t11 * t76
        - t66 * t93 * t6 * t71
        - t87 * t71 * t88 * c
        - t91 * t64 * t76 * t89
        - t83 * formed_formed * t101 * t104 / 2
        + t_c * formed_formed * t6 * t71 * t14
        + t_c * t64 * t85 * c * t14
        + t_formed_formed * formed_formed * t64 * t14 * t26
        + t_formed_formed * t6 * t71 * c * t14
        + formed_formed_3 * t_formed_formed * t6 * t26 * t86 / 2
        - formed_formed_2 * t108 * t92 * t100 * t84
        - t65 * t97 * t71 * t78 * t85
        + formed_formed_3 * t_formed_formed * t64 * t71 * t12 * t26
        + formed_formed_3 * t_c * formed_formed * t6 * c * t86 / 2
        + t_formed_formed_4 * formed_formed * t6 * t71 * t26 * t82 / 2
        + 2 * formed_formed_2 * t_formed_formed * t6 * t71 * t75 * t26
        + 2 * formed_formed_2 * t_formed_formed_2 * t6 * t71 * t75 * t26
        + 2 * t_c * t6 * t71 * t75 * t89 * c
        + 2 * t_formed_formed_2 * formed_formed * t6 * t71 * t75 * t26
        + formed_formed_3 * t_c * formed_formed * t64 * t71 * c * t12
        + t_c * formed_formed_6 * t71 * t85 * t99 * t14 * t26
        + t_formed_formed * formed_formed * formed_formed_6 * t71 * t99 * t14 * t90
        + t_formed_formed_3 * formed_formed * formed_formed_6 * t71 * t99 * t12 * t90
        + t_c * formed_formed * formed_formed_4 * t6 * t71 * c * t82 / 2
        + t_formed_formed_4 * formed_formed_6 * t71 * t85 * t99 * t104 * t82 / 2
        + 4 * formed_formed_2 * t_c * formed_formed * t6 * t71 * t75 * c
        + formed_formed_3 * t_c * formed_formed * formed_formed_6 * t71 * t99 * t12 * t26
        + formed_formed_3 * t_c * formed_formed_6 * t71 * t85 * t99 * t86 * t90 / 2
        + formed_formed_3 * t_formed_formed * formed_formed * formed_formed_6 * t71 * t99 * t104 * t86 / 2
        + t_c * formed_formed_4 * formed_formed_6 * t71 * t85 * t99 * t82 * t90 / 2
    )
    t113 = choose(
        formed_formed_3,
        t78 * t98 - formed_formed_6 * t79 + t105 * t11 * t78,
        -t6 * t74 + formed_formed_3 * t6 * c * t12,
    )
    t_turned_mean = t_formed_mean_4 + t_formed_mean * t113
    t_turned_t_mean = t_formed_t_mean_4 + t_formed_t_mean * t113
    formed_turned = dot(formed_2, turned, dim)
    turned_t_mean = dot(turned, t_mean, dim)
    u_turned = dot(u, turned, dim)
    turned_t_u = dot(turned, t_u, dim)
    t_formed_formed_9 = (
        u_turned * t61
        + turned_t_u * t60
        + 2 * mean_formed_2 * t_turned_mean
        + 2 * t_turned_formed * formed_turned
        + 2 * t_turned_t_mean * turned_t_mean
    )
    t_mm = -t57 - t58
    bias_t_bias = dot(bias, t_bias, dim)
    t_bias_bias = 2 * bias_t_bias
    t_bb = -t_c * bias_bias - t_bias_bias * c
    t_formed_t_mean_5 = t21
    t_formed_t_bias = t17
    t114 = d_tn(t18, -1)
    t115 = t114 / 8
    t_formed_mean_5 = -t_mm * t115
    t_formed_bias = t_bb * d_tn(t16, -1) / 8
    formed_t_mean_6 = dot(formed_6, t_mean, dim)
    formed_t_bias = dot(formed_6, t_bias, dim)
    bias_formed = dot(bias, formed_6, dim)
    t_formed_formed_10 = (
        2 * bias_formed * t_formed_bias
        + 2 * mean_formed * t_formed_mean_5
        + 2 * t_formed_t_mean_5 * formed_t_mean_6
        + 2 * t_formed_t_bias * formed_t_bias
    )
    mean_t_bias = dot(mean, t_bias, dim)
    mean_bias = dot(mean, bias, dim)
    t_mean_formed = (
        formed_t_mean_6
        + mean_t_bias * t_formed_t_bias
        + mean_bias * t_formed_bias
        + mean_t_mean * t_formed_t_mean_5
        + t_formed_mean_5 * mean_mean
    )
    u_mean = dot(u, mean, dim)
    mean_t_u = dot(mean, t_u, dim)
    t_mean_formed_2 = (
        turned_t_mean
        + u_mean * t_formed_u
        + mean_t_u * t_formed_t_u
        + mean_t_mean * t_turned_t_mean
        + mean_formed_3 * t_turned_formed
        + t_turned_mean * mean_mean
    )
    formed_formed_11 = dot(formed_2, formed_6, dim)
    u_formed_4 = dot(u, formed_6, dim)
    formed_t_u_4 = dot(formed_6, t_u, dim)
    turned_t_bias = dot(turned, t_bias, dim)
    bias_turned = dot(bias, turned, dim)
    t_formed_formed_11 = (
        formed_formed_11 * t_turned_formed
        + u_formed_4 * t_formed_u
        + formed_t_u_4 * t_formed_t_u
        + turned_t_bias * t_formed_t_bias
        + bias_turned * t_formed_bias
        + mean_formed * t_turned_mean
        + mean_formed_2 * t_formed_mean_5
        + t_turned_t_mean * formed_t_mean_6
        + turned_t_mean * t_formed_t_mean_5
    )
    t116 = t34 ** (-2)
    t117 = t116 * formed_formed_8
    t118 = 2 * t30
    t119 = mean_formed_2 * c
    t120 = t22 ** (-3)
    t121 = sn(t18, -1)
    t122 = t120 * t121
    t123 = t116 * t33
    t124 = t30 / 2
    t125 = t116 * c
    t126 = t35 * t27 * t81
    t127 = t_bb * t51
    t128 = t116 * t23 / t32**3
    t_turned_formed_2 = (
        t_c * (-t117 * t118 + 2 * t35 * (-t25 - t28 * t2 / 2 + mean_formed * mean_formed_2 * t27 * c))
        + t_mm
        * (
            t36
            * (
                -t115 * t119 * t23
                - t119 * t122 * t19 / 8
                - formed_formed_9 * t115 * t19 * t29
                + mean_formed * mean_formed_2 * t114 * t19 * t26 / 4
            )
            - t122 * t123 * t124
        )
        - t_formed_formed_10 * t118 * t125
        - t_formed_formed_11 * t126 * mean_mean
        - t124 * t127 * t128
        + 2 * t_mean_formed_2 * t35 * (-t24 * c + mean_formed * t27 * t81)
        - t_mean_mean * t28 * t35 * t81
        + t_mean_formed * mean_formed_2 * t35 * t27 * t26
    )
    t129 = t19 * t38
    t130 = t127 / 4
    t_turned_mean_2 = (
        t_formed_formed_10 * (-mean_formed_2 * t126 - t125 * t129)
        + t_c * (-t117 * t129 + t19 * t35 * (formed_formed_9 * t23 - mean_formed_2 * t19 * t31))
        + t_mm
        * (t39 * (-t115 * t37 + formed_formed_9 * t120 * t121 * c / 4) - t122 * t123 * t129 / 4 + t114 * t35 * t38 / 4)
        - t_mean_formed_2 * t126 * formed_formed_8
        - t128 * t129 * t130
        + t_formed_formed_11 * t23 * t39 * c
    )
    t_square = -t_c * formed_formed_7 - t_formed_formed_9 * c
    t_angle = t_square * d_asn(square, -1)
    t131 = 2 * square
    t_stretched = t_square * t42 + t_angle * angle * t131 * t41 + t_scale * t40 * t131 * scale
    t_z_t_mean = t46 + t_turned_t_mean * t45 + t_formed_t_mean_5 * t47
    t132 = t_angle * t44
    t133 = angle * t_scale * t43
    t134 = t_stretched * angle * scale * d_sn(stretched, -1)
    t_z_turned = t132 + t133 + t134
    t_z_mean = (
        t_turned_mean_2 * t45
        + turned_mean * t132
        + turned_mean * t133
        + turned_mean * t134
        + t_turned_mean * t45
        + t_formed_mean_5 * t47
    )
    t_z_formed = t_turned_formed_2 * t45 + turned_formed * t132 + turned_formed * t133 + turned_formed * t134
    t_z_u = t_formed_u * t45
    t_z_t_u = t_formed_t_u * t45
    t_z_formed_2 = t_turned_formed * t45
    t_z_bias = t_formed_bias * t47
    t_z_t_bias = t_formed_t_bias * t47
    z_t_bias = dot(z, t_bias, dim)
    bias_t_mean = dot(bias, t_mean, dim)
    u_bias = dot(u, bias, dim)
    bias_t_u = dot(bias, t_u, dim)
    bias_formed_2 = dot(bias, formed_2, dim)
    t_bias_z = (
        z_t_bias
        + bias_formed * t_z_formed
        + mean_bias * t_z_mean
        + bias_turned * t_z_turned
        + t_z_t_mean * bias_t_mean
        + t_z_u * u_bias
        + t_z_t_u * bias_t_u
        + t_z_formed_2 * bias_formed_2
        + t_z_bias * bias_bias
        + t_z_t_bias * bias_t_bias
    )
    t_space_t_bias = t_z_t_bias + t53
    t_space_bias = (
        t_z_bias
        + t_bias_z * t52 * c
        + bias_z * t_c * t52
        + t_bb * t48 * d_sn(bb, -1)
        + t130 * t50 * d_sn(t16, -1)
        - t_stretched * t43 * t49 / 2
    )
    space_t_bias = dot(space, t_bias, dim)
    bias_space = dot(bias, space, dim)
    u_space = dot(u, space, dim)
    mean_space = dot(mean, space, dim)
    space_t_mean = dot(space, t_mean, dim)
    turned_space = dot(turned, space, dim)
    formed_space = dot(formed_6, space, dim)
    space_t_u = dot(space, t_u, dim)
    formed_space_2 = dot(formed_2, space, dim)
    t_space_space = (
        2 * t_z_t_mean * space_t_mean
        + 2 * t_z_turned * turned_space
        + 2 * t_z_mean * mean_space
        + 2 * t_z_formed * formed_space
        + 2 * t_z_u * u_space
        + 2 * t_z_t_u * space_t_u
        + 2 * t_z_formed_2 * formed_space_2
        + 2 * t_space_t_bias * space_t_bias
        + 2 * t_space_bias * bias_space
    )
    t135 = d_asn(t54, -1)
    t_out_space = -t_space_space * t135 * c - t_c * t135 * space_space
    return (
        combine(
            (t_z_u * out_space, u),
            (t_z_mean * out_space, mean),
            (t_z_t_mean * out_space, t_mean),
            (t_z_turned * out_space, turned),
            (t_z_formed * out_space, formed_6),
            (t_z_t_u * out_space, t_u),
            (t_z_formed_2 * out_space, formed_2),
            (t_space_t_bias * out_space, t_bias),
            (t_space_bias * out_space, bias),
            (t_out_space, space),
        ),
        t_uu,
        t_mean_mean,
        t_formed_formed,
        t_formed_formed_2,
        t_formed_formed_3,
    )


_normalize_op = Operation(
    "normalize",
    Formulas(_normalize, _normalize_vjp, _normalize_jvp),
    inputs=(("u", "vector"), ("mean", "vector"), ("scale", "scalar"), ("bias", "vector"), ("c", "scalar")),
    results=("vector",),
)


def normalize(u: Tensor, mean: Tensor, scale: Tensor, bias: Tensor, c: Tensor, *, dim: int = -1) -> Tensor:
    r"""Batch normalisation log0 exp_β(scale · PT_{μ→β} log_μ x), with μ and β the points of `mean` and `bias`.

    On the hyperboloid, moving μ to the origin by a boost, turning by gyr[β, −μ], scaling radially and moving the origin to β
    does the same with two rank-one maps and one rotation. Source: batch normalisation of arXiv 2303.14027; the
    factorisation is derived here.

    Formula (LaTeX)::

        \mathrm{uu} = \langle u, u \rangle
        \mathrm{formed} = u \operatorname{sn}{\left(- \mathrm{uu} c \right)}
        \mathrm{mean\_mean} = \langle \mathrm{mean}, \mathrm{mean} \rangle
        \mathrm{formed\_2} = \mathrm{mean} \operatorname{sn}{\left(- \mathrm{mean\_mean} c \right)}
        \mathrm{formed\_3} = \mathrm{formed} - \mathrm{formed\_2}
        \mathrm{formed\_formed} = \langle \mathrm{formed\_2}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_formed\_2} = \langle \mathrm{formed\_2}, \mathrm{formed\_3} \rangle
        \mathrm{formed\_formed\_3} = \langle \mathrm{formed}, \mathrm{formed\_2} \rangle
        \mathrm{formed\_formed\_4} = \langle \mathrm{formed}, \mathrm{formed} \rangle
        \mathrm{formed\_4} = \mathrm{formed\_3} - \mathrm{formed\_2} \mathrm{formed\_formed\_2} c \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed} c \right)}
        \mathrm{formed\_formed\_5} = \langle \mathrm{formed\_2}, \mathrm{formed\_4} \rangle
        \mathrm{formed\_5} = \mathrm{formed\_4} - \mathrm{formed\_2} \mathrm{formed\_formed\_5} c \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed} c \right)}
        \mathrm{formed\_formed\_6} = \langle \mathrm{formed\_5}, \mathrm{formed\_5} \rangle
        \mathrm{turned} = \mathrm{formed\_5} + \mathrm{formed\_2} \operatorname{choose}{\left(\mathrm{formed\_formed\_3},c \left(- \mathrm{formed\_formed\_6} \mathrm{formed\_formed} c + \mathrm{formed\_formed\_2} c \left(\mathrm{formed\_formed\_2} + 2 \mathrm{formed\_formed}\right) \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed} c \right)}\right) \operatorname{inverse}_{resolved}{\left(c \left(\mathrm{formed\_formed\_3} \sqrt{1 + \mathrm{formed\_formed} c} + \mathrm{formed\_formed} \sqrt{1 + \mathrm{formed\_formed\_4} c}\right) \right)},c \left(\mathrm{formed\_formed\_3} \sqrt{1 + \mathrm{formed\_formed} c} - \mathrm{formed\_formed} \sqrt{1 + \mathrm{formed\_formed\_4} c}\right) \operatorname{inverse}_{resolved}{\left(\mathrm{formed\_formed} c \right)} \right)}
        \mathrm{formed\_formed\_7} = \langle \mathrm{turned}, \mathrm{turned} \rangle
        \mathrm{mm} = - \mathrm{mean\_mean} c
        \mathrm{bias\_bias} = \langle \mathrm{bias}, \mathrm{bias} \rangle
        \mathrm{bb} = - \mathrm{bias\_bias} c
        \mathrm{formed\_6} = \frac{\mathrm{bias} \operatorname{tn}{\left(\frac{\mathrm{bb}}{4} \right)}}{2} - \frac{\mathrm{mean} \operatorname{tn}{\left(\frac{\mathrm{mm}}{4} \right)}}{2}
        \mathrm{formed\_formed\_8} = \langle \mathrm{formed\_6}, \mathrm{formed\_6} \rangle
        \mathrm{mean\_formed} = \langle \mathrm{mean}, \mathrm{formed\_6} \rangle
        \mathrm{mean\_formed\_2} = \langle \mathrm{mean}, \mathrm{turned} \rangle
        \mathrm{formed\_formed\_9} = \langle \mathrm{turned}, \mathrm{formed\_6} \rangle
        \mathrm{turned\_formed} = \frac{2 \left(\frac{\mathrm{mean\_formed\_2} \mathrm{mean\_formed} c^{2} \operatorname{tn}^{2}{\left(\frac{\mathrm{mm}}{4} \right)}}{2} - \frac{\mathrm{mean\_formed\_2} c \operatorname{tn}{\left(\frac{\mathrm{mm}}{4} \right)}}{2 \operatorname{cs}^{2}{\left(\frac{\mathrm{mm}}{4} \right)}} - \frac{\mathrm{formed\_formed\_9} \mathrm{mean\_mean} c^{2} \operatorname{tn}^{2}{\left(\frac{\mathrm{mm}}{4} \right)}}{4}\right)}{\mathrm{formed\_formed\_8} c + \frac{1}{\operatorname{cs}^{2}{\left(\frac{\mathrm{bb}}{4} \right)} \operatorname{cs}^{2}{\left(\frac{\mathrm{mm}}{4} \right)}}}
        \mathrm{turned\_mean} = \frac{\left(\frac{\mathrm{formed\_formed\_9} c}{\operatorname{cs}^{2}{\left(\frac{\mathrm{mm}}{4} \right)}} - \frac{\mathrm{formed\_formed\_8} \mathrm{mean\_formed\_2} c^{2} \operatorname{tn}{\left(\frac{\mathrm{mm}}{4} \right)}}{2}\right) \operatorname{tn}{\left(\frac{\mathrm{mm}}{4} \right)}}{\mathrm{formed\_formed\_8} c + \frac{1}{\operatorname{cs}^{2}{\left(\frac{\mathrm{bb}}{4} \right)} \operatorname{cs}^{2}{\left(\frac{\mathrm{mm}}{4} \right)}}}
        \mathrm{square} = - \mathrm{formed\_formed\_7} c
        \mathrm{angle} = \operatorname{asn}{\left(\mathrm{square} \right)}
        \mathrm{stretched} = \mathrm{square} \mathrm{angle}^{2} \mathrm{scale}^{2}
        z = \mathrm{angle} \mathrm{scale} \mathrm{turned} \operatorname{sn}{\left(\mathrm{stretched} \right)} + \mathrm{angle} \mathrm{formed\_6} \mathrm{scale} \mathrm{turned\_formed} \operatorname{sn}{\left(\mathrm{stretched} \right)} + \mathrm{angle} \mathrm{mean} \mathrm{scale} \mathrm{turned\_mean} \operatorname{sn}{\left(\mathrm{stretched} \right)}
        \mathrm{bias\_z} = \langle \mathrm{bias}, z \rangle
        \mathrm{space} = z + \mathrm{bias} \left(\operatorname{cs}{\left(\mathrm{stretched} \right)} \operatorname{sn}{\left(\mathrm{bb} \right)} + \frac{\mathrm{bias\_z} c \operatorname{sn}^{2}{\left(\frac{\mathrm{bb}}{4} \right)}}{2}\right)
        \mathrm{space\_space} = \langle \mathrm{space}, \mathrm{space} \rangle
        \mathrm{out\_space} = \operatorname{asn}{\left(- \mathrm{space\_space} c \right)}
        \mathrm{out} = \mathrm{out\_space} \mathrm{space}

    Cost: 16 inner products, 103 further operations; backward 43 inner products, 864 further operations. Saved:
    the inputs and 5 scalars per row.
    """
    result: Tensor = _normalize_op(u, mean, scale, bias, c, dim=dim)
    return result


def _midpoint0(u: Tensor, w: Tensor, c: Tensor, dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    x_s = sn(-uu * c, -1) * u
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
    space_total = t9
    space_constant = torch.sqrt(1 + t7 / t8) + constant_total * t9 * c / (1 + t5)
    t10 = asn(
        -c
        * (
            constant_constant * space_constant**2
            + total_total_2 * space_total**2
            + 2 * constant_total * space_total * space_constant
        ),
        0,
    )
    out_total = space_total * t10
    out_constant = space_constant * t10
    return (combine((out_total, total_4), (out_constant, constant)), constant, total_4, total_5)


def _midpoint0_vjp(
    u: Tensor,
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
    uu = dot(u, u, dim)
    t0 = -uu * c
    t1 = sn(t0, -1)
    x_s = t1 * u
    total = w.sum(rows, keepdim=True)
    x_s_x_s = dot(x_s, x_s, dim)
    formed = x_s - constant
    constant_constant = dot(constant, constant, dim)
    constant_formed = dot(constant, formed, dim)
    x_s_constant = dot(x_s, constant, dim)
    t2 = constant_constant * c
    t3 = inverse_resolved(t2)
    t4 = constant_formed * t3
    formed_2 = torch.addcmul(formed, -t4 * c, constant)
    constant_formed_2 = dot(constant, formed_2, dim)
    t5 = constant_formed_2 * t3
    formed_3 = torch.addcmul(formed_2, -t5 * c, constant)
    formed_formed = dot(formed_3, formed_3, dim)
    t6 = 2 * constant_constant
    t7 = constant_formed + t6
    t8 = -formed_formed * t2 + constant_formed * t7 * t3 * c
    t9 = torch.sqrt(1 + t2)
    t10 = torch.sqrt(1 + x_s_x_s * c)
    t11 = constant_constant * t10
    t12 = t11 + x_s_constant * t9
    t13 = inverse_resolved(t12 * c)
    t14 = t8 * t13
    t15 = -t11 + x_s_constant * t9
    t16 = t15 * t3
    formed_4 = torch.addcmul(formed_3, choose(x_s_constant, t14 * c, t16 * c), constant)
    formed_formed_2 = dot(formed_4, formed_4, dim)
    total_total = dot(total_4, total_4, dim)
    constant_total = dot(constant, total_4, dim)
    t17 = total_total * c
    t18 = at_least(total_5**2 - t17, total**2)
    t19 = torch.rsqrt(t18)
    space_total = t19
    t20 = 1 / t18
    t21 = torch.sqrt(1 + t20 * t17)
    t22 = 1 + t9
    t23 = 1 / t22
    t24 = constant_total * t19 * t23
    space_constant = t21 + t24 * c
    t25 = space_constant**2
    t26 = space_total**2
    t27 = 2 * constant_total
    t28 = space_total * t27
    t29 = space_constant * t28 + constant_constant * t25 + total_total * t26
    t30 = -t29 * c
    t31 = asn(t30, 0)
    out_total = space_total * t31
    total_g_out = dot(total_4, g_out, dim)
    constant_g_out = dot(constant, g_out, dim)
    t32 = -t31
    t33 = d_asn(t30, 0)
    t34 = t33 * c
    t35 = t34 * (t28 + space_constant * t6)
    t36 = space_total * total_g_out
    d_space_constant = constant_g_out * (-t32 - space_constant * t35) - t35 * t36
    t37 = 2 * space_total
    t38 = t34 * (space_constant * t27 + t37 * total_total)
    t39 = space_constant * constant_g_out
    d_space_total = total_g_out * (-t32 - space_total * t38) - t38 * t39
    t40 = total_g_out * t34
    d_constant_total = (
        -2 * space_constant * t40 * t26 + d_space_constant * t19 * c * t23 - constant_g_out * t34 * t37 * t25
    )
    t41 = 1 / t21
    t42 = t20 / 2
    t43 = c**2
    t44 = t18 ** (-2)
    t45 = t44 / 2
    t47 = torch.sqrt(t18) ** -3
    t46 = constant_total / 2
    t48 = t47 * t23
    t49 = t46 * t48
    d_total_total = (
        d_space_constant * (t41 * (t42 * c + t45 * total_total * t43) + t49 * t43)
        - t40 * space_total**3
        + d_space_total * t47 * c / 2
        - t34 * t39 * t26
    )
    t50 = d_space_total * t47
    d_total = (
        g_total_5 + d_space_constant * (-total_5 * constant_total * t48 * c - total_5 * t41 * t44 * t17) - total_5 * t50
    )
    t51 = torch.sqrt(1 + formed_formed_2 * c)
    if needs[0] or needs[2]:
        t52 = d_total * w / (2 * t51)
    if needs[2]:
        term = t52 * formed_formed_2
        total_2 = term.sum(rows, keepdim=True)
    d_total_total_2 = 2 * d_total_total
    if needs[1]:
        formed_g_out = dot(formed_4, g_out, dim)
        formed_g_total_4 = dot(formed_4, g_total_4, dim)
    constant_formed_3 = dot(constant, formed_4, dim)
    if needs[1]:
        formed_total = dot(formed_4, total_4, dim)
    if needs[0] or needs[2]:
        d_formed_formed = t52 * c
        d_formed_g_out = out_total * w
        d_formed_constant = d_constant_total * w
        d_formed_total = d_total_total_2 * w
        d_formed_formed_2 = 2 * d_formed_formed
        constant_g_total_4 = dot(constant, g_total_4, dim)
        t53 = is_positive(x_s_constant)
        t54 = 1 - t53
    if needs[2]:
        t55 = 1 / t9
    if needs[0] or needs[2]:
        t56 = constant_constant / 2
    if needs[2]:
        t57 = x_s_constant * t56 * t55
    if needs[0] or needs[2]:
        t58 = t56 / t10
    if needs[2]:
        t59 = x_s_x_s * t58
    if needs[0] or needs[2]:
        t60 = t3 * c
    if needs[2]:
        t61 = t2 * t3**2
        t62 = constant_formed * t61
    if needs[0] or needs[2]:
        t63 = t8 * t13**2
    if needs[2]:
        t64 = t54 * (t16 + t60 * (t57 - t59) - t15 * t61) + t53 * (
            t14
            + t13 * c * (-t62 * t7 - constant_constant * formed_formed + constant_formed * t7 * t3)
            - t63 * c * (t12 + c * (t57 + t59))
        )
    if needs[0] or needs[2]:
        t65 = constant_total * d_formed_total
        t66 = constant_g_out * d_formed_g_out
        t67 = constant_formed_3 * d_formed_formed_2
        t68 = d_formed_constant * constant_constant
        t69 = constant_g_total_4 * w
    if needs[2]:
        term_2 = t64 * t65 + t64 * t66 + t64 * t67 + t64 * t68 + t64 * t69
        total_3 = term_2.sum(rows, keepdim=True)
    if needs[0] or needs[2]:
        t70 = t53 * t43
        t71 = t13 * t70
        t72 = constant_constant * t71
        d_formed_formed_3 = (
            -t65 * t72 - t66 * t72 - t67 * t72 - t69 * t72 - d_formed_constant * t71 * constant_constant**2
        )
        d_formed_formed_4 = 2 * d_formed_formed_3
        constant_formed_4 = dot(constant, formed_3, dim)
    if needs[2]:
        t73 = -t5 + constant_formed_2 * t61
    if needs[0] or needs[2]:
        t74 = d_formed_formed_4 * constant_formed_4
    if needs[2]:
        term_3 = t65 * t73 + t66 * t73 + t67 * t73 + t68 * t73 + t69 * t73 + t73 * t74
        total_6 = term_3.sum(rows, keepdim=True)
    if needs[0] or needs[2]:
        t75 = t2 * t3
        t76 = t65 * t60 + t66 * t60 + t67 * t60 + t69 * t60 + t74 * t60
        d_constant_formed = -t76 - d_formed_constant * t75
        d_formed_constant_2 = d_formed_constant + d_constant_formed
    if needs[2]:
        t77 = t62 - t4
        term_4 = (
            t65 * t77 + t66 * t77 + t67 * t77 + t69 * t77 + t74 * t77 + d_formed_constant_2 * t77 * constant_constant
        )
        total_7 = term_4.sum(rows, keepdim=True)
    if needs[0] or needs[2]:
        t78 = -t63 * t70 * t9 + t54 * t3 * c * t9
        d_x_s_constant = t65 * t78 + t66 * t78 + t67 * t78 + t68 * t78 + t69 * t78
        t79 = t4 * t71 + t7 * t3 * t71
        d_constant_formed_2 = (
            -t76
            - d_formed_constant_2 * t75
            + constant_total * d_formed_total * t79
            + constant_g_out * d_formed_g_out * t79
            + constant_formed_3 * d_formed_formed_2 * t79
            + d_formed_constant * t79 * constant_constant
            + constant_g_total_4 * t79 * w
        )
        d_formed_constant_3 = d_formed_constant_2 + d_constant_formed_2
        t80 = -t54 * t3 * t58 * t43 - t63 * t53 * t58 * c**3
        d_x_s_x_s = t65 * t80 + t66 * t80 + t67 * t80 + t68 * t80 + t69 * t80
        d_x_s_constant_2 = d_x_s_constant + d_formed_constant_3
        d_x_s_x_s_2 = 2 * d_x_s_x_s
        u_constant = dot(u, constant, dim)
        u_g_out = dot(u, g_out, dim)
        u_g_total_4 = dot(u, g_total_4, dim)
        u_total = dot(u, total_4, dim)
        u_formed = dot(u, formed_4, dim)
        u_formed_2 = dot(u, formed_3, dim)
        u_x_s = dot(u, x_s, dim)
        t81 = d_sn(t0, -1)
    if needs[2]:
        t82 = t81 * uu
    if needs[0] or needs[2]:
        t83 = u_total * d_formed_total
        t84 = u_formed * d_formed_formed_2
        t85 = u_formed_2 * d_formed_formed_4
        t86 = u_x_s * d_x_s_x_s_2
        t87 = d_formed_g_out * u_g_out
        t88 = d_x_s_constant_2 * u_constant
        t89 = u_g_total_4 * w
    if needs[2]:
        term_5 = -t82 * t83 - t82 * t84 - t82 * t85 - t82 * t86 - t82 * t87 - t82 * t88 - t82 * t89
        total_8 = term_5.sum(rows, keepdim=True)
    if needs[0]:
        t90 = t81 * c
        d_uu = -t83 * t90 - t84 * t90 - t85 * t90 - t86 * t90 - t87 * t90 - t88 * t90 - t89 * t90
        d_u_constant = d_x_s_constant_2 * t1
        d_u_g_out = d_formed_g_out * t1
        d_u_g_total_4 = t1 * w
        d_u_total = d_formed_total * t1
        d_u_formed = d_formed_formed_2 * t1
        d_u_formed_2 = d_formed_formed_4 * t1
        d_u_x_s = d_x_s_x_s_2 * t1
        d_u_u = 2 * d_uu
    if needs[1]:
        d_w = (
            formed_g_total_4
            + out_total * formed_g_out
            + d_constant_total * constant_formed_3
            + d_total * t51
            + d_total_total_2 * formed_total
        )
    if needs[2]:
        t91 = -t29 * t33
        d_c = (
            total_8
            + total_2
            + total_3
            + total_6
            + total_7
            + d_space_constant
            * (t24 + t41 * (t42 * total_total + t45 * c * total_total**2) + t49 * t17 - t19 * t46 * t2 * t55 / t22**2)
            + t36 * t91
            + t39 * t91
            + t50 * total_total / 2
        )
    return (
        combine(
            (d_u_constant, constant),
            (d_u_g_out, g_out),
            (d_u_g_total_4, g_total_4),
            (d_u_total, total_4),
            (d_u_formed, formed_4),
            (d_u_formed_2, formed_3),
            (d_u_x_s, x_s),
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
    t_u: Tensor,
    t_w: Tensor,
    t_c: Tensor,
    dim: int,
    rows: tuple[int, ...],
) -> tuple[Tensor, ...]:
    uu = dot(u, u, dim)
    t0 = -uu * c
    t1 = sn(t0, -1)
    x_s = t1 * u
    total = w.sum(rows, keepdim=True)
    x_s_x_s = dot(x_s, x_s, dim)
    formed = x_s - constant
    constant_constant = dot(constant, constant, dim)
    constant_formed = dot(constant, formed, dim)
    x_s_constant = dot(x_s, constant, dim)
    t2 = constant_constant * c
    t3 = inverse_resolved(t2)
    t4 = t3 * c
    formed_2 = torch.addcmul(formed, -constant_formed * t4, constant)
    constant_formed_2 = dot(constant, formed_2, dim)
    formed_3 = torch.addcmul(formed_2, -constant_formed_2 * t4, constant)
    formed_formed = dot(formed_3, formed_3, dim)
    t5 = formed_formed * t2
    t6 = 2 * constant_constant
    t7 = torch.sqrt(1 + t2)
    t8 = x_s_constant * t7
    t9 = torch.sqrt(1 + x_s_x_s * c)
    t10 = constant_constant * t9
    formed_4 = torch.addcmul(
        formed_3,
        choose(
            x_s_constant,
            c * (-t5 + constant_formed * t3 * c * (constant_formed + t6)) * inverse_resolved(c * (t8 + t10)),
            t4 * (-t10 + x_s_constant * t7),
        ),
        constant,
    )
    formed_formed_2 = dot(formed_4, formed_4, dim)
    total_total = dot(total_4, total_4, dim)
    constant_total = dot(constant, total_4, dim)
    t11 = total_total * c
    t12 = at_least(total_5**2 - t11, total**2)
    t13 = torch.rsqrt(t12)
    space_total = t13
    t14 = 1 / t12
    t15 = torch.sqrt(1 + t14 * t11)
    t16 = 1 + t7
    t17 = 1 / t16
    t18 = t13 * t17
    t19 = constant_total * t18
    space_constant = t15 + t19 * c
    t20 = space_constant**2
    t21 = space_total**2
    t22 = 2 * constant_total
    t23 = space_constant * t22
    t24 = space_total * t23 + constant_constant * t20 + total_total * t21
    t25 = -t24 * c
    t26 = asn(t25, 0)
    out_total = space_total * t26
    u_t_u = dot(u, t_u, dim)
    t_uu = 2 * u_t_u
    t_x_s_t_u = t1
    t27 = d_sn(t0, -1)
    t_x_s_u = -t_c * t27 * uu - t_uu * t27 * c
    t_formed_u = t_x_s_u * w
    t_formed_t_u = t_x_s_t_u * w
    x_s_t_u = dot(x_s, t_u, dim)
    u_x_s = dot(u, x_s, dim)
    t28 = 2 * t_x_s_t_u
    t29 = 2 * t_x_s_u
    t_x_s_x_s = x_s_t_u * t28 + u_x_s * t29
    u_constant = dot(u, constant, dim)
    constant_t_u = dot(constant, t_u, dim)
    t30 = t_x_s_t_u * constant_t_u + t_x_s_u * u_constant
    t_constant_formed = t30
    t31 = t_c * t3
    t32 = constant_formed * t31
    t33 = t_constant_formed * t4
    t34 = t3**2
    t_formed_constant = -t32 - t33 + constant_formed * t_c * constant_constant * t34 * c
    t_constant_formed_2 = t30 + t_formed_constant * constant_constant
    t35 = t_c * t34
    t36 = t35 * t2
    t_formed_constant_2 = (
        t_formed_constant + constant_formed_2 * t36 - constant_formed_2 * t31 - t_constant_formed_2 * t4
    )
    constant_formed_3 = dot(constant, formed_3, dim)
    u_formed = dot(u, formed_3, dim)
    formed_t_u = dot(formed_3, t_u, dim)
    t_formed_formed = u_formed * t29 + formed_t_u * t28 + 2 * t_formed_constant_2 * constant_formed_3
    t37 = t31 * t10
    t38 = is_positive(x_s_constant)
    t39 = t31 * t8 * t38
    t40 = c**2
    t41 = constant_constant * t40
    t42 = inverse_resolved(t8 * c + t2 * t9)
    t43 = t38 * t42
    t44 = t41 * t43
    t45 = 1 / t9
    t46 = t45 / 2
    t47 = t_x_s_x_s * t3 * t46
    t48 = constant_constant**2
    t49 = t48 * t9
    t50 = t31 * t2
    t51 = x_s_x_s * t46
    t52 = constant_formed**2
    t53 = 2 * t43
    t54 = 1 / t7
    t55 = t42**2
    t56 = t38 * t55
    t57 = t52 * t56
    t58 = c**3
    t59 = t_constant_formed * t3 * t58 * t7
    t60 = x_s_constant * t54
    t61 = t60 / 2
    t62 = c**4
    t63 = constant_formed * t56
    t64 = t52 * t55 * t40
    t65 = constant_constant * t57
    t66 = t32 * t56
    t67 = t48 * t58
    t68 = t31 * t65 * t58
    t_formed_constant_3 = (
        t_formed_constant_2
        - t37
        - t39
        - t_formed_formed * t44
        - t36 * t8
        - t39 * t64
        - t47 * t41
        - t50 * t51
        - t59 * t57
        - t61 * t68
        - t68 * t51
        - t_c * t5 * t53
        - t33 * t38 * t7
        - t35 * t44 * t52
        - t37 * t38 * t64
        - t47 * t65 * t62
        - t50 * t61 * t38
        - t59 * t63 * t6
        - t60 * t66 * t67
        - 2 * t66 * t49 * t40
        + x_s_constant * t_c * t3 * t7
        + t_constant_formed * t3 * c * t7
        - t35 * t38 * t49 * c
        - t66 * t8 * t6 * t40
        - t66 * x_s_x_s * t67 * t45
        + t_c * constant_constant * t3 * t38 * t9
        + t_c * t34 * t48 * c * t9
        - constant_formed * t35 * t48 * t53 * t40
        + x_s_constant * t_c * constant_constant * t3 * c * t54 / 2
        + t_x_s_x_s * constant_constant * t3 * t38 * t40 * t45 / 2
        - t_x_s_x_s * t63 * t3 * t48 * t45 * t62
        + 2 * constant_formed * t_constant_formed * t3 * t38 * t42 * t40
        + 2 * t_c * t3 * t38 * t42 * t52 * c
        + 2 * t_constant_formed * constant_constant * t3 * t38 * t42 * t40
        + x_s_constant * t_c * constant_constant * t34 * t38 * c * t7
        + t_c * formed_formed * t38 * t48 * t55 * t40 * t9
        + t_constant_formed * constant_constant * formed_formed * t38 * t55 * t58 * t7
        + t_c * constant_constant * x_s_x_s * t3 * t38 * c * t45 / 2
        + t_x_s_x_s * formed_formed * t38 * t48 * t55 * t45 * t62 / 2
        + 4 * constant_formed * t_c * constant_constant * t3 * t38 * t42 * c
        + x_s_constant * t_c * constant_constant * formed_formed * t38 * t55 * t40 * t7
        + x_s_constant * t_c * formed_formed * t38 * t48 * t55 * t54 * t58 / 2
        + t_c * formed_formed * x_s_x_s * t38 * t48 * t55 * t45 * t58 / 2
    )
    constant_formed_4 = dot(constant, formed_4, dim)
    u_formed_2 = dot(u, formed_4, dim)
    formed_t_u_2 = dot(formed_4, t_u, dim)
    t_formed_formed_2 = u_formed_2 * t29 + formed_t_u_2 * t28 + 2 * t_formed_constant_3 * constant_formed_4
    t_formed_constant_4 = t_formed_constant_3 * w
    formed_5 = combine((t_formed_u, u), (t_formed_constant_4, constant), (t_w, formed_4), (t_formed_t_u, t_u))
    t_total = formed_5.sum(rows, keepdim=True)
    t69 = torch.sqrt(1 + formed_formed_2 * c)
    t70 = w / t69
    t_term = t_w * t69 + t_c * formed_formed_2 * t70 / 2 + t_formed_formed_2 * c * t70 / 2
    t_total_2 = t_term.sum(rows, keepdim=True)
    total_t_total = dot(total_4, t_total, dim)
    t_total_total = 2 * total_t_total
    constant_t_total = dot(constant, t_total, dim)
    t71 = torch.sqrt(t12) ** -3
    t72 = t71 / 2
    t73 = t_total_total * c
    t74 = total_5 * t71
    t_space_total = t72 * t73 - t_total_2 * t74 + t_c * t72 * total_total
    t75 = 1 / t15
    t76 = t14 / 2
    t77 = t12 ** (-2)
    t78 = t77 / 2
    t79 = constant_total * t17
    t80 = t72 * t79
    t81 = constant_t_total * c
    t_space_constant = (
        t_c
        * (
            t19
            + t75 * (t76 * total_total + t78 * c * total_total**2)
            + t80 * t11
            - constant_total * t13 * t2 * t54 / (2 * t16**2)
        )
        + t_total_2 * (-t74 * t79 * c - total_5 * t75 * t77 * t11)
        + t_total_total * (t75 * (t76 * c + t78 * total_total * t40) + t80 * t40)
        + t18 * t81
    )
    t82 = -t26
    t83 = 2 * space_total
    t84 = t23 + t83 * total_total
    t85 = d_asn(t25, 0)
    t86 = space_total * t85 * c
    t87 = t73 * t85
    t88 = -t24
    t89 = space_total * t22 + space_constant * t6
    t90 = space_constant * t85
    t_out_total = (
        t_space_total * (-t82 - t84 * t86)
        - t87 * space_total**3
        - t_space_constant * t86 * t89
        - 2 * t81 * t90 * t21
        + space_total * t_c * t85 * t88
    )
    t91 = t90 * c
    t_out_constant = (
        t_space_constant * (-t82 - t89 * t91)
        - space_constant * t87 * t21
        - t_space_total * t84 * t91
        + space_constant * t_c * t85 * t88
        - t81 * t83 * t85 * t20
    )
    return (
        combine((out_total, t_total), (t_out_total, total_4), (t_out_constant, constant)),
        torch.zeros_like(constant),
        t_total,
        t_total_2,
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
        \mathrm{x\_s} = u \operatorname{sn}{\left(- \mathrm{uu} c \right)}
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
        \mathrm{space\_total} = \frac{1}{\sqrt{\operatorname{at}_{least}{\left(\mathrm{total\_5}^{2} - \mathrm{total\_total\_2} c,\mathrm{total}^{2} \right)}}}
        \mathrm{space\_constant} = \sqrt{1 + \frac{\mathrm{total\_total\_2} c}{\operatorname{at}_{least}{\left(\mathrm{total\_5}^{2} - \mathrm{total\_total\_2} c,\mathrm{total}^{2} \right)}}} + \frac{\mathrm{constant\_total} c}{\left(1 + \sqrt{1 + \mathrm{constant\_constant} c}\right) \sqrt{\operatorname{at}_{least}{\left(\mathrm{total\_5}^{2} - \mathrm{total\_total\_2} c,\mathrm{total}^{2} \right)}}}
        \mathrm{out\_total} = \mathrm{space\_total} \operatorname{asn}{\left(- c \left(\mathrm{constant\_constant} \mathrm{space\_constant}^{2} + \mathrm{total\_total\_2} \mathrm{space\_total}^{2} + 2 \mathrm{constant\_total} \mathrm{space\_constant} \mathrm{space\_total}\right) \right)}
        \mathrm{out\_constant} = \mathrm{space\_constant} \operatorname{asn}{\left(- c \left(\mathrm{constant\_constant} \mathrm{space\_constant}^{2} + \mathrm{total\_total\_2} \mathrm{space\_total}^{2} + 2 \mathrm{constant\_total} \mathrm{space\_constant} \mathrm{space\_total}\right) \right)}
        \mathrm{out} = \mathrm{constant} \mathrm{out\_constant} + \mathrm{out\_total} \mathrm{total\_4}

    Cost: 11 inner products, 82 further operations; backward 25 inner products, 403 further operations. Saved:
    the inputs and 3 values per group.
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

    h = ⟨u, ŵ⟩ per channel and sqnorm = ‖u‖². Tends to h‖w‖ + b as c → 0; is b at ‖w‖ = 0. Source: arXiv 2006.08210 §3.1.

    Formula (LaTeX)::

        \mathrm{channels} = \operatorname{inverse}{\left(\mathrm{weight\_norm} \right)}
        \mathrm{offset} = - \mathrm{bias} \mathrm{channels}
        \mathrm{channels\_2} = \operatorname{excess}{\left(\mathrm{offset} \sqrt{c} \right)}
        \mathrm{channels\_3} = \operatorname{cosh}_{c}{\left(\mathrm{offset},c,\mathrm{channels\_2} \right)}
        \mathrm{channels\_4} = \mathrm{channels\_3} h \operatorname{sn}_{m}{\left(- \mathrm{sqnorm} c,\operatorname{excess}{\left(\sqrt{c} \root{\left(\mathrm{sqnorm} \right)} \right)} \right)}
        \mathrm{channels\_5} = \operatorname{sinh}_{c}{\left(\mathrm{offset},c,\mathrm{channels\_2} \right)}
        \mathrm{channels\_6} = \mathrm{channels\_2} + \operatorname{excess}{\left(\sqrt{c} \root{\left(\mathrm{sqnorm} \right)} \right)}
        \mathrm{distance} = \operatorname{asinh}_{c}{\left(\mathrm{channels\_4} - \mathrm{channels\_5} \operatorname{cs}_{m}{\left(- \mathrm{sqnorm} c,\operatorname{excess}{\left(\sqrt{c} \root{\left(\mathrm{sqnorm} \right)} \right)} \right)},c,\mathrm{channels\_6} \right)}
        \mathrm{out} = \mathrm{distance} \mathrm{weight\_norm}
        \mathrm{channels\_7} = \operatorname{vanishes}{\left(\mathrm{weight\_norm} \right)}
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

    h = ⟨ρu, ŵ⟩ per channel, sqnorm = ‖ρu‖², ρ the concatenation ratio. On the hyperboloid ω = sinh((‖w‖/ρ) asinh s) and the
    result is asinh(‖ω‖)/(√c‖ω‖) ω; on the sphere, where these distances do not determine a point, bound(‖w‖h/ρ + b).
    Source: arXiv 2006.08210 §3.2 for the hyperbolic case.

    Formula (LaTeX)::

        \mathrm{channels} = \operatorname{inverse}{\left(\mathrm{weight\_norm} \right)}
        \mathrm{offset} = - \mathrm{bias} \mathrm{channels} \mathrm{rho}
        \mathrm{channels\_2} = \operatorname{excess}{\left(\mathrm{offset} \sqrt{c} \right)}
        \mathrm{channels\_3} = \operatorname{cosh}_{c}{\left(\mathrm{offset},c,\mathrm{channels\_2} \right)}
        \mathrm{channels\_4} = \mathrm{channels\_3} h \operatorname{sn}_{m}{\left(- \mathrm{sqnorm} c,\operatorname{excess}{\left(\sqrt{c} \root{\left(\mathrm{sqnorm} \right)} \right)} \right)}
        \mathrm{channels\_5} = \operatorname{sinh}_{c}{\left(\mathrm{offset},c,\mathrm{channels\_2} \right)}
        \mathrm{channels\_6} = \mathrm{channels\_2} + \operatorname{excess}{\left(\sqrt{c} \root{\left(\mathrm{sqnorm} \right)} \right)}
        \mathrm{distance} = \operatorname{asinh}_{c}{\left(\mathrm{channels\_4} - \mathrm{channels\_5} \operatorname{cs}_{m}{\left(- \mathrm{sqnorm} c,\operatorname{excess}{\left(\sqrt{c} \root{\left(\mathrm{sqnorm} \right)} \right)} \right)},c,\mathrm{channels\_6} \right)}
        \mathrm{scores} = \frac{\mathrm{distance} \mathrm{weight\_norm}}{\mathrm{rho}}
        \mathrm{channels\_7} = \operatorname{vanishes}{\left(\mathrm{weight\_norm} \right)}
        \mathrm{scores\_2} = \mathrm{bias} \mathrm{channels\_7}
        \mathrm{formed} = \mathrm{scores\_2} + \mathrm{scores}
        \mathrm{peak\_value} = \max |\mathrm{formed}|
        m = \operatorname{excess}{\left(\mathrm{peak\_value} \sqrt{c} \right)}
        \mathrm{omega} = \operatorname{sinh}_{c}{\left(\mathrm{scores\_2} + \mathrm{scores},c,m \right)}
        \mathrm{omega\_omega} = \langle \mathrm{omega}, \mathrm{omega} \rangle
        \mathrm{out\_omega} = \operatorname{asn}_{m}{\left(- \mathrm{omega\_omega} c,m \right)}
        \mathrm{out} = \mathrm{omega} \mathrm{out\_omega}

    Cost: 1 inner products, 44 further operations; backward 10 inner products, 220 further operations. Saved:
    the inputs and 1 scalars per row.
    """
    result: Tensor = _affine_op(h, sqnorm, weight_norm, bias, rho, c, dim=dim)
    return result
