"""Narrowing a stop by one reply: only the surveys, only the questions, or all of it (PIPL 15)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from dialogs import questionnaire
from dialogs.actions import AllowContact, NarrowStop, Outcome, StopScope
from dialogs.alarm import URGENT
from dialogs.endings import STOPPED
from dialogs.form import Option
from dialogs.reading.normal import bare
from dialogs.reading.wishes import read_wish
from dialogs.replies import choice
from dialogs.state import Stage
from dialogs.turn import Reply, Turn

_NARROWED: Final[Mapping[str, tuple[StopScope, str]]] = {
    "surveys": (StopScope.SURVEYS, "M-STOP-SURVEYS"),
    "questions": (StopScope.QUESTIONS, "M-STOP-QUESTIONS"),
}
# a digit that comes later may answer something else
_FRESH: Final = timedelta(hours=48)
_BRIEF: Final = 8


def narrow(turn: Turn, reply: Reply) -> Turn | None:
    """Take the reply to M-STOP; None when it is something else. Silence leaves all stopped."""
    stranger = turn.state.ended_in is Outcome.WRONG_NUMBER
    key = _chosen(turn, reply) if STOPPED in turn.state.told and not stranger else None
    if key is None:
        return None
    if key not in _NARROWED:
        return turn.say("M-STOP-ALL")
    scope, message = _NARROWED[key]
    narrowed = _forget_stop(turn).do(NarrowStop(scope)).say(message)
    return _go_on(narrowed) if scope is StopScope.SURVEYS else narrowed


def restore(turn: Turn) -> Turn:
    """Write again to who asks for it; a later stop is confirmed anew."""
    return _forget_stop(turn).do(AllowContact()).say("M-RESTORED")


def _chosen(turn: Turn, reply: Reply) -> str | None:
    message = turn.message(STOPPED)
    if reply.keys:
        return choice(turn, reply, message)
    said = bare(reply.text)
    if said.isdigit():
        return choice(turn, reply, message) if _is_last_asked(turn) else None
    for option in turn.options_of(message):
        if said in _words_of(option):
            return option.key
    # 别再发了 said again is no wish for less
    again = len(said) > _BRIEF or read_wish(reply.text) is not None
    return None if again or not _is_last_asked(turn) else choice(turn, reply, message)


def _words_of(option: Option) -> set[str]:
    return {bare(words) for words in (option.label, *option.synonyms)}


def _is_last_asked(turn: Turn) -> bool:
    """Tell whether nothing else has been asked since, nor a safety text sent, and not long ago."""
    asked, told = turn.state.asked, turn.state.told
    since = told[told.index(STOPPED) + 1 :]
    if asked is None or turn.at - asked > _FRESH:
        return False
    return turn.case.last_turn <= turn.state.turn and not set(since) & set(URGENT)


def _forget_stop(turn: Turn) -> Turn:
    return turn.but(told=tuple(message for message in turn.state.told if message != STOPPED))


def _go_on(turn: Turn) -> Turn:
    """Ask again what the stop broke off, if it was no survey and its time is not over."""
    state, forms = turn.state, turn.catalog.forms
    over = turn.case.overdue or any(forms[form].survey for form in state.forms)
    if not state.left or state.ended_in is not Outcome.OPTED_OUT or over:
        return turn
    left = Stage(state.left)
    stage = state.before if left is Stage.RESUME else left
    return questionnaire.resume(turn.but(stage=stage, outcome="", left="", misreadings=0))
