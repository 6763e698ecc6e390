"""What every layer owes: its torch.nn counterpart on flat space, right gradients, and the manners of a torch module."""

from __future__ import annotations

import io
import math
import pickle
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from manifuse import layers
from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, Poincare

from .cases import CASES, EVERY, WITH_STATE, WITH_TWIN, Case, assert_same, lacks, own_state, run, scramble, weighted
from .conftest import CURVED, C

EXACT = {"rtol": 1e-12, "atol": 1e-12}
SAME = {"rtol": 0.0, "atol": 0.0}
SCHEMES = {"Geometric", "Rotation", "Space"}
"""Values that layers take, which are no layers."""
LEARNABLE = [kind(c=C, learnable=True) for kind in CURVED]


def seeded(layer: nn.Module, u: Tensor) -> dict[str, Tensor]:
    """`run`, with the same random numbers each time."""
    torch.manual_seed(5)
    return run(layer, u)


# On flat space and near it


@WITH_TWIN
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_on_flat_space_it_is_its_torch_counterpart(case: Case, training: bool) -> None:
    layer, twin = case.build(Euclidean()).train(training), case.twin().double().train(training)
    state = twin.state_dict()
    assert {name: tensor.shape for name, tensor in own_state(layer).items()} == {
        name: tensor.shape for name, tensor in state.items()
    }
    scramble(twin)
    for _ in range(2):
        u = case.input()
        assert_same(seeded(layer, u), seeded(twin, u), **EXACT)
        assert_same(own_state(layer), dict(twin.state_dict()), **EXACT)


@WITH_TWIN
def test_state_of_its_torch_counterpart_loads(case: Case, geometry: ManifoldBase) -> None:
    layer, twin = case.build(geometry), case.twin().double()
    missing, unexpected = layer.load_state_dict(twin.state_dict(), strict=False)
    assert not unexpected
    assert all("manifold." in name or lacks(name) for name in missing)
    loaded = {name: tensor for name, tensor in own_state(layer).items() if not lacks(name)}
    assert_same(loaded, dict(twin.state_dict()), **SAME)


@EVERY
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_flat_limit_has_an_error_of_order_c(case: Case, curved: type[ManifoldBase], training: bool) -> None:
    """Outputs and gradients with respect to input, weight and bias, and running statistics, at three values of c."""
    if case.name == "Lift":
        pytest.skip("points are in the coordinates of each geometry")
    u = case.input()

    def results(manifold: ManifoldBase) -> dict[str, Tensor]:
        layer = case.build(manifold).train(training)
        torch.manual_seed(5)
        return {**run(layer, u), **{name: value for name, value in own_state(layer).items() if "running" in name}}

    flat = results(Euclidean())
    errors: dict[str, list[float]] = {name: [] for name in flat}
    for c in (1e-3, 1e-4, 1e-5):
        for name, value in results(curved(c=c).double()).items():
            if lacks(name) and name not in flat:  # its effect vanishes
                flat[name], errors[name] = torch.zeros_like(value), []
            errors[name].append(float((value - flat[name]).abs().max()))
    for name, (first, second, third) in errors.items():
        like = name.replace("time_weight", "bias")  # whose gradient is a sum over the same places
        scale = max(1.0, float(flat[like].abs().max()))
        assert first < 30e-3 * scale, name  # error ≤ 30 c
        if third < 1e-12 * scale:  # not curved at all, to rounding
            assert first < 1e-10 * scale, name
            continue
        slopes = math.log10(first / second), math.log10(second / third)
        assert all(0.9 < slope < 1.1 for slope in slopes), (name, errors[name])


# Between geometries


@EVERY
def test_ball_and_hyperboloid_agree(case: Case) -> None:
    """With the same parameters, curvature included; points are compared by the isometry."""
    if case.name == "Lift":
        pytest.skip("points are in the coordinates of each model")
    ball, hyperboloid = (case.build(kind(c=C, learnable=True)) for kind in (Poincare, Lorentz))
    hyperboloid.load_state_dict(ball.state_dict())
    for training in (True, False):
        u = case.input()
        got, expected = (seeded(layer.train(training), u) for layer in (ball, hyperboloid))
        assert_same(got, expected, rtol=1e-9, atol=1e-9)
        assert_same(own_state(ball), own_state(hyperboloid), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.name not in ("Lift", "Classifier", "Flatten")], ids=str
)
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_sphere_is_not_left(case: Case, training: bool) -> None:
    """Inputs near the antipode and large weights keep every vector within the injectivity radius."""
    radius = math.pi / math.sqrt(C)
    layer = case.build(Hypersphere(c=C)).train(training)
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.mul_(10)
    u = case.input(longest=1.0)
    u = 0.999 * radius * u / u.norm(dim=case.dim, keepdim=True)
    output = layer(u).detach()
    assert float(output.norm(dim=case.dim).max()) <= radius


# Gradients


@EVERY
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_gradients_are_right(case: Case, geometry: ManifoldBase, training: bool) -> None:
    """Of input, parameters and curvature, against finite differences."""
    if case.name == "Dropout" and training:
        pytest.skip("random")
    learnable = geometry if isinstance(geometry, Euclidean) else type(geometry)(c=C, learnable=True)
    layer = case.build(learnable).train(training)
    names = [name for name, _ in layer.named_parameters()]
    parameters = [p.detach().clone().requires_grad_() for p in layer.parameters()]
    buffers = {name: b.clone() for name, b in layer.named_buffers()}

    def output(u: Tensor, *parameters: Tensor) -> Tensor:
        state = {**dict(zip(names, parameters, strict=True)), **{name: b.clone() for name, b in buffers.items()}}
        return torch.func.functional_call(layer, state, (u,))

    u = case.input(longest=1.0).requires_grad_()
    assert torch.autograd.gradcheck(output, (u, *parameters), fast_mode=True)


@pytest.mark.slow
@EVERY
def test_second_derivatives_are_right(case: Case, manifold: ManifoldBase) -> None:
    layer = case.build(manifold).eval()
    names = [name for name, _ in layer.named_parameters()]
    parameters = [p.detach().clone().requires_grad_() for p in layer.parameters()]

    def output(u: Tensor, *parameters: Tensor) -> Tensor:
        return torch.func.functional_call(layer, dict(zip(names, parameters, strict=True)), (u,))

    u = case.input(longest=1.0).requires_grad_()
    assert torch.autograd.gradgradcheck(output, (u, *parameters), fast_mode=True)


@EVERY
def test_origin_has_finite_gradients(case: Case, geometry: ManifoldBase, dtype: torch.dtype) -> None:
    layer = case.build(geometry, dtype)
    results = run(layer, torch.zeros(case.shape, dtype=dtype))
    assert all(tensor.isfinite().all() for tensor in results.values())


# Manners


@EVERY
def test_state_round_trip(case: Case, geometry: ManifoldBase) -> None:
    """Through a file, into a layer that was built with another curvature."""
    layer, u = case.build(geometry), case.input()
    layer(u)
    file = io.BytesIO()
    torch.save(layer.state_dict(), file)
    file.seek(0)
    other = case.make(Euclidean() if isinstance(geometry, Euclidean) else type(geometry)(c=2.0)).double()
    other.load_state_dict(torch.load(file, weights_only=True))
    assert_same(seeded(other.eval(), u), seeded(layer.eval(), u), **SAME)


@EVERY
@pytest.mark.parametrize(
    "copy", [deepcopy, lambda layer: pickle.loads(pickle.dumps(layer))], ids=["deepcopy", "pickle"]
)
def test_copies_are_equal_and_independent(
    case: Case, geometry: ManifoldBase, copy: Callable[[nn.Module], nn.Module]
) -> None:
    layer, u = case.build(geometry), case.input()
    twin = copy(layer)
    before = deepcopy(layer.state_dict())
    assert_same(seeded(twin, u), seeded(layer, u), **SAME)
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.add_(1)
    for name, tensor in before.items():
        if "running" not in name and "num_batches" not in name:
            assert torch.equal(layer.state_dict()[name], tensor)


@EVERY
def test_float32_is_close_to_float64(case: Case, geometry: ManifoldBase, tolerances: dict[torch.dtype, Any]) -> None:
    if case.name == "Rescale":
        pytest.skip("its distances are those that the dtype resolves")
    wide, u = case.build(geometry), case.input()
    narrow = deepcopy(wide).float()
    got, expected = seeded(narrow, u.float()), seeded(wide, u)
    assert all(tensor.dtype == torch.float32 for tensor in got.values())
    if case.name == "Dropout":
        return  # its random numbers depend on the dtype
    # gradients add up the errors of all entries
    assert_same({name: tensor.double() for name, tensor in got.items()}, expected, rtol=2e-4, atol=2e-4)


@EVERY
@pytest.mark.parametrize("low", [torch.bfloat16, torch.float16], ids=str)
def test_low_precision_works(case: Case, geometry: ManifoldBase, low: torch.dtype) -> None:
    layer = case.build(geometry).to(low)
    results = run(layer, case.input(low, longest=1.0))
    assert results["output"].dtype == low
    assert results["input"].dtype == low
    assert all(tensor.isfinite().all() for tensor in results.values())


@EVERY
def test_autocast_is_finite_and_close(case: Case, geometry: ManifoldBase) -> None:
    layer, u = case.build(geometry, torch.float32), case.input(torch.float32, longest=1.0)
    u.requires_grad_()
    other = deepcopy(layer)
    torch.manual_seed(5)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        output = layer(u)
        loss = weighted(output.float())
    loss.backward()
    torch.manual_seed(5)
    torch.testing.assert_close(output.float(), other(u), rtol=5e-2, atol=5e-2)
    assert all(x.grad.isfinite().all() for x in (u, *layer.parameters()) if x.grad is not None)


@EVERY
def test_layout_of_memory_does_not_matter(case: Case, geometry: ManifoldBase) -> None:
    layer, u = case.build(geometry).eval(), case.input()
    expected = run(layer, u)
    strided = torch.stack([torch.zeros_like(u), u], dim=-1)[..., 1]
    assert not strided.is_contiguous()
    assert_same(run(layer, strided), expected, **EXACT)
    if u.ndim == 4:
        assert_same(run(layer, u.contiguous(memory_format=torch.channels_last)), expected, **EXACT)
        assert_same(run(layer.to(memory_format=torch.channels_last), u), expected, **EXACT)


@EVERY
def test_input_is_left_as_it_was(case: Case, geometry: ManifoldBase) -> None:
    u = case.input()
    before = u.clone()
    case.build(geometry)(u)
    assert torch.equal(u, before)


@EVERY
def test_repr_shows_the_arguments_and_the_geometry(case: Case, geometry: ManifoldBase) -> None:
    text = repr(case.make(geometry))
    assert all(words in text for words in case.mentions), text
    assert case.name == "Flatten" or case.name.endswith("-plain") or repr(geometry) in text


@WITH_STATE
def test_manifold_is_a_submodule(case: Case) -> None:
    manifold = Poincare(c=C, learnable=True)
    layer = case.make(manifold)
    assert layer.manifold is manifold
    assert any(name.endswith("manifold.raw_c") for name, _ in layer.named_parameters())
    run(layer.double(), case.input())
    weighted(layer(case.input())).backward()
    assert manifold.raw_c.grad is not None
    assert bool(manifold.raw_c.grad != 0)


@WITH_STATE
def test_parameters_are_made_where_and_as_told(case: Case) -> None:
    if case.name.startswith(("Residual", "ConvNormAct")):
        pytest.skip("has no parameters of its own")
    kind = getattr(layers, case.name.split("-")[0])
    sizes = (4,) if case.name.startswith("Batch") else (4, 6, 3) if "Conv" in case.name else (4, 6)
    layer = kind(*sizes, manifold=Poincare(), dtype=torch.float64, device="cpu")
    assert {p.dtype for p in layer.parameters()} == {torch.float64}
    meta = kind(*sizes, manifold=Poincare(), device="meta")
    assert {p.device.type for p in meta.parameters()} == {"meta"}
    assert {name: tensor.shape for name, tensor in own_state(meta).items()} == {
        name: tensor.shape for name, tensor in own_state(layer).items()
    }


@WITH_STATE
def test_frozen_parameters_get_no_gradient(case: Case, manifold: ManifoldBase) -> None:
    layer = case.build(manifold).requires_grad_(False)
    u = case.input().requires_grad_()
    weighted(layer(u)).backward()
    assert u.grad is not None
    assert all(p.grad is None for p in layer.parameters())


class Net(nn.Module):
    """A user's module around a layer: torch compiles no frame of its own modules alone, such as that of nn.Flatten."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, u: Tensor) -> Tensor:
        return self.layer(u)


def compiles(case: Case, manifold: ManifoldBase, modes: tuple[bool, ...]) -> None:
    torch.compiler.reset()
    layer = Net(case.build(manifold))
    other = deepcopy(layer)
    layer.compile(fullgraph=True, backend="aot_eager")
    for training in modes:
        u = case.input()
        layer.train(training), other.train(training)
        assert_same(seeded(layer, u), seeded(other, u), rtol=1e-11, atol=1e-11)
    assert_same(own_state(layer), own_state(other), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("case", [case for case in CASES if case.name in ("Conv2d", "BatchNorm2d-total")], ids=str)
def test_compiled_in_training_is_as_eager(case: Case) -> None:
    compiles(case, Poincare(c=C, learnable=True), (True,))


# Layers on the hyperboloid run the code of the ball's; the Fréchet mean's iterations are unrolled and take minutes.
COMPILED = [
    (case, kind)
    for case in CASES
    for kind in (Poincare, Hypersphere, Euclidean)
    if case.name != "BatchNorm1d-channel" and not (case.name == "BatchNorm2d-frechet" and kind is Hypersphere)
]


@pytest.mark.slow
@pytest.mark.parametrize(("case", "kind"), COMPILED, ids=lambda value: getattr(value, "__name__", str(value)))
def test_every_layer_compiles_as_eager(case: Case, kind: type[ManifoldBase]) -> None:
    compiles(case, kind() if kind is Euclidean else kind(c=C, learnable=True), (True, False))


def test_every_layer_is_a_case() -> None:
    tested = {case.name.split("-")[0] for case in CASES}
    assert tested >= set(layers.__all__) - SCHEMES - {"losses"}


def test_network_of_all_kinds_trains(geometry: ManifoldBase) -> None:
    """From image to logits, a few steps of plain SGD: the loss falls, every parameter moves."""
    m = geometry if isinstance(geometry, Euclidean) else type(geometry)(c=0.1, learnable=True)
    net = nn.Sequential(
        layers.Conv2d(3, 8, 3, manifold=m, padding=1),
        layers.BatchNorm2d(8, manifold=m),
        layers.ReLU(manifold=m),
        layers.Residual(layers.Conv2d(8, 8, 3, manifold=m, padding=1), manifold=m),
        layers.MaxPool2d(2, manifold=m),
        layers.ConvTranspose2d(8, 8, 2, manifold=m, stride=2),
        layers.AvgPool2d(2, manifold=m),
        layers.GlobalAvgPool2d(manifold=m),
        layers.Linear(8, 8, manifold=m),
        layers.Classifier(8, 4, manifold=m),
    )
    before = deepcopy(net.state_dict())
    labels = torch.arange(16) % 4
    colours = torch.tensor([[2.0, 0, 0], [0, 2, 0], [0, 0, 2], [0, 0, 0]])
    images = 0.1 * torch.randn(16, 3, 8, 8) + colours[labels].reshape(16, 3, 1, 1)
    optimiser = torch.optim.SGD(net.parameters(), lr=0.3)
    losses = []
    for _ in range(15):
        loss = nn.functional.cross_entropy(net(images), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.7 * losses[0]
    moved = {name for name, tensor in net.state_dict().items() if not torch.equal(tensor, before[name])}
    assert moved >= {name for name, _ in net.named_parameters()}
