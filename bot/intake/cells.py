"""A cell as the text a person sees."""

import datetime as dt
import re
from collections.abc import Iterable

from bot.intake.words import exact

_BLANK = exact("blank")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF5B) if chr(code).isalnum()}
# marks that turn the writing round, so that a name reads as another one on a page
_TURNS = (0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x2070))
_CONTROLS = (*range(0x7F, 0x85), *range(0x86, 0xA0), *range(0xFFF9, 0xFFFC), 0x180E)
_TAGS = range(0xE0000, 0xE0080)
_ODD = {
    **_WIDE,
    **dict.fromkeys((0x3000, 0xA0, 0x2007, 0x202F, 0x0D, 0x0A, 0x09), " "),
    **dict.fromkeys((0x85, 0x2028, 0x2029), " "),
    **dict.fromkeys((*_TURNS, *_CONTROLS, *_TAGS)),
    **dict.fromkeys((0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xAD)),
    **dict.fromkeys(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0D)),
    0xFF0B: "+",
    0xFF0D: "-",
    0xFF0E: ".",
    0xFF0F: "/",
}
_SPACES = re.compile(r" {2,}")
_EXACT_DIGITS = 1e15  # beyond this Excel has already thrown digits away
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d{1,2}")

Raw = str | float | bool | dt.date | dt.time | dt.timedelta | None


def clean(text: str) -> str:
    """Return `text` without what only machines see: odd spaces, breaks, full-width digits."""
    plain = text.isascii() and text.isprintable()
    text = text.strip() if plain else text.translate(_ODD).strip()
    if "  " in text:
        text = _SPACES.sub(" ", text)
    return "" if text in _BLANK else text


def clean_row(values: Iterable[str]) -> list[str]:
    """Clean a row and drop the blank cells at its end."""
    row = [clean(value) if value else "" for value in values]
    while row and not row[-1]:
        row.pop()
    return row


def as_seen(value: Raw) -> str:
    """Show a typed cell as a person sees it; numbers that lost digits stay scientific."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _number_as_seen(value)
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return "" if value is None else str(value)


def _number_as_seen(value: float) -> str:
    if abs(value) >= _EXACT_DIGITS:
        return f"{value:.5E}"
    return str(int(value)) if value == int(value) else repr(value)


def is_damaged(text: str) -> bool:
    """Tell whether a number was stored as 4.10327E+17, so that digits are gone for good."""
    return _SCIENTIFIC.fullmatch(text) is not None
