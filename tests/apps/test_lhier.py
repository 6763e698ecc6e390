"""LHIER, HIER and Hyp: necks against their formulas, losses and what they reach, and what a module must survive."""

from __future__ import annotations

import copy
import io
import pickle

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from manifuse import Euclidean, Hypersphere, Lorentz, Poincare
from manifuse.apps import LHIER
from manifuse.apps.backbones import ConvNet
from manifuse.apps.lhier import RECIPES
from manifuse.layers.losses import SupervisedContrastiveLoss
from manifuse.manifolds import ManifoldBase, ManifoldParameter

SIZES = {"num_classes": 3, "proxies": 16, "neighbours": 4}
LABELS = torch.arange(12) % 3
SPACES = {"euclidean": Euclidean, "poincare": Poincare, "lorentz": Lorentz, "hypersphere": Hypersphere}


def space_of(name: str, c: float = 0.1, *, learnable: bool = False) -> ManifoldBase:
    return Euclidean() if name == "euclidean" else SPACES[name](c=c, learnable=learnable)


def network(recipe: str = "lhier", manifold: ManifoldBase | None = None, **arguments: object) -> LHIER:
    torch.manual_seed(1)
    return LHIER.from_recipe(recipe, ConvNet(width=4), 8, manifold=manifold, **{**SIZES, **arguments})


def images(count: int = 12) -> Tensor:
    return torch.randn(count, 1, 8, 8)


def normal(u: Tensor) -> Tensor:
    return u / u.norm(dim=1, keepdim=True)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def normalised(features: Tensor) -> Tensor:
    centred = features - features.mean(1, keepdim=True)
    return centred / (centred.square().mean(1, keepdim=True) + 1e-5).sqrt()


def test_recipes_are_those_of_the_papers() -> None:
    lhier, hier, hyp = (network(name) for name in RECIPES)
    assert isinstance(lhier.manifold, Lorentz)
    assert lhier.manifold.learnable
    for published in (hier, hyp):
        assert isinstance(published.manifold, Poincare)
        assert published.manifold.c == torch.tensor(0.1)
        assert not published.manifold.learnable
    assert isinstance(lhier.hierarchy.proxies, ManifoldParameter)
    assert not isinstance(hier.hierarchy.proxies, ManifoldParameter)
    assert hyp.hierarchy is None
    assert isinstance(hyp.metric, SupervisedContrastiveLoss)
    assert hyp.metric.temperature == 0.2
    assert hier.weights == lhier.weights == {"metric": 1.0, "hierarchy": 0.5}


def test_the_clipped_neck_is_that_of_hier() -> None:
    """On the ball: a linear map of normalised features, clipped at 2.3, by the exponential map at the origin."""
    net = network("hier").double().eval()
    x = images().double()
    with torch.no_grad():
        net.neck.linear.weight[0] *= 3  # some rows are clipped, some are not
        net.neck.linear.weight *= 0.65
        tangent = normalised(net.backbone(x)) @ net.neck.linear.weight.mT
        norms = tangent.norm(dim=1, keepdim=True)
        assert 0 < (norms > 2.3).sum() < 12
        tangent = tangent * (2.3 / norms).clamp(max=1)
        expected = net.manifold.expmap0(tangent)
        torch.testing.assert_close(net.manifold.from_frame(net(x)), expected)


def test_the_curved_neck_is_linear_on_flat_space() -> None:
    net = network("lhier", Euclidean()).double().eval()
    x = images().double()
    weight = net.neck.linear.weight
    torch.testing.assert_close(weight.float() @ weight.mT.float(), torch.eye(8), rtol=0, atol=1e-6)
    expected = 4.6 / 4 * normalised(net.backbone(x)) @ weight.mT
    torch.testing.assert_close(net(x), expected)


def test_the_two_hyperbolic_models_give_the_same_network() -> None:
    x = images().double()
    ours, theirs = (network("lhier", kind(c=0.7)).double().eval() for kind in (Poincare, Lorentz))
    theirs.load_state_dict(
        {name: value for name, value in ours.state_dict().items() if name != "hierarchy.proxies"}, strict=False
    )
    torch.testing.assert_close(ours(x), theirs(x))
    distances = theirs.manifold.dist0(theirs.manifold.from_frame(theirs(x)))
    assert (distances < theirs.manifold.max_distance(torch.float32)).all()


@pytest.mark.parametrize("geometry", SPACES)
@pytest.mark.parametrize("recipe", RECIPES)
def test_losses_reach_everything_that_learns(recipe: str, geometry: str) -> None:
    net = network(recipe, space_of(geometry, learnable=True))
    u = net(images())
    assert u.shape == (12, 8)
    parts = net.losses(u, LABELS, generator=generator())
    assert set(parts) == ({"metric"} if recipe == "hyp" else {"metric", "hierarchy"})
    sum(parts.values()).backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.abs().sum() > 0, name


def test_parts_are_weighted() -> None:
    plain, weighted = network(hierarchy_weight=1.0), network(metric_weight=3.0, hierarchy_weight=0.25)
    u = images().flatten(1)[:, :8]
    ours, theirs = (net.losses(u, LABELS, generator=generator()) for net in (plain, weighted))
    torch.testing.assert_close(theirs["metric"], 3 * ours["metric"])
    torch.testing.assert_close(theirs["hierarchy"], ours["hierarchy"] / 4)
    torch.testing.assert_close(ours["metric"], plain.metric(u, LABELS))
    assert ours["hierarchy"] == plain.hierarchy(u, LABELS, generator=generator())


@pytest.mark.parametrize("metric", ["proxy_anchor", "soft_triple", "contrastive"])
@pytest.mark.parametrize("geodesic", [False, True])
def test_metric_losses_are_of_angles_or_of_geodesics(metric: str, geodesic: bool) -> None:
    """Those of angles do not see lengths."""
    net = network(metric=metric, geodesic=geodesic)
    u = torch.randn(12, 8)
    same = torch.isclose(net.metric(u, LABELS), net.metric(0.5 * u, LABELS))
    assert bool(same) != geodesic
    assert isinstance(getattr(net.metric, "proxies", None), ManifoldParameter) == (geodesic and metric != "contrastive")


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_network_survives_copies_files_and_moves(recipe: str) -> None:
    net, x = network(recipe).eval(), images()
    expected = net(x)
    file = io.BytesIO()
    torch.save(net.state_dict(), file)
    file.seek(0)
    other = network(recipe).eval()
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.add_(0.1)
    other.load_state_dict(torch.load(file, weights_only=True))
    for again in (other, copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        torch.testing.assert_close(again(x), expected)
    twin = copy.deepcopy(net)
    if twin.hierarchy is not None:
        assert twin.hierarchy.manifold is twin.manifold
    wide = net.double()(x.double())
    assert wide.dtype == torch.double
    # where points are rescaled, to within what a dtype resolves, their distances differ and their directions do not
    torch.testing.assert_close(normal(wide), normal(expected.double()), rtol=0, atol=1e-5)
    assert "dim=8, num_classes=3, metric_weight=1.0" in repr(net)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("recipe", RECIPES)
def test_geometry_is_in_float32_under_autocast(recipe: str, dtype: torch.dtype) -> None:
    net = network(recipe)
    x = images()
    with torch.autocast("cpu", dtype):
        features = net.backbone(x)
        u = net(x)
        parts = net.losses(u, LABELS, generator=generator())
    assert features.dtype == dtype
    assert u.dtype == torch.float32
    torch.testing.assert_close(u, net.neck(features.float()))
    assert all(part.dtype == torch.float32 for part in parts.values())


@pytest.mark.parametrize("recipe", RECIPES)
def test_it_compiles_as_one_graph(recipe: str) -> None:
    torch._dynamo.reset()
    net, x = network(recipe).eval(), images()
    compiled = torch.compile(net, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(x), net(x))


def test_other_backbones_are_welcome() -> None:
    class Pixels(nn.Flatten):
        out_features = 64

    net = LHIER(Pixels(), 8, Lorentz(), 3)
    assert functional.cosine_similarity(net(images()), net.embed(images())).shape == (12,)
    assert net.hierarchy.num_proxies == 512


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"neck": "long"}, "neck must be one of 'curved', 'clipped', got 'long'"),
        ({"metric": "hinge"}, "metric must be one of 'proxy_anchor', 'soft_triple', 'contrastive', got 'hinge'"),
        ({"hierarchy_weight": -1.0}, "weights must be at least 0, got 1.0 and -1.0"),
        ({"num_classes": 0}, "num_classes must be a whole number of at least 1"),
        ({"proxies": 4}, "neighbours must be less than num_proxies = 4, got 4"),
        ({"recipe": "hire"}, "recipe must be one of 'lhier', 'hier', 'hyp', got 'hire'"),
    ],
)
def test_networks_that_cannot_be_are_refused(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        network(**arguments)
