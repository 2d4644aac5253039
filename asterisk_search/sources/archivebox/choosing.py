"""One text for a page out of the five or ten that were saved of it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from asterisk_search.records import BlockKind
from asterisk_search.sources.archivebox.outputs import HTML, MARKDOWN, STATIC, TEXT, WHOLE, Outputs
from asterisk_search.sources.pdf import PdfUnreadable, pdf_readable, pdf_text
from asterisk_search.text.encodings import decode_original, decode_written, repaired
from asterisk_search.text.markdown import read_markdown
from asterisk_search.text.page_reading import LARGEST, read_page
from asterisk_search.text.pages import (
    FEW_WORDS,
    Page,
    PageBlock,
    without_data,
    word_count,
    words,
)

_ENOUGH_WORDS: Final = 60
_LONG: Final = 2_000
_SHARE: Final = 0.4
_KNOWN: Final = 0.95

_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|div|p|title|meta)\b", re.IGNORECASE)
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The text of a page."""

    extractor: str
    """The one it was taken from; empty when there is no text."""
    blocks: tuple[PageBlock, ...]
    whole: Page
    """The page itself, for its title, language and links; empty when it was not saved."""


def choose(outputs: Outputs, prefer: Sequence[str], header: str = "") -> Chosen:
    """The first extract, in the order of ``prefer``, that holds the page's own text.

    Each is compared with the whole page: an extract may be cut short, may be the cookie banner
    alone, and may have been read in the wrong encoding. ``header`` is the Content-Type of HTTP.

    Raises:
        EntrySkipped: a file is there and may not be read.
    """
    reading = _Reading(outputs, header)
    best: tuple[str, Sequence[PageBlock]] = ("", ())
    for extractor in prefer:
        blocks = reading.extract(extractor)
        if word_count(blocks) and reading.acceptable(blocks):
            return Chosen(extractor, tuple(blocks), reading.whole)
        if word_count(blocks) > word_count(best[1]) and reading.own_words(blocks):
            best = extractor, blocks
    return Chosen(best[0], tuple(best[1]), reading.whole)


class _Reading:
    """The outputs of a snapshot, each read when it is needed."""

    def __init__(self, outputs: Outputs, header: str) -> None:
        self._outputs = outputs
        self._header = header
        self._pages: dict[str, Page] = {}
        self._original: tuple[bytes, bytes] | None = None
        found = [page for name in WHOLE if (page := self._page(name)) != Page(())]
        self.whole = next((page for page in found if page.blocks), (*found, Page(()))[0])
        visible = self.whole.visible()
        self._words = word_count(visible)
        self._length = sum(len(block.text) for block in visible)
        self._known = self.whole.words()

    def extract(self, extractor: str) -> Sequence[PageBlock]:
        """The blocks of one extract; none when it was not saved."""
        readers: dict[str, Callable[[], Sequence[PageBlock]]] = {
            "pdf": self._pdf,
            "text": self._static,
        }
        if extractor in readers:
            return readers[extractor]()
        if extractor in HTML or extractor == "wget":
            blocks = self._page(extractor).article()
            if blocks:
                return blocks
        if extractor in MARKDOWN:
            content = self._outputs.first(MARKDOWN[extractor])
            if content:
                return _markdown(_FRONT.sub("", decode_written(content)[:LARGEST]))
        return _paragraphs(decode_written(self._outputs.first(TEXT.get(extractor, ()))))

    def acceptable(self, blocks: Sequence[PageBlock]) -> bool:
        """Whether an extract is whole and legible, as far as the page itself can tell."""
        if not self._words:
            return True
        if word_count(blocks) < FEW_WORDS and self._words > _ENOUGH_WORDS:
            return False
        length = sum(len(block.text) for block in blocks)
        if self._length > _LONG and length < _SHARE * self._length:
            return False
        return self.own_words(blocks)

    def own_words(self, blocks: Sequence[PageBlock]) -> bool:
        """Whether the page says these words too: else they were read in the wrong encoding."""
        said = [word for block in blocks for word in words(block.text)]
        if not self._known or not said:
            return True
        return sum(word in self._known for word in said) >= _KNOWN * len(said)

    def _page(self, extractor: str) -> Page:
        if extractor not in self._pages:
            self._pages[extractor] = self._read(extractor)
        return self._pages[extractor]

    def _read(self, extractor: str) -> Page:
        if extractor == "wget":
            _, content = self._wget()
            content = without_data(content)[: 4 * LARGEST]
            if not _MARKUP.search(content[:4_096]):
                return Page(())
            return read_page(decode_original(content, self._header))
        content = without_data(self._outputs.first(HTML[extractor]))
        return read_page(decode_written(content[: 4 * LARGEST]))

    def _wget(self) -> tuple[bytes, bytes]:
        if self._original is None:
            self._original = self._outputs.original()
        return self._original

    def _static(self) -> Sequence[PageBlock]:
        """A text that is no page: what wget saved, or what another program read off a picture."""
        for name in self._outputs.listed(("liteparse", "opendataloader"), (".txt", ".md")):
            blocks = _paragraphs(decode_written(self._outputs.read(name)))
            if blocks:
                return blocks
        name, content = self._wget()
        for other in [] if content else self._outputs.listed(("staticfile",), (".txt", ".md")):
            name, content = other, self._outputs.read(other)
        if not content or _MARKUP.search(content[:4_096]) or b"\0" in content[:8_192]:
            return ()
        text = decode_original(content[: 4 * LARGEST], self._header)[:LARGEST]
        if sum(not character.isprintable() for character in text[:2_000].translate(_LINES)) > 20:
            return ()
        return _markdown(text) if name.lower().endswith(b".md") else _paragraphs(text)

    def _pdf(self) -> Sequence[PageBlock]:
        """A PDF that was saved as such; the print-out of a page only where nothing else is."""
        if not pdf_readable():
            return ()
        names = self._outputs.listed(STATIC, (".pdf",))
        contents = [self._wget()[1], *(self._outputs.read(name) for name in names)]
        if not self._words:
            contents.append(self._outputs.read("output.pdf"))
            contents.append(self._outputs.read("pdf/output.pdf"))
        for content in contents:
            if content.startswith(b"%PDF"):
                try:
                    return [
                        block for page in pdf_text(content, LARGEST) for block in _paragraphs(page)
                    ]
                except PdfUnreadable:
                    continue
        return ()


_LINES = dict.fromkeys(map(ord, "\n\r\t\f"), " ")


def _paragraphs(text: str) -> list[PageBlock]:
    parts = (part.strip() for part in _PARAGRAPHS.split(text[:LARGEST]))
    return [_block(BlockKind.PROSE, repaired(part)) for part in parts if part]


def _markdown(text: str) -> list[PageBlock]:
    read = read_markdown(text)
    return [
        _block(block.kind, read.body[block.start : block.end], block.headings)
        for block in read.blocks
        if read.body[block.start : block.end].strip()
    ]


def _block(kind: BlockKind, text: str, headings: tuple[str, ...] = ()) -> PageBlock:
    return PageBlock(kind, text, headings, main=True, aside=False, linked=False, run=0)
