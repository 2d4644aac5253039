"""Measuring search on a user's own queries."""

from collections.abc import Sequence

from asterisk_search.answers import Mode, Query
from asterisk_search.errors import AsteriskError, UsageError
from asterisk_search.library.asking import Asking
from asterisk_search.library.viewing import Viewing
from asterisk_search.views import Judged, Scores


class Measuring(Asking, Viewing):
    """Judged queries to scores."""

    def measure(
        self, judged: Sequence[Judged], modes: Sequence[Mode]
    ) -> list[tuple[str, str, Scores]]:
        """Mode, category (empty for all) and mean scores of the queries.

        Raises:
            UsageError: an expected note is none, or several; names the line.
            EmbedderUnavailable: a mode needs the model, and it cannot be used.
            NothingIndexed: there is no index.
        """
        from asterisk_search.search.judged import DEPTH, Tally, score

        grades = [self._documents(query) for query in judged]
        rows = []
        for mode in modes:
            for query, wanted in zip(judged, grades, strict=True):
                answer = self.search(Query(query.text, mode=mode, limit=DEPTH))
                if answer.mode is not mode:
                    raise AsteriskError(
                        f"mode {mode.value} cannot be measured: {answer.degraded_reason}",
                        hint="run `asterisk-search doctor`, or measure --mode keyword",
                    )
                ranked = [result.passage.document for result in answer.results]
                rows.append((mode.value, query.category, score(ranked, wanted)))
        return Tally(rows).table()

    def _documents(self, query: Judged) -> dict[int, float]:
        with self._viewing() as viewer:
            found = {}
            for name, grade in query.expected:
                try:
                    found[self._resolved(name, viewer).card.document] = grade
                except AsteriskError as error:
                    why = f"line {query.line}: {error.message}"
                    raise UsageError(why, hint=error.hint) from error
            return found
