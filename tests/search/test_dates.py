"""Days as people type them."""

import contextlib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.errors import UsageError
from asterisk_search.search.dates import parse_day

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-03-09", "2024-03-09"),
        ("2024-3-9", "2024-03-09"),
        ("2024-03", "2024-03-01"),
        ("2024", "2024-01-01"),
        (" Today ", "2026-11-22"),
        ("yesterday", "2026-11-21"),
        ("30d", "2026-10-23"),
        ("2w", "2026-11-08"),
        ("1y", "2025-11-22"),
        ("99999y", "0001-01-01"),
    ],
)
def test_what_people_type(text: str, day: str) -> None:
    assert parse_day(text, TODAY) == day


@pytest.mark.parametrize("text", ["", "soon", "2024-13-01", "2024-02-30", "0000", "3/4/2024"])
def test_what_is_no_date_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_day(text, TODAY)
    assert "2024-03-09" in refused.value.hint


@given(st.text(max_size=20))
def test_nothing_else_is_raised(text: str) -> None:
    with contextlib.suppress(UsageError):
        assert len(parse_day(text, TODAY)) == 10
