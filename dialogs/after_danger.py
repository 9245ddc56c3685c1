"""What the patient answers to a safety text: on the way, cannot go, sugar taken (RC14, RC19)."""

from __future__ import annotations

from typing import Final

from dialogs.actions import Note, Outcome
from dialogs.alarm import URGENT, stop
from dialogs.answers import is_courtesy, takes_back
from dialogs.form import Option
from dialogs.levels import Level
from dialogs.reading.normal import bare
from dialogs.reading.numbers import read_number
from dialogs.replies import one_of
from dialogs.state import Stage
from dialogs.turn import Reply, Turn

CANNOT: Final = "cannot"
_HEARD: Final = {"called": "M-RF-GOING", "going": "M-RF-GOING", "ate": "M-HYPO-ATE"}
_TO_THE_DESPAIRING: Final = {
    "M-RF-URGED": "M-CRISIS-URGED",
    "M-RF-WAIT": "M-CRISIS-KEPT",
    "M-RF-KEPT": "M-CRISIS-KEPT",
    "M-RF-YES": "M-CRISIS-KEPT",
}
_LOWEST_SUGAR: Final = 3.9


def in_danger(turn: Turn) -> bool:
    """Tell whether a safety text stands and nobody has answered for it yet."""
    asked = turn.state.stage is Stage.ECHO and turn.raised_at(Level.L1)
    return asked or turn.state.ended_in is Outcome.DANGER


def heed(turn: Turn, reply: Reply) -> Turn | None:
    """Take an answer to the safety text; None when it is something else.

    Digits count only where the choices are shown, never on SMS.
    """
    if bare(reply.text).isdigit() and not (turn.case.rich and turn.state.closed):
        return None
    found = [option for message in _told(turn) for option in _meant(turn, reply, message)]
    if not found:
        return None
    words = reply.text or found[0].label
    if found[0].key == CANNOT:
        return urge(turn, words)
    return turn.do(Note(words)).say_once(_HEARD[found[0].key], safety=True)


def urge(turn: Turn, words: str) -> Turn:
    """The patient cannot go, or wants a person now: the next step of the ladder at once (RC19)."""
    return stop(turn.do(Note(words, urge=True)).say(fitting(turn, "M-RF-URGED"), safety=True))


def linger(turn: Turn, text: str) -> Turn:
    """Hear any other words after danger: they go to the alert, which stays open (RC14)."""
    if "M-HYPO" in turn.state.told and _still_low(text):
        return turn.do(Note(text, urge=True)).say("M-HYPO", safety=True)
    noted = turn.do(Note(text))
    if is_courtesy(text):
        return noted
    message = "M-RF-KEPT" if takes_back(text) else "M-RF-WAIT"
    return noted.say_once(fitting(turn, message), safety=True)


def fitting(turn: Turn, message: str) -> str:
    """Nobody in despair is told of alarms and 120 alone."""
    return _TO_THE_DESPAIRING.get(message, message) if "M-CRISIS" in turn.state.told else message


def _told(turn: Turn) -> list[str]:
    return [message for message in turn.state.told if message in URGENT]


def _meant(turn: Turn, reply: Reply, message: str) -> list[Option]:
    options = turn.options_of(turn.message(message))
    return [option for option in options if option.key == one_of(reply, options)]


def _still_low(text: str) -> bool:
    reading = read_number(text, decimal=True)
    return reading.meter == "LO" or (
        reading.clear and 0 < min(reading.values, default=0.0) <= _LOWEST_SUGAR
    )
