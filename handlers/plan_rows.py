"""The rows of a new plan, ready to be written together with hundreds of others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.desk import Desk
from handlers.plans import AGAINST_ADVICE, laid_out, template_for, timers_of
from handlers.timers import Timer
from models.care import Encounter, FollowUpPlan, FollowUpTask, PlanStatus
from models.draft import drafted
from models.people import Patient
from models.timetable import Due

OWNERS: Final = ("nurse", "nurse", "market_centre")


@dataclass(frozen=True, slots=True)
class PlanRows:
    """A plan with its rounds and their timers; nothing of it is written yet."""

    plan: FollowUpPlan
    tasks: tuple[FollowUpTask, ...]
    timers: tuple[Due, ...]


def plan_rows(desk: Desk, encounter: Encounter, patient: Patient, now: datetime) -> PlanRows:
    """Make the plan of a stay; that of a patient who left against advice waits for a nurse."""
    template = template_for(desk, encounter)
    waits = encounter.disposition == AGAINST_ADVICE
    plan = drafted(
        FollowUpPlan,
        encounter_id=encounter.id,
        template=template.name,
        status=PlanStatus.WAITING_RELEASE if waits else PlanStatus.ACTIVE,
        created_at=now,
    )
    tasks = tuple(_tasks(desk, plan, encounter, patient))
    timers = () if waits else tuple(_row(t) for task in tasks for t in timers_of(task, now))
    return PlanRows(plan, tasks, timers)


def _tasks(
    desk: Desk, plan: FollowUpPlan, encounter: Encounter, patient: Patient
) -> Iterator[FollowUpTask]:
    for timing in template_for(desk, encounter).rounds:
        task = drafted(
            FollowUpTask,
            plan_id=plan.id,
            encounter_id=encounter.id,
            round=timing.round,
            owner_role=OWNERS[timing.round - 1],
            due_at=plan.created_at,
            deadline_at=plan.created_at,
        )
        laid = laid_out(desk, timing, encounter, patient, str(task.id))
        task.due_at, task.deadline_at, task.festival = laid.due_at, laid.deadline_at, laid.festival
        yield task


def _row(timer: Timer) -> Due:
    return drafted(
        Due,
        kind=timer.kind.value,
        key=timer.key,
        subject=timer.subject,
        version=timer.version,
        due_at=timer.at,
        stops_at=timer.stops_at,
    )
