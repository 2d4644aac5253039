"""`asterisk-search status`."""

import click

from asterisk_search.cli.flags import json_option
from asterisk_search.cli.options import open_library, open_settings, print_json
from asterisk_search.cli.render import print_skipped, print_status, say, warn
from asterisk_search.cli.render_daemon import print_daemon
from asterisk_search.config import Settings
from asterisk_search.service import remote
from asterisk_search.service.address import Post
from asterisk_search.service.client import wanted
from asterisk_search.service.standing import Vitals
from asterisk_search.service.wire import status_json


@click.command("status")
@click.option("--skipped", is_flag=True, help="List what could not be indexed, with reasons.")
@json_option
@click.pass_context
def command(ctx: click.Context, skipped: bool, as_json: bool) -> None:
    """Show what is indexed, what waits for its vector, what was skipped, what the daemon does."""
    settings, status = open_settings(ctx), open_library(ctx).status()
    if skipped and not as_json:
        print_skipped(status)
        return
    asked = wanted()
    vitals = remote.vitals(settings) if asked else None
    if as_json:
        print_json(status_json(status, vitals))
    else:
        doing = vitals is not None and bool(vitals.standing.phase or vitals.standing.waiting)
        print_status(status, under_way=doing)
    if asked:
        _tell_of_the_daemon(settings, vitals, as_json)


def _tell_of_the_daemon(settings: Settings, vitals: Vitals | None, as_json: bool) -> None:
    """One that is there and does not answer is told in any case: what it does is not known."""
    if vitals is not None:
        if not as_json:
            print_daemon(vitals)
    elif (silent := Post(settings.data_path).running()) is not None:
        warn(
            f"a daemon is running (pid {silent.pid}) but does not answer, or is of another "
            "version: `asterisk-search daemon logs` may tell more; a restart mends the latter"
        )
    elif not as_json:
        say("no daemon keeps this fresh  → asterisk-search daemon start")
