"""What came of the patient's number, dialled beside the bed while its owner stood by (R001)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tortoise.queryset import QuerySet

from handlers.dialling import numbers_of
from models.care import Encounter
from models.people import ContactKind, ContactPoint, ContactStatus


class Tried(StrEnum):
    """What came of dialling the number while its owner stood beside."""

    OK = "ok"
    UNANSWERED = "unanswered"
    WRONG = "wrong"


async def note_tried(
    stay: Encounter, dialled: UUID | None, tried: Tried | None, now: datetime
) -> None:
    """Write down what came of the number that was dialled, if it is one of this patient's."""
    known = {number.contact_point_id for number in (await numbers_of([stay]))[stay.id]}
    if dialled in known and tried is not None:
        await _note(ContactPoint.filter(id=dialled), tried, now)


async def _note(rows: QuerySet[ContactPoint], tried: Tried, now: datetime) -> None:
    """A number nobody answered is not wrong; one that rang is right again."""
    if tried is Tried.WRONG:
        await rows.update(status=ContactStatus.WRONG_NUMBER, wrong_at=now)
    elif tried is Tried.OK:
        await rows.filter(kind=ContactKind.MOBILE).update(status=ContactStatus.OK, wrong_at=None)
