"""Which visit the words are about: the open one, one that is named, or one of several."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from dialogs.appointments.facts import ClinicName, Visit
from dialogs.appointments.parts import clinics_of_part
from dialogs.appointments.phrases import booking_number
from dialogs.appointments.state import Doing, Stage
from dialogs.appointments.texts import visit_line
from dialogs.appointments.turn import Turn
from dialogs.reading import numerals, wording
from dialogs.reading.normal import normalise

_WORDS: Final = wording.load(__file__, "words.toml")
_TITLES: Final[list[str]] = _WORDS["titles"]
_COMPOUND: Final = re.compile(_WORDS["doctor"]["compound"])
_OF_SURNAME: Final[str] = _WORDS["doctor"]["of_surname"]
_EVERY: Final = re.compile(_WORDS["every"])
_OF_A_CLINIC: Final = re.compile(_WORDS["of_a_clinic"])
_MOST: Final = 4
_SHORTEST_NAME: Final = 2
_SEVERAL: Final = 2


def is_foreign(turn: Turn, text: str) -> bool:
    """Tell whether the words give a booking number that is none of this conversation's."""
    number = booking_number(text)
    return bool(number) and number not in {visit.number for visit in turn.facts.visits}


def named_clinics(turn: Turn, text: str) -> tuple[ClinicName, ...]:
    """Return the clinics that the words name, by name, alias or doctor; longer names win."""
    plain = normalise(text).lower()
    found = {clinic.id: _length_of_name(clinic, plain) for clinic in turn.facts.clinics}
    longest = max(found.values(), default=0)
    if longest:
        return tuple(c for c in turn.facts.clinics if found[c.id] == longest)
    called = tuple(c for c in turn.facts.clinics if named_doctors(c, text))
    return called or clinics_of_part(turn.facts.clinics, text)


def _length_of_name(clinic: ClinicName, plain: str) -> int:
    names = [normalise(name).lower() for name in (clinic.name, *clinic.aliases)]
    names += [_OF_A_CLINIC.sub("", name) for name in names]
    return max((len(n) for n in names if len(n) >= _SHORTEST_NAME and n in plain), default=0)


def named_doctors(clinic: ClinicName, text: str) -> tuple[str, ...]:
    """Return the clinic's doctors whom the words may mean; a full name leaves no doubt."""
    plain = normalise(text)
    whole = [doctor for doctor in clinic.doctors if doctor in plain]
    if whole:
        return (max(whole, key=len),)
    return tuple(doctor for doctor in clinic.doctors if _names(plain, doctor))


def named_doctor(clinic: ClinicName, text: str) -> str:
    """Return the one doctor of the clinic whom the words name; empty for none or several."""
    named = named_doctors(clinic, text)
    return named[0] if len(named) == 1 else ""


def _names(plain: str, doctor: str) -> bool:
    surname = surname_of(doctor)
    called = (*(f"{surname}{title}" for title in _TITLES), _OF_SURNAME.format(surname))
    return doctor in plain or any(name in plain for name in called)


def surname_of(doctor: str) -> str:
    """Return a doctor's surname, which may have two characters: 欧阳."""
    compound = _COMPOUND.match(doctor)
    return compound[0] if compound else doctor[:1]


def named_visits(turn: Turn, text: str) -> tuple[Visit, ...]:
    """Return the visits that the words single out by number, clinic or doctor."""
    number = booking_number(text)
    if number:
        return tuple(visit for visit in turn.facts.visits if visit.number == number)
    clinics = {clinic.id for clinic in named_clinics(turn, text)}
    plain = normalise(text)
    return tuple(
        visit
        for visit in turn.facts.visits
        if visit.clinic in clinics
        or visit.clinic_name in plain
        or (visit.doctor and _names(plain, visit.doctor))
    )


def every_visit(turn: Turn, text: str) -> tuple[Visit, ...]:
    """Return the visits that are all meant, 两个都取消; empty where another number is said."""
    found = _EVERY.search(normalise(text))
    visits = named_visits(turn, text) or turn.facts.visits
    if found is None or len(visits) < _SEVERAL:
        return ()
    said = found["count"]
    count = int(said) if said and said.isdigit() else numerals.value(said or "")
    return visits if count in (None, len(visits)) else ()


def candidates(turn: Turn, text: str) -> tuple[Visit, ...]:
    """Return the visits that may be meant; the open question's own unless another is named."""
    named = named_visits(turn, text)
    if len(named) == 1:
        return named
    if turn.visit is not None and turn.state.stage is not Stage.REST:
        return (turn.visit,)
    return named or turn.facts.visits


def ask_which(turn: Turn, visits: tuple[Visit, ...], doing: Doing) -> Turn:
    """Ask which of several visits is meant; the wish is remembered."""
    shown = visits[:_MOST]
    lines = {f"v{n}": visit_line(turn, visit) for n, visit in enumerate(shown, 1)}
    told = turn.but(doing=doing, choices=tuple(visit.id for visit in shown), about="")
    values = {**lines, "count": str(len(visits))}
    return told.ask(Stage.WHICH, "M-WHICH", values, options=(*lines, "human"))


def next_start(turn: Turn) -> datetime | None:
    """Return when the visit starts that wishes like "a week later" count from."""
    visit = turn.visit or (turn.facts.visits[0] if turn.facts.visits else None)
    return visit.starts if visit else None
