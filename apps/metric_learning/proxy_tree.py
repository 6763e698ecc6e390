"""The tree that proxies of the hierarchical loss span over classes: found, written as text, and drawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

from ..report import INK, Embedding, chart, tangent_plane
from ..training.files import replacing, write_text

STEPS = 33
"""Points of a drawn geodesic."""


@dataclass(frozen=True)
class Node:
    """A class, or a proxy with what it is the least common ancestor of."""

    number: int
    """Number of the proxy; of the class, where there are no children."""
    children: tuple[Node, ...] = ()

    def edges(self) -> Iterator[tuple[Node, Node]]:
        """Parents with their children, from the top."""
        for child in self.children:
            yield self, child
            yield from child.edges()


def class_distances(embedding: Embedding, proxies: Tensor) -> Tensor:
    """Mean distances of the images of each of K classes to M proxies with frame coordinates (M, n), shape (K, M)."""
    distances = embedding.manifold.frame_cdist(embedding.frame, proxies)
    return torch.stack([distances[_of(embedding, number)].mean(0) for number in range(len(embedding.classes))])


def proxy_tree(distances: Tensor) -> Node:
    """Join classes under the proxies that are their least common ancestors.

    The ancestor of a set of classes is the proxy whose largest distance to them is smallest, as in the loss without
    noise. The two sets for which that distance is smallest are joined, again and again, until all are one. What lies
    between a proxy and a set with the same ancestor is dissolved, so that no proxy is above itself; it may be in
    several branches.

    Args:
        distances: Distances of K classes to M proxies, shape (K, M).

    Returns:
        The root.
    """
    nodes = [Node(number) for number in range(len(distances))]
    largest = [*distances.cpu()]  # of each set, by proxy
    while len(nodes) > 1:
        first, second = _closest(torch.stack(largest))
        reach = torch.maximum(largest[first], largest[second])
        ancestor = int(reach.argmin())
        children = tuple(each for place in (first, second) for each in _below(nodes[place], ancestor))
        for done in (second, first):
            del nodes[done], largest[done]
        nodes.append(Node(ancestor, children))
        largest.append(reach)
    return nodes[0]


def _closest(largest: Tensor) -> tuple[int, int]:
    """The two sets whose ancestor is nearest, first < second, given their largest distances (sets, proxies)."""
    count = len(largest)
    heights = torch.stack([torch.maximum(row, largest).amin(1) for row in largest])
    heights = heights.masked_fill(~torch.ones(count, count, dtype=torch.bool).triu(1), torch.inf)
    return divmod(int(heights.argmin()), count)


def _below(node: Node, ancestor: int) -> tuple[Node, ...]:
    """What of a node comes directly under a proxy: the node itself, or if the proxy is in it, its parts."""
    proxies = [each.number for each in (node, *(child for _, child in node.edges())) if each.children]
    if ancestor not in proxies:
        return (node,)
    return tuple(each for child in node.children for each in _below(child, ancestor))


def tree_text(root: Node, classes: Sequence[str], radii: Sequence[float]) -> str:
    """Write a tree as lines.

    Args:
        root: Root of the tree.
        classes: Names of the classes.
        radii: Distances of the proxies from the origin.
    """

    def lines(node: Node) -> Iterator[str]:
        yield f"proxy {node.number} (radius {radii[node.number]:.3g})" if node.children else classes[node.number]
        for place, child in enumerate(node.children, 1):
            head, rest = ("├── ", "│   ") if place < len(node.children) else ("└── ", "    ")
            for number, line in enumerate(lines(child)):
                yield (rest if number else head) + line

    return "".join(f"{line}\n" for line in lines(root))


@torch.no_grad()
def draw_tree(root: Node, proxies: Tensor, embedding: Embedding) -> Figure:
    """Draw a tree over embedded images: proxies, midpoints of classes, and the geodesics between them.

    The picture is that of `report.draw`: the two principal directions at the midpoint of all points, hyperbolic spaces
    on the Poincaré disk, the sphere as it is. Midpoints of classes lie inside of their images, where space is curved.

    Args:
        root: Root of the tree.
        proxies: Frame coordinates of the proxies, shape (M, n).
        embedding: Images, and the classes that are the leaves.
    """
    manifold, count = embedding.manifold, len(embedding.classes)
    inner = sorted({parent.number for parent, _ in root.edges()})
    midpoints = [manifold.midpoint0(embedding.frame[_of(embedding, number)]) for number in range(count)]
    corners = torch.cat([torch.stack(midpoints), proxies[inner]])
    plane, share = tangent_plane(manifold, torch.cat([corners, embedding.frame]))

    curvature = manifold.sectional_curvature.item()
    figure = Figure(figsize=(6, 5), layout="constrained")
    axes: Any = figure.add_subplot(projection="3d" if curvature > 0 else None)
    to_picture = chart(axes, curvature)
    points = to_picture(plane.cpu())
    images, nodes = points[len(corners) :], points[: len(corners)]
    flat = manifold.from_frame(plane[: len(corners)])
    time = torch.linspace(0, 1, STEPS, device=flat.device).unsqueeze(1)

    def place(node: Node) -> int:
        return count + inner.index(node.number) if node.children else node.number

    for edge in root.edges():
        start, end = (flat[place(node)] for node in edge)
        line = manifold.to_frame(manifold.geodesic(time, start, end))
        axes.plot(*to_picture(line.cpu()).mT.numpy(), color=INK, lw=1, zorder=1)
    for number, label in enumerate(embedding.classes):
        colour = f"C{number % 10}"
        axes.scatter(*images[_of(embedding, number).cpu()].mT.numpy(), s=6, alpha=0.4, color=colour)
        axes.scatter(*nodes[[number]].mT.numpy(), s=30, color=colour, edgecolors="black", label=label)
    axes.scatter(*nodes[count:].mT.numpy(), s=20, color="black", marker="s", label="proxies")
    axes.set_title(f"curvature {curvature:.3g}\n{share:.0%} of the variance")
    figure.legend(loc="outside right center", ncols=1 + count // 24)
    return figure


@torch.no_grad()
def write_tree(folder: Path, proxies: Tensor, embedding: Embedding) -> None:
    """Write proxy_tree.txt and proxy_tree.png into the folder of a run.

    Args:
        folder: Folder.
        proxies: Frame coordinates of the proxies, shape (M, n).
        embedding: Images and their classes.
    """
    root = proxy_tree(class_distances(embedding, proxies))
    radii = torch.linalg.vector_norm(proxies, dim=1).tolist()
    write_text(folder / "proxy_tree.txt", tree_text(root, embedding.classes, radii))
    with replacing(folder / "proxy_tree.png") as temporary:
        draw_tree(root, proxies, embedding).savefig(temporary, format="png", dpi=150)


def _of(embedding: Embedding, number: int) -> Tensor:
    """Which images are of a class."""
    return (embedding.labels == number).to(embedding.frame.device)
