"""The head of a classifier."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..manifolds import Manifold
from .checks import positive
from .initialisation import initialise


class Classifier(nn.Module):
    """Logits as hyperplane scores: ‖w_k‖ times the signed distance to the hyperplane of class k.

    The hyperplane has normal w_k and offset −b_k/‖w_k‖ from the origin (multinomial logistic regression of HNN++,
    arXiv 2006.08210 §3.1); as c → 0 it is nn.Linear with the same weight and bias. Weights start as in nn.Linear.

    Args:
        in_features: Size n of the embedding.
        num_classes: Number of logits K.
        manifold: Geometry.
        bias: Whether hyperplanes have an offset.
        device: As in torch.nn.
        dtype: As in torch.nn.

    Shape: (*, n) to (*, K).
    """

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        manifold: Manifold,
        bias: bool = True,
        device: torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.in_features = positive("in_features", in_features)
        self.num_classes = positive("num_classes", num_classes)
        self.manifold = manifold
        self.weight = nn.Parameter(torch.empty(num_classes, in_features, device=device, dtype=dtype))
        self.bias = nn.Parameter(torch.empty(num_classes, device=device, dtype=dtype)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weight and bias anew."""
        initialise(self.weight, self.bias, "random", groups=1)

    def forward(self, u: Tensor) -> Tensor:
        """Logits of frame coordinates u."""
        if u.ndim == 0 or u.size(-1) != self.in_features:
            raise ValueError(
                f"Classifier: the last dimension of the input must be in_features = {self.in_features}, "
                f"got shape {tuple(u.shape)}"
            )
        return self.manifold.hyperplane_score(u, self.weight, self.bias)

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"in_features={self.in_features}, num_classes={self.num_classes}, bias={self.bias is not None}"
