"""An SMS taken where it belongs: to what was asked last, to an older question, or asked back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from dialogs.actions import Ask
from dialogs.engine import step
from dialogs.events import Said
from handlers.complaints import hearing as complaints
from handlers.contents import content_of
from handlers.conversation_lock import conversation_of
from handlers.conversations import next_waiting
from handlers.desk import Desk
from handlers.effects import Saving, save
from handlers.inbound import InboundMessage, Received, receive, storable
from handlers.matters import matter_of
from handlers.outgoing import Draft, write
from handlers.sms_matching import AGAIN, LAST, Match, matched
from models.conversation import Conversation, Dialog, Inbound, InboundKind, Outgoing
from models.once import insert_once
from models.people import ContactPoint
from models.unit import unit_of_work


async def receive_sms(
    desk: Desk, message: InboundMessage, extension: str, now: datetime
) -> Received:
    """Take an SMS, once, as `receive` does, where its extension and its hour say it belongs.

    What answers an older question is never written to the open one.
    """
    return await unit_of_work(lambda: _receive(desk, message, extension, now))


async def _receive(desk: Desk, message: InboundMessage, extension: str, now: datetime) -> Received:
    point = await ContactPoint.get(id=message.contact_point_id)
    conversation = await conversation_of(point.respondent_id)
    match = await matched(desk, point, extension, message.text, now, message.sent_at)
    if match == LAST:
        return await receive(desk, message, now)
    if match.turn is not None:
        # an answer to an older question is a press below it: a stale one is told so
        pressed = replace(message, text="", key=match.key, turn=match.turn)
        return await receive(desk, pressed, now)
    inbound = _row(message, conversation, match, now)
    if not await insert_once(inbound):
        first = await Inbound.get(channel=message.channel, external_id=message.external_id)
        return Received(conversation.id, first.position, repeated=True)
    conversation.position = inbound.position
    await conversation.save(update_fields=["position"])
    if match.ask is not None:
        await _ask_again(conversation, inbound, match.ask, now)
    elif match.dialog_id is not None:
        await _hear(desk, conversation, point, inbound, match.dialog_id)
    return Received(conversation.id, inbound.position, repeated=False)


def _row(
    message: InboundMessage, conversation: Conversation, match: Match, now: datetime
) -> Inbound:
    return Inbound(
        channel=message.channel,
        external_id=message.external_id,
        contact_point_id=message.contact_point_id,
        conversation_id=conversation.id,
        dialog_id=match.dialog_id,
        position=conversation.position + 1,
        kind=InboundKind.TEXT,
        text=storable(message.text),
        sent_at=message.sent_at,
        received_at=now,
    )


async def _hear(
    desk: Desk,
    conversation: Conversation,
    point: ContactPoint,
    inbound: Inbound,
    dialog_id: UUID,
) -> None:
    """Let the dialog the words belong to take them, with its own patient, whatever is open."""
    now = inbound.received_at
    dialog = await Dialog.get(id=dialog_id)
    matter = await matter_of(desk, conversation, point, dialog, now)
    ear = await complaints.listen(matter, inbound, Said(now, inbound.text))
    case = replace(matter.case, last_turn=conversation.turn)
    taken = complaints.for_nurses(ear)
    state, actions = step(desk.catalog, case, matter.state, taken)
    cause = f"reply:{inbound.id}"
    await save(Saving(matter, cause, in_reply_to=inbound.id, said=inbound.text), state, actions)
    await complaints.keep_in_danger(ear)
    await next_waiting(desk, conversation, point, now)


async def _ask_again(
    conversation: Conversation, inbound: Inbound, row_id: UUID, now: datetime
) -> None:
    """Ask the last question once more, in full: its answer can then be meant for nothing else."""
    row = await Outgoing.get(id=row_id)
    content = content_of(row)
    if not isinstance(content.body, Ask):
        return
    draft = Draft(
        replace(content.body, lead=AGAIN),
        occurrence=f"again:{inbound.id}",
        contact_point_id=row.contact_point_id,
        channel=row.channel,
        dialog_id=row.dialog_id,
        task_id=row.task_id,
        appointment_id=row.appointment_id,
        patient_id=row.patient_id,
        in_reply_to_id=inbound.id,
        subject_version=row.subject_version,
        elderly=content.elderly,
    )
    await write(conversation, draft, dict(content.values), now)
