"""What the hyperboloid and the sphere share: ambient coordinates, n + 1 numbers with the time or pole first."""

from __future__ import annotations

from typing import ClassVar

import torch
from torch import Tensor

from . import checks
from .constant import ConstantCurvature
from .ops import AmbientOps


class AmbientModel(ConstantCurvature):
    """A quadric ⟨x, x⟩ = sign/c with the origin (1/√c, 0, …, 0), where ⟨x, y⟩ = sign·x_t y_t + ⟨x_s, y_s⟩."""

    ambient = 1
    point_ops: ClassVar[AmbientOps]

    def origin(
        self, *size: int, dim: int = -1, dtype: torch.dtype | None = None, device: torch.device | None = None
    ) -> Tensor:
        """Make a batch of origins (1/√c, 0, …, 0) of shape `size`, n + 1 numbers at `dim`."""
        shape, axis = checks.point_shape(self, size, dim, self.ambient)
        radius = self.c.rsqrt().to(dtype=dtype, device=device)
        time = radius.expand([1 if i == axis + len(shape) else n for i, n in enumerate(shape)])
        space = [n - 1 if i == axis + len(shape) else n for i, n in enumerate(shape)]
        return torch.cat((time, time.new_zeros(space)), axis)

    def proju(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Project arbitrary numbers onto the tangent space: u − κ⟨x, u⟩ x."""
        axis = self._axis(dim, x=x, u=u)
        return self.point_ops.proju(x, u, self.c_for(x), dim=axis)

    def to_stereographic(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Stereographic coordinates x_s / (1 + √c x_t), shape (*, n)."""
        axis = self._axis(dim, x=x)
        return self.point_ops.to_stereographic(x, self.c_for(x), dim=axis)

    def from_stereographic(self, p: Tensor, *, dim: int = -1) -> Tensor:
        """Point of stereographic coordinates: ((λ − 1)/√c, λp) with λ = 2/(1 + κ‖p‖²)."""
        axis = self._axis(dim, coordinates={"p": p})
        return self.point_ops.from_stereographic(p, self.c_for(p), dim=axis)
