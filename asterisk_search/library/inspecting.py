"""Operations that tell the state of the index."""

from collections.abc import Iterator
from contextlib import closing

from asterisk_search.errors import NothingIndexed
from asterisk_search.indexing.reports import Check, Status
from asterisk_search.library.opening import Opened
from asterisk_search.records import SourceInfo


class Inspecting(Opened):
    """Status, sources, diagnosis."""

    def status(self) -> Status:
        """The state of the index.

        Raises:
            NothingIndexed: there is none.
        """
        from asterisk_search.indexing.state import status_of
        from asterisk_search.storage.inspection import SqliteInspector

        with closing(SqliteInspector(self._folder.catalog)) as reader:
            return status_of(reader, self._folder)

    def sources(self) -> list[SourceInfo]:
        """The registered sources; none when there is no index."""
        try:
            with self._reading() as reader:
                return reader.sources()
        except NothingIndexed:
            return []

    def diagnose(self) -> Iterator[Check]:
        """Check every part of the installation."""
        from asterisk_search.indexing.checks import diagnose

        return diagnose(self._folder, self._open_embedder, self._settings.search.exact_up_to)
