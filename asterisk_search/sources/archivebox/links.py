"""Addresses that open a saved page: the copy, the original, or somebody else's copy."""

from pathlib import Path
from urllib.parse import quote

from asterisk_search.records import PageFacts

WAYBACK = "https://web.archive.org/web/"
_SAFE = ":/?#[]@!$&'()*+,;=%-._~"


def page_url(page: PageFacts, root: str, server: str = "") -> str:
    """Return the address that opens the copy: of ArchiveBox's server, else of the local file.

    ``/archive/<timestamp>/index.html`` is answered by all of its versions; later ones redirect.
    """
    if server and page.copy.timestamp:
        base = server.rstrip("/")
        return f"{base}/archive/{quote(page.copy.timestamp, safe='')}/index.html"
    return (Path(root) / page.file).as_uri()


def wayback_url(page: PageFacts) -> str:
    """Return the address of the Wayback Machine's copy nearest in time to this one."""
    moment = "".join(sign for sign in page.copy.saved if sign.isdigit())[:14]
    return f"{WAYBACK}{moment or '2'}/{quote(page.url, safe=_SAFE)}"
