"""Options that several commands have; apart from `options`, for a command that imports little."""

import click

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

no_daemon_option = click.option(
    "--no-daemon", is_flag=True, help="Answer in this process, though a daemon runs."
)
