"""Measuring search on a user's own queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from asterisk_search.answers import Answer, Mode, Query
from asterisk_search.errors import AsteriskError, NothingIndexed, UsageError
from asterisk_search.library.asking import Asking
from asterisk_search.library.viewing import Viewing
from asterisk_search.views import Judged, Scores


@dataclass(frozen=True, slots=True)
class Measured:
    """What measuring found."""

    table: list[tuple[str, str, Scores]]
    """Mode, category (empty for all) and mean scores."""
    remarks: dict[str, list[Judged]]
    """What the answers said beside their results, each with the queries it was said of."""


class Measuring(Asking, Viewing):
    """Judged queries to scores."""

    def measure(self, judged: Sequence[Judged], modes: Sequence[Mode]) -> Measured:
        """How well the queries find what is expected of them, in each of the modes.

        Raises:
            UsageError: an expected note is none, or several, or a query cannot be asked; names
                the line.
            EmbedderUnavailable: a mode needs the model, and it cannot be used.
            NothingIndexed: there is no index.
        """
        from asterisk_search.search.judged import DEPTH, Tally, score

        grades = [self._documents(query) for query in judged]
        rows = []
        remarks: dict[str, dict[Judged, None]] = {}
        for mode in modes:
            for query, wanted in zip(judged, grades, strict=True):
                answer = self._asked(query, Query(query.text, mode=mode, limit=DEPTH))
                if answer.mode is not mode:
                    raise AsteriskError(
                        f"mode {mode.value} cannot be measured: {answer.degraded_reason}",
                        hint="run `asterisk-search doctor`, or measure --mode keyword",
                    )
                for notice in answer.notices:
                    remarks.setdefault(notice, {})[query] = None
                ranked = [result.passage.document for result in answer.results]
                rows.append((mode.value, query.category, score(ranked, wanted)))
        said = {notice: list(queries) for notice, queries in remarks.items()}
        return Measured(Tally(rows).table(), said)

    def _asked(self, judged: Judged, query: Query) -> Answer:
        try:
            return self.search(query)
        except (UsageError, NothingIndexed) as error:
            raise _placed(judged, error) from error

    def _documents(self, query: Judged) -> dict[int, float]:
        with self._viewing() as viewer:
            found = {}
            for name, grade in query.expected:
                try:
                    found[self._resolved(name, viewer).card.document] = grade
                except AsteriskError as error:
                    raise _placed(query, error) from error
            return found


def _placed(query: Judged, error: AsteriskError) -> UsageError:
    """The same error, which names the place of the query."""
    return UsageError(f"{query.file}, line {query.line}: {error.message}", hint=error.hint)
