"""How networks are trained: optimisers, their rates, and how these fall."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from torch import Tensor, nn
from torch.nn import functional
from torch.optim import Adam, Optimizer
from torch.optim.lr_scheduler import CosineAnnealingLR, LRScheduler, MultiStepLR

from ..layers.losses import OrthogonalityPenalty
from ..layers.sphere_conv import SphereLayer
from ..optim import RiemannianAdamW, RiemannianSGD, parameter_groups
from . import spherenet


@dataclass(frozen=True)
class Recipe:
    """An optimiser, a schedule of its rates, and what is added to the loss."""

    optimizer: Literal["adam", "sgd", "adamw"]
    """torch's Adam, or `RiemannianSGD` with Nesterov's momentum, or `RiemannianAdamW`."""
    lr: float
    """Learning rate of the first step."""
    weight_decay: float = 0.0
    """Of weights and points; see `parameter_groups`. By "adam", of what the network's own `parameter_groups` say, where
    it has them."""
    momentum: float = 0.0
    """Of "sgd"."""
    curvature_lr: float | None = None
    """Learning rate of curvatures; None: as of all others."""
    milestones: tuple[float, ...] = ()
    """Shares of the training after which rates are multiplied by `gamma`; without any, half a cosine."""
    gamma: float = 1.0
    label_smoothing: float = 0.0
    """Of the cross-entropy in training."""
    orthogonality: float = 0.0
    """Coefficient of the penalty on kernels of SphereConv layers; networks that have none are trained without."""

    def start(self, model: nn.Module, *, steps: int, lr: float | None = None) -> tuple[Optimizer, LRScheduler]:
        """Make the optimiser of a model and its schedule.

        Args:
            model: Model, on the device and in the dtype of the training.
            steps: Number of steps of the training.
            lr: Learning rate in place of the recipe's; that of curvatures is scaled with it.
        """
        optimizer = self._optimizer(model, self.lr if lr is None else lr)
        if not self.milestones:
            return optimizer, CosineAnnealingLR(optimizer, steps)
        return optimizer, MultiStepLR(optimizer, [round(share * steps) for share in self.milestones], self.gamma)

    def loss(self, model: nn.Module, logits: Tensor, labels: Tensor) -> Tensor:
        """What a step reduces: cross-entropy of the logits, shape (N, classes), and the penalty on kernels."""
        loss = functional.cross_entropy(logits, labels, label_smoothing=self.label_smoothing)
        if self.orthogonality == 0 or not any(isinstance(layer, SphereLayer) for layer in model.modules()):
            return loss
        penalty: Tensor = OrthogonalityPenalty(self.orthogonality)(model)
        return loss + penalty

    def _optimizer(self, model: nn.Module, lr: float) -> Optimizer:
        if self.optimizer == "adam":
            own_groups: Any = getattr(model, "parameter_groups", partial(parameter_groups, model))
            return Adam(own_groups(weight_decay=self.weight_decay), lr=lr)
        own = {} if self.curvature_lr is None else {"lr": self.curvature_lr * lr / self.lr}
        groups = parameter_groups(model, weight_decay=self.weight_decay, curvature=own)
        if self.optimizer == "adamw":
            return RiemannianAdamW(groups, lr=lr)
        return RiemannianSGD(groups, lr=lr, momentum=self.momentum, nesterov=True)


_SPHERENET = spherenet.PRESETS["spherenet-9-cosine"]

RECIPES = {
    # Chosen by us.
    "adam": Recipe("adam", lr=0.02),
    # Chosen by us.
    "adamw": Recipe("adamw", lr=0.005, weight_decay=0.01),
    # Code of HCNN (arXiv 2303.15919), after DeVries and Taylor, for 200 epochs of batches of 128: rates fall after 60,
    # 120 and 160. HCNN+ follows it (arXiv 2405.13979). Their biases of normalisations are points, with a rate of 0.02
    # and without the first fall; ours are vectors, and step as all others.
    "hcnn": Recipe(
        "sgd",
        lr=0.1,
        weight_decay=5e-4,
        momentum=0.9,
        curvature_lr=1e-4,
        milestones=(0.3, 0.6, 0.8),
        gamma=0.2,
    ),
    # Code of SphereNet (arXiv 1711.03189), for 64,000 steps of 128: rates fall after 34,000 and 54,000.
    "spherenet": Recipe(
        "adam",
        lr=_SPHERENET.lr,
        weight_decay=_SPHERENET.weight_decay,
        milestones=tuple(step / _SPHERENET.steps for step in _SPHERENET.milestones),
        gamma=0.1,
        label_smoothing=_SPHERENET.label_smoothing,
        orthogonality=_SPHERENET.orthogonality,
    ),
}
"""Recipes by name."""
