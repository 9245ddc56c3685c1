"""Bubbles as WeChat takes them: cut at 600 characters, choices in a menu or numbered; pure."""

from __future__ import annotations

from typing import Any, Final

from bot.channels.text_cutting import cut
from bot.rendering import Bubble
from dialogs.wording import numbers

# 600 Chinese characters are 1,800 bytes; over 2,048 WeChat refuses (45002)
LONGEST: Final = 600
_MOST_BYTES: Final = 2000
MOST_CHOICES: Final = 10
_LONGEST_HEAD: Final = 300
_LONGEST_CHOICE: Final = 40
_PLACES: Final = 100


def parts(text: str) -> list[str]:
    """Cut a text into parts WeChat takes, at the end of a line or sentence where there is one."""
    return cut(_clean(text), _fitting)


def text_of(bubble: Bubble, *, menu: bool = False) -> str:
    """Write a bubble: its progress, its text and, unless they stand elsewhere, its choices."""
    listed = "" if menu or bubble.inline else _listed(bubble)
    return "\n".join(part for part in (bubble.progress, bubble.text, listed) if part)


def menu_of(bubble: Bubble) -> dict[str, Any] | None:
    """Write a bubble as a message with a menu; None where a numbered text serves better.

    One press is one answer, so what may have several stays a text.
    """
    head = _clean(text_of(bubble, menu=True))
    unfit = bubble.several or bubble.inline or len(head) > _LONGEST_HEAD
    if unfit or not 0 < len(bubble.options) <= MOST_CHOICES:
        return None
    if any(len(option.label) > _LONGEST_CHOICE for option in bubble.options):
        return None
    choices = [
        {"id": menu_id(bubble.turn, place), "content": _clean(option.label)}
        for place, option in enumerate(bubble.options)
    ]
    return {"head_content": head, "list": choices, "tail_content": ""}


def menu_id(turn: int, place: int) -> str:
    """Name a choice by the turn of its question and its place; clients take digits only."""
    return str(turn * _PLACES + place + 1)


def read_menu_id(pressed: str) -> tuple[int, int] | None:
    """Return the turn and place that `menu_id` named, None for what is none of ours."""
    if not pressed.isascii() or not pressed.isdigit() or len(pressed) > _PLACES:
        return None
    turn, place = divmod(int(pressed), _PLACES)
    return (turn, place - 1) if 1 <= place <= MOST_CHOICES else None


def _listed(bubble: Bubble) -> str:
    pairs = zip(numbers(bubble.options), bubble.options, strict=True)
    return "\n".join(f"{number}. {option.label}" for number, option in pairs)


def _clean(text: str) -> str:
    """Leave out what JSON would write as an escape, which WeChat refuses or shows as it stands."""
    kept = "".join(char for char in text if char >= " " or char == "\n")
    return kept.encode("utf-8", "ignore").decode()


def _fitting(text: str) -> int:
    """Count the signs that go into one part."""
    return len(text[:LONGEST].encode()[:_MOST_BYTES].decode(errors="ignore"))
