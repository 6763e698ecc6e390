"""Training of embeddings by metric losses, on one process or several, in a folder that can be resumed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from rich.console import Console
from torch import Tensor, distributed, nn
from torch.nn.parallel import DistributedDataParallel

from ...layers.distributed import gathered, is_shared, total
from ...manifolds import ManifoldBase
from ..backbones import BACKBONES, ResNet50, load_weights
from ..config import MetricLearning, one_of
from ..data import COLLECTIONS, ClassSampler, Draw, Images, RetrievalData, Samples, load, zero_shot_digits
from ..errors import InputError
from ..experiment import Recorded, progress
from ..lhier import LHIER, RECIPES
from ..networks import geometry_of
from ..report import Embedding
from ..training import EpochLoop, MetricsLog, open_folder, together
from .neighbours import nearest_neighbours
from .protocols import LARGEST_GRADIENT, PROTOCOLS, REFERENCE_BATCH, Protocol
from .proxy_tree import write_tree
from .retrieval import retrieve

Parts = dict[str, Tensor]
MOST_LEAVES = 40
"""Classes that the tree of a run shows at most."""


class MetricTrainer(EpochLoop[Parts]):
    """An embedding in training. Batches, views and triplets are functions of seed and epoch.

    Where several processes train, each embeds its share of a batch, and the loss is that of the whole batch.

    Args:
        network: Network, with its losses; it is moved to the device and dtype of the training.
        data: Images.
        config: How to train, where the protocol is not followed.
        protocol: Rates and their schedule.
        name: What to call the training in an error.

    Raises:
        ValueError: The images make no batches, as `ClassSampler` says.
    """

    def __init__(
        self, network: LHIER, data: RetrievalData, config: MetricLearning, protocol: Protocol, *, name: str
    ) -> None:
        self.network = network
        self.data = data
        self.config = config
        self.protocol = protocol
        self.shared = is_shared(None)
        self.rank, self.world = (distributed.get_rank(), distributed.get_world_size()) if self.shared else (0, 1)
        self.sampler = ClassSampler(
            data.train.labels,
            config.batch_size,
            seed=config.seed,
            rank=self.rank,
            world=self.world,
            classes=data.classes,
        )
        device = config.torch_device()
        network.to(device, config.parameter_dtype)
        batch = config.batch_size * self.world
        lr = protocol.lr if config.lr is None else config.lr
        optimizer, schedule = protocol.start(
            network,
            lr=lr * batch / REFERENCE_BATCH,
            eps=1e-4 if config.autocast == torch.float16 else 1e-8,
            steps=self.sampler.steps,
        )
        epochs = protocol.epochs if config.epochs is None else config.epochs
        super().__init__(network, optimizer, schedule, config, epochs=epochs, name=name)
        objective = _Objective(network)
        self.objective = DistributedDataParallel(objective) if self.shared else objective
        self.generator = torch.Generator(device)
        self.sums: dict[str, float] = {}

    def batches(self) -> Iterator[Samples]:
        """Pairs of images of as many classes as fit, anew for each epoch."""
        self.sampler.seek(self.epoch)
        for batch in load(self.data.train, self.sampler, workers=self.config.workers):
            yield batch.to(self.device, self.config.parameter_dtype)

    def loss(self, batch: Samples) -> tuple[Tensor, Parts]:
        """Loss of the batch of all processes, and its parts."""
        with self.autocast:
            parts: Parts = self.objective(batch.inputs, batch.labels, self.generator)
        return torch.stack([*parts.values()]).sum(), {name: part.detach() for name, part in parts.items()}

    def limit_gradients(self) -> None:
        """Cut the entries of gradients."""
        nn.utils.clip_grad_value_(self.network.parameters(), LARGEST_GRADIENT)

    def start_epoch(self) -> None:
        """Seed the triplets of the epoch, the same on all processes."""
        state = np.random.SeedSequence((self.config.seed, self.epoch)).generate_state(1)
        self.generator.manual_seed(int(state[0]))
        self.sums = {}

    def note(self, batch: Samples, output: Parts) -> None:
        """Add up the parts of the loss."""
        for name, part in output.items():
            self.sums[name] = self.sums.get(name, 0.0) + part.item()

    def summary(self) -> dict[str, float]:
        """Means of the parts of the loss."""
        return {f"train_{name}_loss": value / self.sampler.steps for name, value in self.sums.items()}

    @torch.no_grad()
    def embed(self, images: Images, rows: Tensor | None = None) -> Tensor:
        """Embed images as evaluation sees them; on all processes.

        Args:
            images: Images.
            rows: Which of them, shape (M,); default: all.

        Returns:
            Frame coordinates, shape (M, dim).
        """
        self.network.eval()
        rows = torch.arange(len(images)) if rows is None else rows
        embeddings = torch.zeros(len(rows), self.network.dim, device=self.device, dtype=self.config.parameter_dtype)
        places = torch.split(torch.arange(len(rows)), self.config.batch_size)[self.rank :: self.world]
        draws = [[Draw(row) for row in rows[each].tolist()] for each in places]
        for each, batch in zip(places, load(images, draws, workers=self.config.workers), strict=True):
            with self.autocast:
                embedded = self.network(batch.inputs.to(self.device, self.config.parameter_dtype))
            embeddings[each.to(self.device)] = embedded
        return total(embeddings, None) if self.shared else embeddings


class _Objective(nn.Module):
    """The losses of a batch, as one module that several processes can share."""

    def __init__(self, network: LHIER) -> None:
        super().__init__()
        self.network = network

    def forward(self, images: Tensor, labels: Tensor, generator: torch.Generator) -> Parts:
        """Weighted parts of the loss of the batch of all processes."""
        u, target = (gathered(x, None) for x in (self.network(images), labels))
        return self.network.losses(u, target, generator=generator)


class MetricExperiment(Recorded):
    """The training of an embedding, with retrieval among classes that it has not seen."""

    trainer: MetricTrainer

    def measure(self) -> dict[str, Any]:
        """Retrieval, in the epochs that the protocol evaluates and after the last one."""
        trainer = self.trainer
        if not (trainer.done or trainer.protocol.evaluates(trainer.epoch, trainer.config.evaluate_every)):
            return {}
        data = trainer.data
        queries = trainer.embed(data.query)
        gallery = None if data.gallery is None else trainer.embed(data.gallery)
        if not self.writes:
            return {}
        return retrieval(data, queries, gallery, manifold=self.network.manifold, recalls=trainer.protocol.recalls)


def retrieval(
    data: RetrievalData, queries: Tensor, gallery: Tensor | None, *, manifold: ManifoldBase, recalls: tuple[int, ...]
) -> dict[str, Any]:
    """Measure how well classes are found again, and their groups where there are some.

    Args:
        data: Images.
        queries: Frame coordinates of `data.query`.
        gallery: Of `data.gallery`.
        manifold: Geometry.
        recalls: Numbers of neighbours at which recall is measured.
    """
    labels = data.query.labels.to(queries.device)
    others = None if data.gallery is None else data.gallery.labels.to(queries.device)
    found = retrieve(queries, labels, gallery, others, manifold=manifold, ks=recalls)
    line: dict[str, Any] = {f"recall_at_{k}": value for k, value in found.recall.items()}
    line |= {"map_at_r": found.map_at_r, "r_precision": found.r_precision}
    if data.groups is not None:
        groups = torch.tensor(data.groups, device=queries.device)
        nearest = nearest_neighbours(queries, gallery, 1, manifold=manifold).indices.squeeze(1)
        hits = groups[(labels if others is None else others)[nearest]] == groups[labels]
        line["group_recall_at_1"] = hits.double().mean().item()
    return line


def train_metric(
    config: MetricLearning, folder: Path, *, resume: bool = False, console: Console | None = None
) -> dict[str, Any]:
    """Train an embedding in the folder of the run.

    The folder gets config.json, metrics.jsonl (a line per epoch, with retrieval and learned curvatures), a checkpoint
    after every epoch, from which a killed run resumes, and in the end the tree of the proxies as a text and a picture.
    On a CPU, with the same number of threads, a resumed run is to the bit one that was not killed. Where processes of
    torch.distributed train together (`torchrun -m manifuse.cli train lhier …`), the first one writes.

    Args:
        config: Options.
        folder: Folder of the run.
        resume: Whether to go on with the run that is there.
        console: Where to show progress; nowhere by default.

    Returns:
        The last line of metrics.

    Raises:
        InputError: Options, images, weights, folder or checkpoint do not work; nothing is overwritten.
        DivergenceError: A loss is not finite.
    """
    device = config.torch_device()  # refused before anything is written
    protocol = protocol_of(config)
    data = read_data(config)
    _check_search(data, max(protocol.recalls))
    with together(device):
        return _train(config, protocol, data, folder, resume=resume, console=console or Console(quiet=True))


def _train(
    config: MetricLearning,
    protocol: Protocol,
    data: RetrievalData,
    folder: Path,
    *,
    resume: bool,
    console: Console,
) -> dict[str, Any]:
    name = f"{config.recipe}, seed {config.seed}"
    torch.manual_seed(config.seed)
    try:
        network = build(config, data, frozen_norm=protocol.frozen_norm)
        trainer = MetricTrainer(network, data, config, protocol, name=name)
        _try_a_batch(trainer)
    except ValueError as error:
        raise InputError(str(error)) from error
    first = trainer.rank == 0
    if first:
        open_folder(folder, config.record(), resume=resume)
    log = MetricsLog(folder / "metrics.jsonl")
    experiment = MetricExperiment(
        trainer,
        network,
        key={"seed": config.seed},
        owner=config.record(),
        checkpoint=folder / "checkpoint.pt",
        writes=first,
    )
    experiment.resume(log)
    with progress(console) as bars:
        bar = bars.add_task(name, total=trainer.epochs, completed=trainer.epoch)
        while not trainer.done:
            experiment.run_epoch(log)
            bars.advance(bar)
    if network.hierarchy is not None:
        embedding = _sample(trainer)
        if first:
            write_tree(folder, network.hierarchy.nodes().detach(), embedding)
    return log.lines[-1] if first else {}


def protocol_of(config: MetricLearning) -> Protocol:
    """Return the protocol of the images and the backbone.

    Raises:
        InputError: There are no such images or backbone, or the two do not go together.
    """
    one_of("data", config.data, PROTOCOLS)
    one_of("recipe", config.recipe, RECIPES)
    one_of("backbone", config.backbone, BACKBONES)
    kinds, kind = PROTOCOLS[config.data], BACKBONES[config.backbone].kind
    if kind not in kinds:
        raise InputError(f"backbone: {config.backbone!r} takes images of 224×224 pixels, not {config.data}; take cnn")
    return kinds[kind]


def read_data(config: MetricLearning) -> RetrievalData:
    """Read the lists of images.

    Raises:
        InputError: A list is missing or damaged, or the folder is not named.
    """
    if config.data == "digits":
        if config.root is not None:
            raise InputError(f"root: digits come with scikit-learn, not in {config.root}; leave it out")
        return zero_shot_digits()
    if config.root is None:
        raise InputError(f"root: name the folder of {config.data}, as its archive unpacks")
    return COLLECTIONS[config.data](Path(config.root)).seen_as(BACKBONES[config.backbone].views)


def _check_search(data: RetrievalData, most: int) -> None:
    """Check that queries can be answered, before epochs of training go by.

    Raises:
        InputError: There are not as many images to find as recall asks for, or a query has none of its class.
    """
    among_themselves = data.gallery is None
    gallery = data.query if data.gallery is None else data.gallery
    found = len(gallery) - among_themselves
    if most > found:
        raise InputError(f"recall is measured among {most} neighbours, and {found} images can be found; add images")
    counts = torch.bincount(gallery.labels, minlength=len(data.classes))
    lonely = counts[data.query.labels] <= int(among_themselves)
    if lonely.any():
        name = data.classes[int(data.query.labels[lonely][0])]
        raise InputError(f"class {name!r} is searched for, and no other image is of it; leave its queries out")


def build(config: MetricLearning, data: RetrievalData, *, frozen_norm: bool = False) -> LHIER:
    """Make the network of a run.

    Args:
        config: Options.
        data: Images.
        frozen_norm: Whether normalisations keep the statistics of pretrained weights.

    Raises:
        InputError: The weights are missing or do not fit, or timm is not installed.
        ValueError: The options make no network.
    """
    recipe = RECIPES[config.recipe]
    c = recipe.c if config.c is None else config.c
    learnable = recipe.learnable if config.learnable_c is None else config.learnable_c
    backbone = BACKBONES[config.backbone].make(data.train.view(0).shape[0])
    if config.weights is not None:
        load_weights(backbone, Path(config.weights))
        if isinstance(backbone, ResNet50):
            backbone.frozen_norm = frozen_norm
    return LHIER.from_recipe(
        config.recipe,
        backbone,
        config.dim,
        data.classes_to_train_on,
        geometry_of(config.geometry or recipe.geometry, c, learnable=learnable),
        proxies=config.proxies,
        neighbours=config.neighbours,
    )


@torch.no_grad()
def _try_a_batch(trainer: MetricTrainer) -> None:
    """Show the network a batch, so that what it or its losses refuse is refused at once."""
    trainer.network.eval()
    trainer.start_epoch()
    trainer.loss(next(trainer.batches()))


def _sample(trainer: MetricTrainer) -> Embedding:
    """Embedded images of some classes, of those to train on and of those to search."""
    data = trainer.data
    present = torch.unique(torch.cat([data.train.labels, data.query.labels]))
    chosen = present[torch.linspace(0, len(present) - 1, min(MOST_LEAVES, len(present))).round().long()]
    frames, labels = [], []
    for part in (data.train, data.query):
        rows = torch.isin(part.labels, chosen).nonzero().squeeze(1)
        frames.append(trainer.embed(part, rows))
        labels.append(part.labels[rows])
    names = tuple(data.classes[label] for label in chosen.tolist())
    numbers = torch.searchsorted(chosen, torch.cat(labels))
    return Embedding(trainer.network.manifold, torch.cat(frames), numbers, names)
