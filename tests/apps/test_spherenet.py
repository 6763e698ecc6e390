"""SphereNet: sizes of the authors' networks, embeddings and heads, recipes; every operator learns."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import partial
from typing import Any, get_args

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from manifuse.apps import SphereNet
from manifuse.apps.data import digits
from manifuse.apps.spherenet import PRESETS, Operator
from manifuse.layers import BatchNorm2d, Conv2d, ReLU, Residual, SphereConv2d, SphereNorm
from manifuse.layers.losses import GASoftmaxLoss, OrthogonalityPenalty, WSoftmaxLoss
from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, Poincare

OPERATORS = get_args(Operator)
SMALL = (4, 6, 8)


def parameters(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())


def small(depth: int = 3, **options: Any) -> SphereNet:
    """Make a network of float64 with parameters that differ from their initial values."""
    torch.manual_seed(3)
    net = SphereNet(depth, SMALL, **{"in_channels": 2, "num_classes": 5, "image_size": (9, 8), **options}).double()
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if "manifold" not in name:
                parameter.add_(0.1 * torch.randn_like(parameter))
    return net


def images(*shape: int) -> Tensor:
    return 2 * torch.rand(shape, dtype=torch.float64) - 1


# Size


def plain_count(convs: Sequence[int], widths: Sequence[int], channels: int, left: int, classes: int) -> int:
    """Weights and the two numbers per kernel of batch normalisation, by the authors' table of layers."""
    total, width = 0, channels
    for count, after in zip(convs, widths, strict=True):
        total += 9 * width * after + (count - 1) * 9 * after**2 + 2 * count * after
        width = after
    return total + left * width**2 + 2 * width + width * classes


def residual_count(blocks: int, widths: Sequence[int], channels: int, classes: int) -> int:
    total, width = 9 * channels * widths[0] + 2 * widths[0], widths[0]
    for after in widths:
        total += 9 * width * after + (2 * blocks - 1) * 9 * after**2 + 4 * blocks * after
        total += 0 if width == after else width * after + 2 * after
        width = after
    return total + width * classes


@pytest.mark.parametrize("operator", OPERATORS)
def test_default_size_is_that_of_the_authors(operator: Operator) -> None:
    """hypersphere.md §4.1: weights, those of batch normalisation, of that of the last layer too, and a k per kernel."""
    learned = 3 * (128 + 192 + 256) + 256 if operator == "learnable" else 0
    assert parameters(SphereNet(operator=operator)) == 3_856_256 + 3_456 + 2 * 256 + learned
    assert plain_count((3, 3, 3), (128, 192, 256), 3, 16, 10) == 3_856_256 + 3_456 + 2 * 256


@pytest.mark.parametrize(
    ("depth", "convs"), [(3, (1, 1, 1)), (9, (3, 3, 3)), (20, (7, 7, 6)), (40, (14, 13, 13)), (69, (23, 23, 23))]
)
def test_size_of_plain_networks(depth: int, convs: Sequence[int]) -> None:
    net = SphereNet(depth, SMALL, in_channels=1, num_classes=7, image_size=(17, 24))
    assert parameters(net) == plain_count(convs, SMALL, 1, 2 * 3, 7)
    kernels = [m.kernel_size for m in net.modules() if isinstance(m, SphereConv2d)]
    assert kernels == [(3, 3)] * depth + [(2, 3)]


@pytest.mark.parametrize(("depth", "blocks"), [(8, 1), (20, 3), (32, 5)])
@pytest.mark.parametrize("operator", ["conv", "linear"])
def test_size_of_residual_networks(depth: int, blocks: int, operator: Operator) -> None:
    net = SphereNet(depth, SMALL, residual=True, operator=operator)
    assert parameters(net) == residual_count(blocks, SMALL, 3, 10)
    kinds = [type(m) for m in net.modules() if isinstance(m, (Conv2d, SphereConv2d))]
    ordinary = depth + 1 if operator == "conv" else 2  # the head is a layer of the depth, both shortcuts are ordinary
    assert (kinds.count(Conv2d), len(kinds)) == (ordinary, depth + 1)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("cnn-9", plain_count((3, 3, 3), (128, 192, 256), 3, 16, 10)),
        ("spherenet-9-sigmoid", plain_count((3, 3, 3), (128, 192, 256), 3, 16, 10)),
        ("spherenet-9-cosine-w-softmax", plain_count((3, 3, 3), (128, 192, 256), 3, 16, 10)),
        ("spherenet-69-linear", plain_count((23, 23, 23), (128, 192, 256), 3, 16, 10)),
        ("resnet-32", residual_count(5, (96, 192, 384), 3, 10)),
        ("sphere-resnet-32-linear", residual_count(5, (96, 192, 384), 3, 10)),
        ("sphere-resnet-20-linear", residual_count(3, (96, 192, 384), 3, 10)),
    ],
)
def test_presets_have_their_size(name: str, count: int) -> None:
    assert parameters(SphereNet.from_preset(name)) == count


def test_residual_network_of_the_authors_has_its_size() -> None:
    """hypersphere.md §4.2."""
    assert round(residual_count(5, (96, 192, 384), 3, 10) / 1e6, 2) == 16.70


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_a_network_with_a_source(name: str) -> None:
    recipe = PRESETS[name]
    grey = {"widths": SMALL, "in_channels": 1, "num_classes": 7, "image_size": 8}
    net = SphereNet.from_preset(name, **grey)
    assert net.eval()(torch.zeros(1, 1, 8, 8)).shape == (1, 7)
    assert net.train()(torch.randn(3, 1, 8, 8), torch.arange(3)).isfinite()
    norms = [m for m in net.modules() if isinstance(m, BatchNorm2d)]
    assert {(m.eps, m.momentum) for m in norms} == {(1e-3, 1e-3)}
    assert (recipe.orthogonality > 0) == (recipe.network["operator"] != "conv")
    assert recipe.source
    assert recipe.milestones[-1] < recipe.steps


# Shape


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("batch_norm", [True, False])
def test_embedding_and_its_linear_scores(operator: Operator, batch_norm: bool) -> None:
    net, x = small(operator=operator, batch_norm=batch_norm).eval(), images(3, 2, 9, 8)
    embedding = net.embed(x)
    assert embedding.shape == (3, SMALL[-1])
    torch.testing.assert_close(net(x), embedding @ net.get_parameter("head.weight").T, rtol=1e-12, atol=1e-12)
    labels = torch.arange(3)
    assert torch.equal(net(x, labels), functional.cross_entropy(net(x), labels))


def test_stages_halve_the_image() -> None:
    shapes: dict[bool, list[tuple[int, ...]]] = {True: [], False: []}
    for residual, found in shapes.items():
        net = small(8, residual=residual, image_size=32)
        for module in net.modules():
            if isinstance(module, SphereConv2d):
                module.register_forward_hook(lambda m, given, y, found=found: found.append(tuple(y.shape[1:])))
        net(images(2, 2, 32, 32))
    first, second, third = (4, 32, 32), (6, 16, 16), (8, 8, 8)
    assert shapes[False] == [first] * 3 + [second] * 3 + [third] * 2 + [(8, 1, 1)]
    assert shapes[True] == [first] * 3 + [second] * 2 + [third] * 2


@pytest.mark.parametrize("size", [(9, 5), (1, 1), (32, 32)], ids=str)
def test_residual_networks_take_images_of_every_size(size: tuple[int, int]) -> None:
    assert small(8, residual=True).eval()(images(2, 2, *size)).shape == (2, 5)


class Textbook(nn.Module):
    """The plain network of depth 3 in torch.nn, with the parameters of ours in order of use."""

    def __init__(self, net: SphereNet, convolution: Callable[..., Tensor], *, rectified: bool) -> None:
        super().__init__()
        self.weights = list(net.parameters())
        self.convolution, self.rectified = convolution, rectified

    def forward(self, x: Tensor) -> Tensor:
        given = iter(self.weights)

        def unit(x: Tensor, padding: int) -> Tensor:
            y = self.convolution(x, next(given), padding=padding)
            return functional.batch_norm(y, None, None, next(given), next(given), training=True)

        for _ in range(3):
            x = unit(x, 1)
            x = functional.max_pool2d(x.relu() if self.rectified else x, 2)
        x = unit(x, 0).flatten(1)
        logits = functional.linear(x, next(given))
        assert not list(given)
        return logits


def cosine_convolution(x: Tensor, weight: Tensor, padding: int) -> Tensor:
    """⟨w, x⟩ of patches over both norms, by unfolding; 1e-4 is added to squared norms."""
    patches = functional.unfold(x, weight.shape[2:], padding=padding)
    rows = weight.flatten(1)
    norms = (patches.square().sum(1, keepdim=True) + 1e-4).sqrt() * (rows.square().sum(1) + 1e-4).sqrt()[:, None]
    height, width = (size + 2 * padding - k + 1 for size, k in zip(x.shape[2:], weight.shape[2:], strict=True))
    return ((rows @ patches) / norms).unflatten(2, (height, width))


@pytest.mark.parametrize("activation", [True, False])
@pytest.mark.parametrize(
    ("operator", "convolution"), [("conv", functional.conv2d), ("cosine", cosine_convolution)], ids=["conv", "cosine"]
)
def test_plain_network_is_the_textbooks(
    operator: Operator, convolution: Callable[..., Tensor], activation: bool
) -> None:
    net, x = small(operator=operator, activation=activation, image_size=16), images(4, 2, 16, 16)
    expected = Textbook(net, convolution, rectified=activation)(x)
    torch.testing.assert_close(net(x), expected, rtol=1e-10, atol=1e-10)


def test_block_adds_its_shortcut() -> None:
    net, x = small(8, residual=True).eval(), images(3, 4, 6, 5)
    block = net.body[1]
    residual = block[0]
    assert isinstance(residual, Residual)
    torch.testing.assert_close(block(x), (residual.body(x) + x).relu(), rtol=1e-12, atol=1e-12)


def test_what_stands_where_there_is_no_batch_normalisation() -> None:
    names = {name for name, _ in small(operator="linear", batch_norm=False).named_parameters()}
    assert len(names) == 4 + 1
    rescaled = small(operator="linear", batch_norm=False, rescale=True)
    assert sum(isinstance(m, SphereNorm) for m in rescaled.modules()) == 4
    assert len(list(rescaled.parameters())) == 3 * 4 + 1
    ordinary = SphereNet(3, SMALL, operator="conv", batch_norm=False)
    biases = [parameter for name, parameter in ordinary.named_parameters() if name.endswith("bias")]
    assert len(biases) == 4
    assert not any(bias.any() for bias in biases)
    both = small(operator="linear", rescale=True)
    assert [type(m) for m in both.modules()] == [type(m) for m in small(operator="linear").modules()]


@pytest.mark.parametrize("operator", OPERATORS)
def test_kernels_start_as_the_authors(operator: Operator) -> None:
    layers = [m for m in SphereNet(operator=operator).modules() if isinstance(m, (Conv2d, SphereConv2d))]
    assert len(layers) == 10
    for layer in layers:
        weight = layer.weight.detach()
        assert float(weight.var()) == pytest.approx(2 / weight[0].numel(), rel=0.1)


def test_without_activation_there_is_none() -> None:
    for residual in (False, True):
        options: dict[str, Any] = {"depth": 8, "residual": residual}
        assert sum(isinstance(m, ReLU) for m in small(**options).modules()) == (7 if residual else 8)
        assert not any(isinstance(m, ReLU) for m in small(**options, activation=False).modules())


@pytest.mark.parametrize("k", [0.1, 0.7])
def test_width_of_the_sigmoid_reaches_every_layer(k: float) -> None:
    net = small(operator="sigmoid", k=k)
    assert {m.k for m in net.modules() if isinstance(m, SphereConv2d)} == {k}


# Heads


def test_angular_head_is_trained_with_its_loss_and_predicts_without_margin() -> None:
    net, x, labels = small(head=partial(GASoftmaxLoss, similarity="linear")), images(4, 2, 9, 8), torch.arange(4)
    assert isinstance(net.head, GASoftmaxLoss)
    assert (net.head.in_features, net.head.num_classes) == (SMALL[-1], 5)
    loss = net(x, labels)
    assert int(net.head.step) == 1
    loss.backward()
    assert all(p.grad is not None for p in net.parameters())
    net.eval()
    assert torch.equal(net(x), net.head.logits(net.embed(x)))
    assert torch.equal(net(x, labels), net.head(net.embed(x), labels))
    assert float((net(x, labels) - functional.cross_entropy(net(x), labels)).detach().abs()) > 1e-6


# Geometries


@pytest.mark.parametrize("kind", [Poincare, Lorentz, Hypersphere, Euclidean])
@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("operator", ["conv", "linear", "learnable"])
def test_it_runs_on_every_geometry(kind: type[ManifoldBase], residual: bool, operator: Operator) -> None:
    space = kind() if kind is Euclidean else kind(c=0.1)
    net = small(8, residual=residual, operator=operator, manifold=space, spread="total")
    assert net.manifold is space
    x = images(3, 2, 9, 8)
    net(x, torch.arange(3)).backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
    net.manifold.check_point(net.manifold.from_frame(net.embed(x)))


# Training


@pytest.mark.parametrize("residual", [False, True])
@pytest.mark.parametrize("operator", OPERATORS)
def test_every_operator_learns_the_digits(operator: Operator, residual: bool) -> None:
    data, batch = digits(), 100
    torch.manual_seed(0)
    depth = 8 if residual else 3
    net = SphereNet(depth, (8, 16, 16), operator=operator, residual=residual, in_channels=1, image_size=8)
    optimizer = torch.optim.Adam(net.parameter_groups(5e-4), lr=1e-2)
    for _ in range(5):
        for rows in torch.randperm(len(data.train)).split(batch):
            samples = data.train[rows]
            loss = net(samples.inputs, samples.labels)
            if operator != "conv":
                loss = loss + OrthogonalityPenalty()(net)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
    with torch.no_grad():
        right = net.eval()(data.test.inputs).argmax(1) == data.test.labels
    assert float(right.double().mean()) > 0.9


def test_all_but_kernels_and_geometry_decay() -> None:
    net = small(8, residual=True, operator="learnable", manifold=Poincare(c=0.1, learnable=True))
    decaying, others = net.parameter_groups(0.25)
    assert (decaying["weight_decay"], others["weight_decay"]) == (0.25, 0.0)
    names = {parameter: name for name, parameter in net.named_parameters()}
    assert len(decaying["params"]) + len(others["params"]) == len(names)
    kernels = {name for name, m in net.named_modules() if isinstance(m, SphereConv2d)}
    expected = {f"{name}.{leaf}" for name in kernels for leaf in ("weight", "raw_k")} | {"manifold.raw_c"}
    assert {names[parameter] for parameter in others["params"]} == expected


# Behaviour


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("head", [None, WSoftmaxLoss])
def test_state_copies_and_pickles(operator: Operator, head: type[WSoftmaxLoss] | None) -> None:
    net, x = small(operator=operator, head=head), images(3, 2, 9, 8)
    net(x)
    other = SphereNet(3, SMALL, operator=operator, in_channels=2, num_classes=5, image_size=(9, 8), head=head).double()
    other.load_state_dict(net.state_dict())
    for twin in (other, deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert torch.equal(twin.eval()(x), net.eval()(x))


@pytest.mark.parametrize("operator", OPERATORS)
def test_it_compiles_to_one_graph(operator: Operator) -> None:
    torch.compiler.reset()  # the limit of recompilations is one per function, not per network
    net, x, labels = small(operator=operator, head=WSoftmaxLoss).eval(), images(3, 2, 9, 8), torch.arange(3)
    expected = torch.autograd.grad(net(x, labels), list(net.parameters()))
    compiled = torch.compile(net, fullgraph=True, backend="aot_eager")
    torch.testing.assert_close(compiled(x), net(x), rtol=1e-12, atol=1e-12)
    got = torch.autograd.grad(compiled(x, labels), list(net.parameters()))
    torch.testing.assert_close(got, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("operator", OPERATORS)
def test_low_precision_is_finite(operator: Operator) -> None:
    net, x = small(8, residual=True, operator=operator).float(), images(3, 2, 9, 8).float()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = net(x, torch.arange(3))
    loss.backward()
    assert loss.isfinite()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in net.parameters())


# Bad input


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"depth": 2}, ("depth", "2", "at least 3")),
        ({"depth": 9, "residual": True}, ("depth", "9", "6n + 2")),
        ({"depth": 2, "residual": True}, ("depth", "2", "6n + 2")),
        ({"widths": (8, 16)}, ("widths", "(8, 16)", "three")),
        ({"widths": (8, 0, 8)}, ("0",)),
        ({"operator": "sine"}, ("operator", "sine", "'cosine'", "'conv'")),
        ({"operator": "conv", "k": 0.3}, ("operator", "conv", "k=0.3")),
        ({"operator": "conv", "rescale": True}, ("operator", "conv", "rescale=True")),
        ({"operator": "linear", "k": 0.3}, ("linear", "k=0.3")),
        ({"in_channels": 0}, ("in_channels", "0")),
        ({"num_classes": 0}, ("num_classes", "0")),
        ({"image_size": 7}, ("image_size", "7", "8")),
        ({"image_size": (8, 4)}, ("image_size", "(8, 4)")),
        ({"spread": "all"}, ("spread", "all", "total")),
    ],
    ids=str,
)
def test_arguments_that_do_not_fit_are_refused(options: dict[str, Any], words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        SphereNet(**{"widths": SMALL, **options})
    assert all(word in str(caught.value) for word in words), caught.value


def test_unknown_preset_is_refused_with_the_names() -> None:
    with pytest.raises(ValueError, match="spherenet-10") as caught:
        SphereNet.from_preset("spherenet-10")
    assert all(name in str(caught.value) for name in PRESETS)


@pytest.mark.parametrize("shape", [(3, 2, 8, 8), (3, 2, 9), (2, 9, 8)], ids=str)
def test_images_of_another_size_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"\(N, 2, 9, 8\).*image_size"):
        small()(images(*shape))
