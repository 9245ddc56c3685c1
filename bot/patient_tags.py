"""What a discharge list says of a patient, in the tags that the questionnaires ask for."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

from bot.intake.discharge_row import DischargeRow

_WORDS: Final[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("patient_tags.toml").read_text(encoding="utf-8")
)
# at home it needs an eye soon, whether it is new or was taken before (R045)
ANTICOAGULANT: Final = "anticoagulant"


def tags_of(row: DischargeRow) -> tuple[str, ...]:
    """Return the list's own words and the tags they, the diagnosis and the medicines mean.

    Fever after chemotherapy is an emergency (RC15), and so it is better to tag one too many.
    """
    own = " ".join(row.tags)
    stated = f"{own} {row.diagnosis_name} {row.operation}"
    medicines = f"{own} {row.discharge_medicines}"
    found = (
        *(tag for tag, words in _WORDS["stated"].items() if _any_in(words, stated)),
        *(tag for tag, codes in _WORDS["coded"].items() if _begins(row.diagnosis_code, codes)),
        *(tag for tag, words in _WORDS["medicines"].items() if _any_in(words, medicines)),
    )
    return tuple(dict.fromkeys((*row.tags, *found)))


def is_protected(row: DischargeRow) -> bool:
    """Tell whether the diagnosis is to be kept from the patient, in whichever column it says so."""
    return row.protective_disclosure or _any_in(_WORDS["protective"]["words"], " ".join(row.tags))


def _any_in(words: list[str], text: str) -> bool:
    return any(word in text for word in words)


def _begins(code: str, codes: list[str]) -> bool:
    return code.startswith(tuple(codes))
