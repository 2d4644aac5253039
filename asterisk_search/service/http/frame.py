"""What stands around every page: the search box, the banner, the keys."""

from collections.abc import Mapping, Sequence
from typing import Final

from asterisk_search.service.http.markup import Markup, joined, tag
from asterisk_search.service.http.rows import FACETS

_MODES: Final = (("", "Words and meaning"), ("keyword", "Words"), ("semantic", "Meaning"))
_KEYS: Final = (
    ("/", "to the search box"),
    ("↑ ↓", "through the results"),
    ("Enter", "open"),
    ("Ctrl Enter", "open in a new tab"),
    ("Esc", "clear, or back to the box"),
    ("?", "this help"),
)
_SYNTAX: Final = (
    ('"exact words"', "a phrase"),
    ("-word", "without it"),
    ("OR", "either"),
    ("#tag", "with a tag"),
    ("folder:Projects", "below a folder"),
    ("title:raft", "in the title"),
    ("domain:example.org", "of a site"),
    ("after:2024-03", "since then"),
    ("age:<30d", "younger than that"),
)


def document(title: str, query: str, said: Mapping[str, Sequence[str]], body: Markup) -> str:
    """A whole page around ``body``."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{title} · Asterisk Search" if title else "Asterisk Search"),
        tag("link", rel="icon", href="/icon.svg", type="image/svg+xml"),
        tag("link", rel="stylesheet", href="/page.css"),
        tag("script", src="/page.js", defer=True),
    )
    page = tag(
        "body",
        tag("header", _form(query, said)),
        tag("p", id="banner", class_="banner", role="status", hidden=True),
        tag(
            "main",
            tag("section", body, id="answer"),
            tag("aside", id="preview", aria_label="Preview", hidden=True),
        ),
        _footer(),
        _help(),
    )
    return "<!doctype html>" + tag("html", head, page, lang="en")


def _form(query: str, said: Mapping[str, Sequence[str]]) -> Markup:
    mode = (said.get("mode") or [""])[0]
    kept = [
        tag("input", type="hidden", name=name, value=value)
        for name in FACETS
        for value in said.get(name, ())
    ]
    return tag(
        "form",
        tag("a", "✱", href="/", class_="brand", aria_label="Asterisk Search: newest documents"),
        tag(
            "input", id="q", type="search", name="q", value=query, maxlength="2000",
            placeholder="Search your notes and saved pages", aria_label="Search",
            autocomplete="off", spellcheck="false", autofocus=True, dir="auto",
        ),
        tag(
            "select",
            *(tag("option", name, value=key, selected=key == mode) for key, name in _MODES),
            id="mode", name="mode", aria_label="Search by",
        ),
        *kept,
        tag("button", "Search", id="go"),
        action="/",
        method="get",
        role="search",
    )  # fmt: skip


def _footer() -> Markup:
    return tag(
        "footer",
        tag("span", id="state"),
        tag("a", "Skipped files", href="/skipped"),
        tag("button", "Keys ", tag("kbd", "?"), id="keys", type="button", hidden=True),
    )


def _help() -> Markup:
    def listed(pairs: Sequence[tuple[str, str]], name: str) -> Markup:
        return tag(
            "dl", *(joined(tag("dt", tag(name, key)), tag("dd", does)) for key, does in pairs)
        )

    return tag(
        "dialog",
        tag("h2", "Keys"),
        listed(_KEYS, "kbd"),
        tag("h2", "What can be typed"),
        listed(_SYNTAX, "code"),
        tag("form", tag("button", "Close"), method="dialog"),
        id="help",
    )
