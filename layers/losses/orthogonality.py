"""The penalty that keeps kernels of SphereConv layers orthonormal."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ...manifolds.base import wide
from ..sphere_conv import SphereLayer

COEFFICIENT = 2e-4
"""That of the authors' code."""


class OrthogonalityPenalty(nn.Module):
    """Sum over all SphereConv layers of coefficient/2 · ‖W Wᵀ − I‖², the rows of W the raw kernels of a layer.

    It draws the norms of kernels to 1, in place of weight decay, which kernels of SphereConv should not have. For M
    kernels of d < M numbers it is at least coefficient/2 · (M − d), since they cannot be orthogonal. The kernels of
    each group count for themselves.

    Args:
        coefficient: Factor λ of the penalty λ/2 ‖W Wᵀ − I‖².

    Raises:
        ValueError: The coefficient is negative.

    Source: Deep Hyperspherical Learning (arXiv 1711.03189); factor and raw norms are those of the authors' code.

    Example:
        >>> import torch
        >>> from manifuse.layers import SphereConv2d
        >>> from manifuse.layers.losses import OrthogonalityPenalty
        >>> net = torch.nn.Sequential(SphereConv2d(3, 8, 3), torch.nn.ReLU(), SphereConv2d(8, 8, 3))
        >>> OrthogonalityPenalty()(net).backward()
    """

    def __init__(self, coefficient: float = COEFFICIENT) -> None:
        super().__init__()
        if not coefficient >= 0:
            raise ValueError(f"OrthogonalityPenalty: coefficient must be at least 0, got {coefficient}")
        self.coefficient = coefficient

    def forward(self, network: nn.Module) -> Tensor:
        """Penalty of a network.

        Args:
            network: Module with SphereConv layers, at any depth, or such a layer.

        Returns:
            A number, in float32 at least.

        Raises:
            ValueError: There is no SphereConv layer.
        """
        layers = [module for module in network.modules() if isinstance(module, SphereLayer)]
        if not layers:
            raise ValueError(
                f"OrthogonalityPenalty: {type(network).__name__} has no SphereConv layer; pass a network that has"
            )
        return 0.5 * self.coefficient * torch.stack([defect(layer.kernels, layer.groups) for layer in layers]).sum()

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"coefficient={self.coefficient:g}"


def defect(kernels: Tensor, groups: int) -> Tensor:
    """‖W Wᵀ − I‖² of the kernels of each group, summed."""
    rows = torch.unflatten(wide(kernels).flatten(1), 0, (groups, -1))
    with torch.autocast(kernels.device.type, enabled=False):
        gram = rows @ rows.mT
    return (gram - torch.eye(rows.size(1), dtype=gram.dtype, device=gram.device)).square().sum()
