"""What the patient answers to a safety text: on the way, cannot go, sugar taken (RC14, RC19)."""

from __future__ import annotations

from typing import Final

from dialogs.actions import Note, Outcome
from dialogs.alarm import URGENT, stop
from dialogs.levels import Level
from dialogs.reading.normal import bare
from dialogs.reading.numbers import read_number
from dialogs.replies import one_of
from dialogs.state import Stage
from dialogs.turn import Reply, Turn

CANNOT: Final = "cannot"
_HEARD: Final = {"called": "M-RF-GOING", "going": "M-RF-GOING", "ate": "M-HYPO-ATE"}
_RETRACTED: Final = (("M-RF-CHECK", "no"), ("M-RF-ECHO", "mistake"), ("M-RESUME", "no"))
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
    key = next(filter(None, (_meant(turn, reply, message) for message in _told(turn))), None)
    if key == CANNOT:
        return urge(turn, reply.text or key)
    if key is None:
        return None
    return turn.do(Note(reply.text or key)).say_once(_HEARD[key], safety=True)


def urge(turn: Turn, words: str) -> Turn:
    """The patient cannot go, or wants a person now: the next step of the ladder at once (RC19)."""
    return stop(turn.do(Note(words, urge=True)).say("M-RF-URGED", safety=True))


def linger(turn: Turn, text: str) -> Turn:
    """Hear any other words after danger: they go to the alert, which stays open (RC14)."""
    if "M-HYPO" in turn.state.told and _still_low(text):
        return turn.do(Note(text, urge=True)).say("M-HYPO", safety=True)
    noted = turn.do(Note(text))
    return noted.say_once("M-RF-KEPT" if _takes_back(turn, text) else "M-RF-WAIT", safety=True)


def _told(turn: Turn) -> list[str]:
    return [message for message in turn.state.told if message in URGENT]


def _meant(turn: Turn, reply: Reply, message: str) -> str | None:
    return one_of(reply, turn.options_of(turn.message(message)))


def _takes_back(turn: Turn, text: str) -> bool:
    return any(_meant(turn, Reply(text), message) == key for message, key in _RETRACTED)


def _still_low(text: str) -> bool:
    reading = read_number(text, decimal=True)
    return reading.meter == "LO" or (
        reading.clear and 0 < min(reading.values, default=0.0) <= _LOWEST_SUGAR
    )
