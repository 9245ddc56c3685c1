"""A listed wish for a place that a list states anew: still waiting, given up, or booked."""

from __future__ import annotations

from datetime import datetime

from handlers.booking.appointment_entry import AppointmentEntry
from handlers.booking.appointment_rows import CANCELLED
from handlers.booking.places import let_go
from handlers.import_report import RowOutcome, Standing
from models.booking import WaitingEntry, WaitingStatus
from models.unit import lock_row

LIVE = (WaitingStatus.WAITING, WaitingStatus.OFFERED)


async def still_waits(waiting: WaitingEntry, entry: AppointmentEntry) -> RowOutcome:
    """Take over day, doctor and part of the day of a wish nobody has been offered a place for."""
    wanted = {
        "doctor": entry.doctor,
        "from_day": entry.day,
        "until_day": entry.day,
        "period": entry.period.value if entry.period else "",
    }
    same = all(getattr(waiting, name) == value for name, value in wanted.items())
    if same or waiting.status is not WaitingStatus.WAITING:
        return RowOutcome(entry.line, Standing.UNCHANGED)
    await WaitingEntry.filter(id=waiting.id).update(**wanted)
    return RowOutcome(entry.line, Standing.UPDATED)


async def end_waiting(waiting: WaitingEntry, entry: AppointmentEntry, now: datetime) -> bool:
    """End a wish that was given up or came true; False when it had ended before."""
    row = await lock_row(waiting)
    if row.status not in LIVE:
        return False
    await let_go(row.id)
    given_up = entry.status in CANCELLED
    row.status = WaitingStatus.WITHDRAWN if given_up else WaitingStatus.BOOKED
    row.version += 1
    row.ended_at, row.place_id, row.offer_until = now, None, None
    await row.save()
    return True
