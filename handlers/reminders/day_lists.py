"""Tomorrow's list: frozen at 16:25, sent at 16:30, changed afterwards by deltas alone (R100)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from dialogs.timing.spans import local, moment
from dialogs.timing.words import date_text, weekday_text
from handlers.booking.notices import notify
from handlers.booking.visit_lines import CANCELLED
from handlers.desk import Desk
from handlers.reminders.day_listing import Listing, list_day, list_frozen
from models.booking import Appointment, AppointmentStatus, Session
from models.office import DayList, NoticeKind, OfficeDesk
from models.once import insert_once
from models.timetable import Due
from models.unit import lock

DESKS: Final = (OfficeDesk.OUTPATIENT_OFFICE, OfficeDesk.REGISTRATION)
# named one by one, so that the index on status and hour finds them
_EXPECTED: Final = tuple(status for status in AppointmentStatus if status not in CANCELLED)
_DAY: Final = timedelta(days=1)
_NAMED: Final = 20


async def freeze_day_list(desk: Desk, due: Due, now: datetime) -> str:
    """Write down who is booked for tomorrow, and in which version."""
    del desk
    frozen = await _frozen(local(due.due_at).date() + _DAY, now)
    return f"{len(frozen.versions)} visits"


async def send_day_list(desk: Desk, due: Due, now: datetime) -> str:
    """Tell outpatient office and registration that tomorrow's list is there."""
    frozen = await _frozen(local(due.due_at).date() + _DAY, now)
    return await _send(desk, frozen, now)


async def tell_delta(desk: Desk, due: Due, now: datetime) -> str:
    """Tell what has changed since the list, or since the last delta; never a new list."""
    frozen = await lock(DayList.filter(id=due.subject)).get()
    if frozen.sent_at is None:
        await _send(desk, frozen, now)
    present = await _present(frozen.day)
    told = frozen.told
    added = present.keys() - told.keys()
    dropped = told.keys() - present.keys()
    changed = {key for key in present.keys() & told.keys() if present[key] != told[key]}
    if not added | dropped | changed:
        return "nothing new"
    counts = {"a": len(added), "c": len(changed), "d": len(dropped)}
    numbers = await _numbers(added | changed | dropped)
    values = {**{key: str(count) for key, count in counts.items()}, "numbers": numbers}
    occurrence = f"delta:{frozen.day}:{now:%Y%m%d%H%M%S}"
    await _tell(desk, frozen.day, NoticeKind.DELTA, "S-DELTA", values, occurrence, now)
    frozen.told = present
    await frozen.save(update_fields=["told"])
    return f"{len(added | dropped | changed)} changes"


async def listing_of(day: date, now: datetime) -> Listing:
    """Return the list of a day as it was frozen, else as things stand."""
    frozen = await DayList.get_or_none(day=day)
    if frozen is None:
        return await list_day(day, now)
    return await list_frozen(day, frozen.versions, frozen.frozen_at, now)


async def _frozen(day: date, now: datetime) -> DayList:
    versions = await _present(day)
    await insert_once(DayList(day=day, frozen_at=now, versions=versions, told=versions))
    return await lock(DayList.filter(day=day)).get()


async def _present(day: date) -> dict[str, int]:
    midnight = moment(day + _DAY, time())
    rows = Appointment.filter(starts_at__gte=moment(day, time()), starts_at__lt=midnight)
    present = await rows.filter(status__in=_EXPECTED).values_list("id", "version")
    return {str(visit): int(version) for visit, version in present}


async def _send(desk: Desk, frozen: DayList, now: datetime) -> str:
    """A day without sessions and visits is worth no line."""
    if frozen.sent_at is not None:
        return "sent already"
    frozen.sent_at = now
    await frozen.save(update_fields=["sent_at"])
    if not frozen.versions and not await Session.filter(day=frozen.day).exists():
        return "nothing planned"
    values = await _counts(frozen)
    occurrence = f"next_day:{frozen.day}"
    await _tell(desk, frozen.day, NoticeKind.NEXT_DAY, "S-LIST", values, occurrence, now)
    return f"{len(frozen.versions)} visits"


async def _counts(frozen: DayList) -> dict[str, str]:
    rows = Appointment.filter(id__in=list(frozen.versions), status=AppointmentStatus.BOOKED)
    return {
        "n": str(len(frozen.versions)),
        "u": str(await rows.filter(confirmed_at__isnull=True).count()),
        "k": str(await rows.filter(key_patient=True).count()),
    }


async def _numbers(ids: set[str]) -> str:
    rows = Appointment.filter(id__in=list(ids)).order_by("number").limit(_NAMED)
    return " ".join([row.number for row in await rows.only("id", "number")])


async def _tell(
    desk: Desk,
    day: date,
    kind: NoticeKind,
    message: str,
    values: dict[str, str],
    occurrence: str,
    now: datetime,
) -> None:
    said = date_text(day, language=desk.language) + weekday_text(day, language=desk.language)
    for office in DESKS:
        await notify(
            office,
            kind,
            day,
            message,
            {"date": said, **values},
            occurrence=f"{occurrence}:{office.value}",
            now=now,
        )
