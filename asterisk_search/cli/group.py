"""`asterisk-search group`."""

import json
from collections.abc import Sequence

import click

from asterisk_search.cli.items import Item, parse_span, read_items
from asterisk_search.cli.options import open_settings
from asterisk_search.cli.render import say, warn
from asterisk_search.feeds import Cluster, facts_of, group_similar, open_encoder
from asterisk_search.text.folding import visible

SHOWN = 100
"""Characters of a text in the list for people."""


@click.command("group")
@click.option(
    "--threshold", type=click.FloatRange(0, 1),
    help="Cosine from which two texts tell one story (default 0.8).",
)  # fmt: skip
@click.option("--window", metavar="SPAN", help="Group only what lies this near in time: 48h, 7d.")
@click.option("--linkage", type=click.Choice(["leader", "complete"]), default="leader",
              help="Compare with a group's leader (default), or with all its members.")  # fmt: skip
@click.option("--no-guard", is_flag=True, help="Group also what names other things or numbers.")
@click.option("--jsonl", is_flag=True, help="Print one JSON object a line for each group.")
@click.pass_context
def command(
    ctx: click.Context,
    threshold: float | None,
    window: str | None,
    linkage: str,
    no_guard: bool,
    jsonl: bool,
) -> None:
    """Group the texts on standard input that tell one story; no group is a chain.

    Each line is a text, or a JSON object with text, and optionally id, time (seconds since 1970,
    or ISO 8601) and source. Without the model, word fingerprints group, and a line says so.
    """
    span = parse_span(window) if window else None
    items = list(read_items())
    encoder = open_encoder(open_settings(ctx).model.path or None, threads=2)
    if encoder.degraded_reason:
        warn(f"grouping by words alone (SimHash): {encoder.degraded_reason}")
    times = [item.time for item in items if item.time is not None]
    complete = len(times) == len(items)
    if span is not None and not complete:
        raise click.UsageError("--window needs a time in every line")
    try:
        groups = group_similar(
            [item.id for item in items],
            encoder.encode([item.text for item in items]),
            times if complete and items else None,
            [item.source for item in items] if any(item.source for item in items) else None,
            encoder.threshold if threshold is None else threshold,
            span,
            "complete" if linkage == "complete" else "leader",
            facts=None if no_guard else [facts_of(item.text) for item in items],
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if jsonl:
        for group in groups:
            click.echo(json.dumps(_group_json(group, encoder.model_id), ensure_ascii=False))
    else:
        _print(groups, items)


def _group_json(group: Cluster, model_id: str) -> dict[str, object]:
    return {
        "leader": group.leader,
        "members": list(group.members),
        "similarities": [list(row) for row in group.similarities],
        "model": model_id,
    }


def _print(groups: Sequence[Cluster], items: Sequence[Item]) -> None:
    texts = {item.id: item.text for item in items}
    for group in groups:
        for at, member in enumerate(group.members):
            mark = (
                f"{len(group.members):>3} " if at == 0 else f"     {group.similarities[0][at]:.2f} "
            )
            click.echo(f"{mark} {visible(texts[member])[:SHOWN]}")
    say(f"{len(items):,} texts in {len(groups):,} groups")
