"""How a case moves on between claim and result: contact, investigation, proposal, carrying out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from dialogs.timing import date_text
from handlers.casework.clocks import BEFORE_RESULT
from handlers.casework.entries import note
from handlers.casework.locking import case_in_hand
from handlers.claims import Refusal
from models.complaint import Complaint, ComplaintEvent, ComplaintState
from models.hospital import StaffMember
from models.unit import unit_of_work


async def note_contact(
    complaint_id: UUID, staff: StaffMember, text: str, now: datetime
) -> Refusal | None:
    """Record that a person has spoken with the patient: the promise of a first contact is kept."""

    def contacted(case: Complaint) -> None:
        case.contacted_at = case.contacted_at or now

    said = (ComplaintEvent.CONTACTED, text.strip())
    return await _change(complaint_id, staff, now, contacted, said, tuple(ComplaintState))


async def investigate(
    complaint_id: UUID, staff: StaffMember, text: str, now: datetime
) -> Refusal | None:
    """Look into it: what was found so far, who was heard, which records were read (R136)."""
    return await _move(
        complaint_id, staff, now, ComplaintState.INVESTIGATING, ComplaintEvent.MOVED_ON, text
    )


async def negotiate(
    complaint_id: UUID, staff: StaffMember, proposal: str, now: datetime
) -> Refusal | None:
    """Talk a proposal over with the patient (R137)."""
    if not proposal.strip():
        return Refusal.EMPTY
    return await _move(
        complaint_id, staff, now, ComplaintState.NEGOTIATING, ComplaintEvent.PROPOSED, proposal
    )


async def carry_out(
    complaint_id: UUID, staff: StaffMember, department: str, due: date, now: datetime
) -> Refusal | None:
    """Have it done: by which department, until which day (R138)."""
    name = department.strip()
    if not name:
        return Refusal.EMPTY

    def carried_out(case: Complaint) -> None:
        case.state = ComplaintState.CARRYING_OUT
        case.carried_out_by, case.carried_out_due = name, due

    said = (ComplaintEvent.MOVED_ON, f"{name} {date_text(due)}")
    return await _change(complaint_id, staff, now, carried_out, said)


async def note_on(
    complaint_id: UUID, staff: StaffMember, text: str, now: datetime
) -> Refusal | None:
    """Add a remark to the history."""
    if not text.strip():
        return Refusal.EMPTY
    said = (ComplaintEvent.NOTED, text.strip())
    return await _change(complaint_id, staff, now, _as_it_is, said, tuple(ComplaintState))


def _as_it_is(case: Complaint) -> None:
    """Leave it; only the line is added."""
    del case


async def _move(
    complaint_id: UUID,
    staff: StaffMember,
    now: datetime,
    state: ComplaintState,
    event: ComplaintEvent,
    text: str,
) -> Refusal | None:
    def moved(case: Complaint) -> None:
        case.state = state

    return await _change(complaint_id, staff, now, moved, (event, text.strip()))


async def _change(
    complaint_id: UUID,
    staff: StaffMember,
    now: datetime,
    change: Callable[[Complaint], None],
    said: tuple[ComplaintEvent, str],
    states: tuple[ComplaintState, ...] = BEFORE_RESULT,
) -> Refusal | None:
    async def work() -> Refusal | None:
        case = await case_in_hand(complaint_id, staff)
        if isinstance(case, Refusal):
            return case
        if case.state not in states:
            return Refusal.NOT_OPEN
        change(case)
        await case.save()
        event, detail = said
        await note(case, event, now, staff_id=staff.id, detail=detail)
        return None

    return await unit_of_work(work)
