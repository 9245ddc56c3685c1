"""What the patient's yes or no means: closed, or back to the doctor with a clock of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dialogs.levels import Level
from handlers.alerts import RaisedAlert, raise_alert
from handlers.desk import Desk
from models.alert import Alert
from models.audit import append_entry
from models.ward_week import Disposition, QuestionTicket, TicketState

UNDERSTOOD: Final = "question.understood"
NOT_UNDERSTOOD: Final = "question.not_understood"
# raised for a question whose ticket is open: it is not filed anew
RULE: Final = "question:again"


async def settle(ticket: QuestionTicket, by: str, now: datetime) -> None:
    """Note the patient's yes; what was only to be answered is closed with it (M7)."""
    ticket.state, ticket.solved, ticket.read_back_at = TicketState.UNDERSTOOD, True, now
    if ticket.disposition in ("", Disposition.ANSWER):
        ticket.state, ticket.closed_at, ticket.closed_by = TicketState.CLOSED, now, by
    await ticket.save()
    await append_entry(now, by, UNDERSTOOD, subject_type="question", subject=ticket.id)


async def give_back(
    desk: Desk, ticket: QuestionTicket, words: str, by: str, now: datetime, *, call: bool = False
) -> Alert:
    """Put a question that was not understood before the ward again, with a new clock.

    It goes back to the doctor; who only wants to be phoned waits for a call about the same answer.
    """
    before = await Alert.get_or_none(id=ticket.alert_id)
    raised = await raise_alert(
        desk,
        RaisedAlert(
            Level.Q,
            RULE,
            f"{RULE}:{ticket.id}:{now.isoformat()}",
            words=words,
            conversation_id=before.conversation_id if before else None,
            task_id=ticket.task_id,
            encounter_id=ticket.encounter_id,
            patient_id=ticket.patient_id,
            department_id=ticket.department_id,
        ),
        now,
    )
    ticket.state = TicketState.ANSWERED if call else TicketState.WITH_DEPARTMENT
    ticket.solved, ticket.read_back_at = False, now
    ticket.alert_id, ticket.due_at = raised.id, raised.due_at
    await ticket.save()
    await append_entry(now, by, NOT_UNDERSTOOD, subject_type="question", subject=ticket.id)
    return raised
