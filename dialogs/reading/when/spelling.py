"""Mends the spelling of dates and times: homophones, pinyin and English."""

from __future__ import annotations

import re
from functools import cache

from dialogs.reading import wording
from dialogs.reading.normal import Traced

_LETTERS = re.compile("[a-z]{2}")


@cache
def _rules(name: str) -> tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], str], ...]]:
    lists = wording.load(__file__, name).values()
    entries = [entry for table in lists for entry in table.items()]
    rules = tuple((re.compile(words), plain) for words, plain in entries)
    return wording.alternatives(words for words, _ in entries), rules


def in_characters(traced: Traced) -> Traced:
    """Return the text with its dates in characters; it keeps where they came from."""
    any_word, rules = _rules("latin.toml" if _LETTERS.search(traced.text) else "homophones.toml")
    if any_word.search(traced.text):
        for pattern, plain in rules:
            traced = traced.respelled(pattern, plain)
    return traced
