"""Turns each word that the scanner finds into its meaning."""

from __future__ import annotations

import re
from collections.abc import Callable

from dialogs.reading import wording
from dialogs.reading.when.clocks import Clock
from dialogs.reading.when.counting import count, counts
from dialogs.reading.when.days import Ahead, Neighbour, Offset, SameDay
from dialogs.reading.when.feasts import FESTIVALS, TERMS, Feast, LunarDay, Span, Term
from dialogs.reading.when.lengths import read_delay, read_shift, read_within
from dialogs.reading.when.months import Month, MonthDay, MonthName, Year
from dialogs.reading.when.nth import LAST, Nth
from dialogs.reading.when.times import TIMES
from dialogs.reading.when.tokens import Mod, Part, SameTime, Token, Value, Void
from dialogs.reading.when.weeks import Week, Weekday, Weekend, Workdays

GRAMMAR = wording.load(__file__, "grammar.toml")
_WORDS = wording.load(__file__, "words.toml")
_PERIODS = [(re.compile("|".join(names)), period) for period, names in GRAMMAR["names"].items()]
_WEEKDAYS: dict[str, int] = _WORDS["weekdays"]
_SHORT_YEAR, _CENTURY = 100, 2000
_LUNAR_MONTHS: dict[str, int] = _WORDS["lunar_months"]

Found = re.Match[str]
Reader = Callable[[Found], Value | None]


def read(rule: str, found: Found, before: list[Token]) -> list[Token]:
    """Return the tokens of one find; none if it means nothing after the tokens `before`."""
    guard = _GUARDS.get(rule)
    if guard and not guard(found, before):
        return []
    if rule.startswith("weekday"):
        return _weekdays(rule, found)
    value = _READERS[rule](found)
    return [] if value is None else [Token(rule, value, found.start(), found.end())]


def _weekdays(rule: str, found: Found) -> list[Token]:
    weeks = _weeks(found) if rule == "weekdays" else None
    tokens = []
    for place, char in enumerate(found["days"], found.start("days")):
        if char in _WEEKDAYS:
            start = place if tokens else found.start()
            value = Weekday(_WEEKDAYS[char], weeks, listed=bool(tokens))
            tokens.append(Token("weekdays", value, start, place + 1))
    return tokens


def _weeks(found: Found) -> int | None:
    prefix = found["prefix"]
    if prefix is None:
        return None
    return _WORDS["weeks"].get(prefix, prefix.count(_WORDS["next"]))


def _month_name(found: Found) -> MonthName:
    name = found.groupdict().get("month")
    year, years = _year(found.groupdict().get("year"))
    if not name:
        return MonthName()
    ahead = _WORDS["months"].get(name[0])
    if ahead is None:
        number = name.removesuffix(_WORDS["month"]).replace(*_WORDS["first_month"])
        return MonthName(year, count(number), years=years)
    if name[0] == _WORDS["again"]:
        return MonthName(ahead=2)
    return MonthName(ahead=name.count(_WORDS["next"]) or ahead)


def _year(words: str | None) -> tuple[int | None, int | None]:
    if not words or words in _WORDS["years"]:
        return None, _WORDS["years"][words] if words else None
    number = count(words[:-1]) or 0
    return number + _CENTURY if number < _SHORT_YEAR else number, None


def _month_day(found: Found) -> Value | None:
    run = found["pair"] or found["bare"]
    days = counts(run)
    name = _month_name(found)
    return MonthDay(name, *days) if days else None


def _day(found: Found) -> Value | None:
    days = counts(found[1])
    return MonthDay(MonthName(), *days) if days else None


def _numbers(order: tuple[int, int, int]) -> Reader:
    def reader(found: Found) -> Value:
        year, month, day = (int(found[place]) for place in order)
        return MonthDay(MonthName(year, month), day, day)

    return reader


def _slash(found: Found) -> Value:
    day = int(found["day"])
    whole = found["sign"] == "." or (found["sign"] == "-" and not found["month"].startswith("0"))
    return MonthDay(MonthName(number=int(found["month"])), day, day, doubtful=whole)


def _lunar(found: Found) -> Value | None:
    groups = found.groupdict()
    run = (groups.get("day") or groups.get("bare") or "").removeprefix(_WORDS["lunar_prefix"])
    run = _WORDS["lunar_days"].get(run, run)
    day, name = count(run), groups.get("month")
    if day is None:
        return None
    return LunarDay((_LUNAR_MONTHS.get(name) or count(name)) if name else _lunar_month(groups), day)


def _lunar_month(groups: dict[str, str | None]) -> int | None:
    return _LUNAR_MONTHS[_WORDS["last_month"]] if groups.get("bare") else None


def _month_part(found: Found) -> Value:
    return Month(_month_name(found), _WORDS["month_parts"][found["part"]])


def _festival(found: Found) -> Value:
    place = (found.lastindex or 1) - 1
    return Feast(place) if place < len(FESTIVALS) else Term(found[0])


def _nth(found: Found) -> Value | None:
    which, unit = found["which"], found["unit"]
    number = LAST if which[0] in _WORDS["last"] else count(which.lstrip(_WORDS["nth"])) or 1
    weekday = _WEEKDAYS.get(found["weekday"] or "")
    kind = "weekday" if weekday is not None else _WORDS["units"].get(unit, "working")
    return Nth(number, "working" if which[0] in _WORDS["opening"] else kind, weekday)


def _offset(found: Found) -> Value:
    far = len(found["far"] or "")
    days, more = next(
        (days for word, days in _WORDS["offsets"].items() if found[0].endswith(word)), (0, 0)
    )
    return Offset(days + far, more)


def _ahead(found: Found) -> Value:
    booked = any(word in found[0] for word in _WORDS["same_day"])
    return Ahead(len(found["weeks"] or ""), len(found["months"] or ""), booked)


def _part(found: Found) -> Value:
    return Part(next(period for pattern, period in _PERIODS if pattern.fullmatch(found[0])))


def _half_week(found: Found) -> Value:
    return Week(_weeks(found) or 0, "first" if found["half"] == _WORDS["upper"] else "second")


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
    return bool(before and _NEAR.fullmatch(near, before[-1].end)) or bool(_BEGINNING.search(near))


_ONE_O_CLOCK = re.compile(_WORDS["one_o_clock"])
_NEAR = re.compile(_WORDS["near"])
_BEGINNING = re.compile(_WORDS["beginning"])
_LINKED = re.compile(_WORDS["linked"])
_MONTH_DAYS = ("month_day", "day_pair", "day_first", "day_next", "day_bare", "iso", "slash")
_DAY_RULES = frozenset(
    (*_MONTH_DAYS, "weekdays", "tonight", "offset", "festival", "same_day", "neighbour", "nth")
) | {"lunar_word", "lunar_month", "lunar_early", "lunar_idiom", "lunar_day", "weekend"}
_GUARDS: dict[str, Callable[[Found, list[Token]], bool]] = {
    "clock": _is_one_o_clock,
    "nth": _counts_days,
    "weekday_next": _linked("weekdays"),
    "weekday_again": lambda found, before: _adjoins(found, before, "weekdays"),
    "returned": lambda found, before: _adjoins(found, before, "festival", "span"),
    "day_next": _after_month_day,
    "hour_next": _linked("clock", "clock_colon", "hour_first"),
    "part_short": _after_day,
}
_READERS: dict[str, Reader] = {
    "greeting": lambda _: Void(),
    "habit": lambda _: Void(),
    "past": lambda _: Void(past=True),
    "age": lambda _: Void(),
    "all_day": lambda _: Void(),
    "change_day": lambda _: Void(),
    "a_little": lambda _: Void(),
    "points": lambda _: Void(),
    "decimal": lambda _: Void(),
    "year_end": lambda _: Void(),
    "iso": _numbers((1, 2, 3)),
    "dmy": _numbers((3, 2, 1)),
    "compact": _numbers((1, 2, 3)),
    "shift": read_shift,
    "delay": read_delay,
    "delay_after": read_delay,
    "delay_within": read_within,
    "same_day_ahead": _ahead,
    "lunar_word": _lunar,
    "lunar_month": _lunar,
    "lunar_early": _lunar,
    "lunar_idiom": _lunar,
    "lunar_day": _lunar,
    "festival": _festival,
    "month_part": _month_part,
    "month_day": _month_day,
    "day_pair": _day,
    "day_first": _day,
    "day_bare": _day,
    "day_next": _day,
    "year": lambda found: Year(*_year(found["year"])),
    "month": lambda found: Month(_month_name(found)),
    "nth": _nth,
    "slash": _slash,
    "weekend": lambda found: Weekend(_weeks(found)),
    "half_week": _half_week,
    "week": lambda found: Week(_weeks(found) or 0),
    "tonight": lambda found: Offset(_WORDS["tonight"][found[0][0]]),
    "offset": _offset,
    "same_day": lambda _: SameDay(),
    "same_time": lambda _: SameTime(),
    "neighbour": lambda found: Neighbour(-1 if found["before"] else 1),
    "dawn": lambda _: Part("morning"),
    "part": _part,
    "part_ahead": lambda found: Part(_WORDS["short_parts"][found["short"]]),
    "part_short": lambda found: Part(_WORDS["short_parts"][found["short"]]),
    "after_prefix": lambda _: Mod("after", ahead=True),
    "span": lambda found: Span(any(word in found[0] for word in _WORDS["holiday"])),
    "after": lambda _: Mod("after"),
    "returned": lambda _: Mod("after"),
    "before": lambda _: Mod("before"),
    "workdays": lambda _: Workdays(),
    **TIMES,
}
