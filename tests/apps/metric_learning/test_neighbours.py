"""Nearest neighbours against the comparison of all pairs in float64."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor

from manifuse.apps.metric_learning import Neighbours, nearest_neighbours, neighbours
from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, Poincare

GEOMETRIES = [Poincare(c=1.0), Lorentz(c=1.0), Lorentz(c=0.2, learnable=True), Hypersphere(c=0.2), Euclidean()]
EVERY = pytest.mark.parametrize("manifold", GEOMETRIES, ids=str)


def brute_force(queries: Tensor, gallery: Tensor | None, k: int, manifold: ManifoldBase) -> Neighbours:
    """Sort all distances in float64, each computed as `dist` does."""
    with torch.no_grad():
        others = queries if gallery is None else gallery
        distances = manifold.cdist(manifold.from_frame(queries.double()), manifold.from_frame(others.double()))
    if gallery is None:
        distances.fill_diagonal_(math.inf)
    ordered, order = distances.sort(dim=1, stable=True)
    return Neighbours(ordered[:, :k], order[:, :k])


def clusters(radius: float, spread: float, number: int = 400, n: int = 6) -> Tensor:
    """float32 frame vectors about centres at a radius, not beyond it; `spread` is the distance across."""
    centres = torch.nn.functional.normalize(torch.randn(20, n, dtype=torch.float64), dim=1) * radius
    stretch = math.sinh(min(radius, 20.0)) / radius
    points = centres.repeat(number // 20, 1) + spread / stretch * torch.randn(number, n, dtype=torch.float64)
    length = points.norm(dim=1, keepdim=True)
    return (points * (radius / length).clamp(max=1.0)).float()


def assert_same(got: Neighbours, expected: Neighbours, dtype: torch.dtype = torch.float32) -> None:
    assert torch.equal(got.indices, expected.indices)
    assert got.distances.dtype == dtype
    rounding = 2 * torch.finfo(dtype).eps + 1e-12
    torch.testing.assert_close(got.distances.double(), expected.distances, rtol=rounding, atol=1e-300)


@EVERY
@pytest.mark.parametrize("radius", [1e-3, 1.0, 4.0, 8.3, 12.0])
@pytest.mark.parametrize("spread", [1e-2, 1.0])
@pytest.mark.parametrize("itself", [True, False])
def test_order_is_that_of_all_pairs(manifold: ManifoldBase, radius: float, spread: float, itself: bool) -> None:
    """D_max is 8.29 in float32 for c = 1; layers keep radii below 12/√c."""
    if isinstance(manifold, Hypersphere):
        radius = min(radius, 0.99 * math.pi / math.sqrt(0.2))
    points = clusters(radius, spread)
    queries, gallery = (points, None) if itself else (points[:150], points[150:])
    for k in (1, 10, 60):
        got = nearest_neighbours(queries, gallery, k, manifold=manifold)
        assert_same(got, brute_force(queries, gallery, k, manifold))


@EVERY
def test_all_neighbours_and_small_chunks(manifold: ManifoldBase, monkeypatch: pytest.MonkeyPatch) -> None:
    points = clusters(2.0, 0.5, number=60)
    expected = brute_force(points, None, 59, manifold)
    assert_same(nearest_neighbours(points, None, 59, manifold=manifold), expected)
    monkeypatch.setattr(neighbours, "BOUNDS", 130)
    monkeypatch.setattr(neighbours, "NUMBERS", 500)
    assert_same(nearest_neighbours(points, None, 59, manifold=manifold), expected)


@EVERY
def test_copies_come_in_the_order_of_indices(manifold: ManifoldBase) -> None:
    """300 copies of a point are more than any number of candidates to begin with."""
    points = torch.cat((torch.full((300, 3), 0.7), torch.randn(100, 3)))
    got = nearest_neighbours(points, None, 5, manifold=manifold)
    expected = brute_force(points, None, 5, manifold)
    assert_same(got, expected)
    assert got.indices[10].tolist() == [0, 1, 2, 3, 4]
    assert got.indices[0].tolist() == [1, 2, 3, 4, 5]
    assert not got.distances[:300].any()


@EVERY
def test_candidates_are_widened_until_they_are_safe(manifold: ManifoldBase, monkeypatch: pytest.MonkeyPatch) -> None:
    """With bounds that are worth nothing, all pairs are compared."""

    def worthless(u: Tensor, v: Tensor, kappa: Tensor) -> tuple[Tensor, Tensor]:
        noise = -torch.rand(len(v), 1, dtype=torch.float64)
        return torch.ones(len(u), 1, dtype=torch.float64), noise

    monkeypatch.setattr(neighbours, "chord_factors", worthless)
    points = clusters(2.0, 0.5, number=200)
    assert_same(nearest_neighbours(points, None, 4, manifold=manifold), brute_force(points, None, 4, manifold))


def test_few_candidates_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clusters of the size 0.1 at D_max: every query is done with the first candidates."""
    seen: list[int] = []
    original = neighbours._nearest

    def spy(x: Tensor, y: Tensor, rows: Tensor, *args: object, **options: object) -> tuple[Tensor, Tensor]:
        seen.append(len(rows))
        return original(x, y, rows, *args, **options)

    monkeypatch.setattr(neighbours, "_nearest", spy)
    nearest_neighbours(clusters(8.29, 0.1), None, 10, manifold=Lorentz(c=1.0))
    assert sum(seen) == 400


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16], ids=str)
def test_distances_have_the_dtype_of_queries(dtype: torch.dtype) -> None:
    points = clusters(1.0, 0.5).to(dtype)
    got = nearest_neighbours(points, None, 3, manifold=Lorentz())
    assert_same(got, brute_force(points, None, 3, Lorentz()), dtype)


def test_embeddings_with_a_gradient_get_none() -> None:
    got = nearest_neighbours(torch.randn(9, 3, requires_grad=True), None, 3, manifold=Lorentz(learnable=True))
    assert not got.distances.requires_grad


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda m: nearest_neighbours(torch.zeros(5, 3), None, 5, manifold=m), ("k ", "between 1 and 4", "got 5")),
        (lambda m: nearest_neighbours(torch.zeros(5, 3), torch.zeros(2, 3), 3, manifold=m), ("1 and 2", "got 3")),
        (lambda m: nearest_neighbours(torch.zeros(5, 3), None, 0, manifold=m), ("got 0",)),
        (lambda m: nearest_neighbours(torch.zeros(5), None, 1, manifold=m), ("(N, n)", "(5,)")),
        (lambda m: nearest_neighbours(torch.zeros(5, 3), torch.zeros(5, 4), 1, manifold=m), ("(5, 3)", "(5, 4)")),
        (lambda m: nearest_neighbours(torch.full((5, 3), 1e3), None, 1, manifold=m), ("350/√c", "1e+03")),
        (lambda m: nearest_neighbours(torch.full((5, 3), math.nan), None, 1, manifold=m), ("finite", "nan")),
    ],
)
def test_what_does_not_fit_is_refused(make: Callable[[ManifoldBase], object], words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="nearest_neighbours") as caught:
        make(Lorentz())
    assert all(word in str(caught.value) for word in words), caught.value


def test_without_the_library_neighbours_work_and_the_rest_names_its_extra(tmp_path: Path) -> None:
    program = """
import sys
sys.modules["pytorch_metric_learning"] = None  # as if it were not installed
import torch
from manifuse import Lorentz
from manifuse.apps import metric_learning
metric_learning.nearest_neighbours(torch.randn(5, 3), None, 2, manifold=Lorentz())
for name in ("GeodesicDistance", "retrieve"):
    try:
        getattr(metric_learning, name)
    except ModuleNotFoundError as error:
        print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    remedy = "needs pytorch_metric_learning, which is not installed; run `pip install 'manifuse[apps]'`"
    assert done.stdout.splitlines() == [f"GeodesicDistance {remedy}", f"retrieve {remedy}"]
