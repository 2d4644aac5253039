"""`asterisk-search source`."""

import json
import sys

import click

from asterisk_search.cli.flags import json_option
from asterisk_search.cli.options import open_library
from asterisk_search.cli.render import print_source, say
from asterisk_search.service.wire import source_json


@click.group("source")
def command() -> None:
    """List or remove the indexed folders."""


@command.command("list")
@json_option
@click.pass_context
def list_sources(ctx: click.Context, as_json: bool) -> None:
    """List the indexed folders."""
    sources = open_library(ctx).sources()
    if as_json:
        click.echo(json.dumps([source_json(info) for info in sources], indent=2))
        return
    for info in sources:
        print_source(info)
    if not sources:
        say("no source yet: run `asterisk-search index PATH`")


@command.command("remove")
@click.argument("name")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def remove_source(ctx: click.Context, name: str, yes: bool) -> None:
    """Forget the source NAME and its part of the index; its notes are not touched."""
    library = open_library(ctx)
    library.require_source(name)
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("not a terminal: confirm with --yes")
        if not click.confirm(f"forget {name!r} and everything indexed from it?", err=True):
            say("nothing was removed")
            return
    library.remove(name)
    say(f"removed {name}; its notes were not touched")
