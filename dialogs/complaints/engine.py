"""The step of the complaint desk's talk: (catalog, facts, state, event) -> (state, actions)."""

from __future__ import annotations

from dialogs.catalog import Catalog
from dialogs.complaints import asking, filing, prompting
from dialogs.complaints.actions import Action
from dialogs.complaints.events import (
    AbuseRaised,
    Answered,
    Deferred,
    Event,
    Filed,
    Freed,
    Lapsed,
    Mentioned,
    Pictured,
    Prompted,
    Rated,
    Said,
)
from dialogs.complaints.facts import Facts
from dialogs.complaints.hearing import deferred, hear, mentioned
from dialogs.complaints.pressing import press
from dialogs.complaints.state import State
from dialogs.complaints.turn import Turn
from dialogs.events import Chose


def step(
    catalog: Catalog, facts: Facts, state: State, event: Event
) -> tuple[State, tuple[Action, ...]]:
    """Take one event; illegal input changes nothing but may be told so.

    Pure: no clock, no ids, no randomness; `event.at` is the only time there is. What the
    transaction answers to File, Answer, CallMe or Rate is the next event; the texts that depend
    on it are said then. A complaint is filed only where 投诉 or 举报 is said and meant, or where
    the patient answers the question with 登记.
    """
    done = _take(Turn(catalog, facts, state, event.at), event)
    return done.state, done.actions


def _take(turn: Turn, event: Event) -> Turn:
    match event:
        case Said() | Mentioned() | Deferred():
            return _told(turn, event)
        case Chose(key=key, turn=number):
            return _chose(turn, key, number)
        case Prompted():
            return prompting.prompted(turn, event)
        case Freed() | Lapsed() | Pictured():
            return _went_on(turn, event)
        case _:
            return _settled(turn, event)


def _went_on(turn: Turn, event: Freed | Lapsed | Pictured) -> Turn:
    match event:
        case Freed():
            return asking.freed(turn)
        case Lapsed():
            return asking.lapse(turn)
        case Pictured(ref=ref):
            return filing.pictured(turn, ref)


def _told(turn: Turn, event: Said | Mentioned | Deferred) -> Turn:
    match event:
        case Said():
            return hear(turn, event)
        case Mentioned():
            return mentioned(turn, event)
        case Deferred():
            return deferred(turn, event)


def _settled(turn: Turn, event: Filed | Answered | AbuseRaised | Rated) -> Turn:
    match event:
        case AbuseRaised():
            return prompting.abuse_raised(turn, event)
        case Filed():
            return filing.filed(turn, event)
        case Answered():
            return prompting.answered(turn, event)
        case Rated():
            return prompting.rated(turn, event)


def _chose(turn: Turn, key: str, number: int) -> Turn:
    """A button of an earlier question changes nothing, and is told so."""
    state = turn.state
    if state.resting:
        return turn.say("M-CMP-HEARD" if state.heard else "M-STALE-END")
    if number != state.turn:
        return turn.repeat(lead="M-STALE")
    return press(turn, key) if key in state.options else turn
