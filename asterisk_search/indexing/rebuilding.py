"""Starting anew with an empty catalog that has the same sources; the old one is kept."""

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from asterisk_search.errors import CatalogError, CatalogTooNew, NothingIndexed
from asterisk_search.indexing.registration import resolve_all
from asterisk_search.records import SourceSpec
from asterisk_search.storage.folder import DataFolder
from asterisk_search.storage.migrate import migrate
from asterisk_search.storage.reader import SqliteReader
from asterisk_search.storage.writer import SqliteWriter


def start_anew(
    folder: DataFolder, paths: Sequence[str], moment: datetime, as_type: str | None = None
) -> Path | None:
    """Put an empty catalog in place of the old one; return where the old one lies, if any.

    The new one is complete before the old one is moved. The caller holds the lock. ``as_type``
    says what a new source among ``paths`` is.

    Raises:
        CatalogTooNew: a newer version of the program wrote the old one; it is left alone.
        CatalogError: the old one cannot tell its sources, and ``paths`` name none.
        SourceMissing, UsageError: one of ``paths`` is no source; nothing was changed.
    """
    known = _known(folder, named=bool(paths))
    specs = {spec.name: spec for spec in [*known, *resolve_all(paths, known, as_type=as_type)]}
    fresh = folder.root / "catalog.new"
    fresh.unlink(missing_ok=True)
    migrate(fresh)
    with closing(SqliteWriter(fresh)) as writer:
        for spec in specs.values():
            writer.register(spec)
    aside = folder.set_aside(moment)
    fresh.replace(folder.catalog)
    return aside


def _known(folder: DataFolder, *, named: bool) -> list[SourceSpec]:
    try:
        with closing(SqliteReader(folder.catalog)) as reader:
            return reader.specs()
    except NothingIndexed:
        return []
    except CatalogTooNew:
        raise
    except CatalogError as error:
        if named:
            return []
        raise CatalogError(
            f"the damaged index cannot tell which folders it was made of ({error.message})",
            hint="name them all: asterisk-search index --rebuild PATH...",
        ) from error
