"""Clocks of alerts: until when somebody must have acted, and who is woken before that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from dialogs.levels import Level
from dialogs.timing.calendar import WorkingCalendar
from dialogs.timing.spans import NIGHT, Span, local, moment
from dialogs.timing.staffed import StaffedHours, staffed


class AlertClock(StrEnum):
    """Which time counts for a level."""

    ALWAYS = "always"  # day and night
    OVERNIGHT = "overnight"  # day and night, but what would end at night waits for the morning
    STAFFED = "staffed"  # only while somebody is at the desk
    NEXT_WORKING_DAY = "next_working_day"


@dataclass(frozen=True, slots=True)
class AlertClocks:
    """The clock of each level and its allowance; a hospital may set L2 to OVERNIGHT."""

    clocks: Mapping[str, tuple[AlertClock, timedelta]]
    night: Span = NIGHT
    morning: time = time(10)
    end_of_day: time = time(17)


_FOUR_HOURS = timedelta(hours=4)
_HALF_AN_HOUR = timedelta(minutes=30)
DEFAULT_CLOCKS = AlertClocks(
    MappingProxyType(
        {
            Level.L1: (AlertClock.ALWAYS, _HALF_AN_HOUR),
            Level.L2: (AlertClock.ALWAYS, _FOUR_HOURS),
            Level.L3: (AlertClock.NEXT_WORKING_DAY, timedelta(0)),
            Level.Q: (AlertClock.STAFFED, _FOUR_HOURS),
            Level.T: (AlertClock.ALWAYS, _FOUR_HOURS),
            Level.DISP: (AlertClock.ALWAYS, _HALF_AN_HOUR),
        }
    )
)


def alert_due(
    level: str,
    raised_at: datetime,
    calendar: WorkingCalendar,
    hours: StaffedHours,
    clocks: AlertClocks = DEFAULT_CLOCKS,
) -> datetime:
    """Return until when an alert must have been acted on, in UTC.

    Raises KeyError for a level without a clock, a fault of the caller.
    """
    clock, allowance = clocks.clocks[level]
    match clock:
        case AlertClock.ALWAYS:
            return raised_at.astimezone(UTC) + allowance
        case AlertClock.OVERNIGHT:
            return _overnight(raised_at, allowance, calendar, hours, clocks)
        case AlertClock.STAFFED:
            return hours.add(raised_at, allowance, calendar)
        case AlertClock.NEXT_WORKING_DAY:
            today = local(raised_at, hours.zone).date()
            return moment(calendar.add_working_days(today, 1), clocks.end_of_day, hours.zone)


def _overnight(
    raised_at: datetime,
    allowance: timedelta,
    calendar: WorkingCalendar,
    hours: StaffedHours,
    clocks: AlertClocks,
) -> datetime:
    """Let an alert of the unstaffed night wait for the morning; a Sunday noon does not."""
    due = raised_at.astimezone(UTC) + allowance
    wall = local(due, hours.zone)
    if staffed(raised_at, calendar, hours) or not clocks.night.covers(wall.time()):
        return due
    later = wall.time() >= clocks.morning
    return moment(wall.date() + timedelta(days=later), clocks.morning, hours.zone)


class Since(StrEnum):
    """What a ladder is counted from."""

    RAISED = "raised"
    DUE = "due"


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """Who is told when nobody has taken an alert for so long; roles are names of StaffRole."""

    after: timedelta
    roles: tuple[str, ...]
    since: Since = Since.DUE


_AT_ONCE = timedelta(0)
_LADDERS: Mapping[str, tuple[EscalationStep, ...]] = {
    # content 1, F34: red alerts climb by the minute while nobody has taken them
    Level.L1: (
        EscalationStep(timedelta(minutes=10), ("head_nurse", "duty_doctor"), Since.RAISED),
        EscalationStep(timedelta(minutes=20), ("director",), Since.RAISED),
        EscalationStep(timedelta(minutes=30), ("medical_affairs",), Since.RAISED),
    ),
    # R036: the head of the department hears of what was not dealt with the same day
    Level.L2: (
        EscalationStep(_AT_ONCE, ("head_nurse", "duty_doctor")),
        EscalationStep(timedelta(hours=1), ("director",)),
    ),
    # R142 and content 1: the offices that answer for disputes, then the head of the department
    Level.DISP: (
        EscalationStep(_AT_ONCE, ("medical_affairs", "complaint_office")),
        EscalationStep(_HALF_AN_HOUR, ("director",)),
    ),
    # R164: a question does not get lost because its doctor has gone home
    Level.Q: (EscalationStep(_AT_ONCE, ("head_nurse",)),),
}


def escalation_steps(level: str) -> tuple[EscalationStep, ...]:
    """List the steps of a level in order; L3 has its digest instead of a ladder."""
    return _LADDERS.get(level, ())


def escalate_at(level: str, step: int, *, raised_at: datetime, due_at: datetime) -> datetime | None:
    """Return when step number `step` (from 0) is due, None when the ladder has ended."""
    steps = escalation_steps(level)
    if step >= len(steps):
        return None
    begun = raised_at if steps[step].since is Since.RAISED else due_at
    return begun.astimezone(UTC) + steps[step].after


# nobody has called a patient in danger by then: the emergency contact is to be called
CONTACT_AFTER = timedelta(minutes=10)
_AFTER_A_PROMISE = timedelta(minutes=5)
_SILENCE: Mapping[str, timedelta] = {
    Level.L1: timedelta(minutes=15),
    Level.L2: timedelta(hours=1),
    Level.DISP: timedelta(hours=1),
    Level.Q: timedelta(hours=1),
}


def silent_at(
    level: str,
    since: datetime,
    promise_at: datetime | None,
    calendar: WorkingCalendar,
    hours: StaffedHours,
) -> datetime | None:
    """Return when a claim nothing was heard of goes back to all; None for a level that waits.

    A call that was promised counts: it may be five minutes late. The hour of a question is one of
    staffed time, as its clock is.
    """
    allowance = _SILENCE.get(level)
    if allowance is None:
        return None
    if promise_at is not None:
        return promise_at.astimezone(UTC) + _AFTER_A_PROMISE
    if level == Level.Q:
        return hours.add(since, allowance, calendar)
    return since.astimezone(UTC) + allowance
