"""The word index: what a query's words weigh, and the passages that say them, by BM25.

BM25 costs about two microseconds for each row that matches, so a question of common words would
read half of a large catalog. Rows are read for the rarest words first; words too common for the
budget count where all words stand together, and in the text of the passages found by the others.
"""

import math
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from itertools import starmap
from typing import Final

from asterisk_search.answers import Filters, Scored, Term, Wording
from asterisk_search.storage import fts
from asterisk_search.storage.narrowing import chunk_ids
from asterisk_search.text.snippets import bare, stem

ROWS: Final = 3_000
"""Rows that one query may score by single words: about 6 ms."""
NARROWED: Final = 10
"""Filters leave fewer rows to score, so that more may match."""
_TYPOS: Final = ((8, 2), (5, 1))
"""Length of a stem from which so many of its letters may be wrong; shorter ones are other words."""


def wording(
    text: str, alternatives: Sequence[Sequence[str]], passages: int, found: Callable[[str], int]
) -> Wording:
    """The content words of ``text`` with their weights among so many passages.

    Alternatives are in one group. ``found`` says how many passages say a word.
    """
    either = [[term for choice in group for term in _as_term(choice)] for group in alternatives]
    grouped = {word for group in alternatives for choice in group for word in fts.terms(choice)}
    words = fts.terms(text)
    alone = [[word] for word in fts.content_terms(words) if word not in grouped]
    groups = [group for group in [*alone, *either] if group]
    return Wording(
        tuple(
            tuple(_weighed(word, found(word), passages) for word in dict.fromkeys(group))
            for group in groups[: fts.MAX_TERMS]
        )
    )


def keyword(
    connection: sqlite3.Connection, wanted: Wording, filters: Filters, limit: int
) -> list[Scored]:
    """Passages that say at least one of the words, by field-weighted BM25, best first.

    A word that no passage says is passed over; when that leaves nothing, titles whose words begin
    with the words are found.
    """
    known = sorted((term for term in wanted.terms if term.found), key=lambda t: (t.found, t.text))
    budget = ROWS * (NARROWED if filters else 1)
    rare = _affordable(known, budget)
    best: dict[int, float] = {}
    if rare:
        best.update(_match(connection, fts.match_any(rare), filters, limit))
    if len(rare) < len(known):
        for chunk, score in _together(connection, wanted, filters, limit, budget):
            best[chunk] = max(score, best.get(chunk, score))
    if not best and wanted.terms:
        prefix = fts.match_title_prefix([term.text for term in wanted.terms])
        best.update(_match(connection, prefix, filters, limit))
    ordered = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    return list(starmap(Scored, ordered[:limit]))


def respelt(word: str, beginning: Callable[[str], Iterable[tuple[str, int]]]) -> str | None:
    """The term of the index that ``word``, which is none, was probably meant to be.

    Among terms that begin alike: fewest letters wrong, then the most frequent. A term is a stem.
    ``beginning`` gives the terms that begin so, with the passages that say them.
    """
    root = stem(bare(word)).removesuffix("s")  # as the index's stemmer does, even after a "u"
    typos = next((typos for length, typos in _TYPOS if len(root) >= length), 0)
    if not typos or not root.isalpha():
        return None
    starts = dict.fromkeys((root[:2], root[1::-1], root[0] + root[2]))
    near = _nearness(root, typos)
    close = (
        (_wrong_letters(root, term, typos), -found, term)
        for start in starts
        for term, found in beginning(start)
        if near(term)
    )
    wrong, _, best = min(close, default=(typos + 1, 0, ""))
    return best if wrong <= typos else None


def beginning(connection: sqlite3.Connection, start: str) -> list[tuple[str, int]]:
    """Terms that begin so, with the passages that say them: some milliseconds for two letters."""
    return connection.execute(
        "SELECT term, doc FROM vocabulary WHERE term >= ? AND term < ?",
        [start, start + "\U0010ffff"],
    ).fetchall()


def _nearness(word: str, typos: int) -> Callable[[str], bool]:
    """Whether length, letters and trigrams leave it possible that a term is meant.

    Far cheaper than comparing letter by letter.
    """
    letters = set(word)
    trigrams = {f"  {word} "[at : at + 3] for at in range(len(word) + 1)}
    least = max(len(trigrams) - 4 * typos, 1)

    def near(term: str) -> bool:
        return (
            abs(len(term) - len(word)) <= typos
            and len(letters.symmetric_difference(term)) <= 2 * typos
            and sum(map(f"  {term} ".__contains__, trigrams)) >= least
        )

    return near


def _as_term(choice: str) -> list[str]:
    """One term for a choice of several words: they must stand together."""
    return fts.terms(f'"{choice}"')


def saying(connection: sqlite3.Connection, word: str) -> int:
    """How many passages say a word, or words that stand together."""
    return _rows(connection, fts.match_all([word]))


def _rows(connection: sqlite3.Connection, expression: str) -> int:
    (found,) = connection.execute(
        "SELECT count(*) FROM words WHERE words MATCH ?", [expression]
    ).fetchone()
    return int(found)


def _weighed(word: str, found: int, passages: int) -> Term:
    """The inverse document frequency as FTS5 computes it (SQLite documentation, FTS5, 7.2)."""
    weight = max(math.log((max(passages - found, 0) + 0.5) / (found + 0.5)), 1e-6)
    return Term(word, found, weight)


def _affordable(known: Sequence[Term], budget: int) -> list[str]:
    """The rarest words whose rows together are within the budget."""
    taken: list[str] = []
    for term in known:
        budget -= term.found
        if budget < 0:
            break
        taken.append(term.text)
    return taken


def _together(
    connection: sqlite3.Connection, wanted: Wording, filters: Filters, limit: int, budget: int
) -> list[tuple[int, float]]:
    """Passages that say all words; in their names alone, when too many do."""
    said = [[term for term in group if term.found] for group in wanted.groups]
    groups = [group for group in said if group]
    every = fts.match_groups([[term.text for term in group] for group in groups])
    # No more passages say all words than say the rarest: often there is nothing to count.
    fewest = min(sum(term.found for term in group) for group in groups)
    if fewest > 2 * budget and _rows(connection, every) > 2 * budget:
        named = _match(connection, fts.in_names(every), filters, limit)
        if named:
            return named
    return _match(connection, every, filters, limit)


def _match(
    connection: sqlite3.Connection, expression: str, filters: Filters, limit: int
) -> list[tuple[int, float]]:
    narrowed, values = chunk_ids(filters) if filters else ("", [])
    # The plus keeps SQLite from asking the word index anew for each of the chunks.
    clause = f"AND +rowid IN ({narrowed})" if narrowed else ""
    weights = ", ".join(map(str, fts.WEIGHTS))
    return connection.execute(
        f"SELECT rowid, -bm25(words, {weights}) AS score FROM words "
        f"WHERE words MATCH ? {clause} ORDER BY score DESC, rowid LIMIT ?",
        [expression, *values, limit],
    ).fetchall()


def _wrong_letters(word: str, term: str, most: int) -> int:
    """Letters to add, drop, change or swap with their neighbour (optimal string alignment).

    Above ``most``, no matter by how much.
    """
    earlier: list[int] = []
    row = list(range(len(word) + 1))
    for at, letter in enumerate(term):
        before, row = row, [at + 1]
        for place, other in enumerate(word):
            cost = min(before[place + 1] + 1, row[place] + 1, before[place] + (letter != other))
            if at and place and letter == word[place - 1] and term[at - 1] == other:
                cost = min(cost, earlier[place - 1] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        earlier = before
    return row[-1]
