"""What staff do with a question: send it on, answer it, ask back, close it (R156)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from handlers.desk import Desk
from handlers.duty import liaisons_of
from handlers.questions.filing import URGENT
from handlers.questions.following import BEFORE_TOLD
from handlers.questions.outcome import give_back, settle
from handlers.scope import DOCTORS, visible_questions
from models.alert import Alert, AlertStatus
from models.audit import append_entry
from models.conversation import Conversation
from models.hospital import StaffMember, StaffRole
from models.unit import lock, lock_row, unit_of_work
from models.ward_week import Disposition, QuestionTicket, TicketState

LONGEST: Final = 500
_UNDECIDED: Final = (TicketState.RECEIVED, TicketState.WITH_DEPARTMENT)
_ASKED: Final = (TicketState.TOLD, TicketState.UNDERSTOOD)
_ANSWERING: Final = DOCTORS | {StaffRole.MEDICAL_AFFAIRS}
_SUBJECT: Final = "question"


class QuestionFault(StrEnum):
    """Why a question stayed where it was; the words are among the refusals of console.toml."""

    NOT_FOUND = "not_allowed"
    WRONG_STATE = "question_moved_on"
    NO_DOCTOR = "no_liaison"
    DOCTORS_ONLY = "doctors_answer"
    EMPTY = "empty"
    TOO_LONG = "reply_too_long"
    NOBODY_TO_WRITE_TO = "nobody_to_write_to"
    TO_BE_PHONED = "to_be_phoned"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the doctor says, and what is to become of the question (R050)."""

    text: str = field(repr=False)
    disposition: Disposition = Disposition.ANSWER


Work = Callable[[QuestionTicket], Awaitable[QuestionFault | None]]


async def pass_on(
    ticket_id: UUID, staff: StaffMember, to: str, now: datetime
) -> QuestionFault | None:
    """Send a question to a doctor of its department by user name."""

    async def work(ticket: QuestionTicket) -> QuestionFault | None:
        named = {one.username: one for one in await doctors_for(ticket)}
        if to not in named:
            return QuestionFault.NO_DOCTOR
        ticket.liaison_id, ticket.passed_on_at = named[to].id, now
        ticket.state = TicketState.WITH_DEPARTMENT
        await _keep(ticket, staff, "question.passed_on", now, reason=to)
        return None

    return await step(ticket_id, staff, _UNDECIDED, work)


async def doctors_for(ticket: QuestionTicket) -> list[StaffMember]:
    """List who may be asked: the doctors the department has named, then its others."""
    if ticket.department_id is None:
        return []
    named = await liaisons_of(ticket.department_id)
    await ticket.fetch_related("department")
    code = ticket.department.code if ticket.department else ""
    doctors = await StaffMember.filter(active=True, role__in=_ANSWERING).order_by("username")
    known = {one.id for one in named}
    return named + [one for one in doctors if one.id not in known and code in one.departments]


async def give_opinion(
    ticket_id: UUID, staff: StaffMember, opinion: Opinion, now: datetime
) -> QuestionFault | None:
    """Keep what a doctor says to it; plain words for the patient follow."""
    text = opinion.text.strip()
    if not text:
        return QuestionFault.EMPTY

    async def work(ticket: QuestionTicket) -> QuestionFault | None:
        if staff.role not in _ANSWERING and ticket.liaison_id != staff.id:
            return QuestionFault.DOCTORS_ONLY
        ticket.opinion, ticket.disposition = text, opinion.disposition.value
        ticket.answered_at, ticket.state = now, TicketState.ANSWERED
        ticket.liaison_id = ticket.liaison_id or staff.id
        await _keep(ticket, staff, "question.answered", now, reason=opinion.disposition.value)
        return None

    return await step(ticket_id, staff, _UNDECIDED, work)


async def mark_urgent(ticket_id: UUID, staff: StaffMember, now: datetime) -> QuestionFault | None:
    """Give a question half an hour from now; the ladder of its alert follows the clock."""

    async def work(ticket: QuestionTicket) -> QuestionFault | None:
        ticket.urgent, ticket.due_at = True, min(ticket.due_at, now + URGENT)
        alert = await lock(Alert.filter(id=ticket.alert_id, status=AlertStatus.OPEN)).first()
        if alert is not None:
            alert.due_at = ticket.due_at
            if alert.escalate_at is not None:
                alert.escalate_at = min(alert.escalate_at, ticket.due_at)
            await alert.save(update_fields=["due_at", "escalate_at"])
        await _keep(ticket, staff, "question.urgent", now)
        return None

    return await step(ticket_id, staff, BEFORE_TOLD, work)


async def note_read_back(
    ticket_id: UUID, staff: StaffMember, desk: Desk, now: datetime, *, understood: bool
) -> QuestionFault | None:
    """Note what the patient said on the phone; a no goes back to the doctor."""

    async def work(ticket: QuestionTicket) -> QuestionFault | None:
        if understood:
            await settle(ticket, staff.username, now)
        else:
            await give_back(desk, ticket, ticket.words, staff.username, now)
        return None

    return await step(ticket_id, staff, (TicketState.TOLD,), work)


async def close_question(
    ticket_id: UUID, staff: StaffMember, now: datetime
) -> QuestionFault | None:
    """Close what was told: seen to, or nobody could be asked whether it was understood."""

    async def work(ticket: QuestionTicket) -> QuestionFault | None:
        ticket.state, ticket.closed_at, ticket.closed_by = TicketState.CLOSED, now, staff.username
        await _keep(ticket, staff, "question.closed", now)
        return None

    return await step(ticket_id, staff, _ASKED, work)


async def step(
    ticket_id: UUID, staff: StaffMember, states: Collection[TicketState], work: Work
) -> QuestionFault | None:
    """Take one step of a question, locked, if it stands in one of these states."""

    async def steps() -> QuestionFault | None:
        known = await visible_questions(staff).get_or_none(id=ticket_id)
        if known is None:
            return QuestionFault.NOT_FOUND
        await _lock_around(known)
        ticket = await lock_row(known)
        return await work(ticket) if ticket.state in states else QuestionFault.WRONG_STATE

    return await unit_of_work(steps)


async def _lock_around(ticket: QuestionTicket) -> None:
    """Lock the conversation, then the alert, then the ticket: the order everybody keeps."""
    alert = await Alert.get_or_none(id=ticket.alert_id)
    if alert is None:
        return
    if alert.conversation_id is not None:
        await lock(Conversation.filter(id=alert.conversation_id)).first()
    await lock(Alert.filter(id=alert.id)).first()


async def _keep(
    ticket: QuestionTicket, staff: StaffMember, action: str, now: datetime, *, reason: str = ""
) -> None:
    await ticket.save()
    await append_entry(
        now, staff.username, action, subject_type=_SUBJECT, subject=ticket.id, reason=reason
    )
