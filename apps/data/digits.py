"""Handwritten digits: 1797 scans of 8×8 pixels that scikit-learn ships (UCI, Alpaydin and Kaynak, 1998)."""

from __future__ import annotations

import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch.nn import functional

from .samples import Dataset, Samples

VAL, TEST = 180, 360
SPLIT_SEED = 0


def digits(size: int = 8) -> Dataset:
    """Load the digits: images (N, 1, 8, 8) with pixels in [−1, 1], 1257 to train on, 180 to watch, 360 to report.

    The split is the same in every run, and stratified: each part has the classes in the same proportions.

    Args:
        size: Height and width to which images are resized, by bilinear interpolation.
    """
    pixels, targets = load_digits(return_X_y=True)
    images = torch.as_tensor(pixels, dtype=torch.float32).reshape(-1, 1, 8, 8) / 8 - 1
    if size != 8:
        images = functional.interpolate(images, (size, size), mode="bilinear")
    labels = torch.as_tensor(targets, dtype=torch.long)
    rest, test = train_test_split(range(len(labels)), test_size=TEST, stratify=targets, random_state=SPLIT_SEED)
    train, val = train_test_split(rest, test_size=VAL, stratify=targets[rest], random_state=SPLIT_SEED)
    scans = Samples(images, labels)
    return Dataset(scans[train], scans[val], scans[test], classes=tuple("0123456789"))
