"""Compilation of networks by torch.compile: in regions, and once for all regions that are alike."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache
from traceback import FrameSummary
from types import FunctionType
from typing import Any, Literal, TypeAlias, TypeVar, get_args

import torch
from torch import nn
from torch._dynamo import config
from torch._dynamo.exc import (
    BackendCompilerFailed,
    FailOnRecompileLimitHit,
    ObservedException,
    TorchDynamoException,
    Unsupported,
)

Scope: TypeAlias = Literal["region", "model"]
Kind: TypeAlias = tuple[tuple[str, type[nn.Module]], ...]
"""Names and classes of the modules of a region."""
M = TypeVar("M", bound=nn.Module)

LINES = 4
"""Most lines of the compiler's explanation that an error quotes."""

# For the time of a call (5 µs; `config.patch` takes 30). Of the two limits on how often code is compiled only the large
# one counts: 8 is few for widths, batches, training and evaluation. And hooks that come, go, or are those of one region
# among its like are noticed.
_configure = config._make_closure_patcher(recompile_limit=sys.maxsize, skip_nnmodule_hook_guards=False)


class FusionError(RuntimeError):
    """A region cannot be compiled as one graph; the compiler's own error is the `__cause__`."""


def fuse(
    model: M,
    *,
    scope: Scope = "region",
    mode: str | None = None,
    options: dict[str, Any] | None = None,
    backend: str | Callable[..., Any] = "inductor",
) -> M:
    """Compile a model in place: without graph breaks and for fixed shapes (`fullgraph=True`, `dynamic=False`).

    Regions are the model's children; an nn.ModuleList, an nn.ModuleDict and an nn.Sequential of nothing but containers
    and blocks, which are modules of several layers, are replaced by what they hold. A model that is an nn.Sequential of
    layers, or has no children, is one region.

    The model's own forward runs as it is written and calls the regions; one that it does not call like a function is
    not compiled. A region is compiled when it is first called, and again for other shapes, dtypes, grad modes,
    autocast, and `train()` or `eval()`. Regions that differ in nothing but the values of their tensors share what is
    compiled, within a model and between the models of a process. Drop a last batch of another size, or everything is
    compiled for it.

    State dict, hooks, `to`, `train` and `eval` are those of before; DistributedDataParallel comes after `fuse`. A
    deepcopy of the model, and what is unpickled, is not compiled: fuse it anew. A second call replaces the first.

    With CUDA graphs each call of a model of several regions begins a new step, which overwrites what the last one
    returned: run backward, and copy what is to be kept, before.

    Args:
        model: Model.
        scope: "region", or "model" for one graph of everything, the model's own forward included.
        mode: As in torch.compile, e.g. "reduce-overhead" for CUDA graphs.
        options: As in torch.compile, in place of a mode.
        backend: As in torch.compile.

    Returns:
        The model.

    Raises:
        TypeError: `model` is not an nn.Module.
        ValueError: `scope` is neither of the two.
        FusionError: In a later call of the model, if a region cannot be compiled. The errors of its layers, e.g. for an
            input of the wrong shape, are raised as without `fuse`; to tell which it is, a region that cannot be traced
            is run once as it is.

    Example:
        >>> import torch
        >>> from torch import nn
        >>> model = fuse(nn.Sequential(nn.Linear(3, 4), nn.ReLU()))
        >>> model(torch.ones(2, 3)).shape
        torch.Size([2, 4])
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"fuse: model must be an nn.Module, got {type(model).__name__}")
    if scope not in get_args(Scope):
        names = " or ".join(map(repr, get_args(Scope)))
        raise ValueError(f"fuse: scope must be {names}, got {scope!r}")
    regions = (dict(_regions(model)) if scope == "region" else {}) or {"": model}

    compiled: dict[Kind, Callable[..., Any]] = {}
    for kind in map(_kind, regions.values()):
        compiled[kind] = compiled.get(kind) or torch.compile(
            _entry(kind),
            fullgraph=True,
            dynamic=False,
            backend=backend,
            mode=mode,
            options=options and dict(options),  # torch.compile takes entries out
        )

    for module in model.modules():
        if isinstance(module._compiled_call_impl, _Region | _Step):
            module._compiled_call_impl = None
    if "" not in regions and _uses_cuda_graphs(mode, options):
        model._compiled_call_impl = _Step(model)
    for name, region in regions.items():
        region._compiled_call_impl = _Region(region, name, type(model).__name__, compiled[_kind(region)])
    return model


def _regions(module: nn.Module, name: str = "") -> Iterator[tuple[str, nn.Module]]:
    """Regions in a module by qualified name; the empty one is that of the model."""
    if _is_container(module):
        divides = not _has_forward(module) or all(_is_container(each) or _is_block(each) for each in module.children())
    else:
        divides = not name
    if not divides:
        yield name, module
        return
    for key, child in module.named_children():
        yield from _regions(child, f"{name}.{key}" if name else key)


def _is_container(module: nn.Module) -> bool:
    return not _has_forward(module) or type(module).forward is nn.Sequential.forward


def _is_block(module: nn.Module) -> bool:
    return any(map(_has_forward, module.children()))


def _has_forward(module: nn.Module) -> bool:
    return type(module).forward is not nn.Module.forward


def _kind(region: nn.Module) -> Kind:
    return tuple((name, type(module)) for name, module in region.named_modules())


@cache
def _entry(_: Kind) -> Callable[..., Any]:
    """Give each kind a code object of its own.

    The compiler keeps what it compiles by code object, at most `accumulated_recompile_limit` times, and searches it in
    every call. All regions of all models in one place would soon be too many.
    """
    return FunctionType(_call.__code__.replace(), globals(), _call.__name__)


def _call(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
    return module._call_impl(*args, **kwargs)  # type: ignore[no-untyped-call]


class _Region:
    """What a compiled region does when it is called."""

    def __init__(self, region: nn.Module, name: str, model: str, compiled: Callable[..., Any]) -> None:
        self.region = region
        self.name = name
        self.model = model
        self.compiled = compiled

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        # Part of a larger graph or of an export; or of a function transform, which the compiler can't be called in.
        if torch.compiler.is_compiling() or torch._C._are_functorch_transforms_active():
            return _call(self.region, *args, **kwargs)
        restore = _configure()
        try:
            return self.compiled(self.region, *args, **kwargs)
        except (TorchDynamoException, FailOnRecompileLimitHit) as error:
            failure = error
        finally:
            restore()
        if isinstance(failure, FailOnRecompileLimitHit):
            reason = _cause(failure)
            remedy = "Call it with fewer different shapes, or raise torch._dynamo.config.accumulated_recompile_limit."
        elif isinstance(failure, BackendCompilerFailed):
            reason = _cause(failure)
            remedy = "Repair what the backend misses, or take another mode or backend."
        else:
            _call(self.region, *args, **kwargs)  # raises the error of a layer, if that is why tracing failed
            reason = f"{_cause(failure)} {self._line(failure)}"
            remedy = "Take it out, or write it in operations on tensors, e.g. torch.where."
        place = f"{self.name} ({type(self.region).__name__}) of {self.model}" if self.name else self.model
        raise FusionError(f"fuse: {place} cannot be compiled as one graph. {reason} {remedy}") from failure

    def _line(self, failure: Exception) -> str:
        """Innermost layer and line of code at which tracing failed, as a sentence."""
        stack: list[FrameSummary] = list(getattr(failure, "real_stack", None) or ())
        if not stack:
            return "The compiler does not say where."
        layers = dict(self.region.named_modules(prefix=self.name))
        running = ([name for name, layer in layers.items() if _runs(layer, frame)] for frame in reversed(stack))
        names = next(filter(None, running), [self.name])
        layer = type(layers[names[0]]).__name__ + (f" ({names[0]})" if names[0] and len(names) == 1 else "")
        return f"It is in {layer}, at {stack[-1].filename}:{stack[-1].lineno}: {stack[-1].line}."


class _Step:
    """What a model of several regions does when it is called with CUDA graphs.

    They free what compiled functions returned before, outside of training whenever one is called: the second region
    would miss its input.
    """

    def __init__(self, model: nn.Module) -> None:
        self.model = model

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if not torch.compiler.is_compiling():
            torch.compiler.cudagraph_mark_step_begin()  # type: ignore[no-untyped-call]
        return _call(self.model, *args, **kwargs)


def _uses_cuda_graphs(mode: str | None, options: dict[str, Any] | None) -> bool:
    settings = options or torch._inductor.list_mode_options(mode or "default")
    return bool(settings.get("triton.cudagraphs"))


def _cause(failure: BaseException) -> str:
    """First sentences of the compiler's explanation."""
    cause = failure.__cause__ if isinstance(failure.__cause__, ObservedException | Unsupported) else failure
    sentences: list[str] = []
    for line in map(str.strip, str(cause).strip().splitlines()[:LINES]):
        if not line or line.startswith("Hint:"):
            break
        sentence = line.removeprefix("Explanation:").strip()
        sentences.append(sentence if sentence.endswith((".", ":")) else f"{sentence}.")
    return " ".join(sentences)


def _runs(layer: nn.Module, frame: FrameSummary) -> bool:
    """Whether a frame is that of a method of a layer; a manifold, which has no forward, is none."""
    method = getattr(type(layer), frame.name, None)
    if not isinstance(method, FunctionType) or method is getattr(nn.Module, frame.name, None):
        return False
    lines = {line for *_, line in method.__code__.co_lines()}
    return _has_forward(layer) and method.__code__.co_filename == frame.filename and frame.lineno in lines
