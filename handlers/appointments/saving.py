"""One step of the booking desk's talk, carried out and answered until nothing is left to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dialogs.actions import Ask, Say
from dialogs.appointments.actions import (
    Action,
    AskHospital,
    Book,
    Cancel,
    KeepConsent,
    Move,
    TakeFreed,
    WithdrawRequest,
)
from dialogs.appointments.engine import step
from dialogs.appointments.events import Event, Prompt, Prompted
from dialogs.appointments.facts import Facts
from dialogs.appointments.state import Stage, State
from dialogs.events import Said
from handlers.appointments.acting import Carrying
from handlers.appointments.carrying import carry
from handlers.appointments.facts import Needed, facts_of
from handlers.appointments.talk import keep_state, standing
from handlers.desk import Desk
from handlers.outgoing import Draft, write
from handlers.timers import DueKind, Timer, set_timer
from models.conversation import Conversation, DeliveryClass, Dialog, OutgoingPurpose
from models.people import ContactPoint

ROUNDS: Final = 8
# the slots themselves are held for less; what was offered may still be free by then
PATIENCE: Final = timedelta(hours=1)
_OF_ONE_VISIT: Final = (Prompt.CONFIRM, Prompt.TOMORROW, Prompt.TODAY, Prompt.LATE)
_CHANGES: Final = (Book, Move, Cancel, AskHospital, WithdrawRequest, TakeFreed, KeepConsent)
_ATTEMPTS: Final = frozenset(
    {Stage.OFFER, Stage.CHOSEN, Stage.WHOSE, Stage.CLINIC, Stage.DOCTOR, Stage.WISH, Stage.FULL}
)


class EndlessTalk(RuntimeError):
    """A step asked the transaction for more than eight things in a row: a fault of the dialog."""


@dataclass(slots=True)
class Talking:
    """One message to, or prompt of, the booking desk; the caller holds the conversation's lock.

    `occurrence` names what goes out once and for all, the first text by this very name where it is
    `named`; `appointment_id` and `version` are what a prompt is about, looked at once more before
    it is sent.
    """

    desk: Desk
    conversation: Conversation
    contact_point: ContactPoint
    dialog: Dialog
    now: datetime
    occurrence: str
    asked_at: datetime
    purpose: OutgoingPurpose = OutgoingPurpose.REPLY
    delivery_class: DeliveryClass = DeliveryClass.B
    in_reply_to: UUID | None = None
    appointment_id: UUID | None = None
    version: int = 1
    not_before: datetime | None = None
    expires_at: datetime | None = None
    patient_id: UUID | None = None
    said: str = ""
    named: bool = False
    written: int = field(default=0)
    # looked up in this transaction already
    known: Facts | None = None


async def talk(talking: Talking, event: Event) -> State:
    """Step until the dialog wants nothing more done; state, bookings and texts are one commit."""
    state = standing(talking.dialog)
    pending: list[Event] = [event]
    facts = talking.known or await _facts(talking, event)
    for _ in range(ROUNDS):
        if not pending:
            break
        state, actions = step(talking.desk.catalog, facts, state, pending.pop(0))
        told = bool(actions) and isinstance(actions[0], Say | Ask)
        await keep_state(talking.conversation, talking.dialog, state, talking.now, told=told)
        pending += await _carry_out(talking, actions, facts)
        facts = await _known(talking, facts, actions, event)
    if pending:
        raise EndlessTalk
    await _watch(talking, state)
    return state


async def _watch(talking: Talking, state: State) -> None:
    """An attempt nobody goes on with is not lost: after a while a person takes it up."""
    if state.stage in _ATTEMPTS:
        at = talking.now + PATIENCE
        await set_timer(Timer(DueKind.LAPSE_HOLD, talking.dialog.id, at, version=state.turn))


async def _facts(talking: Talking, event: Event) -> Facts:
    needed = _needed(event)
    about = event.visit if isinstance(event, Prompted) and needed is Needed.VISITS else None
    return await facts_of(
        talking.desk,
        talking.conversation,
        talking.contact_point,
        talking.now,
        needed,
        about,
    )


def _needed(event: Event) -> Needed:
    if isinstance(event, Said):
        return Needed.DOCTORS
    reminds = isinstance(event, Prompted) and event.prompt in _OF_ONE_VISIT
    return Needed.VISITS if reminds else Needed.CLINICS


async def _known(talking: Talking, facts: Facts, actions: Sequence[Action], event: Event) -> Facts:
    """What was true before the step still is, unless the step changed the book."""
    if any(isinstance(action, _CHANGES) for action in actions):
        return await _facts(talking, event)
    return replace(facts, last_turn=talking.conversation.turn)


async def _carry_out(talking: Talking, actions: Sequence[Action], facts: Facts) -> list[Event]:
    carrying = Carrying(
        talking.desk,
        talking.conversation,
        talking.contact_point,
        talking.now,
        talking.asked_at,
        talking.said,
        talking.occurrence,
    )
    answers: list[Event] = []
    for action in actions:
        if isinstance(action, Say | Ask):
            await _send(talking, action, facts)
            continue
        answer = await carry(carrying, action)
        if answer is not None:
            answers.append(answer)
    return answers


async def _send(talking: Talking, body: Say | Ask, facts: Facts) -> None:
    """Queue a text; the first one of a prompt carries the very name of its occurrence."""
    first = talking.named and not talking.written
    name = talking.occurrence if first else f"{talking.occurrence}:{talking.written}"
    talking.written += 1
    draft = Draft(
        body,
        occurrence=name,
        purpose=talking.purpose,
        delivery_class=talking.delivery_class,
        not_before=talking.not_before,
        expires_at=talking.expires_at,
        contact_point_id=talking.contact_point.id,
        channel=talking.contact_point.system.channel,
        dialog_id=talking.dialog.id,
        patient_id=talking.patient_id or talking.dialog.patient_id,
        appointment_id=talking.appointment_id,
        in_reply_to_id=talking.in_reply_to,
        subject_version=talking.version,
        elderly=facts.elderly,
    )
    await write(talking.conversation, draft, {}, talking.now)
