"""Batches of pairs: which classes and images are in them, shares of processes, and going on anywhere."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import torch

from manifuse.apps.data import ClassSampler, Draw, ImageFiles, Views, load
from manifuse.apps.errors import InputError

from .trees import write_image

COUNTS = [2, 3, 5, 2, 9, 4, 2, 3, 6, 4]
LABELS = torch.repeat_interleave(torch.tensor([3, 1, 4, 15, 9, 2, 6, 5, 35, 8]), torch.tensor(COUNTS))


def rows(batch: list[Draw]) -> list[int]:
    return [draw.row for draw in batch]


def labels(batch: list[Draw]) -> list[int]:
    return LABELS[rows(batch)].tolist()


def test_a_batch_has_two_images_of_each_of_its_classes() -> None:
    sampler = ClassSampler(LABELS, 8)
    batches = list(sampler)
    assert len(batches) == len(sampler) == 40 // 8
    for batch in batches:
        found = labels(batch)
        assert found[::2] == found[1::2]
        assert set(Counter(found).values()) == {2}
        assert len(set(rows(batch))) == 8


def test_more_groups_than_classes_come_in_rounds() -> None:
    """Ten classes for sixteen pairs: each once or twice, and its images differ as far as it has any."""
    for batch in (ClassSampler(LABELS, 32, seed=seed).batch(0, 0) for seed in range(20)):
        assert set(Counter(labels(batch)).values()) == {2, 4}
        for label, count in Counter(labels(batch)).items():
            distinct = {row for row in rows(batch) if LABELS[row] == label}
            assert len(distinct) == min(count, int((label == LABELS).sum()))


def test_all_classes_and_all_images_of_a_class_are_as_likely() -> None:
    sampler = ClassSampler(LABELS, 8)
    drawn = [batch for epoch in range(400) for batch in (sampler.batch(epoch, 0), sampler.batch(epoch, 1))]
    classes = Counter(label for batch in drawn for label in labels(batch)[::2])
    assert len(classes) == 10
    assert all(abs(count - 320) < 60 for count in classes.values())  # 800 batches of 4 of 10
    images = Counter(row for batch in drawn for row in rows(batch) if LABELS[row] == 9)
    assert len(images) == 9
    assert all(abs(count - 640 / 9) < 35 for count in images.values())


def test_a_batch_is_a_function_of_seed_epoch_and_step() -> None:
    first = ClassSampler(LABELS, 8, seed=3)
    torch.manual_seed(99)
    assert ClassSampler(LABELS, 8, seed=3).batch(5, 2) == first.batch(5, 2)
    others = [ClassSampler(LABELS, 8, seed=4).batch(5, 2), first.batch(5, 1), first.batch(4, 2)]
    assert all(other != first.batch(5, 2) for other in others)


@pytest.mark.parametrize("position", [0, 1, 4, 5])
def test_it_goes_on_at_any_step_of_any_epoch(position: int) -> None:
    sampler = ClassSampler(LABELS, 8)
    sampler.seek(7)
    whole = list(sampler)
    later = ClassSampler(LABELS, 8)
    later.seek(7, position)
    assert len(later) == 5 - position
    assert list(later) == whole[position:]


@pytest.mark.parametrize("world", [2, 4])
def test_processes_share_one_batch(world: int) -> None:
    """Side by side they are the batch of one process, so that no class is in two of them."""
    shares = [ClassSampler(LABELS, 16 // world, seed=1, rank=rank, world=world) for rank in range(world)]
    joined = ClassSampler(LABELS, 16, seed=1)
    assert {len(share) for share in shares} == {len(joined)}
    for step in range(len(joined)):
        assert [draw for share in shares for draw in share.batch(2, step)] == joined.batch(2, step)


@pytest.mark.parametrize("per_class", [3, 4])
def test_more_images_of_a_class_than_there_are_repeat(per_class: int) -> None:
    batch = ClassSampler(LABELS, 2 * per_class, per_class=per_class).batch(0, 0)
    assert set(Counter(labels(batch)).values()) == {per_class}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"batch_size": 7}, "batch_size must be a multiple of per_class"),
        ({"batch_size": 8, "per_class": 1}, "at least 2, got 8 and 1"),
        ({"batch_size": 42}, r"a batch of 1 · 42 images is more than the 40 there are"),
        ({"batch_size": 8, "rank": 2, "world": 2}, "rank must be in"),
    ],
)
def test_batches_that_cannot_be_are_refused(arguments: dict[str, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ClassSampler(LABELS, **arguments)


def test_a_class_with_one_image_is_named() -> None:
    alone = torch.tensor([0, 0, 1, 2, 2])
    with pytest.raises(ValueError, match="class 'owl' has one image, which makes no pair; leave the class out"):
        ClassSampler(alone, 2, classes=("jay", "owl", "tit"))
    with pytest.raises(ValueError, match="class 1 has one image"):
        ClassSampler(alone, 2)


@pytest.fixture
def files(tmp_path: Path) -> ImageFiles:
    paths = tuple(tmp_path / f"{n}.jpg" for n in range(len(LABELS)))
    for path in paths:
        write_image(path)
    return ImageFiles(paths, LABELS, Views(crop=8, resize=10))


@pytest.mark.parametrize("workers", [0, 2])
def test_what_is_loaded_does_not_depend_on_who_loads_it(files: ImageFiles, workers: int) -> None:
    sampler = ClassSampler(LABELS, 8)
    found = list(load(files, sampler, workers=workers))
    assert len(found) == 5
    for step, batch in enumerate(found):
        draws = sampler.batch(0, step)
        expected = [files.view(draw.row, torch.Generator().manual_seed(draw.seed)) for draw in draws]
        assert torch.equal(batch.inputs, torch.stack(expected))
        assert batch.labels.tolist() == labels(draws)


def test_a_draw_without_a_seed_is_the_view_of_evaluation(files: ImageFiles) -> None:
    (batch,) = load(files, [[Draw(39), Draw(0)]])
    assert batch.labels.tolist() == [8, 3]
    assert torch.equal(batch.inputs, torch.stack([files.view(39), files.view(0)]))


@pytest.mark.parametrize("workers", [0, 1])
def test_an_image_that_cannot_be_read_is_one_line(files: ImageFiles, workers: int) -> None:
    files.paths[5].write_bytes(b"")
    with pytest.raises(InputError) as caught:
        list(load(files, [[Draw(4)], [Draw(5)]], workers=workers))
    assert "\n" not in str(caught.value)
    assert str(files.paths[5]) in str(caught.value)
