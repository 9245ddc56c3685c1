"""The tasks of a plan on the days after a stay: laid once, and anew when a day is corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dialogs.plans.placing import Placed, placed
from dialogs.plans.template import PlanTemplate
from dialogs.timing.rounds import Schedule, schedule
from handlers.desk import Desk
from handlers.plans import set_timers
from handlers.tasks import close_task
from models.care import (
    Encounter,
    FollowUpPlan,
    FollowUpTask,
    PlanStatus,
    TaskKind,
    TaskStatus,
)
from models.draft import drafted
from models.people import Patient

NOT_NEEDED: Final = "not_needed"


@dataclass(frozen=True, slots=True)
class Laying:
    """A plan with what decides on which days its contacts come."""

    desk: Desk
    plan: FollowUpPlan
    encounter: Encounter
    patient: Patient
    now: datetime

    def placed(self, template: PlanTemplate) -> tuple[Placed, ...]:
        """Place the contacts of a plan after the stay."""
        stay = self.encounter
        calendar = self.desk.calendar
        return placed(
            template,
            stay.discharged_on,
            calendar,
            review_on=stay.review_on,
            medicine_changed_on=stay.medicine_changed_on,
        )

    def task(self, each: Placed) -> FollowUpTask:
        """Make the task of a contact; nothing of it is written yet."""
        task = drafted(
            FollowUpTask,
            plan_id=self.plan.id,
            encounter_id=self.encounter.id,
            kind=TaskKind(each.kind.value),
            round=each.number,
            owner_role=self._owner(each),
            due_at=self.now,
            deadline_at=self.now,
        )
        _put(task, self._schedule(each, task))
        return task

    async def add(self, each: Placed) -> None:
        """Write the task of a contact that has come about since.

        Beside the rounds, nobody is called about days that were over before.
        """
        task = self.task(each)
        if task.kind is not TaskKind.ROUND and task.deadline_at <= self.now:
            return
        await task.save(force_create=True)
        await self._time(task)

    async def move(self, task: FollowUpTask, each: Placed) -> None:
        """Put a task on its days as they are now; its owner may be another one."""
        before = (task.due_at, task.deadline_at)
        _put(task, self._schedule(each, task))
        task.owner_role = self._owner(each)
        if before == (task.due_at, task.deadline_at):
            await task.save(update_fields=["owner_role"])
            return
        task.version += 1
        await task.save()
        await self._time(task)

    async def _time(self, task: FollowUpTask) -> None:
        """Set timers as far as the plan runs; a paused one sets them when it goes on."""
        if self.plan.status in (PlanStatus.ACTIVE, PlanStatus.WAITING_RELEASE):
            begins = self.plan.status is PlanStatus.ACTIVE
            await set_timers([task], self.now, begins=begins)

    def _owner(self, each: Placed) -> str:
        return each.contact.course(self.encounter.risk).owner

    def _schedule(self, each: Placed, task: FollowUpTask) -> Schedule:
        hours, stay = self.desk.hours, self.encounter
        return schedule(
            each.timing,
            stay.discharged_on,
            str(task.id),
            hours=hours,
            calendar=self.desk.calendar,
            elderly=hours.is_elderly(self.patient.birth_date, stay.discharged_on),
            window=each.window,
        )


async def replan(desk: Desk, encounter: Encounter, patient: Patient, now: datetime) -> None:
    """Lay the contacts anew when the hospital corrects a day, or the risk of the stay changes.

    The plan stays the one that was chosen: plans are never merged (C1).
    """
    plan = await FollowUpPlan.get_or_none(encounter_id=encounter.id)
    template = desk.plans.plans.get(plan.template) if plan else None
    if plan is None or template is None or plan.status is PlanStatus.STOPPED:
        return
    laying = Laying(desk, plan, encounter, patient, now)
    tasks = {task.round: task for task in await FollowUpTask.filter(plan_id=plan.id)}
    for each in laying.placed(template):
        task = tasks.pop(each.number, None)
        if task is None:
            await laying.add(each)
        elif task.status is TaskStatus.PLANNED:
            await laying.move(task, each)
    for task in tasks.values():
        if task.kind is not TaskKind.ROUND and task.status is TaskStatus.PLANNED:
            await close_task(task, NOT_NEEDED, "", now)


def _put(task: FollowUpTask, laid: Schedule) -> None:
    task.due_at, task.deadline_at, task.festival = laid.due_at, laid.deadline_at, laid.festival
