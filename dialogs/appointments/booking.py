"""Booking from scratch: for whom, in which clinic, with which doctor, when."""

from __future__ import annotations

from typing import Final

from dialogs.appointments.actions import HandOverReason
from dialogs.appointments.doctors import note_doctor, say_unknown
from dialogs.appointments.facts import ClinicName, Person
from dialogs.appointments.offering import look
from dialogs.appointments.phrases import names_unknown_clinic
from dialogs.appointments.state import Doing, Stage
from dialogs.appointments.texts import day_text
from dialogs.appointments.turn import Turn
from dialogs.appointments.visits import named_clinics, named_doctors
from dialogs.reading.when import When

_MOST_PERSONS: Final = 4
_MOST_CLINICS: Final = 6


def begin(turn: Turn, text: str, wishes: tuple[When, ...], *, patient: str = "") -> Turn:
    """Begin a booking with what the words say already; what they do not say is asked."""
    fresh = turn.fresh(doing=Doing.BOOK, about="", patient=patient, wishes=wishes, words=text)
    return _for_whom(_where(fresh, text))


def begin_at(turn: Turn, clinic: str, patient: str, wishes: tuple[When, ...] = ()) -> Turn:
    """Begin a booking in a clinic that is known or likely: a review, a recall, a missed visit."""
    known = clinic or _likely(turn)
    fresh = turn.fresh(doing=Doing.BOOK, about="", patient=patient, wishes=wishes, clinic=known)
    return _for_whom(fresh)


def _where(turn: Turn, text: str) -> Turn:
    """Note the clinic that is named; several, or one we do not have, are asked about."""
    named = named_clinics(turn, text)
    if len(named) == 1:
        return say_unknown(at_clinic(turn, named[0], text), text, named[0])
    if named:
        return turn.but(clinics=tuple(clinic.id for clinic in named))
    if names_unknown_clinic(text):
        return turn.say("M-NO-CLINIC")
    likely = turn.clinic_of(_likely(turn))
    return say_unknown(turn, text, likely).but(clinic=likely.id if likely else "")


def at_clinic(turn: Turn, clinic: ClinicName, text: str) -> Turn:
    """Note the clinic, and the doctor if one is named, here or when the booking was begun."""
    words = text if named_doctors(clinic, text) else turn.state.words
    return note_doctor(turn.but(clinic=clinic.id, misreadings=0), clinic, words)


def _likely(turn: Turn) -> str:
    if turn.clinic_of(turn.facts.usual_clinic):
        return turn.facts.usual_clinic
    return turn.facts.clinics[0].id if len(turn.facts.clinics) == 1 else ""


def _for_whom(turn: Turn) -> Turn:
    persons = turn.facts.persons
    if not turn.state.patient and len(persons) > 1:
        return _ask_whose(turn, persons)
    patient = turn.state.patient or (persons[0].id if persons else "")
    if not patient:  # nobody is left to book for: a person looks who writes
        return turn.hand_over(HandOverReason.ASKED, turn.state.words)
    return go_on(turn.but(patient=patient))


def _ask_whose(turn: Turn, persons: tuple[Person, ...]) -> Turn:
    shown = persons[:_MOST_PERSONS]
    lines = {f"p{n}": person.whose for n, person in enumerate(shown, 1)}
    asked = turn.but(choices=tuple(person.id for person in shown))
    return asked.ask(Stage.WHOSE, "M-WHOSE", lines, options=(*lines, "human"))


def for_patient(turn: Turn, number: int) -> Turn:
    """Go on for the patient with this number."""
    return go_on(turn.but(patient=turn.state.choices[number - 1]))


def go_on(turn: Turn) -> Turn:
    """Look for slots as soon as it is known for whom and where."""
    person = turn.person_of(turn.state.patient)
    if person is not None and (refused := _may_not(turn, person)):
        return refused
    return look(turn) if turn.state.clinic else ask_clinic(turn)


def _may_not(turn: Turn, person: Person) -> Turn | None:
    if person.may_book_from is not None:
        return turn.say("M-NOT-SUSPENDED", until=day_text(turn, person.may_book_from)).rest()
    if not person.real_name:
        told = turn.say("M-NOT-NO_REAL_NAME")
        return told.hand_over(HandOverReason.UNBOOKED)
    return None


def ask_clinic(turn: Turn, *, lead: str = "") -> Turn:
    """Ask for the clinic, those first that the words might mean."""
    named = [clinic for clinic in map(turn.clinic_of, turn.state.clinics) if clinic]
    shown = (named or list(turn.facts.clinics))[:_MOST_CLINICS]
    if not shown:
        return turn.say("M-NO-CLINICS").hand_over(HandOverReason.UNBOOKED)
    lines = {f"c{n}": clinic.name for n, clinic in enumerate(shown, 1)}
    asked = turn.but(choices=tuple(clinic.id for clinic in shown))
    return asked.ask(Stage.CLINIC, "M-CLINIC", lines, options=(*lines, "human"), lead=lead)


def take_clinic(turn: Turn, number: int) -> Turn:
    """Go on with the clinic with this number; the doctor was perhaps named before."""
    clinic = turn.clinic_of(turn.state.choices[number - 1])
    return go_on(at_clinic(turn, clinic, "")) if clinic else ask_clinic(turn)
