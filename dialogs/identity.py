"""Resident identity numbers (GB 11643): whether the last character belongs to the others."""

from __future__ import annotations

import re
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_NUMBER = re.compile(r"[1-9][0-9]{16}[0-9X]")


def check_character(first17: str) -> str:
    """Return the last character that belongs to 17 digits (MOD 11-2)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first17, strict=True))
    return _CHECKS[total % 11]


def is_identity_number(number: str) -> bool:
    """Tell whether 18 characters are a valid number: birth date and checksum are right."""
    if not _NUMBER.fullmatch(number) or check_character(number[:17]) != number[17]:
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return True
