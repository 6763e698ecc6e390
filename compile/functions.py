"""The analytic functions of constant curvature: torch code, series and thresholds.

Generated from compile/special.py by `manifuse ops generate`; do not edit.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .series import asinh, evaluate, inside


def _cs_positive(a: Tensor) -> Tensor:
    return torch.cos(a)


def _cs_negative(a: Tensor) -> Tensor:
    return torch.cosh(a)


def cs(u: Tensor, sign: int = 0) -> Tensor:
    """Evaluate the function cos(a) of a = √u (u > 0), cosh(a) of a = √−u (u < 0)."""
    return evaluate(
        u,
        sign,
        positive=_cs_positive,
        negative=_cs_negative,
        taylor=(
            1.0,
            -0.5,
            0.041666666666666664,
            -0.001388888888888889,
            2.48015873015873e-05,
            -2.755731922398589e-07,
            2.08767569878681e-09,
            -1.1470745597729725e-11,
            4.779477332387385e-14,
            -1.5619206968586225e-16,
            4.110317623312165e-19,
            -8.896791392450574e-22,
        ),
        threshold=(1, 1),
        terms=7,
        regular=True,
    )


def _sn_positive(a: Tensor) -> Tensor:
    return torch.sin(a) / a


def _sn_negative(a: Tensor) -> Tensor:
    return torch.sinh(a) / a


def sn(u: Tensor, sign: int = 0) -> Tensor:
    """Evaluate the function sin(a)/a of a = √u (u > 0), sinh(a)/a of a = √−u (u < 0)."""
    return evaluate(
        u,
        sign,
        positive=_sn_positive,
        negative=_sn_negative,
        taylor=(
            1.0,
            -0.16666666666666666,
            0.008333333333333333,
            -0.0001984126984126984,
            2.7557319223985893e-06,
            -2.505210838544172e-08,
            1.6059043836821613e-10,
            -7.647163731819816e-13,
            2.8114572543455206e-15,
            -8.22063524662433e-18,
            1.9572941063391263e-20,
            -3.868170170630684e-23,
        ),
        threshold=(1, 1),
        terms=6,
        regular=True,
    )


def _d_sn_positive(a: Tensor) -> Tensor:
    return (-torch.sin(a) / a + torch.cos(a)) / (2 * a**2)


def _d_sn_negative(a: Tensor) -> Tensor:
    return (-torch.cosh(a) + torch.sinh(a) / a) / (2 * a**2)


def d_sn(u: Tensor, sign: int = 0) -> Tensor:
    """Evaluate the derivative of function sin(a)/a of a = √u (u > 0), sinh(a)/a of a = √−u (u < 0)."""
    return evaluate(
        u,
        sign,
        positive=_d_sn_positive,
        negative=_d_sn_negative,
        taylor=(
            -0.16666666666666666,
            0.016666666666666666,
            -0.0005952380952380953,
            1.1022927689594357e-05,
            -1.252605419272086e-07,
            9.635426302092969e-10,
            -5.353014612273871e-12,
            2.2491658034764165e-14,
            -7.398571721961897e-17,
            1.9572941063391261e-19,
            -4.254987187693753e-22,
            7.736340341261368e-25,
        ),
        threshold=(1, 1),
        terms=6,
        regular=False,
    )


def _tn_positive(a: Tensor) -> Tensor:
    return torch.tan(a) / a


def _tn_negative(a: Tensor) -> Tensor:
    return torch.tanh(a) / a


def tn(u: Tensor, sign: int = 0) -> Tensor:
    """Evaluate the function tan(a)/a of a = √u (u > 0), tanh(a)/a of a = √−u (u < 0)."""
    return evaluate(
        u,
        sign,
        positive=_tn_positive,
        negative=_tn_negative,
        taylor=(
            1.0,
            0.3333333333333333,
            0.13333333333333333,
            0.05396825396825397,
            0.021869488536155203,
            0.008863235529902197,
            0.003592128036572481,
            0.0014558343870513183,
            0.000590027440945586,
            0.00023912911424355248,
            9.691537956929451e-05,
            3.927832388331683e-05,
        ),
        threshold=(0.265, 0.0496),
        terms=12,
        regular=True,
    )


def _d_tn_positive(a: Tensor) -> Tensor:
    return (1 + torch.tan(a) ** 2 - torch.tan(a) / a) / (2 * a**2)


def _d_tn_negative(a: Tensor) -> Tensor:
    return (-1 + torch.tanh(a) ** 2 + torch.tanh(a) / a) / (2 * a**2)


def d_tn(u: Tensor, sign: int = 0) -> Tensor:
    """Evaluate the derivative of function tan(a)/a of a = √u (u > 0), tanh(a)/a of a = √−u (u < 0)."""
    return evaluate(
        u,
        sign,
        positive=_d_tn_positive,
        negative=_d_tn_negative,
        taylor=(
            0.3333333333333333,
            0.26666666666666666,
            0.1619047619047619,
            0.08747795414462081,
            0.044316177649510985,
            0.021552768219434887,
            0.010190840709359227,
            0.004720219527564688,
            0.002152162028191972,
            0.0009691537956929451,
            0.0004320615627164852,
            0.00019102686083194756,
        ),
        threshold=(0.265, 0.0496),
        terms=12,
        regular=False,
    )


def _asn_positive(a: Tensor) -> Tensor:
    a = inside(a)
    return torch.asin(a) / a


def _asn_negative(a: Tensor) -> Tensor:
    return asinh(a) / a


def asn(u: Tensor, sign: int = 0) -> Tensor:
    """Evaluate the function asin(a)/a of a = √u (u > 0), asinh(a)/a of a = √−u (u < 0)."""
    return evaluate(
        u,
        sign,
        positive=_asn_positive,
        negative=_asn_negative,
        taylor=(
            1.0,
            0.16666666666666666,
            0.075,
            0.044642857142857144,
            0.030381944444444444,
            0.022372159090909092,
            0.017352764423076924,
            0.01396484375,
            0.011551800896139705,
            0.009761609529194078,
            0.008390335809616815,
            0.0073125258735988454,
        ),
        threshold=(0.265, 0.0496),
        terms=12,
        regular=True,
    )


def _d_asn_positive(a: Tensor) -> Tensor:
    a = inside(a)
    return (torch.rsqrt(1 - a**2) - torch.asin(a) / a) / (2 * a**2)


def _d_asn_negative(a: Tensor) -> Tensor:
    return (-1 / torch.sqrt(1 + a**2) + asinh(a) / a) / (2 * a**2)


def d_asn(u: Tensor, sign: int = 0) -> Tensor:
    """Evaluate the derivative of function asin(a)/a of a = √u (u > 0), asinh(a)/a of a = √−u (u < 0)."""
    return evaluate(
        u,
        sign,
        positive=_d_asn_positive,
        negative=_d_asn_negative,
        taylor=(
            0.16666666666666666,
            0.15,
            0.13392857142857142,
            0.12152777777777778,
            0.11186079545454546,
            0.10411658653846154,
            0.09775390625,
            0.09241440716911764,
            0.08785448576274671,
            0.08390335809616815,
            0.0804377846095873,
            0.07736652374267577,
        ),
        threshold=(0.265, 0.0496),
        terms=12,
        regular=False,
    )


def _atn_positive(a: Tensor) -> Tensor:
    return torch.atan(a) / a


def _atn_negative(a: Tensor) -> Tensor:
    a = inside(a)
    return torch.atanh(a) / a


def atn(u: Tensor, sign: int = 0) -> Tensor:
    """Evaluate the function atan(a)/a of a = √u (u > 0), atanh(a)/a of a = √−u (u < 0)."""
    return evaluate(
        u,
        sign,
        positive=_atn_positive,
        negative=_atn_negative,
        taylor=(
            1.0,
            -0.3333333333333333,
            0.2,
            -0.14285714285714285,
            0.1111111111111111,
            -0.09090909090909091,
            0.07692307692307693,
            -0.06666666666666667,
            0.058823529411764705,
            -0.05263157894736842,
            0.047619047619047616,
            -0.043478260869565216,
        ),
        threshold=(0.265, 0.0496),
        terms=12,
        regular=True,
    )


def _d_atn_positive(a: Tensor) -> Tensor:
    return (1 / (1 + a**2) - torch.atan(a) / a) / (2 * a**2)


def _d_atn_negative(a: Tensor) -> Tensor:
    a = inside(a)
    return (-1 / (1 - a**2) + torch.atanh(a) / a) / (2 * a**2)


def d_atn(u: Tensor, sign: int = 0) -> Tensor:
    """Evaluate the derivative of function atan(a)/a of a = √u (u > 0), atanh(a)/a of a = √−u (u < 0)."""
    return evaluate(
        u,
        sign,
        positive=_d_atn_positive,
        negative=_d_atn_negative,
        taylor=(
            -0.3333333333333333,
            0.4,
            -0.42857142857142855,
            0.4444444444444444,
            -0.45454545454545453,
            0.46153846153846156,
            -0.4666666666666667,
            0.47058823529411764,
            -0.47368421052631576,
            0.47619047619047616,
            -0.4782608695652174,
            0.48,
        ),
        threshold=(0.265, 0.0496),
        terms=12,
        regular=False,
    )
