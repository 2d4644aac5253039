"""Words are found by how they begin."""

import re

from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.text.beginnings import beginning

TEXT = st.text(st.one_of(st.sampled_from("ab_ .\n1é\u0301字"), st.characters()), max_size=60)
STARTS = st.lists(st.text(st.sampled_from("ab_1é字"), min_size=1, max_size=3), max_size=4)


@given(TEXT, STARTS)
def test_they_are_those_that_an_expression_would_find(text: str, starts: list[str]) -> None:
    expected = {
        (match.start(), match.group())
        for start in starts
        for match in re.finditer(rf"\b{re.escape(start)}\w*", text)
    }
    assert beginning(text, starts) == sorted(expected)


def test_nothing_begins_with_nothing() -> None:
    assert beginning("a b", [""]) == []
