"""People and stays for the tests of tables and use cases; nobody of them is real."""

from datetime import date, datetime
from itertools import count
from typing import Any

from models.care import Encounter, FollowUpPlan, FollowUpTask
from models.people import ContactPoint, Patient, Respondent

_numbers = count(1)


async def a_patient(now: datetime, name: str = "测试甲", **values: Any) -> Patient:
    """A saved patient."""
    return await Patient.create(name=name, created_at=now, updated_at=now, **values)


async def a_contact_point(
    now: datetime, value: str = "13900000001", system: str = "phone"
) -> ContactPoint:
    """A saved contact point of a new respondent."""
    respondent = await Respondent.create(created_at=now)
    return await ContactPoint.create(
        respondent=respondent, system=system, value=value, kind="mobile"
    )


async def an_encounter(now: datetime, patient: Patient | None = None) -> Encounter:
    """A saved stay of a new patient, unless one is given."""
    return await Encounter.create(
        patient=patient or await a_patient(now),
        inpatient_no=f"Z{next(_numbers):06}",
        discharged_on=date(2026, 11, 20),
        created_at=now,
        updated_at=now,
    )


async def a_task(now: datetime) -> FollowUpTask:
    """A saved round of a new plan."""
    encounter = await an_encounter(now)
    plan = await FollowUpPlan.create(encounter=encounter, template="general", created_at=now)
    return await FollowUpTask.create(
        plan=plan, encounter=encounter, round=1, due_at=now, deadline_at=now
    )
