"""What staff put right on a patient's card: a number, needs, the usual caller; each on record."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from handlers.own_numbers import NewNumber, put_number
from handlers.scope import visible_stays
from models.audit import append_entry
from models.hospital import StaffMember
from models.people import Patient
from models.unit import lock, unit_of_work

MOST_NEEDS: Final = 10
_LONGEST_NEED: Final = 32
_SEPARATORS: Final = re.compile(r"[,，、;；\n]+")


class EditFault(StrEnum):
    """Why a card stayed as it was; the words are among the refusals of console.toml."""

    NOT_FOUND = "not_allowed"
    NO_COLLEAGUE = "no_such_caller"


@dataclass(frozen=True, slots=True)
class CardEdit:
    """What the card is to say: None leaves it as it is; needs are words, by commas."""

    number: NewNumber | None = field(default=None, repr=False)
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
    if fault is not None:
        return fault
    if edit.number is not None:
        await put_number(patient, edit.number, staff.username, now)
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


def _words(text: str) -> list[str]:
    words = (word.strip()[:_LONGEST_NEED] for word in _SEPARATORS.split(text))
    return list(dict.fromkeys(filter(None, words)))[:MOST_NEEDS]
