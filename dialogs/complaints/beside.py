"""A wish for another desk that was said in one breath with a complaint."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from dialogs.appointments.precedence import may_claim
from dialogs.complaints.phrases import names_filing
from dialogs.reading.intents import Context, read_reply
from dialogs.reading.wishes import Wish, read_wish
from dialogs.tagging.tags import Tags

_ENDS: Final = re.compile(r"[,,.。;;!!??、\s]+")
_CONTEXTS: Final = (Context.REMINDER, Context.NONE)
# in a long story a wish is looked for where it begins and where it ends
_EITHER_END: Final = 12
_NOT_SAID: Final = frozenset({"praise", "department", "staff"})


def wish_among(text: str, tags: Tags, at: datetime) -> str:
    """Return what is wished beside the complaint: 等太久了,帮我改到周三 -> 帮我改到周三.

    Empty when nothing is wished of the booking desk. `at` is the wall-clock time of the hospital.
    """
    pieces = _ends_of([piece for piece in _ENDS.split(text) if piece])
    wished = [piece for piece in pieces if _wishes(piece, at)]
    kept = [piece for piece in pieces if piece in wished or not _complains(piece, tags)]
    return ",".join(kept) if wished else ""


def _ends_of(pieces: list[str]) -> list[str]:
    short = len(pieces) <= 2 * _EITHER_END
    return pieces if short else [*pieces[:_EITHER_END], *pieces[-_EITHER_END:]]


def _wishes(piece: str, at: datetime) -> bool:
    readings = (read_reply(piece, context, now=at) for context in _CONTEXTS)
    return any(may_claim(piece, reading) for reading in readings)


def _complains(piece: str, tags: Tags) -> bool:
    words = (e.words for e in tags.evidence if e.tag not in _NOT_SAID and e.words)
    wished = read_wish(piece) is Wish.COMPLAINT
    return wished or names_filing(piece) or any(word in piece for word in words)
