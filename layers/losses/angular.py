"""Losses on angles: softmax cross-entropy of logits ‖x‖ g(θ), with a margin for the angle of the true class.

θ_j is the angle between an embedding x and the weight W_j of a class. If x is in frame coordinates, that is an angle at
the origin, on every geometry, and ‖x‖ is the distance from it. Losses with other margins (NormFace, CosFace, ArcFace)
are in pytorch-metric-learning; they take the same embeddings.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import torch
from torch import Tensor, nn
from torch.nn import functional

from ...compile.guards import inverse_root, root
from ...manifolds.base import wide
from ..checks import positive, require_labelled
from ..similarity import Similarity, checked_width, latitude, linear, sigmoid, unit

Reduction: TypeAlias = Literal["mean", "sum", "none"]


@dataclass(frozen=True)
class Annealing:
    """Weight λ of the logit without margin, max(minimum, base · (1 + gamma · step)^−power), which falls in training.

    Args:
        base: λ at the start.
        gamma: Rate per step.
        power: Exponent.
        minimum: Least λ.

    Raises:
        ValueError: A number is negative.

    Source: SphereFace (arXiv 1704.08063); the numbers are those of the authors' recipe.
    """

    base: float = 1000.0
    gamma: float = 0.12
    power: float = 1.0
    minimum: float = 5.0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not value >= 0:
                raise ValueError(f"Annealing: {name} must be at least 0, got {value}")

    def at(self, step: Tensor) -> Tensor:
        """λ after a number of steps, a floating-point tensor."""
        return (self.base * (1 + self.gamma * step) ** -self.power).clamp(min=self.minimum)


class WSoftmaxLoss(nn.Module):
    """W-Softmax: cross-entropy of the logits ‖x‖ g(θ_j), for weights of classes that count by their directions alone.

    g is 1 − 2θ/π, cos θ, or the sigmoid of SphereConv with width k; with the cosine it is the modified softmax of
    SphereFace. The gradient of the linear and sigmoid forms at x = 0, and with respect to an angle of 0 or π, is 0.

    Args:
        in_features: Size of an embedding.
        num_classes: Number of classes K.
        similarity: "linear", "cosine" or "sigmoid".
        k: Width of the sigmoid; default 0.3.
        label_smoothing: As of nn.CrossEntropyLoss.
        reduction: As of nn.CrossEntropyLoss.
        device: As in torch.nn.
        dtype: As in torch.nn.

    Shape: embeddings (N, n) and labels (N,) to a number, or (N,) with reduction="none". Low precision is computed in
    float32.

    Source: Deep Hyperspherical Learning (arXiv 1711.03189), eq. 10. The authors' code has the cosine form alone: its
    other two leave out ‖x‖ and take acos of ‖x‖ cos θ.

    Example:
        >>> import torch
        >>> from manifuse.layers.losses import WSoftmaxLoss
        >>> loss = WSoftmaxLoss(16, 10, similarity="linear")
        >>> loss(torch.randn(4, 16), torch.tensor([0, 3, 9, 3])).backward()
        >>> loss.logits(torch.randn(4, 16)).shape
        torch.Size([4, 10])
    """

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        similarity: Similarity = "cosine",
        k: float | None = None,
        label_smoothing: float = 0.0,
        reduction: Reduction = "mean",
        device: torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        if reduction not in get_args(Reduction):
            raise ValueError(f"{name}: reduction must be 'mean', 'sum' or 'none', got {reduction!r}")
        if not 0 <= label_smoothing <= 1:
            raise ValueError(f"{name}: label_smoothing must be between 0 and 1, got {label_smoothing}")
        self.in_features = positive("in_features", in_features)
        self.num_classes = positive("num_classes", num_classes)
        self.k = checked_width(name, similarity, k, get_args(Similarity))
        self.similarity: Similarity = similarity
        self.label_smoothing = label_smoothing
        self.reduction: Reduction = reduction
        self.weight = nn.Parameter(torch.empty(num_classes, in_features, device=device, dtype=dtype))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw directions anew, uniformly."""
        nn.init.normal_(self.weight)

    def logits(self, x: Tensor) -> Tensor:
        """Logits ‖x‖ g(θ_j) without margin, to predict with.

        Args:
            x: Embeddings, shape (*, n).

        Returns:
            Logits, shape (*, K), in float32 at least.
        """
        return self._logits(*self._products(x))

    def forward(self, x: Tensor, target: Tensor) -> Tensor:
        """Loss of embeddings (N, n) with labels (N,), whole numbers below K."""
        require_labelled(self, x, target, self.in_features)
        products, square = self._products(x)
        logits = self._aimed(self._logits(products, square), products, square, target)
        return functional.cross_entropy(logits, target, label_smoothing=self.label_smoothing, reduction=self.reduction)

    def _products(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Scalar products with the unit weights, (*, K), and squared norms, (*, 1)."""
        if x.ndim == 0 or x.size(-1) != self.in_features:
            raise ValueError(
                f"{type(self).__name__}: the last dimension of embeddings must be in_features = {self.in_features}, "
                f"got shape {tuple(x.shape)}"
            )
        embedding = wide(x)
        with torch.autocast(x.device.type, enabled=False):
            products = functional.linear(embedding, unit(self.weight.to(embedding.dtype), (1,)))
        return products, embedding.square().sum(-1, keepdim=True)

    def _logits(self, products: Tensor, square: Tensor) -> Tensor:
        if self.similarity == "cosine":
            return products
        return root(square) * self._response(latitude(products * inverse_root(square)))

    def _aimed(self, logits: Tensor, products: Tensor, square: Tensor, target: Tensor) -> Tensor:
        """Logits that are trained; here those that predict."""
        return logits

    def _response(self, phi: Tensor) -> Tensor:
        """g(θ) of the latitude φ = π/2 − θ, in the linear or sigmoid form."""
        return linear(phi) if self.k is None else sigmoid(phi, self.k)

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        k = "" if self.k is None else f", k={self.k:g}"
        return (
            f"in_features={self.in_features}, num_classes={self.num_classes}, similarity={self.similarity!r}{k}, "
            f"label_smoothing={self.label_smoothing}, reduction={self.reduction!r}"
        )


class GASoftmaxLoss(WSoftmaxLoss):
    """GA-Softmax: W-Softmax with the angle of the true class multiplied by a margin m, in logits ‖x‖ g(mθ).

    g goes on monotonically beyond π: 1 − 2mθ/π, ψ(θ) = (−1)^q cos mθ − 2q with q = ⌊mθ/π⌋ in place of the cosine, and
    the same sigmoid. With similarity="cosine" it is the A-Softmax of SphereFace. The sigmoid form with a margin
    saturates: where mθ is beyond π its gradient vanishes.

    The logit of the true class is (λ ‖x‖ g(θ) + ‖x‖ g(mθ))/(1 + λ) with a λ that falls with each step of training;
    `logits`, to predict with, have no margin.

    Args:
        in_features: Size of an embedding.
        num_classes: Number of classes K.
        similarity: "linear", "cosine" or "sigmoid".
        k: Width of the sigmoid; default 0.3.
        margin: Whole number m of at least 1; with 1 it is W-Softmax.
        annealing: How λ falls; None: λ = 0. Each forward pass in training mode is a step, counted in the buffer `step`;
            as running statistics do, it asks for `eval()` under function transforms of torch.func.
        label_smoothing: As of nn.CrossEntropyLoss.
        reduction: As of nn.CrossEntropyLoss.
        device: As in torch.nn.
        dtype: As in torch.nn.

    Shape: embeddings (N, n) and labels (N,) to a number, or (N,) with reduction="none".

    Source: Deep Hyperspherical Learning (arXiv 1711.03189), eq. 11; SphereFace (arXiv 1704.08063) for ψ and λ. The
    gradient is that of the loss; SphereFace's code rescales it.
    """

    step: Tensor

    def __init__(
        self,
        in_features: int,
        num_classes: int,
        *,
        similarity: Similarity = "cosine",
        k: float | None = None,
        margin: int = 4,
        annealing: Annealing | None = Annealing(),
        label_smoothing: float = 0.0,
        reduction: Reduction = "mean",
        device: torch.device | None = None,
        dtype: torch.dtype | None = None,
    ) -> None:
        super().__init__(
            in_features,
            num_classes,
            similarity=similarity,
            k=k,
            label_smoothing=label_smoothing,
            reduction=reduction,
            device=device,
            dtype=dtype,
        )
        if margin < 1 or margin != int(margin):
            raise ValueError(f"GASoftmaxLoss: margin must be a whole number of at least 1, got {margin!r}")
        self.margin = int(margin)
        self.annealing = annealing
        self.register_buffer("step", torch.tensor(0, device=device))

    def _aimed(self, logits: Tensor, products: Tensor, square: Tensor, target: Tensor) -> Tensor:
        index = target.unsqueeze(1)
        easy = logits.gather(1, index)
        hard = root(square) * self._with_margin(products.gather(1, index) * inverse_root(square))
        return logits.scatter(1, index, self._mixed(easy, hard))

    def _mixed(self, easy: Tensor, hard: Tensor) -> Tensor:
        """Logits with the weight λ of those without margin."""
        if self.annealing is None:
            return hard
        weight = self.annealing.at(self.step.to(hard.dtype))
        if self.training:
            self._count()
        return (weight * easy + hard) / (1 + weight)

    def _count(self) -> None:
        """Count a step, in place; a compiled backward pass may compute λ anew, and so from a number kept as it was.

        See pytorch/pytorch#197039.
        """
        if torch.compiler.is_compiling():
            self.step = self.step + 1
        else:
            self.step.add_(1)

    def _with_margin(self, sine: Tensor) -> Tensor:
        """g(mθ) of cos θ."""
        if self.similarity == "cosine":
            return psi(sine, self.margin)
        return self._response(self.margin * latitude(sine) - (self.margin - 1) * math.pi / 2)

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        return f"{super().extra_repr()}, margin={self.margin}, annealing={self.annealing}"


def psi(cosine: Tensor, margin: int) -> Tensor:
    """ψ(θ) = (−1)^q cos mθ − 2q with q = ⌊mθ/π⌋, of cos θ: a Chebyshev polynomial on each of m pieces.

    There is no angle in between, and so the slope is exact at θ = 0 and π, where it is m².
    """
    pieces = torch.zeros_like(cosine)
    before, chebyshev = torch.ones_like(cosine), cosine
    for j in range(1, margin):
        before, chebyshev = chebyshev, 2 * cosine * chebyshev - before
        pieces = pieces + (cosine <= math.cos(j * math.pi / margin))
    return (1 - 2 * (pieces % 2)) * chebyshev - 2 * pieces
