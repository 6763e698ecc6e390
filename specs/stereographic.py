"""Stereographic coordinates: points are the x ∈ R^n with 1 + κ‖x‖² > 0; the Poincaré ball for κ = −c.

Written for the signed curvature κ (`k`). The metric is λ² I with λ = 2/(1 + κ‖x‖²). Möbius sums and differences are
formed explicitly (s = x + y, δ = y − x), because every textbook form of them cancels between near points far from the
origin.

Sources: Ungar, Analytic Hyperbolic Geometry (gyrovector operations); Ganea et al., Hyperbolic Neural Networks (arXiv
1805.09112) for the exponential map, logarithm and transport; the s/δ and asinh forms are derived here.
"""

from __future__ import annotations

from ..compile.algebra import Curvature, Scalar, Vector, constant, dot, form, row_sum
from ..compile.spec import named, op
from ..compile.vocabulary import asn, at_least, atn, cs, margin, root, sqrt, tn
from . import laws, textbook
from .laws import flat, norm


def gap(x: Vector, k: Curvature) -> Scalar:
    """2/λ, the factor 1 + κ‖x‖² that vanishes at the edge of the ball."""
    return margin(1 + k * dot(x, x))


@op(
    domain={"x": "ball"},
    result="scalar",
    reference=textbook.Stereographic.conformal_factor,
    laws=[flat(lambda x: 2 + 0 * x[..., :1])],
)
def conformal_factor(x: Vector, k: Curvature) -> Scalar:
    """Conformal factor λ = 2/(1 + κ‖x‖²). Source: arXiv 1805.09112 §2."""
    return 2 / gap(x, k)


@op(
    domain={"x": "ball", "y": "ball"},
    result="ball",
    reference=textbook.Stereographic.mobius_add,
    laws=[laws.left_cancellation, flat(lambda x, y: x + y)],
)
def mobius_add(x: Vector, y: Vector, k: Curvature) -> Vector:
    """Möbius addition x ⊕ y. Source: Ungar; stable in s = x + y, whose denominator has no negative term on the ball."""
    return translate(x, y, gap(y, k), k)


def translate(x: Vector, y: Vector, ly: Scalar, k: Curvature) -> Vector:
    """x ⊕ y, given 1 + κ‖y‖²."""
    s = form(x + y)
    lx = gap(x, k)
    spread = k * dot(s, s)
    return (lx * s - spread * x) / (lx * ly - spread)


@op(
    domain={"u": "ball", "v": "ball", "w": "free"},
    result="free",
    reference=textbook.Stereographic.gyration,
    laws=[laws.gyration_preserves_norm, flat(lambda u, v, w: w)],
)
def gyration(u: Vector, v: Vector, w: Vector, k: Curvature) -> Vector:
    """Gyration gyr[u, v]w, the rotation by which Möbius addition fails to associate. Source: Ungar."""
    s = form(u + v)
    uu, vv, uv = dot(u, u), dot(v, v), dot(u, v)
    uw, vw = dot(u, w), dot(v, w)
    a = -(k * k) * uw * vv - k * vw + 2 * k * k * uv * vw
    b = -(k * k) * vw * uu + k * uw
    denominator = gap(u, k) * gap(v, k) - k * dot(s, s)
    return w + (2 / denominator) * (a * u + b * v)


@op(
    domain={"v": "tangent0"},
    result="ball",
    reference=textbook.Stereographic.expmap0,
    laws=[laws.log0_inverts_exp0, flat(lambda v: v)],
)
def expmap0(v: Vector, k: Curvature) -> Vector:
    """Exponential map at the origin, tanh(√c‖v‖)/(√c‖v‖) v. Source: arXiv 1805.09112 Lemma 2."""
    return tn(k * dot(v, v)) * v


@op(
    domain={"x": "ball"},
    result="tangent0",
    reference=textbook.Stereographic.logmap0,
    laws=[laws.exp0_inverts_log0, flat(lambda x: x)],
)
def logmap0(x: Vector, k: Curvature) -> Vector:
    """Logarithm at the origin, artanh(√c‖x‖)/(√c‖x‖) x. Source: arXiv 1805.09112 Lemma 2."""
    return atn(k * dot(x, x)) * x


@op(
    domain={"u": "frame"},
    result="ball",
    reference=textbook.Stereographic.from_frame,
    laws=[laws.to_frame_inverts_from_frame, flat(lambda u: u / 2)],
)
def from_frame(u: Vector, k: Curvature) -> Vector:
    """Point with frame coordinates u: expmap0(u/2), since the metric at the origin is 4I."""
    return (tn(k * dot(u, u) / 4) / 2) * u


@op(
    domain={"x": "ball"},
    result="frame",
    reference=textbook.Stereographic.to_frame,
    laws=[laws.frame_norm_is_dist0, flat(lambda x: 2 * x)],
)
def to_frame(x: Vector, k: Curvature) -> Vector:
    """Frame coordinates of a point, 2 logmap0(x): their norm is the distance to the origin."""
    return 2 * atn(k * dot(x, x)) * x


@op(
    domain={"x": "ball", "v": "ball tangent at x"},
    result="ball",
    reference=textbook.Stereographic.expmap,
    laws=[laws.log_inverts_exp, flat(lambda x, v: x + v)],
)
def expmap(x: Vector, v: Vector, k: Curvature) -> Vector:
    """Exponential map x ⊕ (tanh(√c λ‖v‖/2)/(√c‖v‖) v). Source: arXiv 1805.09112 Lemma 2."""
    lx = gap(x, k)
    e = (tn(k * dot(v, v) / lx**2) / lx) * v
    return translate(x, e, gap(e, k), k)


@op(
    domain={"x": "ball", "y": "ball"},
    result="ball tangent at x",
    reference=textbook.Stereographic.logmap,
    laws=[laws.log_norm_is_dist, flat(lambda x, y: y - x)],
)
def logmap(x: Vector, y: Vector, k: Curvature) -> Vector:
    """Logarithm log_x y = (2/λ) artanh(√c‖u‖)/(√c‖u‖) u with u = −x ⊕ y. Source: arXiv 1805.09112 Lemma 2."""
    delta = y - x
    lx, ly = gap(x, k), gap(y, k)
    dd = dot(delta, delta)
    q = dd / (lx * ly)
    # artanh ‖u‖/‖u‖ by the distance asinh √q, which keeps its digits where ‖u‖ is close to 1
    scale = lx * asn(k * q) * sqrt(1 - k * q) / (lx * ly - k * dd)
    return (scale * lx) * delta + (scale * k * dd) * x


@op(
    domain={"x": "ball", "y": "ball"},
    result="scalar",
    reference=textbook.Stereographic.dist,
    laws=[laws.symmetric("dist"), laws.zero_on_the_diagonal("dist"), flat(lambda x, y: 2 * norm(y - x))],
)
def dist(x: Vector, y: Vector, k: Curvature) -> Scalar:
    """Geodesic distance (2/√c) asinh(√c‖x − y‖/√(ℓ_x ℓ_y)). Gradient 0 at x = y."""
    delta = y - x
    q = dot(delta, delta) / (gap(x, k) * gap(y, k))
    return 2 * root(q) * asn(k * q)


@op(
    domain={"x": "ball", "y": "ball"},
    result="scalar",
    reference=textbook.Stereographic.sqdist,
    laws=[laws.square_of_dist, laws.zero_on_the_diagonal("sqdist"), flat(lambda x, y: 4 * norm(y - x) ** 2)],
)
def sqdist(x: Vector, y: Vector, k: Curvature) -> Scalar:
    """Squared geodesic distance, smooth at x = y."""
    delta = y - x
    q = dot(delta, delta) / (gap(x, k) * gap(y, k))
    half = asn(k * q)
    return 4 * q * half**2


@op(
    domain={"x": "ball"},
    result="scalar",
    reference=textbook.Stereographic.dist0,
    laws=[laws.dist0_is_dist_from_the_origin, flat(lambda x: 2 * norm(x))],
)
def dist0(x: Vector, k: Curvature) -> Scalar:
    """Distance to the origin, (2/√c) artanh(√c‖x‖). Gradient 0 at the origin."""
    xx = dot(x, x)
    return 2 * root(xx) * atn(k * xx)


@op(
    domain={"x": "ball", "y": "ball", "v": "ball tangent at x"},
    result="ball tangent at y",
    reference=textbook.Stereographic.transp,
    laws=[laws.transport_is_isometric, laws.transport_reverses_log, flat(lambda x, y, v: v)],
)
def transp(x: Vector, y: Vector, v: Vector, k: Curvature) -> Vector:
    """Parallel transport (λ_x/λ_y) gyr[y, −x]v along the geodesic. Source: arXiv 1805.09112 Theorem 4.

    The rotation is written in δ = y − x, which keeps its digits for near points at the edge.
    """
    delta = y - x
    lx, ly = gap(x, k), gap(y, k)
    ratio = ly / lx
    return ratio * turn(x, delta, v, dot(x, v), dot(delta, v), lx, ly, k)


@named
def turn(x: Vector, delta: Vector, w: Vector, xw: Scalar, dw: Scalar, lx: Scalar, ly: Scalar, k: Curvature) -> Vector:
    """gyr[x + δ, −x]w, the rotation in a transport from x to y = x + δ, given the gaps and the products of w."""
    xx, dd, xd = dot(x, x), dot(delta, delta), dot(x, delta)
    a = k * lx * xw - k * k * xx * dw + 2 * k * k * xd * xw
    b = -k * lx * dw - k * k * dd * xw
    twice = 2 / (lx * ly - k * dd)
    return w + (twice * a) * delta + (twice * b) * x


@op(
    domain={"y": "ball", "v": "tangent0"},
    result="ball tangent at y",
    reference=textbook.Stereographic.transp0,
    laws=[laws.transp0back_inverts_transp0, flat(lambda y, v: v)],
)
def transp0(y: Vector, v: Vector, k: Curvature) -> Vector:
    """Parallel transport from the origin to y, (λ_0/λ_y) v."""
    return gap(y, k) * v


@op(
    domain={"x": "ball", "v": "ball tangent at x"},
    result="tangent0",
    reference=textbook.Stereographic.transp0back,
    laws=[laws.transp0_inverts_transp0back, flat(lambda x, v: v)],
)
def transp0back(x: Vector, v: Vector, k: Curvature) -> Vector:
    """Parallel transport from x to the origin, (λ_x/λ_0) v."""
    return v / gap(x, k)


@op(
    domain={"x": "ball", "grad": "free"},
    result="ball tangent at x",
    reference=textbook.Stereographic.egrad2rgrad,
    laws=[laws.gradient_is_dual, flat(lambda x, grad: grad / 4)],
)
def egrad2rgrad(x: Vector, grad: Vector, k: Curvature) -> Vector:
    """Riemannian gradient grad/λ² of the Euclidean one."""
    return (gap(x, k) ** 2 / 4) * grad


@op(
    domain={"x": "ball", "u": "ball tangent at x", "v": "ball tangent at x"},
    result="scalar",
    reference=textbook.Stereographic.inner,
    laws=[laws.inner_is_polarised, flat(lambda x, u, v: 4 * (u * v).sum(-1, keepdim=True))],
)
def inner(x: Vector, u: Vector, v: Vector, k: Curvature) -> Scalar:
    """Inner product λ²⟨u, v⟩ of two tangent vectors at x."""
    return (4 / gap(x, k) ** 2) * dot(u, v)


@op(
    domain={"t": "unit interval", "x": "ball", "y": "ball"},
    result="ball",
    reference=textbook.Stereographic.geodesic,
    laws=[laws.geodesic_has_constant_speed, flat(lambda t, x, y: x + t * (y - x))],
)
def geodesic(t: Scalar, x: Vector, y: Vector, k: Curvature) -> Vector:
    """Point exp_x(t log_x y) = x ⊕ (t ⊗ (−x ⊕ y)) of the geodesic from x (t = 0) to y (t = 1)."""
    delta = y - x
    lx, ly = gap(x, k), gap(y, k)
    dd = dot(delta, delta)
    q = dd / (lx * ly)
    half = asn(k * q)
    angle = k * t**2 * half**2 * q
    step = t * half * sqrt(1 - k * q) * tn(angle) / (lx * ly - k * dd)
    return translate(x, (step * lx) * delta + (step * k * dd) * x, 1 / cs(angle) ** 2, k)


@op(
    domain={"x": "ball", "v": "ball tangent at x", "w": "ball tangent at x"},
    result=("ball", "ball tangent at out0"),
    reference=textbook.Stereographic.expmap_transp,
    laws=[laws.step_is_expmap],
)
def expmap_transp(x: Vector, v: Vector, w: Vector, k: Curvature) -> tuple[Vector, Vector]:
    """Point y = exp_x(v), and w moved there along the geodesic: (λ_x/λ_y) gyr[x, e]w for y = x ⊕ e."""
    lx = gap(x, k)
    e = (tn(k * dot(v, v) / lx**2) / lx) * v
    s = form(x + e)
    le = gap(e, k)
    spread = k * dot(s, s)
    denominator = lx * le - spread
    y = (lx * s - spread * x) / denominator
    moved = (le / denominator) * gyration(x, e, w, k)
    return y, moved


@op(
    domain={"x": "ball", "v": "ball tangent at x", "weight": "unit interval"},
    result=("ball", "ball tangent at out0"),
    reference=textbook.Stereographic.shrink_transp,
    laws=[
        laws.shrink_by_nothing,
        laws.shrinking_moves_along_a_geodesic,
        flat(lambda x, v, weight: ((1 - weight) * x, v)),
    ],
)
def shrink_transp(x: Vector, v: Vector, weight: Scalar, k: Curvature) -> tuple[Vector, Vector]:
    """Midpoint y of a point and the origin o with weights 1 − w and w, and v moved there along the geodesic.

    In ambient coordinates (1 − w)x + wo, whose length is formed as a sum of positive numbers; v is scaled by λ_x/λ_y.
    """
    rest, lx = 1 - weight, gap(x, k)
    length = sqrt((rest * lx) ** 2 + (weight * lx) ** 2 + 2 * rest * weight * lx * (2 - lx))
    total = length + weight * lx + rest * (2 - lx)
    return (2 * rest / total) * x, (2 * length / (lx * total)) * v


@op(
    domain={"x": "ball", "w": "positive"},
    result="ball",
    reference=textbook.Stereographic.midpoint,
    laws=[laws.midpoint_of_one_point, flat(lambda x, w: (w * x).sum(-2, keepdim=True) / w.sum(-2, keepdim=True))],
)
def midpoint(x: Vector, w: Scalar, k: Curvature) -> Vector:
    """Weighted gyromidpoint of the rows: the Lorentz centroid in ball coordinates. Source: arXiv 2006.08210 §3.5.

    The sums are taken a second time about a first estimate p, where nothing cancels: m = p ⊕ midpoint(−p ⊕ x). The
    result does not depend on p, which is a constant for differentiation.
    """
    share = row_sum(w)
    p = constant(centre(x, 2 * w / gap(x, k), row_sum(w * (2 / gap(x, k) - 1)), share, k))
    delta = form(x - p)
    dd, lp = dot(delta, delta), gap(p, k)
    # 1 + κ‖x‖², consistent with ℓ_p to the last digit: at the edge their rounding errors would dwarf ‖δ‖²
    lx = margin(lp + k * (2 * dot(p, delta) + dd))
    denominator = lx * lp - k * dd
    near = (lp * delta + (k * dd) * p) / denominator
    # 1 + κ‖−p ⊕ x‖² = ℓ_p ℓ_x / denominator, so λ and λ − 1 there are free of cancellation.
    scale = 2 * w * denominator / (lp * lx)
    mass = w * (lp * lx - 2 * k * dd) / (lp * lx)
    m = centre(near, scale, row_sum(mass), share, k)
    s = form(p + m)
    mm = dot(m, m)
    reach = lp / (lp * gap(m, k) - k * dot(s, s))
    # p ⊕ m as p and a correction, which is small at the edge
    correction = form(reach * m - (reach * k * mm) * p)
    return p + correction


@named
def centre(x: Vector, weight: Scalar, mass: Scalar, share: Scalar, k: Curvature) -> Vector:
    """Midpoint S/(T + √(T² + κ‖S‖²)) of the sums S = Σ wλx and T = Σ w(λ − 1); the root is at least Σw = `share`."""
    total = row_sum(weight * x)
    square = at_least(mass**2 + k * dot(total, total), share**2)
    return total / (mass + sqrt(square))
