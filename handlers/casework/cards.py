"""One complaint opened: its story, what was asked and found; each look is on record (R217)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from handlers.cards import Person, look, person_of
from handlers.casework.access import may_know_who, visible_complaints
from handlers.casework.board import ComplaintRow, complaint_rows
from handlers.casework.entries import patients_words
from handlers.casework.liaisons import liaison_of
from handlers.casework.photos import photos_for
from handlers.desk import Desk
from models.audit import AuditEntry
from models.care import Encounter
from models.complaint import (
    Complaint,
    ComplaintEntry,
    FactRequest,
    ImprovementAction,
    Opinion,
)
from models.hospital import StaffMember
from models.people import Patient

_OPENED: Final = "complaint.opened"
_IDENTITY: Final = "complaint.identity_opened"


@dataclass(frozen=True, slots=True)
class ComplaintCard:
    """A case opened; who complains is asked for apart, where it may be known at all.

    `words` are the complainant's own, oldest first; `entries` come with their `staff`, `requests`
    with their `department`, `opinions` hold the words behind each tag. `photos` are those that came
    with the words, for who may know who complains; `liaisons` the doctors the department has named.
    """

    row: ComplaintRow
    complaint: Complaint
    words: tuple[str, ...] = field(repr=False)
    entries: list[ComplaintEntry]
    requests: list[FactRequest]
    improvements: list[ImprovementAction]
    opinions: list[Opinion]
    may_know_who: bool
    photos: list[UUID]
    liaisons: list[StaffMember]


async def open_complaint(
    number: str, staff: StaffMember, desk: Desk, now: datetime, *, on_record: bool = True
) -> ComplaintCard | None:
    """Open a case; None where it may not be opened, or is not there.

    The look is written to the audit trail; a page that only refreshes itself adds nothing to it,
    and so shows nothing to who has no such look on record.
    """
    del desk
    case = await visible_complaints(staff).get_or_none(number=number)
    if case is None:
        return None
    if on_record:
        await look(staff, _OPENED, "complaint", case.id, now)
    elif not await _has_looked(staff, case):
        return None
    (row,) = await complaint_rows(Complaint.filter(id=case.id), staff)
    about = {"complaint_id": case.id}
    entries = await ComplaintEntry.filter(**about).order_by("position").prefetch_related("staff")
    known = may_know_who(staff, case) and case.patient_id is not None
    requests = FactRequest.filter(**about).order_by("asked_at")
    return ComplaintCard(
        row=row,
        complaint=case,
        words=tuple(await patients_words(case)),
        entries=entries,
        requests=await requests.prefetch_related("department", "answered_by"),
        improvements=await ImprovementAction.filter(**about).order_by("created_at"),
        opinions=await Opinion.filter(**about).order_by("at"),
        may_know_who=known,
        photos=await photos_for(staff, entries) if known else [],
        liaisons=await liaison_of(case),
    )


async def open_identity(number: str, staff: StaffMember, now: datetime) -> Person | None:
    """Tell who complains, on record; None for who may not know it."""
    case = await visible_complaints(staff).get_or_none(number=number)
    if case is None or case.patient_id is None or not may_know_who(staff, case):
        return None
    await look(staff, _IDENTITY, "complaint", case.id, now)
    encounter = await Encounter.get_or_none(id=case.encounter_id).prefetch_related("department")
    return await person_of(await Patient.get(id=case.patient_id), encounter, now)


async def _has_looked(staff: StaffMember, case: Complaint) -> bool:
    looks = AuditEntry.filter(subject=case.id, action=_OPENED, actor=staff.username)
    return await looks.exists()
