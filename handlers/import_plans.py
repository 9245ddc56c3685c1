"""What a discharge means for the plans of its patient: made, moved, released or stopped (R055)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID

from handlers.booking.deaths import note_in_book
from handlers.desk import Desk
from handlers.import_batch import Batch
from handlers.known_records import Known
from handlers.plan_laying import replan
from handlers.plan_rows import plan_rows, timer_row
from handlers.plans import (
    DEATH,
    DIED,
    READMITTED,
    SELECTIVE,
    exclusion_of,
    set_timers,
    waits_for_release,
)
from handlers.risk import weigh
from handlers.stay_record import earlier_stays, later_stay
from handlers.tasks import RUNNING, stop_plan
from handlers.welcome import greeting_timer
from models.care import Encounter, FollowUpPlan, FollowUpTask, PlanStatus
from models.hospital import Department
from models.people import Patient

NOT_WANTED: Final = "F24"
HOSPITAL: Final = "hospital"


@dataclass(frozen=True, slots=True)
class Before:
    """What counted for the plan before a stay was stated anew."""

    department_id: UUID | None
    discharged_on: date
    disposition: str
    left_out: bool
    birth_date: date | None
    review_on: date | None = None
    medicine_changed_on: date | None = None
    waited: bool = False

    @property
    def days(self) -> tuple[date | None, ...]:
        """What the days of the contacts follow from."""
        return self.discharged_on, self.birth_date, self.review_on, self.medicine_changed_on


@dataclass(slots=True)
class Decided:
    """What is to happen to plans that are in the database already."""

    stops: dict[UUID, tuple[FollowUpPlan, str]] = field(default_factory=dict)
    moves: list[tuple[Encounter, Patient]] = field(default_factory=list)
    releases: list[FollowUpPlan] = field(default_factory=list)
    deaths: list[UUID] = field(default_factory=list)

    def stop(self, plan: FollowUpPlan, reason: str) -> None:
        """Stop a plan that runs, for the first reason given."""
        if plan.status in RUNNING:
            self.stops.setdefault(plan.id, (plan, reason))

    async def carry_out(self, desk: Desk, now: datetime) -> None:
        """Do it, inside the unit of work that wrote the stays."""
        for plan, reason in self.stops.values():
            await stop_plan(plan, reason, now)
        for encounter, patient in self.moves:
            await replan(desk, encounter, patient, now)
        for plan in self.releases:
            await _release(plan, now)
        for patient_id in self.deaths:
            await note_in_book(patient_id, now)


@dataclass(frozen=True, slots=True)
class PlanDesk:
    """Where plans are decided upon while rows are taken."""

    desk: Desk
    known: Known
    batch: Batch
    decided: Decided
    now: datetime

    def note_death(self, stay: Encounter, patient: Patient, before: Before | None) -> None:
        """Record a death on the ward, or take back one the hospital had stated by mistake.

        A death known from elsewhere is only taken back by a person.
        """
        stays = self.known.of_patient[patient.id]
        if stay.disposition == DEATH:
            if patient.deceased_at is None:
                patient.deceased_at, patient.deceased_by = stay.discharged_at or self.now, HOSPITAL
                self.decided.deaths.append(patient.id)
            for other in stays:
                self._stop(other, DIED)
        elif before is not None and before.disposition == DEATH:
            mistaken = all(other.disposition != DEATH for other in stays)
            if mistaken and patient.deceased_by == HOSPITAL:
                patient.deceased_at, patient.deceased_by = None, ""

    def note_return(self, stay: Encounter) -> None:
        """Stop the plans of stays that ended before this one began."""
        for other in earlier_stays(stay, self.known.of_patient[stay.patient_id]):
            self._stop(other, READMITTED)

    def exclusion(
        self,
        stay: Encounter,
        patient: Patient,
        department: Department | None,
        before: Before | None,
        *,
        refused: bool,
    ) -> str:
        """Return why the stay is not followed up, or nothing (R022, R055)."""
        plan = self.known.plans.get(stay.id)
        reason = exclusion_of(stay, patient, department)
        if reason == DIED:
            return DIED
        if plan is None and later_stay(stay, self.known.of_patient[patient.id]):
            return READMITTED
        if refused:
            return NOT_WANTED
        # a plan in a selective department was somebody's choice, which stands
        planned = plan is not None and before and before.department_id == stay.department_id
        chosen = planned or stay.chosen_by
        return "" if reason == SELECTIVE and chosen else reason

    def settle(self, stay: Encounter, patient: Patient, before: Before | None) -> bool:
        """Make, stop, move or release the stay's plan; True when one was made."""
        plan = self.known.plans.get(stay.id)
        changed = self._weigh(stay, patient)
        if plan is None:
            return not stay.exclusion and self._make(stay, patient)
        if stay.exclusion:
            self.decided.stop(plan, stay.exclusion)
        elif before is not None:
            self._adjust(plan, stay, patient, before, changed=changed)
        return False

    def greet(self, stay: Encounter, patient: Patient) -> None:
        """Have those greeted who bound a phone before this stay had a plan (R016)."""
        self.batch.add(timer_row(greeting_timer(self.desk, stay.id, patient, self.now)))

    def _weigh(self, stay: Encounter, patient: Patient) -> bool:
        earlier = earlier_stays(stay, self.known.of_patient[patient.id])
        red_flag = patient.id in self.known.red_flagged
        return weigh(self.desk, stay, patient, earlier, red_flag=red_flag)

    def _make(self, stay: Encounter, patient: Patient) -> bool:
        department = self.known.departments.with_id(stay.department_id)
        rows = plan_rows(self.desk, stay, patient, self.now, department)
        self.known.plans[stay.id] = rows.plan
        self.batch.add(rows.plan, *rows.tasks, *rows.timers)
        return True

    def _adjust(
        self,
        plan: FollowUpPlan,
        stay: Encounter,
        patient: Patient,
        before: Before,
        *,
        changed: bool,
    ) -> None:
        days = (stay.discharged_on, patient.birth_date, stay.review_on, stay.medicine_changed_on)
        if changed or before.days != days:
            self.decided.moves.append((stay, patient))
        waits = plan.status is PlanStatus.WAITING_RELEASE
        if waits and before.waited and not waits_for_release(stay):
            self.decided.releases.append(plan)

    def _stop(self, stay: Encounter, reason: str) -> None:
        plan = self.known.plans.get(stay.id)
        if plan is not None:
            self.decided.stop(plan, reason)


async def _release(plan: FollowUpPlan, now: datetime) -> None:
    """Let a plan run whose patient went home as advised after all; unless it ended."""
    waiting = FollowUpPlan.filter(id=plan.id, status=PlanStatus.WAITING_RELEASE)
    if await waiting.update(status=PlanStatus.ACTIVE, released_at=now):
        await set_timers(await FollowUpTask.filter(plan_id=plan.id), now)
