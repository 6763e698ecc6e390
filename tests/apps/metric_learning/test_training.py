"""Training of embeddings: rates by group, resuming to the bit, processes together, and one line for what is refused."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import distributed

from manifuse.apps import experiment
from manifuse.apps.config import MetricLearning
from manifuse.apps.data import RetrievalData
from manifuse.apps.data.retrieval import Scans
from manifuse.apps.errors import InputError
from manifuse.apps.metric_learning.protocols import PROTOCOLS, Protocol
from manifuse.apps.metric_learning.training import (
    MetricTrainer,
    build,
    protocol_of,
    read_data,
    retrieval,
    train_metric,
)
from manifuse.apps.training import MetricsLog
from manifuse.manifolds import Euclidean, manifold
from manifuse.manifolds.curvature import CurvatureParameter

from ..data.trees import write_clothes, write_cub
from . import processes
from .processes import CONFIG, PROTOCOL, trainer

ROOT = Path(__file__).resolve().parents[3]
RUN = MetricLearning(epochs=2, batch_size=540, dim=4, proxies=8, neighbours=6)
LONG = replace(PROTOCOL, lr=1e-2, epochs=167)
TIMES = ("step_ms", "seconds")


def metrics(folder: Path) -> list[dict[str, Any]]:
    lines = MetricsLog(folder / "metrics.jsonl").lines
    return [{name: value for name, value in line.items() if name not in TIMES} for line in lines]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "finished"
    train_metric(RUN, folder)
    return folder


# Protocols


def test_the_protocols_are_those_of_the_scripts() -> None:
    assert PROTOCOLS["cub"]["resnet50"] == Protocol(1e-4, 100, 1e-2, decay_every=5, gamma=0.5, frozen_norm=True)
    assert PROTOCOLS["cars"]["dino"] == Protocol(5e-6, 100, 1e-2, frozen_norm=True)
    large: dict[str, Any] = {"warm_up": 5, "unevaluated": 40}
    sop = Protocol(6e-4, 150, 1e-4, (1, 10, 100, 1000), decay_every=25, gamma=0.3, **large)
    assert PROTOCOLS["sop"]["resnet50"] == sop
    assert PROTOCOLS["inshop"]["vit"] == Protocol(1e-5, 150, 1e-4, (1, 10, 20, 30), head=100.0, **large)


def rates(training: MetricTrainer) -> dict[str, float]:
    names = {id(p): name for name, p in training.network.named_parameters()}
    return {names[id(p)]: group["lr"] for group in training.optimizer.param_groups for p in group["params"]}


def test_every_group_has_its_rate() -> None:
    """A batch of 24 for 180; points step by their length, which is twice that of a coordinate in four dimensions."""
    lr = 1e-3 * 24 / 180
    found = rates(trainer(protocol=replace(PROTOCOL, head=3.0, curvature=7.0)))
    assert found == pytest.approx(
        {
            "backbone.1.weight": lr,
            "backbone.1.bias": lr,
            "neck.linear.weight": 3 * lr,
            "neck.linear.bias": 3 * lr,
            "hierarchy.proxies": 5 * 2 * lr,
            "metric.proxies": 10 * lr,
            "manifold.raw_c": 7 * lr,
        }
    )
    flat = trainer(space=Euclidean())  # there points step by coordinates, as all others
    assert rates(flat)["hierarchy.proxies"] == pytest.approx(5 * lr)
    groups = trainer().optimizer.param_groups
    decays = [
        {group["weight_decay"] for group in groups if isinstance(group["params"][0], CurvatureParameter) == c}
        for c in (True, False)
    ]
    assert decays == [{0.0}, {1e-2}]
    assert {group["eps"] for group in groups} == {1e-8}
    assert {group["eps"] for group in trainer(replace(CONFIG, dtype="float16")).optimizer.param_groups} == {1e-4}


def test_the_backbone_waits_and_rates_fall() -> None:
    training = trainer(protocol=replace(PROTOCOL, epochs=4, warm_up=1, decay_every=2, gamma=0.5))
    before = {name: value.clone() for name, value in training.network.state_dict().items()}
    full = 1e-3 * 24 / 180
    seen = []
    for epoch in range(4):
        training.run_epoch()
        if epoch == 0:
            after = training.network.state_dict()
            assert torch.equal(after["backbone.1.weight"], before["backbone.1.weight"])
            assert not torch.equal(after["neck.linear.weight"], before["neck.linear.weight"])
        seen.append((rates(training)["backbone.1.weight"], rates(training)["neck.linear.weight"]))
    assert seen == [pytest.approx(pair) for pair in ((full, full), (full / 2,) * 2, (full / 2,) * 2, (full / 4,) * 2)]


def test_evaluation_begins_after_the_warm_up() -> None:
    small, large = PROTOCOLS["cub"]["vit"], PROTOCOLS["sop"]["vit"]
    assert [epoch for epoch in range(1, 8) if small.evaluates(epoch, 1)] == [2, 3, 4, 5, 6, 7]
    assert [epoch for epoch in range(1, 60) if large.evaluates(epoch, 5)] == [41, 46, 51, 56]


def test_gradients_are_cut() -> None:
    training = trainer()
    for parameter in training.network.parameters():
        parameter.grad = torch.full_like(parameter, 20.0)
    training.limit_gradients()
    assert {parameter.grad.abs().max().item() for parameter in training.network.parameters()} == {10.0}


# Training


def test_it_learns_and_logs_what_it_learns(finished: Path) -> None:
    lines = metrics(finished)
    assert [line["epoch"] for line in lines] == [1, 2]
    for line in lines:
        assert line["train_loss"] == pytest.approx(line["train_metric_loss"] + line["train_hierarchy_loss"], rel=1e-4)
        assert 0 < line["map_at_r"] <= line["r_precision"] <= 1
        assert line["recall_at_1"] <= line["recall_at_2"] <= line["recall_at_4"] <= line["recall_at_8"] <= 1
        assert line["recall_at_1"] <= line["group_recall_at_1"]
        assert line["learned_curvatures"]["manifold"] == line["curvature"]
    assert lines[1]["train_loss"] < lines[0]["train_loss"]
    assert lines[1]["curvature"] != lines[0]["curvature"]
    names = {path.name for path in finished.iterdir()}
    assert names == {"config.json", "metrics.jsonl", "checkpoint.pt", "proxy_tree.txt", "proxy_tree.png"}


@pytest.mark.parametrize("moment", ["after", "before"])
def test_a_run_that_stops_around_a_checkpoint_resumes_to_the_bit(
    finished: Path, moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = experiment.save_checkpoint

    def stop(*arguments: Any, **options: Any) -> None:
        if moment == "after":
            save(*arguments, **options)
        raise KeyboardInterrupt

    monkeypatch.setattr(experiment, "save_checkpoint", stop)
    with pytest.raises(KeyboardInterrupt):
        train_metric(RUN, tmp_path / "run")
    monkeypatch.undo()
    torch.manual_seed(99)
    train_metric(RUN, tmp_path / "run", resume=True)
    assert metrics(tmp_path / "run") == metrics(finished)
    ours, theirs = (
        torch.load(folder / "checkpoint.pt", weights_only=True)["state"]["model"]
        for folder in (tmp_path / "run", finished)
    )
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert (tmp_path / "run" / "proxy_tree.txt").read_bytes() == (finished / "proxy_tree.txt").read_bytes()


def test_another_run_is_refused(finished: Path) -> None:
    with pytest.raises(InputError, match="it holds a run with recipe lhier, not hier"):
        train_metric(replace(RUN, recipe="hier"), finished, resume=True)
    with pytest.raises(InputError, match="it holds another run"):
        train_metric(RUN, finished)


@pytest.mark.parametrize(
    ("recipe", "geometry"),
    [
        ("lhier", "euclidean"),
        ("lhier", "poincare"),
        ("lhier", "hypersphere"),
        ("hier", None),
        ("hier", "hypersphere"),
        ("hyp", None),
    ],
)
def test_recipes_train_on_their_geometry_and_on_others(recipe: str, geometry: str | None, tmp_path: Path) -> None:
    config = replace(RUN, recipe=recipe, geometry=geometry, c=0.1, epochs=1)
    line = train_metric(config, tmp_path / "run")
    assert 0.5 < line["recall_at_1"] <= 1
    assert (tmp_path / "run" / "proxy_tree.png").exists() == (recipe != "hyp")
    assert math.isfinite(line["train_loss"])


def test_files_are_trained_on(tmp_path: Path) -> None:
    """A collection in a folder, in another folder as weights, loaded by other processes."""
    root = write_cub(tmp_path / "cub", classes=(1, 2, 3, 101, 102), per_class=5)
    config = replace(RUN, data="cub", root=str(root), batch_size=6, neighbours=3, epochs=1, workers=1)
    data = read_data(config)
    network = build(config, data)
    assert network.num_classes == 3
    torch.save(network.backbone.state_dict(), tmp_path / "weights.pth")
    line = train_metric(replace(config, weights=str(tmp_path / "weights.pth")), tmp_path / "run")
    assert {f"recall_at_{k}" for k in (1, 2, 4, 8)} <= line.keys()
    assert "group_recall_at_1" not in line
    lines = (tmp_path / "run" / "proxy_tree.txt").read_text(encoding="utf-8").splitlines()
    assert sum(".Bird_" in line for line in lines) == 5


def test_queries_search_a_gallery_that_is_another_set(tmp_path: Path) -> None:
    """One dimension, so that distances are known: the first query finds its class, the second another."""

    def images(labels: list[int]) -> Scans:
        return Scans(torch.zeros(len(labels), 1), torch.tensor(labels))

    data = RetrievalData(images([0, 0]), images([1, 2]), images([1, 2, 1, 2]), ("a", "b", "c"), (0, 0, 0))
    gallery = torch.tensor([[0.0], [1.0], [2.0], [3.0]])
    queries = torch.tensor([[0.1], [1.9]])
    line = retrieval(data, queries, gallery, manifold=Euclidean(), recalls=(1, 2))
    assert (line["recall_at_1"], line["recall_at_2"], line["group_recall_at_1"]) == (0.5, 1.0, 1.0)


def test_clothes_are_read_for_the_backbone(tmp_path: Path) -> None:
    config = replace(RUN, data="inshop", root=str(write_clothes(tmp_path)), backbone="resnet50")
    data = read_data(config)
    assert data.train.view(0).shape == (3, 224, 224)
    assert protocol_of(config).recalls == (1, 10, 20, 30)


# Processes together


@pytest.mark.skipif(not distributed.is_available(), reason="torch was built without distributed")
def test_processes_train_as_one_on_the_joined_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Losses, embeddings, weights, proxies and curvature, after two epochs."""
    monkeypatch.syspath_prepend(str(ROOT))  # a new process imports the work by the name that pytest gave its module
    monkeypatch.setenv("PYTHONWARNINGS", "ignore")
    torch.multiprocessing.spawn(processes.work, (str(tmp_path),), nprocs=processes.WORLD)
    joined = processes.trained(trainer())
    for rank in range(processes.WORLD):
        found = torch.load(tmp_path / f"{rank}.pt", weights_only=True)
        assert found.keys() == joined.keys()
        for name, tensor in joined.items():
            torch.testing.assert_close(found[name], tensor, rtol=1e-9, atol=1e-9, msg=lambda m, n=name: f"{n}: {m}")


# Precision


@pytest.mark.slow
@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
@pytest.mark.parametrize("geometry", ["poincare", "lorentz", "hypersphere"])
def test_low_precision_with_learned_curvature_stays_finite(geometry: str, dtype: str) -> None:
    """500 steps and more; the curvature moves, and the embedding learns."""
    training = trainer(replace(CONFIG, dtype=dtype), LONG, manifold(geometry, c=0.5, learnable=True))
    lines = [training.run_epoch() for _ in range(training.epochs)]
    assert training.epochs * training.sampler.steps >= 500
    assert all(math.isfinite(line["train_loss"]) for line in lines)
    assert lines[-1]["train_loss"] < 0.2 * lines[0]["train_loss"]
    assert abs(float(training.network.manifold.c.detach()) - 0.5) > 1e-3
    assert all(value.isfinite().all() for value in training.network.state_dict().values())
    assert training.embed(training.data.query).isfinite().all()


@pytest.mark.slow
def test_bfloat16_learns_digits(tmp_path: Path) -> None:
    """By convolutions, 510 steps."""
    config = MetricLearning(dtype="bfloat16", dim=8, proxies=16, neighbours=6, batch_size=36, epochs=17)
    line = train_metric(replace(config, c=0.5), tmp_path / "run")
    lines = metrics(tmp_path / "run")
    assert line["train_loss"] < 0.2 * lines[0]["train_loss"]
    assert line["recall_at_1"] > 0.6  # 0.73 in float32; 0.25 by chance


# Bad input


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"data": "birds"}, "data: 'birds' is unknown; choose from cub, cars, sop, inshop, digits"),
        ({"backbone": "vgg"}, "backbone: 'vgg' is unknown; choose from cnn, resnet50, deit_small"),
        ({"recipe": "softmax"}, "recipe: 'softmax' is unknown; choose from lhier, hier, hyp"),
        ({"backbone": "vit_small"}, "backbone: 'vit_small' takes images of 224×224 pixels, not digits; take cnn"),
        ({"root": "birds"}, "root: digits come with scikit-learn, not in birds; leave it out"),
        ({"data": "cub"}, "root: name the folder of cub, as its archive unpacks"),
        ({"data": "cub", "root": "nowhere"}, "nowhere/classes.txt: it is missing"),
        ({"weights": "nowhere.pth"}, "nowhere.pth: the file of weights is missing"),
        ({"batch_size": 7}, "batch_size must be a multiple of per_class"),
        ({"batch_size": 2000}, "more than the 1082 there are; take a smaller batch_size"),
        ({"neighbours": 8}, "neighbours must be less than num_proxies = 8, got 8"),
        ({"batch_size": 4}, "6 neighbours are too many for 4 points"),
        ({"device": "quantum"}, "device: 'quantum' is not available here"),
    ],
)
def test_what_cannot_be_trained_leaves_nothing(change: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=words) as caught:
        train_metric(replace(RUN, **change), tmp_path / "run")
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_queries_that_cannot_be_answered_are_refused_before_training(tmp_path: Path) -> None:
    clothes = write_clothes(tmp_path / "inshop")
    config = replace(RUN, data="inshop", root=str(clothes))
    with pytest.raises(InputError, match="recall is measured among 30 neighbours, and 3 images can be found"):
        train_metric(config, tmp_path / "run")
    listed = clothes / "Eval" / "list_eval_partition.txt"
    path = "img/MEN/Denim/id_00000001/05_1_front.jpg"
    listed.write_text(listed.read_text() + f"{path} id_00000001 gallery\n" * 30 + f"{path} id_00000009 query\n")
    with pytest.raises(InputError, match="class 'id_00000009' is searched for, and no other image is of it"):
        train_metric(config, tmp_path / "run")
    birds = write_cub(tmp_path / "cub", classes=(1, 101, 102), per_class=5)
    labels = birds / "image_class_labels.txt"
    labels.write_text(labels.read_text().replace("15 102\n", "15 103\n"))
    with pytest.raises(InputError, match=r"class '103\.Bird_103' is searched for, and no other image is of it"):
        train_metric(replace(RUN, data="cub", root=str(birds)), tmp_path / "run")


def test_damaged_images_and_lonely_classes_are_named(tmp_path: Path) -> None:
    root = write_cub(tmp_path / "cub", classes=(1, 2, 101, 102, 103), per_class=3)
    config = replace(RUN, data="cub", root=str(root), batch_size=4, neighbours=3)
    labels = root / "image_class_labels.txt"
    labels.write_text(labels.read_text().replace(" 2\n", " 1\n", 2))
    with pytest.raises(InputError, match=r"class '002\.Bird_2' has one image, which makes no pair"):
        train_metric(config, tmp_path / "run")
    for path in (root / "images").glob("00*/*"):
        path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(InputError, match=r"00\d.Bird_\d/Bird_\d_000\d.jpg: truncated, or not an image"):
        train_metric(config, tmp_path / "run")
    assert not (tmp_path / "run").exists()
