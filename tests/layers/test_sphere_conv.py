"""SphereConv layers: the responses of the paper on patches, and on geometries those of distances to hyperplanes."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from typing import Any

import pytest
import torch
from mpmath import mp
from torch import Tensor, nn
from torch.nn import functional

from manifuse.layers import SphereConv1d, SphereConv2d, SphereLinear
from manifuse.layers.similarity import LEAST_K, latitude, linear, sigmoid
from manifuse.manifolds import Hypersphere, ManifoldBase, ManifoldParameter

from . import points
from .cases import assert_same, run, scramble, weighted
from .points import Space

Maker = Callable[..., Tensor]
EXACT = {"rtol": 1e-12, "atol": 1e-12}
KINDS = ["linear", "cosine", "sigmoid", "learnable"]


def built(layer: nn.Module, dtype: torch.dtype = torch.float64) -> nn.Module:
    scramble(layer.to(dtype))
    return layer


def textbook(theta: Any, similarity: str, k: Any = None) -> Any:
    """g(θ) as the paper prints it, with mpmath: the exponential form of the sigmoid."""
    if similarity == "linear":
        return 1 - 2 * theta / mp.pi
    if similarity == "cosine":
        return mp.cos(theta)
    half = mp.exp(-mp.pi / (2 * k))
    grown = mp.exp(theta / k - mp.pi / (2 * k))
    return (1 + half) / (1 - half) * (1 - grown) / (1 + grown)


def textbook_responses(layer: nn.Module, patches: Tensor) -> Tensor:
    """Responses (rows, kernels) of a layer to patches (rows, d), at 50 digits from the numbers as they are."""
    rows = []
    with mp.workdps(50):
        eps = mp.mpf(layer.eps)
        kernels = layer.kernels.detach().flatten(1).tolist()
        widths = layer.k
        widths = (
            widths.detach().expand(len(kernels)).tolist() if isinstance(widths, Tensor) else [widths] * len(kernels)
        )
        for x in patches.tolist():
            row = []
            for w, width in zip(kernels, widths, strict=True):
                lengths = mp.sqrt(mp.fdot(w, w) + eps) * mp.sqrt(mp.fdot(x, x) + eps)
                kind = "sigmoid" if layer.similarity == "learnable" else layer.similarity
                row.append(float(textbook(mp.acos(mp.fdot(w, x) / lengths), kind, mp.mpf(width or 1))))
            rows.append(row)
    return torch.tensor(rows, dtype=torch.float64)


# Closed forms


GOLDEN = {
    0.1: (0.999955570152, 0.993383410791, -0.973015287400),
    0.3: (0.955307847172, 0.748305472917, -0.620584147438),
    0.5: (0.861101279020, 0.562549801315, -0.441208702484),
    0.7: (0.796681076998, 0.478220786913, -0.367847285688),
}
SLOPES = {  # at θ = 1: in θ, in k
    0.1: (-0.065949989989, -0.376393089293),
    0.3: (-0.761111971913, -1.309125635901),
    0.5: (-0.800087292429, -0.607313993604),
    0.7: (-0.751697172695, -0.284146544361),
}


@pytest.mark.parametrize("k", GOLDEN)
def test_sigmoid_has_its_golden_values(k: float, dtype: torch.dtype) -> None:
    theta = torch.tensor([0.5, 1.0, 2.0], dtype=dtype)
    layer = SphereLinear(2, 1, similarity="sigmoid", k=k, eps=0.0, dtype=dtype)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[3.0, 0.0]]))
    got = layer(torch.stack((theta.cos(), theta.sin()), -1)).detach()
    atol = 1e-12 if dtype == torch.float64 else 1e-6
    torch.testing.assert_close(got.squeeze(-1), torch.tensor(GOLDEN[k], dtype=dtype), rtol=0, atol=atol)


@pytest.mark.parametrize("k", SLOPES)
def test_sigmoid_has_its_golden_slopes(k: float) -> None:
    """With the factor 1/tanh(π/4k), which a published derivative leaves out."""
    theta, width = (torch.tensor(x, dtype=torch.float64, requires_grad=True) for x in (1.0, k))
    slopes = torch.autograd.grad(sigmoid(latitude(theta.cos()), width), (theta, width))
    torch.testing.assert_close(torch.stack(slopes), torch.tensor(SLOPES[k], dtype=torch.float64), rtol=0, atol=2e-12)


@pytest.mark.parametrize("k", [1e-18, 1e-6, 0.01, 0.0177, 0.1, 0.7, 50.0])
def test_sigmoid_never_overflows(k: float, dtype: torch.dtype) -> None:
    """The exponential form does in float32 for k < 0.0177 at θ = π; small k are a step, large ones a line."""
    sine = torch.tensor([-1.0, -1 + 1e-6, -0.5, 0.0, 0.5, 1 - 1e-6, 1.0], dtype=dtype, requires_grad=True)
    width = torch.tensor(k, dtype=dtype, requires_grad=True)
    for value in (sigmoid(latitude(sine), width), sigmoid(latitude(sine), k)):
        assert value.isfinite().all()
        torch.testing.assert_close(value[[0, 3, 6]], torch.tensor([-1, 0, 1], dtype=dtype), rtol=3e-7, atol=0)
        if k < 0.01:
            torch.testing.assert_close(value, sine.sign(), rtol=0, atol=0)
        if k == 50:
            torch.testing.assert_close(value, linear(latitude(sine)), rtol=0, atol=1e-3)
        (slope,) = torch.autograd.grad(value.sum(), sine)
        assert slope.isfinite().all()
    (slope,) = torch.autograd.grad(sigmoid(latitude(sine.detach()), width).sum(), width)
    assert slope.isfinite()


def test_latitude_at_the_poles_is_exact_and_has_derivative_zero(dtype: torch.dtype) -> None:
    sine = torch.tensor([-1.0, 1.0, 1 + 2e-7, -1 - 2e-7, 0.5], dtype=dtype, requires_grad=True)
    phi = latitude(sine)
    quarter = math.pi / 2
    expected = torch.tensor([-quarter, quarter, quarter, -quarter, math.pi / 6], dtype=dtype)
    torch.testing.assert_close(phi, expected, rtol=1e-6 if dtype == torch.float32 else 1e-15, atol=0)
    (slope,) = torch.autograd.grad(phi.sum(), sine)
    torch.testing.assert_close(slope, torch.tensor([0, 0, 0, 0, 2 / math.sqrt(3)], dtype=dtype))


def test_latitude_is_right_up_to_the_last_number_below_one() -> None:
    sine = torch.tensor([1 - 2.0**-53, 1 - 2.0**-40, 0.9], dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(latitude(sine).sum(), sine)
    with mp.workdps(40):
        values = [float(mp.asin(x)) for x in sine.tolist()]
        slopes = [float(1 / mp.sqrt(1 - mp.mpf(x) ** 2)) for x in sine.tolist()]
    torch.testing.assert_close(latitude(sine).detach(), torch.tensor(values, dtype=torch.float64), **EXACT)
    torch.testing.assert_close(slope, torch.tensor(slopes, dtype=torch.float64), rtol=1e-4, atol=0)


# Layers against mpmath, with patches that are cut out


@pytest.mark.parametrize("similarity", KINDS)
@pytest.mark.parametrize("eps", [1e-4, 0.0])
def test_linear_layer_is_the_textbooks(similarity: str, eps: float, dtype: torch.dtype) -> None:
    layer = built(SphereLinear(5, 4, similarity=similarity, eps=eps), dtype)
    x = torch.randn(6, 5, dtype=torch.float64).mul(torch.logspace(-2, 2, 6, dtype=torch.float64).unsqueeze(1)).to(dtype)
    tolerance = EXACT if dtype == torch.float64 else {"rtol": 0, "atol": 1e-6}
    torch.testing.assert_close(layer(x).detach().double(), textbook_responses(layer, x), **tolerance)


OPTIONS: list[dict[str, Any]] = [
    {"kernel_size": 1},
    {"kernel_size": (3, 2), "stride": (2, 1), "padding": 1, "dilation": (1, 2)},
    {"kernel_size": 3, "padding": "same", "groups": 2},
    {"kernel_size": (2, 3), "stride": 2, "padding": "valid", "groups": 4},
]


def patches_of(u: Tensor, layer: nn.Module) -> Tensor:
    """Patches (N, d, places) of an image, by unfold of torch; zeros of the padding are zeros of the patch."""
    margin = layer.padding
    if margin == "same":
        margin = tuple(d * (k - 1) // 2 for k, d in zip(layer.kernel_size, layer.dilation, strict=True))
    margin = 0 if margin == "valid" else margin
    return functional.unfold(u, layer.kernel_size, layer.dilation, margin, layer.stride)


@pytest.mark.parametrize("similarity", KINDS)
@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_convolution_is_the_textbooks_on_patches(similarity: str, options: dict[str, Any]) -> None:
    """At stride 2 too, where published code takes the norms of other patches."""
    layer = built(SphereConv2d(4, 8, similarity=similarity, **options))
    u = torch.randn(2, 4, 6, 5, dtype=torch.float64)
    output = layer(u).detach()
    parts = zip(output.chunk(layer.groups, 1), u.chunk(layer.groups, 1), range(layer.groups), strict=True)
    for got, slice_, group in parts:
        of = slice(group * 8 // layer.groups, (group + 1) * 8 // layer.groups)
        part = SphereLinear(layer.kernels[0].numel(), 8 // layer.groups, similarity=similarity).double()
        with torch.no_grad():
            part.weight.copy_(layer.kernels[of].flatten(1))
            if part.raw_k is not None:
                part.raw_k.copy_(layer.raw_k[of])
        patches = patches_of(slice_, layer).mT
        expected = textbook_responses(part, patches.flatten(0, 1)).reshape(*patches.shape[:2], -1)
        torch.testing.assert_close(got.flatten(2).mT, expected, **EXACT)


@pytest.mark.parametrize("similarity", KINDS)
def test_sequences_are_images_of_one_row(similarity: str) -> None:
    line = built(SphereConv1d(4, 6, 3, similarity=similarity, stride=2, padding=1, groups=2))
    plane = SphereConv2d(4, 6, (1, 3), similarity=similarity, stride=(1, 2), padding=(0, 1), groups=2).double()
    with torch.no_grad():
        for own, other in zip(plane.parameters(), line.parameters(), strict=True):
            own.copy_(other.reshape(own.shape))
    u = torch.randn(2, 4, 7, dtype=torch.float64)
    torch.testing.assert_close(line(u), plane(u.unsqueeze(2)).squeeze(2), **EXACT)


@pytest.mark.parametrize("similarity", KINDS)
def test_norms_of_patches_and_kernels_do_not_matter(similarity: str) -> None:
    layer = built(SphereConv2d(3, 4, 3, similarity=similarity, eps=0.0))
    u = torch.randn(2, 3, 5, 4, dtype=torch.float64)
    expected = layer(u)
    with torch.no_grad():
        layer.weight.mul_(torch.tensor([3.0, 0.1, 1e-3, 1e3], dtype=torch.float64).reshape(4, 1, 1, 1))
    torch.testing.assert_close(layer(1e3 * u), expected, **EXACT)


@pytest.mark.parametrize("similarity", KINDS)
@pytest.mark.parametrize("eps", [1e-4, 0.0])
def test_zeros_respond_with_zero_and_finite_gradients(similarity: str, eps: float, dtype: torch.dtype) -> None:
    """Patches of zeros, and kernels of zeros."""
    layer = built(SphereConv2d(3, 4, 3, similarity=similarity, eps=eps, padding=1), dtype)
    with torch.no_grad():
        layer.weight[1] = 0
    u = torch.randn(2, 3, 6, 5, dtype=dtype)
    u[:, :, :4, :] = 0
    results = run(layer, u)
    assert not results["output"][:, :, :3].any()
    assert not results["output"][:, 1].any()
    assert results["output"][:, 0, 3:].all()
    assert all(tensor.isfinite().all() for tensor in results.values())


@pytest.mark.parametrize("similarity", KINDS)
@pytest.mark.parametrize("size", [1e-4, 1.0, 1e4])
def test_responses_stay_within_one_and_gradients_finite(similarity: str, size: float) -> None:
    """In float32, for patches that are multiples of kernels, whose cosines round to numbers beyond 1."""
    layer = built(SphereLinear(32, 512, similarity=similarity, eps=0.0), torch.float32)
    x = (size * torch.cat((layer.weight, -layer.weight)).detach()).requires_grad_()
    output = layer(x)
    assert output.abs().max() <= 1
    pairs = torch.diagonal(output[:512])
    assert (pairs > 0.999).all()
    gradients = torch.autograd.grad(weighted(output), (x, *layer.parameters()))
    assert all(gradient.isfinite().all() for gradient in gradients)
    assert (gradients[0] != 0).any(1).all()  # off the poles nothing is cut


def test_float32_resolves_angles_to_the_root_of_its_precision() -> None:
    """From 1e-6 to π − 1e-6, on random planes of R^64; at moderate angles to rounding."""
    theta = torch.logspace(-6, math.log10(math.pi / 2), 200, dtype=torch.float64)
    theta = torch.cat((theta, math.pi - theta))
    w, across = torch.linalg.qr(torch.randn(64, 2, dtype=torch.float64)).Q.T
    x = (theta.cos().unsqueeze(1) * w + theta.sin().unsqueeze(1) * across).float()
    layer = SphereLinear(64, 1, eps=0.0)
    with torch.no_grad():
        layer.weight.copy_(w)
    error = (layer(x).detach().double().squeeze(1) - (1 - 2 * theta / math.pi)).abs()
    assert error.max() < 2 / math.pi * math.sqrt(8 * torch.finfo(torch.float32).eps)
    assert error[theta.sin() > 0.1].max() < 1e-5


def test_clamping_leaves_the_gradient_of_what_is_inside() -> None:
    """A patch of float32 at 0.1 from a kernel has the gradient of its angle, −(ŵ − u x̂)/(sin θ ‖x‖) · (−2/π)."""
    w = torch.tensor([1.0, 0.0, 0.0])
    x = torch.tensor([math.cos(0.1), math.sin(0.1), 0.0]).mul(1e4).requires_grad_()
    layer = SphereLinear(3, 1, eps=0.0)
    with torch.no_grad():
        layer.weight.copy_(w)
    (slope,) = torch.autograd.grad(layer(x).sum(), x)
    expected = 2 / math.pi / 1e4 * torch.tensor([math.sin(0.1), -math.cos(0.1), 0.0])
    torch.testing.assert_close(slope, expected, rtol=1e-5, atol=1e-10)


@pytest.mark.parametrize("similarity", KINDS)
def test_gradients_are_right_up_to_near_the_poles(similarity: str) -> None:
    """Second derivatives, forward mode and batched gradients too, for |u| < 1 − 1e-3."""
    layer = built(SphereLinear(3, 2, similarity=similarity, eps=0.0))
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([[1.0, 0, 0], [0, 1.0, 0]]))
    angle = math.acos(1 - 1.1e-3)
    x = torch.tensor([[math.cos(angle), 0.0, math.sin(angle)], [-0.3, -0.8, 0.2]], dtype=torch.float64)
    names = [name for name, _ in layer.named_parameters()]

    def output(u: Tensor, *parameters: Tensor) -> Tensor:
        return torch.func.functional_call(layer, dict(zip(names, parameters, strict=True)), (u,))

    inputs = (x.requires_grad_(), *(p.detach().clone().requires_grad_() for p in layer.parameters()))
    assert torch.autograd.gradcheck(output, inputs, check_forward_ad=True, check_batched_grad=True)
    assert torch.autograd.gradgradcheck(output, inputs)


@pytest.mark.parametrize("similarity", KINDS)
def test_function_transforms_agree_with_autograd(similarity: str) -> None:
    layer = built(SphereConv2d(2, 4, 2, similarity=similarity, groups=2))
    u = torch.randn(3, 2, 3, 4, dtype=torch.float64)

    def output(x: Tensor) -> Tensor:
        return layer(x)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch has no batching rule of its own for some convolutions
        mapped = torch.func.vmap(output)(u)
        jacobian = torch.func.jacrev(output)(u[0])
        forward = torch.func.jacfwd(output)(u[0])
    torch.testing.assert_close(mapped, layer(u), **EXACT)
    expected = torch.autograd.functional.jacobian(output, u[0])
    torch.testing.assert_close(jacobian, expected, **EXACT)
    torch.testing.assert_close(forward, expected, **EXACT)


@pytest.mark.parametrize("similarity", KINDS)
def test_it_compiles_to_one_graph(similarity: str) -> None:
    torch.compiler.reset()
    layer = built(SphereConv2d(2, 4, 2, similarity=similarity, groups=2))
    u = torch.randn(3, 2, 3, 4, dtype=torch.float64)
    expected = run(layer, u)
    layer.compile(fullgraph=True, backend="aot_eager")
    assert_same(run(layer, u), expected, **EXACT)


@pytest.mark.parametrize(("similarity", "count"), [("cosine", 2), ("linear", 3), ("sigmoid", 4), ("learnable", 5)])
def test_little_is_kept_for_the_backward_pass(similarity: str, count: int) -> None:
    """In units of the output: the input, the products, and an argument or a value of each function."""
    layer = SphereConv2d(16, 16, 3, padding=1, similarity=similarity)
    x = torch.randn(8, 16, 16, 16, requires_grad=True)
    kept: dict[int, int] = {}

    def pack(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        output = layer(x)
    assert sum(kept.values()) < (count + 0.7) * output.numel() * output.element_size()


@pytest.mark.parametrize("unit_kernels", [False, True])
def test_it_exports(unit_kernels: bool) -> None:
    layer = SphereConv2d(3, 4, 3, padding=1, similarity="learnable", unit_kernels=unit_kernels)
    u = torch.randn(2, 3, 5, 4)
    program = torch.export.export(layer, (u,))
    torch.testing.assert_close(program.module()(u), layer(u))


# Distances to great subspheres


@pytest.mark.parametrize("c", [0.3, 1.0, 4.0])
def test_linear_similarity_is_the_distance_to_a_great_subsphere(c: float) -> None:
    """(2√c/π) times the hyperplane distance of the normalised patch, w_s = 0 included (a hyperplane at the equator)."""
    sphere = Hypersphere(c=c).double()
    layer = built(SphereLinear(4, 6, eps=0.0))
    with torch.no_grad():
        layer.weight[0] = torch.tensor([2.0, 0, 0, 0])
        layer.weight[1] = torch.tensor([-1.0, 0, 0, 0])
        layer.weight[2, 0] = 0
    x = torch.randn(50, 4, dtype=torch.float64)
    time, space = layer.weight[:, 0], layer.weight[:, 1:]
    offset = -torch.atan2(time, space.norm(dim=1)) / math.sqrt(c)
    distance = sphere.hyperplane_dist(sphere.to_frame(sphere.projx(x)), space, offset)
    torch.testing.assert_close(layer(x), 2 * math.sqrt(c) / math.pi * distance, rtol=1e-11, atol=1e-11)


# On geometries


def responses(space: Space, kind: str, k: Tensor | float | None, distance: Tensor) -> Tensor:
    if kind == "linear":
        return distance
    if kind == "cosine":
        sine = torch.sin if isinstance(space, points.Sphere) else torch.sinh
        return sine(space.k * distance) / space.k
    return torch.tanh(distance / (2 * k))


@pytest.mark.parametrize("similarity", KINDS)
@pytest.mark.parametrize(
    "options", [{"kernel_size": (3, 2), "stride": (2, 1), "padding": 1}, {"kernel_size": 2, "groups": 2}], ids=str
)
def test_on_a_geometry_it_is_a_function_of_distances(
    manifold: ManifoldBase, space: Space, frames: Maker, similarity: str, options: dict[str, Any]
) -> None:
    layer = built(SphereConv2d(4, 6, manifold=manifold, similarity=similarity, **options))
    u = frames(2, 4, 5, 4, dim=1)
    found, expected = run(layer, u), {}
    v = u.clone().requires_grad_()
    outputs = []
    for group, slice_ in enumerate(v.chunk(layer.groups, 1)):
        of = slice(group * 6 // layer.groups, (group + 1) * 6 // layer.groups)
        taps = math.prod(layer.kernel_size)
        channels = slice_.shape[1]
        ratio = points.beta(taps * channels) / points.beta(channels)
        patch = space.point(ratio * patches_of(slice_, layer).mT)
        zero = torch.zeros((), dtype=torch.float64)
        distances = [space.height(patch, w / w.norm(), zero) for w in layer.kernels[of].flatten(1)]
        k = layer.k[of] if isinstance(layer.k, Tensor) else layer.k
        outputs.append(responses(space, similarity, k, torch.cat(distances, -1)))
    expected["output"] = space.bound(torch.cat(outputs, -1)).mT.reshape(found["output"].shape)
    names, parameters = zip(*layer.named_parameters(), strict=True)
    gradients = torch.autograd.grad(weighted(expected["output"]), (v, *parameters))
    expected = {"output": expected["output"].detach(), **dict(zip(("input", *names), gradients, strict=True))}
    assert_same(found, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("similarity", ["sigmoid", "learnable"])
def test_sigmoid_is_bounded_on_every_geometry(geometry: ManifoldBase, similarity: str) -> None:
    layer = built(SphereLinear(4, 1, manifold=geometry, similarity=similarity))
    assert layer(20 * torch.randn(100, 4, dtype=torch.float64)).abs().max() <= 1


@pytest.mark.parametrize("similarity", KINDS)
def test_far_points_and_kernels_of_zero_are_finite(
    curved: type[ManifoldBase], similarity: str, dtype: torch.dtype
) -> None:
    layer = built(SphereConv2d(3, 4, 2, manifold=curved(c=0.7, learnable=True), similarity=similarity), dtype)
    with torch.no_grad():
        layer.weight[0] = 0
    for size in (0.0, 1.0, 1e3, 1e6):
        results = run(layer, size * torch.randn(2, 3, 3, 3, dtype=dtype))
        assert all(tensor.isfinite().all() for tensor in results.values()), size


# k and kernels


@pytest.mark.parametrize("shared", [False, True])
def test_learned_k_starts_as_told_and_learns(shared: bool) -> None:
    layer = SphereConv2d(3, 4, 3, similarity="learnable", k=0.5, shared_k=shared).double()
    layer.reset_parameters()
    assert layer.k.shape == (() if shared else (4,))
    torch.testing.assert_close(layer.k, torch.full_like(layer.k, 0.5), rtol=1e-6, atol=1e-6)
    before = layer(u := torch.randn(2, 3, 4, 4, dtype=torch.float64)).detach()
    fixed = SphereConv2d(3, 4, 3, similarity="sigmoid", k=0.5).double()
    fixed.load_state_dict({"weight": layer.weight})
    torch.testing.assert_close(before, fixed(u), rtol=1e-6, atol=1e-6)
    layer(u).square().sum().backward()
    assert layer.raw_k.grad.all()
    with torch.no_grad():
        layer.raw_k.fill_(-1e3)
    assert (layer.k == LEAST_K).all()
    assert layer(u).isfinite().all()


def test_defaults_are_the_papers() -> None:
    assert SphereConv2d(3, 4, 3).eps == 1e-4
    assert SphereConv2d(3, 4, 3, similarity="sigmoid").k == 0.3
    k = SphereConv2d(3, 4, 3, similarity="learnable").k
    torch.testing.assert_close(k, torch.full((4,), 0.75))
    assert SphereConv2d(3, 4, 3).k is None
    weight = SphereConv2d(64, 256, 3).weight.detach()
    assert float(weight.std()) == pytest.approx(math.sqrt(2 / 576), rel=0.02)


def test_unit_kernels_are_points_of_the_sphere() -> None:
    layer = SphereConv2d(3, 4, (2, 3), unit_kernels=True).double()
    assert isinstance(layer.weight, ManifoldParameter)
    assert layer.weight.shape == (4, 18)
    layer.weight.manifold.check_point(layer.weight.detach(), atol=1e-6)
    free = SphereConv2d(3, 4, (2, 3)).double()
    with torch.no_grad():
        free.weight.copy_(layer.kernels)
    u = torch.randn(2, 3, 5, 4, dtype=torch.float64)
    torch.testing.assert_close(layer(u), free(u), **EXACT)
    old = layer.weight.detach().clone()
    layer.reset_parameters()
    assert not torch.equal(layer.weight, old)
    layer.weight.manifold.check_point(layer.weight.detach(), atol=1e-6)


def test_gradients_of_kernels_are_tangent() -> None:
    """Norms of free kernels can only grow by gradient steps, without ε."""
    layer = built(SphereConv2d(3, 4, 2, eps=0.0))
    weighted(layer(torch.randn(2, 3, 5, 4, dtype=torch.float64))).backward()
    along = (layer.weight * layer.weight.grad).flatten(1).sum(1)
    assert layer.weight.grad.abs().max() > 1e-3
    torch.testing.assert_close(along, torch.zeros_like(along), rtol=0, atol=1e-12)


# Manners


@pytest.mark.parametrize("low", [torch.bfloat16, torch.float16], ids=str)
def test_autocast_takes_norms_in_float32(low: torch.dtype) -> None:
    """The norm of 2304 numbers, which low precision would sum with an error of a per cent."""
    layer = SphereConv2d(256, 2, 3, similarity="cosine")
    u = torch.rand(2, 256, 4, 5) + 1
    with torch.autocast("cpu", dtype=low):
        output = layer(u)
    assert output.dtype == low
    torch.testing.assert_close(output.float(), layer(u), rtol=2e-2, atol=5e-3)


@pytest.mark.parametrize("kind", [SphereLinear, SphereConv1d, SphereConv2d])
def test_unbatched_and_empty_inputs_pass(kind: type[nn.Module]) -> None:
    layer = built(kind(4, 6, *() if kind is SphereLinear else (3,)))
    shape = {SphereLinear: (4,), SphereConv1d: (4, 6), SphereConv2d: (4, 6, 5)}[kind]
    u = torch.randn(shape, dtype=torch.float64)
    torch.testing.assert_close(layer(u), layer(u.unsqueeze(0)).squeeze(0), **EXACT)
    empty = torch.zeros(0, *shape, dtype=torch.float64, requires_grad=True)
    layer(empty).sum().backward()
    assert not layer.weight.grad.any()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: SphereConv2d(3, 4, 3, similarity="sine"), ("SphereConv2d", "similarity", "sine", "learnable")),
        (lambda: SphereConv2d(3, 4, 3, similarity="cosine", k=0.3), ("k", "0.3", "cosine", "sigmoid")),
        (lambda: SphereConv2d(3, 4, 3, similarity="sigmoid", k=0.0), ("k", "0.0", "sigmoid")),
        (lambda: SphereConv2d(3, 4, 3, similarity="learnable", k=0.05), ("k", "0.05", "learnable")),
        (lambda: SphereConv2d(3, 4, 3, eps=-1.0), ("eps", "-1.0")),
        (lambda: SphereConv2d(3, 4, 3, groups=2), ("groups", "2", "in_channels", "3")),
        (lambda: SphereConv1d(4, 4, 3, padding="same", stride=2), ("padding", "same", "stride")),
        (lambda: SphereConv2d(1, 4, 1, unit_kernels=True), ("unit_kernels", "2", "1")),
        (lambda: SphereLinear(0, 4), ("in_features", "0")),
        (lambda: SphereConv2d(3, 4, 3)(torch.zeros(2, 4, 5, 5)), ("SphereConv2d", "3", "(2, 4, 5, 5)")),
        (lambda: SphereConv2d(3, 4, 3)(torch.zeros(2, 3, 2, 5)), ("SphereConv2d", "kernel", "padding")),
        (lambda: SphereLinear(3, 4)(torch.zeros(2, 4)), ("SphereLinear", "in_features", "3", "(2, 4)")),
    ],
)
def test_what_does_not_fit_is_refused(make: Callable[[], object], words: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        make()
    assert all(word in str(caught.value) for word in words), caught.value


@pytest.mark.parametrize("shared", [False, True])
def test_repr_shows_k(shared: bool) -> None:
    text = repr(SphereConv2d(3, 4, 3, similarity="learnable", shared_k=shared))
    assert "similarity='learnable', k=0.75" in text
    assert "k=0.3," in repr(SphereLinear(3, 4, similarity="sigmoid"))
    assert "k=" not in repr(SphereLinear(3, 4))
    assert "k=?" in repr(SphereLinear(3, 4, similarity="learnable", shared_k=shared, device="meta"))
