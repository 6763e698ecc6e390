"""`manifuse train`: output, exit codes, one line for what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from manifuse.cli import main

SMALLEST = ["hecnn", "--width", "2", "--input-size", "8", "--learnable-c", "--epochs", "1", "--batch-size", "419"]


def run(folder: Path, *arguments: str) -> int:
    try:
        return main(["train", *arguments, "--out", str(folder), "--name", "run"])
    except SystemExit as stop:  # tyro's own exits
        return int(stop.code or 0)


def test_it_prints_accuracy_and_curvatures_and_where_the_rest_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, *SMALLEST) == 0
    captured = capsys.readouterr()
    accuracy, encoder, decoder, folder = captured.out.splitlines()
    assert "% of the test set" in accuracy
    assert encoder.startswith("encoder_manifold: curvature -")
    assert decoder.startswith("decoder_manifold: curvature -")
    assert folder == str(tmp_path / "run")
    assert captured.err == ""  # no bars where there is no terminal

    assert run(tmp_path, *SMALLEST) == 2
    assert "run: it holds another run; resume that one, or choose another name" in capsys.readouterr().err
    assert run(tmp_path, *SMALLEST, "--resume", "--c", "0.5") == 2
    assert "run: it holds a run with c 1.0, not 0.5" in capsys.readouterr().err
    assert run(tmp_path, *SMALLEST, "--resume") == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["hecnn", "--depth", "34"], "depth"),
        (["hecnn", "--variant", "hcnn", "--stages", "1"], "hyperbolic_stages"),
        (["hecnn", "--stages", "7"], "hyperbolic_stages"),
        (["hecnn", "--width", "0"], "width"),
        (["hecnn", "--geometry", "klein"], "geometry"),
        (["hecnn", "--geometry", "hypersphere"], "Hypersphere"),
        (["spherenet", "--depth", "2"], "depth"),
        (["spherenet", "--operator", "sine"], "operator"),
        (["spherenet", "--operator", "conv", "--k", "0.3"], "k=0.3"),
        (["spherenet", "--head", "ga-softmax"], "head"),
        (["spherenet", "--preset", "cnn-9", "--no-batch-norm"], "preset"),
        (["spherenet", "--input-size", "7"], "image_size"),
        (["resnet", "--scheme", "time"], "scheme"),
        (["resnet", "--depth", "9"], "depth"),
        (["resnet", "--input-size", "0"], "input_size"),
        (["resnet", "--recipe", "lion"], "recipe"),
        (["resnet", "--lr", "-1"], "lr"),
        (["resnet", "--device", "quantum"], "device"),
    ],
    ids=str,
)
def test_bad_input_is_one_clear_line(
    arguments: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, *arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("manifuse: ")
    assert words in captured.err
    assert captured.err.count("\n") == 1
    assert captured.out == ""
    assert list(tmp_path.iterdir()) == []


def test_help_lists_the_networks(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    text = capsys.readouterr().out
    assert all(name in text for name in ("resnet", "hecnn", "spherenet", "lhier"))


def test_a_spherenet_is_flat_unless_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = ["spherenet", "--depth", "3", "--widths", "2", "2", "2", "--no-batch-norm", "--rescale", *SMALLEST[3:]]
    assert run(tmp_path / "flat", *small) == 0
    accuracy, _ = capsys.readouterr().out.splitlines()  # no curvature to learn
    assert "% of the test set" in accuracy
    assert run(tmp_path / "curved", *small, "--geometry", "hypersphere", "--c", "0.1") == 0
    _, curvature, _ = capsys.readouterr().out.splitlines()
    assert "curvature 0." in curvature
