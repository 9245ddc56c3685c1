"""Setting and dropping the timers of an appointment; each version has its own (F21)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dialogs.timing.ladder import Course, Rung, Step, ladder, next_open
from dialogs.timing.spans import local
from handlers.booking.rules import rules_of
from handlers.desk import Desk
from handlers.timers import DueKind, Timer, drop_timers, set_timer
from models.booking import Appointment, AppointmentStatus, BookingSource, Clinic
from models.people import Patient

KINDS: Final = {
    Rung.BOOKED: DueKind.CONFIRM_BOOKING,
    Rung.CONFIRM: DueKind.ASK_TO_CONFIRM,
    Rung.KEY_CALL: DueKind.CALL_KEY_PATIENT,
    Rung.TOMORROW: DueKind.REMIND_OF_TOMORROW,
    Rung.TODAY: DueKind.REMIND_OF_TODAY,
    Rung.LATE: DueKind.TELL_LATE,
    Rung.RELEASE: DueKind.RELEASE_PLACE,
    Rung.NO_SHOW: DueKind.CONTACT_NO_SHOW,
}
# a booking made in the chat has been confirmed by the answer already
_ELSEWHERE: Final = (BookingSource.PHONE, BookingSource.ON_SITE, BookingSource.IMPORT)


async def plan_ladder(desk: Desk, appointment: Appointment, now: datetime) -> None:
    """Set the timers of this version of an appointment; those of versions before are dropped.

    Called in the unit of work that booked or moved it.
    """
    await drop_timers(appointment.id, now, "changed")
    if appointment.status is not AppointmentStatus.BOOKED:
        return
    for step in await _steps(desk, appointment, now):
        timer = Timer(
            KINDS[step.rung],
            appointment.id,
            step.at,
            version=appointment.version,
            stops_at=step.until,
        )
        await set_timer(timer)


async def drop_ladder(appointment: Appointment, now: datetime) -> None:
    """Call off everything that was still to come: it was cancelled, or the patient is here."""
    await drop_timers(appointment.id, now, appointment.status.value)


async def _steps(desk: Desk, appointment: Appointment, now: datetime) -> tuple[Step, ...]:
    course = await course_of(desk, appointment)
    steps = ladder(course, now, desk.hours)
    told = _confirmation(desk, appointment, course, now)
    return (told, *steps) if told else steps


def _confirmation(
    desk: Desk, appointment: Appointment, course: Course, now: datetime
) -> Step | None:
    """At once, in the hours people are written to, and while the visit is still to come."""
    if appointment.version > 1 or appointment.source not in _ELSEWHERE:
        return None
    at = next_open(now, desk.hours, elderly=False)
    return Step(Rung.BOOKED, at, course.starts) if at < course.starts else None


async def course_of(desk: Desk, appointment: Appointment) -> Course:
    """Say what the ladder of an appointment goes by."""
    clinic = await Clinic.get(id=appointment.clinic_id)
    patient = await Patient.get(id=appointment.patient_id)
    rules = rules_of(clinic)
    day = local(appointment.starts_at).date()
    return Course(
        starts=appointment.starts_at,
        check_in_by=appointment.check_in_by,
        free_until=appointment.free_until,
        grace_minutes=rules.grace_minutes,
        elderly=desk.hours.is_elderly(patient.birth_date, day),
        key_patient=appointment.key_patient,
    )
