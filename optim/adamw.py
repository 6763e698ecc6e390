"""Riemannian AdamW."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, TypeAlias

import torch
from torch import Tensor
from torch.optim.adamw import adamw
from torch.optim.optimizer import ParamsT

from ..manifolds import Manifold
from .curvature import Carry, CurvatureGradient
from .optimizer import BOUNDS, Group, Moments, RiemannianOptimizer, Update, one_of, require
from .rows import manifold_of

Decay: TypeAlias = Literal["centroid", "geodesic"]
STEP, MEAN, SQUARE, LARGEST = "step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq"


class RiemannianAdamW(RiemannianOptimizer):
    """AdamW on manifolds; `torch.optim.AdamW` for ordinary parameters.

    A `ManifoldParameter` of points x with the Riemannian gradient g keeps the means m of g, a tangent vector that is
    transported along with x, and v of ⟨g, g⟩:

        m ← β₁ m + (1 − β₁) g;   v ← β₂ v + (1 − β₂) ⟨g, g⟩
        x ← decayed x;   x ← exp_x(−lr · m̂ / (√v̂ + eps));   m ← P m        (m̂, v̂: without the bias of the start)

    On a curved manifold v is one number per point: a vector has no components that mean something on their own. On
    `Euclidean()` it is elementwise, and the optimiser is torch.optim.AdamW.

    **Learning rate.** On a curved manifold the step of a point has about the geodesic length lr. A row of n numbers
    moves by about lr · √n under elementwise Adam: multiply a rate that is known from there by √n.

    Curvatures and sparse gradients: as in `RiemannianSGD`.

    Args:
        params: Parameters or groups of them, as in torch.optim: points, ordinary parameters and curvatures.
        lr: Learning rate; for points on a curved manifold the geodesic length of a step.
        betas: Factors β₁, β₂ of the means.
        eps: What is added to √v̂.
        weight_decay: Decay rate λ; a group with curvatures must have 0. The default is torch's, 0.01.
        amsgrad: Whether the largest v̂ so far takes the place of v̂.
        decay: How points decay. "centroid": to the midpoint of x and the origin with weights 1 − lr · λ and lr · λ,
            which at the distance d pulls with lr · λ · sinh(√c d)/√c. "geodesic": to exp0((1 − lr · λ) log0 x), which
            pulls with lr · λ · d.
        maximize: Whether to ascend.
        carry: What points keep when their curvature changes; see `RiemannianSGD`.
        curvature_gradient: The gradient that curvatures step by; see `RiemannianSGD`.
        curvature_bounds: Smallest and largest c of the curvatures.
        compiled: Whether points are stepped by a compiled function (one for each batch of points that step together).

    Raises:
        ValueError: An option is out of its range, a group with curvatures has a decay, or a curvature is out of its
            bounds.

    Source: Bécigneul and Ganea (arXiv 1810.00760); Bdeir et al., Curvature-aware optimisation (arXiv 2405.13979) Alg. 2
    for the decay before the step. The momentum is transported with the decay as well.

    Example:
        >>> import torch
        >>> from manifuse import Poincare, ManifoldParameter
        >>> from manifuse.optim import RiemannianAdamW
        >>> ball = Poincare(c=1.0)
        >>> x = ManifoldParameter(ball.from_frame(torch.tensor([0.6, 0.8])), ball)
        >>> optimizer = RiemannianAdamW([x], lr=0.1, weight_decay=0.0)
        >>> ball.sqdist(x, ball.origin(2)).backward()
        >>> optimizer.step()
        >>> round(float(ball.dist0(x.detach())), 4)
        0.9
    """

    tangents: ClassVar[tuple[str, ...]] = (MEAN,)

    def __init__(
        self,
        params: ParamsT,
        lr: float | Tensor = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        decay: Decay = "centroid",
        maximize: bool = False,
        carry: Carry = "origin_tangent",
        curvature_gradient: CurvatureGradient = "carried",
        curvature_bounds: tuple[float, float] = BOUNDS,
        compiled: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "betas": betas,
            "eps": eps,
            "weight_decay": weight_decay,
            "amsgrad": amsgrad,
            "decay": decay,
            "maximize": maximize,
            "carry": carry,
            "curvature_gradient": curvature_gradient,
            "curvature_bounds": curvature_bounds,
            "compiled": compiled,
        }
        super().__init__(params, defaults)

    def _check_group(self, group: Group) -> None:
        super()._check_group(group)
        require(self, group, "betas", all(0 <= beta < 1 for beta in group["betas"]), "two numbers in [0, 1)")
        require(self, group, "eps", group["eps"] >= 0, "a number of at least 0")
        one_of(self, group, "decay", Decay)

    def _step_ordinary(self, group: Group, parameters: list[Tensor], gradients: list[Tensor]) -> None:
        for p in parameters:
            self._complete(group, p, p.shape)
        adamw(
            parameters,
            gradients,
            [self.state[p][MEAN] for p in parameters],
            [self.state[p][SQUARE] for p in parameters],
            [self.state[p][LARGEST] for p in parameters] if group["amsgrad"] else [],
            [self.state[p][STEP] for p in parameters],
            has_complex=any(torch.is_complex(p) for p in parameters),
            amsgrad=group["amsgrad"],
            beta1=group["betas"][0],
            beta2=group["betas"][1],
            lr=group["lr"],
            weight_decay=group["weight_decay"],
            eps=group["eps"],
            maximize=group["maximize"],
        )

    def _moments(self, group: Group) -> tuple[str, ...]:
        return (MEAN, SQUARE, LARGEST) if group["amsgrad"] else (MEAN, SQUARE)

    def _begin(self, group: Group, p: Tensor) -> float:
        """Return the number of the step."""
        size = manifold_of(p).component_size(p.shape[-1])
        self._complete(group, p, (*p.shape[:-1], size))
        self.state[p][STEP] += 1
        return float(self.state[p][STEP])

    def _numbers(self, group: Group, stage: float) -> dict[str, float | Tensor]:
        beta1, beta2 = group["betas"]
        return {
            "beta1": beta1,
            "rest1": 1 - beta1,
            "beta2": beta2,
            "rest2": 1 - beta2,
            "lr": group["lr"] / (1 - beta1**stage),
            "root": (1 - beta2**stage) ** 0.5,
            "eps": group["eps"],
            "decay": group["lr"] * group["weight_decay"],
        }

    def _update(self, group: Group) -> tuple[Update, dict[str, Any]]:
        decay = group["decay"] if group["weight_decay"] else None
        return adamw_step, {"amsgrad": group["amsgrad"], "decay": decay}

    def _complete(self, group: Group, p: Tensor, squares: tuple[int, ...]) -> None:
        """Make what is missing of a parameter's state; second moments have the shape `squares`."""
        state = self.state[p]
        if not state:
            state[STEP] = torch.zeros((), dtype=torch.float32)
            state[MEAN] = torch.zeros_like(p, memory_format=torch.preserve_format)
        for name in self._moments(group)[1:]:
            if name not in state:
                like = p.shape == torch.Size(squares)
                state[name] = torch.zeros_like(p, memory_format=torch.preserve_format) if like else p.new_zeros(squares)


def adamw_step(
    manifold: Manifold,
    x: Tensor,
    gradient: Tensor,
    moments: Moments,
    numbers: dict[str, Tensor],
    *,
    amsgrad: bool,
    decay: Decay | None,
) -> tuple[Tensor, Moments]:
    """One step of points, without side effects.

    Args:
        manifold: Their manifold.
        x: Points, shape (rows, p).
        gradient: Gradient at x as autograd gives it, shape (rows, p).
        moments: Means of the gradient, tangent vectors at x, and of its square, which has component_size(p) columns.
        numbers: See `RiemannianAdamW._numbers`.
        amsgrad: Whether the largest mean square so far counts.
        decay: How points decay, None if they do not.

    Returns:
        The new points, and the moments there.
    """
    slope = manifold.egrad2rgrad(x, gradient)
    columns = moments[SQUARE].shape[-1]
    square = manifold.component_inner(x, slope).narrow(-1, 0, columns).clamp(min=0)
    mean = numbers["beta1"] * moments[MEAN] + numbers["rest1"] * slope
    scale = {SQUARE: numbers["beta2"] * moments[SQUARE] + numbers["rest2"] * square}
    if amsgrad:
        scale[LARGEST] = torch.maximum(moments[LARGEST], scale[SQUARE])
    length = scale[LARGEST if amsgrad else SQUARE].sqrt() / numbers["root"] + numbers["eps"]
    if decay == "centroid":
        x, mean = manifold.shrink_transp(x, mean, numbers["decay"])
    elif decay == "geodesic":
        start = manifold.from_frame((1 - numbers["decay"]) * manifold.to_frame(x))
        x, mean = start, manifold.transp0(start, manifold.transp0back(x, mean))  # one geodesic, through the origin
    y, mean = manifold.retr_transp(x, -numbers["lr"] * (mean / length), mean)
    return y, {MEAN: mean, **scale}
