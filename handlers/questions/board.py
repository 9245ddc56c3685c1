"""The board of questions by state, and one of them opened: the look is on record (R163)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from tortoise.queryset import QuerySet

from handlers.cards import Person, look, person_of
from handlers.masking import mask_name
from handlers.questions.steps import doctors_for
from handlers.scope import visible_questions
from models.alert import Alert
from models.audit import AuditEntry
from models.care import Encounter
from models.hospital import StaffMember
from models.people import Patient
from models.ward_week import QuestionTicket, TicketState

# what is closed stays on the board for a week
SHOWN_AFTER_CLOSING = timedelta(days=7)
MOST = 500
OVERDUE_STATES = (TicketState.RECEIVED, TicketState.WITH_DEPARTMENT, TicketState.ANSWERED)
# after a day without a word somebody phones to ask
ASK_BY_PHONE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question on the board, masked."""

    id: UUID
    number: str
    state: TicketState
    name: str
    ward: str
    liaison: str
    mine: bool
    urgent: bool
    asked_at: datetime
    due_at: datetime
    told_at: datetime | None
    solved: bool | None

    def late(self, now: datetime) -> bool:
        """Tell whether the patient should have been told by now."""
        return self.state in OVERDUE_STATES and self.due_at < now

    def wants_call(self, now: datetime) -> bool:
        """Tell whether nobody said for a day whether it was understood."""
        waits = self.state is TicketState.TOLD and self.told_at is not None
        return waits and self.told_at is not None and now - self.told_at >= ASK_BY_PHONE


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """A question opened: who asks, what, the doctors, what has been done."""

    ticket: QuestionTicket
    row: QuestionRow
    person: Person
    alert: Alert | None
    doctors: Sequence[StaffMember]
    history: Sequence[AuditEntry]
    words: str = field(repr=False)


async def question_board(
    staff: StaffMember, now: datetime, *, mine: bool = False
) -> Mapping[TicketState, list[QuestionRow]]:
    """List the questions by state, the one that runs out first in front."""
    rows = visible_questions(staff)
    if mine:
        rows = rows.filter(liaison_id=staff.id)
    open_ones = await _loaded(rows.exclude(state=TicketState.CLOSED).order_by("due_at"))
    since = now - SHOWN_AFTER_CLOSING
    closed = await _loaded(
        rows.filter(state=TicketState.CLOSED, closed_at__gte=since).order_by("-closed_at")
    )
    found = [row_of(ticket, staff) for ticket in (*open_ones, *closed)]
    return {state: [row for row in found if row.state is state] for state in TicketState}


async def open_question(ticket_id: UUID, staff: StaffMember, now: datetime) -> QuestionCard | None:
    """Open a question; None for what this person may not see. The look is on record."""
    found = visible_questions(staff).filter(id=ticket_id)
    ticket = await found.prefetch_related("patient", "department", "liaison", "alert").first()
    if ticket is None:
        return None
    await look(staff, "question.opened", "question", ticket.id, now)
    stay = await Encounter.get_or_none(id=ticket.encounter_id).prefetch_related("department")
    patient = await Patient.get(id=ticket.patient_id)
    trail = AuditEntry.filter(subject=ticket.id).exclude(action="question.opened")
    return QuestionCard(
        ticket=ticket,
        row=row_of(ticket, staff),
        person=await person_of(patient, stay, now),
        alert=ticket.alert,
        doctors=await doctors_for(ticket),
        history=await trail.order_by("sequence"),
        words=ticket.words,
    )


async def questions_waiting(staff: StaffMember) -> int:
    """Count the questions that wait for somebody."""
    waiting = visible_questions(staff).filter(liaison_id=staff.id, state__in=OVERDUE_STATES)
    return await waiting.count()


def row_of(ticket: QuestionTicket, staff: StaffMember) -> QuestionRow:
    """Describe a loaded question as the board shows it."""
    return QuestionRow(
        id=ticket.id,
        number=ticket.number,
        state=ticket.state,
        name=mask_name(ticket.patient.name),
        ward=ticket.department.name if ticket.department else "",
        liaison=ticket.liaison.name if ticket.liaison else "",
        mine=ticket.liaison_id == staff.id,
        urgent=ticket.urgent,
        asked_at=ticket.asked_at,
        due_at=ticket.due_at,
        told_at=ticket.told_at,
        solved=ticket.solved,
    )


async def _loaded(rows: QuerySet[QuestionTicket]) -> list[QuestionTicket]:
    return await rows.limit(MOST).prefetch_related("patient", "department", "liaison")
