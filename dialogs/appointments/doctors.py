"""A doctor who is asked for and has no sessions: said so, and never another one silently."""

from __future__ import annotations

import re
from typing import Final

from dialogs.appointments.facts import ClinicName
from dialogs.appointments.texts import doctor_text
from dialogs.appointments.turn import Turn
from dialogs.appointments.visits import named_doctor
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
    return "" if any(named_doctor(each, text) for each in known) else said


def say_unknown(turn: Turn, text: str, clinic: ClinicName | None) -> Turn:
    """Say that the doctor is not in the book, and who is there; nothing where none is named."""
    said = unknown_doctor(turn, text, clinic)
    if not said:
        return turn
    there = clinic.doctors[:_MOST] if clinic else ()
    names = "、".join(doctor_text(turn, doctor) for doctor in there)
    dept = clinic.name if clinic and names else ""
    return turn.say("M-NO-DOCTOR", doc=doctor_text(turn, said), dept=dept, list=names)
