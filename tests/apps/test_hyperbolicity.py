"""Gromov's δ against its definition, on spaces where it is known."""

from __future__ import annotations

import itertools
import math

import networkx
import pytest
import torch
from torch import Tensor

from manifuse import Euclidean, Poincare
from manifuse.apps import delta_hyperbolicity, estimate_hyperbolicity


def graph_metric(graph: networkx.Graph) -> Tensor:
    lengths = dict(networkx.all_pairs_shortest_path_length(graph))
    return torch.tensor([[float(lengths[a][b]) for b in graph] for a in graph])


def four_points(d: Tensor) -> float:
    """δ of all base points: half the difference of the two largest sums of opposite distances."""
    worst = 0.0
    for x, y, z, w in itertools.combinations(range(len(d)), 4):
        sums = sorted((float(d[x, y] + d[z, w]), float(d[x, z] + d[y, w]), float(d[x, w] + d[y, z])))
        worst = max(worst, (sums[2] - sums[1]) / 2)
    return worst


def test_a_tree_has_none() -> None:
    d = graph_metric(networkx.balanced_tree(3, 3))
    for base in (0, 7, 39):
        found = delta_hyperbolicity(d, base=base)
        assert found.delta == found.relative == 0
        assert found.diameter == 6
        assert found.radius == d[base].max()


@pytest.mark.parametrize(("length", "delta"), [(4, 1.0), (8, 2.0), (12, 3.0)])
def test_cycles(length: int, delta: float) -> None:
    """A cycle of 4k points has δ = k, seen from any of them."""
    d = graph_metric(networkx.cycle_graph(length))
    found = delta_hyperbolicity(d, base=length // 3)
    assert found.delta == delta
    assert found.relative == 1
    assert four_points(d) == delta


@pytest.mark.parametrize("seed", range(5))
def test_the_four_point_condition(seed: int) -> None:
    """The largest over base points is that of the four-point condition, and at most twice any."""
    torch.manual_seed(seed)
    points = torch.randn(9, 3, dtype=torch.double)
    d = torch.cdist(points, points)
    seen = [delta_hyperbolicity(d, base=base).delta for base in range(len(d))]
    assert max(seen) == pytest.approx(four_points(d), rel=1e-12)
    assert max(seen) <= 2 * min(seen) + 1e-12


@pytest.mark.parametrize("c", [0.3, 1.0, 4.0])
def test_hyperbolic_space_is_bounded_and_looks_flat_up_close(c: float) -> None:
    """δ ≤ log 2/√c at any radius, so that δ_rel falls with it: the reason for the radius in the report."""
    generator = torch.Generator().manual_seed(0)
    ball = Poincare(c=c).double()
    directions = torch.nn.functional.normalize(torch.randn(400, 2, dtype=torch.double, generator=generator), dim=1)
    radii = torch.rand(400, 1, dtype=torch.double, generator=generator).sqrt()
    found = {}
    for radius in (0.01, 3.0, 12.0):
        points = ball.from_frame(radius / math.sqrt(c) * radii * directions)
        found[radius] = estimate_hyperbolicity(points, ball.cdist, samples=150, repeats=3, generator=generator)
        assert found[radius].delta <= math.log(2) / math.sqrt(c)
        assert found[radius].radius <= 2 * radius / math.sqrt(c)
    flat = estimate_hyperbolicity(radii * directions, Euclidean().cdist, samples=150, repeats=3, generator=generator)
    assert found[0.01].relative == pytest.approx(flat.relative, abs=0.05)
    assert found[0.01].relative > found[3.0].relative > 2 * found[12.0].relative
    assert found[12.0].delta > 0.8 * math.log(2) / math.sqrt(c)
    assert f"δ_rel {found[3.0].relative:.3f}" in str(found[3.0])
    assert "at radius" in str(found[3.0])


def test_chunks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    points = torch.randn(40, 5, dtype=torch.double)
    whole = delta_hyperbolicity(torch.cdist(points, points))
    monkeypatch.setattr("manifuse.apps.hyperbolicity.CELLS", 3 * 40**2)
    assert delta_hyperbolicity(torch.cdist(points, points)) == whole


def test_points_that_coincide() -> None:
    found = delta_hyperbolicity(torch.zeros(3, 3))
    assert (found.delta, found.relative, found.radius) == (0, 0, 0)


@pytest.mark.parametrize(
    ("distances", "base", "words"),
    [
        (torch.zeros(2, 3), 0, "square matrix, got shape \\(2, 3\\)"),
        (torch.full((2, 2), math.nan), 0, "not finite"),
        (torch.tensor([[0.0, 1.0], [2.0, 0.0]]), 0, "symmetric"),
        (torch.ones(2, 2), 0, "zeros on the diagonal"),
        (torch.zeros(2, 2), 2, "base must be the index of one of 2 points, got 2"),
    ],
)
def test_what_is_no_metric(distances: Tensor, base: int, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        delta_hyperbolicity(distances, base=base)


def test_too_few_points() -> None:
    with pytest.raises(ValueError, match=r"shape \(1, 3\)"):
        estimate_hyperbolicity(torch.zeros(1, 3))
