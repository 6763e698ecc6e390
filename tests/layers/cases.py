"""One small instance of every layer, with its torch.nn counterpart, for tests that ask the same of all layers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from manifuse import layers
from manifuse.manifolds import Manifold, ManifoldBase


class Sum(nn.Module):
    """The Euclidean residual connection, with the names of `Residual`."""

    def __init__(self, body: nn.Module) -> None:
        super().__init__()
        self.body = body
        self.shortcut = nn.Identity()

    def forward(self, u: Tensor) -> Tensor:
        return self.body(u) + self.shortcut(u)


@dataclass(frozen=True)
class Case:
    """A layer and inputs for it.

    Args:
        name: Name of the test.
        make: Build the layer on a manifold.
        shape: Shape of the input.
        twin: Build the torch.nn counterpart, where there is one.
        dim: Channel axis of the input.
        mentions: What the repr must show.
        training: Whether its statistics depend on the batch.
    """

    name: str
    make: Callable[[Manifold], nn.Module]
    shape: tuple[int, ...]
    twin: Callable[[], nn.Module] | None = None
    dim: int = 1
    mentions: tuple[str, ...] = ()
    training: bool = False

    def __str__(self) -> str:
        return self.name

    def build(self, manifold: ManifoldBase, dtype: torch.dtype = torch.float64) -> nn.Module:
        """Build the layer with generic parameters: no zeros, no symmetry."""
        layer = self.make(manifold).to(dtype)
        scramble(layer)
        return layer

    def input(self, dtype: torch.dtype = torch.float64, longest: float = 1.5) -> Tensor:
        """Make frame vectors of length up to `longest`."""
        u = torch.randn(self.shape, dtype=torch.float64)
        length = torch.linalg.vector_norm(u, dim=self.dim, keepdim=True)
        return (u / length * longest * torch.rand_like(length)).to(dtype)


@torch.no_grad()
def scramble(layer: nn.Module) -> None:
    """Give parameters and statistics generic values, the same for layers of the same state; curvature stays."""
    generator = torch.Generator().manual_seed(11)
    # what flat space lacks comes last, so that all else has the same values there
    for name, tensor in sorted(layer.state_dict(keep_vars=True).items(), key=lambda item: (lacks(item[0]), item[0])):
        if "manifold." in name or not tensor.is_floating_point():
            continue
        fresh = torch.randn(tensor.shape, generator=generator, dtype=torch.float64)
        if name.endswith("running_var"):
            fresh = 0.5 + fresh.abs()
        elif tensor.ndim > 1:
            fresh = fresh / tensor[0].numel() ** 0.5
        elif name.endswith("weight"):
            fresh = 1 + 0.3 * fresh
        else:
            fresh = 0.3 * fresh
        tensor.copy_(fresh)


def lacks(name: str) -> bool:
    """Whether a state on flat space, as in torch.nn, lacks the entry."""
    return "time_weight" in name


def own_state(layer: nn.Module) -> dict[str, Tensor]:
    """State of a layer without curvatures."""
    return {name: tensor for name, tensor in layer.state_dict().items() if "manifold." not in name}


def weighted(outputs: Tensor) -> Tensor:
    """One number that depends on every entry, and on no two alike."""
    weights = torch.linspace(0.5, 1.5, outputs.numel(), dtype=outputs.dtype, device=outputs.device)
    return (weights.reshape(outputs.shape) * outputs).sum()


def run(layer: nn.Module, u: Tensor) -> dict[str, Tensor]:
    """Output of a layer, and the gradients of one number of it with respect to input and parameters."""
    u = u.detach().clone().requires_grad_()
    names, parameters = zip(*layer.named_parameters(), strict=True) if list(layer.parameters()) else ((), ())
    output = layer(u)
    gradients = torch.autograd.grad(weighted(output), (u, *parameters), allow_unused=True)
    return {"output": output.detach(), **dict(zip(("input", *names), gradients, strict=True))}


def assert_same(got: dict[str, Tensor], expected: dict[str, Tensor], **tolerance: float) -> None:
    """Compare what `run` gives, and states."""
    assert got.keys() == expected.keys()
    for name, tensor in expected.items():
        torch.testing.assert_close(got[name], tensor, **tolerance, msg=lambda text, name=name: f"{name}: {text}")


def _norm(kind: type[nn.Module], channels: int, **options: Any) -> Callable[[Manifold], nn.Module]:
    return lambda manifold: kind(channels, manifold=manifold, **options)


CASES = [
    Case(
        "Linear",
        lambda m: layers.Linear(4, 3, manifold=m),
        (5, 4),
        lambda: nn.Linear(4, 3),
        mentions=("in_features=4", "out_features=3", "bias=True"),
    ),
    Case(
        "Linear-linear",
        lambda m: layers.Linear(4, 3, manifold=m, response="linear"),
        (5, 4),
        lambda: nn.Linear(4, 3),
        mentions=("response='linear'",),
    ),
    Case(
        "Linear-Space",
        lambda m: layers.Linear(4, 3, manifold=m, scheme=layers.Space()),
        (5, 4),
        lambda: nn.Linear(4, 3),
        mentions=("scheme=Space()",),
    ),
    Case(
        "Conv2d-Space",
        lambda m: layers.Conv2d(3, 4, 3, manifold=m, stride=2, padding=1, scheme=layers.Space()),
        (2, 3, 5, 4),
        lambda: nn.Conv2d(3, 4, 3, stride=2, padding=1),
        mentions=("scheme=Space()",),
    ),
    Case(
        "ConvTranspose2d-Space",
        lambda m: layers.ConvTranspose2d(3, 4, 3, manifold=m, stride=2, padding=1, scheme=layers.Space()),
        (2, 3, 3, 4),
        lambda: nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1),
        mentions=("scheme=Space()",),
    ),
    Case(
        "Conv1d",
        lambda m: layers.Conv1d(4, 6, 3, manifold=m, stride=2, padding=1, groups=2),
        (2, 4, 7),
        lambda: nn.Conv1d(4, 6, 3, stride=2, padding=1, groups=2),
        mentions=("4, 6", "kernel_size=(3,)", "stride=(2,)", "padding=(1,)", "groups=2"),
    ),
    Case(
        "Conv2d",
        lambda m: layers.Conv2d(4, 6, (3, 2), manifold=m, stride=(2, 1), padding=1, dilation=(1, 2), groups=2),
        (2, 4, 6, 5),
        lambda: nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=1, dilation=(1, 2), groups=2),
        mentions=("4, 6", "kernel_size=(3, 2)", "stride=(2, 1)", "padding=(1, 1)", "dilation=(1, 2)", "groups=2"),
    ),
    Case(
        "ConvTranspose2d",
        lambda m: layers.ConvTranspose2d(4, 6, 3, manifold=m, stride=2, padding=1, output_padding=1, groups=2),
        (2, 4, 3, 4),
        lambda: nn.ConvTranspose2d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2),
        mentions=("4, 6", "kernel_size=(3, 3)", "stride=(2, 2)", "padding=(1, 1)", "output_padding=(1, 1)", "groups=2"),
    ),
    Case(
        "BatchNorm1d-channel",
        _norm(layers.BatchNorm1d, 3, spread="channel"),
        (6, 3),
        lambda: nn.BatchNorm1d(3),
        mentions=("3", "eps=1e-05", "momentum=0.1", "affine=True", "track_running_stats=True", "channel"),
        training=True,
    ),
    Case(
        "BatchNorm2d-channel",
        _norm(layers.BatchNorm2d, 3, spread="channel"),
        (3, 3, 2, 3),
        lambda: nn.BatchNorm2d(3),
        mentions=("3", "eps=1e-05", "momentum=0.1", "affine=True", "track_running_stats=True", "channel"),
        training=True,
    ),
    Case("BatchNorm2d-total", _norm(layers.BatchNorm2d, 3), (3, 3, 2, 3), mentions=("total", "pooled"), training=True),
    Case(
        "BatchNorm2d-distance",
        _norm(layers.BatchNorm2d, 3, spread="distance", center="per_sample", momentum=None),
        (3, 3, 2, 3),
        mentions=("distance", "per_sample", "momentum=None"),
        training=True,
    ),
    Case(
        "BatchNorm2d-frechet",
        _norm(layers.BatchNorm2d, 3, mean="frechet"),
        (3, 3, 2, 3),
        mentions=("frechet",),
        training=True,
    ),
    Case(
        "Residual",
        lambda m: layers.Residual(layers.Conv2d(3, 3, 3, manifold=m, padding=1), manifold=m),
        (2, 3, 3, 4),
        lambda: Sum(nn.Conv2d(3, 3, 3, padding=1)),
        mentions=("body", "shortcut"),
    ),
    Case(
        "Residual-Space",
        lambda m: layers.Residual(
            layers.Conv2d(3, 3, 3, manifold=m, padding=1, scheme=layers.Space()), manifold=m, scheme=layers.Space()
        ),
        (2, 3, 3, 4),
        lambda: Sum(nn.Conv2d(3, 3, 3, padding=1)),
        mentions=("scheme=Space()",),
    ),
    Case(
        "ConvNormAct",
        lambda m: layers.ConvNormAct(
            layers.Conv2d(3, 4, 3, manifold=m, stride=2, padding=1),
            layers.BatchNorm2d(4, manifold=m, spread="channel"),
            layers.ReLU(manifold=m),
        ),
        (2, 3, 5, 4),
        lambda: nn.Sequential(nn.Conv2d(3, 4, 3, stride=2, padding=1), nn.BatchNorm2d(4), nn.ReLU()),
        mentions=("Conv2d", "BatchNorm2d", "ReLU"),
        training=True,
    ),
    Case("ReLU", lambda m: layers.ReLU(manifold=m), (2, 3, 2, 3), nn.ReLU, mentions=("scheme=Geometric()", "dim=1")),
    Case(
        "ReLU-Space",
        lambda m: layers.ReLU(manifold=m, scheme=layers.Space()),
        (2, 3, 2, 3),
        nn.ReLU,
        mentions=("scheme=Space()",),
    ),
    Case(
        "Activation",
        lambda m: layers.Activation(nn.SiLU(), manifold=m),
        (2, 3, 2, 3),
        nn.SiLU,
        mentions=("SiLU",),
    ),
    Case(
        "Activation-Space",
        lambda m: layers.Activation(nn.SiLU(), manifold=m, scheme=layers.Space()),
        (2, 3, 2, 3),
        nn.SiLU,
        mentions=("SiLU", "scheme=Space()"),
    ),
    Case(
        "Rescale",
        lambda m: layers.Rescale(manifold=m, slope="unit"),
        (2, 3, 2, 3),
        nn.Identity,
        mentions=("slope='unit'", "dim=1"),
    ),
    Case("Clip", lambda m: layers.Clip(1.0, manifold=m), (2, 3, 2, 3), mentions=("length=1.0", "dim=1")),
    Case(
        "Dropout", lambda m: layers.Dropout(0.3, manifold=m), (2, 3, 4, 3), lambda: nn.Dropout(0.3), mentions=("p=0.3",)
    ),
    Case(
        "AvgPool2d",
        lambda m: layers.AvgPool2d((3, 2), (2, 1), 1, False, manifold=m),
        (2, 3, 5, 4),
        lambda: nn.AvgPool2d((3, 2), (2, 1), 1, count_include_pad=False),
        mentions=("kernel_size=(3, 2)", "stride=(2, 1)", "padding=(1, 1)", "count_include_pad=False"),
    ),
    Case(
        "GlobalAvgPool2d",
        lambda m: layers.GlobalAvgPool2d(manifold=m),
        (2, 3, 4, 3),
        lambda: nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()),
    ),
    Case(
        "MaxPool2d",
        lambda m: layers.MaxPool2d((3, 2), (2, 1), 1, manifold=m),
        (2, 3, 5, 4),
        lambda: nn.MaxPool2d((3, 2), (2, 1), 1),
        mentions=("kernel_size=(3, 2)", "stride=(2, 1)", "padding=(1, 1)"),
    ),
    Case("Flatten", lambda m: layers.Flatten(), (2, 3, 4, 3), nn.Flatten, mentions=("start_dim=1", "end_dim=-1")),
    Case(
        "Classifier",
        lambda m: layers.Classifier(4, 3, manifold=m),
        (5, 4),
        lambda: nn.Linear(4, 3),
        mentions=("in_features=4", "num_classes=3", "bias=True"),
    ),
    Case(
        "SphereLinear",
        lambda m: layers.SphereLinear(4, 3, manifold=m, similarity="cosine"),
        (5, 4),
        mentions=("in_features=4", "out_features=3", "similarity='cosine'", "eps=0.0001"),
    ),
    Case(
        "SphereConv1d",
        lambda m: layers.SphereConv1d(
            4, 6, 3, manifold=m, stride=2, padding=1, groups=2, similarity="learnable", unit_kernels=True
        ),
        (2, 4, 7),
        mentions=("4, 6", "kernel_size=(3,)", "groups=2", "similarity='learnable'", "k=0.75", "unit_kernels=True"),
    ),
    Case(
        "SphereConv2d",
        lambda m: layers.SphereConv2d(4, 6, (3, 2), manifold=m, stride=(2, 1), padding=1, dilation=(1, 2), groups=2),
        (2, 4, 6, 5),
        mentions=("4, 6", "kernel_size=(3, 2)", "stride=(2, 1)", "padding=(1, 1)", "dilation=(1, 2)", "groups=2"),
    ),
    Case(
        "SphereConv2d-sigmoid",
        lambda m: layers.SphereConv2d(3, 4, 3, manifold=m, similarity="sigmoid"),
        (2, 3, 5, 4),
        mentions=("similarity='sigmoid'", "k=0.3"),
    ),
    Case(
        "SphereConv2d-plain",
        lambda m: layers.SphereConv2d(4, 6, 2, groups=2, padding=1, similarity="learnable", unit_kernels=True),
        (2, 4, 5, 3),
        mentions=("k=0.75 on average", "unit_kernels=True"),
    ),
    Case(
        "SphereLinear-plain",
        lambda m: layers.SphereLinear(4, 3, similarity="linear"),
        (5, 4),
        mentions=("similarity='linear'",),
    ),
    Case(
        "SphereNorm",
        lambda m: layers.SphereNorm(layers.SphereConv2d(3, 4, 3, manifold=m, similarity="cosine")),
        (2, 3, 5, 4),
        mentions=("SphereConv2d", "affine=True"),
    ),
    Case(
        "SphereNorm-batch",
        lambda m: layers.SphereNorm(layers.SphereConv2d(3, 4, 3, manifold=m), layers.BatchNorm2d(4, manifold=m)),
        (3, 3, 5, 4),
        mentions=("SphereConv2d", "BatchNorm2d"),
        training=True,
    ),
    Case("Lift", lambda m: layers.Lift(manifold=m, dim=1), (2, 3, 4), mentions=("dim=1",)),
    Case("Lower", lambda m: nn.Sequential(layers.Lift(manifold=m), layers.Lower(manifold=m)), (5, 3)),
]

EVERY = pytest.mark.parametrize("case", CASES, ids=str)
WITH_TWIN = pytest.mark.parametrize("case", [case for case in CASES if case.twin], ids=str)
WITH_STATE = pytest.mark.parametrize(
    "case", [case for case in CASES if case.name.startswith(("Linear", "Conv", "Batch", "Residual", "Class"))], ids=str
)
