"""Schemes of layers against the published networks, which are computed here on points of the hyperboloid.

The reference writes points as (*, n + 1) numbers, time first, and follows the papers: HCNN (arXiv 2303.15919) with its
concatenation of unfolded patches, and the efficient convolution of arXiv 2405.13979.
"""

from __future__ import annotations

import doctest
import math
import pickle
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from manifuse.layers import (
    Activation,
    BatchNorm1d,
    BatchNorm2d,
    Classifier,
    Conv1d,
    Conv2d,
    ConvNormAct,
    ConvTranspose2d,
    Geometric,
    GlobalAvgPool2d,
    Linear,
    ReLU,
    Residual,
    Rotation,
    Space,
    rescale,
    schemes,
)
from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, Poincare

from .cases import assert_same, own_state, run, scramble, weighted
from .points import Hyperboloid, Sphere

Maker = Callable[..., Tensor]
EXACT = {"rtol": 1e-10, "atol": 1e-10}
SPACE = Space()
HYPERBOLIC = pytest.mark.parametrize("kind", [Lorentz, Poincare], ids=lambda kind: kind.__name__)
CURVATURES = pytest.mark.parametrize("c", [0.3, 1.0, 2.7])
WINDOWS = pytest.mark.parametrize(
    ("kernel", "stride", "padding"), [(1, 1, 0), (3, 1, 1), (3, 2, 1), ((2, 3), (2, 1), (0, 2))], ids=str
)


def pair(size: int | tuple[int, int]) -> tuple[int, int]:
    return (size, size) if isinstance(size, int) else size


def built(layer: nn.Module) -> nn.Module:
    layer = layer.double()
    scramble(layer)
    return layer


# HCNN on points


def lift(space: Tensor, c: Tensor) -> Tensor:
    """The point with this space part."""
    return torch.cat((torch.sqrt(1 / c + space.square().sum(-1, keepdim=True)), space), dim=-1)


def concatenate(points: Tensor, c: Tensor) -> Tensor:
    """Lorentz direct concatenation of K points, (*, K, n + 1) to (*, K n + 1)."""
    times = points[..., 0].square().sum(-1, keepdim=True)
    return torch.cat((torch.sqrt(times - (points.shape[-2] - 1) / c), points[..., 1:].flatten(-2)), dim=-1)


def patches(x: Tensor, kernel: Any, stride: Any, padding: Any, c: Tensor) -> Tensor:
    """Points of an image (N, H, W, n + 1), padded with origins, as (N, H', W', K, n + 1), row by row of the window."""
    (height, width), (down, right), (p, q) = pair(kernel), pair(stride), pair(padding)
    padded = lift(x.new_zeros(x.shape[0], x.shape[1] + 2 * p, x.shape[2] + 2 * q, x.shape[3] - 1), c)
    padded[:, p : p + x.shape[1], q : q + x.shape[2]] = x
    rows = range(0, padded.shape[1] - height + 1, down)
    columns = range(0, padded.shape[2] - width + 1, right)
    images = [[padded[:, i : i + height, j : j + width].flatten(1, 2) for j in columns] for i in rows]
    return torch.stack([torch.stack(row, dim=1) for row in images], dim=1)


def fully_connected(x: Tensor, matrix: Tensor, bias: Tensor, c: Tensor) -> Tensor:
    """Lorentz fully connected layer; the first column of the matrix acts on the time."""
    return lift(x @ matrix.T + bias, c)


def published(layer: nn.Module, c: Tensor) -> tuple[Tensor, Tensor]:
    """HCNN's matrix and bias of a layer with the scheme Space."""
    weight = layer.weight.flatten(2).mT.flatten(1) if layer.weight.ndim > 2 else layer.weight
    bias = 0 if layer.bias is None else layer.bias
    return torch.cat((torch.sqrt(c) * layer.time_weight.unsqueeze(1), weight), dim=1), bias - layer.time_weight


def convolution(layer: nn.Module, x: Tensor, c: Tensor) -> Tensor:
    windows = patches(x, layer.kernel_size, layer.stride, layer.padding, c)
    return fully_connected(concatenate(windows, c), *published(layer, c), c)


def relu(x: Tensor, c: Tensor) -> Tensor:
    return lift(functional.relu(x[..., 1:]), c)


def add(x: Tensor, y: Tensor, c: Tensor) -> Tensor:
    return lift(x[..., 1:] + y[..., 1:], c)


def logits(layer: nn.Module, x: Tensor, c: Tensor) -> Tensor:
    """Multinomial logistic regression: β/√c asinh(√c α/β), with hyperplanes z at the offset a."""
    root, z = torch.sqrt(c), layer.weight
    length = z.norm(dim=1)
    a = -layer.bias / length
    alpha = torch.cosh(root * a) * (x[..., 1:] @ z.T) - torch.sinh(root * a) * length * x[..., :1]
    beta = torch.sqrt((torch.cosh(root * a) * length) ** 2 - (torch.sinh(root * a) * length) ** 2)
    return beta / root * torch.asinh(root * alpha / beta)


class Norm:
    """HCNN's batch normalisation of points (N, P, n + 1), with the parameters and statistics of a layer."""

    def __init__(self, layer: nn.Module) -> None:
        self.layer = layer
        self.mean, self.var = layer.running_mean.clone(), layer.running_var.clone()

    @property
    def space(self) -> Hyperboloid:
        return Hyperboloid(self.layer.manifold.c)

    def centroid(self, x: Tensor, weights: list[float] | None = None) -> Tensor:
        return self.space.centroid(x, torch.tensor(weights or [1.0] * len(x), dtype=x.dtype))

    def __call__(self, x: Tensor) -> Tensor:
        space, layer, origin = self.space, self.layer, self.space.origin(x.shape[-1] - 1)
        if layer.training:
            mean = self.centroid(torch.stack([self.centroid(sample) for sample in x]))
        else:
            mean = space.point(self.mean)
        u = space.transport(mean, origin, space.log(mean, x))
        var = space.length(u).mean() if layer.training else self.var
        beta = space.point(layer.bias)
        output = space.exp(beta, space.transport(origin, beta, u * layer.weight / (var + layer.eps)))
        if layer.training:
            m = layer.momentum
            self.mean = space.frame(self.centroid(torch.stack((space.point(self.mean), mean)), [1 - m, m])).detach()
            self.var = (1 - m) * self.var + m * var.detach()
        return output


def images(function: Callable[[Tensor], Tensor], c: Tensor) -> Callable[[Tensor], Tensor]:
    """A function of points of images (N, H, W, n + 1), as one of frame coordinates (N, n, H, W)."""
    space = Hyperboloid(c)
    return lambda u: space.frame(function(space.point(u.movedim(1, -1)))).movedim(-1, 1)


def compare(layer: nn.Module, u: Tensor, expected: Callable[[Tensor], Tensor]) -> None:
    """Outputs, and gradients of input, parameters and curvature."""
    got = run(layer, u)
    v = u.clone().requires_grad_()
    names, parameters = zip(*layer.named_parameters(), strict=True)
    output = expected(v)
    gradients = torch.autograd.grad(weighted(output), (v, *parameters), allow_unused=True)
    wanted = {"output": output.detach(), **dict(zip(("input", *names), gradients, strict=True))}
    assert_same(got, wanted, **EXACT)


@HYPERBOLIC
@CURVATURES
@pytest.mark.parametrize("bias", [True, False])
def test_linear_is_hcnns(kind: type[ManifoldBase], c: float, bias: bool, frames: Maker) -> None:
    manifold = kind(c=c, learnable=True)
    layer = built(Linear(4, 3, manifold=manifold, bias=bias, scheme=SPACE))
    space = Hyperboloid(manifold.c)
    compare(
        layer,
        frames(2, 5, 4),
        lambda u: space.frame(fully_connected(space.point(u), *published(layer, manifold.c), manifold.c)),
    )


@HYPERBOLIC
@CURVATURES
@WINDOWS
def test_convolution_is_hcnns_of_unfolded_patches(
    kind: type[ManifoldBase], c: float, kernel: Any, stride: Any, padding: Any, frames: Maker
) -> None:
    manifold = kind(c=c, learnable=True)
    layer = built(Conv2d(3, 4, kernel, manifold=manifold, stride=stride, padding=padding, scheme=SPACE))
    compare(layer, frames(2, 3, 6, 5, dim=1), images(lambda x: convolution(layer, x, manifold.c), manifold.c))


def test_convolution_of_sequences_is_that_of_images(frames: Maker) -> None:
    manifold = Lorentz(c=0.7).double()
    line = built(Conv1d(3, 4, 3, manifold=manifold, stride=2, padding=1, scheme=SPACE))
    image = Conv2d(3, 4, (1, 3), manifold=manifold, stride=(1, 2), padding=(0, 1), scheme=SPACE).double()
    image.load_state_dict({**line.state_dict(), "weight": line.weight.unsqueeze(2)})
    u = frames(2, 3, 7, dim=1)
    torch.testing.assert_close(line(u), image(u.unsqueeze(2)).squeeze(2), **EXACT)


def test_transposed_convolution_is_a_convolution_among_origins(frames: Maker) -> None:
    manifold = Lorentz(c=0.7).double()
    layer = built(ConvTranspose2d(3, 4, 3, manifold=manifold, stride=2, padding=1, output_padding=1, scheme=SPACE))
    conv = Conv2d(3, 4, 3, manifold=manifold, scheme=SPACE).double()
    conv.load_state_dict({**layer.state_dict(), "weight": layer.weight.transpose(0, 1).flip(2, 3)})
    u = frames(2, 3, 4, 5, dim=1)
    spread = u.new_zeros(2, 3, 7, 9)
    spread[..., ::2, ::2] = u
    torch.testing.assert_close(layer(u), conv(functional.pad(spread, (1, 2, 1, 2))), **EXACT)


@HYPERBOLIC
@CURVATURES
def test_batch_norm_is_hcnns(kind: type[ManifoldBase], c: float, frames: Maker) -> None:
    """In training and evaluation, with gradients and running statistics, over images of different radii."""
    manifold = kind(c=c, learnable=True)
    layer = built(BatchNorm2d(4, manifold=manifold, center="per_sample", spread="distance"))
    norm = Norm(layer)

    def expected(u: Tensor) -> Tensor:
        return images(lambda x: norm(x.flatten(1, 2)).reshape(x.shape), manifold.c)(u)

    for _ in range(2):
        u = frames(3, 4, 2, 5, dim=1) * torch.tensor([0.1, 0.5, 1.0], dtype=torch.float64).reshape(-1, 1, 1, 1)
        compare(layer, u, expected)
        torch.testing.assert_close(layer.running_mean, norm.mean, **EXACT)
        torch.testing.assert_close(layer.running_var, norm.var, **EXACT)
    layer.eval()
    compare(layer, u, expected)


def test_batch_norm_of_vectors_is_hcnns(frames: Maker) -> None:
    manifold = Lorentz(c=0.7).double()
    layer = built(BatchNorm1d(4, manifold=manifold, center="per_sample", spread="distance"))
    space, norm = Hyperboloid(manifold.c), Norm(layer)
    u = frames(6, 4)
    torch.testing.assert_close(layer(u), space.frame(norm(space.point(u).unsqueeze(1)).squeeze(1)), **EXACT)
    torch.testing.assert_close(layer.running_mean, norm.mean, **EXACT)


@HYPERBOLIC
@CURVATURES
def test_classifier_is_hcnns_regression(kind: type[ManifoldBase], c: float, frames: Maker) -> None:
    manifold = kind(c=c, learnable=True)
    layer = built(Classifier(4, 3, manifold=manifold))
    compare(layer, frames(5, 4), lambda u: logits(layer, Hyperboloid(manifold.c).point(u), manifold.c))


@HYPERBOLIC
@CURVATURES
def test_activation_is_of_the_space_part(kind: type[ManifoldBase], c: float, frames: Maker) -> None:
    manifold = kind(c=c, learnable=True).double()
    layer = ReLU(manifold=manifold, scheme=SPACE)
    compare(layer, frames(2, 4, 3, 5, dim=1), images(lambda x: relu(x, manifold.c), manifold.c))
    smooth = Activation(nn.GELU(), manifold=manifold, scheme=SPACE, dim=-1)
    u = frames(5, 4)
    space = Hyperboloid(manifold.c)
    expected = space.frame(lift(functional.gelu(space.point(u)[..., 1:]), manifold.c))
    torch.testing.assert_close(smooth(u), expected, **EXACT)


@pytest.mark.parametrize("kind", [Lorentz, Poincare, Hypersphere], ids=lambda kind: kind.__name__)
def test_relu_inplace_overwrites_the_space_part_alone(kind: type[ManifoldBase], frames: Maker) -> None:
    manifold, u = kind(c=0.7, learnable=True).double(), frames(2, 4, 3, 5, dim=1)
    before = u.clone()
    inplace = run(ReLU(manifold=manifold, scheme=SPACE, inplace=True), u)
    assert torch.equal(u, before)
    assert_same(inplace, run(ReLU(manifold=manifold, scheme=SPACE), u), rtol=0, atol=0)


def resnet_block(manifold: ManifoldBase) -> tuple[nn.ModuleDict, nn.Module]:
    """A downsampling block of HCNN's ResNet with its head, as named parts and as the network that holds them."""

    def conv(kernel: int, stride: int, channels: int) -> Conv2d:
        return Conv2d(channels, 4, kernel, manifold=manifold, stride=stride, padding=kernel // 2, scheme=SPACE)

    def norm() -> BatchNorm2d:
        return BatchNorm2d(4, manifold=manifold, center="per_sample", spread="distance")

    act = ReLU(manifold=manifold, scheme=SPACE)
    parts = nn.ModuleDict(
        {
            **{"conv1": conv(3, 2, 3), "norm1": norm(), "conv2": conv(3, 1, 4), "norm2": norm()},
            **{"conv3": conv(1, 2, 3), "norm3": norm(), "head": Classifier(4, 5, manifold=manifold)},
        }
    )
    body = nn.Sequential(parts["conv1"], parts["norm1"], act, parts["conv2"], parts["norm2"])
    shortcut = nn.Sequential(parts["conv3"], parts["norm3"])
    residual = Residual(body, shortcut, manifold=manifold, scheme=SPACE)
    return parts, nn.Sequential(residual, act, GlobalAvgPool2d(manifold=manifold), parts["head"])


@HYPERBOLIC
@CURVATURES
@pytest.mark.parametrize("training", [True, False], ids=["train", "eval"])
def test_residual_network_is_hcnns(kind: type[ManifoldBase], c: float, training: bool, frames: Maker) -> None:
    """Convolutions with stride and padding, normalisations, activations, sum, pooling and regression."""
    manifold = kind(c=c, learnable=True)
    parts, net = resnet_block(manifold)
    built(net).train(training)
    with torch.no_grad():
        for layer in parts.values():
            layer.weight.mul_(0.4)  # times grow as e^√c‖u‖, and with them the rounding errors of the reference
    space = Hyperboloid(manifold.c)
    norms = {name: Norm(layer) for name, layer in parts.items() if name.startswith("norm")}

    def normalised(number: int, x: Tensor) -> Tensor:
        y = convolution(parts[f"conv{number}"], x, manifold.c)
        return norms[f"norm{number}"](y.flatten(1, 2)).reshape(y.shape)

    def expected(u: Tensor) -> Tensor:
        x = space.point(u.movedim(1, -1))
        body = normalised(2, relu(normalised(1, x), manifold.c))
        output = relu(add(body, normalised(3, x), manifold.c), manifold.c).flatten(1, 2)
        pooled = torch.stack([space.centroid(image, image.new_ones(len(image))) for image in output])
        return logits(parts["head"], pooled, manifold.c)

    compare(net, frames(2, 3, 6, 5, dim=1, longest=1.0), expected)
    for name, norm in norms.items():
        torch.testing.assert_close(parts[name].running_mean, norm.mean, **EXACT)
        torch.testing.assert_close(parts[name].running_var, norm.var, **EXACT)


def test_unit_adds_as_the_residual_connection(manifold: ManifoldBase, frames: Maker) -> None:
    conv = Conv2d(4, 4, 3, manifold=manifold, padding=1, scheme=SPACE)
    unit = ConvNormAct(conv, BatchNorm2d(4, manifold=manifold), nn.Tanh(), scheme=SPACE)
    built(unit)
    whole = nn.Sequential(Residual(deepcopy(nn.Sequential(*unit)[:2]), manifold=manifold, scheme=SPACE), nn.Tanh())
    u = frames(3, 4, 5, 4, dim=1)
    torch.testing.assert_close(unit(u, u), whole(u), **EXACT)
    assert "scheme=Space()" in repr(unit)


@pytest.mark.parametrize("radius", [4.0, 6.0, 8.0])
def test_batch_norm_centres_far_points_in_float32(radius: float) -> None:
    """Two-pass centroid, and boost split along and across the mean: errors of ε e^R, where plain forms have ε e^2R."""
    space = Lorentz(c=1.0)
    torch.manual_seed(0)
    cloud = 0.35 * torch.randn(64, 16, dtype=torch.float64)
    mean = radius * functional.normalize(torch.randn(16, dtype=torch.float64), dim=0)
    u = space.double().add(mean.expand_as(cloud), cloud).float()
    norm = BatchNorm1d(16, manifold=Lorentz(c=1.0), affine=False, center="per_sample", spread="distance")
    wide = deepcopy(norm).double()
    error = Lorentz(c=1.0).double().frame_dist(norm(u).double(), wide(u.double()))
    assert float(error.max()) <= torch.finfo(torch.float32).eps * math.exp(radius)


# Space on the sphere


@pytest.mark.parametrize("linear", [True, False])
@WINDOWS
def test_on_the_sphere_it_is_a_projected_map_of_patches(
    kernel: Any, stride: Any, padding: Any, linear: bool, frames: Maker
) -> None:
    """projx(W x + d) for the patch x of K(n + 1) coordinates over √K, a point of a sphere; linear if v = b."""
    manifold = Hypersphere(c=0.7, learnable=True)
    layer = built(Conv2d(3, 4, kernel, manifold=manifold, stride=stride, padding=padding, scheme=SPACE))
    if linear:
        with torch.no_grad():
            layer.time_weight.copy_(layer.bias)
    (height, width), (down, right), (p, q) = pair(kernel), pair(stride), pair(padding)
    count = height * width

    def expected(u: Tensor) -> Tensor:
        root = manifold.c.sqrt()
        space = Sphere(manifold.c)
        x = space.point(functional.pad(u, (q, q, p, p)).movedim(1, -1))
        windows = x.unfold(1, height, down).unfold(2, width, right)  # (N, H', W', n + 1, kh, kw)
        patch = windows.flatten(-2).mT.flatten(-2) / math.sqrt(count)
        torch.testing.assert_close(patch.square().sum(-1), torch.ones_like(patch[..., 0]) / manifold.c, **EXACT)
        pole = torch.cat((torch.ones(1), torch.zeros(3))).double().repeat(count)
        times = root * layer.time_weight.unsqueeze(1) / math.sqrt(count) * pole
        taps = functional.pad(layer.weight.flatten(2).mT, (1, 0)).flatten(1)
        matrix = torch.cat(((pole / math.sqrt(count)).unsqueeze(0), math.sqrt(count) * taps + times))
        moved = patch @ matrix.T + functional.pad(layer.bias - layer.time_weight, (1, 0))
        return space.frame(moved / moved.norm(dim=-1, keepdim=True) / root).movedim(-1, 1)

    compare(layer, frames(2, 3, 6, 5, dim=1), expected)


def test_sums_and_activations_on_the_sphere_are_projected(frames: Maker) -> None:
    manifold = Hypersphere(c=0.7).double()
    space = Sphere(manifold.c)
    u, v = frames(5, 4), frames(5, 4)
    x, y = space.point(u), space.point(v)

    def projected(z: Tensor) -> Tensor:
        return space.frame(z / z.norm(dim=-1, keepdim=True) / manifold.c.sqrt())

    torch.testing.assert_close(manifold.ambient_sum(u, v), projected(x + y - space.origin(4)), **EXACT)
    rectified = ReLU(manifold=manifold, scheme=SPACE)(u)
    torch.testing.assert_close(rectified, projected(torch.cat((x[:, :1], x[:, 1:].relu()), dim=-1)), **EXACT)


def test_where_everything_vanishes_the_sphere_has_its_origin(dtype: torch.dtype) -> None:
    """Points on the equator have the time 0, and a weight of 0 leaves them no space part."""
    manifold = Hypersphere(c=1.0).to(dtype)
    layer = Linear(2, 3, manifold=manifold, bias=False, scheme=SPACE).to(dtype)
    nn.init.zeros_(layer.weight)
    u = torch.tensor([[0.0, 0.0], [0.3, 0.4]], dtype=dtype, requires_grad=True)
    output = layer(u)
    output.sum().backward()
    assert not output.any()
    assert bool(u.grad.isfinite().all())


# Rotations


def rotation(layer: nn.Module, x: Tensor, c: Tensor) -> Tensor:
    """The efficient convolution on points: rotated patches, lift, boost, rescaling."""
    root = torch.sqrt(c)
    patch = concatenate(patches(x, layer.kernel_size, layer.stride, layer.padding, c), c)
    matrix = layer.weight.flatten(1)
    m, n = matrix.shape
    columns = layer.weight.flatten(2).mT.flatten(1)  # ordered as the patch is
    if n <= m:
        lower = torch.cat((matrix, matrix.new_zeros(m, m - n)), dim=1).tril(-1)
        skew, identity = lower - lower.mT, torch.eye(m, dtype=matrix.dtype)
        orthogonal = torch.linalg.inv(identity - skew / 2) @ (identity + skew / 2)
        torch.testing.assert_close(orthogonal.mT @ orthogonal, identity, **EXACT)
        columns = orthogonal[:, :n].reshape(layer.weight.shape).flatten(2).mT.flatten(1)
    z = patch[..., 1:] @ columns.mT
    if n > m:
        z = z * patch[..., 1:].norm(dim=-1, keepdim=True) / z.norm(dim=-1, keepdim=True)
    turned = lift(z, c)
    torch.testing.assert_close(turned[..., 0], patch[..., 0], **EXACT)  # the time is that of the patch
    p = Hyperboloid(c).point(torch.zeros(m, dtype=x.dtype) if layer.bias is None else layer.bias)
    t, s, p_t, p_s = turned[..., :1], turned[..., 1:], p[:1], p[1:]
    overlap = (s * p_s).sum(-1, keepdim=True)
    s = s + p_s * (root * t + c * overlap / (1 + root * p_t))
    torch.testing.assert_close(lift(s, c)[..., :1], root * (p_t * t + overlap), **EXACT)
    distance = torch.asinh(root * s.norm(dim=-1, keepdim=True)) / root
    most = torch.acosh(root * 1e8) / root
    kappa = math.atanh(0.99) / layer.scheme.s
    return lift(s * torch.sinh(root * most * torch.tanh(kappa * distance / most)) / torch.sinh(root * distance), c)


@HYPERBOLIC
@CURVATURES
@pytest.mark.parametrize("outputs", [4, 40], ids=["matched", "orthonormal"])
@WINDOWS
def test_rotation_is_as_published(
    kind: type[ManifoldBase], c: float, outputs: int, kernel: Any, stride: Any, padding: Any, frames: Maker
) -> None:
    manifold = kind(c=c, learnable=True)
    scheme = Rotation(s=1.5)
    layer = built(Conv2d(4, outputs, kernel, manifold=manifold, stride=stride, padding=padding, scheme=scheme))
    compare(layer, frames(2, 4, 6, 5, dim=1, longest=1.0), images(lambda x: rotation(layer, x, manifold.c), manifold.c))


def test_bias_is_a_boost(frames: Maker) -> None:
    """Distances among points stay: the bias moves them by an isometry, and the identity's rotation is none."""
    space = Lorentz(c=0.7).double()
    layer = Linear(4, 4, manifold=space, scheme=Rotation(slope="unit")).double()
    nn.init.zeros_(layer.weight)
    with torch.no_grad():
        layer.bias.copy_(torch.tensor([0.3, -0.8, 0.5, 0.2]))
    layer.rescale = nn.Identity()
    u, v = frames(5, 4), frames(5, 4)
    torch.testing.assert_close(space.frame_dist(layer(u), layer(v)), space.frame_dist(u, v), **EXACT)
    torch.testing.assert_close(layer(torch.zeros_like(u)), layer.bias.expand_as(u), **EXACT)


def test_length_of_a_matched_weight_does_not_matter(frames: Maker) -> None:
    layer = built(Conv2d(4, 3, 3, manifold=Poincare(c=0.7), padding=1, scheme=Rotation()))
    u = frames(2, 4, 5, 6, dim=1)
    before = layer(u)
    with torch.no_grad():
        layer.weight.mul_(7)
    torch.testing.assert_close(layer(u), before, **EXACT)


@pytest.mark.parametrize("size", [0.0, 1e-30, 1e-18, 1e-5, 1e3])
def test_rotation_is_finite_at_every_size(dtype: torch.dtype, size: float) -> None:
    """Of inputs, also at the origin, where a matched direction is undetermined; and of weights."""
    for outputs in (3, 40):
        layer = Conv2d(
            4, outputs, 3, manifold=Lorentz(c=0.7, learnable=True), padding=1, scheme=Rotation(learnable=True)
        )
        scramble(layer.to(dtype))
        for factor in (1.0, size):
            with torch.no_grad():
                layer.weight.mul_(factor)
            results = run(layer, size * torch.randn(2, 4, 5, 6, dtype=dtype))
            assert all(bool(tensor.isfinite().all()) for tensor in results.values()), (outputs, factor)


def test_on_flat_space_schemes_are_torchs() -> None:
    u = torch.randn(2, 3, 5, 6, dtype=torch.float64)
    for scheme, outputs in ((SPACE, 4), (Rotation(), 4), (Rotation(), 30)):
        layer = Conv2d(3, outputs, 3, manifold=Euclidean(), stride=2, scheme=scheme)
        twin = nn.Conv2d(3, outputs, 3, stride=2)
        built(layer), built(twin)
        assert own_state(layer).keys() == twin.state_dict().keys()
        assert_same(run(layer, u), run(twin, u), rtol=1e-12, atol=1e-12)


# Manners


def test_examples_are_right() -> None:
    for module in (schemes, rescale):
        assert doctest.testmod(module).failed == 0


@HYPERBOLIC
def test_rotation_behaves_as_a_layer(kind: type[ManifoldBase], frames: Maker) -> None:
    u = frames(2, 3, 4, 5, dim=1, longest=1.0)
    for outputs in (2, 30):
        layer = built(Conv2d(3, outputs, 3, manifold=kind(c=0.7, learnable=True), scheme=Rotation(learnable=True)))
        expected = run(layer, u)
        assert set(dict(layer.named_parameters())) == {"weight", "bias", "rescale.raw_s", "manifold.raw_c"}
        for twin in (deepcopy(layer), pickle.loads(pickle.dumps(layer))):
            assert_same(run(twin, u), expected, rtol=0, atol=0)
        other = Conv2d(3, outputs, 3, manifold=kind(learnable=True), scheme=Rotation(learnable=True)).double()
        other.load_state_dict(layer.state_dict())
        assert_same(run(other, u), expected, rtol=0, atol=0)
        names = [name for name, _ in layer.named_parameters()]

        def output(u: Tensor, *values: Tensor, layer: nn.Module = layer, names: list[str] = names) -> Tensor:
            return torch.func.functional_call(layer, dict(zip(names, values, strict=True)), (u,))

        values = [p.detach().clone().requires_grad_() for p in layer.parameters()]
        assert torch.autograd.gradcheck(output, (u.clone().requires_grad_(), *values), fast_mode=True)
        for low in (torch.bfloat16, torch.float16):
            narrow = deepcopy(layer).to(low)
            results = run(narrow, u.to(low))
            assert results["output"].dtype == low
            assert all(bool(tensor.isfinite().all()) for tensor in results.values())
        wide = layer.float()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            mixed = wide(u.float())
        torch.testing.assert_close(mixed.float(), wide(u.float()), rtol=5e-2, atol=5e-2)


@pytest.mark.parametrize("outputs", [2, pytest.param(30, marks=pytest.mark.slow)])
def test_rotation_compiles_as_eager(outputs: int, frames: Maker) -> None:
    layer = built(Conv2d(3, outputs, 3, manifold=Poincare(c=0.7, learnable=True), scheme=Rotation(learnable=True)))
    u = frames(2, 3, 4, 5, dim=1, longest=1.0)
    expected = run(layer, u)
    torch.compiler.reset()
    layer.compile(fullgraph=True, backend="aot_eager")
    assert_same(run(layer, u), expected, rtol=1e-11, atol=1e-11)


def test_parameters_are_made_where_and_as_told() -> None:
    manifold = Lorentz()
    for scheme in (SPACE, Rotation(learnable=True)):
        layer = Linear(4, 3, manifold=manifold, scheme=scheme, dtype=torch.float64)
        assert {p.dtype for p in layer.parameters()} == {torch.float64}
        assert {p.device.type for p in Linear(4, 3, manifold=manifold, scheme=scheme, device="meta").parameters()} == {
            "meta"
        }
    assert manifold.c.dtype == torch.float32


def test_layers_of_one_scheme_share_nothing() -> None:
    for scheme in (SPACE, Rotation(learnable=True)):
        one, other = (built(Linear(4, 3, manifold=Lorentz(c=0.7), scheme=scheme)) for _ in range(2))
        before = deepcopy(other.state_dict())
        with torch.no_grad():
            for parameter in one.parameters():
                parameter.add_(1)
        assert_same(dict(other.state_dict()), dict(before), rtol=0, atol=0)


def test_geometric_is_the_default_and_adds_nothing(geometry: ManifoldBase, frames: Maker) -> None:
    layer, other = Linear(4, 3, manifold=geometry), Linear(4, 3, manifold=geometry, scheme=Geometric())
    assert own_state(layer).keys() == {"weight", "bias"}
    built(layer), built(other)
    u = frames(5, 4)
    assert torch.equal(layer(u), other(u))
    assert torch.equal(layer(u), geometry.affine_map(u, layer.weight, layer.bias, layer))


def test_reset_parameters(curved: type[ManifoldBase]) -> None:
    layer = built(Linear(4, 3, manifold=curved(), scheme=SPACE))
    layer.reset_parameters()
    assert not layer.time_weight.any()
    assert torch.equal(layer.weight, Linear(4, 3, manifold=curved(), scheme=SPACE).double().weight)


@pytest.mark.parametrize("radius", [1.0, 11.0, 100.0, 1e4])
def test_far_points_are_finite(curved: type[ManifoldBase], dtype: torch.dtype, radius: float) -> None:
    manifold = curved(c=1.0, learnable=True)
    conv = Conv2d(4, 4, 3, manifold=manifold, padding=1, scheme=SPACE)
    net = Residual(
        nn.Sequential(conv, Activation(nn.SiLU(), manifold=manifold, scheme=SPACE)), manifold=manifold, scheme=SPACE
    )
    scramble(net.to(dtype))
    u = functional.normalize(torch.randn(2, 4, 5, 6, dtype=dtype), dim=1)
    u = u * min(radius, 0.99 * math.pi if curved is Hypersphere else radius)
    for factor in (1.0, 1e4):
        with torch.no_grad():
            conv.weight.mul_(factor)
        assert all(bool(tensor.isfinite().all()) for tensor in run(net, u).values()), factor


# Bad input


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda m: Conv2d(4, 4, 3, manifold=m, groups=2, scheme=SPACE), r"Conv2d: Space\(\) needs groups=1.*got 2"),
        (lambda m: Conv1d(4, 4, 3, manifold=m, groups=2, scheme=Rotation()), r"Conv1d: Rotation\(.*\) needs groups=1"),
        (
            lambda m: Linear(4, 4, manifold=m, response="linear", scheme=SPACE),
            r"Linear: response='linear' is an option of Geometric\(\), not of Space\(\)",
        ),
        (
            lambda m: ConvTranspose2d(4, 3, 3, manifold=m, scheme=Rotation()),
            r"ConvTranspose2d: Rotation\(.*\) is not defined for transposed convolutions",
        ),
        (
            lambda m: ConvTranspose2d(4, 4, 3, manifold=m, scheme=Rotation()),
            r"ConvTranspose2d: Rotation\(.*\) is not defined for transposed convolutions",
        ),
        (lambda m: Linear(4, 3, manifold=m, scheme=Rotation(s=-1.0)), r"s must be positive and finite, got -1.0"),
    ],
)
def test_pairs_that_are_not_defined_are_refused(make: Callable[[ManifoldBase], nn.Module], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        make(Lorentz())


def test_rotations_of_the_sphere_are_refused() -> None:
    globe = Hypersphere(c=0.7)
    for make in (lambda s: Linear(4, 3, manifold=globe, scheme=s), lambda s: Conv2d(4, 3, 3, manifold=globe, scheme=s)):
        with pytest.raises(ValueError, match=r"Rotation\(.*\) is not defined on Hypersphere\(c=0.7\); use Geom"):
            make(Rotation())
    layer = Linear(4, 3, manifold=globe)
    with pytest.raises(ValueError, match=r"Hypersphere\(c=0.7\): rotation_map is not defined, .*; use affine_map"):
        globe.rotation_map(torch.zeros(2, 4), layer.weight, layer.bias, layer)


@pytest.mark.parametrize("scheme", [Rotation(), "space", Space], ids=str)
def test_what_is_no_scheme_is_refused(scheme: object) -> None:
    m = Lorentz()
    for make in (
        lambda: Residual(nn.Identity(), manifold=m, scheme=scheme),
        lambda: Activation(torch.relu, manifold=m, scheme=scheme),
        lambda: ReLU(manifold=m, scheme=scheme),
        lambda: ConvNormAct(Conv2d(3, 3, 3, manifold=m), BatchNorm2d(3, manifold=m), scheme=scheme),
    ):
        with pytest.raises(TypeError, match=r"scheme must be Geometric\(\) or Space\(\), got "):
            make()
    if not isinstance(scheme, Rotation):
        with pytest.raises(TypeError, match=r"Linear: scheme must be Geometric\(\), Space\(\) or Rotation\(\), got "):
            Linear(3, 3, manifold=m, scheme=scheme)
