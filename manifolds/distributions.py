"""Probability distributions on manifolds, by the conventions of torch.distributions: events lie along the last axis."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor
from torch.distributions import Distribution, constraints

from . import checks
from .hypersphere import Hypersphere
from .protocol import Manifold


class WrappedNormal(Distribution):
    """The wrapped normal: a normal vector of the origin's frame, transported to a location, and its end point there.

    Its density with respect to the Riemannian volume, at the point whose logarithm at `loc` is v in the transported
    frame, is N(v; 0, scale²) / det(d exp)_v. On the sphere the density takes the shortest geodesic only: keep the
    scale well below π/√c.

    Args:
        manifold: Geometry.
        loc: Points, shape (*, p).
        scale: Standard deviations in the frame: a number, or a tensor broadcasting to (*, n), in Riemannian length.
        validate_args: As in torch.distributions.

    Raises:
        ValueError: `scale` is not positive, or does not broadcast.

    Source: Nagano et al. (arXiv 1902.02992); Mathieu et al. (arXiv 1901.06033).

    Example:
        >>> import torch
        >>> from manifuse.manifolds import Lorentz, WrappedNormal
        >>> space = Lorentz(c=0.5)
        >>> cloud = WrappedNormal(space, space.origin(4, 3), 0.2)
        >>> x = cloud.rsample((5,))
        >>> x.shape, cloud.log_prob(x).shape
        (torch.Size([5, 4, 3]), torch.Size([5, 4]))
    """

    arg_constraints = {  # noqa: RUF012 (the attribute of torch.distributions)
        "loc": constraints.real_vector,
        "scale": constraints.independent(constraints.positive, 1),  # type: ignore[no-untyped-call]
    }
    support = constraints.real_vector
    has_rsample = True

    def __init__(
        self, manifold: Manifold, loc: Tensor, scale: float | Tensor, *, validate_args: bool | None = None
    ) -> None:
        self.manifold = manifold
        center = manifold.to_frame(loc)
        deviation = torch.as_tensor(scale, dtype=loc.dtype, device=loc.device)
        try:
            shape = checks.broadcast_shape(center, deviation)
            self.scale = deviation.expand(shape)
        except RuntimeError:
            raise ValueError(
                f"WrappedNormal: scale of shape {tuple(deviation.shape)} does not broadcast to the "
                f"frame coordinates of loc, shape {tuple(center.shape)}"
            ) from None
        self.loc = loc.expand(*shape[:-1], loc.shape[-1])
        self._center = center.expand(shape)
        super().__init__(shape[:-1], self.loc.shape[-1:], validate_args=validate_args)

    def expand(self, batch_shape: Any, _instance: Any = None) -> WrappedNormal:
        """Return the distribution with its parameters expanded to a batch shape."""
        loc = self.loc.expand(*batch_shape, self.loc.shape[-1])
        scale = self.scale.expand(*batch_shape, self.scale.shape[-1])
        return type(self)(self.manifold, loc, scale, validate_args=False)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Draw points, differentiably in `loc`, `scale` and the curvature; shape sample_shape + batch_shape + (p,)."""
        shape = torch.Size(sample_shape) + self._center.shape
        noise = torch.randn(shape, dtype=self.loc.dtype, device=self.loc.device)
        return self.manifold.from_frame(self.manifold.add(self._center, self.scale * noise))

    def log_prob(self, value: Tensor) -> Tensor:
        """Log-density of points with respect to the Riemannian volume."""
        if self._validate_args:
            self._validate_sample(value)
        v = self.manifold.add(-self._center, self.manifold.to_frame(value))
        normal = -0.5 * ((v / self.scale).square() + math.log(2 * math.pi)) - self.scale.log()
        return normal.sum(-1) - self.manifold.logdetexp(v)


class HypersphericalUniform(Distribution):
    """The uniform distribution on the hypersphere of dimension n and radius 1/√c.

    Args:
        manifold: Hypersphere.
        n: Its dimension; points have n + 1 numbers.
        validate_args: As in torch.distributions.

    Raises:
        ValueError: n < 1.

    Example:
        >>> from manifuse.manifolds import Hypersphere, HypersphericalUniform
        >>> uniform = HypersphericalUniform(Hypersphere(c=1.0), 2)
        >>> round(float(uniform.entropy().exp()), 3)
        12.566
    """

    arg_constraints = {}  # noqa: RUF012
    support = constraints.real_vector
    has_rsample = True

    def __init__(self, manifold: Hypersphere, n: int, *, validate_args: bool | None = None) -> None:
        if n < 1:
            raise ValueError(f"HypersphericalUniform: n must be at least 1, got {n}")
        self.manifold = manifold
        self.n = n
        super().__init__(torch.Size(), torch.Size((n + 1,)), validate_args=validate_args)

    def rsample(self, sample_shape: Any = ()) -> Tensor:
        """Draw points, shape sample_shape + (n + 1,)."""
        return self.manifold.random_uniform(*sample_shape, self.n + 1)

    def log_prob(self, value: Tensor) -> Tensor:
        """Log-density with respect to the area, which is constant."""
        if self._validate_args:
            self._validate_sample(value)
        return -self.entropy().to(value.dtype).expand(value.shape[:-1])

    def entropy(self) -> Tensor:
        """Logarithm of the area 2π^{(n+1)/2} / (Γ((n+1)/2) c^{n/2})."""
        half = (self.n + 1) / 2
        return math.log(2.0) + half * math.log(math.pi) - math.lgamma(half) - 0.5 * self.n * self.manifold.c.log()
