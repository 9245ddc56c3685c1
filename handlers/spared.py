"""Who is told instead of a patient from whom the illness is kept: the authorised family (R043)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from models.people import Patient, RespondentRole, ResponderRole


def told_instead(roles: Iterable[RespondentRole]) -> list[RespondentRole]:
    """Return those who are written to in the patient's stead; the patient is none of them."""
    return [role for role in roles if role.authorised and role.role is not ResponderRole.SELF]


async def may_be_told(patient: Patient, respondent_id: UUID) -> bool:
    """Tell whether we may begin a talk about a patient with this person."""
    if not patient.protective_disclosure:
        return True
    roles = await RespondentRole.filter(
        patient_id=patient.id, respondent_id=respondent_id, active=True
    )
    return bool(told_instead(roles))
