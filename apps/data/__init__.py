"""Data sets, split and scaled for a network."""

from __future__ import annotations

from .digits import digits
from .samples import Dataset, Samples

__all__ = ["Dataset", "Samples", "digits"]
