"""What commands share: opening the library, and options that several of them have."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from asterisk_search import library
from asterisk_search.answers import Filters
from asterisk_search.config import Settings, load_settings
from asterisk_search.search.dates import parse_day

if TYPE_CHECKING:
    from asterisk_search.library import Library

P = ParamSpec("P")
T = TypeVar("T")

limit_option = click.option(
    "-n", "--limit", type=click.IntRange(1, 1000), help="Results shown (default 10)."
)
_FILTERS = (
    click.option("--source", "sources", multiple=True, metavar="NAME", help="Only this source."),
    click.option("--folder", "folders", multiple=True, metavar="PATH",
                 help="Only below this folder."),
    click.option("--tag", "tags", multiple=True, help="Only with this tag, or one nested in it."),
    click.option("--type", "types", multiple=True, metavar="TYPE",
                 help="Only this: note, page, or one kind (canvas, base, text, pdf)."),
    click.option("--domain", "domains", multiple=True, metavar="SITE",
                 help="Only pages of this site."),
    click.option("--after", metavar="DATE",
                 help="Only on or after: 2024-03-09, 2024, 30d, today."),
    click.option("--before", metavar="DATE", help="Only before that day."),
)  # fmt: skip


def filter_options(command: Callable[P, T]) -> Callable[P, T]:
    """The options that narrow; `filters_of` makes them one record."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


def filters_of(
    sources: tuple[str, ...],
    folders: tuple[str, ...],
    tags: tuple[str, ...],
    types: tuple[str, ...],
    domains: tuple[str, ...],
    after: str | None,
    before: str | None,
) -> Filters:
    """What the options of `filter_options` say.

    Raises:
        UsageError: a date is none.
    """
    today = date.today()
    return Filters(
        sources,
        folders,
        tags,
        parse_day(after, today) if after else None,
        parse_day(before, today) if before else None,
        types,
        domains,
    )


def print_json(shown: object) -> None:
    """One JSON text for people and programs."""
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2))


def open_settings(ctx: click.Context) -> Settings:
    """The settings that the options of the group, the environment and the file give.

    Raises:
        ConfigError: they are wrong.
    """
    config, data_dir = ctx.find_root().obj
    return load_settings(Path(config) if config else None, data_dir=data_dir)


def open_library(ctx: click.Context) -> "Library":
    """The library of this invocation.

    Raises:
        ConfigError: the configuration is wrong.
    """
    return library.open_library(open_settings(ctx))
