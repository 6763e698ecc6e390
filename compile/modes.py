"""Which of torch's machineries watch the operations of a formula."""

from __future__ import annotations

import torch
from torch import Tensor


def is_watched() -> bool:
    """Whether a compiler traces, or a function transform is active."""
    return torch.compiler.is_compiling() or torch._C._functorch.peek_interpreter_stack() is not None


def only_values() -> bool:
    """Whether nothing watches, so that a formula may reuse its memory and take forms that are right in value only.

    No graph is recorded (as within a Function), no compiler traces, and no function transform is active.
    """
    return not (torch.is_grad_enabled() or is_watched())


def is_traced() -> bool:
    """Whether a compiler traces a formula as it stands, with no gradient to record and no function transform active."""
    # isinstance, since the compiler's stand-in for the stack is never `None`
    transform = isinstance(torch._C._functorch.peek_interpreter_stack(), torch._C._functorch.CInterpreter)
    return torch.compiler.is_compiling() and not transform and not torch.is_grad_enabled()


def are_values() -> bool:
    """Whether no derivative is taken of what a formula computes, in eager mode or traced."""
    return only_values() or is_traced()


def harmless(x: Tensor, out: Tensor) -> Tensor:
    """The argument of a branch: 1 where `out` says that the branch isn't taken, which only derivatives ask for."""
    return x if are_values() else torch.where(out, 1.0, x)


def settled(x: Tensor) -> Tensor:
    """Have a compiler compute x as a tensor of its own, instead of anew for every element that it is broadcast to."""
    return x.as_strided(x.shape, x.stride()) if is_traced() else x
