"""Several departments have to answer: the law gives ten working days, counted from receipt."""

from __future__ import annotations

from datetime import datetime

from dialogs.timing.complaints import legal_due
from handlers.casework.entries import note
from handlers.desk import Desk
from handlers.staff_words import staff_words
from models.complaint import Complaint, ComplaintEvent


async def widen(case: Complaint, desk: Desk, now: datetime) -> None:
    """Move the law's limit upwards, never down; the caller holds the row's lock and saves."""
    begun = case.reopened_at or case.received_at
    wider = legal_due(begun, desk.calendar, desk.staffed_hours, joint=True)
    case.joint, case.legal_due_at = True, max(case.legal_due_at, wider)
    detail = staff_words(desk.language).complaint_notes["joint"]
    await note(case, ComplaintEvent.TAGGED, now, detail=detail)
