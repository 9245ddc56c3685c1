"""Telephone cells: several numbers, notes and placeholders in one."""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from bot.intake.cells import is_damaged
from bot.intake.words import folded, words

_SEPARATORS = re.compile(r"[/\\,;、|\n\r，；]|或")
_NUMBER = re.compile(r"\+?\d[\d\s\-()转*#.]*\d|\d")
_MOBILE = re.compile(r"(?:(?:00)?86|0)?(1[3-9]\d{9})")
_TWO_MOBILES = re.compile(r"(1[3-9]\d{9})(1[3-9]\d{9})")
_LANDLINE = re.compile(r"(?:(?:00)?86)?(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_EXTENSION = re.compile(r"(.{9,})(?:转|-|\s|#|\*)+(\d{1,5})")
_LABEL_NOISE = re.compile(r"[\s()\[\]:：。.]+")
_PLACEHOLDER_NUMBERS = words("placeholders", "phone")
_PLACEHOLDER_WORDS = words("words", "phone")
_ZEROS = "00000000"
_NOTE_LENGTH = 20


class PhoneKind(StrEnum):
    """What can be done with a number."""

    MOBILE = "mobile"
    LANDLINE = "landline"


class PhoneStatus(StrEnum):
    """What was found about a number when the list was read (R001)."""

    OK = "ok"
    MISSING = "missing"
    MALFORMED = "malformed"
    LANDLINE = "landline"  # voice only
    PLACEHOLDER = "placeholder"
    SHARED = "shared"  # the same number at more than three patients
    DAMAGED = "damaged"  # 1.38E+10


@dataclass(frozen=True, slots=True)
class Phone:
    """One number: 11 digits of a mobile, or 0510-88880000[-ext]; None unless it can be called."""

    number: str | None = field(repr=False)
    kind: PhoneKind | None
    status: PhoneStatus
    note: str = field(default="", repr=False)


MISSING = Phone(None, None, PhoneStatus.MISSING)


def parse_phones(text: str) -> tuple[Phone, ...]:
    """Read every number of a cell, in order, each once; () for a blank cell.

    Words beside a number become its note: "13900000001/0510-88880000 儿子".
    """
    found: dict[Phone, None] = {}
    for part in _SEPARATORS.split(unicodedata.normalize("NFKC", text)):
        for phone in _part(part.strip()):
            found.setdefault(phone)
    return _distinct(list(found))


def _distinct(phones: list[Phone]) -> tuple[Phone, ...]:
    seen: dict[str, Phone] = {}
    for phone in phones:
        seen.setdefault(phone.number or repr((phone.status, phone.note)), phone)
    return tuple(seen.values())


def _part(part: str) -> list[Phone]:
    if not part:
        return []
    if is_damaged(part):
        return [Phone(None, None, PhoneStatus.DAMAGED)]
    numbers = [found.group().strip() for found in _NUMBER.finditer(part)]
    gaps = [_LABEL_NOISE.sub(" ", gap).strip()[:_NOTE_LENGTH] for gap in _NUMBER.split(part)]
    if not numbers:
        return [_only_words(gaps[0])]
    notes = gaps if gaps[0] or not gaps[-1] else gaps[1:]
    pairs = zip(numbers, notes, strict=False)
    return [phone for number, note in pairs for phone in _split(number, note)]


def _only_words(text: str) -> Phone:
    if folded(text) in _PLACEHOLDER_WORDS:
        return Phone(None, None, PhoneStatus.PLACEHOLDER)
    return Phone(None, None, PhoneStatus.MALFORMED, text)


def _split(number: str, note: str) -> list[Phone]:
    """Separate numbers that only a space or nothing keeps apart."""
    digits = re.sub(r"\D", "", number)
    if found := _TWO_MOBILES.fullmatch(digits):
        return [_mobile(found[1], note), _mobile(found[2], note)]
    pieces = number.split()
    if len(pieces) > 1 and all(_is_whole(piece) for piece in pieces):
        return [_single(piece, note) for piece in pieces]
    return [_single(number, note)]


def _is_whole(piece: str) -> bool:
    digits = re.sub(r"\D", "", piece)
    return bool(_MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits))


def _single(number: str, note: str) -> Phone:
    digits = re.sub(r"\D", "", number)
    if _is_placeholder(digits):
        return Phone(None, None, PhoneStatus.PLACEHOLDER, note)
    if found := _MOBILE.fullmatch(digits):
        return _mobile(found[1], note)
    return _landline(number, digits, note)


def _mobile(digits: str, note: str) -> Phone:
    if _is_placeholder(digits):
        return Phone(None, None, PhoneStatus.PLACEHOLDER, note)
    return Phone(digits, PhoneKind.MOBILE, PhoneStatus.OK, note)


def _landline(number: str, digits: str, note: str) -> Phone:
    extension = ""
    if not _LANDLINE.fullmatch(digits) and (found := _EXTENSION.fullmatch(number)):
        digits, extension = re.sub(r"\D", "", found[1]), f"-{found[2]}"
    if found := _LANDLINE.fullmatch(digits):
        full = f"{found[1]}-{found[2]}{extension}"
        return Phone(full, PhoneKind.LANDLINE, PhoneStatus.LANDLINE, note)
    if _LOCAL.fullmatch(digits):
        return Phone(digits, PhoneKind.LANDLINE, PhoneStatus.LANDLINE, note)
    return Phone(None, None, PhoneStatus.MALFORMED, note)


def _is_placeholder(digits: str) -> bool:
    same = len(digits) > 1 and len(set(digits)) == 1
    return same or digits in _PLACEHOLDER_NUMBERS or digits.endswith(_ZEROS) or digits == "0"
