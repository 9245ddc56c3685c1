"""What the office begins: a later day, the result, how it was, who may know, a call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from dialogs.complaints.actions import Answer, CallMe, CallOff, KeepOpinion, Rate, SetMode
from dialogs.complaints.events import AbuseRaised, Answered, Prompt, Prompted, Rated
from dialogs.complaints.state import Stage
from dialogs.complaints.turn import Turn
from dialogs.timing.words import due_text

_ASKED_WITH: Final[Mapping[Prompt, tuple[Stage, str]]] = {
    Prompt.RESULT: (Stage.RESULT, "M-CMP4"),
    Prompt.RATE: (Stage.RATE, "M-CMP5"),
    Prompt.IDENTITY: (Stage.IDENTITY, "M-CMP-ID"),
    Prompt.SURVEY_CALL: (Stage.SURVEY_CALL, "M-CMP-CALL"),
}
_LATE: Final[Mapping[Prompt, str]] = {
    Prompt.LATE_CALL: "M-CMP-LATE-CALL",
    Prompt.LATE: "M-CMP-LATE",
}
_TOLD: Final[Mapping[str, str]] = {
    "accept": "M-CMP-ACCEPTED",
    "refuse": "M-CMP-AGAIN",
    "call": "M-CMP-CALLING",
    "survey": "M-CMP-CALLING",
}
_A_DAY: Final = timedelta(days=1)
_NAMED: Final = "named"
_BACK_TO_BACK: Final = "back_to_back"


def prompted(turn: Turn, event: Prompted) -> Turn:
    """Tell or ask what the office begins with; what was being asked stays an opinion."""
    values = {**event.values, "tick": event.number}
    if event.prompt is Prompt.INTERIM:
        told = turn.but(told=event.number, told_at=event.at.isoformat())
        return told.say("M-CMP3", **values)
    if event.prompt in _LATE:
        return _late(turn, event)
    if event.prompt not in _ASKED_WITH:
        return turn
    if turn.state.stage is Stage.ASKED:
        turn = turn.do(KeepOpinion(turn.state.heard))
    stage, message = _ASKED_WITH[event.prompt]
    return turn.but(about=event.number, misreadings=0).ask(stage, message, values)


def _late(turn: Turn, event: Prompted) -> Turn:
    """Tell, once a clock, that a promise was not kept, rather than nothing."""
    case = turn.facts.known(event.number)
    if case is None:
        return turn
    office = turn.part(f"M-OFFICE-{case.owner.upper()}")
    told = turn.but(told=event.number, told_at=event.at.isoformat())
    return told.say(_LATE[event.prompt], tick=event.number, owner=office)


def answer(turn: Turn, key: str) -> Turn:
    """Note how the result is taken; the text follows when somebody is to call."""
    return turn.do(Answer(turn.state.about, key)).rest()


def rate(turn: Turn, stars: int) -> Turn:
    """Note the stars."""
    return turn.do(Rate(turn.state.about, stars)).rest()


def agree_to_call(turn: Turn) -> Turn:
    """Put the call before the office."""
    return turn.but(calling=True).do(CallMe()).rest()


def call_off(turn: Turn, words: str) -> Turn:
    """Take the call back from the office."""
    return turn.but(calling=False).do(CallOff(words)).say("M-CMP-NO-CALL")


def abuse_raised(turn: Turn, event: AbuseRaised) -> Turn:
    """Say once a day that it was heard, and until when somebody is in touch."""
    return turn.say_rarely("M-ABUSE", _A_DAY, due=_due(turn, event))


def answered(turn: Turn, event: Answered) -> Turn:
    """Say what follows from the answer, with the time a person calls by."""
    return turn.say(_TOLD[event.answer], due=_due(turn, event))


def rated(turn: Turn, event: Rated) -> Turn:
    """Thank; who is not content is told that it goes on."""
    if not event.reopened:
        return turn.say("M-CMP-RATED")
    return turn.say("M-CMP-REOPENED", due=_due(turn, event))


def name(turn: Turn) -> Turn:
    """Let the department know who complains: the patient agreed."""
    return turn.do(SetMode(turn.state.about, _NAMED)).say("M-CMP-NAMED").rest()


def stay_unnamed(turn: Turn) -> Turn:
    """Keep from the department who complains."""
    case = turn.facts.known(turn.state.about)
    mode = case.mode if case is not None and case.mode != _NAMED else _BACK_TO_BACK
    return turn.do(SetMode(turn.state.about, mode)).say("M-CMP-UNNAMED").rest()


def _due(turn: Turn, event: Answered | AbuseRaised | Rated) -> str:
    return due_text(event.due, event.at, language=turn.catalog.language)
