"""The orthogonality penalty."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from manifuse.layers import SphereConv1d, SphereConv2d, SphereLinear, SphereNorm
from manifuse.layers.losses import OrthogonalityPenalty


@pytest.mark.parametrize(("kernels", "floor"), [(128, 0.0101), (96, 0.0069), (27, 0.0), (16, 0.0)])
def test_least_penalty_is_that_of_a_tight_frame(kernels: int, floor: float) -> None:
    """1e-4 (M − d) for M kernels of d = 27 numbers, where gradients vanish; the plateaus of the authors' logs."""
    layer = SphereConv2d(3, kernels, 3).double()
    with torch.no_grad():
        nn.init.orthogonal_(layer.weight)  # orthonormal columns where there are more rows
    penalty = OrthogonalityPenalty()(layer)
    (slope,) = torch.autograd.grad(penalty, layer.weight)
    assert float(penalty.detach()) == pytest.approx(floor, abs=1e-12)
    assert slope.abs().max() < 1e-12


def test_it_is_the_sum_over_layers_of_raw_kernels() -> None:
    net = nn.Sequential(
        SphereConv1d(2, 3, 2), nn.ReLU(), nn.Sequential(SphereNorm(SphereLinear(4, 2)), nn.Linear(2, 2))
    ).double()
    expected = 0.0
    for weight in (net[0].weight, net[2][0].conv.weight):
        rows = weight.detach().flatten(1)
        for i, a in enumerate(rows):
            for j, b in enumerate(rows):
                expected += 0.5 * 0.3 * (float(a @ b) - (i == j)) ** 2
    assert float(OrthogonalityPenalty(0.3)(net).detach()) == pytest.approx(expected, rel=1e-12)


def test_groups_count_for_themselves() -> None:
    """Kernels that see different channels need not be orthogonal."""
    layer = SphereConv2d(4, 4, 1, groups=2).double()
    with torch.no_grad():
        layer.weight.copy_(torch.eye(2).repeat(2, 1).reshape(4, 2, 1, 1))
    assert float(OrthogonalityPenalty()(layer).detach()) == 0


def test_it_holds_norms_that_would_drift() -> None:
    """Under SGD on the angles alone norms grow; with the penalty they stay about 1."""
    norms = []
    for coefficient in (0.0, 0.05):
        torch.manual_seed(0)
        layer = SphereLinear(8, 4, eps=0.0)
        with torch.no_grad():
            nn.init.orthogonal_(layer.weight)
        penalty = OrthogonalityPenalty(coefficient)
        optimizer = torch.optim.SGD(layer.parameters(), lr=1.0)
        for _ in range(100):
            x = torch.randn(64, 8)
            optimizer.zero_grad()
            (layer(x).mul(torch.sign(torch.randn(64, 4))).sum() / 16 + penalty(layer)).backward()
            optimizer.step()
        norms.append(float(layer.weight.detach().norm(dim=1).mean()))
    assert norms[0] > 1.3
    assert abs(norms[1] - 1) < 0.15


def test_unit_kernels_leave_the_angles_alone() -> None:
    layer = SphereLinear(8, 4, unit_kernels=True).double()
    cosines = layer.weight.detach() @ layer.weight.detach().T
    expected = 0.5 * 2e-4 * float((cosines - torch.eye(4)).square().sum())
    assert float(OrthogonalityPenalty()(layer).detach()) == pytest.approx(expected, rel=1e-12)


def test_low_precision_and_autocast_compute_in_float32() -> None:
    layer = SphereLinear(64, 32)
    exact = OrthogonalityPenalty()(layer)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        torch.testing.assert_close(OrthogonalityPenalty()(layer), exact)
    assert OrthogonalityPenalty()(layer.bfloat16()).dtype == torch.float32


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="Linear has no SphereConv layer"):
        OrthogonalityPenalty()(nn.Linear(3, 3))
    with pytest.raises(ValueError, match=r"coefficient must be at least 0, got -1\.0"):
        OrthogonalityPenalty(-1.0)


def test_repr_shows_the_coefficient() -> None:
    assert repr(OrthogonalityPenalty()) == "OrthogonalityPenalty(coefficient=0.0002)"
