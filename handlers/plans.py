"""A discharge becomes a plan: rounds with their days, or a coded reason why not (R014, R022)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.timing.rounds import (
    ONE_THREE_SEVEN,
    THREE_ROUNDS,
    RoundTiming,
    Schedule,
    day_number,
    schedule,
)
from handlers.desk import Desk
from handlers.tasks import stop_plan
from handlers.timers import DueKind, Timer, set_timer
from models.care import Encounter, FollowUpPlan, FollowUpTask, PlanStatus, TaskStatus
from models.hospital import Department, FollowUpPolicy
from models.people import Patient
from models.unit import unit_of_work

DIED: Final = "F41"
READMITTED: Final = "F42"
SELECTIVE: Final = "F44"
AGAINST_ADVICE: Final = "4"
DEATH: Final = "5"
HAND_FOOT_MOUTH: Final = "B08.4"


@dataclass(frozen=True, slots=True)
class Template:
    """A plan as data: its name and its rounds."""

    name: str
    rounds: tuple[RoundTiming, ...]


PLANS: Final = {
    "three_rounds": Template("three_rounds", THREE_ROUNDS),
    "one_three_seven": Template("one_three_seven", ONE_THREE_SEVEN),
}


def exclusion_of(encounter: Encounter, patient: Patient, department: Department | None) -> str:
    """Return why a stay is not followed up, or nothing; it stays in the denominator (R022)."""
    if encounter.disposition == DEATH or patient.deceased_at is not None:
        return DIED
    selective = department is not None and department.follow_up_policy != FollowUpPolicy.ALL
    return SELECTIVE if selective else ""


def template_for(desk: Desk, encounter: Encounter) -> Template:
    """Choose the plan: hand, foot and mouth disease has its own (R020)."""
    if encounter.diagnosis_code.startswith(HAND_FOOT_MOUTH):
        return PLANS["one_three_seven"]
    return PLANS[desk.plan]


def laid_out(
    desk: Desk, timing: RoundTiming, encounter: Encounter, patient: Patient, key: str
) -> Schedule:
    """Lay one round on the hospital's calendar."""
    elderly = desk.hours.is_elderly(patient.birth_date, encounter.discharged_on)
    return schedule(
        timing,
        encounter.discharged_on,
        key,
        hours=desk.hours,
        calendar=desk.calendar,
        elderly=elderly,
    )


def _lay(task: FollowUpTask, laid: Schedule) -> None:
    task.due_at, task.deadline_at, task.festival = laid.due_at, laid.deadline_at, laid.festival


def timers_of(task: FollowUpTask, now: datetime) -> Iterator[Timer]:
    """Give the timers of a round: when it begins, unless it is over already, and when it lapses.

    A round whose day has passed but whose deadline has not is due at once.
    """
    due, end = max(task.due_at, now), max(task.deadline_at, now)
    if task.deadline_at > now:
        yield Timer(DueKind.BEGIN_ROUND, task.id, due, "1", task.version, task.deadline_at)
    yield Timer(DueKind.END_ROUND, task.id, end, "1", task.version)


async def set_timers(tasks: Sequence[FollowUpTask], now: datetime) -> None:
    """Set the timers of rounds."""
    for task in tasks:
        for timer in timers_of(task, now):
            await set_timer(timer)


def day_numbers(desk: Desk, tasks: Sequence[FollowUpTask], encounter: Encounter) -> str:
    """Write the days on which the rounds come, counted from the discharge: 3、8、25."""
    days = [day_number(task.due_at, encounter.discharged_on, desk.hours) for task in tasks]
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
        await set_timers(await FollowUpTask.filter(plan_id=plan.id), now)
        return True

    return await unit_of_work(work)


async def replan(desk: Desk, encounter: Encounter, patient: Patient, now: datetime) -> None:
    """Lay the rounds anew when the hospital corrects the discharge day."""
    plan = await FollowUpPlan.get_or_none(encounter_id=encounter.id)
    if plan is None or plan.status is PlanStatus.STOPPED:
        return
    rounds = {timing.round: timing for timing in template_for(desk, encounter).rounds}
    for task in await FollowUpTask.filter(plan_id=plan.id, status=TaskStatus.PLANNED):
        if task.round not in rounds:
            continue
        laid = laid_out(desk, rounds[task.round], encounter, patient, str(task.id))
        if laid.due_at == task.due_at and laid.deadline_at == task.deadline_at:
            continue
        _lay(task, laid)
        task.version += 1
        await task.save()
        if plan.status is PlanStatus.ACTIVE:
            await set_timers([task], now)


async def stop_for(encounter: Encounter, reason: str, now: datetime) -> None:
    """Stop the plan of a stay: the patient died, came back, or the discharge was withdrawn."""
    plan = await FollowUpPlan.get_or_none(encounter_id=encounter.id)
    if plan is not None:
        await stop_plan(plan, reason, now)
