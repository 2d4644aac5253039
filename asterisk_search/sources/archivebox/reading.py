"""One snapshot's folder to what can be searched of it, and one page's document from that."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from asterisk_search.errors import EntrySkipped
from asterisk_search.records import (
    BlockKind,
    Copy,
    Document,
    Entry,
    Link,
    LinkKind,
    PageFacts,
    SkipReason,
    Stamp,
)
from asterisk_search.sources.archivebox.choosing import choose
from asterisk_search.sources.archivebox.descriptions import first_saved
from asterisk_search.sources.archivebox.media import media_blocks
from asterisk_search.sources.archivebox.outputs import MEDIA, Outputs
from asterisk_search.sources.archivebox.rows import Row
from asterisk_search.sources.archivebox.titles import best_title, file_name, is_challenge
from asterisk_search.text.blocks import Piece, assemble
from asterisk_search.text.lines import clean_text
from asterisk_search.text.pages import FEW_WORDS, Page, PageBlock, word_count
from asterisk_search.text.tags import tag_name, unique_tags
from asterisk_search.text.urls import domain_of, url_key

NOT_SAVED: Final = "the page was not saved"
CHALLENGE: Final = "the web site asked whether its reader was human"
NO_TEXT: Final = "no text was found in it"
_DEMOTED: Final = {NOT_SAVED: "not saved", CHALLENGE: "not saved", NO_TEXT: "no text"}
MOST_TEXT: Final = 2_000_000
"""Characters of one page that are indexed."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What one snapshot holds."""

    row: Row
    extractor: str
    blocks: tuple[PageBlock, ...]
    hidden: str
    """Words that find it without being shown: a text too short to be one."""
    titles: tuple[str, ...]
    description: str
    author: str
    links: tuple[str, ...]
    address: str
    """Where the page was found in the end, after redirections."""
    saved: str
    file: str
    remark: str
    """Why there is no text; empty when there is."""

    @property
    def good(self) -> bool:
        """Whether there is text to be searched."""
        return not self.remark


def read_snapshot(root: Path, row: Row, prefer: Sequence[str], limit: int) -> Saved:
    """What the folder of a snapshot holds.

    Raises:
        EntrySkipped: the web site answered with an error; or the folder is missing or unreadable.
    """
    outputs = Outputs(root, row.folder, row.url, limit)
    if not row.folder or not outputs.exists():
        raise EntrySkipped(SkipReason.VANISHED, "its folder is missing")
    headers = outputs.json("headers/headers.json", "headers.json")
    status = next((headers[key] for key in ("Status-Code", "status") if key in headers), None)
    if isinstance(status, int) and status >= 400:
        raise EntrySkipped(SkipReason.HTTP_ERROR, f"HTTP {status}")
    chosen = choose(outputs, prefer, _content_type(headers))
    extra = media_blocks(outputs)
    article = outputs.json("readability/article.json")
    about = outputs.json("mercury/article.json")
    seo = outputs.json("seo/seo.json")
    whole, blocks = chosen.whole, chosen.blocks
    few = word_count(blocks) < FEW_WORDS
    shown = () if few else blocks
    text = "\n".join(block.text for block in blocks)[:2_000] if few else ""
    challenged = few and is_challenge(whole.title, text)
    return Saved(
        row=row,
        extractor=chosen.extractor if shown else MEDIA[0] if extra else "",
        blocks=(*shown, *extra),
        hidden="" if challenged else text,
        titles=_texts(row.title, seo.get("og:title"), seo.get("title"), whole.title,
                      article.get("title"), about.get("title"), _first_heading(shown)),
        description=next(iter(_texts(seo.get("og:description"), seo.get("description"),
                                     whole.description, about.get("dek"))), ""),
        author=next(iter(_texts(article.get("byline"), about.get("author"))), "")[:200],
        links=whole.links,
        address=str(headers.get("final_url") or ""),
        saved=first_saved(root / row.folder) or row.saved,
        file=outputs.shown(),
        remark="" if shown or extra else _remark(outputs, whole, challenged, bool(headers)),
    )  # fmt: skip


def page_document(
    entry: Entry, saved: Saved, rows: Sequence[Row], remarks: dict[str, str]
) -> Document:
    """The document of a page, of which ``saved`` is the copy that is searched.

    ``remarks`` says of other copies why they are not, by the name of their folder.
    """
    row = saved.row
    copies = [_copy(other, remarks.get(other.folder, "")) for other in rows if other is not row]
    facts = PageFacts(
        url=row.url,
        domain=domain_of(row.url),
        file=saved.file,
        bookmarked=row.when,
        added=row.added,
        extractor=saved.extractor,
        copies=(replace(_copy(row, saved.remark), saved=saved.saved), *copies),
    )
    cut = _within(saved.blocks)
    first = next((b.text for b in cut if b.kind is not BlockKind.HEADING), "")
    title = best_title(saved.titles, row.url, first)
    body, blocks = assemble(_pieces(cut, saved, title))
    document = Document(
        entry=entry,
        digest=b"",
        title=title,
        body=body,
        blocks=blocks,
        aliases=_aliases(title, saved, row.url),
        tags=unique_tags(tag_name(tag) for other in rows for tag in other.tags),
        links=tuple(Link(LinkKind.URL, url, "", "", 1) for url in saved.links),
        properties=tuple(
            (name, value)
            for name, value in (("author", saved.author), ("description", saved.description))
            if value
        ),
        date=row.when[:10] or None,
        modified=saved.saved,
        demoted=_DEMOTED.get(saved.remark, ""),
        warnings=_warnings(saved, cut),
        page=facts,
    )
    return replace(document, digest=_digest(document))


def _digest(document: Document) -> bytes:
    """Of all that was read: what is equal here does not differ in any respect."""
    entry = replace(document.entry, stamp=Stamp(0, 0, 0, 0))
    return hashlib.sha256(repr(replace(document, entry=entry)).encode("utf-8", "replace")).digest()


def _content_type(headers: dict[str, object]) -> str:
    inner = headers.get("response_headers")
    for name, value in [*headers.items(), *(inner.items() if isinstance(inner, dict) else ())]:
        if str(name).lower() == "content-type":
            return str(value)
    return ""


def _remark(outputs: Outputs, whole: Page, challenged: bool, answered: bool) -> str:
    if challenged:
        return CHALLENGE
    if whole.blocks or answered or outputs.original()[1]:
        return NO_TEXT
    return NOT_SAVED


def _texts(*values: object) -> tuple[str, ...]:
    return tuple(
        " ".join(clean_text(value).split())[:2_000]
        for value in values
        if isinstance(value, str) and value.strip()
    )


def _first_heading(blocks: Sequence[PageBlock]) -> str:
    return next((block.text for block in blocks if block.kind is BlockKind.HEADING), "")


def _within(blocks: Sequence[PageBlock]) -> list[PageBlock]:
    kept, length = [], 0
    for block in blocks:
        if length >= MOST_TEXT:
            break
        text = block.text[: MOST_TEXT - length]
        kept.append(block if text == block.text else replace(block, text=text))
        length += len(text)
    return kept


def _pieces(blocks: Sequence[PageBlock], saved: Saved, title: str) -> list[Piece]:
    pieces = [
        Piece(block.kind, block.text, 1, 1, block.headings, run=block.run) for block in blocks
    ]
    shown = any(block.kind is not BlockKind.HEADING for block in blocks)
    if not shown and saved.description and saved.description != title:
        pieces.append(Piece(BlockKind.PROSE, saved.description, 1, 1))
    said = [
        f"url: {saved.row.url}",
        f"author: {saved.author}" if saved.author else "",
        f"description: {saved.description}" if shown and saved.description else "",
        saved.hidden,
    ]
    pieces.append(Piece(BlockKind.HIDDEN, "\n".join(filter(None, said)), 1, 1))
    return pieces


def _aliases(title: str, saved: Saved, url: str) -> tuple[str, ...]:
    others = dict.fromkeys([*saved.titles, file_name(url)])
    own = {url_key(url), url_key(saved.row.url)}
    return tuple(
        name
        for name in others
        if name.casefold() != title.casefold() and url_key(name) not in own and len(name) <= 300
    )[:5]


def _copy(row: Row, remark: str) -> Copy:
    return Copy(row.id, row.url, row.timestamp, row.folder, row.saved, remark)


def _warnings(saved: Saved, kept: Sequence[PageBlock]) -> tuple[str, ...]:
    cut = "it is very long: only its beginning is indexed"
    shortened = sum(len(b.text) for b in kept) < sum(len(b.text) for b in saved.blocks)
    remark = f"found by title, address and tags only: {saved.remark}" if saved.remark else ""
    return tuple(text for text in (remark, cut if shortened else "") if text)
