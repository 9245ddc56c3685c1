"""Staff in a talk: the first who takes it has it; they answer, and give it to the bot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.actions import Say
from dialogs.timing.spans import local
from handlers.alerts import note
from handlers.answering import last_address
from handlers.booking.consult_desk import Outcome
from handlers.claims import LONGEST_REPLY, Closing, Refusal, claim, close_alert
from handlers.desk import Desk
from handlers.human_talk import ASKED_FOR, hold_talk, open_talks, watch, watch_for_silence
from handlers.human_talk_consult import claim_beside, close_beside
from handlers.human_talk_ending import close_talk
from handlers.human_talk_scope import may_talk
from handlers.outgoing import Draft, write
from handlers.staff_words import staff_words
from models.alert import Alert, AlertEvent
from models.conversation import Conversation, DeliveryClass, OutgoingPurpose
from models.hospital import StaffMember
from models.people import Patient
from models.room import HumanTalk
from models.unit import lock, unit_of_work

_CONFIRMED: Final = "confirmed"
_TALKED: Final = "talked"


@dataclass(frozen=True, slots=True)
class Taking:
    """Who has a talk now; `taken` when it is the one who asked."""

    taken: bool
    taken_by: str = ""
    refusal: Refusal | None = None


@dataclass(slots=True)
class InHand:
    """A talk in the hand of who acts; conversation, alert and talk are locked."""

    talk: HumanTalk
    conversation: Conversation


async def take_talk(talk_id: UUID, staff: StaffMember, desk: Desk, now: datetime) -> Taking:
    """Take a talk; of several who try at once one gets it, the others hear who.

    The alert beside it is claimed with it, so that its ladder stops.
    """

    async def work() -> Taking:
        talk = await hold_talk(talk_id)
        if talk is None:
            return Taking(taken=False, refusal=Refusal.CLOSED)
        if not await may_talk(staff, talk):
            return Taking(taken=False, refusal=Refusal.NOT_ALLOWED)
        free = open_talks().filter(id=talk_id, staff_id=None)
        if not await free.update(staff_id=staff.id, taken_at=now):
            return await _taken_by(talk_id, staff)
        if talk.alert_id is not None:
            await claim(talk.alert_id, staff, None, desk, now)
        await claim_beside(talk, staff, now)
        await watch(talk, now)
        return Taking(taken=True, taken_by=staff.name)

    return await unit_of_work(work)


async def answer_talk(
    talk_id: UUID, staff: StaffMember, text: str, once: str, desk: Desk, now: datetime
) -> Refusal | None:
    """Write to the patient in one's own name; `once` names this answer, a second click sends none.

    The words of staff are a value, never a template.
    """
    words = text.strip()
    if not words:
        return Refusal.EMPTY
    if len(words) > LONGEST_REPLY:
        return Refusal.TOO_LONG

    async def work() -> Refusal | None:
        found = await in_hand(talk_id, staff)
        if isinstance(found, Refusal):
            return found
        return await _answer(found, staff, words, once, desk, now)

    return await unit_of_work(work)


async def end_talk(talk_id: UUID, staff: StaffMember, desk: Desk, now: datetime) -> Refusal | None:
    """Give the talk to the bot: goodbye once, what was interrupted goes on, the question is closed.

    An alert of danger or dispute stays: it wants a verdict of its own.
    """

    async def work() -> Refusal | None:
        found = await in_hand(talk_id, staff)
        if isinstance(found, Refusal):
            return found
        await close_talk(desk, found.conversation, found.talk, staff, now)
        await close_question(found.talk, staff, now)
        await close_beside(found.talk, staff, Outcome.ANSWERED, now)
        return None

    return await unit_of_work(work)


async def in_hand(talk_id: UUID, staff: StaffMember) -> InHand | Refusal:
    """Load a talk that is mine, the conversation locked first as by everybody who writes to it."""
    known = await HumanTalk.get_or_none(id=talk_id)
    if known is None or not await may_talk(staff, known):
        return Refusal.NOT_ALLOWED
    conversation = await lock(Conversation.filter(id=known.conversation_id)).get()
    talk = await hold_talk(talk_id)
    if talk is None:
        return Refusal.CLOSED
    return InHand(talk, conversation) if talk.staff_id == staff.id else Refusal.CLAIM_FIRST


async def _taken_by(talk_id: UUID, staff: StaffMember) -> Taking:
    talk = await HumanTalk.get(id=talk_id).prefetch_related("staff")
    if talk.closed_at is not None:
        return Taking(taken=False, refusal=Refusal.CLOSED)
    if talk.staff_id == staff.id:
        return Taking(taken=True, taken_by=staff.name)
    return Taking(taken=False, taken_by=talk.staff.name if talk.staff else "")


async def _answer(
    found: InHand, staff: StaffMember, words: str, once: str, desk: Desk, now: datetime
) -> Refusal | None:
    talk, conversation = found.talk, found.conversation
    point = await last_address(conversation)
    if point is None:
        return Refusal.NOBODY_TO_WRITE_TO
    patient = await Patient.get_or_none(id=talk.patient_id)
    born = patient.birth_date if patient else None
    draft = Draft(
        Say("M-STAFF"),
        f"talk-staff:{talk.id}:{once}",
        purpose=OutgoingPurpose.STAFF,
        delivery_class=DeliveryClass.A,
        contact_point_id=point.id,
        channel=point.system.channel,
        dialog_id=talk.dialog_id,
        patient_id=talk.patient_id,
        elderly=desk.hours.is_elderly(born, local(now).date()),
    )
    values = {"caller": staff_words(desk.language).caller(staff), "text": words}
    if await write(conversation, draft, values, now) is None:
        return None
    await watch_for_silence(talk, now)
    await open_talks().filter(id=talk.id).update(waiting_since=None)
    if talk.alert_id is not None:
        alert = await Alert.get(id=talk.alert_id)
        await note(alert, AlertEvent.REPLIED, now, staff_id=staff.id, detail=words)
    return None


async def close_question(talk: HumanTalk, staff: StaffMember, now: datetime) -> None:
    """The question a person was asked for has its answer: the talk."""
    alert = await Alert.get_or_none(id=talk.alert_id)
    if alert is not None and alert.rule.startswith(ASKED_FOR) and alert.claimed_by_id == staff.id:
        await close_alert(alert.id, staff, Closing(_CONFIRMED, _TALKED), now)
