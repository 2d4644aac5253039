"""The one shape in which answers leave the process, whichever shell sends them.

Versioned by ``schema``; fields are ``null`` rather than missing; scores are 0 to 1.
"""

import os
from typing import Any, Final

from asterisk_search.answers import Answer, Part, Passage, Result
from asterisk_search.indexing.reports import Check, SourceReport, Status, UpdateReport
from asterisk_search.records import Copy, SourceInfo
from asterisk_search.search.weights import HIGH, MEDIUM
from asterisk_search.service.standing import Standing, Vitals
from asterisk_search.sources.archivebox.links import wayback_url
from asterisk_search.text.folding import printable

SCHEMA: Final = 1

Json = dict[str, Any]


def confidence(score: float) -> str:
    """A word for a score: ``high``, ``medium`` or ``low``."""
    return "high" if score >= HIGH else "medium" if score >= MEDIUM else "low"


def cautions(answer: Answer) -> list[str]:
    """What the reader should know of how an answer came about, the most important first."""
    if not answer.degraded:
        return list(answer.notices)
    off = (
        f"search by meaning is off ({answer.degraded_reason}): these are keyword results; "
        "run `asterisk-search doctor`"
    )
    return [off, *answer.notices]


def unsure(answer: Answer) -> bool:
    """Whether something was found for the words, and none of it matches well."""
    found = answer.results if answer.query.text else ()
    return bool(found) and all(confidence(result.score) == "low" for result in found)


def remarks(answer: Answer) -> list[str]:
    """The cautions, and in the end whether nothing matches well."""
    closest = ["no confident match: these are the closest"] if unsure(answer) else []
    return [*cautions(answer), *closest]


def answer_json(answer: Answer, *, explain: bool = False, served_by: str = "process") -> Json:
    """An answer as JSON-ready data."""
    return {
        "schema": SCHEMA,
        "query": answer.query.asked or answer.query.text,
        "mode": answer.mode.value,
        "degraded": answer.degraded,
        "degraded_reason": answer.degraded_reason,
        "notices": remarks(answer),
        "took_ms": round(answer.took_ms, 1),
        "served_by": served_by,
        "total": answer.total,
        "index": {
            "documents": answer.documents,
            "pending": answer.pending,
            "updated": answer.updated,
        },
        "facets": {facet.name: [list(pair) for pair in facet.values] for facet in answer.facets},
        "results": [result_json(result, explain=explain) for result in answer.results],
    }


def result_json(result: Result, *, explain: bool = False) -> Json:
    """One result as JSON-ready data."""
    passage = result.passage
    return {
        "rank": result.rank,
        "id": f"{passage.source}:{printable(passage.path)}#{passage.ordinal}",
        "score": result.score,
        "confidence": confidence(result.score),
        "why": [part.retriever for part in result.parts],
        "source": passage.source,
        "kind": passage.kind.value,
        "title": passage.title,
        "heading": list(passage.headings),
        "path": printable(passage.path),
        "abs_path": printable(absolute_path(result)),
        "line": passage.line,
        "end_line": passage.end_line,
        "url": result.url,
        "tags": list(passage.tags),
        "created": passage.date,
        "modified": passage.modified,
        "snippet": result.snippet,
        "highlights": [list(span) for span in result.highlights],
        "others": result.others,
        "demoted": passage.demoted or None,
        "duplicates": [
            f"{passage.source}:{printable(passage.path)}" for passage in result.duplicates
        ],
        **_page(passage),
        "explain": [_part(part) for part in result.parts] if explain else None,
    }


def absolute_path(result: Result) -> str:
    """Where the file is that holds the passage; undecodable bytes as surrogate escapes."""
    passage = result.passage
    name = passage.page.file if passage.page else os.fsdecode(passage.ref)
    return os.path.join(passage.root, name)  # noqa: PTH118 - a display string


def _page(passage: Passage) -> Json:
    """What only saved web pages have; ``null`` for notes."""
    page = passage.page
    return {
        "original_url": page.url if page else None,
        "wayback_url": wayback_url(page) if page else None,
        "domain": page.domain if page else None,
        "snapshot_path": printable(page.copy.folder) if page else None,
        "archived_at": page.copy.saved or None if page else None,
        "extractor": page.extractor or None if page else None,
        "snapshots": [_copy(copy) for copy in page.copies] if page else None,
    }


def _copy(copy: Copy) -> Json:
    return {
        "id": copy.id or None,
        "original_url": copy.url,
        "snapshot_path": printable(copy.folder),
        "archived_at": copy.saved or None,
        "status": copy.status or None,
    }


def update_json(report: UpdateReport) -> Json:
    """The report of an update as JSON-ready data."""
    return {
        "schema": SCHEMA,
        "sources": [_source_report(source) for source in report.sources],
        "documents": report.documents,
        "chunks": report.chunks,
        "embedded": report.embedded,
        "pending": report.pending,
        "degraded": report.degraded_reason is not None,
        "degraded_reason": report.degraded_reason,
        "problem": report.problem,
        "index_bytes": report.index_bytes,
        "seconds": round(report.seconds, 3),
        "peak_bytes": report.peak_bytes,
    }


def status_json(status: Status, daemon: Vitals | None) -> Json:
    """The state of the index, and what the daemon does if there is one, as JSON-ready data."""
    return {
        "schema": SCHEMA,
        "data_dir": printable(status.data_dir),
        "index_bytes": status.index_bytes,
        "documents": status.documents,
        "chunks": status.chunks,
        "vectors": status.vectors,
        "pending": status.pending,
        "updated": status.updated,
        "model": status.model or None,
        "next_model": status.next_model or None,
        "sources": [source_json(info) for info in status.sources],
        "skipped": [
            {
                "source": source,
                "path": printable(skip.path),
                "reason": skip.reason.value,
                "detail": skip.detail or None,
            }
            for source, skip in status.skips
        ],
        "warnings": [
            {"source": source, "path": printable(path), "warning": warning}
            for source, path, warning in status.warnings
        ],
        "daemon": daemon_json(daemon) if daemon else None,
    }


def progress_json(standing: Standing) -> Json:
    """What a daemon is doing as JSON-ready data."""
    return {"schema": SCHEMA, **_doing(standing)}


def daemon_json(vitals: Vitals) -> Json:
    """How a daemon is, as JSON-ready data."""
    standing = vitals.standing
    return {
        "pid": vitals.pid,
        "version": vitals.version,
        "uptime_s": vitals.uptime_s,
        "memory_bytes": vitals.memory_bytes,
        "http": standing.http or None,
        **_doing(standing),
        "followed": [
            {"source": one.source, "how": one.how, "detail": printable(one.detail) or None}
            for one in standing.followed
        ],
    }


def _doing(standing: Standing) -> Json:
    return {
        "phase": standing.phase,
        "done": standing.done,
        "total": standing.total,
        "unit": standing.unit,
        "waiting": standing.waiting,
        "paused": standing.paused or None,
        "degraded": standing.degraded or None,
        "error": printable(standing.error) or None,
    }


def source_json(info: SourceInfo) -> Json:
    """A source as JSON-ready data."""
    return {
        "name": info.spec.name,
        "type": info.spec.type,
        "root": printable(info.spec.root),
        "exclude": list(info.spec.exclude),
        "documents": info.documents,
        "chunks": info.chunks,
        "pending": info.pending,
        "skipped": info.skipped,
        "updated": info.updated,
    }


def check_json(check: Check) -> Json:
    """One line of a diagnosis as JSON-ready data."""
    return {
        "name": check.name,
        "health": check.health.value,
        "detail": printable(check.detail),
        "fix": check.fix or None,
    }


def _part(part: Part) -> Json:
    return {
        "retriever": part.retriever,
        "rank": part.rank,
        "raw": round(part.raw, 4),
        "contribution": round(part.contribution, 4),
    }


def _source_report(report: SourceReport) -> Json:
    return {
        "source": report.source,
        "indexed": report.indexed,
        "new": report.new,
        "changed": report.changed,
        "moved": report.moved,
        "removed": report.removed,
        "unchanged": report.unchanged,
        "kept": report.kept,
        "withheld": report.withheld,
        "skipped": [
            {"path": printable(skip.path), "reason": skip.reason.value, "detail": skip.detail}
            for skip in report.skips
        ],
        "error": report.error or None,
    }
