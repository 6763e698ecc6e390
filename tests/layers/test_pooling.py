"""Pooling: midpoints of windows of points, maxima of frame coordinates."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from manifuse.layers import AvgPool2d, Flatten, GlobalAvgPool2d, MaxPool2d
from manifuse.manifolds import Euclidean, Hypersphere, ManifoldBase, Poincare

from . import points
from .cases import weighted
from .points import Space

Maker = Callable[..., Tensor]
EXACT = {"rtol": 1e-12, "atol": 1e-12}
GRADIENT = {"rtol": 1e-10, "atol": 1e-10}
WINDOWS = pytest.mark.parametrize(
    "options",
    [
        {"kernel_size": 2},
        {"kernel_size": (3, 2), "stride": 1},
        {"kernel_size": 3, "stride": (2, 1), "padding": 1},
        {"kernel_size": (2, 4), "stride": (3, 2), "padding": (1, 2)},
    ],
    ids=str,
)


def same_with_gradients(output: Tensor, expected: Tensor, inputs: tuple[Tensor, ...]) -> None:
    torch.testing.assert_close(output, expected, **EXACT)
    got, wanted = (torch.autograd.grad(weighted(out), inputs, retain_graph=True) for out in (output, expected))
    torch.testing.assert_close(got, wanted, **GRADIENT)


@WINDOWS
@pytest.mark.parametrize("counted", [True, False])
def test_average_is_the_midpoint_of_each_window(
    manifold: ManifoldBase, space: Space, frames: Maker, options: dict[str, Any], counted: bool
) -> None:
    u = frames(2, 3, 5, 6, dim=1).requires_grad_()
    output = AvgPool2d(**options, count_include_pad=counted, manifold=manifold)(u)
    expected = points.avg_pool2d(space, u, **options, count_include_pad=counted)
    same_with_gradients(output, expected, (u, manifold.raw_c))


def test_constant_image_stays_constant(geometry: ManifoldBase, frames: Maker) -> None:
    """HypLL's pooling shrinks it (poincare.md §8)."""
    u = frames(1, 3, 1, 1, dim=1).expand(2, 3, 4, 4)
    for layer in (AvgPool2d(2, manifold=geometry), AvgPool2d(3, 1, 1, count_include_pad=False, manifold=geometry)):
        torch.testing.assert_close(layer(u), u[..., :1, :1].expand_as(layer(u)), **EXACT)
    torch.testing.assert_close(GlobalAvgPool2d(manifold=geometry)(u), u[..., 0, 0], **EXACT)


def test_average_is_equivariant(manifold: ManifoldBase, space: Space, frames: Maker) -> None:
    u, shift = frames(2, 3, 4, 4, dim=1, longest=1.0), frames(3, longest=0.7)

    def translate(v: Tensor) -> Tensor:
        return points.add(space, shift, v.movedim(1, -1)).movedim(-1, 1)

    pool = AvgPool2d(2, manifold=manifold)
    torch.testing.assert_close(pool(translate(u)), translate(pool(u)), **EXACT)


def test_global_average_is_the_midpoint_of_all_pixels(manifold: ManifoldBase, space: Space, frames: Maker) -> None:
    u = frames(3, 4, 2, 5, dim=1).requires_grad_()
    output = GlobalAvgPool2d(manifold=manifold)(u)
    assert output.shape == (3, 4)
    same_with_gradients(output, points.global_avg_pool2d(space, u), (u, manifold.raw_c))


@WINDOWS
def test_maximum_is_of_the_logarithm(
    manifold: ManifoldBase, space: Space, frames: Maker, options: dict[str, Any]
) -> None:
    u = frames(2, 3, 5, 6, dim=1)
    largest = functional.max_pool2d(u, **options)
    expected = space.bound(largest.movedim(1, -1)).movedim(-1, 1).detach()
    torch.testing.assert_close(MaxPool2d(**options, manifold=manifold)(u), expected, **EXACT)


@WINDOWS
def test_on_flat_space_pooling_is_torchs(frames: Maker, options: dict[str, Any]) -> None:
    u = frames(2, 3, 5, 6, dim=1)
    for counted in (True, False):
        ours = AvgPool2d(**options, count_include_pad=counted, manifold=Euclidean())
        twin = nn.AvgPool2d(**options, count_include_pad=counted)
        torch.testing.assert_close(ours(u), twin(u), **EXACT)
    assert torch.equal(MaxPool2d(**options, manifold=Euclidean())(u), nn.MaxPool2d(**options)(u))


@pytest.mark.parametrize("kind", [AvgPool2d, MaxPool2d])
def test_unbatched_images_are_batches_of_one(geometry: ManifoldBase, frames: Maker, kind: type[nn.Module]) -> None:
    layer, u = kind(2, manifold=geometry), frames(3, 4, 6, dim=0)
    torch.testing.assert_close(layer(u), layer(u.unsqueeze(0)).squeeze(0), **EXACT)


def test_sphere_is_not_left() -> None:
    globe, radius = Hypersphere(c=0.7).double(), math.pi / math.sqrt(0.7)
    u = torch.randn(4, 16, 6, 6, dtype=torch.float64)
    u = 0.99 * radius * u / u.norm(dim=1, keepdim=True)
    for layer in (AvgPool2d(2, manifold=globe), GlobalAvgPool2d(manifold=globe), MaxPool2d(3, manifold=globe)):
        output = layer(u)
        assert float(output.norm(dim=1).max()) < radius


def test_balanced_points_of_the_sphere_have_the_origin_as_midpoint(dtype: torch.dtype) -> None:
    globe = Hypersphere(c=0.7).to(dtype)
    quarter = 0.5 * math.pi / math.sqrt(0.7)
    u = torch.tensor([quarter, -quarter], dtype=dtype).reshape(1, 1, 1, 2).requires_grad_()
    output = AvgPool2d((1, 2), manifold=globe)(u)
    output.sum().backward()
    assert output.isfinite().all()
    assert u.grad is not None
    assert u.grad.isfinite().all()


def test_flatten_is_plain(frames: Maker) -> None:
    u = frames(2, 3, 4, 5, dim=1)
    assert torch.equal(Flatten()(u), u.flatten(1))
    assert torch.equal(Flatten(2, 3)(u), u.flatten(2, 3))


# Bad input


@pytest.mark.parametrize(
    ("kind", "name"), [(AvgPool2d, "AvgPool2d"), (MaxPool2d, "MaxPool2d")], ids=["average", "maximum"]
)
def test_window_larger_than_the_image_is_refused(geometry: ManifoldBase, kind: type[nn.Module], name: str) -> None:
    layer = kind((4, 6), padding=1, manifold=geometry)
    u = torch.zeros(2, 3, 4, 3, dtype=torch.float64)
    with pytest.raises(ValueError, match="kernel_size") as caught:
        layer(u)
    assert all(word in str(caught.value) for word in (name, "(4, 6)", "3", "padding"))


@pytest.mark.parametrize("kind", [AvgPool2d, GlobalAvgPool2d, MaxPool2d])
@pytest.mark.parametrize("shape", [(2, 3), (2, 2, 3, 4, 4)])
def test_what_is_no_image_is_refused(kind: type[nn.Module], shape: tuple[int, ...]) -> None:
    layer = kind(manifold=Poincare()) if kind is GlobalAvgPool2d else kind(1, manifold=Poincare())
    with pytest.raises(ValueError, match=kind.__name__) as caught:
        layer(torch.zeros(shape))
    assert str(shape) in str(caught.value)


@pytest.mark.parametrize("kind", [AvgPool2d, MaxPool2d])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kernel_size": 0}, ("kernel_size", "0")),
        ({"kernel_size": 2, "stride": 0}, ("stride", "0")),
        ({"kernel_size": 3, "padding": 2}, ("padding", "2", "half")),
        ({"kernel_size": 3, "padding": -1}, ("padding", "-1")),
    ],
    ids=str,
)
def test_windows_that_make_no_sense_are_refused(
    kind: type[nn.Module], options: dict[str, Any], words: tuple[str, ...]
) -> None:
    """A margin of more than half a window would make windows of nothing but origins, which torch refuses as well."""
    with pytest.raises(ValueError, match=r"\w") as caught:
        kind(**options, manifold=Poincare())(torch.zeros(1, 3, 8, 8))
    assert all(word in str(caught.value) for word in words), caught.value
