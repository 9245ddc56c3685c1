"""What is the nurses' before the complaint desk hears it: danger, a stop, an answer to a form."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dialogs.actions import Alert, Ask, Outcome
from dialogs.answers import is_option, read_answer
from dialogs.engine import step
from dialogs.events import Said
from dialogs.form import Item, ItemType
from dialogs.questionnaire import current
from dialogs.reading.intents import Context, Intent, read_reply
from dialogs.reading.normal import bare
from dialogs.reading.wishes import Wish, read_wish
from dialogs.reading.years import read_birth_year
from dialogs.state import Stage
from dialogs.timing.spans import local
from dialogs.turn import Reply, Turn
from handlers.matters import Matter
from handlers.red_flags import red_flags
from handlers.standing_alarm import standing_alarm
from models.conversation import DialogStatus

_WISHES: Final = frozenset(
    {
        Wish.DECEASED,
        Wish.MAYBE_DECEASED,
        Wish.OPT_OUT,
        Wish.WRONG_PERSON,
        Wish.RESUBSCRIBE,
    }
)
_STOPS: Final = frozenset({Intent.OPT_OUT, Intent.WRONG_PERSON, Intent.DECEASED})
_LONGEST_ANSWER: Final = 12  # characters; who writes more has more to say than an answer
_WRONG_NUMBER: Final = "M-CHECK-NUMBER"
# what is raised of words that answer nothing: a remark, and the second misreading
_UNREAD: Final = ("words", "human:misread")
_SHORT_REPLY: Final = 4


def nurses_first(matter: Matter, text: str) -> bool:
    """Danger, a death or a stop is heard by the nurses' side first; what is filed comes after."""
    asked = matter.state.question.partition(".")[2] if open_item(matter) else ""
    if read_wish(text) in _WISHES or red_flags(matter, text, asked):
        return True
    return read_reply(text, Context.NONE, now=local(matter.now)).intent in _STOPS


async def in_danger(matter: Matter) -> bool:
    """Tell whether a safety text stands, or a check for danger: what is written answers that.

    Who has begun another questionnaire since answers that one.
    """
    state = matter.state
    if state.ended_in is Outcome.DECEASED:
        return False
    if state.stage is Stage.CHECK or (state.closed and state.held):
        return True
    stands = state.closed or state.stage is Stage.ECHO
    return stands and await standing_alarm(matter.conversation.id) is not None


def waiting(matter: Matter) -> bool:
    """Tell whether a question of the nurses' side is open."""
    return matter.dialog is not None and matter.dialog.status is DialogStatus.ACTIVE


def open_item(matter: Matter) -> Item | None:
    """Return the item of a form that waits for its answer."""
    if not waiting(matter) or matter.state.stage is not Stage.ITEM:
        return None
    return current(Turn(matter.desk.catalog, matter.case, matter.state, matter.now)).item


def in_survey(matter: Matter) -> bool:
    """Tell whether an open survey has promised to keep the name from the wards."""
    forms = matter.desk.catalog.forms
    return waiting(matter) and any(forms[form].survey for form in matter.state.forms)


def answers_form(matter: Matter, text: str) -> bool:
    """Tell whether words are no more than an answer that the open form knows what to do with."""
    item = open_item(matter)
    if item is None or not item.options:
        return False
    if is_option(item, text):
        return True
    return len(bare(text)) <= _LONGEST_ANSWER and read_answer(item, Reply(text)) is not None


def answers_identity(matter: Matter, text: str) -> bool:
    """Tell whether words are a year of birth, and the nurses' side has asked for it."""
    asked = waiting(matter) and matter.state.stage is Stage.IDENTITY
    return asked and read_birth_year(text) is not None


def answers_nurses(matter: Matter, text: str) -> bool:
    """Tell whether words answer what the nurses' side waits for and has no answer to yet."""
    if not waiting(matter):
        return False
    item = open_item(matter)
    if item is None:
        return len(bare(text)) <= _SHORT_REPLY
    if matter.state.question in matter.state.given and not matter.state.correcting:
        return False
    return item.type is not ItemType.PHOTO and read_answer(item, Reply(text)) is not None


def is_unread(matter: Matter, text: str) -> bool:
    """Tell whether an open question would take words for no answer; a wrong number is one."""
    if not waiting(matter):
        return False
    case = replace(matter.case, last_turn=matter.conversation.turn)
    state, actions = step(matter.desk.catalog, case, matter.state, Said(matter.now, text))
    if any(isinstance(action, Ask) and action.lead == _WRONG_NUMBER for action in actions):
        return False
    passed_on = any(isinstance(a, Alert) and a.rule in _UNREAD for a in actions)
    return passed_on or state.misreadings > matter.state.misreadings


def awaits_picture(matter: Matter) -> bool:
    """Tell whether the nurses' side has asked for a photo."""
    item = open_item(matter)
    return item is not None and item.type is ItemType.PHOTO
