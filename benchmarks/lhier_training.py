"""LHIER with a small network, and how it is trained on a planted tree, for the tables of claims."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

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
WIDTH, DIM, PROXIES, NEIGHBOURS = 64, 8, 32, 8
PROTOCOL = PROTOCOLS["digits"]["resnet50"]


@dataclass(frozen=True)
class Setting:
    """What is trained, but for rate, seed and epochs."""

    geometry: str = "lorentz"
    arm: Arm = "LHIER"
    without: Part | None = None
    """What is left out: rescaling; points that follow their curvature; AdamW on points, in place of coordinates."""
    hierarchy_weight: float = 0.5

    def network(self) -> LHIER:
        c = CURVATURES[self.geometry]
        network = LHIER(
            Backbone(),
            DIM,
            geometry_of(self.geometry, c, learnable=True),
            LEAVES,
            proxies=PROXIES,
            neighbours=NEIGHBOURS,
            hierarchy_weight=0.0 if self.arm == "metric loss alone" else self.hierarchy_weight,
            chart="frame" if self.without == "AdamW" else "points",
        )
        if self.without == "rescaling":
            _remove_rescaling(network)
        if self.arm == "shuffled hierarchy":
            network.hierarchy.__class__ = ShuffledHierarchy
        return network

    def optimizers(self, network: LHIER, rate: float) -> list[Optimizer]:
        """Those of the protocol; without the schema, curvatures have one of their own and points do not follow."""
        optimizer, _ = PROTOCOL.start(network, lr=rate, eps=1e-8, steps=1)
        if self.without != "schema":
            return [optimizer]
        curvatures = optimizer.param_groups.pop()
        return [optimizer, torch.optim.AdamW(curvatures["params"], lr=curvatures["lr"], weight_decay=0.0)]


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


def _remove_rescaling(network: nn.Module) -> None:
    for module in network.modules():
        for name, child in module.named_children():
            if isinstance(child, Rescale):
                setattr(module, name, nn.Identity())


def train(setting: Setting, rate: float, seed: int, epochs: int) -> Line:
    """Train a network on the tree of the seed, and say how much of it distances of held-out leaves show.

    A loss that is not finite ends the training, which then has no measures.
    """
    start = time.perf_counter()
    tree = PlantedTree.make(seed)
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    network = setting.network()
    optimizers = setting.optimizers(network, rate)
    sampler = ClassSampler(tree.train.labels, 2 * LEAVES, seed=seed)
    finite = True
    for epoch in range(0 if setting.arm == "untrained" else epochs):
        sampler.seek(epoch)
        for draws in sampler:
            batch = tree.train[[draw.row for draw in draws]]
            loss = torch.stack([*network.losses(network(batch.inputs), batch.labels, generator=generator).values()])
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
    """Purity by depth, rank correlation and accuracy of triplets on held-out leaves; purity of leaves trained on."""
    manifold, labels = network.manifold, tree.test.labels
    u = network(tree.test.inputs)
    distances = manifold.frame_cdist(u, u)
    merges = dendrogram(distances)
    line = {f"purity_{depth}": dendrogram_purity(merges, ancestors(labels, depth)) for depth in range(1, DEPTH + 1)}
    seen = network(tree.val.inputs)
    line["val_purity"] = dendrogram_purity(dendrogram(manifold.frame_cdist(seen, seen)), tree.val.labels)
    line["rank_correlation"] = rank_correlation(distances, labels)
    if network.hierarchy is not None:
        embedding = Embedding(manifold, u, labels, tuple(map(str, range(LEAVES))))
        line["triplets"] = triplet_accuracy(proxy_tree(class_distances(embedding, network.hierarchy.nodes())))
    return line
