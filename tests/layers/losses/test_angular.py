"""W-Softmax and GA-Softmax: the formulas of the papers, their golden values, and what published code gets wrong."""

from __future__ import annotations

import copy
import io
import itertools
import math
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from mpmath import mp
from torch import Tensor, nn

from manifuse import layers
from manifuse.layers.losses import Annealing, GASoftmaxLoss, WSoftmaxLoss
from manifuse.layers.losses.angular import psi

EXACT = {"rtol": 1e-12, "atol": 1e-12}
FORMS = ["linear", "cosine", "sigmoid"]


def widened(theta: Any, form: str, k: Any = 0.3) -> Any:
    """g(θ) at any θ ≥ 0, with mpmath; for the cosine ψ of the angle mθ."""
    if form == "linear":
        return 1 - 2 * theta / mp.pi
    if form == "cosine":
        q = mp.floor(theta / mp.pi)
        return (-1) ** int(q) * mp.cos(theta) - 2 * q
    half, grown = mp.exp(-mp.pi / (2 * k)), mp.exp(theta / k - mp.pi / (2 * k))
    return (1 + half) / (1 - half) * (1 - grown) / (1 + grown)


def textbook(x: Tensor, weight: Tensor, target: Tensor, form: str, margin: int = 1, lambda_: float = 0.0) -> Tensor:
    """Cross-entropies, one per row, at 50 digits."""
    losses = []
    with mp.workdps(50):
        for row, label in zip(x.tolist(), target.tolist(), strict=True):
            size, logits = mp.norm(row), []
            for j, w in enumerate(weight.tolist()):
                theta = mp.acos(mp.fdot(row, w) / (size * mp.norm(w)))
                logit = widened(theta, form)
                if j == label:
                    logit = (lambda_ * logit + widened(margin * theta, form)) / (1 + lambda_)
                logits.append(size * logit)
            losses.append(float(mp.log(sum(mp.exp(f) for f in logits)) - logits[label]))
    return torch.tensor(losses, dtype=torch.float64)


def built(form: str, margin: int | None, dtype: torch.dtype = torch.float64, **options: Any) -> WSoftmaxLoss:
    """A loss on three classes whose weights are the unit vectors."""
    if margin is None:
        loss = WSoftmaxLoss(3, 3, similarity=form, **options)
    else:
        loss = GASoftmaxLoss(3, 3, similarity=form, margin=margin, **{"annealing": None, **options})
    with torch.no_grad():
        loss.weight.copy_(torch.eye(3))
    return loss.to(dtype)


GOLDEN = {
    ("cosine", 1): 0.8619948041,
    ("cosine", 2): 2.7150871434,
    ("cosine", 4): 5.3918994757,
    ("linear", 1): 0.9062027828,
    ("linear", 2): 2.1224529044,
    ("linear", 4): 5.2130234503,
    ("sigmoid", 1): 0.8638781527,
    ("sigmoid", 2): 3.4476652538,
    ("sigmoid", 4): 5.8786167134,
}


@pytest.mark.parametrize(("form", "margin"), GOLDEN, ids=str)
def test_losses_have_their_golden_values(form: str, margin: int, dtype: torch.dtype) -> None:
    x, target = torch.tensor([[1.0, 2.0, 2.0]], dtype=dtype), torch.tensor([1])
    expected = torch.tensor(GOLDEN[form, margin], dtype=dtype)
    tolerance = {"rtol": 0, "atol": 1e-10 if dtype == torch.float64 else 2e-6}
    torch.testing.assert_close(built(form, margin, dtype)(x, target), expected, **tolerance)
    if margin == 1:
        torch.testing.assert_close(built(form, None, dtype)(x, target), expected, **tolerance)


def test_annealed_loss_has_its_golden_value() -> None:
    loss = built("cosine", 4, annealing=Annealing(base=5.0))
    value = loss(torch.tensor([[1.0, 2.0, 2.0]], dtype=torch.float64), torch.tensor([1]))
    assert float(value.detach()) == pytest.approx(1.4318784314, abs=1e-10)


PSI = {
    2: (0.825335614910, -0.416146836547, -1.346356379136, -2.960170286650),
    3: (0.621609968271, -0.989992496600, -2.960170286650, -4.911130261885),
    4: (0.362357754477, -1.346356379136, -4.145500033809, -6.843853958732),
}


@pytest.mark.parametrize("margin", PSI)
def test_psi_has_its_golden_values(margin: int) -> None:
    theta = torch.tensor([0.3, 1.0, 2.0, 3.0], dtype=torch.float64)
    torch.testing.assert_close(
        psi(theta.cos(), margin), torch.tensor(PSI[margin], dtype=torch.float64), rtol=0, atol=2e-12
    )


@pytest.mark.parametrize("margin", [1, 2, 3, 4, 5])
def test_psi_falls_and_has_exact_ends(margin: int) -> None:
    """From 1 to 1 − 2m, below the cosine, with the slope m² in cos θ at both ends."""
    cosine = torch.cat((torch.linspace(-1, 1, 2001), torch.cos(torch.arange(margin + 1) * math.pi / margin)))
    cosine = cosine.double().clamp(-1, 1).sort().values.requires_grad_()
    value = psi(cosine, margin)
    assert (value.diff() >= -1e-14).all()
    assert (value <= cosine + 1e-14).all()
    assert value[[0, -1]].tolist() == [1 - 2 * margin, 1]
    (slope,) = torch.autograd.grad(value.sum(), cosine)
    assert slope[[0, -1]].tolist() == [margin**2, margin**2]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("margin", [None, 1, 2, 3, 4])
def test_losses_are_the_textbooks(form: str, margin: int | None) -> None:
    """Over all angles, also beyond π/m, and norms far from 1, where published code takes acos of ‖x‖ cos θ."""
    loss = built(form, margin, reduction="none")
    with torch.no_grad():
        loss.weight.copy_(torch.randn(3, 3).mul(torch.tensor([[0.1], [1.0], [10.0]])))
    x = torch.randn(60, 3, dtype=torch.float64) * torch.logspace(-2, 1, 60, dtype=torch.float64).unsqueeze(1)
    target = torch.arange(60) % 3
    expected = textbook(x, loss.weight.detach(), target, form, margin or 1)
    torch.testing.assert_close(loss(x, target).detach(), expected, **EXACT)
    predicted = textbook(x, loss.weight.detach(), target, form)
    plain = nn.functional.cross_entropy(loss.logits(x), target, reduction="none")
    torch.testing.assert_close(plain.detach(), predicted, **EXACT)


@pytest.mark.parametrize("form", FORMS)
def test_lambda_falls_with_each_step_of_training(form: str) -> None:
    annealing = Annealing(base=10.0, gamma=1.0, power=2.0, minimum=0.5)
    loss = built(form, 3, annealing=annealing)
    x, target = torch.randn(4, 3, dtype=torch.float64), torch.arange(4) % 3
    for step, lambda_ in enumerate((10.0, 2.5, 10 / 9, 10 / 16, 0.5, 0.5)):
        assert int(loss.step) == step
        expected = textbook(x, loss.weight.detach(), target, form, 3, lambda_).mean()
        torch.testing.assert_close(loss.eval()(x, target).detach(), expected, **EXACT)
        torch.testing.assert_close(loss.train()(x, target).detach(), expected, **EXACT)


def test_recipe_of_sphereface_reaches_its_minimum_after_1659_steps() -> None:
    assert float(Annealing().at(torch.tensor(0.0))) == 1000
    assert float(Annealing().at(torch.tensor(1658.0))) == pytest.approx(5.0012, abs=1e-3)
    assert float(Annealing().at(torch.tensor(1659.0))) == 5


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("margin", [None, 2, 4])
def test_gradients_are_right(form: str, margin: int | None) -> None:
    """With the factor m of the margin, and not rescaled."""
    loss = built(form, margin)
    x = torch.randn(5, 3, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(3, 3, dtype=torch.float64, requires_grad=True)
    target = torch.tensor([0, 1, 2, 1, 0])

    def value(x: Tensor, weight: Tensor) -> Tensor:
        return torch.func.functional_call(loss, {"weight": weight}, (x, target))

    assert torch.autograd.gradcheck(value, (x, weight), check_forward_ad=True)
    assert torch.autograd.gradgradcheck(value, (x, weight))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("margin", [None, 4])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16], ids=str)
def test_every_embedding_has_finite_gradients(form: str, margin: int | None, dtype: torch.dtype) -> None:
    """Zeros, along and against weights of either size, and a weight of zeros."""
    loss = built(form, margin, dtype)
    with torch.no_grad():
        loss.weight[2] = 0
    rows = [0.0, *(sign * size for sign, size in itertools.product((1, -1), (1e-4, 1.0, 1e4)))]
    x = torch.zeros(len(rows), 3, dtype=dtype)
    x[:, 0] = torch.tensor(rows)
    x.requires_grad_()
    for label in range(3):
        value = loss(x, torch.full((len(rows),), label))
        gradients = torch.autograd.grad(value, (x, loss.weight))
        assert value.isfinite()
        assert all(gradient.isfinite().all() for gradient in gradients)


@pytest.mark.parametrize("form", FORMS)
def test_function_transforms_agree_with_autograd(form: str) -> None:
    loss = built(form, 4, annealing=Annealing(base=3.0, minimum=1.0)).eval()
    x, target = torch.randn(4, 3, dtype=torch.float64), torch.arange(4) % 3

    def value(x: Tensor) -> Tensor:
        return loss(x, target)

    expected = torch.autograd.functional.jacobian(value, x)
    torch.testing.assert_close(torch.func.grad(value)(x), expected, **EXACT)
    torch.testing.assert_close(torch.func.jacfwd(value)(x), expected, **EXACT)
    second = torch.autograd.functional.hessian(value, x)
    torch.testing.assert_close(torch.func.hessian(value)(x), second, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("form", FORMS)
def test_sizes_of_weights_do_not_matter(form: str) -> None:
    loss = built(form, 2)
    x, target = torch.randn(6, 3, dtype=torch.float64), torch.arange(6) % 3
    expected = loss(x, target)
    with torch.no_grad():
        loss.weight.mul_(torch.tensor([[0.01], [1.0], [1e5]], dtype=torch.float64))
    torch.testing.assert_close(loss(x, target), expected, **EXACT)


@pytest.mark.parametrize("form", ["linear", "cosine"])
def test_margin_pulls_a_class_together(form: str) -> None:
    """A linear map that is trained with m = 4, annealed, has smaller angles within classes than with m = 1."""
    centres = torch.randn(4, 8)
    target = torch.arange(200) % 4
    x = centres[target] + 0.7 * torch.randn(200, 8)
    angles = {}
    for margin in (1, 4):
        torch.manual_seed(1)
        body = nn.Linear(8, 6)
        loss = GASoftmaxLoss(6, 4, similarity=form, margin=margin, annealing=Annealing(10.0, 0.1, 1.0, 1.0))
        optimizer = torch.optim.Adam([*body.parameters(), *loss.parameters()], lr=0.02)
        for _ in range(150):
            optimizer.zero_grad()
            loss(body(x), target).backward()
            optimizer.step()
        direction = nn.functional.normalize(body(x).detach())
        weights = nn.functional.normalize(loss.weight.detach())[target]
        angles[margin] = float(torch.acos((direction * weights).sum(1).clamp(-1, 1)).mean())
        assert (loss.logits(body(x)).argmax(1) == target).float().mean() > 0.9
    assert angles[4] < 0.95 * angles[1]


def test_sigmoid_with_a_margin_saturates() -> None:
    """For k = 0.3 and m = 4 the logit of a class at θ = π/2 has the slope 4e-6 in θ; the linear one −8/π everywhere."""
    slopes = {}
    for form in ("sigmoid", "linear"):
        theta = torch.tensor([math.pi / 2], dtype=torch.float64, requires_grad=True)
        value = built(form, 4)._with_margin(theta.cos())
        slopes[form] = float(torch.autograd.grad(value.sum(), theta)[0])
    assert slopes["sigmoid"] == pytest.approx(-4e-6, rel=0.2)
    assert slopes["linear"] == pytest.approx(-8 / math.pi, rel=1e-12)


# Manners


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))], ids=["deepcopy", "pickle"])
def test_copies_and_state(copied: Callable[[nn.Module], nn.Module]) -> None:
    loss = built("linear", 4, annealing=Annealing())
    x, target = torch.randn(4, 3, dtype=torch.float64), torch.arange(4) % 3
    loss(x, target)
    file = io.BytesIO()
    torch.save(loss.state_dict(), file)
    file.seek(0)
    other = GASoftmaxLoss(3, 3, similarity="linear", annealing=Annealing()).double()
    other.load_state_dict(torch.load(file, weights_only=True))
    assert int(other.step) == 1
    twin = copied(loss)
    expected = loss(x, target)
    assert torch.equal(other(x, target), expected)
    assert torch.equal(twin(x, target), expected)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("margin", [None, 4])
def test_it_compiles_to_one_graph(form: str, margin: int | None) -> None:
    torch.compiler.reset()
    loss = built(form, margin, **({} if margin is None else {"annealing": Annealing()}))
    compiled = torch.compile(loss, fullgraph=True, backend="aot_eager")
    other = copy.deepcopy(loss)
    x, target = torch.randn(4, 3, dtype=torch.float64), torch.arange(4) % 3
    for _ in range(2):
        got, expected = (
            torch.autograd.grad(each(x.requires_grad_(), target), [x, *each.parameters()]) for each in (compiled, other)
        )
        torch.testing.assert_close(got, expected, **EXACT)
    assert loss.state_dict().keys() == other.state_dict().keys()
    assert margin is None or int(loss.step) == int(other.step) == 2


@pytest.mark.parametrize("low", [torch.bfloat16, torch.float16], ids=str)
@pytest.mark.parametrize("form", FORMS)
def test_low_precision_is_computed_in_float32(low: torch.dtype, form: str) -> None:
    loss = built(form, 4, low)
    x, target = torch.randn(6, 3).to(low), torch.arange(6) % 3
    expected = built(form, 4)(x.double(), target)
    torch.testing.assert_close(loss(x, target).double(), expected, rtol=1e-5, atol=1e-5)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        value = built(form, 4, torch.float32)(x.float(), target)
    torch.testing.assert_close(value.double(), expected, rtol=1e-5, atol=1e-5)


def test_label_smoothing_and_reduction_are_torchs() -> None:
    x, target = torch.randn(6, 3, dtype=torch.float64), torch.arange(6) % 3
    rows = built("linear", None, reduction="none", label_smoothing=0.1)
    expected = nn.functional.cross_entropy(rows.logits(x), target, label_smoothing=0.1, reduction="none")
    torch.testing.assert_close(rows(x, target), expected, **EXACT)
    for reduction, value in (("sum", expected.sum()), ("mean", expected.mean())):
        loss = built("linear", None, reduction=reduction, label_smoothing=0.1)
        torch.testing.assert_close(loss(x, target), value, **EXACT)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: WSoftmaxLoss(0, 3), ("in_features", "0")),
        (lambda: WSoftmaxLoss(3, 0), ("num_classes", "0")),
        (lambda: WSoftmaxLoss(3, 3, similarity="learnable"), ("WSoftmaxLoss", "similarity", "learnable")),
        (lambda: WSoftmaxLoss(3, 3, similarity="cosine", k=0.1), ("k", "0.1", "cosine")),
        (lambda: WSoftmaxLoss(3, 3, reduction="average"), ("reduction", "average", "mean")),
        (lambda: WSoftmaxLoss(3, 3, label_smoothing=2.0), ("label_smoothing", "2.0")),
        (lambda: GASoftmaxLoss(3, 3, margin=0), ("margin", "0")),
        (lambda: GASoftmaxLoss(3, 3, margin=1.5), ("margin", "1.5")),
        (lambda: Annealing(gamma=-1.0), ("gamma", "-1.0")),
        (lambda: WSoftmaxLoss(3, 3)(torch.zeros(2, 4), torch.zeros(2).long()), ("in_features", "3", "(2, 4)")),
        (lambda: WSoftmaxLoss(3, 3)(torch.zeros(2, 3), torch.zeros(3).long()), ("labels", "(2, 3)", "(3,)")),
    ],
)
def test_what_does_not_fit_is_refused(make: Callable[[], object], words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        make()
    assert all(word in str(caught.value) for word in words), caught.value


def test_repr_shows_the_arguments() -> None:
    text = repr(GASoftmaxLoss(5, 3, similarity="sigmoid", k=0.5, margin=2))
    assert all(words in text for words in ("in_features=5", "num_classes=3", "'sigmoid'", "k=0.5", "margin=2", "gamma"))


# pytorch-metric-learning


def metric_losses() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what it imports uses deprecated parts of torch
        return pytest.importorskip("pytorch_metric_learning.losses")


def test_a_softmax_is_that_of_metric_learning() -> None:
    losses = metric_losses()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks numpy for arrays of tensors
        theirs = losses.SphereFaceLoss(num_classes=4, embedding_size=3, margin=4, scale=1)
    ours = GASoftmaxLoss(3, 4, annealing=None)
    with torch.no_grad():
        ours.weight.copy_(theirs.W.T)
    x, target = torch.randn(50, 3), torch.arange(50) % 4
    torch.testing.assert_close(ours(x, target), theirs(x, target), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", ["CosFaceLoss", "ArcFaceLoss", "NormalizedSoftmaxLoss"])
def test_losses_of_metric_learning_take_our_embeddings(name: str) -> None:
    loss = getattr(metric_losses(), name)(num_classes=4, embedding_size=6)
    net = nn.Sequential(layers.SphereConv2d(3, 6, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    loss(net(torch.randn(8, 3, 5, 5)), torch.arange(8) % 4).backward()
    assert net[0].weight.grad.abs().sum() > 0
