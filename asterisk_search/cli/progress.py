"""Progress on a terminal: one bar with the phase, the rate and the time that remains."""

import sys
from typing import Never

import click
from tqdm import tqdm

from asterisk_search.indexing.progress import Progress, Silent
from asterisk_search.text.folding import visible


class Bar:
    """`indexing.progress.Progress` as a bar on standard error."""

    def __init__(self) -> None:
        self._bar: tqdm[Never] | None = None

    def note(self, text: str) -> None:
        """A line above the bar."""
        click.echo(visible(text), err=True)

    def begin(self, phase: str, total: int, unit: str) -> None:
        """Draw a new bar; without a total only a count is shown."""
        self._bar = tqdm(
            total=total or None,
            desc=f"{phase:<5}",
            unit=unit if unit == "B" else f" {unit}",
            unit_scale=unit == "B",
            dynamic_ncols=True,
            leave=False,
            file=sys.stderr,
            mininterval=0.2,
        )

    def advance(self, amount: int) -> None:
        """Move the bar."""
        if self._bar is not None:
            self._bar.update(amount)

    def end(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def watch(quiet: bool) -> Progress:
    """A bar on a terminal; nothing when quiet or when standard error goes elsewhere."""
    return Silent() if quiet or not sys.stderr.isatty() else Bar()
