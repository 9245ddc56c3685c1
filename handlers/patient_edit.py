"""What staff put right on a patient's card: a number, needs, the usual caller; each on record."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from handlers.scope import visible_stays
from models.audit import append_entry
from models.hospital import StaffMember
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
from models.unit import lock, unit_of_work

MOST_NEEDS: Final = 10
_LONGEST_NEED: Final = 32
_MOBILE: Final = re.compile(r"1[3-9]\d{9}")
_LANDLINE: Final = re.compile(r"0\d{9,11}")
_NO_DIGITS: Final = re.compile(r"[\s()（）-]|^\+86")
_SEPARATORS: Final = re.compile(r"[,，、;；\n]+")


class EditFault(StrEnum):
    """Why a card stayed as it was; the words are among the refusals of console.toml."""

    NOT_FOUND = "not_allowed"
    NUMBER_WRONG = "number_unreadable"
    NUMBER_ELSEWHERE = "number_elsewhere"
    NO_COLLEAGUE = "no_such_caller"


@dataclass(frozen=True, slots=True)
class CardEdit:
    """What the card is to say: None leaves it as it is; needs are words, by commas."""

    number: str | None = field(default=None, repr=False)
    needs: str | None = None
    usual_caller: str | None = None


async def edit_patient(
    patient_id: UUID, staff: StaffMember, edit: CardEdit, now: datetime
) -> EditFault | None:
    """Change what is named and nothing else; None when it was done."""

    async def work() -> EditFault | None:
        stays = visible_stays(staff).filter(patient_id=patient_id)
        patient = await lock(Patient.filter(id=patient_id)).first()
        if patient is None or not await stays.exists():
            return EditFault.NOT_FOUND
        return await _edit(patient, staff, edit, now)

    return await unit_of_work(work)


async def _edit(
    patient: Patient, staff: StaffMember, edit: CardEdit, now: datetime
) -> EditFault | None:
    fault = await _set_caller(patient, edit.usual_caller)
    if fault is None and edit.number:
        fault = await _add_number(patient, edit.number, now)
    if fault is not None:
        return fault
    if edit.needs is not None:
        patient.needs = _words(edit.needs)
    patient.updated_at = now
    await patient.save(update_fields=["needs", "usual_caller", "updated_at"])
    changed = [name for name in CardEdit.__slots__ if getattr(edit, name) is not None]
    await append_entry(
        now,
        staff.username,
        "patient.edited",
        subject_type="patient",
        subject=patient.id,
        reason=",".join(changed),
    )
    return None


async def _set_caller(patient: Patient, username: str | None) -> EditFault | None:
    if username is None:
        return None
    if username and not await StaffMember.exists(username=username, active=True):
        return EditFault.NO_COLLEAGUE
    patient.usual_caller = username
    return None


async def _add_number(patient: Patient, text: str, now: datetime) -> EditFault | None:
    """Add a number to the patient's own; what the hospital's file says stays as it is."""
    number = _NO_DIGITS.sub("", text.strip())
    mobile = _MOBILE.fullmatch(number) is not None
    if not mobile and _LANDLINE.fullmatch(number) is None:
        return EditFault.NUMBER_WRONG
    index = blind_index("phone", number)
    known = await ContactPoint.get_or_none(system=System.PHONE, value_index=index)
    status = ContactStatus.OK if mobile else ContactStatus.LANDLINE
    if known is not None:
        return await _set_right(patient, known, status)
    await ContactPoint.create(
        respondent_id=await _own_respondent(patient, now),
        system=System.PHONE,
        value=number,
        kind=ContactKind.MOBILE if mobile else ContactKind.LANDLINE,
        status=status,
    )
    return None


async def _set_right(
    patient: Patient, known: ContactPoint, status: ContactStatus
) -> EditFault | None:
    """A number of somebody who answers for this patient is right again; another's is refused."""
    roles = RespondentRole.filter(patient_id=patient.id, active=True)
    if not await roles.filter(respondent_id=known.respondent_id).exists():
        return EditFault.NUMBER_ELSEWHERE
    await ContactPoint.filter(id=known.id).update(status=status, wrong_at=None)
    return None


async def _own_respondent(patient: Patient, now: datetime) -> UUID:
    own = RespondentRole.filter(patient_id=patient.id, active=True, role=ResponderRole.SELF)
    role = await own.order_by("id").first()
    if role is not None:
        return role.respondent_id
    respondent = await Respondent.create(created_at=now)
    await RespondentRole.create(
        respondent=respondent, patient_id=patient.id, role=ResponderRole.SELF
    )
    return respondent.id


def _words(text: str) -> list[str]:
    words = (word.strip()[:_LONGEST_NEED] for word in _SEPARATORS.split(text))
    return list(dict.fromkeys(filter(None, words)))[:MOST_NEEDS]
