"""The patient's number tried beside the bed, and the right one written down (R001, R004)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tortoise.queryset import QuerySet

from handlers.dialling import numbers_of
from handlers.import_consents import BEDSIDE
from models.care import Encounter
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


class Tried(StrEnum):
    """What came of dialling the number while its owner stood beside."""

    OK = "ok"
    UNANSWERED = "unanswered"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class NewNumber:
    """The right number, read and checked."""

    value: str = field(repr=False)
    kind: ContactKind = ContactKind.MOBILE


async def note_numbers(
    stay: Encounter,
    dialled: UUID | None,
    tried: Tried | None,
    number: NewNumber | None,
    now: datetime,
) -> None:
    """Write down what came of the number that was dialled, and the right one if it is another."""
    known = {number.contact_point_id for number in (await numbers_of([stay]))[stay.id]}
    if dialled in known and tried is not None:
        await _note_tried(ContactPoint.filter(id=dialled), tried, now)
    if number is not None:
        await _put_number(stay, number, now)


async def _note_tried(rows: QuerySet[ContactPoint], tried: Tried, now: datetime) -> None:
    """A number nobody answered is not wrong; one that rang is right again."""
    if tried is Tried.WRONG:
        await rows.update(status=ContactStatus.WRONG_NUMBER, wrong_at=now)
    elif tried is Tried.OK:
        await rows.filter(kind=ContactKind.MOBILE).update(status=ContactStatus.OK, wrong_at=None)


async def _put_number(stay: Encounter, number: NewNumber, now: datetime) -> None:
    """Add the right number to the patient's own; the hospital's file is left as it is."""
    mobile = number.kind is ContactKind.MOBILE
    status = ContactStatus.OK if mobile else ContactStatus.LANDLINE
    known = await _point(number)
    if known is not None:
        await ContactPoint.filter(id=known.id).update(status=status, wrong_at=None)
        return
    respondent = await _own_respondent(stay, now)
    await ContactPoint.create(
        respondent_id=respondent,
        system=System.PHONE,
        value=number.value,
        kind=number.kind,
        status=status,
    )


async def is_elsewhere(stay: Encounter, number: NewNumber) -> bool:
    """Tell whether a number stands at somebody who does not answer for this patient."""
    point = await _point(number)
    if point is None:
        return False
    roles = RespondentRole.filter(patient_id=stay.patient_id, active=True)
    return not await roles.filter(respondent_id=point.respondent_id).exists()


async def _point(number: NewNumber) -> ContactPoint | None:
    index = blind_index("phone", number.value)
    return await ContactPoint.get_or_none(system=System.PHONE, value_index=index)


async def _own_respondent(stay: Encounter, now: datetime) -> UUID:
    roles = RespondentRole.filter(
        patient_id=stay.patient_id, active=True, role=ResponderRole.SELF
    ).order_by("id")
    own = await roles.first()
    if own is not None:
        return own.respondent_id
    patient = await Patient.get(id=stay.patient_id)
    respondent = await Respondent.create(name=patient.name, created_at=now)
    await RespondentRole.create(
        respondent_id=respondent.id,
        patient_id=patient.id,
        role=ResponderRole.SELF,
        authorised=True,
        authorised_by=BEDSIDE,
    )
    return respondent.id
