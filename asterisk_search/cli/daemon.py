"""`asterisk-search daemon`."""

import time
from importlib import import_module

import click

from asterisk_search.cli.flags import json_option
from asterisk_search.cli.options import open_settings, print_json
from asterisk_search.cli.querying import carry_out
from asterisk_search.cli.render import say
from asterisk_search.cli.render_daemon import print_vitals
from asterisk_search.config import Settings
from asterisk_search.service import control
from asterisk_search.service.client import demand
from asterisk_search.service.logbook import last_lines, log_path
from asterisk_search.service.standing import Vitals
from asterisk_search.service.wire import SCHEMA, daemon_json
from asterisk_search.service.wire_records import decoded


@click.group("daemon")
def command() -> None:
    """Keep the index fresh and answers quick, in the background.

    The daemon notices what changes in the indexed folders, indexes it within a second or two, and
    keeps the model loaded for `query`. One serves one data folder.
    """


@command.command("run")
@click.pass_context
def run_daemon(ctx: click.Context) -> None:
    """Be the daemon, in the foreground, until Ctrl-C."""
    # Imported here: a server and its requirements are not for those who only ask how it is.
    import_module("asterisk_search.service.daemon_process").run(
        open_settings(ctx), {"query": carry_out}
    )


@command.command("start")
@click.pass_context
def start_daemon(ctx: click.Context) -> None:
    """Start the daemon in the background; return when it answers."""
    config, data_dir = ctx.find_root().obj
    address = control.start(open_settings(ctx), config, data_dir)
    say(f"the daemon runs (pid {address.pid})")


@command.command("stop")
@click.pass_context
def stop_daemon(ctx: click.Context) -> None:
    """Stop the daemon; return when it has ended."""
    pid = control.stop(open_settings(ctx))
    say("no daemon was running" if pid is None else f"the daemon has ended (pid {pid})")


@command.command("status")
@json_option
@click.pass_context
def show_status(ctx: click.Context, as_json: bool) -> None:
    """Show how the daemon is: what it watches, what it does, what waits, what went wrong.

    Exits with 6 when none is running.
    """
    settings = open_settings(ctx)
    vitals = decoded(Vitals, demand(settings, "vitals", {}))
    if as_json:
        shown = {"schema": SCHEMA, **daemon_json(vitals), "log": str(log_path(settings))}
        print_json(shown)
    else:
        print_vitals(vitals, str(log_path(settings)))


@command.command("logs")
@click.option("-n", "--lines", type=click.IntRange(1, 100_000), default=40, show_default=True,
              help="How many of the last lines.")  # fmt: skip
@click.option("-f", "--follow", is_flag=True, help="Go on as the log grows, until Ctrl-C.")
@click.pass_context
def show_logs(ctx: click.Context, lines: int, follow: bool) -> None:
    """Show the daemon's log. It names notes by their paths and says nothing of their text."""
    settings = open_settings(ctx)
    for line in last_lines(settings, lines):
        click.echo(line)
    if follow:
        _follow(settings)


def _follow(settings: Settings) -> None:
    path = log_path(settings)
    at = path.stat().st_size if path.exists() else 0
    while True:
        time.sleep(0.5)
        size = path.stat().st_size if path.exists() else 0
        at = 0 if size < at else at  # another file was begun
        if size > at:
            with path.open(encoding="utf-8", errors="replace") as log:
                log.seek(at)
                click.echo(log.read(), nl=False)
                at = log.tell()
