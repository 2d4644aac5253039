"""How documents become chunks, and a name for exactly that way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from asterisk_search.protocols import Embedder, Source
from asterisk_search.records import Chunk, Document
from asterisk_search.text.approximate import ApproximateCounter
from asterisk_search.text.chunking import CHUNKING_VERSION, Budget, chunk_document

MERGE_BELOW = 40
"""Sections of fewer tokens merge with their neighbours."""


@dataclass(frozen=True, slots=True)
class Preparation:
    """What turns a document into chunks; ``version`` is stored beside them."""

    chunk: Callable[[Document], Sequence[Chunk]]
    version: str
    approximate: bool
    """There was no model to cut by: what it once cut is better left as it is."""


def preparation(source: Source, embedder: Embedder | None, passage_tokens: int) -> Preparation:
    """Chunking with the embedder's own tokenizer, or with an estimate when there is none.

    Documents whose stored version differs are read again: after an upgrade of the reader or of
    chunking, with another model, or when the model has come back; not when it has gone, since a
    passage that is cut otherwise has no vector until it is back.
    """
    counter = embedder or ApproximateCounter()
    tokens = min(passage_tokens, embedder.max_tokens) if embedder else passage_tokens
    budget = Budget(tokens, min(MERGE_BELOW, tokens // 5))
    model = embedder.fingerprint[:16] if embedder else "approximate"
    return Preparation(
        lambda document: chunk_document(document, counter, budget),
        f"{source.version}.{CHUNKING_VERSION}.{tokens}.{model}",
        approximate=embedder is None,
    )
