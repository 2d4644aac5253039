"""Addresses that open a note in Obsidian (help, "Obsidian URI"; Advanced URI plug-in)."""

from pathlib import Path
from urllib.parse import quote

_AMBIGUOUS = "#^[]|"


def _encode(text: str) -> str:
    """Percent-encode everything, ``/`` too; spaces become ``%20``, never ``+``."""
    return quote(text, safe="", errors="surrogateescape")


def open_uri(path: Path, heading: str = "", *, block: str = "") -> str:
    """Return the address that opens the note at an absolute ``path``.

    ``path=`` finds the vault by itself, so equal vault names do no harm. A heading or block id is
    appended, unless the path itself holds a sign that Obsidian would read as the start of one.
    """
    address = str(path)
    if not any(sign in address for sign in _AMBIGUOUS):
        if block:
            address += f"#^{block}"
        elif heading:
            address += f"#{_plain(heading)}"
    return f"obsidian://open?path={_encode(address)}"


def _plain(heading: str) -> str:
    """Headings are found by their words: signs that structure a link are taken as spaces."""
    return " ".join(heading.translate(dict.fromkeys(map(ord, "#^[]|%"), " ")).split())


def vault_uri(vault: str, file: str) -> str:
    """Return the address that opens ``file`` (path from the root) in the vault of this name."""
    return f"obsidian://open?vault={_encode(vault)}&file={_encode(file.removesuffix('.md'))}"


def line_uri(vault: str, file: str, line: int) -> str:
    """Return the address that opens ``file`` at a 1-based line; needs the plug-in Advanced URI."""
    return f"obsidian://adv-uri?vault={_encode(vault)}&filepath={_encode(file)}&line={line}"
