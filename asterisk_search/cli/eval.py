"""`asterisk-search eval`."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click

from asterisk_search.answers import Mode
from asterisk_search.cli.flags import json_option
from asterisk_search.cli.options import open_library, open_settings, print_json
from asterisk_search.cli.render import say, warn
from asterisk_search.config import load_settings
from asterisk_search.library import Library
from asterisk_search.library.measuring import Measured
from asterisk_search.search.judged import read_judged
from asterisk_search.text.folding import visible
from asterisk_search.views import Scores

Table = list[tuple[str, str, Scores]]
_NAMES: Final = ("ndcg_5", "ndcg_10", "mrr", "recall_10", "hit_1")
_HEADS: Final = ("nDCG@5", "nDCG@10", "MRR", "recall@10", "hit@1")


@click.command("eval")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--mode", "modes", multiple=True, type=click.Choice([mode.value for mode in Mode]),
              help="Only this mode; all three if left out.")  # fmt: skip
@click.option("--compare", metavar="CONFIG", help="Also measure with this configuration file.")
@json_option
@click.pass_context
def command(
    ctx: click.Context, file: Path, modes: tuple[str, ...], compare: str | None, as_json: bool
) -> None:
    """Measure search on your own queries: FILE holds queries and the notes they should find.

    TOML with [[query]] tables (text, expected, category), or JSON lines with the same keys;
    expected is a list of notes, or notes with grades. examples/vault.eval.toml is one.
    """
    judged = read_judged(file)
    wanted = [Mode(mode) for mode in modes] or list(Mode)
    ours = open_library(ctx).measure(judged, wanted)
    theirs: Table | None = None
    if compare is not None:
        # The same index, unless the other configuration names one of its own.
        folder = load_settings(Path(compare), {}).data_dir or str(open_settings(ctx).data_path)
        other = load_settings(Path(compare), data_dir=folder)
        theirs = Library(other).measure(judged, wanted).table
    if as_json:
        scores = {"scores": _rows(ours.table), "compared": _rows(theirs)}
        print_json({"schema": 1, **scores, "remarks": _remarks(ours)})
        return
    for remark in _remarks(ours):
        of_all = len(remark["queries"]) == len(judged)
        for place in [""] if of_all else remark["queries"]:
            warn(f"{place}: {remark['notice']}" if place else remark["notice"])
    _print(ours.table, theirs)
    say(f"{len(judged)} queries")


def _remarks(measured: Measured) -> list[dict[str, Any]]:
    return [
        {"notice": notice, "queries": [f"line {one.line}, {one.text}" for one in queries]}
        for notice, queries in measured.remarks.items()
    ]


def _rows(table: Table | None) -> list[dict[str, object]] | None:
    if table is None:
        return None
    return [
        {"mode": mode, "category": category or None}
        | {name: round(value, 4) for name, value in asdict(scores).items()}
        for mode, category, scores in table
    ]


def _print(ours: Table, theirs: Table | None) -> None:
    click.echo(f"{'':<34}{'n':>5}" + "".join(f"{head:>16}" for head in _HEADS))
    for at, (mode, category, scores) in enumerate(ours):
        other = theirs[at][2] if theirs else None
        name = f"{mode} {visible(category)}".strip()
        cells = [_cell(scores, other, key) for key in _NAMES]
        click.echo(f"{name[:34]:<34}{scores.queries:>5}" + "".join(f"{cell:>16}" for cell in cells))


def _cell(scores: Scores, other: Scores | None, name: str) -> str:
    value: float = getattr(scores, name)
    return f"{value:.3f}" + (f" {getattr(other, name) - value:+.3f}" if other else "")
