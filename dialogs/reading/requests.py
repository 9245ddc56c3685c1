"""A message nobody asked for: a wish for an appointment, or to move or cancel one."""

from __future__ import annotations

from typing import Final

from dialogs.reading.marks import Mark, Marked, load_marker
from dialogs.reading.reply import Intent

_MARKER: Final = load_marker(__file__, "requests.toml")
_BARELY: Final = 0  # characters between a visit and the question whether it can be had
_SHORT: Final = 3  # characters; what is left of a message that is hardly more than a date


def _wants_care(marked: Marked, *, timed: bool) -> bool:
    """Tell a visit that is wanted from one that is spoken of: 想做胃镜, but 镶牙能报吗."""
    visits = marked.of(("care",))
    if not visits or timed:
        return bool(visits)
    if not marked.left():
        return "about" not in marked
    return any(_is_wanted(marked, visit) for visit in visits)


def _is_wanted(marked: Marked, visit: Mark) -> bool:
    """Tell whether a wish stands before a visit, or a question right behind it."""
    wishes = marked.of(("wish", "request"))
    before = any(
        wish.end <= visit.start and len(marked.left(wish.end, visit.start)) <= _SHORT
        for wish in wishes
    )
    asked = (wish for wish in wishes if wish.sign == "request" and wish.start >= visit.end)
    return before or any(len(marked.left(visit.end, ask.start)) <= _BARELY for ask in asked)


def read_request(plain: str, *, timed: bool) -> tuple[Intent, tuple[Mark, ...]]:
    """Read a normalised, lower-case message; `timed` says whether a day or time was wished."""
    marked = _MARKER.mark(plain)
    for sign, intent in (("cancel", Intent.CANCEL), ("move", Intent.RESCHEDULE)):
        if sign in marked and not marked.has(("asking", "hedge")):
            return intent, marked.of((sign,))
    short = len(marked.left()) <= _SHORT
    wanted = "book" in marked or _wants_care(marked, timed=timed)
    wanted = wanted or ("ail" in marked and timed)
    bare_date = timed and "about" not in marked and (marked.has(("request", "wish")) or short)
    refusal, asked = marked.last(("refused", "hedge")), marked.last(("book", "ail"))
    taken_back = refusal is not None and (asked is None or not timed or asked.start < refusal.start)
    refused = taken_back or ("asking" in marked and "book" not in marked)
    if refused or not (wanted or bare_date):
        return Intent.UNCLEAR, ()
    return Intent.BOOK, marked.of(("book", "care", "wish", "request"))
