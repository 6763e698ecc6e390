"""Lift and Lower go between frame coordinates and points."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from manifuse.layers import Lift, Lower
from manifuse.manifolds import Euclidean, ManifoldBase

from .points import Space

Maker = Callable[..., Tensor]
EXACT = {"rtol": 1e-12, "atol": 1e-12}


@pytest.mark.parametrize(("shape", "dim"), [((5, 3), -1), ((5, 3), 1), ((2, 3, 4, 5), 1), ((3,), 0)], ids=str)
def test_lift_is_the_exponential_map_and_lower_its_inverse(
    manifold: ManifoldBase, space: Space, frames: Maker, shape: tuple[int, ...], dim: int
) -> None:
    u = frames(*shape, dim=dim)
    lift, lower = (kind(manifold=manifold, **{} if dim == -1 else {"dim": dim}) for kind in (Lift, Lower))
    x = lift(u)
    manifold.check_point(x, dim=dim)
    torch.testing.assert_close(x, space.point(u.movedim(dim, -1)).movedim(-1, dim), **EXACT)
    torch.testing.assert_close(lower(x), u, **EXACT)
    torch.testing.assert_close(lift(lower(x)), x, **EXACT)


def test_distance_from_the_origin_is_the_length(geometry: ManifoldBase, frames: Maker) -> None:
    u = frames(5, 3)
    torch.testing.assert_close(geometry.dist0(Lift(manifold=geometry)(u)), u.norm(dim=-1), **EXACT)


def test_on_flat_space_both_are_the_identity(frames: Maker) -> None:
    u = frames(5, 3)
    assert torch.equal(Lift(manifold=Euclidean())(u), u)
    assert torch.equal(Lower(manifold=Euclidean())(u), u)


def test_axes_that_do_not_exist_are_refused(geometry: ManifoldBase) -> None:
    for kind in (Lift, Lower):
        with pytest.raises(ValueError, match="dim 2"):
            kind(manifold=geometry, dim=2)(torch.zeros(4, 3))
