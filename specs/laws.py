"""Laws that the ops obey: identities between ops, checked in float64 on random inputs by `manifuse ops verify`.

A law takes the ops of the same geometry, with the curvature bound, and the inputs of the op it is a law of; it returns
two tensors that must agree. `flat(f)` is the law that the op tends to f with error O(c) as c → 0.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, TypeAlias

from ..compile.spec import Flat

Tensor: TypeAlias = Any
Ops: TypeAlias = SimpleNamespace
Pair: TypeAlias = tuple[Tensor, Tensor]


def flat(expected: Callable[..., Tensor | tuple[Tensor, ...]]) -> Flat:
    """The op tends to this Euclidean expression of its inputs, or one per result, with error O(c)."""
    return Flat(expected)


def norm(x: Tensor) -> Tensor:
    """‖x‖ per row, which keeps its axis."""
    return x.norm(dim=-1, keepdim=True)


def left_cancellation(ops: Ops, x: Tensor, y: Tensor) -> Pair:
    """(−x) ⊕ (x ⊕ y) = y."""
    return ops.mobius_add(-x, ops.mobius_add(x, y)), y


def gyration_preserves_norm(ops: Ops, u: Tensor, v: Tensor, w: Tensor) -> Pair:
    """‖gyr[u, v]w‖ = ‖w‖."""
    return norm(ops.gyration(u, v, w)), norm(w)


def log0_inverts_exp0(ops: Ops, v: Tensor) -> Pair:
    """log_o exp_o v = v."""
    return ops.logmap0(ops.expmap0(v)), v


def exp0_inverts_log0(ops: Ops, x: Tensor) -> Pair:
    """exp_o log_o x = x."""
    return ops.expmap0(ops.logmap0(x)), x


def to_frame_inverts_from_frame(ops: Ops, u: Tensor) -> Pair:
    """to_frame(from_frame(u)) = u."""
    return ops.to_frame(ops.from_frame(u)), u


def frame_norm_is_dist0(ops: Ops, x: Tensor) -> Pair:
    """‖to_frame(x)‖ = dist(o, x)."""
    return norm(ops.to_frame(x)), ops.dist0(x)


def log0_norm_is_dist0(ops: Ops, x: Tensor) -> Pair:
    """‖log_o x‖ = dist(o, x)."""
    return norm(ops.logmap0(x)), ops.dist0(x)


def log_inverts_exp(ops: Ops, x: Tensor, v: Tensor) -> Pair:
    """log_x exp_x v = v."""
    return ops.logmap(x, ops.expmap(x, v)), v


def log_norm_is_dist(ops: Ops, x: Tensor, y: Tensor) -> Pair:
    """⟨log_x y, log_x y⟩_x = dist(x, y)²."""
    u = ops.logmap(x, y)
    return ops.inner(x, u, u), ops.dist(x, y) ** 2


def symmetric(name: str) -> Callable[..., Pair]:
    """f(x, y) = f(y, x) for the op of that name."""

    def symmetry(ops: Ops, x: Tensor, y: Tensor) -> Pair:
        return getattr(ops, name)(x, y), getattr(ops, name)(y, x)

    return symmetry


def zero_on_the_diagonal(name: str) -> Callable[..., Pair]:
    """f(x, x) = 0 for the op of that name."""

    def vanishing(ops: Ops, x: Tensor, y: Tensor) -> Pair:
        value = getattr(ops, name)(x, x)
        return value, 0 * value

    return vanishing


def square_of_dist(ops: Ops, x: Tensor, y: Tensor) -> Pair:
    """sqdist(x, y) = dist(x, y)²."""
    return ops.sqdist(x, y), ops.dist(x, y) ** 2


def transport_is_isometric(ops: Ops, x: Tensor, y: Tensor, v: Tensor) -> Pair:
    """⟨P_{x→y} v, P_{x→y} v⟩_y = ⟨v, v⟩_x."""
    w = ops.transp(x, y, v)
    return ops.inner(y, w, w), ops.inner(x, v, v)


def transport_reverses_log(ops: Ops, x: Tensor, y: Tensor, v: Tensor) -> Pair:
    """P_{x→y} log_x y = −log_y x."""
    return ops.transp(x, y, ops.logmap(x, y)), -ops.logmap(y, x)


def transp0back_inverts_transp0(ops: Ops, y: Tensor, v: Tensor) -> Pair:
    """P_{y→o} P_{o→y} v = v."""
    return ops.transp0back(y, ops.transp0(y, v)), v


def transp0_inverts_transp0back(ops: Ops, x: Tensor, v: Tensor) -> Pair:
    """P_{o→x} P_{x→o} v = v."""
    return ops.transp0(x, ops.transp0back(x, v)), v


def gradient_is_dual(ops: Ops, x: Tensor, grad: Tensor) -> Pair:
    """⟨rgrad, u⟩_x = grad · u for every tangent vector u, here for u = log_x(−x)."""
    u = ops.logmap(x, ops.expmap(x, ops.egrad2rgrad(x, -2 * x)))
    return ops.inner(x, ops.egrad2rgrad(x, grad), u), (grad * u).sum(-1, keepdim=True)


def inner_is_polarised(ops: Ops, x: Tensor, u: Tensor, v: Tensor) -> Pair:
    """4⟨u, v⟩ = ⟨u + v, u + v⟩ − ⟨u − v, u − v⟩."""
    s, d = u + v, u - v
    return 4 * ops.inner(x, u, v), ops.inner(x, s, s) - ops.inner(x, d, d)


def geodesic_has_constant_speed(ops: Ops, t: Tensor, x: Tensor, y: Tensor) -> Pair:
    """dist(x, γ(t)) = t dist(x, y)."""
    return ops.dist(x, ops.geodesic(t, x, y)), t * ops.dist(x, y)


def step_is_expmap(ops: Ops, x: Tensor, v: Tensor, w: Tensor) -> Pair:
    """expmap_transp moves w to P_{x→y} w, y = exp_x(v)."""
    _, moved = ops.expmap_transp(x, v, w)
    return moved, ops.transp(x, ops.expmap(x, v), w)


def midpoint_of_one_point(ops: Ops, x: Tensor, w: Tensor) -> Pair:
    """The midpoint of a single point is that point."""
    return ops.midpoint(x[..., :1, :], w[..., :1, :]), x[..., :1, :]


def projx_is_idempotent(ops: Ops, x: Tensor) -> Pair:
    """projx(projx(x)) = projx(x)."""
    return ops.projx(ops.projx(x)), ops.projx(x)


def proju_is_idempotent(ops: Ops, x: Tensor, v: Tensor) -> Pair:
    """proju(x, proju(x, v)) = proju(x, v)."""
    return ops.proju(x, ops.proju(x, v)), ops.proju(x, v)


def dist0_is_dist_from_the_origin(ops: Ops, x: Tensor) -> Pair:
    """dist0(x) = dist(x, o), o = exp_o(0)."""
    return ops.dist0(x), ops.dist(x, ops.expmap0(0 * ops.logmap0(x)))


def from_stereographic_inverts(ops: Ops, x: Tensor) -> Pair:
    """from_stereographic(to_stereographic(x)) = x."""
    return ops.from_stereographic(ops.to_stereographic(x)), x


def to_stereographic_inverts(ops: Ops, p: Tensor) -> Pair:
    """to_stereographic(from_stereographic(p)) = p."""
    return ops.to_stereographic(ops.from_stereographic(p)), p


def zero_is_neutral(ops: Ops, u: Tensor, v: Tensor, limit: Tensor) -> Pair:
    """(u ⊕ 0) + (0 ⊕ v) = u + v."""
    return ops.add(u, 0 * v, limit) + ops.add(0 * u, v, limit), u + v


def center_inverts_add(ops: Ops, u: Tensor, mean: Tensor) -> Pair:
    """center(μ ⊕ z, μ) = z (small z: the sphere's distances must not wrap)."""
    small = u / (1 + norm(u))
    limit = 0 * mean[..., :1] + 100
    return ops.center(ops.add(mean, small, limit), mean)[0], small


def center_measures_distances(ops: Ops, u: Tensor, mean: Tensor) -> Pair:
    """The squared distances of `center` are those of `sqdist`."""
    return ops.center(u, mean)[1], ops.sqdist(u, mean)


def holonomy_preserves_norm(ops: Ops, v: Tensor, mean: Tensor, bias: Tensor) -> Pair:
    """‖holonomy(v)‖ = ‖v‖."""
    return norm(ops.holonomy(v, mean, bias)), norm(v)


def place_takes_zero_to_bias(ops: Ops, v: Tensor, mean: Tensor, scale: Tensor, bias: Tensor, limit: Tensor) -> Pair:
    """place(0) = β."""
    return ops.place(0 * v, mean, scale, bias, limit), bias


def place_scales_distances(ops: Ops, v: Tensor, mean: Tensor, scale: Tensor, bias: Tensor, limit: Tensor) -> Pair:
    """The distance to β is scale · ‖v‖ (small scale: the sphere's distances must not wrap)."""
    small = scale / (1 + scale)
    return ops.dist(ops.place(v, mean, small, bias, limit), bias), small * norm(v)


def midpoint0_of_one_point(ops: Ops, u: Tensor, w: Tensor) -> Pair:
    """The midpoint of a single point is that point."""
    return ops.midpoint0(u[..., :1, :], w[..., :1, :]), u[..., :1, :]


def shrink_by_nothing(ops: Ops, x: Tensor, v: Tensor, weight: Tensor) -> Pair:
    """Without weight the origin has no part in the midpoint."""
    return ops.shrink_transp(x, v, 0 * weight)[0], x


def shrinking_moves_along_a_geodesic(ops: Ops, x: Tensor, v: Tensor, weight: Tensor) -> Pair:
    """shrink_transp moves v to P_{x→y} v, y the midpoint."""
    y, moved = ops.shrink_transp(x, v, weight)
    return moved, ops.transp(x, y, v)


def bound_stays_inside(ops: Ops, u: Tensor) -> Pair:
    """bound keeps directions: it is a positive multiple of its input."""
    v = ops.bound(u)
    return v * norm(u), u * norm(v)


def saturate_keeps_directions(ops: Ops, u: Tensor, limit: Tensor) -> Pair:
    """saturate(u) is a positive multiple of u."""
    v = ops.saturate(u, limit)
    return v * norm(u), u * norm(v)


def rescale_composes_with_scaling(ops: Ops, u: Tensor, reach: Tensor, slope: Tensor) -> Pair:
    """The slope may as well multiply the argument: rescale(u; slope) = rescale(slope · u; 1)."""
    return ops.rescale(u, reach, slope), ops.rescale(slope * u, reach, 0 * slope + 1)


def from_space_part_inverts(ops: Ops, u: Tensor, limit: Tensor) -> Pair:
    """from_space_part(space_part(u)) = u, saturated."""
    return ops.from_space_part(ops.space_part(u, limit), limit), ops.saturate(u, limit)


def space_part_inverts(ops: Ops, space: Tensor, limit: Tensor) -> Pair:
    """space_part(from_space_part(s)) = s within the limit."""
    small = space / (1 + norm(space))
    far = 0 * limit + 100
    return ops.space_part(ops.from_space_part(small, far), far), small


def matched_has_the_distance(ops: Ops, z: Tensor, square: Tensor, limit: Tensor) -> Pair:
    """The space part of matched(z, s²) has length s."""
    far = 0 * limit + 100
    return norm(ops.space_part(ops.matched(z, square, far), far)) ** 2, square
