"""MPNet in this project's terms: BERT's layers, and an attention that knows distances.

Not run by itself: `trainer.teacher` loads it. Its vocabulary is BERT's behind four entries of its
own, so that its table of words is put into BERT's order and the ids of BERT's tokenizer fit both.
Source: Song et al., "MPNet: Masked and Permuted Pre-training for Language Understanding" (2020).
"""

from collections.abc import Sequence

from torch import Tensor

from trainer.bert import Shape, layer_tensors

OPENING, CLOSING = 0, 2
"""Rows of its table for what frames a text: ``<s>`` and ``</s>``."""
WORDS_AT = 4
"""Row of its table for BERT's first word."""
BERT_OPENING, BERT_CLOSING = 101, 102
"""BERT's ids for what frames a text: ``[CLS]`` and ``[SEP]``."""
FIRST_POSITION = 2
"""Positions are counted from here."""

SHAPE = Shape(width=768, head=64, inner=3072, layers=12, buckets=32, epsilon=1e-5)
PLACES = {
    "qkv": ("attention.attn.q", "attention.attn.k", "attention.attn.v"),
    "attended": ("attention.attn.o",),
    "attended_norm": ("attention.LayerNorm",),
    "inner": ("intermediate.dense",),
    "outer": ("output.dense",),
    "outer_norm": ("output.LayerNorm",),
}
"""Where MPNet keeps what a layer consists of."""


def renamed(theirs: dict[str, Tensor], keep: Sequence[int]) -> dict[str, Tensor]:
    """MPNet's tensors under this project's names, only the layers in ``keep``."""
    table = theirs["embeddings.word_embeddings.weight"]
    words = table[WORDS_AT : WORDS_AT + SHAPE.vocabulary].clone()
    words[BERT_OPENING], words[BERT_CLOSING] = table[OPENING], table[CLOSING]
    ours = {
        "words.weight": words,
        "positions.weight": theirs["embeddings.position_embeddings.weight"][FIRST_POSITION:],
        "norm.weight": theirs["embeddings.LayerNorm.weight"],
        "norm.bias": theirs["embeddings.LayerNorm.bias"],
        "distances.weight": theirs["encoder.relative_attention_bias.weight"],
    }
    return ours | layer_tensors(theirs, keep, PLACES)
