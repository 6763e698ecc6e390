"""Distributions: densities integrate to one, samples follow them, gradients flow."""

from __future__ import annotations

import math

import pytest
import torch

from manifuse.manifolds import (
    Euclidean,
    Hypersphere,
    HypersphericalUniform,
    Lorentz,
    ManifoldBase,
    Poincare,
    WrappedNormal,
)


def test_density_integrates_to_one(geometry: ManifoldBase) -> None:
    """On a grid of polar normal coordinates at the origin, whose volume element is sn(r) dr dφ."""
    kappa = float(geometry.sectional_curvature)
    end = math.pi / math.sqrt(kappa) if kappa > 0 else 8.0
    r = (torch.arange(800, dtype=torch.float64) + 0.5) / 800 * end
    phi = torch.arange(64, dtype=torch.float64) / 64 * 2 * math.pi
    u = r[:, None, None] * torch.stack([phi.cos(), phi.sin()], -1)
    root = math.sqrt(abs(kappa))
    volume = torch.sin(root * r) / root if kappa > 0 else torch.sinh(root * r) / root if kappa < 0 else r
    loc = geometry.from_frame(torch.tensor([0.4, -0.3], dtype=torch.float64))
    density = WrappedNormal(geometry, loc, torch.tensor([0.3, 0.5]).double()).log_prob(geometry.from_frame(u)).exp()
    total = (density * volume[:, None]).sum() * (end / 800) * (2 * math.pi / 64)
    assert float(total) == pytest.approx(1.0, abs=2e-4)


def test_flat_wrapped_normal_is_the_normal() -> None:
    loc, scale = torch.randn(4, 3), torch.rand(4, 3) + 0.1
    x = torch.randn(5, 4, 3)
    expected = torch.distributions.Independent(torch.distributions.Normal(loc, scale), 1).log_prob(x)
    torch.testing.assert_close(WrappedNormal(Euclidean(), loc, scale).log_prob(x), expected)


def test_samples_have_the_asked_deviations(geometry: ManifoldBase) -> None:
    loc = geometry.from_frame(torch.tensor([0.4, -0.3], dtype=torch.float64))
    scale = torch.tensor([0.2, 0.4], dtype=torch.float64)
    x = WrappedNormal(geometry, loc, scale).sample((20_000,))
    geometry.check_point(x)
    v = geometry.transp0back(loc, geometry.logmap(loc, x)) * geometry.frame_scale
    torch.testing.assert_close(v.std(0), scale, rtol=0.03, atol=0)
    torch.testing.assert_close(v.mean(0), torch.zeros(2).double(), rtol=0, atol=0.01)


def test_ball_and_hyperboloid_have_the_same_density() -> None:
    ball, lorentz = Poincare(c=0.7).double(), Lorentz(c=0.7).double()
    move = ball.isometry(lorentz)
    loc, x = ball.random(4, 3), ball.random(5, 4, 3)
    density = WrappedNormal(ball, loc, 0.3).log_prob(x)
    assert density.shape == (5, 4)
    torch.testing.assert_close(WrappedNormal(lorentz, move(loc), 0.3).log_prob(move(x)), density, rtol=1e-9, atol=1e-9)


def test_conventions_of_torch(geometry: ManifoldBase) -> None:
    loc = geometry.random(4, geometry.point_size(2))
    cloud = WrappedNormal(geometry, loc, 0.3)
    assert cloud.batch_shape == (4,)
    assert cloud.event_shape == (geometry.point_size(2),)
    assert cloud.rsample((5, 6)).shape == (5, 6, 4, geometry.point_size(2))
    wide = cloud.expand((3, 4))
    assert wide.batch_shape == (3, 4)
    x = cloud.sample()
    torch.testing.assert_close(wide.log_prob(x), cloud.log_prob(x).expand(3, 4))
    with pytest.raises(ValueError, match="scale"):
        WrappedNormal(geometry, loc, -0.3, validate_args=True)  # tracing a compiled function turns the default off
    with pytest.raises(ValueError, match=r"scale of shape \(5,\) does not broadcast"):
        WrappedNormal(geometry, loc, torch.ones(5))


def test_samples_are_differentiable(curved: type[ManifoldBase]) -> None:
    manifold = curved(c=0.7, learnable=True).double()
    loc = manifold.from_frame(torch.zeros(2, dtype=torch.float64)).detach().requires_grad_()
    scale = torch.tensor(0.3, dtype=torch.float64, requires_grad=True)
    cloud = WrappedNormal(manifold, loc, scale)
    manifold.dist0(cloud.rsample((7,))).sum().backward()
    assert all(value.grad.isfinite().all() and value.grad.abs().sum() > 0 for value in (loc, scale))
    assert manifold.raw_c.grad.isfinite()


@pytest.mark.parametrize("n", [1, 2, 5])
def test_uniform_on_the_sphere(n: int) -> None:
    sphere = Hypersphere(c=0.5).double()
    uniform = HypersphericalUniform(sphere, n)
    area = {1: 2 * math.pi, 2: 4 * math.pi, 5: math.pi**3}[n] * math.sqrt(2.0) ** n
    x = uniform.sample((100,))
    assert x.shape == (100, n + 1)
    sphere.check_point(x)
    density = uniform.log_prob(x)
    torch.testing.assert_close(density, torch.full((100,), -math.log(area)).double())
    assert float(uniform.entropy()) == pytest.approx(math.log(area))
    with pytest.raises(ValueError, match="n must be at least 1"):
        HypersphericalUniform(sphere, 0)
