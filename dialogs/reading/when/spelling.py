"""Mends the spelling of dates and times: homophones, pinyin and English."""

from __future__ import annotations

import re
from functools import cache

from dialogs.reading import wording
from dialogs.reading.normal import Traced

_LETTERS = re.compile("[a-z]{2}")


@cache
def _rules(name: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    lists = wording.load(__file__, name).values()
    return tuple((re.compile(words), plain) for table in lists for words, plain in table.items())


def in_characters(traced: Traced) -> Traced:
    """Return the text with its dates in characters; it keeps where they came from."""
    table = "latin.toml" if _LETTERS.search(traced.text) else "homophones.toml"
    for pattern, plain in _rules(table):
        traced = traced.respelled(pattern, plain)
    return traced
