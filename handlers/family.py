"""The patients one conversation is about: a daughter answers for her father and her child."""

from __future__ import annotations

from dialogs.actions import Reporter
from dialogs.timing.spans import local
from dialogs.whom import Circle, Person
from handlers.matters import Matter, age_on
from models.conversation import DialogStatus
from models.people import Patient, RespondentRole, ResponderRole


async def circle_of(matter: Matter) -> Circle:
    """Return the living patients this conversation answers for, the one asked about among them."""
    rows = RespondentRole.filter(respondent_id=matter.conversation.respondent_id, active=True)
    roles = await rows.select_related("patient").order_by("id")
    people = tuple(
        _person(matter, role.patient, own=role.role is ResponderRole.SELF)
        for role in roles
        if role.patient.deceased_at is None
    )
    dialog = matter.dialog
    asking = dialog is not None and dialog.status is DialogStatus.ACTIVE
    by = matter.state.by or (Reporter.FAMILY if matter.case.contact else "")
    return Circle(people, str(matter.patient_id or ""), by, asking)


def _person(matter: Matter, patient: Patient, *, own: bool) -> Person:
    age = age_on(patient, local(matter.now).date().toordinal())
    return Person(str(patient.id), patient.name, age, patient.sex, own)


async def is_family(matter: Matter) -> bool:
    """Tell whether this conversation answers for several patients."""
    rows = RespondentRole.filter(respondent_id=matter.conversation.respondent_id, active=True)
    return await rows.count() > 1
