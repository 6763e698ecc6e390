"""Validation that the layers share."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor

Sizes = int | Sequence[int]


def positive(name: str, value: int) -> int:
    """Return a size.

    Raises:
        ValueError: It is not a whole number of at least 1.
    """
    return sizes(name, value, 1)[0]


def sizes(name: str, value: Sizes, count: int, least: int = 1) -> tuple[int, ...]:
    """Return one number per axis of the `count` axes, as torch.nn reads a number or several.

    Raises:
        ValueError: They are not whole numbers of at least `least`, or not as many.
    """
    numbers = (value,) * count if isinstance(value, int) else tuple(value)
    if len(numbers) != count or any(n < least for n in numbers):
        each = "a whole number" if count == 1 else f"a whole number or {count} of them, each"
        raise ValueError(f"{name} must be {each} of at least {least}, got {value!r}")
    return numbers


def require_labelled(owner: object, x: Tensor, target: Tensor, in_features: int | None = None) -> None:
    """Check the shapes of a batch of embeddings, of any size unless it is given, and of their labels.

    Raises:
        ValueError: They are not (N, in_features) and (N,).
    """
    if x.ndim != 2 or in_features not in (None, x.size(1)) or target.shape != x.shape[:1]:
        size = "in_features" if in_features is None else f"in_features = {in_features}"
        raise ValueError(
            f"{type(owner).__name__}: expected embeddings (N, {size}) and labels (N,), got shapes "
            f"{tuple(x.shape)} and {tuple(target.shape)}"
        )


def require_image(owner: object, u: Tensor) -> None:
    """Check the shape of an image or a batch of them.

    Raises:
        ValueError: It is neither.
    """
    if u.ndim not in (3, 4):
        raise ValueError(f"{type(owner).__name__}: expected (N, C, H, W) or (C, H, W), got shape {tuple(u.shape)}")


def require_reach(
    owner: object, u: Tensor, reach: Sequence[int], padding: Sequence[int], axes: Sequence[int] = (-2, -1)
) -> None:
    """Check that a window fits into the padded input.

    Raises:
        ValueError: It does not.
    """
    if any(u.size(axis) + 2 * margin < extent for axis, margin, extent in zip(axes, padding, reach, strict=True)):
        raise ValueError(
            f"{type(owner).__name__}: kernel_size reaches over {tuple(reach)}, the input of shape {tuple(u.shape)} is "
            f"smaller with padding={tuple(padding)}; take a smaller kernel or more padding"
        )
