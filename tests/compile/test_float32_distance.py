"""float32 distances against multi-precision arithmetic at the exact numbers that the inputs hold."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest
import torch
from mpmath import mp
from torch import Tensor

from manifuse.manifolds.generated import hyperbolic, hypersphere, lorentz, poincare, spherical

BOUND = 1e-4
CURVATURES = (0.1, 1.0, 2.5)
RADII = (1e-3, 0.1, 1.0, 4.0, 8.0, 12.0)
SEPARATIONS = (1e-3, 1e-2, 0.1, 1.0)


def exact_hyperboloid(x: Sequence[float], y: Sequence[float], c: float) -> float:
    """acosh(−c⟨x, y⟩)/√c with both times recomputed from the space parts, 80 digits."""
    with mp.workdps(80):
        k, a, b = mp.mpf(c), [mp.mpf(v) for v in x[1:]], [mp.mpf(v) for v in y[1:]]
        times = mp.sqrt(1 / k + mp.fdot(a, a)) * mp.sqrt(1 / k + mp.fdot(b, b))
        return float(mp.acosh(max(k * (times - mp.fdot(a, b)), mp.one)) / mp.sqrt(k))


def exact_frame(u: Sequence[float], v: Sequence[float], c: float, sign: int) -> float:
    """The law of cosines with sides ‖u‖ and ‖v‖, 80 digits."""
    with mp.workdps(80):
        root = mp.sqrt(mp.mpf(c))
        a, b = [mp.mpf(t) for t in u], [mp.mpf(t) for t in v]
        p, q = mp.norm(a), mp.norm(b)
        cosine = mp.fdot(a, b) / (p * q) if p and q else mp.zero
        if sign < 0:
            value = mp.cosh(root * p) * mp.cosh(root * q) - mp.sinh(root * p) * mp.sinh(root * q) * cosine
            return float(mp.acosh(max(value, mp.one)) / root)
        value = mp.cos(root * p) * mp.cos(root * q) + mp.sin(root * p) * mp.sin(root * q) * cosine
        return float(mp.acos(max(-mp.one, min(value, mp.one))) / root)


def frame_pairs(n: int, c: float, radii: Sequence[float]) -> tuple[Tensor, Tensor]:
    """float32 frame vectors at a radius, and others a separation away: tangentially, radially and in between."""
    firsts, seconds = [], []
    for radius in radii:
        for separation in SEPARATIONS:
            for along in (0.0, 0.6, 1.0):
                u = torch.nn.functional.normalize(torch.randn(n, dtype=torch.double), dim=0)
                side = torch.randn(n, dtype=torch.double)
                side = torch.nn.functional.normalize(side - (side @ u) * u, dim=0)
                stretch = math.sinh(radius) / radius
                across = math.sqrt(1 - along**2) * separation / stretch
                firsts.append(radius * u / c**0.5)
                seconds.append(((radius - along * separation) * u + across * side) / c**0.5)
    return torch.stack(firsts).float(), torch.stack(seconds).float()


@pytest.mark.parametrize("n", [2, 8, 64])
@pytest.mark.parametrize("c", CURVATURES)
def test_hyperbolic_frame_distance(n: int, c: float) -> None:
    u, v = frame_pairs(n, c, RADII)
    curvature = torch.tensor(c)
    got = hyperbolic.dist(u, v, curvature).squeeze(-1)
    assert got.dtype == torch.float32
    expected = [exact_frame(a, b, curvature.item(), -1) for a, b in zip(u.tolist(), v.tolist(), strict=True)]
    torch.testing.assert_close(got.double(), torch.tensor(expected, dtype=torch.double), rtol=BOUND, atol=0)


@pytest.mark.parametrize("n", [2, 8, 64])
@pytest.mark.parametrize("c", CURVATURES)
def test_lorentz_distance(n: int, c: float) -> None:
    u, v = frame_pairs(n, c, RADII)
    curvature = torch.tensor(c)
    x, y = (lorentz.expmap0(t.double(), curvature.double()).float() for t in (u, v))
    got = lorentz.dist(x, y, curvature).squeeze(-1)
    pairs = zip(x.tolist(), y.tolist(), strict=True)
    expected = [exact_hyperboloid(a, b, curvature.item()) for a, b in pairs]
    torch.testing.assert_close(got.double(), torch.tensor(expected, dtype=torch.double), rtol=BOUND, atol=0)


@pytest.mark.parametrize("n", [2, 64])
def test_spherical_frame_distance(n: int) -> None:
    c = torch.tensor(1.0)
    u, v = frame_pairs(n, 1.0, (1e-3, 0.1, 1.0, 2.5))
    got = spherical.dist(u, v, c).squeeze(-1)
    expected = [exact_frame(a, b, 1.0, 1) for a, b in zip(u.tolist(), v.tolist(), strict=True)]
    torch.testing.assert_close(got.double(), torch.tensor(expected, dtype=torch.double), rtol=BOUND, atol=0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("c", CURVATURES)
def test_a_point_has_distance_0_from_itself(c: float, dtype: torch.dtype) -> None:
    curvature = torch.tensor(c, dtype=dtype)
    directions = torch.nn.functional.normalize(torch.randn(64, 5, dtype=dtype), dim=-1)
    u = torch.linspace(0, 12, 64, dtype=dtype).unsqueeze(-1) * directions / c**0.5
    near = torch.linspace(0, 3, 64, dtype=dtype).unsqueeze(-1) * directions / c**0.5
    for name, dist, x in (
        ("poincare", poincare.dist, poincare.from_frame(near, curvature)),
        ("lorentz", lorentz.dist, lorentz.expmap0(u, curvature)),
        ("hyperbolic", hyperbolic.dist, u),
        ("hypersphere", hypersphere.dist, hypersphere.expmap0(near, curvature)),
        ("spherical", spherical.dist, near),
    ):
        assert not dist(x, x.clone(), curvature).any(), name
