"""Free words, in order: a choice, the desk's orders, a question, a wish."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dialogs.appointments import booking, offering, pressing, showing, waiting
from dialogs.appointments.actions import HandOverReason, Seen
from dialogs.appointments.asking import answer_query, appeal, is_too_early, tell
from dialogs.appointments.cancelling import ask_each, can_ask_each
from dialogs.appointments.choosing import chosen, meant
from dialogs.appointments.doctors import say_unknown, unknown_doctor
from dialogs.appointments.leaving import let_be
from dialogs.appointments.phrases import is_assent, odd_day, only_thanks, orders, query_in
from dialogs.appointments.regretting import take_back
from dialogs.appointments.repeating import repeat
from dialogs.appointments.slot_words import SLOT_STAGES, hear_about_slots, say_odd_day
from dialogs.appointments.state import Doing, Stage
from dialogs.appointments.turn import Turn
from dialogs.appointments.understanding import read, read_days, wishes_of
from dialogs.appointments.visits import is_foreign, named_clinics, named_visits, surname_of
from dialogs.appointments.wishing import follow, unclear
from dialogs.reading.intents import Intent, Reading
from dialogs.reading.normal import bare, normalise
from dialogs.timing.spans import local

_COLD: Final = timedelta(hours=48)
_SHORTEST: Final = 2  # characters; a digit is no reason
# these change the book at once
_FINAL: Final = frozenset({"give_up", "yes", "take"})
# texts of ours that tell something beside what they ask
_TOLD: Final = (Stage.VISIT, Stage.REVIEW)
_CHANGES: Final = (Intent.RESCHEDULE, Intent.BOOK)


def hear(turn: Turn, text: str) -> Turn:
    """Take what somebody wrote."""
    if is_foreign(turn, text):
        return turn.say("M-NOT-NOT_YOURS")
    if _went_cold(turn, text):
        return repeat(turn)
    key = chosen(turn, text)
    if key:
        return _undecided(turn, key, text) or pressing.press(turn, key, text)
    if turn.state.stage in _TOLD and only_thanks(text):
        return _seen(turn)
    if turn.state.stage is Stage.APPEAL and text.strip():
        return _reasons(turn, text)
    reading = read(turn, text)
    return (
        take_back(turn, text)
        or let_be(turn, text, reading)
        or _ordered(turn, text, reading)
        or _named(turn, text, reading)
        or _asked(turn, text, reading)
        or follow(turn, text, reading)
    )


def _seen(turn: Turn) -> Turn:
    """谢谢 to a reminder: it has come, and is not sent once more; its question stays open."""
    noted = turn.do(Seen(turn.visit.id)) if turn.visit else turn
    return noted.say("M-SEEN")


def _undecided(turn: Turn, key: str, text: str) -> Turn | None:
    """可能第一个吧, 大概取消吧: what would be changed is read back, or asked again."""
    if not orders(text, "hedge"):
        return None
    if turn.state.stage is Stage.OFFER and key[:1] == "s" and key[1:].isdigit():
        return showing.echo(turn, turn.state.offers[int(key[1:]) - 1])
    return unclear(turn, text) if key in _FINAL else None


def _reasons(turn: Turn, text: str) -> Turn:
    """Take what is written as the reasons of the appeal, unless it drops the appeal or is none."""
    if orders(text, "no_appeal"):
        return turn.say("M-LEFT-AS-IS").rest()
    if len(bare(text)) < _SHORTEST or is_assent(text):
        return unclear(turn, text)
    return appeal(turn, text)


def _went_cold(turn: Turn, text: str) -> bool:
    """After two days a bare digit may answer anything: the question is asked again first."""
    asked = turn.state.asked
    cold = asked is not None and not turn.state.resting and turn.at - asked > _COLD
    return cold and bare(text).isdigit()


def _ordered(turn: Turn, text: str, reading: Reading) -> Turn | None:
    """Follow the desk's own orders, which the reader does not know."""
    if orders(text, "withdraw") and (withdrawn := _withdraw(turn)):
        return withdrawn
    if orders(text, "never_booked") and reading.intent not in _CHANGES:
        return turn.hand_over(HandOverReason.ASKED, text, told="not_known")
    if orders(text, "unwait"):
        return _unwait(turn, text)
    if turn.state.stage in SLOT_STAGES:
        return hear_about_slots(turn, text, reading)
    if orders(text, "wait") and reading.intent is not Intent.CANCEL:
        return booking.begin(turn, text, wishes_of(reading))
    return None


def _unwait(turn: Turn, text: str) -> Turn:
    """Whatever says no to waiting where it is asked; else what is waited for is looked up."""
    if turn.state.stage is Stage.WAITS and orders(text, "still_waits"):
        return waiting.stay(turn)
    key = next((key for key in ("unwait", "leave", "no") if key in turn.state.options), "")
    waited = turn.state.stage in (Stage.FREED, Stage.FULL, Stage.WAITS)
    return pressing.press(turn, key, text) if key and waited else waiting.look_up(turn, text)


def _withdraw(turn: Turn) -> Turn | None:
    if turn.state.stage is Stage.PENDING:
        return pressing.withdraw(turn)
    asked = next((visit for visit in turn.facts.visits if visit.requested), None)
    return pressing.withdraw(turn.but(about=asked.id)) if asked else None


def _named(turn: Turn, text: str, reading: Reading) -> Turn | None:
    """Take the name of a clinic or visit for the number in the list."""
    if reading.intent is Intent.HUMAN:
        return None
    match turn.state.stage:
        case Stage.CLINIC:
            return _clinic_named(turn, text)
        case Stage.WHICH:
            return _visit_named(turn, text)
        case Stage.DOCTOR:
            return _doctor_named(turn, text)
    return None


def _doctor_named(turn: Turn, text: str) -> Turn | None:
    """张敏, 敏医生那个, 都行: the doctor of the list whom the words single out, or any."""
    if orders(text, "any"):
        return offering.with_any_doctor(turn)
    plain = normalise(text)
    listed = list(enumerate(turn.state.choices, 1))
    whole = [number for number, doctor in listed if doctor in plain]
    given = [n for n, doctor in listed if doctor.removeprefix(surname_of(doctor)) in plain]
    named = whole or given
    return offering.with_doctor(turn, named[0]) if len(named) == 1 else None


def _clinic_named(turn: Turn, text: str) -> Turn | None:
    named = named_clinics(turn, text)
    if not named and unknown_doctor(turn, text, None):
        return repeat(say_unknown(turn, text, None))
    if len(named) != 1:
        return _day_first(turn, text)
    if turn.state.doing is Doing.TELL:
        return answer_query(turn, turn.state.query, text)
    return booking.go_on(booking.at_clinic(turn, named[0], text))


def _day_first(turn: Turn, text: str) -> Turn | None:
    """A day before the clinic is known is kept for when it is."""
    days = read_days(turn, text) if turn.state.doing is Doing.BOOK else ()
    if days:
        return repeat(turn.but(wishes=days, misreadings=0))
    if turn.state.doing is Doing.BOOK and odd_day(text, local(turn.at).date()):
        return repeat(say_odd_day(turn, text, ()))
    return unclear(turn, text) if not query_in(text) else None


def _visit_named(turn: Turn, text: str) -> Turn | None:
    """皮肤科那个, 周四那个: the one visit of the list that the words single out."""
    listed = turn.state.choices
    every = tuple(visit for visit in map(turn.visit_of, listed) if visit)
    if turn.state.doing is Doing.CANCEL and orders(text, "every_one") and can_ask_each(every):
        return ask_each(turn, every, turn.state.words)
    named = {visit.id for visit in named_visits(turn, text)}
    if not named:
        days = {wish.date for wish in read_days(turn, text, of_list=True)}
        named = {v.id for v in turn.facts.visits if local(v.starts).date() in days}
    places = [n for n, visit in enumerate(listed, 1) if visit in named]
    return pressing.press(turn, f"v{places[0]}", text) if len(places) == 1 else None


def _asked(turn: Turn, text: str, reading: Reading) -> Turn | None:
    if turn.state.stage is Stage.PENDING and orders(text, "how_far"):
        return turn.say("M-PENDING-STILL")
    query = query_in(text)
    if not query or wishes_of(reading) or is_too_early(query, turn.facts, turn.at):
        return None
    comes = reading.intent is Intent.CONFIRM and query != "proxy"
    key = meant(turn, text, reading) if comes else ""
    if turn.state.stage is Stage.FREED and query in ("when", "where"):
        return repeat(turn)  # the hour of the place that is offered stands in its text
    if key and turn.state.stage is Stage.VISIT:
        return _come_and_ask(turn, key, query, text)
    return answer_query(turn, query, text)


def _come_and_ask(turn: Turn, key: str, query: str, text: str) -> Turn:
    """会来，在几楼: the visit is confirmed, and the question answered."""
    come = pressing.press(turn, key, text)
    about_visit = turn.visit is not None and query in ("where", "route", "bring", "fasting")
    if about_visit and turn.visit is not None:
        return tell(come, query, turn.visit)
    return come if query in ("when", "visits") else answer_query(come, query, text)
