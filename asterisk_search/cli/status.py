"""`asterisk-search status`."""

import json

import click

from asterisk_search.cli.flags import json_option
from asterisk_search.cli.options import open_library
from asterisk_search.cli.render import print_skipped, print_status
from asterisk_search.service.wire import status_json


@click.command("status")
@click.option("--skipped", is_flag=True, help="List what could not be indexed, with reasons.")
@json_option
@click.pass_context
def command(ctx: click.Context, skipped: bool, as_json: bool) -> None:
    """Show what is indexed, what waits for its vector, and what was skipped."""
    status = open_library(ctx).status()
    if as_json:
        click.echo(json.dumps(status_json(status), ensure_ascii=False, indent=2))
    elif skipped:
        print_skipped(status)
    else:
        print_status(status)
