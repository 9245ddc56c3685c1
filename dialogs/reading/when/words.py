"""Turns each word that the scanner finds into its meaning."""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogs.reading import wording
from dialogs.reading.when.day_words import DAYS, Found, Reader, read_day_numbers, read_weekdays
from dialogs.reading.when.guards import GUARDS
from dialogs.reading.when.lengths import read_delay, read_shift, read_within
from dialogs.reading.when.times import TIMES
from dialogs.reading.when.tokens import Mod, Part, SameTime, Token, Value, Void

GRAMMAR = wording.load(__file__, "grammar.toml")
_WORDS = wording.load(__file__, "words.toml")
_PERIODS = [(re.compile("|".join(names)), period) for period, names in GRAMMAR["names"].items()]


def read(rule: str, found: Found, before: list[Token]) -> list[Token]:
    """Return the tokens of one find; none if it means nothing after the tokens `before`."""
    guard = GUARDS.get(rule)
    if guard and not guard(found, before):
        return []
    if rule in _LISTS:
        return _LISTS[rule](rule, found)
    value = _READERS[rule](found)
    return [] if value is None else [Token(rule, value, found.start(), found.end())]


def _part(found: Found) -> Value:
    return Part(next(period for pattern, period in _PERIODS if pattern.fullmatch(found[0])))


def _short_part(found: Found) -> Value:
    return Part(_WORDS["short_parts"][found["short"]])


_LISTS: dict[str, Callable[[str, Found], list[Token]]] = {
    "weekdays": read_weekdays,
    "weekday_list": read_weekdays,
    "weekday_again": read_weekdays,
    "weekday_next": read_weekdays,
    "day_numbers": read_day_numbers,
}
_READERS: dict[str, Reader] = {
    "greeting": lambda _: Void(),
    "habit": lambda _: Void(timed=True),
    "past": lambda _: Void(past=True),
    "born": lambda _: Void(past=True),
    "waited": lambda _: Void(past=True),
    "age": lambda _: Void(),
    "all_day": lambda _: Void(),
    "change_day": lambda _: Void(),
    "a_little": lambda _: Void(),
    "measured": lambda _: Void(),
    "points": lambda _: Void(),
    "decimal": lambda _: Void(),
    "year_end": lambda _: Void(),
    "shift": read_shift,
    "delay": read_delay,
    "delay_after": read_delay,
    "delay_within": read_within,
    "same_time": lambda _: SameTime(),
    "dawn": lambda _: Part("morning"),
    "part": _part,
    "after_prefix": lambda _: Mod("after", ahead=True),
    "before_prefix": lambda _: Mod("before", ahead=True),
    "after": lambda _: Mod("after"),
    "returned": lambda _: Mod("after"),
    "before": lambda _: Mod("before"),
    "part_ahead": _short_part,
    "part_short": _short_part,
    **DAYS,
    **TIMES,
}
