"""The documents of a small vault that holds every case of the format.

Rewrite the expected documents with ``pytest --accept`` and review the difference.
"""

import json
from dataclasses import asdict
from pathlib import Path

from asterisk_search.errors import EntrySkipped
from asterisk_search.records import Document, Entry, Skip
from asterisk_search.sources.obsidian import ObsidianSource

HERE = Path(__file__).parent
EXPECTED = HERE / "documents.json"


def described(document: Document) -> dict[str, object]:
    fields = asdict(document)
    for name in ("entry", "modified", "body", "blocks"):
        del fields[name]
    fields["digest"] = document.digest.hex()
    fields["links"] = [
        f"line {link.line}, {link.kind}: {link.target!r} # {link.subpath!r} | {link.text!r}"
        for link in document.links
    ]
    fields["blocks"] = [
        {
            "at": f"{b.start}-{b.end}, lines {b.line}-{b.end_line}, {b.kind}",
            "headings": " > ".join(b.headings),
            "text": document.body[b.start : b.end].split("\n"),
        }
        for b in document.blocks
    ]
    return {name: value for name, value in fields.items() if value}


def outcome(source: ObsidianSource, item: Entry | Skip) -> dict[str, object]:
    if isinstance(item, Skip):
        return {"skipped": item.reason, "detail": item.detail}
    try:
        document = source.read(item)
    except EntrySkipped as error:
        return {"skipped": error.reason, "detail": error.detail}
    assert document is not None
    return {"kind": item.kind, **described(document)}


def test_the_golden_vault_yields_its_documents(accept: bool) -> None:
    source = ObsidianSource("golden", HERE / "vault")
    items = sorted(source.scan(), key=lambda item: item.ref)
    found = {item.path: outcome(source, item) for item in items}
    assert len(found) == len(items)
    written = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    if accept:
        EXPECTED.write_text(written, "utf-8")
    assert json.loads(written) == json.loads(EXPECTED.read_text("utf-8"))


def test_what_must_not_be_read_is_nowhere() -> None:
    assert "never read" not in EXPECTED.read_text("utf-8")
