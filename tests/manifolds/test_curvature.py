"""The curvature parameter: what is asked is what is used, through moves, copies and files."""

from __future__ import annotations

import copy
import io
import math
import pickle

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from manifuse.manifolds import Euclidean, Hypersphere, Lorentz, ManifoldBase, Poincare

GEOMETRIES = (Poincare, Lorentz, Hypersphere)
values = st.floats(1e-6, 1e6)


def through_a_file(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    file = io.BytesIO()
    torch.save(state, file)
    file.seek(0)
    return torch.load(file, weights_only=True)


@given(values)
def test_constructor_round_trip(value: float) -> None:
    for kind in GEOMETRIES:
        assert kind(c=value).c == value
        assert float(kind(c=value).double().c) == value
        assert float(kind(c=value).half().double().c) == value
        assert float(kind(c=value).bfloat16().float().to(torch.float64).c) == value


@given(st.floats(1e-3, 1e3))
def test_learnable_round_trip(value: float) -> None:
    c = Poincare(c=value, learnable=True).c
    assert float(c.detach()) == pytest.approx(value, rel=2e-6)


def test_learnable_round_trip_in_float64() -> None:
    torch.set_default_dtype(torch.float64)
    try:
        for value in (1e-30, 1e-8, 0.1, 1.0, 19.0, 25.0, 700.0, 1e10):
            assert float(Lorentz(c=value, learnable=True).c.detach()) == pytest.approx(value, rel=1e-14)
    finally:
        torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize("learnable", [False, True])
def test_never_below_float32(curved: type[ManifoldBase], learnable: bool) -> None:
    manifold = curved(c=0.1, learnable=learnable)
    before = manifold.c.detach().clone()
    for move in (lambda m: m.half(), lambda m: m.to(torch.bfloat16), lambda m: m.half().bfloat16()):
        moved = move(copy.deepcopy(manifold))
        assert moved.c.dtype == torch.float32
        assert moved.c == before


def test_learnable_keeps_float64_digits_that_float32_has() -> None:
    manifold = Poincare(c=0.3, learnable=True).double()
    with torch.no_grad():
        manifold.raw_c.fill_(0.123456789123)
    assert manifold.half().raw_c == torch.tensor(0.123456789123, dtype=torch.float64).float()


def test_low_precision_default_dtype(curved: type[ManifoldBase]) -> None:
    torch.set_default_dtype(torch.float16)
    try:
        assert curved(c=0.1).c.dtype == torch.float32
        assert curved(c=0.1, learnable=True).raw_c.dtype == torch.float32
    finally:
        torch.set_default_dtype(torch.float32)


def test_float64_inputs_get_the_exact_value(curved: type[ManifoldBase]) -> None:
    x = torch.tensor([0.3, 0.2, -0.4], dtype=torch.float64)
    assert torch.equal(curved(c=0.1).from_frame(x), curved(c=0.1).double().from_frame(x))


def test_sign_of_sectional_curvature() -> None:
    signs = {Poincare(c=0.5): -0.5, Lorentz(c=0.5): -0.5, Hypersphere(c=0.5): 0.5, Euclidean(): 0.0}
    for manifold, expected in signs.items():
        assert float(manifold.sectional_curvature) == expected


def test_learnable_is_listed_and_fixed_is_not(curved: type[ManifoldBase]) -> None:
    assert [name for name, _ in curved(learnable=True).named_parameters()] == ["raw_c"]
    assert list(curved(learnable=True).buffers()) == []
    assert list(curved().parameters()) == []
    assert [name for name, _ in curved().named_buffers()] == ["fixed_c"]
    assert (curved().learnable, curved(learnable=True).learnable) == (False, True)


def test_gradient_reaches_the_raw_parameter(curved: type[ManifoldBase]) -> None:
    manifold = curved(c=0.7, learnable=True).double()
    manifold.frame_dist(torch.tensor([1.0, 0.0]).double(), torch.tensor([0.0, 1.0]).double()).backward()
    step = 1e-6
    far, near = (curved(c=0.7 + sign * step).double() for sign in (1, -1))
    u, v = torch.eye(2, dtype=torch.float64)
    slope = float(far.frame_dist(u, v) - near.frame_dist(u, v)) / (2 * step)
    assert float(manifold.raw_c.grad) == pytest.approx(slope * -math.expm1(-0.7), rel=1e-5)


def test_optimiser_keeps_c_positive() -> None:
    manifold = Poincare(c=1.0, learnable=True)
    optimiser = torch.optim.SGD(manifold.parameters(), lr=50.0)
    manifold.c.backward()
    optimiser.step()
    assert 0 < float(manifold.c.detach()) < 1e-10


@given(values)
def test_state_dict_restores_a_fixed_value_exactly(value: float) -> None:
    state = through_a_file(Poincare(c=value).half().state_dict())
    assert list(state) == ["fixed_c"]
    loaded = Poincare(c=1.0)
    assert str(loaded.load_state_dict(state)) == "<All keys matched successfully>"
    assert loaded.c.dtype == torch.float32
    assert loaded.c == value
    assert float(loaded.double().c) == value
    assert f"c={value}" in repr(loaded)


@pytest.mark.parametrize("assign", [False, True])
def test_state_dict_restores_every_manifold_of_a_module(curved: type[ManifoldBase], assign: bool) -> None:
    saved = torch.nn.ModuleList([curved(c=0.1), curved(c=0.3, learnable=True)])
    loaded = torch.nn.ModuleList([curved(c=1.0), curved(c=1.0, learnable=True)])
    loaded.load_state_dict(through_a_file(saved.state_dict()), assign=assign)
    assert torch.equal(loaded[0].c, saved[0].c)
    assert torch.equal(loaded[1].raw_c, saved[1].raw_c)


@pytest.mark.parametrize("learnable", [False, True])
def test_state_of_the_other_kind_is_refused(curved: type[ManifoldBase], learnable: bool) -> None:
    state = curved(learnable=learnable).state_dict()
    with pytest.raises(RuntimeError, match=f"build it with learnable={learnable}"):
        curved(learnable=not learnable).load_state_dict(state)
    with pytest.raises(RuntimeError, match=f"build it with learnable={learnable}"):
        curved(learnable=not learnable).load_state_dict(state, strict=False)


def test_incomplete_and_broken_states_are_refused() -> None:
    with pytest.raises(RuntimeError, match=r"Missing key.*fixed_c"):
        Poincare().load_state_dict({})
    with pytest.raises(RuntimeError, match=r"Unexpected key.*other"):
        Poincare().load_state_dict({**Poincare().state_dict(), "other": torch.zeros(())})
    with pytest.raises(RuntimeError, match="must be positive"):
        Poincare().load_state_dict({"fixed_c": torch.tensor(-1.0)})


@pytest.mark.parametrize("learnable", [False, True])
def test_copies_are_equal_and_independent(curved: type[ManifoldBase], learnable: bool) -> None:
    manifold = curved(c=0.1, learnable=learnable)
    for other in (copy.deepcopy(manifold), pickle.loads(pickle.dumps(manifold))):
        assert torch.equal(other.c, manifold.c)
        other.load_state_dict(curved(c=2.0, learnable=learnable).state_dict())
        assert float(manifold.c.detach()) == pytest.approx(0.1)
        assert float(other.double().c.detach()) == pytest.approx(2.0)


def test_deepcopy_keeps_a_shared_manifold_shared(curved: type[ManifoldBase]) -> None:
    class Layer(torch.nn.Module):
        def __init__(self, manifold: ManifoldBase) -> None:
            super().__init__()
            self.manifold = manifold

    manifold = curved(learnable=True)
    net = copy.deepcopy(torch.nn.Sequential(Layer(manifold), Layer(manifold)))
    assert net[0].manifold is net[1].manifold
    assert net[0].manifold is not manifold
    assert len(list(net.parameters())) == 1


def test_fixed_value_survives_the_meta_device(curved: type[ManifoldBase]) -> None:
    with torch.device("meta"):
        manifold = curved(c=0.3)
    assert manifold.to_empty(device="cpu").c == 0.3


def test_repr_shows_c_and_learnable(curved: type[ManifoldBase]) -> None:
    assert repr(curved(c=0.1)) == f"{curved.__name__}(c=0.1)"
    assert repr(curved(c=0.1, learnable=True)) == f"{curved.__name__}(c=0.1, learnable=True)"
    assert "c=?" in repr(curved(learnable=True).to("meta"))


@pytest.mark.parametrize("c", [0, -1.0, math.nan, math.inf, 1e-50, 1e50, True, "1", None, 1j, torch.ones(())])
def test_bad_c_is_refused(curved: type[ManifoldBase], c: object) -> None:
    with pytest.raises(ValueError, match=rf"{curved.__name__}: c must be") as caught:
        curved(c=c)
    assert str(c) in str(caught.value)
    assert "magnitude of the sectional curvature" in str(caught.value)
