"""After a death the book is cleared without breach, and nobody is written to about it."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from handlers.booking.actor import SYSTEM, Actor
from handlers.booking.cancellations import cancel
from handlers.desk import Desk
from handlers.timers import DueKind, Timer, set_timer
from models.booking import Appointment, AppointmentStatus, WaitingEntry, WaitingStatus
from models.people import Patient
from models.timetable import Due

DECEASED: Final = "deceased"


def death_timer(patient_id: UUID, now: datetime) -> Timer:
    """Return the timer that clears the book; it has no hurry beyond the next tick."""
    return Timer(DueKind.CLEAR_AFTER_DEATH, patient_id, now, now.isoformat())


async def note_in_book(patient_id: UUID, now: datetime) -> None:
    """Have the book cleared of a patient who has died."""
    await set_timer(death_timer(patient_id, now))


async def clear_after_death(desk: Desk, due: Due, now: datetime) -> str:
    """Give up the visits to come and the places waited for; the timer's use case.

    A death that was taken back meanwhile clears nothing.
    """
    patient = await Patient.get(id=due.subject)
    if patient.deceased_at is None:
        return "taken back"
    booked = Appointment.filter(patient_id=patient.id, status=AppointmentStatus.BOOKED)
    visits = await booked.order_by("id")
    for visit in visits:
        await cancel(desk, visit.id, Actor(SYSTEM), now, reason=DECEASED)
    waiting = WaitingEntry.filter(
        patient_id=patient.id, status__in=(WaitingStatus.WAITING, WaitingStatus.OFFERED)
    )
    await waiting.update(status=WaitingStatus.WITHDRAWN, ended_at=now)
    return f"{len(visits)} given up"
