"""Retrieval metrics against their definitions, query by query."""

from __future__ import annotations

import doctest
import importlib
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, Poincare

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # what the library imports uses deprecated parts of torch
    losses = pytest.importorskip("pytorch_metric_learning.losses")
    miners = pytest.importorskip("pytorch_metric_learning.miners")
    from manifuse.apps.metric_learning import GeodesicDistance, Retrieval, retrieve

EVERY = pytest.mark.parametrize(
    "manifold",
    [Poincare(c=0.3, learnable=True), Lorentz(c=0.3, learnable=True), Hypersphere(c=0.1, learnable=True), Euclidean()],
    ids=lambda m: type(m).__name__,
)


def by_definition(
    queries: Tensor,
    query_labels: list[int],
    gallery: Tensor,
    gallery_labels: list[int],
    manifold: ManifoldBase,
    ks: tuple[int, ...],
    itself: bool,
) -> Retrieval:
    hits: dict[int, list[bool]] = {k: [] for k in ks}
    r_precisions, average_precisions = [], []
    for i, label in enumerate(query_labels):
        query, points = (manifold.from_frame(u.detach().double()) for u in (queries[i], gallery))
        distances = manifold.dist(query, points).tolist()
        order = sorted((j for j in range(len(gallery)) if not (itself and i == j)), key=lambda j: (distances[j], j))
        right = [gallery_labels[j] == label for j in order]
        number = sum(right)
        for k in ks:
            hits[k].append(any(right[:k]))
        r_precisions.append(sum(right[:number]) / number)
        precisions = [sum(right[: rank + 1]) / (rank + 1) * right[rank] for rank in range(number)]
        average_precisions.append(sum(precisions) / number)
    count = len(query_labels)
    recall = {k: sum(found) / count for k, found in hits.items()}
    return Retrieval(recall, sum(r_precisions) / count, sum(average_precisions) / count)


def assert_same(got: Retrieval, expected: Retrieval) -> None:
    assert got.recall == pytest.approx(expected.recall, abs=1e-12)
    assert got.r_precision == pytest.approx(expected.r_precision, abs=1e-12)
    assert got.map_at_r == pytest.approx(expected.map_at_r, abs=1e-12)
    assert 0 < got.map_at_r < got.r_precision < 1


def labelled(number: int, classes: int) -> tuple[Tensor, Tensor]:
    """Embeddings that tell classes, which are numbered with gaps, in part; every class twice at least."""
    ids = torch.cat((torch.arange(classes).repeat(2), torch.randint(classes, (number - 2 * classes,))))
    centres = torch.randn(classes, 4)
    return centres[ids] + 0.6 * torch.randn(number, 4), 7 * ids - 3


@EVERY
def test_metrics_are_those_of_the_definitions(manifold: ManifoldBase) -> None:
    u, labels = labelled(90, 8)
    ks = (1, 2, 4, 70)
    got = retrieve(u.requires_grad_(), labels, manifold=manifold, ks=ks)
    assert_same(got, by_definition(u, labels.tolist(), u, labels.tolist(), manifold, ks, itself=True))


@EVERY
def test_queries_and_gallery_are_two_sets(manifold: ManifoldBase) -> None:
    """The gallery has a class that no query has; the i-th query does find the i-th of the gallery."""
    u, labels = labelled(90, 8)
    (queries, query_labels), (gallery, gallery_labels) = (u[60:], labels[60:]), (u[:60], labels[:60])
    wanted = query_labels != -3
    queries, query_labels = queries[wanted], query_labels[wanted]
    ks = (1, 10, 60)
    got = retrieve(queries, query_labels, gallery, gallery_labels, manifold=manifold, ks=ks)
    expected = by_definition(
        queries, query_labels.tolist(), gallery, gallery_labels.tolist(), manifold, ks, itself=False
    )
    assert_same(got, expected)
    copies = retrieve(gallery, gallery_labels, gallery.clone(), gallery_labels, manifold=manifold, ks=(1,))
    assert copies.recall == {1: 1.0}


def test_perfect_and_worst_embeddings() -> None:
    labels = torch.arange(12) // 3
    perfect = retrieve(torch.eye(4)[labels], labels, manifold=Lorentz(), ks=(1, 8))
    assert perfect == Retrieval({1: 1.0, 8: 1.0}, 1.0, 1.0)
    pairs = torch.arange(4.0).repeat_interleave(2).unsqueeze(1)  # each class at two far places, with others at them
    worst = retrieve(pairs, torch.tensor([0, 1, 0, 1, 2, 3, 2, 3]), manifold=Euclidean(), ks=(1,))
    assert worst == Retrieval({1: 0.0}, 0.0, 0.0)


BAD: list[tuple[Callable[[Tensor, Tensor], object], tuple[str, ...]]] = [
    (lambda u, y: retrieve(u, torch.arange(6), manifold=Lorentz()), ("6 classes", "one sample", "0, 1, 2, 3, 4, …")),
    (lambda u, y: retrieve(u, torch.tensor([0, 0, 1, 1, 9, 1]), manifold=Lorentz()), ("one sample", ": 9;", "drop")),
    (lambda u, y: retrieve(u, y, u, y + 2, manifold=Lorentz()), ("no sample in the gallery", "0, 1")),
    (lambda u, y: retrieve(u, y, manifold=Lorentz(), ks=(1, 6)), ("between 1 and 5", "got 6")),
    (lambda u, y: retrieve(u, y, u[:4], y[:4], manifold=Lorentz(), ks=(5,)), ("between 1 and 4", "got 5")),
    (lambda u, y: retrieve(u, y, manifold=Lorentz(), ks=(0, 1)), ("ks", "0")),
    (lambda u, y: retrieve(u, y, u, manifold=Lorentz()), ("gallery_labels", "both")),
    (lambda u, y: retrieve(u, y[:5], manifold=Lorentz()), ("queries", "(6, 3)", "(5,)")),
    (lambda u, y: retrieve(u, y, u, y[:5], manifold=Lorentz()), ("gallery", "(6, 3)", "(5,)")),
    (lambda u, y: retrieve(u[:0], y[:0], manifold=Lorentz()), ("queries", "(0, 3)")),
]


@pytest.mark.parametrize(("make", "words"), BAD)
def test_what_does_not_fit_is_refused(make: Callable[[Tensor, Tensor], object], words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"retrieve|nearest_neighbours") as caught:
        make(torch.randn(6, 3), torch.arange(6) % 2)
    assert all(word in str(caught.value) for word in words), caught.value


# Losses and miners of pytorch-metric-learning


@EVERY
def test_distance_is_geodesic(manifold: ManifoldBase) -> None:
    distance = GeodesicDistance(manifold)
    u, v = torch.randn(5, 4), torch.randn(3, 4)
    expected = torch.stack([manifold.dist(manifold.from_frame(a), manifold.from_frame(v)) for a in u])
    torch.testing.assert_close(distance(u, v), expected, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(distance.pairwise_distance(u[:3], v), expected[:3].diagonal(), rtol=1e-4, atol=1e-5)
    assert (
        distance(u.half(), v.half()).dtype == distance.pairwise_distance(u[:3].half(), v.half()).dtype == torch.float32
    )


@EVERY
@pytest.mark.parametrize("name", ["TripletMarginLoss", "ContrastiveLoss", "NTXentLoss"])
def test_losses_take_the_distance(manifold: ManifoldBase, name: str) -> None:
    """With a miner; gradients of embeddings and curvature, the value by definition where that is short."""
    distance = GeodesicDistance(manifold)
    loss = getattr(losses, name)(distance=distance)
    u, labels = torch.randn(8, 4, requires_grad=True), torch.arange(8) % 4
    value = loss(u, labels, miners.MultiSimilarityMiner(distance=distance, epsilon=10.0)(u, labels))
    slopes = torch.autograd.grad(value, [u, *loss.parameters()])
    assert all(slope.isfinite().all() and slope.abs().sum() > 0 for slope in slopes)
    assert [key for key, _ in loss.named_parameters()] == [f"distance.{key}" for key, _ in distance.named_parameters()]


def test_triplet_loss_is_that_of_the_definition() -> None:
    space = Lorentz(c=0.5)
    u, labels = torch.randn(6, 4), torch.arange(6) % 2
    d = space.frame_cdist(u, u)
    terms = [
        (d[i, j] - d[i, k] + 0.2).clamp(min=0)
        for i in range(6)
        for j in range(6)
        for k in range(6)
        if i != j and labels[i] == labels[j] and labels[i] != labels[k]
    ]
    positive = [term for term in terms if term > 0]
    got = losses.TripletMarginLoss(margin=0.2, distance=GeodesicDistance(space))(u, labels)
    torch.testing.assert_close(got, torch.stack(positive).mean())


def test_example_of_the_distance_runs() -> None:
    outcome = doctest.testmod(importlib.import_module("manifuse.apps.metric_learning.distance"))
    assert outcome.attempted > 0
    assert outcome.failed == 0


def test_names_are_complete() -> None:
    package: Any = importlib.import_module("manifuse.apps.metric_learning")
    assert package.__all__ == sorted(package.__all__)
    assert all(getattr(package, name).__name__ == name for name in package.__all__)
    with pytest.raises(AttributeError, match="'Rank'"):
        package.Rank  # noqa: B018
