"""Days as people type them."""

import re
from datetime import date, timedelta

from asterisk_search.errors import UsageError

_AGO = re.compile(r"(\d{1,5})\s*([dwmy])")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


def parse_day(text: str, today: date) -> str:
    """An ISO date from ``2024``, ``2024-03``, ``2024-03-09``, ``today``, ``yesterday`` or ``30d``.

    A year or month means its first day; ``30d``, ``2w``, ``6m``, ``1y`` mean that long ago.

    Raises:
        UsageError: anything else.
    """
    word = text.strip().lower()
    if word in ("today", "yesterday"):
        return (today - timedelta(days=word == "yesterday")).isoformat()
    if ago := _AGO.fullmatch(word):
        days = int(ago[1]) * _DAYS[ago[2]]
        return (today - timedelta(days=min(days, today.toordinal() - 1))).isoformat()
    if parts := _DATE.fullmatch(word):
        try:
            return date(*(int(part or 1) for part in parts.groups())).isoformat()
        except ValueError:
            pass  # a day the calendar does not have: refused below like any other text
    raise UsageError(
        f"{text!r} is not a date", hint="use 2024-03-09, 2024-03, 2024, today, yesterday, 30d or 2w"
    )
