"""Backbones: sizes in closed form, frozen normalisations, weights from files, and libraries that are missing."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn

from manifuse.apps.backbones import BACKBONES, ClassToken, ConvNet, GlobalPool, ResNet50, load_weights
from manifuse.apps.errors import InputError


def count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def test_pooling_adds_mean_and_maximum() -> None:
    x = torch.randn(2, 3, 4, 5)
    expected = [[channel.mean() + channel.max() for channel in image] for image in x]
    torch.testing.assert_close(GlobalPool()(x), torch.tensor(expected))


def test_resnet_50_has_the_size_of_the_paper() -> None:
    """25,557,032 parameters (He et al.) without the classifier's 2048 · 1000 + 1000, and a 32nd of the resolution."""
    network = ResNet50().eval()
    assert count(network) == 25_557_032 - 2_049_000
    seen: list[tuple[int, ...]] = []
    network.layer4.register_forward_hook(lambda _, __, output: seen.append(tuple(output.shape)))
    with torch.no_grad():
        assert network(torch.randn(1, 3, 64, 96)).shape == (1, network.out_features)
    assert seen == [(1, 2048, 2, 3)]
    names = set(network.state_dict())
    assert {"conv1.weight", "layer1.0.downsample.0.weight", "layer3.5.bn3.running_var"} <= names


def test_frozen_normalisations_keep_their_statistics() -> None:
    torch.manual_seed(0)
    x = torch.randn(2, 3, 32, 32)
    for frozen in (False, True):
        network = ResNet50(frozen_norm=frozen).train()
        before = network.bn1.running_mean.clone()
        with torch.no_grad():
            network(x)
        assert torch.equal(network.bn1.running_mean, before) == frozen
        assert network.training
        assert all(parameter.requires_grad for parameter in network.parameters())


@pytest.mark.parametrize("channels", [1, 3])
def test_the_small_network_takes_images_of_every_size(channels: int) -> None:
    network = ConvNet(channels, width=4)
    assert network.out_features == 16
    for height, width in ((8, 8), (5, 9), (1, 1)):
        assert network.eval()(torch.randn(2, channels, height, width)).shape == (2, 16)
    assert count(network) == 9 * 4 * (channels + 4 * 2 + 8 * 4) + 2 * (4 + 8 + 16)


@pytest.mark.parametrize("nested", [None, "model", "state_dict", "teacher"])
def test_weights_come_from_a_file(nested: str | None, tmp_path: Path) -> None:
    """With the weights of a head, with the prefix of a parallel module, and as files of 2016 without counters."""
    source, target = ConvNet(width=2), ConvNet(width=2)
    nn.init.normal_(source[1].running_mean)
    weights = {f"module.{name}": value for name, value in source.state_dict().items() if "num_batches" not in name}
    weights |= {"module.fc.weight": torch.zeros(3), "module.head.bias": torch.zeros(3)}
    torch.save(weights if nested is None else {nested: weights, "epoch": 3}, tmp_path / "weights.pth")
    load_weights(target, tmp_path / "weights.pth")
    for name, value in source.state_dict().items():
        assert torch.equal(target.state_dict()[name], value)


def test_weights_that_do_not_fit_are_one_line(tmp_path: Path) -> None:
    path, target = tmp_path / "weights.pth", ConvNet(width=2)
    with pytest.raises(InputError, match=r"weights.pth: the file of weights is missing; download it"):
        load_weights(target, path)
    path.write_bytes(b"not weights")
    with pytest.raises(InputError, match=r"weights.pth: truncated, or not weights that torch saved"):
        load_weights(target, path)
    for content in (ConvNet(width=3).state_dict(), [1, 2], {"epoch": 3}):
        torch.save(content, path)
        with pytest.raises(InputError, match=r"weights.pth: its weights do not fit ConvNet") as caught:
            load_weights(target, path)
        assert "\n" not in str(caught.value)


def test_a_missing_timm_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "timm", None)
    for name in ("deit_small", "dino_small", "vit_small"):
        with pytest.raises(InputError, match=r"timm is not installed, .*; run `pip install 'manifuse\[vision\]'`"):
            BACKBONES[name].make(3)


class Transformer(nn.Module):
    """What `ClassToken` asks of timm's transformers."""

    num_features = 5

    def __init__(self) -> None:
        super().__init__()
        self.patch_embed = nn.Conv2d(3, 5, 4, 4)
        self.norm = nn.LayerNorm(5)

    def forward_features(self, x: Tensor) -> Tensor:
        return self.norm(self.patch_embed(x).flatten(2).mT)


def test_the_class_token_is_the_first_and_patches_are_frozen(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[str, int]] = []

    def create_model(name: str, *, num_classes: int) -> nn.Module:
        made.append((name, num_classes))
        return Transformer()

    monkeypatch.setitem(sys.modules, "timm", SimpleNamespace(create_model=create_model))
    network = BACKBONES["dino_small"].make(3)
    assert made == [("vit_small_patch16_224", 0)]
    images = torch.randn(2, 3, 8, 8)
    torch.testing.assert_close(network(images), network.transformer.forward_features(images)[:, 0])
    assert network.out_features == 5
    assert {name for name, p in network.named_parameters() if p.requires_grad} == {
        "transformer.norm.weight",
        "transformer.norm.bias",
    }


@pytest.mark.parametrize("name", ["deit_small", "vit_small"])
def test_transformers_of_timm_give_their_class_token(name: str, tmp_path: Path) -> None:
    timm = pytest.importorskip("timm", reason="timm brings torchvision, which the environment of the tests has not")
    network = BACKBONES[name].make(3).eval()
    assert isinstance(network, ClassToken)
    images = torch.randn(1, 3, 224, 224)
    torch.testing.assert_close(network(images), network.transformer.forward_features(images)[:, 0])
    assert network(images).shape == (1, network.out_features) == (1, 384)
    frozen = {name for name, parameter in network.named_parameters() if not parameter.requires_grad}
    assert frozen == {"transformer.patch_embed.proj.weight", "transformer.patch_embed.proj.bias"}
    whole = timm.create_model(network.transformer.default_cfg["architecture"], num_classes=7)
    torch.save({"model": whole.state_dict()}, tmp_path / "weights.pth")
    load_weights(network, tmp_path / "weights.pth")
    torch.testing.assert_close(network(images), whole.eval().forward_features(images)[:, 0])
