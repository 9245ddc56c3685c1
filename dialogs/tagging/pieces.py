"""Looks at a very long message in pieces, so that its time is bounded, and joins what is found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from dialogs.tagging.tags import WEIGHTS, Category, Severity, Tags, UrgentType

WHOLE: Final = 600
_PIECE: Final = 300
_FIRST: Final = 5  # pieces
_LAST: Final = 3
_OVERLAP: Final = 30
_SENTENCE: Final = re.compile(r"[^。！？!?\n]*[。！？!?\n]*")


def pieces_of(text: str) -> list[str]:
    """Return the text, or if it is very long its sentences in pieces of about 300 characters."""
    return [text] if len(text) <= WHOLE else list(_gathered(text))


def is_read_whole(place: int, count: int) -> bool:
    """Tell whether a piece is tagged with everything: of very many the first and the last.

    Between them only danger is looked for, so that the time of a very long text is bounded.
    """
    return place < _FIRST or place >= count - _LAST


def _gathered(text: str) -> Iterator[str]:
    piece = ""
    for sentence in _sentences(text):
        if piece and len(piece) + len(sentence) > _PIECE:
            yield piece
            piece = ""
        piece += sentence
    yield piece


def _sentences(text: str) -> Iterator[str]:
    """Yield sentences; one without an end is cut with an overlap, so that no word is lost."""
    for found in _SENTENCE.finditer(text):
        sentence = found.group()
        for start in range(0, len(sentence), _PIECE - _OVERLAP):
            yield sentence[start : start + _PIECE]


def joined(found: Sequence[Tags]) -> Tags:
    """Return the tags of all pieces as those of one message."""
    if len(found) == 1:
        return found[0]
    categories = {category for tags in found for category in tags.categories}
    if len(categories) > 1:
        categories.discard(Category.OTHER)
    urgent = {kind for tags in found for kind in tags.urgent_type}
    evidence = (piece for tags in found for piece in tags.evidence)
    return Tags(
        is_complaint=any(tags.is_complaint for tags in found),
        categories=tuple(category for category in Category if category in categories),
        severity=max((tags.severity for tags in found), key=WEIGHTS.index, default=Severity.NONE),
        urgent=bool(urgent),
        urgent_type=tuple(kind for kind in UrgentType if kind in urgent),
        dispute_risk=any(tags.dispute_risk for tags in found),
        praise=any(tags.praise for tags in found),
        praised=tuple(dict.fromkeys(name for tags in found for name in tags.praised)),
        department=next((tags.department for tags in found if tags.department), ""),
        staff_role=next((tags.staff_role for tags in found if tags.staff_role), ""),
        evidence=tuple(dict.fromkeys(evidence)),
    )
