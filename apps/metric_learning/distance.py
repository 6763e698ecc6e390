"""Geodesic distance for the losses and miners of pytorch-metric-learning."""

from __future__ import annotations

from pytorch_metric_learning.distances import BaseDistance
from torch import Tensor

from ...manifolds import Manifold
from ...manifolds.base import wide


class GeodesicDistance(BaseDistance):
    """Geodesic distance of embeddings in frame coordinates, as a `distance=` of pytorch-metric-learning.

    Triplet, contrastive and NT-Xent losses and miners take it. A learnable curvature gets a gradient; it is among the
    parameters of the loss that has the distance.

    Args:
        manifold: Geometry.

    Example:
        >>> import torch
        >>> from pytorch_metric_learning.losses import TripletMarginLoss
        >>> from manifuse import Lorentz
        >>> from manifuse.apps.metric_learning import GeodesicDistance
        >>> loss = TripletMarginLoss(margin=0.2, distance=GeodesicDistance(Lorentz(learnable=True)))
        >>> loss(torch.randn(8, 16), torch.arange(8) % 4).backward()
        >>> [name for name, _ in loss.named_parameters()]
        ['distance.manifold.raw_c']
    """

    def __init__(self, manifold: Manifold) -> None:
        super().__init__(normalize_embeddings=False)
        self.manifold = manifold

    def compute_mat(self, query_emb: Tensor, ref_emb: Tensor) -> Tensor:
        """Distances of all pairs, (N, n) and (M, n) to (N, M), in float32 at least."""
        return self.manifold.frame_cdist(wide(query_emb), wide(ref_emb))

    def pairwise_distance(self, query_emb: Tensor, ref_emb: Tensor) -> Tensor:
        """Distances of pairs, (N, n) and (N, n) to (N,), in float32 at least."""
        return self.manifold.frame_dist(wide(query_emb), wide(ref_emb))
