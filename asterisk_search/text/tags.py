"""Tags, by the character rules of Obsidian."""

import re
import unicodedata
from collections.abc import Iterable

_STOP = r"\s\x00-\x1f\x7f-\x9f!\"#$%&'()*+,.:;<=>?@^`{|}~\[\]\\\u2000-\u206f\u2e00-\u2e7f"

TAG = re.compile(rf"#([^{_STOP}]+)")
"""``#`` and the longest run of characters a tag may hold (class taken from Obsidian's own)."""


def tag_name(raw: str) -> str:
    """Return the tag that ``raw`` (with or without ``#``) spells, or an empty string for none.

    A tag needs one character that is neither a digit nor ``/`` (Obsidian help, "Tags"); slashes at
    its ends name no level and are dropped.
    """
    name = raw.strip().lstrip("#").strip("/").strip()
    return "" if name.replace("/", "").isdigit() else name


def unique_tags(names: Iterable[str]) -> tuple[str, ...]:
    """Return the tags in the spelling of their first use, each once, however they are cased."""
    first: dict[str, str] = {}
    for name in names:
        if name:
            first.setdefault(unicodedata.normalize("NFC", name).casefold(), name)
    return tuple(first.values())
