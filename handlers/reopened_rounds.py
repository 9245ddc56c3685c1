"""Rounds that a stop has ended, open again: as far as their time is not over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dialogs.endings import OPTED_OUT
from handlers.matters import Matter
from handlers.plans import set_timers
from handlers.timers import DueKind, Timer, set_timer
from models.care import FollowUpPlan, FollowUpTask, PlanStatus, TaskStatus
from models.timetable import Due

_A_DAY: Final = timedelta(days=1)


async def reopen_rounds(matter: Matter, patients: Collection[UUID], stopped_at: datetime) -> None:
    """Open the rounds this stop ended, as far as their time is not over, and run their plans."""
    ended = FollowUpTask.filter(
        encounter__patient_id__in=list(patients),
        status=TaskStatus.CLOSED,
        reason=OPTED_OUT,
        closed_at=stopped_at,
        deadline_at__gt=matter.now,
    )
    for task in await ended.select_related("plan"):
        if await _run(task.plan):
            await _open(matter, task)
    if matter.task is not None:
        await matter.task.refresh_from_db()


async def _run(plan: FollowUpPlan) -> bool:
    """Let a plan go on as it stood: one that never had a timer still waits for its release."""
    if plan.status is PlanStatus.STOPPED and plan.stop_reason != OPTED_OUT:
        return False
    rounds = await FollowUpTask.filter(plan_id=plan.id).values_list("id", flat=True)
    # only a plan that runs has rounds that begin
    begun = Due.filter(subject__in=list(rounds), kind=DueKind.BEGIN_ROUND.value)
    ran = plan.released_at is not None or await begun.exists()
    status = PlanStatus.ACTIVE if ran else PlanStatus.WAITING_RELEASE
    await FollowUpPlan.filter(id=plan.id).update(status=status, stop_reason="")
    return True


async def _open(matter: Matter, task: FollowUpTask) -> None:
    asks = matter.task is not None and task.id == matter.task.id and not matter.state.closed
    task.status = TaskStatus.ANSWERING if asks else TaskStatus.PLANNED
    if task.phone_reason:
        task.status = TaskStatus.PHONE_LIST
    task.outcome, task.reason, task.closed_at = "", "", None
    # the timers of before were called off under their own version
    task.version += 1
    await task.save()
    plan = await FollowUpPlan.get(id=task.plan_id)
    if plan.status is PlanStatus.ACTIVE and task.status is TaskStatus.PLANNED:
        await set_timers([task], matter.now)
    elif task.status is TaskStatus.ANSWERING:
        await _plan_end(matter, task)


async def _plan_end(matter: Matter, task: FollowUpTask) -> None:
    """The question is asked again: a call the next day if no answer comes, and the deadline."""
    at = matter.desk.hours.next_allowed(
        matter.now + _A_DAY, elderly=False, clinical=True, calendar=matter.desk.calendar
    )
    if at < task.deadline_at:
        call = Timer(DueKind.CALL_ROUND, task.id, at, "1", task.version, task.deadline_at)
        await set_timer(call)
    await set_timer(Timer(DueKind.END_ROUND, task.id, task.deadline_at, "1", task.version))
