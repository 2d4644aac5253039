"""The student before training: some of the teacher's layers, or an earlier student, resized.

Not run by itself; `train` begins with it. Layers far apart keep more than neighbours do; which
ones is the recipe's choice (see `LOG.md`). Source: Sanh et al., "DistilBERT" (2019), for starting
from a subset of the teacher's layers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from asterisk_search.embedding import bundle
from trainer import bypass, grow, prune, ridge, teacher, telling, tokens, vocabulary, weights
from trainer.bert import Encoder, Shape
from trainer.errors import TrainerError
from trainer.recipe import Student
from trainer.tokens import Ids

BATCH = 64
RIDGE = 1e-3
"""Pulls the fitted projection towards 0 where the texts say nothing; a share of the mean square."""
MERGING = "merging.weight"
"""What a student has that shortens long texts."""


def shape(wanted: Student) -> Shape:
    """The student's sizes; two positions more than its tokens, for the special ones."""
    theirs = teacher.named(wanted.teacher).shape
    return replace(
        theirs,
        layers=len(wanted.layers),
        heads=wanted.heads or theirs.heads,
        inner=wanted.inner or theirs.inner,
        dim=wanted.dim,
        positions=wanted.max_tokens + 2,
        merge_after=wanted.merge_after,
        merge_over=wanted.merge_over,
        block=wanted.block,
        rare=wanted.rare,
    )


def check(wanted: Student, start: Path | None) -> None:
    """Say what cannot be, before any work.

    Raises:
        TrainerError: a teacher that nobody knows; layers, heads or neurons that it does not have;
            texts shortened where there is no layer; or a recipe that begins with an earlier
            student, and there is none, or another.
    """
    theirs = teacher.named(wanted.teacher).shape
    if not set(wanted.layers) <= set(range(theirs.layers)):
        raise TrainerError(f"the teacher has layers 0 to {theirs.layers - 1}")
    if wanted.heads > theirs.heads or wanted.inner > theirs.inner:
        raise TrainerError(
            f"the teacher has {theirs.heads} heads and {theirs.inner} neurons a layer"
        )
    if wanted.merge_after >= len(wanted.layers):
        raise TrainerError(f"no layer is left after layer {wanted.merge_after}")
    check_long(wanted)
    if wanted.merge_over and theirs.buckets:
        raise TrainerError(
            f"distances in {wanted.teacher} are of whole texts, not of shortened ones"
        )
    found = bundle.load(start).manifest.name if start else ""
    if found != wanted.start:
        raise TrainerError(
            f"the recipe begins with {wanted.start or 'the teacher'}, not with {found or 'it'}",
            hint="give the bundle of the earlier recipe with --start, if the recipe names one",
        )


def check_long(wanted: Student) -> None:
    """Say what cannot be done with long texts.

    Raises:
        TrainerError: a share that is none, blocks of less than nothing, no word of when a text is
            long, or texts that are shortened as well.
    """
    if not wanted.rare and not wanted.block:
        return
    if wanted.block < 0:
        raise TrainerError("block is a number of tokens")
    if not 0 <= wanted.rare < 1:
        raise TrainerError("rare is a share of the tokens, below 1")
    if not wanted.merge_over or wanted.merge_after:
        raise TrainerError("block and rare need merge_over, and go without merge_after")


def begin(
    wanted: Student,
    folder: Path,
    start: Path | None,
    texts: Sequence[Ids],
    targets: NDArray[np.float32],
) -> Encoder:
    """The student before its first step.

    ``texts`` are a sample on which heads and neurons are chosen, the way round feed-forward is
    fitted, and the projection to the ``targets``, shape (len(texts), dim).
    """
    check(wanted, start)
    ours = of_bundle(start, folder) if start else of_teacher(wanted, folder)
    ours["positions.weight"] = ours["positions.weight"][: wanted.max_tokens + 2].clone()
    earlier = ours.pop("project.weight", None)
    whole = shape(wanted)
    shares = ours.pop(MERGING, torch.zeros(1, whole.width))  # of 0: equal ones
    if whole.merges:
        ours[MERGING] = shares
    earlier_ways = {name: ours.pop(name) for name in list(ours) if bypass.NAME in name}
    for name in [name for name in ours if name.startswith(telling.NAME)]:
        del ours[name]  # found anew whenever a graph is written
    over = whole.merge_over if whole.merges or whole.block else 0
    before = Encoder(sizes(ours, replace(whole, merge_over=over, rare=0.0)))
    before.load_state_dict(ours)
    grown = grow.grow(before, whole.inner).eval()
    resized = prune.prune(grown, texts, whole.heads, whole.inner).eval()
    pooled, wished = pool(resized, texts), torch.from_numpy(targets)
    found = fit(pooled, wished)
    if earlier is not None and nearness(pooled, earlier, wished) > nearness(pooled, found, wished):
        found = earlier  # it was taught in the same space, longer than any fit can tell
    encoder = Encoder(whole)
    around = ways(encoder.state_dict(), earlier_ways)
    if whole.rare and not around:
        around = bypass.fitted(resized, whole, texts)
    encoder.load_state_dict({**resized.state_dict(), "project.weight": found, **around})
    return encoder


def ways(own: Mapping[str, Tensor], earlier: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Of an earlier student's ways round feed-forward those that this one has, if it has all."""
    wanted = [name for name in own if bypass.NAME in name]
    return {name: earlier[name] for name in wanted if set(wanted) <= set(earlier)}


def of_teacher(wanted: Student, folder: Path) -> dict[str, Tensor]:
    """The layers that the recipe keeps."""
    known = teacher.of(folder)
    if known.name != wanted.teacher:
        raise TrainerError(f"{folder} holds {known.name}, and the recipe wants {wanted.teacher}")
    return known.renamed(teacher.tensors(folder), wanted.layers)


def of_bundle(start: Path, folder: Path) -> dict[str, Tensor]:
    """The weights of an earlier student, its words numbered as the teacher's."""
    found = weights.read(bundle.load(start).read(bundle.MODEL), teacher.SHAPE.head)
    if len(found[weights.WORDS]) < teacher.SHAPE.vocabulary:
        found[weights.WORDS] = vocabulary.restored(
            found[weights.WORDS], tokens.load(start), tokens.load(folder)
        )
    return {name: torch.from_numpy(value.copy()) for name, value in found.items()}


def sizes(ours: dict[str, Tensor], whole: Shape) -> Shape:
    """The shape that tensors have, without their projection; for the rest as the whole student."""
    layers = sum(name.endswith(".inner.weight") for name in ours)
    return replace(
        whole,
        vocabulary=len(ours["words.weight"]),
        heads=ours["layers.0.attended.weight"].shape[1] // whole.head,
        inner=len(ours["layers.0.inner.weight"]),
        layers=layers,
        positions=len(ours["positions.weight"]),
        dim=0,
    )


def pool(encoder: Encoder, texts: Sequence[Ids]) -> Tensor:
    """The texts' unit vectors before any projection: (n, W)."""
    order = np.argsort([len(text) for text in texts], kind="stable")
    pooled = torch.empty(len(texts), encoder.shape.width)
    with torch.inference_mode():
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            pooled[torch.from_numpy(rows)] = encoder(*tokens.batch([texts[row] for row in rows]))
    return pooled


def fit(pooled: Tensor, wished: Tensor) -> Tensor:
    """The projection (dim, W) that takes pooled vectors (n, W) nearest to what is wished (n, dim).

    Least squares, see `trainer.ridge`.
    """
    pooled, wished = pooled.double(), wished.double()
    moments, wanted = pooled.T @ pooled / len(pooled), pooled.T @ wished / len(pooled)
    return ridge.solve(moments, wanted, RIDGE).T.float().contiguous()


def nearness(pooled: Tensor, projection: Tensor, wished: Tensor) -> float:
    """Mean cosine between projected vectors and what is wished."""
    return float(F.cosine_similarity(pooled @ projection.T, wished).mean())
