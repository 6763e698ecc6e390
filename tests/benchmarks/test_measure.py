"""The measuring functions on cases that can be counted by hand; nothing here asserts a time."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from manifuse.apps.bench.measure import (
    LEAST,
    Timing,
    compiling_into,
    exponent,
    held_by_graph,
    interleaved,
    peak_growth,
)

N = 1000


def leaf() -> Tensor:
    return torch.randn(N, requires_grad=True)


@pytest.mark.parametrize(
    ("function", "nodes", "saved"),
    [
        (lambda x: x.sin().sum(), 2, 0),  # the sine saves its input
        (lambda x: x.sin().sin().sum(), 3, 4 * N),  # the second one saves the first
        (lambda x: x.sin().exp(), 2, 4 * N),  # an exponential saves its output
        (lambda x: x.exp() * x.exp(), 3, 8 * N),
        (lambda x: x.sin().view(10, -1).sin().t().cos(), 5, 8 * N),  # the views share a storage
        (lambda x: (x + x).sum(), 2, 0),
    ],
)
def test_nodes_and_saved_bytes(function: Callable[[Tensor], Tensor], nodes: int, saved: int) -> None:
    x = leaf()
    assert held_by_graph(lambda: function(x), [x]) == (nodes, saved)


def test_parameters_are_not_saved_memory() -> None:
    layer, x = nn.Linear(N, 3), torch.randn(2, N, requires_grad=True)
    known = [*layer.parameters(), x]
    assert held_by_graph(lambda: layer(x), known) == (2, 0)  # addmm, and the transposed weight
    assert held_by_graph(lambda: layer(x), []) == (2, 4 * (3 * N + 2 * N))


def test_what_compiled_functions_save_is_seen() -> None:
    x = leaf()
    compiled = torch.compile(lambda x: x.sin().exp() * x, backend="aot_eager")
    compiled(x)
    assert held_by_graph(lambda: compiled(x), [x]) == (1, 4 * N)  # exp(sin x); the cosine is computed again


def test_what_compiled_functions_stash_is_seen() -> None:
    class Stashing(torch.autograd.Function):
        @staticmethod
        def forward(ctx: torch.autograd.function.FunctionCtx, x: Tensor) -> Tensor:
            ctx.slope = x.cumsum(0)  # not computed again in the backward pass
            return x.sin()

        @staticmethod
        def backward(ctx: torch.autograd.function.FunctionCtx, grad: Tensor) -> Tensor:
            return grad * ctx.slope

    x = leaf()
    compiled = torch.compile(Stashing.apply, backend="aot_eager")
    compiled(x)
    assert held_by_graph(lambda: compiled(x), [x]) == (1, 4 * N)


def test_counting_keeps_no_graph_alive() -> None:
    x = leaf()
    freed = []

    class Output(torch.autograd.Function):
        @staticmethod
        def forward(ctx: torch.autograd.function.FunctionCtx, x: Tensor) -> Tensor:
            y = x.exp()
            ctx.save_for_backward(y)
            ctx.flag = Flag()
            return y

        @staticmethod
        def backward(ctx: torch.autograd.function.FunctionCtx, grad: Tensor) -> Tensor:
            return grad

    class Flag:
        def __del__(self) -> None:
            freed.append(True)

    held_by_graph(lambda: Output.apply(x), [x])
    assert freed


class Clock:
    """Seconds that pass as they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_rounds_are_interleaved_and_every_other_one_is_reversed() -> None:
    order: list[str] = []
    runs = {name: (lambda name=name: order.append(name)) for name in "abc"}
    seconds = interleaved(runs, 4)
    assert "".join(order) == "abc" + "abc" + "cba" + "abc" + "cba"  # the first to warm up
    assert {name: len(each) for name, each in seconds.items()} == {"a": 4, "b": 4, "c": 4}


def test_each_run_gets_its_own_seconds_and_warming_up_counts_for_none() -> None:
    clock = Clock()
    calls = {"slow": 0, "fast": 0}

    def run(name: str, seconds: float) -> None:
        calls[name] += 1
        clock.now += 100 if calls[name] == 1 else seconds

    runs = {"slow": lambda: run("slow", 2), "fast": lambda: run("fast", 1)}
    assert interleaved(runs, 3, clock=clock) == {"slow": [2, 2, 2], "fast": [1, 1, 1]}


def test_a_budget_ends_rounds_but_not_below_the_least() -> None:
    clock = Clock()

    def run() -> None:
        clock.now += 1

    assert len(interleaved({"a": run}, 100, budget=0.5, clock=clock)["a"]) == LEAST
    assert len(interleaved({"a": run}, 100, budget=7.5, clock=clock)["a"]) == 8
    assert len(interleaved({"a": run}, 1, clock=clock)["a"]) == LEAST


def test_the_device_is_waited_for_before_and_after_a_run() -> None:
    events: list[str] = []
    interleaved({"a": lambda: events.append("run")}, 1, synchronize=lambda: events.append("wait"))
    assert events == ["run", *["wait", "run", "wait"] * LEAST]


def test_a_timing_is_median_and_quartiles() -> None:
    assert Timing.of([5.0, 1.0, 2.0, 4.0, 3.0]) == Timing(3.0, 2.0, 4.0, 5)


@pytest.mark.parametrize("power", [0.0, 0.5, 1.0, 2.0])
def test_an_exponent_is_that_of_a_power_law(power: float) -> None:
    sizes = [1, 8, 32, 512]
    assert exponent(sizes, [3e-3 * size**power for size in sizes]) == pytest.approx(power, abs=1e-12)


def test_an_exponent_is_the_least_squares_slope() -> None:
    noise = [1.2, 0.8, 0.8, 1.2]
    costs = [size**1.5 * factor for size, factor in zip([1, 2, 4, 8], noise, strict=True)]
    assert exponent([1, 2, 4, 8], costs) == pytest.approx(1.5, abs=1e-12)  # symmetric noise does not tilt it
    assert math.isfinite(exponent([1, 2], [5, 5]))


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux")
def test_peak_growth_sees_temporary_memory() -> None:
    size = 2**27

    def step() -> None:
        torch.ones(size // 4)

    step()
    growth = peak_growth(step, torch.device("cpu"))
    if growth is None:
        pytest.skip("the peak cannot be reset here")
    assert 0.9 * size < growth < 1.5 * size


def test_compiling_elsewhere_leaves_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORCHINDUCTOR_CACHE_DIR", "mine")
    monkeypatch.delenv("TRITON_CACHE_DIR", raising=False)
    with compiling_into(tmp_path):
        assert os.environ["TORCHINDUCTOR_CACHE_DIR"] == str(tmp_path)
        assert os.environ["TRITON_CACHE_DIR"] == str(tmp_path / "triton")
    assert os.environ["TORCHINDUCTOR_CACHE_DIR"] == "mine"
    assert "TRITON_CACHE_DIR" not in os.environ
