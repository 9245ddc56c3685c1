"""The days a report is about, and the instants they begin and end at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from dialogs.timing.spans import moment


@dataclass(frozen=True, slots=True)
class Period:
    """Whole local days, both ends included; instants are UTC, the end is the midnight after."""

    first: date
    last: date

    @property
    def begins(self) -> datetime:
        """The midnight the first day begins with."""
        return moment(self.first, time())

    @property
    def ends(self) -> datetime:
        """The midnight the last day ends with."""
        return moment(self.last + timedelta(days=1), time())

    @property
    def name(self) -> str:
        """2026-11 for a whole month, else the day, or first and last day."""
        if self == month_of(f"{self.first:%Y-%m}"):
            return f"{self.first:%Y-%m}"
        return self.first.isoformat() if self.first == self.last else f"{self.first}_{self.last}"


def month_of(text: str) -> Period:
    """Read a month such as 2026-11; ValueError when it is none."""
    first = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a date alone
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(first, following - timedelta(days=1))


def month_before(period: Period) -> Period:
    """Return the calendar month before the one a period begins in."""
    last = period.first.replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def period_of(text: str) -> Period:
    """Read a month or one day, ISO 8601; ValueError when it is neither."""
    try:
        return month_of(text)
    except ValueError:
        day = date.fromisoformat(text)
        return Period(day, day)
