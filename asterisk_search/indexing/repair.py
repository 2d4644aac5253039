"""Looking after what can be made anew: the vector index file and unused vectors."""

from datetime import date, timedelta

from asterisk_search.errors import VectorFileInvalid
from asterisk_search.storage.catch_up import catch_up
from asterisk_search.storage.folder import VectorFiles
from asterisk_search.storage.hnsw import MAX_DEAD, HnswIndex
from asterisk_search.storage.reader import SqliteReader
from asterisk_search.storage.vector_file import load, save
from asterisk_search.storage.writer import SqliteWriter

KEEP_UNUSED_DAYS = 30
MAX_UNUSED = 0.3
"""Share of the catalog's file that may be empty before it is written anew."""


def refresh_vector_file(
    reader: SqliteReader, files: VectorFiles, dim: int, exact_up_to: int, threads: int
) -> bool:
    """Bring the saved vector index up to date; return whether it was written.

    Below ``exact_up_to`` vectors there is none: comparing them all is faster than loading it.

    Raises:
        CatalogError: it could not be written.
    """
    fingerprint, generation = reader.fingerprint(), reader.generation()
    count = reader.vector_count()
    if fingerprint is None or count <= exact_up_to:
        files.remove()
        return False
    try:
        index, shown = load(files, dim, fingerprint)
    except VectorFileInvalid:
        index, shown = HnswIndex(dim, threads=threads, capacity=count), -1
    if shown == generation:
        return False
    catch_up(index, reader)
    if index.dead_share() > MAX_DEAD:
        index.compact()
    save(files, index, dim, fingerprint, generation)
    return True


def tidy(writer: SqliteWriter, today: date) -> None:
    """Forget vectors that nothing has used for a month, and give unused space back."""
    oldest = today - timedelta(days=KEEP_UNUSED_DAYS)
    writer.sweep(today.isoformat(), oldest.isoformat())
    if writer.unused_share() > MAX_UNUSED:
        writer.compact()
