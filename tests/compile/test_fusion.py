"""`fuse`: what is compiled and how often, that it computes the same, and what is said where it cannot be compiled."""

from __future__ import annotations

import copy
import faulthandler
import io
import pickle
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, distributed, nn
from torch._dynamo import config
from torch.nn.functional import cross_entropy
from torch.nn.parallel import DistributedDataParallel
from torch.utils.checkpoint import checkpoint

from manifuse import Euclidean, Hypersphere, Lorentz, Poincare
from manifuse.apps import ResNet
from manifuse.compile import FusionError, fuse
from manifuse.layers import BatchNorm2d, Classifier, Conv2d, GlobalAvgPool2d, ReLU, Residual
from manifuse.manifolds import ManifoldBase

# The compiler looks for the gradient of every input of a region, and only hides the warning.
pytestmark = pytest.mark.filterwarnings("ignore:The .grad attribute of a Tensor that is not a leaf:UserWarning")

needs_distributed = pytest.mark.skipif(not distributed.is_available(), reason="torch was built without distributed")

ROOT = Path(__file__).resolve().parents[2]
CLOSE = {torch.float64: {"rtol": 1e-10, "atol": 1e-10}, torch.float32: {"rtol": 1e-5, "atol": 1e-5}}
GEOMETRIES: dict[str, Callable[[], ManifoldBase]] = {
    "Euclidean": Euclidean,
    "Poincare": lambda: Poincare(c=0.1, learnable=True),
    "Lorentz": lambda: Lorentz(c=0.1, learnable=True),
    "Hypersphere": lambda: Hypersphere(c=0.1, learnable=True),
}


class Graphs:
    """A backend that counts what it is given and runs it as it is."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, graph: torch.fx.GraphModule, inputs: list[Tensor]) -> Callable[..., Any]:
        self.count += 1
        return graph.forward


class Model(nn.Module):
    """A model with a forward of its own around given modules."""

    def __init__(self, **modules: nn.Module) -> None:
        super().__init__()
        for name, module in modules.items():
            self.add_module(name, module)

    def forward(self, x: Tensor) -> Tensor:
        for module in self.children():
            for part in module if isinstance(module, nn.ModuleList) else [module]:
                x = part(x)
        return x


def network(space: ManifoldBase | None = None) -> Model:
    """Three kinds of regions, and a block that occurs twice."""
    torch.manual_seed(0)
    space = space or Euclidean()

    def convolution(channels: int) -> Conv2d:
        return Conv2d(channels, 4, 3, manifold=space, padding=1, init="random")

    return Model(
        stem=nn.Sequential(convolution(3), BatchNorm2d(4, manifold=space), ReLU(manifold=space)),
        blocks=nn.ModuleList(
            nn.Sequential(Residual(convolution(4), manifold=space), ReLU(manifold=space)) for _ in range(2)
        ),
        head=nn.Sequential(GlobalAvgPool2d(manifold=space), Classifier(4, 3, manifold=space)),
    )


@pytest.fixture
def graphs() -> Graphs:
    return Graphs()


def resnet(depth: int = 8, manifold: ManifoldBase | None = None, **arguments: Any) -> ResNet:
    torch.manual_seed(0)
    return ResNet(depth, manifold or Euclidean(), (4, 8, 8), num_classes=3, **arguments)


def images(count: int = 3, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.rand(count, 3, 8, 8, generator=torch.Generator().manual_seed(count)).to(dtype) * 2 - 1


def fused(model: nn.Module) -> set[str]:
    return {name for name, module in model.named_modules() if module._compiled_call_impl is not None}


def training_step(model: nn.Module, x: Tensor) -> dict[str, Tensor]:
    """Logits, gradients of everything and the state after a training step."""
    x = x.clone().requires_grad_()
    model.zero_grad()
    logits = model(x)
    cross_entropy(logits, torch.arange(len(x)) % logits.size(1)).backward()
    gradients = {f"gradient of {name}": p.grad for name, p in model.named_parameters()}
    assert all(g is not None and torch.isfinite(g).all() for g in gradients.values())
    return {"logits": logits.detach(), "gradient": x.grad, **gradients, **copy.deepcopy(model.state_dict())}


def assert_same_step(model: nn.Module, plain: nn.Module, x: Tensor) -> None:
    """Twice: the second step runs on the state that the first one left."""
    for _ in range(2):
        found, expected = training_step(model, x), training_step(plain, x)
        assert found.keys() == expected.keys()
        for name, tensor in expected.items():
            torch.testing.assert_close(
                found[name], tensor, **CLOSE[x.dtype], msg=lambda text, name=name: f"{name}: {text}"
            )


# What a region is


def test_regions_of_a_resnet() -> None:
    blocks = {f"stages.{stage}.{block}" for stage in range(3) for block in range(3)}
    assert fused(fuse(resnet(20))) == {"stem", *blocks, "pool", "classifier"}


def test_regions_are_inside_containers() -> None:
    model = Model(
        blocks=nn.ModuleList([nn.Sequential(nn.Linear(2, 2), nn.ReLU()), nn.Linear(2, 2)]),
        heads=nn.ModuleDict({"a": nn.Linear(2, 2)}),
        mixed=nn.Sequential(nn.Sequential(nn.Linear(2, 2)), nn.ReLU()),
        inner=Model(layer=nn.Linear(2, 2)),
        empty=nn.Sequential(),
        manifold=Poincare(),
    )
    assert fused(fuse(model)) == {"blocks.0", "blocks.1", "heads.a", "mixed", "inner"}


@pytest.mark.parametrize(
    "model",
    [
        nn.Linear(2, 2),
        nn.Sequential(nn.Linear(2, 2), nn.ReLU()),
        Conv2d(3, 4, 3, manifold=Poincare()),
    ],
    ids=lambda model: type(model).__name__,
)
def test_model_without_regions_is_one(model: nn.Module) -> None:
    assert fused(fuse(model)) == {""}


def test_whole_model(graphs: Graphs) -> None:
    model = fuse(network(), scope="model", backend=graphs)
    assert fused(model) == {""}
    model(images())
    assert graphs.count == 1


def test_the_last_call_counts(graphs: Graphs) -> None:
    model = fuse(fuse(network(), scope="model"), backend=graphs)
    assert "" not in fused(model)
    model(images())
    first = graphs.count
    assert fuse(model, backend=graphs) is model
    model(images())
    assert graphs.count == first
    assert fused(fuse(model, scope="model", backend=graphs)) == {""}
    model(images())
    assert graphs.count == first + 1


def test_wrong_arguments() -> None:
    with pytest.raises(ValueError, match="fuse: scope must be 'region' or 'model', got 'block'"):
        fuse(nn.Linear(2, 2), scope="block")
    with pytest.raises(TypeError, match=r"fuse: model must be an nn\.Module, got function"):
        fuse(lambda x: x)
    with pytest.raises(RuntimeError, match="mode=fast"):
        fuse(nn.Linear(2, 2), mode="fast")


# How often it is compiled


def test_blocks_that_are_alike_are_compiled_once(graphs: Graphs) -> None:
    """Stem, first stage; first and further blocks of two stages; pool, classifier."""
    fuse(resnet(20), backend=graphs)(images())
    assert graphs.count == 8
    fuse(resnet(110), backend=graphs)(images())
    assert graphs.count == 8


@pytest.mark.slow
def test_curved_blocks_that_are_alike_are_compiled_once(graphs: Graphs) -> None:
    for separate in (False, True):
        for c in (0.1, 0.2):
            space = Poincare(c=c, learnable=True)
            fuse(resnet(14, space, separate_manifolds=separate), backend=graphs)(images())
            assert graphs.count == 8


def test_a_step_of_training_compiles_nothing_new(graphs: Graphs) -> None:
    space = Poincare(c=0.3, learnable=True)
    model = fuse(nn.Sequential(GlobalAvgPool2d(manifold=space), Classifier(3, 2, manifold=space)), backend=graphs)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):
        training_step(model, images())
        optimizer.step()
    assert graphs.count == 1


def test_limits_of_recompilation_do_not_bite(graphs: Graphs) -> None:
    """Forty regions of one kind, no two alike; and twelve batch sizes."""
    limit = config.recompile_limit
    model = fuse(Model(layers=nn.ModuleList(nn.Linear(n, n + 1) for n in range(1, 41))), backend=graphs)
    model(torch.ones(2, 1))
    assert graphs.count == 40
    small = fuse(nn.Sequential(nn.Linear(1, 1), nn.ReLU()), backend=graphs)
    for batch in range(1, 13):
        small(torch.ones(batch, 1))
    assert graphs.count == 52
    assert config.recompile_limit == limit


def test_limit_of_recompilation_is_an_error_that_says_so(graphs: Graphs) -> None:
    model = fuse(nn.Sequential(nn.Linear(1, 1), nn.Tanh()), backend=graphs)
    with config.patch(accumulated_recompile_limit=2):
        for batch in (1, 2):
            model(torch.ones(batch, 1))
        with pytest.raises(
            FusionError, match=r"fuse: Sequential .*recompile limit.*raise .*accumulated_recompile_limit"
        ):
            model(torch.ones(3, 1))
        model(torch.ones(2, 1))


# That it is the same model


def test_state_and_structure_stay() -> None:
    plain, model = network(), fuse(network(), backend="eager")
    assert model.state_dict().keys() == plain.state_dict().keys()
    assert repr(model) == repr(plain)
    assert type(model) is Model
    model.load_state_dict(plain.state_dict())


@pytest.mark.parametrize("scope", ["region", "model"])
def test_copies_are_whole_and_not_compiled(scope: str, graphs: Graphs) -> None:
    model = fuse(network(), scope=scope, backend=graphs)
    expected = model(images())
    count = graphs.count
    file = io.BytesIO()
    torch.save(model, file)
    file.seek(0)
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model)), torch.load(file, weights_only=False)):
        assert fused(other) == set()
        torch.testing.assert_close(other(images()), expected)
        torch.testing.assert_close(fuse(other, scope=scope, backend=graphs)(images()), expected)
    assert graphs.count == count


def test_conversion_training_and_evaluation(graphs: Graphs) -> None:
    plain, model = network(), fuse(network(), backend=graphs)
    assert_same_step(model, plain, images())
    assert_same_step(model.double(), plain.double(), images(dtype=torch.float64))
    torch.testing.assert_close(model.eval()(images().double()), plain.eval()(images().double()))
    count = graphs.count
    for context in (torch.no_grad(), torch.inference_mode()):
        with context:
            torch.testing.assert_close(model(images().double()), plain(images().double()))
    assert graphs.count > count
    count = graphs.count
    assert_same_step(model.train(), plain.train(), images(dtype=torch.float64))
    assert graphs.count == count


def test_hooks_are_those_of_the_module(graphs: Graphs) -> None:
    """Before and after compilation, on a region and on a layer in it, and never on their likes."""
    model = fuse(network(), backend=graphs)
    calls: Counter[str] = Counter()

    def hook(name: str) -> Callable[..., None]:
        def count(*_: Any) -> None:
            calls[name] += 1

        return count

    first, second = model.blocks
    first.register_forward_hook(hook("region"))
    model(images())
    layer = second[0].body.register_forward_pre_hook(hook("layer"))
    model(images())
    layer.remove()
    model(images())
    model.register_forward_hook(hook("model"))
    model(images())
    assert calls == {"region": 4, "layer": 1, "model": 1}


def test_inside_other_transforms() -> None:
    """A larger compilation, an export, and the transforms of torch.func."""
    plain, model = network().eval(), fuse(network(), backend="eager").eval()
    x, parameters = images(), dict(plain.named_parameters())
    torch.testing.assert_close(torch.compile(model, fullgraph=True, backend="eager")(x), plain(x))
    torch.testing.assert_close(torch.export.export(model, (x,)).module()(x), plain(x))

    def loss(network: nn.Module) -> Callable[[dict[str, Tensor]], Tensor]:
        return lambda p: torch.func.functional_call(network, p, (x,)).square().sum()

    torch.testing.assert_close(torch.func.grad(loss(model))(parameters), torch.func.grad(loss(plain))(parameters))
    tangent = (torch.ones_like(x),)
    torch.testing.assert_close(torch.func.jvp(model, (x,), tangent), torch.func.jvp(plain, (x,), tangent))


# That it computes the same


def block(space: ManifoldBase) -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(Conv2d(3, 3, 3, manifold=space, padding=1), Residual(nn.Identity(), manifold=space))


@pytest.mark.parametrize("name", GEOMETRIES)
def test_block_equals_eager(name: str) -> None:
    """Forward and backward traced, with the curvature's gradient; every geometry."""
    plain = nn.Sequential(block(GEOMETRIES[name]()), nn.Flatten(), nn.Linear(192, 2)).double()
    assert_same_step(fuse(copy.deepcopy(plain), backend="aot_eager"), plain, images(2, torch.float64))


def test_normalisation_equals_eager() -> None:
    space = Poincare(c=0.1, learnable=True)
    plain = nn.Sequential(
        BatchNorm2d(3, manifold=space), ReLU(manifold=space), nn.Flatten(), nn.Linear(192, 2)
    ).double()
    assert_same_step(fuse(copy.deepcopy(plain), backend="eager"), plain, images(2, torch.float64))


@pytest.mark.parametrize("scope", ["region", "model"])
def test_network_equals_eager(scope: str, dtype: torch.dtype) -> None:
    plain = network().to(dtype)
    assert_same_step(fuse(network().to(dtype), scope=scope, backend="aot_eager"), plain, images(dtype=dtype))


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", GEOMETRIES)
def test_resnet_equals_eager(name: str) -> None:
    plain = resnet(manifold=GEOMETRIES[name]()).double()
    assert_same_step(fuse(copy.deepcopy(plain), backend="aot_eager"), plain, images(dtype=torch.float64))


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("name", GEOMETRIES)
def test_compiled_network_equals_eager(name: str, dtype: torch.dtype) -> None:
    x, plain = images(dtype=dtype), network(GEOMETRIES[name]()).to(dtype)
    model = fuse(copy.deepcopy(plain))
    assert_same_step(model, plain, x)
    torch.testing.assert_close(model.eval()(x), plain.eval()(x), **CLOSE[dtype])


# Around it: checkpoints, low precision, processes, CUDA graphs


class Checkpointed(nn.Module):
    """A network that keeps the input of each part, and computes the part again for its gradient."""

    def __init__(self, network: Model) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        for part in (self.network.stem, *self.network.blocks, self.network.head):
            x = checkpoint(part, x, use_reentrant=False)
        return x


def test_gradient_checkpointing() -> None:
    assert_same_step(Checkpointed(fuse(network(), backend="aot_eager")), Checkpointed(network()), images())


def test_autocast() -> None:
    plain, model = network(), fuse(network(), backend="aot_eager")
    outputs = []
    for each in (model, plain):
        with torch.autocast("cpu", torch.bfloat16):
            outputs.append(each(images()))
        outputs[-1].float().square().sum().backward()
    assert outputs[0].dtype == outputs[1].dtype == torch.bfloat16
    torch.testing.assert_close(*outputs, rtol=3e-2, atol=1e-2)
    for p, q in zip(model.parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(p.grad, q.grad, rtol=3e-2, atol=3e-2 * float(q.grad.abs().max()))
    assert model(images()).dtype == torch.float32


def join(folder: Path, rank: int, processes: int) -> None:
    """Join the group of the processes of a test."""
    distributed.init_process_group(
        "gloo",
        init_method=(folder / "rendezvous").as_uri(),
        rank=rank,
        world_size=processes,
        timeout=timedelta(seconds=240),
    )


def work(rank: int, folder: str, processes: int) -> None:
    """Compare a compiled network with the plain one, on batches of different sizes, in one of the processes."""
    faulthandler.dump_traceback_later(200, exit=True)
    torch.set_num_threads(1)
    join(Path(folder), rank, processes)
    try:
        model = DistributedDataParallel(fuse(network().double(), backend="aot_eager"))
        assert_same_step(model, DistributedDataParallel(network().double()), images(3 + rank, torch.float64))
    finally:
        distributed.destroy_process_group()


@needs_distributed
@pytest.mark.parametrize("processes", [1, 2])
def test_data_parallel(tmp_path: Path, processes: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT))  # a new process imports the work by the name that pytest gave this module
        patch.setenv("PYTHONWARNINGS", "ignore")
        torch.multiprocessing.spawn(work, (str(tmp_path), processes), nprocs=processes)


def test_mode_is_passed_on_and_each_call_is_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    steps, mark = [], torch.compiler.cudagraph_mark_step_begin
    monkeypatch.setattr(torch.compiler, "cudagraph_mark_step_begin", lambda: steps.append(mark()))
    layers = {"first": nn.Linear(2, 2), "second": nn.Linear(2, 2)}
    plain = Model(**layers)
    expected = plain(torch.ones(3, 2))
    model = fuse(Model(**layers), mode="reduce-overhead")
    assert fused(model) == {"", "first", "second"}
    for _ in range(2):
        torch.testing.assert_close(model(torch.ones(3, 2)), expected)
    assert len(steps) == 2
    assert fused(fuse(model, options={"triton.cudagraphs": False})) == {"first", "second"}


@pytest.mark.gpu
@pytest.mark.parametrize("scope", ["region", "model"])
@pytest.mark.parametrize("name", ["Euclidean", "Hypersphere"])
def test_cuda_graphs(name: str, scope: str) -> None:
    plain = resnet(manifold=GEOMETRIES[name]()).cuda()
    model = fuse(copy.deepcopy(plain), scope=scope, mode="reduce-overhead")
    x = images().cuda()
    with torch.backends.cudnn.flags(allow_tf32=False):
        for _ in range(3):
            found, expected = training_step(model, x), training_step(plain, x)
            for key, tensor in expected.items():
                torch.testing.assert_close(found[key], tensor, rtol=1e-4, atol=1e-5)
        plain.eval()
        model.eval()
        for _ in range(3):
            with torch.no_grad():
                torch.testing.assert_close(model(x), plain(x), rtol=1e-4, atol=1e-5)


# What is said where it cannot be compiled


class Branching(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        total = x.sum().item()
        if total > 0:
            return x
        return -x


class Printing(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return self.shown(x)

    def shown(self, x: Tensor) -> Tensor:
        print(x.shape)
        return x


class RefusalError(Exception):
    def __init__(self, shape: torch.Size) -> None:
        super().__init__(f"no {tuple(shape)}")


class Refusing(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        raise RefusalError(x.shape)


@pytest.mark.parametrize(
    ("layer", "cause", "code"),
    [
        (Branching, "data-dependent expression", "if total > 0"),
        (Printing, "builtin operator `print`", "print(x.shape)"),
    ],
)
@pytest.mark.parametrize("scope", ["region", "model"])
def test_graph_break_names_region_layer_and_cause(layer: type[nn.Module], cause: str, code: str, scope: str) -> None:
    body = nn.ModuleList([nn.Linear(2, 2), nn.Sequential(nn.Linear(2, 2), layer())])
    model = fuse(Model(body=body), scope=scope, backend="eager")
    with pytest.raises(FusionError) as raised:
        model(torch.ones(3, 2))
    message = str(raised.value)
    place = "body.1 (Sequential) of Model" if scope == "region" else "Model"
    assert message.startswith(f"fuse: {place} cannot be compiled as one graph. ")
    assert cause in message
    assert f"It is in {layer.__name__} (body.1.1), at {__file__}:" in message
    assert f": {code}" in message
    assert message.endswith("Take it out, or write it in operations on tensors, e.g. torch.where.")
    assert isinstance(raised.value.__cause__, torch._dynamo.exc.TorchDynamoException)


def test_backend_that_fails_says_so() -> None:
    def broken(graph: torch.fx.GraphModule, inputs: list[Tensor]) -> Callable[..., Any]:
        raise RuntimeError("no compiler here")

    with pytest.raises(
        FusionError, match=r"(?s)Linear cannot be compiled .* no compiler here.* another mode or backend"
    ):
        fuse(nn.Linear(2, 2), backend=broken)(torch.ones(3, 2))


@pytest.mark.parametrize(
    ("model", "shape", "error", "message"),
    [
        (Conv2d(3, 4, 3, manifold=Poincare()), (2, 5, 8, 8), ValueError, "Conv2d: expected 3 channels"),
        (BatchNorm2d(3, manifold=Poincare()), (2, 3, 8), ValueError, r"BatchNorm2d: expected \(N, C, H, W\)"),
        (nn.Linear(2, 2), (3, 3), RuntimeError, "mat1 and mat2 shapes cannot be multiplied"),
        (Refusing(), (3, 2), RefusalError, r"no \(3, 2\)"),
    ],
    ids=["convolution", "normalisation", "torch", "own"],
)
def test_errors_of_layers_are_their_own(
    model: nn.Module, shape: tuple[int, ...], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as raised:
        fuse(copy.deepcopy(model), backend="eager")(torch.zeros(shape))
    assert type(raised.value) is error
    assert raised.value.__cause__ is None
    assert raised.value.__context__ is None
