"""A trained network leaves torch: `torch.export`, and ONNX as onnxruntime evaluates it."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch.nn.functional import cross_entropy

from manifuse import Euclidean, Hypersphere, Lorentz, Poincare
from manifuse.apps import ResNet
from manifuse.manifolds import ManifoldBase

GEOMETRIES = [Euclidean(), Poincare(c=0.1), Lorentz(c=0.5, learnable=True), Hypersphere(c=0.1)]


def trained(manifold: ManifoldBase, images: torch.Tensor) -> ResNet:
    """A small network after a few steps, in evaluation: running statistics and γ are not those of the start."""
    network = ResNet(8, manifold, (4, 4, 4), in_channels=1)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
    for _ in range(3):
        loss = cross_entropy(network(images), torch.arange(len(images)) % 10)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return network.eval()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning", "ignore::UserWarning")
@pytest.mark.parametrize("manifold", GEOMETRIES, ids=str)
def test_exported_network_computes_the_same(manifold: ManifoldBase, tmp_path: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    torch.manual_seed(0)
    images = torch.rand(8, 1, 8, 8) * 2 - 1
    network = trained(manifold, images)
    with torch.no_grad():
        expected = network(images)
    program = torch.export.export(network, (images,))
    torch.testing.assert_close(program.module()(images), expected, rtol=1e-5, atol=1e-5)
    path = tmp_path / "network.onnx"
    exported = torch.onnx.export(program, dynamo=True, verbose=False)
    assert exported is not None
    exported.save(str(path))
    (found,) = onnxruntime.InferenceSession(str(path)).run(None, {"x": images.numpy()})
    torch.testing.assert_close(torch.from_numpy(found), expected, rtol=1e-5, atol=1e-5)
