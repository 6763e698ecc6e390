"""SphereNorm: SphereConv in the place of a normalisation."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .sphere_conv import SphereConv1d, SphereConv2d, SphereLinear


class SphereNorm(nn.Module):
    """A SphereConv layer as the normalisation of a network: no statistics of batches, β g + γ per kernel.

    The norms of each patch and each kernel take the place of batch statistics. Responses g start with a standard
    deviation of about 1/√d for patches of d numbers; the factors β bring them to any size. With a batch normalisation,
    it is applied to g, and its own weight and bias are β and γ.

    Args:
        conv: SphereConv layer.
        batch_norm: Normalisation of its output, as `nn.BatchNorm2d(out_channels)`, on a geometry that of `mf.layers`;
            default: none.
        affine: Whether there are parameters β = `weight`, 1 at the start, and γ = `bias`, 0 at the start; False: g
            itself. Without effect beside a batch normalisation.
        device: As in torch.nn.
        dtype: As in torch.nn.

    Shape: as of `conv`.

    Source: Deep Hyperspherical Learning (arXiv 1711.03189), SphereNorm and its rescaled form.

    Example:
        >>> import torch
        >>> from manifuse.layers import SphereConv2d, SphereNorm
        >>> rescaled = SphereNorm(SphereConv2d(3, 8, 3))
        >>> both = SphereNorm(SphereConv2d(8, 8, 3), torch.nn.BatchNorm2d(8))
        >>> both(rescaled(torch.randn(2, 3, 8, 8))).shape
        torch.Size([2, 8, 4, 4])
    """

    def __init__(
        self,
        conv: SphereLinear | SphereConv1d | SphereConv2d,
        batch_norm: nn.Module | None = None,
        *,
        affine: bool = True,
        device: torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        self.conv = conv
        self.batch_norm = batch_norm
        kernels = conv.kernels.size(0)
        own = affine and batch_norm is None
        self.weight = nn.Parameter(torch.empty(kernels, device=device, dtype=dtype)) if own else None
        self.bias = nn.Parameter(torch.empty(kernels, device=device, dtype=dtype)) if own else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Set β to 1 and γ to 0."""
        if self.weight is not None and self.bias is not None:
            nn.init.ones_(self.weight)
            nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Respond to patches, and rescale."""
        response: Tensor = self.conv(x)
        if self.batch_norm is not None:
            normalised: Tensor = self.batch_norm(response)
            return normalised
        if self.weight is None or self.bias is None:
            return response
        beside = (-1, *(1,) * (-self.conv.axis - 1))
        scaled = torch.addcmul(self.bias.reshape(beside), self.weight.reshape(beside), response)
        return self.conv.close(scaled).to(response.dtype)

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"affine={self.weight is not None}"
