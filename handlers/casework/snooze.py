"""Putting a complaint's warnings off; no clock stands still, and what is overdue is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dialogs.timing import due_text
from handlers.casework.entries import note
from handlers.casework.locking import case_in_hand
from handlers.claims import Refusal
from models.complaint import ComplaintEvent
from models.hospital import StaffMember
from models.unit import unit_of_work

MINUTES: Final = (10, 30, 60)


async def snooze_complaint(
    complaint_id: UUID, staff: StaffMember, minutes: int, now: datetime
) -> Refusal | None:
    """Hold the warnings of a case in hand back for a while."""
    if minutes not in MINUTES:
        return Refusal.INCOMPLETE

    async def work() -> Refusal | None:
        case = await case_in_hand(complaint_id, staff)
        if isinstance(case, Refusal):
            return case
        case.snoozed_until = now + timedelta(minutes=minutes)
        await case.save(update_fields=["snoozed_until"])
        until = due_text(case.snoozed_until, now)
        await note(case, ComplaintEvent.SNOOZED, now, staff_id=staff.id, detail=until)
        return None

    return await unit_of_work(work)
