"""`asterisk-search query`."""

import os
import time
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from asterisk_search.cli.flags import json_option, no_daemon_option
from asterisk_search.cli.hyphens import Asking, words
from asterisk_search.cli.terminal import screen
from asterisk_search.service.client import Elsewhere, exchange, wanted
from asterisk_search.service.given import given

MODES = click.Choice(["hybrid", "keyword", "semantic"])


@click.command("query", cls=Asking)
@click.argument("words", nargs=-1, callback=words)
@click.option("-n", "--limit", type=click.IntRange(1, 1000), help="Results shown (default 10).")
@click.option("--mode", type=MODES, help="Words, meaning, or both (the default).")
@click.option("--source", "sources", multiple=True, metavar="NAME", help="Only this source.")
@click.option("--folder", "folders", multiple=True, metavar="PATH", help="Only below this folder.")
@click.option("--tag", "tags", multiple=True, help="Only with this tag, or one nested in it.")
@click.option(
    "--type", "types", multiple=True, metavar="TYPE",
    help="Only this: note, page, or one kind (canvas, base, text, pdf).",
)  # fmt: skip
@click.option("--domain", "domains", multiple=True, metavar="SITE", help="Only pages of this site.")
@click.option("--after", metavar="DATE", help="Only on or after: 2024-03-09, 2024, 30d, today.")
@click.option("--before", metavar="DATE", help="Only before that day.")
@click.option("--explain", is_flag=True, help="Show each retriever's part in the score.")
@click.option("--all", "everything", is_flag=True, help="List weak results below good ones too.")
@json_option
@click.option("--jsonl", is_flag=True, help="Print one JSON object a line for each result.")
@click.option("--exit-status", is_flag=True, help="Exit with 1 when nothing matches well.")
@no_daemon_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    as_json: bool,
    jsonl: bool,
    exit_status: bool,
    no_daemon: bool,
    **options: Any,  # noqa: ANN401 - the others are for `querying`
) -> None:
    """Search notes and pages for WORDS; without words, list the newest that pass the filters.

    WORDS may hold "phrases" that must occur, -words that must not, either OR other, and filters:
    #tag, folder:, path:, title:, source:, type:, domain:, url:, after:, before:, age:<30d,
    [property:value]; a hyphen in front turns one around.

    \b
    asterisk-search query '"leader election" #consensus -paxos'
    asterisk-search query 'budget folder:"My notes" age:<1y [status:done]'
    asterisk-search query '-#done budget'
    """
    asked = {
        **options,
        "form": "json" if as_json else "jsonl" if jsonl else "text",
        "screen": screen(),
        "today": time.strftime("%Y-%m-%d"),
    }
    shown = None if no_daemon or not wanted() else _by_the_daemon(ctx, asked)
    if shown is None:
        # Imported only now: what answers is heavy, and the daemon may have done it.
        shown = import_module("asterisk_search.cli.querying").in_process(ctx, asked)
    for text, beside in shown["lines"]:
        click.echo(text, err=beside)
    ctx.exit(1 if exit_status and not shown["well"] else 0)


def _by_the_daemon(ctx: click.Context, asked: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    """What the daemon shows, or ``None`` where this process must answer; raises as `exchange`."""
    config, data_dir = ctx.find_root().obj
    try:
        known = given(config, data_dir, os.environ)
        body = {"command": "query", "options": asked}
        shown = exchange(known.root, {"op": "command", "given": known, "body": body})
        return shown if isinstance(shown["lines"], list) and "well" in shown else None
    except (Elsewhere, OSError, ValueError, TypeError, KeyError):
        return None
