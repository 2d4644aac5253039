"""Retrieval development sets as folders of notes, indexed by the product.

A set is a folder with ``corpus.jsonl.xz`` (id, title, text), ``queries.jsonl.xz`` (id, text) and
``qrels.tsv.xz`` (query_id, doc_id, score). Each document becomes a note of its title, in a folder
of its own, since titles repeat; one without a title is named by its number, as many people name
notes. Catalogs are kept in a cache folder: vectors are stored by what was embedded and by which
model, so a second run embeds nothing, and one with another model only what it must.
"""

import json
import lzma
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from asterisk_search.config import ModelSettings, Settings
from asterisk_search.indexing.progress import Silent
from asterisk_search.library import Library

SETS = ("npl", "cranfield", "qed-dev", "xquad-en", "chunking-eval", "squadshifts-reddit")
MOST_QUERIES = 400
"""Of each set, its first: enough to compare, and minutes rather than hours."""
_FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|#^[]\n\t\r', " "))
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class DevSet:
    """Queries and what answers them: query id to (document id to grade)."""

    name: str
    queries: dict[str, str]
    grades: dict[str, dict[str, int]]


def cache_folder() -> Path:
    """Where catalogs are kept: ``BENCHMARK_CACHE``, or a folder among the temporary files."""
    given = os.environ.get("BENCHMARK_CACHE")
    return Path(given) if given else Path(tempfile.gettempdir()) / "asterisk-search-benchmarks"


def read_set(folder: Path, most: int = MOST_QUERIES) -> DevSet:
    """The first ``most`` queries of a set that have an answer."""
    grades: dict[str, dict[str, int]] = {}
    for line in list(lines(folder / "qrels.tsv.xz"))[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            grades.setdefault(query, {})[document] = int(grade)
    rows = map(json.loads, lines(folder / "queries.jsonl.xz"))
    asked = {row["id"]: row["text"] for row in rows if row["id"] in grades}
    queries = dict(list(asked.items())[:most])
    return DevSet(folder.name, queries, {query: grades[query] for query in queries})


def read_corpus(folder: Path) -> dict[str, str]:
    """Title and text of each document of a set, by its id."""
    rows = map(json.loads, lines(folder / "corpus.jsonl.xz"))
    return {row["id"]: f"{row['title']}\n{row['text']}" for row in rows}


def indexed(folder: Path) -> tuple[Library, dict[str, str]]:
    """A library of a set's documents, up to date, and the document id of each note's path."""
    place = cache_folder() / folder.name
    vault = place / "notes"
    documents = _written(folder / "corpus.jsonl.xz", vault)
    model = ModelSettings(os.environ.get("ASTERISK_SEARCH_MODEL_PATH", ""))
    library = Library(Settings(data_dir=str(place / "data"), model=model))
    library.register([str(vault)], name=folder.name)
    report = library.update(None, Silent())
    if report.pending or report.degraded_reason:
        raise RuntimeError(f"{folder.name} is not whole: {report}")
    return library, documents


def _written(corpus: Path, vault: Path) -> dict[str, str]:
    documents: dict[str, str] = {}
    for number, row in enumerate(map(json.loads, lines(corpus)), 1):
        title = " ".join(row["title"].translate(_FORBIDDEN).split()).strip(". ")
        path = Path(str(number)) / f"{title[:_LONGEST_NAME].strip() or number}.md"
        documents[path.as_posix()] = row["id"]
        if not (vault / path).exists():
            (vault / path).parent.mkdir(parents=True, exist_ok=True)
            (vault / path).write_text(row["text"] + "\n", encoding="utf-8")
    return documents


def lines(path: Path) -> Iterator[str]:
    """The lines of a compressed text file."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield line.rstrip("\n")
