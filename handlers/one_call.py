"""One call about one patient: all the rounds that wait for it are asked in it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from handlers.scope import visible_tasks
from handlers.tasks import OPEN
from models.care import Encounter, FollowUpTask, PlanStatus, TaskKind, TaskStatus
from models.hospital import StaffMember
from models.row import related
from models.unit import lock


def to_call(staff: StaffMember, now: datetime) -> QuerySet[FollowUpTask]:
    """Select what somebody has to call about: on the list, or at an hour that was agreed on."""
    wanted = Q(status=TaskStatus.PHONE_LIST) | Q(call_at__lte=now, status__in=OPEN)
    rows = visible_tasks(staff).filter(wanted, encounter__withdrawn_at__isnull=True)
    return rows.exclude(plan__status=PlanStatus.PAUSED)


async def asked_with(task: FollowUpTask, staff: StaffMember, now: datetime) -> list[FollowUpTask]:
    """Return the other rounds the same call is to ask about; a visit at home is no call."""
    if task.kind is TaskKind.HOME_VISIT:
        return []
    stay: Encounter = await related(task, "encounter")
    rows = to_call(staff, now).filter(encounter__patient_id=stay.patient_id)
    return await rows.exclude(id=task.id).exclude(kind=TaskKind.HOME_VISIT).order_by("round", "id")


async def lock_call(
    task_id: UUID, staff: StaffMember, now: datetime
) -> tuple[FollowUpTask, list[FollowUpTask]]:
    """Lock a round and those the same call is about, in one order for all who call."""
    task = await FollowUpTask.get(id=task_id)
    ids = [task.id, *(other.id for other in await asked_with(task, staff, now))]
    rows = await lock(FollowUpTask.filter(id__in=ids).order_by("id"))
    own = next(row for row in rows if row.id == task_id)
    return own, [row for row in rows if row.id != task_id]
