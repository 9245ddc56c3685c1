"""A reply while a complaint is being taken: does the writer take it back?"""

from __future__ import annotations

from typing import Final

from dialogs.reading.marks import Mark, load_marker
from dialogs.reading.reply import Intent

_MARKER: Final = load_marker(__file__, "withdrawals.toml")


def read_withdrawal(plain: str) -> tuple[Intent, tuple[Mark, ...]]:
    """Read a normalised, lower-case reply; insistence outweighs any word of giving up."""
    marked = _MARKER.mark(plain)
    if marked.has(("insist", "hedge")):
        return Intent.UNCLEAR, marked.of(("insist", "hedge"))
    withdrawn = marked.of(("named", "withdraw"))
    return (Intent.STOP_COMPLAINT if withdrawn else Intent.UNCLEAR), withdrawn


def names_complaint(plain: str) -> bool:
    """Tell whether a message takes back a complaint by its name, whatever was asked."""
    marked = _MARKER.mark(plain)
    return "named" in marked and "insist" not in marked
