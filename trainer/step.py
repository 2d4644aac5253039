"""One step of training: a few batches side by side, one change of the weights.

Not run by itself; `train` calls `advance`. Each batch runs forward and back in a thread of its own
on one core, and the gradients are added in the order of the batches: the same sum every time.
Two batches on two cores are faster than one batch on both, whose cores wait for each other.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from trainer import device, losses, together, tokens
from trainer.batches import Rows
from trainer.bert import Dropout, Encoder
from trainer.lessons import Teacher
from trainer.prepared import Prepared
from trainer.recipe import Loss, Recipe
from trainer.together import Part, Pull

PARTS = 3
"""What a batch of texts of very different lengths falls into."""


@dataclass(slots=True)
class Run:
    """A training run in progress."""

    recipe: Recipe
    data: Prepared
    network: Encoder
    optimizer: torch.optim.Optimizer
    average: dict[str, Tensor]
    target: Tensor
    """The teacher's projection, shape (dim, 384)."""
    step: int = 0
    written: NDArray[np.float16] | None = None
    """The teacher's vectors of all texts, shape (texts, W); for batches of one topic."""


@dataclass(frozen=True, slots=True)
class Gradients:
    """What one batch has to say."""

    values: tuple[Tensor, ...]
    """One for each weight that learns."""
    parts: dict[str, float]
    """The losses."""


def advance(run: Run, group: Sequence[Rows], teacher: Teacher) -> dict[str, float]:
    """One step on a group of batches; the losses before it, each the mean over the group."""
    with ThreadPoolExecutor(run.recipe.train.parallel) as pool:
        pulls = pulled(run, group, teacher, pool) if run.recipe.train.together > 1 else {}
        found = list(
            pool.map(
                lambda at: gradients(run, group[at], teacher, at, pulls.get(at)), range(len(group))
            )
        )
    for at, weight in enumerate(learning(run.network)):
        weight.grad = torch.stack([one.values[at] for one in found]).mean(0)
    nn.utils.clip_grad_norm_(learning(run.network), 1.0)
    run.optimizer.step()
    run.step += 1
    for name, value in run.average.items():
        value.lerp_(run.network.state_dict()[name], 1.0 - run.recipe.train.average)
    return mean_parts([one.parts for one in found])


def learning(network: nn.Module) -> list[nn.Parameter]:
    """The weights that are not frozen."""
    return [weight for weight in network.parameters() if weight.requires_grad]


def mean_parts(parts: Sequence[dict[str, float]]) -> dict[str, float]:
    """Means of the losses, over the batches that have them."""
    names = {name for part in parts for name in part}
    found = {name: [part[name] for part in parts if name in part] for name in sorted(names)}
    return {name: round(sum(values) / len(values), 5) for name, values in found.items()}


def pulled(
    run: Run, group: Sequence[Rows], teacher: Teacher, pool: ThreadPoolExecutor
) -> dict[int, Pull]:
    """By place in the group, what a contrast over all of it wants of each batch that has one."""

    def part(at: int) -> Part:
        torch.set_num_threads(1)  # counted per thread
        with torch.no_grad():
            vectors, numbers = say(run, pairs_of(run, group[at]), None)
        theirs = teacher.vectors(numbers).to(vectors.device)
        return Part(vectors, theirs, len(group[at]))

    some = [at for at, rows in enumerate(group) if contrasts(run, pairs_of(run, rows))]
    parts = list(pool.map(part, some))
    found = together.pulls(parts, run.recipe.loss.scale) if parts else []
    return dict(zip(some, found, strict=True))


def gradients(
    run: Run, rows: Rows, teacher: Teacher, at: int = 0, pull: Pull | None = None
) -> Gradients:
    """Forward and back on one batch, the one at this place of its group, on one core."""
    torch.set_num_threads(1)  # counted per thread
    parts = measure(run, rows, teacher, dropout(run, rows, at), pull)
    weights = run.recipe.loss.weights()
    total = torch.stack([weights[name] * part for name, part in parts.items()]).sum()
    # Not every batch has texts long enough for all weights to have a part in it.
    values = torch.autograd.grad(total, learning(run.network), materialize_grads=True)
    return Gradients(values, {name: float(part.detach()) for name, part in parts.items()})


def dropout(run: Run, rows: Rows, at: int) -> Dropout | None:
    """What is left out: only where people's scores teach, few texts that are soon known by heart.

    Its own generator, so that a resumed run leaves out the same.
    """
    share = run.recipe.train.dropout
    if not share or np.isnan(run.data.scores[rows]).any():
        return None
    generator = torch.Generator(run.network.device)
    generator.manual_seed(run.recipe.seed + 1000 * run.step + at)
    return Dropout(share, generator)


def pairs_of(run: Run, rows: Rows) -> NDArray[np.int64]:
    """Numbers of the texts of these pairs, and their source: (n, 4)."""
    return run.data.pairs[rows].astype(np.int64)


def say(
    run: Run, pairs: NDArray[np.int64], drop: Dropout | None
) -> tuple[Tensor, NDArray[np.int64]]:
    """Vectors (all, dim) of anchors, passages and hard negatives, and the texts' numbers."""
    sides = [column[column >= 0] for column in pairs.T[:3]]
    vectors = [encode(run, side, drop) for side in sides if len(side)]
    return torch.cat(vectors), np.concatenate(sides)


def measure(
    run: Run, rows: Rows, teacher: Teacher, drop: Dropout | None = None, pull: Pull | None = None
) -> dict[str, Tensor]:
    """The losses of a batch of pairs."""
    pairs = pairs_of(run, rows)
    vectors, numbers = say(run, pairs, drop)
    theirs = teacher.vectors(numbers).to(vectors.device)  # (all, dim)
    parts = distilled(vectors, theirs, teacher.coached(numbers), run.recipe.loss)
    if pull:
        parts["contrast"] = pull.on(vectors)
    elif contrasts(run, pairs):
        parts["contrast"] = together.contrast(vectors, theirs, len(rows), run.recipe.loss.scale)
    scores = torch.from_numpy(run.data.scores[rows]).to(vectors.device)
    if not scores.isnan().any():
        parts["scores"] = losses.order(within(vectors, len(rows)), scores, run.recipe.loss.scale)
    return parts


def distilled(
    vectors: Tensor, theirs: Tensor, coached: Tensor | None, loss: Loss
) -> dict[str, Tensor]:
    """What teacher and coach say against the student's vectors (all, dim)."""
    cosine = losses.nested(losses.cosine, vectors, theirs, loss.beginnings)
    if coached is None:
        near = partial(losses.similarity, scale=loss.scale)
        return {
            "cosine": cosine,
            "similarity": losses.nested(near, vectors, theirs, loss.beginnings),
        }
    coached = coached.to(vectors.device)
    return {
        "cosine_coached": cosine,
        "coach": losses.similarity(vectors, coached, loss.scale),
        "alike": losses.alike(vectors, coached),
    }


def within(vectors: Tensor, pairs: int) -> Tensor:
    """Cosines of each anchor and its passage, anchors first, (all, dim) -> (pairs,)."""
    return (vectors[:pairs] * vectors[pairs : 2 * pairs]).sum(1)


def contrasts(run: Run, pairs: NDArray[np.int64]) -> bool:
    """Whether the passages of this batch's source may serve as wrong answers."""
    sources = run.recipe.data.pairs
    source = int(pairs[0, 3])
    return source < len(sources) and sources[source].contrast


def encode(run: Run, numbers: NDArray[np.int64], drop: Dropout | None = None) -> Tensor:
    """The student's vectors of these texts (n, dim), in bfloat16 where that is safe."""
    rows = [run.data.ids(number) for number in numbers]
    where = run.network.device
    vectors = []
    with device.narrow(where):
        for part in (parts := of_like_length(np.array([len(row) for row in rows]))):
            ids, mask = tokens.batch([rows[at] for at in part])
            vectors.append(run.network(ids.to(where), mask.to(where), drop))
    return torch.cat(vectors)[torch.from_numpy(np.concatenate(parts).argsort())]


def of_like_length(lengths: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Places of texts, together unless half of what they would be padded to were padding."""
    order = lengths.argsort(kind="stable")
    wasteful = lengths.max() > 2 * lengths.mean()
    return np.array_split(order, PARTS) if wasteful and len(order) > PARTS else [order]
