"""What presets compare: networks that can be built, and are of one size where they are not of one kind."""

from __future__ import annotations

import pytest
import torch

from manifuse import Euclidean, Lorentz, Poincare
from manifuse.apps import HECNN, ResNet, SphereNet
from manifuse.apps.contenders import PRESETS, Contender
from manifuse.apps.data import digits
from manifuse.apps.experiment import build_network
from manifuse.apps.networks import geometry_of

CONTENDERS = [(preset, name) for preset, contenders in PRESETS.items() for name in contenders]


def build(contender: Contender) -> torch.nn.Module:
    return build_network(contender.network, geometry_of(contender.geometry, 0.1, learnable=False), digits())


@pytest.mark.parametrize(("preset", "name"), CONTENDERS)
def test_every_contender_scores_digits(preset: str, name: str) -> None:
    logits = build(PRESETS[preset][name]).eval()(digits().test.inputs[:3])
    assert logits.shape == (3, 10)
    assert logits.isfinite().all()


def test_hyperbolic_and_hyperspherical_networks_are_of_one_size() -> None:
    networks = {name: build(each) for name, each in PRESETS["hyperbolic-vs-hyperspherical"].items()}
    flat, ball, lorentz, sphere = networks.values()
    assert isinstance(flat, ResNet)
    assert isinstance(flat.manifold, Euclidean)
    assert isinstance(ball, ResNet)
    assert isinstance(ball.manifold, Poincare)
    assert isinstance(lorentz, HECNN)
    assert isinstance(lorentz.manifold, Lorentz)
    assert lorentz.variant == "hecnn+"
    assert isinstance(sphere, SphereNet)
    sizes = [sum(parameter.numel() for parameter in network.parameters()) for network in networks.values()]
    assert max(sizes) < 1.02 * min(sizes)
