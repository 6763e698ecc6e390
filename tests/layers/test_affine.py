"""Linear and convolution layers are the operations on points that they claim to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from manifuse.layers import Conv1d, Conv2d, ConvTranspose2d, Linear
from manifuse.manifolds import Euclidean, Lorentz, ManifoldBase, Poincare

from . import points
from .cases import assert_same, run, scramble, weighted
from .points import Space

Maker = Callable[..., Tensor]
EXACT = {"rtol": 1e-12, "atol": 1e-12}
GRADIENT = {"rtol": 1e-10, "atol": 1e-10}


def built(layer: nn.Module) -> nn.Module:
    """The layer in float64 with generic parameters."""
    layer.double()
    scramble(layer)
    return layer


def reference(layer: nn.Module, u: Tensor, function: Callable[..., Tensor]) -> dict[str, Tensor]:
    """What `run` gives, of a function of input, weight and bias on points."""
    u = u.detach().clone().requires_grad_()
    names, parameters = zip(*layer.named_parameters(), strict=True)
    bias = torch.zeros(function_channels(layer), dtype=u.dtype) if layer.bias is None else layer.bias
    output = function(u, layer.weight, bias)
    gradients = torch.autograd.grad(weighted(output), (u, *parameters))
    return {"output": output.detach(), **dict(zip(("input", *names), gradients, strict=True))}


def function_channels(layer: nn.Module) -> int:
    return layer.out_features if isinstance(layer, Linear) else layer.out_channels


def compare(layer: nn.Module, u: Tensor, function: Callable[..., Tensor]) -> None:
    got, expected = run(layer, u), reference(layer, u, function)
    assert expected["output"].numel() > 0
    torch.testing.assert_close(got.pop("output"), expected.pop("output"), **EXACT)
    assert_same(got, expected, **GRADIENT)


@pytest.mark.parametrize("shape", [(4,), (5, 4), (2, 3, 4)], ids=str)
@pytest.mark.parametrize("bias", [True, False])
def test_linear_is_the_layer_on_points(
    manifold: ManifoldBase, space: Space, frames: Maker, shape: tuple[int, ...], bias: bool
) -> None:
    layer = built(Linear(4, 3, manifold=manifold, bias=bias))
    compare(layer, frames(*shape), lambda u, weight, bias: points.linear(space, u, weight, bias))


CONV2D: list[dict[str, Any]] = [
    {"kernel_size": 1},
    {"kernel_size": (3, 2)},
    {"kernel_size": 3, "stride": (2, 3), "padding": (1, 2)},
    {"kernel_size": (2, 3), "padding": 2, "dilation": (2, 1), "bias": False},
    {"kernel_size": 3, "padding": "same", "dilation": (1, 2)},
    {"kernel_size": (2, 3), "stride": 2, "padding": "valid"},
    {"kernel_size": 3, "stride": 2, "padding": 1, "groups": 2},
    {"kernel_size": (1, 3), "padding": (0, 1), "groups": 4},
]


@pytest.mark.parametrize("options", CONV2D, ids=str)
def test_conv2d_is_the_layer_on_patches_of_points(
    manifold: ManifoldBase, space: Space, frames: Maker, options: dict[str, Any]
) -> None:
    layer = built(Conv2d(4, 8, manifold=manifold, **options))
    geometric = {name: value for name, value in options.items() if name not in ("kernel_size", "bias")}
    compare(
        layer, frames(2, 4, 6, 5, dim=1), lambda u, weight, bias: points.conv2d(space, u, weight, bias, **geometric)
    )


@pytest.mark.parametrize(
    "options",
    [
        {"kernel_size": 3, "stride": 2, "padding": 1},
        {"kernel_size": 2, "dilation": 3, "groups": 2, "bias": False},
        {"kernel_size": 3, "padding": "same", "dilation": 2},
    ],
    ids=str,
)
def test_conv1d_is_the_layer_on_patches_of_points(
    manifold: ManifoldBase, space: Space, frames: Maker, options: dict[str, Any]
) -> None:
    layer = built(Conv1d(4, 6, manifold=manifold, **options))
    across = {"stride": 1, "padding": 0, "dilation": 1}
    geometric = {
        name: (across[name], value) if isinstance(value, int) and name in across else value
        for name, value in options.items()
        if name not in ("kernel_size", "bias")
    }

    def on_points(u: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        return points.conv2d(space, u.unsqueeze(2), weight.unsqueeze(2), bias, **geometric).squeeze(2)

    compare(layer, frames(2, 4, 7, dim=1), on_points)


@pytest.mark.parametrize(
    "options",
    [
        {"kernel_size": (3, 2)},
        {"kernel_size": 2, "stride": 2, "bias": False},
        {"kernel_size": 3, "stride": (2, 3), "padding": (1, 0), "output_padding": (1, 2)},
        {"kernel_size": (3, 2), "stride": (1, 2), "padding": (2, 1), "output_padding": (0, 1), "groups": 2},
        {"kernel_size": 3, "stride": 2, "padding": 1, "dilation": 2, "groups": 4},
        {"kernel_size": 2, "stride": 1, "padding": 2},
    ],
    ids=str,
)
def test_transposed_convolution_is_a_convolution_among_origins(
    manifold: ManifoldBase, space: Space, frames: Maker, options: dict[str, Any]
) -> None:
    layer = built(ConvTranspose2d(4, 8, manifold=manifold, **options))
    geometric = {name: value for name, value in options.items() if name not in ("kernel_size", "bias")}
    compare(
        layer,
        frames(2, 4, 4, 5, dim=1),
        lambda u, weight, bias: points.conv_transpose2d(space, u, weight, bias, **geometric),
    )


@pytest.mark.parametrize("c", [0.05, 2.5])
def test_other_curvatures(curved: type[ManifoldBase], frames: Maker, c: float) -> None:
    manifold = curved(c=c, learnable=True).double()
    space = points.SPACES[curved]
    u = frames(2, 4, 5, 3, dim=1, longest=1.0)
    conv = built(Conv2d(4, 3, 3, manifold=manifold, padding=1))
    compare(conv, u, lambda u, weight, bias: points.conv2d(space(manifold.c), u, weight, bias, padding=1))
    up = built(ConvTranspose2d(4, 3, 3, manifold=manifold, stride=2))
    compare(up, u, lambda u, weight, bias: points.conv_transpose2d(space(manifold.c), u, weight, bias, stride=2))


def test_pointwise_convolution_is_the_linear_layer(geometry: ManifoldBase, frames: Maker) -> None:
    conv, linear = built(Conv2d(4, 3, 1, manifold=geometry)), built(Linear(4, 3, manifold=geometry))
    linear.load_state_dict({**linear.state_dict(), "weight": conv.weight.flatten(1), "bias": conv.bias})
    u = frames(2, 5, 6, 4)
    torch.testing.assert_close(conv(u.movedim(-1, 1)), linear(u).movedim(-1, 1), **EXACT)


@pytest.mark.parametrize("unbounded", [Poincare(c=0.7), Lorentz(c=0.7), Euclidean()], ids=str)
def test_groups_are_independent_convolutions(unbounded: ManifoldBase, frames: Maker) -> None:
    """On the sphere they are so up to the bound on the length of their outputs together."""
    geometry = unbounded.double()
    whole = built(Conv2d(4, 6, 3, manifold=geometry, groups=2, padding=1))
    u = frames(2, 4, 5, 3, dim=1)
    parts = []
    for weight, bias, slice_ in zip(whole.weight.chunk(2), whole.bias.chunk(2), u.chunk(2, dim=1), strict=True):
        part = Conv2d(2, 3, 3, manifold=geometry, padding=1).double()
        part.load_state_dict({**part.state_dict(), "weight": weight, "bias": bias})
        parts.append(part(slice_))
    found, expected = whole(u), torch.cat(parts, dim=1)
    torch.testing.assert_close(found, expected, **EXACT)


@pytest.mark.parametrize(
    ("kind", "shape"),
    [(Linear, (4,)), (Conv1d, (4, 6)), (Conv2d, (4, 6, 5)), (ConvTranspose2d, (4, 6, 5))],
)
def test_unbatched_inputs_are_batches_of_one(
    geometry: ManifoldBase, frames: Maker, kind: type[nn.Module], shape: tuple[int, ...]
) -> None:
    layer = built(kind(4, 6, *() if kind is Linear else (3,), manifold=geometry))
    u = frames(*shape, dim=0)
    torch.testing.assert_close(layer(u), layer(u.unsqueeze(0)).squeeze(0), **EXACT)


@pytest.mark.parametrize(
    ("kind", "shape"),
    [(Linear, (0, 4)), (Conv1d, (0, 4, 6)), (Conv2d, (0, 4, 6, 5)), (ConvTranspose2d, (0, 4, 6, 5))],
)
def test_empty_batches_pass(geometry: ManifoldBase, kind: type[nn.Module], shape: tuple[int, ...]) -> None:
    layer = built(kind(4, 6, *() if kind is Linear else (3,), manifold=geometry))
    u = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
    output = layer(u)
    assert output.shape[0] == 0
    output.sum().backward()
    assert u.grad is not None
    assert not layer.weight.grad.any()


# Weights that a formula divides by, or that overflow


def affine_layers(manifold: ManifoldBase, dtype: torch.dtype) -> list[tuple[nn.Module, tuple[int, ...], int]]:
    """Give each kind of layer with the shape of an input and the axis of the outputs in its weight."""
    found = [
        (Linear(4, 6, manifold=manifold), (5, 4), 0),
        (Conv1d(4, 6, 3, manifold=manifold), (2, 4, 5), 0),
        (Conv2d(4, 6, 3, manifold=manifold, padding=1, groups=2), (2, 4, 5, 4), 0),
        (ConvTranspose2d(4, 6, 3, manifold=manifold, stride=2), (2, 4, 3, 3), 1),
    ]
    for layer, _, _ in found:
        built(layer).to(dtype)
    return found


@pytest.mark.parametrize("offset", [0.0, 0.4])
def test_zero_rows_of_weights_are_finite_and_learn(
    curved: type[ManifoldBase], dtype: torch.dtype, frames: Maker, offset: float
) -> None:
    for layer, shape, axis in affine_layers(curved(c=0.7, learnable=True), dtype):
        with torch.no_grad():
            layer.weight.select(axis, 1).zero_()
            layer.bias[1] = offset
        results = run(layer, frames(*shape, dim=1, dtype=dtype))
        assert all(tensor.isfinite().all() for tensor in results.values()), layer
        assert results["weight"].select(axis, 1).abs().sum() > 1e-3, layer


@pytest.mark.parametrize("kind", [Linear, Conv2d, ConvTranspose2d])
def test_zero_row_without_offset_is_the_linearised_score(
    manifold: ManifoldBase, space: Space, frames: Maker, kind: type[nn.Module]
) -> None:
    """asinh s → s: value and gradients are those of the Lorentz product ⟨x, (b, w)⟩ on the patch's hyperbolic point."""
    layer = built(kind(4, 3, *() if kind is Linear else (3,), manifold=manifold))
    with torch.no_grad():
        layer.weight.select(1 if kind is ConvTranspose2d else 0, 1).zero_()
        layer.bias[1] = 0
    function = {Linear: points.linear, Conv2d: points.conv2d, ConvTranspose2d: points.conv_transpose2d}[kind]
    u = frames(2, 4) if kind is Linear else frames(2, 4, 3, 3, dim=1)
    compare(layer, u, lambda u, weight, bias: function(space, u, weight, bias))


@pytest.mark.parametrize("factor", [1e3, 1e-3])
def test_weights_out_of_scale_are_finite(
    curved: type[ManifoldBase], dtype: torch.dtype, factor: float, frames: Maker
) -> None:
    for layer, shape, _ in affine_layers(curved(c=0.7, learnable=True), dtype):
        with torch.no_grad():
            layer.weight.mul_(factor)
        results = run(layer, frames(*shape, dim=1, dtype=dtype))
        assert all(tensor.isfinite().all() for tensor in results.values()), layer
        assert results["output"].any()
        assert results["weight"].any()


def test_origins_and_zero_weights_are_finite(curved: type[ManifoldBase], dtype: torch.dtype) -> None:
    for layer, shape, _ in affine_layers(curved(c=0.7, learnable=True), dtype):
        assert all(tensor.isfinite().all() for tensor in run(layer, torch.zeros(shape, dtype=dtype)).values())
        with torch.no_grad():
            layer.weight.zero_()
            layer.bias.zero_()
        results = run(layer, torch.zeros(shape, dtype=dtype))
        assert all(tensor.isfinite().all() for tensor in results.values())
        assert not results["output"].any()


# Initialisation


@pytest.mark.parametrize("outputs", [3, 5, 8])
def test_identity_initialisation_copies_channels_at_the_centre(
    geometry: ManifoldBase, frames: Maker, outputs: int
) -> None:
    linear = Linear(5, outputs, manifold=geometry, init="identity").double()
    conv = Conv2d(5, outputs, 3, manifold=geometry, padding=1, init="identity").double()
    n = min(5, outputs)
    for layer, centre in ((linear, linear.weight), (conv, conv.weight[:, :, 1, 1])):
        assert not layer.bias.any()
        square = centre.T @ centre if outputs > 5 else centre @ centre.T
        torch.testing.assert_close(square, torch.eye(n, dtype=torch.float64), rtol=1e-6, atol=1e-6)
        assert int(layer.weight.count_nonzero()) == int(centre.count_nonzero())
        assert centre.any(1).all()
    if outputs == 5:
        u = frames(4, 5, longest=1.0)
        torch.testing.assert_close(linear(u), geometry.bound(u), **EXACT)


def test_identity_initialisation_keeps_norms(geometry: ManifoldBase) -> None:
    image = torch.randn(2, 8, 6, 6, dtype=torch.float64)
    image = 0.7 * image / image.norm(dim=1, keepdim=True)
    u = image
    for _ in range(5):
        u = Conv2d(8, 8, 3, manifold=geometry, padding=1, init="identity").double()(u)
    ratio = float(u.detach().norm(dim=1).mean() / image.norm(dim=1).mean())
    assert 0.8 < ratio < 1.25


@pytest.mark.parametrize("kind", [Linear, Conv1d, Conv2d, ConvTranspose2d])
def test_random_initialisation_is_torchs(geometry: ManifoldBase, kind: type[nn.Module]) -> None:
    """The uniform distribution of torch.nn: the same bound, and numbers all over it."""
    size = () if kind is Linear else (3,)
    grouped = {} if kind is Linear else {"groups": 4}
    layer = kind(32, 64, *size, manifold=geometry, init="random", **grouped)
    twin = getattr(nn, kind.__name__)(32, 64, *size, **grouped)
    for name in ("weight", "bias"):
        got, expected = getattr(layer, name).detach(), getattr(twin, name).detach()
        assert got.shape == expected.shape
        assert float(got.abs().max()) == pytest.approx(float(expected.abs().max()), rel=0.1)
        assert float(got.std()) == pytest.approx(float(expected.std()), rel=0.3)
        assert abs(float(got.mean())) < 0.5 * float(got.std())


def test_reset_parameters_draws_anew(geometry: ManifoldBase) -> None:
    for init in ("identity", "random"):
        layer = Linear(4, 3, manifold=geometry, init=init)
        before = layer.weight.detach().clone()
        with torch.no_grad():
            layer.weight.fill_(7)
        layer.reset_parameters()
        assert not (layer.weight == 7).any()
        assert torch.equal(layer.weight, before) == (init == "identity")


# Bad input


def readable(value: object) -> str:
    """Name a test by the words that its message must hold."""
    return " ".join(value) if isinstance(value, tuple) else type(value).__name__


FOUR = torch.zeros(2, 4, 5, 5)


@pytest.mark.parametrize(
    ("make", "u", "words"),
    [
        (lambda m: Linear(4, 3, manifold=m), torch.zeros(2, 5), ("Linear", "4", "5")),
        (lambda m: Conv1d(4, 3, 3, manifold=m), torch.zeros(2, 5, 8), ("Conv1d", "4", "5")),
        (lambda m: Conv2d(4, 3, 3, manifold=m), torch.zeros(2, 5, 8, 8), ("Conv2d", "4", "5")),
        (lambda m: ConvTranspose2d(4, 3, 3, manifold=m), torch.zeros(2, 5, 8, 8), ("ConvTranspose2d", "4", "5")),
        (lambda m: Conv2d(4, 3, 3, manifold=m), torch.zeros(4, 8), ("Conv2d", "(4, 8)")),
        (lambda m: Conv1d(4, 3, 9, manifold=m, padding=1), torch.zeros(2, 4, 5), ("kernel", "9", "5", "padding")),
        (lambda m: Conv2d(4, 3, 8, manifold=m, padding=1), FOUR, ("kernel", "8", "5", "padding")),
        (lambda m: Conv2d(4, 3, 3, manifold=m, dilation=3), FOUR, ("kernel", "7", "5", "padding")),
        (lambda m: ConvTranspose2d(4, 3, 2, manifold=m, padding=4), FOUR, ("padding", "4")),
    ],
    ids=readable,
)
def test_inputs_that_do_not_fit_are_refused(
    geometry: ManifoldBase, make: Callable[[ManifoldBase], nn.Module], u: Tensor, words: tuple[str, ...]
) -> None:
    layer = make(geometry).float()
    with pytest.raises(ValueError, match=r"\w") as caught:
        layer(u)
    assert all(word in str(caught.value) for word in words), caught.value


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda m: Linear(0, 3, manifold=m), ("in_features", "0")),
        (lambda m: Linear(4, -1, manifold=m), ("out_features", "-1")),
        (lambda m: Linear(4, 3, manifold=m, init="best"), ("init", "best", "identity", "random")),
        (lambda m: Conv2d(4, 3, 3, manifold=m, init="best"), ("init", "best", "identity", "random")),
        (lambda m: Conv2d(4, 6, 3, manifold=m, groups=3), ("groups", "3", "in_channels", "4")),
        (lambda m: Conv2d(4, 6, 3, manifold=m, groups=4), ("groups", "4", "out_channels", "6")),
        (lambda m: Conv1d(4, 6, 3, manifold=m, groups=0), ("groups", "0")),
        (lambda m: ConvTranspose2d(4, 6, 3, manifold=m, groups=4), ("groups", "4", "out_channels", "6")),
        (lambda m: Conv2d(4, 6, 0, manifold=m), ("kernel_size", "0")),
        (lambda m: Conv2d(4, 6, (3, 3, 3), manifold=m), ("kernel_size", "3")),
        (lambda m: Conv2d(4, 6, 3, manifold=m, stride=0), ("stride", "0")),
        (lambda m: Conv2d(4, 6, 3, manifold=m, padding=-1), ("padding", "-1")),
        (lambda m: Conv2d(4, 6, 3, manifold=m, padding="full"), ("padding", "full", "same", "valid")),
        (lambda m: Conv2d(4, 6, 3, manifold=m, padding="same", stride=2), ("padding", "same", "stride")),
        (lambda m: Conv2d(4, 6, 3, manifold=m, dilation=0), ("dilation", "0")),
        (lambda m: ConvTranspose2d(4, 6, 3, manifold=m, output_padding=1), ("output_padding", "1", "stride")),
    ],
    ids=readable,
)
def test_arguments_that_do_not_fit_are_refused(
    make: Callable[[ManifoldBase], nn.Module], words: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        make(Poincare(c=0.7))
    assert all(word in str(caught.value) for word in words), caught.value


def test_the_manifold_is_a_keyword() -> None:
    with pytest.raises(TypeError):
        Linear(4, 3, Euclidean())  # type: ignore[misc]


# The linear response


@pytest.mark.parametrize("c", [0.1, 2.5])
@pytest.mark.parametrize("bias", [True, False])
def test_linear_response_is_linear_in_the_hyperboloid(frames: Maker, c: float, bias: bool) -> None:
    """y_s = W x_s cosh η + ‖w‖ x_t sinh η with η = √c b/‖w‖ (arXiv 2601.21529), on the points themselves."""
    manifold = Lorentz(c=c, learnable=True).double()
    layer = built(Linear(4, 3, manifold=manifold, bias=bias, response="linear"))

    def on_points(u: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        time, space = manifold.from_frame(u).split([1, 4], dim=-1)
        norm = weight.norm(dim=1)
        eta = manifold.c.sqrt() * bias / norm
        y = space @ weight.T * eta.cosh() + norm * time * eta.sinh()
        return manifold.to_frame(torch.cat(((1 / manifold.c + y.square().sum(-1, keepdim=True)).sqrt(), y), -1))

    compare(layer, frames(5, 4), on_points)


def test_linear_response_of_a_convolution_is_that_of_its_patches(frames: Maker) -> None:
    ball = Poincare(c=0.5)
    conv = built(Conv2d(4, 3, (2, 3), manifold=ball, response="linear"))
    line = Linear(24, 3, manifold=ball, response="linear").double()
    u = frames(2, 4, 5, 6, dim=1)
    with torch.no_grad():
        line.weight.copy_(conv.weight.flatten(1) / conv.ratio)
        line.bias.copy_(conv.bias)
    patches = conv.ratio * nn.functional.unfold(u, (2, 3)).movedim(1, -1)
    expected = line(patches).movedim(-1, 1).reshape(2, 3, 4, 4)
    torch.testing.assert_close(conv(u), expected, **EXACT)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_linear_response_is_finite_for_every_weight(dtype: torch.dtype) -> None:
    """Hyperplanes far off, weights of 0, points beyond the limit; widths at which squares could overflow."""
    layer = Linear(3, 512, manifold=Poincare(c=0.3, learnable=True), response="linear").to(dtype)
    with torch.no_grad():
        layer.bias.normal_()
        for size in (0.0, 1e-20, 1e-3, 1e3):
            layer.weight.normal_().mul_(size)
            for radius in (0.0, 1.0, 100.0):
                u = (radius * nn.functional.normalize(torch.randn(7, 3, dtype=dtype), dim=-1)).requires_grad_()
                with torch.enable_grad():
                    output = layer(u)
                    gradients = torch.autograd.grad(output.sum(), [u, *layer.parameters()])
                assert all(bool(t.isfinite().all()) for t in (output, *gradients)), (size, radius)


@pytest.mark.parametrize("kind", [Linear, Conv1d, Conv2d, ConvTranspose2d])
def test_an_unknown_response_is_an_error(kind: type[nn.Module]) -> None:
    sizes = (3, 4) if kind is Linear else (3, 4, 2)
    with pytest.raises(ValueError, match=rf"{kind.__name__}: response must be 'geodesic' or 'linear', got 'flat'"):
        kind(*sizes, manifold=Poincare(), response="flat")
