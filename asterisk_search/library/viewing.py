"""Operations that look at single documents: read them, and find what is like them."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from asterisk_search.answers import Filters, Query
from asterisk_search.errors import EmbedderUnavailable, UsageError
from asterisk_search.library.opening import Opened
from asterisk_search.storage.registry import choose
from asterisk_search.views import Card, Place, Reading, Similar

if TYPE_CHECKING:
    from asterisk_search.protocols import VectorIndex, Vectors
    from asterisk_search.storage.viewing import SqliteViewer

_SILENT = "the note says nothing that could be compared"


class Viewing(Opened):
    """Find, read, compare."""

    def find(self, note: str) -> Place:
        """The document that ``note`` names: id, path, name, alias or the end of a path.

        Raises:
            NoSuchDocument, UsageError: none does, or several do; see `search.resolving`.
            NothingIndexed: there is no index.
        """
        with self._viewing() as viewer:
            return self._resolved(note, viewer)

    def document(self, note: str, line: int | None = None, count: int | None = None) -> Reading:
        """The text of a document, or ``count`` lines of it from the 1-based ``line`` on.

        Raises:
            NoSuchDocument, UsageError: see `find`; or it has no such line.
            NothingIndexed: there is no index.
        """
        from asterisk_search.search.reading import read

        with self._viewing() as viewer:
            return read(self._resolved(note, viewer), viewer, line, count)

    def similar(
        self,
        note: str | None = None,
        *,
        text: str = "",
        filters: Filters | None = None,
        limit: int = 10,
    ) -> Similar:
        """Documents that say what ``note`` says, or what ``text`` (Markdown) says.

        A note is compared by the vectors that it has: the model is not needed for it.

        Raises:
            NoSuchDocument, UsageError: see `find`; or there is nothing to compare with.
            EmbedderUnavailable: nothing has vectors yet, or the model cannot read ``text``.
            NothingIndexed: there is no index, or no source of the name asked for.
        """
        from asterisk_search.search.notices import unknown
        from asterisk_search.search.results import present
        from asterisk_search.search.similar import Neighbourhood

        started, filters = time.monotonic(), filters or Filters()
        with self._viewing() as viewer:
            specs = choose(viewer.specs(), filters.sources or None)
            filters = Query("", filters).in_sources(specs).filters
            place = None if note is None else self._resolved(note, viewer)
            index = self._index(viewer)
            vectors = self._of_note(place.card, viewer) if place else self._of_text(text, viewer)
            near = Neighbourhood(viewer, index, filters)
            groups = near.around(vectors, place.card.document if place else None)
            documents, _, pending = viewer.totals()
            found = Similar(
                of=place.card if place else None,
                results=present(
                    groups, Query("", filters, limit=limit), self._settings.archive.server
                ),
                documents=documents,
                pending=pending,
                updated=viewer.updated(),
                notices=(*unknown(filters, viewer), *(() if len(vectors) else (_SILENT,))),
            )
        return found.timed(time.monotonic() - started)

    @contextmanager
    def _viewing(self) -> "Iterator[SqliteViewer]":
        from asterisk_search.storage.viewing import SqliteViewer

        with closing(SqliteViewer(self._folder.catalog)) as viewer, viewer.snapshot():
            yield viewer

    def _resolved(self, note: str, viewer: "SqliteViewer") -> Place:
        from asterisk_search.search.resolving import resolve

        return resolve(note, viewer, choose(viewer.specs(), None))

    def _index(self, viewer: "SqliteViewer") -> "VectorIndex":
        """The vectors of the catalog, whichever model made them."""
        dim = viewer.dim()
        if dim is None:
            raise EmbedderUnavailable(
                "no passage has a vector yet", hint="run `asterisk-search index`"
            )
        return self._vector_index(viewer, dim)

    def _of_note(self, card: Card, viewer: "SqliteViewer") -> "Vectors":
        from asterisk_search.search.similar import gather

        return gather(viewer, viewer.speaking([card.document])[card.document])[1]

    def _of_text(self, text: str, viewer: "SqliteViewer") -> "Vectors":
        from asterisk_search.search.similar import PASSAGES
        from asterisk_search.sources.notes import loose_note
        from asterisk_search.text.chunking import Budget, chunk_document

        if not text.strip():
            raise UsageError("there is nothing to compare", hint="give a note, or some text")
        embedder = self._semantic(viewer).embedder
        tokens = min(self._settings.index.passage_tokens, embedder.max_tokens)
        chunks = chunk_document(loose_note(text), embedder, Budget(tokens, tokens // 5))
        texts = [chunk.embed_text for chunk in chunks if chunk.embed_text]
        if not texts:
            raise UsageError("the text says nothing that could be compared", hint="give more of it")
        return embedder.embed(texts[:PASSAGES])
