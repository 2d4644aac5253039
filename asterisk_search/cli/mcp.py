"""`asterisk-search mcp`."""

from importlib import import_module

import click

from asterisk_search.cli.options import open_settings
from asterisk_search.errors import UsageError


@click.command("mcp")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Answer a language model's tool calls on standard input and output (MCP).

    Started by the program that holds the model; docs/mcp.md says how. Ends when the input does.
    """
    try:
        server = import_module("asterisk_search.service.mcp.server")
    except ModuleNotFoundError as error:
        raise UsageError(
            f"a requirement is missing: {error.name}", hint="pip install 'asterisk-search[mcp]'"
        ) from error
    server.serve(open_settings(ctx))
