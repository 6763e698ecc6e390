"""One training: what it learns and leaves, and that it resumes to the bit."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from manifuse import Euclidean, Hypersphere
from manifuse.apps import SphereNet, experiment
from manifuse.apps.config import Run, Training
from manifuse.apps.data import digits
from manifuse.apps.errors import InputError
from manifuse.apps.networks import HEADS, HECNNOptions, ResNetOptions, SphereNetOptions
from manifuse.apps.train import train
from manifuse.apps.training import MetricsLog, read_json, read_json_lines
from manifuse.layers import SphereConv2d
from manifuse.layers.losses import WSoftmaxLoss

TIMES = {"seconds", "step_ms"}
NETWORK = HECNNOptions(variant="hecnn+", width=2)
RUN = Run(learnable_c=True, input_size=8, training=Training(epochs=2, batch_size=419, recipe="hcnn", lr=0.05))


def metrics(folder: Path) -> list[dict[str, Any]]:
    lines = read_json_lines(folder / "metrics.jsonl")
    return [{name: value for name, value in line.items() if name not in TIMES} for line in lines]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "run"
    train(NETWORK, RUN, folder)
    return folder


def test_a_run_leaves_options_metrics_and_learned_curvatures(finished: Path) -> None:
    options = read_json(finished / "config.json")["options"]
    assert options["network"] == "HECNNOptions"
    assert (options["variant"], options["geometry"], options["recipe"]) == ("hecnn+", "lorentz", "hcnn")
    lines = metrics(finished)
    assert [line["epoch"] for line in lines] == [1, 2]
    for line in lines:
        assert line["learned_curvatures"].keys() == {"encoder_manifold", "decoder_manifold"}
        assert all(value < 0 for value in line["learned_curvatures"].values())
        assert line["curvature"] == line["learned_curvatures"]["decoder_manifold"]
    assert lines[0]["learned_curvatures"] != lines[1]["learned_curvatures"]
    assert lines[-1]["parameters"] > 0
    assert (finished / "checkpoint.pt").exists()


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
        train(NETWORK, RUN, tmp_path / "run")
    monkeypatch.undo()
    torch.manual_seed(99)
    train(NETWORK, RUN, tmp_path / "run", resume=True)
    assert metrics(tmp_path / "run") == metrics(finished)
    ours, theirs = (
        torch.load(folder / "checkpoint.pt", weights_only=True)["state"]["model"]
        for folder in (tmp_path / "run", finished)
    )
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_a_finished_run_stays(finished: Path) -> None:
    before = (finished / "metrics.jsonl").read_bytes()
    assert train(NETWORK, RUN, finished, resume=True) == MetricsLog(finished / "metrics.jsonl").lines[-1]
    assert (finished / "metrics.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("network", "change", "words"),
    [
        (HECNNOptions(width=4), {}, "width 2, not 4"),
        (ResNetOptions(), {}, "network HECNNOptions, not ResNetOptions"),
        (NETWORK, {"c": 0.5}, "c 1.0, not 0.5"),
    ],
)
def test_options_of_another_run_are_refused(finished: Path, network: Any, change: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        train(network, replace(RUN, **change), finished, resume=True)


@pytest.mark.parametrize(
    ("network", "change", "words"),
    [
        (HECNNOptions(depth=34), {}, r"\(depth, variant\) must be one of"),
        (HECNNOptions(), {"geometry": "hypersphere"}, "'hecnn\\+' rotates points"),
        (ResNetOptions(scheme="time"), {}, "scheme: 'time' is unknown; choose from geometric, space"),
        (ResNetOptions(depth=9), {}, "depth must be 6n"),
        (
            SphereNetOptions(head="ga-softmax"),
            {},
            "head: 'ga-softmax' is unknown; choose from linear, w-softmax-linear",
        ),
        (SphereNetOptions(operator="sine"), {}, "operator must be one of"),
        (SphereNetOptions(preset="cnn-9", depth=6), {}, "'cnn-9' sets all options of the network but momentum"),
        (SphereNetOptions(preset="cnn-10"), {}, "preset must be one of 'cnn-9'"),
    ],
)
def test_a_network_that_cannot_be_leaves_nothing(
    network: Any, change: dict[str, Any], words: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=words):
        train(network, replace(RUN, **change), tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scheme", ["geometric", "space"])
@pytest.mark.parametrize("geometry", ["euclidean", "poincare", "lorentz", "hypersphere"])
def test_a_residual_network_trains_on_every_geometry_and_scheme(geometry: str, scheme: str, tmp_path: Path) -> None:
    network = ResNetOptions(depth=8, widths=(2, 2, 2), scheme=scheme)
    run = Run(geometry=geometry, c=0.1, input_size=8, training=Training(epochs=1, batch_size=419))
    line = train(network, run, tmp_path / "run")
    assert line["learned_curvatures"] == {}
    assert line["train_loss"] < 3


IMAGES: dict[str, Any] = {"in_channels": 1, "input_size": 8, "num_classes": 10}


@pytest.mark.parametrize("operator", ["conv", "sigmoid"])
def test_a_spherenet_is_the_papers_unless_a_geometry_is_named(operator: str, tmp_path: Path) -> None:
    network = SphereNetOptions(3, (2, 2, 2), operator=operator, head="w-softmax-cosine")
    run = Run(input_size=8, training=Training(epochs=4, batch_size=128, recipe="spherenet", lr=0.03))
    train(network, run, tmp_path / "run")
    first, *_, last = (line["train_loss"] for line in metrics(tmp_path / "run"))
    assert last < 0.9 * first
    assert read_json(tmp_path / "run" / "config.json")["options"]["geometry"] == "euclidean"
    built = network.build(Euclidean(), **IMAGES)
    head = partial(WSoftmaxLoss, similarity="cosine")
    expected = SphereNet(3, (2, 2, 2), operator=operator, in_channels=1, image_size=8, head=head)
    expected.load_state_dict(built.state_dict())
    images = digits().test.inputs
    assert torch.equal(built.eval()(images), expected.eval()(images))


def test_kernels_of_a_spherenet_on_a_geometry_measure_its_distances() -> None:
    network = SphereNetOptions(8, (2, 2, 2), residual=True).build(Hypersphere(c=0.1), **IMAGES)
    layers = [module for module in network.modules() if isinstance(module, SphereConv2d)]
    assert len(layers) == 7
    assert all(layer.manifold is network.manifold for layer in layers)
    assert isinstance(network.manifold, Hypersphere)


def test_options_of_a_spherenet_are_those_of_its_layers() -> None:
    def text(**options: Any) -> str:
        return str(SphereNetOptions(3, (2, 2, 2), **options).build(Euclidean(), **IMAGES))

    plain = text()
    assert "BatchNorm2d" in plain
    assert "ReLU" in plain
    assert "similarity='cosine'" in plain
    assert "BatchNorm2d" not in text(batch_norm=False)
    assert "ReLU" not in text(activation=False)
    assert "SphereNorm" in text(batch_norm=False, rescale=True)
    assert "k=0.7" in text(operator="sigmoid", k=0.7)
    assert "momentum=0.02" in text(momentum=0.02)


@pytest.mark.parametrize("name", [name for name, head in HEADS.items() if head is not None])
def test_cross_entropy_of_the_logits_is_the_loss_of_a_head(name: str) -> None:
    network = SphereNetOptions(3, (2, 2, 2), head=name).build(Euclidean(), **IMAGES).eval()
    batch = digits().test[:20]
    loss = torch.nn.functional.cross_entropy(network(batch.inputs), batch.labels)
    torch.testing.assert_close(network(batch.inputs, batch.labels), loss)


def test_a_preset_of_spherenet_is_the_network_of_the_authors() -> None:
    network = SphereNetOptions(preset="spherenet-9-sigmoid").build(Euclidean(), **IMAGES)
    layers = [module for module in network.modules() if isinstance(module, SphereConv2d)]
    assert [layer.out_channels for layer in layers] == [128] * 3 + [192] * 3 + [256] * 4
    assert {layer.similarity for layer in layers} == {"sigmoid"}
    norms = [module for module in network.modules() if hasattr(module, "momentum")]
    assert {norm.momentum for norm in norms} == {0.1}


def test_images_are_resized() -> None:
    small, large = digits(), digits(16)
    assert large.train.inputs.shape == (1257, 1, 16, 16)
    assert (large.train.labels == small.train.labels).all()
    # Bilinear interpolation to twice the size keeps means of images, the border aside, and constants.
    torch.testing.assert_close(large.train.inputs.mean((1, 2, 3)), small.train.inputs.mean((1, 2, 3)))


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
@pytest.mark.parametrize("depth", [18, 50])
def test_hecnn_reads_digits(depth: int, dtype: str, tmp_path: Path) -> None:
    """At an eighth of the width; both curvatures move."""
    training = Training(epochs=16, batch_size=64, lr=0.01, dtype=dtype)
    line = train(HECNNOptions(depth=depth), Run(learnable_c=True, training=training), tmp_path / "run")
    assert line["test_accuracy"] > 0.95
    assert all(abs(value + 1) > 1e-3 for value in line["learned_curvatures"].values())
