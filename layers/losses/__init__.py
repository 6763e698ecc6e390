"""Losses and penalties of networks on curved spaces."""

from __future__ import annotations

from .angular import Annealing, GASoftmaxLoss, WSoftmaxLoss
from .contrastive import SupervisedContrastiveLoss
from .hierarchical import HierarchicalMetricLoss, HierarchicalProxyLoss, lca_loss
from .orthogonality import OrthogonalityPenalty
from .proxies import ProxyAnchorLoss, SoftTripleLoss
from .triplets import draw_triplets, gumbel_noise, reciprocal_neighbours

__all__ = [
    "Annealing",
    "GASoftmaxLoss",
    "HierarchicalMetricLoss",
    "HierarchicalProxyLoss",
    "OrthogonalityPenalty",
    "ProxyAnchorLoss",
    "SoftTripleLoss",
    "SupervisedContrastiveLoss",
    "WSoftmaxLoss",
    "draw_triplets",
    "gumbel_noise",
    "lca_loss",
    "reciprocal_neighbours",
]
