"""Frame norms over 56 layers at initialisation: ours, torch's, and the published ones, as docs/initialisation.md.

    python -m benchmarks.depth

Networks of constant width: convolutions with ReLU, and residual blocks with batch normalisation. A cell is the largest
over the smallest mean norm of the layers' outputs, and the same of the gradients of a random function of the last.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

import manifuse as mf
from manifuse.apps.resnet import Block
from manifuse.layers import Conv2d, ReLU
from manifuse.manifolds import ManifoldBase

OUTPUT = Path(__file__).resolve().parent.parent / "docs" / "initialisation.md"
DEPTH, WIDTH, SIZE, BATCH = 56, 16, 8, 4
GEOMETRIES = (mf.Euclidean(), mf.Poincare(c=0.1), mf.Lorentz(c=1.0), mf.Hypersphere(c=0.1))
Weights = Callable[[Conv2d], Tensor | None]


def hnn(layer: Conv2d) -> Tensor:
    """z ~ N(0, 1/(2nm)) of HNN++, n and m the sizes of patch and output; our weight is 2ρz."""
    m, n = layer.weight.shape[0], layer.weight[0].numel()
    return 2 * layer.ratio * torch.randn_like(layer.weight) / math.sqrt(2 * n * m)


def unfolded_identity(layer: Conv2d) -> Tensor:
    """z = ½ eye(n, m) of Poincaré ResNet, in the order of unfold: channel, row and column of the kernel."""
    m, n = layer.weight.shape[0], layer.weight[0].numel()
    return layer.ratio * torch.eye(n, m).t().reshape(layer.weight.shape)


INITIALISATIONS: dict[str, tuple[str, Weights]] = {
    "identity at the centre (default)": ("identity", lambda _: None),
    'uniform, as torch.nn (`init="random"`)': ("random", lambda _: None),
    "HNN++ (arXiv 2006.08210), published": ("random", hnn),
    "identity of Poincaré ResNet, published": ("random", unfolded_identity),
}


def plain(manifold: ManifoldBase, init: str) -> list[nn.Module]:
    convolutions = (Conv2d(WIDTH, WIDTH, 3, padding=1, manifold=manifold, init=init) for _ in range(DEPTH))
    return [nn.Sequential(convolution, ReLU(manifold=manifold)) for convolution in convolutions]


def residual(manifold: ManifoldBase, init: str, share: float) -> list[nn.Module]:
    return [Block(WIDTH, WIDTH, manifold=manifold, share=share, init=init) for _ in range(DEPTH // 2)]


def spreads(blocks: list[nn.Module]) -> str:
    u = torch.rand(BATCH, WIDTH, SIZE, SIZE) / math.sqrt(WIDTH)
    outputs = []
    for each in blocks:
        u = each(u)
        u.retain_grad()
        outputs.append(u)
    (u * torch.randn_like(u)).sum().backward()
    activations = torch.stack([output.detach().norm(dim=1).mean() for output in outputs])
    gradients = torch.stack([output.grad.norm(dim=1).mean() for output in outputs])
    return f"{ratio(activations)} / {ratio(gradients)}"


def ratio(norms: Tensor) -> str:
    if not norms.isfinite().all():
        return "overflows"
    return f"{float(norms.max() / norms.min()):.2g}" if norms.min() > 0 else "vanishes"


def main() -> None:
    rows = ["| network | initialisation | " + " | ".join(map(str, GEOMETRIES)) + " |", "|---|---|" + "---|" * 4]
    networks: dict[str, Callable[[ManifoldBase, str], list[nn.Module]]] = {
        f"{DEPTH} convolutions, ReLU": plain,
        f"{DEPTH // 2} residual blocks, γ = 1/{DEPTH // 2} (default)": lambda m, i: residual(m, i, 2 / DEPTH),
        f"{DEPTH // 2} residual blocks, γ = 1": lambda m, i: residual(m, i, 1.0),
    }
    for network, build in networks.items():
        for name, (init, weights) in INITIALISATIONS.items():
            cells = []
            for manifold in GEOMETRIES:
                torch.manual_seed(0)
                blocks = build(manifold, init)
                for layer in (m for each in blocks for m in each.modules() if isinstance(m, Conv2d)):
                    replaced = weights(layer)
                    if replaced is not None:
                        layer.weight.data.copy_(replaced)
                        nn.init.zeros_(layer.get_parameter("bias"))
                cells.append(spreads(blocks))
            rows.append(f"| {network} | {name} | " + " | ".join(cells) + " |")
            print(rows[-1], flush=True)
    before, marker, _ = OUTPUT.read_text().partition("<!-- table -->\n")
    OUTPUT.write_text(before + marker + "\n" + "\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
