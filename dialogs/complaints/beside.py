"""A wish for another desk that was said in one breath with a complaint."""

from __future__ import annotations

import re
from typing import Final

from dialogs.complaints.phrases import names_filing
from dialogs.reading.wishes import Wish, read_wish
from dialogs.tagging.tags import Tags

_ENDS: Final = re.compile(r"[,,.。;;!!??、\s]+")
_NOT_SAID: Final = frozenset({"praise", "department", "staff"})


def wish_among(text: str, tags: Tags) -> str:
    """Return what is said beside the complaint: 等太久了,帮我改到周三 -> 帮我改到周三.

    The whole text where nothing can be told apart; empty when all of it complains.
    """
    pieces = [piece for piece in _ENDS.split(text) if piece]
    kept = [piece for piece in pieces if not _complains(piece, tags)]
    return ",".join(kept) if len(pieces) > 1 else text


def _complains(piece: str, tags: Tags) -> bool:
    words = (e.words for e in tags.evidence if e.tag not in _NOT_SAID and e.words)
    wished = read_wish(piece) is Wish.COMPLAINT
    return wished or names_filing(piece) or any(word in piece for word in words)
