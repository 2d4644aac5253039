"""Hypothesis strategies for what flows between the rooms."""

from dataclasses import dataclass

from hypothesis import strategies as st

from asterisk_search.records import Block, BlockKind, Document, Entry, Kind, Stamp

WORDS = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron".split()

CLUSTERS = ["e\u0301", "👩🏽‍🚀", "🇩🇪", "각", "한", "न\u093f", "❤️", "が"]
"""Graphemes of more than one code point."""

_plain = st.sampled_from(WORDS)
_odd = st.one_of(
    st.sampled_from(CLUSTERS).flatmap(lambda c: st.integers(1, 40).map(lambda n: c * n)),
    st.sampled_from(
        ["3.14", "e.g.", "https://example.org/a?b=c", "v2.0.1", "…", "本日は晴天なり。"]
    ),
    st.integers(100, 600).map(lambda n: "aGVsbG8" * (n // 7)),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8),
)
words = st.one_of(_plain, _plain, _plain, _odd)
sentences = st.lists(words, min_size=1, max_size=15).map(lambda ws: " ".join(ws) + ".")
paragraphs = st.lists(sentences, min_size=1, max_size=6).flatmap(
    lambda parts: st.sampled_from([" ", "\n", "\n- "]).map(lambda gap: gap.join(parts))
)
_shown = st.sampled_from([kind for kind in BlockKind if kind is not BlockKind.HEADING])
_headings = st.lists(_plain, min_size=1, max_size=4).map(" ".join)


@dataclass(frozen=True)
class Part:
    """A heading (level above 0) or a block of another kind, before it has a place in a body."""

    text: str
    kind: BlockKind = BlockKind.PROSE
    level: int = 0


parts = st.lists(
    st.one_of(
        st.builds(Part, _headings, st.just(BlockKind.HEADING), st.integers(1, 3)),
        st.builds(Part, paragraphs, _shown),
        st.builds(Part, paragraphs),
    ).filter(lambda part: bool(part.text.strip())),
    max_size=10,
)


def entry(path: str = "Folder name/Note.md", kind: Kind = Kind.NOTE) -> Entry:
    """An entry that was read from nowhere."""
    return Entry(path.encode(), path, kind, Stamp(0, 0, 0, 0))


def document(
    *contents: Part,
    title: str = "Note",
    aliases: tuple[str, ...] = (),
    first_line: int = 1,
    exact_lines: bool = True,
) -> Document:
    """A document whose body is the parts, separated by blank lines, with consistent blocks."""
    body = ""
    blocks: list[Block] = []
    path: list[tuple[int, str]] = []
    for part in contents:
        if part.level:
            path = [item for item in path if item[0] < part.level] + [(part.level, part.text)]
        body += "\n\n" if body else ""
        line = first_line + body.count("\n")
        end_line = line + part.text.count("\n") + (0 if exact_lines else 1)
        headings = tuple(text for _, text in path)
        end = len(body) + len(part.text)
        blocks.append(Block(len(body), end, line, end_line, part.kind, headings))
        body += part.text
    return Document(entry(), b"digest", title, body, tuple(blocks), aliases)


documents = st.builds(
    lambda contents, **rest: document(*contents, **rest),
    parts,
    title=_headings,
    aliases=st.lists(_headings, max_size=2).map(tuple),
    first_line=st.integers(1, 9),
    exact_lines=st.booleans(),
)
