"""Words that mean a date or time only after certain others: the 五 of 周一到五."""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogs.reading import wording
from dialogs.reading.when.tokens import Token

_WORDS = wording.load(__file__, "words.toml")
Found = re.Match[str]
Guard = Callable[[Found, list[Token]], bool]


def _adjoins(found: Found, before: list[Token], *rules: str) -> bool:
    return bool(before) and before[-1].end == found.start() and before[-1].rule in rules


def _after_day(found: Found, before: list[Token]) -> bool:
    return _adjoins(found, before, *_DAY_RULES)


def _linked(*rules: str) -> Callable[[Found, list[Token]], bool]:
    def guard(found: Found, before: list[Token]) -> bool:
        if not before or before[-1].rule not in rules:
            return False
        return bool(_LINKED.fullmatch(found.string, before[-1].end, found.start()))

    return guard


def _after_month_day(found: Found, before: list[Token]) -> bool:
    if not any(token.rule in _MONTH_DAYS for token in before):
        return False
    return _linked(*_MONTH_DAYS)(found, before) or found.string[found.start() - 1] in ",。 "


def _is_one_o_clock(found: Found, before: list[Token]) -> bool:
    """Tell 一点 on the clock from a little: 改到一点, but 温和一点."""
    if found[0] not in _WORDS["a_little"]:
        return True
    around = found.string[: found.start()] + "|" + found.string[found.end() :]
    return _adjoins(found, before, "part", *_DAY_RULES) or bool(_ONE_O_CLOCK.search(around))


def _counts_days(found: Found, before: list[Token]) -> bool:
    """Tell 第三天上午 from the third day of something else: 拔牙后第三天."""
    near = found.string[: found.start()]
    if _COURSE.search(near):
        return False
    return bool(before and _NEAR.fullmatch(near, before[-1].end)) or bool(_BEGINNING.search(near))


_ONE_O_CLOCK = re.compile(_WORDS["one_o_clock"])
_COURSE = re.compile(_WORDS["course"])
_NEAR = re.compile(_WORDS["near"])
_BEGINNING = re.compile(_WORDS["beginning"])
_LINKED = re.compile(_WORDS["linked"])
_MONTH_DAYS = ("month_day", "day_pair", "day_first", "day_next", "day_bare", "iso", "slash")
_DAY_RULES = frozenset(
    (*_MONTH_DAYS, "weekdays", "tonight", "offset", "festival", "same_day", "neighbour", "nth")
) | {"lunar_word", "lunar_month", "lunar_early", "lunar_idiom", "lunar_day", "weekend"}
GUARDS: dict[str, Guard] = {
    "clock": _is_one_o_clock,
    "nth": _counts_days,
    "few": lambda found, before: bool(
        before and _NEAR.fullmatch(found.string, before[-1].end, found.start())
    ),
    "weekday_next": _linked("weekdays"),
    "weekday_list": lambda _, before: any(token.rule == "weekdays" for token in before),
    "weekday_again": lambda found, before: _adjoins(found, before, "weekdays"),
    "returned": lambda found, before: _adjoins(found, before, "festival", "span"),
    "day_next": _after_month_day,
    "hour_next": _linked("clock", "clock_colon", "hour_first"),
    "part_short": _after_day,
}
