"""Calendars for the tests of timing: the official list with the festivals spoken of in R058."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

import chinese_calendar

from dialogs.timing import CalendarEntry, WorkingCalendar

FESTIVALS = frozenset(
    [date(2026, 1, 1), date(2026, 9, 25)]
    + [date(2026, 2, 16) + timedelta(days=n) for n in range(4)]
    + [date(2026, 10, 1) + timedelta(days=n) for n in range(3)]
)

# Hypothesis takes the bounds of zoned instants without a zone.
INSTANT_BOUNDS = (datetime(2024, 1, 1), datetime(2028, 12, 31))  # noqa: DTZ001 - see above


def _entry(day: date) -> CalendarEntry:
    off, name = chinese_calendar.get_holiday_detail(day)
    return CalendarEntry(not off, name or "", day in FESTIVALS)


@cache
def official(first_year: int = 2024, last_year: int = 2026) -> WorkingCalendar:
    """Return the State Council's days of these years, with the festivals of 2026."""
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return WorkingCalendar({day: _entry(day) for day in days})
