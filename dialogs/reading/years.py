"""A year of birth as people write it."""

from __future__ import annotations

import re

from dialogs.reading import numerals
from dialogs.reading.normal import normalise

_FULL = re.compile(r"(?<!\d)(18[89]\d|19\d\d|20\d\d)(?!\d{1,3}(?!\d))")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)")
_SHORT = re.compile(r"(?<!\d)(\d\d)\s*(?:年|后|$)")
_NINETEEN_HUNDREDS = 30  # nobody born in 2030 is ill yet; 26 is read as 2026 only by its decade


def read_birth_year(text: str) -> int | None:
    """Return the year of birth: 1956, 56年, 一九五六年, 五六年的, 1956年3月, 19560312."""
    plain = numerals.RUN.sub(_arabic, normalise(text)).strip()
    full = _COMPACT.search(plain) or _FULL.search(plain)
    if full:
        return int(full.group(1))
    short = _SHORT.search(plain)
    if not short:
        return None
    two = int(short.group(1))
    return two + (2000 if two < _NINETEEN_HUNDREDS else 1900)


def _arabic(run: re.Match[str]) -> str:
    number = numerals.value(run.group())
    if number is None:
        return run.group()
    return str(number).zfill(len(run.group())) if "十" not in run.group() else str(number)
