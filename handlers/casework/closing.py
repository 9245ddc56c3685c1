"""Ending a case: with finding, facts, measures, root cause, and what the patient says to it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q

from handlers.casework.access import may_work_on
from handlers.casework.answers import ACCEPT, ANSWERS, CALL, REFUSE, open_again, record_answer
from handlers.casework.clocks import UNANSWERED, WITHDRAWN, last_of
from handlers.casework.entries import note
from handlers.casework.group import post_closed
from handlers.casework.keeping import keep
from handlers.casework.locking import case_in_hand, locked_case
from handlers.claims import Refusal
from handlers.desk import Desk
from handlers.staff_words import staff_words
from models.complaint import Complaint, ComplaintClosing, ComplaintEvent, ComplaintState
from models.hospital import StaffMember
from models.unit import unit_of_work

_REFUSED = (REFUSE, CALL)


async def note_answer(
    complaint_id: UUID, staff: StaffMember, answer: str, text: str, desk: Desk, now: datetime
) -> Refusal | None:
    """Record what the patient said to the result on the telephone or at the desk."""
    if answer not in ANSWERS:
        return Refusal.INCOMPLETE
    return await unit_of_work(lambda: _note_answer(complaint_id, staff, answer, text, desk, now))


async def close_complaint(
    complaint_id: UUID,
    staff: StaffMember,
    closing: str,
    root_cause: str,
    desk: Desk,
    now: datetime,
    *,
    ways: str = "",
) -> Refusal | None:
    """End a case; where the result is not accepted, `ways` are those the patient was told of.

    Nothing ends by itself: seven days without a word only allow a person to end it.
    """
    if closing not in tuple(ComplaintClosing) or root_cause not in staff_words().root_causes:
        return Refusal.INCOMPLETE
    end = ComplaintClosing(closing)
    if end is ComplaintClosing.NOT_ACCEPTED and not ways.strip():
        return Refusal.WAYS_NEEDED
    return await unit_of_work(
        lambda: _close(complaint_id, staff, (end, root_cause, ways.strip()), desk, now)
    )


async def reopen(
    complaint_id: UUID, staff: StaffMember, reason: str, desk: Desk, now: datetime
) -> Refusal | None:
    """Open a closed case again; both clocks begin anew."""
    if not reason.strip():
        return Refusal.REASON_NEEDED
    return await unit_of_work(lambda: _reopen(complaint_id, staff, reason.strip(), desk, now))


async def _note_answer(
    complaint_id: UUID, staff: StaffMember, answer: str, text: str, desk: Desk, now: datetime
) -> Refusal | None:
    case = await case_in_hand(complaint_id, staff)
    if isinstance(case, Refusal):
        return case
    if case.state is not ComplaintState.ANSWERED:
        return Refusal.NOT_ANSWERED
    await record_answer(case, answer, now, staff_id=staff.id, detail=text.strip())
    await keep(case, desk, now)
    return None


async def _close(
    complaint_id: UUID,
    staff: StaffMember,
    ended: tuple[ComplaintClosing, str, str],
    desk: Desk,
    now: datetime,
) -> Refusal | None:
    case = await case_in_hand(complaint_id, staff)
    if isinstance(case, Refusal):
        return case
    closing, root_cause, ways = ended
    if (refusal := await _why_not(case, closing, now)) is not None:
        return refusal
    case.state, case.closing, case.root_cause = ComplaintState.CLOSED, closing, root_cause
    case.closed_at, case.closed_by_id, case.snoozed_until = now, staff.id, None
    # each closing is rated for itself
    case.satisfaction = None
    words = staff_words(desk.language)
    said = (words.complaint_closings[closing], words.root_causes[root_cause], ways)
    detail = "\n".join(filter(None, said))
    entry = await note(case, ComplaintEvent.CLOSED, now, staff_id=staff.id, detail=detail)
    await keep(case, desk, now)
    await post_closed(case, entry, now)
    return None


async def _why_not(case: Complaint, closing: ComplaintClosing, now: datetime) -> Refusal | None:
    """Say what is missing for this end."""
    match closing:
        case ComplaintClosing.WITHDRAWN:
            return _why_not_withdrawn(case)
        case ComplaintClosing.DUPLICATE:
            return None if await _has_twin(case) else Refusal.NO_TWIN
        case ComplaintClosing.ACCEPTED:
            return _unfinished(case) or _unless(case.patient_answer == ACCEPT)
        case ComplaintClosing.NOT_ACCEPTED:
            refused = case.patient_answer in _REFUSED
            return _unfinished(case) or (None if refused else Refusal.NOT_ANSWERED)
        case ComplaintClosing.NO_ANSWER:
            return _unfinished(case) or await _why_not_silent(case, now)


def _unfinished(case: Complaint) -> Refusal | None:
    """Without a finding, the facts and the measures told there is nothing to end."""
    if case.answered_at is None:
        return Refusal.NOT_ANSWERED
    whole = case.finding is not None and case.facts and case.measures
    return None if whole else Refusal.UNFINISHED


def _unless(accepted: bool) -> Refusal | None:  # noqa: FBT001 - private, one caller
    return None if accepted else Refusal.ACCEPT_MISSING


def _why_not_withdrawn(case: Complaint) -> Refusal | None:
    """Withdrawn in the chat, or on the telephone to who has spoken with the patient."""
    if case.patient_answer == WITHDRAWN or case.contacted_at is not None:
        return None
    return Refusal.NO_CONTACT


async def _why_not_silent(case: Complaint, now: datetime) -> Refusal | None:
    if case.patient_answer:
        return Refusal.NOT_OPEN
    told = await last_of(case, ComplaintEvent.ANSWERED)
    waited = told is not None and now >= told.at + UNANSWERED
    return None if waited else Refusal.TOO_EARLY


async def _has_twin(case: Complaint) -> bool:
    """The same person has another case that stands."""
    same = Q(id__in=[])
    for owner in ("conversation_id", "patient_id"):
        if (known := getattr(case, owner)) is not None:
            same |= Q(**{owner: known})
    stands = Q(closing__isnull=True) | ~Q(closing=ComplaintClosing.DUPLICATE)
    return await Complaint.filter(same, stands).exclude(id=case.id).exists()


async def _reopen(
    complaint_id: UUID, staff: StaffMember, reason: str, desk: Desk, now: datetime
) -> Refusal | None:
    case = await locked_case(complaint_id)
    if not may_work_on(staff, case):
        return Refusal.NOT_ALLOWED
    if case.state is not ComplaintState.CLOSED:
        return Refusal.NOT_CLOSED
    await open_again(case, desk, now, staff_id=staff.id, why=reason)
    await keep(case, desk, now)
    return None
