"""Regular expressions of a vault: which are used, and that none takes for ever."""

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asterisk_search.sources.expressions import LONGEST, bounded_expression
from asterisk_search.sources.ignoring import IgnoreRules

PATHS = ["Archive/a.md", "Old/Archive/b.md", "draft1.md", "2024-01-02.md", "x.excalidraw.md", "aab"]


@pytest.mark.parametrize(
    "pattern",
    [
        r"draft\d",
        r"^.*/Archive/.*$",
        r"^(Templates|Archive|Old)/",
        r".*\.excalidraw\.md",
        r"(?i)ARCHIVE.*\.md$",
        r"\d{4}-\d{2}-\d{2}\.md$",
        r"^[^/]+/[^/]+/.*$",
        r"^(?:Old|New) ?/.*(a|b).*",
        r"[\]a]+(?!c)(?<=b)",
        r"(?P<letter>a)+b",
        r"(a{1})*b?",
        r"a{2}b{0,1}",
        r".*",
        r"^.*$",
        r"x|.*?2",
        r"a{",
        r"\\.*",
        r"[[ab]",
    ],
)
def test_harmless_expressions_match_as_they_always_did(pattern: str) -> None:
    expression = bounded_expression(pattern)
    assert expression is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.warn", lambda *_, **__: None)
        wanted = re.compile(pattern)
    assert [bool(expression.search(p)) for p in PATHS] == [bool(wanted.search(p)) for p in PATHS]


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a*)*$",
        "((a+))+$",
        "(?:a+){2,}$",
        "(a+){30}$",
        "(a|a)*$",
        "(aa?)+$",
        "(a?){30}a{30}",
        "a?" * 30 + "a" * 30,
        "(a|a)" * 30 + "$",
        "(.*,){11}P",
        "b.*.*.*.*c",
        "(?=(a+)+$)",
        "(?:(?:){500}){500}",
        "(){1000000000}",
        "a{99999999999999999999}",
        "a" * 501,
    ],
)
def test_expressions_that_might_take_for_ever_are_not_used(pattern: str) -> None:
    assert bounded_expression(pattern) is None


@pytest.mark.parametrize(
    "pattern", ["(", ")", "a)(", "[", "a**", "*", "(?x) a", "(?<n>a)", "(a)(?(1)b|c)", "\\"]
)
def test_what_is_no_expression_is_not_used(pattern: str) -> None:
    assert bounded_expression(pattern) is None


@settings(deadline=None)  # it has a limit of its own
@given(
    st.lists(
        st.sampled_from(
            ["a", "b", ".", "(", "(?:", ")", "*", "+", "?", "{2,}", "{9}", "|", "[ab]"]
        ),
        max_size=14,
    ).map("".join)
)
def test_no_expression_takes_long_for_a_path_as_people_have_them(pattern: str) -> None:
    expression = bounded_expression(pattern)
    if expression is not None:
        started = time.monotonic()
        expression.search("a" * 60 + "/c")
        assert time.monotonic() - started < 2


def test_a_hostile_filter_leaves_nothing_out() -> None:
    rules = IgnoreRules(filters=["/(a+)+$/", "/b$/", "/(/"])
    assert not rules.leaves_out("a" * 200 + "c")
    assert rules.leaves_out("ab")


def test_only_paths_of_bounded_length_are_matched() -> None:
    rules = IgnoreRules(filters=["/b$/"])
    assert rules.leaves_out("a" * (LONGEST - 1) + "b")
    assert not rules.leaves_out("a" * LONGEST + "b")
