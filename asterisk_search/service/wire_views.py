"""The shapes in which views of documents leave the process; see `service.wire`."""

import os

from asterisk_search.service.wire import SCHEMA, Json, result_json
from asterisk_search.text.folding import printable
from asterisk_search.views import (
    Card,
    DuplicateGroup,
    Duplicates,
    Listing,
    Ranked,
    Reading,
    Related,
    Similar,
    Why,
)


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
        "original_url": card.page.url if card.page else None,
        "domain": card.page.domain if card.page else None,
        "archived_at": card.page.copy.saved or None if card.page else None,
    }


def card_path(card: Card) -> str:
    """Where the document's file is; undecodable bytes as surrogate escapes."""
    name = card.page.file if card.page else os.fsdecode(card.ref)
    return os.path.join(card.root, name)  # noqa: PTH118 - a display string


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


def listing_json(listing: Listing) -> Json:
    """Listed documents as JSON-ready data."""
    return {
        "schema": SCHEMA,
        "total": listing.total,
        "notices": list(listing.notices),
        "documents": [card_json(card) for card in listing.cards],
    }


def why_json(why: Why) -> Json:
    """An explanation as JSON-ready data."""
    return {
        "schema": SCHEMA,
        "path": printable(why.path),
        "state": why.state.value,
        "reason": printable(why.reason),
        "source": why.source,
        "document": card_json(why.card) if why.card else None,
        "digest": why.card.digest.hex() if why.card else None,
        "warnings": list(why.card.warnings) if why.card else [],
        "chunks": why.chunks,
        "vectors": why.vectors,
        "pending": why.pending,
        "model": why.model or None,
        "fix": printable(why.fix) or None,
        "ranked": _ranked_json(why.ranked) if why.ranked else None,
    }


def _ranked_json(ranked: Ranked) -> Json:
    return {
        "query": ranked.query,
        "mode": ranked.mode,
        "looked_at": ranked.looked_at,
        "total": ranked.total,
        "absence": ranked.absence or None,
        "result": result_json(ranked.result, explain=True) if ranked.result else None,
    }


def related_json(related: Related) -> Json:
    """Related documents as JSON-ready data: results of a search, each with its reasons."""
    return {
        "schema": SCHEMA,
        "of": card_json(related.of),
        "notices": list(related.notices),
        "took_ms": round(related.took_ms, 1),
        "results": [
            {
                **result_json(relative.result),
                "reasons": [
                    {
                        "kind": reason.kind,
                        "detail": reason.detail or None,
                        "weight": round(reason.weight, 4),
                    }
                    for reason in relative.reasons
                ],
            }
            for relative in related.relatives
        ],
    }


def duplicates_json(found: Duplicates) -> Json:
    """Groups of duplicates as JSON-ready data."""
    return {
        "schema": SCHEMA,
        "compared": found.compared,
        "notices": list(found.notices),
        "took_ms": round(found.took_ms, 1),
        "groups": [_group_json(group) for group in found.groups],
    }


def _group_json(group: DuplicateGroup) -> Json:
    return {
        "keep": card_json(group.keep),
        "others": [
            {
                **card_json(other.card),
                "how": other.alike.how,
                "similarity": round(other.alike.share, 4),
            }
            for other in group.others
        ],
        "copies": [printable(copy) for copy in group.copies],
    }
