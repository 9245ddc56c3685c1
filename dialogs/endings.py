"""The ways a dialog ends, each with its one message."""

from __future__ import annotations

from typing import Final

from dialogs.actions import Note, Outcome, StopContact
from dialogs.levels import Level
from dialogs.state import Stage
from dialogs.tagging.blame import blames_for_death, is_blame
from dialogs.turn import Turn

WRONG_NUMBER: Final = "F13"
OPTED_OUT: Final = "F16"
NOT_DISTURBED: Final = "F24"
DECEASED: Final = "F41"
# the confirmation of a stop: kept among what was told, since it is said once
STOPPED: Final = "M-STOP"
UNPROVEN: Final = "identity"


def complete(turn: Turn) -> Turn:
    """Thank and wish well (R063)."""
    survey = turn.catalog.forms[turn.state.forms[0]].survey
    return turn.say("M-SURVEY-THANKS" if survey else "M-THANKS").close(Outcome.COMPLETED)


def hand_over(turn: Turn, why: str, words: str = "", *, level: Level = Level.Q) -> Turn:
    """Give the conversation to a person, who hears why; asked for again, they are on the way."""
    alerted = turn.alert(level, f"human:{why}")
    if alerted is turn:
        return turn.do(Note(words)).say("M-HUMAN-WAIT")
    handed = alerted.say("M-HUMAN").close(Outcome.HUMAN, why)
    # who could not prove who they are is asked nothing more by us
    goes_on = not turn.state.closed and why != UNPROVEN
    return handed.but(left=turn.state.stage.value) if goes_on else handed


def wrong_number(turn: Turn) -> Turn:
    """Apologise once and write no more to this number."""
    stopped = turn.say("M-WRONG").do(StopContact(WRONG_NUMBER))
    return stopped.close(Outcome.WRONG_NUMBER, WRONG_NUMBER)


def opt_out(turn: Turn) -> Turn:
    """Stop everything but what must arrive, and say so once; a reply may narrow it (R236, PIPL 15).

    What it broke off is remembered: it goes on if only the surveys are to stop.
    """
    open_stage = "" if turn.state.stage in (Stage.CLOSED, Stage.REFUSAL) else turn.state.stage.value
    ended = _confirm_stop(turn.do(StopContact(OPTED_OUT))).close(Outcome.OPTED_OUT, OPTED_OUT)
    outcome = ended.state.ended_in
    if outcome in (None, Outcome.LATER):
        outcome = Outcome.OPTED_OUT
    return ended.but(left=open_stage or ended.state.left, outcome=outcome.value)


def _confirm_stop(turn: Turn) -> Turn:
    if STOPPED in turn.state.told:
        return turn
    told = turn.but(told=(*turn.state.told, STOPPED))
    if turn.state.ended_in is Outcome.WRONG_NUMBER:
        # a stranger is asked nothing
        return told.say("M-STOP-ALL")
    return told.ask_message(turn.state.stage, STOPPED)


def decline(turn: Turn, reason: str) -> Turn:
    """Take a no to all follow-up, with its reason code."""
    return turn.do(StopContact(reason)).close(Outcome.DECLINED, reason)


def decline_this(turn: Turn) -> Turn:
    """Take a no to this one questionnaire; the next round may ask again."""
    return turn.say("M-NOT-THIS-TIME").close(Outcome.DECLINED, NOT_DISTURBED)


def wait_for_patient(turn: Turn) -> Turn:
    """Nothing in this session may be asked of somebody the patient has not named (content 2.0)."""
    return turn.say("M-FAMILY-WAIT").close(Outcome.HUMAN, "proxy")


def deceased(turn: Turn, words: str, *, clear: bool, mourned: bool = False) -> Turn:
    """The patient has died, or may have: one sentence or silence, and a person (content 6).

    `mourned`: the words leave no doubt that somebody has died, be it the patient or another.
    """
    if turn.state.ended_in is Outcome.DECEASED:
        return bereaved(turn, words)
    alerted = turn.alert(Level.L2, "deceased" if clear else "deceased?", words)
    if is_blame(words) or (mourned and blames_for_death(words)):
        told = _answer_for(alerted, words, "M-DEATH-BLAME" if mourned else "M-HUMAN")
    else:
        told = alerted.say_once("M-DEATH") if clear else alerted
    stopped = told.do(StopContact(DECEASED))
    ended = stopped.close(Outcome.DECEASED if clear else Outcome.HUMAN, DECEASED)
    # a dialog that had ended otherwise must know it too: nothing is to follow
    return ended.but(outcome=Outcome.DECEASED.value) if clear else ended


def bereaved(turn: Turn, words: str) -> Turn:
    """After a death nobody is answered, but for who says whose fault it was."""
    if blames_for_death(words):
        return _answer_for(turn, words, "M-DEATH-BLAME")
    return turn.alert(Level.Q, "deceased", words)


def _answer_for(turn: Turn, words: str, message: str) -> Turn:
    """A death that is laid at our door is the gravest dispute (R142): people, at once."""
    return turn.alert(Level.DISP, "D1", words).say_once(message)
