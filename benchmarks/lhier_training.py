"""LHIER with a small network, and how it is trained on a planted tree, for the tables of claims."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, TypeAlias

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from manifuse.apps import LHIER
from manifuse.apps.data import ClassSampler
from manifuse.apps.metric_learning.protocols import PROTOCOLS
from manifuse.apps.metric_learning.proxy_tree import class_distances, proxy_tree
from manifuse.apps.networks import geometry_of
from manifuse.apps.report import Embedding
from manifuse.apps.training.metrics import Line
from manifuse.layers import Rescale
from manifuse.layers.losses import HierarchicalProxyLoss
from manifuse.manifolds.curvature import CurvatureParameter

from .planted_tree import (
    DEPTH,
    INPUTS,
    LEAVES,
    PlantedTree,
    ancestors,
    dendrogram,
    dendrogram_purity,
    rank_correlation,
    triplet_accuracy,
)

Arm: TypeAlias = Literal["LHIER", "metric loss alone", "shuffled hierarchy", "untrained"]
Part: TypeAlias = Literal["rescaling", "schema", "AdamW"]
CURVATURES = {"lorentz": 1.0, "poincare": 1.0, "hypersphere": 0.1, "euclidean": 0.0}
"""Initial c of the geometries; all but the flat one learn it."""
WIDTH, DIM, PROXIES, NEIGHBOURS, DRAWS = 64, 8, 32, 8, 10
PROTOCOL = PROTOCOLS["digits"]["resnet50"]
NETWORKS = 10**6
"""Seed of the network of the tree with seed 0: the two must not be drawn from the same numbers."""


class Choice(NamedTuple):
    """A point of the grid."""

    rate: float
    """Learning rate of the backbone; those of other parts are multiples of it."""
    hierarchy_weight: float
    """Weight of the hierarchical loss; 0: there is none."""


@dataclass(frozen=True)
class Setting:
    """What is trained, but for a point of the grid, seed and epochs."""

    geometry: str = "lorentz"
    arm: Arm = "LHIER"
    without: Part | None = None
    """What is left out: rescaling; points that follow their curvature; AdamW on points, in place of coordinates."""

    def network(self, hierarchy_weight: float) -> LHIER:
        c = CURVATURES[self.geometry]
        network = LHIER(
            Backbone(),
            DIM,
            geometry_of(self.geometry, c, learnable=True),
            LEAVES,
            proxies=PROXIES,
            neighbours=NEIGHBOURS,
            hierarchy_weight=hierarchy_weight,
            chart="frame" if self.without == "AdamW" else "points",
        )
        if self.without == "rescaling":
            _remove_rescaling(network)
        if network.hierarchy is not None:
            network.hierarchy.draws = DRAWS
            if self.arm == "shuffled hierarchy":
                network.hierarchy.__class__ = ShuffledHierarchy
        return network

    def optimizers(self, network: LHIER, rate: float) -> list[Optimizer]:
        """Those of the protocol; without the schema, curvatures have one of their own and points do not follow."""
        optimizer, _ = PROTOCOL.start(network, lr=rate, eps=1e-8, steps=1)
        if self.without != "schema":
            return [optimizer]
        curved = [group for group in optimizer.param_groups if _is_curvature(group)]
        optimizer.param_groups = [group for group in optimizer.param_groups if not _is_curvature(group)]
        return [optimizer, *(torch.optim.AdamW(group["params"], group["lr"], weight_decay=0.0) for group in curved)]


class Backbone(nn.Sequential):
    """Two rectified layers."""

    out_features = WIDTH

    def __init__(self) -> None:
        super().__init__(nn.Linear(INPUTS, WIDTH), nn.ReLU(), nn.Linear(WIDTH, WIDTH), nn.ReLU())


class ShuffledHierarchy(HierarchicalProxyLoss):
    """The hierarchical loss of points whose relations are those of others, drawn anew at each call."""

    def _loss(self, distances: Tensor, reciprocal: Tensor, generator: torch.Generator | None) -> Tensor:
        order = torch.randperm(len(reciprocal), generator=generator)
        return super()._loss(distances, reciprocal[order][:, order], generator)


def _is_curvature(group: dict[str, Any]) -> bool:
    return any(isinstance(p, CurvatureParameter) for p in group["params"])


def _remove_rescaling(network: nn.Module) -> None:
    for module in network.modules():
        for name, child in module.named_children():
            if isinstance(child, Rescale):
                setattr(module, name, nn.Identity())


def train(setting: Setting, choice: Choice, seed: int, epochs: int) -> Line:
    """Train a network on the tree of the seed, and say how much of it distances of held-out leaves show.

    A loss that is not finite ends the training, which then has no measures.
    """
    start = time.perf_counter()
    tree = PlantedTree.make(seed)
    torch.manual_seed(NETWORKS + seed)
    network = setting.network(choice.hierarchy_weight)
    optimizers = setting.optimizers(network, choice.rate)
    sampler = ClassSampler(tree.train.labels, 2 * LEAVES, seed=seed)
    finite = True
    for epoch in range(0 if setting.arm == "untrained" else epochs):
        sampler.seek(epoch)
        for draws in sampler:
            batch = tree.train[[draw.row for draw in draws]]
            loss = torch.stack([*network.losses(network(batch.inputs), batch.labels).values()])
            finite = finite and math.isfinite(loss.sum().item())
            if not finite:
                return {"diverged": epoch + 1, "seconds": time.perf_counter() - start}
            loss.sum().backward()
            for optimizer in optimizers:
                optimizer.step()
                optimizer.zero_grad()
    return {**measures(network, tree), "seconds": time.perf_counter() - start}


@torch.no_grad()
def measures(network: LHIER, tree: PlantedTree) -> Line:
    """Purity by depth, rank correlation and triplets on held-out leaves; purity of leaves trained on; the curvature."""
    manifold, labels = network.manifold, tree.test.labels
    u = network(tree.test.inputs)
    distances = manifold.frame_cdist(u, u)
    merges = dendrogram(distances)
    line = {f"purity_{depth}": dendrogram_purity(merges, ancestors(labels, depth)) for depth in range(1, DEPTH + 1)}
    seen = network(tree.val.inputs)
    line["val_purity"] = dendrogram_purity(dendrogram(manifold.frame_cdist(seen, seen)), tree.val.labels)
    line["curvature"] = float(manifold.sectional_curvature)
    line["rank_correlation"] = rank_correlation(distances, labels)
    if network.hierarchy is not None:
        embedding = Embedding(manifold, u, labels, tuple(map(str, range(LEAVES))))
        line["triplets"] = triplet_accuracy(proxy_tree(class_distances(embedding, network.hierarchy.nodes())))
    return line
