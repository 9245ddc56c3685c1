"""Asking a department or office for the facts of a complaint; it tells them, never decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from handlers.cards import look
from handlers.casework.access import DISPUTE_ROLES, facts_wanted_from, is_accused
from handlers.casework.clocks import promised_until
from handlers.casework.entries import note, patients_words
from handlers.casework.group import post_facts_wanted
from handlers.casework.locking import locked_case, open_case
from handlers.claims import Refusal
from models.complaint import (
    Complaint,
    ComplaintEvent,
    ComplaintMode,
    ComplaintState,
    FactRequest,
)
from models.hospital import Department, StaffMember, StaffRole
from models.unit import lock, unit_of_work

ALLOWED: Final = timedelta(hours=24)
# these may be asked as offices; what a ward is asked goes to its heads
ASKED_ROLES: Final = (
    StaffRole.NURSING_OFFICE,
    StaffRole.MEDICAL_AFFAIRS,
    StaffRole.COMPLAINT_OFFICE,
    StaffRole.SUPERVISION_OFFICE,
    StaffRole.OUTPATIENT_OFFICE,
    StaffRole.MARKET_CENTRE,
    StaffRole.LOGISTICS,
    StaffRole.FINANCE,
    StaffRole.REGISTRATION,
    StaffRole.GUIDE_DESK,
    StaffRole.CONSULT_ROOM,
    StaffRole.IT,
)


@dataclass(frozen=True, slots=True)
class FactsAsked:
    """What a department or office reads of a case: the question, never who complains.

    `words` are the complainant's own, only where that was agreed to and after the look is on
    record.
    """

    id: UUID
    number: str
    categories: tuple[str, ...]
    question: str
    asked_at: datetime
    due_at: datetime
    answer: str
    answered_by: str
    answered_at: datetime | None
    closed: bool
    words: tuple[str, ...] = field(default=(), repr=False)

    def overdue(self, now: datetime) -> bool:
        """Tell whether the answer is late."""
        return self.answered_at is None and not self.closed and now > self.due_at


async def ask_for_facts(
    complaint_id: UUID, staff: StaffMember, asked: str, question: str, now: datetime
) -> Refusal | None:
    """Ask a department (its code) or an office (its role) for the facts, within a day.

    Asked again after an answer, the new question stands below the old one.
    """
    if not question.strip():
        return Refusal.EMPTY
    return await unit_of_work(lambda: _ask(complaint_id, staff, asked, question.strip(), now))


async def give_facts(
    request_id: UUID, staff: StaffMember, answer: str, now: datetime
) -> Refusal | None:
    """Tell the facts for one's department or office; the case stands where it stood."""
    if not answer.strip():
        return Refusal.EMPTY
    return await unit_of_work(lambda: _give(request_id, staff, answer.strip(), now))


async def facts_asked_of(staff: StaffMember) -> list[FactsAsked]:
    """List what somebody's department or office is asked, the unanswered first."""
    rows = facts_wanted_from(staff).prefetch_related("complaint", "answered_by")
    found = [_asked(row) for row in await rows.order_by("-asked_at")]
    return sorted(found, key=lambda one: (one.closed, one.answered_at is not None, one.due_at))


async def is_asked(staff: StaffMember, request_id: UUID) -> bool:
    """Tell whether a question is put to somebody's department or office."""
    return await facts_wanted_from(staff).filter(id=request_id).exists()


async def open_facts(request_id: UUID, staff: StaffMember, now: datetime) -> FactsAsked | None:
    """Open one request, the look on record; the words are shown to nobody unless agreed to."""
    rows = facts_wanted_from(staff).filter(id=request_id)
    row = await rows.prefetch_related("complaint", "answered_by").first()
    if row is None:
        return None
    await look(staff, "complaint.facts_opened", "complaint", row.complaint_id, now)
    case: Complaint = row.complaint
    agreed = case.mode is ComplaintMode.NAMED
    return _asked(row, await patients_words(case) if agreed else ())


async def _ask(
    complaint_id: UUID, staff: StaffMember, asked: str, question: str, now: datetime
) -> Refusal | None:
    case = await open_case(complaint_id, staff)
    if isinstance(case, Refusal):
        return case
    department = await Department.get_or_none(code=asked, active=True)
    if department is None and asked not in ASKED_ROLES:
        return Refusal.NO_SUCH_DEPARTMENT
    request = await _request(case, asked, department, now)
    if request.question and request.answered_at is None:
        return Refusal.ASKED_ALREADY
    request.question = "\n".join(filter(None, (request.question, question)))
    request.answered_at, request.asked_at, request.asked_by_id = None, now, staff.id
    request.due_at = _due(case, now)
    await request.save()
    detail = f"{department.name if department else asked}\n{question}"
    event = ComplaintEvent.ASKED_FOR_FACTS
    await note(case, event, now, staff_id=staff.id, detail=detail)
    await post_facts_wanted(request, case, now)
    return None


async def _request(
    case: Complaint, asked: str, department: Department | None, now: datetime
) -> FactRequest:
    known = await FactRequest.get_or_none(complaint_id=case.id, asked=asked)
    return known or FactRequest(
        complaint_id=case.id,
        asked=asked,
        department_id=department.id if department else None,
        asked_at=now,
        due_at=now,
    )


def _due(case: Complaint, now: datetime) -> datetime:
    """A day; less where the promise to the patient runs out before."""
    promise = promised_until(case)
    return min(now + ALLOWED, promise) if promise > now else now + ALLOWED


async def _give(request_id: UUID, staff: StaffMember, answer: str, now: datetime) -> Refusal | None:
    # the case before its request, as by who asks again
    asked = await FactRequest.get(id=request_id).only("id", "complaint_id")
    case = await locked_case(asked.complaint_id)
    request = await lock(FactRequest.filter(id=request_id)).get()
    if not await _may_answer(staff, request, case):
        return Refusal.NOT_ALLOWED
    if case.state is ComplaintState.CLOSED:
        return Refusal.CLOSED
    request.answer = "\n".join(filter(None, (request.answer, answer)))
    request.answered_at, request.answered_by_id = now, staff.id
    await request.save()
    await note(case, ComplaintEvent.FACTS_GIVEN, now, staff_id=staff.id, detail=answer)
    return None


async def _may_answer(staff: StaffMember, request: FactRequest, case: Complaint) -> bool:
    """The asked answer; who leads the cases may write down what was told by telephone."""
    if staff.role in DISPUTE_ROLES and not is_accused(staff, case):
        return True
    return await is_asked(staff, request.id)


def _asked(row: FactRequest, words: list[str] | tuple[str, ...] = ()) -> FactsAsked:
    case: Complaint = row.complaint
    return FactsAsked(
        id=row.id,
        number=case.number,
        categories=tuple(case.categories),
        question=row.question,
        asked_at=row.asked_at,
        due_at=row.due_at,
        answer=row.answer,
        answered_by=row.answered_by.name if row.answered_by else "",
        answered_at=row.answered_at,
        closed=case.state is ComplaintState.CLOSED,
        words=tuple(words),
    )
