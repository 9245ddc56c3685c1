"""The step of the booking desk's talk: (catalog, facts, state, event) -> (state, actions)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from dialogs.appointments import asking, cancelling, offering, settling, waiting
from dialogs.appointments.actions import Action
from dialogs.appointments.events import (
    Booked,
    Cancelled,
    Event,
    Found,
    FoundHours,
    FoundWaiting,
    HandedOver,
    Lapsed,
    Moved,
    Pending,
    Prompted,
    Refused,
    Waits,
)
from dialogs.appointments.facts import Facts
from dialogs.appointments.hearing import hear
from dialogs.appointments.pressing import press
from dialogs.appointments.prompting import prompted
from dialogs.appointments.repeating import repeat
from dialogs.appointments.state import State
from dialogs.appointments.turn import Turn
from dialogs.catalog import Catalog
from dialogs.events import Chose, Returned, Said

_ANSWERS: Final[Mapping[type[Event], Callable[[Turn, Any], Turn]]] = {
    Found: offering.found,
    FoundHours: asking.found_hours,
    FoundWaiting: waiting.found_waiting,
    Booked: settling.booked,
    Moved: settling.moved,
    Cancelled: cancelling.cancelled,
    Pending: settling.pending,
    HandedOver: settling.handed_over,
    Refused: settling.refused,
    Waits: waiting.joined,
}


def step(
    catalog: Catalog, facts: Facts, state: State, event: Event
) -> tuple[State, tuple[Action, ...]]:
    """Take one event; illegal input changes nothing but may be told so.

    Pure: no clock, no ids, no randomness; `event.at` is the only time there is. What the
    transaction answers to Find, Book, Move, Cancel, AskHospital, TakeFreed or HandOver is the
    next event; the texts that depend on it are said then.
    """
    done = _take(Turn(catalog, facts, state, event.at), event)
    return done.state, done.actions


def _take(turn: Turn, event: Event) -> Turn:
    match event:
        case Said(text=text):
            return hear(turn, text)
        case Chose(key=key, turn=number):
            return _chose(turn, key, number)
        case Prompted():
            return prompted(turn, event)
        case Returned():
            return repeat(turn)
        case Lapsed():
            return offering.lapsed(turn)
        case _:
            return _answered(turn, event)


def _answered(turn: Turn, event: Event) -> Turn:
    """Go on with what the transaction found or did."""
    return _ANSWERS[type(event)](turn, event)


def _chose(turn: Turn, key: str, number: int) -> Turn:
    """A button of an earlier question changes nothing, and is told so."""
    if turn.state.resting:
        return turn.say("M-STALE-END")
    if number != turn.state.turn:
        return repeat(turn, lead="M-STALE")
    return press(turn, key) if key in turn.state.options else turn
