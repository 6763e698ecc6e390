"""The hierarchical proxy loss of HIER (arXiv 2212.14258) and LHIER (arXiv 2405.13979 §4.1), on any geometry.

Proxies stand for inner nodes of an unknown tree. Of a triplet (i, j, k), with i and j related and k not, one proxy is
chosen as the least common ancestor of i and j, another as that of all three: the proxy with the smallest of the largest
distances, by Gumbel noise. The loss draws i and j to the former, k to the latter, and away from the other one.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

import torch
from torch import Tensor, nn
from torch.nn import functional

from ...manifolds import Manifold, ManifoldParameter
from ...manifolds.base import wide
from ..checks import positive, require_labelled
from ..rescale import Rescale
from .triplets import draw_triplets, gumbel_noise, reciprocal_neighbours

Chart: TypeAlias = Literal["points", "frame"]
RADIUS = 2.0
"""Root mean square distance of new proxies from the origin; chosen by us."""


def lca_loss(
    distances: Tensor, triplets: Tensor, noise: Tensor, *, margin: float = 0.1, temperature: float = 0.1
) -> Tensor:
    """Loss of triplets, given the noise by which their ancestors are chosen.

    ρ is the proxy that maximises −max(d(i, ·), d(j, ·))/τ + noise, and ρ' that of the largest of three distances, by
    other noise. A triplet with ρ ≠ ρ' has the loss

        [d(i,ρ) − d(i,ρ') + δ]₊ + [d(j,ρ) − d(j,ρ') + δ]₊ + [d(k,ρ') − d(k,ρ) + δ]₊

    and 0 otherwise. The gradient with respect to a choice is that of the softmax (straight-through Gumbel-softmax).

    Args:
        distances: Distances of N points to M proxies, shape (N, M).
        triplets: Indices i, j, k of points, shape (T, 3).
        noise: Gumbel noise of ρ and of ρ', shape (2, T, M).
        margin: δ.
        temperature: τ.

    Returns:
        Mean over triplets, 0 if there are none.

    Source: HIER (arXiv 2212.14258) eq. 3–6.
    """
    d = distances.index_select(0, triplets.flatten()).view(*triplets.shape, distances.size(1))
    of_two = torch.maximum(d[:, 0], d[:, 1])
    of_three = torch.maximum(of_two, d[:, 2])
    ancestor, root = (_chosen(g - most / temperature) for g, most in zip(noise, (of_two, of_three), strict=True))
    excess = (d * (ancestor - root).unsqueeze(1)).sum(2) * d.new_tensor([1.0, 1.0, -1.0])
    differ = (ancestor.detach() * root.detach()).sum(1) < 0.5
    return (differ * functional.relu(excess + margin).sum(1)).sum() / max(1, len(triplets))


class HierarchicalProxyLoss(nn.Module):
    """Hierarchical regulariser of a metric loss: `lca_loss` of triplets of the batch, plus that of triplets of proxies.

    Triplets are drawn among reciprocal nearest neighbours: in the batch those of the same class come first, among
    proxies the distance alone counts. Training draws neighbours, triplets and noise anew at each call.

    Distances are geodesic, so that the curvature of a learnable geometry gets a gradient. LHIER's proxies are points,
    which a Riemannian optimiser steps, and are rescaled; these are the defaults. HIER has `chart="frame"`: ordinary
    parameters that the exponential map turns into points, with a `Clip(4.6, dim=-1)`, on `Poincare(c=0.1)`.
    HIER's code also multiplies gradients at points of the ball by (1 − c‖p‖²)²/4; here they are those of the loss.

    Args:
        in_features: Size n of an embedding.
        num_proxies: Number M of proxies.
        manifold: Geometry.
        margin: δ.
        temperature: τ of the choice of ancestors.
        neighbours: Number K of nearest neighbours, a point itself among them; 20 in HIER's scripts, 30 in its code.
        draws: Triplets per point.
        chart: What proxies are: "points", a `ManifoldParameter`, or "frame", frame coordinates in a plain parameter.
        rescale: Radial map of the proxies' frame coordinates, channels last; default `Rescale(manifold=manifold,
            dim=-1)`; `nn.Identity()` for none.
        radius: Root mean square distance of new proxies from the origin; HIER's is 0.9 · 4.6, LHIER's is not published.
        device: As in torch.nn.
        dtype: As in torch.nn.

    Shape: frame coordinates (N, n) and labels (N,) to a number, in float32 at least.

    Raises:
        ValueError: A number is not positive, there is no such chart, or K is not less than M.

    Source: HIER (arXiv 2212.14258); LHIER (arXiv 2405.13979) §4.1.

    Example:
        >>> import torch
        >>> from manifuse import Lorentz
        >>> from manifuse.layers.losses import HierarchicalProxyLoss
        >>> loss = HierarchicalProxyLoss(16, 32, manifold=Lorentz(learnable=True), neighbours=8)
        >>> loss(torch.randn(24, 16), torch.arange(24) % 4).backward()
        >>> [name for name, _ in loss.named_parameters()]
        ['proxies', 'manifold.raw_c']
    """

    def __init__(
        self,
        in_features: int,
        num_proxies: int = 512,
        *,
        manifold: Manifold,
        margin: float = 0.1,
        temperature: float = 0.1,
        neighbours: int = 20,
        draws: int = 50,
        chart: Chart = "points",
        rescale: nn.Module | None = None,
        radius: float = RADIUS,
        device: torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        for name, value in (("margin", margin), ("temperature", temperature), ("radius", radius)):
            if not value > 0:
                raise ValueError(f"HierarchicalProxyLoss: {name} must be positive, got {value}")
        if chart not in get_args(Chart):
            raise ValueError(f"HierarchicalProxyLoss: chart must be 'points' or 'frame', got {chart!r}")
        self.in_features = positive("in_features", in_features)
        self.num_proxies = positive("num_proxies", num_proxies)
        self.neighbours, self.draws = positive("neighbours", neighbours), positive("draws", draws)
        if not neighbours < num_proxies:
            raise ValueError(
                f"HierarchicalProxyLoss: neighbours must be less than num_proxies = {num_proxies}, got {neighbours}"
            )
        self.manifold = manifold
        self.margin, self.temperature, self.chart, self.radius = margin, temperature, chart, radius
        self.rescale = Rescale(manifold=manifold, dim=-1) if rescale is None else rescale
        frames = torch.zeros(num_proxies, in_features, device=device, dtype=dtype)
        self.proxies: nn.Parameter = (
            ManifoldParameter(manifold.from_frame(frames), manifold) if chart == "points" else nn.Parameter(frames)
        )
        self.reset_parameters()

    @torch.no_grad()
    def reset_parameters(self) -> None:
        """Draw proxies anew, normally distributed about the origin."""
        like = self.proxies.new_empty(self.num_proxies, self.in_features)
        frames = self.manifold.bound(like.normal_(std=self.radius / self.in_features**0.5))
        self.proxies.copy_(self.manifold.from_frame(frames) if self.chart == "points" else frames)

    def nodes(self) -> Tensor:
        """Frame coordinates of the proxies, rescaled, shape (M, n), in float32 at least."""
        proxies = wide(self.proxies)
        frames = self.manifold.to_frame(proxies) if self.chart == "points" else proxies
        nodes: Tensor = self.rescale(frames)
        return nodes

    def forward(self, u: Tensor, target: Tensor, *, generator: torch.Generator | None = None) -> Tensor:
        """Loss of frame coordinates (N, n) with labels (N,).

        Args:
            u: Frame coordinates of a batch; N exceeds the number of neighbours.
            target: Labels.
            generator: Source of randomness, on the device of u.
        """
        require_labelled(self, u, target, self.in_features)
        nodes = self.nodes()
        u = u.to(torch.promote_types(u.dtype, nodes.dtype))
        distances = self.manifold.frame_cdist(torch.cat((u, nodes)), nodes)
        of_batch, of_nodes = distances[: len(u)], distances[len(u) :]
        with torch.no_grad():
            in_batch = self.manifold.frame_cdist(u, u)
        related = reciprocal_neighbours(in_batch, self.neighbours, target)
        alike = reciprocal_neighbours(of_nodes, self.neighbours)
        return self._loss(of_batch, related, generator) + self._loss(of_nodes, alike, generator)

    def _loss(self, distances: Tensor, reciprocal: Tensor, generator: torch.Generator | None) -> Tensor:
        """Loss of points with these distances to the proxies, for triplets that are drawn here."""
        triplets = draw_triplets(reciprocal, self.draws, generator=generator)
        noise = gumbel_noise(2, len(triplets), self.num_proxies, like=distances, generator=generator)
        return lca_loss(distances, triplets, noise, margin=self.margin, temperature=self.temperature)

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return (
            f"in_features={self.in_features}, num_proxies={self.num_proxies}, margin={self.margin}, "
            f"temperature={self.temperature}, neighbours={self.neighbours}, draws={self.draws}, chart={self.chart!r}"
        )


class HierarchicalMetricLoss(nn.Module):
    """Weighted sum of a metric loss and of the hierarchical proxy loss.

    Args:
        metric: Loss of embeddings (N, n) and labels (N,), such as `ProxyAnchorLoss`.
        hierarchy: The hierarchical proxy loss.
        metric_weight: λ₁.
        hierarchy_weight: λ₂; 0.5 in HIER's scripts, 1 in its code.

    Shape: frame coordinates (N, n) and labels (N,) to a number.

    Source: HIER (arXiv 2212.14258) eq. 7.
    """

    def __init__(
        self,
        metric: nn.Module,
        hierarchy: HierarchicalProxyLoss,
        *,
        metric_weight: float = 1.0,
        hierarchy_weight: float = 0.5,
    ) -> None:
        super().__init__()
        self.metric, self.hierarchy = metric, hierarchy
        self.metric_weight, self.hierarchy_weight = metric_weight, hierarchy_weight

    def forward(self, u: Tensor, target: Tensor, *, generator: torch.Generator | None = None) -> Tensor:
        """Loss of frame coordinates (N, n) with labels (N,); the generator is the hierarchical loss's."""
        hierarchy = self.hierarchy(u, target, generator=generator)
        total: Tensor = self.metric_weight * self.metric(u, target) + self.hierarchy_weight * hierarchy
        return total

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"metric_weight={self.metric_weight}, hierarchy_weight={self.hierarchy_weight}"


def _chosen(logits: Tensor) -> Tensor:
    """Indicator of the largest logit of each row, with the gradient of the softmax."""
    soft = logits.softmax(1)
    hard = torch.zeros_like(soft).scatter_(1, soft.argmax(1, keepdim=True), 1.0)
    return hard - soft.detach() + soft
