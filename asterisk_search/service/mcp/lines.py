"""Standard input line by line, whatever is sent: no line is read into memory without bound."""

from collections.abc import Callable
from typing import BinaryIO, Final

LONGEST: Final = 4_000_000
"""Bytes of a message; no tool takes a tenth of that."""


class BoundedLines:
    """Passes lines on; one that is too long is read past, and ``refuse`` is told of it."""

    def __init__(self, stream: BinaryIO, refuse: Callable[[], None]) -> None:
        self._stream = stream
        self._refuse = refuse

    def readline(self) -> str:
        """The next line that is not too long; empty at the end of the input."""
        line = self._stream.readline(LONGEST)
        while len(line) == LONGEST and not line.endswith(b"\n"):
            self._read_past()
            self._refuse()
            line = self._stream.readline(LONGEST)
        return line.decode("utf-8", "replace")

    def _read_past(self) -> None:
        while (part := self._stream.readline(LONGEST)) and not part.endswith(b"\n"):
            pass
