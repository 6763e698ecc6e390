"""Manifold parameters: ordinary parameters that keep their manifold."""

from __future__ import annotations

import copy
import io
import pickle

import pytest
import torch

from manifuse.manifolds import Euclidean, Lorentz, ManifoldBase, ManifoldParameter, Poincare


class Prototypes(torch.nn.Module):
    """Owner of a manifold parameter, as the documentation asks."""

    def __init__(self, manifold: ManifoldBase) -> None:
        super().__init__()
        self.points = ManifoldParameter(manifold.random(4, manifold.point_size(2)), manifold)
        self.manifold = manifold


@pytest.fixture
def owner(curved: type[ManifoldBase]) -> Prototypes:
    return Prototypes(curved(c=0.5, learnable=True))


def test_is_a_parameter_with_a_manifold(owner: Prototypes) -> None:
    assert isinstance(owner.points, torch.nn.Parameter)
    assert owner.points.manifold is owner.manifold
    assert sorted(name for name, _ in owner.named_parameters()) == ["manifold.raw_c", "points"]
    assert owner.points.requires_grad
    assert owner.points.is_leaf


def test_arithmetic_gives_plain_tensors_and_gradients(owner: Prototypes) -> None:
    result = owner.points * 2 + 1
    assert type(result) is torch.Tensor
    owner.manifold.dist0(owner.points).sum().backward()
    assert owner.points.grad is not None
    assert owner.manifold.raw_c.grad is not None


def test_shares_memory_with_its_data() -> None:
    data = torch.zeros(3, 2)
    ManifoldParameter(data, Euclidean()).data.fill_(1.0)
    assert torch.equal(data, torch.ones(3, 2))


def test_deepcopy_of_the_owner_ties_the_copies(owner: Prototypes) -> None:
    twin = copy.deepcopy(owner)
    assert type(twin.points) is ManifoldParameter
    assert twin.points.manifold is twin.manifold
    assert twin.manifold is not owner.manifold
    assert torch.equal(twin.points, owner.points)
    with torch.no_grad():
        twin.points.zero_()
    assert not torch.equal(twin.points, owner.points)


def test_deepcopy_copies_a_shared_parameter_once(owner: Prototypes) -> None:
    first, second = copy.deepcopy([owner.points, owner.points])
    assert first is second


def test_deepcopy_keeps_requires_grad() -> None:
    frozen = ManifoldParameter(torch.zeros(2), Euclidean(), requires_grad=False)
    assert not copy.deepcopy(frozen).requires_grad
    assert not pickle.loads(pickle.dumps(frozen)).requires_grad


def test_pickle_ties_the_copies(owner: Prototypes) -> None:
    twin = pickle.loads(pickle.dumps(owner))
    assert type(twin.points) is ManifoldParameter
    assert twin.points.manifold is twin.manifold
    assert torch.equal(twin.points, owner.points)


def test_whole_module_survives_torch_save(owner: Prototypes) -> None:
    file = io.BytesIO()
    torch.save(owner, file)
    file.seek(0)
    twin = torch.load(file, weights_only=False)
    assert twin.points.manifold is twin.manifold


def test_state_dict_loads_with_weights_only(owner: Prototypes) -> None:
    file = io.BytesIO()
    torch.save(owner.state_dict(), file)
    file.seek(0)
    state = torch.load(file, weights_only=True)
    assert type(state["points"]) is torch.Tensor
    twin = Prototypes(type(owner.manifold)(c=2.0, learnable=True))
    twin.load_state_dict(state)
    assert type(twin.points) is ManifoldParameter
    assert torch.equal(twin.points, owner.points)
    assert torch.equal(twin.manifold.c, owner.manifold.c)


def test_moves_keep_type_and_manifold(owner: Prototypes) -> None:
    owner.double()
    assert type(owner.points) is ManifoldParameter
    assert owner.points.dtype == torch.float64
    assert owner.points.manifold is owner.manifold
    assert owner.points.manifold.c.dtype == torch.float64


def test_optimiser_and_compiler_take_it(owner: Prototypes) -> None:
    before = owner.points.detach().clone()
    distance = torch.compile(lambda: owner.manifold.dist0(owner.points).sum(), fullgraph=True, backend="eager")
    distance().backward()
    torch.optim.SGD([owner.points], lr=0.1).step()
    assert not torch.equal(before, owner.points)


def test_repr_names_the_manifold() -> None:
    assert repr(ManifoldParameter(torch.zeros(2), Poincare(c=0.5))).startswith("ManifoldParameter on Poincare(c=0.5):")


def test_bad_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match="data must be a tensor of points, got list"):
        ManifoldParameter([1.0, 2.0], Lorentz())
    with pytest.raises(TypeError, match="manifold must be a Manifold, got None"):
        ManifoldParameter(torch.zeros(2), None)
    with pytest.raises(RuntimeError, match="floating point"):
        ManifoldParameter(torch.zeros(2, dtype=torch.long), Lorentz())
