"""`asterisk-search doctor`."""

import json

import click

from asterisk_search.cli.flags import json_option
from asterisk_search.cli.options import open_library
from asterisk_search.cli.render import print_check
from asterisk_search.indexing.reports import Health
from asterisk_search.service.wire import check_json


@click.command("doctor")
@json_option
@click.pass_context
def command(ctx: click.Context, as_json: bool) -> None:
    """Check every part of the installation; each finding ends with what mends it.

    Nothing is changed. Exits with 1 when a check failed.
    """
    failed, shown = False, []
    for check in open_library(ctx).diagnose():
        failed |= check.health is Health.FAILED
        shown.append(check_json(check))
        if not as_json:
            print_check(check)
    if as_json:
        click.echo(json.dumps({"schema": 1, "checks": shown}, ensure_ascii=False, indent=2))
    ctx.exit(1 if failed else 0)
