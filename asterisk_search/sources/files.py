"""Bytes of a file, read once, and the text they are."""

import codecs
import errno
import os
import stat
from dataclasses import dataclass
from datetime import UTC, datetime

from asterisk_search.errors import EntrySkipped
from asterisk_search.records import SkipReason, Stamp

_SNIFFED = 8_192
_FEW_CONTROLS = 8
_LARGEST = (1 << 63) - 1
_ALLOWED_CONTROLS = b"\t\n\r\f\x1b"
_CONTROLS = bytes(code for code in range(32) if code not in _ALLOWED_CONTROLS)
_REASONS = {
    errno.ENOENT: SkipReason.VANISHED,
    errno.ENOTDIR: SkipReason.VANISHED,
    errno.ESTALE: SkipReason.VANISHED,
    errno.ELOOP: SkipReason.SYMLINK,
    errno.EISDIR: SkipReason.NOT_A_FILE,
    errno.ENXIO: SkipReason.NOT_A_FILE,
    errno.EAGAIN: SkipReason.EVICTED,
    errno.EDEADLK: SkipReason.EVICTED,
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a file; ``warning`` says how it was read when it was not UTF-8."""

    text: str
    warning: str = ""


def stamp(status: os.stat_result) -> Stamp:
    """Return what ``stat`` says that matters for noticing a change, each in 64 bits with a sign.

    Network drives have inodes of 64 bits without a sign, and times need be nobody's: inodes are
    wrapped, so that different ones stay different, and sizes and times are cut off.
    """
    return Stamp(
        _cut(status.st_size),
        _cut(status.st_mtime_ns),
        _cut(status.st_ctime_ns),
        (status.st_ino + _LARGEST + 1) % (1 << 64) - _LARGEST - 1,
    )


def _cut(number: int) -> int:
    return max(-_LARGEST - 1, min(number, _LARGEST))


def is_dataless(status: os.stat_result) -> bool:
    """Say whether macOS keeps only the name of a file here; reading would download it.

    The flag is SF_DATALESS of <sys/stat.h>; other systems have no such field.
    """
    return bool(getattr(status, "st_flags", 0) & 0x40000000)


def modified(stamp_: Stamp) -> str:
    """Return the time of modification in UTC, or an empty string for one no calendar holds."""
    try:
        moment = datetime.fromtimestamp(stamp_.mtime_ns // 1_000_000_000, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return moment.isoformat().replace("+00:00", "Z")


def read_bytes(path: bytes, limit: int) -> bytes:
    """Return the content of a regular file.

    Raises:
        EntrySkipped: it is gone, not a regular file, not readable, or larger than ``limit``. What
            a cloud drive keeps elsewhere answers EAGAIN or EDEADLK and counts as evicted.
    """
    try:
        # Not blocking: the file may have become a FIFO since it was scanned.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise skipped(error) from error
    try:
        return _content(handle, limit)
    except OSError as error:
        raise skipped(error) from error
    finally:
        os.close(handle)


def _content(handle: int, limit: int) -> bytes:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        raise EntrySkipped(SkipReason.NOT_A_FILE)
    if status.st_size > limit:
        raise EntrySkipped(SkipReason.TOO_LARGE, f"{status.st_size} bytes")
    parts: list[bytes] = []
    left = limit + 1  # one more than allowed shows that it grew meanwhile
    while left > 0 and (part := os.read(handle, min(left, 1 << 20))):
        parts.append(part)
        left -= len(part)
    if left <= 0:
        raise EntrySkipped(SkipReason.TOO_LARGE, f"more than {limit} bytes")
    return b"".join(parts)


def skipped(error: OSError) -> EntrySkipped:
    """Return the reason for which a failed system call leaves an entry out."""
    reason = _REASONS.get(error.errno or 0, SkipReason.UNREADABLE)
    return EntrySkipped(reason, error.strerror or type(error).__name__)


def decode(content: bytes) -> Decoded:
    """Return the text of a note's bytes: UTF-8, UTF-16 with a mark, else Windows-1252.

    A file that is UTF-8 but for a few bytes keeps its letters and gets replacement characters.

    Raises:
        EntrySkipped: more than one byte in a hundred of its beginning is NUL or another control
            character; a few that were pasted into a short note do not count, unless they are NUL.
    """
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if content.startswith(mark):
            text = content[len(mark) :].decode(encoding, "replace")
            return Decoded(text, f"encoding: read as {encoding.upper()}")
    _refuse_binary(content[:_SNIFFED])
    try:
        return Decoded(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return _repaired(content)


def _refuse_binary(start: bytes) -> None:
    nuls = start.count(0)
    controls = len(start) - len(start.translate(None, _CONTROLS))
    many = controls >= _FEW_CONTROLS and controls * 100 > len(start)
    if many or nuls * 100 > len(start):
        raise EntrySkipped(SkipReason.BINARY, f"{controls} control characters in its beginning")


def _repaired(content: bytes) -> Decoded:
    text = content.decode("utf-8-sig", "replace")
    broken = text.count("\ufffd")
    letters = sum(1 for character in text if character > "\x7f") - broken
    if letters > broken:
        return Decoded(text, f"encoding: {broken} places are not UTF-8")
    try:
        return Decoded(content.decode("cp1252"), "encoding: read as Windows-1252")
    except UnicodeDecodeError:
        return Decoded(content.decode("latin-1"), "encoding: read as Latin-1")
