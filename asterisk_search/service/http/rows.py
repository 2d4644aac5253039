"""Results and filters as HTML: what the page's script builds too, for browsers without it."""

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlencode

from asterisk_search.service.http.markup import Child, Markup, joined, marked, safe_link, tag
from asterisk_search.service.wire import Json

FACETS: Final = ("source", "type", "folder", "tag", "domain", "after")
"""Parameters of the page that can be chosen by a click, in the order shown."""
_AGES: Final = {"7d": "past week", "30d": "past month", "365d": "past year"}
Chosen = Mapping[str, Sequence[str]]


def result_row(row: Json) -> Markup:
    """One result of an answer."""
    headings = [name for name in row["heading"] if name != row["title"]]
    name = " › ".join([row["title"], *headings]) or row["path"]
    day = row["created"] or (row["modified"] or "")[:10]
    score = f"{row['score']:.2f}" if row["why"] else None  # nothing asked, nothing scored
    facts = [row["kind"], score, row["domain"] or row["source"], day]
    return tag(
        "li",
        tag(
            "h2",
            tag("a", name, href=_target(row), class_="title", dir="auto", rel="noreferrer"),
        ),
        tag("p", " · ".join(filter(None, facts)), class_=f"facts {row['confidence']}"),
        tag(
            "p",
            tag("span", _place(row), class_="path", dir="auto"),
            *(tag("span", f"#{name}", class_="tag", dir="auto") for name in row["tags"][:8]),
            class_="where",
        ),
        tag("p", marked(row["snippet"], row["highlights"]), class_="snippet", dir="auto"),
        tag("p", *_actions(row), class_="actions"),
        class_=f"result {row['confidence']}",
    )


def _target(row: Json) -> str:
    """What opens a result; a local file, which a page may not open, is shown here instead."""
    return safe_link(row["url"]) or snapshot(row) or _reading(row)


def _reading(row: Json) -> str:
    return "/read?" + urlencode({"id": row["id"], "line": row["line"], "end": row["end_line"]})


def _place(row: Json) -> str:
    return row["path"] if row["kind"] == "page" else f"{row['path']}:{row['line']}"


def _actions(row: Json) -> list[Markup]:
    links = [
        ("Read", _reading(row)),
        ("Snapshot", snapshot(row)),
        ("Original", safe_link(row["original_url"])),
        ("Wayback", safe_link(row["wayback_url"])),
        ("Similar", "/?" + urlencode({"similar": row["id"]})),
    ]
    return [tag("a", name, href=href, rel="noreferrer") for name, href in links if href]


def snapshot(row: Json) -> str | None:
    """Where the saved copy of a page is shown: by ArchiveBox's own server, else boxed in here."""
    if row["kind"] != "page":
        return None
    ours = "/snapshot/" + quote(row["id"], safe="")
    return row["url"] if str(row["url"]).startswith(("http://", "https://")) else ours


def chips(facets: Mapping[str, Sequence[Sequence[object]]], chosen: Chosen) -> Markup:
    """What narrows the answer, with counts; what is chosen already comes first."""
    made: list[Child] = []
    for name in FACETS:
        taken = list(chosen.get(name, ()))
        counted = [
            (str(value), str(number))
            for value, number in facets.get(name, ())
            if str(value) not in taken
        ]
        made += [_chip(name, value, None, chosen) for value in taken]
        if not (name == "after" and taken):
            made += [_chip(name, value, number, chosen) for value, number in counted]
    return joined(*made)


def _chip(name: str, value: str, number: str | None, chosen: Chosen) -> Markup:
    on = number is None
    values = [item for item in chosen.get(name, ()) if item != value] + ([] if on else [value])
    address = "/?" + urlencode({**chosen, name: values}, doseq=True)
    shown = _AGES.get(value, value) if name == "after" else f"#{value}" if name == "tag" else value
    return tag(
        "a",
        tag("span", shown, dir="auto"),
        tag("small", number) if number else tag("span", " ×", aria_hidden="true"),
        href=address,
        class_="chip on" if on else "chip",
        data_name=name,
        data_value=value,
        title=f"{'stop narrowing' if on else 'narrow'} to this {_SAID.get(name, name)}",
    )


_SAID: Final = {"after": "time", "domain": "site"}
