"""The visit a timer is about, if it is still to come just as it was when the timer was set."""

from __future__ import annotations

from typing import Final

from handlers.desk import Desk
from models.booking import Appointment, AppointmentStatus
from models.people import Consent, ConsentPurpose, Patient
from models.timetable import Due

GONE: Final = "no longer due"


async def due_visit(due: Due) -> Appointment | None:
    """Load the visit of a timer; None when it was moved or given up, or the patient came.

    Nothing is locked: whoever writes to a patient locks the conversation first, and what goes out
    is compared with the visit once more when it is sent. What its texts tell of comes with it.
    """
    rows = Appointment.filter(id=due.subject).select_related("patient", "clinic", "session")
    appointment = await rows.get_or_none()
    if appointment is None or appointment.version != due.version:
        return None
    return appointment if appointment.status is AppointmentStatus.BOOKED else None


async def may_be_reminded(desk: Desk, patient: Patient) -> bool:
    """Tell whether reminders may be sent: the newest answer about them, else the legal basis.

    A purpose of its own, apart from following up (PIPL 14 and 29).
    """
    rows = Consent.filter(patient_id=patient.id, purpose=ConsentPurpose.REMINDER)
    newest = await rows.order_by("-at").first()
    if newest is None:
        return bool(desk.legal_basis)
    return newest.granted and newest.withdrawn_at is None
