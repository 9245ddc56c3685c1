"""Telephone numbers as we keep them and as each provider writes them; pure."""

from __future__ import annotations

import re
from typing import Final

_CHINA: Final = "86"
_MOBILE: Final = re.compile(r"1[0-9]{10}")
# E.164; a number of China has to be a mobile one to take a text message
_REACHABLE: Final = re.compile(r"1[3-9][0-9]{9}|\+(861[3-9][0-9]{9}|(?!86)[1-9][0-9]{6,14})")
_NUMBER: Final = re.compile(r"\+?[0-9]{5,20}")


def kept(number: str, country: str = "") -> str | None:
    """Return a provider's number as it is kept here: 11 digits in China, +… elsewhere.

    None for what is no number.
    """
    plain = number.strip()
    if not _NUMBER.fullmatch(plain):
        return None
    digits = plain.lstrip("+").removeprefix("00")
    if country and country != _CHINA:
        return f"+{country}{digits}"
    if _MOBILE.fullmatch(digits):
        return digits
    if digits.startswith(_CHINA) and _MOBILE.fullmatch(digits[len(_CHINA) :]):
        return digits[len(_CHINA) :]
    return f"+{digits}" if plain.startswith("+") else digits


def reachable(number: str) -> bool:
    """Tell whether a kept number can take a text message at all."""
    return _REACHABLE.fullmatch(number) is not None


def international(number: str) -> str:
    """Return a kept number in E.164, with its plus sign."""
    return number if number.startswith("+") else f"+{_CHINA}{number}"


def digits_of(number: str) -> str:
    """Return a kept number as the carriers write it, without one."""
    return international(number).removeprefix("+")
