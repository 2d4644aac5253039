"""Snapshots as their own folders describe them, for an archive without a readable database."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from asterisk_search.errors import EntrySkipped
from asterisk_search.sources.archivebox.database import tag_list
from asterisk_search.sources.archivebox.layout import Layout
from asterisk_search.sources.archivebox.rows import Row, iso_time
from asterisk_search.sources.files import read_bytes
from asterisk_search.sources.settings import parse_json
from asterisk_search.text.lines import clean_text

_LARGEST: Final = 5_000_000


def read_folders(root: Path, layout: Layout) -> Iterator[Row]:
    """The snapshots whose folders can tell what they are, each real folder once."""
    seen: set[str] = set()
    for folder in [*layout.deep(), *layout.flat()]:
        real = os.path.realpath(root / folder)
        if real in seen:
            continue
        seen.add(real)
        said = describe(root / folder)
        if said is not None and isinstance(said.get("url"), str):
            yield _row(said, folder)


def describe(folder: Path) -> dict[str, Any] | None:
    """What ``index.jsonl`` says of the snapshot, or else ``index.json``.

    Other lines of the former tell of programs and their environments; they are passed over.
    """
    try:
        for line in read_bytes(os.fsencode(folder / "index.jsonl"), _LARGEST).splitlines():
            if b'"Snapshot"' in line:
                said = parse_json(line.decode("utf-8", "replace"))
                if isinstance(said, dict) and said.get("type") == "Snapshot":
                    return said
    except (EntrySkipped, ValueError):
        pass
    try:
        said = parse_json(read_bytes(os.fsencode(folder / "index.json"), _LARGEST).decode("utf-8"))
    except (EntrySkipped, ValueError):
        return None
    return said if isinstance(said, dict) else None


def first_saved(folder: Path) -> str:
    """When the first output that succeeded was begun; empty when the folder does not say."""
    try:
        content = read_bytes(os.fsencode(folder / "index.json"), _LARGEST)
        history = json.loads(content).get("history", {})
        times = [
            iso_time(result.get("start_ts"))
            for results in history.values()
            for result in results
            if result.get("status") == "succeeded"
        ]
    except (EntrySkipped, ValueError, AttributeError, TypeError, RecursionError):
        return ""
    return min(filter(None, times), default="")


def _row(said: dict[str, Any], folder: str) -> Row:
    def text(*names: str) -> str:
        value = next((said[name] for name in names if isinstance(said.get(name), str)), "")
        return clean_text(value)

    timestamp = text("timestamp") or folder.rsplit("/", 1)[-1]
    return Row(
        id=text("id", "snapshot_id").replace("-", ""),
        url=text("url"),
        timestamp=timestamp,
        title=text("title"),
        added=iso_time(said.get("created_at") or said.get("oldest_archive_date")),
        changed=iso_time(said.get("modified_at") or said.get("updated")),
        bookmarked=iso_time(said.get("bookmarked_at") or said.get("bookmarked_date")),
        downloaded=iso_time(said.get("downloaded_at")),
        status=text("status"),
        tags=tuple(map(clean_text, tag_list(said.get("tags") or said.get("tags_str")))),
        folder=folder,
    )
