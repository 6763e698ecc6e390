"""The run-time faces of an op: emitted formulas, dressed for eager autograd, the compiler and function transforms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

import torch
from torch import Tensor
from torch.autograd import Function

from .ahead import ready
from .blas import shared_dot, weighted_row_sum
from .composite import composite
from .modes import only_values
from .recompute import remember

Kind: TypeAlias = Literal["vector", "ambient", "scalar"]
LOW_PRECISION = (torch.float16, torch.bfloat16)


def dot(x: Tensor, y: Tensor, dim: int) -> Tensor:
    """Inner product over `dim`, kept with size 1."""
    product = shared_dot(x, y, dim)
    return (x * y).sum(dim, keepdim=True) if product is None else product


def combine(*terms: tuple[Tensor | float, Tensor]) -> Tensor:
    """Linear combination: the sum of coefficient · vector over the terms."""
    # the result takes its memory format from the first, which therefore should not be broadcast
    (coefficient, vector), *rest = sorted(terms, key=lambda term: _extent(term[1]), reverse=True)
    total = vector if isinstance(coefficient, int) and coefficient == 1 else coefficient * vector
    ours = total is not vector and only_values()
    for coefficient, vector in rest:
        if isinstance(coefficient, float | int):
            total = torch.add(total, vector, alpha=coefficient)
        elif ours and total.shape == _broadcast(total, coefficient, vector):
            total.addcmul_(coefficient, vector)
        else:
            total = torch.addcmul(total, coefficient, vector)
        ours = only_values()
    return total


def _extent(x: Tensor) -> int:
    """Number of dimensions along which the elements are different ones."""
    return len([i for i in range(x.dim()) if x.size(i) != 1 and x.stride(i) != 0])


def _broadcast(*tensors: Tensor) -> torch.Size:
    return torch.Size(torch.broadcast_shapes(*(t.shape for t in tensors)))  # type: ignore[no-untyped-call]


def split(x: Tensor, dim: int) -> tuple[Tensor, Tensor]:
    """Time (or pole) and space parts of an ambient vector."""
    return x.narrow(dim, 0, 1), x.narrow(dim, 1, x.size(dim) - 1)


def join(time: Tensor | None, space: Tensor, dim: int) -> Tensor:
    """Ambient vector of its parts; a missing time is 0."""
    column = space.narrow(dim, 0, 1)
    time = torch.zeros_like(column) if time is None else time.expand_as(column)
    return torch.cat((time, space), dim)


def row_sum(x: Tensor, like: Tensor, rows: tuple[int, ...]) -> Tensor:
    """Sum over the dimensions `rows` of `like`, kept with size 1; x may be the same for all of them."""
    if not rows:
        return x
    shape = [like.size(i) if i in rows else x.size(i) for i in range(-x.dim(), 0)]
    return x.expand(shape).sum(rows, keepdim=True)


def combine_rows(*terms: tuple[Tensor | float, Tensor], like: Tensor, rows: tuple[int, ...], dim: int) -> Tensor:
    """Linear combination, summed over the dimensions `rows` of `like`."""
    sums = [weighted_row_sum(weight, x, rows, dim) for weight, x in terms if isinstance(weight, Tensor)]
    if len(sums) < len(terms) or any(each is None for each in sums):
        return row_sum(combine(*terms), like, rows)
    return torch.stack(cast("list[Tensor]", sums)).sum(0)


@dataclass(frozen=True)
class Formulas:
    """What the emitter writes for one op. Tensors come first, then `dim`, then `rows` where rows are summed.

    forward: inputs → results, then saved values. vjp: inputs, saved values, cotangents of results and saved values,
    `needs` → one gradient or None per input. jvp: inputs, saved values, tangents of the inputs → tangents of results
    and saved values.
    """

    forward: Callable[..., tuple[Tensor, ...]]
    vjp: Callable[..., tuple[Tensor | None, ...]]
    jvp: Callable[..., tuple[Tensor, ...]]


class Operation:
    """A differentiable op on tensors.

    Inputs broadcast against each other from the right (the manifold axis by kind: a vector of n, an ambient vector of
    n + 1 numbers, a scalar of 1). Low precision is computed in float32 and returned in its dtype.

    Args:
        name: Name for errors and for the graph.
        formulas: The emitted code.
        inputs: Name and kind of each input.
        results: Kind of each result.
        wide: Compute in float64.
        reduction: Whether callers name `rows` to be summed. Inputs then vary over them, except the curvature c.
        shared: Inputs that many rows have in common, as has c; the rows follow from the shapes.
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
        shared: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.formulas = formulas
        self.inputs = tuple(inputs)
        self.results = tuple(results)
        self.wide = wide
        self.reduction = reduction
        self.group = frozenset((*shared, "c")) if reduction or shared else frozenset()
        self._function = _function(self)
        self._composite = composite(self._run, name=name, version=_version(self))

    def __call__(self, *tensors: Tensor, dim: int, rows: tuple[int, ...] = ()) -> Any:
        """Evaluate on broadcasting inputs.

        Raises:
            TypeError: An input is not a floating-point tensor.
            ValueError: Sizes do not broadcast, or differ along the manifold axis.
        """
        aligned, rows = self.align(tensors, dim, rows)
        outputs: Sequence[Tensor]
        if _needs_plain_code():
            outputs = self.evaluate(aligned, dim, rows)
        elif torch.compiler.is_compiling():
            outputs = self._composite(aligned, dim, rows)
        else:
            outputs = self._run(aligned, dim, rows)
            remember(lambda tensors: self.evaluate(tensors, dim, rows), aligned, outputs[: len(self.results)])
        return outputs[0] if len(self.results) == 1 else tuple(outputs[: len(self.results)])

    def evaluate(self, tensors: Sequence[Tensor], dim: int, rows: tuple[int, ...]) -> tuple[Tensor, ...]:
        """Run the forward formulas on aligned inputs: results in the dtype of the vectors, then the saved values."""
        compute, returned = self._dtypes(tensors)
        outputs = ready(self.formulas.forward)(*(t.to(compute) for t in tensors), *self._static(dim, rows))
        count = len(self.results)
        return (*(result.to(returned) for result in outputs[:count]), *outputs[count:])

    def pull(
        self, saved: Sequence[Tensor], grads: Sequence[Tensor], needs: Sequence[bool], dim: int, rows: tuple[int, ...]
    ) -> tuple[Tensor | None, ...]:
        """Gradients of the inputs from the cotangents of everything that `evaluate` returned."""
        tensors = saved[: len(self.inputs)]
        compute, _ = self._dtypes(tensors)
        arguments = (t.to(compute) for t in (*saved, *grads))
        adjoints = ready(self.formulas.vjp)(*arguments, tuple(needs), *self._static(dim, rows))
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

    def _run(self, tensors: Sequence[Tensor], dim: int, rows: Sequence[int]) -> Sequence[Tensor]:
        """What `evaluate` returns, with its derivatives."""
        return cast("Sequence[Tensor]", self._function.apply(dim, tuple(rows), *tensors))  # type: ignore[no-untyped-call]

    def _static(self, dim: int, rows: tuple[int, ...]) -> tuple[Any, ...]:
        return (dim, rows) if self.group else (dim,)

    def _dtypes(self, tensors: Sequence[Tensor]) -> tuple[torch.dtype, torch.dtype]:
        """The dtype to compute in, and the dtype to return."""
        vectors = [t.dtype for t, (_, kind) in zip(tensors, self.inputs, strict=True) if kind != "scalar"]
        returned = vectors[0]
        for dtype in vectors[1:]:
            returned = torch.promote_types(returned, dtype)
        compute = torch.float32 if returned in LOW_PRECISION else returned
        return (torch.float64 if self.wide else compute), returned

    def align(self, tensors: Sequence[Tensor], dim: int, rows: tuple[int, ...]) -> tuple[list[Tensor], tuple[int, ...]]:
        """Check the inputs and give them one batch shape, so that autograd sums the gradients of what was broadcast.

        Inputs of the group have a batch shape of their own, with size 1 in the dimensions `rows`, which are returned.
        """
        n = self._check(tensors, dim)
        batches = [_batch(t, kind, dim) for t, (_, kind) in zip(tensors, self.inputs, strict=True)]
        batch = self._broadcast(batches, tensors, dim)
        group = batch
        if self.group and not self.reduction:
            common = [b for b, (name, _) in zip(batches, self.inputs, strict=True) if name in self.group]
            group = self._broadcast([*common, (1,) * len(batch)], tensors, dim)
            rows = tuple(i for i in range(-len(batch), 0) if group[i] != batch[i])
        elif self.group:
            group = tuple(1 if i in rows else batch[i] for i in range(-len(batch), 0))
        sizes = {"vector": n, "ambient": n + 1, "scalar": 1}
        aligned = []
        for tensor, (name, kind) in zip(tensors, self.inputs, strict=True):
            shape = list(group if name in self.group else batch)
            shape[dim] = sizes[kind]
            aligned.append(tensor if list(tensor.shape) == shape else tensor.expand(shape))
        return aligned, rows

    def _check(self, tensors: Sequence[Tensor], dim: int) -> int:
        """Check dtypes and the manifold axis; return the number of coordinates."""
        sizes: dict[str, int] = {}
        for tensor, (name, kind) in zip(tensors, self.inputs, strict=True):
            if not tensor.is_floating_point():
                raise TypeError(f"{self.name}: {name} must be a floating-point tensor, got {tensor.dtype}")
            shape = tuple(tensor.shape)
            if kind == "scalar":
                if len(shape) >= -dim and shape[dim] != 1:
                    raise ValueError(
                        f"{self.name}: {name} is one number per row; its size at dim {dim} must be 1: {shape}"
                    )
            elif len(shape) < -dim:
                raise ValueError(f"{self.name}: {name} has shape {shape}, which has no dimension {dim}")
            else:
                sizes[name] = shape[dim] - (kind == "ambient")
        n = next(iter(sizes.values()))
        if any(size != n for size in sizes.values()):
            raise ValueError(f"{self.name}: numbers of coordinates along dim {dim} differ: {sizes}")
        if n < 1:
            raise ValueError(f"{self.name}: no coordinate along dim {dim}; ambient vectors need at least 2 numbers")
        return n

    def _broadcast(self, batches: Sequence[tuple[int, ...]], tensors: Sequence[Tensor], dim: int) -> tuple[int, ...]:
        try:
            return tuple(torch.broadcast_shapes(*batches))  # type: ignore[no-untyped-call]
        except RuntimeError:
            shapes = {name: tuple(t.shape) for t, (name, _) in zip(tensors, self.inputs, strict=True)}
            raise ValueError(f"{self.name}: shapes {shapes} do not broadcast outside dim {dim}") from None


def _batch(tensor: Tensor, kind: Kind, dim: int) -> tuple[int, ...]:
    """Shape with size 1 at the manifold axis."""
    shape = list(tensor.shape)
    if kind != "scalar":
        shape[dim] = 1
    return tuple(shape)


def _function(operation: Operation) -> type[Function]:
    """Build the autograd Function of an operation; what it saves are outputs, so that every derivative is exact."""
    results = len(operation.results)

    def forward(dim: int, rows: tuple[int, ...], *tensors: Tensor) -> tuple[Tensor, ...]:
        return operation.evaluate(tensors, dim, rows)

    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: tuple[Tensor, ...]) -> None:
        ctx.dim, ctx.rows, *tensors = inputs
        saved = (*tensors, *output[results:])
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
        "jvp": staticmethod(jvp),
        "generate_vmap_rule": True,
    }
    return cast("type[Function]", type(operation.name, (Function,), members))


def _version(operation: Operation) -> str:
    """All that decides what an op computes, beside the code of this package."""
    codes = [function.__code__ for function in vars(operation.formulas).values()]
    return repr(
        (
            [(code.co_code, code.co_names, code.co_varnames, code.co_consts) for code in codes],
            (operation.inputs, operation.results, operation.wide, operation.reduction, sorted(operation.group)),
        )
    )


def _needs_plain_code() -> bool:
    """Whether a graph is exported, or a transform is active that no Function serves in torch 2.13.

    Those are a traced one, and nested forward mode.
    """
    if torch.compiler.is_exporting():
        return True
    # isinstance, since the compiler's stand-in for the stack is never `None`
    if not isinstance(torch._C._functorch.peek_interpreter_stack(), torch._C._functorch.CInterpreter):
        return False
    if torch.compiler.is_compiling():
        return True
    levels = torch._C._functorch.get_interpreter_stack() or []
    forward_mode = torch._C._functorch.TransformType.Jvp
    return sum(level.key() == forward_mode for level in levels) > 1
