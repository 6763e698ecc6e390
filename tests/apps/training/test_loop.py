"""The training loop, on networks of two lines."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from manifuse.apps.config import Training
from manifuse.apps.data import Dataset, Samples
from manifuse.apps.errors import DivergenceError
from manifuse.apps.training import Trainer, loop

TRAINING = Training(epochs=4, batch_size=5, lr=0.05)


@pytest.fixture
def data() -> Dataset:
    """Two clouds of points; 23 of them to train on, so that the last batch is a smaller one."""

    def clouds(count: int) -> Samples:
        labels = torch.arange(count) % 2
        return Samples(torch.randn(count, 3) + 4 * labels.unsqueeze(1) - 2, labels)

    return Dataset(clouds(23), clouds(8), clouds(8), classes=("left", "right"))


def trainer(data: Dataset, config: Training = TRAINING, seed: int = 0) -> Trainer:
    torch.manual_seed(seed)
    model = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 2))
    return Trainer(model, data, config, seed=seed, name="net, seed 0")


def without_times(record: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in record.items() if name != "step_ms"}


@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16", "float16"])
def test_it_learns(data: Dataset, dtype: str) -> None:
    training = trainer(data, Training(epochs=10, batch_size=5, lr=0.05, dtype=dtype))
    records = [training.run_epoch() for _ in range(10)]
    assert training.done
    assert records[-1]["train_loss"] < records[0]["train_loss"] / 2
    assert training.evaluate(data.test)[1] == 1
    expected = torch.float64 if dtype == "float64" else torch.float32
    assert {parameter.dtype for parameter in training.model.parameters()} == {expected}


def test_the_rate_falls_along_half_a_cosine(data: Dataset) -> None:
    training = trainer(data)
    rates = [training.run_epoch()["lr"] for _ in range(TRAINING.epochs)]
    steps = torch.tensor([5, 10, 15, 20]) - 1
    torch.testing.assert_close(torch.tensor(rates), TRAINING.lr * (1 + torch.cos(torch.pi * steps / 20)) / 2)


@pytest.mark.parametrize("stop", [0, 1, 3])
def test_a_later_process_goes_on_to_the_bit(data: Dataset, stop: int) -> None:
    """Dropout and statistics of the batch included."""
    whole = trainer(data)
    records = [whole.run_epoch() for _ in range(TRAINING.epochs)]
    first = trainer(data)
    for _ in range(stop):
        first.run_epoch()
    state = copy.deepcopy(first.state_dict())
    torch.manual_seed(99)
    later = trainer(data)
    later.load_state_dict(state)
    again = [later.run_epoch() for _ in range(TRAINING.epochs - stop)]
    assert [without_times(each) for each in again] == [without_times(each) for each in records[stop:]]
    for name, value in whole.model.state_dict().items():
        assert torch.equal(value, later.model.state_dict()[name])
    assert whole.schedule.state_dict() == later.schedule.state_dict()


def test_each_epoch_shows_every_sample_once_in_an_order_of_its_own(data: Dataset) -> None:
    seen: list[Tensor] = []

    class Spy(nn.Linear):
        def forward(self, x: Tensor) -> Tensor:
            if self.training:
                seen.append(x.detach())
            return super().forward(x)

    def orders(seed: int) -> list[Tensor]:
        seen.clear()
        training = Trainer(Spy(3, 2), data, TRAINING, seed=seed, name="spy")
        training.run_epoch()
        training.run_epoch()
        assert [len(batch) for batch in seen] == [5, 5, 5, 5, 3] * 2
        return [torch.cat(seen[:5]), torch.cat(seen[5:])]

    ours, again, other = orders(0), orders(0), orders(1)
    for order in (*ours, *other):
        assert torch.equal(order.unique(dim=0), data.train.inputs.unique(dim=0))
    assert all(torch.equal(a, b) for a, b in zip(ours, again, strict=True))
    for a, b in itertools.combinations([*ours, *other], 2):
        assert not torch.equal(a, b)


def test_evaluation_is_that_of_the_network_in_eval(data: Dataset) -> None:
    training = trainer(data)
    training.run_epoch()
    before = copy.deepcopy(training.model.state_dict())
    loss, accuracy = training.evaluate(data.val)
    logits = training.model.eval()(data.val.inputs)
    assert accuracy == (logits.argmax(1) == data.val.labels).float().mean().item()
    assert loss == pytest.approx(nn.functional.cross_entropy(logits, data.val.labels).item())
    assert all(torch.equal(value, before[name]) for name, value in training.model.state_dict().items())


def test_the_time_of_a_step_leaves_out_the_warm_up(data: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    def clock() -> Iterator[float]:
        now = 0.0
        for duration in (9.0, 9.0, 9.0, 0.25, 0.75):
            yield now
            now += duration
            yield now

    ticks = clock()
    monkeypatch.setattr(loop.time, "perf_counter", lambda: next(ticks))
    assert trainer(data).run_epoch()["step_ms"] == 500


@pytest.mark.parametrize("bad_step", [1, 4])
def test_a_loss_that_is_not_finite_names_the_place(data: Dataset, bad_step: int) -> None:
    class Bad(nn.Linear):
        calls = 0

        def forward(self, x: Tensor) -> Tensor:
            self.calls += 1
            return super().forward(x) * (float("nan") if self.calls == 5 + bad_step else 1)

    training = Trainer(Bad(3, 2), data, TRAINING, seed=0, name="lorentz, seed 0")
    training.run_epoch()
    with pytest.raises(DivergenceError, match=f"lorentz, seed 0: the loss is nan in epoch 2, step {bad_step}; try"):
        training.run_epoch()


def test_a_loss_of_evaluation_that_is_not_finite_is_an_error(data: Dataset) -> None:
    training = trainer(data)
    data.val.inputs[3] = float("inf")
    with pytest.raises(DivergenceError, match="net, seed 0: the loss of evaluation is nan after epoch 0"):
        training.evaluate(data.val)


@pytest.mark.gpu
def test_a_gpu_trains_and_resumes(data: Dataset) -> None:
    config = Training(epochs=2, batch_size=5, device="cuda", dtype="bfloat16")
    first, later = trainer(data, config), trainer(data, config)
    first.run_epoch()
    later.load_state_dict(copy.deepcopy(first.state_dict()))
    assert first.run_epoch()["train_loss"] == pytest.approx(later.run_epoch()["train_loss"], rel=1e-2)
    assert first.evaluate(data.test)[1] > 0.5


def test_compiled_training_is_that_of_the_network_as_it_stands(data: Dataset) -> None:
    def losses(config: Training) -> list[float]:
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.Linear(8, 2))
        training = Trainer(model, data, config, seed=0, name="net")
        return [training.run_epoch()["train_loss"] for _ in range(2)]

    assert losses(replace(TRAINING, compile=True)) == pytest.approx(losses(TRAINING), rel=1e-4)
