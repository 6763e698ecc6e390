"""Proxy-Anchor, SoftTriple and the supervised contrastive loss, by angle and by geodesic distance, against loops."""

from __future__ import annotations

import copy
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from manifuse.layers.losses import ProxyAnchorLoss, SoftTripleLoss, SupervisedContrastiveLoss
from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, ManifoldParameter, Poincare

from .reference import alike, proxy_anchor, soft_triple, space_of, supervised_contrastive, table

EXACT = {"rtol": 1e-9, "atol": 1e-9}
GEOMETRIES = [None, Euclidean(), *(kind(c=0.3, learnable=True).double() for kind in (Poincare, Lorentz, Hypersphere))]
EVERY = pytest.mark.parametrize("manifold", GEOMETRIES, ids=lambda m: "cosine" if m is None else type(m).__name__)
MAKERS: dict[str, Callable[..., nn.Module]] = {
    "ProxyAnchorLoss": lambda m, **options: ProxyAnchorLoss(5, 4, manifold=m, **options),
    "SoftTripleLoss": lambda m, **options: SoftTripleLoss(5, 4, manifold=m, centres=3, **options),
    "SupervisedContrastiveLoss": lambda m, dtype=None: SupervisedContrastiveLoss(manifold=m),
}
ALL = pytest.mark.parametrize("name", MAKERS)


def batch(dtype: torch.dtype = torch.float64) -> tuple[Tensor, Tensor]:
    """The class 3 has one sample, the class 1 none."""
    u = torch.randn(7, 5, dtype=torch.float64).to(dtype).requires_grad_()
    return u, torch.tensor([0, 2, 0, 3, 2, 2, 0])


def proxies(loss: Any) -> Tensor:
    return loss.proxies if loss.manifold is None else space_of(loss.manifold).frame(loss.proxies)


def textbook(loss: Any, u: Tensor, target: Tensor) -> Tensor:
    if isinstance(loss, SupervisedContrastiveLoss):
        return supervised_contrastive(alike(u, u, loss.manifold), target, loss.temperature)
    frames = proxies(loss)
    s = alike(u, frames, loss.manifold)
    if isinstance(loss, ProxyAnchorLoss):
        return proxy_anchor(s, target, loss.alpha, loss.margin)
    centres = frames.unflatten(0, (4, 3))
    if loss.manifold is None:
        centres = centres / centres.norm(dim=-1, keepdim=True)
    spread = torch.stack([table(loss.manifold or Euclidean(), each, each) for each in centres])
    return soft_triple(s.unflatten(1, (4, 3)), target, spread, loss.scale, loss.gamma, loss.margin, loss.tau)


@ALL
@EVERY
def test_loss_and_gradients_are_the_textbooks(name: str, manifold: ManifoldBase | None) -> None:
    """Of embeddings, proxies and curvature."""
    loss = MAKERS[name](manifold, dtype=torch.float64)
    u, target = batch()
    value, expected = loss(u, target), textbook(loss, u, target)
    torch.testing.assert_close(value, expected, **EXACT)
    inputs = [u, *loss.parameters()]
    got, wanted = torch.autograd.grad(value, inputs), torch.autograd.grad(expected, inputs)
    assert all(each.abs().max() > 1e-4 for each in got)
    torch.testing.assert_close(got, wanted, **EXACT)


def test_defaults_are_the_papers() -> None:
    anchor, triple = ProxyAnchorLoss(4, 3), SoftTripleLoss(4, 3)
    assert (anchor.alpha, anchor.margin) == (32, 0.1)
    assert (triple.proxies_per_class, triple.scale, triple.gamma, triple.margin, triple.tau) == (10, 20, 0.1, 0.01, 0.2)
    assert SupervisedContrastiveLoss().temperature == 0.2


@ALL
@EVERY
def test_extreme_embeddings_have_finite_gradients(name: str, manifold: ManifoldBase | None) -> None:
    """The origin, copies, embeddings on proxies, and far ones; proxies that coincide."""
    loss = MAKERS[name](copy.deepcopy(manifold), dtype=torch.float32)
    u, target = batch(torch.float32)
    with torch.no_grad():
        u *= torch.tensor([0.0, 1.0, 1.0, 1e-20, 4.0, 0.1, 3.0]).unsqueeze(1)
        u[2] = u[1]
        if name != "SupervisedContrastiveLoss":
            loss.proxies[1] = loss.proxies[0]
            u[5] = proxies(loss)[0]
    value = loss(u, target)
    assert value.isfinite()
    assert all(slope.isfinite().all() for slope in torch.autograd.grad(value, [u, *loss.parameters()]))


@ALL
@EVERY
@pytest.mark.parametrize("low", [torch.bfloat16, torch.float16], ids=str)
def test_low_precision_is_computed_in_float32(name: str, manifold: ManifoldBase | None, low: torch.dtype) -> None:
    loss = MAKERS[name](copy.deepcopy(manifold), dtype=torch.float64)
    u, target = batch(low)
    expected = loss(u.double(), target)
    loss.float()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        value = loss(u, target)
    assert value.dtype == torch.float32
    torch.testing.assert_close(value.double(), expected, rtol=1e-4, atol=1e-4)


def test_two_samples_of_a_class_are_hyps() -> None:
    """Hyp's code: cross-entropy of the partner among all others, by distance over τ, without the sample itself."""
    ball = Poincare(c=0.1).double()
    u = torch.randn(8, 5, dtype=torch.float64)
    distances = torch.stack([ball.dist(ball.from_frame(a), ball.from_frame(u)) for a in u])
    logits = (-distances / 0.2).fill_diagonal_(-1e9)
    partner = torch.arange(8).reshape(4, 2).flip(1).flatten()
    expected = nn.functional.cross_entropy(logits, partner)
    torch.testing.assert_close(SupervisedContrastiveLoss(manifold=ball)(u, torch.arange(8) // 2), expected)


def test_a_batch_without_partners_costs_nothing() -> None:
    u = torch.randn(3, 5, requires_grad=True)
    value = SupervisedContrastiveLoss(manifold=Lorentz())(u, torch.arange(3))
    assert value == 0
    assert not torch.autograd.grad(value, u)[0].any()


def metric_losses() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it imports uses deprecated parts of torch
        return pytest.importorskip("pytorch_metric_learning.losses")


@pytest.mark.parametrize("name", ["ProxyAnchorLoss", "SoftTripleLoss", "SupConLoss"])
def test_by_angle_they_are_those_of_metric_learning(name: str) -> None:
    losses = metric_losses()
    u, target = batch()
    if name == "SupConLoss":
        torch.testing.assert_close(
            SupervisedContrastiveLoss(temperature=0.2)(u, target), losses.SupConLoss(0.2)(u, target)
        )
        return
    if name == "ProxyAnchorLoss":
        ours, theirs = ProxyAnchorLoss(5, 4).double(), losses.ProxyAnchorLoss(4, 5, margin=0.1, alpha=32).double()
        theirs.proxies = nn.Parameter(ours.proxies.detach().clone())
    else:
        ours = SoftTripleLoss(5, 4, centres=3, tau=0.0).double()
        theirs = losses.SoftTripleLoss(4, 5, centers_per_class=3, la=20, gamma=0.1, margin=0.01).double()
        theirs.fc = nn.Parameter(ours.proxies.detach().T.clone())
    torch.testing.assert_close(ours(u, target), theirs(u, target), rtol=1e-6, atol=1e-6)


@ALL
@EVERY
def test_copies_and_state(name: str, manifold: ManifoldBase | None) -> None:
    loss = MAKERS[name](copy.deepcopy(manifold), dtype=torch.float64)
    other = MAKERS[name](copy.deepcopy(manifold), dtype=torch.float64)
    other.load_state_dict(loss.state_dict())
    u, target = batch()
    expected = loss(u, target)
    for twin in (copy.deepcopy(loss), pickle.loads(pickle.dumps(loss)), other):
        assert torch.equal(twin(u, target), expected)
        if name != "SupervisedContrastiveLoss" and manifold is not None:
            assert isinstance(twin.proxies, ManifoldParameter)
            assert twin.proxies.manifold is twin.manifold


@ALL
@pytest.mark.parametrize("manifold", [None, Lorentz(c=0.3, learnable=True)], ids=["cosine", "Lorentz"])
def test_it_compiles_to_one_graph(name: str, manifold: ManifoldBase | None) -> None:
    torch.compiler.reset()
    loss = MAKERS[name](copy.deepcopy(manifold), dtype=torch.float64)
    compiled = torch.compile(loss, fullgraph=True, backend="aot_eager")
    u, target = batch()
    got, expected = (torch.autograd.grad(each(u, target), [u, *loss.parameters()]) for each in (compiled, loss))
    torch.testing.assert_close(got, expected)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: ProxyAnchorLoss(0, 3), ("in_features", "0")),
        (lambda: ProxyAnchorLoss(3, 0), ("num_classes", "0")),
        (lambda: SoftTripleLoss(3, 3, centres=0), ("centres", "0")),
        (lambda: SupervisedContrastiveLoss(temperature=0.0), ("temperature", "0.0")),
        (lambda: ProxyAnchorLoss(3, 3)(torch.zeros(2, 4), torch.zeros(2).long()), ("in_features = 3", "(2, 4)")),
        (lambda: SoftTripleLoss(3, 3)(torch.zeros(2, 3), torch.zeros(3).long()), ("labels", "(3,)")),
        (lambda: SupervisedContrastiveLoss()(torch.zeros(2, 3), torch.zeros(3).long()), ("labels", "(3,)")),
        (lambda: SupervisedContrastiveLoss()(torch.zeros(()), torch.zeros(3).long()), ("embeddings", "()")),
    ],
)
def test_what_does_not_fit_is_refused(make: Callable[[], object], words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        make()
    assert all(word in str(caught.value) for word in words), caught.value


def test_repr_shows_the_arguments() -> None:
    assert "alpha=32.0, margin=0.1" in repr(ProxyAnchorLoss(3, 2))
    assert "centres=10, scale=20.0" in repr(SoftTripleLoss(3, 2, manifold=Lorentz(c=0.5)))
    assert "temperature=0.2" in repr(SupervisedContrastiveLoss())
