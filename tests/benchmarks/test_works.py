"""What is measured: networks and their twins, layers, and the peers' form of them."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from manifuse import Euclidean, Poincare
from manifuse.apps.bench import peers, works
from manifuse.apps.bench.config import Measurement
from manifuse.apps.bench.tasks import Competitor, Step, make, prepare
from manifuse.apps.bench.works import LAYERS, NETWORKS, SWEEPS, Work, resnet, resnet18, small_network
from manifuse.layers import BatchNorm2d

CONFIG = Measurement(batch=2)
SMALL = (works.conv(4, 6), works.batch_norm(4, 6), works.linear(8), works.residual(4, 6))


def count(model: nn.Module) -> int:
    return sum(parameter.numel() for parameter in model.parameters())


@pytest.mark.parametrize(
    "work", [resnet(8, (8, 16, 32)), resnet(20, (8, 16, 32)), resnet18(), small_network(), *SMALL], ids=lambda w: w.name
)
def test_a_twin_has_the_same_parameters_but_for_the_scales_of_normalisations(work: Work) -> None:
    with torch.device("meta"):
        plain, ours = work.plain(), work.ours(Poincare(c=0.1))
    scales = sum(layer.num_features - 1 for layer in ours.modules() if isinstance(layer, BatchNorm2d))
    assert count(plain) - count(ours) == scales
    assert sum(isinstance(layer, nn.BatchNorm2d) for layer in plain.modules()) == sum(
        isinstance(layer, BatchNorm2d) for layer in ours.modules()
    )


def test_a_network_on_flat_space_is_its_twin() -> None:
    # With one channel per normalisation its one scale is that of torch.nn.
    ours, plain = works.curved_network(Euclidean(), (1, 1), 2), works.plain_network((1, 1), 2)
    state = plain.state_dict()
    for name, value in zip(state, ours.state_dict().values(), strict=True):
        state[name] = value.reshape(state[name].shape)
    plain.load_state_dict(state)
    x = torch.randn(3, 3, 8, 8)
    torch.testing.assert_close(ours(x), plain(x), rtol=1e-4, atol=1e-5)


def test_resnet18_is_the_one_that_is_meant() -> None:
    with torch.device("meta"):
        plain = resnet18().plain()
    weights = [layer for layer in plain.modules() if isinstance(layer, nn.Conv2d) and layer.kernel_size == (3, 3)]
    assert len(weights) + 1 == 18
    assert [layer.stride[0] for layer in weights] == [1, *[1] * 4, 2, *[1] * 3, 2, *[1] * 3, 2, *[1] * 3]
    # That of torchvision on CIFAR has 11,173,962; here convolutions have a bias, shortcuts no normalisation.
    assert count(plain) == 11_173_962 + 3_904 + 896 - 2 * 896


def test_names_say_what_is_measured_and_are_unique() -> None:
    names = [work.name for work in (*LAYERS, *NETWORKS)]
    assert len(set(names)) == len(names)
    assert "conv 16→16 @32²" in names
    assert "ResNet-20 16-32-64" in names


def test_sweeps_measure_the_ends_first() -> None:
    batch, width, depth = SWEEPS
    assert batch.order == (1, 512, 128, 32, 8)
    assert all(sorted(sweep.order) == list(sweep.sizes) for sweep in SWEEPS)
    assert width.at(64, 7)[0].widths == (16, 32, 64)
    assert [sweep.at(sweep.sizes[0], 7)[1] for sweep in SWEEPS] == [1, 7, 7]
    assert depth.at(110, 7)[0].count == 18


@pytest.mark.parametrize("model", ["torch.nn", "euclidean", "hypersphere", "geoopt", "HypLL"])
@pytest.mark.parametrize("work", SMALL, ids=lambda work: work.kind)
def test_a_pass_leaves_gradients_for_inputs_and_parameters(work: Work, model: str) -> None:
    task = prepare(work, Competitor(model), CONFIG, 2)
    if task is None:
        assert model == "geoopt"
        assert work.kind in ("conv", "batch-norm")
        return
    assert task.forward().shape == (2, *work.shape)
    for _ in range(2):
        task.step()
        for each in (*task.inputs, *task.model.parameters()):
            assert not each.requires_grad or (each.grad is not None and each.grad.isfinite().all())


@pytest.mark.parametrize("model", ["torch.nn", "poincare", "HypLL"])
def test_a_step_trains(model: str) -> None:
    work = resnet(8, (2, 2, 2))
    task = prepare(work, Competitor(model), CONFIG, 2)
    assert isinstance(task, Step)
    assert task.forward().shape == (2, 10)
    before = [parameter.detach().clone() for parameter in task.model.parameters()]
    task.step()
    after = list(task.model.parameters())
    assert any(not torch.equal(old, new) for old, new in zip(before, after, strict=True))
    assert all(parameter.isfinite().all() for parameter in after)


def test_hypll_has_as_many_parameters() -> None:
    work = resnet(8, (2, 4, 8))
    made = make(work, "HypLL")
    assert made is not None
    trained = sum(parameter.numel() for parameter in made.parameters() if parameter.requires_grad)
    assert trained == count(work.ours(Poincare(c=0.1)))


def test_channels_last_is_that_of_weights_and_inputs() -> None:
    task = prepare(SMALL[0], Competitor("torch.nn", layout="channels_last"), CONFIG, 2)
    assert task is not None
    for each in (task.inputs[0], task.model.get_parameter("weight"), task.forward()):
        assert each.is_contiguous(memory_format=torch.channels_last)
    assert task.inputs[0].is_leaf


def test_autocast_is_that_of_the_forward_pass() -> None:
    task = prepare(SMALL[0], Competitor("torch.nn"), Measurement(autocast="bfloat16"), 2)
    assert task is not None
    assert task.forward().dtype == torch.bfloat16
    task.step()
    assert task.inputs[0].grad is not None
    assert task.inputs[0].grad.dtype == torch.float32


def test_a_missing_peer_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    assert peers.missing() == []
    monkeypatch.setattr(peers, "find_spec", lambda name: None if name == "hypll" else object())
    assert peers.missing() == ["HypLL"]
