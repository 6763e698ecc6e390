"""How layers map points: by the geometry, or by the relaxations that published networks are made of.

A scheme is a value, given to as many layers as one likes: what it learns belongs to each layer.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn import functional

from ..manifolds import Manifold
from .rescale import Rescale, Slope

if TYPE_CHECKING:
    from .affine import _Affine


class AffineScheme(ABC):
    """A way to map points linearly, which linear and convolution layers take."""

    @abstractmethod
    def prepare(self, layer: _Affine, out_channels: int) -> None:
        """Check that a layer with all its sizes suits, and add what it learns besides weight and bias.

        Raises:
            ValueError: It does not suit.
        """

    @abstractmethod
    def reset_parameters(self, layer: _Affine) -> None:
        """Set anew what a layer learns besides weight and bias."""

    @abstractmethod
    def affine(self, layer: _Affine, u: Tensor) -> Tensor:
        """Output of a linear or convolution layer for frame coordinates u."""


class Scheme(AffineScheme):
    """A way to map points that all layers take."""

    @abstractmethod
    def activate(self, function: Callable[[Tensor], Tensor], u: Tensor, *, manifold: Manifold, dim: int) -> Tensor:
        """Elementwise function of points."""

    def rectify(self, u: Tensor, *, manifold: Manifold, dim: int, inplace: bool = False) -> Tensor:
        """max(·, 0) of points; `inplace` is that of torch, for the tensor whose numbers are rectified."""
        return self.activate(partial(functional.relu, inplace=inplace), u, manifold=manifold, dim=dim)

    @abstractmethod
    def add(self, u: Tensor, v: Tensor, *, manifold: Manifold, dim: int) -> Tensor:
        """Sum of points."""


@dataclass(frozen=True)
class Geometric(Scheme):
    """Operations of the geometry: maps by distances to hyperplanes, sums along geodesics, functions of logarithms.

    They are the same for all models of a space, and as c → 0 those of torch.nn.
    """

    def prepare(self, layer: _Affine, out_channels: int) -> None:
        """Nothing is added, and all layers suit."""

    def reset_parameters(self, layer: _Affine) -> None:
        """Nothing is learned besides weight and bias."""

    def affine(self, layer: _Affine, u: Tensor) -> Tensor:
        """By `Manifold.affine_map`."""
        return layer.manifold.affine_map(u, layer.weight, layer.bias, layer)

    def activate(self, function: Callable[[Tensor], Tensor], u: Tensor, *, manifold: Manifold, dim: int) -> Tensor:
        """The function of frame coordinates, closed by `bound`."""
        return manifold.bound(function(u), dim=dim)

    def rectify(self, u: Tensor, *, manifold: Manifold, dim: int, inplace: bool = False) -> Tensor:
        """max(u, 0); it never moves a point away from the origin, so that nothing has to be bounded."""
        return functional.relu(u, inplace=inplace)

    def add(self, u: Tensor, v: Tensor, *, manifold: Manifold, dim: int) -> Tensor:
        """The point u, moved by the vector v."""
        return manifold.add(u, v, dim=dim)


@dataclass(frozen=True)
class Space(Scheme):
    """Operations on ambient coordinates, with the space part free and the time made to fit (HCNN, arXiv 2303.15919).

    On the hyperboloid, and by the isometry on the ball, linear and convolution layers give the point with space part
    W x_s + v(√c x_t − 1) + b. The points of a patch are concatenated directly: their space parts side by side, with the
    time x_t of such a point. The layer has v as `time_weight`, 0 at the start; HCNN writes W x_s + w x_t + b', with
    w = √c v and b' = b − v. Activations act on space parts, and sums are those of space parts.

    On the sphere x_t is the mean of a patch, and what ambient coordinates are mapped to is projected to the sphere; see
    `Hypersphere.ambient_map`. On flat space, as for c → 0, everything is torch's, and there is no v.

    Convolutions have one group, since the time belongs to all channels of a point.

    Example:
        >>> import torch
        >>> from manifuse import Lorentz
        >>> from manifuse.layers import BatchNorm2d, Conv2d, ReLU, Residual, Space
        >>> space, scheme = Lorentz(c=1.0), Space()
        >>> body = torch.nn.Sequential(
        ...     Conv2d(8, 8, 3, padding=1, manifold=space, scheme=scheme),
        ...     BatchNorm2d(8, manifold=space, center="per_sample", spread="distance"),
        ... )
        >>> block = torch.nn.Sequential(
        ...     Residual(body, manifold=space, scheme=scheme), ReLU(manifold=space, scheme=scheme)
        ... )
        >>> block(torch.randn(2, 8, 5, 5)).shape
        torch.Size([2, 8, 5, 5])
    """

    def prepare(self, layer: _Affine, out_channels: int) -> None:
        """Add the parameter `time_weight`, one number per output channel; None on flat space."""
        _require_plain(self, layer)
        weight = nn.Parameter(layer.weight.new_empty(out_channels)) if layer.manifold.has_time else None
        layer.register_parameter("time_weight", weight)

    def reset_parameters(self, layer: _Affine) -> None:
        """Set `time_weight` to 0."""
        if layer.time_weight is not None:
            nn.init.zeros_(layer.time_weight)

    def affine(self, layer: _Affine, u: Tensor) -> Tensor:
        """By `Manifold.ambient_map`."""
        return layer.manifold.ambient_map(u, layer.weight, layer.time_weight, layer.bias, layer)

    def activate(self, function: Callable[[Tensor], Tensor], u: Tensor, *, manifold: Manifold, dim: int) -> Tensor:
        """The function of the space part."""
        return manifold.ambient_function(function, u, dim=dim)

    def add(self, u: Tensor, v: Tensor, *, manifold: Manifold, dim: int) -> Tensor:
        """Sum of the space parts."""
        return manifold.ambient_sum(u, v, dim=dim)


@dataclass(frozen=True)
class Rotation(AffineScheme):
    """The efficient linear and convolution layer of arXiv 2405.13979 Eq. 7: a rotation, a boost and a rescaling.

    On the hyperboloid, and by the isometry on the ball, a patch p of K space parts becomes the point with space part
    Wp, scaled to the length ‖p‖, so that the length of W does not matter. Where K C_in ≤ C_out, W is instead made
    orthonormal: the Cayley transform of the layer's weight. Then comes the boost that takes the origin to the point
    with frame coordinates `bias`, and last the rescaling, so that it bounds the output (the paper has the boost last).
    A patch is longer than its points, by about √K: normalise or rescale after every layer.

    On flat space it is the layer of torch; it is not defined on the sphere.

    Args:
        s: As of `Rescale`.
        learnable: As of `Rescale`; each layer then has an s of its own.
        slope: As of `Rescale`.

    Example:
        >>> import torch
        >>> from manifuse import Lorentz
        >>> from manifuse.layers import Conv2d, Rotation
        >>> space = Lorentz(c=1.0)
        >>> output = Conv2d(8, 4, 3, manifold=space, scheme=Rotation())(100 * torch.randn(2, 8, 5, 5))
        >>> bool((output.norm(dim=1) < space.max_distance(torch.float32)).all())
        True
    """

    s: float = 2.0
    learnable: bool = False
    slope: Slope = "published"

    def prepare(self, layer: _Affine, out_channels: int) -> None:
        """Add the module `rescale`."""
        _require_plain(self, layer)
        name = type(layer).__name__
        if not layer.manifold.has_rotations:
            raise ValueError(f"{name}: {self} is not defined on {layer.manifold}; use Geometric() or Space()")
        if layer.transposed:
            raise ValueError(f"{name}: {self} is not defined for transposed convolutions; use Geometric() or Space()")
        layer.rescale = Rescale(
            manifold=layer.manifold,
            s=self.s,
            learnable=self.learnable,
            slope=self.slope,
            dim=layer.axis,
            device=layer.weight.device,
            dtype=layer.weight.dtype,
        )

    def reset_parameters(self, layer: _Affine) -> None:
        """Set s anew, where it is learnable."""
        layer.rescale.reset_parameters()

    def affine(self, layer: _Affine, u: Tensor) -> Tensor:
        """By `Manifold.rotation_map` and `Manifold.rescale`."""
        rescaled: Tensor = layer.rescale(layer.manifold.rotation_map(u, layer.weight, layer.bias, layer))
        return rescaled


GEOMETRIC = Geometric()


def require_scheme(owner: nn.Module, scheme: Scheme) -> Scheme:
    """Return a scheme that all layers take.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(scheme, Scheme):
        raise TypeError(f"{type(owner).__name__}: scheme must be Geometric() or Space(), got {scheme!r}")
    return scheme


def require_affine_scheme(owner: nn.Module, scheme: AffineScheme) -> AffineScheme:
    """Return a scheme that linear and convolution layers take.

    Raises:
        TypeError: It is none.
    """
    if not isinstance(scheme, AffineScheme):
        raise TypeError(f"{type(owner).__name__}: scheme must be Geometric(), Space() or Rotation(), got {scheme!r}")
    return scheme


def _require_plain(scheme: AffineScheme, layer: _Affine) -> None:
    """Check that a layer has one group, and the default response, which is one to the distance to a hyperplane."""
    name = type(layer).__name__
    if layer.groups != 1:
        raise ValueError(f"{name}: {scheme} needs groups=1, as the time belongs to all channels, got {layer.groups}")
    if layer.response != "geodesic":
        raise ValueError(f"{name}: response={layer.response!r} is an option of Geometric(), not of {scheme}")
