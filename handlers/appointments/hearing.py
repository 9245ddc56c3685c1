"""Whether words or a button are for the booking desk, and giving them to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dialogs.actions import Ask, Outcome
from dialogs.appointments.beside import wish_beside
from dialogs.appointments.phrases import is_assent
from dialogs.appointments.precedence import claims, may_claim, names_choice
from dialogs.appointments.state import State
from dialogs.appointments.understanding import for_now
from dialogs.events import Chose, Event, Returned, Said
from dialogs.reading.intents import Context, Intent, Reading, read_reply
from dialogs.reading.normal import bare
from dialogs.reading.wishes import Wish, read_wish
from dialogs.timing.spans import local
from handlers.appointments.facts import facts_of
from handlers.appointments.saving import Talking, talk
from handlers.appointments.talk import desk_dialog, known_dialog, standing
from handlers.contents import content_of
from handlers.matters import Matter
from handlers.red_flags import red_flags
from handlers.transcript import ACCEPTED_RANK
from models.conversation import Dialog, DialogStatus, Inbound, Outgoing

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
# a nurse calls back about these; meanwhile a visit may be seen to
_BESIDES: Final = frozenset({"L2", "Q"})
_LOOK_BACK: Final = 5
# an older question is not asked again because something else was settled
_UNDER_WAY: Final = timedelta(hours=2)
# whether there is a visit is looked up only for words that may be about one
_CONTEXTS: Final = (Context.REMINDER, Context.NONE)
_STOPS: Final = frozenset({Intent.OPT_OUT, Intent.WRONG_PERSON, Intent.DECEASED})


@dataclass(frozen=True, slots=True)
class Heard:
    """What the booking desk made of a message; at rest the interrupted question may go on."""

    resting: bool


async def hear(matter: Matter, inbound: Inbound, event: Event) -> Heard | None:
    """Give a message to the booking desk if it is for it; None when it is not.

    `matter` is what the nurses' side would take it for; the caller holds the conversation's lock.
    """
    if not isinstance(event, Said | Chose) or not await _is_ours(matter, event):
        return None
    dialog = await desk_dialog(matter.conversation, matter.now)
    if dialog is None:
        return None
    await Inbound.filter(id=inbound.id).update(dialog_id=dialog.id)
    return Heard(await _give(matter, inbound, dialog, event))


async def hear_beside(matter: Matter, inbound: Inbound, event: Event) -> None:
    """Take up a wish that was said beside something for a nurse, who has been told of it by now.

    With what is for an ambulance nothing else is heard: the visit is left to the nurse.
    """
    if not isinstance(event, Said) or not _may_wait(matter, event.text):
        return
    wish = wish_beside(event.text)
    if not wish or not await _claimed(matter, await known_dialog(matter.conversation), wish):
        return
    dialog = await desk_dialog(matter.conversation, matter.now)
    if dialog is not None:
        await _give(matter, inbound, dialog, Said(event.at, wish))


async def ask_again(matter: Matter, inbound: Inbound) -> bool:
    """Ask the desk's question again that something else broke into; False where none was open."""
    dialog = await known_dialog(matter.conversation)
    if dialog is None or not _is_open(dialog) or not _asked_last(matter, dialog):
        return False
    if matter.now - _since(dialog) > _UNDER_WAY:
        return False
    await _give(matter, inbound, dialog, Returned(matter.now))
    return True


def _may_wait(matter: Matter, text: str) -> bool:
    """Tell whether the words told a nurse of something, and of nothing that stops all else."""
    levels = {danger.level for danger in red_flags(matter, text)}
    return bool(levels) and levels <= _BESIDES and read_wish(text) not in _NURSES_FIRST


async def _give(
    matter: Matter, inbound: Inbound, dialog: Dialog, event: Said | Chose | Returned
) -> bool:
    """Let the desk talk; tell whether it asks nothing more."""
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
        known=matter.at_desk,
    )
    state = await talk(talking, event)
    return state.resting


async def _is_ours(matter: Matter, event: Said | Chose) -> bool:
    dialog = await known_dialog(matter.conversation)
    if isinstance(event, Said):
        return await _is_said_here(matter, dialog, event.text)
    return dialog is not None and _is_pressed_here(matter, dialog, event.turn)


def _is_pressed_here(matter: Matter, dialog: Dialog, turn: int) -> bool:
    """A button belongs to who asked with its turn; a stale one to who asked last."""
    if turn == 0:
        return False
    if turn == dialog.turn:
        return True
    other = matter.dialog
    return (other is None or turn != other.turn) and _asked_last(matter, dialog)


async def _is_said_here(matter: Matter, dialog: Dialog | None, text: str) -> bool:
    if matter.state.ended_in is Outcome.DECEASED:
        return False
    asked = dialog is not None and _is_open(dialog) and _asked_last(matter, dialog)
    if dialog is None or not asked:
        return not _nurses_first(matter, text) and await _claimed(matter, dialog, text)
    if bare(text).isdigit() or is_assent(text):
        return await _offered_last(dialog)
    if names_choice(matter.desk.catalog, standing(dialog), text, matter.now):
        return not _in_danger(matter, text)
    if _nurses_first(matter, text):
        return False
    return not _answers_the_nurses(matter, text) or await _claimed(matter, dialog, text)


def _nurses_first(matter: Matter, text: str) -> bool:
    """Danger, a death, a stop or a complaint is heard by the nurses' side first."""
    if read_wish(text) in _NURSES_FIRST or _in_danger(matter, text):
        return True
    return _read(matter, text).intent in _STOPS


def _in_danger(matter: Matter, text: str) -> bool:
    return bool(red_flags(matter, text))


async def _offered_last(dialog: Dialog) -> bool:
    """A digit or a bare yes answers what was asked last, also where that has no buttons.

    After an alarm 1 is 已打120, not the first slot; 3 to how bad the pain is, is not the third.
    """
    rows = Outgoing.filter(conversation_id=dialog.conversation_id, rank__gte=ACCEPTED_RANK)
    for row in await rows.order_by("-position").limit(_LOOK_BACK):
        content = content_of(row)
        if isinstance(content.body, Ask) or content.shown.get("options"):
            return row.dialog_id == dialog.id
    return True


def _answers_the_nurses(matter: Matter, text: str) -> bool:
    """Words that say nothing to the booking desk, while the nurses' side waits for an answer."""
    waiting = matter.dialog is not None and matter.dialog.status is DialogStatus.ACTIVE
    if not waiting or bare(text).isdigit():
        return False
    reading = _read(matter, text)
    return reading.intent is Intent.UNCLEAR and reading.when is None


async def _claimed(matter: Matter, dialog: Dialog | None, text: str) -> bool:
    """Words about a booking, in the midst of something else or of nothing."""
    if not any(may_claim(text, _read(matter, text, context)) for context in _CONTEXTS):
        return False
    facts = await facts_of(matter.desk, matter.conversation, matter.contact_point, matter.now)
    matter.at_desk = facts
    if not facts.clinics:
        return False
    state = standing(dialog) if dialog is not None else State()
    starts = local(facts.visits[0].starts) if facts.visits else None
    context = Context.REMINDER if facts.visits else Context.NONE
    reading = _read(matter, text, context, starts)
    return claims(text, reading, facts, state, matter.now)


def _read(
    matter: Matter,
    text: str,
    context: Context = Context.REMINDER,
    starts: datetime | None = None,
) -> Reading:
    """Read the words as the desk would, in the light of the next visit if there is one."""
    return for_now(text, read_reply(text, context, now=local(matter.now), appointment=starts))


def _is_open(dialog: Dialog) -> bool:
    return dialog.status is DialogStatus.ACTIVE


def _asked_last(matter: Matter, dialog: Dialog) -> bool:
    other = matter.dialog
    asked_there = other.asked_at if other is not None and _is_open(other) else None
    return asked_there is None or _since(dialog) >= asked_there


def _since(dialog: Dialog) -> datetime:
    return dialog.asked_at or dialog.updated_at
