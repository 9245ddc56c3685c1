"""What falls due of a complaint: warnings before a clock runs out, climbing after (R135, F41).

Every use case looks at the row as it is now; what was done meanwhile, or belongs to an older
version, is left alone.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from dialogs.complaints.events import Prompt
from handlers.casework.claims import give_to_all
from handlers.casework.clocks import (
    AGAIN,
    BEFORE_RESULT,
    promised_until,
    silent_at,
    waits_for_answer,
    waits_for_contact,
    waits_for_result,
    wants_contact_again,
)
from handlers.casework.entries import note
from handlers.casework.group import post_late, post_quiet, post_returned, post_warning
from handlers.casework.lateness import is_only_to_tell, tell_late
from handlers.casework.locking import case_of_timer
from handlers.desk import Desk
from handlers.staff_words import staff_words
from handlers.timers import DueKind, Timer, occurrence_of, set_timer
from models.complaint import Complaint, ComplaintEntry, ComplaintEvent
from models.hospital import StaffRole
from models.timetable import Due

STALE: Final = "stale"
SETTLED: Final = "settled"
# whom a clock climbs to when it has run out, beside the offices that follow the case
CONTACT_LATE: Final = (StaffRole.COMPLAINT_OFFICE, StaffRole.MEDICAL_AFFAIRS)
RESULT_LATE: Final = (StaffRole.MEDICAL_AFFAIRS,)
LEGAL_LATE: Final = (StaffRole.MEDICAL_AFFAIRS, StaffRole.ADMIN)


async def warn_contact(desk: Desk, due: Due, now: datetime) -> str:
    """Warn an hour of staffed time before the first contact is due."""
    case = await case_of_timer(due)
    if case is None or not waits_for_contact(case):
        return STALE if case is None else SETTLED
    return await _warn(case, due, "contact", case.contact_due_at, desk, now)


async def contact_overdue(desk: Desk, due: Due, now: datetime) -> str:
    """Tell that nobody has spoken with the patient in time; after a refusal, not again.

    The first time the patient is told too.
    """
    case = await case_of_timer(due, writes=True)
    if case is None:
        return STALE
    if occurrence_of(due).startswith(AGAIN):
        wanted = await wants_contact_again(case)
        if wanted is None or occurrence_of(due) != f"{AGAIN}{wanted.position}":
            return SETTLED
        return await _climb(case, "again", due.due_at, CONTACT_LATE, desk, now)
    if not waits_for_contact(case):
        return SETTLED
    at = case.contact_due_at
    if not is_only_to_tell(due):
        await _climb(case, "contact", at, CONTACT_LATE, desk, now)
    if promised_until(case) > now:  # else it is told that the result is late
        await _tell(case, due, Prompt.LATE_CALL, at, desk, now)
    return "escalated"


async def warn_result(desk: Desk, due: Due, now: datetime) -> str:
    """Warn a day before the promised result is due (R135)."""
    case = await case_of_timer(due)
    if case is None or not waits_for_result(case):
        return STALE if case is None else SETTLED
    return await _warn(case, due, "result", promised_until(case), desk, now)


async def result_overdue(desk: Desk, due: Due, now: datetime) -> str:
    """Tell that the promised day has passed without a result; in the morning the patient too."""
    case = await case_of_timer(due, writes=True)
    if case is None or not waits_for_result(case):
        return STALE if case is None else SETTLED
    at = promised_until(case)
    if not is_only_to_tell(due):
        await _climb(case, "result", at, RESULT_LATE, desk, now)
    await _tell(case, due, Prompt.LATE, at, desk, now)
    return "escalated"


async def legal_overdue(desk: Desk, due: Due, now: datetime) -> str:
    """Tell that the law's limit has passed without a result (R155)."""
    case = await case_of_timer(due)
    if case is None or not waits_for_result(case):
        return STALE if case is None else SETTLED
    return await _climb(case, "legal", case.legal_due_at, LEGAL_LATE, desk, now)


async def return_silent(desk: Desk, due: Due, now: datetime) -> str:
    """Give a case back when nothing was heard of it for two staffed hours after its claim."""
    case = await case_of_timer(due)
    at = silent_at(case, desk) if case is not None else None
    if case is None or at is None or not _same_claim(case, due):
        return STALE
    if case.state not in BEFORE_RESULT or await _heard_of(case):
        return SETTLED
    if now < at:
        claim = occurrence_of(due).partition("/")[0]
        later = Timer(
            DueKind.RETURN_COMPLAINT, case.id, at, f"{claim}/{at.isoformat()}", case.version
        )
        await set_timer(later)
        return "later"
    await give_to_all(case)
    detail = staff_words(desk.language).complaint_notes["silent"]
    entry = await note(case, ComplaintEvent.RETURNED, now, detail=detail)
    await post_returned(case, entry, None, now)
    return "returned"


async def close_unanswered(desk: Desk, due: Due, now: datetime) -> str:
    """Say that the patient has not answered for a week: a person has to end the case."""
    case = await case_of_timer(due)
    if case is None or not waits_for_answer(case):
        return STALE if case is None else SETTLED
    if await post_quiet(case, due.due_at, desk, now):
        await _note_clock(case, ComplaintEvent.WARNED, "closing", now)
    return "warned"


async def _warn(
    case: Complaint, due: Due, clock: str, at: datetime, desk: Desk, now: datetime
) -> str:
    if case.snoozed_until is not None and case.snoozed_until > now:
        later = Timer(
            DueKind(due.kind),
            case.id,
            case.snoozed_until,
            f"snoozed:{case.snoozed_until.isoformat()}",
            case.version,
            due.stops_at,
        )
        await set_timer(later)
        return "snoozed"
    if await post_warning(case, clock, at, desk, now):
        await _note_clock(case, ComplaintEvent.WARNED, clock, now)
    return "warned"


async def _climb(
    case: Complaint,
    clock: str,
    at: datetime,
    roles: Collection[StaffRole],
    desk: Desk,
    now: datetime,
) -> str:
    names = [role.value for role in roles]
    if await post_late(case, clock, at, names, desk, now):
        await _note_clock(case, ComplaintEvent.ESCALATED, clock, now, names)
    return "escalated"


async def _tell(
    case: Complaint, due: Due, what: Prompt, at: datetime, desk: Desk, now: datetime
) -> None:
    """Tell the patient; where nobody can be written to, the history says so."""
    if not await tell_late(desk, case, due, what, at, now):
        detail = staff_words(desk.language).complaint_notes["unsent"]
        await note(case, ComplaintEvent.NOTED, now, detail=detail)


async def _note_clock(
    case: Complaint,
    event: ComplaintEvent,
    clock: str,
    now: datetime,
    roles: Collection[str] = (),
) -> ComplaintEntry:
    words = staff_words()
    detail = "\n".join(filter(None, (words.complaint_clocks[clock], words.role_names(roles))))
    return await note(case, event, now, detail=detail)


def _same_claim(case: Complaint, due: Due) -> bool:
    claimed = case.claimed_at.isoformat() if case.claimed_at else ""
    return occurrence_of(due).partition("/")[0] == claimed


async def _heard_of(case: Complaint) -> bool:
    """Tell whether who took it has done anything with it since."""
    lines = ComplaintEntry.filter(
        complaint_id=case.id, staff_id=case.owner_id, at__gte=case.claimed_at
    )
    quiet = (ComplaintEvent.CLAIMED, ComplaintEvent.SNOOZED)
    return await lines.exclude(event__in=quiet).exists()
