"""The protocol: every geometry has every operation, with the same shapes, axes and dtypes."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

import manifuse.manifolds
from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, Manifold, ManifoldBase, Poincare, manifold

Maker = Callable[..., Tensor]

# Operation → kinds of its arguments: p a point, t a tangent vector at the first argument, a arbitrary numbers of a
# point's size, n coordinates, or a number; and the kinds of its results.
OPERATIONS: dict[str, tuple[tuple[str | float, ...], tuple[str, ...]]] = {
    "projx": (("a",), ("p",)),
    "proju": (("p", "a"), ("p",)),
    "egrad2rgrad": (("p", "a"), ("p",)),
    "inner": (("p", "t", "t"), ("row",)),
    "component_inner": (("p", "t", "t"), ("p",)),
    "norm": (("p", "t"), ("row",)),
    "expmap": (("p", "t"), ("p",)),
    "logmap": (("p", "p"), ("p",)),
    "expmap0": (("n",), ("p",)),
    "logmap0": (("p",), ("n",)),
    "geodesic": ((0.3, "p", "p"), ("p",)),
    "retr": (("p", "t"), ("p",)),
    "transp": (("p", "p", "t"), ("p",)),
    "transp0": (("p", "n"), ("p",)),
    "transp0back": (("p", "t"), ("n",)),
    "expmap_transp": (("p", "t", "t"), ("p", "p")),
    "retr_transp": (("p", "t", "t"), ("p", "p")),
    "shrink_transp": (("p", "t", 0.3), ("p", "p")),
    "dist": (("p", "p"), ("row",)),
    "dist0": (("p",), ("row",)),
    "sqdist": (("p", "p"), ("row",)),
    "from_frame": (("n",), ("p",)),
    "to_frame": (("p",), ("n",)),
    "bound": (("n",), ("n",)),
    "saturate": (("n",), ("n",)),
    "ambient_sum": (("n", "n"), ("n",)),
    "logdetexp": (("n",), ("row",)),
    "frame_dist": (("n", "n"), ("row",)),
    "frame_sqdist": (("n", "n"), ("row",)),
    "add": (("n", "n"), ("n",)),
    "center": (("n", "n"), ("n",)),
    "deviations": (("n", "n"), ("n", "kept")),
    "holonomy": (("n", "n", "n"), ("n",)),
    "place": (("n", "n", 0.7, "n"), ("n",)),
    "normalize": (("n", "n", 0.7, "n"), ("n",)),
}
OTHERS = {
    *("sectional_curvature", "point_size", "origin", "random", "check_point", "check_tangent", "isometry"),
    *("cdist", "frame_cdist", "midpoint", "frechet_mean", "midpoint0", "hyperplane_dist", "hyperplane_score", "affine"),
    *("midpoint_mass", "affine_map", "product_dist", "max_distance", "rescale", "component_size"),
    *("has_time", "has_rotations", "ambient_map", "rotation_map", "ambient_function"),
}
N = 4


@pytest.fixture
def arguments(
    geometry: ManifoldBase, points: Maker, tangents: Maker, frames: Maker
) -> Callable[..., list[Tensor | float]]:
    """Give a maker of arguments for an operation, with batch shape (2, 3) and the manifold axis last."""

    def make(operation: str, dtype: torch.dtype = torch.float64) -> list[Tensor | float]:
        base = points(geometry, 2, 3, N)
        makers = {
            "p": lambda first: base if first else points(geometry, 2, 3, N),
            "t": lambda first: tangents(geometry, base),
            "a": lambda first: 0.4 * torch.randn_like(base),
            "n": lambda first: frames(2, 3, N),
        }
        kinds = OPERATIONS[operation][0]
        made = [
            kind if isinstance(kind, float) else makers[kind](kinds.index(kind) == i) for i, kind in enumerate(kinds)
        ]
        return [argument.to(dtype) if isinstance(argument, Tensor) else argument for argument in made]

    return make


def run(
    geometry: ManifoldBase, operation: str, arguments: list[Tensor | float], **options: object
) -> tuple[Tensor, ...]:
    result = getattr(geometry, operation)(*arguments, **options)
    return result if isinstance(result, tuple) else (result,)


def moved(value: Tensor | float, axis: int) -> Tensor | float:
    return value.movedim(-1, axis) if isinstance(value, Tensor) else value


def test_every_operation_is_tested() -> None:
    asked = {name for name in vars(Manifold) if not name.startswith("_")}
    assert asked == set(OPERATIONS) | OTHERS


def test_is_a_manifold(geometry: ManifoldBase) -> None:
    assert isinstance(geometry, Manifold)
    assert not isinstance(torch.nn.Identity(), Manifold)


def test_no_name_shadows_a_module_s(geometry: ManifoldBase) -> None:
    ours = {name for kind in type(geometry).__mro__ if issubclass(kind, ManifoldBase) for name in vars(kind)}
    public = {name for name in ours if not name.startswith("_")}
    assert public & set(dir(torch.nn.Module)) <= {"extra_repr", "forward"}


def test_made_by_name(geometry: ManifoldBase) -> None:
    kind = type(geometry)
    assert type(manifold(kind.__name__.lower())) is kind
    assert manifold("lorentz", c=0.5, learnable=True).learnable


@pytest.mark.parametrize("operation", OPERATIONS)
def test_shapes(geometry: ManifoldBase, operation: str, arguments: Maker) -> None:
    size = {"p": (2, 3, geometry.point_size(N)), "n": (2, 3, N), "row": (2, 3), "kept": (2, 3, 1)}
    results = run(geometry, operation, arguments(operation))
    assert [tuple(result.shape) for result in results] == [size[kind] for kind in OPERATIONS[operation][1]]
    assert all(result.isfinite().all() for result in results)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_any_axis_of_either_sign(geometry: ManifoldBase, operation: str, arguments: Maker) -> None:
    made = arguments(operation)
    expected = run(geometry, operation, made)
    for axis in (1, -2, 0, -3):
        results = run(geometry, operation, [moved(argument, axis) for argument in made], dim=axis)
        for result, reference, kind in zip(results, expected, OPERATIONS[operation][1], strict=True):
            aligned = reference if kind == "row" else reference.movedim(-1, axis)
            torch.testing.assert_close(result, aligned, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("operation", [name for name, (_, kinds) in OPERATIONS.items() if kinds == ("row",)])
def test_keepdim(geometry: ManifoldBase, operation: str, arguments: Maker) -> None:
    made = arguments(operation)
    (expected,) = run(geometry, operation, made)
    for axis in (-1, 1, -3):
        (kept,) = run(geometry, operation, [moved(argument, axis) for argument in made], dim=axis, keepdim=True)
        torch.testing.assert_close(kept, expected.unsqueeze(axis), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_broadcasting(geometry: ManifoldBase, operation: str, arguments: Maker) -> None:
    made = arguments(operation)
    tensors = [i for i, argument in enumerate(made) if isinstance(argument, Tensor)]
    for small in tensors:
        if OPERATIONS[operation][0][small] == "p" and "t" in OPERATIONS[operation][0] and small == 0:
            continue  # the tangent vectors belong to this point
        row = made[small][1:, 2]
        thin = [row.unsqueeze(0) if i == small else argument for i, argument in enumerate(made)]
        wide = [row.expand_as(made[small]) if i == small else argument for i, argument in enumerate(made)]
        if len(tensors) == 1:
            wide = thin
        for result, expected in zip(run(geometry, operation, thin), run(geometry, operation, wide), strict=True):
            torch.testing.assert_close(result, expected, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_empty_batch(geometry: ManifoldBase, operation: str, arguments: Maker) -> None:
    empty = [argument[:0] if isinstance(argument, Tensor) else argument for argument in arguments(operation)]
    assert all(result.shape[:2] == (0, 3) for result in run(geometry, operation, empty))


@pytest.mark.parametrize("low", [torch.float32, torch.float16, torch.bfloat16], ids=str)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_dtype_is_returned_as_given(geometry: ManifoldBase, operation: str, arguments: Maker, low: torch.dtype) -> None:
    made = arguments(operation, dtype=low)
    exact = run(
        geometry, operation, [argument.double() if isinstance(argument, Tensor) else argument for argument in made]
    )
    error = {torch.float32: 3e-5, torch.float16: 0.1, torch.bfloat16: 0.8}[low]
    for result, expected in zip(run(geometry, operation, made), exact, strict=True):
        assert result.dtype == low
        torch.testing.assert_close(result.double(), expected, rtol=error, atol=error)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_vmap_agrees(geometry: ManifoldBase, operation: str, arguments: Maker) -> None:
    made = arguments(operation)
    axes = tuple(0 if isinstance(argument, Tensor) else None for argument in made)
    mapped = torch.func.vmap(getattr(geometry, operation), in_dims=axes)(*made)
    results = mapped if isinstance(mapped, tuple) else (mapped,)
    for result, expected in zip(results, run(geometry, operation, made), strict=True):
        torch.testing.assert_close(result, expected, rtol=1e-12, atol=1e-13)


def test_inner_of_one_vector_is_its_square(geometry: ManifoldBase, points: Maker, tangents: Maker) -> None:
    x = points(geometry, 5, N)
    u = tangents(geometry, x)
    assert torch.equal(geometry.inner(x, u), geometry.inner(x, u, u))
    assert torch.equal(geometry.component_inner(x, u), geometry.component_inner(x, u, u))
    torch.testing.assert_close(geometry.norm(x, u) ** 2, geometry.inner(x, u), rtol=1e-12, atol=1e-13)


def test_geodesic_takes_times_per_row(geometry: ManifoldBase, points: Maker) -> None:
    x, y = points(geometry, 5, N), points(geometry, 5, N)
    t = torch.linspace(-0.5, 1.5, 5, dtype=torch.float64)
    together = geometry.geodesic(t.unsqueeze(-1), x, y)
    for i in range(5):
        torch.testing.assert_close(together[i], geometry.geodesic(float(t[i]), x[i], y[i]), rtol=1e-12, atol=1e-13)
        torch.testing.assert_close(together[i], geometry.geodesic(t[i], x[i], y[i]), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(
    ("shape", "dim"), [((3, 6), -1), ((3, 6), 1), ((6,), 0), ((2, 6, 5, 4), 1), ((2, 6, 5, 4), -3)]
)
def test_origin_and_random_make_points(geometry: ManifoldBase, shape: tuple[int, ...], dim: int) -> None:
    origin, x = geometry.origin(*shape, dim=dim), geometry.random(*shape, dim=dim)
    assert origin.shape == x.shape == torch.Size(shape)
    geometry.check_point(origin, dim=dim)
    geometry.check_point(x, dim=dim)
    assert torch.count_nonzero(geometry.to_frame(origin, dim=dim)) == 0
    assert torch.count_nonzero(geometry.dist0(origin, dim=dim)) == 0
    assert (geometry.dist0(x, dim=dim) > 0).all()


def test_origin_and_random_follow_dtype_and_generator(geometry: ManifoldBase) -> None:
    def draw() -> Tensor:
        return geometry.random(3, N, generator=torch.Generator().manual_seed(5), dtype=torch.float32)

    assert torch.equal(draw(), draw())
    assert draw().dtype == geometry.origin(2, N, dtype=torch.float32).dtype == torch.float32
    assert geometry.origin(2, N).dtype == geometry.random(2, N).dtype == geometry.sectional_curvature.dtype


def test_cdist_is_dist_of_all_pairs(geometry: ManifoldBase, points: Maker) -> None:
    x, y = points(geometry, 2, 1, 5, N), points(geometry, 3, 7, N)
    expected = geometry.dist(x.unsqueeze(-2), y.unsqueeze(-3))
    assert expected.shape == (2, 3, 5, 7)
    for chunk in (None, 1, 2, 5, 100):
        torch.testing.assert_close(geometry.cdist(x, y, chunk=chunk), expected, rtol=1e-14, atol=1e-14)
    assert torch.count_nonzero(geometry.cdist(x, x).diagonal(dim1=-2, dim2=-1)) == 0
    assert geometry.cdist(x[..., :0, :], y).shape == (2, 3, 0, 7)
    assert geometry.cdist(x, y[..., :0, :]).shape == (2, 3, 5, 0)


def test_frame_cdist_is_frame_dist_of_all_pairs(geometry: ManifoldBase, frames: Maker) -> None:
    u, v = frames(2, 1, 5, N), frames(3, 7, N)
    expected = geometry.frame_dist(u.unsqueeze(-2), v.unsqueeze(-3))
    assert expected.shape == (2, 3, 5, 7)
    for chunk in (None, 2):
        torch.testing.assert_close(geometry.frame_cdist(u, v, chunk=chunk), expected, rtol=1e-12, atol=1e-12)


def test_frame_cdist_is_exact_at_coincident_points(geometry: ManifoldBase, frames: Maker) -> None:
    u = frames(5, N).requires_grad_()
    distances = geometry.frame_cdist(u, u)
    assert not distances.diagonal().any()
    assert not torch.autograd.grad(distances.diagonal().sum(), u)[0].any()


@pytest.mark.parametrize("kind", [Poincare, Lorentz])
def test_frame_cdist_of_float32_is_accurate_at_any_radius(kind: type[ManifoldBase]) -> None:
    """Up to the distance 12, near pairs included, against the half-angle form of `frame_dist` in float64."""
    space = kind(c=1.0)
    u = torch.nn.functional.normalize(torch.randn(60, N), dim=1) * torch.linspace(0, 12, 60).unsqueeze(1)
    v = u + torch.randn(60, N) * torch.logspace(-5, 0, 60).unsqueeze(1) * torch.exp(-u.norm(dim=1, keepdim=True) / 2)
    got = space.frame_cdist(u, v)
    assert got.dtype == torch.float32
    expected = space.frame_dist(u.double().unsqueeze(1), v.double())
    torch.testing.assert_close(got.double(), expected, rtol=1e-6, atol=0)


def test_cdist_keeps_its_chunks_small(geometry: ManifoldBase, points: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    original = geometry.dist

    def dist(x: Tensor, y: Tensor) -> Tensor:
        seen.append(x.shape[-3] * y.shape[-2] * y.shape[-1])
        return original(x, y)

    monkeypatch.setattr(geometry, "dist", dist)
    x, y = points(geometry, 100, N), points(geometry, 3, 100, N)
    monkeypatch.setattr("manifuse.manifolds.points.CDIST_NUMBERS", 12_000)
    assert geometry.cdist(x, y).shape == (3, 100, 100)
    assert len(seen) > 1
    assert max(seen) * 3 <= 12_000


@pytest.mark.parametrize("target", [Poincare, Lorentz])
@pytest.mark.parametrize("source", [Poincare, Lorentz])
def test_isometry_maps_points_to_points(source: type[ManifoldBase], target: type[ManifoldBase], points: Maker) -> None:
    start, end = source(c=0.7).double(), target(c=0.7).double()
    x = points(start, 2, 3, N)
    image = start.isometry(end)(x)
    end.check_point(image)
    torch.testing.assert_close(start.isometry(end)(x.movedim(-1, 0), dim=0), image.movedim(-1, 0), rtol=0, atol=0)
    torch.testing.assert_close(end.isometry(start)(image), x, rtol=1e-12, atol=1e-12)


def test_isometry_to_itself_is_the_identity(geometry: ManifoldBase, points: Maker) -> None:
    x = points(geometry, 3, N)
    assert torch.equal(geometry.isometry(geometry)(x), x)


def test_uniform_points_on_the_sphere() -> None:
    globe = Hypersphere(c=0.5).double()
    x = globe.random_uniform(20_000, 3, generator=torch.Generator().manual_seed(0))
    globe.check_point(x)
    assert x.mean(0).abs().max() < 0.03
    torch.testing.assert_close(x.T @ x / 20_000, 2.0 / 3.0 * torch.eye(3).double(), rtol=0.03, atol=0.03)


def test_projx_of_the_ball_keeps_its_margin() -> None:
    for dtype in (torch.float64, torch.float32, torch.float16, torch.bfloat16):
        for c in (0.1, 1.0, 7.0):
            eps = torch.finfo(dtype).eps
            ball = Poincare(c=c).double()
            directions = torch.nn.functional.normalize(torch.randn(500, 64, dtype=torch.float64), dim=-1)
            radii = torch.logspace(-3, 3, 500, dtype=torch.float64).unsqueeze(-1)
            x = (radii * directions / c**0.5).to(dtype)
            projected = ball.projx(x)
            radius = torch.linalg.vector_norm(projected.double(), dim=-1) * c**0.5
            assert float((1 - radius).min()) >= 4 * eps
            assert float((1 - radius).min()) <= 9 * eps
            inside = torch.linalg.vector_norm(x.double(), dim=-1) * c**0.5 < 1 - 8 * eps
            assert torch.equal(projected[inside], x[inside])
            ball.check_point(projected)


def test_projx_moves_numbers_onto_the_manifold(geometry: ManifoldBase) -> None:
    x = 3 * torch.randn(50, 5, dtype=torch.float64)
    projected = geometry.projx(x)
    geometry.check_point(projected)
    torch.testing.assert_close(geometry.projx(projected), projected, rtol=1e-14, atol=1e-14)


def test_euclidean_is_plain_torch() -> None:
    space = Euclidean()
    x, y, u = torch.randn(3, 4), torch.randn(3, 4), torch.randn(3, 4)
    assert torch.equal(space.expmap(x, u), x + u)
    assert torch.equal(space.logmap(x, y), y - x)
    assert torch.equal(space.dist(x, y), torch.linalg.vector_norm(x - y, dim=-1))
    assert torch.equal(space.component_inner(x, u), u * u)
    assert torch.equal(space.midpoint(x), x.mean(0))
    weight, bias = torch.randn(5, 4), torch.randn(5)
    assert torch.equal(space.hyperplane_score(u, weight, bias), torch.nn.functional.linear(u, weight, bias))


@pytest.mark.slow
def test_compiles_without_graph_breaks(geometry: ManifoldBase, points: Maker, tangents: Maker) -> None:
    x, y = points(geometry, 3, N), points(geometry, 3, N)
    u = tangents(geometry, x)
    weight, bias = torch.randn(2, N, dtype=torch.float64), torch.randn(2, dtype=torch.float64)

    def walk(x: Tensor, y: Tensor, u: Tensor) -> Tensor:
        z, v = geometry.retr_transp(x, u, geometry.logmap(x, y))
        z = geometry.projx(geometry.geodesic(0.3, z, geometry.expmap(z, v)))
        scores = geometry.hyperplane_score(geometry.to_frame(z), weight, bias)
        spread = geometry.cdist(x, y).sum(-1) + geometry.norm(x, u) + geometry.dist(z, geometry.midpoint(x))
        return scores.sum(-1) + spread

    torch._dynamo.reset()
    compiled = torch.compile(walk, fullgraph=True, backend="aot_eager")
    inputs = [value.clone().requires_grad_() for value in (x, y, u)]
    result = compiled(*inputs)
    torch.testing.assert_close(result, walk(x, y, u), rtol=1e-10, atol=1e-10)
    gradients = torch.autograd.grad(result.sum(), inputs)
    again = [value.clone().requires_grad_() for value in (x, y, u)]
    for got, expected in zip(gradients, torch.autograd.grad(walk(*again).sum(), again), strict=True):
        torch.testing.assert_close(got, expected, rtol=1e-9, atol=1e-9)


def test_examples_run_and_public_names_are_documented() -> None:
    assert manifuse.manifolds.__all__ == sorted(manifuse.manifolds.__all__)
    for name in manifuse.manifolds.__all__:
        assert getattr(manifuse.manifolds, name).__doc__, name
    run = 0
    for module in pkgutil.iter_modules(manifuse.manifolds.__path__, "manifuse.manifolds."):
        if not module.ispkg:
            outcome = doctest.testmod(importlib.import_module(module.name))
            assert outcome.failed == 0, module.name
            run += outcome.attempted
    outcome = doctest.testmod(manifuse.manifolds)
    assert outcome.failed == 0
    assert run + outcome.attempted > 10
