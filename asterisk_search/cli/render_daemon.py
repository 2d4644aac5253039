"""How the daemon is, for people."""

from collections import Counter

import click

from asterisk_search.cli.render import count, warn
from asterisk_search.service.standing import Followed, Standing, Vitals
from asterisk_search.text.folding import visible


def print_vitals(vitals: Vitals, log: str) -> None:
    """Some lines about a running daemon."""
    standing = vitals.standing
    click.echo(
        f"running · pid {vitals.pid} · {_span(vitals.uptime_s)} · "
        f"{vitals.memory_bytes / 1e6:.0f} MB · version {vitals.version}"
    )
    click.echo(_doing(standing))
    for followed in standing.followed:
        click.echo(_followed(followed))
    if standing.http:
        click.echo(f"page and API: {standing.http}")
    click.echo(f"log: {visible(log)}")
    _print_troubles(standing)


def print_daemon(vitals: Vitals) -> None:
    """One line about what a running daemon does, one for each source that it cannot watch."""
    standing = vitals.standing
    hows = Counter(followed.how for followed in standing.followed)
    listed = [f"{how} {count(number, 'source')}" for how, number in hows.items() if how != "away"]
    said = [f"running (pid {vitals.pid})", *listed, _doing(standing)]
    click.echo(f"{'daemon':<12} {' · '.join(said)}")
    for followed in standing.followed:
        if followed.how != "watching":
            click.echo(f"{'':<12} {_followed(followed)}")
    _print_troubles(standing)


def _print_troubles(standing: Standing) -> None:
    if standing.degraded:
        warn(f"search by meaning is off ({standing.degraded}): run `asterisk-search doctor`")
    if standing.error:
        warn(f"last error: {standing.error}")


def _doing(standing: Standing) -> str:
    if standing.paused:
        return f"paused: {visible(standing.paused)}"
    if standing.phase:
        of = f" of {standing.total:,}" if standing.total else ""
        return f"indexing: {standing.phase} {standing.done:,}{of} {standing.unit}"
    return f"{standing.waiting:,} changes wait" if standing.waiting else "idle, all up to date"


def _followed(followed: Followed) -> str:
    said = {"away": "its folder is missing; what was indexed is kept"}.get(followed.how, "")
    detail = followed.detail or said
    return f"{visible(followed.source):<12} {followed.how}" + (
        f" ({visible(detail)})" if detail else ""
    )


def _span(seconds: float) -> str:
    minutes, hours = int(seconds // 60), int(seconds // 3600)
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min {int(seconds) % 60} s"
