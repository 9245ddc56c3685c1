"""The two clocks of a complaint: what the hospital promises, and what the law allows (R135, R155).

They are computed once, when it is received, and stored: a calendar that changes later moves no
promise that was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from dialogs.timing.calendar import WorkingCalendar
from dialogs.timing.spans import local, moment
from dialogs.timing.staffed import StaffedHours

_A_DAY: Final = timedelta(days=1)
_MIDNIGHT: Final = time(0)


@dataclass(frozen=True, slots=True)
class ComplaintClocks:
    """Allowances; `contact` counts staffed time, `urgent` every minute, days end at midnight.

    `result_days` are calendar days after the day of receipt, `legal_days` working days, and
    `joint_days` those where several departments answer (Order 3/2019 of the health commission).
    """

    contact: timedelta = timedelta(hours=4)
    urgent: timedelta = timedelta(minutes=30)
    result_days: int = 3
    legal_days: int = 5
    joint_days: int = 10
    warn_of_contact: timedelta = timedelta(hours=1)
    warn_of_result: timedelta = timedelta(hours=24)


DEFAULT_COMPLAINT_CLOCKS: Final = ComplaintClocks()


@dataclass(frozen=True, slots=True)
class ComplaintDue:
    """The instants of one complaint, in UTC."""

    contact: datetime
    result: datetime
    legal: datetime
    warn_of_contact: datetime
    warn_of_result: datetime


def complaint_due(
    received_at: datetime,
    calendar: WorkingCalendar,
    hours: StaffedHours,
    *,
    urgent: bool = False,
    joint: bool = False,
    clocks: ComplaintClocks = DEFAULT_COMPLAINT_CLOCKS,
) -> ComplaintDue:
    """Compute every instant of a complaint from its receipt."""
    result = _end_of(received_at, clocks.result_days, hours)
    return ComplaintDue(
        contact=_contact(received_at, urgent, calendar, hours, clocks),
        result=result,
        legal=legal_due(received_at, calendar, hours, joint=joint, clocks=clocks),
        warn_of_contact=_warning(received_at, urgent, calendar, hours, clocks),
        warn_of_result=result - clocks.warn_of_result,
    )


def legal_due(
    received_at: datetime,
    calendar: WorkingCalendar,
    hours: StaffedHours,
    *,
    joint: bool,
    clocks: ComplaintClocks = DEFAULT_COMPLAINT_CLOCKS,
) -> datetime:
    """Return the law's limit: the end of the fifth working day after receipt, or of the tenth."""
    days = clocks.joint_days if joint else clocks.legal_days
    last = calendar.add_working_days(local(received_at, hours.zone).date(), days)
    return moment(last + _A_DAY, _MIDNIGHT, hours.zone)


def _contact(
    at: datetime,
    urgent: bool,  # noqa: FBT001 - private, handed on
    calendar: WorkingCalendar,
    hours: StaffedHours,
    clocks: ComplaintClocks,
) -> datetime:
    if urgent:
        return at.astimezone(UTC) + clocks.urgent
    return hours.add(at, clocks.contact, calendar)


def _warning(
    at: datetime,
    urgent: bool,  # noqa: FBT001 - private, handed on
    calendar: WorkingCalendar,
    hours: StaffedHours,
    clocks: ComplaintClocks,
) -> datetime:
    if urgent:
        return at.astimezone(UTC) + clocks.urgent / 2
    return hours.add(at, clocks.contact - clocks.warn_of_contact, calendar)


def _end_of(at: datetime, days: int, hours: StaffedHours) -> datetime:
    day = local(at, hours.zone).date() + timedelta(days=days)
    return moment(day + _A_DAY, _MIDNIGHT, hours.zone)
