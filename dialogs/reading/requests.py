"""A message nobody asked for: a wish for an appointment, or to move or cancel one."""

from __future__ import annotations

from typing import Final

from dialogs.reading.marks import Mark, load_marker
from dialogs.reading.reply import Intent

_MARKER: Final = load_marker(__file__, "requests.toml")
_SHORT: Final = 3  # characters; what is left of a message that is hardly more than a date


def read_request(plain: str, *, timed: bool) -> tuple[Intent, tuple[Mark, ...]]:
    """Read a normalised, lower-case message; `timed` says whether a day or time was wished."""
    marked = _MARKER.mark(plain)
    for sign, intent in (("cancel", Intent.CANCEL), ("move", Intent.RESCHEDULE)):
        if sign in marked and not marked.has(("asking", "hedge")):
            return intent, marked.of((sign,))
    short = len(marked.left()) <= _SHORT
    wanted = "book" in marked or (
        "care" in marked and (timed or short or marked.has(("wish", "request")))
    )
    wanted = wanted or ("ail" in marked and timed)
    bare_date = timed and "about" not in marked and (marked.has(("request", "wish")) or short)
    refusal, asked = marked.last(("refused", "hedge")), marked.last(("book", "ail"))
    taken_back = refusal is not None and (asked is None or not timed or asked.start < refusal.start)
    refused = taken_back or ("asking" in marked and "book" not in marked)
    if refused or not (wanted or bare_date):
        return Intent.UNCLEAR, ()
    return Intent.BOOK, marked.of(("book", "care", "wish", "request"))
