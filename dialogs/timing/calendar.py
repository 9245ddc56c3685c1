"""Working days, days off and festivals of a hospital."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

_A_DAY = timedelta(days=1)
_DAYS_OF_A_YEAR = 365
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """What one day is; `name` says why it differs from the Monday-to-Friday rule."""

    working: bool
    name: str = ""
    festival: bool = False


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The State Council's list as far as it is known, the Monday-to-Friday rule beyond it.

    A year is known when every day of it has an entry. A year that is not known never raises: it
    is counted by the rule, and `unknown_years` lets a page warn about it (F28).
    """

    days: Mapping[date, CalendarEntry]
    known: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        counts = Counter(day.year for day in self.days)
        known = frozenset(year for year, n in counts.items() if n >= _DAYS_OF_A_YEAR)
        object.__setattr__(self, "known", known)

    def knows(self, year: int) -> bool:
        """Tell whether the official list of this year has been loaded."""
        return year in self.known

    def unknown_years(self, first: date, last: date) -> tuple[int, ...]:
        """Name the years between two days that are only counted by the rule."""
        years = range(min(first, last).year, max(first, last).year + 1)
        return tuple(year for year in years if not self.knows(year))

    def is_working(self, day: date) -> bool:
        """Tell whether people work on this day, make-up days included."""
        entry = self.days.get(day)
        return day.weekday() < _SATURDAY if entry is None else entry.working

    def is_holiday(self, day: date) -> bool:
        """Tell whether this day is off by a named holiday, not merely by the weekend."""
        entry = self.days.get(day)
        return entry is not None and not entry.working and bool(entry.name)

    def is_festival(self, day: date) -> bool:
        """Tell whether illness is not spoken about on this day (R058)."""
        entry = self.days.get(day)
        return entry is not None and entry.festival

    def add_working_days(self, day: date, n: int) -> date:
        """Return the n-th working day after `day` (before it when n is negative)."""
        step = _A_DAY if n >= 0 else -_A_DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_working(day)
        return day
