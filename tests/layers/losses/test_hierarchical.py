"""The hierarchical proxy loss against the formulas of HIER and LHIER, written with loops, and its sampler."""

from __future__ import annotations

import copy
import io
import math
import pickle
from collections import Counter
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from manifuse.layers import Clip, Rescale
from manifuse.layers.losses import (
    HierarchicalMetricLoss,
    HierarchicalProxyLoss,
    ProxyAnchorLoss,
    draw_triplets,
    gumbel_noise,
    lca_loss,
    reciprocal_neighbours,
)
from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, ManifoldParameter, Poincare
from manifuse.optim import RiemannianAdamW

from .reference import flat_or, hierarchy, neighbours_by_loops, textbook_hier

SIZES = {"in_features": 5, "num_proxies": 12, "neighbours": 5, "draws": 4}
EXACT = {"rtol": 1e-9, "atol": 1e-9}


def geometries(learnable: bool = True) -> list[ManifoldBase]:
    curved = [kind(c=0.3, learnable=learnable).double() for kind in (Poincare, Lorentz, Hypersphere)]
    return [*curved, Euclidean()]


EVERY = pytest.mark.parametrize("manifold", geometries(), ids=lambda m: type(m).__name__)


def batch(number: int = 14, dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    return torch.randn(number, 5, dtype=torch.float64).to(dtype).requires_grad_(), torch.arange(number) % 4


def built(manifold: ManifoldBase, **options: object) -> HierarchicalProxyLoss:
    return HierarchicalProxyLoss(**{**SIZES, "manifold": manifold, "dtype": torch.float64, **options})


# Values and gradients


@EVERY
@pytest.mark.parametrize("chart", ["points", "frame"])
def test_loss_and_gradients_are_the_textbooks(manifold: ManifoldBase, chart: str) -> None:
    """Embeddings, proxies and curvature; LHIER with rescaled points, HIER with clipped frame coordinates."""
    options = {} if chart == "points" else {"chart": chart, "rescale": Clip(1.8, manifold=manifold, dim=-1)}
    loss = built(manifold, **options)
    u, target = batch()
    value = loss(u, target, generator=torch.Generator().manual_seed(3))
    expected = textbook_hier(loss, u, target, torch.Generator().manual_seed(3))
    assert value > 0
    torch.testing.assert_close(value, expected, **EXACT)
    inputs = [u, *loss.parameters()]
    got, wanted = torch.autograd.grad(value, inputs), torch.autograd.grad(expected, inputs)
    assert all(each.abs().max() > 1e-4 for each in got)
    torch.testing.assert_close(got, wanted, **EXACT)


@EVERY
def test_float32_and_autocast_compute_geometry_in_float32(manifold: ManifoldBase) -> None:
    exact = built(manifold)
    loss = copy.deepcopy(exact).float()
    u, target = batch(dtype=torch.float32)
    with torch.no_grad():
        distances = exact.manifold.frame_cdist(u.double(), loss.nodes().double())
        triplets = draw_triplets(reciprocal_neighbours(exact.manifold.frame_cdist(u, u), 5, target), 4)
        noise = gumbel_noise(2, len(triplets), 12, like=distances)
        expected = lca_loss(distances, triplets, noise)
        for low in (torch.float32, torch.bfloat16):
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=low == torch.bfloat16):
                got = lca_loss(loss.manifold.frame_cdist(u, loss.nodes()), triplets, noise.float())
            assert got.dtype == torch.float32
            torch.testing.assert_close(got.double(), expected, rtol=1e-4, atol=1e-5)
    for low in (torch.float16, torch.bfloat16):
        value = built(manifold, dtype=low)(u.to(low), target)
        assert value.dtype == torch.float32
        assert torch.autograd.grad(value, u)[0].isfinite().all()


def test_choices_have_the_gradient_of_the_softmax() -> None:
    """The same tables of distances and noise, by finite differences of the softmax for the soft part."""
    distances = torch.rand(6, 4, dtype=torch.float64, requires_grad=True)
    triplets, noise = torch.tensor([[0, 1, 2], [3, 4, 5]]), gumbel_noise(2, 2, 4, like=distances)
    expected = hierarchy(distances, triplets, noise, 0.1, 0.1)
    value = lca_loss(distances, triplets, noise)
    torch.testing.assert_close(value, expected)
    torch.testing.assert_close(torch.autograd.grad(value, distances), torch.autograd.grad(expected, distances))


def test_the_same_ancestor_costs_nothing() -> None:
    distances = torch.rand(3, 4, dtype=torch.float64, requires_grad=True)
    noise = torch.zeros(2, 1, 4, dtype=torch.float64)
    noise[:, :, 2] = 1e3
    value = lca_loss(distances, torch.tensor([[0, 1, 2]]), noise)
    assert value == 0
    assert not torch.autograd.grad(value, distances)[0].any()


def test_no_triplets_cost_nothing() -> None:
    distances = torch.rand(3, 4, requires_grad=True)
    value = lca_loss(distances, torch.zeros(0, 3, dtype=torch.long), torch.zeros(2, 0, 4))
    assert value == 0
    assert not torch.autograd.grad(value, distances)[0].any()


def test_points_are_drawn_to_their_ancestors() -> None:
    """Where noise settles the choice: i and j from the root towards their ancestor, k the other way."""
    ancestor, root = torch.tensor([0.0, 0.0]), torch.tensor([4.0, 0.0])
    u = torch.tensor([[1.5, 1.0], [1.5, -1.0], [3.5, 0.0]], dtype=torch.float64, requires_grad=True)
    noise = torch.zeros(2, 1, 2, dtype=torch.float64)
    noise[0, 0, 0] = noise[1, 0, 1] = 1e3
    distances = Euclidean().frame_cdist(u, torch.stack((ancestor, root)).double())
    (slope,) = torch.autograd.grad(lca_loss(distances, torch.tensor([[0, 1, 2]]), noise, margin=8.0), u)
    for row, away, toward in ((0, ancestor, root), (1, ancestor, root), (2, root, ancestor)):
        point = u.detach()[row]
        expected = (point - away) / (point - away).norm() - (point - toward) / (point - toward).norm()
        torch.testing.assert_close(slope[row], expected)


# The sampler


@pytest.mark.parametrize("labelled", [True, False])
@pytest.mark.parametrize("neighbours", [1, 3, 7, 19])
def test_reciprocal_neighbours_are_those_of_the_definition(labelled: bool, neighbours: int) -> None:
    points = torch.randn(20, 3, dtype=torch.float64)
    target = torch.arange(20) % 6 if labelled else None
    distances = torch.cdist(points, points)
    got = reciprocal_neighbours(distances, neighbours, target)
    assert torch.equal(got, neighbours_by_loops(distances, neighbours, target))


def test_classes_come_first_at_any_distance() -> None:
    """HIER's exp(−d) + 1 underflows at d = 104, where all points of a class are alike."""
    line = torch.tensor([0.0, 500.0, 1500.0, 1.0, 2.0])
    got = reciprocal_neighbours((line - line.unsqueeze(1)).abs(), 2, torch.tensor([0, 0, 0, 1, 1]))
    expected = torch.zeros(5, 5, dtype=torch.bool)
    expected[0, 1] = expected[1, 0] = expected[3, 4] = expected[4, 3] = True
    assert torch.equal(got, expected)


def test_triplets_are_related_pairs_with_a_stranger() -> None:
    points = torch.randn(30, 3)
    reciprocal = reciprocal_neighbours(torch.cdist(points, points), 6, torch.arange(30) % 5)
    triplets = draw_triplets(reciprocal, 400)
    i, j, k = triplets.unbind(1)
    assert reciprocal[i, j].all()
    assert not reciprocal[i, k].any()
    assert (i != k).all()
    anchors = (reciprocal.sum(1) >= 2).nonzero().squeeze(1)
    assert torch.equal(i.unique(), anchors)
    assert (i.bincount()[anchors] == 400).all()


def test_triplets_are_drawn_uniformly() -> None:
    reciprocal = torch.zeros(6, 6, dtype=torch.bool)
    reciprocal[0, 1:4] = reciprocal[1:4, 0] = True
    triplets = draw_triplets(reciprocal, 30_000, generator=torch.Generator().manual_seed(1))
    for column, allowed in ((1, (1, 2, 3)), (2, (4, 5))):
        counts = Counter(triplets[:, column].tolist())
        assert set(counts) == set(allowed)
        share = 1 / len(allowed)
        deviation = math.sqrt(share * (1 - share) / 30_000)
        assert all(abs(counts[index] / 30_000 - share) < 5 * deviation for index in allowed)


def test_draws_follow_the_generator_alone() -> None:
    loss = built(Lorentz().double())
    u, target = batch()

    def value(seed: int) -> Tensor:
        torch.rand(7)
        return loss(u, target, generator=torch.Generator().manual_seed(seed))

    assert torch.equal(value(0), value(0))
    assert not torch.equal(value(0), value(1))


def test_points_with_one_relation_are_no_anchors() -> None:
    reciprocal = torch.zeros(4, 4, dtype=torch.bool)
    reciprocal[0, 1] = reciprocal[1, 0] = True
    assert draw_triplets(reciprocal, 5).shape == (0, 3)


def test_gumbel_noise_has_its_distribution() -> None:
    noise = gumbel_noise(200_000, like=torch.zeros((), dtype=torch.float64), generator=torch.Generator().manual_seed(2))
    assert float(noise.mean()) == pytest.approx(0.5772156649, abs=0.02)
    assert float(noise.var()) == pytest.approx(math.pi**2 / 6, abs=0.05)
    for level in (-1.0, 0.0, 2.0):
        assert float((noise < level).double().mean()) == pytest.approx(math.exp(-math.exp(-level)), abs=0.005)


# Training


@EVERY
def test_training_moves_proxies_on_the_manifold(manifold: ManifoldBase) -> None:
    loss = HierarchicalMetricLoss(ProxyAnchorLoss(5, 4, dtype=torch.float64), built(copy.deepcopy(manifold)))
    u, target = batch()
    before = loss.hierarchy.proxies.detach().clone()
    optimizer = RiemannianAdamW([u, *loss.parameters()], lr=1e-2, weight_decay=0.0)
    values = []
    for step in range(30):
        optimizer.zero_grad()
        value = loss(u, target, generator=torch.Generator().manual_seed(step))
        value.backward()
        optimizer.step()
        values.append(float(value.detach()))
    assert sum(values[-5:]) < sum(values[:5])
    loss.hierarchy.manifold.check_point(loss.hierarchy.proxies)
    assert not torch.equal(before, loss.hierarchy.proxies)


def test_combination_weighs_its_parts() -> None:
    metric, hierarchy_loss = ProxyAnchorLoss(5, 4, dtype=torch.float64), built(Lorentz().double())
    loss = HierarchicalMetricLoss(metric, hierarchy_loss, metric_weight=2.0, hierarchy_weight=0.3)
    u, target = batch()
    generators = [torch.Generator().manual_seed(5) for _ in range(2)]
    expected = 2 * metric(u, target) + 0.3 * hierarchy_loss(u, target, generator=generators[0])
    torch.testing.assert_close(loss(u, target, generator=generators[1]), expected)
    assert "hierarchy_weight=0.3" in repr(loss)


@pytest.mark.parametrize("kind", [Poincare, Lorentz, Hypersphere])
def test_far_and_coincident_points_have_finite_gradients(kind: type[ManifoldBase]) -> None:
    """Embeddings at 12/√c, at the origin, copies of each other and of proxies."""
    loss = HierarchicalProxyLoss(5, 12, manifold=kind(c=1.0, learnable=True), neighbours=5, draws=20)
    u = torch.randn(14, 5)
    u = u / u.norm(dim=1, keepdim=True) * torch.linspace(0, 12, 14).unsqueeze(1)
    u[5] = u[4]
    u[6:8] = loss.nodes().detach()[:2]
    u.requires_grad_()
    value = loss(u, torch.arange(14) % 3)
    assert value.isfinite()
    assert all(slope.isfinite().all() for slope in torch.autograd.grad(value, [u, *loss.parameters()]))


# Manners


@EVERY
@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["deepcopy", "pickle"])
def test_copies_and_state(manifold: ManifoldBase, copied: Callable[[nn.Module], nn.Module]) -> None:
    loss = built(manifold)
    u, target = batch()
    file = io.BytesIO()
    torch.save(loss.state_dict(), file)
    file.seek(0)
    other = built(copy.deepcopy(manifold))
    other.load_state_dict(torch.load(file, weights_only=True))
    twin = copied(loss)
    assert isinstance(twin.proxies, ManifoldParameter)
    assert twin.proxies.manifold is twin.manifold is twin.rescale.manifold
    expected, *got = (each(u, target, generator=torch.Generator().manual_seed(0)) for each in (loss, other, twin))
    assert all(torch.equal(value, expected) for value in got)


@EVERY
def test_moves_of_dtype_keep_proxies(manifold: ManifoldBase) -> None:
    loss = built(copy.deepcopy(manifold))
    loss.to(torch.float32)
    assert isinstance(loss.proxies, ManifoldParameter)
    assert loss(batch(dtype=torch.float32)[0], batch()[1]).dtype == torch.float32
    assert loss.double()(*batch()).dtype == torch.float64


def test_core_compiles_to_one_graph() -> None:
    torch.compiler.reset()
    compiled = torch.compile(lca_loss, fullgraph=True, backend="aot_eager")
    for count in (8, 11):
        distances = torch.rand(7, 6, dtype=torch.float64, requires_grad=True)
        triplets = torch.randint(7, (count, 3))
        noise = gumbel_noise(2, count, 6, like=distances)
        values = [each(distances, triplets, noise) for each in (compiled, lca_loss)]
        torch.testing.assert_close(*values)
        torch.testing.assert_close(*(torch.autograd.grad(value, distances) for value in values))


def test_new_proxies_have_the_radius() -> None:
    for manifold in geometries(learnable=False):
        loss = HierarchicalProxyLoss(64, 400, manifold=manifold, radius=1.5, rescale=nn.Identity())
        length = loss.nodes().detach().norm(dim=1).square().mean().sqrt()
        assert float(length) == pytest.approx(float(flat_or(manifold, 1.5)), rel=0.03)
        assert isinstance(HierarchicalProxyLoss(4, 30, manifold=manifold).rescale, Rescale)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: built(Lorentz(), in_features=0), ("in_features", "0")),
        (lambda: built(Lorentz(), num_proxies=0), ("num_proxies", "0")),
        (lambda: built(Lorentz(), neighbours=12), ("neighbours", "num_proxies = 12", "got 12")),
        (lambda: built(Lorentz(), draws=0), ("draws", "0")),
        (lambda: built(Lorentz(), margin=0.0), ("margin", "0.0")),
        (lambda: built(Lorentz(), temperature=-1.0), ("temperature", "-1.0")),
        (lambda: built(Lorentz(), chart="ball"), ("chart", "'ball'", "'frame'")),
        (lambda: built(Lorentz())(*batch(5)), ("5 neighbours", "5 points", "larger batch")),
        (lambda: built(Lorentz())(torch.zeros(9, 4), torch.zeros(9).long()), ("in_features = 5", "(9, 4)")),
        (lambda: built(Lorentz())(torch.zeros(9, 5), torch.zeros(8).long()), ("labels", "(8,)")),
    ],
)
def test_what_does_not_fit_is_refused(make: Callable[[], object], words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        make()
    assert all(word in str(caught.value) for word in words), caught.value


def test_repr_shows_the_arguments() -> None:
    text = repr(built(Lorentz(c=0.5)))
    for words in ("in_features=5", "num_proxies=12", "neighbours=5", "draws=4", "chart='points'", "Lorentz(c=0.5)"):
        assert words in text
