"""Asking the patient whether the department concerned may know who complains (content 9)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from dialogs.complaints.events import Prompt
from handlers.casework.entries import note
from handlers.casework.locking import case_in_hand
from handlers.claims import Refusal
from handlers.complaints.prompting import prompt
from handlers.desk import Desk
from handlers.staff_words import staff_words
from models.complaint import ComplaintEvent, ComplaintMode
from models.hospital import StaffMember
from models.unit import unit_of_work


async def ask_to_name(
    complaint_id: UUID, staff: StaffMember, desk: Desk, now: datetime
) -> Refusal | None:
    """Ask in the chat; until the patient agrees the department sees neither name nor words."""
    return await unit_of_work(lambda: _ask(complaint_id, staff, desk, now))


async def _ask(complaint_id: UUID, staff: StaffMember, desk: Desk, now: datetime) -> Refusal | None:
    case = await case_in_hand(complaint_id, staff, writes=True)
    if isinstance(case, Refusal):
        return case
    if case.mode is not ComplaintMode.BACK_TO_BACK:
        return Refusal.NOT_OPEN
    if not await prompt(desk, case, Prompt.IDENTITY, {}, now):
        return Refusal.NOBODY_TO_WRITE_TO
    detail = staff_words(desk.language).complaints["who_asked"]
    await note(case, ComplaintEvent.NOTED, now, staff_id=staff.id, detail=detail)
    return None
