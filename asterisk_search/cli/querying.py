"""What `query` does, in this process or in the daemon's: a search, and the answer as lines."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from asterisk_search.answers import Answer, Filters, Mode, Query
from asterisk_search.cli.options import open_settings
from asterisk_search.cli.render import Line, answer_lines, beside
from asterisk_search.cli.terminal import Screen
from asterisk_search.config import Settings
from asterisk_search.library import Library, open_library
from asterisk_search.search.dates import parse_day
from asterisk_search.service.desk import Desk
from asterisk_search.service.wire import answer_json, confidence, remarks, result_json

Shown = dict[str, Any]
"""``lines`` as pairs of a text and whether it goes to stderr; ``well``: whether one matches well.
JSON-ready, as it also comes from another process."""


def carry_out(desk: Desk, asked: Mapping[str, Any]) -> Shown:
    """The command with these options, in the daemon; raises as `Library.search`."""
    return _shown(desk.library, desk.settings, asked, "daemon")


def in_process(ctx: click.Context, asked: Mapping[str, Any]) -> Shown:
    """The same in this process; also raises ConfigError."""
    settings = open_settings(ctx)
    return _shown(open_library(settings), settings, asked, "process")


def _shown(library: Library, settings: Settings, asked: Mapping[str, Any], who: str) -> Shown:
    answer = library.search(_query(settings, asked))
    if asked["form"] == "text":
        library.remember(answer.results)
    return {
        "lines": _lines(answer, asked, who),
        "well": any(confidence(result.score) != "low" for result in answer.results),
    }


def _query(settings: Settings, asked: Mapping[str, Any]) -> Query:
    today = date.fromisoformat(asked["today"])
    after, before = asked["after"], asked["before"]
    return Query(
        text=" ".join(asked["words"]),
        filters=Filters(
            tuple(asked["sources"]),
            tuple(asked["folders"]),
            tuple(asked["tags"]),
            parse_day(after, today) if after else None,
            parse_day(before, today) if before else None,
            tuple(asked["types"]),
            tuple(asked["domains"]),
        ),
        mode=Mode(asked["mode"] or settings.search.mode),
        limit=asked["limit"] or settings.search.limit,
    )


def _lines(answer: Answer, asked: Mapping[str, Any], who: str) -> list[Line]:
    explain = asked["explain"]
    if asked["form"] == "json":
        shown = answer_json(answer, explain=explain, served_by=who)
        return [(json.dumps(shown, ensure_ascii=False, indent=2), False)]
    if asked["form"] == "jsonl":
        rows = (result_json(result, explain=explain) for result in answer.results)
        lines = [(json.dumps(row, ensure_ascii=False), False) for row in rows]
        return [*beside(remarks(answer)), *lines]
    shown_on, everything = Screen(*asked["screen"]), asked["everything"]
    return answer_lines(answer, shown_on, explain=explain, everything=everything, served_by=who)
