"""Free words: a choice of the open question, a question, a wish; what is unclear changes nothing."""

from __future__ import annotations

from typing import Final

from dialogs.appointments import booking, cancelling, offering, pressing, waiting
from dialogs.appointments.actions import HandOverReason
from dialogs.appointments.asking import answer_query, appeal
from dialogs.appointments.choosing import chosen, meant
from dialogs.appointments.phrases import odd_day, orders, query_in
from dialogs.appointments.repeating import repeat
from dialogs.appointments.state import Doing, Stage
from dialogs.appointments.turn import Turn
from dialogs.appointments.visits import (
    ask_which,
    candidates,
    is_foreign,
    named_clinics,
    next_start,
)
from dialogs.reading.intents import Context, Intent, Reading, read_reply
from dialogs.reading.when import When
from dialogs.timing.spans import local

_MISREADINGS: Final = 2
_SLOTS: Final = frozenset({Stage.OFFER, Stage.CHOSEN, Stage.FULL, Stage.WISH, Stage.LAPSED})
_ASIDE: Final = frozenset({"withdraw", "none", "has", "unsure", "agree", "refuse"})
_WISHES: Final = (Intent.RESCHEDULE, Intent.BOOK)


def hear(turn: Turn, text: str) -> Turn:
    """Take what somebody wrote."""
    if is_foreign(turn, text):
        return turn.say("M-NOT-NOT_YOURS")
    key = chosen(turn, text)
    if key:
        return pressing.press(turn, key, text)
    if turn.state.stage is Stage.APPEAL and text.strip():
        return appeal(turn, text)
    reading = read(turn, text)
    return (
        _ordered(turn, text, reading) or _asked(turn, text, reading) or _wished(turn, text, reading)
    )


def read(turn: Turn, text: str) -> Reading:
    """Read the words as a reply to the desk, or as words of their own where nothing was asked."""
    starts = next_start(turn)
    asked = starts is not None or not turn.state.resting
    return read_reply(
        text,
        Context.REMINDER if asked else Context.NONE,
        now=local(turn.at),
        appointment=local(starts) if starts else None,
    )


def wishes_of(reading: Reading) -> tuple[When, ...]:
    """Return what was wished for, the preferred first."""
    first = (reading.when,) if reading.when else ()
    return (*first, *reading.alternatives) if first else ()


def _ordered(turn: Turn, text: str, reading: Reading) -> Turn | None:
    """Follow the desk's own orders: withdraw, wait, other times, leave it as it is."""
    stage, visit = turn.state.stage, turn.visit
    if orders(text, "withdraw") and (stage is Stage.PENDING or _requested(turn)):
        return pressing.withdraw(turn)
    if orders(text, "never_booked") and reading.intent not in _WISHES:
        return turn.hand_over(HandOverReason.ASKED, text, told="not_known")
    if stage in _SLOTS:
        return _about_slots(turn, text, reading)
    if orders(text, "wait") and reading.intent is not Intent.CANCEL:
        return booking.begin(turn, text, wishes_of(reading)) if visit is None else None
    return None


def _requested(turn: Turn) -> bool:
    return any(visit.requested for visit in turn.facts.visits)


def _about_slots(turn: Turn, text: str, reading: Reading) -> Turn | None:
    if orders(text, "abandon"):
        return offering.abandon(turn)
    if orders(text, "wait"):
        return waiting.join(turn)
    if orders(text, "any") and turn.state.stage is Stage.OFFER:
        return repeat(turn, lead="M-PICK")
    if wishes_of(reading) and reading.intent in (*_WISHES, Intent.CONFIRM):
        picked = offering.pick_by_day(turn, reading.when)
        return picked or _look_anew(turn, text, reading)
    if orders(text, "more") and turn.state.stage is not Stage.WISH:
        return pressing.press(turn, "again" if turn.state.stage is Stage.LAPSED else "more", text)
    if reading.intent is Intent.CONFIRM:
        return _yes_to_slots(turn)
    return None


def _yes_to_slots(turn: Turn) -> Turn | None:
    """A yes takes the one slot that was echoed; where several stand open it says nothing."""
    if turn.state.stage is Stage.CHOSEN:
        return offering.take(turn)
    if turn.state.stage is Stage.OFFER and len(turn.state.offers) == 1:
        return offering.pick(turn, 1)
    return None


def _look_anew(turn: Turn, text: str, reading: Reading) -> Turn:
    changed = turn.but(wishes=wishes_of(reading), skip=(), offers=(), words=text, misreadings=0)
    return offering.look(_odd(changed, text))


def _asked(turn: Turn, text: str, reading: Reading) -> Turn | None:
    query = query_in(text)
    if not query or wishes_of(reading):
        return None
    return answer_query(turn, query, text)


def _odd(turn: Turn, text: str) -> Turn:
    """Say it kindly when the day that was named does not exist or is past."""
    odd = odd_day(text, local(turn.at).date())
    return turn.say(f"M-NOT-{odd.upper()}") if odd and not turn.state.wishes else turn


def _wished(turn: Turn, text: str, reading: Reading) -> Turn:
    stage = turn.state.stage
    if stage in (Stage.CLINIC, Stage.WHOSE) and reading.intent is not Intent.HUMAN:
        return _named(turn, text)
    key = meant(turn, text, reading)
    if key and key not in ("move", "book", *_ASIDE):
        return pressing.press(turn, key, text)
    match reading.intent:
        case Intent.HUMAN:
            return pressing.human(turn, text)
        case Intent.CANCEL:
            return _to_visit(turn, text, Doing.CANCEL, reading)
        case Intent.RESCHEDULE:
            return _move_or_book(turn, text, reading)
        case Intent.BOOK:
            return _book(turn, text, reading)
        case Intent.CONFIRM if stage in (Stage.REST, Stage.VISIT):
            return _to_visit(turn, text, Doing.CONFIRM, reading)
        case _:
            return _odd_or_unclear(turn, text, reading)


def _move_or_book(turn: Turn, text: str, reading: Reading) -> Turn:
    if turn.state.doing is Doing.BOOK and turn.state.stage in _SLOTS:
        return _look_anew(turn, text, reading)
    return _to_visit(turn, text, Doing.MOVE, reading)


def _book(turn: Turn, text: str, reading: Reading) -> Turn:
    wishes = wishes_of(reading)
    begun = _odd(turn, text) if not wishes else turn
    return booking.begin(begun, text, wishes, patient="")


def _to_visit(turn: Turn, text: str, doing: Doing, reading: Reading) -> Turn:
    """Do it to the visit that is meant; ask which one if that is not clear."""
    found = candidates(turn, text)
    wishes = wishes_of(reading)
    if not found:
        return _book(turn, text, reading) if doing is Doing.MOVE else turn.say("M-NO-VISIT").rest()
    if len(found) > 1:
        return ask_which(turn.fresh(wishes=wishes, words=text), found, doing)
    visit = found[0]
    about = turn.but(about=visit.id, patient=visit.patient)
    if visit.id != turn.state.about:
        about = about.but(prompt="")
    if doing is Doing.CANCEL:
        return cancelling.ask_cancel(about, visit, text)
    if doing is Doing.CONFIRM:
        return pressing.come(about, visit)
    told = _odd(about.but(wishes=wishes), text)
    return offering.look_to_move(told, visit, wishes, text)


def _named(turn: Turn, text: str) -> Turn:
    """Take a clinic by its name."""
    named = named_clinics(turn, text)
    if turn.state.stage is Stage.CLINIC and len(named) == 1:
        if turn.state.doing is Doing.TELL:
            return answer_query(turn, turn.state.query, text)
        return booking.go_on(booking.at_clinic(turn, named[0], text))
    return unclear(turn, text)


def _odd_or_unclear(turn: Turn, text: str, reading: Reading) -> Turn:
    """An impossible day with a wish around it still begins the wish; the rest is unclear."""
    if turn.state.resting:
        return turn.say("M-DESK-HELP")
    return unclear(turn, text)


def unclear(turn: Turn, text: str) -> Turn:
    """Ask the same once more; the second time a person goes on. Nothing changes."""
    misreadings = turn.state.misreadings + 1
    if misreadings < _MISREADINGS:
        return repeat(turn.but(misreadings=misreadings), lead="M-UNK")
    attempt = turn.state.doing in (Doing.BOOK, Doing.MOVE)
    reason = HandOverReason.UNBOOKED if attempt else HandOverReason.ASKED
    return turn.hand_over(reason, text)
