"""Between frame coordinates, which layers speak, and points of the manifold."""

from __future__ import annotations

from torch import Tensor, nn

from ..manifolds import Manifold


class _Chart(nn.Module):
    def __init__(self, *, manifold: Manifold, dim: int = -1) -> None:
        super().__init__()
        self.manifold = manifold
        self.dim = dim

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"dim={self.dim}"


class Lift(_Chart):
    """Points of frame coordinates: (*, n) to (*, point_size(n)) at `dim`.

    Args:
        manifold: Geometry.
        dim: Channel axis.
    """

    def forward(self, u: Tensor) -> Tensor:
        """Point of frame coordinates u."""
        return self.manifold.from_frame(u, dim=self.dim)


class Lower(_Chart):
    """Frame coordinates of points: (*, point_size(n)) to (*, n) at `dim`.

    Args:
        manifold: Geometry.
        dim: Channel axis.
    """

    def forward(self, x: Tensor) -> Tensor:
        """Frame coordinates of points x."""
        return self.manifold.to_frame(x, dim=self.dim)
