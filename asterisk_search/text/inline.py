"""Markdown inside a block: CommonMark by markdown-it, and Obsidian's own marks as rules of it.

Each rule stands for one opening character and looks no further than the next sign of its kind, so
the time for a text grows with its length. Tokens carry the position (``at``) they were found at.
"""

import re
from collections.abc import Callable
from string import ascii_letters, digits

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, autolink, image, link
from markdown_it.token import Token

from asterisk_search.records import Link, LinkKind
from asterisk_search.text.dialect import Dialect
from asterisk_search.text.links import WIKILINK, trim_url, wikilink
from asterisk_search.text.tags import TAG, tag_name

_MATH = re.compile(
    r"\$\$(?P<display>[^$]++(?:\$[^$]++)*+)\$\$"
    r"|\$(?![\s$])(?P<inline>(?:[^$\\\n]|\\[^\n])++)(?<!\s)\$(?!\d)"
)
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")
_CITED = re.compile(r"\((https?://[^\s()]*+(?:\([^\s()]*+\)[^\s()]*+)*+)\)")
_HIGHLIGHT = re.compile(r"==(?![\s=])([^=\n]++(?:=[^=\n]++)*+)(?<!\s)==(?!=)")
_TEMPLATE = re.compile(r"\{\{([^{}\n]*)\}\}")
_CLOZE = re.compile(r"c\d+::(.*?)(?:::.*)?")
_ADDRESS = re.compile(r"://[^\s<>\"`\[\]{}|\\^]+")
_SCHEME = re.compile(r"(?:^|[^A-Za-z0-9+.-])([A-Za-z][A-Za-z0-9+.-]{1,20})$")
_KEY = r"[^\s\[\]():|<>=*_`\"',;!?#^][^\[\]():|<>=*`\n]{0,60}"
_GAP = r"(?:[ \t]+|(?=[^\x00-\x7f]))"
"""Dataview asks for no gap, but ``std::vector`` is no field; other scripts write none."""
_FIELDS = {
    "[": re.compile(rf"\[({_KEY})::(?:{_GAP}((?:[^\[\]\n]|\[\[[^\[\]\n]*\]\])*+))?\]"),
    "(": re.compile(rf"\(({_KEY})::(?:{_GAP}((?:[^()\n]|\([^()\n]*\))*+))?\)"),
}

_MAX_NESTING = 20
_NO_OPENING = frozenset(f"{ascii_letters}{digits}_)]=")


def _emit(state: StateInline, silent: bool, end: int, type_: str, **meta: object) -> bool:
    """Push a token of our own, unless only looking ahead, and move behind it."""
    if not silent:
        token = state.push(type_, "", 0)
        token.meta = {"at": state.pos, **meta}
    state.pos = end
    return True


def _inside(state: StateInline, start: int, end: int, resume: int) -> None:
    """Parse ``start`` to ``end`` in place and go on at ``resume``."""
    limit = state.posMax
    state.pos, state.posMax = start, end
    state.level += 1
    state.md.inline.tokenize(state)
    state.level -= 1
    state.pos, state.posMax = resume, limit


def _cited(match: re.Match[str], state: StateInline) -> tuple[Link, int] | None:
    """``[[1]](https://…)`` is how clipped pages cite: a link whose text stands in brackets."""
    address = _CITED.match(state.src, match.end(), state.posMax)
    if address is None:
        return None
    return Link(LinkKind.URL, address[1], "", match[1]), address.end()


def _bracket(state: StateInline, silent: bool) -> bool:
    source, at = state.src, state.pos
    if source.startswith("[[", at):
        match = WIKILINK.match(source, at, state.posMax)
        if match:
            link_, end = _cited(match, state) or (wikilink(match[1]), match.end())
            return _emit(state, silent, end, "reference", link=link_)
    if source.startswith("[^", at):
        match = _FOOTNOTE.match(source, at, state.posMax)
        if match:
            state.pos = match.end()
            return True
    return _field(state, silent)


def _embed(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("![[", state.pos):
        return False
    match = WIKILINK.match(state.src, state.pos + 1, state.posMax)
    if match is None:
        return False
    return _emit(state, silent, match.end(), "reference", link=wikilink(match[1], embed=True))


def _field(state: StateInline, silent: bool) -> bool:
    """``[key:: value]`` and ``(key:: value)`` (Dataview, "Adding metadata", inline fields)."""
    match = _FIELDS[state.src[state.pos]].match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if silent:
        state.pos = match.end()
        return True
    _emit(state, silent, match.end(), "field", key=match[1], value=match[2] or "")
    start, end = match.span(2)
    if end > start:
        _inside(state, start, end, match.end())
    return True


def _math(state: StateInline, silent: bool) -> bool:
    match = _MATH.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    display = match["display"]
    if display is not None:
        return _emit(state, silent, match.end(), "display", source=display)
    return _emit(state, silent, match.end(), "words", text=match["inline"])


def _tag(state: StateInline, silent: bool) -> bool:
    if state.pos and not state.src[state.pos - 1].isspace():
        return False
    match = TAG.match(state.src, state.pos, state.posMax)
    if match is None or not tag_name(match[1]):
        return False
    return _emit(state, silent, match.end(), "tag", name=tag_name(match[1]), text=match[0])


def _address(state: StateInline, silent: bool) -> bool:
    """A bare URL; its scheme already lies in the pending text."""
    if silent or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME.search(state.pending[-24:])
    match = _ADDRESS.match(state.src, state.pos, state.posMax)
    if scheme is None or match is None:
        return False
    rest = trim_url(match[0])
    if len(rest) <= len("://"):
        return False
    state.pending = state.pending[: -len(scheme[1])]
    return _emit(state, silent, state.pos + len(rest), "url", url=scheme[1] + rest)


def _highlight(state: StateInline, silent: bool) -> bool:
    """Drop the two signs around ``==text==``; ``a==b`` keeps them."""
    closers: set[int] = state.env.setdefault("highlights", set())
    source, at = state.src, state.pos
    if at in closers and source.startswith("==", at):
        state.pos += 2
        return True
    if at and source[at - 1] in _NO_OPENING:
        return False
    match = _HIGHLIGHT.match(source, at, state.posMax)
    if match is None:
        return False
    closers.add(match.end() - 2)
    state.pos += 2
    return True


def _template(state: StateInline, silent: bool) -> bool:
    """Drop ``{{date}}`` and its like; a cloze ``{{c1::answer::hint}}`` leaves its answer."""
    match = _TEMPLATE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    cloze = _CLOZE.fullmatch(match[1])
    return _emit(state, silent, match.end(), "words", text=cloze[1] if cloze else "")


def _inline_footnote(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("^[", state.pos):
        return False
    start = state.pos + 2
    end = state.md.helpers.parseLinkLabel(state, state.pos + 1)
    if end < 0:
        return False
    if silent:
        state.pos = end + 1
        return True
    state.append_pending(" (")
    _inside(state, start, end, end + 1)
    state.append_pending(")")
    return True


_RULES: dict[str, Callable[[StateInline, bool], bool]] = {
    "[": _bracket,
    "!": _embed,
    "(": _field,
    "$": _math,
    "#": _tag,
    ":": _address,
    "=": _highlight,
    "{": _template,
    "^": _inline_footnote,
}


def _obsidian(state: StateInline, silent: bool) -> bool:
    rule = _RULES.get(state.src[state.pos])
    return rule is not None and rule(state, silent)


def _placed(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """Return markdown-it's own rule, with the position put on the token it opens."""

    def placed(state: StateInline, silent: bool) -> bool:
        at, count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        for token in state.tokens[count : count + 2]:
            if token.type in ("link_open", "image"):
                token.meta = {"at": at}
                break
        return True

    return placed


def _parser() -> MarkdownIt:
    md = Dialect("commonmark", {"maxNesting": _MAX_NESTING})
    md.enable("strikethrough")
    md.inline.ruler.before("escape", "obsidian", _obsidian)
    for rule in (link, image, autolink):
        md.inline.ruler.at(rule.__name__, _placed(rule))
    for sign in "()":
        md.inline.add_terminator_char(sign)  # the text rule stops nowhere else
    return md


_MARKDOWN = _parser()


_MARKS = re.compile(r"[\\`*_~\[\]<&$#{^]|://|==|::")


def has_marks(source: str) -> bool:
    """Say whether any rule could find something in ``source``; most lines of prose hold no mark."""
    return _MARKS.search(source) is not None


def parse_inline(source: str, references: dict[str, object]) -> list[Token]:
    """Return the tokens of the text of one block.

    ``references`` are the link definitions of the note, as markdown-it's block parser leaves them.
    """
    return _MARKDOWN.inline.parse(source, _MARKDOWN, {"references": references}, [])
