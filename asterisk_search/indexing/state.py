"""The state of the index, read off the catalog and its folder."""

from asterisk_search.indexing.reports import Status
from asterisk_search.storage.folder import DataFolder
from asterisk_search.storage.inspection import SqliteInspector


def status_of(reader: SqliteInspector, folder: DataFolder) -> Status:
    """Everything that `status` shows.

    Raises:
        CatalogError: the catalog cannot be read.
    """
    documents, chunks, pending = reader.totals()
    return Status(
        data_dir=str(folder.root),
        index_bytes=folder.size(),
        sources=tuple(reader.sources()),
        documents=documents,
        chunks=chunks,
        vectors=reader.vector_count(),
        pending=pending,
        updated=reader.updated(),
        model=(reader.fingerprint() or "")[:12],
        skips=tuple(reader.skips()),
        warnings=tuple(reader.warnings()),
        next_model=(reader.coming() or "")[:12],
    )
