"""The check-in deadline has passed: the patient is told, and after the grace the place is free."""

from __future__ import annotations

from datetime import datetime

from dialogs.appointments.events import Prompt
from handlers.booking.arrivals import release_late_place
from handlers.desk import Desk
from handlers.reminders.messages import tell
from handlers.reminders.visits import GONE, due_visit, may_be_reminded
from models.people import Patient
from models.timetable import Due


async def tell_late(desk: Desk, due: Due, now: datetime) -> str:
    """Ask who has not come by the deadline: on the way, another time, or not at all (R102)."""
    appointment = await due_visit(due)
    if appointment is None:
        return GONE
    if appointment.on_the_way_at is not None:
        return "on the way"
    patient: Patient = appointment.patient
    if patient.deceased_at is not None or not await may_be_reminded(desk, patient):
        return "not written to"
    told = await tell(desk, appointment, Prompt.LATE, "late", now, due.stops_at)
    return "sent" if told else "no address"


async def release_place(desk: Desk, due: Due, now: datetime) -> str:
    """Give the place up after the grace, unless its patient is on the way or here."""
    appointment = await due_visit(due)
    if appointment is None:
        return GONE
    if appointment.on_the_way_at is not None:
        return "on the way"
    await release_late_place(desk, appointment.id, now)
    return "released"
