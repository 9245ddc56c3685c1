"""The hospital's day: each day plans its own jobs, once, whoever is running (part D)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from dialogs.timing.spans import local, moment
from handlers.booking.waiting import expire_past
from handlers.desk import Desk
from handlers.reminders.reviews import plan_reviews
from handlers.timers import DueKind, Timer, set_timer
from models.statistics import measure_tables
from models.timetable import Due

BEGINS: Final = time(0, 10)
_JOBS: Final = (
    (DueKind.POST_HANDOVER, time(7, 30), time(23, 59)),
    (DueKind.LIST_DOCTORS_DAY, time(7, 30), time(18)),
    (DueKind.DISTRIBUTE, time(8), time(20)),
    (DueKind.POST_DIGEST, time(8), time(23, 59)),
    (DueKind.FREEZE_DAY_LIST, time(16, 25), time(23, 59)),
    (DueKind.SEND_DAY_LIST, time(16, 30), time(23, 59)),
)
_WEEK_REPORTED: Final = time(8, 30)
_MONTH_REPORTED: Final = time(8, 30)
_SAMPLE_DRAWN: Final = time(9, 30)
_MONDAY: Final = 0


def subject_of(day: date) -> UUID:
    """Return the id under which a day's jobs are kept."""
    return uuid5(NAMESPACE_URL, f"day:{day.isoformat()}")


async def open_day(now: datetime) -> bool:
    """See to it that today is begun: after a start, a pause or an upgrade; False when it was."""
    return await set_timer(Timer(DueKind.BEGIN_DAY, subject_of(local(now).date()), now))


async def begin_day(desk: Desk, due: Due, now: datetime) -> str:
    """Plan what this day brings, and the beginning of the next one.

    A day that is over when a stopped program comes back begins nothing but its successor.
    """
    day = local(due.due_at).date()
    tomorrow = day + timedelta(days=1)
    following = Timer(DueKind.BEGIN_DAY, subject_of(tomorrow), moment(tomorrow, BEGINS))
    await set_timer(following)
    if day < local(now).date():
        return "over"
    for timer in _jobs(day):
        await set_timer(timer)
    await expire_past(now)
    await measure_tables()
    planned = await plan_reviews(desk, day, now)
    return f"{planned} reviews"


def _jobs(day: date) -> Iterator[Timer]:
    for kind, at, until in _JOBS:
        yield Timer(kind, subject_of(day), moment(day, at), stops_at=moment(day, until))
    if day.weekday() == _MONDAY:
        yield Timer(DueKind.REPORT_WEEK, subject_of(day), moment(day, _WEEK_REPORTED))
        yield Timer(DueKind.DRAW_SAMPLE, subject_of(day), moment(day, _SAMPLE_DRAWN))
    if day.day == 1:
        yield Timer(DueKind.REPORT_MONTH, subject_of(day), moment(day, _MONTH_REPORTED))
