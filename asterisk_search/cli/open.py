"""`asterisk-search open`."""

import os
import subprocess

import click

from asterisk_search.cli.options import open_library, open_settings
from asterisk_search.cli.render import say
from asterisk_search.errors import AsteriskError, UsageError
from asterisk_search.sources.openers import opening, usual
from asterisk_search.text.folding import printable
from asterisk_search.views import Opening, Where

PLACES = click.Choice([where.value for where in Where])


@click.command("open")
@click.argument("note", metavar="N|NOTE")
@click.option("--in", "where", type=PLACES, help="In what to open it; the usual one if left out.")
@click.option("--print", "only_print", is_flag=True, help="Print the address or command instead.")
@click.pass_context
def command(ctx: click.Context, note: str, where: str | None, only_print: bool) -> None:
    """Open the result number N of the last list, or NOTE.

    Notes of a vault open in Obsidian, other notes in the editor, saved pages in the browser.
    The editor is $ASTERISK_SEARCH_EDITOR_URI (a template like vscode://file{path}:{line}), else
    $VISUAL or $EDITOR.
    """
    library = open_library(ctx)
    place, found = library.picked(int(note)) if _is_number(note) else (library.find(note), None)
    server = open_settings(ctx).archive.server
    how = opening(place, Where(where) if where else usual(place), os.environ, found, server)
    if only_print:
        click.echo(printable(str(how)))
        return
    launch(how)
    library.count_opened(place)
    say(f"opened {place.card.title}")


def _is_number(note: str) -> bool:
    return note.isascii() and note.isdecimal() and len(note) <= 4


def launch(how: Opening) -> None:
    """Hand a document to the program that opens it; an editor is waited for.

    Raises:
        UsageError: there is no such program.
        AsteriskError: it failed.
    """
    try:
        if how.command:
            code = subprocess.run(how.command, check=False).returncode
        else:
            code = click.launch(how.address, locate=how.locate)
    except OSError as error:
        raise UsageError(
            f"cannot run {how}: {error.strerror}", hint="--print shows what would be opened"
        ) from error
    if code:
        raise AsteriskError(
            f"opening failed with code {code}", hint="--print shows what would be opened"
        )
