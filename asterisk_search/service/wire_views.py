"""The shapes in which views of documents leave the process; see `service.wire`."""

import os

from asterisk_search.service.wire import SCHEMA, Json, result_json
from asterisk_search.text.folding import printable
from asterisk_search.views import Card, Reading, Similar


def card_json(card: Card) -> Json:
    """A document without its text as JSON-ready data."""
    return {
        "id": printable(card.id),
        "source": card.source,
        "kind": card.kind.value,
        "title": card.title,
        "path": printable(card.path),
        "abs_path": printable(card_path(card)),
        "aliases": list(card.aliases),
        "tags": list(card.tags),
        "created": card.date,
        "modified": card.modified,
        "size": card.size,
        "demoted": card.demoted or None,
    }


def card_path(card: Card) -> str:
    """Where the document's file is; undecodable bytes as surrogate escapes."""
    return os.path.join(card.root, os.fsdecode(card.ref))  # noqa: PTH118 - a display string


def reading_json(reading: Reading) -> Json:
    """A document with its text as JSON-ready data."""
    return {
        "schema": SCHEMA,
        **card_json(reading.card),
        "properties": [list(pair) for pair in reading.card.properties],
        "line": reading.line,
        "end_line": reading.end_line,
        "lines": reading.lines,
        "from_file": reading.from_file,
        "notices": list(reading.notices),
        "text": reading.text,
    }


def similar_json(similar: Similar) -> Json:
    """Similar documents as JSON-ready data; ``results`` are those of a search."""
    return {
        "schema": SCHEMA,
        "of": card_json(similar.of) if similar.of else None,
        "notices": list(similar.notices),
        "took_ms": round(similar.took_ms, 1),
        "index": {
            "documents": similar.documents,
            "pending": similar.pending,
            "updated": similar.updated,
        },
        "results": [result_json(result) for result in similar.results],
    }
