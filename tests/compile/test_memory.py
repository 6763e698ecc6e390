"""What ops keep for their backward: their inputs and a few scalars per row, or per group for a reduction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import torch
from torch import Tensor

ROW_SCALARS = 5
GROUP_VECTORS, GROUP_SCALARS = 3, 4
"""Most vectors and scalars per group that a reduction keeps besides its inputs: sums, and a point that they are taken
about."""


def kept(bundled: Any, inputs: Sequence[Tensor]) -> list[Tensor]:
    """Every tensor that the graph of one call keeps, each memory once."""
    packed: list[Tensor] = []

    def pack(tensor: Tensor) -> Tensor:
        packed.append(tensor.detach())
        return tensor

    leaves = [t.clone().requires_grad_() for t in inputs]
    storages = {t.untyped_storage().data_ptr() for t in leaves}
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        outputs = bundled.call(*leaves)
    del outputs
    extra: dict[int, Tensor] = {}
    for tensor in packed:
        pointer = tensor.untyped_storage().data_ptr()
        if pointer not in storages:
            extra[pointer] = tensor
    assert len(packed) >= len(extra)
    return list(extra.values())


def numbers(tensors: Sequence[Tensor]) -> int:
    """How many numbers the memory of tensors holds (a view of an expanded scalar holds one)."""
    return sum(t.untyped_storage().nbytes() // t.element_size() for t in tensors)


def stretched(bundled: Any, inputs: Sequence[Tensor], count: int) -> tuple[Tensor, ...]:
    """The inputs with every row of a group repeated."""
    return tuple(t.repeat_interleave(count, dim=-2) if t.dim() > 1 else t for t in inputs)


def test_memory(bundled: Any) -> None:
    """Besides the inputs themselves, at most 5 numbers per row; per group of a reduction, O(1) vectors and scalars."""
    rows, n = 6, 16
    inputs = bundled.inputs(rows, n=n)
    extra = kept(bundled, inputs)
    if not bundled.is_reduction:
        assert all(t.numel() == rows for t in extra), [tuple(t.shape) for t in extra]
        assert numbers(extra) <= ROW_SCALARS * rows
        return
    assert numbers(extra) <= rows * (GROUP_VECTORS * (n + 1) + GROUP_SCALARS)
    longer = kept(bundled, stretched(bundled, inputs, 7))
    assert numbers(longer) == numbers(extra), "what is kept grows with the rows of a group"


def test_inputs_are_kept_as_they_are(bundled: Any) -> None:
    """No copy of a broadcast input, no float32 copy of a half-precision one: what is kept is the caller's memory."""
    inputs = list(bundled.inputs(4, n=8, dtype=torch.float32))
    scalars_and_points = kept(bundled, inputs)
    half = [t.to(torch.bfloat16) if t.dim() else t for t in inputs]
    assert len(kept(bundled, half)) == len(scalars_and_points)


@pytest.mark.parametrize("count", [1, 5])
def test_shared_points_are_kept_once(bundled_named: Any, count: int) -> None:
    """A point that is broadcast over many rows is not expanded in memory."""
    x, y, c = bundled_named("poincare.mobius_add").inputs(count, n=8)
    wide = x.expand(100, *x.shape)
    extra = kept(bundled_named("poincare.mobius_add"), (wide, y, c))
    assert numbers(extra) <= ROW_SCALARS * 100 * count
