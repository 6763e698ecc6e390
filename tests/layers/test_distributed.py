"""Two processes that share statistics compute what one does on the joined batch."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

import pytest
import torch
from torch import Tensor, distributed

from manifuse.layers import BatchNorm1d, BatchNorm2d
from manifuse.manifolds import Poincare

from . import processes
from .processes import GEOMETRIES, SHARES, Setting

Results: TypeAlias = dict[str, dict[str, Tensor]]
ROOT = Path(__file__).resolve().parents[2]
CLOSE = {"rtol": 1e-10, "atol": 1e-10}
SETTINGS = [
    Setting(geometry, spread, center)
    for geometry in GEOMETRIES
    for spread in ("total", "channel", "distance")
    for center in ("pooled", "per_sample")
] + [
    Setting("Poincare", "total", "pooled", None),
    *(Setting(name, "total", "pooled", resnet=True) for name in GEOMETRIES),
]

pytestmark = pytest.mark.skipif(not distributed.is_available(), reason="torch was built without distributed")


@pytest.fixture(scope="module")
def ranks(tmp_path_factory: pytest.TempPathFactory) -> list[Results]:
    """Give what each of two processes found; they are started once."""
    folder = tmp_path_factory.mktemp("distributed")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT))  # a new process imports the work by the name that pytest gave its module
        patch.setenv("PYTHONWARNINGS", "ignore")
        torch.multiprocessing.spawn(processes.work, (str(folder), SETTINGS), nprocs=len(SHARES))
    return [torch.load(folder / f"{rank}.pt", weights_only=True) for rank in range(len(SHARES))]


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_processes_equal_one_on_the_joined_batch(ranks: list[Results], setting: Setting) -> None:
    """Outputs, gradients of all parameters and curvature, and running statistics, after two steps."""
    joined = processes.steps(setting.build(), 0, sum(SHARES), 1)
    logits = torch.cat([rank[str(setting)]["logits"] for rank in ranks])
    torch.testing.assert_close(logits, joined.pop("logits"), **CLOSE)
    for rank in ranks:
        found = rank[str(setting)]
        assert found.keys() - {"logits"} == joined.keys()
        for name, tensor in joined.items():
            torch.testing.assert_close(found[name], tensor, **CLOSE, msg=lambda text, name=name: f"{name}: {text}")


def test_one_value_per_channel_and_process_is_enough(ranks: list[Results]) -> None:
    layer = BatchNorm1d(3, manifold=Poincare(c=0.5), momentum=1.0).double()
    layer(torch.tensor([0.1, 0.2], dtype=torch.float64).unsqueeze(1).expand(2, 3))
    for rank in ranks:
        torch.testing.assert_close(rank["one value each"]["running_mean"], layer.running_mean, **CLOSE)


def test_group_of_one_keeps_its_own_statistics(ranks: list[Results]) -> None:
    layer = BatchNorm2d(3, manifold=Poincare(c=0.5), momentum=1.0).double()
    layer(processes.batch(0)[: SHARES[0]])
    torch.testing.assert_close(ranks[0]["alone"]["running_mean"], layer.running_mean, **CLOSE)
    torch.testing.assert_close(ranks[0]["alone"]["output"], layer.eval()(processes.batch(1)).detach(), **CLOSE)


def test_rows_are_gathered_with_their_gradients(ranks: list[Results]) -> None:
    parts = [torch.arange(6.0).reshape(3, 2) + 10 * rank for rank in range(2)]
    for rank, results in enumerate(ranks):
        found = results["gathered"]
        assert torch.equal(found["rows"], torch.cat(parts))
        assert found["labels"].tolist() == [0, 7, 1, 7]
        places = torch.arange(3.0).unsqueeze(1) + 3 * rank
        assert torch.equal(found["gradient"], 3 * places.expand(3, 2))  # (1 + 2) · place: from both processes


def test_frechet_mean_of_several_processes_is_refused(ranks: list[Results]) -> None:
    assert all(bool(rank["frechet"]["refused"]) for rank in ranks)
