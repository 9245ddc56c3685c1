"""The case somebody acts on, locked, or why it may not be acted on."""

from __future__ import annotations

from uuid import UUID

from handlers.casework.access import may_work_on
from handlers.claims import Refusal
from models.complaint import Complaint, ComplaintState
from models.conversation import Conversation
from models.hospital import StaffMember
from models.timetable import Due
from models.unit import lock


async def locked_case(complaint_id: UUID, *, writes: bool = False) -> Complaint:
    """Lock a case; `writes` to the patient locks the conversation first, as everybody does."""
    if writes:
        seen = await Complaint.get(id=complaint_id).only("id", "conversation_id")
        await lock(Conversation.filter(id=seen.conversation_id)).get_or_none()
    return await lock(Complaint.filter(id=complaint_id)).get()


async def case_of_timer(due: Due, *, writes: bool = False) -> Complaint | None:
    """Lock the case a timer is about; None where the timer belongs to an older version."""
    if not await Complaint.exists(id=due.subject, version=due.version):
        return None
    case = await locked_case(due.subject, writes=writes)
    return case if case.version == due.version else None


async def open_case(
    complaint_id: UUID, staff: StaffMember, *, writes: bool = False
) -> Complaint | Refusal:
    """Lock a case that somebody may work on and that has not ended."""
    case = await locked_case(complaint_id, writes=writes)
    if not may_work_on(staff, case):
        return Refusal.NOT_ALLOWED
    return Refusal.CLOSED if case.state is ComplaintState.CLOSED else case


async def case_in_hand(
    complaint_id: UUID, staff: StaffMember, *, writes: bool = False
) -> Complaint | Refusal:
    """Lock a case that this person has claimed."""
    case = await open_case(complaint_id, staff, writes=writes)
    if isinstance(case, Complaint) and case.owner_id != staff.id:
        return Refusal.CLAIM_FIRST
    return case
