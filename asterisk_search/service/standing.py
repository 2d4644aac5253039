"""What a long-lived process says of itself."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Followed:
    """How one source is kept up to date."""

    source: str
    how: str
    """``watching``, ``polling`` or ``away`` (its folder is missing at present)."""
    detail: str = ""
    """Why not ``watching``, and what would mend it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is going on at one moment."""

    phase: str = ""
    """``scan``, ``read``, ``embed``, …; empty when nothing is being indexed."""
    done: int = 0
    total: int = 0
    """0 when it is not known."""
    unit: str = ""
    """Of ``done`` and ``total``: ``files``, ``B``, ``chunks``."""
    waiting: int = 0
    """Changed files that are still to be looked at."""
    paused: str = ""
    """Why indexing waits at present; empty when it does not."""
    degraded: str = ""
    """Why search by meaning is off; empty when it is on."""
    error: str = ""
    """What last went wrong; empty once the same has gone well."""
    http: str = ""
    """Where the page and the API are; empty when they are not served."""
    followed: tuple[Followed, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Vitals:
    """How a daemon is."""

    pid: int
    version: str
    uptime_s: float
    memory_bytes: int
    """Resident memory at present."""
    standing: Standing
