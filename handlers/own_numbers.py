"""A patient's own number written down by staff, beside the bed or on the card (R001, R004)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from handlers.answering_people import MANY
from models.once import insert_once
from models.people import (
    ContactKind,
    ContactPoint,
    ContactStatus,
    Patient,
    Respondent,
    RespondentRole,
    ResponderRole,
    System,
)
from models.seal import blind_index
from models.unit import lock


@dataclass(frozen=True, slots=True)
class NewNumber:
    """A number, read and checked."""

    value: str = field(repr=False)
    kind: ContactKind = ContactKind.MOBILE


async def put_number(patient: Patient, number: NewNumber, by: str, now: datetime) -> None:
    """Add a number to the patient's own; what the hospital's file says stays as it is.

    As with a list, families may share one: it then answers for all of them. One that was wrong
    for the others changes hands. `by` is the user name of who wrote it down.
    """
    rows = ContactPoint.filter(system=System.PHONE, value_index=blind_index("phone", number.value))
    if not await rows.exists():
        fresh = _fresh(number, await _own_respondent(patient, by, now))
        if await insert_once(fresh):
            return
    known = await lock(rows).get()
    role = await _role_at(known, patient)
    if role is None and known.wrong_at is not None:
        known.respondent_id = await _own_respondent(patient, by, now)
        known.verified_at = None
    elif role is None:
        await _answer(known.respondent_id, patient, by)
    elif not role.active:
        await RespondentRole.filter(id=role.id).update(active=True)
    known.wrong_at = None
    known.status = await _status(known)
    await known.save(update_fields=["respondent_id", "verified_at", "wrong_at", "status"])


def _fresh(number: NewNumber, respondent_id: UUID) -> ContactPoint:
    mobile = number.kind is ContactKind.MOBILE
    return ContactPoint(
        respondent_id=respondent_id,
        system=System.PHONE,
        value=number.value,
        kind=number.kind,
        status=ContactStatus.OK if mobile else ContactStatus.LANDLINE,
    )


async def _role_at(point: ContactPoint, patient: Patient) -> RespondentRole | None:
    return await RespondentRole.get_or_none(
        respondent_id=point.respondent_id, patient_id=patient.id
    )


async def _status(point: ContactPoint) -> ContactStatus:
    """A number too many patients call their own is suspect until somebody answers from it."""
    if point.kind is ContactKind.LANDLINE:
        return ContactStatus.LANDLINE
    roles = RespondentRole.filter(
        respondent_id=point.respondent_id, active=True, role=ResponderRole.SELF
    )
    suspect = point.verified_at is None and await roles.count() > MANY
    return ContactStatus.SHARED if suspect else ContactStatus.OK


async def _own_respondent(patient: Patient, by: str, now: datetime) -> UUID:
    """Return the person who answers for this patient as the patient, and for nobody else."""
    own = RespondentRole.filter(patient_id=patient.id, active=True, role=ResponderRole.SELF)
    for role in await own.order_by("id"):
        others = RespondentRole.filter(respondent_id=role.respondent_id, active=True)
        if not await others.exclude(patient_id=patient.id).exists():
            return role.respondent_id
    respondent = await Respondent.create(name=patient.name, created_at=now)
    await _answer(respondent.id, patient, by)
    return respondent.id


async def _answer(respondent_id: UUID, patient: Patient, by: str) -> None:
    await RespondentRole.create(
        respondent_id=respondent_id,
        patient_id=patient.id,
        role=ResponderRole.SELF,
        authorised=True,
        authorised_by=by,
    )
