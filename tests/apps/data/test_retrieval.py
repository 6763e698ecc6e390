"""Collections in the official formats, read from trees that the test writes; lists that are not complete."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.datasets import load_digits

from manifuse.apps.data import (
    COLLECTIONS,
    ImageFiles,
    RetrievalData,
    Views,
    cars196,
    cub200,
    in_shop,
    online_products,
    zero_shot_digits,
)
from manifuse.apps.data.retrieval import DIGIT_GROUPS
from manifuse.apps.errors import InputError

from .trees import CARS, write_cars, write_cars_devkit, write_clothes, write_cub, write_products

WRITERS = {"cub": write_cub, "cars": write_cars, "sop": write_products, "inshop": write_clothes}


def named(images: ImageFiles, data: RetrievalData, root: Path) -> list[tuple[str, str]]:
    """Paths below the root, and names of classes."""
    labels = images.labels.tolist()
    return [(str(p.relative_to(root)), data.classes[n]) for p, n in zip(images.paths, labels, strict=True)]


def test_cub_is_split_by_class_and_not_by_its_own_list(tmp_path: Path) -> None:
    root = write_cub(tmp_path)
    data = cub200(root)
    assert data.gallery is None
    assert data.classes == tuple(f"{n:03d}.Bird_{n}" for n in (1, 2, 100, 101, 200))
    assert data.train.labels.tolist() == [0, 0, 1, 1, 2, 2]
    assert data.query.labels.tolist() == [3, 3, 4, 4]
    assert named(data.query, data, root)[:2] == [
        ("images/101.Bird_101/Bird_101_0000.jpg", "101.Bird_101"),
        ("images/101.Bird_101/Bird_101_0001.jpg", "101.Bird_101"),
    ]


@pytest.mark.parametrize("write", [write_cars, write_cars_devkit])
def test_cars_are_split_by_class_in_both_layouts(write: object, tmp_path: Path) -> None:
    root = write(tmp_path)
    data = cars196(root)
    names = [f"Maker Model {n} 2012" for n in CARS]
    for images, first in ((data.train, True), (data.query, False)):
        found = [name for _, name in named(images, data, root)]
        assert sorted(found) == sorted(name for name, n in zip(names, CARS, strict=True) if (n <= 98) == first)
    assert len(data.classes) == 4


def test_cars_know_their_images(tmp_path: Path) -> None:
    one, two = write_cars(tmp_path / "one"), write_cars_devkit(tmp_path / "two")
    data = cars196(one)
    assert named(data.train, data, one)[0] == ("car_ims/000002.jpg", "Maker Model 1 2012")
    data = cars196(two)
    assert named(data.query, data, two)[-1] == ("cars_test/00001.jpg", "Maker Model 196 2012")


def test_products_have_groups(tmp_path: Path) -> None:
    root = write_products(tmp_path)
    data = online_products(root)
    assert named(data.train, data, root) == [
        ("bicycle_final/1_0.JPG", "1"),
        ("bicycle_final/1_1.JPG", "1"),
        ("chair_final/2_0.JPG", "2"),
    ]
    assert data.query.labels.tolist() == [2, 2]
    assert data.groups == (0, 4, 0)


def test_clothes_have_a_gallery(tmp_path: Path) -> None:
    root = write_clothes(tmp_path)
    data = in_shop(root)
    assert named(data.query, data, root) == [
        ("Img/img/MEN/Denim/id_00000007/01_1_front.jpg", "id_00000007"),
        ("Img/img/MEN/Denim/id_00000001/04_1_front.jpg", "id_00000001"),
    ]
    assert [name for _, name in named(data.gallery, data, root)] == ["id_00000007", "id_00000001", "id_00000001"]


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_image_is_there_and_every_class_in_one_part(name: str, tmp_path: Path) -> None:
    data = COLLECTIONS[name](WRITERS[name](tmp_path)).seen_as(Views(crop=8, resize=10))
    parts = [part for part in (data.train, data.query, data.gallery) if part is not None]
    for part in parts:
        for row in range(len(part)):
            assert part.view(row).shape == (3, 8, 8)
    seen, searched = (set(part.labels.tolist()) for part in parts[:2])
    assert not seen & searched
    assert seen | searched == set(range(len(data.classes)))


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("cub", "images.txt"),
        ("cub", "image_class_labels.txt"),
        ("cub", "classes.txt"),
        ("sop", "Ebay_train.txt"),
        ("sop", "Ebay_test.txt"),
        ("inshop", "Eval/list_eval_partition.txt"),
    ],
)
def test_a_list_that_is_missing_or_damaged_is_named(name: str, file: str, tmp_path: Path) -> None:
    path = WRITERS[name](tmp_path) / file
    path.write_text(path.read_text().rstrip() + "\n7\n")
    with pytest.raises(InputError, match=rf"{file}, line \d+: expected \d columns, got '7'; download the list again"):
        COLLECTIONS[name](tmp_path)
    path.unlink()
    with pytest.raises(InputError, match=f"{file}: it is missing; name the folder that holds it"):
        COLLECTIONS[name](tmp_path)


def test_annotations_of_cars_that_are_missing_or_foreign_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"devkit/cars_meta.mat: it is missing"):
        cars196(tmp_path)
    root = write_cars(tmp_path)
    (root / "cars_annos.mat").write_bytes(b"not of Matlab" * 40)
    with pytest.raises(InputError, match=r"cars_annos.mat: not the file of the Cars data set that has class_names"):
        cars196(root)


def test_lists_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    cub = write_cub(tmp_path / "cub")
    (cub / "images.txt").write_text("1 001.Bird_1/Bird_1_0000.jpg\n")
    with pytest.raises(InputError, match=r"images.txt: it has no image 2"):
        cub200(cub)
    products = write_products(tmp_path / "sop")
    text = (products / "Ebay_test.txt").read_text()
    (products / "Ebay_test.txt").write_text(text.replace("11319", "2"))
    with pytest.raises(InputError, match="class '2' is both to train on and to search"):
        online_products(products)
    clothes = write_clothes(tmp_path / "inshop")
    listed = clothes / "Eval" / "list_eval_partition.txt"
    text = listed.read_text()
    listed.write_text(text.replace("query", "probe"))
    with pytest.raises(InputError, match="is in 'probe', not in train, query, gallery"):
        in_shop(clothes)
    listed.write_text(text.replace("query", "train"))
    with pytest.raises(InputError, match="no image is in the part 'query'"):
        in_shop(clothes)


def test_digits_are_split_by_class_within_groups() -> None:
    data = zero_shot_digits()
    pixels, targets = load_digits(return_X_y=True)
    assert data.classes_to_train_on == 6
    names = np.array([int(name) for name in data.classes])
    for part, digits in ((data.train, (0, 1, 2, 3, 4, 6)), (data.query, (5, 7, 8, 9))):
        rows = np.isin(targets, digits)
        assert names[part.labels].tolist() == targets[rows].tolist()
        images = torch.stack([part.view(row) for row in range(len(part))])
        expected = torch.as_tensor(pixels[rows] / 8 - 1, dtype=torch.float32).reshape(-1, 1, 8, 8)
        torch.testing.assert_close(images, expected)
    assert sorted(sum(DIGIT_GROUPS, ())) == list(range(10))
    groups = dict(zip(data.classes, data.groups, strict=True))
    assert [groups[name] for name in "0681472359"] == [0, 0, 0, 1, 1, 1, 2, 2, 2, 2]
    for part in (data.train, data.query):
        assert {data.groups[label] for label in part.labels.tolist()} == {0, 1, 2}
