"""Who is measured, and what is run: forward and backward of a layer, or a step of training."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from ...compile import compiled_ops, fuse
from ...manifolds import manifold
from .config import LAYOUTS, Measurement
from .peers import PEERS
from .rows import TORCH
from .works import CLASSES, C, Work

LR = 1e-3


@dataclass(frozen=True)
class Competitor:
    """A model of a work, and how it runs."""

    model: str
    """torch.nn, a geometry, or a peer."""
    mode: str = "eager"
    """eager, ops (eager, with compiled formulas of our ops) or fused."""
    layout: str = "contiguous"
    """Memory format."""


class Task(ABC):
    """A model with its input, ready to run.

    Args:
        model: Model.
        inputs: Its inputs.
        config: Whether the forward pass runs under autocast.
        compiled: Whether our ops run compiled formulas.
    """

    def __init__(
        self, model: nn.Module, inputs: tuple[Tensor, ...], config: Measurement, *, compiled: bool = False
    ) -> None:
        self.model = model
        self.inputs = inputs
        self.config = config
        self.compiled = compiled

    def forward(self) -> Tensor:
        """Run the model."""
        with self.config.autocasting():
            output: Tensor = self.model(self.inputs if len(self.inputs) > 1 else self.inputs[0])
        return output

    def step(self) -> None:
        """Run what is timed."""
        with compiled_ops(self.compiled):
            self.run()

    @abstractmethod
    def run(self) -> None:
        """Run forward, backward, and what belongs to them."""

    def clear(self) -> None:
        """Drop all gradients."""
        for leaf in (*self.inputs, *self.model.parameters()):
            leaf.grad = None

    def known(self) -> Iterator[Tensor]:
        """Give all tensors that live beside a graph."""
        yield from self.model.parameters()
        yield from self.model.buffers()
        yield from self.inputs


class Pass(Task):
    """Forward and backward of a layer, with gradients for input and parameters."""

    cotangent: Tensor | None = None

    def run(self) -> None:
        """Run the layer."""
        self.clear()
        output = self.forward()
        if self.cotangent is None:
            self.cotangent = torch.randn_like(output)
        torch.autograd.backward(output, self.cotangent)


class Step(Task):
    """A step of training: gradients cleared, forward, cross-entropy, backward, SGD with momentum."""

    def __init__(
        self, model: nn.Module, inputs: tuple[Tensor, ...], config: Measurement, *, compiled: bool = False
    ) -> None:
        super().__init__(model, inputs, config, compiled=compiled)
        self.labels = torch.randint(CLASSES, (len(inputs[0]),), device=inputs[0].device)
        self.optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=0.9)

    def run(self) -> None:
        """Train."""
        self.optimizer.zero_grad(set_to_none=True)
        loss = functional.cross_entropy(self.forward().float(), self.labels)
        torch.autograd.backward(loss)
        self.optimizer.step()


def make(work: Work, name: str) -> nn.Module | None:
    """Make a model of a work; None where a peer does not have it."""
    if name == TORCH:
        return work.plain()
    if name in PEERS:
        return PEERS[name](work)
    return work.ours(manifold(name, **({} if name == "euclidean" else {"c": C})))


def prepare(work: Work, competitor: Competitor, config: Measurement, batch: int) -> Task | None:
    """Make a task from a fixed seed, on the device; None where a peer does not have the work."""
    torch.manual_seed(0)
    with config.torch_device():
        made = make(work, competitor.model)
        if made is None:
            return None
        shape = (batch, *work.shape)
        # Frame vectors of length about 1, which are points of the ball of c = 0.1 too.
        inputs = tuple(torch.randn(shape) / shape[1] ** 0.5 for _ in range(work.operands))
    if competitor.layout != "contiguous":
        made = made.to(memory_format=LAYOUTS[competitor.layout])  # type: ignore[call-overload]
        inputs = tuple(x.to(memory_format=LAYOUTS[competitor.layout]) for x in inputs)
    network = work.kind == "network"
    # The regions of a layer would be the modules that it holds.
    model = fuse(made, scope="region" if network else "model") if competitor.mode == "fused" else made
    compiled = competitor.mode == "ops"
    if network:
        return Step(model, inputs, config, compiled=compiled)
    return Pass(model, tuple(x.requires_grad_() for x in inputs), config, compiled=compiled)
