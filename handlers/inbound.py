"""A message of a patient, taken once: recorded, read, answered, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from dialogs.actions import Ask, Say
from dialogs.engine import step
from dialogs.events import Chose, Event, Returned, Said, Sent
from dialogs.genuine import asks_if_genuine
from handlers.alerts import keep_at_alarm
from handlers.appointments.hearing import Heard, ask_again, hear, hear_beside
from handlers.complaints import hearing as complaints
from handlers.contents import content_of
from handlers.conversation_lock import conversation_of
from handlers.conversations import next_waiting, open_dialog, remember
from handlers.desk import Desk
from handlers.effects import Saving, save
from handlers.family import is_family
from handlers.human_talk import talk_in
from handlers.human_talk_hearing import hear as hear_for_a_person
from handlers.matters import Matter, matter_of
from handlers.outgoing import Draft, write
from handlers.questions import read_back
from handlers.speech import echo, have_listened_to, say_lost
from handlers.transcript import ACCEPTED_RANK
from handlers.whose_answer import hear_whose
from handlers.whose_danger import aim, settle
from models.conversation import (
    Conversation,
    Dialog,
    DialogStatus,
    Inbound,
    InboundKind,
    Outgoing,
)
from models.once import insert_once
from models.people import ContactPoint
from models.unit import unit_of_work

LONGEST = 20_000
_LOOK_BACK = 5
# an older question is not asked again because somebody confirmed a visit
_UNDER_WAY = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """What a channel received: a text, or pressed option keys of a turn, or a picture.

    `external_id` is the channel's own id; together with the channel it makes a message once.
    `spoken`: the text is recognised speech. `recorded`: the media is speech nobody recognised.
    `lost`: there was a picture, and it did not arrive. `dialog_id`: the dialog the words answer,
    whatever was asked beside it since. `ask_again`: the outgoing question to be asked once more,
    because nobody can tell which of two was answered.
    """

    channel: str
    contact_point_id: UUID
    external_id: str
    text: str = ""
    key: str = ""
    turn: int = 0
    media_id: UUID | None = None
    sent_at: datetime | None = None
    spoken: bool = False
    recorded: bool = False
    lost: bool = False
    dialog_id: UUID | None = None
    ask_again: UUID | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """Where the message stands in its conversation; `repeated` when it had come before."""

    conversation_id: UUID
    position: int
    repeated: bool


async def receive(desk: Desk, message: InboundMessage, now: datetime) -> Received:
    """Take a message; a repeat changes nothing and tells where the first one stands."""
    return await unit_of_work(lambda: _receive(desk, message, now))


async def was_received(message: InboundMessage) -> bool:
    """Tell whether the same message came before."""
    known = Inbound.filter(channel=message.channel, external_id=message.external_id)
    return await known.exists()


async def _receive(desk: Desk, message: InboundMessage, now: datetime) -> Received:
    contact_point = await ContactPoint.get(id=message.contact_point_id)
    conversation = await conversation_of(contact_point.respondent_id)
    inbound = _row(message, conversation, now)
    inbound.text = await _words(message, conversation)
    if not await insert_once(inbound):
        first = await Inbound.get(channel=message.channel, external_id=message.external_id)
        return Received(conversation.id, first.position, repeated=True)
    conversation.position = inbound.position
    await conversation.save(update_fields=["position"])
    dialog = await _dialog_of(message, conversation)
    matter = await matter_of(desk, conversation, contact_point, dialog, now)
    if dialog is not None:
        await Inbound.filter(id=inbound.id).update(dialog_id=dialog.id)
    await _hear(matter, message, inbound)
    await next_waiting(desk, conversation, contact_point, now)
    return Received(conversation.id, inbound.position, repeated=False)


async def _dialog_of(message: InboundMessage, conversation: Conversation) -> Dialog | None:
    """Return the dialog the words are for: the one they name, else the open one."""
    if message.dialog_id is None:
        return await open_dialog(conversation)
    return await Dialog.get(id=message.dialog_id, conversation_id=conversation.id)


async def _hear(matter: Matter, message: InboundMessage, inbound: Inbound) -> None:
    """Read what can be read; what only a person can hear or see is said to have come."""
    if message.recorded:
        await have_listened_to(matter, inbound)
    elif message.lost:
        await say_lost(matter, inbound)
    elif message.ask_again is not None:
        await _ask_again(matter, inbound, message.ask_again)
    else:
        if message.spoken:
            await echo(matter, inbound)
        await _take(matter, message, inbound)


async def _ask_again(matter: Matter, inbound: Inbound, row_id: UUID) -> None:
    row = await Outgoing.get(id=row_id)
    body = content_of(row).body
    if not isinstance(body, Ask):
        return
    draft = Draft(
        replace(body, lead="M-STALE"),
        occurrence=f"which:{inbound.id}",
        contact_point_id=matter.contact_point.id,
        channel=matter.contact_point.system.channel,
        dialog_id=row.dialog_id,
        task_id=row.task_id,
        appointment_id=row.appointment_id,
        patient_id=row.patient_id,
        in_reply_to_id=inbound.id,
        subject_version=row.subject_version,
        elderly=matter.case.elderly,
    )
    await write(matter.conversation, draft, dict(content_of(row).values), matter.now)


async def _take(matter: Matter, message: InboundMessage, inbound: Inbound) -> None:
    """Give the message to whom it is for; an alarm that stands hears of it in any case."""
    event = _event(message, matter.now)
    if not await is_family(matter):
        await _hear_of(matter, message, inbound, event)
    elif await hear_whose(matter, inbound, event):
        await keep_at_alarm(inbound.text, matter.now, matter.conversation.id)
    else:
        aimed = await aim(matter, inbound, event)
        await _hear_of(aimed.matter, message, inbound, event)
        await settle(aimed, inbound)


async def _hear_of(matter: Matter, message: InboundMessage, inbound: Inbound, event: Event) -> None:
    """Hear a message as one about the patient of this matter."""
    ear = await complaints.listen(matter, inbound, event)
    if message.dialog_id is not None and message.dialog_id == matter.dialog_id:
        await _answer(matter, inbound, event)
    else:
        await _hand_round(matter, inbound, event, ear)
    await complaints.keep_in_danger(ear)


async def _answer(matter: Matter, inbound: Inbound, event: Event) -> None:
    """Hear an answer in the open dialog, where it is known that it answers its question."""
    saving = Saving(matter, f"reply:{inbound.id}", in_reply_to=inbound.id, said=inbound.text)
    case = replace(matter.case, last_turn=matter.conversation.turn)
    state, actions = step(matter.desk.catalog, case, matter.state, event)
    await save(saving, state, actions)


async def _hand_round(matter: Matter, inbound: Inbound, event: Event, ear: complaints.Ear) -> None:
    """Ask one after the other whether the message is theirs; what it broke into goes on."""
    if isinstance(event, Said) and asks_if_genuine(event.text):
        await _prove(matter, inbound)
        return
    elsewhere = ear.blames or await complaints.is_for_the_office(ear)
    if await hear_for_a_person(matter, inbound, event, elsewhere=elsewhere):
        return
    heard = await _heard_by_a_desk(matter, inbound, event, ear)
    if heard is not None and not (heard.resting and await _waits(matter)):
        return
    saving = Saving(matter, f"reply:{inbound.id}", in_reply_to=inbound.id, said=inbound.text)
    taken = complaints.for_nurses(ear) if heard is None else Returned(matter.now)
    case = replace(matter.case, last_turn=matter.conversation.turn)
    state, actions = step(matter.desk.catalog, case, matter.state, taken)
    if matter.dialog is None and (state.outcome or state.held):
        matter.dialog = await remember(matter, state)
    await save(saving, state, actions)
    if heard is None:
        await complaints.hear_beside(ear)
        await hear_beside(matter, inbound, event)


async def _prove(matter: Matter, inbound: Inbound) -> None:
    """Say the code that stands on the patient's own paper; the question asked stays open."""
    draft = Draft(
        Say("M-VERIFY"),
        occurrence=f"verify:{inbound.id}",
        contact_point_id=matter.contact_point.id,
        channel=matter.contact_point.system.channel,
        dialog_id=matter.dialog_id,
        patient_id=matter.patient_id,
        in_reply_to_id=inbound.id,
        elderly=matter.case.elderly,
    )
    await write(matter.conversation, draft, {}, matter.now)


async def _heard_by_a_desk(
    matter: Matter, inbound: Inbound, event: Event, ear: complaints.Ear
) -> Heard | None:
    """Ask the complaint desk, then the booking desk; what nobody takes may be more of the first."""
    if await read_back.hear(matter, inbound, event):
        return Heard(resting=True)
    heard = await complaints.hear(ear)
    if heard is not None:
        asking = heard.resting and await ask_again(matter, inbound)
        return Heard(resting=False) if asking else heard
    booked = await hear(matter, inbound, event) if await complaints.leaves_it(ear) else None
    if booked is None:
        return await complaints.hear_more(ear)
    return await complaints.ask_late(ear) or booked if booked.resting else booked


async def _waits(matter: Matter) -> bool:
    """Tell whether a question of the nurses' side was just being answered, and is still open."""
    dialog = matter.dialog
    if await talk_in(matter.conversation.id) is not None:
        return False
    if dialog is None or dialog.status is not DialogStatus.ACTIVE or dialog.asked_at is None:
        return False
    if await _stands_last(matter):
        return False
    return matter.now - dialog.asked_at <= _UNDER_WAY


async def _stands_last(matter: Matter) -> bool:
    """Tell whether the open question is the last thing on the screen: it need not be repeated."""
    rows = Outgoing.filter(conversation_id=matter.conversation.id).order_by("-position")
    last = await rows.first()
    if last is None or last.dialog_id != matter.dialog_id:
        return False
    return isinstance(content_of(last).body, Ask)


def _row(message: InboundMessage, conversation: Conversation, now: datetime) -> Inbound:
    kind = InboundKind.TEXT
    if message.media_id is not None:
        kind = InboundKind.MEDIA
    elif message.key:
        kind = InboundKind.CHOICE
    return Inbound(
        channel=message.channel,
        external_id=message.external_id,
        contact_point_id=message.contact_point_id,
        conversation_id=conversation.id,
        position=conversation.position + 1,
        kind=kind,
        media_id=message.media_id,
        sent_at=message.sent_at,
        received_at=now,
    )


async def _words(message: InboundMessage, conversation: Conversation) -> str:
    """What was written; for a pressed button the words on it, as they were shown."""
    if not message.key:
        return storable(message.text)
    asked = Outgoing.filter(conversation_id=conversation.id, rank__gte=ACCEPTED_RANK)
    for row in await asked.order_by("-position").limit(_LOOK_BACK):
        options = content_of(row).shown.get("options", [])
        labels = {option["key"]: option["label"] for option in options}
        keys = message.key.split(",")
        if labels.keys() >= set(keys):
            return "、".join(labels[key] for key in keys)
    return storable(message.key)


def storable(text: str) -> str:
    """Cut a text to what a database takes: no NUL, no lone surrogate, 20,000 characters."""
    clean = text.replace("\x00", "").encode("utf-8", errors="replace").decode("utf-8")
    return clean[:LONGEST]


def _event(message: InboundMessage, now: datetime) -> Event:
    if message.media_id is not None:
        return Sent(now, str(message.media_id))
    if message.key:
        return Chose(now, message.key, message.turn)
    return Said(now, storable(message.text))
