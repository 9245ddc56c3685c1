"""A year of birth as people write it."""

from __future__ import annotations

import re

from dialogs.reading import numerals
from dialogs.reading.normal import normalise

_FULL = re.compile(r"(?<!\d)(18[89]\d|19\d\d|20\d\d)(?!\d{1,3}(?!\d))")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)")
# an identity number holds the day of birth; 01011948 and 1948-1-1 are written by habit
_OF_CARD = re.compile(
    r"(?<!\d)[1-9]\d{5}((?:18|19|20)\d\d)[01]\d[0-3]\d{4}[\dx](?!\d)", re.IGNORECASE
)
_LAST = re.compile(r"(?<!\d)[0-3]\d[0-3]\d((?:19|20)\d\d)(?!\d)")
_REPUBLIC = re.compile(r"民国\s*(\d{1,2}|元)")
_SPACED = re.compile(r"(?:\d\s+){3}\d")
_SHORT = re.compile(r"(?<!\d)(\d\d)\s*(?:年|后|$)")
# 48 1 1, 48.1.1, 480101: what comes first is no day of a month
_SHORT_FIRST = re.compile(r"(3[2-9]|[4-9]\d)(?:[\s./-]+[01]?\d[\s./-]+[0-3]?\d|[01]\d[0-3]\d)")
_WHOLE = (_OF_CARD, _COMPACT, _LAST, _FULL)
_FIRST_OF_REPUBLIC = 1912
_NINETEEN_HUNDREDS = 30  # nobody born in 2030 is ill yet; 26 is read as 2026 only by its decade


def read_birth_year(text: str) -> int | None:
    """Return the year of birth: 1956, 56年, 一九五六年, 五六年的, 1956年3月, 19560312, 560312.

    Also as the last of three (12 3 1956), counted from 民国, or within an identity number.
    """
    plain = numerals.RUN.sub(_arabic, normalise(text)).strip()
    plain = plain.replace(" ", "") if _SPACED.fullmatch(plain) else plain
    republic = _REPUBLIC.search(plain)
    if republic:
        return _FIRST_OF_REPUBLIC + (0 if republic[1] == "元" else int(republic[1]) - 1)
    full = next((found for search in _WHOLE if (found := search.search(plain))), None)
    if full:
        return int(full.group(1))
    short = _SHORT_FIRST.fullmatch(plain) or _SHORT.search(plain)
    if not short:
        return None
    two = int(short.group(1))
    return two + (2000 if two < _NINETEEN_HUNDREDS else 1900)


def _arabic(run: re.Match[str]) -> str:
    number = numerals.value(run.group())
    if number is None:
        return run.group()
    return str(number).zfill(len(run.group())) if "十" not in run.group() else str(number)
