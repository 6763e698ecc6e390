"""Metric losses by loops over samples and proxies, on textbook geometry; nothing here calls the library's operations.

Formulas of the papers: HIER (arXiv 2212.14258), LHIER (arXiv 2405.13979), Proxy-Anchor (arXiv 2003.13911),
SoftTriple (arXiv 1909.05235) and SupCon (arXiv 2004.11362).
"""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from manifuse.layers import Clip
from manifuse.layers.losses import HierarchicalProxyLoss, draw_triplets, gumbel_noise
from manifuse.manifolds import Euclidean, Hypersphere, ManifoldBase

from ..points import INJECTIVE, SPACES


class Flat:
    """Euclidean space, in the words of `points.Space` that are used here."""

    def point(self, u: Tensor) -> Tensor:
        return u

    def frame(self, x: Tensor) -> Tensor:
        return x

    def dist(self, x: Tensor, y: Tensor) -> Tensor:
        return torch.linalg.vector_norm(x - y, dim=-1, keepdim=True)

    def bound(self, u: Tensor) -> Tensor:
        return u


def space_of(manifold: ManifoldBase) -> Any:
    return Flat() if isinstance(manifold, Euclidean) else SPACES[type(manifold)](manifold.c)


def table(manifold: ManifoldBase, u: Tensor, v: Tensor) -> Tensor:
    """Distances of all pairs of frame vectors, one by one."""
    space = space_of(manifold)
    rows = [torch.cat([space.dist(space.point(a), space.point(b)) for b in v]) for a in u]
    return torch.stack(rows)


def flat_or(manifold: ManifoldBase, radius: float) -> Tensor:
    """Root mean square length of new proxies: shorter on the sphere, whose `bound` they pass."""
    return space_of(manifold).bound(torch.tensor([radius, 0.0], dtype=torch.float64)).norm()


def rescaled(manifold: ManifoldBase, frames: Tensor, s: float = 2.0) -> Tensor:
    """D_max tanh(atanh(0.99)/s · D/D_max), with D_max of float64."""
    if isinstance(manifold, Euclidean):
        return frames
    k = manifold.c.sqrt()
    reach = INJECTIVE * math.pi / k if isinstance(manifold, Hypersphere) else torch.acosh(k * 1e8) / k
    moved = []
    for u in frames:
        length = torch.linalg.vector_norm(u)
        moved.append(reach * torch.tanh(math.atanh(0.99) / s * length / reach) / length * u)
    return torch.stack(moved)


def clipped(frames: Tensor, length: float) -> Tensor:
    norms = [torch.linalg.vector_norm(u) for u in frames]
    return torch.stack([u if norm <= length else length / norm * u for u, norm in zip(frames, norms, strict=True)])


def neighbours_by_loops(distances: Tensor, number: int, target: Tensor | None) -> Tensor:
    """Pairs each of which is among the K nearest of the other, itself the first, its class before all others."""
    count = len(distances)
    nearest = []
    for i in range(count):
        others = [j for j in range(count) if j != i]
        others.sort(key=lambda j: (target is not None and int(target[i] != target[j]), float(distances[i, j])))
        nearest.append(set(others[: number - 1]))
    pairs = [[i in nearest[j] and j in nearest[i] for j in range(count)] for i in range(count)]
    return torch.tensor(pairs)


def hierarchy(distances: Tensor, triplets: Tensor, noise: Tensor, margin: float, temperature: float) -> Tensor:
    """HIER's loss; a choice has the value of its index and the gradient of the softmax that it is drawn from."""
    total = distances.new_zeros(())
    for t, (i, j, k) in enumerate(triplets.tolist()):
        choices = []
        for g, members in zip(noise[:, t], ((i, j), (i, j, k)), strict=True):
            logits = torch.stack([-max(distances[m, p] for m in members) for p in range(distances.shape[1])])
            logits = logits / temperature + g
            soft = torch.exp(logits - logits.detach().max())
            choices.append((int(logits.argmax()), soft / soft.sum()))
        if choices[0][0] == choices[1][0]:
            continue
        for member, sign in ((i, 1), (j, 1), (k, -1)):
            near, far = (
                distances[member, index] + (soft - soft.detach()) @ distances[member].detach()
                for index, soft in choices
            )
            total = total + (sign * (near - far) + margin).clamp(min=0)
    return total / max(1, len(triplets))


def textbook_hier(loss: HierarchicalProxyLoss, u: Tensor, target: Tensor, generator: torch.Generator) -> Tensor:
    """The whole loss; only random numbers are drawn by the library, in its order."""
    manifold, space = loss.manifold, space_of(loss.manifold)
    frames = space.frame(loss.proxies) if loss.chart == "points" else loss.proxies
    nodes = clipped(frames, loss.rescale.length) if isinstance(loss.rescale, Clip) else rescaled(manifold, frames)
    total = u.new_zeros(())
    for points, labels in ((u, target), (nodes, None)):
        related = neighbours_by_loops(table(manifold, points, points).detach(), loss.neighbours, labels)
        triplets = draw_triplets(related, loss.draws, generator=generator)
        noise = gumbel_noise(2, len(triplets), len(nodes), like=u, generator=generator)
        total = total + hierarchy(table(manifold, points, nodes), triplets, noise, loss.margin, loss.temperature)
    return total


def alike(u: Tensor, v: Tensor, manifold: ManifoldBase | None) -> Tensor:
    """Cosines of angles, or 1 − distance, of all pairs."""
    if manifold is not None:
        return 1 - table(manifold, u, v)
    return torch.stack([torch.stack([(a @ b) / (a.norm() * b.norm()) for b in v]) for a in u])


def proxy_anchor(s: Tensor, target: Tensor, alpha: float, margin: float) -> Tensor:
    classes = range(s.shape[1])
    draw, push = [], []
    for p in classes:
        own = [i for i in range(len(s)) if target[i] == p]
        others = [i for i in range(len(s)) if target[i] != p]
        if own:
            draw.append(torch.log(1 + sum(torch.exp(-alpha * (s[i, p] - margin)) for i in own)))
        push.append(torch.log(1 + sum(torch.exp(alpha * (s[i, p] + margin)) for i in others)))
    return sum(draw) / len(draw) + sum(push) / len(push)


def soft_triple(
    s: Tensor, target: Tensor, spread: Tensor, scale: float, gamma: float, margin: float, tau: float
) -> Tensor:
    """s of shape (N, K, centres); `spread` the distances between centres, (K, centres, centres)."""
    losses = []
    for i, label in enumerate(target.tolist()):
        logits = []
        for k in range(s.shape[1]):
            weights = torch.exp(s[i, k] / gamma)
            logits.append(scale * ((weights / weights.sum()) @ s[i, k] - margin * (k == label)))
        losses.append(torch.log(sum(torch.exp(each) for each in logits)) - logits[label])
    classes, centres = spread.shape[:2]
    pairs = sum(spread[k, a, b] for k in range(classes) for a in range(centres) for b in range(a))
    return sum(losses) / len(losses) + tau * pairs / (classes * centres * (centres - 1))


def supervised_contrastive(s: Tensor, target: Tensor, temperature: float) -> Tensor:
    losses = []
    for i in range(len(s)):
        others = [a for a in range(len(s)) if a != i]
        partners = [a for a in others if target[a] == target[i]]
        if partners:
            total = torch.log(sum(torch.exp(s[i, a] / temperature) for a in others))
            losses.append(sum(total - s[i, p] / temperature for p in partners) / len(partners))
    return sum(losses) / len(losses)
