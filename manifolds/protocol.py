"""What a layer may ask of a geometry. `ManifoldBase` documents each operation and derives most of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol, TypeAlias, runtime_checkable

import torch
from torch import Tensor

Response: TypeAlias = Literal["geodesic", "linear"]
"""How an output coordinate depends on the distance to its hyperplane; see `Hyperbolic.affine`."""


class LinearMap(Protocol):
    """What `Manifold.affine_map` asks of a linear or convolution layer."""

    @property
    def axis(self) -> int:
        """Channel axis of inputs and outputs, negative."""

    @property
    def groups(self) -> int:
        """Number of independent maps of channel slices."""

    @property
    def ratio(self) -> float:
        """Concatenation ratio ρ."""

    @property
    def response(self) -> Response:
        """What the epilogue makes of scalar products."""

    @property
    def fan_in(self) -> tuple[int, ...]:
        """Axes of the grouped weight (groups, *, ...) that a scalar product runs over."""

    @property
    def taps(self) -> int:
        """Number K of vectors that a product runs over."""

    def product(self, u: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
        """Apply the linear map of the torch.nn counterpart."""

    def patch_sums(self, square: Tensor) -> Tensor:
        """Sum one number per group and place over what a product runs over."""


@runtime_checkable
class Manifold(Protocol):
    """A simply connected space of constant curvature, in some coordinates for points, with operations on plain tensors.

    Points and tangent vectors x, y, u, v have shape (*, point_size(n)) with the manifold axis at `dim`; vectors at the
    origin (`expmap0`, `logmap0`, `transp0`, `transp0back`) and frame coordinates have n numbers there. Everything
    broadcasts. Results that are one number per row lose the axis, unless `keepdim` is set.

    Frame coordinates u ∈ R^n are normal coordinates at the origin in an orthonormal frame: ‖u‖ = dist(o, x). Layers
    speak them.
    """

    @property
    def sectional_curvature(self) -> Tensor:
        """Signed sectional curvature, a 0-dimensional tensor."""

    def point_size(self, n: int) -> int:
        """Count the numbers that describe a point of the n-dimensional manifold."""

    def component_size(self, size: int) -> int:
        """Count the numbers that adaptive optimisers scale separately, among the `size` of a tangent vector."""

    # Points

    def origin(
        self, *size: int, dim: int = -1, dtype: torch.dtype | None = None, device: torch.device | None = None
    ) -> Tensor:
        """Make a batch of origins of shape `size`."""

    def random(
        self,
        *size: int,
        dim: int = -1,
        generator: torch.Generator | None = None,
        dtype: torch.dtype | None = None,
        device: torch.device | None = None,
    ) -> Tensor:
        """Draw random points of shape `size`."""

    def check_point(self, x: Tensor, *, dim: int = -1, atol: float | None = None, rtol: float | None = None) -> None:
        """Raise ValueError unless every row of x is a point."""

    def check_tangent(
        self, x: Tensor, u: Tensor, *, dim: int = -1, atol: float | None = None, rtol: float | None = None
    ) -> None:
        """Raise ValueError unless every row of u is a tangent vector at the point x."""

    def projx(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Move arbitrary numbers onto the manifold."""

    def isometry(self, other: Manifold) -> Callable[..., Tensor]:
        """Return the map from points of this manifold to points of another model of the same space."""

    # Tangent vectors

    def proju(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Project arbitrary numbers onto the tangent space at x."""

    def egrad2rgrad(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Turn the gradient that autograd gives at x into the Riemannian gradient."""

    def inner(self, x: Tensor, u: Tensor, v: Tensor | None = None, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Riemannian inner product of tangent vectors at x."""

    def component_inner(self, x: Tensor, u: Tensor, v: Tensor | None = None, *, dim: int = -1) -> Tensor:
        """Inner product by components that adaptive optimisers scale separately, in the shape of u."""

    def norm(self, x: Tensor, u: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Riemannian length of a tangent vector at x."""

    # Geodesics

    def expmap(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Follow the geodesic that leaves x with velocity u for unit time."""

    def logmap(self, x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
        """Initial velocity of the geodesic from x to y in unit time."""

    def expmap0(self, u: Tensor, *, dim: int = -1) -> Tensor:
        """Exponential map at the origin."""

    def logmap0(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Logarithm at the origin."""

    def geodesic(self, t: float | Tensor, x: Tensor, y: Tensor, *, dim: int = -1) -> Tensor:
        """Point at time t of the geodesic that is at x at time 0 and at y at time 1."""

    def retr(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Retraction that optimisers step by: points stay on the manifold over many steps."""

    # Parallel transport

    def transp(self, x: Tensor, y: Tensor, v: Tensor, *, dim: int = -1) -> Tensor:
        """Transport v along the geodesic from x to y."""

    def transp0(self, y: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Transport u from the origin to y."""

    def transp0back(self, x: Tensor, u: Tensor, *, dim: int = -1) -> Tensor:
        """Transport u from x to the origin."""

    def expmap_transp(self, x: Tensor, u: Tensor, v: Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
        """Exponential map of u, and v moved along with it."""

    def retr_transp(self, x: Tensor, u: Tensor, v: Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
        """Retraction of u, and v moved along with it."""

    def shrink_transp(self, x: Tensor, v: Tensor, weight: float | Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
        """Weighted midpoint of x and the origin, and v moved along with it."""

    # Distances and means

    def dist(self, x: Tensor, y: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Geodesic distance."""

    def dist0(self, x: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Geodesic distance from the origin."""

    def sqdist(self, x: Tensor, y: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Squared geodesic distance, smooth at coincident points."""

    def cdist(self, x: Tensor, y: Tensor, *, chunk: int | None = None) -> Tensor:
        """Distances of all pairs, (*, N, p) and (*, M, p) to (*, N, M)."""

    def midpoint(
        self,
        x: Tensor,
        weights: Tensor | None = None,
        *,
        dim: int = -1,
        rows: int | Sequence[int] = -2,
        keepdim: bool = False,
    ) -> Tensor:
        """Weighted midpoint over the axes `rows`, in closed form where there is one."""

    def frechet_mean(
        self,
        x: Tensor,
        weights: Tensor | None = None,
        *,
        dim: int = -1,
        rows: int | Sequence[int] = -2,
        keepdim: bool = False,
    ) -> Tensor:
        """Weighted mean that minimises squared distances, over the axes `rows`."""

    # Frame coordinates and the operations of layers on them

    def from_frame(self, u: Tensor, *, dim: int = -1) -> Tensor:
        """Point of frame coordinates."""

    def to_frame(self, x: Tensor, *, dim: int = -1) -> Tensor:
        """Frame coordinates of a point."""

    def bound(self, u: Tensor, *, dim: int = -1) -> Tensor:
        """Map frame vectors into the injectivity radius; the identity where it is infinite."""

    def saturate(self, u: Tensor, *, dim: int = -1) -> Tensor:
        """Keep frame vectors where their dtype resolves the space; the identity at moderate radii."""

    def max_distance(self, dtype: torch.dtype) -> Tensor:
        """Distance from the origin that a dtype resolves, as of maximum distance rescaling; infinite on flat space."""

    def rescale(self, u: Tensor, slope: float | Tensor = 1.0, *, dim: int = -1) -> Tensor:
        """Move points radially to within the maximum distance; the identity where that is infinite."""

    def logdetexp(self, u: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Log-determinant of the exponential map at a frame vector."""

    def frame_dist(self, u: Tensor, v: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Distance of two points given in frame coordinates."""

    def frame_sqdist(self, u: Tensor, v: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Squared distance of two points given in frame coordinates."""

    def frame_cdist(self, u: Tensor, v: Tensor, *, chunk: int | None = None) -> Tensor:
        """Distances of all pairs of points given in frame coordinates, (*, N, n) and (*, M, n) to (*, N, M)."""

    def add(self, u: Tensor, v: Tensor, *, dim: int = -1) -> Tensor:
        """Move the point u by the vector v, transported from the origin."""

    def center(self, u: Tensor, mean: Tensor, *, dim: int = -1) -> Tensor:
        """Points seen from `mean`: their logarithms there, transported to the origin."""

    def deviations(self, u: Tensor, mean: Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
        """Points seen from `mean`, and their squared distances from it, which keep the axis."""

    def holonomy(self, v: Tensor, mean: Tensor, bias: Tensor, *, dim: int = -1) -> Tensor:
        """Transport vectors around the triangle of the origin, `mean` and `bias`."""

    def place(self, v: Tensor, mean: Tensor, scale: float | Tensor, bias: Tensor, *, dim: int = -1) -> Tensor:
        """Points seen from `bias` as scaled vectors were from `mean`."""

    def normalize(self, u: Tensor, mean: Tensor, scale: float | Tensor, bias: Tensor, *, dim: int = -1) -> Tensor:
        """Move points from `mean` to `bias`, with distances to the mean scaled."""

    def midpoint0(
        self,
        u: Tensor,
        weights: Tensor | None = None,
        *,
        dim: int = -1,
        rows: int | Sequence[int] = -2,
        keepdim: bool = False,
    ) -> Tensor:
        """Weighted midpoint in frame coordinates."""

    def midpoint_mass(
        self, u: Tensor, mean: Tensor, *, dim: int = -1, rows: int | Sequence[int] = -2, keepdim: bool = False
    ) -> Tensor:
        """Weights with which midpoints of parts have the midpoint of the whole."""

    def hyperplane_dist(self, u: Tensor, weight: Tensor, offset: Tensor | None = None, *, dim: int = -1) -> Tensor:
        """Signed distances to hyperplanes."""

    def product_dist(self, h: Tensor, sqnorm: Tensor, *, dim: int = -1) -> Tensor:
        """Signed distances to hyperplanes through the origin, from scalar products with their unit normals."""

    def hyperplane_score(self, u: Tensor, weight: Tensor, bias: Tensor | None = None, *, dim: int = -1) -> Tensor:
        """Signed distances to hyperplanes times the length of their normals; `nn.Linear` in the flat limit."""

    def affine(
        self,
        h: Tensor,
        sqnorm: Tensor,
        weight_norm: Tensor,
        bias: Tensor | None = None,
        rho: float | Tensor = 1.0,
        *,
        response: Response = "geodesic",
        dim: int = -1,
    ) -> Tensor:
        """Epilogue of linear and convolution layers: from scalar products to the output's frame coordinates."""

    def affine_map(self, u: Tensor, weight: Tensor, bias: Tensor | None, layer: LinearMap) -> Tensor:
        """Linear and convolution layers, with the products that the layer computes."""

    # The same in ambient coordinates: the schemes of published models that are relaxations

    @property
    def has_time(self) -> bool:
        """Whether ambient coordinates have a time, or a pole's coordinate, beside the space part."""

    @property
    def has_rotations(self) -> bool:
        """Whether `rotation_map` is defined."""

    def ambient_map(
        self, u: Tensor, weight: Tensor, time_weight: Tensor | None, bias: Tensor | None, layer: LinearMap
    ) -> Tensor:
        """Linear and convolution layers as affine maps of ambient coordinates."""

    def rotation_map(self, u: Tensor, weight: Tensor, bias: Tensor | None, layer: LinearMap) -> Tensor:
        """Linear and convolution layers that keep distances from the origin, and a translation by the bias."""

    def ambient_function(self, function: Callable[[Tensor], Tensor], u: Tensor, *, dim: int = -1) -> Tensor:
        """Apply a function to the space part of ambient coordinates."""

    def ambient_sum(self, u: Tensor, v: Tensor, *, dim: int = -1) -> Tensor:
        """Add ambient coordinates."""
