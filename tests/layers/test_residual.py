"""The residual connection is the geometry's addition, along the channels."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from manifuse.layers import Linear, Residual
from manifuse.manifolds import Euclidean, ManifoldBase

from . import points
from .cases import scramble, weighted
from .points import Space

Maker = Callable[..., Tensor]
EXACT = {"rtol": 1e-12, "atol": 1e-12}
GRADIENT = {"rtol": 1e-10, "atol": 1e-10}


class Take(nn.Module):
    """Give fixed channels of the input, so that body and shortcut get inputs of their own."""

    def __init__(self, channels: slice, dim: int = 1) -> None:
        super().__init__()
        self.channels, self.dim = channels, dim

    def forward(self, u: Tensor) -> Tensor:
        return u[(slice(None),) * (self.dim % u.ndim) + (self.channels,)]


@pytest.mark.parametrize(("shape", "dim"), [((5, 6), 1), ((2, 6, 5), 1), ((2, 6, 3, 4), 1), ((2, 3, 6), -1)], ids=str)
def test_residual_moves_the_body_by_the_shortcut(
    manifold: ManifoldBase, space: Space, frames: Maker, shape: tuple[int, ...], dim: int
) -> None:
    body, shortcut = Take(slice(0, 3), dim), Take(slice(3, 6), dim)
    layer = Residual(body, shortcut, manifold=manifold, **{} if dim == 1 else {"dim": dim})
    u = frames(*shape, dim=dim, longest=1.2).requires_grad_()
    output = layer(u)
    x, v = (part.movedim(dim, -1) for part in (body(u), shortcut(u)))
    expected = points.add(space, x, v).movedim(-1, dim)
    torch.testing.assert_close(output, expected, **EXACT)
    got, wanted = (
        torch.autograd.grad(weighted(out), (u, manifold.raw_c), retain_graph=True) for out in (output, expected)
    )
    torch.testing.assert_close(got, wanted, **GRADIENT)


def test_shortcut_is_the_identity_unless_given(geometry: ManifoldBase, frames: Maker) -> None:
    body = Linear(3, 3, manifold=geometry).double()
    scramble(body)
    u = frames(5, 3, longest=0.8)
    torch.testing.assert_close(Residual(body, manifold=geometry)(u), geometry.add(body(u), u), **EXACT)


def test_nothing_added_changes_nothing(geometry: ManifoldBase, frames: Maker) -> None:
    zero = Linear(3, 3, manifold=geometry).double()
    nn.init.zeros_(zero.weight), nn.init.zeros_(zero.bias)
    u = frames(5, 3, longest=0.8)
    torch.testing.assert_close(Residual(zero, manifold=geometry)(u), u, **EXACT)
    torch.testing.assert_close(Residual(nn.Identity(), zero, manifold=geometry)(u), u, **EXACT)


def test_sum_is_along_the_channels_of_each_pixel(geometry: ManifoldBase, frames: Maker) -> None:
    """Published code adds along the image's width (poincare.md §8): pixels would then depend on each other."""
    layer = Residual(nn.Tanh(), manifold=geometry)
    u = frames(2, 3, 4, 5, dim=1, longest=0.8)
    order = torch.randperm(20)
    shuffled = layer(u.flatten(2)[..., order].reshape(u.shape))
    torch.testing.assert_close(shuffled, layer(u).flatten(2)[..., order].reshape(u.shape), **EXACT)
    pixel = layer(u[:1, :, 2:3, 3:4])
    torch.testing.assert_close(pixel, layer(u)[:1, :, 2:3, 3:4], **EXACT)


def test_sum_of_curved_space_depends_on_the_order(manifold: ManifoldBase, frames: Maker) -> None:
    u = frames(5, 6, longest=1.2)
    one, other = Take(slice(0, 3)), Take(slice(3, 6))
    forth, back = Residual(one, other, manifold=manifold)(u), Residual(other, one, manifold=manifold)(u)
    assert float((forth - back).detach().norm()) > 1e-2
    torch.testing.assert_close(forth.norm(dim=1), back.norm(dim=1), **EXACT)


def test_parts_are_submodules(geometry: ManifoldBase) -> None:
    layer = Residual(nn.Linear(3, 3), nn.Linear(3, 3), manifold=geometry)
    assert {name.split(".")[0] for name, _ in layer.named_parameters()} >= {"body", "shortcut"}
    assert dict(layer.named_children())["manifold"] is geometry
    assert not layer.eval().body.training


def test_on_flat_space_it_is_the_sum() -> None:
    body, u = nn.Conv2d(3, 3, 3, padding=1), torch.randn(2, 3, 4, 5)
    torch.testing.assert_close(Residual(body, manifold=Euclidean())(u), body(u) + u, rtol=0, atol=0)


def test_shapes_that_differ_are_refused(geometry: ManifoldBase) -> None:
    layer = Residual(nn.Linear(3, 4).double(), manifold=geometry)
    with pytest.raises(ValueError, match="shortcut") as caught:
        layer(torch.zeros(2, 3, dtype=torch.float64))
    assert "(2, 4)" in str(caught.value)
    assert "(2, 3)" in str(caught.value)
