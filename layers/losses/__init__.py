"""Losses and penalties of networks on curved spaces."""

from __future__ import annotations

from .angular import Annealing, GASoftmaxLoss, WSoftmaxLoss
from .orthogonality import OrthogonalityPenalty

__all__ = ["Annealing", "GASoftmaxLoss", "OrthogonalityPenalty", "WSoftmaxLoss"]
