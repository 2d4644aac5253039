"""The wire shape as JSON Schema: what `service.wire` builds, described for those who read it.

Every field is always there (``null`` rather than missing) and there are no others; the tests hold
real answers against these schemas.
"""

from typing import Any, Final

Schema = dict[str, Any]

TEXT: Final[Schema] = {"type": "string"}
WHOLE: Final[Schema] = {"type": "integer"}
NUMBER: Final[Schema] = {"type": "number"}
FLAG: Final[Schema] = {"type": "boolean"}


def shape(**properties: Schema) -> Schema:
    """An object with exactly these fields."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def listed(of: Schema) -> Schema:
    """Any number of these."""
    return {"type": "array", "items": of}


def maybe(of: Schema) -> Schema:
    """One of these, or null."""
    return {"anyOf": [of, {"type": "null"}]}


SCORE: Final[Schema] = {"type": "number", "minimum": 0, "maximum": 1}
PART: Final = shape(retriever=TEXT, rank=WHOLE, raw=NUMBER, contribution=NUMBER)
COPY: Final = shape(
    id=maybe(TEXT),
    original_url=TEXT,
    snapshot_path=TEXT,
    archived_at=maybe(TEXT),
    status=maybe(TEXT),
)
RESULT: Final = shape(
    rank=WHOLE,
    id=TEXT,
    score=SCORE,
    confidence={"type": "string", "enum": ["high", "medium", "low"]},
    why=listed(TEXT),
    source=TEXT,
    kind=TEXT,
    title=TEXT,
    heading=listed(TEXT),
    path=TEXT,
    abs_path=TEXT,
    line=WHOLE,
    end_line=WHOLE,
    url=TEXT,
    tags=listed(TEXT),
    created=maybe(TEXT),
    modified=TEXT,
    snippet=TEXT,
    highlights=listed({"type": "array", "items": WHOLE, "minItems": 2, "maxItems": 2}),
    others=WHOLE,
    demoted=maybe(TEXT),
    duplicates=listed(TEXT),
    original_url=maybe(TEXT),
    wayback_url=maybe(TEXT),
    domain=maybe(TEXT),
    snapshot_path=maybe(TEXT),
    archived_at=maybe(TEXT),
    extractor=maybe(TEXT),
    snapshots=maybe(listed(COPY)),
    explain=maybe(listed(PART)),
)
INDEX: Final = shape(documents=WHOLE, pending=WHOLE, updated=maybe(TEXT))
ANSWER: Final = shape(
    schema=WHOLE,
    query=TEXT,
    mode=TEXT,
    degraded=FLAG,
    degraded_reason=maybe(TEXT),
    notices=listed(TEXT),
    took_ms=NUMBER,
    served_by=TEXT,
    total=WHOLE,
    index=INDEX,
    facets={"type": "object", "additionalProperties": listed({"type": "array", "minItems": 2})},
    results=listed(RESULT),
)
_CARD: Final[dict[str, Schema]] = {
    "id": TEXT,
    "source": TEXT,
    "kind": TEXT,
    "title": TEXT,
    "path": TEXT,
    "abs_path": TEXT,
    "aliases": listed(TEXT),
    "tags": listed(TEXT),
    "created": maybe(TEXT),
    "modified": TEXT,
    "size": WHOLE,
    "demoted": maybe(TEXT),
    "original_url": maybe(TEXT),
    "domain": maybe(TEXT),
    "archived_at": maybe(TEXT),
}
DOCUMENT: Final = shape(
    schema=WHOLE,
    **_CARD,
    properties=listed({"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2}),
    line=WHOLE,
    end_line=WHOLE,
    lines=WHOLE,
    from_file=FLAG,
    notices=listed(TEXT),
    text=TEXT,
)
SIMILAR: Final = shape(
    schema=WHOLE,
    of=maybe(shape(**_CARD)),
    notices=listed(TEXT),
    took_ms=NUMBER,
    index=INDEX,
    results=listed(RESULT),
)
SOURCE: Final = shape(
    name=TEXT,
    type=TEXT,
    root=TEXT,
    exclude=listed(TEXT),
    documents=WHOLE,
    chunks=WHOLE,
    pending=WHOLE,
    skipped=WHOLE,
    updated=maybe(TEXT),
)
_DOING: Final[dict[str, Schema]] = {
    "phase": TEXT,
    "done": WHOLE,
    "total": WHOLE,
    "unit": TEXT,
    "waiting": WHOLE,
    "paused": maybe(TEXT),
    "degraded": maybe(TEXT),
    "error": maybe(TEXT),
}
DAEMON: Final = shape(
    pid=WHOLE,
    version=TEXT,
    uptime_s=NUMBER,
    memory_bytes=WHOLE,
    http=maybe(TEXT),
    **_DOING,
    followed=listed(
        shape(
            source=TEXT,
            how={"type": "string", "enum": ["watching", "polling", "away"]},
            detail=maybe(TEXT),
        )
    ),
)
SOURCES: Final = shape(schema=WHOLE, sources=listed(SOURCE))
STATUS: Final = shape(
    schema=WHOLE,
    data_dir=TEXT,
    index_bytes=WHOLE,
    documents=WHOLE,
    chunks=WHOLE,
    vectors=WHOLE,
    pending=WHOLE,
    updated=maybe(TEXT),
    model=maybe(TEXT),
    next_model=maybe(TEXT),
    sources=listed(SOURCE),
    skipped=listed(shape(source=TEXT, path=TEXT, reason=TEXT, detail=maybe(TEXT))),
    warnings=listed(shape(source=TEXT, path=TEXT, warning=TEXT)),
    daemon=maybe(DAEMON),
)
PROGRESS: Final = shape(schema=WHOLE, **_DOING)
HEALTH: Final = shape(schema=WHOLE, status=TEXT)
ACCEPTED: Final = shape(schema=WHOLE, accepted=FLAG)
ERROR: Final = shape(error=shape(code=TEXT, message=TEXT, hint=maybe(TEXT)))
