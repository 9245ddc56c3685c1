"""One step of the complaint desk's talk, carried out until nothing is left to do; one commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.actions import Ask, Say
from dialogs.complaints.actions import Action
from dialogs.complaints.asking import PATIENCE
from dialogs.complaints.engine import step
from dialogs.complaints.events import Event
from dialogs.complaints.facts import Facts
from dialogs.complaints.state import Stage, State
from handlers.complaints.carrying import Carrying, carry
from handlers.complaints.facts import Beside, facts_of
from handlers.complaints.talk import keep_state, standing
from handlers.desk import Desk
from handlers.outgoing import Draft, write
from handlers.timers import DueKind, Timer, set_timer
from models.care import Encounter
from models.conversation import Conversation, Dialog, OutgoingPurpose
from models.people import ContactPoint

ROUNDS: Final = 4


class EndlessTalk(RuntimeError):
    """A step asked the transaction for one thing after another: a fault of the dialog."""


@dataclass(slots=True)
class Talking:
    """One message to, or prompt of, the complaint desk; the caller holds the conversation's lock.

    `dialog` is None where nobody is a patient: such words are taken, and nothing is asked.
    """

    desk: Desk
    conversation: Conversation
    contact_point: ContactPoint
    dialog: Dialog | None
    now: datetime
    occurrence: str
    purpose: OutgoingPurpose = OutgoingPurpose.REPLY
    in_reply_to: UUID | None = None
    patient_id: UUID | None = None
    encounter: Encounter | None = None
    beside: Beside = field(default_factory=Beside)
    written: int = field(default=0)


async def talk(talking: Talking, event: Event) -> State:
    """Step until the dialog wants nothing more done; state, complaint and texts are one commit."""
    state = standing(talking.dialog)
    pending: list[Event] = [event]
    for _ in range(ROUNDS):
        if not pending:
            break
        facts = await _facts(talking)
        state, actions = step(talking.desk.catalog, facts, state, pending.pop(0))
        if talking.dialog is not None:
            await keep_state(talking.conversation, talking.dialog, state, talking.now)
        pending += await _carry_out(talking, actions, facts)
    if pending:
        raise EndlessTalk
    await _watch(talking, state)
    return state


async def _facts(talking: Talking) -> Facts:
    return await facts_of(
        talking.desk,
        talking.conversation,
        talking.contact_point,
        talking.now,
        beside=talking.beside,
        remembers=talking.dialog is not None,
    )


async def _watch(talking: Talking, state: State) -> None:
    """A question nobody answers is not repeated: after two hours it was an opinion."""
    waiting = state.stage is Stage.ASKED or state.pending
    if talking.dialog is None or not waiting:
        return
    since = state.asked_at if state.stage is Stage.ASKED else state.since
    at = datetime.fromisoformat(since) + PATIENCE
    timer = Timer(DueKind.LAPSE_COMPLAINT, talking.dialog.id, at, since, state.turn)
    await set_timer(timer)


async def _carry_out(talking: Talking, actions: Sequence[Action], facts: Facts) -> list[Event]:
    carrying = Carrying(
        talking.desk,
        talking.conversation,
        talking.now,
        talking.occurrence,
        patient_id=talking.patient_id,
        encounter=talking.encounter,
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
    name = f"{talking.occurrence}:{talking.written}"
    talking.written += 1
    draft = Draft(
        body,
        occurrence=name,
        purpose=talking.purpose,
        contact_point_id=talking.contact_point.id,
        channel=talking.contact_point.system.channel,
        dialog_id=talking.dialog.id if talking.dialog else None,
        patient_id=talking.patient_id,
        in_reply_to_id=talking.in_reply_to,
        elderly=facts.elderly,
    )
    await write(talking.conversation, draft, {}, talking.now)
