"""A tree of classes that is planted in data, of which training sees the leaves, and how much of it distances show."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import squareform
from scipy.stats import spearmanr
from torch import Tensor

from manifuse.apps.data import Samples
from manifuse.apps.metric_learning.proxy_tree import Node

DEPTH = 3
BRANCHING = (3, 3, 2)
"""Children of a node by depth, of the leaves to train on and of those held out: a family has as many of each."""
LEAVES = math.prod(BRANCHING)
STEPS = (1.0, 0.7, 0.5)
"""Standard deviation of a child about its parent, by depth, in each coordinate."""
SPREAD = 0.4
"""Standard deviation of a sample about its leaf."""
LATENT, NUISANCE, INPUTS = 8, 8, 64
NUISANCE_SCALE = 2.5
"""Standard deviation of coordinates that have nothing to do with the tree."""
NOISE = 0.1
"""Standard deviation of what is added to inputs."""


@dataclass(frozen=True)
class PlantedTree:
    """Samples of the leaves of one tree; both kinds of leaves are numbered from 0, by families.

    Vectors diffuse from the root down the tree. A sample is the vector of its leaf and noise, beside coordinates that
    have nothing to do with the tree, through a random network of one hidden layer that is drawn with the tree.
    """

    train: Samples
    val: Samples
    """Further samples of the leaves to train on."""
    test: Samples
    """Samples of the leaves that are held out."""

    @staticmethod
    def make(seed: int, *, train: int = 20, test: int = 10) -> PlantedTree:
        """Draw a tree, with these numbers of samples of each leaf."""
        generator = torch.Generator().manual_seed(seed)

        def normal(*size: int) -> Tensor:
            return torch.randn(size, generator=generator)

        families = torch.zeros(1, LATENT)
        for children, step in zip(BRANCHING[:-1], STEPS[:-1], strict=True):
            families = families.repeat_interleave(children, 0)
            families = families + step * normal(*families.shape)
        hidden, out = (normal(LATENT + NUISANCE, INPUTS) / 4, normal(INPUTS, INPUTS) / math.sqrt(INPUTS))

        def samples(leaves: Tensor, count: int) -> Samples:
            labels = torch.arange(LEAVES).repeat_interleave(count)
            tree = leaves[labels] + SPREAD * normal(len(labels), LATENT)
            mixed = torch.cat((tree, NUISANCE_SCALE * normal(len(labels), NUISANCE)), 1)
            return Samples(torch.tanh(mixed @ hidden) @ out + NOISE * normal(len(labels), INPUTS), labels)

        seen, unseen = (
            families.repeat_interleave(BRANCHING[-1], 0) + STEPS[-1] * normal(LEAVES, LATENT) for _ in range(2)
        )
        return PlantedTree(samples(seen, train), samples(seen, test), samples(unseen, test))


def ancestors(labels: Tensor, depth: int) -> Tensor:
    """Numbers of the nodes of a depth that leaves are below; depth 3: the leaves themselves."""
    return labels // math.prod(BRANCHING[depth:])


def tree_distances(labels: Tensor) -> Tensor:
    """Edges between the leaves of all pairs of samples, shape (N, N)."""
    common = [ancestors(labels, depth) for depth in range(1, DEPTH + 1)]
    return 2 * torch.stack([each.unsqueeze(1) != each for each in common]).sum(0)


def dendrogram(distances: Tensor) -> NDArray[np.float64]:
    """Merges of average linkage of points with these distances (N, N), as scipy writes them."""
    symmetric = ((distances + distances.mT) / 2).fill_diagonal_(0)
    merges: NDArray[np.float64] = linkage(squareform(symmetric.double().numpy(), checks=False), method="average")
    return merges


def dendrogram_purity(merges: NDArray[np.float64], labels: Tensor) -> float:
    """Mean, over pairs of points of the same class, of the share of that class below their least common ancestor.

    A merge of two sets that have l and r points of a class is the ancestor of l · r pairs of that class.

    Source: Heller and Ghahramani, Bayesian hierarchical clustering (ICML 2005).
    """
    counts = [*torch.nn.functional.one_hot(labels).double()]
    total = pairs = torch.zeros(())
    for first, second in merges[:, :2].astype(int):
        joined = counts[first] + counts[second]
        here = counts[first] * counts[second]
        total = total + (here * joined).sum() / joined.sum()
        pairs = pairs + here.sum()
        counts.append(joined)
    return float(total / pairs)


def rank_correlation(distances: Tensor, labels: Tensor) -> float:
    """Spearman's correlation of distances (N, N) with those in the tree, over pairs of points of different leaves."""
    planted = tree_distances(labels)
    pairs = (planted > 0).triu()
    return float(spearmanr(distances[pairs].numpy(), planted[pairs].numpy()).statistic)


def triplet_accuracy(root: Node) -> float:
    """Share of right answers of a tree over the leaves to the question which two of three belong together.

    An answer is right if the least common ancestor of the two is below that of all three. Questions are all triplets
    of leaves of which the planted tree joins two first. One that answers at random and always is right in a third.
    """
    joined = torch.zeros(LEAVES, LEAVES)
    for leaves in _sets_below(root):  # smaller sets come after those that hold them
        joined[torch.tensor(leaves).unsqueeze(1), leaves] = len(leaves)
    planted = tree_distances(torch.arange(LEAVES))
    questions = _closer(planted) & (planted > 0).unsqueeze(2)
    return float(_closer(joined)[questions].double().mean())


def _sets_below(node: Node) -> Iterator[list[int]]:
    """Leaves below an inner node, and below each one under it."""
    if node.children:
        yield _leaves(node)
        for child in node.children:
            yield from _sets_below(child)


def _leaves(node: Node) -> list[int]:
    return [leaf for child in node.children for leaf in _leaves(child)] if node.children else [node.number]


def _closer(distances: Tensor) -> Tensor:
    """Whether a and b are closer to each other than either is to c, shape (N, N, N)."""
    of_pair = distances.unsqueeze(2)
    return (of_pair < distances.unsqueeze(1)) & (of_pair < distances.unsqueeze(0))
