"""What a benchmark measures: one dataclass is the command line and the record of its arguments."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import torch

from ...manifolds import GEOMETRIES
from ..config import Training
from ..errors import InputError

LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
AUTOCAST = {"bfloat16": torch.bfloat16, "float16": torch.float16}
MODES = ("eager", "ops", "fused")
PARTS = ("layers", "networks", "memory", "sizes", "peers")
CURVED = ("poincare", "lorentz", "hypersphere")
QUICK_ROUNDS = 3


@dataclass(frozen=True)
class Measurement:
    """What to measure, on what.

    Raises:
        InputError: A number is out of range, or a name unknown or given twice.
    """

    parts: tuple[str, ...] = PARTS
    """Parts to measure: layers, networks, memory, sizes, peers."""
    manifolds: tuple[str, ...] | None = None
    """Geometries beside the Euclidean twin, which is always measured. Default: poincare lorentz hypersphere."""
    modes: tuple[str, ...] = MODES
    """How models run: eager, ops (eager with `compiled_ops`), fused."""
    layouts: tuple[str, ...] = ("contiguous",)
    """Memory formats of curved models: contiguous, channels_last. The twin is measured in both."""
    device: str = "cpu"
    """Device, as torch names it: cpu, cuda, cuda:1, …"""
    batch: int = 32
    """Samples in a batch."""
    autocast: str | None = None
    """Precision of the forward pass, under autocast: bfloat16, float16. Default: float32."""
    rounds: int = 11
    """Timed rounds of a network, three times as many of a layer; fewer where they would take too long."""
    quick: bool = False
    """Have a look: less of everything, poincare if no geometry is named, networks eager if no mode is."""

    def __post_init__(self) -> None:
        _names("parts", self.parts, PARTS)
        if self.manifolds is not None:
            _names("manifolds", self.manifolds, GEOMETRIES)
        _names("modes", self.modes, MODES)
        _names("layouts", self.layouts, LAYOUTS)
        for name in ("batch", "rounds"):
            if getattr(self, name) < 1:
                raise InputError(f"{name}: at least 1, got {getattr(self, name)}")
        if self.autocast is not None:
            _names("autocast", (self.autocast,), AUTOCAST)

    @property
    def curved(self) -> tuple[str, ...]:
        """Geometries beside the Euclidean one, which is a twin."""
        if self.manifolds is None:
            return CURVED[:1] if self.quick else CURVED
        return tuple(name for name in self.manifolds if name != "euclidean")

    @property
    def name(self) -> str:
        """Name of the results: device and batch, and all that makes them another measurement than the default."""
        parts = () if self.parts == PARTS else self.parts
        manifolds = self.manifolds or ()
        modes = () if self.modes == MODES else self.modes
        layouts = () if self.layouts == ("contiguous",) else self.layouts
        quick = ("quick",) if self.quick else ()
        device = torch.device(self.device).type
        return "-".join(
            (device, str(self.batch), self.autocast or "float32", *parts, *manifolds, *modes, *layouts, *quick)
        )

    def torch_device(self) -> torch.device:
        """Return the device.

        Raises:
            InputError: There is no such device here.
        """
        return Training(device=self.device).torch_device()

    def autocasting(self) -> torch.autocast:
        """Make the context of a forward pass."""
        dtype = None if self.autocast is None else AUTOCAST[self.autocast]
        return torch.autocast(torch.device(self.device).type, dtype=dtype, enabled=dtype is not None)


def _names(option: str, given: tuple[str, ...], known: Collection[str]) -> None:
    if not given:
        raise InputError(f"{option}: name at least one")
    for name in given:
        if name not in known:
            raise InputError(f"{option}: {name!r} is unknown; choose from {', '.join(known)}")
    if len(set(given)) < len(given):
        raise InputError(f"{option}: each may be named once, got {', '.join(given)}")
