"""What the patient says to a result, and opening a closed case again."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from handlers.casework.clocks import start_clocks
from handlers.casework.entries import note
from handlers.casework.group import post_reopened
from handlers.desk import Desk
from models.complaint import Complaint, ComplaintEvent, ComplaintState

ACCEPT: Final = "accept"
REFUSE: Final = "refuse"
CALL: Final = "call"
ANSWERS: Final = {
    ACCEPT: ComplaintEvent.ACCEPTED,
    REFUSE: ComplaintEvent.REFUSED,
    CALL: ComplaintEvent.CALL_WANTED,
}


async def record_answer(
    case: Complaint,
    answer: str,
    now: datetime,
    *,
    staff_id: UUID | None = None,
    detail: str = "",
) -> None:
    """Note an answer to the result; one that is not a yes makes it negotiated again.

    The caller holds the row's lock and saves.
    """
    case.patient_answer = answer
    if answer != ACCEPT:
        case.state = ComplaintState.NEGOTIATING
    await note(case, ANSWERS[answer], now, staff_id=staff_id, detail=detail)


async def open_again(
    case: Complaint, desk: Desk, now: datetime, *, staff_id: UUID | None = None, why: str = ""
) -> None:
    """Open a closed case again, both clocks anew; the caller holds the row's lock and saves."""
    case.state = ComplaintState.INVESTIGATING if case.owner_id else ComplaintState.RECEIVED
    case.reopened, case.reopened_at = case.reopened + 1, now
    case.contacted_at = case.answered_at = case.interim_at = case.interim_until = None
    case.update_from_dict({"closing": None, "closed_at": None, "closed_by_id": None})
    case.patient_answer, case.snoozed_until = "", None
    case.claimed_at = now if case.owner_id else None
    start_clocks(case, desk, now)
    entry = await note(case, ComplaintEvent.REOPENED, now, staff_id=staff_id, detail=why)
    await post_reopened(case, entry, now)
