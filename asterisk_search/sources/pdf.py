"""The text of PDF files, where the extra ``pdf`` (pypdf) is installed."""

import importlib
import io
import logging
import time
from importlib.util import find_spec
from typing import Any, Final

from asterisk_search.text.lines import clean_text

MOST_PAGES: Final = 1_000
MOST_SECONDS: Final = 20.0
"""What one file may take; the pages read until then count."""
_ENCRYPTED: Final = frozenset({"FileNotDecryptedError", "WrongPasswordError", "DependencyError"})
"""What pypdf raises for files that want a password, or a cipher it has no package for."""


class PdfUnreadable(Exception):
    """It is no PDF, is encrypted, or pypdf cannot make sense of it."""


def pdf_readable() -> bool:
    """Whether the library that reads PDF files is installed."""
    return find_spec("pypdf") is not None


def pdf_text(content: bytes, limit: int) -> list[str]:
    """The text of each page, at most ``limit`` characters in all.

    Ask `pdf_readable` first. The library is loaded here, by name: it takes 150 ms, and most folders
    hold no PDF.

    Raises:
        PdfUnreadable: there is no text to be had, with the reason.
    """
    pypdf: Any = importlib.import_module("pypdf")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    until = time.monotonic() + MOST_SECONDS
    pages: list[str] = []
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        for number in range(min(len(reader.pages), MOST_PAGES)):
            pages.append(clean_text(reader.pages[number].extract_text())[:limit])
            limit -= len(pages[-1])
            if limit <= 0 or time.monotonic() > until:
                break
    except Exception as error:
        # The library raises whatever a damaged file leads to: KeyError, RecursionError, its own.
        if not any(pages):
            raise PdfUnreadable(_reason(error)) from error
    return pages


def _reason(error: Exception) -> str:
    name = type(error).__name__
    return "it is encrypted" if name in _ENCRYPTED else f"{name}: {error}"[:200]
