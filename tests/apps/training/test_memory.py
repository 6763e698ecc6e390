"""Peak memory against counts by hand."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from manifuse.apps.training import peak_memory

CPU = torch.device("cpu")
SIZE = 1000 * 4


def peak(step: object, *held: Tensor) -> float:
    """Peak in tensors of 1000 float32 numbers."""
    return peak_memory(step, held=held, device=CPU) / SIZE  # type: ignore[arg-type]


def test_temporaries_count_until_they_are_freed() -> None:
    x = torch.ones(1000)

    def step() -> None:
        y = x + 1  # 2 with x
        y = y + 1  # 3, then 2
        y = y + 1  # 3, then 2

    assert peak(step, x) == 3


def test_views_and_in_place_operations_are_free() -> None:
    x = torch.ones(1000)
    assert peak(lambda: x.view(10, 100).mT.add_(1).unsqueeze(0), x) == 1


def test_what_is_held_counts_once() -> None:
    x = torch.ones(1000)
    assert peak(lambda: None, x, x.view(2, 500), torch.ones(1000)) == 2


@pytest.mark.parametrize("depth", [1, 7])
def test_saved_tensors_and_gradients_count(depth: int) -> None:
    """Each exp keeps its result; the backward pass adds the gradient of the sum, and one of each layer at a time."""
    x = torch.zeros(1000, requires_grad=True)

    def step() -> None:
        y = x
        for _ in range(depth):
            y = y.exp()
        y.backward(torch.ones_like(y))

    step()
    x.grad = None
    assert depth + 2 <= peak(step, x) <= depth + 4


def test_the_step_really_runs_and_memory_is_not_kept() -> None:
    layer = nn.Linear(10, 100)
    x = torch.ones(1, 10)

    def step() -> None:
        layer(x).sum().backward()
        layer.zero_grad()

    first = peak(step, *layer.parameters(), x)
    assert first == peak(step, *layer.parameters(), x) > 1.11
