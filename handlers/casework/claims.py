"""Taking a complaint in hand: of several who try one has it; a silent claim goes back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from handlers.casework.access import may_work_on
from handlers.casework.clocks import watch_claim
from handlers.casework.entries import note
from handlers.casework.group import post_claimed, post_returned
from handlers.casework.locking import case_in_hand
from handlers.claims import Claim, Refusal
from models.complaint import Complaint, ComplaintEvent, ComplaintState
from models.hospital import StaffMember
from models.unit import unit_of_work


async def claim_complaint(complaint_id: UUID, staff: StaffMember, now: datetime) -> Claim:
    """Take a case nobody has; who comes later hears who has it, and nothing changes."""
    case = await Complaint.get(id=complaint_id).prefetch_related("owner")
    if not may_work_on(staff, case):
        return Claim(taken=False, taken_by="", taken_at=None, refusal=Refusal.NOT_ALLOWED)
    # most who come second are told without a transaction
    if case.owner_id is not None or case.state is ComplaintState.CLOSED:
        return _lost(case, staff)
    return await unit_of_work(lambda: _claim(complaint_id, staff, now))


async def return_complaint(complaint_id: UUID, staff: StaffMember, now: datetime) -> Refusal | None:
    """Give a case back to its office."""
    return await unit_of_work(lambda: _return(complaint_id, staff, now))


async def give_to_all(case: Complaint) -> None:
    """Take a case out of its owner's hands; the caller has locked it."""
    case.owner_id = case.claimed_at = None
    if case.state is ComplaintState.INVESTIGATING:
        case.state = ComplaintState.RECEIVED
    await case.save(update_fields=["owner_id", "claimed_at", "state"])


async def _claim(complaint_id: UUID, staff: StaffMember, now: datetime) -> Claim:
    free = Complaint.filter(id=complaint_id, owner_id__isnull=True)
    won = await free.exclude(state=ComplaintState.CLOSED).update(owner_id=staff.id, claimed_at=now)
    case = await Complaint.get(id=complaint_id).prefetch_related("owner")
    if not won:
        return _lost(case, staff)
    if case.state is ComplaintState.RECEIVED:
        case.state = ComplaintState.INVESTIGATING
        await case.save(update_fields=["state"])
    entry = await note(case, ComplaintEvent.CLAIMED, now, staff_id=staff.id)
    await watch_claim(case, now)
    await post_claimed(case, entry, staff, now)
    return Claim(taken=True, taken_by=staff.name, taken_at=now)


def _lost(case: Complaint, staff: StaffMember) -> Claim:
    if case.state is ComplaintState.CLOSED:
        return Claim(taken=False, taken_by="", taken_at=None, refusal=Refusal.CLOSED)
    holder = case.owner.name if case.owner else ""
    return Claim(case.owner_id == staff.id, holder, case.claimed_at)


async def _return(complaint_id: UUID, staff: StaffMember, now: datetime) -> Refusal | None:
    case = await case_in_hand(complaint_id, staff)
    if isinstance(case, Refusal):
        return case
    await give_to_all(case)
    entry = await note(case, ComplaintEvent.RETURNED, now, staff_id=staff.id)
    await post_returned(case, entry, staff, now)
    return None
