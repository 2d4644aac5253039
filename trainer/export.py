"""A checkpoint becomes a bundle with a float graph, proven equal to the network it came from.

Run: ``python -m trainer export --recipe R --checkpoint FILE --teacher FOLDER --out DIR`` (with
``--prepared DIR``, what it was trained on, for a recipe with an ``ending``, which is fitted there,
and ``--beginning FILE``, the ``start.pt`` of an earlier run, for one that names it)
"""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from asterisk_search.embedding import bundle
from asterisk_search.embedding.bundle import Base, Manifest, Training
from asterisk_search.embedding.onnx import OnnxEmbedder
from trainer import (
    checkpoint,
    floats,
    grammar,
    graph,
    outliers,
    prepared,
    student,
    teacher,
    telling,
    tokens,
    vocabulary,
)
from trainer.bert import Encoder, Shape
from trainer.checkpoint import Checkpoint
from trainer.errors import TrainerError
from trainer.long_texts import LongTexts
from trainer.probes import PROBES
from trainer.recipe import Recipe
from trainer.tokens import Ids

TOLERANCE = 1e-5
NEAR = 0.995
"""Cosine of a vector before and after loud neurons are calmed."""
SAMPLE = 300
"""Sentences that show which neurons are loud."""


def export(
    recipe: Recipe,
    saved: Path,
    teacher_folder: Path,
    out: Path,
    texts: Path | None = None,
    beginning: Path | None = None,
) -> None:
    """Write the float bundle; ``texts`` are what was prepared for the training.

    ``beginning`` is where an earlier run began, if the recipe mixes that in.

    Raises:
        TrainerError: a checkpoint of another architecture, a beginning that is missing or of
            another run, no texts for an ending or others than those of the training, or a graph
            that does not compute what the network computes.
    """
    moment = finished(recipe, saved, beginning)
    long = sample_of(recipe, moment, texts) if recipe.export.ending else []
    network = checkpoint.encoder(moment)
    tokenizer = tokens.load(teacher_folder)
    before = by_network(network, tokenizer, PROBES, recipe.student.max_tokens)
    sample = [*PROBES, *grammar.sentences(SAMPLE, recipe.seed)]
    loud = outliers.calm(network, tokens.ids_of(tokenizer, sample, moment.shape.positions))
    after = by_network(network, tokenizer, PROBES, recipe.student.max_tokens)
    print(
        f"{loud} loud neurons calmed; least cosine to the vectors before {least(before, after):.4f}"
    )
    if recipe.export.ending:
        network = telling.ended(network, long)
    weights = numpy_weights(network)
    shown, weights["words.weight"] = vocabulary.trimmed(tokenizer, weights["words.weight"])
    model = graph.build(weights, moment.shape.head, floats.Floats(), faster(network.shape))
    contents = {
        bundle.MODEL: model.SerializeToString(),
        bundle.TOKENIZER: shown.to_str().encode(),
    }
    made = bundle.write(out, manifest(recipe, moment), contents)
    with OnnxEmbedder(made) as embedder:
        difference = parity(network, tokenizer, embedder, recipe.student.max_tokens)
    print(f"{out}: largest difference from the network {difference:.1e}")
    if not difference <= TOLERANCE:
        shutil.rmtree(out)
        raise TrainerError(f"the graph differs from the network by {difference:.1e}")


def sample_of(recipe: Recipe, moment: Checkpoint, texts: Path | None) -> list[Ids]:
    """Texts of the training that are long for the graph, drawn at random.

    Raises:
        TrainerError: there are no prepared texts, or others than those that it was trained on.
    """
    if texts is None:
        raise TrainerError(
            f"{recipe.name} has an ending, which is fitted on texts of its training",
            hint="give what was prepared for it with --prepared",
        )
    data = prepared.load(texts)
    if data.digest != moment.data:
        raise TrainerError(f"{texts} is not what {recipe.name} was trained on")
    long = np.flatnonzero(data.lengths() > moment.shape.merge_over)
    chosen = np.random.default_rng(recipe.seed).permutation(long)[: telling.MOST]
    return [data.ids(number) for number in chosen]


def least(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """The smallest cosine of unit vectors, row by row.

    Raises:
        TrainerError: it is below `NEAR`.
    """
    found = float((one * other).sum(1).min())
    if not found >= NEAR:
        raise TrainerError(f"calming loud neurons changes the vectors: cosine {found:.4f}")
    return found


def finished(recipe: Recipe, saved: Path, beginning: Path | None = None) -> Checkpoint:
    """The checkpoint as it is exported: with a share of the beginning, and the chosen limits.

    Source: Wortsman et al., "Robust Fine-Tuning of Zero-Shot Models" (2022), for the share.

    Raises:
        TrainerError: another architecture, or the beginning is missing or of another run.
    """
    moment = checkpoint.load(saved, student.shape(recipe.student))
    trained, chosen = moment.shape, recipe.export
    over, rare = chosen.merge_over or trained.merge_over, chosen.rare or trained.rare
    shape = replace(trained, merge_over=over, rare=rare, block=chosen.block or trained.block)
    if not recipe.export.beginning:
        return replace(moment, shape=shape)
    first = began(recipe, moment, saved, beginning)
    mixed = {
        name: value.lerp(first.weights[name], recipe.export.beginning)
        for name, value in moment.result.items()
    }
    return replace(moment, shape=shape, weights=mixed, average={})


def began(recipe: Recipe, moment: Checkpoint, saved: Path, beginning: Path | None) -> Checkpoint:
    """Where the run began, or the earlier one that the recipe names.

    Raises:
        TrainerError: another architecture, or the beginning is missing or of another run.
    """
    earlier = recipe.export.beginning_of
    if bool(earlier) != bool(beginning):
        raise TrainerError(
            f"{recipe.name} has a share of the weights that {earlier or 'its own run'} began with",
            hint=f"--beginning is the {checkpoint.FIRST} of the run of [export] beginning_of",
        )
    place = beginning or saved.with_name(checkpoint.FIRST)
    first = checkpoint.load(place, moment.shape)
    same = first.data == moment.data and (bool(earlier) or first.recipe == moment.recipe)
    if first.step or not same:
        raise TrainerError(f"{place} is not where {earlier or 'the run'} began")
    return first


def faster(shape: Shape) -> LongTexts:
    """What the graph does with long texts: nothing if none that it reads is long enough."""
    if shape.merge_over >= shape.positions:
        return LongTexts()
    return LongTexts(shape.merge_after, shape.merge_over, shape.block, shape.rare, shape.ending)


def export_teacher(folder: Path, out: Path) -> None:
    """Write the teacher itself as a float bundle, for comparison: 384 numbers, no projection.

    Raises:
        TrainerError: it is the second one, whose attention the graph does not have.
    """
    if (known := teacher.of(folder)) != teacher.MINILM:
        raise TrainerError(f"the graph cannot compute {known.name}")
    weights = numpy_weights(teacher.network(known, folder))
    weights["project.weight"] = np.eye(teacher.SHAPE.width, dtype=np.float32)
    contents = {
        bundle.MODEL: graph.build(weights, teacher.SHAPE.head, floats.Floats()).SerializeToString(),
        bundle.TOKENIZER: tokens.load(folder).to_str().encode(),
    }
    base = Base(teacher.NAME, teacher.LICENCE, teacher.SHA256)
    bundle.write(out, Manifest("teacher", teacher.SHAPE.width, 256, {}, base), contents)


def numpy_weights(network: Encoder) -> dict[str, NDArray[np.float32]]:
    """The network's tensors as arrays."""
    return {name: tensor.numpy() for name, tensor in network.state_dict().items()}


def manifest(recipe: Recipe, moment: Checkpoint) -> Manifest:
    """What the bundle says of its making; its files are filled in as they are written."""
    return Manifest(
        name=recipe.name,
        dim=recipe.student.dim,
        max_tokens=recipe.student.max_tokens,
        files={},
        base=Base(teacher.NAME, teacher.LICENCE, teacher.SHA256),
        licence=teacher.LICENCE,
        training=Training(recipe.name, moment.recipe, moment.data, moment.step, moment.saw),
    )


def parity(
    network: Encoder, tokenizer: Tokenizer, embedder: OnnxEmbedder, max_tokens: int
) -> float:
    """The largest difference between the network's vectors and the graph's, over `PROBES`."""
    return float(
        np.abs(by_network(network, tokenizer, PROBES, max_tokens) - embedder.embed(PROBES)).max()
    )


def by_network(
    network: Encoder, tokenizer: Tokenizer, texts: Sequence[str], max_tokens: int
) -> NDArray[np.float32]:
    """The network's vectors, one text at a time: shape (texts, dim)."""
    rows = tokens.ids_of(tokenizer, texts, max_tokens + 2)
    with torch.inference_mode():
        return np.concatenate([network(*tokens.batch([row])).numpy() for row in rows])
