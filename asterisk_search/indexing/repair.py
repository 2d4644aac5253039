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


def sweep_unused(writer: SqliteWriter, today: date) -> int:
    """Forget vectors that nothing has used for a month; return how many."""
    return writer.sweep(today.isoformat(), (today - timedelta(days=KEEP_UNUSED_DAYS)).isoformat())
