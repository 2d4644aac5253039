"""What the product's retrievers find for a query, as numbers to learn from."""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from asterisk_search.answers import Mode, Query
from asterisk_search.library import Library
from asterisk_search.search.closeness import Closeness, Looker
from asterisk_search.search.evidence import SHORT_WEIGHT, SUBSTANTIAL
from asterisk_search.search.fusion import fused, trust, yardstick
from asterisk_search.search.ladder import climb
from asterisk_search.search.ranking import DEPTH, said
from asterisk_search.search.weights import Weights
from asterisk_search.storage.reader import SqliteReader

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEATURES: Final = ("keyword", "meaning", "coverage", "nearness")
_ROUGH: Final = Weights(0.0, 3.0, 7.0, 0.0, 0.0, 0.3)
"""Chooses the candidates that are looked at closely."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One query: its candidates (n, features), the document of each, and how good that is."""

    features: "NDArray[np.float64]"
    documents: "NDArray[np.int64]"
    grades: "NDArray[np.float64]"
    short: "NDArray[np.float64]"
    """What is taken off for passages of few words."""
    by_words: "NDArray[np.bool_]"
    by_meaning: "NDArray[np.bool_]"
    wanted: tuple[float, ...]
    """Grades of all there is."""
    typical: float | None
    """The mean cosine of what the words find."""

    def shown(
        self, weights: "NDArray[np.float64]", mode: Mode, most: int
    ) -> tuple[list[float], list[float]]:
        """Score (before the bias) and grade of the first ``most`` documents, best first."""
        part = {Mode.KEYWORD: self.by_words, Mode.SEMANTIC: self.by_meaning}.get(mode)
        odds = self.features @ weights + self.short
        order = [at for at in np.argsort(-odds, kind="stable") if part is None or part[at]]
        best: dict[int, int] = {}
        for at in order:
            best.setdefault(int(self.documents[at]), int(at))
            if len(best) == most:
                break
        taken = list(best.values())
        return odds[taken].tolist(), self.grades[taken].tolist()


def candidates(
    library: Library, text: str, grades: Mapping[str, int], documents: Mapping[str, str]
) -> Asked:
    """Ask the retrievers; ``documents`` names the document of each path, ``grades`` grades them."""
    query = Query(text, limit=10)
    with library._reading() as opened, closing(SqliteReader(library._folder.catalog)) as reader:
        wanted = reader.wording(text)
        climbed = climb(query, wanted, reader, lambda: library._semantic(opened))
        found = fused(climbed.keyword, wanted.ceiling, climbed.meaning, _ROUGH)[: 2 * DEPTH]
        passages = reader.hydrate([one.id for one in found])
    looker = Looker.of(wanted)
    best = max((hit.score for hit in climbed.keyword), default=0.0)
    per = yardstick(wanted.ceiling, best)
    cosines = {hit.id: hit.score for hit in climbed.meaning}
    said_by = {hit.id for hit in climbed.keyword}
    nearest = {hit.id for hit in climbed.meaning[:100]}
    # Beyond the depth of ranking, passages are not looked at.
    close = [looker.look(said(passages[one.id])) for one in found[:DEPTH]]
    sure = trust(max((seen.coverage for seen in close), default=1.0))
    close += [Closeness(0.0, 0.0)] * (len(found) - len(close))
    rows, owners, marks, short = [], [], [], []
    for one, seen in zip(found, close, strict=True):
        passage = passages[one.id]
        rows.append(
            [
                sure * max(one.keyword.raw, 0.0) / per if one.keyword else 0.0,
                one.meaning.raw if one.meaning else _ROUGH.unseen,
                sure * seen.coverage,
                sure * seen.nearness,
            ]
        )
        owners.append(passage.document)
        marks.append(float(grades.get(documents.get(passage.path, ""), 0)))
        words = len(passage.text.split(maxsplit=SUBSTANTIAL))
        short.append(SHORT_WEIGHT * max(SUBSTANTIAL - words, 0) / SUBSTANTIAL)
    typical = [cosines[chunk] for chunk in said_by if chunk in cosines]
    return Asked(
        np.array(rows, dtype=float).reshape(-1, len(FEATURES)),
        np.array(owners, dtype=np.int64),
        np.array(marks),
        np.array(short),
        np.array([one.id in said_by for one in found], dtype=bool),
        np.array([one.id in nearest for one in found], dtype=bool),
        tuple(map(float, grades.values())),
        float(np.mean(typical)) if typical else None,
    )
