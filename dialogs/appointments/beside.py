"""A wish for the booking desk that was said in one breath with how somebody is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from dialogs.appointments.phrases import about_health
from dialogs.reading import wording
from dialogs.tagging.danger import find_danger

_ENDS: Final = re.compile(r"[,,.。;;!!??、\s]+")
_BEGINS: Final = re.compile(f"(?={wording.load(__file__, 'words.toml')['beside']['begins']})")


def wish_beside(text: str) -> str:
    """Return what a message says besides how somebody is: 伤口有点红,想改到周三 -> 想改到周三.

    Empty when nothing is left, or when the message says nothing else.
    """
    pieces = list(_pieces(text))
    kept = [piece for piece in pieces if not _tells(piece)]
    return ",".join(kept) if len(kept) < len(pieces) else ""


def _tells(piece: str) -> bool:
    return about_health(piece) or bool(find_danger(piece))


def _pieces(text: str) -> Iterator[str]:
    """Cut at every stop, and where a wish begins behind how somebody is without one."""
    for sentence in filter(None, _ENDS.split(text)):
        begins = next((found.start() for found in _BEGINS.finditer(sentence) if found.start()), 0)
        if begins and _tells(sentence[:begins]):
            yield from (sentence[:begins], sentence[begins:])
        else:
            yield sentence
