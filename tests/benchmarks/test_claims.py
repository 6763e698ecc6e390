"""Claims: what counts as evidence, and a run that goes on after a kill."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy import stats

from manifuse.apps.training.files import read_json_lines


@pytest.fixture
def evidence() -> ModuleType:
    return import_module("benchmarks.evidence")


@pytest.fixture
def spherenet() -> ModuleType:
    return import_module("benchmarks.claim_spherenet")


def run(accuracy: float, epochs: int | None = 3, loss: float | None = 0.25) -> Mapping[str, Any]:
    return {"test_accuracy": accuracy, "train_loss": loss, "epochs_to_target": epochs, "rate": 0.01}


# Evidence


def test_result_is_written_with_what_was_reached(evidence: ModuleType) -> None:
    def written(*runs: Mapping[str, Any]) -> str:
        return str(evidence.Result(runs, 100, 10))

    assert written(run(0.9), run(0.92, 4, 0.75)) == "91.0 ± 1.4 / 0.500 / 3.5 @ 0.01"
    assert written(run(0.9), run(0.92, None)) == "91.0 ± 1.4 / 0.250 / 3 (1 of 2) @ 0.01"
    assert written(run(0.5, None, None)) == "50.0 / diverged / – @ 0.01"


def test_error_has_a_part_of_the_seeds_and_one_of_the_test_images(evidence: ModuleType) -> None:
    result = evidence.Result((run(0.8, 2), run(0.9, None)), 50, 10)
    assert result.squared_error("test_accuracy") == pytest.approx(0.005 / 2 + 0.85 * 0.15 / 50)
    assert result.mean("epochs_to_target") == 6.5
    assert result.squared_error("epochs_to_target") == pytest.approx(((2 - 6.5) ** 2 + (11 - 6.5) ** 2) / 2)


ERROR = math.sqrt(2 * 0.8 * 0.2 / 100)
"""Standard error of the difference of two accuracies of 80 % on 100 images."""


@pytest.mark.parametrize(
    ("differences", "verdict"),
    [
        ((3, 3), "**supported**: supported in 2"),
        ((3, 3, 1.5), "**supported**: supported in 2, no difference in 1"),
        ((3, 1.5), "**partly supported**: supported in 1, no difference in 1"),
        ((3, 3, -3), "**mixed**: supported in 2, contradicted in 1"),
        ((-3,), "**contradicted**: contradicted in 1"),
        ((-3, 1.5), "**partly contradicted**: contradicted in 1, no difference in 1"),
        ((1.5, -1.5), "**not seen**: no difference in 2"),
        ((), "not run"),
    ],
)
def test_verdict_counts_differences_beyond_their_error(
    evidence: ModuleType, differences: tuple[float, ...], verdict: str
) -> None:
    results = {"base": evidence.Result((run(0.8),), 100, 10)}
    results |= {str(d): evidence.Result((run(0.8 + d * ERROR),), 100, 10) for d in differences}
    sums = [{str(d): 1, "base": -1} for d in differences]
    claim = evidence.Claim("", (*sums, {"base": 1, "missing": -1}))
    assert claim.verdict(results.get) == verdict


def test_epochs_differ_by_one_at_least(evidence: ModuleType) -> None:
    results = {n: evidence.Result((run(0.8, n),) * 2 + (run(0.8, n + n % 2),), 100, 10) for n in (2, 3, 5)}
    verdicts = [
        evidence.Claim("", ({slow: 1, fast: -1},), "epochs_to_target").verdict(results.get)
        for slow, fast in ((3, 2), (5, 2), (2, 5))
    ]
    assert [verdict.split(":")[0] for verdict in verdicts] == ["**supported**", "**supported**", "**contradicted**"]
    close = {n: evidence.Result((run(0.8, 3), run(0.8, n)), 100, 10) for n in (3, 4)}
    assert "not seen" in evidence.Claim("", ({4: 1, 3: -1},), "epochs_to_target").verdict(close.get)


def test_paired_difference_has_the_interval_of_student(evidence: ModuleType) -> None:
    ahead, behind = np.array([0.5, 0.7, 0.6, 0.9]), np.array([0.4, 0.4, 0.5, 0.5])
    expected = stats.ttest_rel(ahead, behind).confidence_interval(0.95)
    difference = evidence.Difference((ahead - behind).tolist())
    assert difference.interval() == pytest.approx((expected.low, expected.high))
    assert [evidence.Difference(values).outcome() for values in ([0.1, 0.11], [-0.1, -0.11], [0.1, -0.1], [0.3])] == [
        1,
        -1,
        0,
        0,
    ]


# SphereNet


def test_every_claim_is_about_settings_of_a_table(spherenet: ModuleType) -> None:
    claims = spherenet.SphereNetClaims()
    trained = {setting for setting, _, _ in claims.jobs()}
    for claim in claims.claims():
        assert claim.sums, claim.statement
        assert all(sum(signs.values()) == 0 for signs in claim.sums)
        assert {setting for signs in claim.sums for setting in signs} <= trained, claim.statement
    assert len(claims.jobs()) == len(set(claims.jobs())) == len(trained) * len(claims.rates) * claims.seeds


def test_fewer_images_are_another_training(spherenet: ModuleType) -> None:
    few, all_of_them = spherenet.SphereNetClaims(train_images=320), spherenet.SphereNetClaims()
    assert (len(few.data().train), len(all_of_them.data().train)) == (320, 1257)
    assert len(few.data().test) == len(all_of_them.data().test) == 360
    setting, rate, seed = few.jobs()[0]
    assert few.key(setting, rate, seed) != all_of_them.key(setting, rate, seed)


def test_killed_run_goes_on(spherenet: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    claims = spherenet.SphereNetClaims(
        tables=("batch",),
        batch_sizes=(419,),
        seeds=1,
        epochs=1,
        rates=(1e-2,),
        output=tmp_path / "table.md",
        runs=tmp_path / "runs.jsonl",
    )
    train, trained = spherenet.train, []

    def killed(setting: Any, *arguments: Any) -> Any:
        if len(trained) == 3:
            raise KeyboardInterrupt
        trained.append(setting)
        return train(setting, *arguments)

    monkeypatch.setattr(spherenet, "train", killed)
    with pytest.raises(KeyboardInterrupt):
        claims()
    before = read_json_lines(claims.runs)
    assert len(before) == 3
    assert not claims.output.exists()
    monkeypatch.setattr(spherenet, "train", train)
    claims()
    after = read_json_lines(claims.runs)
    assert after[:3] == before
    assert len(after) == 4
    written = claims.output.read_text(encoding="utf-8")
    assert "reduced run" in written
    assert written.count("not run") > 0  # verdicts of the other tables
    last = after[-1]["test_accuracy"]
    assert f"| SphereNorm and BN | {100 * last:.1f} / {after[-1]['train_loss']:.3f} / – @ 0.01 |" in written
    monkeypatch.setattr(spherenet, "train", None)
    claims()
    assert claims.output.read_text(encoding="utf-8") == written


def test_training_repeats_itself_and_reports_divergence(spherenet: ModuleType) -> None:
    data = spherenet.digits()
    few = replace(data, train=data.train[:200], val=data.val[:50], test=data.test[:50])
    setting = spherenet.Setting("conv", depth=3, width=4, batch_norm=False, batch_size=50)
    first, second = (spherenet.train(setting, 1e-2, 1, 2, 0.0, few) for _ in range(2))
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    assert first["epochs_to_target"] == 1
    assert spherenet.train(setting, 1e30, 1, 2, 1.0, few)["train_loss"] is None
