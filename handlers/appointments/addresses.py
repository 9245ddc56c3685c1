"""Whom to write to about a patient's appointments, and by which address."""

from __future__ import annotations

from datetime import datetime

from dialogs.timing.spans import local
from handlers.desk import Desk
from handlers.matters import CHILD, age_on
from handlers.spared import told_instead
from handlers.written_to import addresses_of
from models.people import ContactPoint, Patient, RespondentRole, ResponderRole


async def address_of(
    desk: Desk, patient: Patient, now: datetime, *, must_arrive: bool = False
) -> ContactPoint | None:
    """Return the best address: the patient's, a child's guardian's, else an authorised relative's.

    Where the illness is kept from the patient only authorised relatives are told (R043).
    Who wants no messages any more is still told what must arrive, such as a stopped clinic.
    """
    if patient.deceased_at is not None:
        return None
    ids = [role.respondent_id for role in await _who_is_told(patient, now)]
    found = await addresses_of(desk, ids, now, must_arrive=must_arrive)
    return next(iter(found), None)


async def _who_is_told(patient: Patient, now: datetime) -> list[RespondentRole]:
    roles = await RespondentRole.filter(patient_id=patient.id, active=True)
    age = age_on(patient, local(now).date().toordinal())
    if age is not None and age < CHILD:
        return [role for role in roles if role.role is ResponderRole.GUARDIAN]
    if patient.protective_disclosure:
        return told_instead(roles)
    own = [role for role in roles if role.role is ResponderRole.SELF]
    return own or [role for role in roles if role.authorised]
