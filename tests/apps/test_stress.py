"""Training at ten times the default rate stays finite, in float32 and under autocast."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from manifuse.apps import Comparison, ResNet
from manifuse.apps.data import digits
from manifuse.apps.training import Trainer
from manifuse.manifolds import manifold

STEPS = 200


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("learnable", [False, True], ids=["fixed", "learnable"])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("geometry", ["euclidean", "poincare", "lorentz", "hypersphere"])
def test_ten_times_the_default_rate(geometry: str, dtype: str, learnable: bool) -> None:
    if geometry == "euclidean" and learnable:
        pytest.skip("flat space has no curvature to learn")
    torch.manual_seed(0)
    default = Comparison()
    data = digits()
    config = replace(default.training, lr=10 * default.training.lr, batch_size=32, dtype=dtype, epochs=STEPS // 39 + 1)
    curvature = {} if geometry == "euclidean" else {"c": default.c, "learnable": learnable}
    network = ResNet(default.depth, manifold(geometry, **curvature), default.widths, in_channels=1)
    trainer = Trainer(network, data, config, seed=0, name=geometry)
    while not trainer.done:
        trainer.run_epoch()  # raises where a loss is not finite
        for name, parameter in network.named_parameters():
            assert parameter.isfinite().all(), name
    trainer.evaluate(data.test)
