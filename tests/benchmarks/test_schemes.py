"""The benchmark of schemes compares layers that are the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from benchmarks.competition import compete, table
from benchmarks.record import write
from benchmarks.schemes import Unfolded, convolutions, hecnn_plus
from manifuse import Lorentz
from manifuse.layers import Conv2d, Space


@pytest.mark.parametrize(("stride", "padding", "dilation"), [(1, 1, 1), (2, 1, 1), (2, 0, 2)])
def test_unfolded_patches_are_the_space_scheme(stride: int, padding: int, dilation: int) -> None:
    torch.manual_seed(0)
    options = {"stride": stride, "padding": padding, "dilation": dilation}
    layer = Conv2d(3, 5, 3, manifold=Lorentz(c=0.7), scheme=Space(), init="random", **options).double()
    torch.nn.init.normal_(layer.time_weight)
    torch.nn.init.normal_(layer.bias)
    x = torch.randn(2, 3, 9, 8, dtype=torch.double)
    boxed = layer(x)
    layer.scheme = Unfolded()
    torch.testing.assert_close(layer(x), boxed, rtol=1e-12, atol=1e-12)


def test_maps_of_a_whole_network_are_the_same() -> None:
    """HECNN+ by unfolded patches and by box filters; rotations are another map of the same weights."""
    nets = {name: net.double() for name, (net, _) in hecnn_plus(2, 2).items()}
    for name in ("space", "rotation"):
        missing, unexpected = nets[name].load_state_dict(nets["unfolded"].state_dict(), strict=False)
        assert not missing
        assert all(key.endswith("time_weight") for key in unexpected)
    x = torch.randn(2, 3, 32, 32, dtype=torch.double)
    output = nets["unfolded"](x)
    torch.testing.assert_close(nets["space"](x), output, rtol=1e-9, atol=1e-9)
    assert float((nets["rotation"](x) - output).detach().abs().max()) > 1e-3


def test_ratios_are_those_of_the_medians(tmp_path: Path) -> None:
    rows = compete("work", convolutions(4, 6, 2), ("torch.nn", "unfolded"), rounds=3)
    medians = {row.competitor: row.median_ms for row in rows}
    for row in rows:
        assert row.times["torch.nn"] == pytest.approx(row.median_ms / medians["torch.nn"])
        assert row.saved_mib > 0 or row.competitor == "torch.nn"
    assert rows[0].times["torch.nn"] == rows[1].times["unfolded"] == 1
    write(tmp_path, "schemes", "Title", rows, table(rows), batch=2)
    text = (tmp_path / "schemes.md").read_text()
    assert text.startswith("# Title")
    assert text.endswith(table(rows) + "\n")
    record = json.loads((tmp_path / "schemes.json").read_text())
    assert record["batch"] == 2
    assert [row["competitor"] for row in record["rows"]] == [row.competitor for row in rows]
    assert record["machine"]["torch"] == torch.__version__
