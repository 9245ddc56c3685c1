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


@dataclass(frozen=True, slots=True)
class EscalationStep:
    """Who is told when nobody has taken an alert for so long; roles are names of StaffRole."""

    after: timedelta
    roles: tuple[str, ...]


_UNCLAIMED_L1 = (
    EscalationStep(timedelta(minutes=10), ("head_nurse", "duty_doctor")),
    EscalationStep(timedelta(minutes=20), ("director",)),
    EscalationStep(timedelta(minutes=30), ("medical_affairs",)),
)


def escalation_steps(level: str) -> tuple[EscalationStep, ...]:
    """List the steps of a level in order; only red alerts climb by the minute (content 1)."""
    return _UNCLAIMED_L1 if level == Level.L1 else ()


def escalate_at(level: str, raised_at: datetime, step: int) -> datetime | None:
    """Return when step number `step` (from 0) is due, None when the ladder has ended."""
    steps = escalation_steps(level)
    return raised_at.astimezone(UTC) + steps[step].after if step < len(steps) else None
