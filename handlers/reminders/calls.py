"""What a person of the consult room has to do before a visit."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from handlers.booking.consult import consult
from handlers.contents import content_of
from handlers.desk import Desk
from handlers.reminders.visits import GONE, due_visit
from models.booking import Appointment
from models.conversation import DialogKind, Outgoing
from models.office import ConsultReason
from models.timetable import Due

_TAKEN: Final = ("M-MED-NONE", "M-MED-HELP")


async def call_key_patient(desk: Desk, due: Due, now: datetime) -> str:
    """Have a key patient phoned the day before, to learn how the illness has gone on (R115)."""
    appointment = await due_visit(due)
    if appointment is None:
        return GONE
    await _task(desk, appointment, ConsultReason.KEY_PATIENT, now)
    return "task made"


async def call_about_medicines(desk: Desk, due: Due, now: datetime) -> str:
    """Five days before a colonoscopy nobody has said which medicines are taken: ask by phone."""
    appointment = await due_visit(due)
    if appointment is None or await answered_about_medicines(appointment):
        return GONE
    await _task(desk, appointment, ConsultReason.MEDICINES, now)
    return "task made"


async def answered_about_medicines(appointment: Appointment) -> bool:
    """Tell whether the answer was taken: each answer is followed by a text that says so."""
    rows = Outgoing.filter(
        patient_id=appointment.patient_id,
        created_at__gte=appointment.booked_at,
        dialog__kind=DialogKind.APPOINTMENT,
    )
    return any(content_of(row).body.message in _TAKEN for row in await rows)


async def _task(desk: Desk, appointment: Appointment, reason: ConsultReason, now: datetime) -> None:
    """One a visit, wherever it is moved to while the task is open."""
    await consult(
        desk,
        reason,
        occurrence=f"{reason}:{appointment.id}:{appointment.version}",
        now=now,
        patient_id=appointment.patient_id,
        appointment_id=appointment.id,
    )
