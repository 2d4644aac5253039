"""Every deliberate error of Asterisk Search.

    AsteriskError (1)
    ├── UsageError (2)              the request itself is wrong: a bad option, date or path
    │   └── ConfigError (2)         config.toml or an environment variable is wrong
    ├── NothingIndexed (3)          no index yet, no source yet, or no source of that name
    ├── NoSuchDocument (1)          no indexed document answers to that name
    ├── CatalogError (1)            the catalog cannot be read or written
    │   ├── CatalogBusy (4)         another process is indexing into this data folder
    │   ├── CatalogTooNew (1)       written by a newer version of this program
    │   └── VectorFileInvalid (1)   the saved vector index cannot be trusted; it is made anew
    ├── DaemonRunning (4)           a daemon of this data folder is running already
    ├── DaemonUnreachable (6)       no daemon is running, or it does not answer
    ├── EmbedderUnavailable (5)     the model cannot be used now; keyword search still can
    │   └── BundleError (5)         a model bundle is missing, altered or malformed
    ├── SourceError (1)             a source as a whole cannot be scanned
    │   └── SourceMissing (1)       its folder is missing or empty: nothing is deleted for that
    ├── ServiceError (6)            the service cannot be started
    └── EntrySkipped                one entry cannot be indexed; recorded, never fatal

The number is the exit code of the command line. Shells catch ``AsteriskError`` and nothing else:
a foreign exception (sqlite3, onnxruntime, OSError) is turned into one of these in the room that
made the call.
"""

from typing import ClassVar


class AsteriskError(Exception):
    """Base of all deliberate errors: what happened, and what to do about it."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AsteriskError):
    """The request itself is wrong."""

    exit_code = 2


class ConfigError(UsageError):
    """The configuration file or an environment variable is wrong."""


class NothingIndexed(AsteriskError):
    """There is no index, no source, or no source of the given name."""

    exit_code = 3


class NoSuchDocument(AsteriskError):
    """No indexed document answers to the given name."""


class CatalogError(AsteriskError):
    """The catalog cannot be read or written."""


class CatalogBusy(CatalogError):
    """Another process is indexing into the same data folder."""

    exit_code = 4


class CatalogTooNew(CatalogError):
    """The catalog was written by a newer version of this program."""


class VectorFileInvalid(CatalogError):
    """The saved vector index is missing, damaged, or of another model; the catalog remakes it."""


class DaemonRunning(AsteriskError):
    """A daemon of this data folder is running already."""

    exit_code = 4


class DaemonUnreachable(AsteriskError):
    """No daemon is running, or it does not answer; only what needs one is told so."""

    exit_code = 6


class EmbedderUnavailable(AsteriskError):
    """The model cannot be used now; what does not need it still works."""

    exit_code = 5


class BundleError(EmbedderUnavailable):
    """A model bundle is missing, altered or malformed."""


class SourceError(AsteriskError):
    """A source as a whole cannot be scanned."""


class SourceMissing(SourceError):
    """A source's folder is missing or empty; its documents are kept."""


class ServiceError(AsteriskError):
    """The service cannot be started."""

    exit_code = 6


class EntrySkipped(AsteriskError):
    """One entry cannot be indexed. ``reason`` is a `records.SkipReason` value."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


def reason_of(error: Exception) -> str:
    """What the system says of a failure, without its number and path, which are said already."""
    return (isinstance(error, OSError) and error.strerror) or str(error)
