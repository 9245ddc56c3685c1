"""A phone has just been bound: a word of welcome, and the round that waited for it (R016)."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.actions import Say
from handlers.conversation_lock import conversation_of
from handlers.desk import Desk
from handlers.outgoing import Draft, write
from handlers.plans import day_numbers, set_timers
from handlers.tasks import PhoneReason
from models.care import (
    BedsideSlip,
    Encounter,
    FollowUpPlan,
    FollowUpTask,
    PlanStatus,
    TaskStatus,
)
from models.conversation import OutgoingPurpose
from models.people import ContactPoint, Patient
from models.unit import unit_of_work

WENT_HOME: Final = "1"
_WAITED_FOR_A_PHONE: Final = (
    PhoneReason.UNOPENED_SLIP,
    PhoneReason.UNPROVEN,
    PhoneReason.NO_PHONE,
)


async def welcome(desk: Desk, contact_point_id: UUID, now: datetime) -> None:
    """Greet whoever bound this address, and begin what could not begin without it."""
    await unit_of_work(lambda: _welcome(desk, contact_point_id, now))


async def _welcome(desk: Desk, contact_point_id: UUID, now: datetime) -> None:
    point = await ContactPoint.get(id=contact_point_id)
    for slip in await BedsideSlip.filter(contact_point_id=point.id):
        plan = await FollowUpPlan.get_or_none(encounter_id=slip.encounter_id)
        if plan is None or plan.status is not PlanStatus.ACTIVE:
            continue
        await _greet(desk, point, plan, now)
        await _take_up(plan, now)


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
        channel=point.system.value,
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
