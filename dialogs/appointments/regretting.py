"""A visit given up by mistake: the same place is offered again while that is fresh."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dialogs.appointments.booking import go_on
from dialogs.appointments.phrases import orders
from dialogs.appointments.state import Doing, State
from dialogs.appointments.turn import Turn
from dialogs.reading.when import When
from dialogs.timing.spans import local

# later 按错了 may be about anything
_FRESH: Final = timedelta(minutes=10)


def regrets(text: str, state: State, at: datetime) -> bool:
    """Tell whether the words take a visit's cancelling back: 哎呀按错了, 撤回, 不取消了."""
    if not state.given_up or not state.resting or not orders(text, "regret"):
        return False
    return at - datetime.fromisoformat(state.given_up[-1]) <= _FRESH


def take_back(turn: Turn, text: str) -> Turn | None:
    """Look for the place that was given up; None when nothing was, or it is long ago."""
    if not regrets(text, turn.state, turn.at):
        return None
    patient, clinic, doctor, starts, _ = turn.state.given_up
    was = local(datetime.fromisoformat(starts))
    begun = turn.but(given_up=()).fresh(
        doing=Doing.BOOK,
        about="",
        patient=patient,
        clinic=clinic,
        doctor=doctor,
        wishes=(When(date=was.date(), time=was.time()),),
        words=text,
    )
    return go_on(begun)
