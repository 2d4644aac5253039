"""How a document is opened: the address or command for each application that can."""

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from asterisk_search.errors import UsageError
from asterisk_search.records import Kind
from asterisk_search.sources.archivebox.links import page_url, wayback_url
from asterisk_search.sources.obsidian_uri import line_uri, open_uri
from asterisk_search.sources.settings import config_folder, read_settings
from asterisk_search.views import Found, Opening, Place, Where

EDITOR_URI: Final = "ASTERISK_SEARCH_EDITOR_URI"
"""Names a template such as ``vscode://file{path}:{line}``."""
_WITH_PLUS: Final = frozenset(
    {"vi", "vim", "nvim", "gvim", "view", "nano", "pico", "emacs", "emacsclient", "micro", "kak",
     "joe", "jed", "mg", "ne", "gedit"}
)  # fmt: skip
_WITH_GOTO: Final = frozenset({"code", "code-insiders", "codium", "cursor"})
_WITH_COLON: Final = frozenset({"hx", "helix", "subl", "zed"})
_URL_PROPERTIES: Final = ("url", "source", "link", "original")
_WAYBACK: Final = "https://web.archive.org/web/2/"


def usual(place: Place) -> Where:
    """In what a document is opened when nothing else is said."""
    if place.card.page is not None:
        return Where.BROWSER
    in_vault = config_folder(Path(place.card.root)) is not None
    return Where.OBSIDIAN if in_vault else Where.EDITOR


def opening(
    place: Place,
    where: Where,
    environ: Mapping[str, str],
    found: Found | None = None,
    server: str = "",
) -> Opening:
    """How to open the document there; ``found`` is the result it was picked from.

    ``server`` is the address of a running ArchiveBox, which then shows saved pages.

    Raises:
        UsageError: it cannot be opened there, with what could be done instead.
    """
    match where:
        case Where.OBSIDIAN:
            return _in_obsidian(place, found)
        case Where.EDITOR:
            return _in_editor(_file(place), place.line or 1, environ)
        case Where.FOLDER:
            return Opening(address=str(_file(place)), locate=True)
        case Where.BROWSER:
            return Opening(address=_in_browser(place, server))
        case Where.ORIGINAL:
            return Opening(address=original(place))
        case Where.WAYBACK:
            page = place.card.page
            return Opening(address=wayback_url(page) if page else _WAYBACK + original(place))


def original(place: Place) -> str:
    """The web address a document was saved from, by its own properties.

    Raises:
        UsageError: it names none.
    """
    stated = {key: value.strip() for key, value in place.card.properties}
    page = place.card.page.url if place.card.page else ""
    for value in (page, *(stated.get(key, "") for key in _URL_PROPERTIES)):
        if value.startswith(("http://", "https://")) and not any(map(str.isspace, value)):
            return value
    raise UsageError(
        f"{place.card.title!r} does not say which web address it comes from",
        hint="a note says it in a property named url or source",
    )


def _file(place: Place) -> Path:
    page = place.card.page
    return Path(place.card.root) / (page.file if page else os.fsdecode(place.card.ref))


def _in_browser(place: Place, server: str) -> str:
    if place.card.page is not None:
        return page_url(place.card.page, place.card.root, server)
    return "file://" + quote(os.fsencode(_file(place)))


def _in_obsidian(place: Place, found: Found | None) -> Opening:
    root = Path(place.card.root)
    if config_folder(root) is None:
        raise UsageError(
            f"{place.card.source} is no Obsidian vault",
            hint=f"open it with --in {'browser' if place.card.page else 'editor'}",
        )
    line = place.line or 1
    if line > 1 and place.card.kind is Kind.NOTE and read_settings(root).opens_at_lines:
        return Opening(address=line_uri(root.name, os.fsdecode(place.card.ref), line))
    return Opening(address=found.url if found else open_uri(_file(place)))


def _in_editor(path: Path, line: int, environ: Mapping[str, str]) -> Opening:
    if template := environ.get(EDITOR_URI):
        address = template.replace("{path}", quote(os.fsencode(path))).replace("{line}", str(line))
        if "://" not in address:
            raise UsageError(
                f"{EDITOR_URI} is {template!r}", hint="for instance vscode://file{path}:{line}"
            )
        return Opening(address=address)
    words = _words(environ.get("VISUAL") or environ.get("EDITOR") or "")
    if not words:
        return Opening(address=str(path))
    name = os.path.basename(words[0])  # noqa: PTH119 - a command, not a path of ours
    if name in _WITH_PLUS:
        return Opening(command=(*words, f"+{line}", str(path)))
    if name in _WITH_GOTO:
        return Opening(command=(*words, "--goto", f"{path}:{line}"))
    if name in _WITH_COLON:
        return Opening(command=(*words, f"{path}:{line}"))
    return Opening(command=(*words, str(path)))


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError as error:
        raise UsageError(
            f"the editor {command!r} is no command: {error}", hint="see $EDITOR"
        ) from error
