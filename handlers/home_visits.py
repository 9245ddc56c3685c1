"""A visit at home: planned on the card with its day and why, closed with what came of it (R038)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from dialogs.timing.spans import local, moment
from handlers.scope import visible_stays, visible_tasks
from handlers.tasks import OPEN, PhoneReason, close_task, complete_task
from models.audit import append_entry
from models.care import Encounter, FollowUpPlan, FollowUpTask, TaskKind, TaskStatus
from models.hospital import StaffMember
from models.unit import lock, lock_row, unit_of_work

# rounds of the plan and what is planned otherwise have the numbers below
FIRST_NUMBER: Final = 301
_BEGINS: Final = time(8)
_LONGEST_NOTE: Final = 500
_MONTHS_AHEAD: Final = timedelta(days=180)


class VisitOutcome(StrEnum):
    """What came of a visit; the words are in console.toml."""

    VISITED = "visited"
    NOT_HOME = "not_home"
    DECLINED = "declined"


_REASONS: Final = {VisitOutcome.NOT_HOME: "F14", VisitOutcome.DECLINED: "F24"}


class VisitFault(StrEnum):
    """Why no visit was planned or closed; the words are among the refusals of console.toml."""

    NOT_FOUND = "not_allowed"
    REASON_NEEDED = "visit_reason_needed"
    DAY_NEEDED = "visit_day_needed"
    NO_PLAN = "no_plan"
    DONE_ALREADY = "done_already"
    NOTE_NEEDED = "visit_note_needed"


@dataclass(frozen=True, slots=True)
class HomeVisit:
    """When somebody is to be visited, and why."""

    day: date
    reason: str = field(repr=False)


async def plan_visit(
    patient_id: UUID, staff: StaffMember, visit: HomeVisit, now: datetime
) -> VisitFault | None:
    """Put a visit after the patient's last stay before the ward; None when it was planned."""
    if not visit.reason.strip():
        return VisitFault.REASON_NEEDED
    today = local(now).date()
    if not today <= visit.day <= today + _MONTHS_AHEAD:
        return VisitFault.DAY_NEEDED
    return await unit_of_work(lambda: _plan(patient_id, staff, visit, now))


async def close_visit(
    task_id: UUID, staff: StaffMember, outcome: VisitOutcome, note: str, now: datetime
) -> VisitFault | None:
    """End a visit with its outcome and what was seen; None when it was taken."""
    if not note.strip():
        return VisitFault.NOTE_NEEDED
    return await unit_of_work(lambda: _close(task_id, staff, outcome, note.strip(), now))


async def _plan(
    patient_id: UUID, staff: StaffMember, visit: HomeVisit, now: datetime
) -> VisitFault | None:
    stays = visible_stays(staff).filter(patient_id=patient_id, withdrawn_at__isnull=True)
    stay = await stays.order_by("-discharged_on").first()
    if stay is None:
        return VisitFault.NOT_FOUND
    plan = await lock(FollowUpPlan.filter(encounter_id=stay.id)).first()
    if plan is None:
        return VisitFault.NO_PLAN
    task = await _put_down(plan, stay, visit)
    await append_entry(
        now, staff.username, "visit.planned", subject_type="follow_up_task", subject=task.id
    )
    return None


async def _put_down(plan: FollowUpPlan, stay: Encounter, visit: HomeVisit) -> FollowUpTask:
    begins = moment(visit.day, _BEGINS)
    last = await FollowUpTask.filter(plan_id=plan.id, round__gte=FIRST_NUMBER).count()
    return await FollowUpTask.create(
        plan_id=plan.id,
        encounter_id=stay.id,
        kind=TaskKind.HOME_VISIT,
        round=FIRST_NUMBER + last,
        owner_role="nurse",
        due_at=begins,
        deadline_at=moment(visit.day + timedelta(days=1), time(0)),
        call_at=begins,
        status=TaskStatus.PHONE_LIST,
        phone_reason=PhoneReason.HOME_VISIT.value,
        reason_note=visit.reason.strip()[:_LONGEST_NOTE],
    )


async def _close(
    task_id: UUID, staff: StaffMember, outcome: VisitOutcome, note: str, now: datetime
) -> VisitFault | None:
    known = await visible_tasks(staff).get_or_none(id=task_id, kind=TaskKind.HOME_VISIT)
    if known is None:
        return VisitFault.NOT_FOUND
    task = await lock_row(known)
    if task.status not in OPEN:
        return VisitFault.DONE_ALREADY
    if outcome is VisitOutcome.VISITED:
        await complete_task(task, outcome.value, now)
    else:
        await close_task(task, outcome.value, _REASONS[outcome], now)
    why = f"{task.reason_note}\n{note}" if task.reason_note else note
    await FollowUpTask.filter(id=task.id).update(
        closed_by_id=staff.id, reason_note=why[:_LONGEST_NOTE]
    )
    await append_entry(
        now,
        staff.username,
        f"visit.{outcome}",
        subject_type="follow_up_task",
        subject=task.id,
        reason=_REASONS.get(outcome, ""),
    )
    return None
