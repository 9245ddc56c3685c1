"""Wishes that may come at any time: a person, later, stop, a death, help (content 6)."""

from __future__ import annotations

from dialogs import opening, questionnaire
from dialogs.alarm import dispute
from dialogs.endings import deceased, hand_over, opt_out, wrong_number
from dialogs.levels import Level
from dialogs.reading.wishes import Wish
from dialogs.state import Stage
from dialogs.turn import Turn


def interrupt(turn: Turn, wish: Wish, text: str) -> Turn:
    """Do what was wished, then go back to the open question unless the dialog has ended."""
    return questionnaire.resume(_end(turn, wish, text) or _serve(turn, wish, text))


def _end(turn: Turn, wish: Wish, text: str) -> Turn | None:
    match wish:
        case Wish.DECEASED:
            return deceased(turn, text, clear=not _somebody_else(turn, text))
        case Wish.MAYBE_DECEASED:
            return deceased(turn, text, clear=False)
        case Wish.OPT_OUT:
            return opt_out(turn)
        case Wish.HUMAN:
            return hand_over(turn, "asked")
        case Wish.WRONG_PERSON:
            return wrong_number(turn)
        case Wish.LATER:
            return opening.ask_when(turn)
        case _:
            return None


def _serve(turn: Turn, wish: Wish, text: str) -> Turn:
    match wish:
        case Wish.CORRECT:
            return _correct(turn)
        case Wish.SKIP if turn.state.stage is Stage.ITEM:
            return questionnaire.skip(turn)
        case Wish.HELP:
            return turn.say("M-HELP")
        case Wish.FAMILY:
            return opening.identify_reporter(turn, "family")
        case Wish.BLAME if turn.state.raised or turn.case.recent_alert:
            return dispute(turn, text)
        case Wish.COMPLAINT | Wish.BLAME:
            return turn.alert(Level.T, "complaint", text).say("M-COMPLAINT")
        case _:
            return turn


def _correct(turn: Turn) -> Turn:
    in_items = turn.state.stage in (Stage.ITEM, Stage.ECHO, Stage.CHECK)
    return questionnaire.correct(turn) if in_items else turn


def _somebody_else(turn: Turn, text: str) -> bool:
    """A patient who writes of a death writes of somebody else; a nurse finds out."""
    return turn.state.by == "self"
