"""Dates in names, properties and daily-note patterns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk_search.text.dates import daily_date, daily_pattern, iso_date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2024-02-29", "2024-02-29"),
        ("2023-02-29", None),
        ("Walk 2024-01-02 long", "2024-01-02"),
        ("2024-01-02T10:00:00", "2024-01-02"),
        ("[[2024-01-02]]", "2024-01-02"),
        ("2024/01/02", "2024-01-02"),
        ("20240102 note", "2024-01-02"),
        ("202401021530", "2024-01-02"),
        ("20240102153045 id", "2024-01-02"),
        ("2024010", None),
        ("202401021", None),
        ("99999999", None),
        ("2024-13-01 but 2024-12-01", "2024-12-01"),
        ("12024-01-02", None),
        ("no date", None),
    ],
)
def test_dates_in_a_text(text: str, date: str | None) -> None:
    assert iso_date(text) == date


@pytest.mark.parametrize(
    ("template", "name", "date"),
    [
        ("YYYY-MM-DD", "2024-01-02", "2024-01-02"),
        ("YYYY/MM-MMMM/DD dddd", "2024/01-January/02 Tuesday", "2024-01-02"),
        ("D MMM YY", "2 Jan 24", "2024-01-02"),
        ("MMMM Do, YYYY", "March 3rd, 2024", "2024-03-03"),
        ("[Day] DD.MM.YYYY", "Day 02.01.2024", "2024-01-02"),
        ("YYYY-[W]ww-DD-MM", "2024-W01-02-01", "2024-01-02"),
        ("M-D-YYYY", "1-2-2024", "2024-01-02"),
        ("DD-MM-YYYY", "31-02-2024", None),
        ("DD-MM-YYYY", "2024-01-02", None),
        ("YYYY DD", "2024 01", None),
    ],
)
def test_daily_names(template: str, name: str, date: str | None) -> None:
    pattern = daily_pattern(template)
    assert pattern is not None
    assert daily_date(pattern, name) == date


def test_a_pattern_without_a_day_names_no_days() -> None:
    assert daily_pattern("gggg-[W]ww") is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_pattern_and_name(template: str, name: str) -> None:
    pattern = daily_pattern(template)
    assert pattern is None or daily_date(pattern, name) is None or "D" in template
