"""`asterisk-search get`."""

import re
import sys
from typing import Final

import click

from asterisk_search.cli.flags import json_option
from asterisk_search.cli.options import open_library, print_json
from asterisk_search.cli.render import warn
from asterisk_search.errors import NoSuchDocument
from asterisk_search.library import Library
from asterisk_search.service.wire_views import reading_json
from asterisk_search.text.folding import visible
from asterisk_search.views import Reading

_LINES: Final = re.compile(r"(.+?):(\d{1,9})(?::(\d{1,9}))?", re.DOTALL)


@click.command("get")
@click.argument("note", metavar="NOTE[:LINE[:COUNT]]")
@click.option("--number", is_flag=True, help="Print each line's number before it.")
@json_option
@click.pass_context
def command(ctx: click.Context, note: str, number: bool, as_json: bool) -> None:
    """Print NOTE, or COUNT lines of it from LINE on.

    NOTE is an id, a path, a name or alias, or the end of a path.
    """
    reading = _read(open_library(ctx), note)
    for notice in reading.notices:
        warn(notice)
    if as_json:
        print_json(reading_json(reading))
    else:
        click.echo(_shown(reading, number), nl=False)


def _read(library: Library, note: str) -> Reading:
    """The name as a whole may end in numbers; it comes second, because few do."""
    parts = _LINES.fullmatch(note)
    if parts is None:
        return library.document(note)
    try:
        return library.document(parts[1], int(parts[2]), int(parts[3]) if parts[3] else None)
    except NoSuchDocument:
        return library.document(note)


def _shown(reading: Reading, number: bool) -> str:
    """As it is into a file or pipe; without control characters on a terminal."""
    lines = reading.text.removesuffix("\n").split("\n")
    if sys.stdout.isatty():
        lines = ["\t".join(map(visible, line.split("\t"))) for line in lines]
    if number:
        lines = [f"{at:>6}  {line}" for at, line in enumerate(lines, reading.line)]
    return "\n".join(lines) + "\n"
