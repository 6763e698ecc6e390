"""SphereNorm: responses as they are, rescaled, or batch-normalised."""

from __future__ import annotations

import math
from copy import deepcopy

import pytest
import torch
from torch import nn

from manifuse.layers import BatchNorm2d, SphereConv1d, SphereConv2d, SphereLinear, SphereNorm
from manifuse.manifolds import Euclidean, Hypersphere

EXACT = {"rtol": 1e-12, "atol": 1e-12}


@pytest.mark.parametrize(
    ("conv", "shape"),
    [
        (SphereLinear(3, 4), (5, 3)),
        (SphereConv1d(3, 4, 2), (5, 3, 6)),
        (SphereConv2d(3, 4, 2, similarity="learnable"), (5, 3, 6, 4)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_factor_and_summand_of_each_kernel_apply_to_its_responses(conv: nn.Module, shape: tuple[int, ...]) -> None:
    norm = SphereNorm(conv).double()
    x = torch.randn(shape, dtype=torch.float64)
    torch.testing.assert_close(norm(x), conv(x), **EXACT)
    with torch.no_grad():
        norm.weight.copy_(torch.tensor([1.0, -2.0, 30.0, 0.0]))
        norm.bias.copy_(torch.tensor([0.0, 1.0, -1.0, 5.0]))
    for kernel, (got, response) in enumerate(zip(norm(x).unbind(1), conv(x).unbind(1), strict=True)):
        torch.testing.assert_close(got, norm.weight[kernel] * response + norm.bias[kernel], **EXACT)
    norm.reset_parameters()
    torch.testing.assert_close(norm(x), conv(x), **EXACT)


def test_without_parameters_it_is_the_layer() -> None:
    conv = SphereConv2d(3, 4, 2)
    norm = SphereNorm(conv, affine=False)
    assert [name for name, _ in norm.named_parameters()] == ["conv.weight"]
    x = torch.randn(2, 3, 5, 4)
    assert torch.equal(norm(x), conv(x))


def test_batch_normalisation_follows_and_rescales() -> None:
    conv, batch_norm = SphereConv2d(3, 4, 2).double(), nn.BatchNorm2d(4).double()
    norm = SphereNorm(conv, batch_norm)
    assert {name for name, _ in norm.named_parameters()} == {"conv.weight", "batch_norm.weight", "batch_norm.bias"}
    x = torch.randn(6, 3, 5, 4, dtype=torch.float64)
    expected = deepcopy(batch_norm)(conv(x))
    torch.testing.assert_close(norm(x), expected, **EXACT)
    torch.testing.assert_close(expected.mean((0, 2, 3)), torch.zeros(4, dtype=torch.float64), rtol=0, atol=1e-12)


@pytest.mark.parametrize("batch", [1, 64])
def test_no_statistics_of_batches_enter(batch: int) -> None:
    """An image is normalised alike alone and in a batch, in training too."""
    norm = SphereNorm(SphereConv2d(3, 4, 2)).double().train()
    x = torch.randn(batch, 3, 5, 4, dtype=torch.float64)
    torch.testing.assert_close(norm(x)[:1], norm(x[:1]), **EXACT)


def test_rescaled_responses_stay_on_the_sphere() -> None:
    sphere = Hypersphere(c=0.5).double()
    norm = SphereNorm(SphereConv2d(3, 4, 2, manifold=sphere)).double()
    with torch.no_grad():
        norm.weight.fill_(1e3)
    lengths = norm(torch.randn(2, 3, 5, 4, dtype=torch.float64)).detach().norm(dim=1)
    assert float(lengths.max()) <= math.pi / math.sqrt(0.5)


def test_on_flat_space_a_batch_normalisation_of_ours_is_torchs() -> None:
    conv = SphereConv2d(3, 4, 2)
    ours = SphereNorm(conv, BatchNorm2d(4, manifold=Euclidean(), spread="channel")).double()
    theirs = SphereNorm(conv, nn.BatchNorm2d(4)).double()
    x = torch.randn(6, 3, 5, 4, dtype=torch.float64)
    torch.testing.assert_close(ours(x), theirs(x), **EXACT)
