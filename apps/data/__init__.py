"""Data sets, split and scaled for a network."""

from __future__ import annotations

from .digits import digits
from .images import ImageFiles, Views
from .loading import Draw, load
from .retrieval import COLLECTIONS, Images, RetrievalData, cars196, cub200, in_shop, online_products, zero_shot_digits
from .sampler import ClassSampler
from .samples import Dataset, Samples

__all__ = [
    "COLLECTIONS",
    "ClassSampler",
    "Dataset",
    "Draw",
    "ImageFiles",
    "Images",
    "RetrievalData",
    "Samples",
    "Views",
    "cars196",
    "cub200",
    "digits",
    "in_shop",
    "load",
    "online_products",
    "zero_shot_digits",
]
