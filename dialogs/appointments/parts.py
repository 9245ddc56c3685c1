"""Clinics named by what they treat: 心脏那个, 看骨头的号."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from dialogs.appointments.facts import ClinicName
from dialogs.reading import wording
from dialogs.reading.normal import normalise

_WORDS: Final[dict[str, Any]] = wording.load(__file__, "words.toml")["parts"]
_PARTS: Final = tuple(
    (re.compile(wording.expand(_WORDS["said"], {"part": part})), re.compile(clinic))
    for part, clinic in _WORDS["clinic"].items()
)


def clinics_of_part(clinics: Iterable[ClinicName], text: str) -> tuple[ClinicName, ...]:
    """Return the clinics for the part of the body that is named as one; a complaint names none."""
    plain = normalise(text)
    meant = [clinic for said, clinic in _PARTS if said.search(plain)]
    return tuple(c for c in clinics if any(name.search(c.name) for name in meant))
