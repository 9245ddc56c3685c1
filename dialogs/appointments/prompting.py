"""What the hospital begins with: reminders, late comers, substitutes, reviews, answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time
from typing import Final

from dialogs.appointments.actions import HandOverReason
from dialogs.appointments.booking import begin_at
from dialogs.appointments.events import Prompt, Prompted
from dialogs.appointments.facts import Visit
from dialogs.appointments.offering import look_to_move
from dialogs.appointments.settling import after_booking, ask_medicines, say_card
from dialogs.appointments.state import Doing, Stage
from dialogs.appointments.texts import (
    breach_note,
    counts_as_breach,
    day_values,
    doctor_text,
    part,
    visit_values,
)
from dialogs.appointments.turn import SILENT, Turn
from dialogs.appointments.waiting import offer_freed
from dialogs.reading.when import When
from dialogs.timing.spans import moment

_VISIT_MESSAGES: Final[Mapping[Prompt, str]] = {
    Prompt.CONFIRM: "M-REM24",
    Prompt.TOMORROW: "M-REM16",
    Prompt.TODAY: "M-REM0",
    Prompt.LATE: "M-LATE",
    Prompt.SUBSTITUTE: "M-SUB",
    Prompt.STOPPED: "M-STOPPED",
    Prompt.MOVED_BY_HOSPITAL: "M-MOVED",
}
_REVIEW_MESSAGES: Final[Mapping[Prompt, str]] = {
    Prompt.REVIEW: "M-REV",
    Prompt.RECALL: "M-RECALL",
}


def prompted(turn: Turn, event: Prompted) -> Turn:
    """Begin with what the hospital has to say; an attempt it interrupts goes to a person."""
    cleared = _set_aside(turn).fresh(prompt=event.prompt.value)
    if event.visit is not None:
        cleared = cleared.but(about=event.visit.id, patient=event.visit.patient)
    if event.prompt in _VISIT_MESSAGES and event.visit is not None:
        return _about_visit(cleared, event.prompt, event.visit)
    if event.prompt in _REVIEW_MESSAGES:
        return _about_review(cleared, event)
    other = _OTHERS.get(event.prompt)
    return other(cleared, event) if other else cleared


def _set_aside(turn: Turn) -> Turn:
    if turn.state.stage not in (Stage.OFFER, Stage.CHOSEN):
        return turn
    return turn.hand_over(HandOverReason.UNBOOKED, told=SILENT)


def _about_visit(turn: Turn, prompt: Prompt, visit: Visit) -> Turn:
    values = visit_values(turn, visit)
    about = turn.but(clinic=visit.clinic, doctor=visit.doctor)
    if prompt is Prompt.TOMORROW and counts_as_breach(turn, visit):
        # what the message invites to is no longer free: that is said before anybody does it
        values = {**values, "late_note": part(turn, "M-NOTE-LATE", {})}
    asked = about.ask(Stage.VISIT, _VISIT_MESSAGES[prompt], values)
    return say_card(asked, visit) if prompt is Prompt.CONFIRM else asked


def _about_review(turn: Turn, event: Prompted) -> Turn:
    person = turn.person_of(event.patient)
    values = {
        **(day_values(turn, moment(event.on, time())) if event.on else {}),
        "dept": event.clinic_name,
        "doc": doctor_text(turn, event.doctor) or part(turn, "M-DOCTOR-ANY", {}),
        "whose": person.whose if person else "",
    }
    wishes = (When(date=event.on),) if event.on and event.prompt is Prompt.REVIEW else ()
    about = {"patient": event.patient, "clinic": event.clinic, "doctor": event.doctor}
    asked = turn.but(**about, wishes=wishes, about="", doing=Doing.NOTHING)
    return asked.ask(Stage.REVIEW, _REVIEW_MESSAGES[event.prompt], values)


def _booked(turn: Turn, event: Prompted) -> Turn:
    return after_booking(turn, event.visit) if event.visit else turn


def _answered(turn: Turn, event: Prompted) -> Turn:
    """Tell that the hospital's system did what was asked of it."""
    if event.visit is None:
        return turn
    if event.note == Doing.BOOK:
        return after_booking(turn, event.visit)
    message = "M-CANCEL-OK" if event.note == Doing.CANCEL else "M-MOVE-OK"
    note = {"breach_note": breach_note(turn, event.breach)}
    return turn.say(message, {**visit_values(turn, event.visit), **note}).rest()


def _refused(turn: Turn, event: Prompted) -> Turn:
    """Tell that the hospital's system did not do it, and look for other times at once."""
    told = turn.say("M-SYSTEM-NO")
    if event.note == Doing.CANCEL:
        return told.hand_over(HandOverReason.UNBOOKED)
    if event.visit is not None:
        return look_to_move(told, event.visit, (), "")
    return begin_at(told, event.clinic, event.patient)


def _wished(turn: Turn, event: Prompted) -> Turn:
    wishes = (When(date=event.on),) if event.on else ()
    return begin_at(turn, event.clinic, event.patient, wishes)


def _medicines(turn: Turn, event: Prompted) -> Turn:
    return ask_medicines(turn, event.visit) if event.visit else turn


_OTHERS: Final[Mapping[Prompt, Callable[[Turn, Prompted], Turn]]] = {
    Prompt.BOOKED: _booked,
    Prompt.ANSWERED: _answered,
    Prompt.REFUSED: _refused,
    Prompt.FREED: offer_freed,
    Prompt.MEDICINES: _medicines,
    Prompt.BOOK: _wished,
}
