"""Which kind of source a folder is, and opening one of that kind."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from asterisk_search.protocols import Source
from asterisk_search.records import Kind, SourceSpec
from asterisk_search.sources import obsidian
from asterisk_search.sources.archivebox.layout import data_folder
from asterisk_search.sources.archivebox.source import ArchiveSource
from asterisk_search.sources.settings import config_folder
from asterisk_search.sources.walking import FILES, WITH_PDF

ARCHIVE: Final = "archive"
"""`records.SourceSpec.type` of an archive; ``vault`` and ``folder`` are folders of notes."""

FOLDER_OF_FILES: Final = "files"
"""Likewise, of a folder of text, Markdown and PDF files; only when it is asked for."""


def open_source(spec: SourceSpec, max_bytes: int, prefer: Sequence[str]) -> Source:
    """The source that ``spec`` describes; files above ``max_bytes`` are skipped.

    ``prefer`` is for archives: see `archivebox.preference`.
    """
    root = Path(spec.root)
    if spec.type == ARCHIVE:
        return ArchiveSource(spec.name, root, spec.exclude, prefer=prefer, max_bytes=max_bytes)
    kinds = kinds_of(spec.type)
    return obsidian.ObsidianSource(spec.name, root, spec.exclude, max_bytes=max_bytes, kinds=kinds)


def kinds_of(type_: str) -> Mapping[bytes, Kind]:
    """Which extensions a folder of this type has entries of."""
    return FILES if type_ == FOLDER_OF_FILES else WITH_PDF


def source_root(path: Path) -> Path:
    """The folder that is meant by ``path``: an archive may be named by a folder above or in it."""
    if config_folder(path) is not None:
        return path
    return data_folder(path) or path


def detect(path: Path) -> str | None:
    """``vault``, ``archive``, ``folder`` for one with notes among its first folders, or ``None``.

    Raises:
        SourceError: the folder cannot be read; what it is is not known.
    """
    if config_folder(path) is None and data_folder(path) == path:
        return ARCHIVE
    return obsidian.detect(path)
