"""How networks are trained: optimisers, their rates, and how these fall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torch import nn
from torch.optim import Adam, Optimizer
from torch.optim.lr_scheduler import CosineAnnealingLR, LRScheduler, MultiStepLR

from ..optim import RiemannianAdamW, RiemannianSGD, parameter_groups


@dataclass(frozen=True)
class Recipe:
    """An optimiser and a schedule of its rates."""

    optimizer: Literal["adam", "sgd", "adamw"]
    """torch's Adam, or `RiemannianSGD` with Nesterov's momentum, or `RiemannianAdamW`."""
    lr: float
    """Learning rate of the first step."""
    weight_decay: float = 0.0
    """Of weights and points; see `parameter_groups`."""
    momentum: float = 0.0
    """Of "sgd"."""
    curvature_lr: float | None = None
    """Learning rate of curvatures; None: as of all others."""
    milestones: tuple[float, ...] = ()
    """Shares of the training after which rates are multiplied by `gamma`; without any, half a cosine."""
    gamma: float = 1.0

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

    def _optimizer(self, model: nn.Module, lr: float) -> Optimizer:
        if self.optimizer == "adam":
            return Adam(model.parameters(), lr=lr)
        own = {} if self.curvature_lr is None else {"lr": self.curvature_lr * lr / self.lr}
        groups = parameter_groups(model, weight_decay=self.weight_decay, curvature=own)
        if self.optimizer == "adamw":
            return RiemannianAdamW(groups, lr=lr)
        return RiemannianSGD(groups, lr=lr, momentum=self.momentum, nesterov=True)


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
}
"""Recipes by name."""
