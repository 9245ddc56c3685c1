"""Staff in a talk: the first who takes it has it; they answer, hand it on, give it to the bot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.actions import Say
from dialogs.levels import Level
from dialogs.timing.spans import local
from handlers.alerts import RaisedAlert, note, raise_alert
from handlers.answering import last_address
from handlers.booking.consult import consult
from handlers.claims import LONGEST_REPLY, Closing, Refusal, claim, close_alert
from handlers.desk import Desk
from handlers.human_talk import ASKED_FOR, hold_talk, open_talks, watch
from handlers.human_talk_ending import close_talk
from handlers.human_talk_scope import may_talk
from handlers.outgoing import Draft, write
from handlers.silence import give_to_all
from handlers.staff_words import staff_words
from models.alert import Alert, AlertEvent, AlertStatus
from models.care import Encounter
from models.conversation import Conversation, DeliveryClass, OutgoingPurpose
from models.hospital import StaffMember
from models.office import ConsultReason
from models.people import Patient
from models.room import HumanTalk, TalkDesk
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
class _InHand:
    """A talk in the hand of who acts, its conversation locked."""

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
        await watch(talk, now)
        return Taking(taken=True, taken_by=staff.name)

    return await unit_of_work(work)


async def answer_talk(
    talk_id: UUID, staff: StaffMember, text: str, once: str, desk: Desk, now: datetime
) -> Refusal | None:
    """Write to the patient in one's own name; `once` names this answer, a second click sends none.

    The words of staff are a value, never a template.
    """
    words = text.strip()[:LONGEST_REPLY]
    if not words:
        return Refusal.EMPTY

    async def work() -> Refusal | None:
        found = await _in_hand(talk_id, staff)
        if isinstance(found, Refusal):
            return found
        return await _answer(found, staff, words, once, desk, now)

    return await unit_of_work(work)


async def give_talk_back(talk_id: UUID, staff: StaffMember, now: datetime) -> Refusal | None:
    """Let somebody else take the talk."""

    async def work() -> Refusal | None:
        found = await _in_hand(talk_id, staff)
        if isinstance(found, Refusal):
            return found
        await _release(found.talk, staff, now)
        return None

    return await unit_of_work(work)


async def hand_on(
    talk_id: UUID, staff: StaffMember, to: StaffMember, desk: Desk, now: datetime
) -> Refusal | None:
    """Give the talk to a colleague who may lead it."""

    async def work() -> Refusal | None:
        found = await _in_hand(talk_id, staff)
        if isinstance(found, Refusal):
            return found
        if not to.active or not await may_talk(to, found.talk):
            return Refusal.NOT_ALLOWED
        await _release(found.talk, staff, now)
        taking = await take_talk(talk_id, to, desk, now)
        return None if taking.taken else Refusal.TAKEN

    return await unit_of_work(work)


async def hand_to_desk(
    talk_id: UUID, staff: StaffMember, to: TalkDesk, desk: Desk, now: datetime
) -> Refusal | None:
    """Give the talk to the ward, with an alert of its own, or to the consult room, with a task."""

    async def work() -> Refusal | None:
        found = await _in_hand(talk_id, staff)
        if isinstance(found, Refusal):
            return found
        talk = found.talk
        if talk.for_desk is to:
            return Refusal.SAME_DEPARTMENT
        if to is TalkDesk.WARD:
            await _to_ward(found, desk, now)
        else:
            await _to_consult_room(found, staff, desk, now)
        talk.for_desk, talk.staff_id, talk.taken_at = to, None, None
        await talk.save(update_fields=["for_desk", "staff_id", "taken_at", "alert_id"])
        return None

    return await unit_of_work(work)


async def end_talk(talk_id: UUID, staff: StaffMember, desk: Desk, now: datetime) -> Refusal | None:
    """Give the talk to the bot: goodbye once, what was interrupted goes on, the question is closed.

    An alert of danger or dispute stays: it wants a verdict of its own.
    """

    async def work() -> Refusal | None:
        found = await _in_hand(talk_id, staff)
        if isinstance(found, Refusal):
            return found
        await close_talk(desk, found.conversation, found.talk, staff, now)
        await _close_question(found.talk, staff, now)
        return None

    return await unit_of_work(work)


async def _in_hand(talk_id: UUID, staff: StaffMember) -> _InHand | Refusal:
    """Load a talk that is mine, the conversation locked first as by everybody who writes to it."""
    known = await HumanTalk.get_or_none(id=talk_id)
    if known is None or not await may_talk(staff, known):
        return Refusal.NOT_ALLOWED
    conversation = await lock(Conversation.filter(id=known.conversation_id)).get()
    talk = await hold_talk(talk_id)
    if talk is None:
        return Refusal.CLOSED
    return _InHand(talk, conversation) if talk.staff_id == staff.id else Refusal.CLAIM_FIRST


async def _taken_by(talk_id: UUID, staff: StaffMember) -> Taking:
    talk = await HumanTalk.get(id=talk_id).prefetch_related("staff")
    if talk.closed_at is not None:
        return Taking(taken=False, refusal=Refusal.CLOSED)
    if talk.staff_id == staff.id:
        return Taking(taken=True, taken_by=staff.name)
    return Taking(taken=False, taken_by=talk.staff.name if talk.staff else "")


async def _answer(
    found: _InHand, staff: StaffMember, words: str, once: str, desk: Desk, now: datetime
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
        channel=point.system.value,
        dialog_id=talk.dialog_id,
        patient_id=talk.patient_id,
        elderly=desk.hours.is_elderly(born, local(now).date()),
    )
    values = {"caller": staff_words(desk.language).caller(staff), "text": words}
    if await write(conversation, draft, values, now) is None:
        return None
    await open_talks().filter(id=talk.id).update(waiting_since=None)
    if talk.alert_id is not None:
        alert = await Alert.get(id=talk.alert_id)
        await note(alert, AlertEvent.REPLIED, now, staff_id=staff.id, detail=words)
    return None


async def _release(talk: HumanTalk, staff: StaffMember, now: datetime) -> None:
    await open_talks().filter(id=talk.id).update(staff_id=None, taken_at=None)
    if talk.alert_id is None:
        return
    alert = await lock(Alert.filter(id=talk.alert_id)).get()
    if alert.status == AlertStatus.CLAIMED and alert.claimed_by_id == staff.id:
        await give_to_all(alert)
        await note(alert, AlertEvent.TRANSFERRED, now, staff_id=staff.id)


async def _to_ward(found: _InHand, desk: Desk, now: datetime) -> None:
    talk = found.talk
    stays = Encounter.filter(patient_id=talk.patient_id, withdrawn_at__isnull=True)
    stay = await stays.order_by("-discharged_on", "-created_at").first()
    alert = await raise_alert(
        desk,
        RaisedAlert(
            Level.Q,
            f"{ASKED_FOR}handed_on",
            f"talk-ward:{talk.id}:{now.isoformat()}",
            conversation_id=found.conversation.id,
            encounter_id=stay.id if stay else None,
            patient_id=talk.patient_id,
            department_id=stay.department_id if stay else None,
        ),
        now,
    )
    talk.alert_id = alert.id


async def _to_consult_room(found: _InHand, staff: StaffMember, desk: Desk, now: datetime) -> None:
    talk = found.talk
    await consult(
        desk,
        ConsultReason.ASKED,
        occurrence=f"talk-consult:{talk.id}:{now.isoformat()}",
        now=now,
        patient_id=talk.patient_id,
        conversation_id=found.conversation.id,
    )
    # off the talk first, so that closing the ward's question does not end the talk
    await open_talks().filter(id=talk.id).update(alert_id=None)
    await _close_question(talk, staff, now)
    talk.alert_id = None


async def _close_question(talk: HumanTalk, staff: StaffMember, now: datetime) -> None:
    """The question a person was asked for has its answer: the talk."""
    alert = await Alert.get_or_none(id=talk.alert_id)
    if alert is not None and alert.rule.startswith(ASKED_FOR) and alert.claimed_by_id == staff.id:
        await close_alert(alert.id, staff, Closing(_CONFIRMED, _TALKED), now)
