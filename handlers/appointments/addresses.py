"""Whom to write to about a patient's appointments, and by which address."""

from __future__ import annotations

from datetime import datetime

from dialogs.timing.spans import local
from handlers.matters import CHILD, age_on
from models.people import ContactPoint, Patient, RespondentRole, ResponderRole


async def address_of(
    patient: Patient, now: datetime, *, must_arrive: bool = False
) -> ContactPoint | None:
    """Return a proven address: the patient's, a child's guardian's, else an authorised relative's.

    Who wants no messages any more is still told what must arrive, such as a stopped clinic.
    """
    if patient.deceased_at is not None:
        return None
    ids = [role.respondent_id for role in await _who_is_told(patient, now)]
    points = ContactPoint.filter(
        respondent_id__in=ids, verified_at__isnull=False, wrong_at__isnull=True
    )
    if not must_arrive:
        points = points.filter(opted_out_at__isnull=True)
    return await points.order_by("-preferred", "-verified_at").first()


async def _who_is_told(patient: Patient, now: datetime) -> list[RespondentRole]:
    roles = await RespondentRole.filter(patient_id=patient.id, active=True)
    age = age_on(patient, local(now).date().toordinal())
    if age is not None and age < CHILD:
        return [role for role in roles if role.role is ResponderRole.GUARDIAN]
    own = [role for role in roles if role.role is ResponderRole.SELF]
    return own or [role for role in roles if role.authorised]
