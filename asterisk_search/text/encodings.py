"""Bytes of web pages as text, and text that was once read in the wrong encoding put right."""

import codecs
import re
import unicodedata
from typing import Final

from asterisk_search.text.lines import clean_text

_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_SNIFFED: Final = 4_096
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WEB_NAMES = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252",
              "ascii": "cp1252", "shift_jis": "cp932", "x-sjis": "cp932", "gb2312": "gb18030",
              "gbk": "gb18030", "ks_c_5601-1987": "cp949", "euc-kr": "cp949"}  # fmt: skip
"""What browsers read these names as (WHATWG Encoding Standard)."""

_LEAD = re.compile("[\u00c2-\u00f4\u0192\u0178\u0152\u0160\u017d]")
"""Where a byte that begins a character of several bytes in UTF-8 was read as Windows-1252."""


def decode_written(content: bytes) -> str:
    """The text of a file that an extractor wrote: UTF-8, whatever the page in it declares."""
    return clean_text(content.decode("utf-8", "replace"))


def decode_original(content: bytes, header: str = "") -> str:
    """The text of a page's own bytes: by its mark, HTTP ``header``, declaration, or as UTF-8.

    What is none of these is Windows-1252, as for browsers.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return clean_text(content[len(mark) :].decode(name, "replace"))
    declared = (_DECLARED.search(header.encode()), _DECLARED.search(content[:_SNIFFED]))
    for name in [match[1].decode() for match in declared if match] + ["utf-8"]:
        try:
            return clean_text(content.decode(_WEB_NAMES.get(name.lower(), name)))
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return clean_text(content.decode("cp1252", "replace"))


def repaired(text: str) -> str:
    """``text``, its UTF-8 read as UTF-8, when it had been read as Windows-1252 (also twice).

    Only when all of it can have come about that way: ``naÃ¯ve`` and ``MÃƒÂ¶bius``, not ``naïve``.
    """
    for _ in range(3):
        if not _LEAD.search(text):
            return text
        try:
            text = b"".join(map(_byte, text)).decode("utf-8")
        except UnicodeError:
            return text
        text = unicodedata.normalize("NFC", text)
    return text


def _byte(character: str) -> bytes:
    """The byte that a browser shows as this character; five have none in Python's table."""
    if "\x80" <= character <= "\x9f":
        return bytes([ord(character)])
    return character.encode("cp1252")
