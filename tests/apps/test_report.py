"""Tables against text by hand, principal components against plain ones, and pictures that show what they should."""

from __future__ import annotations

import csv
import io

import pytest
import torch
from matplotlib.collections import PathCollection
from torch import Tensor

from manifuse import Euclidean, Hypersphere, Lorentz, Poincare
from manifuse.apps.report import Embedding, Row, comma_separated, draw, learning_curves, markdown, tangent_plane
from manifuse.manifolds import ManifoldBase

ROWS = [
    Row("euclidean", 3, 0.97, 0.0125, 12345, 4.26, 1.5, 0.0, 4 + 1 / 3, 3),
    Row("poincare", 3, 0.5, 0.0, 12346, 12.0, 20.126, -0.123456, 2.0, 1),
    Row("hypersphere", 1, 1.0, None, 1, 0.04, 0.0, 0.1, None, 0),
]

GEOMETRIES = [Euclidean(), Poincare(c=0.7), Lorentz(c=0.7), Hypersphere(c=0.7)]


def test_markdown() -> None:
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in markdown(ROWS, 0.95).splitlines()]
    titles, rule, *cells = lines
    assert titles[0] == "geometry"
    assert titles[1:] == ["test accuracy", "parameters", "ms per step", "peak MiB", "curvature", "epochs to 95%"]
    assert {*"".join(rule)} == {"-"}
    assert cells == [
        ["euclidean", "97.00 ± 1.25 %", "12,345", "4.3", "1.50", "0", "4.3"],
        ["poincare", "50.00 ± 0.00 %", "12,346", "12.0", "20.13", "-0.123", "2.0 (1 of 3)"],
        ["hypersphere", "100.00 %", "1", "0.0", "0.00", "0.1", "never"],
    ]


def test_csv_has_the_numbers_in_full() -> None:
    first, second, third = csv.DictReader(io.StringIO(comma_separated(ROWS)))
    assert first["geometry"] == "euclidean"
    assert float(first["epochs_to_target"]) == 4 + 1 / 3
    assert float(second["curvature"]) == -0.123456
    assert (third["test_accuracy_std"], third["epochs_to_target"]) == ("", "")


def test_learning_curves_are_means_and_ranges() -> None:
    lines = [
        {"geometry": geometry, "seed": seed, "epoch": epoch, "train_loss": 8.0 - seed - epoch, "val_accuracy": 0.5}
        for geometry in ("euclidean", "lorentz")
        for seed in (0, 2)
        for epoch in (1, 2, 3)
    ]
    loss, accuracy = learning_curves(lines).axes
    assert [line.get_label() for line in accuracy.lines] == ["euclidean", "lorentz"]
    assert list(loss.lines[0].get_xdata()) == [1, 2, 3]
    assert list(loss.lines[0].get_ydata()) == [6, 5, 4]
    (vertices,) = (path.vertices for path in loss.collections[0].get_paths())
    assert vertices[:, 1].max() == 7
    assert vertices[:, 1].min() == 3


def cloud(count: int = 200, n: int = 6) -> Tensor:
    """Frame vectors of decreasing spread, about a point off the origin."""
    return torch.randn(count, n, dtype=torch.double) * torch.tensor([0.4, 0.2, 0.1, 0.05, 0.02, 0.01][:n]) + 0.2


def test_the_tangent_plane_of_flat_space_is_that_of_principal_components() -> None:
    frame = cloud()
    plane, share = tangent_plane(Euclidean(), frame)
    eigenvalues = torch.linalg.eigvalsh(frame.mT.cov()).flip(0)
    torch.testing.assert_close(plane.mT.cov(), eigenvalues[:2].diag())
    torch.testing.assert_close(plane.mean(0), torch.zeros(2, dtype=torch.double))
    assert share == pytest.approx(float(eigenvalues[:2].sum() / eigenvalues.sum()))


@pytest.mark.parametrize("manifold", GEOMETRIES)
def test_the_tangent_plane_keeps_distances_in_it(manifold: ManifoldBase) -> None:
    """Of points on a geodesic plane through their midpoint all distances survive, wherever that midpoint is."""
    flat = cloud(n=2) - 0.2
    flat = torch.cat([flat, -flat])  # symmetric: the midpoint is the origin
    away = torch.tensor([0.5, -0.3, 0.8], dtype=torch.double)
    frame = manifold.add(away.expand(len(flat), 3), torch.nn.functional.pad(flat, (1, 0)))
    plane, share = tangent_plane(manifold, frame)
    assert share == pytest.approx(1)
    expected = manifold.frame_dist(flat.unsqueeze(0), flat.unsqueeze(1))
    torch.testing.assert_close(manifold.frame_dist(plane.unsqueeze(0), plane.unsqueeze(1)), expected)


def test_the_two_hyperbolic_models_look_the_same() -> None:
    frame = cloud().float()
    (ours, _), (theirs, _) = (tangent_plane(manifold, frame) for manifold in (Poincare(c=0.7), Lorentz(c=0.7)))
    torch.testing.assert_close(ours.abs(), theirs.abs(), rtol=1e-3, atol=1e-4)


def test_one_dimension_is_drawn_as_a_line() -> None:
    plane, share = tangent_plane(Lorentz(c=1.0), cloud(n=1))
    assert plane.shape == (200, 2)
    assert plane[:, 1].abs().max() == 0
    assert share == 1


@pytest.mark.parametrize("learnable", [False, True])
def test_points_lie_on_their_models(learnable: bool) -> None:
    labels = torch.arange(200) % 3
    curved = {name: kind(c=0.7, learnable=learnable) for name, kind in (("ball", Poincare), ("sphere", Hypersphere))}
    manifolds = {"flat": Euclidean(), **curved}
    names = ("a", "b", "c")
    figure = draw({name: Embedding(each, 3 * cloud().float(), labels, names) for name, each in manifolds.items()})
    flat, disk, sphere = figure.axes

    def points(axes: object) -> Tensor:
        drawn = [each for each in axes.collections if isinstance(each, PathCollection)]  # type: ignore[attr-defined]
        assert [each.get_label() for each in drawn] == list(names)
        return torch.cat([torch.as_tensor(each.get_offsets().data) for each in drawn])

    assert points(flat).shape == (200, 2)
    assert 0.5 < points(disk).norm(dim=1).max() < 1
    assert [text.get_text() for text in figure.legends[0].texts] == list(names)
    for drawn in sphere.collections:
        if isinstance(drawn, PathCollection):
            lifted = torch.stack([torch.as_tensor(part) for part in drawn._offsets3d])
            torch.testing.assert_close(lifted.norm(dim=0), torch.ones_like(lifted[0]))
    assert "curvature 0.7" in sphere.get_title()
