"""The words of a question about danger, said back: 有点闷 is a yes, 没闷也没痛 a no."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from dialogs.form import Item
from dialogs.reading import wording
from dialogs.reading.normal import bare, normalise

_WORDS: Final[dict[str, Any]] = wording.load(__file__, "own_words.toml")
_NEGATION: Final = re.compile(_WORDS["negation"])
_DOUBLED: Final = re.compile(_WORDS["doubled"])
_AROUND: Final = re.compile(_WORDS["around"])
_REACH: Final = 12  # characters before a word in which its negator stands
_LONGEST: Final = 60  # characters; what is longer tells a story that a person reads


def said_back(item: Item, text: str) -> str | None:
    """Return the option whose own words the message holds, weak or strong, if there is just one.

    Words that are all denied answer no, if nothing else is told beside them.
    """
    plain = normalise(text)
    if item.id not in _WORDS["item"] or len(plain) > _LONGEST:
        return None
    known = {option.key for option in item.options}
    held, denied = _heard(item.id, plain)
    if held:
        return held[0] if len(held) == 1 and held[0] in known else None
    nothing_else = denied and not _rest(item, plain)
    return "no" if nothing_else and known == {"no", "yes"} else None


def _heard(item_id: str, plain: str) -> tuple[Sequence[str], bool]:
    """Return the options with a word that holds, and whether any word was denied."""
    held: list[str] = []
    denied = False
    for key, pattern in _patterns(item_id).items():
        for found in pattern.finditer(plain):
            if _is_denied(plain, found.start()):
                denied = True
            elif key not in held:
                held.append(key)
    return held, denied


def _is_denied(plain: str, start: int) -> bool:
    before = plain[max(0, start - _REACH) : start]
    negator = _NEGATION.search(before)
    return negator is not None and not _DOUBLED.search(before[: negator.start()])


def _rest(item: Item, plain: str) -> str:
    """Leave out what the question says itself and what only stands around words."""
    asked = set(bare(item.text))
    left = "".join(char for char in bare(plain) if char not in asked)
    return _AROUND.sub("", left)


@cache
def _patterns(item_id: str) -> dict[str, re.Pattern[str]]:
    words: dict[str, str] = _WORDS["item"][item_id]
    return {key: re.compile(pattern) for key, pattern in words.items()}
