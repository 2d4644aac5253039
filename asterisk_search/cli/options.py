"""What commands share: opening the library, and options that several of them have."""

from pathlib import Path

import click

from asterisk_search.config import Settings, load_settings
from asterisk_search.library import Library

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def open_settings(ctx: click.Context) -> Settings:
    """The settings that the options of the group, the environment and the file give.

    Raises:
        ConfigError: they are wrong.
    """
    config, data_dir = ctx.find_root().obj
    return load_settings(Path(config) if config else None, data_dir=data_dir)


def open_library(ctx: click.Context) -> Library:
    """The library of this invocation.

    Raises:
        ConfigError: the configuration is wrong.
    """
    return Library(open_settings(ctx))
