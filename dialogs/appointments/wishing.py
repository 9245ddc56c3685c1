"""Wishes in free words: to come, to cancel, to move, to book; what is unclear changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from dialogs.answers import is_question
from dialogs.appointments import booking, cancelling, offering, pressing
from dialogs.appointments.actions import HandOverReason
from dialogs.appointments.choosing import meant
from dialogs.appointments.facts import Visit
from dialogs.appointments.phrases import is_assent, orders
from dialogs.appointments.repeating import repeat
from dialogs.appointments.slot_words import say_odd_day
from dialogs.appointments.state import Doing, Stage
from dialogs.appointments.turn import SILENT, Turn
from dialogs.appointments.understanding import on_days_named, wishes_of
from dialogs.appointments.visits import (
    ask_which,
    candidates,
    every_visit,
    named_clinics,
    named_visits,
)
from dialogs.reading.intents import Intent, Reading
from dialogs.reading.normal import bare
from dialogs.timing.spans import local

_PROMISES: Final = frozenset({"confirm", "accept"})
_MISREADINGS: Final = 2
_SHORTEST: Final = 2
# these keys act at once; a wish to move or book carries more than its key
_AT_ONCE: Final = frozenset(
    {"confirm", "accept", "on_way", "late", "keep", "cancel", "give_up", "human"}
)


def follow(turn: Turn, text: str, reading: Reading) -> Turn:
    """Do what is wished, or ask again."""
    if turn.state.stage is Stage.REVIEW and (reviewed := _review(turn, text, reading)):
        return reviewed
    if turn.state.stage is Stage.CANCEL and (orders(text, "dropped") or orders(text, "hedge")):
        return unclear(turn, text)
    key = _late(turn, text, reading) or meant(turn, text, reading)
    if key in _PROMISES and is_question(text):
        return unclear(turn, text)  # 还要我亲自去吗 promises nothing
    if key in _AT_ONCE and not _names_another(turn, text) and not _names_all(turn, key, text):
        return pressing.press(turn, key, text)
    wished = _WISHES.get(reading.intent)
    return wished(turn, text, reading) if wished else unclear(turn, text)


def _late(turn: Turn, text: str, reading: Reading) -> str:
    """晚到半小时 on the day itself is no wish for another time."""
    offered = next((key for key in ("late", "on_way") if key in turn.state.options), "")
    if not offered or reading.intent is Intent.CANCEL or not orders(text, "late"):
        return ""
    days = {wish.date for wish in wishes_of(reading)} - {None}
    return offered if days <= {local(turn.at).date()} else ""


def _names_another(turn: Turn, text: str) -> bool:
    """Tell whether the words name a visit other than the one the question is about."""
    named = named_visits(turn, text)
    if len(named) != 1:
        named = on_days_named(turn, text, turn.facts.visits)
    return len(named) == 1 and named[0].id != turn.state.about


def _names_all(turn: Turn, key: str, text: str) -> bool:
    """Tell whether more is given up than the visit the question is about."""
    return key == "cancel" and bool(every_visit(turn, text))


def _review(turn: Turn, text: str, reading: Reading) -> Turn | None:
    """Book the review with the day that was wished; the clinic is known."""
    state, wishes = turn.state, wishes_of(reading)
    if key := _put_aside(turn, text, reading):
        return pressing.press(turn, key, text)
    if reading.intent not in (Intent.RESCHEDULE, Intent.BOOK):
        return None
    if named_clinics(turn, text) or not state.clinic:
        return booking.begin(turn, text, wishes, patient=state.patient)
    return booking.begin_at(turn, state.clinic, state.patient, wishes)


def _put_aside(turn: Turn, text: str, reading: Reading) -> str:
    """Return the choice of who books no review now: 查过了, 过几天再约, 不去了."""
    if orders(text, "reviewed") and not wishes_of(reading):
        return "elsewhere"
    if orders(text, "some_other_day"):
        return "later"
    refused = orders(text, "no_review") and reading.intent is Intent.CANCEL
    refused = refused and not turn.facts.visits  # else it is a visit that is given up
    return "no" if refused and "no" in turn.state.options else ""


def _come(turn: Turn, text: str, reading: Reading) -> Turn:
    """Somebody who says by himself that he will come confirms; a digit or a bare yes does not."""
    if not turn.state.resting or is_assent(text) or len(bare(text)) < _SHORTEST:
        return unclear(turn, text)
    return to_visit(turn, text, Doing.CONFIRM, reading)


def _cancel(turn: Turn, text: str, reading: Reading) -> Turn:
    if len(bare(text)) < _SHORTEST:
        return unclear(turn, text)
    return to_visit(turn, text, Doing.CANCEL, reading)


def _move(turn: Turn, text: str, reading: Reading) -> Turn:
    if len(bare(text)) < _SHORTEST:
        return unclear(turn, text)
    return to_visit(turn, text, Doing.MOVE, reading)


def _book(turn: Turn, text: str, reading: Reading) -> Turn:
    wishes = wishes_of(reading)
    return booking.begin(say_odd_day(turn, text, wishes), text, wishes)


def _dead(turn: Turn, text: str, _reading: Reading) -> Turn:
    """A death that was not heard before: silence, and a person at once."""
    task = turn.hand_over(HandOverReason.ASKED, text)
    return task.rest().but(told=SILENT)


def _stranger(turn: Turn, text: str, _reading: Reading) -> Turn:
    return turn.hand_over(HandOverReason.ASKED, text, told="not_known")


def _human(turn: Turn, text: str, _reading: Reading) -> Turn:
    return pressing.human(turn, text)


_WISHES: Final[Mapping[Intent, Callable[[Turn, str, Reading], Turn]]] = {
    Intent.CONFIRM: _come,
    Intent.CANCEL: _cancel,
    Intent.RESCHEDULE: _move,
    Intent.BOOK: _book,
    Intent.HUMAN: _human,
    # these are heard before the desk is asked; what slips through goes to a person
    Intent.OPT_OUT: _human,
    Intent.WRONG_PERSON: _stranger,
    Intent.DECEASED: _dead,
}


def to_visit(turn: Turn, text: str, doing: Doing, reading: Reading) -> Turn:
    """Do it to the visit that is meant; ask which one if that is not clear."""
    every = every_visit(turn, text) if doing is Doing.CANCEL else ()
    if cancelling.can_ask_each(every):
        return cancelling.ask_each(turn, every, text)
    found = candidates(turn, text)
    if doing is not Doing.MOVE and _names_another(turn, text):
        found = on_days_named(turn, text, named_visits(turn, text) or turn.facts.visits)
    if not found:
        return _book(turn, text, reading) if doing is Doing.MOVE else turn.say("M-NO-VISIT").rest()
    if len(found) > 1 and doing is not Doing.MOVE:
        found = on_days_named(turn, text, found)
    if len(found) > 1:
        return ask_which(turn.fresh(wishes=wishes_of(reading), words=text), found, doing)
    about = turn.but(about=found[0].id, patient=found[0].patient)
    if found[0].id != turn.state.about:
        about = about.but(prompt="")
    return _to_this(about, found[0], text, doing, reading)


def _to_this(turn: Turn, visit: Visit, text: str, doing: Doing, reading: Reading) -> Turn:
    if doing is Doing.CANCEL:
        return cancelling.ask_cancel(turn, visit, text)
    if doing is Doing.CONFIRM:
        return pressing.come(turn, visit)
    wishes = wishes_of(reading)
    return offering.look_to_move(say_odd_day(turn, text, wishes), visit, wishes, text)


def unclear(turn: Turn, text: str) -> Turn:
    """Ask the same once more; the second time a person goes on. Nothing changes."""
    state = turn.state
    if state.resting:
        return turn.say("M-DESK-HELP")
    if state.stage is Stage.PENDING:
        return turn.say("M-PENDING-STILL")
    if state.misreadings + 1 < _MISREADINGS:
        return repeat(turn.but(misreadings=state.misreadings + 1), lead="M-UNK")
    return _give_to_person(turn, text)


def _give_to_person(turn: Turn, text: str) -> Turn:
    match turn.state.stage:
        case Stage.CONSENT:  # not answered is not granted, and it holds nothing up
            return turn.say("M-CONSENT-OPEN").rest()
        case Stage.MEDICINES:
            return turn.hand_over(HandOverReason.MEDICINES, text)
    attempt = turn.state.doing in (Doing.BOOK, Doing.MOVE)
    return turn.hand_over(HandOverReason.UNBOOKED if attempt else HandOverReason.ASKED, text)
