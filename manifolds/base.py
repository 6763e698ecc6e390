"""The base of every geometry: means and layer operations, derived from exponential map, logarithm and transport.

A layer operation is log0 ∘ op ∘ exp0: frame coordinates go in and come out. The derived forms here are right on any
space of constant curvature; `ConstantCurvature` replaces them by fused ones, and the tests hold the two against each
other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from ..compile.functions import cs, sn
from ..compile.guards import root
from .frechet import frechet_mean
from .points import PointOperations
from .protocol import LinearMap, Response

SHORTEST = 1e-12
"""Length of a weight row below which scores are linear in it."""
FAR = -100.0
"""κ‖u‖² below which log sinh is evaluated by its exponential form."""


class ManifoldBase(PointOperations):
    """A geometry with everything that `Manifold` asks, derived from what `PointOperations` asks of it."""

    # Means

    def midpoint(
        self,
        x: Tensor,
        weights: Tensor | None = None,
        *,
        dim: int = -1,
        rows: int | Sequence[int] = -2,
        keepdim: bool = False,
    ) -> Tensor:
        """Weighted midpoint of points; here the Fréchet mean, where a geometry has no closed form.

        Args:
            x: Points, shape (*, N, p).
            weights: Non-negative weights of any scale, in the shape of x without `dim`, or broadcasting to it.
            dim: Manifold axis.
            rows: Axis or axes to average over.
            keepdim: Whether the averaged axes stay with size 1.
        """
        return self.frechet_mean(x, weights, dim=dim, rows=rows, keepdim=keepdim)

    def frechet_mean(
        self,
        x: Tensor,
        weights: Tensor | None = None,
        *,
        dim: int = -1,
        rows: int | Sequence[int] = -2,
        keepdim: bool = False,
        steps: int = 16,
    ) -> Tensor:
        """Weighted mean that minimises Σ w d(x, ·)², by iteration; its gradient is that of the minimiser.

        On a sphere the points must lie within an open ball of radius a quarter of a great circle, else it is one of
        several stationary points.

        Args:
            x: Points, shape (*, N, p).
            weights: Non-negative weights of any scale, in the shape of x without `dim`, or broadcasting to it.
            dim: Manifold axis.
            rows: Axis or axes to average over.
            keepdim: Whether the averaged axes stay with size 1.
            steps: Iterations; their number does not depend on the values.

        Source: Karcher's iteration; see `frechet` for the steps and the gradient.
        """
        axis = self._axis(dim, x=x)
        w, axes = self._reduction(x, weights, axis, rows)
        mean = self.from_frame(
            frechet_mean(self, self.to_frame(x, dim=axis), w, dim=axis, rows=axes, steps=steps), dim=axis
        )
        return mean if keepdim else mean.squeeze(axes)

    def midpoint0(
        self,
        u: Tensor,
        weights: Tensor | None = None,
        *,
        dim: int = -1,
        rows: int | Sequence[int] = -2,
        keepdim: bool = False,
    ) -> Tensor:
        """Weighted midpoint in frame coordinates, log0 midpoint(exp0 u); arguments as of `midpoint`."""
        axis = self._axis(dim, coordinates={"u": u})
        _, axes = self._reduction(u, weights, axis, rows)
        mean = self.midpoint(self.from_frame(u, dim=axis), weights, dim=axis, rows=axes, keepdim=True)
        frame = self.to_frame(mean, dim=axis)
        return frame if keepdim else frame.squeeze(axes)

    def shrink_transp(self, x: Tensor, v: Tensor, weight: float | Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
        """Midpoint of x and the origin with weights 1 − w and w, and v transported there; ((1 − w) x, v) if flat.

        Args:
            x: Points, shape (*, p).
            v: Tangent vectors at x, shape (*, p).
            weight: Weight w of the origin in [0, 1]: a number, or a tensor with size 1 at `dim`.
            dim: Manifold axis.
        """
        axis = self._axis(dim, x=x, v=v)
        w = self._row("weight", weight, x, axis).expand_as(x.narrow(axis, 0, 1)).squeeze(axis)
        pairs = torch.stack((x, self._origin_like(x, axis, self.ambient).expand_as(x)))
        y = self.midpoint(pairs, torch.stack((1 - w, w)), dim=axis, rows=-pairs.ndim)
        return y, self.transp(x, y, v, dim=axis)

    def midpoint_mass(
        self, u: Tensor, mean: Tensor, *, dim: int = -1, rows: int | Sequence[int] = -2, keepdim: bool = False
    ) -> Tensor:
        """Weights with which midpoints of parts have the midpoint of the whole: Σ cosh(√c d(x, m)), with cos if κ > 0.

        It is the length of the sum of ambient points of which the midpoint has the direction.

        Args:
            u: Frame coordinates of points x.
            mean: Frame coordinates of their midpoint m.
            dim: Manifold axis.
            rows: Axis or axes to sum over.
            keepdim: Whether the axes stay with size 1, as `dim` does.
        """
        axis = self._axis(dim, coordinates={"u": u})
        _, axes = self._reduction(u, None, axis, rows)
        square = self.frame_sqdist(u, mean, dim=axis, keepdim=True)
        mass = cs(self._kappa(square) * square).sum(axes, keepdim=True)
        return mass if keepdim else mass.squeeze((*axes, axis))

    # Frame coordinates

    def bound(self, u: Tensor, *, dim: int = -1) -> Tensor:
        """Map frame vectors into the injectivity radius; it is infinite here, so they stay as they are."""
        self._axis(dim, coordinates={"u": u})
        return u

    def saturate(self, u: Tensor, *, dim: int = -1) -> Tensor:
        """Keep frame vectors where their dtype resolves the space; here, where it does so everywhere, as they are."""
        self._axis(dim, coordinates={"u": u})
        return u

    def max_distance(self, dtype: torch.dtype) -> Tensor:
        """Largest distance D_max from the origin for numbers of a dtype; infinite here."""
        return torch.full((), torch.inf)

    def rescale(self, u: Tensor, slope: float | Tensor = 1.0, *, dim: int = -1) -> Tensor:
        """Maximum distance rescaling: the distance D becomes D_max tanh(slope · D/D_max); here u, as D_max is infinite.

        Args:
            u: Frame coordinates of points, shape (*, n).
            slope: Slope at the origin, a number, or a tensor with size 1 at `dim`; on flat space it is not applied.
            dim: Manifold axis.

        Source: arXiv 2405.13979 Eq. 2–3.
        """
        self._axis(dim, coordinates={"u": u})
        return u

    def logdetexp(self, u: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Log-determinant of the exponential map at a frame vector: (n − 1) log(sin τ/τ), τ = √κ‖u‖ (sinh if κ < 0).

        It turns the density of a random tangent vector into that of its end point, with respect to the Riemannian
        volume.
        """
        axis = self._axis(dim, coordinates={"u": u})
        square = wide(u).square().sum(axis, keepdim=keepdim)
        square = self._kappa(square) * square
        return ((u.shape[axis] - 1) * _log_sn(square)).to(u.dtype)

    def frame_dist(self, u: Tensor, v: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Distance of the points with frame coordinates u and v."""
        return self.dist(self.from_frame(u, dim=dim), self.from_frame(v, dim=dim), dim=dim, keepdim=keepdim)

    def frame_sqdist(self, u: Tensor, v: Tensor, *, dim: int = -1, keepdim: bool = False) -> Tensor:
        """Squared distance of the points with frame coordinates u and v, smooth where they coincide."""
        return self.sqdist(self.from_frame(u, dim=dim), self.from_frame(v, dim=dim), dim=dim, keepdim=keepdim)

    def frame_cdist(self, u: Tensor, v: Tensor, *, chunk: int | None = None) -> Tensor:
        """Distances of all pairs of points given in frame coordinates, by `cdist` in float64, in the dtype of u and v.

        Args:
            u: Frame coordinates, shape (*, N, n).
            v: Frame coordinates, shape (*, M, n).
            chunk: Rows of u to compare at a time, as of `cdist`.

        Returns:
            Distances, shape (*, N, M).
        """
        self._axis(-1, coordinates={"u": u, "v": v})
        distances = self.cdist(self.from_frame(u.double()), self.from_frame(v.double()), chunk=chunk)
        return distances.to(torch.promote_types(u.dtype, v.dtype))

    # Layer operations

    def add(self, u: Tensor, v: Tensor, *, dim: int = -1) -> Tensor:
        """Move the point x of u by v: log0 exp_x(P_{o→x} v); u + v in the flat limit.

        It is the left translation by x (Möbius addition on the ball): `add(-u, v)` is v seen from x, `add(-u, u)` is 0.

        Args:
            u: Frame coordinates of points, shape (*, n).
            v: Vectors of the origin's frame, shape (*, n).
            dim: Manifold axis.
        """
        axis = self._axis(dim, coordinates={"u": u, "v": v})
        x = self.from_frame(u, dim=axis)
        return self.to_frame(self.expmap(x, self.transp0(x, v / self.frame_scale, dim=axis), dim=axis), dim=axis)

    def center(self, u: Tensor, mean: Tensor, *, dim: int = -1) -> Tensor:
        """Points seen from a mean μ, P_{μ→o} log_μ x; u − mean in the flat limit.

        Args:
            u: Frame coordinates of points x, shape (*, n).
            mean: Frame coordinates of μ, broadcasting to u.
            dim: Manifold axis.
        """
        return self.deviations(u, mean, dim=dim)[0]

    def deviations(self, u: Tensor, mean: Tensor, *, dim: int = -1) -> tuple[Tensor, Tensor]:
        """Points seen from a mean, as `center` gives them, and their squared distances from it, which keep the axis.

        Args:
            u: Frame coordinates of points x, shape (*, n).
            mean: Frame coordinates of μ, broadcasting to u.
            dim: Manifold axis.
        """
        axis = self._axis(dim, coordinates={"u": u, "mean": mean})
        x, mu = self.from_frame(u, dim=axis), self.from_frame(mean, dim=axis)
        vectors = self.frame_scale * self.transp0back(mu, self.logmap(mu, x, dim=axis), dim=axis)
        return vectors, vectors.square().sum(axis, keepdim=True)

    def holonomy(self, v: Tensor, mean: Tensor, bias: Tensor, *, dim: int = -1) -> Tensor:
        """Transport vectors along the sides of the triangle o → μ → β → o, a rotation of the origin's frame.

        `add(bias, scale * holonomy(v, mean, bias))` is `place(v, mean, scale, bias)`.

        Args:
            v: Vectors of the origin's frame, shape (*, n).
            mean: Frame coordinates of μ, broadcasting to v.
            bias: Frame coordinates of β, broadcasting to v.
            dim: Manifold axis.
        """
        axis = self._axis(dim, coordinates={"v": v, "mean": mean, "bias": bias})
        mu, beta = self.from_frame(mean, dim=axis), self.from_frame(bias, dim=axis)
        at_mean = self.transp0(mu, v / self.frame_scale, dim=axis)
        return self.frame_scale * self.transp0back(beta, self.transp(mu, beta, at_mean, dim=axis), dim=axis)

    def place(self, v: Tensor, mean: Tensor, scale: float | Tensor, bias: Tensor, *, dim: int = -1) -> Tensor:
        """Points seen from a bias β as scaled vectors were from a mean μ: log0 exp_β(scale · P_{μ→β} P_{o→μ} v).

        Args:
            v: What `center` gives for points and μ, shape (*, n).
            mean: Frame coordinates of μ, broadcasting to v.
            scale: A number, or a tensor with size 1 at `dim`.
            bias: Frame coordinates of β, broadcasting to v.
            dim: Manifold axis.
        """
        axis = self._axis(dim, coordinates={"v": v, "mean": mean, "bias": bias})
        factor = self._row("scale", scale, v, axis)
        mu, beta = self.from_frame(mean, dim=axis), self.from_frame(bias, dim=axis)
        moved = self.transp(mu, beta, self.transp0(mu, v / self.frame_scale, dim=axis), dim=axis)
        return self.to_frame(self.expmap(beta, factor * moved, dim=axis), dim=axis)

    def normalize(self, u: Tensor, mean: Tensor, scale: float | Tensor, bias: Tensor, *, dim: int = -1) -> Tensor:
        """Move points from a mean μ to a bias β, distances to the mean scaled: log0 exp_β(scale · P_{μ→β} log_μ x).

        In the flat limit bias + scale · (u − mean). Batch normalisation passes scale = γ/√(σ² + ε).

        Args:
            u: Frame coordinates of points x, shape (*, n).
            mean: Frame coordinates of μ, broadcasting to u.
            scale: A number, or a tensor with size 1 at `dim`.
            bias: Frame coordinates of β, broadcasting to u.
            dim: Manifold axis.
        """
        return self.place(self.center(u, mean, dim=dim), mean, scale, bias, dim=dim)

    def hyperplane_dist(self, u: Tensor, weight: Tensor, offset: Tensor | None = None, *, dim: int = -1) -> Tensor:
        """Signed distances to totally geodesic hyperplanes, the k-th orthogonal to its axis at exp0(offset_k ŵ_k).

        Here half the distance between a point and its mirror image, positive on the side of ŵ; the fused form of
        constant curvature is differentiable on the hyperplane as well.

        Args:
            u: Frame coordinates of points, shape (*, n).
            weight: Directions of the normals, shape (m, n), none of them 0; their lengths do not matter.
            offset: Signed distances of the hyperplanes from the origin, shape (m,); default 0.
            dim: Manifold axis.

        Returns:
            Distances, shape (*, m) with the m hyperplanes at `dim`.
        """
        axis = self._axis(dim, coordinates={"u": u})
        direction, _ = self._rows(weight, "offset", offset, u, axis)
        distance = torch.zeros_like(direction[:, 0]) if offset is None else offset
        foot = self.from_frame(distance.unsqueeze(-1) * direction)
        normal = self.transp0(foot, direction / self.frame_scale)
        x = self.from_frame(u.movedim(axis, -1).unsqueeze(-2))
        toward = self.logmap(foot, x)
        height = self.inner(foot, toward, normal)
        image = self.expmap(foot, toward - 2 * height.unsqueeze(-1) * normal)
        return (0.5 * height.sign() * self.dist(x, image)).movedim(-1, axis)

    def product_dist(self, h: Tensor, sqnorm: Tensor, *, dim: int = -1) -> Tensor:
        """Signed distances to hyperplanes through the origin, from scalar products with their unit normals.

        Here those of the points (h_k, √(‖u‖² − h_k²)) of a plane from its second axis.

        Args:
            h: Scalar products ⟨u, ŵ_k⟩, shape (*, m).
            sqnorm: ‖u‖², size 1 at `dim`.
            dim: Manifold axis.

        Returns:
            Distances, shape (*, m).
        """
        axis = self._axis(dim, coordinates={"h": h})
        along = self._row("sqnorm", sqnorm, h, axis) - h.square()
        return self.hyperplane_dist(torch.stack((h, root(along)), dim=-1), h.new_tensor([[1.0, 0.0]])).squeeze(-1)

    def hyperplane_score(self, u: Tensor, weight: Tensor, bias: Tensor | None = None, *, dim: int = -1) -> Tensor:
        """Signed distances to hyperplanes at offset −b/‖w‖, times ‖w‖; ⟨u, w⟩ + b in the flat limit.

        Args:
            u: Frame coordinates of points, shape (*, n).
            weight: Normals, shape (m, n).
            bias: Shape (m,); default 0.
            dim: Manifold axis.

        Returns:
            Scores, shape (*, m) with the m hyperplanes at `dim`.
        """
        axis = self._axis(dim, coordinates={"u": u})
        _, norm = self._rows(weight, "bias", bias, u, axis)
        offset = None if bias is None else -bias / norm
        distance = self.hyperplane_dist(u, weight, offset, dim=axis)
        return self._channels(norm, axis) * distance

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
        """Epilogue of linear and convolution layers; here the affine map of frame coordinates, bound(‖w‖/ρ · h + b).

        Args:
            h: Scalar products ⟨ρu, ŵ_k⟩ with the unit normals, shape (*, m).
            sqnorm: ‖ρu‖², size 1 at `dim`.
            weight_norm: Lengths ‖w_k‖, shape (m,), or (g, m) where groups precede the manifold axis.
            bias: In the shape of `weight_norm`; default 0.
            rho: Concatenation ratio ρ of a convolution, 1 for a linear layer.
            response: "geodesic" or "linear", which differ on hyperbolic space only.
            dim: Manifold axis.

        Returns:
            Frame coordinates of the output, shape (*, m).
        """
        axis = self._axis(dim, coordinates={"h": h})
        ratio = self._row("rho", rho, h, axis)
        product = self._channels(weight_norm, axis) / ratio * h
        return self.bound(product if bias is None else product + self._channels(bias, axis), dim=axis)

    def affine_map(self, u: Tensor, weight: Tensor, bias: Tensor | None, layer: LinearMap) -> Tensor:
        """Linear and convolution layers; here bound(Wu + b) in frame coordinates.

        Args:
            u: Frame coordinates of the input.
            weight: As of the layer's torch.nn counterpart.
            bias: Shape (m,), or None.
            layer: Computes products and the sums that belong to them.

        Returns:
            Frame coordinates of the output.
        """
        return self.bound(layer.product(u, weight, bias), dim=layer.axis)

    # The same in ambient coordinates

    @property
    def has_time(self) -> bool:
        """Whether ambient coordinates have a time, or a pole's coordinate, beside the space part: not here."""
        return False

    @property
    def has_rotations(self) -> bool:
        """Whether `rotation_map` is defined."""
        return True

    def ambient_map(
        self, u: Tensor, weight: Tensor, time_weight: Tensor | None, bias: Tensor | None, layer: LinearMap
    ) -> Tensor:
        """Linear and convolution layers as affine maps of ambient coordinates; here bound(Wu + b), as there is no time.

        Args:
            u: Frame coordinates of the input.
            weight: As of the layer's torch.nn counterpart; acts on space parts.
            time_weight: Shape (m,), or None; acts on √c times the time of a patch, less that of the origin.
            bias: Shape (m,), or None.
            layer: Computes products and the sums that belong to them.

        Returns:
            Frame coordinates of the output.
        """
        return self.bound(layer.product(u, weight, bias), dim=layer.axis)

    def rotation_map(self, u: Tensor, weight: Tensor, bias: Tensor | None, layer: LinearMap) -> Tensor:
        """Linear and convolution layers that keep distances from the origin, and a translation; here bound(Wu + b).

        Only where `has_rotations`.

        Args:
            u: Frame coordinates of the input.
            weight: As of the layer's torch.nn counterpart.
            bias: Frame coordinates of the point that the origin is moved to, shape (m,), or None.
            layer: Computes products and the sums that belong to them.

        Returns:
            Frame coordinates of the output.
        """
        return self.bound(layer.product(u, weight, bias), dim=layer.axis)

    def ambient_function(self, function: Callable[[Tensor], Tensor], u: Tensor, *, dim: int = -1) -> Tensor:
        """Apply a function to the space part of ambient coordinates; here to u."""
        return self.bound(function(u), dim=dim)

    def ambient_sum(self, u: Tensor, v: Tensor, *, dim: int = -1) -> Tensor:
        """Add ambient coordinates; here u + v."""
        return self.bound(u + v, dim=dim)

    # Helpers

    def _kappa(self, like: Tensor) -> Tensor:
        """Sectional curvature for an operation on a tensor."""
        return self.sectional_curvature.to(like.dtype)

    def _frechet_start(self, u: Tensor, weights: Tensor, rows: tuple[int, ...], dim: int) -> Tensor:
        """Point to start the iteration at, in frame coordinates."""
        return (weights * u).sum(rows, keepdim=True) / weights.sum(rows, keepdim=True)

    def _rows(self, weight: Tensor, name: str, number: Tensor | None, u: Tensor, axis: int) -> tuple[Tensor, Tensor]:
        """Check hyperplanes against u; return directions and lengths of their normals."""
        if weight.ndim != 2 or weight.shape[1] != u.shape[axis]:
            raise ValueError(
                f"{self}: weight must have shape (m, {u.shape[axis]}) for u of shape {tuple(u.shape)} with dim {axis}, "
                f"got {tuple(weight.shape)}"
            )
        if number is not None and number.shape != weight.shape[:1]:
            raise ValueError(f"{self}: {name} must have shape ({weight.shape[0]},), got {tuple(number.shape)}")
        direction, norm = unit_normals(weight, (1,))
        return direction, norm.squeeze(1)

    def _channels(self, numbers: Tensor, axis: int) -> Tensor:
        """Numbers per channel, shape (*, m), with the m channels at the manifold axis."""
        return numbers.reshape(*numbers.shape, *(1,) * (-axis - 1))


def wide(u: Tensor) -> Tensor:
    """The numbers in float32 at least."""
    return u.to(torch.promote_types(u.dtype, torch.float32))


def unit_normals(weight: Tensor, fan_in: tuple[int, ...]) -> tuple[Tensor, Tensor]:
    """Directions and lengths of the normals of hyperplanes, the lengths with size 1 at the axes `fan_in`.

    A score is not differentiable at ‖w‖ = 0. Lengths are at least `SHORTEST`, so that it is there its linear
    approximation, ⟨u, w⟩ sinh(√c‖u‖)/(√c‖u‖) where b = 0, with the gradient of that.
    """
    normals = wide(weight)
    length = torch.linalg.vector_norm(normals, dim=fan_in, keepdim=True).clamp(min=SHORTEST)
    return (normals / length).to(weight.dtype), length


def dot_rows(u: Tensor, weight: Tensor, axis: int) -> Tensor:
    """Scalar products of u with the rows of a matrix, along the (negative) manifold axis."""
    return functional.linear(u.movedim(axis, -1), weight).movedim(-1, axis)


def _log_sn(u: Tensor) -> Tensor:
    """log |sin √u / √u| for u > 0, log(sinh √−u / √−u) for u < 0, without overflow."""
    far = u < FAR
    near = torch.log(sn(torch.where(far, 0.0, u)).abs())
    length = torch.sqrt(torch.where(far, -u, 1.0))
    beyond = length - torch.log(2 * length) + torch.log1p(-torch.exp(-2 * length))
    return torch.where(far, beyond, near)
