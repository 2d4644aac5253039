"""`asterisk-search similar`."""

import json
import sys
from typing import Any, Final

import click

from asterisk_search.cli.flags import json_option, no_daemon_option
from asterisk_search.cli.options import (
    filter_options,
    filters_of,
    limit_option,
    open_library,
    open_settings,
    print_json,
)
from asterisk_search.cli.render import print_result, say, warn
from asterisk_search.service import remote
from asterisk_search.service.wire import result_json
from asterisk_search.service.wire_views import similar_json

LONGEST: Final = 1_000_000
"""Characters read from standard input; only the first passages are compared anyway."""


@click.command("similar")
@click.argument("note")
@limit_option
@filter_options
@json_option
@click.option("--jsonl", is_flag=True, help="Print one JSON object a line for each result.")
@no_daemon_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    note: str,
    limit: int | None,
    as_json: bool,
    jsonl: bool,
    no_daemon: bool,
    **filters: Any,  # noqa: ANN401 - what `filter_options` gives
) -> None:
    """Find notes that say what NOTE says; with "-", what the text on standard input says.

    NOTE is an id, a path, a name or alias, or the end of a path.
    """
    text = sys.stdin.read(LONGEST) if note == "-" else ""
    settings, narrowed = open_settings(ctx), filters_of(**filters)
    of, limit = None if note == "-" else note, limit or settings.search.limit
    asked = None if no_daemon else remote.similar(settings, of, text, narrowed, limit)
    found = asked or open_library(ctx).similar(of, text=text, filters=narrowed, limit=limit)
    for notice in found.notices:
        warn(notice)
    if as_json:
        print_json(similar_json(found))
    elif jsonl:
        for result in found.results:
            click.echo(json.dumps(result_json(result), ensure_ascii=False))
    else:
        for result in found.results:
            print_result(result)
        open_library(ctx).remember(found.results)
        say(f"{len(found.results)} similar · {found.took_ms:.0f} ms")
