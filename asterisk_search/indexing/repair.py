"""Looking after what can be made anew: the vector index file and unused vectors."""

from dataclasses import dataclass
from datetime import date, timedelta

from asterisk_search.errors import CatalogError, VectorFileInvalid
from asterisk_search.storage.catch_up import catch_up
from asterisk_search.storage.folder import VectorFiles
from asterisk_search.storage.hnsw import MAX_DEAD, HnswIndex
from asterisk_search.storage.reader import SqliteReader
from asterisk_search.storage.vector_file import load, save
from asterisk_search.storage.writer import SqliteWriter

KEEP_UNUSED_DAYS = 30
MAX_UNUSED = 0.3
"""Share of the catalog's file that may be empty before it is written anew."""


@dataclass(frozen=True, slots=True)
class GraphFile:
    """Where the saved vector index is, and when there should be one."""

    files: VectorFiles
    dim: int | None
    """``None`` when there is no model: then the file is left as it is."""
    exact_up_to: int
    """Up to this many vectors there is none: comparing them all is faster than loading it."""
    threads: int


def look_after(
    reader: SqliteReader, writer: SqliteWriter, graph: GraphFile, changed_on: date | None
) -> str | None:
    """Save the graph and, after a change, tidy up; return what went wrong.

    Everything is safe in the catalog by now: what fails here costs speed or space, not results.
    """
    try:
        refresh(reader, writer, graph)
        if changed_on is not None:
            tidy(writer, changed_on)
    except (CatalogError, OSError) as error:
        return str(error)
    return None


def refresh(reader: SqliteReader, writer: SqliteWriter, graph: GraphFile) -> bool:
    """Bring the saved vector index up to date; return whether it was written.

    Raises:
        CatalogError: it could not be written.
    """
    if graph.dim is None:
        return False
    space, generation, count = reader.space(), reader.generation(), reader.vector_count()
    if count <= graph.exact_up_to:
        graph.files.remove()
        return False
    try:
        index, shown = load(graph.files, graph.dim, space, generation, threads=graph.threads)
    except VectorFileInvalid:
        index, shown = HnswIndex(graph.dim, threads=graph.threads, capacity=count), -1
    if shown == generation:
        return False
    catch_up(index, reader)
    if index.dead_share() > MAX_DEAD:
        index.compact()
    # The catalog must not lose, by a power failure, what the graph already shows.
    writer.checkpoint()
    save(graph.files, index, graph.dim, space, generation)
    return True


def tidy(writer: SqliteWriter, today: date) -> None:
    """Forget vectors that nothing has used for a month, and give unused space back.

    Raises:
        CatalogError: the catalog could not be written.
    """
    oldest = today - timedelta(days=KEEP_UNUSED_DAYS)
    writer.sweep(today.isoformat(), oldest.isoformat())
    if writer.unused_share() > MAX_UNUSED:
        writer.compact()
