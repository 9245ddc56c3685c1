"""Recalling who did not come for review: the doctor's 回访单, a message and a task (R090)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from dialogs.appointments.events import Prompt, Prompted
from handlers.appointments.prompting import prompt
from handlers.booking.consult import consult
from handlers.desk import Desk
from handlers.reminders.reviews import booked_review, clinic_of, end_reviews
from handlers.reminders.visits import may_be_reminded
from handlers.timers import DueKind
from models.audit import append_entry
from models.booking import Appointment, AppointmentStatus, Clinic
from models.care import Encounter
from models.office import ConsultReason, ConsultStatus, ConsultTask
from models.people import Patient
from models.timetable import Due, DueStatus
from models.unit import unit_of_work


@dataclass(frozen=True, slots=True)
class Recall:
    """Who should have come, when, and whose patient it is; the stay or the clinic if known.

    `remark` is what the doctor tells the consult room, never the patient.
    """

    patient_id: UUID
    on: date
    doctor: str = ""
    encounter_id: UUID | None = None
    clinic_id: UUID | None = None
    remark: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Recalled:
    """What came of it: the consult room's task, none where no call is due; told by message.

    `known`: the same review was recalled before, and nothing was done again.
    """

    task: ConsultTask | None = None
    told: bool = False
    booked: bool = False
    deceased: bool = False
    known: bool = False


async def recall(desk: Desk, wanted: Recall, by: str, now: datetime) -> Recalled:
    """Write to the patient at once and put the 回访单 before the consult room, once a review.

    Nobody is recalled who has booked by now, nor after a death.
    """
    return await unit_of_work(lambda: _recall(desk, wanted, by, now))


async def _recall(desk: Desk, wanted: Recall, by: str, now: datetime) -> Recalled:
    patient = await Patient.get(id=wanted.patient_id)
    if patient.deceased_at is not None:
        return Recalled(deceased=True)
    stay = await Encounter.get_or_none(id=wanted.encounter_id)
    if await _is_booked(wanted, stay, now):
        return Recalled(booked=True)
    occurrence = f"recall:{patient.id}:{wanted.on.isoformat()}"
    before = await ConsultTask.get_or_none(occurrence=occurrence)
    if before is not None:
        return Recalled(before, known=True)
    told = await may_be_reminded(desk, patient) and await prompt(
        desk,
        await _prompted(wanted, stay, now),
        patient.id,
        now,
        occurrence=occurrence,
    )
    task = await consult(
        desk,
        ConsultReason.NO_REVIEW,
        occurrence=occurrence,
        now=now,
        patient_id=patient.id,
        encounter_id=wanted.encounter_id,
        note=wanted.remark,
    )
    await append_entry(now, by, "recalled", subject_type="patient", subject=patient.id)
    return Recalled(task, told)


async def note_reviewed_elsewhere(patient_id: UUID, now: datetime) -> int:
    """End the recalls of a patient who was examined elsewhere; returns how many tasks were open."""
    again = Due.filter(kind=DueKind.REMIND_AGAIN, subject=patient_id, status=DueStatus.PENDING)
    await again.update(status=DueStatus.SKIPPED, result="elsewhere", done_at=now)
    await end_reviews(patient_id, now)
    tasks = ConsultTask.filter(patient_id=patient_id, reason=ConsultReason.NO_REVIEW)
    return await tasks.exclude(status=ConsultStatus.DONE).update(
        status=ConsultStatus.DONE, outcome="elsewhere", closed_at=now
    )


async def _is_booked(wanted: Recall, stay: Encounter | None, now: datetime) -> bool:
    """Where nothing says which clinic it was, any visit to come may be the review."""
    if stay is not None and await booked_review(stay, now):
        return True
    visits = Appointment.filter(
        patient_id=wanted.patient_id, status=AppointmentStatus.BOOKED, starts_at__gt=now
    )
    if wanted.clinic_id is not None:
        return await visits.filter(clinic_id=wanted.clinic_id).exists()
    return stay is None and await visits.exists()


async def _prompted(wanted: Recall, stay: Encounter | None, now: datetime) -> Prompted:
    clinic = await Clinic.get_or_none(id=wanted.clinic_id)
    if clinic is None and stay is not None:
        clinic = await clinic_of(stay)
    return Prompted(
        now,
        Prompt.RECALL,
        patient=str(wanted.patient_id),
        clinic=str(clinic.id) if clinic else "",
        clinic_name=clinic.name if clinic else "",
        doctor=wanted.doctor,
        on=wanted.on,
    )
