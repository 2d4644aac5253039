"""Questions in words that their answers do not say, made of the data at hand by rule.

Two kinds: the questions of the development sets without the words that an answer says, and
definitions of WordNet, asked of an encyclopedia that has an article of the word defined. Both are
cruder than what people ask. Sets of the same two kinds, made a little differently, were among those
by which the rules about shared words were chosen (docs/ranking.md).
"""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from asterisk_search.text.snippets import bare, stem
from asterisk_search.text.stopwords import STOP_WORDS
from tests.benchmarks.devsets import DevSet, lines

LEAST = 2
"""Words of content that a question keeps, or it is left out."""
SHORTEST = 4
"""Words of a definition, or it is left out."""
_WORD = re.compile(r"\w+")


def without_said(asked: DevSet, corpus: Mapping[str, str]) -> DevSet:
    """The questions without the words that any of their answers says; short rests are left out."""
    queries = {}
    for number, text in asked.queries.items():
        said = {one for document in asked.grades[number] for one in _stems(corpus[document])}
        words = [(word, _content(word)) for word in text.split()]
        kept = [(word, content) for word, content in words if content.isdisjoint(said)]
        if sum(bool(content) for _, content in kept) >= LEAST:
            queries[number] = " ".join(word for word, _ in kept)
    return DevSet(asked.name, queries, {number: asked.grades[number] for number in queries})


def definitions(pairs: Path, articles: Iterable[str]) -> DevSet:
    """What defines the name of one of these notes without saying it; the note is the answer.

    ``pairs`` is a file of (word or words, definition); ``articles`` are paths of notes.
    """
    paths = {Path(path).stem.lower(): path for path in articles}
    queries: dict[str, str] = {}
    grades: dict[str, dict[str, int]] = {}
    for row in map(json.loads, lines(pairs)):
        words = (word.strip().lower() for word in re.split(r"[,;]| \(", row["a"]))
        name = next((word for word in words if word in paths), None)
        text = row["b"]
        if name is None or name in text.lower() or len(text.split()) < SHORTEST:
            continue
        number = str(len(queries))
        queries[number], grades[number] = text, {paths[name]: 1}
    return DevSet("definitions", queries, grades)


def _stems(text: str) -> set[str]:
    return {stem(word) for word in _WORD.findall(bare(text))}


def _content(word: str) -> set[str]:
    """The stems of what is no stop word in something between two spaces."""
    return {stem(one) for one in _WORD.findall(bare(word)) if one not in STOP_WORDS}
