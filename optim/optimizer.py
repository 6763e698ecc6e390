"""What the Riemannian optimisers share: kinds of parameters, batches of points, and the order of a step."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator, Sequence
from types import FunctionType
from typing import Any, ClassVar, TypeAlias, cast, get_args, overload

import torch
from torch import Tensor
from torch.optim import Optimizer

from ..manifolds import Manifold, ManifoldParameter
from ..manifolds.curvature import CurvatureParameter, inverse_softplus
from .curvature import Carry, CurvatureGradient, Passage, carried_gradient, curvature_of
from .rows import Rows, gather, manifold_of, scatter, stack, with_gradient

Group: TypeAlias = dict[str, Any]
Moments: TypeAlias = dict[str, Tensor]
Update: TypeAlias = Callable[..., tuple[Tensor, Moments]]
"""A step of points as a pure function of (manifold, points, gradient, moments, numbers, options)."""

BOUNDS = (1e-4, 1e4)
"""Range of a learnable c, unless told."""
BATCH_IN_CACHE, BATCH = 2**18, 2**24
"""Numbers of points that are stepped at once on a CPU, whose caches should hold them, and elsewhere."""


class RiemannianOptimizer(Optimizer, ABC):
    """A torch optimiser that steps each parameter on its manifold; see `RiemannianSGD` and `RiemannianAdamW`.

    A subclass gives the step of ordinary parameters, which is that of torch.optim, and that of points as a pure
    function. This class sorts parameters by kind, steps points of one manifold and size together, steps curvatures
    after them, and carries points and momenta to the new ones.
    """

    tangents: ClassVar[tuple[str, ...]]
    """Entries of a parameter's state that are tangent vectors at it."""

    def add_param_group(self, param_group: Group) -> None:
        """Add a group of parameters, with options of its own.

        Raises:
            TypeError: As in torch.optim.
            ValueError: As in torch.optim; or an option is out of its range, or the group decays a curvature.
        """
        super().add_param_group(param_group)
        try:
            self._check_group(self.param_groups[-1])
        except ValueError:
            self.param_groups.pop()
            raise

    @overload
    def step(self, closure: None = None) -> None: ...

    @overload
    def step(self, closure: Callable[[], float]) -> float: ...

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """Make a step.

        Args:
            closure: Computes the loss and its gradients again, and returns the loss.
        """
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        curvatures = [
            (group, raw)
            for group in self.param_groups
            for raw in group["params"]
            if isinstance(raw, CurvatureParameter) and raw.grad is not None
        ]
        gradients = [self._curvature_gradient(*curvature) for curvature in curvatures]  # read before anything moves
        for group in self.param_groups:
            self._step_ordinary_parameters(group)
            self._step_points(group)
        for curvature, gradient in zip(curvatures, gradients, strict=True):
            self._step_curvature(*curvature, gradient)
        return loss

    # Supplied by the optimiser

    @abstractmethod
    def _step_ordinary(self, group: Group, parameters: list[Tensor], gradients: list[Tensor]) -> None:
        """Step ordinary parameters with these gradients, as the torch.optim counterpart does."""

    @abstractmethod
    def _moments(self, group: Group) -> tuple[str, ...]:
        """Names of the tensors in the state of points that a step reads and writes."""

    @abstractmethod
    def _begin(self, group: Group, p: Tensor) -> Hashable:
        """Begin a step of points: complete their state, count the step; return what `_numbers` depends on."""

    @abstractmethod
    def _numbers(self, group: Group, stage: Any) -> dict[str, float | Tensor]:
        """Numbers that a step of points takes; `stage` is what `_begin` returns."""

    @abstractmethod
    def _update(self, group: Group) -> tuple[Update, dict[str, Any]]:
        """Give the step of points, and its options that are no numbers."""

    # Checks

    def _check_group(self, group: Group) -> None:
        require(self, group, "lr", group["lr"] >= 0, "a number of at least 0")
        require(self, group, "weight_decay", group["weight_decay"] >= 0, "a number of at least 0")
        one_of(self, group, "carry", Carry)
        one_of(self, group, "curvature_gradient", CurvatureGradient)
        low, high = group["curvature_bounds"]
        require(self, group, "curvature_bounds", 0 < low <= high < math.inf, "0 < c_min <= c_max, both finite")
        for raw in group["params"]:
            if isinstance(raw, CurvatureParameter):
                self._check_curvature(group, raw)

    def _check_curvature(self, group: Group, raw: Tensor) -> None:
        owner = type(self).__name__
        if group["weight_decay"] != 0:
            raise ValueError(
                f"{owner}: a curvature (the raw_c of a manifold) is in a group with weight_decay = "
                f"{group['weight_decay']}, which would pull c towards {math.log(2):.2f}; give curvatures a group of "
                "their own, as manifuse.optim.parameter_groups(module, weight_decay=...) does"
            )
        low, high = (inverse_softplus(c) for c in group["curvature_bounds"])
        slack = 1e-6 * max(1.0, abs(low), abs(high))
        if not (raw.is_meta or low - slack <= float(raw.detach()) <= high + slack):
            c = float(torch.nn.functional.softplus(raw.detach()))
            raise ValueError(
                f"{owner}: a curvature c = {c:.6g} is out of its bounds {group['curvature_bounds']}; widen "
                "curvature_bounds"
            )

    # The three kinds of parameters

    def _step_ordinary_parameters(self, group: Group) -> None:
        parameters = [
            p
            for p in group["params"]
            if p.grad is not None and not p.grad.is_sparse and not isinstance(p, ManifoldParameter | CurvatureParameter)
        ]
        if parameters:
            self._step_ordinary(group, parameters, [p.grad for p in parameters])

    def _step_points(self, group: Group) -> None:
        batches: dict[Hashable, list[tuple[Rows, Tensor]]] = {}
        stages: dict[Hashable, Hashable] = {}
        for p in group["params"]:
            if p.grad is not None and (isinstance(p, ManifoldParameter) or p.grad.is_sparse):
                rows, gradient = with_gradient(p)
                alike = (*_place(p), rows.index is None, stage := self._begin(group, p))
                batches.setdefault(alike, []).append((rows, gradient))
                stages[alike] = stage
        for key, members in batches.items():
            for part in _parts(members):
                batch, gradients = zip(*part, strict=True)
                self._step_batch(group, batch, stack(gradients), stages[key])

    def _step_batch(self, group: Group, batch: Sequence[Rows], gradient: Tensor, stage: Hashable) -> None:
        """Step the points of several parameters at once; they share manifold, size, dtype, device and stage."""
        parameters = [rows.parameter for rows in batch]
        held = {name: [self.state[p][name] for p in parameters] for name in self._moments(group)}
        manifold, x = manifold_of(parameters[0]), gather(batch, parameters)
        update, options = self._update(group)
        if group["compiled"] and batch[0].index is None:
            update = self._compiled(update, manifold, x, options)
        y, moments = update(
            manifold,
            x,
            -gradient if group["maximize"] else gradient,
            {name: gather(batch, tensors) for name, tensors in held.items()},
            {name: _number(value, x) for name, value in self._numbers(group, stage).items()},
            **options,
        )
        scatter(batch, parameters, y)
        for name, tensors in held.items():
            scatter(batch, tensors, moments[name])

    def _curvature_gradient(self, group: Group, raw: CurvatureParameter) -> Tensor:
        gradient = cast(Tensor, raw.grad)
        if group["curvature_gradient"] == "ambient":
            return gradient
        return gradient + sum(carried_gradient(raw, batch, group["carry"]) for batch in self._points_on(raw))

    def _step_curvature(self, group: Group, raw: CurvatureParameter, gradient: Tensor) -> None:
        """Step a curvature within its bounds, and carry points and momenta to it in place."""
        followers = [self._followers(batch, group["carry"]) for batch in self._points_on(raw)]
        self._step_ordinary(group, [raw], [gradient])
        low, high = (inverse_softplus(c) for c in group["curvature_bounds"])
        raw.clamp_(low, high)
        for batch, tangents, passage in followers:
            rows = [Rows(p) for p in batch]
            scatter(rows, batch, passage.manifold.projx(passage.points()))
            for vectors, moved in zip(tangents, passage.tangents(), strict=True):
                scatter(rows, vectors, moved)

    def _followers(
        self, batch: Sequence[ManifoldParameter], carry: Carry
    ) -> tuple[Sequence[ManifoldParameter], list[list[Tensor]], Passage]:
        """Points of a batch, their momenta, and the passage of both."""
        rows = [Rows(p) for p in batch]
        tangents = [[self.state[p][name] for p in batch] for name in self._held(batch[0])]
        vectors = [gather(rows, each) for each in tangents]
        return batch, tangents, Passage(batch[0].manifold, gather(rows, batch), vectors, carry)

    # Helpers

    def _points_on(self, raw: CurvatureParameter) -> list[list[ManifoldParameter]]:
        """Points of all manifolds that have a curvature, with a gradient or without, in batches that move at once."""
        batches: dict[Hashable, list[ManifoldParameter]] = {}
        for group in self.param_groups:
            for p in group["params"]:
                if isinstance(p, ManifoldParameter) and curvature_of(p.manifold) is raw:
                    batches.setdefault((*_place(p), self._held(p)), []).append(p)
        return list(batches.values())

    def _held(self, p: Tensor) -> tuple[str, ...]:
        """Names of the tangent vectors in the state of points; one that never had a gradient has none."""
        state = self.state.get(p, {})
        return tuple(name for name in self.tangents if name in state)

    def _compiled(self, update: Update, manifold: Manifold, x: Tensor, options: dict[str, Any]) -> Update:
        """The step compiled for one batch, in code of its own: the compiler keeps few variants of one code."""
        programs: dict[Hashable, Update] = self.__dict__.setdefault("_programs", {})
        alike = (update, id(manifold), x.shape, x.dtype, x.device, *options.items())
        if alike not in programs:
            function = cast(FunctionType, update)
            own = FunctionType(function.__code__.replace(), function.__globals__, function.__name__)
            own.__kwdefaults__ = function.__kwdefaults__
            programs[alike] = torch.compile(own, fullgraph=True, dynamic=False)
        return programs[alike]


def _place(p: Tensor) -> tuple[Hashable, ...]:
    """What points share that move at once."""
    return id(manifold_of(p)), p.shape[-1], p.dtype, p.device


def _parts(members: Sequence[tuple[Rows, Tensor]]) -> Iterator[Sequence[tuple[Rows, Tensor]]]:
    """A batch in parts of as many parameters as their common size allows; parts of one size are compiled once."""
    largest = max(gradient.numel() for _, gradient in members)
    limit = BATCH_IN_CACHE if members[0][1].device.type == "cpu" else BATCH
    count = max(1, limit // max(1, largest))
    for start in range(0, len(members), count):
        yield members[start : start + count]


def require(owner: object, group: Group, name: str, condition: bool, expected: str) -> None:
    """Check an option of a group.

    Raises:
        ValueError: It is not as expected.
    """
    if not condition:
        raise ValueError(f"{type(owner).__name__}: {name} must be {expected}, got {group[name]!r}")


def one_of(owner: object, group: Group, name: str, choices: Any) -> None:
    """Check an option that is one of the words of a Literal.

    Raises:
        ValueError: It is not.
    """
    words = get_args(choices)
    require(owner, group, name, group[name] in words, f"one of {', '.join(map(repr, words))}")


def _number(value: float | Tensor, like: Tensor) -> Tensor:
    """A number as a tensor: one that changes from step to step does not compile the step again."""
    dtype = torch.promote_types(like.dtype, torch.float32)
    if isinstance(value, Tensor):
        return value.to(like.device, dtype).reshape(())
    return torch.full((), value, dtype=dtype, device=like.device)
