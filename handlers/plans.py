"""A discharge becomes a plan: rounds with their days, or a coded reason why not (R014, R022)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.timing.rounds import day_number
from handlers.desk import Desk
from handlers.tasks import OPEN, stop_plan
from handlers.timers import DueKind, Timer, set_timer
from models.care import Encounter, FollowUpPlan, FollowUpTask, PlanStatus, TaskKind
from models.hospital import Department, FollowUpPolicy
from models.people import Patient
from models.unit import unit_of_work

DIED: Final = "F41"
READMITTED: Final = "F42"
SELECTIVE: Final = "F44"
AGAINST_ADVICE: Final = "4"
DEATH: Final = "5"
TRANSFERRED: Final = ("2", "3")


def exclusion_of(encounter: Encounter, patient: Patient, department: Department | None) -> str:
    """Return why a stay is not followed up, or nothing; it stays in the denominator (R022)."""
    if encounter.disposition == DEATH or patient.deceased_at is not None:
        return DIED
    selective = department is not None and department.follow_up_policy != FollowUpPolicy.ALL
    return SELECTIVE if selective else ""


def waits_for_release(encounter: Encounter) -> bool:
    """Tell whether a nurse must release the plan: who left against advice or to another house."""
    return encounter.disposition in (*TRANSFERRED, AGAINST_ADVICE)


def timers_of(task: FollowUpTask, now: datetime, *, begins: bool = True) -> Iterator[Timer]:
    """Give the timers of a round: when it begins, unless it is over already, and when it lapses.

    A round whose day has passed but whose deadline has not is due at once. That of a plan which
    waits for its release does not begin, but its time runs.
    """
    due, end = max(task.due_at, now), max(task.deadline_at, now)
    if begins and task.deadline_at > now:
        yield Timer(DueKind.BEGIN_ROUND, task.id, due, "1", task.version, task.deadline_at)
    yield Timer(DueKind.END_ROUND, task.id, end, "1", task.version)


async def set_timers(tasks: Sequence[FollowUpTask], now: datetime, *, begins: bool = True) -> None:
    """Set the timers of rounds."""
    for task in tasks:
        for timer in timers_of(task, now, begins=begins):
            await set_timer(timer)


def day_numbers(desk: Desk, tasks: Sequence[FollowUpTask], encounter: Encounter) -> str:
    """Write the days on which the rounds come, counted from the discharge: 3、8、25."""
    rounds = (task for task in tasks if task.kind is TaskKind.ROUND)
    days = [day_number(task.due_at, encounter.discharged_on, desk.hours) for task in rounds]
    return desk.words["and"].join(str(day) for day in days)


async def release(plan_id: UUID, staff_id: UUID | None, now: datetime) -> bool:
    """Let a plan that waited run, by a nurse or because the hospital corrected the discharge.

    False when it was not waiting.
    """

    async def work() -> bool:
        plan = await FollowUpPlan.get(id=plan_id)
        if plan.status is not PlanStatus.WAITING_RELEASE:
            return False
        plan.status, plan.released_at = PlanStatus.ACTIVE, now
        await FollowUpPlan.filter(id=plan.id).update(
            status=PlanStatus.ACTIVE, released_at=now, released_by_id=staff_id
        )
        await set_timers(await FollowUpTask.filter(plan_id=plan.id, status__in=OPEN), now)
        return True

    return await unit_of_work(work)


async def stop_for(encounter: Encounter, reason: str, now: datetime) -> None:
    """Stop the plan of a stay: the patient died, came back, or the discharge was withdrawn."""
    plan = await FollowUpPlan.get_or_none(encounter_id=encounter.id)
    if plan is not None:
        await stop_plan(plan, reason, now)
