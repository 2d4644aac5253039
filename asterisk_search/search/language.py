"""What people type into a search box, understood. Pure; never refuses a text.

    raft "leader election" -paxos        words, a phrase that must occur, a word that must not
    raft OR paxos                        either of them
    #work  tag:work/clients  -#done      tags; those nested in them count
    path:projects  folder:"My notes"     part of the path; a folder and all below it
    title:raft  source:vault  type:page  part of a title or alias; a source; a kind or type
    domain:example.org  url:wiki         where a page is from
    after:2024  before:2024-03  age:<30d  days; age:>1y for what is older
    [status:done]                        a property with that value

A hyphen in front turns a filter around. What looks like a filter and is none (``foo:bar``,
``https://…``) is text, and so is what follows a quote that is never closed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from asterisk_search.answers import Filters, Query
from asterisk_search.errors import UsageError
from asterisk_search.search.dates import parse_day

OR = "OR"
LONGEST = 10_000
"""Characters of a query that are looked at; the model reads far fewer, and so do the words."""
MOST_FILTERS = 40
"""Filters of one query; a pasted page may hold thousands of things that look like one."""
_TOKEN = re.compile(
    r"""
    (?P<minus> - (?= [^\s-] ) )?
    (?: \[ (?P<property> [^\W_] [\w .-]{0,60} ) : (?P<value> [^\[\]\n]{1,200} ) \]
      | (?P<key> [A-Za-z]{2,10} ) : (?: "(?P<quoted> [^"]* )"? | (?P<plain> [^\s"]+ ) )
      | "(?P<phrase> [^"]* )"
      | (?(minus) "(?P<rest> [^"]* ) | " )
      | \# (?P<tag> [^\s\#"]+ )
      | (?P<word> [^\s"]+ ) )
    """,
    re.VERBOSE,
)
_QUOTES = str.maketrans("“”„«»", '"""""')
"""Keyboards of phones, and of Europe, write quotes of their own."""
_NARROWS = {
    "tag": "tags",
    "path": "paths",
    "folder": "folders",
    "title": "titles",
    "source": "sources",
    "type": "types",
    "domain": "domains",
    "url": "urls",
}
_AGE = re.compile(r"([<>]?)=?(\d{1,5}[dwmy])")


def parse_query(text: str, base: Filters, today: date) -> Query:
    """The words, phrases, alternatives and filters that ``text`` asks for.

    Its filters are added to those of ``base``, which another part of the request named (an option,
    a parameter). ``today`` is the day that relative dates count from.
    """
    reading = _Reading(base, today)
    for match in _TOKEN.finditer(text[:LONGEST].translate(_QUOTES)):
        reading.take(match)
    return reading.query(text)


def understood(query: Query, today: date) -> Query:
    """The same query with its text parsed; one that has been parsed already stays as it is."""
    if query.asked:
        return query
    return replace(
        parse_query(query.text, query.filters, today), mode=query.mode, limit=query.limit
    )


@dataclass(slots=True)
class _Reading:
    """What has been understood so far."""

    filters: Filters
    today: date
    words: list[str] = field(default_factory=list)
    """Words and phrases in order, `OR` among them where it was typed."""
    phrases: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    narrowed: int = 0

    def take(self, match: re.Match[str]) -> None:
        """One token more."""
        parts, negated = match.groupdict(), bool(match["minus"])
        if parts["property"]:
            pair = (parts["property"].strip(), parts["value"].strip())
            self._narrow("without_properties" if negated else "properties", pair)
        elif parts["tag"] and any(map(str.isalpha, parts["tag"])):
            self._narrow("without_tags" if negated else "tags", parts["tag"])
        elif parts["key"]:
            self._filter(match, parts["key"].lower(), parts["quoted"] or parts["plain"] or "")
        else:
            self._say(match)

    def query(self, asked: str) -> Query:
        """All of it. A phrase that is one of several alternatives need not occur."""
        groups = _groups(self.words)
        alone = {group[0] for group in groups if len(group) == 1}
        required = [phrase for phrase in dict.fromkeys(self.words) if phrase in self.phrases]
        filters = replace(
            self.filters,
            phrases=(*self.filters.phrases, *(phrase for phrase in required if phrase in alone)),
        )
        return Query(
            text=" ".join(word for group in groups for word in group),
            filters=filters,
            alternatives=tuple(group for group in groups if len(group) > 1),
            asked=asked,
            remarks=tuple(self.remarks),
        )

    def _filter(self, match: re.Match[str], key: str, value: str) -> None:
        negated, value = bool(match["minus"]), value.strip()
        dated: dict[str, Callable[[str], Filters]] = {
            "after": self._after,
            "before": self._before,
            "age": self._aged,
        }
        if value and key in _NARROWS:
            self._narrow(f"without_{_NARROWS[key]}" if negated else _NARROWS[key], value)
        elif value and key in dated and not negated:
            try:
                self.filters = dated[key](value)
            except UsageError:
                self.remarks.append(f"{match.group()!r} names no day: taken as words")
                self._say(match)
        else:
            self._say(match)

    def _narrow(self, name: str, value: str | tuple[str, str]) -> None:
        known = getattr(self.filters, name)
        if value in known:
            return
        self.narrowed += 1
        if self.narrowed <= MOST_FILTERS:
            more: dict[str, Any] = {name: (*known, value)}
            self.filters = replace(self.filters, **more)
        elif self.narrowed == MOST_FILTERS + 1:
            self.remarks.append(f"only the first {MOST_FILTERS} filters are used")

    def _after(self, value: str) -> Filters:
        day = parse_day(value, self.today)
        return replace(self.filters, after=max(day, self.filters.after or day))

    def _before(self, value: str) -> Filters:
        day = parse_day(value, self.today)
        return replace(self.filters, before=min(day, self.filters.before or day))

    def _aged(self, value: str) -> Filters:
        age = _AGE.fullmatch(value.lower())
        if not age:
            raise UsageError(f"{value!r} is no age", hint="use <30d, <2w, >6m or >1y")
        return self._before(age[2]) if age[1] == ">" else self._after(age[2])

    def _say(self, match: re.Match[str]) -> None:
        """A word or phrase, to be found or to be absent."""
        quoted = match["phrase"] or match["rest"]
        phrase = " ".join((quoted or "").split())
        said = phrase or match.group().removeprefix("-" if match["minus"] else "").strip('" ')
        if match["minus"] and any(map(str.isalnum, said)):
            self._narrow("excluded", said)
        elif said:
            self.words.append(said)
            if phrase:
                self.phrases.add(phrase)


def _groups(words: list[str]) -> list[tuple[str, ...]]:
    """Words joined by `OR` together, all others alone; an `OR` that joins nothing is dropped."""
    groups: list[tuple[str, ...]] = []
    joining = False
    for word in words:
        if word == OR:
            joining = bool(groups)
        elif joining:
            groups[-1] = (*groups[-1], word)
            joining = False
        else:
            groups.append((word,))
    return groups
