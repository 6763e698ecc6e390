"""Bad input is refused at the door, with who, what, and what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, Poincare, manifold

Maker = Callable[..., Tensor]
AMBIENT = pytest.mark.parametrize("ambient", [Lorentz, Hypersphere])


def test_integers_are_refused(geometry: ManifoldBase) -> None:
    x = torch.zeros(3, 4, dtype=torch.long)
    for call in (geometry.dist0, geometry.projx, geometry.to_frame, geometry.midpoint, geometry.expmap0):
        with pytest.raises(TypeError, match=r"must be a floating-point tensor, got dtype torch.int64"):
            call(x)
    with pytest.raises(TypeError, match=r"y must be a floating-point tensor"):
        geometry.dist(x.double(), x)
    with pytest.raises(TypeError, match="got type list"):
        geometry.dist0([1.0, 2.0])
    with pytest.raises(TypeError, match="weights must be a floating-point tensor"):
        geometry.midpoint(x.double(), torch.ones(3, dtype=torch.long))
    with pytest.raises(TypeError, match="t must be a floating-point tensor"):
        geometry.geodesic(torch.ones(3, 1, dtype=torch.long), x.double(), x.double())


def test_sizes_that_differ_are_refused_with_both_shapes(geometry: ManifoldBase) -> None:
    x, y = torch.zeros(3, 4), torch.zeros(2, 3, 5)
    name = type(geometry).__name__
    with pytest.raises(ValueError, match=rf"{name}.*x of shape \(3, 4\) and y of shape \(2, 3, 5\)"):
        geometry.dist(x, y)
    with pytest.raises(ValueError, match=r"x of shape \(3, 4\) and u of shape \(3, 5\)"):
        geometry.expmap(x, torch.zeros(3, 5))
    with pytest.raises(ValueError, match=r"u of shape \(3, 4\) and v of shape \(3, 3\)"):
        geometry.add(x, torch.zeros(3, 3))


@AMBIENT
def test_ambient_vectors_at_the_origin_are_refused(ambient: type[ManifoldBase]) -> None:
    with pytest.raises(ValueError, match="1 number more than coordinates"):
        ambient().transp0(torch.zeros(4), torch.zeros(4))


@AMBIENT
def test_ambient_points_need_two_numbers(ambient: type[ManifoldBase]) -> None:
    with pytest.raises(ValueError, match="at least 2 numbers per point"):
        ambient().dist0(torch.ones(3, 1))
    with pytest.raises(ValueError, match="at least 2 at dim -1, got 1"):
        ambient().origin(3, 1)
    with pytest.raises(ValueError, match="at least 2 at dim -1, got 1"):
        ambient().random(1)


def test_points_need_a_number(geometry: ManifoldBase) -> None:
    with pytest.raises(ValueError, match="numbers per point"):
        geometry.dist0(torch.ones(3, 0))


@pytest.mark.parametrize("dim", [2, -3])
def test_axes_that_do_not_exist_are_refused(geometry: ManifoldBase, dim: int) -> None:
    x = torch.zeros(3, 4)
    with pytest.raises(ValueError, match=f"dim {dim} is out of range for x of shape"):
        geometry.dist0(x, dim=dim)
    with pytest.raises(ValueError, match=f"dim {dim} is out of range for size"):
        geometry.origin(3, 4, dim=dim)
    with pytest.raises(ValueError, match=r"y has no dim -2, the manifold axis of x of shape \(4, 3\)"):
        geometry.dist(torch.zeros(4, 3), torch.zeros(4), dim=0)


def test_batches_that_do_not_broadcast_are_refused(geometry: ManifoldBase) -> None:
    with pytest.raises((ValueError, RuntimeError), match=r"do not broadcast|must match the size"):
        geometry.dist(torch.zeros(3, 4), torch.zeros(2, 4))


@pytest.mark.parametrize("operation", ["midpoint", "frechet_mean", "midpoint0"])
def test_bad_averages_are_refused(geometry: ManifoldBase, operation: str) -> None:
    average, x = getattr(geometry, operation), torch.zeros(2, 3, 4)
    for rows in (-1, 2, 3, -4, (-2, 1), ()):
        with pytest.raises(ValueError, match="must name dimensions"):
            average(x, rows=rows)
    with pytest.raises(ValueError, match=r"cannot average 0 points, got shape \(2, 0, 4\)"):
        average(x[:, :0])
    with pytest.raises(ValueError, match=r"weights of shape \(4,\) do not broadcast to \(2, 3\)"):
        average(x, torch.ones(4))


def test_times_per_row_have_size_one_at_the_axis(geometry: ManifoldBase) -> None:
    x = torch.zeros(3, 4)
    with pytest.raises(ValueError, match=r"t is one number per row.*got shape \(3,\); use t.unsqueeze\(-1\)"):
        geometry.geodesic(torch.ones(3), x, x)
    with pytest.raises(ValueError, match="scale is one number per row"):
        geometry.normalize(x, x, torch.ones(3), x)


def test_cdist_takes_rows(geometry: ManifoldBase) -> None:
    x = torch.zeros(3, 4)
    with pytest.raises(ValueError, match=r"cdist takes .*got \(4,\) and \(3, 4\)"):
        geometry.cdist(x[0], x)
    with pytest.raises(ValueError, match="chunk must be at least 1, got 0"):
        geometry.cdist(x, x, chunk=0)


def test_hyperplanes_fit_the_points(geometry: ManifoldBase) -> None:
    u = torch.zeros(3, 4)
    for operation in (geometry.hyperplane_dist, geometry.hyperplane_score):
        with pytest.raises(ValueError, match=r"weight must have shape \(m, 4\).*got \(2, 5\)"):
            operation(u, torch.ones(2, 5))
        with pytest.raises(ValueError, match=r"must have shape \(2,\), got \(3,\)"):
            operation(u, torch.ones(2, 4), torch.ones(3))


def test_isometry_needs_equal_curvature() -> None:
    pairs = [
        (Poincare(c=1.0), Lorentz(c=2.0)),
        (Poincare(c=1.0), Hypersphere(c=1.0)),
        (Euclidean(), Lorentz(c=1e-3)),
        (Lorentz(c=1.0), Lorentz(c=1.1)),
    ]
    for one, other in pairs:
        with pytest.raises(ValueError, match="no isometry to"):
            one.isometry(other)


def test_unknown_names_are_refused() -> None:
    with pytest.raises(ValueError, match="'euclidean', 'hypersphere', 'lorentz', 'poincare', got 'klein'"):
        manifold("klein")
    with pytest.raises(TypeError, match="'c'"):
        manifold("euclidean", c=1.0)


def test_check_point_names_the_worst_row(geometry: ManifoldBase, points: Maker) -> None:
    x = points(geometry, 4, 5, 3)
    geometry.check_point(x)
    geometry.check_point(x.float())
    geometry.check_point(x.movedim(-1, 0), dim=0)
    x[1, 2] = 1.5 * x[1, 2] / x[1, 2].norm() / 0.7**0.5 if isinstance(geometry, Poincare) else 3 * x[1, 2] + 1
    x[3, 0] = torch.nan
    if isinstance(geometry, Euclidean):
        with pytest.raises(ValueError, match=r"1 of 20 rows of x violate being finite; the worst is row \(3, 0\)"):
            geometry.check_point(x)
        return
    name = type(geometry).__name__
    with pytest.raises(ValueError, match=rf"{name}\(c=0.7\): 2 of 20 rows of x violate .*; the worst is row \(3, 0\)"):
        geometry.check_point(x)
    with pytest.raises(ValueError, match=r"1 of 5 rows .* row \(2,\), off by .* is allowed"):
        geometry.check_point(x[1])
    with pytest.raises(ValueError, match=r"the worst is row \(2,\)"):
        geometry.check_point(x[1].float().T, dim=0)


@AMBIENT
def test_check_point_has_tolerances(ambient: type[ManifoldBase], points: Maker) -> None:
    space = ambient(c=0.7).double()
    x = points(space, 4, 3)
    drifted = x + 1e-4 * torch.eye(4).double()[0]
    with pytest.raises(ValueError, match="rows of x violate"):
        space.check_point(drifted)
    space.check_point(drifted, atol=1e-3)
    space.check_point(drifted, rtol=1e-3, atol=0) if ambient is Lorentz else space.check_point(drifted.half())
    with pytest.raises(ValueError, match="projx"):
        space.check_point(drifted.float())


@AMBIENT
def test_the_other_sheet_is_no_point(ambient: type[ManifoldBase]) -> None:
    flipped = -ambient(c=0.7).origin(4)
    if ambient is Hypersphere:
        ambient(c=0.7).check_point(flipped)
    else:
        with pytest.raises(ValueError, match="x_t = "):
            ambient(c=0.7).check_point(flipped)


def test_check_tangent_names_the_worst_row(geometry: ManifoldBase, points: Maker, tangents: Maker) -> None:
    x = points(geometry, 4, 5, 3)
    u = tangents(geometry, x)
    geometry.check_tangent(x, u)
    geometry.check_tangent(x.float(), u.float())
    geometry.check_tangent(x.movedim(-1, 0), u.movedim(-1, 0), dim=0)
    u[2, 1] = torch.inf if geometry.ambient == 0 else u[2, 1] + x[2, 1]
    with pytest.raises(ValueError, match=r"1 of 20 rows of u violate .*; the worst is row \(2, 1\)"):
        geometry.check_tangent(x, u)
    if not isinstance(geometry, Euclidean):
        with pytest.raises(ValueError, match="rows of x violate"):
            geometry.check_tangent(3 * x + 2, u)


def test_check_tangent_broadcasts(geometry: ManifoldBase, points: Maker, tangents: Maker) -> None:
    x = points(geometry, 1, 3)
    geometry.check_tangent(x, tangents(geometry, x.expand(4, -1)))
