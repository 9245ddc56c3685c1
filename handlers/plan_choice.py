"""Which plan a stay gets, and what of a stay its plan and its questions depend on (C1)."""

from __future__ import annotations

from datetime import date

from dialogs.plans.book import Chosen
from dialogs.plans.criteria import StayFacts
from dialogs.plans.template import Contact
from handlers.desk import Desk
from handlers.matters import age_on
from models.care import Encounter
from models.hospital import Department
from models.people import Patient


def facts_of(
    desk: Desk, encounter: Encounter, patient: Patient, department: Department | None, on: date
) -> StayFacts:
    """Say what plans are chosen by, with the age a patient has on a day."""
    names = {department.code, department.name} if department else set[str]()
    return StayFacts(
        departments=frozenset(names),
        diagnosis=encounter.diagnosis_code,
        operation=bool(encounter.operation),
        tier=encounter.risk.value,
        age=age_on(patient, on.toordinal()),
        elderly=desk.hours.is_elderly(patient.birth_date, on),
    )


def plan_for(
    desk: Desk, encounter: Encounter, patient: Patient, department: Department | None
) -> Chosen:
    """Choose the one plan of a stay (R019, R020, R044)."""
    stay = facts_of(desk, encounter, patient, department, encounter.discharged_on)
    own = department.plan if department is not None else None
    return desk.plans.choose(stay, default=desk.plan, department_plan=own or "")


def contact_of(desk: Desk, template: str, number: int) -> Contact | None:
    """Return a contact of a plan; None when the hospital has taken it out of its plans since."""
    plan = desk.plans.plans.get(template)
    return plan.contact(number) if plan is not None else None
