"""Image files as a network sees them: cropped at random in training, the same crop every time in evaluation.

Pillow resizes and torch's generators draw, so that nothing else is needed, and a draw is a function of its seed alone:
it does not depend on how many processes load images.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from ..errors import InputError

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
"""Mean and standard deviation of ImageNet's channels, which most pretrained weights expect."""
HALF = ((0.5, 0.5, 0.5), (0.5, 0.5, 0.5))
"""Those that scale pixels to [−1, 1]."""
ASPECT = (3 / 4, 4 / 3)
"""Range of width over height of a random crop."""
ATTEMPTS = 10
"""Draws of a crop that may stick out of the image; the next one is the largest that is centred."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Views:
    """How images are cropped, resized (bicubic) and scaled.

    In training a crop of random area and aspect, resized to a square and flipped with probability ½ (Szegedy et al.,
    arXiv 1409.4842). In evaluation the centre of the image, whose shorter side is resized first.

    Args:
        crop: Height and width of a view.
        resize: Shorter side before the centre is cropped.
        area: Range of the share of the image that a random crop has; of the papers (0.08, 1), with transformers
            (0.2, 1).
        scaling: Mean and standard deviation of the channels.

    Raises:
        ValueError: The numbers describe no crop.
    """

    crop: int = 224
    resize: int = 256
    area: tuple[float, float] = (0.08, 1.0)
    scaling: tuple[Sequence[float], Sequence[float]] = IMAGENET

    def __post_init__(self) -> None:
        if not 0 < self.crop <= self.resize:
            raise ValueError(f"Views: crop must be in 1, …, resize = {self.resize}, got {self.crop}")
        if not 0 < self.area[0] <= self.area[1] <= 1:
            raise ValueError(f"Views: area must be two increasing shares in (0, 1], got {self.area}")

    def random(self, image: Image.Image, generator: torch.Generator) -> Tensor:
        """View of training, shape (3, crop, crop)."""
        box = random_box(image.size, self.area, generator)
        view = image.resize((self.crop, self.crop), Image.Resampling.BICUBIC, box=box)
        if torch.rand((), generator=generator) < 0.5:
            view = view.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
        return self._scaled(view)

    def centre(self, image: Image.Image) -> Tensor:
        """View of evaluation, shape (3, crop, crop)."""
        scale = self.resize / min(image.size)
        width, height = (max(self.resize, round(scale * side)) for side in image.size)
        left, top = round((width - self.crop) / 2), round((height - self.crop) / 2)
        resized = image.resize((width, height), Image.Resampling.BICUBIC)
        return self._scaled(resized.crop((left, top, left + self.crop, top + self.crop)))

    def _scaled(self, view: Image.Image) -> Tensor:
        mean, deviation = (torch.tensor(numbers).reshape(-1, 1, 1) for numbers in self.scaling)
        pixels = torch.from_numpy(np.array(view)).permute(2, 0, 1)
        return (pixels / 255 - mean) / deviation


def random_box(size: tuple[int, int], area: tuple[float, float], generator: torch.Generator) -> Box:
    """Corners (left, top, right, bottom) of a random crop of an image of a size (width, height), whole numbers.

    Its share of the area is uniform in `area`, the logarithm of its aspect uniform in that of `ASPECT`.
    """
    width, height = size
    low, high = (math.log(aspect) for aspect in ASPECT)
    for _ in range(ATTEMPTS):
        share, slant, across, down = torch.rand(4, generator=generator, dtype=torch.float64).tolist()
        pixels = (area[0] + share * (area[1] - area[0])) * width * height
        aspect = math.exp(low + slant * (high - low))
        w, h = round(math.sqrt(pixels * aspect)), round(math.sqrt(pixels / aspect))
        if 0 < w <= width and 0 < h <= height:
            left, top = int(across * (width - w + 1)), int(down * (height - h + 1))
            return left, top, left + w, top + h
    w, h = min(width, round(height * ASPECT[1])), min(height, round(width / ASPECT[0]))
    left, top = (width - w) // 2, (height - h) // 2
    return left, top, left + w, top + h


@dataclass(frozen=True)
class ImageFiles:
    """Images in files, and their classes, shape (N,)."""

    paths: tuple[Path, ...]
    labels: Tensor
    views: Views = Views()

    def __len__(self) -> int:
        return len(self.paths)

    def seen_as(self, views: Views) -> ImageFiles:
        """The same files in other views."""
        return replace(self, views=views)

    def view(self, row: int, generator: torch.Generator | None = None) -> Tensor:
        """One image, shape (3, crop, crop): as in training with a generator, as in evaluation without.

        Raises:
            InputError: The file is missing, truncated, or no image.
        """
        image = read_image(self.paths[row])
        return self.views.centre(image) if generator is None else self.views.random(image, generator)


def read_image(path: Path) -> Image.Image:
    """Read an image in red, green and blue.

    Raises:
        InputError: The file is missing, truncated, or no image.
    """
    try:
        with Image.open(path) as image:
            return image.convert("RGB")
    except FileNotFoundError as error:
        raise InputError(f"{path}: the image is missing; unpack the archive of the data set again") from error
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError) as error:  # Pillow raises any on damaged bytes
        raise InputError(f"{path}: truncated, or not an image; unpack the archive of the data set again") from error
