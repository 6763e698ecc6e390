"""Image collections of metric learning in their official folders, and their zero-shot splits: no class is in two parts.

| collection              | folder holds                                               | train  | query  | gallery |
|-------------------------|------------------------------------------------------------|--------|--------|---------|
| CUB-200-2011            | images.txt, image_class_labels.txt, classes.txt, images/   | 5 864  | 5 924  | query   |
| Cars-196                | cars_annos.mat, car_ims/ (or the devkit; see `cars196`)    | 8 054  | 8 131  | query   |
| Stanford Online Products| Ebay_train.txt, Ebay_test.txt, *_final/                    | 59 551 | 60 502 | query   |
| In-Shop                 | Eval/list_eval_partition.txt, Img/img/                     | 25 882 | 14 218 | 12 612  |

scikit-learn's digits, split alike, stand in where no collection is at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, TypeAlias

import numpy as np
import torch
from scipy.io import loadmat
from sklearn.datasets import load_digits
from torch import Tensor

from ..errors import InputError
from .images import ImageFiles, Views
from .samples import Samples


class Images(Protocol):
    """Images, which may lie in memory or in files, and their classes."""

    @property
    def labels(self) -> Tensor:
        """Classes, shape (N,), as they are numbered in `RetrievalData.classes`."""

    def __len__(self) -> int: ...

    def view(self, row: int, generator: torch.Generator | None = None) -> Tensor:
        """One image as a network sees it: drawn with the generator in training, always the same without."""


@dataclass(frozen=True)
class RetrievalData:
    """Images to learn distances from, and images of other classes to search.

    Each image of `query` asks for those of its class in `gallery`, or among the other queries where that is None.
    """

    train: Images
    query: Images
    gallery: Images | None
    classes: tuple[str, ...]
    """Names of all classes, first those to train on."""
    groups: tuple[int, ...] | None = None
    """Number of the group, one level up, that each class belongs to, where the collection has groups."""

    @property
    def classes_to_train_on(self) -> int:
        """Number of classes of `train`."""
        return int(self.train.labels.max()) + 1

    def seen_as(self, views: Views) -> RetrievalData:
        """The same images in other views, where they are files."""
        train, query = (_seen_as(part, views) for part in (self.train, self.query))
        gallery = None if self.gallery is None else _seen_as(self.gallery, views)
        return replace(self, train=train, query=query, gallery=gallery)


def _seen_as(images: Images, views: Views) -> Images:
    return images.seen_as(views) if isinstance(images, ImageFiles) else images


Item: TypeAlias = tuple[Path, str]
"""An image and the name of its class."""


def cub200(root: Path) -> RetrievalData:
    """Caltech-UCSD Birds, CUB-200-2011 (Wah et al., 2011): classes 1 to 100 to train on, 101 to 200 to search.

    Args:
        root: Folder CUB_200_2011 of the archive.

    Raises:
        InputError: A list is missing, or a line of it is not as it should be.
    """
    names = dict(_columns(root / "classes.txt", 2))
    paths = dict(_columns(root / "images.txt", 2))
    items = [
        (int(number), (root / "images" / _known(paths, image, root / "images.txt"), names.get(number, number)))
        for image, number in _columns(root / "image_class_labels.txt", 2)
    ]
    return _halved(items, last=100)


def cars196(root: Path) -> RetrievalData:
    """Stanford Cars (Krause et al., 2013): classes 1 to 98 to train on, 99 to 196 to search.

    The folder is of either official form: cars_annos.mat with car_ims/, all images in one; or devkit/, cars_train/,
    cars_test/ and cars_test_annos_withlabels.mat. The images of both parts count, whose own split is by image.

    Args:
        root: Folder of the unpacked archives.

    Raises:
        InputError: A file of annotations is missing or is not one.
    """
    single = root / "cars_annos.mat"
    if single.exists():
        names = _matlab_names(single)
        pairs = [(root, entry["relative_im_path"], entry["class"]) for entry in _matlab(single, "annotations")]
    else:
        names = _matlab_names(root / "devkit" / "cars_meta.mat")
        parts = {
            "cars_train": root / "devkit" / "cars_train_annos.mat",
            "cars_test": root / "cars_test_annos_withlabels.mat",
        }
        pairs = [
            (root / folder, entry["fname"], entry["class"])
            for folder, annotations in parts.items()
            for entry in _matlab(annotations, "annotations")
        ]
    return _halved([(int(n), (folder / str(path), names[int(n) - 1])) for folder, path, n in pairs], last=98)


def online_products(root: Path) -> RetrievalData:
    """Stanford Online Products (Song et al., arXiv 1511.06452): 11318 products to train on, 11316 to search.

    Args:
        root: Folder Stanford_Online_Products of the archive.

    Raises:
        InputError: A list is missing, or a line of it is not as it should be.
    """
    groups: dict[str, int] = {}

    def items(part: str) -> list[Item]:
        rows = list(_columns(root / f"Ebay_{part}.txt", 4, header=1))
        groups.update((product, int(kind) - 1) for _, product, kind, _ in rows)
        return [(root / path, product) for _, product, _, path in rows]

    data = _data(items("train"), items("test"), None)
    return replace(data, groups=tuple(groups[name] for name in data.classes))


def in_shop(root: Path) -> RetrievalData:
    """In-Shop Clothes Retrieval of DeepFashion (Liu et al., 2016): 3997 items to train on, 3985 in query and gallery.

    Args:
        root: Folder with Eval/ and Img/.

    Raises:
        InputError: The list is missing, or a line of it is not as it should be.
    """
    listed = root / "Eval" / "list_eval_partition.txt"
    parts: dict[str, list[Item]] = {"train": [], "query": [], "gallery": []}
    for path, item, part in _columns(listed, 3, header=2):
        if part not in parts:
            raise InputError(f"{listed}: {path} is in {part!r}, not in {', '.join(parts)}; download the list again")
        parts[part].append((root / "Img" / path, item))
    return _data(parts["train"], parts["query"], parts["gallery"])


DIGIT_GROUPS = ((0, 6, 8), (1, 4, 7), (2, 3, 5, 9))
"""Digits that look alike: with round loops, of straight strokes, and with open curves. An illustration of ours."""
DIGITS_TO_TRAIN_ON = (0, 1, 2, 3, 4, 6)


@dataclass(frozen=True)
class Scans(Samples):
    """Samples in memory, which look the same in training and in evaluation."""

    def view(self, row: int, generator: torch.Generator | None = None) -> Tensor:
        """One image."""
        return self.inputs[row]


def zero_shot_digits() -> RetrievalData:
    """scikit-learn's digits, 8×8 pixels in [−1, 1]: 0, 1, 2, 3, 4 and 6 to train on, 5, 7, 8 and 9 to search.

    Every group of `DIGIT_GROUPS` has classes in both parts.
    """
    pixels, targets = load_digits(return_X_y=True)
    images = torch.as_tensor(pixels, dtype=torch.float32).reshape(-1, 1, 8, 8) / 8 - 1
    order = (*DIGITS_TO_TRAIN_ON, *(digit for digit in range(10) if digit not in DIGITS_TO_TRAIN_ON))
    labels = torch.as_tensor(np.argsort(order)[targets], dtype=torch.long)
    seen = labels < len(DIGITS_TO_TRAIN_ON)
    groups = {digit: number for number, group in enumerate(DIGIT_GROUPS) for digit in group}
    return RetrievalData(
        train=Scans(images[seen], labels[seen]),
        query=Scans(images[~seen], labels[~seen]),
        gallery=None,
        classes=tuple(map(str, order)),
        groups=tuple(groups[digit] for digit in order),
    )


COLLECTIONS: dict[str, Callable[[Path], RetrievalData]] = {
    "cub": cub200,
    "cars": cars196,
    "sop": online_products,
    "inshop": in_shop,
}
"""Collections in folders, by name."""


def _halved(items: Sequence[tuple[int, Item]], *, last: int) -> RetrievalData:
    """Split by the number of the class, in the order of those numbers; `last` is that of the last class to train on."""
    ordered = sorted(items, key=lambda entry: entry[0])
    seen, other = ([item for n, item in ordered if (n <= last) == first] for first in (True, False))
    return _data(seen, other, None)


def _data(train: Sequence[Item], query: Sequence[Item], gallery: Sequence[Item] | None) -> RetrievalData:
    """Number the classes as they come, first those to train on."""
    parts = {"train": train, "query": query, **({} if gallery is None else {"gallery": gallery})}
    for name, items in parts.items():
        if not items:
            raise InputError(f"no image is in the part {name!r}; the lists of the collection are not complete")
    classes = list(dict.fromkeys(name for items in parts.values() for _, name in items))
    shared = {name for _, name in train} & {name for items in (query, gallery or ()) for _, name in items}
    if shared:
        raise InputError(f"class {min(shared)!r} is both to train on and to search; download the lists again")
    number = {name: place for place, name in enumerate(classes)}

    def files(items: Sequence[Item]) -> ImageFiles:
        return ImageFiles(tuple(path for path, _ in items), torch.tensor([number[name] for _, name in items]))

    return RetrievalData(files(train), files(query), None if gallery is None else files(gallery), tuple(classes))


def _columns(path: Path, count: int, header: int = 0) -> Iterator[list[str]]:
    """Columns of each line of a list, after the lines of its header.

    Raises:
        InputError: The list is missing, or a line has not as many columns.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise _missing(path) from error
    for number, line in enumerate(lines[header:], header + 1):
        columns = line.split()
        if len(columns) != count:
            raise InputError(f"{path}, line {number}: expected {count} columns, got {line!r}; download the list again")
        yield columns


def _known(table: dict[str, str], key: str, path: Path) -> str:
    if key not in table:
        raise InputError(f"{path}: it has no image {key}; download the list again")
    return table[key]


def _matlab(path: Path, name: str) -> np.ndarray:
    """One variable of a file of Matlab, without axes of size 1.

    Raises:
        InputError: The file is missing, or has no such variable.
    """
    try:
        return np.atleast_1d(loadmat(path, squeeze_me=True)[name])
    except OSError as error:
        raise _missing(path) from error
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path}: not the file of the Cars data set that has {name}; download it again") from error


def _matlab_names(path: Path) -> list[str]:
    return [str(name) for name in _matlab(path, "class_names")]


def _missing(path: Path) -> InputError:
    return InputError(f"{path}: it is missing; name the folder that holds it, as the archive unpacks")
