"""Resident identity numbers (GB 11643): checksum, birth and sex."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass, field

from dialogs.identity import check_character, is_identity_number

_SHORT = re.compile(r"[1-9]\d{14}")
_HMT_RESIDENCE = ("81", "82", "83")


@dataclass(frozen=True, slots=True)
class Identity:
    """A number that proved right: always 18 characters, with what is written in it."""

    number: str = field(repr=False)
    birth: dt.date = field(repr=False)
    is_male: bool
    id_type: str


def compact(text: str) -> str:
    """Return an identity number without spaces and hyphens, in capitals."""
    return re.sub(r"[\s\-]+", "", unicodedata.normalize("NFKC", text)).upper()


def parse_identity(text: str) -> Identity | None:
    """Read a resident number, a residence permit (81-83) or a foreigner's card (9).

    A number of 15 digits, issued until 1999, is lengthened to the 18 its owner has today.
    Returns None when the checksum or the birth date is wrong.
    """
    number = compact(text)
    if _SHORT.fullmatch(number):
        first17 = f"{number[:6]}19{number[6:]}"
        number = first17 + check_character(first17)
    if not is_identity_number(number):
        return None
    birth = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    return Identity(number, birth, int(number[16]) % 2 == 1, _type(number))


def _type(number: str) -> str:
    if number.startswith("9"):
        return "foreign_residence"
    return "hmt_residence" if number.startswith(_HMT_RESIDENCE) else "resident_card"


def was_rounded(text: str) -> bool:
    """Tell whether a wrong number looks like one that Excel rounded to 15 digits."""
    return re.fullmatch(r"[1-9]\d{14}000", compact(text)) is not None
