"""`asterisk-search query`."""

import json
from datetime import date

import click

from asterisk_search.answers import Filters, Mode, Query
from asterisk_search.cli.asking import search
from asterisk_search.cli.options import json_option, no_daemon_option, open_settings
from asterisk_search.cli.render import print_answer
from asterisk_search.search.dates import parse_day
from asterisk_search.service.wire import answer_json, confidence, result_json

TYPES = click.Choice(["note", "page"])
MODES = click.Choice([mode.value for mode in Mode])


@click.command("query")
@click.argument("words", nargs=-1)
@click.option("-n", "--limit", type=click.IntRange(1, 1000), help="Results shown (default 10).")
@click.option("--mode", type=MODES, help="Words, meaning, or both (the default).")
@click.option("--source", "sources", multiple=True, metavar="NAME", help="Only this source.")
@click.option("--folder", "folders", multiple=True, metavar="PATH", help="Only below this folder.")
@click.option("--tag", "tags", multiple=True, help="Only with this tag, or one nested in it.")
@click.option("--type", "types", multiple=True, type=TYPES, help="Only notes, or only saved pages.")
@click.option("--domain", "domains", multiple=True, metavar="SITE", help="Only pages of this site.")
@click.option("--after", metavar="DATE", help="Only on or after: 2024-03-09, 2024, 30d, today.")
@click.option("--before", metavar="DATE", help="Only before that day.")
@click.option("--explain", is_flag=True, help="Show each retriever's part in the score.")
@json_option
@click.option("--jsonl", is_flag=True, help="Print one JSON object a line for each result.")
@click.option("--exit-status", is_flag=True, help="Exit with 1 when nothing matches well.")
@no_daemon_option
@click.pass_context
def command(
    ctx: click.Context,
    words: tuple[str, ...],
    limit: int | None,
    mode: str | None,
    sources: tuple[str, ...],
    folders: tuple[str, ...],
    tags: tuple[str, ...],
    types: tuple[str, ...],
    domains: tuple[str, ...],
    after: str | None,
    before: str | None,
    explain: bool,
    as_json: bool,
    jsonl: bool,
    exit_status: bool,
    no_daemon: bool,
) -> None:
    """Search notes and pages for WORDS; without words, list the newest that pass the filters.

    WORDS may hold "phrases" that must occur, -words that must not, either OR other, and filters:
    #tag, folder:, path:, title:, source:, type:, domain:, url:, after:, before:, age:<30d,
    [property:value]; a hyphen in front turns one around.

    \b
    asterisk-search query '"leader election" #consensus -paxos'
    asterisk-search query 'budget folder:"My notes" age:<1y [status:done]'
    asterisk-search query -- '-#done budget'
    """
    settings, today = open_settings(ctx), date.today()
    query = Query(
        text=" ".join(words),
        filters=Filters(
            sources,
            folders,
            tags,
            parse_day(after, today) if after else None,
            parse_day(before, today) if before else None,
            types,
            domains,
        ),
        mode=Mode(mode or settings.search.mode),
        limit=limit or settings.search.limit,
    )
    people = not (as_json or jsonl)
    answer, served_by = search(settings, query, remember=people, daemon=not no_daemon)
    if as_json:
        shown = answer_json(answer, explain=explain, served_by=served_by)
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    elif jsonl:
        for result in answer.results:
            click.echo(json.dumps(result_json(result, explain=explain), ensure_ascii=False))
    else:
        print_answer(answer, explain=explain, served_by=served_by)
    well = any(confidence(result.score) != "low" for result in answer.results)
    ctx.exit(1 if exit_status and not well else 0)
