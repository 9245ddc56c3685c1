"""The channel a patient chose at the bedside, else the one of the department (R041, R042)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from dialogs.timing.contact import ContactHours, clock_of
from dialogs.timing.spans import Span, local, moment
from models.care import BedsideCheck, Encounter
from models.hospital import Department
from models.people import ContactPoint

_WISHED: Final = {
    "morning": Span.parse("08:00-12:00"),
    "noon": Span.parse("11:00-14:30"),
    "afternoon": Span.parse("14:00-18:00"),
    "evening": Span.parse("18:00-21:00"),
}


async def chosen_channel(stay: Encounter) -> str:
    """Name the channel to write by first; empty where nobody has chosen one."""
    check = await BedsideCheck.get_or_none(encounter_id=stay.id)
    if check is not None and check.channel:
        return check.channel
    department = await Department.get_or_none(id=stay.department_id)
    return department.channel if department else ""


def by_choice(points: Iterable[ContactPoint], channel: str) -> list[ContactPoint]:
    """Put the addresses of a channel first; what its owner marked as preferred stays in front."""
    return sorted(points, key=lambda one: (not one.preferred, one.system.channel != channel))


async def wished_hour(
    stay: Encounter, at: datetime, hours: ContactHours, *, elderly: bool
) -> datetime:
    """Return the first minute from `at` on that the patient wished for, on the same day.

    The wish holds within the hours in which anybody is written to; on a day that has none of them
    left, `at` stands: a wish makes nothing late.
    """
    check = await BedsideCheck.get_or_none(encounter_id=stay.id)
    window = _WISHED.get(check.best_time if check else "")
    if window is None:
        return at
    wall = local(at, hours.zone)
    now = wall.hour * 60 + wall.minute
    wished = [m for m in hours.open_minutes(window, elderly=elderly) if window.covers(clock_of(m))]
    later = next((minute for minute in wished if minute >= now), now)
    return at if later == now else moment(wall.date(), clock_of(later), hours.zone)
