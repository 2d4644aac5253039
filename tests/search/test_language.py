"""What a text in the search box means."""

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.answers import Choice, Filters, Mode, Query
from asterisk_search.search.language import LONGEST, MOST_FILTERS, parse_query, understood

TODAY = date(2024, 6, 15)
NONE = Filters()


def parsed(text: str, base: Filters = NONE) -> Query:
    return parse_query(text, base, TODAY)


@pytest.mark.parametrize(
    ("text", "words", "filters"),
    [
        ("raft consensus", "raft consensus", NONE),
        ('"leader election" raft', "leader election raft", Filters(phrases=("leader election",))),
        ("raft -paxos", "raft", Filters(excluded=("paxos",))),
        ('raft -"two phase"', "raft", Filters(excluded=("two phase",))),
        ("#work notes", "notes", Filters(tags=("work",))),
        ("tag:work/clients -#done", "", Filters(tags=("work/clients",), without_tags=("done",))),
        ('folder:"My notes" path:2024', "", Filters(folders=("My notes",), paths=("2024",))),
        ("-path:archive salt", "salt", Filters(without_paths=("archive",))),
        ("title:raft source:vault", "", Filters(titles=("raft",), sources=("vault",))),
        ("TYPE:page domain:example.org", "", Filters(types=("page",), domains=("example.org",))),
        ("url:https://a.org/x", "", Filters(urls=("https://a.org/x",))),
        ("[status:done] plan", "plan", Filters(properties=(("status", "done"),))),
        ("-[status: in progress]", "", Filters(without_properties=(("status", "in progress"),))),
        ('[status:"in progress"]', "", Filters(properties=(("status", "in progress"),))),
        ("-[status: “in progress” ]", "", Filters(without_properties=(("status", "in progress"),))),
        ('[size:6"]', "", Filters(properties=(("size", '6"'),))),
        ('"OR" raft', "OR raft", Filters(phrases=("OR",))),
        ("after:2024-03 x", "x", Filters(after="2024-03-01")),
        ("before:yesterday", "", Filters(before="2024-06-14")),
        ("age:<30d", "", Filters(after="2024-05-16")),
        ("age:2w", "", Filters(after="2024-06-01")),
        ("age:>1y", "", Filters(before="2023-06-16")),
        ("after:2024 after:2023", "", Filters(after="2024-01-01")),
        # Not filters:
        ("foo:bar", "foo:bar", NONE),
        ("https://example.org/a", "https://example.org/a", NONE),
        ("note: buy milk", "note: buy milk", NONE),
        ("tag: work", "tag: work", NONE),
        ("issue #12", "issue #12", NONE),
        ("well-known C# x - y --", "well-known C# x - y --", NONE),
        ("[x] task [1]", "[x] task [1]", NONE),
        ('12" records', "12 records", NONE),
        ('unclosed "leader election', "unclosed leader election", NONE),
        ('""', "", NONE),
        ("“leader election”", "leader election", Filters(phrases=("leader election",))),
    ],
)
def test_a_text_means(text: str, words: str, filters: Filters) -> None:
    query = parsed(text)
    assert (query.text, query.filters, query.remarks) == (words, filters, ())


@pytest.mark.parametrize(
    ("text", "alternatives"),
    [
        ("raft OR paxos log", (("raft", "paxos"),)),
        ("a OR b OR c", (("a", "b", "c"),)),
        ('"two phase" OR raft', (("two phase", "raft"),)),
        ("OR raft", ()),
        ("raft OR", ()),
        ("raft or paxos", ()),
        ("raft OR OR paxos", (("raft", "paxos"),)),
    ],
)
def test_or_makes_alternatives(text: str, alternatives: tuple[tuple[str, ...], ...]) -> None:
    query = parsed(text)
    assert query.alternatives == alternatives
    assert query.filters == NONE
    assert query.remarks == ()
    assert "OR" not in query.text.split()


def either(*choices: Choice) -> Filters:
    return Filters(either=(choices,))


TAGS = (Choice("tags", "work"), Choice("tags", "daily"))


@pytest.mark.parametrize(
    ("text", "filters"),
    [
        ("#work OR #daily", either(*TAGS)),
        ("x #work OR tag:daily y", either(*TAGS)),
        ("#a #work OR #daily", replace(either(*TAGS), tags=("a",))),
        ("#work OR #work", either(TAGS[0])),
        ("#work OR #daily OR title:x", either(*TAGS, Choice("titles", "x"))),
        ("[a:b] OR path:x", either(Choice("properties", "b", "a"), Choice("paths", "x"))),
        ('"zebra" OR "a b"', either(Choice("phrases", "zebra"), Choice("phrases", "a b"))),
        ("path:a OR path:b", Filters(paths=("a", "b"))),
        ("source:a OR source:b", Filters(sources=("a", "b"))),
    ],
)  # fmt: skip
def test_or_makes_alternatives_of_phrases_and_of_filters(text: str, filters: Filters) -> None:
    query = parsed(text)
    assert (query.filters, query.remarks) == (filters, ())


@pytest.mark.parametrize(
    ("text", "words", "filters"),
    [
        ("raft OR #work", "raft", Filters(tags=("work",))),
        ("#work OR raft OR paxos", "raft paxos", Filters(tags=("work",))),
        ('#work OR "raft"', "raft", Filters(tags=("work",), phrases=("raft",))),
        ("-#work OR -#done", "", Filters(without_tags=("work", "done"))),
        ("raft OR -paxos", "raft", Filters(excluded=("paxos",))),
        ("after:2024 OR #work OR after:2023", "", Filters(tags=("work",), after="2024-01-01")),
        ("source:a OR #work", "", Filters(sources=("a",), tags=("work",))),
    ],
)
def test_an_or_that_cannot_join_is_remarked_on_once(
    text: str, words: str, filters: Filters
) -> None:
    query = parsed(text)
    assert (query.text, query.filters) == (words, filters)
    assert query.remarks == (
        "OR joins words with words, and filters with filters: here it was left out",
    )


def test_a_day_that_is_none_is_text_and_is_remarked_on() -> None:
    query = parsed("after:lunch")
    assert (query.text, query.filters) == ("after:lunch", NONE)
    assert "after:lunch" in query.remarks[0]


def test_filters_of_the_text_are_added_to_those_given_beside_it() -> None:
    query = parsed("#b after:2024 salt", Filters(tags=("a",), after="2023-01-01"))
    assert query.filters == Filters(tags=("a", "b"), after="2024-01-01")


def test_a_pasted_page_does_not_become_a_thousand_filters() -> None:
    query = parsed(" ".join(f"#tag{n}x" for n in range(999)))
    assert len(query.filters.tags) == MOST_FILTERS
    assert len(query.remarks) == 1


def test_what_has_been_parsed_is_not_parsed_again() -> None:
    query = understood(Query("raft -paxos", mode=Mode.KEYWORD, limit=3), TODAY)
    assert (query.mode, query.limit, query.asked) == (Mode.KEYWORD, 3, "raft -paxos")
    assert understood(query, TODAY) is query


PIECES = st.sampled_from(
    [
        *'raft -x -"a b" OR #tag #1 tag: tag:a -tag:b path:x title:"a b" [a:b] -[a:b] [a:]'.split(),
        *'after:2024 after:x before:1d age:<3d age:>1y age:? url:http://x " -" - : #'.split(),
        *["“", "”", "foo:bar", '"two phase"', "\n", "\0", "\ud800", "é字"],
    ]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=12).map(" ".join))


@given(TEXTS)
def test_any_text_is_understood(text: str) -> None:
    query = parsed(text)
    assert query.asked == text
    assert all(isinstance(getattr(query.filters, item.name), (tuple, str, type(None)))
               for item in fields(Filters))  # fmt: skip


@given(st.lists(st.from_regex(r"[a-zé字]{1,9}", fullmatch=True), max_size=8))
def test_plain_words_stay_as_they_are(words: list[str]) -> None:
    assert parsed(" ".join(words)) == replace(
        parsed(""), text=" ".join(words), asked=" ".join(words)
    )


def test_a_long_text_costs_little() -> None:
    for text in ('"' * 99_999, "-" * 99_999, "[a:" * 33_333, '-"a ' * 25_000, "a:" * 50_000):
        assert len(parsed(text).text) <= LONGEST
