"""Cutting a text into parts a channel takes, at the end of a line or sentence; pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

# where a text is best cut, the best first
_ENDS: Final = ("\n", "。", "!", "?", "!", "?", ";", ";", ",", ",", " ")


def cut(text: str, fitting: Callable[[str], int]) -> list[str]:
    """Cut a text; `fitting` says how many signs of a text go into one part.

    No sign is cut in two, and nothing but white space at the cuts is lost.
    """
    parts: list[str] = []
    rest = text.strip()
    while rest:
        head = _head(rest, fitting(rest))
        parts.append(head.rstrip())
        rest = rest[len(head) :].lstrip()
    return parts


def _head(text: str, room: int) -> str:
    if room >= len(text):
        return text
    # a cut in the first half would make many short parts
    ends = (text.rfind(end, 0, room) + 1 for end in _ENDS)
    return text[: next((end for end in ends if end > room // 2), room)]
