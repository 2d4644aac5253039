"""A float bundle becomes an eight-bit one, a quarter of its size.

Run: ``python -m trainer quantize --bundle DIR --out DIR`` (with ``--eval FOLDER`` it measures what
that costs)

The weights are read back from the float graph, whose constants carry their names; no torch. The
result is refused, and taken away again, if its vectors are not near the float ones, or if it loses
more than a few thousandths on the development set of STS-B.
"""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx

from asterisk_search.embedding import bundle
from asterisk_search.embedding.bundle import Bundle
from asterisk_search.embedding.onnx import OnnxEmbedder
from trainer import graph, integers, long_texts, tasks, teacher, weights
from trainer.errors import TrainerError
from trainer.probes import PROBES
from trainer.score import score

LEAST = 0.97
"""Cosine of an eight-bit vector to the float one."""
LOSS = 0.005
"""Of the rank correlation on STS-B dev."""
WATCHED = "stsb/dev"


def quantize(source: Path, out: Path, evaluation: Path | None = None) -> None:
    """Write the eight-bit bundle of a float one, and prove that little is lost.

    Raises:
        BundleError: there is no usable bundle at ``source``.
        TrainerError: the vectors are not near enough, or the loss of quality is too large.
    """
    original = bundle.load(source)
    before = original.read(bundle.MODEL)
    found = weights.read(before, teacher.SHAPE.head)
    long = long_texts.of(onnx.load_from_string(before))
    model = graph.build(found, teacher.SHAPE.head, integers.Integers(), long)
    contents = {
        bundle.MODEL: model.SerializeToString(),
        bundle.TOKENIZER: original.read(bundle.TOKENIZER),
    }
    made = bundle.write(out, replace(original.manifest, evaluation={}), contents)
    try:
        prove(original, made, evaluation)
    except TrainerError:
        shutil.rmtree(out)
        raise
    total = sum(content.size for content in made.manifest.files.values())
    print(f"{out}: {total / 1e6:.1f} MB")


def prove(original: Bundle, made: Bundle, evaluation: Path | None) -> None:
    """Refuse eight bits that cost too much."""
    with OnnxEmbedder(original) as large, OnnxEmbedder(made) as small:
        nearest = float((large.embed(PROBES) * small.embed(PROBES)).sum(1).min())
        print(f"least cosine to the float vectors {nearest:.4f}")
        if not nearest >= LEAST:
            raise TrainerError(f"eight bits change the vectors: cosine {nearest:.4f}")
        if evaluation:
            task = tasks.load(evaluation, WATCHED)
            before, after = (score(one.embed, task)["spearman"] for one in (large, small))
            check_loss(before, after)


def check_loss(before: float, after: float) -> None:
    """Refuse a loss of quality beyond `LOSS`."""
    print(f"{WATCHED}: {before:.4f} in float, {after:.4f} in eight bits")
    if not np.isfinite(after) or before - after > LOSS:
        raise TrainerError(f"eight bits lose {before - after:.4f} on {WATCHED}")
