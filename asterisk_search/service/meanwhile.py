"""What becomes due while much is being indexed: a few saved files need not wait for the end."""

from typing import Final

from asterisk_search.service.attention import asking
from asterisk_search.service.changes import Changes

FEW: Final = 16
"""More files than that, due at the same time, are no note that somebody saved and looks for."""


class Meanwhile:
    """Takes changes that are due and asks for the few, until the process that indexes has ended."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes
        self._taken: list[tuple[str, frozenset[bytes] | None]] = []

    def requests(self, patience: float) -> list[bytes]:
        """What is to go first, as lines; waited for ``patience`` seconds at most."""
        due = self._changes.take(patience)
        self._taken += due.items()
        return [asking(name, refs) for name, refs in due.items() if refs and len(refs) <= FEW]

    def give_back(self) -> None:
        """Let all that was taken be due once more: the process may have looked at it too early."""
        for name, refs in self._taken:
            if refs is None:
                self._changes.add_all(name)
            for ref in refs or ():
                self._changes.add(name, ref)
        self._taken.clear()
