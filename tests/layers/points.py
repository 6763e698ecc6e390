"""Layers computed on points by the definitions: what the layers in frame coordinates are held against.

Nothing here calls an operation of the library. A space offers the textbook's exponential map, logarithm, transport,
centroid and hyperplane distances, on points whose numbers are the last axis; the layers below are written with these
alone, by loops over taps and windows. `test_points.py` holds the spaces against 50-digit arithmetic.

Frame coordinates u of a point x are those of log_o(x) in an orthonormal frame, and so ‖u‖ = dist(o, x); 0 is the
origin.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from manifuse.manifolds import Hypersphere, Lorentz, ManifoldBase, Poincare

INJECTIVE = 1 - 2.0**-6
"""Share of the injectivity radius that `bound` maps into."""


def norm(v: Tensor) -> Tensor:
    return torch.linalg.vector_norm(v, dim=-1, keepdim=True)


def dot(u: Tensor, v: Tensor) -> Tensor:
    return (u * v).sum(-1, keepdim=True)


def radial(v: Tensor, length: Callable[[Tensor], Tensor]) -> Tensor:
    """v with its length r replaced by length(r), a function with derivative 1 at 0."""
    r = norm(v)
    safe = torch.where(r == 0, 1e-3, r)  # within the domain of every length
    return torch.where(r == 0, 1.0, length(safe) / safe) * v


class Space(ABC):
    """A space of constant curvature in some coordinates.

    Args:
        c: Magnitude of the curvature.
    """

    def __init__(self, c: Tensor) -> None:
        self.c = c
        self.k = c.sqrt()

    @abstractmethod
    def point(self, u: Tensor) -> Tensor:
        """exp_o of frame coordinates."""

    @abstractmethod
    def frame(self, x: Tensor) -> Tensor:
        """Frame coordinates of a point."""

    @abstractmethod
    def exp(self, x: Tensor, v: Tensor) -> Tensor: ...

    @abstractmethod
    def log(self, x: Tensor, y: Tensor) -> Tensor: ...

    @abstractmethod
    def transport(self, x: Tensor, y: Tensor, v: Tensor) -> Tensor: ...

    @abstractmethod
    def dist(self, x: Tensor, y: Tensor) -> Tensor: ...

    @abstractmethod
    def tangent(self, u: Tensor) -> Tensor:
        """Tangent vector at the origin of an orthonormal frame's coordinates."""

    @abstractmethod
    def coordinates(self, v: Tensor) -> Tensor:
        """The inverse of `tangent`."""

    @abstractmethod
    def centroid(self, x: Tensor, w: Tensor) -> Tensor:
        """Midpoint of points (N, p) with weights (N,)."""

    @abstractmethod
    def height(self, x: Tensor, direction: Tensor, offset: Tensor) -> Tensor:
        """Signed distance to the hyperplane through exp_o(offset · direction), orthogonal there to this geodesic."""

    @abstractmethod
    def linear(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """Frame coordinates of the linear layer's output, to be closed by `bound`."""

    def bound(self, u: Tensor) -> Tensor:
        """Keep frame vectors within the injectivity radius; it is infinite here."""
        return u

    @abstractmethod
    def space_part(self, x: Tensor) -> Tensor:
        """The n numbers of the ambient point after the first."""

    def origin(self, n: int) -> Tensor:
        return self.point(torch.zeros(n, dtype=self.c.dtype))

    def scores(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """‖w‖ · signed distance to the hyperplane with normal direction ŵ at offset −b/‖w‖, one per row of weight.

        At w = 0 it is not differentiable; there asn s → s, so that it is linear in (w, b) at b = 0.
        """
        columns = []
        for w, b in zip(weight, bias, strict=True):
            length = torch.linalg.vector_norm(w)
            space = self.space_part(x)
            at_zero = dot(space, w) + torch.sqrt(1 + self.c * dot(space, space)) * b
            columns.append(length * self.height(x, w / length, -b / length) if w.any() else at_zero)
        return torch.cat(columns, dim=-1)

    def frechet_mean(self, x: Tensor, steps: int = 30) -> Tensor:
        """Karcher's iteration from the centroid of points (N, p)."""
        mean = self.centroid(x, torch.ones(len(x), dtype=x.dtype))
        for _ in range(steps):
            mean = self.point(self.frame(self.exp(mean, self.log(mean, x).mean(0))))  # back onto the manifold
        return mean

    def to_frame_at(self, mean: Tensor, x: Tensor) -> Tensor:
        """log_μ x, carried to the origin, in frame coordinates."""
        return self.coordinates(self.transport(mean, self.origin(self.frame(mean).shape[-1]), self.log(mean, x)))

    def from_frame_at(self, beta: Tensor, z: Tensor) -> Tensor:
        """exp_β of the frame coordinates z, carried from the origin to β."""
        return self.exp(beta, self.transport(self.origin(z.shape[-1]), beta, self.tangent(z)))


def meeting_point(k: Tensor, distances: Tensor) -> Tensor:
    """Space part of the hyperbolic point at these signed distances from the coordinate hyperplanes through o."""
    return torch.sinh(k * distances) / k


class Ball(Space):
    """The Poincaré ball, metric λ²I with λ = 2/(1 − c‖x‖²). Sources: HNN §2 and HNN++ (arXiv 2006.08210)."""

    def add(self, x: Tensor, y: Tensor) -> Tensor:
        c, xx, xy, yy = self.c, dot(x, x), dot(x, y), dot(y, y)
        return ((1 + 2 * c * xy + c * yy) * x + (1 - c * xx) * y) / (1 + 2 * c * xy + c**2 * xx * yy)

    def factor(self, x: Tensor) -> Tensor:
        return 2 / (1 - self.c * dot(x, x))

    def point(self, u: Tensor) -> Tensor:
        return radial(u / 2, lambda r: torch.tanh(self.k * r) / self.k)

    def frame(self, x: Tensor) -> Tensor:
        return 2 * radial(x, lambda r: torch.atanh(self.k * r) / self.k)

    def exp(self, x: Tensor, v: Tensor) -> Tensor:
        half = self.factor(x) / 2
        return self.add(x, radial(half * v, lambda r: torch.tanh(self.k * r) / self.k))

    def log(self, x: Tensor, y: Tensor) -> Tensor:
        return radial(self.add(-x, y), lambda r: torch.atanh(self.k * r) / self.k) * 2 / self.factor(x)

    def dist(self, x: Tensor, y: Tensor) -> Tensor:
        return 2 / self.k * torch.atanh(self.k * norm(self.add(-x, y)))

    def transport(self, x: Tensor, y: Tensor, v: Tensor) -> Tensor:
        """(λ_x/λ_y) gyr[y, −x]v, with Ungar's formula for the gyration."""
        c, u, w = self.c, y, -x
        a = -(c**2) * dot(u, v) * dot(w, w) + c * dot(w, v) + 2 * c**2 * dot(u, w) * dot(w, v)
        b = -(c**2) * dot(w, v) * dot(u, u) - c * dot(u, v)
        turned = v + 2 * (a * u + b * w) / (1 + 2 * c * dot(u, w) + c**2 * dot(u, u) * dot(w, w))
        return self.factor(x) / self.factor(y) * turned

    def space_part(self, x: Tensor) -> Tensor:
        return self.factor(x) * x

    def tangent(self, u: Tensor) -> Tensor:
        return u / 2

    def coordinates(self, v: Tensor) -> Tensor:
        return 2 * v

    def centroid(self, x: Tensor, w: Tensor) -> Tensor:
        """½ ⊗ (Σ wλx / Σ w(λ − 1)), HNN++ §3.5."""
        factor = self.factor(x)
        mean = (w.unsqueeze(-1) * factor * x).sum(0) / (w.unsqueeze(-1) * (factor - 1)).sum(0)
        return radial(mean, lambda r: 2 * torch.tanh(torch.atanh(self.k * r) / 2) / self.k) / 2

    def height(self, x: Tensor, direction: Tensor, offset: Tensor) -> Tensor:
        """asinh(2√c⟨−p ⊕ x, ŵ⟩/(1 − c‖−p ⊕ x‖²))/√c, HNN §3.1."""
        seen = self.add(-self.point(offset * direction), x)
        return torch.asinh(self.k * self.factor(seen) * dot(seen, direction)) / self.k

    def linear(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """HNN++ §3.2: the point whose distances to the coordinate hyperplanes are the scores."""
        w = meeting_point(self.k, self.scores(x, weight, bias))
        return self.frame(w / (1 + torch.sqrt(1 + self.c * dot(w, w))))


class AmbientSpace(Space):
    """A quadric ⟨x, x⟩ = ±1/c in R^{n+1}, time or pole first."""

    sign: int

    def product(self, x: Tensor, y: Tensor) -> Tensor:
        return self.sign * x[..., :1] * y[..., :1] + dot(x[..., 1:], y[..., 1:])

    def space_part(self, x: Tensor) -> Tensor:
        return x[..., 1:]

    def tangent(self, u: Tensor) -> Tensor:
        return functional.pad(u, (1, 0))

    def coordinates(self, v: Tensor) -> Tensor:
        return v[..., 1:]

    def point(self, u: Tensor) -> Tensor:
        pole = functional.pad(1 / self.k.reshape(1), (0, u.shape[-1]))
        return self.exp(pole.expand(*u.shape[:-1], -1), self.tangent(u))

    def length(self, v: Tensor) -> Tensor:
        square = self.product(v, v)
        return torch.where(square > 0, torch.sqrt(torch.where(square > 0, square, 1.0)), 0.0)

    def toward(self, x: Tensor, y: Tensor) -> Tensor:
        """The part of y − x that is tangent at x."""
        delta = y - x
        return delta - self.sign * self.c * self.product(x, delta) * x

    def log(self, x: Tensor, y: Tensor) -> Tensor:
        v = self.toward(x, y)
        r = self.length(v)
        return torch.where(r > 0, self.dist(x, y) / torch.where(r > 0, r, 1.0), 1.0) * v

    def transport(self, x: Tensor, y: Tensor, v: Tensor) -> Tensor:
        kappa = self.sign * self.c
        return v - kappa * self.product(y, v) / (1 + kappa * self.product(x, y)) * (x + y)

    def centroid(self, x: Tensor, w: Tensor) -> Tensor:
        total = (w.unsqueeze(-1) * x).sum(0)
        return total / (self.k * torch.sqrt(self.product(total, total).abs()))


class Hyperboloid(AmbientSpace):
    """The hyperboloid of Lorentz geometry. Source: NK (arXiv 1806.03417)."""

    sign = -1

    def frame(self, x: Tensor) -> Tensor:
        return radial(x[..., 1:], lambda r: torch.asinh(self.k * r) / self.k)

    def exp(self, x: Tensor, v: Tensor) -> Tensor:
        r = self.k * self.length(v)
        safe = torch.where(r > 0, r, 1.0)
        return torch.cosh(r) * x + torch.where(r > 0, torch.sinh(safe) / safe, 1.0) * v

    def dist(self, x: Tensor, y: Tensor) -> Tensor:
        """By the chord: acosh(−c⟨x, y⟩)/√c without its cancellation."""
        return 2 / self.k * torch.asinh(self.k / 2 * self.length(y - x))

    def height(self, x: Tensor, direction: Tensor, offset: Tensor) -> Tensor:
        """asinh(√c⟨x, n⟩)/√c; the normal n is the velocity of the geodesic o → exp_o(offset · ŵ) at its end."""
        a = self.k * offset
        normal = torch.cat((torch.sinh(a).reshape(1), torch.cosh(a) * direction))
        return torch.asinh(self.k * self.product(x, normal)) / self.k

    def linear(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """As on the ball: each distance asinh(√c x_k)/√c to a coordinate hyperplane is a score."""
        space = meeting_point(self.k, self.scores(x, weight, bias))
        return self.frame(torch.cat((torch.sqrt(1 / self.c + dot(space, space)), space), dim=-1))


class Sphere(AmbientSpace):
    """The sphere of radius 1/√c."""

    sign = 1

    def frame(self, x: Tensor) -> Tensor:
        return radial(x[..., 1:], lambda r: torch.atan2(r, x[..., :1]) / self.k)

    def exp(self, x: Tensor, v: Tensor) -> Tensor:
        r = self.k * self.length(v)
        safe = torch.where(r > 0, r, 1.0)
        return torch.cos(r) * x + torch.where(r > 0, torch.sin(safe) / safe, 1.0) * v

    def dist(self, x: Tensor, y: Tensor) -> Tensor:
        return torch.atan2(self.k * self.length(self.toward(x, y)), self.c * dot(x, y)) / self.k

    def height(self, x: Tensor, direction: Tensor, offset: Tensor) -> Tensor:
        a = self.k * offset
        normal = torch.cat((-torch.sin(a).reshape(1), torch.cos(a) * direction))
        return torch.asin(self.k * dot(x, normal)) / self.k

    def bound(self, u: Tensor) -> Tensor:
        """R tanh(‖u‖/R) û, inside the injectivity radius."""
        radius = INJECTIVE * math.pi / self.k
        return radial(u, lambda r: radius * torch.tanh(r / radius))

    def linear(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        """The affine map of the tangent space at the origin; hyperplane distances do not determine a point here."""
        return self.frame(x) @ weight.T + bias


SPACES: dict[type[ManifoldBase], type[Space]] = {Poincare: Ball, Lorentz: Hyperboloid, Hypersphere: Sphere}
"""The space on points of each geometry."""


# Layers: frame coordinates in and out, the channels at dim 1 as in torch.nn, or last for a batch of vectors.


def beta(n: int) -> float:
    """B(n/2, 1/2): π times the mean size of a coordinate of a unit vector in R^n."""
    return math.exp(math.lgamma(n / 2) + math.lgamma(0.5) - math.lgamma((n + 1) / 2))


def pair(size: int | Sequence[int]) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else (size[0], size[1])


def linear(space: Space, u: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return space.bound(space.linear(space.point(u), weight, bias))


def concatenate(space: Space, patches: Sequence[Tensor]) -> Tensor:
    """One point of K points in n dimensions each: the logarithms side by side, times β_{Kn}/β_n (HNN++ §3.3)."""
    parts = [space.frame(patch) for patch in patches]
    size = parts[0].shape[-1]
    return space.point(beta(len(parts) * size) / beta(size) * torch.cat(parts, dim=-1))


def conv2d(
    space: Space,
    u: Tensor,
    weight: Tensor,
    bias: Tensor,
    *,
    stride: int | Sequence[int] = 1,
    padding: str | int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution of frame maps (N, C, H, W): one linear layer on the concatenated points of every window.

    Groups are independent, up to the sphere's bound on the length of their outputs together.
    """
    kernel, dilated = weight.shape[2:], pair(dilation)
    if padding == "same":
        wanted = [step * (size - 1) for size, step in zip(kernel, dilated, strict=True)]
        margins = [side for total in reversed(wanted) for side in (total // 2, total - total // 2)]
    else:
        height, width = (0, 0) if padding == "valid" else pair(padding)
        margins = [width, width, height, height]
    x = functional.pad(u, margins)
    outputs = zip(weight.chunk(groups), bias.chunk(groups), x.chunk(groups, dim=1), strict=True)
    slices = [_convolve(space, part, w, b, pair(stride), dilated) for w, b, part in outputs]
    return space.bound(torch.cat(slices, dim=-1)).movedim(-1, 1)


def _convolve(
    space: Space, u: Tensor, weight: Tensor, bias: Tensor, stride: tuple[int, int], dilation: tuple[int, int]
) -> Tensor:
    out, channels, height, width = weight.shape
    x = space.point(u.movedim(1, -1))
    rows = (x.shape[1] - dilation[0] * (height - 1) - 1) // stride[0] + 1
    columns = (x.shape[2] - dilation[1] * (width - 1) - 1) // stride[1] + 1
    taps = [
        x[:, i * dilation[0] :: stride[0], j * dilation[1] :: stride[1]][:, :rows, :columns]
        for i in range(height)
        for j in range(width)
    ]
    ratio = beta(len(taps) * channels) / beta(channels)
    matrix = weight.permute(0, 2, 3, 1).reshape(out, -1)
    # The weight of torch.nn acts on the patch before its β-scaling, as c → 0.
    return space.linear(concatenate(space, taps), matrix / ratio, bias)


def conv_transpose2d(
    space: Space,
    u: Tensor,
    weight: Tensor,
    bias: Tensor,
    *,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] = 0,
    output_padding: int | Sequence[int] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
) -> Tensor:
    """Convolution with the flipped kernel, after stride − 1 origins were put between the points, and a margin."""
    (s, t), (p, q), extra, step = pair(stride), pair(padding), pair(output_padding), pair(dilation)
    spread = u.new_zeros(*u.shape[:2], (u.shape[2] - 1) * s + 1, (u.shape[3] - 1) * t + 1)
    spread[:, :, ::s, ::t] = u
    above, left = step[0] * (weight.shape[2] - 1) - p, step[1] * (weight.shape[3] - 1) - q
    image = functional.pad(spread, (left, left + extra[1], above, above + extra[0]))
    kernel = torch.cat([part.transpose(0, 1) for part in weight.chunk(groups)]).flip(2, 3)
    return conv2d(space, image, kernel, bias, dilation=dilation, groups=groups)


def avg_pool2d(
    space: Space,
    u: Tensor,
    kernel_size: int | Sequence[int],
    *,
    stride: int | Sequence[int] | None = None,
    padding: int | Sequence[int] = 0,
    count_include_pad: bool = True,
) -> Tensor:
    """Midpoint of each window; the padding consists of origins, which may count or not."""
    (height, width), (p, q) = pair(kernel_size), pair(padding)
    s, t = pair(kernel_size if stride is None else stride)
    x = space.point(functional.pad(u, (q, q, p, p)).movedim(1, -1))
    inside = functional.pad(torch.ones(u.shape[2:], dtype=u.dtype), (q, q, p, p), value=float(count_include_pad))
    images = []
    for image in x:
        rows = []
        for i in range(0, x.shape[1] - height + 1, s):
            windows = [(slice(i, i + height), slice(j, j + width)) for j in range(0, x.shape[2] - width + 1, t)]
            means = [space.centroid(image[window].flatten(0, 1), inside[window].flatten()) for window in windows]
            rows.append(space.frame(torch.stack(means)))
        images.append(torch.stack(rows))
    return torch.stack(images).movedim(-1, 1)


def global_avg_pool2d(space: Space, u: Tensor) -> Tensor:
    x = space.point(u.flatten(2).mT)
    return space.frame(torch.stack([space.centroid(image, image.new_ones(len(image))) for image in x]))


def add(space: Space, u: Tensor, v: Tensor) -> Tensor:
    """log_o exp_x(PT_{o→x} v) of frame vectors, the channels last."""
    return space.frame(space.from_frame_at(space.point(u), v))


class Statistics:
    """Mean (a point) and spread of points (N, P, n): N samples of P positions.

    Args:
        space: Geometry.
        x: The points.
        spread: "total" σ² = mean d², "distance" σ = mean d, "channel" mean z_k² of z = PT_{μ→o} log_μ x.
        center: "pooled" over all rows, or the midpoint of the samples' midpoints, "per_sample".
        mean: "midpoint" or "frechet".
    """

    def __init__(self, space: Space, x: Tensor, *, spread: str, center: str = "pooled", mean: str = "midpoint") -> None:
        def centre(rows: Tensor) -> Tensor:
            equal = torch.ones(len(rows), dtype=rows.dtype)
            return space.frechet_mean(rows) if mean == "frechet" else space.centroid(rows, equal)

        rows = x.flatten(0, 1)
        self.count = len(rows)
        self.mean = centre(rows) if center == "pooled" else centre(torch.stack([centre(sample) for sample in x]))
        z = space.to_frame_at(self.mean, rows)
        if spread == "channel":
            self.spread = z.square().mean(0)
        else:
            distance = space.dist(self.mean, rows)
            self.spread = (distance.square() if spread == "total" else distance).mean().reshape(1)


def scale(spread: Tensor, weight: Tensor, kind: str, eps: float) -> Tensor:
    return weight / (spread + eps) if kind == "distance" else weight / torch.sqrt(spread + eps)


def normalize(space: Space, x: Tensor, mean: Tensor, factor: Tensor, bias: Tensor, *, direct: bool) -> Tensor:
    """Frame coordinates of exp_β(PT_{o→β}(factor · PT_{μ→o} log_μ x)), or with the transport PT_{μ→β}, which is direct.

    The two differ by a rotation about β, unless β or μ is the origin.
    """
    beta_point = space.point(bias)
    if direct:
        moved = space.transport(mean, beta_point, factor * space.log(mean, x))
        return space.frame(space.exp(beta_point, moved))
    return space.frame(space.from_frame_at(beta_point, factor * space.to_frame_at(mean, x)))
