"""`asterisk-search token`."""

import click

from asterisk_search.cli.options import open_settings
from asterisk_search.service.token import token_of
from asterisk_search.storage.folder import DataFolder


@click.command("token")
@click.option("--new", "renew", is_flag=True, help="Make a new one; the old one ends on restart.")
@click.pass_context
def command(ctx: click.Context, renew: bool) -> None:
    """Print the token that the HTTP API wants for what changes something.

    It is needed for everything when the service can be reached from other machines.
    """
    click.echo(token_of(DataFolder(open_settings(ctx).data_path), renew=renew))
