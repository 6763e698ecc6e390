"""The unit of convolution, normalisation, sum and activation equals its layers one by one, for less memory."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import pytest
from torch import Tensor, nn
from torch.autograd.graph import saved_tensors_hooks

from manifuse.layers import BatchNorm2d, Conv2d, ConvNormAct, ReLU, Residual
from manifuse.manifolds import ManifoldBase

from .cases import assert_same, run, scramble

Maker = Callable[..., Tensor]
CHANNELS = 4
CLOSE = {"rtol": 1e-11, "atol": 1e-11}  # gradients are added up in another order


def layers(manifold: ManifoldBase) -> tuple[Conv2d, BatchNorm2d, ReLU]:
    conv = Conv2d(CHANNELS, CHANNELS, 3, manifold=manifold, padding=1)
    return conv, BatchNorm2d(CHANNELS, manifold=manifold), ReLU(manifold=manifold)


def pair(manifold: ManifoldBase, act: bool = True) -> tuple[nn.Sequential, ConvNormAct]:
    parts = layers(manifold) if act else layers(manifold)[:2]
    plain = nn.Sequential(*parts).double()
    scramble(plain)
    return plain, ConvNormAct(*deepcopy(plain))


@pytest.mark.parametrize("act", [True, False])
def test_equals_its_layers(manifold: ManifoldBase, frames: Maker, act: bool) -> None:
    plain, unit = pair(manifold, act)
    u = frames(3, CHANNELS, 5, 4, dim=1)
    assert_same(run(unit, u), run(plain, u), **CLOSE)
    assert_same(unit.state_dict(), plain.state_dict(), **CLOSE)
    assert_same(run(unit.eval(), u), run(plain.eval(), u), **CLOSE)


def test_takes_the_parameters_of_its_layers(manifold: ManifoldBase) -> None:
    plain, unit = pair(manifold)
    scramble(plain)
    unit.load_state_dict(plain.state_dict())
    assert_same(dict(unit.named_parameters()), dict(plain.named_parameters()), rtol=0, atol=0)


def test_shortcut_is_a_residual_connection(manifold: ManifoldBase, frames: Maker) -> None:
    plain, unit = pair(manifold)
    whole = nn.Sequential(Residual(plain[:2], manifold=manifold), plain[2])
    u = frames(3, CHANNELS, 5, 4, dim=1)

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.unit = unit

        def forward(self, u: Tensor) -> Tensor:
            return self.unit(u, u)

    got, expected = ({".".join(name.split(".")[-2:]): t for name, t in run(net, u).items()} for net in (Block(), whole))
    assert_same(got, expected, **CLOSE)


def test_keeps_input_products_and_what_the_activation_keeps(manifold: ManifoldBase, frames: Maker) -> None:
    plain, unit = pair(manifold)
    u, shortcut = frames(8, CHANNELS, 6, 6, dim=1).requires_grad_(), frames(8, CHANNELS, 6, 6, dim=1)

    def kept(forward: Callable[[], Tensor]) -> int:
        tensors = []

        def pack(tensor: Tensor) -> Tensor:
            tensors.append(tensor.detach())
            return tensors[-1]

        with saved_tensors_hooks(pack, lambda tensor: tensor):
            forward()
        return len({t.data_ptr() for t in tensors if t.untyped_storage().nbytes() >= u.untyped_storage().nbytes()})

    def separate() -> Tensor:
        result: Tensor = plain[2](manifold.add(plain[:2](u), shortcut, dim=1))
        return result

    most = 4  # u, products, shortcut, result
    assert kept(lambda: unit(u, shortcut)) <= most
    if manifold.sectional_curvature != 0:
        assert kept(separate) > most


def test_a_shortcut_of_another_shape_is_an_error(manifold: ManifoldBase, frames: Maker) -> None:
    _, unit = pair(manifold)
    u = frames(2, CHANNELS, 5, 4, dim=1)
    with pytest.raises(ValueError, match=r"ConvNormAct: .*\(2, 4, 5, 4\), shortcut has \(2, 4, 1, 4\)"):
        unit(u, u[:, :, :1])
