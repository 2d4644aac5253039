"""`asterisk-search dupes`."""

from typing import Any

import click

from asterisk_search.cli.flags import json_option
from asterisk_search.cli.options import filter_options, filters_of, open_library, print_json
from asterisk_search.cli.render import count, say, shown, warn
from asterisk_search.service.wire_views import duplicates_json
from asterisk_search.views import Card, DuplicateGroup


@click.command("dupes")
@filter_options
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    as_json: bool,
    **filters: Any,  # noqa: ANN401 - what `filter_options` gives
) -> None:
    """Find documents that say the same: near-duplicate notes, pages saved twice, clipped pages.

    Each group begins with the one to keep. Nothing is deleted.
    """
    found = open_library(ctx).duplicates(filters_of(**filters))
    for notice in found.notices:
        warn(notice)
    if as_json:
        print_json(duplicates_json(found))
        return
    for group in found.groups:
        _print(group)
    groups, compared = count(len(found.groups), "group"), count(found.compared, "document")
    say(f"{groups} among {compared} · {found.took_ms / 1000:.1f} s")


def _print(group: DuplicateGroup) -> None:
    click.echo(f"keep  {_line(group.keep)}")
    for other in group.others:
        click.echo(f"{other.alike.share:.2f}  {_line(other.card)}  ({other.alike.how})")
    for copy in group.copies[1:]:
        click.echo(f"copy  {shown(copy)}")
    click.echo()


def _line(card: Card) -> str:
    mark = f"  ({card.demoted})" if card.demoted else ""
    return f"{click.style(shown(card.id), fg='cyan')}  {card.modified[:10]}{mark}"
