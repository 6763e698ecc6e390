"""Frame coordinates: u ∈ R^n with ‖u‖ = dist(o, x), normal coordinates at the origin; what layers compute in.

Each op is log0 ∘ (an operation on points) ∘ exp0 in closed form, for the signed curvature κ (`k`). Inside, a point is
seen in the ambient model of the same curvature: its space part sn(κ‖u‖²) u and τ = cs(κ‖u‖²).
"""

from __future__ import annotations

import math

from ..compile.algebra import Ambient, Channels, Curvature, Scalar, Vector, constant, dot, form, row_sum
from ..compile.spec import named, op
from ..compile.vocabulary import (
    arc,
    asin_c,
    asinh_c,
    asn,
    clip,
    cos_c,
    cosh_c,
    cs,
    cs_m,
    excess,
    exp,
    inverse,
    inverse_root,
    quotient,
    root,
    saturation,
    sin_c,
    sinh_c,
    sn,
    sn_m,
    sqrt,
    tn,
    vanishes,
)
from . import ambient, laws, textbook
from .laws import flat, norm
from .stereographic import turn

BOTH = (-1, 1)
BOUND = ((1 - 2.0**-6) * math.pi) ** 2
"""Squared radius, in units of 1/√c, that `bound` maps into; the injectivity radius is π."""

EPILOGUE = {
    "h": "projections",
    "sqnorm": "square norm",
    "weight_norm": "norms",
    "bias": "biases",
    "rho": "positive",
    "limit": "limit",
}
"""Arguments of the epilogues of linear and convolution layers."""
AFFINE = flat(lambda h, sqnorm, weight_norm, bias, rho, limit: weight_norm * h / rho + bias)


def lifted(u: Vector, k: Curvature) -> Ambient:
    """Point of the ambient model with frame coordinates u, its space part formed."""
    square = k * dot(u, u)
    space = form(sn(square) * u)
    return Ambient(cs(square) / sqrt(k.c), space)


@named
def lowered(space: Vector, t: Scalar, k: Curvature) -> Vector:
    """Frame coordinates of a point of the ambient model from its space part and its τ."""
    square = k * dot(space, space)
    return (asn(square) if k.sign < 0 else arc(square, t)) * space


@op(
    domain={"u": "frame", "v": "frame"},
    result="scalar",
    reference=textbook.Frame.dist,
    laws=[laws.symmetric("dist"), laws.zero_on_the_diagonal("dist"), flat(lambda u, v: norm(v - u))],
    signs=BOTH,
    wide=True,
)
def dist(u: Vector, v: Vector, k: Curvature) -> Scalar:
    """Geodesic distance of two points, by the half angle of the chord. Gradient 0 where they coincide."""
    between = chord(u, v, k)
    return root(between.q) * ambient.half_angle(between, k)


@op(
    domain={"u": "frame", "v": "frame"},
    result="scalar",
    reference=textbook.Frame.sqdist,
    laws=[laws.square_of_dist, laws.zero_on_the_diagonal("sqdist"), flat(lambda u, v: norm(v - u) ** 2)],
    signs=BOTH,
    wide=True,
)
def sqdist(u: Vector, v: Vector, k: Curvature) -> Scalar:
    """Squared geodesic distance of two points, smooth where they coincide."""
    between = chord(u, v, k)
    return between.q * ambient.half_angle(between, k) ** 2


def chord(u: Vector, v: Vector, k: Curvature) -> ambient.Chord:
    """The chord between the points of u and v; on the sphere with times by their drop, which has a limit as c → 0."""
    x, y = lifted(u, k), lifted(v, k)
    if k.sign < 0:
        return ambient.chord(x, y, k)
    delta, m = y.space - x.space, x.space + y.space
    du, dv = drop(u, k), drop(v, k)
    half = (k * dot(m, m) + (2 - k * du - k * dv) ** 2) / 4
    return ambient.Chord(dot(delta, delta) + k * (dv - du) ** 2, half)


def drop(u: Vector, k: Curvature) -> Scalar:
    """(1 − cos θ)/κ for the radius θ of u."""
    uu = dot(u, u)
    return uu * sn(k * uu / 4) ** 2 / 2


@op(
    domain={"u": "frame", "v": "frame", "limit": "limit"},
    result="frame",
    reference=textbook.Frame.add,
    shared=("limit",),
    laws=[laws.zero_is_neutral, flat(lambda u, v, limit: u + v)],
    signs=BOTH,
)
def add(u: Vector, v: Vector, limit: Scalar, k: Curvature) -> Vector:
    """Residual sum log0 exp_x(PT_{o→x} v) at the point x of u: Möbius addition in frame coordinates.

    On hyperbolic space the result is saturated at `limit`.
    """
    if k.sign > 0:
        return plus(u, v, k)
    space, _ = translated(u, v, dot(v, v), k)
    return lowered_within(space, limit, k)


def plus(u: Vector, v: Vector, k: Curvature) -> Vector:
    """The sum of `add`, exact."""
    space, t = translated(u, v, dot(v, v), k)
    return lowered(space, t, k)


@named
def translated(u: Vector, v: Vector, vv: Scalar, k: Curvature) -> tuple[Vector, Scalar]:
    """Space part and τ of the point exp_x(PT_{o→x} v) of the ambient model, at the point x of u; vv = ‖v‖²."""
    ux, vx = k * dot(u, u), k * vv
    su, sv, tv = sn(ux), sn(vx), cs(vx)
    overlap = k * sv * dot(u, v)
    # sn²/(1 + cs) is half the square of sn at the half angle: nothing vanishes towards the antipode
    space = form(sv * v + (su * tv - overlap * sn(ux / 4) ** 2 / 2) * u)
    return space, cs(ux) * tv - su * overlap


@op(
    domain={"u": "frame", "mean": "frame"},
    result=("frame", "scalar"),
    reference=textbook.Frame.center,
    shared=("mean",),
    laws=[
        laws.center_inverts_add,
        laws.center_measures_distances,
        flat(lambda u, mean: (u - mean, norm(u - mean) ** 2)),
    ],
    signs=BOTH,
)
def center(u: Vector, mean: Vector, k: Curvature) -> tuple[Vector, Scalar]:
    """The points seen from their mean μ, PT_{μ→o} log_μ x, and their squared distances from it.

    By the isometry that takes μ to the origin along a geodesic. The hyperboloid's boost is split along and across μ,
    which keeps the digits of points near a mean far out.
    """
    if k.sign > 0:
        vectors = form(plus(-mean, u, k))
    else:
        z = seen_from(mean, u, k)
        angle = asn(k * z.square)
        vectors = form(angle * z.side + (angle * z.along) * mean)
    return vectors, dot(vectors, vectors)


def seen_from(mean: Vector, u: Vector, k: Curvature) -> ambient.Moved:
    """The point of u after the boost that takes that of the mean to the origin."""
    mm, uu = k * dot(mean, mean), k * dot(u, u)
    return ambient.moved_to_origin(u, sn(uu), cs(uu), mean, sn(mm), cs(mm), k)


@op(
    domain={"v": "free", "mean": "frame", "bias": "frame"},
    result="free",
    reference=textbook.Frame.holonomy,
    shared=("mean", "bias"),
    laws=[laws.holonomy_preserves_norm, flat(lambda v, mean, bias: v)],
    signs=BOTH,
)
def holonomy(v: Vector, mean: Vector, bias: Vector, k: Curvature) -> Vector:
    """Transport around the triangle o → μ → β → o, the rotation gyr[β, −μ] of the origin's frame.

    On hyperbolic space in ball coordinates, with the difference of the two points formed; on the sphere by half angles,
    the identity where μ and β are antipodes.
    """
    return turned(v, mean, bias, k)


@named
def turned(v: Vector, mean: Vector, bias: Vector, k: Curvature) -> Vector:
    """The rotation of `holonomy`."""
    mm, bb = k * dot(mean, mean), k * dot(bias, bias)
    if k.sign > 0:
        # as a rotor, the even part a + κ x∧p of a product of those that take μ to the pole and the pole to β
        x, y = (sn(mm / 4) / 2) * mean, (sn(bb / 4) / 2) * bias
        xx, xy = dot(x, x), dot(x, y)
        p = form(y - quotient(xy, xx, k.c) * x)
        pp, xv, pv = dot(p, p), dot(x, v), dot(p, v)
        a = cs(mm / 4) * cs(bb / 4) + k * xy
        twice = 2 * k * inverse(a**2 + k**2 * xx * pp)
        return v - (twice * (a * pv + k * pp * xv)) * x + (twice * (a * xv - k * xx * pv)) * p
    x = (tn(mm / 4) / 2) * mean
    delta = form((tn(bb / 4) / 2) * bias - x)
    return turn(x, delta, v, dot(x, v), dot(delta, v), 1 / cs(mm / 4) ** 2, 1 / cs(bb / 4) ** 2, k)


@op(
    domain={"v": "tangent0", "mean": "frame", "scale": "positive", "bias": "frame", "limit": "limit"},
    result="frame",
    reference=textbook.Frame.place,
    shared=("mean", "scale", "bias", "limit"),
    laws=[
        laws.place_takes_zero_to_bias,
        laws.place_scales_distances,
        flat(lambda v, mean, scale, bias, limit: scale * v + bias),
    ],
    signs=BOTH,
)
def place(v: Vector, mean: Vector, scale: Scalar, bias: Vector, limit: Scalar, k: Curvature) -> Vector:
    """The points that are seen from β as scaled vectors were from μ: log0 exp_β(scale · PT_{μ→β} PT_{o→μ} v).

    With `center`, batch normalisation. The transport from μ to β is that through the origin and a rotation of its
    frame. On hyperbolic space the scaled vector and the result are saturated at `limit`. Source: batch normalisation
    of arXiv 2303.14027; the factorisation is derived here.
    """
    if k.sign > 0:
        return plus(bias, scale * turned(v, mean, bias, k), k)
    square = scale**2 * dot(v, v)
    factor = scale * saturation(k.c * square, limit)
    across = -k.c * factor**2 * dot(v, v)
    beta = k * dot(bias, bias)
    # the boost from the origin to β takes −β to the origin: split, it keeps the digits of what comes back towards it
    z = ambient.moved_to_origin(turned(factor * v, mean, bias, k), sn(across), cs(across), -bias, sn(beta), cs(beta), k)
    shrunk = shrinkage(k.c * z.square, limit)
    return shrunk * z.side - (shrunk * z.along) * bias


@op(
    domain={"u": "frame", "w": "positive"},
    result="frame",
    reference=textbook.Frame.midpoint0,
    laws=[
        laws.midpoint0_of_one_point,
        flat(lambda u, w: (w * u).sum(-2, keepdim=True) / w.sum(-2, keepdim=True)),
    ],
    signs=BOTH,
)
def midpoint0(u: Vector, w: Scalar, k: Curvature) -> Vector:
    """Weighted centroid of the rows; on the sphere the origin where they balance."""
    if k.sign < 0:
        uu = k * dot(u, u)
        space = ambient.hyperbolic_centre(u, sn(uu), cs(uu), w, k)
        return lowered(space, sqrt(1 + k.c * dot(space, space)), k)
    uu = k * dot(u, u)
    total, mass = row_sum((w * sn(uu)) * u), row_sum(w * cs(uu))
    scale = inverse_root(mass**2 + k * dot(total, total))
    return lowered(scale * total, scale * mass, k)


@op(
    domain={"h": "projections", "sqnorm": "square norm", "weight_norm": "norms", "bias": "biases"},
    result="scores",
    reference=textbook.Frame.score,
    shared=("weight_norm", "bias"),
    laws=[flat(lambda h, sqnorm, weight_norm, bias: weight_norm * h + bias)],
    signs=BOTH,
)
def score(h: Channels, sqnorm: Scalar, weight_norm: Channels, bias: Channels, k: Curvature) -> Channels:
    """Hyperplane scores ‖w‖ · (signed distance to the hyperplane with unit normal ŵ and offset a = −b/‖w‖).

    h = ⟨u, ŵ⟩ per channel and sqnorm = ‖u‖². Tends to h‖w‖ + b as c → 0; is b at ‖w‖ = 0.
    Source: arXiv 2006.08210 §3.1.
    """
    offset = -bias * inverse(weight_norm)
    distance = distances(h, sqnorm, offset, k)
    return weight_norm * distance + at_infinity(weight_norm, bias, k)


def at_infinity(weight_norm: Channels, bias: Channels, k: Curvature) -> Channels | int:
    """Limit of a score at ‖w‖ = 0: b, as the hyperplane leaves hyperbolic space; 0 on the sphere, which is bounded."""
    return vanishes(weight_norm) * bias if k.sign < 0 else 0


@named
def distances(h: Channels, sqnorm: Scalar, offset: Channels, k: Curvature) -> Channels:
    """Signed distance to hyperplanes at geodesic offsets from the origin, whose unit normals have products h with u.

    Hyperbolic sines are formed with shifts e^−m, so that nothing overflows for large offsets and radii.
    """
    c = k.c
    if k.sign > 0:
        sine = sn(k * sqnorm) * h * cos_c(offset, c) - cs(k * sqnorm) * sin_c(offset, c)
        return asin_c(sine, c)
    outer = excess(sqrt(c) * root(sqnorm))
    inner = excess(sqrt(c) * offset)
    sinh_r = sn_m(k * sqnorm, outer)
    cosh_r = cs_m(k * sqnorm, outer)
    sine = sinh_r * h * cosh_c(offset, c, inner) - cosh_r * sinh_c(offset, c, inner)
    return asinh_c(sine, c, inner + outer)


@op(
    domain=EPILOGUE,
    result="frame",
    reference=textbook.Frame.affine,
    shared=("weight_norm", "bias", "rho", "limit"),
    laws=[AFFINE],
    signs=(-1,),
)
def affine(
    h: Channels, sqnorm: Scalar, weight_norm: Channels, bias: Channels, rho: Scalar, limit: Scalar, k: Curvature
) -> Vector:
    """Epilogue of Linear and every convolution: the point whose distances to the coordinate hyperplanes are the scores.

    h = ⟨ρu, ŵ⟩ per channel, sqnorm = ‖ρu‖², ρ the concatenation ratio. ω = sinh((‖w‖/ρ) asinh s) and the result is
    asinh(‖ω‖)/(√c‖ω‖) ω, saturated at `limit`. Source: arXiv 2006.08210 §3.2.

    So that no exponential overflows, ρu saturates at limit + 4, and scores end at 3 limit + 4, in units of 1/√c.
    """
    c, slope = k.c, weight_norm / rho
    # constants, since the scores do not depend on where the offset is cut
    sine, beyond = sines(h, sqnorm, slope, bias, limit, constant((2 * limit + 3) / sqrt(c)), k)
    scores = clip(slope * asinh_c(sine, c) + beyond, constant((3 * limit + 4) / sqrt(c)))
    return lowered_within(sinh_c(scores, c), limit, k)


@op(
    domain=EPILOGUE,
    result="frame",
    reference=textbook.Frame.linear_affine,
    shared=("weight_norm", "bias", "rho", "limit"),
    laws=[AFFINE],
    signs=(-1,),
)
def linear_affine(
    h: Channels, sqnorm: Scalar, weight_norm: Channels, bias: Channels, rho: Scalar, limit: Scalar, k: Curvature
) -> Vector:
    """Epilogue whose space part is linear in the point of the input: ω = (‖w‖/ρ) s, with no function per channel.

    Arguments and s as of `affine`. Coordinates of the space part end at e^(3 limit + 4)/2, in units of 1/√c.
    Source: arXiv 2601.21529.
    """
    slope = weight_norm / rho
    sine, beyond = sines(h, sqnorm, slope, bias, limit, (2 * limit + 3) / sqrt(k.c), k)
    return lowered_within(clip(slope * sine + beyond, exp(3 * limit + 4) / (2 * sqrt(k.c))), limit, k)


@named
def sines(
    h: Channels, sqnorm: Scalar, slope: Channels, bias: Channels, limit: Scalar, most: Scalar, k: Curvature
) -> tuple[Channels, Channels]:
    """Hyperbolic sines of the distances to hyperplanes of offset −bias/slope, and what is left of the bias.

    A hyperplane farther off than `most` is as good as at infinity: what is left of its offset acts on the result.
    """
    c = k.c
    inward = saturation(c * sqnorm, limit + 4)
    within = -c * sqnorm * inward**2
    offset = clip(-bias * inverse(slope), most)
    sine = (inward * sn(within)) * (h * cosh_c(offset, c)) - cs(within) * sinh_c(offset, c)
    return sine, bias + slope * offset


@named
def lowered_within(space: Vector, limit: Scalar, k: Curvature) -> Vector:
    """Frame coordinates, saturated, of a point of the hyperboloid from its space part."""
    return shrinkage(k.c * dot(space, space), limit) * space


@named
def shrinkage(square: Scalar, limit: Scalar) -> Scalar:
    """What takes the space part of a point of the hyperboloid to saturated frame coordinates; square = c‖space‖²."""
    angle = asn(-square)
    return angle * saturation(square * angle**2, limit)


@op(
    domain={"u": "free"},
    result="frame",
    reference=textbook.Frame.bound,
    laws=[laws.bound_stays_inside, flat(lambda u: u)],
    signs=(1,),
)
def bound(u: Vector, k: Curvature) -> Vector:
    """Smooth injective radial map into the injectivity radius of the sphere, R tanh(‖u‖/R) û with R = (1 − 2⁻⁶)π/√c."""
    return tn(-k * dot(u, u) / BOUND) * u


@op(
    domain={"u": "free", "limit": "positive"},
    result="frame",
    reference=textbook.Frame.saturate,
    laws=[laws.saturate_keeps_directions, flat(lambda u, limit: u)],
    signs=(-1,),
)
def saturate(u: Vector, limit: Scalar, k: Curvature) -> Vector:
    """Keep a vector up to the length `limit`/√c; one that is longer by x/√c gets (limit + x/√(1 + x²))/√c.

    Smooth to second order, injective and radial: the radius stays below (limit + 1)/√c.
    """
    return saturation(k.c * dot(u, u), limit) * u


@op(
    domain={"u": "free", "reach": "positive", "slope": "positive"},
    result="frame",
    reference=textbook.Frame.rescale,
    shared=("reach", "slope"),
    laws=[laws.rescale_composes_with_scaling],
    signs=BOTH,
)
def rescale(u: Vector, reach: Scalar, slope: Scalar, k: Curvature) -> Vector:
    """The distance D from the origin becomes reach/√c · tanh(slope √c D/reach), with this slope at the origin.

    Source: maximum distance rescaling, arXiv 2405.13979 Eq. 2–3.
    """
    return (slope * tn(-k.c * dot(u, u) * (slope / reach) ** 2)) * u


@op(
    domain={"u": "frame", "limit": "limit"},
    result="free",
    reference=textbook.Frame.space_part,
    shared=("limit",),
    laws=[laws.from_space_part_inverts, flat(lambda u, limit: u)],
    signs=(-1,),
)
def space_part(u: Vector, limit: Scalar, k: Curvature) -> Vector:
    """Space part of the point of the hyperboloid with frame coordinates u, which saturates at `limit` + 4."""
    square = k.c * dot(u, u)
    inward = saturation(square, limit + 4)
    return (inward * sn(-square * inward**2)) * u


@op(
    domain={"space": "scores", "limit": "limit"},
    result="frame",
    reference=textbook.Frame.from_space_part,
    shared=("limit",),
    laws=[laws.space_part_inverts, flat(lambda space, limit: space)],
    signs=(-1,),
)
def from_space_part(space: Channels, limit: Scalar, k: Curvature) -> Vector:
    """Frame coordinates, saturated at `limit`, of the point of the hyperboloid with this space part.

    Coordinates end at e^(3 limit + 4)/2, in units of 1/√c, so that no square overflows.
    """
    return lowered_within(clip(space, exp(3 * limit + 4) / (2 * sqrt(k.c))), limit, k)


@op(
    domain={"z": "free", "square": "positive", "limit": "limit"},
    result="frame",
    reference=textbook.Frame.matched,
    shared=("limit",),
    laws=[laws.matched_has_the_distance, flat(lambda z, square, limit: (square.sqrt() * z / norm(z)).nan_to_num())],
    signs=(-1,),
)
def matched(z: Vector, square: Scalar, limit: Scalar, k: Curvature) -> Vector:
    """The point of the hyperboloid in the direction of z whose space part has the squared length `square`.

    In frame coordinates, saturated at `limit`. Where z = 0 it is the origin, with gradient 0.
    Source: the efficient convolution of arXiv 2405.13979, whose kernel stands in for a rotation.
    """
    reach = k.c * square
    outward = root(square) * asn(-reach)
    return (outward * saturation(k.c * outward**2, limit) * inverse_root(dot(z, z))) * z
