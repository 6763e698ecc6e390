"""Small problems on points, with the same frame coordinates on every geometry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from manifuse.manifolds import Hypersphere, Lorentz, ManifoldBase, ManifoldParameter, Poincare
from manifuse.manifolds.curvature import inverse_softplus
from manifuse.optim import RiemannianAdamW, RiemannianSGD

C = 0.7
CURVED = (Poincare, Lorentz, Hypersphere)
OPTIMISERS: dict[str, Callable[..., Optimizer]] = {
    "SGD": lambda p, **kw: RiemannianSGD(p, **{"lr": 0.02, "momentum": 0.9, "nesterov": True, **kw}),
    "AdamW": lambda p, **kw: RiemannianAdamW(p, **{"lr": 0.02, "weight_decay": 0.0, **kw}),
}


def frames(*shape: int, seed: int = 3, size: float = 0.5, dtype: torch.dtype = torch.float64) -> Tensor:
    """Random frame coordinates, the same for a seed in either precision."""
    generator = torch.Generator().manual_seed(seed)
    return (size * torch.randn(shape, generator=generator, dtype=torch.float64)).to(dtype)


def spread(manifold: ManifoldBase, *shape: int, **options: Any) -> Tensor:
    """Random points."""
    return manifold.from_frame(frames(*shape, dtype=manifold.sectional_curvature.dtype, **options)).detach()


def learnable(kind: type[ManifoldBase], c: float) -> ManifoldBase:
    """A manifold in float64 whose c is learnable, and exact in float64."""
    manifold = kind(c=c, learnable=True).double()
    manifold.raw_c.data.fill_(inverse_softplus(c))
    return manifold


def parameter(manifold: ManifoldBase, *shape: int, **options: Any) -> ManifoldParameter:
    return ManifoldParameter(spread(manifold, *shape, **options), manifold)


def stress(manifold: ManifoldBase, x: Tensor) -> Tensor:
    """Misfit of mutual distances to fixed ones, and of distances to fixed frame coordinates: no symmetry is left."""
    count = len(x)
    wanted = frames(count, count, seed=5).abs().to(x.dtype)
    distances = manifold.sqdist(x.unsqueeze(0), x.unsqueeze(1))
    # Frame coordinates are fixed, and not the points: those would stay in the coordinates of one model when c changes.
    target = manifold.from_frame(frames(count, 3, seed=7, dtype=x.dtype))
    return (distances - wanted).square().mean() + 0.1 * manifold.sqdist(x, target).mean()


def descend(optimizer: Optimizer, loss: Callable[[], Tensor], steps: int) -> list[float]:
    """Make steps; return the losses before them."""
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        losses.append(float(value.detach()))
    return losses
