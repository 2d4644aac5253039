"""`asterisk-search why`."""

from collections.abc import Iterator
from typing import Final

import click

from asterisk_search.cli.flags import json_option
from asterisk_search.cli.options import open_library, print_json
from asterisk_search.cli.render import print_result, say, shown
from asterisk_search.service.wire_views import why_json
from asterisk_search.views import Card, Ranked, State, Why

_COLOURS: Final = {State.INDEXED: "green", State.SKIPPED: "red", State.GONE: "red"}


@click.command("why")
@click.argument("path")
@click.option("--query", metavar="TEXT", default="", help="Also tell what it gets for this query.")
@json_option
@click.pass_context
def command(ctx: click.Context, path: str, query: str, as_json: bool) -> None:
    """Explain whether PATH (or a note of that name) is indexed, and why it is or is not.

    Names the rule that left it out; for what is indexed, its passages, vectors and digest. Exits
    with 1 when it is not indexed.
    """
    why = open_library(ctx).why(path, query)
    if as_json:
        print_json(why_json(why))
    else:
        _print(why)
    ctx.exit(0 if why.card else 1)


def _print(why: Why) -> None:
    state = click.style(why.state.value, fg=_COLOURS.get(why.state, "yellow"), bold=True)
    click.echo(f"{shown(why.path)}: {state}: {shown(why.reason)}")
    if why.card is not None:
        for name, value in _facts(why, why.card):
            click.echo(f"  {name:<9} {shown(value)}")
    if why.ranked is not None:
        _print_ranked(why.ranked)
    if why.fix:
        say(f"  → {why.fix}")


def _facts(why: Why, card: Card) -> Iterator[tuple[str, str]]:
    yield "id", card.id
    yield "passages", f"{why.chunks} · {why.vectors} with a vector · {why.pending} waiting"
    yield "digest", card.digest.hex()
    # What the size of a saved page would be is not known: only its snapshots have one.
    size = "" if card.page else f" · {card.size:,} bytes"
    yield "modified", f"{card.modified}{size}"
    yield "model", why.model or "none yet"
    if card.demoted:
        yield "ranks low", f"it is a {card.demoted}"
    for warning in card.warnings:
        yield "remark", warning


def _print_ranked(ranked: Ranked) -> None:
    if ranked.result is None:
        say(
            f"not shown for {ranked.query!r} ({ranked.mode}, {ranked.total:,} matched): "
            f"{shown(ranked.absence)}"
        )
        return
    say(f"for {ranked.query!r} ({ranked.mode}, {ranked.total:,} matched):")
    print_result(ranked.result, explain=True)
