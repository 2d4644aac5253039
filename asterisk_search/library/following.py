"""Bringing the catalog up to date with what is known to have changed."""

import time
from collections.abc import Collection
from typing import TYPE_CHECKING

from asterisk_search.errors import EmbedderUnavailable
from asterisk_search.indexing.reports import PartReport
from asterisk_search.library.updating import Updating, iso_moment
from asterisk_search.protocols import Watchable

if TYPE_CHECKING:
    from asterisk_search.indexing.progress import Progress


class Following(Updating):
    """Update parts of a source."""

    def follow(self, name: str, refs: Collection[bytes], progress: "Progress") -> PartReport | None:
        """Bring these entries of a source, and all below them, up to date, vectors included.

        ``None``: they alone do not tell what has to be done, an `update` does. Nothing was
        changed then. The saved vector index is left to the next `update`.

        Raises:
            NothingIndexed: no source has that name.
            SourceError: the source cannot be looked at; nothing was removed.
            CatalogBusy: another process is indexing.
            CatalogError: the catalog cannot be written.
        """
        from asterisk_search.indexing.embed import embed_pending

        spec = self.require_source(name)
        source = self._open_source(spec)
        if not isinstance(source, Watchable):
            return None
        with self._writing() as writer, self._reading() as reader:
            embedder, reason = self._adopted(writer, reader)
            sync = self._syncing(source, writer, embedder)
            now = time.time_ns()
            report = sync.some(source, refs, now, iso_moment(now), progress)
            if report is None:
                return None
            embedded = 0
            if embedder is not None:
                try:
                    embedded = embed_pending(writer, embedder, report.touched, progress)
                except EmbedderUnavailable as error:
                    reason = error.message
        return PartReport(report, embedded, reason)
