"""Validation shared by every geometry: shapes and dtypes of inputs, and the report of rows that are off a manifold.

Forward paths check shapes and dtypes only; the values are read by `check_point` and `check_tangent` alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

NO_TENSORS: Mapping[str, Tensor] = {}

TOLERANCES: dict[torch.dtype, float] = {
    torch.float64: 1e-10,
    torch.float32: 1e-5,
    torch.float16: 1e-2,
    torch.bfloat16: 4e-2,
}
"""Default absolute and relative tolerance of `check_point` and `check_tangent`, some ten to hundred rounding errors."""


def manifold_axis(
    owner: nn.Module,
    dim: int,
    ambient: int,
    points: Mapping[str, Tensor],
    coordinates: Mapping[str, Tensor] = NO_TENSORS,
) -> int:
    """Check the inputs of an operation and return the manifold axis as a negative number.

    Args:
        owner: Manifold that the messages name.
        dim: Manifold axis of the broadcast inputs, of either sign.
        ambient: Numbers that a point has beyond its n coordinates: 1 in ambient coordinates, else 0.
        points: Points and tangent vectors by argument name, n + `ambient` numbers at the axis.
        coordinates: Vectors of n numbers at the axis by argument name.

    Raises:
        TypeError: An input is not a floating-point tensor.
        ValueError: The axis does not exist, its sizes do not fit together, or it leaves no coordinate.
    """
    tensors = {**points, **coordinates}
    for name, tensor in tensors.items():
        _require_float(owner, name, tensor)
    ndim = max(tensor.ndim for tensor in tensors.values())
    if not -ndim <= dim < ndim:
        raise ValueError(f"{owner}: dim {dim} is out of range for {_shapes(tensors)}")
    axis = dim - ndim if dim >= 0 else dim
    n: int | None = None
    for name, tensor in tensors.items():
        if tensor.ndim < -axis:
            raise ValueError(
                f"{owner}: {name} has no dim {axis}, the manifold axis of {_shapes(tensors)}; "
                f"give it {-axis} dimensions, e.g. with .reshape"
            )
        size = tensor.shape[axis] - (ambient if name in points else 0)
        if n is not None and size != n:
            extra = f"; points and tangent vectors have {ambient} number more than coordinates" if ambient else ""
            raise ValueError(f"{owner}: sizes at dim {axis} do not fit together: {_shapes(tensors)}{extra}")
        n = size
    if n is not None and n < 1:
        raise ValueError(
            f"{owner}: dim {axis} of {_shapes(tensors)} must hold at least {ambient + 1} numbers per point"
        )
    return axis


def broadcast_shape(*tensors: Tensor) -> torch.Size:
    """Shape that tensors broadcast to."""
    shape: torch.Size = torch.broadcast_shapes(*(tensor.shape for tensor in tensors))  # type: ignore[no-untyped-call]
    return shape


def point_shape(owner: nn.Module, size: Sequence[int], dim: int, ambient: int) -> tuple[tuple[int, ...], int]:
    """Check the shape of points to be made; return it with the manifold axis as a negative number."""
    if not -len(size) <= dim < len(size):
        raise ValueError(f"{owner}: dim {dim} is out of range for size {tuple(size)}")
    axis = dim - len(size) if dim >= 0 else dim
    if size[axis] < ambient + 1:
        raise ValueError(
            f"{owner}: size {tuple(size)} must have at least {ambient + 1} at dim {axis}, got {size[axis]}"
        )
    return tuple(size), axis


def row_axes(owner: nn.Module, rows: int | Sequence[int], x: Tensor, dim: int) -> tuple[int, ...]:
    """Axes of `x` to reduce over as negative numbers, sorted; `dim` is the (negative) manifold axis."""
    given = (rows,) if isinstance(rows, int) else tuple(rows)
    axes = tuple(sorted(row - x.ndim if row >= 0 else row for row in given))
    valid = all(-x.ndim <= axis < 0 and axis != dim for axis in axes) and len(set(axes)) == len(axes)
    if not axes or not valid:
        raise ValueError(
            f"{owner}: rows={rows} must name dimensions of shape {tuple(x.shape)}, each once, "
            f"and not the manifold axis {dim}"
        )
    if any(x.shape[axis] == 0 for axis in axes):
        raise ValueError(f"{owner}: cannot average 0 points, got shape {tuple(x.shape)} with rows={rows}")
    return axes


def row_number(owner: nn.Module, name: str, value: float | Tensor, x: Tensor, dim: int) -> Tensor:
    """Number per row, as a tensor that broadcasts against `x` with size 1 at the (negative) manifold axis."""
    number = torch.as_tensor(value, dtype=None if isinstance(value, Tensor) else x.dtype, device=x.device)
    _require_float(owner, name, number)
    if number.ndim >= -dim and number.shape[dim] != 1:
        raise ValueError(
            f"{owner}: {name} is one number per row, so its size at dim {dim} must be 1, "
            f"got shape {tuple(number.shape)}; use {name}.unsqueeze({dim})"
        )
    return number


def row_weights(owner: nn.Module, weights: Tensor | None, x: Tensor, dim: int) -> Tensor:
    """Weights of every row of `x`, the (negative) manifold axis inserted with size 1; None means equal weights."""
    shape = list(x.shape)
    del shape[dim]
    if weights is None:
        return x.new_ones(()).expand(shape).unsqueeze(dim)
    _require_float(owner, "weights", weights)
    try:
        return weights.expand(shape).unsqueeze(dim)
    except RuntimeError:
        raise ValueError(
            f"{owner}: weights of shape {tuple(weights.shape)} do not broadcast to {tuple(shape)}, the points' shape "
            f"{tuple(x.shape)} without dim {dim}"
        ) from None


def require_rows(owner: nn.Module, name: str, error: Tensor, scale: Tensor, atol: float, rtol: float, law: str) -> None:
    """Raise where an error per row exceeds atol + rtol·scale, naming the worst row.

    Args:
        owner: Manifold that the message names.
        name: Argument that is checked.
        error: Violation of the law per row, shape (*); NaN is a violation.
        scale: Size that a relative error refers to, shape (*).
        atol: Absolute tolerance.
        rtol: Relative tolerance.
        law: What should hold, and what to do if it does not.
    """
    allowed = atol + rtol * scale
    wrong = ~(error <= allowed)
    if not bool(wrong.any()):
        return
    surplus = torch.where(error.isfinite(), error - allowed, math.inf)
    flat = int(surplus.argmax())
    row = tuple(int(i) for i in torch.unravel_index(torch.tensor(flat), error.shape))
    raise ValueError(
        f"{owner}: {int(wrong.sum())} of {wrong.numel()} rows of {name} violate {law}; the worst is row {row}, "
        f"off by {float(error[row]):.3g} where {float(allowed[row]):.3g} is allowed"
    )


def _require_float(owner: nn.Module, name: str, value: object) -> None:
    if isinstance(value, Tensor) and value.is_floating_point():
        return
    found = f"dtype {value.dtype}" if isinstance(value, Tensor) else f"type {type(value).__name__}"
    raise TypeError(f"{owner}: {name} must be a floating-point tensor, got {found}; convert it with .float()")


def _shapes(tensors: Mapping[str, Tensor]) -> str:
    return " and ".join(f"{name} of shape {tuple(tensor.shape)}" for name, tensor in tensors.items())
