"""Setting and dropping the timers of an appointment; each version has its own (F21)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dialogs.timing.booking import BookingRules
from dialogs.timing.ladder import Course, Rung, Step, ladder, next_open
from dialogs.timing.spans import local
from handlers.booking.rules import rules_of
from handlers.desk import Desk
from handlers.timers import DueKind, Timer, drop_timers, set_timers
from models.booking import Appointment, AppointmentStatus, BookingSource
from models.office import DayList
from models.people import Patient
from models.row import related

KINDS: Final = {
    Rung.BOOKED: DueKind.CONFIRM_BOOKING,
    Rung.CONFIRM: DueKind.ASK_TO_CONFIRM,
    Rung.KEY_CALL: DueKind.CALL_KEY_PATIENT,
    Rung.MEDICINES_CALL: DueKind.CALL_ABOUT_MEDICINES,
    Rung.TOMORROW: DueKind.REMIND_OF_TOMORROW,
    Rung.EVENING: DueKind.REMIND_IN_THE_EVENING,
    Rung.TODAY: DueKind.REMIND_OF_TODAY,
    Rung.LATE: DueKind.TELL_LATE,
    Rung.RELEASE: DueKind.RELEASE_PLACE,
    Rung.NO_SHOW: DueKind.CONTACT_NO_SHOW,
}
# the preparation that needs to know which medicines are taken
COLONOSCOPY: Final = "M-PREP-COLO"
# the tag of who missed a visit because it was forgotten (2.11)
FORGETS: Final = "forgets"
_TOGETHER: Final = timedelta(minutes=5)
# a booking made in the chat has been confirmed by the answer already
_ELSEWHERE: Final = (BookingSource.PHONE, BookingSource.ON_SITE, BookingSource.IMPORT)


async def plan_ladder(desk: Desk, appointment: Appointment, now: datetime) -> None:
    """Set the timers of this version of an appointment; those of versions before are dropped.

    Called in the unit of work that booked or moved it.
    """
    await drop_timers(appointment.id, now, "changed")
    await set_timers(timers_of(desk, appointment, await course_of(desk, appointment), now))
    await note_change(now)


def timers_of(
    desk: Desk, appointment: Appointment, course: Course, now: datetime
) -> tuple[Timer, ...]:
    """Lay out the timers of this version; an import writes those of many visits at once."""
    return tuple(
        Timer(
            KINDS[step.rung],
            appointment.id,
            step.at,
            version=appointment.version,
            stops_at=step.until,
        )
        for step in _steps(desk, appointment, course, now)
    )


def _steps(desk: Desk, appointment: Appointment, course: Course, now: datetime) -> tuple[Step, ...]:
    """Everything for who is expected; for who was listed as missing only the question why."""
    steps = ladder(course, now, desk.hours)
    if appointment.status is AppointmentStatus.NO_SHOW:
        return tuple(step for step in steps if step.rung is Rung.NO_SHOW)
    if appointment.status is not AppointmentStatus.BOOKED:
        return ()
    told = _confirmation(desk, appointment, course, now)
    return (told, *steps) if told else steps


async def drop_ladder(appointment: Appointment, now: datetime) -> None:
    """Call off everything that was still to come: it was cancelled, or the patient is here."""
    await drop_timers(appointment.id, now, appointment.status.value)
    await note_change(now)


async def note_change(now: datetime) -> None:
    """Have the lists that are already out compared with the book, in five minutes at most (R100).

    Many changes at once, as an import brings, are one delta.
    """
    at = now - timedelta(minutes=now.minute % 5, seconds=now.second) + _TOGETHER
    frozen = DayList.filter(day__gte=local(now).date())
    lists = await frozen.values_list("id", flat=True)
    name = f"{at:%Y%m%d%H%M}"
    await set_timers(Timer(DueKind.TELL_DELTA, UUID(str(key)), at, name) for key in lists)


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
    clinic = await related(appointment, "clinic")
    patient = await related(appointment, "patient")
    return course_for(desk, appointment, rules_of(clinic), patient, preparation=clinic.preparation)


def course_for(
    desk: Desk,
    appointment: Appointment,
    rules: BookingRules,
    patient: Patient,
    *,
    preparation: str = "",
) -> Course:
    """Say the same where rules and patient are at hand."""
    day = local(appointment.starts_at).date()
    return Course(
        starts=appointment.starts_at,
        check_in_by=appointment.check_in_by,
        free_until=appointment.free_until,
        grace_minutes=rules.grace_minutes,
        confirm_hours=rules.confirm_hours_before,
        elderly=desk.hours.is_elderly(patient.birth_date, day),
        key_patient=appointment.key_patient,
        forgets=FORGETS in patient.tags,
        asks_medicines=preparation == COLONOSCOPY,
    )
