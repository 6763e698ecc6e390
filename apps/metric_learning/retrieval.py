"""How well embeddings retrieve samples of their class: recall at k, R-precision and MAP@R."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from pytorch_metric_learning.utils.accuracy_calculator import mean_average_precision, r_precision
from torch import Tensor

from ...manifolds import Manifold
from .neighbours import nearest_neighbours


@dataclass(frozen=True)
class Retrieval:
    """Means over queries, between 0 and 1.

    R is the number of samples of the gallery that are of the query's class.
    """

    recall: dict[int, float]
    """By k: whether the k nearest samples have one of the query's class (hit rate)."""
    r_precision: float
    """Share of the query's class in the R nearest samples."""
    map_at_r: float
    """Mean over ranks up to R of the precision there, 0 where the sample is of another class (arXiv 2003.08505 §4)."""


def retrieve(
    queries: Tensor,
    query_labels: Tensor,
    gallery: Tensor | None = None,
    gallery_labels: Tensor | None = None,
    *,
    manifold: Manifold,
    ks: Sequence[int] = (1, 2, 4, 8),
) -> Retrieval:
    """Measure retrieval by geodesic distance.

    The protocol of CUB, Cars and SOP has one set, of which every sample is a query for all others; In-Shop has queries
    and a gallery, two sets of samples of which none is left out. (HIER's code leaves out, for the i-th query, the i-th
    of the gallery.)

    Args:
        queries: Frame coordinates, shape (N, n).
        query_labels: Whole numbers, shape (N,).
        gallery: Frame coordinates, shape (M, n); None: the queries, and none is retrieved by itself.
        gallery_labels: Whole numbers, shape (M,); given if and only if there is a gallery.
        manifold: Geometry.
        ks: For each k, recall at k.

    Raises:
        ValueError: Shapes do not fit, a k is not between 1 and the number of samples that can be retrieved, or the
            class of a query has no sample that could be.
    """
    if (gallery is None) != (gallery_labels is None):
        raise ValueError("retrieve: gallery and gallery_labels go together; pass both, or neither")
    if not ks or min(ks) < 1:
        raise ValueError(f"retrieve: ks must be whole numbers of at least 1, got {tuple(ks)}")
    itself = gallery is None
    _check_labels("queries", queries, query_labels)
    if gallery is not None and gallery_labels is not None:
        _check_labels("gallery", gallery, gallery_labels)
    point_labels = query_labels if gallery_labels is None else gallery_labels
    classes, of_points = torch.unique(point_labels, return_inverse=True)
    relevant = torch.bincount(of_points, minlength=len(classes)) - int(itself)
    of_queries = _classes(query_labels, classes, relevant, itself)
    most = int(relevant[of_queries].max())
    nearest = nearest_neighbours(queries, gallery, max(most, *ks), manifold=manifold).indices
    found = of_points.int()[nearest]
    hits = found == of_queries.unsqueeze(1)
    # the library counts each class in the gallery, the query included where it is part of that
    counts = (torch.arange(len(classes), device=relevant.device), relevant + int(itself))
    by_rank = (found[:, :most], of_queries.unsqueeze(1), itself, counts, False, False, torch.eq)
    return Retrieval(
        recall={k: float(hits[:, :k].any(1).double().mean()) for k in ks},
        r_precision=r_precision(*by_rank),
        map_at_r=mean_average_precision(*by_rank, at_r=True),
    )


def _check_labels(name: str, points: Tensor, labels: Tensor) -> None:
    if points.ndim != 2 or not len(points) or labels.shape != points.shape[:1]:
        raise ValueError(
            f"retrieve: expected {name} (N, n) in frame coordinates with labels (N,), got shapes "
            f"{tuple(points.shape)} and {tuple(labels.shape)}"
        )


def _classes(labels: Tensor, classes: Tensor, relevant: Tensor, itself: bool) -> Tensor:
    """Positions of the queries' labels among the sorted classes of the gallery."""
    positions = torch.searchsorted(classes, labels).clamp(max=len(classes) - 1)
    lone = (classes[positions] != labels) | (relevant[positions] < 1)
    if bool(lone.any()):
        names = torch.unique(labels[lone]).tolist()
        shown = ", ".join(map(str, names[:5])) + (", …" if len(names) > 5 else "")
        lack = "only one sample" if itself else "no sample in the gallery"
        raise ValueError(f"retrieve: {len(names)} classes of queries have {lack}, so none is right: {shown}; drop them")
    return positions
