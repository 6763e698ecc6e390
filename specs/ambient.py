"""Ambient coordinates: the hyperboloid (κ = −c) and the sphere (κ = +c) in R^(n+1), time or pole first.

Written once for the signed curvature κ (`k`), with ⟨x, y⟩ = sign(κ) x_t y_t + ⟨x_s, y_s⟩ and ⟨x, x⟩ = 1/κ. What differs
between the two is only how coordinates are read, in the first four functions: on the hyperboloid the space part is a
global chart that keeps its digits at any radius, so the time of a point is recomputed and never trusted; on the sphere
all n + 1 numbers count. τ denotes √c x_t (cosh or cos of the radius).

Sources: Nickel and Kiela, arXiv 1806.03417 (hyperboloid); Bdeir et al., arXiv 2303.15919 (centroid); the forms without
cancellation (chord, inner products across two points, half angles) are derived here.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..compile.algebra import Ambient, Curvature, Scalar, Vector, constant, dot, form, row_sum
from ..compile.spec import named, op
from ..compile.vocabulary import (
    arc,
    asn,
    at_least,
    choose,
    cs,
    inverse,
    inverse_root,
    is_positive,
    quotient,
    rise,
    root,
    sn,
    sqrt,
    vanishes,
)
from . import laws, textbook

BOTH = (-1, 1)


def time(x: Ambient, k: Curvature) -> Scalar:
    """τ of a point."""
    return sqrt(1 + k.c * dot(x.space, x.space)) if k.sign < 0 else sqrt(k.c) * x.time


def tangent(x: Ambient, space: Vector, time_part: Scalar, k: Curvature) -> Ambient:
    """Tangent vector at x: on the hyperboloid its time follows from its space part."""
    if k.sign < 0:
        return Ambient(sqrt(k.c) * dot(x.space, space) / time(x, k), space)
    return Ambient(time_part, space)


def point(space: Vector, time_part: Scalar, k: Curvature) -> Ambient:
    """Point with this space part: on the hyperboloid its time follows."""
    if k.sign < 0:
        s = form(space)
        return Ambient(sqrt(1 / k.c + dot(s, s)), s)
    return Ambient(time_part, space)


def height(x: Ambient, k: Curvature) -> Scalar:
    """1 + τ of a point, also near the antipode."""
    return 1 + time(x, k) if k.sign < 0 else rise(time(x, k), k.c * dot(x.space, x.space))


def resolved_inverse(square: Scalar, k: Curvature) -> Scalar:
    """1/square, or 0 where the square is lost beside the squared radius of curvature."""
    return quotient(1, square, k.c)


def across(v: Vector, axis: Vector, along: Scalar) -> Vector:
    """Part of v orthogonal to an axis, given 1/‖axis‖²; formed twice, as the first leaves a rounding error along it."""
    once = form(v - (along * dot(axis, v)) * axis)
    return form(once - (along * dot(axis, once)) * axis)


def product(x: Ambient, u: Ambient, v: Ambient, k: Curvature) -> Scalar:
    """⟨u, v⟩ of two tangent vectors at x. On the hyperboloid a radial part b counts b²/τ²; u_t v_t is never formed."""
    if k.sign > 0:
        return u.time * v.time + dot(u.space, v.space)
    xx = dot(x.space, x.space)
    along, lost = resolved_inverse(xx, k), 1 - quotient(xx, xx, k.c)
    radial = (along - lost * k.c) * dot(x.space, u.space) * dot(x.space, v.space)
    return dot(across(u.space, x.space, along), v.space) + radial / time(x, k) ** 2


@dataclass(frozen=True)
class Chord:
    """The chord of x and y: q = ⟨y − x, y − x⟩, and κ⟨x + y, x + y⟩/4, the squared cosine of half the angle."""

    q: Scalar
    half: Scalar


@dataclass(frozen=True)
class Lean:
    """Two points of the hyperboloid seen along m = x_s + y_s, with Δ = y_s − x_s."""

    m: Vector
    delta_m: Scalar
    along: Scalar
    across: Vector
    total: Scalar


def leaning(x: Ambient, y: Ambient, k: Curvature) -> Lean:
    """Δ·m, 1/‖m‖², the part of Δ across m, and the sum of both τ.

    Δ, 2y_s and −2x_s have the same part across m; it is taken of the smallest, which has the least rounding error.
    """
    delta, m = y.space - x.space, x.space + y.space
    dd, xx, yy = dot(delta, delta), dot(x.space, x.space), dot(y.space, y.space)
    along = resolved_inverse(dot(m, m), k)
    near = is_positive(4 * xx - dd) * is_positive(4 * yy - dd)
    inner = is_positive(xx - yy)
    smallest = near * delta + (2 * (1 - near) * inner) * y.space - (2 * (1 - near) * (1 - inner)) * x.space
    return Lean(m, dot(delta, m), along, across(smallest, m, along), time(x, k) + time(y, k))


def chord(x: Ambient, y: Ambient, k: Curvature) -> Chord:
    """The chord without the difference of two times.

    On the hyperboloid q = 2(x_t y_t − 1/c − x_s·y_s) with the first difference resolved, as long as this does not
    cancel. Where it does, cosh of the distance is split into those of the difference of radii and of the angle: with P
    the part of the inner space vector across the outer one, it is c q/2 = (cosh Δρ − 1) +
    c‖P‖²‖outer‖²/(‖x_s‖‖y_s‖ + x_s·y_s).
    """
    if k.sign > 0:
        delta, m = y.space - x.space, x.space + y.space
        q = dot(delta, delta) + (y.time - x.time) ** 2
        return Chord(q, (k * dot(m, m) + (time(x, k) + time(y, k)) ** 2) / 4)
    c = k.c
    xx, yy, xy = dot(x.space, x.space), dot(y.space, y.space), dot(x.space, y.space)
    tx, ty = time(x, k), time(y, k)
    sizes = 2 * (xx + yy + c * xx * yy) / (1 + tx * ty)
    direct = sizes - 2 * xy

    outer = is_positive(xx - yy)
    inner = 1 - outer
    large, small = outer * xx + inner * yy, outer * yy + inner * xx
    lean = quotient(xy, large, c)
    side = form((inner - lean * outer) * x.space + (outer - lean * inner) * y.space)
    angular = dot(side, side) * inverse(root(quotient(small, large, c)) + lean)
    reach = root(xx) * ty + root(yy) * tx
    ratio = quotient((xx - yy) * reach, reach**2, c)
    rise_sq = c * ratio**2
    radial = rise_sq / (1 + sqrt(1 + rise_sq))
    q = choose(2 * direct - sizes, direct, 2 * (radial / c + angular))
    return Chord(q, 1 + c * q / 4)


def seen_from(x: Ambient, y: Ambient, v: Ambient, k: Curvature) -> Scalar:
    """⟨y, v⟩ for a tangent vector v at x, without cancellation between space and time on the hyperboloid."""
    if k.sign > 0:
        return y.time * v.time + dot(y.space, v.space)
    lean = leaning(x, y, k)
    reach = 2 * lean.total * time(x, k)
    swept = dot(lean.across, v.space)
    radial = lean.along * lean.delta_m * dot(lean.m, v.space)
    return swept * (1 + k.c * lean.delta_m / reach) + radial * (4 + k.c * chord(x, y, k).q) / reach


def angle_over_sine(between: Chord, k: Curvature) -> Scalar:
    """θ/sinh θ or θ/sin θ for the angle θ = √c dist; 0 at the antipode."""
    if k.sign < 0:
        return asn(k * between.q * between.half)
    return arc(k * between.q * between.half, between.half - k * between.q / 4)


@op(
    domain={"x": "free ambient"},
    result="point",
    reference=textbook.Ambient.projx,
    laws=[laws.projx_is_idempotent],
    signs=BOTH,
)
def projx(x: Ambient, k: Curvature) -> Ambient:
    """Point of the manifold for any ambient vector: time recomputed, or scaled to the sphere (0 goes to the pole)."""
    if k.sign < 0:
        return point(x.space, x.time, k)
    norm_sq = dot(x.space, x.space) + x.time**2
    scale = inverse_root(k.c * norm_sq)
    return Ambient(scale * x.time + vanishes(norm_sq) / sqrt(k.c), scale * x.space)


@op(
    domain={"x": "point", "v": "free ambient"},
    result="tangent at x",
    reference=textbook.Ambient.proju,
    laws=[laws.proju_is_idempotent],
    signs=BOTH,
)
def proju(x: Ambient, v: Ambient, k: Curvature) -> Ambient:
    """Orthogonal projection v − κ⟨x, v⟩x to the tangent space at x."""
    t = time(x, k)
    lead = k.sign * t * v.time / sqrt(k.c) + dot(x.space, v.space)
    space = v.space - (k * lead) * x.space
    return tangent(x, space, v.time - k * lead * t / sqrt(k.c), k)


@op(
    domain={"x": "point", "grad": "free ambient"},
    result="tangent at x",
    reference=textbook.Ambient.egrad2rgrad,
    laws=[laws.gradient_is_dual],
    signs=BOTH,
)
def egrad2rgrad(x: Ambient, grad: Ambient, k: Curvature) -> Ambient:
    """Riemannian gradient: projection of J grad, J = diag(sign κ, 1, …, 1), by the Euclidean product of x and grad."""
    t = time(x, k)
    lead = t * grad.time / sqrt(k.c) + dot(x.space, grad.space)
    space = grad.space - (k * lead) * x.space
    return tangent(x, space, k.sign * grad.time - k * lead * t / sqrt(k.c), k)


@op(
    domain={"x": "point", "u": "tangent at x", "v": "tangent at x"},
    result="scalar",
    reference=textbook.Ambient.inner,
    laws=[laws.inner_is_polarised],
    signs=BOTH,
)
def inner(x: Ambient, u: Ambient, v: Ambient, k: Curvature) -> Scalar:
    """Inner product of two tangent vectors at x."""
    return product(x, u, v, k)


@op(
    domain={"u": "frame"}, result="point", reference=textbook.Ambient.expmap0, laws=[laws.log0_inverts_exp0], signs=BOTH
)
def expmap0(u: Vector, k: Curvature) -> Ambient:
    """Exponential map at the origin, (cs, sn u) of the frame vector u."""
    square = k * dot(u, u)
    return Ambient(cs(square) / sqrt(k.c), sn(square) * u)


@op(
    domain={"x": "point"},
    result="frame",
    reference=textbook.Ambient.logmap0,
    laws=[laws.log0_norm_is_dist0],
    signs=BOTH,
)
def logmap0(x: Ambient, k: Curvature) -> Vector:
    """Logarithm at the origin, in n numbers: x_s scaled by the angle over its sine."""
    return central_angle(x, k) * x.space


def central_angle(x: Ambient, k: Curvature) -> Scalar:
    """θ/sinh θ or θ/sin θ for the radius θ of x."""
    square = k * dot(x.space, x.space)
    return asn(square) if k.sign < 0 else arc(square, time(x, k))


@op(
    domain={"x": "point", "v": "tangent at x"},
    result="point",
    reference=textbook.Ambient.expmap,
    laws=[laws.log_inverts_exp],
    signs=BOTH,
)
def expmap(x: Ambient, v: Ambient, k: Curvature) -> Ambient:
    """Exponential map cs x + sn v."""
    square = k * product(x, v, v, k)
    c, s = cs(square), sn(square)
    return point(c * x.space + s * v.space, c * x.time + s * v.time, k)


@op(
    domain={"x": "point", "y": "point"},
    result="tangent at x",
    reference=textbook.Ambient.logmap,
    laws=[laws.log_norm_is_dist],
    signs=BOTH,
)
def logmap(x: Ambient, y: Ambient, k: Curvature) -> Ambient:
    """Logarithm: the projection y − x + (κq/2)x of the chord, scaled by the angle over its sine. 0 at the antipode."""
    between = chord(x, y, k)
    scale = angle_over_sine(between, k)
    bend = k * between.q / 2
    space = scale * (y.space - x.space) + (scale * bend) * x.space
    return tangent(x, space, scale * (y.time - x.time + bend * x.time), k)


@op(
    domain={"x": "point", "y": "point"},
    result="scalar",
    reference=textbook.Ambient.dist,
    laws=[laws.symmetric("dist"), laws.zero_on_the_diagonal("dist")],
    signs=BOTH,
    wide=True,
)
def dist(x: Ambient, y: Ambient, k: Curvature) -> Scalar:
    """Geodesic distance, by the half angle of the chord. Gradient 0 at x = y and at the antipode."""
    between = chord(x, y, k)
    return root(between.q) * half_angle(between, k)


@named
def half_angle(between: Chord, k: Curvature) -> Scalar:
    """(θ/2)/sinh(θ/2) or (θ/2)/sin(θ/2)."""
    quarter = k * between.q / 4
    return asn(quarter) if k.sign < 0 else arc(quarter, root(between.half))


@op(
    domain={"x": "point", "y": "point"},
    result="scalar",
    reference=textbook.Ambient.sqdist,
    laws=[laws.square_of_dist, laws.zero_on_the_diagonal("sqdist")],
    signs=BOTH,
    wide=True,
)
def sqdist(x: Ambient, y: Ambient, k: Curvature) -> Scalar:
    """Squared geodesic distance, smooth at x = y."""
    between = chord(x, y, k)
    return between.q * half_angle(between, k) ** 2


@op(
    domain={"x": "point"},
    result="scalar",
    reference=textbook.Ambient.dist0,
    laws=[laws.dist0_is_dist_from_the_origin],
    signs=BOTH,
)
def dist0(x: Ambient, k: Curvature) -> Scalar:
    """Distance to the origin. Gradient 0 there and at the antipode."""
    square = dot(x.space, x.space)
    front = root(square) * central_angle(x, k)
    if k.sign < 0:
        return front
    t = time(x, k)
    chord_to_origin = Chord(square + (1 - t) ** 2 / k, (k * square + (1 + t) ** 2) / 4)
    return choose(x.time, front, root(chord_to_origin.q) * half_angle(chord_to_origin, k))


@op(
    domain={"x": "point", "y": "point", "v": "tangent at x"},
    result="tangent at y",
    reference=textbook.Ambient.transp,
    laws=[laws.transport_is_isometric, laws.transport_reverses_log],
    signs=BOTH,
)
def transp(x: Ambient, y: Ambient, v: Ambient, k: Curvature) -> Ambient:
    """Parallel transport v − κ⟨y, v⟩/(1 + κ⟨x, y⟩)(x + y). On the sphere to the antipode: v itself."""
    m = x.space + y.space
    # 2 · half is 1 + κ⟨x, y⟩; at the antipode it vanishes together with ⟨y, v⟩.
    ratio = k * seen_from(x, y, v, k) * inverse(2 * chord(x, y, k).half)
    return tangent(y, v.space - ratio * m, v.time - ratio * (x.time + y.time), k)


@op(
    domain={"y": "point", "v": "tangent0"},
    result="tangent at y",
    reference=textbook.Ambient.transp0,
    laws=[laws.transp0back_inverts_transp0],
    signs=BOTH,
)
def transp0(y: Ambient, v: Vector, k: Curvature) -> Ambient:
    """Parallel transport of (0, v) from the origin to y."""
    vy = dot(v, y.space)
    space = v - (k * vy * inverse(height(y, k))) * y.space
    return tangent(y, space, -k * vy / sqrt(k.c), k)


@op(
    domain={"x": "point", "v": "tangent at x"},
    result="tangent0",
    reference=textbook.Ambient.transp0back,
    laws=[laws.transp0_inverts_transp0back],
    signs=BOTH,
)
def transp0back(x: Ambient, v: Ambient, k: Curvature) -> Vector:
    """Parallel transport from x to the origin, in n numbers."""
    if k.sign < 0:
        xx, t = dot(x.space, x.space), time(x, k)
        along, lost = resolved_inverse(xx, k), 1 - quotient(xx, xx, k.c)
        radial = (along - lost * k.c / (1 + t)) * dot(x.space, v.space) / t
        return across(v.space, x.space, along) + radial * x.space
    return v.space - (sqrt(k.c) * v.time * inverse(height(x, k))) * x.space


@op(
    domain={"t": "unit interval", "x": "point", "y": "point"},
    result="point",
    reference=textbook.Ambient.geodesic,
    laws=[laws.geodesic_has_constant_speed],
)
def geodesic(t: Scalar, x: Ambient, y: Ambient, k: Curvature) -> Ambient:
    """Point exp_x(t log_x y) of the geodesic from x (t = 0) to y (t = 1), on the hyperboloid."""
    between = chord(x, y, k)
    square = k * between.q * half_angle(between, k) ** 2
    scale = angle_over_sine(between, k)
    a, b = (1 - t) * sn((1 - t) ** 2 * square) * scale, t * sn(t**2 * square) * scale
    return point(a * x.space + b * y.space, x.time, k)


@op(
    domain={"x": "point", "v": "tangent at x", "w": "tangent at x"},
    result=("point", "tangent at out0"),
    reference=textbook.Ambient.expmap_transp,
    laws=[laws.step_is_expmap],
    signs=BOTH,
)
def expmap_transp(x: Ambient, v: Ambient, w: Ambient, k: Curvature) -> tuple[Ambient, Ambient]:
    """Point y = exp_x(v), and w moved there along the geodesic; exact on the sphere also beyond the antipode."""
    square = k * product(x, v, v, k)
    c, s = cs(square), sn(square)
    y = point(c * x.space + s * v.space, c * x.time + s * v.time, k)
    overlap = k * product(x, v, w, k)
    a, b = -overlap * sn(square / 4) ** 2 / 2, -overlap * s
    moved = w.space + a * v.space + b * x.space
    return y, tangent(y, moved, w.time + a * v.time + b * x.time, k)


@op(
    domain={"x": "point", "v": "tangent at x", "weight": "unit interval"},
    result=("point", "tangent at out0"),
    reference=textbook.Ambient.shrink_transp,
    laws=[laws.shrink_by_nothing, laws.shrinking_moves_along_a_geodesic],
    signs=BOTH,
)
def shrink_transp(x: Ambient, v: Ambient, weight: Scalar, k: Curvature) -> tuple[Ambient, Ambient]:
    """Midpoint y of a point and the origin o with weights 1 − w and w, and v moved there along the geodesic.

    The sum (1 − w)x + wo has the length N/√c; where that vanishes y is the origin. As in `transp`, v becomes
    v − κ⟨y, v⟩/(1 + κ⟨x, y⟩) (x + y), and since ⟨x, v⟩ = 0 the first product is w√c v_t/N.
    """
    rest, t, xx = 1 - weight, time(x, k), dot(x.space, x.space)
    square = (rest - weight) ** 2 + 2 * rest * weight * height(x, k)  # N², a sum of positive numbers
    scale = inverse_root(square)
    y = Ambient((scale * (rest * t + weight) + vanishes(square)) / sqrt(k.c), (scale * rest) * x.space)
    ahead = scale * (rest + weight * t)
    if k.sign < 0:
        climb, half = k.c * dot(x.space, v.space) / t, 1 + ahead
    else:
        climb, half = sqrt(k.c) * v.time, rise(ahead, k.c * (scale * weight) ** 2 * xx)
    ratio = weight * scale * climb * inverse(half)
    return y, tangent(y, v.space - ratio * (x.space + y.space), v.time - ratio * (x.time + y.time), k)


@op(
    domain={"x": "point", "w": "positive"},
    result="point",
    reference=textbook.Ambient.midpoint,
    laws=[laws.midpoint_of_one_point],
    signs=BOTH,
)
def midpoint(x: Ambient, w: Scalar, k: Curvature) -> Ambient:
    """Weighted centroid of the rows, Σwx scaled to the manifold. Source: arXiv 2303.15919; Nickel and Kiela.

    On the hyperboloid the sums are taken a second time about a first estimate p, as space coordinates of the points
    moved by the boost that takes p to the origin: there nothing cancels. The result does not depend on p, which is a
    constant for differentiation. Balanced points of the sphere, whose sum is 0, have the pole as midpoint.
    """
    if k.sign > 0:
        scaled: Ambient = projx(Ambient(row_sum(w * x.time), row_sum(w * x.space)), k)
        return scaled
    return point(hyperbolic_centre(x.space, 1 + 0 * w, time(x, k), w, k), x.time, k)


@named
def hyperbolic_centre(u: Vector, su: Scalar, tx: Scalar, w: Scalar, k: Curvature) -> Vector:
    """Space part of the centroid of the points of the hyperboloid with space parts x = su · u and τ = tx."""
    share = row_sum(w)
    p = constant(normalised(row_sum((w * su) * u), row_sum(w * tx), share, k))
    z = moved_to_origin(u, su, tx, p, 1 - 0 * share, sqrt(1 + k.c * dot(p, p)), k)
    mass = row_sum(w * sqrt(1 + k.c * z.square))
    m = normalised(row_sum(w * z.side + (w * z.along) * p), mass, share, k)
    return moved_from_origin(m, p, k)


@named
def normalised(total: Vector, mass: Scalar, share: Scalar, k: Curvature) -> Vector:
    """Space part of the point in the direction of (mass/√c, total), whose length is at least `share`/√c."""
    return total / sqrt(at_least(mass**2 - k.c * dot(total, total), share**2))


@dataclass(frozen=True)
class Moved:
    """Space vector z = side + along · m of a point after the boost that takes m to the origin, side ⟂ m, and ‖z‖²."""

    side: Vector
    along: Scalar
    square: Scalar


@named
def moved_to_origin(u: Vector, su: Scalar, tx: Scalar, m: Vector, sm: Scalar, tm: Scalar, k: Curvature) -> Moved:
    """Boost of the point with space part su · u and τ = tx that takes the one with sm · m and tm to the origin.

    Across m it is the part of x across m, formed. Along m, the difference τ_m x∥ − τ_x ‖sm m‖ is resolved unless x lies
    behind. A base point that is lost beside the origin is subtracted.
    """
    c = k.c
    mm, um = dot(m, m), dot(u, m)
    resolved, lean = quotient(mm, mm, c), quotient(um, mm, c)
    side = form(su * u - (su * lean + (1 - resolved) * sm) * m)
    ss = dot(side, side)
    ahead = (su**2 * lean * um - sm**2 * mm * (1 + c * ss)) * resolved_inverse(tm * su * um + tx * sm * mm, k)
    behind = tm * su * lean - tx * sm
    along = resolved * choose(um, ahead, behind)
    # forming the side leaves a rounding error along m, small beside x but not beside z
    residue = constant(quotient(dot(side, m), mm, c))
    return Moved(side, along - residue, ss + along**2 * mm)


@named
def moved_from_origin(z: Vector, p: Vector, k: Curvature) -> Vector:
    """Space part of z after the boost that takes the origin to p."""
    tz, tp = sqrt(1 + k.c * dot(z, z)), sqrt(1 + k.c * dot(p, p))
    return z + (tz + k.c * dot(p, z) / (1 + tp)) * p


@op(
    domain={"x": "point"},
    result="ball",
    reference=textbook.Ambient.to_stereographic,
    laws=[laws.from_stereographic_inverts],
    signs=BOTH,
)
def to_stereographic(x: Ambient, k: Curvature) -> Vector:
    """Stereographic coordinates x_s/(1 + √c x_t): on the hyperboloid, the isometric point of the Poincaré ball.

    The antipode of the sphere's origin has none: it is the point at infinity.
    """
    return x.space / height(x, k)


@op(
    domain={"p": "ball"},
    result="point",
    reference=textbook.Ambient.from_stereographic,
    laws=[laws.to_stereographic_inverts],
    signs=BOTH,
)
def from_stereographic(p: Vector, k: Curvature) -> Ambient:
    """Point with stereographic coordinates p: ((λ − 1)/√c, λp), λ = 2/(1 + κ‖p‖²)."""
    square = k * dot(p, p)
    gap = 1 + square
    return Ambient((1 - square) / (gap * sqrt(k.c)), (2 / gap) * p)
