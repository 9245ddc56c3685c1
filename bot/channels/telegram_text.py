"""Texts as Telegram takes them: cut into parts of at most 4,096 units; pure."""

from __future__ import annotations

from itertools import accumulate
from typing import Final

from bot.rendering import Bubble
from dialogs.wording import length, numbered

LONGEST: Final = 4096
# where a text is best cut, the best first
_ENDS: Final = ("\n", "。", "!", "?", "!", "?", ";", ";", ",", ",", " ")


def parts(text: str, longest: int = LONGEST) -> list[str]:
    """Cut a text into parts of at most `longest` UTF-16 units, at the end of a line or sentence.

    No sign is cut in two, and nothing but white space at the cuts is lost.
    """
    cut = []
    rest = text.strip()
    while length(rest) > longest:
        head = _head(rest, longest)
        cut.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return [part for part in (*cut, rest) if part]


def text_of(bubble: Bubble, *, buttons: bool) -> str:
    """Write a bubble; where no buttons can stand below it, its choices stand in the text."""
    listed = "" if buttons or bubble.inline or not bubble.options else numbered(bubble.options)
    return "\n".join(part for part in (bubble.progress, bubble.text, listed) if part)


def _head(text: str, longest: int) -> str:
    """Return what of a text goes into the next part."""
    units = accumulate(2 if char > "\uffff" else 1 for char in text)
    room = next(place for place, count in enumerate(units) if count > longest)
    fitting = text[:room]
    # a cut in the first half would make many short parts
    ends = (fitting.rfind(end) + 1 for end in _ENDS)
    return fitting[: next((end for end in ends if end > room // 2), room)]
