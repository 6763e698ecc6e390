"""Optimisers on manifolds, as torch.optim has them in flat space."""

from __future__ import annotations

from .adamw import RiemannianAdamW
from .clipping import clip_grad_norm_
from .groups import parameter_groups
from .sgd import RiemannianSGD

__all__ = ["RiemannianAdamW", "RiemannianSGD", "clip_grad_norm_", "parameter_groups"]
