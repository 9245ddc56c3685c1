"""The ways a dialog ends, each with its one message."""

from __future__ import annotations

from typing import Final

from dialogs.actions import Outcome, StopContact
from dialogs.levels import Level
from dialogs.turn import Turn

WRONG_NUMBER: Final = "F13"
OPTED_OUT: Final = "F16"
NOT_DISTURBED: Final = "F24"
DECEASED: Final = "F41"


def complete(turn: Turn) -> Turn:
    """Thank and wish well (R063)."""
    survey = turn.catalog.forms[turn.state.forms[0]].survey
    return turn.say("M-SURVEY-THANKS" if survey else "M-THANKS").close(Outcome.COMPLETED)


def hand_over(turn: Turn, why: str) -> Turn:
    """Give the conversation to a person, who hears why."""
    return turn.alert(Level.Q, f"human:{why}").say("M-HUMAN").close(Outcome.HUMAN, why)


def wrong_number(turn: Turn) -> Turn:
    """Apologise once and write no more to this number."""
    stopped = turn.say("M-WRONG").do(StopContact(WRONG_NUMBER))
    return stopped.close(Outcome.WRONG_NUMBER, WRONG_NUMBER)


def opt_out(turn: Turn) -> Turn:
    """Stop everything but what must arrive, and say so once (R236, PIPL 15)."""
    return turn.do(StopContact(OPTED_OUT)).say("M-STOP").close(Outcome.OPTED_OUT, OPTED_OUT)


def decline(turn: Turn, reason: str) -> Turn:
    """Take a no, with its reason code."""
    return turn.do(StopContact(reason)).close(Outcome.DECLINED, reason)


def deceased(turn: Turn, words: str, *, clear: bool) -> Turn:
    """The patient has died, or may have: one sentence or silence, and a person (content 6)."""
    told = turn.say("M-DEATH") if clear else turn
    rule = "deceased" if clear else "deceased?"
    stopped = told.alert(Level.L2, rule, words).do(StopContact(DECEASED))
    return stopped.close(Outcome.DECEASED if clear else Outcome.HUMAN, DECEASED)
