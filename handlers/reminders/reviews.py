"""Reminding of the review a discharge ordered: three days and one day before (R082, R133)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from tortoise.expressions import Q

from dialogs.actions import Say
from dialogs.appointments.events import Prompt, Prompted
from dialogs.timing.ladder import MORNING_RUN
from dialogs.timing.spans import local, moment
from dialogs.timing.words import date_text, weekday_text
from handlers.appointments.addresses import address_of
from handlers.appointments.prompting import prompt
from handlers.conversation_lock import conversation_of
from handlers.desk import Desk
from handlers.outgoing import Draft, write
from handlers.reminders.visits import GONE, may_be_reminded
from handlers.timers import DueKind, Timer, occurrence_of, set_timer
from models.booking import Appointment, AppointmentStatus, Clinic
from models.care import Encounter
from models.conversation import OutgoingPurpose
from models.hospital import Department
from models.people import Patient
from models.timetable import Due, DueStatus

DAYS_BEFORE: Final = (3, 1)
_DIED: Final = "5"
_NEAR: Final = timedelta(days=7)


async def plan_reviews(desk: Desk, day: date, now: datetime) -> int:
    """Set today's reminders of reviews; returns how many stays they are about."""
    days = [day + timedelta(days=ahead) for ahead in DAYS_BEFORE]
    stays = Encounter.filter(review_on__in=days, withdrawn_at__isnull=True, expected=False)
    rows = await stays.exclude(disposition=_DIED).prefetch_related("patient")
    for stay in rows:
        await _plan(desk, stay, await stay.patient, day, now)
    return len(rows)


async def _plan(desk: Desk, stay: Encounter, patient: Patient, day: date, now: datetime) -> None:
    """At 08:30, the elderly in their morning; not on a festival, nor after the review's eve."""
    if patient.deceased_at is not None or stay.review_on is None:
        return
    elderly = desk.hours.is_elderly(patient.birth_date, day)
    earliest = max(now, moment(day, MORNING_RUN))
    at = desk.hours.next_allowed(earliest, elderly=elderly, clinical=True, calendar=desk.calendar)
    until = moment(stay.review_on, time())
    occurrence = f"{stay.review_on.isoformat()}:{(stay.review_on - day).days}"
    kind = DueKind.REMIND_OF_REVIEW
    if at < until:
        await set_timer(Timer(kind, stay.id, at, occurrence, stops_at=until))


async def end_reviews(patient_id: UUID, now: datetime) -> None:
    """Remind of no review to come any more: the patient says it has been.

    The last reminder is set on its own day; it is set here and called off, so that it stays so.
    """
    stays = Encounter.filter(patient_id=patient_id, review_on__gt=local(now).date())
    kind = DueKind.REMIND_OF_REVIEW
    for stay in await stays:
        if stay.review_on is None:
            continue
        for ahead in DAYS_BEFORE:
            at = moment(stay.review_on - timedelta(days=ahead), MORNING_RUN)
            await set_timer(Timer(kind, stay.id, at, f"{stay.review_on.isoformat()}:{ahead}"))
        rows = Due.filter(kind=kind, subject=stay.id, status=DueStatus.PENDING)
        await rows.update(status=DueStatus.SKIPPED, result="elsewhere", done_at=now)


async def remind_of_review(desk: Desk, due: Due, now: datetime) -> str:
    """Offer to book the review; who has booked it is reminded of that instead."""
    stay = await Encounter.get(id=due.subject)
    on, _, ahead = occurrence_of(due).partition(":")
    if stay.review_on is None or stay.review_on.isoformat() != on or stay.withdrawn_at:
        return GONE
    patient = await Patient.get(id=stay.patient_id)
    if patient.deceased_at is not None or not await may_be_reminded(desk, patient):
        return "not written to"
    booked = await booked_review(stay, now)
    if booked is not None:
        return await _remind_of_booking(desk, stay, patient, booked, due, now)
    told = await _offer(desk, stay, f"review:{stay.id}:{on}:{ahead}", due.stops_at, now)
    return "offered" if told else "no address"


async def booked_review(stay: Encounter, now: datetime) -> Appointment | None:
    """Return the visit that is the review of a stay: noted as such, or near it in its clinic."""
    visits = Appointment.filter(
        patient_id=stay.patient_id, status=AppointmentStatus.BOOKED, starts_at__gt=now
    )
    same = Q(encounter_id=stay.id)
    if stay.review_on is not None:
        morning = moment(stay.review_on, time())
        near = Q(starts_at__gte=morning - _NEAR, starts_at__lt=morning + _NEAR)
        same |= near & Q(clinic__department_id=stay.department_id)
    return await visits.filter(same).order_by("starts_at").first()


async def _offer(
    desk: Desk, stay: Encounter, occurrence: str, expires_at: datetime | None, now: datetime
) -> bool:
    clinic = await clinic_of(stay)
    prompted = Prompted(
        now,
        Prompt.REVIEW,
        patient=str(stay.patient_id),
        clinic=str(clinic.id) if clinic else "",
        clinic_name=clinic.name if clinic else await _ward(stay),
        on=stay.review_on,
    )
    return await prompt(
        desk, prompted, stay.patient_id, now, occurrence=occurrence, expires_at=expires_at
    )


async def _ward(stay: Encounter) -> str:
    """Name the ward, unless its name tells too much."""
    department = await Department.get_or_none(id=stay.department_id)
    return "" if department is None or department.neutral else department.name


async def clinic_of(stay: Encounter) -> Clinic | None:
    """Return the clinic of the ward that sent the patient home, if it has exactly one."""
    if stay.department_id is None:
        return None
    found = await Clinic.filter(department_id=stay.department_id, active=True).limit(2)
    return found[0] if len(found) == 1 else None


async def _remind_of_booking(
    desk: Desk,
    stay: Encounter,
    patient: Patient,
    booked: Appointment,
    due: Due,
    now: datetime,
) -> str:
    """From the day before on the visit's own ladder speaks; before it, say what is booked."""
    wall = local(booked.starts_at)
    if wall.date() <= local(now).date() + timedelta(days=1):
        return "the visit reminds"
    address = await address_of(desk, patient, now)
    if address is None:
        return "no address"
    conversation = await conversation_of(address.respondent_id)
    draft = Draft(
        await _said(desk, booked, wall),
        occurrence=f"remind:review:{booked.id}:{booked.version}:{stay.review_on}",
        purpose=OutgoingPurpose.REMINDER,
        expires_at=due.stops_at,
        contact_point_id=address.id,
        channel=address.system.channel,
        patient_id=patient.id,
        appointment_id=booked.id,
        subject_version=booked.version,
    )
    await write(conversation, draft, {}, now)
    return "reminded of the visit"


async def _said(desk: Desk, booked: Appointment, wall: datetime) -> Say:
    clinic = await Clinic.get(id=booked.clinic_id)
    return Say(
        "M-REV-BOOKED",
        {
            "date": date_text(wall.date(), language=desk.language),
            "dow": weekday_text(wall.date(), language=desk.language),
            "time": f"{wall.hour}:{wall.minute:02}",
            "clinic": f"{clinic.name} {booked.doctor}".strip(),
        },
    )


async def remind_again_at(prompt_: Prompt, patient_id: UUID, clinic: str, at: datetime) -> None:
    """Note that the patient asked for the review or recall to be brought up again."""
    occurrence = f"{prompt_.value}:{clinic}:{at:%Y%m%d%H%M}"
    await set_timer(Timer(DueKind.REMIND_AGAIN, patient_id, at, occurrence))


async def remind_again(desk: Desk, due: Due, now: datetime) -> str:
    """Bring a review or recall up again, unless a visit has been booked meanwhile."""
    name, clinic_id, at = occurrence_of(due).split(":")
    visits = Appointment.filter(patient_id=due.subject, status=AppointmentStatus.BOOKED)
    if await visits.filter(starts_at__gt=now).exists():
        return "booked meanwhile"
    clinic = await Clinic.get_or_none(id=UUID(clinic_id)) if clinic_id else None
    prompted = Prompted(
        now,
        Prompt(name),
        patient=str(due.subject),
        clinic=clinic_id,
        clinic_name=clinic.name if clinic else "",
    )
    occurrence = f"again:{name}:{due.subject}:{at}"
    told = await prompt(desk, prompted, due.subject, now, occurrence=occurrence)
    return "sent" if told else "no address"
