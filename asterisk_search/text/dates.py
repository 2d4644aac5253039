"""Dates as people write them into notes, file names and daily-note patterns."""

import re
from datetime import date

_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{2})[-/.](\d{2})(?!\d)")
_RUN = re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?:\d{4}|\d{6})?(?!\d)")
_YEARS = range(1000, 2200)

_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_TOKEN = re.compile(r"\[([^\]]*)\]|YYYY|YY|MMMM|MMM|MM|M|DDDD?|Do|DD|D|dddd|ddd|dd|d|[a-zA-Z]+|.")
_PATTERNS = {
    "YYYY": r"(?P<year>\d{4})",
    "YY": r"(?P<short>\d{2})",
    "MMMM": r"(?P<name>[A-Za-z]+)",
    "MMM": r"(?P<name>[A-Za-z]{3})",
    "MM": r"(?P<month>\d{2})",
    "M": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{2})",
    "D": r"(?P<day>\d{1,2})",
    "Do": r"(?P<day>\d{1,2})(?:st|nd|rd|th)",
    "dddd": r"\w+",
    "ddd": r"\w+",
    "dd": r"\w+",
}


def iso_date(text: str) -> str | None:
    """Return the first real ``YYYY-MM-DD`` in ``text``, else the first real ``YYYYMMDD``.

    The run of digits may go on with a time of day, as identifiers of the Zettelkasten kind do.
    """
    for pattern in (_ISO, _RUN):
        for match in pattern.finditer(text):
            found = _real(int(match[1]), int(match[2]), int(match[3]))
            if found:
                return found
    return None


def _real(year: int, month: int, day: int) -> str | None:
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def daily_pattern(template: str) -> re.Pattern[str] | None:
    """Return a pattern for names that a moment.js format writes, or ``None`` when it has no day.

    Years, months (also English names), days, weekdays and ``[literal]`` text are understood; any
    other token matches loosely (moment.js, "Display / Format").
    """
    parts: list[str] = []
    seen: set[str] = set()
    for match in _TOKEN.finditer(template):
        token = match[0]
        if match[1] is not None:
            parts.append(re.escape(match[1]))
        elif token in _PATTERNS:
            group = _PATTERNS[token]
            name = group[4 : group.find(">")] if group.startswith("(?P<") else ""
            parts.append(rf"(?:{group.partition('>')[2]}" if name in seen else group)
            seen.add(name)
        else:
            parts.append(r"\w+" if token.isalpha() else re.escape(token))
    return re.compile("".join(parts)) if "day" in seen else None


def daily_date(pattern: re.Pattern[str], name: str) -> str | None:
    """Return the date that ``name`` states by a `daily_pattern`, or ``None``."""
    match = pattern.fullmatch(name)
    if match is None:
        return None
    groups = match.groupdict()
    month = groups.get("month") or _month(groups.get("name") or "")
    year = groups.get("year") or f"20{groups.get('short') or ''}"
    if not (month and len(year) == 4):
        return None
    return _real(int(year), int(month), int(groups["day"]))


def _month(name: str) -> int:
    hits = [n for n, month in enumerate(_MONTHS, 1) if name and month.startswith(name.lower())]
    return hits[0] if hits else 0
