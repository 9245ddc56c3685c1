"""Messages that reached nobody: noted, and for some a person calls."""

from __future__ import annotations

from datetime import datetime

from dialogs.timing.spans import local
from handlers.booking.consult import consult
from handlers.casework.undelivered import note_untold
from handlers.desk import Desk
from handlers.matters import CHILD, age_on
from models.booking import Appointment, AppointmentStatus
from models.conversation import DeliveryClass, Outgoing
from models.office import ConsultReason
from models.people import Patient, RespondentRole, ResponderRole


async def note_unwritten(desk: Desk, appointment: Appointment, why: str, now: datetime) -> str:
    """Return the note for the timer; a key patient who cannot be written to is phoned (R115).

    A child nobody answers for is seen to once a visit: somebody finds out who is to be told.
    """
    if await _is_childs_alone(appointment, now):
        await _find_contact(desk, appointment, now)
        return f"{why}; no guardian on file"
    if not appointment.key_patient:
        return why
    await _call(desk, appointment, now)
    return f"{why}; to be phoned"


async def note_undelivered(desk: Desk, row: Outgoing, now: datetime) -> None:
    """See to a message about a visit or a case, in the unit of work that ended it unsent.

    What had to arrive (a stopped clinic), and any reminder of a key patient, is told by a person;
    of a visit that has changed since there is nothing to tell.
    """
    if row.appointment_id is None:
        await note_untold(desk, row, now)
        return
    appointment = await Appointment.get(id=row.appointment_id)
    if appointment.version != row.subject_version or appointment.starts_at <= now:
        return
    if appointment.status is not AppointmentStatus.BOOKED:
        return
    if row.delivery_class is DeliveryClass.A or appointment.key_patient:
        await _call(desk, appointment, now)


async def _is_childs_alone(appointment: Appointment, now: datetime) -> bool:
    """Tell whether the patient is a child, and no guardian is on file."""
    patient = await Patient.get(id=appointment.patient_id)
    age = age_on(patient, local(now).date().toordinal())
    if age is None or age >= CHILD:
        return False
    guardians = RespondentRole.filter(
        patient_id=patient.id, role=ResponderRole.GUARDIAN, active=True
    )
    return not await guardians.exists()


async def _find_contact(desk: Desk, appointment: Appointment, now: datetime) -> None:
    await consult(
        desk,
        ConsultReason.NO_CONTACT,
        occurrence=f"no_contact:{appointment.id}",
        now=now,
        patient_id=appointment.patient_id,
        appointment_id=appointment.id,
    )


async def _call(desk: Desk, appointment: Appointment, now: datetime) -> None:
    await consult(
        desk,
        ConsultReason.UNREACHED,
        occurrence=f"unreached:{appointment.id}:{appointment.version}",
        now=now,
        patient_id=appointment.patient_id,
        appointment_id=appointment.id,
    )
