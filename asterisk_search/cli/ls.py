"""`asterisk-search ls`."""

import os
import sys
from typing import Any

import click

from asterisk_search.cli.flags import json_option
from asterisk_search.cli.options import filter_options, filters_of, open_library, print_json
from asterisk_search.cli.render import say, shown, warn
from asterisk_search.service.wire_views import card_path, listing_json
from asterisk_search.views import Card, Order

ORDERS = click.Choice([order.value for order in Order])


@click.command("ls")
@click.option("-n", "--limit", type=click.IntRange(1), help="Documents listed (default: all).")
@click.option(
    "--sort", type=ORDERS, default=Order.DATE.value, help="Order (default: newest first)."
)
@filter_options
@json_option
@click.option("-0", "--null", is_flag=True, help="Print absolute paths, each ended by a NUL byte.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    limit: int | None,
    sort: str,
    as_json: bool,
    null: bool,
    **filters: Any,  # noqa: ANN401 - what `filter_options` gives
) -> None:
    """List the indexed documents that pass the filters: date, id and tags."""
    listing = open_library(ctx).documents(filters_of(**filters), order=Order(sort), limit=limit)
    for notice in listing.notices:
        warn(notice)
    if as_json:
        print_json(listing_json(listing))
    elif null:
        for card in listing.cards:
            sys.stdout.buffer.write(os.fsencode(card_path(card)) + b"\0")
    else:
        for card in listing.cards:
            click.echo(_line(card))
        say(f"{len(listing.cards):,} of {listing.total:,}")


def _line(card: Card) -> str:
    tags = shown(" ".join(f"#{tag}" for tag in card.tags))
    date = card.date or card.modified[:10] or "-"
    place = click.style(shown(card.id), fg="cyan")
    return "  ".join(filter(None, [f"{date:<10}", place, tags]))
