"""What indexing tells whoever watches."""

from typing import Protocol


class Progress(Protocol):
    """Told of each phase and of each step in it; drawing is the shell's business."""

    def note(self, text: str) -> None:
        """Something worth a line of its own."""

    def begin(self, phase: str, total: int, unit: str) -> None:
        """A phase begins: ``total`` units of ``unit`` are to be done."""

    def advance(self, amount: int) -> None:
        """That many more units are done."""

    def end(self) -> None:
        """The phase is over."""


class Silent:
    """`Progress` for those who do not watch."""

    def note(self, text: str) -> None:
        """Nothing is shown."""

    def begin(self, phase: str, total: int, unit: str) -> None:
        """Nothing is shown."""

    def advance(self, amount: int) -> None:
        """Nothing is shown."""

    def end(self) -> None:
        """Nothing is shown."""
