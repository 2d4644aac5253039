"""`asterisk-search index`."""

import json

import click

from asterisk_search.cli.flags import json_option
from asterisk_search.cli.options import open_library
from asterisk_search.cli.progress import watch
from asterisk_search.cli.render import print_update, warn
from asterisk_search.service.wire import update_json


@click.command("index")
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--name", help="Name of the source; the folder's name if left out.")
@click.option(
    "--exclude", multiple=True, metavar="PATTERN",
    help="Leave out what matches, in gitignore syntax. May be given several times; kept for later, "
    "until others are given (an empty one: none).",
)  # fmt: skip
@click.option(
    "--type", "as_type", type=click.Choice(["files"]),
    help="What a new PATH is, if no notes or archive: a folder of text, Markdown and PDF files.",
)  # fmt: skip
@click.option("--prune", is_flag=True, help="Accept that more than half of a source is gone.")
@click.option("--rebuild", is_flag=True, help="Set the index aside and make a new one.")
@click.option("-q", "--quiet", is_flag=True, help="No progress, no summary.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    paths: tuple[str, ...],
    name: str | None,
    exclude: tuple[str, ...],
    as_type: str | None,
    prune: bool,
    rebuild: bool,
    quiet: bool,
    as_json: bool,
) -> None:
    """Index the notes or archives at PATH, or bring every indexed folder up to date.

    Only what has changed is read, and only new text is embedded. It may be interrupted at any
    time; run it again to go on. What was read can be searched by its words while vectors are
    made.
    """
    library = open_library(ctx)
    if rebuild and (aside := library.rebuild(paths, as_type=as_type)):
        warn(f"the old index is kept as {aside}; delete it when all is well")
    for problem in library.register_configured():
        warn(problem)
    names = None
    if paths:
        specs = library.register(paths, name=name, exclude=exclude or None, as_type=as_type)
        names = [spec.name for spec in specs]
    elif name or exclude or as_type:
        raise click.UsageError("--name, --exclude and --type need a PATH")
    report = library.update(names, watch(quiet), prune=prune)
    if as_json:
        click.echo(json.dumps(update_json(report), ensure_ascii=False, indent=2))
    elif not quiet:
        print_update(report)
    ctx.exit(1 if any(source.error for source in report.sources) else 0)
