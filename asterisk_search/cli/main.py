"""`asterisk-search`: the group of commands, and what happens to errors and signals."""

import os
import signal
import sys
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Final

import click

from asterisk_search.cli.terminal import colour
from asterisk_search.errors import AsteriskError, reason_of
from asterisk_search.text.folding import visible

COMMANDS: Final = {
    "index": "Index folders of notes and archives, or bring all of them up to date.",
    "query": "Search notes and pages by words and by meaning.",
    "similar": "Find notes that say what a note, or a text, says.",
    "related": "List what belongs to a note, with the reasons.",
    "dupes": "Find documents that say the same; nothing is deleted.",
    "get": "Print a note, or some lines of it.",
    "open": "Open a result of the last list, or a note.",
    "ls": "List documents by source, folder, tag or date.",
    "why": "Explain whether a path is indexed, and what it gets for a query.",
    "eval": "Measure search on your own queries.",
    "group": "Group texts from standard input that tell one story.",
    "embed": "Turn texts from standard input into vectors.",
    "status": "Show what is indexed, what waits and what was skipped.",
    "doctor": "Check every part of the installation.",
    "source": "List or remove the indexed folders.",
    "daemon": "Keep the index fresh and answers quick, in the background.",
    "service": "Have the system keep the daemon running.",
    "token": "Print the token of the HTTP API.",
    "mcp": "Answer a language model's tool calls (MCP).",
}
"""Name and summary of each command; its module is imported when it runs."""

EPILOG: Final = """\b
Exit codes:
  0    done, also when nothing was found
  1    failed, or some checks or sources failed
  2    wrong usage or configuration
  3    nothing is indexed yet, or no such source
  4    another process is indexing, or a daemon is running already
  5    the model cannot be used
  6    no daemon answers
  130  interrupted     143  terminated

Everything stays on this machine: no download, no telemetry, no network."""


class LazyGroup(click.Group):
    """A group that imports a command only when it is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now; ``None`` for an unknown name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"asterisk_search.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was typed; for an unknown one the nearest is named."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            ctx.fail(f"No such command {visible(args[0])!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The table, without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        from asterisk_search.storage.schema import VERSION

        click.echo(f"asterisk-search {version('asterisk-search')} (catalog schema {VERSION})")
        ctx.exit()


@click.group(cls=LazyGroup, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data-dir", metavar="DIR", help="Where the index lives.")
@click.option("--config", metavar="FILE", help="Configuration file to use.")
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
    help="Show the version and exit.",
)  # fmt: skip
@click.pass_context
def cli(ctx: click.Context, data_dir: str | None, config: str | None) -> None:
    """Local semantic search over your own notes and saved pages; nothing ever leaves this machine.

    \b
    asterisk-search index ~/vault
    asterisk-search query "raft consensus"
    """
    ctx.obj = (config, data_dir)
    ctx.color = colour(os.environ)


def main() -> None:
    """Run the command line and exit with its code."""
    signal.signal(signal.SIGTERM, _terminated)
    if sys.stdout is None:  # closed by whoever started this: `>&-`
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - for all its life
    # The index holds the text of private notes: nobody else may read what is written.
    os.umask(0o077)
    sys.exit(run())


def run(arguments: list[str] | None = None) -> int:
    """Run one command (of ``sys.argv`` by default) and return its exit code."""
    try:
        code = cli.main(arguments, standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
    except AsteriskError as error:
        return _report(error)
    except click.exceptions.Abort:
        click.echo("interrupted: what was done is kept; run it again to go on", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BrokenPipeError:
        # The reader has had enough (`| head`). Python would complain again when it flushes; the
        # code is the one click gives when it meets the closed pipe itself.
        sys.stdout = None
        return 1
    except OSError as error:
        # Rooms map their own; what is left is the output, or a folder nobody thought of.
        sys.stdout = None
        click.echo(f"error: {visible(_reason(error))}", err=True)
        return 1
    return code if isinstance(code, int) else 0


def _reason(error: OSError) -> str:
    named = f"{error.filename}: " if isinstance(error.filename, str) else ""
    return f"{named}{reason_of(error)}"


def _report(error: AsteriskError) -> int:
    label = click.style("error:", fg="red", bold=True)
    click.echo(f"{label} {visible(error.message)}", err=True, color=colour(os.environ))
    if error.hint:
        click.echo(f"  {visible(error.hint)}", err=True)
    return error.exit_code


def _terminated(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)
