"""The residual network: sizes of the paper, one network on every geometry, embeddings that are points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import deepcopy
from itertools import pairwise
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from manifuse.apps import ResNet
from manifuse.apps.resnet import PRESETS
from manifuse.layers import Space
from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, Poincare

SMALL = (4, 6, 8)


def parameters(net: nn.Module) -> int:
    return sum(p.numel() for p in net.parameters())


def small(manifold: ManifoldBase, **options: Any) -> ResNet:
    """Make a network of depth 8 in float64 with parameters that differ from their initial values."""
    torch.manual_seed(3)
    net = ResNet(8, manifold, SMALL, num_classes=5, init="random", **options).double()
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if "manifold" not in name:
                parameter.add_(0.1 * torch.randn_like(parameter))
    return net


def images(*shape: int) -> Tensor:
    return 2 * torch.rand(shape, dtype=torch.float64) - 1


@pytest.fixture(params=[Poincare, Lorentz, Hypersphere, Euclidean], ids=lambda kind: kind.__name__)
def geometry(request: pytest.FixtureRequest) -> ManifoldBase:
    """Give every geometry, curved ones with c = 0.1."""
    return request.param() if request.param is Euclidean else request.param(c=0.1)


# Size


@pytest.mark.parametrize(
    ("depth", "widths", "classes", "count"),
    [
        (20, (4, 8, 16), 10, 17_529),
        (20, (4, 8, 16), 100, 19_059),
        (32, (4, 8, 16), 10, 29_861),
        (32, (4, 8, 16), 100, 31_391),
        (20, (8, 16, 32), 10, 68_757),
        (20, (8, 16, 32), 100, 71_727),
        (32, (8, 16, 32), 10, 117_601),
        (32, (8, 16, 32), 100, 120_571),
        (44, (8, 16, 32), 10, 166_445),
        (56, (8, 16, 32), 10, 215_289),
        (20, (16, 32, 64), 10, 272_397),
        (32, (16, 32, 64), 100, 472_691),
    ],
)
def test_size_is_that_of_the_paper(depth: int, widths: Sequence[int], classes: int, count: int) -> None:
    """poincare.md §6.2, measured on the published code."""
    assert parameters(ResNet(depth, Poincare(c=0.1), widths, num_classes=classes)) == count


@pytest.mark.parametrize(
    ("depth", "widths", "count"),
    [
        (20, (4, 8, 16), 17_682),
        (32, (4, 8, 16), 30_114),
        (20, (8, 16, 32), 69_082),
        (32, (8, 16, 32), 118_138),
        (20, (16, 32, 64), 273_066),
        (32, (16, 32, 64), 467_946),
    ],
)
def test_size_of_the_euclidean_network_is_that_of_the_paper(depth: int, widths: Sequence[int], count: int) -> None:
    assert parameters(ResNet(depth, Euclidean(), widths, spread="channel")) == count


def test_default_widths_are_those_of_the_largest_network() -> None:
    assert parameters(ResNet(20, Poincare(c=0.1))) == 272_397


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("resnet-20-8-16-32", 68_757),
        ("resnet-32-8-16-32", 117_601),
        ("resnet-20-4-8-16", 17_529),
        ("resnet-32-4-8-16", 29_861),
    ],
)
def test_presets_are_the_networks_of_the_paper(name: str, count: int) -> None:
    assert parameters(ResNet.from_preset(name, Poincare(c=0.1))) == count
    grey = ResNet.from_preset(name, Poincare(c=0.1), in_channels=1, num_classes=7)
    assert grey.eval()(torch.zeros(1, 1, 8, 8)).shape == (1, 7)
    assert name in PRESETS


# One network on every geometry


def test_geometries_share_one_state(geometry: ManifoldBase) -> None:
    shapes = [
        {name: tensor.shape for name, tensor in net.state_dict().items() if "manifold." not in name}
        for net in (ResNet(8, geometry, SMALL), ResNet(8, Poincare(), SMALL))
    ]
    assert shapes[0] == shapes[1]
    assert parameters(ResNet(8, geometry, SMALL)) == parameters(ResNet(8, Poincare(), SMALL))


def test_embedding_is_a_point_and_logits_are_its_scores(geometry: ManifoldBase) -> None:
    net, x = small(geometry).eval(), images(3, 3, 8, 8)
    embedding, logits = net.embed(x), net(x)
    assert embedding.shape == (3, SMALL[-1])
    assert logits.shape == (3, 5)
    net.manifold.check_point(net.manifold.from_frame(embedding))
    scores = net.manifold.hyperplane_score(embedding, net.classifier.weight, net.classifier.bias)
    torch.testing.assert_close(logits, scores, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("size", [(8, 8), (9, 5), (32, 32), (1, 1)], ids=str)
def test_images_of_every_size_pass(geometry: ManifoldBase, size: tuple[int, int]) -> None:
    net = small(geometry, in_channels=1)
    for mode in (True, False):
        assert net.train(mode)(images(2, 1, *size)).isfinite().all()


def test_stages_halve_the_image() -> None:
    net, shapes = small(Poincare(c=0.1)), []
    for stage in net.stages:
        stage.register_forward_hook(lambda module, given, output: shapes.append(tuple(output.shape[1:])))
    net(images(2, 3, 32, 32))
    assert shapes == [(4, 32, 32), (6, 16, 16), (8, 8, 8)]


def test_sphere_is_not_left() -> None:
    globe = Hypersphere(c=0.1)
    net, radius = small(globe), math.pi / math.sqrt(0.1)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.mul_(5)
    longest = []
    for module in net.modules():
        if not list(module.children()) or hasattr(module, "manifold"):
            module.register_forward_hook(
                lambda m, given, output: (
                    longest.append(float(output.detach().norm(dim=1).max()))
                    if output.ndim == 4 or output.shape[1] == SMALL[-1]
                    else None
                )
            )
    net(images(4, 3, 8, 8))
    assert len(longest) > 20
    assert max(longest) <= radius


def test_ball_and_hyperboloid_agree_layer_by_layer() -> None:
    """Outputs of every module, gradients of all parameters and of the image, statistics; in training and evaluation."""
    traces: list[dict[str, Tensor]] = []
    for kind in (Poincare, Lorentz):
        torch.manual_seed(11)
        net = ResNet(20, kind(c=0.3, learnable=True), (4, 6, 8), init="random").double()
        trace: dict[str, Tensor] = {}
        for name, module in net.named_modules():
            if not isinstance(module, ManifoldBase):
                module.register_forward_hook(
                    lambda m, given, output, name=name, trace=trace: trace.update({f"{name} {m.training}": output})
                )
        torch.manual_seed(12)
        x = images(4, 3, 8, 8).requires_grad_()
        for mode in (True, False):
            loss = functional.cross_entropy(net.train(mode)(x), torch.arange(4))
            gradients = torch.autograd.grad(loss, (x, *net.parameters()))
            names = ["image", *(name for name, _ in net.named_parameters())]
            trace.update({f"gradient of {name} {mode}": g for name, g in zip(names, gradients, strict=True)})
        trace.update(net.state_dict())
        traces.append(trace)
    ball, hyperboloid = traces
    assert ball.keys() == hyperboloid.keys()
    assert len(ball) > 300
    for name, tensor in ball.items():
        torch.testing.assert_close(
            hyperboloid[name], tensor, rtol=1e-9, atol=1e-9, msg=lambda text, name=name: f"{name}: {text}"
        )


class Plain(nn.Module):
    """The Euclidean network of poincare.md §6.1 in torch.nn, its parameters in order of use except for shortcuts."""

    def __init__(self, net: ResNet) -> None:
        super().__init__()
        self.weights = [(name, p) for name, p in net.named_parameters() if "manifold" not in name]

    def forward(self, x: Tensor) -> Tensor:
        given = iter(self.weights)

        def take() -> tuple[Tensor, Tensor]:
            return next(given)[1], next(given)[1]

        def normalised(x: Tensor) -> Tensor:
            return functional.batch_norm(x, None, None, *take(), training=True)

        x = normalised(functional.conv2d(x, *take(), padding=1)).relu()
        for stage in range(3):
            stride = 1 if stage == 0 else 2
            body = normalised(functional.conv2d(x, *take(), stride=stride, padding=1)).relu()
            body = normalised(functional.conv2d(body, *take(), padding=1))
            shortcut = x if stage == 0 else functional.conv2d(x, *take(), stride=stride)
            x = (body + shortcut).relu()
        logits = functional.linear(x.mean((2, 3)), *take())
        assert not list(given)
        return logits


def test_on_flat_space_it_is_the_network_of_torch() -> None:
    net, x = small(Euclidean(), spread="channel"), images(4, 3, 9, 8)
    torch.testing.assert_close(net(x), Plain(net)(x), rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("kind", [Poincare, Lorentz, Hypersphere])
@pytest.mark.parametrize("spread", ["total", "channel", "distance"])
def test_flat_limit_has_an_error_of_order_c(kind: type[ManifoldBase], spread: str) -> None:
    x = images(4, 3, 8, 8)
    flat = small(Euclidean(), spread=spread)(x).detach()
    errors = [float((small(kind(c=c), spread=spread)(x) - flat).detach().abs().max()) for c in (1e-4, 1e-5, 1e-6)]
    for coarse, fine in pairwise(errors):
        assert 0.9 < math.log10(coarse / fine) < 1.1, errors


# Schemes


def test_scheme_of_space_parts_is_one_network_on_ball_and_hyperboloid_and_another_than_the_geometric() -> None:
    x = images(4, 3, 8, 8)
    ball, hyperboloid = (small(kind(c=0.5), scheme=Space())(x) for kind in (Poincare, Lorentz))
    torch.testing.assert_close(ball, hyperboloid, rtol=1e-9, atol=1e-9)
    assert (small(Lorentz(c=0.5))(x) - hyperboloid).norm() > 1e-2 * hyperboloid.norm()


def test_on_flat_space_all_schemes_are_one_network() -> None:
    x = images(4, 3, 8, 8)
    torch.testing.assert_close(small(Euclidean(), scheme=Space())(x), small(Euclidean())(x), rtol=1e-12, atol=1e-12)


# Curvature


def test_manifold_is_shared_or_of_each_stage(geometry: ManifoldBase) -> None:
    shared, separate = small(geometry), small(geometry, separate_manifolds=True)
    spaces = [{id(m) for m in net.modules() if isinstance(m, ManifoldBase)} for net in (shared, separate)]
    assert list(map(len, spaces)) == [1, 3]
    assert separate.classifier.manifold is separate.manifold is separate.stages[2][0].first[0].manifold
    assert separate.stem[0].manifold is separate.stages[0][0].first[0].manifold
    assert shared.manifold is geometry


@pytest.mark.parametrize("kind", [Poincare, Lorentz, Hypersphere])
def test_curvature_of_every_stage_learns(kind: type[ManifoldBase]) -> None:
    for separate in (False, True):
        net = small(kind(c=0.1, learnable=True), separate_manifolds=separate)
        functional.cross_entropy(net(images(4, 3, 8, 8)), torch.arange(4)).backward()
        curvatures = [p for name, p in net.named_parameters() if name.endswith("raw_c")]
        assert len(curvatures) == (3 if separate else 1)
        assert all(p.grad is not None and p.grad != 0 for p in curvatures)
        assert parameters(net) == parameters(small(kind(c=0.1))) + len(curvatures)


def test_copy_keeps_the_manifold_shared_within_it() -> None:
    net = small(Poincare(c=0.1, learnable=True))
    twin = deepcopy(net)
    assert twin.manifold is twin.classifier.manifold
    assert twin.manifold is not net.manifold
    with torch.no_grad():
        twin.manifold.raw_c.add_(1)
    assert float(net.manifold.c.detach()) == pytest.approx(0.1)


# Behaviour


def test_evaluated_image_does_not_depend_on_its_neighbours(geometry: ManifoldBase) -> None:
    net, x = small(geometry), images(4, 3, 8, 8)
    net(x)
    net.eval()
    torch.testing.assert_close(net(x[:1]), net(x)[:1], rtol=1e-10, atol=1e-10)


def test_every_parameter_gets_a_gradient(geometry: ManifoldBase) -> None:
    """After a step at the latest: blocks may start with a normalisation of weight 0, and so as their shortcut."""
    for init in ("identity", "random"):
        net, x = ResNet(14, geometry, SMALL, init=init), images(4, 3, 8, 8).float()
        optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
        for _ in range(2):
            optimiser.zero_grad()
            functional.cross_entropy(net(x), torch.arange(4)).backward()
            optimiser.step()
        for name, parameter in net.named_parameters():
            assert parameter.grad is not None, name
            assert parameter.grad.isfinite().all(), name
            assert parameter.grad.any() or name.endswith("bias"), name  # a bias is normalised away in flat space


def test_low_precision_is_finite(geometry: ManifoldBase) -> None:
    net = ResNet(8, geometry, SMALL)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = functional.cross_entropy(net(images(4, 3, 8, 8).float()).float(), torch.arange(4))
    loss.backward()
    assert loss.isfinite()
    assert all(p.grad.isfinite().all() for p in net.parameters())


def test_state_round_trip(geometry: ManifoldBase) -> None:
    net, x = small(geometry, separate_manifolds=True), images(4, 3, 8, 8)
    net(x)
    other = ResNet(8, deepcopy(geometry), SMALL, num_classes=5, separate_manifolds=True).double()
    other.load_state_dict(net.state_dict())
    assert torch.equal(other.eval()(x), net.eval()(x))


# Bad input


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"depth": 21}, ("depth", "21", "20")),
        ({"depth": 2}, ("depth", "2", "8")),
        ({"widths": (8, 16)}, ("widths", "(8, 16)", "three")),
        ({"widths": (8, 16, 0)}, ("0",)),
        ({"num_classes": 0}, ("num_classes", "0")),
        ({"in_channels": 0}, ("in_channels", "0")),
        ({"spread": "all"}, ("spread", "all", "total")),
        ({"init": "best"}, ("init", "best", "identity")),
    ],
    ids=str,
)
def test_arguments_that_do_not_fit_are_refused(options: dict[str, Any], words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        ResNet(**{"depth": 8, "manifold": Poincare(c=0.1), **options})
    assert all(word in str(caught.value) for word in words), caught.value


def test_unknown_preset_is_refused_with_the_names() -> None:
    with pytest.raises(ValueError, match="resnet-50") as caught:
        ResNet.from_preset("resnet-50", Poincare(c=0.1))
    assert all(name in str(caught.value) for name in PRESETS)


def test_images_that_do_not_fit_are_refused() -> None:
    net = small(Poincare(c=0.1))
    with pytest.raises(ValueError, match="3 channels"):
        net(images(2, 1, 8, 8))
    with pytest.raises(ValueError, match="BatchNorm2d"):
        net(images(1, 3, 1, 1))
