"""Batch normalisation on a geometry: centre, scale and move again, with running statistics that evaluation uses."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Literal, TypeAlias, get_args

import torch
from torch import Tensor, distributed, nn

from ..compile.guards import root
from ..manifolds import Manifold
from ..manifolds.base import wide
from .checks import positive
from .distributed import is_shared, joint_midpoint, total

Spread: TypeAlias = Literal["total", "channel", "distance"]
Center: TypeAlias = Literal["pooled", "per_sample"]
Mean: TypeAlias = Literal["midpoint", "frechet"]


class _BatchNorm(nn.Module, ABC):
    """What the batch normalisations of all shapes share; see `BatchNorm2d`."""

    running_mean: Tensor | None
    running_var: Tensor | None
    num_batches_tracked: Tensor | None

    def __init__(
        self,
        num_features: int,
        eps: float = 1e-5,
        momentum: float | None = 0.1,
        affine: bool = True,
        track_running_stats: bool = True,
        *,
        manifold: Manifold,
        spread: Spread = "total",
        center: Center = "pooled",
        mean: Mean = "midpoint",
        process_group: distributed.ProcessGroup | None = None,
        device: torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        for name, value, kinds in (("spread", spread, Spread), ("center", center, Center), ("mean", mean, Mean)):
            if value not in get_args(kinds):
                names = ", ".join(map(repr, get_args(kinds)))
                raise ValueError(f"{type(self).__name__}: {name} must be one of {names}, got {value!r}")
        self.num_features = positive("num_features", num_features)
        self.eps, self.momentum = eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.manifold, self.process_group = manifold, process_group
        self.spread, self.center, self.mean = spread, center, mean
        scales = num_features if spread == "channel" else 1
        self.weight = nn.Parameter(torch.empty(scales, device=device, dtype=dtype)) if affine else None
        self.bias = nn.Parameter(torch.empty(num_features, device=device, dtype=dtype)) if affine else None
        tracked = track_running_stats
        self.register_buffer("running_mean", torch.empty(num_features, device=device, dtype=dtype) if tracked else None)
        self.register_buffer("running_var", torch.empty(scales, device=device, dtype=dtype) if tracked else None)
        self.register_buffer("num_batches_tracked", torch.tensor(0, device=device) if tracked else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Forget the running statistics."""
        if self.running_mean is not None and self.running_var is not None and self.num_batches_tracked is not None:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """Forget the running statistics; set weight to 1 and bias to the origin."""
        self.reset_running_stats()
        if self.weight is not None and self.bias is not None:
            nn.init.ones_(self.weight)
            nn.init.zeros_(self.bias)

    @abstractmethod
    def _check_shape(self, u: Tensor) -> None: ...

    def forward(self, u: Tensor) -> Tensor:
        """Normalise frame coordinates; shapes as of the torch.nn counterpart."""
        self._check_shape(u)
        if u.size(1) != self.num_features:
            raise ValueError(
                f"{type(self).__name__}: expected num_features = {self.num_features} channels at dim 1, "
                f"got shape {tuple(u.shape)}"
            )
        axis = 1 - u.ndim
        if self.training or self.running_mean is None or self.running_var is None:
            mean, vectors, spread = self._batch_statistics(wide(u), axis)
        else:
            mean, spread = _along(self.running_mean, axis), _along(self.running_var, axis)
            vectors = self.manifold.center(wide(u), mean, dim=axis)
        return self._placed(vectors, mean, spread, axis).to(u.dtype)

    def _batch_statistics(self, u: Tensor, axis: int) -> tuple[Tensor, Tensor, Tensor]:
        """Mean, the points seen from it, and spread."""
        rows = tuple(i for i in range(-u.ndim, 0) if i != axis)
        count = u.new_tensor(u.numel() // u.size(1))
        shared = is_shared(self.process_group)
        if u.numel() == u.size(1) and not shared:
            raise ValueError(
                f"{type(self).__name__}: training needs more than one value per channel, got shape {tuple(u.shape)}"
            )
        mean = self._batch_mean(u, rows, axis, shared=shared)
        vectors, squares = self.manifold.deviations(u, mean, dim=axis)
        deviation = self._deviation(vectors, squares).sum(rows, keepdim=True)
        if shared:
            deviation, count = total(deviation, self.process_group), total(count, self.process_group)
        spread = deviation / count
        self._track(mean.detach(), spread.detach(), count, axis)
        return mean, vectors, spread

    def _batch_mean(self, u: Tensor, rows: tuple[int, ...], axis: int, *, shared: bool) -> Tensor:
        batch, *places = rows
        if self.center == "per_sample" and places:
            u, rows = self._mean(u, tuple(places), axis), (batch,)
        mean = self._mean(u, rows, axis)
        if not shared:
            return mean
        if self.mean == "frechet":
            raise RuntimeError(
                f"{type(self).__name__}: mean='frechet' cannot be computed from sums of several processes; "
                "use mean='midpoint'"
            )
        mass = self.manifold.midpoint_mass(u, mean, dim=axis, rows=rows, keepdim=True)
        return joint_midpoint(self.manifold, mean, mass, dim=axis, group=self.process_group)

    def _mean(self, u: Tensor, rows: tuple[int, ...], axis: int) -> Tensor:
        manifold = self.manifold
        if self.mean == "midpoint":
            return manifold.midpoint0(u, dim=axis, rows=rows, keepdim=True)
        points = manifold.from_frame(u, dim=axis)
        return manifold.to_frame(manifold.frechet_mean(points, dim=axis, rows=rows, keepdim=True), dim=axis)

    def _deviation(self, vectors: Tensor, squares: Tensor) -> Tensor:
        """What the spread averages over rows."""
        if self.spread == "channel":
            return vectors.square()
        return root(squares) if self.spread == "distance" else squares

    def _placed(self, vectors: Tensor, mean: Tensor, spread: Tensor, axis: int) -> Tensor:
        """Scale the points seen from the mean and move them to the point of the bias."""
        manifold = self.manifold
        scale = 1 / (spread + self.eps) if self.spread == "distance" else torch.rsqrt(spread + self.eps)
        if self.weight is not None:
            scale = _along(self.weight, axis) * scale
        bias = torch.zeros_like(mean) if self.bias is None else _along(self.bias, axis)
        bias = manifold.saturate(bias, dim=axis)
        if self.spread == "total":
            return manifold.place(vectors, mean, scale, bias, dim=axis)
        return manifold.add(bias, manifold.saturate(scale * vectors, dim=axis), dim=axis)

    @torch.no_grad()
    def _track(self, mean: Tensor, spread: Tensor, count: Tensor, axis: int) -> None:
        """Move the running statistics: to their weighted means with the batch's, whose spread is made unbiased."""
        if self.running_mean is None or self.running_var is None or self.num_batches_tracked is None:
            return
        self.num_batches_tracked.add_(1)
        if self.momentum is None:
            rate = torch.ones_like(count) / self.num_batches_tracked
        else:
            rate = torch.full_like(count, self.momentum)
        running = _along(self.running_mean, axis)
        self.running_mean.copy_(self._weighted_mean(running, mean, rate, axis).flatten())
        unbiased = spread if self.spread == "distance" else spread * (count / (count - 1))
        self.running_var.lerp_(unbiased.flatten().to(self.running_var.dtype), rate.to(self.running_var.dtype))

    def _weighted_mean(self, running: Tensor, mean: Tensor, rate: Tensor, axis: int) -> Tensor:
        """Mean of the kind `mean` of two points with weights 1 − rate and rate."""
        manifold = self.manifold
        if self.mean == "frechet":  # it is on the geodesic between the two
            return manifold.add(running, rate * manifold.center(mean, running, dim=axis), dim=axis)
        both = torch.cat((running.expand_as(mean), mean))
        weights = torch.stack((1 - rate, rate)).reshape(2, *(1,) * (mean.ndim - 2))
        return manifold.midpoint0(both, weights, dim=axis, rows=-mean.ndim)

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
            f"track_running_stats={self.track_running_stats}, spread={self.spread!r}, center={self.center!r}, "
            f"mean={self.mean!r}"
        )


class BatchNorm1d(_BatchNorm):
    """Batch normalisation of frame vectors or sequences of them; see `BatchNorm2d`.

    Shape: (N, C) or (N, C, L), as nn.BatchNorm1d.
    """

    def _check_shape(self, u: Tensor) -> None:
        if u.ndim not in (2, 3):
            raise ValueError(f"BatchNorm1d: expected (N, C) or (N, C, L), got shape {tuple(u.shape)}")


class BatchNorm2d(_BatchNorm):
    """Batch normalisation of images of frame vectors: its pixels x are moved to a common mean and spread.

    In training y = exp_β(γ/√(σ² + ε) · P_{μ→β} log_μ x) with μ their mean, σ² their spread, and learned γ and β; in
    evaluation with running μ and σ². As c → 0 and with spread="channel" it is nn.BatchNorm2d with the same weight and
    bias; with center="per_sample" and spread="distance" it is that of HCNN (arXiv 2303.15919), running statistics
    included. In distributed training the statistics are those of all processes.

    Args:
        num_features: Channels C.
        eps: Number ε that is added to the spread.
        momentum: Weight of the batch in the running statistics, whose mean is of the kind `mean`; None averages all
            batches.
        affine: Whether γ and β are parameters; else they are 1 and the origin.
        track_running_stats: Whether there are running statistics; without them evaluation normalises by the batch.
        manifold: Geometry.
        spread: "total": σ² = mean d(x, μ)², one number (Poincaré ResNet, arXiv 2303.14027). "distance": the scale is
            γ/(σ + ε) with σ = mean d(x, μ), and the transport through the origin, P_{o→β} P_{μ→o} (HCNN, arXiv
            2303.15919). "channel": a variance and a γ for each channel of the vectors P_{μ→o} log_μ x, which are then
            moved by P_{o→β}.
        center: "pooled": the mean of all pixels. "per_sample": that of the means of the images (HCNN).
        mean: "midpoint", in closed form, or "frechet", by iteration, in which case y has the mean β for every γ.
        process_group: Processes that share statistics; default: all.
        device: As in torch.nn.
        dtype: As in torch.nn.

    On the sphere, exp_β winds vectors longer than π/√c around it: with spread="channel" their lengths are about
    γ√C, which asks for c well below π²/(γ²C).

    Shape: (N, C, H, W).
    """

    def _check_shape(self, u: Tensor) -> None:
        if u.ndim != 4:
            raise ValueError(f"BatchNorm2d: expected (N, C, H, W), got shape {tuple(u.shape)}")


def _along(numbers: Tensor, axis: int) -> Tensor:
    """Numbers per channel, laid along the channel axis."""
    return numbers.reshape(-1, *(1,) * (-axis - 1))
