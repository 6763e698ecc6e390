"""The run-time faces of an op: one set of emitted formulas, dressed for eager autograd, the compiler and function transforms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

import torch
from torch import Tensor
from torch.autograd import Function

Kind: TypeAlias = Literal["vector", "ambient", "scalar"]
LOW_PRECISION = (torch.float16, torch.bfloat16)


def dot(x: Tensor, y: Tensor, dim: int) -> Tensor:
    """Inner product over `dim`, kept with size 1."""
    return (x * y).sum(dim, keepdim=True)


def combine(*terms: tuple[Tensor, Tensor]) -> Tensor:
    """Linear combination: the sum of coefficient · vector over the terms."""
    (coefficient, vector), *rest = terms
    total = coefficient * vector
    for coefficient, vector in rest:
        total = torch.addcmul(total, coefficient, vector)
    return total


def peak(x: Tensor, dim: int) -> Tensor:
    """Largest magnitude over `dim`, kept with size 1; a constant for differentiation."""
    return x.detach().abs().amax(dim, keepdim=True)


def split(x: Tensor, dim: int) -> tuple[Tensor, Tensor]:
    """Time (or pole) and space parts of an ambient vector."""
    return x.narrow(dim, 0, 1), x.narrow(dim, 1, x.size(dim) - 1)


def join(time: Tensor | None, space: Tensor | None, dim: int) -> Tensor:
    """Ambient vector of its parts; a missing part is 0."""
    if time is None:
        assert space is not None
        time = torch.zeros_like(space.narrow(dim, 0, 1))
    if space is None:
        raise ValueError("an ambient vector needs its space part")
    return torch.cat((time.expand_as(space.narrow(dim, 0, 1)), space), dim)


@dataclass(frozen=True)
class Formulas:
    """What the emitter writes for one op. Tensors come first, then `dim`, then `rows` for a reduction.

    forward: inputs → results, then saved row scalars. vjp: inputs, saved scalars, cotangents of results and saved scalars,
    `needs` → one gradient or None per input. jvp: inputs, saved scalars, tangents of the inputs → tangents of results and
    saved scalars.
    """

    forward: Callable[..., tuple[Tensor, ...]]
    vjp: Callable[..., tuple[Tensor | None, ...]]
    jvp: Callable[..., tuple[Tensor, ...]]


class Operation:
    """A differentiable op on tensors.

    Inputs broadcast against each other from the right (the manifold axis by kind: a vector of n, an ambient vector of n + 1
    numbers, a scalar of 1). Low precision is computed in float32 and returned in its dtype.

    Raises:
        TypeError: An input is not a floating-point tensor.
        ValueError: Sizes do not broadcast, or differ along the manifold axis.
    """

    def __init__(
        self,
        name: str,
        formulas: Formulas,
        *,
        inputs: Sequence[tuple[str, Kind]],
        results: Sequence[Kind],
        wide: bool = False,
        reduction: bool = False,
    ) -> None:
        self.name = name
        self.formulas = formulas
        self.inputs = tuple(inputs)
        self.results = tuple(results)
        self.wide = wide
        self.reduction = reduction
        self._eager = _function(self, forward_mode=True)
        self._compiled = _function(self, forward_mode=False)

    def __call__(self, *tensors: Tensor, dim: int, rows: tuple[int, ...] = ()) -> Any:
        aligned = self._align(tensors, dim, rows)
        if _needs_plain_code():
            outputs = self.evaluate(aligned, dim, rows)
        elif torch.compiler.is_compiling():
            outputs = self._compiled.apply(dim, rows, *aligned)
        else:
            outputs = self._eager.apply(dim, rows, *aligned)
        return outputs[0] if len(self.results) == 1 else tuple(outputs[: len(self.results)])

    def evaluate(self, tensors: Sequence[Tensor], dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
        """Run the forward formulas on aligned inputs: results in the dtype of the vectors, then the saved row scalars."""
        compute, returned = self._dtypes(tensors)
        outputs = self.formulas.forward(*(t.to(compute) for t in tensors), *self._static(dim, rows))
        count = len(self.results)
        return (*(result.to(returned) for result in outputs[:count]), *outputs[count:])

    def pull(
        self, saved: Sequence[Tensor], grads: Sequence[Tensor], needs: Sequence[bool], dim: int, rows: tuple[int, ...]
    ) -> tuple[Tensor | None, ...]:
        """Gradients of the inputs from the cotangents of everything that `evaluate` returned."""
        tensors = saved[: len(self.inputs)]
        compute, _ = self._dtypes(tensors)
        arguments = (t.to(compute) for t in (*saved, *grads))
        adjoints = self.formulas.vjp(*arguments, needs, *self._static(dim, rows))
        return tuple(a if a is None else a.expand_as(t).to(t.dtype) for a, t in zip(adjoints, tensors, strict=True))

    def push(
        self, saved: Sequence[Tensor], tangents: Sequence[Tensor | None], dim: int, rows: tuple[int, ...]
    ) -> tuple[Tensor, ...]:
        """Tangents of everything that `evaluate` returned."""
        tensors = saved[: len(self.inputs)]
        compute, returned = self._dtypes(tensors)
        given = (torch.zeros_like(x) if t is None else t for x, t in zip(tensors, tangents, strict=True))
        outputs = self.formulas.jvp(*(t.to(compute) for t in (*saved, *given)), *self._static(dim, rows))
        count = len(self.results)
        return (*(result.to(returned) for result in outputs[:count]), *outputs[count:])

    def _static(self, dim: int, rows: tuple[int, ...]) -> tuple[Any, ...]:
        return (dim, rows) if self.reduction else (dim,)

    def _dtypes(self, tensors: Sequence[Tensor]) -> tuple[torch.dtype, torch.dtype]:
        """The dtype to compute in, and the dtype to return."""
        vectors = [t.dtype for t, (_, kind) in zip(tensors, self.inputs, strict=True) if kind != "scalar"]
        returned = vectors[0]
        for dtype in vectors[1:]:
            returned = torch.promote_types(returned, dtype)
        compute = torch.float32 if returned in LOW_PRECISION else returned
        return (torch.float64 if self.wide else compute), returned

    def _align(self, tensors: Sequence[Tensor], dim: int, rows: tuple[int, ...]) -> list[Tensor]:
        """Check the inputs and give them one batch shape, so that autograd sums the gradients of what was broadcast."""
        batch: tuple[int, ...] = ()
        sizes: dict[str, int] = {}
        for tensor, (name, kind) in zip(tensors, self.inputs, strict=True):
            if not isinstance(tensor, Tensor) or not tensor.is_floating_point():
                found = tensor.dtype if isinstance(tensor, Tensor) else type(tensor).__name__
                raise TypeError(f"{self.name}: {name} must be a floating-point tensor, got {found}")
            shape = list(tensor.shape)
            if kind != "scalar" and len(shape) < -dim:
                raise ValueError(f"{self.name}: {name} has shape {tuple(shape)}, which has no dimension {dim}")
            if len(shape) >= -dim:
                if kind != "scalar":
                    sizes[name] = shape[dim] - (kind == "ambient")
                elif shape[dim] != 1:
                    raise ValueError(
                        f"{self.name}: {name} is one number per row; give it size 1 at dim {dim}, not {shape[dim]}"
                    )
                shape[dim] = 1
            try:
                batch = torch.broadcast_shapes(batch, tuple(shape))
            except RuntimeError:
                shapes = {n: tuple(t.shape) for t, (n, _) in zip(tensors, self.inputs, strict=True)}
                raise ValueError(f"{self.name}: shapes {shapes} do not broadcast outside dim {dim}") from None
        if len(set(sizes.values())) > 1:
            raise ValueError(f"{self.name}: dimensions along dim {dim} differ: {sizes}")
        n = next(iter(sizes.values()))
        if n < 1:
            raise ValueError(
                f"{self.name}: size {n} along dim {dim} leaves no coordinate; ambient vectors need at least 2 numbers"
            )
        return [
            self._expand(t, kind, name, batch, n, dim, rows)
            for t, (name, kind) in zip(tensors, self.inputs, strict=True)
        ]

    def _expand(
        self, tensor: Tensor, kind: Kind, name: str, batch: tuple[int, ...], n: int, dim: int, rows: tuple[int, ...]
    ) -> Tensor:
        shape = list(batch)
        shape[dim] = {"vector": n, "ambient": n + 1, "scalar": 1}[kind]
        if self.reduction and name == "c":
            for row in rows:
                shape[row] = 1
        return tensor if list(tensor.shape) == shape else tensor.expand(shape)


def _function(operation: Operation, *, forward_mode: bool) -> type[Function]:
    """Build the autograd Function of an operation; the saved row scalars are outputs, so that every derivative is exact."""
    inputs = len(operation.inputs)

    def forward(dim: int, rows: tuple[int, ...], *tensors: Tensor) -> tuple[Tensor, ...]:
        return operation.evaluate(tensors, dim, rows)

    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        ctx.dim, ctx.rows, *tensors = inputs
        saved = (*tensors, *output[len(operation.results) :])
        ctx.save_for_backward(*saved)
        ctx.save_for_forward(*saved)

    def backward(ctx: Any, *grads: Tensor) -> tuple[Any, ...]:
        return (None, None, *operation.pull(ctx.saved_tensors, grads, ctx.needs_input_grad[2:], ctx.dim, ctx.rows))

    def jvp(ctx: Any, _dim: None, _rows: None, *tangents: Tensor | None) -> tuple[Tensor, ...]:
        return operation.push(ctx.saved_tensors, tangents, ctx.dim, ctx.rows)

    members: dict[str, Any] = {
        "forward": staticmethod(forward),
        "setup_context": staticmethod(setup_context),
        "backward": staticmethod(backward),
        "generate_vmap_rule": True,
    }
    if forward_mode:
        members["jvp"] = staticmethod(jvp)
    assert inputs
    return cast("type[Function]", type(operation.name, (Function,), members))


def _needs_plain_code() -> bool:
    """Whether a transform is active that a custom Function cannot serve (torch 2.13): tracing it, or nested forward mode."""
    stack = torch._C._functorch.peek_interpreter_stack()
    if stack is None:
        return False
    if torch.compiler.is_compiling():
        return True
    levels = torch._C._functorch.get_interpreter_stack() or []
    forward_mode = torch._C._functorch.TransformType.Jvp
    return sum(level.key() == forward_mode for level in levels) > 1
