"""While an alarm stands, and for three hours after a safety text, nothing new is begun.

Nor within an hour of a word about a complaint: a question would be out of place below it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dialogs.timing.spans import local
from handlers.desk import Desk
from handlers.standing_alarm import standing_alarm
from handlers.timers import DueKind, Timer, set_timer
from models.conversation import Dialog, DialogKind, Outgoing, OutgoingPurpose
from models.people import Patient
from models.timetable import Due, DueStatus

_QUIET: Final = timedelta(hours=3)
_AFTER_COMPLAINT: Final = timedelta(hours=1)
_LOOK_AGAIN: Final = timedelta(hours=1)


async def is_quiet(conversation_id: UUID, now: datetime) -> bool:
    """Tell whether a question would now stand below words of an alarm, or of a complaint."""
    if await standing_alarm(conversation_id) is not None:
        return True
    rows = Outgoing.filter(conversation_id=conversation_id)
    of_desk = rows.filter(dialog__kind=DialogKind.COMPLAINT)
    if await of_desk.filter(created_at__gt=now - _AFTER_COMPLAINT).exists():
        return True
    safety = rows.filter(purpose=OutgoingPurpose.SAFETY)
    return await safety.filter(created_at__gt=now - _QUIET).exists()


async def look_again(desk: Desk, waiting: Dialog, now: datetime) -> None:
    """Set the timer, once, that lets what waits begin when it is quiet no more."""
    set_before = Due.filter(kind=DueKind.BEGIN_WAITING, subject=waiting.conversation_id)
    if await set_before.filter(status=DueStatus.PENDING).exists():
        return
    at = await next_look(desk, waiting, now)
    timer = Timer(DueKind.BEGIN_WAITING, waiting.conversation_id, at, at.isoformat())
    await set_timer(timer)


async def next_look(desk: Desk, waiting: Dialog, now: datetime) -> datetime:
    """Return the hour after this one, or the first at which its patient may be written to."""
    patient = await Patient.get(id=waiting.patient_id)
    elderly = desk.hours.is_elderly(patient.birth_date, local(now).date())
    calendar = desk.calendar
    return desk.hours.next_allowed(
        now + _LOOK_AGAIN, elderly=elderly, clinical=True, calendar=calendar
    )
