"""Whether words belong to the booking desk although it did not ask last."""

from __future__ import annotations

from typing import Final

from dialogs.appointments.facts import Facts
from dialogs.appointments.phrases import (
    about_health,
    booking_number,
    is_assent,
    names,
    orders,
    query_in,
    unsubscribes,
)
from dialogs.appointments.state import State
from dialogs.reading.intents import Intent, Reading
from dialogs.reading.normal import bare

_ALWAYS: Final = frozenset({"appeal", "rules", "hours", "places", "visits"})
_SHORTEST: Final = 2  # characters; a digit or a bare yes answers what was asked


def claims(text: str, reading: Reading, facts: Facts, state: State) -> bool:
    """Tell whether these words are for the booking desk, whatever else is open or nothing is.

    Only explicit wishes and questions are claimed: never a digit, a bare yes or no, nor words that
    say how somebody is. What the health side must hear first has been looked for before this.
    """
    if len(bare(text)) < _SHORTEST or is_assent(text) or unsubscribes(text):
        return False
    if booking_number(text):
        return True
    if about_health(text) and not names(text, "explicit"):
        return False
    return _asks(text, facts) or _wishes(text, reading, facts, state)


def _asks(text: str, facts: Facts) -> bool:
    """A question about a visit is one only where there is a visit."""
    query = query_in(text)
    return query in _ALWAYS or (bool(query) and bool(facts.visits))


def _wishes(text: str, reading: Reading, facts: Facts, state: State) -> bool:
    if orders(text, "withdraw") and (state.doing or any(v.requested for v in facts.visits)):
        return True
    if orders(text, "wait") or names(text, "explicit"):
        return True
    match reading.intent:
        case Intent.BOOK:
            return names(text, "book")
        case Intent.RESCHEDULE:
            return names(text, "move") and (bool(facts.visits) or names(text, "book"))
        case Intent.CANCEL:
            return names(text, "cancel") and bool(facts.visits)
        case Intent.CONFIRM:
            return names(text, "come") and bool(facts.visits)
    return False
