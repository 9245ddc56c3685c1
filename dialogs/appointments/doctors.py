"""A doctor who is asked for: found, asked about where several have the name, or said not to be."""

from __future__ import annotations

import re
from typing import Final

from dialogs.appointments.facts import ClinicName
from dialogs.appointments.state import Stage
from dialogs.appointments.texts import doctor_text
from dialogs.appointments.turn import Turn
from dialogs.appointments.visits import named_doctors, surname_of
from dialogs.reading import wording
from dialogs.reading.normal import normalise

_WORDS: Final = wording.load(__file__, "words.toml")["doctor"]
_NAME: Final = f"({_WORDS['surname']}){_WORDS['given']}"
_SAID: Final = re.compile(
    f"{_NAME}{{0,2}}?({_WORDS['title']})|{_NAME}{{1,2}}?(?={_WORDS['number']})"
)
_MOST: Final = 6


def said_doctor(text: str) -> str:
    """Return the doctor whom the words name, as they name one: 张三丰主任, 李医生; else empty."""
    found = _SAID.search(normalise(text))
    return found[0] if found else ""


def unknown_doctor(turn: Turn, text: str, clinic: ClinicName | None) -> str:
    """Return the doctor who is named and has no sessions in this clinic, or in any."""
    said = said_doctor(text)
    known = (clinic,) if clinic else turn.facts.clinics
    return "" if any(named_doctors(each, text) for each in known) else said


def note_doctor(turn: Turn, clinic: ClinicName | None, text: str, *, otherwise: str = "") -> Turn:
    """Note whom the words name; of several with the name it is the doctor of the visit, if any."""
    named = named_doctors(clinic, text) if clinic else ()
    own = turn.visit.doctor if turn.visit else ""
    if own in named or len(named) <= 1:
        one = own if own in named else next(iter(named), otherwise)
        return turn.but(doctor=one, doctors=())
    return turn.but(doctor="", doctors=named)


def ask_doctor(turn: Turn) -> Turn:
    """Ask which of several doctors of one surname is meant: never the first."""
    clinic = turn.clinic_of(turn.state.clinic)
    shown = turn.state.doctors[:_MOST]
    lines = {f"d{n}": doctor_text(turn, doctor) for n, doctor in enumerate(shown, 1)}
    called = doctor_text(turn, surname_of(shown[0]))
    values = {**lines, "doc": called, "dept": clinic.name if clinic else ""}
    asked = turn.but(choices=shown)
    return asked.ask(Stage.DOCTOR, "M-WHICH-DOCTOR", values, options=(*lines, "human"))


def say_unknown(turn: Turn, text: str, clinic: ClinicName | None) -> Turn:
    """Say that the doctor is not in the book, and who is there; nothing where none is named."""
    said = unknown_doctor(turn, text, clinic)
    if not said:
        return turn
    there = clinic.doctors[:_MOST] if clinic else ()
    names = "、".join(doctor_text(turn, doctor) for doctor in there)
    dept = clinic.name if clinic and names else ""
    return turn.say("M-NO-DOCTOR", doc=doctor_text(turn, said), dept=dept, list=names)
