"""Total rows and footers: what they look like, and whether the number on them is true."""

import re

from bot.intake.words import exact, folded, phrase, words

_TOTAL = re.compile(
    "(?:" + "|".join(sorted(words("total"), key=len, reverse=True)) + r")(?:$|[:(\d])"
)
_WHOLE = re.compile(phrase("headcount", "whole"))
_HEADCOUNT = re.compile(phrase("headcount", "pattern"))
_SUBTOTAL = tuple(words("subtotal"))
_FOOTER = tuple(exact("footer"))


def _first(row: list[str]) -> str:
    return next((cell for cell in row if cell), "")


def is_total(row: list[str]) -> bool:
    """Tell whether a row is a total, as "合计" or "共 23 人"."""
    first = folded(_first(row))
    return bool(_TOTAL.match(first) or _WHOLE.match(first))


def is_subtotal(row: list[str]) -> bool:
    """Tell whether a total counts only the rows since the one before."""
    return folded(_first(row)).startswith(_SUBTOTAL)


def is_footer(row: list[str]) -> bool:
    """Tell whether a row is a signature, a remark or a printing date."""
    return _first(row).startswith(_FOOTER)


def stated_headcount(row: list[str]) -> int | None:
    """Return the number of people a total row states, None when it cannot be told."""
    text = " ".join(row)
    if found := _HEADCOUNT.search(text):
        return int(found[1])
    numbers = re.findall(r"\d+", text)
    return int(numbers[0]) if len(numbers) == 1 else None
