"""The readable text of a web page, block by block, and what of it is the page's own."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from asterisk_search.records import BlockKind

_DATA = re.compile(rb"data:[^\s\"'()<>,]{0,200},[^\s\"'()<>]*+")
_WORD = re.compile(r"\w\w+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")

FEW_WORDS: Final = 25
"""Fewer are hardly an article."""


@dataclass(frozen=True, slots=True)
class PageBlock:
    """A block of text and where it stood."""

    kind: BlockKind
    text: str
    headings: tuple[str, ...]
    main: bool
    """In what the page marks as its main part."""
    aside: bool
    """In what is no part of an article: menus, banners, comments."""
    linked: bool
    """Hardly more than links."""
    run: int
    """Blocks of one list or table have the same, not 0."""


@dataclass(frozen=True, slots=True)
class Page:
    """What is written on a page."""

    blocks: tuple[PageBlock, ...]
    title: str = ""
    description: str = ""
    language: str = ""
    links: tuple[str, ...] = ()

    def visible(self) -> list[PageBlock]:
        """All blocks but menus, banners and the like."""
        return [block for block in self.blocks if not block.aside]

    def article(self) -> list[PageBlock]:
        """The blocks of the main part, as the page marks it, else all that are no menus."""
        visible = self.visible()
        main = [block for block in visible if block.main]
        if word_count(main) >= max(FEW_WORDS, 0.4 * word_count(visible)):
            visible = main
        text = [block for block in visible if not block.linked]
        return text if word_count(text) >= FEW_WORDS else visible

    def words(self) -> frozenset[str]:
        """Every word of the page, menus included."""
        return frozenset(word for block in self.blocks for word in words(block.text))


def words(text: str) -> list[str]:
    """The words of a text by which two versions of it are compared."""
    return _WORD.findall(text.casefold())


def word_count(blocks: Iterable[PageBlock]) -> int:
    """About how many words; two signs of a script without spaces count as one."""
    return sum(count_words(block.text) for block in blocks)


def count_words(text: str) -> int:
    """About how many words ``text`` has, in any script."""
    unspaced = len(_UNSPACED.findall(text))
    return unspaced // 2 + len(text.split()) if unspaced else len(text.split())


def without_data(content: bytes) -> bytes:
    """A page without the pictures, fonts and scripts that are written into it as ``data:``."""
    return _DATA.sub(b"", content) if b"data:" in content else content
