"""What a comparison compares: networks on geometries, by name; presets name a set of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from . import resnet
from .networks import HECNNOptions, Network, ResNetOptions, SphereNetOptions


@dataclass(frozen=True)
class Contender:
    """A network on a geometry: a row of the table."""

    network: Network
    geometry: str
    directions: bool = False
    """Whether its embedding is drawn as directions, on the unit sphere, since angles are what it learns."""


Contenders: TypeAlias = Mapping[str, Contender]
"""Rows by name."""


def resnets(depth: int, widths: Sequence[int]) -> Contenders:
    """The same ResNet on every geometry; "lorentz" is what the field calls a Lorentz network."""
    geometric = ResNetOptions(depth, tuple(widths))
    space_parts = ResNetOptions(depth, tuple(widths), scheme="space")
    return {
        "euclidean": Contender(geometric, "euclidean"),
        "poincare": Contender(geometric, "poincare"),
        "lorentz": Contender(space_parts, "lorentz"),
        "lorentz-geometric": Contender(geometric, "lorentz"),
        "hypersphere": Contender(geometric, "hypersphere"),
    }


def hcnns(width: int) -> Contenders:
    """The same HCNN on every geometry; it has a scheme of its own."""
    network = HECNNOptions(variant="hcnn", width=width)
    return {name: Contender(network, name) for name in ("euclidean", "poincare", "lorentz", "hypersphere")}


_RESNET = ResNetOptions(20, (8, 16, 32))

PRESETS: dict[str, Contenders] = {
    **{name: resnets(**arguments) for name, arguments in resnet.PRESETS.items()},
    "hcnn-18-8": hcnns(8),
    # Of about 69,000 parameters each.
    "hyperbolic-vs-hyperspherical": {
        "euclidean-resnet": Contender(_RESNET, "euclidean"),
        "poincare-resnet": Contender(_RESNET, "poincare"),
        "lorentz-hecnn+": Contender(HECNNOptions(18, "hecnn+", width=5), "lorentz"),
        "spherenet": Contender(
            SphereNetOptions(20, (8, 16, 32), operator="linear", residual=True), "euclidean", directions=True
        ),
    },
}
"""Contenders by name of the preset."""
