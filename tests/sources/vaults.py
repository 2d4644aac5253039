"""Vaults made for a test."""

import json
from collections.abc import Mapping
from pathlib import Path

from asterisk_search.records import Document, Entry, Skip, SkipReason
from asterisk_search.sources.obsidian import ObsidianSource


def write(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below ``root``; folders are made as needed."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def configure(root: Path, **files: object) -> Path:
    """Write ``.obsidian/<name>.json`` files; ``__`` in a name stands for a folder."""
    return write(
        root,
        {
            f".obsidian/{name.replace('__', '/').replace('_', '-')}.json": json.dumps(value)
            for name, value in files.items()
        },
    )


def scan(root: Path, **options: object) -> tuple[set[str], dict[str, SkipReason]]:
    """The paths of the entries of a vault, and of what is skipped with its reason."""
    found: set[str] = set()
    skips: dict[str, SkipReason] = {}
    for item in ObsidianSource("v", root, **options).scan():  # type: ignore[arg-type]
        if isinstance(item, Skip):
            skips[item.path] = item.reason
        else:
            found.add(item.path)
    return found, skips


def read(root: Path, path: str) -> Document:
    """The document at ``path``."""
    source = ObsidianSource("v", root)
    for item in source.scan():
        if isinstance(item, Entry) and item.path == path:
            document = source.read(item)
            assert document is not None
            return document
    raise AssertionError(f"{path} is not an entry")


def note(root: Path, content: str | bytes, path: str = "Note.md") -> Document:
    """The document of one note written for it."""
    return read(write(root, {path: content}), path)
