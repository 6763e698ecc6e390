"""HCNN, HECNN and their successors: against networks of points and of torch.nn, stages, curvatures, compilation."""

from __future__ import annotations

import math
import pickle
from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from manifuse.apps import HECNN
from manifuse.apps.hecnn import NETWORKS
from manifuse.compile import fuse
from manifuse.layers import BatchNorm2d, Conv2d, ConvNormAct, Rescale, Rotation, Space
from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, Poincare

EXACT = {"rtol": 1e-9, "atol": 1e-9}
NAMES = list(NETWORKS)
ALL = pytest.mark.parametrize(("variant", "depth"), NAMES, ids=lambda value: str(value))


def small(variant: str, depth: int, manifold: ManifoldBase, **options: Any) -> HECNN:
    """Make a narrow network in float64 with parameters that differ from their initial values."""
    torch.manual_seed(3)
    net = HECNN(depth, variant, manifold, 5, **{"width": 2, "input_size": 8, "in_channels": 3} | options).double()
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if "manifold" not in name:
                parameter.add_(0.1 * torch.randn_like(parameter))
    return net


def images(count: int = 4, size: int = 8, channels: int = 3) -> Tensor:
    return 2 * torch.rand(count, channels, size, size, dtype=torch.float64) - 1


# Against networks of points, (N, H, W, n + 1) with the time first


def lift(space: Tensor, c: Tensor) -> Tensor:
    return torch.cat((torch.sqrt(1 / c + space.square().sum(-1, keepdim=True)), space), -1)


def inner(x: Tensor, y: Tensor) -> Tensor:
    return (x * y).sum(-1, keepdim=True) - 2 * x[..., :1] * y[..., :1]


def expmap(x: Tensor, v: Tensor, c: Tensor) -> Tensor:
    angle = torch.sqrt(c * inner(v, v))
    return torch.cosh(angle) * x + torch.sinh(angle) / angle * v


def logmap(x: Tensor, y: Tensor, c: Tensor) -> Tensor:
    alpha = -c * inner(x, y)
    return torch.acosh(alpha) / torch.sqrt(alpha**2 - 1) * (y - alpha * x)


def transport(x: Tensor, y: Tensor, v: Tensor, c: Tensor) -> Tensor:
    return v + c * inner(y, v) / (1 - c * inner(x, y)) * (x + y)


def origin(n: int, c: Tensor) -> Tensor:
    return lift(torch.zeros(n, dtype=torch.float64), c)


def tangent(v: Tensor) -> Tensor:
    """Tangent vector at the origin."""
    return functional.pad(v, (1, 0))


def from_frame(u: Tensor, c: Tensor) -> Tensor:
    """Points of an image of frame vectors."""
    return expmap(origin(u.shape[1], c), tangent(u.movedim(1, -1)), c)


def to_frame(x: Tensor, c: Tensor) -> Tensor:
    return logmap(origin(x.shape[-1] - 1, c), x, c)[..., 1:].movedim(-1, 1)


def centroid(x: Tensor, axes: tuple[int, ...], c: Tensor) -> Tensor:
    total = x.sum(axes, keepdim=True)
    return total / torch.sqrt(-c * inner(total, total))


def patches(x: Tensor, conv: Conv2d) -> Tensor:
    """Space parts of all patches, of a zero margin, side by side in the order of a kernel."""
    columns = functional.unfold(
        x[..., 1:].movedim(-1, 1), conv.kernel_size, padding=conv.padding, stride=conv.stride
    ).mT
    side = math.isqrt(columns.shape[1])
    return columns.unflatten(1, (side, side))


def convolution(conv: Conv2d, x: Tensor, c: Tensor) -> Tensor:
    """That of HCNN: an affine map of the concatenated patch."""
    patch = lift(patches(x, conv), c)
    space = patch[..., 1:] @ conv.weight.flatten(1).mT
    return lift(space + conv.time_weight * (torch.sqrt(c) * patch[..., :1] - 1) + conv.bias, c)


def rotated(conv: Conv2d, x: Tensor, c: Tensor) -> Tensor:
    """That of HCNN+ where a patch is larger than the output: W p at the length of p, boosted and rescaled."""
    patch = patches(x, conv)
    product = patch @ conv.weight.flatten(1).mT
    length = torch.linalg.vector_norm(patch, dim=-1, keepdim=True)
    x = lift(product * length / torch.linalg.vector_norm(product, dim=-1, keepdim=True), c)
    return rescaled(boost(expmap(origin(conv.out_channels, c), tangent(conv.bias), c), x, c), c)


def boost(p: Tensor, x: Tensor, c: Tensor) -> Tensor:
    """The boost that takes the origin to p, in coordinates."""
    time, space = x[..., :1], x[..., 1:]
    dot = (p[1:] * space).sum(-1, keepdim=True)
    return torch.cat(
        (
            torch.sqrt(c) * (p[:1] * time + dot),
            space + p[1:] * (torch.sqrt(c) * time + c * dot / (1 + torch.sqrt(c) * p[:1])),
        ),
        -1,
    )


def rescaled(x: Tensor, c: Tensor) -> Tensor:
    """Equation 2 of arXiv 2405.13979, in float64, with s = 2."""
    distance = torch.acosh(torch.sqrt(c) * x[..., :1]) / torch.sqrt(c)
    largest = torch.acosh(torch.sqrt(c) * 1e8) / torch.sqrt(c)
    shorter = largest * torch.tanh(math.atanh(0.99) / 2 * distance / largest)
    return lift(x[..., 1:] * torch.sinh(torch.sqrt(c) * shorter) / torch.sinh(torch.sqrt(c) * distance), c)


def normalised(norm: BatchNorm2d, x: Tensor, c: Tensor) -> Tensor:
    """That of HCNN, or with a spread per channel that of core bottlenecks."""
    o = origin(norm.num_features, c)
    per_sample = norm.center == "per_sample"
    mean = centroid(centroid(x, (1, 2), c), (0,), c) if per_sample else centroid(x, (0, 1, 2), c)
    vectors = transport(mean, o, logmap(mean, x, c), c)[..., 1:]
    if norm.spread == "distance":
        spread = torch.linalg.vector_norm(vectors, dim=-1).mean()
        vectors = vectors * norm.weight / (spread + norm.eps)
    else:
        vectors = vectors * norm.weight / torch.sqrt(vectors.square().mean((0, 1, 2)) + norm.eps)
    beta = expmap(o, tangent(norm.bias), c)
    return expmap(beta, transport(o, beta, tangent(vectors), c), c)


def relu(x: Tensor, c: Tensor) -> Tensor:
    return lift(x[..., 1:].relu(), c)


def hcnn(net: HECNN, u: Tensor) -> Tensor:
    """Logits of HCNN on points; its two manifolds have one curvature here."""
    c = net.encoder_manifold.c

    def unit(module: ConvNormAct, x: Tensor) -> Tensor:
        return normalised(module.norm, convolution(module.conv, x, c), c)

    x = relu(unit(net.stem[1], from_frame(u, c)), c)
    for block in [block for stage in net.stages for block in stage]:
        shortcut = x if isinstance(block.shortcut, nn.Identity) else unit(block.shortcut, x)
        body = unit(block.second, relu(unit(block.first, x), c))
        x = relu(lift(body[..., 1:] + shortcut[..., 1:], c), c)
    x = centroid(x, (1, 2), c)[:, 0, 0]
    weight, bias = net.classifier.weight, net.classifier.bias
    length = torch.linalg.vector_norm(weight, dim=-1)
    angle = -torch.sqrt(c) * bias / length
    score = torch.cosh(angle) * (x[:, 1:] @ (weight / length[:, None]).mT) - torch.sinh(angle) * x[:, :1]
    return length / torch.sqrt(c) * torch.asinh(torch.sqrt(c) * score)


@pytest.mark.parametrize("kind", [Lorentz, Poincare])
@pytest.mark.parametrize("c", [0.3, 1.0])
def test_hcnn_is_the_network_of_points(kind: type[ManifoldBase], c: float) -> None:
    net, x = small("hcnn", 18, kind(c=c)), images()
    torch.testing.assert_close(net(x), hcnn(net, x), **EXACT)


@pytest.mark.parametrize("c", [0.3, 1.0])
def test_core_bottleneck_is_that_of_points(c: float) -> None:
    """Its Euclidean parts are held against torch's below."""
    net = small("hecnn+", 50, Lorentz(c=c), width=8)
    block, curvature = net.stages[1][0], net.encoder_manifold.c
    x = torch.rand(3, 16, 7, 7, dtype=torch.float64)  # as after a ReLU, but nowhere the origin
    core = rescaled(from_frame(x, curvature), curvature)
    core = relu(normalised(block.core.norm, rotated(block.core.conv, core, curvature), curvature), curvature)
    torch.testing.assert_close(block.core(block.entry(x)), to_frame(core, curvature), **EXACT)


# Against torch.nn


def torch_block(block: nn.Module, x: Tensor) -> Tensor:
    """Residual block of torch.nn with the parameters of ours; its convolutions are the direct children."""

    def unit(module: ConvNormAct, x: Tensor) -> Tensor:
        conv, norm = module.conv, module.norm
        x = functional.conv2d(x, conv.weight, conv.bias, conv.stride, conv.padding)
        return functional.batch_norm(x, None, None, norm.weight, norm.bias, training=True)

    units = [
        module for name, module in block.named_children() if isinstance(module, ConvNormAct) and name != "shortcut"
    ]
    body = x
    for module in units[:-1]:
        body = unit(module, body).relu()
    shortcut = x if isinstance(block.shortcut, nn.Identity) else unit(block.shortcut, x)
    return (unit(units[-1], body) + shortcut).relu()


@pytest.mark.parametrize(("depth", "kernels"), [(18, [3, 3]), (50, [1, 3, 1])])
def test_without_hyperbolic_stages_it_is_the_network_of_torch(depth: int, kernels: list[int]) -> None:
    net = small("hecnn+", depth, Lorentz(), hyperbolic_stages=(), decoder=Euclidean())
    given = images()
    conv, norm = net.stem[1].conv, net.stem[1].norm
    x = functional.conv2d(given, conv.weight, conv.bias, padding=1)
    x = functional.batch_norm(x, None, None, norm.weight, norm.bias, training=True).relu()
    for number, stage in enumerate(net.stages):
        for block in stage:
            assert [m.kernel_size[0] for m in block.modules() if isinstance(m, Conv2d)][: len(kernels)] == kernels
            x = torch_block(block, x)
        assert x.shape[1:] == (2 * 2**number * (4 if depth == 50 else 1), 8 >> number, 8 >> number)
    logits = functional.linear(x.mean((2, 3)), net.classifier.weight, net.classifier.bias)
    torch.testing.assert_close(net(given), logits, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(("depth", "count"), [(18, 11_173_962), (50, 23_520_842)])
def test_full_width_has_the_size_of_a_resnet(depth: int, count: int) -> None:
    """The ResNets for CIFAR of torch's users, whose convolutions have no bias; ours have one each."""
    with torch.device("meta"):
        net = HECNN(depth, "hecnn+", Lorentz())
    biases = sum(m.out_channels for m in net.modules() if isinstance(m, Conv2d))
    assert sum(p.numel() for p in net.parameters()) - biases == count + _norms(net)


def _norms(net: nn.Module) -> int:
    """Scales of normalisations are numbers per channel in torch, and one number where the spread is a distance."""
    return sum(1 - m.num_features for m in net.modules() if isinstance(m, BatchNorm2d) and m.spread == "distance")


# Stages and their geometries


def spaces(module: nn.Module) -> set[str]:
    return {type(each).__name__ for each in module.modules() if isinstance(each, ManifoldBase)}


@ALL
def test_stages_have_their_geometry(variant: str, depth: int) -> None:
    net = small(variant, depth, Lorentz())
    for number, part in enumerate((net.stem, *net.stages)):
        hyperbolic = number in NETWORKS[variant, depth]
        flat = {"Euclidean"} if depth == 50 or not hyperbolic else set()
        assert spaces(part) == flat | ({"Lorentz"} if hyperbolic else set())


def test_stages_can_be_chosen() -> None:
    net = small("hecnn+", 18, Lorentz(), hyperbolic_stages=[4, 0])
    assert [spaces(part) for part in (net.stem, *net.stages)] == [
        {"Lorentz"},
        {"Euclidean"},
        {"Euclidean"},
        {"Euclidean"},
        {"Lorentz"},
    ]
    entries = [name for name, module in net.named_modules() if name.endswith("entry") and isinstance(module, Rescale)]
    assert entries == ["stages.3.0.entry", "entry"]
    assert isinstance(net.stem[0], Rescale)


@ALL
def test_schemes_are_those_of_the_variant(variant: str, depth: int) -> None:
    net = small(variant, depth, Lorentz())
    schemes = {m.scheme for m in net.modules() if isinstance(m, Conv2d) and isinstance(m.manifold, Lorentz)}
    assert schemes == {Rotation(s=2.0) if variant.endswith("+") else Space()}
    slopes = {module.slope for module in net.modules() if isinstance(module, Rescale)}
    assert slopes == {"hcnn": set(), "hecnn": {"unit"}}.get(variant, {"published"})


@pytest.mark.parametrize(("variant", "depth"), [("hcnn+", 18), ("hecnn+", 18), ("hecnn+", 50)])
def test_points_of_the_plus_variants_stay_within_the_maximum_distance(variant: str, depth: int) -> None:
    net = small(variant, depth, Lorentz(c=2.0)).float()
    with torch.no_grad():
        for name, parameter in net.named_parameters():
            if not name.endswith(("1.bias", "1.weight")):
                parameter.mul_(100)
    longest: list[Tensor] = []
    for module in net.modules():
        if isinstance(module, Rescale | Conv2d) and isinstance(module.manifold, Lorentz):
            module.register_forward_hook(lambda m, given, output: longest.append(output.detach().norm(dim=1).max()))
    net(images().float())
    assert len(longest) > 5
    assert max(longest) <= math.acosh(math.sqrt(2) * 2e3) / math.sqrt(2) * (1 + 1e-6)


def test_manifolds_of_encoder_and_decoder_are_two_unless_told() -> None:
    space = Lorentz(c=0.7, learnable=True)
    for net, count in (
        (small("hecnn+", 18, space), 2),
        (small("hecnn+", 18, space, decoder=space), 1),
    ):
        curvatures = [name for name, _ in net.named_parameters() if name.endswith("raw_c")]
        assert len(curvatures) == count
        assert net.manifold is net.classifier.manifold is net.decoder_manifold
        assert float(net.manifold.c.detach()) == pytest.approx(0.7)


@ALL
def test_every_parameter_gets_a_gradient_and_both_curvatures_learn(variant: str, depth: int) -> None:
    net = small(variant, depth, Lorentz(c=0.8, learnable=True))
    functional.cross_entropy(net(images()), torch.arange(4)).backward()
    for name, parameter in net.named_parameters():
        assert parameter.grad is not None, name
        assert parameter.grad.isfinite().all(), name
        assert parameter.grad.any() or name.endswith("bias"), name
    assert net.encoder_manifold.raw_c.grad
    assert net.decoder_manifold.raw_c.grad


@ALL
def test_ball_and_hyperboloid_are_one_network(variant: str, depth: int) -> None:
    results = []
    for kind in (Lorentz, Poincare):
        net = small(variant, depth, kind(c=0.6, learnable=True))
        torch.manual_seed(5)
        logits = net(images())
        loss = functional.cross_entropy(logits, torch.arange(4))
        results.append((logits, *torch.autograd.grad(loss, list(net.parameters()))))
    for ours, theirs in zip(*results, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-7, atol=1e-7)


def test_on_the_sphere_it_is_what_does_not_rotate() -> None:
    globe = Hypersphere(c=0.1)
    for variant in ("hcnn", "hecnn"):
        assert small(variant, 18, globe)(images()).isfinite().all()
    with pytest.raises(ValueError, match=r"'hecnn\+' rotates points, .* on Hypersphere\(c=0.1\); use 'hecnn'$"):
        HECNN(18, "hecnn+", globe)


# Behaviour


@ALL
def test_embedding_is_a_point_and_logits_are_its_scores(variant: str, depth: int) -> None:
    net, x = small(variant, depth, Lorentz()).eval(), images()
    embedding = net.embed(x)
    assert embedding.shape == (4, 16 * (4 if depth == 50 else 1))
    net.manifold.check_point(net.manifold.from_frame(embedding))
    scores = net.manifold.hyperplane_score(embedding, net.classifier.weight, net.classifier.bias)
    torch.testing.assert_close(net(x), scores, rtol=1e-12, atol=1e-12)


@ALL
def test_state_copy_and_pickle(variant: str, depth: int) -> None:
    net, x = small(variant, depth, Lorentz(c=0.9, learnable=True)), images()
    net(x)
    other = small(variant, depth, Lorentz(c=0.3, learnable=True))
    other.load_state_dict(net.state_dict())
    for twin in (other, deepcopy(net), pickle.loads(pickle.dumps(net))):
        assert torch.equal(twin.eval()(x), net.eval()(x))
        assert twin.stages[0][0].entry is not net.stages[0][0].entry
        assert twin.manifold is twin.classifier.manifold


@ALL
def test_low_precision_is_finite_and_near(variant: str, depth: int) -> None:
    net, x = small(variant, depth, Lorentz(learnable=True), width=4).float(), images().float()
    expected = net(x).detach()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = net(x).float()
    functional.cross_entropy(logits, torch.arange(4)).backward()
    assert all(p.grad.isfinite().all() for p in net.parameters())
    assert (logits - expected).norm() < 0.2 * expected.norm()


@pytest.mark.parametrize(
    ("variant", "depth"), [pytest.param("hcnn", 18, marks=pytest.mark.slow), ("hecnn+", 18), ("hecnn+", 50)]
)
def test_a_block_of_each_kind_is_one_graph(variant: str, depth: int) -> None:
    """Tracing takes most of the time: the compiler's other stages are tested with the whole network."""
    net = small(variant, depth, Lorentz(learnable=True))
    block = net.stages[2][1]
    x = torch.rand(2, 32 if depth == 50 else 8, 5, 5, dtype=torch.float64)
    expected = block(x)
    block.compile(fullgraph=True, backend="eager")
    torch.testing.assert_close(block(x), expected, **EXACT)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf:UserWarning")  # by the compiler
@ALL
def test_the_network_is_compiled_without_breaks(variant: str, depth: int) -> None:
    net, x = small(variant, depth, Lorentz(learnable=True)), images()
    expected = net(x).detach()
    fused = fuse(net, backend="aot_eager")
    loss = functional.cross_entropy(logits := fused(x), torch.arange(4))
    loss.backward()
    torch.testing.assert_close(logits.detach(), expected, **EXACT)
    assert net.encoder_manifold.raw_c.grad


# Bad input


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"depth": 34},
            ("(34, 'hecnn+')", "(18, 'hcnn'), (18, 'hecnn'), (18, 'hcnn+'), (18, 'hecnn+'), (50, 'hecnn+')"),
        ),
        ({"depth": 50, "variant": "hcnn"}, ("(50, 'hcnn')",)),
        ({"variant": "resnet"}, ("'resnet'",)),
        ({"hyperbolic_stages": (1, 5)}, ("hyperbolic_stages", "(1, 5)", "1 to 4")),
        ({"variant": "hcnn+", "hyperbolic_stages": (1,)}, ("'hcnn+' is hyperbolic throughout", "'hecnn+'")),
        ({"width": 0}, ("width", "0")),
        ({"input_size": 0}, ("input_size", "0")),
        ({"in_channels": 0}, ("in_channels", "0")),
        ({"num_classes": 0}, ("num_classes", "0")),
    ],
    ids=str,
)
def test_arguments_that_do_not_fit_are_refused(options: dict[str, Any], words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        HECNN(**{"depth": 18, "variant": "hecnn+", "manifold": Lorentz(), "width": 2, **options})
    assert all(word in str(caught.value) for word in words), caught.value


@pytest.mark.parametrize("shape", [(2, 3, 8, 9), (2, 1, 8, 8), (3, 8, 8)], ids=str)
def test_images_of_another_size_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"^HECNN: expected images of shape \(N, 3, 8, 8\), got .*input_size"):
        small("hecnn", 18, Lorentz())(torch.zeros(shape, dtype=torch.float64))
