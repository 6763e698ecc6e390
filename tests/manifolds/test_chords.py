"""Lower bounds of squared chords by matrix products."""

from __future__ import annotations

import pytest
import torch
from mpmath import mp
from torch import Tensor

from manifuse.manifolds.chords import chord_factors, squared_chord

KAPPAS = [-1.0, -0.1, 0.0, 0.1, 1.0]


def exact(u: Tensor, v: Tensor, kappa: float) -> mp.mpf:
    """By the law of cosines at 60 digits."""
    k, a, b = mp.mpf(kappa), [mp.mpf(t) for t in u.tolist()], [mp.mpf(t) for t in v.tolist()]
    p, q, product = mp.norm(a), mp.norm(b), mp.fdot(a, b)
    if not kappa:
        return p**2 + q**2 - 2 * product
    root = mp.sqrt(abs(k))
    cosine, sine = (mp.cos, mp.sin) if kappa > 0 else (mp.cosh, mp.sinh)
    sines = sine(root * p) * sine(root * q) * product / (p * q) if p and q else 0
    turned = cosine(root * p) * cosine(root * q) + (sines if kappa > 0 else -sines)
    return 2 / k * (1 - turned)


@pytest.mark.parametrize("kappa", KAPPAS)
@pytest.mark.parametrize("radius", [0.0, 1e-6, 0.1, 1.0, 8.3, 20.0])
@pytest.mark.parametrize("separation", [0.0, 1e-9, 1e-4, 1.0])
def test_bounds_hold_and_are_tight(kappa: float, radius: float, separation: float) -> None:
    """They are below the chord, by a thousand rounding errors of the terms that cancel at most."""
    if kappa > 0:
        radius = min(radius, 3.1)
    u = torch.nn.functional.normalize(torch.randn(8, 5, dtype=torch.float64), dim=1) * radius
    v = u + separation * torch.randn(8, 5, dtype=torch.float64) / 3
    left, right = chord_factors(u, v, torch.tensor(kappa, dtype=torch.float64))
    bounds = left @ right.mT
    with mp.workdps(60):
        for i in range(8):
            for j in range(8):
                chord = exact(u[i], v[j], kappa)
                sizes = 2 * abs(exact(u[i], -v[j], kappa)) + 2 * abs(chord) + (16 / kappa if kappa > 0 else 0)
                assert float(bounds[i, j]) <= chord
                assert chord - float(bounds[i, j]) <= 1000 * torch.finfo(torch.float64).eps * sizes


@pytest.mark.parametrize("kappa", KAPPAS)
def test_squared_chord_is_that_of_the_distance(kappa: float) -> None:
    distances = torch.tensor([0.0, 1e-8, 0.3, 3.0], dtype=torch.float64)
    got = squared_chord(distances, torch.tensor(kappa, dtype=torch.float64))
    with mp.workdps(60):
        expected = [float(exact(torch.zeros(1).double(), d.reshape(1), kappa)) for d in distances]
    torch.testing.assert_close(got, torch.tensor(expected, dtype=torch.float64), rtol=1e-14, atol=0)
