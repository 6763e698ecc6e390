"""Image collections of a few images each, in the formats of the official archives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.io import savemat


def write_image(path: Path, size: tuple[int, int] = (20, 12), mode: str = "RGB") -> None:
    """Write noise as JPEG, another for each name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    width, height = size
    noise = np.random.default_rng(list(path.name.encode())).integers(0, 256, (height, width, 3), dtype=np.uint8)
    Image.fromarray(noise).convert(mode).save(path, "JPEG")


def write_cub(root: Path, classes: Sequence[int] = (1, 2, 100, 101, 200), per_class: int = 2) -> Path:
    folders = {n: f"{n:03d}.Bird_{n}" for n in range(1, 201)}
    images = [f"{folders[n]}/Bird_{n}_{k:04d}.jpg" for n in classes for k in range(per_class)]
    for path in images:
        write_image(root / "images" / path)
    numbered = list(enumerate(images, 1))
    (root / "images.txt").write_text("".join(f"{i} {path}\n" for i, path in numbered))
    (root / "image_class_labels.txt").write_text("".join(f"{i} {int(path[:3])}\n" for i, path in numbered))
    (root / "classes.txt").write_text("".join(f"{n} {name}\n" for n, name in folders.items()))
    (root / "train_test_split.txt").write_text("".join(f"{i} {i % 2}\n" for i, _ in numbered))
    return root


def records(**columns: Sequence[object]) -> np.ndarray:
    """A struct array of Matlab, 1 by N."""
    count = len(next(iter(columns.values())))
    made = np.empty((1, count), dtype=[(name, object) for name in columns])
    for name, values in columns.items():
        for place, value in enumerate(values):
            made[name][0, place] = value
    return made


def car_names() -> np.ndarray:
    names = np.empty((1, 196), dtype=object)
    names[0] = [f"Maker Model {n} 2012" for n in range(1, 197)]
    return names


CARS = (196, 1, 98, 99, 1, 196, 98, 99)
"""Classes of the images of a collection of cars, in order."""


def write_cars(root: Path) -> Path:
    """All images in one folder, with cars_annos.mat."""
    paths = [f"car_ims/{n:06d}.jpg" for n in range(1, len(CARS) + 1)]
    for path in paths:
        write_image(root / path)
    box = [np.uint8(1)] * len(CARS)
    annotations = records(
        relative_im_path=paths,
        bbox_x1=box,
        bbox_y1=box,
        bbox_x2=box,
        bbox_y2=box,
        **{"class": [np.uint8(n) for n in CARS]},
        test=[np.uint8(n % 2) for n in range(len(CARS))],
    )
    savemat(root / "cars_annos.mat", {"annotations": annotations, "class_names": car_names()})
    return root


def write_cars_devkit(root: Path) -> Path:
    """Two folders of images, with the annotations of the devkit."""
    (root / "devkit").mkdir(parents=True)
    savemat(root / "devkit" / "cars_meta.mat", {"class_names": car_names()})
    parts = {"cars_train": (CARS[:5], "devkit/cars_train_annos.mat")}
    parts["cars_test"] = (CARS[5:], "cars_test_annos_withlabels.mat")
    for folder, (classes, file) in parts.items():
        names = [f"{n:05d}.jpg" for n in range(1, len(classes) + 1)]
        for name in names:
            write_image(root / folder / name)
        box = [np.uint8(1)] * len(classes)
        annotations = records(
            bbox_x1=box,
            bbox_y1=box,
            bbox_x2=box,
            bbox_y2=box,
            **{"class": [np.uint8(n) for n in classes]},
            fname=names,
        )
        savemat(root / file, {"annotations": annotations})
    return root


def write_products(root: Path) -> Path:
    rows = {
        "train": [
            (1, 1, 1, "bicycle_final/1_0.JPG"),
            (2, 1, 1, "bicycle_final/1_1.JPG"),
            (3, 2, 5, "chair_final/2_0.JPG"),
        ],
        "test": [(59552, 11319, 1, "bicycle_final/9_0.JPG"), (59553, 11319, 1, "bicycle_final/9_1.JPG")],
    }
    for part, lines in rows.items():
        for *_, path in lines:
            write_image(root / path)
        text = "".join(" ".join(map(str, line)) + "\n" for line in lines)
        (root / f"Ebay_{part}.txt").write_text("image_id class_id super_class_id path\n" + text)
    return root


def write_clothes(root: Path) -> Path:
    rows = [
        ("img/WOMEN/Dresses/id_00000002/02_1_front.jpg", "id_00000002", "train"),
        ("img/WOMEN/Dresses/id_00000002/02_2_side.jpg", "id_00000002", "train"),
        ("img/MEN/Denim/id_00000007/01_1_front.jpg", "id_00000007", "query"),
        ("img/MEN/Denim/id_00000007/01_3_back.jpg", "id_00000007", "gallery"),
        ("img/MEN/Denim/id_00000001/04_3_back.jpg", "id_00000001", "gallery"),
        ("img/MEN/Denim/id_00000001/04_1_front.jpg", "id_00000001", "query"),
        ("img/MEN/Denim/id_00000001/05_1_front.jpg", "id_00000001", "gallery"),
    ]
    for path, *_ in rows:
        write_image(root / "Img" / path)
    listed = root / "Eval" / "list_eval_partition.txt"
    listed.parent.mkdir()
    lines = "".join(f"{path:<80}{item:<15}{part}\n" for path, item, part in rows)
    listed.write_text(f"{len(rows)}\nimage_name item_id evaluation_status\n{lines}")
    return root
