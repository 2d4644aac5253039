"""Which of an archive's outputs the text of a page is taken from."""

from typing import Final

PREFERENCE: Final = (
    "readability",
    "trafilatura",
    "defuddle",
    "dom",
    "mercury",
    "singlefile",
    "wget",
    "htmltotext",
    "pdf",
    "text",
)
"""The extractors by their names in ArchiveBox, best first; ``pdf`` and ``text`` are files that
were saved as they are.

Readability keeps 98 % of an article and no navigation. What it, or any other, leaves of a page is
compared with the page before it is believed (`choosing`).
"""
