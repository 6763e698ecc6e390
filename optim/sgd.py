"""Riemannian stochastic gradient descent."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, TypeAlias

import torch
from torch import Tensor
from torch.optim.optimizer import ParamsT
from torch.optim.sgd import sgd

from ..manifolds import Manifold
from .curvature import Carry, CurvatureGradient
from .optimizer import BOUNDS, Group, Moments, RiemannianOptimizer, Update, one_of, require

Decay: TypeAlias = Literal["geodesic", "ambient"]
BUFFER = "momentum_buffer"


class RiemannianSGD(RiemannianOptimizer):
    """Stochastic gradient descent on manifolds, with momentum; `torch.optim.SGD` for ordinary parameters.

    A `ManifoldParameter` of points x with the Riemannian gradient g steps along geodesics, and its momentum b is
    transported along with it:

        g ← g − weight_decay · log_x(o);   b ← momentum · b + (1 − dampening) · g
        d = g + momentum · b (Nesterov) or b;   x ← exp_x(−lr · d);   b ← P b

    On `Euclidean()` this is torch.optim.SGD, and isometric models of a space give the same steps.

    **Curvature.** The `raw_c` of a manifold with `learnable=True` is stepped as an ordinary parameter would be, in
    its own group if it is to have options of its own (`parameter_groups` makes them). All points of manifolds with that
    curvature that the optimiser holds, with a gradient or without, then follow in place with their momenta. The order
    of a step is: gradients of curvatures are read; parameters step on the manifolds of the old curvature; curvatures
    step; points and momenta are carried to the manifolds of the new one. Options of a group with curvatures:

    - `carry="origin_tangent"` keeps frame coordinates, exp0_new(log0_old(x)), and so distances from the origin;
      momenta pass through the tangent space at the origin and keep their length. On the sphere a point whose distance
      from the origin exceeds the new π/√c passes the antipode and comes nearer again.
    - `carry="scale"` keeps √c · distance for all distances: ambient and ball coordinates are multiplied by
      √(c_old/c_new), momenta too.
    - `carry="intrinsic"` moves points as "origin_tangent" does, and momenta by the differential of that map: as if the
      frame coordinates were the parameter, whose velocity does not change.
    - `curvature_gradient="carried"` is the derivative of the loss along the carry, ∂L/∂c + ⟨∂L/∂x, ∂carry/∂c⟩, which
      does not depend on the model. "ambient" is ∂L/∂c alone, at points whose coordinates stay (the space part on the
      hyperboloid); its value and sign depend on the model.

    A curvature that another optimiser steps leaves the points of this one behind.

    **Sparse gradients**, as of `nn.Embedding(sparse=True)`, step the rows that they name; other rows, their momenta
    and their decay wait.

    Args:
        params: Parameters or groups of them, as in torch.optim: points, ordinary parameters and curvatures.
        lr: Learning rate. For points a step has the geodesic length lr · ‖d‖.
        momentum: Factor of the momentum.
        dampening: Dampening of the momentum.
        weight_decay: Factor of the decay; a group with curvatures must have 0.
        nesterov: Whether the momentum looks ahead.
        decay: How points decay. "geodesic": the gradient of weight_decay/2 · d(o, x)², invariant under isometries that
            fix the origin. "ambient": that of weight_decay/2 · ‖x‖² in coordinates, as published recipes and geoopt
            have it; on the hyperboloid at the distance d it pulls with sinh(2√c d)/√c.
        maximize: Whether to ascend.
        carry: What points keep when their curvature changes.
        curvature_gradient: The gradient that curvatures step by.
        curvature_bounds: Smallest and largest c of the curvatures.
        compiled: Whether points are stepped by a compiled function (one for each batch of points that step together).

    Raises:
        ValueError: An option is out of its range, a group with curvatures has a decay, or a curvature is out of its
            bounds.

    Source: Bonnabel (arXiv 1111.5280); Bécigneul and Ganea (arXiv 1810.00760); Bdeir et al., Curvature-aware
    optimisation (arXiv 2405.13979) §3.2, whose gradient of the curvature is the "ambient" one.

    Example:
        >>> import torch
        >>> from manifuse import Lorentz, ManifoldParameter
        >>> from manifuse.optim import RiemannianSGD
        >>> space = Lorentz(c=1.0)
        >>> x = ManifoldParameter(space.expmap0(torch.tensor([3.0, 4.0])), space)
        >>> optimizer = RiemannianSGD([x], lr=0.5)
        >>> (space.dist0(x) ** 2 / 2).backward()
        >>> optimizer.step()
        >>> round(float(space.dist0(x.detach())), 4)
        2.5
    """

    tangents: ClassVar[tuple[str, ...]] = (BUFFER,)

    def __init__(
        self,
        params: ParamsT,
        lr: float | Tensor = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
        *,
        decay: Decay = "geodesic",
        maximize: bool = False,
        carry: Carry = "origin_tangent",
        curvature_gradient: CurvatureGradient = "carried",
        curvature_bounds: tuple[float, float] = BOUNDS,
        compiled: bool = False,
    ) -> None:
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "dampening": dampening,
            "weight_decay": weight_decay,
            "nesterov": nesterov,
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
        require(self, group, "momentum", group["momentum"] >= 0, "a number of at least 0")
        one_of(self, group, "decay", Decay)
        looks_ahead = not group["nesterov"] or (group["momentum"] > 0 and group["dampening"] == 0)
        require(self, group, "nesterov", looks_ahead, "False unless momentum > 0 and dampening = 0")

    def _step_ordinary(self, group: Group, parameters: list[Tensor], gradients: list[Tensor]) -> None:
        buffers = [self.state[p].get(BUFFER) for p in parameters]
        sgd(
            parameters,
            gradients,
            buffers,
            weight_decay=group["weight_decay"],
            momentum=group["momentum"],
            lr=group["lr"],
            dampening=group["dampening"],
            nesterov=group["nesterov"],
            maximize=group["maximize"],
        )
        if group["momentum"]:
            for p, buffer in zip(parameters, buffers, strict=True):
                self.state[p][BUFFER] = buffer

    def _moments(self, group: Group) -> tuple[str, ...]:
        return (BUFFER,) if group["momentum"] else ()

    def _begin(self, group: Group, p: Tensor) -> bool:
        """Return whether the momentum begins with this step."""
        begins = group["momentum"] != 0 and BUFFER not in self.state[p]
        if begins:
            self.state[p][BUFFER] = torch.zeros_like(p, memory_format=torch.preserve_format)
        return begins

    def _numbers(self, group: Group, stage: bool) -> dict[str, float | Tensor]:
        # A momentum begins with the whole gradient, undampened.
        share = 1.0 if stage else 1.0 - group["dampening"]
        return {"lr": group["lr"], "momentum": group["momentum"], "share": share, "decay": group["weight_decay"]}

    def _update(self, group: Group) -> tuple[Update, dict[str, Any]]:
        decay = group["decay"] if group["weight_decay"] else None
        return sgd_step, {"nesterov": group["nesterov"], "decay": decay}


def sgd_step(
    manifold: Manifold,
    x: Tensor,
    gradient: Tensor,
    moments: Moments,
    numbers: dict[str, Tensor],
    *,
    nesterov: bool,
    decay: Decay | None,
) -> tuple[Tensor, Moments]:
    """One step of points, without side effects.

    Args:
        manifold: Their manifold.
        x: Points, shape (rows, p).
        gradient: Gradient at x as autograd gives it, shape (rows, p).
        moments: The momentum, tangent vectors at x; empty for a step without.
        numbers: lr, momentum, the share of the gradient in the momentum, and the factor of the decay.
        nesterov: Whether the momentum looks ahead.
        decay: How points decay, None if they do not.

    Returns:
        The new points, and the momentum there.
    """
    if decay == "ambient":
        gradient = gradient + numbers["decay"] * x
    slope = manifold.egrad2rgrad(x, gradient)
    if decay == "geodesic":
        origin = manifold.origin(x.shape[-1], dtype=x.dtype, device=x.device)
        slope = slope - numbers["decay"] * manifold.logmap(x, origin)
    if not moments:
        return manifold.retr(x, -numbers["lr"] * slope), {}
    momentum = numbers["momentum"] * moments[BUFFER] + numbers["share"] * slope
    direction = slope + numbers["momentum"] * momentum if nesterov else momentum
    y, momentum = manifold.retr_transp(x, -numbers["lr"] * direction, momentum)
    return y, {BUFFER: momentum}
