"""Whether words or a button are for the booking desk, and giving them to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dialogs.appointments.events import Event
from dialogs.appointments.precedence import claims, may_claim
from dialogs.appointments.state import State
from dialogs.events import Chose, Said
from dialogs.reading.intents import Context, Intent, read_reply
from dialogs.reading.normal import bare
from dialogs.reading.wishes import Wish, read_wish
from dialogs.tagging.danger import find_danger
from handlers.appointments.facts import facts_of
from handlers.appointments.saving import Talking, talk
from handlers.appointments.talk import desk_dialog, known_dialog, standing
from handlers.matters import Matter
from models.conversation import Dialog, DialogStatus, Inbound

# heard by the nurses' side, whatever the booking desk has asked
_NURSES_FIRST: Final = frozenset(
    {
        Wish.DECEASED,
        Wish.MAYBE_DECEASED,
        Wish.OPT_OUT,
        Wish.WRONG_PERSON,
        Wish.BLAME,
        Wish.COMPLAINT,
        Wish.RESUBSCRIBE,
    }
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the booking desk made of a message; at rest the interrupted question may go on."""

    resting: bool


async def hear(matter: Matter, inbound: Inbound, event: Event) -> Heard | None:
    """Give a message to the booking desk if it is for it; None when it is not.

    `matter` is what the nurses' side would take it for; the caller holds the conversation's lock.
    """
    if not await _is_ours(matter, event):
        return None
    dialog = await desk_dialog(matter.conversation, matter.now)
    if dialog is None:
        return None
    await Inbound.filter(id=inbound.id).update(dialog_id=dialog.id)
    talking = Talking(
        matter.desk,
        matter.conversation,
        matter.contact_point,
        dialog,
        matter.now,
        occurrence=f"desk:{inbound.id}",
        asked_at=inbound.sent_at or matter.now,
        in_reply_to=inbound.id,
        said=inbound.text,
    )
    state = await talk(talking, event)
    return Heard(state.resting)


async def _is_ours(matter: Matter, event: Event) -> bool:
    dialog = await known_dialog(matter.conversation)
    match event:
        case Chose(turn=turn):
            return dialog is not None and _is_pressed_here(matter, dialog, turn)
        case Said(text=text):
            return await _is_said_here(matter, dialog, text)
        case _:
            return False


def _is_pressed_here(matter: Matter, dialog: Dialog, turn: int) -> bool:
    """A button belongs to who asked with its turn; a stale one to who asked last."""
    if turn == 0:
        return False
    if turn == dialog.turn:
        return True
    other = matter.dialog
    return (other is None or turn != other.turn) and _asked_last(matter, dialog)


async def _is_said_here(matter: Matter, dialog: Dialog | None, text: str) -> bool:
    if _nurses_first(matter, text):
        return False
    if dialog is not None and _is_open(dialog) and _asked_last(matter, dialog):
        return not _answers_the_nurses(matter, text)
    return await _claimed(matter, dialog, text)


def _nurses_first(matter: Matter, text: str) -> bool:
    """Danger, a death, a stop or a complaint is heard by the nurses' side first."""
    return read_wish(text) in _NURSES_FIRST or bool(find_danger(text, tags=matter.case.tags))


def _answers_the_nurses(matter: Matter, text: str) -> bool:
    """Words that say nothing to the booking desk, while the nurses' side waits for an answer."""
    waiting = matter.dialog is not None and matter.dialog.status is DialogStatus.ACTIVE
    if not waiting or bare(text).isdigit():
        return False
    reading = read_reply(text, Context.REMINDER, now=matter.now)
    return reading.intent is Intent.UNCLEAR and reading.when is None


async def _claimed(matter: Matter, dialog: Dialog | None, text: str) -> bool:
    """Words about a booking, in the midst of something else or of nothing."""
    if not may_claim(text):
        return False
    facts = await facts_of(matter.desk, matter.conversation, matter.contact_point, matter.now)
    state = standing(dialog) if dialog is not None else State()
    return claims(text, facts, state, matter.now)


def _is_open(dialog: Dialog) -> bool:
    return dialog.status is DialogStatus.ACTIVE


def _asked_last(matter: Matter, dialog: Dialog) -> bool:
    other = matter.dialog
    asked_there = other.asked_at if other is not None and _is_open(other) else None
    return asked_there is None or _since(dialog) >= asked_there


def _since(dialog: Dialog) -> datetime:
    return dialog.asked_at or dialog.updated_at
