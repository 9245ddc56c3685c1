"""Attempts of one round: a message, its repeat, then a person who calls (part D of the clocks)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from dialogs.timing.calendar import WorkingCalendar
from dialogs.timing.contact import ContactHours
from dialogs.timing.rounds import Schedule
from dialogs.timing.spans import HOSPITAL_ZONE, local, moment


class AttemptKind(StrEnum):
    """How a round is tried."""

    MESSAGE = "message"
    REPEAT = "repeat"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of a round; a call is a task for staff, not a message."""

    number: int
    kind: AttemptKind
    at: datetime


@dataclass(frozen=True, slots=True)
class AttemptTiming:
    """The rhythm of the attempts: so many `messages`, then a call.

    Each waits `wait`; the call comes on the deadline's day at `last_call` at the latest, so that
    a person still has the afternoon, but leaves the message `answer_time` to be answered.
    """

    messages: int = 2
    wait: timedelta = timedelta(days=1)
    last_call: time = time(14, 30)
    answer_time: timedelta = timedelta(hours=2)


def attempts(
    first_at: datetime,
    plan: Schedule,
    *,
    hours: ContactHours,
    calendar: WorkingCalendar,
    elderly: bool = False,
    timing: AttemptTiming | None = None,
) -> tuple[Attempt, ...]:
    """Lay out the attempts that follow from a first message at `first_at`.

    A repeat that would miss the deadline's last call is left out; the call always stands, and is
    never later than the deadline.
    """
    rhythm = timing or AttemptTiming()
    last_call = _last_call(first_at, plan, hours, rhythm)
    tries = [(AttemptKind.MESSAGE, first_at.astimezone(UTC))]
    for _ in range(rhythm.messages - 1):
        repeat = hours.next_allowed(
            tries[-1][1] + rhythm.wait, elderly=elderly, clinical=True, calendar=calendar
        )
        if repeat + rhythm.answer_time <= last_call:
            tries.append((AttemptKind.REPEAT, repeat))
    tries.append((AttemptKind.CALL, min(tries[-1][1] + rhythm.wait, last_call)))
    return tuple(Attempt(n, kind, at) for n, (kind, at) in enumerate(tries, 1))


def _last_call(
    first_at: datetime, plan: Schedule, hours: ContactHours, rhythm: AttemptTiming
) -> datetime:
    day = local(plan.deadline_at, hours.zone).date()
    wanted = moment(day, rhythm.last_call, hours.zone)
    return min(plan.deadline_at, max(wanted, first_at + rhythm.answer_time))


def may_start(
    last_started_at: datetime | None, at: datetime, zone: ZoneInfo = HOSPITAL_ZONE
) -> bool:
    """Tell whether we may start a conversation: one a local day and patient, never two."""
    if last_started_at is None:
        return True
    return local(last_started_at, zone).date() != local(at, zone).date()
