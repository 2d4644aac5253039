"""Sections of a document, and which small neighbours share a chunk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from asterisk_search.text.segments import Segment

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what follows it up to the next heading."""

    path: Path
    segments: tuple[Segment, ...]
    tokens: int

    @property
    def bare(self) -> bool:
        """Whether the model would read nothing here but the heading."""
        return not any(segment.text and not segment.heading for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Group:
    """Neighbouring sections that are chunked as one."""

    sections: tuple[Section, ...]

    @property
    def tokens(self) -> int:
        """Tokens of all its sections."""
        return sum(section.tokens for section in self.sections)

    @property
    def segments(self) -> list[Segment]:
        """Segments of all its sections, in order."""
        return [segment for section in self.sections for segment in section.segments]

    @property
    def path(self) -> Path:
        """What the heading paths have in common; sections without content do not count."""
        paths = [section.path for section in self.sections if not section.bare]
        return common(paths or [section.path for section in self.sections])


def common(paths: Sequence[Path]) -> Path:
    """The longest path that all of ``paths`` (at least one) begin with."""
    shortest, longest = min(paths), max(paths)
    for depth, heading in enumerate(shortest):
        if depth >= len(longest) or longest[depth] != heading:
            return shortest[:depth]
    return shortest


def split_sections(segments: Iterable[Segment]) -> list[Section]:
    """The sections, in order; a heading always begins one, even if it repeats the last."""
    runs: list[list[Segment]] = []
    for segment in segments:
        begins = segment.heading and segment.opens
        if not runs or begins or segment.block.headings != runs[-1][0].block.headings:
            runs.append([])
        runs[-1].append(segment)
    return [
        Section(run[0].block.headings, tuple(run), sum(segment.tokens for segment in run))
        for run in runs
    ]


def group_sections(sections: Iterable[Section], least: int, most: int) -> list[Group]:
    """Sections below ``least`` tokens joined with neighbours under the same parent, while the sum
    is at most ``most``.

    A group stops growing as soon as it has ``least`` tokens: small sections next to each other
    are often about different things, and the sooner a group ends, the sooner the grouping behind
    an edit is again what it was before.
    """
    groups: list[Group] = []
    for section in sections:
        if groups and _takes(groups[-1], section, least, most):
            groups[-1] = Group((*groups[-1].sections, section))
        else:
            groups.append(Group((section,)))
    return _join_rests(groups, least, most)


def _takes(group: Group, section: Section, least: int, most: int) -> bool:
    last = group.sections[-1].path
    beneath = len(section.path) > len(last) and _under(section.path, last)
    if beneath and all(earlier.bare for earlier in group.sections):
        return True  # a heading goes with what comes first beneath it, whatever the size
    parent = group.sections[0].path[:-1]
    tokens = group.tokens
    return tokens < least and tokens + section.tokens <= most and _under(section.path, parent)


def _join_rests(groups: list[Group], least: int, most: int) -> list[Group]:
    """Give small groups that found nothing behind them to the group before them."""
    joined: list[Group] = []
    for group in groups:
        parent = group.sections[0].path[:-1]
        if (
            joined
            and group.tokens < least
            and joined[-1].tokens + group.tokens <= most
            and all(_under(section.path, parent) for section in joined[-1].sections)
        ):
            joined[-1] = Group(joined[-1].sections + group.sections)
        else:
            joined.append(group)
    return joined


def _under(path: Path, parent: Path) -> bool:
    return path[: len(parent)] == parent
