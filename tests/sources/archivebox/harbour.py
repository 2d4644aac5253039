"""The page that tests of an archive as a source save, and when."""

from tests.sources.archivebox.archives import WORDS, page

URL = "https://www.example.org/harbour"
PATH = "example.org/harbour"
NOW = 1_800_000_000.0
_DOM = {"0.9": "dom/output.html"}


def dom(version: str = "0.7", text: str = WORDS * 5) -> dict[str, str]:
    """What a version of ArchiveBox keeps of the page."""
    return {_DOM.get(version, "output.html"): page("Harbour", text)}
