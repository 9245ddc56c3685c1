"""Whether a message is aimed at the complaint desk: an answer, a button, a picture, more of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dialogs.actions import Outcome
from dialogs.answers import is_question
from dialogs.appointments.phrases import is_assent
from dialogs.complaints.choosing import chosen, meant
from dialogs.complaints.turn import Turn
from dialogs.reading.normal import bare
from dialogs.reading.wishes import Wish, read_wish
from handlers.complaints.ear import Ear
from handlers.complaints.precedence import answers_nurses, awaits_picture, waiting
from handlers.complaints.turns import asked_last, offered_last, spoke_last

_TO_PEOPLE: Final = "0"
_AFTER_FILING: Final = timedelta(hours=2)
# what a patient means by these has been heard by others, or will be
_NOT_MORE: Final = frozenset(Wish) - {Wish.COMPLAINT, Wish.BLAME}


async def answers_us(ear: Ear) -> bool:
    """Tell whether words answer the question this desk has open, asked last of all."""
    dialog = ear.dialog
    if dialog is None or bare(ear.text) == _TO_PEOPLE:
        return False
    if bare(ear.text).isdigit() and ear.state.resting:
        return bool(ear.state.heard) and await offered_last(dialog)
    if not await asked_last(ear.matter, dialog):
        return False
    if bare(ear.text).isdigit() or is_assent(ear.text):
        return await offered_last(dialog)
    turn = Turn(ear.matter.desk.catalog, ear.facts, ear.state, ear.matter.now)
    return bool(chosen(turn, ear.text) or meant(turn, ear.text, ear.tags))


async def is_more(ear: Ear) -> bool:
    """Tell whether words nobody else takes are more of what the desk was just told."""
    matter, dialog = ear.matter, ear.dialog
    if dialog is None or ear.graver or ear.endangered or ear.blames or bare(ear.text) == _TO_PEOPLE:
        return False
    if matter.state.ended_in is Outcome.DECEASED or read_wish(ear.text) in _NOT_MORE:
        return False
    if is_question(ear.text) or answers_nurses(matter, ear.text):
        return False
    return await spoke_last(dialog) and not (ear.state.resting and waiting(matter))


def is_pressed_here(ear: Ear, turn: int) -> bool:
    """A button belongs to who asked with its turn."""
    return ear.dialog is not None and turn != 0 and turn == ear.dialog.turn


async def is_sent_here(ear: Ear) -> bool:
    """A picture after a complaint was filed belongs to it, unless the nurses asked for one."""
    dialog = ear.dialog
    if dialog is None or awaits_picture(ear.matter) or not ear.facts.open:
        return False
    fresh = ear.matter.now - ear.facts.open[0].filed_at <= _AFTER_FILING
    return fresh and await spoke_last(dialog)
