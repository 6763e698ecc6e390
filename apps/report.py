"""What a comparison found, for readers: a table as text, Markdown and CSV, learning curves, pictures of embeddings."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from matplotlib.ticker import MaxNLocator
from rich import box
from rich.console import Console
from rich.table import Table
from torch import Tensor
from torch.nn import functional

from ..manifolds import Hypersphere, ManifoldBase, Poincare
from .training.files import replacing, write_text

INK = "0.6"
"""Grey of circles and meridians."""


@dataclass(frozen=True)
class Row:
    """One geometry in the table."""

    geometry: str
    seeds: int
    test_accuracy: float
    """Mean over seeds."""
    test_accuracy_std: float | None
    """Sample standard deviation over seeds, where there are several."""
    parameters: int
    step_ms: float
    """Median milliseconds of a training step."""
    peak_mib: float
    """Peak memory of a training step, in MiB."""
    curvature: float
    """Sectional curvature after training, mean over seeds."""
    epochs_to_target: float | None
    """Mean over the seeds that reach the target."""
    seeds_at_target: int
    """How many reach it."""


@dataclass(frozen=True)
class Embedding:
    """Frame coordinates (N, n) of embedded samples, on their manifold, with the classes to colour them by."""

    manifold: ManifoldBase
    frame: Tensor
    labels: Tensor
    classes: tuple[str, ...]


def write_report(
    folder: Path,
    rows: Sequence[Row],
    lines: Sequence[dict[str, Any]],
    embeddings: Mapping[str, Embedding],
    target: float,
) -> None:
    """Write table.md, table.csv, learning_curves.png and embeddings.png into the folder of a run."""
    write_text(folder / "table.md", markdown(rows, target))
    write_text(folder / "table.csv", comma_separated(rows))
    for name, figure in (("learning_curves", learning_curves(lines)), ("embeddings", draw(embeddings))):
        with replacing(folder / f"{name}.png") as temporary:
            figure.savefig(temporary, format="png", dpi=150)


# Tables


def table(rows: Sequence[Row], target: float, style: box.Box = box.SIMPLE_HEAD) -> Table:
    """Lay out the table for a terminal, or in another style of rich."""
    made = Table(box=style)
    made.add_column("geometry")
    for title in ("test accuracy", "parameters", "ms per step", "peak MiB", "curvature", f"epochs to {target:.0%}"):
        made.add_column(title, justify="right")
    for row in rows:
        made.add_row(row.geometry, *_cells(row))
    return made


def markdown(rows: Sequence[Row], target: float) -> str:
    """Write the table as Markdown."""
    text = io.StringIO()
    Console(file=text, width=200).print(table(rows, target, box.MARKDOWN))
    return "".join(f"{line.strip()}\n" for line in text.getvalue().splitlines() if line.strip())


def comma_separated(rows: Sequence[Row]) -> str:
    """Write the table as CSV, numbers in full."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(Row)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(row) for row in rows)
    return text.getvalue()


def _cells(row: Row) -> tuple[str, ...]:
    spread = "" if row.test_accuracy_std is None else f" ± {100 * row.test_accuracy_std:.2f}"
    reached = "never" if row.epochs_to_target is None else f"{row.epochs_to_target:.1f}"
    some = f" ({row.seeds_at_target} of {row.seeds})" if 0 < row.seeds_at_target < row.seeds else ""
    return (
        f"{100 * row.test_accuracy:.2f}{spread} %",
        f"{row.parameters:,}",
        f"{row.step_ms:.1f}",
        f"{row.peak_mib:.2f}",
        f"{row.curvature:.3g}",
        reached + some,
    )


# Pictures


def learning_curves(lines: Sequence[dict[str, Any]]) -> Figure:
    """Draw training loss and validation accuracy by epoch: mean over seeds, and the range between the extremes."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    panels = figure.subplots(1, 2)
    for axes, quantity in zip(panels, ("train_loss", "val_accuracy"), strict=True):
        for number, geometry in enumerate(dict.fromkeys(line["geometry"] for line in lines)):
            by_epoch: dict[int, list[float]] = {}
            for line in lines:
                if line["geometry"] == geometry:
                    by_epoch.setdefault(line["epoch"], []).append(line[quantity])
            epochs, values = list(by_epoch), list(by_epoch.values())
            dashes = "--" if number % 2 else "-"  # curves of the two hyperbolic models coincide
            axes.plot(epochs, [fmean(each) for each in values], dashes, label=geometry)
            axes.fill_between(epochs, [min(each) for each in values], [max(each) for each in values], alpha=0.2)
        axes.set_xlabel("epoch")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    panels[0].set(ylabel="training loss", yscale="log")
    panels[1].set(ylabel="validation accuracy")
    panels[1].legend()
    return figure


@torch.no_grad()
def draw(embeddings: Mapping[str, Embedding]) -> Figure:
    """Draw embeddings side by side in two dimensions, coloured by class.

    Hyperbolic ones, in whichever model, on the Poincaré disk; spherical ones on the sphere; flat ones in the plane. All
    are drawn at unit radius of curvature.
    """
    figure = Figure(figsize=(4 * len(embeddings) + 0.6, 4.2), layout="constrained")
    for place, (name, embedding) in enumerate(embeddings.items(), 1):
        curvature = embedding.manifold.sectional_curvature.item()
        plane, share = tangent_plane(embedding.manifold, embedding.frame)
        axes: Any = figure.add_subplot(1, len(embeddings), place, projection="3d" if curvature > 0 else None)
        points = chart(axes, curvature)(plane.cpu())
        for number, label in enumerate(embedding.classes):
            axes.scatter(*points[embedding.labels == number].mT.numpy(), s=8, label=label)
        axes.set_title(f"{name}, curvature {curvature:.3g}\n{share:.0%} of the variance")
        handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside right center")
    return figure


def tangent_plane(manifold: ManifoldBase, frame: Tensor) -> tuple[Tensor, float]:
    """Principal components in the tangent space at the midpoint, as frame coordinates of a plane of that curvature.

    Points are moved so that their midpoint is the origin; their frame coordinates are then projected on the two
    directions of largest second moment. Distances to the midpoint within those directions are kept.

    Args:
        manifold: Geometry.
        frame: Frame coordinates, shape (N, n).

    Returns:
        Frame coordinates (N, 2), and the share of the second moment that they keep.
    """
    centre = manifold.midpoint0(frame)
    centred = manifold.normalize(frame, centre, 1.0, torch.zeros_like(centre))
    _, sizes, directions = torch.linalg.svd(centred, full_matrices=False)
    plane = centred @ directions[:2].mT
    share = sizes[:2].square().sum() / sizes.square().sum()
    return functional.pad(plane, (0, 2 - plane.shape[1])), float(share)


def chart(axes: Any, curvature: float) -> Callable[[Tensor], Tensor]:
    """Draw the model of a plane of that curvature; return the map from frame coordinates (N, 2) to what to plot."""
    if curvature == 0:
        axes.set_aspect("equal", adjustable="datalim")
        return lambda plane: plane
    axes.set_axis_off()
    unit = abs(curvature) ** 0.5
    if curvature < 0:
        axes.set(aspect="equal", xlim=(-1.05, 1.05), ylim=(-1.05, 1.05))
        axes.add_patch(Circle((0, 0), 1, fill=False, color=INK))
        return lambda plane: unit * Poincare(c=-curvature).from_frame(plane)
    axes.set_box_aspect((1, 1, 1), zoom=1.6)
    axes.view_init(elev=60)
    longitude, latitude = np.linspace(0, 2 * np.pi, 25), np.linspace(0, np.pi, 13)[:, None]
    circle = np.sin(latitude)
    axes.plot_wireframe(circle * np.cos(longitude), circle * np.sin(longitude), np.cos(latitude), color=INK, lw=0.3)
    pole_up = [1, 2, 0]
    return lambda plane: unit * Hypersphere(c=curvature).from_frame(plane)[:, pole_up]
