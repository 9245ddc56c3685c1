"""Reads amounts of time: 一个半月, 两三天, 半小时."""

from __future__ import annotations

import re

from dialogs.reading import wording
from dialogs.reading.when.counting import amount
from dialogs.reading.when.days import Delay, Length, Shift

_WORDS = wording.load(__file__, "lengths.toml")
_UNITS = {unit: re.compile(words) for unit, words in _WORDS["units"].items()}
_FACTORS = {"quarter": ("minute", 15), "season": ("month", 3)}
_LONGEST = 400


def read_delay(found: re.Match[str]) -> Delay | None:
    """Read 三天后, 过两个星期."""
    length = _length(found)
    return Delay(length) if length else None


def read_within(found: re.Match[str]) -> Delay | None:
    """Read 两周内."""
    length = _length(found)
    return Delay(length, "before") if length else None


def read_shift(found: re.Match[str]) -> Shift | None:
    """Read 往后推一周, 提前两天."""
    length = _length(found)
    way = found.string[found.start() : found.start("amount")]
    earlier = any(word in way for word in _WORDS["earlier"])
    return Shift(length, -1 if earlier else 1) if length else None


def _length(found: re.Match[str]) -> Length | None:
    words = found["amount"]
    some = (1.0, 1.0) if words in _WORDS["about_one"] else amount(words)
    if some is None or max(some) > _LONGEST:
        return None
    unit = next(unit for unit, words in _UNITS.items() if words.search(found["unit"]))
    half = 0.5 if found["half"] or _WORDS["half"] in found["unit"] else 0.0
    if max(some) + half < 1 and found["unit"] in _WORDS["days"]:
        return None  # half a day is an answer for a nurse
    unit, factor = _FACTORS.get(unit, (unit, 1))
    return Length((some[0] + half) * factor, (some[1] + half) * factor, unit)
