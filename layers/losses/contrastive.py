"""Contrastive learning with labels, by angle or by geodesic distance."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ...manifolds import Manifold
from ..checks import require_labelled
from .similarity import similarities


class SupervisedContrastiveLoss(nn.Module):
    """Supervised contrastive loss: cross-entropy of finding the samples of the same class in the batch.

        mean over samples i with others p of their class of −mean_p log(exp(s_ip/τ) / Σ_{a≠i} exp(s_ia/τ))

    s is minus the geodesic distance, or without a manifold the cosine of the angle at the origin. With two samples per
    class, on the Poincaré ball, it is the loss of Hyp (arXiv 2203.10833 eq. 8). Samples without a partner take part in
    the denominators alone; a batch without partners has the loss 0.

    Args:
        manifold: Geometry; None: the cosine.
        temperature: τ; 0.2 in Hyp.

    Shape: frame coordinates (N, n) and labels (N,) to a number, in float32 at least.

    Raises:
        ValueError: τ is not positive.

    Source: Khosla et al. (arXiv 2004.11362) eq. 2; Ermolov et al. (arXiv 2203.10833).

    Example:
        >>> import torch
        >>> from manifuse import Poincare
        >>> from manifuse.layers.losses import SupervisedContrastiveLoss
        >>> u = torch.randn(4, 16, requires_grad=True)
        >>> SupervisedContrastiveLoss(manifold=Poincare(c=0.1))(u, torch.tensor([0, 0, 1, 1])).backward()
    """

    def __init__(self, *, manifold: Manifold | None = None, temperature: float = 0.2) -> None:
        super().__init__()
        if not temperature > 0:
            raise ValueError(f"SupervisedContrastiveLoss: temperature must be positive, got {temperature}")
        self.manifold = manifold
        self.temperature = temperature

    def forward(self, u: Tensor, target: Tensor) -> Tensor:
        """Loss of frame coordinates (N, n) with labels (N,)."""
        require_labelled(self, u, target)
        itself = torch.eye(len(u), dtype=torch.bool, device=u.device)
        partners = (target.unsqueeze(1) == target) & ~itself
        logits = similarities(u, u, self.manifold) / self.temperature
        surprise = logits.masked_fill(itself, -torch.inf).logsumexp(1, keepdim=True) - logits
        number = partners.sum(1)
        per_sample = (surprise * partners).sum(1) / number.clamp(min=1)
        return per_sample.sum() / (number > 0).sum().clamp(min=1)

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"temperature={self.temperature}"
