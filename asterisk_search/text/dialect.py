"""markdown-it as both parsers of this room want it."""

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from mdit_py_plugins.dollarmath.index import math_block_dollar
from mdit_py_plugins.footnote.index import footnote_def


class Dialect(MarkdownIt):
    """markdown-it that leaves addresses as they were written and refuses none."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - overrides
        """Return ``url`` itself: targets are compared with file names, not requested."""
        return url

    def validateLink(self, url: str) -> bool:  # noqa: N802 - overrides
        """Return that every address may be linked: nothing here is rendered as HTML."""
        return True


_DISPLAY = math_block_dollar(allow_labels=False)
_MAX_OPEN_FORMULAS = 20


def _math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """``$$`` on lines of their own, also right below a paragraph, as Obsidian shows them.

    Looking for the end of a formula may go through the whole note, so a note with many formulas
    that never end gets no more of them.
    """
    if not state.src.startswith("$$", state.bMarks[start] + state.tShift[start]):
        return False
    missed = state.env.setdefault("open formulas", 0)
    if missed >= _MAX_OPEN_FORMULAS:
        return False
    count, line = len(state.tokens), state.line
    if not _DISPLAY(state, start, end, silent):
        state.env["open formulas"] = missed + 1
        return False
    if silent:  # the rule itself does not know that it may only look
        del state.tokens[count:]
        state.line = line
    return True


def block_parser(nesting: int) -> MarkdownIt:
    """Return the parser of blocks, at most ``nesting`` of them inside one another."""
    md = Dialect("commonmark", {"maxNesting": nesting})
    md.enable("table")
    md.core.ruler.disable(["inline", "text_join", "normalize"])
    md.block.ruler.before(
        "fence",
        "math_block",
        _math_block,
        {"alt": ["paragraph", "reference", "blockquote", "list"]},
    )
    md.block.ruler.before(
        "reference", "footnote_def", footnote_def, {"alt": ["paragraph", "reference"]}
    )
    return md
