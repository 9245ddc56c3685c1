"""Wishes that may come at any time: a person, later, stop, a death, help (content 6)."""

from __future__ import annotations

import re
from typing import Final

from dialogs import opening, questionnaire
from dialogs.actions import Outcome
from dialogs.after_danger import in_danger, urge
from dialogs.alarm import dispute, is_urgent, raise_dangers
from dialogs.answers import is_mistake
from dialogs.endings import deceased, hand_over, opt_out, wrong_number
from dialogs.reading.normal import normalise
from dialogs.reading.wishes import Wish, first_wish
from dialogs.state import Stage
from dialogs.tagging.danger import find_danger
from dialogs.turn import Turn

_CLAUSES: Final = re.compile(r"[,。;!?\s]+")


def interrupt(turn: Turn, wish: Wish, text: str) -> Turn:
    """Do what was wished, then go back to the open question unless the dialog has ended."""
    return questionnaire.resume(_end(turn, wish, text) or _serve(turn, wish, text))


def _end(turn: Turn, wish: Wish, text: str) -> Turn | None:
    match wish:
        case Wish.DECEASED | Wish.MAYBE_DECEASED:
            return _died(turn, text, clear=wish is Wish.DECEASED)
        case Wish.OPT_OUT:
            return wrong_number(turn) if _is_stranger(turn, text) else opt_out(turn)
        case Wish.HUMAN:
            return urge(turn, text) if in_danger(turn) else hand_over(turn, "asked", text)
        case Wish.WRONG_PERSON if not (turn.state.by and is_mistake(text)):
            return wrong_number(turn)
        case Wish.LATER:
            return opening.put_off(turn, text)
        case _:
            return None


def _is_stranger(turn: Turn, text: str) -> bool:
    """A wrong number that wants no more takes nothing back that the patient agreed to."""
    said = (text, *_CLAUSES.split(normalise(text)))
    strange = any(first_wish(words, {Wish.WRONG_PERSON}) for words in said)
    return strange and not turn.state.by


def _serve(turn: Turn, wish: Wish, text: str) -> Turn:
    """Serve a wish; a complaint the complaint desk has taken, its words are no answer."""
    match wish:
        case Wish.CORRECT | Wish.WRONG_PERSON if turn.state.stage in (Stage.ITEM, Stage.CHECK):
            return questionnaire.correct(turn)
        case Wish.SKIP if turn.state.stage is Stage.ITEM:
            return questionnaire.skip(turn)
        case Wish.HELP:
            return turn.say("M-HELP")
        case Wish.FAMILY:
            return opening.identify_reporter(turn, "family")
        case Wish.BLAME:
            return dispute(turn, text)
        case _:
            return turn


def _died(turn: Turn, text: str, *, clear: bool) -> Turn:
    """A patient who writes of a death writes of somebody else; a nurse finds out.

    Danger in the same words alarms at once; its text goes out only if somebody lives in it.
    """
    dangers = [d for d in find_danger(text, tags=turn.case.tags) if not d.check]
    alarmed = raise_dangers(turn, dangers)
    ended = deceased(alarmed, text, clear=clear and turn.state.by != "self", mourned=clear)
    somebody_lives = alarmed.spoke and is_urgent(dangers)
    return ended.but(outcome=Outcome.DANGER.value) if somebody_lives and not clear else ended
