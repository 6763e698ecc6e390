"""Similarities of SphereConv: odd functions of the angle θ between kernel and patch, with 1 at θ = 0 and −1 at θ = π.

They are written in the latitude φ = π/2 − θ, the signed distance of the patch from the great subsphere that the kernel
is normal to, so that no exponential overflows. Source: Deep Hyperspherical Learning (arXiv 1711.03189), whose g(θ) they
are.
"""

from __future__ import annotations

import math
from typing import Literal, TypeAlias, get_args

import torch
from torch import Tensor

from ..compile.guards import inverse_root
from ..manifolds.base import wide

Similarity: TypeAlias = Literal["linear", "cosine", "sigmoid"]
LearnableSimilarity: TypeAlias = Literal["linear", "cosine", "sigmoid", "learnable"]
"""Similarities of layers; "learnable" is the sigmoid with a learned k."""

K, LEARNED_K, LEAST_K = 0.3, 0.75, 0.05
"""k of the sigmoid, the start of a learned one, and what a learned one stays above; those of the authors' code."""


def checked_width(
    owner: str, similarity: str, k: float | None, known: tuple[str, ...] = get_args(LearnableSimilarity)
) -> float | None:
    """Return the k of a similarity, or the start of a learned one; None where there is none.

    Raises:
        ValueError: There is no such similarity, or it has no such k.
    """
    if similarity not in known:
        raise ValueError(f"{owner}: similarity must be one of {', '.join(map(repr, known))}, got {similarity!r}")
    if similarity in ("linear", "cosine"):
        if k is not None:
            raise ValueError(
                f"{owner}: similarity={similarity!r} has no k, got k={k}; leave it out, or take similarity='sigmoid'"
            )
        return None
    first, least = (LEARNED_K, LEAST_K) if similarity == "learnable" else (K, torch.finfo(torch.float32).tiny)
    value = first if k is None else k
    if not least < value < math.inf:
        raise ValueError(f"{owner}: k must be above {least:.3g} and finite for similarity={similarity!r}, got {k}")
    return value


def latitude(sine: Tensor) -> Tensor:
    """Compute φ = asin(cos θ); sines beyond ±1, by rounding, are ±1.

    The slope 1/sin θ is infinite at the poles θ = 0 and π. There it is defined as 0: an angle that is 0 grows alike in
    all directions, and so 0 is the mean of its one-sided derivatives with respect to a patch.
    """
    value = sine.detach()  # what has no derivative keeps nothing for the backward pass
    inside = value.abs() < 1
    return torch.where(inside, torch.asin(torch.where(inside, sine, 0.0)), (math.pi / 2) * value.sign())


def bounded(response: Tensor) -> Tensor:
    """Cut what rounding leaves beyond ±1. The gradient is that of the response, and nothing is kept for it."""
    value = response.detach()
    return response + (value.clamp(-1.0, 1.0) - value)


def linear(phi: Tensor) -> Tensor:
    """1 − 2θ/π."""
    return (2 / math.pi) * phi


def sigmoid(phi: Tensor, k: float | Tensor) -> Tensor:
    """tanh(φ/2k)/tanh(π/4k), which is (1 + e^{−π/2k})/(1 − e^{−π/2k}) · (1 − e^{θ/k − π/2k})/(1 + e^{θ/k − π/2k}).

    A step for k → 0, linear for k → ∞, and within 0.025 of the cosine for k = 1/2.
    """
    steepness = 0.5 / k
    if isinstance(steepness, Tensor):
        return torch.tanh(steepness * phi) / torch.tanh((math.pi / 2) * steepness)
    return torch.tanh(steepness * phi) * (1 / math.tanh((math.pi / 2) * steepness))


def unit(weight: Tensor, fan_in: tuple[int, ...], eps: float = 0.0) -> Tensor:
    """w/√(‖w‖² + ε), computed in float32 at least; 0 where w and ε are 0."""
    rows = wide(weight)
    return (rows * inverse_root(rows.square().sum(fan_in, keepdim=True) + eps)).to(weight.dtype)
