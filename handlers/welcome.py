"""A phone has just been bound: a word of welcome, and what waited for it (R016, R085)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dialogs.actions import Say
from dialogs.appointments.events import Prompt
from dialogs.timing import local
from handlers.conversation_lock import conversation_of
from handlers.desk import Desk
from handlers.outgoing import Draft, write
from handlers.plans import day_numbers, set_timers
from handlers.reach import who_is_asked
from handlers.reminders.messages import tell
from handlers.tasks import PhoneReason
from handlers.timers import DueKind, Timer
from models.booking import Appointment, AppointmentStatus, VisitSlip
from models.care import (
    BedsideSlip,
    Encounter,
    FollowUpPlan,
    FollowUpTask,
    PlanStatus,
    TaskStatus,
)
from models.conversation import Conversation, Outgoing, OutgoingPurpose
from models.people import ContactPoint, Patient
from models.timetable import Due
from models.unit import unit_of_work

WENT_HOME: Final = "1"
_KEPT: Final = timedelta(days=1)
_WAITED_FOR_A_PHONE: Final = (
    PhoneReason.UNOPENED_SLIP,
    PhoneReason.UNPROVEN,
    PhoneReason.NO_PHONE,
)


async def welcome(desk: Desk, contact_point_id: UUID, now: datetime) -> None:
    """Greet whoever bound this address, and begin what could not begin without it."""
    await unit_of_work(lambda: _welcome(desk, contact_point_id, now))


def greeting_timer(desk: Desk, stay_id: UUID, patient: Patient, now: datetime) -> Timer:
    """Greet at the next hour of contact: lists come in before people are up."""
    elderly = desk.hours.is_elderly(patient.birth_date, local(now).date())
    at = desk.hours.next_allowed(now, elderly=elderly, clinical=False, calendar=desk.calendar)
    return Timer(DueKind.GREET, stay_id, at, stops_at=at + _KEPT)


async def greet_at_home(desk: Desk, due: Due, now: datetime) -> str:
    """Greet whoever bound a phone at the bedside, now that the discharge has come true (R004)."""
    plan = await FollowUpPlan.get_or_none(encounter_id=due.subject)
    if plan is None or plan.status is not PlanStatus.ACTIVE:
        return "no plan runs"
    points = await _bound_in_bed(due.subject, now)
    for point in points:
        await _greet(desk, point, plan, now)
    return f"{len(points)} greeted"


async def _bound_in_bed(stay_id: UUID, now: datetime) -> list[ContactPoint]:
    stay = await Encounter.get(id=stay_id).prefetch_related("patient")
    asked = await who_is_asked(stay.patient, local(now).date())
    slips = BedsideSlip.filter(encounter_id=stay_id, contact_point_id__isnull=False)
    return await ContactPoint.filter(
        id__in=await slips.values_list("contact_point_id", flat=True),
        respondent_id__in=[role.respondent_id for role in asked],
        opted_out_at__isnull=True,
        wrong_at__isnull=True,
    )


async def _welcome(desk: Desk, contact_point_id: UUID, now: datetime) -> None:
    point = await ContactPoint.get(id=contact_point_id)
    conversation = await conversation_of(point.respondent_id)
    for slip in await BedsideSlip.filter(contact_point_id=point.id):
        plan = await FollowUpPlan.get_or_none(encounter_id=slip.encounter_id)
        if plan is None or plan.status is not PlanStatus.ACTIVE:
            continue
        await _greet(desk, point, plan, now)
        await _take_up(plan, now)
    await _confirm_visits(desk, point, conversation, now)


async def _confirm_visits(
    desk: Desk, point: ContactPoint, conversation: Conversation, now: datetime
) -> None:
    """Confirm what was booked while nobody could be written to, each visit once.

    Who hears from us for the first time is told who we are before it.
    """
    slips = await VisitSlip.filter(contact_point_id=point.id).prefetch_related("appointment")
    for slip in sorted(slips, key=lambda one: one.appointment.starts_at):
        visit: Appointment = slip.appointment
        if await Outgoing.exists(occurrence__startswith=f"remind:booked:{visit.id}:"):
            continue
        await conversation.refresh_from_db()
        if not conversation.position:
            await _say_who_we_are(conversation, point, visit, now)
        if visit.status is AppointmentStatus.BOOKED and visit.starts_at > now:
            await tell(desk, visit, Prompt.BOOKED, "booked", now, None, asked_by=point)


async def _say_who_we_are(
    conversation: Conversation, point: ContactPoint, visit: Appointment, now: datetime
) -> None:
    draft = Draft(
        Say("M-CARD-HELLO"),
        occurrence=f"welcome:{visit.id}:{point.id}",
        contact_point_id=point.id,
        channel=point.system.channel,
        patient_id=visit.patient_id,
        appointment_id=visit.id,
        subject_version=visit.version,
    )
    await write(conversation, draft, {}, now)


async def _greet(desk: Desk, point: ContactPoint, plan: FollowUpPlan, now: datetime) -> None:
    stay = await Encounter.get(id=plan.encounter_id)
    patient = await Patient.get(id=stay.patient_id)
    tasks = await FollowUpTask.filter(plan_id=plan.id).order_by("round")
    conversation = await conversation_of(point.respondent_id)
    draft = Draft(
        Say(greeting_for(stay, patient)),
        occurrence=f"welcome:{stay.id}:{point.id}",
        purpose=OutgoingPurpose.REPLY,
        contact_point_id=point.id,
        channel=point.system.channel,
        task_id=tasks[0].id,
        patient_id=patient.id,
    )
    await write(conversation, draft, {"days": day_numbers(desk, tasks, stay)}, now)


def greeting_for(stay: Encounter, patient: Patient) -> str:
    """Congratulate only who went home as the doctor advised and may be congratulated (2.0)."""
    spared = patient.protective_disclosure or patient.palliative
    return "M-DUP" if stay.disposition == WENT_HOME and not spared else "M-DUP-N"


async def _take_up(plan: FollowUpPlan, now: datetime) -> None:
    waiting = FollowUpTask.filter(
        plan_id=plan.id,
        status=TaskStatus.PHONE_LIST,
        phone_reason__in=[reason.value for reason in _WAITED_FOR_A_PHONE],
        deadline_at__gt=now,
    )
    for task in await waiting:
        task.status, task.phone_reason = TaskStatus.PLANNED, ""
        task.version += 1
        await task.save(update_fields=["status", "phone_reason", "version"])
        await set_timers([task], now)
