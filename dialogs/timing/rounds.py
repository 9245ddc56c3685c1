"""Rounds of a follow-up plan: on which day a round is sent and until when it counts."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256

from dialogs.timing.calendar import WorkingCalendar
from dialogs.timing.contact import ContactHours, clock_of
from dialogs.timing.spans import MORNING, Span, local, moment

_A_DAY = timedelta(days=1)
_LAST_SECOND = time(23, 59, 59)
_LONGEST_FESTIVAL = timedelta(days=60)
_MONTHS = 12


class OffsetUnit(StrEnum):
    """In what a plan counts from the day of discharge, which is day 0."""

    DAY = "day"
    WORKING_DAY = "working_day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Offset:
    """A distance from the day of discharge; `days` are calendar days on top of it."""

    n: int
    unit: OffsetUnit = OffsetUnit.DAY
    days: int = 0

    def after(self, day: date, calendar: WorkingCalendar) -> date:
        """Return the day this far after `day`; a month too short gives its last day."""
        return self._whole(day, calendar) + self.days * _A_DAY

    def _whole(self, day: date, calendar: WorkingCalendar) -> date:
        match self.unit:
            case OffsetUnit.DAY:
                return day + self.n * _A_DAY
            case OffsetUnit.WORKING_DAY:
                return calendar.add_working_days(day, self.n)
            case OffsetUnit.MONTH:
                return _add_months(day, self.n)


@dataclass(frozen=True, slots=True)
class RoundTiming:
    """One round: the day it is sent and the day, until midnight, by which it must be done."""

    round: int
    send: Offset
    deadline: Offset


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a round is sent and when it lapses (UTC).

    `festival` marks a round whose every day was a festival: it is done on the first day after
    and does not count as late (C16). `unknown_years` were counted Monday to Friday.
    """

    due_at: datetime
    deadline_at: datetime
    festival: bool = False
    unknown_years: tuple[int, ...] = ()

    def lapsed(self, now: datetime) -> bool:
        """Tell whether grace is over: the round then belongs on the phone list, with a reason."""
        return now > self.deadline_at

    def next_contact(
        self, at: datetime, *, elderly: bool, hours: ContactHours, calendar: WorkingCalendar
    ) -> datetime | None:
        """Return when the round may next be sent, None when its deadline passes first."""
        start = max(at, self.due_at)
        found = hours.next_allowed(start, elderly=elderly, clinical=True, calendar=calendar)
        return found if found <= self.deadline_at else None


def schedule(
    timing: RoundTiming,
    discharged_on: date,
    task_key: str,
    *,
    hours: ContactHours,
    calendar: WorkingCalendar,
    elderly: bool = False,
    window: Span = MORNING,
) -> Schedule:
    """Lay one round of a patient on the calendar.

    `task_key` (the task's id) chooses the minute inside the department's `window`, the same one
    every time, so that ten thousand rounds do not leave at nine o'clock sharp.
    """
    send_day, last_day, festival = days_of(timing, discharged_on, calendar)
    clock = _minute(task_key, hours.open_minutes(window, elderly=elderly))
    return Schedule(
        due_at=moment(send_day, clock, hours.zone),
        deadline_at=moment(last_day, _LAST_SECOND, hours.zone),
        festival=festival,
        unknown_years=calendar.unknown_years(discharged_on, last_day),
    )


def days_of(
    timing: RoundTiming, discharged_on: date, calendar: WorkingCalendar
) -> tuple[date, date, bool]:
    """Return send day, deadline day, and whether festivals left no day at all (C16)."""
    send_day = timing.send.after(discharged_on, calendar)
    deadline = max(send_day, timing.deadline.after(discharged_on, calendar))
    last = _free_day(deadline, min(discharged_on + _A_DAY, deadline), calendar)
    if last is None:
        after = _free_day(deadline, deadline + _LONGEST_FESTIVAL, calendar) or deadline
        return after, after, True
    if send_day > last:
        return last, last, False
    return _free_day(send_day, last, calendar) or last, last, False


def _free_day(day: date, limit: date, calendar: WorkingCalendar) -> date | None:
    """Walk from `day` to `limit`, in whichever direction it lies, to the first free day."""
    step = _A_DAY if limit >= day else -_A_DAY
    for i in range(abs((limit - day).days) + 1):
        if not calendar.is_festival(day + i * step):
            return day + i * step
    return None


def _minute(task_key: str, minutes: tuple[int, ...]) -> time:
    """Choose a clock time from the open minutes: evenly spread, stable over restarts."""
    number = int.from_bytes(sha256(task_key.encode()).digest()[:8])
    return clock_of(minutes[number % len(minutes)]).replace(second=number // len(minutes) % 60)


def _add_months(day: date, n: int) -> date:
    years, month = divmod(day.month - 1 + n, _MONTHS)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_number(at: datetime, discharged_on: date, hours: ContactHours) -> int:
    """Count the days since discharge (day 0) the way the ward does."""
    return (local(at, hours.zone).date() - discharged_on).days
