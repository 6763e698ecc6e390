"""Which of torch's machineries watch the operations of a formula."""

from __future__ import annotations

import torch


def only_values() -> bool:
    """Whether nothing watches, so that a formula may reuse its memory and take forms that are right in value only.

    No graph is recorded (as within a Function), no compiler traces, and no function transform is active.
    """
    return not (
        torch.is_grad_enabled()
        or torch.compiler.is_compiling()
        or torch._C._functorch.peek_interpreter_stack() is not None
    )
