"""Options of a run: what is refused, and what a run is held against."""

from __future__ import annotations

import dataclasses
import json
import re
from typing import Any

import pytest
import torch

from manifuse.apps.config import Comparison, Training
from manifuse.apps.errors import InputError


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"epochs": 0}, "epochs: at least 1, got 0"),
        ({"batch_size": -1}, "batch_size: at least 1, got -1"),
        ({"lr": 0.0}, "lr: a positive number, got 0.0"),
        ({"lr": float("nan")}, "lr: a positive number, got nan"),
        ({"dtype": "float8"}, "dtype: 'float8' is unknown; choose from float32, float64, bfloat16, float16"),
    ],
)
def test_training_that_cannot_be(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        Training(**options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seeds": 0}, "seeds: at least 1, got 0"),
        ({"widths": (4, 0, 4)}, "widths: at least 1, got 0"),
        ({"c": 0.0}, "c: a positive number, got 0.0"),
        ({"c": -1.0}, "c: a positive number, got -1.0"),
        ({"c": float("inf")}, "c: a positive number, got inf"),
        ({"target": 95.0}, "target: an accuracy is between 0 and 1, got 95.0"),
        ({"geometries": ()}, "geometries: name at least one"),
        (
            {"geometries": ("lorentz", "klein")},
            "geometries: 'klein' is unknown; choose from euclidean, poincare, lorentz, lorentz-geometric, hypersphere",
        ),
        (
            {"geometries": ("lorentz-geometric",), "preset": "hcnn-18-8"},
            "geometries: 'lorentz-geometric' is unknown; choose from euclidean, poincare, lorentz, hypersphere",
        ),
        (
            {"geometries": ("poincare",), "preset": "hyperbolic-vs-hyperspherical"},
            "geometries: 'poincare' is unknown; choose from euclidean-resnet, poincare-resnet, lorentz-hecnn+, "
            "spherenet",
        ),
        (
            {"preset": "resnet-1000"},
            "preset: 'resnet-1000' is unknown; choose from resnet-20-8-16-32, resnet-32-8-16-32, resnet-20-4-8-16, "
            "resnet-32-4-8-16, hcnn-18-8, hyperbolic-vs-hyperspherical",
        ),
        ({"geometries": ("lorentz", "lorentz")}, "geometries: each may be named once, got lorentz, lorentz"),
        (
            {"preset": "resnet-20-8-16-32", "depth": 14},
            "preset: 'resnet-20-8-16-32' sets depth and widths; give one or the other",
        ),
    ],
)
def test_comparison_that_cannot_be(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=f"^{re.escape(message)}$"):
        Comparison(**options)


def test_a_device_that_is_not_there() -> None:
    assert Training(device="cpu").torch_device() == torch.device("cpu")
    for name in ("quantum", "meta", "cuda:99"):
        with pytest.raises(InputError, match=f"^device: '{name}' is not available here; 'cpu' always is$"):
            Training(device=name).torch_device()


def test_a_record_is_every_option_as_json_gives_it_back() -> None:
    config = Comparison(widths=(4, 4, 8), training=Training(epochs=7))
    record = config.record()
    assert json.loads(json.dumps(record)) == record
    options = {field.name for kind in (Comparison, Training) for field in dataclasses.fields(kind)} - {"training"}
    assert record.keys() == options
    assert (record["widths"], record["epochs"], record["preset"]) == ([4, 4, 8], 7, None)


def test_a_record_names_the_rows_that_were_left_to_the_preset() -> None:
    rows = ["euclidean-resnet", "poincare-resnet", "lorentz-hecnn+", "spherenet"]
    assert Comparison(preset="hyperbolic-vs-hyperspherical").record()["geometries"] == rows
    assert Comparison().record()["geometries"] == [
        "euclidean",
        "poincare",
        "lorentz",
        "lorentz-geometric",
        "hypersphere",
    ]
    assert Comparison(("lorentz", "poincare")).record()["geometries"] == ["lorentz", "poincare"]
