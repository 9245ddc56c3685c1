"""Free slots: looked for, shown with their true numbers, chosen, or left (R113, C19)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from dialogs.appointments.actions import AskHospital, Book, Find, HandOverReason, Move
from dialogs.appointments.cancelling import keep, still_pending
from dialogs.appointments.doctors import ask_doctor, note_doctor, say_unknown
from dialogs.appointments.events import Found, WhyNot
from dialogs.appointments.facts import Offer, Visit
from dialogs.appointments.showing import echo, show
from dialogs.appointments.state import Doing, Stage
from dialogs.appointments.texts import (
    counts_as_breach,
    day_text,
)
from dialogs.appointments.turn import Turn
from dialogs.reading.when import When
from dialogs.timing.spans import local

_MOST: Final = 3
_FOR_THE_ELDERLY: Final = 2
_NEAR: Final = frozenset(
    {WhyNot.PAST, WhyNot.NO_SESSION, WhyNot.FULL, WhyNot.TOO_FAR, WhyNot.TWICE}
)
_UNDER_WAY: Final = frozenset({Stage.CLINIC, Stage.DOCTOR, Stage.WHOSE, Stage.WISH, Stage.FULL})


def look_to_move(turn: Turn, visit: Visit, wishes: tuple[When, ...], words: str) -> Turn:
    """Look for another time for a visit."""
    if visit.requested:
        return still_pending(turn, visit)
    fresh = turn.fresh(
        doing=Doing.MOVE,
        about=visit.id,
        patient=visit.patient,
        clinic=visit.clinic,
        wishes=wishes,
        words=words,
    )
    clinic = turn.clinic_of(visit.clinic)
    return look(say_unknown(note_doctor(fresh, clinic, words), words, clinic))


def look(turn: Turn) -> Turn:
    """Ask for free slots, which Found answers; first which doctor, if several have the name."""
    return ask_doctor(turn) if turn.state.doctors else turn.do(Find(turn.state.search))


def with_doctor(turn: Turn, number: int) -> Turn:
    """Look for the hours of the doctor with this number."""
    return look(turn.but(doctor=turn.state.choices[number - 1], doctors=(), misreadings=0))


def with_any_doctor(turn: Turn) -> Turn:
    """Look for the hours of whoever has the clinic: 都行."""
    return look(turn.but(doctor="", doctors=()))


def look_further(turn: Turn) -> Turn:
    """Ask for later slots than those shown."""
    shown = tuple(offer.slot for offer in turn.state.offers)
    return look(turn.but(skip=(*turn.state.skip, *shown), misreadings=0))


def found(turn: Turn, event: Found) -> Turn:
    """Show what was found; where nothing is, offer the waiting list or ask the hospital."""
    offers = tuple(offer for offer in event.offers if not _is_own(turn, offer))
    if not offers:
        return _nothing(turn, event)
    told = turn if event.fits else say_why(turn, event)
    most = _FOR_THE_ELDERLY if turn.facts.elderly else _MOST
    wait = event.why_not == WhyNot.FULL and not turn.state.skip
    held = event.held_until.isoformat() if event.held_until else ""
    return show(told.but(offers=offers[:most], held_until=held), wait=wait)


def _is_own(turn: Turn, offer: Offer) -> bool:
    """Tell whether the slot is the one the visit has already."""
    visit = turn.visit if turn.state.doing is Doing.MOVE else None
    if visit is None:
        return False
    had = (visit.starts, visit.clinic, visit.doctor)
    return had == (offer.starts, offer.clinic, offer.doctor)


def say_why(turn: Turn, event: Found) -> Turn:
    """Say why it is not what was wished, and from when on there is something."""
    if event.why_not == WhyNot.TOO_SOON:
        return _too_soon(turn, event)
    near = event.why_not in set(_NEAR) and not turn.state.skip
    return turn.say(f"M-NOT-{event.why_not.upper()}" if near else "M-NOT-FIT")


def _too_soon(turn: Turn, event: Found) -> Turn:
    if event.earliest is None:
        return turn.say("M-NOT-TOO_LATE")
    return turn.say("M-NOT-TOO_SOON", earliest=day_text(turn, event.earliest))


def _nothing(turn: Turn, event: Found) -> Turn:
    clinic = turn.clinic_of(turn.state.clinic)
    if clinic is not None and not clinic.ours:
        return _ask_hospital(turn)
    if turn.state.skip:
        return turn.hand_over(HandOverReason.UNBOOKED)
    told = _too_soon(turn, event) if event.why_not == WhyNot.TOO_SOON else turn
    values = {"dept": clinic.name if clinic else ""}
    return told.ask(Stage.FULL, "M-FULL", values)


def _ask_hospital(turn: Turn) -> Turn:
    state = turn.state
    visit = state.about if state.doing is Doing.MOVE else ""
    return turn.do(AskHospital(visit, state.patient, state.clinic, state.words))


def pick(turn: Turn, number: int) -> Turn:
    """Take the slot with this number; the elderly, who saw it in short, are asked once more.

    So is everybody else once the slots are no longer held: the number may be for something else.
    """
    offer = turn.state.offers[number - 1]
    once_more = turn.facts.elderly or _no_longer_held(turn)
    return echo(turn, offer) if once_more else take(turn.but(picked=offer.slot))


def _no_longer_held(turn: Turn) -> bool:
    until = turn.state.held_until
    return bool(until) and turn.at > datetime.fromisoformat(until)


def pick_by_day(turn: Turn, wish: When) -> Turn | None:
    """Echo the one slot shown that the words name by its day or time, if there is one."""
    fitting = [offer for offer in turn.state.offers if _fits(offer, wish)]
    return echo(turn, fitting[0]) if len(fitting) == 1 else None


def _fits(offer: Offer, wish: When) -> bool:
    at = local(offer.starts)
    plain = replace(wish, exclude=()) == When(date=wish.date, time=wish.time)
    day = wish.date in (None, at.date())
    return plain and day and wish.time in (None, at.time())


def take(turn: Turn) -> Turn:
    """Book or move to the slot that was picked and had been echoed."""
    state, visit = turn.state, turn.visit
    if state.doing is not Doing.MOVE:
        return turn.do(Book(state.picked, state.patient, state.words))
    if visit is None:
        return turn.let_go().say("M-NOT-ENDED").rest()
    if counts_as_breach(turn, visit) and not state.warned:
        return show(turn)  # it has become late since it was shown: that is said first
    return turn.do(Move(visit.id, state.picked, state.words, turn.wished_at.isoformat()))


def abandon(turn: Turn) -> Turn:
    """End without a change: a visit that was to be moved stays, a booking goes to a person."""
    if turn.state.doing is Doing.MOVE and turn.visit is not None:
        return keep(turn)
    return turn.hand_over(HandOverReason.UNBOOKED)


def lapsed(turn: Turn) -> Turn:
    """The slots are no longer held: a person goes on, and one may look again."""
    if turn.state.stage in (Stage.OFFER, Stage.CHOSEN):
        return turn.hand_over(HandOverReason.UNBOOKED, told="lapsed")
    attempt = turn.state.stage in _UNDER_WAY and turn.state.doing in (Doing.BOOK, Doing.MOVE)
    return turn.hand_over(HandOverReason.UNBOOKED) if attempt else turn
