"""Residual connections."""

from __future__ import annotations

from torch import Tensor, nn

from ..manifolds import Manifold
from .schemes import GEOMETRIC, Scheme, require_scheme


class Residual(nn.Module):
    """The sum of a geometry: the point body(u) moved by the vector shortcut(u), log0 exp_x(P_{o→x} v).

    On the ball that is the Möbius addition body(u) ⊕ shortcut(u) of Poincaré ResNet (arXiv 2303.14027); as c → 0 it
    is body(u) + shortcut(u).

    Args:
        body: Module whose output is the base point x.
        shortcut: Module whose output is the vector v; default: the identity.
        manifold: Geometry.
        scheme: `Geometric()`, as above, or `Space()`, the sum of the space parts (HCNN, arXiv 2303.15919).
        dim: Channel axis.
    """

    def __init__(
        self,
        body: nn.Module,
        shortcut: nn.Module | None = None,
        *,
        manifold: Manifold,
        scheme: Scheme = GEOMETRIC,
        dim: int = 1,
    ) -> None:
        super().__init__()
        self.manifold = manifold
        self.scheme = require_scheme(self, scheme)
        self.body = body
        self.shortcut = nn.Identity() if shortcut is None else shortcut
        self.dim = dim

    def forward(self, u: Tensor) -> Tensor:
        """Add body and shortcut of frame coordinates u."""
        x, v = self.body(u), self.shortcut(u)
        if x.shape != v.shape:
            raise ValueError(
                f"Residual: body gives shape {tuple(x.shape)}, shortcut {tuple(v.shape)}; pass a shortcut that fits"
            )
        return self.scheme.add(x, v, manifold=self.manifold, dim=self.dim)

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"scheme={self.scheme}, dim={self.dim}"
