# ruff: noqa: D102
"""Signatures of the generated op modules that the geometries call.

Tensors come first and broadcast; vectors have the manifold axis at `dim` (negative), numbers per row have size 1
there, and so do results that are one number per row. The last tensor is c > 0.
"""

from __future__ import annotations

from typing import Protocol

from torch import Tensor


class PointOps(Protocol):
    """What every model of a curved space has: `generated.poincare`, and the ambient models."""

    def expmap0(self, u: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def logmap0(self, x: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def expmap(self, x: Tensor, u: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def logmap(self, x: Tensor, y: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def dist(self, x: Tensor, y: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def dist0(self, x: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def sqdist(self, x: Tensor, y: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def transp(self, x: Tensor, y: Tensor, v: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def transp0(self, y: Tensor, u: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def transp0back(self, x: Tensor, u: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def egrad2rgrad(self, x: Tensor, u: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def inner(self, x: Tensor, u: Tensor, v: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def expmap_transp(self, x: Tensor, u: Tensor, v: Tensor, c: Tensor, /, *, dim: int) -> tuple[Tensor, Tensor]: ...

    def shrink_transp(
        self, x: Tensor, v: Tensor, weight: Tensor, c: Tensor, /, *, dim: int
    ) -> tuple[Tensor, Tensor]: ...

    def midpoint(self, x: Tensor, w: Tensor, c: Tensor, /, *, dim: int, rows: tuple[int, ...]) -> Tensor: ...


class AmbientOps(PointOps, Protocol):
    """What the models in ambient coordinates have besides: `generated.lorentz` and `generated.hypersphere`."""

    def projx(self, x: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def proju(self, x: Tensor, u: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def to_stereographic(self, x: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def from_stereographic(self, p: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...


class FrameOps(Protocol):
    """The operations of layers in frame coordinates: `generated.hyperbolic` and `generated.spherical`."""

    def dist(self, u: Tensor, v: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def sqdist(self, u: Tensor, v: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def add(self, u: Tensor, v: Tensor, limit: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def midpoint0(self, u: Tensor, w: Tensor, c: Tensor, /, *, dim: int, rows: tuple[int, ...]) -> Tensor: ...

    def center(self, u: Tensor, mean: Tensor, c: Tensor, /, *, dim: int) -> tuple[Tensor, Tensor]: ...

    def holonomy(self, v: Tensor, mean: Tensor, bias: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def place(
        self, v: Tensor, mean: Tensor, scale: Tensor, bias: Tensor, limit: Tensor, c: Tensor, /, *, dim: int
    ) -> Tensor: ...

    def score(
        self, h: Tensor, sqnorm: Tensor, weight_norm: Tensor, bias: Tensor, c: Tensor, /, *, dim: int
    ) -> Tensor: ...

    def rescale(self, u: Tensor, reach: Tensor, slope: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...


class HyperbolicOps(FrameOps, Protocol):
    """What hyperbolic space has besides: `generated.hyperbolic`."""

    def affine(
        self,
        h: Tensor,
        sqnorm: Tensor,
        weight_norm: Tensor,
        bias: Tensor,
        rho: Tensor,
        limit: Tensor,
        c: Tensor,
        /,
        *,
        dim: int,
    ) -> Tensor: ...

    def linear_affine(
        self,
        h: Tensor,
        sqnorm: Tensor,
        weight_norm: Tensor,
        bias: Tensor,
        rho: Tensor,
        limit: Tensor,
        c: Tensor,
        /,
        *,
        dim: int,
    ) -> Tensor: ...

    def saturate(self, u: Tensor, limit: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def space_part(self, u: Tensor, limit: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def from_space_part(self, space: Tensor, limit: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...

    def matched(self, z: Tensor, square: Tensor, limit: Tensor, c: Tensor, /, *, dim: int) -> Tensor: ...
