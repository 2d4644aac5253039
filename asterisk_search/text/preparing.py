"""The marks at the edges of a block's text, read and taken off before its inline Markdown."""

import re

from asterisk_search.text.lines import LineMap
from asterisk_search.text.rendering import Findings

_BLOCK_ID = re.compile(r"(?:^|(?<=[ \t]))\^([A-Za-z0-9-]+)[ \t]*$", re.MULTILINE)
_MAX_FIELD_LINE = 32_768
_TASK = re.compile(r"\[[^\n]\](?:[ \t]+|$)")
_CALLOUT = re.compile(r"\[!([^\]\n]+)\][+-]?[ \t]*")
_TASK_MARKS = re.compile(
    r"[➕🛫⏳⌛📅📆🗓✅❌]\ufe0f?[ \t]*\d{4}-\d{2}-\d{2}"
    r"|[🔺⏫🔼🔽⏬]\ufe0f?|🔁\ufe0f?[^\n➕🛫⏳⌛📅📆🗓✅❌🔺⏫🔼🔽⏬🏁🆔⛔]*"
    r"|🏁\ufe0f?[ \t]*\w+|[🆔⛔]\ufe0f?[ \t]*[\w,-]+"
)
_FIELD_LINE = re.compile(
    r"^([*_]{0,3})([^\s\[\]():|<>=*_`\"'.,;!?#$%&@^\\{}][^\[\]():|<>=*`\n]{0,60}?)([*_]{0,3})::"
    r"([*_]{0,3})(?:[ \t]+(.*))?$",
    re.MULTILINE,
)


def without_block_ids(source: str, lines: LineMap, findings: Findings) -> str:
    """Return ``source`` without ` ^id` at the ends of its lines; the ids go to the findings."""
    if "^" not in source:
        return source
    for match in _BLOCK_ID.finditer(source):
        findings.block_ids.append((match[1], lines.line(match.start())))
    return _BLOCK_ID.sub("", source)


def without_field_marks(source: str, findings: Findings) -> str:
    """Return ``Key:: value`` lines as ``Key: value``; the fields go to the findings.

    A field takes a whole line; Dataview leaves lines longer than 32,768 characters alone, and a
    name such as ``std::vector`` has no space behind its colons.
    """
    if "::" not in source:
        return source

    def reduce(match: re.Match[str]) -> str:
        if len(match[0]) > _MAX_FIELD_LINE:
            return match[0]
        findings.add_field(match[2], match[5] or "")
        return f"{match[1]}{match[2]}{match[3]}:{match[4]} {match[5] or ''}"

    return _FIELD_LINE.sub(reduce, source)


def without_task_marks(source: str) -> str:
    """Return the text of a list item without its check box and, if it has one, task dates.

    Any single character between the brackets is a state (Obsidian help, "Task lists"); the signs
    are those of the Tasks plug-in.
    """
    match = _TASK.match(source)
    return _TASK_MARKS.sub("", source[match.end() :]) if match else source


def without_callout_mark(source: str) -> str:
    """Return the first paragraph of a quote without ``[!type]`` and its fold sign."""
    match = _CALLOUT.match(source)
    return source[match.end() :] if match else source
