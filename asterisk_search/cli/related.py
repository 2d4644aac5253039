"""`asterisk-search related`."""

from typing import Any

import click

from asterisk_search.cli.flags import json_option
from asterisk_search.cli.options import (
    filter_options,
    filters_of,
    limit_option,
    open_library,
    open_settings,
    print_json,
)
from asterisk_search.cli.render import print_result, say, shown, warn
from asterisk_search.service.wire_views import related_json
from asterisk_search.views import Relative


@click.command("related")
@click.argument("note")
@limit_option
@filter_options
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    note: str,
    limit: int | None,
    as_json: bool,
    **filters: Any,  # noqa: ANN401 - what `filter_options` gives
) -> None:
    """List what belongs to NOTE, each with the reasons.

    Reasons are links and backlinks, saved pages that it cites, shared web addresses, tags that few
    have, meaning, and the same day.
    """
    library = open_library(ctx)
    limit = limit or open_settings(ctx).search.limit
    found = library.related(note, filters=filters_of(**filters), limit=limit)
    for notice in found.notices:
        warn(notice)
    if as_json:
        print_json(related_json(found))
        return
    for relative in found.relatives:
        print_result(relative.result)
        click.echo(click.style(f"    {shown(_reasons(relative))}", dim=True))
    library.remember([relative.result for relative in found.relatives])
    say(f"{len(found.relatives)} related · {found.took_ms:.0f} ms")


def _reasons(relative: Relative) -> str:
    return " · ".join(f"{reason.kind} {reason.detail}".strip() for reason in relative.reasons)
