"""What people type into a search box, understood. Pure; never refuses a text.

    raft "leader election" -paxos        words, a phrase that must occur, a word that must not
    raft OR paxos  #work OR #daily       either of them
    #work  tag:work/clients  -#done      tags; those nested in them count
    path:projects  folder:"My notes"     part of the path; a folder and all below it
    title:raft  source:vault  type:page  part of a title or alias; a source; a kind or type
    domain:example.org  url:wiki         where a page is from
    after:2024  before:2024-03  age:<30d  days; age:>1y for what is older
    [status:done]                        a property with that value

A hyphen in front turns a filter around. What looks like a filter and is none (``foo:bar``,
``https://…``) is text, and so is what follows a quote that is never closed. `OR` joins words and
phrases with one another, and filters with one another.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from asterisk_search.answers import Choice, Filters, Query
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
NARROWS = {
    "tag": "tags",
    "path": "paths",
    "folder": "folders",
    "title": "titles",
    "source": "sources",
    "type": "types",
    "domain": "domains",
    "url": "urls",
}
"""Filters with a name, and the field of `Filters` they fill."""
_SAID = frozenset({"words", "phrases"})
_JOINED = frozenset({*NARROWS.values(), "properties"}) - {"sources"}
"""Filters of which one can be enough; an unknown source is refused, whatever stands beside it."""
_ENOUGH = frozenset({"sources", "folders", "paths", "types", "domains", "urls"})
"""Filters of which one is enough without an `OR`."""
_NOT_JOINED = "OR joins words with words, and filters with filters: here it was left out"
_Token = tuple[str, Any]
"""A field of `Filters` and a value of it; or `words` and one; or `OR`; else nothing joins it."""
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
    tokens: list[_Token] = field(default_factory=list)
    """In the order in which they were typed."""
    remarks: list[str] = field(default_factory=list)
    narrowed: set[_Token] = field(default_factory=set)

    def take(self, match: re.Match[str]) -> None:
        """One token more."""
        parts, negated = match.groupdict(), bool(match["minus"])
        if parts["property"]:
            pair = (parts["property"].strip(), _unquoted(parts["value"].strip()))
            self._narrow("without_properties" if negated else "properties", pair)
        elif parts["tag"] and any(map(str.isalpha, parts["tag"])):
            self._narrow("without_tags" if negated else "tags", parts["tag"])
        elif parts["key"]:
            self._filter(match, parts["key"].lower(), parts["quoted"] or parts["plain"] or "")
        else:
            self._say(match)

    def query(self, asked: str) -> Query:
        """All of it. A phrase that is one of several alternatives need not occur."""
        text: list[str] = []
        alternatives: list[tuple[str, ...]] = []
        for group in self._groups():
            kinds = {kind for kind, _ in group}
            said = tuple(value for _, value in group) if kinds <= _SAID else ()
            text += said
            if len(said) > 1:
                alternatives.append(said)
            if len(group) > 1 and not (kinds <= _ENOUGH and len(kinds) == 1):
                self._require_one(group)
            elif kinds != {"words"}:
                for kind, value in group:
                    self._require(kind, value)
        return Query(
            text=" ".join(text),
            filters=self.filters,
            alternatives=tuple(alternatives),
            asked=asked,
            remarks=tuple(self.remarks),
        )

    def _groups(self) -> list[list[_Token]]:
        """What `OR` joins together, all else alone; an `OR` that joins nothing is dropped."""
        groups: list[list[_Token]] = []
        joining = False
        for token in self.tokens:
            if token[0] == OR:
                joining = bool(groups)
                continue
            if joining and _alike(groups[-1][-1][0], token[0]):
                groups[-1].append(token)
            else:
                groups.append([token])
                if joining and _NOT_JOINED not in self.remarks:
                    self.remarks.append(_NOT_JOINED)
            joining = False
        return groups

    def _require(self, kind: str, value: str | tuple[str, str]) -> None:
        if kind:
            more: dict[str, Any] = {
                kind: tuple(dict.fromkeys((*getattr(self.filters, kind), value)))
            }
            self.filters = replace(self.filters, **more)

    def _require_one(self, group: list[_Token]) -> None:
        """One of them; a word among them can be found by its meaning, so that nothing must be."""
        if all(kind != "words" for kind, _ in group):
            choices = tuple(_choice(kind, value) for kind, value in dict.fromkeys(group))
            self.filters = replace(self.filters, either=(*self.filters.either, choices))

    def _filter(self, match: re.Match[str], key: str, value: str) -> None:
        negated, value = bool(match["minus"]), value.strip()
        dated: dict[str, Callable[[str], Filters]] = {
            "after": self._after,
            "before": self._before,
            "age": self._aged,
        }
        if value and key in NARROWS:
            self._narrow(f"without_{NARROWS[key]}" if negated else NARROWS[key], value)
        elif value and key in dated and not negated:
            try:
                self.filters = dated[key](value)
                self.tokens.append(("", value))
            except UsageError:
                self.remarks.append(f"{match.group()!r} names no day: taken as words")
                self._say(match)
        else:
            self._say(match)

    def _narrow(self, name: str, value: str | tuple[str, str]) -> None:
        token = (name, value)
        if token not in self.narrowed and len(self.narrowed) == MOST_FILTERS:
            remark = f"only the first {MOST_FILTERS} filters are used"
            if remark not in self.remarks:
                self.remarks.append(remark)
            return
        self.narrowed.add(token)
        self.tokens.append(token)

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
            kind = "phrases" if phrase else OR if said == OR else "words"
            self.tokens.append((kind, said))


def _alike(kind: str, other: str) -> bool:
    """Whether one of two such things can be enough."""
    if kind in _SAID:
        return other in _SAID
    return (kind in _JOINED and other in _JOINED) or kind == other == "sources"


def _choice(kind: str, value: str | tuple[str, str]) -> Choice:
    return Choice(kind, value) if isinstance(value, str) else Choice(kind, value[1], value[0])


def _unquoted(value: str) -> str:
    return value[1:-1].strip() if len(value) > 1 and value[0] == value[-1] == '"' else value
