"""Text for people: results, summaries, states. Results go to stdout, everything else to stderr."""

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

import click

from asterisk_search.answers import Answer, Result
from asterisk_search.cli.terminal import Screen, highlight, hyperlink, isolated, screen
from asterisk_search.indexing.reports import Check, Health, SourceReport, Status, UpdateReport
from asterisk_search.records import SkipReason, SourceInfo
from asterisk_search.service.wire import cautions, confidence, unsure
from asterisk_search.text.folding import visible

_COLOURS = {"high": "green", "medium": "yellow", "low": None}
_MARKS = {Health.OK: ("✓", "green"), Health.WARNING: ("!", "yellow"), Health.FAILED: ("✗", "red")}
# Each is read after a number: "4 not text".
_REASONS = {
    SkipReason.UNREADABLE: "unreadable",
    SkipReason.TOO_LARGE: "too large",
    SkipReason.BINARY: "not text",
    SkipReason.NOT_A_FILE: "neither file nor folder",
    SkipReason.SYMLINK: "left out as a link",
    SkipReason.EVICTED: "not downloaded by the cloud service",
    SkipReason.MALFORMED: "malformed",
    SkipReason.VANISHED: "vanished while being read",
    SkipReason.UNFINISHED: "still being saved",
    SkipReason.HTTP_ERROR: "answered with an error",
    SkipReason.REDIRECT: "the same as another page",
}


Line = tuple[str, bool]
"""A styled line, and whether it goes beside the results (to stderr)."""


def say(text: str) -> None:
    """One line beside the results."""
    click.echo(visible(text), err=True)


def shown(text: str, on: Screen | None = None) -> str:
    """Other people's text, which moves neither the cursor nor what stands beside it."""
    plain = visible(text)
    return isolated(plain) if (on or screen()).isolates else plain


def warn(text: str) -> None:
    """One line the reader should not miss."""
    click.echo(_warning(text), err=True)


def beside(remarks: Sequence[str]) -> list[Line]:
    """The same lines as `warn` prints, yet to be printed."""
    return [(_warning(remark), True) for remark in remarks]


def _warning(text: str) -> str:
    return f"{click.style('note:', fg='yellow')} {visible(text)}"


def answer_lines(
    answer: Answer, shown_on: Screen, *, explain: bool, everything: bool, served_by: str
) -> list[Line]:
    """The results, then one line about the search.

    Below good results weak ones are left out, unless ``everything`` is wanted: they would only
    fill the list.
    """
    lines = beside(cautions(answer))
    good = [result for result in answer.results if confidence(result.score) != "low"]
    shown_too = everything or not good or not answer.query.text
    results = answer.results if shown_too else good
    if unsure(answer):
        lines.append(("No confident match. Closest:", True))
    for result in results:
        lines += [(line, False) for line in _result_lines(result, shown_on, explain=explain)]
    left_out = len(answer.results) - len(results)
    if left_out:
        lines.append((f"{count(left_out, 'weaker result')} left out: --all lists them too", True))
    found = f"{len(results)} of {answer.total}" if results else "nothing found"
    last = (
        f"{found} · {answer.took_ms:.0f} ms · {answer.mode.value} · "
        f"{count(answer.documents, 'document')}" + (" · daemon" if served_by == "daemon" else "")
    )
    return [*lines, (last, True)]


def print_result(result: Result, *, explain: bool = False) -> None:
    """One result: its name and score, its place, its snippet."""
    for line in _result_lines(result, screen(), explain=explain):
        click.echo(line)


def _result_lines(result: Result, shown_on: Screen, *, explain: bool) -> Iterator[str]:
    passage = result.passage
    name = " › ".join((passage.title, *(h for h in passage.headings if h != passage.title)))
    level = confidence(result.score)
    facts = " · ".join(
        filter(
            None,
            [
                shown(passage.source, shown_on),
                f"{result.score:.2f}",
                passage.date or passage.modified[:10],
                visible(passage.page.domain) if passage.page else "",
            ],
        )
    )
    title = click.style(
        shown(name, shown_on), bold=level != "low" or None, dim=level == "low" or None
    )
    title = hyperlink(title, result.url) if shown_on.links else title
    yield f"{result.rank:>2}  {title}  {click.style(facts, fg=_COLOURS[level])}"
    tags = shown(" ".join(f"#{tag}" for tag in passage.tags), shown_on)
    where = passage.path if passage.page else f"{passage.path}:{passage.line}"
    place = click.style(shown(where, shown_on), fg="cyan")
    marks = [place, tags, f"({passage.demoted})" if passage.demoted else ""]
    yield "    " + "  ".join(filter(None, marks))
    for line in _wrapped(result, shown_on):
        yield click.style(f"    {line}", dim=True) if level == "low" else f"    {line}"
    for twin in result.duplicates:
        yield click.style(f"    same: {shown(twin.path, shown_on)}", dim=True)
    if explain:
        yield click.style(f"    {_explained(result)}", dim=True)


def _explained(result: Result) -> str:
    parts = [
        f"{part.retriever}{f' #{part.rank}' if part.rank else ''} "
        f"{part.raw:.3g} → {part.contribution:+.2f}"
        for part in result.parts
    ]
    others = f"; {count(result.others, 'further passage')}" if result.others else ""
    return "  ".join(parts) + others


def print_update(report: UpdateReport) -> None:
    """The summary of an update."""
    for source in report.sources:
        _print_source_report(source)
    if report.degraded_reason:
        warn(
            f"vectors could not be made ({report.degraded_reason}): "
            "words are searchable, and what did not change keeps its vectors; "
            "run `asterisk-search doctor`"
        )
    if report.problem:
        warn(f"everything is indexed, but {report.problem}")
    if report.pending:
        warn(f"{count(report.pending, 'passage')} still without a vector")
    read = sum(s.new + s.changed + s.moved for s in report.sources)
    rate = f"{read / max(report.seconds, 1e-9):,.1f} documents/s · " if read else ""
    click.echo(
        f"{count(report.documents, 'document')} · {count(report.chunks, 'passage')} · "
        f"{count(report.embedded, 'text')} embedded · "
        f"{report.index_bytes / 1e6:.1f} MB index · {_duration(report.seconds)} · "
        f"{rate}peak {report.peak_bytes / 1e6:.0f} MB"
    )


def _print_source_report(report: SourceReport) -> None:
    if report.error:
        label = click.style("error:", fg="red")
        click.echo(f"{label} {visible(report.source)}: {visible(report.error)}", err=True)
        if report.hint:
            say(f"  {report.hint}")
        return
    counts = [
        f"{report.indexed:,} indexed", f"{report.new:,} new", f"{report.changed:,} changed",
        f"{report.moved:,} moved" if report.moved else "", f"{report.removed:,} removed",
        f"{report.unchanged:,} unchanged",
        f"{report.kept:,} unreadable now, kept" if report.kept else "",
    ]  # fmt: skip
    click.echo(f"{visible(report.source):<12} " + "   ".join(filter(None, counts)))
    if report.skips:
        reasons = Counter(_REASONS[skip.reason] for skip in report.skips)
        listed = ", ".join(f"{number} {reason}" for reason, number in reasons.most_common())
        click.echo(
            f"{'':<12} {len(report.skips):,} skipped ({listed})  → asterisk-search status --skipped"
        )
    if report.withheld:
        warn(
            f"{report.withheld:,} documents of {report.source} are gone, more than half of it; "
            "they were kept in case a disk is missing. If they are really gone: "
            "asterisk-search index --prune"
        )


def print_status(status: Status, *, under_way: bool = False) -> None:
    """The state of the index; ``under_way``: a daemon is adding to it at this moment."""
    doing = "a daemon goes on with them" if under_way else "run `asterisk-search index`"
    for info in status.sources:
        print_source(info)
    click.echo(
        f"{count(status.documents, 'document')} · {count(status.chunks, 'passage')} · "
        f"{count(status.vectors, 'vector')} · {status.index_bytes / 1e6:.1f} MB in "
        f"{visible(status.data_dir)}"
    )
    if status.next_model:
        warn(
            f"vectors of another model ({status.next_model}) are being made, "
            f"{count(status.pending, 'passage')} left; those of the old one answer meanwhile: "
            f"{doing}"
        )
    elif status.pending:
        warn(f"{count(status.pending, 'passage')} without a vector: {doing}")
    if status.skips:
        click.echo(f"{len(status.skips):,} skipped  → asterisk-search status --skipped")
    if status.warnings:
        click.echo(
            f"{len(status.warnings):,} indexed with a remark  → asterisk-search status --skipped"
        )


def print_skipped(status: Status) -> None:
    """One line for each thing that was skipped or odd."""
    for source, skip in status.skips:
        reason = _REASONS[skip.reason] + (f" ({visible(skip.detail)})" if skip.detail else "")
        click.echo(f"{visible(source)}  {visible(skip.path)}  skipped: {reason}")
    for source, path, warning in status.warnings:
        click.echo(f"{visible(source)}  {visible(path)}  indexed, but: {visible(warning)}")
    if not status.skips and not status.warnings:
        say("nothing was skipped")


def print_source(info: SourceInfo) -> None:
    """One source."""
    facts = [
        count(info.documents, "page" if info.spec.type == "archive" else "document"),
        count(info.chunks, "passage"),
        f"{info.pending:,} pending" if info.pending else "",
        f"{info.skipped:,} skipped" if info.skipped else "",
        f"updated {info.updated}" if info.updated else "never scanned to its end",
    ]  # fmt: skip
    root = visible(info.spec.root)
    click.echo(f"{visible(info.spec.name):<12} {info.spec.type}  {root}")
    click.echo(f"{'':<12} " + " · ".join(filter(None, facts)))


def print_check(check: Check) -> None:
    """One line of a diagnosis."""
    mark, colour = _MARKS[check.health]
    fix = f"  → {visible(check.fix)}" if check.fix else ""
    click.echo(
        f"{click.style(mark, fg=colour)} {visible(check.name)}: {visible(check.detail)}{fix}"
    )


def _wrapped(result: Result, shown_on: Screen) -> list[str]:
    """The snippet's lines; highlighted after wrapping, since escapes have no width."""
    width = min(max(shown_on.width, 40), 120) - 4
    text = visible(result.snippet)
    lines, at = [], 0
    for line in textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False):
        at = text.index(line, at)
        inside = [
            (max(start - at, 0), min(end - at, len(line)))
            for start, end in result.highlights
            if start < at + len(line) and end > at
        ]
        marked = highlight(line, inside)
        lines.append(isolated(marked) if shown_on.isolates else marked)
        at += len(line)
    return lines


def count(number: int, thing: str) -> str:
    """``1 note``, ``2 notes``."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:.0f} m {rest:.0f} s" if minutes else f"{rest:.1f} s"
