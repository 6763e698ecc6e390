"""The references on points are right: against the textbook in 50 digits, and against each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
import torch
from mpmath import mp
from torch import Tensor

from manifuse.manifolds import Hypersphere, ManifoldBase
from manifuse.specs import textbook

from . import points
from .points import SPACES, Ball, Hyperboloid, Space

C = 0.7
ROWS, N, M = 5, 3, 4
CLOSE = {"rtol": 1e-13, "atol": 1e-13}


@pytest.fixture(autouse=True)
def digits() -> Iterator[None]:
    with mp.workdps(50):
        yield


@pytest.fixture
def space(curved: type[ManifoldBase]) -> Space:
    return SPACES[curved](torch.tensor(C, dtype=torch.float64))


@pytest.fixture
def k(curved: type[ManifoldBase]) -> float:
    return C if curved is Hypersphere else -C


def exact(function: Callable[..., Sequence[object]], *rows: Tensor | float) -> Tensor:
    """Apply a function of the textbook to each row of the tensors; floats are passed on."""
    count = max(len(row) for row in rows if isinstance(row, Tensor))
    results = []
    for i in range(count):
        given = [[mp.mpf(v) for v in row[i].tolist()] if isinstance(row, Tensor) else mp.mpf(row) for row in rows]
        results.append([float(v) for v in function(*given)])
    return torch.tensor(results, dtype=torch.float64)


def test_maps_are_the_textbooks(space: Space, k: float, frames: Callable[..., Tensor]) -> None:
    model = textbook.Stereographic if isinstance(space, Ball) else textbook.Ambient
    u, v = frames(ROWS, N), frames(ROWS, N)
    x, y = space.point(u), space.point(v)
    there = textbook.Stereographic.from_frame if isinstance(space, Ball) else textbook.Ambient.expmap0
    torch.testing.assert_close(x, exact(there, u, k), **CLOSE)
    torch.testing.assert_close(space.frame(x), u, **CLOSE)
    torch.testing.assert_close(space.log(x, y), exact(model.logmap, x, y, k), **CLOSE)
    torch.testing.assert_close(space.exp(x, space.log(x, y)), y, **CLOSE)
    tangent = space.log(x, space.point(frames(ROWS, N)))
    torch.testing.assert_close(space.transport(x, y, tangent), exact(model.transp, x, y, tangent, k), **CLOSE)
    distance = exact(lambda *given: [model.dist(*given)], x, y, k)
    torch.testing.assert_close(space.dist(x, y), distance, **CLOSE)


def test_centroid_is_the_textbooks(space: Space, k: float, frames: Callable[..., Tensor]) -> None:
    u, w = frames(ROWS, N), torch.rand(ROWS, dtype=torch.float64)
    expected = textbook.Frame.midpoint0(
        [[mp.mpf(v) for v in row] for row in u.tolist()], [mp.mpf(v) for v in w.tolist()], k
    )
    found = space.frame(space.centroid(space.point(u), w))
    torch.testing.assert_close(found, torch.tensor([float(v) for v in expected], dtype=torch.float64), **CLOSE)


def test_scores_and_linear_layer_are_the_textbooks(space: Space, k: float, frames: Callable[..., Tensor]) -> None:
    u, weight, bias = frames(ROWS, N), torch.randn(M, N).double(), torch.randn(M).double()

    def products(row: Sequence[object]) -> tuple[list[object], object, list[object], list[object]]:
        lengths = [mp.norm(w) for w in weight.tolist()]
        h = [mp.fdot(w, row) / length for w, length in zip(weight.tolist(), lengths, strict=True)]
        return h, mp.fdot(row, row), lengths, [mp.mpf(b) for b in bias.tolist()]

    def affine(row: list[object], k: float) -> list[object]:
        if k < 0:
            return textbook.Frame.affine(*products(row), mp.one, mp.mpf(100), k)
        h, _, lengths, offsets = products(row)
        return textbook.Frame.bound([a * b + c for a, b, c in zip(lengths, h, offsets, strict=True)], k)

    scores = exact(lambda row, k: textbook.Frame.score(*products(row), k), u, k)
    torch.testing.assert_close(space.scores(space.point(u), weight, bias), scores, **CLOSE)
    output = exact(affine, u, k)
    torch.testing.assert_close(points.linear(space, u, weight, bias), output, **CLOSE)


def normalize(u: Any, mean: Any, scale: Any, bias: Any, limit: Any, k: Any) -> Any:
    return textbook.Frame.place(textbook.Frame.center(u, mean, k)[0], mean, scale, bias, limit, k)


def test_normalize_is_the_textbooks(space: Space, k: float, frames: Callable[..., Tensor]) -> None:
    u, mean, bias = frames(ROWS, N), frames(1, N), frames(1, N)
    factor = torch.tensor([0.6], dtype=torch.float64)
    found = points.normalize(space, space.point(u), space.point(mean), factor, bias, direct=True)
    given = (u, mean.expand(ROWS, N), 0.6, bias.expand(ROWS, N), 100, k)
    torch.testing.assert_close(found, exact(normalize, *given), **CLOSE)
    per_channel = points.normalize(space, space.point(u), space.point(mean), factor.expand(N), bias, direct=False)
    target = space.point(bias)
    lengths = space.dist(space.point(per_channel), target), space.dist(space.point(found), target)
    torch.testing.assert_close(*lengths, **CLOSE)


def test_output_of_the_hyperbolic_layer_has_the_scores_as_coordinate_distances(frames: Callable[..., Tensor]) -> None:
    u, weight, bias = frames(ROWS, N), torch.randn(M, N).double(), torch.randn(M).double()
    for kind in (Ball, Hyperboloid):
        space = kind(torch.tensor(C, dtype=torch.float64))
        scores = space.scores(space.point(u), weight, bias)
        output = space.point(space.linear(space.point(u), weight, bias))
        axes, zero = torch.eye(M, dtype=torch.float64), torch.zeros(M, dtype=torch.float64)
        torch.testing.assert_close(space.scores(output, axes, zero), scores, **CLOSE)


def test_frechet_mean_is_stationary(space: Space, frames: Callable[..., Tensor]) -> None:
    x = space.point(frames(ROWS, N, longest=1.0))
    mean = space.frechet_mean(x)
    assert float(space.log(mean, x).mean(0).norm()) < 1e-14


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stride": (2, 1), "padding": (1, 2), "dilation": (1, 2), "groups": 2},
        {"padding": "same", "dilation": 2},
    ],
    ids=str,
)
def test_convolution_of_a_nearly_flat_space_is_torchs(options: dict[str, object]) -> None:
    space = Hyperboloid(torch.tensor(1e-12, dtype=torch.float64))
    groups = int(options.get("groups", 1))
    u, weight, bias = (
        torch.randn(2, 4, 7, 6).double(),
        torch.randn(6, 4 // groups, 3, 2).double(),
        torch.rand(6).double(),
    )
    expected = torch.nn.functional.conv2d(u, weight, bias, **options)
    torch.testing.assert_close(points.conv2d(space, u, weight, bias, **options), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"stride": (2, 3), "padding": (1, 0), "output_padding": (1, 2), "dilation": (2, 1), "groups": 2},
        {"stride": 1, "padding": (3, 2)},
    ],
    ids=str,
)
def test_transposed_convolution_of_a_nearly_flat_space_is_torchs(options: dict[str, object]) -> None:
    space = Hyperboloid(torch.tensor(1e-12, dtype=torch.float64))
    groups = int(options.get("groups", 1))
    u, weight, bias = (
        torch.randn(2, 4, 7, 6).double(),
        torch.randn(4, 6 // groups, 3, 2).double(),
        torch.rand(6).double(),
    )
    expected = torch.nn.functional.conv_transpose2d(u, weight, bias, **options)
    found = points.conv_transpose2d(space, u, weight, bias, **options)
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)


def test_average_pooling_of_a_nearly_flat_space_is_torchs() -> None:
    space, u = Hyperboloid(torch.tensor(1e-12, dtype=torch.float64)), torch.randn(2, 3, 5, 4).double()
    for counted in (True, False):
        options = {"kernel_size": (3, 2), "stride": (2, 1), "padding": 1, "count_include_pad": counted}
        found, expected = points.avg_pool2d(space, u, **options), torch.nn.functional.avg_pool2d(u, **options)
        torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)
