"""The planted hierarchy: its generator, what is measured of it, and a small run of the claims of LHIER."""

from __future__ import annotations

from importlib import import_module
from itertools import combinations, permutations
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from scipy.cluster.hierarchy import to_tree
from torch import nn

from manifuse.apps.metric_learning.proxy_tree import Node
from manifuse.apps.training.files import read_json_lines
from manifuse.layers import Rescale


@pytest.fixture
def tree() -> ModuleType:
    return import_module("benchmarks.planted_tree")


@pytest.fixture
def training() -> ModuleType:
    return import_module("benchmarks.lhier_training")


@pytest.fixture
def claim() -> ModuleType:
    return import_module("benchmarks.claim_lhier")


# The generator


def test_samples_are_a_function_of_the_seed(tree: ModuleType) -> None:
    first, again, other = (tree.PlantedTree.make(seed, train=3, test=2) for seed in (4, 4, 5))
    assert torch.equal(first.test.inputs, again.test.inputs)
    assert not torch.equal(first.test.inputs, other.test.inputs)
    assert [len(part) for part in (first.train, first.val, first.test)] == [54, 36, 36]
    for part in (first.train, first.val, first.test):
        assert part.labels.bincount().unique().numel() == 1
        assert part.inputs.shape == (len(part), tree.INPUTS)


def test_ancestors_and_distances_are_those_of_the_tree(tree: ModuleType) -> None:
    labels = torch.arange(18)
    assert tree.ancestors(labels, 1).tolist() == [0] * 6 + [1] * 6 + [2] * 6
    assert tree.ancestors(labels, 2).tolist() == [leaf // 2 for leaf in range(18)]
    assert torch.equal(tree.ancestors(labels, 3), labels)
    distances = tree.tree_distances(labels)
    assert [distances[0, leaf].item() for leaf in (0, 1, 2, 5, 6, 17)] == [0, 2, 4, 4, 6, 6]
    assert torch.equal(distances, distances.mT)


def test_inputs_of_one_ancestor_are_alike_on_average(tree: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "NUISANCE_SCALE", 0.0)
    data = tree.PlantedTree.make(0, test=20).test
    means = data.inputs.unflatten(0, (18, 20)).mean(1)
    assert tree.rank_correlation(torch.cdist(means, means), torch.arange(18)) > 0.5


@pytest.mark.parametrize("geometry", ["lorentz", "poincare", "hypersphere", "euclidean"])
def test_untrained_networks_do_not_show_the_inner_levels(training: ModuleType, geometry: str) -> None:
    for seed in range(5):
        line = training.train(training.Setting(geometry, "untrained"), training.Choice(1e-3, 0.5), seed, 1)
        assert line["purity_1"] < 0.5
        assert line["purity_2"] < 0.5


# Measures


def purity_by_definition(merges: Any, labels: list[int]) -> float:
    """All pairs of a class, each with the smallest cluster that holds both."""
    _, nodes = to_tree(merges, rd=True)
    clusters = [set(node.pre_order()) for node in nodes]
    shares = []
    for i, j in combinations(range(len(labels)), 2):
        if labels[i] == labels[j]:
            below = min((cluster for cluster in clusters if {i, j} <= cluster), key=len)
            shares.append(sum(labels[each] == labels[i] for each in below) / len(below))
    return float(np.mean(shares))


@pytest.mark.parametrize("classes", [1, 2, 5])
def test_dendrogram_purity_is_its_definition(tree: ModuleType, classes: int) -> None:
    points = torch.randn(23, 2, dtype=torch.float64)
    labels = torch.arange(23) % classes
    merges = tree.dendrogram(torch.cdist(points, points))
    assert tree.dendrogram_purity(merges, labels) == pytest.approx(purity_by_definition(merges, labels.tolist()))


def test_purity_is_one_where_classes_are_apart(tree: ModuleType) -> None:
    points = torch.tensor([[0.0], [10.0], [0.1], [10.3], [0.5]])
    merges = tree.dendrogram(torch.cdist(points, points))
    assert tree.dendrogram_purity(merges, torch.tensor([0, 1, 0, 1, 0])) == 1.0
    # classes {0, 1} and {2, 3} on a chain 0, 2, 1, 3: the purity of each pair by hand
    chain = np.array([[0, 2, 1, 2], [4, 1, 2, 3], [5, 3, 3, 4]], dtype=float)
    assert tree.dendrogram_purity(chain, torch.tensor([0, 0, 1, 1])) == pytest.approx((2 / 3 + 2 / 4) / 2)


def test_rank_correlation_leaves_out_pairs_of_one_leaf(tree: ModuleType) -> None:
    labels = torch.arange(18).repeat(2)
    planted = tree.tree_distances(labels).double()
    assert tree.rank_correlation(planted.square(), labels) == pytest.approx(1.0)
    assert tree.rank_correlation(-planted, labels) == pytest.approx(-1.0)
    of_one_leaf = torch.where(planted == 0, 100.0, planted)
    assert tree.rank_correlation(of_one_leaf, labels) == pytest.approx(1.0)


def nested(leaves: list[int]) -> Node:
    """The planted tree itself, over these leaves in its order."""
    families = [Node(number, tuple(map(Node, leaves[2 * number : 2 * number + 2]))) for number in range(9)]
    return Node(20, tuple(Node(10 + number, tuple(families[3 * number : 3 * number + 3])) for number in range(3)))


def answers_by_loops(root: Node, leaves_below: Any) -> float:
    sets = leaves_below(root)
    questions = right = 0
    for a, b, c in permutations(range(18), 3):
        levels = [next(d for d in (2, 6, 18) if x // d == y // d) for x, y in ((a, b), (a, c), (b, c))]
        if a < b and levels[0] < min(levels[1:]):
            questions += 1
            smallest = min((each for each in sets if {a, b} <= each), key=len)
            right += c not in smallest
    return right / questions


def sets_below(node: Node) -> list[set[int]]:
    """The leaves of a node, then those of all below it."""
    if not node.children:
        return [{node.number}]
    below = [sets_below(child) for child in node.children]
    return [set().union(*(each[0] for each in below)), *(each for sets in below for each in sets)]


def test_triplets_are_answered_by_least_common_ancestors(tree: ModuleType) -> None:
    assert tree.triplet_accuracy(nested(list(range(18)))) == 1.0
    assert tree.triplet_accuracy(Node(0, tuple(map(Node, range(18))))) == 0.0
    shuffled = nested(torch.randperm(18).tolist())
    assert tree.triplet_accuracy(shuffled) == pytest.approx(answers_by_loops(shuffled, sets_below))


# Training


def test_parts_are_left_out(training: ModuleType) -> None:
    networks = {part: training.Setting(without=part).network(0.5) for part in (None, "rescaling", "schema", "AdamW")}
    rescaled = {part: any(isinstance(m, Rescale) for m in net.modules()) for part, net in networks.items()}
    assert rescaled == {None: True, "rescaling": False, "schema": True, "AdamW": True}
    assert type(networks["AdamW"].hierarchy.proxies) is nn.Parameter
    for part, network in networks.items():
        stepped = [
            {id(p) for group in optimizer.param_groups for p in group["params"]}
            for optimizer in training.Setting(without=part).optimizers(network, 1e-3)
        ]
        assert len(stepped) == (2 if part == "schema" else 1)
        assert set().union(*stepped) == {id(p) for p in network.parameters()}
        assert (id(network.manifold.raw_c) in stepped[0]) == (part != "schema")


def test_controls_start_as_the_same_network(training: ModuleType) -> None:
    starts = []
    for arm, weight in (("LHIER", 0.5), ("metric loss alone", 0.0), ("shuffled hierarchy", 2.0)):
        torch.manual_seed(1)
        starts.append(training.Setting(arm=arm).network(weight)(torch.ones(2, 64)))
    assert torch.equal(starts[0], starts[1])
    assert torch.equal(starts[0], starts[2])


def test_shuffled_relations_are_as_many(training: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(training.HierarchicalProxyLoss, "_loss", lambda self, d, reciprocal, g: seen.append(reciprocal))
    loss = training.Setting(arm="shuffled hierarchy").network(0.5).hierarchy
    related = torch.rand(20, 20).round().bool()
    related = related & related.mT
    loss._loss(torch.zeros(20, 32), related, None)
    assert not torch.equal(seen[0], related)
    assert torch.equal(seen[0], seen[0].mT)
    assert torch.equal(seen[0].sum(1).sort().values, related.sum(1).sort().values)


def test_training_ends_where_the_loss_is_not_finite(training: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training.LHIER, "losses", lambda self, u, labels: {"metric": u.sum() * torch.nan})
    line = training.train(training.Setting("euclidean"), training.Choice(1e-3, 0.5), 0, 2)
    assert line["diverged"] == 1
    assert "purity_1" not in line


# The claims


def test_each_setting_has_its_best_point_of_the_grid(
    claim: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = []

    def train(setting: Any, choice: Any, seed: int, epochs: int) -> Any:
        trained.append((choice.rate, choice.hierarchy_weight, seed))
        purity = {1000: choice.rate, 1001: 0.25 - choice.hierarchy_weight}  # the best on both is (0.2, 0.3)
        return {"val_purity": purity.get(seed, 10 * choice.hierarchy_weight), "seconds": 0.0}

    monkeypatch.setattr(claim, "train", train)
    claims = claim.HierarchyClaims(seeds=2, rates=(0.1, 0.2), hierarchy_weights=(0.3, 0.4), tuning_seeds=2)
    log = claim.MetricsLog(tmp_path / "runs.jsonl")
    assert claims.result(claim.Setting(), log).choice == (0.2, 0.3)
    assert trained[-2:] == [(0.2, 0.3, 0), (0.2, 0.3, 1)]
    assert len(trained) == 4 * 2 + 2
    assert claims.result(claim.Setting(arm="metric loss alone"), log).choice == (0.2, 0.0)
    before = len(trained)
    assert len(claims.result(claim.Setting(arm="untrained"), log).runs) == len(trained) - before == 2


def test_diverged_trainings_are_counted_and_left_out(claim: ModuleType) -> None:
    whole, control = claim.Setting(), claim.Setting(arm="untrained")
    choice = claim.Choice(0.1, 0.5)
    results = {
        whole: claim.Result(choice, [{"purity_1": 0.6}, {"diverged": 3}, {"purity_1": 0.8}]),
        control: claim.Result(choice, [{"purity_1": 0.5}] * 3),
    }
    assert claim.written(results, (whole, "purity_1")) == "0.700 ± 0.141 (1 diverged)"
    assert claim.written(results, (whole, "choice")) == "0.1, 0.5"
    assert claim.written(results, (control, "triplets")) == "–"
    assert claim.difference(results, ((whole, control), "purity_1")).values == pytest.approx([0.1, 0.3])
    assert claim.difference(results, ((whole, control), "triplets")) == "–"


def test_small_run_goes_on_after_a_kill(claim: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = claim.HierarchyClaims(
        geometries=("lorentz", "euclidean"),
        parts=("schema",),
        seeds=2,
        epochs=1,
        rates=(1e-3,),
        hierarchy_weights=(0.5,),
        output=tmp_path / "table.md",
        runs=tmp_path / "runs.jsonl",
    )
    train = claim.train

    def killed(*arguments: Any) -> Any:
        if len(read_json_lines(claims.runs)) == 3:
            raise KeyboardInterrupt
        return train(*arguments)

    monkeypatch.setattr(claim, "train", killed)
    with pytest.raises(KeyboardInterrupt):
        claims()
    before = read_json_lines(claims.runs)
    monkeypatch.setattr(claim, "train", train)
    claims()
    lines = read_json_lines(claims.runs)
    assert lines[:3] == before
    assert len(lines) == 2 * (2 * 4 + 1)
    written = claims.output.read_text(encoding="utf-8")
    assert "not the default run" in written
    first, second = (line["purity_1"] for line in lines if line["arm"] == "LHIER" and line["geometry"] == "euclidean")
    assert f"| Euclidean: LHIER | {(first + second) / 2:.3f} ± " in written
    monkeypatch.setattr(claim, "train", None)
    claims()
    assert claims.output.read_text(encoding="utf-8") == written
