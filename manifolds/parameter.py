"""Parameters that are points of a manifold."""

from __future__ import annotations

import copy
from typing import Any

import torch
from torch import Tensor, nn

from .protocol import Manifold


class ManifoldParameter(nn.Parameter):
    """A parameter whose value is a point, or a batch of points, of a manifold.

    It is an ordinary `nn.Parameter` with the attribute `manifold`, by which Riemannian optimisers step; arithmetic on
    it gives plain tensors. It survives deepcopy and pickle, and its entry in a state dict is a plain tensor that loads
    with `weights_only=True`.

    Moving a module off the meta device (`to_empty`) replaces its parameters by plain ones, this one included: make
    manifold parameters on a real device.

    The module that owns the parameter must also register the manifold as a submodule: a learnable curvature is then
    listed in its `named_parameters()`, moves with it and is saved with it. A deepcopy of the owner keeps the two tied.
    A deepcopy of the parameter alone copies its manifold as well.

    Args:
        data: Points, the manifold axis last; they are taken as they are (`manifold.projx` makes points of other
            tensors).
        manifold: Geometry of the points.
        requires_grad: Whether the parameter requires a gradient.

    Raises:
        TypeError: `data` is not a tensor or `manifold` not a manifold.

    Example:
        >>> import torch
        >>> from manifuse.manifolds import ManifoldParameter, Poincare
        >>> class Prototypes(torch.nn.Module):
        ...     def __init__(self, count, n, *, manifold):
        ...         super().__init__()
        ...         self.manifold = manifold
        ...         self.points = ManifoldParameter(manifold.random(count, n), manifold)
        >>> [name for name, _ in Prototypes(3, 2, manifold=Poincare(learnable=True)).named_parameters()]
        ['points', 'manifold.raw_c']
    """

    manifold: Manifold

    def __new__(cls, data: Tensor, manifold: Manifold, requires_grad: bool = True) -> ManifoldParameter:
        """Make a parameter that shares the memory of `data`."""
        if not isinstance(data, Tensor):
            raise TypeError(f"{cls.__name__}: data must be a tensor of points, got {type(data).__name__}")
        if not isinstance(manifold, Manifold):
            raise TypeError(f"{cls.__name__}: manifold must be a Manifold, got {manifold!r}; e.g. Poincare(c=1.0)")
        parameter: ManifoldParameter = torch.Tensor._make_subclass(cls, data.detach(), requires_grad)
        parameter.manifold = manifold
        return parameter

    def __deepcopy__(self, memo: dict[int, Any]) -> ManifoldParameter:
        if id(self) in memo:
            known: ManifoldParameter = memo[id(self)]
            return known
        data = self.data.clone(memory_format=torch.preserve_format)
        memo[id(self)] = result = type(self)(data, copy.deepcopy(self.manifold, memo), self.requires_grad)
        return result

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return type(self), (self.data, self.manifold, self.requires_grad)

    def __repr__(self) -> str:  # type: ignore[override]
        return f"{type(self).__name__} on {self.manifold}:\n{self.data!r}"
