"""Whether words belong to the booking desk although it did not ask last."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from dialogs.appointments.asking import is_too_early
from dialogs.appointments.choosing import chosen
from dialogs.appointments.facts import Facts, Visit
from dialogs.appointments.phrases import (
    about_health,
    booking_number,
    is_assent,
    names,
    orders,
    query_in,
    unsubscribes,
)
from dialogs.appointments.regretting import regrets
from dialogs.appointments.state import Doing, State
from dialogs.appointments.turn import Turn
from dialogs.catalog import Catalog
from dialogs.reading.intents import Intent, Reading
from dialogs.reading.normal import bare

_ALWAYS: Final = frozenset({"appeal", "rules", "hours", "places", "visits"})
# of treatment as well as of a visit, where nobody talks of one
_IN_TALK: Final = frozenset({"fee", "proxy"})
# what the words must name themselves, whatever the reader makes of them
_WORDS_OF: Final[Mapping[Intent, str]] = {
    Intent.BOOK: "book",
    Intent.RESCHEDULE: "move",
    Intent.CANCEL: "cancel",
    Intent.CONFIRM: "come",
}
_EVER: Final = datetime.min.replace(tzinfo=UTC)
_SOMETHING_BOOKED: Final = Facts(visits=(Visit("", "", "", _EVER, _EVER, _EVER, _EVER, "", ""),))
_LONGEST: Final = 24  # characters; who writes more has more to say than a wish
_BRIEF: Final = 12  # characters; a wish or question without a day is said in as many
_SHORTEST: Final = 2  # characters; a digit or a bare yes answers what was asked


def claims(
    text: str, reading: Reading, facts: Facts, state: State, at: datetime | None = None
) -> bool:
    """Tell whether these words are for the booking desk, whatever else is open or nothing is.

    `at` is when they were said: what was given up just before may be taken back.

    Only explicit wishes and questions are claimed: never a digit, a bare yes or no, nor words that
    say how somebody is. What the health side must hear first has been looked for before this.
    """
    if len(bare(text)) < _SHORTEST or is_assent(text) or unsubscribes(text):
        return False
    if booking_number(text) or (at is not None and regrets(text, state, at)):
        return True
    if names(text, "explicit"):
        return True
    if about_health(text) or len(bare(text)) > _LONGEST:
        return False
    return _asks(text, facts, at) or _wishes(text, reading, facts, state)


def names_choice(catalog: Catalog, state: State, text: str, at: datetime) -> bool:
    """Tell whether the whole message is one of the choices the desk has open: 不接受, 不用了."""
    return bool(chosen(Turn(catalog, Facts(), state, at), text))


def may_claim(text: str, reading: Reading) -> bool:
    """Tell, before anything is looked up, whether words could be for the desk at all."""
    if orders(text, "regret"):
        return True
    return claims(text, reading, _SOMETHING_BOOKED, State(doing=Doing.BOOK))


def _asks(text: str, facts: Facts, at: datetime | None) -> bool:
    """A question about a visit is one only where there is a visit, and when it is no story."""
    query = query_in(text)
    if query in _IN_TALK or (at is not None and is_too_early(query, facts, at)):
        return False
    about_visit = bool(query) and bool(facts.visits) and len(bare(text)) <= _BRIEF
    return query in _ALWAYS or about_visit


def _wishes(text: str, reading: Reading, facts: Facts, state: State) -> bool:
    if orders(text, "withdraw") and (state.doing or any(v.requested for v in facts.visits)):
        return True
    if orders(text, "wait"):
        return True
    if reading.when and names(text, "book_day"):
        return True
    if reading.intent is Intent.BOOK and reading.when and names(text, "visit"):
        return True
    if reading.intent is not Intent.BOOK and not reading.when and len(bare(text)) > _BRIEF:
        return False
    word = _WORDS_OF.get(reading.intent, "")
    booked = bool(facts.visits) or names(text, "book")
    return bool(word) and names(text, word) and booked
