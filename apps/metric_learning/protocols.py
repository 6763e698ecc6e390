"""How embeddings are trained in the papers of metric learning: rates by groups of parameters, and their schedules.

Source: HIER (arXiv 2212.14258), its code and scripts, which LHIER (arXiv 2405.13979) follows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import nn
from torch.optim.lr_scheduler import LambdaLR

from ...manifolds import ManifoldParameter
from ...manifolds.curvature import CurvatureParameter
from ...optim import RiemannianAdamW
from ..lhier import LHIER

REFERENCE_BATCH = 180
"""Images in a step, of all processes, to which learning rates belong."""
LARGEST_GRADIENT = 10.0
"""Entries of gradients are cut there."""
CURVATURES = (0.05, 20.0)
"""Range of a learned c."""


@dataclass(frozen=True)
class Protocol:
    """Rates, epochs and evaluation of one collection and kind of backbone.

    Rates are multiples of that of the backbone. A proxy that is a point of a curved space steps by its length, not by
    coordinates (see `RiemannianAdamW`): its rate is multiplied by √dim, which lets it move as far.
    """

    lr: float
    epochs: int
    weight_decay: float
    recalls: tuple[int, ...] = (1, 2, 4, 8)
    """Numbers k of neighbours at which recall is measured."""
    warm_up: int = 1
    """Epochs at the start in which the backbone stays as it is."""
    head: float = 1.0
    """Rate of the neck."""
    nodes: float = 50.0
    """Rate of the proxies of the hierarchy."""
    class_proxies: float = 1e4
    """Rate of the proxies of classes."""
    curvature: float = 10.0
    """Rate of curvatures; chosen by us."""
    decay_every: int | None = None
    """Epochs after which rates are multiplied by `gamma`, again and again."""
    gamma: float = 1.0
    unevaluated: int = 0
    """Epochs at the start that are not followed by an evaluation."""
    frozen_norm: bool = False
    """Whether normalisations of a ResNet-50 are frozen."""

    def start(self, network: LHIER, *, lr: float, eps: float, steps: int) -> tuple[RiemannianAdamW, LambdaLR]:
        """Make the optimiser of a network and its schedule.

        Args:
            network: Network, on the device and in the dtype of the training.
            lr: Learning rate of the backbone.
            eps: Of AdamW.
            steps: Number of steps in an epoch.
        """

        def later(step: int) -> float:
            return 1.0 if self.decay_every is None else self.gamma ** (step // (self.decay_every * steps))

        def of_backbone(step: int) -> float:
            return later(step) if step >= self.warm_up * steps else 0.0

        curvatures = [p for p in network.parameters() if isinstance(p, CurvatureParameter)]
        parts: list[tuple[list[Any], float, float, Callable[[int], float]]] = [
            (_weights(network.backbone), 1.0, self.weight_decay, of_backbone),
            (_weights(network.neck), self.head, self.weight_decay, later),
            (
                _weights(network.hierarchy),
                self.nodes * _reach(network.hierarchy, network.dim),
                self.weight_decay,
                later,
            ),
            (
                _weights(network.metric),
                self.class_proxies * _reach(network.metric, network.dim),
                self.weight_decay,
                later,
            ),
            (curvatures, self.curvature, 0.0, later),
        ]
        parts = [part for part in parts if part[0]]
        groups = [{"params": p, "lr": lr * rate, "weight_decay": decay} for p, rate, decay, _ in parts]
        optimizer = RiemannianAdamW(groups, lr=lr, eps=eps, curvature_bounds=CURVATURES)
        return optimizer, LambdaLR(optimizer, [schedule for *_, schedule in parts])

    def evaluates(self, epoch: int, every: int) -> bool:
        """Whether an epoch, the first of which is 1, is followed by an evaluation."""
        first = max(self.warm_up, self.unevaluated) + 1
        return epoch >= first and (epoch - first) % every == 0


def _weights(part: nn.Module | None) -> list[nn.Parameter]:
    """What the optimiser steps, without curvatures."""
    parameters = [] if part is None else part.parameters()
    return [p for p in parameters if p.requires_grad and not isinstance(p, CurvatureParameter)]


def _reach(loss: nn.Module | None, dim: int) -> float:
    """How much shorter than by coordinates the proxies of a loss step, at the same rate."""
    proxies = getattr(loss, "proxies", None)
    if not isinstance(proxies, ManifoldParameter):
        return 1.0
    return math.sqrt(dim / proxies.manifold.component_size(proxies.shape[-1]))


RATES = {"resnet50": (1e-4, 6e-4), "vit": (1e-5, 1e-5), "dino": (5e-6, 5e-6)}
"""Learning rates on small and on large collections, by kind of backbone."""
DECAYS = {"cub": (5, 0.5), "cars": (10, 0.5), "sop": (25, 0.3), "inshop": (20, 0.3)}
"""Epochs after which the rates of ResNet-50 fall, and by which factor; those of transformers stay."""
RECALLS = {"sop": (1, 10, 100, 1000), "inshop": (1, 10, 20, 30)}


def _published(data: str, kind: str) -> Protocol:
    small, convolutions = data in ("cub", "cars"), kind == "resnet50"
    every, gamma = DECAYS[data] if convolutions else (None, 1.0)
    return Protocol(
        lr=RATES[kind][0 if small else 1],
        epochs=100 if small else 150,
        weight_decay=1e-2 if small else 1e-4,
        recalls=RECALLS.get(data, Protocol.recalls),
        warm_up=1 if small else 5,
        head=1.0 if small or convolutions else 100.0,
        decay_every=every,
        gamma=gamma,
        unevaluated=0 if small else 40,
        frozen_norm=small,
    )


PROTOCOLS = {data: {kind: _published(data, kind) for kind in RATES} for data in DECAYS}
"""Protocols by collection and kind of backbone. HIER's scripts let normalisations of ResNet-50 learn on the large ones;
its code reads their option as true there as well, so that its numbers are with frozen ones."""
# Chosen by us, for a network that starts from random weights.
PROTOCOLS["digits"] = {"resnet50": Protocol(2e-3, 10, 1e-2, warm_up=0, nodes=5.0, class_proxies=50.0, curvature=5.0)}
