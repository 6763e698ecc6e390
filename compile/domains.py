"""Where the arguments and results of ops live: how to sample them, read their coordinates and measure errors.

Sampling follows geodesic radii from 1e-12 to the edge. Errors are dimensionless and measured in the metric: for a point
the distance √c d(got, expected), relative to its radius where that is below 1; for a tangent vector the relative metric
norm.
Everything is multi-precision arithmetic on lists of mpmath numbers, independent of the specs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mpmath import mp

Number = Any  # mpmath ships no types
Coordinates = list[Number]
Inputs = Mapping[str, Any]


@dataclass
class Case:
    """One row to sample: dimension, signed curvature; geodesic radius, separation and largest radius, times √c."""

    n: int
    k: Number
    radius: float
    separation: float
    edge: float
    rng: random.Random
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def unit(self) -> Number:
        """The radius of curvature 1/√c."""
        return 1 / mp.sqrt(abs(self.k))

    def direction(self, n: int) -> Coordinates:
        """A random unit vector of n numbers."""
        v = [mp.mpf(self.rng.gauss(0, 1)) for _ in range(n)]
        return scaled(1 / mp.norm(v), v)


def scaled(a: Number, v: Sequence[Number]) -> Coordinates:
    """a v."""
    return [a * x for x in v]


def difference(a: Sequence[Number], b: Sequence[Number]) -> Coordinates:
    """a − b."""
    return [x - y for x, y in zip(a, b, strict=True)]


def space_of(u: Sequence[Number], k: Number) -> Coordinates:
    """Space part of the ambient point with frame coordinates u."""
    r = mp.norm(u)
    angle = mp.sqrt(abs(k)) * r
    return scaled((mp.sinh if k < 0 else mp.sin)(angle) / angle, u) if r else list(u)


def lift(u: Sequence[Number], k: Number) -> Coordinates:
    """The ambient point with frame coordinates u."""
    angle = mp.sqrt(abs(k)) * mp.norm(u)
    return [(mp.cosh if k < 0 else mp.cos)(angle) / mp.sqrt(abs(k)), *space_of(u, k)]


def on_manifold(x: Sequence[Number], k: Number) -> Coordinates:
    """The point that ambient coordinates mean: time recomputed (k < 0), or scaled to the sphere (k > 0)."""
    if k < 0:
        return [mp.sqrt(mp.fdot(x[1:], x[1:]) - 1 / k), *x[1:]]
    return scaled(1 / (mp.sqrt(k) * mp.norm(x)), x)


def on_tangent(x: Sequence[Number], v: Sequence[Number], k: Number) -> Coordinates:
    """The tangent vector at x that ambient coordinates mean: time recomputed (k < 0), or projected (k > 0)."""
    x = on_manifold(x, k)
    if k < 0:
        return [mp.fdot(x[1:], v[1:]) / x[0], *v[1:]]
    return difference(v, scaled(k * mp.fdot(x, v), x))


def ambient_distance(x: Sequence[Number], y: Sequence[Number], k: Number) -> Number:
    """Geodesic distance of two ambient points, by the half angle of their chord."""
    x, y = on_manifold(x, k), on_manifold(y, k)
    d = difference(x, y)
    q = mp.fdot(d[1:], d[1:]) + mp.sign(k) * d[0] ** 2
    half = mp.sqrt(abs(k) * max(q, 0)) / 2
    return 2 * (mp.asinh(half) if k < 0 else mp.asin(min(half, 1))) / mp.sqrt(abs(k))


def stereographic(x: Sequence[Number], k: Number) -> Coordinates:
    """Stereographic coordinates of an ambient point."""
    return scaled(1 / (1 + mp.sqrt(abs(k)) * x[0]), x[1:])


def moved(x: Sequence[Number], v: Sequence[Number], k: Number) -> Coordinates:
    """(0, v) carried from the origin to the ambient point x along the geodesic."""
    root = mp.sqrt(abs(k))
    overlap = mp.fdot(v, x[1:])
    factor = k * overlap / (1 + root * x[0])
    return [-mp.sign(k) * root * overlap, *difference(v, scaled(factor, x[1:]))]


def step(x: Sequence[Number], v: Sequence[Number], k: Number) -> Coordinates:
    """exp_x(v) in ambient coordinates."""
    square = mp.fdot(v[1:], v[1:]) + mp.sign(k) * v[0] ** 2
    angle = mp.sqrt(abs(k) * max(square, 0))
    if not angle:
        return list(x)
    c, s = ((mp.cosh if k < 0 else mp.cos)(angle), (mp.sinh if k < 0 else mp.sin)(angle) / angle)
    return [c * a + s * b for a, b in zip(x, v, strict=True)]


@dataclass(frozen=True)
class Domain:
    """One kind of argument or result.

    sample: draw coordinates for a case; the arguments drawn before are in `case.values`, the first point as "ambient".
    read: the exact value that coordinates mean (identity where every number counts), given the other inputs.
    error: dimensionless error of coordinates against the expected ones, given inputs and the signed curvature.
    """

    sample: Callable[[Case], Any]
    error: Callable[[Any, Any, Inputs, Number], Number]
    read: Callable[[Any, Inputs, Number], Any] = lambda value, inputs, k: value


def relative(got: Sequence[Number], expected: Sequence[Number]) -> Number:
    """Euclidean error relative to the expected vector, absolute where that is 0."""
    size = mp.norm(expected)
    return mp.norm(difference(got, expected)) / (size if size else 1)


def _free_error(got: Any, expected: Any, inputs: Inputs, k: Number) -> Number:
    return relative(got, expected)


def _scalar_error(got: Number, expected: Number, inputs: Inputs, k: Number) -> Number:
    return abs(got - expected) / (abs(expected) if expected else 1)


def _point_error(read: Callable[[Any, Number], Coordinates]) -> Callable[[Any, Any, Inputs, Number], Number]:
    def error(got: Any, expected: Any, inputs: Inputs, k: Number) -> Number:
        x, y = read(got, k), read(expected, k)
        root = mp.sqrt(abs(k))
        origin = [1 / root] + [mp.zero] * (len(y) - 1)
        radius = root * ambient_distance(y, origin, k)
        return root * ambient_distance(x, y, k) / (min(1, radius) if radius else 1)

    return error


def _ball_to_ambient(x: Sequence[Number], k: Number) -> Coordinates:
    square = k * mp.fdot(x, x)
    if 1 + square <= 0:
        return [mp.inf] * (len(x) + 1)
    root = mp.sqrt(abs(k))
    return [(1 - square) / ((1 + square) * root), *scaled(2 / (1 + square), x)]


def ball_norm(x: Sequence[Number], v: Sequence[Number], k: Number) -> Number:
    """Metric norm of a tangent vector at a point of the ball."""
    return 2 * mp.norm(v) / (1 + k * mp.fdot(x, x))


def ambient_norm(x: Sequence[Number], v: Sequence[Number], k: Number) -> Number:
    """Metric norm of a tangent vector at a point of the ambient model."""
    v = on_tangent(x, v, k)
    return mp.sqrt(max(mp.fdot(v[1:], v[1:]) + mp.sign(k) * v[0] ** 2, 0))


def _tangent_error(
    base: str, norm: Callable[[Any, Any, Number], Number]
) -> Callable[[Any, Any, Inputs, Number], Number]:
    def error(got: Any, expected: Any, inputs: Inputs, k: Number) -> Number:
        size = norm(inputs[base], expected, k)
        return norm(inputs[base], difference(got, expected), k) / (size if size else 1)

    return error


FRAME_REACH = 1 - 2.0**-6
"""Share of the sphere's injectivity radius where frame coordinates live; `bound` maps into it."""


def _sample_ambient(case: Case) -> Coordinates:
    """The first point by radius; the next at the separation from it, anywhere within the radius if that is infinite."""
    if "ambient" not in case.values:
        x = lift(scaled(case.radius * case.unit, case.direction(case.n)), case.k)
        case.values["ambient"] = x
        return x
    if case.separation == float("inf"):
        other = case.rng.random() * case.radius
        return lift(scaled(other * case.unit, case.direction(case.n)), case.k)
    x = case.values["ambient"]
    v = moved(x, scaled(case.separation * case.unit, case.direction(case.n)), case.k)
    return step(x, v, case.k)


def _sample_frame(case: Case) -> Coordinates:
    x = _sample_ambient(case)
    space = x[1:]
    size, root = mp.norm(space), mp.sqrt(abs(case.k))
    angle = mp.asinh(root * size) if case.k < 0 else mp.atan2(root * size, root * x[0])
    if case.k > 0:
        angle *= FRAME_REACH
    return scaled(angle / (root * size), space) if size else space


def _length(case: Case) -> Number:
    """Length of a tangent vector: the separation if finite, else moderate; below the sphere's injectivity radius."""
    size = case.separation if case.separation != float("inf") else 2 * case.rng.random()
    return size * case.unit


def _sample_tangent0(case: Case) -> Coordinates:
    return scaled(_length(case), case.direction(case.n))


def _sample_tangent(case: Case) -> Coordinates:
    return moved(case.values["ambient"], scaled(_length(case), case.direction(case.n)), case.k)


def _sample_ball_tangent(case: Case) -> Coordinates:
    """A tangent vector of the ambient model pushed forward by x ↦ x_s/(1 + √c x_t)."""
    x, v = case.values["ambient"], _sample_tangent(case)
    root = mp.sqrt(abs(case.k))
    height = 1 + root * x[0]
    return difference(scaled(1 / height, v[1:]), scaled(root * v[0] / height**2, x[1:]))


def _sample_ball(case: Case) -> Coordinates:
    return stereographic(_sample_ambient(case), case.k)


def _sample_free(case: Case) -> Coordinates:
    return scaled(_first(case, -3, 3), case.direction(case.n))


def _sample_free_ambient(case: Case) -> Coordinates:
    return scaled(_first(case, -3, 3), case.direction(case.n + 1))


def _sample_projections(case: Case) -> Coordinates:
    """Inner products of a vector of norm √sqnorm with unit vectors; the norm is kept for the argument sqnorm."""
    case.values["sqnorm"] = (case.radius * case.unit) ** 2
    return [case.rng.uniform(-1, 1) * case.radius * case.unit for _ in range(case.n)]


def _first(case: Case, low: float, high: float) -> Number:
    return mp.mpf(10) ** case.rng.uniform(low, high)


DOMAINS: dict[str, Domain] = {
    "free": Domain(_sample_free, _free_error),
    "free ambient": Domain(_sample_free_ambient, _free_error),
    "scalar": Domain(lambda case: mp.mpf(case.rng.gauss(0, 1)), _scalar_error),
    "positive": Domain(lambda case: _first(case, -1, 0.5), _scalar_error),
    "square norm": Domain(
        lambda case: case.values["sqnorm"], _scalar_error, lambda value, inputs, k: [max(v, mp.zero) for v in value]
    ),
    "limit": Domain(lambda case: mp.mpf(case.edge), _scalar_error),
    "unit interval": Domain(lambda case: mp.mpf(case.rng.random()), _scalar_error),
    "ball": Domain(_sample_ball, _point_error(_ball_to_ambient)),
    "point": Domain(_sample_ambient, _point_error(lambda x, k: x), lambda value, inputs, k: on_manifold(value, k)),
    "frame": Domain(_sample_frame, _point_error(lift)),
    "tangent0": Domain(_sample_tangent0, _free_error),
    "projections": Domain(_sample_projections, _free_error),
    "norms": Domain(lambda case: [_first(case, -2, 0.5) for _ in range(case.n)], _free_error),
    "biases": Domain(lambda case: scaled(case.unit, [case.rng.gauss(0, 1) for _ in range(case.n)]), _free_error),
    "scores": Domain(_sample_free, _free_error),
}
"""Domains by name; the others are "tangent at X" and "ball tangent at X" (X an argument, or out0, the first result)."""


def domain(name: str) -> Domain:
    """Look up a domain by name.

    Raises:
        ValueError: No such domain.
    """
    base = name.rpartition(" at ")[2]
    if name.startswith("tangent at "):
        return Domain(
            _sample_tangent,
            _tangent_error(base, ambient_norm),
            lambda value, inputs, k: on_tangent(inputs[base], value, k),
        )
    if name.startswith("ball tangent at "):
        return Domain(_sample_ball_tangent, _tangent_error(base, ball_norm))
    return DOMAINS[name]


def unknown_domain(name: str, arguments: Collection[str]) -> str | None:
    """What is wrong with a domain name, given the names that a tangent vector can be based at; None for a good one."""
    kind, at, base = name.rpartition(" at ")
    if kind in ("tangent", "ball tangent"):
        return None if base in arguments else f"{name!r} is based at {base!r}, which is none of {sorted(arguments)}"
    if name in DOMAINS and not at:
        return None
    return f"{name!r} is unknown; use one of {', '.join(sorted(DOMAINS))}, 'tangent at X' or 'ball tangent at X'"
