"""Hierarchical metric learning on curved spaces: LHIER, HIER and Hyp, as one network and named recipes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

import torch
from torch import Tensor, nn

from ..layers import Clip, Linear, Rescale
from ..layers.checks import positive
from ..layers.losses import (
    HierarchicalProxyLoss,
    ProxyAnchorLoss,
    SoftTripleLoss,
    SupervisedContrastiveLoss,
)
from ..layers.losses.hierarchical import Chart
from ..manifolds import ManifoldBase, manifold

Neck: TypeAlias = Literal["curved", "clipped"]
Metric: TypeAlias = Literal["proxy_anchor", "soft_triple", "contrastive"]

CLIPPED_AT = 4.6
"""Distance from the origin at which HIER and Hyp clip: 2.3 as the length of the ball's tangent vectors."""


class LHIER(nn.Module):
    """Embedding network with the losses that train it: a metric loss and the hierarchical proxy loss.

    Features of the backbone are normalised (without weights), mapped to `dim` numbers, and become frame coordinates:

    | neck    | map                                                                                                |
    |---------|----------------------------------------------------------------------------------------------------|
    | curved  | features as a point at the distance 4.6, `Linear` on the manifold, `Rescale` (LHIER)               |
    | clipped | linear map of torch, clipping at the distance 4.6 from the origin (HIER, Hyp)                      |

    Weights start orthogonal, biases at 0. Neck and losses are computed in float32 at least, under autocast as well.

    Source: HIER (arXiv 2212.14258) and its code; LHIER (arXiv 2405.13979) §4.1, of which the initial curvature, s, and
    how features become points are not published: they are chosen by us, as is the rescaling of features that are
    farther away than the manifold resolves.

    Args:
        backbone: Maps images (N, …) to features (N, backbone.out_features).
        dim: Size of an embedding.
        manifold: Geometry of embeddings and proxies.
        num_classes: Number of classes K to train on.
        proxies: Number of proxies of the hierarchy.
        neck: "curved" or "clipped".
        metric: "proxy_anchor" or "soft_triple", on the cosine at the origin; or "contrastive", on geodesic distances.
        geodesic: Whether proxies of classes are points, and the metric loss one of geodesic distances; default: only
            for "contrastive".
        metric_weight: Weight of the metric loss.
        hierarchy_weight: Weight of the hierarchical loss; 0: there is none.
        neighbours: Of the hierarchical loss, less than the images in a batch.
        chart: Of its proxies: "points", or "frame" for parameters of ordinary optimisers.
        s: Of `Rescale`, in a curved neck.

    Raises:
        ValueError: There is no such neck or metric, or a size is not positive.

    Example:
        >>> import torch
        >>> from manifuse import Lorentz
        >>> from manifuse.apps import LHIER
        >>> from manifuse.apps.backbones import ConvNet
        >>> network = LHIER(ConvNet(width=4), 8, Lorentz(learnable=True), num_classes=3, proxies=16, neighbours=4)
        >>> u = network(torch.randn(12, 1, 8, 8))
        >>> {name: part.ndim for name, part in network.losses(u, torch.arange(12) % 3).items()}
        {'metric': 0, 'hierarchy': 0}
    """

    def __init__(
        self,
        backbone: nn.Module,
        dim: int,
        manifold: ManifoldBase,
        num_classes: int,
        *,
        proxies: int = 512,
        neck: Neck = "curved",
        metric: Metric = "proxy_anchor",
        geodesic: bool | None = None,
        metric_weight: float = 1.0,
        hierarchy_weight: float = 0.5,
        neighbours: int = 20,
        chart: Chart = "points",
        s: float = 2.0,
    ) -> None:
        super().__init__()
        for name, value, kinds in (("neck", neck, Neck), ("metric", metric, Metric)):
            if value not in get_args(kinds):
                names = ", ".join(map(repr, get_args(kinds)))
                raise ValueError(f"LHIER: {name} must be one of {names}, got {value!r}")
        if metric_weight < 0 or hierarchy_weight < 0:
            raise ValueError(f"LHIER: weights must be at least 0, got {metric_weight} and {hierarchy_weight}")
        self.backbone = backbone
        self.dim, self.num_classes = positive("dim", dim), positive("num_classes", num_classes)
        self.manifold = manifold
        self.weights = {"metric": metric_weight, "hierarchy": hierarchy_weight}
        features = positive("backbone.out_features", backbone.out_features)  # type: ignore[arg-type]
        self.neck = (
            CurvedNeck(features, dim, manifold, s=s) if neck == "curved" else ClippedNeck(features, dim, manifold)
        )
        geodesic = metric == "contrastive" if geodesic is None else geodesic
        self.metric = _metric_loss(metric, dim, num_classes, manifold if geodesic else None)
        self.hierarchy = None
        if hierarchy_weight:
            clipped: dict[str, Any] = {
                "rescale": Clip(CLIPPED_AT, manifold=manifold, dim=-1),
                "radius": 0.9 * CLIPPED_AT,
            }
            options = clipped if neck == "clipped" else {"rescale": Rescale(manifold=manifold, s=s, dim=-1)}
            self.hierarchy = HierarchicalProxyLoss(
                dim, proxies, manifold=manifold, neighbours=neighbours, chart=chart, **options
            )

    @classmethod
    def from_recipe(
        cls,
        name: str,
        backbone: nn.Module,
        dim: int,
        num_classes: int,
        manifold: ManifoldBase | None = None,
        **arguments: Any,
    ) -> LHIER:
        """Make the network of one of `RECIPES`.

        Args:
            name: "lhier", "hier" or "hyp".
            backbone: Maps images to features.
            dim: Size of an embedding.
            num_classes: Number of classes to train on.
            manifold: Geometry in place of the recipe's.
            arguments: Further arguments of `LHIER`, or replacements.

        Raises:
            ValueError: There is no such recipe.
        """
        if name not in RECIPES:
            raise ValueError(f"LHIER: recipe must be one of {', '.join(map(repr, RECIPES))}, got {name!r}")
        recipe = RECIPES[name]
        space = recipe.manifold() if manifold is None else manifold
        return cls(backbone, dim, space, num_classes, **{**recipe.arguments, **arguments})

    def forward(self, x: Tensor) -> Tensor:
        """Frame coordinates (N, dim) of images."""
        features = self.backbone(x)
        with torch.autocast(features.device.type, enabled=False):
            embedding: Tensor = self.neck(features.to(torch.promote_types(features.dtype, torch.float32)))
        return embedding

    def embed(self, x: Tensor) -> Tensor:
        """Frame coordinates (N, dim) of images: the output itself."""
        embedding: Tensor = self(x)
        return embedding

    def losses(self, u: Tensor, target: Tensor, *, generator: torch.Generator | None = None) -> dict[str, Tensor]:
        """Weighted parts of the loss of embeddings (N, dim) with labels (N,), "metric" and "hierarchy"; add them up.

        Args:
            u: Frame coordinates of the whole batch, of all processes.
            target: Labels, numbers below `num_classes`.
            generator: Source of the randomness of the hierarchical loss, on the device of u.
        """
        parts = {"metric": self.metric(u, target)}
        if self.hierarchy is not None:
            parts["hierarchy"] = self.hierarchy(u, target, generator=generator)
        return {name: self.weights[name] * part for name, part in parts.items()}

    def extra_repr(self) -> str:
        """Arguments, as torch.nn shows them."""
        weights = ", ".join(f"{name}_weight={weight}" for name, weight in self.weights.items())
        return f"dim={self.dim}, num_classes={self.num_classes}, {weights}"


class CurvedNeck(nn.Module):
    """Features as a point at the distance `CLIPPED_AT`, the linear layer of a geometry, and rescaling."""

    def __init__(self, features: int, dim: int, manifold: ManifoldBase, *, s: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(features, elementwise_affine=False)
        self.entry = Rescale(manifold=manifold, slope="unit", dim=-1)
        self.linear = Linear(features, dim, manifold=manifold)
        self.rescale = Rescale(manifold=manifold, s=s, dim=-1)
        self.radius = CLIPPED_AT / features**0.5
        nn.init.orthogonal_(self.linear.weight)

    def forward(self, features: Tensor) -> Tensor:
        """Map features to frame coordinates."""
        embedding: Tensor = self.rescale(self.linear(self.entry(self.radius * self.norm(features))))
        return embedding


class ClippedNeck(nn.Module):
    """A linear map of torch, doubled (the ball's tangent vectors are half of frame coordinates), and clipping."""

    def __init__(self, features: int, dim: int, manifold: ManifoldBase) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(features, elementwise_affine=False)
        self.linear = nn.Linear(features, dim)
        self.clip = Clip(CLIPPED_AT, manifold=manifold, dim=-1)
        nn.init.orthogonal_(self.linear.weight)
        nn.init.zeros_(self.linear.bias)

    def forward(self, features: Tensor) -> Tensor:
        """Map features to frame coordinates."""
        embedding: Tensor = self.clip(2 * self.linear(self.norm(features)))
        return embedding


def _metric_loss(name: Metric, dim: int, num_classes: int, manifold: ManifoldBase | None) -> nn.Module:
    if name == "contrastive":
        return SupervisedContrastiveLoss(manifold=manifold)
    kind = ProxyAnchorLoss if name == "proxy_anchor" else SoftTripleLoss
    return kind(dim, num_classes, manifold=manifold)


@dataclass(frozen=True)
class Recipe:
    """A published method: its geometry, and arguments of `LHIER`."""

    geometry: str
    c: float
    learnable: bool = False
    arguments: dict[str, Any] = field(default_factory=dict)

    def manifold(self) -> ManifoldBase:
        """Make the geometry."""
        return manifold(self.geometry, c=self.c, learnable=self.learnable)


RECIPES = {
    # arXiv 2405.13979; the initial curvature is chosen by us.
    "lhier": Recipe("lorentz", c=1.0, learnable=True),
    # arXiv 2212.14258 and its code; that scales gradients at points of the ball by (1 − c‖p‖²)²/4, which is left out.
    "hier": Recipe("poincare", c=0.1, arguments={"neck": "clipped", "chart": "frame"}),
    # arXiv 2203.10833: supervised contrastive loss of geodesic distances, temperature 0.2.
    "hyp": Recipe("poincare", c=0.1, arguments={"neck": "clipped", "metric": "contrastive", "hierarchy_weight": 0.0}),
}
"""Methods by name."""
