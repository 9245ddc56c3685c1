"""The rows of a new plan, ready to be written together with hundreds of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.desk import Desk
from handlers.plan_choice import plan_for
from handlers.plan_laying import Laying
from handlers.plans import timers_of, waits_for_release
from handlers.timers import Timer
from models.care import Encounter, FollowUpPlan, FollowUpTask, PlanStatus
from models.draft import drafted
from models.hospital import Department
from models.people import Patient
from models.timetable import Due


@dataclass(frozen=True, slots=True)
class PlanRows:
    """A plan with its tasks and their timers; nothing of it is written yet."""

    plan: FollowUpPlan
    tasks: tuple[FollowUpTask, ...]
    timers: tuple[Due, ...]


def plan_rows(
    desk: Desk,
    encounter: Encounter,
    patient: Patient,
    now: datetime,
    department: Department | None = None,
) -> PlanRows:
    """Make the plan of a stay; that of a patient who left against advice waits for a nurse."""
    template = plan_for(desk, encounter, patient, department).plan
    waits = waits_for_release(encounter)
    plan = drafted(
        FollowUpPlan,
        encounter_id=encounter.id,
        template=template.name,
        status=PlanStatus.WAITING_RELEASE if waits else PlanStatus.ACTIVE,
        created_at=now,
    )
    laying = Laying(desk, plan, encounter, patient, now)
    tasks = tuple(laying.task(each) for each in laying.placed(template))
    timers = tuple(timer_row(t) for task in tasks for t in timers_of(task, now, begins=not waits))
    return PlanRows(plan, tasks, timers)


def timer_row(timer: Timer) -> Due:
    """Make the row of a timer, to be written with others."""
    return drafted(
        Due,
        kind=timer.kind.value,
        key=timer.key,
        subject=timer.subject,
        version=timer.version,
        due_at=timer.at,
        stops_at=timer.stops_at,
    )
