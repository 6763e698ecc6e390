"""The comparison: its table by hand, its files, and a run that is killed and resumed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from manifuse import Hypersphere
from manifuse.apps import HECNN, SphereNet, networks
from manifuse.apps import compare as comparison
from manifuse.apps.compare import compare, summarise
from manifuse.apps.config import Comparison, Training
from manifuse.apps.data import digits
from manifuse.apps.errors import InputError
from manifuse.apps.report import Row
from manifuse.apps.training import read_json, read_json_lines

TIMES = {"seconds", "step_ms"}

# The command line, in a process that dies at the given renaming of a file, before or after it.
DRIVER = """
import os, signal, sys
from manifuse.cli import main

count, moment, rename = int(sys.argv[1]), sys.argv[2], os.replace

def last_rename(source, target):
    global count
    count -= 1
    if count == 0:
        if moment == "after":
            rename(source, target)
        os.kill(os.getpid(), signal.SIGKILL)
    rename(source, target)

os.replace = last_rename
main(sys.argv[3:])
"""


def metrics(folder: Path) -> list[dict[str, Any]]:
    """Lines of a run, wall times aside."""
    lines = read_json_lines(folder / "metrics.jsonl")
    return [{name: value for name, value in line.items() if name not in TIMES} for line in lines]


def arguments(config: Comparison, folder: Path) -> list[str]:
    """Command line of a run, in which a run that is there goes on."""
    words = ["compare", "--resume", "--out", str(folder.parent), "--name", folder.name]
    for name, value in config.record().items():
        flag = "--" + name.replace("_", "-")
        if isinstance(value, bool):
            words += [flag] if value else []
        elif value is not None:
            words += [flag, *map(str, value if isinstance(value, list) else [value])]
    return words


def environment() -> dict[str, str]:
    """That of a process whose sums are ours: with as many threads."""
    return {**os.environ, "OMP_NUM_THREADS": str(torch.get_num_threads())}


def same_run(one: Path, other: Path) -> None:
    """Check that metrics and checkpoints are equal to the bit."""
    assert metrics(one) == metrics(other)
    names = sorted(path.name for path in (one / "checkpoints").iterdir())
    assert names == sorted(path.name for path in (other / "checkpoints").iterdir())
    for name in names:
        ours, theirs = (torch.load(folder / "checkpoints" / name, weights_only=True) for folder in (one, other))
        equal(ours, theirs)
    assert sorted(path.name for path in one.iterdir()) == sorted(path.name for path in other.iterdir())


def equal(ours: Any, theirs: Any) -> None:
    assert type(ours) is type(theirs)
    if isinstance(ours, Tensor):
        assert torch.equal(ours, theirs)
    elif isinstance(ours, dict):
        assert ours.keys() == theirs.keys()
        for name in ours:
            equal(ours[name], theirs[name])
    else:
        assert ours == theirs


def test_the_table_by_hand() -> None:
    """Two seeds of one geometry and one of another, which never reaches the target."""

    def line(geometry: str, seed: int, epoch: int, val: float, step: float, **outcome: float) -> dict[str, Any]:
        key = {"geometry": geometry, "seed": seed, "epoch": epoch}
        return {**key, "val_accuracy": val, "step_ms": step, "curvature": -0.1 * epoch - seed, **outcome}

    lines = [
        line("lorentz", 0, 1, 0.5, 30.0),
        line("lorentz", 0, 2, 0.9, 10.0),
        line("lorentz", 0, 3, 0.8, 10.0, test_accuracy=0.7, parameters=42, peak_mib=2.5),
        line("euclidean", 0, 1, 0.1, 1.0),
        line("euclidean", 0, 2, 0.1, 2.0),
        line("euclidean", 0, 3, 0.1, 9.0, test_accuracy=0.2, parameters=41, peak_mib=0.5),
        line("lorentz", 1, 1, 0.9, 20.0),
        line("lorentz", 1, 2, 0.9, 40.0),
        line("lorentz", 1, 3, 0.9, 50.0, test_accuracy=0.8, parameters=42, peak_mib=2.25),
    ]
    config = Comparison(geometries=("euclidean", "lorentz"), seeds=2, target=0.9, training=Training(epochs=3))
    flat, curved = summarise(lines, config)
    assert flat == Row("euclidean", 1, 0.2, None, 41, 2.0, 0.5, pytest.approx(-0.3), None, 0)
    std = pytest.approx((2 * 0.05**2) ** 0.5)
    assert curved == Row("lorentz", 2, pytest.approx(0.75), std, 42, 25.0, 2.5, pytest.approx(-0.8), 1.5, 2)


def test_a_run_leaves_everything(finished: tuple[Path, list[Row]], small: Comparison) -> None:
    folder, rows = finished
    assert read_json(folder / "config.json")["options"] == small.record()
    keys = [(line["geometry"], line["epoch"]) for line in metrics(folder)]
    assert keys == [("euclidean", 1), ("euclidean", 2), ("lorentz", 1), ("lorentz", 2)]
    assert sorted(path.name for path in (folder / "checkpoints").iterdir()) == ["euclidean-0.pt", "lorentz-0.pt"]
    for name in ("learning_curves.png", "embeddings.png"):
        picture = (folder / name).read_bytes()
        assert picture.startswith(b"\x89PNG\r\n\x1a\n")
        assert len(picture) > 10_000
    table = (folder / "table.md").read_text(encoding="utf-8")
    assert [row.geometry for row in rows] == ["euclidean", "lorentz"]
    for row in rows:
        assert f"| {row.geometry} " in table
        assert f"{100 * row.test_accuracy:.2f} %" in table
        assert row.step_ms > 0
        assert row.peak_mib > 0.5
    assert len((folder / "table.csv").read_text(encoding="utf-8").splitlines()) == 3


def test_learned_curvature_moves_and_counts_as_a_parameter(finished: tuple[Path, list[Row]]) -> None:
    flat, curved = finished[1]
    assert flat.curvature == 0
    assert curved.curvature < 0
    assert curved.curvature != pytest.approx(-0.1, rel=1e-4)
    time_weights = 9 * 4  # of nine convolutions to four channels, on space parts
    assert curved.parameters == flat.parameters + time_weights + 1


def test_the_lorentz_row_is_the_network_on_space_parts_and_the_geometric_one_that_of_the_ball(
    small: Comparison, tmp_path: Path
) -> None:
    config = replace(
        small,
        geometries=("poincare", "lorentz", "lorentz-geometric"),
        learnable_c=False,
        training=replace(small.training, epochs=1),
    )
    ball, field, geometric = compare(config, tmp_path / "run")
    losses = {line["geometry"]: line["train_loss"] for line in metrics(tmp_path / "run")}
    assert losses["lorentz-geometric"] == pytest.approx(losses["poincare"], rel=1e-3)
    assert losses["lorentz"] != pytest.approx(losses["poincare"], rel=1e-3)
    assert field.parameters - 9 * 4 == geometric.parameters == ball.parameters


def test_preset_of_hcnn(small: Comparison, tmp_path: Path) -> None:
    training = replace(small.training, epochs=1)
    config = Comparison(geometries=("hypersphere",), preset="hcnn-18-8", seeds=1, training=training)
    (row,) = compare(config, tmp_path / "run")
    network = HECNN(18, "hcnn", Hypersphere(c=0.1), width=8, input_size=8, in_channels=1)
    assert row.parameters == sum(parameter.numel() for parameter in network.parameters())


def test_networks_of_several_kinds_are_compared(
    small: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The embedding of SphereNet is drawn as directions: cosines of points of the sphere are those of embeddings."""
    drawn: dict[str, Any] = {}
    monkeypatch.setattr(
        comparison, "write_report", lambda _folder, _rows, _lines, embeddings, _target: drawn.update(embeddings)
    )
    training = replace(small.training, epochs=1)
    names = ("euclidean-resnet", "spherenet")
    config = Comparison(names, preset="hyperbolic-vs-hyperspherical", seeds=1, training=training)
    flat, angular = compare(config, tmp_path / "run")
    assert (flat.geometry, angular.geometry) == names
    assert (flat.curvature, angular.curvature) == (0, 0)
    network = SphereNet(20, (8, 16, 32), operator="linear", residual=True, in_channels=1)
    state = torch.load(tmp_path / "run" / "checkpoints" / "spherenet-0.pt", weights_only=True)["state"]["model"]
    network.load_state_dict(state)
    directions = nn.functional.normalize(network.eval().embed(digits().test.inputs)).detach()
    sphere, frame = drawn["spherenet"].manifold, drawn["spherenet"].frame
    assert (type(sphere), sphere.c) == (Hypersphere, 1)
    points = sphere.from_frame(frame)
    torch.testing.assert_close(points @ points.mT, directions @ directions.mT, rtol=0, atol=1e-5)
    assert drawn["euclidean-resnet"].frame.shape == (360, 32)


def test_resuming_a_finished_run_changes_no_number(
    finished: tuple[Path, list[Row]], small: Comparison, tmp_path: Path
) -> None:
    folder, rows = finished
    again = tmp_path / "again"
    shutil.copytree(folder, again)
    assert compare(small, again, resume=True) == rows
    for name in ("metrics.jsonl", "table.md", "table.csv", "embeddings.png", "learning_curves.png"):
        assert (again / name).read_bytes() == (folder / name).read_bytes()


def test_a_run_that_is_killed_resumes_to_the_bit(
    finished: tuple[Path, list[Row]], small: Comparison, tmp_path: Path
) -> None:
    folder = tmp_path / "killed"
    process = subprocess.Popen([sys.executable, "-m", "manifuse.cli", *arguments(small, folder)], env=environment())
    while len(read_json_lines(folder / "metrics.jsonl")) < 3:
        assert process.poll() is None
        try:
            process.wait(timeout=0.02)
        except subprocess.TimeoutExpired:
            continue
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert len(metrics(folder)) < 4
    compare(small, folder, resume=True)
    same_run(folder, finished[0])


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 9, 10, 13])
def test_a_run_that_is_killed_around_any_file_resumes_to_the_bit(
    finished: tuple[Path, list[Row]], small: Comparison, count: int, moment: str, tmp_path: Path
) -> None:
    """Renamings: options; then, twice for each geometry, metrics and checkpoint; two tables and two pictures."""
    folder = tmp_path / "killed"
    driver = [sys.executable, "-c", DRIVER, str(count), moment, *arguments(small, folder)]
    assert subprocess.run(driver, env=environment(), check=False).returncode == -signal.SIGKILL
    compare(small, folder, resume=True)
    same_run(folder, finished[0])


def test_options_of_another_run_are_refused(
    finished: tuple[Path, list[Row]], small: Comparison, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    shutil.copytree(finished[0], again)
    other = replace(small, training=replace(small.training, lr=0.5))
    with pytest.raises(InputError, match=r"again: it holds a run with lr 0\.01, not 0\.5; choose another name"):
        compare(other, again, resume=True)
    with pytest.raises(InputError, match="again: it holds another run; resume that one, or choose another name"):
        compare(small, again)
    same_run(again, finished[0])


@pytest.mark.parametrize("damage", ["truncated", "of another training"])
def test_a_damaged_checkpoint_is_refused_and_can_be_removed(
    damage: str, finished: tuple[Path, list[Row]], small: Comparison, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    shutil.copytree(finished[0], again)
    damaged, other = again / "checkpoints" / "euclidean-0.pt", again / "checkpoints" / "lorentz-0.pt"
    damaged.write_bytes(damaged.read_bytes()[:1000] if damage == "truncated" else other.read_bytes())
    before = damaged.read_bytes(), (again / "metrics.jsonl").read_bytes()
    with pytest.raises(InputError, match=r"euclidean-0\.pt: .*; remove it to train again from the start"):
        compare(small, again, resume=True)
    assert (damaged.read_bytes(), (again / "metrics.jsonl").read_bytes()) == before
    damaged.unlink()
    compare(small, again, resume=True)
    assert sorted(map(str, metrics(again))) == sorted(map(str, metrics(finished[0])))


def test_lost_metrics_are_noticed(finished: tuple[Path, list[Row]], small: Comparison, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(finished[0], again)
    (again / "metrics.jsonl").unlink()
    with pytest.raises(InputError, match=r"metrics\.jsonl: not the 2 epochs of geometry euclidean, seed 0 that"):
        compare(small, again, resume=True)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"depth": 9}, "depth"),
        ({"widths": (4, 4)}, "widths"),
        ({"training": Training(device="quantum")}, "device: 'quantum' is not available"),
    ],
)
def test_a_network_that_cannot_be_is_refused_at_once(
    options: dict[str, Any], reason: str, small: Comparison, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=reason) as caught:
        compare(replace(small, **options), tmp_path / "run")
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_images_that_a_network_refuses_are_refused_at_once(
    small: Comparison, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Large(nn.Conv2d):
        def forward(self, images: Tensor) -> Tensor:
            raise ValueError(f"Large: images of 32×32 pixels at least, got {tuple(images.shape)}")

    monkeypatch.setattr(networks, "ResNet", lambda *_, **__: Large(1, 1, 32))
    with pytest.raises(InputError, match="images of 32×32 pixels at least"):
        compare(small, tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("geometry", "dtype"), [("poincare", "float64"), ("hypersphere", "bfloat16")])
def test_other_precisions(geometry: str, dtype: str, smallest: Comparison, tmp_path: Path) -> None:
    training = replace(smallest.training, dtype=dtype)
    (row,) = compare(replace(smallest, geometries=(geometry,), training=training), tmp_path / "run")
    assert 0 <= row.test_accuracy <= 1


def test_a_preset_names_the_network(smallest: Comparison, tmp_path: Path) -> None:
    """20 layers of widths 4, 8, 16."""
    config = Comparison(geometries=("euclidean",), seeds=1, preset="resnet-20-4-8-16", training=smallest.training)
    (row,) = compare(config, tmp_path / "run")
    layers = torch.load(tmp_path / "run" / "checkpoints" / "euclidean-0.pt", weights_only=True)["state"]["model"]
    assert sum(value.ndim == 4 and value.shape[-1] == 3 for value in layers.values()) == 19
    assert row.parameters > 10_000


@pytest.mark.gpu
def test_a_gpu_compares(smallest: Comparison, tmp_path: Path) -> None:
    training = replace(smallest.training, device="cuda")
    rows = compare(replace(smallest, geometries=("euclidean", "lorentz"), training=training), tmp_path / "run")
    assert all(row.peak_mib > 0 for row in rows)
