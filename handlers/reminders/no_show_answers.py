"""What becomes of the question why somebody did not come: a call, an end, a better reminder."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dialogs.engine import step
from dialogs.events import Lapsed
from handlers.booking.consult import consult
from handlers.booking.ladder import FORGETS
from handlers.desk import Desk
from handlers.effects import Saving, save
from handlers.matters import matter_of
from handlers.reminders.visits import GONE
from handlers.rounds import address_of
from models.booking import Appointment, AppointmentStatus
from models.conversation import Dialog, DialogStatus
from models.office import ConsultReason
from models.people import Patient
from models.response import Answer
from models.timetable import Due

_OPEN: Final = (DialogStatus.ACTIVE, DialogStatus.WAITING, DialogStatus.PAUSED)


async def call_no_show(desk: Desk, due: Due, now: datetime) -> str:
    """Have who has not said why phoned; an answer may still come until the day ends (R126)."""
    dialog = await Dialog.get(id=due.subject)
    if dialog.status is DialogStatus.CLOSED or await reason_of(dialog) is not None:
        return GONE
    appointment = await Appointment.get(id=dialog.appointment_id)
    if appointment.status is not AppointmentStatus.NO_SHOW:
        return GONE
    await consult(
        desk,
        ConsultReason.NO_SHOW,
        occurrence=f"no_show:{appointment.id}:{appointment.version}",
        now=now,
        patient_id=dialog.patient_id,
        conversation_id=dialog.conversation_id,
        appointment_id=appointment.id,
    )
    return "to be phoned"


async def end_no_show(desk: Desk, due: Due, now: datetime) -> str:
    """Close the question with the day, and learn from what was answered."""
    dialog = await Dialog.get(id=due.subject)
    await _learn(dialog)
    if dialog.status not in _OPEN:
        return "answered"
    if dialog.status is DialogStatus.WAITING:
        await _close(dialog, now)
        return "never asked"
    talk = await address_of(desk, dialog, now)
    if talk is None:
        await _close(dialog, now)
        return "no address"
    conversation, address, dialog = talk
    if dialog.status not in _OPEN:
        return "answered"
    matter = await matter_of(desk, conversation, address, dialog, now)
    state, actions = step(desk.catalog, matter.case, matter.state, Lapsed(now))
    await save(Saving(matter, f"lapse:{dialog.id}"), state, actions)
    return "ended"


async def reason_of(dialog: Dialog) -> str | None:
    """Return the code of the reason that was given, such as forgot or busy."""
    rows = Answer.filter(response__dialog_id=dialog.id, item="why", superseded_at__isnull=True)
    answer = await rows.first()
    return str(answer.value[0]) if answer is not None and answer.value else None


async def _learn(dialog: Dialog) -> None:
    if await reason_of(dialog) != "forgot":
        return
    patient = await Patient.get(id=dialog.patient_id)
    if FORGETS not in patient.tags:
        patient.tags = [*patient.tags, FORGETS]
        await patient.save(update_fields=["tags"])


async def _close(dialog: Dialog, now: datetime) -> None:
    await Dialog.filter(id=dialog.id).update(
        status=DialogStatus.CLOSED, outcome="expired", closed_at=now
    )
