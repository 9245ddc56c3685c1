"""A person, or an alarm for another, takes the talk over: what was open waits, then goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dialogs import aftercare, questionnaire
from dialogs.actions import Outcome
from dialogs.admission import IDENTIFIED
from dialogs.state import Stage, State
from dialogs.turn import Turn

_ASKED_FOR: Final = ":human:"
_IN_DANGER: Final = (Stage.ECHO, Stage.CHECK, Stage.SUGAR)


def hold(state: State) -> State:
    """Put an open question aside while a person leads the talk; what has ended stays as it is."""
    if state.closed:
        return state
    return state.but(stage=Stage.CLOSED, outcome=Outcome.HUMAN.value, left=state.stage.value)


def put_aside(state: State) -> State:
    """Let questions wait behind an alarm for somebody else: they open anew, answers are kept.

    A danger that is just being checked waits for nothing.
    """
    if state.closed or state.stage in _IN_DANGER:
        return state
    return state.but(stage=Stage.NEW, held="", misreadings=0, correcting=False)


def prove(state: State) -> State:
    """Take the right year late: who could not say it at first goes on where it was asked."""
    told = (*state.told, IDENTIFIED)
    return state.but(left=Stage.IDENTITY.value, told=told, identity_misses=0)


def settle(state: State) -> State:
    """Forget that a person was asked for: whoever asks again is heard again."""
    raised = tuple(key for key in state.raised if _ASKED_FOR not in key)
    return state.but(raised=raised, left="")


def take_back(turn: Turn) -> Turn:
    """Ask again what was open when a person took over; what ended otherwise stays ended."""
    left = turn.state.left
    back = replace(turn, state=settle(turn.state))
    if left == Stage.IDENTITY.value and IDENTIFIED in turn.state.told:
        return questionnaire.proceed(back.but(stage=Stage(left), outcome="", misreadings=0))
    if not left or turn.state.ended_in is not Outcome.HUMAN:
        return back
    return aftercare.repeat(back.but(stage=Stage(left), outcome="", misreadings=0))
