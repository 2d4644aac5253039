"""HTML whose text cannot become markup: everything is escaped unless it was made here."""

from html import escape
from typing import Final

from asterisk_search.text.folding import printable

_VOID: Final = frozenset({"input", "link", "meta"})
_SCHEMES: Final = ("http://", "https://", "obsidian://", "/", "?")


class Markup(str):
    """A string that is HTML already."""

    __slots__ = ()


Child = str | Markup | None


def tag(name: str, /, *children: Child, **attributes: str | bool | None) -> Markup:
    """An element. ``class_`` is written ``class``, ``data_x`` ``data-x``; ``None`` is left out."""
    pieces = [f"<{name}"]
    for key, value in attributes.items():
        written = key.rstrip("_").replace("_", "-")
        if value is True:
            pieces.append(f" {written}")
        elif value is not None and value is not False:
            pieces.append(f' {written}="{escape(printable(value), quote=True)}"')
    pieces.append(">")
    if name not in _VOID:
        pieces += [joined(*children), f"</{name}>"]
    return Markup("".join(pieces))


def joined(*children: Child) -> Markup:
    """These one after another; plain strings are escaped."""
    return Markup(
        "".join(
            child if isinstance(child, Markup) else escape(printable(child), quote=True)
            for child in children
            if child is not None
        )
    )


def safe_link(address: str | None) -> str | None:
    """An address that may be followed; ``None`` for one that would run a script, or a local file,
    which browsers refuse to open from a page."""
    plain = (address or "").strip()
    return plain if plain.lower().startswith(_SCHEMES) and not plain.startswith("//") else None


def marked(text: str, spans: list[list[int]]) -> Markup:
    """``text`` with these spans (of code points, in order) marked."""
    pieces: list[Child] = []
    at = 0
    for start, end in spans:
        pieces += [text[at:start], tag("mark", text[start:end])]
        at = end
    return joined(*pieces, text[at:])
