"""Views of images: where they are cut from, how often they are flipped, and files that cannot be read."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from manifuse.apps.data import ImageFiles, Views
from manifuse.apps.data.images import random_box
from manifuse.apps.errors import InputError

from .trees import write_image

PLAIN = ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def ramps(width: int, height: int) -> Image.Image:
    """Red grows to the right, green downwards, blue is constant."""
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[..., 0] = np.linspace(0, 255, width)
    pixels[..., 1] = np.linspace(0, 255, height)[:, None]
    pixels[..., 2] = 51
    return Image.fromarray(pixels)


@pytest.mark.parametrize("size", [(300, 200), (200, 300), (50, 40), (256, 256)])
def test_evaluation_sees_the_centre(size: tuple[int, int]) -> None:
    """The shorter side is 256, of which 224 remain: of a ramp that is a range known in closed form."""
    view = Views(scaling=PLAIN).centre(ramps(*size))
    assert view.shape == (3, 224, 224)
    torch.testing.assert_close(view[2], torch.full((224, 224), 0.2))
    for channel, side in enumerate(size):
        slope = min(size) / 256 / (side - 1)  # the ramp is from centre to centre of the outer pixels
        profile = view[channel].mean(channel)  # of red over rows, of green over columns
        middle = profile.unflatten(0, (2, 112)).mean()
        assert middle == pytest.approx(0.5, abs=0.01)
        assert profile[-1] - profile[0] == pytest.approx(223 * slope, abs=0.01)


def test_channels_are_scaled() -> None:
    image = Image.new("RGB", (30, 20), (0, 255, 51))
    view = Views(crop=8, resize=8).centre(image)
    expected = torch.tensor([(0 - 0.485) / 0.229, (1 - 0.456) / 0.224, (0.2 - 0.406) / 0.225])
    torch.testing.assert_close(view, expected.reshape(3, 1, 1).expand(3, 8, 8))


@pytest.mark.parametrize("area", [(0.08, 1.0), (0.2, 1.0)])
def test_random_boxes_have_the_areas_and_aspects_asked_for(area: tuple[float, float]) -> None:
    draw = generator()
    boxes = np.array([random_box((400, 400), area, draw) for _ in range(2000)])
    left, top, right, bottom = boxes.T
    assert boxes.min() >= 0
    assert boxes.max() <= 400
    shares, aspects = (right - left) * (bottom - top) / 400**2, (right - left) / (bottom - top)
    assert area[0] - 0.01 < shares.min() < area[0] + 0.05
    assert 3 / 4 - 0.03 < aspects.min() < 3 / 4 + 0.03
    assert 4 / 3 - 0.03 < aspects.max() < 4 / 3 + 0.03
    assert np.log(aspects).mean() == pytest.approx(0, abs=0.02)
    small = shares < area[0] + 0.4  # these fit at every aspect, so that none is drawn again
    assert shares[small].mean() == pytest.approx(area[0] + 0.2, abs=0.02)
    assert (left[small] / (400 - (right - left))[small]).mean() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("size", [(1000, 10), (10, 1000), (1, 1)])
def test_a_box_always_fits(size: tuple[int, int]) -> None:
    for seed in range(20):
        left, top, right, bottom = random_box(size, (0.5, 1.0), generator(seed))
        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]


def test_half_of_the_views_are_flipped() -> None:
    image, views = ramps(64, 64), Views(crop=16, resize=16, scaling=PLAIN)
    seen = [views.random(image, generator(seed)) for seed in range(200)]
    flipped = sum(bool(view[0, :, 0].mean() > view[0, :, -1].mean()) for view in seen)
    assert abs(flipped - 100) < 3 * math.sqrt(50)
    assert all(view[1, 0].mean() < view[1, -1].mean() for view in seen)
    assert all(view.shape == (3, 16, 16) for view in seen)


def test_a_view_is_a_function_of_the_seed() -> None:
    image, views = ramps(64, 48), Views(crop=16, resize=16)
    first, again, other = (views.random(image, generator(seed)) for seed in (5, 5, 6))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_files_of_every_mode_have_three_channels(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "image.jpg"
    write_image(path, mode=mode)
    images = ImageFiles((path,), torch.tensor([3]), Views(crop=8, resize=10))
    assert images.view(0).shape == (3, 8, 8)
    assert images.view(0, generator()).shape == (3, 8, 8)
    assert torch.equal(images.view(0), images.view(0))


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    path = tmp_path / "image.jpg"
    images = ImageFiles((path,), torch.tensor([0]))
    with pytest.raises(InputError, match=r"image.jpg: the image is missing; unpack the archive"):
        images.view(0)
    write_image(path, size=(64, 64))
    whole = path.read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:4], b"", b"<html>"):
        path.write_bytes(damaged)
        with pytest.raises(InputError, match=r"image.jpg: truncated, or not an image; unpack the archive"):
            images.view(0)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"crop": 300}, "crop"), ({"crop": 0}, "crop"), ({"area": (0.0, 1.0)}, "area"), ({"area": (0.5, 0.2)}, "area")],
)
def test_views_that_cannot_be_are_refused(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=f"Views: {words} must be"):
        Views(**arguments)
