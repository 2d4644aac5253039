"""What a saved page is called."""

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from asterisk_search.text.encodings import repaired
from asterisk_search.text.urls import url_key

_LONGEST = 300
_NO_TITLE = re.compile(
    r"(?:just a moment|loading|please wait|one moment, please|attention required|access denied"
    r"|error response|untitled(?: document)?|\d{3}|4\d\d .*|5\d\d .*|index of /.*"
    r"|directory listing for .*|document|not found|forbidden)[.…! ]*",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(
    r"just a moment|checking (?:if the site connection is secure|your browser)|attention required"
    r"|verify(?:ing)? (?:that )?you are (?:a )?human|enable javascript and cookies"
    r"|ddos protection by|are you a robot",
    re.IGNORECASE,
)


def best_title(candidates: Iterable[str], url: str, first_words: str = "") -> str:
    """The first title that says something of the page, else its first words, else its address.

    ArchiveBox gives the address without its scheme as title of a page that has none.
    """
    key = url_key(url)
    for candidate in candidates:
        title = repaired(" ".join(candidate.split()))[:_LONGEST]
        says = title and not _NO_TITLE.fullmatch(title) and not _CHALLENGE.match(title)
        if says and not (" " not in title and url_key(title) == key):
            return title
    sentence = re.split(r"(?<=[.!?。！？])\s|\n", first_words.strip(), maxsplit=1)[0]
    if sentence:
        return sentence if len(sentence) <= 80 else sentence[:80].rsplit(" ", 1)[0] + "…"
    return file_name(url)


def file_name(url: str) -> str:
    """The last part of an address that says something."""
    try:
        parts = urlsplit(url)
        name = unquote(parts.path.rstrip("/").rsplit("/", 1)[-1], errors="replace")
        return " ".join(name.split()) or parts.hostname or url
    except ValueError:
        return url


def is_challenge(title: str, text: str) -> bool:
    """Whether a short page only asks whether its reader is human."""
    return _CHALLENGE.search(f"{title}\n{text[:500]}") is not None
