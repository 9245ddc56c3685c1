"""Telling the patient what the doctor said, in plain words, and asking whether it was clear."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.actions import Ask, Say
from handlers.alerts import note
from handlers.answering import last_address
from handlers.claims import Closing, close_alert
from handlers.desk import Desk
from handlers.outgoing import Draft, write
from handlers.questions.read_back import ANSWER, ASKED_AGAIN
from handlers.questions.steps import LONGEST, QuestionFault, step
from handlers.staff_words import staff_words
from models.alert import Alert, AlertEvent, AlertStatus
from models.audit import append_entry
from models.conversation import Conversation, DeliveryClass, OutgoingPurpose
from models.hospital import StaffMember
from models.people import ContactPoint, System
from models.ward_week import QuestionTicket, TicketState

TOLD: Final = "question.told"
TO_BE_CALLED: Final = "M-Q-PHONE"
_TALKED: Final = Closing("confirmed", "talked")
_CALLED: Final = Closing("confirmed", "called")


async def tell(
    ticket_id: UUID, staff: StaffMember, words: str, desk: Desk, now: datetime
) -> QuestionFault | None:
    """Write the answer to the patient, with the question whether it was clear (M-Q-ANS).

    Free words never go by SMS: whoever has nothing else reads that somebody will call, and the
    question waits for that call with its clock running.
    """
    text = words.strip()
    if not text or len(text) > LONGEST:
        return QuestionFault.TOO_LONG if text else QuestionFault.EMPTY

    async def work(ticket: QuestionTicket) -> QuestionFault | None:
        if not await _write(ticket, ANSWER, staff, {"ans": text}, desk, now):
            announced = await _announce_call(ticket, now)
            return QuestionFault.TO_BE_PHONED if announced else QuestionFault.NOBODY_TO_WRITE_TO
        await _told(ticket, text, staff, _TALKED, now)
        return None

    return await step(ticket_id, staff, (TicketState.ANSWERED,), work)


async def told_by_phone(
    ticket_id: UUID, staff: StaffMember, words: str, now: datetime
) -> QuestionFault | None:
    """Note what the patient was told on the phone."""
    text = words.strip()
    if not text or len(text) > LONGEST:
        return QuestionFault.TOO_LONG if text else QuestionFault.EMPTY

    async def work(ticket: QuestionTicket) -> QuestionFault | None:
        await _told(ticket, text, staff, _CALLED, now)
        return None

    return await step(ticket_id, staff, (TicketState.ANSWERED,), work)


async def ask_back(
    ticket_id: UUID, staff: StaffMember, desk: Desk, now: datetime
) -> QuestionFault | None:
    """Ask in the conversation whether an answer was understood (M-Q-BACK)."""

    async def work(ticket: QuestionTicket) -> QuestionFault | None:
        if not await _write(ticket, ASKED_AGAIN, staff, {}, desk, now):
            return QuestionFault.NOBODY_TO_WRITE_TO
        return None

    return await step(ticket_id, staff, (TicketState.TOLD,), work)


async def _write(
    ticket: QuestionTicket,
    message: str,
    staff: StaffMember,
    values: dict[str, str],
    desk: Desk,
    now: datetime,
) -> bool:
    """Write to where the patient is heard of; False where that is nowhere, or SMS alone."""
    conversation, point = await _heard_by(ticket)
    if conversation is None or point is None or point.system is System.PHONE:
        return False
    conversation.turn += 1
    options = tuple(one.key for one in desk.catalog.messages[message].options)
    draft = Draft(
        Ask(conversation.turn, message, options=options),
        f"question:{ticket.id}:{message}:{now.isoformat()}",
        purpose=OutgoingPurpose.STAFF,
        delivery_class=DeliveryClass.A,
        contact_point_id=point.id,
        channel=point.system.channel,
        patient_id=ticket.patient_id,
    )
    said = {
        "no": ticket.number,
        "doc": await _doctor(ticket, staff, desk),
        "next": desk.words.get(f"next_{ticket.disposition}", ""),
        **values,
    }
    await write(conversation, draft, said, now)
    return True


async def _heard_by(ticket: QuestionTicket) -> tuple[Conversation | None, ContactPoint | None]:
    alert = await Alert.get_or_none(id=ticket.alert_id)
    conversation = await Conversation.get_or_none(id=alert.conversation_id) if alert else None
    return conversation, await last_address(conversation) if conversation else None


async def _announce_call(ticket: QuestionTicket, now: datetime) -> bool:
    """Say by SMS, once, that a nurse will call; False where there is no number to write to."""
    conversation, point = await _heard_by(ticket)
    if conversation is None or point is None:
        return False
    draft = Draft(
        Say(TO_BE_CALLED),
        f"question:{ticket.id}:{TO_BE_CALLED}",
        purpose=OutgoingPurpose.STAFF,
        contact_point_id=point.id,
        channel=point.system.channel,
        patient_id=ticket.patient_id,
    )
    await write(conversation, draft, {"no": ticket.number}, now)
    return True


async def _doctor(ticket: QuestionTicket, staff: StaffMember, desk: Desk) -> str:
    """Name whose answer it is: the doctor who gave it, else who passes it on."""
    doctor = await StaffMember.get_or_none(id=ticket.liaison_id) if ticket.opinion else None
    return staff_words(desk.language).caller(doctor or staff)


async def _told(
    ticket: QuestionTicket, text: str, staff: StaffMember, closing: Closing, now: datetime
) -> None:
    """The ward has done its part: the clock of the alert stops, the patient's yes is awaited."""
    ticket.answer, ticket.told_at, ticket.state = text, now, TicketState.TOLD
    await ticket.save()
    alert = await Alert.get_or_none(id=ticket.alert_id)
    if alert is not None and alert.status != AlertStatus.CLOSED:
        event = AlertEvent.REPLIED if closing is _TALKED else AlertEvent.CALLED
        await note(alert, event, now, staff_id=staff.id, detail=text)
        await close_alert(alert.id, staff, closing, now)
    await append_entry(
        now,
        staff.username,
        TOLD,
        subject_type="question",
        subject=ticket.id,
        reason=closing.outcome,
    )
