"""Whether a message is aimed at the complaint desk: an answer, a button, a picture, more of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dialogs.actions import Outcome
from dialogs.answers import is_question
from dialogs.appointments.phrases import is_assent, names
from dialogs.complaints.asking import PATIENCE
from dialogs.complaints.choosing import chosen, meant
from dialogs.complaints.phrases import acknowledges, is_lukewarm
from dialogs.complaints.precedence import Concern, concern_of
from dialogs.complaints.state import Stage
from dialogs.complaints.turn import Turn
from dialogs.events import Said
from dialogs.reading.normal import bare
from dialogs.reading.wishes import Wish, read_wish
from handlers.complaints.ear import Ear
from handlers.complaints.precedence import (
    answers_form,
    answers_identity,
    answers_nurses,
    awaits_picture,
    is_unread,
    waiting,
)
from handlers.complaints.secret import OF_THE_OFFICE, is_secret
from handlers.complaints.turns import asked_last, offered_last, spoke_last
from models.conversation import Dialog

_TO_PEOPLE: Final = "0"
_SHORTEST_STORY: Final = 4  # characters; a shorter one may be an answer to what was asked before
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
    if not await asked_last(ear.matter, dialog) or answers_identity(ear.matter, ear.text):
        return False
    return _tells_story(ear) if ear.state.stage is Stage.STORY else await _chooses(ear, dialog)


async def _chooses(ear: Ear, dialog: Dialog) -> bool:
    """Tell whether words are one of the choices, or amount to one."""
    if is_lukewarm(ear.text):
        # how somebody is, where the nurses ask for it; else it is asked once more
        asked = ear.state.stage is Stage.ASKED and not answers_form(ear.matter, ear.text)
        return asked and await offered_last(dialog)
    if bare(ear.text).isdigit() or is_assent(ear.text):
        return await offered_last(dialog)
    turn = Turn(ear.matter.desk.catalog, ear.facts, ear.state, ear.matter.now)
    return bool(chosen(turn, ear.text) or meant(turn, ear.text, ear.tags))


def _tells_story(ear: Ear) -> bool:
    """Tell whether words are what happened, which was asked last, and nothing others wait for.

    A day in it is when it happened: the opening that was broken into would take it for a wish.
    """
    asked = ear.state.asked
    if asked is None or ear.matter.now - asked > PATIENCE or is_question(ear.text):
        return False
    if read_wish(ear.text) in _NOT_MORE or names(ear.text, "explicit"):
        return False
    short = len(bare(ear.text)) <= _SHORTEST_STORY
    return not short and not answers_form(ear.matter, ear.text)


async def nods_to_us(ear: Ear) -> bool:
    """Tell whether a nod is for what the desk said last: no older question is answered by it."""
    if ear.dialog is None or ear.state.message or not acknowledges(ear.text):
        return False
    return await spoke_last(ear.dialog)


async def is_more(ear: Ear) -> bool:
    """Tell whether words nobody else takes are more of what the desk was just told."""
    matter, dialog = ear.matter, ear.dialog
    if dialog is None or ear.graver or ear.endangered or ear.blames or bare(ear.text) == _TO_PEOPLE:
        return False
    if matter.state.ended_in is Outcome.DECEASED or read_wish(ear.text) in _NOT_MORE:
        return False
    if is_question(ear.text):
        return False
    if _just_filed(ear) and is_unread(matter, ear.text):
        return True
    if answers_nurses(matter, ear.text):
        return False
    return await spoke_last(dialog) and (bool(ear.state.message) or not waiting(matter))


async def is_for_the_office(ear: Ear) -> bool:
    """Tell whether words deal with a complaint, or are more of it, whoever leads the talk.

    The ward was promised not to know of it, and the writer that it can be asked about.
    """
    if not isinstance(ear.event, Said) or ear.dialog is None:
        return False
    concern = concern_of(ear.text, ear.tags, ear.facts, ear.state)
    if concern in OF_THE_OFFICE or is_secret(ear):
        return True
    if not _just_filed(ear) or not await spoke_last(ear.dialog):
        return False
    return concern is Concern.DISCONTENT or await is_more(ear)


def is_pressed_here(ear: Ear, turn: int) -> bool:
    """A button belongs to who asked with its turn."""
    return ear.dialog is not None and turn != 0 and turn == ear.dialog.turn


async def is_sent_here(ear: Ear) -> bool:
    """A picture after a complaint was filed belongs to it, unless the nurses asked for one."""
    dialog = ear.dialog
    if dialog is None or awaits_picture(ear.matter) or not _just_filed(ear):
        return False
    return await spoke_last(dialog)


def _just_filed(ear: Ear) -> bool:
    opened = ear.facts.open
    return bool(opened) and ear.matter.now - opened[0].filed_at <= _AFTER_FILING
