"""Elementwise functions of frame coordinates, which act on normal coordinates at the origin as in torch.nn."""

from __future__ import annotations

from collections.abc import Callable

from torch import Tensor, nn
from torch.nn import functional

from ..manifolds import Manifold
from .schemes import GEOMETRIC, Scheme, require_scheme


class Activation(nn.Module):
    """An elementwise function of frame coordinates, closed by the geometry's `bound`.

    Args:
        function: Function or module of a tensor, e.g. `torch.tanh` or `nn.GELU()`.
        manifold: Geometry.
        scheme: `Geometric()`, as above, or `Space()`, the function of the space part (HCNN, arXiv 2303.15919).
        dim: Channel axis.
    """

    def __init__(
        self,
        function: Callable[[Tensor], Tensor],
        *,
        manifold: Manifold,
        scheme: Scheme = GEOMETRIC,
        dim: int = 1,
    ) -> None:
        super().__init__()
        self.manifold = manifold
        self.function = function
        self.scheme = require_scheme(self, scheme)
        self.dim = dim

    def forward(self, u: Tensor) -> Tensor:
        """Apply the function to frame coordinates u of any shape."""
        return self.scheme.activate(self.function, u, manifold=self.manifold, dim=self.dim)

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        name = getattr(self.function, "__name__", self.function)
        return f"function={name}, scheme={self.scheme}, dim={self.dim}"


class ReLU(nn.Module):
    """max(u, 0) of frame coordinates u, on every geometry.

    Args:
        manifold: Geometry.
        scheme: `Geometric()`, as above, or `Space()`, that of the space part (HCNN, arXiv 2303.15919).
        inplace: As in nn.ReLU; with `Space()` it is the space part that is overwritten.
        dim: Channel axis.
    """

    def __init__(self, *, manifold: Manifold, scheme: Scheme = GEOMETRIC, inplace: bool = False, dim: int = 1) -> None:
        super().__init__()
        self.manifold = manifold
        self.scheme = require_scheme(self, scheme)
        self.inplace = inplace
        self.dim = dim

    def forward(self, u: Tensor) -> Tensor:
        """Rectify frame coordinates u of any shape."""
        return self.scheme.rectify(u, manifold=self.manifold, dim=self.dim, inplace=self.inplace)

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        inplace = ", inplace=True" if self.inplace else ""
        return f"scheme={self.scheme}{inplace}, dim={self.dim}"


class Dropout(nn.Module):
    """Dropout of frame coordinates, closed by the geometry's `bound` since it scales what it keeps.

    Args:
        p: Probability of a zero.
        manifold: Geometry.
        dim: Channel axis.
    """

    def __init__(self, p: float = 0.5, *, manifold: Manifold, dim: int = 1) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"Dropout: p must be between 0 and 1, got {p}")
        self.manifold = manifold
        self.p = p
        self.dim = dim

    def forward(self, u: Tensor) -> Tensor:
        """Drop frame coordinates at random in training; return u in evaluation."""
        if not self.training or self.p == 0:
            return u
        return self.manifold.bound(functional.dropout(u, self.p), dim=self.dim)

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"p={self.p}, dim={self.dim}"
