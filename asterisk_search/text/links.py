"""Link syntax: what a reference points at and which words stand for it."""

import re
from urllib.parse import unquote

from asterisk_search.records import Link, LinkKind

WIKILINK = re.compile(r"\[\[([^\[\]\n]+)\]\]")
"""A wikilink never spans lines and holds no bracket (Obsidian help, "Internal links")."""

URL = re.compile(r"\bhttps?://[^\s<>\"'`\[\]{}|\\^]+")
"""An address in running text; `trim_url` takes off what the sentence put behind it."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_LAYOUT = re.compile(r"\d+(?:x\d+)?|cent(?:er|re)|left|right|inline", re.IGNORECASE)


def wikilink(inner: str, *, embed: bool = False) -> Link:
    """Return the link that ``[[inner]]`` (or ``![[inner]]``) is, without a line.

    ``text`` is what stands for the link in readable text: the display text, else the last part of
    the target with the heading behind it. An embed contributes only an alternative text: what it
    shows belongs to the other file. A size (``640x480``) or place (``center``) is no text at all.
    """
    address, _, shown = inner.replace("\\|", "|").partition("|")
    target, _, subpath = address.strip().partition("#")
    target, subpath, shown = target.strip(), subpath.strip(), shown.strip()
    if embed:
        return Link(LinkKind.EMBED, target, subpath, _alt(shown))
    return Link(LinkKind.WIKILINK, target, subpath, shown or _spoken(target, subpath))


def _alt(shown: str) -> str:
    parts = (part.strip() for part in shown.split("|"))
    return " ".join(part for part in parts if part and not _LAYOUT.fullmatch(part))


def _spoken(target: str, subpath: str) -> str:
    name = target.rsplit("/", 1)[-1].removesuffix(".md")
    headings = [part.strip() for part in subpath.split("#")]
    return " ".join(part for part in (name, *headings) if part and not part.startswith("^"))


def markdown_link(href: str, text: str, *, embed: bool = False) -> Link:
    """Return the link of a Markdown destination: a whole URL, or a path and its ``#`` part."""
    href = href.strip()
    if _SCHEME.match(href) or href.startswith("//"):
        return Link(LinkKind.URL, href, "", text)
    path, _, subpath = href.partition("#")
    kind = LinkKind.EMBED if embed else LinkKind.MARKDOWN
    return Link(kind, unquote(path, errors="replace"), unquote(subpath, errors="replace"), text)


def image_alt(alt: str) -> str:
    """Return the alternative text of ``![alt](…)`` without Obsidian's size suffix."""
    return _alt(alt)


def trim_url(url: str) -> str:
    """Return ``url`` without the punctuation of the sentence around it (as GFM autolinks do)."""
    while url and url[-1] in ".,;:!?'\"*_~)":
        if url[-1] == ")" and url.count("(") >= url.count(")"):
            break
        url = url[:-1]
    return url


def without_links(text: str) -> str:
    """Return ``text`` with each wikilink replaced by the words that stand for it."""
    if "[[" not in text:
        return text
    return WIKILINK.sub(lambda match: wikilink(match[1]).text, text)
