"""The hours in which the desk is staffed, and clocks that run only then (R106)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialogs.timing.calendar import WorkingCalendar
from dialogs.timing.spans import HOSPITAL_ZONE, Span, local, moment

_A_DAY = timedelta(days=1)
_SATURDAY = 5
# Enough for four hours over the longest run of holidays; more means that nobody ever works.
_SEARCH_DAYS = 60


@dataclass(frozen=True, slots=True)
class StaffedHours:
    """Working days have one pattern, ordinary Saturdays another, holidays none.

    Spans are in order of the day and do not pass midnight; ValueError otherwise.
    """

    working_day: tuple[Span, ...] = (Span(time(8), time(12)), Span(time(14, 30), time(17, 30)))
    saturday: tuple[Span, ...] = (Span(time(8), time(12)),)
    zone: ZoneInfo = HOSPITAL_ZONE

    def __post_init__(self) -> None:
        if not self.working_day:
            raise ValueError("a working day needs staffed hours")
        for spans in (self.working_day, self.saturday):
            edges = [edge for span in spans for edge in (span.start, span.end)]
            if edges != sorted(edges):
                raise ValueError("staffed hours must be in order and end before midnight")

    def spans(self, day: date, calendar: WorkingCalendar) -> tuple[Span, ...]:
        """Return the staffed spans of a day; a make-up Saturday is a working day."""
        if calendar.is_working(day):
            return self.working_day
        if day.weekday() == _SATURDAY and not calendar.is_holiday(day):
            return self.saturday
        return ()

    def add(self, at: datetime, duration: timedelta, calendar: WorkingCalendar) -> datetime:
        """Return the instant at which `duration` of staffed time has passed since `at`.

        Raises ValueError when sixty days do not hold that much staffed time.
        """
        first = local(at, self.zone).date()
        left = duration
        for offset in range(_SEARCH_DAYS):
            for start, end in self._shifts(first + offset * _A_DAY, calendar):
                begin = max(start, at)
                if end - begin >= left:
                    return (begin + left).astimezone(UTC)
                left -= max(end - begin, timedelta(0))
        raise ValueError(f"no staffed time from {first} on")

    def _shifts(self, day: date, calendar: WorkingCalendar) -> list[tuple[datetime, datetime]]:
        return [
            (moment(day, span.start, self.zone), moment(day, span.end, self.zone))
            for span in self.spans(day, calendar)
        ]


def staffed(at: datetime, calendar: WorkingCalendar, hours: StaffedHours) -> bool:
    """Tell whether somebody is at the desk at this instant."""
    wall = local(at, hours.zone)
    return any(span.covers(wall.time()) for span in hours.spans(wall.date(), calendar))
