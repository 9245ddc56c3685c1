"""Handing a complaint to another office, with the reason; never to the one complained about."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.complaints.owners import accused_offices
from handlers.casework.access import OWNER_ROLES
from handlers.casework.entries import note, patients_words
from handlers.casework.group import post_moved
from handlers.casework.locking import open_case
from handlers.claims import Refusal
from handlers.staff_words import staff_words
from models.complaint import Complaint, ComplaintEvent
from models.hospital import StaffMember, StaffRole
from models.unit import unit_of_work

OFFICES: Final = tuple(sorted(OWNER_ROLES))


async def transfer(
    complaint_id: UUID, staff: StaffMember, to_role: str, reason: str, now: datetime
) -> Refusal | None:
    """Give a case to another office; nobody has it there yet, and no clock moves."""
    if to_role not in OWNER_ROLES:
        return Refusal.NO_SUCH_OFFICE
    if not reason.strip():
        return Refusal.REASON_NEEDED
    return await unit_of_work(
        lambda: _transfer(complaint_id, staff, StaffRole(to_role), reason.strip(), now)
    )


async def _transfer(
    complaint_id: UUID, staff: StaffMember, to_role: StaffRole, reason: str, now: datetime
) -> Refusal | None:
    case = await open_case(complaint_id, staff)
    if isinstance(case, Refusal):
        return case
    if (refusal := await _why_not(case, to_role)) is not None:
        return refusal
    words = staff_words()
    moved = {"before": words.roles[case.owner_role], "role": words.roles[to_role]}
    case.owner_role, case.owner_id, case.claimed_at = to_role, None, None
    await case.save(update_fields=["owner_role", "owner_id", "claimed_at"])
    detail = words.complaint_notes["moved"].format_map(moved) + f"\n{reason}"
    event = ComplaintEvent.TRANSFERRED
    entry = await note(case, event, now, staff_id=staff.id, detail=detail)
    await post_moved(case, entry, now)
    return None


async def _why_not(case: Complaint, to_role: StaffRole) -> Refusal | None:
    if case.owner_role is to_role:
        return Refusal.SAME_OFFICE
    said = "\n".join(await patients_words(case))
    return Refusal.ACCUSED if to_role.value in accused_offices(said) else None
