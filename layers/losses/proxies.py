"""Metric losses with proxies of classes: Proxy-Anchor and SoftTriple, by angle or by geodesic distance."""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn
from torch.nn import functional

from ...manifolds import Euclidean, Manifold, ManifoldParameter
from ...manifolds.base import wide
from ..checks import positive, require_labelled
from ..similarity import unit
from .hierarchical import RADIUS
from .similarity import similarities


class ProxyLoss(nn.Module, ABC):
    """A loss of the similarities s of embeddings to proxies, `proxies_per_class` for each class.

    Without a manifold proxies are directions and s is the cosine, on every geometry that of angles at the origin.
    With one they are points, a `ManifoldParameter`, and s = 1 − d with the geodesic distance d (chosen by us).

    Args:
        in_features: Size n of an embedding.
        num_classes: Number of classes K.
        proxies_per_class: Number of proxies of a class.
        manifold: Geometry; None: the cosine.
        device: As in torch.nn.
        dtype: As in torch.nn.
    """

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        proxies_per_class: int = 1,
        manifold: Manifold | None = None,
        device: torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.in_features = positive("in_features", in_features)
        self.num_classes = positive("num_classes", num_classes)
        self.proxies_per_class = proxies_per_class
        self.manifold = manifold
        frames = torch.zeros(num_classes * proxies_per_class, in_features, device=device, dtype=dtype)
        self.proxies: nn.Parameter = (
            nn.Parameter(frames) if manifold is None else ManifoldParameter(manifold.from_frame(frames), manifold)
        )
        self.reset_parameters()

    @torch.no_grad()
    def reset_parameters(self) -> None:
        """Draw proxies anew: directions as Proxy-Anchor's code does, points as `HierarchicalProxyLoss`."""
        if self.manifold is None:
            nn.init.kaiming_normal_(self.proxies, mode="fan_out")
            return
        frames = self.proxies.new_empty(len(self.proxies), self.in_features)
        frames = self.manifold.bound(frames.normal_(std=RADIUS / self.in_features**0.5))
        self.proxies.copy_(self.manifold.from_frame(frames))

    def frames(self) -> Tensor:
        """Frame coordinates of the proxies, those of a class side by side, in float32 at least."""
        proxies = wide(self.proxies)
        return proxies if self.manifold is None else self.manifold.to_frame(proxies)

    def forward(self, u: Tensor, target: Tensor) -> Tensor:
        """Loss of frame coordinates (N, n) with labels (N,), whole numbers below K."""
        require_labelled(self, u, target, self.in_features)
        frames = self.frames()
        return self._loss(similarities(u, frames, self.manifold), frames, target)

    @abstractmethod
    def _loss(self, s: Tensor, frames: Tensor, target: Tensor) -> Tensor:
        """Loss of similarities to the proxies with these frame coordinates."""

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"in_features={self.in_features}, num_classes={self.num_classes}"


class ProxyAnchorLoss(ProxyLoss):
    """Proxy-Anchor: each proxy draws the samples of its class, the hardest most, and pushes all others away.

        mean over classes in the batch of log(1 + Σ exp(−α(s − δ))), over samples of the class,
        + mean over all classes of log(1 + Σ exp(α(s + δ))), over samples of other classes.

    Args:
        in_features: Size n of an embedding.
        num_classes: Number of classes K.
        manifold: Geometry, for s = 1 − d with the geodesic distance d to points; None: the cosine, of directions.
        alpha: Scale α.
        margin: δ.
        device: As in torch.nn.
        dtype: As in torch.nn.

    Shape: frame coordinates (N, n) and labels (N,) to a number, in float32 at least.

    Source: Kim et al. (arXiv 2003.13911) eq. 4.

    Example:
        >>> import torch
        >>> from manifuse.layers.losses import ProxyAnchorLoss
        >>> ProxyAnchorLoss(16, 10)(torch.randn(4, 16), torch.tensor([0, 3, 9, 3])).backward()
    """

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        manifold: Manifold | None = None,
        alpha: float = 32.0,
        margin: float = 0.1,
        device: torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(in_features, num_classes, manifold=manifold, device=device, dtype=dtype)
        self.alpha, self.margin = alpha, margin

    def _loss(self, s: Tensor, frames: Tensor, target: Tensor) -> Tensor:
        own = torch.zeros_like(s, dtype=torch.bool).scatter_(1, target.unsqueeze(1), True)
        draw = _log1p_sum_exp(self.alpha * (self.margin - s), own)
        push = _log1p_sum_exp(self.alpha * (self.margin + s), ~own)
        return draw.sum() / own.any(0).sum().clamp(min=1) + push.mean()

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"{super().extra_repr()}, alpha={self.alpha}, margin={self.margin}"


class SoftTripleLoss(ProxyLoss):
    """SoftTriple: softmax cross-entropy of similarities to classes that have several centres.

    The similarity of a class is S = Σ softmax(s/γ) s over its centres; the logits are λ S, of the true class λ(S − δ).
    The mean distance between centres of a class (of their directions, where s is the cosine) is added with the weight
    τ/2, so that those which are not needed merge.

    Args:
        in_features: Size n of an embedding.
        num_classes: Number of classes K.
        manifold: Geometry, for s = 1 − d with the geodesic distance d to points; None: the cosine, of directions.
        centres: Centres per class.
        scale: λ.
        gamma: γ.
        margin: δ.
        tau: τ.
        device: As in torch.nn.
        dtype: As in torch.nn.

    Shape: frame coordinates (N, n) and labels (N,) to a number, in float32 at least.

    Source: Qian et al. (arXiv 1909.05235) eq. 6–9; the numbers are those of the authors' code.
    """

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        manifold: Manifold | None = None,
        centres: int = 10,
        scale: float = 20.0,
        gamma: float = 0.1,
        margin: float = 0.01,
        tau: float = 0.2,
        device: torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        centres = positive("centres", centres)
        super().__init__(
            in_features, num_classes, proxies_per_class=centres, manifold=manifold, device=device, dtype=dtype
        )
        self.scale, self.gamma, self.margin, self.tau = scale, gamma, margin, tau

    def _loss(self, s: Tensor, frames: Tensor, target: Tensor) -> Tensor:
        of_centres = torch.unflatten(s, 1, (self.num_classes, -1))
        of_classes = ((of_centres / self.gamma).softmax(2) * of_centres).sum(2)
        shift = torch.zeros_like(of_classes).scatter_(1, target.unsqueeze(1), self.margin)
        return functional.cross_entropy(self.scale * (of_classes - shift), target) + self.tau * self._spread(frames)

    def _spread(self, frames: Tensor) -> Tensor:
        """Half the mean distance between two centres of a class."""
        if self.proxies_per_class == 1:
            return frames.new_zeros(())
        manifold, vectors = (Euclidean(), unit(frames, (1,))) if self.manifold is None else (self.manifold, frames)
        centres = torch.unflatten(vectors, 0, (self.num_classes, -1))
        pairs = self.num_classes * self.proxies_per_class * (self.proxies_per_class - 1)
        return manifold.frame_cdist(centres, centres).sum() / (2 * pairs)

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return (
            f"{super().extra_repr()}, centres={self.proxies_per_class}, scale={self.scale}, gamma={self.gamma}, "
            f"margin={self.margin}, tau={self.tau}"
        )


def _log1p_sum_exp(logits: Tensor, mask: Tensor) -> Tensor:
    """log(1 + Σ exp) over the rows where the mask is set, per column."""
    masked = torch.where(mask, logits, -torch.inf)
    return torch.cat((torch.zeros_like(logits[:1]), masked)).logsumexp(0)
