"""A contact of a plan that has fallen due, with what it is about and what its plan says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dialogs.plans.template import Contact, Course
from dialogs.timing.rounds import Schedule
from dialogs.timing.spans import local
from handlers.desk import Desk
from handlers.forms import forms_for, unsigned
from handlers.plan_choice import contact_of, facts_of
from handlers.tasks import OPEN, PhoneReason, to_phone_list
from models.care import Encounter, FollowUpPlan, FollowUpTask, PlanStatus, RiskTier
from models.hospital import Department
from models.people import Patient
from models.timetable import Due

_RUNNING = (PlanStatus.ACTIVE,)
_NOT_ENDED = (PlanStatus.ACTIVE, PlanStatus.WAITING_RELEASE)


@dataclass(frozen=True, slots=True)
class Round:
    """A round, or another contact of the plan, with what it is about."""

    desk: Desk
    task: FollowUpTask
    plan: FollowUpPlan
    encounter: Encounter
    patient: Patient
    now: datetime

    @property
    def elderly(self) -> bool:
        """Whether the elderly variant and window hold."""
        return self.desk.hours.is_elderly(self.patient.birth_date, local(self.now).date())

    @property
    def schedule(self) -> Schedule:
        """Its days."""
        return Schedule(self.task.due_at, self.task.deadline_at, self.task.festival)

    @property
    def contact(self) -> Contact | None:
        """What the plan says of it; None when the hospital has taken it out since."""
        return contact_of(self.desk, self.plan.template, self.task.round)

    @property
    def course(self) -> Course:
        """How it is tried for a patient of this risk."""
        contact = self.contact
        return contact.course(self.encounter.risk) if contact else Course(self.task.owner_role)

    @property
    def silence(self) -> PhoneReason:
        """Why a person calls who has not answered: one of high risk comes first (RC11)."""
        high = self.encounter.risk is RiskTier.HIGH
        return PhoneReason.HIGH_RISK_SILENT if high else PhoneReason.NO_ANSWER

    async def choose_forms(self) -> PhoneReason | None:
        """Write down what is asked; return why a person has to ask it instead."""
        contact = self.contact
        if contact is None:
            return PhoneReason.NOT_IN_PLAN
        today = local(self.now).date()
        department = await Department.get_or_none(id=self.encounter.department_id)
        stay = facts_of(self.desk, self.encounter, self.patient, department, today)
        forms = forms_for(self.desk, contact, stay, self.patient)
        if not forms:
            return PhoneReason.ELDERLY_ROUND if self.elderly else PhoneReason.BY_PHONE
        self.task.forms = list(forms)
        await self.task.save(update_fields=["forms"])
        return PhoneReason.UNAPPROVED if unsigned(self.desk, forms) else None

    async def hand_over(self, reason: PhoneReason) -> str:
        """Put it on the phone list of the role its plan names."""
        await to_phone_list(self.task, reason, self.now)
        caller = self.course.caller
        if caller and caller != self.task.owner_role:
            self.task.owner_role = caller
            await self.task.save(update_fields=["owner_role"])
        return f"phone list: {reason}"


async def find_round(
    desk: Desk, due: Due, now: datetime, *, unreleased: bool = False
) -> Round | None:
    """Load what a timer is about; None when it has moved or ended since.

    `unreleased`: also where nobody has released the plan, whose rounds end all the same.
    """
    task = await FollowUpTask.get_or_none(id=due.subject)
    if task is None or task.version != due.version or task.status not in OPEN:
        return None
    plan = await FollowUpPlan.get(id=task.plan_id)
    if plan.status not in (_NOT_ENDED if unreleased else _RUNNING):
        return None
    encounter = await Encounter.get(id=task.encounter_id)
    patient = await Patient.get(id=encounter.patient_id)
    return Round(desk, task, plan, encounter, patient, now)
