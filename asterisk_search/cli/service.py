"""`asterisk-search service`."""

import click

from asterisk_search.cli.options import open_settings
from asterisk_search.cli.render import say
from asterisk_search.service import installing


@click.group("service")
def command() -> None:
    """Have the system keep the daemon running: systemd on Linux, launchd on macOS."""


@command.command("install")
@click.option("--print", "only_print", is_flag=True, help="Show the file, write nothing.")
@click.pass_context
def install_service(ctx: click.Context, only_print: bool) -> None:
    """Start the daemon now and at every log-in.

    A file is written for this user alone; no other rights are needed.
    """
    managed = _manager(ctx)
    if only_print:
        click.echo(f"# {managed.file}", err=True)
        click.echo(managed.text, nl=False)
        return
    installing.install(managed)
    say(f"installed {managed.file}; the daemon runs")
    if managed.hint:
        say(managed.hint)


@command.command("uninstall")
@click.pass_context
def uninstall_service(ctx: click.Context) -> None:
    """End the daemon and start it no more. The index stays."""
    managed = _manager(ctx)
    removed = installing.uninstall(managed)
    say(f"removed {managed.file}" if removed else "it was not installed")


@command.command("status")
@click.pass_context
def show_status(ctx: click.Context) -> None:
    """Show what the system says of the service; its exit code is that of its own command."""
    managed = _manager(ctx)
    if not managed.file.exists():
        say("not installed: `asterisk-search service install` does it")
        ctx.exit(6)
    code, said = installing.run(managed.status)
    click.echo(said)
    ctx.exit(code)


def _manager(ctx: click.Context) -> installing.Manager:
    config, data_dir = ctx.find_root().obj
    return installing.manager(open_settings(ctx), config, data_dir)
