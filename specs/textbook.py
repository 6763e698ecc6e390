"""Textbook references for every operation on a space of constant curvature, in multi-precision arithmetic.

The formulas are the published definitions (acosh, acos, artanh of a Möbius difference, log ∘ op ∘ exp), independent of
the stable forms that they check; digits make them accurate, and the caller sets `mp.dps`. Points at distance r from the
origin cost up to 1.3·√c·r digits and a length ε costs 2·log10(1/ε), so that extreme inputs need more than 50.

Vectors are lists of `mpf`, ambient ones have the time or pole first, and `k ≠ 0` is the signed sectional curvature:
−c on the ball and the hyperboloid, +c on the sphere. At removable singularities the exact limit is returned.

Sources: Ungar, A Gyrovector Space Approach to Hyperbolic Geometry; HNN (Ganea et al., arXiv 1805.09112); HNN++ (Shimizu
et al., arXiv 2006.08210); κ-models (Bachmann et al., arXiv 1911.05076); NK (Nickel and Kiela, arXiv 1806.03417).
"""

from collections.abc import Callable, Sequence
from typing import Any

from mpmath import mp

# mpmath ships no types: a number is an `mpf`, which a type checker cannot tell from anything else.
Number = Any
Vector = list[Number]


def _root(k: Number) -> Number:
    """√|k|, the inverse of the radius of curvature."""
    return mp.sqrt(abs(k))


def _sn(r: Number, k: Number) -> Number:
    """sin(√c r)/√c for k > 0, sinh(√c r)/√c for k < 0."""
    return (mp.sin if k > 0 else mp.sinh)(_root(k) * r) / _root(k)


def _cs(r: Number, k: Number) -> Number:
    """cos(√c r) for k > 0, cosh(√c r) for k < 0: the derivative of `_sn`."""
    return (mp.cos if k > 0 else mp.cosh)(_root(k) * r)


def _tn(r: Number, k: Number) -> Number:
    """`_sn` / `_cs`."""
    return (mp.tan if k > 0 else mp.tanh)(_root(k) * r) / _root(k)


def _asn(t: Number, k: Number) -> Number:
    """Inverse of `_sn`; on the sphere rounding must not push the sine beyond ±1."""
    s = _root(k) * t
    return (mp.asin(max(-1, min(s, 1))) if k > 0 else mp.asinh(s)) / _root(k)


def _acs(t: Number, k: Number) -> Number:
    """Inverse of `_cs`, a length ≥ 0; rounding must not push the argument out of the domain."""
    return (mp.acos(max(-1, min(t, 1))) if k > 0 else mp.acosh(max(t, 1))) / _root(k)


def _atn(t: Number, k: Number) -> Number:
    """Inverse of `_tn`."""
    return (mp.atan if k > 0 else mp.atanh)(_root(k) * t) / _root(k)


def _scale(a: Number, x: Vector) -> Vector:
    return [a * xi for xi in x]


def _combine(a: Number, x: Vector, b: Number, y: Vector) -> Vector:
    """a·x + b·y."""
    return [a * xi + b * yi for xi, yi in zip(x, y, strict=True)]


def _total(xs: Sequence[Vector], ws: Sequence[Number]) -> Vector:
    """Σᵢ wᵢ xᵢ."""
    return [mp.fdot(ws, coordinates) for coordinates in zip(*xs, strict=True)]


def _radial(x: Vector, length: Callable[[Number], Number]) -> Vector:
    """The vector of norm `length(‖x‖)` in the direction of x, and 0 at x = 0."""
    r = mp.norm(x)
    return _scale(length(r) / r, x) if r else x


def _dot(x: Vector, y: Vector, k: Number) -> Number:
    """⟨x, y⟩ = sign(k)·x_t y_t + x_s·y_s."""
    return mp.sign(k) * x[0] * y[0] + mp.fdot(x[1:], y[1:])


def _origin(n: int, k: Number) -> Vector:
    """The point (1/√c, 0) of an n-dimensional space."""
    return [1 / _root(k)] + [mp.zero] * n


def on_manifold(x: Vector, k: Number) -> Vector:
    """The point that coordinates mean.

    Hyperboloid: only the space part counts, x_t = √(1/c + ‖x_s‖²). Sphere: scaled to the radius 1/√c, the pole for 0.
    """
    if k < 0:
        return [mp.sqrt(mp.fdot(x[1:], x[1:]) - 1 / k), *x[1:]]
    return _radial(x, lambda _: 1 / _root(k)) if any(x) else _origin(len(x) - 1, k)


def on_tangent(x: Vector, v: Vector, k: Number) -> Vector:
    """The tangent vector at `on_manifold(x)` that coordinates mean.

    Hyperboloid: only the space part counts, v_t = x_s·v_s / x_t. Sphere: the orthogonal projection.
    """
    x = on_manifold(x, k)
    if k < 0:
        return [mp.fdot(x[1:], v[1:]) / x[0], *v[1:]]
    return _combine(1, v, -k * _dot(x, v, k), x)


def _antipodal(x: Vector, y: Vector, k: Number) -> bool:
    """Whether two points of a sphere are antipodes, up to rounding."""
    return bool(k > 0 and 1 + k * _dot(x, y, k) < 1024 * mp.eps)


def _mobius_difference(x: Vector, y: Vector, k: Number) -> Vector:
    """(−x) ⊕ y."""
    return Stereographic.mobius_add(_scale(-1, x), y, k) if x != y else _scale(0, x)


class Stereographic:
    """Stereographic coordinates, conformal factor 2/(1 + k‖x‖²): for k < 0 the Poincaré ball (HNN §2, κ-models)."""

    @staticmethod
    def mobius_add(x: Vector, y: Vector, k: Number) -> Vector:
        """x ⊕ y (Ungar; HNN §2.3)."""
        xx, xy, yy = mp.fdot(x, x), mp.fdot(x, y), mp.fdot(y, y)
        denominator = 1 - 2 * k * xy + k**2 * xx * yy
        return _combine((1 - 2 * k * xy - k * yy) / denominator, x, (1 + k * xx) / denominator, y)

    @staticmethod
    def gyration(u: Vector, v: Vector, w: Vector, k: Number) -> Vector:
        """gyr[u, v]w = ⊖(u ⊕ v) ⊕ (u ⊕ (v ⊕ w)) for w in the ball (Ungar), continued to all w by linearity."""
        if not any(w):
            return w
        add, scale = Stereographic.mobius_add, 2 * _root(k) * mp.norm(w)
        moved = add(u, add(v, _scale(1 / scale, w), k), k)
        return _scale(scale, _mobius_difference(add(u, v, k), moved, k))

    @staticmethod
    def conformal_factor(x: Vector, k: Number) -> Number:
        """λ_x = 2/(1 + k‖x‖²)."""
        return 2 / (1 + k * mp.fdot(x, x))

    @staticmethod
    def expmap0(v: Vector, k: Number) -> Vector:
        """tanh(√c‖v‖)/(√c‖v‖)·v (HNN lemma 2)."""
        return _radial(v, lambda r: _tn(r, k))

    @staticmethod
    def logmap0(x: Vector, k: Number) -> Vector:
        """artanh(√c‖x‖)/(√c‖x‖)·x (HNN lemma 2)."""
        return _radial(x, lambda r: _atn(r, k))

    @staticmethod
    def expmap(x: Vector, v: Vector, k: Number) -> Vector:
        """x ⊕ tanh(√c λ_x‖v‖/2)/(√c‖v‖)·v (HNN lemma 2)."""
        half_factor = Stereographic.conformal_factor(x, k) / 2
        return Stereographic.mobius_add(x, _radial(v, lambda r: _tn(half_factor * r, k)), k)

    @staticmethod
    def logmap(x: Vector, y: Vector, k: Number) -> Vector:
        """2/(√c λ_x)·artanh(√c‖m‖)·m/‖m‖ with m = −x ⊕ y (HNN lemma 2)."""
        half_factor = Stereographic.conformal_factor(x, k) / 2
        return _radial(_mobius_difference(x, y, k), lambda r: _atn(r, k) / half_factor)

    @staticmethod
    def dist(x: Vector, y: Vector, k: Number) -> Number:
        """(2/√c)·artanh(√c‖−x ⊕ y‖) (HNN §2)."""
        return 2 * _atn(mp.norm(_mobius_difference(x, y, k)), k)

    @staticmethod
    def dist0(x: Vector, k: Number) -> Number:
        """(2/√c)·artanh(√c‖x‖)."""
        return 2 * _atn(mp.norm(x), k)

    @staticmethod
    def sqdist(x: Vector, y: Vector, k: Number) -> Number:
        """The square of `dist`."""
        return Stereographic.dist(x, y, k) ** 2

    @staticmethod
    def transp(x: Vector, y: Vector, v: Vector, k: Number) -> Vector:
        """Parallel transport (λ_x/λ_y)·gyr[y, −x]v (HNN theorem 4; κ-models)."""
        factor = Stereographic.conformal_factor(x, k) / Stereographic.conformal_factor(y, k)
        return _scale(factor, Stereographic.gyration(y, _scale(-1, x), v, k))

    @staticmethod
    def transp0(y: Vector, v: Vector, k: Number) -> Vector:
        """Parallel transport from the origin to y."""
        return Stereographic.transp(_scale(0, y), y, v, k)

    @staticmethod
    def transp0back(x: Vector, v: Vector, k: Number) -> Vector:
        """Parallel transport from x to the origin."""
        return Stereographic.transp(x, _scale(0, x), v, k)

    @staticmethod
    def egrad2rgrad(x: Vector, grad: Vector, k: Number) -> Vector:
        """grad/λ_x²: the metric is λ_x²·I."""
        return _scale(Stereographic.conformal_factor(x, k) ** -2, grad)

    @staticmethod
    def inner(x: Vector, u: Vector, v: Vector, k: Number) -> Number:
        """λ_x²·u·v."""
        return Stereographic.conformal_factor(x, k) ** 2 * mp.fdot(u, v)

    @staticmethod
    def geodesic(t: Number, x: Vector, y: Vector, k: Number) -> Vector:
        """exp_x(t·log_x y)."""
        return Stereographic.expmap(x, _scale(t, Stereographic.logmap(x, y, k)), k)

    @staticmethod
    def expmap_transp(x: Vector, v: Vector, w: Vector, k: Number) -> tuple[Vector, Vector]:
        """y = exp_x(v), and w transported from x to y."""
        y = Stereographic.expmap(x, v, k)
        return y, Stereographic.transp(x, y, w, k)

    @staticmethod
    def shrink_transp(x: Vector, v: Vector, weight: Number, k: Number) -> tuple[Vector, Vector]:
        """The midpoint with the origin, and v transported there."""
        y = Stereographic.midpoint([x, _scale(0, x)], [1 - weight, weight], k)
        return y, Stereographic.transp(x, y, v, k)

    @staticmethod
    def midpoint(xs: Sequence[Vector], ws: Sequence[Number], k: Number) -> Vector:
        """½ ⊗ (Σ wλx / Σ w(λ − 1)), the gyromidpoint (HNN++ §3.5); for k > 0 the denominator must be positive."""
        factors = [Stereographic.conformal_factor(x, k) for x in xs]
        total = _total(xs, [w * factor for w, factor in zip(ws, factors, strict=True)])
        mean = _scale(1 / mp.fdot(ws, [factor - 1 for factor in factors]), total)
        return _radial(mean, lambda r: _tn(_atn(r, k) / 2, k))

    @staticmethod
    def to_frame(x: Vector, k: Number) -> Vector:
        """2·log_0(x): the metric at 0 is 4I."""
        return _scale(2, Stereographic.logmap0(x, k))

    @staticmethod
    def from_frame(u: Vector, k: Number) -> Vector:
        """exp_0(u/2)."""
        return Stereographic.expmap0(_scale(mp.mpf(1) / 2, u), k)


class Ambient:
    """The hyperboloid (k < 0, NK) and the sphere (k > 0), the set ⟨x, x⟩ = 1/k in R^{n+1}.

    Every input is first read by `on_manifold` or `on_tangent`. Vectors at the origin have n numbers.
    """

    projx = staticmethod(on_manifold)

    @staticmethod
    def proju(x: Vector, v: Vector, k: Number) -> Vector:
        """Orthogonal projection v − k⟨x, v⟩x of any ambient vector."""
        x = on_manifold(x, k)
        return _combine(1, v, -k * _dot(x, v, k), x)

    @staticmethod
    def expmap0(u: Vector, k: Number) -> Vector:
        """exp_o((0, u))."""
        return Ambient.expmap(_origin(len(u), k), [mp.zero, *u], k)

    @staticmethod
    def logmap0(x: Vector, k: Number) -> Vector:
        """The space part of log_o(x)."""
        return Ambient.logmap(_origin(len(x) - 1, k), x, k)[1:]

    @staticmethod
    def expmap(x: Vector, v: Vector, k: Number) -> Vector:
        """cosh(√c‖v‖)·x + sinh(√c‖v‖)/(√c‖v‖)·v (NK); cos, sin on the sphere."""
        return Ambient.expmap_transp(x, v, v, k)[0]

    @staticmethod
    def logmap(x: Vector, y: Vector, k: Number) -> Vector:
        """acosh(α)/√(α² − 1)·(y − αx) with α = k⟨x, y⟩ (NK); acos on the sphere.

        Raises:
            ValueError: if x and y are antipodes.
        """
        x, y = on_manifold(x, k), on_manifold(y, k)
        if _antipodal(x, y, k):
            raise ValueError("the logarithm is undefined at the antipode")
        d = Ambient.dist(x, y, k)
        return _scale(d / _sn(d, k), _combine(1, y, -k * _dot(x, y, k), x)) if d else _scale(0, x)

    @staticmethod
    def dist(x: Vector, y: Vector, k: Number) -> Number:
        """acosh(−c⟨x, y⟩)/√c (NK), acos(c⟨x, y⟩)/√c on the sphere."""
        x, y = on_manifold(x, k), on_manifold(y, k)
        return _acs(k * _dot(x, y, k), k) if x != y else mp.zero

    @staticmethod
    def dist0(x: Vector, k: Number) -> Number:
        """The distance to the origin."""
        return Ambient.dist(_origin(len(x) - 1, k), x, k)

    @staticmethod
    def sqdist(x: Vector, y: Vector, k: Number) -> Number:
        """The square of `dist`."""
        return Ambient.dist(x, y, k) ** 2

    @staticmethod
    def transp(x: Vector, y: Vector, v: Vector, k: Number) -> Vector:
        """v − ⟨log_x y, v⟩/d²·(log_x y + log_y x), the transport of a symmetric space; v itself at the antipode."""
        x, y, v = on_manifold(x, k), on_manifold(y, k), on_tangent(x, v, k)
        if _antipodal(x, y, k) or not Ambient.dist(x, y, k):
            return v
        forth, back = Ambient.logmap(x, y, k), Ambient.logmap(y, x, k)
        return _combine(1, v, -_dot(forth, v, k) / Ambient.sqdist(x, y, k), _combine(1, forth, 1, back))

    @staticmethod
    def transp0(y: Vector, v: Vector, k: Number) -> Vector:
        """Parallel transport of (0, v) from the origin to y."""
        return Ambient.transp(_origin(len(v), k), y, [mp.zero, *v], k)

    @staticmethod
    def transp0back(x: Vector, v: Vector, k: Number) -> Vector:
        """The space part of v transported from x to the origin."""
        return Ambient.transp(x, _origin(len(x) - 1, k), v, k)[1:]

    @staticmethod
    def egrad2rgrad(x: Vector, grad: Vector, k: Number) -> Vector:
        """J·grad − k(x·grad)x with J = diag(sign k, 1, …, 1), for any gradient in R^{n+1} (NK)."""
        x = on_manifold(x, k)
        return _combine(1, [mp.sign(k) * grad[0], *grad[1:]], -k * mp.fdot(x, grad), x)

    @staticmethod
    def inner(x: Vector, u: Vector, v: Vector, k: Number) -> Number:
        """⟨u, v⟩ of tangent vectors at x."""
        return _dot(on_tangent(x, u, k), on_tangent(x, v, k), k)

    @staticmethod
    def geodesic(t: Number, x: Vector, y: Vector, k: Number) -> Vector:
        """exp_x(t·log_x y)."""
        return Ambient.expmap(x, _scale(t, Ambient.logmap(x, y, k)), k)

    @staticmethod
    def expmap_transp(x: Vector, v: Vector, w: Vector, k: Number) -> tuple[Vector, Vector]:
        """y = exp_x(v), and w moved along: v/‖v‖ becomes the velocity at y, what is normal to v stays as it is."""
        x, v, w = on_manifold(x, k), on_tangent(x, v, k), on_tangent(x, w, k)
        if not any(v):
            return x, w
        r = mp.sqrt(_dot(v, v, k))
        unit = _scale(1 / r, v)
        velocity = _combine(-k * _sn(r, k), x, _cs(r, k), unit)
        moved = _combine(1, w, _dot(unit, w, k), _combine(1, velocity, -1, unit))
        return _combine(_cs(r, k), x, _sn(r, k), unit), moved

    @staticmethod
    def shrink_transp(x: Vector, v: Vector, weight: Number, k: Number) -> tuple[Vector, Vector]:
        """The centroid with the origin, and v transported there."""
        y = Ambient.midpoint([x, _origin(len(x) - 1, k)], [1 - weight, weight], k)
        return y, Ambient.transp(x, y, v, k)

    @staticmethod
    def midpoint(xs: Sequence[Vector], ws: Sequence[Number], k: Number) -> Vector:
        """The centroid a/√(k⟨a, a⟩) with a = Σ wᵢxᵢ (Law et al., ICML 2019); the origin for a = 0."""
        total = _total([on_manifold(x, k) for x in xs], ws)
        return _scale(1 / mp.sqrt(k * _dot(total, total, k)), total) if any(total) else _origin(len(total) - 1, k)

    @staticmethod
    def to_stereographic(x: Vector, k: Number) -> Vector:
        """x_s/(1 + √c x_t), the projection from −o."""
        x = on_manifold(x, k)
        return _scale(1 / (1 + _root(k) * x[0]), x[1:])

    @staticmethod
    def from_stereographic(p: Vector, k: Number) -> Vector:
        """((λ − 1)/√c, λp) with the conformal factor λ at p."""
        factor = Stereographic.conformal_factor(p, k)
        return [(factor - 1) / _root(k), *_scale(factor, p)]


class Frame:
    """Normal coordinates at the origin, ‖u‖ = dist(o, x): each operation is log_o ∘ op ∘ exp_o of the ambient model."""

    @staticmethod
    def dist(u: Vector, v: Vector, k: Number) -> Number:
        """The distance of exp_o(u) and exp_o(v)."""
        return Ambient.dist(Ambient.expmap0(u, k), Ambient.expmap0(v, k), k)

    @staticmethod
    def sqdist(u: Vector, v: Vector, k: Number) -> Number:
        """The square of `dist`."""
        return Frame.dist(u, v, k) ** 2

    @staticmethod
    def add(u: Vector, v: Vector, limit: Number, k: Number) -> Vector:
        """log_o exp_x(PT_{o→x} v) with x = exp_o(u): Möbius addition in the frame; saturated on hyperbolic space."""
        x = Ambient.expmap0(u, k)
        result = Ambient.logmap0(Ambient.expmap(x, Ambient.transp0(x, v, k), k), k)
        return Frame.saturate(result, limit, k) if k < 0 else result

    @staticmethod
    def midpoint0(us: Sequence[Vector], ws: Sequence[Number], k: Number) -> Vector:
        """log_o of the centroid."""
        return Ambient.logmap0(Ambient.midpoint([Ambient.expmap0(u, k) for u in us], ws, k), k)

    @staticmethod
    def center(u: Vector, mean: Vector, k: Number) -> tuple[Vector, Number]:
        """PT_{μ→o} log_μ x, and its squared length."""
        x, mu = Ambient.expmap0(u, k), Ambient.expmap0(mean, k)
        return Ambient.transp0back(mu, Ambient.logmap(mu, x, k), k), Frame.sqdist(u, mean, k)

    @staticmethod
    def holonomy(v: Vector, mean: Vector, bias: Vector, k: Number) -> Vector:
        """PT_{β→o} PT_{μ→β} PT_{o→μ} v."""
        mu, beta = Ambient.expmap0(mean, k), Ambient.expmap0(bias, k)
        return Ambient.transp0back(beta, Ambient.transp(mu, beta, Ambient.transp0(mu, v, k), k), k)

    @staticmethod
    def place(v: Vector, mean: Vector, scale: Number, bias: Vector, limit: Number, k: Number) -> Vector:
        """log_o exp_β(scale·PT_{μ→β} PT_{o→μ} v): Riemannian batch normalisation (Lou et al., arXiv 2003.00335).

        On hyperbolic space the scaled vector and the result are saturated at `limit`.
        """
        mu, beta = Ambient.expmap0(mean, k), Ambient.expmap0(bias, k)
        scaled = _scale(scale, v)
        scaled = Frame.saturate(scaled, limit, k) if k < 0 else scaled
        tangent = Ambient.transp(mu, beta, Ambient.transp0(mu, scaled, k), k)
        result = Ambient.logmap0(Ambient.expmap(beta, tangent, k), k)
        return Frame.saturate(result, limit, k) if k < 0 else result

    @staticmethod
    def score(h: Vector, sqnorm: Number, weight_norm: Vector, bias: Vector, k: Number) -> Vector:
        """‖w‖·asn(⟨x, n⟩), signed distances of x = exp_o(u) to one hyperplane per channel; h = ⟨u, ŵ⟩ (HNN++ §3.1).

        The unit normal n is ŵ carried from o along itself by the offset −b/‖w‖. Only the plane of o and ŵ matters:
        there x is (cs‖u‖/√c, h·sn‖u‖/‖u‖). The limit at w = 0 is b; on the sphere, whose distances are bounded, 0.
        """
        r = mp.sqrt(sqnorm)
        time, stretch = _cs(r, k) / _root(k), _sn(r, k) / r if r else mp.one

        def channel(h: Number, norm: Number, b: Number) -> Number:
            if not norm:
                return b if k < 0 else mp.zero
            _, normal = Ambient.expmap_transp(_origin(1, k), [mp.zero, -b / norm], [mp.zero, mp.one], k)
            return norm * _asn(_dot([time, stretch * h], normal, k), k)

        return [channel(*row) for row in zip(h, weight_norm, bias, strict=True)]

    @staticmethod
    def affine(
        h: Vector, sqnorm: Number, weight_norm: Vector, bias: Vector, rho: Number, limit: Number, k: Number
    ) -> Vector:
        """The linear layer; ρ is the concatenation ratio, h = ⟨ρu, ŵ⟩ and sqnorm = ‖ρu‖² (HNN++ §3.2).

        The point whose signed distances to the coordinate hyperplanes through o are the scores v of the weight w/ρ:
        asinh(‖ω‖)/(√c‖ω‖)·ω with ω = sinh(√c v). In units of 1/√c, ρu is saturated at limit + 4, the scores are cut at
        3 limit + 4, the result is saturated at `limit`.
        """
        radius = mp.sqrt(sqnorm)
        inward = Frame.saturate([radius], limit + 4, k)[0] / radius if radius else mp.one
        most = (3 * limit + 4) / _root(k)
        scores = Frame.score(_scale(inward, h), inward**2 * sqnorm, _scale(1 / rho, weight_norm), bias, k)
        omega = [mp.sinh(_root(k) * max(-most, min(v, most))) for v in scores]
        return Frame.saturate(_radial(omega, lambda r: mp.asinh(r) / _root(k)), limit, k)

    @staticmethod
    def linear_affine(
        h: Vector, sqnorm: Number, weight_norm: Vector, bias: Vector, rho: Number, limit: Number, k: Number
    ) -> Vector:
        """The linear layer y_s = ⟨w, x_s⟩ cosh η + ‖w‖ x_t sinh η, η = √c b/‖w‖, of the weight w/ρ (arXiv 2601.21529).

        In units of 1/√c: ρu is saturated at limit + 4, η is cut at 2 limit + 3, where b less its share is added, y_s is
        cut at e^(3 limit + 4)/2, and the result saturated at `limit`.
        """
        root, radius = _root(k), mp.sqrt(sqnorm)
        inward = Frame.saturate([radius], limit + 4, k)[0] / radius if radius else mp.one
        time, stretch = mp.cosh(root * inward * radius), mp.sinh(root * inward * radius) / radius if radius else root
        far, most = 2 * limit + 3, mp.exp(3 * limit + 4) / 2

        def channel(product: Number, length: Number, b: Number) -> Number:
            slope = length / rho
            eta = max(-far, min(root * b / slope, far))
            value = slope * (stretch * product * mp.cosh(eta) + time * mp.sinh(eta)) + root * b - slope * eta
            return max(-most, min(value, most))

        space = [channel(*row) for row in zip(h, weight_norm, bias, strict=True)]
        return Frame.saturate(_radial(space, lambda r: mp.asinh(r) / root), limit, k)

    @staticmethod
    def bound(u: Vector, k: Number) -> Vector:
        """R·tanh(‖u‖/R)·û with R = (1 − 2⁻⁶)·π/√c, inside the injectivity radius; the identity for k < 0."""
        if k < 0:
            return u
        radius = (1 - mp.mpf(2) ** -6) * mp.pi / _root(k)
        return _radial(u, lambda r: radius * mp.tanh(r / radius))

    @staticmethod
    def saturate(u: Vector, limit: Number, k: Number) -> Vector:
        """The radius ρ = √c‖u‖ where it is at most `limit`, else limit + x/√(1 + x²) with x = ρ − limit."""

        def length(r: Number) -> Number:
            rho = _root(k) * r
            beyond = max(rho - limit, 0)
            return r if not beyond else (limit + beyond / mp.sqrt(1 + beyond**2)) / _root(k)

        return _radial(u, length)

    @staticmethod
    def rescale(u: Vector, reach: Number, slope: Number, k: Number) -> Vector:
        """The radius D becomes D_max·tanh(slope·D/D_max) with D_max = reach/√c (arXiv 2405.13979 Eq. 2–3)."""
        most = reach / _root(k)
        return _radial(u, lambda r: most * mp.tanh(slope * r / most))

    @staticmethod
    def space_part(u: Vector, limit: Number, k: Number) -> Vector:
        """The numbers of exp_o(u) after the first, with u saturated at limit + 4."""
        return Ambient.expmap0(Frame.saturate(u, limit + 4, k), k)[1:]

    @staticmethod
    def from_space_part(space: Vector, limit: Number, k: Number) -> Vector:
        """log_o of the point with this space part, saturated; coordinates are cut at e^(3 limit + 4)/(2√c)."""
        most = mp.exp(3 * limit + 4) / (2 * _root(k))
        cut = [max(-most, min(x, most)) for x in space]
        return Frame.saturate(_radial(cut, lambda r: mp.asinh(_root(k) * r) / _root(k)), limit, k)

    @staticmethod
    def matched(z: Vector, square: Number, limit: Number, k: Number) -> Vector:
        """`from_space_part` of z scaled to the length √square."""
        length = mp.norm(z)
        return Frame.from_space_part(_scale(mp.sqrt(square) / length, z), limit, k) if length else z
