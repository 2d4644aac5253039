"""Giving vectors to the chunks that wait for one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from asterisk_search.indexing.progress import Progress
from asterisk_search.protocols import CatalogWriter, Embedder
from asterisk_search.records import Pending
from asterisk_search.storage.packing import pack

if TYPE_CHECKING:
    from asterisk_search.protocols import Vectors

BATCH = 64
"""Texts between two commits: what an interruption can cost, a second or two of work."""


def embed_pending(
    catalog: CatalogWriter, embedder: Embedder, waiting: int, progress: Progress
) -> int:
    """Embed every pending chunk, committing as it goes; return how many texts were embedded.

    Vectors of another model than before answer from the moment when none is lacking.

    ``waiting`` is the number of pending chunks, for the progress display. Equal texts are embedded
    once.

    Raises:
        EmbedderUnavailable: the model failed; what was embedded so far is kept.
        CatalogError: the catalog could not be written.
    """
    done, last = 0, 0
    progress.begin("embed", waiting, "chunks")
    try:
        while batch := catalog.pending(last, BATCH):
            done += embed_all(catalog, embedder, batch)
            last = batch[-1].id
            progress.advance(len(batch))
    finally:
        progress.end()
    catalog.settle()
    return done


def embed_all(catalog: CatalogWriter, embedder: Embedder, batch: Sequence[Pending]) -> int:
    """Embed these at once; return how many different texts they were. Raises as `embed_pending`."""
    unique = list({item.digest: item for item in batch}.values())
    if unique:
        vectors: Vectors = embedder.embed([item.text for item in unique])
        catalog.set_vectors(unique, pack(vectors))
    return len(unique)
