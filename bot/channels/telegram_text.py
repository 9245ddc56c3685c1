"""Texts as Telegram takes them: cut into parts of at most 4,096 units; pure."""

from __future__ import annotations

from itertools import accumulate
from typing import Final

from bot.channels.text_cutting import cut
from bot.rendering import Bubble
from dialogs.wording import numbered

LONGEST: Final = 4096


def parts(text: str, longest: int = LONGEST) -> list[str]:
    """Cut a text into parts of at most `longest` UTF-16 units, at the end of a line or sentence."""
    return cut(text, lambda rest: _fitting(rest, longest))


def text_of(bubble: Bubble, *, buttons: bool) -> str:
    """Write a bubble; where no buttons can stand below it, its choices stand in the text."""
    listed = "" if buttons or bubble.inline or not bubble.options else numbered(bubble.options)
    return "\n".join(part for part in (bubble.progress, bubble.text, listed) if part)


def _fitting(text: str, longest: int) -> int:
    """Count the signs that go into one part."""
    units = accumulate(2 if char > "\uffff" else 1 for char in text)
    return next((place for place, count in enumerate(units) if count > longest), len(text))
