"""When a conversation may be started: quiet hours, the elderly's morning, festivals."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dialogs.timing.calendar import WorkingCalendar
from dialogs.timing.spans import HOSPITAL_ZONE, MORNING, NIGHT, NOON, Span, local, moment

_A_DAY = timedelta(days=1)
_MINUTES_OF_A_DAY = 24 * 60
# The longest festival a hospital may sensibly enter; more is a fault of its calendar.
_SEARCH_DAYS = 60


def clock_of(minute: int) -> time:
    """Return the clock time of a minute of the day, 0-1439."""
    return time(*divmod(minute, 60))


@dataclass(frozen=True, slots=True)
class ContactHours:
    """The hours in which we start conversations; they never bind a reply nor danger (R066, R081).

    Raises ValueError when quiet hours leave no minute open, for anybody or for the elderly.
    """

    quiet: tuple[Span, ...] = (NIGHT, NOON)
    elderly_window: Span = MORNING
    elderly_age: int = 65
    zone: ZoneInfo = HOSPITAL_ZONE

    def __post_init__(self) -> None:
        if not self.open_minutes(elderly=True):
            raise ValueError("quiet hours leave no minute of the elderly window open")

    def is_elderly(self, birth_date: date | None, on: date) -> bool:
        """Tell whether somebody has reached the elderly age on this day; unknown is not elderly."""
        if birth_date is None:
            return False
        had_birthday = (on.month, on.day) >= (birth_date.month, birth_date.day)
        return on.year - birth_date.year - (not had_birthday) >= self.elderly_age

    def is_open(self, clock: time, *, elderly: bool) -> bool:
        """Tell whether this local clock time suits, festivals aside."""
        if elderly and not self.elderly_window.covers(clock):
            return False
        return not any(span.covers(clock) for span in self.quiet)

    def open_minutes(self, window: Span | None = None, *, elderly: bool) -> tuple[int, ...]:
        """List the minutes of a day (0-1439) that suit; the elderly's window wins (C17)."""
        return _within(self, window, elderly)

    def is_allowed(
        self,
        at: datetime,
        *,
        elderly: bool,
        clinical: bool,
        calendar: WorkingCalendar,
        chosen_by_patient: bool = False,
    ) -> bool:
        """Tell whether a conversation may be started at this instant (R058, C16, C17)."""
        if chosen_by_patient:
            return True
        wall = local(at, self.zone)
        if clinical and calendar.is_festival(wall.date()):
            return False
        return self.is_open(wall.time(), elderly=elderly)

    def next_allowed(
        self,
        at: datetime,
        *,
        elderly: bool,
        clinical: bool,
        calendar: WorkingCalendar,
        chosen_by_patient: bool = False,
    ) -> datetime:
        """Return the first instant from `at` on that is allowed, in UTC.

        A time the patient chose wins over every rule. Raises ValueError when the calendar calls
        more than sixty days on end a festival.
        """
        at_once = self.is_allowed(
            at,
            elderly=elderly,
            clinical=clinical,
            calendar=calendar,
            chosen_by_patient=chosen_by_patient,
        )
        if at_once:
            return at.astimezone(UTC)
        first = local(at, self.zone).date()
        for offset in range(_SEARCH_DAYS):
            day = first + offset * _A_DAY
            found = self._opening(day, at, elderly=elderly)
            if found and not (clinical and calendar.is_festival(day)):
                return found
        raise ValueError(f"no day from {first} on is free of festivals")

    def _opening(self, day: date, after: datetime, *, elderly: bool) -> datetime | None:
        """Return the first whole minute of a day that suits and comes after the instant."""
        minutes = self.open_minutes(elderly=elderly)
        wall = local(after, self.zone)
        gone = wall.hour * 60 + wall.minute if wall.date() == day else -1
        place = bisect_right(minutes, gone)
        return moment(day, clock_of(minutes[place]), self.zone) if place < len(minutes) else None


@lru_cache(maxsize=64)
def _suitable(hours: ContactHours, elderly: bool) -> tuple[int, ...]:  # noqa: FBT001 - cache key
    """Scan a day once per set of hours: a thousand discharges share the answer."""
    minutes = range(_MINUTES_OF_A_DAY)
    return tuple(m for m in minutes if hours.is_open(clock_of(m), elderly=elderly))


@lru_cache(maxsize=64)
def _within(hours: ContactHours, window: Span | None, elderly: bool) -> tuple[int, ...]:  # noqa: FBT001 - cache key
    suits = _suitable(hours, elderly)
    inside = tuple(m for m in suits if window is None or window.covers(clock_of(m)))
    return inside or suits
