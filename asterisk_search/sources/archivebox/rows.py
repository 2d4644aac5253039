"""What an archive's database or a snapshot's own description says of a snapshot."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from asterisk_search.text.urls import url_key

BUSY: Final = frozenset({"queued", "started", "paused", "backoff"})
"""Values of ``status`` (ArchiveBox 0.9) of a snapshot that is not finished."""
DELETED: Final = "deleting"


@dataclass(frozen=True, slots=True)
class Row:
    """A snapshot; texts as stored, times as ISO 8601 in UTC or empty."""

    id: str
    url: str
    timestamp: str
    title: str = ""
    added: str = ""
    changed: str = ""
    bookmarked: str = ""
    downloaded: str = ""
    status: str = ""
    """Only ArchiveBox 0.9 has one."""
    tags: tuple[str, ...] = ()
    folder: str = ""
    """Relative to the data folder, where it is known; undecodable bytes as surrogate escapes."""

    @property
    def key(self) -> str:
        """Equal for all snapshots of one page; never empty."""
        return url_key(self.url) or f"snapshot/{self.id or self.timestamp}"

    @property
    def when(self) -> str:
        """When the page was bookmarked, which may be long before it was saved."""
        return self.bookmarked or moment_of(self.timestamp) or self.added

    @property
    def saved(self) -> str:
        """When it was last saved, as far as the database tells."""
        return self.downloaded or self.changed or self.added or self.when

    def lying_in(self, folder: str) -> "Row":
        """The same, with its folder."""
        # Written out: `dataclasses.replace` takes three times as long, and there may be many.
        return Row(self.id, self.url, self.timestamp, self.title, self.added, self.changed,
                   self.bookmarked, self.downloaded, self.status, self.tags, folder)  # fmt: skip


def iso_time(text: object) -> str:
    """A time of the database (``2026-11-22 08:31:30.879494``, UTC) or of JSON as ISO 8601.

    Anything else gives an empty string.
    """
    if not isinstance(text, str) or len(text) < 16:
        return ""
    if len(text) in (19, 26) and text[10] == " " and text[19:20] in ("", "."):
        return f"{text[:10]}T{text[11:19]}Z"  # as databases have it; nearly all are
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ") if moment.year > 1 else ""


def moment_of(timestamp: str) -> str:
    """The time that a snapshot's name states: seconds since 1970 with an optional fraction."""
    try:
        seconds = float(timestamp)
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return ""


def seconds_of(time: str) -> float:
    """Seconds since 1970 of a time made by `iso_time`; 0 for an empty one."""
    try:
        return datetime.fromisoformat(time).timestamp() if time else 0.0
    except (ValueError, OverflowError):
        return 0.0
