"""Which questionnaires a round asks, by age, diagnosis and operation."""

from __future__ import annotations

from typing import Final

from handlers.desk import Desk
from models.care import Encounter

_WARD_ROUNDS: Final = ("fu-d3", "fu-d10", "fu-d30")
_ELDERLY_ROUNDS: Final = 2
_ILLNESS_ROUNDS: Final = 2
DIABETES: Final = ("E10", "E11", "E12", "E13", "E14")
HYPERTENSION: Final = ("I10", "I11", "I12", "I13", "I15")


def forms_for(
    template: str, number: int, encounter: Encounter, *, elderly: bool
) -> tuple[str, ...]:
    """Return the forms of a round; empty where a person calls instead (the elderly's third)."""
    if template == "one_three_seven":
        return ("hfmd",)
    if elderly:
        base = ("fu-e",) if number <= _ELDERLY_ROUNDS else ()
    else:
        base = (_WARD_ROUNDS[number - 1],)
    return (*base, *_of_illness(encounter)) if base and number <= _ILLNESS_ROUNDS else base


def _of_illness(encounter: Encounter) -> tuple[str, ...]:
    code = encounter.diagnosis_code.upper()
    found = []
    if encounter.operation:
        found.append("wound")
    if code.startswith(DIABETES):
        found.append("dm")
    if code.startswith(HYPERTENSION):
        found.append("htn")
    return tuple(found)


def unsigned(desk: Desk, forms: tuple[str, ...]) -> tuple[str, ...]:
    """Return the forms nobody has signed; only the demo asks them."""
    if desk.unapproved_forms:
        return ()
    return tuple(form for form in forms if not desk.signed(form))
