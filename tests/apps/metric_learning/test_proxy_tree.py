"""The tree of proxies: of planted hierarchies, as text by hand, and drawn on every geometry."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest
import torch
from matplotlib.collections import PathCollection
from torch import Tensor

from manifuse import Euclidean, Hypersphere, Lorentz, Poincare
from manifuse.apps.metric_learning.proxy_tree import (
    Node,
    class_distances,
    draw_tree,
    proxy_tree,
    tree_text,
    write_tree,
)
from manifuse.apps.report import Embedding
from manifuse.manifolds import ManifoldBase

GEOMETRIES = [Euclidean(), Poincare(c=0.7), Lorentz(c=0.7), Hypersphere(c=0.1)]
GROUPS = ((0, 3, 4), (1, 2))


def leaves(node: Node) -> frozenset[int]:
    return frozenset([node.number] if not node.children else []).union(*map(leaves, node.children))


def planted(classes: int = 5, proxies: int = 6) -> Tensor:
    """Distances under which proxy 2 is amid the first group, 5 amid the second, 0 amid all, and others are far."""
    distances = torch.full((classes, proxies), 9.0)
    distances[:, 0] = 3.0
    for group, proxy in zip(GROUPS, (2, 5), strict=True):
        distances[list(group), proxy] = 1.0
    return distances


def test_a_planted_hierarchy_is_found() -> None:
    root = proxy_tree(planted())
    assert root.number == 0
    found = {(child.number, leaves(child)) for child in root.children}
    assert found == {(2, frozenset(GROUPS[0])), (5, frozenset(GROUPS[1]))}
    assert all(not leaf.children for child in root.children for leaf in child.children)


def test_every_set_is_under_the_proxy_that_is_nearest_to_its_farthest_class() -> None:
    """On random distances; each class is in the tree once, and no proxy above itself."""
    for seed in range(20):
        distances = torch.rand(9, 5, generator=torch.Generator().manual_seed(seed))
        root = proxy_tree(distances)
        assert leaves(root) == frozenset(range(9))

        def check(node: Node, above: frozenset[int], distances: Tensor = distances) -> None:
            if not node.children:
                return
            assert len(node.children) > 1
            assert node.number not in above
            farthest = distances[sorted(leaves(node))].amax(0)
            assert farthest[node.number] == farthest.min()
            for one, other in combinations(node.children, 2):
                assert not leaves(one) & leaves(other)
            for child in node.children:
                check(child, above | {node.number})

        check(root, frozenset())


def test_one_class_is_its_own_tree() -> None:
    assert proxy_tree(torch.rand(1, 3)) == Node(0)


def test_text() -> None:
    root = Node(4, (Node(0), Node(1, (Node(1), Node(3))), Node(2)))
    lines = tree_text(root, ["jay", "owl", "tit", "auk"], [0.0, 1.234, 0.0, 0.0, 0.5])
    assert lines.splitlines() == [
        "proxy 4 (radius 0.5)",
        "├── jay",
        "├── proxy 1 (radius 1.23)",
        "│   ├── owl",
        "│   └── auk",
        "└── tit",
    ]


def embedded(manifold: ManifoldBase) -> tuple[Embedding, Tensor]:
    """Three clouds in four dimensions, and six proxies."""
    labels = torch.arange(60) % 3
    centres = torch.tensor([[2.0, 0, 0, 0], [0, 2, 0, 0], [0, 1.5, 1.5, 0]])
    frame = centres[labels] + 0.1 * torch.randn(60, 4)
    proxies = torch.cat([centres.mean(0, keepdim=True), 0.5 * centres, centres[1:].mean(0, keepdim=True), -centres[:1]])
    return Embedding(manifold, frame, labels, ("a", "b", "c")), proxies


@pytest.mark.parametrize("manifold", GEOMETRIES, ids=str)
def test_distances_of_classes_are_means_over_images(manifold: ManifoldBase) -> None:
    embedding, proxies = embedded(manifold)
    found = class_distances(embedding, proxies)
    points = manifold.from_frame(embedding.frame.double())
    for number in range(3):
        for place, proxy in enumerate(manifold.from_frame(proxies.double())):
            expected = manifold.dist(points[embedding.labels == number], proxy).mean()
            assert found[number, place].item() == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize("manifold", GEOMETRIES, ids=str)
def test_a_tree_is_drawn_with_its_geodesics(manifold: ManifoldBase) -> None:
    embedding, proxies = embedded(manifold)
    root = proxy_tree(class_distances(embedding, proxies))
    assert {leaves(child) for child in root.children} == {frozenset([0]), frozenset([1, 2])}
    (axes,) = draw_tree(root, proxies, embedding).axes
    curvature = float(manifold.sectional_curvature)
    edges = [line for line in axes.lines if len(line.get_xdata()) == 33]
    assert len(edges) == len(list(root.edges())) == 4
    scattered = {each.get_label(): each for each in axes.collections if isinstance(each, PathCollection)}
    assert {"a", "b", "c", "proxies"} <= set(scattered)
    if curvature > 0:
        assert f"curvature {curvature:.3g}" in axes.get_title()
        return
    corners = torch.cat([torch.as_tensor(scattered[name].get_offsets().data) for name in ("a", "b", "c", "proxies")])
    for line in edges:  # from node to node
        path = torch.stack([torch.as_tensor(line.get_xdata()), torch.as_tensor(line.get_ydata())], 1)
        assert torch.cdist(path[[0, -1]].double(), corners.double()).amin(1).max() < 1e-4
        if curvature < 0:
            space = Poincare(c=1.0)
            ends = path[[0]], path[[-1]]
            detour = space.dist(path[16:17], ends[0]) + space.dist(path[16:17], ends[1]) - space.dist(*ends)
            assert abs(float(detour)) < 1e-3
            assert path.norm(dim=1).max() < 1


def test_files_are_written(tmp_path: Path) -> None:
    embedding, proxies = embedded(Lorentz(c=1.0, learnable=True))
    write_tree(tmp_path, proxies, embedding)
    lines = (tmp_path / "proxy_tree.txt").read_text(encoding="utf-8").splitlines()
    assert sum(not line.endswith(")") for line in lines) == 3
    assert (tmp_path / "proxy_tree.png").read_bytes().startswith(b"\x89PNG")
    assert len(list(tmp_path.iterdir())) == 2
