"""The evidence pack of a case for an inspection: what goes in, and that it was made (R24)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handlers.cards import Person
from handlers.casework.cards import ComplaintCard, open_complaint, open_identity
from handlers.casework.entries import note
from handlers.casework.locking import locked_case
from handlers.casework.photos import open_case_photo, photos_for
from handlers.desk import Desk
from handlers.masking import mask_name
from models.audit import append_entry
from models.complaint import ComplaintEvent, ComplaintMode
from models.conversation import Media
from models.hospital import StaffMember
from models.people import Patient
from models.unit import unit_of_work

_PACKED: Final = "complaint.packed"


@dataclass(frozen=True, slots=True)
class Pack:
    """A case with all that is known of it; `person` only where it was asked for and may be told.

    `masked` is the complainant's name as anybody may read it, empty where nobody may.
    """

    card: ComplaintCard
    person: Person | None
    masked: str
    photos: list[Media]
    made_by: StaffMember
    made_at: datetime


async def pack_complaint(
    number: str, staff: StaffMember, desk: Desk, now: datetime, *, kind: str, names: bool
) -> Pack | None:
    """Gather a case for a file of a kind (pdf, zip); None where the case may not be opened.

    That it was made stands in the history of the case, which is part of it, and in the audit
    trail.
    """
    card = await open_complaint(number, staff, desk, now)
    if card is None:
        return None
    person = await open_identity(number, staff, now) if names else None
    await unit_of_work(lambda: _on_record(card, staff, kind, now))
    packed = await open_complaint(number, staff, desk, now, on_record=False)
    if packed is None:
        return None
    photos = await _photos(packed, staff, now)
    return Pack(packed, person, await _masked(packed), photos, staff, now)


async def _on_record(card: ComplaintCard, staff: StaffMember, kind: str, now: datetime) -> None:
    case = await locked_case(card.complaint.id)
    await note(case, ComplaintEvent.PACKED, now, staff_id=staff.id, detail=kind)
    await append_entry(
        now, staff.username, _PACKED, subject_type="complaint", subject=case.id, reason=kind
    )


async def _masked(card: ComplaintCard) -> str:
    """Even a first character says too much of who wants to stay unknown."""
    if card.complaint.mode is ComplaintMode.ANONYMOUS:
        return ""
    patient = await Patient.get_or_none(id=card.complaint.patient_id)
    return mask_name(patient.name) if patient else ""


async def _photos(card: ComplaintCard, staff: StaffMember, now: datetime) -> list[Media]:
    """The pictures that came with the words of the case, as far as the reader may see them."""
    if not card.may_know_who:
        return []
    photos = await photos_for(staff, card.entries)
    found = [await open_case_photo(media_id, staff, now) for media_id in photos]
    return [photo for photo in found if photo is not None]
