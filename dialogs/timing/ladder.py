"""The ladder of one visit: when it is confirmed, reminded of, found late, and asked about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from dialogs.timing.calendar import WorkingCalendar
from dialogs.timing.contact import ContactHours
from dialogs.timing.spans import local, moment

MORNING_RUN: Final = time(8, 30)
AFTERNOON_RUN: Final = time(16, 5)
EVENING_RUN: Final = time(19, 30)
NO_SHOW_RUN: Final = time(9, 30)
NO_SHOW_CALL: Final = time(14)
_DAY: Final = timedelta(days=1)
_A_MINUTE: Final = timedelta(minutes=1)
_WAY_TO_HOSPITAL: Final = timedelta(hours=1)
_TIME_TO_ANSWER: Final = timedelta(hours=1)
_TIME_TO_REPLY: Final = timedelta(hours=4)
_MEDICINES_DAYS: Final = 5


class Rung(StrEnum):
    """A step of the ladder, in order of time; the first ones are messages that remind."""

    BOOKED = "booked"
    CONFIRM = "confirm"
    KEY_CALL = "key_call"
    MEDICINES_CALL = "medicines_call"
    TOMORROW = "tomorrow"
    EVENING = "evening"
    TODAY = "today"
    LATE = "late"
    RELEASE = "release"
    NO_SHOW = "no_show"


@dataclass(frozen=True, slots=True)
class Step:
    """A rung with its instant, and the instant from which it would say something false."""

    rung: Rung
    at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Course:
    """What the ladder goes by: the visit's own clocks and whom it is for."""

    starts: datetime
    check_in_by: datetime
    free_until: datetime
    grace_minutes: int = 30
    confirm_hours: int = 0
    elderly: bool = False
    key_patient: bool = False
    forgets: bool = False
    asks_medicines: bool = False

    @property
    def day(self) -> date:
        """The local day of the visit."""
        return local(self.starts).date()


def ladder(course: Course, now: datetime, hours: ContactHours) -> tuple[Step, ...]:
    """Lay out what is still to come for a visit, in order of time.

    What would have been due before `now` is left out: whoever books at ten the day before has just
    been told everything the half past eight message says.
    """
    today = _today(course, hours)
    found = [
        _confirm(course, hours),
        _key_call(course),
        _medicines_call(course, now),
        _tomorrow(course, hours),
        _evening(course, hours) if course.forgets or today is None else None,
        today,
        *_after(course, hours),
    ]
    steps = [step for step in found if step is not None and step.at > now]
    return tuple(sorted(steps, key=lambda step: step.at))


def _confirm(course: Course, hours: ContactHours) -> Step | None:
    """The day before at 08:30, or so many hours before, but while giving up is free (C4)."""
    at = moment(course.day - _DAY, MORNING_RUN)
    if course.confirm_hours:
        asked = course.starts - timedelta(hours=course.confirm_hours)
        at = min(asked, course.free_until - _TIME_TO_ANSWER)
    return _fitting(Rung.CONFIRM, at, course.free_until, course, hours)


def _tomorrow(course: Course, hours: ContactHours) -> Step | None:
    """After substitutions are settled at 16:00; it says "tomorrow", so midnight ends it (R122)."""
    at = moment(course.day - _DAY, AFTERNOON_RUN)
    return _fitting(Rung.TOMORROW, at, moment(course.day, time()), course, hours)


def _today(course: Course, hours: ContactHours) -> Step | None:
    """08:30, earlier where that leaves less than an hour to get there (R122).

    Before quiet hours end nobody is woken: who comes at eight is reminded the evening before.
    """
    leave = course.starts - _WAY_TO_HOSPITAL
    at = min(moment(course.day, MORNING_RUN), leave)
    step = _fitting(Rung.TODAY, at, leave + _A_MINUTE, course, hours)
    return Step(Rung.TODAY, step.at, course.starts) if step else None


def _evening(course: Course, hours: ContactHours) -> Step | None:
    """The evening before, for who could not be told in time in the morning, or once forgot."""
    at = moment(course.day - _DAY, EVENING_RUN)
    until = moment(course.day, time())
    found = next_open(at, hours, elderly=False)
    return Step(Rung.EVENING, found, until) if found < until else None


def _key_call(course: Course) -> Step | None:
    """Key patients are phoned the day before, in time to give the place to somebody (R115)."""
    if not course.key_patient:
        return None
    return Step(Rung.KEY_CALL, moment(course.day - _DAY, MORNING_RUN), course.starts)


def _medicines_call(course: Course, now: datetime) -> Step | None:
    """Five days before, or a few hours after a later booking: to be asked by phone."""
    if not course.asks_medicines:
        return None
    at = moment(course.day - _MEDICINES_DAYS * _DAY, MORNING_RUN)
    return Step(Rung.MEDICINES_CALL, max(at, now + _TIME_TO_REPLY), course.starts)


def _after(course: Course, hours: ContactHours) -> tuple[Step, ...]:
    """Past the check-in: late, the place released, and the next day the question why (R102, R126).

    The late message is about this very hour: it is left out where quiet hours outlast the grace.
    """
    released = course.check_in_by + timedelta(minutes=course.grace_minutes)
    next_day = course.day + _DAY
    asked = moment(next_day, NO_SHOW_RUN)
    late_at = next_open(course.check_in_by, hours, elderly=False)
    late = (Step(Rung.LATE, late_at, released),) if late_at < released else ()
    return (
        *late,
        Step(Rung.RELEASE, released, moment(next_day, time())),
        Step(Rung.NO_SHOW, asked, asked + 30 * _DAY),
    )


def _fitting(
    rung: Rung, at: datetime, until: datetime, course: Course, hours: ContactHours
) -> Step | None:
    """Move a message into the hours it may go in; the elderly's only while it stays true."""
    for elderly in (True, False) if course.elderly else (False,):
        found = next_open(at, hours, elderly=elderly)
        if found < until:
            return Step(rung, found, until)
    return None


def next_open(at: datetime, hours: ContactHours, *, elderly: bool) -> datetime:
    """Return the first instant from `at` on to write of a visit: festivals do not hold it back."""
    return hours.next_allowed(at, elderly=elderly, clinical=False, calendar=WorkingCalendar({}))


def no_show_call(asked_on: date) -> datetime:
    """Return when a no-show that was asked that day and did not answer becomes a call (R126)."""
    return moment(asked_on, NO_SHOW_CALL)
