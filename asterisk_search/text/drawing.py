"""Notes that are not prose inside: Excalidraw drawings and the settings of Kanban boards."""

import re

_SWITCH_NOTICE = re.compile(r"\s*==\s*⚠.*⚠\s*==.*")
_SECTION = re.compile(
    r"#{1,6}\s+(Excalidraw Data|Text Elements|Element Links|Embedded Files|Drawing)\s*$"
)
_ELEMENT_ID = re.compile(r"\s\^[A-Za-z0-9_-]{8}\s*$")
_REFERENCE = re.compile(r"^[\w-]+:\s*(\S.*)$")


def is_drawing(properties: tuple[tuple[str, str], ...]) -> bool:
    """Say whether the properties of a note mark it as an Excalidraw drawing."""
    return any(key == "excalidraw-plugin" for key, _ in properties)


def drawing_text(text: str) -> str:
    """Return a drawing's own words as Markdown, each on the line it had.

    Kept are the text above the drawing, its text elements without their ids, and the targets of
    element links and embedded files; the drawing itself is dropped (layout of the Excalidraw
    plug-in, versions 1 and 2). The comment signs around the data are taken off first, for the
    text elements may stand inside a comment.
    """
    section = ""
    out: list[str] = []
    for line in text.split("\n"):
        match = _SECTION.match(line)
        if match:
            section = match[1]
            out.append("")
        elif section == "Drawing" or _SWITCH_NOTICE.fullmatch(line):
            out.append("")
        else:
            out.append(_element(section, line))
    return "\n".join(out)


def _element(section: str, line: str) -> str:
    if not section:
        return "" if line.strip() == "%%" else line
    line = line.replace("%%", "")
    if section in ("Element Links", "Embedded Files"):
        match = _REFERENCE.match(line)
        if match is None:
            return ""
        target = match[1].strip()
        return f"!{target}" if section == "Embedded Files" and "[[" in target else target
    return _ELEMENT_ID.sub("", line)


_BOARD_SETTINGS = re.compile(r"^%%[ \t]*kanban:settings\b", re.MULTILINE)


def board_text(text: str) -> str:
    """Return a Kanban board without its settings, which are the last thing in the file."""
    match = _BOARD_SETTINGS.search(text)
    return text[: match.start()] if match else text
